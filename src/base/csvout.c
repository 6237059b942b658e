/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csvout.c: writes CSV, into a staged file or into memory. */
#include "base/csvout.h"

#include <math.h>
#include <string.h>

#define MAX_DIGITS 9

struct _BbCsvOut {
  BbStagedFile *file; /* (nullable): in memory */
  GString *text;      /* all of it, or the current row */
  gboolean row_begun;
};

BbCsvOut *
bb_csv_out_new (const gchar *path, GError **error)
{
  BbStagedFile *file = path != NULL ? bb_staged_file_new (path, error) : NULL;
  BbCsvOut *csv = NULL;
  if (path != NULL && file == NULL)
    return NULL;
  csv = g_new0 (BbCsvOut, 1);
  csv->file = file;
  csv->text = g_string_new (NULL);
  return csv;
}

void
bb_csv_out_free (BbCsvOut *csv)
{
  g_clear_pointer (&csv->file, bb_staged_file_free);
  g_string_free (csv->text, TRUE);
  g_free (csv);
}

static void
begin_cell (BbCsvOut *csv)
{
  if (csv->row_begun)
    g_string_append_c (csv->text, ',');
  csv->row_begun = TRUE;
}

void
bb_csv_out_text (BbCsvOut *csv, const gchar *text)
{
  gboolean formula = *text != 0 && strchr ("=+-@\t\r", *text) != NULL;
  begin_cell (csv);
  if (strpbrk (text, ",\"\r\n") == NULL) {
    g_string_append_printf (csv->text, "%s%s", formula ? "'" : "", text);
    return;
  }
  g_string_append (csv->text, formula ? "\"'" : "\"");
  for (const gchar *at = text; *at != 0; at++) {
    if (*at == '"')
      g_string_append_c (csv->text, '"');
    g_string_append_c (csv->text, *at);
  }
  g_string_append_c (csv->text, '"');
}

void
bb_csv_out_int (BbCsvOut *csv, gint64 value)
{
  begin_cell (csv);
  g_string_append_printf (csv->text, "%" G_GINT64_FORMAT, value);
}

void
bb_csv_out_double (BbCsvOut *csv, gdouble value, gint digits)
{
  gchar cell[G_ASCII_DTOSTR_BUF_SIZE + 320], format[8];
  begin_cell (csv);
  if (!isfinite (value))
    return;
  g_snprintf (format, sizeof format, "%%.%df", CLAMP (digits, 0, MAX_DIGITS));
  g_string_append (csv->text, g_ascii_formatd (cell, sizeof cell, format, value));
}

void
bb_csv_out_fixed (BbCsvOut *csv, gint64 value, gint digits)
{
  guint64 whole = value < 0 ? -(guint64) value : (guint64) value;
  guint64 unit = 1;
  digits = CLAMP (digits, 0, MAX_DIGITS);
  for (gint i = 0; i < digits; i++)
    unit *= 10;
  begin_cell (csv);
  g_string_append_printf (csv->text, "%s%" G_GUINT64_FORMAT, value < 0 ? "-" : "", whole / unit);
  if (digits > 0)
    g_string_append_printf (csv->text, ".%0*" G_GUINT64_FORMAT, digits, whole % unit);
}

void
bb_csv_out_empty (BbCsvOut *csv)
{
  begin_cell (csv);
}

gboolean
bb_csv_out_end_row (BbCsvOut *csv, GError **error)
{
  gboolean good = TRUE;
  g_string_append_c (csv->text, '\n');
  csv->row_begun = FALSE;
  if (csv->file != NULL) {
    good = bb_staged_file_write (csv->file, csv->text->str, csv->text->len, error);
    g_string_truncate (csv->text, 0);
  }
  return good;
}

gboolean
bb_csv_out_commit (BbCsvOut *csv, GError **error)
{
  return csv->file == NULL || bb_staged_file_commit (csv->file, error);
}

const gchar *
bb_csv_out_get_text (BbCsvOut *csv)
{
  return csv->text->str;
}
