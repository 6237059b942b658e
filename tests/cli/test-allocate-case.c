/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-allocate-case.c: the answers of `allocate` on random problems, checked by arithmetic of our own, and
 * on text that was damaged at random. */
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "cli/allocate-case.h"

#define MOST_CIRCUITS 5
#define MOST_STATIONS 20
/* A rounding error of doubles, far under the 0.01 A that are computed with. */
#define SLACK_A 1e-6

typedef struct Problem {
  guint n_circuits, n_stations;
  int parent[MOST_CIRCUITS]; /* -1: none */
  double limit_a[MOST_CIRCUITS][3];
  struct {
    guint circuit, phases; /* bits */
    double min_a, max_a, step_a;
    guint priority;
  } station[MOST_STATIONS];
} Problem;

static guint
rounds (guint plain, guint soak)
{
  return g_getenv ("BUSBAR_SOAK") ? soak : plain;
}

static void
make_problem (Problem *problem, GRand *rand)
{
  static const guint masks[] = { 1, 2, 4, 3, 7, 7 };
  static const double minima[] = { 6, 8, 10 }, maxima[] = { 5, 10, 16, 20.5, 32 },
                      steps[] = { 0.01, 0.01, 0.1, 1 };

  problem->n_circuits = (guint) g_rand_int_range (rand, 1, MOST_CIRCUITS + 1);
  problem->n_stations = (guint) g_rand_int_range (rand, 0, MOST_STATIONS + 1);
  for (guint c = 0; c < problem->n_circuits; c++) {
    problem->parent[c] = c == 0 ? -1 : g_rand_int_range (rand, -1, (gint32) c);
    for (guint p = 0; p < 3; p++)
      problem->limit_a[c][p] = round (g_rand_double_range (rand, -10, 80) * 1000) / 1000;
  }
  for (guint s = 0; s < problem->n_stations; s++) {
    problem->station[s].circuit = (guint) g_rand_int_range (rand, 0, (gint32) problem->n_circuits);
    problem->station[s].phases = masks[g_rand_int_range (rand, 0, G_N_ELEMENTS (masks))];
    problem->station[s].min_a = minima[g_rand_int_range (rand, 0, G_N_ELEMENTS (minima))];
    problem->station[s].max_a = maxima[g_rand_int_range (rand, 0, G_N_ELEMENTS (maxima))];
    problem->station[s].step_a = steps[g_rand_int_range (rand, 0, G_N_ELEMENTS (steps))];
    problem->station[s].priority = (guint) g_rand_int_range (rand, 0, 3);
  }
}

static void
append_circuit (GString *text, const Problem *problem, guint c)
{
  g_string_append_printf (text, "%s{\"id\":\"c%u\",\"limit_a\":[%.3f,%.3f,%.3f]", c ? "," : "", c,
                          problem->limit_a[c][0], problem->limit_a[c][1], problem->limit_a[c][2]);
  if (problem->parent[c] >= 0)
    g_string_append_printf (text, ",\"parent\":\"c%d\"", problem->parent[c]);
  g_string_append_c (text, '}');
}

static void
append_station (GString *text, const Problem *problem, guint s)
{
  static const char *const phases[] = { "", "1", "2", "1,2", "3", "1,3", "2,3", "1,2,3" };

  g_string_append_printf (text,
                          "%s{\"circuit\":\"c%u\",\"phases\":[%s],\"min_a\":%g,\"max_a\":%g,\"step_a\":%g,"
                          "\"priority\":%u}",
                          s ? "," : "", problem->station[s].circuit, phases[problem->station[s].phases],
                          problem->station[s].min_a, problem->station[s].max_a, problem->station[s].step_a,
                          problem->station[s].priority);
}

static void
write_problem (const Problem *problem, GString *text)
{
  g_string_assign (text, "{\"id\":[\"x\"],\"circuits\":[");
  for (guint c = 0; c < problem->n_circuits; c++)
    append_circuit (text, problem, c);
  g_string_append (text, "],\"stations\":[");
  for (guint s = 0; s < problem->n_stations; s++)
    append_station (text, problem, s);
  g_string_append (text, "]}");
}

/* ---- the checker ---- */

static gboolean
hangs_below (const Problem *problem, guint circuit, guint above)
{
  for (int c = (int) circuit; c >= 0; c = problem->parent[c])
    if ((guint) c == above)
      return TRUE;
  return FALSE;
}

/* NULL, or what is wrong with these currents. */
static const char *
find_fault (const Problem *problem, const double *current_a)
{
  for (guint s = 0; s < problem->n_stations; s++) {
    double steps = current_a[s] / problem->station[s].step_a;
    if (current_a[s] == 0)
      continue;
    if (current_a[s] < problem->station[s].min_a - SLACK_A
        || current_a[s] > problem->station[s].max_a + SLACK_A)
      return "out of range";
    if (fabs (steps - round (steps)) > SLACK_A)
      return "off its grid";
  }
  for (guint c = 0; c < problem->n_circuits; c++) {
    for (guint p = 0; p < 3; p++) {
      double sum = 0;
      for (guint s = 0; s < problem->n_stations; s++)
        if ((problem->station[s].phases >> p & 1) && hangs_below (problem, problem->station[s].circuit, c))
          sum += current_a[s];
      if (sum > MAX (0, problem->limit_a[c][p]) + SLACK_A)
        return "over a limit";
    }
  }
  return NULL;
}

