/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terminal.c: what the commands share: options, messages, output, cancelling. */
#include "cli/terminal.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/error.h"
#include "simulation/input-load.h"

/* A write of at most so many bytes to a pipe that polls as writable does not block (POSIX: PIPE_BUF). */
#define WRITE_PIECE 4096

CliParse
cli_parse (int *argc, char ***argv, const GOptionEntry *entries, const char *parameters, const char *summary,
           const char *description, int least, int most)
{
  g_autoptr (GOptionContext) context = g_option_context_new (parameters);
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, argc, argv, &error)) {
    cli_complain (_ ("%s. See '%s --help'."), error->message, (*argv)[0]);
    return CLI_PARSE_BAD;
  }
  if (*argc - 1 < least) {
    cli_complain (_ ("An argument is missing. See '%s --help'."), (*argv)[0]);
    return CLI_PARSE_BAD;
  }
  if (*argc - 1 > most) {
    cli_complain (_ ("Unexpected argument '%s'. See '%s --help'."), (*argv)[most + 1], (*argv)[0]);
    return CLI_PARSE_BAD;
  }
  return CLI_PARSE_OK;
}

void
cli_complain (const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_printerr ("busbar-cli: %s\n", message);
}

/* Did the system refuse, or is it what the file says? */
static gboolean
is_io (const GError *error)
{
  if (error->domain == BB_IO_ERROR)
    return error->code != BB_IO_ERROR_TOO_LARGE;
  if (error->domain == BB_INPUT_ERROR)
    return error->code == BB_INPUT_ERROR_READ;
  return error->domain == G_IO_ERROR || error->domain == G_FILE_ERROR;
}

CliExit
cli_fail (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return CLI_CANCELLED;
  /* `busbar-cli … | head` is no mistake to report. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
    return CLI_IO;
  cli_complain ("%s", error->message);
  return is_io (error) ? CLI_IO : CLI_INPUT;
}

static void
block_signals (sigset_t *set)
{
  sigemptyset (set);
  sigaddset (set, SIGINT);
  sigaddset (set, SIGTERM);
  pthread_sigmask (SIG_BLOCK, set, NULL);
}

static gpointer
wait_for_signals (gpointer data)
{
  GCancellable *cancellable = data;
  sigset_t set;
  int number = 0;

  block_signals (&set);
  while (sigwait (&set, &number) != 0)
    ;
  g_cancellable_cancel (cancellable);
  while (sigwait (&set, &number) != 0)
    ;
  signal (number, SIG_DFL);
  pthread_sigmask (SIG_UNBLOCK, &set, NULL);
  raise (number);
  return NULL;
}

GCancellable *
cli_interruptible (void)
{
  static GCancellable *cancellable;
  sigset_t set;

  if (!cancellable) {
    cancellable = g_cancellable_new ();
    block_signals (&set);
    g_thread_unref (g_thread_new ("signals", wait_for_signals, cancellable));
  }
  return cancellable;
}

/* Waits until standard output takes bytes. After cancelling it is still asked, but no longer waited for, so
 * that what is finished comes out whole if its reader reads. */
static gboolean
wait_writable (GCancellable *cancellable, GError **error)
{
  GPollFD fds[2] = { { STDOUT_FILENO, G_IO_OUT, 0 } };
  gboolean cancelled = g_cancellable_is_cancelled (cancellable);
  guint n = !cancelled && cancellable && g_cancellable_make_pollfd (cancellable, &fds[1]) ? 2 : 1;
  int ready = g_poll (fds, n, cancelled ? 0 : -1);

  if (n == 2)
    g_cancellable_release_fd (cancellable);
  if (ready >= 0 && !fds[0].revents && g_cancellable_is_cancelled (cancellable) && (cancelled || n == 2))
    return cancelled ? !g_cancellable_set_error_if_cancelled (cancellable, error)
                     : wait_writable (cancellable, error);
  return TRUE;
}

gboolean
cli_write (const char *text, gsize length, GCancellable *cancellable, GError **error)
{
  while (length > 0) {
    if (!wait_writable (cancellable, error))
      return FALSE;
    gssize n = write (STDOUT_FILENO, text, MIN (length, WRITE_PIECE));
    if (n >= 0) {
      text += n;
      length -= (gsize) n;
    } else if (errno != EINTR && errno != EAGAIN) {
      int saved = errno;
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved),
                   _ ("Standard output could not be written: %s"), g_strerror (saved));
      return FALSE;
    }
  }
  return TRUE;
}
