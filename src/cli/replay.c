/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay.c: `busbar-cli replay`: does this program's engine answer a recorded run as it was answered then? */
#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#include "cli/command.h"
#include "cli/print.h"
#include "cli/terminal.h"
#include "model/reason-text.h"
#include "simulation/run.h"
#include "simulation/trace.h"

/* What is kept while replaying: the first call that is answered differently. */
typedef struct Replay {
  BbSite *site;           /* (owned) */
  BbEngineConfig *config; /* (owned) */
  BbZone *zone;           /* (owned) */
  BbTraceVerdict verdict;
  gboolean caught;
  bbe_inputs in;
  bbe_meter_in *meters;      /* (owned) (array) */
  bbe_station_in *told;      /* (owned) (array) */
  bbe_station_out *answered; /* (owned) (array) */
} Replay;

static void
replay_clear (Replay *replay)
{
  g_clear_object (&replay->site);
  g_clear_pointer (&replay->config, bb_engine_config_free);
  g_clear_pointer (&replay->zone, bb_zone_unref);
  g_free (replay->meters);
  g_free (replay->told);
  g_free (replay->answered);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Replay, replay_clear)

/* The names that go with the trace's numbers. */
static gboolean
replay_open (Replay *replay, const char *path, GError **error)
{
  static const BbEngineOptions simulation = { .simulation = TRUE, .balancer = -1 };
  g_autoptr (BbTraceReader) reader = bb_trace_reader_open (path, error);

  if (!reader)
    return FALSE;
  replay->site = g_object_ref (bb_trace_reader_get_site (reader));
  return (replay->config = bb_engine_config_new (replay->site, &simulation, error))
         && (replay->zone = bb_zone_new (bb_site_peek (replay->site)->timezone, error));
}

static void
watch_cb (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Replay *replay = data;
  const bbe_config *config = &replay->config->config;

  if (replay->caught || replay->verdict.n_different == 0)
    return;
  replay->caught = TRUE;
  replay->in = *in;
  replay->meters = g_memdup2 (in->meters, config->n_meters * sizeof *in->meters);
  replay->told = g_memdup2 (in->stations, config->n_stations * sizeof *in->stations);
  replay->answered = g_memdup2 (out->stations, config->n_stations * sizeof *out->stations);
}

/* ---- the first difference --------------------------------------------------------------------- */

static gint64
when_ms (const Replay *replay)
{
  return replay->verdict.first_different_wall_ms;
}

/* The station's state on the vehicle side, as IEC 61851-1 writes it. */
static const char *
vehicle_name (guint8 vehicle)
{
  static const char *const names[] = { "?", "A", "B", "C", "D", "E", "F" };

  return vehicle < G_N_ELEMENTS (names) ? names[vehicle] : "?";
}

/* What the engine says now, as a sentence. (transfer full) */
static char *
answer_text (const Replay *replay, guint station)
{
  const bbe_station_out *out = &replay->answered[station];
  bbe_reason reason = out->reason;
  BbReasonContext context
      = { replay->site, replay->config, replay->zone, when_ms (replay), (gint) station, out->setpoint_ma };

  bb_reason_to_utc (&reason, replay->in.mono_ms - replay->in.wall_ms);
  return bb_reason_sentence (&context, &reason);
}

static void
print_meter (const Replay *replay, guint m)
{
  const bbe_meter_in *meter = &replay->meters[m];

  if (meter->valid)
    g_print (_ ("  meter %s: L1 %.1f A, L2 %.1f A, L3 %.1f A, read %.1f s before\n"),
             replay->config->meter_ids[m], meter->current_ma[0] / 1000.0, meter->current_ma[1] / 1000.0,
             meter->current_ma[2] / 1000.0, (double) (replay->in.mono_ms - meter->taken_ms) / 1000.0);
  else
    g_print (_ ("  meter %s: no reading\n"), replay->config->meter_ids[m]);
}

