/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-cloud-answer.c: what the emulated cloud knows of its chargers and does with them. */
#include <math.h>
#include <string.h>

#include "emulator/emu-cloud.h"

#define NOTHING_TO_RESUME 528
#define MAX_MA            80000

static gboolean
is_charger (BbEmuDevice *device)
{
  return device->kind == &bb_emu_cloud && device->own != NULL;
}

static gchar *
to_text (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);

  return json_to_string (root, FALSE);
}

static void
add_text (JsonBuilder *builder, const gchar *name, const gchar *text)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
}

gchar *
bb_emu_cloud_list (BbEmuDevice *any)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GPtrArray *devices = bb_emu_get_devices (any);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "Pages");
  json_builder_add_int_value (builder, 1);
  json_builder_set_member_name (builder, "Data");
  json_builder_begin_array (builder);
  for (guint i = 0; i < devices->len; i++) {
    BbEmuDevice *device = g_ptr_array_index (devices, i);

    if (!is_charger (device))
      continue;
    json_builder_begin_object (builder);
    add_text (builder, "Id", device->id);
    add_text (builder, "DeviceId", device->id);
    add_text (builder, "Name", device->profile->name);
    add_text (builder, "InstallationId", BB_EMU_CLOUD_INSTALLATION);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return to_text (builder);
}

/* ---- states ---- */

static gint
get_mode (const bbe_station_in *in)
{
  switch (in->vehicle) {
  case BBE_VEHICLE_A:
    return 1;
  case BBE_VEHICLE_B:
    return 2;
  case BBE_VEHICLE_C:
  case BBE_VEHICLE_D:
    return 3;
  default:
    return 0;
  }
}

/* The raw value of a role in the profile's unit; FALSE: not known. */
static gboolean
get_value (BbEmuDevice *device, const BbPoint *point, gdouble *raw)
{
  BbEmuCharger *own = device->own;
  bbe_station_in in = { 0 };
  gint64 canonical = 0;

  bb_emu_get_station (device, &in);
  switch ((gint) point->role) {
  case BB_ROLE_STATE:
    *raw = get_mode (&in);
    return TRUE;
  case BB_ROLE_AVAILABILITY:
    *raw = !bb_emu_has_fault (device, BB_EMU_OFFLINE);
    return TRUE;
  case BB_ROLE_ERROR:
    *raw = 0;
    return TRUE;
  case BB_ROLE_PHASES_ACTUAL:
    *raw = in.phases_now;
    return in.phases_now != 0;
  case BB_ROLE_LIMIT_SET:
  case BB_ROLE_LIMIT_ACTUAL:
    canonical = own->limit_ma;
    break;
  case BB_ROLE_LIMIT_MAX:
    canonical = own->max_ma;
    break;
  case BB_ROLE_LIMIT_MIN:
    canonical = 6000;
    break;
  case BB_ROLE_FAILSAFE_CURRENT:
    canonical = own->failsafe_ma;
    break;
  default:
    if (!bb_emu_get_measured (device, point->role, &canonical))
      return FALSE;
  }
  *raw = ((gdouble) canonical - point->offset) / (point->scale > 0 ? point->scale : 1);
  return TRUE;
}

static void
add_state (JsonBuilder *builder, const gchar *id, gdouble value)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];
  guint64 number = 0;

  if (!g_ascii_string_to_unsigned (id[0] == '-' ? id + 1 : id, 10, 0, G_MAXINT32, &number, NULL))
    return;
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "StateId");
  json_builder_add_int_value (builder, id[0] == '-' ? -(gint64) number : (gint64) number);
  add_text (builder, "ValueAsString",
            g_ascii_formatd (text, sizeof text, value == floor (value) ? "%.0f" : "%.3f", value));
  json_builder_end_object (builder);
}

