/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-text.h: whole lines of a text file of any size, through one buffer of fixed size.
 *
 * Read in chunks, not mapped: a file that another program shortens meanwhile is then an error and not a
 * signal, and resident memory is the buffer, whatever the file's size.
 */
#ifndef BB_INPUT_TEXT_H
#define BB_INPUT_TEXT_H

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

#define BB_TEXT_MAX_LINE 65536
/* Bytes that may be read, and mean nothing, after `lines_end`. */
#define BB_TEXT_SLACK 64

typedef struct {
  char *path; /* as shown to people */
  int fd;
  goffset size; /* when it was opened; later growth is not looked at */
  goffset body; /* after a byte order mark */
  char *buffer;
  goffset offset;        /* of buffer[0] in the file */
  size_t length;         /* bytes in the buffer, with a newline of ours after an unfinished last line */
  const char *at;        /* next line to read */
  const char *lines_end; /* after the last newline in the buffer: [at, lines_end) is whole lines */
  uint64_t line;         /* number of the line at `at`, from 1 */
  gboolean own_newline;
} BbText;

/* Opens a regular file. Errors: BB_INPUT_ERROR_READ, _BINARY (UTF-16 or UTF-32), _EMPTY. */
BbText *bb_text_open (const char *path, GError **error);
void bb_text_free (BbText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbText, bb_text_free)

/* Makes sure that a whole line lies at `at`, else that the file has ended: *ended. Lines over 64 KiB are
 * BB_INPUT_ERROR_BINARY. Pointers into the buffer die here. */
gboolean bb_text_fill (BbText *text, gboolean *ended, GError **error);

/* The next line in [*begin, *end), without its line end, and steps over it; FALSE with no error set at the
 * end of the file. Zero bytes are BB_INPUT_ERROR_BINARY. */
gboolean bb_text_next (BbText *text, const char **begin, const char **end, GError **error);

/* Where the line at `at` starts in the file. */
goffset bb_text_tell (const BbText *text);

/* Goes to a line start that bb_text_tell() gave, with its number. */
gboolean bb_text_seek (BbText *text, goffset offset, uint64_t line, GError **error);

/* Sets "path:line:column: message". */
void bb_text_error (const BbText *text, GError **error, int code, uint64_t line, size_t column,
                    const char *format, ...) G_GNUC_PRINTF (6, 7);

G_END_DECLS

#endif
