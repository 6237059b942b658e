/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compat.c: what differs between GTK and libadwaita versions. */
#include "app/compat.h"

#include <glib/gi18n.h>

typedef struct {
  BbConfirmed confirmed;
  gpointer data;
} Question;

static void
response_cb (AdwMessageDialog *dialog, const gchar *response, Question *question)
{
  question->confirmed (g_strcmp0 (response, "yes") == 0, question->data);
}

static void
free_question_cb (gpointer data, GClosure *closure)
{
  g_free (data);
}

void
bb_compat_confirm (GtkWindow *parent, const gchar *heading, const gchar *body, const gchar *verb,
                   gboolean destructive, BbConfirmed confirmed, gpointer data)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, heading, body));
  Question *question = g_new0 (Question, 1);

  *question = (Question){ confirmed, data };
  adw_message_dialog_add_responses (dialog, "no", _ ("_Cancel"), "yes", verb, NULL);
  adw_message_dialog_set_close_response (dialog, "no");
  adw_message_dialog_set_default_response (dialog, destructive ? "no" : "yes");
  adw_message_dialog_set_response_appearance (dialog, "yes",
                                              destructive ? ADW_RESPONSE_DESTRUCTIVE
                                                          : ADW_RESPONSE_SUGGESTED);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question, free_question_cb, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* ---- questions with several answers ---- */

typedef struct {
  BbChosen chosen;
  gpointer data;
  guint number;
} Choice;

static gboolean
chosen_idle_cb (gpointer data)
{
  Choice *choice = data;

  choice->chosen (choice->data, choice->number);
  return G_SOURCE_REMOVE;
}

/* Not from within the dialog's signal: the answer may destroy the dialog's parent. */
static void
choice_cb (AdwMessageDialog *dialog, const gchar *response, Choice *choice)
{
  guint64 number = 0;

  if (g_str_has_prefix (response, "choice-"))
    g_ascii_string_to_unsigned (response + strlen ("choice-"), 10, 1, 4, &number, NULL);
  choice->number = (guint) number;
  g_idle_add_full (G_PRIORITY_DEFAULT, chosen_idle_cb, g_memdup2 (choice, sizeof *choice), g_free);
}

void
bb_compat_choose (GtkWindow *parent, const gchar *heading, const gchar *body, const BbChoice *choices,
                  guint n_choices, BbChosen chosen, gpointer data)
{
  static const AdwResponseAppearance looks[]
      = { ADW_RESPONSE_DEFAULT, ADW_RESPONSE_SUGGESTED, ADW_RESPONSE_DESTRUCTIVE };
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, heading, body));
  Choice *choice = g_new0 (Choice, 1);

  *choice = (Choice){ chosen, data };
  adw_message_dialog_add_response (dialog, "cancel", _ ("_Cancel"));
  adw_message_dialog_set_close_response (dialog, "cancel");
  for (guint i = 0; i < n_choices; i++) {
    g_autofree gchar *id = g_strdup_printf ("choice-%u", i + 1);
    adw_message_dialog_add_response (dialog, id, choices[i].label);
    adw_message_dialog_set_response_appearance (dialog, id, looks[choices[i].kind]);
    if (choices[i].kind == BB_CHOICE_SUGGESTED)
      adw_message_dialog_set_default_response (dialog, id);
  }
  g_signal_connect_data (dialog, "response", G_CALLBACK (choice_cb), choice, free_question_cb, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* ---- files ---- */

static void
chosen_cb (GtkNativeDialog *dialog, gint response, GTask *task)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  gchar *path = file ? g_file_get_path (file) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && path)
    g_task_return_pointer (task, path, g_free);
  else if (response == GTK_RESPONSE_ACCEPT)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                             _ ("This place has no path. Choose a folder of this computer."));
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "closed");
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
  g_object_unref (task);
}

static void
choose_async (GtkWindow *parent, GtkFileChooserAction action, const gchar *title, const gchar *name,
              const gchar *filter_name, const gchar *pattern, GTask *task)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (title, parent, action, NULL, NULL);
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, filter_name);
  gtk_file_filter_add_pattern (filter, pattern);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  if (name)
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (chosen_cb), task);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
bb_compat_open_file_async (GtkWindow *parent, const gchar *title, const gchar *filter_name,
                           const gchar *pattern, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer data)
{
  choose_async (parent, GTK_FILE_CHOOSER_ACTION_OPEN, title, NULL, filter_name, pattern,
                g_task_new (parent, cancellable, callback, data));
}

void
bb_compat_save_file_async (GtkWindow *parent, const gchar *title, const gchar *name, const gchar *filter_name,
                           const gchar *pattern, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer data)
{
  choose_async (parent, GTK_FILE_CHOOSER_ACTION_SAVE, title, name, filter_name, pattern,
                g_task_new (parent, cancellable, callback, data));
}

gchar *
bb_compat_file_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- windows ---- */

GtkWidget *
bb_compat_shortcuts_new (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/org/busbar/Busbar/ui/shortcuts.ui");
  GtkWidget *window = GTK_WIDGET (gtk_builder_get_object (builder, "shortcuts"));

  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  if (parent)
    gtk_window_set_application (GTK_WINDOW (window), gtk_window_get_application (parent));
  return window;
}

void
bb_compat_keep_label (GtkWidget *widget)
{
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

void
bb_compat_show_about (GtkWindow *parent, const gchar *icon_name)
{
  static const gchar *const developers[] = { "The Busbar authors", NULL };

  adw_show_about_window (parent, "application-name", "Busbar", "application-icon", icon_name, "version",
                         BUSBAR_VERSION, "developer-name", _ ("The Busbar authors"), "developers", developers,
                         "license-type", GTK_LICENSE_GPL_3_0, "comments",
                         _ ("Load management for EV charging: plan it, simulate it, see why."),
                         /* TRANSLATORS: your names, one in each line */
                         "translator-credits", _ ("translator-credits"), NULL);
}
