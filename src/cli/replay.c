/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay.c: `busbar-cli replay`: does this program's engine answer a recorded run as it was answered then? */
#include <glib/gi18n.h>

#include "base/zone.h"
#include "cli/command.h"
#include "cli/print.h"
#include "cli/terminal.h"
#include "simulation/trace.h"

static void
print_json (const BbTraceVerdict *verdict)
{
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
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  cli_print_json (root);
}

static void
print_text (const BbTraceVerdict *verdict)
{
  if (verdict->n_different == 0) {
    g_print (_ ("%" G_GUINT64_FORMAT " engine calls replayed: every answer is the same.\n"),
             verdict->n_records);
    return;
  }
  g_autofree char *when = bb_time_format (verdict->first_different_wall_ms, NULL);
  g_print (_ ("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
              " engine calls were answered differently; the first is number %" G_GUINT64_FORMAT ", at %s.\n"),
           verdict->n_different, verdict->n_records, verdict->first_different, when);
}

CliExit
cli_replay (int argc, char *argv[])
{
  gboolean json = FALSE;
  const GOptionEntry entries[]
      = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
          G_OPTION_ENTRY_NULL };
  g_autoptr (GError) error = NULL;
  BbTraceVerdict verdict = { 0 };

  if (cli_parse (&argc, &argv, entries, _ ("TRACE"),
                 _ ("Gives the recorded inputs of a run to the engine again and compares every answer."),
                 _ ("Exit code 1 when an answer differs.\n\n"
                    "Examples:\n"
                    "  busbar-cli simulate villa.busbar --trace villa.bbt\n"
                    "  busbar-cli replay villa.bbt"),
                 1, 1)
      != CLI_PARSE_OK)
    return CLI_USAGE;
  if (!bb_trace_replay (argv[1], &verdict, NULL, NULL, cli_interruptible (), &error))
    return cli_fail (error);
  if (json)
    print_json (&verdict);
  else
    print_text (&verdict);
  return verdict.n_different > 0 ? CLI_PROBLEMS : CLI_OK;
}
