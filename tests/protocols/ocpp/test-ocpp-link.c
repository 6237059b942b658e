/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-ocpp-link.c: calls one after the other, crossing ones, time-outs on the clock, what is refused, the
 * tape. */
#include "ocpp-kit.h"

/* ---- the far end, by hand ---- */

typedef struct {
  Kit kit;
  BbOcppClient *client;
  guint n_asked;   /* CALLs that came to the client */
  gboolean silent; /* it does not answer */
} Fixture;

static JsonObject *
far_answer (BbOcppLink *link, const gchar *action, JsonObject *payload, const gchar **code, gchar **text,
            gpointer data)
{
  Fixture *fixture = data;
  JsonObject *answer = NULL;
  fixture->n_asked++;
  if (fixture->silent)
    *code = NULL;
  else if (strcmp (action, "Refuse") == 0) {
    *code = "InternalError";
    *text = g_strdup ("broken");
  } else if (strcmp (action, "Unknown") != 0) {
    answer = json_object_new ();
    json_object_set_string_member (answer, "action", action);
  }
  return answer;
}

static void
set_up (Fixture *fixture)
{
  kit_open (&fixture->kit, "CP1", NULL);
  fixture->client = kit_connect (&fixture->kit, "/ocpp", "CP1", NULL);
  kit_wait (fixture->kit.far != NULL && fixture->kit.link != NULL);
  bb_ocpp_link_set_answer (fixture->kit.far, far_answer, fixture);
}

static void
tear_down (Fixture *fixture)
{
  if (fixture->kit.far != NULL)
    bb_ocpp_link_set_answer (fixture->kit.far, NULL, NULL);
  bb_ocpp_client_free (fixture->client);
  kit_close (&fixture->kit);
}

typedef struct {
  gboolean done;
  JsonObject *answer;
  GError *error;
} Outcome;

static void
outcome_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;
  outcome->done = TRUE;
  outcome->answer = bb_ocpp_link_call_finish (BB_OCPP_LINK (source), result, &outcome->error);
}

