/* SPDX-License-Identifier: GPL-3.0-or-later */
/* commands.h: what people and other systems may tell a running controller, whatever they speak (MQTT, REST,
 * ripple inputs).
 *
 * The controller implements it; a bridge checks form and units, calls, and passes the answer on. All
 * functions run in the controller's main context, return at once, and either do all of it or change nothing:
 * FALSE with an error whose message names what was wrong and what to do. Currents in mA per phase, powers in
 * W over the phases, energies in Wh, times as UTC ms since 1970. Reductions and overrides always end (C-12,
 * C-13): a command without an end does not get here. The last argument of each is BbCommands.data.
 */
#pragma once

#include "engine/engine.h"

#include <glib.h>

G_BEGIN_DECLS

#define BB_COMMAND_ERROR (bb_command_error_quark ())
GQuark bb_command_error_quark (void);
typedef enum {
  BB_COMMAND_ERROR_FORM,    /* not what such a command looks like */
  BB_COMMAND_ERROR_VALUE,   /* out of range, wrong unit, in the past */
  BB_COMMAND_ERROR_UNKNOWN, /* no such station, circuit, group or source */
  BB_COMMAND_ERROR_REFUSED, /* understood, and not allowed now; too many run already */
  BB_COMMAND_ERROR_RETAINED /* a retained message: it may be of yesterday */
} BbCommandError;

/* No limit of this kind in a reduction or override. */
#define BB_COMMAND_NO_LIMIT BBE_NO_LIMIT

typedef struct {
  gpointer data;

  /* The state (bbe_signal) of a source of the site; the source counts as answering from then on. */
  gboolean (*set_signal) (const gchar *source_id, guint state, GError **error, gpointer data);

  /* A load reduction: `scope` is bbe_reduction_scope, `id` of the circuit or group (NULL for the stations).
   * At least one limit is not BB_COMMAND_NO_LIMIT. The same scope and id again replaces the former. */
  gboolean (*add_reduction) (guint scope, const gchar *id, gint32 limit_ma, gint32 limit_w,
                             gint64 expires_wall_ms, GError **error, gpointer data);

  /* Ends the reductions of a scope and id; BBE_REDUCE_NOTHING: all of them. None there is no error. */
  gboolean (*clear_reductions) (guint scope, const gchar *id, GError **error, gpointer data);

  /* `kind` is bbe_override; `limit_ma` counts for a cap (0 pauses). BBE_OVERRIDE_NONE ends one at once, then
   * `limit_ma` and `expires_wall_ms` are 0. */
  gboolean (*set_override) (const gchar *station_id, guint kind, gint32 limit_ma, gint64 expires_wall_ms,
                            GError **error, gpointer data);

  /* What the driver still wants (-1: not known), and when they leave (0: not known). */
  gboolean (*set_wish) (const gchar *station_id, gint32 wanted_wh, gint64 departure_wall_ms, GError **error,
                        gpointer data);

  gboolean (*set_authorised) (const gchar *station_id, gboolean authorised, GError **error, gpointer data);

  /* A source no longer answers: its chip is gone, or the connection over which it was set. It stays lost
   * until set_signal() is called for it again. (nullable): nobody can be lost. */
  gboolean (*lose_signal) (const gchar *source_id, GError **error, gpointer data);
} BbCommands;

G_END_DECLS
