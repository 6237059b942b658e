/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mode-diagram.h: a small drawing of what a group's mode does with its thresholds; it moves with the values.
 *
 * Normal (T-05): of the household limit, what the house does not draw is for the cars, up to the working
 * current; under the pause threshold (T-06) charging stops. Solar (T-08): nothing is exported for the cars
 * below the start threshold. Boost (T-09): the sun first, the grid for the rest.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/group.h"

G_BEGIN_DECLS

#define BB_TYPE_MODE_DIAGRAM (bb_mode_diagram_get_type ())
G_DECLARE_FINAL_TYPE (BbModeDiagram, bb_mode_diagram, BB, MODE_DIAGRAM, GtkWidget)

/* Property "description" (gchar*, read only): what it shows, in a sentence, for screen readers and tests.
 * `rating_ma`: of the group's circuit, for where the group states no limit. */
GtkWidget *bb_mode_diagram_new (BbGroup *group, gint rating_ma);

G_END_DECLS
