/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report-text-private.h: what the files report-text*.c share. */
#pragma once

#include "report/report-text.h"

G_BEGIN_DECLS

/* The paper's layout with this text (transfer none), until the next call; `width` < 0: one line. */
PangoLayout *bb_paper_layout (BbPaper *self, BbTextStyle style, gdouble width, const gchar *text);
void bb_paper_set_grey (BbPaper *self, gdouble grey);

G_END_DECLS
