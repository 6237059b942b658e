/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check-circuits.c: rules about circuits and their meters. */
#include <glib/gi18n.h>
#include <string.h>

#include "model/check-private.h"

/* ---- circuits ---- */

static void
check_ratings (BbCheck *check, guint i, const BbCircuitFields *f, const bbe_circuit_config *c)
{
  const bbe_circuit_config *parent = c->parent >= 0 ? &check->config->circuits[c->parent] : NULL;

  for (gint p = 0; p < 3; p++) {
    if (((c->phases >> p) & 1) == 0)
      continue;
    if (c->rating_ma[p] <= 0) {
      bb_check_add (check, BB_SEVERITY_ERROR, "circuit-rating", bb_check_at ("circuits", i, "rating_a"),
                    _ ("“%s” has no rating on %s. Give the current of its fuse or breaker."),
                    bb_check_name (f->name, f->id), bb_check_phase (p));
      return;
    }
    if (parent != NULL && c->rating_ma[p] > parent->rating_ma[p]) {
      g_autofree gchar *own = bb_check_amps (c->rating_ma[p]);
      g_autofree gchar *above = bb_check_amps (parent->rating_ma[p]);

      bb_check_add (
          check, BB_SEVERITY_WARNING, "rating-grows", bb_check_at ("circuits", i, "rating_a"),
          _ ("“%s” has %s on %s, more than the %s above it: its fuse would never open first. Check both "
             "ratings, and which circuit hangs on which."),
          bb_check_name (f->name, f->id), own, bb_check_phase (p), above);
      return;
    }
  }
}

/* Phases that don't exist: on the grid, or on the circuit above. A-02: a one-phase site has L1 only. */
static void
check_phases (BbCheck *check, guint i, const BbCircuitFields *f, const bbe_circuit_config *c)
{
  const gint grid = bb_site_get_phases (check->site);
  const gint above = c->parent >= 0 ? check->config->circuits[c->parent].phases : grid;

  if (c->phases == 0)
    bb_check_add (check, BB_SEVERITY_ERROR, "circuit-phases", bb_check_at ("circuits", i, "phases"),
                  _ ("“%s” has no phases. Give them, such as [1, 2, 3]."), bb_check_name (f->name, f->id));
  else if ((c->phases & ~grid) != 0)
    bb_check_add (check, BB_SEVERITY_ERROR, "circuit-phases", bb_check_at ("circuits", i, "phases"),
                  _ ("“%s” has a phase that the grid does not have: a one-phase site uses L1 only."),
                  bb_check_name (f->name, f->id));
  else if ((c->phases & ~above) != 0)
    bb_check_add (check, BB_SEVERITY_ERROR, "circuit-phases", bb_check_at ("circuits", i, "phases"),
                  _ ("“%s” has a phase that the circuit above it does not have. Correct one of the two."),
                  bb_check_name (f->name, f->id));
}

static gboolean
has_stations (const BbCheck *check, guint index)
{
  for (guint i = 0; i < check->n_stations; i++)
    if (bb_engine_config_is_under (check->config, check->config->stations[i].circuit, (gint) index))
      return TRUE;
  return FALSE;
}

/* ENGINE.md: a circuit has a meter, or its other load is configured, or it is declared "stations only". With
 * a meter the other load should be stated for the time without it. */
static void
check_other_load (BbCheck *check, guint i, guint index, const BbCircuitFields *f)
{
  if (f->other_load_ma[0] != BB_UNSTATED || f->stations_only || !has_stations (check, index))
    return;
  if (check->config->circuits[index].meter < 0)
    bb_check_add (check, BB_SEVERITY_ERROR, "load-unknown", bb_check_at ("circuits", i, "other_load_a"),
                  _ ("What else draws on “%s” is not known. Give it a meter, or state the other load in "
                     "“other_load_a”, "
                     "or set “stations_only”."),
                  bb_check_name (f->name, f->id));
  else
    bb_check_add (
        check, BB_SEVERITY_WARNING, "load-unstated", bb_check_at ("circuits", i, "other_load_a"),
        _ ("Without the measurement, “%s” is taken to carry the stations alone. State in “other_load_a” what "
           "else may draw there."),
        bb_check_name (f->name, f->id));
}

