/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor-change.h: single changes of a site, and steps made of them, that can be put back. Inside model/
 * only. */
#pragma once

#include "model/part-private.h"

G_BEGIN_DECLS

typedef enum {
  BB_CHANGE_VALUE,
  BB_CHANGE_INSERT,
  BB_CHANGE_REMOVE,
  BB_CHANGE_MOVE,
  BB_CHANGE_EXTRA
} BbChangeKind;

typedef struct {
  BbChangeKind kind;
  BbPart *part;          /* whose value, or the item of a list; kept alive while it is out of the site */
  const gchar *property; /* interned; VALUE: of `part`; EXTRA: a key that nobody knows */
  GValue before, after;  /* EXTRA: JsonNode, NULL when absent */
  BbPart *owner;         /* of a list that is not the site's: the group of a window; else NULL */
  GListStore *list;      /* INSERT, REMOVE, MOVE */
  guint from, to;        /* EXTRA: `from` is the place of the key in the file */
} BbChange;

BbChange *bb_change_new_value (BbPart *part, const gchar *property, const GValue *after);
/* `from` of an insertion and `to` of a removal do not matter. */
BbChange *bb_change_new_list (BbChangeKind kind, GListStore *list, BbPart *part, BbPart *owner, guint from,
                              guint to);
/* `node` (nullable) is copied. */
BbChange *bb_change_new_extra (BbPart *part, const gchar *key, JsonNode *node);
void bb_change_free (BbChange *change);
void bb_change_apply (BbChange *change, gboolean forward);
/* A value that is what it was. */
gboolean bb_change_is_nothing (const BbChange *change);

typedef struct {
  gchar *label;
  GPtrArray *changes; /* (element-type BbChange) */
  GString *targets;   /* what was set, whether it changed or not; steps with equal ones may become one */
  gboolean only_values;
  gboolean sealed;
} BbStep;

BbStep *bb_step_new (const gchar *label);
void bb_step_free (BbStep *step);
void bb_step_add (BbStep *step, BbChange *change);
/* Says that this property is being set in the step. */
void bb_step_aim (BbStep *step, BbPart *part, const gchar *property);
/* Takes `later` (transfer full) into `step` and returns TRUE when both set the same properties of the same
 * parts. */
gboolean bb_step_absorb (BbStep *step, BbStep *later);
gboolean bb_step_is_nothing (const BbStep *step);

G_END_DECLS
