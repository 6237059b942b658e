/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gpio-lines.c: two lines of a GPIO chip as inputs with edges, through <linux/gpio.h> uAPI v2. The only file
 * that knows it.
 *
 * Not yet confirmed on hardware.
 */
#include "controller/gpio-lines.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <linux/gpio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CONSUMER "busbar-controller"
/* Events read at once. */
#define EVENTS 16

typedef struct {
  BbLines parent;
  gchar *chip;
  guint32 offsets[2];
  gboolean active_low;
  guint32 debounce_us;
  BbGpioCalls calls;
  gint fd; /* of the line request; -1: closed */
} GpioLines;

G_DEFINE_QUARK (bb_lines_error, bb_lines_error)

/* ---- the system's calls ---- */

static gint
system_open (const gchar *path, gpointer data)
{
  return open (path, O_RDWR | O_CLOEXEC);
}

static gint
system_ioctl (gint fd, gulong request, gpointer argument, gpointer data)
{
  return ioctl (fd, request, argument);
}

static gssize
system_read (gint fd, void *buffer, gsize size, gpointer data)
{
  return read (fd, buffer, size);
}

static gint
system_close (gint fd, gpointer data)
{
  return close (fd);
}

static const BbGpioCalls system_calls = { system_open, system_ioctl, system_read, system_close, NULL };

/* ---- errors ---- */

static gboolean
fail (const GpioLines *self, gint number, GError **error)
{
  switch (number) {
  case ENOENT:
  case ENODEV:
  case ENXIO:
    g_set_error (error, BB_LINES_ERROR, BB_LINES_ERROR_MISSING,
                 _ ("The GPIO chip %s is not there. Check its name with gpioinfo."), self->chip);
    break;
  case EACCES:
  case EPERM:
    g_set_error (
        error, BB_LINES_ERROR, BB_LINES_ERROR_DENIED,
        _ ("The GPIO chip %s may not be opened. Add the controller's user to the group that owns it."),
        self->chip);
    break;
  case EBUSY:
    g_set_error (error, BB_LINES_ERROR, BB_LINES_ERROR_BUSY,
                 _ ("Another program uses line %u or %u of %s. Stop it, or choose other lines."),
                 self->offsets[0], self->offsets[1], self->chip);
    break;
  case EINVAL:
    g_set_error (error, BB_LINES_ERROR, BB_LINES_ERROR_FAILED,
                 _ ("The GPIO chip %s has no line %u or %u, or cannot report their edges."), self->chip,
                 self->offsets[0], self->offsets[1]);
    break;
  default:
    g_set_error (error, BB_LINES_ERROR, BB_LINES_ERROR_FAILED, _ ("The GPIO chip %s failed: %s."), self->chip,
                 g_strerror (number));
  }
  return FALSE;
}

/* ---- the interface ---- */

static void
fill_request (const GpioLines *self, struct gpio_v2_line_request *request)
{
  *request = (struct gpio_v2_line_request){ .num_lines = 2 };
  for (guint i = 0; i < 2; i++)
    request->offsets[i] = self->offsets[i];
  g_strlcpy (request->consumer, CONSUMER, sizeof request->consumer);
  request->config.flags
      = GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING;
  if (self->active_low)
    request->config.flags |= GPIO_V2_LINE_FLAG_ACTIVE_LOW;
  if (self->debounce_us == 0)
    return;
  request->config.num_attrs = 1;
  request->config.attrs[0].attr.id = GPIO_V2_LINE_ATTR_ID_DEBOUNCE;
  request->config.attrs[0].attr.debounce_period_us = self->debounce_us;
  request->config.attrs[0].mask = 3;
}

static gboolean
gpio_open (BbLines *lines, GError **error)
{
  GpioLines *self = (GpioLines *) lines;
  struct gpio_v2_line_request request;
  gint chip = self->calls.open (self->chip, self->calls.data), number = errno, code;

  if (chip < 0)
    return fail (self, number, error);
  fill_request (self, &request);
  code = self->calls.ioctl (chip, GPIO_V2_GET_LINE_IOCTL, &request, self->calls.data);
  number = errno;
  self->calls.close (chip, self->calls.data);
  if (code < 0 || request.fd < 0)
    return fail (self, code < 0 ? number : EIO, error);
  self->fd = request.fd;
  /* edges are taken until there are none */
  if (fcntl (self->fd, F_SETFL, fcntl (self->fd, F_GETFL) | O_NONBLOCK) == 0)
    return TRUE;
  return fail (self, errno, error);
}

static gboolean
gpio_read (BbLines *lines, guint *values, GError **error)
{
  GpioLines *self = (GpioLines *) lines;
  struct gpio_v2_line_values line_values = { .mask = 3 };

  if (self->calls.ioctl (self->fd, GPIO_V2_LINE_GET_VALUES_IOCTL, &line_values, self->calls.data) < 0)
    return fail (self, errno, error);
  *values = (guint) (line_values.bits & 3);
  return TRUE;
}

static gint
gpio_get_fd (BbLines *lines)
{
  return ((GpioLines *) lines)->fd;
}

static gboolean
gpio_take_edges (BbLines *lines, GError **error)
{
  GpioLines *self = (GpioLines *) lines;
  struct gpio_v2_line_event events[EVENTS];
  gssize size;

  do
    size = self->calls.read (self->fd, events, sizeof events, self->calls.data);
  while ((size < 0 && errno == EINTR) || size == (gssize) sizeof events);
  if (size > 0 || (size < 0 && errno == EAGAIN))
    return TRUE;
  return fail (self, size == 0 ? ENODEV : errno, error);
}

static void
gpio_close (BbLines *lines)
{
  GpioLines *self = (GpioLines *) lines;

  if (self->fd >= 0)
    self->calls.close (self->fd, self->calls.data);
  self->fd = -1;
}

static void
gpio_free (BbLines *lines)
{
  GpioLines *self = (GpioLines *) lines;

  g_free (self->chip);
  g_free (self);
}

BbLines *
bb_gpio_lines_new (const BbGpioOptions *options, GError **error)
{
  static const BbLinesClass klass
      = { gpio_open, gpio_read, gpio_get_fd, gpio_take_edges, gpio_close, gpio_free };
  GpioLines *self;

  if (options->chip == NULL || options->chip[0] == '\0' || options->offsets[0] == options->offsets[1]) {
    g_set_error_literal (error, BB_LINES_ERROR, BB_LINES_ERROR_OPTIONS,
                         _ ("Two inputs need a GPIO chip and two different line numbers."));
    return NULL;
  }
  self = g_new0 (GpioLines, 1);
  self->parent.klass = &klass;
  self->chip = g_strdup (options->chip);
  for (guint i = 0; i < 2; i++)
    self->offsets[i] = options->offsets[i];
  self->active_low = options->active_low;
  self->debounce_us = options->debounce_us;
  self->calls = options->calls != NULL ? *options->calls : system_calls;
  self->fd = -1;
  return &self->parent;
}

void
bb_lines_free (BbLines *lines)
{
  lines->klass->close (lines);
  lines->klass->free (lines);
}
