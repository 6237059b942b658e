/* SPDX-License-Identifier: GPL-3.0-or-later */
/* peak.c: the tariff peak: mean net import over clock-aligned windows (A-07, ENGINE.md step 9). */
#include "engine/internal.h"

/* The room is spread over this much time at least, and so near a window's end the next one binds too. */
#define LEAST_LEFT_MS 60000
#define NEXT_MS       30000
#define DAY_MS        86400000

static int64_t
floor_div (int64_t a, int64_t b)
{
  int64_t q = a / b;

  return a % b < 0 ? q - 1 : q;
}

/* Months since year 0 of the civil calendar, for a day counted from 1970-01-01. The method shifts the year to
 * begin in March, so that the leap day is its last (the proleptic Gregorian rule of ISO 8601). */
static int32_t
month_of_day (int64_t day)
{
  int64_t d = day + 719468;
  int64_t era = floor_div (d, 146097);
  int64_t of_era = d - era * 146097;
  int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  int64_t march_month = (5 * of_year + 2) / 153;
  int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;

  return (int32_t) ((year + era * 400 + (month <= 2 ? 1 : 0)) * 12 + month);
}

static int64_t
local_ms (const bbe_inputs *in)
{
  return in->wall_ms + (int64_t) in->zone_offset_s * 1000;
}

/* Net import in W; false: nobody knows. */
static bool
read_power (const bbe_engine *e, const bbe_inputs *in, int m, int64_t *power_w)
{
  const bbe_meter_in *reading = &in->meters[m];

  if (e->state.meters[m].failed_since_ms != BBE_NEVER)
    return false;
  *power_w = reading->power_w;
  if (reading->power_valid)
    return true;
  *power_w = 0;
  for (int p = 0; p < 3; p++) {
    int64_t mv = reading->voltage_mv[p] > 0 ? reading->voltage_mv[p] : e->conf.nominal_mv;

    *power_w += reading->current_ma[p] * mv / 1000000;
  }
  return true;
}

/* Accounts the time since the last step; time that was not seen counts at the limit. */
static void
account (bbe_peak_state *peak, int64_t now)
{
  int64_t power = peak->power_known ? bbe_max32 (0, peak->power_w) : peak->limit_w;

  peak->imported_wms += power * (now - peak->seen_ms);
  peak->seen_ms = now;
}

/* A window has ended: a mean over the limit is the new limit until the month ends. */
static void
close_window (bbe_peak_state *peak, int64_t window_ms)
{
  int64_t mean = peak->imported_wms / window_ms;

  if (peak->window != BBE_ALWAYS && mean > peak->limit_w)
    peak->limit_w = bbe_clamp_ma (mean);
}

static void
open_window (bbe_peak_state *peak, const bbe_peak_config *config, int64_t local, int64_t window_ms)
{
  int64_t window = floor_div (local, window_ms);
  int32_t month = month_of_day (floor_div (local, DAY_MS));

  if (month != peak->month)
    peak->limit_w = config->initial_w;
  peak->month = month;
  /* What passed of this window before anyone looked counts at the limit; right after the last one, nothing.
   */
  peak->imported_wms = peak->limit_w * (local - window * window_ms);
  peak->window = window;
}

/* Whole windows that passed unseen between the former and this one, at the power held meanwhile. */
static void
skip_windows (bbe_peak_state *peak, int64_t passed_ms)
{
  if (passed_ms > 0 && peak->power_known && peak->power_w > peak->limit_w)
    peak->limit_w = peak->power_w;
  peak->seen_ms += passed_ms;
}

/* The clock stands in another window than before: closes the old one at its own end, opens the new one. */
static void
turn_window (bbe_peak_state *peak, const bbe_peak_config *config, int64_t local, int64_t now)
{
  int64_t window_ms = config->window_min * (int64_t) 60000;
  int64_t gap = now - peak->seen_ms;
  int64_t after = bbe_min64 (local - floor_div (local, window_ms) * window_ms, gap);
  int64_t before = gap - after;

  if (peak->window != BBE_ALWAYS) {
    int64_t to_end = (peak->window + 1) * window_ms - (local - gap);

    account (peak, peak->seen_ms + bbe_max64 (0, bbe_min64 (before, to_end)));
    close_window (peak, window_ms);
  }
  skip_windows (peak, now - after - peak->seen_ms);
  open_window (peak, config, local - after, window_ms);
}

static void
update (bbe_engine *e, const bbe_inputs *in, int c)
{
  const bbe_peak_config *config = &e->conf.circuits[c].c.peak;
  bbe_peak_state *peak = &e->state.circuits[c].peak;
  int64_t window_ms = config->window_min * (int64_t) 60000;
  int64_t now = e->work.now_ms, power;

  if (peak->window == BBE_ALWAYS)
    peak->seen_ms = now;
  if (in->wall_valid && floor_div (local_ms (in), window_ms) != peak->window)
    turn_window (peak, config, local_ms (in), now);
  account (peak, now);
  peak->power_known = read_power (e, in, e->conf.circuits[c].c.meter, &power);
  peak->power_w = peak->power_known ? bbe_clamp_ma (power) : 0;
}

void
bbe_peaks_update (bbe_engine *e, const bbe_inputs *in)
{
  for (int c = 0; c < e->conf.n_circuits; c++)
    if (e->conf.circuits[c].c.peak.window_min > 0)
      update (e, in, c);
}

/* What may flow until the window ends. With little time left a remainder could be spent in one spike; it is
 * spread over LEAST_LEFT_MS instead, but never to less than the limit itself while that much is left: else a
 * budget spent exactly at the limit would fade away, and stop vehicles, at the end of each window. */
static int64_t
spread_w (const bbe_peak_state *peak, int64_t remaining_wms, int64_t left_ms)
{
  int64_t exact = remaining_wms / bbe_max64 (left_ms, 1);

  if (exact <= peak->limit_w)
    return exact;
  return bbe_max64 (peak->limit_w, remaining_wms / bbe_max64 (left_ms, LEAST_LEFT_MS));
}

bool
bbe_peak_room_w (bbe_engine *e, const bbe_inputs *in, int c, int64_t *room_w, int64_t *limit_w)
{
  const bbe_peak_config *config = &e->conf.circuits[c].c.peak;
  const bbe_peak_state *peak = &e->state.circuits[c].peak;
  int64_t window_ms = config->window_min * (int64_t) 60000;
  int64_t left;

  if (config->window_min == 0)
    return false;
  *room_w = *limit_w = config->initial_w;
  if (!in->wall_valid || peak->window == BBE_ALWAYS)
    return true;
  left = window_ms - (local_ms (in) - peak->window * window_ms);
  left = bbe_min64 (bbe_max64 (left, 0), window_ms);
  *limit_w = *room_w = peak->limit_w;
  /* Nobody is there to use what moves with the clock: until the window ends, what is shown stays as it is. */
  if (!e->work.active) {
    bbe_due (e, e->work.now_ms + left);
    return true;
  }
  *room_w = spread_w (peak, bbe_max64 (0, peak->limit_w * window_ms - peak->imported_wms), left);
  if (left <= NEXT_MS)
    *room_w = bbe_min64 (*room_w, peak->limit_w);
  /* The room moves with the clock: the answer is asked for again a second later. */
  bbe_due (e, e->work.now_ms + 1000);
  return true;
}
