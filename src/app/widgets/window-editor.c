/* SPDX-License-Identifier: GPL-3.0-or-later */
/* window-editor.c: the off-peak windows of a group: times and days of each, and the week drawn as a strip. */
#include "app/widgets/window-editor.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/widgets/phase-toggle.h"
#include "app/widgets/window-editor-strip.h"

/* One window's line. */
typedef struct {
  BbWindow *window; /* (owned) */
  GtkWidget *box, *start, *end, *days, *error;
} Line;

struct _BbWindowEditor {
  AdwPreferencesRow parent_instance;
  GtkWidget *strip, *list, *empty, *add;
  BbEditor *editor; /* (owned) (nullable) */
  BbGroup *group;   /* (owned) (nullable) */
  GPtrArray *lines; /* (element-type Line) */
  gboolean showing;
};

G_DEFINE_FINAL_TYPE (BbWindowEditor, bb_window_editor, ADW_TYPE_PREFERENCES_ROW)

enum { PROP_0, PROP_SUMMARY, N_PROPS };
static GParamSpec *properties[N_PROPS];

/* ---- words ---- */

static gchar *
clock_text (gint minutes)
{
  return g_strdup_printf ("%02d:%02d", minutes / 60, minutes % 60);
}

static gchar *
summary (BbWindowEditor *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GListModel *windows = bb_group_get_windows (self->group);

  for (guint w = 0; w < g_list_model_get_n_items (windows); w++) {
    g_autoptr (BbWindow) window = g_list_model_get_item (windows, w);
    g_autofree gchar *days = bb_days_text (bb_window_peek (window)->days);
    g_autofree gchar *start = clock_text (bb_window_peek (window)->start_min);
    g_autofree gchar *end = clock_text (bb_window_peek (window)->end_min);
    g_string_append_printf (text, "%s%s %s–%s", text->len > 0 ? ", " : "", days, start, end);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* ---- lines ---- */

static Line *
line_of (BbWindowEditor *self, GtkWidget *widget)
{
  for (guint l = 0; l < self->lines->len; l++) {
    Line *line = g_ptr_array_index (self->lines, l);
    if (line->start == widget || line->end == widget || line->days == widget)
      return line;
  }
  return NULL;
}

static void
line_free (gpointer data)
{
  Line *line = data;

  g_object_unref (line->window);
  g_free (line);
}

static void
show_error (Line *line, GtkWidget *entry, const gchar *message)
{
  gtk_label_set_text (GTK_LABEL (line->error), message != NULL ? message : "");
  gtk_widget_set_visible (line->error, message != NULL);
  if (message != NULL)
    gtk_widget_add_css_class (entry, "error");
  else
    gtk_widget_remove_css_class (entry, "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_STATE_INVALID,
                               message != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

static void
time_changed_cb (GtkEditable *entry, BbWindowEditor *self)
{
  Line *line = line_of (self, GTK_WIDGET (entry));
  const gchar *property;
  g_autoptr (GError) error = NULL;

  if (self->showing || line == NULL)
    return;
  property = line->start == GTK_WIDGET (entry) ? "start-min" : "end-min";
  self->showing = TRUE; /* what comes back is what was typed */
  bb_editor_set (self->editor, BB_PART (line->window), property, gtk_editable_get_text (entry), &error);
  self->showing = FALSE;
  show_error (line, GTK_WIDGET (entry), error != NULL ? error->message : NULL);
}

static void
days_toggled_cb (BbPhaseToggle *days, BbWindowEditor *self)
{
  Line *line = line_of (self, GTK_WIDGET (days));
  const BbWindowFields *fields;
  guint position;

  if (line == NULL || !g_list_store_find (bb_group_peek (self->group)->windows, line->window, &position))
    return;
  fields = bb_window_peek (line->window);
  bb_editor_set_window (self->editor, self->group, position, fields->start_min, fields->end_min,
                        bb_phase_toggle_get_mask (days), NULL);
  bb_editor_seal (self->editor);
}

static void show_lines (BbWindowEditor *self);

static void
left_cb (GtkEventController *controller, BbWindowEditor *self)
{
  bb_editor_seal (self->editor);
}

static GtkWidget *
new_clock (BbWindowEditor *self, const gchar *name)
{
  GtkWidget *entry = gtk_entry_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_object_set (entry, "width-chars", 5, "max-width-chars", 5, "enable-undo", FALSE, NULL);
  gtk_widget_add_css_class (entry, "numeric");
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (entry, "changed", G_CALLBACK (time_changed_cb), self, 0);
  g_signal_connect_object (focus, "leave", G_CALLBACK (left_cb), self, 0);
  gtk_widget_add_controller (entry, focus);
  return entry;
}

static GtkWidget *
new_remove (guint number)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("list-remove-symbolic");

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "windows.remove");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "u", number);
  gtk_widget_set_tooltip_text (button, _ ("Remove this window"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Remove this window"), -1);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_hexpand (button, TRUE);
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  return button;
}

static void
add_line (BbWindowEditor *self, BbWindow *window)
{
  Line *line = g_new0 (Line, 1);
  GtkWidget *times = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  line->window = g_object_ref (window);
  line->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  line->start = new_clock (self, _ ("Starts"));
  line->end = new_clock (self, _ ("Ends"));
  line->days = bb_phase_toggle_new_days ();
  gtk_widget_set_halign (line->days, GTK_ALIGN_START);
  g_signal_connect_object (line->days, "toggled", G_CALLBACK (days_toggled_cb), self, 0);
  line->error = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (line->error), 0);
  gtk_label_set_wrap (GTK_LABEL (line->error), TRUE);
  gtk_widget_add_css_class (line->error, "error");
  gtk_widget_add_css_class (line->error, "caption");
  gtk_widget_set_visible (line->error, FALSE);
  gtk_box_append (GTK_BOX (times), line->start);
  gtk_box_append (GTK_BOX (times), gtk_label_new ("–"));
  gtk_box_append (GTK_BOX (times), line->end);
  gtk_box_append (GTK_BOX (times), new_remove (self->lines->len));
  gtk_box_append (GTK_BOX (line->box), times);
  gtk_box_append (GTK_BOX (line->box), line->days);
  gtk_box_append (GTK_BOX (line->box), line->error);
  gtk_box_append (GTK_BOX (self->list), line->box);
  g_ptr_array_add (self->lines, line);
}

static gboolean
is_same (BbWindowEditor *self, GListModel *windows)
{
  if (g_list_model_get_n_items (windows) != self->lines->len)
    return FALSE;
  for (guint l = 0; l < self->lines->len; l++) {
    g_autoptr (BbWindow) window = g_list_model_get_item (windows, l);
    if (((Line *) g_ptr_array_index (self->lines, l))->window != window)
      return FALSE;
  }
  return TRUE;
}

static void
show_time (GtkWidget *entry, gint minutes)
{
  g_autofree gchar *text = clock_text (minutes);

  if (strcmp (gtk_editable_get_text (GTK_EDITABLE (entry)), text) != 0)
    gtk_editable_set_text (GTK_EDITABLE (entry), text);
  gtk_widget_remove_css_class (entry, "error");
}

static void
show_line (Line *line)
{
  const BbWindowFields *fields = bb_window_peek (line->window);

  show_time (line->start, fields->start_min);
  show_time (line->end, fields->end_min);
  bb_phase_toggle_set_mask (BB_PHASE_TOGGLE (line->days), fields->days);
  gtk_widget_set_visible (line->error, FALSE);
}

static void
show_lines (BbWindowEditor *self)
{
  GListModel *windows = bb_group_get_windows (self->group);
  gboolean editable = !bb_group_peek (self->group)->active, typing = self->showing;
  g_autofree gchar *words = summary (self);

  self->showing = TRUE;
  if (!is_same (self, windows)) {
    for (guint l = 0; l < self->lines->len; l++)
      gtk_box_remove (GTK_BOX (self->list), ((Line *) g_ptr_array_index (self->lines, l))->box);
    g_ptr_array_set_size (self->lines, 0);
    for (guint w = 0; w < g_list_model_get_n_items (windows); w++) {
      g_autoptr (BbWindow) window = g_list_model_get_item (windows, w);
      add_line (self, window);
    }
  }
  for (guint l = 0; l < self->lines->len && !typing; l++)
    show_line (g_ptr_array_index (self->lines, l));
  self->showing = typing;
  gtk_widget_set_visible (self->empty, self->lines->len == 0);
  gtk_widget_set_visible (self->strip, self->lines->len > 0);
  gtk_widget_set_sensitive (self->list, editable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "windows.add", editable);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->strip), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  bb_week_strip_follow (BB_WEEK_STRIP (self->strip));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUMMARY]);
}

