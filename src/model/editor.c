/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor.c: the stack of steps over one site, undo and redo, and the site's problems. */
#include "model/editor.h"

#include "model/editor-private.h"
#include <glib/gi18n.h>

/* A day of hard work is some hundred steps. A removed part is kept alive by its step, so that the stack must
 * end somewhere: a thousand steps of the largest site are a few MB. */
#define MOST_STEPS 1000

/* What was told of the stack last, to tell only what is new. */
typedef struct {
  const gchar *undo_label, *redo_label; /* of steps, compared by address */
  gboolean modified;
} Told;

struct _BbEditor {
  GObject parent_instance;
  BbSite *site;
  GPtrArray *undo, *redo; /* (element-type BbStep), the next one last */
  BbStep *open;           /* (nullable) */
  guint depth;            /* of bb_editor_begin() and bb_editor_enter() */
  guint n_ends_to_come;   /* of begins that were abandoned from inside */
  gboolean replaying;
  gint saved_at; /* length of `undo` at the saved point; -1: it cannot be reached */
  guint64 revision;
  GListStore *problems;
  guint n_errors, n_warnings;
  GMainContext *context;
  GSource *check; /* (nullable): pending */
  Told told;
};

enum {
  PROP_SITE = 1,
  PROP_CAN_UNDO,
  PROP_CAN_REDO,
  PROP_UNDO_LABEL,
  PROP_REDO_LABEL,
  PROP_MODIFIED,
  PROP_PROBLEMS,
  PROP_N_ERRORS,
  PROP_N_WARNINGS,
  PROP_REVISION,
  N_PROPS
};
enum { CHANGED, STEPPED, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BbEditor, bb_editor, G_TYPE_OBJECT)

/* ---- problems ---- */

static void
count_problems (BbEditor *self)
{
  guint n[BB_SEVERITY_ERROR + 1] = { 0 };

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->problems)); i++) {
    g_autoptr (BbProblem) problem = (BbProblem *) g_list_model_get_item (G_LIST_MODEL (self->problems), i);

    n[bb_problem_get_severity (problem)]++;
  }
  if (self->n_errors != n[BB_SEVERITY_ERROR]) {
    self->n_errors = n[BB_SEVERITY_ERROR];
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ERRORS]);
  }
  if (self->n_warnings != n[BB_SEVERITY_WARNING]) {
    self->n_warnings = n[BB_SEVERITY_WARNING];
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_WARNINGS]);
  }
}

static void
clear_check (BbEditor *self)
{
  if (self->check == NULL)
    return;
  g_source_destroy (self->check);
  g_clear_pointer (&self->check, g_source_unref);
}

static void
check_site (BbEditor *self)
{
  g_autoptr (GListModel) fresh = bb_site_check (self->site, BB_CHECK_DEPLOY);

  clear_check (self);
  bb_problems_follow (self->problems, fresh);
  count_problems (self);
}

static gboolean
check_cb (gpointer data)
{
  check_site (BB_EDITOR (data));
  return G_SOURCE_REMOVE;
}

static void
check_later (BbEditor *self)
{
  if (self->check != NULL)
    return;
  self->check = g_idle_source_new ();
  g_source_set_callback (self->check, check_cb, self, NULL);
  g_source_attach (self->check, self->context);
}

void
bb_editor_check_now (BbEditor *self)
{
  g_return_if_fail (BB_IS_EDITOR (self));
  if (self->check != NULL)
    check_site (self);
}

/* ---- what is told ---- */

static const gchar *
top_label (GPtrArray *steps)
{
  return steps->len > 0 ? ((BbStep *) steps->pdata[steps->len - 1])->label : NULL;
}

static void
tell_label (BbEditor *self, const gchar **told, const gchar *now, guint can, guint label)
{
  const gboolean could = *told != NULL;

  if (*told == now)
    return;
  *told = now;
  g_object_notify_by_pspec (G_OBJECT (self), properties[label]);
  if (could != (now != NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[can]);
}

static void
tell_stack (BbEditor *self)
{
  const gboolean modified = bb_editor_get_modified (self);

  g_object_freeze_notify (G_OBJECT (self));
  tell_label (self, &self->told.undo_label, top_label (self->undo), PROP_CAN_UNDO, PROP_UNDO_LABEL);
  tell_label (self, &self->told.redo_label, top_label (self->redo), PROP_CAN_REDO, PROP_REDO_LABEL);
  if (self->told.modified != modified)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODIFIED]);
  self->told.modified = modified;
  g_object_thaw_notify (G_OBJECT (self));
}

