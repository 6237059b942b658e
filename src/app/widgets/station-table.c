/* SPDX-License-Identifier: GPL-3.0-or-later */
/* station-table.c: the stations of a group as a table. */
#include "app/widgets/station-table.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "app/device-words.h"
#include "app/page.h"
#include "app/pages/groups-edit.h"
#include "app/widgets/station-table-toolbar.h"

#define MOST_HEIGHT 420
/* So many names get or lose their mark in a frame: typing does not wait for all of them. */
#define MARKS_AT_ONCE 8

enum { COLUMN_NAME, COLUMN_DEVICE, COLUMN_PHASES, COLUMN_CURRENT, COLUMN_PRIORITY, N_COLUMNS };

struct _BbStationTable {
  GtkWidget parent_instance;
  GtkWidget *box, *view, *frame, *empty, *count;
  BbEditor *editor;     /* (owned) (nullable) */
  BbGroup *group;       /* (owned) (nullable) */
  GHashTable *problems; /* (owned) (nullable) */
  GPtrArray *cells;     /* (element-type GtkListItem), unowned: those that show something */
  guint marking;        /* tick */
  GtkCustomFilter *filter;
  GtkSelectionModel *selection; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (BbStationTable, bb_station_table, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_N_SELECTED, N_PROPS };
static GParamSpec *properties[N_PROPS];

/* ---- cells ---- */

static guint
circuit_phases (BbSite *site, BbStation *station)
{
  const BbStationFields *fields = bb_station_peek (station);
  gint own = bb_site_find_circuit (site, fields->circuit);
  BbCircuit *circuit;
  gint group;

  if (own < 0 && (group = bb_site_find_group (site, fields->group)) >= 0)
    own = bb_site_find_circuit (site, bb_group_peek (bb_site_group (site, (guint) group))->circuit);
  circuit = own >= 0 ? bb_site_circuit (site, (guint) own) : NULL;
  if (circuit != NULL && bb_circuit_peek (circuit)->phases > 0)
    return (guint) bb_circuit_peek (circuit)->phases;
  return (guint) bb_site_get_phases (site);
}

static gchar *
phases_text (BbStationTable *self, BbStation *station)
{
  guint n;
  guint8 rotation[3];
  BbRotation state
      = bb_station_get_rotation (station, circuit_phases (bb_editor_get_site (self->editor), station), &n,
                                 rotation);
  g_autoptr (GString) text = g_string_new (NULL);

  if (state == BB_ROTATION_UNKNOWN)
    return g_strdup_printf (ngettext ("%u phase, not tested", "%u phases, not tested", n), n);
  if (state == BB_ROTATION_INVALID)
    return g_strdup (_ ("not possible"));
  for (guint t = 0; t < n; t++)
    g_string_append_printf (text, "%sL%u", t > 0 ? " " : "", rotation[t] + 1u);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
has_problem (BbStationTable *self, BbStation *station)
{
  return self->problems != NULL && g_hash_table_contains (self->problems, station);
}

static gchar *
cell_text (BbStationTable *self, BbStation *station, guint column)
{
  const BbStationFields *fields = bb_station_peek (station);

  switch (column) {
  case COLUMN_NAME:
    return g_strconcat (has_problem (self, station) ? "⚠ " : "",
                        fields->name[0] != '\0' ? fields->name : fields->id, NULL);
  case COLUMN_DEVICE:
    return bb_device_describe (fields->profile, fields->connection);
  case COLUMN_PHASES:
    return phases_text (self, station);
  case COLUMN_CURRENT:
    /* Translators: least and most current of a station */
    return g_strdup_printf (_ ("%.1f–%.1f A"), fields->min_ma / 1000.0, fields->max_ma / 1000.0);
  default:
    return g_strdup_printf ("%d", fields->priority);
  }
}

typedef struct {
  BbStationTable *table; /* (unowned): outlives its cells */
  guint column;
} Column;

/* FALSE: it shows that already. */
static gboolean
show_cell (GtkListItem *item, Column *column)
{
  BbStation *station = gtk_list_item_get_item (item);
  g_autofree gchar *text = cell_text (column->table, station, column->column);
  GtkLabel *label = GTK_LABEL (gtk_list_item_get_child (item));

  if (g_str_equal (gtk_label_get_text (label), text))
    return FALSE;
  gtk_label_set_text (label, text);
  return TRUE;
}

static void
station_changed_cb (BbStation *station, GParamSpec *pspec, GtkListItem *item)
{
  show_cell (item, g_object_get_data (G_OBJECT (item), "column"));
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column)
{
  g_object_set_data (G_OBJECT (item), "column", column);
  g_ptr_array_add (column->table->cells, item);
  show_cell (item, column);
  g_signal_connect_object (gtk_list_item_get_item (item), "notify", G_CALLBACK (station_changed_cb), item, 0);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column)
{
  g_signal_handlers_disconnect_by_data (gtk_list_item_get_item (item), item);
  g_ptr_array_remove_fast (column->table->cells, item);
}

static gboolean
mark_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  BbStationTable *self = BB_STATION_TABLE (widget);
  guint changed = 0;

  for (guint c = 0; c < self->cells->len && changed < MARKS_AT_ONCE; c++) {
    Column *column = g_object_get_data (g_ptr_array_index (self->cells, c), "column");
    if (column->column == COLUMN_NAME)
      changed += show_cell (g_ptr_array_index (self->cells, c), column);
  }
  if (changed > 0)
    return G_SOURCE_CONTINUE;
  self->marking = 0;
  return G_SOURCE_REMOVE;
}

void
bb_station_table_set_problems (BbStationTable *self, GHashTable *counts)
{
  g_clear_pointer (&self->problems, g_hash_table_unref);
  self->problems = counts != NULL ? g_hash_table_ref (counts) : NULL;
  if (self->marking == 0)
    self->marking = gtk_widget_add_tick_callback (GTK_WIDGET (self), mark_cb, NULL, NULL);
}

/* ---- dragging ---- */

static GdkContentProvider *
prepare_cb (GtkDragSource *source, gdouble x, gdouble y, GtkListItem *item)
{
  return gdk_content_provider_new_typed (BB_TYPE_STATION, gtk_list_item_get_item (item));
}

static guint
position_in_site (BbStationTable *self, BbStation *station)
{
  guint position = 0;

  g_list_store_find (bb_site_peek (bb_editor_get_site (self->editor))->stations, station, &position);
  return position;
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, gdouble x, gdouble y, GtkListItem *item)
{
  Column *column = g_object_get_data (G_OBJECT (item), "column");
  BbStation *dragged = g_value_get_object (value), *onto = gtk_list_item_get_item (item);
  gboolean done;

  if (dragged == NULL || onto == NULL || dragged == onto)
    return FALSE;
  bb_editor_seal (column->table->editor);
  done = bb_editor_move (column->table->editor, BB_PART (dragged), position_in_site (column->table, onto),
                         NULL);
  bb_editor_seal (column->table->editor);
  return done;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column)
{
  GtkWidget *label = gtk_label_new (NULL);
  GtkDragSource *drag;
  GtkDropTarget *drop;

  gtk_label_set_xalign (GTK_LABEL (label), column->column == COLUMN_PRIORITY ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), column->column == COLUMN_NAME     ? 10
                                                : column->column == COLUMN_DEVICE ? 6
                                                                                  : -1);
  if (column->column != COLUMN_NAME && column->column != COLUMN_DEVICE)
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_NONE);
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_set_margin_top (label, 5);
  gtk_widget_set_margin_bottom (label, 5);
  gtk_list_item_set_child (item, label);
  if (column->column != COLUMN_NAME)
    return;
  drag = gtk_drag_source_new ();
  gtk_drag_source_set_actions (drag, GDK_ACTION_MOVE);
  g_signal_connect_object (drag, "prepare", G_CALLBACK (prepare_cb), item, 0);
  gtk_widget_add_controller (label, GTK_EVENT_CONTROLLER (drag));
  drop = gtk_drop_target_new (BB_TYPE_STATION, GDK_ACTION_MOVE);
  g_signal_connect_object (drop, "drop", G_CALLBACK (drop_cb), item, 0);
  gtk_widget_add_controller (label, GTK_EVENT_CONTROLLER (drop));
}