static void
check_peak (BbCheck *check, guint i, const BbCircuitFields *f)
{
  if (f->peak_window_min == 0)
    return;
  if (f->peak_window_min != 15 && f->peak_window_min != 60)
    bb_check_add (check, BB_SEVERITY_ERROR, "peak-window", bb_check_at ("circuits", i, "peak_window_min"),
                  _ ("Peaks are metered over 15 or 60 minutes. Give one of these."));
  if (f->peak_initial_w <= 0)
    bb_check_add (check, BB_SEVERITY_ERROR, "peak-limit", bb_check_at ("circuits", i, "peak_initial_kw"),
                  _ ("Give the peak limit that a month starts with, in kW."));
  if (*f->meter == '\0')
    bb_check_add (check, BB_SEVERITY_ERROR, "peak-meter", bb_check_at ("circuits", i, "peak_window_min"),
                  _ ("A peak limit needs a meter on “%s”."), bb_check_name (f->name, f->id));
}

/* A group's peak limit and generation lie on the circuit in the engine's view. */
static void
check_meters_of_circuit (BbCheck *check, guint i, const BbCircuitFields *f, const bbe_circuit_config *c)
{
  const gint *generation = f->generation_ma;
  const bbe_meter_config *meter = c->meter >= 0 ? &check->config->meters[c->meter] : NULL;

  if (c->pv_meter >= 0 && c->pv_meter == c->meter)
    bb_check_add (
        check, BB_SEVERITY_ERROR, "pv-meter", bb_check_at ("circuits", i, "pv_meter"),
        _ ("“%s” measures the circuit already. Generation measured apart needs a meter of its own."),
        f->pv_meter);
  if ((generation[0] > 0 || generation[1] > 0 || generation[2] > 0) && meter != NULL && !meter->is_signed
      && c->pv_meter < 0)
    bb_check_add (
        check, BB_SEVERITY_WARNING, "generation-unsigned", bb_check_at ("circuits", i, "meter"),
        _ ("There is generation on “%s”, but its meter does not show export: surplus cannot be used. Take a "
           "meter that does, or measure the generation with “pv_meter”."),
        bb_check_name (f->name, f->id));
  if (meter != NULL && (c->phases & ~meter->phases) != 0)
    bb_check_add (
        check, BB_SEVERITY_ERROR, "meter-phases", bb_check_at ("circuits", i, "meter"),
        _ ("“%s” does not measure all phases of “%s”. Add the missing clamps, or take another meter."),
        f->meter, bb_check_name (f->name, f->id));
  if (meter != NULL && meter->total_only
      && ((c->total_limit_w == 0 && c->peak.window_min == 0)
          || (f->other_load_ma[0] == BB_UNSTATED && !f->stations_only)))
    bb_check_add (check, BB_SEVERITY_ERROR, "meter-total-only", bb_check_at ("circuits", i, "meter"),
                  _ ("“%s” tells no phase currents: it cannot guard the fuses of “%s”. Use it for a total or "
                     "peak limit "
                     "only, with the other load stated, or take a meter with phase currents."),
                  f->meter, bb_check_name (f->name, f->id));
}

void
bb_check_circuits (BbCheck *check)
{
  for (guint i = 0; i < check->n_circuits; i++) {
    const BbCircuitFields *f = bb_check_circuit (check, i);
    const guint index = check->config->circuit_index[i];
    const bbe_circuit_config *c = &check->config->circuits[index];

    check_phases (check, i, f, c);
    check_ratings (check, i, f, c);
    check_other_load (check, i, index, f);
    check_peak (check, i, f);
    check_meters_of_circuit (check, i, f, c);
  }
}

/* ---- meters ---- */

static gboolean
group_wants_surplus (const BbCheck *check, guint circuit)
{
  for (guint g = 0; g < check->n_groups; g++)
    if (check->config->groups[g].mode != BBE_MODE_NORMAL
        && bb_engine_config_is_under (check->config, check->config->groups[g].circuit, (gint) circuit))
      return TRUE;
  return FALSE;
}

/* without generation N and L1 are enough as voltage wiring; with it a phase without voltage has no
 * sign. */
