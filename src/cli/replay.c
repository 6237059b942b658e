/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay.c: `busbar-cli replay`: does this program's engine answer recorded runs as they were answered then?
 */
#include <glib/gi18n.h>
#include <glib/gstdio.h>
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
  g_autoptr (BbTraceReader) reader = bb_trace_reader_open (path, error);

  if (!reader)
    return FALSE;
  replay->site = g_object_ref (bb_trace_reader_get_site (reader));
  return (replay->config
          = bb_trace_options_make_config (bb_trace_reader_get_options (reader), replay->site, error))
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
  if (replay->verdict.n_records == 0)
    g_print (_ ("no engine call was recorded.\n"));
  else if (replay->verdict.n_different == 0)
    g_print (_ ("%" PRIu64 " engine calls replayed: every answer is the same.\n"), replay->verdict.n_records);
  else
    print_difference (replay);
  if (replay->verdict.cut)
    g_print (
        _ ("Its last record is not whole: power or program ended there, or it is still being written.\n"));
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

/* The members of one file's answer, in an object that is begun. */
static void
add_verdict (JsonBuilder *builder, const Replay *replay)
{
  const BbTraceVerdict *verdict = &replay->verdict;

  json_builder_set_member_name (builder, "records");
  json_builder_add_int_value (builder, (gint64) verdict->n_records);
  json_builder_set_member_name (builder, "different");
  json_builder_add_int_value (builder, (gint64) verdict->n_different);
  json_builder_set_member_name (builder, "first_different");
  if (verdict->n_different > 0)
    json_builder_add_int_value (builder, (gint64) verdict->first_different);
  else
    json_builder_add_null_value (builder);
  json_builder_set_member_name (builder, "cut");
  json_builder_add_boolean_value (builder, verdict->cut);
  if (verdict->n_different > 0)
    add_difference (builder, replay);
}

/* ---- several files ---------------------------------------------------------------------------- */

/* A command line's worth of traces: what was found, and where it is told. */
typedef struct Session {
  GPtrArray *paths;     /* (owned) (element-type utf8) */
  JsonBuilder *builder; /* (owned) (nullable): with --json */
  gboolean several;     /* more than one was asked for, or a folder */
  guint64 n_records, n_different;
  guint n_cut;
  GCancellable *interruptible; /* (unowned) */
  CliExit worst;               /* of files that could not be replayed */
} Session;

