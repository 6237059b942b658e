/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plant-meter.c: what meters show: sampled, delayed, noisy, rounded, lost, wrongly clamped.
 *
 * Samples are taken on a grid of the meter's interval from the start of the run; only those that differ from
 * the one before are stored, so that time may jump over the others. Noise and loss are a function of seed,
 * meter, phase and number of the sample, never of how often somebody looked.
 */
#include "simulation/plant-internal.h"

#include "simulation/input-random.h"

void
bb_plant_meter_init (BbPlant *plant, BbPlantMeter *meter, guint index, const bbe_config *config,
                     const BbPlantDefaults *defaults)
{
  const bbe_meter_config *own = &config->meters[index];
  meter->index = (gint32) index;
  meter->circuit = -1;
  for (guint c = 0; c < config->n_circuits; c++) {
    if (config->circuits[c].meter == (gint16) index) {
      meter->circuit = (gint16) c;
      meter->without_pv = config->circuits[c].pv_meter >= 0;
    } else if (config->circuits[c].pv_meter == (gint16) index) {
      meter->circuit = (gint16) c;
      meter->is_pv = TRUE;
    }
  }
  meter->phases = own->phases;
  meter->is_signed = own->is_signed;
  meter->total_only = own->total_only;
  gint64 interval = defaults->instant ? 1 : MAX (own->interval_ms, 1);
  meter->interval_ms = (gint32) ((interval + plant->step_ms - 1) / plant->step_ms * plant->step_ms);
  gint64 lag = defaults->instant ? 0 : bb_plant_delay_ms (plant, MAX (own->lag_ms, 0));
  meter->lag_ms = (gint32) MIN (lag, (gint64) meter->interval_ms * (BB_METER_SLOTS - 1));
  meter->stale_ms = MAX (10000, 3 * own->interval_ms);
  meter->noise_ma = defaults->meter_noise_ma;
  meter->resolution_ma = MAX (defaults->meter_resolution_ma, 1);
  meter->loss_permille = defaults->meter_loss_permille;
  meter->seen_ma[0] = G_MAXINT32; /* nothing seen yet: the first sample always counts */
  meter->shown_ms = G_MININT64;
  meter->good_from_ms = plant->start_ms;
}

/* What flows past the clamps now. */
static void
true_current (const BbPlant *plant, const BbPlantMeter *meter, gint32 ma[3])
{
  const BbPlantCircuit *circuit = &bb_plant_circuits (plant)[meter->circuit];
  for (guint p = 0; p < 3; p++)
    ma[p] = meter->is_pv ? circuit->pv_below_ma[p]
                         : circuit->flow_ma[p] + (meter->without_pv ? circuit->pv_below_ma[p] : 0);
}

static gboolean
is_noisy (const BbPlantMeter *meter)
{
  return meter->noise_ma > 0 || meter->loss_permille > 0;
}

/* 64 bits that belong to one sample of one meter. */
static guint64
sample_bits (const BbPlant *plant, const BbPlantMeter *meter, gint64 sample_ms, guint what)
{
  guint64 number = (guint64) ((sample_ms - plant->start_ms) / meter->interval_ms);
  return bb_random_mix (bb_random_mix (plant->seed, 0x6d65746572u + (guint64) meter->index * 8 + what),
                        number);
}

/* Triangular in -noise..+noise: the sum of two uniform values. */
static gint32
noise (const BbPlant *plant, const BbPlantMeter *meter, gint64 sample_ms, guint phase)
{
  guint64 bits = sample_bits (plant, meter, sample_ms, phase);
  guint64 span = (guint64) meter->noise_ma + 1;
  gint64 a = (gint64) (((bits & 0xffffffffu) * span) >> 32);
  gint64 b = (gint64) (((bits >> 32) * span) >> 32);
  return (gint32) (a - b);
}

static void
take_sample (const BbPlant *plant, BbPlantMeter *meter, gint64 now_ms)
{
  gint32 ma[3];
  if ((now_ms - plant->start_ms) % meter->interval_ms != 0 || meter->lost)
    return;
  true_current (plant, meter, ma);
  gboolean same = ma[0] == meter->seen_ma[0] && ma[1] == meter->seen_ma[1] && ma[2] == meter->seen_ma[2];
  if (same && !is_noisy (meter))
    return;
  if (meter->count == BB_METER_SLOTS) { /* cannot happen within the lag allowed; the oldest gives way */
    meter->head = (meter->head + 1) % BB_METER_SLOTS;
    meter->count--;
  }
  guint slot = (meter->head + meter->count++) % BB_METER_SLOTS;
  meter->sample_ms[slot] = now_ms;
  for (guint p = 0; p < 3; p++)
    meter->sample_ma[slot][p] = meter->seen_ma[p] = ma[p];
}

/* From what flows to what the meter says. */
static gint32
reading (const BbPlant *plant, const BbPlantMeter *meter, gint32 ma, gint64 sample_ms, guint phase)
{
  gint64 value = ma;
  gint64 resolution = meter->resolution_ma;
  if (!(meter->phases >> phase & 1) || meter->open[phase])
    return 0;
  if (meter->noise_ma > 0)
    value += noise (plant, meter, sample_ms, phase);
  if (meter->reversed[phase])
    value = -value;
  if (resolution > 1)
    value = (value >= 0 ? value + resolution / 2 : value - resolution / 2) / resolution * resolution;
  return (gint32) (meter->is_signed ? value : ABS (value));
}

