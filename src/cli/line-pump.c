/* SPDX-License-Identifier: GPL-3.0-or-later */
/* line-pump.c: lines in, answers out, in input order, over all cores, in bounded memory.
 *
 * The calling thread reads and cuts the input into chunks of whole lines; workers answer chunks; one writer
 * thread takes the chunks in input order, waits until each is answered, and writes. A chunk is queued for a
 * worker and for the writer at the same time; at most `most_in_flight` exist, then the reader waits. */
#include "cli/line-pump.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "cli/terminal.h"

#define READ_BYTES        (64 * 1024)
#define CHUNKS_PER_WORKER 4

typedef struct Chunk {
  GByteArray *text;
  guint64 first_line;
  gboolean too_long; /* it stands for one line over CLI_LINE_MAX; text is empty */
  GString *answers;
  guint64 lines, bad, first_bad;
  gboolean done;
} Chunk;

typedef struct Pump {
  const CliLineJob *job;
  GCancellable *cancellable;
  CliLineCount *count;
  GThreadPool *workers;
  GAsyncQueue *scratches; /* gpointer, as many as workers */
  GMutex lock;
  GCond changed;
  GQueue order; /* (element-type Chunk), what the writer has not taken */
  guint in_flight, most_in_flight;
  gboolean ended;
  gboolean failed; /* the writer gave up: nothing more is read */
  GError *error;   /* of the writer */
} Pump;

static Chunk *
chunk_new (guint64 first_line)
{
  Chunk *chunk = g_new0 (Chunk, 1);
  chunk->text = g_byte_array_new ();
  chunk->answers = g_string_new (NULL);
  chunk->first_line = first_line;
  return chunk;
}

static void
chunk_free (Chunk *chunk)
{
  g_byte_array_unref (chunk->text);
  g_string_free (chunk->answers, TRUE);
  g_free (chunk);
}

static void
answer_line (Pump *pump, Chunk *chunk, const char *line, gsize length, gpointer scratch)
{
  guint64 number = chunk->first_line + chunk->lines++;

  if (pump->job->answer (line, length, number, scratch, chunk->answers))
    return;
  if (chunk->bad++ == 0)
    chunk->first_bad = number;
}

static void
answer_chunk (gpointer data, gpointer user_data)
{
  Chunk *chunk = data;
  Pump *pump = user_data;
  gpointer scratch = g_async_queue_pop (pump->scratches);
  const char *p = (const char *) chunk->text->data;
  const char *end = p + chunk->text->len;

  if (chunk->too_long)
    answer_line (pump, chunk, NULL, 0, scratch);
  while (p < end) {
    const char *newline = memchr (p, '\n', (gsize) (end - p));
    const char *stop = newline ? newline : end;
    gsize length = (gsize) (stop - p);
    answer_line (pump, chunk, length <= CLI_LINE_MAX ? p : NULL, length, scratch);
    p = stop + 1;
  }
  g_async_queue_push (pump->scratches, scratch);
  g_mutex_lock (&pump->lock);
  chunk->done = TRUE;
  g_cond_broadcast (&pump->changed);
  g_mutex_unlock (&pump->lock);
}

/* Writer: the next chunk in order once it is answered; NULL at the end. */
static Chunk *
next_answered (Pump *pump)
{
  Chunk *chunk = NULL;

  g_mutex_lock (&pump->lock);
  while (TRUE) {
    chunk = g_queue_peek_head (&pump->order);
    if (chunk ? chunk->done : pump->ended)
      break;
    g_cond_wait (&pump->changed, &pump->lock);
  }
  g_queue_pop_head (&pump->order);
  g_mutex_unlock (&pump->lock);
  return chunk;
}

static void
add_to_count (CliLineCount *count, const Chunk *chunk)
{
  count->lines += chunk->lines;
  count->bad += chunk->bad;
  if (count->first_bad == 0)
    count->first_bad = chunk->first_bad;
}

