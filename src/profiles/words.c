/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words.c: the fixed words of profile files, and which one was meant by a word that is none. */
#include "profiles/words.h"

#include <glib/gi18n.h>
#include <string.h>

const BbWord bb_words_kind[]
    = { { "station", BB_PROFILE_STATION }, { "meter", BB_PROFILE_METER }, { NULL, 0 } };

const BbWord bb_words_evidence[] = { { "vendor-document", BB_EVIDENCE_VENDOR },
                                     { "field-code", BB_EVIDENCE_FIELD_CODE },
                                     { "unverified", BB_EVIDENCE_UNVERIFIED },
                                     { NULL, 0 } };

const BbWord bb_words_connection[] = { { "modbus-tcp", BB_CONNECTION_MODBUS_TCP },
                                       { "modbus-rtu", BB_CONNECTION_MODBUS_RTU },
                                       { "ocpp", BB_CONNECTION_OCPP },
                                       { "http", BB_CONNECTION_HTTP },
                                       { "p1", BB_CONNECTION_P1 },
                                       { "cloud", BB_CONNECTION_CLOUD },
                                       { "mqtt", BB_CONNECTION_MQTT },
                                       { NULL, 0 } };

const BbWord bb_words_role[] = { { "current.l1", BB_ROLE_CURRENT_L1 },
                                 { "current.l2", BB_ROLE_CURRENT_L2 },
                                 { "current.l3", BB_ROLE_CURRENT_L3 },
                                 { "current.n", BB_ROLE_CURRENT_N },
                                 { "voltage.l1", BB_ROLE_VOLTAGE_L1 },
                                 { "voltage.l2", BB_ROLE_VOLTAGE_L2 },
                                 { "voltage.l3", BB_ROLE_VOLTAGE_L3 },
                                 { "power", BB_ROLE_POWER },
                                 { "power.l1", BB_ROLE_POWER_L1 },
                                 { "power.l2", BB_ROLE_POWER_L2 },
                                 { "power.l3", BB_ROLE_POWER_L3 },
                                 { "power.export", BB_ROLE_POWER_EXPORT },
                                 { "power.export.l1", BB_ROLE_POWER_EXPORT_L1 },
                                 { "power.export.l2", BB_ROLE_POWER_EXPORT_L2 },
                                 { "power.export.l3", BB_ROLE_POWER_EXPORT_L3 },
                                 { "power.factor.l1", BB_ROLE_POWER_FACTOR_L1 },
                                 { "power.factor.l2", BB_ROLE_POWER_FACTOR_L2 },
                                 { "power.factor.l3", BB_ROLE_POWER_FACTOR_L3 },
                                 { "frequency", BB_ROLE_FREQUENCY },
                                 { "energy.import", BB_ROLE_ENERGY_IMPORT },
                                 { "energy.export", BB_ROLE_ENERGY_EXPORT },
                                 { "serial", BB_ROLE_SERIAL },
                                 { "firmware", BB_ROLE_FIRMWARE },
                                 { "model", BB_ROLE_MODEL },
                                 { "error", BB_ROLE_ERROR },
                                 { "state", BB_ROLE_STATE },
                                 { "state.2", BB_ROLE_STATE_2 },
                                 { "state.below", BB_ROLE_BELOW },
                                 { "lock", BB_ROLE_LOCK },
                                 { "energy.session", BB_ROLE_ENERGY_SESSION },
                                 { "limit.set", BB_ROLE_LIMIT_SET },
                                 { "limit.actual", BB_ROLE_LIMIT_ACTUAL },
                                 { "limit.max", BB_ROLE_LIMIT_MAX },
                                 { "limit.min", BB_ROLE_LIMIT_MIN },
                                 { "limit.cable", BB_ROLE_LIMIT_CABLE },
                                 { "failsafe.current", BB_ROLE_FAILSAFE_CURRENT },
                                 { "failsafe.timeout", BB_ROLE_FAILSAFE_TIMEOUT },
                                 { "heartbeat", BB_ROLE_HEARTBEAT },
                                 { "enable", BB_ROLE_ENABLE },
                                 { "session", BB_ROLE_SESSION },
                                 { "phases.set", BB_ROLE_PHASES_SET },
                                 { "phases.actual", BB_ROLE_PHASES_ACTUAL },
                                 { "availability", BB_ROLE_AVAILABILITY },
                                 { "idtag", BB_ROLE_IDTAG },
                                 { "dlm.mode", BB_ROLE_DLM_MODE },
                                 { "address.offset", BB_ROLE_ADDRESS_OFFSET },
                                 { NULL, 0 } };
