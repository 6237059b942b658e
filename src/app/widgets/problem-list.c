/* SPDX-License-Identifier: GPL-3.0-or-later */
/* problem-list.c: a row that counts the problems of a site and opens to the list of them. */
#include "app/widgets/problem-list.h"

#include <glib/gi18n.h>

#include "app/widgets/accept-row.h"
#include "app/widgets/note-row.h"

/* More of them are not read, but put right one after the other. */
#define MOST_ROWS 60
/* So many rows change in a frame, the rest in the next ones: typing does not wait for forty of them. */
#define ROWS_AT_ONCE 2
/* Height of the list, and while someone writes in it. */
#define HEIGHT      260
#define OPEN_HEIGHT 400

struct _BbProblemList {
  AdwBin parent_instance;
  GtkWidget *scroller, *expander, *icon;
  BbEditor *editor; /* (owned) (nullable) */
  GPtrArray *rows;  /* (element-type GtkWidget), unowned; those that are not needed now are hidden */
  GtkWidget *list;  /* (unowned) (nullable): where the rows are */
  gchar *words;
  guint idle, filling;
  guint next_problem, next_row; /* where filling goes on */
};

G_DEFINE_FINAL_TYPE (BbProblemList, bb_problem_list, ADW_TYPE_BIN)

enum { PROP_0, PROP_EXPANDED, N_PROPS };
static GParamSpec *properties[N_PROPS];
static guint jump_signal;

gchar *
bb_problem_counts_text (guint errors, guint warnings, guint hints)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  if (errors > 0)
    g_ptr_array_add (texts, g_strdup_printf (ngettext ("%u error", "%u errors", errors), errors));
  if (warnings > 0)
    g_ptr_array_add (texts, g_strdup_printf (ngettext ("%u warning", "%u warnings", warnings), warnings));
  if (hints > 0)
    g_ptr_array_add (texts, g_strdup_printf (ngettext ("%u hint", "%u hints", hints), hints));
  g_ptr_array_add (texts, NULL);
  return g_strjoinv (", ", (gchar **) texts->pdata);
}

static const gchar *
icon_of (BbSeverity severity)
{
  return severity == BB_SEVERITY_ERROR     ? "dialog-error-symbolic"
         : severity == BB_SEVERITY_WARNING ? "dialog-warning-symbolic"
                                           : "dialog-information-symbolic";
}

static const gchar *
class_of (BbSeverity severity)
{
  return severity == BB_SEVERITY_ERROR ? "error" : severity == BB_SEVERITY_WARNING ? "warning" : "dim-label";
}

/* ---- rows ---- */

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, BbProblemList *self)
{
  BbProblem *problem = g_object_get_data (G_OBJECT (row), "problem");

  if (problem == NULL)
    return;
  g_object_ref (problem);
  g_signal_emit (self, jump_signal, 0, problem);
  g_object_unref (problem);
}

/* FALSE: it shows that already. */
static gboolean
set_row (GtkWidget *row, BbProblem *problem)
{
  GtkWidget *icon = g_object_get_data (G_OBJECT (row), "icon");
  BbProblem *before = g_object_get_data (G_OBJECT (row), "problem");
  const gchar *sentence = bb_problem_get_sentence (problem);
  const gboolean same = before != NULL && gtk_widget_get_visible (row)
                        && bb_problem_get_severity (before) == bb_problem_get_severity (problem)
                        && g_str_equal (bb_problem_get_sentence (before), sentence);
  const gchar *css[] = { class_of (bb_problem_get_severity (problem)), NULL };

  g_object_set_data_full (G_OBJECT (row), "problem", g_object_ref (problem), g_object_unref);
  if (same)
    return FALSE;
  gtk_image_set_from_icon_name (GTK_IMAGE (icon), icon_of (bb_problem_get_severity (problem)));
  gtk_widget_set_css_classes (icon, css);
  bb_note_row_set_title (BB_NOTE_ROW (row), sentence);
  gtk_widget_set_visible (row, TRUE);
  return TRUE;
}

static GtkWidget *
new_row (BbProblem *problem)
{
  GtkWidget *row = bb_note_row_new (), *icon = gtk_image_new ();

  bb_note_row_add_prefix (BB_NOTE_ROW (row), icon);
  bb_note_row_add_suffix (BB_NOTE_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_widget_add_css_class (row, "problem-row");
  g_object_set_data (G_OBJECT (row), "icon", icon);
  set_row (row, problem);
  return row;
}

/* Those from a number on. */
static void
remove_rows (BbProblemList *self, guint from)
{
  for (guint r = from; r < self->rows->len; r++)
    adw_expander_row_remove (ADW_EXPANDER_ROW (self->expander), g_ptr_array_index (self->rows, r));
  g_ptr_array_set_size (self->rows, from);
}

static void
add_row (BbProblemList *self, GtkWidget *row)
{
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self->expander), row);
  g_ptr_array_add (self->rows, row);
  if (self->list != NULL)
    return;
  self->list = gtk_widget_get_parent (row);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_activated_cb), self, 0);
}

