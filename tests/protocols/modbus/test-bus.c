/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-bus.c: the Modbus TCP bus against the server: functions, faults, order, reconnecting. */
#include "modbus-kit.h"

/* ---- functions ---- */

static void
test_reads (void)
{
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);
  Reply reply;

  kit_connect (kit);
  for (guint8 function = 3; function <= 4; function++) {
    const BbModbusRequest request = { .unit = 255, .function = function, .address = 65411, .count = 125 };
    kit_ask (kit, &request, &reply);
    g_assert_no_error (reply.error);
    g_assert_cmpuint (reply.n, ==, 125);
    for (guint i = 0; i < reply.n; i++)
      g_assert_cmpuint (reply.values[i], ==, kit->registers[65411 + i]);
    reply_clear (&reply);
  }
  for (guint8 function = 1; function <= 2; function++) {
    const BbModbusRequest request = { .unit = 0, .function = function, .address = 9, .count = 2000 };
    for (guint i = 0; i < 2000; i++)
      kit->registers[9 + i] = i % 3 == 0;
    kit_ask (kit, &request, &reply);
    g_assert_no_error (reply.error);
    g_assert_cmpuint (reply.n, ==, 2000);
    for (guint i = 0; i < reply.n; i++)
      g_assert_cmpuint (reply.values[i], ==, i % 3 == 0);
    reply_clear (&reply);
  }
}

static void
test_writes (void)
{
  static const guint8 functions[] = { 5, 6, 15, 16 };
  static const guint16 counts[] = { 1, 1, 1968, 123 };
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);
  guint16 values[1968];
  Reply reply;

  kit_connect (kit);
  for (guint f = 0; f < G_N_ELEMENTS (functions); f++) {
    gboolean bits = functions[f] == 5 || functions[f] == 15;
    const BbModbusRequest request
        = { 1, functions[f], (guint16) (f * 2000), counts[f], values, BB_MODBUS_SETPOINT };
    for (guint i = 0; i < counts[f]; i++)
      values[i] = (guint16) (bits ? (i + 1) % 2 : 0xa000 + i);
    kit_ask (kit, &request, &reply);
    g_assert_no_error (reply.error);
    g_assert_cmpuint (reply.n, ==, counts[f]);
    for (guint i = 0; i < counts[f]; i++) {
      g_assert_cmpuint (kit->registers[f * 2000 + i], ==, values[i]);
      g_assert_cmpuint (reply.values[i], ==, values[i]);
    }
    reply_clear (&reply);
  }
}

static void
test_impossible_requests (void)
{
  static const BbModbusRequest requests[] = {
    { 1, 3, 0, 0, NULL, 0 }, { 1, 3, 0, 126, NULL, 0 }, { 1, 3, 65535, 2, NULL, 0 }, { 1, 16, 0, 1, NULL, 0 },
    { 1, 6, 0, 2, NULL, 0 }, { 1, 7, 0, 1, NULL, 0 },   { 1, 1, 0, 2001, NULL, 0 },
  };
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);
  Reply reply;

  kit_connect (kit);
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++) {
    kit_ask (kit, &requests[i], &reply);
    g_assert_error (reply.error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    reply_clear (&reply);
  }
  g_assert_cmpuint (kit->n_seen, ==, 0);
}

static void
test_exceptions (void)
{
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);
  BbModbusCounts counts;

  kit_connect (kit);
  for (guint8 code = 1; code <= 11; code++) {
    kit_fault (kit, BB_MODBUS_REFUSE, 1);
    kit->next.exception = code;
    kit_assert_fails (kit, BB_MODBUS_ERROR_EXCEPTION + code);
  }
  kit_assert_read (kit, 7, 22);
  bb_modbus_bus_get_counts (kit->bus, &counts);
  g_assert_cmpuint (counts.n_exceptions, ==, 11);
  g_assert_cmpuint (counts.n_requests, ==, 12);
  g_assert_cmpuint (counts.n_connects, ==, 1);
}

/* ---- faults ---- */

