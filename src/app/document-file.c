/* SPDX-License-Identifier: GPL-3.0-or-later */
/* document-file.c: reads and writes the file of a document, in worker threads. */
#include <glib/gi18n.h>
#include <string.h>

#include "app/document-private.h"
#include "base/data-dir.h"
#include "base/file.h"
#include "base/guard.h"
#include "model/site-json.h"

static gchar *
checksum_of (const gchar *text, gssize length)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, length);
}

/* ---- reading ---- */

typedef struct {
  gchar *path;
  gboolean demo; /* a site of nobody */
  BbSite *site;
  gchar *checksum;
} Load;

static void
load_free (Load *load)
{
  g_free (load->path);
  g_clear_object (&load->site);
  g_free (load->checksum);
  g_free (load);
}

/* The checksum is of the very bytes that were read. */
static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Load *load = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = bb_file_read (load->path, BB_GUARD_MAX_BYTES, &error);
  gsize length = 0;
  const gchar *text = bytes ? g_bytes_get_data (bytes, &length) : NULL;

  /* who tells of an error names the file himself */
  load->site = bytes ? bb_site_parse (text, (gssize) length, NULL, &error) : NULL;
  if (!load->site) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  bb_site_set_path (load->site, load->path);
  load->checksum = checksum_of (text, (gssize) length);
  g_task_return_boolean (task, TRUE);
}

static void
load_async (gchar *path, gboolean demo, GCancellable *cancellable, GAsyncReadyCallback callback,
            gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Load *load = g_new0 (Load, 1);

  load->path = path;
  load->demo = demo;
  g_task_set_source_tag (task, bb_document_load_async);
  g_task_set_task_data (task, load, (GDestroyNotify) load_free);
  g_task_run_in_thread (task, load_thread);
}

void
bb_document_load_async (const gchar *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer data)
{
  load_async (g_canonicalize_filename (path, NULL), FALSE, cancellable, callback, data);
}

void
bb_document_load_demo_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autofree gchar *folder = bb_data_dir ();

  load_async (g_build_filename (folder, "samples", "villa-demo.busbar", NULL), TRUE, cancellable, callback,
              data);
}

BbDocument *
bb_document_load_finish (GAsyncResult *result, GError **error)
{
  Load *load = g_task_get_task_data (G_TASK (result));
  BbDocument *document = NULL;
  g_autofree gchar *shown = g_filename_display_basename (load->path);
  g_autofree gchar *sentence = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  document = bb_document_new (load->site, load->demo ? NULL : load->path);
  bb_document_set_on_disk (document, load->demo ? NULL : load->checksum);
  sentence = g_strdup_printf (_ ("Opened %s."), shown);
  bb_event_log_add (bb_document_get_log (document), BB_EVENT_FILE, BB_EVENT_INFO,
                    bb_document_get_name (document), sentence);
  return document;
}

/* ---- writing ---- */

/* What a worker writes, and what the document was at that moment. */
typedef struct {
  gchar *path;
  BbSite *site;     /* a copy of its own */
  BbOnDisk *disk;   /* (owned) */
  gboolean own;     /* where the document came from: its file is known */
  gboolean over;    /* also over what another program wrote */
  GPtrArray *files; /* (element-type gchar): of the inputs afterwards, in their order */
  gchar *checksum;  /* of what was written */
  guint64 revision;
} Save;

static void
save_free (Save *save)
{
  g_free (save->path);
  g_clear_object (&save->site);
  g_clear_pointer (&save->disk, bb_on_disk_unref);
  g_ptr_array_unref (save->files);
  g_free (save->checksum);
  g_free (save);
}

/* A file that is gone, or that was never ours, is nobody's work to lose. */
static gboolean
is_as_expected (const Save *save, GError **error)
{
  const gchar *expected = save->own && !save->over ? save->disk->checksum : NULL;
  g_autoptr (GBytes) bytes = expected ? bb_file_read (save->path, G_MAXINT32, NULL) : NULL;
  g_autofree gchar *now = bytes ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes) : NULL;
  g_autofree gchar *shown = g_filename_display_basename (save->path);

  if (!now || g_str_equal (now, expected))
    return TRUE;
  g_set_error (error, BB_DOCUMENT_ERROR, BB_DOCUMENT_ERROR_CHANGED,
               _ ("Another program changed %s since it was opened here."), shown);
  return FALSE;
}

/* TRUE when `to` holds what `from` holds: it did, or a copy was made where nothing was. */
static gboolean
copy_beside (const gchar *from, const gchar *to)
{
  g_autoptr (GBytes) source = bb_file_read (from, BB_GUARD_MAX_BYTES, NULL);
  g_autoptr (GBytes) target = NULL;
  gsize length = 0;
  const gchar *data = NULL;

  if (!source)
    return FALSE;
  if (g_file_test (to, G_FILE_TEST_EXISTS)) {
    target = bb_file_read (to, BB_GUARD_MAX_BYTES, NULL);
    return target && g_bytes_equal (source, target);
  }
  data = g_bytes_get_data (source, &length);
  return bb_file_replace (to, data, (gssize) length, NULL, NULL);
}

