/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor-accept.c: excesses of fail-safe currents that someone accepts by name and reason, and withdraws. */
#include <glib/gi18n.h>
#include <string.h>

#include "model/editor-private.h"
#include "model/problem-place.h"

static const gchar rule[] = "failsafe-sum";

/* The next acknowledgement of the group from `from` on, NULL behind the last; `from` is then its place. The
 * list keeps it. */
static BbAcknowledgement *
next_of (BbSite *site, const gchar *group, guint *from)
{
  GListModel *list = bb_site_get_acknowledgements (site);

  for (; *from < g_list_model_get_n_items (list); ++*from) {
    g_autoptr (BbAcknowledgement) item = (BbAcknowledgement *) g_list_model_get_item (list, *from);
    const BbAcknowledgementFields *f = bb_acknowledgement_peek (item);

    if (strcmp (f->rule, rule) == 0 && strcmp (f->group, group) == 0)
      return item;
  }
  return NULL;
}

/* Only a station whose fail-safe current cannot be set is a reason to accept an excess. */
static gboolean
has_fixed_station (BbSite *site, const gchar *group)
{
  for (guint i = 0; i < g_list_model_get_n_items (bb_site_get_stations (site)); i++) {
    const BbStationFields *f = bb_station_peek (bb_site_station (site, i));

    if (f->failsafe_fixed && strcmp (f->group, group) == 0)
      return TRUE;
  }
  return FALSE;
}

BbGroup *
bb_problem_get_acceptable (BbSite *site, BbProblem *problem)
{
  BbPart *part;
  const gchar *property;

  g_return_val_if_fail (BB_IS_SITE (site) && BB_IS_PROBLEM (problem), NULL);
  if (strcmp (bb_problem_get_rule (problem), rule) != 0
      || !bb_problem_locate (site, problem, &part, &property) || !BB_IS_GROUP (part)
      || !has_fixed_station (site, bb_group_peek (BB_GROUP (part))->id))
    return NULL;
  return BB_GROUP (part);
}

BbAcknowledgement *
bb_group_get_acceptance (BbSite *site, BbGroup *group)
{
  g_return_val_if_fail (BB_IS_SITE (site) && BB_IS_GROUP (group), NULL);
  for (guint at = 0;; at++) {
    BbAcknowledgement *item = next_of (site, bb_group_peek (group)->id, &at);
    const BbAcknowledgementFields *f = item != NULL ? bb_acknowledgement_peek (item) : NULL;

    if (f == NULL || (*f->name != '\0' && *f->reason != '\0'))
      return item;
  }
}

/* ---- changes ---- */

static gboolean
enter (BbEditor *self, BbGroup *group, const gchar *format, guint *mark, GError **error)
{
  const BbGroupFields *f = bb_group_peek (group);
  g_autofree gchar *label = bb_editor_label_name (format, *f->name != '\0' ? f->name : f->id);

  return bb_editor_holds (self, BB_PART (group), error) && bb_editor_enter (self, label, mark, error);
}

static gboolean
check_words (const gchar *name, const gchar *reason, GError **error)
{
  if (*name != '\0' && *reason != '\0')
    return TRUE;
  g_set_error_literal (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE,
                       *name == '\0' ? _ ("Write the name of who accepts this.")
                                     : _ ("Write why this can be accepted."));
  return FALSE;
}

/* One that is there already gets the words, else a new one does. */
static void
write_acceptance (BbEditor *self, const gchar *group, const gchar *name, const gchar *reason)
{
  BbSite *site = bb_editor_get_site (self);
  GListModel *list = bb_site_get_acknowledgements (site);
  guint at = 0;
  BbAcknowledgement *known = next_of (site, group, &at);
  g_autoptr (BbAcknowledgement) fresh = NULL;

  if (known != NULL) {
    bb_editor_do_text (self, BB_PART (known), "name", name);
    bb_editor_do_text (self, BB_PART (known), "reason", reason);
    return;
  }
  fresh = bb_acknowledgement_new (rule, group, name, reason);
  bb_editor_do_insert (self, G_LIST_STORE (list), g_list_model_get_n_items (list), BB_PART (fresh), NULL);
}

gboolean
bb_editor_accept (BbEditor *self, BbGroup *group, const gchar *name, const gchar *reason, GError **error)
{
  g_autofree gchar *who = NULL;
  g_autofree gchar *why = NULL;
  guint mark;

  g_return_val_if_fail (BB_IS_EDITOR (self) && BB_IS_GROUP (group) && name != NULL && reason != NULL, FALSE);
  who = g_strstrip (g_strdup (name));
  why = g_strstrip (g_strdup (reason));
  /* Translators: a step to undo; %s is a group. */
  if (!check_words (who, why, error) || !enter (self, group, _ ("Accept the excess of %s"), &mark, error))
    return FALSE;
  write_acceptance (self, bb_group_peek (group)->id, who, why);
  bb_editor_leave (self, mark, TRUE);
  return TRUE;
}

gboolean
bb_editor_withdraw (BbEditor *self, BbGroup *group, GError **error)
{
  BbSite *site;
  guint mark;

  g_return_val_if_fail (BB_IS_EDITOR (self) && BB_IS_GROUP (group), FALSE);
  site = bb_editor_get_site (self);
  /* Translators: a step to undo; %s is a group. */
  if (!enter (self, group, _ ("No longer accept the excess of %s"), &mark, error))
    return FALSE;
  for (guint at = 0; next_of (site, bb_group_peek (group)->id, &at) != NULL;)
    bb_editor_do_remove (self, G_LIST_STORE (bb_site_get_acknowledgements (site)), at, NULL);
  bb_editor_leave (self, mark, TRUE);
  return TRUE;
}
