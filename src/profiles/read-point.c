/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read-point.c: points of a profile: where, what, how written. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "profiles/profile-private.h"
#include "profiles/unit.h"

#define ANY_TEXT_PATH (BB_KEY_JSON | BB_KEY_P1 | BB_KEY_OCPP | BB_KEY_CLOUD)

static const BbKey point_keys[] = { { "role", BB_KEY_NEEDED },
                                    { "area", BB_KEY_MODBUS },
                                    { "address", BB_KEY_MODBUS },
                                    { "words", BB_KEY_MODBUS },
                                    { "type", 0 },
                                    { "word_order", BB_KEY_MODBUS },
                                    { "byte_order", BB_KEY_MODBUS },
                                    { "write_word_order", BB_KEY_MODBUS },
                                    { "shift", BB_KEY_MODBUS },
                                    { "mask", BB_KEY_MODBUS },
                                    { "format", BB_KEY_MODBUS },
                                    { "scale_address", BB_KEY_MODBUS },
                                    { "models", BB_KEY_MODBUS },
                                    { "request", BB_KEY_JSON | BB_KEY_CLOUD },
                                    { "path", ANY_TEXT_PATH },
                                    { "plus_paths", BB_KEY_JSON | BB_KEY_P1 },
                                    { "valid_path", BB_KEY_JSON },
                                    { "phase", BB_KEY_OCPP },
                                    { "derived", 0 },
                                    { "scale", 0 },
                                    { "offset", 0 },
                                    { "unit", 0 },
                                    { "invalid", 0 },
                                    { "invalid_from", 0 },
                                    { "sign_from", 0 },
                                    { "export_positive", 0 },
                                    { "minus", 0 },
                                    { "counter", 0 },
                                    { "access", 0 },
                                    { "write_on", 0 },
                                    { "min", 0 },
                                    { "max", 0 },
                                    { "on", 0 },
                                    { "off", 0 },
                                    { "power_on", 0 },
                                    { "verify", 0 },
                                    { "write_function", BB_KEY_MODBUS },
                                    { "schedule", 0 },
                                    { "when", 0 },
                                    { NULL, 0 } };

static const BbKey default_keys[] = { { "area", 0 }, { "word_order", 0 }, { "byte_order", 0 },
                                      { "type", 0 }, { "invalid", 0 },    { NULL, 0 } };

typedef enum { COUNTER_NONE = 0, COUNTER_WRAPS, COUNTER_SATURATES } Counter;

static const BbWord counter_words[]
    = { { "wraps", COUNTER_WRAPS }, { "saturates", COUNTER_SATURATES }, { NULL, 0 } };
static const BbWord derived_words[] = { { "power/voltage", TRUE }, { NULL, 0 } };
static const BbWord byte_formats[]
    = { { "bcd.1", 0 }, { "bcd.2", 0 }, { "bcd.3", 0 }, { "bcd.4", 0 }, { "abb-serial", 0 }, { NULL, 0 } };
static const BbWord text_formats[] = { { "left-padded", 0 }, { "byte-swapped", 0 }, { NULL, 0 } };
static const BbWord function_words[] = { { "5", 5 }, { "6", 6 }, { "15", 15 }, { "16", 16 }, { NULL, 0 } };

void
bb_read_defaults (BbProfileReader *reader, JsonObject *object, BbInterfaceReader *context)
{
  gsize back;
  JsonObject *defaults = bb_pr_enter_object (reader, object, "defaults", default_keys, context->have, &back);

  context->area = (BbArea) bb_pr_word (reader, defaults, "area", bb_words_area, BB_AREA_HOLDING);
  context->type = (BbPointType) bb_pr_word (reader, defaults, "type", bb_words_type, BB_TYPE_U16);
  context->low_word_first = bb_pr_word (reader, defaults, "word_order", bb_words_order, FALSE);
  context->low_byte_first = bb_pr_word (reader, defaults, "byte_order", bb_words_order, FALSE);
  g_clear_pointer (&context->invalid, g_array_unref);
  context->invalid = bb_pr_raws (reader, defaults, "invalid");
  bb_pr_leave (reader, back);
}

