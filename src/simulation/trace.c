/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace.c: reads and replays `busbar-trace/1` and `/2`; trace-write.c writes them.
 *
 * File: "BBTRACE1", length of the header (4 bytes, little-endian), header (JSON: format, version, options,
 * site), CRC-32C of the header; then records until the end of the file. Record: length of its body (varint),
 * body, CRC-32C of the body. Body: number of fields that differ from the record before (varint), for each the
 * distance from the one before it (varint) and the difference (zigzag varint); hash of the outputs (4 bytes).
 * Fields as in trace-fields.c. A record without body: the engine started anew, without a state. Version 2,
 * written by controllers: "controller" in the header, and records whose number of fields is
 * BB_TRACE_STATE_MARK, followed by a state of the engine (bbe_save()) from which it goes on; its end may be
 * cut short, where power or program ended.
 */
#include "simulation/trace.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#include "base/bytes.h"
#include "base/guard.h"
#include "engine/state.h"
#include "model/engine-config.h"
#include "model/site-json.h"
#include "simulation/run.h"
#include "simulation/trace-fields.h"

BbEngineConfig *
bb_trace_options_make_config (const BbTraceOptions *options, BbSite *site, GError **error)
{
  BbEngineOptions engine = BB_ENGINE_OPTIONS_INIT;
  engine.simulation = !options->controller;
  engine.zero_minimum = options->zero_minimum;
  engine.no_delays = options->no_delays;
  engine.balancer = options->balancer;
  BbEngineConfig *config = bb_engine_config_new (site, &engine, error);
  if (config == NULL || !options->zero_minimum)
    return config;
  for (guint g = 0; g < config->config.n_groups; g++)
    config->groups[g].pause_threshold_ma = 0; /* T-06's 6 A are a minimum too */
  return config;
}

/* ---- reading ---- */

struct _BbTraceReader {
  GMappedFile *file;      /* (owned) */
  gchar *path;            /* (owned) */
  BbSite *site;           /* (owned) */
  BbEngineConfig *config; /* (owned) */
  BbTraceOptions options;
  gint64 n_fields; /* of a record, as its writer counted them */
  BbTraceShape shape;
  BbBytesReader at;
  guint64 n_read;
  gboolean appended, cut; /* version 2; and its last record is not whole */
  const guint8 *state;    /* of the last state record; in the file */
  gsize n_state;
  gint64 *row; /* (owned) (array) */
  bbe_inputs in;
  bbe_meter_in *meters;     /* (owned) (array) */
  bbe_station_in *stations; /* (owned) (array) */
  bbe_signal_in *signals;   /* (owned) (array) */
};

static gboolean
refuse (const BbTraceReader *reader, GError **error, const gchar *why)
{
  g_set_error (error, BB_SIM_ERROR, BB_SIM_ERROR_TRACE, "%s: %s", reader->path, why);
  return FALSE;
}

/* The member's value when it is of this type; else the reader's error is set. */
static JsonNode *
member (const BbTraceReader *reader, JsonObject *header, const gchar *key, GType type, GError **error)
{
  JsonNode *node = json_object_get_member (header, key);
  if (node != NULL
      && (type == JSON_TYPE_OBJECT ? JSON_NODE_HOLDS_OBJECT (node) : json_node_get_value_type (node) == type))
    return node;
  g_set_error (error, BB_SIM_ERROR, BB_SIM_ERROR_TRACE,
               _ ("%s: /%s is missing or of the wrong kind in the header; record the trace again"),
               reader->path, key);
  return NULL;
}

static gboolean
read_options (BbTraceReader *reader, JsonObject *header, GError **error)
{
  JsonNode *balancer = member (reader, header, "balancer", G_TYPE_INT64, error);
  JsonNode *zero = balancer != NULL ? member (reader, header, "zero_minimum", G_TYPE_BOOLEAN, error) : NULL;
  JsonNode *instant = zero != NULL ? member (reader, header, "no_delays", G_TYPE_BOOLEAN, error) : NULL;
  if (instant == NULL)
    return FALSE;
  gint64 number = json_node_get_int (balancer);
  if (number < -1 || number > BBE_DEADLINE)
    return refuse (reader, error, _ ("/balancer in the header is none that exists"));
  reader->options
      = (BbTraceOptions){ (gint) number, json_node_get_boolean (zero), json_node_get_boolean (instant),
                          json_object_get_boolean_member_with_default (header, "controller", FALSE) };
  return TRUE;
}

