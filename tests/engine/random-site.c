/* SPDX-License-Identifier: GPL-3.0-or-later */
/* random-site.c: random sites and random days.
 *
 * C leaves open in which order arguments and initialisers are evaluated: each random number is drawn in a
 * statement of its own, so that every compiler draws the same ones. */
#include "random-site.h"

#include <string.h>

static const int32_t ratings_ma[]
    = { 16000, 20000, 25000, 32000, 35000, 40000, 50000, 63000, 80000, 100000, 125000 };
static const int32_t steps_ma[] = { 1, 10, 100, 500, 1000 };
static const int32_t minima_ma[] = { 6000, 6000, 6000, 8000, 10000 };

#define PICK(r, table) ((table)[kit_random_range (r, 0, (int32_t) (sizeof (table) / sizeof (table)[0]) - 1)])

static void
random_peak (bbe_peak_config *peak, kit_random *r)
{
  peak->window_min = kit_random_chance (r, 500) ? 15 : 60;
  peak->initial_w = kit_random_range (r, 2000, 40000);
}

static void
random_circuit (kit *k, kit_random *r, const random_options *options)
{
  int parent = k->config.n_circuits == 0 ? -1 : kit_random_range (r, 0, k->config.n_circuits - 1);
  int32_t rating = PICK (r, ratings_ma);
  int i;

  if (parent >= 0 && rating > k->circuits[parent].rating_ma[0])
    rating = k->circuits[parent].rating_ma[0];
  i = kit_circuit (k, parent, rating);
  if (parent < 0 || kit_random_chance (r, 300))
    kit_meter (k, i);
  if (k->circuits[i].meter >= 0) {
    bbe_meter_config *meter = &k->meters[k->circuits[i].meter];

    meter->interval_ms = 1000 * kit_random_range (r, 1, options->plain ? 1 : 6);
    meter->lag_ms = 1000 * kit_random_range (r, 0, options->plain ? 0 : 3);
    meter->back_online_ms = 1000 * kit_random_range (r, 0, 30);
    if (kit_random_chance (r, 500))
      for (int p = 0; p < 3; p++)
        k->circuits[i].generation_ma[p] = rating / 4;
  } else {
    k->circuits[i].stations_only = kit_random_chance (r, 500);
  }
  if (!options->plain && kit_random_chance (r, 200))
    k->circuits[i].unbalance_ma = kit_random_range (r, 8000, 25000);
  if (!options->plain && kit_random_chance (r, 200))
    k->circuits[i].total_limit_w = kit_random_range (r, 5000, 60000);
  if (!options->plain && kit_random_chance (r, 150) && k->circuits[i].meter >= 0)
    random_peak (&k->circuits[i].peak, r);
  if (kit_random_chance (r, 200))
    k->circuits[i].supply_max_ma = rating - kit_random_range (r, 0, rating / 3);
}

/* Other load on the plant, and its declaration: all that can flow through the circuit beside the stations,
 * what hangs on the circuits below it included. */
static void
random_other (kit *k, plant *w, kit_random *r)
{
  for (int c = k->config.n_circuits - 1; c >= 0; c--) {
    int parent = k->circuits[c].parent;
    bool metered = k->circuits[c].meter >= 0;
    bool alone = k->circuits[c].other_load_ma[0] == 0 && k->circuits[c].stations_only;

    k->circuits[c].stations_only = alone;
    for (int p = 0; p < 3; p++) {
      int32_t room = k->circuits[c].rating_ma[p] / (2 * k->config.n_circuits);
      int32_t other
          = alone ? 0 : kit_random_range (r, metered ? -k->circuits[c].generation_ma[p] / 2 : 0, room);

      w->other_ma[c][p] = other;
      k->circuits[c].other_load_ma[p] += alone ? 0 : metered ? room : other;
      if (parent >= 0)
        k->circuits[parent].other_load_ma[p] += k->circuits[c].other_load_ma[p];
    }
  }
}

