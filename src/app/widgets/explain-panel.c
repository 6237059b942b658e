/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain-panel.c: why each station had its current at a moment. Rows stay while the cursor moves: only their
 * words change. */
#include "app/widgets/explain-panel.h"

#include <glib/gi18n.h>

#include "app/widgets/calm.h"

/* With more stations than this, those without a car are left out until asked for. */
#define SHOW_ALL_UP_TO 8

struct _BbExplainPanel {
  GtkBox parent_instance;
  GtkLabel *when, *hint, *obstacle;
  GtkBox *plain;
  GtkListBox *list;
  GtkWidget *scroller;
  GtkToggleButton *idle_button;
  GPtrArray *rows; /* (element-type Row), one per station */
  gchar *selected; /* (owned) (nullable) */
  gboolean filling;
};

typedef struct {
  gchar *id;
  GtkListBoxRow *row;
  GtkLabel *name, *current, *reason;
  gboolean idle;
} Row;

G_DEFINE_FINAL_TYPE (BbExplainPanel, bb_explain_panel, GTK_TYPE_BOX)

enum { SELECTED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->id);
  g_free (row);
}

static void
bb_explain_panel_dispose (GObject *object)
{
  BbExplainPanel *self = BB_EXPLAIN_PANEL (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->selected, g_free);
  G_OBJECT_CLASS (bb_explain_panel_parent_class)->dispose (object);
}

/* ---- rows ------------------------------------------------------------------------------------- */

static GtkWidget *
label_new (GtkLabel **label, const gchar *style_class, gboolean wrap)
{
  GtkWidget *widget = gtk_label_new (NULL);

  *label = GTK_LABEL (widget);
  gtk_label_set_xalign (*label, 0);
  if (wrap) {
    gtk_label_set_wrap (*label, TRUE);
    gtk_label_set_wrap_mode (*label, PANGO_WRAP_WORD_CHAR);
  } else {
    gtk_label_set_ellipsize (*label, PANGO_ELLIPSIZE_END);
  }
  gtk_widget_add_css_class (widget, style_class);
  return widget;
}

static Row *
row_new (const gchar *id)
{
  Row *row = g_new0 (Row, 1);
  GtkWidget *grid = gtk_grid_new ();

  row->id = g_strdup (id);
  gtk_grid_attach (GTK_GRID (grid), label_new (&row->name, "heading", FALSE), 0, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), label_new (&row->current, "numeric", FALSE), 1, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), label_new (&row->reason, "caption", TRUE), 0, 1, 2, 1);
  gtk_label_set_ellipsize (row->current, PANGO_ELLIPSIZE_NONE);
  gtk_label_set_max_width_chars (row->name, 20);
  gtk_label_set_max_width_chars (row->reason, 30);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_widget_set_hexpand (GTK_WIDGET (row->name), TRUE);
  row->row = GTK_LIST_BOX_ROW (gtk_list_box_row_new ());
  gtk_list_box_row_set_child (row->row, grid);
  gtk_widget_add_css_class (GTK_WIDGET (row->row), "explain-row");
  return row;
}

/* A few rows are shown whole, many scroll: a scrolled window does not ask wrapped text how high it is. */
static void
place_list (BbExplainPanel *self, gboolean many)
{
  GtkWidget *list = GTK_WIDGET (self->list);

  if (many == gtk_widget_is_ancestor (list, self->scroller))
    return;
  g_object_ref (list);
  if (many) {
    gtk_box_remove (self->plain, list);
    gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), list);
  } else {
    gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), NULL);
    gtk_box_append (self->plain, list);
  }
  g_object_unref (list);
}

static gboolean
fits (BbExplainPanel *self, const BbRunMoment *moment)
{
  if (self->rows->len != moment->stations->len)
    return FALSE;
  for (guint i = 0; i < self->rows->len; i++) {
    const Row *row = g_ptr_array_index (self->rows, i);
    const BbRunReason *reason = g_ptr_array_index (moment->stations, i);
    if (!g_str_equal (row->id, reason->id))
      return FALSE;
  }
  return TRUE;
}

static void
make_rows (BbExplainPanel *self, const BbRunMoment *moment)
{
  GtkWidget *child = NULL;

  self->filling = TRUE;
  place_list (self, moment->stations->len > SHOW_ALL_UP_TO);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < moment->stations->len; i++) {
    const BbRunReason *reason = g_ptr_array_index (moment->stations, i);
    Row *row = row_new (reason->id);
    g_ptr_array_add (self->rows, row);
    gtk_list_box_append (self->list, GTK_WIDGET (row->row));
  }
  self->filling = FALSE;
}

static void
fill_row (Row *row, const BbRunReason *reason)
{
  gtk_label_set_label (row->name, reason->name);
  gtk_label_set_label (row->current, reason->current);
  gtk_label_set_label (row->reason, reason->reason);
  bb_calm_set_tooltip (GTK_WIDGET (row->row), reason->period);
  row->idle = reason->code == BBE_REASON_NO_VEHICLE;
  if (row->idle)
    gtk_widget_add_css_class (GTK_WIDGET (row->row), "dim-label");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row->row), "dim-label");
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->row), GTK_ACCESSIBLE_PROPERTY_LABEL, reason->sentence,
                                  -1);
}

