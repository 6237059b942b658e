/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-load-csv.c: a CSV file as a source: streamed forward once, with a sparse index to go back; or one
 * day of it kept in memory, repeated by the local clock. */
#include <glib/gi18n.h>
#include <string.h>

#include "simulation/input-load.h"
#include "simulation/input-rows.h"

/* Going back costs reading so many bytes at most; a year of 1 s rows has 15,000 marks. */
#define INDEX_BYTES 65536
/* Rows looked at to find the resolution. */
#define PROBE_ROWS 33
/* Rows read at a time. */
#define BLOCK_ROWS 128
/* Equal rows become one stretch, up to this long. */
#define MAX_STRETCH_MS BB_MS_PER_DAY

/* Where to take up reading: the row at `offset`, and what was known before it. */
typedef struct {
  int64_t time_ms;
  int64_t previous_ms;
  goffset offset;
  uint64_t line;
  int32_t known_m[3];
} Mark;

/* From start_ms of the local day on. */
typedef struct {
  int64_t start_ms;
  int32_t value_m[3];
} Piece;

typedef struct {
  BbLoadSource parent;
  BbRows rows;
  BbInputKind kind;
  int64_t resolution_ms;
  BbRow current;
  const BbRow *next;       /* the row after it, in the block; NULL: none, or it cannot be read */
  BbRow block[BLOCK_ROWS]; /* rows read ahead; missing ones got the value that counts instead */
  const BbRow *block_end;
  int32_t known_m[3]; /* last value that was measured, up to the end of the block */
  int64_t counted_ms; /* of the row counted last; INT64_MIN: none */
  gboolean counted_missing;
  int64_t first_ms, end_ms;
  goffset read_offset; /* rows before this were counted already */
  GArray *marks;       /* of Mark, by time */
  GArray *gaps;        /* of BbInputGap */
  GArray *pieces;      /* of Piece, with BB_REPEAT_DAY: the whole day; else NULL */
  size_t piece;        /* the one used last */
  BbZoneCursor clock;  /* of the repeated day */
  GError *failed;      /* rows after the block cannot be read */
  BbLoadInfo counts;
} CsvSource;

/* ---- counting what was met ---- */

static void
add_gap (CsvSource *source, int64_t from_ms, int64_t to_ms)
{
  BbInputGap *last
      = source->gaps->len > 0 ? &g_array_index (source->gaps, BbInputGap, source->gaps->len - 1) : NULL;

  source->counts.gap_ms += to_ms - from_ms;
  if (last != NULL && last->to_ms == from_ms && source->counts.gap_count == source->gaps->len) {
    last->to_ms = to_ms;
    return;
  }
  source->counts.gap_count++;
  if (source->gaps->len < BB_INPUT_MAX_GAPS) {
    BbInputGap gap = { from_ms, to_ms };

    g_array_append_val (source->gaps, gap);
  }
}

/* When the own value of a row ends: at the next row, or one resolution later where that is missing. */
static inline int64_t
held_until (const CsvSource *source, int64_t time_ms, int64_t next_ms)
{
  int64_t spacing_ms = next_ms - time_ms;

  return spacing_ms * 2 <= source->resolution_ms * 3 ? next_ms : time_ms + source->resolution_ms;
}

static inline int64_t
hold_end (const CsvSource *source)
{
  if (source->next == NULL)
    return source->current.time_ms + source->resolution_ms;
  return held_until (source, source->current.time_ms, source->next->time_ms);
}

/* What lies before a row at next_ms that was not measured. */
static void
count_gaps (CsvSource *source, int64_t next_ms)
{
  int64_t end_ms = held_until (source, source->counted_ms, next_ms);

  if (source->counted_missing)
    add_gap (source, source->counted_ms, end_ms);
  if (end_ms < next_ms)
    add_gap (source, end_ms, next_ms);
}

