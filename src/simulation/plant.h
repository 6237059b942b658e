/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plant.h: the site's physics in exact integers: circuits, stations with their vehicles, meters.
 *
 * Everything is mA, mW, mWs and ms. A voltage is constant (nominal), so 1 mA on one phase is nominal_mv /
 * 1000 mW. The plant moves by events: between two of them all currents are constant, and bb_plant_next() says
 * when the next one is due. Order of calls in a step at time t: bb_plant_settle (t), loads and sessions,
 * bb_plant_read_*(), bb_plant_command(), bb_plant_settle (t) again (stations without delay follow at once),
 * then time passes.
 *
 * The plant is one block of memory without pointers inside, so that a snapshot is a copy of it.
 */
#pragma once

#include <glib.h>

#include "engine/engine.h"

G_BEGIN_DECLS

/* What a site file does not say about the parts of the plant. */
typedef struct {
  gint32 vehicle_reaction_ms;  /* from a changed pilot to a changed draw; IEC 61851-1 allows 5 s */
  gint32 vehicle_min_ma;       /* a vehicle stops below this pilot */
  gint32 vehicle_under_ma;     /* it draws so much less than the pilot allows */
  gint32 vehicle_dead_band_ma; /* it does not follow a raise smaller than this */
  gint32 taper_permille;       /* state of charge from which the draw falls, 1000: never; needs battery_kwh */
  gint32 taper_floor_ma;       /* least draw before full */
  gint32 draw_quantum_ma;      /* a tapering draw moves in such steps */
  gint32 wanted_quantum_wh;    /* a vehicle tells what it still wants in such steps; 0: it tells nothing */
  gint32 station_own_mw; /* consumption of a station itself, on its first phase; 0 unless the site states it:
                            a board that declares "stations only" has no room set aside for it */
  gint32 station_silence_ms;  /* falls back to its fail-safe current when not commanded for so long */
  gint32 contactor_ms;        /* switching between one and three phases, until the contactor confirms */
  gint32 meter_noise_ma;      /* greatest deviation of a reading, triangular */
  gint32 meter_resolution_ma; /* readings are rounded to this; 0, 1: exact */
  gint32 meter_loss_permille; /* readings that do not arrive */
  gboolean instant;           /* no delays anywhere: reaction, lag, interval (also those of the site) are 0 */
} BbPlantDefaults;

void bb_plant_defaults_init (BbPlantDefaults *defaults);

/* A session's vehicle. Energies in mWs; battery_mws 0: unknown, then no taper. */
typedef struct {
  gint32 min_ma, max_ma;
  gint32 under_ma, dead_band_ma;
  gint32 reaction_ms;
  gint32 taper_permille, taper_floor_ma, quantum_ma;
  gint32 wanted_quantum_wh;
  guint8 n_phases;
  guint8 pad[3];
  gint64 battery_mws, stored_mws; /* capacity; in it on arrival */
  gint64 wanted_mws;
  gint64 departure_ms; /* UTC; what the driver said; 0: nothing */
} BbVehicle;

#define BB_DELAY_SLOTS 8

/* Values on their way. When more than BB_DELAY_SLOTS are, the newest replaces the last one and takes over its
 * time. */
typedef struct {
  gint64 due_ms[BB_DELAY_SLOTS];
  gint32 value[BB_DELAY_SLOTS];
  guint32 head, count;
} BbDelay;

