/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-setup.c: makes and frees the state of a run; opens its inputs and files. */
#include "simulation/run-internal.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "model/site-json.h"

/* Longest run: what a result file holds. */
#define MAX_SPAN_MS BB_RESULT_MAX_SPAN_MS

static gboolean
check_options (const BbSimOptions *options, GError **error)
{
  if (options->step_ms < 1000 || options->step_ms > 900000 || options->step_ms % 1000 != 0) {
    g_set_error (error, BB_SIM_ERROR, BB_SIM_ERROR_OPTIONS,
                 _ ("A step of %" PRId64 " ms cannot be simulated; use whole seconds from 1 to 900."),
                 options->step_ms);
    return FALSE;
  }
  if (options->until_ms <= options->from_ms) {
    g_set_error_literal (error, BB_SIM_ERROR, BB_SIM_ERROR_OPTIONS,
                         _ ("The run ends before it starts; choose an end after the start."));
    return FALSE;
  }
  if (options->from_ms < 0 || options->until_ms - options->from_ms > MAX_SPAN_MS) {
    g_set_error_literal (error, BB_SIM_ERROR, BB_SIM_ERROR_OPTIONS,
                         _ ("The run starts before 1970 or is longer than 40 years; choose a shorter time."));
    return FALSE;
  }
  if (options->balancer < BB_SIM_BALANCER_NONE || options->balancer > BBE_DEADLINE) {
    g_set_error (error, BB_SIM_ERROR, BB_SIM_ERROR_OPTIONS, _ ("There is no balancer number %d."),
                 options->balancer);
    return FALSE;
  }
  return TRUE;
}

bbe_status
bb_run_init_engine (BbRun *run, bbe_fault *fault)
{
  return bbe_init (run->engine, &run->config->config, fault);
}

static BbTraceOptions
trace_options (const BbSimOptions *options)
{
  return (BbTraceOptions){ options->balancer >= 0 ? options->balancer : -1, options->zero_minimum,
                           options->no_delays };
}

static gboolean
make_engine (BbRun *run, GError **error)
{
  bbe_fault fault = { 0 };
  BbTraceOptions options = trace_options (run->options);
  run->config = bb_trace_options_make_config (&options, run->options->site, error);
  if (run->config == NULL)
    return FALSE;
  run->engine = g_malloc0 (bbe_sizeof ());
  if (bb_run_init_engine (run, &fault) != BBE_OK) {
    bb_engine_config_set_error (run->config, &fault, error);
    return FALSE;
  }
  run->inputs = bb_step_inputs_new (run->config);
  for (guint s = 0; s < run->config->config.n_signals; s++)
    bb_step_inputs_set_signal (run->inputs, s, TRUE, BBE_SIGNAL_NORMAL);
  return TRUE;
}

static void
make_plant (BbRun *run)
{
  BbPlantDefaults defaults = run->options->plant;
  defaults.instant |= run->options->no_delays;
  run->plant = bb_plant_new (&run->config->config, &defaults, run->options->seed, run->from_ms, run->step_ms);
  for (guint m = 0; m < run->plant->n_meters; m++) {
    const BbMeterFields *fields = bb_meter_peek (bb_site_meter (run->options->site, m));
    BbPlantMeter *meter = &bb_plant_meters (run->plant)[m];
    if (fields->noise_ma != BB_UNSTATED)
      meter->noise_ma = fields->noise_ma;
    if (fields->loss_permille != BB_UNSTATED)
      meter->loss_permille = fields->loss_permille;
  }
  run->at_station = g_new (gint32, MAX (run->plant->n_stations, 1));
  for (guint s = 0; s < run->plant->n_stations; s++)
    run->at_station[s] = -1;
}