/* ---- state ---- */

GPtrArray *
bb_station_table_get_selected (BbStationTable *self)
{
  GPtrArray *stations = g_ptr_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->selection)); i++)
    if (gtk_selection_model_is_selected (self->selection, i)) {
      g_autoptr (BbStation) station = g_list_model_get_item (G_LIST_MODEL (self->selection), i);
      g_ptr_array_add (stations, station); /* the site keeps it */
    }
  return stations;
}

guint
bb_station_table_get_n_rows (BbStationTable *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->selection));
}

gchar *
bb_station_table_get_cell (BbStationTable *self, guint row, guint column)
{
  g_autoptr (BbStation) station = g_list_model_get_item (G_LIST_MODEL (self->selection), row);

  return station != NULL ? cell_text (self, station, column) : NULL;
}

/* A column view asks for hardly any height by itself. */
static void
show_height (BbStationTable *self, guint rows)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), "0");
  gint line;

  pango_layout_get_pixel_size (layout, NULL, &line);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (self->frame),
                                              MIN ((gint) (rows + 1) * (line + 14) + 6, MOST_HEIGHT));
}

static void
show_state (BbStationTable *self)
{
  guint rows = bb_station_table_get_n_rows (self);
  g_autoptr (GtkBitset) chosen = gtk_selection_model_get_selection (self->selection);
  guint n = (guint) gtk_bitset_get_size (chosen);
  GtkWidget *widget = GTK_WIDGET (self);
  g_autofree gchar *all = g_strdup_printf (ngettext ("%u station", "%u stations", rows), rows);
  g_autofree gchar *some = g_strdup_printf (_ ("%u of %u selected"), n, rows);

  show_height (self, rows);
  gtk_widget_set_visible (self->frame, rows > 0);
  gtk_widget_set_visible (self->empty, rows == 0);
  gtk_label_set_text (GTK_LABEL (self->count), n > 0 ? some : all);
  gtk_widget_action_set_enabled (widget, "station.edit", n > 0);
  gtk_widget_action_set_enabled (widget, "station.duplicate", n > 0);
  gtk_widget_action_set_enabled (widget, "station.remove", n > 0);
  gtk_widget_action_set_enabled (widget, "station.copy", n > 0);
  gtk_widget_action_set_enabled (widget, "station.move", n > 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_SELECTED]);
}

