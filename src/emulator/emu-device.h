/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-device.h: one emulated meter or station: what its protocol side may ask of the field, and the faults on
 * its wire.
 *
 * A protocol side is a table of functions (BbEmuKind); emulator.c makes one per meter and station by the
 * profile's interface. Several devices may share a port or line (RTU, a cloud, several connectors): that is
 * up to the kind.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "emulator/emulator.h"

G_BEGIN_DECLS

/* Faults on the wire. Those of the installation (reversed clamp, disobeying station, frozen value, ...) are
 * the field's, and need nothing here. */
typedef enum {
  BB_EMU_SILENCE = 0, /* hears, does not answer */
  BB_EMU_DELAY,       /* answers late: value = ms */
  BB_EMU_GARBAGE,     /* bytes that are no answer */
  BB_EMU_EXCEPTION,   /* refuses all: value = Modbus exception, HTTP status, or any OCPP CALLERROR */
  BB_EMU_HALF_OPEN,   /* connections stay, nothing moves any more */
  BB_EMU_OFFLINE,     /* lost WiFi: connections go, new ones are refused */
  BB_EMU_TRUNCATE,    /* half an answer */
  BB_EMU_TWICE,       /* answers twice, or with another's transaction number */
  BB_EMU_LIES,        /* confirms what it does not do: set-points are accepted and dropped */
  BB_EMU_N_FAULTS
} BbEmuFault;
const gchar *bb_emu_fault_get_name (BbEmuFault fault);

typedef struct _BbEmuDevice BbEmuDevice;

typedef struct {
  const gchar *name;
  /* Makes the device's ports, or joins those of another. */
  gboolean (*start) (BbEmuDevice *device, GError **error);
  /* Adds host, port, unit, identity, ... to its object in the start line. */
  void (*describe) (BbEmuDevice *device, JsonBuilder *builder);
  /* A second began: push what changed (OCPP, MQTT); call bb_emu_push_begin()/_end() around what must be taken
   * before the second goes on. (nullable) */
  void (*begin) (BbEmuDevice *device);
  /* device->faults changed. (nullable) */
  void (*faults_changed) (BbEmuDevice *device);
  /* Restarts as after a power cut: connections go, registers have their defaults (set-point, fail-safe,
   * time-out as the profile says); the field was told. (nullable) */
  void (*reboot) (BbEmuDevice *device);
  void (*ocpp_url_changed) (BbEmuDevice *device); /* (nullable) */
  void (*free) (BbEmuDevice *device);             /* device->own */
} BbEmuKind;

struct _BbEmuDevice {
  BbEmulator *emulator;
  const BbEmuKind *kind;
  gchar *id;
  gboolean is_meter;
  guint index;        /* of the meter or station in the engine's tables */
  BbProfile *profile; /* (owned) */
  const BbInterface *interface;
  BbConnection connection;
  gpointer own; /* of the kind */
  struct {
    guint on; /* how many of it are in force */
    gint64 value;
  } faults[BB_EMU_N_FAULTS];
  gboolean swapped; /* L1 and L2 of what it measures are exchanged */
};

static inline gboolean
bb_emu_has_fault (const BbEmuDevice *device, BbEmuFault fault)
{
  return device->faults[fault].on > 0;
}

/* ---- what a kind asks of the emulator ---- */

BbSimField *bb_emu_get_field (BbEmuDevice *device); /* settled to now by this call */
BbClock *bb_emu_get_clock (BbEmuDevice *device);
BbLog *bb_emu_get_log (BbEmuDevice *device);
BbSite *bb_emu_get_site (BbEmuDevice *device);
const gchar *bb_emu_get_ocpp_url (BbEmuDevice *device);
/* The broker's host, or NULL where there is none; and its port. */
const gchar *bb_emu_get_mqtt (BbEmuDevice *device, guint16 *port);
/* The other devices, to find one whose port is shared (element-type BbEmuDevice). */
GPtrArray *bb_emu_get_devices (BbEmuDevice *device);

/* What it measures now, by role in canonical units (profiles/profile.h): currents, voltages, powers,
 * energies, frequency. Currents of a meter are signed here; the kind takes the magnitude where the profile's
 * point has `sign_from`. FALSE: it does not measure that, or has nothing yet. */
gboolean bb_emu_get_measured (BbEmuDevice *device, BbRole role, gint64 *value);
/* A station's inside. */
gboolean bb_emu_get_station (BbEmuDevice *device, bbe_station_in *in);
/* A set-point arrived (mA; phases 0: as they are). LIES and the site's deaf stations are taken care of. */
void bb_emu_command (BbEmuDevice *device, gint32 setpoint_ma, guint phases);
/* It was heard from its controller in the way that its watchdog wants. */
void bb_emu_feed (BbEmuDevice *device);

/* Something is under way that the second must wait for. */
void bb_emu_push_begin (BbEmuDevice *device);
void bb_emu_push_end (BbEmuDevice *device);

/* The kinds. */
extern const BbEmuKind bb_emu_modbus; /* emu-modbus.c: Modbus TCP and RTU, by the profile's points */
extern const BbEmuKind bb_emu_ocpp;   /* emu-ocpp.c: stations and clamps */
extern const BbEmuKind
    bb_emu_http; /* emu-http.c: Shelly, HomeWizard: JSON by the profile's requests and points */
extern const BbEmuKind bb_emu_mqtt;  /* emu-mqtt.c: the same documents, published on a broker */
extern const BbEmuKind bb_emu_p1;    /* emu-p1.c */
extern const BbEmuKind bb_emu_cloud; /* emu-cloud.c: Zaptec's REST interface, one server for all of them */

G_END_DECLS
