/* SPDX-License-Identifier: GPL-3.0-or-later */
/* groups-parts.h: a list of small parts of the site in its form: prices, signals, accepted excesses. Each is
 * a row that opens to its fields.
 *
 * Actions: parts.add, parts.remove('u': number), parts.open('u'). Signal "rows-built": rows of fields came.
 */
#pragma once

#include "app/page.h"
#include "app/widgets/field-row.h"

G_BEGIN_DECLS

#define BB_TYPE_GROUPS_PARTS (bb_groups_parts_get_type ())
G_DECLARE_FINAL_TYPE (BbGroupsParts, bb_groups_parts, BB, GROUPS_PARTS, AdwPreferencesGroup)

/* `type`: BB_TYPE_TARIFF_WINDOW, BB_TYPE_SIGNAL or BB_TYPE_ACKNOWLEDGEMENT. */
GtkWidget *bb_groups_parts_new (BbEditor *editor, GType type);
/* Title and summary of a part in the list, as they are shown: "Night", "every day 22:00–06:00 · 0.1200 EUR".
 * NULL behind the last. (transfer full) */
gchar *bb_groups_parts_get_text (BbGroupsParts *self, guint number);
/* What the row of a part says is wrong with it; NULL: nothing. */
const gchar *bb_groups_parts_get_problem (BbGroupsParts *self, guint number);
/* Appends the rows of fields that exist to `rows` (element-type BbFieldRow). */
void bb_groups_parts_collect (BbGroupsParts *self, GPtrArray *rows);
/* Opens a part; its row of the property, or without one the row of the part itself. NULL: none of this
 * list's.
 */
GtkWidget *bb_groups_parts_find (BbGroupsParts *self, BbPart *part, const gchar *property);
/* What is wrong with a part, the first counts; `sentence` NULL for all: nothing any more. A part that is not
 * in this list is left alone. */
void bb_groups_parts_mark (BbGroupsParts *self, BbPart *part, const gchar *sentence, BbSeverity severity);
void bb_groups_parts_clear_marks (BbGroupsParts *self);
void bb_groups_parts_set_stacked (BbGroupsParts *self, gboolean stacked);

G_END_DECLS
