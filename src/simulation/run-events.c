/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-events.c: what happens to a run from outside: inputs change, vehicles come and go, faults begin and
 * end. */
#include "simulation/run-internal.h"

#include <string.h>

/* ---- loads and generation ---- */

static void
add_feed_ma (BbRun *run, BbRunFeed *feed, const gint32 ma[3])
{
  gint32 *sum = feed->generation ? run->pv_ma[feed->circuit] : run->load_ma[feed->circuit];
  for (guint p = 0; p < 3; p++) {
    if (ma[p] == feed->ma[p])
      continue;
    sum[p] += ma[p] - feed->ma[p];
    feed->ma[p] = ma[p];
    run->changed_loads |= G_GUINT64_CONSTANT (1) << feed->circuit;
  }
}

static gboolean
read_feed (BbRun *run, BbRunFeed *feed, GError **error)
{
  gint32 value_m[3], ma[3];
  if (feed->use_mean) {
    BbLoadSpan span;
    if (!bb_load_span (feed->source, run->now_ms, run->now_ms + run->step_ms, &span, error))
      return FALSE;
    memcpy (value_m, span.mean_m, sizeof value_m);
    feed->until_ms = run->now_ms + run->step_ms;
  } else if (!bb_load_at (feed->source, run->now_ms, value_m, &feed->until_ms, error)) {
    return FALSE;
  }
  for (guint p = 0; p < 3; p++) {
    ma[p] = bb_load_to_ma (feed->unit, value_m[p], run->plant->nominal_mv, feed->power_factor_permille);
    if (feed->scale_permille != 1000)
      ma[p] = (gint32) CLAMP ((gint64) ma[p] * feed->scale_permille / 1000, -BBE_MAX_MA, BBE_MAX_MA);
    ma[p] = CLAMP (ma[p], -BBE_MAX_MA, BBE_MAX_MA);
  }
  add_feed_ma (run, feed, ma);
  return TRUE;
}

static gboolean
read_feeds (BbRun *run, GError **error)
{
  gint64 until = G_MAXINT64;
  if (run->now_ms < run->feeds_until_ms)
    return TRUE;
  for (guint f = 0; f < run->n_feeds; f++) {
    BbRunFeed *feed = &run->feeds[f];
    if (run->now_ms >= feed->until_ms && !read_feed (run, feed, error))
      return FALSE;
    until = MIN (until, feed->until_ms);
  }
  run->feeds_until_ms = until;
  return TRUE;
}

/* In line, for both who call it: a call costs every step of a year. */
G_ALWAYS_INLINE static inline void
apply_loads (BbRun *run)
{
  static const gint32 nothing[3] = { 0, 0, 0 };
  for (guint64 left = run->changed_loads; left != 0; left &= left - 1) {
    guint c = (guint) __builtin_ctzll (left);
    gint32 load[3];
    for (guint p = 0; p < 3; p++)
      load[p] = run->load_ma[c][p] + run->extra_ma[c][p];
    bb_plant_set_load (run->plant, c, run->dark ? nothing : load);
    bb_plant_set_generation (run->plant, c, run->dark ? nothing : run->pv_ma[c]);
  }
  run->changed_loads = 0;
}

void
bb_run_apply_load (BbRun *run, guint circuit)
{
  run->changed_loads |= G_GUINT64_CONSTANT (1) << circuit;
  apply_loads (run);
}

/* ---- sessions ---- */

static gint
find_station (const BbRun *run, const BbSession *session)
{
  if (session->station >= 0) {
    gint s = run->session_station[session->station];
    return run->at_station[s] < 0 ? s : -1;
  }
  for (gint s = 0; s < run->plant->n_stations; s++)
    if (run->at_station[s] < 0)
      return s;
  return -1;
}

