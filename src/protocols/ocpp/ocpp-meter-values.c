/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-meter-values.c: sampled values to canonical units, with what makers do differently. */
#include <glib/gi18n.h>
#include <math.h>

#include "protocols/ocpp/ocpp-payload.h"

/* Beyond this (mA, mV, mW, Wh) it is no measurement. */
#define MAX_VALUE 1e15

typedef enum { KIND_CURRENT = 0, KIND_VOLTAGE, KIND_POWER, KIND_ENERGY, KIND_FREQUENCY } Kind;

typedef struct {
  const gchar *name;
  BbOcppQuantity quantity;
  Kind kind;
} Measurand;

static const Measurand measurands[] = {
  { "Current.Import", BB_OCPP_CURRENT, KIND_CURRENT },
  { "Current.Export", BB_OCPP_CURRENT_EXPORT, KIND_CURRENT },
  { "Current.Offered", BB_OCPP_CURRENT_OFFERED, KIND_CURRENT },
  { "Voltage", BB_OCPP_VOLTAGE, KIND_VOLTAGE },
  { "Power.Active.Import", BB_OCPP_POWER, KIND_POWER },
  { "Power.Active.Export", BB_OCPP_POWER_EXPORT, KIND_POWER },
  { "Power.Offered", BB_OCPP_POWER_OFFERED, KIND_POWER },
  { "Energy.Active.Import.Register", BB_OCPP_ENERGY, KIND_ENERGY },
  { "Energy.Active.Export.Register", BB_OCPP_ENERGY_EXPORT, KIND_ENERGY },
  { "Frequency", BB_OCPP_FREQUENCY, KIND_FREQUENCY },
};

typedef struct {
  const gchar *name;
  Kind kind;
  gdouble factor; /* to the canonical unit */
} Unit;

static const Unit units[] = {
  { "A", KIND_CURRENT, 1e3 },  { "mA", KIND_CURRENT, 1 },     { "kA", KIND_CURRENT, 1e6 },
  { "V", KIND_VOLTAGE, 1e3 },  { "mV", KIND_VOLTAGE, 1 },     { "kV", KIND_VOLTAGE, 1e6 },
  { "W", KIND_POWER, 1e3 },    { "mW", KIND_POWER, 1 },       { "kW", KIND_POWER, 1e6 },
  { "MW", KIND_POWER, 1e9 },   { "Wh", KIND_ENERGY, 1 },      { "kWh", KIND_ENERGY, 1e3 },
  { "MWh", KIND_ENERGY, 1e6 }, { "Hz", KIND_FREQUENCY, 1e3 },
};

/* Without a unit: the standard says Wh, which can only be meant for energies. */
static const gdouble default_factors[] = {
  [KIND_CURRENT] = 1e3, [KIND_VOLTAGE] = 1e3, [KIND_POWER] = 1e3, [KIND_ENERGY] = 1, [KIND_FREQUENCY] = 1e3
};

static const Measurand *
find_measurand (const gchar *name)
{
  if (name == NULL)
    name = "Energy.Active.Import.Register";
  for (guint i = 0; i < G_N_ELEMENTS (measurands); i++)
    if (g_ascii_strcasecmp (name, measurands[i].name) == 0)
      return &measurands[i];
  return NULL;
}

/* 0: not a unit of this kind. "mW" and "MW" differ in case alone. */
static gdouble
find_factor (const gchar *unit, Kind kind)
{
  if (unit == NULL || *unit == '\0')
    return default_factors[kind];
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (units[i].kind == kind && strcmp (unit, units[i].name) == 0)
      return units[i].factor;
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (units[i].kind == kind && units[i].name[0] != 'm' && units[i].name[0] != 'M'
        && g_ascii_strcasecmp (unit, units[i].name) == 0)
      return units[i].factor;
  return 0;
}

/* BB_OCPP_N_PHASES: none that is of use (between phases, unknown). */
static BbOcppPhase
find_phase (const gchar *phase)
{
  if (phase == NULL || *phase == '\0')
    return BB_OCPP_WHOLE;
  if (g_ascii_strcasecmp (phase, "N") == 0)
    return BB_OCPP_NEUTRAL;
  if (g_ascii_toupper (phase[0]) != 'L' || phase[1] < '1' || phase[1] > '3')
    return BB_OCPP_N_PHASES;
  if (phase[2] != '\0' && g_ascii_strcasecmp (phase + 2, "-N") != 0)
    return BB_OCPP_N_PHASES;
  return (BbOcppPhase) (phase[1] - '1');
}

/* A number, blank-padded perhaps; as text, or (some) as a number. */
static gboolean
read_number (JsonObject *sample, gdouble *number)
{
  const gchar *text = bb_ocpp_get_string (sample, "value");
  gchar *end = NULL;
  if (text == NULL)
    return bb_ocpp_get_number (sample, "value", number);
  while (g_ascii_isspace (*text))
    text++;
  if (!g_ascii_isdigit (*text) && *text != '-' && *text != '+' && *text != '.')
    return FALSE; /* nothing, "NaN", "inf" */
  *number = g_ascii_strtod (text, &end);
  if (end == text)
    return FALSE;
  while (g_ascii_isspace (*end))
    end++;
  return *end == '\0' && isfinite (*number);
}

