/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-config.c: every rule that bbe_init() refuses a configuration by, with the place it names. */
#include "fixture.h"

/* A site with one of everything, which is accepted. Circuits 0 (metered root) and 1; groups 0 and 1. */
static Site *
whole_site (void)
{
  Site *site = site_new ();
  int root = kit_circuit (&site->k, -1, 63000);
  int sub = kit_circuit (&site->k, root, 32000);
  int first, second;

  kit_meter (&site->k, root);
  kit_meter (&site->k, -1);
  first = kit_group (&site->k, root);
  second = kit_group (&site->k, sub);
  kit_station (&site->k, first, 3, 0);
  kit_station (&site->k, second, 1, 1);
  kit_signal (&site->k);
  return site;
}

typedef struct {
  const char *name;
  void (*break_it) (kit *k);
  bbe_status status;
  const char *table;
  int index;
  const char *field;
} Case;

#define BREAKS(name, statement)                                                                              \
  static void break_##name (kit *k)                                                                          \
  {                                                                                                          \
    statement;                                                                                               \
  }

BREAKS (parent_later, k->circuits[0].parent = 1)
BREAKS (parent_self, k->circuits[1].parent = 1)
BREAKS (parent_none, k->circuits[1].parent = 9)
BREAKS (parent_negative, k->circuits[1].parent = -2)
BREAKS (circuit_meter, k->circuits[1].meter = 5)
BREAKS (pv_meter, k->circuits[0].pv_meter = 5)
BREAKS (circuit_phases, k->circuits[0].phases = 8)
BREAKS (circuit_no_phases, k->circuits[0].phases = 0)
BREAKS (rating_negative, k->circuits[0].rating_ma[1] = -1)
BREAKS (rating_huge, k->circuits[0].rating_ma[2] = BBE_MAX_MA + 1)
BREAKS (supply_negative, k->circuits[0].supply_max_ma = -5)
BREAKS (total_negative, k->circuits[0].total_limit_w = -5)
BREAKS (other_negative, k->circuits[0].other_load_ma[0] = -5)
BREAKS (reserve_negative, k->circuits[0].reserve_ma = -5)
BREAKS (generation_negative, k->circuits[0].generation_ma[0] = -5)
BREAKS (unbalance_negative, k->circuits[0].unbalance_ma = -5)
BREAKS (peak_window, k->circuits[0].peak.window_min = 20)
BREAKS (peak_negative, k->circuits[0].peak = ((bbe_peak_config){ .window_min = 15, .initial_w = -1 }))
BREAKS (meter_interval, k->meters[0].interval_ms = 0)
BREAKS (meter_lag, k->meters[0].lag_ms = -1)
BREAKS (meter_back, k->meters[0].back_online_ms = -1)
BREAKS (group_circuit, k->groups[1].circuit = 7)
BREAKS (group_balancer, k->groups[1].balancer = 99)
BREAKS (group_mode, k->groups[1].mode = 99)
BREAKS (group_windows, k->groups[0].n_windows = BBE_MAX_WINDOWS + 1)
BREAKS (group_online, k->groups[0].online_ma = -1)
BREAKS (group_offline, k->groups[0].offline_ma = -1)
BREAKS (group_pause, k->groups[0].pause_threshold_ma = -1)
BREAKS (group_solar_start, k->groups[0].solar_start_ma = -1)
BREAKS (group_start_delay, k->groups[0].solar_start_delay_ms = -1)
BREAKS (group_stop_delay, k->groups[0].solar_stop_delay_ms = -1)
BREAKS (group_random, k->groups[0].random_delay_max_ms = -1)
BREAKS (group_turn, k->groups[0].turn_ms = 0)
BREAKS (group_hold, k->groups[0].hold_up_ms = -1)
BREAKS (group_slope, k->groups[0].slope_ma_per_s = -1)
BREAKS (group_min_on, k->groups[0].min_on_ms = -1)
BREAKS (group_min_off, k->groups[0].min_off_ms = -1)
BREAKS (station_circuit, k->stations[1].circuit = 9)
BREAKS (station_group, k->stations[1].group = 9)
BREAKS (station_phases, k->stations[1].n_phases = 4)
BREAKS (station_no_phases, k->stations[1].n_phases = 0)
BREAKS (station_rotation, k->stations[0].rotation[1] = 3)
BREAKS (station_rotation_twice, k->stations[0].rotation[1] = k->stations[0].rotation[0])
BREAKS (station_min, k->stations[1].min_1p_ma = 5999)
BREAKS (station_max, k->stations[1].max_ma = 5000)
BREAKS (station_step, k->stations[1].step_ma = 0)
BREAKS (station_failsafe, k->stations[1].failsafe_ma = -2)
BREAKS (station_power_on, k->stations[1].power_on_ma = -2)
BREAKS (station_reaction, k->stations[1].reaction_ms = -1)
BREAKS (station_serial, k->stations[1].serial = k->stations[0].serial)
BREAKS (solar_unsigned, k->groups[0].mode = BBE_MODE_SOLAR; k->meters[0].is_signed = false)
BREAKS (boost_unsigned, k->groups[0].mode = BBE_MODE_BOOST; k->meters[0].is_signed = false)
BREAKS (solar_no_meter, k->groups[0].mode = BBE_MODE_SOLAR; k->circuits[0].meter = -1)
BREAKS (signal_keep, k->signals[0].keep_ms = -1)
BREAKS (signal_lost, k->signals[0].lost = 7)

