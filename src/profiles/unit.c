/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit.c: units of profile files and the canonical ones of roles. */
#include "profiles/unit.h"

#include <string.h>

static const struct {
  const gchar *name;
  BbQuantity quantity;
  gdouble factor;
} units[] = {
  /* the first of a quantity is the one without prefix */
  { "A", BB_QUANTITY_CURRENT, 1000 },    { "mA", BB_QUANTITY_CURRENT, 1 },
  { "V", BB_QUANTITY_VOLTAGE, 1000 },    { "mV", BB_QUANTITY_VOLTAGE, 1 },
  { "W", BB_QUANTITY_POWER, 1000 },      { "kW", BB_QUANTITY_POWER, 1e6 },
  { "Wh", BB_QUANTITY_ENERGY, 1 },       { "kWh", BB_QUANTITY_ENERGY, 1000 },
  { "Hz", BB_QUANTITY_FREQUENCY, 1000 }, { "mHz", BB_QUANTITY_FREQUENCY, 1 },
  { "s", BB_QUANTITY_TIME, 1000 },       { "ms", BB_QUANTITY_TIME, 1 },
  { "1", BB_QUANTITY_RATIO, 1000 },      { "%", BB_QUANTITY_RATIO, 10 },
};

guint
bb_role_get_quantities (BbRole role)
{
  switch (role) {
  case BB_ROLE_CURRENT_L1 ... BB_ROLE_CURRENT_N:
    return BB_QUANTITY_CURRENT;
  case BB_ROLE_VOLTAGE_L1 ... BB_ROLE_VOLTAGE_L3:
    return BB_QUANTITY_VOLTAGE;
  case BB_ROLE_POWER ... BB_ROLE_POWER_EXPORT_L3:
    return BB_QUANTITY_POWER;
  case BB_ROLE_POWER_FACTOR_L1 ... BB_ROLE_POWER_FACTOR_L3:
    return BB_QUANTITY_RATIO;
  case BB_ROLE_FREQUENCY:
    return BB_QUANTITY_FREQUENCY;
  case BB_ROLE_ENERGY_IMPORT:
  case BB_ROLE_ENERGY_EXPORT:
  case BB_ROLE_ENERGY_SESSION:
    return BB_QUANTITY_ENERGY;
  case BB_ROLE_LIMIT_SET ... BB_ROLE_FAILSAFE_CURRENT:
    return BB_QUANTITY_CURRENT | BB_QUANTITY_POWER;
  case BB_ROLE_FAILSAFE_TIMEOUT:
    return BB_QUANTITY_TIME;
  default:
    return BB_QUANTITY_NONE;
  }
}

gdouble
bb_unit_get_factor (const gchar *unit, BbQuantity *quantity)
{
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (strcmp (units[i].name, unit) == 0) {
      *quantity = units[i].quantity;
      return units[i].factor;
    }
  *quantity = BB_QUANTITY_NONE;
  return 0;
}

const gchar *
bb_quantity_get_unit (guint quantities)
{
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if ((units[i].quantity & quantities) != 0)
      return units[i].name;
  return NULL;
}

gchar *
bb_quantity_list_units (guint quantities)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if ((units[i].quantity & quantities) != 0)
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", units[i].name);
  return g_string_free (list, FALSE);
}

gdouble
bb_unit_fold (gdouble value, gdouble factor)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  /* A double holds 15 decimal digits for certain; what is behind them came from the multiplication. */
  return g_ascii_strtod (g_ascii_formatd (text, sizeof text, "%.15g", value * factor), NULL);
}
