/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profile.h: a device profile: what Busbar knows about one make of station or meter, as data
 * (`busbar-profile/1`).
 *
 * One JSON file per device, data/schemas/busbar-profile-1.schema.json describes it. A profile has one
 * interface per way to reach the device (Modbus, HTTP, OCPP, ...), each with its points; a point has a role
 * from a fixed vocabulary, and drivers and emulator know roles only. Everything here is immutable once loaded
 * and may be shared between threads.
 *
 * Conditions ("when"): terms joined by " && ". A term is `NAME OP VALUE`, with NAME a role, "firmware" or
 * "variant"; OP one of == != < <= > >= and & (one of these bits is set); VALUE a number (0x.. too), a version
 * for firmware (compared number by number), a word for variant, and for == a list "1,2,5..7".
 * `readable(ADDR)` is true when a register of the interface's own area answers. A point whose condition names
 * a role that was not read (or could not be) does not apply.
 */
#pragma once

#include <gio/gio.h>

#include "base/error.h"

G_BEGIN_DECLS

#define BB_PROFILE_ERROR (bb_profile_error_quark ())
GQuark bb_profile_error_quark (void);
/* BB_PROFILE_ERROR codes; messages start with "file:line:column: " and name the key. */
typedef enum {
  BB_PROFILE_ERROR_PARSE,     /* not JSON (BB_TEXT_ERROR is passed on as it is) */
  BB_PROFILE_ERROR_KEY,       /* unknown or missing key */
  BB_PROFILE_ERROR_VALUE,     /* wrong type, range or word */
  BB_PROFILE_ERROR_RULE,      /* keys that contradict each other */
  BB_PROFILE_ERROR_NOT_FOUND, /* no profile of that id */
} BbProfileError;

typedef enum { BB_PROFILE_STATION = 0, BB_PROFILE_METER } BbProfileKind;

/* What a profile stands on; shown wherever one is chosen. Nothing unverified writes before a person
 * confirmed. */
typedef enum { BB_EVIDENCE_VENDOR = 0, BB_EVIDENCE_FIELD_CODE, BB_EVIDENCE_UNVERIFIED } BbEvidence;

typedef enum {
  BB_CONNECTION_MODBUS_TCP = 0,
  BB_CONNECTION_MODBUS_RTU,
  BB_CONNECTION_OCPP,
  BB_CONNECTION_HTTP,
  BB_CONNECTION_P1, /* DSMR telegrams over TCP */
  BB_CONNECTION_CLOUD,
  BB_CONNECTION_MQTT, /* JSON on topics of a broker */
  BB_CONNECTION_N
} BbConnection;

typedef enum { BB_AREA_HOLDING = 0, BB_AREA_INPUT, BB_AREA_COIL, BB_AREA_DISCRETE } BbArea;

typedef enum {
  BB_TYPE_U16 = 0,
  BB_TYPE_I16,
  BB_TYPE_U32,
  BB_TYPE_I32,
  BB_TYPE_U64,
  BB_TYPE_I64,
  BB_TYPE_F32,
  BB_TYPE_ACC32, /* SunSpec: 0 is "not implemented" */
  BB_TYPE_BITS,  /* `words` registers of flags, bit 0 is the lowest of the last register (see byte_order) */
  BB_TYPE_CHAR,  /* one ASCII character in the low byte */
  BB_TYPE_TEXT,  /* ASCII, two characters a register */
  BB_TYPE_UTF16, /* one character a register */
  BB_TYPE_BYTES, /* packed serials and versions; see `format` */
  BB_TYPE_N
} BbPointType;

