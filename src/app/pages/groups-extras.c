/* SPDX-License-Identifier: GPL-3.0-or-later */
/* groups-extras.c: what a form has beside its fields. */
#include "app/pages/groups-extras.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/pages/groups-edit.h"
#include "app/widgets/accept-row.h"
#include "app/widgets/device-advice.h"
#include "app/widgets/mode-diagram.h"
#include "app/widgets/note-row.h"
#include "app/widgets/station-table.h"
#include "app/widgets/window-editor.h"
#include "model/group-offline.h"
#include "model/site-check.h"

/* Keeps what a row follows; goes with the row. */
typedef struct {
  BbEditor *editor; /* (owned) */
  BbPart *part;     /* (owned) */
  GtkWidget *row, *button, *icon;
} Extra;

static void
extra_free (gpointer data)
{
  Extra *extra = data;

  g_signal_handlers_disconnect_by_data (extra->editor, extra);
  g_signal_handlers_disconnect_by_data (extra->part, extra);
  g_object_unref (extra->editor);
  g_object_unref (extra->part);
  g_free (extra);
}

/* Made when the widget goes away, before its children do. */
static void
destroyed_cb (GtkWidget *widget, gpointer extra)
{
  extra_free (extra);
}

static Extra *
extra_new (BbEditor *editor, BbPart *part, GtkWidget *row)
{
  Extra *extra = g_new0 (Extra, 1);

  extra->editor = g_object_ref (editor);
  extra->part = g_object_ref (part);
  extra->row = row;
  g_signal_connect (row, "destroy", G_CALLBACK (destroyed_cb), extra);
  return extra;
}

/* ---- title ---- */

static const gchar *
class_words (BbPart *part)
{
  return BB_IS_GROUP (part)     ? _ ("Group")
         : BB_IS_CIRCUIT (part) ? _ ("Circuit")
         : BB_IS_METER (part)   ? _ ("Meter")
         : BB_IS_STATION (part) ? _ ("Station")
                                : _ ("Site");
}

static gchar *
title_of (BbPart *part)
{
  g_autofree gchar *name = bb_part_get_text (part, "name");

  if (*name != '\0')
    return g_steal_pointer (&name);
  return BB_IS_SITE (part) ? g_strdup (_ ("Site without a name")) : bb_part_get_text (part, "id");
}

static void
show_title (Extra *extra)
{
  g_autofree gchar *title = title_of (extra->part);

  gtk_label_set_text (GTK_LABEL (extra->row), title);
}

static void
name_changed_cb (BbPart *part, GParamSpec *pspec, Extra *extra)
{
  show_title (extra);
}

static void
add_title (BbEditor *editor, GPtrArray *parts, GtkWidget *box)
{
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *words = gtk_label_new (class_words (g_ptr_array_index (parts, 0))),
            *title = gtk_label_new (NULL);
  Extra *extra = extra_new (editor, g_ptr_array_index (parts, 0), title);

  if (parts->len > 1)
    gtk_label_set_text (GTK_LABEL (words), _ ("Stations"));
  gtk_widget_add_css_class (words, "caption-heading");
  gtk_widget_add_css_class (words, "dim-label");
  gtk_widget_add_css_class (title, "title-2");
  gtk_label_set_xalign (GTK_LABEL (words), 0);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (title), PANGO_WRAP_WORD_CHAR);
  if (parts->len > 1) {
    g_autofree gchar *many
        = g_strdup_printf (ngettext ("%u station together", "%u stations together", parts->len), parts->len);
    gtk_label_set_text (GTK_LABEL (title), many);
  } else {
    g_signal_connect (extra->part, "notify::name", G_CALLBACK (name_changed_cb), extra);
    show_title (extra);
  }
  gtk_box_append (GTK_BOX (texts), words);
  gtk_box_append (GTK_BOX (texts), title);
  gtk_box_append (GTK_BOX (box), texts);
}