static gboolean
read_site (BbTraceReader *reader, const gchar *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) root = bb_json_parse (text, (gssize) length, reader->path, error);
  if (root == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (root))
    return refuse (reader, error, _ ("its header is no JSON object"));
  JsonObject *header = json_node_get_object (root);
  JsonNode *format = member (reader, header, "format", G_TYPE_STRING, error);
  if (format == NULL)
    return FALSE;
  reader->appended = strcmp (json_node_get_string (format), "busbar-trace/2") == 0;
  if (!reader->appended && strcmp (json_node_get_string (format), "busbar-trace/1") != 0)
    return refuse (reader, error, _ ("it is of another version; use the version of Busbar that wrote it"));
  JsonNode *site = member (reader, header, "site", JSON_TYPE_OBJECT, error);
  JsonNode *fields = site != NULL ? member (reader, header, "fields", G_TYPE_INT64, error) : NULL;
  if (fields == NULL || !read_options (reader, header, error))
    return FALSE;
  reader->n_fields = json_node_get_int (fields);
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  json_generator_set_root (generator, site);
  gsize site_length;
  g_autofree gchar *site_text = json_generator_to_data (generator, &site_length);
  reader->site = bb_site_parse (site_text, (gssize) site_length, reader->path, error);
  return reader->site != NULL;
}

static gboolean
read_header (BbTraceReader *reader, GError **error)
{
  const guint8 *magic = bb_get_bytes (&reader->at, 8);
  if (magic == NULL || memcmp (magic, BB_TRACE_MAGIC, 8) != 0)
    return refuse (reader, error, _ ("it is not a trace of Busbar"));
  guint32 length = bb_get_u32 (&reader->at);
  const guint8 *text = length <= BB_GUARD_MAX_BYTES ? bb_get_bytes (&reader->at, length) : NULL;
  guint32 crc = bb_get_u32 (&reader->at);
  if (text == NULL || reader->at.failed || crc != bb_crc32c (0, text, length))
    return refuse (reader, error, _ ("its header is cut short or damaged"));
  return read_site (reader, (const gchar *) text, length, error);
}

static gboolean
make_room (BbTraceReader *reader, GError **error)
{
  reader->config = bb_trace_options_make_config (&reader->options, reader->site, error);
  if (reader->config == NULL)
    return FALSE;
  const bbe_config *config = &reader->config->config;
  reader->shape = (BbTraceShape){ config->n_meters, config->n_stations, config->n_signals };
  if (reader->n_fields != (gint64) bb_trace_n_fields (&reader->shape))
    return refuse (
        reader, error,
        _ ("its records have other fields than this version's; use the version of Busbar that wrote it"));
  reader->row = g_new0 (gint64, bb_trace_n_fields (&reader->shape));
  reader->meters = g_new0 (bbe_meter_in, MAX (config->n_meters, 1));
  reader->stations = g_new0 (bbe_station_in, MAX (config->n_stations, 1));
  reader->signals = g_new0 (bbe_signal_in, MAX (config->n_signals, 1));
  return TRUE;
}

BbTraceReader *
bb_trace_reader_open (const gchar *path, GError **error)
{
  g_autoptr (BbTraceReader) reader = g_new0 (BbTraceReader, 1);
  reader->path = g_strdup (path);
  reader->file = g_mapped_file_new (path, FALSE, error);
  if (reader->file == NULL)
    return NULL;
  reader->at
      = bb_bytes_reader (g_mapped_file_get_contents (reader->file), g_mapped_file_get_length (reader->file));
  if (!read_header (reader, error) || !make_room (reader, error))
    return NULL;
  return g_steal_pointer (&reader);
}

BbSite *
bb_trace_reader_get_site (BbTraceReader *reader)
{
  return reader->site;
}

const BbTraceOptions *
bb_trace_reader_get_options (BbTraceReader *reader)
{
  return &reader->options;
}

static gboolean
read_body (BbTraceReader *reader, const guint8 *body, gsize length, guint32 *output_hash)
{
  BbBytesReader at = bb_bytes_reader (body, length);
  guint n = bb_trace_n_fields (&reader->shape);
  guint64 n_different = bb_get_varint (&at), field = 0;
  if (n_different == BB_TRACE_STATE_MARK && reader->appended && !at.failed) {
    reader->n_state = bb_bytes_left (&at);
    reader->state = bb_get_bytes (&at, reader->n_state);
    return TRUE;
  }
  for (guint64 d = 0; d < n_different && !at.failed; d++) {
    guint64 distance = bb_get_varint (&at);
    gint64 difference = bb_get_svarint (&at);
    if (distance >= n || field + distance >= n)
      return FALSE;
    field += distance;
    reader->row[field] = (gint64) ((guint64) reader->row[field] + (guint64) difference);
  }
  *output_hash = bb_get_u32 (&at);
  return !at.failed && bb_bytes_left (&at) == 0;
}