G_STATIC_ASSERT (G_N_ELEMENTS (bb_words_role) == BB_ROLE_N);

const BbWord bb_words_area[] = { { "holding", BB_AREA_HOLDING },
                                 { "input", BB_AREA_INPUT },
                                 { "coil", BB_AREA_COIL },
                                 { "discrete", BB_AREA_DISCRETE },
                                 { NULL, 0 } };

const BbWord bb_words_type[] = { { "u16", BB_TYPE_U16 },     { "i16", BB_TYPE_I16 },
                                 { "u32", BB_TYPE_U32 },     { "i32", BB_TYPE_I32 },
                                 { "u64", BB_TYPE_U64 },     { "i64", BB_TYPE_I64 },
                                 { "f32", BB_TYPE_F32 },     { "acc32", BB_TYPE_ACC32 },
                                 { "bits", BB_TYPE_BITS },   { "char", BB_TYPE_CHAR },
                                 { "text", BB_TYPE_TEXT },   { "utf16", BB_TYPE_UTF16 },
                                 { "bytes", BB_TYPE_BYTES }, { NULL, 0 } };
G_STATIC_ASSERT (G_N_ELEMENTS (bb_words_type) == BB_TYPE_N + 1);

/* TRUE: low first. */
const BbWord bb_words_order[] = { { "high-first", FALSE }, { "low-first", TRUE }, { NULL, 0 } };

const BbWord bb_words_access[]
    = { { "r", BB_ACCESS_READ }, { "w", BB_ACCESS_WRITE }, { "rw", BB_ACCESS_BOTH }, { NULL, 0 } };

const BbWord bb_words_write_on[] = {
  { "change", BB_WRITE_CHANGE }, { "always", BB_WRITE_ALWAYS }, { "once", BB_WRITE_ONCE }, { NULL, 0 }
};

const BbWord bb_words_schedule[] = {
  { "fast", BB_SCHEDULE_FAST }, { "slow", BB_SCHEDULE_SLOW }, { "init", BB_SCHEDULE_INIT }, { NULL, 0 }
};

const BbWord bb_words_parity[] = { { "none", 0 }, { "even", 1 }, { "odd", 2 }, { NULL, 0 } };

const BbWord bb_words_auth[] = { { "basic", 0 }, { "digest", 1 }, { "bearer", 2 }, { NULL, 0 } };

const BbWord bb_words_setup[] = { { "info", 0 }, { "manual", 1 }, { "verify", 2 }, { NULL, 0 } };

const BbWord bb_words_iec[]
    = { { "A", 1 }, { "B", 2 }, { "C", 3 }, { "D", 4 }, { "E", 5 }, { "F", 6 }, { NULL, 0 } };

const BbWord bb_words_status[] = { { "free", 0 },        { "occupied", 1 },         { "charging", 2 },
                                   { "discharging", 3 }, { "not-in-operation", 4 }, { NULL, 0 } };

/* TRUE: the grave one. */
const BbWord bb_words_severity[] = { { "warning", FALSE }, { "fault", TRUE }, { NULL, 0 } };
const BbWord bb_words_error[] = { { "warning", FALSE }, { "error", TRUE }, { NULL, 0 } };

/* TRUE: watts. */
const BbWord bb_words_control[] = { { "A", FALSE }, { "W", TRUE }, { NULL, 0 } };

