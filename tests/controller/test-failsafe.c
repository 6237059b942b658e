/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-failsafe.c: the fail-safe table: what each station draws after how many seconds when a part fails, and
 * for how long the fuse is over its rating, with a bound for every line.
 *
 * 25 A; the house takes 5 A, two stations of 12 A charge 10 A each. With each fault the house goes to 13 A,
 * the most that the site declares, and stays there for a while after the fault ended. All makes with the lost
 * controller and the lost meter, and all faults with one make on Modbus and one on OCPP; with BUSBAR_SOAK all
 * with all. `--table` prints the table instead. */
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "failsafe-kit.h"

#define HOUSE_A     5
#define HOUSE_MAX_A 13
#define OFFLINE_MA  12000
/* From a step of the load to the draw that makes up for it: up to 1 s until the period that sees it, the
 * stations' stated reaction of 2 s, the vehicle's of 1 s. */
#define LOWER_S 4
/* To stop a vehicle takes 3 s more than to lower it; that a station does not follow is seen a period after
 * its reaction time. */
#define NOTICE_S (1 + 2 + 1 + LOWER_S + 3)
/* A meter is lost when its reading is older than 10 s, or was impossible for 10 s (ENGINE.md, steps 1 and 3).
 */
#define METER_S (10 + 1 + LOWER_S)
#define STALL_S 30
/* After the fault: a meter has to be good for 60 s, a stopped vehicle stays off for 60 s, then hold time and
 * slope. */
#define BACK_S 180

/* What it falls back to is set by us, or (Weidmüller, AMTRON Compact) in the station. The Zaptecs are a slow
 * outer limit: room is reserved for them, and their cloud keeps the limit when the controller is gone. */
static const FsMake makes[] = {
  { "abb-terra-ac", "modbus-tcp", 6, 60, 0, 18000 },
  { "ocpp-16j", "ocpp", 6, 60, 0, 18000 },
  { "abb-terra-ac", "modbus-rtu", 6, 60, 0, 18000 },
  { "weidmueller-ac-smart", "modbus-tcp", 6, 66, 0, 18000 },
  { "mennekes-amtron-professional", "modbus-tcp", 6, 30, 0, 18000 },
  { "mennekes-amtron-compact", "modbus-rtu", 6, 10, 0, 18000 },
  { "webasto-live", "modbus-tcp", 6, 30, 0, 18000 },
  { "webasto-next", "modbus-tcp", 6, 30, 0, 18000 },
  { "webasto-unite", "modbus-tcp", 6, 30, 0, 18000 },
  { "mennekes-amtron-hcc3", "modbus-tcp", -1, 0, 0,
    0 }, /* measures nothing, so it gets little beside the meter */
  { "phoenix-ev-cc", "modbus-tcp", -1, 0, 0, 18000 },
  { "weidmueller-ac-wallbox-business", "modbus-tcp", -1, 0, 0, 18000 },
  { "teison-smart-mini", "ocpp", 6, 60, 0, 18000 },
  { "charge-amps-halo", "ocpp", 6, 60, 0, 18000 },
  { "charge-amps-aura", "ocpp", 6, 60, 0, 18000 },
  { "mennekes-amtron-professional", "ocpp", 6, 60, 0, 18000 },
  { "abb-terra-ac", "ocpp", -1, 0, 0, 18000 },
  { "zaptec-pro", "cloud", 6, 0, 6, 12000 },
  { "zaptec-home", "cloud", 6, 0, 6, 12000 },
};

typedef enum {
  BOUND_LOWER,    /* as a step of the load without any fault */
  BOUND_NOTICE,   /* one station does not follow: the other makes room */
  BOUND_METER,    /* the meter cannot be used any more */
  BOUND_WATCHDOG, /* until the stations miss their controller */
  BOUND_STALL,    /* as long as the controller stood still, if that is shorter */
  BOUND_NONE      /* cannot be noticed: as long as it lasts */
} Bound;

typedef enum { END_FITS, END_OFFLINE, END_FAILSAFE, END_OPEN } End;

typedef struct {
  const gchar *name;
  const gchar *device, *fault; /* of the emulator; NULL: `begin` and `end` */
  void (*begin) (FsRig *rig);
  void (*end) (FsRig *rig);
  Bound bound;
  End at_end;
  gboolean long_one; /* longer than the station's own time-out */
  const gchar *word; /* of the sentence in the log; NULL: none is due */
} Fault;

