/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-rows.c: rows of time and power (or current) per phase, in order, out of a CSV file.
 *
 * Two readers of one grammar: the slow one accepts everything and finds every mistake; the fast one takes
 * only rows as programs write them (time first, then the values, one resolution after the row before) and
 * leaves any other row, untouched, to the slow one. */
#include "simulation/input-rows.h"

#include <glib/gi18n.h>
#include <string.h>

/* Values not lower than this are noise of a meter at night or without load (200 W, 1 A): they count as 0. */
#define NOISE_MW (-200 * 1000)
#define NOISE_MA (-1 * 1000)
/* So many steps of one other length in a row are another resolution, not gaps. */
#define LONG_RUN 8

enum { TIME, MINUTE, SECOND, L1_W, L2_W, L3_W, L1_A, L2_A, L3_A, TOTAL_W, POWER_W, N_NAMES };

static const char *const names[N_NAMES]
    = { "time", "minute", "second", "l1_w", "l2_w", "l3_w", "l1_a", "l2_a", "l3_a", "total_w", "power_w" };

/* ---- the header ---- */

static gboolean
set_header_error (BbRows *rows, int column, GError **error, const char *message)
{
  if (column >= 0)
    bb_csv_error (&rows->csv, error, BB_INPUT_ERROR_HEADER, column, "%s", message);
  else
    bb_text_error (rows->csv.text, error, BB_INPUT_ERROR_HEADER, rows->csv.line, 1, "%s", message);
  return FALSE;
}

static gboolean
choose_time (BbRows *rows, const int *found, GError **error)
{
  int chosen = -1;

  for (int i = TIME; i <= SECOND; i++) {
    if (found[i] < 0)
      continue;
    if (chosen >= 0)
      return set_header_error (rows, MAX (found[i], found[chosen]), error,
                               _ ("only one of the columns “time”, “minute” and “second” may be there"));
    chosen = i;
  }
  if (chosen < 0)
    return set_header_error (rows, -1, error, _ ("there is no column “time”, “minute” or “second”"));
  rows->time_kind = (BbRowTime) (chosen - TIME);
  rows->time_column = found[chosen];
  return TRUE;
}

static int
first_found (const int *found, int from, int to)
{
  for (int i = from; i <= to; i++)
    if (found[i] >= 0)
      return found[i];
  return -1;
}

static gboolean
choose_values (BbRows *rows, const int *found, GError **error)
{
  int watts = first_found (found, L1_W, L3_W), amperes = first_found (found, L1_A, L3_A);
  int total = found[TOTAL_W];

  if (rows->kind == BB_INPUT_PV && total < 0)
    total = found[POWER_W];
  else if (rows->kind == BB_INPUT_PV && found[POWER_W] >= 0)
    return set_header_error (rows, found[POWER_W], error,
                             _ ("“power_w” and “total_w” mean the same: leave one out"));
  if ((watts >= 0) + (amperes >= 0) + (total >= 0) > 1)
    return set_header_error (rows, MAX (watts, MAX (amperes, total)), error,
                             _ ("the values stand here in two ways (per phase in W, per phase in A, or in "
                                "total): leave all but one out"));
  if (watts < 0 && amperes < 0 && total < 0)
    return set_header_error (
        rows, -1, error,
        rows->kind == BB_INPUT_PV
            ? _ ("there is no column “power_w”, nor any of “l1_w l2_w l3_w” or “l1_a l2_a "
                 "l3_a”")
            : _ ("there is no column “total_w”, nor any of “l1_w l2_w l3_w” or “l1_a l2_a "
                 "l3_a”"));
  rows->unit = amperes >= 0 ? BB_UNIT_AMPERES : BB_UNIT_WATTS;
  rows->total_column = total;
  rows->total_name = names[found[TOTAL_W] >= 0 ? TOTAL_W : POWER_W];
  for (int p = 0; p < 3; p++)
    rows->columns[p] = total >= 0 ? -1 : found[(amperes >= 0 ? L1_A : L1_W) + p];
  return TRUE;
}