static gpointer
write_chunks (gpointer data)
{
  Pump *pump = data;
  Chunk *chunk = NULL;

  while ((chunk = next_answered (pump))) {
    if (!pump->failed) {
      gboolean written
          = cli_write (chunk->answers->str, chunk->answers->len, pump->cancellable, &pump->error);
      add_to_count (pump->count, chunk);
      g_mutex_lock (&pump->lock);
      pump->failed = !written;
      g_mutex_unlock (&pump->lock);
    }
    chunk_free (chunk);
    g_mutex_lock (&pump->lock);
    pump->in_flight--;
    g_cond_broadcast (&pump->changed);
    g_mutex_unlock (&pump->lock);
  }
  return NULL;
}

/* Hands a chunk over to a worker and, for its turn, to the writer. FALSE: the writer gave up. */
static gboolean
submit (Pump *pump, Chunk *chunk)
{
  gboolean failed = FALSE;

  g_mutex_lock (&pump->lock);
  while (pump->in_flight >= pump->most_in_flight && !pump->failed)
    g_cond_wait (&pump->changed, &pump->lock);
  failed = pump->failed;
  if (!failed) {
    pump->in_flight++;
    g_queue_push_tail (&pump->order, chunk);
  }
  g_mutex_unlock (&pump->lock);
  if (failed)
    chunk_free (chunk);
  else
    g_thread_pool_push (pump->workers, chunk, NULL);
  return !failed;
}

/* Is there input now (or its end)? `wait`: until there is, or the run is cancelled. */
static gboolean
input_ready (int fd, GCancellable *cancellable, gboolean wait)
{
  GPollFD fds[2] = { { fd, G_IO_IN | G_IO_HUP, 0 } };
  guint n = wait && g_cancellable_make_pollfd (cancellable, &fds[1]) ? 2 : 1;
  int ready = 0;

  do
    ready = g_poll (fds, n, wait ? -1 : 0);
  while (ready < 0 && errno == EINTR);
  if (n == 2)
    g_cancellable_release_fd (cancellable);
  return fds[0].revents != 0;
}

typedef struct Reader {
  int fd;
  GByteArray *pending; /* what has not been cut into chunks yet */
  gsize searched;      /* so much of it has no newline */
  guint64 next_line;   /* number of its first line */
  gboolean skipping;   /* inside a line that was too long */
  char buffer[READ_BYTES];
} Reader;

static guint64
count_newlines (const guint8 *text, gsize length)
{
  guint64 n = 0;
  const guint8 *end = text + length;

  for (const guint8 *p = text; p < end && (p = memchr (p, '\n', (gsize) (end - p))); p++)
    n++;
  return n;
}

/* Cuts the first `length` bytes (whole lines, or the last one without newline) off into a chunk. */
static gboolean
submit_pending (Pump *pump, Reader *reader, gsize length)
{
  Chunk *chunk = NULL;

  if (length == 0)
    return TRUE;
  chunk = chunk_new (reader->next_line);
  g_byte_array_append (chunk->text, reader->pending->data, (guint) length);
  reader->next_line += count_newlines (reader->pending->data, length);
  g_byte_array_remove_range (reader->pending, 0, (guint) length);
  reader->searched = reader->pending->len;
  return submit (pump, chunk);
}

static gboolean
submit_too_long (Pump *pump, Reader *reader)
{
  Chunk *chunk = chunk_new (reader->next_line++);

  chunk->too_long = TRUE;
  g_byte_array_set_size (reader->pending, 0);
  reader->searched = 0;
  reader->skipping = TRUE;
  return submit (pump, chunk);
}

