/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recovery.c: keeps a copy of unsaved work on disk. */
#include "app/recovery.h"

#include <glib/gi18n.h>
#include <unistd.h>

#include "app/document-private.h"
#include "app/recovery-private.h"
#include "base/file.h"
#include "model/site-json.h"

struct _BbRecovery {
  GObject parent_instance;
  BbDocument *document; /* (owned) */
  BbClock *clock;       /* (owned) */
  gchar *folder, *id;
  gint lock; /* -1: not yet, or it could not be had */
  gint64 delay_ms;
  GSource *timer; /* (nullable), of the clock */
  gboolean has_copy, complained, over;
};

G_DEFINE_FINAL_TYPE (BbRecovery, bb_recovery, G_TYPE_OBJECT)

/* ---- the writer: one thread, so that what is asked for happens in that order ---- */

typedef struct {
  gchar *folder, *id;
  BbSite *site; /* NULL: remove */
  gchar *name, *path, *on_disk;
  gint64 time_ms;
  gint lock;          /* -1, or to be let go of afterwards */
  BbRecovery *keeper; /* (owned) (nullable): told of a failure, on its own thread */
} Job;

static GMutex mutex;
static GCond finished;
static guint n_jobs; /* asked for and not done */

static gboolean
complain_cb (gpointer data)
{
  BbRecovery *self = data;

  if (!self->complained && self->document)
    bb_event_log_add (bb_document_get_log (self->document), BB_EVENT_FILE, BB_EVENT_WARNING,
                      bb_document_get_name (self->document),
                      _ ("Unsaved changes could not be kept for a restart. Save now and then, or free some "
                         "space on the disk."));
  self->complained = TRUE;
  return G_SOURCE_REMOVE;
}

static void
job_free (Job *job)
{
  g_free (job->folder);
  g_free (job->id);
  g_free (job->name);
  g_free (job->path);
  g_free (job->on_disk);
  g_clear_object (&job->site);
  g_free (job);
}

static gboolean
write_copy (const Job *job)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree gchar *text = bb_site_to_text (job->site);
  g_autofree gchar *target = bb_recovery_file (job->folder, job->id, ".recovery");
  g_autofree gchar *data = NULL;
  gsize length = 0;

  g_key_file_set_string (file, "busbar-recovery-1", "name", job->name);
  g_key_file_set_int64 (file, "busbar-recovery-1", "time-ms", job->time_ms);
  if (job->path)
    g_key_file_set_string (file, "busbar-recovery-1", "path", job->path);
  if (job->on_disk)
    g_key_file_set_string (file, "busbar-recovery-1", "on-disk", job->on_disk);
  if (bb_site_get_path (job->site))
    g_key_file_set_string (file, "busbar-recovery-1", "inputs-beside", bb_site_get_path (job->site));
  g_key_file_set_string (file, "busbar-recovery-1", "site", text);
  data = g_key_file_to_data (file, &length, NULL);
  return bb_file_replace (target, data, (gssize) length, NULL, NULL);
}

static gboolean
drop_cb (gpointer keeper)
{
  return G_SOURCE_REMOVE;
}

/* The last reference to the keeper must go on the main thread: it removes sources there. */
static void
do_job (gpointer data, gpointer pool_data)
{
  Job *job = data;

  if (job->site)
    g_idle_add_full (G_PRIORITY_DEFAULT, write_copy (job) ? drop_cb : complain_cb, job->keeper,
                     g_object_unref);
  else
    bb_recovery_remove_files (job->folder, job->id);
  if (job->lock >= 0)
    close (job->lock);
  job_free (job);
  g_mutex_lock (&mutex);
  n_jobs--;
  g_cond_broadcast (&finished);
  g_mutex_unlock (&mutex);
}

static void
ask (Job *job)
{
  static gsize once;
  static GThreadPool *writer;

  if (g_once_init_enter (&once)) {
    writer = g_thread_pool_new (do_job, NULL, 1, FALSE, NULL);
    g_once_init_leave (&once, 1);
  }
  g_mutex_lock (&mutex);
  n_jobs++;
  g_mutex_unlock (&mutex);
  g_thread_pool_push (writer, job, NULL);
}

void
bb_recovery_wait (void)
{
  g_mutex_lock (&mutex);
  while (n_jobs > 0)
    g_cond_wait (&finished, &mutex);
  g_mutex_unlock (&mutex);
}

/* ---- when to write ---- */

/* The lock is there before the copy: whoever finds the copy finds out that it is ours. */
static gboolean
lock_place (BbRecovery *self)
{
  if (self->lock < 0 && g_mkdir_with_parents (self->folder, 0700) == 0)
    self->lock = bb_recovery_take_lock (self->folder, self->id);
  if (self->lock < 0)
    complain_cb (self);
  return self->lock >= 0;
}

