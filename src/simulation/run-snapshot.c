/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-snapshot.c: a run's whole state as bytes, and back. For the same program on the same kind of machine: a
 * result that moves to another kind still shows all it holds, only finer views are then recomputed from the
 * start. */
#include "simulation/run-internal.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/bytes.h"
#include "model/site-json.h"

#define MAGIC "BBSNAP01"

typedef struct {
  gchar magic[8];
  guint64 fingerprint; /* of site and options, and of the layout of the structures below */
  gint64 time_ms;
  guint64 engine_size, plant_size;
  guint64 next_session, next_edge;
  gint64 wall_jump_ms;
  gint32 dark, wall_invalid;
  gint32 battery_w, pad;
  bbe_reduction_in reductions[BBE_MAX_REDUCTIONS];
} Head;

static guint64
fingerprint (const BbRun *run)
{
  const BbSimOptions *options = run->options;
  g_autofree gchar *site = bb_site_to_text (options->site);
  gint64 figures[] = { options->from_ms,        options->step_ms,
                       (gint64) options->seed,  options->balancer,
                       options->zero_minimum,   options->no_delays,
                       options->ideal_vehicle,  run->n_feeds,
                       (gint64) run->n_edges,   run->sessions != NULL ? (gint64) run->sessions->n_items : -1,
                       sizeof (BbPlantStation), sizeof (BbPlantMeter),
                       sizeof (bbe_station_in), G_BYTE_ORDER };
  guint32 low = bb_crc32c (0, site, strlen (site));
  guint32 high = bb_crc32c (low, figures, sizeof figures);
  return (guint64) bb_crc32c (high, &options->plant, sizeof options->plant) << 32 | high;
}

/* The parts behind the head, in this order. */
typedef struct {
  gsize engine, plant, meters, stations, signals, at_station, extra;
} Sizes;

static gsize
sizes_of (const BbRun *run, Sizes *sizes)
{
  const BbPlant *plant = run->plant;
  sizes->engine = bbe_save_size (run->engine);
  sizes->plant = plant->size;
  sizes->meters = plant->n_meters * sizeof (bbe_meter_in);
  sizes->stations = plant->n_stations * sizeof (bbe_station_in);
  sizes->signals = run->inputs->n_signals * sizeof (bbe_signal_in);
  sizes->at_station = plant->n_stations * sizeof (gint32);
  sizes->extra = plant->n_circuits * sizeof *run->extra_ma;
  return sizeof (Head) + sizes->engine + sizes->plant + sizes->meters + sizes->stations + sizes->signals
         + sizes->at_station + sizes->extra;
}

static guint8 *
put (guint8 *at, const void *data, gsize size)
{
  if (size > 0)
    memcpy (at, data, size);
  return at + size;
}

GBytes *
bb_run_save (BbRun *run, gint64 time_ms)
{
  Sizes sizes;
  gsize size = sizes_of (run, &sizes);
  guint8 *bytes = g_malloc0 (size);
  Head *head = (Head *) (void *) bytes;
  memcpy (head->magic, MAGIC, sizeof head->magic);
  if (run->fingerprint == 0)
    run->fingerprint = fingerprint (run);
  head->fingerprint = run->fingerprint;
  head->time_ms = time_ms;
  head->engine_size = sizes.engine;
  head->plant_size = sizes.plant;
  head->next_session = run->next_session;
  head->next_edge = run->next_edge;
  head->wall_jump_ms = run->wall_jump_ms;
  head->dark = run->dark;
  head->wall_invalid = run->wall_invalid;
  head->battery_w = run->inputs->inputs.battery_w;
  memcpy (head->reductions, run->inputs->inputs.reductions, sizeof head->reductions);
  guint8 *at = bytes + sizeof (Head);
  bbe_save (run->engine, at, sizes.engine);
  at = put (at + sizes.engine, run->plant, sizes.plant);
  at = put (at, run->inputs->meters, sizes.meters);
  at = put (at, run->inputs->stations, sizes.stations);
  at = put (at, run->inputs->signals, sizes.signals);
  at = put (at, run->at_station, sizes.at_station);
  put (at, run->extra_ma, sizes.extra);
  return g_bytes_new_take (bytes, size);
}

gint64
bb_sim_snapshot_get_time (GBytes *snapshot)
{
  Head head;
  gsize size;
  const void *data = g_bytes_get_data (snapshot, &size);
  if (size < sizeof head)
    return -1;
  memcpy (&head, data, sizeof head);
  return memcmp (head.magic, MAGIC, sizeof head.magic) == 0 ? head.time_ms : -1;
}

static gboolean
refuse (GError **error, const gchar *why)
{
  g_set_error (error, BB_SIM_ERROR, BB_SIM_ERROR_SNAPSHOT,
               _ ("The snapshot cannot be used: %s. Simulate again from the start."), why);
  return FALSE;
}

