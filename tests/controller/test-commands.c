/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-commands.c: what people and other systems may tell a running controller, end to end: emulator, real
 * sockets, engine. */
#include <string.h>

#include "model/site-json.h"
#include "rig.h"

#define MONDAY G_GINT64_CONSTANT (1767571200000)
#define DAY_MS G_GINT64_CONSTANT (86400000)
#define NONE   BB_COMMAND_NO_LIMIT

static const gchar text[]
    = "{\"format\":\"busbar-site/1\",\"name\":\"Commands\",\"timezone\":\"Europe/Berlin\","
      "\"circuits\":[{\"id\":\"main\",\"rating_a\":25,\"meter\":\"m\",\"other_load_a\":10},"
      "{\"id\":\"c1\",\"parent\":\"main\",\"rating_a\":25},{\"id\":\"c2\",\"parent\":\"main\",\"rating_a\":"
      "25},"
      "{\"id\":\"c3\",\"parent\":\"main\",\"rating_a\":25},{\"id\":\"c4\",\"parent\":\"main\",\"rating_a\":"
      "25},"
      "{\"id\":\"c5\",\"parent\":\"main\",\"rating_a\":25}],"
      "\"meters\":[{\"id\":\"m\",\"profile\":\"shelly-pro-3em\",\"connection\":\"http\"}],"
      "\"groups\":[{\"id\":\"open\",\"circuit\":\"main\",\"offline_a\":6},"
      "{\"id\":\"cards\",\"circuit\":\"main\",\"offline_a\":6,\"plug_and_play\":false}],"
      "\"signals\":[{\"id\":\"grid\",\"keep_s\":60,\"lost\":\"locked\"}],"
      "\"stations\":[{\"id\":\"a\",\"group\":\"open\",\"max_a\":16,\"failsafe_a\":6,\"power_on_a\":6,"
      "\"profile\":\"abb-terra-ac\",\"connection\":\"modbus-tcp\"},"
      "{\"id\":\"b\",\"group\":\"cards\",\"max_a\":16,\"failsafe_a\":6,\"power_on_a\":6,"
      "\"profile\":\"abb-terra-ac\",\"connection\":\"modbus-tcp\"}]}";

typedef struct {
  BbSite *site;
  BbSimOptions *options;
  Rig *rig;
  const BbCommands *commands;
  /* Of the last decision. */
  bbe_reduction_in reductions[BBE_MAX_REDUCTIONS];
  bbe_station_in told[2];
  bbe_signal_in signal;
  gint32 setpoint_ma[2], share_ma[3], flow_ma[3];
  guint8 code[2];
} Fixture;

static void
observe (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Fixture *f = data;

  memcpy (f->reductions, in->reductions, sizeof f->reductions);
  memcpy (f->told, in->stations, sizeof f->told);
  memcpy (f->flow_ma, in->meters[0].current_ma, sizeof f->flow_ma);
  f->signal = in->signals[0];
  for (guint s = 0; s < 2; s++) {
    f->setpoint_ma[s] = out->stations[s].setpoint_ma;
    f->code[s] = out->stations[s].reason.code;
  }
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->site = bb_site_parse (text, -1, "commands", &error);
  g_assert_no_error (error);
  f->options = bb_sim_options_new (f->site);
  f->options->from_ms = MONDAY;
  f->options->until_ms = MONDAY + DAY_MS;
  f->rig = rig_new (f->options, &(RigOptions){ .fresh = TRUE });
  f->commands = bb_controller_get_commands (f->rig->controller);
  bb_controller_set_observer (f->rig->controller, observe, f);
  rig_second (f->rig);
  /* Not heard yet, it counts as lost: locked. */
  f->commands->set_signal ("grid", BBE_SIGNAL_NORMAL, &error, f->commands->data);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  rig_free (f->rig);
  bb_sim_options_free (f->options);
  g_object_unref (f->site);
}

