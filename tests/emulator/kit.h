/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kit.h: an emulator of a small site on a clock that its test moves. */
#pragma once

#include "base/clock.h"
#include "emulator/emulator-private.h"

#define KIT_START_MS G_GINT64_CONSTANT (1772409600000) /* 2026-03-02T00:00:00Z */

typedef struct {
  gchar *folder;
  BbManualClock *clock;
  BbLog *log;
  BbEmulator *emulator;
  guint n_seconds;
  gboolean begun;
} Kit;

/* A meter "meter" at the main fuse "main" and stations "left" and "right", over Modbus TCP. `started`: its
 * ports are open. */
Kit *kit_new (gboolean started);
void kit_free (Kit *kit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Kit, kit_free)

/* The site as a file in a folder; its path. (transfer full) */
gchar *kit_write_site (const gchar *folder);
/* Begins and ends the next `n` seconds. */
void kit_seconds (Kit *kit, guint n);
/* A command that must succeed; the answer's object. */
JsonNode *kit_ask (Kit *kit, const gchar *text);
/* A command that must fail, with this in its sentence. */
void kit_refused (Kit *kit, const gchar *text, const gchar *part);
/* What the meter shows on a phase, mA; G_MININT64: nothing. */
gint64 kit_meter_ma (Kit *kit, guint phase);
