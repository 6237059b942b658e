/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sample.c: the bundled sample sites, loaded and made into runs as `busbar-cli simulate` makes them. */
#include "sample.h"

const Sample samples[SAMPLE_N] = { { "solar-home", 1, 14, FALSE, 200, FALSE },
                                   { "villa-demo", 2, 14, TRUE, 105, TRUE },
                                   { "garage-12", 12, 14, TRUE, 105, TRUE },
                                   { "office-40", 40, 5, FALSE, 250, TRUE } };

gint64
sample_duration_ms (const Sample *sample)
{
  gboolean whole = sample->always || g_getenv ("BUSBAR_SOAK") != NULL;
  return (whole ? (gint64) sample->long_days : 2) * SAMPLE_DAY_MS;
}

BbSite *
sample_load (const Sample *sample)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *file = g_strconcat (sample->name, ".busbar", NULL);
  g_autofree gchar *path = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "samples", file, NULL);
  BbSite *site = bb_site_load (path, &error);
  g_assert_no_error (error);
  return site;
}

BbSimOptions *
sample_options (BbSite *site, gint64 duration_ms, guint without)
{
  g_autoptr (GError) error = NULL;
  BbSimOptions *options = bb_sim_options_new (site);
  bb_sim_options_add_site_defaults (options, &error);
  g_assert_no_error (error);
  options->until_ms = options->from_ms + duration_ms;
  bb_sim_options_add_site_inputs (options, without, &error);
  g_assert_no_error (error);
  return options;
}

BbSimOutcome *
sample_run (const BbSimOptions *options)
{
  g_autoptr (GError) error = NULL;
  BbSimOutcome *outcome = bb_sim_run (options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return outcome;
}

gchar *
sample_worst_over (const BbSummary *summary)
{
  const BbPhaseSummary *worst = NULL;
  const gchar *id = NULL;
  guint number = 0;
  for (guint c = 0; c < summary->n_circuits; c++)
    for (guint p = 0; p < 3; p++) {
      const BbPhaseSummary *phase = &summary->circuits[c].phase[p];
      if (phase->over_rating_ms == 0
          || (worst != NULL && phase->peak_ma - phase->rating_ma <= worst->peak_ma - worst->rating_ma))
        continue;
      worst = phase;
      id = summary->circuits[c].id;
      number = p + 1;
    }
  if (worst == NULL)
    return NULL;
  return g_strdup_printf ("L%u of %s: %.3f A over %g A, %g s in all", number, id,
                          (gdouble) worst->peak_ma / 1000, (gdouble) worst->rating_ma / 1000,
                          (gdouble) worst->over_rating_ms / 1000);
}