const BbWord bb_words_watchdog[] = { { "none", BB_WATCHDOG_NONE },
                                     { "any-read", BB_WATCHDOG_ANY_READ },
                                     { "write-point", BB_WATCHDOG_WRITE_POINT },
                                     { "rewrite-timeout", BB_WATCHDOG_REWRITE_TIMEOUT },
                                     { "magic", BB_WATCHDOG_MAGIC },
                                     { "life-bit", BB_WATCHDOG_LIFE_BIT },
                                     { "ocpp", BB_WATCHDOG_OCPP },
                                     { NULL, 0 } };

/* OCPP 1.6: ChargingProfilePurposeType, ChargingProfileKindType, Measurand, Phase, actions to a station. */
const BbWord bb_words_purpose[]
    = { { "ChargePointMaxProfile", 0 }, { "TxDefaultProfile", 1 }, { "TxProfile", 2 }, { NULL, 0 } };

const BbWord bb_words_profile_kind[]
    = { { "Absolute", 0 }, { "Recurring", 1 }, { "Relative", 2 }, { NULL, 0 } };

const BbWord bb_words_measurand[] = { { "Current.Export", 0 },
                                      { "Current.Import", 0 },
                                      { "Current.Offered", 0 },
                                      { "Energy.Active.Export.Register", 0 },
                                      { "Energy.Active.Import.Register", 0 },
                                      { "Energy.Reactive.Export.Register", 0 },
                                      { "Energy.Reactive.Import.Register", 0 },
                                      { "Energy.Active.Export.Interval", 0 },
                                      { "Energy.Active.Import.Interval", 0 },
                                      { "Energy.Reactive.Export.Interval", 0 },
                                      { "Energy.Reactive.Import.Interval", 0 },
                                      { "Frequency", 0 },
                                      { "Power.Active.Export", 0 },
                                      { "Power.Active.Import", 0 },
                                      { "Power.Factor", 0 },
                                      { "Power.Offered", 0 },
                                      { "Power.Reactive.Export", 0 },
                                      { "Power.Reactive.Import", 0 },
                                      { "RPM", 0 },
                                      { "SoC", 0 },
                                      { "Temperature", 0 },
                                      { "Voltage", 0 },
                                      { NULL, 0 } };

const BbWord bb_words_phase[]
    = { { "L1", 0 },   { "L2", 0 },    { "L3", 0 },    { "N", 0 },     { "L1-N", 0 }, { "L2-N", 0 },
        { "L3-N", 0 }, { "L1-L2", 0 }, { "L2-L3", 0 }, { "L3-L1", 0 }, { NULL, 0 } };

const BbWord bb_words_action[] = { { "CancelReservation", 0 },
                                   { "ChangeAvailability", 0 },
                                   { "ChangeConfiguration", 0 },
                                   { "ClearCache", 0 },
                                   { "ClearChargingProfile", 0 },
                                   { "DataTransfer", 0 },
                                   { "GetCompositeSchedule", 0 },
                                   { "GetConfiguration", 0 },
                                   { "GetDiagnostics", 0 },
                                   { "GetLocalListVersion", 0 },
                                   { "RemoteStartTransaction", 0 },
                                   { "RemoteStopTransaction", 0 },
                                   { "ReserveNow", 0 },
                                   { "Reset", 0 },
                                   { "SendLocalList", 0 },
                                   { "SetChargingProfile", 0 },
                                   { "TriggerMessage", 0 },
                                   { "UnlockConnector", 0 },
                                   { "UpdateFirmware", 0 },
                                   { NULL, 0 } };

const BbWord *
bb_word_find (const BbWord *words, const gchar *name)
{
  for (; words->name != NULL; words++)
    if (strcmp (words->name, name) == 0)
      return words;
  return NULL;
}

const gchar *
bb_word_name (const BbWord *words, gint value)
{
  for (; words->name != NULL; words++)
    if (words->value == value)
      return words->name;
  return NULL;
}