static void
random_group (kit *k, kit_random *r, const random_options *options)
{
  int i = kit_group (k, kit_random_range (r, 0, k->config.n_circuits - 1));
  bbe_group_config *g = &k->groups[i];
  int meter = k->circuits[g->circuit].meter;

  g->seed = kit_random_next (r);
  if (kit_random_chance (r, 300))
    g->online_ma = kit_random_range (r, 6000, 60000);
  if (options->plain)
    return;
  g->balancer = (uint8_t) kit_random_range (r, BBE_FAIR, BBE_DEADLINE);
  if (meter >= 0 && kit_random_chance (r, 300)) {
    g->mode = (uint8_t) kit_random_range (r, BBE_MODE_SOLAR, BBE_MODE_BOOST);
    g->solar_netted = kit_random_chance (r, 500);
    g->solar_start_delay_ms = 1000 * kit_random_range (r, 0, 60);
    g->solar_stop_delay_ms = 1000 * kit_random_range (r, 0, 60);
  }
  g->active = !kit_random_chance (r, 50);
  g->plug_and_play = kit_random_chance (r, 700);
  if (kit_random_chance (r, 150)) {
    g->off_peak = true;
    g->n_windows = 1;
    g->windows[0].start_min = (int16_t) kit_random_range (r, 0, 1439);
    g->windows[0].end_min = (int16_t) kit_random_range (r, 0, 1440);
    g->windows[0].days = (uint8_t) kit_random_range (r, 1, 127);
  }
  g->random_delay_max_ms = 1000 * (kit_random_chance (r, 200) ? kit_random_range (r, 0, 300) : 0);
  g->turn_ms = 60000 * kit_random_range (r, 1, 15);
  g->switch_hold_ms = 1000 * kit_random_range (r, 0, 300);
  g->hold_up_ms = 1000 * (kit_random_chance (r, 500) ? kit_random_range (r, 0, 30) : 0);
  g->slope_ma_per_s = kit_random_chance (r, 500) ? kit_random_range (r, 50, 3000) : 0;
  g->min_on_ms = 1000 * (kit_random_chance (r, 300) ? kit_random_range (r, 0, 300) : 0);
  g->min_off_ms = 1000 * (kit_random_chance (r, 300) ? kit_random_range (r, 0, 300) : 0);
}

static void
random_station (kit *k, kit_random *r, const random_options *options)
{
  int n_phases = kit_random_chance (r, 500) ? 3 : kit_random_chance (r, 800) ? 1 : 2;
  int group = kit_random_range (r, 0, k->config.n_groups - 1);
  int i = kit_station (k, group, n_phases, kit_random_range (r, 0, 2));
  bbe_station_config *s = &k->stations[i];
  int32_t minimum = PICK (r, minima_ma);

  s->serial = kit_random_next (r) / 256 * 256 + (uint64_t) i;
  s->priority = (uint8_t) kit_random_range (r, 0, kit_random_chance (r, 500) ? 2 : 0);
  s->step_ma = PICK (r, steps_ma);
  s->min_1p_ma = s->min_3p_ma = minimum;
  s->max_ma = kit_random_chance (r, 500) ? 32000 : 16000;
  s->reaction_ms = 1000 * kit_random_range (r, 1, 5);
  if (n_phases == 3 && kit_random_chance (r, 300)) { /* the other three rotations */
    uint8_t swap = s->rotation[1];

    s->rotation[1] = s->rotation[2];
    s->rotation[2] = swap;
  }
  if (options->plain)
    return;
  s->measured = options->measured || kit_random_chance (r, 700);
  s->can_switch = n_phases == 3 && s->measured && kit_random_chance (r, 300);
  s->rotation_unknown = kit_random_chance (r, 80);
  if (n_phases == 1 && kit_random_chance (r, 80)) {
    s->socket = true;
    s->min_1p_ma = s->min_3p_ma = s->max_ma = 10000;
  }
  if (!options->steady && kit_random_chance (r, 40)) {
    s->reaction_ms = 20000;
    s->reservation_ma = s->min_1p_ma;
  }
}

