/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plant.c: true currents of a small site, second by second. */
#include "plant.h"

#include <string.h>

void
plant_init (plant *w, kit *k)
{
  memset (w, 0, sizeof *w);
  w->k = k;
  w->second = PLANT_PAST;
  for (int s = 0; s < k->config.n_stations; s++)
    w->contactor[s] = k->stations[s].n_phases >= 3 ? 3 : 1;
}

void
plant_arrive (plant *w, int station, int n_phases, int32_t max_ma)
{
  w->cars[station] = (plant_car){
    .present = true,
    .uses = (uint8_t) ((1u << n_phases) - 1),
    .max_ma = max_ma,
    .draw_permille = 1000,
  };
}

void
plant_leave (plant *w, int station)
{
  w->cars[station].present = false;
  w->cars[station].left = w->second;
}

/* The command that the station obeys now: the one given a reaction time ago. */
static int
obeyed (const plant *w, int station)
{
  int64_t delay = (w->k->stations[station].reaction_ms + 999) / 1000;

  if (delay < 1)
    delay = 1;
  if (delay >= PLANT_PAST)
    delay = PLANT_PAST - 1;
  return (int) ((w->second - delay) % PLANT_PAST);
}

/* What flows through terminal t when the car takes `flows` on each that it uses. */
static int32_t
terminal_ma (const plant *w, int s, int t, int32_t flows)
{
  const bbe_station_config *config = &w->k->stations[s];

  if (t >= config->n_phases || !(w->cars[s].uses >> t & 1))
    return 0;
  return t == 0 || !config->can_switch || w->contactor[s] == 3 ? flows : 0;
}

static void
draw_currents (plant *w)
{
  for (int s = 0; s < w->k->config.n_stations; s++) {
    const plant_car *car = &w->cars[s];
    int at = obeyed (w, s);
    int32_t pilot = w->command_ma[s][at];
    int32_t flows = pilot < car->max_ma ? pilot : car->max_ma;

    if (!w->stuck[s] && w->k->stations[s].can_switch && w->command_phases[s][at] != 0)
      w->contactor[s] = w->command_phases[s][at];
    flows = car->present && !car->full ? (int32_t) ((int64_t) flows * car->draw_permille / 1000) : 0;
    for (int t = 0; t < 3; t++)
      w->draw_ma[s][t] = terminal_ma (w, s, t, flows);
  }
}

static void
sum_circuits (plant *w)
{
  const kit *k = w->k;

  for (int c = 0; c < k->config.n_circuits; c++)
    for (int p = 0; p < 3; p++)
      w->true_ma[c][p] = w->other_ma[c][p] - w->pv_ma[c][p];
  for (int s = 0; s < k->config.n_stations; s++)
    for (int t = 0; t < 3; t++)
      w->true_ma[k->stations[s].circuit][k->stations[s].rotation[t]] += w->draw_ma[s][t];
  for (int c = k->config.n_circuits - 1; c > 0; c--)
    for (int p = 0; k->circuits[c].parent >= 0 && p < 3; p++)
      w->true_ma[k->circuits[c].parent][p] += w->true_ma[c][p];
  for (int c = 0; c < k->config.n_circuits; c++)
    for (int p = 0; p < 3; p++)
      for (int64_t s = w->second == PLANT_PAST + 1 ? 1 : w->second; s <= w->second; s++)
        w->past_ma[c][p][s % PLANT_PAST] = w->true_ma[c][p]; /* in the first second: the past was like it */
}

static void
report_meter (plant *w, int circuit)
{
  kit *k = w->k;
  int meter = k->circuits[circuit].meter;
  int pv_meter = k->circuits[circuit].pv_meter;
  int64_t interval = k->meters[meter].interval_ms / 1000;
  int at = (int) ((w->second - k->meters[meter].lag_ms / 1000) % PLANT_PAST);
  int32_t reads[3];

  if (w->meter_lost[meter] || (interval > 1 && w->second % interval != 0))
    return;
  for (int p = 0; p < 3; p++) {
    reads[p] = w->past_ma[circuit][p][at] + (pv_meter >= 0 ? w->pv_ma[circuit][p] : 0);
    if (w->clamp_open[meter])
      reads[p] = 0;
    if (!(k->meters[meter].phases >> p & 1))
      reads[p] = 0;
    if (!k->meters[meter].is_signed && reads[p] < 0)
      reads[p] = -reads[p];
  }
  kit_read (k, meter, reads[0], reads[1], reads[2]);
  if (pv_meter >= 0)
    kit_read (k, pv_meter, -w->pv_ma[circuit][0], -w->pv_ma[circuit][1], -w->pv_ma[circuit][2]);
}

static void
report_station (plant *w, int s)
{
  kit *k = w->k;
  bbe_station_in *in = &k->stations_in[s];
  const plant_car *car = &w->cars[s];
  bool flows = w->draw_ma[s][0] > 0 || w->draw_ma[s][1] > 0 || w->draw_ma[s][2] > 0;

  in->answers = !w->lost[s];
  if (w->lost[s])
    return;
  in->authorised = car->present;
  in->phases_now = k->stations[s].can_switch ? w->contactor[s] : 0;
  in->measured_valid = k->stations[s].measured;
  memcpy (in->measured_ma, w->draw_ma[s], sizeof in->measured_ma);
  if (!car->present)
    in->vehicle = BBE_VEHICLE_A;
  else if (flows || (w->command_ma[s][obeyed (w, s)] > 0 && !car->full))
    in->vehicle = BBE_VEHICLE_C;
  else
    in->vehicle = BBE_VEHICLE_B;
}

int32_t
plant_margin_ma (const plant *w)
{
  int32_t least = INT32_MAX;

  for (int c = 0; c < w->k->config.n_circuits; c++)
    for (int p = 0; p < 3; p++) {
      int32_t margin = w->k->circuits[c].rating_ma[p] - w->true_ma[c][p];

      if ((w->k->circuits[c].phases >> p & 1) && margin < least)
        least = margin;
    }
  return least;
}

void
plant_sense (plant *w)
{
  int32_t margin;

  kit_advance (w->k, 1000);
  w->second++;
  draw_currents (w);
  sum_circuits (w);
  margin = plant_margin_ma (w);
  if (margin < 0) {
    w->seconds_over++;
    if (-margin > w->worst_over_ma)
      w->worst_over_ma = -margin;
  }
  for (int c = 0; c < w->k->config.n_circuits; c++)
    if (w->k->circuits[c].meter >= 0)
      report_meter (w, c);
  for (int s = 0; s < w->k->config.n_stations; s++)
    report_station (w, s);
}

/* One station hears its command, or goes on with the last one. */
static void
hear (plant *w, int s, const bbe_station_out *out)
{
  int now = (int) (w->second % PLANT_PAST);
  int before = (int) ((w->second - 1) % PLANT_PAST);

  w->command_ma[s][now] = w->command_ma[s][before];
  w->command_phases[s][now] = w->command_phases[s][before];
  if (w->lost[s] || !w->k->stations[s].commandable)
    return;
  w->command_ma[s][now] = out->setpoint_ma;
  w->command_phases[s][now] = out->phases;
}

void
plant_command (plant *w, const bbe_outputs *out)
{
  for (int s = 0; s < w->k->config.n_stations; s++)
    hear (w, s, &out->stations[s]);
}

const bbe_outputs *
plant_second (plant *w)
{
  plant_sense (w);
  kit_step (w->k);
  plant_command (w, w->k->out);
  return w->k->out;
}

void
plant_seconds (plant *w, int n)
{
  for (int i = 0; i < n; i++)
    plant_second (w);
}
