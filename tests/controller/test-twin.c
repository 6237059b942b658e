/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-twin.c: what was simulated is what runs: controller and emulator over real sockets and frames decide,
 * second by second, as the simulator did with the same inputs; and the trace that the controller kept replays
 * bit for bit.
 *
 * For each sample site 15 minutes around its busiest moment; with BUSBAR_SOAK a whole day. */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker.h"
#include "rig.h"
#include "sample.h"
#include "simulation/trace-fields.h"
#include "simulation/trace.h"

#define WINDOW_S 900
/* The broker does not hold back what is small. */
#define BROKER "allow_anonymous true\nset_tcp_nodelay true\n"

/* A second as the engine saw and answered it. */
typedef struct {
  BbTraceShape shape;
  guint n_fields;
  gint64 from_mono_ms;
  GArray *rows;   /* (element-type gint64): n_fields a second */
  GArray *hashes; /* (element-type guint32) */
  GArray *sums;   /* (element-type guint): set-points that changed in this second */
  gint32 before[BBE_MAX_STATIONS];
  gint64 unread_ma; /* defect: this much is added to each reading of a meter */
} Record;

static Record *
record_new (const BbSimOptions *options, gint64 from_mono_ms)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbEngineConfig) config = bb_engine_config_new (options->site, NULL, &error);
  Record *record = g_new0 (Record, 1);
  g_assert_no_error (error);
  record->shape
      = (BbTraceShape){ config->config.n_meters, config->config.n_stations, config->config.n_signals };
  record->n_fields = bb_trace_n_fields (&record->shape);
  record->from_mono_ms = from_mono_ms;
  record->rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  record->hashes = g_array_new (FALSE, FALSE, sizeof (guint32));
  record->sums = g_array_new (FALSE, FALSE, sizeof (guint));
  return record;
}

static void
record_free (Record *record)
{
  g_array_unref (record->rows);
  g_array_unref (record->hashes);
  g_array_unref (record->sums);
  g_free (record);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Record, record_free)

static void
observe (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Record *record = data;
  g_autofree gint64 *row = g_new0 (gint64, record->n_fields);
  guint32 hash = bb_trace_hash_outputs (out);
  if (in->mono_ms < record->from_mono_ms)
    return;
  bb_trace_flatten (&record->shape, in, row);
  g_array_append_vals (record->rows, row, record->n_fields);
  g_array_append_val (record->hashes, hash);
}

/* ---- the busiest moment ---- */

static void
count_changes (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Record *record = data;
  guint n = 0;
  for (guint s = 0; s < out->n_stations; s++) {
    n += record->before[s] != out->stations[s].setpoint_ma;
    record->before[s] = out->stations[s].setpoint_ma;
  }
  g_array_append_val (record->sums, n);
}

/* Start of the 15 minutes in which most set-points change. */
static gint64
find_busiest (BbSimOptions *options)
{
  g_autoptr (Record) record = record_new (options, 0);
  options->never_skip = TRUE;
  options->observer = count_changes;
  options->observer_data = record;
  g_autoptr (BbSimOutcome) outcome = sample_run (options);
  options->observer = NULL;
  guint64 sum = 0, best = 0;
  guint best_at = 0;
  for (guint i = 0; i < record->sums->len; i++) {
    sum += g_array_index (record->sums, guint, i);
    if (i >= WINDOW_S)
      sum -= g_array_index (record->sums, guint, i - WINDOW_S);
    if (sum > best) {
      best = sum;
      best_at = i;
    }
  }
  g_test_message ("%" G_GUINT64_FORMAT " set-points change in the busiest 15 minutes", best);
  g_assert_cmpuint (best, >, 0);
  return options->from_ms + MAX ((gint64) best_at - WINDOW_S + 1, 0) * 1000;
}

/* ---- the twin ---- */

static void
simulate (BbSimOptions *options, Record *record)
{
  options->never_skip = TRUE;
  options->observer = observe;
  options->observer_data = record;
  g_autoptr (BbSimOutcome) outcome = sample_run (options);
  options->observer = NULL;
}

/* Says which number differs first, by second. TRUE when all are the same. */
static gboolean
compare (const Record *simulated, const Record *ran)
{
  guint n = MIN (simulated->hashes->len, ran->hashes->len), different = 0;
  for (guint i = 0; i < n; i++) {
    const gint64 *a = &g_array_index (simulated->rows, gint64, i * simulated->n_fields);
    const gint64 *b = &g_array_index (ran->rows, gint64, i * ran->n_fields);
    guint32 left = g_array_index (simulated->hashes, guint32, i),
            right = g_array_index (ran->hashes, guint32, i);
    for (guint f = 0; f < simulated->n_fields; f++)
      if (a[f] != b[f] && different++ < 20)
        g_test_message ("second %u field %u: simulated %" G_GINT64_FORMAT ", ran %" G_GINT64_FORMAT, i, f,
                        a[f], b[f]);
    if (left != right && different++ < 20)
      g_test_message ("second %u: the engine answered something else", i);
  }
  return different == 0 && simulated->hashes->len == ran->hashes->len;
}

