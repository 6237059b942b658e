/* SPDX-License-Identifier: GPL-3.0-or-later */
/* engine.h: the allocation engine: how many amperes may each station draw now?
 *
 * Order of calls
 *   1. fill a bbe_config; bbe_init() checks it once and copies it into a caller-owned bbe_engine;
 *   2. optionally bbe_restore() a state saved by bbe_save() under the same configuration;
 *   3. bbe_step() each second (or whenever an input changed), and read the bbe_outputs it returns.
 *
 * Units: mA, mV, W, Wh, ms; times are signed 64-bit ms, `mono` from a clock that never jumps, `wall` UTC
 * since 1970. Currents from the grid are positive, export is negative. Phases are bits: 1 L1, 2 L2, 4 L3.
 * Cost of a step: linear in stations x depth of their circuits, plus sorting and the bounded search for
 * who runs; a step with unchanged inputs compares them and returns. Nothing here allocates, waits, does
 * I/O, or keeps state outside bbe_engine, which may be copied with memcpy.
 * Errors: only bbe_init() and bbe_restore() can fail; a step never does, bad inputs make it more careful.
 */
#ifndef BBE_ENGINE_H
#define BBE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/alloc.h"
#include "engine/limits.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- configuration ---- */

/* The 15- or 60-minute tariff peak (A-07 "use peak adjustment", "initial peak limit"). */
typedef struct bbe_peak_config {
  int32_t window_min; /* 0: no peak limit; else 15 or 60, aligned to the local clock */
  int32_t initial_w;  /* the limit at the start of each month */
} bbe_peak_config;

typedef struct bbe_circuit_config {
  int16_t parent;     /* index, or -1 for a root */
  int16_t meter;      /* measures all that flows into this circuit; -1: none */
  int16_t pv_meter;   /* generation measured apart, that `meter` does not contain; -1: none */
  uint8_t phases;     /* mask */
  bool stations_only; /* nothing but stations hangs here */
  int32_t rating_ma[3];
  int32_t supply_max_ma;    /* A-07 supply max current, per phase; 0: the rating alone */
  int32_t total_limit_w;    /* over the three phases; 0: none */
  int32_t other_load_ma[3]; /* declared: all that may flow here beside stations, sub-circuits' loads included,
                                while it is not (or no longer) measured */
  int32_t reserve_ma;       /* kept free in fail-safe */
  int32_t generation_ma[3]; /* most that generation below the meter can deliver; 0: none declared */
  int32_t unbalance_ma;     /* phase total <= smallest phase total + this; 0: no limit */
  bbe_peak_config peak;
} bbe_circuit_config;

typedef struct bbe_meter_config {
  uint8_t phases;  /* mask of what it measures */
  bool is_signed;  /* shows export; without it solar and boost are refused on it */
  bool total_only; /* knows total power, not phase currents (M-02) */
  int32_t interval_ms;
  int32_t lag_ms;         /* a reading may be the mean over, or this much older than, its time stamp */
  int32_t back_online_ms; /* good for this long before it is trusted again */
} bbe_meter_config;

typedef enum bbe_mode { BBE_MODE_NORMAL = 0, BBE_MODE_SOLAR, BBE_MODE_BOOST } bbe_mode;

/* Local time of day, minutes 0..1440; `end` <= `start` runs over midnight. Days: bit 0 is Monday, the
 * day on which the window starts. */
typedef struct bbe_window {
  int16_t start_min;
  int16_t end_min;
  uint8_t days;
} bbe_window;

