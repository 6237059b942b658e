/* SPDX-License-Identifier: GPL-3.0-or-later */
/* circuit-tree.c: the site, its circuits with the groups under them, and its meters, as one list to choose
 * from. */
#include "app/widgets/circuit-tree.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "app/widgets/calm.h"
#include "app/widgets/utilisation-bar.h"

#define INDENT 14

/* One row and what moves in it. */
typedef struct {
  BbPart *part; /* (owned) */
  guint depth;
  GtkWidget *row, *box, *name, *detail, *bar, *badge;
} Row;

struct _BbCircuitTree {
  GtkWidget parent_instance;
  GtkWidget *scroller;
  GtkListBox *list;
  BbEditor *editor;   /* (owned) (nullable) */
  BbPreview *preview; /* (owned) (nullable) */
  GPtrArray *rows;    /* (element-type Row) */
  BbPart *selected;   /* (owned) (nullable) */
  GHashTable *problems;
  gboolean narrow, filling;
  guint refresh;
};

G_DEFINE_FINAL_TYPE (BbCircuitTree, bb_circuit_tree, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_SELECTED, PROP_NARROW, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void
row_free (gpointer data)
{
  Row *row = data;

  g_object_unref (row->part);
  g_free (row);
}

/* ---- what a row says ---- */

static gchar *
part_name (BbPart *part)
{
  g_autofree gchar *name = bb_part_get_text (part, "name");

  if (*name != '\0' || BB_IS_SITE (part))
    return *name != '\0' ? g_steal_pointer (&name) : g_strdup (_ ("Site without a name"));
  return bb_part_get_text (part, "id");
}

/* "25.0 A", or "25.0 / 20.0 / 25.0 A" */
static gchar *
rating_text (const gint32 rating_ma[3], guint phases)
{
  gdouble a[3];
  guint n = 0;

  for (guint p = 0; p < 3; p++)
    if (phases >> p & 1)
      a[n++] = rating_ma[p] / 1000.0;
  if (n == 3 && (a[0] != a[1] || a[0] != a[2]))
    return g_strdup_printf (_ ("%.1f / %.1f / %.1f A"), a[0], a[1], a[2]);
  return g_strdup_printf (_ ("%.1f A"), n > 0 ? a[0] : rating_ma[0] / 1000.0);
}

static gchar *
circuit_detail (BbCircuitTree *self, BbCircuit *circuit)
{
  const BbCircuitFields *fields = bb_circuit_peek (circuit);
  const BbPreviewCircuit *share = self->preview ? bb_preview_find_circuit (self->preview, fields->id) : NULL;
  guint phases = fields->phases > 0 ? (guint) fields->phases
                                    : (guint) bb_site_get_phases (bb_editor_get_site (self->editor));
  g_autofree gchar *rating = rating_text (fields->rating_ma, phases);

  if (share == NULL || share->rating_ma <= 0)
    return g_steal_pointer (&rating);
  /* Translators: rating of a circuit; how much of it a day's simulation took at most, and on which phase */
  return g_strdup_printf (_ ("%s · %.0f %% on L%u"), rating, bb_preview_circuit_pct (share),
                          share->phase + 1);
}

static guint
count_stations (BbCircuitTree *self, const gchar *group)
{
  BbSite *site = bb_editor_get_site (self->editor);
  guint n = 0;

  for (guint s = 0; s < g_list_model_get_n_items (bb_site_get_stations (site)); s++)
    n += strcmp (bb_station_peek (bb_site_station (site, s))->group, group) == 0;
  return n;
}

static gchar *
group_detail (BbCircuitTree *self, BbGroup *group)
{
  const BbGroupFields *fields = bb_group_peek (group);
  guint n = count_stations (self, fields->id);
  g_autofree gchar *stations = g_strdup_printf (ngettext ("%u station", "%u stations", n), n);

  /* Translators: number of stations; whether the group is active */
  return g_strdup_printf (_ ("%s · %s"), stations, fields->active ? _ ("active") : _ ("inactive"));
}

static gchar *
detail_text (BbCircuitTree *self, BbPart *part)
{
  if (BB_IS_CIRCUIT (part))
    return circuit_detail (self, BB_CIRCUIT (part));
  if (BB_IS_GROUP (part))
    return group_detail (self, BB_GROUP (part));
  if (BB_IS_METER (part))
    return g_strdup (bb_meter_peek (BB_METER (part))->is_signed ? _ ("meter, shows export")
                                                                : _ ("meter, import only"));
  return g_strdup (_ ("Grid, clock and network"));
}

static const gchar *
icon_of (BbPart *part)
{
  return BB_IS_SITE (part)      ? "user-home-symbolic"
         : BB_IS_CIRCUIT (part) ? "network-wired-symbolic"
         : BB_IS_GROUP (part)   ? "busbar-station-symbolic"
                                : "power-profile-balanced-symbolic";
}

static void
show_bar (BbCircuitTree *self, Row *row)
{
  const BbPreviewCircuit *share;
  gchar *id;

  if (row->bar == NULL)
    return;
  id = bb_part_get_text (row->part, "id");
  share = self->preview ? bb_preview_find_circuit (self->preview, id) : NULL;
  bb_utilisation_bar_set_percent (BB_UTILISATION_BAR (row->bar), share != NULL && share->rating_ma > 0
                                                                     ? bb_preview_circuit_pct (share)
                                                                     : -1);
  g_free (id);
}

static void
show_row (BbCircuitTree *self, Row *row)
{
  g_autofree gchar *name = part_name (row->part), *detail = detail_text (self, row->part);
  g_autofree gchar *spoken = g_strdup_printf (_ ("%s, %s"), name, detail);
  guint n = self->problems ? GPOINTER_TO_UINT (g_hash_table_lookup (self->problems, row->part)) : 0;
  g_autofree gchar *count = g_strdup_printf ("%u", n);

  gtk_label_set_text (GTK_LABEL (row->name), name);
  gtk_label_set_text (GTK_LABEL (row->detail), detail);
  gtk_widget_set_visible (row->detail, !self->narrow);
  bb_calm_set_tooltip (row->row, self->narrow ? spoken : NULL);
  gtk_widget_set_margin_start (row->box, (gint) (self->narrow ? row->depth * 6 : row->depth * INDENT));
  gtk_label_set_text (GTK_LABEL (row->badge), count);
  gtk_widget_set_visible (row->badge, n > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  if (BB_IS_GROUP (row->part)) {
    if (bb_group_peek (BB_GROUP (row->part))->active)
      gtk_widget_remove_css_class (row->name, "dim-label");
    else
      gtk_widget_add_css_class (row->name, "dim-label");
  }
  show_bar (self, row);
}

/* ---- rows ---- */

static GtkWidget *
new_label (const gchar *css)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  return label;
}

static void
add_row (BbCircuitTree *self, BbPart *part, guint depth)
{
  Row *row = g_new0 (Row, 1);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3), *icon;

  row->part = g_object_ref (part);
  row->depth = depth;
  row->row = gtk_list_box_row_new ();
  row->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  row->name = new_label (NULL);
  row->detail = new_label ("caption");
  gtk_widget_add_css_class (row->detail, "dim-label");
  gtk_widget_add_css_class (row->detail, "numeric");
  row->badge = gtk_label_new (NULL);
  gtk_widget_add_css_class (row->badge, "badge");
  gtk_widget_set_valign (row->badge, GTK_ALIGN_CENTER);
  icon = gtk_image_new_from_icon_name (icon_of (part));
  gtk_widget_set_valign (icon, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (texts), row->name);
  gtk_box_append (GTK_BOX (texts), row->detail);
  if (BB_IS_CIRCUIT (part)) {
    row->bar = bb_utilisation_bar_new ();
    gtk_box_append (GTK_BOX (texts), row->bar);
  }
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_margin_top (row->box, 6);
  gtk_widget_set_margin_bottom (row->box, 6);
  gtk_box_append (GTK_BOX (row->box), icon);
  gtk_box_append (GTK_BOX (row->box), texts);
  gtk_box_append (GTK_BOX (row->box), row->badge);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row->row), row->box);
  gtk_list_box_append (self->list, row->row);
  g_ptr_array_add (self->rows, row);
}

