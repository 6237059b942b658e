/* SPDX-License-Identifier: GPL-3.0-or-later */
/* problem-place.h: which part and property of a site a problem is about, for forms that show it at the field.
 */
#pragma once

#include "model/site-check.h"

G_BEGIN_DECLS

/* Follows the problem's JSON pointer into the site that was checked. `part` (transfer none) is a part that
 * has a form: for a window of a group that is the group, with "windows" as its `property` (static; NULL: the
 * part as a whole, or a key that nobody knows). A current per phase is the property of its first phase. FALSE
 * when the place does not exist any more. */
gboolean bb_problem_locate (BbSite *site, BbProblem *problem, BbPart **part, const gchar **property);

G_END_DECLS