static void
nothing (FsRig *rig)
{
}

static void
begin_freeze (FsRig *rig)
{
  fs_freeze (rig, FALSE);
}

static void
begin_stall (FsRig *rig)
{
  fs_freeze (rig, TRUE);
  fs_seconds (rig, STALL_S);
  fs_thaw (rig);
}

static void
begin_forward (FsRig *rig)
{
  fs_jump (rig, 7200000, TRUE);
}

static void
begin_backward (FsRig *rig)
{
  fs_jump (rig, -7200000, TRUE);
}

static void
begin_unknown (FsRig *rig)
{
  fs_jump (rig, 0, FALSE);
}

static void
end_jump (FsRig *rig)
{
  fs_jump (rig, -rig->wall_shift_ms, TRUE);
}

static void
begin_full (FsRig *rig)
{
  fs_disk_full (rig, TRUE);
}

static void
end_full (FsRig *rig)
{
  fs_disk_full (rig, FALSE);
}

/* Those in front for every make. */
#define N_FOR_ALL 2
static const Fault faults[] = {
  { "controller killed", NULL, NULL, fs_kill, fs_start, BOUND_WATCHDOG, END_FAILSAFE, TRUE, NULL },
  { "meter silent", "meter", "silence", NULL, NULL, BOUND_METER, END_OFFLINE, FALSE,
    "“meter” is not reached" },
  { "controller frozen", NULL, NULL, begin_freeze, fs_thaw, BOUND_WATCHDOG, END_FAILSAFE, TRUE, NULL },
  { "meter off line", "meter", "offline", NULL, NULL, BOUND_METER, END_OFFLINE, FALSE,
    "“meter” is not reached" },
  { "none: load step", NULL, NULL, nothing, nothing, BOUND_LOWER, END_FITS, FALSE, NULL },
  { "controller stands 30 s", NULL, NULL, begin_stall, nothing, BOUND_STALL, END_FITS, FALSE, NULL },
  { "meter half-open", "meter", "half-open", NULL, NULL, BOUND_METER, END_OFFLINE, FALSE,
    "“meter” is not reached" },
  { "meter garbage", "meter", "garbage", NULL, NULL, BOUND_METER, END_OFFLINE, FALSE,
    "“meter” is not reached" },
  { "meter exception", "meter", "exception", NULL, NULL, BOUND_METER, END_OFFLINE, FALSE, "“meter”" },
  { "meter half answers", "meter", "truncate", NULL, NULL, BOUND_METER, END_OFFLINE, FALSE,
    "“meter” is not reached" },
  { "meter answers twice", "meter", "twice", NULL, NULL, BOUND_METER, END_OFFLINE, FALSE,
    "“meter” is not reached" },
  { "meter reversed", "meter", "reversed", NULL, NULL, BOUND_METER, END_OFFLINE, FALSE,
    "Main fuse: its meter" },
  { "clamps open", "meter", "open", NULL, NULL, BOUND_METER, END_OFFLINE, FALSE, "Main fuse: its meter" },
  { "meter shows one value", "meter", "frozen", NULL, NULL, BOUND_NONE, END_OPEN, FALSE, NULL },
  { "station cut off", "left", "offline", NULL, NULL, BOUND_NOTICE, END_FITS, TRUE, "“left” is not reached" },
  { "station half-open", "left", "half-open", NULL, NULL, BOUND_NOTICE, END_FITS, TRUE, "“left”" },
  { "station silent", "left", "silence", NULL, NULL, BOUND_NOTICE, END_FITS, TRUE, "“left”" },
  { "station garbage", "left", "garbage", NULL, NULL, BOUND_NOTICE, END_FITS, TRUE, "left" },
  { "station exception", "left", "exception", NULL, NULL, BOUND_NOTICE, END_FITS, TRUE, "“left”" },
  { "station half answers", "left", "truncate", NULL, NULL, BOUND_NOTICE, END_FITS, TRUE, "left" },
  { "station answers twice", "left", "twice", NULL, NULL, BOUND_NOTICE, END_FITS, TRUE, NULL },
  { "station disobeys", "left", "deaf", NULL, NULL, BOUND_NOTICE, END_FITS, FALSE,
    "“left” is online: It accepted" },
  { "station lies", "left", "lies", NULL, NULL, BOUND_NOTICE, END_FITS, FALSE,
    "“left” is online: It accepted" },
  { "station restarts", "left", "reboot", NULL, NULL, BOUND_NOTICE, END_FITS, FALSE, NULL },
  { "wall clock +2 h", NULL, NULL, begin_forward, end_jump, BOUND_LOWER, END_FITS, TRUE, NULL },
  { "wall clock −2 h", NULL, NULL, begin_backward, end_jump, BOUND_LOWER, END_FITS, TRUE, NULL },
  { "wall clock unknown", NULL, NULL, begin_unknown, end_jump, BOUND_LOWER, END_FITS, TRUE, NULL },
  { "disk full", NULL, NULL, begin_full, end_full, BOUND_LOWER, END_FITS, FALSE, "cannot be written" },
};

