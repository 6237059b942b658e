/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emulator.c: the emulator's life: made from a site, started, and its seconds, by hand or by the clock. */
#include "emulator/emulator.h"

#include <glib/gi18n.h>
#include <math.h>

#include "emulator/emulator-private.h"

G_DEFINE_QUARK (bb_emulator_error, bb_emulator_error)

/* So many seconds of the site in one go when the clock ran ahead; then the main loop has its turn. */
#define CATCH_UP_MAX 100

BbEmulator *
bb_emulator_new (const BbEmulatorOptions *options, GError **error)
{
  g_autoptr (BbEmulator) self = g_new0 (BbEmulator, 1);

  self->devices = g_ptr_array_new_with_free_func ((GDestroyNotify) bb_emu_device_free);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  self->faults = g_array_new (FALSE, TRUE, sizeof (BbEmuFaultEntry));
  self->clock = g_object_ref (options->clock);
  self->log = options->log ? bb_log_ref (options->log) : NULL;
  self->catalogue = bb_catalogue_ref (options->catalogue);
  self->site = g_object_ref (options->run->site);
  self->speed = options->speed > 0 ? options->speed : 1;
  self->pty_baud = options->pty_baud;
  self->ocpp_url = g_strdup (options->ocpp_url);
  self->mqtt_host = g_strdup (options->mqtt_host);
  self->mqtt_port = options->mqtt_port != 0 ? options->mqtt_port : 1883;
  self->control_path = g_strdup (options->control_path);
  self->field = bb_field_new_at (options->run, options->start_ms, error);
  if (!self->field)
    return NULL;
  self->start_ms = self->second_ms = bb_field_get_now_ms (self->field);
  self->second_mono_ms = bb_clock_get_mono_ms (self->clock);
  const BbEngineConfig *config = bb_field_get_config (self->field);
  self->energy = g_new0 (BbEmuEnergy, MAX (config->config.n_meters, 1));
  self->extra_ma = g_malloc0_n (MAX (config->config.n_circuits, 1), sizeof *self->extra_ma);
  if (!bb_emu_make_devices (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
bb_emulator_free (BbEmulator *self)
{
  if (!self)
    return;
  bb_emulator_stop (self);
  if (self->begin_task) {
    g_task_return_new_error (self->begin_task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The emulator ends.");
    g_clear_object (&self->begin_task);
  }
  g_clear_pointer (&self->control, bb_emu_control_free);
  g_clear_pointer (&self->devices, g_ptr_array_unref);
  g_clear_pointer (&self->warnings, g_ptr_array_unref);
  g_clear_pointer (&self->faults, g_array_unref);
  g_clear_pointer (&self->field, bb_field_free);
  g_clear_pointer (&self->catalogue, bb_catalogue_unref);
  g_clear_pointer (&self->log, bb_log_unref);
  g_clear_object (&self->site);
  g_clear_object (&self->clock);
  g_free (self->energy);
  g_free (self->extra_ma);
  g_free (self->ocpp_url);
  g_free (self->mqtt_host);
  g_free (self->control_path);
  g_free (self);
}

static gboolean
has_connection (BbEmulator *self, BbConnection connection)
{
  for (guint i = 0; i < self->devices->len; i++)
    if (((const BbEmuDevice *) g_ptr_array_index (self->devices, i))->connection == connection)
      return TRUE;
  return FALSE;
}

/* A port that is free now, for whoever will listen to the stations. */
static gboolean
choose_ocpp_url (BbEmulator *self, GError **error)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) got = NULL;

  if (self->ocpp_url || !has_connection (self, BB_CONNECTION_OCPP))
    return TRUE;
  if (!g_socket_listener_add_address (listener, wanted, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                      &got, error))
    return FALSE;
  self->ocpp_url
      = g_strdup_printf ("ws://127.0.0.1:%u/", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got)));
  g_socket_listener_close (listener);
  return TRUE;
}

gboolean
bb_emulator_start (BbEmulator *self, GError **error)
{
  g_return_val_if_fail (!self->started, FALSE);
  if (!choose_ocpp_url (self, error))
    return FALSE;
  for (guint i = 0; i < self->devices->len; i++) {
    BbEmuDevice *device = g_ptr_array_index (self->devices, i);

    if (!device->kind->start (device, error)) {
      g_prefix_error (error, "%s: ", device->id);
      return FALSE;
    }
  }
  if (self->control_path && !(self->control = bb_emu_control_new (self, self->control_path, error)))
    return FALSE;
  self->started = TRUE;
  return TRUE;
}

void
bb_emulator_set_ocpp_url (BbEmulator *self, const gchar *url)
{
  if (g_strcmp0 (self->ocpp_url, url) == 0)
    return;
  g_free (self->ocpp_url);
  self->ocpp_url = g_strdup (url);
  for (guint i = 0; self->started && i < self->devices->len; i++) {
    BbEmuDevice *device = g_ptr_array_index (self->devices, i);

    if (device->kind->ocpp_url_changed)
      device->kind->ocpp_url_changed (device);
  }
}

void
bb_emulator_hold (BbEmulator *self, gboolean held)
{
  self->held = held;
}

