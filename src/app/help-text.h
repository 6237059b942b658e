/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help-text.h: chapters of the user guide: finds them in the reader's language and takes them apart. No GTK
 * in here.
 *
 * A chapter is data/help/LANGUAGE/NN-name.md, a small part of Markdown: "# Title" first, "## Heading",
 * paragraphs separated by empty lines, "- item" and "1. item", "![text](picture.png)" alone in a paragraph,
 * **bold** and `key`. Whole chapters are translated (folders de, sv, ro beside C), because prose reads as its
 * translator orders it, not sentence by sentence; a test keeps each folder complete.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  BB_HELP_TITLE = 0,
  BB_HELP_HEADING,
  BB_HELP_PARAGRAPH,
  BB_HELP_BULLET,
  BB_HELP_STEP, /* a numbered item */
  BB_HELP_PICTURE
} BbHelpKind;

typedef struct {
  BbHelpKind kind;
  guint number; /* of a step */
  gchar *text;  /* Pango markup; of a picture: what it shows, plain */
  gchar *file;  /* of a picture, else NULL */
} BbHelpBlock;

/* (element-type BbHelpBlock) (transfer full) */
GPtrArray *bb_help_parse (const gchar *text);

/* The names of the chapters in their order: "10-first-steps". (transfer full) */
GStrv bb_help_list (void);
/* The text of a chapter in the first of the reader's languages that has it; NULL when there is none.
 * (transfer full) */
gchar *bb_help_read (const gchar *chapter);
/* Its first line without "# ". (transfer full) */
gchar *bb_help_title (const gchar *chapter);
/* The path of a picture, in the reader's language if there; NULL when it is not installed. (transfer full) */
gchar *bb_help_find_picture (const gchar *file);
/* The chapter for a page of the window: "groups" -> "20-groups"; NULL: none. (transfer full) */
gchar *bb_help_chapter_for (const gchar *page);

G_END_DECLS
