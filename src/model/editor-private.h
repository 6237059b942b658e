/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor-private.h: what the parts of the editor share. Inside model/ only. */
#pragma once

#include "model/editor-change.h"
#include "model/editor.h"

G_BEGIN_DECLS

/* ---- changes, within a step that bb_editor_enter() opened (editor.c) ---- */

/* Opens a step, or joins the open one; FALSE with an error while an undo or redo is under way. `mark` is what
 * bb_editor_leave() goes back to when `done` is FALSE. */
gboolean bb_editor_enter (BbEditor *self, const gchar *label, guint *mark, GError **error);
void bb_editor_leave (BbEditor *self, guint mark, gboolean done);
void bb_editor_do_value (BbEditor *self, BbPart *part, const gchar *property, const GValue *after);
void bb_editor_do_text (BbEditor *self, BbPart *part, const gchar *property, const gchar *after);
/* `owner` NULL: the site. */
void bb_editor_do_insert (BbEditor *self, GListStore *list, guint position, BbPart *item, BbPart *owner);
void bb_editor_do_remove (BbEditor *self, GListStore *list, guint position, BbPart *owner);
/* `node` (nullable) is copied. */
void bb_editor_do_extra (BbEditor *self, BbPart *part, const gchar *key, JsonNode *node);
void bb_editor_do_move (BbEditor *self, GListStore *list, guint from, guint to);

/* The list of the site that holds such parts, or NULL. `key`: its key in the file (nullable). */
GListStore *bb_editor_list_for (BbEditor *self, BbPart *part, const gchar **key);
/* The group that a window belongs to, NULL for another part or a window of no group. */
BbGroup *bb_editor_group_of_window (BbEditor *self, BbPart *part);
/* TRUE while the part belongs to the site; else BB_MODEL_ERROR_VALUE. */
gboolean bb_editor_holds (BbEditor *self, BbPart *part, GError **error);

/* ---- references (editor-references.c) ---- */

/* Makes everything that names `before` in the list of this key name `after`; with "" it is cleared. What a
 * removed part leaves behind stays where it was: stations of a group stay on the group's circuit, circuits
 * hang on the circuit above, acknowledgements of a group go with it. */
void bb_editor_rename_references (BbEditor *self, const gchar *list_key, const gchar *before,
                                  const gchar *after);
void bb_editor_clear_references (BbEditor *self, BbPart *removed, const gchar *list_key);

/* ---- names (editor-names.c) ---- */

/* A text like `wanted` ("garage", "Garage 2") that no part of the list has in this field, but for `except`
 * (nullable); separated by `separator`. (transfer full) */
gchar *bb_editor_free_text (GListStore *list, const gchar *key, const gchar *wanted, const gchar *separator,
                            BbPart *except);
/* The first id like "station-3" that is free. (transfer full) */
gchar *bb_editor_free_id (GListStore *list, BbPart *part);
/* Give a part that is not in the site yet an id and a name that no other has. */
void bb_editor_make_free_id (GListStore *list, BbPart *part);
void bb_editor_make_free_name (GListStore *list, BbPart *part);

/* ---- labels (editor-label.c), all (transfer full) ---- */

gchar *bb_editor_label_set (GPtrArray *parts, const gchar *property, const GValue *value);
typedef enum { BB_LABEL_ADD, BB_LABEL_REMOVE, BB_LABEL_MOVE, BB_LABEL_DUPLICATE, BB_LABEL_PASTE } BbLabel;
gchar *bb_editor_label_parts (BbLabel what, GPtrArray *parts);
/* A translated format with one "%s", for the name. */
gchar *bb_editor_label_name (const gchar *format, const gchar *name);

/* ---- problems (editor-problems.c) ---- */

/* Changes `store` so that it equals `fresh`, keeping the objects of problems that are in both. */
void bb_problems_follow (GListStore *store, GListModel *fresh);

G_END_DECLS
