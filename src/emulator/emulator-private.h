/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emulator-private.h: the emulator's own state, shared by its files. */
#pragma once

#include "emulator/emu-device.h"

G_BEGIN_DECLS

/* Longest line of control, also of a command. */
#define BB_EMU_LINE_MAX (64u << 10)

/* Profiles of parts for which the site names none. */
#define BB_EMU_ASSUMED_STATION "mennekes-amtron-professional"
#define BB_EMU_ASSUMED_METER   "janitza-umg"

typedef struct _BbEmuControl BbEmuControl;

/* One fault in force, or waiting for its time (timeline). Times are UTC ms of the site. */
typedef struct {
  guint kind;   /* index into the table of emulator-faults.c */
  guint device; /* index into emulator->devices */
  guint phases; /* bits */
  gint64 value;
  gint64 from_ms, until_ms; /* G_MAXINT64: until cleared */
  gboolean on;
} BbEmuFaultEntry;

/* Energy that a meter counted, in mWs, so that nothing is lost to rounding. */
typedef struct {
  gint64 import_mws, export_mws;
} BbEmuEnergy;

struct _BbEmulator {
  BbSimField *field;
  BbSite *site;
  BbCatalogue *catalogue;
  BbClock *clock;
  BbLog *log;
  gdouble speed;
  guint pty_baud;
  gchar *ocpp_url;
  gchar *mqtt_host; /* (nullable) */
  guint16 mqtt_port;
  GPtrArray *devices;    /* (element-type BbEmuDevice) */
  GPtrArray *warnings;   /* (element-type utf8): of the start line */
  GArray *faults;        /* (element-type BbEmuFaultEntry) */
  BbEmuEnergy *energy;   /* (array) per meter */
  gint32 (*extra_ma)[3]; /* (array) per circuit: load steps in force */
  gchar *control_path;
  BbEmuControl *control;
  gboolean started;

  /* the second */
  gint64 start_ms; /* UTC of the first second */
  gboolean begun;
  gboolean held;         /* what is commanded changes nothing yet */
  gint64 second_ms;      /* UTC of the present second */
  gint64 second_mono_ms; /* when it began */
  guint n_pushes;
  GTask *begin_task; /* (nullable): waits for the pushes */
  /* by the clock */
  GSource *tick;
  gint64 run_mono_ms, run_from_ms;
  gboolean ended;               /* the inputs are at their end */
  void (*quit) (gpointer data); /* at the command "quit", and when the inputs end */
  gpointer quit_data;
};

/* emulator-devices.c */
gboolean bb_emu_make_devices (BbEmulator *self, GError **error);
BbEmuDevice *bb_emu_find_device (BbEmulator *self, const gchar *id);
void bb_emu_device_free (BbEmuDevice *device);

/* emulator-measure.c: what a meter's counters add up. */
void bb_emu_count_energy (BbEmulator *self, gint64 until_ms);

/* emulator-faults.c */
gint bb_emu_fault_find (const gchar *name);
/* `entry` is copied; from now on, when its time has come. FALSE with BB_EMULATOR_ERROR_COMMAND. */
gboolean bb_emu_fault_add (BbEmulator *self, const BbEmuFaultEntry *entry, GError **error);
/* Ends all faults of a device (NULL: all) of a kind (-1: all); the number of them. */
guint bb_emu_fault_clear (BbEmulator *self, BbEmuDevice *device, gint kind);
/* Starts and ends what is due at the site's time. */
void bb_emu_fault_run (BbEmulator *self, gint64 now_ms);
/* Members "kinds" and "active". */
void bb_emu_fault_describe (BbEmulator *self, JsonBuilder *builder);
/* Reads an entry from an object: device, fault, for_s, value, phases. */
gboolean bb_emu_fault_from_json (BbEmulator *self, JsonObject *object, BbEmuFaultEntry *entry,
                                 GError **error);

/* emulator-state.c: members of the command "state" and "time". */
void bb_emu_describe_state (BbEmulator *self, JsonBuilder *builder);
void bb_emu_describe_time (BbEmulator *self, JsonBuilder *builder);

/* timeline.c: a JSON array of faults with "at_s". */
gboolean bb_emulator_load_faults (BbEmulator *self, const gchar *path, GError **error);

/* control.c: commands as lines on a UNIX socket, and on a pair of streams. */
BbEmuControl *bb_emu_control_new (BbEmulator *emulator, const gchar *path, GError **error);
void bb_emu_control_free (BbEmuControl *control);
/* `ended` is called when `input` is at its end. */
void bb_emu_control_add (BbEmuControl *control, GInputStream *input, GOutputStream *output,
                         void (*ended) (gpointer data), gpointer data);

/* The site's time now: between the present second and the next. */
gint64 bb_emulator_get_site_ms (BbEmulator *self);
void bb_emulator_set_quit (BbEmulator *self, void (*quit) (gpointer data), gpointer data);

G_END_DECLS
