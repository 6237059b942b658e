/* SPDX-License-Identifier: GPL-3.0-or-later */
/* driver.h: runs a site as a controller does: on an injected clock, readings -> step inputs -> engine ->
 * stations.
 *
 * It knows its field only through BbDriverIo: in the tests of the simulator that is a plant, in a controller
 * real meters and stations. It keeps no state but the engine's and the last readings, and takes the time from
 * its clock alone, so that with the same readings it decides exactly as the simulator does.
 */
#pragma once

#include "base/clock.h"
#include "base/zone.h"
#include "model/step-inputs.h"

G_BEGIN_DECLS

typedef struct _BbDriver BbDriver;

/* The field. Both are called in every period: first `read` once, then `command` for each station whose
 * decision is to be sent (also when it did not change: it keeps the station from falling back). */
typedef struct {
  /* Sets what arrived since the last period; what is not set keeps its last value. */
  void (*read) (BbStepInputs *inputs, gint64 mono_ms, gpointer data);
  void (*command) (guint station, const bbe_station_out *out, gint64 mono_ms, gpointer data);
  /* What was decided, before it is commanded. (nullable) */
  void (*decided) (const bbe_inputs *in, const bbe_outputs *out, gpointer data);
} BbDriverIo;

/* `options` may be NULL. Errors of bb_engine_config_new(), of an unknown zone, and of the engine when it
 * refuses the site. */
BbDriver *bb_driver_new (BbSite *site, const BbEngineOptions *options, BbClock *clock, const BbDriverIo *io,
                         gpointer data, GError **error);
/* One control period now; returns what was decided, valid until the next one. */
const bbe_outputs *bb_driver_tick (BbDriver *driver);
/* Ticks every `period_ms` on the thread-default context, the first time at once, until bb_driver_stop(). */
void bb_driver_start (BbDriver *driver, gint64 period_ms);
void bb_driver_stop (BbDriver *driver);
const BbEngineConfig *bb_driver_get_config (BbDriver *driver);
/* Added to the clock's monotonic time for the engine, whose time never goes back: after a restart of the
 * machine the clock starts anew, and a restored state does not. Readings handed to `read` get it too: see its
 * `mono_ms`. */
void bb_driver_set_mono_offset (BbDriver *driver, gint64 offset_ms);
/* The site's zone (transfer none). */
BbZone *bb_driver_get_zone (BbDriver *driver);
/* The engine's state, to keep over a restart. */
GBytes *bb_driver_save (BbDriver *driver);
/* FALSE when it is not a state of this site; the engine then starts without one. */
gboolean bb_driver_restore (BbDriver *driver, GBytes *state);
void bb_driver_free (BbDriver *driver);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbDriver, bb_driver_free)

G_END_DECLS
