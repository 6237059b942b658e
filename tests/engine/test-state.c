/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-state.c: the engine's state can be copied, saved and restored; `unchanged_until_ms` is honest. */
#include "fixture.h"
#include "random-site.h"

static const random_options everything = { .max_stations = 12, .max_circuits = 4 };

static Site *
random_new (guint64 seed, kit_random *r)
{
  Site *site = site_new ();

  *r = (kit_random){ .state = seed };
  if (!random_site (&site->k, &site->w, r, &everything))
    g_error ("seed %" G_GUINT64_FORMAT ": refused: %s.%s: %s", seed, site->k.fault.table, site->k.fault.field,
             site->k.fault.rule);
  return site;
}

/* ---- save, restore, copy ---------------------------------------------------------------------------- */

/* A restored engine answers as the saved one would have, for 10,000 random steps on several sites. */
static void
test_restore (void)
{
  check_why why = { "" };

  for (guint64 seed = 1; seed <= 20; seed++) {
    kit_random r;
    g_autoptr (Site) site = random_new (seed, &r);
    g_autofree bbe_engine *restored = g_malloc (bbe_sizeof ());
    g_autofree guint8 *saved = NULL;
    gsize size;

    for (int i = 0; i < 200 + 13 * (int) seed; i++) {
      random_events (&site->w, &r, &everything);
      plant_second (&site->w);
    }
    size = bbe_save_size (site->k.engine);
    saved = g_malloc (size);
    bbe_save (site->k.engine, saved, size);
    memset (restored, 0x5a, bbe_sizeof ());
    g_assert_cmpint (bbe_init (restored, &site->k.config, NULL), ==, BBE_OK);
    g_assert_cmpint (bbe_restore (restored, saved, size), ==, BBE_OK);
    for (int i = 0; i < 500; i++) {
      const bbe_outputs *out;

      random_events (&site->w, &r, &everything);
      plant_second (&site->w);
      out = bbe_step (restored, &site->k.in);
      if (!check_same (site->k.out, out, &why))
        g_error ("seed %" G_GUINT64_FORMAT ", second %d after: %s", seed, i, why.text);
    }
  }
}

/* Saving changes nothing, and the same state saves to the same bytes. */
static void
test_save_is_pure (void)
{
  kit_random r;
  g_autoptr (Site) site = random_new (3, &r);
  gsize size = bbe_save_size (site->k.engine);
  g_autofree guint8 *first = g_malloc0 (size);
  g_autofree guint8 *second = g_malloc0 (size);

  for (int i = 0; i < 100; i++) {
    random_events (&site->w, &r, &everything);
    plant_second (&site->w);
  }
  g_assert_cmpuint (bbe_save_size (site->k.engine), ==, size);
  bbe_save (site->k.engine, first, size);
  bbe_save (site->k.engine, second, size);
  g_assert_cmpmem (first, size, second, size);
}

static void
test_save_size (void)
{
  g_autoptr (Site) small = site_new_simple (25000, 1, 1);
  g_autoptr (Site) large = site_new_simple (25000, 30, 1);

  site_start (small);
  site_start (large);
  g_assert_cmpuint (bbe_save_size (small->k.engine), <, bbe_sizeof () / 4);
  g_assert_cmpuint (bbe_save_size (large->k.engine), >, bbe_save_size (small->k.engine));
  /* At most 256 bytes of state for each station. */
  g_assert_cmpuint (bbe_save_size (large->k.engine) - bbe_save_size (small->k.engine), <=, 29 * 256);
}

/* A state that is not of this configuration, cut short, too long or spoiled is refused; the engine is then as
 * after bbe_init(). */
