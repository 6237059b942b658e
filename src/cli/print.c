/* SPDX-License-Identifier: GPL-3.0-or-later */
/* print.c: text and JSON for standard output. */
#include "cli/print.h"

#include <math.h>
#include <string.h>

struct _CliTable {
  char *alignment;
  GPtrArray *cells; /* (element-type utf8), row by row */
};

void
cli_print_json (JsonNode *root)
{
  g_autofree char *text = json_to_string (root, TRUE);

  g_print ("%s\n", text);
}

void
cli_add_text (JsonBuilder *builder, const char *key, const char *value)
{
  json_builder_set_member_name (builder, key);
  if (value)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

char *
cli_number (double value, int decimals)
{
  g_autofree char *digits = NULL;

  if (!isfinite (value))
    return g_strdup ("–");
  digits = g_strdup_printf ("%.*f", decimals, fabs (value));
  /* a value that rounds to 0 has no sign */
  gboolean negative = value < 0 && strspn (digits, "0.") < strlen (digits);
  return g_strconcat (negative ? "−" : "", digits, NULL);
}

CliTable *
cli_table_new (const char *alignment)
{
  CliTable *table = g_new0 (CliTable, 1);

  table->alignment = g_strdup (alignment);
  table->cells = g_ptr_array_new_with_free_func (g_free);
  return table;
}

void
cli_table_free (CliTable *table)
{
  g_ptr_array_unref (table->cells);
  g_free (table->alignment);
  g_free (table);
}

void
cli_table_add (CliTable *table, const char *text)
{
  g_ptr_array_add (table->cells, g_strdup (text));
}

void
cli_table_add_number (CliTable *table, double value, int decimals, const char *unit)
{
  g_autofree char *number = cli_number (value, decimals);

  g_ptr_array_add (table->cells, isfinite (value) && *unit ? g_strconcat (number, " ", unit, NULL)
                                                           : g_steal_pointer (&number));
}

static gsize
column_width (const CliTable *table, gsize column, gsize n_columns)
{
  gsize width = 0;

  for (gsize i = column; i < table->cells->len; i += n_columns)
    width = MAX (width, (gsize) g_utf8_strlen (g_ptr_array_index (table->cells, i), -1));
  return width;
}

static void
append_cell (GString *line, const char *text, gsize width, gboolean right)
{
  gsize blanks = width - (gsize) g_utf8_strlen (text, -1);

  if (right)
    for (gsize i = 0; i < blanks; i++)
      g_string_append_c (line, ' ');
  g_string_append (line, text);
  if (!right)
    for (gsize i = 0; i < blanks; i++)
      g_string_append_c (line, ' ');
}

void
cli_table_print (CliTable *table)
{
  gsize n_columns = strlen (table->alignment);
  g_autofree gsize *widths = g_new (gsize, n_columns);

  for (gsize c = 0; c < n_columns; c++)
    widths[c] = column_width (table, c, n_columns);
  for (gsize i = 0; i + n_columns <= table->cells->len; i += n_columns) {
    g_autoptr (GString) line = g_string_new (NULL);
    for (gsize c = 0; c < n_columns; c++) {
      g_string_append (line, "  ");
      append_cell (line, g_ptr_array_index (table->cells, i + c), widths[c], table->alignment[c] == 'r');
    }
    g_print ("%s\n", g_strchomp (line->str));
  }
}