/* A PV file's power_w means nothing to a load, and is named among what was passed over. */
static void
note_unused (BbRows *rows, const int *found)
{
  if (rows->kind == BB_INPUT_LOAD && found[POWER_W] >= 0) {
    g_autofree char *rest = g_steal_pointer (&rows->ignored);

    rows->ignored = g_strconcat (rest, *rest != '\0' ? ", " : "", names[POWER_W], NULL);
  }
}

/* Does the fast scanner's layout fit? */
static gboolean
is_plain (const BbRows *rows)
{
  if (rows->time_column != 0)
    return FALSE;
  if (rows->total_column >= 0)
    return rows->csv.n_columns == 2;
  return rows->csv.n_columns == 4 && rows->columns[0] == 1 && rows->columns[1] == 2 && rows->columns[2] == 3;
}

gboolean
bb_rows_open (BbRows *rows, const char *path, const BbInputOptions *options, GError **error)
{
  int found[N_NAMES];

  memset (rows, 0, sizeof *rows);
  rows->kind = options->kind;
  rows->may_export = options->may_export;
  rows->start_ms = options->start_ms;
  rows->total_phases = (options->total_phases & 7) != 0 ? options->total_phases & 7 : 7;
  rows->previous_ms = INT64_MIN;
  if (!bb_times_init (&rows->times, options->zone, error) || !bb_csv_open (&rows->csv, path, error)
      || !bb_csv_map (&rows->csv, names, N_NAMES, found, &rows->ignored, error)
      || !choose_time (rows, found, error) || !choose_values (rows, found, error))
    return FALSE;
  note_unused (rows, found);
  rows->plain = is_plain (rows);
  rows->n_values = rows->total_column >= 0 ? 1 : 3;
  rows->decimal = rows->csv.delimiter == ',' ? '.' : ',';
  return TRUE;
}

void
bb_rows_close (BbRows *rows)
{
  bb_csv_close (&rows->csv);
  bb_times_clear (&rows->times);
  g_clear_pointer (&rows->ignored, g_free);
}

gboolean
bb_rows_seek (BbRows *rows, goffset offset, uint64_t line, int64_t previous_ms, GError **error)
{
  rows->previous_ms = previous_ms;
  rows->long_run = 0;
  return bb_text_seek (rows->csv.text, offset, line, error);
}

/* ---- what a row means, for both readers ---- */

/* One figure over the chosen phases; what does not divide goes to the first of them. */
static inline void
spread (const BbRows *rows, int64_t total, int32_t value_m[3])
{
  int n = (rows->total_phases & 1) + (rows->total_phases >> 1 & 1) + (rows->total_phases >> 2 & 1);
  int64_t share = total / n, rest = total % n, unit = rest < 0 ? -1 : 1;

  for (int p = 0; p < 3; p++) {
    value_m[p] = 0;
    if ((rows->total_phases >> p & 1) == 0)
      continue;
    value_m[p] = (int32_t) (rest != 0 ? share + unit : share);
    rest -= rest != 0 ? unit : 0;
  }
}

/* ---- the slow reader ---- */

static const char *
value_name (const BbRows *rows, int phase)
{
  if (phase >= 0)
    return names[(rows->unit == BB_UNIT_AMPERES ? L1_A : L1_W) + phase];
  return rows->total_name;
}

static gboolean
set_negative_error (BbRows *rows, int column, const char *name, GError **error)
{
  bb_csv_error (&rows->csv, error, BB_INPUT_ERROR_VALUE, column,
                rows->kind == BB_INPUT_PV
                    ? _ ("“%s” is negative (%.*s): generation is positive here; is the sign turned?")
                    : _ (
                        "“%s” is negative (%.*s): a load that contains generation must be declared so in the "
                        "site, else give the generation in a file of its own"),
                name, (int) MIN (rows->csv.cells[column].length, 40u), rows->csv.cells[column].at);
  return FALSE;
}