/* Rows of the block that were never read before. */
static void
count_block (CsvSource *source, const BbRowsClamped *clamped)
{
  for (const BbRow *row = source->block; row < source->block_end; row++) {
    if (source->counted_ms != INT64_MIN
        && (source->counted_missing || row->time_ms - source->counted_ms != source->resolution_ms))
      count_gaps (source, row->time_ms);
    source->counted_ms = row->time_ms;
    source->counted_missing = row->missing;
  }
  source->counts.rows += (uint64_t) (source->block_end - source->block);
  source->counts.clamped_rows += clamped->rows;
  source->counts.clamped_lowest_m = MIN (source->counts.clamped_lowest_m, clamped->lowest_m);
}

/* ---- moving on ---- */

static void
add_mark (CsvSource *source, goffset offset, uint64_t line, int64_t previous_ms)
{
  Mark mark = { source->block[0].time_ms, previous_ms, offset, line, { 0, 0, 0 } };

  if (source->marks->len > 0
      && offset - g_array_index (source->marks, Mark, source->marks->len - 1).offset < INDEX_BYTES)
    return;
  memcpy (mark.known_m, source->known_m, sizeof mark.known_m);
  g_array_append_val (source->marks, mark);
}

/* Gives missing rows the value that counts instead: the last one of a load, no generation. */
static void
fill_missing (CsvSource *source)
{
  static const int32_t nothing[3] = { 0, 0, 0 };

  for (BbRow *row = source->block; row < source->block_end; row++) {
    if (!row->missing)
      continue;
    if (source->kind == BB_INPUT_PV)
      memcpy (row->value_m, nothing, sizeof nothing);
    else
      memcpy (row->value_m, row > source->block ? row[-1].value_m : source->known_m, sizeof row->value_m);
  }
  if (source->block_end > source->block)
    memcpy (source->known_m, source->block_end[-1].value_m, sizeof source->known_m);
}

/* The file ended: a last row without values is a gap too. */
static void
count_end (CsvSource *source)
{
  if (!source->counts.complete && source->counted_missing)
    add_gap (source, source->counted_ms, source->counted_ms + source->resolution_ms);
  source->counts.complete = TRUE;
}

/* The next rows into the block. A row that cannot be read is an error only when its turn comes. */
static void
read_block (CsvSource *source)
{
  goffset offset = bb_text_tell (source->rows.csv.text);
  uint64_t line = source->rows.csv.text->line;
  int64_t previous_ms = source->rows.previous_ms;
  BbRowsClamped clamped;
  size_t n = bb_rows_read (&source->rows, source->block, BLOCK_ROWS, &clamped, &source->failed);

  source->block_end = source->block + n;
  source->next = n > 0 ? source->block : NULL;
  if (n == 0) {
    if (source->failed == NULL)
      count_end (source);
    return;
  }
  if (offset >= source->read_offset) {
    add_mark (source, offset, line, previous_ms);
    source->read_offset = bb_text_tell (source->rows.csv.text);
    count_block (source, &clamped);
  }
  fill_missing (source);
}

/* `next` becomes `current`. */
static inline void
advance (CsvSource *source)
{
  source->current = *source->next++;
  if (source->next < source->block_end)
    return;
  source->next = NULL;
  if (source->failed == NULL)
    read_block (source);
}

/* Takes up reading at the last mark not after t_ms. */
static gboolean
go_back (CsvSource *source, int64_t t_ms, GError **error)
{
  guint low = 0, high = source->marks->len;
  const Mark *mark;

  while (high - low > 1) {
    guint middle = low + (high - low) / 2;

    if (g_array_index (source->marks, Mark, middle).time_ms <= t_ms)
      low = middle;
    else
      high = middle;
  }
  mark = &g_array_index (source->marks, Mark, low);
  g_clear_error (&source->failed);
  if (!bb_rows_seek (&source->rows, mark->offset, mark->line, mark->previous_ms, error))
    return FALSE;
  memcpy (source->known_m, mark->known_m, sizeof source->known_m);
  read_block (source);
  advance (source);
  return TRUE;
}

