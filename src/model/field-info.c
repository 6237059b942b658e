/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field-info.c: what people are told about a field of a part: look-ups and texts made of the tables. */
#include "model/field-info-private.h"

#include <math.h>
#include <string.h>

#include "model/decimal.h"
#include "model/part-private.h"
#include "model/site.h"

static const BbFieldTable *
table_of (GType type)
{
  static const struct {
    GType (*type) (void);
    const BbFieldTable *table;
  } tables[] = {
    { bb_group_get_type, &bb_field_table_group },
    { bb_window_get_type, &bb_field_table_window },
    { bb_station_get_type, &bb_field_table_station },
    { bb_circuit_get_type, &bb_field_table_circuit },
    { bb_meter_get_type, &bb_field_table_meter },
    { bb_site_get_type, &bb_field_table_site },
    { bb_network_get_type, &bb_field_table_network },
    { bb_tariff_window_get_type, &bb_field_table_tariff },
    { bb_signal_get_type, &bb_field_table_signal },
    { bb_reduced_get_type, &bb_field_table_reduced },
    { bb_acknowledgement_get_type, &bb_field_table_acknowledgement },
    { bb_site_input_get_type, &bb_field_table_input },
    { bb_simulation_get_type, &bb_field_table_simulation },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    if (g_type_is_a (type, tables[i].type ()))
      return tables[i].table;
  return NULL;
}

const BbFieldInfo *
bb_field_info_list (GType type, guint *n)
{
  const BbFieldTable *table = table_of (type);

  *n = table != NULL ? table->n : 0;
  return table != NULL ? table->rows : NULL;
}

const BbFieldInfo *
bb_field_info_find (BbPart *part, const gchar *property)
{
  guint n;
  const BbFieldInfo *rows;

  g_return_val_if_fail (BB_IS_PART (part) && property != NULL, NULL);
  rows = bb_field_info_list (G_OBJECT_TYPE (part), &n);
  for (guint i = 0; i < n; i++)
    if (strcmp (rows[i].property, property) == 0)
      return &rows[i];
  return NULL;
}

const gchar *
bb_field_section_title (BbFieldSection section)
{
  static const gchar *const titles[BB_SECTION_COUNT] = {
    [BB_SECTION_IDENTITY] = N_ ("Identity"),
    [BB_SECTION_PROTECTS] = N_ ("What it protects"),
    [BB_SECTION_LIMITS] = N_ ("Limits"),
    [BB_SECTION_STATIONS] = N_ ("Stations"),
    [BB_SECTION_MODE] = N_ ("Mode"),
    [BB_SECTION_SCHEDULE] = N_ ("Schedule"),
    [BB_SECTION_FAILSAFE] = N_ ("When something fails"),
    [BB_SECTION_PEAK] = N_ ("Tariff peak"),
    [BB_SECTION_TIMING] = N_ ("Timing"),
  };

  g_return_val_if_fail (section < BB_SECTION_COUNT, NULL);
  return _ (titles[section]);
}

const gchar *
bb_field_info_title (const BbFieldInfo *info)
{
  return _ (info->title);
}

const gchar *
bb_field_info_explanation (const BbFieldInfo *info)
{
  return _ (info->explanation);
}

const gchar *
bb_field_info_title_of_three (const BbFieldInfo *info)
{
  return _ (info->three_title != NULL ? info->three_title : info->title);
}

const gchar *
bb_field_info_explanation_of_three (const BbFieldInfo *info)
{
  return _ (info->three_explanation != NULL ? info->three_explanation : info->explanation);
}

/* ---- range and default ---- */

/* Fixed decimals, a point whatever the locale, a real minus sign. */
static gchar *
number_text (gdouble number, guint decimals)
{
  return bb_decimal_fixed ((gint64) round (number * 1000000), 1000000, decimals);
}

/* "6.0 A"; "6" without a unit */
static gchar *
with_unit (const BbFieldInfo *info, gchar *number)
{
  g_autofree gchar *owned = number;

  /* Translators: a number and its unit. */
  return *info->unit != '\0' ? g_strdup_printf (_ ("%s %s"), owned, info->unit) : g_steal_pointer (&owned);
}

static gchar *
range_only (const BbFieldInfo *info)
{
  g_autofree gchar *least = NULL;
  g_autofree gchar *most = NULL;

  if (info->most <= info->least)
    return NULL;
  least = number_text (info->least, info->decimals);
  most = with_unit (info, number_text (info->most, info->decimals));
  /* Translators: least and most with unit: “6.0 – 80.0 A”. */
  return g_strdup_printf (_ ("%s – %s"), least, most);
}

static gchar *
default_number (const BbFieldInfo *info, const BbField *field)
{
  g_autofree gchar *number = NULL;

  if (field->preset == 0 && info->unstated != NULL)
    return g_strdup_printf (_ ("0: %s"), _ (info->unstated));
  number = with_unit (info, number_text ((gdouble) field->preset / field->scale, info->decimals));
  return g_strdup_printf (_ ("default %s"), number);
}

/* "default Normal"; NULL when there is nothing to say. */
static gchar *
default_only (const BbFieldInfo *info, const BbField *field)
{
  if ((field->flags & BB_FIELD_NULLABLE) != 0 && field->preset == BB_UNSTATED)
    return info->unstated != NULL ? g_strdup_printf (_ ("if left empty: %s"), _ (info->unstated)) : NULL;
  switch (field->kind) {
  case BB_FIELD_BOOLEAN:
    return g_strdup (field->preset ? _ ("default on") : _ ("default off"));
  case BB_FIELD_ENUM:
    return info->choices != NULL ? g_strdup_printf (_ ("default %s"), _ (info->choices[field->preset]))
                                 : NULL;
  case BB_FIELD_NUMBER:
  case BB_FIELD_PHASES3:
    return default_number (info, field);
  case BB_FIELD_CLOCK:
    return g_strdup_printf (_ ("default %02d:%02d"), field->preset / 60, field->preset % 60);
  case BB_FIELD_STRING:
  case BB_FIELD_IDS:
  case BB_FIELD_LIST:
    if (field->preset_text != NULL)
      return g_strdup_printf (_ ("default %s"), field->preset_text);
    return info->unstated != NULL ? g_strdup_printf (_ ("if left empty: %s"), _ (info->unstated)) : NULL;
  default:
    return NULL;
  }
}

gchar *
bb_field_info_range_text (BbPart *part, const BbFieldInfo *info)
{
  const BbField *field = bb_part_field_of_property (part, info->property);
  g_autofree gchar *range = range_only (info);
  g_autofree gchar *preset = field != NULL ? default_only (info, field) : NULL;

  if (range != NULL && preset != NULL)
    return g_strdup_printf (_ ("%s, %s"), range, preset);
  if (range != NULL || preset != NULL)
    return g_strdup (range != NULL ? range : preset);
  return g_strdup ("");
}

const gchar *
bb_field_info_key (BbPart *part, const BbFieldInfo *info)
{
  const BbField *field = bb_part_field_of_property (part, info->property);

  return field != NULL ? field->key : NULL;
}
