/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-group-offline.c: A-08: the standalone limit that is suggested, its sentence, and what the engine makes
 * of it. */
#include "engine/engine.h"
#include "kit.h"
#include "model/engine-config.h"
#include "model/group-offline.h"

#define METER "'meters':[{'id':'m'}],"
#define S     ",'stations':[{'id':'s','group':'g','failsafe_a':0}]"

typedef struct {
  const gchar *site, *sentence;
  gint suggested_ma;
} Row;

static const Row rows[] = {
  /* the manual's example */
  { METER "'circuits':[{'id':'c','name':'Main fuse','rating_a':25,'meter':'m','other_load_a':15}],"
          "'groups':[{'id':'g','circuit':'c'}]" S,
    "25.0 A Main fuse − 15.0 A other load = 10.0 A", 10000 },
  { "'circuits':[{'id':'c','rating_a':25,'other_load_a':15,'reserve_a':2}],'groups':[{'id':'g','circuit':'c'}"
    "]" S,
    "25.0 A c − 15.0 A other load − 2.0 A reserve = 8.0 A", 8000 },
  { "'circuits':[{'id':'c','rating_a':25,'stations_only':true}],'groups':[{'id':'g','circuit':'c'}]" S,
    "25.0 A c = 25.0 A", 25000 },
  /* the tightest level, and the tightest phase of it */
  { "'circuits':[{'id':'c','rating_a':63,'other_load_a':[20,50,30]},{'id':'d','parent':'c','rating_a':32,"
    "'stations_only':true}],'groups':[{'id':'g','circuit':'d'}]" S,
    "On L2: 63.0 A c − 50.0 A other load = 13.0 A", 13000 },
  { "'circuits':[{'id':'c','rating_a':63,'other_load_a':[20,50,30]},{'id':'d','parent':'c','rating_a':32,"
    "'phases':[1],'stations_only':true}],'groups':[{'id':'g','circuit':'d'}]" S,
    "32.0 A d = 32.0 A", 32000 },
  /* what the circuits below declare flows here too */
  { "'circuits':[{'id':'c','rating_a':32,'other_load_a':2},{'id':'d','parent':'c','rating_a':32,'other_load_"
    "a':7}],"
    "'groups':[{'id':'g','circuit':'c'}]" S,
    "32.0 A c − 7.0 A other load = 25.0 A", 25000 },
  { "'circuits':[{'id':'c','rating_a':10,'other_load_a':15}],'groups':[{'id':'g','circuit':'c'}]" S,
    "10.0 A c − 15.0 A other load = 0.0 A", 0 },
  /* other groups: what they state is taken off, the rest is shared */
  { "'circuits':[{'id':'c','rating_a':40,'other_load_a':10}],'groups':[{'id':'g','circuit':'c','offline_a':"
    "20},{'id':'h',"
    "'circuit':'c','offline_a':12}]" S,
    "40.0 A c − 10.0 A other load − 12.0 A other groups = 18.0 A", 18000 },
  { "'circuits':[{'id':'c','rating_a':40,'other_load_a':10}],'groups':[{'id':'g','circuit':'c'},{'id':'h',"
    "'circuit':'c'}],'stations':[{'id':'s','group':'g','failsafe_a':0},{'id':'t','group':'h','failsafe_a':0}"
    "]",
    "40.0 A c − 10.0 A other load, shared by 2 groups = 15.0 A", 15000 },
  { "'circuits':[{'id':'c','rating_a':40,'other_load_a':10.04}],'groups':[{'id':'g','circuit':'c','phases':["
    "1]},{'id':"
    "'h','circuit':'c','phases':[2],'offline_a':12}],'stations':[{'id':'s','group':'g','phases':1,'failsafe_"
    "a':0}]",
    "40.0 A c − 10.0 A other load = 29.9 A", 29900 },
  /* what is missing */
  { METER "'circuits':[{'id':'c','name':'Main "
          "fuse','rating_a':25,'meter':'m'}],'groups':[{'id':'g','circuit':'c'}]" S,
    "State what else may draw on “Main fuse” first.", BB_UNSTATED },
  { "'circuits':[{'id':'c'},{'id':'d'}],'groups':[{'id':'g'}]" S, "Choose the circuit of the group first.",
    BB_UNSTATED },
  { "'circuits':[{'id':'c','other_load_a':1}],'groups':[{'id':'g','circuit':'c','phases':[]}]" S,
    "Choose phases of its circuit for the group first.", BB_UNSTATED },
};