static gboolean
is_parent (BbCircuit *child, BbCircuit *parent, BbSite *site)
{
  const gchar *above = bb_circuit_peek (child)->parent;

  if (parent != NULL)
    return strcmp (above, bb_circuit_peek (parent)->id) == 0;
  /* What hangs on nothing that exists is shown at the root, with its problem. */
  return *above == '\0' || bb_site_find_circuit (site, above) < 0;
}

/* `seen` ends a circle of circuits. */
static void
list_circuits (BbSite *site, BbCircuit *parent, guint depth, GPtrArray *order, GArray *depths,
               GHashTable *seen)
{
  for (guint c = 0; c < g_list_model_get_n_items (bb_site_get_circuits (site)); c++) {
    BbCircuit *circuit = bb_site_circuit (site, c);
    if (!is_parent (circuit, parent, site) || !g_hash_table_add (seen, circuit))
      continue;
    g_ptr_array_add (order, circuit);
    g_array_append_val (depths, depth);
    for (guint g = 0; g < g_list_model_get_n_items (bb_site_get_groups (site)); g++) {
      BbGroup *group = bb_site_group (site, g);
      guint below = depth + 1;
      if (strcmp (bb_group_peek (group)->circuit, bb_circuit_peek (circuit)->id) != 0)
        continue;
      g_hash_table_add (seen, group);
      g_ptr_array_add (order, group);
      g_array_append_val (depths, below);
    }
    list_circuits (site, circuit, depth + 1, order, depths, seen);
  }
}

