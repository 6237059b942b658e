/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csvout.h: writes CSV as RFC 4180 says: commas, CRLF-free lines (LF), quotes only where needed, "." as
 * decimal point in every locale. */
#pragma once

#include "base/file.h"

G_BEGIN_DECLS

typedef struct _BbCsvOut BbCsvOut;

/* A table that goes to a staged file at `path`, or, with NULL, to a string in memory. */
BbCsvOut *bb_csv_out_new (const gchar *path, GError **error);
void bb_csv_out_free (BbCsvOut *csv); /* without bb_csv_out_commit() nothing is left at `path` */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbCsvOut, bb_csv_out_free)

/* Cells of the current row. Texts that a spreadsheet would run as a formula (=, +, -, @ first) get an
 * apostrophe. */
void bb_csv_out_text (BbCsvOut *csv, const gchar *text);
void bb_csv_out_int (BbCsvOut *csv, gint64 value);
/* `digits` decimals (0..9), NAN and infinities: an empty cell. */
void bb_csv_out_double (BbCsvOut *csv, gdouble value, gint digits);
/* `value` / 10^digits, exactly. */
void bb_csv_out_fixed (BbCsvOut *csv, gint64 value, gint digits);
void bb_csv_out_empty (BbCsvOut *csv);
/* Ends the row. FALSE with an error when it could not be written. */
gboolean bb_csv_out_end_row (BbCsvOut *csv, GError **error);

/* Renames into place (files). */
gboolean bb_csv_out_commit (BbCsvOut *csv, GError **error);
/* What was written so far (memory only; transfer none). */
const gchar *bb_csv_out_get_text (BbCsvOut *csv);

G_END_DECLS
