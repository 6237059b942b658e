/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check-stations.c: rules about charging stations. */
#include <glib/gi18n.h>
#include <string.h>

#include "model/check-private.h"

/* A slower station is a fixed reservation (ENGINE.md). */
#define SLOW_MS 10000

static const gchar *
name_of (const BbStationFields *f)
{
  return bb_check_name (f->name, f->id);
}

static void
check_rotation (BbCheck *check, guint i, const BbStationFields *f, const bbe_station_config *s)
{
  const gint circuit_phases = check->config->circuits[s->circuit].phases;
  const gint phases = bb_engine_config_station_phases (check->config, i);
  const gint group_phases = s->group >= 0 ? bb_check_group (check, (guint) s->group)->phases : BB_UNSTATED;
  guint n_phases;
  guint8 rotation[3];

  if (s->n_phases > __builtin_popcount ((guint) circuit_phases & 7))
    bb_check_add (check, BB_SEVERITY_ERROR, "station-phases", bb_check_at ("stations", i, "phases"),
                  _ ("“%s” has %d phases, more than its circuit. Correct one of the two."), name_of (f),
                  s->n_phases);
  else if (bb_station_get_rotation (bb_site_station (check->site, i), (guint) circuit_phases, &n_phases,
                                    rotation)
           == BB_ROTATION_INVALID)
    bb_check_add (check, BB_SEVERITY_ERROR, "rotation", bb_check_at ("stations", i, "rotation"),
                  _ ("“%s” is no rotation of %u phases. Write the grid phase of each terminal, such as 123, "
                     "231 or 2; or "
                     "unknown."),
                  f->rotation, n_phases);
  else if ((phases & ~circuit_phases) != 0)
    bb_check_add (
        check, BB_SEVERITY_ERROR, "station-phases", bb_check_at ("stations", i, "rotation"),
        _ ("“%s” is wired to a phase that its circuit does not have. Correct its rotation, or the circuit's "
           "phases."),
        name_of (f));
  else if (group_phases > 0 && (phases & ~group_phases) != 0)
    bb_check_add (check, BB_SEVERITY_ERROR, "station-phases", bb_check_at ("stations", i, "rotation"),
                  _ ("“%s” is wired to a phase that its group does not use. Correct its rotation, or the "
                     "group's phases."),
                  name_of (f));
  if (s->rotation_unknown && circuit_phases == 7)
    bb_check_add (check, BB_SEVERITY_ADVICE, "rotation-unknown", bb_check_at ("stations", i, "rotation"),
                  _ ("Until the rotation of “%s” is known it counts on all phases, which costs the others "
                     "capacity. Run "
                     "the step test, or look at its wiring."),
                  name_of (f));
}

static void
check_place (BbCheck *check, guint i, const BbStationFields *f, const bbe_station_config *s)
{
  if (s->group >= 0
      && !bb_engine_config_is_under (check->config, s->circuit, check->config->groups[s->group].circuit))
    bb_check_add (check, BB_SEVERITY_ERROR, "station-circuit", bb_check_at ("stations", i, "circuit"),
                  _ ("“%s” does not hang under the circuit of its group “%s”. Put it into another group, or "
                     "correct its "
                     "circuit."),
                  name_of (f), f->group);
  if (f->can_switch && s->n_phases != 3)
    bb_check_add (
        check, BB_SEVERITY_ERROR, "can-switch", bb_check_at ("stations", i, "can_switch"),
        _ ("Only a three-phase station can switch between one and three phases. Correct the phases of “%s”."),
        name_of (f));
  if (f->socket && (s->group < 0 || !bb_check_group (check, (guint) s->group)->socket))
    bb_check_add (
        check, BB_SEVERITY_ERROR, "socket", bb_check_at ("stations", i, "socket"),
        _ ("“%s” is a plain socket, but its group does not allow sockets. Set “socket” in the group."),
        name_of (f));
}

