/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-rows.h: rows of time and power (or current) per phase, in order, out of a CSV file. */
#ifndef BB_INPUT_ROWS_H
#define BB_INPUT_ROWS_H

#include "simulation/input-csv.h"
#include "simulation/input-load.h"
#include "simulation/input-time.h"

G_BEGIN_DECLS

/* Largest magnitude of one value: 2,000,000 W or A, so that thousandths fit 32 bits. */
#define BB_ROW_MAX_MILLI INT64_C (2000000000)

typedef struct {
  int64_t time_ms;
  int64_t offset_ms; /* of the clock that the row was written by */
  uint64_t line;
  int32_t value_m[3];
  gboolean missing; /* a cell was empty; the values mean nothing */
} BbRow;

typedef enum { BB_ROW_TIME_ISO, BB_ROW_TIME_MINUTE, BB_ROW_TIME_SECOND } BbRowTime;

typedef struct {
  BbCsv csv;
  BbTimes times;
  BbInputKind kind;
  gboolean may_export;
  BbInputUnit unit;
  BbRowTime time_kind;
  int64_t start_ms;
  int time_column;
  int columns[3];   /* cell of L1, L2, L3; -1: not there, counts as 0 */
  int total_column; /* or one figure for all; -1: per phase */
  const char *total_name;
  uint8_t total_phases;
  char *ignored;  /* columns that mean nothing here */
  gboolean plain; /* time first, then the values in order and nothing else: the fast scanner fits */
  unsigned int n_values;
  char decimal;          /* for the fast scanner: the mark seen last */
  int64_t resolution_ms; /* 0 until it is known: then spacing is not checked against it */
  int64_t previous_ms;   /* INT64_MIN: no row yet */
  int64_t offset_ms;     /* of the local clock, in the last row */
  int64_t long_ms;       /* spacing above the resolution that came `long_run` times in a row */
  unsigned int long_run;
  gboolean clamped;  /* the last row held small negative values */
  int32_t clamped_m; /* the lowest of them */
} BbRows;

/* Opens the file and reads its header; on failure too, close. `start_ms` and zone as in `options`. */
gboolean bb_rows_open (BbRows *rows, const char *path, const BbInputOptions *options, GError **error);
void bb_rows_close (BbRows *rows);

/* The next row; FALSE with no error at the end. */
gboolean bb_rows_next (BbRows *rows, BbRow *row, GError **error);

typedef struct {
  uint64_t rows; /* that held small negative values, which count as 0 */
  int32_t lowest_m;
} BbRowsClamped;

/* Up to n rows; fewer at the end of the file, or with an error behind them. */
size_t bb_rows_read (BbRows *rows, BbRow *row, size_t n, BbRowsClamped *clamped, GError **error);

/* Goes to a line start in the file; `previous_ms` is the time of the row before it, or INT64_MIN. */
gboolean bb_rows_seek (BbRows *rows, goffset offset, uint64_t line, int64_t previous_ms, GError **error);

G_END_DECLS

#endif
