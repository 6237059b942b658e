/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json-documents.c: what a meter tells in JSON documents, without I/O. */
#include "devices/json-documents.h"

#include "devices/http-device-values.h"
#include "protocols/http/json-pointer.h"

/* Longer texts are no serial, firmware or model. */
#define MAX_IDENTITY 64

void
bb_json_document_free (gpointer node)
{
  g_clear_pointer ((JsonNode **) &node, json_node_unref);
}

/* ---- values ---- */

typedef struct {
  JsonNode *const *documents;
} Documents;

static gboolean
get_named (const BbPoint *point, const gchar *path, gdouble *raw, gpointer data)
{
  const Documents *all = data;
  JsonNode *root = all->documents[point->request];

  if (root == NULL)
    return FALSE;
  if (point->valid_path != NULL) {
    JsonNode *valid = bb_json_pointer_get (root, point->valid_path, NULL);

    if (valid == NULL || json_node_get_value_type (valid) != G_TYPE_BOOLEAN || !json_node_get_boolean (valid))
      return FALSE;
  }
  return bb_json_pointer_get_number (root, path, raw);
}

gboolean
bb_json_documents_read_meter (const BbInterface *interface, const gchar *variant, JsonNode *const *documents,
                              guint n_phases, BbMeterReading *reading, GError **error)
{
  Documents all = { documents };
  BbNamedValues values
      = { .interface = interface, .variant = variant, .get = get_named, .data = &all, .n_phases = n_phases };

  return bb_named_values_read_meter (&values, reading, error);
}

/* ---- identity ---- */

/* A text (or number) of an identity role; NULL: not told. */
static gchar *
get_text (const BbInterface *interface, JsonNode *const *documents, BbRole role)
{
  const BbPoint *point = bb_interface_find_point (interface, role);
  JsonNode *root = point != NULL ? documents[point->request] : NULL;
  JsonNode *node = root != NULL && point->path != NULL ? bb_json_pointer_get (root, point->path, NULL) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  if (json_node_get_value_type (node) != G_TYPE_STRING
      || g_utf8_strlen (json_node_get_string (node), -1) > MAX_IDENTITY)
    return NULL;
  return g_strdup (json_node_get_string (node));
}

void
bb_json_documents_read_identity (BbDevice *device, JsonNode *const *documents)
{
  const BbInterface *interface = bb_device_get_interface (device);
  BbDeviceIdentity identity
      = { get_text (interface, documents, BB_ROLE_SERIAL), get_text (interface, documents, BB_ROLE_FIRMWARE),
          get_text (interface, documents, BB_ROLE_MODEL) };

  bb_device_set_identity (device, &identity);
  g_free (identity.serial);
  g_free (identity.firmware);
  g_free (identity.model);
}

/* ---- which documents, which variant ---- */

gboolean
bb_json_documents_wants (const BbInterface *interface, const gchar *variant, guint request,
                         BbSchedule schedule)
{
  BbConditionScope scope = { .variant = variant };

  for (guint i = 0; i < interface->points->len; i++) {
    const BbPoint *point = g_ptr_array_index (interface->points, i);

    if (point->request == request && point->schedule == schedule && point->path != NULL
        && bb_condition_holds (point->when, &scope))
      return TRUE;
  }
  return FALSE;
}

static gboolean
probe_holds (const BbProbe *probe, JsonNode *const *documents)
{
  for (guint r = 0; r < probe->n_reads; r++) {
    JsonNode *root = probe->reads[r].path != NULL ? documents[probe->reads[r].request] : NULL;
    JsonNode *node = root != NULL ? bb_json_pointer_get (root, probe->reads[r].path, NULL) : NULL;

    if (node == NULL) /* null is there: it has just nothing to tell */
      return FALSE;
  }
  return TRUE;
}

gboolean
bb_json_documents_judge (const BbInterface *interface, JsonNode *const *documents, gchar **variant)
{
  gboolean chooses = FALSE;

  *variant = NULL;
  for (guint i = 0; i < interface->probes->len; i++) {
    const BbProbe *probe = g_ptr_array_index (interface->probes, i);
    gboolean holds = probe_holds (probe, documents);

    if (probe->variant == NULL && !holds)
      return FALSE;
    chooses |= probe->variant != NULL;
    if (probe->variant != NULL && holds && *variant == NULL)
      *variant = g_strdup (probe->variant);
  }
  return !chooses || *variant != NULL;
}
