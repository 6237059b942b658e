/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clock-private.h: the source that waits for a clock; shared by the kinds of clock. */
#pragma once

#include "base/clock.h"

G_BEGIN_DECLS

typedef struct {
  GSource parent;
  BbClock *clock; /* (owned) */
  gint64 due_ms;
  gboolean armed;
  guint64 serial; /* of a manual clock: order of creation */
} BbClockSource;

G_END_DECLS