/* A line of the table. */
typedef struct {
  gint32 draw_ma[FS_STATIONS];
  gdouble after_s[FS_STATIONS], over_s, peak_a;
  gint bound_s; /* -1: none */
  gint back_s;
  gchar *sentence; /* (nullable) */
} Line;

static gboolean as_table;

static gint
bound_of (const FsMake *make, const Fault *fault)
{
  switch (fault->bound) {
  case BOUND_LOWER:
    return LOWER_S;
  case BOUND_NOTICE:
    return NOTICE_S;
  case BOUND_METER:
    return METER_S;
  case BOUND_WATCHDOG:
    return make->fallback_s > 0 ? make->fallback_s + LOWER_S : -1;
  case BOUND_STALL:
    return STALL_S + LOWER_S;
  case BOUND_NONE:
  default:
    return -1;
  }
}

/* A slow outer limit draws what is reserved, whatever happens: with the house at its most that fits. */
static gboolean
is_slow (const FsMake *make)
{
  return make->reservation_a > 0;
}

static void
print_line (const FsMake *make, const Fault *fault, const Line *line)
{
  g_autofree gchar *bound
      = line->bound_s < 0 ? g_strdup ("as long") : g_strdup_printf ("%d s", line->bound_s);
  g_autofree gchar *text
      = g_strdup_printf ("%-31s %-10s %-22s %5.1f A %5.1f s (%-7s) %4.1f A %3.0f s  %4.1f A %3.0f s  %3d s",
                         make->profile, make->connection, fault->name, line->peak_a, line->over_s, bound,
                         line->draw_ma[0] / 1000.0, line->after_s[0], line->draw_ma[1] / 1000.0,
                         line->after_s[1], line->back_s);

  if (as_table)
    g_print ("%s\n", text);
  else
    g_test_message ("%s", text);
}

static void
begin_fault (FsRig *rig, const Fault *fault)
{
  fs_house (rig, HOUSE_MAX_A);
  if (fault->fault != NULL)
    fs_fault (rig, fault->device, fault->fault);
  else
    fault->begin (rig);
}

static void
end_fault (FsRig *rig, const Fault *fault)
{
  fs_clear (rig);
  if (fault->fault == NULL)
    fault->end (rig);
}

static void
measure (FsRig *rig, const Fault *fault, Line *line)
{
  guint own_s = (guint) MAX (rig->make->fallback_s, 60);

  fs_mark (rig);
  begin_fault (rig, fault);
  fs_seconds (rig, fault->long_one ? own_s + 20 : 40);
  line->bound_s = bound_of (rig->make, fault);
  line->over_s = (gdouble) rig->longest_ms / 1000;
  line->peak_a = (gdouble) rig->peak_ma / 1000;
  for (guint s = 0; s < FS_STATIONS; s++) {
    line->draw_ma[s] = rig->draw_ma[s];
    line->after_s[s] = (gdouble) (rig->changed_ms[s] - rig->marked_ms) / 1000;
  }
}

/* ---- what must hold ---- */

