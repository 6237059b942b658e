/* SPDX-License-Identifier: GPL-3.0-or-later */
/* engine-config.c: a site becomes the engine's configuration, here and nowhere else. */
#include "model/engine-config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/engine-limits.h"
#include "profiles/catalogue.h"

/* Minutes to ms. */
#define MINUTE_MS 60000

typedef struct {
  BbSite *site;
  BbEngineConfig *c;
  const BbEngineOptions *options;
  gboolean ok;
  GError **error;
} Builder;

static void fail (Builder *b, const gchar *pointer, const gchar *format, ...) G_GNUC_PRINTF (3, 4);

/* Only the first failure is reported. */
static void
fail (Builder *b, const gchar *pointer, const gchar *format, ...)
{
  g_autofree gchar *sentence = NULL;
  va_list args;

  if (!b->ok)
    return;
  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (b->error, BB_MODEL_ERROR, BB_MODEL_ERROR_CHECK, "%s: %s", pointer, sentence);
  b->ok = FALSE;
}

static guint
count (GListModel *list)
{
  return g_list_model_get_n_items (list);
}

gint
bb_engine_config_find (const BbEngineConfig *self, BbTable table, const gchar *id)
{
  return GPOINTER_TO_INT (g_hash_table_lookup (self->by_id[table], id)) - 1;
}

/* Index of a reference: -1 for "" and for one that names nothing, which fails. */
static gint16
resolve (Builder *b, BbTable table, const gchar *id, const gchar *list, guint position, const gchar *key)
{
  g_autofree gchar *pointer = NULL;
  gint index;

  if (*id == '\0')
    return -1;
  index = bb_engine_config_find (b->c, table, id);
  if (index < 0) {
    pointer = g_strdup_printf ("/%s/%u/%s", list, position, key);
    fail (b, pointer, _ ("There is no “%s”. Give the id of one that exists."), id);
  }
  return (gint16) index;
}

/* ---- sizes, ids, order ---- */

static gboolean
check_size (Builder *b, const gchar *pointer, guint n, guint most)
{
  if (n > most)
    fail (b, pointer, _ ("The site has %u of these; this build controls %u at most. Split the site."), n,
          most);
  return n <= most;
}

static void
index_ids (BbEngineConfig *c, BbTable table, gchar **ids)
{
  c->by_id[table] = g_hash_table_new (g_str_hash, g_str_equal);
  for (gint i = 0; ids[i] != NULL; i++)
    if (!g_hash_table_contains (c->by_id[table], ids[i]))
      g_hash_table_insert (c->by_id[table], ids[i], GINT_TO_POINTER (i + 1));
}

static gchar **
collect_ids (GListModel *list)
{
  const guint n = count (list);
  gchar **ids = g_new0 (gchar *, n + 1);

  for (guint i = 0; i < n; i++) {
    g_autoptr (GObject) item = (GObject *) g_list_model_get_item (list, i);

    g_object_get (item, "id", &ids[i], NULL);
  }
  return ids;
}

/* Engine index of a circuit's parent, once that was placed; -1 for a root, -2 while it waits. */
static gint
placed_parent (Builder *b, GHashTable *placed, guint position)
{
  const BbCircuitFields *f = bb_circuit_peek (bb_site_circuit (b->site, position));
  gint index;

  if (*f->parent == '\0')
    return -1;
  index = GPOINTER_TO_INT (g_hash_table_lookup (placed, f->parent)) - 1;
  return index >= 0 ? index : -2;
}

/* Sorts circuits, parents before children. What cannot be placed has an unknown parent or is part of a ring.
 */