static GtkWidget *
row_at (BbProblemList *self, guint number)
{
  return number < self->rows->len ? g_ptr_array_index (self->rows, number) : NULL;
}

/* A scrolled window asks for the height of texts that do not wrap; who writes needs all of the row. */
static void
open_cb (GtkWidget *row, GParamSpec *pspec, BbProblemList *self)
{
  GtkScrolledWindow *scroller = GTK_SCROLLED_WINDOW (self->scroller);
  GtkWidget *content = gtk_scrolled_window_get_child (scroller);
  gboolean open;
  gint height = 0;

  g_object_get (row, "open", &open, NULL);
  gtk_scrolled_window_set_min_content_height (scroller, -1);
  gtk_scrolled_window_set_max_content_height (scroller, open ? OPEN_HEIGHT : HEIGHT);
  if (!open || gtk_widget_get_width (content) == 0)
    return;
  gtk_widget_measure (content, GTK_ORIENTATION_VERTICAL, gtk_widget_get_width (content), NULL, &height, NULL,
                      NULL);
  gtk_scrolled_window_set_min_content_height (scroller, MIN (height, OPEN_HEIGHT));
}

static void
forget_height (BbProblemList *self)
{
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (self->scroller), -1);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), HEIGHT);
}

/* One in which someone may be writing stays. FALSE: it was there. */
static gboolean
put_accept_row (BbProblemList *self, BbGroup *group)
{
  GtkWidget *row = row_at (self, self->next_row++);

  if (row != NULL && g_object_get_data (G_OBJECT (row), "group") == group)
    return FALSE;
  remove_rows (self, self->next_row - 1);
  forget_height (self);
  row = bb_accept_row_new (self->editor, group);
  g_object_set_data (G_OBJECT (row), "group", group);
  g_signal_connect_object (row, "notify::open", G_CALLBACK (open_cb), self, 0);
  add_row (self, row);
  return TRUE;
}

/* FALSE: it was there. */
static gboolean
put_problem_row (BbProblemList *self, BbProblem *problem)
{
  GtkWidget *row = row_at (self, self->next_row++);

  if (row != NULL && BB_IS_NOTE_ROW (row))
    return set_row (row, problem);
  remove_rows (self, self->next_row - 1);
  add_row (self, new_row (problem));
  return TRUE;
}

/* What is left over; an accept row follows its group by itself, so it does not wait hidden. */
static void
end_rows (BbProblemList *self)
{
  for (guint r = self->next_row; r < self->rows->len; r++) {
    if (!BB_IS_NOTE_ROW (row_at (self, r))) {
      remove_rows (self, r);
      forget_height (self);
    } else
      gtk_widget_set_visible (row_at (self, r), FALSE);
  }
}

/* A few more rows. FALSE: that was all. */
static gboolean
fill_more (BbProblemList *self)
{
  GListModel *problems = bb_editor_get_problems (self->editor);
  guint changed = 0;

  while (self->next_problem < MIN (g_list_model_get_n_items (problems), MOST_ROWS)) {
    g_autoptr (BbProblem) problem = NULL;
    BbGroup *group;
    if (changed >= ROWS_AT_ONCE)
      return TRUE;
    problem = g_list_model_get_item (problems, self->next_problem++);
    group = bb_problem_get_acceptable (bb_editor_get_site (self->editor), problem);
    changed += put_problem_row (self, problem);
    if (group != NULL)
      changed += put_accept_row (self, group);
  }
  end_rows (self);
  return FALSE;
}

static gboolean
fill_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  BbProblemList *self = BB_PROBLEM_LIST (widget);

  if (fill_more (self))
    return G_SOURCE_CONTINUE;
  self->filling = 0;
  return G_SOURCE_REMOVE;
}

static void
stop_filling (BbProblemList *self)
{
  if (self->filling != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->filling);
  self->filling = 0;
}

static void
fill_rows (BbProblemList *self)
{
  stop_filling (self);
  self->next_problem = self->next_row = 0;
  if (!adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self->expander))) {
    remove_rows (self, 0);
    forget_height (self);
  } else if (fill_more (self))
    self->filling = gtk_widget_add_tick_callback (GTK_WIDGET (self), fill_cb, NULL, NULL);
}

