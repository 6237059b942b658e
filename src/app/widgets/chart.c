/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart.c: BbChart: its state (view, cursor, selection, table), its actions and keys. */
#include "app/widgets/chart.h"

#include <glib/gi18n.h>

#include "app/widgets/chart-private.h"

#define ZOOM_STEP 1.5
#define PAN_SHARE 8
/* A description is a query and words: at most so often, in ms. */
#define DESCRIBE_MS 2000

enum {
  PROP_0,
  PROP_MODEL,
  PROP_VIEW_FROM_MS,
  PROP_VIEW_UNTIL_MS,
  PROP_CURSOR_MS,
  PROP_SELECTION_FROM_MS,
  PROP_SELECTION_UNTIL_MS,
  PROP_SHOW_TABLE,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

enum { CURSOR_MOVED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BbChart, bb_chart, GTK_TYPE_WIDGET)

GtkWidget *
bb_chart_new (void)
{
  return g_object_new (BB_TYPE_CHART, NULL);
}

/* ---- words ---- */

static void
update_range_label (BbChart *self)
{
  BbZone *zone = self->model != NULL ? bb_chart_model_get_zone (self->model) : NULL;
  g_autofree gchar *text = NULL;
  if (self->view.until_ms > self->view.from_ms) {
    BbChartRange shown = self->view;
    if (self->selection.until_ms > self->selection.from_ms)
      shown = self->selection;
    text = bb_time_axis_format_range (zone, shown.from_ms, shown.until_ms);
  }
  gtk_label_set_text (GTK_LABEL (self->range_label), text != NULL ? text : "");
}

static gboolean
describe_cb (gpointer data)
{
  BbChart *self = data;
  const BbChartGeometry *geometry = bb_chart_area_get_geometry (BB_CHART_AREA (self->area));
  g_autofree gchar *text = NULL;
  self->describe_source = 0;
  /* What could not be read is a gap in the picture; here it is said why. */
  if (geometry != NULL)
    bb_chart_say (self, geometry->error);
  if (self->model != NULL) {
    text = bb_chart_model_describe (self->model, self->view.from_ms, self->view.until_ms);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->area), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                    -1);
  }
  return G_SOURCE_REMOVE;
}

/* Once soon after the last change, and never more often than that. */
static void
queue_describe (BbChart *self)
{
  if (self->describe_source == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->describe_source = g_timeout_add (DESCRIBE_MS, describe_cb, self);
}

static void
update_accessible_label (BbChart *self)
{
  g_autoptr (GString) text = g_string_new (_ ("Chart"));
  for (guint i = 0; self->model != NULL && i < bb_chart_model_get_n_tracks (self->model); i++)
    g_string_append_printf (text, "%s %s", i == 0 ? ":" : ",",
                            bb_chart_model_get_track (self->model, i)->title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->area), GTK_ACCESSIBLE_PROPERTY_LABEL, text->str, -1);
}

void
bb_chart_say (BbChart *self, const gchar *text)
{
  gtk_label_set_text (GTK_LABEL (self->notice), text != NULL ? text : "");
  gtk_widget_set_visible (self->notice, text != NULL);
}

/* ---- state ---- */

BbChartRange
bb_chart_get_extent (BbChart *self)
{
  BbChartRange extent = { 0, 0 };
  if (self->model != NULL)
    bb_chart_model_get_extent (self->model, &extent.from_ms, &extent.until_ms);
  return extent;
}

static void
update_actions (BbChart *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  BbChartRange extent = bb_chart_get_extent (self);
  gboolean any = self->view.until_ms > self->view.from_ms;
  gboolean selected = self->selection.until_ms > self->selection.from_ms;
  gboolean all = self->view.from_ms <= extent.from_ms && self->view.until_ms >= extent.until_ms;
  gtk_widget_action_set_enabled (widget, "chart.fit", any && !all);
  gtk_widget_action_set_enabled (widget, "chart.zoom-in",
                                 any && self->view.until_ms - self->view.from_ms > BB_CHART_MIN_SPAN_MS);
  gtk_widget_action_set_enabled (widget, "chart.zoom-out", any && !all);
  gtk_widget_action_set_enabled (widget, "chart.zoom-selection", selected);
  gtk_widget_action_set_enabled (widget, "chart.clear-selection", selected || self->pinned_ms != -1);
  gtk_widget_action_set_enabled (widget, "chart.export", any);
  gtk_widget_set_visible (self->zoom_selection_button, selected);
}