/* The roles. Names in files are those of bb_role_get_name(): "current.l1", "limit.set", ... */
typedef enum {
  BB_ROLE_NONE = 0,
  /* both */
  BB_ROLE_CURRENT_L1, /* mA */
  BB_ROLE_CURRENT_L2,
  BB_ROLE_CURRENT_L3,
  BB_ROLE_CURRENT_N,
  BB_ROLE_VOLTAGE_L1, /* mV */
  BB_ROLE_VOLTAGE_L2,
  BB_ROLE_VOLTAGE_L3,
  BB_ROLE_POWER, /* mW, total, import positive */
  BB_ROLE_POWER_L1,
  BB_ROLE_POWER_L2,
  BB_ROLE_POWER_L3,
  BB_ROLE_POWER_EXPORT, /* mW where import and export come apart (P1) */
  BB_ROLE_POWER_EXPORT_L1,
  BB_ROLE_POWER_EXPORT_L2,
  BB_ROLE_POWER_EXPORT_L3,
  BB_ROLE_POWER_FACTOR_L1, /* permille */
  BB_ROLE_POWER_FACTOR_L2,
  BB_ROLE_POWER_FACTOR_L3,
  BB_ROLE_FREQUENCY,     /* mHz */
  BB_ROLE_ENERGY_IMPORT, /* Wh */
  BB_ROLE_ENERGY_EXPORT,
  BB_ROLE_SERIAL,
  BB_ROLE_FIRMWARE,
  BB_ROLE_MODEL,
  BB_ROLE_ERROR,
  /* stations */
  BB_ROLE_STATE,          /* number or character; see states */
  BB_ROLE_STATE_2,        /* a second register that decides with it: "state.2" */
  BB_ROLE_BELOW,          /* draws less than commanded: "state.below" */
  BB_ROLE_LOCK,           /* plug and cable */
  BB_ROLE_ENERGY_SESSION, /* Wh */
  BB_ROLE_LIMIT_SET,      /* mA (or mW, by its unit) */
  BB_ROLE_LIMIT_ACTUAL,
  BB_ROLE_LIMIT_MAX,
  BB_ROLE_LIMIT_MIN,
  BB_ROLE_LIMIT_CABLE,
  BB_ROLE_FAILSAFE_CURRENT, /* mA */
  BB_ROLE_FAILSAFE_TIMEOUT, /* ms */
  BB_ROLE_HEARTBEAT,
  BB_ROLE_ENABLE,
  BB_ROLE_SESSION,
  BB_ROLE_PHASES_SET, /* coded by phase_codes */
  BB_ROLE_PHASES_ACTUAL,
  BB_ROLE_AVAILABILITY,
  BB_ROLE_IDTAG,
  BB_ROLE_DLM_MODE,
  BB_ROLE_ADDRESS_OFFSET, /* register that must read 0, else every address moves */
  BB_ROLE_N
} BbRole;

typedef enum { BB_ACCESS_READ = 1, BB_ACCESS_WRITE = 2, BB_ACCESS_BOTH = 3 } BbAccess;
typedef enum {
  BB_WRITE_CHANGE = 0,
  BB_WRITE_ALWAYS,
  BB_WRITE_ONCE
} BbWriteOn; /* ONCE: at commissioning only */
typedef enum { BB_SCHEDULE_FAST = 0, BB_SCHEDULE_SLOW, BB_SCHEDULE_INIT } BbSchedule;

/* Where a value is and what it means. `raw * scale + offset` is the value in the file's unit; the loader
 * folds the unit into `scale` and `offset`, so that they give the role's canonical unit (above). */
