/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accept-row.c: asks who accepts an excess of fail-safe currents, and why. */
#include "app/widgets/accept-row.h"

#include <glib/gi18n.h>

struct _BbAcceptRow {
  AdwPreferencesRow parent_instance;
  GtkWidget *words, *open_button, *withdraw_button; /* closed */
  GtkWidget *form, *name, *reason, *error;
  BbEditor *editor; /* (owned) (nullable) */
  BbGroup *group;   /* (owned) (nullable) */
  gboolean open;
};

G_DEFINE_FINAL_TYPE (BbAcceptRow, bb_accept_row, ADW_TYPE_PREFERENCES_ROW)

enum { PROP_0, PROP_OPEN, N_PROPS };
static GParamSpec *properties[N_PROPS];

/* ---- what is shown ---- */

static gboolean
has_excess (BbAcceptRow *self)
{
  GListModel *problems = bb_editor_get_problems (self->editor);

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++) {
    g_autoptr (BbProblem) problem = g_list_model_get_item (problems, i);
    if (bb_problem_get_acceptable (bb_editor_get_site (self->editor), problem) == self->group)
      return TRUE;
  }
  return FALSE;
}

static void
show (BbAcceptRow *self)
{
  BbAcknowledgement *by = bb_group_get_acceptance (bb_editor_get_site (self->editor), self->group);

  self->open &= by == NULL;
  gtk_label_set_text (
      GTK_LABEL (self->words),
      by != NULL ? _ ("This excess is accepted; it stands in every report.")
                 : _ ("An excess of stations that cannot be set may be accepted, by name and reason."));
  gtk_widget_set_visible (gtk_widget_get_parent (self->words), !self->open);
  gtk_widget_set_visible (self->open_button, by == NULL && !self->open);
  gtk_widget_set_visible (self->withdraw_button, by != NULL);
  gtk_widget_set_visible (self->form, self->open);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "accept.open", by == NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "accept.cancel", self->open);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "accept.confirm", self->open);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "accept.withdraw", by != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), has_excess (self));
}

static void
show_error (BbAcceptRow *self, const gchar *sentence)
{
  gtk_label_set_text (GTK_LABEL (self->error), sentence != NULL ? sentence : "");
  gtk_widget_set_visible (self->error, sentence != NULL);
}

static void
set_open (BbAcceptRow *self, gboolean open)
{
  self->open = open;
  show_error (self, NULL);
  show (self);
  if (open)
    gtk_widget_grab_focus (self->name);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPEN]);
}

static void
problems_changed_cb (GListModel *problems, guint position, guint removed, guint added, BbAcceptRow *self)
{
  show (self);
}

static void
changed_cb (BbEditor *editor, BbPart *part, const gchar *property, BbAcceptRow *self)
{
  if (BB_IS_ACKNOWLEDGEMENT (part))
    show (self);
}

/* ---- actions ---- */

static void
open_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  set_open (BB_ACCEPT_ROW (widget), TRUE);
}

static void
cancel_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbAcceptRow *self = BB_ACCEPT_ROW (widget);

  set_open (self, FALSE);
  gtk_widget_grab_focus (self->open_button);
}

static void
confirm_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbAcceptRow *self = BB_ACCEPT_ROW (widget);
  g_autoptr (GError) error = NULL;
  const gchar *who = gtk_editable_get_text (GTK_EDITABLE (self->name)),
              *why = gtk_editable_get_text (GTK_EDITABLE (self->reason));

  bb_editor_seal (self->editor);
  if (bb_editor_accept (self->editor, self->group, who, why, &error)) {
    bb_editor_seal (self->editor);
    set_open (self, FALSE);
    return;
  }
  show_error (self, error->message);
  gtk_widget_grab_focus (*who == '\0' ? self->name : self->reason);
}

static void
withdraw_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbAcceptRow *self = BB_ACCEPT_ROW (widget);

  bb_editor_seal (self->editor);
  bb_editor_withdraw (self->editor, self->group, NULL);
  bb_editor_seal (self->editor);
}

void
bb_accept_row_type (BbAcceptRow *self, const gchar *name, const gchar *reason)
{
  gtk_editable_set_text (GTK_EDITABLE (self->name), name);
  gtk_editable_set_text (GTK_EDITABLE (self->reason), reason);
}

const gchar *
bb_accept_row_get_error (BbAcceptRow *self)
{
  return gtk_widget_get_visible (self->error) ? gtk_label_get_text (GTK_LABEL (self->error)) : NULL;
}

/* ---- object ---- */

static void
bb_accept_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_OPEN)
    g_value_set_boolean (value, BB_ACCEPT_ROW (object)->open);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_accept_row_dispose (GObject *object)
{
  BbAcceptRow *self = BB_ACCEPT_ROW (object);

  if (self->editor != NULL) {
    g_signal_handlers_disconnect_by_data (bb_editor_get_problems (self->editor), self);
    g_signal_handlers_disconnect_by_data (self->editor, self);
  }
  g_clear_object (&self->editor);
  g_clear_object (&self->group);
  G_OBJECT_CLASS (bb_accept_row_parent_class)->dispose (object);
}

static void
bb_accept_row_class_init (BbAcceptRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->get_property = bb_accept_row_get_property;
  G_OBJECT_CLASS (klass)->dispose = bb_accept_row_dispose;
  properties[PROP_OPEN]
      = g_param_spec_boolean ("open", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/accept-row.ui");
  gtk_widget_class_bind_template_child (widget_class, BbAcceptRow, words);
  gtk_widget_class_bind_template_child (widget_class, BbAcceptRow, open_button);
  gtk_widget_class_bind_template_child (widget_class, BbAcceptRow, withdraw_button);
  gtk_widget_class_bind_template_child (widget_class, BbAcceptRow, form);
  gtk_widget_class_bind_template_child (widget_class, BbAcceptRow, name);
  gtk_widget_class_bind_template_child (widget_class, BbAcceptRow, reason);
  gtk_widget_class_bind_template_child (widget_class, BbAcceptRow, error);
  gtk_widget_class_install_action (widget_class, "accept.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "accept.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "accept.confirm", NULL, confirm_action);
  gtk_widget_class_install_action (widget_class, "accept.withdraw", NULL, withdraw_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "accept.cancel", NULL);
}

static void
activate_cb (GtkEntry *entry, BbAcceptRow *self)
{
  if (GTK_WIDGET (entry) == self->name)
    gtk_widget_grab_focus (self->reason);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "accept.confirm", NULL);
}

static void
bb_accept_row_init (BbAcceptRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->name, "activate", G_CALLBACK (activate_cb), self, 0);
  g_signal_connect_object (self->reason, "activate", G_CALLBACK (activate_cb), self, 0);
}

GtkWidget *
bb_accept_row_new (BbEditor *editor, BbGroup *group)
{
  BbAcceptRow *self = g_object_new (BB_TYPE_ACCEPT_ROW, "title", _ ("Accept an excess"), NULL);

  self->editor = g_object_ref (editor);
  self->group = g_object_ref (group);
  g_signal_connect (bb_editor_get_problems (editor), "items-changed", G_CALLBACK (problems_changed_cb), self);
  g_signal_connect (editor, "changed", G_CALLBACK (changed_cb), self);
  show (self);
  return GTK_WIDGET (self);
}
