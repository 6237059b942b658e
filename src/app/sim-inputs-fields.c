/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-inputs-fields.c: which fields of a simulation and of its inputs the Simulate page offers; what they are
 * is told by the model (field-info.h). */
#include "app/sim-inputs.h"

/* (transfer container) (element-type BbFieldInfo) */
static GPtrArray *
look_up (BbPart *part, const gchar *const *properties)
{
  GPtrArray *infos = g_ptr_array_new ();

  for (; *properties; properties++)
    g_ptr_array_add (infos, (gpointer) bb_field_info_find (part, *properties));
  return infos;
}

GPtrArray *
bb_simulation_fields (BbPart *simulation)
{
  static const gchar *const properties[]
      = { "from", "days", "step-ms", "seed", "zero-minimum", "no-delays", "ideal-vehicle", NULL };

  return look_up (simulation, properties);
}

GPtrArray *
bb_sim_input_fields (BbSiteInput *input)
{
  static const gchar *const properties[][BB_SITE_INPUT_KINDS][7] = {
    { { "repeat", "scale-permille", "power-factor-permille", "circuit" },
      { "repeat", "scale-permille", "circuit" },
      { "repeat" } },
    { { "households", "annual-kwh", "seed", "circuit" },
      { "peak-w", "weather", "latitude-udeg", "longitude-udeg", "seed", "circuit" },
      { "cars-per-day-milli", "arrivals", "energy-mean-wh", "three-phase-permille", "seed" } },
  };
  const BbSiteInputFields *fields = bb_site_input_peek (input);

  if (fields->source > BB_SITE_SOURCE_SYNTHETIC)
    return g_ptr_array_new ();
  return look_up (BB_PART (input), properties[fields->source][fields->kind]);
}
