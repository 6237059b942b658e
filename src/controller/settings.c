/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings.c: command line, settings file, endpoints and secrets of busbar-controller. */
#include "controller/settings.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/guard.h"

#define MAX_BYTES (1u << 20)

static const gchar description[]
    = N_ ("The first line of its output is a JSON object that tells the ports that it listens on; what it "
          "decides and\n"
          "why is told on standard error. It listens on 127.0.0.1 unless --ocpp says otherwise.\n"
          "\n"
          "Stations fall back to their fail-safe current by themselves when it ends. --commission lets it "
          "set that\n"
          "current and its time-out in them, once; without it, it compares and warns.\n"
          "\n"
          "Exit codes: 0 ended as asked, 2 wrong usage, 3 unusable input, 4 a file or port failed.\n"
          "\n"
          "Examples:\n"
          "  busbar-emulator villa.busbar > start.json &\n"
          "  busbar-controller villa.busbar --endpoints start.json --state /tmp/villa --commission\n"
          "  busbar-controller /etc/busbar/site.busbar --state /var/lib/busbar --ocpp 192.168.1.2:8887");

/* One key of the settings file, unless the command line said it. */
static gboolean
take_key (GKeyFile *file, const gchar *key, const GOptionEntry *entry, GError **error)
{
  GError *problem = NULL;

  if (entry->arg == G_OPTION_ARG_NONE)
    *(gboolean *) entry->arg_data |= g_key_file_get_boolean (file, "controller", key, &problem);
  else if (entry->arg == G_OPTION_ARG_DOUBLE && *(gdouble *) entry->arg_data == 0)
    *(gdouble *) entry->arg_data = g_key_file_get_double (file, "controller", key, &problem);
  else if (entry->arg != G_OPTION_ARG_DOUBLE && *(gchar **) entry->arg_data == NULL)
    *(gchar **) entry->arg_data = g_key_file_get_string (file, "controller", key, &problem);
  if (problem != NULL)
    g_propagate_error (error, problem);
  return problem == NULL;
}

/* Texts of the settings file that the command line left open, and booleans that it did not set. */
static gboolean
take_file (const gchar *path, const GOptionEntry *entries, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) keys = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, error))
    return FALSE;
  keys = g_key_file_get_keys (file, "controller", NULL, error);
  for (gsize k = 0; keys != NULL && keys[k] != NULL; k++) {
    const GOptionEntry *entry = entries;
    while (entry->long_name != NULL && strcmp (entry->long_name, keys[k]) != 0)
      entry++;
    if (entry->long_name == NULL) {
      g_set_error (error, BB_CONTROLLER_ERROR, BB_CONTROLLER_ERROR_SETTINGS,
                   _ ("%s: there is no setting “%s”; “busbar-controller --help” lists them."), path, keys[k]);
      return FALSE;
    }
    if (!take_key (file, keys[k], entry, error)) {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  }
  return keys != NULL;
}

static gboolean
take_site (BbControllerSettings *settings, gint argc, gchar **argv, GError **error)
{
  if (argc > 2) {
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _ ("Name one site file."));
    return FALSE;
  }
  if (argc == 2) {
    g_free (settings->site);
    settings->site = g_strdup (argv[1]);
  }
  if (settings->site != NULL || settings->version)
    return TRUE;
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _ ("Name the site file."));
  return FALSE;
}

/* What is wrong as it stands, whatever the files say. */
static gboolean
make_sense (const BbControllerSettings *settings, GError **error)
{
  gboolean known = settings->log_level == NULL;

  for (BbLogLevel level = BB_LOG_ERROR; level <= BB_LOG_DEBUG; level++)
    known = known || strcmp (settings->log_level, bb_log_level_get_name (level)) == 0;
  if (!known)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _ ("--log-level is error, warning, info or debug, not “%s”."), settings->log_level);
  else if (!(settings->for_s >= 0 && settings->for_s <= 1e9))
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                         _ ("--for is a number of seconds that is not negative."));
  else
    return TRUE;
  return FALSE;
}