typedef struct {
  /* wiring and habits */
  gint16 circuit;
  guint8 n_phases, can_switch, measured, socket;
  guint8 rotation[3]; /* true rotation, also where the engine does not know it */
  guint8 defect_deaf; /* ignores set-points, offers its maximum */
  gint32 max_ma, step_ma, failsafe_ma, power_on_ma, own_ma;
  gint32 reaction_ms, silence_ms, contactor_ms;
  /* faults in force: counts, so that overlapping events add up */
  guint8 lost, faulted, dark, greedy;
  /* what it does */
  guint8 plugged, authorised;
  guint8 phases_now, phases_next;
  guint8 draw_mask; /* grid phases that carry draw_ma */
  guint8 n_draw;    /* how many */
  gint32 pilot_ma;  /* what it offers */
  gint32 follow_ma; /* what the vehicle has reacted to */
  gint32 sent_ma;   /* last value that went into the delay */
  gint32 draw_ma;
  gint64 contactor_due_ms; /* G_MAXINT64: not switching */
  gint64 silence_due_ms;   /* falls back then; G_MAXINT64: it is being commanded */
  BbDelay pilot_delay, car_delay;
  BbVehicle car;
  gint64 since_ms;      /* draw_ma flows since then; delivered_mws is up to here */
  gint64 delivered_mws; /* in this session */
  gint64 energy_due_ms; /* when the battery, the wish or the taper changes the draw */
  gint64 report_due_ms; /* when the vehicle tells a smaller wish */
  gint64 next_ms;       /* earliest of all dues */
} BbPlantStation;

typedef struct {
  gint32 parent; /* -1: a root */
  gint32 pad;
  gint32 load_ma[3]; /* other load at this circuit itself */
  gint32 pv_ma[3];   /* generation at this circuit itself, >= 0 */
  gint32 flow_ma[3]; /* all that flows in: load - generation + stations + children */
  gint32 pv_below_ma[3];
  gint32 ev_ma[3]; /* of flow_ma: stations */
} BbPlantCircuit;

/* A lag is at most this many intervals less one; a longer one is cut to that. */
#define BB_METER_SLOTS 32

typedef struct {
  gint16 circuit;
  guint8 is_pv;      /* measures the generation below the circuit, not the flow */
  guint8 without_pv; /* measures the flow without that generation (it has a meter of its own) */
  guint8 phases, is_signed, total_only;
  guint8 lost, stuck;
  guint8 open[3], reversed[3];
  gint32 interval_ms, lag_ms, noise_ma, resolution_ma, loss_permille;
  gint32 stale_ms; /* a reader takes a reading of this age for lost (ENGINE.md step 3) */
  gint32 index;
  guint32 head, count, pad;
  gint64 good_from_ms;              /* samples before are lost */
  gint64 sample_ms[BB_METER_SLOTS]; /* readings on their way: taken at */
  gint32 sample_ma[BB_METER_SLOTS][3];
  gint32 seen_ma[3];  /* flow at the last sample, before noise */
  gint32 shown_ma[3]; /* last delivered reading */
  gint64 shown_ms;    /* its time stamp; G_MININT64: none yet */
} BbPlantMeter;

typedef struct _BbPlant BbPlant;

struct _BbPlant {
  gsize size; /* of the whole block */
  guint64 seed;
  gint64 start_ms; /* time of the first step */
  gint64 step_ms;
  gint32 nominal_mv;
  guint16 n_circuits, n_meters, n_stations;
  gint64 next_ms;         /* earliest due of stations */
  guint64 dirty_circuits; /* flow changed; the reader of these three clears them */
  guint64 dirty_stations[(BBE_MAX_STATIONS + 63) / 64];  /* draw, pilot or state changed */
  guint64 unread_stations[(BBE_MAX_STATIONS + 63) / 64]; /* what bb_plant_read_station() would tell changed */
  gsize circuits_at, meters_at, stations_at;             /* offsets of the tables */
};

/* The tables; as memchr() does, these give a pointer to write through whoever owns the plant. */
static inline BbPlantCircuit *
bb_plant_circuits (const BbPlant *plant)
{
  return (BbPlantCircuit *) (void *) ((char *) (uintptr_t) plant + plant->circuits_at);
}

static inline BbPlantMeter *
bb_plant_meters (const BbPlant *plant)
{
  return (BbPlantMeter *) (void *) ((char *) (uintptr_t) plant + plant->meters_at);
}