void
bb_chart_take_view (BbChart *self, BbChartRange view)
{
  BbChartRange extent = bb_chart_get_extent (self);
  if (view.from_ms == self->view.from_ms && view.until_ms == self->view.until_ms)
    return;
  self->view = view;
  self->fitted = view.from_ms == extent.from_ms && view.until_ms == extent.until_ms;
  bb_chart_area_set_view (BB_CHART_AREA (self->area), view);
  update_range_label (self);
  update_actions (self);
  queue_describe (self);
  if (self->show_table)
    bb_chart_update_table (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VIEW_FROM_MS]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VIEW_UNTIL_MS]);
}

void
bb_chart_take_selection (BbChart *self, gint64 from_ms, gint64 until_ms)
{
  BbChartRange selection = { MIN (from_ms, until_ms), MAX (from_ms, until_ms) };
  if (selection.from_ms == selection.until_ms)
    selection = (BbChartRange){ -1, -1 };
  if (selection.from_ms == self->selection.from_ms && selection.until_ms == self->selection.until_ms)
    return;
  self->selection = selection;
  bb_chart_area_set_selection (BB_CHART_AREA (self->area), selection);
  update_range_label (self);
  update_actions (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SELECTION_FROM_MS]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SELECTION_UNTIL_MS]);
}

void
bb_chart_set_view (BbChart *self, gint64 from_ms, gint64 until_ms)
{
  BbChartRange none = { 0, 0 }, view = { from_ms, until_ms };
  g_return_if_fail (BB_IS_CHART (self));
  bb_chart_take_view (self, bb_chart_range_clamp (view, none));
}

void
bb_chart_fit (BbChart *self)
{
  BbChartRange extent = bb_chart_get_extent (self);
  g_return_if_fail (BB_IS_CHART (self));
  if (extent.until_ms > extent.from_ms)
    bb_chart_take_view (self, extent);
}

void
bb_chart_set_cursor (BbChart *self, gint64 time_ms)
{
  g_return_if_fail (BB_IS_CHART (self));
  if (self->cursor_ms == time_ms)
    return;
  self->cursor_ms = time_ms;
  bb_chart_area_set_cursor (BB_CHART_AREA (self->area), time_ms);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CURSOR_MS]);
  g_signal_emit (self, signals[CURSOR_MOVED], 0, time_ms);
}

gint64
bb_chart_get_cursor (BbChart *self)
{
  g_return_val_if_fail (BB_IS_CHART (self), -1);
  return self->cursor_ms;
}

gint64
bb_chart_get_focus_ms (BbChart *self)
{
  if (self->cursor_ms >= self->view.from_ms && self->cursor_ms < self->view.until_ms && self->cursor_ms != -1)
    return self->cursor_ms;
  return self->view.from_ms + (self->view.until_ms - self->view.from_ms) / 2;
}

void
bb_chart_zoom (BbChart *self, gint64 about_ms, gdouble factor)
{
  if (self->view.until_ms > self->view.from_ms)
    bb_chart_take_view (self, bb_chart_range_zoom (self->view, about_ms, factor, bb_chart_get_extent (self)));
}

void
bb_chart_pan (BbChart *self, gint64 by_ms)
{
  if (self->view.until_ms > self->view.from_ms)
    bb_chart_take_view (self, bb_chart_range_pan (self->view, by_ms, bb_chart_get_extent (self)));
}

/* ---- model ---- */

static void
model_changed_cb (BbChart *self)
{
  BbChartRange extent = bb_chart_get_extent (self);
  gboolean nothing = self->view.until_ms <= self->view.from_ms;
  bb_chart_area_refresh (BB_CHART_AREA (self->area));
  update_accessible_label (self);
  if ((self->fitted || nothing) && extent.until_ms > extent.from_ms)
    bb_chart_take_view (self, extent);
  else
    update_actions (self);
  update_range_label (self);
  queue_describe (self);
  if (self->show_table)
    bb_chart_update_table (self);
}

void
bb_chart_set_model (BbChart *self, BbChartModel *model)
{
  g_return_if_fail (BB_IS_CHART (self) && (model == NULL || BB_IS_CHART_MODEL (model)));
  if (self->model == model)
    return;
  if (self->model != NULL)
    g_clear_signal_handler (&self->model_handler, self->model);
  g_set_object (&self->model, model);
  if (model != NULL)
    self->model_handler
        = g_signal_connect_object (model, "changed", G_CALLBACK (model_changed_cb), self, G_CONNECT_SWAPPED);
  bb_chart_area_set_model (BB_CHART_AREA (self->area), model);
  self->view = (BbChartRange){ 0, 0 };
  self->fitted = TRUE;
  self->pinned_ms = self->anchor_ms = -1;
  bb_chart_take_selection (self, -1, -1);
  bb_chart_set_cursor (self, -1);
  model_changed_cb (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MODEL]);
}

