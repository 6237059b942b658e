/* SPDX-License-Identifier: GPL-3.0-or-later */
/* driver.c: the control loop of a controller, on an injected clock. */
#include "simulation/driver.h"

#include "base/zone.h"
#include "engine/state.h"

struct _BbDriver {
  BbClock *clock; /* (owned) */
  BbZone *zone;   /* (owned) */
  BbZoneCursor cursor;
  BbEngineConfig *config; /* (owned) */
  bbe_engine *engine;     /* (owned) */
  BbStepInputs *inputs;   /* (owned) */
  BbDriverIo io;
  gpointer data;
  gint64 mono_offset_ms;
  GSource *source; /* (unowned) (nullable): attached while it runs */
};

BbDriver *
bb_driver_new (BbSite *site, const BbEngineOptions *options, BbClock *clock, const BbDriverIo *io,
               gpointer data, GError **error)
{
  g_autoptr (BbDriver) driver = g_new0 (BbDriver, 1);
  bbe_fault fault = { 0 };
  driver->clock = g_object_ref (clock);
  driver->io = *io;
  driver->data = data;
  driver->zone = bb_zone_new (bb_site_peek (site)->timezone, error);
  driver->config = driver->zone != NULL ? bb_engine_config_new (site, options, error) : NULL;
  if (driver->config == NULL)
    return NULL;
  bb_zone_cursor_init (&driver->cursor, driver->zone);
  driver->engine = g_malloc0 (bbe_sizeof ());
  if (bbe_init (driver->engine, &driver->config->config, &fault) != BBE_OK) {
    bb_engine_config_set_error (driver->config, &fault, error);
    return NULL;
  }
  driver->inputs = bb_step_inputs_new (driver->config);
  return g_steal_pointer (&driver);
}

const bbe_outputs *
bb_driver_tick (BbDriver *driver)
{
  gboolean wall_valid = TRUE;
  gint64 mono_ms = bb_clock_get_mono_ms (driver->clock) + driver->mono_offset_ms;
  gint64 wall_ms = bb_clock_get_wall_ms (driver->clock, &wall_valid);
  driver->io.read (driver->inputs, mono_ms, driver->data);
  bb_step_inputs_set_time (driver->inputs, mono_ms, wall_ms,
                           bb_zone_cursor_offset_s (&driver->cursor, wall_ms), wall_valid);
  const bbe_outputs *out = bbe_step (driver->engine, &driver->inputs->inputs);
  if (driver->io.decided != NULL)
    driver->io.decided (&driver->inputs->inputs, out, driver->data);
  /* Held while its group is inactive: it has to be told so once, and again after its own restart. */
  for (guint s = 0; s < out->n_stations; s++)
    if (out->stations[s].commanded || out->stations[s].reason.code == BBE_REASON_INACTIVE)
      driver->io.command (s, &out->stations[s], mono_ms, driver->data);
  return out;
}

static gboolean
tick (gpointer data)
{
  bb_driver_tick (data);
  return G_SOURCE_CONTINUE;
}

void
bb_driver_start (BbDriver *driver, gint64 period_ms)
{
  bb_driver_stop (driver);
  bb_driver_tick (driver);
  driver->source = bb_clock_add_timeout (driver->clock, period_ms, tick, driver, NULL);
}

void
bb_driver_stop (BbDriver *driver)
{
  if (driver->source != NULL)
    g_source_destroy (driver->source);
  driver->source = NULL;
}

const BbEngineConfig *
bb_driver_get_config (BbDriver *driver)
{
  return driver->config;
}

void
bb_driver_set_mono_offset (BbDriver *driver, gint64 offset_ms)
{
  driver->mono_offset_ms = offset_ms;
}

BbZone *
bb_driver_get_zone (BbDriver *driver)
{
  return driver->zone;
}

GBytes *
bb_driver_save (BbDriver *driver)
{
  gsize size = bbe_save_size (driver->engine);
  guint8 *state = g_malloc (size);
  bbe_save (driver->engine, state, size);
  return g_bytes_new_take (state, size);
}

gboolean
bb_driver_restore (BbDriver *driver, GBytes *state)
{
  gsize size;
  const void *bytes = g_bytes_get_data (state, &size);
  return bbe_restore (driver->engine, bytes, size) == BBE_OK;
}

void
bb_driver_free (BbDriver *driver)
{
  if (driver == NULL)
    return;
  bb_driver_stop (driver);
  g_clear_object (&driver->clock);
  g_clear_pointer (&driver->zone, bb_zone_unref);
  g_clear_pointer (&driver->config, bb_engine_config_free);
  g_clear_pointer (&driver->inputs, bb_step_inputs_free);
  g_free (driver->engine);
  g_free (driver);
}
