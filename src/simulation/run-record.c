/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-record.c: what is kept of a run: integrals over stretches of constant current, records of changes, the
 * hash.
 *
 * Between two changes a current is constant, so every figure is a sum over such stretches, exact and
 * independent of how many steps were looked at.
 */
#include "simulation/run-internal.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* ---- circuits ---- */

static void
add_trips (BbRunPhase *phase, BbPhaseSummary *summary, gint64 from_ms, gint64 for_ms, gint64 ma)
{
  gboolean hot = FALSE;
  for (guint kind = 0; kind < BB_TRIP_N; kind++)
    for (guint limit = 0; limit < BB_TRIP_LIMITS; limit++) {
      BbTripState *state = &summary->trip[kind][limit];
      bb_trip_state_add (state, &summary->curves[kind * BB_TRIP_LIMITS + limit], from_ms, for_ms, ma);
      hot |= state->wear > 0 && state->opened_at_ms == G_MININT64;
    }
  phase->hot = hot;
}

/* A current flowed unchanged until now: adds what it means. */
static inline void
close_stretch (BbRunPhase *phase, BbPhaseSummary *summary, gint64 now_ms)
{
  gint64 for_ms = now_ms - phase->since_ms;
  gint64 ma = ABS (phase->ma);
  if (for_ms <= 0)
    return;
  if (ma > summary->peak_ma)
    summary->peak_ma = ma;
  if (G_UNLIKELY (ma > summary->rating_ma)) {
    summary->over_rating_ms += for_ms;
    summary->over_rating_ma_ms += (ma - summary->rating_ma) * for_ms;
    phase->over_ms += for_ms;
    summary->longest_over_ms = MAX (summary->longest_over_ms, phase->over_ms);
    add_trips (phase, summary, phase->since_ms, for_ms, ma);
  } else {
    phase->over_ms = 0;
    if (G_UNLIKELY (phase->hot))
      add_trips (phase, summary, phase->since_ms, for_ms, ma);
  }
  phase->since_ms = now_ms;
}

static void
close_unbalance (BbRunCircuit *circuit, BbCircuitSummary *summary, gint64 now_ms)
{
  gint64 for_ms = now_ms - circuit->unbalance_since_ms;
  if (for_ms > 0) {
    summary->unbalance_ma = MAX (summary->unbalance_ma, circuit->unbalance_ma);
    if (circuit->unbalance_limit_ma > 0 && circuit->unbalance_ma > circuit->unbalance_limit_ma)
      summary->unbalance_over_ms += for_ms;
  }
  circuit->unbalance_since_ms = now_ms;
}

static gint64
unbalance_of (const gint32 flow_ma[3], guint phases)
{
  gint64 low = G_MAXINT64, high = G_MININT64;
  for (guint p = 0; p < 3; p++)
    if (phases >> p & 1) {
      low = MIN (low, flow_ma[p]);
      high = MAX (high, flow_ma[p]);
    }
  return high > low ? high - low : 0;
}

static inline void
record_circuit (BbRun *run, guint c)
{
  const BbPlantCircuit *plant = &bb_plant_circuits (run->plant)[c];
  BbRunCircuit *circuit = &run->circuits[c];
  BbCircuitSummary *summary = &run->summary->circuits[c];
  for (guint p = 0; p < 3; p++) {
    BbRunPhase *phase = &circuit->phase[p];
    gint32 ma = plant->flow_ma[p];
    if (ma == phase->ma)
      continue;
    close_stretch (phase, &summary->phase[p], run->now_ms);
    phase->ma = ma;
    if (phase->series >= 0)
      bb_result_writer_set (run->result, (guint) phase->series, run->now_ms, ma);
  }
  gint64 unbalance = unbalance_of (plant->flow_ma, summary->phases);
  if (unbalance != circuit->unbalance_ma) {
    close_unbalance (circuit, summary, run->now_ms);
    circuit->unbalance_ma = unbalance;
  }
}

/* ---- the whole site ---- */

