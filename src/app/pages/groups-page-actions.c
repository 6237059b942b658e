/* SPDX-License-Identifier: GPL-3.0-or-later */
/* groups-page-actions.c: what a person can do on the groups page, each by a named action. */
#include <glib/gi18n.h>
#include <string.h>

#include "app/pages/groups-edit.h"
#include "app/pages/groups-page-private.h"
#include "model/group-offline.h"

static void
tell (BbGroupsPage *self, GError *error)
{
  if (error != NULL)
    bb_page_toast (BB_PAGE (self), error->message, NULL, NULL);
}

static void
select_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbGroupsPage *self = BB_GROUPS_PAGE (widget);
  BbPart *part = self->editor
                     ? bb_groups_find (bb_groups_page_site (self), g_variant_get_string (parameter, NULL))
                     : NULL;

  if (part != NULL)
    bb_groups_page_select (self, part);
}

static void
edit_stations_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbGroupsPage *self = BB_GROUPS_PAGE (widget);
  g_autoptr (GPtrArray) stations = g_ptr_array_new ();
  const gchar *id;
  GVariantIter iter;

  g_variant_iter_init (&iter, parameter);
  while (self->editor != NULL && g_variant_iter_next (&iter, "&s", &id)) {
    gint at = bb_site_find_station (bb_groups_page_site (self), id);
    if (at >= 0)
      g_ptr_array_add (stations, bb_site_station (bb_groups_page_site (self), (guint) at));
  }
  if (stations->len > 0)
    bb_groups_page_select_all (self, stations);
}

static void
use_suggestion_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbGroupsPage *self = BB_GROUPS_PAGE (widget);
  BbPart *part = bb_groups_page_get_selected (self);
  gint suggested_ma = BB_UNSTATED;
  g_autofree gchar *sentence = NULL, *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!BB_IS_GROUP (part))
    return;
  sentence = bb_group_explain_offline (bb_groups_page_site (self), BB_GROUP (part), &suggested_ma);
  if (suggested_ma == BB_UNSTATED) {
    bb_page_toast (BB_PAGE (self), sentence, NULL, NULL);
    return;
  }
  text = g_strdup_printf ("%d.%03d", suggested_ma / 1000, suggested_ma % 1000);
  bb_editor_seal (self->editor);
  bb_editor_set (self->editor, part, "offline-ma", text, &error);
  bb_editor_seal (self->editor);
  tell (self, error);
}

static void
back_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbGroupsPage *self = BB_GROUPS_PAGE (widget);
  BbPart *part = bb_groups_page_get_selected (self);

  if (part != NULL)
    bb_groups_page_select (self, bb_groups_page_listed_part (bb_groups_page_site (self), part));
}

static void
add_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbGroupsPage *self = BB_GROUPS_PAGE (widget);
  g_autoptr (GError) error = NULL;
  BbPart *near = bb_groups_page_get_selected (self), *part;

  if (self->editor == NULL)
    return;
  part = strcmp (name, "groups.add-circuit") == 0 ? bb_groups_add_circuit (self->editor, near, &error)
         : strcmp (name, "groups.add-group") == 0 ? bb_groups_add_group (self->editor, near, &error)
                                                  : bb_groups_add_meter (self->editor, near, &error);
  if (part != NULL)
    bb_groups_page_select (self, part);
  tell (self, error);
}

static void
duplicate_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbGroupsPage *self = BB_GROUPS_PAGE (widget);
  g_autoptr (GError) error = NULL;
  BbPart *copy = bb_editor_duplicate (self->editor, bb_groups_page_get_selected (self), &error);

  if (copy != NULL)
    bb_groups_page_select (self, copy);
  tell (self, error);
}

static void
remove_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbGroupsPage *self = BB_GROUPS_PAGE (widget);
  g_autoptr (GPtrArray) parts = g_ptr_array_ref (self->shown);
  g_autofree gchar *title = bb_part_get_text (g_ptr_array_index (parts, 0), "name");
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;
  BbPart *then = bb_groups_page_listed_part (bb_groups_page_site (self), g_ptr_array_index (parts, 0));

  if (!bb_editor_remove (self->editor, parts, &error)) {
    tell (self, error);
    return;
  }
  bb_groups_page_select (self,
                         then == g_ptr_array_index (parts, 0) ? BB_PART (bb_groups_page_site (self)) : then);
  text = parts->len == 1 && *title != '\0'
             ? g_strdup_printf (_ ("“%s” removed"), title)
             : g_strdup_printf (ngettext ("%u removed", "%u removed", parts->len), parts->len);
  bb_page_toast (BB_PAGE (self), text, _ ("Undo"), "win.undo");
}