static void
outcome_clear (Outcome *outcome)
{
  g_clear_pointer (&outcome->answer, json_object_unref);
  g_clear_error (&outcome->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static void
ask (BbOcppLink *link, const gchar *action, Outcome *outcome)
{
  g_autoptr (JsonObject) payload = json_object_new ();
  bb_ocpp_link_call_async (link, action, payload, 10000, NULL, outcome_cb, outcome);
}

static void
advance (Fixture *fixture, gint64 ms)
{
  BbClock *clock = BB_CLOCK (fixture->kit.clock);
  bb_manual_clock_advance_to (fixture->kit.clock, bb_clock_get_mono_ms (clock) + ms);
}

/* ---- tests ---- */

static void
test_answers (void)
{
  Fixture fixture = { 0 };
  g_auto (Outcome) good = { 0 }, refused = { 0 }, unknown = { 0 };
  set_up (&fixture);
  ask (fixture.kit.link, "Heartbeat", &good);
  ask (fixture.kit.link, "Refuse", &refused);
  ask (fixture.kit.link, "Unknown", &unknown);
  g_assert_cmpuint (bb_ocpp_link_get_n_waiting (fixture.kit.link), ==, 3);
  kit_wait (unknown.done);
  g_assert_no_error (good.error);
  g_assert_cmpstr (json_object_get_string_member (good.answer, "action"), ==, "Heartbeat");
  g_assert_error (refused.error, BB_OCPP_ERROR, BB_OCPP_ERROR_REFUSED);
  g_assert_nonnull (strstr (refused.error->message, "InternalError broken"));
  g_assert_error (unknown.error, BB_OCPP_ERROR, BB_OCPP_ERROR_REFUSED);
  g_assert_nonnull (strstr (unknown.error->message, "NotImplemented"));
  g_assert_true (bb_ocpp_link_is_open (fixture.kit.link));
  tear_down (&fixture);
}

/* The second goes out when the first was answered, or given up; never both at once. */
static void
test_one_outstanding (void)
{
  Fixture fixture = { .silent = TRUE };
  g_auto (Outcome) first = { 0 }, second = { 0 };
  set_up (&fixture);
  ask (fixture.kit.link, "First", &first);
  ask (fixture.kit.link, "Second", &second);
  kit_wait (fixture.n_asked == 1);
  kit_settle ();
  g_assert_cmpuint (fixture.n_asked, ==, 1);
  advance (&fixture, 9999);
  kit_settle ();
  g_assert_false (first.done);
  fixture.silent = FALSE;
  advance (&fixture, 1);
  kit_wait (first.done);
  g_assert_error (first.error, BB_OCPP_ERROR, BB_OCPP_ERROR_TIMED_OUT);
  kit_wait (fixture.n_asked == 2);
  kit_wait (second.done);
  g_assert_no_error (second.error);
  tear_down (&fixture);
}

/* A late answer must not be taken for that of the next call. */
static void
test_late_answer (void)
{
  Fixture fixture = { .silent = TRUE };
  g_auto (Outcome) first = { 0 }, second = { 0 };
  set_up (&fixture);
  ask (fixture.kit.link, "First", &first);
  ask (fixture.kit.link, "Second", &second);
  kit_wait (fixture.n_asked == 1);
  advance (&fixture, 10000);
  kit_wait (first.done && fixture.n_asked == 2);
  bb_ocpp_link_send_text (fixture.kit.far, "[3,\"1\",{\"late\":true}]");
  bb_ocpp_link_send_text (fixture.kit.far, "[3,\"77\",{}]");
  bb_ocpp_link_send_text (fixture.kit.far, "[3,\"2\",{\"right\":true}]");
  kit_wait (second.done);
  g_assert_no_error (second.error);
  g_assert_true (json_object_has_member (second.answer, "right"));
  tear_down (&fixture);
}

typedef struct {
  Fixture *fixture;
  Outcome *back;
} Crossing;

/* Asks back in the middle of answering. */
static JsonObject *
crossing_answer (BbOcppLink *link, const gchar *action, JsonObject *payload, const gchar **code, gchar **text,
                 gpointer data)
{
  Crossing *crossing = data;
  ask (link, "Back", crossing->back);
  *code = NULL; /* our own answer comes later */
  return NULL;
}

static JsonObject *
near_answer (BbOcppLink *link, const gchar *action, JsonObject *payload, const gchar **code, gchar **text,
             gpointer data)
{
  return json_object_new ();
}

static void
test_crossing (void)
{
  Fixture fixture = { 0 };
  g_auto (Outcome) there = { 0 }, back = { 0 };
  Crossing crossing = { &fixture, &back };
  set_up (&fixture);
  bb_ocpp_link_set_answer (fixture.kit.far, crossing_answer, &crossing);
  bb_ocpp_link_set_answer (fixture.kit.link, near_answer, NULL);
  ask (fixture.kit.link, "There", &there);
  kit_wait (back.done);
  g_assert_no_error (back.error);
  g_assert_false (there.done);
  bb_ocpp_link_send_text (fixture.kit.far, "[3,\"1\",{}]");
  kit_wait (there.done);
  g_assert_no_error (there.error);
  tear_down (&fixture);
}

/* What cannot be read is answered where it can be, and never closes the connection. */
static void
test_rubbish (void)
{
  static const gchar *const rubbish[] = { "",
                                          "[",
                                          "{}",
                                          "[2]",
                                          "[9,\"x\"]",
                                          "null",
                                          "\"x\"",
                                          "[3,\"99\",{}]",
                                          "[4,\"99\",\"x\",\"y\",{}]",
                                          "[3,\"1\",[]]" };
  Fixture fixture = { 0 };
  g_auto (Outcome) call = { 0 };
  set_up (&fixture);
  bb_ocpp_link_set_answer (fixture.kit.link, near_answer, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rubbish); i++)
    bb_ocpp_link_send_text (fixture.kit.far, rubbish[i]);
  ask (fixture.kit.far, "Heartbeat", &call);
  kit_wait (call.done);
  g_assert_no_error (call.error);
  tear_down (&fixture);
}

/* The text of the n-th message on the tape that starts so. */
static gboolean
tape_has (BbTape *tape, const gchar *part)
{
  g_autofree gchar *text = bb_tape_to_text (tape);
  return strstr (text, part) != NULL;
}

static void
test_formation_violation (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (1000, G_GINT64_CONSTANT (1795228800000));
  fixture.kit.clock = g_object_ref (clock);
  fixture.kit.tape = bb_tape_new_recorder (NULL, BB_CLOCK (clock), &error);
  g_assert_no_error (error);
  set_up (&fixture);
  bb_ocpp_link_send_text (fixture.kit.far, "[2,\"a7\",\"MeterValues\",[]]");
  kit_wait (tape_has (fixture.kit.tape, "FormationViolation"));
  g_assert_true (tape_has (fixture.kit.tape, "[4,\\\"a7\\\",\\\"FormationViolation\\\""));
  tear_down (&fixture);
}

static void
test_closed (void)
{
  Fixture fixture = { .silent = TRUE };
  g_auto (Outcome) first = { 0 }, second = { 0 }, third = { 0 };
  set_up (&fixture);
  ask (fixture.kit.link, "First", &first);
  ask (fixture.kit.link, "Second", &second);
  kit_wait (fixture.n_asked == 1);
  bb_ocpp_client_set_online (fixture.client, FALSE);
  kit_wait (first.done && second.done);
  g_assert_error (first.error, BB_OCPP_ERROR, BB_OCPP_ERROR_CLOSED);
  g_assert_error (second.error, BB_OCPP_ERROR, BB_OCPP_ERROR_CLOSED);
  g_assert_false (bb_ocpp_link_is_open (fixture.kit.link));
  ask (fixture.kit.link, "Third", &third);
  kit_wait (third.done);
  g_assert_error (third.error, BB_OCPP_ERROR, BB_OCPP_ERROR_CLOSED);
  tear_down (&fixture);
}

static void
test_cancelled (void)
{
  Fixture fixture = { .silent = TRUE };
  g_auto (Outcome) first = { 0 }, second = { 0 }, third = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (JsonObject) payload = json_object_new ();
  set_up (&fixture);
  bb_ocpp_link_call_async (fixture.kit.link, "First", payload, 10000, cancellable, outcome_cb, &first);
  bb_ocpp_link_call_async (fixture.kit.link, "Second", payload, 10000, cancellable, outcome_cb, &second);
  ask (fixture.kit.link, "Third", &third);
  kit_wait (fixture.n_asked == 1);
  g_cancellable_cancel (cancellable);
  kit_wait (first.done && second.done);
  g_assert_error (first.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_error (second.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  kit_settle ();
  g_assert_cmpuint (fixture.n_asked, ==, 1); /* the first is still being worked on */
  bb_ocpp_link_send_text (fixture.kit.far, "[3,\"1\",{}]");
  kit_wait (fixture.n_asked == 2);
  bb_ocpp_link_send_text (fixture.kit.far, "[3,\"3\",{}]");
  kit_wait (third.done);
  g_assert_no_error (third.error);
  tear_down (&fixture);
}

/* Nothing at all heard for a minute while calls time out: the connection is given up. */
static void
test_dead (void)
{
  Fixture fixture = { .silent = TRUE };
  set_up (&fixture);
  for (guint i = 0; i < 6; i++) {
    g_auto (Outcome) call = { 0 };
    g_assert_true (bb_ocpp_link_is_open (fixture.kit.link));
    ask (fixture.kit.link, "Heartbeat", &call);
    advance (&fixture, 10000);
    kit_wait (call.done);
  }
  g_assert_false (bb_ocpp_link_is_open (fixture.kit.link));
  tear_down (&fixture);
}

static void
test_flood (void)
{
  Fixture fixture = { 0 };
  set_up (&fixture);
  for (guint i = 0; i < 3000; i++)
    bb_ocpp_link_send_text (fixture.kit.far, "[3,\"x\",{}]");
  kit_wait (!bb_ocpp_link_is_open (fixture.kit.link));
  tear_down (&fixture);
}

static void
test_oversize (void)
{
  Fixture fixture = { 0 };
  g_autofree gchar *spaces = g_strnfill (BB_OCPP_MAX_BYTES + 16, ' ');
  set_up (&fixture);
  bb_ocpp_link_send_text (fixture.kit.far, spaces);
  kit_wait (!bb_ocpp_link_is_open (fixture.kit.link));
  tear_down (&fixture);
}

static void
test_large (void)
{
  Fixture fixture = { 0 };
  g_autofree gchar *filler = g_strnfill (900000, 'x');
  g_autofree gchar *text = g_strdup_printf ("[3,\"1\",{\"filler\":\"%s\"}]", filler);
  g_auto (Outcome) call = { 0 };
  set_up (&fixture);
  fixture.silent = TRUE;
  ask (fixture.kit.link, "GetConfiguration", &call);
  kit_wait (fixture.n_asked == 1);
  bb_ocpp_link_send_text (fixture.kit.far, text);
  kit_wait (call.done);
  g_assert_no_error (call.error);
  tear_down (&fixture);
}

/* ---- the tape ---- */

static void
change_key (BbOcppLink *link, Outcome *outcome)
{
  g_autoptr (JsonObject) payload = json_object_new ();
  json_object_set_string_member (payload, "key", "AuthorizationKey");
  json_object_set_string_member (payload, "value", "6b65793132333435");
  bb_ocpp_link_call_async (link, "ChangeConfiguration", payload, 10000, NULL, outcome_cb, outcome);
}

/* A conversation is recorded without the key, and played without a station. */
static void
test_tape (void)
{
  Fixture fixture = { 0 };
  g_auto (Outcome) key = { 0 }, call = { 0 }, again = { 0 }, more = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = NULL;
  g_autoptr (BbTape) player = NULL;
  g_autoptr (BbOcppLink) played = NULL;
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (1000, G_GINT64_CONSTANT (1795228800000));
  fixture.kit.clock = g_object_ref (clock);
  fixture.kit.tape = bb_tape_new_recorder (NULL, BB_CLOCK (clock), &error);
  g_assert_no_error (error);
  set_up (&fixture);
  change_key (fixture.kit.link, &key);
  ask (fixture.kit.link, "Heartbeat", &call);
  kit_wait (call.done);
  text = bb_tape_to_text (fixture.kit.tape);
  g_assert_null (strstr (text, "6b65793132333435"));
  g_assert_nonnull (strstr (text, "AuthorizationKey"));
  tear_down (&fixture);

  player = bb_tape_new_player_from_text (text, &error);
  g_assert_no_error (error);
  played = bb_ocpp_link_new (NULL, "ocpp CP1", BB_CLOCK (clock), NULL, player);
  change_key (played, &again);
  ask (played, "Heartbeat", &more);
  kit_wait (more.done);
  g_assert_no_error (again.error);
  g_assert_no_error (more.error);
  g_assert_cmpstr (json_object_get_string_member (more.answer, "action"), ==, "Heartbeat");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocols/ocpp/link/answers", test_answers);
  g_test_add_func ("/protocols/ocpp/link/one-outstanding", test_one_outstanding);
  g_test_add_func ("/protocols/ocpp/link/late-answer", test_late_answer);
  g_test_add_func ("/protocols/ocpp/link/crossing", test_crossing);
  g_test_add_func ("/protocols/ocpp/link/rubbish", test_rubbish);
  g_test_add_func ("/protocols/ocpp/link/formation-violation", test_formation_violation);
  g_test_add_func ("/protocols/ocpp/link/closed", test_closed);
  g_test_add_func ("/protocols/ocpp/link/cancelled", test_cancelled);
  g_test_add_func ("/protocols/ocpp/link/dead", test_dead);
  g_test_add_func ("/protocols/ocpp/link/flood", test_flood);
  g_test_add_func ("/protocols/ocpp/link/oversize", test_oversize);
  g_test_add_func ("/protocols/ocpp/link/large", test_large);
  g_test_add_func ("/protocols/ocpp/link/tape", test_tape);
  return g_test_run ();
}
