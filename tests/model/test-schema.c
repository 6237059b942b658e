/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-schema.c: the published JSON Schema says just what the reader's tables say: keys, kinds, ranges,
 * defaults. */
#include <string.h>

#include "kit.h"
#include "model/decimal.h"
#include "model/part-private.h"

static JsonNode *
load_schema (void)
{
  g_autofree gchar *path
      = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "schemas", "busbar-site-1.schema.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return json_parser_steal_root (parser);
}

static gboolean
type_is (JsonObject *row, const gchar *type)
{
  JsonNode *node = json_object_get_member (row, "type");
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array != NULL)
    return json_array_get_length (array) == 2 && strcmp (json_array_get_string_element (array, 0), type) == 0
           && strcmp (json_array_get_string_element (array, 1), "null") == 0;
  return node != NULL && strcmp (json_node_get_string (node), type) == 0;
}

static void
check_range (JsonObject *row, const BbField *field)
{
  g_autofree gchar *least = bb_decimal_format (field->least, field->scale);
  g_autofree gchar *most = bb_decimal_format (field->most, field->scale);

  g_assert_cmpfloat (json_object_get_double_member (row, "minimum"), ==, g_ascii_strtod (least, NULL));
  g_assert_cmpfloat (json_object_get_double_member (row, "maximum"), ==, g_ascii_strtod (most, NULL));
}

static void
check_default (JsonObject *row, const BbField *field)
{
  g_autofree gchar *preset = bb_decimal_format (field->preset, field->scale);

  if ((field->flags & BB_FIELD_NULLABLE) != 0)
    g_assert_true (json_object_get_null_member (row, "default"));
  else
    g_assert_cmpfloat (json_object_get_double_member (row, "default"), ==, g_ascii_strtod (preset, NULL));
}

static void
check_choices (JsonObject *row, const BbField *field)
{
  JsonArray *names = json_object_get_array_member (row, "enum");

  g_assert_cmpuint (json_array_get_length (names), ==, g_strv_length ((gchar **) (gpointer) field->names));
  for (guint i = 0; i < json_array_get_length (names); i++)
    g_assert_cmpstr (json_array_get_string_element (names, i), ==, field->names[i]);
  g_assert_cmpstr (json_object_get_string_member (row, "default"), ==, field->names[field->preset]);
}

static void check_class (JsonObject *schema, JsonObject *definition, GType type);

static void
check_inner (JsonObject *schema, JsonObject *holder, const BbField *field)
{
  const gchar *reference = json_object_get_string_member (holder, "$ref");

  g_assert_true (g_str_has_prefix (reference, "#/$defs/"));
  check_class (schema,
               json_object_get_object_member (json_object_get_object_member (schema, "$defs"),
                                              reference + strlen ("#/$defs/")),
               field->item_type ());
}

static void
check_row (JsonObject *schema, JsonObject *row, const BbField *field)
{
  g_assert_cmpuint (strlen (json_object_get_string_member (row, "description")), >, 3);
  switch (field->kind) {
  case BB_FIELD_STRING:
    g_assert_true (type_is (row, "string"));
    g_assert_cmpstr (json_object_get_string_member (row, "default"), ==,
                     field->preset_text != NULL ? field->preset_text : "");
    break;
  case BB_FIELD_BOOLEAN:
    g_assert_true (type_is (row, "boolean"));
    g_assert_cmpint (json_object_get_boolean_member (row, "default"), ==, bb_field_absent_value (field));
    break;
  case BB_FIELD_NUMBER:
    g_assert_true (type_is (row, field->scale == 1 ? "integer" : "number"));
    check_range (row, field);
    check_default (row, field);
    break;
  case BB_FIELD_PHASES3:
    check_range (json_array_get_object_element (json_object_get_array_member (row, "anyOf"), 0), field);
    check_default (row, field);
    break;
  case BB_FIELD_ENUM:
    check_choices (row, field);
    break;
  case BB_FIELD_CLOCK:
    g_assert_true (type_is (row, "string"));
    break;
  case BB_FIELD_PART:
    check_inner (schema, row, field);
    break;
  case BB_FIELD_LIST:
    g_assert_true (type_is (row, "array"));
    check_inner (schema, json_object_get_object_member (row, "items"), field);
    break;
  default:
    g_assert_true (type_is (row, "array"));
  }
}

static void
check_class (JsonObject *schema, JsonObject *definition, GType type)
{
  g_autoptr (GTypeClass) klass = (GTypeClass *) g_type_class_ref (type);
  BbPartClass *part_class = (BbPartClass *) klass;
  JsonObject *rows = json_object_get_object_member (definition, "properties");

  g_test_message ("%s", part_class->type_name);
  for (guint i = 0; i < part_class->n_fields; i++) {
    const BbField *field = &part_class->fields[i];

    g_test_message ("  %s", field->key);
    g_assert_true (json_object_has_member (rows, field->key));
    check_row (schema, json_object_get_object_member (rows, field->key), field);
  }
  /* The root has the format, nine shorthand keys and the scenario besides. */
  g_assert_cmpuint (json_object_get_size (rows), ==, part_class->n_fields + (type == BB_TYPE_SITE ? 11 : 0));
}

static void
test_tables (void)
{
  g_autoptr (JsonNode) root = load_schema ();
  JsonObject *schema = json_node_get_object (root);

  check_class (schema, schema, BB_TYPE_SITE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema/tables", test_tables);
  return g_test_run ();
}
