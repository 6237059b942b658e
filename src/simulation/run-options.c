/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-options.c: what a run is told: times, inputs, what the site file says about its simulation. */
#include "simulation/run-internal.h"

#include <glib/gi18n.h>

G_DEFINE_QUARK (bb_sim_error, bb_sim_error)

/* ---- shared parts ---- */

struct _BbSimSessions {
  gatomicrefcount refs;
  BbSessions *sessions;
};

static void
sessions_unref (BbSimSessions *box)
{
  if (box == NULL || !g_atomic_ref_count_dec (&box->refs))
    return;
  bb_sessions_free (box->sessions);
  g_free (box);
}

/* A feed in its list, with a count of its users. */
typedef struct {
  BbSimFeed feed; /* first */
  gatomicrefcount refs;
} SharedFeed;

static void
feed_unref (gpointer data)
{
  SharedFeed *shared = data;
  if (!g_atomic_ref_count_dec (&shared->refs))
    return;
  if (shared->feed.free_spec != NULL)
    shared->feed.free_spec (shared->feed.spec);
  g_free (shared);
}

BbSimOptions *
bb_sim_options_new (BbSite *site)
{
  BbSimOptions *options = g_new0 (BbSimOptions, 1);
  options->site = g_object_ref (site);
  options->feeds = g_ptr_array_new_with_free_func (feed_unref);
  options->step_ms = 1000;
  options->seed = 1;
  options->balancer = BB_SIM_BALANCER_SITE;
  bb_plant_defaults_init (&options->plant);
  return options;
}

BbSimOptions *
bb_sim_options_copy (const BbSimOptions *options)
{
  BbSimOptions *copy = g_memdup2 (options, sizeof *options);
  copy->site = bb_site_copy (options->site); /* its lists may not even be read by two threads */
  copy->feeds = g_ptr_array_new_with_free_func (feed_unref);
  for (guint f = 0; f < options->feeds->len; f++) {
    SharedFeed *shared = g_ptr_array_index (options->feeds, f);
    g_atomic_ref_count_inc (&shared->refs);
    g_ptr_array_add (copy->feeds, shared);
  }
  if (copy->sessions != NULL)
    g_atomic_ref_count_inc (&copy->sessions->refs);
  if (copy->scenario != NULL)
    bb_scenario_ref (copy->scenario);
  copy->result_path = g_strdup (options->result_path);
  copy->trace_path = g_strdup (options->trace_path);
  copy->origin = g_strdup (options->origin);
  return copy;
}

void
bb_sim_options_free (BbSimOptions *options)
{
  if (options == NULL)
    return;
  g_clear_object (&options->site);
  g_clear_pointer (&options->feeds, g_ptr_array_unref);
  g_clear_pointer (&options->sessions, sessions_unref);
  g_clear_pointer (&options->scenario, bb_scenario_unref);
  g_free (options->result_path);
  g_free (options->trace_path);
  g_free (options->origin);
  g_free (options);
}

void
bb_sim_options_set_sessions (BbSimOptions *options, BbSessions *sessions)
{
  g_clear_pointer (&options->sessions, sessions_unref);
  if (sessions == NULL)
    return;
  options->sessions = g_new0 (BbSimSessions, 1);
  g_atomic_ref_count_init (&options->sessions->refs);
  options->sessions->sessions = sessions;
}

const BbSessions *
bb_sim_options_get_sessions (const BbSimOptions *options)
{
  return options->sessions != NULL ? options->sessions->sessions : NULL;
}

/* ---- feeds ---- */

void
bb_sim_options_add_feed (BbSimOptions *options, const BbSimFeed *feed)
{
  SharedFeed *shared = g_new0 (SharedFeed, 1);
  shared->feed = *feed;
  g_atomic_ref_count_init (&shared->refs);
  g_ptr_array_add (options->feeds, shared);
}

typedef struct {
  gchar *path, *zone;
  BbInputOptions input;
} CsvSpec;

static BbLoadSource *
csv_open (gconstpointer data, GError **error)
{
  const CsvSpec *spec = data;
  return bb_load_open_csv (spec->path, &spec->input, error);
}

static void
csv_free (gpointer data)
{
  CsvSpec *spec = data;
  g_free (spec->path);
  g_free (spec->zone);
  g_free (spec);
}

void
bb_sim_options_add_csv (BbSimOptions *options, guint circuit, const gchar *path, const BbInputOptions *input,
                        gint32 power_factor_permille, gint32 scale_permille)
{
  CsvSpec *spec = g_new0 (CsvSpec, 1);
  spec->path = g_strdup (path);
  spec->zone = g_strdup (input->zone);
  spec->input = *input;
  spec->input.zone = spec->zone;
  BbSimFeed feed = { circuit, input->kind, power_factor_permille, scale_permille, csv_open, spec, csv_free };
  bb_sim_options_add_feed (options, &feed);
}

typedef struct {
  gchar *zone;
  BbHouseholdsSpec households;
} HouseholdsSpec;

static BbLoadSource *
households_open (gconstpointer data, GError **error)
{
  const HouseholdsSpec *spec = data;
  return bb_load_new_households (&spec->households, error);
}

static void
households_free (gpointer data)
{
  HouseholdsSpec *spec = data;
  g_free (spec->zone);
  g_free (spec);
}

void
bb_sim_options_add_households (BbSimOptions *options, guint circuit, const BbHouseholdsSpec *households)
{
  HouseholdsSpec *spec = g_new0 (HouseholdsSpec, 1);
  spec->zone = g_strdup (households->zone);
  spec->households = *households;
  spec->households.zone = spec->zone;
  BbSimFeed feed = { circuit, BB_INPUT_LOAD, 1000, 1000, households_open, spec, households_free };
  bb_sim_options_add_feed (options, &feed);
}

static BbLoadSource *
pv_open (gconstpointer spec, GError **error)
{
  return bb_load_new_pv (spec, error);
}

void
bb_sim_options_add_pv (BbSimOptions *options, guint circuit, const BbPvSpec *pv)
{
  BbSimFeed feed = { circuit, BB_INPUT_PV, 1000, 1000, pv_open, g_memdup2 (pv, sizeof *pv), g_free };
  bb_sim_options_add_feed (options, &feed);
}

typedef struct {
  BbInputUnit unit;
  gint32 value_m[3];
} ConstantSpec;

static BbLoadSource *
constant_open (gconstpointer data, GError **error)
{
  const ConstantSpec *spec = data;
  return bb_load_new_constant (spec->unit, spec->value_m);
}

void
bb_sim_options_add_constant (BbSimOptions *options, guint circuit, BbInputKind kind, BbInputUnit unit,
                             const gint32 value_m[3])
{
  ConstantSpec *spec = g_new0 (ConstantSpec, 1);
  spec->unit = unit;
  for (guint p = 0; p < 3; p++)
    spec->value_m[p] = value_m[p];
  BbSimFeed feed = { circuit, kind, 1000, 1000, constant_open, spec, g_free };
  bb_sim_options_add_feed (options, &feed);
}

BbLoadSource *
bb_sim_feed_open (const BbSimFeed *feed, GError **error)
{
  return feed->open (feed->spec, error);
}