static gboolean
open_feed (BbRun *run, const BbSimFeed *feed, BbRunFeed *out, GError **error)
{
  BbLoadInfo info;
  if (feed->circuit >= run->config->config.n_circuits) {
    g_set_error (error, BB_SIM_ERROR, BB_SIM_ERROR_INPUT,
                 _ ("An input is for circuit number %u, but the site has %u; name one that exists."),
                 feed->circuit, (guint) run->config->config.n_circuits);
    return FALSE;
  }
  out->source = bb_sim_feed_open (feed, error);
  if (out->source == NULL)
    return FALSE;
  bb_load_get_info (out->source, &info);
  out->circuit = (gint32) run->config->circuit_index[feed->circuit];
  out->unit = info.unit;
  out->power_factor_permille = feed->power_factor_permille > 0 ? feed->power_factor_permille : 1000;
  out->scale_permille = feed->scale_permille != 0 ? feed->scale_permille : 1000;
  out->generation = feed->kind == BB_INPUT_PV;
  out->use_mean = info.resolution_ms > 0 && info.resolution_ms < run->step_ms;
  out->until_ms = G_MININT64;
  return TRUE;
}

static gboolean
open_feeds (BbRun *run, GError **error)
{
  const GPtrArray *feeds = run->options->feeds;
  guint n_circuits = run->config->config.n_circuits;
  run->load_ma = g_malloc0_n (MAX (n_circuits, 1), sizeof *run->load_ma);
  run->pv_ma = g_malloc0_n (MAX (n_circuits, 1), sizeof *run->pv_ma);
  run->extra_ma = g_malloc0_n (MAX (n_circuits, 1), sizeof *run->extra_ma);
  run->feeds = g_new0 (BbRunFeed, feeds->len + 1);
  for (guint f = 0; f < feeds->len; f++) {
    run->n_feeds++;
    if (!open_feed (run, g_ptr_array_index (feeds, f), &run->feeds[f], error))
      return FALSE;
  }
  run->feeds_until_ms = run->n_feeds > 0 ? G_MININT64 : G_MAXINT64;
  return TRUE;
}

static gboolean
open_sessions (BbRun *run, GError **error)
{
  const BbSessions *sessions = run->sessions = bb_sim_options_get_sessions (run->options);
  run->sessions_due_ms = G_MAXINT64;
  if (sessions == NULL)
    return TRUE;
  run->session_station = g_new (gint32, MAX (sessions->n_stations, 1));
  for (gsize i = 0; i < sessions->n_stations; i++) {
    run->session_station[i] = bb_engine_config_find (run->config, BB_TABLE_STATIONS, sessions->stations[i]);
    if (run->session_station[i] < 0) {
      g_set_error (
          error, BB_SIM_ERROR, BB_SIM_ERROR_INPUT,
          _ ("%s: a session is at station “%s”, which the site does not have; correct the name or leave the "
             "column empty for the first free station."),
          sessions->name != NULL ? sessions->name : _ ("sessions"), sessions->stations[i]);
      return FALSE;
    }
  }
  run->next_session = bb_sessions_find (sessions, run->from_ms);
  if (run->next_session < sessions->n_items)
    run->sessions_due_ms = sessions->items[run->next_session].arrival_ms;
  return TRUE;
}

static const gchar *
balancer_name (const BbSimOptions *options)
{
  if (options->balancer == BB_SIM_BALANCER_NONE)
    return "none";
  return options->balancer >= 0 ? bbe_balancer_name ((uint8_t) options->balancer) : "site";
}

static void
make_summary (BbRun *run)
{
  run->summary = g_new0 (BbSummary, 1);
  run->summary->from_ms = run->from_ms;
  run->summary->until_ms = run->until_ms;
  run->summary->step_ms = run->step_ms;
  run->summary->seed = run->options->seed;
  run->summary->balancer = g_strdup (balancer_name (run->options));
  run->summary->warnings = g_ptr_array_new_with_free_func (g_free);
  run->sessions_done = g_ptr_array_new_with_free_func (g_free);
}

