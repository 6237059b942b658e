/* SPDX-License-Identifier: GPL-3.0-or-later */
/* document-private.h: what the files of the document share: object (document.c), files (document-file.c), log
 * (document-log.c). */
#pragma once

#include "app/document.h"

G_BEGIN_DECLS

/* What the file held when this document last read or wrote it. Shared with the workers that save, which hold
 * the lock while they write: one after the other, each comparing with what the one before it wrote. */
typedef struct {
  GMutex lock;
  gchar *checksum; /* (nullable): of nothing */
  guint64
      revision; /* of the editor, that was written: a worker that comes late with an older one leaves it */
} BbOnDisk;

/* (transfer full): bb_on_disk_unref(). */
BbOnDisk *bb_document_ref_on_disk (BbDocument *self);
void bb_on_disk_unref (BbOnDisk *disk);
void bb_document_set_on_disk (BbDocument *self, const gchar *checksum);
/* (transfer full) (nullable) */
gchar *bb_document_dup_on_disk (BbDocument *self);
/* The file has what the document had at `revision`. */
void bb_document_saved (BbDocument *self, const gchar *path, guint64 revision);

/* Lets the document's log follow its editor, from now on and as long as it lives. */
void bb_document_keep_log (BbDocument *self);

G_END_DECLS
