/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alloc-quality.c: the allocator against an exact solver (GLPK) on random cases.
 *
 * Without arguments a test of a few hundred cases; `--cases N` runs N and prints the figures.
 */
#include "cases.h"
#include "reference.h"

#include <glpk.h>
#include <stdlib.h>
#include <string.h>

#define ENUMERATED_MAX 11 /* candidates; all sets of a case are filled up to here */

static bbe_alloc_work work;

typedef struct {
  guint cases, scarce;
  guint violations, leftovers, unfair;
  guint counts_best;
  gdouble phase_amperes, phase_amperes_free; /* against the solver's, with the same numbers served */
  guint enumerated;
  gdouble phase_amperes_some, phase_amperes_best_set; /* against the best set's max-min fair point */
  gdouble farthest_ma;
} Figures;

/* Columns of the program: y_i at 2i + 1 (runs), x_i at 2i + 2 (A). */
#define COLUMN_Y(i) ((int) (2 * (i) + 1))
#define COLUMN_X(i) ((int) (2 * (i) + 2))

static gboolean
is_on (const bbe_candidate *candidate, guint node)
{
  for (guint k = 0; k < candidate->n_path; k++)
    if (candidate->path[k] == node)
      return TRUE;
  return FALSE;
}

static gint
count_phases (guint mask)
{
  return (gint) ((mask & 1) + (mask >> 1 & 1) + (mask >> 2 & 1));
}

/* x between least and most while it runs, 0 otherwise. */
static void
add_range (glp_prob *program, guint i, const bbe_candidate *candidate)
{
  gdouble bounds[2] = { reference_least_ma (candidate) / 1000.0, reference_most_ma (candidate) / 1000.0 };

  for (guint k = 0; k < 2; k++) {
    gint row = glp_add_rows (program, 1);
    gint columns[3] = { 0, COLUMN_X (i), COLUMN_Y (i) };
    gdouble values[3] = { 0, 1, -bounds[k] };

    glp_set_mat_row (program, row, 2, columns, values);
    glp_set_row_bnds (program, row, k == 0 ? GLP_LO : GLP_UP, 0, 0);
  }
}

static void
add_node_row (glp_prob *program, const AllocCase *c, guint node, guint phase)
{
  gint32 cap_ma = c->nodes[node].cap_ma[phase];
  gint columns[BBE_MAX_STATIONS + 1], n = 0, row;
  gdouble values[BBE_MAX_STATIONS + 1];

  for (guint i = 0; i < c->problem.n_candidates; i++) {
    const bbe_candidate *candidate = &c->candidates[i];

    if (!is_on (candidate, node) || !(candidate->loads >> phase & 1))
      continue;
    if (cap_ma < 0) {
      glp_set_col_bnds (program, COLUMN_Y (i), GLP_FX, 0, 0);
      continue;
    }
    n++;
    columns[n] = COLUMN_X (i);
    values[n] = 1;
  }
  if (n == 0)
    return;
  row = glp_add_rows (program, 1);
  glp_set_mat_row (program, row, n, columns, values);
  glp_set_row_bnds (program, row, GLP_UP, 0, cap_ma / 1000.0);
}

static glp_prob *
build_program (const AllocCase *c)
{
  glp_prob *program = glp_create_prob ();

  glp_set_obj_dir (program, GLP_MAX);
  glp_add_cols (program, 2 * c->problem.n_candidates);
  for (guint i = 0; i < c->problem.n_candidates; i++) {
    glp_set_col_kind (program, COLUMN_Y (i), GLP_BV);
    glp_set_col_bnds (program, COLUMN_X (i), GLP_LO, 0, 0);
    if (reference_least_ma (&c->candidates[i]) < 0)
      glp_set_col_bnds (program, COLUMN_Y (i), GLP_FX, 0, 0);
    add_range (program, i, &c->candidates[i]);
  }
  for (guint n = 0; n < c->problem.n_nodes; n++)
    for (guint p = 0; p < 3; p++)
      add_node_row (program, c, n, p);
  return program;
}

static gdouble
solve (glp_prob *program)
{
  glp_iocp options;

  glp_init_iocp (&options);
  options.presolve = GLP_ON;
  options.msg_lev = GLP_MSG_OFF;
  options.tm_lim = 20000;
  g_assert_cmpint (glp_intopt (program, &options), ==, 0);
  g_assert_cmpint (glp_mip_status (program), ==, GLP_OPT);
  return glp_mip_obj_val (program);
}

