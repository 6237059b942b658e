/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-settings.c: what busbar-controller is told: command line, settings file, endpoints, secrets. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "controller/settings.h"

typedef struct {
  gchar *folder, *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("busbar-settings-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "file", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_unlink (f->path);
  g_rmdir (f->folder);
  g_free (f->folder);
  g_free (f->path);
}

/* Reads a command line (words, "@" stands for the fixture's file). */
static gboolean
read_line (const Fixture *f, const gchar *line, BbControllerSettings *settings, GError **error)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  gint argc = (gint) g_strv_length (words) + 1;
  g_autofree gchar **argv = g_new0 (gchar *, argc + 1);

  argv[0] = (gchar *) "busbar-controller";
  for (gint i = 1; i < argc; i++)
    argv[i] = strcmp (words[i - 1], "@") == 0 ? f->path : words[i - 1];
  return bb_controller_settings_read (settings, &argc, &argv, error);
}

static void
write_file (const Fixture *f, const gchar *text, gint mode)
{
  g_assert_true (g_file_set_contents (f->path, text, -1, NULL));
  g_assert_cmpint (g_chmod (f->path, mode), ==, 0);
}

static void
test_options (Fixture *f, gconstpointer data)
{
  g_auto (BbControllerSettings) settings = { 0 };
  g_autoptr (GError) error = NULL;

  read_line (
      f,
      "a.busbar --state s --endpoints e --secrets x --profiles p --ocpp 1.2.3.4:5 --ocpp-certificate c "
      "--mqtt h:1 --mqtt-prefix t --mqtt-discovery d --mqtt-ca ca --ripple gpiochip0:1,2 --ripple-signal r "
      "--ripple-active-low --commission --allow-unverified --record tape --log-level debug --check --for 2.5",
      &settings, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (settings.site, ==, "a.busbar");
  g_assert_cmpstr (settings.state, ==, "s");
  g_assert_cmpstr (settings.ocpp, ==, "1.2.3.4:5");
  g_assert_cmpstr (settings.mqtt_discovery, ==, "d");
  g_assert_cmpstr (settings.ripple_signal, ==, "r");
  g_assert_cmpstr (settings.log_level, ==, "debug");
  g_assert_true (settings.ripple_active_low && settings.commission && settings.allow_unverified
                 && settings.check);
  g_assert_cmpfloat (settings.for_s, ==, 2.5);
}

static void
test_bad_options (Fixture *f, gconstpointer data)
{
  static const gchar *const lines[]
      = { "--state s",      "a b",           "a --nonsense", "a --for",   "a --for x",
          "a --for -1",     "a --for nan",   "a --for inf",  "a --state", "a --log-level loud",
          "a --log-level=", "a --for 1e300", "a --version x" };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_auto (BbControllerSettings) settings = { 0 };
    g_autoptr (GError) error = NULL;
    g_test_message ("%s", lines[i]);
    g_assert_false (read_line (f, lines[i], &settings, &error));
    g_assert_nonnull (error);
    g_assert_cmpuint (error->domain, ==, G_OPTION_ERROR);
  }
  g_auto (BbControllerSettings) settings = { 0 };
  g_assert_true (read_line (f, "--version", &settings, NULL));
  g_assert_true (settings.version);
}

