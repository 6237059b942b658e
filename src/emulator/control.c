/* SPDX-License-Identifier: GPL-3.0-or-later */
/* control.c: commands as lines of JSON, on a UNIX socket and on standard input: a line in, a line out.
 *
 * The socket is for its owner only (mode 0600). A peer's next line is looked at when the answer to the one
 * before has been taken, so that nobody can fill the memory with questions. */
#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "emulator/emulator-private.h"

#define PEERS_MAX  16
#define READ_BYTES 4096

typedef struct {
  BbEmuControl *control; /* (unowned) */
  GIOStream *stream;     /* (owned) (nullable): keeps a connection open */
  GInputStream *input;   /* (owned) */
  GOutputStream *output; /* (owned) */
  GCancellable *cancellable;
  GByteArray *lines; /* what was read and not yet looked at */
  gboolean skipping; /* the rest of a line that was too long */
  gboolean at_end;
  gchar *answer;
  guint8 bytes[READ_BYTES];
  void (*ended) (gpointer data);
  gpointer ended_data;
} Peer;

struct _BbEmuControl {
  BbEmulator *emulator;
  GSocketService *service;
  gchar *path;
  GPtrArray *peers; /* (element-type Peer) (unowned): each frees itself when its I/O ended */
};

static void read_more (Peer *peer);
static void next_line (Peer *peer);

static void
peer_free (Peer *peer)
{
  if (peer->control)
    g_ptr_array_remove_fast (peer->control->peers, peer);
  g_clear_object (&peer->input);
  g_clear_object (&peer->output);
  g_clear_object (&peer->stream);
  g_clear_object (&peer->cancellable);
  g_byte_array_unref (peer->lines);
  g_free (peer->answer);
  g_free (peer);
}

static void
peer_end (Peer *peer)
{
  void (*ended) (gpointer data) = peer->control ? peer->ended : NULL;
  gpointer data = peer->ended_data;

  peer_free (peer);
  if (ended)
    ended (data);
}

/* ---- answers ---- */

static gchar *
error_line (const gchar *message)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "ok");
  json_builder_add_boolean_value (builder, FALSE);
  json_builder_set_member_name (builder, "error");
  json_builder_add_string_value (builder, message);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Peer *peer = data;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL) || !peer->control) {
    peer_end (peer);
    return;
  }
  next_line (peer);
}

static void
answer (Peer *peer, const gchar *text)
{
  g_free (peer->answer);
  peer->answer = g_strconcat (text, "\n", NULL);
  g_output_stream_write_all_async (peer->output, peer->answer, strlen (peer->answer), G_PRIORITY_DEFAULT,
                                   peer->cancellable, written_cb, peer);
}

static void
answer_too_long (Peer *peer)
{
  g_autofree gchar *message = g_strdup_printf (_ ("A line has at most %u bytes."), BB_EMU_LINE_MAX);
  g_autofree gchar *line = error_line (message);

  answer (peer, line);
}

static void
run_line (Peer *peer, const gchar *line, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = bb_emulator_command (peer->control->emulator, line, (gssize) length, &error);

  if (!text)
    text = error_line (error->message);
  answer (peer, text);
}

/* ---- lines ---- */

static gboolean
is_blank (const gchar *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace (text[i]))
      return FALSE;
  return TRUE;
}

/* Answers the next whole line, or reads on. */
static void
next_line (Peer *peer)
{
  GByteArray *lines = peer->lines;
  const guint8 *feed = lines->len ? memchr (lines->data, '\n', lines->len) : NULL;

  if (!feed && lines->len > BB_EMU_LINE_MAX) {
    gboolean first = !peer->skipping;

    peer->skipping = TRUE;
    g_byte_array_set_size (lines, 0);
    if (first) {
      answer_too_long (peer);
      return;
    }
  }
  if (!feed) {
    read_more (peer);
    return;
  }
  gsize length = (gsize) (feed - lines->data);
  g_autofree gchar *line
      = g_strndup ((const gchar *) lines->data, length); /* zero bytes end it; it is refused */
  gboolean skipped = peer->skipping, zero = memchr (lines->data, 0, length) != NULL;

  g_byte_array_remove_range (lines, 0, (guint) length + 1);
  peer->skipping = FALSE;
  if (skipped || (!zero && is_blank (line, length)))
    next_line (peer);
  else if (length > BB_EMU_LINE_MAX)
    answer_too_long (peer);
  else
    run_line (peer, line, zero ? strlen (line) : length);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Peer *peer = data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n <= 0 || !peer->control) {
    peer_end (peer);
    return;
  }
  g_byte_array_append (peer->lines, peer->bytes, (guint) n);
  next_line (peer);
}

