/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-help.c: the user guide: its format, its chapters, and that each language has all of it. */
#include <string.h>

#include "app/help-text.h"

static const BbHelpBlock *
block (GPtrArray *blocks, guint position)
{
  g_assert_cmpuint (position, <, blocks->len);
  return blocks->pdata[position];
}

static void
test_format (void)
{
  g_autoptr (GPtrArray) blocks = bb_help_parse ("# Title\n\nA **bold** word and\na `key` & more.\n\n## "
                                                "Next\n\n- one\n- two\n  goes on\n\n12. twelfth\n\n"
                                                "![What it shows](picture.png)\n");

  g_assert_cmpuint (blocks->len, ==, 7);
  g_assert_cmpint (block (blocks, 0)->kind, ==, BB_HELP_TITLE);
  g_assert_cmpstr (block (blocks, 0)->text, ==, "Title");
  g_assert_cmpstr (block (blocks, 1)->text, ==, "A <b>bold</b> word and a <tt>key</tt> &amp; more.");
  g_assert_cmpint (block (blocks, 2)->kind, ==, BB_HELP_HEADING);
  g_assert_cmpint (block (blocks, 3)->kind, ==, BB_HELP_BULLET);
  g_assert_cmpstr (block (blocks, 4)->text, ==, "two goes on");
  g_assert_cmpint (block (blocks, 5)->kind, ==, BB_HELP_STEP);
  g_assert_cmpuint (block (blocks, 5)->number, ==, 12);
  g_assert_cmpint (block (blocks, 6)->kind, ==, BB_HELP_PICTURE);
  g_assert_cmpstr (block (blocks, 6)->text, ==, "What it shows");
  g_assert_cmpstr (block (blocks, 6)->file, ==, "picture.png");
}

/* Odd input makes odd text, never bad markup and no way to other files. */
static void
test_odd (void)
{
  static const char *const texts[] = { "",         "\n\n\n",
                                       "**",       "**one",
                                       "`",        "a <b> & </tt> **x** `y",
                                       "![",       "![a](",
                                       "![a](b",   "![a](../../etc/passwd)",
                                       "99999. x", "#",
                                       "# ",       "-" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GPtrArray) blocks = bb_help_parse (texts[i]);
    for (guint k = 0; k < blocks->len; k++) {
      g_autofree char *markup = g_strdup_printf ("<p>%s</p>", block (blocks, k)->text);
      const GMarkupParser nothing = { NULL, NULL, NULL, NULL, NULL };
      g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&nothing, 0, NULL, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (block (blocks, k)->kind, !=, BB_HELP_PICTURE);
      g_markup_parse_context_parse (context, markup, -1, &error);
      g_assert_no_error (error);
    }
  }
  g_assert_null (bb_help_read ("../../samples/README"));
  g_assert_null (bb_help_read ("no-such-chapter"));
  g_assert_null (bb_help_find_picture ("../C/10-first-steps.md"));
}

static void
test_chapters (void)
{
  static const char *const pages[]
      = { "groups", "simulate", "log", "first-steps", "charts", "files", "keyboard" };
  g_auto (GStrv) names = bb_help_list ();

  g_assert_cmpuint (g_strv_length (names), ==, G_N_ELEMENTS (pages));
  g_assert_cmpstr (names[0], ==, "10-first-steps");
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    g_autofree char *chapter = bb_help_chapter_for (pages[i]);
    g_autofree char *title = chapter ? bb_help_title (chapter) : NULL;
    g_assert_nonnull (chapter);
    g_assert_cmpstr (title, !=, chapter);
  }
  g_assert_null (bb_help_chapter_for ("welcome"));
  g_assert_null (bb_help_chapter_for (NULL));
}

/* ---- languages ---- */

static char *
read_file (const char *language, const char *file)
{
  g_autofree char *path = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "help", language, file, NULL);
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    g_error ("the guide in %s lacks %s", language, file);
  return text;
}

/* What a translation must have as the original has it: kinds of blocks in their order, numbers, pictures. */
static void
compare (const char *language, const char *file)
{
  g_autofree char *original = read_file ("C", file), *translated = read_file (language, file);
  g_autoptr (GPtrArray) ours = bb_help_parse (original), theirs = bb_help_parse (translated);

  for (guint i = 0; i < ours->len && i < theirs->len; i++) {
    const BbHelpBlock *a = block (ours, i), *b = block (theirs, i);
    if (a->kind != b->kind || a->number != b->number || g_strcmp0 (a->file, b->file) != 0)
      g_error ("%s/%s: where C has “%.40s” there is “%.40s”", language, file, a->text, b->text);
    if (a->kind == BB_HELP_PARAGRAPH && g_str_equal (a->text, b->text))
      g_error ("%s/%s: “%.40s” is not translated", language, file, a->text);
  }
  if (ours->len != theirs->len)
    g_error ("%s/%s has %u parts, C has %u", language, file, theirs->len, ours->len);
}

static void
test_languages (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "help", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_auto (GStrv) chapters = bb_help_list ();
  const char *language = NULL;

  while ((language = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, language, NULL);
    if (!g_file_test (path, G_FILE_TEST_IS_DIR) || g_str_equal (language, "C"))
      continue;
    for (guint i = 0; chapters[i]; i++) {
      g_autofree char *file = g_strconcat (chapters[i], ".md", NULL);
      compare (language, file);
    }
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/help/format", test_format);
  g_test_add_func ("/app/help/odd", test_odd);
  g_test_add_func ("/app/help/chapters", test_chapters);
  g_test_add_func ("/app/help/languages", test_languages);
  return g_test_run ();
}
