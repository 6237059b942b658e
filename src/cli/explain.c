/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain.c: `busbar-cli explain`: why each station had what it had, at a time of a result. */
#include "simulation/explain.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli/command.h"
#include "cli/print.h"
#include "cli/result-file.h"
#include "cli/simulate-options.h"
#include "cli/terminal.h"
#include "model/reason-text.h"

/* A result with the run that made it. */
typedef struct Book {
  BbResult *result;
  BbSimOptions *options;
  char *obstacle;         /* why the run's inputs cannot be had; NULL: they are in `options` */
  BbEngineConfig *config; /* whose indices the reasons use */
  BbZone *zone;
} Book;

static void
book_clear (Book *book)
{
  g_clear_object (&book->result);
  g_clear_pointer (&book->options, bb_sim_options_free);
  g_clear_pointer (&book->config, bb_engine_config_free);
  g_clear_pointer (&book->zone, bb_zone_unref);
  g_free (book->obstacle);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Book, book_clear)

/* The inputs that the run had. They may be gone: then what was recorded is still told. */
static void
add_inputs (Book *book, JsonNode *origin)
{
  g_auto (CliChoices) choices = CLI_CHOICES_INIT;
  g_autoptr (GError) error = NULL;

  cli_choices_take_origin (&choices, origin);
  if (!cli_choices_add_inputs (book->options, &choices, book->zone, &error))
    book->obstacle
        = g_strdup_printf (_ ("The run's inputs cannot be read any more: %s. These are the figures at the "
                              "start of each state."),
                           error->message);
}

static gboolean
book_open (Book *book, const char *path, GError **error)
{
  static const BbEngineOptions options = { .simulation = TRUE, .balancer = -1 };
  g_autoptr (JsonNode) origin = NULL;

  if (!(book->result = cli_open_result (path, error)))
    return FALSE;
  if (!(book->options = bb_sim_options_from_result (book->result, &origin, error))) {
    g_prefix_error (error, "%s: ", path);
    return FALSE;
  }
  if (!(book->config = bb_engine_config_new (book->options->site, &options, error))
      || !(book->zone = bb_zone_new (bb_site_peek (book->options->site)->timezone, error)))
    return FALSE;
  add_inputs (book, origin);
  return TRUE;
}

/* ---- text ------------------------------------------------------------------------------------- */

static BbReasonContext
context_of (const Book *book, const BbExplainedStation *station, gint64 at_ms)
{
  return (BbReasonContext){ .site = book->options->site,
                            .config = book->config,
                            .zone = book->zone,
                            .now_ms = at_ms,
                            .station = (gint) station->station,
                            .setpoint_ma = station->setpoint_ma };
}

static void
print_text (const Book *book, const BbExplanation *explanation, gint only, gint64 at_ms)
{
  g_autofree char *at = bb_reason_local_time (at_ms, book->zone);

  g_print ("%s\n", at);
  for (guint s = 0; s < explanation->n_stations; s++) {
    const BbExplainedStation *station = &explanation->stations[s];
    if (only >= 0 && (guint) only != s)
      continue;
    BbReasonContext context = context_of (book, station, at_ms);
    g_autofree char *sentence = bb_reason_sentence (&context, &station->reason);
    g_autofree char *since = bb_reason_local_time (station->since_ms, book->zone);
    g_autofree char *until = bb_reason_local_time (station->until_ms, book->zone);
    g_print (_ ("  %s.\n    since %s, until %s\n"), sentence, since, until);
  }
  if (explanation->obstacle)
    g_print ("%s\n", explanation->obstacle);
}

/* ---- JSON ------------------------------------------------------------------------------------- */

static void
add_time (JsonBuilder *builder, const char *name, gint64 utc_ms, BbZone *zone)
{
  g_autofree char *text = utc_ms > 0 && utc_ms < G_MAXINT64 ? bb_time_format (utc_ms, zone) : NULL;

  cli_add_text (builder, name, text);
}

/* A current in A; null where there is none. */
static void
add_current (JsonBuilder *builder, const char *name, gint32 ma)
{
  json_builder_set_member_name (builder, name);
  if (ma == BBE_NO_LIMIT || ma == BB_UNSTATED)
    json_builder_add_null_value (builder);
  else
    json_builder_add_double_value (builder, (double) ma / 1000.0);
}

static void
add_station (JsonBuilder *builder, const Book *book, const BbExplainedStation *station, gint64 at_ms)
{
  static const char *const phases[] = { "L1", "L2", "L3", "total" };
  const bbe_reason *reason = &station->reason;
  BbReasonContext context = context_of (book, station, at_ms);
  g_autofree char *sentence = bb_reason_sentence (&context, reason);

  json_builder_begin_object (builder);
  cli_add_text (builder, "id", bb_result_get_station_id (book->result, station->station));
  add_current (builder, "current_a", station->setpoint_ma);
  add_current (builder, "target_a", station->target_ma);
  json_builder_set_member_name (builder, "phases");
  json_builder_add_int_value (builder, station->phases);
  cli_add_text (builder, "code", bbe_reason_name (reason->code));
  cli_add_text (builder, "limit", bbe_limit_name (reason->limit));
  cli_add_text (builder, "place", bb_reason_place (&context, reason));
  cli_add_text (builder, "phase", reason->phase < G_N_ELEMENTS (phases) ? phases[reason->phase] : NULL);
  add_current (builder, "value_a", reason->value_ma);
  add_time (builder, "ends", reason->until_ms, book->zone);
  cli_add_text (builder, "sentence", sentence);
  add_time (builder, "since", station->since_ms, book->zone);
  add_time (builder, "until", station->until_ms, book->zone);
  json_builder_end_object (builder);
}

