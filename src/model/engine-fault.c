/* SPDX-License-Identifier: GPL-3.0-or-later */
/* engine-fault.c: what bbe_init() reports, as a place in the site's file and a sentence. */
#include <glib/gi18n.h>
#include <string.h>

#include "model/engine-config.h"

/* A field of the engine and the key of the file that it comes from. */
typedef struct {
  const gchar *table, *field, *key;
} Origin;

static const Origin origins[] = {
  { "circuits", "total_limit_w", "total_limit_kw" },
  { "circuits", "rating_ma", "rating_a" },
  { "circuits", "other_load_ma", "other_load_a" },
  { "circuits", "generation_ma", "generation_a" },
  { "circuits", "supply_max_ma", "supply_max_a" },
  { "circuits", "reserve_ma", "reserve_a" },
  { "circuits", "unbalance_ma", "unbalance_a" },
  { "circuits", "peak.window_min", "peak_window_min" },
  { "circuits", "peak", "peak_initial_kw" },
  { "meters", "interval_ms", "interval_s" },
  { "meters", "lag_ms", "lag_s" },
  { "meters", "back_online_ms", "back_online_s" },
  { "groups", "online_ma", "online_a" },
  { "groups", "offline_ma", "offline_a" },
  { "groups", "pause_threshold_ma", "pause_threshold_a" },
  { "groups", "solar_start_ma", "solar_start_a" },
  { "groups", "turn_ms", "turn_min" },
  { "groups", "solar_start_delay_ms", "solar_start_delay_s" },
  { "groups", "solar_stop_delay_ms", "solar_stop_delay_s" },
  { "groups", "random_delay_max_ms", "random_delay_max_min" },
  { "groups", "hold_up_ms", "hold_up_s" },
  { "groups", "slope_ma_per_s", "slope_a_per_s" },
  { "groups", "min_on_ms", "min_on_s" },
  { "groups", "min_off_ms", "min_off_s" },
  { "groups", "switch_hold_ms", "switch_hold_s" },
  { "stations", "n_phases", "phases" },
  { "stations", "max_ma", "max_a" },
  { "stations", "min_1p_ma", "min_a" },
  { "stations", "min_3p_ma", "min_3p_a" },
  { "stations", "step_ma", "step_a" },
  { "stations", "failsafe_ma", "failsafe_a" },
  { "stations", "power_on_ma", "power_on_a" },
  { "stations", "held_ma", "failsafe_a" },
  { "stations", "reservation_ma", "reservation_a" },
  { "stations", "reaction_ms", "reaction_s" },
  { "stations", "included", "included_in" },
  { "signals", "keep_ms", "keep_s" },
  { "", "nominal_mv", "nominal_v" },
  { "", "reduced_value", "reduced" },
  { "", "p14a", "reduced" },
  { "", "p14a.other_meter", "reduced/other_meter" },
  { "", "p14a.factor_permille", "reduced" },
};

static const gchar *
key_of (const bbe_fault *fault)
{
  for (gsize i = 0; i < G_N_ELEMENTS (origins); i++)
    if (strcmp (origins[i].table, fault->table) == 0 && strcmp (origins[i].field, fault->field) == 0)
      return origins[i].key;
  return fault->field;
}

static gchar *
pointer_of (const BbEngineConfig *self, const bbe_fault *fault)
{
  const gchar *key = key_of (fault);
  guint position = fault->index;

  if (*fault->table == '\0')
    return g_strdup_printf ("/%s", key);
  if (fault->status == BBE_TOO_MANY && *fault->field == '\0')
    return g_strdup_printf ("/%s", fault->table);
  if (strcmp (fault->table, "circuits") == 0 && position < self->config.n_circuits)
    position = self->circuit_position[position];
  return g_strdup_printf ("/%s/%u%s%s", fault->table, position, *key != '\0' ? "/" : "", key);
}

/* What kind of trouble it is, and what helps. */
static const gchar *
sentence_of (bbe_status status)
{
  switch (status) {
  case BBE_TOO_MANY:
    return _ ("The site is larger than this build can control: split it, or use a build for more.");
  case BBE_BAD_REFERENCE:
    return _ ("It refers to something that is not there: correct the id.");
  case BBE_BAD_VALUE:
    return _ ("The value is out of its range: correct it.");
  case BBE_CONTRADICTION:
    return _ ("Two settings exclude each other: change one of them.");
  case BBE_OFFLINE_SUM:
    return _ ("Without the measurement the rating could be exceeded: lower the offline limits.");
  case BBE_FAILSAFE_SUM:
    return _ ("Stations that hear nothing could exceed the offline limit: lower their fail-safe currents, or "
              "acknowledge it by name and reason.");
  case BBE_NEEDS_SIGNED_METER:
    return _ ("Solar and boost need a meter that shows export: choose another meter or mode normal.");
  case BBE_BAD_STATE:
    return _ ("The saved state belongs to another configuration: start without it.");
  case BBE_OK:
  default:
    return _ ("The engine refuses the site.");
  }
}

void
bb_engine_config_set_error (const BbEngineConfig *self, const bbe_fault *fault, GError **error)
{
  g_autofree gchar *pointer = pointer_of (self, fault);
  const gchar *const phases[] = { " L1", " L2", " L3" };

  g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_CHECK, "%s%s: %s. %s", pointer,
               fault->phase >= 0 && fault->phase < 3 ? phases[fault->phase] : "", fault->rule,
               sentence_of (fault->status));
}
