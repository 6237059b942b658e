/* SPDX-License-Identifier: GPL-3.0-or-later */
/* document-log.c: what is done to a site and what is wrong with it, as lines of the document's log. */
#include <glib/gi18n.h>

#include "app/document-private.h"

/* Problems are logged once they stayed for so long: a value that is being typed passes through many. */
#define QUIET_MS 1000
/* And no more at once than a person reads. */
#define MOST_AT_ONCE 12

/* The problems that the log knows of: what left the editor's list is what was solved. */
typedef struct {
  BbSite *site;         /* (owned) */
  BbEventLog *log;      /* (owned) */
  GListModel *problems; /* (unowned): of the editor, which outlives this */
  GPtrArray *known;     /* (element-type BbProblem) */
  GSource *pending;     /* (owned) (nullable) */
} Follower;

static void
stop_waiting (Follower *follower)
{
  if (follower->pending)
    g_source_destroy (follower->pending);
  g_clear_pointer (&follower->pending, g_source_unref);
}

static void
follower_free (gpointer data, GClosure *closure)
{
  Follower *follower = data;

  stop_waiting (follower);
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

/* What is in `these` and not in `those`: each, up to a number, then how many more. */
static void
add_difference (Follower *follower, GPtrArray *these, GPtrArray *those, gboolean solved)
{
  guint n = 0;

  for (guint i = 0; i < these->len; i++) {
    BbProblem *problem = these->pdata[i];
    if (holds (those, problem) || ++n > MOST_AT_ONCE)
      continue;
    /* TRANSLATORS: a problem of the site is gone; %s: the sentence that told it */
    g_autofree gchar *text = solved ? g_strdup_printf (_ ("Solved: %s"), bb_problem_get_sentence (problem))
                                    : g_strdup (bb_problem_get_sentence (problem));
    add_problem (follower, problem, solved ? BB_EVENT_GOOD : level_of (problem), text);
  }
  if (n > MOST_AT_ONCE) {
    const guint more = n - MOST_AT_ONCE;
    g_autofree gchar *text
        = solved ? g_strdup_printf (ngettext ("And %u more problem was solved.",
                                              "And %u more problems were solved.", more),
                                    more)
                 : g_strdup_printf (ngettext ("And %u more problem. The Groups page lists all.",
                                              "And %u more problems. The Groups page lists all.", more),
                                    more);
    bb_event_log_add (follower->log, BB_EVENT_PROBLEM, solved ? BB_EVENT_GOOD : BB_EVENT_WARNING,
                      bb_site_peek (follower->site)->name, text);
  }
}

static void
log_now (Follower *follower)
{
  g_autoptr (GPtrArray) before = follower->known;

  stop_waiting (follower);
  follower->known = list_to_array (follower->problems);
  add_difference (follower, before, follower->known, TRUE);
  add_difference (follower, follower->known, before, FALSE);
}

static gboolean
quiet_cb (gpointer data)
{
  log_now (data);
  return G_SOURCE_REMOVE;
}

static void
problems_cb (GListModel *list, guint position, guint removed, guint added, Follower *follower)
{
  stop_waiting (follower);
  follower->pending = g_source_ref (
      bb_clock_add_timeout (bb_event_log_get_clock (follower->log), QUIET_MS, quiet_cb, follower, NULL));
}

void
bb_document_log_problems_now (BbDocument *self)
{
  Follower *follower = g_object_get_data (G_OBJECT (self), "problem-follower");

  bb_editor_check_now (bb_document_get_editor (self));
  log_now (follower);
}

void
bb_document_keep_log (BbDocument *self)
{
  BbEditor *editor = bb_document_get_editor (self);
  GListModel *problems = bb_editor_get_problems (editor);
  Follower *follower = g_new0 (Follower, 1);

  follower->site = g_object_ref (bb_document_get_site (self));
  follower->log = g_object_ref (bb_document_get_log (self));
  follower->problems = problems;
  follower->known = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect_object (editor, "stepped", G_CALLBACK (stepped_cb), self, 0);
  g_signal_connect_data (problems, "items-changed", G_CALLBACK (problems_cb), follower, follower_free, 0);
  g_object_set_data (G_OBJECT (self), "problem-follower", follower);
  problems_cb (problems, 0, 0, 0, follower);
}
