/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app-window.h: the window: header with undo and redo, sidebar of pages, the page, toasts, messages. */
#pragma once

#include <adwaita.h>

#include "app/document.h"
#include "app/recovery.h"

G_BEGIN_DECLS

#define BB_TYPE_APP_WINDOW (bb_app_window_get_type ())
G_DECLARE_FINAL_TYPE (BbAppWindow, bb_app_window, BB, APP_WINDOW, AdwApplicationWindow)

/* Properties: "document" (nullable), "page" (its name; "welcome" and "assistant" too), "compact" (the sidebar
 * is icons only), "sidebar-visible". */
GtkWidget *bb_app_window_new (AdwApplication *application);
/* NULL: the welcome page. Unsaved work of the document is kept for a restart from now on. */
void bb_app_window_set_document (BbAppWindow *self, BbDocument *document);
BbDocument *bb_app_window_get_document (BbAppWindow *self);
/* Shows a page by its name; FALSE when there is none. */
gboolean bb_app_window_show_page (BbAppWindow *self, const gchar *name);
const gchar *bb_app_window_get_page_name (BbAppWindow *self);
/* The page's widget, or NULL: for tests and pictures. (transfer none) */
GtkWidget *bb_app_window_get_page (BbAppWindow *self, const gchar *name);
/* The form for a new site; in a window without a document. */
void bb_app_window_show_assistant (BbAppWindow *self);

/* A short note that goes by itself; `button` and `action` (a detailed action name) may be NULL. */
void bb_app_window_toast (BbAppWindow *self, const gchar *text, const gchar *button, const gchar *action);
/* A row at the top that stays until it is closed, with "Copy details" for warnings and errors. */
void bb_app_window_tell (BbAppWindow *self, BbEventLevel level, const gchar *text);
/* The row that offers what an earlier Busbar left. */
void bb_app_window_offer_leftover (BbAppWindow *self, BbLeftover *leftover);

/* Writes unsaved work to disk for the next start: the session ends. */
void bb_app_window_keep_work (BbAppWindow *self);

G_END_DECLS