static void
order_circuits (Builder *b)
{
  BbEngineConfig *c = b->c;
  const guint n = c->config.n_circuits;
  g_autoptr (GHashTable) placed = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree gboolean *done = g_new0 (gboolean, n + 1);
  guint n_done = 0, before;

  do {
    before = n_done;
    for (guint i = 0; i < n; i++) {
      const gint parent = done[i] ? -2 : placed_parent (b, placed, i);

      if (parent == -2)
        continue;
      done[i] = TRUE;
      c->circuit_position[n_done] = i;
      c->circuit_index[i] = n_done;
      c->circuits[n_done].parent = (gint16) parent;
      c->circuit_ids[n_done] = g_strdup (bb_circuit_peek (bb_site_circuit (b->site, i))->id);
      g_hash_table_insert (placed, c->circuit_ids[n_done], GINT_TO_POINTER (n_done + 1));
      n_done++;
    }
  } while (n_done > before);
  for (guint i = 0; i < n; i++)
    if (!done[i]) {
      const BbCircuitFields *f = bb_circuit_peek (bb_site_circuit (b->site, i));
      g_autofree gchar *pointer = g_strdup_printf ("/circuits/%u/parent", i);

      fail (b, pointer,
            bb_site_find_circuit (b->site, f->parent) < 0
                ? _ ("There is no circuit “%s”. Give the id of one that exists.")
                : _ ("Circuit “%s” is its own ancestor. Break the ring: the main fuse has no parent."),
            f->parent);
    }
}

/* ---- circuits and meters ---- */

static void
fill_circuit (Builder *b, guint index)
{
  bbe_circuit_config *out = &b->c->circuits[index];
  const guint position = b->c->circuit_position[index];
  const BbCircuitFields *f = bb_circuit_peek (bb_site_circuit (b->site, position));
  const gint inherited = out->parent >= 0 ? b->c->circuits[out->parent].phases : bb_site_get_phases (b->site);

  out->meter = resolve (b, BB_TABLE_METERS, f->meter, "circuits", position, "meter");
  out->pv_meter = resolve (b, BB_TABLE_METERS, f->pv_meter, "circuits", position, "pv_meter");
  out->phases = (guint8) (f->phases == BB_UNSTATED ? inherited : f->phases);
  out->stations_only = f->stations_only;
  for (gint p = 0; p < 3; p++) {
    out->rating_ma[p] = f->rating_ma[p];
    out->other_load_ma[p] = MAX (f->other_load_ma[p], 0);
    out->generation_ma[p] = f->generation_ma[p];
  }
  out->supply_max_ma = f->supply_max_ma;
  out->total_limit_w = f->total_limit_w;
  out->reserve_ma = f->reserve_ma;
  out->unbalance_ma = f->unbalance_ma;
  out->peak.window_min = f->peak_window_min;
  out->peak.initial_w = f->peak_initial_w;
}

/* The engine wants all that may flow in a circuit beside stations; a person states what hangs on each. Where
 * the circuits below together declare more than their parent does, the parent carries that. */
static void
carry_loads_up (BbEngineConfig *c)
{
  for (guint i = c->config.n_circuits; i-- > 0;)
    for (gint p = 0; p < 3; p++) {
      gint64 below = 0;

      for (guint k = i + 1; k < c->config.n_circuits; k++)
        if (c->circuits[k].parent == (gint) i && !c->circuits[k].stations_only)
          below += c->circuits[k].other_load_ma[p];
      if (below > c->circuits[i].other_load_ma[p]) {
        c->circuits[i].other_load_ma[p] = (gint) MIN (below, BBE_MAX_MA);
        c->circuits[i].stations_only = FALSE;
      }
    }
}

/* Phases of the circuits that a meter measures. */
static gint
metered_phases (Builder *b, guint meter)
{
  gint phases = 0;

  for (guint i = 0; i < b->c->config.n_circuits; i++)
    if (b->c->circuits[i].meter == (gint) meter || b->c->circuits[i].pv_meter == (gint) meter)
      phases |= b->c->circuits[i].phases;
  return phases != 0 ? phases : bb_site_get_phases (b->site);
}