bool
random_site (kit *k, plant *w, kit_random *r, const random_options *options)
{
  int n_circuits = kit_random_range (r, 1, options->max_circuits);
  int n_groups = kit_random_range (r, 1, 3);
  int n_stations = kit_random_range (r, 1, options->max_stations);
  plant load;

  memset (&load, 0, sizeof load);
  for (int i = 0; i < n_circuits; i++)
    random_circuit (k, r, options);
  random_other (k, &load, r);
  for (int i = 0; i < n_groups; i++)
    random_group (k, r, options);
  for (int i = 0; i < n_groups; i++) /* beside the declared other load, which is at most half of any rating */
    k->groups[i].offline_ma = k->circuits[k->groups[i].circuit].rating_ma[0] / (2 * n_groups);
  for (int i = 0; i < n_groups; i++)
    if (k->groups[i].offline_ma > k->groups[i].online_ma)
      k->groups[i].offline_ma = k->groups[i].online_ma;
  for (int i = 0; i < n_stations; i++)
    random_station (k, r, options);
  if (!options->steady && !options->plain) {
    kit_signal (k);
    k->config.reduced_kind = (uint8_t) kit_random_range (r, BBE_REDUCED_SHARE, BBE_REDUCED_14A);
    k->config.reduced_value = k->config.reduced_kind == BBE_REDUCED_SHARE ? 600 : 20000;
  }
  k->in.wall_ms += kit_random_range (r, 0, 86400) * INT64_C (1000);
  if (!kit_start (k))
    return false;
  plant_init (w, k);
  memcpy (w->other_ma, load.other_ma, sizeof w->other_ma);
  return true;
}

static void
car_events (plant *w, kit_random *r, int s)
{
  plant_car *car = &w->cars[s];

  if (!car->present) {
    /* Nobody plugs in while the station still obeys the command from the car before. */
    if (w->second - car->left > w->k->stations[s].reaction_ms / 1000 + 1 && kit_random_chance (r, 20)) {
      int n_phases = kit_random_range (r, 1, 3);

      plant_arrive (w, s, n_phases, kit_random_chance (r, 500) ? 32000 : 16000);
    }
    return;
  }
  if (kit_random_chance (r, 2))
    plant_leave (w, s);
  else if (kit_random_chance (r, 20))
    car->draw_permille = kit_random_chance (r, 500) ? 1000 : kit_random_range (r, 0, 1000);
  else if (kit_random_chance (r, 2))
    car->full = !car->full;
}

static void
site_events (plant *w, kit_random *r)
{
  kit *k = w->k;
  int meter = kit_random_range (r, 0, KIT_METERS - 1);
  int s = kit_random_range (r, 0, k->config.n_stations - 1);

  if (kit_random_chance (r, 10)) {
    int p = kit_random_range (r, 0, 2);

    w->other_ma[0][p] = kit_random_range (r, 0, k->circuits[0].rating_ma[0]);
  }
  if (kit_random_chance (r, w->meter_lost[meter] ? 100 : 5))
    w->meter_lost[meter] = !w->meter_lost[meter];
  if (kit_random_chance (r, w->lost[s] ? 100 : 3))
    w->lost[s] = !w->lost[s];
  if (kit_random_chance (r, 5)) {
    k->signals_in[0].state = (uint8_t) (kit_random_chance (r, 600) ? 0 : kit_random_range (r, 1, 2));
    k->signals_in[0].valid = kit_random_chance (r, 900);
  }
  if (kit_random_chance (r, 5)) {
    k->stations_in[s].override = (uint8_t) kit_random_range (r, BBE_OVERRIDE_NONE, BBE_OVERRIDE_CHARGE_NOW);
    k->stations_in[s].override_ma = kit_random_range (r, 0, 32000);
    k->stations_in[s].override_until_ms = k->in.mono_ms + kit_random_range (r, 0, 300000);
  }
  if (kit_random_chance (r, 5)) {
    bbe_reduction_in *reduction = &k->in.reductions[kit_random_range (r, 0, BBE_MAX_REDUCTIONS - 1)];

    reduction->scope = (uint8_t) kit_random_range (r, BBE_REDUCE_NOTHING, BBE_REDUCE_STATIONS);
    reduction->index = 0;
    reduction->limit_ma = kit_random_chance (r, 500) ? kit_random_range (r, 0, 40000) : BBE_NO_LIMIT;
    reduction->limit_w = kit_random_chance (r, 500) ? kit_random_range (r, 0, 40000) : BBE_NO_LIMIT;
    reduction->until_ms = k->in.mono_ms + kit_random_range (r, 0, 300000);
  }
  if (kit_random_chance (r, 2)) {
    k->stations_in[s].wanted_wh = kit_random_range (r, -1, 40000);
    k->stations_in[s].departure_ms = k->in.wall_ms + kit_random_range (r, -3600, 36000) * INT64_C (1000);
  }
}