typedef struct {
  BbRole role;
  /* where: Modbus */
  BbArea area;
  guint32 address; /* zero-based PDU address; SunSpec: offset from the model's ID word */
  guint16 n_words; /* registers (or coils) */
  BbPointType type;
  gboolean low_word_first;
  gboolean low_byte_first; /* bytes of each register swapped */
  guint8 shift;
  guint64 mask;         /* 0: all bits; applied after shift */
  gchar *format;        /* of BYTES: "bcd.3" (1.2.13), "abb-serial"; (nullable) */
  gint16 scale_address; /* SunSpec: offset of the int16 scale factor; -1: none */
  /* where: HTTP, MQTT, P1, OCPP */
  guint request;     /* index into the interface's requests */
  gchar *path;       /* JSON pointer, OBIS code, or OCPP measurand; (nullable) */
  GStrv plus_paths;  /* further values of the same request or telegram, added (tariffs, phases); (nullable) */
  gchar *valid_path; /* HTTP, MQTT: JSON pointer that must be true, or there is no value; (nullable) */
  gchar *ocpp_phase; /* "L1", ...; (nullable) */
  GArray *models; /* (element-type guint) SunSpec models where it holds; (nullable): all of the interface's */
  gboolean derived; /* nowhere: current.lN = power.lN / voltage.lN, signed */
  /* what */
  gdouble scale, offset;
  gboolean is_time; /* canonical unit ms */
  gint64 *invalid;  /* (array length=n_invalid): raw bit patterns that mean "none" ("0x8000" of an i16); of
                       signed  types also negative numbers */
  guint n_invalid;
  gint64 invalid_from;  /* raw values (signed where the type is) from here up mean "none" too; 0: no such */
  gboolean nan_invalid; /* floats: NaN and infinities (always so) */
  BbRole sign_from;     /* magnitude only: takes the sign of this role's value; BB_ROLE_NONE */
  gboolean export_positive; /* positive is export: the sign is turned */
  BbRole minus;             /* its export twin, subtracted (P1); BB_ROLE_NONE */
  gboolean wraps;           /* counter that starts anew at the end of its type */
  gboolean saturates;       /* counter that stays at the end of its type: there it means "at least" */
  /* writing */
  BbAccess access;
  BbWriteOn write_on;
  BbSchedule schedule;
  gint64 min, max;  /* canonical; 0 and G_MAXINT64: none */
  gint64 on_value;  /* raw value that means "on" or "start"; 1 (ABB 4105h: 0) */
  gint64 off_value; /* raw value that means "off" or "stop", -1: none (ABB 4109h: 255) */
  gboolean has_power_on;
  gint64 power_on; /* raw value after a restart (the emulator's) */
  BbRole verify;   /* read this role back after writing (its own: through its readable point); BB_ROLE_NONE */
  guint write_fc;  /* 5, 6, 15, 16; 0: the interface's */
  gboolean write_high_word_first; /* words in writes the other way round than in reads (Weidmueller 11050) */
  gchar *when;                    /* condition; NULL: always */
} BbPoint;

/* First rule that holds gives the state. */
typedef struct {
  gchar *when;    /* condition; NULL: holds always */
  guint8 vehicle; /* bbe_vehicle: 1 = A .. 6 = F */
  guint8 status;  /* BbStationStatus of devices/device.h: 0 free, 1 occupied, 2 charging, 3 discharging, 4 not
                     in operation */
  gchar *reason;  /* a few words, English, translatable; (nullable) */
} BbStateRule;

typedef struct {
  gchar *when;
  gboolean fault; /* else a warning */
  gchar *text;
} BbErrorRule;

/* A read that tells something: the device is what it says (variant NULL), or it is this variant. */
typedef struct {
  gchar *variant;
  struct {
    BbArea area;
    guint32 address;
    guint16 n_words;
    gint64 min, max; /* of the unsigned value; both 0 and G_MAXINT64: it only has to answer */
    guint request;   /* HTTP, with `path`: the answer has a value there */
    gchar *path;     /* JSON pointer; NULL: Modbus */
  } * reads;         /* (array length=n_reads) */
  guint n_reads;
} BbProbe;

typedef enum {
  BB_WATCHDOG_NONE = 0,
  BB_WATCHDOG_ANY_READ,
  BB_WATCHDOG_WRITE_POINT,     /* write `role` again and again */
  BB_WATCHDOG_REWRITE_TIMEOUT, /* write the timeout itself again */
  BB_WATCHDOG_MAGIC,           /* write `value` to `role` */
  BB_WATCHDOG_LIFE_BIT,        /* write `value`, the station sets it back to 0 */
  BB_WATCHDOG_OCPP             /* two-level profiles */
} BbWatchdogKind;

typedef struct {
  BbWatchdogKind kind;
  BbRole role;
  gint64 value;
  gint64 period_ms;  /* at most so long between two feeds; 0: a third of the time-out */
  gint64 timeout_ms; /* what commissioning writes (or the device has) */
  gchar *when;       /* condition; NULL: always */
} BbWatchdog;

