/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check.c: `busbar-cli check`: what is wrong with a site file, where, and what to do about it. */
#include <glib/gi18n.h>

#include "cli/command.h"
#include "cli/print.h"
#include "cli/terminal.h"
#include "model/site-check.h"
#include "model/site-json.h"

typedef struct Counts {
  guint of[BB_SEVERITY_ERROR + 1];
} Counts;

static Counts
count_problems (GListModel *problems)
{
  Counts counts = { { 0 } };

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++) {
    g_autoptr (BbProblem) problem = g_list_model_get_item (problems, i);
    counts.of[bb_problem_get_severity (problem)]++;
  }
  return counts;
}

static const char *
severity_word (BbSeverity severity)
{
  switch (severity) {
  case BB_SEVERITY_ERROR:
    return _ ("Error");
  case BB_SEVERITY_WARNING:
    return _ ("Warning");
  case BB_SEVERITY_ADVICE:
  default:
    return _ ("Advice");
  }
}

static void
print_text (const char *path, GListModel *problems, const Counts *counts)
{
  guint n = g_list_model_get_n_items (problems);

  for (guint i = 0; i < n; i++) {
    g_autoptr (BbProblem) problem = g_list_model_get_item (problems, i);
    const char *pointer = bb_problem_get_pointer (problem);
    g_print ("%s  %s  (%s)\n  %s\n\n", severity_word (bb_problem_get_severity (problem)),
             *pointer ? pointer : "/", bb_problem_get_rule (problem), bb_problem_get_sentence (problem));
  }
  if (n == 0)
    g_print (_ ("%s: nothing to complain about.\n"), path);
  else
    g_print (_ ("%s: errors %u, warnings %u, advice %u.\n"), path, counts->of[BB_SEVERITY_ERROR],
             counts->of[BB_SEVERITY_WARNING], counts->of[BB_SEVERITY_ADVICE]);
}

static void
add_count (JsonBuilder *builder, const char *key, guint value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_int_value (builder, value);
}

static void
print_json (const char *path, GListModel *problems, const Counts *counts)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  cli_add_text (builder, "site", path);
  add_count (builder, "errors", counts->of[BB_SEVERITY_ERROR]);
  add_count (builder, "warnings", counts->of[BB_SEVERITY_WARNING]);
  add_count (builder, "advice", counts->of[BB_SEVERITY_ADVICE]);
  json_builder_set_member_name (builder, "problems");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (problems); i++) {
    g_autoptr (BbProblem) problem = g_list_model_get_item (problems, i);
    json_builder_begin_object (builder);
    cli_add_text (builder, "severity", bb_severity_get_name (bb_problem_get_severity (problem)));
    cli_add_text (builder, "pointer", bb_problem_get_pointer (problem));
    cli_add_text (builder, "rule", bb_problem_get_rule (problem));
    cli_add_text (builder, "sentence", bb_problem_get_sentence (problem));
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  cli_print_json (root);
}

CliExit
cli_check (int argc, char *argv[])
{
  gboolean json = FALSE, simulation = FALSE;
  const GOptionEntry entries[]
      = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
          { "simulation", 0, 0, G_OPTION_ARG_NONE, &simulation,
            N_ ("Allow what only a simulation may have, such as a minimum under 6 A"), NULL },
          G_OPTION_ENTRY_NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = NULL;

  if (cli_parse (
          &argc, &argv, entries, _ ("SITE"),
          _ ("Lists what is wrong or unwise in a site file: where it is (a JSON pointer), the rule, and a "
             "sentence that says what to do."),
          _ ("Exit code 1 when there are errors: such a site can be neither simulated nor deployed.\n\n"
             "Examples:\n  busbar-cli check villa.busbar\n  busbar-cli check --json villa.busbar"),
          1, 1)
      != CLI_PARSE_OK)
    return CLI_USAGE;
  site = bb_site_load (argv[1], &error);
  if (!site)
    return cli_fail (error);
  g_autoptr (GListModel) problems = bb_site_check (site, simulation ? BB_CHECK_SIMULATION : BB_CHECK_DEPLOY);
  Counts counts = count_problems (problems);
  if (json)
    print_json (argv[1], problems, &counts);
  else
    print_text (argv[1], problems, &counts);
  return counts.of[BB_SEVERITY_ERROR] > 0 ? CLI_PROBLEMS : CLI_OK;
}
