/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rig.h: emulator and controller in one process, over real sockets, on one clock that moves only when every
 * transaction of the second is done. */
#pragma once

#include "controller/controller.h"
#include "emulator/emulator.h"

G_BEGIN_DECLS

typedef struct {
  BbSimOptions *options; /* (unowned) */
  BbManualClock *clock;
  BbLog *log;
  BbCatalogue *catalogue;
  BbEmulator *emulator;
  BbController *controller;
  gchar *folder;    /* the controller's state */
  gint64 now_ms;    /* UTC: the next second */
  gint64 offset_ms; /* UTC - mono */
  gboolean begun;   /* the emulator's part of that second */
} Rig;

typedef struct {
  gint64 start_ms; /* 0: options->from_ms; else the controller goes on from the simulator's engine */
  gboolean fresh;  /* it starts without that state */
  guint pty_baud;
  gboolean keep;     /* a state folder, with traces */
  guint16 mqtt_port; /* of a broker on 127.0.0.1; 0: none */
} RigOptions;

/* Aborts with a message when something cannot be had. All devices are online when it returns. */
Rig *rig_new (BbSimOptions *options, const RigOptions *rig);
void rig_free (Rig *rig);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rig, rig_free)
/* One second: emulator, controller, emulator. */
void rig_second (Rig *rig);
/* Waits until all devices are online; aborts after a minute of real time, telling who is not. */
void rig_wait_online (Rig *rig);
/* Iterates the main context until *done, or aborts after a minute of real time. */
void rig_wait (const gboolean *done, const gchar *what);
/* Prints what the log kept, on failure. */
void rig_print_log (Rig *rig);

G_END_DECLS
