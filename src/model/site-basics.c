/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-basics.c: a new site from the few questions of the assistant. */
#include "model/site-basics.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/zone.h"
#include "engine/engine.h"
#include "model/decimal.h"

#define LEAST_CAR_MA 6000
#define MOST_FUSE_MA 6000000
#define NOMINAL_V    230
/* At home a car stays the night: more than one a day would find no free station, and not every car comes each
 * day. */
#define CARS_PER_STATION_MILLI 800
/* A Monday in spring without a change of the clocks in its week. */
#define FIRST_DAY "2026-04-13"
#define DAYS      7

void
bb_site_basics_init (BbSiteBasics *basics)
{
  *basics = (BbSiteBasics){ .name = g_strdup (""),
                            .timezone = g_strdup (""),
                            .grid = BB_GRID_TN_THREE_PHASE,
                            .main_fuse_ma = 25000,
                            .measured_by = BB_MEASURED_BY_METER,
                            .n_stations = 2,
                            .station_phases = 3,
                            .station_max_ma = 16000,
                            .households = 1 };
}

void
bb_site_basics_clear (BbSiteBasics *basics)
{
  g_clear_pointer (&basics->name, g_free);
  g_clear_pointer (&basics->timezone, g_free);
}

/* ---- what follows from the answers ---- */

typedef struct {
  const BbSiteBasics *basics;
  gint n_grid_phases;
  gint station_phases;
  gint other_ma;
  gint generation_ma; /* per phase */
  gint offline_ma;
  gint supply_max_ma; /* 0: the rating */
  gint failsafe_ma;
  gint scale_permille; /* of the homes' load */
  gdouble longitude_deg;
} Derived;

/* Cars never draw more than 80 % at the measured circuit: the rest is for what a house switches on faster
 * than a car follows. The samples keep as much. A car must still be able to charge. */
static gint
supply_maximum (gint fuse_ma)
{
  const gint whole = fuse_ma * 4 / 5 / 1000 * 1000;

  return MAX (whole, MIN (fuse_ma, LEAST_CAR_MA));
}

/* Stations that hear nothing go on with 6 A where all of them together fit into the offline limit on the
 * phase that most of them use; else they pause, because no car charges under 6 A. */
static gint
failsafe_current (const Derived *d)
{
  const gint uses = d->basics->n_stations * d->station_phases;
  const gint on_a_phase = (uses + d->n_grid_phases - 1) / d->n_grid_phases;

  return (gint64) on_a_phase * LEAST_CAR_MA <= d->offline_ma ? LEAST_CAR_MA : 0;
}

/* The synthetic homes are scaled so that they draw what was answered at most. Their highest current on a
 * phase in a month, measured with 12 seeds from 1 to 200 homes on one phase and on three: 7 A + 13 A x
 * sqrt(n) + 1.2 A x n, where n is the number of homes per three phases. */
static gint
load_scale (const Derived *d)
{
  const gdouble n = (gdouble) MAX (d->basics->households, 1) * 3 / d->n_grid_phases;
  const gdouble peak_ma = 7000 + 13000 * sqrt (n) + 1200 * n;

  return CLAMP ((gint) (d->other_ma / peak_ma * 100) * 10, 10, 1000);
}

/* Where the sun is highest at noon of the time zone. */
static gdouble
longitude_of (BbZone *zone)
{
  const gint64 january_ms = G_GINT64_CONSTANT (1767225600000);

  return CLAMP (bb_zone_get_offset_s (zone, january_ms) / 240.0, -180, 180);
}

static gboolean refuse (GError **error, const gchar *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const gchar *format, ...)
{
  va_list args;

  va_start (args, format);
  g_propagate_error (error, g_error_new_valist (BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE, format, args));
  va_end (args);
  return FALSE;
}

static gboolean
check_grid (const BbSiteBasics *b, GError **error)
{
  if (b->grid == BB_GRID_TN_THREE_PHASE || b->grid == BB_GRID_TN_ONE_PHASE)
    return TRUE;
  return refuse (
      error, _ ("Only TN grids with one or three phases can be balanced yet: currents between the lines of "
                "this grid would be computed wrongly. Do not use Busbar on it."));
}

static gboolean
check_stations (const BbSiteBasics *b, GError **error)
{
  if (b->n_stations < 1 || b->n_stations > BBE_MAX_STATIONS)
    return refuse (error, _ ("Give 1 to %d charging stations."), BBE_MAX_STATIONS);
  if (b->station_phases < 1 || b->station_phases > 3)
    return refuse (error, _ ("A charging station has one, two or three phases."));
  if (b->station_max_ma < LEAST_CAR_MA || b->station_max_ma > BB_STATION_MAX_MA)
    return refuse (error,
                   _ ("A charging station gives 6 to 80 A per phase. The site's limit is the main fuse."));
  if (b->cars_per_day_milli < 0 || b->cars_per_day_milli > 10000000)
    return refuse (error, _ ("Give 0 to 10000 cars a day."));
  return TRUE;
}

