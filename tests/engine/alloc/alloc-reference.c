/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alloc-reference.c: random problems: the allocator against the naive one, and what must always hold. */
#include "cases.h"
#include "reference.h"

#include <string.h>

static bbe_alloc_work work;

static void
expect_nothing_wrong (char *wrong, const AllocCase *c, const bbe_answer *answers)
{
  g_autofree char *text = NULL;

  if (wrong == NULL)
    return;
  text = alloc_case_describe (c, answers);
  g_error ("%s in\n%s", wrong, text);
}

static guint32
served_set (const AllocCase *c, const bbe_answer *answers)
{
  guint32 set = 0;

  for (guint i = 0; i < c->problem.n_candidates; i++)
    set |= answers[i].current_ma > 0 ? 1u << i : 0;
  return set;
}

/* Who runs: as good as the best of all sets. */
static void
test_choice (gconstpointer data)
{
  g_autofree AllocCase *c = g_new (AllocCase, 1);
  AllocRandom random = { 20 };
  bbe_answer answers[BBE_MAX_STATIONS];
  guint scarce = 0;

  for (guint k = 0; k < 1500; k++) {
    guint32 set, best;

    alloc_case_random (c, &random, 9, (AllocCaseFlags) GPOINTER_TO_INT (data));
    bbe_allocate (&work, &c->problem, answers);
    set = served_set (c, answers);
    best = reference_best_set (&c->problem);
    if (!reference_is_admissible (&c->problem, set) || reference_compare_sets (&c->problem, set, best) != 0) {
      g_autofree char *text = alloc_case_describe (c, answers);

      g_error ("case %u: set %x, best %x in\n%s", k, set, best, text);
    }
    scarce += best != (1u << c->problem.n_candidates) - 1;
  }
  g_assert_cmpuint (scarce, >, 400); /* else nothing was tested */
}

/* The choice test notices a set that serves one less, and one that passes over the longest waiting. */
static void
test_choice_can_fail (void)
{
  g_autofree AllocCase *c = g_new (AllocCase, 1);

  alloc_case_clear (c);
  alloc_case_add_circuit (c, -1, 13000);
  for (guint i = 0; i < 3; i++)
    alloc_case_add (c, 0, 1, 6000, 16000, 10)->waiting_since_ms = 10 - (gint) i;
  g_assert_cmpuint (reference_best_set (&c->problem), ==, 6);
  g_assert_cmpint (reference_compare_sets (&c->problem, 4, 6), <, 0);
  g_assert_cmpint (reference_compare_sets (&c->problem, 5, 6), <, 0);
  g_assert_false (reference_is_admissible (&c->problem, 7));
  c->candidates[0].overdue = TRUE;
  g_assert_false (reference_is_admissible (&c->problem, 6));
  g_assert_true (reference_is_admissible (&c->problem, 5));
}

/* How much: within a step of the exact max-min fair point of those served. On a total row a three-phase
 * station's step is three times as long, so that others may find up to two steps more there. */
static void
test_fill (gconstpointer data)
{
  g_autofree AllocCase *c = g_new (AllocCase, 1);
  AllocRandom random = { 21 };
  bbe_answer answers[BBE_MAX_STATIONS];
  gdouble x_ma[BBE_MAX_STATIONS], farthest = 0;
  gboolean served[BBE_MAX_STATIONS];

  for (guint k = 0; k < 300; k++) {
    alloc_case_random (c, &random, 12, (AllocCaseFlags) GPOINTER_TO_INT (data));
    bbe_allocate (&work, &c->problem, answers);
    for (guint i = 0; i < c->problem.n_candidates; i++)
      served[i] = answers[i].current_ma > 0;
    reference_fill (&c->problem, served, x_ma);
    for (guint i = 0; i < c->problem.n_candidates; i++)
      farthest = MAX (farthest, ABS (x_ma[i] - answers[i].current_ma));
  }
  g_test_message ("farthest from the max-min fair point: %.3f mA", farthest);
  g_assert_cmpfloat (farthest, <=, GPOINTER_TO_INT (data) & ALLOC_CASE_TOTALS ? 30.01 : 10.01);
}

static void
check_all (const AllocCase *c, const bbe_answer *answers, AllocCaseFlags flags)
{
  expect_nothing_wrong (reference_check_limits (&c->problem, answers), c, answers);
  expect_nothing_wrong (reference_check_reasons (&c->problem, answers), c, answers);
  expect_nothing_wrong (reference_check_leftover (&c->problem, answers), c, answers);
  expect_nothing_wrong (reference_check_unbalance (&c->problem, answers), c, answers);
  if (!(flags & (ALLOC_CASE_BALANCERS | ALLOC_CASE_UNBALANCED | ALLOC_CASE_STEPS)))
    expect_nothing_wrong (reference_check_fair (&c->problem, answers), c, answers);
}

static void
test_invariants (gconstpointer data)
{
  AllocCaseFlags flags = (AllocCaseFlags) GPOINTER_TO_INT (data);
  g_autofree AllocCase *c = g_new (AllocCase, 1);
  g_autofree AllocCase *permuted = g_new (AllocCase, 1);
  AllocRandom random = { 22 };
  bbe_answer answers[BBE_MAX_STATIONS], again[BBE_MAX_STATIONS];
  uint16_t order[BBE_MAX_STATIONS];

  for (guint k = 0; k < 2000; k++) {
    alloc_case_random (c, &random, k % 50 == 0 ? 100 : 20, flags);
    c->problem.search_budget = k % 3 == 0 ? 1 + k % 64 : 0; /* what greedy chooses must hold as well */
    bbe_allocate (&work, &c->problem, answers);
    check_all (c, answers, flags);
    alloc_case_permute (permuted, c, &random, order);
    memset (&work, (int) k, sizeof work); /* nothing is kept between calls */
    bbe_allocate (&work, &permuted->problem, again);
    for (guint i = 0; i < c->problem.n_candidates; i++)
      if (memcmp (&answers[i], &again[order[i]], sizeof answers[i]) != 0)
        expect_nothing_wrong (g_strdup_printf ("candidate %u differs when renumbered", i), c, answers);
  }
}

