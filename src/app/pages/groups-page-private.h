/* SPDX-License-Identifier: GPL-3.0-or-later */
/* groups-page-private.h: what the parts of the groups page share. */
#pragma once

#include "app/pages/groups-page.h"
#include "app/pages/groups-preview.h"
#include "app/widgets/circuit-tree.h"
#include "app/widgets/problem-list.h"

G_BEGIN_DECLS

struct _BbGroupsPage {
  BbPage parent_instance;
  GtkWidget *scroller, *side, *tree_place, *problems_place, *back, *back_label, *form_place, *strip_place,
      *panel, *panel_place;
  BbCircuitTree *tree;
  BbProblemList *problems;
  BbGroupsForm *form;
  BbGroupsPreview *figures; /* in the column, or in the strip */
  BbEditor *editor;         /* (owned) (nullable) */
  BbPreview *preview;       /* (owned) (nullable) */
  GPtrArray *shown;         /* (owned) (nullable) (element-type BbPart) */
  gint width;
  guint layout, marking;
};

static inline BbSite *
bb_groups_page_site (BbGroupsPage *self)
{
  return bb_editor_get_site (self->editor);
}

/* Where the tree has a part: a station's is its group, that of the network the site. */
BbPart *bb_groups_page_listed_part (BbSite *site, BbPart *part);
/* Shows the problems at their fields now. */
void bb_groups_page_mark (BbGroupsPage *self);

/* groups-page-actions.c */
void bb_groups_page_install_actions (GtkWidgetClass *widget_class);

G_END_DECLS