static inline BbPlantStation *
bb_plant_stations (const BbPlant *plant)
{
  return (BbPlantStation *) (void *) ((char *) (uintptr_t) plant + plant->stations_at);
}

/* A plant for the site that `config` (checked by bbe_init()) describes. Unknown rotations are drawn from
 * `seed`. Nothing is plugged in, no load flows. Free with g_free(). */
BbPlant *bb_plant_new (const bbe_config *config, const BbPlantDefaults *defaults, guint64 seed,
                       gint64 start_ms, gint64 step_ms);

/* Other load and generation at a circuit, from now on. */
void bb_plant_set_load (BbPlant *plant, guint circuit, const gint32 load_ma[3]);
void bb_plant_set_generation (BbPlant *plant, guint circuit, const gint32 pv_ma[3]);

/* A vehicle arrives at a free station; leaves, and what it was delivered is returned (mWs). */
void bb_plant_plug (BbPlant *plant, guint station, const BbVehicle *car, gint64 now_ms);
gint64 bb_plant_unplug (BbPlant *plant, guint station, gint64 now_ms);
/* What the vehicle at a station was delivered until now (mWs). */
gint64 bb_plant_delivered (const BbPlant *plant, const BbPlantStation *station, gint64 now_ms);

/* Applies all that is due up to `now_ms` and updates the currents. */
void bb_plant_settle (BbPlant *plant, gint64 now_ms);
/* Tells a station its set-point and phases (1 or 3). */
void bb_plant_command (BbPlant *plant, guint station, gint32 setpoint_ma, guint phases, gint64 now_ms);
/* Nobody commands this station any more: it falls back to its fail-safe current after its silence time. */
void bb_plant_uncommand (BbPlant *plant, guint station, gint64 now_ms);

/* When the plant, including its meters, changes next by itself (> now_ms; G_MAXINT64: never). */
gint64 bb_plant_next (const BbPlant *plant, gint64 now_ms);

/* Takes samples and delivers what has come through. */
void bb_plant_sample_meters (BbPlant *plant, gint64 now_ms);
/* What the meter shows; FALSE: nothing yet, or it hangs nowhere. `taken_ms` is in the plant's time. */
gboolean bb_plant_read_meter (const BbPlant *plant, const BbPlantMeter *meter, bbe_meter_in *in);
/* What the station tells; FALSE: it does not answer. */
gboolean bb_plant_read_station (const BbPlant *plant, guint station, gint64 now_ms, bbe_station_in *in);

/* TRUE when `other`, of the same size, can be a later state of `plant`: all indices in it are within bounds.
 */
gboolean bb_plant_is_consistent (const BbPlant *plant, const BbPlant *other);

/* Faults; `on` counts up, off counts down. */
void bb_plant_meter_lost (BbPlant *plant, guint meter, gint64 now_ms, gboolean on);
void bb_plant_meter_stuck (BbPlant *plant, guint meter, gint64 now_ms, gboolean on);
void bb_plant_clamp_open (BbPlant *plant, guint meter, guint phases, gint64 now_ms, gboolean on);
void bb_plant_clamp_reversed (BbPlant *plant, guint meter, guint phases, gint64 now_ms, gboolean on);
void bb_plant_station_lost (BbPlant *plant, guint station, gint64 now_ms, gboolean on);
void bb_plant_station_deaf (BbPlant *plant, guint station, gint64 now_ms, gboolean on);
void bb_plant_station_fault (BbPlant *plant, guint station, gint64 now_ms, gboolean on);
void bb_plant_outage (BbPlant *plant, guint station, gint64 now_ms, gboolean on);
/* The vehicle there draws all it can while it is offered anything. */
void bb_plant_greedy (BbPlant *plant, guint station, gint64 now_ms, gboolean on);

/* mW that flow with this sum of phase currents. */
static inline gint64
bb_plant_power_mw (const BbPlant *plant, gint64 sum_ma)
{
  return sum_ma * plant->nominal_mv / 1000;
}

G_END_DECLS
