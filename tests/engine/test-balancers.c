/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-balancers.c: who runs, and how much each gets, through the whole step. */
#include "fixture.h"

static Site *
garage (int32_t rating_ma, int n, int n_phases, bbe_balancer balancer)
{
  Site *site = site_new_simple (rating_ma, n, n_phases);

  site->k.groups[0].balancer = balancer;
  return site;
}

static void
arrive_all (Site *site, int n_phases)
{
  for (int s = 0; s < site->k.config.n_stations; s++)
    plant_arrive (&site->w, s, n_phases, 32000);
}

static int
running (const Site *site)
{
  int n = 0;

  for (int s = 0; s < site->k.config.n_stations; s++)
    n += site_setpoint (site, s) > 0;
  return n;
}

static void
test_fair (void)
{
  g_autoptr (Site) site = garage (32000, 4, 3, BBE_FAIR);
  check_why why = { "" };

  site->k.stations[0].max_ma = 7000;
  site_start (site);
  arrive_all (site, 3);
  site_run (site, 120);
  assert_setpoint (site, 0, 7000);
  for (int s = 1; s < 4; s++) /* 25 A among three: 8.3 each, and one step left over */
    g_assert_cmpint (ABS (site_setpoint (site, s) - 8333), <=, 100);
  g_assert_cmpint (site_setpoint (site, 1) + site_setpoint (site, 2) + site_setpoint (site, 3), ==, 25000);
  assert_check (check_max_min (&site->k, site->k.out, &why), why);
  assert_check (check_reasons (&site->k, site->k.out, &why), why);
}

/* Left-over whole steps go out: 31 A in steps of 1 A among four are 8, 8, 8, 7. */
static void
test_left_over_steps (void)
{
  g_autoptr (Site) site = garage (31000, 4, 3, BBE_FAIR);
  int32_t sum = 0;

  for (int s = 0; s < 4; s++)
    site->k.stations[s].step_ma = 1000;
  site_start (site);
  arrive_all (site, 3);
  site_run (site, 120);
  for (int s = 0; s < 4; s++) {
    g_assert_cmpint (site_setpoint (site, s), >=, 7000);
    sum += site_setpoint (site, s);
  }
  g_assert_cmpint (sum, ==, 31000);
}

/* The nested circuit binds its two; the third takes the rest. */
static void
test_nested (void)
{
  g_autoptr (Site) site = site_new ();
  int root = kit_circuit (&site->k, -1, 40000);
  int sub = kit_circuit (&site->k, root, 16000);
  int group = kit_group (&site->k, root);

  kit_meter (&site->k, root);
  site->k.circuits[sub].stations_only = true;
  for (int s = 0; s < 3; s++)
    kit_station (&site->k, group, 3, 0);
  site->k.stations[0].circuit = site->k.stations[1].circuit = (int16_t) sub;
  site_start (site);
  arrive_all (site, 3);
  site_run (site, 120);
  assert_setpoint (site, 0, 8000);
  assert_setpoint (site, 1, 8000);
  assert_setpoint (site, 2, 24000);
  g_assert_cmpint (site_reason (site, 0)->index, ==, sub);
  g_assert_cmpint (site_reason (site, 2)->index, ==, root);
  g_assert_cmpint (site_reason (site, 0)->limit, ==, BBE_LIMIT_RATING);
  g_assert_cmpint (site_reason (site, 0)->value_ma, ==, 16000);
}

/* As many as possible at their minimum; not one that gets it all. */
static void
test_most_run (void)
{
  for (int n = 1; n <= 6; n++) {
    g_autoptr (Site) site = garage (20000, n, 1, BBE_FAIR);

    site_start (site);
    arrive_all (site, 1);
    site_run (site, 120);
    g_assert_cmpint (running (site), ==, MIN (n, 3));
  }
}

