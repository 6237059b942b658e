/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-snapshot.c: a run that goes on from a snapshot decides the same, bit for bit; what a result file
 * holds; traces. */
#include "support.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/bytes.h"
#include "base/error.h"
#include "model/step-inputs.h"
#include "simulation/trace.h"

static const TestSession cars[]
    = { { NULL, 10.5, 300, 12.0, 3, 16, 60, 500 }, { NULL, 20, 400, 9.0, 1, 32, 0, 0 },
        { NULL, 33, 350, 20.0, 3, 32, 77, 700 },   { "s4", 40, 200, 7.0, 2, 16, 40, 820 },
        { NULL, 45, 1000, 30.0, 3, 16, 0, 0 },     { NULL, 410, 700, 5.0, 1, 16, 0, 0 } };

static BbSimOptions *
make_options (gint64 duration_ms)
{
  g_autoptr (BbSite) site = board_of (5, 25);
  BbHouseholdsSpec homes = { .households = 2, .seed = 3 };
  BbSimOptions *options = options_of (site, duration_ms, cars, G_N_ELEMENTS (cars));
  bb_sim_options_add_households (options, 0, &homes);
  options->plant.meter_noise_ma = 30;
  add_scenario (options,
                "[{\"at_s\":3000,\"for_s\":9000,\"what\":\"station-lost\",\"station\":\"s1\"},"
                "{\"at_s\":7100,\"for_s\":600,\"what\":\"load-step\",\"circuit\":\"main\",\"l1_a\":12},"
                "{\"at_s\":7150,\"for_s\":600,\"what\":\"reduction\",\"limit_a\":8},"
                "{\"at_s\":7199,\"for_s\":30,\"what\":\"outage\"},"
                "{\"at_s\":7000,\"for_s\":2600,\"what\":\"wall-jump\",\"jump_s\":-7200},"
                "{\"at_s\":9000,\"for_s\":6000,\"what\":\"override\",\"station\":\"s2\",\"kind\":\"cap\","
                "\"limit_a\":7}]");
  return options;
}

/* Hashes of all that the engine was told and answered, from a time on. */
typedef struct {
  gint64 from_mono_ms;
  guint64 hash;
  guint64 n;
} Witness;