/* ---- life cycle (A-06) ---- */

static gchar *
first_error (BbEditor *editor)
{
  GListModel *problems = bb_editor_get_problems (editor);
  g_autoptr (BbProblem) problem = g_list_model_get_item (problems, 0);

  return problem != NULL ? g_strdup (bb_problem_get_sentence (problem)) : g_strdup ("");
}

static void
show_inactive (Extra *extra)
{
  guint n = bb_editor_get_n_errors (extra->editor);
  g_autofree gchar *first = first_error (extra->editor);
  g_autofree gchar *blocked = g_strdup_printf (ngettext ("%u error must be put right first. %s",
                                                         "%u errors must be put right first. %s", n),
                                               n, first);

  bb_note_row_set_title (BB_NOTE_ROW (extra->row), _ ("Inactive. Activate it when the edit is done."));
  bb_note_row_set_subtitle (BB_NOTE_ROW (extra->row),
                            n > 0 ? blocked
                                  : _ ("Until then its stations are held at what they say for that case."));
  gtk_button_set_label (GTK_BUTTON (extra->button), _ ("Activate"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (extra->button), "group.activate");
  gtk_widget_add_css_class (extra->button, "suggested-action");
}

static void
show_life_cycle (Extra *extra)
{
  gboolean active = bb_group_peek (BB_GROUP (extra->part))->active;

  gtk_image_set_from_icon_name (GTK_IMAGE (extra->icon),
                                active ? "changes-prevent-symbolic" : "changes-allow-symbolic");
  if (!active) {
    show_inactive (extra);
    return;
  }
  bb_note_row_set_title (BB_NOTE_ROW (extra->row), _ ("Active. Deactivate to edit."));
  bb_note_row_set_subtitle (BB_NOTE_ROW (extra->row),
                            _ ("A group is edited while it is inactive, then activated again."));
  gtk_button_set_label (GTK_BUTTON (extra->button), _ ("Deactivate"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (extra->button), "group.deactivate");
  gtk_widget_remove_css_class (extra->button, "suggested-action");
}

static void
life_changed_cb (GObject *object, GParamSpec *pspec, Extra *extra)
{
  show_life_cycle (extra);
}

static void
add_life_cycle (BbEditor *editor, BbPart *group, GtkWidget *box)
{
  GtkWidget *frame = adw_preferences_group_new (), *row = bb_note_row_new ();
  Extra *extra = extra_new (editor, group, row);

  extra->button = gtk_button_new ();
  gtk_widget_set_valign (extra->button, GTK_ALIGN_CENTER);
  extra->icon = gtk_image_new ();
  bb_note_row_add_prefix (BB_NOTE_ROW (row), extra->icon);
  bb_note_row_add_suffix (BB_NOTE_ROW (row), extra->button);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (frame), row);
  g_signal_connect (group, "notify::active", G_CALLBACK (life_changed_cb), extra);
  g_signal_connect (editor, "notify::n-errors", G_CALLBACK (life_changed_cb), extra);
  show_life_cycle (extra);
  gtk_box_append (GTK_BOX (box), frame);
}

/* ---- the suggested standalone limit (A-08) ---- */

static void
show_suggestion (Extra *extra)
{
  gint suggested_ma = BB_UNSTATED;
  g_autofree gchar *sentence
      = bb_group_explain_offline (bb_editor_get_site (extra->editor), BB_GROUP (extra->part), &suggested_ma);
  const BbGroupFields *fields = bb_group_peek (BB_GROUP (extra->part));
  /* Translators: a button that takes over a suggested current */
  g_autofree gchar *label = g_strdup_printf (_ ("Use %.1f A"), suggested_ma / 1000.0);

  bb_note_row_set_subtitle (BB_NOTE_ROW (extra->row), sentence);
  gtk_widget_set_visible (extra->button, suggested_ma != BB_UNSTATED && suggested_ma != fields->offline_ma);
  gtk_widget_set_sensitive (extra->button, !fields->active);
  gtk_button_set_label (GTK_BUTTON (extra->button), label);
  gtk_widget_set_visible (extra->icon, suggested_ma != BB_UNSTATED && suggested_ma == fields->offline_ma);
}

static void
site_changed_cb (BbEditor *editor, BbPart *part, const gchar *property, Extra *extra)
{
  if (!BB_IS_STATION (part))
    show_suggestion (extra);
}

static void
add_suggestion (BbEditor *editor, BbPart *group, GtkWidget *frame)
{
  GtkWidget *row = bb_note_row_new ();
  Extra *extra = extra_new (editor, group, row);

  bb_note_row_set_title (BB_NOTE_ROW (row), _ ("Suggested standalone limit"));
  extra->button = gtk_button_new ();
  gtk_widget_set_valign (extra->button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (extra->button), "groups.use-suggestion");
  extra->icon = gtk_image_new_from_icon_name ("object-select-symbolic");
  gtk_widget_set_tooltip_text (extra->icon, _ ("In use"));
  gtk_widget_add_css_class (extra->icon, "success");
  bb_note_row_add_suffix (BB_NOTE_ROW (row), extra->icon);
  bb_note_row_add_suffix (BB_NOTE_ROW (row), extra->button);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (frame), row);
  g_signal_connect (editor, "changed", G_CALLBACK (site_changed_cb), extra);
  show_suggestion (extra);
}

