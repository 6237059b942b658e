/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bridges.c: makes MQTT and ripple inputs from the settings, and feeds them. */
#include "controller/bridges.h"

#include <glib/gi18n.h>
#include <string.h>

#include "controller/controller-private.h"
#include "controller/mqtt-bridge.h"
#include "controller/ripple.h"

struct _BbBridges {
  BbController *controller; /* (unowned) */
  BbMqttBridge *mqtt;       /* (owned) (nullable) */
  BbRipple *ripple;         /* (owned) (nullable) */
  gchar *signal;            /* (owned): id of the site's signal that the inputs are */
};

/* ---- MQTT ---- */

static const gchar *
member_of (JsonObject *object, const gchar *key)
{
  return object != NULL ? json_object_get_string_member_with_default (object, key, NULL) : NULL;
}

static gboolean
make_mqtt (BbBridges *bridges, const BbControllerSettings *settings, JsonObject *secrets, BbMqttOptions *mqtt,
           GError **error)
{
  guint16 port = 0;
  JsonNode *login = json_object_get_member (secrets, "mqtt");
  JsonObject *own = login != NULL && JSON_NODE_HOLDS_OBJECT (login) ? json_node_get_object (login) : NULL;
  g_autofree gchar *host = bb_controller_settings_host (settings->mqtt, &port, error);

  if (host == NULL)
    return FALSE;
  mqtt->host = host;
  mqtt->port = port;
  mqtt->user = member_of (own, "user");
  mqtt->password = member_of (own, "password");
  mqtt->tls = settings->mqtt_ca != NULL;
  mqtt->ca_file = settings->mqtt_ca;
  /* What the inputs hold nobody changes from afar. */
  const gchar *const wired[] = { bridges->signal, NULL };
  BbMqttBridgeOptions options
      = { .mqtt = *mqtt,
          .site_name = bb_site_peek (bb_controller_get_site (bridges->controller))->name,
          .prefix = settings->mqtt_prefix,
          .discovery_prefix = settings->mqtt_discovery,
          .zone = bb_driver_get_zone (bridges->controller->driver),
          .wired = wired,
          .commands = bb_controller_get_commands (bridges->controller) };
  bridges->mqtt = bb_mqtt_bridge_new (&options, error);
  return bridges->mqtt != NULL;
}

/* ---- ripple control ---- */

static void
ripple_cb (gboolean valid, guint state, gpointer data)
{
  BbBridges *bridges = data;
  const BbCommands *commands = bb_controller_get_commands (bridges->controller);

  if (valid)
    commands->set_signal (bridges->signal, state, NULL, commands->data);
  else
    commands->lose_signal (bridges->signal, NULL, commands->data);
}

/* "gpiochip0:17,18" or with /dev/ before it. */
static gboolean
parse_lines (const gchar *text, gchar **chip, guint offsets[2])
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 2);
  g_auto (GStrv) lines = parts[0] != NULL && parts[1] != NULL ? g_strsplit (parts[1], ",", 2) : NULL;

  if (lines == NULL || lines[0] == NULL || lines[1] == NULL || *parts[0] == '\0')
    return FALSE;
  for (guint i = 0; i < 2; i++) {
    guint64 number;
    if (!g_ascii_string_to_unsigned (lines[i], 10, 0, 65535, &number, NULL))
      return FALSE;
    offsets[i] = (guint) number;
  }
  *chip = strchr (parts[0], '/') != NULL ? g_strdup (parts[0]) : g_strconcat ("/dev/", parts[0], NULL);
  return TRUE;
}

static BbSignal *
find_signal (BbBridges *bridges, const gchar *id, GError **error)
{
  const BbEngineConfig *config = bb_controller_get_config (bridges->controller);
  gint index = id != NULL ? bb_engine_config_find (config, BB_TABLE_SIGNALS, id) : 0;

  if (index < 0 || index >= config->config.n_signals) {
    g_set_error (
        error, BB_CONTROLLER_ERROR, BB_CONTROLLER_ERROR_SETTINGS,
        _ ("The site has no signal “%s” for the ripple inputs; add it to the site, with its truth table."),
        id != NULL ? id : "");
    return NULL;
  }
  return bb_site_signal (bb_controller_get_site (bridges->controller), (guint) index);
}

static gboolean
make_ripple (BbBridges *bridges, const BbControllerSettings *settings, BbClock *clock, BbLog *log,
             GError **error)
{
  g_autofree gchar *chip = NULL;
  BbGpioOptions options = { .active_low = settings->ripple_active_low };
  BbSignal *signal = find_signal (bridges, settings->ripple_signal, error);

  if (signal == NULL)
    return FALSE;
  if (!parse_lines (settings->ripple, &chip, options.offsets)) {
    g_set_error (error, BB_CONTROLLER_ERROR, BB_CONTROLLER_ERROR_SETTINGS,
                 _ ("“%s” names no two inputs. Write gpiochip0:17,18."), settings->ripple);
    return FALSE;
  }
  options.chip = chip;
  bridges->signal = g_strdup (bb_signal_peek (signal)->id);
  BbLines *lines = bb_gpio_lines_new (&options, error);
  if (lines == NULL)
    return FALSE;
  bridges->ripple = bb_ripple_new (lines, bb_signal_peek (signal), clock, log, ripple_cb, bridges);
  return TRUE;
}

/* ---- all ---- */

BbBridges *
bb_bridges_new (BbController *controller, const BbControllerSettings *settings, JsonObject *secrets,
                BbClock *clock, BbLog *log, BbTape *tape, GError **error)
{
  g_autoptr (BbBridges) bridges = g_new0 (BbBridges, 1);
  BbMqttOptions mqtt = { .clock = clock, .log = log, .tape = tape };

  bridges->controller = controller;
  if ((settings->ripple != NULL && !make_ripple (bridges, settings, clock, log, error))
      || (settings->mqtt != NULL && !make_mqtt (bridges, settings, secrets, &mqtt, error)))
    return NULL;
  return g_steal_pointer (&bridges);
}

void
bb_bridges_start (BbBridges *bridges)
{
  if (bridges->mqtt != NULL)
    bb_mqtt_bridge_start (bridges->mqtt);
}

void
bb_bridges_publish (BbBridges *bridges)
{
  if (bridges->mqtt != NULL)
    bb_mqtt_bridge_publish (bridges->mqtt, bb_controller_get_snapshot (bridges->controller));
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *) data = TRUE;
}

void
bb_bridges_free (BbBridges *bridges)
{
  gboolean stopped = FALSE;

  if (bridges == NULL)
    return;
  g_clear_pointer (&bridges->ripple, bb_ripple_free);
  if (bridges->mqtt != NULL) {
    bb_mqtt_bridge_stop_async (bridges->mqtt, stopped_cb, &stopped);
    while (!stopped)
      g_main_context_iteration (NULL, TRUE);
  }
  g_clear_pointer (&bridges->mqtt, bb_mqtt_bridge_free);
  g_free (bridges->signal);
  g_free (bridges);
}
