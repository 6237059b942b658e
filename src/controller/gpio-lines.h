/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gpio-lines.h: two digital inputs behind one interface, and its implementation on Linux' GPIO character
 * device.
 *
 * Not yet confirmed on hardware: written from <linux/gpio.h> (uAPI v2, Linux 5.10) and tested against a
 * substitute of its system calls.
 */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

#define BB_LINES_ERROR (bb_lines_error_quark ())
GQuark bb_lines_error_quark (void);
typedef enum {
  BB_LINES_ERROR_OPTIONS, /* a line number that cannot be */
  BB_LINES_ERROR_MISSING, /* no such chip, or it is gone */
  BB_LINES_ERROR_DENIED,  /* not allowed to open it */
  BB_LINES_ERROR_BUSY,    /* another program holds a line */
  BB_LINES_ERROR_FAILED
} BbLinesError;

typedef struct _BbLines BbLines;

/* What an implementation does. Calls return at once. After a failure the lines are closed and opened again.
 */
typedef struct {
  gboolean (*open) (BbLines *lines, GError **error);
  /* `values`: bit 0 is the first input, bit 1 the second; 1: on */
  gboolean (*read) (BbLines *lines, guint *values, GError **error);
  /* Readable when an edge came; -1: none, then the lines are only read from time to time. */
  gint (*get_fd) (BbLines *lines);
  /* Takes the edges that came. */
  gboolean (*take_edges) (BbLines *lines, GError **error);
  void (*close) (BbLines *lines);
  void (*free) (BbLines *lines);
} BbLinesClass;

/* First member of an implementation. */
struct _BbLines {
  const BbLinesClass *klass;
};

/* System calls, as errno tells; tests put a substitute in their place. */
typedef struct {
  gint (*open) (const gchar *path, gpointer data);
  gint (*ioctl) (gint fd, gulong request, gpointer argument, gpointer data);
  gssize (*read) (gint fd, void *buffer, gsize size, gpointer data);
  gint (*close) (gint fd, gpointer data);
  gpointer data;
} BbGpioCalls;

typedef struct {
  const gchar *chip;        /* "/dev/gpiochip0" */
  guint offsets[2];         /* line numbers of the first and second input on the chip */
  gboolean active_low;      /* a line at 0 V is on: inputs that invert, as most optocouplers do */
  guint debounce_us;        /* by the kernel, beside that of the reader; 0: none */
  const BbGpioCalls *calls; /* (nullable): the system's; lent */
} BbGpioOptions;

/* (transfer full) Opens nothing yet. BB_LINES_ERROR_OPTIONS */
BbLines *bb_gpio_lines_new (const BbGpioOptions *options, GError **error);
/* Closes and frees any implementation. */
void bb_lines_free (BbLines *lines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbLines, bb_lines_free)

G_END_DECLS
