/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emulator.h: a site's meters, clamps and stations on loopback, over the protocols of their profiles.
 *
 * Each meter and station of the site gets an emulated device by its profile and connection (emu-device.h);
 * what they measure and how they behave is the simulator's plant (simulation/field.h). All of it lives on one
 * main context. Nothing ever leaves 127.0.0.1.
 */
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "profiles/catalogue.h"
#include "protocols/tape/tape.h"
#include "simulation/field.h"

G_BEGIN_DECLS

#define BB_EMULATOR_ERROR (bb_emulator_error_quark ())
GQuark bb_emulator_error_quark (void);
typedef enum {
  BB_EMULATOR_ERROR_SITE,    /* a part cannot be emulated: no profile, no connection */
  BB_EMULATOR_ERROR_COMMAND, /* a command is not understood; message says what is */
  BB_EMULATOR_ERROR_PORT     /* no port or pty to be had */
} BbEmulatorError;

typedef struct _BbEmulator BbEmulator;

typedef struct {
  const BbSimOptions *run; /* site, inputs, from, until, seed */
  gint64 start_ms; /* UTC: the simulator runs the site up to there first, so that vehicles are in place; 0:
                      its start */
  BbCatalogue *catalogue;
  BbClock *clock;
  BbLog *log;    /* (nullable) */
  gdouble speed; /* of the site's time against the clock; 1 */
  const gchar
      *ocpp_url; /* where stations that speak OCPP connect; NULL: a free port is chosen and announced */
  const gchar
      *mqtt_host;    /* broker on which meters that speak MQTT publish; NULL: none, and they are an error */
  guint16 mqtt_port; /* 0: 1883 */
  const gchar *cloud_host;   /* unused: the cloud is emulated too */
  const gchar *control_path; /* socket; NULL: none */
  guint pty_baud;            /* 0: serial lines as fast as they go; else bytes take their time */
} BbEmulatorOptions;

BbEmulator *bb_emulator_new (const BbEmulatorOptions *options, GError **error);
void bb_emulator_free (BbEmulator *emulator);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbEmulator, bb_emulator_free)

/* Opens ports; from here on the devices answer. */
gboolean bb_emulator_start (BbEmulator *emulator, GError **error);
/* One JSON object on one line:
 * {"format":"busbar-emulator/1","site":…,"control":PATH,"ocpp":{"port":N,"url":…},
 * "endpoints":{"ID":{"connection":"modbus-tcp","host":"127.0.0.1","port":N,"unit":1,"profile":…}, …}}; serial
 * devices have "device","baud","parity","stop_bits"; OCPP ones "identity","connector"; the cloud
 * "host":"http://127.0.0.1:N"; MQTT ones host and port of the broker, and "identity": the topic prefix. */
gchar *bb_emulator_get_start_line (BbEmulator *emulator);
void bb_emulator_set_ocpp_url (BbEmulator *emulator, const gchar *url);

/* By hand (twin): the second `now_ms` begins; finishes when what the devices send by themselves was taken by
 * the peer. */
void bb_emulator_begin_async (BbEmulator *emulator, gint64 now_ms, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data);
gboolean bb_emulator_begin_finish (BbEmulator *emulator, GAsyncResult *result, GError **error);
void bb_emulator_end (BbEmulator *emulator);
/* While held, set-points reach the devices and change nothing: a controller that is new to stations sets them
 * up, and the vehicles that are there already must not notice (twin). */
void bb_emulator_hold (BbEmulator *emulator, gboolean held);
/* By the clock: a second of the site every 1 s / speed, until stopped or the inputs end. */
void bb_emulator_run (BbEmulator *emulator);
void bb_emulator_stop (BbEmulator *emulator);

/* A command as JSON text, e.g. {"command":"fault","device":"meter","fault":"silence","for_s":30}; the answer
 * is JSON (transfer full), NULL with BB_EMULATOR_ERROR. Commands: fault, clear, faults, state, load-step,
 * plug, unplug, ocpp, quit. */
gchar *bb_emulator_command (BbEmulator *emulator, const gchar *text, gssize length, GError **error);

BbSimField *bb_emulator_get_field (BbEmulator *emulator);

G_END_DECLS
