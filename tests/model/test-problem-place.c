/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-problem-place.c: every problem is found at its part and property again. */
#include <string.h>

#include "kit.h"
#include "model/part-private.h"
#include "model/problem-place.h"

typedef struct {
  const gchar *site, *rule, *type, *id, *property;
} Row;

#define C "'circuits':[{'id':'c','rating_a':25,'other_load_a':5}]"
#define G "'groups':[{'id':'g','circuit':'c'}]"
#define S "'stations':[{'id':'s','group':'g','failsafe_a':6}]"

static const Row rows[] = {
  { "'grid':'delta'," C "," G "," S, "grid-type", "BbSite", NULL, "grid" },
  { "'network':{'subnet':'x'}," C "," G "," S, "network-subnet", "BbNetwork", NULL, "subnet" },
  { C "," G ",'stations':[]", "no-stations", "BbSite", NULL, "stations" },
  { "'circuits':[{'id':'c','rating_a':[25,0,25],'other_load_a':5}]," G "," S, "circuit-rating", "BbCircuit",
    "c", "rating-l1-ma" },
  { C ",'groups':[{'id':'g','circuit':'c','windows':[{'start':'1:00','end':'3:00'},{'start':'2:00','end':'4:"
      "00'}]}]," S,
    "windows-overlap", "BbGroup", "g", "windows" },
  { C ",'groups':[{'id':'g','circuit':'c','windows':[{'start':'1:00','end':'3:00','colour':1}]}]," S,
    "key-unknown", "BbGroup", "g", "windows" },
  { C "," G ",'stations':[{'id':'s','group':'g','failsafe_a':6,'a/b~c':1}]", "key-unknown", "BbStation", "s",
    NULL },
  { C "," G ",'stations':[{'id':'s','group':'g','included_in':['nobody']}]", "reference", "BbStation", "s",
    "included-in" },
  { C ",'groups':[{'id':'g','circuit':'c'},{'id':'h','circuit':'c'}]," S, "group-empty", "BbGroup", "h",
    NULL },
  { C "," G "," S ",'tariff':[{'start':'1:00','end':'3:00'},{'start':'2:00','end':'4:00'}]",
    "windows-overlap", "BbTariffWindow", NULL, NULL },
  { C "," G "," S ",'reduced':{'other_meter':'x'}", "reference", "BbReduced", NULL, "other-meter" },
  { C "," G "," S ",'simulation':{'from':'x'}", "simulation-start", "BbSimulation", NULL, "from" },
};

static BbProblem *
find_problem (BbSite *site, const gchar *rule)
{
  g_autoptr (GListModel) problems = bb_site_check (site, BB_CHECK_DEPLOY);

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++) {
    g_autoptr (BbProblem) problem = (BbProblem *) g_list_model_get_item (problems, i);

    if (strcmp (bb_problem_get_rule (problem), rule) == 0)
      return g_steal_pointer (&problem);
  }
  return NULL;
}

static void
test_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BbSite) site = kit_site (rows[i].site);
    g_autoptr (BbProblem) problem = find_problem (site, rows[i].rule);
    const gchar *property;
    BbPart *part;

    g_test_message ("%s", rows[i].site);
    g_assert_nonnull (problem);
    g_assert_true (bb_problem_locate (site, problem, &part, &property));
    g_assert_cmpstr (G_OBJECT_TYPE_NAME (part), ==, rows[i].type);
    g_assert_cmpstr (property, ==, rows[i].property);
    if (rows[i].id != NULL)
      g_assert_cmpstr (bb_part_get_id (part), ==, rows[i].id);
  }
}

/* Whatever the checker says of a site, it says of something that is there. */
static guint
locate_all (BbSite *site, GHashTable *rules)
{
  g_autoptr (GListModel) problems = bb_site_check (site, BB_CHECK_DEPLOY);
  const guint n = g_list_model_get_n_items (problems);

  for (guint i = 0; i < n; i++) {
    g_autoptr (BbProblem) problem = (BbProblem *) g_list_model_get_item (problems, i);
    const gchar *property;
    BbPart *part;

    g_test_message ("%s at %s", bb_problem_get_rule (problem), bb_problem_get_pointer (problem));
    g_assert_true (bb_problem_locate (site, problem, &part, &property));
    g_assert_nonnull (part);
    g_assert_true (
        property != NULL || strcmp (bb_problem_get_rule (problem), "key-unknown") == 0
        || g_ascii_isdigit (bb_problem_get_pointer (problem)[strlen (bb_problem_get_pointer (problem)) - 1]));
    if (property != NULL)
      g_assert_nonnull (g_object_class_find_property (G_OBJECT_GET_CLASS (part), property));
    g_hash_table_add (rules, (gpointer) bb_problem_get_rule (problem));
  }
  return n;
}

static void
test_everywhere (void)
{
  g_autoptr (GHashTable) rules = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (GStrv) names = kit_fixtures ();
  const guint n = g_getenv ("BUSBAR_SOAK") != NULL ? 5000 : 200;

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree gchar *path = kit_fixture (names[i]);
    g_autoptr (BbSite) site = bb_site_load (path, NULL);

    if (site != NULL)
      locate_all (site, rules);
  }
  for (guint32 seed = 1; seed <= n; seed++) {
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
    g_autoptr (BbSite) site = kit_random_site (rand, TRUE);

    locate_all (site, rules);
  }
  g_test_message ("%u rules of %u met", g_hash_table_size (rules),
                  g_strv_length ((gchar **) (gpointer) bb_site_check_rules ()));
  g_assert_cmpuint (g_hash_table_size (rules), >=, 20);
}

/* The site has changed since: the place is gone. */
static void
test_gone (void)
{
  g_autoptr (BbSite) site = kit_site (C ",'groups':[{'id':'g','circuit':'c'},{'id':'h','circuit':'c'}]," S);
  g_autoptr (BbProblem) problem = find_problem (site, "group-empty");
  const gchar *property;
  BbPart *part;

  bb_site_remove (site, BB_PART (bb_site_group (site, 1)));
  g_assert_false (bb_problem_locate (site, problem, &part, &property));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/problem-place/rows", test_rows);
  g_test_add_func ("/model/problem-place/everywhere", test_everywhere);
  g_test_add_func ("/model/problem-place/gone", test_gone);
  return g_test_run ();
}
