/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-tables.c: a result in figures: stations, circuits, sessions. */
#include "app/pages/simulate-tables.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/reason-text.h"
#include "simulation/headline-text.h"

#define MAX_COLUMNS 6
/* Rows come a few in a frame, so that nothing waits for them; further down a view makes no widgets for them.
 */
#define ROWS_AT_ONCE 6
#define ROWS_IN_VIEW 240

/* ---- rows ------------------------------------------------------------------------------------- */

#define BB_TYPE_TABLE_ROW (bb_table_row_get_type ())
G_DECLARE_FINAL_TYPE (BbTableRow, bb_table_row, BB, TABLE_ROW, GObject)

struct _BbTableRow {
  GObject parent_instance;
  gchar *cells[MAX_COLUMNS];
  gdouble keys[MAX_COLUMNS]; /* what numbers are sorted by */
  guint n;
};

G_DEFINE_FINAL_TYPE (BbTableRow, bb_table_row, G_TYPE_OBJECT)

static void
bb_table_row_finalize (GObject *object)
{
  BbTableRow *self = BB_TABLE_ROW (object);

  for (guint i = 0; i < MAX_COLUMNS; i++)
    g_free (self->cells[i]);
  G_OBJECT_CLASS (bb_table_row_parent_class)->finalize (object);
}

static void
bb_table_row_class_init (BbTableRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bb_table_row_finalize;
}

static void
bb_table_row_init (BbTableRow *self)
{
}

static BbTableRow *
row_new (void)
{
  return g_object_new (BB_TYPE_TABLE_ROW, NULL);
}

/* (transfer full) */
static void
put_text (BbTableRow *row, gchar *text, gdouble key)
{
  row->cells[row->n] = text;
  row->keys[row->n++] = key;
}

static void
put_number (BbTableRow *row, gdouble value, guint decimals, const gchar *unit)
{
  g_autofree gchar *number = bb_number_text (value, decimals);

  put_text (row, *unit ? g_strdup_printf ("%s %s", number, unit) : g_steal_pointer (&number), value);
}

static void
put_duration (BbTableRow *row, gint64 ms)
{
  put_text (row, bb_duration_text (ms), (gdouble) ms);
}

/* ---- what is told ----------------------------------------------------------------------------- */

static void
fill_stations (GPtrArray *rows, BbSimRun *run)
{
  const BbSummary *summary = bb_sim_run_get_summary (run);

  for (guint s = 0; s < summary->n_stations; s++) {
    const BbStationSummary *station = &summary->stations[s];
    BbTableRow *row = row_new ();
    put_text (row, g_strdup (bb_station_name (bb_sim_run_get_site (run), station->id)), s);
    put_number (row, bb_kwh (station->delivered_mws), 2, "kWh");
    put_number (row, station->starts, 0, "");
    put_number (row, station->stops, 0, "");
    put_text (row, g_strdup (bb_station_main_reason (station)), 0);
    g_ptr_array_add (rows, row);
  }
}

static void
put_phase (GPtrArray *rows, BbSimRun *run, const BbCircuitSummary *circuit, guint phase)
{
  const BbPhaseSummary *figures = &circuit->phase[phase];
  BbTableRow *row = row_new ();

  put_text (row, g_strdup (bb_circuit_name (bb_sim_run_get_site (run), circuit->id)), 0);
  put_text (row, g_strdup (bb_phase_names[phase]), phase);
  put_number (row, bb_amps (figures->rating_ma), 1, "A");
  put_number (row, bb_amps (figures->peak_ma), bb_peak_decimals (figures), "A");
  put_duration (row, figures->over_rating_ms);
  put_duration (row, figures->longest_over_ms);
  g_ptr_array_add (rows, row);
}

static void
fill_circuits (GPtrArray *rows, BbSimRun *run)
{
  const BbSummary *summary = bb_sim_run_get_summary (run);

  for (guint c = 0; c < summary->n_circuits; c++)
    for (guint p = 0; p < 3; p++)
      if (summary->circuits[c].phases >> p & 1)
        put_phase (rows, run, &summary->circuits[c], p);
}

static const gchar *
session_words (const BbSessionResult *session)
{
  if (session->station < 0)
    return _ ("no free station");
  if (session->open)
    return _ ("still there");
  return session->delivered_mws >= session->wanted_mws ? _ ("fully charged") : _ ("not full");
}

