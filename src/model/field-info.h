/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field-info.h: what people are told about a field of a part: title, unit, range, default, one line of
 * explanation. One place for the application's forms, the printed report and the command line.
 */
#pragma once

#include "model/part.h"

G_BEGIN_DECLS

/* Sections of the group form, in its order (DESIGN.md); other classes use what fits. */
typedef enum {
  BB_SECTION_IDENTITY = 0, /* name, organisation, description */
  BB_SECTION_PROTECTS,     /* circuit, phases, meter */
  BB_SECTION_LIMITS,
  BB_SECTION_STATIONS,
  BB_SECTION_MODE,
  BB_SECTION_SCHEDULE,
  BB_SECTION_FAILSAFE, /* when something fails */
  BB_SECTION_PEAK,     /* tariff peak */
  BB_SECTION_TIMING,   /* advanced: delays, slopes */
  BB_SECTION_COUNT
} BbFieldSection;

typedef struct {
  const gchar *property;    /* GObject name */
  const gchar *title;       /* untranslated; see bb_field_info_title() */
  const gchar *unit;        /* "A", "kW", "min", "s", "" ; of the text that people type */
  const gchar *explanation; /* untranslated, one sentence */
  const gchar *requirement; /* "A-07"; NULL */
  BbFieldSection section;
  gdouble least, most,
      step; /* of the text's unit; what makes sense to offer, the checker decides; most 0: no range */
  guint decimals;
  gboolean advanced;                /* hidden until asked for */
  const gchar *unstated;            /* what "not stated" means: "as its circuit"; NULL: it must be stated */
  const gchar *const *choices;      /* labels of an enum's values in their order, NULL-terminated; or NULL */
  const gchar *const *choice_notes; /* one line for each; or NULL */
  /* Of the first of three phases: what all three together are called, untranslated; else NULL. See
   * bb_field_info_title_of_three(). */
  const gchar *three_title, *three_explanation;
} BbFieldInfo;

/* NULL when there is nothing to tell (a field that people do not edit). */
const BbFieldInfo *bb_field_info_find (BbPart *part, const gchar *property);
/* All of a class (`type` BB_TYPE_GROUP, BB_TYPE_STATION, BB_TYPE_CIRCUIT, BB_TYPE_METER, BB_TYPE_SITE), in
 * the order of the form. */
const BbFieldInfo *bb_field_info_list (GType type, guint *n);
/* Title of a section, translated. */
const gchar *bb_field_section_title (BbFieldSection section);
/* Translated. */
const gchar *bb_field_info_title (const BbFieldInfo *info);
const gchar *bb_field_info_explanation (const BbFieldInfo *info);
/* Of all three phases in one row: "Rating" instead of "Rating of L1"; those of the field itself where there
 * are none. Translated. */
const gchar *bb_field_info_title_of_three (const BbFieldInfo *info);
const gchar *bb_field_info_explanation_of_three (const BbFieldInfo *info);
/* "6.0 – 80.0 A, default 6.0 A", translated; "" without range and default. (transfer full) */
gchar *bb_field_info_range_text (BbPart *part, const BbFieldInfo *info);
/* The key of the file that holds it: "min_a". (transfer none) */
const gchar *bb_field_info_key (BbPart *part, const BbFieldInfo *info);

G_END_DECLS
