/* SPDX-License-Identifier: GPL-3.0-or-later */
/* context.h: what all drivers of one controller share: clock, log, tape, buses, brokers, OCPP server; and how
 * a device is reached. */
#pragma once

#include <libsoup/soup.h>

#include "base/clock.h"
#include "base/log.h"
#include "devices/mqtt-hub.h"
#include "profiles/profile.h"
#include "protocols/modbus/modbus-bus.h"
#include "protocols/ocpp/ocpp-server.h"

G_BEGIN_DECLS

/* How one device is reached: from the site, filled up by its profile, replaced by an endpoints file
 * (emulator). */
typedef struct {
  gchar *id; /* of the meter or station in the site */
  gboolean is_meter;
  BbConnection connection;
  gchar *host; /* TCP, HTTP, MQTT broker, cloud base URL without path when it contains "://"; (nullable) */
  guint16 port;
  guint8 unit;
  gchar *device; /* serial port; (nullable) */
  guint baud;
  gchar parity;
  guint stop_bits;
  gchar *identity;        /* OCPP charge point identity; cloud charger id; MQTT topic prefix; (nullable) */
  guint connector;        /* from 1 */
  gchar *user, *password; /* from the secrets; (nullable) */
  /* what commissioning writes, from the site */
  gint32 failsafe_ma;    /* -1: not stated */
  gint32 max_ma, min_ma; /* of the station */
  gint32 range_ma;       /* of a meter; 0: not stated */
  guint n_phases;        /* wired */
  gboolean can_switch;
  gint64 interval_ms; /* of a meter */
} BbLink;

/* All zero but what has another word for "not stated". */
BbLink *bb_link_new (const gchar *id, gboolean is_meter, BbConnection connection);
/* Takes from the profile's interface what the site left open: port (second connectors on the next ones),
 * unit, serial line. */
void bb_link_fill (BbLink *link, const BbInterface *interface);
void bb_link_free (BbLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbLink, bb_link_free)

typedef struct {
  gatomicrefcount refs;
  BbClock *clock;    /* (owned) */
  BbLog *log;        /* (owned) (nullable) */
  BbTape *tape;      /* (owned) (nullable) */
  GHashTable *buses; /* (owned) (element-type utf8 BbModbusBus): by end point, shared */
  GHashTable *hubs;  /* (owned) (element-type utf8 BbMqttHub): MQTT brokers by address and user, shared */
  SoupSession *http; /* (owned): made when first used */
  BbOcppServer
      *ocpp; /* (owned) (nullable): started with the first OCPP device, see bb_device_context_listen_ocpp() */
  GHashTable
      *ocpp_devices; /* (owned) (element-type utf8 GPtrArray): identity -> devices (connectors), unowned */
  guint64 ocpp_last_transaction; /* newest id given to a transaction; the owner may keep it over a restart */
  gboolean may_commission; /* may write fail-safe values and station settings (once; then it compares) */
  gboolean no_rests;       /* no rests between requests: on lines that do not exist, in tests */
  gboolean may_write_unverified; /* a person confirmed that unverified profiles may write */
} BbDeviceContext;

BbDeviceContext *bb_device_context_new (BbClock *clock, BbLog *log, BbTape *tape);
BbDeviceContext *bb_device_context_ref (BbDeviceContext *context);
void bb_device_context_unref (BbDeviceContext *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbDeviceContext, bb_device_context_unref)

/* The bus for this end point, shared by all devices on it (transfer full). */
BbModbusBus *bb_device_context_get_bus (BbDeviceContext *context, const BbLink *link,
                                        const BbInterface *interface);
/* The connection to the broker at the link's host and port with its user (transfer none), made when first
 * used; NULL with BB_MQTT_ERROR. */
BbMqttHub *bb_device_context_get_mqtt (BbDeviceContext *context, const BbLink *link, GError **error);
SoupSession *bb_device_context_get_http (BbDeviceContext *context); /* (transfer none) */
/* Starts the OCPP server; devices register their identities before stations knock. */
gboolean bb_device_context_listen_ocpp (BbDeviceContext *context, const BbOcppListen *listen, GError **error);

G_END_DECLS