static void
seconds (Fixture *f, guint n)
{
  for (guint i = 0; i < n; i++)
    rig_second (f->rig);
}

/* UTC ms of so many ms from now, as the controller's clock says. */
static gint64
in_ms (Fixture *f, gint64 ms)
{
  return bb_clock_get_wall_ms (BB_CLOCK (f->rig->clock), NULL) + ms;
}

static guint
n_reductions (const Fixture *f)
{
  guint n = 0;

  for (guint r = 0; r < BBE_MAX_REDUCTIONS; r++)
    n += f->reductions[r].scope != BBE_REDUCE_NOTHING;
  return n;
}

/* Was refused with this code, and a sentence. */
#define REFUSED(call, code)                                                                                  \
  G_STMT_START                                                                                               \
  {                                                                                                          \
    g_autoptr (GError) error = NULL;                                                                         \
    g_assert_false (call);                                                                                   \
    g_assert_error (error, BB_COMMAND_ERROR, code);                                                          \
    g_assert_true (g_str_has_suffix (error->message, "."));                                                  \
  }                                                                                                          \
  G_STMT_END

#define GOOD(call)                                                                                           \
  G_STMT_START                                                                                               \
  {                                                                                                          \
    g_autoptr (GError) error = NULL;                                                                         \
    g_assert_true (call);                                                                                    \
    g_assert_no_error (error);                                                                               \
  }                                                                                                          \
  G_STMT_END

#define SIGNAL(id, state) f->commands->set_signal (id, state, &error, f->commands->data)
#define LOSE(id)          f->commands->lose_signal (id, &error, f->commands->data)
#define REDUCE(scope, id, ma, w, end)                                                                        \
  f->commands->add_reduction (scope, id, ma, w, end, &error, f->commands->data)
#define CLEAR(scope, id)            f->commands->clear_reductions (scope, id, &error, f->commands->data)
#define OVERRIDE(id, kind, ma, end) f->commands->set_override (id, kind, ma, end, &error, f->commands->data)
#define WISH(id, wh, departure)     f->commands->set_wish (id, wh, departure, &error, f->commands->data)
#define AUTHORISE(id, authorised)   f->commands->set_authorised (id, authorised, &error, f->commands->data)

/* ---- what is refused ---- */

static void
test_unknown (Fixture *f, gconstpointer data)
{
  static const gchar *const ids[] = { "nobody", "", "A", NULL };
  gint64 end_ms = in_ms (f, 60000);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    REFUSED (SIGNAL (ids[i], BBE_SIGNAL_NORMAL), BB_COMMAND_ERROR_UNKNOWN);
    REFUSED (LOSE (ids[i]), BB_COMMAND_ERROR_UNKNOWN);
    REFUSED (REDUCE (BBE_REDUCE_GROUP, ids[i], 6000, NONE, end_ms), BB_COMMAND_ERROR_UNKNOWN);
    REFUSED (REDUCE (BBE_REDUCE_CIRCUIT, ids[i], 6000, NONE, end_ms), BB_COMMAND_ERROR_UNKNOWN);
    REFUSED (CLEAR (BBE_REDUCE_CIRCUIT, ids[i]), BB_COMMAND_ERROR_UNKNOWN);
    REFUSED (OVERRIDE (ids[i], BBE_OVERRIDE_CAP, 6000, end_ms), BB_COMMAND_ERROR_UNKNOWN);
    REFUSED (WISH (ids[i], 1000, 0), BB_COMMAND_ERROR_UNKNOWN);
    REFUSED (AUTHORISE (ids[i], TRUE), BB_COMMAND_ERROR_UNKNOWN);
  }
  /* Of another table. */
  REFUSED (SIGNAL ("main", BBE_SIGNAL_NORMAL), BB_COMMAND_ERROR_UNKNOWN);
  REFUSED (WISH ("open", 1000, 0), BB_COMMAND_ERROR_UNKNOWN);
}