/* The request fails with `code`, the next one works, on a new connection, and the log speaks once. */
static void
check_fault (BbModbusReplyKind kind, gint code)
{
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);
  BbModbusCounts counts;

  kit->link.timeout_ms = kind == BB_MODBUS_SILENT || kind == BB_MODBUS_TRUNCATE ? 300 : 3000;
  kit_connect (kit);
  kit_assert_read (kit, 7, 22);
  kit_fault (kit, kind, 3);
  for (guint i = 0; i < 3; i++)
    kit_assert_fails (kit, code);
  kit_assert_read (kit, 8, 25);
  g_assert_cmpuint (kit->last_connection, ==, 4);
  bb_modbus_bus_get_counts (kit->bus, &counts);
  g_assert_cmpuint (counts.n_connects, ==, 4);
  g_assert_cmpuint (counts.n_timeouts, ==, code == BB_MODBUS_ERROR_TIMED_OUT ? 3 : 0);
  g_assert_cmpuint (counts.n_damaged, ==, code == BB_MODBUS_ERROR_DAMAGED ? 3 : 0);
  if (code == BB_MODBUS_ERROR_TIMED_OUT)
    g_assert_cmpuint (kit_count_log (kit, "The unit does not answer."), ==, 1);
  else if (code == BB_MODBUS_ERROR_DAMAGED)
    g_assert_cmpuint (kit_count_log (kit, "The unit's answer is damaged."), ==, 1);
}

static void
test_silent (void)
{
  check_fault (BB_MODBUS_SILENT, BB_MODBUS_ERROR_TIMED_OUT);
}

static void
test_truncated (void)
{
  check_fault (BB_MODBUS_TRUNCATE, BB_MODBUS_ERROR_TIMED_OUT);
}

static void
test_garbage (void)
{
  check_fault (BB_MODBUS_GARBAGE, BB_MODBUS_ERROR_DAMAGED);
}

static void
test_disconnect (void)
{
  check_fault (BB_MODBUS_DISCONNECT, BB_MODBUS_ERROR_CLOSED);
}

static void
test_wrong_transaction (void)
{
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);

  kit_connect (kit);
  kit_fault (kit, BB_MODBUS_ANSWER, 1);
  kit->next.wrong_transaction = TRUE;
  kit_assert_fails (kit, BB_MODBUS_ERROR_DAMAGED);
  kit_assert_read (kit, 8, 25);
}

static void
test_late_answer (void)
{
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);

  kit->link.timeout_ms = 300;
  kit_connect (kit);
  kit_fault (kit, BB_MODBUS_ANSWER, 1);
  kit->next.delay_ms = 450;
  kit_assert_fails (kit, BB_MODBUS_ERROR_TIMED_OUT);
  /* Many, so that the late answer falls among them. */
  for (guint16 i = 0; i < 500; i++)
    kit_assert_read (kit, i, (guint16) (3 * i + 1));
}

static void
test_delay_in_time (void)
{
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);

  kit_connect (kit);
  kit_fault (kit, BB_MODBUS_ANSWER, 1);
  kit->next.delay_ms = 50;
  kit_assert_read (kit, 8, 25);
}

static void
test_delay_blocks_nobody_else (void)
{
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);
  const BbModbusRequest request = { .unit = 5, .function = 3, .address = 1, .count = 1 };
  BbModbusBus *other;
  Reply slow, quick;

  kit_connect (kit);
  other = kit->bus;
  kit_fault (kit, BB_MODBUS_ANSWER, 1);
  kit->next.delay_ms = 400;
  kit_start (kit, &request, NULL, &slow);
  while (kit->n_seen == 0)
    g_main_context_iteration (NULL, TRUE);
  kit_connect (kit);
  kit_ask (kit, &request, &quick);
  g_assert_no_error (quick.error);
  g_assert_false (slow.done);
  kit_wait (&slow);
  g_assert_no_error (slow.error);
  reply_clear (&slow);
  reply_clear (&quick);
  bb_modbus_bus_unref (other);
}

static void
test_frozen (void)
{
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);

  kit->link.timeout_ms = 300;
  kit_connect (kit);
  kit_assert_read (kit, 8, 25);
  bb_modbus_server_set_frozen (kit->server, TRUE);
  kit_assert_fails (kit, BB_MODBUS_ERROR_TIMED_OUT);
  g_assert_cmpuint (kit->n_seen, ==, 1);
  bb_modbus_server_set_frozen (kit->server, FALSE);
  kit_assert_read (kit, 8, 25);
}

