/* SPDX-License-Identifier: GPL-3.0-or-later */
/* groups-page.h: the page where circuits, groups, stations and meters are edited, with what each edit does
 * beside it.
 *
 * Property "selected" (BbPart: what the form shows; of several stations the first). Actions:
 * groups.select('s': "site", "circuit/ID", "group/ID", "meter/ID", "station/ID"), groups.add-circuit,
 * groups.add-group, groups.add-meter, groups.duplicate, groups.remove, groups.copy, groups.paste,
 * groups.move('i': -1 up, 1 down), groups.jump('u': number of a problem), groups.focus('s': a property of
 * what is shown), groups.use-suggestion, groups.back, groups.show-obstacle,
 * groups.edit-stations('as': ids), group.activate, group.deactivate; those of stations: see
 * station-table.h.
 */
#pragma once

#include "app/page.h"
#include "app/pages/groups-form.h"
#include "app/preview.h"

G_BEGIN_DECLS

#define BB_TYPE_GROUPS_PAGE (bb_groups_page_get_type ())
G_DECLARE_FINAL_TYPE (BbGroupsPage, bb_groups_page, BB, GROUPS_PAGE, BbPage)

GtkWidget *bb_groups_page_new (void);
void bb_groups_page_select (BbGroupsPage *self, BbPart *part);
/* Several parts of one class: one form that sets all of them. (element-type BbPart) */
void bb_groups_page_select_all (BbGroupsPage *self, GPtrArray *parts);
BbPart *bb_groups_page_get_selected (BbGroupsPage *self);
BbGroupsForm *bb_groups_page_get_form (BbGroupsPage *self);
BbPreview *bb_groups_page_get_preview (BbGroupsPage *self); /* NULL without a document */
/* Goes to where a problem is: selects the part, gives its field the focus. FALSE: it is nowhere on this page.
 */
gboolean bb_groups_page_jump (BbGroupsPage *self, BbProblem *problem);

G_END_DECLS
