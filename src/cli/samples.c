/* SPDX-License-Identifier: GPL-3.0-or-later */
/* samples.c: `busbar-cli samples`: the sample sites that come with Busbar. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/data-dir.h"
#include "cli/command.h"
#include "cli/print.h"
#include "cli/terminal.h"
#include "model/site-json.h"

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Paths of the sample sites, sorted. (transfer full) (element-type filename) */
static GPtrArray *
find_samples (GError **error)
{
  g_autofree char *data = bb_data_dir ();
  g_autofree char *folder = g_build_filename (data, "samples", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *name = NULL;

  if (!dir)
    return NULL;
  while ((name = g_dir_read_name (dir)))
    if (g_str_has_suffix (name, ".busbar"))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_names);
  return g_steal_pointer (&paths);
}

static void
print_text (GPtrArray *sites)
{
  for (guint i = 0; i < sites->len; i++) {
    BbSite *site = g_ptr_array_index (sites, i);
    const BbSiteFields *fields = bb_site_peek (site);
    g_print ("%s%s%s\n  %s\n", fields->name, *fields->description ? ": " : "", fields->description,
             bb_site_get_path (site));
  }
}

static void
print_json (GPtrArray *sites)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_array (builder);
  for (guint i = 0; i < sites->len; i++) {
    BbSite *site = g_ptr_array_index (sites, i);
    const BbSiteFields *fields = bb_site_peek (site);
    json_builder_begin_object (builder);
    cli_add_text (builder, "path", bb_site_get_path (site));
    cli_add_text (builder, "name", fields->name);
    cli_add_text (builder, "description", fields->description);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  cli_print_json (root);
}

CliExit
cli_samples (int argc, char *argv[])
{
  gboolean json = FALSE;
  const GOptionEntry entries[]
      = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print a JSON array"), NULL }, G_OPTION_ENTRY_NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GPtrArray) sites = g_ptr_array_new_with_free_func (g_object_unref);

  if (cli_parse (&argc, &argv, entries, NULL, _ ("Lists the sample sites that come with Busbar."),
                 _ ("Example:\n  busbar-cli samples"), 0, 0)
      != CLI_PARSE_OK)
    return CLI_USAGE;
  paths = find_samples (&error);
  if (!paths)
    return cli_fail (error);
  for (guint i = 0; i < paths->len; i++) {
    BbSite *site = bb_site_load (g_ptr_array_index (paths, i), &error);
    if (!site)
      return cli_fail (error);
    g_ptr_array_add (sites, site);
  }
  if (json)
    print_json (sites);
  else
    print_text (sites);
  return CLI_OK;
}
