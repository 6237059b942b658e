/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recovery-leftover.c: copies of unsaved work that a process left behind which is no longer there. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "app/document-private.h"
#include "app/recovery-private.h"
#include "base/file.h"
#include "base/guard.h"
#include "model/site-json.h"

#define SUFFIX ".recovery"

struct _BbLeftover {
  GObject parent_instance;
  gchar *folder, *id;
  gint lock; /* -1: given on */
  gchar *name, *path, *beside, *on_disk, *text;
  gint64 time_ms;
};

G_DEFINE_FINAL_TYPE (BbLeftover, bb_leftover, G_TYPE_OBJECT)

static void
bb_leftover_finalize (GObject *object)
{
  BbLeftover *self = BB_LEFTOVER (object);

  if (self->lock >= 0)
    close (self->lock);
  g_free (self->folder);
  g_free (self->id);
  g_free (self->name);
  g_free (self->path);
  g_free (self->beside);
  g_free (self->on_disk);
  g_free (self->text);
  G_OBJECT_CLASS (bb_leftover_parent_class)->finalize (object);
}

static void
bb_leftover_class_init (BbLeftoverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bb_leftover_finalize;
}

static void
bb_leftover_init (BbLeftover *self)
{
  self->lock = -1;
}

const gchar *
bb_leftover_get_name (BbLeftover *self)
{
  return self->name;
}

const gchar *
bb_leftover_get_path (BbLeftover *self)
{
  return self->path;
}

gint64
bb_leftover_get_time_ms (BbLeftover *self)
{
  return self->time_ms;
}

gchar *
bb_recovery_get_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "busbar", "recovery", NULL);
}

gchar *
bb_recovery_file (const gchar *folder, const gchar *id, const gchar *suffix)
{
  g_autofree gchar *name = g_strconcat (id, suffix, NULL);

  return g_build_filename (folder, name, NULL);
}

gint
bb_recovery_take_lock (const gchar *folder, const gchar *id)
{
  g_autofree gchar *path = bb_recovery_file (folder, id, ".lock");
  gint fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) < 0) {
    close (fd);
    return -1;
  }
  return fd;
}

void
bb_recovery_remove_files (const gchar *folder, const gchar *id)
{
  g_autofree gchar *copy = bb_recovery_file (folder, id, SUFFIX);
  g_autofree gchar *lock = bb_recovery_file (folder, id, ".lock");

  g_unlink (copy);
  g_unlink (lock);
}

/* Fills in from the key file; FALSE: it is damaged. */
static gboolean
read_copy (BbLeftover *self)
{
  g_autofree gchar *path = bb_recovery_file (self->folder, self->id, SUFFIX);
  g_autoptr (GBytes) bytes = bb_file_read (path, 2 * BB_GUARD_MAX_BYTES, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (!bytes || !g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_NONE, NULL))
    return FALSE;
  self->name = g_key_file_get_string (file, "busbar-recovery-1", "name", NULL);
  self->path = g_key_file_get_string (file, "busbar-recovery-1", "path", NULL);
  self->beside = g_key_file_get_string (file, "busbar-recovery-1", "inputs-beside", NULL);
  self->on_disk = g_key_file_get_string (file, "busbar-recovery-1", "on-disk", NULL);
  self->time_ms = g_key_file_get_int64 (file, "busbar-recovery-1", "time-ms", NULL);
  self->text = g_key_file_get_string (file, "busbar-recovery-1", "site", NULL);
  return self->name && self->text;
}

static BbLeftover *
try_copy (const gchar *folder, const gchar *file_name)
{
  g_autoptr (BbLeftover) self = NULL;

  if (!g_str_has_suffix (file_name, SUFFIX))
    return NULL;
  self = g_object_new (BB_TYPE_LEFTOVER, NULL);
  self->folder = g_strdup (folder);
  self->id = g_strndup (file_name, strlen (file_name) - strlen (SUFFIX));
  self->lock = bb_recovery_take_lock (folder, self->id);
  return self->lock >= 0 && read_copy (self) ? g_steal_pointer (&self) : NULL;
}

static gint
compare_age (gconstpointer a, gconstpointer b)
{
  const BbLeftover *left = *(BbLeftover *const *) a, *right = *(BbLeftover *const *) b;

  return (left->time_ms < right->time_ms) - (left->time_ms > right->time_ms);
}

GPtrArray *
bb_recovery_find (const gchar *folder)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name = NULL;

  while (dir && (name = g_dir_read_name (dir))) {
    BbLeftover *leftover = try_copy (folder, name);
    if (leftover)
      g_ptr_array_add (found, leftover);
  }
  g_ptr_array_sort (found, compare_age);
  return found;
}

BbDocument *
bb_leftover_restore (BbLeftover *self, GError **error)
{
  g_autoptr (BbSite) site = bb_site_parse (self->text, -1, self->name, error);
  BbDocument *document = NULL;
  g_autofree gchar *sentence = NULL;

  if (!site)
    return NULL;
  bb_site_set_path (site, self->beside);
  document = bb_document_new (site, self->path);
  bb_document_set_on_disk (document, self->on_disk);
  bb_document_set_unsaved (document);
  bb_event_log_add (bb_document_get_log (document), BB_EVENT_FILE, BB_EVENT_GOOD,
                    bb_document_get_name (document), _ ("Restored the work that was not saved."));
  return document;
}

void
bb_leftover_discard (BbLeftover *self)
{
  bb_recovery_remove_files (self->folder, self->id);
  if (self->lock >= 0)
    close (self->lock);
  self->lock = -1;
}

gint
bb_leftover_steal (BbLeftover *self, gchar **id)
{
  const gint lock = self->lock;

  *id = g_strdup (self->id);
  self->lock = -1;
  return lock;
}
