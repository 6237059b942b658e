/* SPDX-License-Identifier: GPL-3.0-or-later */
/* controller.h: the headless device: site -> meters -> engine -> stations, every second.
 *
 * One main context. A period (period.c): all devices are polled; once the meters are read (or their time is
 * up) the engine decides, with the very inputs that a simulation gives it; set-points go out at once. What a
 * device is late with counts in the next period. It keeps going whatever fails: a part that is lost is
 * counted as the engine's rules say.
 */
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "controller/commands.h"
#include "controller/snapshot.h"
#include "devices/context.h"
#include "model/engine-config.h"
#include "model/site.h"
#include "profiles/catalogue.h"

G_BEGIN_DECLS

#define BB_CONTROLLER_ERROR (bb_controller_error_quark ())
GQuark bb_controller_error_quark (void);
typedef enum {
  BB_CONTROLLER_ERROR_SITE,      /* the site has errors, or a part cannot be reached as it says */
  BB_CONTROLLER_ERROR_ENDPOINTS, /* the endpoints file is not one */
  BB_CONTROLLER_ERROR_STATE,     /* the state folder cannot be used */
  BB_CONTROLLER_ERROR_SECRETS,   /* the secrets file is not one, or others may read it */
  BB_CONTROLLER_ERROR_SETTINGS   /* an option makes no sense */
} BbControllerError;

typedef struct {
  BbSite *site;
  BbCatalogue *catalogue;
  BbClock *clock;
  BbLog *log;                /* (nullable) */
  BbTape *tape;              /* (nullable): records or plays every conversation */
  const gchar *state_folder; /* (nullable): nothing is kept over a restart, no trace */
  JsonObject
      *endpoints; /* (nullable): "endpoints" of an emulator's start line, in place of the site's addresses */
  JsonObject *secrets;     /* (nullable): {"ID": {"user": "...", "password": "..."}} */
  BbOcppListen ocpp;       /* where stations connect; address NULL: 127.0.0.1 */
  gboolean may_commission; /* may set fail-safe values of stations (once) */
  gboolean may_write_unverified;
  gboolean no_rests;   /* none between requests on a bus: for lines that do not exist, in tests */
  guint64 trace_bytes; /* most that traces take together; 0: 64 MiB */
} BbControllerOptions;

typedef struct _BbController BbController;

/* Checks the site (as bb_site_check(): errors refuse it) and makes all devices; nothing is connected yet. */
BbController *bb_controller_new (const BbControllerOptions *options, GError **error);
void bb_controller_free (BbController *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbController, bb_controller_free)

/* Listens and connects. With `by_clock` a period every second from now; else only
 * bb_controller_period_async(). */
gboolean bb_controller_start (BbController *self, gboolean by_clock, GError **error);
/* Saves the state, closes the trace; stations fall back to their fail-safe current by themselves. */
void bb_controller_stop (BbController *self);
/* One period now, that waits for every device however long it takes; finishes when each station confirmed. */
void bb_controller_period_async (BbController *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer data);
gboolean bb_controller_period_finish (BbController *self, GAsyncResult *result, GError **error);

/* Called after each decision, before set-points go out. */
typedef void (*BbControllerObserver) (const bbe_inputs *in, const bbe_outputs *out, gpointer data);
void bb_controller_set_observer (BbController *self, BbControllerObserver observer, gpointer data);
/* Called when a period is over: a good moment for bridges. */
void bb_controller_set_after_period (BbController *self, void (*after) (BbController *self, gpointer data),
                                     gpointer data);

/* What people and other systems may say. */
const BbCommands *bb_controller_get_commands (BbController *self);
/* The present second; valid until the next period. */
const BbControllerSnapshot *bb_controller_get_snapshot (BbController *self);
BbSite *bb_controller_get_site (BbController *self);
const BbEngineConfig *bb_controller_get_config (BbController *self);
/* Meters first, then stations, as in the engine's tables (transfer none). A meter on no circuit has no
 * device: NULL. */
BbDevice *bb_controller_get_meter_device (BbController *self, guint meter);
BbDevice *bb_controller_get_station_device (BbController *self, guint station);
guint16 bb_controller_get_ocpp_port (BbController *self); /* 0: no station speaks OCPP */
BbDeviceContext *bb_controller_get_context (BbController *self);

/* Counted since the start. */
typedef struct {
  guint64 n_periods;
  guint64 n_late;   /* decided without a reading that was still under way */
  guint64 n_missed; /* a period began more than half a period late */
  gint64 worst_ms;  /* longest from a period's start to its decision */
} BbControllerCounts;
void bb_controller_get_counts (BbController *self, BbControllerCounts *counts);

G_END_DECLS