static void
test_values (Fixture *f, gconstpointer data)
{
  gint64 end_ms = in_ms (f, 60000);

  REFUSED (SIGNAL ("grid", BBE_SIGNAL_LOCKED + 1), BB_COMMAND_ERROR_VALUE);
  REFUSED (REDUCE (BBE_REDUCE_NOTHING, NULL, 6000, NONE, end_ms), BB_COMMAND_ERROR_VALUE);
  REFUSED (REDUCE (77, "a", 6000, NONE, end_ms), BB_COMMAND_ERROR_VALUE);
  REFUSED (REDUCE (BBE_REDUCE_STATIONS, NULL, NONE, NONE, end_ms), BB_COMMAND_ERROR_VALUE);
  REFUSED (REDUCE (BBE_REDUCE_STATIONS, NULL, -1, NONE, end_ms), BB_COMMAND_ERROR_VALUE);
  REFUSED (REDUCE (BBE_REDUCE_STATIONS, NULL, NONE, -1, end_ms), BB_COMMAND_ERROR_VALUE);
  REFUSED (CLEAR (77, "a"), BB_COMMAND_ERROR_VALUE);
  REFUSED (OVERRIDE ("a", BBE_OVERRIDE_CHARGE_NOW + 1, 0, end_ms), BB_COMMAND_ERROR_VALUE);
  REFUSED (OVERRIDE ("a", BBE_OVERRIDE_CAP, -1, end_ms), BB_COMMAND_ERROR_VALUE);
  REFUSED (OVERRIDE ("a", BBE_OVERRIDE_CAP, BBE_MAX_MA + 1, end_ms), BB_COMMAND_ERROR_VALUE);
  REFUSED (WISH ("a", -2, 0), BB_COMMAND_ERROR_VALUE);
  REFUSED (WISH ("a", 1000001, 0), BB_COMMAND_ERROR_VALUE);
  REFUSED (WISH ("a", 1000, -1), BB_COMMAND_ERROR_VALUE);
  seconds (f, 1);
  g_assert_cmpuint (n_reductions (f), ==, 0);
  g_assert_cmpuint (f->told[0].override, ==, BBE_OVERRIDE_NONE);
  g_assert_cmpint (f->told[0].wanted_wh, ==, -1);
}

static void
test_ends (Fixture *f, gconstpointer data)
{
  static const gint64 bad[] = { 0, -1, 31 * 86400000LL + 1, G_MAXINT64 / 2, G_MININT64 / 2 };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    REFUSED (REDUCE (BBE_REDUCE_STATIONS, NULL, 6000, NONE, in_ms (f, bad[i])), BB_COMMAND_ERROR_VALUE);
    REFUSED (OVERRIDE ("a", BBE_OVERRIDE_CAP, 6000, in_ms (f, bad[i])), BB_COMMAND_ERROR_VALUE);
  }
  GOOD (REDUCE (BBE_REDUCE_STATIONS, NULL, 6000, NONE, in_ms (f, 31 * DAY_MS)));
  GOOD (OVERRIDE ("a", BBE_OVERRIDE_CAP, 6000, in_ms (f, 1)));
}

/* Without the time of day nobody can tell when something ends; ending one is possible all the same. */
static void
test_clock_invalid (Fixture *f, gconstpointer data)
{
  gint64 end_ms = in_ms (f, 60000);

  GOOD (OVERRIDE ("a", BBE_OVERRIDE_CAP, 6000, end_ms));
  bb_manual_clock_set_wall (f->rig->clock, 5000, FALSE);
  REFUSED (REDUCE (BBE_REDUCE_STATIONS, NULL, 6000, NONE, end_ms), BB_COMMAND_ERROR_REFUSED);
  REFUSED (OVERRIDE ("a", BBE_OVERRIDE_CHARGE_NOW, 0, end_ms), BB_COMMAND_ERROR_REFUSED);
  GOOD (OVERRIDE ("a", BBE_OVERRIDE_NONE, 0, 0));
  GOOD (CLEAR (BBE_REDUCE_NOTHING, NULL));
  GOOD (SIGNAL ("grid", BBE_SIGNAL_REDUCED));
  GOOD (WISH ("a", 5000, 0));
}