static void
show (BbProblemList *self)
{
  GListModel *problems = bb_editor_get_problems (self->editor);
  guint n[BB_SEVERITY_ERROR + 1] = { 0 }, total = g_list_model_get_n_items (problems);
  BbSeverity worst;

  for (guint i = 0; i < total; i++) {
    g_autoptr (BbProblem) problem = g_list_model_get_item (problems, i);
    n[bb_problem_get_severity (problem)]++;
  }
  worst = n[BB_SEVERITY_ERROR] > 0     ? BB_SEVERITY_ERROR
          : n[BB_SEVERITY_WARNING] > 0 ? BB_SEVERITY_WARNING
                                       : BB_SEVERITY_ADVICE;
  g_free (self->words);
  self->words = bb_problem_counts_text (n[BB_SEVERITY_ERROR], n[BB_SEVERITY_WARNING], n[BB_SEVERITY_ADVICE]);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->expander), self->words);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon_of (worst));
  gtk_widget_set_css_classes (self->icon, (const gchar *[]){ class_of (worst), NULL });
  gtk_widget_set_visible (GTK_WIDGET (self), total > 0);
  fill_rows (self);
}

static gboolean
show_cb (gpointer data)
{
  BbProblemList *self = data;

  self->idle = 0;
  if (self->editor != NULL)
    show (self);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (GListModel *problems, guint position, guint removed, guint added, BbProblemList *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, show_cb, self, NULL);
}

static void
expanded_cb (AdwExpanderRow *expander, GParamSpec *pspec, BbProblemList *self)
{
  if (self->editor != NULL)
    fill_rows (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPANDED]);
}

/* ---- object ---- */

static void
bb_problem_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_EXPANDED)
    g_value_set_boolean (value, adw_expander_row_get_expanded (
                                    ADW_EXPANDER_ROW (BB_PROBLEM_LIST (object)->expander)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_problem_list_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_EXPANDED)
    adw_expander_row_set_expanded (ADW_EXPANDER_ROW (BB_PROBLEM_LIST (object)->expander),
                                   g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_problem_list_dispose (GObject *object)
{
  BbProblemList *self = BB_PROBLEM_LIST (object);

  bb_problem_list_set_editor (self, NULL);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->words, g_free);
  G_OBJECT_CLASS (bb_problem_list_parent_class)->dispose (object);
}

static void
bb_problem_list_class_init (BbProblemListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = bb_problem_list_get_property;
  object_class->set_property = bb_problem_list_set_property;
  object_class->dispose = bb_problem_list_dispose;
  properties[PROP_EXPANDED]
      = g_param_spec_boolean ("expanded", NULL, NULL, FALSE,
                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  jump_signal = g_signal_new ("jump", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 1, BB_TYPE_PROBLEM);
}

static void
bb_problem_list_init (BbProblemList *self)
{
  GtkWidget *list = gtk_list_box_new ();

  self->rows = g_ptr_array_new ();
  self->words = g_strdup ("");
  self->expander = adw_expander_row_new ();
  self->icon = gtk_image_new ();
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (self->expander), self->icon);
  g_signal_connect (self->expander, "notify::expanded", G_CALLBACK (expanded_cb), self);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_widget_set_valign (list, GTK_ALIGN_START);
  gtk_list_box_append (GTK_LIST_BOX (list), self->expander);
  /* A shadow of the card needs room that the scroller would cut. */
  gtk_widget_set_margin_start (list, 2);
  gtk_widget_set_margin_end (list, 2);
  gtk_widget_set_margin_top (list, 2);
  gtk_widget_set_margin_bottom (list, 2);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), list);
  adw_bin_set_child (ADW_BIN (self), self->scroller);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
bb_problem_list_new (void)
{
  return g_object_new (BB_TYPE_PROBLEM_LIST, NULL);
}

void
bb_problem_list_set_editor (BbProblemList *self, BbEditor *editor)
{
  if (self->editor == editor)
    return;
  g_clear_handle_id (&self->idle, g_source_remove);
  stop_filling (self);
  if (self->editor != NULL)
    g_signal_handlers_disconnect_by_data (bb_editor_get_problems (self->editor), self);
  remove_rows (self, 0);
  forget_height (self);
  g_set_object (&self->editor, editor);
  if (editor == NULL) {
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
    return;
  }
  g_signal_connect (bb_editor_get_problems (editor), "items-changed", G_CALLBACK (changed_cb), self);
  show (self);
}

const gchar *
bb_problem_list_get_words (BbProblemList *self)
{
  return self->words;
}