static void
print_station (const Replay *replay, guint s)
{
  const bbe_station_in *told = &replay->told[s];
  g_autofree char *answer = answer_text (replay, s);

  if (!told->answers)
    g_print (_ ("  %s; does not answer\n"), answer);
  else if (!told->measured_valid)
    g_print (_ ("  %s; vehicle state %s, draw not measured\n"), answer, vehicle_name (told->vehicle));
  else
    g_print (_ ("  %s; vehicle state %s, draws %.1f %.1f %.1f A\n"), answer, vehicle_name (told->vehicle),
             told->measured_ma[0] / 1000.0, told->measured_ma[1] / 1000.0, told->measured_ma[2] / 1000.0);
}

static void
print_difference (const Replay *replay)
{
  const BbTraceVerdict *verdict = &replay->verdict;
  const bbe_config *config = &replay->config->config;
  g_autofree char *when = bb_reason_local_time (when_ms (replay), replay->zone);

  g_print (_ ("%" PRIu64 " of %" PRIu64
              " engine calls were answered differently; the first is number %" PRIu64
              ", at %s, %.3f s of the controller's clock.\n"),
           verdict->n_different, verdict->n_records, verdict->first_different, when,
           (double) verdict->first_different_mono_ms / 1000.0);
  g_print (_ (
      "What the engine was told there, and what it answers now (the trace holds only a checksum of what it "
      "answered then):\n"));
  for (guint m = 0; m < config->n_meters && replay->caught; m++)
    print_meter (replay, m);
  for (guint s = 0; s < config->n_stations && replay->caught; s++)
    print_station (replay, s);
}

static void
print_text (const Replay *replay)
{
  if (replay->verdict.n_different == 0)
    g_print (_ ("%" PRIu64 " engine calls replayed: every answer is the same.\n"), replay->verdict.n_records);
  else
    print_difference (replay);
}

/* ---- JSON ------------------------------------------------------------------------------------- */

static void
add_difference (JsonBuilder *builder, const Replay *replay)
{
  g_autofree char *when = bb_time_format (when_ms (replay), replay->zone);

  json_builder_set_member_name (builder, "first_different_at");
  json_builder_add_string_value (builder, when);
  json_builder_set_member_name (builder, "answers_now");
  json_builder_begin_array (builder);
  for (guint s = 0; s < replay->config->config.n_stations && replay->caught; s++) {
    g_autofree char *answer = answer_text (replay, s);
    json_builder_add_string_value (builder, answer);
  }
  json_builder_end_array (builder);
}

static void
print_json (const Replay *replay)
{
  const BbTraceVerdict *verdict = &replay->verdict;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "records");
  json_builder_add_int_value (builder, (gint64) verdict->n_records);
  json_builder_set_member_name (builder, "different");
  json_builder_add_int_value (builder, (gint64) verdict->n_different);
  json_builder_set_member_name (builder, "first_different");
  if (verdict->n_different > 0)
    json_builder_add_int_value (builder, (gint64) verdict->first_different);
  else
    json_builder_add_null_value (builder);
  if (verdict->n_different > 0)
    add_difference (builder, replay);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  cli_print_json (root);
}

/* ---- the command ------------------------------------------------------------------------------ */

CliExit
cli_replay (int argc, char *argv[])
{
  gboolean json = FALSE;
  const GOptionEntry entries[]
      = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
          G_OPTION_ENTRY_NULL };
  g_autoptr (GError) error = NULL;
  g_auto (Replay) replay = { 0 };

  if (cli_parse (&argc, &argv, entries, _ ("TRACE"),
                 _ ("Gives the recorded inputs of a run to the engine again and compares every answer."),
                 _ ("Exit code 1 when an answer differs.\n\n"
                    "Examples:\n"
                    "  busbar-cli simulate villa.busbar --trace villa.bbt\n"
                    "  busbar-cli replay villa.bbt"),
                 1, 1)
      != CLI_PARSE_OK)
    return CLI_USAGE;
  if (!replay_open (&replay, argv[1], &error)
      || !bb_trace_replay (argv[1], &replay.verdict, watch_cb, &replay, cli_interruptible (), &error))
    return cli_fail (error);
  if (replay.verdict.n_records == 0) {
    cli_complain (_ ("%s holds no engine call: nothing was compared. Record a run with balancing on."),
                  argv[1]);
    return CLI_INPUT;
  }
  if (json)
    print_json (&replay);
  else
    print_text (&replay);
  return replay.verdict.n_different > 0 ? CLI_PROBLEMS : CLI_OK;
}