BREAKS (pv_meter_same, k->circuits[0].pv_meter = k->circuits[0].meter)
BREAKS (circuit_more_phases, k->circuits[0].phases = 3; k->stations[0].n_phases = 1)
BREAKS (meter_phases, k->meters[1].phases = 0)
BREAKS (group_switch_hold, k->groups[0].switch_hold_ms = -1)
BREAKS (window_start, k->groups[0].n_windows = 1; k->groups[0].windows[0].start_min = -1)
BREAKS (window_end, k->groups[0].n_windows = 1; k->groups[0].windows[0].end_min = 1441)
BREAKS (station_circuit_phase, k->circuits[1].phases = 1)
BREAKS (station_switch, k->stations[1].can_switch = true)
BREAKS (station_no_maximum, k->stations[1].max_ma = 0)
BREAKS (station_min_3p, k->stations[0].min_3p_ma = 5000)
BREAKS (station_held, k->stations[1].held_ma = 32001)
BREAKS (station_reservation, k->stations[1].reservation_ma = -1)
BREAKS (station_reservation_low, k->stations[1].reservation_ma = 5900)
BREAKS (station_priority, k->stations[1].priority = 100)
BREAKS (nominal, k->config.nominal_mv = 0)
BREAKS (reduced_value, k->config.reduced_value = -1)
BREAKS (reduced_kind, k->config.reduced_kind = 9)
BREAKS (reduced_share, k->config.reduced_kind = BBE_REDUCED_SHARE; k->config.reduced_value = 1001)
BREAKS (battery, k->config.battery = 3)
BREAKS (p14a_meter, k->config.p14a.other_meter = 5)
BREAKS (p14a_base, k->config.p14a.base_w = -1)
BREAKS (p14a_devices, k->config.p14a.n_devices = -1)
BREAKS (p14a_factor, k->config.p14a.factor_permille[3] = 1001)

