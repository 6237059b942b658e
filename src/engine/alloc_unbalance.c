/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alloc_unbalance.c: the unbalance limits: total on a phase <= smallest phase total + limit. */
#include "engine/alloc_internal.h"

/* Rounds in which stations are lowered together; later ones stop a station each, so that it ends. */
#define GENTLE_ROUNDS 32

typedef struct heavy_phase {
  uint8_t phase;
  int64_t room_ma; /* for the one- and two-phase stations on that phase */
} heavy_phase;

static bool
is_under (const bbe_alloc_work *work, const bbe_alloc_item *item, uint16_t node)
{
  const bbe_alloc_kind *kind = &work->kinds[item->kind];

  for (unsigned k = 0; k < bbe_kind_length (kind); k++)
    if (kind->path[k] == node)
      return true;
  return false;
}

/* One or two phases, one of them `phase`, under the limit's node. */
static bool
is_subject (const bbe_alloc_work *work, const bbe_alloc_item *item, const bbe_unbalance *limit,
            unsigned phase)
{
  return (item->state & BBE_RUNS) && (item->loads >> phase & 1) && item->loads != 7
         && is_under (work, item, limit->node);
}

/* Finds the phase that exceeds the limit most, and what is left there for those that the limit caps. */
static bool
find_heavy (const bbe_alloc_work *work, const bbe_unbalance *limit, heavy_phase *heavy)
{
  int64_t total[3], light[3] = { 0, 0, 0 }, smallest;

  for (unsigned p = 0; p < 3; p++)
    total[p] = limit->base_ma[p];
  for (unsigned i = 0; i < work->n_items; i++) {
    const bbe_alloc_item *item = &work->items[i];

    if (!(item->state & BBE_RUNS) || !is_under (work, item, limit->node))
      continue;
    for (unsigned p = 0; p < 3; p++) {
      total[p] += (item->loads >> p & 1) ? item->current_ma : 0;
      light[p] += (item->loads >> p & 1) && item->loads != 7 ? item->current_ma : 0;
    }
  }
  smallest = total[0] < total[1] ? total[0] : total[1];
  smallest = smallest < total[2] ? smallest : total[2];
  heavy->phase = 3;
  for (unsigned p = 0; p < 3; p++)
    if (total[p] > smallest + limit->limit_ma && light[p] > 0
        && (heavy->phase == 3 || total[p] > total[heavy->phase])) {
      heavy->phase = (uint8_t) p;
      heavy->room_ma = smallest + limit->limit_ma - (total[p] - light[p]);
    }
  return heavy->phase < 3;
}

static void
lower (bbe_alloc_work *work, bbe_alloc_item *item, int32_t current_ma, const bbe_unbalance *limit,
       unsigned phase, bbe_answer *answers)
{
  bool stops = current_ma < item->min_ma;

  current_ma = stops ? 0 : current_ma;
  bbe_alloc_take (work, item, current_ma - item->current_ma, stops ? -item->min_ma : 0);
  item->current_ma = current_ma;
  item->state |= BBE_CAPPED;
  item->state &= (uint8_t) ~(stops ? BBE_RUNS : 0);
  answers[item->candidate].node = limit->node;
  answers[item->candidate].row = (uint8_t) phase;
  answers[item->candidate].bound = BBE_BOUND_UNBALANCE;
}

/* The subject that stops first: lowest class, not running before running, shortest waiting, last serial. */
static bbe_alloc_item *
least_preferred (bbe_alloc_work *work, const bbe_unbalance *limit, unsigned phase)
{
  unsigned last = work->n_items;

  for (unsigned i = 0; i < work->n_items; i++)
    if (is_subject (work, &work->items[i], limit, phase)
        && (last == work->n_items || bbe_alloc_compare_preference (work, (uint16_t) last, (uint16_t) i) <= 0))
      last = i;
  return &work->items[last];
}

/* Sum of the subjects' currents with all capped at `level`, each at least at its minimum. */
static int64_t
sum_at (const bbe_alloc_work *work, const bbe_unbalance *limit, unsigned phase, int32_t level_ma)
{
  int64_t sum = 0;

  for (unsigned i = 0; i < work->n_items; i++) {
    const bbe_alloc_item *item = &work->items[i];
    int32_t cap_ma = level_ma - (int32_t) ((uint32_t) level_ma % (uint32_t) item->step_ma);

    if (!is_subject (work, item, limit, phase))
      continue;
    cap_ma = cap_ma < item->min_ma ? item->min_ma : cap_ma;
    sum += item->current_ma < cap_ma ? item->current_ma : cap_ma;
  }
  return sum;
}

