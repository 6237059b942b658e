/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emulator-faults.c: faults by name, on the wire and of the installation: which there are, when they start
 * and end.
 *
 * Each start counts up and each end counts down, so that faults which overlap add up. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/zone.h"
#include "emulator/emulator-private.h"

/* How long a device takes to restart unless told otherwise. */
#define REBOOT_MS 5000
/* A fault lasts a year at most, so that no time overflows. */
#define LONGEST_S 31536000.0

typedef enum { METERS = 1, STATIONS = 2, BOTH = 3 } Whom;
typedef enum { WIRE, FIELD, SWAPPED, REBOOT } Sort;

static const struct {
  const gchar *name, *value; /* what `value` is; NULL: it takes none */
  Whom whom;
  Sort sort;
  gint code;
  gint64 preset;
} kinds[] = {
  { "silence", NULL, BOTH, WIRE, BB_EMU_SILENCE, 0 },
  { "delay", "ms", BOTH, WIRE, BB_EMU_DELAY, 2000 },
  { "garbage", NULL, BOTH, WIRE, BB_EMU_GARBAGE, 0 },
  { "exception", "code", BOTH, WIRE, BB_EMU_EXCEPTION, 0 },
  { "half-open", NULL, BOTH, WIRE, BB_EMU_HALF_OPEN, 0 },
  { "offline", NULL, BOTH, WIRE, BB_EMU_OFFLINE, 0 },
  { "truncate", NULL, BOTH, WIRE, BB_EMU_TRUNCATE, 0 },
  { "twice", NULL, BOTH, WIRE, BB_EMU_TWICE, 0 },
  { "lies", NULL, STATIONS, WIRE, BB_EMU_LIES, 0 },
  { "reboot", NULL, BOTH, REBOOT, 0, 0 },
  { "swapped-phases", NULL, METERS, SWAPPED, 0, 0 },
  { "reversed", NULL, METERS, FIELD, BB_FIELD_CLAMP_REVERSED, 0 },
  { "open", NULL, METERS, FIELD, BB_FIELD_CLAMP_OPEN, 0 },
  { "frozen", NULL, METERS, FIELD, BB_FIELD_METER_STUCK, 0 },
  { "lost", NULL, BOTH, FIELD, -1, 0 },
  { "deaf", NULL, STATIONS, FIELD, BB_FIELD_STATION_DEAF, 0 },
  { "station-fault", NULL, STATIONS, FIELD, BB_FIELD_STATION_FAULT, 0 },
  { "greedy", NULL, STATIONS, FIELD, BB_FIELD_VEHICLE_GREEDY, 0 },
  { "outage", NULL, STATIONS, FIELD, BB_FIELD_STATION_OUTAGE, 0 },
};

/* The counters in force are 8 bits wide. */
#define AT_ONCE_MAX 200

const gchar *
bb_emu_fault_get_name (BbEmuFault fault)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].sort == WIRE && kinds[i].code == (gint) fault)
      return kinds[i].name;
  return "";
}

gint
bb_emu_fault_find (const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].name, name))
      return (gint) i;
  return -1;
}

/* ---- on and off ---- */

static BbEmuDevice *
device_of (BbEmulator *self, const BbEmuFaultEntry *entry)
{
  return g_ptr_array_index (self->devices, entry->device);
}

static void
count_wire (BbEmuDevice *device, BbEmuFault fault, gboolean on, gint64 value)
{
  device->faults[fault].on += on ? 1 : -1u;
  if (on)
    device->faults[fault].value = value;
}

static void
tell_kind (BbEmulator *self, BbEmuDevice *device)
{
  if (self->started && device->kind->faults_changed)
    device->kind->faults_changed (device);
}

static void
set_field_fault (BbEmulator *self, const BbEmuFaultEntry *entry, gboolean on)
{
  BbEmuDevice *device = device_of (self, entry);
  gint code = kinds[entry->kind].code;

  if (code < 0)
    code = device->is_meter ? BB_FIELD_METER_LOST : BB_FIELD_STATION_LOST;
  bb_field_set_fault (self->field, (BbFieldFault) code, device->index, entry->phases, on);
}

static void
set_reboot (BbEmulator *self, BbEmuDevice *device, gboolean on)
{
  count_wire (device, BB_EMU_OFFLINE, on, 0);
  if (!device->is_meter)
    bb_field_set_fault (self->field, BB_FIELD_STATION_OUTAGE, device->index, 0, on);
  tell_kind (self, device);
  if (on && self->started && device->kind->reboot)
    device->kind->reboot (device);
}

static guint
count_swapped (BbEmulator *self, guint index)
{
  guint n = 0;

  for (guint i = 0; i < self->faults->len; i++) {
    const BbEmuFaultEntry *entry = &g_array_index (self->faults, BbEmuFaultEntry, i);

    n += entry->on && entry->device == index && kinds[entry->kind].sort == SWAPPED;
  }
  return n;
}

