/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-csv.c: cells of a CSV line, what the columns mean, and numbers as exact thousandths. */
#include "simulation/input-csv.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simulation/input-load.h"

#define MAX_MILLI INT64_C (1000000000000000000) /* 10^15 in thousandths */

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\r';
}

static gboolean
is_digit (char c)
{
  return c >= '0' && c <= '9';
}

/* A cell's last byte in a quoted cell that starts at `at` (after the quote): the closing quote or NULL. */
static const char *
closing_quote (const char *at, const char *end)
{
  for (; at < end; at++) {
    if (*at != '"')
      continue;
    if (at + 1 < end && at[1] == '"')
      at++;
    else
      return at;
  }
  return NULL;
}

static const char *
set_quote_error (BbCsv *csv, const char *at, const char *what, GError **error)
{
  bb_text_error (csv->text, error, BB_INPUT_ERROR_VALUE, csv->line, (size_t) (at - csv->line_begin) + 1, "%s",
                 what);
  return NULL;
}

/* Reads the cell at `at`; where it ended (a delimiter or `end`), or NULL. */
static const char *
read_cell (BbCsv *csv, const char *at, const char *end, BbCell *cell, GError **error)
{
  const char *stop, *last;

  while (at < end && is_blank (*at) && *at != csv->delimiter)
    at++;
  if (at < end && *at == '"') {
    const char *close = closing_quote (at + 1, end);

    if (close == NULL)
      return set_quote_error (csv, at, _ ("the quote that opens here is never closed on this line"), error);
    *cell = (BbCell){ at + 1, (uint32_t) (close - at - 1), (uint32_t) (at + 1 - csv->line_begin) + 1 };
    for (stop = close + 1; stop < end && is_blank (*stop) && *stop != csv->delimiter;)
      stop++;
    if (stop < end && *stop != csv->delimiter)
      return set_quote_error (csv, stop, _ ("text after a closing quote"), error);
    return stop;
  }
  stop = memchr (at, csv->delimiter, (size_t) (end - at));
  if (stop == NULL)
    stop = end;
  for (last = stop; last > at && is_blank (last[-1]);)
    last--;
  *cell = (BbCell){ at, (uint32_t) (last - at), (uint32_t) (at - csv->line_begin) + 1 };
  return stop;
}

static gboolean
set_count_error (BbCsv *csv, uint32_t count, GError **error)
{
  const char *hint = csv->delimiter == ',' && count > csv->n_columns
                         ? _ ("; a decimal comma needs ; or tab between the columns")
                         : "";

  bb_text_error (csv->text, error, BB_INPUT_ERROR_VALUE, csv->line,
                 (size_t) (csv->line_end - csv->line_begin) + 1, _ ("%u columns where the header has %u%s"),
                 count, csv->n_columns, hint);
  return FALSE;
}

/* Splits the current line into at most BB_CSV_MAX_COLUMNS cells. */
static gboolean
split (BbCsv *csv, uint32_t *count, GError **error)
{
  const char *at = csv->line_begin;

  for (*count = 0;; at++) {
    if (*count == BB_CSV_MAX_COLUMNS) {
      bb_text_error (csv->text, error, BB_INPUT_ERROR_HEADER, csv->line, (size_t) (at - csv->line_begin) + 1,
                     _ ("more than %d columns"), BB_CSV_MAX_COLUMNS);
      return FALSE;
    }
    at = read_cell (csv, at, csv->line_end, &csv->cells[*count], error);
    if (at == NULL)
      return FALSE;
    (*count)++;
    if (at >= csv->line_end)
      return TRUE;
  }
}

/* The next line with something on it. */
static gboolean
next_line (BbCsv *csv, GError **error)
{
  for (;;) {
    const char *at;

    csv->line = csv->text->line;
    if (!bb_text_next (csv->text, &csv->line_begin, &csv->line_end, error))
      return FALSE;
    for (at = csv->line_begin; at < csv->line_end && is_blank (*at);)
      at++;
    if (at < csv->line_end)
      return TRUE;
  }
}

gboolean
bb_csv_next (BbCsv *csv, GError **error)
{
  uint32_t count;

  if (!next_line (csv, error) || !split (csv, &count, error))
    return FALSE;
  return count == csv->n_columns || set_count_error (csv, count, error);
}

