/* SPDX-License-Identifier: GPL-3.0-or-later */
/* failsafe-kit.h: a small site of one make of station, emulated, with a controller that runs by its own clock
 * and can be frozen, killed and started again; what flows is followed second by second.
 *
 * Two manual clocks, the site's and the controller's, move together unless a test stops the latter. A second
 * goes on when nothing moves any more on the sockets; answers that never come cost real time only (profiles
 * get a short time-out of the transport), so a time-out counts nothing in the site's time. */
#pragma once

#include "controller/controller.h"
#include "emulator/emulator.h"

G_BEGIN_DECLS

#define FS_STATIONS 2

/* A way to reach a make of station, and what its site says. */
typedef struct {
  const gchar *profile, *connection;
  gint failsafe_a;    /* that the site states; -1: it cannot be set, or is not known */
  gint fallback_s;    /* heard nothing for so long it falls back; 0: never */
  gint reservation_a; /* of a slow outer limit; 0: none */
  gint full_ma;       /* both together draw at least so much when nothing is wrong */
} FsMake;

typedef struct {
  const FsMake *make;
  BbSite *site;
  BbSimOptions *options;
  BbManualClock *clock, *own_clock; /* the site's, the controller's */
  BbLog *log;                       /* the controller's */
  BbCatalogue *catalogue;
  gchar *folder;
  BbEmulator *emulator;
  BbController *controller; /* NULL: killed */
  gboolean frozen;          /* its clock goes on when it wakes up */
  gboolean stalled;         /* its clock stands still */
  gint64 now_ms, lag_ms;    /* UTC of the next second; how far its clock is behind */
  gint64 offset_ms;         /* UTC - the site's mono */
  gint64 over_ms;           /* of the summary, until now */
  gint64 wall_shift_ms;     /* of the controller's wall clock */
  gint house_a;
  guint n_stuck;   /* devices that were busy when the last second ended */
  gchar *profiles; /* folder of profiles with a short time-out */
  /* followed since fs_mark() */
  gint64 marked_ms, run_ms, longest_ms, over_until_ms, peak_ma, changed_ms[FS_STATIONS];
  gint32 draw_ma[FS_STATIONS];
} FsRig;

/* All are online when it returns; vehicles that take all are plugged in. */
FsRig *fs_new (const FsMake *make);
void fs_free (FsRig *rig);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsRig, fs_free)

void fs_second (FsRig *rig);
void fs_seconds (FsRig *rig, guint n);
/* Until both stations together draw at least so much on a phase; seconds it took, -1: not within `most_s`. */
gint fs_until (FsRig *rig, gint32 sum_ma, guint most_s);

/* Follows what flows from now on. */
void fs_mark (FsRig *rig);
/* Seconds from the mark until the rating was exceeded for the last time. */
gdouble fs_over_until_s (const FsRig *rig);
/* Other load of the house, A on each phase. */
void fs_house (FsRig *rig, gint a);
/* A fault of the emulator by name, on; `clear` ends all. */
void fs_fault (FsRig *rig, const gchar *device, const gchar *fault);
void fs_clear (FsRig *rig);

void fs_kill (FsRig *rig);
void fs_start (FsRig *rig);
void fs_freeze (FsRig *rig, gboolean stalled);
void fs_thaw (FsRig *rig);
void fs_jump (FsRig *rig, gint64 ms, gboolean valid);
/* The state folder cannot grow any more (RLIMIT_FSIZE of this process). */
void fs_disk_full (FsRig *rig, gboolean full);

/* The first warning since the mark that has this word (its text, transfer full); NULL: none. */
gchar *fs_find_sentence (FsRig *rig, const gchar *word, const gchar *other);
void fs_print_log (FsRig *rig);

G_END_DECLS