/* Lowers the highest subjects to one level, just so far that they fit, or stops one. */
static void
relieve (bbe_alloc_work *work, const bbe_unbalance *limit, const heavy_phase *heavy, bool gently,
         bbe_answer *answers)
{
  int32_t low = 0, high = BBE_MAX_MA;

  if (!gently || sum_at (work, limit, heavy->phase, 0) > heavy->room_ma) {
    lower (work, least_preferred (work, limit, heavy->phase), -1, limit, heavy->phase, answers);
    return;
  }
  while (high - low > 1) {
    int32_t middle = low + (high - low) / 2;

    if (sum_at (work, limit, heavy->phase, middle) <= heavy->room_ma)
      low = middle;
    else
      high = middle;
  }
  for (unsigned i = 0; i < work->n_items; i++) {
    bbe_alloc_item *item = &work->items[i];
    int32_t cap_ma = low - (int32_t) ((uint32_t) low % (uint32_t) item->step_ma);

    cap_ma = cap_ma < item->min_ma ? item->min_ma : cap_ma;
    if (is_subject (work, item, limit, heavy->phase) && item->current_ma > cap_ma)
      lower (work, item, cap_ma, limit, heavy->phase, answers);
  }
}

/* The first limit that an item is under, or 0. */
static const bbe_unbalance *
limit_of (const bbe_alloc_work *work, const bbe_alloc_item *item)
{
  for (unsigned u = 0; u < work->problem->n_unbalance; u++)
    if (is_under (work, item, work->problem->unbalance[u].node))
      return &work->problem->unbalance[u];
  return 0;
}

/* What the capped ones no longer take goes to others: with `freely` only to those that can't unbalance
 * anything, on all three phases or under no limit. */
static void
fill_again (bbe_alloc_work *work, bool freely)
{
  unsigned n = 0;

  for (unsigned i = 0; i < work->n_items && work->n_live > 0; i++) {
    const bbe_alloc_item *item = &work->items[i];

    work->list[n] = (uint16_t) i;
    n += (item->state & (BBE_RUNS | BBE_CAPPED)) == BBE_RUNS
         && (!freely || item->loads == 7 || !limit_of (work, item));
  }
  bbe_alloc_fill (work, work->list, n);
}

/* Enforces all limits; false: nothing had to be lowered. */
static bool
cap_all (bbe_alloc_work *work, bbe_answer *answers)
{
  bool capped = false, again = true;

  for (unsigned round = 0; again; round++) {
    again = false;
    for (unsigned u = 0; u < work->problem->n_unbalance; u++) {
      const bbe_unbalance *limit = &work->problem->unbalance[u];
      heavy_phase heavy;

      if (!find_heavy (work, limit, &heavy))
        continue;
      relieve (work, limit, &heavy, round < GENTLE_ROUNDS, answers);
      capped = again = true;
    }
  }
  return capped;
}

/* Those that no row holds and that still did not get more are held by the limit they are under. */
static void
name_limits (bbe_alloc_work *work, bbe_answer *answers)
{
  for (unsigned i = 0; i < work->n_items; i++) {
    bbe_alloc_item *item = &work->items[i];
    const bbe_unbalance *limit = limit_of (work, item);
    unsigned phase = 0;

    if ((item->state & (BBE_RUNS | BBE_CAPPED)) != BBE_RUNS || item->current_ma == item->max_ma || !limit
        || !bbe_alloc_fits (work, item, item->step_ma, 0))
      continue;
    while (!(item->loads >> phase & 1))
      phase++;
    lower (work, item, item->current_ma, limit, phase, answers);
  }
}

void
bbe_alloc_unbalance (bbe_alloc_work *work, bbe_answer *answers)
{
  work->waiting_first = false;
  if (!cap_all (work, answers))
    return;
  fill_again (work, false);
  cap_all (work, answers);
  fill_again (work, true);
  name_limits (work, answers);
}
