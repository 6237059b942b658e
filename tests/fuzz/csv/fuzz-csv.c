/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz-csv.c: any bytes as a file of load, generation or sessions: values or an error, never anything else.
 *
 * The first byte chooses what the rest is read as (bits: 0-1 load, net load, PV, sessions; 2 one repeated
 * day; 3 a zone with clock changes). Beyond not crashing it is checked that going back gives the same values
 * and that stretches move on. With libFuzzer's main, or with run-corpus.c's, which takes files. */
#include <sys/mman.h>
#include <unistd.h>

#include "simulation/input-load.h"
#include "simulation/input-sessions.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define MOST_STRETCHES 2000

/* The input's file lies in memory. */
static int input_fd = -1;
static char input_path[64];

static void
write_file (const uint8_t *data, size_t size)
{
  if (input_fd < 0) {
    input_fd = memfd_create ("fuzz-csv", MFD_CLOEXEC);
    g_assert_cmpint (input_fd, >=, 0);
    g_snprintf (input_path, sizeof input_path, "/proc/self/fd/%d", input_fd);
  }
  g_assert_cmpint (ftruncate (input_fd, 0), ==, 0);
  g_assert_cmpint (pwrite (input_fd, data, size, 0), ==, (gssize) size);
}

/* All stretches from the start on; a checksum. The second walk must give the first one's. */
static uint64_t
walk (BbLoadSource *source, int64_t from_ms, int *n)
{
  uint64_t sum = 0;
  int64_t t_ms = from_ms;

  for (*n = 0; *n < MOST_STRETCHES; (*n)++) {
    g_autoptr (GError) error = NULL;
    int32_t value_m[3];
    int64_t until_ms;

    if (!bb_load_at (source, t_ms, value_m, &until_ms, &error)) {
      g_assert_nonnull (error);
      break;
    }
    g_assert_cmpint (until_ms, >, t_ms);
    for (int p = 0; p < 3; p++)
      sum = (sum ^ (uint32_t) value_m[p]) * UINT64_C (0x100000001b3);
    t_ms = until_ms;
  }
  return sum;
}

static void
try_load (const BbInputOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbLoadSource) source = bb_load_open_csv (input_path, options, &error);
  g_auto (GStrv) notes = NULL;
  int64_t from_ms;
  BbLoadInfo info;
  BbLoadSpan span;
  uint64_t sum;
  int n, again;

  g_assert_true ((source == NULL) == (error != NULL));
  if (source == NULL)
    return;
  bb_load_get_info (source, &info);
  from_ms = info.first_ms == INT64_MIN ? G_GINT64_CONSTANT (1743210000000) : info.first_ms;
  sum = walk (source, from_ms, &n);
  g_assert_cmpuint (walk (source, from_ms, &again), ==, sum);
  g_assert_cmpint (n, ==, again);
  g_assert_cmpint (n, >, 0);
  bb_load_span (source, from_ms, from_ms + 3600000, &span, NULL);
  notes = bb_load_notes (source, options->kind, 950);
}

static void
try_sessions (const BbInputOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSessions) sessions = bb_sessions_load_csv (input_path, options, &error);
  g_autoptr (BbSessions) repeated = NULL;

  g_assert_true ((sessions == NULL) == (error != NULL));
  if (sessions == NULL)
    return;
  for (size_t i = 0; i < sessions->n_items; i++) {
    g_assert_cmpint (sessions->items[i].arrival_ms, <, sessions->items[i].departure_ms);
    g_assert_cmpint (sessions->items[i].station, <, (int64_t) sessions->n_stations);
  }
  if (options->repeat == BB_REPEAT_DAY)
    repeated = bb_sessions_repeat (sessions, options->zone, G_GINT64_CONSTANT (1743210000000),
                                   G_GINT64_CONSTANT (1743400000000), NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  BbInputOptions options = { 0 };

  if (size < 1 || size > 1 << 20)
    return 0;
  options.kind = (data[0] & 3) == 2 ? BB_INPUT_PV : BB_INPUT_LOAD;
  options.may_export = (data[0] & 3) == 1;
  options.repeat = (data[0] & 4) != 0 ? BB_REPEAT_DAY : BB_REPEAT_NONE;
  options.zone = (data[0] & 8) != 0 ? "Europe/Oslo" : NULL;
  options.total_phases = data[0] >> 4 & 7;
  write_file (data + 1, size - 1);
  if ((data[0] & 3) == 3)
    try_sessions (&options);
  else
    try_load (&options);
  return 0;
}