gboolean
bb_controller_settings_read (BbControllerSettings *settings, gint *argc, gchar ***argv, GError **error)
{
  g_autofree gchar *file = NULL;
  const GOptionEntry entries[] = {
    { "settings", 0, 0, G_OPTION_ARG_FILENAME, &file, N_ ("Read further settings from there"), N_ ("FILE") },
    { "site", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &settings->site, NULL, NULL },
    { "state", 0, 0, G_OPTION_ARG_FILENAME, &settings->state, N_ ("Keep state and traces there"),
      N_ ("DIR") },
    { "endpoints", 0, 0, G_OPTION_ARG_FILENAME, &settings->endpoints,
      N_ ("Where the devices are, in place of the site's addresses: an emulator's first line"), N_ ("FILE") },
    { "secrets", 0, 0, G_OPTION_ARG_FILENAME, &settings->secrets,
      N_ ("Logins of devices, in a file of mode 0600"), N_ ("FILE") },
    { "profiles", 0, 0, G_OPTION_ARG_FILENAME, &settings->profiles, N_ ("Search device profiles there first"),
      N_ ("DIR") },
    { "ocpp", 0, 0, G_OPTION_ARG_STRING, &settings->ocpp, N_ ("Where stations connect by OCPP"),
      N_ ("ADDRESS:PORT") },
    { "ocpp-certificate", 0, 0, G_OPTION_ARG_FILENAME, &settings->ocpp_certificate,
      N_ ("Certificate and key, for wss"), N_ ("FILE") },
    { "mqtt", 0, 0, G_OPTION_ARG_STRING, &settings->mqtt,
      N_ ("Broker to publish to and to take commands from"), N_ ("HOST[:PORT]") },
    { "mqtt-prefix", 0, 0, G_OPTION_ARG_STRING, &settings->mqtt_prefix,
      N_ ("First part of all topics; default busbar/SITE"), N_ ("TOPIC") },
    { "mqtt-discovery", 0, 0, G_OPTION_ARG_STRING, &settings->mqtt_discovery,
      N_ ("Tell Home Assistant what there is, under this prefix"), N_ ("TOPIC") },
    { "mqtt-ca", 0, 0, G_OPTION_ARG_FILENAME, &settings->mqtt_ca,
      N_ ("Certificate authority of the broker, for TLS"), N_ ("FILE") },
    { "ripple", 0, 0, G_OPTION_ARG_STRING, &settings->ripple,
      N_ ("Two inputs of a GPIO chip as ripple control (not yet confirmed on hardware)"),
      N_ ("CHIP:LINE,LINE") },
    { "ripple-signal", 0, 0, G_OPTION_ARG_STRING, &settings->ripple_signal,
      N_ ("Signal of the site that these inputs are; default: the first"), N_ ("ID") },
    { "ripple-active-low", 0, 0, G_OPTION_ARG_NONE, &settings->ripple_active_low,
      N_ ("The inputs are inverted"), NULL },
    { "commission", 0, 0, G_OPTION_ARG_NONE, &settings->commission,
      N_ ("Set fail-safe currents and time-outs in the stations where they differ"), NULL },
    { "allow-unverified", 0, 0, G_OPTION_ARG_NONE, &settings->allow_unverified,
      N_ ("Command stations whose profile nobody has verified"), NULL },
    { "record", 0, 0, G_OPTION_ARG_FILENAME, &settings->record, N_ ("Record all conversations with devices"),
      N_ ("FILE") },
    { "log-level", 0, 0, G_OPTION_ARG_STRING, &settings->log_level, N_ ("error, warning, info or debug"),
      N_ ("LEVEL") },
    { "check", 0, 0, G_OPTION_ARG_NONE, &settings->check, N_ ("Check site, profiles and settings, and end"),
      NULL },
    { "for", 0, 0, G_OPTION_ARG_DOUBLE, &settings->for_s, N_ ("End after so many seconds"), N_ ("SECONDS") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &settings->version, N_ ("Print the version"), NULL },
    { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("SITE"));

  g_option_context_set_summary (context, _ ("Shares what the main fuse leaves among the charging stations."));
  g_option_context_set_description (context, _ (description));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  return g_option_context_parse (context, argc, argv, error)
         && (file == NULL || take_file (file, entries, error)) && take_site (settings, *argc, *argv, error)
         && make_sense (settings, error);
}

void
bb_controller_settings_clear (BbControllerSettings *settings)
{
  g_free (settings->site);
  g_free (settings->state);
  g_free (settings->endpoints);
  g_free (settings->secrets);
  g_free (settings->profiles);
  g_free (settings->ocpp);
  g_free (settings->ocpp_certificate);
  g_free (settings->mqtt);
  g_free (settings->mqtt_prefix);
  g_free (settings->mqtt_discovery);
  g_free (settings->mqtt_ca);
  g_free (settings->ripple);
  g_free (settings->ripple_signal);
  g_free (settings->record);
  g_free (settings->log_level);
}

gchar *
bb_controller_settings_host (const gchar *text, guint16 *port, GError **error)
{
  g_autoptr (GSocketConnectable) address = g_network_address_parse (text, *port, error);

  if (address == NULL)
    return NULL;
  *port = g_network_address_get_port (G_NETWORK_ADDRESS (address));
  return g_strdup (g_network_address_get_hostname (G_NETWORK_ADDRESS (address)));
}

/* ---- endpoints ---- */

/* A program's output has a line for each thing it said; a file that a person wrote is one value in many. */
static JsonNode *
load_start_line (const gchar *path, GError **error)
{
  g_autoptr (GBytes) bytes = bb_file_read (path, MAX_BYTES, error);
  gsize size;

  if (bytes == NULL)
    return NULL;
  const gchar *text = g_bytes_get_data (bytes, &size);
  const gchar *end = size > 0 ? memchr (text, '\n', size) : NULL;
  JsonNode *first = end != NULL ? bb_json_parse (text, end - text, path, NULL) : NULL;

  return first != NULL ? first : bb_json_parse (text, (gssize) size, path, error);
}

JsonObject *
bb_controller_load_endpoints (const gchar *path, guint16 *ocpp_port, GError **error)
{
  g_autoptr (JsonNode) root = load_start_line (path, error);

  if (root == NULL)
    return NULL;
  JsonObject *all = JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  JsonNode *endpoints = all != NULL ? json_object_get_member (all, "endpoints") : NULL;
  JsonNode *ocpp = all != NULL ? json_object_get_member (all, "ocpp") : NULL;
  if (endpoints == NULL || !JSON_NODE_HOLDS_OBJECT (endpoints)) {
    g_set_error (error, BB_CONTROLLER_ERROR, BB_CONTROLLER_ERROR_ENDPOINTS,
                 _ ("%s has no “endpoints”. Give it the first line that busbar-emulator prints."), path);
    return NULL;
  }
  if (ocpp != NULL && JSON_NODE_HOLDS_OBJECT (ocpp))
    *ocpp_port
        = (guint16) CLAMP (json_object_get_int_member_with_default (json_node_get_object (ocpp), "port", 0),
                           0, G_MAXUINT16);
  return json_object_ref (json_node_get_object (endpoints));
}

/* ---- secrets ---- */

static gboolean
is_private (const gchar *path, GError **error)
{
  struct stat status;

  if (stat (path, &status) != 0 || (status.st_mode & 077) == 0)
    return TRUE;
  g_set_error (error, BB_CONTROLLER_ERROR, BB_CONTROLLER_ERROR_SECRETS,
               _ ("%s may be read by others. Make it yours alone: chmod 600 %s"), path, path);
  return FALSE;
}

JsonObject *
bb_controller_load_secrets (const gchar *path, GError **error)
{
  const gchar *folder = g_getenv ("CREDENTIALS_DIRECTORY");
  g_autofree gchar *credential = folder != NULL ? g_build_filename (folder, "secrets", NULL) : NULL;
  g_autoptr (JsonNode) root = NULL;

  if (path == NULL && (credential == NULL || !g_file_test (credential, G_FILE_TEST_EXISTS)))
    return json_object_new ();
  if (path != NULL && !is_private (path, error))
    return NULL;
  root = bb_json_load_file (path != NULL ? path : credential, MAX_BYTES, error);
  if (root == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (root))
    return json_object_ref (json_node_get_object (root));
  g_set_error (error, BB_CONTROLLER_ERROR, BB_CONTROLLER_ERROR_SECRETS,
               _ ("%s is no JSON object. Write {\"ID\": {\"user\": \"…\", \"password\": \"…\"}}."),
               path != NULL ? path : credential);
  return NULL;
}