/* The number of a class that run becomes a row. */
static void
fix_count (glp_prob *program, const AllocCase *c, guint class, gint count)
{
  gint columns[BBE_MAX_STATIONS + 1], n = 0, row = glp_add_rows (program, 1);
  gdouble values[BBE_MAX_STATIONS + 1];

  for (guint i = 0; i < c->problem.n_candidates; i++)
    if (c->candidates[i].priority == class) {
      columns[++n] = COLUMN_Y (i);
      values[n] = 1;
    }
  glp_set_mat_row (program, row, n, columns, values);
  glp_set_row_bnds (program, row, GLP_FX, count, count);
}

/* The lexicographically best numbers served, class by class. */
static void
solve_counts (const AllocCase *c, gint count[3])
{
  glp_prob *program = build_program (c);

  for (guint class = 0; class < 3; class ++) {
    for (guint i = 0; i < c->problem.n_candidates; i++)
      glp_set_obj_coef (program, COLUMN_Y (i), c->candidates[i].priority == class);
    count[class] = (gint) (solve (program) + 0.5);
    fix_count (program, c, class, count[class]);
  }
  glp_delete_prob (program);
}

/* The most phase-amperes with these numbers served, fair or not. */
static gdouble
solve_phase_amperes (const AllocCase *c, const gint count[3])
{
  glp_prob *program = build_program (c);
  gdouble sum;

  for (guint class = 0; class < 3; class ++)
    fix_count (program, c, class, count[class]);
  for (guint i = 0; i < c->problem.n_candidates; i++)
    glp_set_obj_coef (program, COLUMN_X (i), count_phases (c->candidates[i].loads));
  sum = solve (program);
  glp_delete_prob (program);
  return sum;
}

static gdouble
phase_amperes (const AllocCase *c, const bbe_answer *answers)
{
  gdouble sum = 0;

  for (guint i = 0; i < c->problem.n_candidates; i++)
    sum += answers[i].current_ma / 1000.0 * count_phases (c->candidates[i].loads);
  return sum;
}

static void
count_served (const AllocCase *c, const bbe_answer *answers, gint count[3])
{
  memset (count, 0, 3 * sizeof *count);
  for (guint i = 0; i < c->problem.n_candidates; i++)
    count[c->candidates[i].priority] += answers[i].current_ma > 0;
}

/* The most phase-amperes of any set with these numbers, at its max-min fair point. */
static gdouble
best_fair_set (const AllocCase *c, const gint count[3])
{
  g_autofree AllocCase *some = g_new (AllocCase, 1);
  bbe_answer answers[ENUMERATED_MAX];
  gdouble best = 0;

  *some = *c;
  some->problem.candidates = some->candidates;
  for (guint32 set = 0; set < 1u << c->problem.n_candidates; set++) {
    gint members[3] = { 0, 0, 0 };

    some->problem.n_candidates = 0;
    for (guint i = 0; i < c->problem.n_candidates; i++)
      if (set >> i & 1) {
        some->candidates[some->problem.n_candidates++] = c->candidates[i];
        members[c->candidates[i].priority]++;
      }
    if (memcmp (members, count, sizeof members) != 0)
      continue;
    bbe_allocate (&work, &some->problem, answers);
    count_served (some, answers, members);
    if (memcmp (members, count, sizeof members) == 0)
      best = MAX (best, phase_amperes (some, answers));
  }
  return best;
}

static gboolean
is_wrong (char *wrong)
{
  gboolean is = wrong != NULL;

  g_free (wrong);
  return is;
}

static gdouble
distance_ma (const AllocCase *c, const bbe_answer *answers)
{
  gboolean served[BBE_MAX_STATIONS];
  gdouble x_ma[BBE_MAX_STATIONS], farthest = 0;

  for (guint i = 0; i < c->problem.n_candidates; i++)
    served[i] = answers[i].current_ma > 0;
  reference_fill (&c->problem, served, x_ma);
  for (guint i = 0; i < c->problem.n_candidates; i++)
    farthest = MAX (farthest, ABS (x_ma[i] - answers[i].current_ma));
  return farthest;
}

