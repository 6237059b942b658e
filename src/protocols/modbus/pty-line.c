/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pty-line.c: two pseudo-terminals joined by a thread that moves bytes as fast as a serial line would. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/error.h"
#include "protocols/modbus/modbus-server.h"

/* Start, 8 data, parity or second stop, stop. */
#define BITS_PER_BYTE 11
/* Bytes on their way in one direction. */
#define MOST_BYTES 4096

/* One side: what comes in here goes out on the other. */
typedef struct {
  gint master, slave; /* the slave is kept open, or the master would fail whenever nobody has it open */
  gchar name[64];
  gint timer; /* ticks once per byte */
  guint8 bytes[MOST_BYTES];
  guint first, n;
} Side;

struct _BbPtyLine {
  Side sides[2];
  gint64 byte_ns; /* 0: at once */
  gint wake_fd;
  GThread *thread;
};

static void
side_close (Side *side)
{
  gint *const fds[] = { &side->master, &side->slave, &side->timer };
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    if (*fds[i] >= 0)
      close (*fds[i]);
}

static gboolean
side_open (Side *side)
{
  struct termios raw;

  side->master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  side->timer = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (side->master < 0 || side->timer < 0 || grantpt (side->master) != 0 || unlockpt (side->master) != 0
      || ptsname_r (side->master, side->name, sizeof side->name) != 0)
    return FALSE;
  side->slave = open (side->name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (side->slave < 0 || tcgetattr (side->slave, &raw) != 0)
    return FALSE;
  cfmakeraw (&raw);
  return tcsetattr (side->slave, TCSANOW, &raw) == 0;
}

static void
set_timer (const Side *side, gint64 byte_ns)
{
  const struct timespec step = { .tv_sec = byte_ns / 1000000000, .tv_nsec = byte_ns % 1000000000 };
  const struct itimerspec timer = { .it_interval = step, .it_value = step };
  timerfd_settime (side->timer, 0, &timer, NULL);
}

/* Moves at most `most` waiting bytes; what the other side has no room for is lost, as on a line. */
static void
move_out (Side *side, const Side *other, guint64 most)
{
  for (; most > 0 && side->n > 0; most--) {
    if (write (other->master, &side->bytes[side->first], 1) < 0 && errno != EAGAIN)
      break;
    side->first = (side->first + 1) % MOST_BYTES;
    side->n--;
  }
}

static void
move_in (BbPtyLine *line, Side *side, const Side *other)
{
  guint8 got[256];
  gssize size = read (side->master, got, sizeof got);
  gboolean was_empty = side->n == 0;

  for (gssize i = 0; i < size && side->n < MOST_BYTES; i++)
    side->bytes[(side->first + side->n++) % MOST_BYTES] = got[i];
  if (line->byte_ns == 0)
    move_out (side, other, MOST_BYTES);
  else if (was_empty && side->n > 0)
    set_timer (side, line->byte_ns);
}

static void
tick (Side *side, const Side *other)
{
  guint64 n = 0;

  if (read (side->timer, &n, sizeof n) == sizeof n)
    move_out (side, other, n);
  if (side->n == 0)
    set_timer (side, 0);
}

static gpointer
pump (gpointer data)
{
  BbPtyLine *line = data;
  Side *sides = line->sides;
  struct pollfd polls[5] = { { line->wake_fd, POLLIN, 0 },
                             { sides[0].master, POLLIN, 0 },
                             { sides[1].master, POLLIN, 0 },
                             { sides[0].timer, POLLIN, 0 },
                             { sides[1].timer, POLLIN, 0 } };

  for (;;) {
    if (poll (polls, G_N_ELEMENTS (polls), -1) < 0 && errno != EINTR)
      return NULL;
    if (polls[0].revents != 0)
      return NULL;
    for (guint i = 0; i < 2; i++) {
      if (polls[1 + i].revents != 0)
        move_in (line, &sides[i], &sides[1 - i]);
      if (polls[3 + i].revents != 0)
        tick (&sides[i], &sides[1 - i]);
    }
  }
}

BbPtyLine *
bb_pty_line_new (guint baud, GError **error)
{
  BbPtyLine *line = g_new0 (BbPtyLine, 1);

  for (guint i = 0; i < 2; i++)
    line->sides[i].master = line->sides[i].slave = line->sides[i].timer = -1;
  line->byte_ns = baud > 0 ? G_GINT64_CONSTANT (1000000000) * BITS_PER_BYTE / baud : 0;
  line->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (line->wake_fd >= 0 && side_open (&line->sides[0]) && side_open (&line->sides[1]))
    line->thread = g_thread_try_new ("pty-line", pump, line, error);
  else
    bb_set_errno (error, errno, _ ("Could not make"), "pty");
  if (line->thread != NULL)
    return line;
  bb_pty_line_free (line);
  return NULL;
}

const gchar *
bb_pty_line_get_master_name (BbPtyLine *line)
{
  return line->sides[0].name;
}

const gchar *
bb_pty_line_get_device_name (BbPtyLine *line)
{
  return line->sides[1].name;
}

void
bb_pty_line_free (BbPtyLine *line)
{
  const guint64 one = 1;

  if (line->thread != NULL && write (line->wake_fd, &one, sizeof one) > 0)
    g_thread_join (line->thread);
  side_close (&line->sides[0]);
  side_close (&line->sides[1]);
  if (line->wake_fd >= 0)
    close (line->wake_fd);
  g_free (line);
}