/* ---- types ---- */

static gboolean
is_signed (BbPointType type)
{
  return type == BB_TYPE_I16 || type == BB_TYPE_I32 || type == BB_TYPE_I64;
}

static gboolean
is_text (BbPointType type)
{
  return type == BB_TYPE_TEXT || type == BB_TYPE_UTF16 || type == BB_TYPE_BYTES;
}

/* Whether shift and mask have a meaning. */
static gboolean
is_whole (BbPointType type)
{
  return !is_text (type) && type != BB_TYPE_F32;
}

static gboolean
is_bit_area (BbArea area)
{
  return area == BB_AREA_COIL || area == BB_AREA_DISCRETE;
}

/* Whether the type has such a bit pattern, or such a number. */
static gboolean
fits (const BbPoint *point, gint64 value)
{
  const guint bits = point->n_words * 16u;

  if (bits >= 64)
    return TRUE;
  if (value < 0)
    return is_signed (point->type) && value >= -(G_GINT64_CONSTANT (1) << (bits - 1));
  return value < G_GINT64_CONSTANT (1) << bits;
}

/* ---- where ---- */

static void
read_words (BbProfileReader *reader, JsonObject *object, BbPoint *point)
{
  const guint fixed = is_bit_area (point->area) ? 1 : bb_point_type_get_words (point->type);
  const guint n = (guint) bb_pr_int (reader, object, "words", 1, 125, fixed != 0 ? fixed : 0);

  if (!bb_pr_ok (reader))
    return;
  if (fixed != 0 && n != fixed)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "words", _ ("this type has its own number of registers: %u"),
                fixed);
  if (fixed == 0 && n == 0 && point->type != BB_TYPE_BITS)
    bb_pr_fail (reader, BB_PROFILE_ERROR_KEY, NULL, _ ("the key %s is missing"), "words");
  if (point->type == BB_TYPE_BITS && n > 4)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "words", _ ("flags have 4 registers at most"));
  point->n_words = (guint16) MAX (n, 1);
}

static void
read_bits (BbProfileReader *reader, JsonObject *object, BbPoint *point)
{
  const guint bits = MIN (point->n_words * 16u, 64);

  point->shift = (guint8) bb_pr_int (reader, object, "shift", 0, 63, 0);
  point->mask = (guint64) bb_pr_raw (reader, object, "mask", 0);
  if ((point->shift != 0 || point->mask != 0) && !is_whole (point->type))
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, point->mask != 0 ? "mask" : "shift",
                _ ("only whole numbers have bits to choose"));
  else if (point->shift >= bits)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "shift", _ ("beyond the bits of the value: %u"), bits);
  else if (bits < 64 && point->mask >> (bits - point->shift) != 0)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "mask", _ ("beyond the bits of the value: %u"),
                bits - point->shift);
}

static void
read_format (BbProfileReader *reader, JsonObject *object, BbPoint *point)
{
  const BbWord *words = point->type == BB_TYPE_BYTES                                  ? byte_formats
                        : point->type == BB_TYPE_TEXT || point->type == BB_TYPE_UTF16 ? text_formats
                                                                                      : NULL;

  if (words == NULL && bb_pr_has (reader, object, "format"))
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "format", _ ("only bytes and texts have a format"));
  if (words != NULL)
    point->format = bb_pr_word_text (reader, object, "format", words);
  if (point->type == BB_TYPE_BYTES && point->format == NULL)
    bb_pr_fail (reader, BB_PROFILE_ERROR_KEY, NULL, _ ("the key %s is missing"), "format");
}

static void
read_orders (BbProfileReader *reader, JsonObject *object, BbPoint *point, const BbInterfaceReader *context)
{
  gboolean write_low;

  point->low_word_first = bb_pr_word (reader, object, "word_order", bb_words_order, context->low_word_first);
  point->low_byte_first = bb_pr_word (reader, object, "byte_order", bb_words_order, context->low_byte_first);
  write_low = bb_pr_word (reader, object, "write_word_order", bb_words_order, point->low_word_first);
  if (write_low && !point->low_word_first)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "write_word_order",
                _ ("words that are read high-first cannot be written low-first"));
  point->write_high_word_first = point->low_word_first && !write_low;
}

