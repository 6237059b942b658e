/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-engine-config.c: a site as the engine's configuration: every setting arrives, in order, in its unit.
 */
#include <string.h>

#include "engine/engine.h"
#include "kit.h"
#include "model/step-inputs.h"
#include "profiles/catalogue.h"

static BbEngineConfig *
config_of (BbSite *site, const BbEngineOptions *options)
{
  g_autoptr (GError) error = NULL;
  BbEngineConfig *config = bb_engine_config_new (site, options, &error);

  g_assert_no_error (error);
  return config;
}

/* Every setting of engine.h from a file in which every key has another value than its default. */
static void
test_every_setting (void)
{
  g_autofree gchar *path = kit_fixture ("every-key.busbar");
  g_autoptr (BbSite) site = bb_site_load (path, NULL);
  g_autoptr (BbEngineConfig) config = config_of (site, NULL);
  const bbe_circuit_config *c = &config->circuits[1];
  const bbe_meter_config *m = &config->meters[0];
  const bbe_group_config *g = &config->groups[0];
  const bbe_station_config *s = &config->stations[0];

  g_assert_cmpint (c->parent, ==, 0);
  g_assert_cmpint (c->meter, ==, 0);
  g_assert_cmpint (c->pv_meter, ==, 1);
  g_assert_cmpint (c->phases, ==, 5);
  g_assert_true (c->stations_only);
  g_assert_cmpint (c->rating_ma[1], ==, 50000);
  g_assert_cmpint (c->supply_max_ma, ==, 500);
  g_assert_cmpint (c->total_limit_w, ==, 500);
  g_assert_cmpint (c->other_load_ma[1], ==, 6750);
  g_assert_cmpint (c->reserve_ma, ==, 500);
  g_assert_cmpint (c->generation_ma[1], ==, 750);
  g_assert_cmpint (c->unbalance_ma, ==, 500);
  g_assert_cmpint (c->peak.window_min, ==, 60);
  g_assert_cmpint (c->peak.initial_w, ==, 500);
  g_assert_cmpint (m->phases, ==, 5);
  g_assert_true (m->is_signed && m->total_only);
  g_assert_cmpint (m->interval_ms, ==, 1500);
  g_assert_cmpint (m->lag_ms, ==, 500);
  g_assert_cmpint (m->back_online_ms, ==, 60500);
  g_assert_cmpint (config->scales[0].current_step_ma, ==, 501);
  g_assert_cmpint (g->circuit, ==, 1);
  g_assert_cmpint (g->balancer, ==, BBE_PRIORITY);
  g_assert_cmpint (g->mode, ==, BBE_MODE_SOLAR);
  g_assert_true (!g->active && g->solar_netted && !g->plug_and_play && g->off_peak);
  g_assert_cmpint (g->n_windows, ==, 1);
  g_assert_cmpint (g->windows[0].start_min, ==, 390);
  g_assert_cmpint (g->windows[0].days, ==, 65);
  g_assert_cmpint (g->online_ma, ==, 6500);
  g_assert_cmpint (g->offline_ma, ==, 6500);
  g_assert_cmpint (g->pause_threshold_ma, ==, 6500);
  g_assert_cmpint (g->solar_start_ma, ==, 7010);
  g_assert_cmpint (g->solar_start_delay_ms, ==, 60500);
  g_assert_cmpint (g->solar_stop_delay_ms, ==, 60500);
  g_assert_cmpint (g->random_delay_max_ms, ==, 60000);
  g_assert_cmpuint (g->seed, ==, 2147483647);
  g_assert_cmpint (g->turn_ms, ==, 16 * 60000);
  g_assert_cmpint (g->hold_up_ms, ==, 10500);
  g_assert_cmpint (g->slope_ma_per_s, ==, 125);
  g_assert_cmpint (g->min_on_ms, ==, 60500);
  g_assert_cmpint (g->min_off_ms, ==, 60500);
  g_assert_cmpint (g->switch_hold_ms, ==, 300500);
  g_assert_cmpint (s->circuit, ==, 1);
  g_assert_cmpint (s->group, ==, 0);
  g_assert_cmpint (s->n_phases, ==, 3);
  g_assert_cmpint (s->rotation[0], ==, 1);
  g_assert_cmpint (s->rotation[2], ==, 0);
  g_assert_true (s->can_switch && s->socket && !s->commandable && !s->measured);
  g_assert_cmpint (s->priority, ==, 1);
  /* the cable (0.5 A) is the least of the maxima; a socket's minimum is its maximum */
  g_assert_cmpint (s->max_ma, ==, 500);
  g_assert_cmpint (s->min_1p_ma, ==, 500);
  g_assert_cmpint (s->step_ma, ==, 600);
  g_assert_cmpint (s->failsafe_ma, ==, 6500);
  g_assert_cmpint (s->power_on_ma, ==, 6500);
  g_assert_cmpint (s->held_ma, ==, 0);
  g_assert_cmpint (s->reaction_ms, ==, 2500);
  g_assert_cmpint (s->reservation_ma, ==, 6500);
  g_assert_cmpuint (s->included, ==, 1);
  g_assert_cmpint (config->signals[0].keep_ms, ==, 900500);
  g_assert_cmpint (config->signals[0].lost, ==, BBE_SIGNAL_LOCKED);
  g_assert_cmpint (config->config.reduced_kind, ==, BBE_REDUCED_CURRENT);
  g_assert_cmpint (config->config.reduced_value, ==, 500);
  g_assert_cmpint (config->config.p14a.base_w, ==, 4700);
  g_assert_cmpint (config->config.p14a.n_devices, ==, 1);
  g_assert_cmpint (config->config.p14a.other_meter, ==, 1);
  g_assert_cmpint (config->config.battery, ==, BBE_BATTERY_CAR_FIRST);
  g_assert_cmpint (config->config.nominal_mv, ==, 230500);
  g_assert_false (config->config.simulation);
}

