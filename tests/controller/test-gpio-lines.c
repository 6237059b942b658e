/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-gpio-lines.c: the GPIO character device through a substitute of its system calls: what is asked, what
 * comes back. */
#include "controller/gpio-lines.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "controller/ripple.h"
#include "engine/engine.h"

/* A chip of two lines; its request's file is one end of a pair of sockets. */
typedef struct {
  gint chip;    /* what open() gives */
  gint pair[2]; /* ours, theirs */
  guint64 bits;
  gint open_errno, request_errno, values_errno, read_errno;
  struct gpio_v2_line_request request;
  guint n_closed;
} Chip;

static gint
chip_open (const gchar *path, gpointer data)
{
  Chip *chip = data;

  g_assert_cmpstr (path, ==, "/dev/gpiochip7");
  errno = chip->open_errno;
  return chip->open_errno != 0 ? -1 : (chip->chip = open ("/dev/null", O_RDWR | O_CLOEXEC));
}

static gint
get_line (Chip *chip, gint fd, struct gpio_v2_line_request *request)
{
  g_assert_cmpint (fd, ==, chip->chip);
  chip->request = *request;
  errno = chip->request_errno;
  if (chip->request_errno != 0)
    return -1;
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, chip->pair), ==, 0);
  request->fd = chip->pair[1];
  return 0;
}

static gint
chip_ioctl (gint fd, gulong request, gpointer argument, gpointer data)
{
  Chip *chip = data;
  struct gpio_v2_line_values *values = argument;

  if (request == GPIO_V2_GET_LINE_IOCTL)
    return get_line (chip, fd, argument);
  g_assert_cmpuint (request, ==, GPIO_V2_LINE_GET_VALUES_IOCTL);
  g_assert_cmpint (fd, ==, chip->pair[1]);
  g_assert_cmpuint (values->mask, ==, 3);
  errno = chip->values_errno;
  values->bits = chip->bits;
  return chip->values_errno != 0 ? -1 : 0;
}

static gssize
chip_read (gint fd, void *buffer, gsize size, gpointer data)
{
  Chip *chip = data;

  if (chip->read_errno == 0)
    return read (fd, buffer, size);
  errno = chip->read_errno;
  return -1;
}

static gint
chip_close (gint fd, gpointer data)
{
  ((Chip *) data)->n_closed++;
  return close (fd);
}

static BbLines *
lines_new (Chip *chip, gboolean active_low, guint debounce_us)
{
  BbGpioCalls calls = { chip_open, chip_ioctl, chip_read, chip_close, chip };
  BbGpioOptions options = { .chip = "/dev/gpiochip7",
                            .offsets = { 17, 4 },
                            .active_low = active_low,
                            .debounce_us = debounce_us,
                            .calls = &calls };
  g_autoptr (GError) error = NULL;
  BbLines *lines = bb_gpio_lines_new (&options, &error);

  *chip = (Chip){ .pair = { -1, -1 } };
  g_assert_no_error (error);
  return lines;
}

static void
chip_clear (Chip *chip)
{
  if (chip->pair[0] >= 0)
    close (chip->pair[0]);
}

static void
test_request (void)
{
  Chip chip;
  BbLines *lines = lines_new (&chip, TRUE, 5000);
  guint values;

  g_assert_true (lines->klass->open (lines, NULL));
  g_assert_cmpuint (chip.n_closed, ==, 1);
  g_assert_cmpuint (chip.request.num_lines, ==, 2);
  g_assert_cmpuint (chip.request.offsets[0], ==, 17);
  g_assert_cmpuint (chip.request.offsets[1], ==, 4);
  g_assert_cmpstr (chip.request.consumer, ==, "busbar-controller");
  g_assert_cmpuint (chip.request.config.flags, ==,
                    GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING
                        | GPIO_V2_LINE_FLAG_ACTIVE_LOW);
  g_assert_cmpuint (chip.request.config.num_attrs, ==, 1);
  g_assert_cmpuint (chip.request.config.attrs[0].attr.id, ==, GPIO_V2_LINE_ATTR_ID_DEBOUNCE);
  g_assert_cmpuint (chip.request.config.attrs[0].attr.debounce_period_us, ==, 5000);
  g_assert_cmpuint (chip.request.config.attrs[0].mask, ==, 3);
  chip.bits = 2;
  g_assert_true (lines->klass->read (lines, &values, NULL));
  g_assert_cmpuint (values, ==, 2);
  bb_lines_free (lines);
  g_assert_cmpuint (chip.n_closed, ==, 2);
  chip_clear (&chip);
}

static void
test_plain_request (void)
{
  Chip chip;
  BbLines *lines = lines_new (&chip, FALSE, 0);

  g_assert_true (lines->klass->open (lines, NULL));
  g_assert_cmpuint (chip.request.config.flags & GPIO_V2_LINE_FLAG_ACTIVE_LOW, ==, 0);
  g_assert_cmpuint (chip.request.config.num_attrs, ==, 0);
  bb_lines_free (lines);
  chip_clear (&chip);
}

