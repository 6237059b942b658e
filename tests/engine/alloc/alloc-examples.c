/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alloc-examples.c: worked examples of the allocator: who runs, how much, and why. */
#include "cases.h"
#include "reference.h"

static bbe_alloc_work work;

typedef struct {
  AllocCase c;
  bbe_answer answers[BBE_MAX_STATIONS];
} Example;

static void
set_up (Example *example, gconstpointer data)
{
  alloc_case_clear (&example->c);
}

static void
allocate (Example *example)
{
  bbe_allocate (&work, &example->c.problem, example->answers);
  g_assert_null (reference_check_limits (&example->c.problem, example->answers));
  g_assert_null (reference_check_reasons (&example->c.problem, example->answers));
}

static void
assert_currents (Example *example, const gint32 *current_ma)
{
  allocate (example);
  for (guint i = 0; i < example->c.problem.n_candidates; i++)
    g_assert_cmpint (example->answers[i].current_ma, ==, current_ma[i]);
}

/* Free 24/9/9, one car on L1 and one on all three: 15 and 9. */
static void
test_one_and_three_phases (Example *example, gconstpointer data)
{
  uint16_t board = alloc_case_add_circuit (&example->c, -1, 9000);

  example->c.nodes[board].cap_ma[0] = 24000;
  alloc_case_add (&example->c, board, 1, 6000, 32000, 10);
  alloc_case_add (&example->c, board, 7, 6000, 32000, 10);
  assert_currents (example, (const gint32[]){ 15000, 9000 });
  g_assert_cmpint (example->answers[0].row, ==, 0);
  g_assert_cmpint (example->answers[1].row, ==, 1); /* L2: the first phase with nothing left for it */
}

/* 16 A, four three-phase cars of which only one fits: it gets all 16 A. */
static void
test_one_of_four (Example *example, gconstpointer data)
{
  uint16_t board = alloc_case_add_circuit (&example->c, -1, 16000);

  for (guint i = 0; i < 4; i++)
    alloc_case_add (&example->c, board, 7, 10000, 32000, 1000)->waiting_since_ms = 100 - (gint) i;
  assert_currents (example, (const gint32[]){ 0, 0, 0, 16000 });
  g_assert_cmpint (example->answers[0].bound, ==, BBE_BOUND_NOT_SERVED);
  g_assert_cmpint (example->answers[0].node, ==, board);
}

/* One that charges is kept before one that waits; one that has waited a turn goes before it. */
static void
test_running_and_overdue (Example *example, gconstpointer data)
{
  uint16_t board = alloc_case_add_circuit (&example->c, -1, 10000);

  alloc_case_add (&example->c, board, 7, 6000, 32000, 1000)->running = TRUE;
  alloc_case_add (&example->c, board, 7, 6000, 32000, 1000)->waiting_since_ms = 5;
  assert_currents (example, (const gint32[]){ 10000, 0 });
  example->c.candidates[1].overdue = TRUE;
  assert_currents (example, (const gint32[]){ 0, 10000 });
  example->c.candidates[1].priority = 1; /* but never before a higher class */
  assert_currents (example, (const gint32[]){ 10000, 0 });
}

/* As few as possible stop when a limit falls, and none that does not load the phase in trouble. */
static void
test_limit_falls (Example *example, gconstpointer data)
{
  uint16_t board = alloc_case_add_circuit (&example->c, -1, 32000);

  for (guint i = 0; i < 6; i++)
    alloc_case_add (&example->c, board, (uint8_t) (1 << i % 3), 6000, 16000, 1000)->running = TRUE;
  assert_currents (example, (const gint32[]){ 16000, 16000, 16000, 16000, 16000, 16000 });
  example->c.nodes[board].cap_ma[1] = 11000;
  assert_currents (example, (const gint32[]){ 16000, 11000, 16000, 16000, 0, 16000 });
  g_assert_cmpint (example->answers[4].row, ==, 1);
}

