/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-profile.c: what a loaded profile holds: every key, defaults, units; which point applies; names. */
#include "kit.h"

#include "base/guard.h"
#include "profiles/unit.h"

static BbProfile *
load_fixture (const char *name)
{
  g_autofree char *path = kit_fixture_path (name);
  g_autoptr (GError) error = NULL;
  BbProfile *profile = bb_profile_load (path, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (profile->path, ==, path);
  return profile;
}

/* ---- every key; these files open for ever ---- */

static void
test_head (void)
{
  g_autoptr (BbProfile) p = load_fixture ("profile-every-key.json");
  const BbSetupStep *step = g_ptr_array_index (p->setup, 1);

  g_assert_cmpstr (p->id, ==, "profile-every-key");
  g_assert_cmpint (p->kind, ==, BB_PROFILE_STATION);
  g_assert_cmpstr (p->vendor, ==, "Example");
  g_assert_cmpstr (p->name, ==, "Every Key");
  g_assert_cmpuint (g_strv_length (p->models), ==, 2);
  g_assert_cmpstr (p->revision, ==, "map 1.0");
  g_assert_true (p->experimental);
  g_assert_cmpstr (p->sources[0], ==, "A document");
  g_assert_cmpstr (p->notes[0], ==, "A note");
  g_assert_cmpuint (p->setup->len, ==, 3);
  g_assert_cmpstr (step->kind, ==, "manual");
  g_assert_cmpstr (step->text, ==, "Set DIP switch 10 to off.");
  g_assert_cmpuint (p->n_phases, ==, 3);
  g_assert_cmpint (p->reaction_ms, ==, 2000);
  g_assert_null (p->refuse);
  /* The weakest: the file says field code, its interface vendor document. */
  g_assert_cmpint (p->evidence, ==, BB_EVIDENCE_FIELD_CODE);
  g_assert_cmpint (kit_interface (p, 0)->evidence, ==, BB_EVIDENCE_VENDOR);
  g_assert_cmpint (kit_interface (p, 1)->evidence, ==, BB_EVIDENCE_FIELD_CODE);
}

static void
test_link (void)
{
  g_autoptr (BbProfile) p = load_fixture ("profile-every-key.json");
  const BbInterface *i = kit_interface (p, 0);

  g_assert_cmpuint (i->connections, ==, 1u << BB_CONNECTION_MODBUS_TCP | 1u << BB_CONNECTION_MODBUS_RTU);
  g_assert_cmpuint (i->port, ==, 1502);
  g_assert_cmpuint (i->unit, ==, 255);
  g_assert_true (i->unit_any);
  g_assert_cmpuint (i->bauds->len, ==, 2);
  g_assert_cmpuint (g_array_index (i->bauds, guint, 0), ==, 19200);
  g_assert_cmpstr (i->parity, ==, "even");
  g_assert_cmpuint (i->stop_bits, ==, 2);
  g_assert_cmpuint (i->timeout_ms, ==, 2000);
  g_assert_cmpuint (i->connect_delay_ms, ==, 100);
  g_assert_cmpuint (i->request_gap_ms, ==, 5);
  g_assert_cmpuint (i->idle_close_s, ==, 30);
  g_assert_cmpuint (i->max_clients, ==, 1);
  g_assert_cmpuint (i->max_read, ==, 40);
  g_assert_true (i->gaps_readable && i->read_single);
  g_assert_cmpuint (i->poll_fast_ms, ==, 500);
  g_assert_cmpuint (i->poll_slow_ms, ==, 60000);
  g_assert_cmpuint (i->connector_port_step, ==, 1);
  g_assert_cmpuint (i->write_fc, ==, 16);
  g_assert_true (i->sunspec);
  g_assert_cmpuint (i->sunspec_models->len, ==, 2);
  g_assert_true (i->has_phase_currents && !i->is_signed);
  g_assert_cmpint (i->current_step_ma, ==, 100);
  g_assert_cmpint (i->voltage_step_mv, ==, 1000);
  g_assert_cmpint (i->power_step_w, ==, 10);
}

static void
test_probes (void)
{
  g_autoptr (BbProfile) p = load_fixture ("profile-every-key.json");
  const BbProbe *any = g_ptr_array_index (kit_interface (p, 0)->probes, 0);
  const BbProbe *tq = g_ptr_array_index (kit_interface (p, 0)->probes, 1);
  const BbProbe *http = g_ptr_array_index (kit_interface (p, 2)->probes, 0);

  g_assert_null (any->variant);
  g_assert_cmpuint (any->n_reads, ==, 1);
  g_assert_cmpint (any->reads[0].area, ==, BB_AREA_HOLDING);
  g_assert_cmpuint (any->reads[0].address, ==, 0x1000);
  g_assert_cmpuint (any->reads[0].n_words, ==, 2);
  g_assert_cmpint (any->reads[0].min, ==, 1);
  g_assert_cmpint (any->reads[0].max, ==, 16);
  g_assert_cmpstr (tq->variant, ==, "tq");
  g_assert_cmpuint (tq->n_reads, ==, 2);
  /* The defaults' area; it only has to answer. */
  g_assert_cmpint (tq->reads[0].area, ==, BB_AREA_INPUT);
  g_assert_cmpuint (tq->reads[0].n_words, ==, 1);
  g_assert_cmpint (tq->reads[0].min, ==, 0);
  g_assert_cmpint (tq->reads[0].max, ==, G_MAXINT64);
  g_assert_cmpuint (http->reads[0].request, ==, 1);
  g_assert_cmpstr (http->reads[0].path, ==, "/a");
}

static void
test_points_read (void)
{
  g_autoptr (BbProfile) p = load_fixture ("profile-every-key.json");
  const BbInterface *i = kit_interface (p, 0);
  const BbPoint *serial = kit_point (i, "serial", 0), *error = kit_point (i, "error", 0);
  const BbPoint *state = kit_point (i, "state", 0), *power = kit_point (i, "power.l1", 0);
  const BbPoint *first = kit_point (i, "current.l1", 0), *second = kit_point (i, "current.l1", 1);

  g_assert_cmpint (serial->area, ==, BB_AREA_HOLDING);
  g_assert_cmpuint (serial->address, ==, 0x4000);
  g_assert_cmpint (serial->type, ==, BB_TYPE_BYTES);
  g_assert_cmpuint (serial->n_words, ==, 4);
  g_assert_cmpstr (serial->format, ==, "abb-serial");
  g_assert_cmpint (serial->schedule, ==, BB_SCHEDULE_INIT);
  g_assert_cmpuint (serial->n_invalid, ==, 0);
  g_assert_cmpint (error->type, ==, BB_TYPE_BITS);
  g_assert_true (error->low_byte_first && error->low_word_first);
  g_assert_cmpuint (state->shift, ==, 8);
  g_assert_cmpuint (state->mask, ==, 0x7f);
  g_assert_cmpint (state->area, ==, BB_AREA_INPUT);
  g_assert_cmpuint (state->n_invalid, ==, 2);
  g_assert_cmpstr (kit_point (i, "state.2", 0)->when, ==, "firmware >= 1.8 && readable(104)");
  /* Of the defaults' two patterns 16 bits have one. */
  g_assert_cmpuint (kit_point (i, "state.2", 0)->n_invalid, ==, 1);
  g_assert_cmpint (kit_point (i, "state.2", 0)->invalid[0], ==, 0xffff);
  g_assert_cmpint (first->scale_address, ==, 6);
  g_assert_cmpuint (first->models->len, ==, 2);
  g_assert_cmpint (first->invalid[0], ==, 0x8000);
  g_assert_cmpint (first->sign_from, ==, BB_ROLE_POWER_L1);
  g_assert_cmpint (second->scale_address, ==, -1);
  g_assert_null (second->models);
  g_assert_cmpint (second->invalid_from, ==, 0x7fff0000);
  g_assert_cmpint (second->type, ==, BB_TYPE_U32);
  g_assert_true (power->export_positive);
  g_assert_cmpint (power->minus, ==, BB_ROLE_POWER_EXPORT_L1);
  g_assert_true (kit_point (i, "energy.session", 0)->saturates);
  g_assert_cmpint (kit_point (i, "energy.session", 0)->schedule, ==, BB_SCHEDULE_SLOW);
}

static void
test_points_write (void)
{
  g_autoptr (BbProfile) p = load_fixture ("profile-every-key.json");
  const BbInterface *i = kit_interface (p, 0);
  const BbPoint *set = kit_point (i, "limit.set", 0), *enable = kit_point (i, "enable", 0);
  const BbPoint *timeout = kit_point (i, "failsafe.timeout", 0);

  g_assert_cmpint (set->access, ==, BB_ACCESS_WRITE);
  g_assert_cmpint (set->min, ==, 0);
  g_assert_cmpint (set->max, ==, 32000);
  g_assert_true (set->has_power_on && set->power_on == 320);
  g_assert_cmpint (set->verify, ==, BB_ROLE_LIMIT_SET);
  g_assert_cmpuint (set->write_fc, ==, 16);
  g_assert_true (set->low_word_first && set->write_high_word_first);
  g_assert_cmpint (kit_point (i, "limit.set", 1)->max, ==, G_MAXINT64);
  g_assert_cmpint (timeout->write_on, ==, BB_WRITE_ONCE);
  g_assert_true (timeout->is_time);
  g_assert_cmpint (enable->area, ==, BB_AREA_COIL);
  g_assert_cmpint (enable->type, ==, BB_TYPE_U16);
  g_assert_cmpint (enable->on_value, ==, 0);
  g_assert_cmpint (enable->off_value, ==, 1);
  g_assert_cmpint (enable->write_on, ==, BB_WRITE_ALWAYS);
  g_assert_cmpint (set->off_value, ==, -1);
  g_assert_cmpint (set->on_value, ==, 1);
}

static void
test_rules (void)
{
  g_autoptr (BbProfile) p = load_fixture ("profile-every-key.json");
  const BbInterface *i = kit_interface (p, 0);
  const BbStateRule *state = g_ptr_array_index (i->states, 0);
  const BbErrorRule *error = g_ptr_array_index (i->errors, 0);
  const BbVerify *verify = g_ptr_array_index (i->verifies, 0);
  const BbWatchdog *life = g_ptr_array_index (i->watchdogs, 0),
                   *rewrite = g_ptr_array_index (i->watchdogs, 1);

  g_assert_cmpuint (state->vehicle, ==, 2);
  g_assert_cmpuint (state->status, ==, 1);
  g_assert_cmpstr (state->reason, ==, "waits for the car");
  g_assert_true (error->fault);
  g_assert_cmpstr (error->text, ==, "PE and N are swapped.");
  g_assert_true (!i->control.in_watts && i->control.needs_enable);
  g_assert_cmpint (i->control.step_ma, ==, 100);
  g_assert_cmpint (i->control.min_on_ma, ==, 6000);
  g_assert_cmpint (i->control.off_ma, ==, 0);
  g_assert_cmpint (i->control.settle_ms, ==, 8000);
  g_assert_cmpint (i->control.min_interval_ms, ==, 2000);
  g_assert_cmpint (i->control.phase_codes[1], ==, 0);
  g_assert_cmpint (i->control.phase_codes[2], ==, 2);
  g_assert_cmpint (i->control.phase_codes[3], ==, 1);
  g_assert_cmpint (life->kind, ==, BB_WATCHDOG_LIFE_BIT);
  g_assert_cmpint (life->role, ==, BB_ROLE_ENABLE);
  g_assert_cmpint (life->value, ==, 1);
  g_assert_cmpint (life->period_ms, ==, 3000);
  g_assert_cmpint (life->timeout_ms, ==, 10000);
  g_assert_cmpint (i->watchdog.kind, ==, BB_WATCHDOG_LIFE_BIT);
  g_assert_cmpint (rewrite->role, ==, BB_ROLE_FAILSAFE_TIMEOUT);
  g_assert_true (verify->error);
  g_assert_cmpint (verify->role, ==, BB_ROLE_FAILSAFE_TIMEOUT);
  g_assert_cmpstr (verify->expect, ==, "<= 120");
  g_assert_cmpstr (verify->when, ==, "firmware >= 2");
}

static void
test_ocpp (void)
{
  g_autoptr (BbProfile) p = load_fixture ("profile-every-key.json");
  const BbInterface *i = kit_interface (p, 1);
  const BbOcppProfile *o = i->ocpp;

  g_assert_cmpstr (o->match_vendor, ==, "^Ex");
  g_assert_cmpstr (o->match_model, ==, "EK");
  g_assert_cmpint (o->stack_live, ==, 2);
  g_assert_cmpint (o->stack_safe, ==, 1);
  g_assert_true (o->rate_watts && o->no_phases && !o->is_meter);
  g_assert_cmpstr (o->purpose, ==, "TxProfile");
  g_assert_cmpstr (o->kind, ==, "Relative");
  g_assert_cmpstr (o->measurands[1], ==, "Voltage");
  g_assert_cmpuint (o->sample_interval_min_s, ==, 10);
  g_assert_cmpuint (o->boot_interval_s, ==, 3);
  g_assert_cmpuint (o->keys_per_get, ==, 3);
  g_assert_cmpstr (o->skip[0], ==, "ChangeAvailability");
  g_assert_cmpuint (o->connect_timeout_s, ==, 900);
  g_assert_cmpint (i->watchdog.kind, ==, BB_WATCHDOG_OCPP);
  g_assert_cmpstr (kit_point (i, "current.l1", 0)->path, ==, "Current.Import");
  g_assert_cmpstr (kit_point (i, "current.l1", 0)->ocpp_phase, ==, "L1");
  /* Without a unit: what a message without unit means. */
  g_assert_cmpfloat (kit_point (i, "current.l1", 0)->scale, ==, 1000);
}

static void
test_http_cloud (void)
{
  g_autoptr (BbProfile) p = load_fixture ("profile-every-key.json");
  const BbInterface *http = kit_interface (p, 2), *cloud = kit_interface (p, 3);

  g_assert_cmpuint (http->port, ==, 80);
  g_assert_cmpstr (http->requests[1], ==, "/meter");
  g_assert_cmpstr (http->auth, ==, "digest");
  g_assert_true (kit_point (http, "current.l1", 0)->derived);
  g_assert_cmpstr (kit_point (http, "voltage.l1", 0)->valid_path, ==, "/ok");
  g_assert_cmpuint (kit_point (http, "power.l1", 0)->request, ==, 1);
  g_assert_cmpstr (kit_point (http, "power.l1", 0)->plus_paths[1], ==, "/c");
  g_assert_cmpint (kit_point (http, "power.l1", 0)->type, ==, BB_TYPE_F32);
  g_assert_true (kit_point (http, "power.l1", 0)->nan_invalid);
  g_assert_cmpstr (cloud->host, ==, "https://cloud.example");
  g_assert_cmpuint (cloud->port, ==, 443);
  g_assert_cmpint (cloud->watchdog.kind, ==, BB_WATCHDOG_NONE);
}

static void
test_meter (void)
{
  g_autoptr (BbProfile) p = load_fixture ("profile-every-key-meter.json");
  const BbInterface *p1 = kit_interface (p, 0);

  g_assert_cmpint (p->kind, ==, BB_PROFILE_METER);
  g_assert_cmpint (p->range_ma, ==, 62500);
  g_assert_cmpstr (p->refuse, ==, "It tells the total power only.");
  g_assert_false (p1->has_phase_currents);
  g_assert_cmpfloat (kit_point (p1, "power", 0)->scale, ==, 1e6);
  g_assert_cmpint (kit_point (p1, "power", 0)->minus, ==, BB_ROLE_POWER_EXPORT);
  g_assert_true (kit_point (p1, "energy.import", 0)->wraps);
  g_assert_true (kit_interface (p, 1)->ocpp->is_meter);
  g_assert_cmpint (kit_interface (p, 1)->watchdog.kind, ==, BB_WATCHDOG_NONE);
}

static void
test_mqtt (void)
{
  g_autoptr (BbProfile) p = load_fixture ("profile-every-key-meter.json");
  const BbInterface *mqtt = kit_interface (p, 2);
  const BbProbe *probe = g_ptr_array_index (mqtt->probes, 0);

  g_assert_true (bb_profile_find_interface (p, BB_CONNECTION_MQTT) == mqtt);
  g_assert_cmpuint (mqtt->port, ==, 1883);
  g_assert_cmpstr (mqtt->requests[1], ==, "status/b:0");
  g_assert_cmpstr (probe->reads[0].path, ==, "/on");
  g_assert_cmpuint (kit_point (mqtt, "power", 0)->request, ==, 1);
  g_assert_cmpstr (kit_point (mqtt, "power", 0)->plus_paths[0], ==, "/q");
  g_assert_cmpstr (kit_point (mqtt, "power", 0)->valid_path, ==, "/on");
}

static void
test_defaults (void)
{
  g_autoptr (BbProfile) p = kit_parse (kit_station);
  const BbInterface *i = kit_interface (p, 0);

  g_assert_cmpstr (p->id, ==, "kit");
  g_assert_cmpuint (i->timeout_ms, ==, 1500);
  g_assert_cmpuint (i->max_read, ==, 125);
  g_assert_cmpuint (i->poll_fast_ms, ==, 1000);
  g_assert_cmpuint (i->poll_slow_ms, ==, 30000);
  g_assert_cmpuint (i->write_fc, ==, 0);
  g_assert_cmpstr (i->parity, ==, "none");
  g_assert_cmpuint (g_array_index (i->bauds, guint, 0), ==, 9600);
  g_assert_false (i->gaps_readable || i->read_single || i->unit_any || i->sunspec);
  g_assert_true (i->has_phase_currents);
  g_assert_cmpint (i->control.min_on_ma, ==, 6000);
  g_assert_cmpint (i->control.settle_ms, ==, 10000);
  g_assert_cmpint (i->control.phase_codes[1], ==, -1);
  g_assert_cmpint (kit_point (i, "state", 0)->schedule, ==, BB_SCHEDULE_FAST);
  g_assert_cmpint (kit_point (i, "state", 0)->access, ==, BB_ACCESS_READ);
  g_assert_null (i->ocpp);
}

/* ---- units ---- */

static void
test_units (void)
{
  const struct {
    const char *role, *unit;
    double scale, folded; /* one count, in mA, mV, mW, Wh, mHz, ms, permille: exactly */
  } rows[] = {
    { "current.l1", "A", 0.001, 1 },      { "current.l1", "A", 0.01, 10 },
    { "current.l1", "A", 0.1, 100 },      { "current.l1", "A", 1, 1000 },
    { "current.l1", "mA", 1, 1 },         { "current.l1", "mA", 0.1, 0.1 },
    { "voltage.l1", "V", 0.1, 100 },      { "voltage.l1", "mV", 1, 1 },
    { "power", "W", 0.1, 100 },           { "power", "W", 0.01, 10 },
    { "power", "kW", 0.001, 1000 },       { "power", "kW", 1, 1000000 },
    { "energy.import", "Wh", 0.1, 0.1 },  { "energy.import", "kWh", 0.1, 100 },
    { "energy.import", "kWh", 0.001, 1 }, { "frequency", "Hz", 0.01, 10 },
    { "frequency", "mHz", 1, 1 },         { "power.factor.l1", "1", 0.001, 1 },
    { "power.factor.l1", "%", 0.1, 1 },   { "current.l1", "A", 0.0001, 0.1 },
    { "current.l1", "A", 0.003, 3 },      { "current.l1", "A", 0.007, 7 },
    { "current.l1", "A", -0.029, -29 },   { "voltage.l1", "V", 0.057, 57 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    g_autofree char *point
        = g_strdup_printf ("\"role\": \"%s\", \"address\": 6, \"unit\": \"%s\", \"scale\": %s", rows[i].role,
                           rows[i].unit, g_ascii_dtostr (number, sizeof number, rows[i].scale));
    g_autofree char *with
        = g_str_has_prefix (rows[i].role, "current")
              ? kit_replace (kit_meter, "\"role\": \"current.l1\", \"address\": 0, \"unit\": \"A\"", point)
              : kit_replace (kit_meter, "\"role\": \"power\", \"address\": 6, \"unit\": \"W\"", point);
    g_autoptr (BbProfile) profile = kit_parse (with);

    g_test_message ("%s %s %g", rows[i].role, rows[i].unit, rows[i].scale);
    g_assert_true (kit_point (kit_interface (profile, 0), rows[i].role, 0)->scale == rows[i].folded);
  }
}

/* An offset is in the unit too; a limit in W is told in mW; a time in ms. */
static void
test_more_units (void)
{
  g_autoptr (BbProfile) every = load_fixture ("profile-every-key.json");
  g_autofree char *watts
      = kit_replace (kit_cloud, "\"unit\": \"A\"", "\"unit\": \"kW\", \"min\": 1.38, \"max\": 22");
  g_autoptr (BbProfile) cloud = kit_parse (watts);
  const BbPoint *set = kit_point (kit_interface (cloud, 0), "limit.set", 0);

  g_assert_true (kit_point (kit_interface (every, 0), "power.l1", 0)->offset == -10000);
  g_assert_true (kit_point (kit_interface (every, 0), "failsafe.timeout", 0)->scale == 1000);
  g_assert_true (set->scale == 1e6);
  g_assert_cmpint (set->min, ==, 1380000);
  g_assert_cmpint (set->max, ==, 22000000);
  g_assert_false (set->is_time);
}

/* Folding by plain multiplication is not exact: the deliberate defect, which the table above would show. */
static void
test_plain_multiplication (void)
{
  guint n_wrong = 0, n_folded_wrong = 0;

  for (guint n = 1; n < 10000; n++) {
    g_autofree char *in_amperes = g_strdup_printf ("%u.%04u", n / 10000, n % 10000);
    g_autofree char *in_ma = g_strdup_printf ("%u.%u", n / 10, n % 10);
    const double scale = g_ascii_strtod (in_amperes, NULL), meant = g_ascii_strtod (in_ma, NULL);

    n_wrong += scale * 1000 != meant;
    n_folded_wrong += bb_unit_fold (scale, 1000) != meant;
  }
  g_assert_cmpuint (n_folded_wrong, ==, 0);
  g_assert_cmpuint (n_wrong, >, 0);
}

/* ---- which applies ---- */

static void
test_pick (void)
{
  g_autoptr (BbProfile) p = load_fixture ("profile-every-key.json");
  const BbInterface *i = kit_interface (p, 0);
  const BbConditionScope plain = { .variant = NULL }, tq = { .variant = "tq" };

  g_assert_true (bb_interface_pick_point (i, BB_ROLE_CURRENT_L1, &plain) == kit_point (i, "current.l1", 1));
  g_assert_true (bb_interface_pick_point (i, BB_ROLE_CURRENT_L1, &tq) == kit_point (i, "current.l1", 0));
  g_assert_true (bb_interface_find_point (i, BB_ROLE_CURRENT_L1) == kit_point (i, "current.l1", 0));
  g_assert_null (bb_interface_find_point (i, BB_ROLE_HEARTBEAT));
  /* One to write, another to read. */
  g_assert_true (bb_interface_pick_point (i, BB_ROLE_LIMIT_SET, &plain) == kit_point (i, "limit.set", 1));
  g_assert_true (bb_interface_pick_point_for (i, BB_ROLE_LIMIT_SET, BB_ACCESS_WRITE, &plain)
                 == kit_point (i, "limit.set", 0));
  g_assert_true (bb_interface_pick_point_for (i, BB_ROLE_LIMIT_SET, BB_ACCESS_READ, &plain)
                 == kit_point (i, "limit.set", 1));
  g_assert_true (bb_interface_pick_point (kit_interface (p, 3), BB_ROLE_LIMIT_SET, &plain)->access
                 == BB_ACCESS_WRITE);
  g_assert_null (bb_interface_pick_point (i, BB_ROLE_HEARTBEAT, &plain));
  g_assert_cmpint (bb_interface_pick_watchdog (i, &tq)->kind, ==, BB_WATCHDOG_LIFE_BIT);
  g_assert_cmpint (bb_interface_pick_watchdog (i, &plain)->kind, ==, BB_WATCHDOG_REWRITE_TIMEOUT);
  g_assert_cmpint (bb_interface_pick_watchdog (kit_interface (p, 2), &plain)->kind, ==, BB_WATCHDOG_NONE);
  g_assert_true (bb_profile_find_interface (p, BB_CONNECTION_MODBUS_RTU) == i);
  g_assert_true (bb_profile_find_interface (p, BB_CONNECTION_HTTP) == kit_interface (p, 2));
  g_assert_null (bb_profile_find_interface (p, BB_CONNECTION_P1));
}

static void
test_names (void)
{
  for (guint role = BB_ROLE_NONE + 1; role < BB_ROLE_N; role++) {
    g_assert_cmpstr (bb_role_get_name ((BbRole) role), !=, "");
    g_assert_cmpint (bb_role_from_name (bb_role_get_name ((BbRole) role)), ==, role);
  }
  for (guint c = 0; c < BB_CONNECTION_N; c++)
    g_assert_cmpint (bb_connection_from_name (bb_connection_get_name ((BbConnection) c)), ==, c);
  g_assert_cmpint (bb_role_from_name ("nothing"), ==, BB_ROLE_NONE);
  g_assert_cmpint (bb_role_from_name (NULL), ==, BB_ROLE_NONE);
  g_assert_cmpint (bb_connection_from_name ("pigeon"), ==, -1);
  g_assert_cmpstr (bb_role_get_name (BB_ROLE_NONE), ==, "");
  g_assert_cmpstr (bb_evidence_get_name (BB_EVIDENCE_FIELD_CODE), ==, "field-code");
  g_assert_cmpstr (bb_evidence_get_title (BB_EVIDENCE_VENDOR), ==, "vendor document");
  g_assert_cmpstr (bb_evidence_get_title (BB_EVIDENCE_FIELD_CODE), ==, "field code");
  g_assert_cmpstr (bb_evidence_get_title (BB_EVIDENCE_UNVERIFIED), ==, "unverified");
}

/* ---- the published schema has the loader's words ---- */

static void
compare_words (JsonObject *definitions, const char *name, const BbWord *words)
{
  JsonArray *list = json_object_get_array_member (json_object_get_object_member (definitions, name), "enum");

  g_test_message ("%s", name);
  for (guint i = 0; i < json_array_get_length (list); i++, words++)
    g_assert_cmpstr (json_array_get_string_element (list, i), ==, words->name);
  g_assert_null (words->name);
}

static void
test_schema_words (void)
{
  const struct {
    const char *name;
    const BbWord *words;
  } tables[] = { { "evidence", bb_words_evidence },   { "connection", bb_words_connection },
                 { "role", bb_words_role },           { "area", bb_words_area },
                 { "type", bb_words_type },           { "order", bb_words_order },
                 { "access", bb_words_access },       { "write_on", bb_words_write_on },
                 { "schedule", bb_words_schedule },   { "parity", bb_words_parity },
                 { "auth", bb_words_auth },           { "iec", bb_words_iec },
                 { "status", bb_words_status },       { "watchdog", bb_words_watchdog },
                 { "purpose", bb_words_purpose },     { "profile_kind", bb_words_profile_kind },
                 { "measurand", bb_words_measurand }, { "phase", bb_words_phase },
                 { "action", bb_words_action } };
  g_autofree char *path
      = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "schemas", "busbar-profile-1.schema.json", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = bb_json_load_file (path, 1 << 20, &error);
  JsonObject *definitions;

  g_assert_no_error (error);
  definitions = json_object_get_object_member (json_node_get_object (root), "$defs");
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    compare_words (definitions, tables[i].name, tables[i].words);
}

static void
test_missing_file (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (bb_profile_load ("/nonexistent/x.json", &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_NOT_FOUND);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/profiles/every-key/head", test_head);
  g_test_add_func ("/profiles/every-key/link", test_link);
  g_test_add_func ("/profiles/every-key/probes", test_probes);
  g_test_add_func ("/profiles/every-key/points-read", test_points_read);
  g_test_add_func ("/profiles/every-key/points-write", test_points_write);
  g_test_add_func ("/profiles/every-key/rules", test_rules);
  g_test_add_func ("/profiles/every-key/ocpp", test_ocpp);
  g_test_add_func ("/profiles/every-key/http-cloud", test_http_cloud);
  g_test_add_func ("/profiles/every-key/mqtt", test_mqtt);
  g_test_add_func ("/profiles/every-key/meter", test_meter);
  g_test_add_func ("/profiles/defaults", test_defaults);
  g_test_add_func ("/profiles/units/table", test_units);
  g_test_add_func ("/profiles/units/offset-limit-time", test_more_units);
  g_test_add_func ("/profiles/units/plain-multiplication-is-wrong", test_plain_multiplication);
  g_test_add_func ("/profiles/pick", test_pick);
  g_test_add_func ("/profiles/names", test_names);
  g_test_add_func ("/profiles/schema-words", test_schema_words);
  g_test_add_func ("/profiles/missing-file", test_missing_file);
  return g_test_run ();
}
