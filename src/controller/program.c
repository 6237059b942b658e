/* SPDX-License-Identifier: GPL-3.0-or-later */
/* program.c: puts a controller together from its settings. */
#include "controller/program.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "controller/bridges.h"
#include "controller/notify.h"
#include "model/site-json.h"

struct _BbProgram {
  BbClock *clock;           /* (owned) */
  BbLog *log;               /* (owned) */
  BbTape *tape;             /* (owned) (nullable) */
  JsonObject *secrets;      /* (owned) */
  BbController *controller; /* (owned) */
  BbBridges *bridges;       /* (owned) */
  gint64 watchdog_ms;       /* how often the service manager wants to hear from us; 0: not */
  gint64 watchdog_due_ms;
};

static BbLogLevel
log_level (const gchar *name)
{
  for (BbLogLevel level = BB_LOG_ERROR; level <= BB_LOG_DEBUG; level++)
    if (g_strcmp0 (name, bb_log_level_get_name (level)) == 0)
      return level;
  return BB_LOG_INFO;
}

static void
add_secret_cb (JsonObject *object, const gchar *id, JsonNode *node, gpointer data)
{
  BbProgram *program = data;
  const gchar *password
      = JSON_NODE_HOLDS_OBJECT (node)
            ? json_object_get_string_member_with_default (json_node_get_object (node), "password", NULL)
            : NULL;

  if (password == NULL || *password == '\0')
    return;
  bb_log_add_secret (program->log, password);
  if (program->tape != NULL)
    bb_tape_add_secret (program->tape, password);
}

static gboolean
open_tape (BbProgram *program, const BbControllerSettings *settings, GError **error)
{
  if (settings->record == NULL)
    return TRUE;
  program->tape = bb_tape_new_recorder (settings->record, program->clock, error);
  return program->tape != NULL;
}

static gboolean
set_ocpp (BbControllerOptions *options, const BbControllerSettings *settings, gchar **address, GError **error)
{
  if (settings->ocpp != NULL) {
    *address = bb_controller_settings_host (settings->ocpp, &options->ocpp.port, error);
    if (*address == NULL)
      return FALSE;
    options->ocpp.address = *address;
  }
  if (settings->ocpp_certificate == NULL)
    return TRUE;
  options->ocpp.certificate = g_tls_certificate_new_from_file (settings->ocpp_certificate, error);
  return options->ocpp.certificate != NULL;
}

static gboolean
make_controller (BbProgram *program, const BbControllerSettings *settings, GError **error)
{
  g_autofree gchar *folder = g_path_get_dirname (settings->site), *address = NULL;
  g_autoptr (BbCatalogue) catalogue = bb_catalogue_new (settings->profiles, folder);
  g_autoptr (BbSite) site = bb_site_load (settings->site, error);
  g_autoptr (JsonObject) endpoints = NULL;
  BbControllerOptions options = { .site = site,
                                  .catalogue = catalogue,
                                  .clock = program->clock,
                                  .log = program->log,
                                  .tape = program->tape,
                                  .state_folder = settings->state,
                                  .secrets = program->secrets,
                                  .may_commission = settings->commission,
                                  .may_write_unverified = settings->allow_unverified };

  if (site == NULL)
    return FALSE;
  if (settings->endpoints != NULL) {
    endpoints = bb_controller_load_endpoints (settings->endpoints, &options.ocpp.port, error);
    if (endpoints == NULL)
      return FALSE;
  }
  options.endpoints = endpoints;
  if (!set_ocpp (&options, settings, &address, error))
    return FALSE;
  program->controller = bb_controller_new (&options, error);
  g_clear_object (&options.ocpp.certificate);
  return program->controller != NULL;
}

BbProgram *
bb_program_new (const BbControllerSettings *settings, GError **error)
{
  g_autoptr (BbProgram) program = g_new0 (BbProgram, 1);

  program->clock = bb_clock_new_real ();
  program->log = bb_log_new_stderr (program->clock, log_level (settings->log_level));
  if (!open_tape (program, settings, error))
    return NULL;
  program->secrets = bb_controller_load_secrets (settings->secrets, error);
  if (program->secrets == NULL)
    return NULL;
  json_object_foreach_member (program->secrets, add_secret_cb, program);
  if (!make_controller (program, settings, error))
    return NULL;
  program->bridges = bb_bridges_new (program->controller, settings, program->secrets, program->clock,
                                     program->log, program->tape, error);
  return program->bridges != NULL ? g_steal_pointer (&program) : NULL;
}

/* A manager that wants to hear from us hears after each decision: a controller that decides no more is
 * started anew. */
static void
after_period_cb (BbController *controller, gpointer data)
{
  BbProgram *program = data;
  gint64 now_ms = bb_clock_get_mono_ms (program->clock);

  bb_bridges_publish (program->bridges);
  if (program->watchdog_ms == 0 || now_ms < program->watchdog_due_ms)
    return;
  bb_notify ("WATCHDOG=1");
  program->watchdog_due_ms = now_ms + program->watchdog_ms / 3;
}

static void
print_start_line (BbProgram *program)
{
  guint16 port = bb_controller_get_ocpp_port (program->controller);
  const BbSiteFields *site = bb_site_peek (bb_controller_get_site (program->controller));
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *line = json_object_new ();

  json_object_set_string_member (line, "format", "busbar-controller/1");
  json_object_set_string_member (line, "site", site->name);
  if (port != 0)
    json_object_set_int_member (line, "ocpp_port", port);
  json_node_take_object (root, line);
  g_autofree gchar *text = json_to_string (root, FALSE);
  printf ("%s\n", text);
  fflush (stdout);
}

gboolean
bb_program_start (BbProgram *program, GError **error)
{
  program->watchdog_ms = bb_notify_get_watchdog_ms ();
  bb_controller_set_after_period (program->controller, after_period_cb, program);
  if (!bb_controller_start (program->controller, TRUE, error))
    return FALSE;
  bb_bridges_start (program->bridges);
  print_start_line (program);
  return TRUE;
}

BbClock *
bb_program_get_clock (BbProgram *program)
{
  return program->clock;
}

/* How well it kept its time, for whoever watches a box that is small or a line that is long. */
static void
log_counts (BbProgram *program)
{
  BbControllerCounts counts;

  bb_controller_get_counts (program->controller, &counts);
  if (counts.n_periods == 0)
    return;
  g_autofree gchar *periods = g_strdup_printf ("%" G_GUINT64_FORMAT, counts.n_periods);
  g_autofree gchar *late = g_strdup_printf ("%" G_GUINT64_FORMAT, counts.n_late);
  g_autofree gchar *missed = g_strdup_printf ("%" G_GUINT64_FORMAT, counts.n_missed);
  g_autofree gchar *worst = g_strdup_printf ("%" G_GINT64_FORMAT, counts.worst_ms);
  bb_log_write_fields (program->log, BB_LOG_INFO, "controller", _ ("Ends."), "periods", periods, "late", late,
                       "missed", missed, "worst_decision_ms", worst, NULL);
}

void
bb_program_free (BbProgram *program)
{
  if (program == NULL)
    return;
  if (program->controller != NULL)
    log_counts (program);
  if (program->controller != NULL)
    bb_controller_stop (program->controller);
  g_clear_pointer (&program->bridges, bb_bridges_free);
  g_clear_pointer (&program->controller, bb_controller_free);
  g_clear_pointer (&program->secrets, json_object_unref);
  g_clear_pointer (&program->tape, bb_tape_unref);
  g_clear_pointer (&program->log, bb_log_unref);
  g_clear_object (&program->clock);
  g_free (program);
}