/* One cell in thousandths, its sign and size checked. */
static gboolean
read_value (BbRows *rows, int column, int phase, int64_t *value_m, gboolean *missing, GError **error)
{
  const char *name = value_name (rows, phase);
  int64_t limit = phase < 0 ? 3 * BB_ROW_MAX_MILLI : BB_ROW_MAX_MILLI;
  gboolean empty;

  if (!bb_csv_number (&rows->csv, column, name, value_m, &empty, error))
    return FALSE;
  if (empty) {
    *missing = TRUE;
    *value_m = 0;
    return TRUE;
  }
  if (*value_m > limit || *value_m < -limit) {
    bb_csv_error (&rows->csv, error, BB_INPUT_ERROR_VALUE, column,
                  _ ("“%s” is out of range: at most 2,000,000 per phase"), name);
    return FALSE;
  }
  if (*value_m >= 0 || (rows->kind == BB_INPUT_LOAD && rows->may_export))
    return TRUE;
  if (*value_m < (rows->unit == BB_UNIT_AMPERES ? NOISE_MA : NOISE_MW))
    return set_negative_error (rows, column, name, error);
  rows->clamped = TRUE;
  rows->clamped_m = MIN (rows->clamped_m, (int32_t) *value_m);
  *value_m = 0;
  return TRUE;
}

static gboolean
read_values (BbRows *rows, BbRow *row, GError **error)
{
  int64_t value;

  row->missing = FALSE;
  rows->clamped = FALSE;
  rows->clamped_m = 0;
  if (rows->total_column >= 0) {
    if (!read_value (rows, rows->total_column, -1, &value, &row->missing, error))
      return FALSE;
    spread (rows, value, row->value_m);
    return TRUE;
  }
  for (int p = 0; p < 3; p++) {
    value = 0;
    if (rows->columns[p] >= 0 && !read_value (rows, rows->columns[p], p, &value, &row->missing, error))
      return FALSE;
    row->value_m[p] = (int32_t) value;
  }
  return TRUE;
}

/* Minutes or seconds from the start, whole milliseconds. */
static gboolean
read_count (BbRows *rows, int64_t *time_ms, GError **error)
{
  const char *name = names[TIME + (int) rows->time_kind];
  int64_t unit_ms = rows->time_kind == BB_ROW_TIME_MINUTE ? BB_MS_PER_MINUTE : 1000;
  int64_t milli;

  if (!bb_csv_number (&rows->csv, rows->time_column, name, &milli, NULL, error))
    return FALSE;
  if (milli < 0 || milli > 200 * 366 * BB_MS_PER_DAY / unit_ms * 1000) {
    bb_csv_error (&rows->csv, error, BB_INPUT_ERROR_TIME, rows->time_column,
                  _ ("“%s” counts from the start, from 0 up to 200 years"), name);
    return FALSE;
  }
  *time_ms = rows->start_ms + milli * (unit_ms / 1000);
  rows->offset_ms = 0;
  return TRUE;
}

static gboolean
read_time (BbRows *rows, int64_t *time_ms, GError **error)
{
  if (rows->time_kind != BB_ROW_TIME_ISO)
    return read_count (rows, time_ms, error);
  return bb_times_read (&rows->times, &rows->csv, rows->time_column, names[TIME], rows->previous_ms, time_ms,
                        &rows->offset_ms, error);
}

static gboolean
set_order_error (BbRows *rows, int64_t time_ms, GError **error)
{
  if (time_ms == rows->previous_ms)
    bb_csv_error (&rows->csv, error, BB_INPUT_ERROR_TIME, rows->time_column,
                  _ ("the same time stands in the row before"));
  else
    bb_csv_error (&rows->csv, error, BB_INPUT_ERROR_TIME, rows->time_column,
                  _ ("time goes backwards, by %.3g s; sort the rows"),
                  (double) (rows->previous_ms - time_ms) / 1000);
  return FALSE;
}