static gboolean
check_head (const BbRun *run, const Head *head, gsize size, gsize expected, const Sizes *sizes,
            GError **error)
{
  if (memcmp (head->magic, MAGIC, sizeof head->magic) != 0)
    return refuse (error, _ ("it is not one of this version"));
  if (head->fingerprint != fingerprint (run))
    return refuse (error, _ ("it belongs to another site, to other options, or to another kind of machine"));
  if (size != expected || head->engine_size != sizes->engine || head->plant_size != sizes->plant)
    return refuse (error, _ ("its size is wrong"));
  if (head->time_ms < run->from_ms || head->time_ms >= run->until_ms
      || (head->time_ms - run->from_ms) % run->step_ms != 0)
    return refuse (error, _ ("its time is outside the run"));
  if (head->next_edge > run->n_edges
      || (run->sessions != NULL && head->next_session > run->sessions->n_items))
    return refuse (error, _ ("it counts more sessions or events than there are"));
  return TRUE;
}

static gboolean
check_assignments (const BbRun *run, GError **error)
{
  gint64 n = run->sessions != NULL ? (gint64) run->sessions->n_items : 0;
  const BbPlantStation *stations = bb_plant_stations (run->plant);
  for (guint s = 0; s < run->plant->n_stations; s++)
    if (run->at_station[s] < -1 || run->at_station[s] >= n
        || (run->at_station[s] >= 0) != stations[s].plugged)
      return refuse (error, _ ("a vehicle in it has no session"));
  return TRUE;
}

/* A byte that is no truth value must not get into a bool. */
static gboolean
are_bools (const guint8 *table, gsize n, gsize size, const gsize *offsets, gsize n_offsets)
{
  for (gsize i = 0; i < n; i++)
    for (gsize o = 0; o < n_offsets; o++)
      if (table[i * size + offsets[o]] > 1)
        return FALSE;
  return TRUE;
}

static gboolean
check_inputs (const BbRun *run, const guint8 *at, const Sizes *sizes, GError **error)
{
  static const gsize meter[] = { offsetof (bbe_meter_in, valid), offsetof (bbe_meter_in, power_valid) };
  static const gsize station[] = { offsetof (bbe_station_in, answers), offsetof (bbe_station_in, authorised),
                                   offsetof (bbe_station_in, measured_valid) };
  static const gsize signal[] = { offsetof (bbe_signal_in, valid) };
  const guint8 *stations = at + sizes->meters, *signals = stations + sizes->stations;
  if (are_bools (at, run->plant->n_meters, sizeof (bbe_meter_in), meter, G_N_ELEMENTS (meter))
      && are_bools (stations, run->plant->n_stations, sizeof (bbe_station_in), station,
                    G_N_ELEMENTS (station))
      && are_bools (signals, run->inputs->n_signals, sizeof (bbe_signal_in), signal, G_N_ELEMENTS (signal)))
    return TRUE;
  return refuse (error, _ ("its readings are damaged"));
}

static const guint8 *
get (const guint8 *at, void *data, gsize size)
{
  if (size > 0)
    memcpy (data, at, size);
  return at + size;
}

static void
restore_head (BbRun *run, const Head *head)
{
  run->now_ms = run->snapshot_due_ms = head->time_ms;
  run->next_session = head->next_session;
  run->next_edge = (guint) head->next_edge;
  run->wall_jump_ms = head->wall_jump_ms;
  run->dark = head->dark;
  run->wall_invalid = head->wall_invalid;
  run->inputs->inputs.battery_w = head->battery_w;
  memcpy (run->inputs->inputs.reductions, head->reductions, sizeof head->reductions);
  run->sessions_due_ms = run->sessions != NULL ? G_MININT64 : G_MAXINT64; /* look at once */
  run->changed_loads = ~G_GUINT64_CONSTANT (0) >> (64 - MAX (run->plant->n_circuits, 1));
}

gboolean
bb_run_restore (BbRun *run, GBytes *snapshot, GError **error)
{
  Sizes sizes;
  Head head;
  gsize size, expected = sizes_of (run, &sizes);
  const guint8 *at = g_bytes_get_data (snapshot, &size);
  if (size < sizeof head)
    return refuse (error, _ ("it is too short"));
  memcpy (&head, at, sizeof head);
  if (!check_head (run, &head, size, expected, &sizes, error))
    return FALSE;
  at += sizeof head;
  if (bbe_restore (run->engine, at, sizes.engine) != BBE_OK)
    return refuse (error, _ ("the engine does not accept its state"));
  at += sizes.engine;
  g_autofree BbPlant *plant = g_malloc (sizes.plant);
  at = get (at, plant, sizes.plant);
  if (!bb_plant_is_consistent (run->plant, plant))
    return refuse (error, _ ("its plant is damaged"));
  if (!check_inputs (run, at, &sizes, error))
    return FALSE;
  g_free (run->plant);
  run->plant = g_steal_pointer (&plant);
  at = get (at, run->inputs->meters, sizes.meters);
  at = get (at, run->inputs->stations, sizes.stations);
  at = get (at, run->inputs->signals, sizes.signals);
  at = get (at, run->at_station, sizes.at_station);
  get (at, run->extra_ma, sizes.extra);
  restore_head (run, &head);
  return check_assignments (run, error);
}
