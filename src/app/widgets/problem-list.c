/* SPDX-License-Identifier: GPL-3.0-or-later */
/* problem-list.c: a row that counts the problems of a site and opens to the list of them. */
#include "app/widgets/problem-list.h"

#include <glib/gi18n.h>

/* More of them are not read, but put right one after the other. */
#define MOST_ROWS 60

struct _BbProblemList {
  AdwBin parent_instance;
  GtkWidget *scroller, *expander, *icon;
  BbEditor *editor; /* (owned) (nullable) */
  GPtrArray *rows;  /* (element-type GtkWidget), unowned */
  gchar *words;
  guint idle;
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
row_activated_cb (AdwActionRow *row, BbProblemList *self)
{
  g_autoptr (BbProblem) problem = g_object_ref (g_object_get_data (G_OBJECT (row), "problem"));

  g_signal_emit (self, jump_signal, 0, problem);
}

static GtkWidget *
new_row (BbProblemList *self, BbProblem *problem)
{
  GtkWidget *row = adw_action_row_new (),
            *icon = gtk_image_new_from_icon_name (icon_of (bb_problem_get_severity (problem)));
  g_autofree gchar *title = g_markup_escape_text (bb_problem_get_sentence (problem), -1);

  gtk_widget_add_css_class (icon, class_of (bb_problem_get_severity (problem)));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_widget_add_css_class (row, "problem-row");
  g_object_set_data_full (G_OBJECT (row), "problem", g_object_ref (problem), g_object_unref);
  g_signal_connect (row, "activated", G_CALLBACK (row_activated_cb), self);
  return row;
}

static void
clear_rows (BbProblemList *self)
{
  for (guint r = 0; r < self->rows->len; r++)
    adw_expander_row_remove (ADW_EXPANDER_ROW (self->expander), g_ptr_array_index (self->rows, r));
  g_ptr_array_set_size (self->rows, 0);
}

static void
fill_rows (BbProblemList *self)
{
  GListModel *problems = bb_editor_get_problems (self->editor);

  clear_rows (self);
  if (!adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self->expander)))
    return;
  for (guint i = 0; i < MIN (g_list_model_get_n_items (problems), MOST_ROWS); i++) {
    g_autoptr (BbProblem) problem = g_list_model_get_item (problems, i);
    GtkWidget *row = new_row (self, problem);
    adw_expander_row_add_row (ADW_EXPANDER_ROW (self->expander), row);
    g_ptr_array_add (self->rows, row);
  }
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
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), 260);
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
  if (self->editor != NULL)
    g_signal_handlers_disconnect_by_data (bb_editor_get_problems (self->editor), self);
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
