/* SPDX-License-Identifier: GPL-3.0-or-later */
/* start-line.c: what the emulator says first: where each device is found. */
#include <string.h>

#include "emulator/emulator-private.h"

static void
describe_device (BbEmuDevice *device, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, device->id);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "connection");
  json_builder_add_string_value (builder, bb_connection_get_name (device->connection));
  json_builder_set_member_name (builder, "profile");
  json_builder_add_string_value (builder, device->profile->id);
  if (device->kind->describe)
    device->kind->describe (device, builder);
  json_builder_end_object (builder);
}

/* Where stations that speak OCPP connect; "port" is that of the URL. */
static void
describe_ocpp (BbEmulator *self, JsonBuilder *builder)
{
  g_autoptr (GUri) uri = self->ocpp_url ? g_uri_parse (self->ocpp_url, G_URI_FLAGS_NONE, NULL) : NULL;

  if (!self->ocpp_url)
    return;
  json_builder_set_member_name (builder, "ocpp");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "url");
  json_builder_add_string_value (builder, self->ocpp_url);
  if (uri) {
    json_builder_set_member_name (builder, "port");
    json_builder_add_int_value (builder, g_uri_get_port (uri));
  }
  json_builder_end_object (builder);
}

gchar *
bb_emulator_get_start_line (BbEmulator *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "format");
  json_builder_add_string_value (builder, "busbar-emulator/1");
  json_builder_set_member_name (builder, "site");
  json_builder_add_string_value (builder, bb_site_peek (self->site)->name);
  if (self->control_path) {
    json_builder_set_member_name (builder, "control");
    json_builder_add_string_value (builder, self->control_path);
  }
  bb_emu_describe_time (self, builder);
  describe_ocpp (self, builder);
  json_builder_set_member_name (builder, "warnings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->warnings->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (self->warnings, i));
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "endpoints");
  json_builder_begin_object (builder);
  for (guint i = 0; i < self->devices->len; i++)
    describe_device (g_ptr_array_index (self->devices, i), builder);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}
