/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-ocpp.c: emulated OCPP 1.6J stations and clamps: their connection, the limit in force, faults, power
 * cuts.
 *
 * A limit that runs out is the station's fail-safe: the field is told what is left then, and when, so that a
 * station that is cut off falls back as well. Before the site's time runs no limit is passed on: a run begins
 * in the middle of things, with stations as whoever commanded them left them. */
#include <string.h>

#include "emulator/emu-ocpp-private.h"

#define RETRY_MS 1000

static void go_online (BbEmuPoint *point);

/* ---- points ---- */

BbEmuPoint *
bb_emu_point_ref (BbEmuPoint *point)
{
  point->refs++;
  return point;
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
drop_link (BbEmuPoint *point)
{
  if (point->link != NULL) {
    bb_ocpp_link_set_answer (point->link, NULL, NULL);
    bb_ocpp_link_set_filter (point->link, NULL, NULL);
  }
  g_clear_object (&point->link);
  point->booting = FALSE;
}

static void
close_point (BbEmuPoint *point)
{
  if (point->heartbeat != NULL)
    g_source_destroy (point->heartbeat);
  point->heartbeat = NULL;
  clear_source (&point->expiry);
  drop_link (point);
  g_clear_pointer (&point->client, bb_ocpp_client_free);
}

void
bb_emu_point_unref (BbEmuPoint *point)
{
  if (--point->refs > 0)
    return;
  close_point (point);
  g_ptr_array_unref (point->devices);
  g_hash_table_unref (point->keys);
  bb_emu_profiles_free (point->profiles);
  g_clear_object (&point->clock);
  g_free (point->identity);
  g_free (point);
}

BbEmuOcpp *
bb_emu_point_find (BbEmuPoint *point, guint connector)
{
  for (guint i = 0; i < point->devices->len; i++) {
    BbEmuOcpp *own = ((BbEmuDevice *) g_ptr_array_index (point->devices, i))->own;

    if (own->connector == connector)
      return own;
  }
  return NULL;
}

gboolean
bb_emu_point_has_fault (BbEmuPoint *point, BbEmuFault fault)
{
  for (guint i = 0; i < point->devices->len; i++)
    if (bb_emu_has_fault (g_ptr_array_index (point->devices, i), fault))
      return TRUE;
  return FALSE;
}

/* ---- the limit in force ---- */

static gint32
or_max (gint32 limit_ma, const BbPlantStation *plant)
{
  return limit_ma < 0 ? plant->max_ma : limit_ma;
}

/* What it falls back to by itself, and after how long, as long as nobody sets a new limit. */
static void
tell_fallback (BbEmuOcpp *self, const BbEmuLimit *limit, gint64 now_ms)
{
  BbEmuDevice *device = self->device;
  BbSimField *field = bb_emu_get_field (device);
  const BbPlantStation *plant = bb_field_peek_station (field, device->index);
  BbEmuLimit left = { 0 };
  gdouble speed = device->emulator->speed > 0 ? device->emulator->speed : 1;

  if (limit->until_ms == G_MAXINT64) {
    bb_field_set_silence_ms (field, device->index, G_MAXINT32);
    return;
  }
  left = bb_emu_profiles_get_limit (self->point->profiles, self->connector, self->point->devices->len,
                                    bb_field_get_nominal_mv (field), limit->until_ms);
  bb_field_set_failsafe_ma (field, device->index, or_max (left.limit_ma, plant));
  bb_field_set_silence_ms (field, device->index,
                           MAX ((gint64) ((gdouble) (limit->until_ms - now_ms) * speed), 1));
  bb_emu_feed (device);
}

static gint64
apply_one (BbEmuOcpp *self, gint64 now_ms)
{
  BbEmuDevice *device = self->device;
  BbSimField *field = bb_emu_get_field (device);
  BbEmuLimit limit
      = bb_emu_profiles_get_limit (self->point->profiles, self->connector, self->point->devices->len,
                                   bb_field_get_nominal_mv (field), now_ms);
  gint32 limit_ma = self->refused ? 0 : or_max (limit.limit_ma, bb_field_peek_station (field, device->index));

  if (!bb_emu_has_fault (device, BB_EMU_LIES)) {
    if (limit_ma != self->limit_ma || limit.phases != self->phases)
      bb_emu_command (device, limit_ma, limit.phases);
    self->limit_ma = limit_ma;
    self->phases = limit.phases;
    tell_fallback (self, &limit, now_ms);
  }
  return limit.until_ms;
}

static gboolean
expired_cb (gpointer data)
{
  BbEmuPoint *point = data;

  clear_source (&point->expiry);
  bb_emu_point_apply (point);
  return G_SOURCE_REMOVE;
}

void
bb_emu_point_apply (BbEmuPoint *point)
{
  gint64 now_ms = bb_clock_get_mono_ms (point->clock), until_ms = G_MAXINT64;

  clear_source (&point->expiry);
  if (!point->controlled)
    return;
  for (guint i = 0; i < point->devices->len; i++) {
    BbEmuDevice *device = g_ptr_array_index (point->devices, i);

    if (!device->is_meter)
      until_ms = MIN (until_ms, apply_one (device->own, now_ms));
  }
  if (until_ms == G_MAXINT64)
    return;
  point->expiry = bb_clock_source_new (point->clock, until_ms);
  g_source_set_callback (point->expiry, expired_cb, point, NULL);
  g_source_attach (point->expiry, g_main_context_get_thread_default ());
}

/* ---- the connection ---- */

/* What its answers become on a wire that is not well; NULL: nothing. */
static gchar *
spoil_cb (const gchar *text, gpointer data)
{
  BbEmuPoint *point = data;

  if (bb_emu_point_has_fault (point, BB_EMU_SILENCE) || bb_emu_point_has_fault (point, BB_EMU_HALF_OPEN))
    return NULL;
  if (bb_emu_point_has_fault (point, BB_EMU_GARBAGE))
    return g_strdup ("<html>\"]]}{[");
  if (bb_emu_point_has_fault (point, BB_EMU_TRUNCATE))
    return g_strndup (text, strlen (text) / 2);
  if (bb_emu_point_has_fault (point, BB_EMU_TWICE) && point->link != NULL)
    bb_ocpp_link_send_text (point->link, text);
  return g_strdup (text);
}

static void
update_delay (BbEmuPoint *point)
{
  gint64 delay_ms = 0;

  for (guint i = 0; i < point->devices->len; i++) {
    const BbEmuDevice *device = g_ptr_array_index (point->devices, i);

    if (bb_emu_has_fault (device, BB_EMU_DELAY))
      delay_ms = MAX (delay_ms, device->faults[BB_EMU_DELAY].value);
  }
  if (point->link != NULL)
    bb_ocpp_link_set_delay_ms (point->link, (guint) CLAMP (delay_ms, 0, 3600000));
}

static void
connected_cb (BbOcppLink *link, gpointer data)
{
  g_autoptr (BbEmuPoint) point = bb_emu_point_ref (data);

  drop_link (point);
  for (guint i = 0; i < point->devices->len; i++)
    bb_emu_ocpp_forget (((BbEmuDevice *) g_ptr_array_index (point->devices, i))->own);
  if (link == NULL)
    return;
  point->link = g_object_ref (link);
  bb_ocpp_link_set_answer (link, bb_emu_ocpp_answer, point);
  bb_ocpp_link_set_filter (link, spoil_cb, point);
  update_delay (point);
  if (!point->booted && !bb_emu_point_has_fault (point, BB_EMU_HALF_OPEN))
    bb_emu_ocpp_boot (point);
}

/* Cut off, or without power: in the field, or by a fault of the wire. */
static gboolean
is_reachable (BbEmuPoint *point)
{
  gboolean any = FALSE;

  if (bb_emu_point_has_fault (point, BB_EMU_OFFLINE))
    return FALSE;
  for (guint i = 0; i < point->devices->len; i++) {
    BbEmuDevice *device = g_ptr_array_index (point->devices, i);
    const BbPlantStation *plant = NULL;

    if (device->is_meter)
      return TRUE;
    plant = bb_field_peek_station (bb_emu_get_field (device), device->index);
    any |= plant->lost == 0 && plant->dark == 0;
  }
  return any;
}

static void
go_online (BbEmuPoint *point)
{
  if (point->client != NULL)
    bb_ocpp_client_set_online (point->client, is_reachable (point));
}

void
bb_emu_point_restart (BbEmuPoint *point, gboolean lose_profiles)
{
  g_autoptr (JsonObject) all = json_object_new ();

  point->booted = FALSE;
  if (lose_profiles) {
    bb_emu_profiles_clear (point->profiles, all);
    bb_emu_ocpp_init_keys (point);
    clear_source (&point->expiry);
    point->controlled = FALSE; /* the field has its own word for what a station does then */
  }
  for (guint i = 0; i < point->devices->len; i++) {
    BbEmuOcpp *own = ((BbEmuDevice *) g_ptr_array_index (point->devices, i))->own;

    own->status = own->limit_ma = -1;
    own->transaction = -1;
    own->values_ms = G_MININT64;
  }
  if (point->client == NULL)
    return;
  bb_ocpp_client_set_online (point->client, FALSE);
  go_online (point);
}

/* ---- the kind ---- */

static const gchar *
first_of (const gchar *a, const gchar *b, const gchar *c)
{
  if (a != NULL && *a != '\0')
    return a;
  return b != NULL && *b != '\0' ? b : c;
}

static const gchar *
identity_of (BbEmuDevice *device, guint *connector)
{
  BbSite *site = bb_emu_get_site (device);

  *connector = 1;
  if (device->is_meter) {
    const BbMeterFields *meter = bb_meter_peek (bb_site_meter (site, device->index));

    return first_of (meter->identity, meter->serial, meter->id);
  }
  const BbStationFields *station = bb_station_peek (bb_site_station (site, device->index));

  *connector = (guint) MAX (station->connector, 1);
  return first_of (station->identity, station->serial, station->id);
}

static BbEmuPoint *
find_point (BbEmuDevice *device, const gchar *identity)
{
  GPtrArray *devices = bb_emu_get_devices (device);

  for (guint i = 0; i < devices->len; i++) {
    BbEmuDevice *other = g_ptr_array_index (devices, i);
    BbEmuOcpp *own = other->kind == &bb_emu_ocpp ? other->own : NULL;

    if (own != NULL && strcmp (own->point->identity, identity) == 0)
      return bb_emu_point_ref (own->point);
  }
  return NULL;
}

static BbEmuPoint *
make_point (BbEmuDevice *device, const gchar *identity)
{
  BbEmuPoint *point = g_new0 (BbEmuPoint, 1);

  point->refs = 1;
  point->identity = g_strdup (identity);
  point->clock = g_object_ref (bb_emu_get_clock (device));
  point->emulator = device->emulator;
  point->quirks = device->interface->ocpp;
  point->devices = g_ptr_array_new ();
  point->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  point->profiles = bb_emu_profiles_new ();
  point->interval_s = 60;
  return point;
}

static void
ocpp_url_changed (BbEmuDevice *device)
{
  BbEmuPoint *point = ((BbEmuOcpp *) device->own)->point;
  const gchar *url = bb_emu_get_ocpp_url (device);

  if (g_ptr_array_index (point->devices, 0) != device)
    return; /* once for all connectors */
  g_clear_pointer (&point->client, bb_ocpp_client_free);
  connected_cb (NULL, point);
  if (url == NULL)
    return;
  point->client = bb_ocpp_client_new (url, point->identity, NULL, RETRY_MS, point->clock,
                                      bb_emu_get_log (device), NULL, connected_cb, point);
  go_online (point);
}

static gboolean
ocpp_start (BbEmuDevice *device, GError **error)
{
  BbEmuOcpp *self = g_new0 (BbEmuOcpp, 1);
  const gchar *identity = identity_of (device, &self->connector);

  self->device = device;
  self->point = find_point (device, identity);
  if (self->point == NULL)
    self->point = make_point (device, identity);
  self->status = -1;
  self->transaction = -1;
  self->limit_ma = -1;
  self->values_ms = self->sample_ms = G_MININT64;
  device->own = self;
  g_ptr_array_add (self->point->devices, device);
  if (!device->is_meter)
    bb_field_set_silence_ms (bb_emu_get_field (device), device->index, G_MAXINT32);
  bb_emu_ocpp_init_keys (self->point);
  ocpp_url_changed (device);
  return TRUE;
}

static void
ocpp_describe (BbEmuDevice *device, JsonBuilder *builder)
{
  const BbEmuOcpp *self = device->own;

  if (self == NULL)
    return;
  json_builder_set_member_name (builder, "identity");
  json_builder_add_string_value (builder, self->point->identity);
  json_builder_set_member_name (builder, "connector");
  json_builder_add_int_value (builder, self->connector);
}

static void
ocpp_begin (BbEmuDevice *device)
{
  BbEmuOcpp *self = device->own;
  BbEmuPoint *point = self->point;

  point->runs = TRUE;
  if (g_ptr_array_index (point->devices, 0) == device) {
    go_online (point);
    if (point->link != NULL && !point->booted && !bb_emu_point_has_fault (point, BB_EMU_HALF_OPEN))
      bb_emu_ocpp_boot (point);
  }
  bb_emu_ocpp_push (self);
}

static void
ocpp_faults_changed (BbEmuDevice *device)
{
  BbEmuPoint *point = ((BbEmuOcpp *) device->own)->point;

  update_delay (point);
  go_online (point);
  /* One that did not obey does so again, without a new limit. */
  ((BbEmuOcpp *) device->own)->limit_ma = -1;
  bb_emu_point_apply (point);
}

static void
ocpp_reboot (BbEmuDevice *device)
{
  bb_emu_point_restart (((BbEmuOcpp *) device->own)->point, TRUE);
}

static void
ocpp_free (BbEmuDevice *device)
{
  g_autofree BbEmuOcpp *self = g_steal_pointer (&device->own);

  if (self == NULL)
    return;
  g_ptr_array_remove (self->point->devices, device);
  if (self->point->devices->len == 0)
    close_point (self->point);
  bb_emu_point_unref (self->point);
}

const BbEmuKind bb_emu_ocpp = {
  .name = "ocpp",
  .start = ocpp_start,
  .describe = ocpp_describe,
  .begin = ocpp_begin,
  .faults_changed = ocpp_faults_changed,
  .reboot = ocpp_reboot,
  .ocpp_url_changed = ocpp_url_changed,
  .free = ocpp_free,
};
