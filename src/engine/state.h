/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state.h: the layout of a bbe_engine: its configuration, its state, and the room a step works in.
 *
 * Owners of an engine include this to know its size; only src/engine/ reads the fields. The three parts are
 * kept apart: `conf` never changes after bbe_init(), `state` is what bbe_save() keeps (times are mono ms),
 * and everything after it is rebuilt by each step.
 */
#ifndef BBE_STATE_H
#define BBE_STATE_H

#include "engine/engine.h"

/* A time that has not come, or never will. */
#define BBE_NEVER INT64_MAX
/* Before every time. */
#define BBE_ALWAYS INT64_MIN

/* Readings of a station are kept as minima over this many slots (ENGINE.md "certain draw"). */
#define BBE_RING 4

/* ---- what bbe_init() derives ---- */

typedef struct bbe_station_conf {
  bbe_station_config c;
  uint8_t wired;         /* grid phases; all of its circuit when the rotation is unknown */
  uint8_t single;        /* grid phases it loads on one phase */
  bool slow;             /* reaction over 10 s: a reservation */
  uint16_t path;         /* index into `paths` */
  uint64_t read_in;      /* meters whose readings are relieved of its certain draw */
  int16_t solar_node;    /* its surplus node, the last of its path; -1: none */
  int16_t proof_circuit; /* nearest measured circuit that contains it, -1: none */
  int32_t ring_slot_ms;

} bbe_station_conf;

typedef struct bbe_group_conf {
  bbe_group_config c;
  uint64_t meters;       /* on the paths of its stations */
  int16_t solar_circuit; /* the topmost measured circuit above it; -1: none */
  int16_t solar_group;   /* first group that shares its surplus node; -1: not in solar mode */
} bbe_group_conf;

typedef struct bbe_circuit_conf {
  bbe_circuit_config c;
  bool has_generation;
  int32_t limit_ma[3]; /* rating, or supply max current where it is measured and that is less */
  uint8_t limit[3];    /* which of them (bbe_limit) */
  bool steady;         /* nothing measures it: its rows stay */
  bool normal_only;    /* no station in solar or boost mode under it */
  bool mixed;          /* stations in normal mode and others under it, with generation: needs a twin row */
} bbe_circuit_conf;

/* Nodes from a station to the site; stations with the same circuit and group share one. */
typedef struct bbe_path {
  uint8_t n;
  uint16_t node[BBE_MAX_PATH];
} bbe_path;

typedef struct bbe_conf {
  uint16_t n_circuits, n_meters, n_groups, n_stations, n_signals, n_nodes, n_paths;
  int32_t ring_span_ms; /* how far back the longest ring reaches */
  uint16_t n_used;
  uint16_t used[BBE_MAX_NODES]; /* nodes on some path */
  bool switches, unbalances;    /* some station can switch phases; some circuit limits unbalance */
  bool unmeasured;              /* some station does not measure itself */
  uint8_t reduced_kind;
  uint8_t battery;
  int32_t reduced_value;
  int32_t nominal_mv;
  bbe_14a_config p14a;
  uint64_t hash;
  bbe_circuit_conf circuits[BBE_MAX_CIRCUITS];
  bbe_meter_config meters[BBE_MAX_METERS];
  bbe_group_conf groups[BBE_MAX_GROUPS];
  bbe_station_conf stations[BBE_MAX_STATIONS];
  bbe_path paths[BBE_MAX_STATIONS];
  bbe_signal_config signals[BBE_MAX_SIGNALS];
} bbe_conf;

/* ---- what is kept from step to step ---- */

typedef enum bbe_switch_phase {
  BBE_SWITCH_NONE = 0,
  BBE_SWITCH_STOPPING,
  BBE_SWITCH_SWITCHING,
  BBE_SWITCH_FAILED
} bbe_switch_phase;