typedef struct bbe_group_config {
  int16_t circuit;
  uint8_t balancer;   /* bbe_balancer */
  uint8_t mode;       /* bbe_mode */
  bool active;        /* */
  bool solar_netted;  /* surplus netted over the phases (as its revenue meter does); else per phase */
  bool plug_and_play; /* off: a station waits for authorisation */
  bool off_peak;      /* charge only within the windows */
  uint8_t n_windows;
  bbe_window windows[BBE_MAX_WINDOWS];
  int32_t online_ma;          /* group limit per phase with the measurement; BBE_NO_LIMIT: none */
  int32_t offline_ma;         /* group limit per phase without it */
  int32_t pause_threshold_ma; /* T-06, 6 A */
  int32_t solar_start_ma;     /* T-08, 7.00 A */
  int32_t solar_start_delay_ms;
  int32_t solar_stop_delay_ms;
  int32_t random_delay_max_ms; /* T-07 */
  uint64_t seed;               /* of the random delay: from the serial */
  int32_t turn_ms;             /* rotate, and "has waited longer than a turn"; 15 min */
  int32_t hold_up_ms;          /* a raise waits this long */
  int32_t slope_ma_per_s;      /* and then climbs at most so fast; 0: at once */
  int32_t min_on_ms;
  int32_t min_off_ms;
  int32_t switch_hold_ms; /* between two phase switches of a station; limits may override it */
} bbe_group_config;

/* Rotation: grid phase (0..2) on which the station's terminal L1, L2, L3 is wired. A one-phase station
 * uses the first only. */
typedef struct bbe_station_config {
  int16_t circuit;
  int16_t group;    /* -1: none, then not commanded */
  uint8_t n_phases; /* wired: 1, 2, 3 */
  uint8_t rotation[3];
  bool rotation_unknown;
  bool can_switch; /* between one and three phases */
  bool socket;     /* plain socket: on or off, minimum = maximum */
  bool commandable;
  bool measured;    /* reports its current per phase */
  uint8_t priority; /* class, 0 first */
  int32_t min_1p_ma;
  int32_t min_3p_ma;
  int32_t max_ma; /* station and cable */
  int32_t step_ma;
  int32_t failsafe_ma; /* what it falls back to when it hears nothing; -1: unknown = max_ma */
  int32_t power_on_ma; /* what it gives after its own restart; -1: unknown = max_ma */
  int32_t held_ma;     /* while its group is inactive: its fail-safe current or 0 */
  int32_t reaction_ms; /* over 10 s: a fixed reservation of reservation_ma */
  int32_t reservation_ma;
  uint64_t included; /* meters whose reading contains it: bit = meter index */
  uint64_t serial;   /* unique */
} bbe_station_config;

typedef enum bbe_reduced_kind {
  BBE_REDUCED_SHARE = 0, /* permille of each group's online limit */
  BBE_REDUCED_CURRENT,   /* mA per phase for all stations */
  BBE_REDUCED_POWER,     /* W for all stations */
  BBE_REDUCED_14A        /* section 14a EnWG, from `p14a` */
} bbe_reduced_kind;

/* Section 14a EnWG, BNetzA BK6-22-300: P = base + (n - 1) x factor(n) x base. */
typedef struct bbe_14a_config {
  int32_t base_w;             /* 4200 */
  int16_t factor_permille[8]; /* n = 2 .. 9 and more: 800, 750, 700, 650, 600, 550, 500, 450 */
  int16_t n_devices;   /* all controllable devices, those that are not stations too; 0: count the stations */
  int16_t other_meter; /* measures the devices that are not stations; -1: none */
} bbe_14a_config;

typedef enum bbe_signal { BBE_SIGNAL_NORMAL = 0, BBE_SIGNAL_REDUCED, BBE_SIGNAL_LOCKED } bbe_signal;

typedef struct bbe_signal_config {
  int32_t keep_ms; /* a lost source keeps its last state so long */
  uint8_t lost;    /* and then takes this (bbe_signal) */
} bbe_signal_config;

typedef enum bbe_battery {
  BBE_BATTERY_NONE = 0,
  BBE_BATTERY_CAR_FIRST,
  BBE_BATTERY_BATTERY_FIRST
} bbe_battery;

