/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-csv.h: cells of a CSV line, what the columns mean, and numbers as exact thousandths.
 *
 * Tolerated: a byte order mark, CRLF, `,` `;` or tab between cells (told from the header), a decimal comma
 * where the cells are not divided by commas, blanks around and quotes about a cell, empty lines, lines that
 * start with # before the header, columns in any order and case and columns that mean nothing here.
 */
#ifndef BB_INPUT_CSV_H
#define BB_INPUT_CSV_H

#include "simulation/input-text.h"

G_BEGIN_DECLS

#define BB_CSV_MAX_COLUMNS 64

/* Without the blanks and quotes about it; not terminated by a zero. */
typedef struct {
  const char *at;
  uint32_t length;
  uint32_t column; /* in the line, bytes, from 1 */
} BbCell;

typedef struct {
  BbText *text;   /* owned */
  char delimiter; /* , ; or tab */
  uint32_t n_columns;
  BbCell cells[BB_CSV_MAX_COLUMNS]; /* of the last line read; they point into the buffer */
  uint64_t line;                    /* its number */
  const char *line_begin;           /* the line itself */
  const char *line_end;
} BbCsv;

/* Opens `path`, reads the header line into `cells`. */
gboolean bb_csv_open (BbCsv *csv, const char *path, GError **error);
void bb_csv_close (BbCsv *csv);

/* Finds each of `names` (lower case) among the header's cells: `columns[i]` its index or -1. A name that
 * occurs twice is an error. What is left over stands, comma separated, in *ignored (free with g_free()). */
gboolean bb_csv_map (BbCsv *csv, const char *const *names, size_t n_names, int *columns, char **ignored,
                     GError **error);

/* Splits the next line that is not empty. FALSE with no error at the end of the file. A line with more or
 * fewer cells than the header is an error. */
gboolean bb_csv_next (BbCsv *csv, GError **error);

/* Sets an error at a cell of the last line. */
void bb_csv_error (const BbCsv *csv, GError **error, int code, int column, const char *format, ...)
    G_GNUC_PRINTF (5, 6);

typedef enum {
  BB_SCAN_OK,
  BB_SCAN_EMPTY,
  BB_SCAN_NOT_A_NUMBER,
  BB_SCAN_NAN,
  BB_SCAN_INFINITE,
  BB_SCAN_TOO_LARGE, /* beyond 10^15 */
} BbScan;

/* Decimal text to thousandths, exactly, half away from zero; `1.5`, `-3`, `+.25`, `1e3`, with a decimal
 * comma too if `comma`. */
BbScan bb_csv_scan_milli (const char *at, size_t length, gboolean comma, int64_t *milli);

/* As above on a cell, with an error that names the place and `name`. Empty cells: *empty if not NULL, else
 * an error. */
gboolean bb_csv_number (const BbCsv *csv, int column, const char *name, int64_t *milli, gboolean *empty,
                        GError **error);

G_END_DECLS

#endif