#define LONGEST 40

guint
bb_word_distance (const gchar *a, const gchar *b)
{
  guint row[LONGEST + 1];
  const gsize length_a = strlen (a), length_b = strlen (b);

  if (length_a > LONGEST || length_b > LONGEST)
    return LONGEST;
  for (guint j = 0; j <= length_b; j++)
    row[j] = j;
  for (guint i = 1; i <= length_a; i++) {
    guint diagonal = row[0];

    row[0] = i;
    for (guint j = 1; j <= length_b; j++) {
      const guint change = diagonal + (g_ascii_tolower (a[i - 1]) != g_ascii_tolower (b[j - 1]) ? 1 : 0);

      diagonal = row[j];
      row[j] = MIN (change, MIN (row[j], row[j - 1]) + 1);
    }
  }
  return row[length_b];
}

const gchar *
bb_word_guess (const BbWord *words, const gchar *name)
{
  const gchar *best = NULL;
  /* A third of the letters wrong is another word. */
  guint least = (guint) MIN (strlen (name), 9) / 3 + 1;

  for (; words->name != NULL; words++) {
    const guint distance = bb_word_distance (words->name, name);

    if (distance < least) {
      least = distance;
      best = words->name;
    }
  }
  return best;
}

const gchar *
bb_role_get_name (BbRole role)
{
  const gchar *name = bb_word_name (bb_words_role, (gint) role);

  return name != NULL ? name : "";
}

BbRole
bb_role_from_name (const gchar *name)
{
  const BbWord *word = name != NULL ? bb_word_find (bb_words_role, name) : NULL;

  return word != NULL ? (BbRole) word->value : BB_ROLE_NONE;
}

const gchar *
bb_connection_get_name (BbConnection connection)
{
  const gchar *name = bb_word_name (bb_words_connection, (gint) connection);

  return name != NULL ? name : "";
}

gint
bb_connection_from_name (const gchar *name)
{
  const BbWord *word = name != NULL ? bb_word_find (bb_words_connection, name) : NULL;

  return word != NULL ? word->value : -1;
}

const gchar *
bb_connection_get_title (BbConnection connection)
{
  switch (connection) {
  case BB_CONNECTION_MODBUS_TCP:
    return _ ("Modbus TCP");
  case BB_CONNECTION_MODBUS_RTU:
    return _ ("Modbus RTU (serial line)");
  case BB_CONNECTION_OCPP:
    return _ ("OCPP 1.6J");
  case BB_CONNECTION_HTTP:
    return _ ("HTTP");
  case BB_CONNECTION_P1:
    return _ ("P1 over TCP");
  case BB_CONNECTION_CLOUD:
    return _ ("Vendor's cloud");
  case BB_CONNECTION_MQTT:
    return _ ("MQTT");
  case BB_CONNECTION_N:
  default:
    return "";
  }
}

const gchar *
bb_evidence_get_name (BbEvidence evidence)
{
  const gchar *name = bb_word_name (bb_words_evidence, (gint) evidence);

  return name != NULL ? name : "";
}

const gchar *
bb_evidence_get_title (BbEvidence evidence)
{
  switch (evidence) {
  case BB_EVIDENCE_VENDOR:
    return _ ("vendor document");
  case BB_EVIDENCE_FIELD_CODE:
    return _ ("field code");
  case BB_EVIDENCE_UNVERIFIED:
  default:
    return _ ("unverified");
  }
}

guint
bb_point_type_get_words (BbPointType type)
{
  switch (type) {
  case BB_TYPE_U16:
  case BB_TYPE_I16:
  case BB_TYPE_CHAR:
    return 1;
  case BB_TYPE_U32:
  case BB_TYPE_I32:
  case BB_TYPE_F32:
  case BB_TYPE_ACC32:
    return 2;
  case BB_TYPE_U64:
  case BB_TYPE_I64:
    return 4;
  default:
    return 0;
  }
}