BbSimField *
bb_emulator_get_field (BbEmulator *self)
{
  return self->field;
}

void
bb_emulator_set_quit (BbEmulator *self, void (*quit) (gpointer data), gpointer data)
{
  self->quit = quit;
  self->quit_data = data;
}

/* ---- a second ---- */

/* A second of the site begins: inputs move, meters take their samples, devices push. */
static gboolean
begin (BbEmulator *self, gint64 now_ms, GError **error)
{
  bb_emu_count_energy (self, now_ms);
  bb_emu_fault_run (self, now_ms);
  if (!bb_field_begin (self->field, now_ms, error))
    return FALSE;
  self->second_ms = now_ms;
  self->second_mono_ms = bb_clock_get_mono_ms (self->clock);
  self->begun = TRUE;
  for (guint i = 0; self->started && i < self->devices->len; i++) {
    BbEmuDevice *device = g_ptr_array_index (self->devices, i);

    if (device->kind->begin)
      device->kind->begin (device);
  }
  return TRUE;
}

static void
finish_begin (BbEmulator *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->begin_task);

  if (task && !g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
}

void
bb_emu_push_begin (BbEmuDevice *device)
{
  device->emulator->n_pushes++;
}

void
bb_emu_push_end (BbEmuDevice *device)
{
  BbEmulator *self = device->emulator;

  g_return_if_fail (self->n_pushes > 0);
  if (--self->n_pushes == 0)
    finish_begin (self);
}

void
bb_emulator_begin_async (BbEmulator *self, gint64 now_ms, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  GError *error = NULL;

  g_return_if_fail (!self->begin_task);
  self->begin_task = g_object_ref (task);
  self->n_pushes++; /* so that a push which is taken at once does not finish it too early */
  if (!begin (self, now_ms, &error)) {
    self->n_pushes--;
    g_clear_object (&self->begin_task);
    g_task_return_error (task, error);
    return;
  }
  if (--self->n_pushes == 0)
    finish_begin (self);
}

gboolean
bb_emulator_begin_finish (BbEmulator *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
bb_emulator_end (BbEmulator *self)
{
  if (!self->begun)
    return;
  self->begun = FALSE;
  bb_field_end (self->field);
}

/* ---- by the clock ---- */

gint64
bb_emulator_get_site_ms (BbEmulator *self)
{
  gdouble passed_ms = (gdouble) (bb_clock_get_mono_ms (self->clock) - self->second_mono_ms)
                      * (self->tick ? self->speed : 1);

  if (!self->begun)
    return self->second_ms;
  /* Up to the next second only: that one has to begin first. */
  return self->second_ms + (gint64) CLAMP (passed_ms, 0, 999);
}

static void
end_of_inputs (BbEmulator *self, const GError *error)
{
  self->ended = TRUE;
  if (error)
    bb_log_write (self->log, BB_LOG_ERROR, "emulator", "%s", error->message);
  else
    bb_log_write (self->log, BB_LOG_INFO, "emulator", "The site's inputs are at their end.");
  if (self->quit)
    self->quit (self->quit_data);
}

/* When the second `site_ms` begins, on the clock. */
static gint64
due_ms (const BbEmulator *self, gint64 site_ms)
{
  return self->run_mono_ms + (gint64) floor ((gdouble) (site_ms - self->run_from_ms) / self->speed);
}

/* A second ends right before the next begins: whatever was commanded in between then counts from this second
 * on, as in the simulator, where stations follow before time passes. */
static gboolean
tick_cb (gpointer data)
{
  BbEmulator *self = data;
  gint64 now_ms = bb_clock_get_mono_ms (self->clock);
  gint64 next_ms = self->begun ? self->second_ms + 1000 : self->second_ms;

  for (gint i = 0; i < CATCH_UP_MAX && due_ms (self, next_ms) <= now_ms; i++, next_ms += 1000) {
    g_autoptr (GError) error = NULL;

    bb_emulator_end (self);
    if (next_ms >= bb_field_get_until_ms (self->field) || !begin (self, next_ms, &error)) {
      g_clear_pointer (&self->tick, g_source_unref);
      end_of_inputs (self, error);
      return G_SOURCE_REMOVE;
    }
    if (!self->tick) /* stopped meanwhile */
      return G_SOURCE_REMOVE;
  }
  bb_clock_source_set_due (self->tick, due_ms (self, next_ms));
  return G_SOURCE_CONTINUE;
}

void
bb_emulator_run (BbEmulator *self)
{
  if (self->tick || self->ended)
    return;
  self->run_mono_ms = bb_clock_get_mono_ms (self->clock);
  self->run_from_ms = self->begun ? self->second_ms + 1000 : self->second_ms;
  self->tick = bb_clock_source_new (self->clock, self->run_mono_ms);
  g_source_set_callback (self->tick, tick_cb, self, NULL);
  g_source_attach (self->tick, g_main_context_get_thread_default ());
}

void
bb_emulator_stop (BbEmulator *self)
{
  if (!self->tick)
    return;
  g_source_destroy (self->tick);
  g_clear_pointer (&self->tick, g_source_unref);
  bb_emulator_end (self);
}