/* Makes the stretch longer while the rows that follow say the same. */
static void
extend (CsvSource *source)
{
  BbLoadSource *parent = &source->parent;

  while (source->next != NULL && parent->until_ms == source->next->time_ms
         && memcmp (source->next->value_m, parent->value_m, sizeof parent->value_m) == 0
         && parent->until_ms - parent->from_ms < MAX_STRETCH_MS) {
    advance (source);
    parent->until_ms = hold_end (source);
  }
}

static gboolean
set_range_error (CsvSource *source, int64_t t_ms, GError **error)
{
  g_autofree char *asked = bb_time_format (t_ms, source->rows.times.zone);
  g_autofree char *first = bb_time_format (source->first_ms, source->rows.times.zone);
  g_autofree char *end = bb_time_format (hold_end (source), source->rows.times.zone);
  const char *path = source->rows.csv.text->path;

  if (t_ms < source->first_ms)
    g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_RANGE,
                 _ ("%s begins at %s, but the run at %s; start later, or repeat one day of it"), path, first,
                 asked);
  else if (t_ms == hold_end (source))
    g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_RANGE,
                 _ ("%s ends at %s, but the run goes on; simulate fewer days, or repeat one day of it"), path,
                 end);
  else
    g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_RANGE,
                 _ ("%s ends at %s, but the run needs %s; simulate fewer days, or repeat one day of it"),
                 path, end, asked);
  return FALSE;
}

/* Past the last row: because the file ends there, or because the next one cannot be read. */
static gboolean
set_end_error (CsvSource *source, int64_t t_ms, GError **error)
{
  if (source->failed == NULL)
    return set_range_error (source, t_ms, error);
  if (error != NULL)
    *error = g_error_copy (source->failed);
  return FALSE;
}

static gboolean
stream_seek (BbLoadSource *parent, int64_t t_ms, GError **error)
{
  static const int32_t nothing[3] = { 0, 0, 0 };
  CsvSource *source = (CsvSource *) parent;
  int64_t end_ms;

  parent->from_ms = parent->until_ms = 0;
  if (t_ms < source->first_ms)
    return set_range_error (source, t_ms, error);
  if (t_ms < source->current.time_ms && !go_back (source, t_ms, error))
    return FALSE;
  while (source->next != NULL && source->next->time_ms <= t_ms)
    advance (source);
  end_ms = hold_end (source);
  if (t_ms < end_ms) {
    memcpy (parent->value_m, source->current.value_m, sizeof parent->value_m);
    parent->until_ms = end_ms;
    parent->from_ms = source->current.time_ms;
    extend (source);
    return TRUE;
  }
  if (source->next == NULL)
    return set_end_error (source, t_ms, error);
  memcpy (parent->value_m, source->kind == BB_INPUT_PV ? nothing : source->current.value_m,
          sizeof parent->value_m);
  parent->from_ms = end_ms;
  parent->until_ms = source->next->time_ms;
  return TRUE;
}

/* ---- one day, again and again ---- */

static gboolean
repeat_seek (BbLoadSource *parent, int64_t t_ms, GError **error)
{
  CsvSource *source = (CsvSource *) parent;
  int64_t offset_ms = (int64_t) bb_zone_cursor_offset_s (&source->clock, t_ms) * 1000;
  int64_t day_ms = bb_floor_to (t_ms + offset_ms, BB_MS_PER_DAY) - offset_ms;
  int64_t clock_ms = t_ms - day_ms;
  const Piece *pieces = (const Piece *) (gconstpointer) source->pieces->data;
  size_t low = 0, high = source->pieces->len;

  if (source->piece + 1 < high && pieces[source->piece + 1].start_ms <= clock_ms)
    low = source->piece + 1;
  if (low + 1 < high && pieces[low + 1].start_ms > clock_ms)
    high = low + 1;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;

    if (pieces[middle].start_ms <= clock_ms)
      low = middle;
    else
      high = middle;
  }
  source->piece = low;
  memcpy (parent->value_m, pieces[low].value_m, sizeof parent->value_m);
  parent->from_ms = MAX (day_ms + pieces[low].start_ms, source->clock.from_ms);
  parent->until_ms = day_ms + (low + 1 < source->pieces->len ? pieces[low + 1].start_ms : BB_MS_PER_DAY);
  parent->until_ms = MIN (parent->until_ms, source->clock.until_ms);
  return TRUE;
}

