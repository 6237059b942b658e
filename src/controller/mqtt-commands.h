/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-commands.h: the one reader of commands that come in over MQTT: topic and payload to values, without
 * I/O.
 *
 * Below the site's prefix:
 *   signal/SOURCE/set          normal | reduced | locked
 *   reduction/set              {"scope": "stations" | "group" | "circuit", "id": ID, "limit_a": A and/or
 *                              "limit_w": W, "expires_s": S or "until": TIME}
 *   reduction/clear            {} or nothing: all; {"scope": ..., "id": ID}
 *   station/ID/override/set    {"kind": "cap" | "charge-now" | "none", "limit_a": A, "expires_s": S or
 * "until": TIME} station/ID/wish/set        {"energy_kwh": KWH or null, "departure": TIME or null}
 *   station/ID/authorised/set  true | false
 * An object may have "request" (text of at most 64 bytes), which the answer repeats. Limits are amperes per
 * phase and watts over the phases, at most three decimals. TIME is ISO 8601, without an offset in the site's
 * zone. Anything else is refused as a whole, with a sentence.
 */
#pragma once

#include "base/zone.h"
#include "controller/commands.h"

G_BEGIN_DECLS

/* Longest payload of a command; all of them are far shorter. */
#define BB_MQTT_COMMAND_MAX 4096

typedef enum {
  BB_MQTT_SET_SIGNAL = 0,
  BB_MQTT_ADD_REDUCTION,
  BB_MQTT_CLEAR_REDUCTIONS,
  BB_MQTT_SET_OVERRIDE,
  BB_MQTT_SET_WISH,
  BB_MQTT_SET_AUTHORISED
} BbMqttCommandKind;

typedef struct {
  BbMqttCommandKind kind;
  gchar *id;            /* source, station, circuit, group; NULL: none */
  guint state;          /* bbe_signal */
  guint scope;          /* bbe_reduction_scope */
  guint override;       /* bbe_override */
  gint32 limit_ma;      /* BB_COMMAND_NO_LIMIT: none */
  gint32 limit_w;       /* BB_COMMAND_NO_LIMIT: none */
  gint64 until_wall_ms; /* end, departure; 0: none */
  gint32 wanted_wh;     /* -1: not known */
  gboolean authorised;
  gchar *request; /* (nullable) */
} BbMqttCommand;

/* Reads one message. `path` is the topic below the prefix; `payload` has `size` bytes, NULL: it was too large
 * to be taken. `now_wall_ms` 0: the time of day is not known, then only "expires_s" is refused too, as an end
 * cannot be told. FALSE with BB_COMMAND_ERROR; `command` is then empty but for `request`, when that much
 * could be read. Clear it in any case. */
gboolean bb_mqtt_command_read (const gchar *path, const gchar *payload, gsize size, gboolean retained,
                               gint64 now_wall_ms, BbZone *zone, BbMqttCommand *command, GError **error);
void bb_mqtt_command_clear (BbMqttCommand *command);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BbMqttCommand, bb_mqtt_command_clear)

/* Carries it out. */
gboolean bb_mqtt_command_run (const BbMqttCommand *command, const BbCommands *commands, GError **error);

G_END_DECLS
