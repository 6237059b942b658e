/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-wire.c: a Modbus connection through libmodbus: frames, check sums, time-outs, the rest between
 * frames.
 *
 * Waiting follows the system's clock, whatever clock the program runs by: bytes need their time.
 */
#include "protocols/modbus/modbus-wire.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <modbus.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#define MBAP 7
/* A line that never falls silent is listened to for so long. */
#define MAX_DRAIN_MS 300

struct _BbModbusWire {
  const BbModbusLink *link;
  gint wake_fd;
  const gint *stop;
  BbClock *clock;   /* the system's */
  modbus_t *modbus; /* NULL: closed */
  guint16 transaction;
  gint64 quiet_ms; /* when the last frame ended */
};

BbModbusWire *
bb_modbus_wire_new (const BbModbusLink *link, gint wake_fd, const gint *stop)
{
  BbModbusWire *wire = g_new0 (BbModbusWire, 1);
  wire->link = link;
  wire->wake_fd = wake_fd;
  wire->stop = stop;
  wire->clock = bb_clock_new_real ();
  return wire;
}

void
bb_modbus_wire_close (BbModbusWire *wire)
{
  if (wire->modbus == NULL)
    return;
  modbus_close (wire->modbus);
  g_clear_pointer (&wire->modbus, modbus_free);
}

void
bb_modbus_wire_free (BbModbusWire *wire)
{
  bb_modbus_wire_close (wire);
  g_object_unref (wire->clock);
  g_free (wire);
}

gboolean
bb_modbus_wire_is_open (BbModbusWire *wire)
{
  return wire->modbus != NULL;
}

/* ---- waiting ---- */

static gint64
now_ms (BbModbusWire *wire)
{
  return bb_clock_get_mono_ms (wire->clock);
}

/* Waits for `events` on `fd` (-1: for time only). 1: they are there, 0: time is over, -1: stopped or failed.
 */
static gint
wait_until (BbModbusWire *wire, gint fd, gshort events, gint64 until_ms)
{
  for (;;) {
    struct pollfd polls[2] = { { wire->wake_fd, POLLIN, 0 }, { fd, events, 0 } };
    gint64 left_ms = CLAMP (until_ms - now_ms (wire), 0, G_MAXINT);
    gint n = poll (polls, 2, (gint) left_ms);
    guint64 count;

    if (n < 0 && errno != EINTR)
      return -1;
    if (n > 0 && polls[0].revents != 0 && read (wire->wake_fd, &count, sizeof count) < 0 && errno != EAGAIN)
      return -1;
    if (g_atomic_int_get (wire->stop))
      return -1;
    if (n > 0 && polls[1].revents != 0)
      return 1;
    if (left_ms == 0)
      return 0;
  }
}

static void
rest (BbModbusWire *wire, gint64 until_ms)
{
  if (until_ms > now_ms (wire))
    wait_until (wire, -1, 0, until_ms);
}

/* Milliseconds that bytes take on the line, rounded up; 11 bits each. */
static guint
line_ms (BbModbusWire *wire, guint n_half_bytes)
{
  guint baud = MAX (wire->link->baud, 300);
  return wire->link->host != NULL ? 0 : (n_half_bytes * 5500 + baud - 1) / baud;
}

static guint
gap_ms (BbModbusWire *wire)
{
  return wire->link->no_rests ? 0 : MAX ((guint) g_atomic_int_get (&wire->link->gap_ms), line_ms (wire, 7));
}

/* ---- opening ---- */

static gboolean
fail (BbModbusWire *wire, const gchar *reason, GError **error)
{
  if (wire->link->host != NULL)
    g_set_error (error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_CONNECT, _ ("Could not connect to %s: %s."),
                 wire->link->host, reason);
  else
    g_set_error (error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_CONNECT, _ ("Could not open %s: %s."),
                 wire->link->device, reason);
  return FALSE;
}

static gboolean
stopped (GError **error)
{
  g_set_error (error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_STOPPED, _ ("The bus was closed."));
  return FALSE;
}

/* A connect to a free port of this machine can meet itself, and would then keep the port from its server. */
static gboolean
is_own_end (gint fd)
{
  struct sockaddr_storage here = { 0 }, there = { 0 };
  socklen_t here_size = sizeof here, there_size = sizeof there;

  return getsockname (fd, (struct sockaddr *) &here, &here_size) == 0
         && getpeername (fd, (struct sockaddr *) &there, &there_size) == 0 && here_size == there_size
         && memcmp (&here, &there, here_size) == 0;
}

