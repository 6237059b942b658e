/* SPDX-License-Identifier: GPL-3.0-or-later */
/* controller.c: makes, starts and stops a controller. */
#include <glib/gi18n.h>
#include <string.h>

#include "controller/controller-private.h"
#include "controller/counter-file.h"
#include "devices/factory.h"
#include "model/site-check.h"
#include "model/site-json.h"

G_DEFINE_QUARK (bb_controller_error, bb_controller_error)

#define TRACE_BYTES (64u << 20)

/* ---- devices ---- */

/* Puts the part's place in the site before what is wrong with it. FALSE. */
static gboolean
name_place (GError **error, const gchar *table, guint index)
{
  g_prefix_error (error, "/%s/%u/", table, index);
  return FALSE;
}

static gboolean
make_device (BbController *self, BbSlot *slot, BbProfile *profile, BbLink *link, GError **error)
{
  const gchar *table = slot->is_meter ? "meters" : "stations";

  if (link == NULL)
    return name_place (error, table, slot->index);
  self->n_ocpp += link->connection == BB_CONNECTION_OCPP;
  slot->device = bb_device_new (self->context, profile, link, error);
  if (slot->device == NULL)
    g_prefix_error (error, "/%s/%u: ", table, slot->index);
  return slot->device != NULL;
}

static BbProfile *
find_profile (BbController *self, const gchar *profile, const gchar *who, const gchar *table, guint index,
              GError **error)
{
  BbProfile *found = *profile != '\0' ? bb_catalogue_find (self->catalogue, profile, error) : NULL;

  if (found != NULL)
    return found;
  if (*profile == '\0')
    g_set_error (
        error, BB_CONTROLLER_ERROR, BB_CONTROLLER_ERROR_SITE,
        _ ("profile: “%s” has no device profile, so nobody knows how to speak to it. Choose one of those "
           "that “busbar-cli profile list” shows."),
        who);
  else
    g_prefix_error (error, "profile: ");
  name_place (error, table, index);
  return NULL;
}

/* A meter that no circuit names measures nothing that anybody asks for. */
static gboolean
is_used (const BbController *self, guint meter)
{
  const bbe_config *config = &self->config->config;

  if (config->p14a.other_meter == (gint16) meter)
    return TRUE;
  for (guint c = 0; c < config->n_circuits; c++)
    if (config->circuits[c].meter == (gint16) meter || config->circuits[c].pv_meter == (gint16) meter)
      return TRUE;
  return FALSE;
}

/* A meter without phase currents cannot guard a fuse: refused where it would have to. */
static gboolean
check_limiting (const BbMeterFields *fields, const BbProfile *profile, guint index, GError **error)
{
  if (profile->refuse == NULL || fields->total_only)
    return TRUE;
  g_set_error (error, BB_CONTROLLER_ERROR, BB_CONTROLLER_ERROR_SITE,
               _ ("/meters/%u/profile: “%s” cannot guard a circuit: %s"), index, fields->id, profile->refuse);
  return FALSE;
}