static void
close_site (BbRun *run, gint64 now_ms)
{
  BbRunSite *site = &run->site;
  gint64 for_ms = now_ms - site->since_ms;
  gint64 grid_to_ev = MIN (site->ev_ma, MAX (site->net_ma, 0));
  site->import_sum += site->import_ma * for_ms;
  site->export_sum += site->export_ma * for_ms;
  site->pv_sum += site->pv_ma * for_ms;
  site->load_sum += (site->net_ma + site->pv_ma - site->ev_ma) * for_ms;
  site->grid_to_ev_sum += grid_to_ev * for_ms;
  site->solar_to_ev_sum += (site->ev_ma - grid_to_ev) * for_ms;
  site->since_ms = now_ms;
}

static gint32
watts (const BbRun *run, gint64 ma)
{
  return (gint32) CLAMP (bb_plant_power_mw (run->plant, ma) / 1000, -G_MAXINT32, G_MAXINT32);
}

static void
record_site (BbRun *run)
{
  BbRunSite *site = &run->site;
  gint64 net = 0, pv = 0, ev = 0, import = 0, export = 0;
  close_site (run, run->now_ms);
  for (guint64 left = run->roots; left != 0; left &= left - 1) {
    const BbPlantCircuit *circuit = &bb_plant_circuits (run->plant)[__builtin_ctzll (left)];
    for (guint p = 0; p < 3; p++) {
      net += circuit->flow_ma[p];
      pv += circuit->pv_below_ma[p];
      ev += circuit->ev_ma[p];
      import += MAX (circuit->flow_ma[p], 0);
      export += MAX (-circuit->flow_ma[p], 0);
    }
  }
  gboolean same_cars = ev == site->ev_ma;
  site->net_ma = net;
  site->pv_ma = pv;
  site->ev_ma = ev;
  site->import_ma = run->netted ? MAX (net, 0) : import;
  site->export_ma = run->netted ? MAX (-net, 0) : export;
  if (site->pv_series >= 0)
    bb_result_writer_set (run->result, (guint) site->pv_series, run->now_ms, watts (run, pv));
  if (site->surplus_series >= 0)
    bb_result_writer_set (run->result, (guint) site->surplus_series, run->now_ms, watts (run, ev - net));
  if (site->grid_series < 0)
    return;
  bb_result_writer_set (run->result, (guint) site->grid_series, run->now_ms, watts (run, net));
  bb_result_writer_set (run->result, (guint) site->house_series, run->now_ms, watts (run, net + pv - ev));
  if (!same_cars)
    bb_result_writer_set (run->result, (guint) site->cars_series, run->now_ms, watts (run, ev));
}

/* ---- stations ---- */

static void
record_draw (BbRun *run, guint s)
{
  const BbPlantStation *plant = &bb_plant_stations (run->plant)[s];
  BbRunStation *station = &run->stations[s];
  BbStationSummary *summary = &run->summary->stations[s];
  if (plant->draw_ma == station->draw_ma)
    return;
  if (station->draw_ma == 0)
    summary->starts++;
  else if (plant->draw_ma == 0)
    summary->stops++;
  station->draw_ma = plant->draw_ma;
  bb_run_mix (run, (guint64) run->now_ms);
  bb_run_mix (run, (guint64) s << 32 | (guint32) plant->draw_ma);
  if (station->draw_series >= 0)
    bb_result_writer_set (run->result, (guint) station->draw_series, run->now_ms, plant->draw_ma);
}

void
bb_run_record_flows (BbRun *run)
{
  BbPlant *plant = run->plant;
  guint64 dirty = plant->dirty_circuits;
  plant->dirty_circuits = 0;
  for (guint64 left = dirty; left != 0; left &= left - 1)
    record_circuit (run, (guint) __builtin_ctzll (left));
  if (dirty & run->roots)
    record_site (run);
  for (guint w = 0; w * 64 < plant->n_stations; w++) {
    for (guint64 left = plant->dirty_stations[w]; left != 0; left &= left - 1)
      record_draw (run, w * 64 + (guint) __builtin_ctzll (left));
    plant->dirty_stations[w] = 0;
  }
}

