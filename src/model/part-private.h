/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part-private.h: how the reader and the writer of the model get at the values of a part. Inside model/ only.
 */
#pragma once

#include "model/part.h"

G_BEGIN_DECLS

/* Where a field's value lies. */
#define BB_FIELD_AT(part, field, type) (*(type *) G_STRUCT_MEMBER_P ((part), (field)->offset))

const BbField *bb_part_find_field (BbPart *part, const gchar *key, guint *position);
/* The default of a number, boolean or choice as a file that does not state it means it. */
gint bb_field_absent_value (const BbField *field);
gboolean bb_field_is_integer (const BbField *field);
/* Has it the value that an absent key would give? */
gboolean bb_part_field_is_absent_value (BbPart *part, const BbField *field);

/* Keys of the file in their order, known and unknown. (transfer none) (element-type utf8) */
GPtrArray *bb_part_get_keys (BbPart *part);
void bb_part_add_key (BbPart *part, const gchar *key);
/* As if the file had not had this (known) key: it is then written where the table of fields has it. */
void bb_part_forget_key (BbPart *part, const gchar *key);

/* What bb_part_set() does before it sets: the lock and the text. `value` is initialised. */
gboolean bb_part_parse (BbPart *part, const gchar *property, const gchar *text, GValue *value,
                        GError **error);
/* Sets a property whatever the lock says: for undo, and for references that follow what they name. */
void bb_part_put (BbPart *part, const gchar *property, const GValue *value);
/* The field behind a property; NULL when there is none. */
const BbField *bb_part_field_of_property (BbPart *part, const gchar *property);
/* Key of the site's list that a reference points into: "circuits", "meters" or "groups"; NULL: no reference.
 */
const gchar *bb_field_reference_list (const BbField *field);
/* As the writer of site files makes it (site-json.c). (transfer full) */
JsonNode *bb_part_to_node (BbPart *part);

/* The id, or NULL when parts of this class have none. */
const gchar *bb_part_get_id (BbPart *part);
void bb_part_set_id (BbPart *part, const gchar *id);

G_END_DECLS
