/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kit.c: what the model's tests share. */
#include "kit.h"

#include <string.h>

static gchar *
text_of (const gchar *members)
{
  gchar *text = g_strdup_printf ("{'format':'busbar-site/1'%s%s}", *members != '\0' ? "," : "", members);

  return g_strdelimit (text, "'", '"');
}

BbSite *
kit_site (const gchar *members)
{
  g_autofree gchar *text = text_of (members);
  g_autoptr (GError) error = NULL;
  BbSite *site = bb_site_parse (text, -1, "test", &error);

  g_assert_no_error (error);
  return site;
}

gchar *
kit_site_error (const gchar *members, gint *code)
{
  g_autofree gchar *text = text_of (members);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = bb_site_parse (text, -1, "test", &error);

  if (site != NULL)
    g_error ("was read: %s", text);
  g_assert_true (g_str_has_prefix (error->message, "test"));
  *code = error->code;
  return g_strdup (error->message + strlen ("test: "));
}

gboolean
kit_reports (BbSite *site, BbCheckFlags flags, const gchar *rule, BbSeverity severity, const gchar *pointer)
{
  g_autoptr (GListModel) problems = bb_site_check (site, flags);

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++) {
    g_autoptr (BbProblem) problem = (BbProblem *) g_list_model_get_item (problems, i);

    if (strcmp (bb_problem_get_rule (problem), rule) == 0 && bb_problem_get_severity (problem) == severity
        && (pointer == NULL || strcmp (bb_problem_get_pointer (problem), pointer) == 0))
      return TRUE;
  }
  return FALSE;
}

guint
kit_count (BbSite *site, BbCheckFlags flags, BbSeverity severity)
{
  g_autoptr (GListModel) problems = bb_site_check (site, flags);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++) {
    g_autoptr (BbProblem) problem = (BbProblem *) g_list_model_get_item (problems, i);

    n += bb_problem_get_severity (problem) == severity;
  }
  return n;
}

gchar *
kit_problems (BbSite *site, BbCheckFlags flags)
{
  g_autoptr (GListModel) problems = bb_site_check (site, flags);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++) {
    g_autoptr (BbProblem) problem = (BbProblem *) g_list_model_get_item (problems, i);

    g_string_append_printf (text, "%s %s %s: %s\n", bb_severity_get_name (bb_problem_get_severity (problem)),
                            bb_problem_get_rule (problem), bb_problem_get_pointer (problem),
                            bb_problem_get_sentence (problem));
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gchar *
kit_fixture (const gchar *name)
{
  return g_build_filename (g_getenv ("G_TEST_SRCDIR"), "fixtures", "site", name, NULL);
}

GStrv
kit_fixtures (void)
{
  g_autofree gchar *folder = kit_fixture (".");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  const gchar *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".busbar"))
      g_strv_builder_add (names, name);
  return g_strv_builder_end (names);
}

/* ---- random sites ---- */

static gint
between (GRand *rand, gint least, gint most)
{
  return g_rand_int_range (rand, least, most + 1);
}

static const gchar *
flag (GRand *rand)
{
  return g_rand_boolean (rand) ? "true" : "false";
}

/* Amperes with up to three decimals, or what breaks rules now and then. */
static void
add_amps (GString *out, GRand *rand, gboolean wild, const gchar *key, gint least, gint most)
{
  gint value = between (rand, least, most);

  if (wild && between (rand, 0, 40) == 0)
    value = between (rand, 0, 1) * 400000;
  g_string_append_printf (out, ",'%s':%d.%03d", key, value / 1000, value % 1000);
}

static void
add_extra (GString *out, GRand *rand)
{
  if (between (rand, 0, 2) == 0)
    g_string_append_printf (out, ",'x-%d':[%d,0.%d,{'k':null}]", between (rand, 0, 9),
                            between (rand, -99, 99), between (rand, 1, 999));
}

static void
add_circuits (GString *out, GRand *rand, gboolean wild, gint n, gint n_meters)
{
  for (gint i = 0; i < n; i++) {
    g_string_append_printf (out, "%s{'id':'c%d'", i > 0 ? "," : "", i);
    if (i > 0)
      g_string_append_printf (out, ",'parent':'c%d'",
                              between (rand, 0, wild && between (rand, 0, 30) == 0 ? n - 1 : i - 1));
    if (i < n_meters)
      g_string_append_printf (out, ",'meter':'m%d'", i);
    add_amps (out, rand, wild, "rating_a", i == 0 ? 100000 : 50000, 200000);
    add_amps (out, rand, wild, "other_load_a", 0, 10000);
    if (between (rand, 0, 3) == 0)
      add_amps (out, rand, wild, "generation_a", 0, 20000);
    if (wild && between (rand, 0, 8) == 0)
      g_string_append_printf (out, ",'phases':[%d]", between (rand, 1, 3));
    add_extra (out, rand);
    g_string_append_c (out, '}');
  }
}