static void
move_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbGroupsPage *self = BB_GROUPS_PAGE (widget);
  g_autoptr (GError) error = NULL;

  bb_groups_move (self->editor, bb_groups_page_get_selected (self), g_variant_get_int32 (parameter), &error);
  tell (self, error);
}

static void
copy_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbGroupsPage *self = BB_GROUPS_PAGE (widget);
  g_autofree gchar *text = bb_editor_copy (self->editor, self->shown);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
}

static void
paste_text (BbGroupsPage *self, const gchar *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts = bb_editor_paste (self->editor, text, &error);

  if (parts != NULL && parts->len > 0)
    bb_groups_page_select (self, g_ptr_array_index (parts, 0));
  tell (self, error);
}

static void
pasted_cb (GObject *clipboard, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbGroupsPage) self = data;
  g_autofree gchar *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);

  if (self->editor == NULL)
    return;
  if (text != NULL)
    paste_text (self, text);
  else
    bb_page_toast (BB_PAGE (self), _ ("The clipboard has no group or station. Copy one first."), NULL, NULL);
}

static void
paste_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (widget), NULL, pasted_cb, g_object_ref (widget));
}

static void
jump_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbGroupsPage *self = BB_GROUPS_PAGE (widget);
  g_autoptr (BbProblem) problem = NULL;

  if (self->editor == NULL)
    return;
  bb_editor_check_now (self->editor);
  problem = g_list_model_get_item (bb_editor_get_problems (self->editor), g_variant_get_uint32 (parameter));
  if (problem != NULL)
    bb_groups_page_jump (self, problem);
}

/* To what keeps the preview from running. */
static void
show_obstacle_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbGroupsPage *self = BB_GROUPS_PAGE (widget);
  GListModel *problems = self->editor ? bb_editor_get_problems (self->editor) : NULL;
  const gchar *pointer = NULL;

  if (self->preview != NULL)
    bb_preview_get_obstacle (self->preview, &pointer);
  for (guint i = 0; problems != NULL && i < g_list_model_get_n_items (problems); i++) {
    g_autoptr (BbProblem) problem = g_list_model_get_item (problems, i);
    if (g_strcmp0 (bb_problem_get_pointer (problem), pointer) == 0 && bb_groups_page_jump (self, problem))
      return;
  }
}

static void
focus_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbGroupsPage *self = BB_GROUPS_PAGE (widget);
  BbFieldRow *row = bb_groups_form_find_row (self->form, bb_groups_page_get_selected (self),
                                             g_variant_get_string (parameter, NULL));

  if (row != NULL)
    bb_groups_form_reveal (self->form, GTK_WIDGET (row));
}

static void
active_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbGroupsPage *self = BB_GROUPS_PAGE (widget);
  g_autoptr (GError) error = NULL;

  bb_groups_set_active (self->editor, BB_GROUP (bb_groups_page_get_selected (self)),
                        strcmp (name, "group.activate") == 0, &error);
  tell (self, error);
}

void
bb_groups_page_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "groups.select", "s", select_action);
  gtk_widget_class_install_action (widget_class, "groups.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "groups.edit-stations", "as", edit_stations_action);
  gtk_widget_class_install_action (widget_class, "groups.use-suggestion", NULL, use_suggestion_action);
  gtk_widget_class_install_action (widget_class, "groups.add-circuit", NULL, add_action);
  gtk_widget_class_install_action (widget_class, "groups.add-group", NULL, add_action);
  gtk_widget_class_install_action (widget_class, "groups.add-meter", NULL, add_action);
  gtk_widget_class_install_action (widget_class, "groups.duplicate", NULL, duplicate_action);
  gtk_widget_class_install_action (widget_class, "groups.remove", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "groups.move", "i", move_action);
  gtk_widget_class_install_action (widget_class, "groups.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "groups.paste", NULL, paste_action);
  gtk_widget_class_install_action (widget_class, "groups.jump", "u", jump_action);
  gtk_widget_class_install_action (widget_class, "groups.show-obstacle", NULL, show_obstacle_action);
  gtk_widget_class_install_action (widget_class, "groups.focus", "s", focus_action);
  gtk_widget_class_install_action (widget_class, "group.activate", NULL, active_action);
  gtk_widget_class_install_action (widget_class, "group.deactivate", NULL, active_action);
}