static void
tell_change (BbEditor *self, const BbChange *change)
{
  self->revision++;
  check_later (self);
  if (change->owner != NULL)
    g_signal_emit (self, signals[CHANGED], 0, change->owner, "windows");
  else
    g_signal_emit (self, signals[CHANGED], 0, change->part, change->property);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REVISION]);
}

/* ---- changes within a step ---- */

static void
do_change (BbEditor *self, BbChange *change)
{
  bb_step_add (self->open, change);
  bb_change_apply (change, TRUE);
  tell_change (self, change);
}

void
bb_editor_do_value (BbEditor *self, BbPart *part, const gchar *property, const GValue *after)
{
  BbChange *change = bb_change_new_value (part, property, after);

  bb_step_aim (self->open, part, change->property);
  if (bb_change_is_nothing (change))
    bb_change_free (change);
  else
    do_change (self, change);
}

void
bb_editor_do_text (BbEditor *self, BbPart *part, const gchar *property, const gchar *after)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, after);
  bb_editor_do_value (self, part, property, &value);
}

void
bb_editor_do_insert (BbEditor *self, GListStore *list, guint position, BbPart *item, BbPart *owner)
{
  do_change (self, bb_change_new_list (BB_CHANGE_INSERT, list, item, owner, 0, position));
}

void
bb_editor_do_remove (BbEditor *self, GListStore *list, guint position, BbPart *owner)
{
  g_autoptr (BbPart) item = (BbPart *) g_list_model_get_item (G_LIST_MODEL (list), position);

  do_change (self, bb_change_new_list (BB_CHANGE_REMOVE, list, item, owner, position, 0));
}

void
bb_editor_do_move (BbEditor *self, GListStore *list, guint from, guint to)
{
  g_autoptr (BbPart) item = (BbPart *) g_list_model_get_item (G_LIST_MODEL (list), from);

  do_change (self, bb_change_new_list (BB_CHANGE_MOVE, list, item, NULL, from, to));
}

void
bb_editor_do_extra (BbEditor *self, BbPart *part, const gchar *key, JsonNode *node)
{
  BbChange *change = bb_change_new_extra (part, key, node);

  if (bb_change_is_nothing (change))
    bb_change_free (change);
  else
    do_change (self, change);
}

static void
replay (BbEditor *self, BbStep *step, gboolean forward)
{
  const guint n = step->changes->len;

  self->replaying = TRUE;
  for (guint i = 0; i < n; i++) {
    BbChange *change = (BbChange *) step->changes->pdata[forward ? i : n - 1 - i];

    bb_change_apply (change, forward);
    tell_change (self, change);
  }
  self->replaying = FALSE;
}

/* Takes the open step's changes back down to this many. */
static void
take_back (BbEditor *self, guint mark)
{
  self->replaying = TRUE;
  while (self->open->changes->len > mark) {
    BbChange *change
        = (BbChange *) g_ptr_array_steal_index (self->open->changes, self->open->changes->len - 1);

    bb_change_apply (change, FALSE);
    tell_change (self, change);
    bb_change_free (change);
  }
  self->replaying = FALSE;
}

/* ---- steps ---- */

static BbStep *
top_step (BbEditor *self)
{
  return self->undo->len > 0 ? (BbStep *) self->undo->pdata[self->undo->len - 1] : NULL;
}

static void
push_step (BbEditor *self, BbStep *step)
{
  g_autofree gchar *label = g_strdup (step->label);

  g_ptr_array_set_size (self->redo, 0);
  if (self->saved_at > (gint) self->undo->len)
    self->saved_at = -1;
  g_ptr_array_add (self->undo, step);
  if (self->undo->len > MOST_STEPS) {
    g_ptr_array_remove_index (self->undo, 0);
    self->saved_at = MAX (self->saved_at - 1, -1);
  }
  g_signal_emit (self, signals[STEPPED], 0, label, 0);
}