typedef struct bbe_config {
  uint16_t n_circuits, n_meters, n_groups, n_stations, n_signals;
  const bbe_circuit_config *circuits; /* parents before children */
  const bbe_meter_config *meters;
  const bbe_group_config *groups;
  const bbe_station_config *stations;
  const bbe_signal_config *signals;
  uint8_t reduced_kind;  /* bbe_reduced_kind */
  int32_t reduced_value; /* permille, mA or W */
  bbe_14a_config p14a;
  uint8_t battery;            /* bbe_battery */
  int32_t nominal_mv;         /* 230000 */
  bool failsafe_acknowledged; /* sum of fail-safe currents over an offline limit is known and accepted */
  bool simulation;            /* allows min_1p_ma/min_3p_ma of 0 and under 6 A */
} bbe_config;

typedef enum bbe_status {
  BBE_OK = 0,
  BBE_TOO_MANY,           /* more parts than this build holds */
  BBE_BAD_REFERENCE,      /* an index that names nothing, or a cycle */
  BBE_BAD_VALUE,          /* outside its range */
  BBE_CONTRADICTION,      /* two values that exclude each other */
  BBE_OFFLINE_SUM,        /* offline limits + declared other load > rating */
  BBE_FAILSAFE_SUM,       /* fail-safe currents > offline limit, not acknowledged */
  BBE_NEEDS_SIGNED_METER, /* solar or boost without one */
  BBE_BAD_STATE           /* bbe_restore(): not a state of this configuration and version */
} bbe_status;

/* Where a configuration broke a rule: "circuits[2].rating_ma[1]". */
typedef struct bbe_fault {
  bbe_status status;
  const char *table; /* "circuits", "meters", "groups", "stations", "signals", "" */
  const char *field;
  uint16_t index;
  int8_t phase;     /* 0..2, or -1 */
  const char *rule; /* one sentence, static */
} bbe_fault;

/* ---- inputs of a step ---- */

typedef struct bbe_meter_in {
  bool valid; /* a reading exists */
  int32_t current_ma[3];
  int32_t voltage_mv[3]; /* 0: not measured */
  int32_t power_w;       /* three-phase total, signed; used by the peak limit and total-only meters */
  bool power_valid;
  int64_t taken_ms; /* mono time of the reading */
} bbe_meter_in;

/* IEC 61851-1 vehicle states. */
typedef enum bbe_vehicle {
  BBE_VEHICLE_UNKNOWN = 0,
  BBE_VEHICLE_A, /* none */
  BBE_VEHICLE_B, /* connected, does not charge */
  BBE_VEHICLE_C, /* charges */
  BBE_VEHICLE_D, /* charges, ventilation */
  BBE_VEHICLE_E, /* error */
  BBE_VEHICLE_F  /* station out of service */
} bbe_vehicle;

typedef enum bbe_override { BBE_OVERRIDE_NONE = 0, BBE_OVERRIDE_CAP, BBE_OVERRIDE_CHARGE_NOW } bbe_override;

typedef struct bbe_station_in {
  bool answers; /* it talks to us */
  bool authorised;
  uint8_t vehicle;    /* bbe_vehicle */
  uint8_t phases_now; /* contactor: 1 or 3; 0: not told */
  bool measured_valid;
  uint8_t override;       /* bbe_override (C-12) */
  int32_t measured_ma[3]; /* at its terminals L1 L2 L3 */
  int32_t override_ma;
  int64_t override_until_ms; /* mono */
  int32_t wanted_wh;         /* still wanted; -1: unknown */
  int64_t departure_ms;      /* wall; 0: unknown */
} bbe_station_in;

typedef struct bbe_signal_in {
  bool valid;    /* the source answers */
  uint8_t state; /* bbe_signal */
} bbe_signal_in;

typedef enum bbe_reduction_scope {
  BBE_REDUCE_NOTHING = 0,
  BBE_REDUCE_CIRCUIT, /* all that flows into a circuit (a total row) */
  BBE_REDUCE_GROUP,   /* a group's stations */
  BBE_REDUCE_STATIONS /* all stations */
} bbe_reduction_scope;