void
bb_run_record_again (BbRun *run)
{
  BbPlant *plant = run->plant;
  plant->dirty_circuits |= ~G_GUINT64_CONSTANT (0) >> (64 - MAX (plant->n_circuits, 1));
  for (guint s = 0; s < plant->n_stations; s++)
    plant->dirty_stations[s / 64] |= G_GUINT64_CONSTANT (1) << (s % 64);
}

void
bb_sim_reason_pack (const bbe_reason *reason, gint64 mono_offset_ms, guint8 out[BB_SIM_REASON_SIZE])
{
  gint64 until = reason->until_ms;
  /* All are mono but the off-peak window; 0 means none, and the far ends stay what they are. */
  if (until != 0 && until != G_MAXINT64 && until != G_MININT64 && reason->code != BBE_REASON_OFF_PEAK)
    until -= mono_offset_ms;
  guint16 index = GUINT16_TO_LE ((guint16) reason->index);
  guint32 value = GUINT32_TO_LE ((guint32) reason->value_ma);
  guint64 time = GUINT64_TO_LE ((guint64) until);
  out[0] = reason->code;
  out[1] = reason->limit;
  out[2] = reason->place;
  out[3] = reason->phase;
  memcpy (out + 4, &index, 2);
  memcpy (out + 6, &value, 4);
  memcpy (out + 10, &time, 8);
}

void
bb_sim_reason_unpack (const guint8 in[BB_SIM_REASON_SIZE], bbe_reason *reason)
{
  guint16 index;
  guint32 value;
  guint64 time;
  memcpy (&index, in + 4, 2);
  memcpy (&value, in + 6, 4);
  memcpy (&time, in + 10, 8);
  *reason = (bbe_reason){ .code = in[0],
                          .limit = in[1],
                          .place = in[2],
                          .phase = in[3],
                          .index = (gint16) GUINT16_FROM_LE (index),
                          .value_ma = (gint32) GUINT32_FROM_LE (value),
                          .until_ms = (gint64) GUINT64_FROM_LE (time) };
}

void
bb_run_record_decision (BbRun *run, guint s, gint32 setpoint_ma, guint phases, const bbe_reason *reason)
{
  BbRunStation *station = &run->stations[s];
  gboolean same_reason = bb_reason_is_same (reason, &station->reason);
  if (setpoint_ma == station->setpoint_ma && phases == station->phases && same_reason)
    return;
  if (!same_reason)
    bb_run_limits_change (run, s, reason);
  if (reason->code != station->reason.code) {
    run->summary->stations[s].reason_ms[station->reason.code] += run->now_ms - station->reason_since_ms;
    station->reason_since_ms = run->now_ms;
  }
  station->setpoint_ma = setpoint_ma;
  station->phases = (guint8) phases;
  station->reason = *reason;
  bb_run_mix (run, (guint64) run->now_ms);
  bb_run_mix (run, (guint64) s << 40 | (guint64) phases << 36 | (guint32) setpoint_ma);
  bb_run_mix (run, (guint64) reason->code << 40 | (guint64) reason->limit << 32
                       | (guint64) reason->place << 24 | (guint64) reason->phase << 16
                       | (guint16) reason->index);
  if (run->result == NULL)
    return;
  guint8 packed[BB_SIM_REASON_SIZE];
  bb_sim_reason_pack (reason, run->mono_offset_ms, packed);
  bb_result_writer_change (run->result, s, run->now_ms, setpoint_ma, (guint8) phases, packed, sizeof packed);
  bb_result_writer_set (run->result, (guint) station->setpoint_series, run->now_ms, setpoint_ma);
}

/* ---- sessions ---- */

void
bb_run_record_session (BbRun *run, const BbSessionResult *session)
{
  g_ptr_array_add (run->sessions_done, g_memdup2 (session, sizeof *session));
  bb_run_mix (run, (guint64) session->arrival_ms);
  bb_run_mix (run, (guint64) (gint64) session->station);
  bb_run_mix (run, (guint64) session->delivered_mws);
}

/* ---- begin and end ---- */