/* T-05: a station's limit is never the site's: 200 A at a station is an error. */
static void
check_maximum (BbCheck *check, guint i, const BbStationFields *f, const bbe_station_config *s)
{
  const gint household = s->group >= 0 ? bb_check_group (check, (guint) s->group)->household_ma : 0;

  if (f->max_ma <= 0)
    bb_check_add (check, BB_SEVERITY_ERROR, "station-max", bb_check_at ("stations", i, "max_a"),
                  _ ("“%s” has no maximum current. Give that of its rating plate."), name_of (f));
  else if (f->max_ma > BB_STATION_MAX_MA)
    bb_check_add (check, BB_SEVERITY_ERROR, "station-limit", bb_check_at ("stations", i, "max_a"),
                  _ ("A station gives 80 A at most. Is this the limit of the whole site? That is the "
                     "circuit's rating, or "
                     "“household_a” of the group."));
  else if (household > 0 && s->max_ma > household)
    bb_check_add (check, BB_SEVERITY_ERROR, "household-current", bb_check_at ("stations", i, "max_a"),
                  _ ("“%s” may draw more than the household current of its group. Were the two mixed up?"),
                  name_of (f));
  for (gint p = 0; p < 3; p++)
    if (((bb_engine_config_station_phases (check->config, i) >> p) & 1) != 0 && s->max_ma <= BB_STATION_MAX_MA
        && s->max_ma > check->config->circuits[s->circuit].rating_ma[p]) {
      bb_check_add (check, BB_SEVERITY_ADVICE, "station-over-rating", bb_check_at ("stations", i, "max_a"),
                    _ ("“%s” could draw more than the rating of its circuit. It will be held back, but set "
                       "its own limit "
                       "to the rating too."),
                    name_of (f));
      break;
    }
}

/* The stated minima, though the group's holds too: a file that says 0 A would be believed by its reader. In a
 * simulation, where less may be wanted, it is said when it has no effect. */
static void
check_pilot (BbCheck *check, guint i, const BbStationFields *f, const bbe_station_config *s)
{
  const gboolean stated_3p = f->min_3p_ma != BB_UNSTATED && f->min_3p_ma < BB_CHECK_LEAST_PILOT_MA;

  if (f->socket || (f->min_ma >= BB_CHECK_LEAST_PILOT_MA && !stated_3p))
    return;
  const gchar *key = f->min_ma < BB_CHECK_LEAST_PILOT_MA ? "min_a" : "min_3p_a";
  if ((check->flags & BB_CHECK_SIMULATION) == 0)
    bb_check_add (check, BB_SEVERITY_ERROR, "min-under-6", bb_check_at ("stations", i, key),
                  _ ("No vehicle charges under 6 A (IEC 61851-1); only a simulation may use less. Set the "
                     "minimum of “%s” to 6 A at least."),
                  name_of (f));
  else if (MIN (s->min_1p_ma, s->min_3p_ma) >= BB_CHECK_LEAST_PILOT_MA)
    bb_check_add (check, BB_SEVERITY_ADVICE, "min-under-6", bb_check_at ("stations", i, key),
                  _ ("The minimum of “%s” has no effect: that of its group is higher. Lower the group's too, "
                     "or allow a minimum of 0 A for the whole simulation."),
                  name_of (f));
}

static void
check_minimum (BbCheck *check, guint i, const BbStationFields *f, const bbe_station_config *s)
{
  g_autofree gchar *min = bb_check_amps (MAX (s->min_1p_ma, s->min_3p_ma));
  g_autofree gchar *max = bb_check_amps (s->max_ma);

  check_pilot (check, i, f, s);
  if (f->socket && s->max_ma < BB_CHECK_LEAST_PILOT_MA && s->max_ma > 0
      && (check->flags & BB_CHECK_SIMULATION) == 0)
    bb_check_add (
        check, BB_SEVERITY_ERROR, "min-under-6", bb_check_at ("stations", i, "max_a"),
        _ ("A plain socket counts at its full current, 6 A at least. Set the maximum of “%s” to that."),
        name_of (f));
  if (!f->socket && s->max_ma > 0 && MAX (s->min_1p_ma, s->min_3p_ma) > s->max_ma)
    bb_check_add (
        check, BB_SEVERITY_ERROR, "min-over-max", bb_check_at ("stations", i, "min_a"),
        _ ("The minimum of “%s”, %s, is over its maximum, %s (its own, its cable's, or its group's Working "
           "Current). It would never charge: lower one, or raise the other."),
        name_of (f), min, max);
  if (s->max_ma > 0 && (f->step_ma < 1 || f->step_ma > s->max_ma))
    bb_check_add (check, BB_SEVERITY_ERROR, "step", bb_check_at ("stations", i, "step_a"),
                  _ ("A step of “%s” is 0.001 A at least, and its maximum at most."), name_of (f));
}