/* A dynamic load reduction (C-13). */
typedef struct bbe_reduction_in {
  uint8_t scope;
  int16_t index;    /* circuit or group */
  int32_t limit_ma; /* per phase; BBE_NO_LIMIT: none */
  int32_t limit_w;  /* over the phases; BBE_NO_LIMIT: none */
  int64_t until_ms; /* mono */
} bbe_reduction_in;

typedef struct bbe_inputs {
  int64_t mono_ms; /* never decreases; a step with an earlier time is treated as at the last one */
  int64_t wall_ms; /* UTC */
  int32_t zone_offset_s;
  bool wall_valid;
  int32_t battery_w;              /* site battery: positive charges */
  const bbe_meter_in *meters;     /* n_meters */
  const bbe_station_in *stations; /* n_stations */
  const bbe_signal_in *signals;   /* n_signals */
  bbe_reduction_in reductions[BBE_MAX_REDUCTIONS];
} bbe_inputs;

/* ---- outputs of a step ---- */

typedef enum bbe_reason_code {
  BBE_REASON_NONE = 0,
  BBE_REASON_NO_VEHICLE,     /* state A */
  BBE_REASON_FULL,           /* has the station's, cable's or override's maximum: nothing holds it */
  BBE_REASON_ROW,            /* held by a row: circuit or group, phase, limit */
  BBE_REASON_VEHICLE,        /* the vehicle takes no more: given draw + margin */
  BBE_REASON_SATISFIED,      /* energy wanted was delivered */
  BBE_REASON_NO_ROOM,        /* stopped: less than its minimum is left on the row */
  BBE_REASON_QUEUED,         /* others are served first; its turn comes at until_ms (0: unknown) */
  BBE_REASON_SOLAR_LOW,      /* surplus below the start current; value_ma is the surplus */
  BBE_REASON_SOLAR_DELAY,    /* surplus is there, start delay runs until until_ms */
  BBE_REASON_SOLAR_STOPPING, /* at its minimum through a cloud, until until_ms */
  BBE_REASON_LOCKED,         /* signal Locked */
  BBE_REASON_FAILSAFE,       /* the meter is lost or bad, since until_ms */
  BBE_REASON_OFF_PEAK,       /* waits for the window that opens at until_ms (wall; 0: unknown) */
  BBE_REASON_RANDOM_DELAY,   /* until until_ms */
  BBE_REASON_NOT_AUTHORISED, /* Plug & Play is off */
  BBE_REASON_OVERRIDE,       /* capped by an override, until until_ms */
  BBE_REASON_INACTIVE,       /* its group is not active: held at a fixed current */
  BBE_REASON_OFFLINE,        /* it does not answer: counted, not commanded */
  BBE_REASON_FAULT,          /* states E and F, a failed phase switch */
  BBE_REASON_HOLD,           /* may rise, hold time until until_ms */
  BBE_REASON_SLOPE,          /* rising at its slope */
  BBE_REASON_MIN_ON,         /* kept at its minimum by its minimum on time, until until_ms */
  BBE_REASON_MIN_OFF,        /* kept off by its minimum off time, until until_ms */
  BBE_REASON_MAKING_ROOM,    /* waits until others are seen to have shrunk */
  BBE_REASON_PHASE_SWITCH,   /* changes between one and three phases */
  BBE_REASON_RESERVED,       /* slow station: a fixed reservation */
  BBE_REASON_UNBALANCE,      /* unbalance limit of a circuit */
  BBE_REASON_COUNT
} bbe_reason_code;

/* Which limit made the row as short as it is. */
typedef enum bbe_limit {
  BBE_LIMIT_NONE = 0,
  BBE_LIMIT_RATING,
  BBE_LIMIT_SUPPLY, /* supply max current */
  BBE_LIMIT_TOTAL,  /* three-phase total of the circuit */
  BBE_LIMIT_PEAK,
  BBE_LIMIT_GROUP_ONLINE,
  BBE_LIMIT_GROUP_OFFLINE,
  BBE_LIMIT_REDUCED,
  BBE_LIMIT_14A,
  BBE_LIMIT_LOCKED,
  BBE_LIMIT_REDUCTION, /* load reduction over the interface */
  BBE_LIMIT_SOLAR,     /* the surplus */
  BBE_LIMIT_FAILSAFE,  /* rating - reserve - declared other load */
  BBE_LIMIT_COUNT
} bbe_limit;