/* What a part's profile says of its readings; NULL: no profile, or one that is not known here. */
static const BbInterface *
interface_of (const gchar *profile, const gchar *connection)
{
  BbProfile *known = *profile != '\0' ? bb_catalogue_find (bb_catalogue_get_default (), profile, NULL) : NULL;

  return known != NULL ? bb_profile_choose_interface (known, connection) : NULL;
}

static void
fill_meter (Builder *b, guint i)
{
  bbe_meter_config *out = &b->c->meters[i];
  const BbMeterFields *f = bb_meter_peek (bb_site_meter (b->site, i));
  const gboolean instant = b->options->no_delays;

  out->phases = (guint8) (f->phases == BB_UNSTATED ? metered_phases (b, i) : f->phases);
  out->is_signed = f->is_signed;
  out->total_only = f->total_only || f->behind_transformer;
  out->interval_ms = f->interval_ms;
  out->lag_ms = instant ? 0 : f->lag_ms;
  out->back_online_ms = instant ? 0 : f->back_online_ms;
  const BbInterface *told = interface_of (f->profile, f->connection);
  b->c->scales[i] = (BbMeterScale){ f->current_step_ma, f->voltage_step_mv, f->power_step_w };
  if (told != NULL)
    b->c->scales[i] = (BbMeterScale){ MAX (f->current_step_ma, told->current_step_ma),
                                      MAX (f->voltage_step_mv, told->voltage_step_mv),
                                      MAX (f->power_step_w, told->power_step_w) };
}

/* ---- groups ---- */

/* FNV-1a, 64 bits (Fowler, Noll, Vo; IETF draft-eastlake-fnv). */
static guint64
hash_text (const gchar *text)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (; *text != '\0'; text++)
    hash = (hash ^ (guchar) *text) * G_GUINT64_CONSTANT (0x100000001b3);
  return hash;
}

static gint
lower_limit (gint limit, gint other)
{
  if (limit == 0 || other == 0)
    return MAX (limit, other);
  return MIN (limit, other);
}

/* Engine index of the circuit that a group is measured at: that of its measurement device, else the next one
 * at or above its own that has a meter; -1 when there is none. */
static gint
measured_circuit (const BbEngineConfig *c, gint circuit, gint device)
{
  for (; circuit >= 0; circuit = c->circuits[circuit].parent)
    if (c->circuits[circuit].meter >= 0 && (device < 0 || c->circuits[circuit].meter == device))
      return circuit;
  return -1;
}

static gint
root_of (const BbEngineConfig *c, gint circuit)
{
  while (c->circuits[circuit].parent >= 0)
    circuit = c->circuits[circuit].parent;
  return circuit;
}

/* What A-07 and T-05 say of a group, but hold at its measured circuit, at the site's connection. */
static void
apply_to_circuits (BbEngineConfig *c, const BbGroupFields *f, gint circuit, gint device)
{
  const gint measured = measured_circuit (c, circuit, device);
  bbe_circuit_config *at = &c->circuits[measured >= 0 ? measured : circuit];
  bbe_circuit_config *root = &c->circuits[root_of (c, circuit)];

  at->supply_max_ma = lower_limit (at->supply_max_ma, f->supply_max_ma);
  root->supply_max_ma = lower_limit (root->supply_max_ma, f->household_ma);
  if (f->use_peak) {
    at->peak.initial_w
        = at->peak.window_min != 0 ? MIN (at->peak.initial_w, f->initial_peak_w) : f->initial_peak_w;
    at->peak.window_min = f->peak_window_min;
  }
}

static void
fill_windows (Builder *b, bbe_group_config *out, BbGroup *group, guint position)
{
  GListModel *list = bb_group_get_windows (group);
  g_autofree gchar *pointer = g_strdup_printf ("/groups/%u/windows", position);

  if (!check_size (b, pointer, count (list), BBE_MAX_WINDOWS))
    return;
  out->n_windows = (guint8) count (list);
  for (guint i = 0; i < out->n_windows; i++) {
    g_autoptr (BbWindow) window = (BbWindow *) g_list_model_get_item (list, i);
    const BbWindowFields *f = bb_window_peek (window);

    out->windows[i] = (bbe_window){ (gint16) f->start_min, (gint16) f->end_min, (guint8) f->days };
  }
}

