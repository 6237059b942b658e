/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crowd.h: sites of as many stations and meters as a bench or test wants, and emulator + controller of one on
 * the real clock. */
#pragma once

#include "controller/controller.h"
#include "emulator/emulator.h"
#include "model/site.h"

G_BEGIN_DECLS

/* Stations have 16 A on three phases, in one group under one main fuse, with a meter behind it. Other
 * circuits have a meter each, and their share of the stations. */
typedef struct {
  guint n_tcp;         /* stations by Modbus TCP (abb-terra-ac), each with a port of its own */
  guint n_rtu;         /* stations by Modbus RTU, all on one line, with the main meter */
  guint n_ocpp;        /* stations by OCPP (ocpp-16j) */
  guint n_meters;      /* beside the main one: Modbus TCP (janitza-umg) */
  guint baud;          /* of the line; 0: 9600 */
  guint main_a;        /* rating of the main fuse */
  gdouble hold_up_s;   /* of the group */
  gdouble noise_a;     /* of the meters: one that shows the same to the mA for long is taken for stuck */
  gboolean http_meter; /* the main meter is a Shelly (RPC) in place of a Janitza */
  guint16 meter_port;  /* not 0: where the controller finds the main meter instead */
  const gchar *inputs; /* (nullable): JSON array */
  const gchar *from;   /* (nullable): start; else 2026-03-02 */
} Crowd;

/* A site file (transfer full). Stations are "t1", "r1", "o1", ...; meters "meter", "m1", ... */
gchar *crowd_make_text (const Crowd *crowd);
/* The same as a site. */
BbSite *crowd_make_site (const Crowd *crowd);
/* Runs of it: a day from its start. */
BbSimOptions *crowd_make_options (BbSite *site);

/* Both on the clock of the system, in this process; the controller not by the clock unless `by_clock`. */
typedef struct {
  BbClock *clock;
  BbLog *log;
  BbCatalogue *catalogue;
  BbSimOptions *options;
  BbEmulator *emulator;
  BbController *controller;
  guint n_stations;
} Live;

Live *live_new (const Crowd *crowd);
void live_free (Live *live);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Live, live_free)
/* A vehicle that takes 16 A on three phases at each station. */
void live_plug_all (Live *live);
/* Iterates the main context until `check` says TRUE, at most `most_ms`; FALSE: it did not. */
gboolean live_wait (Live *live, gboolean (*check) (Live *live), gint64 most_ms);
/* For live_wait(): all devices are online; and all stations were told their 16 A. */
gboolean live_is_online (Live *live);
gboolean live_is_full (Live *live);
/* The set-point that arrived at a station last, mA. */
gint32 live_get_setpoint (Live *live, guint station);
void live_print_log (Live *live);

G_END_DECLS