static BbVehicle
make_vehicle (const BbRun *run, const BbSession *session, guint s)
{
  const BbPlantDefaults *plant = &run->options->plant;
  const BbPlantStation *station = &bb_plant_stations (run->plant)[s];
  const bbe_station_config *config = &run->config->stations[s];
  gboolean ideal = run->options->ideal_vehicle;
  gboolean tells = config->group >= 0 && run->config->groups[config->group].balancer == BBE_DEADLINE;
  gint64 battery = (gint64) session->battery_wh * 3600000;
  gint soc = session->arrival_soc_permille < 0 ? -1 : session->arrival_soc_permille;
  BbVehicle car = {
    .min_ma = ideal || run->options->zero_minimum ? 0 : plant->vehicle_min_ma,
    .max_ma = session->max_ma > 0 ? MIN (session->max_ma, station->max_ma) : station->max_ma,
    .under_ma = ideal ? 0 : plant->vehicle_under_ma,
    .dead_band_ma = ideal ? 0 : plant->vehicle_dead_band_ma,
    .reaction_ms = ideal || plant->instant ? 0 : plant->vehicle_reaction_ms,
    .taper_permille = ideal ? 1000 : plant->taper_permille,
    .taper_floor_ma = plant->taper_floor_ma,
    .quantum_ma = plant->draw_quantum_ma,
    .wanted_quantum_wh = plant->wanted_quantum_wh > 0 ? plant->wanted_quantum_wh
                         : tells                      ? 100
                                                      : 0,
    .n_phases = session->phases > 0 ? MIN (session->phases, station->n_phases) : station->n_phases,
    .wanted_mws = (gint64) session->energy_wh * 3600000,
  };
  if (battery > 0) {
    car.battery_mws = battery;
    /* A charge that was not told: such that what is wanted just fits. */
    car.stored_mws = soc >= 0 ? battery / 1000 * soc : MAX (battery - car.wanted_mws, 0);
  }
  if (car.wanted_quantum_wh > 0)
    car.departure_ms = session->departure_ms;
  return car;
}

static void
arrive (BbRun *run, gsize index)
{
  const BbSession *session = &run->sessions->items[index];
  gint s = find_station (run, session);
  if (s < 0 || session->departure_ms <= run->now_ms) {
    BbSessionResult done
        = { session->arrival_ms, session->departure_ms, s, (gint64) session->energy_wh * 3600000, 0, FALSE };
    bb_run_record_session (run, &done);
    return;
  }
  BbVehicle car = make_vehicle (run, session, (guint) s);
  run->at_station[s] = (gint32) index;
  bb_plant_plug (run->plant, (guint) s, &car, run->now_ms);
}

static void
leave (BbRun *run, guint s, gboolean open)
{
  const BbSession *session = &run->sessions->items[run->at_station[s]];
  BbSessionResult done = {
    session->arrival_ms, session->departure_ms, (gint) s, (gint64) session->energy_wh * 3600000, 0, open
  };
  done.delivered_mws = bb_plant_unplug (run->plant, s, run->now_ms);
  run->summary->stations[s].delivered_mws += done.delivered_mws;
  run->at_station[s] = -1;
  bb_run_record_session (run, &done);
}

static void
sessions (BbRun *run)
{
  if (run->now_ms < run->sessions_due_ms)
    return;
  gint64 due = G_MAXINT64;
  for (guint s = 0; s < run->plant->n_stations; s++)
    if (run->at_station[s] >= 0 && run->sessions->items[run->at_station[s]].departure_ms <= run->now_ms)
      leave (run, s, FALSE);
  while (run->next_session < run->sessions->n_items
         && run->sessions->items[run->next_session].arrival_ms <= run->now_ms)
    arrive (run, run->next_session++);
  for (guint s = 0; s < run->plant->n_stations; s++)
    if (run->at_station[s] >= 0)
      due = MIN (due, run->sessions->items[run->at_station[s]].departure_ms);
  if (run->next_session < run->sessions->n_items)
    due = MIN (due, run->sessions->items[run->next_session].arrival_ms);
  run->sessions_due_ms = due;
}

void
bb_run_close_sessions (BbRun *run)
{
  for (guint s = 0; s < run->plant->n_stations; s++)
    if (run->at_station[s] >= 0)
      leave (run, s, run->sessions->items[run->at_station[s]].departure_ms > run->now_ms);
}