/* ---- reductions ---- */

static void
test_too_many (Fixture *f, gconstpointer data)
{
  static const struct {
    guint scope;
    const gchar *id;
  } places[] = { { BBE_REDUCE_STATIONS, NULL },  { BBE_REDUCE_GROUP, "open" }, { BBE_REDUCE_GROUP, "cards" },
                 { BBE_REDUCE_CIRCUIT, "main" }, { BBE_REDUCE_CIRCUIT, "c1" }, { BBE_REDUCE_CIRCUIT, "c2" },
                 { BBE_REDUCE_CIRCUIT, "c3" },   { BBE_REDUCE_CIRCUIT, "c4" }, { BBE_REDUCE_CIRCUIT, "c5" } };
  const guint n = BBE_MAX_REDUCTIONS;

  G_STATIC_ASSERT (G_N_ELEMENTS (places) == BBE_MAX_REDUCTIONS + 1);
  for (guint round = 0; round < 3; round++)
    for (guint i = 0; i < n; i++)
      GOOD (REDUCE (places[i].scope, places[i].id, 6000 + (gint32) round, NONE, in_ms (f, 60000)));
  seconds (f, 1);
  g_assert_cmpuint (n_reductions (f), ==, n); /* the same place again replaces */
  for (guint r = 0; r < BBE_MAX_REDUCTIONS; r++)
    g_assert_cmpint (f->reductions[r].limit_ma, ==, 6002);
  REFUSED (REDUCE (places[n].scope, places[n].id, 6000, NONE, in_ms (f, 60000)), BB_COMMAND_ERROR_REFUSED);
  GOOD (REDUCE (places[3].scope, places[3].id, 7000, NONE, in_ms (f, 1500)));
  seconds (f, 1);
  REFUSED (REDUCE (places[n].scope, places[n].id, 6000, NONE, in_ms (f, 60000)), BB_COMMAND_ERROR_REFUSED);
  seconds (f, 1); /* its place is free again */
  GOOD (REDUCE (places[n].scope, places[n].id, 6000, NONE, in_ms (f, 60000)));
  REFUSED (REDUCE (places[3].scope, places[3].id, 7000, NONE, in_ms (f, 1500)), BB_COMMAND_ERROR_REFUSED);
}

static void
test_clear (Fixture *f, gconstpointer data)
{
  GOOD (REDUCE (BBE_REDUCE_GROUP, "open", 6000, NONE, in_ms (f, 60000)));
  GOOD (REDUCE (BBE_REDUCE_GROUP, "cards", 6000, NONE, in_ms (f, 60000)));
  GOOD (REDUCE (BBE_REDUCE_CIRCUIT, "main", NONE, 5000, in_ms (f, 60000)));
  GOOD (CLEAR (BBE_REDUCE_STATIONS, NULL)); /* none there */
  seconds (f, 1);
  g_assert_cmpuint (n_reductions (f), ==, 3);
  GOOD (CLEAR (BBE_REDUCE_GROUP, "open"));
  seconds (f, 1);
  g_assert_cmpuint (n_reductions (f), ==, 2);
  GOOD (CLEAR (BBE_REDUCE_NOTHING, NULL));
  seconds (f, 1);
  g_assert_cmpuint (n_reductions (f), ==, 0);
}

