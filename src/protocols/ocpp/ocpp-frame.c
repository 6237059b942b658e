/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-frame.c: OCPP-J 1.6 frames to and from text; length, depth and types are checked before anything is
 * used. */
#include "protocols/ocpp/ocpp-frame.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/guard.h"

#define MAX_ID     36
#define MAX_ACTION 64
#define MAX_TEXT   255

G_DEFINE_QUARK (bb_ocpp_error, bb_ocpp_error)

/* ---- reading ---- */

/* Characters, not bytes. NULL: no string, or longer. */
static const gchar *
string_at (JsonArray *array, guint index, glong max_chars)
{
  JsonNode *node = index < json_array_get_length (array) ? json_array_get_element (array, index) : NULL;
  const gchar *text = NULL;
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  text = json_node_get_string (node);
  return text != NULL && g_utf8_strlen (text, -1) <= max_chars ? text : NULL;
}

/* (transfer full). A missing or null payload is an empty one: stations leave it out where it has no fields.
 */
static JsonObject *
object_at (JsonArray *array, guint index)
{
  JsonNode *node = index < json_array_get_length (array) ? json_array_get_element (array, index) : NULL;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return json_object_new ();
  return JSON_NODE_HOLDS_OBJECT (node) ? json_object_ref (json_node_get_object (node)) : NULL;
}

static BbOcppFrame *
refuse (GError **error, const gchar *message)
{
  g_set_error_literal (error, BB_OCPP_ERROR, BB_OCPP_ERROR_FRAME, message);
  return NULL;
}

static BbOcppFrame *
read_call (JsonArray *array, const gchar *id, gchar **bad_id, GError **error)
{
  const gchar *action = string_at (array, 2, MAX_ACTION);
  JsonObject *payload = object_at (array, 3);
  BbOcppFrame *frame = NULL;
  if (action == NULL || payload == NULL) {
    g_clear_pointer (&payload, json_object_unref);
    if (bad_id != NULL)
      *bad_id = g_strdup (id);
    return refuse (error, action == NULL ? _ ("element 3 is not the name of an action")
                                         : _ ("element 4 is not an object"));
  }
  frame = g_new0 (BbOcppFrame, 1);
  *frame = (BbOcppFrame){ BB_OCPP_CALL, g_strdup (id), g_strdup (action), payload, NULL, NULL };
  return frame;
}

static BbOcppFrame *
read_result (JsonArray *array, const gchar *id, GError **error)
{
  JsonObject *payload = object_at (array, 2);
  BbOcppFrame *frame = NULL;
  if (payload == NULL)
    return refuse (error, _ ("element 3 is not an object"));
  frame = g_new0 (BbOcppFrame, 1);
  *frame = (BbOcppFrame){ BB_OCPP_RESULT, g_strdup (id), NULL, payload, NULL, NULL };
  return frame;
}

/* Code and description are for people and logs: what is missing or too long is left out. */
static BbOcppFrame *
read_call_error (JsonArray *array, const gchar *id)
{
  const gchar *code = string_at (array, 2, MAX_TEXT), *text = string_at (array, 3, MAX_TEXT);
  JsonObject *details = object_at (array, 4);
  BbOcppFrame *frame = g_new0 (BbOcppFrame, 1);
  *frame = (BbOcppFrame){ .kind = BB_OCPP_CALL_ERROR,
                          .id = g_strdup (id),
                          .payload = details != NULL ? details : json_object_new (),
                          .code = g_strdup (code != NULL ? code : "GenericError"),
                          .text = g_strdup (text != NULL ? text : "") };
  return frame;
}

static gboolean
read_kind (JsonArray *array, gint64 *kind, GError **error)
{
  JsonNode *node = json_array_get_length (array) > 0 ? json_array_get_element (array, 0) : NULL;
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64) {
    refuse (error, _ ("element 1 is not a message type"));
    return FALSE;
  }
  *kind = json_node_get_int (node);
  return TRUE;
}

static BbOcppFrame *
read_array (JsonArray *array, gchar **bad_id, GError **error)
{
  const gchar *id = NULL;
  gint64 kind = 0;
  if (!read_kind (array, &kind, error))
    return NULL;
  if (kind < BB_OCPP_CALL || kind > BB_OCPP_CALL_ERROR)
    return NULL;
  id = string_at (array, 1, MAX_ID);
  if (id == NULL)
    return refuse (error, _ ("element 2 is not an identifier of at most 36 characters"));
  if (kind == BB_OCPP_CALL)
    return read_call (array, id, bad_id, error);
  return kind == BB_OCPP_RESULT ? read_result (array, id, error) : read_call_error (array, id);
}