static gboolean
set_resolution_error (BbRows *rows, int64_t spacing_ms, GError **error)
{
  bb_csv_error (
      &rows->csv, error, BB_INPUT_ERROR_TIME, rows->time_column,
      _ ("this row comes %.6g s after the one before, the file began with rows every %.6g s; a file has "
         "one resolution: split it"),
      (double) spacing_ms / 1000, (double) rows->resolution_ms / 1000);
  return FALSE;
}

/* Order and spacing. Up to half a step early or late is jitter, later is a gap; earlier, or late by the
 * same amount again and again, is another resolution. */
static gboolean
check_spacing (BbRows *rows, int64_t time_ms, GError **error)
{
  int64_t spacing_ms;

  if (rows->previous_ms == INT64_MIN)
    return TRUE;
  if (time_ms <= rows->previous_ms)
    return set_order_error (rows, time_ms, error);
  spacing_ms = time_ms - rows->previous_ms;
  if (rows->resolution_ms == 0)
    return TRUE;
  if (spacing_ms * 2 < rows->resolution_ms)
    return set_resolution_error (rows, spacing_ms, error);
  if (spacing_ms * 2 <= rows->resolution_ms * 3) {
    rows->long_run = 0;
    return TRUE;
  }
  rows->long_run = spacing_ms == rows->long_ms ? rows->long_run + 1 : 1;
  rows->long_ms = spacing_ms;
  if (rows->long_run >= LONG_RUN && spacing_ms <= BB_MS_PER_HOUR)
    return set_resolution_error (rows, spacing_ms, error);
  return TRUE;
}

/* For the fast reader: does this row write decimals with a comma? */
static void
note_decimal (BbRows *rows)
{
  const BbCell *cell = &rows->csv.cells[rows->csv.n_columns - 1];

  if (rows->csv.delimiter == ',')
    return;
  if (memchr (cell->at, ',', cell->length) != NULL)
    rows->decimal = ',';
  else if (memchr (cell->at, '.', cell->length) != NULL)
    rows->decimal = '.';
}

static gboolean
slow_row (BbRows *rows, BbRow *row, GError **error)
{
  if (!bb_csv_next (&rows->csv, error) || !read_time (rows, &row->time_ms, error)
      || !check_spacing (rows, row->time_ms, error) || !read_values (rows, row, error))
    return FALSE;
  if (rows->plain)
    note_decimal (rows);
  row->offset_ms = rows->offset_ms;
  row->line = rows->csv.line;
  rows->previous_ms = row->time_ms;
  return TRUE;
}

/* ---- the fast reader ---- */

/* Eight bytes at `at`: each byte's digit, and a bit at the top of each byte that is none. After a byte
 * beyond ASCII the bits may be wrong. */
static inline uint64_t
load_digits (const char *at, uint64_t *digits)
{
  uint64_t word;

  memcpy (&word, at, sizeof word);
  word = GUINT64_FROM_LE (word) ^ UINT64_C (0x3030303030303030);
  *digits = word;
  return ((word + UINT64_C (0x7676767676767676)) | word) & UINT64_C (0x8080808080808080);
}

/* Value of eight digits, the first in the lowest byte: neighbours are joined by a multiplication with
 * 10 x 2^8 + 1, then 100 x 2^16 + 1, then 10000 x 2^32 + 1. */
static inline uint32_t
eight_digits (uint64_t digits)
{
  digits = (digits * 2561 >> 8) & UINT64_C (0x00ff00ff00ff00ff);
  digits = (digits * 6553601 >> 16) & UINT64_C (0x0000ffff0000ffff);
  return (uint32_t) (digits * UINT64_C (42949672960001) >> 32);
}

/* Value of the first n (1..8) digits: shifted so that leading zeros fill up. */
static inline uint32_t
digits_value (uint64_t digits, unsigned int n)
{
  return eight_digits (digits << (64 - 8 * n));
}

/* Thousandths of n digits, then a mark, then any number of digits from 1 to 7 that begin a new word: three of
 * them count, the fourth rounds. */