static void
test_open_errors (void)
{
  static const struct {
    gint open_errno, request_errno, code;
  } cases[] = {
    { ENOENT, 0, BB_LINES_ERROR_MISSING }, { EACCES, 0, BB_LINES_ERROR_DENIED },
    { EMFILE, 0, BB_LINES_ERROR_FAILED },  { 0, EBUSY, BB_LINES_ERROR_BUSY },
    { 0, ENODEV, BB_LINES_ERROR_MISSING }, { 0, EINVAL, BB_LINES_ERROR_FAILED },
    { 0, EPERM, BB_LINES_ERROR_DENIED },   { 0, ENOTTY, BB_LINES_ERROR_FAILED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Chip chip;
    BbLines *lines = lines_new (&chip, FALSE, 0);
    g_autoptr (GError) error = NULL;

    chip.open_errno = cases[i].open_errno;
    chip.request_errno = cases[i].request_errno;
    g_assert_false (lines->klass->open (lines, &error));
    g_assert_error (error, BB_LINES_ERROR, cases[i].code);
    /* nothing is left open */
    g_assert_cmpuint (chip.n_closed, ==, cases[i].open_errno != 0 ? 0 : 1);
    g_assert_cmpint (lines->klass->get_fd (lines), ==, -1);
    bb_lines_free (lines);
  }
}

static void
test_edges (void)
{
  Chip chip;
  BbLines *lines = lines_new (&chip, FALSE, 0);
  struct gpio_v2_line_event events[3] = { { .id = GPIO_V2_LINE_EVENT_RISING_EDGE, .offset = 17 } };
  g_autoptr (GError) error = NULL;

  g_assert_true (lines->klass->open (lines, NULL));
  g_assert_true (lines->klass->take_edges (lines, NULL));
  g_assert_cmpint (write (chip.pair[0], events, sizeof events), ==, sizeof events);
  g_assert_true (lines->klass->take_edges (lines, NULL));
  chip.values_errno = ENODEV;
  g_assert_false (lines->klass->read (lines, &(guint){ 0 }, &error));
  g_assert_error (error, BB_LINES_ERROR, BB_LINES_ERROR_MISSING);
  g_clear_error (&error);
  chip.read_errno = ENODEV;
  g_assert_false (lines->klass->take_edges (lines, &error));
  g_assert_error (error, BB_LINES_ERROR, BB_LINES_ERROR_MISSING);
  bb_lines_free (lines);
  chip_clear (&chip);
}

static void
test_options (void)
{
  const BbGpioOptions bad[] = { { .chip = NULL, .offsets = { 1, 2 } },
                                { .chip = "", .offsets = { 1, 2 } },
                                { .chip = "/dev/gpiochip0", .offsets = { 3, 3 } } };
  /* the system's calls: no chip of this name is on any machine */
  const BbGpioOptions none = { .chip = "/dev/gpiochip-none", .offsets = { 1, 2 } };
  g_autoptr (GError) error = NULL;
  g_autoptr (BbLines) lines = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_assert_null (bb_gpio_lines_new (&bad[i], &error));
    g_assert_error (error, BB_LINES_ERROR, BB_LINES_ERROR_OPTIONS);
    g_clear_error (&error);
  }
  lines = bb_gpio_lines_new (&none, &error);
  g_assert_no_error (error);
  g_assert_false (lines->klass->open (lines, &error));
  g_assert_error (error, BB_LINES_ERROR, BB_LINES_ERROR_MISSING);
}

typedef struct {
  guint n, state;
  gboolean valid;
} Heard;

static void
changed (gboolean valid, guint state, gpointer data)
{
  Heard *heard = data;

  *heard = (Heard){ heard->n + 1, state, valid };
}

static void
advance_to (BbManualClock *clock, gint64 mono_ms)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  bb_manual_clock_advance_to (clock, mono_ms);
}

/* From the ioctl to the signal; the chip is unplugged: its file hangs up. */
static void
test_whole_way (void)
{
  Chip chip;
  BbLines *lines = lines_new (&chip, FALSE, 0);
  g_autoptr (BbSignal) signal = bb_signal_new ("rc");
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (0, 0);
  struct gpio_v2_line_event event = { .id = GPIO_V2_LINE_EVENT_RISING_EDGE, .offset = 17 };
  Heard heard = { 0 };
  BbRipple *ripple = bb_ripple_new (lines, bb_signal_peek (signal), BB_CLOCK (clock), NULL, changed, &heard);

  bb_manual_clock_advance_to (clock, 100);
  g_assert_cmpuint (heard.n, ==, 1);
  g_assert_cmpuint (heard.state, ==, BBE_SIGNAL_NORMAL);
  chip.bits = 1;
  g_assert_cmpint (write (chip.pair[0], &event, sizeof event), ==, sizeof event);
  advance_to (clock, 200);
  g_assert_cmpuint (heard.n, ==, 2);
  g_assert_cmpuint (heard.state, ==, BBE_SIGNAL_REDUCED);
  close (chip.pair[0]);
  chip.pair[0] = -1;
  advance_to (clock, 230);
  g_assert_cmpuint (heard.n, ==, 3);
  g_assert_false (heard.valid);
  g_assert_nonnull (bb_ripple_get_trouble (ripple));
  advance_to (clock, 5400);
  g_assert_true (heard.valid);
  bb_ripple_free (ripple);
  chip_clear (&chip);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/controller/gpio/request", test_request);
  g_test_add_func ("/controller/gpio/plain-request", test_plain_request);
  g_test_add_func ("/controller/gpio/open-errors", test_open_errors);
  g_test_add_func ("/controller/gpio/edges", test_edges);
  g_test_add_func ("/controller/gpio/options", test_options);
  g_test_add_func ("/controller/C-13/gpio/whole-way", test_whole_way);
  return g_test_run ();
}
