/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-reason-text.c: every reason of the engine has a sentence that says what, where, how much and until
 * when. */
#include "model/reason-text.h"

#include <string.h>

#include "support.h"

typedef struct {
  BbSite *site;
  BbEngineConfig *config;
  BbZone *zone;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->site = site_of (
      "{\"format\":\"busbar-site/1\",\"timezone\":\"Europe/Berlin\",\"circuits\":["
      "{\"id\":\"main\",\"name\":\"Haupt\",\"rating_a\":63,\"other_load_a\":10,\"meter\":\"m\"},"
      "{\"id\":\"garage\",\"name\":\"Garage\",\"parent\":\"main\",\"rating_a\":32}],"
      "\"meters\":[{\"id\":\"m\",\"signed\":true}],"
      "\"groups\":[{\"id\":\"cars\",\"name\":\"Cars\",\"circuit\":\"garage\",\"mode\":\"solar\",\"solar_"
      "start_a\":7,"
      "\"offline_a\":10}],"
      "\"stations\":[{\"id\":\"s3\",\"name\":\"Station 3\",\"group\":\"cars\",\"max_a\":16,\"failsafe_a\":0},"
      "{\"id\":\"s5\",\"group\":\"cars\",\"max_a\":16,\"phases\":1,\"failsafe_a\":0}]}");
  g_autoptr (GError) error = NULL;
  f->config = bb_engine_config_new (f->site, NULL, &error);
  g_assert_no_error (error);
  f->zone = bb_zone_new ("Europe/Berlin", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_object_unref (f->site);
  bb_engine_config_free (f->config);
  bb_zone_unref (f->zone);
}

static BbReasonContext
context_of (const Fixture *f, gint station, gint32 setpoint_ma)
{
  return (BbReasonContext){ f->site, f->config, f->zone, MONDAY + 12 * HOUR, station, setpoint_ma };
}

/* What is wrong with a sentence; NULL: nothing. */
static const gchar *
fault_of (const gchar *text)
{
  static const gchar *const vague[] = { "error", "Error", "unknown", "failed to", "invalid", "(null)", "%" };

  if (text == NULL || strlen (text) < 8)
    return "says nothing";
  if (strpbrk (text, "{}") != NULL)
    return "a word was not filled in";
  for (guint i = 0; i < G_N_ELEMENTS (vague); i++)
    if (strstr (text, vague[i]) != NULL)
      return "is vague";
  if (strchr (text, '!') != NULL || text[strlen (text) - 1] == '.' || strstr (text, "  ") != NULL)
    return "is not in our voice";
  for (const gchar *c = strchr (text, '.'); c != NULL; c = strchr (c + 1, '.')) {
    /* a decimal point belongs to a current: one decimal and its unit */
    if (g_ascii_isdigit (c[1]) && !g_str_has_prefix (c + 2, " A"))
      return "has a figure without its unit";
  }
  return NULL;
}

/* The checker itself finds what it is for. */
static void
test_checker (void)
{
  static const gchar *const bad[] = { "",
                                      "Sensor error",
                                      "held by {row}",
                                      "held by L2 of Garage (32.0)",
                                      "no vehicle is connected.",
                                      "Stopped now!",
                                      "held by (null) of it",
                                      "a value of 7.55 A" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_nonnull (fault_of (bad[i]));
  g_assert_null (fault_of ("held by L2 of Garage (32.0 A)"));
  g_assert_nonnull (fault_of (NULL));
}

static void
check (const Fixture *f, const bbe_reason *reason, gint station)
{
  BbReasonContext context = context_of (f, station, 9000);
  g_autofree gchar *text = bb_reason_text (&context, reason);
  g_autofree gchar *sentence = bb_reason_sentence (&context, reason);
  const gchar *fault = fault_of (text), *place = bb_reason_place (&context, reason);

  if (fault != NULL || fault_of (sentence) != NULL)
    g_error ("code %u, limit %u, place %u, phase %u: “%s” %s", reason->code, reason->limit, reason->place,
             reason->phase, sentence, fault);
  g_assert_true (g_str_has_prefix (sentence, station == 0 ? "Station 3: 9.0 A, " : "s5: 9.0 A, "));
  g_assert_true (g_str_has_suffix (sentence, text));
  if (reason->code == BBE_REASON_ROW && place != NULL) {
    g_assert_nonnull (strstr (text, place));
    g_assert_nonnull (strstr (text, "32.5 A"));
    if (reason->phase < 3)
      g_assert_nonnull (strstr (text, (const gchar *[]){ "L1 of", "L2 of", "L3 of" }[reason->phase]));
  }
  if (reason->code == BBE_REASON_QUEUED && reason->until_ms == MONDAY + 17 * HOUR + 45 * MINUTE)
    g_assert_nonnull (strstr (text, "18:45"));
}

static void
test_every_reason (Fixture *f, gconstpointer data)
{
  static const guint8 phases[] = { 0, 1, 2, BBE_TOTAL, 255 };
  static const gint64 untils[]
      = { 0, MONDAY + 17 * HOUR + 45 * MINUTE, MONDAY + 3 * DAY + 5 * SECOND, G_MAXINT64, G_MININT64 };
  guint n = 0;

  for (guint code = 0; code <= BBE_REASON_COUNT; code++)
    for (guint limit = 0; limit <= BBE_LIMIT_COUNT; limit++)
      for (guint place = BBE_PLACE_NONE; place <= BBE_PLACE_SITE; place++)
        for (guint p = 0; p < G_N_ELEMENTS (phases); p++)
          for (guint u = 0; u < G_N_ELEMENTS (untils); u++, n++) {
            bbe_reason reason = { .code = (guint8) code,
                                  .limit = (guint8) limit,
                                  .place = (guint8) place,
                                  .phase = phases[p],
                                  .index = 0,
                                  .value_ma = 32500,
                                  .until_ms = untils[u] };
            check (f, &reason, (gint) (n % 2));
          }
  g_assert_cmpuint (n, ==, (BBE_REASON_COUNT + 1) * (BBE_LIMIT_COUNT + 1) * 4 * 5 * 5);
}

/* No two codes are told in the same words: each sentence says which rule it was. */
static void
test_distinct (Fixture *f, gconstpointer data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) limits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  BbReasonContext context = context_of (f, 0, 0);

  for (guint code = 0; code < BBE_REASON_COUNT; code++) {
    bbe_reason reason
        = { .code = (guint8) code, .place = BBE_PLACE_CIRCUIT, .phase = 1, .index = 1, .value_ma = 32000 };
    g_assert_true (g_hash_table_add (seen, bb_reason_text (&context, &reason)));
    if (code != BBE_REASON_NONE && code != BBE_REASON_NO_VEHICLE)
      g_assert_nonnull (bb_reason_words ((guint8) code));
  }
  for (guint limit = BBE_LIMIT_RATING; limit < BBE_LIMIT_COUNT; limit++) {
    bbe_reason reason = { .code = BBE_REASON_ROW,
                          .limit = (guint8) limit,
                          .place = BBE_PLACE_CIRCUIT,
                          .phase = 1,
                          .index = 1,
                          .value_ma = 32000 };
    g_assert_true (g_hash_table_add (limits, bb_reason_text (&context, &reason)));
  }
}

static void
assert_sentence (const Fixture *f, gint station, gint32 setpoint_ma, bbe_reason reason, const gchar *expected)
{
  BbReasonContext context = context_of (f, station, setpoint_ma);
  g_autofree gchar *sentence = bb_reason_sentence (&context, &reason);

  g_assert_cmpstr (sentence, ==, expected);
}

/* The sentences of DESIGN.md and of the manual's cases. */
static void
test_sentences (Fixture *f, gconstpointer data)
{
  gint16 garage = (gint16) bb_engine_config_find (f->config, BB_TABLE_CIRCUITS, "garage");

  assert_sentence (f, 0, 9000,
                   (bbe_reason){ BBE_REASON_ROW, BBE_LIMIT_RATING, BBE_PLACE_CIRCUIT, 1, garage, 32000, 0 },
                   "Station 3: 9.0 A, held by L2 of Garage (32.0 A)");
  assert_sentence (f, 1, 0,
                   (bbe_reason){ .code = BBE_REASON_QUEUED,
                                 .phase = 255,
                                 .index = -1,
                                 .until_ms = MONDAY + 17 * HOUR + 45 * MINUTE },
                   "s5: 0.0 A, queued; its turn comes at 18:45");
  assert_sentence (f, 1, 0,
                   (bbe_reason){ BBE_REASON_SOLAR_LOW, BBE_LIMIT_SOLAR, BBE_PLACE_GROUP, 0, 0, 6200, 0 },
                   "s5: 0.0 A, solar surplus 6.2 A is under the 7.0 A it starts at");
  assert_sentence (f, 0, 0,
                   (bbe_reason){ BBE_REASON_NO_ROOM, BBE_LIMIT_GROUP_OFFLINE, BBE_PLACE_GROUP, 2, 0, 10000,
                                 0 },
                   "Station 3: 0.0 A, stopped: the offline limit on L3 of Cars (10.0 A) leaves less than its "
                   "minimum of 6.0 A");
  assert_sentence (f, 0, 7000,
                   (bbe_reason){ BBE_REASON_ROW, BBE_LIMIT_PEAK, BBE_PLACE_CIRCUIT, BBE_TOTAL, garage, 43478,
                                 0 },
                   "Station 3: 7.0 A, held by the peak limit on the sum of L1 L2 L3 of Garage (43.5 A)");
  /* another day has its date, a surplus below zero a real minus sign */
  assert_sentence (f, 0, 0, (bbe_reason){ .code = BBE_REASON_OFF_PEAK, .until_ms = MONDAY + DAY + 5 * HOUR },
                   "Station 3: 0.0 A, waits for off-peak, which starts at 2026-01-06 06:00");
  assert_sentence (f, 0, 0, (bbe_reason){ .code = BBE_REASON_SOLAR_LOW, .value_ma = -1240 },
                   "Station 3: 0.0 A, solar surplus −1.2 A is under the 7.0 A it starts at");
}

/* An index that names nothing, as from a damaged file, is told without a place. */
static void
test_hostile (Fixture *f, gconstpointer data)
{
  static const gint16 indices[] = { -1, 2, 99, G_MAXINT16, G_MININT16 };

  for (guint place = 0; place < 256; place++)
    for (guint i = 0; i < G_N_ELEMENTS (indices); i++) {
      bbe_reason reason = { BBE_REASON_ROW, (guint8) (place * 7), (guint8) place, (guint8) (place * 3),
                            indices[i],     G_MININT32,           G_MININT64 };
      BbReasonContext context = context_of (f, (gint) (place % 2), G_MININT32);
      g_autofree gchar *sentence = bb_reason_sentence (&context, &reason);
      g_assert_cmpstr (sentence, !=, "");
      g_assert_true (g_utf8_validate (sentence, -1, NULL));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reason-text/checker", test_checker);
#define ADD(path, function) g_test_add ("/reason-text/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("every-reason", test_every_reason);
  ADD ("distinct", test_distinct);
  ADD ("sentences", test_sentences);
  ADD ("hostile", test_hostile);
  return g_test_run ();
}
