/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bridges.h: what connects a running controller with the world beside its devices: MQTT and the ripple
 * inputs. */
#pragma once

#include "controller/controller.h"
#include "controller/settings.h"

G_BEGIN_DECLS

typedef struct _BbBridges BbBridges;

/* Those that `settings` ask for; none is no error. `secrets`: "mqtt" has user and password. */
BbBridges *bb_bridges_new (BbController *controller, const BbControllerSettings *settings,
                           JsonObject *secrets, BbClock *clock, BbLog *log, BbTape *tape, GError **error);
void bb_bridges_start (BbBridges *bridges);
/* A period is over: the present second goes out. */
void bb_bridges_publish (BbBridges *bridges);
/* Says goodbye; waits for it for 2 s at most. */
void bb_bridges_free (BbBridges *bridges);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbBridges, bb_bridges_free)

G_END_DECLS