static void
list_rest (GListModel *list, GPtrArray *order, GArray *depths, GHashTable *seen)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (GObject) part = g_list_model_get_item (list, i);
    guint depth = 1;
    if (!g_hash_table_add (seen, part))
      continue;
    g_ptr_array_add (order, part);
    g_array_append_val (depths, depth);
  }
}

/* All parts in the order of the rows. */
static GPtrArray *
list_parts (BbSite *site, GArray *depths)
{
  GPtrArray *order = g_ptr_array_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  guint root = 0;

  g_ptr_array_add (order, site);
  g_array_append_val (depths, root);
  list_circuits (site, NULL, 1, order, depths, seen);
  list_rest (bb_site_get_circuits (site), order, depths, seen);
  list_rest (bb_site_get_groups (site), order, depths, seen);
  list_rest (bb_site_get_meters (site), order, depths, seen);
  return order;
}

static gboolean
is_same (BbCircuitTree *self, GPtrArray *order, GArray *depths)
{
  if (order->len != self->rows->len)
    return FALSE;
  for (guint i = 0; i < order->len; i++) {
    Row *row = g_ptr_array_index (self->rows, i);
    if (row->part != g_ptr_array_index (order, i) || row->depth != g_array_index (depths, guint, i))
      return FALSE;
  }
  return TRUE;
}

static Row *
find_row (BbCircuitTree *self, BbPart *part)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (((Row *) g_ptr_array_index (self->rows, i))->part == part)
      return g_ptr_array_index (self->rows, i);
  return NULL;
}

static void
set_selected (BbCircuitTree *self, BbPart *part)
{
  if (g_set_object (&self->selected, part))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static void
clear_rows (BbCircuitTree *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    gtk_list_box_remove (self->list, ((Row *) g_ptr_array_index (self->rows, i))->row);
  g_ptr_array_set_size (self->rows, 0);
}

static void
fill (BbCircuitTree *self, GPtrArray *order, GArray *depths)
{
  Row *chosen;

  self->filling = TRUE;
  clear_rows (self);
  for (guint i = 0; i < order->len; i++)
    add_row (self, g_ptr_array_index (order, i), g_array_index (depths, guint, i));
  chosen = find_row (self, self->selected);
  if (chosen != NULL)
    gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (chosen->row));
  self->filling = FALSE;
  if (chosen == NULL && self->rows->len > 0) /* what was chosen is gone: the site */
    bb_circuit_tree_select (self, ((Row *) g_ptr_array_index (self->rows, 0))->part);
}

static void
refresh (BbCircuitTree *self)
{
  g_autoptr (GArray) depths = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GPtrArray) order = NULL;

  g_clear_handle_id (&self->refresh, g_source_remove);
  if (self->editor == NULL) {
    clear_rows (self);
    return;
  }
  order = list_parts (bb_editor_get_site (self->editor), depths);
  if (!is_same (self, order, depths))
    fill (self, order, depths);
  for (guint i = 0; i < self->rows->len; i++)
    show_row (self, g_ptr_array_index (self->rows, i));
}

static gboolean
refresh_cb (gpointer data)
{
  BbCircuitTree *self = data;

  self->refresh = 0;
  refresh (self);
  return G_SOURCE_REMOVE;
}

static void
refresh_later (BbCircuitTree *self)
{
  if (self->refresh == 0)
    self->refresh = g_idle_add_full (G_PRIORITY_HIGH_IDLE, refresh_cb, self, NULL);
}

static void
changed_cb (BbEditor *editor, BbPart *part, const gchar *property, BbCircuitTree *self)
{
  refresh_later (self);
}

static void
updated_cb (BbPreview *preview, BbCircuitTree *self)
{
  refresh_later (self);
}

static void
row_selected_cb (GtkListBox *list, GtkListBoxRow *widget, BbCircuitTree *self)
{
  for (guint i = 0; !self->filling && widget != NULL && i < self->rows->len; i++) {
    Row *row = g_ptr_array_index (self->rows, i);
    if (row->row == GTK_WIDGET (widget)) {
      set_selected (self, row->part);
      return;
    }
  }
}

/* ---- object ---- */

