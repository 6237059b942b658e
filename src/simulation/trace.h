/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace.h: `busbar-trace/1` and `/2`: the inputs of every engine call of a run, with a hash of what it
 * answered.
 *
 * Header (one line of JSON: format, version, site, seed, options that shape the engine's configuration), then
 * records: each input as the difference to the one before, variable-length integers, a 32-bit hash of the
 * outputs, and a checksum per record. Written by the simulator and (version 2) by the controller, which
 * appends as it goes and starts each file with the engine's state; replayed by the same engine.
 */
#pragma once

#include <gio/gio.h>

#include "engine/engine.h"
#include "model/engine-config.h"

G_BEGIN_DECLS

typedef struct _BbTraceWriter BbTraceWriter;
typedef struct _BbTraceReader BbTraceReader;

typedef struct {
  gint balancer; /* as BbSimOptions */
  gboolean zero_minimum;
  gboolean no_delays;
  gboolean controller; /* not a simulation: its minima are checked as on site, and the file is of version 2 */
} BbTraceOptions;

/* The engine's configuration of a run with these options: simulator and replay build it here. */
BbEngineConfig *bb_trace_options_make_config (const BbTraceOptions *options, BbSite *site, GError **error);

/* Starts a trace at `path` (a temporary file beside it until bb_trace_writer_finish()). */
BbTraceWriter *bb_trace_writer_new (const gchar *path, BbSite *site, const BbTraceOptions *options,
                                    const bbe_config *config, GError **error);
/* Adds one engine call. Errors are kept for bb_trace_writer_finish(). */
void bb_trace_writer_add (BbTraceWriter *writer, const bbe_inputs *in, const bbe_outputs *out);
/* The engine starts anew, without a saved state (bbe_init()). */
void bb_trace_writer_restart (BbTraceWriter *writer);
/* A trace that grows in place (options->controller): what was flushed stays, whatever happens to its writer.
 * `path` must not exist. */
BbTraceWriter *bb_trace_writer_append (const gchar *path, BbSite *site, const BbTraceOptions *options,
                                       const bbe_config *config, GError **error);
/* The engine goes on from this state (bbe_save()). */
void bb_trace_writer_state (BbTraceWriter *writer, const void *state, gsize size);
/* Writes out what waits. Also after an error; the first error of all is told by bb_trace_writer_save(). */
gboolean bb_trace_writer_flush (BbTraceWriter *writer, GError **error);
gboolean bb_trace_writer_save (BbTraceWriter *writer, GError **error);
/* Bytes so far. */
guint64 bb_trace_writer_get_size (BbTraceWriter *writer);
/* Syncs and renames into place. */
gboolean bb_trace_writer_finish (BbTraceWriter *writer, GError **error);
/* Frees; removes the temporary file when it was not finished. */
void bb_trace_writer_free (BbTraceWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbTraceWriter, bb_trace_writer_free)

BbTraceReader *bb_trace_reader_open (const gchar *path, GError **error);
BbSite *bb_trace_reader_get_site (BbTraceReader *reader); /* (transfer none) */
const BbTraceOptions *bb_trace_reader_get_options (BbTraceReader *reader);
#define BB_TRACE_STEP    1
#define BB_TRACE_RESTART 2
#define BB_TRACE_STATE   3
/* Next record: BB_TRACE_STEP, and `in` points into the reader until the next call; BB_TRACE_RESTART;
 * BB_TRACE_STATE, see bb_trace_reader_get_state(); 0 at the end; -1 with an error. */
gint bb_trace_reader_next (BbTraceReader *reader, const bbe_inputs **in, guint32 *output_hash,
                           GError **error);
/* After BB_TRACE_STATE: the state, in the reader until the next call. */
const void *bb_trace_reader_get_state (BbTraceReader *reader, gsize *size);
/* At the end: the last record of a version 2 file was not whole. */
gboolean bb_trace_reader_is_cut (BbTraceReader *reader);
void bb_trace_reader_free (BbTraceReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbTraceReader, bb_trace_reader_free)

/* Hash over all that an engine call answered. */
guint32 bb_trace_hash_outputs (const bbe_outputs *out);

typedef struct {
  guint64 n_records;
  guint64 n_different;
  guint64 first_different; /* record number from 0 */
  gint64 first_different_mono_ms;
  gint64 first_different_wall_ms;
  gboolean cut; /* the end is missing */
} BbTraceVerdict;

typedef void (*BbTraceObserver) (const bbe_inputs *in, const bbe_outputs *out, gpointer data);

/* Gives every recorded input to a new engine and compares the hashes. FALSE with an error only when the trace
 * cannot be read or its site is refused; differences are in `verdict`. `observer` may be NULL. */
gboolean bb_trace_replay (const gchar *path, BbTraceVerdict *verdict, BbTraceObserver observer, gpointer data,
                          GCancellable *cancellable, GError **error);

G_END_DECLS