/* It holds, and it ends on time. */
static void
test_reduction_ends (Fixture *f, gconstpointer data)
{
  g_assert_true (bb_field_plug (bb_emulator_get_field (f->rig->emulator), 0, 16000, 3, 20000));
  seconds (f, 60);
  g_assert_cmpint (f->setpoint_ma[0], ==, 16000);
  GOOD (REDUCE (BBE_REDUCE_STATIONS, NULL, 8000, NONE, in_ms (f, 30500)));
  seconds (f, 2);
  for (guint i = 2; i < 30; i++) {
    g_assert_cmpint (f->setpoint_ma[0], <=, 8000);
    g_assert_cmpuint (n_reductions (f), ==, 1);
    seconds (f, 1);
  }
  seconds (f, 2);
  g_assert_cmpuint (n_reductions (f), ==, 0);
  seconds (f, 60);
  g_assert_cmpint (f->setpoint_ma[0], ==, 16000);
}

/* ---- overrides ---- */

static void
test_override_ends (Fixture *f, gconstpointer data)
{
  g_assert_true (bb_field_plug (bb_emulator_get_field (f->rig->emulator), 0, 16000, 3, 20000));
  seconds (f, 60);
  GOOD (OVERRIDE ("a", BBE_OVERRIDE_CAP, 7000, in_ms (f, 20500)));
  seconds (f, 3);
  g_assert_cmpint (f->setpoint_ma[0], ==, 7000);
  g_assert_cmpuint (f->code[0], ==, BBE_REASON_OVERRIDE);
  const BbStationSnapshot *view = &bb_controller_get_snapshot (f->rig->controller)->stations[0];
  g_assert_cmpuint (view->override, ==, BBE_OVERRIDE_CAP);
  g_assert_cmpint (view->override_ma, ==, 7000);
  seconds (f, 20);
  g_assert_cmpuint (f->told[0].override, ==, BBE_OVERRIDE_NONE);
  g_assert_cmpuint (view->override, ==, BBE_OVERRIDE_NONE);
  GOOD (OVERRIDE ("a", BBE_OVERRIDE_CAP, 0, in_ms (f, 60000))); /* a pause */
  seconds (f, 3);
  g_assert_cmpint (f->setpoint_ma[0], ==, 0);
  GOOD (OVERRIDE ("a", BBE_OVERRIDE_NONE, 0, 0)); /* and its end */
  seconds (f, 1);
  g_assert_cmpuint (f->told[0].override, ==, BBE_OVERRIDE_NONE);
}

/* "Charge now" gives a station nothing that a fuse does not have. */
static void
test_override_lifts_no_row (Fixture *f, gconstpointer data)
{
  static const gint32 load_ma[3] = { 17000, 2000, 2000 };
  BbSimField *field = bb_emulator_get_field (f->rig->emulator);

  g_assert_true (bb_field_plug (field, 0, 16000, 3, 20000));
  g_assert_true (bb_field_plug (field, 1, 16000, 3, 20000));
  GOOD (AUTHORISE ("b", TRUE));
  bb_field_set_extra_load (field, 0, load_ma);
  for (guint s = 0; s < 2; s++)
    GOOD (OVERRIDE (s == 0 ? "a" : "b", BBE_OVERRIDE_CHARGE_NOW, 0, in_ms (f, 3600000)));
  for (guint i = 0; i < 300; i++) {
    seconds (f, 1);
    g_assert_cmpuint (f->told[0].override, ==, BBE_OVERRIDE_CHARGE_NOW);
    g_assert_cmpint (f->flow_ma[0], <=, 25000);
    g_assert_cmpint (f->setpoint_ma[0] + f->setpoint_ma[1], <=, 8000);
  }
  GOOD (REDUCE (BBE_REDUCE_STATIONS, NULL, 0, NONE, in_ms (f, 60000)));
  seconds (f, 3);
  g_assert_cmpint (f->setpoint_ma[0] + f->setpoint_ma[1], ==, 0);
}

/* ---- wishes, cards, signals ---- */

