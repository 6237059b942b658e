/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page.h: what every page of the window is: a name, a title, an icon, a count that wants a person, a
 * document.
 *
 * A page's class name in the sidebar order is fixed by app-window.c. A page installs its own actions (class
 * actions "page-name.verb") and binds to the document's objects.
 */
#pragma once

#include <adwaita.h>

#include "app/document.h"

G_BEGIN_DECLS

#define BB_TYPE_PAGE (bb_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (BbPage, bb_page, BB, PAGE, AdwBin)

struct _BbPageClass {
  AdwBinClass parent_class;
  /* The document is another one (nullable: none). Chain up is not needed. */
  void (*document_changed) (BbPage *self, BbDocument *document);
  /* The page came into view: give the focus where work goes on. NULL: nothing. */
  void (*shown) (BbPage *self);
};

/* Properties: "page-name" ("groups": of win.show-page), "title" (translated), "icon-name", "badge" (guint:
 * problems, runs, unread), "document" (BbDocument). */
const gchar *bb_page_get_page_name (BbPage *self);
const gchar *bb_page_get_title (BbPage *self);
const gchar *bb_page_get_icon_name (BbPage *self);
guint bb_page_get_badge (BbPage *self);
void bb_page_set_badge (BbPage *self, guint badge);
BbDocument *bb_page_get_document (BbPage *self);
void bb_page_set_document (BbPage *self, BbDocument *document);
void bb_page_shown (BbPage *self);

/* A toast in the page's window; `button` and `action` (a detailed action name) may be NULL. */
void bb_page_toast (BbPage *self, const gchar *text, const gchar *button, const gchar *action);

G_END_DECLS
