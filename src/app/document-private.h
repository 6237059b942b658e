/* SPDX-License-Identifier: GPL-3.0-or-later */
/* document-private.h: what the files of the document share: object (document.c), files (document-file.c), log
 * (document-log.c). */
#pragma once

#include "app/document.h"

G_BEGIN_DECLS

/* What the file held when this document last read or wrote it: a checksum; NULL: nothing. */
void bb_document_set_on_disk (BbDocument *self, const gchar *checksum);
const gchar *bb_document_get_on_disk (BbDocument *self);
/* The file has what the document had at `revision`. */
void bb_document_saved (BbDocument *self, const gchar *path, guint64 revision);

/* Lets the document's log follow its editor, from now on and as long as it lives. */
void bb_document_keep_log (BbDocument *self);

G_END_DECLS