/* Class 0 is served first, whatever the others lose; within what is left the rest run. */
static void
test_priority_classes (void)
{
  g_autoptr (Site) site = garage (13000, 3, 1, BBE_FAIR);

  site->k.stations[0].priority = 1;
  site->k.stations[1].priority = 1;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 60);
  g_assert_cmpint (running (site), ==, 2);
  plant_arrive (&site->w, 2, 1, 32000);
  site_run (site, 60);
  g_assert_cmpint (site_setpoint (site, 2), >=, 6000);
  g_assert_cmpint (running (site), ==, 2);
}

static void
test_priority_balancer (void)
{
  g_autoptr (Site) site = garage (40000, 3, 1, BBE_PRIORITY);

  site->k.stations[0].priority = 2;
  site->k.stations[1].priority = 0;
  site->k.stations[2].priority = 1;
  for (int s = 0; s < 3; s++)
    site->k.stations[s].max_ma = 20000;
  site_start (site);
  arrive_all (site, 1);
  site_run (site, 120);
  assert_setpoint (site, 1, 20000);
  assert_setpoint (site, 2, 14000); /* its wish, as far as the last one's minimum leaves it */
  assert_setpoint (site, 0, 6000);
}

static void
test_queue (void)
{
  g_autoptr (Site) site = garage (40000, 3, 1, BBE_QUEUE);
  static const int order[] = { 2, 0, 1 };

  for (int s = 0; s < 3; s++)
    site->k.stations[s].max_ma = 20000;
  site_start (site);
  for (int i = 0; i < 3; i++) {
    plant_arrive (&site->w, order[i], 1, 32000);
    site_run (site, 60);
  }
  assert_setpoint (site, 2, 20000);
  assert_setpoint (site, 0, 14000);
  assert_setpoint (site, 1, 6000);
  plant_leave (&site->w, 2);
  site_run (site, 60);
  assert_setpoint (site, 0, 20000);
  assert_setpoint (site, 1, 20000);
}

/* When only one of four fits at 16 A it gets 16 A, with any balancer. */
static void
test_all_handed_out (void)
{
  for (int balancer = BBE_FAIR; balancer <= BBE_DEADLINE; balancer++) {
    g_autoptr (Site) site = garage (16000, 4, 3, (bbe_balancer) balancer);
    int32_t sum = 0;

    for (int s = 0; s < 4; s++)
      site->k.stations[s].min_3p_ma = 9000;
    site_start (site);
    arrive_all (site, 3);
    site_run (site, 120);
    for (int s = 0; s < 4; s++)
      sum += site_setpoint (site, s);
    g_assert_cmpint (sum, ==, 16000);
    g_assert_cmpint (running (site), ==, 1);
  }
}

/* Turns are aligned to the clock: who runs changes at the quarter hours and only there. */
static void
test_rotate_on_the_clock (void)
{
  g_autoptr (Site) site = garage (10000, 3, 3, BBE_ROTATE);
  int last = -1;
  int changes = 0;

  site->k.in.wall_ms += 7 * 60000;
  site_start (site);
  arrive_all (site, 3);
  site_run (site, 120);
  for (int i = 0; i < 3600; i++) {
    int now = -1;

    site_run (site, 1);
    for (int s = 0; s < 3; s++)
      if (site_setpoint (site, s) > 0)
        now = s;
    if (now >= 0 && last >= 0 && now != last) {
      int64_t into_turn = (site->k.in.wall_ms - KIT_MONDAY_MS) % 900000;

      g_assert_cmpint (into_turn, <, 30000);
      changes++;
    }
    last = now >= 0 ? now : last;
  }
  g_assert_cmpint (changes, ==, 4);
}

/* One that waits knows when its turn may come. */
static void
test_queued_reason (void)
{
  g_autoptr (Site) site = garage (10000, 2, 3, BBE_ROTATE);
  int waits;

  site_start (site);
  arrive_all (site, 3);
  site_run (site, 60);
  waits = site_setpoint (site, 0) == 0 ? 0 : 1;
  assert_setpoint (site, waits, 0);
  assert_setpoint (site, 1 - waits, 10000);
  assert_reason (site, waits, BBE_REASON_QUEUED);
}