BbRun *
bb_run_new (const BbSimOptions *options, GError **error)
{
  g_autoptr (BbRun) run = g_new0 (BbRun, 1);
  if (!check_options (options, error))
    return NULL;
  run->options = options;
  run->from_ms = run->now_ms = options->from_ms;
  run->until_ms = options->until_ms;
  run->step_ms = options->step_ms;
  run->mono_offset_ms = BB_SIM_MONO_START - options->from_ms;
  run->unmanaged = options->balancer == BB_SIM_BALANCER_NONE;
  run->snapshot_due_ms = options->from_ms;
  run->revision = G_MAXUINT64;
  run->zone = bb_zone_new (bb_site_peek (options->site)->timezone, error);
  if (run->zone == NULL || !make_engine (run, error))
    return NULL;
  bb_zone_cursor_init (&run->zone_cursor, run->zone);
  make_plant (run);
  if (!open_feeds (run, error) || !open_sessions (run, error))
    return NULL;
  make_summary (run);
  bb_run_sort_edges (run);
  return g_steal_pointer (&run);
}

/* The site file's whole path as JSON: its inputs are beside it. */
static gchar *
path_text (const gchar *path)
{
  if (path == NULL)
    return g_strdup ("null");
  g_autofree gchar *whole = g_canonicalize_filename (path, NULL);
  g_autofree gchar *readable = g_utf8_make_valid (whole, -1);
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), readable);
  return json_to_string (node, FALSE);
}

/* What a reader needs to recompute a result: site, options, and where the inputs are from. */
static gchar *
make_metadata (const BbRun *run)
{
  const BbSimOptions *options = run->options;
  g_autofree gchar *site = bb_site_to_text (options->site);
  g_autofree gchar *from = bb_time_format (run->from_ms, NULL);
  g_autofree gchar *until = bb_time_format (run->until_ms, NULL);
  g_autofree gchar *path = path_text (bb_site_get_path (options->site));
  return g_strdup_printf (
      "{\"format\":\"busbar-run/1\",\"from\":\"%s\",\"until\":\"%s\",\"step_s\":%" PRId64
      ",\"seed\":\"%" PRIu64 "\",\"balancer\":\"%s\",\"zero_minimum\":%s,"
      "\"no_delays\":%s,\"ideal_vehicle\":%s,\"mono_start_ms\":%d,\"site_path\":%s,\"origin\":%s,\"site\":%"
      "s}",
      from, until, run->step_ms / 1000, options->seed, run->summary->balancer,
      options->zero_minimum ? "true" : "false", options->no_delays ? "true" : "false",
      options->ideal_vehicle ? "true" : "false", BB_SIM_MONO_START, path,
      options->origin != NULL ? options->origin : "null", site);
}

gboolean
bb_run_open_files (BbRun *run, GError **error)
{
  const BbSimOptions *options = run->options;
  if (options->tap != NULL) {
    run->result = bb_result_writer_new_tap (options->tap);
  } else if (options->result_path != NULL) {
    g_autofree gchar *metadata = make_metadata (run);
    run->result = bb_result_writer_new (options->result_path, run->now_ms, run->until_ms, metadata, error);
    if (run->result == NULL)
      return FALSE;
  }
  if (options->trace_path != NULL && !run->unmanaged) {
    BbTraceOptions trace = trace_options (options);
    run->trace
        = bb_trace_writer_new (options->trace_path, options->site, &trace, &run->config->config, error);
    if (run->trace == NULL)
      return FALSE;
  }
  return TRUE;
}

void
bb_run_free (BbRun *run)
{
  if (run == NULL)
    return;
  for (guint f = 0; f < run->n_feeds; f++)
    g_clear_pointer (&run->feeds[f].source, bb_load_source_free);
  g_clear_pointer (&run->trace, bb_trace_writer_free);
  g_clear_pointer (&run->result, bb_result_writer_free);
  g_clear_pointer (&run->zone, bb_zone_unref);
  g_clear_pointer (&run->config, bb_engine_config_free);
  g_clear_pointer (&run->inputs, bb_step_inputs_free);
  g_clear_pointer (&run->summary, bb_summary_free);
  g_clear_pointer (&run->sessions_done, g_ptr_array_unref);
  g_free (run->engine);
  g_free (run->plant);
  g_free (run->feeds);
  g_free (run->load_ma);
  g_free (run->pv_ma);
  g_free (run->extra_ma);
  g_free (run->session_station);
  g_free (run->at_station);
  g_free (run->edges);
  g_free (run->circuits);
  g_free (run->stations);
  g_free (run->rows);
  g_free (run);
}