static void
put_session (GPtrArray *rows, BbSimRun *run, const BbSessionResult *session)
{
  const BbSummary *summary = bb_sim_run_get_summary (run);
  BbZone *zone = bb_sim_run_get_zone (run);
  BbTableRow *row = row_new ();

  put_text (row, bb_reason_local_time (session->arrival_ms, zone), (gdouble) session->arrival_ms);
  put_text (row, bb_reason_local_time (session->departure_ms, zone), (gdouble) session->departure_ms);
  put_text (row,
            g_strdup (session->station < 0 ? "–"
                                           : bb_station_name (bb_sim_run_get_site (run),
                                                              summary->stations[session->station].id)),
            session->station);
  put_number (row, bb_kwh (session->wanted_mws), 2, "kWh");
  put_number (row, bb_kwh (session->delivered_mws), 2, "kWh");
  put_text (row, g_strdup (session_words (session)), 0);
  g_ptr_array_add (rows, row);
}

static void
fill_sessions (GPtrArray *rows, BbSimRun *run)
{
  GPtrArray *sessions = bb_sim_run_get_sessions (run);

  for (guint i = 0; sessions && i < sessions->len; i++)
    put_session (rows, run, g_ptr_array_index (sessions, i));
}

/* ---- columns ---------------------------------------------------------------------------------- */

typedef struct {
  const gchar *title;
  gboolean number; /* to the right, sorted by value */
  gboolean wide;
} Column;

typedef struct {
  const gchar *name, *title;
  Column columns[MAX_COLUMNS];
  void (*fill) (GPtrArray *rows, BbSimRun *run);
  const gchar *empty; /* one sentence */
} Table;

#define N_TABLES 3
static const Table tables[N_TABLES] = {
  { "stations",
    N_ ("Stations"),
    { { N_ ("Station"), FALSE, TRUE },
      { N_ ("Delivered"), TRUE, FALSE },
      { N_ ("Starts"), TRUE, FALSE },
      { N_ ("Stops"), TRUE, FALSE },
      { N_ ("Mostly"), FALSE, TRUE } },
    fill_stations,
    N_ ("This site has no stations.") },
  { "circuits",
    N_ ("Circuits"),
    { { N_ ("Circuit"), FALSE, TRUE },
      { N_ ("Phase"), FALSE, FALSE },
      { N_ ("Rating"), TRUE, FALSE },
      { N_ ("Peak"), TRUE, FALSE },
      { N_ ("Over rating"), TRUE, FALSE },
      { N_ ("Longest"), TRUE, FALSE } },
    fill_circuits,
    N_ ("This site has no circuits.") },
  { "sessions",
    N_ ("Sessions"),
    { { N_ ("Arrival"), TRUE, TRUE },
      { N_ ("Departure"), TRUE, TRUE },
      { N_ ("Station"), FALSE, TRUE },
      { N_ ("Wanted"), TRUE, FALSE },
      { N_ ("Delivered"), TRUE, FALSE },
      { N_ ("Outcome"), FALSE, TRUE } },
    fill_sessions,
    N_ ("No sessions to list: no car came, or the result was reopened from a file, which does not keep "
        "them.") },
};

struct _BbSimulateTables {
  GtkBox parent_instance;
  GtkStack *stack;
  BbSimRun *run;               /* (owned) (nullable) */
  GListStore *rows[N_TABLES];  /* (owned) */
  GtkStack *bodies[N_TABLES];  /* "rows" or "empty" */
  gboolean filled[N_TABLES];   /* a year has thousands of sessions: a table is filled when it is looked at */
  GPtrArray *coming[N_TABLES]; /* (owned) (nullable) (element-type BbTableRow): not in view yet */
  guint filling;               /* tick */
};

G_DEFINE_FINAL_TYPE (BbSimulateTables, bb_simulate_tables, GTK_TYPE_BOX)

/* Which column, as the data of factories and sorters. */
typedef struct {
  guint index;
  gboolean number;
} Cell;

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Cell *cell)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), cell->number ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), cell->number ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
  if (cell->number)
    gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Cell *cell)
{
  BbTableRow *row = gtk_list_item_get_item (item);

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)), row->cells[cell->index]);
}