/* ---- scenario ---- */

static gint
compare_edges (gconstpointer a, gconstpointer b)
{
  const BbRunEdge *left = a, *right = b;
  if (left->time_ms != right->time_ms)
    return left->time_ms < right->time_ms ? -1 : 1;
  if (left->begins != right->begins)
    return left->begins ? 1 : -1; /* ends first, so that one event may follow another */
  return (left->event > right->event) - (left->event < right->event);
}

void
bb_run_sort_edges (BbRun *run)
{
  const BbScenario *scenario = run->options->scenario;
  guint n = scenario != NULL ? scenario->events->len : 0;
  run->edges = g_new0 (BbRunEdge, 2 * n + 1);
  for (guint i = 0; i < n; i++) {
    const BbScenarioEvent *event = &g_array_index (scenario->events, BbScenarioEvent, i);
    gint64 base = event->relative ? run->from_ms : 0;
    run->edges[run->n_edges++] = (BbRunEdge){ base + event->at_ms, i, TRUE };
    if (event->until_ms != G_MAXINT64)
      run->edges[run->n_edges++] = (BbRunEdge){ base + event->until_ms, i, FALSE };
  }
  qsort (run->edges, run->n_edges, sizeof *run->edges, compare_edges);
}

static gint64
event_until_mono (const BbRun *run, const BbScenarioEvent *event)
{
  if (event->until_ms == G_MAXINT64)
    return G_MAXINT64;
  return event->until_ms + (event->relative ? run->from_ms : 0) + run->mono_offset_ms;
}

static void
load_step (BbRun *run, const BbScenarioEvent *event, gboolean on)
{
  guint c = run->config->circuit_index[event->index];
  for (guint p = 0; p < 3; p++)
    run->extra_ma[c][p] += on ? event->value_ma[p] : -event->value_ma[p];
  run->changed_loads |= G_GUINT64_CONSTANT (1) << c;
}

static void
reduction (BbRun *run, const BbScenarioEvent *event)
{
  gint index
      = event->scope == BBE_REDUCE_CIRCUIT ? (gint) run->config->circuit_index[event->index] : event->index;
  bbe_reduction_in in = { .scope = event->scope,
                          .index = (int16_t) index,
                          .limit_ma = event->value_ma[0],
                          .limit_w = event->value_w,
                          .until_ms = event_until_mono (run, event) };
  bb_step_inputs_add_reduction (run->inputs, &in, run->now_ms + run->mono_offset_ms);
}

/* The whole site loses its supply, and with it the controller; when it returns, the controller goes on from
 * what it had saved ("state": "lost": from nothing). */
static void
site_outage (BbRun *run, const BbScenarioEvent *event, gboolean on)
{
  run->dark += on ? 1 : -1;
  run->changed_loads = ~G_GUINT64_CONSTANT (0) >> (64 - run->plant->n_circuits);
  for (guint s = 0; s < run->plant->n_stations; s++)
    bb_plant_outage (run->plant, s, run->now_ms, on);
  for (guint m = 0; m < run->plant->n_meters; m++)
    bb_plant_meter_lost (run->plant, m, run->now_ms, on);
  if (run->dark > 0 || run->unmanaged || on)
    return;
  gsize size = bbe_save_size (run->engine);
  g_autofree guint8 *state = g_malloc (size);
  bbe_save (run->engine, state, size);
  bb_run_init_engine (run, NULL); /* the configuration was accepted before */
  if (event->state == 0)
    bbe_restore (run->engine, state, size);
  else if (run->trace != NULL)
    bb_trace_writer_restart (run->trace);
  run->revision = G_MAXUINT64;
}