static const Case cases[] = {
  { "pv-meter-same", break_pv_meter_same, BBE_CONTRADICTION, "circuits", 0, "pv_meter" },
  { "circuit-more-phases", break_circuit_more_phases, BBE_CONTRADICTION, "circuits", 1, "phases" },
  { "meter-phases", break_meter_phases, BBE_BAD_VALUE, "meters", 1, "phases" },
  { "group-switch-hold", break_group_switch_hold, BBE_BAD_VALUE, "groups", 0, "switch_hold_ms" },
  { "window-start", break_window_start, BBE_BAD_VALUE, "groups", 0, "windows" },
  { "window-end", break_window_end, BBE_BAD_VALUE, "groups", 0, "windows" },
  { "station-circuit-phase", break_station_circuit_phase, BBE_CONTRADICTION, "stations", 1, "rotation" },
  { "station-switch", break_station_switch, BBE_CONTRADICTION, "stations", 1, "can_switch" },
  { "station-no-maximum", break_station_no_maximum, BBE_BAD_VALUE, "stations", 1, "max_ma" },
  { "station-min-3p", break_station_min_3p, BBE_BAD_VALUE, "stations", 0, "min_3p_ma" },
  { "station-held", break_station_held, BBE_BAD_VALUE, "stations", 1, "held_ma" },
  { "station-reservation", break_station_reservation, BBE_BAD_VALUE, "stations", 1, "reservation_ma" },
  { "station-reservation-low", break_station_reservation_low, BBE_BAD_VALUE, "stations", 1,
    "reservation_ma" },
  { "station-priority", break_station_priority, BBE_BAD_VALUE, "stations", 1, "priority" },
  { "nominal", break_nominal, BBE_BAD_VALUE, "", 0, "nominal_mv" },
  { "reduced-value", break_reduced_value, BBE_BAD_VALUE, "", 0, "reduced_value" },
  { "reduced-kind", break_reduced_kind, BBE_BAD_VALUE, "", 0, "reduced_value" },
  { "reduced-share", break_reduced_share, BBE_BAD_VALUE, "", 0, "reduced_value" },
  { "battery", break_battery, BBE_BAD_VALUE, "", 0, "battery" },
  { "p14a-meter", break_p14a_meter, BBE_BAD_REFERENCE, "", 0, "p14a.other_meter" },
  { "p14a-base", break_p14a_base, BBE_BAD_VALUE, "", 0, "p14a" },
  { "p14a-devices", break_p14a_devices, BBE_BAD_VALUE, "", 0, "p14a" },
  { "p14a-factor", break_p14a_factor, BBE_BAD_VALUE, "", 0, "p14a.factor_permille" },
  { "parent-later", break_parent_later, BBE_BAD_REFERENCE, "circuits", 0, "parent" },
  { "parent-self", break_parent_self, BBE_BAD_REFERENCE, "circuits", 1, "parent" },
  { "parent-none", break_parent_none, BBE_BAD_REFERENCE, "circuits", 1, "parent" },
  { "parent-negative", break_parent_negative, BBE_BAD_REFERENCE, "circuits", 1, "parent" },
  { "circuit-meter", break_circuit_meter, BBE_BAD_REFERENCE, "circuits", 1, "meter" },
  { "pv-meter", break_pv_meter, BBE_BAD_REFERENCE, "circuits", 0, "pv_meter" },
  { "circuit-phases", break_circuit_phases, BBE_BAD_VALUE, "circuits", 0, "phases" },
  { "circuit-no-phases", break_circuit_no_phases, BBE_BAD_VALUE, "circuits", 0, "phases" },
  { "rating-negative", break_rating_negative, BBE_BAD_VALUE, "circuits", 0, "rating_ma" },
  { "rating-huge", break_rating_huge, BBE_BAD_VALUE, "circuits", 0, "rating_ma" },
  { "supply-negative", break_supply_negative, BBE_BAD_VALUE, "circuits", 0, "supply_max_ma" },
  { "total-negative", break_total_negative, BBE_BAD_VALUE, "circuits", 0, "total_limit_w" },
  { "other-negative", break_other_negative, BBE_BAD_VALUE, "circuits", 0, "other_load_ma" },
  { "reserve-negative", break_reserve_negative, BBE_BAD_VALUE, "circuits", 0, "reserve_ma" },
  { "generation-negative", break_generation_negative, BBE_BAD_VALUE, "circuits", 0, "generation_ma" },
  { "unbalance-negative", break_unbalance_negative, BBE_BAD_VALUE, "circuits", 0, "unbalance_ma" },
  { "peak-window", break_peak_window, BBE_BAD_VALUE, "circuits", 0, "peak.window_min" },
  { "peak-negative", break_peak_negative, BBE_CONTRADICTION, "circuits", 0, "peak" },
  { "meter-interval", break_meter_interval, BBE_BAD_VALUE, "meters", 0, "interval_ms" },
  { "meter-lag", break_meter_lag, BBE_BAD_VALUE, "meters", 0, "lag_ms" },
  { "meter-back", break_meter_back, BBE_BAD_VALUE, "meters", 0, "back_online_ms" },
  { "group-circuit", break_group_circuit, BBE_BAD_REFERENCE, "groups", 1, "circuit" },
  { "group-balancer", break_group_balancer, BBE_BAD_VALUE, "groups", 1, "balancer" },
  { "group-mode", break_group_mode, BBE_BAD_VALUE, "groups", 1, "mode" },
  { "group-windows", break_group_windows, BBE_TOO_MANY, "groups", 0, "windows" },
  { "group-online", break_group_online, BBE_BAD_VALUE, "groups", 0, "online_ma" },
  { "group-offline", break_group_offline, BBE_BAD_VALUE, "groups", 0, "offline_ma" },
  { "group-pause", break_group_pause, BBE_BAD_VALUE, "groups", 0, "pause_threshold_ma" },
  { "group-solar-start", break_group_solar_start, BBE_BAD_VALUE, "groups", 0, "solar_start_ma" },
  { "group-start-delay", break_group_start_delay, BBE_BAD_VALUE, "groups", 0, "solar_start_delay_ms" },
  { "group-stop-delay", break_group_stop_delay, BBE_BAD_VALUE, "groups", 0, "solar_stop_delay_ms" },
  { "group-random", break_group_random, BBE_BAD_VALUE, "groups", 0, "random_delay_max_ms" },
  { "group-turn", break_group_turn, BBE_BAD_VALUE, "groups", 0, "turn_ms" },
  { "group-hold", break_group_hold, BBE_BAD_VALUE, "groups", 0, "hold_up_ms" },
  { "group-slope", break_group_slope, BBE_BAD_VALUE, "groups", 0, "slope_ma_per_s" },
  { "group-min-on", break_group_min_on, BBE_BAD_VALUE, "groups", 0, "min_on_ms" },
  { "group-min-off", break_group_min_off, BBE_BAD_VALUE, "groups", 0, "min_off_ms" },
  { "station-circuit", break_station_circuit, BBE_BAD_REFERENCE, "stations", 1, "circuit" },
  { "station-group", break_station_group, BBE_BAD_REFERENCE, "stations", 1, "group" },
  { "station-phases", break_station_phases, BBE_BAD_VALUE, "stations", 1, "n_phases" },
  { "station-no-phases", break_station_no_phases, BBE_BAD_VALUE, "stations", 1, "n_phases" },
  { "station-rotation", break_station_rotation, BBE_BAD_VALUE, "stations", 0, "rotation" },
  { "station-rotation-twice", break_station_rotation_twice, BBE_BAD_VALUE, "stations", 0, "rotation" },
  { "station-min", break_station_min, BBE_BAD_VALUE, "stations", 1, "min_1p_ma" },
  { "station-max", break_station_max, BBE_BAD_VALUE, "stations", 1, "min_1p_ma" },
  { "station-step", break_station_step, BBE_BAD_VALUE, "stations", 1, "step_ma" },
  { "station-failsafe", break_station_failsafe, BBE_BAD_VALUE, "stations", 1, "failsafe_ma" },
  { "station-power-on", break_station_power_on, BBE_BAD_VALUE, "stations", 1, "power_on_ma" },
  { "station-reaction", break_station_reaction, BBE_BAD_VALUE, "stations", 1, "reaction_ms" },
  { "station-serial", break_station_serial, BBE_CONTRADICTION, "stations", 1, "serial" },
  { "solar-unsigned", break_solar_unsigned, BBE_NEEDS_SIGNED_METER, "groups", 0, "mode" },
  { "boost-unsigned", break_boost_unsigned, BBE_NEEDS_SIGNED_METER, "groups", 0, "mode" },
  { "solar-no-meter", break_solar_no_meter, BBE_NEEDS_SIGNED_METER, "groups", 0, "mode" },
  { "signal-keep", break_signal_keep, BBE_BAD_VALUE, "signals", 0, "keep_ms" },
  { "signal-lost", break_signal_lost, BBE_BAD_VALUE, "signals", 0, "lost" },
};

