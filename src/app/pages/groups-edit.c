/* SPDX-License-Identifier: GPL-3.0-or-later */
/* groups-edit.c: what the groups page does to a site. */
#include "app/pages/groups-edit.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/site-check.h"

/* ---- where things are ---- */

static BbGroup *
group_of (BbSite *site, BbPart *part)
{
  gint at;

  if (BB_IS_GROUP (part))
    return BB_GROUP (part);
  at = BB_IS_STATION (part) ? bb_site_find_group (site, bb_station_peek (BB_STATION (part))->group) : -1;
  return at >= 0 ? bb_site_group (site, (guint) at) : NULL;
}

BbCircuit *
bb_groups_circuit_of (BbSite *site, BbPart *part)
{
  BbGroup *group = part != NULL ? group_of (site, part) : NULL;
  guint n = g_list_model_get_n_items (bb_site_get_circuits (site));
  gint at = group != NULL ? bb_site_find_circuit (site, bb_group_peek (group)->circuit) : -1;

  if (BB_IS_CIRCUIT (part))
    return BB_CIRCUIT (part);
  if (at >= 0)
    return bb_site_circuit (site, (guint) at);
  for (guint c = 0; c < n; c++)
    if (bb_circuit_peek (bb_site_circuit (site, c))->parent[0] == '\0')
      return bb_site_circuit (site, c);
  return n > 0 ? bb_site_circuit (site, 0) : NULL;
}

GPtrArray *
bb_groups_stations_of (BbSite *site, BbGroup *group)
{
  GPtrArray *stations = g_ptr_array_new ();

  for (guint s = 0; s < g_list_model_get_n_items (bb_site_get_stations (site)); s++) {
    BbStation *station = bb_site_station (site, s);
    if (strcmp (bb_station_peek (station)->group, bb_group_peek (group)->id) == 0)
      g_ptr_array_add (stations, station);
  }
  return stations;
}

static GListModel *
list_of (BbSite *site, BbPart *part)
{
  return BB_IS_CIRCUIT (part)   ? bb_site_get_circuits (site)
         : BB_IS_GROUP (part)   ? bb_site_get_groups (site)
         : BB_IS_STATION (part) ? bb_site_get_stations (site)
         : BB_IS_METER (part)   ? bb_site_get_meters (site)
                                : NULL;
}

static gint
position_of (GListModel *list, BbPart *part)
{
  for (guint i = 0; list != NULL && i < g_list_model_get_n_items (list); i++) {
    g_autoptr (GObject) item = g_list_model_get_item (list, i);
    if (item == (GObject *) part)
      return (gint) i;
  }
  return -1;
}

/* ---- paths ---- */

static BbPart *
find_in (GListModel *list, const gchar *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (BbPart) part = g_list_model_get_item (list, i);
    g_autofree gchar *own = bb_part_get_text (part, "id");
    if (strcmp (own, id) == 0)
      return part; /* the list keeps it */
  }
  return NULL;
}

BbPart *
bb_groups_find (BbSite *site, const gchar *path)
{
  const gchar *slash = strchr (path, '/');

  if (strcmp (path, "site") == 0)
    return BB_PART (site);
  if (slash == NULL)
    return NULL;
  if (g_str_has_prefix (path, "circuit/"))
    return find_in (bb_site_get_circuits (site), slash + 1);
  if (g_str_has_prefix (path, "group/"))
    return find_in (bb_site_get_groups (site), slash + 1);
  if (g_str_has_prefix (path, "meter/"))
    return find_in (bb_site_get_meters (site), slash + 1);
  return g_str_has_prefix (path, "station/") ? find_in (bb_site_get_stations (site), slash + 1) : NULL;
}

gchar *
bb_groups_path (BbPart *part)
{
  g_autofree gchar *id = NULL;

  if (BB_IS_SITE (part))
    return g_strdup ("site");
  id = bb_part_get_text (part, "id");
  return g_strconcat (BB_PART_GET_CLASS (part)->type_name, "/", id, NULL);
}

/* ---- adding ---- */

static BbPart *
add (BbEditor *editor, BbPart *part, GError **error)
{
  g_autoptr (BbPart) owned = part;

  return bb_editor_add (editor, part, error) ? part : NULL; /* the site keeps it */
}