/* The header has no numbers: a semicolon or tab in it can only be the delimiter. */
static char
guess_delimiter (const char *begin, const char *end)
{
  size_t length = (size_t) (end - begin);

  if (memchr (begin, ';', length) != NULL)
    return ';';
  return memchr (begin, '\t', length) != NULL ? '\t' : ',';
}

static gboolean
check_header_text (BbCsv *csv, GError **error)
{
  size_t length = (size_t) (csv->line_end - csv->line_begin);
  const char *bad = NULL;

  for (const char *at = csv->line_begin; at < csv->line_end && bad == NULL; at++)
    if ((unsigned char) *at < ' ' && *at != '\t')
      bad = at;
  if (bad == NULL && g_utf8_validate_len (csv->line_begin, length, &bad))
    return TRUE;
  bb_text_error (csv->text, error, BB_INPUT_ERROR_BINARY, csv->line, (size_t) (bad - csv->line_begin) + 1,
                 _ ("byte 0x%02x in the header: this is not a CSV file in UTF-8"),
                 (unsigned int) (unsigned char) *bad);
  return FALSE;
}

static gboolean
read_header (BbCsv *csv, GError **error)
{
  do {
    GError *local = NULL;

    if (!next_line (csv, &local)) {
      if (local != NULL)
        g_propagate_error (error, local);
      else
        g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_EMPTY, _ ("%s has no header line"),
                     csv->text->path);
      return FALSE;
    }
  } while (*csv->line_begin == '#');
  csv->delimiter = guess_delimiter (csv->line_begin, csv->line_end);
  return check_header_text (csv, error) && split (csv, &csv->n_columns, error);
}

gboolean
bb_csv_open (BbCsv *csv, const char *path, GError **error)
{
  memset (csv, 0, sizeof *csv);
  csv->text = bb_text_open (path, error);
  return csv->text != NULL && read_header (csv, error);
}

void
bb_csv_close (BbCsv *csv)
{
  g_clear_pointer (&csv->text, bb_text_free);
}

void
bb_csv_error (const BbCsv *csv, GError **error, int code, int column, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  bb_text_error (csv->text, error, code, csv->line, csv->cells[column].column, "%s", message);
}

static int
find_name (const BbCell *cell, const char *const *names, size_t n_names)
{
  for (size_t i = 0; i < n_names; i++)
    if (strlen (names[i]) == cell->length && g_ascii_strncasecmp (cell->at, names[i], cell->length) == 0)
      return (int) i;
  return -1;
}

gboolean
bb_csv_map (BbCsv *csv, const char *const *names, size_t n_names, int *columns, char **ignored,
            GError **error)
{
  g_autoptr (GString) rest = g_string_new (NULL);

  for (size_t i = 0; i < n_names; i++)
    columns[i] = -1;
  for (uint32_t c = 0; c < csv->n_columns; c++) {
    int found = find_name (&csv->cells[c], names, n_names);

    if (found < 0) {
      g_string_append_printf (rest, "%s%.*s", rest->len > 0 ? ", " : "", (int) csv->cells[c].length,
                              csv->cells[c].at);
      continue;
    }
    if (columns[found] >= 0) {
      bb_csv_error (csv, error, BB_INPUT_ERROR_HEADER, (int) c, _ ("the column “%s” stands here twice"),
                    names[found]);
      return FALSE;
    }
    columns[found] = (int) c;
  }
  *ignored = g_string_free (g_steal_pointer (&rest), FALSE);
  return TRUE;
}

/* Not a number: is it one of the words that programs write for what is none? */
static BbScan
scan_word (const char *at, size_t length)
{
  if (length > 0 && (*at == '+' || *at == '-'))
    at++, length--;
  if (length == 3 && g_ascii_strncasecmp (at, "nan", 3) == 0)
    return BB_SCAN_NAN;
  if ((length == 3 && g_ascii_strncasecmp (at, "inf", 3) == 0)
      || (length == 8 && g_ascii_strncasecmp (at, "infinity", 8) == 0))
    return BB_SCAN_INFINITE;
  return BB_SCAN_NOT_A_NUMBER;
}

/* Digits with an optional mark among them: up to 18 significant ones in *value, *exponent for what the mark
 * and digits beyond mean. Digits beyond the 18th are dropped: they are below a thousandth, or too large. */
