/* SPDX-License-Identifier: GPL-3.0-or-later */
/* broker.c: a mosquitto broker and its clients as processes of a test; they end with it. */
#include "broker.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

gboolean
test_late (gpointer flag)
{
  *(gboolean *) flag = TRUE;
  return G_SOURCE_CONTINUE;
}

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocess *
spawn (GSubprocessFlags flags, const gchar *const *argv)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  return process;
}

static void
run (const gchar *const *argv)
{
  g_autoptr (GSubprocess) process
      = spawn (G_SUBPROCESS_FLAGS_STDERR_SILENCE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, argv);
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static gchar *
find_broker (void)
{
  gchar *path = g_find_program_in_path ("mosquitto");

  if (path == NULL && g_file_test ("/usr/sbin/mosquitto", G_FILE_TEST_IS_EXECUTABLE))
    path = g_strdup ("/usr/sbin/mosquitto");
  return path;
}

/* Below the ports that the system gives to who asks for any: no other test comes upon it by then, nor between
 * a broker's end and its return. */
#define FIRST_PORT 20000
#define LAST_PORT  32000

/* A port that was free a moment ago. */
static guint16
free_port (void)
{
  for (guint i = 0; i < 1000; i++) {
    guint16 port = (guint16) g_random_int_range (FIRST_PORT, LAST_PORT);
    g_autoptr (GSocket) socket
        = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
    g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", port);

    if (g_socket_bind (socket, address, FALSE, NULL))
      return port;
  }
  g_error ("There is no port left from %d to %d.", FIRST_PORT, LAST_PORT);
}

TestBroker *
test_broker_new (const gchar *lines)
{
  g_autofree gchar *program = find_broker ();
  TestBroker *broker;

  if (program == NULL)
    return NULL;
  broker = g_new0 (TestBroker, 1);
  broker->folder = g_dir_make_tmp ("busbar-mqtt-XXXXXX", NULL);
  broker->port = free_port ();
  broker->config = g_string_new (NULL);
  g_string_printf (broker->config, "user %s\nlistener %u 127.0.0.1\npersistence false\nlog_dest none\n%s",
                   g_get_user_name (), broker->port, lines != NULL ? lines : "allow_anonymous true\n");
  return broker;
}

void
test_broker_add_user (TestBroker *broker, const gchar *user, const gchar *password)
{
  g_autofree gchar *path = g_build_filename (broker->folder, "users", NULL);
  const gchar *const argv[] = { "mosquitto_passwd", "-c", "-b", path, user, password, NULL };

  run (argv);
  g_string_append_printf (broker->config, "allow_anonymous false\npassword_file %s\n", path);
}

gboolean
test_broker_use_tls (TestBroker *broker)
{
  g_autofree gchar *program = g_find_program_in_path ("openssl");
  g_autofree gchar *key = g_build_filename (broker->folder, "key.pem", NULL);
  g_autofree gchar *certificate = g_build_filename (broker->folder, "ca.pem", NULL);
  const gchar *const argv[] = { program,
                                "req",
                                "-x509",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:prime256v1",
                                "-nodes",
                                "-days",
                                "2",
                                "-subj",
                                "/CN=localhost",
                                "-addext",
                                "subjectAltName=DNS:localhost",
                                "-keyout",
                                key,
                                "-out",
                                certificate,
                                NULL };

  if (program == NULL)
    return FALSE;
  run (argv);
  g_string_append_printf (broker->config, "certfile %s\nkeyfile %s\n", certificate, key);
  return TRUE;
}

static gboolean
answers (TestBroker *broker)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection
      = g_socket_client_connect_to_host (client, "127.0.0.1", broker->port, NULL, NULL);

  return connection != NULL;
}

