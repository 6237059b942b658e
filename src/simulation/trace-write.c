/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace-write.c: writes traces: whole files of a simulation (version 1), files that a controller appends to
 * (version 2). */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "model/site-json.h"
#include "simulation/trace-fields.h"
#include "simulation/trace.h"

/* Bytes of an appending writer that wait for bb_trace_writer_flush() at most. */
#define APPEND_BUFFER (256u << 10)

struct _BbTraceWriter {
  BbStagedFile *file; /* (owned) (nullable): appends to `fd` */
  gint fd;            /* -1: none */
  GByteArray *buffer; /* (owned) (nullable): of an appending writer */
  guint64 n_written;
  BbTraceShape shape;
  gint64 *before, *now; /* (owned) (array) rows */
  guint8 *body;         /* (owned) room for the longest */
  GError *error;        /* (owned) (nullable) the first */
};

static gchar *
make_header (BbSite *site, const BbTraceOptions *options, guint n_fields)
{
  g_autofree gchar *text = bb_site_to_text (site);
  return g_strdup_printf (
      "{\"format\":\"busbar-trace/%u\",\"fields\":%u,\"balancer\":%d,\"zero_minimum\":%s,\"no_delays\":%s,"
      "%s\"site\":%s}\n",
      options->controller ? 2u : 1u, n_fields, options->balancer, options->zero_minimum ? "true" : "false",
      options->no_delays ? "true" : "false", options->controller ? "\"controller\":true," : "", text);
}

static gboolean
write_all (gint fd, const guint8 *data, gsize size, GError **error)
{
  while (size > 0) {
    gssize n = write (fd, data, size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      bb_set_errno (error, n < 0 ? errno : ENOSPC, _ ("Could not write"), "trace");
      return FALSE;
    }
    data += n;
    size -= (gsize) n;
  }
  return TRUE;
}

/* All that is written goes through here. */
static gboolean
put (BbTraceWriter *writer, const void *data, gsize size, GError **error)
{
  writer->n_written += size;
  if (writer->file != NULL)
    return bb_staged_file_write (writer->file, data, size, error);
  g_byte_array_append (writer->buffer, data, (guint) size);
  return writer->buffer->len < APPEND_BUFFER || bb_trace_writer_flush (writer, error);
}

static gboolean
write_header (BbTraceWriter *writer, const gchar *header, GError **error)
{
  guint8 number[4];
  gsize length = strlen (header);
  bb_put_u32 (number, (guint32) length);
  if (!put (writer, BB_TRACE_MAGIC, 8, error) || !put (writer, number, 4, error)
      || !put (writer, header, length, error))
    return FALSE;
  bb_put_u32 (number, bb_crc32c (0, header, length));
  return put (writer, number, 4, error);
}

static BbTraceWriter *
make_writer (const bbe_config *config)
{
  BbTraceWriter *writer = g_new0 (BbTraceWriter, 1);
  writer->fd = -1;
  writer->shape = (BbTraceShape){ config->n_meters, config->n_stations, config->n_signals };
  guint n = bb_trace_n_fields (&writer->shape);
  writer->before = g_new0 (gint64, n);
  writer->now = g_new0 (gint64, n);
  writer->body = g_malloc (BB_VARINT_MAX + (gsize) n * 2 * BB_VARINT_MAX + 4);
  return writer;
}

BbTraceWriter *
bb_trace_writer_new (const gchar *path, BbSite *site, const BbTraceOptions *options, const bbe_config *config,
                     GError **error)
{
  g_autoptr (BbTraceWriter) writer = make_writer (config);
  guint n = bb_trace_n_fields (&writer->shape);
  writer->file = bb_staged_file_new (path, error);
  if (writer->file == NULL)
    return NULL;
  g_autofree gchar *header = make_header (site, options, n);
  return write_header (writer, header, error) ? g_steal_pointer (&writer) : NULL;
}

/* The fields that differ, behind a place for their number; returns the end. */
static guint8 *
put_differences (const BbTraceWriter *writer, guint8 *at, guint *n_different)
{
  guint n = bb_trace_n_fields (&writer->shape), last = 0;
  *n_different = 0;
  for (guint f = 0; f < n; f++) {
    if (writer->now[f] == writer->before[f])
      continue;
    at = bb_put_varint (at, f - last);
    at = bb_put_svarint (at, (gint64) ((guint64) writer->now[f] - (guint64) writer->before[f]));
    last = f;
    (*n_different)++;
  }
  return at;
}

