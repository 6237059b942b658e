/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field-row-private.h: what a field's row and its controls share. Inside widgets/ only. */
#pragma once

#include "app/widgets/field-row.h"

G_BEGIN_DECLS

typedef struct _BbFieldControl BbFieldControl;

struct _BbFieldControl {
  BbFieldRow *row; /* (unowned) */
  const BbFieldInfo *info;
  const BbField *field;
  BbEditor *editor;      /* (unowned) */
  GtkWidget *widget;     /* what goes into the row */
  GtkWidget *entries[3]; /* (nullable) */
  GtkWidget *split;      /* (nullable): the button that shows one entry per phase */
  GPtrArray *ids;        /* (nullable) (element-type utf8): of the items of a list of references */
  gboolean many;         /* several parts */
  gboolean showing;      /* the control follows, nobody types */
};

/* Makes the control of a field. */
BbFieldControl *bb_field_control_new (BbFieldRow *row, BbEditor *editor, const BbFieldInfo *info,
                                      const BbField *field, gboolean many);
void bb_field_control_free (BbFieldControl *control);
/* Shows these values (as of bb_part_get_text(), one or three); NULL: the parts differ. */
void bb_field_control_show (BbFieldControl *control, gchar *const texts[3]);
/* (transfer full): as it stands there. */
gchar *bb_field_control_get_text (BbFieldControl *control);
/* Puts a text there as a person does: the row is told. */
void bb_field_control_type (BbFieldControl *control, const gchar *text);
void bb_field_control_set_invalid (BbFieldControl *control, const gchar *reason);
void bb_field_control_grab (BbFieldControl *control);

/* ---- what controls tell their row ---- */

/* `phase` 0..2, or -1: for all of them. */
void bb_field_row_typed (BbFieldRow *self, gint phase, const gchar *text);
void bb_field_row_entered (BbFieldRow *self); /* the focus came */
void bb_field_row_left (BbFieldRow *self);    /* Enter, or the focus went */
/* Esc; FALSE: there was nothing to bring back. */
gboolean bb_field_row_revert (BbFieldRow *self);

G_END_DECLS