/* ---- connecting ---- */

static void
test_reconnect_pauses (void)
{
  static const gint64 pauses_ms[] = { 0, 1000, 2000, 5000, 10000, 10000 };
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);
  gint64 now_ms = 1000;
  guint n;

  kit_connect (kit);
  kit_assert_read (kit, 8, 25);
  g_assert_true (bb_modbus_server_set_online (kit->server, FALSE, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (pauses_ms); i++) {
    kit_assert_fails (kit, BB_MODBUS_ERROR_CONNECT);
    g_assert_true (bb_modbus_server_set_online (kit->server, TRUE, NULL));
    n = kit->n_seen;
    if (pauses_ms[i] > 0) {
      bb_manual_clock_advance_to (kit->clock, now_ms + pauses_ms[i] - 1);
      kit_assert_fails (kit, BB_MODBUS_ERROR_CONNECT);
      g_assert_cmpuint (kit->n_seen, ==, n);
    }
    g_assert_true (bb_modbus_server_set_online (kit->server, FALSE, NULL));
    now_ms += pauses_ms[i];
    bb_manual_clock_advance_to (kit->clock, now_ms);
  }
  g_assert_true (bb_modbus_server_set_online (kit->server, TRUE, NULL));
  kit_assert_read (kit, 8, 25);
  g_assert_cmpuint (kit_count_log (kit, "Connection lost."), ==, 1);
  g_assert_cmpuint (kit_count_log (kit, "Connected."), ==, 2);
}

static void
test_no_such_host (void)
{
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);

  /* No name server is asked for a label of more than 63 letters. */
  kit->link.host = "x123456789012345678901234567890123456789012345678901234567890123456789";
  kit_connect (kit);
  kit_assert_fails (kit, BB_MODBUS_ERROR_CONNECT);
}

static void
test_server_closes_idle (void)
{
  g_autoptr (Kit) kit = kit_new_tcp (0, 150);
  guint8 byte;

  kit_connect (kit);
  kit_assert_read (kit, 8, 25);
  /* Two that came later are closed one after the other: by then the bus has been too. */
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GSocketConnection) later = kit_attack (kit, &byte, 0);
    g_assert_cmpint (kit_read_some (later, &byte, 1), ==, 0);
  }
  kit_assert_read (kit, 9, 28);
  g_assert_cmpuint (kit->last_connection, ==, 4);
  g_assert_cmpuint (kit_count_log (kit, "Connection lost."), ==, 0);
  g_assert_cmpuint (kit_count_log (kit, "Connected."), ==, 1);
}

static void
test_bus_closes_idle (void)
{
  g_autoptr (Kit) kit = kit_new_tcp (1, 0);
  BbModbusBus *first;
  Reply reply;

  kit->link.idle_close_ms = 30;
  kit_connect (kit);
  kit_assert_read (kit, 8, 25);
  /* One client at a time: the second gets in when the first has left. */
  first = kit->bus;
  kit_connect (kit);
  do {
    kit_read (kit, 8, 1, &reply);
    if (reply.error != NULL)
      g_assert_error (reply.error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_CLOSED);
    reply_clear (&reply);
  } while (reply.n == 0);
  bb_modbus_bus_unref (first);
}

static void
test_one_client_only (void)
{
  g_autoptr (Kit) kit = kit_new_tcp (1, 0);
  BbModbusBus *first;

  kit_connect (kit);
  kit_assert_read (kit, 8, 25);
  first = kit->bus;
  kit_connect (kit);
  kit_assert_fails (kit, BB_MODBUS_ERROR_CLOSED);
  bb_modbus_bus_unref (kit->bus);
  kit->bus = first;
  kit_assert_read (kit, 8, 25);
  g_assert_cmpuint (kit->last_connection, ==, 1);
}

/* ---- the queue ---- */