/* The vehicle's own figures and the housing's are not the station's terminals. */
static gboolean
is_elsewhere (const gchar *location)
{
  return location != NULL
         && (g_ascii_strcasecmp (location, "EV") == 0 || g_ascii_strcasecmp (location, "Body") == 0);
}

typedef struct {
  BbOcppValues *values;
  guint64 outlet; /* of `valid`: where it was measured at the outlet, which beats the inlet */
} Reader;

static void
store (Reader *reader, guint slot, gint64 value, gboolean inlet)
{
  guint64 bit = G_GUINT64_CONSTANT (1) << slot;
  if (inlet && (reader->outlet & bit) != 0)
    return;
  if (!inlet)
    reader->outlet |= bit;
  reader->values->valid |= bit;
  reader->values->values[slot] = value;
}

static gboolean
read_sample (Reader *reader, JsonObject *sample, guint64 taken)
{
  const Measurand *measurand = find_measurand (bb_ocpp_get_string (sample, "measurand"));
  const gchar *format = bb_ocpp_get_string (sample, "format"),
              *location = bb_ocpp_get_string (sample, "location");
  BbOcppPhase phase = find_phase (bb_ocpp_get_string (sample, "phase"));
  gdouble factor = 0, number = 0;
  guint slot = 0;
  if (measurand == NULL || phase == BB_OCPP_N_PHASES || is_elsewhere (location))
    return TRUE; /* nothing for us */
  if (format != NULL && g_ascii_strcasecmp (format, "Raw") != 0)
    return FALSE; /* signed data */
  factor = find_factor (bb_ocpp_get_string (sample, "unit"), measurand->kind);
  if (factor == 0 || !read_number (sample, &number) || fabs (number * factor) > MAX_VALUE)
    return FALSE;
  slot = (guint) measurand->quantity * BB_OCPP_N_PHASES + (guint) phase;
  if ((taken >> slot & 1) == 0)
    store (reader, slot, (gint64) round (number * factor),
           location != NULL && g_ascii_strcasecmp (location, "Inlet") == 0);
  return TRUE;
}

/* One time's samples. An older one only fills what newer ones did not tell. */
static void
read_entry (Reader *reader, JsonObject *entry)
{
  JsonArray *samples = bb_ocpp_get_array (entry, "sampledValue");
  gint64 stamp_ms = bb_ocpp_parse_time (bb_ocpp_get_string (entry, "timestamp"));
  BbOcppValues *values = reader->values;
  gboolean older = stamp_ms != G_MININT64 && stamp_ms < values->stamp_ms;
  guint64 taken = older ? values->valid : 0;
  values->stamp_ms = MAX (values->stamp_ms, stamp_ms);
  reader->outlet = older ? reader->outlet : 0;
  for (guint i = 0; samples != NULL && i < json_array_get_length (samples); i++) {
    JsonNode *node = json_array_get_element (samples, i);
    if (!JSON_NODE_HOLDS_OBJECT (node) || !read_sample (reader, json_node_get_object (node), taken))
      values->n_skipped++;
  }
}

gboolean
bb_ocpp_read_meter_values (JsonObject *payload, BbOcppValues *values, GError **error)
{
  JsonArray *entries = bb_ocpp_get_array (payload, "meterValue");
  gint64 connector = -1;
  Reader reader = { values, 0 };
  *values = (BbOcppValues){ .transaction = -1, .stamp_ms = G_MININT64 };
  if (!bb_ocpp_get_int (payload, "connectorId", &connector) || connector < 0 || connector > 255) {
    g_set_error (error, BB_OCPP_ERROR, BB_OCPP_ERROR_PAYLOAD, _ ("“%s” is missing or not what it should be"),
                 "connectorId");
    return FALSE;
  }
  if (entries == NULL) {
    g_set_error (error, BB_OCPP_ERROR, BB_OCPP_ERROR_PAYLOAD, _ ("“%s” is missing or not what it should be"),
                 "meterValue");
    return FALSE;
  }
  values->connector = (guint) connector;
  bb_ocpp_get_int (payload, "transactionId", &values->transaction);
  for (guint i = 0; i < json_array_get_length (entries); i++) {
    JsonNode *node = json_array_get_element (entries, i);
    if (JSON_NODE_HOLDS_OBJECT (node))
      read_entry (&reader, json_node_get_object (node));
    else
      values->n_skipped++;
  }
  return TRUE;
}

gboolean
bb_ocpp_values_get (const BbOcppValues *values, BbOcppQuantity quantity, BbOcppPhase phase, gint64 *value)
{
  guint slot = (guint) quantity * BB_OCPP_N_PHASES + (guint) phase;
  if ((values->valid >> slot & 1) == 0)
    return FALSE;
  *value = values->values[slot];
  return TRUE;
}
