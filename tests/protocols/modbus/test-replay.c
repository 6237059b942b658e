/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-replay.c: a Modbus conversation is recorded, and replayed without any connection. */
#include <string.h>

#include "modbus-kit.h"

/* Values or errors of one conversation, as text. */
static void
step (Kit *kit, const BbModbusRequest *request, GString *results)
{
  Reply reply;
  kit_ask (kit, request, &reply);
  if (reply.error != NULL)
    g_string_append_printf (results, "%s %d\n", g_quark_to_string (reply.error->domain), reply.error->code);
  for (guint i = 0; i < reply.n; i++)
    g_string_append_printf (results, "%u%c", reply.values[i], i + 1 < reply.n ? ' ' : '\n');
  reply_clear (&reply);
}

static gchar *
converse (Kit *kit)
{
  static const guint16 values[] = { 16000, 32 };
  GString *results = g_string_new (NULL);

  step (kit, &(BbModbusRequest){ 5, 3, 10, 3, NULL, BB_MODBUS_METER }, results);
  step (kit, &(BbModbusRequest){ 5, 16, 20, 2, values, BB_MODBUS_SETPOINT }, results);
  kit_fault (kit, BB_MODBUS_REFUSE, 1);
  step (kit, &(BbModbusRequest){ 5, 4, 10, 1, NULL, BB_MODBUS_STATUS }, results);
  kit_fault (kit, BB_MODBUS_DISCONNECT, 1);
  step (kit, &(BbModbusRequest){ 5, 3, 11, 1, NULL, BB_MODBUS_STATUS }, results);
  kit_fault (kit, BB_MODBUS_GARBAGE, 1);
  step (kit, &(BbModbusRequest){ 5, 3, 11, 1, NULL, BB_MODBUS_STATUS }, results);
  kit_fault (kit, BB_MODBUS_ANSWER, 0);
  step (kit, &(BbModbusRequest){ 5, 1, 0, 9, NULL, BB_MODBUS_STATUS }, results);
  g_assert_true (bb_modbus_server_set_online (kit->server, FALSE, NULL));
  step (kit, &(BbModbusRequest){ 5, 3, 0, 2, NULL, BB_MODBUS_STATUS }, results);
  g_assert_true (bb_modbus_server_set_online (kit->server, TRUE, NULL));
  return g_string_free (results, FALSE);
}

static gchar *
record (gchar **results, gboolean rtu)
{
  g_autoptr (Kit) kit = rtu ? kit_new_rtu (0) : kit_new_tcp (0, 0);
  kit->tape = bb_tape_new_recorder (NULL, BB_CLOCK (kit->clock), NULL);
  kit->link.timeout_ms = rtu ? 250 : 3000;
  kit_connect (kit);
  *results = converse (kit);
  return bb_tape_to_text (kit->tape);
}

static gchar *
replay (const gchar *text, gboolean rtu, guint *n_seen)
{
  g_autoptr (Kit) kit = rtu ? kit_new_rtu (0) : kit_new_tcp (0, 0);
  g_autoptr (GError) error = NULL;
  gchar *results;

  kit->tape = bb_tape_new_player_from_text (text, &error);
  g_assert_no_error (error);
  kit_connect (kit);
  results = converse (kit);
  *n_seen = kit->n_seen;
  return results;
}

static void
test_replay (void)
{
  for (gint rtu = 0; rtu < 2; rtu++) {
    g_autofree gchar *recorded = NULL, *replayed = NULL;
    g_autofree gchar *tape = record (&recorded, rtu);
    guint n_seen;

    replayed = replay (tape, rtu, &n_seen);
    g_assert_cmpstr (replayed, ==, recorded);
    g_assert_nonnull (strstr (recorded, "31 34 37\n16000 32\n"));
    g_assert_cmpuint (n_seen, ==, 0);
    /* Unit, function, data: no head, no check sum. */
    g_assert_nonnull (strstr (tape, "\"channel\":\"wire\",\"out\":\"0503000a0003\""));
    g_assert_nonnull (strstr (tape, "\"in\":\"050306001f00220025\""));
    g_assert_nonnull (strstr (tape, "\"out\":\"051000140002043e800020\""));
    g_assert_nonnull (strstr (tape, rtu ? "timed-out" : "connection-refused"));
  }
}

/* One byte of one request changed: that request is red, and says where. */
static void
test_changed_request (void)
{
  g_autofree gchar *recorded = NULL;
  g_autofree gchar *tape = record (&recorded, FALSE);
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);
  gchar *at = strstr (tape, "051000140002043e800020");
  const guint16 values[] = { 16000, 32 };
  Reply reply;

  g_assert_nonnull (at);
  at[15] = 'f'; /* 3e80 -> 3f80 */
  kit->tape = bb_tape_new_player_from_text (tape, NULL);
  kit_connect (kit);
  kit_ask (kit, &(BbModbusRequest){ 5, 3, 10, 3, NULL, BB_MODBUS_METER }, &reply);
  g_assert_no_error (reply.error);
  reply_clear (&reply);
  kit_ask (kit, &(BbModbusRequest){ 5, 16, 20, 2, values, BB_MODBUS_SETPOINT }, &reply);
  g_assert_error (reply.error, BB_TAPE_ERROR, BB_TAPE_ERROR_DIFFERENT);
  g_assert_nonnull (strstr (reply.error->message, "051000140002043e800020"));
  g_assert_nonnull (strstr (reply.error->message, "051000140002043f800020"));
  reply_clear (&reply);
}

/* An answer changed on the tape goes through the same checks as one from the wire. */
static void
test_changed_answer (void)
{
  g_autofree gchar *recorded = NULL;
  g_autofree gchar *tape = record (&recorded, FALSE);
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);
  gchar *at = strstr (tape, "050306001f00220025");

  at[5] = '4'; /* the byte count */
  kit->tape = bb_tape_new_player_from_text (tape, NULL);
  kit_connect (kit);
  {
    Reply reply;
    kit_ask (kit, &(BbModbusRequest){ 5, 3, 10, 3, NULL, BB_MODBUS_METER }, &reply);
    g_assert_error (reply.error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_DAMAGED);
    reply_clear (&reply);
  }
}

static void
test_end_of_tape (void)
{
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);
  Reply reply;

  kit->tape = bb_tape_new_player_from_text ("{\"format\":\"busbar-tape/1\"}\n", NULL);
  kit_connect (kit);
  kit_read (kit, 0, 1, &reply);
  g_assert_error (reply.error, BB_TAPE_ERROR, BB_TAPE_ERROR_END);
  reply_clear (&reply);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/modbus/replay/conversation", test_replay);
  g_test_add_func ("/modbus/replay/changed-request", test_changed_request);
  g_test_add_func ("/modbus/replay/changed-answer", test_changed_answer);
  g_test_add_func ("/modbus/replay/end", test_end_of_tape);
  return g_test_run ();
}
