/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-rtu.c: the bus and the server on a serial line: two units, noise, strangers, the time that bytes take.
 */
#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "modbus-kit.h"

static void
test_two_units (void)
{
  g_autoptr (Kit) kit = kit_new_rtu (0);
  const guint16 value = 0x0d0a;
  Reply reply;

  kit_connect (kit);
  for (guint16 i = 0; i < 20; i++) {
    const BbModbusRequest request = { .unit = 6, .function = 4, .address = i, .count = 1 };
    kit_assert_read (kit, i, (guint16) (3 * i + 1));
    kit_ask (kit, &request, &reply);
    g_assert_no_error (reply.error);
    g_assert_cmpuint (reply.values[0], ==, 3 * i + 1001);
    reply_clear (&reply);
  }
  kit_ask (kit, &(BbModbusRequest){ 5, 16, 100, 1, &value, BB_MODBUS_SETPOINT }, &reply);
  g_assert_no_error (reply.error);
  g_assert_cmpuint (kit->registers[100], ==, value);
  reply_clear (&reply);
}

static void
test_longest_frames (void)
{
  g_autoptr (Kit) kit = kit_new_rtu (0);
  guint16 values[123];
  Reply reply;

  kit_connect (kit);
  kit_read (kit, 0, 125, &reply);
  g_assert_no_error (reply.error);
  g_assert_cmpuint (reply.values[124], ==, 373);
  reply_clear (&reply);
  for (guint i = 0; i < 123; i++)
    values[i] = (guint16) i;
  kit_ask (kit, &(BbModbusRequest){ 5, 16, 100, 123, values, BB_MODBUS_SETPOINT }, &reply);
  g_assert_no_error (reply.error);
  reply_clear (&reply);
}