static void
station_event (BbRun *run, const BbScenarioEvent *event, gboolean on)
{
  guint s = (guint) event->index;
  switch ((BbScenarioKind) event->kind) {
  case BB_EVENT_STATION_LOST:
    bb_plant_station_lost (run->plant, s, run->now_ms, on);
    break;
  case BB_EVENT_STATION_DEAF:
    bb_plant_station_deaf (run->plant, s, run->now_ms, on);
    break;
  case BB_EVENT_STATION_FAULT:
    bb_plant_station_fault (run->plant, s, run->now_ms, on);
    break;
  case BB_EVENT_OVERRIDE:
    bb_step_inputs_set_override (run->inputs, s, on ? event->state : BBE_OVERRIDE_NONE,
                                 on ? event->value_ma[0] : 0, on ? event_until_mono (run, event) : 0);
    break;
  default: /* an outage */
    if (event->index < 0)
      site_outage (run, event, on);
    else
      bb_plant_outage (run->plant, s, run->now_ms, on);
    break;
  }
  run->revision = G_MAXUINT64; /* tell every station again what holds */
}

static void
meter_event (BbRun *run, const BbScenarioEvent *event, gboolean on)
{
  guint m = (guint) event->index;
  if (event->kind == BB_EVENT_METER_LOST)
    bb_plant_meter_lost (run->plant, m, run->now_ms, on);
  else if (event->kind == BB_EVENT_METER_STUCK)
    bb_plant_meter_stuck (run->plant, m, run->now_ms, on);
  else if (event->kind == BB_EVENT_CLAMP_OPEN)
    bb_plant_clamp_open (run->plant, m, event->phases, run->now_ms, on);
  else
    bb_plant_clamp_reversed (run->plant, m, event->phases, run->now_ms, on);
}

static void
apply_event (BbRun *run, const BbScenarioEvent *event, gboolean on)
{
  switch ((BbScenarioKind) event->kind) {
  case BB_EVENT_METER_LOST:
  case BB_EVENT_METER_STUCK:
  case BB_EVENT_CLAMP_OPEN:
  case BB_EVENT_CLAMP_REVERSED:
    meter_event (run, event, on);
    break;
  case BB_EVENT_SIGNAL:
    bb_step_inputs_set_signal (run->inputs, (guint) event->index, TRUE,
                               on ? event->state : BBE_SIGNAL_NORMAL);
    break;
  case BB_EVENT_SIGNAL_LOST:
    bb_step_inputs_set_signal (run->inputs, (guint) event->index, !on, BBE_SIGNAL_NORMAL);
    break;
  case BB_EVENT_REDUCTION:
    if (on)
      reduction (run, event);
    break;
  case BB_EVENT_LOAD_STEP:
    load_step (run, event, on);
    break;
  case BB_EVENT_WALL_INVALID:
    run->wall_invalid += on ? 1 : -1;
    break;
  case BB_EVENT_WALL_JUMP:
    run->wall_jump_ms += on ? event->jump_ms : -event->jump_ms;
    break;
  default:
    station_event (run, event, on);
    break;
  }
}

static void
scenario (BbRun *run)
{
  while (run->next_edge < run->n_edges && run->edges[run->next_edge].time_ms <= run->now_ms) {
    const BbRunEdge *edge = &run->edges[run->next_edge++];
    const BbScenarioEvent *event
        = &g_array_index (run->options->scenario->events, BbScenarioEvent, edge->event);
    apply_event (run, event, edge->begins);
    if (run->result != NULL && edge->begins)
      bb_result_writer_event (run->result, run->now_ms, event->kind, bb_event_kind_get_name (event->kind));
  }
}

/* ---- all together ---- */

gboolean
bb_run_events (BbRun *run, GError **error)
{
  bb_plant_settle (run->plant, run->now_ms);
  scenario (run);
  sessions (run);
  if (!read_feeds (run, error))
    return FALSE;
  if (run->changed_loads != 0)
    apply_loads (run);
  return TRUE;
}

gint64
bb_run_next_event (const BbRun *run)
{
  gint64 next = MIN (run->feeds_until_ms, run->sessions_due_ms);
  if (run->next_edge < run->n_edges)
    next = MIN (next, run->edges[run->next_edge].time_ms);
  return next;
}