/* Whoever waited longer than a turn goes first: a three-phase car does not starve behind small ones. */
static void
test_no_starving (void)
{
  g_autoptr (Site) site = garage (10000, 0, 1, BBE_FAIR);
  int served = 0;

  for (int p = 0; p < 3; p++)
    kit_station (&site->k, 0, 1, p);
  kit_station (&site->k, 0, 3, 0);
  site_start (site);
  arrive_all (site, 1);
  site->w.cars[3].uses = 7;
  for (int i = 0; i < 3 * 3600; i++) {
    site_run (site, 1);
    served += site_setpoint (site, 3) > 0;
  }
  g_assert_cmpint (served, >, 600);
}

/* As few as possible are stopped when a limit falls, and none that does not load the phase in trouble. */
static void
test_fewest_stopped (void)
{
  g_autoptr (Site) site = garage (20000, 0, 1, BBE_FAIR);

  for (int s = 0; s < 6; s++)
    kit_station (&site->k, 0, 1, s % 3);
  site_start (site);
  arrive_all (site, 1);
  site_run (site, 60);
  g_assert_cmpint (running (site), ==, 6);
  site_other (site, 0, 0, 9000, 0); /* 11 A on L2: one of its two */
  site_run_unsteady (site, 10);
  g_assert_cmpint (running (site), ==, 5);
  for (int s = 0; s < 6; s++)
    if (s % 3 != 1)
      assert_setpoint (site, s, 10000);
  site_other (site, 0, 0, 15000, 0); /* 5 A: both, and no other */
  site_run_unsteady (site, 10);
  g_assert_cmpint (running (site), ==, 4);
}

/* Those already charging stay; a newcomer of the same class waits. */
static void
test_incumbents_stay (void)
{
  g_autoptr (Site) site = garage (13000, 3, 1, BBE_FAIR);

  site_start (site);
  plant_arrive (&site->w, 2, 1, 32000);
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 60);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 300);
  assert_setpoint (site, 0, 0);
  g_assert_cmpint (running (site), ==, 2);
}

/* A budget that dips and comes back stops no more than it must, and starts no swing (14 A for two is fine,
 * 11 A is not: one goes on). */
static void
test_dip (void)
{
  g_autoptr (Site) site = garage (14000, 2, 1, BBE_FAIR);
  int stops = 0;

  site_start (site);
  arrive_all (site, 1);
  site_run (site, 60);
  g_assert_cmpint (running (site), ==, 2);
  site_other (site, 0, 3000, 0, 0);
  for (int i = 0; i < 600; i++) {
    int before = running (site);

    if (i < 10)
      site_run_unsteady (site, 1);
    else
      site_run (site, 1);
    stops += MAX (0, before - running (site));
    g_assert_cmpint (running (site), >=, 1);
  }
  g_assert_cmpint (stops, ==, 1);
  g_assert_cmpint (site_setpoint (site, 0) + site_setpoint (site, 1), ==, 11000);
}

/* Least laxity first where departure and energy are known. */
static void
test_deadline (void)
{
  g_autoptr (Site) site = garage (30000, 3, 1, BBE_DEADLINE);

  for (int s = 0; s < 3; s++)
    site->k.stations[s].max_ma = 20000;
  site_start (site);
  arrive_all (site, 1);
  for (int s = 0; s < 2; s++)
    site->k.stations_in[s].wanted_wh = 10000;
  site->k.stations_in[0].departure_ms = KIT_MONDAY_MS + 10 * 3600000;
  site->k.stations_in[1].departure_ms = KIT_MONDAY_MS + 3 * 3600000;
  site_run (site, 120);
  g_assert_cmpint (site_setpoint (site, 1), >, site_setpoint (site, 0));
  g_assert_cmpint (site_setpoint (site, 1), ==, 18000); /* the minima of the other two stay */
  g_assert_cmpint (site_setpoint (site, 0) + site_setpoint (site, 1) + site_setpoint (site, 2), ==, 30000);
}

