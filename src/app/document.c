/* SPDX-License-Identifier: GPL-3.0-or-later */
/* document.c: a site that is open: its file, its editor, what happened to it. */
#include "app/document.h"

#include <glib/gi18n.h>

#include "app/document-private.h"

struct _BbDocument {
  GObject parent_instance;
  BbEditor *editor;  /* (owned) */
  BbEventLog *log;   /* (owned) */
  gchar *path;       /* (owned) (nullable) */
  gchar *shown_name; /* (owned) (nullable): of the file, for people */
  BbOnDisk *disk;    /* (owned), shared with workers */
  gboolean unsaved;
};

enum { PROP_0, PROP_EDITOR, PROP_PATH, PROP_NAME, PROP_MODIFIED, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BbDocument, bb_document, G_TYPE_OBJECT)
G_DEFINE_QUARK (bb_document_error, bb_document_error)

BbEditor *
bb_document_get_editor (BbDocument *self)
{
  return self->editor;
}

BbSite *
bb_document_get_site (BbDocument *self)
{
  return bb_editor_get_site (self->editor);
}

BbEventLog *
bb_document_get_log (BbDocument *self)
{
  return self->log;
}

const gchar *
bb_document_get_path (BbDocument *self)
{
  return self->path;
}

const gchar *
bb_document_get_name (BbDocument *self)
{
  const gchar *name = bb_site_peek (bb_document_get_site (self))->name;

  if (name && *name)
    return name;
  return self->shown_name ? self->shown_name : _ ("New site");
}

gboolean
bb_document_get_modified (BbDocument *self)
{
  return self->unsaved || bb_editor_get_modified (self->editor);
}

void
bb_document_set_unsaved (BbDocument *self)
{
  self->unsaved = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODIFIED]);
}

static void
on_disk_clear (gpointer data)
{
  BbOnDisk *disk = data;

  g_mutex_clear (&disk->lock);
  g_free (disk->checksum);
}

void
bb_on_disk_unref (BbOnDisk *disk)
{
  g_atomic_rc_box_release_full (disk, on_disk_clear);
}

BbOnDisk *
bb_document_ref_on_disk (BbDocument *self)
{
  return g_atomic_rc_box_acquire (self->disk);
}

gchar *
bb_document_dup_on_disk (BbDocument *self)
{
  gchar *copy = NULL;

  g_mutex_lock (&self->disk->lock);
  copy = g_strdup (self->disk->checksum);
  g_mutex_unlock (&self->disk->lock);
  return copy;
}

void
bb_document_set_on_disk (BbDocument *self, const gchar *checksum)
{
  g_mutex_lock (&self->disk->lock);
  g_free (self->disk->checksum);
  self->disk->checksum = g_strdup (checksum);
  g_mutex_unlock (&self->disk->lock);
}

static void
set_path (BbDocument *self, const gchar *path)
{
  gchar *copy = g_strdup (path);

  g_free (self->path);
  self->path = copy;
  g_free (self->shown_name);
  self->shown_name = path ? g_filename_display_basename (path) : NULL;
}

void
bb_document_saved (BbDocument *self, const gchar *path, guint64 revision)
{
  g_object_freeze_notify (G_OBJECT (self));
  bb_site_set_path (bb_document_get_site (self), path);
  if (g_strcmp0 (self->path, path) != 0) {
    set_path (self, path);
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PATH]);
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
  }
  if (revision == bb_editor_get_revision (self->editor)) {
    self->unsaved = FALSE;
    bb_editor_mark_saved (self->editor);
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODIFIED]);
  }
  g_object_thaw_notify (G_OBJECT (self));
}

static void
bb_document_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BbDocument *self = BB_DOCUMENT (object);

  switch (id) {
  case PROP_EDITOR:
    g_value_set_object (value, self->editor);
    break;
  case PROP_PATH:
    g_value_set_string (value, self->path);
    break;
  case PROP_NAME:
    g_value_set_string (value, bb_document_get_name (self));
    break;
  case PROP_MODIFIED:
    g_value_set_boolean (value, bb_document_get_modified (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
bb_document_finalize (GObject *object)
{
  BbDocument *self = BB_DOCUMENT (object);

  g_clear_object (&self->editor);
  g_clear_object (&self->log);
  g_free (self->path);
  g_free (self->shown_name);
  bb_on_disk_unref (self->disk);
  G_OBJECT_CLASS (bb_document_parent_class)->finalize (object);
}

static void
bb_document_class_init (BbDocumentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = bb_document_get_property;
  object_class->finalize = bb_document_finalize;
  properties[PROP_EDITOR] = g_param_spec_object ("editor", NULL, NULL, BB_TYPE_EDITOR, flags);
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_MODIFIED] = g_param_spec_boolean ("modified", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bb_document_init (BbDocument *self)
{
  self->disk = g_atomic_rc_box_new0 (BbOnDisk);
  g_mutex_init (&self->disk->lock);
}

static void
modified_cb (BbEditor *editor, GParamSpec *pspec, BbDocument *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODIFIED]);
}

static void
name_cb (BbSite *site, GParamSpec *pspec, BbDocument *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
}

BbDocument *
bb_document_new (BbSite *site, const gchar *path)
{
  BbDocument *self = g_object_new (BB_TYPE_DOCUMENT, NULL);
  g_autoptr (BbClock) clock = bb_clock_new_real ();

  self->editor = bb_editor_new (site);
  self->log = bb_event_log_new (clock);
  set_path (self, path);
  g_signal_connect_object (self->editor, "notify::modified", G_CALLBACK (modified_cb), self, 0);
  g_signal_connect_object (site, "notify::name", G_CALLBACK (name_cb), self, 0);
  bb_document_keep_log (self);
  return self;
}