static void
fill_group_times (const Builder *b, bbe_group_config *out, const BbGroupFields *f)
{
  out->turn_ms = f->turn_min * MINUTE_MS;
  if (b->options->no_delays)
    return;
  out->solar_start_delay_ms = f->solar_start_delay_ms;
  out->solar_stop_delay_ms = f->solar_stop_delay_ms;
  out->random_delay_max_ms = f->random_delay_max_min * MINUTE_MS;
  out->hold_up_ms = f->hold_up_ms;
  out->slope_ma_per_s = f->slope_ma_per_s;
  out->min_on_ms = f->min_on_ms;
  out->min_off_ms = f->min_off_ms;
  out->switch_hold_ms = f->switch_hold_ms;
}

static void
fill_group (Builder *b, guint i)
{
  bbe_group_config *out = &b->c->groups[i];
  BbGroup *group = bb_site_group (b->site, i);
  const BbGroupFields *f = bb_group_peek (group);
  const gint device = resolve (b, BB_TABLE_METERS, f->measurement_device, "groups", i, "measurement_device");
  const gchar *serial = device >= 0 ? bb_meter_peek (bb_site_meter (b->site, (guint) device))->serial : "";
  g_autofree gchar *pointer = g_strdup_printf ("/groups/%u/circuit", i);

  out->circuit = resolve (b, BB_TABLE_CIRCUITS, f->circuit, "groups", i, "circuit");
  if (out->circuit < 0)
    fail (b, pointer, _ ("Group “%s” is on no circuit. Give the id of its circuit."), f->id);
  out->balancer = (guint8) (b->options->balancer >= 0 ? b->options->balancer : f->balancer);
  out->mode = (guint8) f->mode;
  out->active = f->active;
  out->solar_netted = f->solar_netted;
  out->plug_and_play = f->plug_and_play;
  out->off_peak = f->off_peak;
  out->online_ma = f->online_ma == BB_UNSTATED ? BBE_NO_LIMIT : f->online_ma;
  out->offline_ma = f->offline_ma == BB_UNSTATED ? BBE_NO_LIMIT : f->offline_ma;
  out->pause_threshold_ma = f->pause_threshold_ma;
  out->solar_start_ma = f->solar_start_ma;
  out->seed = f->seed != 0 ? (guint64) f->seed : hash_text (*serial != '\0' ? serial : f->id);
  fill_group_times (b, out, f);
  fill_windows (b, out, group, i);
  if (out->circuit >= 0)
    apply_to_circuits (b->c, f, out->circuit, device);
}

/* ---- stations ---- */

/* A number for a station's serial (or, without one, its id), the same in every run, and unique in the site.
 */
static guint64
make_serial (GHashTable *taken, const BbStationFields *f)
{
  guint64 serial = hash_text (*f->serial != '\0' ? f->serial : f->id);

  if (g_hash_table_contains (taken, &serial)) {
    g_autofree gchar *both = g_strconcat (f->serial, "\n", f->id, NULL);

    serial = hash_text (both);
  }
  while (!g_hash_table_add (taken, g_memdup2 (&serial, sizeof serial)))
    serial++;
  return serial;
}

/* Meters that contain the station: all on its path, if its group says so. */
static guint64
meters_on_path (const BbEngineConfig *c, gint circuit)
{
  guint64 meters = 0;

  for (; circuit >= 0; circuit = c->circuits[circuit].parent)
    if (c->circuits[circuit].meter >= 0)
      meters |= G_GUINT64_CONSTANT (1) << c->circuits[circuit].meter;
  return meters;
}

