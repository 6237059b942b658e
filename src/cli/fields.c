/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fields.c: `busbar-cli fields`: what can be set in a site: title, unit, range, default, explanation. */
#include <glib/gi18n.h>
#include <string.h>

#include "cli/command.h"
#include "cli/print.h"
#include "cli/terminal.h"
#include "model/field-info.h"
#include "model/site.h"
#include "profiles/profile.h"

static const struct {
  const char *name;
  GType (*type) (void);
} classes[] = {
  { "site", bb_site_get_type },        { "circuit", bb_circuit_get_type },
  { "meter", bb_meter_get_type },      { "group", bb_group_get_type },
  { "window", bb_window_get_type },    { "station", bb_station_get_type },
  { "network", bb_network_get_type },  { "signal", bb_signal_get_type },
  { "reduced", bb_reduced_get_type },  { "tariff", bb_tariff_window_get_type },
  { "input", bb_site_input_get_type }, { "simulation", bb_simulation_get_type },
};

/* ---- text ---- */

/* Its words are those of device profiles, which the model does not list. */
static gboolean
is_connection (const BbFieldInfo *info)
{
  return strcmp (info->property, "connection") == 0;
}

static void
print_choices (const BbFieldInfo *info)
{
  for (guint c = 0; is_connection (info) && c < BB_CONNECTION_N; c++)
    g_print ("      %s: %s\n", bb_connection_get_name (c), bb_connection_get_title (c));
  for (guint i = 0; info->choices && info->choices[i]; i++)
    g_print ("      %s: %s\n", _ (info->choices[i]), info->choice_notes ? _ (info->choice_notes[i]) : "");
}

static void
print_row (BbPart *part, const BbFieldInfo *info)
{
  g_autofree char *range = bb_field_info_range_text (part, info);

  g_print ("  %s (%s)%s%s\n", bb_field_info_title (info), bb_field_info_key (part, info), *range ? ": " : "",
           range);
  g_print ("    %s\n", bb_field_info_explanation (info));
  print_choices (info);
}

static void
print_class (guint index)
{
  g_autoptr (BbPart) part = g_object_new (classes[index].type (), NULL);
  const BbFieldInfo *rows = NULL;
  guint n = 0;

  rows = bb_field_info_list (classes[index].type (), &n);
  g_print ("%s\n", classes[index].name);
  for (guint i = 0; i < n; i++)
    print_row (part, &rows[i]);
}

/* ---- JSON ---- */

static void
add_choices (JsonBuilder *builder, const BbFieldInfo *info)
{
  if (!info->choices && !is_connection (info))
    return;
  json_builder_set_member_name (builder, "choices");
  json_builder_begin_array (builder);
  for (guint c = 0; is_connection (info) && c < BB_CONNECTION_N; c++)
    json_builder_add_string_value (builder, bb_connection_get_name (c));
  for (guint i = 0; info->choices && info->choices[i]; i++)
    json_builder_add_string_value (builder, _ (info->choices[i]));
  json_builder_end_array (builder);
}

static void
add_number (JsonBuilder *builder, const char *key, double value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_double_value (builder, value);
}

static void
add_row (JsonBuilder *builder, const char *name, BbPart *part, const BbFieldInfo *info)
{
  g_autofree char *range = bb_field_info_range_text (part, info);

  json_builder_begin_object (builder);
  cli_add_text (builder, "class", name);
  cli_add_text (builder, "key", bb_field_info_key (part, info));
  cli_add_text (builder, "title", bb_field_info_title (info));
  cli_add_text (builder, "section", bb_field_section_title (info->section));
  cli_add_text (builder, "unit", info->unit);
  if (info->most > info->least) {
    add_number (builder, "least", info->least);
    add_number (builder, "most", info->most);
  }
  add_choices (builder, info);
  cli_add_text (builder, "range", range);
  cli_add_text (builder, "explanation", bb_field_info_explanation (info));
  cli_add_text (builder, "requirement", info->requirement);
  json_builder_end_object (builder);
}

static void
add_class (JsonBuilder *builder, guint index)
{
  g_autoptr (BbPart) part = g_object_new (classes[index].type (), NULL);
  guint n = 0;
  const BbFieldInfo *rows = bb_field_info_list (classes[index].type (), &n);

  for (guint i = 0; i < n; i++)
    add_row (builder, classes[index].name, part, &rows[i]);
}

/* ---- the command ---- */

static gboolean
is_class (const char *name)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++) {
    if (strcmp (classes[i].name, name) == 0)
      return TRUE;
    g_string_append_printf (all, "%s%s", i > 0 ? ", " : "", classes[i].name);
  }
  cli_complain (_ ("A site has no '%s': choose one of %s."), name, all->str);
  return FALSE;
}

static void
print_all (const char *only, gboolean json)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_array (builder);
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++) {
    if (only && strcmp (classes[i].name, only) != 0)
      continue;
    if (json)
      add_class (builder, i);
    else
      print_class (i);
  }
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  if (json)
    cli_print_json (root);
}

CliExit
cli_fields (int argc, char *argv[])
{
  gboolean json = FALSE;
  const GOptionEntry entries[]
      = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print a JSON array"), NULL }, G_OPTION_ENTRY_NULL };

  if (cli_parse (
          &argc, &argv, entries, _ ("[CLASS]"),
          _ ("Lists what can be set in a site: title, key of the file, range, default, and what it does."),
          _ ("CLASS is site, circuit, meter, group, window, station, network, signal, reduced, tariff, input "
             "or\n"
             "simulation; without it all are listed.\n"
             "\n"
             "Example:\n  busbar-cli fields group"),
          0, 1)
      != CLI_PARSE_OK)
    return CLI_USAGE;
  if (argc > 1 && !is_class (argv[1]))
    return CLI_USAGE;
  print_all (argc > 1 ? argv[1] : NULL, json);
  return CLI_OK;
}
