/* SPDX-License-Identifier: GPL-3.0-or-later */
/* document.h: a site that is open: its file, its editor with undo, what happened to it. No GTK in here.
 *
 * Loading and saving go through worker threads; the file is replaced whole or stays as it was. The document's
 * log gets what is done to the site (each step, undone and redone too), problems that come and go, and what
 * happened to its file.
 */
#pragma once

#include "app/event-log.h"
#include "model/editor.h"

G_BEGIN_DECLS

#define BB_DOCUMENT_ERROR (bb_document_error_quark ())
GQuark bb_document_error_quark (void);

typedef enum {
  BB_DOCUMENT_ERROR_CHANGED /* another program wrote the file since it was opened or saved here */
} BbDocumentError;

typedef enum {
  BB_DOCUMENT_SAVE_PLAIN = 0,
  BB_DOCUMENT_SAVE_OVER_CHANGES = 1 << 0 /* also over what another program wrote */
} BbDocumentSaveFlags;

#define BB_TYPE_DOCUMENT (bb_document_get_type ())
G_DECLARE_FINAL_TYPE (BbDocument, bb_document, BB, DOCUMENT, GObject)

/* Properties: "editor", "path" (gchar*, NULL: never saved), "name" (of the site, else of the file, else "New
 * site"), "modified" (there is work that no file has). `path` NULL: a new site, or the demo; its inputs are
 * beside bb_site_get_path(). The document takes a reference to the site. */
BbDocument *bb_document_new (BbSite *site, const gchar *path);
BbEditor *bb_document_get_editor (BbDocument *self);
BbSite *bb_document_get_site (BbDocument *self);
BbEventLog *bb_document_get_log (BbDocument *self);
/* Problems come into the log when they have stayed for a second: this does not wait. */
void bb_document_log_problems_now (BbDocument *self);
const gchar *bb_document_get_path (BbDocument *self);
const gchar *bb_document_get_name (BbDocument *self);
gboolean bb_document_get_modified (BbDocument *self);
/* Says that no file has this work, although no step was done: a new site, a recovered one. Until it is saved.
 */
void bb_document_set_unsaved (BbDocument *self);

/* Reads a site file. Errors of bb_site_load(). */
void bb_document_load_async (const gchar *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer data);
BbDocument *bb_document_load_finish (GAsyncResult *result, GError **error);
/* The sample villa-demo as a site of nobody: path NULL, so that saving asks for a place. */
void bb_document_load_demo_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);

/* Writes to `path` (NULL: where it came from); changes made meanwhile leave the document modified.
 *
 * In another folder than before, the input files that the site names relative to its own are copied beside
 * it, so that the folder can be carried to another computer whole. Where a copy cannot be made (no right to
 * write there, another file of that name), the site names the old file by its full path instead. Errors:
 * BB_DOCUMENT_ERROR, BB_IO_ERROR, G_IO_ERROR_CANCELLED; the document stays as it was. */
void bb_document_save_async (BbDocument *self, const gchar *path, BbDocumentSaveFlags flags,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean bb_document_save_finish (BbDocument *self, GAsyncResult *result, GError **error);

G_END_DECLS