static guint64
included_meters (Builder *b, const bbe_station_config *out, const BbStationFields *f, guint position)
{
  guint64 meters = 0;

  if (f->included_in == NULL) {
    const gboolean included
        = out->group < 0 || bb_group_peek (bb_site_group (b->site, (guint) out->group))->chargers_included;

    return included ? meters_on_path (b->c, out->circuit) : 0;
  }
  for (guint i = 0; f->included_in[i] != NULL; i++) {
    gint meter = resolve (b, BB_TABLE_METERS, f->included_in[i], "stations", position, "included_in");

    if (meter >= 0)
      meters |= G_GUINT64_CONSTANT (1) << meter;
  }
  return meters;
}

static void
fill_station_place (Builder *b, guint i, const BbStationFields *f, bbe_station_config *out)
{
  g_autofree gchar *pointer = g_strdup_printf ("/stations/%u/circuit", i);
  guint n_phases;

  out->group = resolve (b, BB_TABLE_GROUPS, f->group, "stations", i, "group");
  out->circuit = resolve (b, BB_TABLE_CIRCUITS, f->circuit, "stations", i, "circuit");
  if (*f->circuit == '\0' && out->group >= 0)
    out->circuit = b->c->groups[out->group].circuit;
  if (out->circuit < 0) {
    fail (b, pointer, _ ("Station “%s” is on no circuit. Give the id of its circuit, or of its group."),
          f->id);
    return;
  }
  out->rotation_unknown
      = bb_station_get_rotation (bb_site_station (b->site, i), b->c->circuits[out->circuit].phases, &n_phases,
                                 out->rotation)
        == BB_ROTATION_UNKNOWN;
  out->n_phases = (guint8) n_phases;
  out->included = included_meters (b, out, f, i);
}

/* Its own maximum, its cable's, and its group's Working Current (T-05): the least of them. */
static gint
station_maximum (const Builder *b, const bbe_station_config *out, const BbStationFields *f)
{
  const gint working
      = out->group >= 0 ? bb_group_peek (bb_site_group (b->site, (guint) out->group))->working_ma : 0;
  gint max = f->max_ma;

  if (f->cable_ma > 0)
    max = MIN (max, f->cable_ma);
  if (working > 0)
    max = MIN (max, working);
  return max;
}

static void
fill_station_minima (const Builder *b, const BbStationFields *f, bbe_station_config *out)
{
  const gint least
      = out->group >= 0 ? bb_group_peek (bb_site_group (b->site, (guint) out->group))->min_ma : 0;

  if (b->options->zero_minimum)
    return;
  out->min_1p_ma = MAX (f->min_ma, least);
  out->min_3p_ma = f->min_3p_ma == BB_UNSTATED ? out->min_1p_ma : MAX (f->min_3p_ma, least);
  /* A plain socket is on or off. */
  if (f->socket)
    out->min_1p_ma = out->min_3p_ma = out->max_ma;
}

static void
fill_station (Builder *b, guint i, GHashTable *serials)
{
  bbe_station_config *out = &b->c->stations[i];
  const BbStationFields *f = bb_station_peek (bb_site_station (b->site, i));

  fill_station_place (b, i, f, out);
  out->can_switch = f->can_switch;
  out->socket = f->socket;
  out->commandable = f->commandable;
  out->measured = f->measured;
  out->priority = (guint8) f->priority;
  out->max_ma = station_maximum (b, out, f);
  fill_station_minima (b, f, out);
  out->step_ma = f->step_ma;
  out->failsafe_ma = f->failsafe_ma;
  out->power_on_ma = f->power_on_ma;
  out->held_ma = f->while_inactive == BB_INACTIVE_OFF ? 0
                 : f->failsafe_ma == BB_UNSTATED      ? out->max_ma
                                                      : MIN (f->failsafe_ma, out->max_ma);
  out->reaction_ms = b->options->no_delays ? 0 : f->reaction_ms;
  out->reservation_ma = f->reservation_ma == BB_UNSTATED ? out->max_ma : f->reservation_ma;
  out->serial = make_serial (serials, f);
  const BbInterface *told = interface_of (f->profile, f->connection);
  /* What tells no phase currents is not measured: its 0 A would look like a vehicle that takes nothing. */
  if (told != NULL && !told->has_phase_currents)
    out->measured = FALSE;
  b->c->station_steps_ma[i] = told != NULL ? told->current_step_ma : 1;
  /* A vendor's cloud is as slow as its profile says, whatever the site hopes. */
  if (told != NULL && (told->connections >> BB_CONNECTION_CLOUD & 1) != 0 && !b->options->no_delays)
    out->reaction_ms = MAX (out->reaction_ms,
                            bb_catalogue_find (bb_catalogue_get_default (), f->profile, NULL)->reaction_ms);
}

