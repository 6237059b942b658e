/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-run-faults.c: the faults of a run as people see them. */
#include "app/sim-run-faults.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "simulation/headline-text.h"
#include "simulation/scenario.h"

static const BbFaultKind kinds[] = {
  { "meter-lost", N_ ("Meter gives no readings"), BB_FAULT_AT_METER, FALSE, NULL },
  { "meter-stuck", N_ ("Meter repeats its last reading"), BB_FAULT_AT_METER, FALSE, NULL },
  { "clamp-open", N_ ("Clamp open: reads 0 A"), BB_FAULT_AT_METER, TRUE, NULL },
  { "clamp-reversed", N_ ("Clamp the wrong way round"), BB_FAULT_AT_METER, TRUE, NULL },
  { "station-lost", N_ ("Station does not answer"), BB_FAULT_AT_STATION, FALSE, NULL },
  { "station-deaf", N_ ("Station ignores its limit"), BB_FAULT_AT_STATION, FALSE, NULL },
  { "station-fault", N_ ("Station reports a fault"), BB_FAULT_AT_STATION, FALSE, NULL },
  { "outage", N_ ("Power cut"), BB_FAULT_AT_SITE, FALSE, "kept" },
  { "outage", N_ ("Power cut, controller forgets"), BB_FAULT_AT_SITE, FALSE, "lost" },
  { "signal", N_ ("Signal: reduced"), BB_FAULT_AT_SIGNAL, FALSE, "reduced" },
  { "signal", N_ ("Signal: locked"), BB_FAULT_AT_SIGNAL, FALSE, "locked" },
  { "signal-lost", N_ ("Signal source does not answer"), BB_FAULT_AT_SIGNAL, FALSE, NULL },
  { "wall-invalid", N_ ("Controller does not know the time"), BB_FAULT_AT_SITE, FALSE, NULL },
};

static const gchar *const place_keys[] = { NULL, "meter", "station", "signal" };

const BbFaultKind *
bb_fault_kinds (guint *n)
{
  *n = G_N_ELEMENTS (kinds);
  return kinds;
}

GListModel *
bb_fault_places (BbSite *site, BbFaultPlace place)
{
  switch (place) {
  case BB_FAULT_AT_METER:
    return bb_site_get_meters (site);
  case BB_FAULT_AT_STATION:
    return bb_site_get_stations (site);
  case BB_FAULT_AT_SIGNAL:
    return bb_site_get_signals (site);
  default:
    return NULL;
  }
}

gchar *
bb_fault_place_id (BbPart *part)
{
  return bb_part_get_text (part, "id");
}

gchar *
bb_fault_place_name (BbPart *part)
{
  g_autofree gchar *name = g_object_class_find_property (G_OBJECT_GET_CLASS (part), "name")
                               ? bb_part_get_text (part, "name")
                               : NULL;

  return name && *name ? g_steal_pointer (&name) : bb_fault_place_id (part);
}

JsonNode *
bb_fault_new (const BbFaultKind *kind, const gchar *place, guint phase, gint64 at_s, gint64 for_s)
{
  g_autoptr (JsonObject) fault = json_object_new ();
  JsonNode *node = json_node_alloc ();

  json_object_set_int_member (fault, "at_s", at_s);
  if (for_s > 0)
    json_object_set_int_member (fault, "for_s", for_s);
  json_object_set_string_member (fault, "what", kind->what);
  if (place_keys[kind->place])
    json_object_set_string_member (fault, place_keys[kind->place], place);
  if (kind->phases && phase > 0)
    json_object_set_int_member (fault, "phase", phase);
  if (kind->state)
    json_object_set_string_member (fault, "state", kind->state);
  return json_node_init_object (node, fault);
}

/* ---- words ------------------------------------------------------------------------------------ */