static void
check_voltage (BbCheck *check, guint i, const BbMeterFields *f)
{
  const gint phases = check->config->meters[i].phases;

  if (f->voltage_phases == BB_UNSTATED)
    return;
  if ((f->voltage_phases & 1) == 0)
    bb_check_add (check, BB_SEVERITY_ERROR, "meter-voltage", bb_check_at ("meters", i, "voltage_phases"),
                  _ ("“%s” needs the voltage of L1 and N at least. Connect them."),
                  bb_check_name (f->name, f->id));
  else if ((phases & ~f->voltage_phases) != 0)
    for (guint c = 0; c < check->n_circuits; c++) {
      const bbe_circuit_config *circuit = &check->config->circuits[c];
      const gboolean generation
          = circuit->generation_ma[0] > 0 || circuit->generation_ma[1] > 0 || circuit->generation_ma[2] > 0;

      if (circuit->meter != (gint) i || (!generation && !group_wants_surplus (check, c)))
        continue;
      bb_check_add (
          check, BB_SEVERITY_ERROR, "meter-voltage", bb_check_at ("meters", i, "voltage_phases"),
          _ ("“%s” has voltage on some phases only: the others have no sign, and export there would be taken "
             "for load. Where there is generation, connect the voltage of every phase."),
          bb_check_name (f->name, f->id));
      return;
    }
}

static void
check_times (BbCheck *check, guint i, const BbMeterFields *f)
{
  if (f->interval_ms < 1 || f->interval_ms > 3600000)
    bb_check_add (check, BB_SEVERITY_ERROR, "meter-times", bb_check_at ("meters", i, "interval_s"),
                  _ ("A meter reports every 0.001 to 3600 s. Correct the interval of “%s”."),
                  bb_check_name (f->name, f->id));
  if (f->lag_ms > 600000)
    bb_check_add (check, BB_SEVERITY_ERROR, "meter-times", bb_check_at ("meters", i, "lag_s"),
                  _ ("A lag of more than 600 s is too old to limit by. Take a faster meter than “%s”."),
                  bb_check_name (f->name, f->id));
  if (f->back_online_ms > 86400000)
    bb_check_add (check, BB_SEVERITY_ERROR, "meter-times", bb_check_at ("meters", i, "back_online_s"),
                  _ ("A meter is trusted again after 86400 s at most. Correct that of “%s”."),
                  bb_check_name (f->name, f->id));
}

static void
check_use (BbCheck *check, guint i, const BbMeterFields *f)
{
  gint first = -1;

  for (guint c = 0; c < check->n_circuits; c++) {
    const bbe_circuit_config *circuit = &check->config->circuits[c];
    const guint position = check->config->circuit_position[c];

    if (circuit->meter != (gint) i)
      continue;
    if (first >= 0)
      bb_check_add (
          check, BB_SEVERITY_ERROR, "meter-shared", bb_check_at ("circuits", position, "meter"),
          _ ("“%s” measures “%s” already; a meter measures what flows into one circuit. Name it on the one "
             "that it is clamped to."),
          f->id, check->config->circuit_ids[first]);
    else
      first = (gint) c;
    for (gint p = 0; p < 3; p++)
      if (f->range_ma > 0 && ((circuit->phases >> p) & 1) != 0 && circuit->rating_ma[p] > f->range_ma) {
        bb_check_add (check, BB_SEVERITY_WARNING, "meter-range", bb_check_at ("meters", i, "range_a"),
                      _ ("“%s” measures less than the rating of “%s”. Take larger clamps."),
                      bb_check_name (f->name, f->id), check->config->circuit_ids[c]);
        break;
      }
  }
}

void
bb_check_meters (BbCheck *check)
{
  for (guint i = 0; i < check->n_meters; i++) {
    const BbMeterFields *f = bb_check_meter (check, i);
    const gint phases = check->config->meters[i].phases;

    if (phases == 0 || (phases & ~bb_site_get_phases (check->site)) != 0)
      bb_check_add (
          check, BB_SEVERITY_ERROR, "meter-phases", bb_check_at ("meters", i, "phases"),
          phases == 0
              ? _ ("“%s” measures no phase. Give its phases, such as [1, 2, 3].")
              : _ ("“%s” measures a phase that the grid does not have: a one-phase site uses L1 only."),
          bb_check_name (f->name, f->id));
    check_voltage (check, i, f);
    check_times (check, i, f);
    check_use (check, i, f);
  }
}