static void
add_meters (GString *out, GRand *rand, gboolean wild, gint n)
{
  for (gint i = 0; i < n; i++) {
    g_string_append_printf (out, "%s{'id':'m%d','signed':%s,'interval_s':%d", i > 0 ? "," : "", i,
                            wild ? flag (rand) : "true", between (rand, wild ? 0 : 1, 10));
    if (wild && between (rand, 0, 10) == 0)
      g_string_append (out, ",'total_only':true");
    add_extra (out, rand);
    g_string_append_c (out, '}');
  }
}

static void
add_groups (GString *out, GRand *rand, gboolean wild, gint n, gint n_circuits)
{
  static const gchar *const modes[] = { "normal", "solar", "boost" };
  static const gchar *const balancers[] = { "fair", "priority", "queue", "rotate", "deadline" };

  for (gint i = 0; i < n; i++) {
    g_string_append_printf (out, "%s{'id':'g%d','circuit':'c%d','mode':'%s','balancer':'%s','active':%s",
                            i > 0 ? "," : "", i, between (rand, 0, n_circuits - 1),
                            modes[wild ? between (rand, 0, 2) : 0], balancers[between (rand, 0, 4)],
                            flag (rand));
    if (between (rand, 0, 1) == 0)
      add_amps (out, rand, wild, "offline_a", 0, wild ? 60000 : 10000);
    if (wild && between (rand, 0, 5) == 0)
      g_string_append_printf (out, ",'use_peak':true,'initial_peak_kw':%d,'peak_window_min':%d",
                              between (rand, 0, 50), between (rand, 0, 2) * 15);
    g_string_append_printf (out, ",'turn_min':%d,'random_delay_max_min':%d", between (rand, wild ? 0 : 1, 30),
                            between (rand, 0, 30));
    add_extra (out, rand);
    g_string_append_c (out, '}');
  }
}

static void
add_stations (GString *out, GRand *rand, gboolean wild, gint n, gint n_groups)
{
  for (gint i = 0; i < n; i++) {
    g_string_append_printf (out, "%s{'id':'s%d','group':'g%d','serial':'%d'", i > 0 ? "," : "", i,
                            between (rand, 0, n_groups - 1), between (rand, 0, 20));
    add_amps (out, rand, wild, "max_a", 10000, 32000);
    add_amps (out, rand, wild, "min_a", 6000, 10000);
    if (!wild || between (rand, 0, 3) > 0)
      add_amps (out, rand, wild, "failsafe_a", 0, wild ? 8000 : 100);
    if (wild && between (rand, 0, 3) == 0)
      g_string_append_printf (out, ",'phases':%d", between (rand, 1, 3));
    if (wild && between (rand, 0, 9) == 0)
      g_string_append_printf (out, ",'rotation':'%d%d%d'", between (rand, 1, 3), between (rand, 1, 3),
                              between (rand, 1, 3));
    else if (between (rand, 0, 9) == 0)
      g_string_append (out, ",'rotation':'unknown'");
    if (wild && between (rand, 0, 9) == 0)
      g_string_append (out, ",'can_switch':true");
    if (wild && between (rand, 0, 9) == 0)
      add_amps (out, rand, wild, "reservation_a", 0, 32000);
    g_string_append_printf (out, ",'measured':%s", flag (rand));
    add_extra (out, rand);
    g_string_append_c (out, '}');
  }
}

BbSite *
kit_random_site (GRand *rand, gboolean wild)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const gint n_circuits = between (rand, 1, 5), n_meters = between (rand, 0, n_circuits);
  const gint n_groups = between (rand, 1, 4), n_stations = between (rand, 1, 12);

  g_string_append_printf (text, "'name':'Random','grid':'%s'",
                          wild && between (rand, 0, 5) == 0 ? "tn-one-phase" : "tn-three-phase");
  add_extra (text, rand);
  g_string_append (text, ",'circuits':[");
  add_circuits (text, rand, wild, n_circuits, n_meters);
  g_string_append (text, "],'meters':[");
  add_meters (text, rand, wild, n_meters);
  g_string_append (text, "],'groups':[");
  add_groups (text, rand, wild, n_groups, n_circuits);
  g_string_append (text, "],'stations':[");
  add_stations (text, rand, wild, n_stations, n_groups);
  g_string_append_c (text, ']');
  return kit_site (text->str);
}