/* A class is served first even if two of the next would fit instead; of several sets that serve it equally
 * the one is taken that leaves most for the next class. */
static void
test_classes (Example *example, gconstpointer data)
{
  uint16_t board = alloc_case_add_circuit (&example->c, -1, 12000);

  alloc_case_add (&example->c, board, 7, 10000, 16000, 1000);
  alloc_case_add (&example->c, board, 1, 6000, 16000, 1000)->priority = 1;
  alloc_case_add (&example->c, board, 1, 6000, 16000, 1000)->priority = 1;
  assert_currents (example, (const gint32[]){ 12000, 0, 0 });
  alloc_case_add (&example->c, board, 2, 6000, 16000, 1000);
  example->c.candidates[3].serial = 99;
  assert_currents (example, (const gint32[]){ 0, 6000, 6000, 12000 });
}

/* Nothing runs on a row that is overloaded already; what does not load it goes on. */
static void
test_negative_row (Example *example, gconstpointer data)
{
  uint16_t board = alloc_case_add_circuit (&example->c, -1, 16000);

  example->c.nodes[board].cap_ma[1] = -1;
  alloc_case_add (&example->c, board, 7, 6000, 16000, 1000);
  alloc_case_add (&example->c, board, 2, 0, 16000, 1000);
  alloc_case_add (&example->c, board, 1, 6000, 16000, 1000)->holds = 2;
  alloc_case_add (&example->c, board, 5, 6000, 16000, 1000);
  assert_currents (example, (const gint32[]){ 0, 0, 0, 16000 });
  for (guint i = 0; i < 3; i++) {
    g_assert_cmpint (example->answers[i].bound, ==, BBE_BOUND_IMPOSSIBLE);
    g_assert_cmpint (example->answers[i].row, ==, 1);
  }
}

/* A held phase costs the minimum, the total row counts every phase. */
static void
test_holds_and_total (Example *example, gconstpointer data)
{
  uint16_t board = alloc_case_add_circuit (&example->c, -1, 16000);

  alloc_case_add (&example->c, board, 1, 6000, 32000, 10)->holds = 6;
  alloc_case_add (&example->c, board, 2, 6000, 32000, 10);
  assert_currents (example, (const gint32[]){ 16000, 10000 });
  example->c.nodes[board].cap_ma[BBE_TOTAL] = 30000;
  assert_currents (example, (const gint32[]){ 9000, 9000 });
  g_assert_cmpint (example->answers[0].row, ==, BBE_TOTAL);
}

/* The usable minimum and maximum lie on the grid. */
static void
test_grid (Example *example, gconstpointer data)
{
  uint16_t board = alloc_case_add_circuit (&example->c, -1, 13900);

  alloc_case_add (&example->c, board, 1, 6100, 15500, 1000);
  assert_currents (example, (const gint32[]){ 13000 });
  example->c.nodes[board].cap_ma[0] = 6900;
  assert_currents (example, (const gint32[]){ 0 });
  g_assert_cmpint (example->answers[0].bound, ==, BBE_BOUND_IMPOSSIBLE);
  example->c.nodes[board].cap_ma[0] = BBE_NO_LIMIT;
  assert_currents (example, (const gint32[]){ 15000 });
  g_assert_cmpint (example->answers[0].bound, ==, BBE_BOUND_WISH);
  example->c.candidates[0].max_ma = 6900;
  assert_currents (example, (const gint32[]){ 0 });
  g_assert_cmpint (example->answers[0].node, ==, G_MAXUINT16);
}

/* Whole steps that rounding leaves go out, smallest current first: 25 A over three cars in steps of 1 A. */
static void
test_leftover (Example *example, gconstpointer data)
{
  uint16_t board = alloc_case_add_circuit (&example->c, -1, 25000);

  for (guint i = 0; i < 3; i++)
    alloc_case_add (&example->c, board, 7, 6000, 32000, 1000);
  assert_currents (example, (const gint32[]){ 9000, 8000, 8000 });
}