/* -1: no result is written. Values are recorded when they change: until then they are 0. */
static gint32
add_series (BbRun *run, const gchar *id, const gchar *name, const gchar *unit, BbSeriesKind kind,
            gint decimals, gint32 quantum)
{
  BbResultSeries about = { id, name, unit, kind, decimals, quantum };
  if (run->result == NULL)
    return -1;
  guint series = bb_result_writer_add_series (run->result, &about);
  bb_result_writer_set (run->result, series, run->now_ms, 0);
  return (gint32) series;
}

static void
init_circuit (BbRun *run, guint c)
{
  const bbe_circuit_config *config = &run->config->circuits[c];
  BbCircuitSummary *summary = &run->summary->circuits[c];
  BbTripCurve *curves = &run->summary->curves[(gsize) c * 3 * BB_TRIP_N * BB_TRIP_LIMITS];
  summary->id = g_strdup (run->config->circuit_ids[c]);
  summary->phases = config->phases;
  run->circuits[c].unbalance_limit_ma = config->unbalance_ma;
  run->circuits[c].unbalance_since_ms = run->now_ms;
  if (config->parent < 0)
    run->roots |= G_GUINT64_CONSTANT (1) << c;
  for (guint p = 0; p < 3; p++) {
    g_autofree gchar *id = g_strdup_printf ("circuit/%s/l%u", summary->id, p + 1);
    g_autofree gchar *name = g_strdup_printf ("%s L%u", summary->id, p + 1);
    run->circuits[c].phase[p].since_ms = run->now_ms;
    run->circuits[c].phase[p].series
        = (config->phases >> p & 1) ? add_series (run, id, name, "A", BB_SERIES_GAUGE, 3, 10) : -1;
    summary->phase[p].rating_ma = config->rating_ma[p];
    summary->phase[p].curves = curves + p * BB_TRIP_N * BB_TRIP_LIMITS;
    for (guint kind = 0; kind < BB_TRIP_N; kind++)
      for (guint limit = 0; limit < BB_TRIP_LIMITS; limit++) {
        bb_trip_curve_init (&curves[(p * BB_TRIP_N + kind) * BB_TRIP_LIMITS + limit], kind, limit,
                            config->rating_ma[p]);
        bb_trip_state_init (&summary->phase[p].trip[kind][limit]);
      }
  }
}

static void
init_station (BbRun *run, guint s)
{
  BbRunStation *station = &run->stations[s];
  const gchar *own = run->config->station_ids[s];
  g_autofree gchar *setpoint = g_strdup_printf ("station/%s/setpoint", own);
  g_autofree gchar *current = g_strdup_printf ("station/%s/current", own);
  g_autofree gchar *setpoint_name = g_strdup_printf (_ ("%s set-point"), own);
  g_autofree gchar *current_name = g_strdup_printf (_ ("%s current"), own);
  run->summary->stations[s].id = g_strdup (own);
  station->reason_since_ms = run->now_ms;
  station->setpoint_ma = -1; /* nothing decided yet */
  station->setpoint_series = add_series (run, setpoint, setpoint_name, "A", BB_SERIES_STEP, 3, 1);
  station->draw_series = add_series (run, current, current_name, "A", BB_SERIES_GAUGE, 3, 10);
  if (run->result != NULL)
    bb_result_writer_add_station (run->result, own);
}

/* Revenue meters mostly net the phases; where a group was told that its meter does not, the run follows it.
 */
static gboolean
is_netted (const BbRun *run)
{
  for (guint g = 0; g < run->config->config.n_groups; g++)
    if (run->config->groups[g].mode != BBE_MODE_NORMAL && !run->config->groups[g].solar_netted)
      return FALSE;
  return TRUE;
}

