/* SPDX-License-Identifier: GPL-3.0-or-later */
/* choices-origin.c: which inputs a run was given, kept in its result so that it can be recomputed. */
#include "cli/simulate-options.h"

/* The files that can be chosen: key, and where it stands in the choices. */
typedef struct File {
  const char *key;
  gsize offset;
} File;

static const File files[] = { { "load", G_STRUCT_OFFSET (CliChoices, load) },
                              { "pv", G_STRUCT_OFFSET (CliChoices, pv) },
                              { "sessions", G_STRUCT_OFFSET (CliChoices, sessions) },
                              { "scenario", G_STRUCT_OFFSET (CliChoices, scenario) } };

char *
cli_choices_to_origin (const CliChoices *choices)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  for (guint f = 0; f < G_N_ELEMENTS (files); f++) {
    const char *path = G_STRUCT_MEMBER (char *, choices, files[f].offset);
    if (!path)
      continue;
    g_autofree char *whole = g_canonicalize_filename (path, NULL);
    g_autofree char *readable = g_utf8_make_valid (whole, -1);
    json_builder_set_member_name (builder, files[f].key);
    json_builder_add_string_value (builder, readable);
  }
  json_builder_set_member_name (builder, "repeat");
  json_builder_add_boolean_value (builder, choices->repeat);
  if (choices->power_factor != CLI_UNSET_NUMBER) {
    json_builder_set_member_name (builder, "power_factor");
    json_builder_add_double_value (builder, choices->power_factor);
  }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

void
cli_choices_take_origin (CliChoices *choices, JsonNode *origin)
{
  JsonObject *object = origin && JSON_NODE_HOLDS_OBJECT (origin) ? json_node_get_object (origin) : NULL;

  if (!object)
    return;
  for (guint f = 0; f < G_N_ELEMENTS (files); f++) {
    JsonNode *node = json_object_get_member (object, files[f].key);
    if (node && json_node_get_value_type (node) == G_TYPE_STRING)
      G_STRUCT_MEMBER (char *, choices, files[f].offset) = g_strdup (json_node_get_string (node));
  }
  choices->repeat = json_object_get_boolean_member_with_default (object, "repeat", FALSE);
  choices->power_factor
      = json_object_get_double_member_with_default (object, "power_factor", CLI_UNSET_NUMBER);
}