static void
check_behaviour (BbCheck *check, guint i, const BbStationFields *f, const bbe_station_config *s)
{
  if (f->failsafe_ma > s->max_ma)
    bb_check_add (
        check, BB_SEVERITY_WARNING, "failsafe-over-max", bb_check_at ("stations", i, "failsafe_a"),
        _ ("“%s” falls back to more than its maximum when it hears nothing. Lower its fail-safe current."),
        name_of (f));
  if (s->reservation_ma != 0 && s->max_ma > 0 && s->reservation_ma <= s->max_ma
      && s->reservation_ma < (s->n_phases == 1 ? s->min_1p_ma : s->min_3p_ma))
    bb_check_add (check, BB_SEVERITY_ERROR, "reservation", bb_check_at ("stations", i, "reservation_a"),
                  _ ("With its reservation “%s” could not charge: it is under its minimum. Raise it to the "
                     "minimum, or set "
                     "0."),
                  name_of (f));
  if (f->reservation_ma > s->max_ma)
    bb_check_add (check, BB_SEVERITY_ERROR, "reservation", bb_check_at ("stations", i, "reservation_a"),
                  _ ("The reservation of “%s” is over its maximum. Lower it."), name_of (f));
  if (f->reaction_ms > 3600000)
    bb_check_add (check, BB_SEVERITY_ERROR, "reaction", bb_check_at ("stations", i, "reaction_s"),
                  _ ("“%s” reacts after more than an hour. Correct its reaction time: 3600 s at most."),
                  name_of (f));
  else if (f->reaction_ms > SLOW_MS)
    bb_check_add (check, BB_SEVERITY_ADVICE, "station-slow", bb_check_at ("stations", i, "reaction_s"),
                  _ ("“%s” reacts too slowly to be balanced: its reservation is taken off every limit for "
                     "good. Reach it "
                     "over the local network if it can be."),
                  name_of (f));
  if (!f->measured && !f->socket)
    bb_check_add (check, BB_SEVERITY_ADVICE, "station-unmeasured", bb_check_at ("stations", i, "measured"),
                  _ ("“%s” does not tell its current: it counts at its full set-point, and up to that much "
                     "stays unused. "
                     "A station or meter that measures it would free this."),
                  name_of (f));
}

static void
check_serials (BbCheck *check)
{
  g_autoptr (GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < check->n_stations; i++) {
    const BbStationFields *f = bb_check_station (check, i);

    if (*f->serial != '\0' && !g_hash_table_add (taken, f->serial))
      bb_check_add (
          check, BB_SEVERITY_WARNING, "serial-duplicate", bb_check_at ("stations", i, "serial"),
          _ ("Another station has the serial number “%s” already. Read it off the plate of “%s” again."),
          f->serial, name_of (f));
  }
}

void
bb_check_stations (BbCheck *check)
{
  check_serials (check);
  for (guint i = 0; i < check->n_stations; i++) {
    const BbStationFields *f = bb_check_station (check, i);
    const bbe_station_config *s = &check->config->stations[i];

    check_place (check, i, f, s);
    check_rotation (check, i, f, s);
    check_maximum (check, i, f, s);
    check_minimum (check, i, f, s);
    check_behaviour (check, i, f, s);
  }
}