static void
changed_cb (BbEditor *editor, BbPart *part, const gchar *property, BbWindowEditor *self)
{
  if (BB_IS_WINDOW (part)
      || (part == BB_PART (self->group) && property != NULL
          && (strcmp (property, "windows") == 0 || strcmp (property, "active") == 0)))
    show_lines (self);
}

/* ---- actions ---- */

static void
add_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbWindowEditor *self = BB_WINDOW_EDITOR (widget);
  g_autoptr (BbWindow) window = bb_window_new (22 * 60, 6 * 60, 127);

  bb_editor_seal (self->editor);
  bb_editor_add_window (self->editor, self->group, window, NULL);
  bb_editor_seal (self->editor);
}

static void
remove_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbWindowEditor *self = BB_WINDOW_EDITOR (widget);

  bb_editor_seal (self->editor);
  bb_editor_remove_window (self->editor, self->group, g_variant_get_uint32 (parameter), NULL);
  bb_editor_seal (self->editor);
}

static void
set_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbWindowEditor *self = BB_WINDOW_EDITOR (widget);
  const gchar *property, *text;
  guint number;
  Line *line;

  g_variant_get (parameter, "(u&s&s)", &number, &property, &text);
  if (number >= self->lines->len)
    return;
  line = g_ptr_array_index (self->lines, number);
  gtk_editable_set_text (GTK_EDITABLE (strcmp (property, "start-min") == 0 ? line->start : line->end), text);
  bb_editor_seal (self->editor);
}