static gboolean
make_meters (BbController *self, const BbControllerOptions *options, GError **error)
{
  self->n_meters = self->config->config.n_meters;
  self->meters = g_new0 (BbSlot, MAX (self->n_meters, 1));
  for (guint m = 0; m < self->n_meters; m++) {
    BbMeter *meter = bb_site_meter (self->site, m);
    const BbMeterFields *fields = bb_meter_peek (meter);

    self->meters[m] = (BbSlot){ .controller = self, .index = m, .is_meter = TRUE };
    if (!is_used (self, m))
      continue;
    BbProfile *profile = find_profile (self, fields->profile, fields->id, "meters", m, error);
    if (profile == NULL || !check_limiting (fields, profile, m, error)
        || !make_device (self, &self->meters[m], profile,
                         bb_controller_meter_link (meter, profile, options->endpoints, options->secrets,
                                                   error),
                         error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
make_stations (BbController *self, const BbControllerOptions *options, GError **error)
{
  self->n_stations = self->config->config.n_stations;
  self->stations = g_new0 (BbSlot, MAX (self->n_stations, 1));
  for (guint s = 0; s < self->n_stations; s++) {
    BbStation *station = bb_site_station (self->site, s);
    const BbStationFields *fields = bb_station_peek (station);

    self->stations[s] = (BbSlot){ .controller = self, .index = s };
    BbProfile *profile = find_profile (self, fields->profile, fields->id, "stations", s, error);
    if (profile == NULL
        || !make_device (self, &self->stations[s], profile,
                         bb_controller_station_link (station, &self->config->stations[s], profile,
                                                     options->endpoints, options->secrets, error),
                         error))
      return FALSE;
  }
  return TRUE;
}

/* ---- state ---- */

/* The engine's time goes on where it stood, and for as long as the controller was off, as far as that is
 * known. */
static void
restore (BbController *self)
{
  gint64 mono_ms, wall_ms, now_ms = bb_clock_get_mono_ms (self->clock);
  gboolean was_valid, is_valid;
  gint64 now_wall_ms = bb_clock_get_wall_ms (self->clock, &is_valid);
  g_autoptr (GBytes) state = bb_state_file_load (self->state, &mono_ms, &wall_ms, &was_valid);

  if (state == NULL)
    return;
  if (!bb_driver_restore (self->driver, state)) {
    bb_log_write (
        self->log, BB_LOG_WARNING, "controller",
        _ ("The saved state is of another version and was left out: stations that do not answer count at "
           "their maximum until they do."));
    return;
  }
  gint64 off_ms
      = was_valid && is_valid ? CLAMP (now_wall_ms - wall_ms, 0, G_GINT64_CONSTANT (31536000000)) : 0;
  self->mono_offset_ms = MAX (mono_ms + off_ms - now_ms, 0);
  bb_driver_set_mono_offset (self->driver, self->mono_offset_ms);
  bb_log_write (self->log, BB_LOG_INFO, "controller", _ ("Goes on from its saved state."));
}

static gboolean
open_state (BbController *self, const BbControllerOptions *options, GError **error)
{
  g_autofree gchar *text = bb_site_to_text (self->site);

  if (options->state_folder == NULL)
    return TRUE;
  if (g_mkdir_with_parents (options->state_folder, 0700) != 0) {
    g_set_error (error, BB_CONTROLLER_ERROR, BB_CONTROLLER_ERROR_STATE,
                 _ ("The state folder “%s” cannot be made: %s. Choose one that this user may write to."),
                 options->state_folder, g_strerror (errno));
    return FALSE;
  }
  self->state = bb_state_file_new (options->state_folder, text, self->log);
  restore (self);
  self->counter_path = g_build_filename (options->state_folder, "ocpp-transaction", NULL);
  self->counter = self->context->ocpp_last_transaction = bb_counter_file_load (self->counter_path);
  self->trace = bb_trace_ring_new (options->state_folder, self->site, self->driver, self->clock, self->log,
                                   options->trace_bytes > 0 ? options->trace_bytes : TRACE_BYTES);
  return TRUE;
}

/* ---- the driver's field ---- */

static void
decided_cb (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  BbController *self = data;

  self->in = in;
  self->out = out;
  if (self->trace != NULL)
    bb_trace_ring_add (self->trace, in, out);
  bb_controller_narrate (self);
  if (self->observer != NULL)
    self->observer (in, out, self->observer_data);
}

static gboolean
make_driver (BbController *self, GError **error)
{
  static const BbDriverIo io = { bb_controller_read_inputs, bb_controller_command_station, decided_cb };

  if (!bb_site_check_errors (self->site, 0, error))
    return FALSE;
  self->driver = bb_driver_new (self->site, NULL, self->clock, &io, self, error);
  if (self->driver == NULL)
    return FALSE;
  self->config = bb_driver_get_config (self->driver);
  return TRUE;
}

static void
make_memory (BbController *self)
{
  const bbe_config *config = &self->config->config;

  self->wishes = g_new0 (BbStationWish, MAX (config->n_stations, 1));
  for (guint s = 0; s < config->n_stations; s++)
    self->wishes[s] = (BbStationWish){ .wanted_wh = -1, .authorised = -1 };
  self->signals = g_new0 (BbSignalState, MAX (config->n_signals, 1));
  self->overrides = g_malloc0_n (MAX (config->n_stations, 1), sizeof *self->overrides);
  self->told = g_new0 (bbe_reason, MAX (config->n_stations, 1));
  self->told_ma = g_new0 (gint32, MAX (config->n_stations, 1));
  self->told_failsafe = g_new0 (gboolean, MAX (config->n_circuits, 1));
  bb_controller_init_commands (self);
}

BbController *
bb_controller_new (const BbControllerOptions *options, GError **error)
{
  g_autoptr (BbController) self = g_new0 (BbController, 1);

  self->refs = 1;
  self->told_lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->site = bb_site_copy (options->site);
  self->catalogue = bb_catalogue_ref (options->catalogue);
  self->clock = g_object_ref (options->clock);
  self->log = options->log != NULL ? bb_log_ref (options->log) : NULL;
  self->context = bb_device_context_new (self->clock, self->log, options->tape);
  self->context->may_commission = options->may_commission;
  self->context->no_rests = options->no_rests;
  self->context->may_write_unverified = options->may_write_unverified;
  self->ocpp_address = g_strdup (options->ocpp.address != NULL ? options->ocpp.address : "127.0.0.1");
  self->ocpp = options->ocpp;
  self->ocpp.address = self->ocpp_address;
  if (self->ocpp.certificate != NULL)
    g_object_ref (self->ocpp.certificate);
  if (!make_driver (self, error))
    return NULL;
  make_memory (self);
  if (!make_meters (self, options, error) || !make_stations (self, options, error)
      || !open_state (self, options, error))
    return NULL;
  bb_controller_init_views (self);
  return g_steal_pointer (&self);
}

static void
free_slots (BbSlot *slots, guint n)
{
  for (guint i = 0; i < n && slots != NULL; i++)
    g_clear_object (&slots[i].device);
  g_free (slots);
}

static void
free_views (BbController *self)
{
  for (guint s = 0; s < self->n_stations && self->reasons != NULL; s++)
    g_free (self->reasons[s]);
  g_free (self->reasons);
  g_free (self->reason_of);
  g_free (self->reason_ma);
  g_free (self->meter_views);
  g_free (self->station_views);
  g_free (self->circuit_views);
  g_free (self->signal_views);
}

static void
finalize (BbController *self)
{
  free_views (self);
  g_hash_table_unref (self->told_lines);
  free_slots (self->meters, self->n_meters);
  free_slots (self->stations, self->n_stations);
  g_clear_pointer (&self->driver, bb_driver_free);
  g_clear_pointer (&self->context, bb_device_context_unref);
  g_clear_pointer (&self->catalogue, bb_catalogue_unref);
  g_clear_pointer (&self->log, bb_log_unref);
  g_clear_object (&self->ocpp.certificate);
  g_clear_object (&self->clock);
  g_clear_object (&self->site);
  g_free (self->ocpp_address);
  g_free (self->counter_path);
  g_free (self->wishes);
  g_free (self->signals);
  g_free (self->overrides);
  g_free (self->told);
  g_free (self->told_ma);
  g_free (self->told_failsafe);
  g_free (self);
}

BbController *
bb_controller_hold (BbController *self)
{
  self->refs++;
  return self;
}

void
bb_controller_drop (BbController *self)
{
  if (--self->refs == 0)
    finalize (self);
}

void
bb_controller_free (BbController *self)
{
  if (self == NULL)
    return;
  bb_controller_stop (self);
  /* What waits is written now, whatever is still under way. */
  g_clear_pointer (&self->trace, bb_trace_ring_free);
  g_clear_pointer (&self->state, bb_state_file_free);
  self->dead = TRUE;
  bb_controller_drop (self);
}

/* ---- life ---- */

static gboolean
tick_cb (gpointer data)
{
  bb_controller_begin_period (data, FALSE);
  return G_SOURCE_CONTINUE;
}

static void
each_device (BbController *self, void (*call) (BbDevice *device))
{
  for (guint m = 0; m < self->n_meters; m++)
    if (self->meters[m].device != NULL)
      call (self->meters[m].device);
  for (guint s = 0; s < self->n_stations; s++)
    if (self->stations[s].device != NULL)
      call (self->stations[s].device);
}

gboolean
bb_controller_start (BbController *self, gboolean by_clock, GError **error)
{
  if (self->n_ocpp > 0 && !bb_device_context_listen_ocpp (self->context, &self->ocpp, error))
    return FALSE;
  each_device (self, bb_device_start);
  if (!by_clock)
    return TRUE;
  self->expected_ms = bb_clock_get_mono_ms (self->clock) + BB_PERIOD_MS;
  self->ticker = bb_clock_add_timeout (self->clock, BB_PERIOD_MS, tick_cb, self, NULL);
  return TRUE;
}

void
bb_controller_stop (BbController *self)
{
  if (self->ticker != NULL)
    g_source_destroy (self->ticker);
  self->ticker = NULL;
  bb_controller_drop_period (self);
  if (self->state != NULL && self->in != NULL)
    bb_controller_save_state (self);
  if (self->stations != NULL)
    each_device (self, bb_device_stop);
}

/* ---- what others see ---- */

void
bb_controller_set_observer (BbController *self, BbControllerObserver observer, gpointer data)
{
  self->observer = observer;
  self->observer_data = data;
}

void
bb_controller_set_after_period (BbController *self, void (*after) (BbController *self, gpointer data),
                                gpointer data)
{
  self->after = after;
  self->after_data = data;
}

const BbCommands *
bb_controller_get_commands (BbController *self)
{
  return &self->commands;
}

BbSite *
bb_controller_get_site (BbController *self)
{
  return self->site;
}

const BbEngineConfig *
bb_controller_get_config (BbController *self)
{
  return self->config;
}

BbDevice *
bb_controller_get_meter_device (BbController *self, guint meter)
{
  return self->meters[meter].device;
}

BbDevice *
bb_controller_get_station_device (BbController *self, guint station)
{
  return self->stations[station].device;
}

guint16
bb_controller_get_ocpp_port (BbController *self)
{
  return self->context->ocpp != NULL ? bb_ocpp_server_get_port (self->context->ocpp) : 0;
}

BbDeviceContext *
bb_controller_get_context (BbController *self)
{
  return self->context;
}

void
bb_controller_get_counts (BbController *self, BbControllerCounts *counts)
{
  *counts = self->counts;
}
