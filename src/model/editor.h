/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor.h: every change that a person makes to a site goes through here, so that it can be undone.
 *
 * An editor keeps a stack of steps over one site. A step is one or more changes (a value set, a part added,
 * removed or moved) with a label for people ("Change minimum current of Garage"). Changes of the same
 * property of the same parts, one after the other, are one step until bb_editor_seal(): typing "16" is one
 * step, not two. Undo and redo put values back in the reverse order, so that a group that had to be
 * deactivated before an edit is inactive again when that edit is undone.
 *
 * The editor also keeps the site's problems up to date: bb_site_check() runs once in an idle after changes,
 * and the list model is changed in place where a problem came or went.
 */
#pragma once

#include "model/site-check.h"
#include "model/site.h"

G_BEGIN_DECLS

#define BB_TYPE_EDITOR (bb_editor_get_type ())
G_DECLARE_FINAL_TYPE (BbEditor, bb_editor, BB, EDITOR, GObject)

/* Properties, all notify: "site" (construct only), "can-undo", "can-redo" (gboolean), "undo-label",
 * "redo-label" (gchar*, NULL: nothing), "modified" (gboolean: differs from the last bb_editor_mark_saved()),
 * "problems" (GListModel of BbProblem), "n-errors", "n-warnings" (guint), "revision" (guint64, grows with
 * every change). Signals: "changed" (BbPart *part, const gchar *property) after each single change, also by
 * undo and redo; `part` may be a part that has just been added or removed, `property` is then NULL. "stepped"
 * (const gchar *label, gint direction): a step was done (0), undone (-1) or redone (1): what a log shows. */
BbEditor *bb_editor_new (BbSite *site);
BbSite *bb_editor_get_site (BbEditor *self);
GListModel *bb_editor_get_problems (BbEditor *self); /* (transfer none) */
/* Runs a pending check now: for tests and before deciding on the problems. */
void bb_editor_check_now (BbEditor *self);
guint bb_editor_get_n_errors (BbEditor *self);
guint64 bb_editor_get_revision (BbEditor *self);
gboolean bb_editor_get_modified (BbEditor *self);
void bb_editor_mark_saved (BbEditor *self);

/* Sets a property from its text in the unit of the file, as bb_part_set(); errors of that,
 * BB_MODEL_ERROR_ACTIVE for a group that is active. Setting what it already is is no step. Setting "id" makes
 * all references of the site to the old id follow, in the same step; BB_MODEL_ERROR_DUPLICATE when it is
 * taken. */
gboolean bb_editor_set (BbEditor *self, BbPart *part, const gchar *property, const gchar *text,
                        GError **error);
/* The same property of several parts of one class in one step (multi-select); on an error none is changed.
 * (element-type BbPart) */
gboolean bb_editor_set_all (BbEditor *self, GPtrArray *parts, const gchar *property, const gchar *text,
                            GError **error);
/* Adds to the list of the site that holds such parts; an empty or taken id becomes a free one ("station-3").
 */
gboolean bb_editor_add (BbEditor *self, BbPart *part, GError **error);
/* Removes parts in one step; references to them are cleared in the same step. What is left stays where it
 * was: stations of a group on the group's circuit, circuits under the one above; a group's acknowledgements
 * go with it. */
gboolean bb_editor_remove (BbEditor *self, GPtrArray *parts, GError **error);
/* Moves a part within its list. */
gboolean bb_editor_move (BbEditor *self, BbPart *part, guint position, GError **error);
/* A copy beside the original, with a free id and name ("Garage 2"); a group's copy is inactive and has copies
 * of its stations. (transfer none): the copy, NULL with an error. */
BbPart *bb_editor_duplicate (BbEditor *self, BbPart *part, GError **error);
/* Off-peak windows of a group. */
gboolean bb_editor_add_window (BbEditor *self, BbGroup *group, BbWindow *window, GError **error);
gboolean bb_editor_remove_window (BbEditor *self, BbGroup *group, guint position, GError **error);
gboolean bb_editor_set_window (BbEditor *self, BbGroup *group, guint position, gint start_min, gint end_min,
                               gint days, GError **error);
/* Sets a key of the part that the model does not know, such as the site's "scenario" (`node` transfer full);
 * NULL removes it. BB_MODEL_ERROR_VALUE for a key that is a field of the part. */
gboolean bb_editor_set_extra (BbEditor *self, BbPart *part, const gchar *key, JsonNode *node, GError **error);

/* ---- excesses that are known and accepted (rule "failsafe-sum") ---- */

/* The group that a problem may be accepted for, or was accepted for: stations of it whose fail-safe current
 * cannot be set could draw more than its offline limit. NULL: another problem, or one that nobody can accept.
 * (transfer none) */
BbGroup *bb_problem_get_acceptable (BbSite *site, BbProblem *problem);
/* Who accepted it for the group, and why; NULL: nobody. (transfer none) */
BbAcknowledgement *bb_group_get_acceptance (BbSite *site, BbGroup *group);
/* Accepts it by name and reason, neither of them empty; withdraws all that was accepted for the group. */
gboolean bb_editor_accept (BbEditor *self, BbGroup *group, const gchar *name, const gchar *reason,
                           GError **error);
gboolean bb_editor_withdraw (BbEditor *self, BbGroup *group, GError **error);

/* Several changes as one step: begin, changes, end. Nesting counts; only the outermost label is kept.
 * bb_editor_abandon() ends the outermost one by taking its changes back. */
void bb_editor_begin (BbEditor *self, const gchar *label);
void bb_editor_end (BbEditor *self);
void bb_editor_abandon (BbEditor *self);
/* The next change begins a new step (focus left the field, Enter). */
void bb_editor_seal (BbEditor *self);

gboolean bb_editor_undo (BbEditor *self);
gboolean bb_editor_redo (BbEditor *self);

/* Copy between sites: groups (with their stations) and stations as a text for the clipboard (JSON, format
 * "busbar-parts/1"). (transfer full) */
gchar *bb_editor_copy (BbEditor *self, GPtrArray *parts);
/* Pastes such a text in one step; ids that are taken become free ones; a group comes inactive, and a
 * reference to a circuit or meter that this site does not have is cleared (the checker then says what is
 * missing). Hostile text is an error. (transfer container) (element-type BbPart): what was added, NULL with
 * an error. */
GPtrArray *bb_editor_paste (BbEditor *self, const gchar *text, GError **error);

G_END_DECLS
