/* SPDX-License-Identifier: GPL-3.0-or-later */
/* error.c: error domains of base/ and helpers that say where in a file an error lies. */
#include "base/error.h"

#include <errno.h>
#include <glib/gi18n.h>

G_DEFINE_QUARK (bb_io_error, bb_io_error)
G_DEFINE_QUARK (bb_text_error, bb_text_error)
G_DEFINE_QUARK (bb_time_error, bb_time_error)
G_DEFINE_QUARK (bb_format_error, bb_format_error)

void
bb_text_position (const gchar *text, gsize length, gsize offset, guint *line, guint *column)
{
  gsize end = MIN (offset, length);
  gsize line_start = 0;
  *line = 1;
  for (gsize i = 0; i < end; i++)
    if (text[i] == '\n') {
      (*line)++;
      line_start = i + 1;
    }
  *column = (guint) (end - line_start) + 1;
}

/* "source:line:column: ", or as much of it as is known. */
static gchar *
place (const gchar *source, guint line, guint column)
{
  g_autoptr (GString) text = g_string_new (source != NULL ? source : "");
  if (line > 0)
    g_string_append_printf (text, "%s%u", text->len > 0 ? ":" : "", line);
  if (line > 0 && column > 0)
    g_string_append_printf (text, ":%u", column);
  if (text->len > 0)
    g_string_append (text, ": ");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
bb_set_error_at (GError **error, GQuark domain, gint code, const gchar *source, guint line, guint column,
                 const gchar *format, ...)
{
  g_autofree gchar *prefix = place (source, line, column);
  g_autofree gchar *message = NULL;
  va_list args;
  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, domain, code, "%s%s", prefix, message);
}

void
bb_prefix_error_at (GError **error, const gchar *source, guint line, guint column)
{
  g_autofree gchar *prefix = place (source, line, column);
  g_prefix_error (error, "%s", prefix);
}

static BbIoError
code_of_errno (gint errnum)
{
  switch (errnum) {
  case ENOENT:
  case ENOTDIR:
    return BB_IO_ERROR_NOT_FOUND;
  case EACCES:
  case EPERM:
  case EROFS:
  case EISDIR:
    return BB_IO_ERROR_DENIED;
  case ENOSPC:
  case EDQUOT:
  case EFBIG:
    return BB_IO_ERROR_NO_SPACE;
  default:
    return BB_IO_ERROR_FAILED;
  }
}

void
bb_set_errno (GError **error, gint errnum, const gchar *what, const gchar *path)
{
  g_autofree gchar *shown = g_filename_display_name (path);
  /* Translators: "<what could not be done> “<file>”: <the system's reason>" */
  g_set_error (error, BB_IO_ERROR, code_of_errno (errnum), _ ("%s “%s”: %s"), what, shown,
               g_strerror (errnum));
}