/* What a meter shows of a station that does not measure itself. */
typedef struct bbe_proof_state {
  int64_t since_ms;  /* the set-point or vehicle change that is being watched */
  int32_t ref_ma[3]; /* the last reading, without the certain draw of all others */
} bbe_proof_state;

typedef struct bbe_station_state {
  int64_t older_since_ms; /* when the set-point was lowered last, while `older_ma` is not yet followed */
  int64_t hold_since_ms;  /* a raise is wanted since; BBE_NEVER: none is */
  int64_t slope_ms;       /* the raise has climbed until */
  int64_t turned_ms;      /* on since, or off since; BBE_ALWAYS before the first start */

  int64_t waiting_since_ms; /* eligible and not served since; BBE_NEVER: not waiting */
  int64_t arrived_ms;       /* of the vehicle */
  int64_t delay_until_ms;   /* random delay */
  int64_t quiet_since_ms;   /* unused phases were below 0.5 A since; BBE_NEVER: they are not */
  int64_t window_ms;        /* start of the current draw window */
  int64_t idle_since_ms;    /* offered current and took none since; BBE_NEVER: takes some */
  int64_t sun_ms; /* running: surplus too low since; off: enough to start since; BBE_NEVER: neither */

  int64_t switch_ms;    /* when this step of a phase switch began */
  int64_t switched_ms;  /* when the last switch was confirmed */
  int64_t commanded_ms; /* last change of the set-point */
  int64_t ring_ms;      /* start of the newest ring slot; BBE_NEVER: the ring holds zeros */
  int64_t ring_from_ms; /* the ring tells of the time since then */
  int64_t moved_ms;     /* its reading changed last */
  union {
    int32_t ring_ma[BBE_RING][3]; /* lowest reading per grid phase in each slot, the newest at `ring_head` */
    bbe_proof_state proof;        /* of a station without a meter of its own */
  };
  int32_t measured_ma[3]; /* the most each grid phase carries by the last reading, >= 0 */
  int32_t lower_ma[3];    /* the least; below 0 while it exports */
  int32_t setpoint_ma;
  int32_t older_ma;       /* greatest set-point not yet followed, 0: none */
  int32_t hold_target_ma; /* least target while a raise waits */
  int32_t cap_ma;         /* what the vehicle was seen to take, with margin; BBE_NO_LIMIT: not known */
  int32_t peak_ma[2];     /* greatest draw in the current and the former window */
  int32_t proven_ma;      /* unmeasured: draw that the meter proved */
  uint8_t vehicle;
  uint8_t used;      /* grid phases that the vehicle uses */
  uint8_t phases;    /* commanded number of phases: n_phases or 1 */
  uint8_t switching; /* bbe_switch_phase */
  uint8_t switch_to; /* number of phases that it switches to */
  uint8_t ring_head;
  uint8_t quiet_mask; /* phases that carried current since quiet_since_ms */
  bool answers;
  bool commanded;  /* it was told a set-point since bbe_init() */
  uint8_t flags;   /* BBE_ST_* */
  uint32_t digest; /* of what was decided last, to count revisions */
} bbe_station_state;

#define BBE_ST_SLEEPS   2u  /* takes nothing of what it is offered */
#define BBE_ST_PROVING  4u  /* the meter watches its last set-point change */
#define BBE_ST_WINDOW   8u  /* one whole draw window was seen since the last raise */
#define BBE_ST_WINDOWS  16u /* two were */
#define BBE_ST_TURN     64u /* started because its turn had come: keeps it for a turn */
#define BBE_ST_RETURNED 32u /* answers again, or for the first time */

