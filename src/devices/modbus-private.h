/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-private.h: the inside of a Modbus device, shared by the files that make it. */
#pragma once

#include "devices/modbus-device.h"
#include "devices/modbus-job.h"
#include "devices/modbus-plan.h"
#include "devices/points.h"
#include "devices/sunspec.h"

G_BEGIN_DECLS

#define BB_TYPE_MODBUS_DEVICE (bb_modbus_device_get_type ())
G_DECLARE_FINAL_TYPE (BbModbusDevice, bb_modbus_device, BB, MODBUS_DEVICE, BbDevice)

#define BB_N_SCHEDULES 3
#define BB_NEVER_MS    (G_MININT64 / 4)
/* A period that is this much early still counts as due: the callers' seconds are not exact. */
#define BB_EARLY_MS 100

typedef struct {
  gboolean valid;
  gint64 raw;
  gint64 value; /* canonical, signed */
} BbRoleValue;

/* What is worth telling while it works; the first one is told. */
typedef enum {
  BB_NOTE_DISOBEYS,
  BB_NOTE_REFUSED,
  BB_NOTE_HEARTBEAT,
  BB_NOTE_DATA,
  BB_NOTE_COMMISSION,
  BB_NOTE_VERIFY,
  BB_NOTE_WARNING,
  BB_N_NOTES
} BbNote;

typedef enum { BB_FAULT_NONE, BB_FAULT_SETUP, BB_FAULT_DATA } BbFaultKind;

/* Limits that held not long ago: until then the vehicle may still draw as they allowed. */
#define BB_N_FORMER_LIMITS 16
typedef struct {
  gint64 until_ms;
  gint32 limit_ma;
} BbFormerLimit;

/* What the station was told. */
typedef struct {
  gboolean known; /* it holds this set-point as far as we know */
  BbSetpoint setpoint;
  gint64 written_ms, changed_ms;
  guint phases; /* 0: not told */
  gboolean enable_known, enabled;
  gint64 fed_ms;
  gboolean feed_verified;
  guint n_unacknowledged;
  guint n_mismatches;
  guint n_writes;
  BbFormerLimit former[BB_N_FORMER_LIMITS];
  guint next_former;
} BbSent;

typedef void (*BbModbusStage) (BbModbusDevice *self, BbModbusJob *job);

struct _BbModbusDevice {
  BbDevice parent_instance;
  BbModbusBus *bus; /* (owned) while it is started */
  GCancellable *cancellable;
  guint epoch; /* of start and stop: what belongs to another is dropped */
  /* found at set-up */
  gchar *variant, *firmware;
  GHashTable *readable; /* address + 1 */
  GHashTable *refused;  /* points that alone got "no such address" */
  BbSunspec *sunspec;
  gboolean alone;
  guint probe_at;
  gboolean variant_wanted;
  guint round;
  gboolean probed;           /* it is known what it is: it may be written to */
  gchar *commission_trouble; /* why setting it up failed: not tried again until it was lost; (nullable) */
  gboolean is_set_up;        /* points are known: it may be read */
  BbFaultKind fault;
  /* readings */
  GArray *points[BB_N_SCHEDULES];     /* (element-type BbPlanPoint) */
  GArray *reads[BB_N_SCHEDULES];      /* (element-type BbPlanRead) */
  const BbPoint *picks[2][BB_ROLE_N]; /* by access, of a device that is set up */
  gboolean picked[2][BB_ROLE_N];
  BbImage *image;
  BbRoleValue values[BB_ROLE_N];
  guint64 last_raw[BB_ROLE_N], wrapped[BB_ROLE_N]; /* of counters that start anew at the end of their type */
  gint64 fast_ms, slow_ms;                         /* last reads; BB_NEVER_MS */
  guint writes_before;                             /* sent.n_writes when the read began */
  guint n_failures, n_invalid;
  gboolean unsure;     /* a request failed: compare everything before going on */
  gint64 low_since_ms; /* "charging" without current since; BB_NEVER_MS */
  gchar *notes[BB_N_NOTES];
  /* flow */
  gboolean setting_up;
  gint64 retry_ms;
  guint n_retries;
  GTask *poll;    /* (owned) (nullable): under way */
  GTask *command; /* (owned) (nullable): under way, or waiting for the set-up */
  gint32 wanted_ma;
  guint wanted_phases;
  BbSent sent;
};

/* ---- modbus-values.c: points that apply, and what was read from them ---- */
BbConditionScope bb_modbus_make_scope (BbModbusDevice *self);
const BbPoint *bb_modbus_pick (BbModbusDevice *self, BbRole role, BbAccess access);
void bb_modbus_forget_picks (BbModbusDevice *self);
/* Where it is; FALSE: not in this device. */
gboolean bb_modbus_locate (BbModbusDevice *self, const BbPoint *point, BbPlanPoint *place);
/* Chooses the points anew; TRUE when they are others than before. */
gboolean bb_modbus_plan (BbModbusDevice *self);
void bb_modbus_add_reads (BbModbusDevice *self, BbModbusJob *job, BbSchedule schedule);
/* Keeps what was read; TRUE: the device refused a merged read, everything was planned anew and is to be read
 * again. */
gboolean bb_modbus_take_reads (BbModbusDevice *self, BbModbusJob *job);
void bb_modbus_decode (BbModbusDevice *self);
gchar *bb_modbus_get_text (BbModbusDevice *self, BbRole role);
void bb_modbus_forget_values (BbModbusDevice *self);

/* ---- modbus-setup.c: from the first contact to "online" ---- */
void bb_modbus_setup_begin (BbModbusDevice *self);

/* ---- modbus-reading.c: what the controller sees ---- */
/* FALSE: there is no reading in it. */
gboolean bb_modbus_publish (BbModbusDevice *self);
void bb_modbus_publish_lost (BbModbusDevice *self);
gint32 bb_modbus_get_allowed_ma (BbModbusDevice *self);

/* ---- modbus-command.c: set-points, heartbeats ---- */
void bb_modbus_command_begin (BbModbusDevice *self);
/* Looks whether the station still holds what it was told; else it will be told again. */
void bb_modbus_compare_setpoint (BbModbusDevice *self);
void bb_modbus_forget_sent (BbModbusDevice *self);

/* ---- modbus-device.c: flow ---- */
gint64 bb_modbus_now (BbModbusDevice *self);
BbModbusJob *bb_modbus_job (BbModbusDevice *self, BbModbusPriority priority);
/* Runs a job; `stage` is not called when the device was stopped meanwhile. The job is freed after it. */
void bb_modbus_run (BbModbusDevice *self, BbModbusJob *job, BbModbusStage stage);
/* A request failed for good: counts, and gives up after three. */
void bb_modbus_failed (BbModbusDevice *self, const GError *error);
/* The set-up ended: `trouble` NULL: online. */
void bb_modbus_setup_done (BbModbusDevice *self);
void bb_modbus_setup_refused (BbModbusDevice *self, BbDeviceError code, const gchar *trouble);
/* (nullable) text: nothing to tell any more; TRUE when it changed. */
void bb_modbus_set_note (BbModbusDevice *self, BbNote note, const gchar *text);
void bb_modbus_tell (BbModbusDevice *self);                       /* state and trouble from fault and notes */
void bb_modbus_finish_poll (BbModbusDevice *self, GError *error); /* (transfer full) (nullable) */
void bb_modbus_finish_command (BbModbusDevice *self, GError *error);

G_END_DECLS
