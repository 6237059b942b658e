/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-rows.c: a chart as a table: the columns of the view as rows, for eyes and ears that figures suit
 * better. */
#include <glib/gi18n.h>

#include "app/widgets/chart-private.h"
#include "report/axis.h"
#include "report/chart-table.h"

#define MAX_ROWS 500

/* ---- a row ---- */

#define BB_TYPE_CHART_ROW (bb_chart_row_get_type ())
G_DECLARE_FINAL_TYPE (BbChartRow, bb_chart_row, BB, CHART_ROW, GObject)

struct _BbChartRow {
  GObject parent_instance;
  GPtrArray *cells; /* (element-type utf8): time first */
};

G_DEFINE_FINAL_TYPE (BbChartRow, bb_chart_row, G_TYPE_OBJECT)

static void
bb_chart_row_finalize (GObject *object)
{
  g_ptr_array_unref (BB_CHART_ROW (object)->cells);
  G_OBJECT_CLASS (bb_chart_row_parent_class)->finalize (object);
}

static void
bb_chart_row_class_init (BbChartRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bb_chart_row_finalize;
}

static void
bb_chart_row_init (BbChartRow *self)
{
  self->cells = g_ptr_array_new_with_free_func (g_free);
}

static BbChartRow *
row_new (const BbChartTable *table, guint index)
{
  BbChartRow *row = g_object_new (BB_TYPE_CHART_ROW, NULL);
  g_ptr_array_add (row->cells,
                   bb_time_axis_format_full (table->zone, bb_chart_table_get_time (table, index), FALSE));
  for (guint i = 0; i < table->columns->len; i++)
    g_ptr_array_add (row->cells, bb_chart_table_format_cell (table, index, i));
  return row;
}

/* ---- columns ---- */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (label), GPOINTER_TO_UINT (data) == 0 ? 0 : 1);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  BbChartRow *row = gtk_list_item_get_item (item);
  guint column = GPOINTER_TO_UINT (data);
  const gchar *text = column < row->cells->len ? g_ptr_array_index (row->cells, column) : "";
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static void
add_column (BbChart *self, const gchar *title, guint index)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *column = NULL;
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (index));
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GUINT_TO_POINTER (index));
  column = gtk_column_view_column_new (title, factory);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_append_column (GTK_COLUMN_VIEW (self->column_view), column);
  g_object_unref (column);
}

static gboolean
has_same_columns (BbChart *self, const BbChartTable *table)
{
  GListModel *columns = gtk_column_view_get_columns (GTK_COLUMN_VIEW (self->column_view));
  if (g_list_model_get_n_items (columns) != table->columns->len + 1)
    return FALSE;
  for (guint i = 0; i < table->columns->len; i++) {
    g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i + 1);
    g_autofree gchar *title = bb_chart_table_format_heading (table, i);
    if (!g_str_equal (gtk_column_view_column_get_title (column), title))
      return FALSE;
  }
  return TRUE;
}

static void
rebuild_columns (BbChart *self, const BbChartTable *table)
{
  GListModel *columns = gtk_column_view_get_columns (GTK_COLUMN_VIEW (self->column_view));
  while (g_list_model_get_n_items (columns) > 0) {
    g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, 0);
    gtk_column_view_remove_column (GTK_COLUMN_VIEW (self->column_view), column);
  }
  add_column (self, _ ("Time"), 0);
  for (guint i = 0; i < table->columns->len; i++) {
    g_autofree gchar *title = bb_chart_table_format_heading (table, i);
    add_column (self, title, i + 1);
  }
}

static void
make_view (BbChart *self)
{
  GtkSelectionModel *selection = NULL;
  self->rows = g_list_store_new (BB_TYPE_CHART_ROW);
  selection = GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->rows))));
  self->column_view = gtk_column_view_new (selection);
  gtk_widget_add_css_class (self->column_view, "data-table");
  gtk_column_view_set_show_row_separators (GTK_COLUMN_VIEW (self->column_view), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->column_view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Figures of the chart"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->table_scroller), self->column_view);
}

void
bb_chart_update_table (BbChart *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbChartTable) table = NULL;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);
  if (self->column_view == NULL)
    make_view (self);
  if (self->model != NULL && self->view.until_ms > self->view.from_ms)
    table = bb_chart_table_new (self->model, self->view.from_ms, self->view.until_ms, MAX_ROWS, &error);
  bb_chart_say (self, error != NULL ? error->message : NULL);
  if (table == NULL) {
    g_list_store_remove_all (self->rows);
    return;
  }
  if (!has_same_columns (self, table))
    rebuild_columns (self, table);
  for (guint i = 0; i < table->n_rows; i++)
    g_ptr_array_add (rows, row_new (table, i));
  g_list_store_splice (self->rows, 0, g_list_model_get_n_items (G_LIST_MODEL (self->rows)), rows->pdata,
                       rows->len);
}