typedef struct bbe_meter_state {
  int64_t taken_ms;        /* of the reading in use; BBE_ALWAYS: none yet */
  int64_t low_since_ms;    /* implausibly low since; BBE_NEVER: not */
  int64_t good_since_ms;   /* fresh and plausible since; BBE_NEVER: not */
  int64_t failed_since_ms; /* BBE_NEVER: in use */
  bool bad;
  int32_t reading_ma[3]; /* the reading in use */
  int32_t reading_w;
  int32_t stuck_ma[3];    /* what measured stations drew when its reading changed last */
  int64_t stuck_since_ms; /* the draw has moved and the reading has not since; BBE_NEVER: not so */
  uint8_t suspect;        /* phases on which a bad meter still has to show that it sees current */
  bool late;              /* a reading came later than it was taken */
  bool seen;              /* had a good reading since bbe_init() */
} bbe_meter_state;

typedef struct bbe_peak_state {
  int64_t window;       /* index of the window, in windows since 1970 local time; BBE_ALWAYS: none */
  int64_t imported_wms; /* in it, W x ms */
  int64_t seen_ms;      /* accounted until (mono) */
  int32_t power_w;      /* import since then */
  int32_t limit_w;
  int32_t month; /* of the limit: year x 12 + month */
  bool power_known;
} bbe_peak_state;

typedef struct bbe_signal_state {
  int64_t lost_ms; /* BBE_NEVER: answers */
  uint8_t last;
  bool seen;
} bbe_signal_state;

typedef struct bbe_circuit_state {
  int32_t other_ma[3]; /* reading - certain draw, as of the meter's last reading */
  bool valid;
  bbe_peak_state peak;
} bbe_circuit_state;

typedef struct bbe_site_state {
  int64_t mono_ms;                   /* of the last step; BBE_ALWAYS: none */
  int64_t turned_ms[BBE_MAX_GROUPS]; /* mono time of the last turn boundary seen */
  int64_t turn[BBE_MAX_GROUPS];      /* index of that turn */
  bool window_open[BBE_MAX_GROUPS];
  int64_t certain_changed_ms; /* a reading of a measured station differed from the one before */
  uint64_t revision;
  uint64_t random; /* counts draws of the random delay */
  bbe_signal_state signals[BBE_MAX_SIGNALS];
} bbe_site_state;

typedef struct bbe_state {
  bbe_site_state site;
  bbe_meter_state meters[BBE_MAX_METERS];
  bbe_circuit_state circuits[BBE_MAX_CIRCUITS];
  bbe_station_state stations[BBE_MAX_STATIONS];
} bbe_state;

/* ---- what a step works in ---- */

/* What a station is in this step. */
typedef enum bbe_role {
  BBE_ROLE_OFF = 0, /* commanded, not eligible: goes to 0 */
  BBE_ROLE_CANDIDATE,
  BBE_ROLE_SLEEPER, /* takes nothing: has its minimum only where nobody misses it */
  BBE_ROLE_FIXED    /* counted at a fixed current, not allocated */
} bbe_role;

typedef struct bbe_row_why {
  uint8_t limit; /* bbe_limit */
  int32_t value_ma;
} bbe_row_why;

typedef struct bbe_plan {
  int32_t target_ma;
  int32_t fixed_ma;   /* role FIXED: counted at */
  uint16_t candidate; /* index into candidates, UINT16_MAX: none */
  uint8_t role;       /* bbe_role */
  uint8_t loads;      /* grid phases of the set-point */
  uint8_t holds;      /* grid phases committed at the minimum */
  uint8_t phases;     /* number of phases that the target is meant for */
  uint8_t excess;     /* phases on which its draw over its set-point is off the rows already */
  int32_t sleep_ma;   /* role SLEEPER: its minimum */
  bool kept;          /* at its minimum through a cloud */
  bool live;          /* in the list `live` */
  bool overdue;       /* has waited longer than a turn */
  bool min_on;        /* only its minimum on time keeps it on */
} bbe_plan;

