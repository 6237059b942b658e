/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check-groups.c: rules about load-balancer groups (A-07, T-05 to T-08). */
#include <glib/gi18n.h>
#include <string.h>

#include "model/check-private.h"

/* T-05: the site's limit can be set up to 200 A. */
#define HOUSEHOLD_MAX_MA 200000

static const gchar *
name_of (const BbGroupFields *f)
{
  return bb_check_name (f->name, f->id);
}

static void
check_place (BbCheck *check, guint i, const BbGroupFields *f, const bbe_group_config *g)
{
  const gint circuit_phases = check->config->circuits[g->circuit].phases;

  if (f->phases != BB_UNSTATED && (f->phases == 0 || (f->phases & ~circuit_phases) != 0))
    bb_check_add (
        check, BB_SEVERITY_ERROR, "group-phases", bb_check_at ("groups", i, "phases"),
        _ ("Group “%s” must use one phase at least, and only phases of its circuit. Correct its phases."),
        name_of (f));
  if (*f->timezone != '\0' && strcmp (f->timezone, check->f->timezone) != 0)
    bb_check_add (
        check, BB_SEVERITY_ERROR, "group-timezone", bb_check_at ("groups", i, "timezone"),
        _ ("Group “%s” has another time zone than the site (%s): windows and tariffs would not fit. Use the "
           "site's."),
        name_of (f), check->f->timezone);
  if (!f->active)
    bb_check_add (
        check, BB_SEVERITY_ADVICE, "group-inactive", bb_check_at ("groups", i, "active"),
        _ ("Group “%s” is not active: its stations are held at a fixed current. Activate it when it is "
           "complete."),
        name_of (f));
}

static void
check_measurement (BbCheck *check, guint i, const BbGroupFields *f, const bbe_group_config *g)
{
  const gint device = *f->measurement_device != '\0'
                          ? bb_engine_config_find (check->config, BB_TABLE_METERS, f->measurement_device)
                          : -1;
  gboolean metered = FALSE, found = FALSE, shows_export = FALSE;

  for (gint c = g->circuit; c >= 0; c = check->config->circuits[c].parent) {
    const gint meter = check->config->circuits[c].meter;

    if (meter < 0)
      continue;
    metered = TRUE;
    found |= meter == device;
    /* the topmost measured circuit decides about surplus */
    shows_export = check->config->meters[meter].is_signed || check->config->circuits[c].pv_meter >= 0;
  }
  if (device >= 0 && !found)
    bb_check_add (
        check, BB_SEVERITY_ERROR, "measurement-device", bb_check_at ("groups", i, "measurement_device"),
        _ ("“%s” does not measure a circuit above group “%s”. Name it as “meter” of that circuit, or choose "
           "another one."),
        f->measurement_device, name_of (f));
  if (f->mode != BBE_MODE_NORMAL && !metered)
    bb_check_add (
        check, BB_SEVERITY_ERROR, "mode-meter", bb_check_at ("groups", i, "mode"),
        _ ("Solar and boost need a meter at or above the circuit of group “%s”. Add one, or choose normal."),
        name_of (f));
  else if (f->mode != BBE_MODE_NORMAL && !shows_export)
    bb_check_add (check, BB_SEVERITY_ERROR, "mode-meter", bb_check_at ("groups", i, "mode"),
                  _ ("Solar and boost need a meter that shows export, above group “%s”. Take one that is "
                     "signed, measure "
                     "the generation with “pv_meter”, or choose normal."),
                  name_of (f));
  if (f->use_peak && !metered)
    bb_check_add (check, BB_SEVERITY_ERROR, "peak-meter", bb_check_at ("groups", i, "use_peak"),
                  _ ("A peak limit needs a meter at or above the circuit of group “%s”."), name_of (f));
}

static void
check_peak (BbCheck *check, guint i, const BbGroupFields *f)
{
  if (!f->use_peak)
    return;
  if (f->peak_window_min != 15 && f->peak_window_min != 60)
    bb_check_add (check, BB_SEVERITY_ERROR, "peak-window", bb_check_at ("groups", i, "peak_window_min"),
                  _ ("Peaks are metered over 15 or 60 minutes. Give one of these."));
  if (f->initial_peak_w <= 0)
    bb_check_add (check, BB_SEVERITY_ERROR, "peak-limit", bb_check_at ("groups", i, "initial_peak_kw"),
                  _ ("Give the peak limit that a month starts with, in kW."));
}