static void
selection_changed_cb (GtkSelectionModel *selection, guint position, guint n, BbStationTable *self)
{
  show_state (self);
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, BbStationTable *self)
{
  show_state (self);
}

static void
select_stations (BbStationTable *self, GPtrArray *stations)
{
  g_autoptr (GtkBitset) chosen = gtk_bitset_new_empty (), all = gtk_bitset_new_empty ();
  guint n = bb_station_table_get_n_rows (self);

  for (guint i = 0; i < n; i++) {
    g_autoptr (BbStation) station = g_list_model_get_item (G_LIST_MODEL (self->selection), i);
    if (g_ptr_array_find (stations, station, NULL))
      gtk_bitset_add (chosen, i);
  }
  if (n > 0)
    gtk_bitset_add_range (all, 0, n);
  gtk_selection_model_set_selection (self->selection, chosen, all);
}

static gboolean
is_ours (gpointer item, gpointer data)
{
  BbStationTable *self = data;

  return self->group != NULL
         && strcmp (bb_station_peek (BB_STATION (item))->group, bb_group_peek (self->group)->id) == 0;
}

static void
changed_cb (BbEditor *editor, BbPart *part, const gchar *property, BbStationTable *self)
{
  if ((BB_IS_STATION (part) && g_strcmp0 (property, "group") == 0)
      || (part == BB_PART (self->group) && g_strcmp0 (property, "id") == 0))
    gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

/* ---- actions ---- */

static void
tell (BbStationTable *self, const gchar *text, gboolean undo)
{
  GtkWidget *page = gtk_widget_get_ancestor (GTK_WIDGET (self), BB_TYPE_PAGE);

  if (page != NULL)
    bb_page_toast (BB_PAGE (page), text, undo ? _ ("Undo") : NULL, undo ? "win.undo" : NULL);
}

static void
add_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbStationTable *self = BB_STATION_TABLE (widget);
  g_autoptr (GError) error = NULL;

  if (!bb_groups_add_stations (self->editor, self->group, CLAMP (g_variant_get_uint32 (parameter), 1, 512),
                               &error))
    tell (self, error->message, FALSE);
}