gchar *
bb_emu_cloud_state (BbEmuDevice *device)
{
  BbEmuCharger *own = device->own;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  json_builder_begin_array (builder);
  for (guint i = 0; i < device->interface->points->len; i++) {
    const BbPoint *point = g_ptr_array_index (device->interface->points, i);
    gdouble value;

    if ((point->access & BB_ACCESS_READ) != 0 && point->path != NULL && g_hash_table_add (seen, point->path)
        && get_value (device, point, &value))
      add_state (builder, point->path, value);
  }
  add_state (builder, "718", own->final_stop);
  json_builder_end_array (builder);
  return to_text (builder);
}

/* ---- changes ---- */

/* Amperes of a member; FALSE: not there, or no sensible number. */
static gboolean
read_member_ma (JsonNode *body, const gchar *name, gint32 *value_ma)
{
  JsonNode *node = body != NULL && JSON_NODE_HOLDS_OBJECT (body)
                       ? json_object_get_member (json_node_get_object (body), name)
                       : NULL;
  gdouble value = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_double (node) : -1;

  if (!(value >= 0 && value * 1000 <= MAX_MA))
    return FALSE;
  *value_ma = (gint32) lround (value * 1000);
  return TRUE;
}

/* What it may draw: its own limit within the installation's; nothing while it is stopped or cut off. */
void
bb_emu_cloud_apply (BbEmuDevice *device)
{
  BbEmuCharger *own = device->own;
  gint32 limit_ma = own->limit_ma;

  if (own->cloud->available_ma >= 0)
    limit_ma = MIN (limit_ma, own->cloud->available_ma);
  if (bb_emu_has_fault (device, BB_EMU_OFFLINE))
    return;
  bb_emu_command (device, own->final_stop ? 0 : limit_ma, 0);
}

guint
bb_emu_cloud_update (BbEmuDevice *device, JsonNode *body)
{
  BbEmuCharger *own = device->own;
  gint32 value_ma;
  gboolean known = FALSE;

  if (read_member_ma (body, "offlineChargeCurrent", &value_ma)) {
    own->failsafe_ma = value_ma;
    bb_field_set_failsafe_ma (bb_emu_get_field (device), device->index, value_ma);
    known = TRUE;
  }
  if (read_member_ma (body, "maxChargeCurrent", &value_ma)) {
    own->n_updates++;
    if (!bb_emu_has_fault (device, BB_EMU_LIES))
      own->limit_ma = value_ma;
    bb_emu_cloud_apply (device);
    known = TRUE;
  }
  return known ? SOUP_STATUS_OK : SOUP_STATUS_BAD_REQUEST;
}

guint
bb_emu_cloud_update_installation (BbEmuDevice *any, JsonNode *body)
{
  BbEmuCharger *first = any->own;
  GPtrArray *devices = bb_emu_get_devices (any);
  gint32 value_ma;

  if (!read_member_ma (body, "availableCurrent", &value_ma))
    return SOUP_STATUS_BAD_REQUEST;
  first->cloud->available_ma = value_ma;
  for (guint i = 0; i < devices->len; i++) {
    BbEmuDevice *device = g_ptr_array_index (devices, i);

    if (!is_charger (device))
      continue;
    ((BbEmuCharger *) device->own)->n_updates++;
    bb_emu_cloud_apply (device);
  }
  return SOUP_STATUS_OK;
}

guint
bb_emu_cloud_command (BbEmuDevice *device, const gchar *number)
{
  BbEmuCharger *own = device->own;
  gboolean stop = strcmp (number, "506") == 0;

  if (!stop && strcmp (number, "507") != 0)
    return SOUP_STATUS_BAD_REQUEST;
  if (!stop && !own->final_stop)
    return NOTHING_TO_RESUME;
  own->final_stop = stop;
  bb_emu_cloud_apply (device);
  return SOUP_STATUS_OK;
}

guint
bb_emu_cloud_get_n_updates (BbEmuDevice *device)
{
  return ((BbEmuCharger *) device->own)->n_updates;
}
