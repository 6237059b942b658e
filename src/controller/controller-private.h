/* SPDX-License-Identifier: GPL-3.0-or-later */
/* controller-private.h: the state of a controller, shared by the files of this folder. */
#pragma once

#include "controller/controller.h"
#include "controller/state-file.h"
#include "controller/trace-ring.h"
#include "simulation/driver.h"

G_BEGIN_DECLS

#define BB_PERIOD_MS 1000

typedef struct {
  BbController *controller;
  BbDevice *device; /* (owned) (nullable): a meter that is on no circuit */
  guint index;      /* in the engine's table */
  gboolean is_meter;
  gboolean polling;     /* its poll is under way */
  guint64 polled_in;    /* period in which that began */
  gint64 poll_ms;       /* when it began */
  gint64 round_ms;      /* longest that one took lately (lines.c) */
  gint64 poll_due_ms;   /* meters with a longer interval: next poll */
  gboolean read;        /* polled since its last command */
  gboolean commanding;  /* a command is under way */
  gboolean dirty;       /* and another set-point came meanwhile */
  gboolean decided;     /* in this period: to be sent */
  gboolean falls;       /* to less than before */
  gint64 late_until_ms; /* stations: its readings came late; not measured until then (engine's time) */
  gint32 told_ma;       /* last that was given to its driver */
  gint32 setpoint_ma;   /* last that was decided */
  guint phases;
} BbSlot;

/* What was commanded from outside, beside what is in the step inputs. */
typedef struct {
  gint32 wanted_wh;
  gint64 departure_wall_ms;
  gint8 authorised; /* -1: nobody said */
  gboolean plugged; /* seen with a vehicle: the wish ends when that leaves */
} BbStationWish;

typedef struct {
  gboolean by_command;
  gboolean valid;
  guint8 state;
} BbSignalState;

struct _BbController {
  guint refs;    /* its owner, and each poll and command under way: their answers may come after its end */
  gboolean dead; /* bb_controller_free() was called */
  BbSite *site;  /* (owned) */
  BbCatalogue *catalogue;       /* (owned) */
  BbClock *clock;               /* (owned) */
  BbLog *log;                   /* (owned) (nullable) */
  BbDeviceContext *context;     /* (owned) */
  BbDriver *driver;             /* (owned) */
  const BbEngineConfig *config; /* of the driver */
  BbSlot *meters, *stations;    /* (owned) (array) */
  guint n_meters, n_stations;
  gchar *ocpp_address; /* (owned) */
  BbOcppListen ocpp;
  guint n_ocpp;

  GSource *ticker;   /* (unowned) (nullable): attached while it runs by the clock */
  GSource *deadline; /* (unowned) (nullable): of the running period */
  guint64 period;    /* number of the running one, from 1 */
  gint64 period_start_ms;
  gint64 expected_ms; /* when the period was due */
  gboolean deciding;  /* the running period has not decided yet */
  gboolean patient;   /* waits for every device */
  GTask *by_hand;     /* (owned) (nullable): bb_controller_period_async() */

  BbStationWish *wishes;  /* (owned) (array) */
  BbSignalState *signals; /* (owned) (array) */
  BbCommands commands;
  bbe_reduction_in reductions[BBE_MAX_REDUCTIONS]; /* in force; mono of the engine */
  struct {
    guint8 kind;
    gint32 limit_ma;
    gint64 until_wall_ms, until_ms;
  } * overrides; /* (owned) (array) per station */

  BbTraceRing *trace;  /* (owned) (nullable) */
  BbStateFile *state;  /* (owned) (nullable) */
  gchar *counter_path; /* (owned) (nullable): of the newest OCPP transaction */
  guint64 counter;     /* as it was saved last */
  gint64 mono_offset_ms;
  const bbe_outputs *out; /* of the last decision */
  const bbe_inputs *in;
  bbe_reason *told;        /* (owned) (array) per station: as it was logged last */
  gint32 *told_ma;         /* (owned) (array) */
  gboolean *told_failsafe; /* (owned) (array) per circuit */
  guint8 told_signal;

  BbControllerSnapshot snapshot;
  BbMeterSnapshot *meter_views;     /* (owned) (array) */
  BbStationSnapshot *station_views; /* (owned) (array) */
  BbCircuitSnapshot *circuit_views; /* (owned) (array) */
  BbSignalSnapshot *signal_views;   /* (owned) (array) */
  gchar **reasons;                  /* (owned) (array) per station: sentence of the last decision */
  bbe_reason *reason_of;            /* (owned) (array): what it stands for */
  gint32 *reason_ma;

  BbControllerObserver observer;
  gpointer observer_data;
  void (*after) (BbController *self, gpointer data);
  gpointer after_data;
  BbControllerCounts counts;
  GHashTable *told_lines; /* (owned) (element-type utf8): serial lines that were said to be slow */
};

/* controller.c */
BbController *bb_controller_hold (BbController *self);
void bb_controller_drop (BbController *self);

/* links.c: from site, profile, endpoints and secrets to devices. */
BbLink *bb_controller_meter_link (BbMeter *meter, BbProfile *profile, JsonObject *endpoints,
                                  JsonObject *secrets, GError **error);
BbLink *bb_controller_station_link (BbStation *station, const bbe_station_config *config, BbProfile *profile,
                                    JsonObject *endpoints, JsonObject *secrets, GError **error);

/* inputs.c: what the devices told last, as step inputs. */
void bb_controller_read_inputs (BbStepInputs *inputs, gint64 mono_ms, gpointer controller);
/* The meter's reading may be decided by (its device answers). */
gboolean bb_controller_meter_answers (const BbSlot *slot);
gboolean bb_controller_station_answers (const BbSlot *slot);

/* period.c */
void bb_controller_begin_period (BbController *self, gboolean patient);
/* The engine's state goes to the state file, after a decision. */
void bb_controller_save_state (BbController *self);
void bb_controller_command_station (guint station, const bbe_station_out *out, gint64 mono_ms,
                                    gpointer controller);
void bb_controller_drop_period (BbController *self);

/* controller-commands.c */
void bb_controller_init_commands (BbController *self);
/* Puts what was commanded, and has not ended, into the step's inputs. */
void bb_controller_apply_commands (BbController *self, BbStepInputs *inputs, gint64 mono_ms);

/* lines.c: says once of a serial line that a round of its devices takes longer than a period. */
void bb_controller_look_at_lines (BbController *self);

/* narrate.c: decisions that changed, as sentences in the log. */
void bb_controller_narrate (BbController *self);
/* The sentence for a station's last decision (owned by the controller). */
const gchar *bb_controller_get_reason (BbController *self, guint station);

/* views.c */
void bb_controller_init_views (BbController *self);
void bb_controller_update_views (BbController *self);

G_END_DECLS
