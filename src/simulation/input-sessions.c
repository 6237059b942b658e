/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-sessions.c: charging sessions: who comes when, wants how much and leaves when; from CSV. */
#include "simulation/input-sessions.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/zone.h"
#include "simulation/input-csv.h"
#include "simulation/input-time.h"

#define MAX_SESSIONS       10000000
#define MAX_ENERGY_MILLI   INT64_C (2000000) /* 2,000 kWh: a lorry's battery twice */
#define MAX_CURRENT_MILLI  INT64_C (1000000)
#define MAX_STATION_LENGTH 128

enum { STATION, ARRIVAL, DEPARTURE, ENERGY, MAX_A, PHASES, BATTERY, SOC, N_NAMES };

static const char *const names[N_NAMES]
    = { "station", "arrival", "departure", "energy_kwh", "max_a", "phases", "battery_kwh", "arrival_soc" };

typedef struct {
  BbCsv csv;
  BbTimes times;
  const BbInputOptions *options;
  int columns[N_NAMES];
  GArray *items;       /* of BbSession */
  GPtrArray *stations; /* of char */
  GHashTable *by_name; /* name (owned by `stations`) to index + 1 */
  size_t n_zero;
  char *ignored;
} Reader;

static void
reader_clear (Reader *reader)
{
  bb_csv_close (&reader->csv);
  bb_times_clear (&reader->times);
  g_clear_pointer (&reader->items, g_array_unref);
  g_clear_pointer (&reader->stations, g_ptr_array_unref);
  g_clear_pointer (&reader->by_name, g_hash_table_unref);
  g_clear_pointer (&reader->ignored, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

static gboolean
find_columns (Reader *reader, GError **error)
{
  if (!bb_csv_map (&reader->csv, names, N_NAMES, reader->columns, &reader->ignored, error))
    return FALSE;
  for (int i = ARRIVAL; i <= ENERGY; i++) {
    if (reader->columns[i] >= 0)
      continue;
    bb_text_error (reader->csv.text, error, BB_INPUT_ERROR_HEADER, reader->csv.line, 1,
                   _ ("there is no column “%s”; needed are arrival, departure and energy_kwh"), names[i]);
    return FALSE;
  }
  return TRUE;
}

/* ---- cells ---- */

/* A cell of only digits, at most with a decimal mark: minutes from the start. */
static gboolean
is_count (const BbCell *cell)
{
  for (uint32_t i = 0; i < cell->length; i++)
    if (!g_ascii_isdigit (cell->at[i]) && cell->at[i] != '.' && cell->at[i] != ',')
      return FALSE;
  return cell->length > 0;
}

static gboolean
read_time (Reader *reader, int name, int64_t after_ms, int64_t *utc_ms, GError **error)
{
  int column = reader->columns[name];
  int64_t milli;

  if (!is_count (&reader->csv.cells[column]))
    return bb_times_read (&reader->times, &reader->csv, column, names[name], after_ms, utc_ms, NULL, error);
  if (!bb_csv_number (&reader->csv, column, names[name], &milli, NULL, error))
    return FALSE;
  if (milli > INT64_C (200) * 366 * 1440 * 1000) {
    bb_csv_error (&reader->csv, error, BB_INPUT_ERROR_TIME, column,
                  _ ("“%s” counts minutes from the start, up to 200 years"), names[name]);
    return FALSE;
  }
  *utc_ms = reader->options->start_ms + milli * (BB_MS_PER_MINUTE / 1000);
  return TRUE;
}

/* An optional number in thousandths, `nothing` where the column or the cell is missing. */
static gboolean
read_optional (Reader *reader, int name, int64_t low, int64_t high, int64_t nothing, int64_t *milli,
               GError **error)
{
  gboolean empty = TRUE;

  *milli = nothing;
  if (reader->columns[name] < 0)
    return TRUE;
  if (!bb_csv_number (&reader->csv, reader->columns[name], names[name], milli, &empty, error))
    return FALSE;
  if (empty) {
    *milli = nothing;
    return TRUE;
  }
  if (*milli >= low && *milli <= high)
    return TRUE;
  bb_csv_error (&reader->csv, error, BB_INPUT_ERROR_VALUE, reader->columns[name],
                _ ("“%s” must lie between %.6g and %.6g"), names[name], (double) low / 1000,
                (double) high / 1000);
  return FALSE;
}

/* 0.35 or 35 %. */
static gboolean
read_soc (Reader *reader, int16_t *permille, GError **error)
{
  int column = reader->columns[SOC];
  int64_t milli, limit = 1000;

  *permille = -1;
  if (column >= 0 && reader->csv.cells[column].length > 0) {
    BbCell *cell = &reader->csv.cells[column];

    if (cell->at[cell->length - 1] == '%') {
      cell->length--;
      while (cell->length > 0 && cell->at[cell->length - 1] == ' ')
        cell->length--;
      limit = 100000;
    }
    if (!bb_csv_number (&reader->csv, column, names[SOC], &milli, NULL, error))
      return FALSE;
    if (milli < 0 || milli > limit) {
      bb_csv_error (&reader->csv, error, BB_INPUT_ERROR_VALUE, column,
                    _ ("“%s” is a share from 0 to 1, or 0 to 100 with a per cent sign (0.35 or 35 %%)"),
                    names[SOC]);
      return FALSE;
    }
    *permille = (int16_t) (limit == 1000 ? milli : (milli + 50) / 100);
  }
  return TRUE;
}

static gboolean
read_phases (Reader *reader, uint8_t *phases, GError **error)
{
  int64_t milli;

  if (!read_optional (reader, PHASES, 1000, 3000, 0, &milli, error))
    return FALSE;
  if (milli % 1000 != 0) {
    bb_csv_error (&reader->csv, error, BB_INPUT_ERROR_VALUE, reader->columns[PHASES],
                  _ ("“%s” must be 1, 2 or 3"), names[PHASES]);
    return FALSE;
  }
  *phases = (uint8_t) (milli / 1000);
  return TRUE;
}

static gboolean
read_station (Reader *reader, int32_t *index, GError **error)
{
  const BbCell *cell;
  g_autofree char *name = NULL;
  gpointer known;

  *index = -1;
  if (reader->columns[STATION] < 0)
    return TRUE;
  cell = &reader->csv.cells[reader->columns[STATION]];
  if (cell->length == 0)
    return TRUE;
  if (cell->length > MAX_STATION_LENGTH || !g_utf8_validate_len (cell->at, cell->length, NULL)) {
    bb_csv_error (&reader->csv, error, BB_INPUT_ERROR_VALUE, reader->columns[STATION],
                  _ ("“%s” is not a name in UTF-8 of at most %d bytes"), names[STATION], MAX_STATION_LENGTH);
    return FALSE;
  }
  name = g_strndup (cell->at, cell->length);
  known = g_hash_table_lookup (reader->by_name, name);
  if (known == NULL) {
    g_ptr_array_add (reader->stations, name);
    known = GUINT_TO_POINTER (reader->stations->len);
    g_hash_table_insert (reader->by_name, g_steal_pointer (&name), known);
  }
  *index = (int32_t) GPOINTER_TO_UINT (known) - 1;
  return TRUE;
}

/* ---- rows ---- */

static gboolean
read_stay (Reader *reader, BbSession *session, GError **error)
{
  g_autofree char *arrival = NULL;

  if (!read_time (reader, ARRIVAL, INT64_MIN, &session->arrival_ms, error)
      || !read_time (reader, DEPARTURE, session->arrival_ms, &session->departure_ms, error))
    return FALSE;
  if (session->departure_ms > session->arrival_ms)
    return TRUE;
  arrival = bb_time_format (session->arrival_ms, reader->times.zone);
  bb_csv_error (&reader->csv, error, BB_INPUT_ERROR_TIME, reader->columns[DEPARTURE],
                _ ("“departure” is not after “arrival” (%s)"), arrival);
  return FALSE;
}

static gboolean
read_energy (Reader *reader, uint32_t *energy_wh, GError **error)
{
  int column = reader->columns[ENERGY];
  int64_t milli;

  if (!bb_csv_number (&reader->csv, column, names[ENERGY], &milli, NULL, error))
    return FALSE;
  if (milli < 0 || milli > MAX_ENERGY_MILLI) {
    bb_csv_error (&reader->csv, error, BB_INPUT_ERROR_VALUE, column,
                  milli < 0 ? _ ("“%s” is negative: what a session wants is 0 or more")
                            : _ ("“%s” is over 2,000 kWh; is it in Wh?"),
                  names[ENERGY]);
    return FALSE;
  }
  *energy_wh = (uint32_t) milli;
  return TRUE;
}

static gboolean
read_session (Reader *reader, BbSession *session, GError **error)
{
  int64_t max_a, battery;

  *session = (BbSession){ .line = (uint32_t) reader->csv.line };
  if (!read_stay (reader, session, error) || !read_energy (reader, &session->energy_wh, error)
      || !read_station (reader, &session->station, error)
      || !read_optional (reader, MAX_A, 1, MAX_CURRENT_MILLI, 0, &max_a, error)
      || !read_phases (reader, &session->phases, error)
      || !read_optional (reader, BATTERY, 1, MAX_ENERGY_MILLI, 0, &battery, error)
      || !read_soc (reader, &session->arrival_soc_permille, error))
    return FALSE;
  session->max_ma = (int32_t) max_a;
  session->battery_wh = (uint32_t) battery;
  return TRUE;
}

static gboolean
read_all (Reader *reader, GError **error)
{
  GError *local = NULL;

  while (bb_csv_next (&reader->csv, &local)) {
    BbSession session;

    if (!read_session (reader, &session, error))
      return FALSE;
    if (reader->items->len >= MAX_SESSIONS) {
      bb_csv_error (&reader->csv, error, BB_INPUT_ERROR_VALUE, 0, _ ("more than %d sessions"), MAX_SESSIONS);
      return FALSE;
    }
    if (session.energy_wh == 0)
      reader->n_zero++;
    else
      g_array_append_val (reader->items, session);
  }
  if (local != NULL) {
    g_propagate_error (error, local);
    return FALSE;
  }
  return TRUE;
}

static int
compare_sessions (const void *a, const void *b)
{
  const BbSession *x = a, *y = b;

  if (x->arrival_ms != y->arrival_ms)
    return x->arrival_ms > y->arrival_ms ? 1 : -1;
  if (x->departure_ms != y->departure_ms)
    return x->departure_ms > y->departure_ms ? 1 : -1;
  return (x->line > y->line) - (x->line < y->line);
}

/* One car at a station at a time. Items are sorted by arrival. */
static gboolean
check_overlaps (const char *path, const BbSession *items, size_t n_items, char **stations, size_t n_stations,
                GError **error)
{
  g_autofree size_t *last
      = g_new0 (size_t, n_stations + 1); /* index + 1 of the one with the latest departure */

  for (size_t i = 0; i < n_items; i++) {
    const BbSession *session = &items[i], *before;

    if (session->station < 0)
      continue;
    before = last[session->station] > 0 ? &items[last[session->station] - 1] : NULL;
    if (before != NULL && before->departure_ms > session->arrival_ms) {
      g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_CONFLICT,
                   _ ("%s:%u:1: this car arrives at station “%s” while that of line %u is still there"), path,
                   session->line, stations[session->station], before->line);
      return FALSE;
    }
    last[session->station] = i + 1;
  }
  return TRUE;
}

static BbSessions *
take_sessions (Reader *reader)
{
  BbSessions *sessions = g_new0 (BbSessions, 1);

  sessions->name = g_strdup (reader->csv.text->path);
  sessions->n_items = reader->items->len;
  sessions->items = (BbSession *) (gpointer) g_array_free (g_steal_pointer (&reader->items), FALSE);
  sessions->n_stations = reader->stations->len;
  g_ptr_array_set_free_func (reader->stations, NULL);
  g_ptr_array_add (reader->stations, NULL);
  sessions->stations = (char **) g_ptr_array_free (g_steal_pointer (&reader->stations), FALSE);
  sessions->n_zero = reader->n_zero;
  sessions->ignored_columns = g_steal_pointer (&reader->ignored);
  return sessions;
}

BbSessions *
bb_sessions_load_csv (const char *path, const BbInputOptions *options, GError **error)
{
  g_auto (Reader) reader = { .options = options };
  g_autoptr (BbSessions) sessions = NULL;

  reader.items = g_array_new (FALSE, FALSE, sizeof (BbSession));
  reader.stations = g_ptr_array_new_with_free_func (g_free);
  reader.by_name = g_hash_table_new (g_str_hash, g_str_equal);
  if (!bb_times_init (&reader.times, options->zone, error) || !bb_csv_open (&reader.csv, path, error)
      || !find_columns (&reader, error) || !read_all (&reader, error))
    return NULL;
  sessions = take_sessions (&reader);
  if (sessions->n_items > 1)
    qsort (sessions->items, sessions->n_items, sizeof *sessions->items, compare_sessions);
  if (!check_overlaps (sessions->name, sessions->items, sessions->n_items, sessions->stations,
                       sessions->n_stations, error))
    return NULL;
  return g_steal_pointer (&sessions);
}

/* ---- repetition ---- */

/* Without an error: a time that the day's clock skips comes as much later. */
static int64_t
at_clock (BbZone *zone, int64_t clock_ms)
{
  int64_t utc_ms;

  bb_zone_from_local (zone, clock_ms, &utc_ms, NULL);
  return utc_ms;
}

static void
repeat_on_day (const BbSessions *sessions, BbZone *zone, int64_t first_day_ms, int64_t day_ms,
               int64_t from_ms, int64_t to_ms, GArray *items)
{
  for (size_t i = 0; i < sessions->n_items; i++) {
    BbSession session = sessions->items[i];
    int64_t arrival_ms = bb_zone_to_local (zone, session.arrival_ms) - first_day_ms + day_ms;
    int64_t departure_ms = bb_zone_to_local (zone, session.departure_ms) - first_day_ms + day_ms;

    session.arrival_ms = at_clock (zone, arrival_ms);
    session.departure_ms = at_clock (zone, departure_ms);
    if (session.arrival_ms < from_ms || session.arrival_ms >= to_ms
        || session.departure_ms <= session.arrival_ms)
      continue;
    g_array_append_val (items, session);
  }
}

BbSessions *
bb_sessions_repeat (const BbSessions *sessions, const char *zone_id, int64_t from_ms, int64_t to_ms,
                    GError **error)
{
  g_autoptr (BbSessions) result = g_new0 (BbSessions, 1);
  g_autoptr (BbZone) zone = bb_zone_new (zone_id, error);
  GArray *items;
  int64_t first_day_ms;

  if (zone == NULL)
    return NULL;
  items = g_array_new (FALSE, FALSE, sizeof (BbSession));
  if (sessions->n_items > 0) {
    int64_t last_ms = bb_zone_to_local (zone, sessions->items[sessions->n_items - 1].arrival_ms);

    first_day_ms = bb_floor_to (bb_zone_to_local (zone, sessions->items[0].arrival_ms), BB_MS_PER_DAY);
    if (last_ms - first_day_ms >= BB_MS_PER_DAY) {
      g_array_unref (items);
      g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_TIME,
                   _ ("%s: sessions arrive on more than one day: only one day's can be repeated"),
                   sessions->name);
      return NULL;
    }
    for (int64_t day_ms = bb_floor_to (bb_zone_to_local (zone, from_ms), BB_MS_PER_DAY) - BB_MS_PER_DAY;
         day_ms <= bb_zone_to_local (zone, to_ms); day_ms += BB_MS_PER_DAY)
      repeat_on_day (sessions, zone, first_day_ms, day_ms, from_ms, to_ms, items);
  }
  result->name = g_strdup (sessions->name);
  result->stations = g_strdupv (sessions->stations);
  result->n_stations = sessions->n_stations;
  result->n_zero = sessions->n_zero;
  result->ignored_columns = g_strdup (sessions->ignored_columns);
  result->n_items = items->len;
  result->items = (BbSession *) (gpointer) g_array_free (items, FALSE);
  if (result->n_items > 1)
    qsort (result->items, result->n_items, sizeof *result->items, compare_sessions);
  if (!check_overlaps (result->name, result->items, result->n_items, result->stations, result->n_stations,
                       error))
    return NULL;
  return g_steal_pointer (&result);
}

size_t
bb_sessions_find (const BbSessions *sessions, int64_t t_ms)
{
  size_t low = 0, high = sessions->n_items;

  while (low < high) {
    size_t middle = low + (high - low) / 2;

    if (sessions->items[middle].arrival_ms < t_ms)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

void
bb_sessions_free (BbSessions *sessions)
{
  if (sessions == NULL)
    return;
  g_free (sessions->name);
  g_free (sessions->items);
  g_strfreev (sessions->stations);
  g_free (sessions->ignored_columns);
  g_free (sessions);
}
