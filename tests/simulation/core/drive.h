/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drive.h: a driver with a board of two stations and readings that move every second, for tests of traces. */
#pragma once

#include "model/site-json.h"
#include "simulation/driver.h"
#include "simulation/trace.h"

typedef struct {
  BbManualClock *clock;
  BbSite *site;
  BbDriver *driver;
  GRand *rand;
  gint64 mono_ms;
  void (*decided) (const bbe_inputs *in, const bbe_outputs *out, gpointer data);
  gpointer data;
} Drive;

static void
drive_read (BbStepInputs *inputs, gint64 mono_ms, gpointer data)
{
  Drive *drive = data;
  static const gint32 voltage_mv[3] = { 230000, 230000, 230000 };
  gint32 ma[3], drawn_ma[3];

  for (guint p = 0; p < 3; p++) {
    ma[p] = g_rand_int_range (drive->rand, 2, 30) * 1000;
    drawn_ma[p] = g_rand_int_range (drive->rand, 0, 2) * 6000;
  }
  bb_step_inputs_set_meter (inputs, 0, ma, voltage_mv, 0, FALSE, mono_ms);
  bb_step_inputs_set_station (inputs, 0, BBE_VEHICLE_C, 0, drawn_ma);
  bb_step_inputs_set_station (inputs, 1, BBE_VEHICLE_A, 0, NULL);
}

static void
drive_command (guint station, const bbe_station_out *out, gint64 mono_ms, gpointer data)
{
}

static void
drive_decided (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Drive *drive = data;

  if (drive->decided != NULL)
    drive->decided (in, out, drive->data);
}

static inline void
drive_init (Drive *drive)
{
  static const gchar text[]
      = "{\"format\":\"busbar-site/1\",\"main_fuse_a\":40,\"offline_a\":0,\"stations\":["
        "{\"id\":\"s1\",\"max_a\":32,\"failsafe_a\":0,\"measured\":true},{\"id\":\"s2\",\"max_a\":32,"
        "\"failsafe_a\":0}]}";
  static const BbDriverIo io = { drive_read, drive_command, drive_decided };
  g_autoptr (GError) error = NULL;

  drive->mono_ms = 5000;
  drive->clock = bb_manual_clock_new (drive->mono_ms, G_GINT64_CONSTANT (1767571200000));
  drive->rand = g_rand_new_with_seed (7);
  drive->site = bb_site_parse (text, -1, "drive", &error);
  g_assert_no_error (error);
  drive->driver = bb_driver_new (drive->site, NULL, BB_CLOCK (drive->clock), &io, drive, &error);
  g_assert_no_error (error);
}

/* Moves the clock a second on, and decides. */
static inline void
drive_second (Drive *drive)
{
  drive->mono_ms += 1000;
  bb_manual_clock_advance_to (drive->clock, drive->mono_ms);
  bb_driver_tick (drive->driver);
}

static inline void
drive_clear (Drive *drive)
{
  g_clear_pointer (&drive->driver, bb_driver_free);
  g_clear_object (&drive->site);
  g_clear_object (&drive->clock);
  g_clear_pointer (&drive->rand, g_rand_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Drive, drive_clear)
