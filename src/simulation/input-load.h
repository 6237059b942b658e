/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-load.h: base load and generation over time, from a CSV file or made up: one query for all of them.
 *
 * A source is a cursor that is meant to move forward: it remembers the stretch over which its value stays
 * the same, so that most queries are a comparison. Going back is allowed and gives the same values, at the
 * price of reading some rows again. A source belongs to one thread; each run opens its own.
 */
#ifndef BB_INPUT_LOAD_H
#define BB_INPUT_LOAD_H

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

#define BB_INPUT_ERROR (bb_input_error_quark ())
GQuark bb_input_error_quark (void);

/* Messages of these name `file:line:column`, both counted from 1, the column in bytes. */
typedef enum {
  BB_INPUT_ERROR_READ,     /* the file cannot be opened or read, or changed meanwhile */
  BB_INPUT_ERROR_BINARY,   /* not text: zero bytes, UTF-16, a line over 64 KiB */
  BB_INPUT_ERROR_HEADER,   /* columns missing, twice, or contradicting each other */
  BB_INPUT_ERROR_VALUE,    /* not a number, NaN, infinite, out of range, impossible sign */
  BB_INPUT_ERROR_TIME,     /* not a time, one that the clock skipped, twice, backwards, other resolution */
  BB_INPUT_ERROR_RANGE,    /* asked before the first or past the last row */
  BB_INPUT_ERROR_EMPTY,    /* no rows */
  BB_INPUT_ERROR_OPTION,   /* options that cannot be, e.g. an unknown zone */
  BB_INPUT_ERROR_CONFLICT, /* sessions that exclude each other */
} BbInputError;

typedef enum {
  BB_INPUT_LOAD, /* consumption is positive */
  BB_INPUT_PV,   /* generation is positive */
} BbInputKind;

typedef enum {
  BB_REPEAT_NONE, /* asking past either end is an error */
  BB_REPEAT_DAY,  /* the file holds one day, which repeats by the local clock of `zone` */
} BbInputRepeat;

/* How to read a file. All zero is valid: load, UTC, minute 0 at 1970, no repetition. */
typedef struct {
  BbInputKind kind;
  BbInputRepeat repeat;
  const char *zone; /* IANA name or fixed offset ("+01:00") of times without an offset of their own, and
                       of the repeated day's clock; NULL: UTC */
  int64_t start_ms; /* UTC: where minute (second) 0 lies; with BB_REPEAT_DAY minute 0 is local midnight */
  uint8_t
      total_phases; /* phases (bits 1, 2, 4) that `total_w`/`power_w` is spread over evenly; 0: all three */
  gboolean may_export; /* load that already contains generation may be negative */
} BbInputOptions;

typedef enum {
  BB_UNIT_WATTS,   /* values are mW per phase */
  BB_UNIT_AMPERES, /* values are mA per phase, without angle */
} BbInputUnit;

typedef struct {
  int64_t from_ms;
  int64_t to_ms;
} BbInputGap;

#define BB_INPUT_MAX_GAPS 1000

/* What is known of a source. Of a file: what was met so far; complete once its last row was read. */
typedef struct {
  BbInputUnit unit;
  gboolean total_only;      /* one figure, spread evenly over the phases */
  int64_t resolution_ms;    /* spacing of rows; 0: not sampled (synthetic: 1000 .. 60000) */
  gboolean averages;        /* rows stand for more than a minute: shorter peaks are not covered */
  int64_t first_ms, end_ms; /* covers [first, end), UTC; INT64_MIN, INT64_MAX: no bound */
  gboolean complete;        /* the last row was read */
  uint64_t rows;
  uint64_t clamped_rows;    /* had small negative values that count as 0 */
  int32_t clamped_lowest_m; /* the lowest of them, mW or mA */
  uint64_t gap_count;
  int64_t gap_ms;         /* their total length */
  const BbInputGap *gaps; /* the first BB_INPUT_MAX_GAPS, by time; owned by the source */
  size_t n_gaps;
  const char *ignored_columns; /* header names that mean nothing here, comma separated; "" if none */
} BbLoadInfo;

typedef struct {
  int32_t mean_m[3]; /* mW or mA per phase, rounded half away from zero */
  int32_t max_m[3];  /* largest value within the span */
} BbLoadSpan;

typedef struct _BbLoadSource BbLoadSource;

typedef struct {
  /* Puts into the source the stretch [from_ms, until_ms) that holds t_ms and its value. */
  gboolean (*seek) (BbLoadSource *source, int64_t t_ms, GError **error);
  void (*get_info) (BbLoadSource *source, BbLoadInfo *info);
  void (*free) (BbLoadSource *source);
} BbLoadSourceClass;

/* First member of every implementation. Callers use the functions below. */
struct _BbLoadSource {
  const BbLoadSourceClass *klass;
  int64_t from_ms, until_ms; /* the current stretch; empty at first */
  int32_t value_m[3];
};

/* Opens a CSV file with columns, in any order and case: `time` (ISO 8601), or `minute`, or `second`; then
 * any of `l1_w l2_w l3_w`, or any of `l1_a l2_a l3_a`, or `total_w` (PV also `power_w`). Reads its header and
 * first rows. A row holds from its time until the next, one resolution at most; what lies between is a gap:
 * there a load keeps its last value and generation counts as 0. Free with bb_load_source_free(). */
BbLoadSource *bb_load_open_csv (const char *path, const BbInputOptions *options, GError **error);

void bb_load_source_free (BbLoadSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbLoadSource, bb_load_source_free)

/* Fills `info`; its pointers live until the next call on `source`. */
void bb_load_get_info (BbLoadSource *source, BbLoadInfo *info);

/* The value at t_ms (UTC) in `value_m`, mW or mA as the info's unit says, and the first time at which it may
 * be another in `until_ms` (may be NULL). FALSE with BB_INPUT_ERROR_* set otherwise (and zeros): the
 * time is not covered, or the rows on the way there are wrong. */
static inline gboolean
bb_load_at (BbLoadSource *source, int64_t t_ms, int32_t value_m[3], int64_t *until_ms, GError **error)
{
  gboolean known
      = (t_ms >= source->from_ms && t_ms < source->until_ms) || source->klass->seek (source, t_ms, error);

  for (int p = 0; p < 3; p++)
    value_m[p] = known ? source->value_m[p] : 0;
  if (until_ms != NULL)
    *until_ms = known ? source->until_ms : t_ms;
  return known;
}

/* Mean and largest value over [from_ms, to_ms), for steps longer than the rows. */
gboolean bb_load_span (BbLoadSource *source, int64_t from_ms, int64_t to_ms, BbLoadSpan *span,
                       GError **error);

/* What current flows for a value: watts / (voltage x power factor), rounded half away from zero and held
 * within +-INT32_MAX; amperes as they are. The only place where the simulator makes amperes of watts. */
int32_t bb_load_to_ma (BbInputUnit unit, int32_t value_m, int32_t voltage_mv, int32_t power_factor_permille);

/* And back: mW. */
int32_t bb_load_to_mw (BbInputUnit unit, int32_t value_m, int32_t voltage_mv, int32_t power_factor_permille);

/* What a reader of results must know of this input ("averages: shorter peaks not covered", the power factor
 * assumed, gaps, clamped and split values): sentences in the user's language, NULL-terminated, free with
 * g_strfreev(). */
GStrv bb_load_notes (BbLoadSource *source, BbInputKind kind, int32_t power_factor_permille);

G_END_DECLS

#endif