void
bb_run_record_init (BbRun *run)
{
  BbSummary *summary = run->summary;
  guint n_circuits = summary->n_circuits = run->config->config.n_circuits;
  guint n_stations = summary->n_stations = run->config->config.n_stations;
  summary->circuits = g_new0 (BbCircuitSummary, n_circuits);
  summary->stations = g_new0 (BbStationSummary, n_stations);
  summary->curves = g_new0 (BbTripCurve, (gsize) n_circuits * 3 * BB_TRIP_N * BB_TRIP_LIMITS);
  run->circuits = g_new0 (BbRunCircuit, n_circuits);
  run->stations = g_new0 (BbRunStation, n_stations);
  run->netted = is_netted (run);
  for (guint c = 0; c < n_circuits; c++)
    init_circuit (run, c);
  for (guint s = 0; s < n_stations; s++)
    init_station (run, s);
  bb_run_limits_init (run);
  run->site.since_ms = run->now_ms;
  gboolean has_pv = FALSE;
  for (guint f = 0; f < run->n_feeds; f++)
    has_pv |= run->feeds[f].generation;
  run->site.pv_series
      = has_pv ? add_series (run, "site/pv", _ ("Generation"), "W", BB_SERIES_GAUGE, 0, 1) : -1;
  run->site.surplus_series
      = has_pv ? add_series (run, "site/surplus", _ ("Surplus"), "W", BB_SERIES_GAUGE, 0, 1) : -1;
  run->site.grid_series = add_series (run, "site/grid", _ ("Grid"), "W", BB_SERIES_GAUGE, 0, 1);
  run->site.house_series = add_series (run, "site/house", _ ("Other load"), "W", BB_SERIES_GAUGE, 0, 1);
  run->site.cars_series = add_series (run, "site/cars", _ ("Cars"), "W", BB_SERIES_GAUGE, 0, 1);
}

/* mA ms to mWs, exactly rounded down. */
static gint64
to_mws (const BbRun *run, gint64 ma_ms)
{
  return (gint64) ((__int128) ma_ms * run->plant->nominal_mv / 1000000);
}

static gint
compare_sessions (gconstpointer a, gconstpointer b)
{
  const BbSessionResult *left = *(const BbSessionResult *const *) a,
                        *right = *(const BbSessionResult *const *) b;
  if (left->arrival_ms != right->arrival_ms)
    return left->arrival_ms < right->arrival_ms ? -1 : 1;
  if (left->station != right->station)
    return left->station < right->station ? -1 : 1;
  return (left->departure_ms > right->departure_ms) - (left->departure_ms < right->departure_ms);
}

static void
finish_site (BbRun *run)
{
  BbSummary *summary = run->summary;
  const BbRunSite *site = &run->site;
  summary->import_mws = to_mws (run, site->import_sum);
  summary->export_mws = to_mws (run, site->export_sum);
  summary->generation_mws = to_mws (run, site->pv_sum);
  summary->load_mws = to_mws (run, site->load_sum);
  summary->charged_from_grid_mws = to_mws (run, site->grid_to_ev_sum);
  summary->charged_from_solar_mws = to_mws (run, site->solar_to_ev_sum);
  summary->self_consumed_mws = MAX (summary->generation_mws - summary->export_mws, 0);
  summary->self_consumption_pct = summary->generation_mws > 0 ? 100.0 * (gdouble) summary->self_consumed_mws
                                                                    / (gdouble) summary->generation_mws
                                                              : (gdouble) NAN;
}

void
bb_run_record_now (BbRun *run)
{
  BbSummary *summary = run->summary;
  for (guint c = 0; c < summary->n_circuits; c++) {
    for (guint p = 0; p < 3; p++)
      close_stretch (&run->circuits[c].phase[p], &summary->circuits[c].phase[p], run->now_ms);
    close_unbalance (&run->circuits[c], &summary->circuits[c], run->now_ms);
  }
}

void
bb_run_record_finish (BbRun *run)
{
  BbSummary *summary = run->summary;
  bb_run_record_now (run);
  for (guint s = 0; s < summary->n_stations; s++)
    summary->stations[s].reason_ms[run->stations[s].reason.code]
        += run->now_ms - run->stations[s].reason_since_ms;
  bb_run_limits_finish (run);
  close_site (run, run->now_ms);
  finish_site (run);
  g_ptr_array_sort (run->sessions_done, compare_sessions);
  bb_summary_rate_sessions (summary, run->sessions_done);
}
