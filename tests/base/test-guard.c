/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-guard.c: what the gate before the JSON parser lets through, and where it says the fault is. */
#include "base/guard.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  const gchar *text;
  gint code;           /* -1: good */
  const gchar *starts; /* of the message */
} Case;

static const Case cases[] = {
  { "{}", -1, NULL },
  { " [1, -0.5e+3, \"\\u00e9\\n\", true, false, null, {\"a\": [ ]}] \r\n", -1, NULL },
  { "3", -1, NULL },
  { "\xef\xbb\xbf{\"a\":1}", -1, NULL },
  { "[9223372036854775807, -9223372036854775808]", -1, NULL },
  { "{\"a\": {\"a\": 1}, \"b\": {\"a\": 1}}", -1, NULL },
  { "", BB_TEXT_ERROR_EMPTY, "f:1:1: " },
  { " \n ", BB_TEXT_ERROR_EMPTY, "f:1:1: " },
  { "{\n  \"a\": 1,\n  \"b\" 2}", BB_TEXT_ERROR_SYNTAX, "f:3:7: " },
  { "{\"a\": 1,}", BB_TEXT_ERROR_SYNTAX, "f:1:9: " },
  { "[1,]", BB_TEXT_ERROR_SYNTAX, "f:1:4: " },
  { "[,1]", BB_TEXT_ERROR_SYNTAX, "f:1:2: " },
  { "[1 2]", BB_TEXT_ERROR_SYNTAX, "f:1:4: " },
  { "[1}", BB_TEXT_ERROR_SYNTAX, "f:1:3: " },
  { "]", BB_TEXT_ERROR_SYNTAX, "f:1:1: " },
  { "{} {}", BB_TEXT_ERROR_SYNTAX, "f:1:4: " },
  { "{'a': 1}", BB_TEXT_ERROR_SYNTAX, "f:1:2: " },
  { "{\"a\": 1, // no\n}", BB_TEXT_ERROR_SYNTAX, "f:1:10: " },
  { "{\"a\": NaN}", BB_TEXT_ERROR_SYNTAX, "f:1:7: " },
  { "[Infinity]", BB_TEXT_ERROR_SYNTAX, "f:1:2: " },
  { "[+1]", BB_TEXT_ERROR_SYNTAX, "f:1:2: " },
  { "[01]", BB_TEXT_ERROR_SYNTAX, "f:1:2: " },
  { "[1.]", BB_TEXT_ERROR_SYNTAX, "f:1:2: " },
  { "[-]", BB_TEXT_ERROR_SYNTAX, "f:1:2: " },
  { "[1e400]", BB_TEXT_ERROR_SYNTAX, "f:1:2: " },
  { "[9223372036854775808]", BB_TEXT_ERROR_SYNTAX, "f:1:2: " },
  { "[0x10]", BB_TEXT_ERROR_SYNTAX, "f:1:3: " },
  { "[\"a\nb\"]", BB_TEXT_ERROR_SYNTAX, "f:1:4: " },
  { "[\"\\x\"]", BB_TEXT_ERROR_SYNTAX, "f:1:3: " },
  { "[\"\\u12g4\"]", BB_TEXT_ERROR_SYNTAX, "f:1:7: " },
  { "[\"\\u0000\"]", BB_TEXT_ERROR_ENCODING, "f:1:3: " },
  { "[\"\\ud800]\"]", BB_TEXT_ERROR_ENCODING, "f:1:3: " },
  { "[\"\\udc00\\ud800\"]", BB_TEXT_ERROR_ENCODING, "f:1:3: " },
  { "[\"\\ud800\\u0041\"]", BB_TEXT_ERROR_ENCODING, "f:1:3: " },
  { "[\"\\ud800\\ud800\"]", BB_TEXT_ERROR_ENCODING, "f:1:3: " },
  { "{\"x\": {\"\\ud800x\": 1}}", BB_TEXT_ERROR_ENCODING, "f:1:9: " },
  { "{\"a\": 1,\n \"a\": 2}", BB_TEXT_ERROR_SYNTAX, "f:2:2: " },
  { "{\"a\": 1, \"\\u0061\": 2}", BB_TEXT_ERROR_SYNTAX, "f:1:10: " },
  { "{\"\\ud83d\\ude00\": 1, \"\xf0\x9f\x98\x80\": 2}", BB_TEXT_ERROR_SYNTAX, "f:1:21: " },
  { "{\"a\": [1, 2", BB_TEXT_ERROR_TRUNCATED, "f:1:12: " },
  { "{\"a\": \"b", BB_TEXT_ERROR_TRUNCATED, "f:1:9: " },
  { "{\"a\":", BB_TEXT_ERROR_TRUNCATED, "f:1:6: " },
  { "[\"\\", BB_TEXT_ERROR_TRUNCATED, "f:1:4: " },
  { "[\"\\u00", BB_TEXT_ERROR_TRUNCATED, "f:1:7: " },
  { "[tru", BB_TEXT_ERROR_TRUNCATED, "f:1:5: " },
  { "[\"\xc3(\"]", BB_TEXT_ERROR_ENCODING, "f:1:3: " },
  { "\xff\xfe{", BB_TEXT_ERROR_ENCODING, "f:1:1: " },
  { "\x1f\x8b\x08", BB_TEXT_ERROR_ENCODING, "f:1:2: " },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) node = bb_json_parse (cases[i].text, -1, "f", &error);
    if (cases[i].code < 0) {
      g_assert_no_error (error);
      g_assert_nonnull (node);
      continue;
    }
    g_assert_null (node);
    g_assert_error (error, BB_TEXT_ERROR, cases[i].code);
    if (!g_str_has_prefix (error->message, cases[i].starts))
      g_test_message ("case %u is at another place than %s: %s", i, cases[i].starts, error->message);
    g_assert_true (g_str_has_prefix (error->message, cases[i].starts));
  }
}