/* Several groups on one circuit: each balancer redistributes inside its group's part only. */
static void
test_two_groups (void)
{
  g_autoptr (Site) site = garage (48000, 2, 1, BBE_FAIR);
  int queue = kit_group (&site->k, 0);

  site->k.groups[queue].balancer = BBE_QUEUE;
  kit_station (&site->k, queue, 1, 0);
  kit_station (&site->k, queue, 1, 0);
  for (int s = 0; s < 4; s++)
    site->k.stations[s].max_ma = 18000;
  site_start (site);
  for (int s = 3; s >= 0; s--) {
    plant_arrive (&site->w, s, 1, 32000);
    site_run (site, 60);
  }
  site_run (site, 60);
  assert_setpoint (site, 0, 12000);
  assert_setpoint (site, 1, 12000);
  assert_setpoint (site, 3, 18000); /* came first; its group's part is 24 A */
  assert_setpoint (site, 2, 6000);
}

/* Group limits bound a group alone. */
static void
test_group_limit (void)
{
  g_autoptr (Site) site = garage (40000, 2, 1, BBE_FAIR);
  int second = kit_group (&site->k, 0);

  site->k.groups[0].online_ma = 14000;
  kit_station (&site->k, second, 1, 0);
  site_start (site);
  arrive_all (site, 1);
  site_run (site, 120);
  assert_setpoint (site, 0, 7000);
  assert_setpoint (site, 1, 7000);
  assert_setpoint (site, 2, 26000);
  g_assert_cmpint (site_reason (site, 0)->place, ==, BBE_PLACE_GROUP);
  g_assert_cmpint (site_reason (site, 0)->index, ==, 0);
  g_assert_cmpint (site_reason (site, 0)->limit, ==, BBE_LIMIT_GROUP_ONLINE);
  g_assert_cmpint (site_reason (site, 0)->value_ma, ==, 14000);
}

/* A limit on the total over three phases. */
static void
test_total_row (void)
{
  g_autoptr (Site) site = garage (63000, 2, 3, BBE_FAIR);

  site->k.circuits[0].total_limit_w = 16560; /* 72 A over the phases: 24 on each */
  site_start (site);
  site_other (site, 0, 4000, 2000, 0); /* 6 A of it: 66 left, 22 on each */
  arrive_all (site, 3);
  site_run (site, 120);
  assert_setpoint (site, 0, 11000);
  assert_setpoint (site, 1, 11000);
  g_assert_cmpint (site_reason (site, 0)->phase, ==, BBE_TOTAL);
  g_assert_cmpint (site_reason (site, 0)->limit, ==, BBE_LIMIT_TOTAL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/balancers/fair", test_fair);
  g_test_add_func ("/engine/balancers/left-over-steps", test_left_over_steps);
  g_test_add_func ("/engine/balancers/nested", test_nested);
  g_test_add_func ("/engine/balancers/most-run", test_most_run);
  g_test_add_func ("/engine/balancers/priority-classes", test_priority_classes);
  g_test_add_func ("/engine/balancers/priority", test_priority_balancer);
  g_test_add_func ("/engine/balancers/queue", test_queue);
  g_test_add_func ("/engine/balancers/all-handed-out", test_all_handed_out);
  g_test_add_func ("/engine/balancers/rotate-on-the-clock", test_rotate_on_the_clock);
  g_test_add_func ("/engine/balancers/queued-reason", test_queued_reason);
  g_test_add_func ("/engine/balancers/no-starving", test_no_starving);
  g_test_add_func ("/engine/balancers/fewest-stopped", test_fewest_stopped);
  g_test_add_func ("/engine/balancers/incumbents-stay", test_incumbents_stay);
  g_test_add_func ("/engine/balancers/dip", test_dip);
  g_test_add_func ("/engine/balancers/deadline", test_deadline);
  g_test_add_func ("/engine/balancers/two-groups", test_two_groups);
  g_test_add_func ("/engine/balancers/group-limit", test_group_limit);
  g_test_add_func ("/engine/balancers/total-row", test_total_row);
  return g_test_run ();
}