static void
test_priorities (void)
{
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);
  static const guint16 value = 16;
  static const BbModbusPriority order[] = { BB_MODBUS_COMMISSION, BB_MODBUS_STATUS,   BB_MODBUS_STATUS,
                                            BB_MODBUS_HEARTBEAT,  BB_MODBUS_SETPOINT, BB_MODBUS_METER };
  Reply replies[7];

  kit_connect (kit);
  /* The first is under way, in the server, while the others queue up behind it. */
  kit_start (kit, &(BbModbusRequest){ 5, 3, 0, 1, NULL, BB_MODBUS_STATUS }, NULL, &replies[6]);
  kit_fault (kit, BB_MODBUS_ANSWER, 1);
  kit->next.delay_ms = 100;
  while (kit->n_seen == 0)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    BbModbusRequest request = { 5, 3, (guint16) (10 + i), 1, &value, order[i] };
    request.function = order[i] == BB_MODBUS_SETPOINT ? 16 : 3;
    kit_start (kit, &request, NULL, &replies[i]);
  }
  for (guint i = 0; i < 7; i++) {
    kit_wait (&replies[i]);
    g_assert_no_error (replies[i].error);
    reply_clear (&replies[i]);
  }
  g_assert_cmpstr (kit->seen->str, ==, "3:0 3:15 16:14 3:13 3:11 3:12 3:10 ");
}

/* On a line that status reads fill, a set-up has every third turn, and only while nothing urgent waits. */
static void
test_setup_has_turns (void)
{
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);
  static const BbModbusPriority order[]
      = { BB_MODBUS_COMMISSION, BB_MODBUS_COMMISSION, BB_MODBUS_STATUS, BB_MODBUS_STATUS,
          BB_MODBUS_STATUS,     BB_MODBUS_STATUS,     BB_MODBUS_STATUS, BB_MODBUS_METER };
  Reply replies[9];

  kit_connect (kit);
  kit_start (kit, &(BbModbusRequest){ 5, 3, 0, 1, NULL, BB_MODBUS_STATUS }, NULL, &replies[8]);
  kit_fault (kit, BB_MODBUS_ANSWER, 1);
  kit->next.delay_ms = 100;
  while (kit->n_seen == 0)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    kit_start (kit, &(BbModbusRequest){ 5, 3, (guint16) (10 + i), 1, NULL, order[i] }, NULL, &replies[i]);
  for (guint i = 0; i < 9; i++) {
    kit_wait (&replies[i]);
    g_assert_no_error (replies[i].error);
    reply_clear (&replies[i]);
  }
  g_assert_cmpstr (kit->seen->str, ==, "3:0 3:17 3:12 3:13 3:10 3:14 3:15 3:11 3:16 ");
}

static void
test_cancel (void)
{
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const BbModbusRequest request = { .unit = 5, .function = 3, .address = 40, .count = 1 };
  Reply under_way, queued, other;

  kit_connect (kit);
  kit_fault (kit, BB_MODBUS_ANSWER, 1);
  kit->next.delay_ms = 50;
  kit_start (kit, &request, cancellable, &under_way);
  while (kit->n_seen == 0)
    g_main_context_iteration (NULL, TRUE);
  kit_start (kit, &request, cancellable, &queued);
  kit_start (kit, &request, NULL, &other);
  g_cancellable_cancel (cancellable);
  kit_wait (&under_way);
  kit_wait (&queued);
  kit_wait (&other);
  g_assert_error (under_way.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_error (queued.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_no_error (other.error);
  g_assert_cmpuint (kit->n_seen, ==, 2);
  reply_clear (&under_way);
  reply_clear (&queued);
  reply_clear (&other);
}

static void
test_stop (void)
{
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);
  const BbModbusRequest request = { .unit = 5, .function = 3, .address = 40, .count = 1 };
  Reply replies[3];

  kit->link.timeout_ms = 60000;
  kit_connect (kit);
  kit_fault (kit, BB_MODBUS_SILENT, 1);
  for (guint i = 0; i < 3; i++)
    kit_start (kit, &request, NULL, &replies[i]);
  while (kit->n_seen == 0)
    g_main_context_iteration (NULL, TRUE);
  g_clear_pointer (&kit->bus, bb_modbus_bus_unref);
  for (guint i = 0; i < 3; i++) {
    kit_wait (&replies[i]);
    g_assert_error (replies[i].error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_STOPPED);
    reply_clear (&replies[i]);
  }
}

/* The owner frees its server while a thread waits for its answer, and from within the handler. */
static void
free_server (BbModbusIncoming *request, guint connection, gpointer data)
{
  g_clear_pointer ((BbModbusServer **) data, bb_modbus_server_free);
}

static void
test_free_in_handler (void)
{
  BbModbusServer *server = NULL;
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);

  server = bb_modbus_server_new_tcp (NULL, 0, 0, 0, free_server, &server, NULL);
  kit->link.port = bb_modbus_server_get_port (server);
  kit_connect (kit);
  kit_assert_fails (kit, BB_MODBUS_ERROR_CLOSED);
  g_assert_null (server);
}