static void
check_trace (Rig *rig, guint64 n_seconds)
{
  g_autofree gchar *folder = g_build_filename (rig->folder, "trace", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GError) error = NULL;
  guint64 n = 0;
  const gchar *name;
  g_clear_pointer (&rig->controller, bb_controller_free); /* what waits is written */
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);
    BbTraceVerdict verdict;
    bb_trace_replay (path, &verdict, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (verdict.n_different, ==, 0);
    g_assert_false (verdict.cut);
    n += verdict.n_records;
  }
  g_assert_cmpuint (n, ==, n_seconds);
}

typedef struct {
  const gchar *name;
  const gchar *site; /* (nullable): of tests/fixtures/twin */
  const Sample *sample;
  gboolean mqtt; /* its meters publish on a broker */
} Case;

static BbSite *
load (const Case *each)
{
  g_autoptr (GError) error = NULL;
  if (each->sample != NULL)
    return sample_load (each->sample);
  g_autofree gchar *path
      = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "fixtures", "twin", each->site, NULL);
  BbSite *site = bb_site_load (path, &error);
  g_assert_no_error (error);
  return site;
}

static void
test_twin (gconstpointer data)
{
  const Case *each = data;
  gboolean soak = g_getenv ("BUSBAR_SOAK") != NULL;
  g_autoptr (TestBroker) broker = each->mqtt ? test_broker_new (BROKER) : NULL;
  if (each->mqtt && broker == NULL) {
    g_test_skip ("mosquitto is not installed");
    return;
  }
  if (broker != NULL)
    test_broker_start (broker);
  g_autoptr (BbSite) site = load (each);
  g_autoptr (BbSimOptions) options = sample_options (site, 3 * SAMPLE_DAY_MS, 0);
  gint64 start_ms = find_busiest (options);
  gint64 length_s = soak ? 86400 : WINDOW_S;
  if (soak)
    start_ms = MAX (start_ms - 43200000, options->from_ms);
  options->until_ms = start_ms + length_s * 1000;
  gint64 from_mono_ms = start_ms - options->from_ms + BB_SIM_MONO_START;
  g_autoptr (Record) simulated = record_new (options, from_mono_ms), ran = record_new (options, from_mono_ms);
  simulate (options, simulated);
  g_autoptr (Rig) rig = rig_new (options, &(RigOptions){ .start_ms = start_ms,
                                                         .keep = TRUE,
                                                         .mqtt_port = broker != NULL ? broker->port : 0 });
  bb_controller_set_observer (rig->controller, observe, ran);
  for (gint64 s = 0; s < length_s; s++)
    rig_second (rig);
  gboolean same = compare (simulated, ran);
  if (!same)
    rig_print_log (rig);
  g_assert_true (same);
  check_trace (rig, (guint64) length_s);
}

/* Shown red: a meter that counts 0.1 A too much is noticed. */
static void
test_defect (gconstpointer data)
{
  const Case *each = data;
  static const gint32 extra_ma[3] = { 100, 0, 0 };
  g_autoptr (BbSite) site = load (each);
  g_autoptr (BbSimOptions) options = sample_options (site, 3 * SAMPLE_DAY_MS, 0);
  gint64 start_ms = find_busiest (options), from_mono_ms = start_ms - options->from_ms + BB_SIM_MONO_START;
  options->until_ms = start_ms + 5000;
  g_autoptr (Record) simulated = record_new (options, from_mono_ms), ran = record_new (options, from_mono_ms);
  simulate (options, simulated);
  g_autoptr (Rig) rig = rig_new (options, &(RigOptions){ .start_ms = start_ms });
  bb_field_set_extra_load (bb_emulator_get_field (rig->emulator), 0, extra_ma);
  bb_controller_set_observer (rig->controller, observe, ran);
  for (guint s = 0; s < 5; s++)
    rig_second (rig);
  g_assert_false (compare (simulated, ran));
}

int
main (int argc, char **argv)
{
  static Case cases[] = { { "solar-home", NULL, &samples[0] },       { "villa-demo", NULL, &samples[1] },
                          { "garage-12", NULL, &samples[2] },        { "office-40", NULL, &samples[3] },
                          { "protocols", "protocols.busbar", NULL }, { "mqtt", "mqtt.busbar", NULL, TRUE } };
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strdup_printf ("/twin/%s", cases[i].name);
    g_test_add_data_func (path, &cases[i], test_twin);
  }
  g_test_add_data_func ("/twin/defect", &cases[1], test_defect);
  return g_test_run ();
}
