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
/* (transfer none) (element-type BbPart) */
GPtrArray *bb_field_row_get_parts (BbFieldRow *self);

/* What is said under its title. (transfer full) */
gchar *bb_field_row_explain (BbPart *part, const BbFieldInfo *info, const BbField *field, gboolean mixed);

/* ---- phases, days of the week (field-row-bits.c) ---- */

GtkWidget *bb_field_bits_new (BbFieldControl *control);
gchar *bb_field_bits_text (const BbField *field, gint mask);
/* -1: no such text */
gint bb_field_bits_of (const BbField *field, const gchar *text);

/* ---- what a station or meter is (field-row-device.c) ---- */

gboolean bb_field_device_is_profile (BbFieldControl *control);
gboolean bb_field_device_is_connection (BbFieldControl *control);
GtkWidget *bb_field_device_new_profile (BbFieldControl *control);
/* Names of those that come into question. (transfer container) */
GPtrArray *bb_field_device_connections (BbFieldControl *control);
/* (transfer full): for people; and of one that does not come into question. */
gchar *bb_field_device_connection_label (BbFieldControl *control, const gchar *name);
gchar *bb_field_device_stray_label (BbFieldControl *control, const gchar *name);
/* What the empty entry of an address shows; NULL: nothing special. */
const gchar *bb_field_device_example (BbFieldControl *control);
/* The explanation of such a field; NULL: as in its table. (transfer full) */
gchar *bb_field_device_explain (BbPart *part, const gchar *property);
/* Whether the row of this field follows other fields of the part. */
gboolean bb_field_device_is_follower (BbPart *part, const gchar *property);
/* FALSE: a row of this field would only be in the way. */
gboolean bb_field_device_is_shown (BbPart *part, const gchar *property);

G_END_DECLS
