/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-load.c: what is the same for all sources of load and generation. */
#include "simulation/input-load.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "base/zone.h"
#include "simulation/input-synthetic.h"

/* Longest span of a mean: the sums below stay within 64 bits. */
#define MAX_SPAN_MS (31 * BB_MS_PER_DAY)

static int64_t
divide_rounded (int64_t value, int64_t by)
{
  int64_t half = by / 2;

  return value >= 0 ? (value + half) / by : (value - half) / by;
}

void
bb_load_source_free (BbLoadSource *source)
{
  if (source != NULL)
    source->klass->free (source);
}

void
bb_load_get_info (BbLoadSource *source, BbLoadInfo *info)
{
  *info = (BbLoadInfo){ .ignored_columns = "" };
  source->klass->get_info (source, info);
}

gboolean
bb_load_span (BbLoadSource *source, int64_t from_ms, int64_t to_ms, BbLoadSpan *span, GError **error)
{
  int64_t sum[3] = { 0, 0, 0 };
  int64_t at_ms = from_ms;

  *span = (BbLoadSpan){ .mean_m = { 0 } };
  g_return_val_if_fail (to_ms > from_ms && to_ms - from_ms <= MAX_SPAN_MS, FALSE);
  while (at_ms < to_ms) {
    int32_t value_m[3];
    int64_t until_ms;

    if (!bb_load_at (source, at_ms, value_m, &until_ms, error))
      return FALSE;
    until_ms = MIN (until_ms, to_ms);
    for (int p = 0; p < 3; p++) {
      sum[p] += value_m[p] * (until_ms - at_ms);
      span->max_m[p] = at_ms == from_ms ? value_m[p] : MAX (span->max_m[p], value_m[p]);
    }
    at_ms = until_ms;
  }
  for (int p = 0; p < 3; p++)
    span->mean_m[p] = (int32_t) divide_rounded (sum[p], to_ms - from_ms);
  return TRUE;
}

int32_t
bb_load_to_ma (BbInputUnit unit, int32_t value_m, int32_t voltage_mv, int32_t power_factor_permille)
{
  int64_t by = (int64_t) voltage_mv * power_factor_permille;

  if (unit == BB_UNIT_AMPERES)
    return value_m;
  g_return_val_if_fail (by > 0, 0);
  /* mW / (mV x permille / 1000): A; x 1000 for mA. */
  return (int32_t) CLAMP (divide_rounded (value_m * INT64_C (1000000), by), -INT32_MAX, INT32_MAX);
}

int32_t
bb_load_to_mw (BbInputUnit unit, int32_t value_m, int32_t voltage_mv, int32_t power_factor_permille)
{
  int64_t volt_permille = (int64_t) voltage_mv * power_factor_permille;
  int64_t limit;

  if (unit == BB_UNIT_WATTS)
    return value_m;
  g_return_val_if_fail (volt_permille > 0, 0);
  /* Beyond what fits, the largest there is: without overflow on the way. */
  limit = INT32_MAX * INT64_C (1000000) / volt_permille;
  if (value_m > limit || value_m < -limit)
    return value_m > 0 ? INT32_MAX : -INT32_MAX;
  return (int32_t) divide_rounded (value_m * volt_permille, 1000000);
}

static void
add_gap_note (GPtrArray *notes, const BbLoadInfo *info, const char *what, BbInputKind kind)
{
  g_autofree char *first = NULL, *last = NULL;

  if (info->gap_count == 0)
    return;
  first = bb_time_format (info->gaps[0].from_ms, NULL);
  last = bb_time_format (info->gaps[0].to_ms, NULL);
  g_ptr_array_add (notes,
                   g_strdup_printf (kind == BB_INPUT_PV
                                        ? _ ("%s: %" PRIu64 " gaps, %.1f h in all, counted as no generation; "
                                             "the first from %s to %s")
                                        : _ ("%s: %" PRIu64 " gaps, %.1f h in all, the last value held; the "
                                             "first from %s to %s"),
                                    what, info->gap_count, (double) info->gap_ms / BB_MS_PER_HOUR, first,
                                    last));
}

GStrv
bb_load_notes (BbLoadSource *source, BbInputKind kind, int32_t power_factor_permille)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new ();
  const char *what = kind == BB_INPUT_PV ? _ ("generation") : _ ("load");
  BbLoadInfo info;

  bb_load_get_info (source, &info);
  if (info.averages)
    g_ptr_array_add (notes, g_strdup_printf (_ ("%s: averages: shorter peaks not covered (%.4g min)"), what,
                                             (double) info.resolution_ms / BB_MS_PER_MINUTE));
  if (info.unit == BB_UNIT_WATTS)
    g_ptr_array_add (notes, g_strdup_printf (_ ("%s: watts without current, power factor %.3g assumed"), what,
                                             (double) power_factor_permille / 1000));
  if (info.total_only)
    g_ptr_array_add (notes, g_strdup_printf (_ ("%s: one figure for all phases, spread evenly"), what));
  if (info.clamped_rows > 0)
    g_ptr_array_add (notes, g_strdup_printf (_ ("%s: small negative values in %" PRIu64
                                                " rows counted as 0 (lowest %.6g %s)"),
                                             what, info.clamped_rows, (double) info.clamped_lowest_m / 1000,
                                             info.unit == BB_UNIT_WATTS ? "W" : "A"));
  add_gap_note (notes, &info, what, kind);
  if (*info.ignored_columns != '\0')
    g_ptr_array_add (notes, g_strdup_printf (_ ("%s: columns not used: %s"), what, info.ignored_columns));
  g_ptr_array_add (notes, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&notes), FALSE);
}

/* ---- a constant ---- */

typedef struct {
  BbLoadSource parent;
  BbInputUnit unit;
} Constant;

static gboolean
constant_seek (BbLoadSource *parent, int64_t t_ms, GError **error)
{
  parent->from_ms = INT64_MIN;
  parent->until_ms = INT64_MAX;
  return TRUE;
}

static void
constant_get_info (BbLoadSource *parent, BbLoadInfo *info)
{
  info->unit = ((Constant *) parent)->unit;
  info->first_ms = INT64_MIN;
  info->end_ms = INT64_MAX;
  info->complete = TRUE;
}

static void
constant_free (BbLoadSource *parent)
{
  g_free (parent);
}

static const BbLoadSourceClass constant_class = { constant_seek, constant_get_info, constant_free };

BbLoadSource *
bb_load_new_constant (BbInputUnit unit, const int32_t value_m[3])
{
  Constant *constant = g_new0 (Constant, 1);

  constant->parent.klass = &constant_class;
  constant->unit = unit;
  for (int p = 0; p < 3; p++)
    constant->parent.value_m[p] = value_m[p];
  return &constant->parent;
}