#define CHECK(condition)                                                                                     \
  G_STMT_START                                                                                               \
  {                                                                                                          \
    if (!(condition)) {                                                                                      \
      fs_print_log (rig);                                                                                    \
      g_printerr ("# %s over %s, %s: it does not hold that %s\n", rig->make->profile, rig->make->connection, \
                  fault->name, #condition);                                                                  \
      if (!as_table)                                                                                         \
        g_test_fail ();                                                                                      \
    }                                                                                                        \
  }                                                                                                          \
  G_STMT_END

static void
check_end (FsRig *rig, const Fault *fault, const Line *line)
{
  const FsMake *make = rig->make;
  gint32 failsafe_ma = make->failsafe_a * 1000;

  if (fault->at_end == END_OPEN)
    return;
  if (fault->at_end == END_OFFLINE)
    CHECK (line->draw_ma[0] + line->draw_ma[1] <= OFFLINE_MA);
  if (fault->at_end != END_FAILSAFE)
    CHECK (rig->run_ms == 0);
  else if (make->fallback_s > 0)
    CHECK (rig->run_ms == 0 && line->draw_ma[0] == failsafe_ma && line->draw_ma[1] == failsafe_ma);
  else /* without a fail-safe it keeps what it was told last */
    CHECK (line->draw_ma[0] + line->draw_ma[1] >= make->full_ma);
}

static void
run_fault (FsRig *rig, const Fault *fault)
{
  g_autofree gchar *sentence = NULL;
  guint slow_s = is_slow (rig->make) ? 2000 : 0;
  Line line = { 0 };

  fs_seconds (rig, 30);
  CHECK (fs_until (rig, rig->make->full_ma, 300 + slow_s) >= 0);
  fs_seconds (rig, 20);
  measure (rig, fault, &line);
  check_end (rig, fault, &line);
  CHECK (line.bound_s < 0 || line.over_s <= line.bound_s);
  gint64 before_ms = rig->longest_ms;
  end_fault (rig, fault);
  fs_seconds (rig, 30);
  CHECK (rig->run_ms == 0 && (fault->at_end == END_OPEN || line.bound_s < 0 || rig->longest_ms == before_ms));
  fs_house (rig, HOUSE_A);
  line.back_s = fs_until (rig, rig->make->full_ma, BACK_S + slow_s);
  CHECK (line.back_s >= 0);
  /* Of one that measures nothing nobody sees that it lies, or that clamps are open. */
  if (fault->word != NULL && rig->make->full_ma > 0) {
    sentence = fs_find_sentence (rig, fault->word, NULL);
    CHECK (sentence != NULL);
  }
  print_line (rig->make, fault, &line);
}

static void
test_make (gconstpointer data)
{
  const FsMake *make = data;
  gboolean soak = g_getenv ("BUSBAR_SOAK") != NULL || as_table;
  guint n = soak || make - makes < 2 ? G_N_ELEMENTS (faults) : N_FOR_ALL;
  g_autoptr (FsRig) rig = fs_new (make);

  for (guint f = 0; f < n; f++)
    run_fault (rig, &faults[f]);
}

/* Shown red: without the site's fail-safe current in the stations they stay over what fits. */
static void
test_defect (void)
{
  g_autoptr (FsRig) rig = fs_new (&makes[0]);
  Line line = { 0 };

  g_assert_cmpint (fs_until (rig, makes[0].full_ma, 300), >=, 0);
  fs_seconds (rig, 20);
  for (guint s = 0; s < FS_STATIONS; s++)
    bb_field_set_silence_ms (bb_emulator_get_field (rig->emulator), s, 0);
  measure (rig, &faults[0], &line);
  g_assert_cmpfloat (line.over_s, >, line.bound_s);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN);
  as_table = argc > 1 && strcmp (argv[1], "--table") == 0;
  if (as_table) {
    g_print ("%-31s %-10s %-22s %7s %7s %9s  %s\n", "profile", "over", "fault", "peak", "over", "(bound)",
             "left draws after, right draws after, charging again");
    for (guint m = argc > 2 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : 0; m < G_N_ELEMENTS (makes); m++)
      test_make (&makes[m]);
    return 0;
  }
  g_test_init (&argc, &argv, NULL);
  for (guint m = 0; m < G_N_ELEMENTS (makes); m++) {
    g_autofree gchar *path = g_strdup_printf ("/failsafe/%s/%s", makes[m].profile, makes[m].connection);
    g_test_add_data_func (path, &makes[m], test_make);
  }
  g_test_add_func ("/failsafe/defect", test_defect);
  return g_test_run ();
}