gint
bb_trace_reader_next (BbTraceReader *reader, const bbe_inputs **in, guint32 *output_hash, GError **error)
{
  if (bb_bytes_left (&reader->at) == 0)
    return 0;
  guint64 length = bb_get_varint (&reader->at);
  reader->cut = reader->appended
                && (reader->at.failed || length > G_MAXSIZE - 4 || length + 4 > bb_bytes_left (&reader->at));
  if (reader->cut)
    return 0;
  const guint8 *body
      = length <= bb_bytes_left (&reader->at) ? bb_get_bytes (&reader->at, (gsize) length) : NULL;
  guint32 crc = bb_get_u32 (&reader->at);
  reader->state = NULL;
  if (body != NULL && !reader->at.failed && length == 0 && crc == 0)
    return BB_TRACE_RESTART;
  if (body == NULL || reader->at.failed || crc != bb_crc32c (0, body, (gsize) length)
      || !read_body (reader, body, (gsize) length, output_hash)) {
    g_set_error (error, BB_SIM_ERROR, BB_SIM_ERROR_TRACE,
                 _ ("%s: record %" PRIu64 " is cut short or damaged"), reader->path, reader->n_read);
    return -1;
  }
  reader->n_read++;
  if (reader->state != NULL)
    return BB_TRACE_STATE;
  bb_trace_unflatten (&reader->shape, reader->row, &reader->in, reader->meters, reader->stations,
                      reader->signals);
  *in = &reader->in;
  return BB_TRACE_STEP;
}

const void *
bb_trace_reader_get_state (BbTraceReader *reader, gsize *size)
{
  *size = reader->n_state;
  return reader->state;
}

gboolean
bb_trace_reader_is_cut (BbTraceReader *reader)
{
  return reader->cut;
}

void
bb_trace_reader_free (BbTraceReader *reader)
{
  if (reader == NULL)
    return;
  g_clear_pointer (&reader->file, g_mapped_file_unref);
  g_clear_object (&reader->site);
  g_clear_pointer (&reader->config, bb_engine_config_free);
  g_free (reader->path);
  g_free (reader->row);
  g_free (reader->meters);
  g_free (reader->stations);
  g_free (reader->signals);
  g_free (reader);
}

/* ---- replay ---- */

/* The engine's part in records that are no step. FALSE with an error when a state is not of this site. */
static gboolean
start_anew (BbTraceReader *reader, bbe_engine *engine, gint record, GError **error)
{
  gsize size = 0;
  const void *state = bb_trace_reader_get_state (reader, &size);
  bbe_init (engine, &reader->config->config, NULL); /* was accepted before */
  if (record == BB_TRACE_STATE && bbe_restore (engine, state, size) != BBE_OK)
    return refuse (reader, error,
                   _ ("a state in it is not of this version of the engine; use the version of Busbar that "
                      "wrote it"));
  return TRUE;
}

static void
compare (BbTraceVerdict *verdict, const bbe_inputs *in, const bbe_outputs *out, guint32 recorded)
{
  if (bb_trace_hash_outputs (out) != recorded) {
    if (verdict->n_different++ == 0) {
      verdict->first_different = verdict->n_records;
      verdict->first_different_mono_ms = in->mono_ms;
      verdict->first_different_wall_ms = in->wall_ms;
    }
  }
  verdict->n_records++;
}

gboolean
bb_trace_replay (const gchar *path, BbTraceVerdict *verdict, BbTraceObserver observer, gpointer data,
                 GCancellable *cancellable, GError **error)
{
  bbe_fault fault = { 0 };
  const bbe_inputs *in;
  guint32 recorded;
  gint more;
  g_autoptr (BbTraceReader) reader = bb_trace_reader_open (path, error);
  if (reader == NULL)
    return FALSE;
  g_autofree bbe_engine *engine = g_malloc0 (bbe_sizeof ());
  if (bbe_init (engine, &reader->config->config, &fault) != BBE_OK) {
    bb_engine_config_set_error (reader->config, &fault, error);
    return FALSE;
  }
  *verdict = (BbTraceVerdict){ 0 };
  while ((more = bb_trace_reader_next (reader, &in, &recorded, error)) > 0) {
    if (more != BB_TRACE_STEP) {
      if (!start_anew (reader, engine, more, error))
        return FALSE;
      continue;
    }
    const bbe_outputs *out = bbe_step (engine, in);
    compare (verdict, in, out, recorded);
    if (observer != NULL)
      observer (in, out, data);
    if (verdict->n_records % 4096 == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
  }
  verdict->cut = more == 0 && bb_trace_reader_is_cut (reader);
  return more == 0;
}
