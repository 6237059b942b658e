/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rig.h: a device under test against a peer of tests/devices/reference (pymodbus), on a manual clock and real
 * sockets. */
#pragma once

#include <json-glib/json-glib.h>

#include "devices/device.h"

G_BEGIN_DECLS

/* ---- peers ---- */

typedef struct _Peer Peer;

/* Can they run here? Else the test is skipped. */
gboolean peer_is_there (void);
/* TRUE, and the test marked as skipped, when they cannot. */
gboolean peer_skipped (void);
/* What is expected of a device of the reference (transfer full). */
JsonObject *peer_expect (const gchar *name);
/* Names of all devices of a kind ("station", "meter") with this connection (transfer full). */
GStrv peer_list (const gchar *kind, const gchar *connection);
/* `device` NULL: TCP. */
Peer *peer_start (const gchar *name, const gchar *device);
guint16 peer_get_port (Peer *peer);
/* Sends a command and waits until it is done. */
void peer_tell (Peer *peer, const gchar *json);
/* Waits for all that was said so far; writes since the last call, each as "FUNCTION ADDRESS VALUE VALUE"
 * (transfer full). */
GStrv peer_take_writes (Peer *peer);
void peer_clear_writes (Peer *peer);
/* How often a word such as "refused" or "connected" was said. */
guint peer_count (Peer *peer, const gchar *event);
void peer_stop (Peer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Peer, peer_stop)

/* ---- device ---- */

typedef struct {
  BbManualClock *clock;
  BbLog *log;
  BbDeviceContext *context;
  BbProfile *profile;
  BbDevice *device;
  GError *error; /* of the last poll or command */
} Rig;

/* Not started. TCP to 127.0.0.1:port, or RTU on `line` when it is not NULL. `unit` 0: the profile's. */
Rig *rig_new (const gchar *profile_id, gboolean is_meter, guint16 port, const gchar *line, guint unit);
/* The same with a profile of the test (transfer none), e.g. a defective one. */
Rig *rig_new_with_profile (BbProfile *profile, gboolean is_meter, guint16 port, const gchar *line,
                           guint unit);
/* A profile of data/profiles in which texts were replaced: pairs of old and new, NULL at the end (transfer
 * full). */
BbProfile *rig_profile (const gchar *id, const gchar *const *replacements);
/* Starts and waits for the first set-up; may_commission and may_write_unverified are TRUE unless changed
 * before. */
gboolean rig_start (Rig *rig);
gboolean rig_poll (Rig *rig);
gboolean rig_command (Rig *rig, gint32 setpoint_ma, guint phases);
/* A second of the controller: polls, then commands; what the poll said. */
gboolean rig_second (Rig *rig, gint32 setpoint_ma);
/* `ms` later. */
void rig_advance (Rig *rig, gint64 ms);
void rig_free (Rig *rig);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rig, rig_free)

/* Iterates the default context until `*flag`; ends the test after 20 s. */
void rig_wait (const gboolean *flag);

G_END_DECLS