static gint
compare_rows (gconstpointer a, gconstpointer b, gpointer data)
{
  const Cell *cell = data;
  const BbTableRow *left = a, *right = b;

  if (!cell->number)
    return g_utf8_collate (left->cells[cell->index], right->cells[cell->index]);
  gdouble x = left->keys[cell->index], y = right->keys[cell->index];
  return (x > y) - (x < y);
}

static void
free_cell_cb (gpointer data, GClosure *closure)
{
  g_free (data);
}

static GtkColumnViewColumn *
column_new (const Column *column, guint index)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  Cell cell = { index, column->number };
  GtkColumnViewColumn *view_column = gtk_column_view_column_new (_ (column->title), factory);
  g_autoptr (GtkSorter) sorter
      = GTK_SORTER (gtk_custom_sorter_new (compare_rows, g_memdup2 (&cell, sizeof cell), g_free));

  g_signal_connect_data (factory, "setup", G_CALLBACK (setup_cb), g_memdup2 (&cell, sizeof cell),
                         free_cell_cb, 0);
  g_signal_connect_data (factory, "bind", G_CALLBACK (bind_cb), g_memdup2 (&cell, sizeof cell), free_cell_cb,
                         0);
  gtk_column_view_column_set_sorter (view_column, sorter);
  gtk_column_view_column_set_expand (view_column, column->wide);
  gtk_column_view_column_set_resizable (view_column, TRUE);
  return view_column;
}

static GtkWidget *
view_new (BbSimulateTables *self, guint t)
{
  GtkColumnView *view = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  GtkSorter *sorter = gtk_column_view_get_sorter (view);
  GtkSortListModel *sorted
      = gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->rows[t])), g_object_ref (sorter));
  g_autoptr (GtkNoSelection) selection = gtk_no_selection_new (G_LIST_MODEL (sorted));

  for (guint c = 0; c < MAX_COLUMNS && tables[t].columns[c].title; c++) {
    g_autoptr (GtkColumnViewColumn) column = column_new (&tables[t].columns[c], c);
    gtk_column_view_append_column (view, column);
  }
  gtk_column_view_set_model (view, GTK_SELECTION_MODEL (selection));
  gtk_widget_add_css_class (GTK_WIDGET (view), "data-table");
  gtk_widget_add_css_class (GTK_WIDGET (view), "result-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _ (tables[t].title),
                                  -1);
  return GTK_WIDGET (view);
}

static GtkWidget *
empty_new (const gchar *sentence)
{
  GtkWidget *label = gtk_label_new (sentence);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_widget_set_margin_top (label, 12);
  return label;
}

static GtkWidget *
body_new (BbSimulateTables *self, guint t)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->bodies[t] = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_vhomogeneous (self->bodies[t], FALSE);
  gtk_stack_set_hhomogeneous (self->bodies[t], FALSE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view_new (self, t));
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 420);
  gtk_widget_add_css_class (scroller, "card");
  gtk_widget_set_overflow (scroller, GTK_OVERFLOW_HIDDEN);
  gtk_stack_add_named (self->bodies[t], scroller, "rows");
  gtk_stack_add_named (self->bodies[t], empty_new (_ (tables[t].empty)), "empty");
  return GTK_WIDGET (self->bodies[t]);
}

static void
prepare_table (BbSimulateTables *self, guint t)
{
  if (self->filled[t])
    return;
  self->filled[t] = TRUE;
  self->coming[t] = g_ptr_array_new_with_free_func (g_object_unref);
  if (self->run && bb_sim_run_get_summary (self->run))
    tables[t].fill (self->coming[t], self->run);
  gtk_stack_set_visible_child_name (self->bodies[t], self->coming[t]->len > 0 ? "rows" : "empty");
}

/* FALSE: all rows are there. */
static gboolean
add_rows (BbSimulateTables *self, guint t, guint most)
{
  guint before = g_list_model_get_n_items (G_LIST_MODEL (self->rows[t])), n;

  if (!self->coming[t])
    return FALSE;
  n = MIN (before < ROWS_IN_VIEW ? most : G_MAXUINT, self->coming[t]->len);
  g_list_store_splice (self->rows[t], before, 0, self->coming[t]->pdata, n);
  if (n > 0)
    g_ptr_array_remove_range (self->coming[t], 0, n);
  if (self->coming[t]->len == 0)
    g_clear_pointer (&self->coming[t], g_ptr_array_unref);
  return self->coming[t] != NULL;
}