static const char *
long_number (const char *at, uint64_t digits, unsigned int n, int64_t *milli)
{
  uint64_t fraction, stops = load_digits (at + n + 1, &fraction);
  unsigned int m = (unsigned int) __builtin_ctzll (stops | UINT64_C (1) << 63) >> 3;

  if (stops == 0 || m == 0)
    return NULL;
  fraction &= (UINT64_C (1) << 8 * m) - 1;
  *milli = (int64_t) digits_value (digits, n) * 1000
           + (int64_t) ((fraction & 0xff) * 100 + (fraction >> 8 & 0xff) * 10 + (fraction >> 16 & 0xff)
                        + ((fraction >> 24 & 0xff) >= 5));
  return at + n + 1 + m;
}

/* Thousandths of "123" or "123.4", up to seven digits on either side; where it ended, or NULL. The usual
 * number lies in eight bytes with its end: then both its stops come from one load, and closing the gap of
 * the mark leaves one whole number. */
static inline const char *
fast_number (const char *at, char decimal, int64_t *milli)
{
  static const uint16_t scale[4] = { 0, 100, 10, 1 };
  uint64_t digits, stops = load_digits (at, &digits), second;
  unsigned int n = (unsigned int) __builtin_ctzll (stops | UINT64_C (1) << 63) >> 3, end, m;

  if (n - 1 > 6)
    return NULL;
  if (at[n] != decimal) {
    *milli = (int64_t) digits_value (digits, n) * 1000;
    return stops != 0 ? at + n : NULL;
  }
  second = stops & (stops - 1);
  end = (unsigned int) __builtin_ctzll (second | UINT64_C (1) << 63) >> 3;
  m = end - n - 1;
  if (second == 0 || m - 1 > 2)
    return long_number (at, digits, n, milli);
  digits <<= 64 - 8 * end;
  digits = (digits & UINT64_MAX << (64 - 8 * m)) | (digits & UINT64_MAX >> (8 * m + 8)) << 8;
  *milli = (int64_t) eight_digits (digits) * scale[m];
  return at + end;
}

static inline gboolean
two_digits (const char *at, unsigned int *value)
{
  unsigned int high = (unsigned int) (unsigned char) at[0] - '0',
               low = (unsigned int) (unsigned char) at[1] - '0';

  *value = high * 10 + low;
  return high < 6 && low < 10;
}

/* A time within the hour read last, written alike; where it ended, or NULL. */
static inline const char *
fast_time (const BbTimes *times, const char *at, int64_t *time_ms)
{
  unsigned int minute, second = 0;

  if (!times->hour_known || memcmp (at, times->hour, BB_TIMES_HOUR) != 0 || at[13] != ':'
      || !two_digits (at + 14, &minute))
    return NULL;
  at += 16;
  if (times->seconds) {
    if (*at != ':' || !two_digits (at + 1, &second))
      return NULL;
    at += 3;
  }
  for (size_t i = 0; i < times->suffix_length; i++)
    if (at[i] != times->suffix[i])
      return NULL;
  *time_ms = times->hour_ms + (int64_t) minute * BB_MS_PER_MINUTE + (int64_t) second * 1000;
  return at + times->suffix_length;
}

static inline const char *
fast_count (const BbRows *rows, const char *at, int64_t *time_ms)
{
  uint64_t digits, stops = load_digits (at, &digits);
  unsigned int n = stops != 0 ? (unsigned int) __builtin_ctzll (stops) >> 3 : 8;
  int64_t unit_ms = rows->time_kind == BB_ROW_TIME_MINUTE ? BB_MS_PER_MINUTE : 1000;

  if (n == 0)
    return NULL;
  /* A ninth digit is for the slow reader; eight hold three years of seconds. */
  if (n == 8 && (unsigned int) (unsigned char) at[8] - '0' < 10)
    return NULL;
  *time_ms = rows->start_ms + (int64_t) digits_value (digits, n) * unit_ms;
  return at + n;
}