static void
add_currents (JsonBuilder *builder, const char *name, const gint32 ma[3])
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint p = 0; p < 3; p++)
    if (ma[p] == BBE_NO_LIMIT)
      json_builder_add_null_value (builder);
    else
      json_builder_add_double_value (builder, (double) ma[p] / 1000.0);
  json_builder_end_array (builder);
}

static void
add_circuit (JsonBuilder *builder, const Book *book, guint c, const BbExplainedCircuit *circuit)
{
  json_builder_begin_object (builder);
  cli_add_text (builder, "id", book->config->circuit_ids[c]);
  add_currents (builder, "other_a", circuit->other_ma);
  add_currents (builder, "free_a", circuit->share_ma);
  json_builder_set_member_name (builder, "failsafe");
  json_builder_add_boolean_value (builder, circuit->failsafe);
  json_builder_end_object (builder);
}

static void
print_json (const Book *book, const BbExplanation *explanation, gint only, gint64 at_ms)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  add_time (builder, "at", at_ms, book->zone);
  json_builder_set_member_name (builder, "recomputed");
  json_builder_add_boolean_value (builder, explanation->recomputed);
  cli_add_text (builder, "obstacle", explanation->obstacle);
  json_builder_set_member_name (builder, "stations");
  json_builder_begin_array (builder);
  for (guint s = 0; s < explanation->n_stations; s++)
    if (only < 0 || (guint) only == s)
      add_station (builder, book, &explanation->stations[s], at_ms);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "circuits");
  json_builder_begin_array (builder);
  for (guint c = 0; c < MIN (explanation->n_circuits, book->config->config.n_circuits); c++)
    add_circuit (builder, book, c, &explanation->circuits[c]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  cli_print_json (root);
}

/* ---- the command ------------------------------------------------------------------------------ */

static gboolean
is_inside (const Book *book, const char *text, gint64 at_ms)
{
  gint64 from_ms = bb_result_get_from_ms (book->result), until_ms = bb_result_get_until_ms (book->result);

  if (at_ms >= from_ms && at_ms < until_ms)
    return TRUE;
  g_autofree char *from = bb_reason_local_time (from_ms, book->zone);
  g_autofree char *until = bb_reason_local_time (until_ms, book->zone);
  cli_complain (_ ("--at: %s is outside this result, which goes from %s to %s."), text, from, until);
  return FALSE;
}

static gboolean
find_station (const Book *book, const char *id, gint *station)
{
  *station = id ? bb_result_find_station (book->result, id) : -1;
  if (!id || *station >= 0)
    return TRUE;
  g_autofree char *known = g_strjoinv (", ", book->config->station_ids);
  cli_complain (_ ("--station: this result has no station '%s'; it has %s."), id, known);
  return FALSE;
}

static CliExit
answer (const Book *book, const char *at, const char *id, gboolean json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbExplanation) explanation = NULL;
  gint64 at_ms = 0;
  gint only = -1;

  if (!cli_parse_moment ("--at", at, book->result, book->zone, &at_ms) || !is_inside (book, at, at_ms)
      || !find_station (book, id, &only))
    return CLI_INPUT;
  explanation = bb_explain (book->result, book->obstacle ? NULL : book->options, book->obstacle, at_ms,
                            cli_interruptible (), &error);
  if (!explanation)
    return cli_fail (error);
  if (explanation->n_stations != book->config->config.n_stations) {
    cli_complain (_ ("The stations of this result are not those of its site; simulate it again."));
    return CLI_INPUT;
  }
  if (json)
    print_json (book, explanation, only, at_ms);
  else
    print_text (book, explanation, only, at_ms);
  return CLI_OK;
}

CliExit
cli_explain (int argc, char *argv[])
{
  g_autofree char *at = NULL;
  g_autofree char *station = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[]
      = { { "at", 0, 0, G_OPTION_ARG_STRING, &at,
            N_ ("When, such as 2026-03-01T18:30, in the site's zone; or minutes from the start"),
            N_ ("TIME") },
          { "station", 0, 0, G_OPTION_ARG_STRING, &station, N_ ("Only this one"), N_ ("ID") },
          { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
          G_OPTION_ENTRY_NULL };
  g_auto (Book) book = { 0 };
  g_autoptr (GError) error = NULL;

  if (cli_parse (
          &argc, &argv, entries, _ ("RESULT"),
          _ ("Says why each station had what it had: the current, what held it, since when, until when."),
          _ ("RESULT is a result file, or the folder that `simulate --out` made. The figures of the moment "
             "are\n"
             "recomputed from the nearest snapshot, so the files that the run read must still be there.\n\n"
             "Examples:\n"
             "  busbar-cli simulate villa.busbar --out results\n"
             "  busbar-cli explain results --at 2026-03-01T18:30\n"
             "  busbar-cli explain results --at 2026-03-01T18:30:05 --station left"),
          1, 1)
      != CLI_PARSE_OK)
    return CLI_USAGE;
  if (!at) {
    cli_complain (_ ("Say when, with --at. See 'busbar-cli explain --help'."));
    return CLI_USAGE;
  }
  if (!book_open (&book, argv[1], &error))
    return cli_fail (error);
  return answer (&book, at, station, json);
}