/* Takes what was read: skips the rest of a line that was too long, submits the whole lines. */
static gboolean
take (Pump *pump, Reader *reader, const char *text, gsize length)
{
  if (reader->skipping) {
    const char *newline = memchr (text, '\n', length);
    if (!newline)
      return TRUE;
    length -= (gsize) (newline + 1 - text);
    text = newline + 1;
    reader->skipping = FALSE;
  }
  g_byte_array_append (reader->pending, (const guint8 *) text, (guint) length);
  const guint8 *last
      = memrchr (reader->pending->data + reader->searched, '\n', reader->pending->len - reader->searched);
  if (last && !submit_pending (pump, reader, (gsize) (last + 1 - reader->pending->data)))
    return FALSE;
  reader->searched = reader->pending->len;
  if (reader->pending->len > CLI_LINE_MAX)
    return submit_too_long (pump, reader);
  return TRUE;
}

/* Fills the buffer while there is more at once, so that chunks are large on a fast input and an input that
 * pauses is answered at once. Returns the bytes read, 0 at the end, -1 on an error or when cancelled. */
static gssize
read_some (Pump *pump, Reader *reader, GError **error)
{
  gsize length = 0;

  while (length < READ_BYTES) {
    if (!input_ready (reader->fd, pump->cancellable, length == 0) && length > 0)
      break;
    if (g_cancellable_set_error_if_cancelled (pump->cancellable, error))
      return -1;
    gssize n = read (reader->fd, reader->buffer + length, READ_BYTES - length);
    if (n == 0)
      break;
    if (n > 0) {
      length += (gsize) n;
    } else if (errno != EINTR && errno != EAGAIN) {
      int saved = errno;
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), _ ("The input could not be read: %s"),
                   g_strerror (saved));
      return -1;
    }
  }
  return (gssize) length;
}

static gboolean
read_lines (Pump *pump, Reader *reader, GError **error)
{
  gssize n = 0;

  while ((n = read_some (pump, reader, error)) > 0)
    if (!take (pump, reader, reader->buffer, (gsize) n))
      return TRUE; /* the writer has the error */
  if (n == 0)
    submit_pending (pump, reader, reader->pending->len);
  return n == 0;
}

static void
pump_start (Pump *pump, guint n_workers)
{
  g_mutex_init (&pump->lock);
  g_cond_init (&pump->changed);
  g_queue_init (&pump->order);
  pump->scratches = g_async_queue_new_full (pump->job->free_scratch);
  for (guint i = 0; i < n_workers; i++)
    g_async_queue_push (pump->scratches, pump->job->new_scratch ());
  pump->most_in_flight = n_workers * CHUNKS_PER_WORKER;
  pump->workers = g_thread_pool_new (answer_chunk, pump, (int) n_workers, FALSE, NULL);
}

static void
pump_stop (Pump *pump, GThread *writer)
{
  g_mutex_lock (&pump->lock);
  pump->ended = TRUE;
  g_cond_broadcast (&pump->changed);
  g_mutex_unlock (&pump->lock);
  g_thread_join (writer);
  g_thread_pool_free (pump->workers, FALSE, TRUE);
  g_async_queue_unref (pump->scratches);
  g_mutex_clear (&pump->lock);
  g_cond_clear (&pump->changed);
}

gboolean
cli_pump_lines (int fd, const CliLineJob *job, GCancellable *cancellable, CliLineCount *count, GError **error)
{
  Pump pump = { .job = job, .cancellable = cancellable, .count = count };
  g_autofree Reader *reader = g_new0 (Reader, 1);
  GThread *writer = NULL;
  gboolean read_all = FALSE;

  *count = (CliLineCount){ 0 };
  reader->fd = fd;
  reader->next_line = 1;
  reader->pending = g_byte_array_new ();
  pump_start (&pump, g_get_num_processors ());
  writer = g_thread_new ("writer", write_chunks, &pump);
  read_all = read_lines (&pump, reader, error);
  pump_stop (&pump, writer);
  g_byte_array_unref (reader->pending);
  if (pump.error && read_all)
    g_propagate_error (error, g_steal_pointer (&pump.error));
  g_clear_error (&pump.error);
  return read_all && !pump.failed;
}
