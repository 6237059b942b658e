/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-document.c: the JSON documents of an emulated meter, by its profile's requests and points. */
#include "emulator/emu-document.h"

#include <math.h>

#include "protocols/http/json-pointer.h"

const gchar *
bb_emu_document_find_variant (const BbInterface *interface)
{
  for (guint i = 0; i < interface->probes->len; i++) {
    const BbProbe *probe = g_ptr_array_index (interface->probes, i);

    if (probe->variant != NULL)
      return probe->variant;
  }
  return NULL;
}

/* Decimals that such devices give. */
static gint
count_decimals (const BbInterface *interface, BbRole role)
{
  if (role >= BB_ROLE_CURRENT_L1 && role <= BB_ROLE_CURRENT_N)
    return 3;
  if (role >= BB_ROLE_VOLTAGE_L1 && role <= BB_ROLE_VOLTAGE_L3)
    return interface->voltage_step_mv >= 100 ? 1 : 3;
  if (role >= BB_ROLE_POWER && role <= BB_ROLE_POWER_EXPORT_L3)
    return 1;
  return role >= BB_ROLE_ENERGY_IMPORT && role <= BB_ROLE_ENERGY_EXPORT ? 3 : 2;
}

static JsonNode *
make_number (const BbInterface *interface, const BbPoint *point, gint64 canonical)
{
  gdouble value = (gdouble) canonical, step = pow (10, count_decimals (interface, point->role));

  if (point->sign_from != BB_ROLE_NONE)
    value = fabs (value);
  if (point->minus != BB_ROLE_NONE)
    value = MAX (value, 0);
  if (point->export_positive)
    value = -value;
  value = (value - point->offset) / (point->scale != 0 ? point->scale : 1);
  return json_node_init_double (json_node_alloc (), round (value * step) / step);
}

/* What the device says that it is; NULL: no such role. */
static JsonNode *
make_identity (BbEmuDevice *device, BbRole role)
{
  const gchar *text
      = role == BB_ROLE_SERIAL     ? device->id
        : role == BB_ROLE_FIRMWARE ? BB_EMU_FIRMWARE
        : role == BB_ROLE_MODEL && device->profile->models != NULL && device->profile->models[0] != NULL
            ? device->profile->models[0]
            : NULL;

  return text != NULL ? json_node_init_string (json_node_alloc (), text) : NULL;
}

static void
set_point (BbEmuDevice *device, JsonNode *root, const BbPoint *point)
{
  JsonNode *node = make_identity (device, point->role);
  gint64 value;

  if (node == NULL && bb_emu_get_measured (device, point->role, &value))
    node = make_number (device->interface, point, value);
  if (node == NULL)
    node = json_node_init_null (json_node_alloc ());
  bb_json_pointer_set (root, point->path, node);
  for (guint i = 0; point->plus_paths != NULL && point->plus_paths[i] != NULL; i++)
    bb_json_pointer_set (root, point->plus_paths[i], json_node_init_double (json_node_alloc (), 0));
  if (point->valid_path != NULL)
    bb_json_pointer_set (root, point->valid_path, json_node_init_boolean (json_node_alloc (), TRUE));
}

JsonNode *
bb_emu_document_make (BbEmuDevice *device, const gchar *variant, guint request)
{
  BbConditionScope scope = { .variant = variant, .firmware = BB_EMU_FIRMWARE };
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  GHashTable *roles = g_hash_table_new (NULL, NULL);
  guint n = 0;

  json_node_take_object (root, json_object_new ());
  for (guint i = 0; i < device->interface->points->len; i++) {
    const BbPoint *point = g_ptr_array_index (device->interface->points, i);

    if (point->request != request || point->path == NULL || !bb_condition_holds (point->when, &scope)
        || !g_hash_table_add (roles, GINT_TO_POINTER (point->role)))
      continue;
    set_point (device, root, point);
    n++;
  }
  g_hash_table_unref (roles);
  return n > 0 ? g_steal_pointer (&root) : NULL;
}