/* Three values, each behind a delimiter; where the last ended, or NULL. *largest: their bits together. */
static G_ALWAYS_INLINE inline const char *
fast_values (const char *at, unsigned int n, char delimiter, char decimal, gboolean may_export,
             int64_t *value_m, int64_t *largest)
{
  for (unsigned int i = 0; i < n; i++) {
    gboolean negative;

    if (*at++ != delimiter)
      return NULL;
    negative = may_export && *at == '-';
    at = fast_number (at + negative, decimal, &value_m[i]);
    if (at == NULL)
      return NULL;
    *largest |= value_m[i];
    value_m[i] = negative ? -value_m[i] : value_m[i];
  }
  return at;
}

/* The row at `at` if it is one as programs write them; the start of the next, or NULL. */
static G_ALWAYS_INLINE inline const char *
fast_row (const BbRows *rows, const char *at, gboolean may_export, BbRow *row)
{
  int64_t value_m[3] = { 0, 0, 0 }, largest = 0;

  at = rows->time_kind == BB_ROW_TIME_ISO ? fast_time (&rows->times, at, &row->time_ms)
                                          : fast_count (rows, at, &row->time_ms);
  if (at == NULL)
    return NULL;
  if (rows->n_values == 3)
    at = fast_values (at, 3, rows->csv.delimiter, rows->decimal, may_export, value_m, &largest);
  else
    at = fast_values (at, 1, rows->csv.delimiter, rows->decimal, may_export, value_m, &largest);
  if (at == NULL || largest >= BB_ROW_MAX_MILLI)
    return NULL;
  at += *at == '\r';
  if (*at != '\n')
    return NULL;
  if (rows->n_values == 3)
    for (int p = 0; p < 3; p++)
      row->value_m[p] = (int32_t) value_m[p];
  else
    spread (rows, value_m[0], row->value_m);
  row->offset_ms = rows->offset_ms;
  row->missing = FALSE;
  return at + 1;
}

/* As many rows as lie in the buffer, are plain and come one resolution after the other; at most n. A plain
 * row ends at its newline, and the buffer's lines end with one: none is read beyond. */
static G_ALWAYS_INLINE inline size_t
fast_rows_signed (BbRows *rows, BbRow *row, size_t n, gboolean may_export)
{
  BbText *text = rows->csv.text;
  const char *at = text->at, *lines_end = text->lines_end;
  int64_t previous_ms = rows->previous_ms, resolution_ms = rows->resolution_ms;
  size_t i;

  if (!rows->plain || resolution_ms == 0 || previous_ms == INT64_MIN)
    return 0;
  for (i = 0; i < n && at < lines_end; i++) {
    const char *next = fast_row (rows, at, may_export, &row[i]);

    if (next == NULL || row[i].time_ms - previous_ms != resolution_ms)
      break;
    row[i].line = text->line + i;
    previous_ms = row[i].time_ms;
    at = next;
  }
  if (i > 0)
    rows->long_run = 0;
  text->at = at;
  text->line += i;
  rows->previous_ms = previous_ms;
  return i;
}

static size_t
fast_rows (BbRows *rows, BbRow *row, size_t n)
{
  if (rows->kind == BB_INPUT_LOAD && rows->may_export)
    return fast_rows_signed (rows, row, n, TRUE);
  return fast_rows_signed (rows, row, n, FALSE);
}

gboolean
bb_rows_next (BbRows *rows, BbRow *row, GError **error)
{
  rows->clamped = FALSE;
  return fast_rows (rows, row, 1) == 1 || slow_row (rows, row, error);
}

size_t
bb_rows_read (BbRows *rows, BbRow *row, size_t n, BbRowsClamped *clamped, GError **error)
{
  size_t i = 0;

  *clamped = (BbRowsClamped){ 0, 0 };
  while (i < n) {
    i += fast_rows (rows, row + i, n - i);
    if (i == n)
      break;
    if (!slow_row (rows, row + i, error))
      break;
    i++;
    if (rows->clamped) {
      clamped->rows++;
      clamped->lowest_m = MIN (clamped->lowest_m, rows->clamped_m);
    }
  }
  return i;
}