typedef struct {
  gboolean in_watts;
  gint32 step_ma;         /* of the set-point on the wire */
  gint32 min_on_ma;       /* 6000 */
  gint32 off_ma;          /* what is written to pause: 0, or below the minimum */
  gboolean needs_enable;  /* role "enable": 1 before a limit over 0, 0 to pause */
  gint64 settle_ms;       /* until it is expected to obey */
  gint64 min_interval_ms; /* between two writes of the set-point */
  gint32 phase_codes[4];  /* raw value for 1, 2, 3 phases in [1..3]; -1: not known */
} BbControl;

typedef struct {
  BbRole role;
  gchar *when;    /* condition; NULL: always. A rule whose role has no point that applies is passed over */
  gchar *expect;  /* "== 1", "!= 255", "<= 120": on the raw value */
  gboolean error; /* else a warning */
  gchar *text;
} BbVerify;

/* OCPP 1.6J: what is special about this make. */
typedef struct {
  gchar *match_vendor, *match_model; /* regular expressions on BootNotification; (nullable) */
  gint stack_live, stack_safe;       /* -1 for stack_safe: one profile only, no two-level fail-safe */
  gboolean rate_watts;               /* chargingRateUnit W */
  gboolean no_phases;                /* leave numberPhases out */
  gchar *purpose, *kind;             /* "TxDefaultProfile", "Absolute" */
  GStrv measurands;                  /* wanted, best list first is one list; (nullable) */
  guint sample_interval_min_s;
  guint boot_interval_s; /* to be answered to BootNotification: its sending period; 0: heartbeat as usual */
  guint keys_per_get;    /* 0: all */
  GStrv skip;            /* actions never sent */
  guint connect_timeout_s;
  gboolean is_meter; /* its MeterValues are a measurement of the installation */
} BbOcppProfile;

typedef struct {
  guint connections; /* bits 1 << BbConnection */
  BbEvidence evidence;
  /* link */
  gchar *host;  /* of a cloud: base URL without path; (nullable) */
  guint16 port; /* 0: none */
  guint8 unit;  /* Modbus unit; */
  gboolean unit_any;
  GArray *bauds; /* (element-type guint); RTU */
  gchar *parity; /* "none", "even", "odd" */
  guint stop_bits;
  guint timeout_ms, connect_delay_ms, request_gap_ms, idle_close_s, max_clients, max_read;
  gboolean gaps_readable; /* unused addresses between points may be read along */
  gboolean read_single;   /* every point in a request of its own */
  guint poll_fast_ms, poll_slow_ms;
  guint connector_port_step; /* second connector on port + this */
  guint write_fc;            /* 0: 6 for one register, 16 for more */
  GStrv requests;            /* HTTP paths */
  gchar *auth;               /* "basic", "digest", "bearer"; (nullable) */
  gboolean sunspec;          /* addresses are offsets in models, found at run time */
  GArray *sunspec_models;    /* (element-type guint) */
  /* what is there */
  GPtrArray *points;   /* (element-type BbPoint) in the file's order; the first that applies has the role */
  GPtrArray *states;   /* (element-type BbStateRule) */
  GPtrArray *errors;   /* (element-type BbErrorRule) */
  GPtrArray *probes;   /* (element-type BbProbe) */
  GPtrArray *verifies; /* (element-type BbVerify) */
  BbControl control;
  BbWatchdog watchdog;  /* the first of `watchdogs`, whatever its condition */
  GPtrArray *watchdogs; /* (element-type BbWatchdog): see bb_interface_pick_watchdog() */
  BbOcppProfile *ocpp;  /* (nullable) */
  /* what the readings are worth; steps of one count, for model and simulator */
  gboolean has_phase_currents, is_signed;
  gint32 current_step_ma, voltage_step_mv, power_step_w;
} BbInterface;

typedef struct {
  gchar *kind; /* "info", "manual", "verify" */
  gchar *text; /* English, translatable */
} BbSetupStep;