static void
edit (BbStationTable *self)
{
  g_autoptr (GPtrArray) stations = bb_station_table_get_selected (self);
  g_autoptr (GVariant) target = NULL;
  GVariantBuilder ids;

  if (stations->len == 0)
    return;
  g_variant_builder_init (&ids, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < stations->len; i++)
    g_variant_builder_add (&ids, "s", bb_station_peek (g_ptr_array_index (stations, i))->id);
  target = g_variant_ref_sink (g_variant_builder_end (&ids));
  gtk_widget_activate_action_variant (GTK_WIDGET (self), "groups.edit-stations", target);
}

static void
edit_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  edit (BB_STATION_TABLE (widget));
}

static void
activate_cb (GtkColumnView *view, guint position, BbStationTable *self)
{
  /* Enter on one of several that are selected edits all of them. */
  if (!gtk_selection_model_is_selected (self->selection, position))
    gtk_selection_model_select_item (self->selection, position, TRUE);
  edit (self);
}

static void
duplicate_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbStationTable *self = BB_STATION_TABLE (widget);
  g_autoptr (GPtrArray) stations = bb_station_table_get_selected (self), copies = g_ptr_array_new ();
  g_autofree gchar *label
      = g_strdup_printf (ngettext ("Duplicate %u station", "Duplicate %u stations", stations->len),
                         stations->len);
  g_autoptr (GError) error = NULL;

  bb_editor_begin (self->editor, label);
  for (guint i = 0; i < stations->len; i++) {
    BbPart *copy = bb_editor_duplicate (self->editor, g_ptr_array_index (stations, i), &error);
    if (copy == NULL) {
      bb_editor_abandon (self->editor);
      tell (self, error->message, FALSE);
      return;
    }
    g_ptr_array_add (copies, copy);
  }
  bb_editor_end (self->editor);
  bb_editor_seal (self->editor);
  select_stations (self, copies);
}

static void
remove_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbStationTable *self = BB_STATION_TABLE (widget);
  g_autoptr (GPtrArray) stations = bb_station_table_get_selected (self);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text
      = g_strdup_printf (ngettext ("%u station removed", "%u stations removed", stations->len),
                         stations->len);

  if (bb_editor_remove (self->editor, stations, &error))
    tell (self, text, TRUE);
  else
    tell (self, error->message, FALSE);
  bb_editor_seal (self->editor);
}

static void
copy_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbStationTable *self = BB_STATION_TABLE (widget);
  g_autoptr (GPtrArray) stations = bb_station_table_get_selected (self);
  g_autofree gchar *text = bb_editor_copy (self->editor, stations);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
}

/* Stations from elsewhere become this group's. */
static void
paste_text (BbStationTable *self, const gchar *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts = NULL, stations = g_ptr_array_new ();

  bb_editor_begin (self->editor, _ ("Paste stations"));
  parts = bb_editor_paste (self->editor, text, &error);
  for (guint i = 0; parts != NULL && i < parts->len; i++)
    if (BB_IS_STATION (g_ptr_array_index (parts, i)) && !BB_IS_GROUP (g_ptr_array_index (parts, 0)))
      g_ptr_array_add (stations, g_ptr_array_index (parts, i));
  if (parts == NULL
      || !bb_editor_set_all (self->editor, stations, "group", bb_group_peek (self->group)->id, &error)) {
    bb_editor_abandon (self->editor);
    tell (self, error->message, FALSE);
    return;
  }
  bb_editor_end (self->editor);
  bb_editor_seal (self->editor);
  select_stations (self, stations);
}