void
bb_trace_writer_add (BbTraceWriter *writer, const bbe_inputs *in, const bbe_outputs *out)
{
  guint8 head[BB_VARINT_MAX], crc[4], count[BB_VARINT_MAX];
  guint n_different;
  if (writer->error != NULL)
    return;
  bb_trace_flatten (&writer->shape, in, writer->now);
  guint8 *end = put_differences (writer, writer->body, &n_different);
  end = bb_put_u32 (end, bb_trace_hash_outputs (out));
  gint64 *swap = writer->before;
  writer->before = writer->now;
  writer->now = swap;
  gsize body = (gsize) (end - writer->body);
  gsize counted = (gsize) (bb_put_varint (count, n_different) - count);
  gsize headed = (gsize) (bb_put_varint (head, body + counted) - head);
  bb_put_u32 (crc, bb_crc32c (bb_crc32c (0, count, counted), writer->body, body));
  if (put (writer, head, headed, &writer->error) && put (writer, count, counted, &writer->error)
      && put (writer, writer->body, body, &writer->error))
    put (writer, crc, 4, &writer->error);
}

void
bb_trace_writer_restart (BbTraceWriter *writer)
{
  static const guint8 empty[5] = { 0 }; /* no body; the CRC of nothing is 0 */
  if (writer->error == NULL)
    put (writer, empty, sizeof empty, &writer->error);
}

/* ---- appending ---- */

BbTraceWriter *
bb_trace_writer_append (const gchar *path, BbSite *site, const BbTraceOptions *options,
                        const bbe_config *config, GError **error)
{
  g_autoptr (BbTraceWriter) writer = make_writer (config);
  guint n = bb_trace_n_fields (&writer->shape);
  writer->fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (writer->fd < 0) {
    bb_set_errno (error, errno, _ ("Could not create"), path);
    return NULL;
  }
  writer->buffer = g_byte_array_new ();
  g_autofree gchar *header = make_header (site, options, n);
  return write_header (writer, header, error) ? g_steal_pointer (&writer) : NULL;
}

gboolean
bb_trace_writer_flush (BbTraceWriter *writer, GError **error)
{
  gboolean good;
  if (writer->buffer == NULL)
    return TRUE;
  good = write_all (writer->fd, writer->buffer->data, writer->buffer->len, error);
  g_byte_array_set_size (writer->buffer, 0);
  return good;
}

gboolean
bb_trace_writer_save (BbTraceWriter *writer, GError **error)
{
  if (writer->error != NULL) {
    g_propagate_error (error, g_error_copy (writer->error));
    return FALSE;
  }
  return bb_trace_writer_flush (writer, error);
}

guint64
bb_trace_writer_get_size (BbTraceWriter *writer)
{
  return writer->n_written;
}

void
bb_trace_writer_state (BbTraceWriter *writer, const void *state, gsize size)
{
  guint8 head[BB_VARINT_MAX], mark[BB_VARINT_MAX], crc[4];
  gsize marked = (gsize) (bb_put_varint (mark, BB_TRACE_STATE_MARK) - mark);
  gsize headed = (gsize) (bb_put_varint (head, marked + size) - head);
  if (writer->error != NULL)
    return;
  bb_put_u32 (crc, bb_crc32c (bb_crc32c (0, mark, marked), state, size));
  if (put (writer, head, headed, &writer->error) && put (writer, mark, marked, &writer->error)
      && put (writer, state, size, &writer->error))
    put (writer, crc, 4, &writer->error);
}

gboolean
bb_trace_writer_finish (BbTraceWriter *writer, GError **error)
{
  if (writer->error != NULL) {
    g_propagate_error (error, g_steal_pointer (&writer->error));
    return FALSE;
  }
  if (writer->file == NULL)
    return bb_trace_writer_flush (writer, error);
  return bb_staged_file_commit (writer->file, error);
}

void
bb_trace_writer_free (BbTraceWriter *writer)
{
  if (writer == NULL)
    return;
  g_clear_pointer (&writer->file, bb_staged_file_free);
  g_clear_pointer (&writer->buffer, g_byte_array_unref);
  if (writer->fd >= 0)
    close (writer->fd);
  g_clear_error (&writer->error);
  g_free (writer->before);
  g_free (writer->now);
  g_free (writer->body);
  g_free (writer);
}