typedef struct bbe_work {
  int64_t now_ms;
  int64_t due_ms;            /* the earliest timer */
  int64_t certain_before_ms; /* when a station's draw changed last, before this step */
  /* Who takes part changes seldom; what was worked out is kept while nothing it stands on changed. */
  bool dirty;           /* something it stands on did */
  int64_t roles_due_ms; /* the earliest timer that it set */
  uint8_t roles_signal;
  uint64_t roles_failed; /* meters in fail-safe */
  uint16_t n_fixed, n_sleepers, n_live;
  uint16_t sleepers[BBE_MAX_STATIONS];                 /* that still have their minimum, by serial */
  int64_t asleep_ma[BBE_MAX_NODES][BBE_ROWS_PER_NODE]; /* what they have together */
  uint16_t live[BBE_MAX_STATIONS];                     /* all but those that are off and at rest */
  int64_t stations_due_ms;                             /* the earliest timer of a station */
  bool roles_new;                                      /* who takes part was worked out in this step */
  uint16_t n_awake, n_moving;
  uint16_t
      moving[BBE_MAX_STATIONS]; /* live: first those awake, then the sleepers that something happens to */
  bool reduced;                 /* a load reduction bore on some row of the last step */
  bbe_node
      steady[BBE_MAX_CIRCUITS]; /* rows of circuits that nothing measures, as long as they stay as they are */
  uint16_t fixed[BBE_MAX_STATIONS];
  int64_t station_due_ms[BBE_MAX_STATIONS]; /* each station's own earliest timer */
  uint16_t n_candidates;
  uint16_t n_unbalance;
  uint8_t signal;
  bool active;                            /* some vehicle is there, or some current is given */
  int32_t net_ma[BBE_MAX_CIRCUITS][3];    /* other load as used, may be negative with generation */
  int64_t net_total_ma[BBE_MAX_CIRCUITS]; /* over the phases */
  bbe_node nodes[BBE_MAX_NODES];
  bool bounded[BBE_MAX_NODES];      /* some row of it has a limit in this step */
  bbe_path paths[BBE_MAX_STATIONS]; /* the bounded nodes of each path (and the surplus node, last) */
  int32_t committed_ma[BBE_MAX_STATIONS][3];
  bool any_saved;
  int32_t saved_ma[BBE_MAX_NODES]; /* by the peak window, over its plain limit: for those that run */
  bbe_row_why why[BBE_MAX_NODES][BBE_ROWS_PER_NODE];
  int64_t used_ma[BBE_MAX_NODES][BBE_ROWS_PER_NODE];
  int64_t raised_ma[BBE_MAX_NODES][BBE_ROWS_PER_NODE];
  int64_t certain_ma[BBE_MAX_METERS][3];
  int64_t draw_ma[BBE_MAX_METERS][3];    /* what measured stations in it draw now */
  int32_t surplus_ma[BBE_MAX_GROUPS];    /* for the reason of a solar stop: the least over its phases */
  uint16_t station_of[BBE_MAX_STATIONS]; /* candidate -> station */
  uint16_t order[BBE_MAX_STATIONS];
  bbe_plan plans[BBE_MAX_STATIONS];
  bbe_candidate candidates[BBE_MAX_STATIONS];
  bbe_answer answers[BBE_MAX_STATIONS];
  bbe_answer tries[BBE_MAX_STATIONS];
  bbe_unbalance unbalance[BBE_MAX_CIRCUITS];
  bbe_alloc_work alloc;
} bbe_work;

/* The inputs of the last step, to see whether anything changed. */
typedef struct bbe_memory {
  bool valid;
  bool fresh[BBE_MAX_METERS];
  int64_t wall_minus_mono_ms;
  bbe_inputs inputs;
  bbe_meter_in meters[BBE_MAX_METERS];
  bbe_station_in stations[BBE_MAX_STATIONS];
  bbe_signal_in signals[BBE_MAX_SIGNALS];
} bbe_memory;

struct bbe_engine {
  bbe_conf conf;
  bbe_state state;
  bbe_memory memory;
  bbe_outputs out;
  bbe_station_out station_out[BBE_MAX_STATIONS];
  bbe_circuit_out circuit_out[BBE_MAX_CIRCUITS];
  bbe_work work;
};

#endif