/* A level that is no whole number of mA does not add up on the rows above. */
static void
test_levels_are_not_rounded (Example *example, gconstpointer data)
{
  uint16_t root = alloc_case_add_circuit (&example->c, -1, 150000);
  uint16_t feeder = alloc_case_add_circuit (&example->c, root, 130010);

  for (guint i = 0; i < 20; i++)
    alloc_case_add (&example->c, feeder, 1, 6000, 32000, 1);
  alloc_case_add (&example->c, root, 1, 6000, 32000, 1);
  allocate (example);
  g_assert_cmpint (example->answers[20].current_ma, ==, 19990);
  for (guint i = 0; i < 20; i++)
    g_assert_cmpint (example->answers[i].current_ma, ==, i < 10 ? 6501 : 6500);
}

static void
add_group (Example *example, uint16_t node, guint n, bbe_balancer balancer)
{
  for (guint i = 0; i < n; i++) {
    bbe_candidate *candidate = alloc_case_add (&example->c, node, 1, 6000, 16000, 10);

    candidate->balancer = (uint8_t) balancer;
    candidate->group = (uint16_t) (balancer + 1);
  }
}

/* A queue redistributes what max-min gave its group, and nothing of the neighbour's. */
static void
test_queue (Example *example, gconstpointer data)
{
  uint16_t board = alloc_case_add_circuit (&example->c, -1, 50000);

  add_group (example, board, 3, BBE_QUEUE);
  add_group (example, board, 2, BBE_FAIR);
  example->c.candidates[0].arrived_ms = 30;
  example->c.candidates[1].arrived_ms = 10;
  example->c.candidates[2].arrived_ms = 20;
  assert_currents (example, (const gint32[]){ 6000, 16000, 8000, 10000, 10000 });
}

static void
test_priority (Example *example, gconstpointer data)
{
  uint16_t board = alloc_case_add_circuit (&example->c, -1, 40000);

  add_group (example, board, 4, BBE_PRIORITY);
  example->c.candidates[0].priority = 2;
  example->c.candidates[1].priority = 1;
  example->c.candidates[2].priority = 1;
  example->c.candidates[3].priority = 0;
  assert_currents (example, (const gint32[]){ 6000, 9000, 9000, 16000 });
}

/* Least laxity first where known, the others evenly. */
static void
test_deadline (Example *example, gconstpointer data)
{
  uint16_t board = alloc_case_add_circuit (&example->c, -1, 44000);

  add_group (example, board, 4, BBE_DEADLINE);
  example->c.candidates[1].laxity_ms = 50;
  example->c.candidates[3].laxity_ms = -7;
  assert_currents (example, (const gint32[]){ 6000, 16000, 6000, 16000 });
  example->c.nodes[board].cap_ma[0] = 51000;
  assert_currents (example, (const gint32[]){ 9500, 16000, 9500, 16000 });
}

/* Who runs takes turns elsewhere; how much is as fair. */
static void
test_rotate (Example *example, gconstpointer data)
{
  uint16_t board = alloc_case_add_circuit (&example->c, -1, 30000);

  add_group (example, board, 3, BBE_ROTATE);
  assert_currents (example, (const gint32[]){ 10000, 10000, 10000 });
}

static void
add_unbalance (Example *example, uint16_t node, gint32 limit_ma)
{
  example->c.unbalance[example->c.problem.n_unbalance++]
      = (bbe_unbalance){ .node = node, .limit_ma = limit_ma };
}