/* SunSpec: offsets in a model, and the models that have the point. */
static void
read_sunspec (BbProfileReader *reader, JsonObject *object, BbPoint *point, const BbInterfaceReader *context)
{
  g_autoptr (GArray) models = bb_pr_ints (reader, object, "models", 1, G_MAXUINT16);

  point->scale_address = (gint16) bb_pr_int (reader, object, "scale_address", 2, 2000, -1);
  if (!context->interface->sunspec && (point->scale_address >= 0 || models->len > 0))
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, models->len > 0 ? "models" : "scale_address",
                _ ("this needs sunspec_models in link"));
  for (guint i = 0; i < models->len; i++) {
    /* Model 1, "common", comes first in every device. */
    gboolean found = g_array_index (models, guint, i) == 1;

    for (guint j = 0; context->interface->sunspec && j < context->interface->sunspec_models->len; j++)
      found
          |= g_array_index (context->interface->sunspec_models, guint, j) == g_array_index (models, guint, i);
    if (!found)
      bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "models", _ ("model %u is not in sunspec_models of link"),
                  g_array_index (models, guint, i));
  }
  if (models->len > 0)
    point->models = g_steal_pointer (&models);
}

static void
read_register (BbProfileReader *reader, JsonObject *object, BbPoint *point, const BbInterfaceReader *context)
{
  if (bb_pr_ok (reader) && !bb_pr_has (reader, object, "address"))
    bb_pr_fail (reader, BB_PROFILE_ERROR_KEY, NULL, _ ("the key %s is missing"), "address");
  point->area = (BbArea) bb_pr_word (reader, object, "area", bb_words_area, (gint) context->area);
  /* A coil is a bit, whatever the registers are. */
  point->type = (BbPointType) bb_pr_word (reader, object, "type", bb_words_type,
                                          is_bit_area (point->area) ? BB_TYPE_U16 : (gint) context->type);
  if (is_bit_area (point->area) && point->type != BB_TYPE_U16 && point->type != BB_TYPE_BITS)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "type",
                _ ("a coil or discrete input is one bit: u16 or bits"));
  read_words (reader, object, point);
  point->address = (guint32) bb_pr_int (reader, object, "address", 0, 65536 - MAX (point->n_words, 1), 0);
  read_orders (reader, object, point, context);
  read_bits (reader, object, point);
  read_format (reader, object, point);
  read_sunspec (reader, object, point, context);
}

/* "1-0:31.7.0" */
static gboolean
is_obis (const gchar *path)
{
  return g_regex_match_simple ("^[0-9]{1,3}-[0-9]{1,3}:[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}$", path, 0, 0);
}

static void
check_path (BbProfileReader *reader, const gchar *key, const gchar *path, const BbInterfaceReader *context)
{
  if ((context->have & BB_KEY_JSON) != 0 && *path != '/')
    bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, key,
                _ ("expected a JSON pointer, such as \"/emeters/0/current\""));
  if ((context->have & BB_KEY_P1) != 0 && !is_obis (path))
    bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, key, _ ("expected an OBIS code, such as \"1-0:31.7.0\""));
}

static gchar *
read_path (BbProfileReader *reader, JsonObject *object, const gchar *key, const BbInterfaceReader *context)
{
  g_autofree gchar *path = NULL;

  if ((context->have & BB_KEY_OCPP) != 0)
    return bb_pr_word_text (reader, object, key, bb_words_measurand);
  path = bb_pr_text (reader, object, key);
  if (path != NULL)
    check_path (reader, key, path, context);
  return g_steal_pointer (&path);
}