static gchar *
nested (guint depth, gchar open, gchar close)
{
  gchar *text = g_malloc (2 * depth + 1);
  memset (text, open, depth);
  memset (text + depth, close, depth);
  text[2 * depth] = 0;
  return text;
}

static void
test_depth (void)
{
  g_autofree gchar *fits = nested (BB_GUARD_MAX_DEPTH, '[', ']');
  g_autofree gchar *over = nested (BB_GUARD_MAX_DEPTH + 1, '[', ']');
  g_autofree gchar *abyss = nested (5000000, '[', ']');
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = bb_json_parse (fits, -1, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (node);
  g_assert_false (bb_guard_json (over, -1, BB_GUARD_MAX_BYTES, "deep", &error));
  g_assert_error (error, BB_TEXT_ERROR, BB_TEXT_ERROR_DEPTH);
  g_assert_true (g_str_has_prefix (error->message, "deep:1:65: "));
  g_clear_error (&error);
  g_assert_null (bb_json_parse (abyss, -1, NULL, &error));
  g_assert_error (error, BB_TEXT_ERROR, BB_TEXT_ERROR_DEPTH);
}

static void
test_zero_byte (void)
{
  g_autoptr (GError) error = NULL;
  g_assert_false (bb_guard_json ("[1,\n\0 2]", 8, 100, "f", &error));
  g_assert_error (error, BB_TEXT_ERROR, BB_TEXT_ERROR_ENCODING);
  g_assert_true (g_str_has_prefix (error->message, "f:2:1: "));
}

static void
test_size (void)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (bb_guard_json ("[1]", -1, 3, "f", &error));
  g_assert_false (bb_guard_json ("[12]", -1, 3, "f", &error));
  g_assert_error (error, BB_TEXT_ERROR, BB_TEXT_ERROR_TOO_LARGE);
}

/* Every beginning of a good text is refused or good, and never crashes. */
static void
test_every_beginning (void)
{
  static const gchar text[] = "{\"a\": [1, -2.5e3, \"x\\u00e9\\\\\"], \"b\": {\"c\": null, \"d\": true}}";
  for (gsize length = 0; length < sizeof text - 1; length++) {
    g_autofree gchar *exact = g_memdup2 (text, length);
    g_autoptr (GError) error = NULL;
    g_assert_false (bb_guard_json (exact != NULL ? exact : "", (gssize) length, 1000, NULL, &error));
    g_assert_true (error->domain == BB_TEXT_ERROR);
    g_assert_true (error->code == BB_TEXT_ERROR_TRUNCATED || error->code == BB_TEXT_ERROR_EMPTY
                   || error->code == BB_TEXT_ERROR_SYNTAX);
  }
}

/* Whatever the gate lets through, the parser takes too. */
static void
test_agrees_with_parser (void)
{
  static const gchar *const parts[]
      = { "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "1", "-2.5", "true", "null", " ", "\\" };
  guint n_good = 0;
  for (guint i = 0; i < 100000; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GError) error = NULL;
    guint n = (guint) g_test_rand_int_range (1, 8);
    for (guint k = 0; k < n; k++)
      g_string_append (text, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
    if (bb_guard_json (text->str, -1, 1000, NULL, NULL)) {
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_assert_true (json_parser_load_from_data (parser, text->str, -1, &error));
      g_assert_no_error (error);
      n_good++;
    }
  }
  g_assert_cmpuint (n_good, >, 100);
}

static void
test_files (void)
{
  g_autofree gchar *folder = g_dir_make_tmp ("busbar-guard-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "a.json", NULL);
  g_autofree gchar *expected = g_strconcat (path, ":2:6: ", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_file_set_contents (path, "{\"a\":\n  [1 2]}", -1, NULL);
  g_assert_null (bb_json_load_file (path, 100, &error));
  g_assert_error (error, BB_TEXT_ERROR, BB_TEXT_ERROR_SYNTAX);
  g_assert_true (g_str_has_prefix (error->message, expected));
  g_clear_error (&error);
  g_assert_null (bb_json_load_file (path, 5, &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_file_set_contents (path, "{\"a\": 5}", -1, NULL);
  node = bb_json_load_file (path, 100, &error);
  g_assert_no_error (error);
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (node), "a"), ==, 5);
  g_unlink (path);
  g_assert_null (bb_json_load_file (path, 100, &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_NOT_FOUND);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/guard/cases", test_cases);
  g_test_add_func ("/base/guard/depth", test_depth);
  g_test_add_func ("/base/guard/zero-byte", test_zero_byte);
  g_test_add_func ("/base/guard/size", test_size);
  g_test_add_func ("/base/guard/every-beginning", test_every_beginning);
  g_test_add_func ("/base/guard/agrees-with-parser", test_agrees_with_parser);
  g_test_add_func ("/base/guard/files", test_files);
  return g_test_run ();
}
