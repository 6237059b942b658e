/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profile-chooser.c: a button that shows a device profile and opens the list of them. */
#include "app/widgets/profile-chooser.h"

#include <glib/gi18n.h>

#include "app/device-words.h"
#include "app/widgets/calm.h"
#include "app/widgets/profile-list.h"

struct _BbProfileChooser {
  AdwBin parent_instance;
  GtkWidget *button, *title, *evidence;
  BbProfileKind kind;
  gchar *id;       /* (owned) (nullable) */
  GtkWidget *list; /* (nullable): open; owns itself */
};

G_DEFINE_FINAL_TYPE (BbProfileChooser, bb_profile_chooser, ADW_TYPE_BIN)

/* (transfer full) */
static gchar *
evidence_text (BbProfileChooser *self, const BbProfile *profile)
{
  if (profile != NULL)
    return profile->kind == self->kind      ? bb_profile_get_evidence_text (profile)
           : self->kind == BB_PROFILE_METER ? g_strdup (_ ("the profile of a station"))
                                            : g_strdup (_ ("the profile of a meter"));
  return g_strdup (self->id != NULL && *self->id != '\0' ? _ ("not known here") : "");
}

static void
show (BbProfileChooser *self)
{
  const BbProfile *profile = self->id != NULL ? bb_device_find_profile (self->id) : NULL;
  g_autofree gchar *title = self->id == NULL    ? g_strdup (_ ("Mixed"))
                            : *self->id == '\0' ? g_strdup (_ ("No profile"))
                                                : bb_device_title (self->id);
  g_autofree gchar *evidence = evidence_text (self, profile);
  g_autofree gchar *spoken = *evidence != '\0'
                                 ? g_strdup_printf (_ ("Device profile: %s, %s"), title, evidence)
                                 : g_strdup_printf (_ ("Device profile: %s"), title);

  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_text (GTK_LABEL (self->evidence), evidence);
  gtk_widget_set_visible (self->evidence, *evidence != '\0');
  bb_calm_set_tooltip (self->button, title); /* a long one does not fit */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
chosen_cb (BbProfileList *list, const gchar *id, BbProfileChooser *self)
{
  bb_profile_chooser_set_id (self, id);
  g_signal_emit_by_name (self, "chosen", id);
}

static void
choose_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbProfileChooser *self = BB_PROFILE_CHOOSER (widget);
  GtkRoot *root = gtk_widget_get_root (widget);

  if (self->list == NULL) {
    self->list = bb_profile_list_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, self->kind, self->id);
    g_object_add_weak_pointer (G_OBJECT (self->list), (gpointer *) &self->list);
    g_signal_connect_object (self->list, "chosen", G_CALLBACK (chosen_cb), self, 0);
  }
  gtk_window_present (GTK_WINDOW (self->list));
}

/* ---- object ---- */

static void
close_list (BbProfileChooser *self)
{
  GtkWidget *list = self->list;

  if (list == NULL)
    return;
  g_clear_weak_pointer (&self->list);
  gtk_window_destroy (GTK_WINDOW (list));
}

/* Another part is shown: what would be chosen is no longer meant for it. */
static void
bb_profile_chooser_unroot (GtkWidget *widget)
{
  close_list (BB_PROFILE_CHOOSER (widget));
  GTK_WIDGET_CLASS (bb_profile_chooser_parent_class)->unroot (widget);
}

static void
bb_profile_chooser_dispose (GObject *object)
{
  BbProfileChooser *self = BB_PROFILE_CHOOSER (object);

  close_list (self);
  g_clear_pointer (&self->id, g_free);
  G_OBJECT_CLASS (bb_profile_chooser_parent_class)->dispose (object);
}

static void
bb_profile_chooser_class_init (BbProfileChooserClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bb_profile_chooser_dispose;
  GTK_WIDGET_CLASS (klass)->unroot = bb_profile_chooser_unroot;
  g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_STRING);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "profile.choose", NULL, choose_action);
}

static GtkWidget *
new_label (void)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), 12);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  return label;
}

static void
bb_profile_chooser_init (BbProfileChooser *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->title = new_label ();
  self->evidence = new_label ();
  gtk_widget_add_css_class (self->title, "profile-name");
  gtk_widget_add_css_class (self->evidence, "caption");
  gtk_widget_add_css_class (self->evidence, "dim-label");
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), self->title);
  gtk_box_append (GTK_BOX (texts), self->evidence);
  gtk_box_append (GTK_BOX (box), texts);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("pan-down-symbolic"));
  self->button = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (self->button), box);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), "profile.choose");
  gtk_widget_add_css_class (self->button, "profile-chooser");
  adw_bin_set_child (ADW_BIN (self), self->button);
}

GtkWidget *
bb_profile_chooser_new (BbProfileKind kind)
{
  BbProfileChooser *self = g_object_new (BB_TYPE_PROFILE_CHOOSER, NULL);

  self->kind = kind;
  bb_profile_chooser_set_id (self, "");
  return GTK_WIDGET (self);
}

void
bb_profile_chooser_set_id (BbProfileChooser *self, const gchar *id)
{
  g_autofree gchar *last = self->id;

  self->id = g_strdup (id);
  show (self);
}

const gchar *
bb_profile_chooser_get_id (BbProfileChooser *self)
{
  return self->id;
}

GtkWidget *
bb_profile_chooser_get_list (BbProfileChooser *self)
{
  return self->list;
}