static gboolean
try_again (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
test_broker_start (TestBroker *broker)
{
  g_autofree gchar *program = find_broker ();
  g_autofree gchar *path = g_build_filename (broker->folder, "mosquitto.conf", NULL);
  const gchar *const argv[] = { program, "-c", path, NULL };
  guint again = g_timeout_add (10, try_again, NULL);

  g_assert_null (broker->process);
  g_assert_true (g_file_set_contents (path, broker->config->str, -1, NULL));
  broker->process = spawn (G_SUBPROCESS_FLAGS_STDERR_SILENCE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, argv);
  WAIT_FOR (answers (broker));
  g_source_remove (again);
}

void
test_broker_kill (TestBroker *broker)
{
  g_subprocess_force_exit (broker->process);
  g_subprocess_wait (broker->process, NULL, NULL);
  g_clear_object (&broker->process);
}

static void
remove_folder (const gchar *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);

    g_remove (path);
  }
  g_rmdir (folder);
}

void
test_broker_free (TestBroker *broker)
{
  if (broker->process != NULL)
    test_broker_kill (broker);
  remove_folder (broker->folder);
  g_free (broker->folder);
  g_string_free (broker->config, TRUE);
  g_free (broker);
}

void
test_broker_publish (TestBroker *broker, const gchar *topic, const gchar *payload, gboolean retained)
{
  g_autofree gchar *port = g_strdup_printf ("%u", broker->port);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  const gchar *const start[] = { "mosquitto_pub", "-h", "127.0.0.1", "-p", port, "-q", "1", "-t", topic };

  for (guint i = 0; i < G_N_ELEMENTS (start); i++)
    g_ptr_array_add (argv, (gpointer) start[i]);
  g_ptr_array_add (argv, (gpointer) (payload != NULL ? "-m" : "-n"));
  if (payload != NULL)
    g_ptr_array_add (argv, (gpointer) payload);
  if (retained || payload == NULL)
    g_ptr_array_add (argv, (gpointer) "-r");
  g_ptr_array_add (argv, NULL);
  run ((const gchar *const *) argv->pdata);
}

/* ---- peer ---- */

static void read_line (TestPeer *peer);

static void
line_read (GObject *source, GAsyncResult *result, gpointer data)
{
  TestPeer *peer = data;
  g_autoptr (GError) error = NULL;
  gchar *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, &error);

  peer->reading = FALSE;
  if (line == NULL)
    return;
  g_ptr_array_add (peer->lines, line);
  read_line (peer);
}

static void
read_line (TestPeer *peer)
{
  peer->reading = TRUE;
  g_data_input_stream_read_line_async (peer->stream, 0, peer->cancellable, line_read, peer);
}

TestPeer *
test_peer_new (TestBroker *broker, const gchar *filter)
{
  g_autofree gchar *port = g_strdup_printf ("%u", broker->port);
  TestPeer *peer = g_new0 (TestPeer, 1);
  const gchar *const argv[] = { "mosquitto_sub", "-h", "127.0.0.1",   "-p", port,          "-q", "1", "-t",
                                filter,          "-t", "test/marker", "-F", "%t|%r|%q|%p", NULL };

  test_broker_publish (broker, "test/marker", "here", TRUE);
  peer->process = spawn (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, argv);
  peer->stream = g_data_input_stream_new (g_subprocess_get_stdout_pipe (peer->process));
  peer->lines = g_ptr_array_new_with_free_func (g_free);
  peer->cancellable = g_cancellable_new ();
  read_line (peer);
  WAIT_FOR (test_peer_find (peer, "test/marker|1") != NULL);
  return peer;
}

void
test_peer_free (TestPeer *peer)
{
  g_subprocess_force_exit (peer->process);
  g_cancellable_cancel (peer->cancellable);
  WAIT_FOR (!peer->reading);
  g_subprocess_wait (peer->process, NULL, NULL);
  g_object_unref (peer->process);
  g_object_unref (peer->stream);
  g_object_unref (peer->cancellable);
  g_ptr_array_unref (peer->lines);
  g_free (peer);
}

const gchar *
test_peer_find (TestPeer *peer, const gchar *text)
{
  for (guint i = peer->lines->len; i > 0; i--)
    if (strstr (g_ptr_array_index (peer->lines, i - 1), text) != NULL)
      return g_ptr_array_index (peer->lines, i - 1);
  return NULL;
}

guint
test_peer_count (TestPeer *peer, const gchar *text)
{
  guint n = 0;

  for (guint i = 0; i < peer->lines->len; i++)
    n += strstr (g_ptr_array_index (peer->lines, i), text) != NULL ? 1 : 0;
  return n;
}