static void
keep_now (BbRecovery *self)
{
  BbSite *site = bb_document_get_site (self->document);
  Job *job = NULL;

  if (!lock_place (self))
    return;
  job = g_new0 (Job, 1);
  job->folder = g_strdup (self->folder);
  job->id = g_strdup (self->id);
  job->lock = -1;
  job->site = bb_site_copy (site);
  job->name = g_strdup (bb_document_get_name (self->document));
  job->path = g_strdup (bb_document_get_path (self->document));
  job->on_disk = bb_document_dup_on_disk (self->document);
  job->time_ms = bb_clock_get_wall_ms (self->clock, NULL);
  job->keeper = g_object_ref (self);
  self->has_copy = TRUE;
  ask (job);
}

static void
remove_copy (BbRecovery *self)
{
  Job *job = NULL;

  if (!self->has_copy)
    return;
  job = g_new0 (Job, 1);
  job->folder = g_strdup (self->folder);
  job->id = g_strdup (self->id);
  job->lock = self->lock;
  self->lock = -1;
  self->has_copy = FALSE;
  ask (job);
  /* The lock's file goes with the copy: the next copy makes both anew. */
  g_free (self->id);
  self->id = g_uuid_string_random ();
}

static void
stop_timer (BbRecovery *self)
{
  if (self->timer)
    g_source_destroy (self->timer);
  self->timer = NULL;
}

static gboolean
timer_cb (gpointer data)
{
  BbRecovery *self = data;

  self->timer = NULL;
  if (bb_document_get_modified (self->document))
    keep_now (self);
  return G_SOURCE_REMOVE;
}

/* Not again from each change: somebody who types without a pause is kept too. */
static void
start_timer (BbRecovery *self)
{
  if (!self->timer && !self->over)
    self->timer = bb_clock_add_timeout (self->clock, self->delay_ms, timer_cb, self, NULL);
}

static void
revision_cb (BbEditor *editor, GParamSpec *pspec, BbRecovery *self)
{
  start_timer (self);
}

static void
modified_cb (BbDocument *document, GParamSpec *pspec, BbRecovery *self)
{
  if (self->over)
    return;
  if (bb_document_get_modified (document)) {
    start_timer (self);
  } else {
    stop_timer (self);
    remove_copy (self);
  }
}

/* ---- the object ---- */

static void
bb_recovery_dispose (GObject *object)
{
  BbRecovery *self = BB_RECOVERY (object);

  stop_timer (self);
  self->over = TRUE;
  g_clear_object (&self->document);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (bb_recovery_parent_class)->dispose (object);
}

static void
bb_recovery_finalize (GObject *object)
{
  BbRecovery *self = BB_RECOVERY (object);

  if (self->lock >= 0)
    close (self->lock);
  g_free (self->folder);
  g_free (self->id);
  G_OBJECT_CLASS (bb_recovery_parent_class)->finalize (object);
}

static void
bb_recovery_class_init (BbRecoveryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bb_recovery_dispose;
  G_OBJECT_CLASS (klass)->finalize = bb_recovery_finalize;
}

static void
bb_recovery_init (BbRecovery *self)
{
  self->lock = -1;
}

BbRecovery *
bb_recovery_new (BbDocument *document, const gchar *folder, BbClock *clock, gint delay_s,
                 BbLeftover *leftover)
{
  BbRecovery *self = g_object_new (BB_TYPE_RECOVERY, NULL);

  self->document = g_object_ref (document);
  self->clock = g_object_ref (clock);
  self->folder = g_strdup (folder);
  self->delay_ms = (gint64) delay_s * 1000;
  if (leftover)
    self->lock = bb_leftover_steal (leftover, &self->id);
  else
    self->id = g_uuid_string_random ();
  self->has_copy = leftover != NULL;
  g_signal_connect_object (bb_document_get_editor (document), "notify::revision", G_CALLBACK (revision_cb),
                           self, 0);
  g_signal_connect_object (document, "notify::modified", G_CALLBACK (modified_cb), self, 0);
  if (bb_document_get_modified (document))
    start_timer (self);
  return self;
}

void
bb_recovery_set_delay (BbRecovery *self, gint delay_s)
{
  self->delay_ms = (gint64) delay_s * 1000;
}

void
bb_recovery_flush (BbRecovery *self)
{
  if (!self->over && bb_document_get_modified (self->document))
    keep_now (self);
  bb_recovery_wait ();
}

void
bb_recovery_forget (BbRecovery *self)
{
  stop_timer (self);
  self->over = TRUE;
  remove_copy (self);
}
