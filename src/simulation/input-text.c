/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-text.c: whole lines of a text file of any size, through one buffer of fixed size. */
#include "simulation/input-text.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simulation/input-load.h"

#define CAPACITY (4 * BB_TEXT_MAX_LINE)

G_DEFINE_QUARK (bb_input_error, bb_input_error)

void
bb_text_error (const BbText *text, GError **error, int code, uint64_t line, size_t column, const char *format,
               ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, BB_INPUT_ERROR, code, "%s:%" G_GUINT64_FORMAT ":%" G_GSIZE_FORMAT ": %s", text->path,
               line, column, message);
}

static void
set_read_error (const BbText *text, GError **error, int saved_errno)
{
  g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_READ, _ ("%s cannot be read: %s"), text->path,
               g_strerror (saved_errno));
}

/* Bytes at the file's offset into the buffer's free part; a file shorter than it was is an error. */
static gboolean
read_more (BbText *text, GError **error)
{
  while (text->length < CAPACITY && text->offset + (goffset) text->length < text->size) {
    goffset left = text->size - text->offset - (goffset) text->length;
    size_t want = MIN ((size_t) MIN (left, (goffset) CAPACITY), CAPACITY - text->length);
    ssize_t got = pread (text->fd, text->buffer + text->length, want, text->offset + (goffset) text->length);

    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0) {
      set_read_error (text, error, errno);
      return FALSE;
    }
    if (got == 0) {
      g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_READ,
                   _ ("%s became shorter while it was read; try again when nothing writes to it"),
                   text->path);
      return FALSE;
    }
    text->length += (size_t) got;
  }
  return TRUE;
}

/* After reading: where do the whole lines end? The file's last line counts without its newline too. */
static void
find_lines (BbText *text)
{
  const char *last;

  if (text->offset + (goffset) text->length >= text->size && text->length > 0
      && text->buffer[text->length - 1] != '\n' && !text->own_newline) {
    text->buffer[text->length++] = '\n';
    text->own_newline = TRUE;
  }
  last = text->length > 0 ? memrchr (text->buffer, '\n', text->length) : NULL;
  text->lines_end = last != NULL ? last + 1 : text->buffer;
  memset (text->buffer + text->length, 0, BB_TEXT_SLACK);
}

static gboolean
line_too_long (BbText *text, GError **error)
{
  const char *zero = memchr (text->buffer, 0, text->length);

  if (zero != NULL)
    bb_text_error (text, error, BB_INPUT_ERROR_BINARY, text->line, (size_t) (zero - text->buffer) + 1,
                   _ ("a zero byte: this is not a text file"));
  else
    bb_text_error (text, error, BB_INPUT_ERROR_BINARY, text->line, BB_TEXT_MAX_LINE + 1,
                   _ ("the line is longer than 64 KiB: this is not a CSV file"));
  return FALSE;
}

gboolean
bb_text_fill (BbText *text, gboolean *ended, GError **error)
{
  size_t rest;

  *ended = FALSE;
  if (text->at < text->lines_end)
    return TRUE;
  rest = (size_t) (text->buffer + text->length - text->at);
  memmove (text->buffer, text->at, rest);
  text->offset += text->at - text->buffer;
  text->at = text->lines_end = text->buffer;
  text->length = rest;
  if (!read_more (text, error))
    return FALSE;
  if (text->length == 0) {
    *ended = TRUE;
    return TRUE;
  }
  find_lines (text);
  if (text->at >= text->lines_end)
    return line_too_long (text, error);
  return TRUE;
}

gboolean
bb_text_next (BbText *text, const char **begin, const char **end, GError **error)
{
  const char *newline, *zero;
  gboolean ended;

  if (!bb_text_fill (text, &ended, error) || ended)
    return FALSE;
  newline = memchr (text->at, '\n', (size_t) (text->lines_end - text->at));
  zero = memchr (text->at, 0, (size_t) (newline - text->at));
  if (zero != NULL) {
    bb_text_error (text, error, BB_INPUT_ERROR_BINARY, text->line, (size_t) (zero - text->at) + 1,
                   _ ("a zero byte: this is not a text file"));
    return FALSE;
  }
  if (newline - text->at > BB_TEXT_MAX_LINE)
    return line_too_long (text, error);
  *begin = text->at;
  *end = newline > text->at && newline[-1] == '\r' ? newline - 1 : newline;
  text->at = newline + 1;
  text->line++;
  return TRUE;
}

goffset
bb_text_tell (const BbText *text)
{
  return text->offset + (text->at - text->buffer);
}

gboolean
bb_text_seek (BbText *text, goffset offset, uint64_t line, GError **error)
{
  gboolean ended;

  text->offset = offset;
  text->length = 0;
  text->own_newline = FALSE;
  text->at = text->lines_end = text->buffer;
  text->line = line;
  return bb_text_fill (text, &ended, error);
}

/* A byte order mark of UTF-8 is stepped over; of others it is said what to do. */
static gboolean
check_mark (BbText *text, GError **error)
{
  const unsigned char *b = (const unsigned char *) text->buffer;

  if (text->length >= 2 && ((b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff))) {
    bb_text_error (text, error, BB_INPUT_ERROR_BINARY, 1, 1,
                   _ ("the file is in UTF-16; save it as \"CSV UTF-8\""));
    return FALSE;
  }
  if (text->length >= 3 && b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf)
    text->body = 3;
  text->at += text->body;
  return TRUE;
}

static gboolean
open_file (BbText *text, const char *path, GError **error)
{
  struct stat status;

  text->fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (text->fd < 0 || fstat (text->fd, &status) != 0) {
    set_read_error (text, error, errno);
    return FALSE;
  }
  if (!S_ISREG (status.st_mode)) {
    g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_READ, _ ("%s is not a regular file"), text->path);
    return FALSE;
  }
  text->size = status.st_size;
  (void) posix_fadvise (text->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return TRUE;
}

BbText *
bb_text_open (const char *path, GError **error)
{
  g_autoptr (BbText) text = g_aligned_alloc0 (1, sizeof (BbText), 64);
  gboolean ended;

  text->path = g_filename_display_name (path);
  text->line = 1;
  text->fd = -1;
  if (!open_file (text, path, error))
    return NULL;
  text->buffer = g_malloc (CAPACITY + 1 + BB_TEXT_SLACK);
  text->at = text->lines_end = text->buffer;
  if (!bb_text_fill (text, &ended, error) || !check_mark (text, error))
    return NULL;
  if (ended || text->size == text->body) {
    g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_EMPTY, _ ("%s is empty"), text->path);
    return NULL;
  }
  return g_steal_pointer (&text);
}

void
bb_text_free (BbText *text)
{
  if (text == NULL)
    return;
  if (text->fd >= 0)
    close (text->fd);
  g_free (text->buffer);
  g_free (text->path);
  g_aligned_free (text);
}