static void
deliver (const BbPlant *plant, BbPlantMeter *meter, gint64 now_ms)
{
  gint64 newest_ms = now_ms - meter->lag_ms - plant->start_ms;
  if (newest_ms < 0)
    return;
  newest_ms = newest_ms / meter->interval_ms * meter->interval_ms + plant->start_ms;
  while (meter->count > 0 && meter->sample_ms[meter->head] <= newest_ms) {
    gint64 sample_ms = meter->sample_ms[meter->head];
    gboolean gone = meter->loss_permille > 0
                    && sample_bits (plant, meter, sample_ms, 3) % 1000 < (guint64) meter->loss_permille;
    for (guint p = 0; p < 3 && !gone && !meter->stuck; p++)
      meter->shown_ma[p] = reading (plant, meter, meter->sample_ma[meter->head][p], sample_ms, p);
    if (!gone)
      meter->shown_ms = sample_ms + meter->lag_ms;
    meter->head = (meter->head + 1) % BB_METER_SLOTS;
    meter->count--;
  }
  if (!meter->lost && !is_noisy (meter) && newest_ms >= meter->good_from_ms)
    meter->shown_ms = newest_ms + meter->lag_ms;
}

/* A fault begins or ends: what came through before it is delivered, and the next sample counts whatever it
 * shows. */
static void
look_again (const BbPlant *plant, BbPlantMeter *meter, gint64 now_ms)
{
  if (meter->circuit >= 0 && now_ms > plant->start_ms)
    deliver (plant, meter, now_ms - plant->step_ms);
  meter->seen_ma[0] = G_MAXINT32;
}

gint64
bb_plant_meter_next (const BbPlant *plant, const BbPlantMeter *meter, gint64 now_ms)
{
  gint32 ma[3];
  if (meter->circuit < 0)
    return G_MAXINT64;
  gint64 next = meter->count > 0 ? meter->sample_ms[meter->head] + meter->lag_ms : G_MAXINT64;
  true_current (plant, meter, ma);
  if (is_noisy (meter) || ma[0] != meter->seen_ma[0] || ma[1] != meter->seen_ma[1]
      || ma[2] != meter->seen_ma[2]) {
    gint64 since = now_ms - plant->start_ms;
    next = MIN (next, plant->start_ms + (since / meter->interval_ms + 1) * meter->interval_ms);
  }
  gint64 stale = meter->shown_ms + meter->stale_ms + 1;
  if ((meter->lost || meter->loss_permille > 0) && meter->shown_ms != G_MININT64 && stale > now_ms)
    next = MIN (next, stale);
  return MAX (next, now_ms + 1);
}

void
bb_plant_sample_meters (BbPlant *plant, gint64 now_ms)
{
  BbPlantMeter *meters = bb_plant_meters (plant);
  for (guint m = 0; m < plant->n_meters; m++) {
    if (meters[m].circuit < 0)
      continue;
    take_sample (plant, &meters[m], now_ms);
    deliver (plant, &meters[m], now_ms);
  }
}

gboolean
bb_plant_read_meter (const BbPlant *plant, const BbPlantMeter *meter, bbe_meter_in *in)
{
  gint64 sum_ma = 0;
  if (meter->circuit < 0 || meter->shown_ms == G_MININT64)
    return FALSE;
  for (guint p = 0; p < 3; p++) {
    sum_ma += meter->shown_ma[p];
    in->current_ma[p] = meter->total_only ? 0 : meter->shown_ma[p];
    in->voltage_mv[p] = (meter->phases >> p & 1) ? plant->nominal_mv : 0;
  }
  in->power_w = (gint32) (bb_plant_power_mw (plant, sum_ma) / 1000);
  in->power_valid = true;
  in->valid = true;
  in->taken_ms = meter->shown_ms;
  return TRUE;
}

void
bb_plant_meter_lost (BbPlant *plant, guint index, gint64 now_ms, gboolean on)
{
  BbPlantMeter *meter = &bb_plant_meters (plant)[index];
  look_again (plant, meter, now_ms);
  meter->lost = (guint8) (meter->lost + (on ? 1 : -1));
  meter->count = 0; /* what was on its way is gone */
  meter->good_from_ms = now_ms;
}

void
bb_plant_meter_stuck (BbPlant *plant, guint index, gint64 now_ms, gboolean on)
{
  BbPlantMeter *meter = &bb_plant_meters (plant)[index];
  look_again (plant, meter, now_ms);
  meter->stuck = (guint8) (meter->stuck + (on ? 1 : -1));
}

void
bb_plant_clamp_open (BbPlant *plant, guint index, guint phases, gint64 now_ms, gboolean on)
{
  BbPlantMeter *meter = &bb_plant_meters (plant)[index];
  look_again (plant, meter, now_ms);
  for (guint p = 0; p < 3; p++)
    if (phases >> p & 1)
      meter->open[p] = (guint8) (meter->open[p] + (on ? 1 : -1));
}

void
bb_plant_clamp_reversed (BbPlant *plant, guint index, guint phases, gint64 now_ms, gboolean on)
{
  BbPlantMeter *meter = &bb_plant_meters (plant)[index];
  look_again (plant, meter, now_ms);
  for (guint p = 0; p < 3; p++)
    if (phases >> p & 1)
      meter->reversed[p] = (guint8) (meter->reversed[p] + (on ? 1 : -1));
}