BbChartModel *
bb_chart_get_model (BbChart *self)
{
  g_return_val_if_fail (BB_IS_CHART (self), NULL);
  return self->model;
}

/* ---- actions ---- */

static void
fit_action (GtkWidget *widget, const gchar *action, GVariant *parameter)
{
  bb_chart_fit (BB_CHART (widget));
}

static void
zoom_action (GtkWidget *widget, const gchar *action, GVariant *parameter)
{
  BbChart *self = BB_CHART (widget);
  gboolean in = g_str_equal (action, "chart.zoom-in");
  bb_chart_zoom (self, bb_chart_get_focus_ms (self), in ? 1 / ZOOM_STEP : ZOOM_STEP);
}

static void
pan_action (GtkWidget *widget, const gchar *action, GVariant *parameter)
{
  BbChart *self = BB_CHART (widget);
  gint64 by_ms = MAX ((self->view.until_ms - self->view.from_ms) / PAN_SHARE, 1);
  bb_chart_pan (self, g_str_equal (action, "chart.pan-left") ? -by_ms : by_ms);
}

/* Moves the cursor, brings it into view, and takes a selection that was begun with it. */
static void
move_cursor (BbChart *self, gint64 time_ms)
{
  BbChartRange extent = bb_chart_get_extent (self);
  if (extent.until_ms > extent.from_ms)
    time_ms = CLAMP (time_ms, extent.from_ms, extent.until_ms - 1);
  if (time_ms < self->view.from_ms)
    bb_chart_pan (self, time_ms - self->view.from_ms);
  else if (time_ms >= self->view.until_ms)
    bb_chart_pan (self, time_ms - self->view.until_ms + 1);
  self->pinned_ms = time_ms;
  bb_chart_set_cursor (self, time_ms);
  if (self->anchor_ms != -1)
    bb_chart_take_selection (self, self->anchor_ms, time_ms);
  update_actions (self);
}

static gint64
finest_ms (BbChart *self)
{
  gint64 finest = G_MAXINT64;
  for (guint i = 0; i < bb_chart_model_get_n_tracks (self->model); i++) {
    const BbChartTrack *track = bb_chart_model_get_track (self->model, i);
    for (guint k = 0; k < track->lines->len; k++) {
      const BbChartLine *line = g_ptr_array_index (track->lines, k);
      BbSeriesInfo info = { 0 };
      if (line->series < bb_series_source_get_n_series (line->source))
        bb_series_source_get_info (line->source, line->series, &info);
      finest = info.finest_ms > 0 ? MIN (finest, info.finest_ms) : finest;
    }
  }
  return finest < G_MAXINT64 ? finest : 1000;
}

/* By a tenth of a tick of the axis at most: by what is a column, or with Shift by the finest bucket. */
static void
cursor_action (GtkWidget *widget, const gchar *action, GVariant *parameter)
{
  BbChart *self = BB_CHART (widget);
  const BbChartGeometry *geometry = bb_chart_area_get_geometry (BB_CHART_AREA (self->area));
  gboolean left = g_str_has_prefix (action, "chart.cursor-left");
  gint64 step_ms = 0;
  if (self->model == NULL || geometry == NULL)
    return;
  step_ms = g_str_has_suffix (action, "-fine") ? finest_ms (self)
                                               : MAX (bb_chart_geometry_get_column_ms (geometry),
                                                      (self->view.until_ms - self->view.from_ms) / 200);
  move_cursor (self, bb_chart_get_focus_ms (self) + (left ? -step_ms : step_ms));
}

/* The first press begins a selection at the cursor, the second ends it. */
static void
select_action (GtkWidget *widget, const gchar *action, GVariant *parameter)
{
  BbChart *self = BB_CHART (widget);
  if (self->view.until_ms <= self->view.from_ms)
    return;
  if (self->anchor_ms != -1) {
    self->anchor_ms = -1;
    return;
  }
  bb_chart_take_selection (self, -1, -1);
  move_cursor (self, bb_chart_get_focus_ms (self));
  self->anchor_ms = self->cursor_ms;
}

static void
zoom_selection_action (GtkWidget *widget, const gchar *action, GVariant *parameter)
{
  BbChart *self = BB_CHART (widget);
  BbChartRange selection = self->selection;
  self->anchor_ms = -1;
  bb_chart_take_selection (self, -1, -1);
  if (selection.until_ms > selection.from_ms)
    bb_chart_take_view (self, bb_chart_range_clamp (selection, bb_chart_get_extent (self)));
  gtk_widget_grab_focus (self->area);
}

