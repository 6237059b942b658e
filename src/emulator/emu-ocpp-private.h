/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-ocpp-private.h: an emulated charge point (one connection) and the devices that are its connectors. */
#pragma once

#include "emulator/emu-ocpp-profiles.h"
#include "emulator/emulator-private.h"
#include "protocols/ocpp/ocpp-client.h"
#include "protocols/ocpp/ocpp-payload.h"

G_BEGIN_DECLS

#define BB_EMU_OCPP_CALL_MS 10000

typedef struct {
  guint refs;
  gchar *identity;
  BbClock *clock;
  BbEmulator *emulator;
  const BbOcppProfile *quirks;
  GPtrArray *devices;   /* (element-type BbEmuDevice) (unowned) */
  BbOcppClient *client; /* (nullable): until it knows its server */
  BbOcppLink *link;     /* (owned) (nullable) */
  gboolean booted;      /* since it was switched on: told, and accepted */
  gboolean booting;
  guint interval_s;   /* of the boot's answer */
  GSource *heartbeat; /* (owned) (nullable) */
  GSource *expiry;    /* (owned) (nullable): when the profiles say something else */
  GHashTable *keys;   /* key -> value */
  BbEmuProfiles *profiles;
  gboolean runs;       /* the site's time does */
  gboolean controlled; /* a limit arrived since the site's time runs */
} BbEmuPoint;

/* device->own */
typedef struct {
  BbEmuDevice *device; /* (unowned) */
  BbEmuPoint *point;   /* (owned) */
  guint connector;
  /* told to the server */
  gint status;        /* BbOcppStatus; -1: nothing yet */
  gint64 transaction; /* -1: none */
  gint64 values_ms;   /* mono: when values were told; G_MININT64: never */
  gint64 sample_ms;   /* a meter's reading that was told */
  gint64 told[8];     /* what was in them, to see changes */
  gboolean force_status, force_values;
  gboolean inoperative, refused, stopping; /* ChangeAvailability; the server does not want this vehicle, and
                                            said so in the middle */
  gboolean busy;                           /* a message is under way */
  guint holds;                             /* pushes that the second waits for */
  /* in force */
  gint32 limit_ma; /* -1: none */
  guint phases;
} BbEmuOcpp;

/* ---- emu-ocpp.c ---- */

BbEmuOcpp *bb_emu_point_find (BbEmuPoint *point, guint connector);
BbEmuPoint *bb_emu_point_ref (BbEmuPoint *point);
void bb_emu_point_unref (BbEmuPoint *point);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbEmuPoint, bb_emu_point_unref)
/* What is in force by the profiles, told to the field. */
void bb_emu_point_apply (BbEmuPoint *point);
/* As after a power cut: the connection goes, and a boot follows. */
void bb_emu_point_restart (BbEmuPoint *point, gboolean lose_profiles);
/* Any device's fault counts for the connection that they share. */
gboolean bb_emu_point_has_fault (BbEmuPoint *point, BbEmuFault fault);

/* ---- emu-ocpp-push.c ---- */

void bb_emu_ocpp_boot (BbEmuPoint *point);
/* Sends what the server does not know yet, one message after the other; the present second waits for it. */
void bb_emu_ocpp_push (BbEmuOcpp *self);
void bb_emu_ocpp_forget (BbEmuOcpp *self); /* the connection went */

/* ---- emu-ocpp-answer.c ---- */

void bb_emu_ocpp_init_keys (BbEmuPoint *point);
JsonObject *bb_emu_ocpp_answer (BbOcppLink *link, const gchar *action, JsonObject *payload,
                                const gchar **code, gchar **text, gpointer data);

/* ---- emu-ocpp-values.c ---- */

/* Members of MeterValues but the transaction; NULL: nothing is measured. `told` gets what changes are seen
 * by. */
JsonObject *bb_emu_ocpp_make_values (BbEmuOcpp *self, gint64 told[8]);

G_END_DECLS