static void
pasted_cb (GObject *clipboard, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbStationTable) self = data;
  g_autofree gchar *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);

  if (self->editor == NULL)
    return;
  if (text != NULL)
    paste_text (self, text);
  else
    tell (self, _ ("The clipboard has no station. Copy one first."), FALSE);
}

static void
paste_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (widget), NULL, pasted_cb, g_object_ref (widget));
}

static void
move_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbStationTable *self = BB_STATION_TABLE (widget);
  g_autoptr (GPtrArray) stations = bb_station_table_get_selected (self);
  gint by = g_variant_get_int32 (parameter);

  bb_editor_begin (self->editor, by < 0 ? _ ("Move stations up") : _ ("Move stations down"));
  for (guint i = 0; i < stations->len; i++)
    if (!bb_groups_move (self->editor, g_ptr_array_index (stations, by < 0 ? i : stations->len - 1 - i), by,
                         NULL))
      break; /* at the end: those behind it stay too, in their order */
  bb_editor_end (self->editor);
  bb_editor_seal (self->editor);
  select_stations (self, stations);
}

static void
select_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbStationTable *self = BB_STATION_TABLE (widget);
  g_autoptr (GtkBitset) chosen = gtk_bitset_new_empty (), all = gtk_bitset_new_empty ();
  guint n = bb_station_table_get_n_rows (self), position;
  GVariantIter iter;

  if (strcmp (name, "station.select-all") == 0) {
    gtk_selection_model_select_all (self->selection);
    return;
  }
  g_variant_iter_init (&iter, parameter);
  while (g_variant_iter_next (&iter, "u", &position))
    if (position < n)
      gtk_bitset_add (chosen, position);
  if (n > 0)
    gtk_bitset_add_range (all, 0, n);
  gtk_selection_model_set_selection (self->selection, chosen, all);
}

/* ---- object ---- */

static void
bb_station_table_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BbStationTable *self = BB_STATION_TABLE (object);

  if (id == PROP_N_SELECTED) {
    g_autoptr (GtkBitset) chosen = gtk_selection_model_get_selection (self->selection);
    g_value_set_uint (value, (guint) gtk_bitset_get_size (chosen));
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
bb_station_table_dispose (GObject *object)
{
  BbStationTable *self = BB_STATION_TABLE (object);

  if (self->editor != NULL)
    g_signal_handlers_disconnect_by_data (self->editor, self);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  if (self->view != NULL)
    gtk_column_view_set_model (GTK_COLUMN_VIEW (self->view), NULL);
  self->view = NULL;
  g_clear_pointer (&self->box, gtk_widget_unparent);
  if (self->filter != NULL)
    gtk_custom_filter_set_filter_func (self->filter, NULL, NULL, NULL);
  g_clear_object (&self->filter);
  g_clear_object (&self->selection);
  g_clear_object (&self->editor);
  g_clear_object (&self->group);
  G_OBJECT_CLASS (bb_station_table_parent_class)->dispose (object);
}

static void
bb_station_table_finalize (GObject *object)
{
  BbStationTable *self = BB_STATION_TABLE (object);

  g_clear_pointer (&self->problems, g_hash_table_unref);
  g_ptr_array_unref (self->cells);
  G_OBJECT_CLASS (bb_station_table_parent_class)->finalize (object);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "station.add", "u", add_action);
  gtk_widget_class_install_action (widget_class, "station.edit", NULL, edit_action);
  gtk_widget_class_install_action (widget_class, "station.duplicate", NULL, duplicate_action);
  gtk_widget_class_install_action (widget_class, "station.remove", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "station.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "station.paste", NULL, paste_action);
  gtk_widget_class_install_action (widget_class, "station.move", "i", move_action);
  gtk_widget_class_install_action (widget_class, "station.select", "au", select_action);
  gtk_widget_class_install_action (widget_class, "station.select-all", NULL, select_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_d, GDK_CONTROL_MASK, "station.duplicate", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "station.remove", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "station.copy", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_v, GDK_CONTROL_MASK, "station.paste", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "station.move", "i", -1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK, "station.move", "i", 1);
}

static void
bb_station_table_class_init (BbStationTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bb_station_table_get_property;
  object_class->dispose = bb_station_table_dispose;
  object_class->finalize = bb_station_table_finalize;
  properties[PROP_N_SELECTED] = g_param_spec_uint ("n-selected", NULL, NULL, 0, G_MAXUINT, 0,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  install_actions (widget_class);
}

static void
bb_station_table_init (BbStationTable *self)
{
  self->cells = g_ptr_array_new ();
}

/* ---- what it is made of ---- */

static void
add_column (BbStationTable *self, guint number, const gchar *title)
{
  Column *column = g_new0 (Column, 1);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) made = NULL;

  column->table = self;
  column->column = number;
  g_object_set_data_full (G_OBJECT (factory), "column", column, g_free);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), column);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), column);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), column);
  made = gtk_column_view_column_new (title, factory);
  gtk_column_view_column_set_expand (made, number == COLUMN_NAME || number == COLUMN_DEVICE);
  gtk_column_view_append_column (GTK_COLUMN_VIEW (self->view), made);
}