static void
test_refused (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (Site) site = whole_site ();

  c->break_it (&site->k);
  site_expect_fault (site, c->status, c->table, c->index, c->field);
}

static void
test_accepted (void)
{
  g_autoptr (Site) site = whole_site ();

  site_start (site);
  g_assert_cmpint (site->k.fault.status, ==, BBE_OK);
  /* `fault` may be NULL. */
  g_assert_cmpint (bbe_init (site->k.engine, &site->k.config, NULL), ==, BBE_OK);
  site->k.circuits[0].rating_ma[0] = -1;
  g_assert_cmpint (bbe_init (site->k.engine, &site->k.config, NULL), ==, BBE_BAD_VALUE);
}

/* The phase of a field that has one. */
static void
test_phase_named (void)
{
  for (int p = 0; p < 3; p++) {
    g_autoptr (Site) site = whole_site ();

    site->k.circuits[1].rating_ma[p] = -7;
    site_expect_fault (site, BBE_BAD_VALUE, "circuits", 1, "rating_ma");
    g_assert_cmpint (site->k.fault.phase, ==, p);
  }
}

/* Per circuit and phase: sum of offline limits + declared other load over the rating. */
static void
test_offline_sum (void)
{
  g_autoptr (Site) site = whole_site ();

  site->k.circuits[0].other_load_ma[1] = 20000;
  site->k.groups[0].offline_ma = 23000;
  site->k.groups[1].offline_ma = 20000;
  site_start (site); /* 63 A exactly */
  site->k.circuits[0].other_load_ma[1] = 20001;
  g_assert_false (kit_start (&site->k));
  g_assert_cmpint (site->k.fault.status, ==, BBE_OFFLINE_SUM);
  g_assert_cmpstr (site->k.fault.table, ==, "circuits");
  g_assert_cmpint (site->k.fault.index, ==, 0);
  g_assert_cmpint (site->k.fault.phase, ==, 1);
}