static BbSite *
site_with (const gchar *meter, const gchar *station)
{
  g_autofree gchar *text
      = g_strdup_printf ("{\"format\":\"busbar-site/1\",\"name\":\"P\",\"timezone\":\"UTC\","
                         "\"circuits\":[{\"id\":\"main\",\"meter\":\"m\",\"rating_a\":25}],"
                         "\"meters\":[{\"id\":\"m\"%s}],\"groups\":[{\"id\":\"g\",\"circuit\":\"main\"}],"
                         "\"stations\":[{\"id\":\"s\",\"group\":\"g\",\"phases\":3,\"max_a\":16%s}]}",
                         meter, station);
  g_autoptr (GError) error = NULL;
  BbSite *site = bb_site_parse (text, -1, "profiles", &error);

  g_assert_no_error (error);
  return site;
}

/* What a profile says of the rounding of its readings: the coarser of it and the site's; nothing without a
 * profile, or with one that is not known. */
static void
test_profile_steps (void)
{
  static const struct {
    const gchar *meter, *station;
    gint current_ma, station_ma;
  } cases[] = {
    { "", "", 1, 1 },
    { ",\"profile\":\"no-such\"", ",\"profile\":\"no-such\"", 1, 1 },
    { ",\"current_step_a\":0.05", "", 50, 1 },
    { ",\"profile\":\"no-such\",\"current_step_a\":0.05", "", 50, 1 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (BbSite) site = site_with (cases[i].meter, cases[i].station);
    g_autoptr (BbEngineConfig) config = config_of (site, NULL);
    g_assert_cmpint (config->scales[0].current_step_ma, ==, cases[i].current_ma);
    g_assert_cmpint (config->station_steps_ma[0], ==, cases[i].station_ma);
  }
  /* Every profile that comes with Busbar, with a fine and with a coarse site. */
  GPtrArray *all = bb_catalogue_get_all (bb_catalogue_get_default ());
  g_assert_cmpuint (all->len, >, 20);
  for (guint i = 0; i < all->len; i++) {
    const BbProfile *profile = g_ptr_array_index (all, i);
    const BbInterface *first = g_ptr_array_index (profile->interfaces, 0);
    gboolean is_meter = profile->kind == BB_PROFILE_METER;
    g_autofree gchar *text = g_strdup_printf (",\"profile\":\"%s\"", profile->id);
    g_autofree gchar *coarse = g_strdup_printf ("%s,\"current_step_a\":5", text);
    g_autoptr (BbSite) site = site_with (is_meter ? text : "", is_meter ? "" : text);
    g_autoptr (BbEngineConfig) config = config_of (site, NULL);
    g_assert_cmpint (is_meter ? config->scales[0].current_step_ma : config->station_steps_ma[0], ==,
                     MAX (first->current_step_ma, 1));
    if (!is_meter)
      continue;
    g_autoptr (BbSite) second = site_with (coarse, "");
    g_autoptr (BbEngineConfig) wide = config_of (second, NULL);
    g_assert_cmpint (wide->scales[0].current_step_ma, ==, 5000);
  }
}

/* Parents before children, whatever the order of the file; tables lead back. */
static void
test_order (void)
{
  g_autoptr (BbSite) site = kit_site (
      "'circuits':[{'id':'leaf','parent':'mid','stations_only':true},{'id':'top','meter':'m'},"
      "{'id':'mid','parent':'top','stations_only':true,'phases':[1,2]}],'meters':[{'id':'m'}],"
      "'groups':[{'id':'g','circuit':'mid'}],'stations':[{'group':'g','circuit':'leaf'},{'group':'g'}]");
  g_autoptr (BbEngineConfig) config = config_of (site, NULL);

  for (guint i = 0; i < 3; i++) {
    g_assert_cmpint (config->circuits[i].parent, <, (gint) i);
    g_assert_cmpuint (config->circuit_index[config->circuit_position[i]], ==, i);
    g_assert_cmpstr (config->circuit_ids[i], ==,
                     bb_circuit_peek (bb_site_circuit (site, config->circuit_position[i]))->id);
    g_assert_cmpint (bb_engine_config_find (config, BB_TABLE_CIRCUITS, config->circuit_ids[i]), ==, (gint) i);
  }
  g_assert_cmpint (bb_engine_config_find (config, BB_TABLE_CIRCUITS, "nobody"), ==, -1);
  g_assert_cmpint (bb_engine_config_find (config, BB_TABLE_STATIONS, "station-2"), ==, 1);
  /* phases come from above, a station's circuit from its group, its phases from its circuit */
  g_assert_cmpint (config->circuits[config->circuit_index[0]].phases, ==, 3);
  g_assert_cmpint (config->stations[1].circuit, ==, (gint) config->circuit_index[2]);
  g_assert_cmpint (config->stations[0].n_phases, ==, 2);
  g_assert_cmpuint (config->stations[0].included, ==, 1);
}

static void
test_included (void)
{
  g_autoptr (BbSite) site
      = kit_site ("'circuits':[{'id':'a','meter':'m0'},{'id':'b','parent':'a','meter':'m1'}],'meters':[{'id':"
                  "'m0'},{'id':'m1'}],"
                  "'groups':[{'id':'in','circuit':'b'},{'id':'out','circuit':'b','chargers_included':false}],"
                  "'stations':[{'group':'in'},{'group':'out'},{'group':'out','included_in':['m1']},{'circuit'"
                  ":'a'},{'group':'in','circuit':'b'}]");
  g_autoptr (BbEngineConfig) config = config_of (site, NULL);
  static const guint64 expected[] = { 3, 0, 2, 1, 3 };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpuint (config->stations[i].included, ==, expected[i]);
}

/* The number of a serial: FNV-1a's published value for "foobar"; unique; independent of the position. */
static void
test_serials (void)
{
  g_autoptr (BbSite) site = kit_site (
      "'stations':[{'serial':'foobar'},{'id':'x'},{'id':'y','serial':'twin'},{'id':'z','serial':'twin'}]");
  g_autoptr (BbSite) turned
      = kit_site ("'stations':[{'id':'y','serial':'twin'},{'id':'x'},{'serial':'foobar'}]");
  g_autoptr (BbEngineConfig) a = config_of (site, NULL);
  g_autoptr (BbEngineConfig) b = config_of (turned, NULL);

  g_assert_cmpuint (a->stations[0].serial, ==, G_GUINT64_CONSTANT (0x85944171f73967e8));
  g_assert_cmpuint (a->stations[0].serial, ==, b->stations[2].serial);
  g_assert_cmpuint (a->stations[1].serial, ==, b->stations[1].serial);
  g_assert_cmpuint (a->stations[2].serial, ==, b->stations[0].serial);
  g_assert_cmpuint (a->stations[2].serial, !=, a->stations[3].serial);
}

/* 25 A board, others up to 15 A, nothing stated: offline 10 A; two groups share it. */
static void
test_offline (void)
{
  g_autoptr (BbSite) one
      = kit_site ("'main_fuse_a':25,'other_load_a':15,'online_a':25,'stations':[{'failsafe_a':6}]");
  g_autoptr (BbSite) two
      = kit_site ("'main_fuse_a':25,'other_load_a':15,'groups':[{'id':'a'},{'id':'b'},{'id':'empty'}],"
                  "'stations':[{'group':'a'},{'group':'b'}]");
  g_autoptr (BbSite) stated
      = kit_site ("'main_fuse_a':25,'other_load_a':15,'groups':[{'id':'a','offline_a':7},{'id':'b'}],"
                  "'stations':[{'group':'a'},{'group':'b'}]");
  g_autoptr (BbEngineConfig) of_one = config_of (one, NULL);
  g_autoptr (BbEngineConfig) of_two = config_of (two, NULL);
  g_autoptr (BbEngineConfig) of_stated = config_of (stated, NULL);

  g_assert_cmpint (of_one->groups[0].offline_ma, ==, 10000);
  g_assert_cmpint (of_one->groups[0].online_ma, ==, 25000);
  g_assert_cmpint (of_two->groups[0].offline_ma, ==, 5000);
  g_assert_cmpint (of_two->groups[1].offline_ma, ==, 5000);
  g_assert_cmpint (of_two->groups[2].offline_ma, ==, BBE_NO_LIMIT);
  g_assert_cmpint (of_stated->groups[0].offline_ma, ==, 7000);
  g_assert_cmpint (of_stated->groups[1].offline_ma, ==, 3000);
}

/* A-07 and T-05: what a group says of its supply holds where it is measured, and at the connection. */
static void
test_supply (void)
{
  g_autoptr (BbSite) site = kit_site (
      "'circuits':[{'id':'top','rating_a':100,'meter':'m0'},{'id':'mid','parent':'top','meter':'m1'},{'id':'"
      "low','parent':'mid'}],"
      "'meters':[{'id':'m0'},{'id':'m1'}],'groups':[{'id':'a','circuit':'low','supply_max_a':20,'household_a'"
      ":80,'working_a':10,'min_a':8,"
      "'use_peak':true,'initial_peak_kw':12.5},{'id':'b','circuit':'low','supply_max_a':18,'measurement_"
      "device':'m0'}],"
      "'stations':[{'group':'a','max_a':32},{'group':'a','max_a':9,'min_a':7,'cable_a':13,'min_3p_a':9}]");
  g_autoptr (BbEngineConfig) config = config_of (site, NULL);

  g_assert_cmpint (config->circuits[0].supply_max_ma, ==, 18000);
  g_assert_cmpint (config->circuits[1].supply_max_ma, ==, 20000);
  g_assert_cmpint (config->circuits[2].supply_max_ma, ==, 0);
  g_assert_cmpint (config->circuits[1].peak.window_min, ==, 15);
  g_assert_cmpint (config->circuits[1].peak.initial_w, ==, 12500);
  g_assert_cmpint (config->stations[0].max_ma, ==, 10000);
  g_assert_cmpint (config->stations[0].min_1p_ma, ==, 8000);
  g_assert_cmpint (config->stations[1].max_ma, ==, 9000);
  g_assert_cmpint (config->stations[1].min_1p_ma, ==, 8000);
  g_assert_cmpint (config->stations[1].min_3p_ma, ==, 9000);
}

static void
test_options (void)
{
  const BbEngineOptions options = { FALSE, TRUE, TRUE, BBE_QUEUE };
  g_autofree gchar *path = kit_fixture ("garage.busbar");
  g_autoptr (BbSite) site = bb_site_load (path, NULL);
  g_autoptr (BbEngineConfig) config = config_of (site, &options);
  const bbe_group_config *g = &config->groups[1];

  g_assert_true (config->config.simulation);
  g_assert_cmpint (config->stations[0].min_1p_ma, ==, 0);
  g_assert_cmpint (config->stations[0].reaction_ms, ==, 0);
  g_assert_cmpint (g->balancer, ==, BBE_QUEUE);
  g_assert_cmpint (g->hold_up_ms + g->slope_ma_per_s + g->min_on_ms + g->min_off_ms + g->switch_hold_ms, ==,
                   0);
  g_assert_cmpint (g->random_delay_max_ms + g->solar_start_delay_ms + g->solar_stop_delay_ms, ==, 0);
  g_assert_cmpint (g->turn_ms, ==, 900000);
}

static void
test_errors (void)
{
  static const struct {
    const gchar *members, *start;
  } rows[] = {
    { "'circuits':[{'id':'a','parent':'b'},{'id':'b','parent':'a'}]", "/circuits/0/parent: " },
    { "'circuits':[{'id':'a','parent':'x'}]", "/circuits/0/parent: " },
    { "'circuits':[{'id':'a','meter':'x'}]", "/circuits/0/meter: " },
    { "'groups':[{'id':'g','circuit':'x'}]", "/groups/0/circuit: " },
    { "'circuits':[],'groups':[{'id':'g'}]", "/groups/0/circuit: " },
    { "'stations':[{'group':'x'}]", "/stations/0/group: " },
    { "'groups':[],'stations':[{}]", "/stations/0/circuit: " },
    { "'stations':[{'included_in':['x']}]", "/stations/0/included_in: " },
    { "'reduced':{'other_meter':'x'}", "/reduced/other_meter: " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BbSite) site = kit_site (rows[i].members);
    g_autoptr (GError) error = NULL;

    g_assert_null (bb_engine_config_new (site, NULL, &error));
    g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_CHECK);
    g_test_message ("%s", error->message);
    g_assert_true (g_str_has_prefix (error->message, rows[i].start));
  }
}