static gboolean
check_rest (const BbSiteBasics *b, GError **error)
{
  if (b->main_fuse_ma < LEAST_CAR_MA || b->main_fuse_ma > MOST_FUSE_MA)
    return refuse (error, _ ("Give a main fuse of 6 to 6000 A: no car charges under 6 A."));
  if (b->other_load_ma < 0 || b->other_load_ma > b->main_fuse_ma)
    return refuse (error, _ ("What else draws is more than the main fuse carries. Correct one of the two."));
  if (b->measured_by < BB_MEASURED_BY_METER || b->measured_by > BB_MEASURED_NOT)
    return refuse (error, _ ("Say what measures the site: a meter, clamps, or nothing."));
  if (b->households < 0 || b->households > 1000)
    return refuse (error, _ ("Give 0 to 1000 homes."));
  if (b->pv_peak_w < 0 || b->pv_peak_w > 2000000)
    return refuse (error, _ ("Give 0 to 2000 kW of solar power."));
  if (b->battery < BBE_BATTERY_NONE || b->battery > BBE_BATTERY_BATTERY_FIRST)
    return refuse (error, _ ("Say who gets surplus first: there is no battery, the car, or the battery."));
  return TRUE;
}

/* Answers that make sense each, but not together. */
static gboolean
check_together (const Derived *d, GError **error)
{
  const BbSiteBasics *b = d->basics;
  g_autofree gchar *power = bb_decimal_fixed (b->pv_peak_w, 1000, 2);
  g_autofree gchar *generation = bb_decimal_fixed (d->generation_ma, 1000, 1);
  g_autofree gchar *fuse = bb_decimal_fixed (b->main_fuse_ma, 1000, 1);
  g_autofree gchar *left = bb_decimal_fixed (d->offline_ma, 1000, 1);

  if (d->generation_ma > b->main_fuse_ma)
    return refuse (
        error,
        _ ("Solar power of %s kW delivers %s A per phase, more than the main fuse of %s A carries. "
           "Correct one of the two."),
        power, generation, fuse);
  if (b->measured_by == BB_MEASURED_NOT && d->offline_ma < LEAST_CAR_MA)
    return refuse (
        error,
        _ ("Without a measurement %s A are left for the cars, and no car charges under 6 A. Measure "
           "the site, or correct what else draws."),
        left);
  return TRUE;
}

static void
derive (Derived *d, const BbSiteBasics *b, BbZone *zone)
{
  *d = (Derived){ .basics = b };
  d->n_grid_phases = b->grid == BB_GRID_TN_ONE_PHASE ? 1 : 3;
  d->station_phases = MIN (b->station_phases, d->n_grid_phases);
  /* 40 %, in whole ampere */
  d->other_ma
      = b->other_load_ma > 0 ? b->other_load_ma : (gint) ((gint64) b->main_fuse_ma * 2 / 5 / 1000 * 1000);
  d->generation_ma
      = (b->pv_peak_w + NOMINAL_V * d->n_grid_phases - 1) / (NOMINAL_V * d->n_grid_phases) * 1000;
  /* what the board leaves beside the others */
  d->offline_ma = bb_group_suggest_offline_ma (b->main_fuse_ma, d->other_ma);
  d->supply_max_ma = b->measured_by != BB_MEASURED_NOT ? supply_maximum (b->main_fuse_ma) : 0;
  d->failsafe_ma = failsafe_current (d);
  d->scale_permille = load_scale (d);
  d->longitude_deg = longitude_of (zone);
}

/* ---- parts ---- */

static void
add (BbSite *site, gpointer part)
{
  g_autoptr (BbPart) owned = BB_PART (part);

  if (!bb_site_add (site, owned, NULL))
    g_warn_if_reached ();
}

static void
add_circuit (BbSite *site, const Derived *d)
{
  BbCircuit *circuit = bb_circuit_new ("main");
  const gint fuse_ma = d->basics->main_fuse_ma;

  g_object_set (circuit, "name", _ ("Main fuse"), "protection", BB_PROTECTION_GG, "supply-max-ma",
                d->supply_max_ma < fuse_ma ? d->supply_max_ma : 0, NULL);
  /* On a one-phase grid L2 and L3 do not matter: the same on all makes one number in the file. */
  for (gint p = 0; p < 3; p++) {
    g_autofree gchar *rating = g_strdup_printf ("rating-l%d-ma", p + 1);
    g_autofree gchar *other = g_strdup_printf ("other-load-l%d-ma", p + 1);
    g_autofree gchar *generation = g_strdup_printf ("generation-l%d-ma", p + 1);

    g_object_set (circuit, rating, fuse_ma, other, d->other_ma, generation, d->generation_ma, NULL);
  }
  add (site, circuit);
}

static void
add_meter (BbSite *site, const Derived *d)
{
  const gboolean is_meter = d->basics->measured_by == BB_MEASURED_BY_METER;
  BbMeter *meter;

  if (d->basics->measured_by == BB_MEASURED_NOT)
    return;
  meter = bb_meter_new ("meter");
  g_object_set (meter, "name",
                is_meter ? _ ("Meter behind the main fuse") : _ ("Clamps behind the main fuse"), "signed",
                is_meter, NULL);
  add (site, meter);
  g_object_set (bb_site_circuit (site, 0), "meter", "meter", NULL);
}

