/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings.h: what busbar-controller is told: command line, then a settings file, then credentials.
 *
 * The settings file (GKeyFile) has the long names of the options as keys of a group [controller]; an option
 * on the command line wins. Secrets are in a JSON file of mode 0600, or a systemd credential "secrets":
 * {"ID": {"user", "password"}}, with "mqtt" for the broker.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "controller/controller.h"

G_BEGIN_DECLS

typedef struct {
  gchar *site;             /* path */
  gchar *state;            /* folder; NULL: nothing is kept */
  gchar *endpoints;        /* path */
  gchar *secrets;          /* path */
  gchar *profiles;         /* folder searched first */
  gchar *ocpp;             /* ADDRESS:PORT */
  gchar *ocpp_certificate; /* PEM with key */
  gchar *mqtt;             /* HOST[:PORT] */
  gchar *mqtt_prefix, *mqtt_discovery, *mqtt_ca;
  gchar *ripple;        /* CHIP:LINE,LINE */
  gchar *ripple_signal; /* id of the site's signal; NULL: the first */
  gchar *record;        /* tape to write */
  gchar *log_level;     /* error, warning, info, debug */
  gboolean commission, allow_unverified, ripple_active_low, check, version;
  gdouble for_s; /* ends by itself; 0: never */
} BbControllerSettings;

/* Reads argv and the files it names. FALSE with an error (usage: G_OPTION_ERROR). */
gboolean bb_controller_settings_read (BbControllerSettings *settings, gint *argc, gchar ***argv,
                                      GError **error);
void bb_controller_settings_clear (BbControllerSettings *settings);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BbControllerSettings, bb_controller_settings_clear)

/* "HOST:PORT", "[::1]:PORT", "HOST" (then `port` stays): (transfer full) host; NULL with an error. */
gchar *bb_controller_settings_host (const gchar *text, guint16 *port, GError **error);
/* The object "endpoints" of an emulator's start line, or a file that is that object. (transfer full), NULL
 * with an error. */
JsonObject *bb_controller_load_endpoints (const gchar *path, guint16 *ocpp_port, GError **error);
/* The secrets, or an empty object where there are none. A file that others may read is refused. */
JsonObject *bb_controller_load_secrets (const gchar *path, GError **error);

G_END_DECLS