/* HTTP, MQTT, P1, OCPP, cloud: a named value, not a register. */
static void
read_named (BbProfileReader *reader, JsonObject *object, BbPoint *point, const BbInterfaceReader *context)
{
  const gboolean text = point->role == BB_ROLE_SERIAL || point->role == BB_ROLE_FIRMWARE
                        || point->role == BB_ROLE_MODEL || point->role == BB_ROLE_IDTAG;
  const guint n_requests
      = context->interface->requests != NULL ? g_strv_length (context->interface->requests) : 0;

  if (bb_pr_ok (reader) && !bb_pr_has (reader, object, "path"))
    bb_pr_fail (reader, BB_PROFILE_ERROR_KEY, NULL, _ ("the key %s is missing"), "path");
  point->type
      = (BbPointType) bb_pr_word (reader, object, "type", bb_words_type, text ? BB_TYPE_TEXT : BB_TYPE_F32);
  point->path = read_path (reader, object, "path", context);
  point->plus_paths = bb_pr_texts (reader, object, "plus_paths", NULL);
  for (guint i = 0; point->plus_paths != NULL && point->plus_paths[i] != NULL; i++)
    check_path (reader, "plus_paths", point->plus_paths[i], context);
  point->valid_path = read_path (reader, object, "valid_path", context);
  point->ocpp_phase = bb_pr_word_text (reader, object, "phase", bb_words_phase);
  point->request = (guint) bb_pr_int (reader, object, "request", 0, 63, 0);
  if ((context->have & BB_KEY_JSON) != 0 && point->request >= n_requests)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "request",
                _ ("no such request in link; it has %u, counted from 0"), n_requests);
}

/* Nowhere: made of others. */
static void
read_derived (BbProfileReader *reader, JsonObject *object, BbPoint *point)
{
  static const gchar *const places[]
      = { "address", "area", "words", "type", "path", "scale", "offset", "unit" };

  point->derived = TRUE;
  point->type = BB_TYPE_F32;
  if (point->role < BB_ROLE_CURRENT_L1 || point->role > BB_ROLE_CURRENT_L3)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "derived",
                _ ("only current.l1, current.l2 and current.l3 are derived"));
  for (guint i = 0; bb_pr_ok (reader) && i < G_N_ELEMENTS (places); i++)
    if (bb_pr_has (reader, object, places[i]))
      bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, places[i], _ ("a derived value has no place of its own"));
}

/* ---- what ---- */

static gdouble
read_unit (BbProfileReader *reader, JsonObject *object, const BbPoint *point,
           const BbInterfaceReader *context)
{
  const guint wanted = bb_role_get_quantities (point->role);
  g_autofree gchar *unit = bb_pr_text (reader, object, "unit"), *list = bb_quantity_list_units (wanted);
  BbQuantity quantity = BB_QUANTITY_NONE;
  gdouble factor = 1;

  /* OCPP states the unit with the value; this is what it means where it does not. */
  if (unit == NULL && wanted != BB_QUANTITY_NONE && (context->have & BB_KEY_OCPP) != 0)
    return bb_unit_get_factor (bb_quantity_get_unit (wanted), &quantity);
  if (wanted == BB_QUANTITY_NONE || point->derived) {
    if (unit != NULL && strcmp (unit, "1") != 0)
      bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "unit", _ ("%s has no unit"),
                  bb_role_get_name (point->role));
    return 1;
  }
  if (unit == NULL)
    /* Translators: the name of a role, a list of units. */
    bb_pr_fail (reader, BB_PROFILE_ERROR_KEY, NULL, _ ("the key unit is missing; %s is in one of %s"),
                bb_role_get_name (point->role), list);
  else
    factor = bb_unit_get_factor (unit, &quantity);
  if (bb_pr_ok (reader) && (quantity & wanted) == 0)
    bb_pr_fail (reader, quantity == BB_QUANTITY_NONE ? BB_PROFILE_ERROR_VALUE : BB_PROFILE_ERROR_RULE, "unit",
                _ ("“%s” is no unit of %s; expected one of %s"), unit, bb_role_get_name (point->role), list);
  return factor;
}