/* A row of the day, its time by the clock as written. */
typedef struct {
  int64_t clock_ms;
  int64_t end_ms;
  int32_t value_m[3];
  guint order; /* in the file */
} DayRow;

static int
compare_day_rows (const void *a, const void *b)
{
  const DayRow *x = a, *y = b;

  if (x->clock_ms != y->clock_ms)
    return x->clock_ms > y->clock_ms ? 1 : -1;
  return (x->order > y->order) - (x->order < y->order);
}

static void
add_piece (CsvSource *source, int64_t start_ms, const int32_t value_m[3])
{
  Piece piece = { start_ms, { value_m[0], value_m[1], value_m[2] } };
  const Piece *last;

  if (start_ms >= BB_MS_PER_DAY)
    return;
  if (source->pieces->len > 0) {
    last = &g_array_index (source->pieces, Piece, source->pieces->len - 1);
    if (memcmp (last->value_m, piece.value_m, sizeof piece.value_m) == 0)
      return;
  }
  g_array_append_val (source->pieces, piece);
}

/* Sorted rows of a day to pieces that cover it; what is between rows holds (load) or is 0 (generation). */
static void
build_pieces (CsvSource *source, GArray *day)
{
  static const int32_t nothing[3] = { 0, 0, 0 };
  const DayRow *rows = (const DayRow *) (gconstpointer) day->data;
  const DayRow *last = &rows[day->len - 1];
  gboolean is_pv = source->kind == BB_INPUT_PV;

  source->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  /* Before the first row the last one of the day before goes on. */
  if (rows[0].clock_ms > 0) {
    gboolean over = last->end_ms > BB_MS_PER_DAY;

    add_piece (source, 0, is_pv && !over ? nothing : last->value_m);
    if (is_pv && over && last->end_ms - BB_MS_PER_DAY < rows[0].clock_ms)
      add_piece (source, last->end_ms - BB_MS_PER_DAY, nothing);
  }
  for (guint i = 0; i < day->len; i++) {
    int64_t next_ms = i + 1 < day->len ? rows[i + 1].clock_ms : BB_MS_PER_DAY;

    add_piece (source, rows[i].clock_ms, rows[i].value_m);
    if (is_pv && rows[i].end_ms < next_ms)
      add_piece (source, rows[i].end_ms, nothing);
  }
}

static gboolean
set_day_error (CsvSource *source, uint64_t line, GError **error)
{
  bb_text_error (source->rows.csv.text, error, BB_INPUT_ERROR_TIME, line, 1,
                 _ ("more than one day: only a file of one day can be repeated by the clock"));
  return FALSE;
}

/* Keeps each clock time once: of an hour that the clock showed twice, the first. */
static void
sort_day (GArray *day)
{
  DayRow *rows = (DayRow *) (gpointer) day->data;
  guint kept = 0;

  g_array_sort (day, compare_day_rows);
  for (guint i = 0; i < day->len; i++)
    if (kept == 0 || rows[kept - 1].clock_ms != rows[i].clock_ms)
      rows[kept++] = rows[i];
  g_array_set_size (day, kept);
}