/* The step on top has become one with the last: nothing may be left of it. */
static void
drop_nothing (BbEditor *self, BbStep *top)
{
  g_autofree gchar *label = g_strdup (top->label);

  if (!bb_step_is_nothing (top))
    return;
  g_ptr_array_set_size (self->undo, (gint) self->undo->len - 1);
  g_signal_emit (self, signals[STEPPED], 0, label, -1);
}

static void
close_step (BbEditor *self)
{
  BbStep *step = g_steal_pointer (&self->open);
  BbStep *top = top_step (self);

  if (step->changes->len == 0)
    bb_step_free (step);
  else if (top != NULL && self->redo->len == 0 && bb_step_absorb (top, step))
    drop_nothing (self, top);
  else if (bb_step_is_nothing (step))
    bb_step_free (step);
  else
    push_step (self, step);
  tell_stack (self);
}

gboolean
bb_editor_enter (BbEditor *self, const gchar *label, guint *mark, GError **error)
{
  if (self->replaying) {
    g_set_error_literal (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE,
                         _ ("An undo is under way. Make this change after it."));
    return FALSE;
  }
  bb_editor_begin (self, label);
  *mark = self->open->changes->len;
  return TRUE;
}

void
bb_editor_leave (BbEditor *self, guint mark, gboolean done)
{
  if (!done && self->open != NULL)
    take_back (self, mark);
  bb_editor_end (self);
}

void
bb_editor_begin (BbEditor *self, const gchar *label)
{
  g_return_if_fail (BB_IS_EDITOR (self) && label != NULL);
  if (self->depth++ == 0)
    self->open = bb_step_new (label);
}

void
bb_editor_end (BbEditor *self)
{
  g_return_if_fail (BB_IS_EDITOR (self));
  if (self->depth == 0 && self->n_ends_to_come > 0) {
    self->n_ends_to_come--;
    return;
  }
  g_return_if_fail (self->depth > 0);
  if (--self->depth == 0)
    close_step (self);
}

void
bb_editor_abandon (BbEditor *self)
{
  g_return_if_fail (BB_IS_EDITOR (self) && self->depth > 0);
  take_back (self, 0);
  self->n_ends_to_come += self->depth - 1;
  self->depth = 0;
  g_clear_pointer (&self->open, bb_step_free);
  tell_stack (self);
}

void
bb_editor_seal (BbEditor *self)
{
  g_return_if_fail (BB_IS_EDITOR (self));
  if (top_step (self) != NULL)
    top_step (self)->sealed = TRUE;
}

/* Moves a step from one stack to the other. */
static gboolean
step_over (BbEditor *self, GPtrArray *from, GPtrArray *to, gboolean forward)
{
  BbStep *step;

  if (from->len == 0 || self->depth > 0 || self->replaying)
    return FALSE;
  step = (BbStep *) g_ptr_array_steal_index (from, from->len - 1);
  step->sealed = TRUE;
  replay (self, step, forward);
  g_ptr_array_add (to, step);
  bb_editor_seal (self);
  g_signal_emit (self, signals[STEPPED], 0, step->label, forward ? 1 : -1);
  tell_stack (self);
  return TRUE;
}

gboolean
bb_editor_undo (BbEditor *self)
{
  g_return_val_if_fail (BB_IS_EDITOR (self), FALSE);
  return step_over (self, self->undo, self->redo, FALSE);
}

gboolean
bb_editor_redo (BbEditor *self)
{
  g_return_val_if_fail (BB_IS_EDITOR (self), FALSE);
  return step_over (self, self->redo, self->undo, TRUE);
}

gboolean
bb_editor_get_modified (BbEditor *self)
{
  g_return_val_if_fail (BB_IS_EDITOR (self), FALSE);
  return self->saved_at != (gint) self->undo->len || (self->open != NULL && self->open->changes->len > 0);
}

void
bb_editor_mark_saved (BbEditor *self)
{
  g_return_if_fail (BB_IS_EDITOR (self));
  bb_editor_seal (self);
  self->saved_at = (gint) self->undo->len;
  tell_stack (self);
}

/* ---- object ---- */

BbEditor *
bb_editor_new (BbSite *site)
{
  g_return_val_if_fail (BB_IS_SITE (site), NULL);
  return (BbEditor *) g_object_new (BB_TYPE_EDITOR, "site", site, NULL);
}

