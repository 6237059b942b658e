/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-site.c: runs as a site file describes them: times, inputs beside it, scenario, modes, ideal parts. */
#include "support.h"

#include <glib/gstdio.h>
#include <math.h>

/* A folder with a site file and its inputs. */
typedef struct {
  gchar *folder;
  GPtrArray *files; /* (element-type utf8) */
} Folder;

static Folder
folder_new (void)
{
  return (Folder){ g_dir_make_tmp ("busbar-XXXXXX", NULL), g_ptr_array_new_with_free_func (g_free) };
}

static const gchar *
folder_put (Folder *folder, const gchar *name, const gchar *text)
{
  gchar *path = g_build_filename (folder->folder, name, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_ptr_array_add (folder->files, path);
  return path;
}

static void
folder_clear (Folder *folder)
{
  for (guint i = 0; i < folder->files->len; i++)
    g_unlink (g_ptr_array_index (folder->files, i));
  g_assert_cmpint (g_rmdir (folder->folder), ==, 0);
  g_ptr_array_unref (folder->files);
  g_free (folder->folder);
}

static BbSimOptions *
options_from (const gchar *site_path, GError **error)
{
  g_autoptr (BbSite) site = bb_site_load (site_path, error);
  if (site == NULL)
    return NULL;
  g_autoptr (BbSimOptions) options = bb_sim_options_new (site);
  if (!bb_sim_options_add_site_defaults (options, error)
      || !bb_sim_options_add_site_inputs (options, 0, error))
    return NULL;
  return g_steal_pointer (&options);
}

static void
test_whole_site (void)
{
  g_autoptr (GError) error = NULL;
  Folder folder = folder_new ();
  g_autoptr (GString) load = g_string_new ("time,l1_w,l2_w,l3_w\n"), sun = g_string_new ("minute,power_w\n");
  for (guint hour = 0; hour < 24; hour++) {
    g_string_append_printf (load, "2026-07-01T%02u:00,%s\n", hour, hour < 12 ? "2300,0,460" : "4600,2300,0");
    g_string_append_printf (sun, "%u,%u\n", hour * 60, hour >= 6 && hour < 12 ? 6900u : 0u);
  }
  folder_put (&folder, "load.csv", load->str);
  folder_put (&folder, "sun.csv", sun->str);
  folder_put (&folder, "cars.csv",
              "arrival;departure;energy_kwh;station\n2026-07-01 01:00;2026-07-01 20:00;5,5;b\n");
  const gchar *path = folder_put (
      &folder, "house.busbar",
      "{\"format\":\"busbar-site/1\",\"timezone\":\"Europe/Bucharest\",\"main_fuse_a\":40,\"offline_a\":0,"
      "\"stations\":[{\"id\":\"a\",\"failsafe_a\":0},{\"id\":\"b\",\"failsafe_a\":0}],"
      "\"inputs\":[{\"kind\":\"load\",\"file\":\"load.csv\"},"
      "{\"kind\":\"pv\",\"file\":\"sun.csv\",\"repeat\":\"day\"},"
      "{\"kind\":\"sessions\",\"file\":\"cars.csv\"}],"
      "\"simulation\":{\"step_s\":10,\"seed\":5,\"station_own_w\":0},"
      "\"scenario\":[{\"at\":\"2026-07-01T23:00\",\"for_s\":600,\"what\":\"load-step\",\"circuit\":\"main\","
      "\"l3_a\":20}]}");
  g_autoptr (BbSimOptions) options = options_from (path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (options->from_ms, ==, G_GINT64_CONSTANT (1782853200000)); /* midnight there: 21:00 UTC */
  g_assert_cmpint (options->until_ms - options->from_ms, ==, DAY);
  g_assert_cmpint (options->step_ms, ==, 10000);
  g_assert_cmpuint (options->seed, ==, 5);
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  const BbSummary *summary = outcome->summary;
  g_assert_cmpint (summary->delivered_mws, ==, G_GINT64_CONSTANT (5500) * 3600000);
  g_assert_cmpint (summary->stations[1].delivered_mws, ==, summary->delivered_mws);
  /* 10 A + 2 A, then 20 A + 10 A, twelve hours each; and 20 A for ten minutes. */
  g_assert_cmpint (summary->load_mws, ==, (G_GINT64_CONSTANT (42000) * 12 * 3600 + 20000 * 600) * 230);
  g_assert_cmpint (summary->generation_mws, ==, G_GINT64_CONSTANT (6900) * 1000 * 6 * 3600);
  g_assert_cmpint (summary->import_mws - summary->export_mws, ==,
                   summary->load_mws - summary->generation_mws + summary->charged_from_grid_mws
                       + summary->charged_from_solar_mws);
  folder_clear (&folder);
}

static void
test_wrong_inputs (void)
{
  const struct {
    const gchar *inputs, *part;
  } bad[] = {
    { "{\"kind\":\"load\",\"file\":\"none.csv\"}", "none.csv" },
    { "{\"kind\":\"load\"}", "/inputs/0/file" },
    { "{\"kind\":\"load\",\"source\":\"constant\",\"circuit\":\"attic\"}", "/inputs/0/circuit" },
    { "{\"kind\":\"load\",\"source\":\"constant\",\"zone\":\"Mars/North\"}", "/inputs/0/zone" },
    { "{\"kind\":\"sessions\",\"source\":\"constant\"}", "/inputs/0/source" },
    { "{\"kind\":\"sessions\",\"source\":\"synthetic\",\"cars_per_day\":1},{\"kind\":\"sessions\","
      "\"source\":\"synthetic\",\"cars_per_day\":1}",
      "/inputs/1/kind" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    Folder folder = folder_new ();
    g_autofree gchar *text = g_strdup_printf ("{\"format\":\"busbar-site/1\",\"stations\":[{\"id\":\"a\","
                                              "\"failsafe_a\":0}],\"offline_a\":0,\"inputs\":[%s]}",
                                              bad[i].inputs);
    g_autoptr (BbSimOptions) options = options_from (folder_put (&folder, "s.busbar", text), &error);
    g_autoptr (BbSimOutcome) outcome
        = options != NULL ? bb_sim_run (options, NULL, NULL, NULL, &error) : NULL;
    g_assert_null (outcome);
    g_assert_nonnull (error);
    if (strstr (error->message, bad[i].part) == NULL)
      g_error ("%s: expected %s", error->message, bad[i].part);
    folder_clear (&folder);
  }
}

/* ---- modes ---- */

static BbSite *
solar_site (const gchar *mode)
{
  return site_of (
      "{\"format\":\"busbar-site/1\",\"circuits\":[{\"id\":\"main\",\"rating_a\":40,\"meter\":\"m\","
      "\"generation_a\":40}],\"meters\":[{\"id\":\"m\",\"signed\":true}],"
      "\"groups\":[{\"id\":\"all\",\"circuit\":\"main\",\"mode\":\"%s\",\"offline_a\":0}],"
      "\"stations\":[{\"id\":\"a\",\"group\":\"all\",\"phases\":1,\"failsafe_a\":0,\"measured\":true}]}",
      mode);
}

/* Solar takes nothing from the grid once it settled; normal mode does; boost takes both. 17 - 10 = 7 A
 * charges (T-08). */
static void
test_solar (void)
{
  const TestSession cars[] = { { NULL, 30, 600, 8.0, 1, 16, 0, 0 } };
  const gchar *const modes[] = { "solar", "normal", "boost" };
  gint64 grid[3], solar[3];
  for (guint m = 0; m < 3; m++) {
    g_autoptr (BbSite) site = solar_site (modes[m]);
    g_autoptr (BbSimOptions) options = options_of (site, 8 * HOUR, cars, 1);
    options->plant.station_own_mw = 0;
    add_load (options, 10000, 0, 0);
    add_pv (options, 17000, 0, 0);
    g_autoptr (BbSimOutcome) outcome = run_ok (options);
    grid[m] = outcome->summary->charged_from_grid_mws;
    solar[m] = outcome->summary->charged_from_solar_mws;
    g_assert_cmpfloat (outcome->summary->self_consumption_pct, >, 50);
    g_assert_cmpfloat (outcome->summary->self_consumption_pct, <=, 100);
  }
  g_assert_cmpint (solar[0], >, G_GINT64_CONSTANT (7000) * 3600000);
  g_assert_cmpint (grid[0], ==, 0);
  g_assert_cmpint (grid[1], >, 0);
  g_assert_cmpint (grid[2], >, 0);
}

/* ---- what published simulators assume ---- */

/* Ideal vehicles, no delays, no minimum: 13 A for three cars are 4.33 A each, which no real pilot can signal.
 */
static void
test_ideal (void)
{
  const TestSession cars[] = { { "s1", 60, 300, 60, 3, 32, 90, 850 },
                               { "s2", 60, 300, 60, 3, 32, 90, 850 },
                               { "s3", 60, 300, 60, 3, 32, 90, 850 } };
  g_autoptr (BbSite) site = board_of (3, 13);
  g_autoptr (BbSimOptions) options = options_of (site, 6 * HOUR, cars, 3);
  options->plant.station_own_mw = 0;
  options->zero_minimum = options->no_delays = options->ideal_vehicle = TRUE;
  g_autoptr (BbSimOutcome) ideal = run_ok (options);
  options->zero_minimum = options->no_delays = options->ideal_vehicle = FALSE;
  g_autoptr (BbSimOutcome) real = run_ok (options);
  gint64 budget = G_GINT64_CONSTANT (13000) * 3 * 230 * 4 * 3600;
  g_assert_cmpint (ideal->summary->delivered_mws, <=, budget);
  g_assert_cmpint (ideal->summary->delivered_mws, >, budget / 1000 * 980);
  g_assert_false (bb_summary_is_over_rating (ideal->summary));
  g_assert_cmpint (real->summary->delivered_mws, <, ideal->summary->delivered_mws);
  g_assert_cmpfloat (ideal->summary->jain, >, 0.999);
  g_assert_cmpuint (ideal->summary->warnings->len, >, real->summary->warnings->len);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/simulation/site/whole-site", test_whole_site);
  g_test_add_func ("/simulation/site/wrong-inputs", test_wrong_inputs);
  g_test_add_func ("/simulation/site/T-08/solar", test_solar);
  g_test_add_func ("/simulation/site/ideal", test_ideal);
  return g_test_run ();
}
