/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-pointer.c: JSON pointers: the examples of RFC 6901, numbers, and documents built from them. */
#include "protocols/http/json-pointer.h"

/* RFC 6901, section 5. */
static void
test_rfc6901 (void)
{
  g_autoptr (JsonNode) root
      = json_from_string ("{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,"
                          "\"g|h\":4,\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8}",
                          NULL);
  static const struct {
    const gchar *pointer;
    gdouble value;
  } rows[] = { { "/", 0 },     { "/a~1b", 1 }, { "/c%d", 2 }, { "/e^f", 3 }, { "/g|h", 4 },
               { "/i\\j", 5 }, { "/k\"l", 6 }, { "/ ", 7 },   { "/m~0n", 8 } };
  JsonNode *parent;

  g_assert_true (bb_json_pointer_get (root, "", NULL) == root);
  g_assert_cmpstr (json_node_get_string (bb_json_pointer_get (root, "/foo/0", &parent)), ==, "bar");
  g_assert_true (JSON_NODE_HOLDS_ARRAY (parent));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gdouble value = -1;

    g_assert_true (bb_json_pointer_get_number (root, rows[i].pointer, &value));
    g_assert_cmpfloat (value, ==, rows[i].value);
  }
}

static void
test_nowhere (void)
{
  g_autoptr (JsonNode) root
      = json_from_string ("{\"a\":[1,\"x\",null,true,\"1.5\",\"-\",\"1e999\",\"2 \",1e308,[1]],\"o\":{}}",
                          NULL);
  static const gchar *const nothing[]
      = { "a",    "/a/10", "/a/01", "/a/-", "/a/x", "/b",   "/o/x", "/a/0/x", "/a/99999999999",
          "/a/1", "/a/2",  "/a/3",  "/a/5", "/a/6", "/a/7", "/a/9", "/o" };
  gdouble value = 0;

  for (guint i = 0; i < G_N_ELEMENTS (nothing); i++)
    g_assert_false (bb_json_pointer_get_number (root, nothing[i], &value));
  g_assert_true (bb_json_pointer_get_number (root, "/a/4", &value));
  g_assert_cmpfloat (value, ==, 1.5);
}

static JsonNode *
number (gint64 value)
{
  return json_node_init_int (json_node_alloc (), value);
}

static void
test_build (void)
{
  g_autoptr (JsonNode) root = json_from_string ("{}", NULL);
  g_autofree gchar *text = NULL;

  g_assert_true (bb_json_pointer_set (root, "/emeters/1/power", number (5)));
  g_assert_true (bb_json_pointer_set (root, "/emeters/0/power", number (4)));
  g_assert_true (bb_json_pointer_set (root, "/emeters/0/is_valid", number (1)));
  g_assert_true (bb_json_pointer_set (root, "/total", number (9)));
  g_assert_false (bb_json_pointer_set (root, "/total/x", number (9)));
  g_assert_false (bb_json_pointer_set (root, "", number (9)));
  g_assert_false (bb_json_pointer_set (root, "x", number (9)));
  g_assert_false (bb_json_pointer_set (root, "/emeters/64/x", number (9)));
  g_assert_false (bb_json_pointer_set (root, "/emeters/x", number (9)));
  text = json_to_string (root, FALSE);
  g_assert_cmpstr (text, ==, "{\"emeters\":[{\"power\":4,\"is_valid\":1},{\"power\":5}],\"total\":9}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/pointer/rfc-6901", test_rfc6901);
  g_test_add_func ("/http/pointer/nowhere", test_nowhere);
  g_test_add_func ("/http/pointer/build", test_build);
  return g_test_run ();
}