static void
set_fault (BbEmulator *self, BbEmuFaultEntry *entry, gboolean on)
{
  BbEmuDevice *device = device_of (self, entry);

  entry->on = on;
  bb_log_write (self->log, BB_LOG_INFO, "emulator", on ? "%s: %s begins." : "%s: %s ends.", device->id,
                kinds[entry->kind].name);
  switch (kinds[entry->kind].sort) {
  case WIRE:
    count_wire (device, (BbEmuFault) kinds[entry->kind].code, on, entry->value);
    break;
  case SWAPPED:
    device->swapped = count_swapped (self, entry->device) > 0;
    break;
  case REBOOT:
    set_reboot (self, device, on);
    return;
  case FIELD:
  default:
    set_field_fault (self, entry, on);
    break;
  }
  tell_kind (self, device);
}

/* ---- in time ---- */

void
bb_emu_fault_run (BbEmulator *self, gint64 now_ms)
{
  for (guint i = 0; i < self->faults->len;) {
    BbEmuFaultEntry *entry = &g_array_index (self->faults, BbEmuFaultEntry, i);
    gboolean starts = !entry->on && entry->from_ms <= now_ms, ends = entry->until_ms <= now_ms;

    if (starts || (ends && entry->on))
      bb_field_settle (self->field, now_ms);
    if (starts && !ends)
      set_fault (self, entry, TRUE);
    if (ends && entry->on)
      set_fault (self, entry, FALSE);
    if (ends)
      g_array_remove_index (self->faults, i);
    else
      i++;
  }
}

gboolean
bb_emu_fault_add (BbEmulator *self, const BbEmuFaultEntry *entry, GError **error)
{
  guint n = 0;

  for (guint i = 0; i < self->faults->len; i++) {
    const BbEmuFaultEntry *other = &g_array_index (self->faults, BbEmuFaultEntry, i);

    n += other->device == entry->device && other->kind == entry->kind;
  }
  if (n >= AT_ONCE_MAX) {
    g_set_error (error, BB_EMULATOR_ERROR, BB_EMULATOR_ERROR_COMMAND,
                 _ ("“%s” has this fault %d times already. Clear it first."), device_of (self, entry)->id,
                 AT_ONCE_MAX);
    return FALSE;
  }
  g_array_append_val (self->faults, *entry);
  BbEmuFaultEntry *own = &g_array_index (self->faults, BbEmuFaultEntry, self->faults->len - 1);
  own->on = FALSE;
  if (own->from_ms <= bb_emulator_get_site_ms (self)) {
    if (self->begun)
      bb_field_settle (self->field, bb_emulator_get_site_ms (self));
    set_fault (self, own, TRUE);
  }
  return TRUE;
}

guint
bb_emu_fault_clear (BbEmulator *self, BbEmuDevice *device, gint kind)
{
  guint n = 0;

  for (guint i = 0; i < self->faults->len;) {
    BbEmuFaultEntry *entry = &g_array_index (self->faults, BbEmuFaultEntry, i);

    if ((device && device_of (self, entry) != device) || (kind >= 0 && entry->kind != (guint) kind)) {
      i++;
      continue;
    }
    if (entry->on)
      set_fault (self, entry, FALSE);
    g_array_remove_index (self->faults, i);
    n++;
  }
  return n;
}

/* ---- as JSON ---- */

static gboolean
fail (GError **error, const gchar *format, const gchar *word)
{
  /* the formats are literals at each caller */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, BB_EMULATOR_ERROR, BB_EMULATOR_ERROR_COMMAND, format, word);
#pragma GCC diagnostic pop
  return FALSE;
}