static void
test_file (Fixture *f, gconstpointer data)
{
  g_auto (BbControllerSettings) settings = { 0 };
  g_autoptr (GError) error = NULL;

  write_file (
      f,
      "# comment\n[controller]\nsite=/etc/busbar/site.busbar\nstate=/var/lib/busbar\nmqtt=broker:1883\n"
      "commission=true\nallow-unverified=false\nlog-level=warning\nfor=7.5\n",
      0644);
  read_line (f, "--settings @ --state other", &settings, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (settings.site, ==, "/etc/busbar/site.busbar");
  g_assert_cmpstr (settings.state, ==, "other"); /* the command line wins */
  g_assert_cmpstr (settings.mqtt, ==, "broker:1883");
  g_assert_cmpstr (settings.log_level, ==, "warning");
  g_assert_true (settings.commission && !settings.allow_unverified);
  g_assert_cmpfloat (settings.for_s, ==, 7.5);
  g_auto (BbControllerSettings) named = { 0 };
  g_assert_true (read_line (f, "--settings @ mine.busbar", &named, NULL));
  g_assert_cmpstr (named.site, ==, "mine.busbar");
}

static void
test_bad_file (Fixture *f, gconstpointer data)
{
  static const struct {
    const gchar *text, *said;
  } cases[] = {
    { "[controller]\nsight=x\n", "“sight”" },
    { "[controller]\ncommission=perhaps\n", "commission" },
    { "[controller]\nsite=x\nfor=soon\n", "for" },
    { "[controller]\nsite=x\nlog-level=loud\n", "loud" },
    { "[other]\nsite=x\n", "controller" },
    { "site=x\n", "" },
    { "", "" },
    { "\x00\xff\xfe", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (BbControllerSettings) settings = { 0 };
    g_autoptr (GError) error = NULL;
    write_file (f, cases[i].text, 0644);
    g_assert_false (read_line (f, "--settings @", &settings, &error));
    g_assert_nonnull (error);
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, cases[i].said));
  }
  g_auto (BbControllerSettings) settings = { 0 };
  g_autoptr (GError) error = NULL;
  g_assert_false (read_line (f, "--settings /nonexistent/file", &settings, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static void
test_host (Fixture *f, gconstpointer data)
{
  static const struct {
    const gchar *text, *host;
    guint port;
  } cases[] = { { "127.0.0.1:8887", "127.0.0.1", 8887 },
                { "broker", "broker", 7 },
                { "[::1]:80", "::1", 80 },
                { "host:0", "host", 0 } };
  static const gchar *const bad[] = { "host:x", "host:70000", "[::1", "host:-1" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    guint16 port = 7;
    g_autofree gchar *host = bb_controller_settings_host (cases[i].text, &port, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (host, ==, cases[i].host);
    g_assert_cmpuint (port, ==, cases[i].port);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    guint16 port = 7;
    g_autoptr (GError) error = NULL;
    g_assert_null (bb_controller_settings_host (bad[i], &port, &error));
    g_assert_nonnull (error);
  }
}

static void
test_endpoints (Fixture *f, gconstpointer data)
{
  static const gchar *const good[] = {
    "{\"ocpp\":{\"port\":4711},\"endpoints\":{\"m\":{}}}",
    "{\"ocpp\":{\"port\":4711},\"endpoints\":{\"m\":{}}}\n",
    "{\"ocpp\":{\"port\":4711},\"endpoints\":{\"m\":{}}}\n{\"ok\":true}\nanything\n", /* what the program said
                                                                                         later */
    "{\n  \"ocpp\": {\"port\": 4711},\n  \"endpoints\": {\n    \"m\": {}\n  }\n}\n",
  };
  static const gchar *const bad[]
      = { "", "[]", "{}", "{\"endpoints\":7}", "{\"endpoints\":{}", "null", "{\"endpoints\":[]}\n{}\n" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;
    guint16 port = 0;
    write_file (f, good[i], 0644);
    g_autoptr (JsonObject) endpoints = bb_controller_load_endpoints (f->path, &port, &error);
    g_assert_no_error (error);
    g_assert_true (json_object_has_member (endpoints, "m"));
    g_assert_cmpuint (port, ==, 4711);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    guint16 port = 0;
    write_file (f, bad[i], 0644);
    g_assert_null (bb_controller_load_endpoints (f->path, &port, &error));
    g_assert_nonnull (error);
    g_assert_nonnull (strstr (error->message, f->path));
  }
  g_autoptr (GError) error = NULL;
  g_assert_null (bb_controller_load_endpoints ("/nonexistent", &(guint16){ 0 }, &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_NOT_FOUND);
}

static void
test_secrets (Fixture *f, gconstpointer data)
{
  static const gint open_modes[] = { 0644, 0640, 0604, 0660, 0666 };
  g_autoptr (GError) error = NULL;

  g_unsetenv ("CREDENTIALS_DIRECTORY");
  g_autoptr (JsonObject) none = bb_controller_load_secrets (NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (json_object_get_size (none), ==, 0);
  write_file (f, "{\"s\":{\"user\":\"u\",\"password\":\"p\"}}", 0600);
  g_autoptr (JsonObject) own = bb_controller_load_secrets (f->path, &error);
  g_assert_no_error (error);
  g_assert_true (json_object_has_member (own, "s"));
  for (guint i = 0; i < G_N_ELEMENTS (open_modes); i++) {
    g_autoptr (GError) refused = NULL;
    g_assert_cmpint (g_chmod (f->path, open_modes[i]), ==, 0);
    g_assert_null (bb_controller_load_secrets (f->path, &refused));
    g_assert_error (refused, BB_CONTROLLER_ERROR, BB_CONTROLLER_ERROR_SECRETS);
    g_assert_nonnull (strstr (refused->message, "chmod 600"));
  }
  write_file (f, "[]", 0600);
  g_assert_null (bb_controller_load_secrets (f->path, &error));
  g_assert_error (error, BB_CONTROLLER_ERROR, BB_CONTROLLER_ERROR_SECRETS);
  g_clear_error (&error);
  g_assert_null (bb_controller_load_secrets ("/nonexistent", &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  /* The service manager's credential, with the mode that it gives it. */
  g_autofree gchar *credential = g_build_filename (f->folder, "secrets", NULL);
  g_setenv ("CREDENTIALS_DIRECTORY", f->folder, TRUE);
  g_autoptr (JsonObject) empty = bb_controller_load_secrets (NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (json_object_get_size (empty), ==, 0);
  g_assert_true (g_file_set_contents (credential, "{\"mqtt\":{}}", -1, NULL));
  g_autoptr (JsonObject) handed = bb_controller_load_secrets (NULL, &error);
  g_assert_no_error (error);
  g_assert_true (json_object_has_member (handed, "mqtt"));
  g_unlink (credential);
  g_unsetenv ("CREDENTIALS_DIRECTORY");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/settings/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("options", test_options);
  ADD ("bad-options", test_bad_options);
  ADD ("file", test_file);
  ADD ("bad-file", test_bad_file);
  ADD ("host", test_host);
  ADD ("endpoints", test_endpoints);
  ADD ("secrets", test_secrets);
  return g_test_run ();
}
