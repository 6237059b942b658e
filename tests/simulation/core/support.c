/* SPDX-License-Identifier: GPL-3.0-or-later */
/* support.c: small sites, sessions and runs for the tests of the simulator. */
#include "support.h"

#include <math.h>

BbSite *
site_of (const gchar *format, ...)
{
  g_autoptr (GError) error = NULL;
  va_list args;
  va_start (args, format);
  g_autofree gchar *text = g_strdup_vprintf (format, args);
  va_end (args);
  BbSite *site = bb_site_parse (text, -1, "test", &error);
  g_assert_no_error (error);
  return site;
}

BbSite *
board_of (guint n, gint fuse_a)
{
  g_autoptr (GString) stations = g_string_new (NULL);
  for (guint s = 0; s < n; s++)
    g_string_append_printf (stations, "%s{\"id\":\"s%u\",\"max_a\":32,\"failsafe_a\":0,\"measured\":true}",
                            s > 0 ? "," : "", s + 1);
  return site_of ("{\"format\":\"busbar-site/1\",\"main_fuse_a\":%d,\"offline_a\":0,\"stations\":[%s]}",
                  fuse_a, stations->str);
}

static void
add_station_name (GPtrArray *names, const gchar *name, BbSession *session)
{
  guint index;
  session->station = -1;
  if (name == NULL)
    return;
  if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, &index)) {
    index = names->len;
    g_ptr_array_add (names, g_strdup (name));
  }
  session->station = (int32_t) index;
}

static gint
by_arrival (gconstpointer a, gconstpointer b)
{
  const BbSession *left = a, *right = b;
  return (left->arrival_ms > right->arrival_ms) - (left->arrival_ms < right->arrival_ms);
}

BbSessions *
sessions_of (const TestSession *list, gsize n)
{
  BbSessions *sessions = g_new0 (BbSessions, 1);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  sessions->name = g_strdup ("test");
  sessions->ignored_columns = g_strdup ("");
  sessions->items = g_new0 (BbSession, MAX (n, 1));
  sessions->n_items = n;
  for (gsize i = 0; i < n; i++) {
    BbSession *session = &sessions->items[i];
    session->arrival_ms = MONDAY + (gint64) llround (list[i].from_min * 60000);
    session->departure_ms = MONDAY + (gint64) llround (list[i].until_min * 60000);
    session->energy_wh = (uint32_t) lround (list[i].kwh * 1000);
    session->phases = list[i].phases;
    session->max_ma = list[i].max_a * 1000;
    session->battery_wh = (uint32_t) lround (list[i].battery_kwh * 1000);
    session->arrival_soc_permille = (int16_t) (list[i].battery_kwh > 0 ? list[i].soc_permille : -1);
    add_station_name (names, list[i].station, session);
  }
  qsort (sessions->items, n, sizeof (BbSession), by_arrival);
  sessions->n_stations = names->len;
  g_ptr_array_add (names, NULL);
  sessions->stations = (char **) g_ptr_array_steal (names, NULL);
  return sessions;
}

BbSimOptions *
options_of (BbSite *site, gint64 duration_ms, const TestSession *list, gsize n)
{
  BbSimOptions *options = bb_sim_options_new (site);
  options->from_ms = MONDAY;
  options->until_ms = MONDAY + duration_ms;
  bb_sim_options_set_sessions (options, sessions_of (list, n));
  return options;
}

static void
add_constant (BbSimOptions *options, BbInputKind kind, gint l1_ma, gint l2_ma, gint l3_ma)
{
  gint32 ma[3] = { l1_ma, l2_ma, l3_ma };
  bb_sim_options_add_constant (options, 0, kind, BB_UNIT_AMPERES, ma);
}

void
add_load (BbSimOptions *options, gint l1_ma, gint l2_ma, gint l3_ma)
{
  add_constant (options, BB_INPUT_LOAD, l1_ma, l2_ma, l3_ma);
}

void
add_pv (BbSimOptions *options, gint l1_ma, gint l2_ma, gint l3_ma)
{
  add_constant (options, BB_INPUT_PV, l1_ma, l2_ma, l3_ma);
}

void
add_scenario (BbSimOptions *options, const gchar *json)
{
  g_autoptr (GError) error = NULL;
  options->scenario = bb_scenario_parse (json, -1, "test", options->site, &error);
  g_assert_no_error (error);
}

BbSimOutcome *
run_ok (const BbSimOptions *options)
{
  g_autoptr (GError) error = NULL;
  BbSimOutcome *outcome = bb_sim_run (options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return outcome;
}

void
assert_same (const BbSimOutcome *a, const BbSimOutcome *b)
{
  g_autofree gchar *a_text = bb_summary_to_text (a->summary, FALSE);
  g_autofree gchar *b_text = bb_summary_to_text (b->summary, FALSE);
  g_auto (GStrv) a_lines = g_strsplit (a_text, "\n", -1);
  g_auto (GStrv) b_lines = g_strsplit (b_text, "\n", -1);
  for (guint i = 0; a_lines[i] != NULL && b_lines[i] != NULL; i++)
    g_assert_cmpstr (a_lines[i], ==, b_lines[i]);
  g_assert_cmpuint (g_strv_length (a_lines), ==, g_strv_length (b_lines));
  g_assert_cmpuint (a->hash, ==, b->hash);
}