void
random_events (plant *w, kit_random *r, const random_options *options)
{
  for (int s = 0; s < w->k->config.n_stations; s++)
    car_events (w, r, s);
  if (!options->steady && !options->plain)
    site_events (w, r);
}

/* Mostly sane, now and then the edge of what the type holds. */
static int32_t
any_ma (kit_random *r)
{
  if (kit_random_chance (r, 20))
    return kit_random_chance (r, 500) ? INT32_MAX : INT32_MIN;
  return kit_random_range (r, -40000, 130000);
}

static void
random_station_in (kit *k, kit_random *r, int s)
{
  bbe_station_in *in = &k->stations_in[s];

  in->answers = kit_random_chance (r, 950);
  in->authorised = kit_random_chance (r, 800);
  in->vehicle = (uint8_t) kit_random_range (r, 0, kit_random_chance (r, 20) ? 255 : BBE_VEHICLE_F);
  in->phases_now = (uint8_t) kit_random_range (r, 0, kit_random_chance (r, 20) ? 255 : 3);
  in->measured_valid = kit_random_chance (r, 900);
  in->override = (uint8_t) kit_random_range (r, 0, kit_random_chance (r, 20) ? 255 : 2);
  for (int t = 0; t < 3; t++)
    in->measured_ma[t] = any_ma (r);
  in->override_ma = any_ma (r);
  in->override_until_ms = k->in.mono_ms + any_ma (r);
  in->wanted_wh = any_ma (r);
  in->departure_ms = kit_random_chance (r, 20) ? INT64_MAX : k->in.wall_ms + any_ma (r);
}

void
random_inputs (kit *k, kit_random *r)
{
  int32_t gap = kit_random_range (r, 0, 20);

  kit_advance (k, gap < 18 ? 1000 : gap == 18 ? 0 : kit_random_range (r, -5000, 4000000));
  if (kit_random_chance (r, 10))
    k->in.wall_ms = kit_random_chance (r, 500) ? -1 : (int64_t) (kit_random_next (r) >> 8);
  k->in.wall_valid = kit_random_chance (r, 950);
  k->in.zone_offset_s = kit_random_range (r, -64800, 64800);
  k->in.battery_w = any_ma (r);
  for (int m = 0; m < k->config.n_meters; m++) {
    int p = kit_random_range (r, 0, 2);

    if (kit_random_chance (r, 800)) {
      int32_t l1 = any_ma (r);
      int32_t l2 = any_ma (r);

      kit_read (k, m, l1, l2, any_ma (r));
    }
    k->meters_in[m].valid = kit_random_chance (r, 950);
    k->meters_in[m].voltage_mv[p] = kit_random_range (r, -1000, 400000);
    if (kit_random_chance (r, 20))
      k->meters_in[m].taken_ms = kit_random_chance (r, 500) ? INT64_MIN : INT64_MAX;
  }
  for (int s = 0; s < k->config.n_stations; s++)
    if (kit_random_chance (r, 300))
      random_station_in (k, r, s);
  for (int i = 0; i < k->config.n_signals; i++) {
    k->signals_in[i].valid = kit_random_chance (r, 900);
    k->signals_in[i].state = (uint8_t) kit_random_range (r, 0, kit_random_chance (r, 20) ? 255 : 2);
  }
  if (kit_random_chance (r, 100)) {
    bbe_reduction_in *reduction = &k->in.reductions[kit_random_range (r, 0, BBE_MAX_REDUCTIONS - 1)];

    reduction->scope = (uint8_t) kit_random_range (r, 0, kit_random_chance (r, 20) ? 255 : 3);
    reduction->index = (int16_t) kit_random_range (r, -1, 9);
    reduction->limit_ma = any_ma (r);
    reduction->limit_w = any_ma (r);
    reduction->until_ms = k->in.mono_ms + any_ma (r);
  }
}