static void
show_rows (BbExplainPanel *self)
{
  gboolean all = self->rows->len <= SHOW_ALL_UP_TO || gtk_toggle_button_get_active (self->idle_button);
  g_autofree gchar *words = NULL;
  guint n_idle = 0;

  for (guint i = 0; i < self->rows->len; i++) {
    const Row *row = g_ptr_array_index (self->rows, i);
    n_idle += row->idle;
    gtk_widget_set_visible (GTK_WIDGET (row->row), all || !row->idle);
  }
  words
      = g_strdup_printf (ngettext ("%u station without a car", "%u stations without a car", n_idle), n_idle);
  gtk_button_set_label (GTK_BUTTON (self->idle_button), words);
  gtk_widget_set_visible (GTK_WIDGET (self->idle_button), self->rows->len > SHOW_ALL_UP_TO && n_idle > 0);
}

/* ---- selection -------------------------------------------------------------------------------- */

static Row *
find_row (BbExplainPanel *self, const gchar *id)
{
  for (guint i = 0; i < self->rows->len; i++) {
    Row *row = g_ptr_array_index (self->rows, i);
    if (g_str_equal (row->id, id))
      return row;
  }
  return NULL;
}

void
bb_explain_panel_select (BbExplainPanel *self, const gchar *id)
{
  const gchar *wanted = id && *id ? id : NULL;
  Row *row = wanted ? find_row (self, wanted) : NULL;

  if (g_strcmp0 (self->selected, wanted) == 0)
    return;
  g_free (self->selected);
  self->selected = g_strdup (wanted);
  self->filling = TRUE;
  gtk_list_box_select_row (self->list, row ? row->row : NULL);
  self->filling = FALSE;
  g_signal_emit (self, signals[SELECTED], 0, self->selected);
}

static void
row_selected_cb (GtkListBox *list, GtkListBoxRow *list_row, BbExplainPanel *self)
{
  gint index = list_row ? gtk_list_box_row_get_index (list_row) : -1;

  if (!self->filling)
    bb_explain_panel_select (self, index >= 0 ? ((Row *) g_ptr_array_index (self->rows, index))->id : NULL);
}

static void
select_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  bb_explain_panel_select (BB_EXPLAIN_PANEL (widget), g_variant_get_string (parameter, NULL));
}

static void
idle_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  GtkToggleButton *button = BB_EXPLAIN_PANEL (widget)->idle_button;

  gtk_toggle_button_set_active (button, !gtk_toggle_button_get_active (button));
}

static void
idle_toggled_cb (GtkToggleButton *button, BbExplainPanel *self)
{
  show_rows (self);
}

/* ---- class ------------------------------------------------------------------------------------ */

static void
bb_explain_panel_class_init (BbExplainPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bb_explain_panel_dispose;
  signals[SELECTED] = g_signal_new ("selected", BB_TYPE_EXPLAIN_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/explain-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, BbExplainPanel, when);
  gtk_widget_class_bind_template_child (widget_class, BbExplainPanel, hint);
  gtk_widget_class_bind_template_child (widget_class, BbExplainPanel, obstacle);
  gtk_widget_class_bind_template_child (widget_class, BbExplainPanel, list);
  gtk_widget_class_bind_template_child (widget_class, BbExplainPanel, plain);
  gtk_widget_class_bind_template_child (widget_class, BbExplainPanel, scroller);
  gtk_widget_class_bind_template_child (widget_class, BbExplainPanel, idle_button);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, idle_toggled_cb);
  gtk_widget_class_install_action (widget_class, "explain.select", "s", select_cb);
  gtk_widget_class_install_action (widget_class, "explain.idle", NULL, idle_cb);
}

static void
bb_explain_panel_init (BbExplainPanel *self)
{
  self->rows = g_ptr_array_new_with_free_func (row_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  bb_explain_panel_set_moment (self, NULL);
}

GtkWidget *
bb_explain_panel_new (void)
{
  return g_object_new (BB_TYPE_EXPLAIN_PANEL, NULL);
}

static void
show_hint (BbExplainPanel *self, const gchar *sentence)
{
  gtk_label_set_label (self->hint, sentence ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->hint), sentence != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->plain), sentence == NULL);
  gtk_widget_set_visible (self->scroller,
                          sentence == NULL
                              && gtk_widget_is_ancestor (GTK_WIDGET (self->list), self->scroller));
  if (sentence) {
    gtk_widget_set_visible (GTK_WIDGET (self->idle_button), FALSE);
    gtk_widget_set_visible (GTK_WIDGET (self->obstacle), FALSE);
  }
}

void
bb_explain_panel_set_problem (BbExplainPanel *self, const gchar *sentence)
{
  show_hint (self, sentence);
}

void
bb_explain_panel_set_moment (BbExplainPanel *self, const BbRunMoment *moment)
{
  gtk_label_set_label (self->when, moment ? moment->when : _ ("At the cursor"));
  if (!moment) {
    show_hint (self, _ ("Move the pointer over the charts, or press the arrow keys there, to see why each "
                        "station had its current."));
    return;
  }
  if (!fits (self, moment))
    make_rows (self, moment);
  show_hint (self, NULL);
  for (guint i = 0; i < self->rows->len; i++)
    fill_row (g_ptr_array_index (self->rows, i), g_ptr_array_index (moment->stations, i));
  show_rows (self);
  gtk_label_set_label (self->obstacle, moment->obstacle ? moment->obstacle : "");
  gtk_widget_set_visible (GTK_WIDGET (self->obstacle), moment->obstacle != NULL);
}

gchar *
bb_explain_panel_get_text (BbExplainPanel *self)
{
  GString *text = g_string_new (gtk_label_get_label (self->when));

  for (guint i = 0; i < self->rows->len; i++) {
    const Row *row = g_ptr_array_index (self->rows, i);
    g_string_append_printf (text, "\n%s: %s, %s", gtk_label_get_label (row->name),
                            gtk_label_get_label (row->current), gtk_label_get_label (row->reason));
  }
  return g_string_free (text, FALSE);
}