static void
measure_case (const AllocCase *c, const bbe_answer *answers, Figures *figures)
{
  gint count[3], best[3];

  count_served (c, answers, count);
  solve_counts (c, best);
  figures->cases++;
  figures->violations += is_wrong (reference_check_limits (&c->problem, answers));
  figures->leftovers += is_wrong (reference_check_leftover (&c->problem, answers));
  figures->unfair += is_wrong (reference_check_fair (&c->problem, answers));
  figures->farthest_ma = MAX (figures->farthest_ma, distance_ma (c, answers));
  figures->counts_best += memcmp (count, best, sizeof count) == 0;
  figures->phase_amperes += phase_amperes (c, answers);
  figures->phase_amperes_free += solve_phase_amperes (c, count);
  if (count[0] + count[1] + count[2] == c->problem.n_candidates)
    return;
  figures->scarce++;
  if (c->problem.n_candidates > ENUMERATED_MAX)
    return;
  figures->enumerated++;
  figures->phase_amperes_some += phase_amperes (c, answers);
  figures->phase_amperes_best_set += best_fair_set (c, count);
}

static void
measure (guint cases, Figures *figures)
{
  g_autofree AllocCase *c = g_new (AllocCase, 1);
  AllocRandom random = { 2026 };
  bbe_answer answers[BBE_MAX_STATIONS];

  glp_term_out (GLP_OFF);
  for (guint k = 0; k < cases; k++) {
    alloc_case_random (c, &random, 20, ALLOC_CASE_PLAIN);
    bbe_allocate (&work, &c->problem, answers);
    measure_case (c, answers, figures);
  }
}

static char *
describe (const Figures *figures)
{
  return g_strdup_printf (
      "%u cases, %u of them scarce: violations %u, numbers served best in %.2f %%, phase-amperes %.2f %% of "
      "the "
      "best fair set's (%u cases), %.2f %% of the best unfair, farthest from the max-min fair point %.1f mA, "
      "unfair %u, left over %u",
      figures->cases, figures->scarce, figures->violations, 100.0 * figures->counts_best / figures->cases,
      100 * figures->phase_amperes_some / figures->phase_amperes_best_set, figures->enumerated,
      100 * figures->phase_amperes / figures->phase_amperes_free, figures->farthest_ma, figures->unfair,
      figures->leftovers);
}

static void
test_quality (void)
{
  Figures figures = { 0 };
  g_autofree char *text = NULL;

  measure (400, &figures);
  text = describe (&figures);
  g_test_message ("%s", text);
  g_assert_cmpuint (figures.scarce, >, 100);
  g_assert_cmpuint (figures.violations, ==, 0);
  g_assert_cmpuint (figures.leftovers, ==, 0);
  g_assert_cmpuint (figures.unfair, ==, 0);
  g_assert_cmpfloat (figures.counts_best, >=, 0.99 * figures.cases);
  g_assert_cmpfloat (figures.phase_amperes_some, >=, 0.985 * figures.phase_amperes_best_set);
  g_assert_cmpfloat (figures.farthest_ma, <=, 10.01);
}

/* A set with one served less, and one with fewer phase-amperes, lower the figures. */
static void
test_can_fail (void)
{
  g_autofree AllocCase *c = g_new (AllocCase, 1);
  bbe_answer answers[3];
  Figures figures = { 0 };

  glp_term_out (GLP_OFF);
  alloc_case_clear (c);
  alloc_case_add_circuit (c, -1, 16000);
  alloc_case_add (c, 0, 7, 6000, 32000, 10);
  alloc_case_add (c, 0, 1, 6000, 32000, 10);
  alloc_case_add (c, 0, 1, 6000, 32000, 10);
  bbe_allocate (&work, &c->problem, answers);
  measure_case (c, answers, &figures);
  g_assert_cmpuint (figures.counts_best, ==, 1);
  g_assert_cmpfloat (figures.phase_amperes_some, ==, 32);
  g_assert_cmpfloat (figures.phase_amperes_best_set, ==, 32);
  answers[0].current_ma = 0;
  answers[1].current_ma = answers[2].current_ma = 8000;
  memset (&figures, 0, sizeof figures);
  measure_case (c, answers, &figures);
  g_assert_cmpfloat (figures.phase_amperes_some, ==, 16);
  g_assert_cmpfloat (figures.phase_amperes_best_set, ==, 32);
  answers[1].current_ma = 0;
  memset (&figures, 0, sizeof figures);
  measure_case (c, answers, &figures);
  g_assert_cmpuint (figures.counts_best, ==, 0);
  g_assert_cmpuint (figures.leftovers, ==, 1);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--cases") == 0) {
    Figures figures = { 0 };
    g_autofree char *text = NULL;

    measure ((guint) MAX (1, atoi (argv[2])), &figures);
    text = describe (&figures);
    g_print ("alloc quality: %s\n", text);
    return EXIT_SUCCESS;
  }
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/alloc/quality", test_quality);
  g_test_add_func ("/engine/alloc/quality/can-fail", test_can_fail);
  return g_test_run ();
}