static const gchar *
get_text (JsonObject *object, const gchar *key)
{
  JsonNode *node = json_object_get_member (object, key);

  return node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

/* A number of the object, where it has one. */
static gboolean
read_number (JsonObject *object, const gchar *key, gdouble least, gdouble most, gdouble *value,
             GError **error)
{
  JsonNode *node = json_object_get_member (object, key);
  GType type = node && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (!node)
    return TRUE;
  *value = type == G_TYPE_INT64 || type == G_TYPE_DOUBLE ? json_node_get_double (node) : NAN;
  if (*value >= least && *value <= most)
    return TRUE;
  g_set_error (error, BB_EMULATOR_ERROR, BB_EMULATOR_ERROR_COMMAND,
               _ ("“%s” must be a number from %g to %g."), key, least, most);
  return FALSE;
}

/* "phases": [1, 3] as bits; all where it is left out. */
static gboolean
read_phases (JsonObject *object, guint *phases, GError **error)
{
  JsonNode *node = json_object_get_member (object, "phases");

  *phases = 7;
  if (!node)
    return TRUE;
  *phases = 0;
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  for (guint i = 0; array && i < json_array_get_length (array); i++) {
    JsonNode *item = json_array_get_element (array, i);
    gint64 phase = JSON_NODE_HOLDS_VALUE (item) && json_node_get_value_type (item) == G_TYPE_INT64
                       ? json_node_get_int (item)
                       : 0;

    if (phase < 1 || phase > 3)
      return fail (error, _ ("“%s” must be a list of 1, 2 and 3."), "phases");
    *phases |= 1u << (phase - 1);
  }
  return *phases != 0 || fail (error, _ ("“%s” must be a list of 1, 2 and 3."), "phases");
}

static gboolean
find_both (BbEmulator *self, JsonObject *object, BbEmuFaultEntry *entry, GError **error)
{
  const gchar *id = get_text (object, "device"), *name = get_text (object, "fault");
  BbEmuDevice *device = id ? bb_emu_find_device (self, id) : NULL;
  gint kind = name ? bb_emu_fault_find (name) : -1;

  if (!id)
    return fail (error, _ ("“%s” is missing: the id of a meter or station."), "device");
  if (!device)
    return fail (error, _ ("There is no meter or station “%s”."), id);
  if (!name)
    return fail (error, _ ("“%s” is missing: the name of a fault."), "fault");
  if (kind < 0)
    return fail (error, _ ("There is no fault “%s”. The command “faults” lists them."), name);
  if (!(kinds[kind].whom & (device->is_meter ? METERS : STATIONS)))
    return fail (error,
                 device->is_meter ? _ ("“%s” is a fault of stations.") : _ ("“%s” is a fault of meters."),
                 name);
  g_ptr_array_find (self->devices, device, &entry->device);
  entry->kind = (guint) kind;
  return TRUE;
}

gboolean
bb_emu_fault_from_json (BbEmulator *self, JsonObject *object, BbEmuFaultEntry *entry, GError **error)
{
  gdouble for_s = 0, value = 0;

  *entry = (BbEmuFaultEntry){ 0 };
  if (!find_both (self, object, entry, error) || !read_phases (object, &entry->phases, error))
    return FALSE;
  value = (gdouble) kinds[entry->kind].preset;
  if (!read_number (object, "for_s", 0, LONGEST_S, &for_s, error)
      || !read_number (object, "value", 0, G_MAXINT32, &value, error))
    return FALSE;
  entry->value = (gint64) value;
  entry->from_ms = bb_emulator_get_site_ms (self);
  entry->until_ms = G_MAXINT64;
  if (for_s > 0)
    entry->until_ms = entry->from_ms + (gint64) ceil (for_s * 1000);
  else if (kinds[entry->kind].sort == REBOOT)
    entry->until_ms = entry->from_ms + REBOOT_MS;
  return TRUE;
}

static void
describe_entry (BbEmulator *self, const BbEmuFaultEntry *entry, JsonBuilder *builder)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "device");
  json_builder_add_string_value (builder, device_of (self, entry)->id);
  json_builder_set_member_name (builder, "fault");
  json_builder_add_string_value (builder, kinds[entry->kind].name);
  json_builder_set_member_name (builder, "on");
  json_builder_add_boolean_value (builder, entry->on);
  if (kinds[entry->kind].value) {
    json_builder_set_member_name (builder, "value");
    json_builder_add_int_value (builder, entry->value);
  }
  g_autofree gchar *from = bb_time_format (entry->from_ms, NULL);
  json_builder_set_member_name (builder, "from");
  json_builder_add_string_value (builder, from);
  if (entry->until_ms != G_MAXINT64) {
    g_autofree gchar *until = bb_time_format (entry->until_ms, NULL);

    json_builder_set_member_name (builder, "until");
    json_builder_add_string_value (builder, until);
  }
  json_builder_end_object (builder);
}

void
bb_emu_fault_describe (BbEmulator *self, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "kinds");
  json_builder_begin_array (builder);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    json_builder_begin_object (builder);
    json_builder_set_member_name (builder, "fault");
    json_builder_add_string_value (builder, kinds[i].name);
    json_builder_set_member_name (builder, "of");
    json_builder_add_string_value (builder, kinds[i].whom == BOTH       ? "both"
                                            : kinds[i].whom == STATIONS ? "station"
                                                                        : "meter");
    if (kinds[i].value) {
      json_builder_set_member_name (builder, "value");
      json_builder_add_string_value (builder, kinds[i].value);
    }
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "active");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->faults->len; i++)
    describe_entry (self, &g_array_index (self->faults, BbEmuFaultEntry, i), builder);
  json_builder_end_array (builder);
}
