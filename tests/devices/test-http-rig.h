/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-http-rig.h: a device under test against a peer of reference/web.py (HTTP, P1, cloud), on a manual
 * clock and real sockets. */
#pragma once

#include <json-glib/json-glib.h>

#include "devices/device.h"

G_BEGIN_DECLS

typedef struct _WebPeer WebPeer;

/* `option` and `value`: e.g. "--auth", "digest"; NULL: none. */
WebPeer *web_peer_start (const gchar *name, const gchar *option, const gchar *value);
guint16 web_peer_get_port (WebPeer *peer);
/* Sends a command and waits until it is done. */
void web_peer_tell (WebPeer *peer, const gchar *json);
/* Requests so far whose "METHOD PATH BODY" holds `text` (all events were read). */
guint web_peer_count (WebPeer *peer, const gchar *text);
void web_peer_stop (WebPeer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebPeer, web_peer_stop)
/* What the reference expects (transfer full): its whole object, and its member "expect" (transfer none). */
JsonObject *web_expect (const gchar *name);

typedef struct {
  BbManualClock *clock;
  BbLog *log;
  BbTape *tape; /* (nullable) */
  BbDeviceContext *context;
  BbProfile *profile;
  BbDevice *device;
  GError *error; /* of the last poll or command */
} WebRig;

/* `host` NULL: 127.0.0.1. `tape` (transfer full) (nullable). */
WebRig *web_rig_new (const gchar *profile_id, BbConnection connection, const gchar *host, guint16 port,
                     const gchar *identity, const gchar *user, const gchar *password, BbTape *tape);
void web_rig_start (WebRig *rig);
gboolean web_rig_poll (WebRig *rig);
gboolean web_rig_command (WebRig *rig, gint32 setpoint_ma);
void web_rig_advance (WebRig *rig, gint64 ms);
/* Iterates until the device is in this state. */
void web_rig_wait_state (WebRig *rig, BbDeviceState state);
/* Iterates until a reading was taken after the clock's `ms`. */
void web_rig_wait_taken (WebRig *rig, gint64 ms);
void web_rig_free (WebRig *rig);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebRig, web_rig_free)

/* The reading of a meter against the reference's "expect". */
void web_check_meter (const BbMeterReading *reading, JsonObject *expect);
/* A tape of tests/fixtures/tapes: recorded anew when BUSBAR_RECORD_TAPES is set (transfer full). */
BbTape *web_tape (const gchar *name, BbClock *clock);

G_END_DECLS
