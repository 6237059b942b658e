/* SPDX-License-Identifier: GPL-3.0-or-later */
/* error.h: error domains of base/ and helpers that say where in a file an error lies. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Files: reading, writing, renaming. A cancelled operation reports G_IO_ERROR_CANCELLED instead. */
#define BB_IO_ERROR (bb_io_error_quark ())
GQuark bb_io_error_quark (void);
typedef enum {
  BB_IO_ERROR_FAILED,    /* anything else; the message has the system's reason */
  BB_IO_ERROR_NOT_FOUND, /* no such file or folder */
  BB_IO_ERROR_DENIED,    /* not allowed, or a folder where a file should be */
  BB_IO_ERROR_NO_SPACE,  /* disk full, quota or file size limit */
  BB_IO_ERROR_TOO_LARGE, /* over the caller's cap; nothing beyond the cap was read */
} BbIoError;

/* Texts, before and while they are parsed. Messages start with `source:line:column: `, both from 1, the
 * column in bytes. */
#define BB_TEXT_ERROR (bb_text_error_quark ())
GQuark bb_text_error_quark (void);
typedef enum {
  BB_TEXT_ERROR_EMPTY,     /* nothing but white space */
  BB_TEXT_ERROR_TOO_LARGE, /* longer than allowed */
  BB_TEXT_ERROR_ENCODING,  /* not UTF-8, a zero byte, UTF-16, compressed or other binary data */
  BB_TEXT_ERROR_DEPTH,     /* nested deeper than allowed */
  BB_TEXT_ERROR_TRUNCATED, /* ends inside a string, an object or an array */
  BB_TEXT_ERROR_SYNTAX,    /* the grammar is broken */
} BbTextError;

/* Times and zones. */
#define BB_TIME_ERROR (bb_time_error_quark ())
GQuark bb_time_error_quark (void);
typedef enum {
  BB_TIME_ERROR_ZONE,   /* unknown time zone */
  BB_TIME_ERROR_FORMAT, /* not an ISO 8601 time, or no such day */
  BB_TIME_ERROR_GAP,    /* the local clock skipped it */
} BbTimeError;

/* Binary files of ours: result, trace, store. */
#define BB_FORMAT_ERROR (bb_format_error_quark ())
GQuark bb_format_error_quark (void);
typedef enum {
  BB_FORMAT_ERROR_FOREIGN,    /* not a file of this kind */
  BB_FORMAT_ERROR_VERSION,    /* written by a newer version */
  BB_FORMAT_ERROR_UNFINISHED, /* the program that wrote it did not finish */
  BB_FORMAT_ERROR_CORRUPT,    /* a length, an offset or a checksum is wrong */
  BB_FORMAT_ERROR_RANGE,      /* asked for something that it does not hold */
} BbFormatError;

/* Line and column (both from 1, column in bytes) of byte `offset` of `text`; LF and CRLF end a line. */
void bb_text_position (const gchar *text, gsize length, gsize offset, guint *line, guint *column);

/* Sets `error` to "source:line:column: message"; a column or line of 0 is left out, so is a NULL source. */
void bb_set_error_at (GError **error, GQuark domain, gint code, const gchar *source, guint line, guint column,
                      const gchar *format, ...) G_GNUC_PRINTF (7, 8);

/* Puts "source:line:column: " before the message of an error that is set; does nothing otherwise. */
void bb_prefix_error_at (GError **error, const gchar *source, guint line, guint column);

/* Sets `error` (BB_IO_ERROR) from an errno value: "<what> “<path>”: <reason>". `what` is translated: "Could
 * not open". */
void bb_set_errno (GError **error, gint errnum, const gchar *what, const gchar *path);

G_END_DECLS