static gboolean
load_day (CsvSource *source, GError **error)
{
  g_autoptr (GArray) day = g_array_new (FALSE, FALSE, sizeof (DayRow));
  int64_t first_clock_ms = source->current.time_ms + source->current.offset_ms;

  for (;;) {
    DayRow row = { .order = day->len };
    int64_t written_ms = source->current.time_ms + source->current.offset_ms;

    if (written_ms + source->resolution_ms - first_clock_ms > BB_MS_PER_DAY)
      return set_day_error (source, source->current.line, error);
    memcpy (row.value_m, source->current.value_m, sizeof row.value_m);
    row.clock_ms = written_ms - bb_floor_to (written_ms, BB_MS_PER_DAY);
    row.end_ms = row.clock_ms + hold_end (source) - source->current.time_ms;
    g_array_append_val (day, row);
    if (source->next == NULL)
      break;
    advance (source);
  }
  if (source->failed != NULL)
    return set_end_error (source, 0, error);
  sort_day (day);
  build_pieces (source, day);
  bb_zone_cursor_init (&source->clock, source->rows.times.zone);
  return TRUE;
}

/* ---- opening ---- */

static int
compare_times (const void *a, const void *b)
{
  int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;

  return (x > y) - (x < y);
}

/* The spacing met most often, the smallest of several. */
static int64_t
most_common (int64_t *spacings, size_t n)
{
  int64_t best = 0;
  size_t best_count = 0;

  qsort (spacings, n, sizeof *spacings, compare_times);
  for (size_t i = 0, from = 0; i < n; i++) {
    if (spacings[i] != spacings[from])
      from = i;
    if (i - from + 1 > best_count) {
      best_count = i - from + 1;
      best = spacings[i];
    }
  }
  return best;
}

static gboolean
set_resolution (CsvSource *source, int64_t resolution_ms, uint64_t line, GError **error)
{
  if (resolution_ms < 1000 || resolution_ms > BB_MS_PER_HOUR) {
    bb_text_error (source->rows.csv.text, error, BB_INPUT_ERROR_TIME, line, 1,
                   _ ("rows every %.6g s: this reads 1 s to 1 h"), (double) resolution_ms / 1000);
    return FALSE;
  }
  source->resolution_ms = source->rows.resolution_ms = resolution_ms;
  return TRUE;
}

/* Reads the first rows to learn the resolution. */
static gboolean
probe (CsvSource *source, GError **error)
{
  int64_t spacings[PROBE_ROWS];
  size_t n = 0, rows = 0;
  int64_t previous_ms = 0;
  uint64_t second_line = 0;
  GError *local = NULL;
  BbRow row;

  while (rows < PROBE_ROWS && bb_rows_next (&source->rows, &row, &local)) {
    if (rows++ == 0)
      source->first_ms = row.time_ms;
    else if (n == 0)
      second_line = row.line;
    if (rows > 1)
      spacings[n++] = row.time_ms - previous_ms;
    previous_ms = row.time_ms;
  }
  if (local != NULL) {
    g_propagate_error (error, local);
    return FALSE;
  }
  if (n == 0) {
    g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_EMPTY,
                 rows == 0 ? _ ("%s has a header but no rows")
                           : _ ("%s has one row only; at least two are needed to tell the resolution"),
                 source->rows.csv.text->path);
    return FALSE;
  }
  return set_resolution (source, most_common (spacings, n), second_line, error);
}

/* The last row's time, read on from the current line; INT64_MIN where that fails. */
static int64_t
last_time (BbRows *rows)
{
  g_autoptr (GError) local = NULL;
  int64_t last_ms = INT64_MIN, first_ms, second_ms;
  BbRow row = { 0 };

  while (bb_rows_next (rows, &row, &local))
    last_ms = row.time_ms;
  if (local != NULL || last_ms == INT64_MIN)
    return INT64_MIN;
  /* Out of context it cannot be told which of two it was. */
  if (rows->time_kind == BB_ROW_TIME_ISO
      && bb_zone_from_local (rows->times.zone, last_ms + row.offset_ms, &first_ms, &second_ms)
             == BB_LOCAL_OVERLAP
      && first_ms == last_ms)
    return second_ms;
  return last_ms;
}

/* Finds the last row from the end of the file, so that a run too long is known before it starts. Where the
 * end cannot be read it is left to the reading to say why. */