/* Sum of the fail-safe currents over the offline limit, unless acknowledged. */
static void
test_failsafe_sum (void)
{
  g_autoptr (Site) site = whole_site ();

  kit_station (&site->k, 0, 3, 1);
  site->k.groups[0].offline_ma = 12000;
  site->k.stations[0].failsafe_ma = 6000;
  site->k.stations[2].failsafe_ma = 6000;
  site->k.config.failsafe_acknowledged = false;
  site_start (site);
  site->k.stations[2].failsafe_ma = 6001;
  site_expect_fault (site, BBE_FAILSAFE_SUM, "groups", 0, "offline_ma");
  site->k.stations[2].failsafe_ma = -1; /* unknown: its maximum */
  site_expect_fault (site, BBE_FAILSAFE_SUM, "groups", 0, "offline_ma");
  site->k.config.failsafe_acknowledged = true;
  site_start (site);
}

/* More than the build holds; deeper than the tree may be. */
static void
test_too_many (void)
{
  static const size_t offsets[] = {
    G_STRUCT_OFFSET (bbe_config, n_circuits), G_STRUCT_OFFSET (bbe_config, n_meters),
    G_STRUCT_OFFSET (bbe_config, n_groups),   G_STRUCT_OFFSET (bbe_config, n_stations),
    G_STRUCT_OFFSET (bbe_config, n_signals),
  };
  static const char *const tables[] = { "circuits", "meters", "groups", "stations", "signals" };

  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++) {
    g_autoptr (Site) site = whole_site ();
    bbe_fault fault = { 0 };

    g_assert_true (kit_start (&site->k));
    G_STRUCT_MEMBER (uint16_t, &site->k.config, offsets[i]) = 10000;
    g_assert_cmpint (bbe_init (site->k.engine, &site->k.config, &fault), ==, BBE_TOO_MANY);
    g_assert_cmpstr (fault.table, ==, tables[i]);
  }
}

static void
test_depth (void)
{
  for (int depth = 1; depth <= BBE_MAX_DEPTH; depth++) {
    g_autoptr (Site) site = site_new ();

    for (int c = 0; c < depth; c++)
      site->k.circuits[kit_circuit (&site->k, c - 1, 63000)].stations_only = true;
    kit_station (&site->k, kit_group (&site->k, depth - 1), 3, 0);
    site->k.groups[0].offline_ma = 40000; /* standalone: nothing measures here */
    site_start (site);
    plant_arrive (&site->w, 0, 3, 32000);
    site_run (site, 30);
    assert_setpoint (site, 0, 32000);
  }
}