typedef struct _BbProfile BbProfile;
struct _BbProfile {
  gatomicrefcount refs;
  gchar *path;   /* of its file */
  gchar *origin; /* "user", "site", "system" */
  gchar *id;     /* as the file's name without .json */
  BbProfileKind kind;
  gchar *vendor, *name; /* "ABB", "Terra AC" */
  GStrv models;
  gchar *revision;
  BbEvidence evidence; /* weakest of its interfaces, unless the file says less */
  gboolean experimental;
  GStrv sources, notes;
  GPtrArray *setup;      /* (element-type BbSetupStep): C-10 */
  GPtrArray *interfaces; /* (element-type BbInterface) */
  guint n_phases;        /* 0: any */
  gint32 range_ma;       /* of a meter; 0: not stated */
  gint32 reaction_ms;    /* of a station; 0: not stated; over 10 s: reservation */
  gchar *refuse;         /* why it is no limiting meter; NULL: it may be one */
};

/* Reads one file. Unknown keys are errors. */
BbProfile *bb_profile_load (const gchar *path, GError **error);
/* `source` names the text in messages; the id is taken from it when it ends in .json. */
BbProfile *bb_profile_parse (const gchar *text, gssize length, const gchar *source, GError **error);
BbProfile *bb_profile_ref (BbProfile *profile);
void bb_profile_unref (BbProfile *profile);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbProfile, bb_profile_unref)

/* The interface for a connection, or NULL. */
const BbInterface *bb_profile_find_interface (const BbProfile *profile, BbConnection connection);
/* As a site file says it: by name, or the first for "". NULL: it knows none of that name. */
const BbInterface *bb_profile_choose_interface (const BbProfile *profile, const gchar *connection);
/* The first point of this role, whatever its condition; or NULL. */
const BbPoint *bb_interface_find_point (const BbInterface *interface, BbRole role);

/* Registers that a value of this type fills; 0: as many as its point says. */
guint bb_point_type_get_words (BbPointType type);
const gchar *bb_role_get_name (BbRole role);
BbRole bb_role_from_name (const gchar *name); /* BB_ROLE_NONE: unknown */
const gchar *bb_connection_get_name (
    BbConnection connection); /* "modbus-tcp", "modbus-rtu", "ocpp", "http", "p1", "cloud", "mqtt" */
gint bb_connection_from_name (const gchar *name); /* -1: unknown */
/* For people, translated: "Modbus TCP", "Modbus RTU (serial line)", ... */
const gchar *bb_connection_get_title (BbConnection connection);
const gchar *bb_evidence_get_name (BbEvidence evidence); /* "vendor-document", "field-code", "unverified" */
/* For people, translated: "vendor document", ... */
const gchar *bb_evidence_get_title (BbEvidence evidence);

/* ---- conditions ---- */

/* What a condition may ask. */
typedef struct {
  /* The raw value of a role (after shift and mask); FALSE: not known. */
  gboolean (*get_value) (BbRole role, gint64 *value, gpointer data);
  const gchar *firmware;                                    /* (nullable) */
  const gchar *variant;                                     /* (nullable) */
  gboolean (*is_readable) (guint32 address, gpointer data); /* (nullable): then never */
  gpointer data;
} BbConditionScope;

/* NULL holds always. A condition that cannot be decided does not hold. */
gboolean bb_condition_holds (const gchar *condition, const BbConditionScope *scope);
/* Whether a raw value is as BbVerify.expect says. */
gboolean bb_expect_holds (const gchar *expect, gint64 value);
/* The first point of this role whose condition holds; or NULL. A role may have a point to read and another to
 * write (access r and w): this is the first that can be read, or one that can only be written where there is
 * no other. */
const BbPoint *bb_interface_pick_point (const BbInterface *interface, BbRole role,
                                        const BbConditionScope *scope);
/* The same with this access (BB_ACCESS_READ or BB_ACCESS_WRITE). */
const BbPoint *bb_interface_pick_point_for (const BbInterface *interface, BbRole role, BbAccess access,
                                            const BbConditionScope *scope);
/* The watchdog whose condition holds; never NULL (kind NONE). */
const BbWatchdog *bb_interface_pick_watchdog (const BbInterface *interface, const BbConditionScope *scope);

G_END_DECLS
