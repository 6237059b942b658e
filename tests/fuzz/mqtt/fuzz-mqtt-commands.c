/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz-mqtt-commands.c: any bytes as a topic and a command. What is taken lies within its bounds and ends;
 * what is refused is empty and says why; the same bytes as a retained message are always refused.
 *
 * The first line is the topic below the prefix ("!" before it: the time of day is not known), the rest the
 * payload.
 */
#include <stdint.h>
#include <string.h>

#include "controller/mqtt-commands.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define NOW     G_GINT64_CONSTANT (1769860800000)
#define MOST_MS (G_GINT64_CONSTANT (31) * 86400000)

static gboolean
take_signal (const gchar *id, guint state, GError **error, gpointer data)
{
  g_assert_nonnull (id);
  g_assert_cmpuint (state, <=, BBE_SIGNAL_LOCKED);
  return TRUE;
}

static gboolean
take_reduction (guint scope, const gchar *id, gint32 limit_ma, gint32 limit_w, gint64 expires_wall_ms,
                GError **error, gpointer data)
{
  g_assert_true ((scope == BBE_REDUCE_STATIONS) == (id == NULL));
  g_assert_true (limit_ma == BB_COMMAND_NO_LIMIT || (limit_ma >= 0 && limit_ma <= BBE_MAX_MA));
  g_assert_cmpint (limit_w, >=, 0);
  g_assert_true (limit_ma != BB_COMMAND_NO_LIMIT || limit_w != BB_COMMAND_NO_LIMIT);
  g_assert_true (expires_wall_ms > NOW && expires_wall_ms <= NOW + MOST_MS);
  return TRUE;
}

static gboolean
take_clear (guint scope, const gchar *id, GError **error, gpointer data)
{
  g_assert_cmpuint (scope, <=, BBE_REDUCE_STATIONS);
  return TRUE;
}

static gboolean
take_override (const gchar *id, guint kind, gint32 limit_ma, gint64 expires_wall_ms, GError **error,
               gpointer data)
{
  g_assert_nonnull (id);
  g_assert_true (limit_ma >= 0 && limit_ma <= 80000);
  g_assert_true (kind == BBE_OVERRIDE_NONE ? expires_wall_ms == 0 && limit_ma == 0
                                           : expires_wall_ms > NOW && expires_wall_ms <= NOW + MOST_MS);
  return TRUE;
}

static gboolean
take_wish (const gchar *id, gint32 wanted_wh, gint64 departure_wall_ms, GError **error, gpointer data)
{
  g_assert_nonnull (id);
  g_assert_true (wanted_wh >= -1 && wanted_wh <= 1000000);
  g_assert_true (departure_wall_ms == 0 || departure_wall_ms > NOW);
  return TRUE;
}

static gboolean
take_authorised (const gchar *id, gboolean authorised, GError **error, gpointer data)
{
  g_assert_nonnull (id);
  return TRUE;
}

static void
check (const gchar *path, const gchar *payload, gsize size, gboolean retained, gint64 now_ms, BbZone *zone)
{
  static const BbCommands commands
      = { NULL, take_signal, take_reduction, take_clear, take_override, take_wish, take_authorised, NULL };
  g_auto (BbMqttCommand) command = { 0 };
  g_autoptr (GError) error = NULL;

  if (bb_mqtt_command_read (path, payload, size, retained, now_ms, zone, &command, &error)) {
    g_assert_no_error (error);
    g_assert_false (retained);
    g_assert_true (bb_mqtt_command_run (&command, &commands, NULL));
    return;
  }
  g_assert_true (error->domain == BB_COMMAND_ERROR);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpuint (error->message[0], !=, '\0');
  g_assert_null (command.id);
  g_assert_true (command.request == NULL || strlen (command.request) <= 64);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const uint8_t *end = size > 0 ? memchr (data, '\n', size) : NULL;
  g_autofree gchar *line = NULL, *path = NULL, *payload = NULL;
  g_autoptr (BbZone) zone = bb_zone_new ("+01:00", NULL);
  gsize left;

  if (end == NULL)
    return 0;
  /* a topic reaches us as UTF-8 text; the payload is not terminated */
  line = g_strndup ((const gchar *) data, (gsize) (end - data));
  path = g_utf8_make_valid (line, -1);
  left = size - (gsize) (end + 1 - data);
  payload = left > 0 ? g_memdup2 (end + 1, left) : g_strdup ("");
  if (path[0] == '!')
    check (path + 1, payload, left, FALSE, 0, zone);
  else
    check (path, payload, left, FALSE, NOW, zone);
  check (path, payload, left, TRUE, NOW, zone);
  check (path, NULL, left, FALSE, NOW, zone);
  return 0;
}