static void
session_clear (Session *session)
{
  g_clear_pointer (&session->paths, g_ptr_array_unref);
  g_clear_object (&session->builder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Session, session_clear)

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The traces of a folder, in the order of their names, which is that of their times. */
static guint
add_folder (Session *session, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    if (g_str_has_suffix (name, ".trace"))
      g_ptr_array_add (found, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (found, compare_paths);
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (session->paths, g_ptr_array_index (found, i));
  return found->len;
}

/* A file, a folder of traces, or a controller's state folder, which has them in "trace". */
static gboolean
add_path (Session *session, const char *path)
{
  g_autofree char *inner = g_build_filename (path, "trace", NULL);

  if (!g_file_test (path, G_FILE_TEST_IS_DIR)) {
    g_ptr_array_add (session->paths, g_strdup (path));
    return TRUE;
  }
  session->several = TRUE;
  if (add_folder (session, path) > 0 || add_folder (session, inner) > 0)
    return TRUE;
  cli_complain (_ ("%s has no traces. Name the folder “trace” in the controller's state folder."), path);
  return FALSE;
}

static void
tell_one (Session *session, const char *path, const Replay *replay)
{
  if (session->several && !session->builder)
    g_print ("%s: ", path);
  if (!session->builder) {
    print_text (replay);
    return;
  }
  if (session->several) {
    json_builder_begin_object (session->builder);
    cli_add_text (session->builder, "file", path);
  }
  add_verdict (session->builder, replay);
  if (session->several)
    json_builder_end_object (session->builder);
}

/* A file that was made and not begun, as the power ended: nothing is lost with it. */
static gboolean
is_empty_among_others (const Session *session, const char *path)
{
  GStatBuf status;

  return session->several && g_stat (path, &status) == 0 && S_ISREG (status.st_mode) && status.st_size == 0;
}

static void
fail_one (Session *session, CliExit code)
{
  if (session->worst == CLI_OK)
    session->worst = code;
}

/* FALSE: interrupted. */
static gboolean
replay_one (Session *session, const char *path)
{
  g_auto (Replay) replay = { 0 };
  g_autoptr (GError) error = NULL;

  if (is_empty_among_others (session, path)) {
    replay.verdict.cut = TRUE;
  } else if (!replay_open (&replay, path, &error)
             || !bb_trace_replay (path, &replay.verdict, watch_cb, &replay, session->interruptible, &error)) {
    fail_one (session, cli_fail (error));
    return !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
  session->n_records += replay.verdict.n_records;
  session->n_different += replay.verdict.n_different;
  session->n_cut += replay.verdict.cut;
  if (replay.verdict.n_records > 0 || session->several)
    tell_one (session, path, &replay);
  return TRUE;
}

static void
end_several (const Session *session)
{
  if (!session->builder) {
    g_print (_ ("Traces: %u, engine calls: %" PRIu64 ", answered differently: %" PRIu64 ", cut short: %u.\n"),
             session->paths->len, session->n_records, session->n_different, session->n_cut);
    return;
  }
  json_builder_end_array (session->builder);
  json_builder_set_member_name (session->builder, "records");
  json_builder_add_int_value (session->builder, (gint64) session->n_records);
  json_builder_set_member_name (session->builder, "different");
  json_builder_add_int_value (session->builder, (gint64) session->n_different);
}

static CliExit
replay_all (Session *session)
{
  if (session->builder) {
    json_builder_begin_object (session->builder);
    if (session->several) {
      json_builder_set_member_name (session->builder, "files");
      json_builder_begin_array (session->builder);
    }
  }
  for (guint i = 0; i < session->paths->len; i++)
    if (!replay_one (session, g_ptr_array_index (session->paths, i)))
      return session->worst;
  if (session->worst != CLI_OK && !session->several)
    return session->worst;
  if (session->n_records == 0 && session->worst == CLI_OK) {
    cli_complain (_ ("%s holds no engine call: nothing was compared. Record a run with balancing on."),
                  (const char *) g_ptr_array_index (session->paths, 0));
    return CLI_INPUT;
  }
  if (session->several)
    end_several (session);
  if (session->builder) {
    json_builder_end_object (session->builder);
    g_autoptr (JsonNode) root = json_builder_get_root (session->builder);
    cli_print_json (root);
  }
  return session->worst != CLI_OK ? session->worst : session->n_different > 0 ? CLI_PROBLEMS : CLI_OK;
}

/* ---- the command ------------------------------------------------------------------------------ */

CliExit
cli_replay (int argc, char *argv[])
{
  gboolean json = FALSE;
  const GOptionEntry entries[]
      = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
          G_OPTION_ENTRY_NULL };
  g_auto (Session) session = { .several = FALSE };

  if (cli_parse (&argc, &argv, entries, _ ("TRACE…"),
                 _ ("Gives the recorded inputs of runs to the engine again and compares every answer."),
                 _ ("A folder stands for its traces: those that busbar-controller leaves are in DIR/trace.\n"
                    "Exit code 1 when an answer differs.\n\n"
                    "Examples:\n"
                    "  busbar-cli simulate villa.busbar --trace villa.bbt\n"
                    "  busbar-cli replay villa.bbt\n"
                    "  busbar-cli replay /var/lib/busbar/trace"),
                 1, 10000)
      != CLI_PARSE_OK)
    return CLI_USAGE;
  session.paths = g_ptr_array_new_with_free_func (g_free);
  session.builder = json ? json_builder_new () : NULL;
  session.several = argc > 2;
  session.interruptible = cli_interruptible ();
  for (int i = 1; i < argc; i++)
    if (!add_path (&session, argv[i]))
      return CLI_INPUT;
  return replay_all (&session);
}