/* T-05: Working Current is the station's limit, Household current the site's: the two are never confused. */
static void
check_teison (BbCheck *check, guint i, const BbGroupFields *f)
{
  if (f->household_ma > HOUSEHOLD_MAX_MA)
    bb_check_add (check, BB_SEVERITY_ERROR, "household-current", bb_check_at ("groups", i, "household_a"),
                  _ ("Household current is the site's limit: 200 A at most. Correct it."));
  if (f->household_ma > 0 && f->working_ma > f->household_ma)
    bb_check_add (check, BB_SEVERITY_ERROR, "household-current", bb_check_at ("groups", i, "working_a"),
                  _ ("Working Current is what one station may draw, Household current what the whole site "
                     "may: the first "
                     "cannot be larger. Were the two mixed up?"));
  if (f->working_ma > BB_STATION_MAX_MA)
    bb_check_add (
        check, BB_SEVERITY_ERROR, "station-limit", bb_check_at ("groups", i, "working_a"),
        _ ("Working Current is what one station may draw: 80 A at most. The site's limit is “household_a”."));
}

static void
check_limits (BbCheck *check, guint i, const BbGroupFields *f)
{
  if (f->offline_ma != BB_UNSTATED && f->online_ma != BB_UNSTATED && f->offline_ma > f->online_ma)
    bb_check_add (check, BB_SEVERITY_WARNING, "offline-over-online", bb_check_at ("groups", i, "offline_a"),
                  _ ("Group “%s” may draw more without the measurement than with it. Was it meant the other "
                     "way round?"),
                  name_of (f));
  if (f->min_ma < BB_CHECK_LEAST_PILOT_MA && (check->flags & BB_CHECK_SIMULATION) == 0)
    bb_check_add (check, BB_SEVERITY_ERROR, "min-under-6", bb_check_at ("groups", i, "min_a"),
                  _ ("No vehicle charges under 6 A (IEC 61851-1); only a simulation may use less. Set the "
                     "minimum of “%s” to 6 A at least."),
                  name_of (f));
  if (f->turn_min < 1)
    bb_check_add (check, BB_SEVERITY_ERROR, "turn", bb_check_at ("groups", i, "turn_min"),
                  _ ("A turn lasts a minute at least; 15 is usual."));
}

static void
check_windows (BbCheck *check, guint i, const BbGroupFields *f, const bbe_group_config *g)
{
  gboolean opens = FALSE;

  for (guint w = 0; w < g->n_windows; w++) {
    opens |= g->windows[w].days != 0;
    for (guint v = 0; v < w; v++)
      if (bb_windows_overlap (g->windows[w].start_min, g->windows[w].end_min, g->windows[w].days,
                              g->windows[v].start_min, g->windows[v].end_min, g->windows[v].days)) {
        bb_check_add (check, BB_SEVERITY_WARNING, "windows-overlap",
                      g_strdup_printf ("/groups/%u/windows/%u", i, w),
                      _ ("This off-peak window overlaps number %u of group “%s”. Join the two."), v + 1,
                      name_of (f));
        break;
      }
  }
  if (f->off_peak && !opens)
    bb_check_add (
        check, BB_SEVERITY_WARNING, "off-peak-never", bb_check_at ("groups", i, "windows"),
        _ ("Group “%s” charges off-peak only, but has no off-peak window: it never charges. Add a window."),
        name_of (f));
}

static void
check_members (BbCheck *check, guint i, const BbGroupFields *f)
{
  for (guint s = 0; s < check->n_stations; s++)
    if (check->config->stations[s].group == (gint) i)
      return;
  bb_check_add (check, BB_SEVERITY_ADVICE, "group-empty", bb_check_at ("groups", i, NULL),
                _ ("Group “%s” has no station. Add one, or remove the group."), name_of (f));
}

void
bb_check_groups (BbCheck *check)
{
  for (guint i = 0; i < check->n_groups; i++) {
    const BbGroupFields *f = bb_check_group (check, i);
    const bbe_group_config *g = &check->config->groups[i];

    check_place (check, i, f, g);
    check_measurement (check, i, f, g);
    check_peak (check, i, f);
    check_teison (check, i, f);
    check_limits (check, i, f);
    check_windows (check, i, f, g);
    check_members (check, i, f);
  }
}
