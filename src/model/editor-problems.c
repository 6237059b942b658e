/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor-problems.c: a list of problems that follows a newer one in place, so that selections survive. */
#include "model/editor-private.h"

/* What makes two problems the same. */
static gchar *
key_of (BbProblem *problem)
{
  return g_strdup_printf ("%u\n%s\n%s\n%s", bb_problem_get_severity (problem), bb_problem_get_rule (problem),
                          bb_problem_get_pointer (problem), bb_problem_get_sentence (problem));
}

static void
free_queue (gpointer queue)
{
  g_queue_free_full ((GQueue *) queue, g_object_unref);
}

/* key -> GQueue of the problems that the store has now */
static GHashTable *
problems_by_key (GListModel *store)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_queue);

  for (guint i = 0; i < g_list_model_get_n_items (store); i++) {
    BbProblem *problem = (BbProblem *) g_list_model_get_item (store, i);
    g_autofree gchar *key = key_of (problem);
    GQueue *queue = (GQueue *) g_hash_table_lookup (table, key);

    if (queue == NULL) {
      queue = g_queue_new ();
      g_hash_table_insert (table, g_steal_pointer (&key), queue);
    }
    g_queue_push_tail (queue, problem);
  }
  return table;
}

/* The list as it shall be: known objects where there are, else the fresh ones. */
static GPtrArray *
wanted_list (GListModel *store, GListModel *fresh)
{
  g_autoptr (GHashTable) known = problems_by_key (store);
  GPtrArray *wanted = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (fresh); i++) {
    g_autoptr (BbProblem) problem = (BbProblem *) g_list_model_get_item (fresh, i);
    g_autofree gchar *key = key_of (problem);
    GQueue *queue = (GQueue *) g_hash_table_lookup (known, key);
    gpointer kept = queue != NULL ? g_queue_pop_head (queue) : NULL;

    g_ptr_array_add (wanted, kept != NULL ? kept : g_steal_pointer (&problem));
  }
  return wanted;
}

static void
remove_others (GListStore *store, GPtrArray *wanted)
{
  g_autoptr (GHashTable) keep = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < wanted->len; i++)
    g_hash_table_add (keep, wanted->pdata[i]);
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (store)); i > 0; i--) {
    g_autoptr (GObject) item = (GObject *) g_list_model_get_item (G_LIST_MODEL (store), i - 1);

    if (!g_hash_table_contains (keep, item))
      g_list_store_remove (store, i - 1);
  }
}

void
bb_problems_follow (GListStore *store, GListModel *fresh)
{
  g_autoptr (GPtrArray) wanted = wanted_list (G_LIST_MODEL (store), fresh);

  remove_others (store, wanted);
  for (guint i = 0; i < wanted->len; i++) {
    g_autoptr (GObject) there = (GObject *) g_list_model_get_item (G_LIST_MODEL (store), i);
    guint position;

    if (there == wanted->pdata[i])
      continue;
    /* Rarely: one that is kept has moved. */
    if (g_list_store_find (store, wanted->pdata[i], &position))
      g_list_store_remove (store, position);
    g_list_store_insert (store, i, wanted->pdata[i]);
  }
}