static void
bb_circuit_tree_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BbCircuitTree *self = BB_CIRCUIT_TREE (object);

  if (id == PROP_SELECTED)
    g_value_set_object (value, self->selected);
  else if (id == PROP_NARROW)
    g_value_set_boolean (value, self->narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_circuit_tree_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BbCircuitTree *self = BB_CIRCUIT_TREE (object);

  if (id == PROP_SELECTED)
    bb_circuit_tree_select (self, g_value_get_object (value));
  else if (id == PROP_NARROW)
    bb_circuit_tree_set_narrow (self, g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_circuit_tree_dispose (GObject *object)
{
  BbCircuitTree *self = BB_CIRCUIT_TREE (object);

  bb_circuit_tree_set_preview (self, NULL);
  bb_circuit_tree_set_editor (self, NULL);
  g_clear_handle_id (&self->refresh, g_source_remove);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->problems, g_hash_table_unref);
  g_clear_object (&self->selected);
  G_OBJECT_CLASS (bb_circuit_tree_parent_class)->dispose (object);
}

static void
bb_circuit_tree_class_init (BbCircuitTreeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = bb_circuit_tree_get_property;
  object_class->set_property = bb_circuit_tree_set_property;
  object_class->dispose = bb_circuit_tree_dispose;
  properties[PROP_SELECTED] = g_param_spec_object ("selected", NULL, NULL, BB_TYPE_PART, flags);
  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_d, GDK_CONTROL_MASK, "groups.duplicate", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "groups.remove", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "groups.copy", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_v, GDK_CONTROL_MASK, "groups.paste", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "groups.move", "i", -1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK, "groups.move", "i", 1);
}

static void
bb_circuit_tree_init (BbCircuitTree *self)
{
  self->rows = g_ptr_array_new_with_free_func (row_free);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "navigation-sidebar");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Circuits, groups and meters"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), GTK_WIDGET (self->list));
  g_signal_connect (self->list, "row-selected", G_CALLBACK (row_selected_cb), self);
}

GtkWidget *
bb_circuit_tree_new (void)
{
  return g_object_new (BB_TYPE_CIRCUIT_TREE, NULL);
}

void
bb_circuit_tree_set_editor (BbCircuitTree *self, BbEditor *editor)
{
  if (self->editor == editor)
    return;
  if (self->editor != NULL)
    g_signal_handlers_disconnect_by_data (self->editor, self);
  g_set_object (&self->editor, editor);
  g_clear_pointer (&self->problems, g_hash_table_unref);
  if (editor == NULL) {
    clear_rows (self);
    return;
  }
  g_signal_connect (editor, "changed", G_CALLBACK (changed_cb), self);
  refresh (self);
}

void
bb_circuit_tree_set_preview (BbCircuitTree *self, BbPreview *preview)
{
  if (self->preview == preview)
    return;
  if (self->preview != NULL)
    g_signal_handlers_disconnect_by_data (self->preview, self);
  g_set_object (&self->preview, preview);
  if (preview != NULL)
    g_signal_connect (preview, "updated", G_CALLBACK (updated_cb), self);
}

void
bb_circuit_tree_select (BbCircuitTree *self, BbPart *part)
{
  Row *row;

  refresh (self); /* a part that was just added */
  row = part != NULL ? find_row (self, part) : NULL;
  if (row == NULL)
    return;
  gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (row->row));
  set_selected (self, part);
}

BbPart *
bb_circuit_tree_get_selected (BbCircuitTree *self)
{
  return self->selected;
}

void
bb_circuit_tree_set_narrow (BbCircuitTree *self, gboolean narrow)
{
  if (self->narrow == narrow)
    return;
  self->narrow = narrow;
  refresh_later (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
}

void
bb_circuit_tree_set_problems (BbCircuitTree *self, GHashTable *counts)
{
  g_clear_pointer (&self->problems, g_hash_table_unref);
  self->problems = counts != NULL ? g_hash_table_ref (counts) : NULL;
  refresh_later (self);
}

void
bb_circuit_tree_grab (BbCircuitTree *self)
{
  Row *row = find_row (self, self->selected);

  if (row != NULL)
    gtk_widget_grab_focus (row->row);
}

guint
bb_circuit_tree_get_n_rows (BbCircuitTree *self)
{
  return self->rows->len;
}

gchar *
bb_circuit_tree_describe (BbCircuitTree *self, guint row)
{
  Row *found = g_ptr_array_index (self->rows, row);

  return g_strdup_printf ("%s, %s", gtk_label_get_text (GTK_LABEL (found->name)),
                          gtk_label_get_text (GTK_LABEL (found->detail)));
}