static GtkWidget *
new_view (BbStationTable *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->view = gtk_column_view_new (g_object_ref (self->selection));
  add_column (self, COLUMN_NAME, _ ("Name"));
  add_column (self, COLUMN_DEVICE, _ ("Device"));
  add_column (self, COLUMN_PHASES, _ ("Phases"));
  add_column (self, COLUMN_CURRENT, _ ("Current"));
  /* Translators: heading of a narrow column: the priority class of a station */
  add_column (self, COLUMN_PRIORITY, _ ("Class"));
  gtk_widget_add_css_class (self->view, "data-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Stations"),
                                  -1);
  g_signal_connect (self->view, "activate", G_CALLBACK (activate_cb), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->view);
  gtk_widget_add_css_class (scroller, "card");
  gtk_widget_set_overflow (scroller, GTK_OVERFLOW_HIDDEN);
  return scroller;
}

static void
build (BbStationTable *self)
{
  GListModel *stations = g_object_ref (bb_site_get_stations (bb_editor_get_site (self->editor)));

  self->filter = g_object_ref (gtk_custom_filter_new (is_ours, self, NULL));
  self->selection = GTK_SELECTION_MODEL (gtk_multi_selection_new (
      G_LIST_MODEL (gtk_filter_list_model_new (stations, GTK_FILTER (self->filter)))));
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_box_append (GTK_BOX (self->box), bb_station_toolbar_new (&self->count));
  self->frame = new_view (self);
  gtk_box_append (GTK_BOX (self->box), self->frame);
  self->empty = gtk_label_new (_ ("No station yet. Add one with +."));
  gtk_widget_add_css_class (self->empty, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (self->empty), 0);
  gtk_box_append (GTK_BOX (self->box), self->empty);
}

GtkWidget *
bb_station_table_new (BbEditor *editor, BbGroup *group)
{
  BbStationTable *self = g_object_new (BB_TYPE_STATION_TABLE, NULL);

  self->editor = g_object_ref (editor);
  self->group = g_object_ref (group);
  build (self);
  g_signal_connect (editor, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect (self->selection, "selection-changed", G_CALLBACK (selection_changed_cb), self);
  g_signal_connect (self->selection, "items-changed", G_CALLBACK (items_changed_cb), self);
  show_state (self);
  return GTK_WIDGET (self);
}