static void
read_more (Peer *peer)
{
  g_input_stream_read_async (peer->input, peer->bytes, sizeof peer->bytes, G_PRIORITY_DEFAULT,
                             peer->cancellable, read_cb, peer);
}

static Peer *
add_peer (BbEmuControl *control, GInputStream *input, GOutputStream *output)
{
  Peer *peer = g_new0 (Peer, 1);

  peer->control = control;
  peer->input = g_object_ref (input);
  peer->output = g_object_ref (output);
  peer->cancellable = g_cancellable_new ();
  peer->lines = g_byte_array_new ();
  g_ptr_array_add (control->peers, peer);
  return peer;
}

void
bb_emu_control_add (BbEmuControl *control, GInputStream *input, GOutputStream *output,
                    void (*ended) (gpointer data), gpointer data)
{
  Peer *peer = add_peer (control, input, output);

  peer->ended = ended;
  peer->ended_data = data;
  read_more (peer);
}

/* ---- the socket ---- */

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  BbEmuControl *control = data;
  GIOStream *stream = G_IO_STREAM (connection);

  if (control->peers->len >= PEERS_MAX)
    return TRUE;
  Peer *peer
      = add_peer (control, g_io_stream_get_input_stream (stream), g_io_stream_get_output_stream (stream));
  peer->stream = g_object_ref (stream);
  read_more (peer);
  return TRUE;
}

/* A socket that nobody listens on any more is in the way of ours. */
static void
remove_left_over (const gchar *path, GSocketAddress *address)
{
  GStatBuf info;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;

  if (g_lstat (path, &info) != 0 || !S_ISSOCK (info.st_mode))
    return;
  g_autoptr (GSocketConnection) connection
      = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  if (!connection && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    g_unlink (path);
}

static gboolean
listen_at (BbEmuControl *control, const gchar *path, GError **error)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);

  if (strlen (path) >= 108) { /* sun_path, unix(7) */
    g_set_error (error, BB_EMULATOR_ERROR, BB_EMULATOR_ERROR_PORT,
                 _ ("The path of the control socket is too long: “%s”. Use one of at most 107 bytes."), path);
    return FALSE;
  }
  remove_left_over (path, address);
  mode_t before = umask (0177);
  gboolean listens
      = g_socket_listener_add_address (G_SOCKET_LISTENER (control->service), address, G_SOCKET_TYPE_STREAM,
                                       G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, error);
  umask (before);
  if (!listens) {
    g_prefix_error (error, _ ("The control socket “%s” cannot be made: "), path);
    return FALSE;
  }
  control->path = g_strdup (path);
  return TRUE;
}

BbEmuControl *
bb_emu_control_new (BbEmulator *emulator, const gchar *path, GError **error)
{
  BbEmuControl *control = g_new0 (BbEmuControl, 1);

  control->emulator = emulator;
  control->peers = g_ptr_array_new ();
  control->service = g_socket_service_new ();
  g_signal_connect (control->service, "incoming", G_CALLBACK (incoming_cb), control);
  if (path && !listen_at (control, path, error)) {
    bb_emu_control_free (control);
    return NULL;
  }
  return control;
}

void
bb_emu_control_free (BbEmuControl *control)
{
  g_signal_handlers_disconnect_by_data (control->service, control);
  g_socket_service_stop (control->service);
  g_socket_listener_close (G_SOCKET_LISTENER (control->service));
  g_object_unref (control->service);
  for (guint i = 0; i < control->peers->len; i++) {
    Peer *peer = g_ptr_array_index (control->peers, i);

    peer->control = NULL;
    g_cancellable_cancel (peer->cancellable);
  }
  g_ptr_array_unref (control->peers);
  if (control->path)
    g_unlink (control->path);
  g_free (control->path);
  g_free (control);
}