static void
test_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BbSite) site = kit_site (rows[i].site);
    g_autofree gchar *sentence = NULL;
    gint suggested = 7;

    g_test_message ("%s", rows[i].sentence);
    sentence = bb_group_explain_offline (site, bb_site_group (site, 0), &suggested);
    g_assert_cmpstr (sentence, ==, rows[i].sentence);
    g_assert_cmpint (suggested, ==, rows[i].suggested_ma);
  }
}

/* Trees that the checker refuses must not hang it. */
static void
test_broken_tree (void)
{
  g_autoptr (BbSite) ring
      = kit_site ("'circuits':[{'id':'c','parent':'d','other_load_a':1},{'id':'d','parent':'c',"
                  "'other_load_a':1}],'groups':[{'id':'g','circuit':'c'}]" S);
  g_autofree gchar *sentence = bb_group_explain_offline (ring, bb_site_group (ring, 0), NULL);

  g_autoptr (BbSite) same = bb_site_new ();
  g_autofree gchar *other = NULL;

  g_assert_nonnull (sentence);
  for (guint i = 0; i < 60; i++) {
    g_autoptr (BbCircuit) circuit = bb_circuit_new ("");

    g_list_store_append (G_LIST_STORE (bb_site_get_circuits (same)), circuit);
    g_object_set (circuit, "id", "c", "parent", "c", "other-load-l1-ma", 1, NULL);
  }
  g_list_store_append (G_LIST_STORE (bb_site_get_groups (same)), bb_site_group (ring, 0));
  other = bb_group_explain_offline (same, bb_site_group (same, 0), NULL);
  g_assert_nonnull (other);
}

/* The suggestion is what the engine would take where none is stated, and the checker accepts it. */
static void
test_agrees (void)
{
  const guint n = g_getenv ("BUSBAR_SOAK") != NULL ? 20000 : 400;
  guint n_compared = 0;

  for (guint32 seed = 1; seed <= n; seed++) {
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
    g_autoptr (BbSite) site = kit_random_site (rand, FALSE);
    const BbEngineOptions options = { FALSE, FALSE, FALSE, -1 };
    BbEngineConfig *config = bb_site_check_errors (site, BB_CHECK_DEPLOY, NULL)
                                 ? bb_engine_config_new (site, &options, NULL)
                                 : NULL;

    if (config == NULL)
      continue;
    for (guint g = 0; g < config->config.n_groups; g++) {
      g_autofree gchar *sentence = NULL;
      gint suggested;

      if (bb_group_peek (bb_site_group (site, g))->offline_ma != BB_UNSTATED || config->config.n_groups > 1)
        continue;
      sentence = bb_group_explain_offline (site, bb_site_group (site, g), &suggested);
      if (suggested == BB_UNSTATED)
        continue;
      g_test_message ("seed %u: %s", seed, sentence);
      g_assert_cmpint (suggested, <=, config->groups[g].offline_ma);
      n_compared++;
    }
    bb_engine_config_free (config);
  }
  g_test_message ("%u compared", n_compared);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/A-08/offline-sentence", test_rows);
  g_test_add_func ("/model/A-08/offline-broken-tree", test_broken_tree);
  g_test_add_func ("/model/A-08/offline-agrees-with-engine", test_agrees);
  return g_test_run ();
}
