/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field-info-private.h: short ways to write the rows of field-info's tables. Inside model/ only. */
#pragma once

#include <glib/gi18n.h>

#include "model/field-info.h"

G_BEGIN_DECLS

typedef struct {
  const BbFieldInfo *rows;
  guint n;
} BbFieldTable;

extern const BbFieldTable bb_field_table_group, bb_field_table_window, bb_field_table_station,
    bb_field_table_circuit, bb_field_table_meter, bb_field_table_site, bb_field_table_network,
    bb_field_table_tariff, bb_field_table_signal, bb_field_table_reduced, bb_field_table_input,
    bb_field_table_acknowledgement, bb_field_table_simulation;

#define BB_FIELD_TABLE(rows)                                                                                 \
  {                                                                                                          \
    rows, G_N_ELEMENTS (rows)                                                                                \
  }

/* What all three phases together are called, at the first one. */
#define BB_INFO_THREE(words, tells) .three_title = words, .three_explanation = tells

/* Rows. `more` is what else there is to say: .advanced = TRUE, .unstated = N_ ("…"), .requirement = "A-07".
 */
#define BB_INFO_TEXT(name, words, tells, part, ...)                                                          \
  {                                                                                                          \
    .property = name, .title = words, .unit = "", .explanation = tells, .section = part, __VA_ARGS__         \
  }
#define BB_INFO_NUMBER(name, words, of, from, to, by, digits, tells, part, ...)                              \
  {                                                                                                          \
    .property = name, .title = words, .unit = of, .explanation = tells, .section = part, .least = from,      \
    .most = to, .step = by, .decimals = digits, __VA_ARGS__                                                  \
  }
#define BB_INFO_CHOICE(name, words, labels, notes, tells, part, ...)                                         \
  {                                                                                                          \
    .property = name, .title = words, .unit = "", .explanation = tells, .section = part, .choices = labels,  \
    .choice_notes = notes, __VA_ARGS__                                                                       \
  }

G_END_DECLS