static void
test_bad_state (void)
{
  kit_random r;
  g_autoptr (Site) site = random_new (5, &r);
  g_autoptr (Site) other = site_new_simple (25000, 3, 1);
  g_autofree bbe_engine *fresh = g_malloc0 (bbe_sizeof ());
  gsize size = bbe_save_size (site->k.engine);
  g_autofree guint8 *saved = g_malloc0 (size + 8);
  check_why why = { "" };

  for (int i = 0; i < 100; i++) {
    random_events (&site->w, &r, &everything);
    plant_second (&site->w);
  }
  bbe_save (site->k.engine, saved, size);
  g_assert_cmpint (bbe_init (fresh, &site->k.config, NULL), ==, BBE_OK);
  g_assert_cmpint (bbe_restore (fresh, saved, size - 1), ==, BBE_BAD_STATE);
  g_assert_cmpint (bbe_restore (fresh, saved, size + 1), ==, BBE_BAD_STATE);
  g_assert_cmpint (bbe_restore (fresh, saved, 0), ==, BBE_BAD_STATE);
  g_assert_cmpint (bbe_restore (fresh, saved, 3), ==, BBE_BAD_STATE);
  saved[0] ^= 0xff;
  g_assert_cmpint (bbe_restore (fresh, saved, size), ==, BBE_BAD_STATE);
  saved[0] ^= 0xff;
  site_start (other);
  g_assert_cmpint (bbe_restore (other->k.engine, saved, size), ==, BBE_BAD_STATE);
  site_run (other, 30); /* and it works */
  /* The refused engine answers as a new one. */
  g_assert_true (kit_start (&site->k));
  for (int i = 0; i < 50; i++) {
    random_events (&site->w, &r, &everything);
    plant_second (&site->w);
    assert_check (check_same (site->k.out, bbe_step (fresh, &site->k.in), &why), why);
  }
}

/* Bytes that were changed anywhere are refused or are still a state that steps safely. */
static void
test_spoiled_state (void)
{
  kit_random r;
  g_autoptr (Site) site = random_new (6, &r);
  g_autofree bbe_engine *restored = g_malloc0 (bbe_sizeof ());
  gsize size = bbe_save_size (site->k.engine);
  g_autofree guint8 *saved = g_malloc0 (size);
  check_why why = { "" };

  for (int i = 0; i < 200; i++) {
    random_events (&site->w, &r, &everything);
    plant_second (&site->w);
  }
  for (int i = 0; i < 3000; i++) {
    bbe_save (site->k.engine, saved, size);
    for (int n = kit_random_range (&r, 1, 4); n > 0; n--)
      saved[kit_random_range (&r, 0, (int32_t) size - 1)] ^= (guint8) (1 << kit_random_range (&r, 0, 7));
    g_assert_cmpint (bbe_init (restored, &site->k.config, NULL), ==, BBE_OK);
    if (bbe_restore (restored, saved, size) != BBE_OK)
      continue;
    for (int j = 0; j < 3; j++) {
      const bbe_outputs *out = bbe_step (restored, &site->k.in);

      assert_check (check_rows (&site->k, NULL, out, &why), why);
    }
  }
}

/* It may be copied with memcpy, wherever it lies. */
static void
test_copy (void)
{
  kit_random r;
  g_autoptr (Site) site = random_new (4, &r);
  g_autofree bbe_engine *copy = g_malloc (bbe_sizeof ());
  check_why why = { "" };

  for (int i = 0; i < 500; i++) {
    if (i == 200)
      memcpy (copy, site->k.engine, bbe_sizeof ());
    random_events (&site->w, &r, &everything);
    plant_second (&site->w);
    if (i >= 200)
      assert_check (check_same (site->k.out, bbe_step (copy, &site->k.in), &why), why);
  }
}

/* Same inputs, same outputs, whatever lay in the engine's memory before. */
static void
test_deterministic (void)
{
  kit_random r;
  g_autoptr (Site) site = random_new (9, &r);
  g_autofree bbe_engine *other = g_malloc (bbe_sizeof ());
  check_why why = { "" };

  memset (other, 0x00, bbe_sizeof ());
  g_assert_cmpint (bbe_init (other, &site->k.config, NULL), ==, BBE_OK);
  for (int i = 0; i < 500; i++) {
    random_events (&site->w, &r, &everything);
    plant_second (&site->w);
    assert_check (check_same (site->k.out, bbe_step (other, &site->k.in), &why), why);
  }
}

/* ---- unchanged_until_ms -------------------------------------------------------------------------------- */

/* The inputs, but for clocks and time stamps. */
static gboolean
same_inputs (const Site *site, bbe_meter_in *meters, bbe_station_in *stations, bbe_signal_in *signals,
             bbe_reduction_in *reductions)
{
  const kit *k = &site->k;
  gboolean same = TRUE;

  for (int m = 0; m < k->config.n_meters; m++) {
    bbe_meter_in now;

    memcpy (&now, &k->meters_in[m], sizeof now); /* with its padding */
    now.taken_ms = meters[m].taken_ms;
    same &= memcmp (&now, &meters[m], sizeof now) == 0;
  }
  same &= memcmp (k->stations_in, stations, sizeof k->stations_in) == 0;
  same &= memcmp (k->signals_in, signals, sizeof k->signals_in) == 0;
  same &= memcmp (k->in.reductions, reductions, sizeof k->in.reductions) == 0;
  memcpy (meters, k->meters_in, sizeof k->meters_in);
  memcpy (stations, k->stations_in, sizeof k->stations_in);
  memcpy (signals, k->signals_in, sizeof k->signals_in);
  memcpy (reductions, k->in.reductions, sizeof k->in.reductions);
  return same;
}

