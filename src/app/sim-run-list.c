/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-run-list.c: the runs of the session, as a list model. */
#include "app/sim-run-list.h"

struct _BbRunList {
  GObject parent_instance;
  GPtrArray *runs; /* (element-type BbSimRun) */
  guint last_number;
  BbSimRun *removed; /* (owned) (nullable) */
  guint removed_at;
};

static GType
bb_run_list_get_item_type (GListModel *model)
{
  return BB_TYPE_SIM_RUN;
}

static guint
bb_run_list_get_n_items (GListModel *model)
{
  return BB_RUN_LIST (model)->runs->len;
}

static gpointer
bb_run_list_get_item (GListModel *model, guint position)
{
  BbRunList *self = BB_RUN_LIST (model);

  return position < self->runs->len ? g_object_ref (g_ptr_array_index (self->runs, position)) : NULL;
}

static void
bb_run_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = bb_run_list_get_item_type;
  iface->get_n_items = bb_run_list_get_n_items;
  iface->get_item = bb_run_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (BbRunList, bb_run_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, bb_run_list_model_init))

static void
bb_run_list_dispose (GObject *object)
{
  BbRunList *self = BB_RUN_LIST (object);

  g_clear_pointer (&self->runs, g_ptr_array_unref);
  g_clear_object (&self->removed);
  G_OBJECT_CLASS (bb_run_list_parent_class)->dispose (object);
}

static void
bb_run_list_class_init (BbRunListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bb_run_list_dispose;
}

static void
bb_run_list_init (BbRunList *self)
{
  self->runs = g_ptr_array_new_with_free_func (g_object_unref);
}

BbRunList *
bb_run_list_new (void)
{
  return g_object_new (BB_TYPE_RUN_LIST, NULL);
}

void
bb_run_list_add (BbRunList *self, BbSimRun *run)
{
  bb_sim_run_set_number (run, ++self->last_number);
  g_ptr_array_add (self->runs, g_object_ref (run));
  g_list_model_items_changed (G_LIST_MODEL (self), self->runs->len - 1, 0, 1);
}

gint
bb_run_list_index_of (BbRunList *self, BbSimRun *run)
{
  guint index = 0;

  return g_ptr_array_find (self->runs, run, &index) ? (gint) index : -1;
}

gboolean
bb_run_list_remove (BbRunList *self, BbSimRun *run)
{
  gint index = bb_run_list_index_of (self, run);

  if (index < 0)
    return FALSE;
  g_set_object (&self->removed, run);
  self->removed_at = (guint) index;
  g_ptr_array_remove_index (self->runs, (guint) index);
  g_list_model_items_changed (G_LIST_MODEL (self), (guint) index, 1, 0);
  return TRUE;
}

BbSimRun *
bb_run_list_restore (BbRunList *self)
{
  BbSimRun *run = self->removed;

  if (!run)
    return NULL;
  self->removed_at = MIN (self->removed_at, self->runs->len);
  g_ptr_array_insert (self->runs, (gint) self->removed_at, run);
  self->removed = NULL; /* the array has it */
  g_list_model_items_changed (G_LIST_MODEL (self), self->removed_at, 0, 1);
  return run;
}

BbSimRun *
bb_run_list_find (BbRunList *self, guint number)
{
  for (guint i = 0; i < self->runs->len; i++)
    if (bb_sim_run_get_number (g_ptr_array_index (self->runs, i)) == number)
      return g_ptr_array_index (self->runs, i);
  return NULL;
}
