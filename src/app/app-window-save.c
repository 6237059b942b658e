/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app-window-save.c: saving from the window, and closing it without losing work. */
#include <glib/gi18n.h>

#include "app/app-window-private.h"
#include "app/compat.h"
#include "app/recent.h"

typedef struct {
  BbAppWindow *self;    /* (owned) */
  BbDocument *document; /* (owned) */
  BbThen then;
} Saving;

static void
saving_free (Saving *saving)
{
  g_object_unref (saving->self);
  g_object_unref (saving->document);
  g_free (saving);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Saving, saving_free)

static void
finish (Saving *saving, gboolean saved)
{
  if (saving->then)
    saving->then (saving->self, saved);
}

static void start_saving (Saving *saving, const gchar *path, BbDocumentSaveFlags flags);

static void
overwrite_cb (gpointer data, guint choice)
{
  g_autoptr (Saving) saving = data;

  if (choice == 1)
    start_saving (g_steal_pointer (&saving), NULL, BB_DOCUMENT_SAVE_OVER_CHANGES);
  else if (choice == 2)
    bb_app_window_save (saving->self, TRUE, saving->then);
  else
    finish (saving, FALSE);
}

static void
ask_overwrite (Saving *saving, const GError *error)
{
  const BbChoice choices[]
      = { { _ ("_Overwrite"), BB_CHOICE_DESTRUCTIVE }, { _ ("Save _as…"), BB_CHOICE_PLAIN } };

  bb_compat_choose (GTK_WINDOW (saving->self), _ ("Overwrite the other changes?"), error->message, choices, 2,
                    overwrite_cb, saving);
}

/* The sentence says that nothing is lost, and the two ways on. */
static void
tell_failure (Saving *saving, const GError *error)
{
  g_autofree gchar *text = g_strdup_printf (
      /* TRANSLATORS: first %s: name of a site, second: the reason, without a full stop */
      _ ("%s was not saved: %s. It stays open. Free some space or choose another place."),
      bb_document_get_name (saving->document), error->message);
  GtkWidget *message = bb_message_new (BB_EVENT_ERROR, text);

  bb_message_add_action (message, _ ("Save _as…"), "win.save-as", NULL);
  bb_message_add_action (message, _ ("Copy _details"), "win.copy-text", text);
  gtk_box_append (bb_app_window_get_messages (saving->self), message);
  bb_event_log_add (bb_document_get_log (saving->document), BB_EVENT_FILE, BB_EVENT_ERROR,
                    bb_document_get_name (saving->document), text);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Saving) saving = data;
  g_autoptr (GError) error = NULL;
  const gboolean saved = bb_document_save_finish (saving->document, result, &error);

  if (g_error_matches (error, BB_DOCUMENT_ERROR, BB_DOCUMENT_ERROR_CHANGED)) {
    ask_overwrite (g_steal_pointer (&saving), error);
    return;
  }
  if (saved)
    bb_recent_add (bb_document_get_path (saving->document));
  else
    tell_failure (saving, error);
  finish (saving, saved);
}

static void
start_saving (Saving *saving, const gchar *path, BbDocumentSaveFlags flags)
{
  bb_document_save_async (saving->document, path, flags, NULL, saved_cb, saving);
}

static void
place_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Saving) saving = data;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = bb_compat_file_finish (result, &error);
  g_autofree gchar *full = NULL;

  if (path) {
    full = g_str_has_suffix (path, ".busbar") ? g_strdup (path) : g_strconcat (path, ".busbar", NULL);
    start_saving (g_steal_pointer (&saving), full, BB_DOCUMENT_SAVE_PLAIN);
    return;
  }
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tell_failure (saving, error);
  finish (saving, FALSE);
}

static gchar *
suggest_name (BbDocument *document)
{
  g_autofree gchar *name = g_utf8_strdown (bb_document_get_name (document), -1);

  if (bb_document_get_path (document))
    return g_path_get_basename (bb_document_get_path (document));
  g_strdelimit (name, " /\\:", '-');
  return g_strconcat (name, ".busbar", NULL);
}

void
bb_app_window_save (BbAppWindow *self, gboolean ask_place, BbThen then)
{
  BbDocument *document = bb_app_window_get_document (self);
  Saving *saving = NULL;
  g_autofree gchar *name = NULL;

  if (!document)
    return;
  saving = g_new0 (Saving, 1);
  *saving = (Saving){ g_object_ref (self), g_object_ref (document), then };
  bb_editor_seal (bb_document_get_editor (document));
  if (bb_document_get_path (document) && !ask_place) {
    start_saving (saving, NULL, BB_DOCUMENT_SAVE_PLAIN);
    return;
  }
  name = suggest_name (document);
  bb_compat_save_file_async (GTK_WINDOW (self), _ ("Save site"), name, _ ("Busbar sites"), "*.busbar", NULL,
                             place_cb, saving);
}

void
bb_app_window_save_to (BbAppWindow *self, const gchar *path)
{
  BbDocument *document = bb_app_window_get_document (self);
  Saving *saving = NULL;

  if (!document)
    return;
  saving = g_new0 (Saving, 1);
  *saving = (Saving){ g_object_ref (self), g_object_ref (document), NULL };
  bb_editor_seal (bb_document_get_editor (document));
  start_saving (saving, path, BB_DOCUMENT_SAVE_PLAIN);
}

/* ---- closing ---- */

void
bb_app_window_close_now (BbAppWindow *self)
{
  if (bb_app_window_get_recovery (self))
    bb_recovery_forget (bb_app_window_get_recovery (self));
  bb_app_window_set_document (self, NULL);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
then_close (BbAppWindow *self, gboolean saved)
{
  if (saved && !bb_document_get_modified (bb_app_window_get_document (self)))
    bb_app_window_close_now (self);
}

static void
leave_cb (gpointer data, guint choice)
{
  g_autoptr (BbAppWindow) self = data;

  if (choice == 1)
    bb_app_window_close_now (self);
  else if (choice == 2)
    bb_app_window_save (self, FALSE, then_close);
}

gboolean
bb_app_window_may_close (BbAppWindow *self)
{
  const BbChoice choices[]
      = { { _ ("_Discard"), BB_CHOICE_DESTRUCTIVE }, { _ ("_Save"), BB_CHOICE_SUGGESTED } };
  BbDocument *document = bb_app_window_get_document (self);
  g_autofree gchar *heading = NULL;

  if (!document || !bb_document_get_modified (document))
    return TRUE;
  /* TRANSLATORS: %s is the name of a site */
  heading = g_strdup_printf (_ ("Save changes to %s?"), bb_document_get_name (document));
  bb_compat_choose (GTK_WINDOW (self), heading, _ ("Changes that are not saved are lost."), choices, 2,
                    leave_cb, g_object_ref (self));
  return FALSE;
}