BbPart *
bb_groups_add_circuit (BbEditor *editor, BbPart *near, GError **error)
{
  BbCircuit *above = bb_groups_circuit_of (bb_editor_get_site (editor), near);
  BbCircuit *circuit = bb_circuit_new ("");

  g_object_set (circuit, "name", _ ("New circuit"), NULL);
  if (above != NULL) {
    const BbCircuitFields *fields = bb_circuit_peek (above);
    g_object_set (circuit, "parent", fields->id, "rating-l1-ma", fields->rating_ma[0], "rating-l2-ma",
                  fields->rating_ma[1], "rating-l3-ma", fields->rating_ma[2], "protection",
                  fields->protection, NULL);
  }
  return add (editor, BB_PART (circuit), error);
}

BbPart *
bb_groups_add_group (BbEditor *editor, BbPart *near, GError **error)
{
  BbCircuit *circuit = bb_groups_circuit_of (bb_editor_get_site (editor), near);
  BbGroup *group = bb_group_new ("");

  g_object_set (group, "name", _ ("New group"), "circuit",
                circuit != NULL ? bb_circuit_peek (circuit)->id : "", NULL);
  return add (editor, BB_PART (group), error);
}

BbPart *
bb_groups_add_meter (BbEditor *editor, BbPart *near, GError **error)
{
  BbMeter *meter = bb_meter_new ("");

  g_object_set (meter, "name", _ ("New meter"), NULL);
  return add (editor, BB_PART (meter), error);
}

gboolean
bb_groups_add_stations (BbEditor *editor, BbGroup *group, guint n, GError **error)
{
  g_autoptr (GPtrArray) stations = bb_groups_stations_of (bb_editor_get_site (editor), group);
  g_autofree gchar *label = g_strdup_printf (ngettext ("Add %u station", "Add %u stations", n), n);

  bb_editor_begin (editor, label);
  for (guint i = 0; i < n; i++) {
    BbStation *last = stations->len > 0 ? g_ptr_array_index (stations, stations->len - 1) : NULL;
    BbPart *station = last != NULL ? bb_part_copy (BB_PART (last)) : BB_PART (bb_station_new (""));
    /* What is of one box alone does not come along. */
    g_object_set (station, "group", bb_group_peek (group)->id, "serial", "", "address", "", NULL);
    if (last == NULL)
      g_object_set (station, "name", _ ("Station"), NULL);
    station = add (editor, station, error);
    if (station == NULL) {
      bb_editor_abandon (editor);
      return FALSE;
    }
    g_ptr_array_add (stations, station);
  }
  bb_editor_end (editor);
  bb_editor_seal (editor);
  return TRUE;
}

/* ---- order and life cycle ---- */

/* Those that are listed together. */
static gboolean
is_like (BbPart *a, BbPart *b)
{
  return !BB_IS_STATION (a)
         || strcmp (bb_station_peek (BB_STATION (a))->group, bb_station_peek (BB_STATION (b))->group) == 0;
}

gboolean
bb_groups_move (BbEditor *editor, BbPart *part, gint by, GError **error)
{
  GListModel *list = list_of (bb_editor_get_site (editor), part);
  gint at = position_of (list, part), n = list != NULL ? (gint) g_list_model_get_n_items (list) : 0;

  if (at < 0)
    return FALSE;
  for (gint to = at + by; to >= 0 && to < n; to += by) {
    g_autoptr (BbPart) other = g_list_model_get_item (list, (guint) to);
    if (is_like (part, other))
      return bb_editor_move (editor, part, (guint) to, error);
  }
  return FALSE;
}

gboolean
bb_groups_set_active (BbEditor *editor, BbGroup *group, gboolean active, GError **error)
{
  GListModel *problems = bb_editor_get_problems (editor);
  gboolean done;

  bb_editor_check_now (editor);
  if (active && bb_editor_get_n_errors (editor) > 0) {
    g_autoptr (BbProblem) first = g_list_model_get_item (problems, 0);
    g_set_error_literal (error, BB_MODEL_ERROR, BB_MODEL_ERROR_CHECK, bb_problem_get_sentence (first));
    return FALSE;
  }
  bb_editor_seal (editor);
  done = bb_editor_set (editor, BB_PART (group), "active", active ? "true" : "false", error);
  bb_editor_seal (editor);
  return done;
}