/* ---- site ---- */

static void
fill_reduced (Builder *b)
{
  bbe_config *out = &b->c->config;
  const BbReducedFields *f = bb_reduced_peek (bb_site_peek (b->site)->reduced);

  out->reduced_kind = (guint8) f->kind;
  out->reduced_value = f->kind == BBE_REDUCED_SHARE     ? f->share_permille
                       : f->kind == BBE_REDUCED_CURRENT ? f->current_ma
                       : f->kind == BBE_REDUCED_POWER   ? f->power_w
                                                        : 0;
  out->p14a.base_w = f->base_w;
  for (gint i = 0; i < 8; i++)
    out->p14a.factor_permille[i] = (gint16) f->factor_permille[i];
  out->p14a.n_devices = (gint16) f->devices;
  out->p14a.other_meter = -1;
  if (*f->other_meter != '\0') {
    out->p14a.other_meter = (gint16) bb_engine_config_find (b->c, BB_TABLE_METERS, f->other_meter);
    if (out->p14a.other_meter < 0)
      fail (b, "/reduced/other_meter", _ ("There is no “%s”. Give the id of one that exists."),
            f->other_meter);
  }
}

static void
fill_site (Builder *b)
{
  bbe_config *out = &b->c->config;
  const BbSiteFields *f = bb_site_peek (b->site);

  for (guint i = 0; i < out->n_signals; i++) {
    const BbSignalFields *signal = bb_signal_peek (bb_site_signal (b->site, i));

    b->c->signals[i] = (bbe_signal_config){ signal->keep_ms, (guint8) signal->lost };
  }
  fill_reduced (b);
  out->battery = (guint8) f->battery;
  out->nominal_mv = f->nominal_mv;
  out->simulation = b->options->simulation || b->options->zero_minimum;
}

