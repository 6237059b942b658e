/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help-text.c: chapters of the user guide: finds them in the reader's language and takes them apart. */
#include "app/help-text.h"

#include <string.h>

#include "base/data-dir.h"

static void
block_free (gpointer data)
{
  BbHelpBlock *block = data;

  g_free (block->text);
  g_free (block->file);
  g_free (block);
}

/* ---- taking apart ---- */

/* Replaces pairs of `mark` by the tags; a mark without its partner stays as it is. */
static gchar *
pair_marks (const gchar *text, const gchar *mark, const gchar *open, const gchar *close)
{
  g_autoptr (GString) out = g_string_new (NULL);
  const gchar *begin = NULL, *end = NULL;

  while ((begin = strstr (text, mark)) && (end = strstr (begin + strlen (mark), mark))) {
    g_string_append_len (out, text, begin - text);
    g_string_append (out, open);
    g_string_append_len (out, begin + strlen (mark), end - begin - (gssize) strlen (mark));
    g_string_append (out, close);
    text = end + strlen (mark);
  }
  g_string_append (out, text);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static gchar *
to_markup (const gchar *text)
{
  g_autofree gchar *escaped = g_markup_escape_text (text, -1);
  g_autofree gchar *bold = pair_marks (escaped, "**", "<b>", "</b>");

  return pair_marks (bold, "`", "<tt>", "</tt>");
}

static void
add_block (GPtrArray *blocks, BbHelpKind kind, guint number, const gchar *text)
{
  BbHelpBlock *block = g_new0 (BbHelpBlock, 1);

  block->kind = kind;
  block->number = number;
  block->text = to_markup (text);
  g_ptr_array_add (blocks, block);
}

/* "![text](file)"; FALSE: it is none. A file is a plain name: a guide shows nothing else of the computer. */
static gboolean
add_picture (GPtrArray *blocks, const gchar *line)
{
  const gchar *middle = g_str_has_prefix (line, "![") ? strstr (line, "](") : NULL;
  const gchar *end = middle ? strchr (middle, ')') : NULL;
  BbHelpBlock *block = NULL;

  if (!end || memchr (middle + 2, '/', (gsize) (end - middle - 2)))
    return FALSE;
  block = g_new0 (BbHelpBlock, 1);
  block->kind = BB_HELP_PICTURE;
  block->text = g_strndup (line + 2, (gsize) (middle - line - 2));
  block->file = g_strndup (middle + 2, (gsize) (end - middle - 2));
  g_ptr_array_add (blocks, block);
  return TRUE;
}

/* What a line begins; `*text` is moved behind the mark. A line without a mark goes on with the paragraph. */
static BbHelpKind
kind_of (const gchar **text, guint *number)
{
  gsize digits = strspn (*text, "0123456789");

  *number = 0;
  if (g_str_has_prefix (*text, "# ")) {
    *text += 2;
    return BB_HELP_TITLE;
  }
  if (g_str_has_prefix (*text, "## ")) {
    *text += 3;
    return BB_HELP_HEADING;
  }
  if (g_str_has_prefix (*text, "- ")) {
    *text += 2;
    return BB_HELP_BULLET;
  }
  if (digits > 0 && digits < 4 && g_str_has_prefix (*text + digits, ". ")) {
    *number = (guint) g_ascii_strtoull (*text, NULL, 10);
    *text += digits + 2;
    return BB_HELP_STEP;
  }
  return BB_HELP_PARAGRAPH;
}

typedef struct {
  BbHelpKind kind;
  guint number;
  GString *text; /* empty: no block is open */
} Open;

static void
close_block (GPtrArray *blocks, Open *open)
{
  if (open->text->len > 0)
    add_block (blocks, open->kind, open->number, open->text->str);
  g_string_truncate (open->text, 0);
}

static void
read_line (GPtrArray *blocks, Open *open, const gchar *line)
{
  guint number = 0;
  const gchar *rest = line;
  const BbHelpKind kind = kind_of (&rest, &number);

  if (!*line || kind != BB_HELP_PARAGRAPH || g_str_has_prefix (line, "!["))
    close_block (blocks, open);
  if (!*line || add_picture (blocks, line))
    return;
  if (open->text->len == 0) {
    open->kind = kind;
    open->number = number;
  } else {
    g_string_append_c (open->text, ' ');
  }
  g_string_append (open->text, rest);
}

GPtrArray *
bb_help_parse (const gchar *text)
{
  GPtrArray *blocks = g_ptr_array_new_with_free_func (block_free);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  Open open = { BB_HELP_PARAGRAPH, 0, g_string_new (NULL) };

  for (guint i = 0; lines[i]; i++)
    read_line (blocks, &open, g_strstrip (lines[i]));
  close_block (blocks, &open);
  g_string_free (open.text, TRUE);
  return blocks;
}

/* ---- finding ---- */

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar *const *) a, *(const gchar *const *) b);
}

GStrv
bb_help_list (void)
{
  g_autofree gchar *data = bb_data_dir ();
  g_autofree gchar *folder = g_build_filename (data, "help", "C", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const gchar *name = NULL;

  while (dir && (name = g_dir_read_name (dir)))
    if (g_str_has_suffix (name, ".md"))
      g_ptr_array_add (names, g_strndup (name, strlen (name) - strlen (".md")));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

/* A file of the guide in the first of the reader's languages that has it; "C" is always one of them. */
static gchar *
find (const gchar *file)
{
  const gchar *const *languages = g_get_language_names ();
  g_autofree gchar *data = bb_data_dir ();

  for (guint i = 0; languages[i]; i++) {
    g_autofree gchar *path = g_build_filename (data, "help", languages[i], file, NULL);
    if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
      return g_steal_pointer (&path);
  }
  return NULL;
}

gchar *
bb_help_read (const gchar *chapter)
{
  g_autofree gchar *file = g_strconcat (chapter, ".md", NULL);
  g_autofree gchar *path = strchr (chapter, '/') ? NULL : find (file);
  gchar *text = NULL;

  return path && g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

gchar *
bb_help_title (const gchar *chapter)
{
  g_autofree gchar *text = bb_help_read (chapter);
  const gchar *start = text && g_str_has_prefix (text, "# ") ? text + 2 : "";

  return *start ? g_strndup (start, strcspn (start, "\n")) : g_strdup (chapter);
}

gchar *
bb_help_find_picture (const gchar *file)
{
  return strchr (file, '/') ? NULL : find (file);
}

gchar *
bb_help_chapter_for (const gchar *page)
{
  g_auto (GStrv) names = bb_help_list ();

  for (guint i = 0; page && names[i]; i++) {
    const gchar *name = strchr (names[i], '-');
    if (name && g_str_equal (name + 1, page))
      return g_strdup (names[i]);
  }
  return NULL;
}