/* The name of an input's file after the site moved. A file that is missing stays missing by its name; one
 * that lies outside of the site's folder is not carried along. */
static gchar *
move_input (const gchar *file, const gchar *old_folder, const gchar *new_folder)
{
  g_autofree gchar *from = g_build_filename (old_folder, file, NULL);
  g_autofree gchar *to = g_build_filename (new_folder, file, NULL);

  if (!g_file_test (from, G_FILE_TEST_IS_REGULAR) || (!strstr (file, "..") && copy_beside (from, to)))
    return g_strdup (file);
  return g_steal_pointer (&from);
}

static void
move_inputs (Save *save)
{
  const gchar *old_path = bb_site_get_path (save->site);
  g_autofree gchar *old_folder = old_path ? g_path_get_dirname (old_path) : NULL;
  g_autofree gchar *new_folder = g_path_get_dirname (save->path);
  GListModel *inputs = bb_site_get_inputs (save->site);

  for (guint i = 0; i < g_list_model_get_n_items (inputs); i++) {
    BbSiteInput *input = bb_site_input (save->site, i);
    const gchar *file = bb_site_input_peek (input)->file;
    g_autofree gchar *moved = NULL;

    if (old_folder && *file && !g_path_is_absolute (file) && g_strcmp0 (old_folder, new_folder) != 0)
      moved = move_input (file, old_folder, new_folder);
    if (moved && g_strcmp0 (moved, file) != 0)
      g_object_set (input, "file", moved, NULL);
    g_ptr_array_add (save->files, g_strdup (bb_site_input_peek (input)->file));
  }
}

static gboolean
write_site (Save *save, GCancellable *cancellable, GError **error)
{
  g_autofree gchar *text = NULL;

  if (save->own && save->revision < save->disk->revision)
    return TRUE;
  if (!is_as_expected (save, error))
    return FALSE;
  move_inputs (save);
  text = bb_site_to_text (save->site);
  if (!bb_file_replace (save->path, text, -1, cancellable, error))
    return FALSE;
  save->checksum = checksum_of (text, -1);
  if (save->own) {
    g_free (save->disk->checksum);
    save->disk->checksum = g_strdup (save->checksum);
    save->disk->revision = save->revision;
  }
  return TRUE;
}

static void
save_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Save *save = data;
  g_autoptr (GError) error = NULL;
  gboolean written = FALSE;

  g_mutex_lock (&save->disk->lock);
  written = write_site (save, cancellable, &error);
  g_mutex_unlock (&save->disk->lock);
  if (written)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
bb_document_save_async (BbDocument *self, const gchar *path, BbDocumentSaveFlags flags,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  const gchar *own = bb_document_get_path (self);
  Save *save = g_new0 (Save, 1);

  save->files = g_ptr_array_new_with_free_func (g_free);
  g_task_set_source_tag (task, bb_document_save_async);
  g_task_set_task_data (task, save, (GDestroyNotify) save_free);
  g_return_if_fail (path || own);
  save->path = path ? g_canonicalize_filename (path, NULL) : g_strdup (own);
  save->site = bb_site_copy (bb_document_get_site (self));
  bb_site_set_path (save->site, bb_site_get_path (bb_document_get_site (self)));
  save->revision = bb_editor_get_revision (bb_document_get_editor (self));
  save->disk = bb_document_ref_on_disk (self);
  save->own = g_strcmp0 (save->path, own) == 0;
  save->over = (flags & BB_DOCUMENT_SAVE_OVER_CHANGES) != 0;
  g_task_run_in_thread (task, save_thread);
}

/* The open site names its inputs as the file does. This is no step: undoing it would break the site. */
static void
follow_inputs (BbDocument *self, const Save *save)
{
  BbSite *site = bb_document_get_site (self);
  const guint n = MIN (g_list_model_get_n_items (bb_site_get_inputs (site)), save->files->len);

  for (guint i = 0; i < n; i++) {
    BbSiteInput *input = bb_site_input (site, i);
    BbSiteInput *saved = bb_site_input (save->site, i);
    const gchar *file = save->files->pdata[i];

    if (g_strcmp0 (bb_site_input_peek (input)->name, bb_site_input_peek (saved)->name) == 0
        && g_path_is_absolute (file) && !g_path_is_absolute (bb_site_input_peek (input)->file))
      g_object_set (input, "file", file, NULL);
  }
}

gboolean
bb_document_save_finish (BbDocument *self, GAsyncResult *result, GError **error)
{
  Save *save = g_task_get_task_data (G_TASK (result));
  g_autofree gchar *shown = NULL;
  g_autofree gchar *sentence = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  follow_inputs (self, save);
  if (!save->own)
    bb_document_set_on_disk (self, save->checksum);
  bb_document_saved (self, save->path, save->revision);
  shown = g_filename_display_basename (save->path);
  sentence = g_strdup_printf (_ ("Saved as %s."), shown);
  bb_event_log_add (bb_document_get_log (self), BB_EVENT_FILE, BB_EVENT_GOOD, bb_document_get_name (self),
                    sentence);
  return TRUE;
}