static void
read_invalid (BbProfileReader *reader, JsonObject *object, BbPoint *point, const BbInterfaceReader *context)
{
  g_autoptr (GArray) own = bb_pr_raws (reader, object, "invalid");
  const gboolean from_defaults = own->len == 0 && context->invalid != NULL
                                 && (context->have & BB_KEY_MODBUS) != 0 && is_whole (point->type)
                                 && point->role != BB_ROLE_ERROR;
  const GArray *values = from_defaults ? context->invalid : own;

  point->invalid = g_new0 (gint64, values->len + 1);
  for (guint i = 0; bb_pr_ok (reader) && i < values->len; i++) {
    const gint64 value = g_array_index (values, gint64, i);

    /* A default is for the points that have such bits. */
    if ((context->have & BB_KEY_MODBUS) == 0 || fits (point, value))
      point->invalid[point->n_invalid++] = value;
    else if (!from_defaults)
      bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "invalid", _ ("item %u does not fit into the type"), i);
  }
  point->invalid_from = bb_pr_raw (reader, object, "invalid_from", 0);
  if (point->invalid_from != 0 && !is_whole (point->type) && (context->have & BB_KEY_MODBUS) != 0)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "invalid_from", _ ("only whole numbers have such a limit"));
}

static void
read_meaning (BbProfileReader *reader, JsonObject *object, BbPoint *point, gdouble factor,
              const BbInterfaceReader *context)
{
  const Counter counter = (Counter) bb_pr_word (reader, object, "counter", counter_words, COUNTER_NONE);

  point->scale = bb_unit_fold (bb_pr_number (reader, object, "scale", -1e9, 1e9, 1), factor);
  point->offset = bb_unit_fold (bb_pr_number (reader, object, "offset", -1e9, 1e9, 0), factor);
  if (point->scale == 0)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "scale", _ ("a scale of 0 leaves nothing of the value"));
  point->is_time = bb_role_get_quantities (point->role) == BB_QUANTITY_TIME;
  point->nan_invalid = point->type == BB_TYPE_F32;
  point->sign_from = (BbRole) bb_pr_word (reader, object, "sign_from", bb_words_role, BB_ROLE_NONE);
  point->minus = (BbRole) bb_pr_word (reader, object, "minus", bb_words_role, BB_ROLE_NONE);
  point->export_positive = bb_pr_bool (reader, object, "export_positive", FALSE);
  point->wraps = counter == COUNTER_WRAPS;
  point->saturates = counter == COUNTER_SATURATES;
  read_invalid (reader, object, point, context);
}

/* ---- writing ---- */

/* A limit in the file's unit, as canonical units. */
static gint64
read_bound (BbProfileReader *reader, JsonObject *object, const gchar *key, gdouble factor, gint64 fallback)
{
  const gdouble value = bb_pr_number (reader, object, key, -1e9, 1e9, NAN);

  return isnan (value) ? fallback : (gint64) llround (value * factor);
}

static void
read_function (BbProfileReader *reader, JsonObject *object, BbPoint *point)
{
  g_autofree gchar *text = NULL;

  if (!bb_pr_has (reader, object, "write_function"))
    return;
  point->write_fc = (guint) bb_pr_int (reader, object, "write_function", 5, 16, 0);
  text = g_strdup_printf ("%u", point->write_fc);
  if (bb_word_find (function_words, text) == NULL)
    bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, "write_function",
                _ ("Modbus writes with function 5, 6, 15 or 16"));
  else if ((point->write_fc == 5 || point->write_fc == 15) != is_bit_area (point->area))
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "write_function",
                _ ("functions 5 and 15 write coils, 6 and 16 holding registers"));
  else if (point->write_fc == 6 && point->n_words > 1)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "write_function",
                _ ("function 6 writes one register only; use 16"));
}

/* Keys that mean nothing without writing. */
static void
check_read_only (BbProfileReader *reader, JsonObject *object)
{
  static const gchar *const keys[]
      = { "write_on", "min", "max", "on", "verify", "write_function", "write_word_order", NULL };

  for (guint i = 0; bb_pr_ok (reader) && keys[i] != NULL; i++)
    if (bb_pr_has (reader, object, keys[i]))
      /* Translators: "r", "w", "rw" are words in the file. */
      bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, keys[i], _ ("this needs access w or rw"));
}