/* A connected socket to one address, or -1 with errno. */
static gint
connect_to (BbModbusWire *wire, const struct addrinfo *address, gint64 until_ms)
{
  gint fd = socket (address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  gint on = 1, code = 0;
  socklen_t size = sizeof code;

  if (fd < 0)
    return -1;
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt (fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  if (fd >= FD_SETSIZE) /* libmodbus waits with select() */
    code = EMFILE;
  else if (connect (fd, address->ai_addr, address->ai_addrlen) != 0) {
    if (errno != EINPROGRESS)
      code = errno;
    else if (wait_until (wire, fd, POLLOUT, until_ms) <= 0)
      code = ETIMEDOUT;
    else if (getsockopt (fd, SOL_SOCKET, SO_ERROR, &code, &size) != 0)
      code = errno;
  }
  if (code == 0 && is_own_end (fd))
    code = ECONNREFUSED;
  if (code == 0)
    return fd;
  close (fd);
  errno = code;
  return -1;
}

static gboolean
open_tcp (BbModbusWire *wire, GError **error)
{
  const struct addrinfo hints = { .ai_flags = AI_NUMERICSERV, .ai_socktype = SOCK_STREAM };
  gint64 until_ms = now_ms (wire) + wire->link->timeout_ms;
  struct addrinfo *addresses = NULL;
  gchar port[8];
  gint code, fd = -1;

  g_snprintf (port, sizeof port, "%u", wire->link->port);
  code = getaddrinfo (wire->link->host, port, &hints, &addresses);
  if (code != 0)
    return fail (wire, gai_strerror (code), error);
  errno = EHOSTUNREACH;
  for (struct addrinfo *at = addresses; at != NULL && fd < 0 && !g_atomic_int_get (wire->stop);
       at = at->ai_next)
    fd = connect_to (wire, at, until_ms);
  code = errno;
  freeaddrinfo (addresses);
  if (fd < 0)
    return fail (wire, g_strerror (code), error);
  /* The address here is not used: the socket is ours. */
  wire->modbus = modbus_new_tcp ("127.0.0.1", wire->link->port);
  modbus_set_socket (wire->modbus, fd);
  return TRUE;
}

static gboolean
open_rtu (BbModbusWire *wire, GError **error)
{
  const BbModbusLink *link = wire->link;
  gint code;

  wire->modbus = modbus_new_rtu (link->device, (gint) link->baud, link->parity, 8, (gint) link->stop_bits);
  if (wire->modbus == NULL)
    return fail (wire, modbus_strerror (errno), error);
  if (modbus_connect (wire->modbus) == 0 && modbus_get_socket (wire->modbus) < FD_SETSIZE) {
    modbus_flush (wire->modbus);
    return TRUE;
  }
  code = modbus_get_socket (wire->modbus) >= FD_SETSIZE ? EMFILE : errno;
  bb_modbus_wire_close (wire);
  return fail (wire, g_strerror (code), error);
}

/* A connection that is readable before anything was asked is closed by the other side, or has a late answer.
 */
static void
close_when_stale (BbModbusWire *wire)
{
  struct pollfd polls = { -1, POLLIN, 0 };

  if (wire->modbus == NULL || wire->link->host == NULL)
    return;
  polls.fd = modbus_get_socket (wire->modbus);
  if (poll (&polls, 1, 0) != 0)
    bb_modbus_wire_close (wire);
}

gboolean
bb_modbus_wire_open (BbModbusWire *wire, gboolean *was_opened, GError **error)
{
  *was_opened = FALSE;
  close_when_stale (wire);
  if (wire->modbus != NULL)
    return TRUE;
  if (!(wire->link->host != NULL ? open_tcp : open_rtu) (wire, error))
    return FALSE;
  *was_opened = TRUE;
  /* Without a time-out between bytes the whole answer must be there within the one for answers. */
  modbus_set_byte_timeout (wire->modbus, 0, 0);
  wire->quiet_ms = now_ms (wire);
  if (!wire->link->no_rests)
    rest (wire, wire->quiet_ms + wire->link->connect_delay_ms);
  return TRUE;
}

/* ---- one transaction ---- */

/* libmodbus 3.1.6 sends every raw request with transaction number 0, and a late answer could not be told from
 * the right one; hence the head of TCP frames is ours. */
static gboolean
send_tcp (BbModbusWire *wire, const guint8 *request, gsize size)
{
  guint8 frame[MBAP - 1 + BB_MODBUS_MAX_PDU] = {
    (guint8) (wire->transaction >> 8), (guint8) wire->transaction, 0, 0, (guint8) (size >> 8), (guint8) size
  };

  memcpy (frame + MBAP - 1, request, size);
  return send (modbus_get_socket (wire->modbus), frame, MBAP - 1 + size, MSG_NOSIGNAL | MSG_DONTWAIT)
         == (gssize) (MBAP - 1 + size);
}

static gboolean
send_rtu (BbModbusWire *wire, const guint8 *request, gsize size)
{
  modbus_flush (wire->modbus);
  return modbus_set_slave (wire->modbus, request[0]) == 0
         && modbus_send_raw_request (wire->modbus, request, (gint) size) > 0;
}

static gboolean
set_receive_error (GError **error, gint code)
{
  if (code == ETIMEDOUT)
    g_set_error (error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_TIMED_OUT, _ ("No answer in time."));
  else if (code >= MODBUS_ENOBASE)
    g_set_error (error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_DAMAGED, _ ("The answer is damaged: %s."),
                 modbus_strerror (code));
  else
    g_set_error (error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_CLOSED, _ ("The device closed the connection."));
  return FALSE;
}

static gboolean
check_mbap (BbModbusWire *wire, const guint8 *frame, gint size, GError **error)
{
  guint transaction = (guint) (frame[0] << 8 | frame[1]);
  guint protocol = (guint) (frame[2] << 8 | frame[3]), length = (guint) (frame[4] << 8 | frame[5]);

  if (transaction == wire->transaction && protocol == 0 && length == (guint) size - 6)
    return TRUE;
  g_set_error (error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_DAMAGED,
               _ ("The answer is damaged: transaction %u, not %u, protocol %u, length %u of %d."),
               transaction, wire->transaction, protocol, length, size - 6);
  return FALSE;
}

/* Strips the frame's head and check sum. */
static gssize
unwrap (BbModbusWire *wire, const guint8 *frame, gint size, guint8 *answer, GError **error)
{
  gboolean tcp = wire->link->host != NULL;
  gint head = tcp ? MBAP - 1 : 0, tail = tcp ? 0 : 2;

  if (tcp && !check_mbap (wire, frame, size, error))
    return -1;
  memcpy (answer, frame + head, (gsize) (size - head - tail));
  return size - head - tail;
}

/* The next frame, with head and check sum; 0: on a line, one of another unit. */
static gint
receive_frame (BbModbusWire *wire, gint64 until_ms, guint8 *frame, GError **error)
{
  gint waited = wait_until (wire, modbus_get_socket (wire->modbus), POLLIN, until_ms);
  guint32 left_ms = (guint32) CLAMP (until_ms - now_ms (wire), 1, 60000);
  gint size;

  if (waited <= 0) {
    if (g_atomic_int_get (wire->stop))
      stopped (error);
    else
      set_receive_error (error, ETIMEDOUT);
    return -1;
  }
  modbus_set_response_timeout (wire->modbus, left_ms / 1000, left_ms % 1000 * 1000);
  size = modbus_receive_confirmation (wire->modbus, frame);
  wire->quiet_ms = now_ms (wire);
  if (size < 0)
    set_receive_error (error, errno);
  return size;
}

/* On a line the late answer of another unit is passed over. */
static gssize
receive (BbModbusWire *wire, gint64 until_ms, guint8 *answer, GError **error)
{
  guint8 frame[MODBUS_MAX_ADU_LENGTH] = { 0 };
  gint size;

  do
    size = receive_frame (wire, until_ms, frame, error);
  while (size == 0);
  return size < 0 ? -1 : unwrap (wire, frame, size, answer, error);
}

gssize
bb_modbus_wire_listen (BbModbusWire *wire, guint8 *answer, GError **error)
{
  return receive (wire, now_ms (wire) + wire->link->timeout_ms, answer, error);
}

gssize
bb_modbus_wire_transact (BbModbusWire *wire, const guint8 *request, gsize size, guint8 *answer,
                         GError **error)
{
  gboolean sent;

  /* A full millisecond more, since the clock's may have been about to end. */
  if (gap_ms (wire) > 0)
    rest (wire, wire->quiet_ms + gap_ms (wire) + 1);
  if (g_atomic_int_get (wire->stop)) {
    stopped (error);
    return -1;
  }
  wire->transaction++;
  sent = wire->link->host != NULL ? send_tcp (wire, request, size) : send_rtu (wire, request, size);
  if (!sent) {
    set_receive_error (error, ECONNRESET);
    return -1;
  }
  return receive (wire, now_ms (wire) + wire->link->timeout_ms + line_ms (wire, 2 * ((guint) size + 2)),
                  answer, error);
}

void
bb_modbus_wire_drain (BbModbusWire *wire)
{
  gint64 end_ms = now_ms (wire) + MAX_DRAIN_MS;

  while (
      wire->modbus != NULL && now_ms (wire) < end_ms
      && wait_until (wire, modbus_get_socket (wire->modbus), POLLIN, now_ms (wire) + MAX (gap_ms (wire), 2))
             == 1
      && modbus_flush (wire->modbus) == 0)
    ;
  wire->quiet_ms = now_ms (wire);
}

void
bb_modbus_wire_idle (BbModbusWire *wire)
{
  struct pollfd polls[2] = { { wire->wake_fd, POLLIN, 0 }, { -1, POLLIN, 0 } };
  gint64 until_ms = wire->quiet_ms + wire->link->idle_close_ms;
  gint timeout_ms = -1;
  guint64 count;

  if (wire->modbus != NULL && wire->link->host != NULL)
    polls[1].fd = modbus_get_socket (wire->modbus);
  if (wire->modbus != NULL && wire->link->idle_close_ms > 0)
    timeout_ms = (gint) CLAMP (until_ms - now_ms (wire), 0, G_MAXINT);
  if (poll (polls, 2, timeout_ms) == 0 || polls[1].revents != 0)
    bb_modbus_wire_close (wire);
  if (polls[0].revents != 0 && read (wire->wake_fd, &count, sizeof count) < 0)
    return;
}
