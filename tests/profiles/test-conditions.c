/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-conditions.c: conditions of profiles: what holds, what does not, what is none. */
#include <string.h>

#include "kit.h"
#include "profiles/condition.h"

/* state is 5, lock 0x101, error 0x8000000000000004, limit.set -3; nothing else is known. */
static gboolean
get_value (BbRole role, gint64 *value, gpointer data)
{
  switch (role) {
  case BB_ROLE_STATE:
    *value = 5;
    return TRUE;
  case BB_ROLE_LOCK:
    *value = 0x101;
    return TRUE;
  case BB_ROLE_ERROR:
    *value = G_MININT64 + 4;
    return TRUE;
  case BB_ROLE_LIMIT_SET:
    *value = -3;
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean
is_readable (guint32 address, gpointer data)
{
  return address == 16418;
}

static gboolean
holds (const char *condition)
{
  const BbConditionScope scope
      = { .get_value = get_value, .firmware = "V5.22-rc1", .variant = "tq", .is_readable = is_readable };

  return bb_condition_holds (condition, &scope);
}

static void
test_hold (void)
{
  static const char *const good[] = { "state == 5",          "state==5",
                                      "  state  ==  5  ",    "state == 0x5",
                                      "state == 0X05",       "state == 1,2,5..7",
                                      "state == 1, 4..5 ,9", "state == 5..5",
                                      "state != 4",          "state < 6",
                                      "state <= 5",          "state > 4",
                                      "state >= 5",          "lock == 257",
                                      "lock == 0x101",       "lock & 0x100",
                                      "error & 4",           "error & 0x8000000000000000",
                                      "limit.set == -3",     "limit.set == -5..-1",
                                      "limit.set < 0",       "limit.set > -4",
                                      "variant == tq",       "variant != ebee",
                                      "firmware == 5.22",    "firmware == 5.22.0",
                                      "firmware >= 5.9",     "firmware < 5.100",
                                      "firmware > 5",        "firmware != 5.2",
                                      "firmware <= 6",       "readable(16418)",
                                      "readable(0x4022)",    "readable( 16418)" };

  g_assert_true (holds (NULL));
  for (guint i = 0; i + 1 < G_N_ELEMENTS (good); i++) {
    g_autofree char *both = g_strconcat (good[i], " && ", good[i + 1], NULL);

    g_test_message ("%s", good[i]);
    g_assert_true (holds (good[i]));
    if (i + 2 < G_N_ELEMENTS (good))
      g_assert_true (holds (both));
  }
}

static void
test_do_not_hold (void)
{
  static const char *const bad[]
      = { "state == 4", "state == 1,2,6..7", "state != 5", "state < 5", "state > 5", "state <= 4",
          "state >= 6", "lock & 2", "variant == ebee", "variant == t", "variant == tqq", "variant != tq",
          "firmware == 5.2", "firmware < 5.22", "firmware >= 5.100", "firmware >= 5.22.1", "readable(1)",
          "state == 5 && lock == 0", "lock == 0 && state == 5",
          /* not known: cannot be decided, whichever way it is asked */
          "heartbeat == 0", "heartbeat != 0", "heartbeat >= 0" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_test_message ("%s", bad[i]);
    g_assert_false (holds (bad[i]));
  }
}

/* Nothing is known. */
static void
test_empty_scope (void)
{
  static const char *const any[] = { "state == 5", "firmware != 1", "variant != x", "readable(1)" };
  const BbConditionScope scope = { .get_value = NULL }, odd = { .firmware = "unknown" };

  for (guint i = 0; i < G_N_ELEMENTS (any); i++)
    g_assert_false (bb_condition_holds (any[i], &scope));
  g_assert_false (bb_condition_holds ("firmware != 1", &odd));
  g_assert_true (bb_condition_holds (NULL, &scope));
}

/* How a term fails to be read. */
static void
test_no_conditions (void)
{
  const struct {
    const char *text, *problem;
  } none[] = {
    { "stat == 5", "did you mean state?" },
    { "colour == 5", "the condition asks for an unknown role: “colour”" },
    { "== 5", "the condition asks for an unknown role: “=”" },
    { "state", "is missing in the condition" },
    { "state = 5", "is missing in the condition" },
    { "state && lock == 1", "is missing in the condition: “&& lock == 1”" },
    { "state == ", "no number and no list" },
    { "state == x", "no number and no list such as 1,2,5..7: “x”" },
    { "state == 1,", "no number and no list" },
    { "state == ,1", "no number and no list" },
    { "state == 7..5", "no number and no list" },
    { "state == 1..", "no number and no list" },
    { "state == 9223372036854775808", "no number and no list" },
    { "state == 0x10000000000000000", "no number and no list" },
    { "state == -0x8000000000000000", "no number and no list" },
    { "state < 1,2", "not a number: “1,2”" },
    { "state & ", "not a number" },
    { "state == 1 lock == 2", "no number and no list" },
    { "readable(1) lock == 2", "expected && between the terms of a condition: “lock == 2”" },
    { "state == 1 &&", "the condition ends after its: “&&”" },
    { "firmware >= new", "firmware is compared with a version such as 1.8: “new”" },
    { "firmware >= 1..8", "firmware is compared with a version" },
    { "firmware >= 1.", "firmware is compared with a version" },
    { "firmware >= ", "firmware is compared with a version" },
    { "firmware & 1", "firmware is compared with a version" },
    { "variant == a b", "variant is compared with a word" },
    { "variant == ", "variant is compared with a word" },
    { "variant < a", "variant is compared with a word, by == or !=" },
    { "readable 5", "readable takes a register's address" },
    { "readable(5", "readable takes a register's address" },
    { "readable(x)", "readable takes a register's address" },
    { "readable(65536)", "readable takes a register's address" },
    { "readable(-1)", "readable takes a register's address" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (none); i++) {
    g_autofree gchar *problem = NULL;
    const gchar *at = none[i].text;
    BbTerm term;

    while (bb_condition_next (&at, &term, &problem))
      ;
    g_test_message ("%s: %s", none[i].text, problem);
    g_assert_null (at);
    g_assert_nonnull (problem);
    g_assert_nonnull (strstr (problem, none[i].problem));
    g_assert_false (holds (none[i].text));
  }
}

static void
test_expect (void)
{
  static const char *const none[] = { "", "1", "== ", "== x", "== 1 && == 2", "!= 1,2", "=< 3" };

  g_assert_true (bb_expect_holds ("== 1", 1));
  g_assert_false (bb_expect_holds ("== 1", 2));
  g_assert_true (bb_expect_holds ("!= 255", 16));
  g_assert_false (bb_expect_holds ("!= 0xFF", 255));
  g_assert_true (bb_expect_holds ("<= 120", 120));
  g_assert_true (bb_expect_holds (" == 1,3..5", 4));
  g_assert_true (bb_expect_holds ("& 6", 4));
  g_assert_null (bb_expect_check ("<= 120"));
  for (guint i = 0; i < G_N_ELEMENTS (none); i++) {
    g_autofree gchar *problem = bb_expect_check (none[i]);

    g_assert_nonnull (problem);
    g_assert_false (bb_expect_holds (none[i], 1));
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  g_test_add_func ("/profiles/conditions/hold", test_hold);
  g_test_add_func ("/profiles/conditions/do-not-hold", test_do_not_hold);
  g_test_add_func ("/profiles/conditions/nothing-known", test_empty_scope);
  g_test_add_func ("/profiles/conditions/none", test_no_conditions);
  g_test_add_func ("/profiles/conditions/expect", test_expect);
  return g_test_run ();
}