typedef enum bbe_place { BBE_PLACE_NONE = 0, BBE_PLACE_CIRCUIT, BBE_PLACE_GROUP, BBE_PLACE_SITE } bbe_place;

/* A decision's reason, as data. `place`, `index`, `phase`, `limit`, `value` are set where a row bound. */
typedef struct bbe_reason {
  uint8_t code;     /* bbe_reason_code */
  uint8_t limit;    /* bbe_limit */
  uint8_t place;    /* bbe_place */
  uint8_t phase;    /* 0..2; BBE_TOTAL: three-phase total; 255: none */
  int16_t index;    /* circuit or group */
  int32_t value_ma; /* the limit (for a total over phases: the sum of mA); the surplus for the solar ones */
  int64_t until_ms; /* as the code says; mono unless it says wall; 0: none */
} bbe_reason;

typedef struct bbe_station_out {
  int32_t setpoint_ma;
  int32_t target_ma;      /* what it would get without hold, slope, minimum times */
  uint8_t phases;         /* phases to charge on: 1 or 3 (2 for a two-phase station) */
  bool commanded;         /* send the set-point; false: held, offline or not ours */
  uint8_t committed_mask; /* grid phases on which it is counted */
  bbe_reason reason;
} bbe_station_out;

typedef struct bbe_circuit_out {
  int32_t other_ma[3]; /* other load as used, BBE_NO_LIMIT: not known (no meter, nothing declared) */
  int32_t share_ma[4]; /* what stations under it may draw, per phase and in total */
  uint8_t limit[4];    /* bbe_limit that made it */
  bool failsafe;
  int64_t failsafe_since_ms; /* mono */
} bbe_circuit_out;

typedef struct bbe_outputs {
  uint16_t n_stations, n_circuits;
  uint8_t signal; /* bbe_signal in force */
  const bbe_station_out *stations;
  const bbe_circuit_out *circuits;
  /* mono: with the same inputs the answer stays as it is before this time. The clocks may go on and readings
   * may be taken anew, as long as none of them turns stale, or fresh again. */
  int64_t unchanged_until_ms;
  uint64_t revision; /* counts the steps that changed a set-point or a reason */
} bbe_outputs;

/* ---- calls ---- */

typedef struct bbe_engine bbe_engine; /* see engine/state.h, for those who own one */

/* Bytes of a bbe_engine in this build. */
size_t bbe_sizeof (void);

/* Checks `config` and makes `engine` ready; at BBE_OK everything was copied and `config` may go. Otherwise
 * the engine must not be stepped and `fault` (may be NULL) says where and why. Cost: stations x depth. */
bbe_status bbe_init (bbe_engine *engine, const bbe_config *config, bbe_fault *fault);

/* One decision. The result lies in `engine` and is valid until the next call on it. */
const bbe_outputs *bbe_step (bbe_engine *engine, const bbe_inputs *in);

/* Bytes that bbe_save() writes: proportional to the site, not to the build's capacity. */
size_t bbe_save_size (const bbe_engine *engine);

/* Writes the state (not the configuration). `size` must be bbe_save_size(). */
void bbe_save (const bbe_engine *engine, void *buffer, size_t size);

/* Puts back a saved state: from then on the engine answers as the saved one would have. BBE_BAD_STATE
 * when it is not of this configuration; the engine is then as after bbe_init(). */
bbe_status bbe_restore (bbe_engine *engine, const void *buffer, size_t size);

/* Short stable names for files and interfaces: "row", "queued", ...; NULL for an unknown code. */
const char *bbe_reason_name (uint8_t code);
const char *bbe_limit_name (uint8_t limit);
const char *bbe_balancer_name (uint8_t balancer);
const char *bbe_status_name (bbe_status status);

#ifdef __cplusplus
}
#endif

#endif