static void
fill_table (BbSimulateTables *self, guint t)
{
  prepare_table (self, t);
  add_rows (self, t, G_MAXUINT);
}

static gboolean
fill_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  BbSimulateTables *self = BB_SIMULATE_TABLES (widget);
  const gchar *shown = gtk_stack_get_visible_child_name (self->stack);
  gboolean more = FALSE;

  for (guint t = 0; t < N_TABLES; t++) {
    if (g_strcmp0 (tables[t].name, shown) != 0)
      continue;
    if (!self->filled[t]) {
      prepare_table (self, t);
      return G_SOURCE_CONTINUE;
    }
    more = add_rows (self, t, ROWS_AT_ONCE);
  }
  if (more)
    return G_SOURCE_CONTINUE;
  self->filling = 0;
  return G_SOURCE_REMOVE;
}

static void
fill_shown (BbSimulateTables *self)
{
  if (self->filling == 0)
    self->filling = gtk_widget_add_tick_callback (GTK_WIDGET (self), fill_cb, NULL, NULL);
}

static void
shown_cb (GtkStack *stack, GParamSpec *pspec, BbSimulateTables *self)
{
  fill_shown (self);
}

static void
show_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulateTables *self = BB_SIMULATE_TABLES (widget);
  const gchar *table = g_variant_get_string (parameter, NULL);

  if (gtk_stack_get_child_by_name (self->stack, table))
    gtk_stack_set_visible_child_name (self->stack, table);
}

static void
bb_simulate_tables_dispose (GObject *object)
{
  BbSimulateTables *self = BB_SIMULATE_TABLES (object);

  for (guint t = 0; t < N_TABLES; t++) {
    g_clear_object (&self->rows[t]);
    g_clear_pointer (&self->coming[t], g_ptr_array_unref);
  }
  g_clear_object (&self->run);
  G_OBJECT_CLASS (bb_simulate_tables_parent_class)->dispose (object);
}

static void
bb_simulate_tables_class_init (BbSimulateTablesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bb_simulate_tables_dispose;
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "tables.show", "s", show_cb);
}

static void
bb_simulate_tables_init (BbSimulateTables *self)
{
  GtkWidget *switcher = gtk_stack_switcher_new ();

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 12);
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_vhomogeneous (self->stack, FALSE);
  gtk_stack_set_hhomogeneous (self->stack, FALSE);
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), self->stack);
  gtk_widget_set_halign (switcher, GTK_ALIGN_START);
  for (guint t = 0; t < N_TABLES; t++) {
    self->rows[t] = g_list_store_new (BB_TYPE_TABLE_ROW);
    gtk_stack_add_titled (self->stack, body_new (self, t), tables[t].name, _ (tables[t].title));
  }
  g_signal_connect (self->stack, "notify::visible-child-name", G_CALLBACK (shown_cb), self);
  gtk_box_append (GTK_BOX (self), switcher);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->stack));
}

void
bb_simulate_tables_set_run (BbSimulateTables *self, BbSimRun *run)
{
  g_set_object (&self->run, run);
  for (guint t = 0; t < N_TABLES; t++) {
    self->filled[t] = FALSE;
    g_clear_pointer (&self->coming[t], g_ptr_array_unref);
    g_list_store_remove_all (self->rows[t]);
  }
  fill_shown (self);
}

static void
append_line (GString *text, const BbTableRow *row)
{
  for (guint c = 0; c < row->n; c++)
    g_string_append_printf (text, "%s%s", c > 0 ? "\t" : "", row->cells[c]);
  g_string_append_c (text, '\n');
}

gchar *
bb_simulate_tables_get_text (BbSimulateTables *self, const gchar *table)
{
  GString *text = g_string_new (NULL);

  for (guint t = 0; t < N_TABLES; t++) {
    if (!g_str_equal (tables[t].name, table))
      continue;
    fill_table (self, t);
    for (guint c = 0; c < MAX_COLUMNS && tables[t].columns[c].title; c++)
      g_string_append_printf (text, "%s%s", c > 0 ? "\t" : "", _ (tables[t].columns[c].title));
    g_string_append_c (text, '\n');
    for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->rows[t])); i++) {
      g_autoptr (BbTableRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows[t]), i);
      append_line (text, row);
    }
  }
  return g_string_free (text, FALSE);
}