/* Raw values and bounds must be such that the registers can hold them. */
static void
check_fits (BbProfileReader *reader, JsonObject *object, const BbPoint *point)
{
  const struct {
    const gchar *key;
    gint64 raw;
  } values[] = { { "on", point->on_value }, { "off", point->off_value }, { "power_on", point->power_on } };
  const gdouble most = point->max != G_MAXINT64 ? ((gdouble) point->max - point->offset) / point->scale : 0;

  if (!is_whole (point->type) || is_bit_area (point->area))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    if (bb_pr_has (reader, object, values[i].key) && !fits (point, values[i].raw))
      bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, values[i].key, _ ("this does not fit into the type"));
  if (bb_pr_ok (reader) && fabs (most) < 9e18 && !fits (point, (gint64) most))
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "max", _ ("this does not fit into the type"));
}

static void
read_writing (BbProfileReader *reader, JsonObject *object, BbPoint *point, gdouble factor)
{
  point->access = (BbAccess) bb_pr_word (reader, object, "access", bb_words_access, BB_ACCESS_READ);
  point->write_on = (BbWriteOn) bb_pr_word (reader, object, "write_on", bb_words_write_on, BB_WRITE_CHANGE);
  point->min = read_bound (reader, object, "min", factor, 0);
  point->max = read_bound (reader, object, "max", factor, G_MAXINT64);
  if (point->min > point->max)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "min", _ ("min is greater than max"));
  point->on_value = bb_pr_int (reader, object, "on", 0, G_MAXINT64, 1);
  point->off_value = bb_pr_int (reader, object, "off", 0, G_MAXINT64, -1);
  point->has_power_on = bb_pr_has (reader, object, "power_on");
  point->power_on = bb_pr_raw (reader, object, "power_on", 0);
  point->verify = (BbRole) bb_pr_word (reader, object, "verify", bb_words_role, BB_ROLE_NONE);
  read_function (reader, object, point);
  if ((point->access & BB_ACCESS_WRITE) == 0)
    check_read_only (reader, object);
  else if (point->area == BB_AREA_INPUT || point->area == BB_AREA_DISCRETE)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "access",
                _ ("input registers and discrete inputs cannot be written"));
}

static void
read_place (BbProfileReader *reader, JsonObject *object, BbPoint *point, const BbInterfaceReader *context)
{
  if (bb_pr_word (reader, object, "derived", derived_words, FALSE))
    read_derived (reader, object, point);
  else if ((context->have & BB_KEY_MODBUS) != 0)
    read_register (reader, object, point, context);
  else
    read_named (reader, object, point, context);
}

void
bb_read_point (BbProfileReader *reader, JsonNode *node, gpointer data)
{
  BbInterfaceReader *context = data;
  JsonObject *object = bb_pr_object (reader, node, point_keys, context->have);
  BbPoint *point = g_new0 (BbPoint, 1);
  gdouble factor;

  g_ptr_array_add (context->interface->points, point);
  point->scale_address = -1;
  point->role = (BbRole) bb_pr_word (reader, object, "role", bb_words_role, BB_ROLE_NONE);
  if (context->profile->kind == BB_PROFILE_METER && point->role >= BB_ROLE_STATE)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "role", _ ("only a station has %s"),
                bb_role_get_name (point->role));
  read_place (reader, object, point, context);
  factor = read_unit (reader, object, point, context);
  read_meaning (reader, object, point, factor, context);
  read_writing (reader, object, point, factor);
  if ((context->have & BB_KEY_MODBUS) != 0 && bb_pr_ok (reader) && !point->derived)
    check_fits (reader, object, point);
  point->schedule = (BbSchedule) bb_pr_word (reader, object, "schedule", bb_words_schedule, BB_SCHEDULE_FAST);
  point->when = bb_pr_text (reader, object, "when");
}