static const char *
scan_mantissa (const char *at, const char *end, gboolean comma, uint64_t *value, int *exponent)
{
  const char *begin = at;
  gboolean marked = FALSE;
  size_t digits = 0;

  *value = 0;
  *exponent = 0;
  for (; at < end; at++) {
    if (!marked && (*at == '.' || (comma && *at == ','))) {
      marked = TRUE;
      continue;
    }
    if (!is_digit (*at))
      break;
    digits++;
    if (*value < UINT64_C (100000000000000000)) {
      *value = *value * 10 + (uint64_t) (*at - '0');
      *exponent -= marked;
    } else {
      *exponent += !marked;
    }
  }
  return digits > 0 ? at : begin;
}

/* The part after e: -999..999. */
static const char *
scan_exponent (const char *at, const char *end, int *exponent)
{
  gboolean negative = FALSE;
  const char *begin;
  int value = 0;

  if (at < end && (*at == '+' || *at == '-'))
    negative = *at++ == '-';
  for (begin = at; at < end && is_digit (*at); at++)
    value = MIN (value * 10 + (*at - '0'), 999);
  *exponent += negative ? -value : value;
  return at > begin ? at : NULL;
}

/* value x 10^exponent in thousandths, half away from zero. */
static BbScan
scale_milli (uint64_t value, int exponent, uint64_t *milli)
{
  int shift = exponent + 3;

  for (; shift > 0 && value != 0; shift--) {
    if (value > MAX_MILLI / 10)
      return BB_SCAN_TOO_LARGE;
    value *= 10;
  }
  for (; shift < -1 && value != 0; shift++)
    value /= 10;
  if (shift == -1)
    value = (value + 5) / 10;
  *milli = value;
  return value > MAX_MILLI ? BB_SCAN_TOO_LARGE : BB_SCAN_OK;
}

BbScan
bb_csv_scan_milli (const char *at, size_t length, gboolean comma, int64_t *milli)
{
  const char *begin = at, *end = at + length, *after;
  gboolean negative = FALSE;
  uint64_t value, magnitude = 0;
  int exponent;
  BbScan scan;

  if (length == 0)
    return BB_SCAN_EMPTY;
  if (*at == '+' || *at == '-')
    negative = *at++ == '-';
  after = scan_mantissa (at, end, comma, &value, &exponent);
  if (after == at)
    return scan_word (begin, length);
  if (after < end && (*after == 'e' || *after == 'E'))
    after = scan_exponent (after + 1, end, &exponent);
  if (after != end)
    return BB_SCAN_NOT_A_NUMBER;
  scan = scale_milli (value, exponent, &magnitude);
  *milli = negative ? -(int64_t) magnitude : (int64_t) magnitude;
  return scan;
}

/* At most 40 bytes of a cell, safe to show. */
static char *
shown (const BbCell *cell)
{
  return g_utf8_make_valid (cell->at, (gssize) MIN (cell->length, 40u));
}

gboolean
bb_csv_number (const BbCsv *csv, int column, const char *name, int64_t *milli, gboolean *empty,
               GError **error)
{
  const BbCell *cell = &csv->cells[column];
  BbScan scan = bb_csv_scan_milli (cell->at, cell->length, csv->delimiter != ',', milli);
  g_autofree char *value = NULL;

  if (empty != NULL)
    *empty = scan == BB_SCAN_EMPTY;
  if (scan == BB_SCAN_OK || (empty != NULL && scan == BB_SCAN_EMPTY))
    return TRUE;
  value = shown (cell);
  switch (scan) {
  case BB_SCAN_EMPTY:
    bb_csv_error (csv, error, BB_INPUT_ERROR_VALUE, column, _ ("“%s” is empty"), name);
    break;
  case BB_SCAN_NAN:
    bb_csv_error (csv, error, BB_INPUT_ERROR_VALUE, column,
                  _ ("“%s” is not a number (%s); leave the cell empty where nothing was measured"), name,
                  value);
    break;
  case BB_SCAN_INFINITE:
    bb_csv_error (csv, error, BB_INPUT_ERROR_VALUE, column, _ ("“%s” is infinite (%s)"), name, value);
    break;
  case BB_SCAN_TOO_LARGE:
    bb_csv_error (csv, error, BB_INPUT_ERROR_VALUE, column, _ ("“%s” is too large (%s)"), name, value);
    break;
  case BB_SCAN_OK:
  case BB_SCAN_NOT_A_NUMBER:
  default:
    bb_csv_error (csv, error, BB_INPUT_ERROR_VALUE, column, _ ("“%s” is not a number: %s"), name, value);
    break;
  }
  return FALSE;
}