static void
expect_wrong (char *wrong)
{
  g_assert_nonnull (wrong);
  g_free (wrong);
}

/* A row raised, a current off the grid, one lowered, one made unfair, a wrong reason: each is seen. */
static void
test_checkers_can_fail (void)
{
  g_autofree AllocCase *c = g_new (AllocCase, 1);
  bbe_answer right[3], wrong[3];

  alloc_case_clear (c);
  alloc_case_add_circuit (c, -1, 40000);
  for (guint i = 0; i < 3; i++)
    alloc_case_add (c, 0, 7, 6000, 16000, 100);
  bbe_allocate (&work, &c->problem, right);
  check_all (c, right, ALLOC_CASE_PLAIN);
  memcpy (wrong, right, sizeof right);
  wrong[1].current_ma += 100;
  expect_wrong (reference_check_limits (&c->problem, wrong));
  wrong[1].current_ma = right[1].current_ma - 1;
  expect_wrong (reference_check_limits (&c->problem, wrong));
  wrong[1].current_ma = right[1].current_ma - 100;
  expect_wrong (reference_check_leftover (&c->problem, wrong));
  wrong[0].current_ma = right[0].current_ma + 100;
  g_assert_null (reference_check_limits (&c->problem, wrong));
  wrong[0].current_ma += 1000;
  wrong[1].current_ma -= 1000;
  g_assert_null (reference_check_limits (&c->problem, wrong));
  expect_wrong (reference_check_fair (&c->problem, wrong));
  memcpy (wrong, right, sizeof right);
  wrong[2].bound = BBE_BOUND_WISH;
  expect_wrong (reference_check_reasons (&c->problem, wrong));
}

/* Rows and candidates at the ends of their ranges. */
static void
test_extremes (void)
{
  static const int32_t caps_ma[] = { INT32_MIN, INT32_MIN + 1, -1, 0, 1, 6000, INT32_MAX - 1, INT32_MAX };
  static const int32_t currents_ma[] = { INT32_MIN, -1, 0, 1, 6000, BBE_MAX_MA, INT32_MAX };
  g_autofree AllocCase *c = g_new (AllocCase, 1);
  g_autofree bbe_answer *answers = g_new (bbe_answer, BBE_MAX_STATIONS);
  AllocRandom random = { 23 };

  for (guint k = 0; k < 4000; k++) {
    guint n = k % 100 == 0 ? BBE_MAX_STATIONS : (guint) alloc_random_range (&random, 1, 30);

    alloc_case_clear (c);
    for (gint node = 0; node < 4; node++) {
      alloc_case_add_circuit (c, node - 1, 0);
      for (guint row = 0; row < BBE_ROWS_PER_NODE; row++)
        c->nodes[node].cap_ma[row] = caps_ma[alloc_random_range (&random, 0, G_N_ELEMENTS (caps_ma) - 1)];
    }
    for (guint i = 0; i < n; i++) {
      int32_t min_ma = currents_ma[alloc_random_range (&random, 0, G_N_ELEMENTS (currents_ma) - 1)];
      int32_t max_ma = currents_ma[alloc_random_range (&random, 0, G_N_ELEMENTS (currents_ma) - 1)];
      int32_t step_ma = currents_ma[alloc_random_range (&random, 0, G_N_ELEMENTS (currents_ma) - 1)];

      alloc_case_add (c, (uint16_t) alloc_random_range (&random, 0, 3),
                      (uint8_t) alloc_random_range (&random, 0, 7), min_ma, max_ma, step_ma)
          ->holds
          = (uint8_t) alloc_random_range (&random, 0, 7);
    }
    bbe_allocate (&work, &c->problem, answers);
    for (guint i = 0; i < n; i++)
      if (answers[i].current_ma != 0)
        g_assert_cmpint (answers[i].current_ma, >=, c->candidates[i].min_ma);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/engine/alloc/reference/choice", GINT_TO_POINTER (ALLOC_CASE_PLAIN), test_choice);
  g_test_add_data_func ("/engine/alloc/reference/choice/rows",
                        GINT_TO_POINTER (ALLOC_CASE_TOTALS | ALLOC_CASE_HOLDS | ALLOC_CASE_STEPS),
                        test_choice);
  g_test_add_data_func ("/engine/alloc/reference/choice/history", GINT_TO_POINTER (ALLOC_CASE_HISTORY),
                        test_choice);
  g_test_add_func ("/engine/alloc/reference/choice/can-fail", test_choice_can_fail);
  g_test_add_data_func ("/engine/alloc/reference/fill", GINT_TO_POINTER (ALLOC_CASE_PLAIN), test_fill);
  g_test_add_data_func ("/engine/alloc/reference/fill/rows",
                        GINT_TO_POINTER (ALLOC_CASE_TOTALS | ALLOC_CASE_HOLDS), test_fill);
  for (guint flags = 0; flags <= ALLOC_CASE_ALL; flags += 3) {
    g_autofree char *path = g_strdup_printf ("/engine/alloc/invariants/%u", flags);

    g_test_add_data_func (path, GUINT_TO_POINTER (flags), test_invariants);
  }
  g_test_add_func ("/engine/alloc/invariants/can-fail", test_checkers_can_fail);
  g_test_add_func ("/engine/alloc/extremes", test_extremes);
  return g_test_run ();
}