/* ---- object ---- */

static void
bb_window_editor_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SUMMARY)
    g_value_take_string (value, summary (BB_WINDOW_EDITOR (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_window_editor_dispose (GObject *object)
{
  BbWindowEditor *self = BB_WINDOW_EDITOR (object);

  if (self->editor != NULL)
    g_signal_handlers_disconnect_by_data (self->editor, self);
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  g_clear_object (&self->editor);
  g_clear_object (&self->group);
  G_OBJECT_CLASS (bb_window_editor_parent_class)->dispose (object);
}

static void
bb_window_editor_class_init (BbWindowEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bb_window_editor_get_property;
  object_class->dispose = bb_window_editor_dispose;
  properties[PROP_SUMMARY]
      = g_param_spec_string ("summary", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_install_action (widget_class, "windows.add", NULL, add_action);
  gtk_widget_class_install_action (widget_class, "windows.remove", "u", remove_action);
  gtk_widget_class_install_action (widget_class, "windows.set", "(uss)", set_action);
}

static void
bb_window_editor_init (BbWindowEditor *self)
{
  self->lines = g_ptr_array_new_with_free_func (line_free);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
}

static void
build (BbWindowEditor *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12),
            *title = gtk_label_new (_ ("Off-peak windows"));

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  self->strip = bb_week_strip_new (self->group);
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  self->empty = gtk_label_new (_ ("No window yet: with off-peak charging on, no car charges."));
  gtk_label_set_xalign (GTK_LABEL (self->empty), 0);
  gtk_label_set_wrap (GTK_LABEL (self->empty), TRUE);
  gtk_widget_add_css_class (self->empty, "dim-label");
  gtk_widget_add_css_class (self->empty, "caption");
  self->add = gtk_button_new_with_label (_ ("Add Window"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->add), "windows.add");
  gtk_widget_set_halign (self->add, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), self->strip);
  gtk_box_append (GTK_BOX (box), self->empty);
  gtk_box_append (GTK_BOX (box), self->list);
  gtk_box_append (GTK_BOX (box), self->add);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
}

GtkWidget *
bb_window_editor_new (BbEditor *editor, BbGroup *group)
{
  BbWindowEditor *self = g_object_new (BB_TYPE_WINDOW_EDITOR, "title", _ ("Off-peak windows"), NULL);

  self->editor = g_object_ref (editor);
  self->group = g_object_ref (group);
  build (self);
  g_signal_connect (editor, "changed", G_CALLBACK (changed_cb), self);
  show_lines (self);
  return GTK_WIDGET (self);
}