static void
find_end (CsvSource *source, goffset first_row)
{
  BbRows *rows = &source->rows;
  goffset from = MAX (first_row, rows->csv.text->size - BB_TEXT_MAX_LINE);
  int64_t last_ms = INT64_MIN;
  const char *begin, *end;

  source->end_ms = INT64_MAX;
  rows->resolution_ms = 0;
  if (bb_rows_seek (rows, from, 1, INT64_MIN, NULL)
      && (from == first_row || bb_text_next (rows->csv.text, &begin, &end, NULL)))
    last_ms = last_time (rows);
  rows->resolution_ms = source->resolution_ms;
  if (last_ms > source->first_ms)
    source->end_ms = last_ms + source->resolution_ms;
}

static void
csv_get_info (BbLoadSource *parent, BbLoadInfo *info)
{
  CsvSource *source = (CsvSource *) parent;

  *info = source->counts;
  info->unit = source->rows.unit;
  info->total_only = source->rows.total_column >= 0 && __builtin_popcount (source->rows.total_phases) > 1;
  info->resolution_ms = source->resolution_ms;
  info->averages = source->resolution_ms > BB_MS_PER_MINUTE;
  info->first_ms = source->pieces != NULL ? INT64_MIN : source->first_ms;
  info->end_ms = source->pieces != NULL ? INT64_MAX : source->end_ms;
  info->gaps = (const BbInputGap *) (gconstpointer) source->gaps->data;
  info->n_gaps = source->gaps->len;
  info->ignored_columns = source->rows.ignored;
}

static void
csv_free (BbLoadSource *parent)
{
  CsvSource *source = (CsvSource *) parent;

  bb_rows_close (&source->rows);
  g_clear_pointer (&source->marks, g_array_unref);
  g_clear_pointer (&source->gaps, g_array_unref);
  g_clear_pointer (&source->pieces, g_array_unref);
  g_clear_error (&source->failed);
  g_aligned_free (source);
}

static const BbLoadSourceClass stream_class = { stream_seek, csv_get_info, csv_free };
static const BbLoadSourceClass repeat_class = { repeat_seek, csv_get_info, csv_free };

/* To the first row, with a mark there to come back to. */
static gboolean
start (CsvSource *source, goffset offset, uint64_t line, GError **error)
{
  source->read_offset = offset;
  source->counted_ms = INT64_MIN;
  if (!bb_rows_seek (&source->rows, offset, line, INT64_MIN, error))
    return FALSE;
  read_block (source);
  advance (source);
  return TRUE;
}

static BbInputOptions
effective_options (const BbInputOptions *options)
{
  BbInputOptions effective = *options;

  /* Minute 0 of a repeated day is midnight, whichever day it is. */
  if (options->repeat == BB_REPEAT_DAY)
    effective.start_ms = 0;
  return effective;
}

BbLoadSource *
bb_load_open_csv (const char *path, const BbInputOptions *options, GError **error)
{
  /* On lines of its own: what is written for each row may not straddle two. */
  CsvSource *source = g_aligned_alloc0 (1, sizeof (CsvSource), 64);
  g_autoptr (BbLoadSource) owner = &source->parent;
  BbInputOptions effective = effective_options (options);
  goffset offset;
  uint64_t line;

  source->parent.klass = &stream_class;
  source->kind = options->kind;
  source->marks = g_array_new (FALSE, FALSE, sizeof (Mark));
  source->gaps = g_array_new (FALSE, FALSE, sizeof (BbInputGap));
  if (!bb_rows_open (&source->rows, path, &effective, error))
    return NULL;
  offset = bb_text_tell (source->rows.csv.text);
  line = source->rows.csv.text->line;
  if (!probe (source, error))
    return NULL;
  find_end (source, offset);
  if (!start (source, offset, line, error))
    return NULL;
  if (options->repeat == BB_REPEAT_DAY) {
    source->parent.klass = &repeat_class;
    if (!load_day (source, error))
      return NULL;
  }
  return g_steal_pointer (&owner);
}
