/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines.c: says once of a serial line that it is too slow for what is on it. */
#include <glib/gi18n.h>

#include "controller/controller-private.h"

/* How often lines are looked at, in periods. */
#define LOOK_PERIODS 30

/* The line that a device is on; NULL: none. */
static const gchar *
line_of (const BbSlot *slot)
{
  const BbLink *link = slot->device != NULL ? bb_device_get_link (slot->device) : NULL;

  return link != NULL && link->connection == BB_CONNECTION_MODBUS_RTU ? link->device : NULL;
}

typedef struct {
  const gchar *line;
  gint64 round_ms; /* longest that a device waited for its turn and answered */
  guint n;
  gboolean all_online; /* else the wait may be for a silent device, which says nothing about the line */
} Load;

static void
add_slots (BbSlot *slots, guint n, Load *load)
{
  for (guint i = 0; i < n; i++) {
    const gchar *line = line_of (&slots[i]);
    if (line == NULL || g_strcmp0 (line, load->line) != 0)
      continue;
    load->n++;
    load->round_ms = MAX (load->round_ms, slots[i].round_ms);
    load->all_online &= bb_device_get_state (slots[i].device) == BB_DEVICE_ONLINE;
  }
}

static void
look_at_line (BbController *self, const gchar *line)
{
  Load load = { .line = line, .all_online = TRUE };

  add_slots (self->meters, self->n_meters, &load);
  add_slots (self->stations, self->n_stations, &load);
  if (!load.all_online || load.round_ms <= BB_PERIOD_MS)
    return;
  g_hash_table_add (self->told_lines, g_strdup (line));
  bb_log_write (
      self->log, BB_LOG_WARNING, "controller",
      /* Translators: a serial port, then how many devices are on it, then seconds. */
      _ ("The line %s needs %.1f s to read its %u devices: currents of stations are known so much "
         "later, and less is given while they are not known. Raise its speed, or spread the devices "
         "over several lines."),
      line, (gdouble) load.round_ms / 1000, load.n);
}

static void
look_at_slots (BbController *self, BbSlot *slots, guint n)
{
  for (guint i = 0; i < n; i++) {
    const gchar *line = line_of (&slots[i]);
    if (line != NULL && !g_hash_table_contains (self->told_lines, line))
      look_at_line (self, line);
  }
}

void
bb_controller_look_at_lines (BbController *self)
{
  if (self->period % LOOK_PERIODS != 0)
    return;
  look_at_slots (self, self->meters, self->n_meters);
  look_at_slots (self, self->stations, self->n_stations);
  for (guint s = 0; s < self->n_stations; s++)
    self->stations[s].round_ms = 0;
  for (guint m = 0; m < self->n_meters; m++)
    self->meters[m].round_ms = 0;
}
