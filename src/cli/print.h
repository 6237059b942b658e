/* SPDX-License-Identifier: GPL-3.0-or-later */
/* print.h: text and JSON for standard output. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Prints an object or array, indented, with a line feed at the end. */
void cli_print_json (JsonNode *root);

/* Adds a member of text to an object that is being built; NULL is null. */
void cli_add_text (JsonBuilder *builder, const char *key, const char *value);

/* `value` with its fixed number of decimals and a real minus sign; a dash where there is no value (NAN).
 * (transfer full) */
char *cli_number (double value, int decimals);

/* A table whose columns are as wide as their widest cell: texts to the left, figures to the right. */
typedef struct _CliTable CliTable;

/* `alignment` has one character per column: 'l' or 'r'. */
CliTable *cli_table_new (const char *alignment);
void cli_table_free (CliTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliTable, cli_table_free)
/* Adds the next cell, row by row. */
void cli_table_add (CliTable *table, const char *text);
/* A figure with its unit, e.g. 3, 1, "A": "3.0 A". */
void cli_table_add_number (CliTable *table, double value, int decimals, const char *unit);
/* Prints all rows, each after two blanks. */
void cli_table_print (CliTable *table);

G_END_DECLS