static JsonObject *
parse_answer (const GString *out, JsonNode **root)
{
  g_assert_cmpuint (out->len, >, 1);
  g_assert_true (memchr (out->str, '\n', out->len) == out->str + out->len - 1);
  *root = json_from_string (out->str, NULL);
  if (!*root || !JSON_NODE_HOLDS_OBJECT (*root))
    g_error ("not a JSON object: %s", out->str);
  return json_node_get_object (*root);
}

static void
read_currents (JsonObject *answer, guint n, double *current_a)
{
  JsonArray *array = json_object_get_array_member (answer, "current_a");

  g_assert_cmpuint (json_array_get_length (array), ==, n);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (answer, "reason")), ==, n);
  for (guint s = 0; s < n; s++)
    current_a[s] = json_array_get_double_element (array, s);
}

/* A reason says what the current says: only "full" and "row:" run. */
static void
check_reasons (JsonObject *answer, const Problem *problem, const double *current_a)
{
  JsonArray *reasons = json_object_get_array_member (answer, "reason");

  for (guint s = 0; s < problem->n_stations; s++) {
    const char *reason = json_array_get_string_element (reasons, s);
    gboolean runs = g_str_equal (reason, "full") || g_str_has_prefix (reason, "row:c");
    gboolean stands = g_str_has_prefix (reason, "no-room:c") || g_str_has_prefix (reason, "impossible");
    g_assert_true (runs != stands);
    g_assert_true (runs == (current_a[s] > 0));
    if (g_str_equal (reason, "full")) /* the last whole step under the maximum */
      g_assert_cmpfloat (current_a[s], >, problem->station[s].max_a - problem->station[s].step_a - SLACK_A);
  }
}

static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (42);
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GString) out = g_string_new (NULL);
  CliCase *scratch = cli_case_new ();
  guint caught = 0, raised = 0;

  for (guint i = 0; i < rounds (3000, 1000000); i++) {
    Problem problem;
    double current_a[MOST_STATIONS] = { 0 };
    g_autoptr (JsonNode) root = NULL;
    make_problem (&problem, rand);
    write_problem (&problem, line);
    g_string_truncate (out, 0);
    g_assert_true (cli_case_answer (scratch, line->str, line->len, i + 1, out));
    JsonObject *answer = parse_answer (out, &root);
    read_currents (answer, problem.n_stations, current_a);
    check_reasons (answer, &problem, current_a);
    const char *fault = find_fault (&problem, current_a);
    if (fault)
      g_error ("%s: %s -> %s", fault, line->str, out->str);
    /* shown red: a station that runs at a minimum too much is one of the three faults */
    for (guint s = 0; s < problem.n_stations; s++) {
      if (current_a[s] == 0)
        continue;
      current_a[s] += problem.station[s].max_a;
      raised++;
      caught += find_fault (&problem, current_a) != NULL;
      current_a[s] -= problem.station[s].max_a;
    }
  }
  g_assert_cmpuint (raised, >, 1000);
  g_assert_cmpuint (caught, ==, raised);
  cli_case_free (scratch);
}

/* ---- damaged text ---- */

static void
damage (GString *line, GRand *rand)
{
  static const char bytes[] = "{}[]\",:-+.0123456789eE\\ \tntu\x80\xff\x00";

  for (gint edits = g_rand_int_range (rand, 1, 6); edits > 0 && line->len > 2; edits--) {
    gsize at = (gsize) g_rand_int_range (rand, 0, (gint32) line->len);
    gsize n = (gsize) g_rand_int_range (rand, 1, 12);
    switch (g_rand_int_range (rand, 0, 4)) {
    case 0:
      line->str[at] = bytes[g_rand_int_range (rand, 0, sizeof bytes)];
      break;
    case 1:
      g_string_erase (line, (gssize) at, (gssize) MIN (n, line->len - at));
      break;
    case 2: {
      g_autofree char *piece = g_strndup (line->str + at, MIN (n, line->len - at));
      g_string_insert (line, g_rand_int_range (rand, 0, (gint32) line->len), piece);
      break;
    }
    default:
      g_string_truncate (line, MAX (at, 1));
      break;
    }
  }
}

/* Whatever comes in, one JSON object comes out, with an id and either currents or an error. */
static void
test_damaged (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GString) out = g_string_new (NULL);
  CliCase *scratch = cli_case_new ();
  guint refused = 0;

  for (guint i = 0; i < rounds (5000, 2000000); i++) {
    Problem problem;
    g_autoptr (JsonNode) root = NULL;
    make_problem (&problem, rand);
    write_problem (&problem, line);
    damage (line, rand);
    g_string_truncate (out, 0);
    /* a copy of just the bytes, so that reading past them is seen */
    g_autofree char *exact = g_memdup2 (line->str, line->len);
    gboolean good = cli_case_answer (scratch, exact, line->len, i + 1, out);
    if (out->len == 0) /* nothing but blanks is left of it */
      continue;
    JsonObject *answer = parse_answer (out, &root);
    g_assert_true (json_object_has_member (answer, "id"));
    g_assert_true (json_object_has_member (answer, "error") != good);
    g_assert_true (json_object_has_member (answer, "current_a") == good);
    refused += !good;
  }
  g_assert_cmpuint (refused, >, 1000);
  cli_case_free (scratch);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/allocate-case/random", test_random);
  g_test_add_func ("/cli/allocate-case/damaged", test_damaged);
  return g_test_run ();
}