static void
test_free_while_asked (void)
{
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);
  const BbModbusRequest request = { .unit = 5, .function = 3, .address = 40, .count = 1 };
  BbModbusCounts counts = { 0 };
  Reply reply;

  kit_connect (kit);
  kit_assert_read (kit, 1, 4);
  kit_start (kit, &request, NULL, &reply);
  /* This thread does not run the loop, so that the question stays unanswered. */
  do
    bb_modbus_bus_get_counts (kit->bus, &counts);
  while (counts.n_waiting > 0);
  g_clear_pointer (&kit->server, bb_modbus_server_free);
  kit_wait (&reply);
  g_assert_error (reply.error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_CLOSED);
  g_assert_cmpuint (kit->n_seen, ==, 1);
  reply_clear (&reply);
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* Whatever happened, all descriptors are given back; workers may take a moment, those of tests before this
 * one too, so that there may be fewer in the end: a leak would leave twenty more. */
static void
test_descriptors (void)
{
  guint before = count_descriptors ();

  for (guint i = 0; i < 20; i++) {
    g_autoptr (Kit) kit = kit_new_tcp (0, 0);
    kit_connect (kit);
    kit_assert_read (kit, 7, 22);
    kit_fault (kit, i % 2 == 0 ? BB_MODBUS_GARBAGE : BB_MODBUS_DISCONNECT, 1);
    kit_assert_fails (kit, i % 2 == 0 ? BB_MODBUS_ERROR_DAMAGED : BB_MODBUS_ERROR_CLOSED);
    kit_assert_read (kit, 7, 22);
  }
  while (count_descriptors () > before)
    g_thread_yield ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/modbus/bus/reads", test_reads);
  g_test_add_func ("/modbus/bus/writes", test_writes);
  g_test_add_func ("/modbus/bus/impossible-requests", test_impossible_requests);
  g_test_add_func ("/modbus/bus/exceptions", test_exceptions);
  g_test_add_func ("/modbus/bus/silent", test_silent);
  g_test_add_func ("/modbus/bus/truncated", test_truncated);
  g_test_add_func ("/modbus/bus/garbage", test_garbage);
  g_test_add_func ("/modbus/bus/disconnect", test_disconnect);
  g_test_add_func ("/modbus/bus/wrong-transaction", test_wrong_transaction);
  g_test_add_func ("/modbus/bus/late-answer", test_late_answer);
  g_test_add_func ("/modbus/bus/delay-in-time", test_delay_in_time);
  g_test_add_func ("/modbus/bus/delay-blocks-nobody-else", test_delay_blocks_nobody_else);
  g_test_add_func ("/modbus/bus/frozen", test_frozen);
  g_test_add_func ("/modbus/bus/reconnect-pauses", test_reconnect_pauses);
  g_test_add_func ("/modbus/bus/no-such-host", test_no_such_host);
  g_test_add_func ("/modbus/bus/server-closes-idle", test_server_closes_idle);
  g_test_add_func ("/modbus/bus/bus-closes-idle", test_bus_closes_idle);
  g_test_add_func ("/modbus/bus/one-client-only", test_one_client_only);
  g_test_add_func ("/modbus/bus/priorities", test_priorities);
  g_test_add_func ("/modbus/bus/setup-has-turns", test_setup_has_turns);
  g_test_add_func ("/modbus/bus/cancel", test_cancel);
  g_test_add_func ("/modbus/bus/stop", test_stop);
  g_test_add_func ("/modbus/bus/descriptors", test_descriptors);
  g_test_add_func ("/modbus/bus/free-in-handler", test_free_in_handler);
  g_test_add_func ("/modbus/bus/free-while-asked", test_free_while_asked);
  return g_test_run ();
}