/* `unchanged_until_ms` holds as long as the readings stay fresh; one that turns stale or fresh is a change.
 */
static gboolean
all_fresh (const Site *site)
{
  for (int m = 0; m < site->k.config.n_meters; m++) {
    int64_t age = site->k.in.mono_ms - site->k.meters_in[m].taken_ms;

    if (!site->k.meters_in[m].valid || age >= MAX (10000, 3 * site->k.meters[m].interval_ms))
      return FALSE;
  }
  return TRUE;
}

/* One engine is stepped each second, the other only when an input changed or its answer may have: they agree
 * at every second. */
static void
test_unchanged_until (void)
{
  gint64 skipped = 0;
  gint64 steps = 0;
  check_why why = { "" };

  for (guint64 seed = 1; seed <= 40; seed++) {
    kit_random r;
    g_autoptr (Site) site = random_new (seed, &r);
    g_autofree bbe_engine *lazy = g_malloc0 (bbe_sizeof ());
    const bbe_outputs *out = NULL;
    gboolean fresh = FALSE;
    gboolean was_fresh;
    bbe_meter_in meters[KIT_METERS] = { 0 };
    bbe_station_in stations[KIT_STATIONS] = { 0 };
    bbe_signal_in signals[BBE_MAX_SIGNALS] = { 0 };
    bbe_reduction_in reductions[BBE_MAX_REDUCTIONS] = { 0 };

    g_assert_cmpint (bbe_init (lazy, &site->k.config, NULL), ==, BBE_OK);
    for (int i = 0; i < 1500; i++, steps++) {
      if (i % 50 == 0)
        for (int n = 0; n < 20; n++)
          random_events (&site->w, &r, &everything);
      plant_second (&site->w);
      was_fresh = fresh;
      fresh = all_fresh (site);
      if (same_inputs (site, meters, stations, signals, reductions) && out != NULL && fresh && was_fresh
          && site->k.in.mono_ms < out->unchanged_until_ms)
        skipped++;
      else
        out = bbe_step (lazy, &site->k.in);
      if (!check_same (site->k.out, out, &why))
        g_error ("seed %" G_GUINT64_FORMAT ", second %d (mono %" G_GINT64_FORMAT "): %s", seed, i,
                 site->k.in.mono_ms, why.text);
    }
  }
  g_test_message ("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " steps skipped", skipped, steps);
  g_assert_cmpint (skipped, >, steps / 10);
}

/* A quiet night is one long stretch: a site without timers is not stepped at all. */
static void
test_unchanged_for_long (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 4, 3);

  site_start (site);
  site_run (site, 60);
  g_assert_cmpint (site->k.out->unchanged_until_ms, >=, site->k.in.mono_ms + 60000);
}

/* The revision counts the steps that changed something, and no others. */
static void
test_revision (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 2, 1);
  guint64 quiet;

  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 120);
  quiet = site->k.out->revision;
  site_run (site, 20);
  g_assert_cmpuint (site->k.out->revision, ==, quiet);
  site_other (site, 0, 4000, 0, 0);
  site_run_unsteady (site, 2);
  g_assert_cmpuint (site->k.out->revision, >, quiet);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/state/restore", test_restore);
  g_test_add_func ("/engine/state/save-is-pure", test_save_is_pure);
  g_test_add_func ("/engine/state/save-size", test_save_size);
  g_test_add_func ("/engine/state/bad", test_bad_state);
  g_test_add_func ("/engine/state/spoiled", test_spoiled_state);
  g_test_add_func ("/engine/state/copy", test_copy);
  g_test_add_func ("/engine/state/deterministic", test_deterministic);
  g_test_add_func ("/engine/state/unchanged-until", test_unchanged_until);
  g_test_add_func ("/engine/state/unchanged-for-long", test_unchanged_for_long);
  g_test_add_func ("/engine/state/revision", test_revision);
  return g_test_run ();
}