/* One level more than the build allows. */
static void
test_too_deep (void)
{
  g_autoptr (Site) site = site_new ();

  for (int c = 0; c <= BBE_MAX_DEPTH; c++)
    kit_circuit (&site->k, c - 1, 63000);
  site_expect_fault (site, BBE_TOO_MANY, "circuits", BBE_MAX_DEPTH, "parent");
}

/* A meter that does not exist can't include a station. */
static void
test_included (void)
{
  g_autoptr (Site) site = whole_site ();

  site->k.included_is_set = true;
  site->k.stations[1].included = 4;
  site_expect_fault (site, BBE_BAD_REFERENCE, "stations", 1, "included");
  site->k.stations[1].included = 3;
  site_start (site);
}

/* A station must hang below its group's circuit. */
static void
test_station_outside_group (void)
{
  g_autoptr (Site) site = whole_site ();

  site->k.stations[1].circuit = 0; /* its group is on circuit 1 */
  g_assert_false (kit_start (&site->k));
  g_assert_cmpstr (site->k.fault.table, ==, "stations");
  g_assert_cmpint (site->k.fault.index, ==, 1);
}

/* Simulations may go under 6 A, and to 0. */
static void
test_simulation_minimum (void)
{
  g_autoptr (Site) site = site_new_simple (10000, 4, 1);

  site->k.config.simulation = true;
  site->k.groups[0].pause_threshold_ma = 0;
  for (int s = 0; s < 4; s++)
    site->k.stations[s].min_1p_ma = site->k.stations[s].min_3p_ma = 0;
  site_start (site);
  for (int s = 0; s < 4; s++)
    plant_arrive (&site->w, s, 1, 32000);
  site_run (site, 60);
  for (int s = 0; s < 4; s++)
    assert_setpoint (site, s, 2500);
}

/* No stations at all is a site, too. */
static void
test_empty (void)
{
  g_autoptr (Site) site = site_new ();

  if (kit_start (&site->k))
    g_assert_cmpint (kit_step (&site->k)->n_stations, ==, 0);
  kit_circuit (&site->k, -1, 25000);
  site_start (site);
  g_assert_cmpint (kit_step (&site->k)->n_circuits, ==, 1);
}

static void
test_names (void)
{
  for (guint code = 0; code < 256; code++) {
    g_assert_cmpint (bbe_reason_name ((uint8_t) code) != NULL, ==, code < BBE_REASON_COUNT);
    g_assert_cmpint (bbe_limit_name ((uint8_t) code) != NULL, ==, code < BBE_LIMIT_COUNT);
    g_assert_cmpint (bbe_balancer_name ((uint8_t) code) != NULL, ==, code <= BBE_DEADLINE);
    for (guint other = 0; other < code; other++) {
      if (code < BBE_REASON_COUNT)
        g_assert_cmpstr (bbe_reason_name ((uint8_t) code), !=, bbe_reason_name ((uint8_t) other));
      if (code < BBE_LIMIT_COUNT)
        g_assert_cmpstr (bbe_limit_name ((uint8_t) code), !=, bbe_limit_name ((uint8_t) other));
    }
  }
  for (int status = BBE_OK; status <= BBE_BAD_STATE; status++)
    g_assert_nonnull (bbe_status_name ((bbe_status) status));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strdup_printf ("/engine/config/refused/%s", cases[i].name);

    g_test_add_data_func (path, &cases[i], test_refused);
  }
  g_test_add_func ("/engine/config/accepted", test_accepted);
  g_test_add_func ("/engine/config/phase-named", test_phase_named);
  g_test_add_func ("/engine/config/offline-sum", test_offline_sum);
  g_test_add_func ("/engine/config/failsafe-sum", test_failsafe_sum);
  g_test_add_func ("/engine/config/too-many", test_too_many);
  g_test_add_func ("/engine/config/depth", test_depth);
  g_test_add_func ("/engine/config/too-deep", test_too_deep);
  g_test_add_func ("/engine/config/included", test_included);
  g_test_add_func ("/engine/config/station-outside-group", test_station_outside_group);
  g_test_add_func ("/engine/config/simulation-minimum", test_simulation_minimum);
  g_test_add_func ("/engine/config/empty", test_empty);
  g_test_add_func ("/engine/config/names", test_names);
  return g_test_run ();
}