/* 20 A: a one-phase car alone may have 20 A; with 8 A of the house on each other phase 28 A. */
static void
test_unbalance (Example *example, gconstpointer data)
{
  uint16_t board = alloc_case_add_circuit (&example->c, -1, 63000);

  alloc_case_add (&example->c, board, 1, 6000, 32000, 10);
  alloc_case_add (&example->c, board, 7, 6000, 16000, 10);
  add_unbalance (example, board, 20000);
  assert_currents (example, (const gint32[]){ 20000, 16000 });
  g_assert_cmpint (example->answers[0].bound, ==, BBE_BOUND_UNBALANCE);
  g_assert_cmpint (example->answers[0].node, ==, board);
  example->c.unbalance[0].base_ma[1] = example->c.unbalance[0].base_ma[2] = 8000;
  assert_currents (example, (const gint32[]){ 28000, 16000 });
}

/* Where the house alone breaks it, or less than the minimum is left, 0 for those on that phase only. */
static void
test_unbalance_broken_by_house (Example *example, gconstpointer data)
{
  uint16_t board = alloc_case_add_circuit (&example->c, -1, 63000);

  alloc_case_add (&example->c, board, 1, 6000, 32000, 10);
  alloc_case_add (&example->c, board, 2, 6000, 32000, 10);
  alloc_case_add (&example->c, board, 7, 6000, 16000, 10);
  add_unbalance (example, board, 16000);
  example->c.unbalance[0].base_ma[0] = 30000;
  assert_currents (example, (const gint32[]){ 0, 16000, 16000 });
  g_assert_cmpint (example->answers[0].bound, ==, BBE_BOUND_UNBALANCE);
  g_assert_cmpint (example->answers[0].row, ==, 0);
  example->c.unbalance[0].base_ma[0] = 11000;
  assert_currents (example, (const gint32[]){ 0, 16000, 16000 });
}

/* What the capped ones leave goes to those on all three phases. */
static void
test_unbalance_hands_on (Example *example, gconstpointer data)
{
  uint16_t board = alloc_case_add_circuit (&example->c, -1, 40000);

  alloc_case_add (&example->c, board, 1, 6000, 32000, 10);
  alloc_case_add (&example->c, board, 7, 6000, 32000, 10);
  add_unbalance (example, board, 10000);
  assert_currents (example, (const gint32[]){ 10000, 30000 });
}

static void
test_nobody (Example *example, gconstpointer data)
{
  alloc_case_add_circuit (&example->c, -1, 16000);
  allocate (example);
}

/* More than this build holds: nobody gets anything, and nothing is read or written beyond. */
static void
test_too_many (Example *example, gconstpointer data)
{
  g_autofree bbe_answer *answers = g_new0 (bbe_answer, BBE_MAX_STATIONS + 1);

  example->c.problem.n_candidates = BBE_MAX_STATIONS + 1;
  bbe_allocate (&work, &example->c.problem, answers);
  for (guint i = 0; i <= BBE_MAX_STATIONS; i++)
    g_assert_cmpint (answers[i].bound, ==, BBE_BOUND_IMPOSSIBLE);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (Example *example, gconstpointer data);
  } tests[] = {
    { "one-and-three-phases", test_one_and_three_phases },
    { "one-of-four", test_one_of_four },
    { "running-and-overdue", test_running_and_overdue },
    { "limit-falls", test_limit_falls },
    { "classes", test_classes },
    { "negative-row", test_negative_row },
    { "holds-and-total", test_holds_and_total },
    { "grid", test_grid },
    { "leftover", test_leftover },
    { "levels-are-not-rounded", test_levels_are_not_rounded },
    { "queue", test_queue },
    { "priority", test_priority },
    { "deadline", test_deadline },
    { "rotate", test_rotate },
    { "unbalance", test_unbalance },
    { "unbalance/broken-by-house", test_unbalance_broken_by_house },
    { "unbalance/hands-on", test_unbalance_hands_on },
    { "nobody", test_nobody },
    { "too-many", test_too_many },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/engine/alloc/examples/", tests[i].path, NULL);

    g_test_add (path, Example, NULL, set_up, tests[i].test, NULL);
  }
  return g_test_run ();
}
