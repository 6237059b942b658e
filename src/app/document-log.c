/* SPDX-License-Identifier: GPL-3.0-or-later */
/* document-log.c: what is done to a site and what is wrong with it, as lines of the document's log. */
#include <glib/gi18n.h>

#include "app/document-private.h"

/* The problems that the log knows of: what left the editor's list is what was solved. */
typedef struct {
  BbSite *site;     /* (owned) */
  BbEventLog *log;  /* (owned) */
  GPtrArray *known; /* (element-type BbProblem) */
} Follower;

static void
follower_free (gpointer data, GClosure *closure)
{
  Follower *follower = data;

  g_object_unref (follower->site);
  g_object_unref (follower->log);
  g_ptr_array_unref (follower->known);
  g_free (follower);
}

/* "/stations/3/max_a" is a place in the file; people know the station by its name. (transfer full) */
static gchar *
source_of (BbSite *site, const gchar *pointer)
{
  g_auto (GStrv) steps = g_strsplit (pointer, "/", 4);
  g_autoptr (BbPart) part = NULL;
  GListModel *list = NULL;
  guint64 position = 0;
  gchar *name = NULL;

  if (g_strv_length (steps) >= 3 && g_ascii_string_to_unsigned (steps[2], 10, 0, G_MAXINT, &position, NULL)) {
    if (g_str_equal (steps[1], "circuits"))
      list = bb_site_get_circuits (site);
    else if (g_str_equal (steps[1], "meters"))
      list = bb_site_get_meters (site);
    else if (g_str_equal (steps[1], "groups"))
      list = bb_site_get_groups (site);
    else if (g_str_equal (steps[1], "stations"))
      list = bb_site_get_stations (site);
  }
  part = list ? g_list_model_get_item (list, (guint) position) : NULL;
  if (part)
    g_object_get (part, "name", &name, NULL);
  if (part && (!name || !*name)) {
    g_free (name);
    g_object_get (part, "id", &name, NULL);
  }
  return name ? name : g_strdup (bb_site_peek (site)->name);
}

static void
add_problem (Follower *follower, BbProblem *problem, BbEventLevel level, const gchar *sentence)
{
  g_autofree gchar *source = source_of (follower->site, bb_problem_get_pointer (problem));

  bb_event_log_add (follower->log, BB_EVENT_PROBLEM, level, source, sentence);
}

static void
stepped_cb (BbEditor *editor, const gchar *label, gint direction, BbDocument *self)
{
  const gchar *source = bb_document_get_name (self);
  g_autofree gchar *sentence = NULL;

  if (direction < 0)
    /* TRANSLATORS: an edit was undone; %s: what it was, "Change minimum current of Garage" */
    sentence = g_strdup_printf (_ ("Undone: %s"), label);
  else if (direction > 0)
    /* TRANSLATORS: an edit was redone; %s: what it was */
    sentence = g_strdup_printf (_ ("Redone: %s"), label);
  bb_event_log_add_edit (bb_document_get_log (self), source, sentence ? sentence : label);
}

static BbEventLevel
level_of (BbProblem *problem)
{
  switch (bb_problem_get_severity (problem)) {
  case BB_SEVERITY_ERROR:
    return BB_EVENT_ERROR;
  case BB_SEVERITY_WARNING:
    return BB_EVENT_WARNING;
  default:
    return BB_EVENT_INFO;
  }
}

static gboolean
is_same (gconstpointer a, gconstpointer b)
{
  BbProblem *left = (BbProblem *) a, *right = (BbProblem *) b;

  return g_strcmp0 (bb_problem_get_rule (left), bb_problem_get_rule (right)) == 0
         && g_strcmp0 (bb_problem_get_pointer (left), bb_problem_get_pointer (right)) == 0;
}

static gboolean
holds (GPtrArray *problems, BbProblem *problem)
{
  return g_ptr_array_find_with_equal_func (problems, problem, is_same, NULL);
}

static GPtrArray *
list_to_array (GListModel *list)
{
  GPtrArray *array = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    g_ptr_array_add (array, g_list_model_get_item (list, i));
  return array;
}

static void
problems_cb (GListModel *list, guint position, guint removed, guint added, Follower *follower)
{
  g_autoptr (GPtrArray) now = list_to_array (list);
  GPtrArray *before = follower->known;

  for (guint i = 0; i < before->len; i++)
    if (!holds (now, before->pdata[i])) {
      /* TRANSLATORS: a problem of the site is gone; %s: the sentence that told it */
      g_autofree gchar *text = g_strdup_printf (_ ("Solved: %s"), bb_problem_get_sentence (before->pdata[i]));
      add_problem (follower, before->pdata[i], BB_EVENT_GOOD, text);
    }
  for (guint i = 0; i < now->len; i++)
    if (!holds (before, now->pdata[i]))
      add_problem (follower, now->pdata[i], level_of (now->pdata[i]),
                   bb_problem_get_sentence (now->pdata[i]));
  follower->known = g_steal_pointer (&now);
  g_ptr_array_unref (before);
}

void
bb_document_keep_log (BbDocument *self)
{
  BbEditor *editor = bb_document_get_editor (self);
  GListModel *problems = bb_editor_get_problems (editor);
  Follower *follower = g_new0 (Follower, 1);

  follower->site = g_object_ref (bb_document_get_site (self));
  follower->log = g_object_ref (bb_document_get_log (self));
  follower->known = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect_object (editor, "stepped", G_CALLBACK (stepped_cb), self, 0);
  g_signal_connect_data (problems, "items-changed", G_CALLBACK (problems_cb), follower, follower_free, 0);
  problems_cb (problems, 0, 0, 0, follower);
}
