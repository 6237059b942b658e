/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-ocpp-profiles.h: the charging profiles that an emulated OCPP station holds, and the limit they add up
 * to. No I/O.
 *
 * OCPP 1.6 section 3.13: of a purpose the highest stack level that has something to say now wins; the least
 * over the purposes is the limit; a schedule that ran out says nothing any more. Times are those of one
 * clock, in ms.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _BbEmuProfiles BbEmuProfiles;

BbEmuProfiles *bb_emu_profiles_new (void);
void bb_emu_profiles_free (BbEmuProfiles *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbEmuProfiles, bb_emu_profiles_free)

/* Adds a profile (member csChargingProfiles), in place of one of the same id, or of the same purpose, level
 * and connector. `mono_ms` is now, `wall_ms` the same moment in UTC. FALSE: it makes no sense; nothing
 * changed. */
gboolean bb_emu_profiles_add (BbEmuProfiles *self, guint connector, JsonObject *profile, gint64 mono_ms,
                              gint64 wall_ms);
/* By the members of ClearChargingProfile, all of which must match; the number of those removed. */
guint bb_emu_profiles_clear (BbEmuProfiles *self, JsonObject *filter);
/* Those of transactions that are over. */
void bb_emu_profiles_end_transaction (BbEmuProfiles *self, guint connector);

typedef struct {
  gint32 limit_ma; /* per phase; -1: none */
  guint phases;    /* 0: not told */
  gint64 until_ms; /* the next moment at which it may change; G_MAXINT64: none */
} BbEmuLimit;

/* What connector `connector` of `n_connectors` may draw at `mono_ms`. `nominal_mv` turns watts into amperes.
 */
BbEmuLimit bb_emu_profiles_get_limit (BbEmuProfiles *self, guint connector, guint n_connectors,
                                      gint32 nominal_mv, gint64 mono_ms);

G_END_DECLS