/* Each status of bbe_init() becomes a pointer into the file and a sentence of its own. */
static void
test_faults (void)
{
  g_autoptr (BbSite) site = kit_site ("'circuits':[{'id':'b','parent':'a'},{'id':'a'}]");
  g_autoptr (BbEngineConfig) config = config_of (site, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const bbe_fault faults[] = {
    { BBE_TOO_MANY, "stations", "", 9, -1, "rule" },
    { BBE_BAD_REFERENCE, "groups", "circuit", 1, -1, "rule" },
    { BBE_BAD_VALUE, "circuits", "rating_ma", 0, 1, "rule" },
    { BBE_CONTRADICTION, "stations", "n_phases", 3, -1, "rule" },
    { BBE_OFFLINE_SUM, "circuits", "rating_ma", 1, 0, "rule" },
    { BBE_FAILSAFE_SUM, "groups", "offline_ma", 0, 2, "rule" },
    { BBE_NEEDS_SIGNED_METER, "groups", "mode", 0, -1, "rule" },
    { BBE_BAD_STATE, "", "nominal_mv", 0, -1, "rule" },
  };
  static const gchar *const starts[] = { "/stations: rule. ",
                                         "/groups/1/circuit: rule. ",
                                         "/circuits/1/rating_a L2: rule. ",
                                         "/stations/3/phases: rule. ",
                                         "/circuits/0/rating_a L1: rule. ",
                                         "/groups/0/offline_a L3: rule. ",
                                         "/groups/0/mode: rule. ",
                                         "/nominal_v: rule. " };

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autoptr (GError) error = NULL;

    bb_engine_config_set_error (config, &faults[i], &error);
    g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_CHECK);
    if (!g_str_has_prefix (error->message, starts[i]))
      g_test_fail_printf ("%s does not start with %s", error->message, starts[i]);
    g_assert_true (g_hash_table_add (seen, g_strdup (error->message + strlen (starts[i]))));
  }
}