/* Sizes and tables; FALSE when the site is over the engine's capacity. */
static gboolean
make_tables (Builder *b)
{
  const BbSiteFields *f = bb_site_peek (b->site);
  BbEngineConfig *c = b->c;
  const guint n_circuits = count (G_LIST_MODEL (f->circuits)), n_meters = count (G_LIST_MODEL (f->meters));
  const guint n_groups = count (G_LIST_MODEL (f->groups)), n_stations = count (G_LIST_MODEL (f->stations));
  const guint n_signals = count (G_LIST_MODEL (f->signals));

  if (!check_size (b, "/circuits", n_circuits, BBE_MAX_CIRCUITS)
      || !check_size (b, "/meters", n_meters, MIN (BBE_MAX_METERS, 64))
      || !check_size (b, "/groups", n_groups, BBE_MAX_GROUPS)
      || !check_size (b, "/stations", n_stations, BBE_MAX_STATIONS)
      || !check_size (b, "/signals", n_signals, BBE_MAX_SIGNALS))
    return FALSE;
  c->config.circuits = c->circuits = g_new0 (bbe_circuit_config, n_circuits + 1);
  c->config.meters = c->meters = g_new0 (bbe_meter_config, n_meters + 1);
  c->config.groups = c->groups = g_new0 (bbe_group_config, n_groups + 1);
  c->config.stations = c->stations = g_new0 (bbe_station_config, n_stations + 1);
  c->config.signals = c->signals = g_new0 (bbe_signal_config, n_signals + 1);
  c->config.n_circuits = (guint16) n_circuits;
  c->config.n_meters = (guint16) n_meters;
  c->config.n_groups = (guint16) n_groups;
  c->config.n_stations = (guint16) n_stations;
  c->config.n_signals = (guint16) n_signals;
  c->scales = g_new0 (BbMeterScale, n_meters + 1);
  c->station_steps_ma = g_new0 (gint, n_stations + 1);
  c->circuit_position = g_new0 (guint, n_circuits + 1);
  c->circuit_index = g_new0 (guint, n_circuits + 1);
  c->circuit_ids = g_new0 (gchar *, n_circuits + 1);
  c->meter_ids = collect_ids (G_LIST_MODEL (f->meters));
  c->group_ids = collect_ids (G_LIST_MODEL (f->groups));
  c->station_ids = collect_ids (G_LIST_MODEL (f->stations));
  c->signal_ids = collect_ids (G_LIST_MODEL (f->signals));
  return TRUE;
}

static void
index_tables (BbEngineConfig *c)
{
  index_ids (c, BB_TABLE_CIRCUITS, c->circuit_ids);
  index_ids (c, BB_TABLE_METERS, c->meter_ids);
  index_ids (c, BB_TABLE_GROUPS, c->group_ids);
  index_ids (c, BB_TABLE_STATIONS, c->station_ids);
  index_ids (c, BB_TABLE_SIGNALS, c->signal_ids);
}

static void
fill_tables (Builder *b)
{
  g_autoptr (GHashTable) serials = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  const bbe_config *n = &b->c->config;

  for (guint i = 0; i < n->n_circuits; i++)
    fill_circuit (b, i);
  carry_loads_up (b->c);
  for (guint i = 0; i < n->n_meters; i++)
    fill_meter (b, i);
  for (guint i = 0; i < n->n_groups; i++)
    fill_group (b, i);
  for (guint i = 0; i < n->n_stations; i++)
    fill_station (b, i, serials);
  fill_site (b);
}

BbEngineConfig *
bb_engine_config_new (BbSite *site, const BbEngineOptions *options, GError **error)
{
  static const BbEngineOptions defaults = BB_ENGINE_OPTIONS_INIT;
  g_autoptr (BbEngineConfig) self = g_new0 (BbEngineConfig, 1);
  Builder b = { site, self, options != NULL ? options : &defaults, TRUE, error };

  g_return_val_if_fail (BB_IS_SITE (site), NULL);
  if (!make_tables (&b))
    return NULL;
  order_circuits (&b);
  if (!b.ok)
    return NULL;
  index_tables (self);
  fill_tables (&b);
  if (!b.ok)
    return NULL;
  bb_engine_limits_apply (self, site);
  return g_steal_pointer (&self);
}

void
bb_engine_config_free (BbEngineConfig *self)
{
  if (self == NULL)
    return;
  g_free (self->circuits);
  g_free (self->meters);
  g_free (self->groups);
  g_free (self->stations);
  g_free (self->signals);
  g_free (self->scales);
  g_free (self->station_steps_ma);
  g_free (self->circuit_position);
  g_free (self->circuit_index);
  for (gsize i = 0; i < G_N_ELEMENTS (self->by_id); i++)
    g_clear_pointer (&self->by_id[i], g_hash_table_unref);
  g_strfreev (self->circuit_ids);
  g_strfreev (self->meter_ids);
  g_strfreev (self->group_ids);
  g_strfreev (self->station_ids);
  g_strfreev (self->signal_ids);
  g_free (self);
}