/* ---- the mode's diagram ---- */

static void
add_diagram (BbEditor *editor, BbPart *group, GtkWidget *frame)
{
  GtkWidget *row = adw_preferences_row_new (), *diagram;
  BbCircuit *circuit = bb_groups_circuit_of (bb_editor_get_site (editor), group);

  diagram = bb_mode_diagram_new (BB_GROUP (group),
                                 circuit != NULL ? bb_circuit_peek (circuit)->rating_ma[0] : 25000);
  gtk_widget_set_margin_top (diagram, 12);
  gtk_widget_set_margin_bottom (diagram, 9);
  gtk_widget_set_margin_start (diagram, 12);
  gtk_widget_set_margin_end (diagram, 12);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), diagram);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (frame), row);
}

/* ---- where they go ---- */

void
bb_groups_extras_before (BbEditor *editor, GPtrArray *parts, GtkWidget *box)
{
  BbPart *part = g_ptr_array_index (parts, 0);

  add_title (editor, parts, box);
  if (BB_IS_GROUP (part) && parts->len == 1)
    add_life_cycle (editor, part, box);
}

void
bb_groups_extras_after_row (BbEditor *editor, BbPart *part, const BbFieldInfo *info, guint n_parts,
                            GtkWidget *frame)
{
  if (n_parts > 1)
    return;
  if ((BB_IS_STATION (part) || BB_IS_METER (part)) && strcmp (info->property, "identity") == 0)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (frame), bb_device_advice_new (editor, part));
  if (!BB_IS_GROUP (part))
    return;
  if (strcmp (info->property, "mode") == 0)
    add_diagram (editor, part, frame);
  else if (strcmp (info->property, "offline-ma") == 0) {
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (frame), bb_accept_row_new (editor, BB_GROUP (part)));
    add_suggestion (editor, part, frame);
  } else if (strcmp (info->property, "off-peak") == 0)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (frame), bb_window_editor_new (editor, BB_GROUP (part)));
}

GtkWidget *
bb_groups_extras_after_section (BbEditor *editor, BbPart *part, BbFieldSection section, GtkWidget *frame)
{
  GtkWidget *table;

  if (!BB_IS_GROUP (part) || section != BB_SECTION_STATIONS)
    return NULL;
  table = bb_station_table_new (editor, BB_GROUP (part));
  gtk_widget_set_margin_top (table, 12);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (frame), table); /* no row: under the list */
  return table;
}