static void
clear_selection_action (GtkWidget *widget, const gchar *action, GVariant *parameter)
{
  BbChart *self = BB_CHART (widget);
  self->anchor_ms = self->pinned_ms = -1;
  bb_chart_take_selection (self, -1, -1);
  bb_chart_set_cursor (self, -1);
  update_actions (self);
}

static void
menu_action (GtkWidget *widget, const gchar *action, GVariant *parameter)
{
  BbChart *self = BB_CHART (widget);
  bb_chart_popup_menu (self, gtk_widget_get_width (self->area) / 2.0,
                       gtk_widget_get_height (self->area) / 2.0);
}

static void
set_show_table (BbChart *self, gboolean show)
{
  if (self->show_table == show)
    return;
  self->show_table = show;
  if (show)
    bb_chart_update_table (self);
  gtk_widget_set_visible (self->table_scroller, show);
  gtk_widget_set_visible (self->area_scroller, !show);
  gtk_widget_grab_focus (show ? self->column_view : self->area);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHOW_TABLE]);
}

/* ---- GObject ---- */

static void
bb_chart_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BbChart *self = BB_CHART (object);
  switch (id) {
  case PROP_MODEL:
    g_value_set_object (value, self->model);
    break;
  case PROP_VIEW_FROM_MS:
    g_value_set_int64 (value, self->view.from_ms);
    break;
  case PROP_VIEW_UNTIL_MS:
    g_value_set_int64 (value, self->view.until_ms);
    break;
  case PROP_CURSOR_MS:
    g_value_set_int64 (value, self->cursor_ms);
    break;
  case PROP_SELECTION_FROM_MS:
    g_value_set_int64 (value, self->selection.from_ms);
    break;
  case PROP_SELECTION_UNTIL_MS:
    g_value_set_int64 (value, self->selection.until_ms);
    break;
  case PROP_SHOW_TABLE:
    g_value_set_boolean (value, self->show_table);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
bb_chart_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BbChart *self = BB_CHART (object);
  switch (id) {
  case PROP_MODEL:
    bb_chart_set_model (self, g_value_get_object (value));
    break;
  case PROP_CURSOR_MS:
    bb_chart_set_cursor (self, g_value_get_int64 (value));
    break;
  case PROP_SHOW_TABLE:
    set_show_table (self, g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
bb_chart_dispose (GObject *object)
{
  BbChart *self = BB_CHART (object);
  GtkWidget *child = NULL;
  g_clear_handle_id (&self->describe_source, g_source_remove);
  if (self->model != NULL)
    g_clear_signal_handler (&self->model_handler, self->model);
  g_clear_object (&self->model);
  g_clear_object (&self->rows);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  self->column_view = NULL;
  G_OBJECT_CLASS (bb_chart_parent_class)->dispose (object);
}

static void
install_properties (GObjectClass *klass)
{
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GParamFlags both = readable | G_PARAM_WRITABLE;
  props[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, BB_TYPE_CHART_MODEL, both);
  props[PROP_VIEW_FROM_MS]
      = g_param_spec_int64 ("view-from-ms", NULL, NULL, G_MININT64, G_MAXINT64, 0, readable);
  props[PROP_VIEW_UNTIL_MS]
      = g_param_spec_int64 ("view-until-ms", NULL, NULL, G_MININT64, G_MAXINT64, 0, readable);
  props[PROP_CURSOR_MS] = g_param_spec_int64 ("cursor-ms", NULL, NULL, G_MININT64, G_MAXINT64, -1, both);
  props[PROP_SELECTION_FROM_MS]
      = g_param_spec_int64 ("selection-from-ms", NULL, NULL, G_MININT64, G_MAXINT64, -1, readable);
  props[PROP_SELECTION_UNTIL_MS]
      = g_param_spec_int64 ("selection-until-ms", NULL, NULL, G_MININT64, G_MAXINT64, -1, readable);
  props[PROP_SHOW_TABLE] = g_param_spec_boolean ("show-table", NULL, NULL, FALSE, both);
  g_object_class_install_properties (klass, N_PROPS, props);
}

static void
install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "chart.fit", NULL, fit_action);
  gtk_widget_class_install_action (klass, "chart.zoom-in", NULL, zoom_action);
  gtk_widget_class_install_action (klass, "chart.zoom-out", NULL, zoom_action);
  gtk_widget_class_install_action (klass, "chart.pan-left", NULL, pan_action);
  gtk_widget_class_install_action (klass, "chart.pan-right", NULL, pan_action);
  gtk_widget_class_install_action (klass, "chart.cursor-left", NULL, cursor_action);
  gtk_widget_class_install_action (klass, "chart.cursor-right", NULL, cursor_action);
  gtk_widget_class_install_action (klass, "chart.cursor-left-fine", NULL, cursor_action);
  gtk_widget_class_install_action (klass, "chart.cursor-right-fine", NULL, cursor_action);
  gtk_widget_class_install_action (klass, "chart.select", NULL, select_action);
  gtk_widget_class_install_action (klass, "chart.zoom-selection", NULL, zoom_selection_action);
  gtk_widget_class_install_action (klass, "chart.clear-selection", NULL, clear_selection_action);
  gtk_widget_class_install_action (klass, "chart.menu", NULL, menu_action);
  gtk_widget_class_install_action (klass, "chart.export", "s", bb_chart_export_action);
  gtk_widget_class_install_property_action (klass, "chart.table", "show-table");
}

static void
install_keys (GtkWidgetClass *klass)
{
  static const struct {
    guint key;
    GdkModifierType modifiers;
    const gchar *action;
  } keys[] = {
    { GDK_KEY_Home, 0, "chart.fit" },
    { GDK_KEY_KP_Home, 0, "chart.fit" },
    { GDK_KEY_plus, 0, "chart.zoom-in" },
    { GDK_KEY_plus, GDK_SHIFT_MASK, "chart.zoom-in" },
    { GDK_KEY_equal, 0, "chart.zoom-in" },
    { GDK_KEY_KP_Add, 0, "chart.zoom-in" },
    { GDK_KEY_minus, 0, "chart.zoom-out" },
    { GDK_KEY_KP_Subtract, 0, "chart.zoom-out" },
    { GDK_KEY_Left, GDK_CONTROL_MASK, "chart.pan-left" },
    { GDK_KEY_Right, GDK_CONTROL_MASK, "chart.pan-right" },
    { GDK_KEY_Left, 0, "chart.cursor-left" },
    { GDK_KEY_Right, 0, "chart.cursor-right" },
    { GDK_KEY_Left, GDK_SHIFT_MASK, "chart.cursor-left-fine" },
    { GDK_KEY_Right, GDK_SHIFT_MASK, "chart.cursor-right-fine" },
    { GDK_KEY_s, 0, "chart.select" },
    { GDK_KEY_Return, 0, "chart.zoom-selection" },
    { GDK_KEY_KP_Enter, 0, "chart.zoom-selection" },
    { GDK_KEY_Escape, 0, "chart.clear-selection" },
    { GDK_KEY_t, 0, "chart.table" },
    { GDK_KEY_F10, GDK_SHIFT_MASK, "chart.menu" },
    { GDK_KEY_Menu, 0, "chart.menu" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (klass, keys[i].key, keys[i].modifiers, keys[i].action, NULL);
}

static void
bb_chart_class_init (BbChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  object_class->get_property = bb_chart_get_property;
  object_class->set_property = bb_chart_set_property;
  object_class->dispose = bb_chart_dispose;
  install_properties (object_class);
  signals[CURSOR_MOVED] = g_signal_new ("cursor-moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  g_type_ensure (BB_TYPE_CHART_AREA);
  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/chart.ui");
  gtk_widget_class_bind_template_child (widget_class, BbChart, bar);
  gtk_widget_class_bind_template_child (widget_class, BbChart, range_label);
  gtk_widget_class_bind_template_child (widget_class, BbChart, zoom_selection_button);
  gtk_widget_class_bind_template_child (widget_class, BbChart, tools);
  gtk_widget_class_bind_template_child (widget_class, BbChart, area);
  gtk_widget_class_bind_template_child (widget_class, BbChart, area_scroller);
  gtk_widget_class_bind_template_child (widget_class, BbChart, table_scroller);
  gtk_widget_class_bind_template_child (widget_class, BbChart, notice);
  gtk_widget_class_bind_template_child (widget_class, BbChart, export_button);
  gtk_widget_class_bind_template_child (widget_class, BbChart, context_menu);
  install_actions (widget_class);
  install_keys (widget_class);
}

static void
map_cb (BbChart *self)
{
  queue_describe (self);
}

static void
bb_chart_init (BbChart *self)
{
  self->cursor_ms = self->pinned_ms = self->anchor_ms = -1;
  self->selection = (BbChartRange){ -1, -1 };
  self->pointer_x = -1;
  self->fitted = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  bb_chart_add_input (self);
  g_signal_connect_object (self, "map", G_CALLBACK (map_cb), self, 0);
  update_accessible_label (self);
  update_actions (self);
}