BbSite *
bb_editor_get_site (BbEditor *self)
{
  g_return_val_if_fail (BB_IS_EDITOR (self), NULL);
  return self->site;
}

GListModel *
bb_editor_get_problems (BbEditor *self)
{
  g_return_val_if_fail (BB_IS_EDITOR (self), NULL);
  return G_LIST_MODEL (self->problems);
}

guint
bb_editor_get_n_errors (BbEditor *self)
{
  g_return_val_if_fail (BB_IS_EDITOR (self), 0);
  return self->n_errors;
}

guint64
bb_editor_get_revision (BbEditor *self)
{
  g_return_val_if_fail (BB_IS_EDITOR (self), 0);
  return self->revision;
}

static void
bb_editor_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  BbEditor *self = BB_EDITOR (object);

  switch (property_id) {
  case PROP_SITE:
    g_value_set_object (value, self->site);
    break;
  case PROP_CAN_UNDO:
    g_value_set_boolean (value, self->undo->len > 0);
    break;
  case PROP_CAN_REDO:
    g_value_set_boolean (value, self->redo->len > 0);
    break;
  case PROP_UNDO_LABEL:
    g_value_set_string (value, top_label (self->undo));
    break;
  case PROP_REDO_LABEL:
    g_value_set_string (value, top_label (self->redo));
    break;
  case PROP_MODIFIED:
    g_value_set_boolean (value, bb_editor_get_modified (self));
    break;
  case PROP_PROBLEMS:
    g_value_set_object (value, self->problems);
    break;
  case PROP_N_ERRORS:
    g_value_set_uint (value, self->n_errors);
    break;
  case PROP_N_WARNINGS:
    g_value_set_uint (value, self->n_warnings);
    break;
  case PROP_REVISION:
    g_value_set_uint64 (value, self->revision);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
bb_editor_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  if (property_id == PROP_SITE)
    BB_EDITOR (object)->site = (BbSite *) g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
bb_editor_constructed (GObject *object)
{
  check_site (BB_EDITOR (object));
  G_OBJECT_CLASS (bb_editor_parent_class)->constructed (object);
}

static void
bb_editor_finalize (GObject *object)
{
  BbEditor *self = BB_EDITOR (object);

  clear_check (self);
  g_clear_pointer (&self->open, bb_step_free);
  g_ptr_array_unref (self->undo);
  g_ptr_array_unref (self->redo);
  g_object_unref (self->problems);
  g_clear_object (&self->site);
  g_main_context_unref (self->context);
  G_OBJECT_CLASS (bb_editor_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags flags
      = (GParamFlags) (G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  const GParamFlags once
      = (GParamFlags) (G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  properties[PROP_SITE] = g_param_spec_object ("site", NULL, NULL, BB_TYPE_SITE, once);
  properties[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, flags);
  properties[PROP_UNDO_LABEL] = g_param_spec_string ("undo-label", NULL, NULL, NULL, flags);
  properties[PROP_REDO_LABEL] = g_param_spec_string ("redo-label", NULL, NULL, NULL, flags);
  properties[PROP_MODIFIED] = g_param_spec_boolean ("modified", NULL, NULL, FALSE, flags);
  properties[PROP_PROBLEMS] = g_param_spec_object ("problems", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_N_ERRORS] = g_param_spec_uint ("n-errors", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_WARNINGS] = g_param_spec_uint ("n-warnings", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_REVISION] = g_param_spec_uint64 ("revision", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (klass, N_PROPS, properties);
}

static void
bb_editor_class_init (BbEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = bb_editor_get_property;
  object_class->set_property = bb_editor_set_property;
  object_class->constructed = bb_editor_constructed;
  object_class->finalize = bb_editor_finalize;
  install_properties (object_class);
  signals[CHANGED] = g_signal_new ("changed", BB_TYPE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, BB_TYPE_PART, G_TYPE_STRING);
  signals[STEPPED] = g_signal_new ("stepped", BB_TYPE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_INT);
}

static void
bb_editor_init (BbEditor *self)
{
  self->undo = g_ptr_array_new_with_free_func ((GDestroyNotify) bb_step_free);
  self->redo = g_ptr_array_new_with_free_func ((GDestroyNotify) bb_step_free);
  self->problems = g_list_store_new (BB_TYPE_PROBLEM);
  self->context = g_main_context_ref_thread_default ();
}
