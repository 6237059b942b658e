/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain.c: `busbar-cli explain`: why each station had what it had, at a time of a result. */
#include <glib/gi18n.h>

#include "base/guard.h"
#include "base/zone.h"
#include "cli/command.h"
#include "cli/print.h"
#include "cli/reason-text.h"
#include "cli/terminal.h"
#include "model/engine-config.h"
#include "model/site-json.h"
#include "simulation/result-reader.h"
#include "simulation/run.h"

/* A result with the site that it was computed for. */
typedef struct Book {
  BbResult *result;
  BbSite *site;
  BbEngineConfig *config; /* whose indices the reasons use */
  BbZone *zone;
} Book;

static void
book_clear (Book *book)
{
  g_clear_object (&book->result);
  g_clear_object (&book->site);
  g_clear_pointer (&book->config, bb_engine_config_free);
  g_clear_pointer (&book->zone, bb_zone_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Book, book_clear)

/* The site stands in the result's metadata. */
static BbSite *
read_site (BbResult *result, const char *path, GError **error)
{
  g_autofree char *metadata = bb_result_get_metadata (result, error);
  g_autoptr (JsonNode) root = metadata ? bb_json_parse (metadata, -1, path, error) : NULL;
  g_autofree char *text = NULL;

  if (!root)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root) || !json_object_has_member (json_node_get_object (root), "site")) {
    g_set_error (error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_FOREIGN,
                 _ ("%s: this result does not say which site it is of; simulate it again with --out."), path);
    return NULL;
  }
  text = json_to_string (json_object_get_member (json_node_get_object (root), "site"), FALSE);
  return bb_site_parse (text, -1, path, error);
}

/* `path` is a result file, or the folder that `simulate --out` made. */
static gboolean
book_open (Book *book, const char *path, GError **error)
{
  static const BbEngineOptions options = { .simulation = TRUE, .balancer = -1 };
  g_autofree char *file = g_file_test (path, G_FILE_TEST_IS_DIR) ? g_build_filename (path, "result.bbr", NULL)
                                                                 : g_strdup (path);

  return (book->result = bb_result_open (file, error)) && (book->site = read_site (book->result, file, error))
         && (book->config = bb_engine_config_new (book->site, &options, error))
         && (book->zone = bb_zone_new (bb_site_peek (book->site)->timezone, error));
}

/* One station's answer: for text (builder NULL) or JSON. */
static gboolean
explain_station (const Book *book, guint station, gint64 at_ms, JsonBuilder *builder, GError **error)
{
  const char *id = bb_result_get_station_id (book->result, station);
  BbResultChange change;
  bbe_reason reason;
  gint64 until_ms = 0;

  if (!bb_result_find_change (book->result, station, at_ms, &change, &until_ms, error))
    return FALSE;
  bb_sim_reason_unpack (change.reason, &reason);
  g_autofree char *text = cli_reason_text (&reason, book->site, book->config, book->zone);
  g_autofree char *since
      = builder ? bb_time_format (change.time_ms, book->zone) : cli_local_time (change.time_ms, book->zone);
  g_autofree char *until
      = builder ? bb_time_format (until_ms, book->zone) : cli_local_time (until_ms, book->zone);
  const char *const names[] = { "id", "code", "limit", "place", "sentence", "since", "until" };
  const char *const values[] = { id,
                                 bbe_reason_name (reason.code),
                                 bbe_limit_name (reason.limit),
                                 cli_reason_place (&reason, book->site, book->config),
                                 text,
                                 since,
                                 until };

  if (!builder) {
    g_print (_ ("%s: %.1f A, %s\n  since %s, until %s\n"), id, (double) change.setpoint_ma / 1000.0, text,
             since, until);
    return TRUE;
  }
  json_builder_begin_object (builder);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    json_builder_set_member_name (builder, names[i]);
    if (values[i])
      json_builder_add_string_value (builder, values[i]);
    else
      json_builder_add_null_value (builder);
  }
  json_builder_set_member_name (builder, "current_a");
  json_builder_add_double_value (builder, (double) change.setpoint_ma / 1000.0);
  json_builder_set_member_name (builder, "phases");
  json_builder_add_int_value (builder, change.phases);
  json_builder_set_member_name (builder, "phase");
  json_builder_add_int_value (builder, reason.phase < 3 ? reason.phase + 1 : 0);
  json_builder_set_member_name (builder, "value_a");
  json_builder_add_double_value (builder, (double) reason.value_ma / 1000.0);
  json_builder_end_object (builder);
  return TRUE;
}

/* All stations, or the one that was asked for (only >= 0). */
static gboolean
explain (const Book *book, gint only, gint64 at_ms, JsonBuilder *builder, GError **error)
{
  for (guint s = 0; s < bb_result_get_n_stations (book->result); s++)
    if ((only < 0 || (guint) only == s) && !explain_station (book, s, at_ms, builder, error))
      return FALSE;
  return TRUE;
}

static gboolean
explain_json (const Book *book, gint only, gint64 at_ms, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_array (builder);
  if (!explain (book, only, at_ms, builder, error))
    return FALSE;
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  cli_print_json (root);
  return TRUE;
}

static CliExit
answer (const Book *book, const char *at, const char *station, gboolean json)
{
  g_autoptr (GError) error = NULL;
  gint64 at_ms = 0;
  gint only = -1;

  if (!bb_time_parse (at, book->zone, &at_ms, NULL, &error)) {
    g_prefix_error (&error, "--at: ");
    return cli_fail (error);
  }
  if (at_ms < bb_result_get_from_ms (book->result) || at_ms >= bb_result_get_until_ms (book->result)) {
    g_autofree char *from = cli_local_time (bb_result_get_from_ms (book->result), book->zone);
    g_autofree char *until = cli_local_time (bb_result_get_until_ms (book->result), book->zone);
    cli_complain (_ ("--at: %s is outside this result, which goes from %s to %s."), at, from, until);
    return CLI_INPUT;
  }
  if (station && (only = bb_result_find_station (book->result, station)) < 0) {
    cli_complain (_ ("--station: the site of this result has no station '%s'."), station);
    return CLI_INPUT;
  }
  if (!(json ? explain_json (book, only, at_ms, &error) : explain (book, only, at_ms, NULL, &error)))
    return cli_fail (error);
  return CLI_OK;
}

CliExit
cli_explain (int argc, char *argv[])
{
  g_autofree char *at = NULL;
  g_autofree char *station = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[]
      = { { "at", 0, 0, G_OPTION_ARG_STRING, &at, N_ ("When, such as 2026-03-01T18:30, in the site's zone"),
            N_ ("TIME") },
          { "station", 0, 0, G_OPTION_ARG_STRING, &station, N_ ("Only this one"), N_ ("ID") },
          { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print a JSON array"), NULL },
          G_OPTION_ENTRY_NULL };
  g_auto (Book) book = { NULL, NULL, NULL, NULL };
  g_autoptr (GError) error = NULL;

  if (cli_parse (
          &argc, &argv, entries, _ ("RESULT"),
          _ ("Says why each station had what it had: the current, what held it, since when, until when."),
          _ ("RESULT is a result file, or the folder that `simulate --out` made.\n\n"
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