static void
watch (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Witness *witness = data;
  if (in->mono_ms < witness->from_mono_ms)
    return;
  guint64 parts[4] = { (guint64) in->mono_ms, bb_trace_hash_outputs (out),
                       (guint64) in->meters[0].current_ma[0], (guint64) in->meters[0].taken_ms };
  for (guint i = 0; i < 4; i++)
    witness->hash = (witness->hash ^ parts[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  for (guint s = 0; s < out->n_stations; s++)
    witness->hash
        = (witness->hash ^ (guint64) in->stations[s].measured_ma[0]) * G_GUINT64_CONSTANT (0x100000001b3);
  witness->n++;
}

static void
test_resume (void)
{
  const gint64 hours[] = { 0, 1, 2, 3, 5, 7 };
  for (guint i = 0; i < G_N_ELEMENTS (hours); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BbSimOptions) options = make_options (8 * HOUR);
    g_autoptr (GBytes) snapshot = bb_sim_snapshot_at (options, MONDAY + hours[i] * HOUR, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpint (bb_sim_snapshot_get_time (snapshot), ==, MONDAY + hours[i] * HOUR);
    Witness whole = { hours[i] * HOUR + BB_SIM_MONO_START, 1, 0 }, part = { 0, 1, 0 };
    options->observer = watch;
    options->observer_data = &whole;
    g_autoptr (BbSimOutcome) first = run_ok (options);
    options->observer_data = &part;
    g_autoptr (BbSimOutcome) second = bb_sim_resume (options, snapshot, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (whole.n, >, 0);
    g_assert_cmpuint (part.n, ==, whole.n);
    g_assert_cmpuint (part.hash, ==, whole.hash);
  }
}

/* Every byte of a snapshot may be wrong: it is refused, or it runs; nothing else. */
static void
test_hostile_snapshots (void)
{
  g_autoptr (BbSimOptions) options = make_options (3 * HOUR);
  g_autoptr (GBytes) snapshot = bb_sim_snapshot_at (options, MONDAY + HOUR, NULL, NULL);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (snapshot, &size);
  options->until_ms = MONDAY + HOUR + 3 * MINUTE;
  guint refused = 0;
  for (guint i = 0; i < 400; i++) {
    g_autofree guint8 *copy = g_memdup2 (bytes, size);
    copy[(gsize) i * 7919 * 13 % size] ^= (guint8) (1u << i % 8);
    g_autoptr (GBytes) damaged = g_bytes_new (copy, i % 5 == 4 ? size - i : size);
    g_autoptr (GError) error = NULL;
    g_autoptr (BbSimOutcome) outcome = bb_sim_resume (options, damaged, NULL, &error);
    refused += outcome == NULL;
    g_assert_true ((outcome == NULL) == (error != NULL));
  }
  g_assert_cmpuint (refused, >=, 80);
  g_autoptr (GBytes) tiny = g_bytes_new ("BBSNAP01", 8);
  g_assert_cmpint (bb_sim_snapshot_get_time (tiny), ==, -1);
}

static void
test_foreign_snapshot (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSimOptions) options = make_options (3 * HOUR), other = make_options (3 * HOUR);
  g_autoptr (GBytes) snapshot = bb_sim_snapshot_at (options, MONDAY + HOUR, NULL, NULL);
  other->seed = 9;
  g_assert_null (bb_sim_resume (other, snapshot, NULL, &error));
  g_assert_error (error, BB_SIM_ERROR, BB_SIM_ERROR_SNAPSHOT);
}

/* ---- results ---- */

static gchar *
new_folder (void)
{
  return g_dir_make_tmp ("busbar-XXXXXX", NULL);
}

static void
test_result_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *folder = new_folder ();
  g_autoptr (BbSimOptions) options = make_options (8 * HOUR);
  options->result_path = g_build_filename (folder, "run.bbresult", NULL);
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  g_autoptr (BbResult) result = bb_result_open (options->result_path, &error);
  g_assert_no_error (error);
  g_assert_true (bb_result_verify (result, NULL, &error));
  g_assert_cmpuint (bb_result_get_n_snapshots (result), ==, 8);
  g_assert_cmpint (bb_series_source_find (BB_SERIES_SOURCE (result), "circuit/main/l1"), >=, 0);
  g_assert_cmpint (bb_series_source_find (BB_SERIES_SOURCE (result), "station/s3/setpoint"), >=, 0);
  g_assert_cmpuint (bb_result_get_n_stations (result), ==, 5);
  g_autofree gchar *summary = bb_result_get_summary (result, &error);
  g_autofree gchar *expected = bb_summary_to_text (outcome->summary, FALSE);
  g_assert_cmpstr (summary, ==, expected);
  /* The peak of the overview is the peak of the summary, to the centi-ampere that overviews keep. */
  BbSeriesColumn column;
  g_assert_true (
      bb_series_source_query (BB_SERIES_SOURCE (result),
                              (guint) bb_series_source_find (BB_SERIES_SOURCE (result), "circuit/main/l1"),
                              MONDAY, MONDAY + 8 * HOUR, 1, &column, &error));
  g_assert_cmpfloat_with_epsilon (column.max, outcome->summary->circuits[0].phase[0].peak_ma / 1000.0,
                                  0.0101);
  g_unlink (options->result_path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* A snapshot and a change out of the file: the run goes on from there to the same decisions. */
static void
test_replay_from_result (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *folder = new_folder ();
  g_autoptr (BbSimOptions) options = make_options (8 * HOUR);
  g_autofree gchar *path = options->result_path = g_build_filename (folder, "run.bbresult", NULL);
  Witness whole = { 4 * HOUR + BB_SIM_MONO_START, 1, 0 }, part = { 0, 1, 0 };
  options->observer = watch;
  options->observer_data = &whole;
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  g_autoptr (BbResult) result = bb_result_open (path, &error);
  g_assert_no_error (error);
  gint64 at_ms;
  g_autoptr (GBytes) snapshot = bb_result_find_snapshot (result, MONDAY + 4 * HOUR + 1234567, &at_ms, &error);
  g_assert_cmpint (at_ms, ==, MONDAY + 4 * HOUR);
  options->result_path = NULL;
  options->observer_data = &part;
  g_autoptr (BbSimOutcome) again = bb_sim_resume (options, snapshot, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (part.n, ==, whole.n);
  g_assert_cmpuint (part.hash, ==, whole.hash);
  BbResultChange change;
  g_assert_true (bb_result_find_change (result, 1, MONDAY + 4 * HOUR, &change, NULL, &error));
  bbe_reason reason;
  bb_sim_reason_unpack (change.reason, &reason);
  g_assert_cmpuint (reason.code, <, BBE_REASON_COUNT);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_reason_bytes (void)
{
  const bbe_reason reason
      = { BBE_REASON_HOLD, BBE_LIMIT_PEAK, BBE_PLACE_GROUP, BBE_TOTAL, -1, -123456, 987654321 };
  const bbe_reason wall = { .code = BBE_REASON_OFF_PEAK, .until_ms = MONDAY };
  bbe_reason back;
  guint8 packed[BB_SIM_REASON_SIZE];
  bb_sim_reason_pack (&reason, -1000, packed);
  bb_sim_reason_unpack (packed, &back);
  g_assert_cmpint (back.until_ms, ==, reason.until_ms + 1000);
  g_assert_cmpint (back.value_ma, ==, -123456);
  g_assert_cmpint (back.index, ==, -1);
  g_assert_cmpuint (back.phase, ==, BBE_TOTAL);
  bb_sim_reason_pack (&wall, -1000, packed);
  bb_sim_reason_unpack (packed, &back);
  g_assert_cmpint (back.until_ms, ==, MONDAY);
}

/* ---- a disk that fills up ---- */

/* A file size limit is a disk that is full after so many bytes. In a process of its own: the limit stays. */
static void
test_full_disk (void)
{
  if (g_test_subprocess ()) {
    const struct rlimit limit = { 20000, 20000 };
    g_autoptr (GError) error = NULL;
    g_autofree gchar *folder = new_folder ();
    g_autoptr (BbSimOptions) options = make_options (48 * HOUR);
    signal (SIGXFSZ, SIG_IGN);
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
    options->result_path = g_build_filename (folder, "run.bbresult", NULL);
    options->trace_path = g_build_filename (folder, "run.trace", NULL);
    g_assert_null (bb_sim_run (options, NULL, NULL, NULL, &error));
    g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_NO_SPACE);
    g_assert_cmpint (g_rmdir (folder), ==, 0); /* nothing half-written is left */
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
test_no_such_folder (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *folder = new_folder ();
  g_autoptr (BbSimOptions) options = make_options (2 * HOUR);
  options->result_path = g_build_filename (folder, "missing", "run.bbresult", NULL);
  g_assert_null (bb_sim_run (options, NULL, NULL, NULL, &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_NOT_FOUND);
  g_rmdir (folder);
}

/* ---- traces ---- */

static void
test_trace_replays (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *folder = new_folder ();
  g_autoptr (BbSimOptions) options = make_options (6 * HOUR);
  BbTraceVerdict verdict;
  options->trace_path = g_build_filename (folder, "run.trace", NULL);
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  g_assert_true (bb_trace_replay (options->trace_path, &verdict, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (verdict.n_records, ==, outcome->summary->engine_steps);
  g_assert_cmpuint (verdict.n_different, ==, 0);
  g_unlink (options->trace_path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* A trace of version 1 opens for ever, with all its records; what the engine answers may have changed since.
 */
static void
test_trace_of_version_1 (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = g_test_build_filename (G_TEST_DIST, "fixtures", "trace-1.bbtrace", NULL);
  BbTraceVerdict verdict;
  g_assert_true (bb_trace_replay (path, &verdict, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (verdict.n_records, ==, 32);
}

/* Records with other fields than ours are not read as if they were ours. */
static void
test_trace_of_other_fields (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *folder = new_folder ();
  g_autofree gchar *from = g_test_build_filename (G_TEST_DIST, "fixtures", "trace-1.bbtrace", NULL);
  g_autofree gchar *path = g_build_filename (folder, "other.trace", NULL);
  g_autofree gchar *bytes = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (from, &bytes, &length, NULL));
  gchar *fields = g_strstr_len (bytes + 12, (gssize) length - 12, "\"fields\":");
  g_assert_nonnull (fields);
  gchar *digit = fields + strlen ("\"fields\":");
  *digit = *digit == '9' ? '8' : '9';
  guint32 header = (guint8) bytes[8] | (guint32) (guint8) bytes[9] << 8;
  guint32 crc = bb_crc32c (0, (const guint8 *) bytes + 12, header);
  for (guint b = 0; b < 4; b++)
    bytes[12 + header + b] = (gchar) (crc >> (8 * b));
  g_assert_true (g_file_set_contents (path, bytes, (gssize) length, NULL));
  g_assert_null (bb_trace_reader_open (path, &error));
  g_assert_error (error, BB_SIM_ERROR, BB_SIM_ERROR_TRACE);
  g_assert_nonnull (strstr (error->message, "other fields"));
  g_unlink (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* The engine lost its state in between: the trace says so, and still replays. */
static void
test_trace_over_restart (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *folder = new_folder ();
  g_autoptr (BbSimOptions) options = make_options (4 * HOUR);
  BbTraceVerdict verdict;
  g_clear_pointer (&options->scenario, bb_scenario_unref);
  add_scenario (options, "[{\"at_s\":7199,\"for_s\":30,\"what\":\"outage\",\"state\":\"lost\"}]");
  options->trace_path = g_build_filename (folder, "run.trace", NULL);
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  g_assert_true (bb_trace_replay (options->trace_path, &verdict, NULL, NULL, NULL, &error));
  g_assert_cmpuint (verdict.n_records, ==, outcome->summary->engine_steps);
  g_assert_cmpuint (verdict.n_different, ==, 0);
  g_unlink (options->trace_path);
  g_rmdir (folder);
}

/* A trace in which one input was changed, with its checksum put right, is noticed. */
static void
test_trace_tells_differences (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *folder = new_folder ();
  g_autofree gchar *path = g_build_filename (folder, "run.trace", NULL);
  g_autoptr (BbSite) site = board_of (1, 25);
  g_autoptr (BbEngineConfig) config = bb_engine_config_new (site, NULL, &error);
  g_autoptr (BbStepInputs) inputs = bb_step_inputs_new (config);
  const BbTraceOptions trace_options = { -1, FALSE, FALSE };
  g_autoptr (BbTraceWriter) writer
      = bb_trace_writer_new (path, site, &trace_options, &config->config, &error);
  g_assert_no_error (error);
  bbe_engine *engine = g_malloc0 (bbe_sizeof ());
  bbe_init (engine, &config->config, NULL);
  for (gint64 t = 0; t < 100; t++) {
    const gint32 ma[3] = { 5000 + (gint32) t, 6000, 7000 }, mv[3] = { 230000, 230000, 230000 };
    const gint32 drawn[3] = { 0, 0, 0 };
    bb_step_inputs_set_time (inputs, t * 1000, MONDAY + t * 1000, 0, TRUE);
    bb_step_inputs_set_meter (inputs, 0, ma, mv, 4000, TRUE, t * 1000);
    bb_step_inputs_set_station (inputs, 0, BBE_VEHICLE_C, 0, drawn);
    const bbe_outputs *out = bbe_step (engine, &inputs->inputs);
    if (t == 60)
      inputs->meters[0].current_ma[0] = 24000; /* what the record says is not what the engine was told */
    bb_trace_writer_add (writer, &inputs->inputs, out);
  }
  g_assert_true (bb_trace_writer_finish (writer, &error));
  BbTraceVerdict verdict;
  g_assert_true (bb_trace_replay (path, &verdict, NULL, NULL, NULL, &error));
  g_assert_cmpuint (verdict.n_records, ==, 100);
  g_assert_cmpuint (verdict.n_different, >, 0);
  g_assert_cmpuint (verdict.first_different, ==, 60);
  g_assert_cmpint (verdict.first_different_mono_ms, ==, 60000);
  g_free (engine);
  g_unlink (path);
  g_rmdir (folder);
}

/* Cut short, flipped, foreign: an error each, with the file's name. */
static void
test_hostile_traces (void)
{
  g_autofree gchar *folder = new_folder ();
  g_autofree gchar *bytes = NULL;
  gsize size;
  g_autoptr (BbSimOptions) options = make_options (2 * HOUR);
  options->trace_path = g_build_filename (folder, "run.trace", NULL);
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  g_assert_true (g_file_get_contents (options->trace_path, &bytes, &size, NULL));
  guint refused = 0;
  for (guint i = 0; i < 200; i++) {
    BbTraceVerdict verdict;
    g_autoptr (GError) error = NULL;
    g_autofree gchar *copy = g_memdup2 (bytes, size);
    gsize length = i % 2 ? (gsize) i * 104729 % size : size;
    copy[(gsize) i * 7919 * 11 % size] ^= (gchar) (1 << i % 8);
    g_assert_true (g_file_set_contents (options->trace_path, copy, (gssize) length, NULL));
    gboolean good = bb_trace_replay (options->trace_path, &verdict, NULL, NULL, NULL, &error);
    g_assert_true (good == (error == NULL));
    refused += !good;
  }
  /* Some cuts fall between two records, which a trace that was cut off may end with. */
  g_assert_cmpuint (refused, >, 180);
  g_unlink (options->trace_path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/simulation/snapshot/resume", test_resume);
  g_test_add_func ("/simulation/snapshot/hostile", test_hostile_snapshots);
  g_test_add_func ("/simulation/snapshot/foreign", test_foreign_snapshot);
  g_test_add_func ("/simulation/snapshot/result-file", test_result_file);
  g_test_add_func ("/simulation/snapshot/replay-from-result", test_replay_from_result);
  g_test_add_func ("/simulation/snapshot/reason-bytes", test_reason_bytes);
  g_test_add_func ("/simulation/snapshot/full-disk", test_full_disk);
  g_test_add_func ("/simulation/snapshot/no-such-folder", test_no_such_folder);
  g_test_add_func ("/simulation/trace/replays", test_trace_replays);
  g_test_add_func ("/simulation/trace/of-version-1", test_trace_of_version_1);
  g_test_add_func ("/simulation/trace/of-other-fields", test_trace_of_other_fields);
  g_test_add_func ("/simulation/trace/over-restart", test_trace_over_restart);
  g_test_add_func ("/simulation/trace/tells-differences", test_trace_tells_differences);
  g_test_add_func ("/simulation/trace/hostile", test_hostile_traces);
  return g_test_run ();
}