static void
test_wish_leaves (Fixture *f, gconstpointer data)
{
  BbSimField *field = bb_emulator_get_field (f->rig->emulator);

  GOOD (WISH ("a", 5000, MONDAY + DAY_MS)); /* before the car is there: it is for the next one */
  seconds (f, 2);
  g_assert_cmpint (f->told[0].wanted_wh, ==, 5000);
  g_assert_true (bb_field_plug (field, 0, 16000, 3, 20000));
  seconds (f, 5);
  g_assert_cmpint (f->told[0].wanted_wh, ==, 5000);
  g_assert_cmpint (f->told[0].departure_ms, ==, MONDAY + DAY_MS);
  g_assert_true (bb_field_unplug (field, 0));
  seconds (f, 3);
  g_assert_cmpint (f->told[0].wanted_wh, ==, -1);
  g_assert_cmpint (f->told[0].departure_ms, ==, 0);
  GOOD (WISH ("a", 0, 0));
  GOOD (WISH ("a", -1, 0));
}

/* Plug & Play needs no card (T-07); the other group waits for one, and it ends with the vehicle. */
static void
test_authorised (Fixture *f, gconstpointer data)
{
  BbSimField *field = bb_emulator_get_field (f->rig->emulator);

  bb_field_set_authorised (field, 0, FALSE);
  bb_field_set_authorised (field, 1, FALSE);
  g_assert_true (bb_field_plug (field, 0, 16000, 3, 20000));
  g_assert_true (bb_field_plug (field, 1, 16000, 3, 20000));
  GOOD (AUTHORISE ("a", FALSE)); /* changes nothing there */
  GOOD (AUTHORISE ("b", FALSE));
  seconds (f, 60);
  g_assert_true (f->told[0].authorised);
  g_assert_cmpint (f->setpoint_ma[0], >, 0);
  g_assert_false (f->told[1].authorised);
  g_assert_cmpint (f->setpoint_ma[1], ==, 0);
  GOOD (AUTHORISE ("b", TRUE));
  seconds (f, 60);
  g_assert_true (f->told[1].authorised);
  g_assert_cmpint (f->setpoint_ma[1], >, 0);
  g_assert_true (bb_field_unplug (field, 1));
  seconds (f, 5);
  g_assert_true (bb_field_plug (field, 1, 16000, 3, 20000));
  GOOD (AUTHORISE ("b", FALSE));
  seconds (f, 5);
  g_assert_cmpint (f->setpoint_ma[1], ==, 0);
}

static void
test_signal (Fixture *f, gconstpointer data)
{
  const BbControllerSnapshot *snapshot = bb_controller_get_snapshot (f->rig->controller);

  g_assert_false (f->signal.valid);
  for (guint state = BBE_SIGNAL_NORMAL; state <= BBE_SIGNAL_LOCKED; state++) {
    GOOD (SIGNAL ("grid", state));
    seconds (f, 1);
    g_assert_true (f->signal.valid);
    g_assert_cmpuint (f->signal.state, ==, state);
    g_assert_cmpuint (snapshot->signal, ==, state);
    g_assert_true (snapshot->signals[0].by_command && snapshot->signals[0].valid);
  }
  GOOD (SIGNAL ("grid", BBE_SIGNAL_NORMAL));
  seconds (f, 1);
  GOOD (LOSE ("grid"));
  seconds (f, 30);
  g_assert_false (f->signal.valid);
  g_assert_cmpuint (snapshot->signal, ==, BBE_SIGNAL_NORMAL); /* kept for keep_s */
  seconds (f, 40);
  g_assert_cmpuint (snapshot->signal, ==, BBE_SIGNAL_LOCKED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/commands/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("unknown", test_unknown);
  ADD ("values", test_values);
  ADD ("ends", test_ends);
  ADD ("clock-invalid", test_clock_invalid);
  ADD ("reductions/too-many", test_too_many);
  ADD ("reductions/clear", test_clear);
  ADD ("reductions/end", test_reduction_ends);
  ADD ("C-12/override-ends", test_override_ends);
  ADD ("C-12/override-lifts-no-row", test_override_lifts_no_row);
  ADD ("wish-leaves", test_wish_leaves);
  ADD ("T-07/authorised", test_authorised);
  ADD ("C-13/signal", test_signal);
  return g_test_run ();
}
