/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app-window-message.c: rows at the top of the window that say what went wrong, and what to do. */
#include <glib/gi18n.h>

#include "app/app-window-private.h"
#include "app/application.h"
#include "app/widgets/steady.h"

static const gchar *
icon_of (BbEventLevel level)
{
  static const gchar *const icons[] = { "dialog-information-symbolic", "emblem-ok-symbolic",
                                        "dialog-warning-symbolic", "dialog-error-symbolic" };

  return icons[level];
}

static const gchar *
class_of (BbEventLevel level)
{
  static const gchar *const classes[] = { "info", "success", "warning", "error" };

  return classes[level];
}

void
bb_message_close (GtkWidget *message)
{
  GtkWidget *box = gtk_widget_get_parent (message);

  if (box)
    gtk_box_remove (GTK_BOX (box), message);
}

static void
close_cb (GtkButton *button, GtkWidget *message)
{
  bb_message_close (message);
}

const gchar *
bb_message_get_text (GtkWidget *message)
{
  return gtk_label_get_text (g_object_get_data (G_OBJECT (message), "label"));
}

static GtkWidget *
new_label (const gchar *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (label), BB_STEADY_CHARS);
  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_selectable (GTK_LABEL (label), FALSE);
  gtk_widget_set_hexpand (label, TRUE);
  return label;
}

GtkWidget *
bb_message_new (BbEventLevel level, const gchar *text)
{
  GtkWidget *message
      = g_object_new (GTK_TYPE_BOX, "spacing", 12, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, NULL);
  GtkWidget *label = new_label (text);
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");

  gtk_widget_add_css_class (message, "message");
  gtk_widget_add_css_class (message, class_of (level));
  gtk_box_append (GTK_BOX (message), gtk_image_new_from_icon_name (icon_of (level)));
  gtk_box_append (GTK_BOX (message), bb_steady_new (label));
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("Close this message"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Close this message"), -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (close_cb), message, 0);
  gtk_box_append (GTK_BOX (message), button);
  gtk_accessible_update_property (GTK_ACCESSIBLE (message), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  g_object_set_data (G_OBJECT (message), "label", label);
  return message;
}

static GtkWidget *
add_plain_button (GtkWidget *message, const gchar *text)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (text);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_box_insert_child_after (GTK_BOX (message), button,
                              gtk_widget_get_prev_sibling (gtk_widget_get_last_child (message)));
  return button;
}

GtkWidget *
bb_message_add_button (GtkWidget *message, const gchar *label, GCallback clicked, gpointer data,
                       GClosureNotify destroy)
{
  GtkWidget *button = add_plain_button (message, label);

  g_signal_connect_data (button, "clicked", clicked, data, destroy, 0);
  return button;
}

void
bb_message_add_action (GtkWidget *message, const gchar *label, const gchar *action, const gchar *target)
{
  GtkWidget *button = add_plain_button (message, label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  if (target)
    gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", target);
}

/* The same message twice is one row. */
static gboolean
is_told (BbAppWindow *self, const gchar *text)
{
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (bb_app_window_get_messages (self)));

  for (; row; row = gtk_widget_get_next_sibling (row))
    if (g_strcmp0 (bb_message_get_text (row), text) == 0)
      return TRUE;
  return FALSE;
}

void
bb_app_window_tell (BbAppWindow *self, BbEventLevel level, const gchar *text)
{
  GtkWidget *message = NULL;

  if (is_told (self, text))
    return;
  message = bb_message_new (level, text);
  if (level >= BB_EVENT_WARNING)
    bb_message_add_action (message, _ ("Copy _details"), "win.copy-text", text);
  gtk_box_append (bb_app_window_get_messages (self), message);
}

/* ---- work that was left ---- */

typedef struct {
  BbAppWindow *window;  /* weak */
  BbLeftover *leftover; /* (owned) */
  GtkWidget *message;   /* weak */
} Offer;

static Offer *
offer_new (BbAppWindow *window, BbLeftover *leftover, GtkWidget *message)
{
  Offer *offer = g_new0 (Offer, 1);

  g_set_weak_pointer (&offer->window, window);
  g_set_weak_pointer (&offer->message, message);
  offer->leftover = g_object_ref (leftover);
  return offer;
}

static void
offer_free (gpointer data, GClosure *closure)
{
  Offer *offer = data;

  g_clear_weak_pointer (&offer->window);
  g_clear_weak_pointer (&offer->message);
  g_object_unref (offer->leftover);
  g_free (offer);
}

static void
restore_cb (GtkButton *button, Offer *offer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbDocument) document = bb_leftover_restore (offer->leftover, &error);
  g_autoptr (BbAppWindow) window = offer->window ? g_object_ref (offer->window) : NULL;
  g_autoptr (BbLeftover) leftover = g_object_ref (offer->leftover);

  if (!window)
    return;
  if (!document) {
    bb_app_window_tell (window, BB_EVENT_ERROR, error->message);
    return;
  }
  bb_message_close (offer->message);
  bb_app_window_set_restored (bb_app_window_for_document (window, bb_leftover_get_path (leftover)), document,
                              leftover);
}

static void
discard_cb (GtkButton *button, Offer *offer)
{
  bb_leftover_discard (offer->leftover);
  bb_message_close (offer->message);
}

void
bb_app_window_offer_leftover (BbAppWindow *self, BbLeftover *leftover)
{
  /* TRANSLATORS: %s is the name of a site */
  g_autofree gchar *text
      = g_strdup_printf (_ ("Busbar was ended before you saved %s."), bb_leftover_get_name (leftover));
  GtkWidget *message = bb_message_new (BB_EVENT_WARNING, text);
  GtkWidget *restore = bb_message_add_button (message, _ ("_Restore"), G_CALLBACK (restore_cb),
                                              offer_new (self, leftover, message), offer_free);

  gtk_widget_add_css_class (restore, "suggested-action");
  bb_message_add_button (message, _ ("_Discard"), G_CALLBACK (discard_cb),
                         offer_new (self, leftover, message), offer_free);
  gtk_box_append (bb_app_window_get_messages (self), message);
}