/* ---- step inputs ---- */

static void
test_scale (void)
{
  static const struct {
    gint32 value;
    gint step;
    gint32 rounded;
  } rows[] = { { 1234, 0, 1234 },    { 1234, 1, 1234 },
               { 1234, 10, 1230 },   { 1235, 10, 1240 },
               { -1235, 10, -1240 }, { -1234, 10, -1230 },
               { 499, 1000, 0 },     { 500, 1000, 1000 },
               { 5, 3, 6 },          { -G_MAXINT32, 7, -2147483646 } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (bb_scale_round (rows[i].value, rows[i].step), ==, rows[i].rounded);
  g_assert_cmpint (bb_scale_counts (1234, 10), ==, 12340);
  g_assert_cmpint (bb_scale_counts (-5, 0), ==, -5);
  g_assert_cmpint (bb_scale_counts (G_MAXINT64, 10), ==, G_MAXINT32);
  g_assert_cmpint (bb_scale_counts (G_MININT64, 10), ==, -G_MAXINT32);
}

/* What the simulator rounds and what a device counts become the same input. */
static void
test_meter (void)
{
  g_autoptr (BbSite) site
      = kit_site ("'meters':[{'id':'m','current_step_a':0.01,'voltage_step_v':0.1,'power_step_w':5}]");
  g_autoptr (BbEngineConfig) config = config_of (site, NULL);
  g_autoptr (BbStepInputs) simulated = bb_step_inputs_new (config);
  g_autoptr (BbStepInputs) counted = bb_step_inputs_new (config);
  const gint32 current_ma[] = { 12344, -6006, 0 }, voltage_mv[] = { 230049, 229950, 0 };
  const gint64 current[] = { 1234, -601, 0 }, voltage[] = { 2300, 2300, 0 };

  g_assert_false (simulated->meters[0].valid);
  bb_step_inputs_set_meter (simulated, 0, current_ma, voltage_mv, 1452, TRUE, 77);
  bb_step_inputs_set_meter_counts (counted, 0, current, voltage, 290, TRUE, 77);
  g_assert_cmpint (simulated->meters[0].current_ma[0], ==, 12340);
  g_assert_cmpint (simulated->meters[0].current_ma[1], ==, -6010);
  g_assert_cmpint (simulated->meters[0].voltage_mv[0], ==, 230000);
  g_assert_cmpint (simulated->meters[0].power_w, ==, 1450);
  for (gint p = 0; p < 3; p++) {
    g_assert_cmpint (simulated->meters[0].current_ma[p], ==, counted->meters[0].current_ma[p]);
    g_assert_cmpint (simulated->meters[0].voltage_mv[p], ==, counted->meters[0].voltage_mv[p]);
  }
  g_assert_cmpint (simulated->meters[0].power_w, ==, counted->meters[0].power_w);
  g_assert_true (simulated->meters[0].valid && simulated->meters[0].power_valid);
  g_assert_cmpint (simulated->meters[0].taken_ms, ==, 77);
  bb_step_inputs_clear_meter (simulated, 0);
  g_assert_false (simulated->meters[0].valid);
}

static void
test_station_inputs (void)
{
  g_autoptr (BbSite) site = kit_site ("'stations':[{},{}],'signals':[{'id':'s'}]");
  g_autoptr (BbEngineConfig) config = config_of (site, NULL);
  g_autoptr (BbStepInputs) in = bb_step_inputs_new (config);
  const gint32 measured[] = { 1, 2, 3 };

  g_assert_true (in->inputs.stations == in->stations && in->inputs.meters == in->meters
                 && in->inputs.signals == in->signals);
  g_assert_true (in->stations[1].authorised && !in->stations[1].answers && in->stations[1].wanted_wh == -1);
  bb_step_inputs_set_station (in, 1, BBE_VEHICLE_C, 3, measured);
  g_assert_true (in->stations[1].answers && in->stations[1].measured_valid && !in->stations[0].answers);
  g_assert_cmpint (in->stations[1].measured_ma[2], ==, 3);
  bb_step_inputs_set_station (in, 1, BBE_VEHICLE_B, 1, NULL);
  g_assert_true (!in->stations[1].measured_valid && in->stations[1].measured_ma[2] == 0
                 && in->stations[1].phases_now == 1);
  bb_step_inputs_set_station_lost (in, 1);
  g_assert_false (in->stations[1].answers);
  bb_step_inputs_set_authorised (in, 1, FALSE);
  g_assert_false (in->stations[1].authorised);
  bb_step_inputs_set_wish (in, 1, 5000, 99);
  g_assert_true (in->stations[1].wanted_wh == 5000 && in->stations[1].departure_ms == 99);
  bb_step_inputs_set_override (in, 0, BBE_OVERRIDE_CAP, 8000, 60000);
  g_assert_true (in->stations[0].override == BBE_OVERRIDE_CAP && in->stations[0].override_ma == 8000
                 && in->stations[0].override_until_ms == 60000);
  bb_step_inputs_set_signal (in, 0, TRUE, BBE_SIGNAL_LOCKED);
  bb_step_inputs_set_signal (in, 0, FALSE, BBE_SIGNAL_NORMAL);
  g_assert_true (!in->signals[0].valid && in->signals[0].state == BBE_SIGNAL_LOCKED);
  bb_step_inputs_set_battery (in, -500);
  bb_step_inputs_set_time (in, 1, 2, 3, 2);
  g_assert_true (in->inputs.mono_ms == 1 && in->inputs.wall_ms == 2 && in->inputs.zone_offset_s == 3
                 && in->inputs.wall_valid == true && in->inputs.battery_w == -500);
}

static void
test_reductions (void)
{
  g_autoptr (BbSite) site = kit_site ("'stations':[{}]");
  g_autoptr (BbEngineConfig) config = config_of (site, NULL);
  g_autoptr (BbStepInputs) in = bb_step_inputs_new (config);

  for (gint i = 0; i < BBE_MAX_REDUCTIONS; i++) {
    const bbe_reduction_in reduction = { BBE_REDUCE_STATIONS, 0, 1000, BBE_NO_LIMIT, 100 + i };

    g_assert_true (bb_step_inputs_add_reduction (in, &reduction, 0));
  }
  g_assert_false (
      bb_step_inputs_add_reduction (in, &(bbe_reduction_in){ BBE_REDUCE_GROUP, 0, 1, 1, 999 }, 99));
  g_assert_true (
      bb_step_inputs_add_reduction (in, &(bbe_reduction_in){ BBE_REDUCE_GROUP, 0, 1, 1, 999 }, 100));
  g_assert_cmpint (in->inputs.reductions[0].until_ms, ==, 999);
  g_assert_cmpint (in->inputs.reductions[1].until_ms, ==, 101);
  bb_step_inputs_clear_reductions (in);
  g_assert_cmpint (in->inputs.reductions[0].scope, ==, BBE_REDUCE_NOTHING);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine-config/every-setting", test_every_setting);
  g_test_add_func ("/engine-config/order", test_order);
  g_test_add_func ("/engine-config/included", test_included);
  g_test_add_func ("/engine-config/serials", test_serials);
  g_test_add_func ("/engine-config/A-08/offline", test_offline);
  g_test_add_func ("/engine-config/A-07/T-05/supply", test_supply);
  g_test_add_func ("/engine-config/options", test_options);
  g_test_add_func ("/engine-config/errors", test_errors);
  g_test_add_func ("/engine-config/faults", test_faults);
  g_test_add_func ("/step-inputs/scale", test_scale);
  g_test_add_func ("/step-inputs/meter", test_meter);
  g_test_add_func ("/engine-config/profile-steps", test_profile_steps);
  g_test_add_func ("/step-inputs/station", test_station_inputs);
  g_test_add_func ("/step-inputs/C-13/reductions", test_reductions);
  return g_test_run ();
}