BbOcppFrame *
bb_ocpp_frame_parse (const gchar *text, gsize length, gchar **bad_id, GError **error)
{
  g_autoptr (JsonNode) root = NULL;
  if (bad_id != NULL)
    *bad_id = NULL;
  if (length > BB_OCPP_MAX_BYTES) {
    g_set_error (error, BB_TEXT_ERROR, BB_TEXT_ERROR_TOO_LARGE,
                 _ ("a message of %zu bytes is longer than allowed"), length);
    return NULL;
  }
  root = bb_json_parse (text, (gssize) length, NULL, error);
  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_ARRAY (root))
    return refuse (error, _ ("a message is an array"));
  return read_array (json_node_get_array (root), bad_id, error);
}

void
bb_ocpp_frame_free (BbOcppFrame *frame)
{
  if (frame == NULL)
    return;
  g_free (frame->id);
  g_free (frame->action);
  g_clear_pointer (&frame->payload, json_object_unref);
  g_free (frame->code);
  g_free (frame->text);
  g_free (frame);
}

/* ---- writing ----
 *
 * Not by json-glib's generator: it writes 10.1 with 17 digits, and stations check that limits are multiples
 * of 0.1. */

static void write_node (GString *out, JsonNode *node);

static void
write_string (GString *out, const gchar *text)
{
  g_string_append_c (out, '"');
  for (const gchar *at = text; *at != '\0'; at++) {
    if (*at == '"' || *at == '\\')
      g_string_append_c (out, '\\');
    if ((guchar) *at < 0x20)
      g_string_append_printf (out, "\\u%04x", (guint) (guchar) *at);
    else
      g_string_append_c (out, *at);
  }
  g_string_append_c (out, '"');
}

static void
write_double (GString *out, gdouble value)
{
  gchar buffer[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd (buffer, sizeof buffer, "%.15g", isfinite (value) ? value : 0);
  g_string_append (out, buffer);
  if (strpbrk (buffer, ".e") == NULL)
    g_string_append (out, ".0");
}

static void
write_value (GString *out, JsonNode *node)
{
  switch (json_node_get_value_type (node)) {
  case G_TYPE_STRING:
    write_string (out, json_node_get_string (node));
    break;
  case G_TYPE_BOOLEAN:
    g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
    break;
  case G_TYPE_INT64:
    g_string_append_printf (out, "%" G_GINT64_FORMAT, json_node_get_int (node));
    break;
  default:
    write_double (out, json_node_get_double (node));
    break;
  }
}

static void
write_object (GString *out, JsonObject *object)
{
  g_autoptr (GList) names = json_object_get_members (object);
  g_string_append_c (out, '{');
  for (GList *at = names; at != NULL; at = at->next) {
    if (at != names)
      g_string_append_c (out, ',');
    write_string (out, at->data);
    g_string_append_c (out, ':');
    write_node (out, json_object_get_member (object, at->data));
  }
  g_string_append_c (out, '}');
}

static void
write_array (GString *out, JsonArray *array)
{
  g_string_append_c (out, '[');
  for (guint i = 0; i < json_array_get_length (array); i++) {
    if (i > 0)
      g_string_append_c (out, ',');
    write_node (out, json_array_get_element (array, i));
  }
  g_string_append_c (out, ']');
}

static void
write_node (GString *out, JsonNode *node)
{
  switch (json_node_get_node_type (node)) {
  case JSON_NODE_OBJECT:
    write_object (out, json_node_get_object (node));
    break;
  case JSON_NODE_ARRAY:
    write_array (out, json_node_get_array (node));
    break;
  case JSON_NODE_VALUE:
    write_value (out, node);
    break;
  case JSON_NODE_NULL:
  default:
    g_string_append (out, "null");
    break;
  }
}

gchar *
bb_ocpp_frame_call (const gchar *id, const gchar *action, JsonObject *payload)
{
  GString *out = g_string_new ("[2,");
  write_string (out, id);
  g_string_append_c (out, ',');
  write_string (out, action);
  g_string_append_c (out, ',');
  write_object (out, payload);
  g_string_append_c (out, ']');
  return g_string_free (out, FALSE);
}

gchar *
bb_ocpp_frame_result (const gchar *id, JsonObject *payload)
{
  GString *out = g_string_new ("[3,");
  write_string (out, id);
  g_string_append_c (out, ',');
  write_object (out, payload);
  g_string_append_c (out, ']');
  return g_string_free (out, FALSE);
}

gchar *
bb_ocpp_frame_error (const gchar *id, const gchar *code, const gchar *text)
{
  GString *out = g_string_new ("[4,");
  write_string (out, id);
  g_string_append_c (out, ',');
  write_string (out, code);
  g_string_append_c (out, ',');
  write_string (out, text != NULL ? text : "");
  g_string_append (out, ",{}]");
  return g_string_free (out, FALSE);
}
