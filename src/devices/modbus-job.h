/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-job.h: some requests to one Modbus unit, one after the other, then one callback. */
#pragma once

#include "profiles/profile.h"
#include "protocols/modbus/modbus-bus.h"

G_BEGIN_DECLS

typedef struct {
  BbArea area;
  guint8 function;
  guint16 address, count;
  guint16 values[4]; /* of a write */
  gpointer tag;      /* the caller's */
  /* the answer */
  gboolean asked;
  guint16 *answer; /* (owned) (array length=n_answer); NULL: none */
  guint n_answer;
  guint8 exception; /* 0: none */
} BbModbusStep;

typedef struct _BbModbusJob BbModbusJob;
/* `job` is freed by the one who is called, with bb_modbus_job_free(). */
typedef void (*BbModbusJobDone) (BbModbusJob *job, gpointer data);

struct _BbModbusJob {
  BbModbusBus *bus; /* (owned) */
  guint8 unit;
  BbModbusPriority priority;
  gboolean stop_at_exception;
  GArray *steps; /* (element-type BbModbusStep) */
  GError *error; /* what ended it early: anything but an exception of the device */
  /* private */
  guint at;
  GCancellable *cancellable;
  BbModbusJobDone done;
  gpointer data;
};

BbModbusJob *bb_modbus_job_new (BbModbusBus *bus, guint8 unit, BbModbusPriority priority);
void bb_modbus_job_free (BbModbusJob *job);
void bb_modbus_job_read (BbModbusJob *job, BbArea area, guint16 address, guint16 count, gpointer tag);
/* `function` 0: 5 or 6 for one value, 15 or 16 for more. */
void bb_modbus_job_write (BbModbusJob *job, BbArea area, guint8 function, guint16 address,
                          const guint16 *values, guint16 count, gpointer tag);
/* Calls `done` from the main context, never from within this call. */
void bb_modbus_job_run (BbModbusJob *job, GCancellable *cancellable, BbModbusJobDone done, gpointer data);
BbModbusStep *bb_modbus_job_get (BbModbusJob *job, guint i);
/* The first exception in it; 0: none. */
guint8 bb_modbus_job_find_exception (BbModbusJob *job);

G_END_DECLS