static const gchar *
text_of (JsonObject *fault, const gchar *key)
{
  JsonNode *node = json_object_get_member (fault, key);

  return node && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static gdouble
number_of (JsonObject *fault, const gchar *key)
{
  JsonNode *node = json_object_get_member (fault, key);
  GType type = node ? json_node_get_value_type (node) : G_TYPE_INVALID;

  return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE ? json_node_get_double (node) : -1;
}

/* The kind; of those with a state the one with it. NULL: one that is not offered here. */
static const BbFaultKind *
kind_of (JsonObject *fault)
{
  const gchar *what = text_of (fault, "what"), *state = text_of (fault, "state");
  const BbFaultKind *found = NULL;

  for (guint i = 0; what && i < G_N_ELEMENTS (kinds); i++) {
    if (!g_str_equal (kinds[i].what, what))
      continue;
    if (!found || g_strcmp0 (kinds[i].state, state) == 0)
      found = &kinds[i];
    if (g_strcmp0 (kinds[i].state, state) == 0)
      break;
  }
  return found;
}

/* What people call the place; NULL: the whole site. (transfer full) */
static gchar *
place_of (JsonObject *fault, BbSite *site)
{
  for (guint p = BB_FAULT_AT_METER; p <= BB_FAULT_AT_SIGNAL; p++) {
    GListModel *places = bb_fault_places (site, p);
    const gchar *id = text_of (fault, place_keys[p]);
    for (guint i = 0; id && i < g_list_model_get_n_items (places); i++) {
      g_autoptr (BbPart) part = g_list_model_get_item (places, i);
      g_autofree gchar *part_id = bb_fault_place_id (part);
      if (g_str_equal (part_id, id))
        return bb_fault_place_name (part);
    }
    if (id)
      return g_strdup (id);
  }
  return NULL;
}

static void
append_time (GString *text, JsonObject *fault)
{
  const gchar *at = text_of (fault, "at");
  gdouble at_s = number_of (fault, "at_s"), for_s = number_of (fault, "for_s");
  const gchar *until = text_of (fault, "until");

  if (at)
    g_string_append_printf (text, ", %s", at);
  else if (at_s >= 0)
    /* Translators: when in a run: ", day 2, 13:05" */
    g_string_append_printf (text, _ (", day %d, %02d:%02d"), (gint) (at_s / 86400) + 1,
                            (gint) (at_s / 3600) % 24, (gint) (at_s / 60) % 60);
  if (for_s > 0) {
    g_autofree gchar *words = bb_duration_text ((gint64) (for_s * 1000));
    g_string_append_printf (text, _ (", for %s"), words);
  } else if (until) {
    g_string_append_printf (text, " – %s", until);
  } else {
    g_string_append (text, _ (", to the end"));
  }
}

gchar *
bb_fault_describe (JsonNode *node, BbSite *site)
{
  JsonObject *fault = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  GString *text = g_string_new (NULL);

  if (!fault)
    return g_string_free (text, FALSE);
  const BbFaultKind *kind = kind_of (fault);
  g_autofree gchar *place = place_of (fault, site);
  gdouble phase = number_of (fault, "phase");
  const gchar *what = text_of (fault, "what");
  g_string_append (text, kind ? _ (kind->title) : what ? what : "–");
  if (place)
    g_string_append_printf (text, ": %s", place);
  if (phase >= 1 && phase <= 3)
    g_string_append_printf (text, " %s", bb_phase_names[(guint) phase - 1]);
  append_time (text, fault);
  return g_string_free (text, FALSE);
}

/* ---- lists ------------------------------------------------------------------------------------ */

guint
bb_faults_count (JsonNode *faults)
{
  return faults && JSON_NODE_HOLDS_ARRAY (faults) ? json_array_get_length (json_node_get_array (faults)) : 0;
}

JsonNode *
bb_faults_of_site (BbSite *site)
{
  JsonNode *scenario = bb_part_get_extra (BB_PART (site), "scenario");

  return scenario && JSON_NODE_HOLDS_ARRAY (scenario) ? json_node_copy (scenario) : NULL;
}

static JsonNode *
array_without (JsonNode *faults, guint position, JsonNode *more)
{
  g_autoptr (JsonArray) array = json_array_new ();
  JsonNode *node = json_node_alloc ();

  for (guint i = 0; i < bb_faults_count (faults); i++)
    if (i != position)
      json_array_add_element (array,
                              json_node_copy (json_array_get_element (json_node_get_array (faults), i)));
  if (more)
    json_array_add_element (array, json_node_copy (more));
  return json_node_init_array (node, array);
}

JsonNode *
bb_faults_with (JsonNode *faults, JsonNode *fault)
{
  return array_without (faults, G_MAXUINT, fault);
}

JsonNode *
bb_faults_without (JsonNode *faults, guint position)
{
  return array_without (faults, position, NULL);
}

gboolean
bb_faults_equal (JsonNode *a, JsonNode *b)
{
  const guint n = bb_faults_count (a);

  return n == bb_faults_count (b) && (n == 0 || json_node_equal (a, b));
}

gboolean
bb_faults_keep (BbEditor *editor, JsonNode *faults, GError **error)
{
  BbSite *site = bb_editor_get_site (editor);
  const guint n = bb_faults_count (faults);
  g_autofree gchar *label
      = n > 0
            ? g_strdup_printf (ngettext ("Keep %u fault with the site", "Keep %u faults with the site", n), n)
            : g_strdup (_ ("Keep no faults with the site"));
  gboolean done;

  if (!bb_faults_check (faults, site, error))
    return FALSE;
  bb_editor_begin (editor, label);
  done = bb_editor_set_extra (editor, BB_PART (site), "scenario", n > 0 ? json_node_copy (faults) : NULL,
                              error);
  bb_editor_end (editor);
  return done;
}

gboolean
bb_faults_check (JsonNode *faults, BbSite *site, GError **error)
{
  g_autoptr (BbScenario) scenario = NULL;

  if (!faults)
    return TRUE;
  scenario = bb_scenario_from_json (faults, _ ("Faults"), "", site, error);
  return scenario != NULL;
}