static void
test_strange_units (void)
{
  g_autoptr (Kit) kit = kit_new_rtu (0);
  const BbModbusRequest nobody = { .unit = 9, .function = 3, .address = 1, .count = 1 };
  const BbModbusRequest broadcast = { .unit = 0, .function = 3, .address = 1, .count = 1 };
  Reply reply;

  kit->link.timeout_ms = 250;
  kit_connect (kit);
  for (guint i = 0; i < 3; i++) {
    kit_ask (kit, &nobody, &reply);
    g_assert_error (reply.error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_TIMED_OUT);
    reply_clear (&reply);
    kit_assert_read (kit, 7, 22);
  }
  /* Not even the handler heard of it. */
  g_assert_cmpstr (kit->seen->str, ==, "3:7 3:7 3:7 ");
  g_assert_cmpuint (kit_count_log (kit, "The unit does not answer."), ==, 1);
  kit_ask (kit, &broadcast, &reply);
  g_assert_error (reply.error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  reply_clear (&reply);
}

static void
check_fault (BbModbusReplyKind kind, gint code)
{
  g_autoptr (Kit) kit = kit_new_rtu (0);

  kit->link.timeout_ms = code == BB_MODBUS_ERROR_TIMED_OUT ? 250 : 3000;
  kit_connect (kit);
  kit_fault (kit, kind, 2);
  kit_assert_fails (kit, code);
  kit_assert_fails (kit, code);
  for (guint16 i = 0; i < 5; i++)
    kit_assert_read (kit, i, (guint16) (3 * i + 1));
}

static void
test_faults (void)
{
  check_fault (BB_MODBUS_SILENT, BB_MODBUS_ERROR_TIMED_OUT);
  check_fault (BB_MODBUS_TRUNCATE, BB_MODBUS_ERROR_TIMED_OUT);
  check_fault (BB_MODBUS_GARBAGE, BB_MODBUS_ERROR_TIMED_OUT);
  check_fault (BB_MODBUS_REFUSE, BB_MODBUS_ERROR_EXCEPTION + 2);
}

/* RTU frames have no number: only listening for a second one tells the late answer from the right one. */
static void
test_late_answer (void)
{
  g_autoptr (Kit) kit = kit_new_rtu (0);

  kit->link.timeout_ms = 250;
  kit_connect (kit);
  for (guint delay_ms = 350; delay_ms < 480; delay_ms += 60) {
    kit_fault (kit, BB_MODBUS_ANSWER, 1);
    kit->next.delay_ms = delay_ms;
    kit_assert_fails (kit, BB_MODBUS_ERROR_TIMED_OUT);
    for (guint16 i = 0; i < 5; i++) {
      Reply reply;
      kit_read (kit, (guint16) (10 * i), 2, &reply);
      g_assert_no_error (reply.error);
      g_assert_cmpuint (reply.values[0], ==, 30 * i + 1);
      reply_clear (&reply);
    }
  }
}

/* ---- the line ---- */

static gint64
time_of (Kit *kit, guint n_requests)
{
  g_autoptr (BbClock) system = bb_clock_new_real ();
  gint64 start_ms = bb_clock_get_mono_ms (system);

  for (guint i = 0; i < n_requests; i++) {
    Reply reply;
    kit_read (kit, 0, 20, &reply);
    g_assert_no_error (reply.error);
    reply_clear (&reply);
  }
  return bb_clock_get_mono_ms (system) - start_ms;
}

/* 8 bytes there, 45 back, 11 bits each: 60.7 ms at 9600 baud, and the rest of 3.5 characters between. */
static void
test_bytes_take_their_time (void)
{
  static const struct {
    guint baud;
    gint64 least_ms;
  } rows[] = { { 9600, 60 }, { 57600, 10 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Kit) kit = kit_new_rtu (rows[i].baud);
    gint64 took_ms;
    kit_connect (kit);
    took_ms = time_of (kit, 5);
    g_test_message ("%u baud: %" G_GINT64_FORMAT " ms for 5 requests of 20 registers", rows[i].baud, took_ms);
    g_assert_cmpint (took_ms, >=, 5 * rows[i].least_ms);
  }
}

static void
test_gap (void)
{
  g_autoptr (Kit) kit = kit_new_rtu (0);

  kit->link.gap_ms = 100;
  kit_connect (kit);
  kit_assert_read (kit, 1, 4);
  g_assert_cmpint (time_of (kit, 2), >=, 200);
}

/* The longest rest that a device of the line wants holds for all. */
static void
test_raised_gap (void)
{
  g_autoptr (Kit) kit = kit_new_rtu (0);

  kit_connect (kit);
  bb_modbus_bus_raise_gap (kit->bus, 100);
  bb_modbus_bus_raise_gap (kit->bus, 20);
  kit_assert_read (kit, 1, 4);
  g_assert_cmpint (time_of (kit, 2), >=, 200);
}

/* The device side of a line, as a file, to talk to the server by hand. */
static gint
open_line (BbPtyLine *line)
{
  gint fd = open (bb_pty_line_get_master_name (line), O_RDWR | O_NOCTTY);
  struct termios raw;
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (tcgetattr (fd, &raw), ==, 0);
  cfmakeraw (&raw);
  g_assert_cmpint (tcsetattr (fd, TCSANOW, &raw), ==, 0);
  return fd;
}

static gssize
exchange (gint fd, const guint8 *bytes, gsize size, guint8 *answer, gsize most, gint timeout_ms)
{
  g_autoptr (BbClock) system = bb_clock_new_real ();
  gint64 end_ms = bb_clock_get_mono_ms (system) + timeout_ms;
  gssize n = 0;

  g_assert_cmpint (write (fd, bytes, size), ==, (gssize) size);
  while (n < (gssize) most && bb_clock_get_mono_ms (system) < end_ms) {
    struct pollfd polls = { fd, POLLIN, 0 };
    while (g_main_context_iteration (NULL, FALSE))
      ;
    if (poll (&polls, 1, 1) > 0)
      n += read (fd, answer + n, most - (gsize) n);
  }
  return n;
}

/* Bytes from another implementation's documentation: the server's framing does not stand on ours alone. */
static void
test_known_bytes (void)
{
  /* Read register 1 of unit 5: register 1 holds 4. The check sums are computed by hand with the standard's
   * table. */
  static const guint8 request[] = { 0x05, 0x03, 0x00, 0x01, 0x00, 0x01, 0xd4, 0x4e };
  static const guint8 expected[] = { 0x05, 0x03, 0x02, 0x00, 0x04, 0x48, 0x47 };
  static const guint8 damaged[] = { 0x05, 0x03, 0x00, 0x01, 0x00, 0x01, 0xd4, 0x4f };
  static const guint8 unknown[] = { 0x05, 0x2b, 0x0e, 0x01, 0x00, 0x00, 0x00 };
  g_autoptr (Kit) kit = kit_new_rtu (0);
  gint fd = open_line (kit->line);
  guint8 answer[32];

  g_assert_cmpint (exchange (fd, request, 8, answer, 7, 3000), ==, 7);
  g_assert_cmpmem (answer, 7, expected, 7);
  /* A wrong check sum, an unknown function without one: nothing, and after a silence all is well. */
  g_assert_cmpint (exchange (fd, damaged, 8, answer, 1, 300), ==, 0);
  g_assert_cmpint (exchange (fd, unknown, 7, answer, 1, 300), ==, 0);
  g_assert_cmpint (exchange (fd, request, 3, answer, 1, 300), ==, 0);
  g_assert_cmpint (exchange (fd, request, 8, answer, 7, 3000), ==, 7);
  g_assert_cmpmem (answer, 7, expected, 7);
  close (fd);
}

static void
test_no_such_port (void)
{
  g_autoptr (Kit) kit = kit_new_rtu (0);
  g_autoptr (GError) error = NULL;

  kit->link.device = "/dev/busbar-no-such-port";
  kit_connect (kit);
  kit_assert_fails (kit, BB_MODBUS_ERROR_CONNECT);
  g_assert_null (
      bb_modbus_server_new_rtu ("/dev/busbar-no-such-port", 9600, 'N', 1, NULL, NULL, NULL, &error));
  g_assert_nonnull (error);
}

static void
test_offline (void)
{
  g_autoptr (Kit) kit = kit_new_rtu (0);

  kit->link.timeout_ms = 250;
  kit_connect (kit);
  g_assert_true (bb_modbus_server_set_online (kit->server, FALSE, NULL));
  kit_assert_fails (kit, BB_MODBUS_ERROR_TIMED_OUT);
  g_assert_true (bb_modbus_server_set_online (kit->server, TRUE, NULL));
  kit_assert_read (kit, 7, 22);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/modbus/rtu/two-units", test_two_units);
  g_test_add_func ("/modbus/rtu/longest-frames", test_longest_frames);
  g_test_add_func ("/modbus/rtu/strange-units", test_strange_units);
  g_test_add_func ("/modbus/rtu/faults", test_faults);
  g_test_add_func ("/modbus/rtu/late-answer", test_late_answer);
  g_test_add_func ("/modbus/rtu/bytes-take-their-time", test_bytes_take_their_time);
  g_test_add_func ("/modbus/rtu/gap", test_gap);
  g_test_add_func ("/modbus/rtu/raised-gap", test_raised_gap);
  g_test_add_func ("/modbus/rtu/known-bytes", test_known_bytes);
  g_test_add_func ("/modbus/rtu/no-such-port", test_no_such_port);
  g_test_add_func ("/modbus/rtu/offline", test_offline);
  return g_test_run ();
}