/* Solar power first, the grid for the rest, where a meter shows what would be exported. */
static void
add_group (BbSite *site, const Derived *d)
{
  const BbSiteBasics *b = d->basics;
  const gboolean surplus = b->pv_peak_w > 0 && b->measured_by == BB_MEASURED_BY_METER;
  BbGroup *group = bb_group_new ("cars");

  g_object_set (group, "name", _ ("Cars"), "circuit", "main", "offline-ma", d->offline_ma, "mode",
                surplus ? BBE_MODE_BOOST : BBE_MODE_NORMAL, NULL);
  /* a station that could draw more than the fuse is held to it */
  if (b->station_max_ma > b->main_fuse_ma)
    g_object_set (group, "working-ma", b->main_fuse_ma, NULL);
  bb_group_set_active (group, TRUE);
  add (site, group);
}

/* Each station begins on the next phase, so that one-phase cars spread over the three: "123", "231", "312".
 */
static gchar *
rotation_of (const Derived *d, gint number)
{
  gchar text[4] = "";

  if (d->n_grid_phases == 1)
    return g_strdup ("");
  for (gint t = 0; t < d->station_phases; t++)
    text[t] = (gchar) ('1' + (number + t) % 3);
  return g_strdup (text);
}

static void
add_stations (BbSite *site, const Derived *d)
{
  for (gint i = 0; i < d->basics->n_stations; i++) {
    g_autofree gchar *id = g_strdup_printf ("station-%d", i + 1);
    g_autofree gchar *name = g_strdup_printf (_ ("Station %d"), i + 1);
    g_autofree gchar *rotation = rotation_of (d, i);
    BbStation *station = bb_station_new (id);

    g_object_set (station, "name", name, "group", "cars", "max-ma", d->basics->station_max_ma, "failsafe-ma",
                  d->failsafe_ma, "power-on-ma", d->failsafe_ma, "rotation", rotation, NULL);
    if (d->station_phases < d->n_grid_phases)
      g_object_set (station, "n-phases", d->station_phases, NULL);
    add (site, station);
  }
}

/* ---- inputs of the simulation ---- */

static BbSiteInput *
new_input (BbSite *site, const gchar *name, gint kind)
{
  BbSiteInput *input = bb_site_input_new ();

  g_object_set (input, "name", name, "kind", kind, "source", BB_SITE_SOURCE_SYNTHETIC, NULL);
  add (site, input);
  return input;
}

static void
add_inputs (BbSite *site, const Derived *d)
{
  const BbSiteBasics *b = d->basics;
  const gint homes = MAX (b->households, 1);
  const gint most = 10000000;
  const gint cars = b->cars_per_day_milli > 0 ? b->cars_per_day_milli
                                              : MIN (b->n_stations * CARS_PER_STATION_MILLI, most);
  g_autofree gchar *name = g_strdup_printf (ngettext ("%d home", "%d homes", (gulong) homes), homes);

  g_object_set (new_input (site, name, BB_SITE_INPUT_LOAD), "households", homes, "scale-permille",
                d->scale_permille, NULL);
  if (b->pv_peak_w > 0)
    g_object_set (new_input (site, _ ("Solar power"), BB_SITE_INPUT_PV), "peak-w", b->pv_peak_w,
                  "latitude-udeg", 48000000, "longitude-udeg", (gint) (d->longitude_deg * 1000000), NULL);
  g_object_set (new_input (site, _ ("Cars"), BB_SITE_INPUT_SESSIONS), "cars-per-day-milli", cars, NULL);
  g_object_set (bb_site_peek (site)->simulation, "from", FIRST_DAY, "days", DAYS, NULL);
}

BbSite *
bb_site_from_basics (const BbSiteBasics *basics, GError **error)
{
  const gchar *timezone = basics->timezone != NULL && *basics->timezone != '\0' ? basics->timezone : "UTC";
  const gchar *name = basics->name != NULL && *basics->name != '\0' ? basics->name : _ ("New site");
  g_autoptr (BbSite) site = bb_site_new ();
  g_autoptr (BbZone) zone = bb_zone_new (timezone, NULL);
  Derived d;

  if (zone == NULL) {
    refuse (error, _ ("“%s” is not a time zone. Choose one such as Europe/Berlin."), timezone);
    return NULL;
  }
  if (!check_grid (basics, error) || !check_stations (basics, error) || !check_rest (basics, error))
    return NULL;
  derive (&d, basics, zone);
  if (!check_together (&d, error))
    return NULL;
  g_object_set (site, "name", name, "timezone", timezone, "grid", basics->grid, "battery", basics->battery,
                NULL);
  if (d.n_grid_phases == 3 && basics->n_stations > 1)
    g_object_set (
        site, "description",
        _ ("Planned with each station beginning on the next phase (123, 231, 312): wire them so, or correct "
           "their phase rotation."),
        NULL);
  add_circuit (site, &d);
  add_meter (site, &d);
  add_group (site, &d);
  add_stations (site, &d);
  add_inputs (site, &d);
  return g_steal_pointer (&site);
}
