/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-cloud.c: the emulated cloud of a station's maker (Zaptec's REST interface): one server for all its
 * chargers. */
#include "emulator/emu-cloud.h"

#include <string.h>

#include "base/guard.h"

#define USER         "emulator"
#define PASSWORD     "emulator-password"
#define TOKEN_LIFE_S 3600
#define MAX_BODY     65536

/* ---- the login ---- */

static void
make_tokens (BbEmuCloud *cloud, BbClock *clock)
{
  g_free (cloud->token);
  g_free (cloud->refresh_token);
  cloud->n_tokens++;
  cloud->token = g_strdup_printf ("access-%u-%08x", cloud->n_tokens, g_random_int ());
  cloud->refresh_token = g_strdup_printf ("refresh-%u-%08x", cloud->n_tokens, g_random_int ());
  cloud->token_until_ms = bb_clock_get_mono_ms (clock) + TOKEN_LIFE_S * 1000;
}

static gboolean
field_is (GHashTable *form, const gchar *name, const gchar *wanted)
{
  return wanted != NULL && g_strcmp0 (g_hash_table_lookup (form, name), wanted) == 0;
}

static gchar *
answer_token (BbEmuDevice *device, const gchar *body, guint *status)
{
  BbEmuCloud *cloud = ((BbEmuCharger *) device->own)->cloud;
  g_autoptr (GHashTable) form = soup_form_decode (body);
  gboolean by_password = field_is (form, "grant_type", "password") && field_is (form, "username", cloud->user)
                         && field_is (form, "password", cloud->password);
  gboolean by_refresh = field_is (form, "grant_type", "refresh_token")
                        && field_is (form, "refresh_token", cloud->refresh_token);

  if (!by_password && !by_refresh) {
    *status = SOUP_STATUS_BAD_REQUEST;
    return g_strdup ("{\"error\":\"invalid_grant\"}");
  }
  make_tokens (cloud, bb_emu_get_clock (device));
  return g_strdup_printf (
      "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%d,\"refresh_token\":\"%s\"}",
      cloud->token, TOKEN_LIFE_S, cloud->refresh_token);
}

static gboolean
is_admitted (BbEmuDevice *device, SoupServerMessage *message)
{
  BbEmuCloud *cloud = ((BbEmuCharger *) device->own)->cloud;
  const gchar *header
      = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");
  g_autofree gchar *wanted = g_strconcat ("Bearer ", cloud->token, NULL);

  return cloud->token != NULL && g_strcmp0 (header, wanted) == 0
         && bb_clock_get_mono_ms (bb_emu_get_clock (device)) < cloud->token_until_ms;
}

/* ---- requests ---- */

static BbEmuDevice *
find_charger (BbEmuDevice *any, const gchar *id)
{
  GPtrArray *devices = bb_emu_get_devices (any);

  for (guint i = 0; i < devices->len; i++) {
    BbEmuDevice *device = g_ptr_array_index (devices, i);

    if (device->kind == &bb_emu_cloud && device->own != NULL && strcmp (device->id, id) == 0)
      return device;
  }
  return NULL;
}

/* Answers for one charger: its faults are on it. */
static void
answer_charger (BbEmuDevice *device, SoupServerMessage *message, gchar **words, const gchar *method,
                JsonNode *body)
{
  BbEmuHttpServer *server = ((BbEmuCharger *) device->own)->cloud->server;
  g_autofree gchar *text = NULL;
  guint status = SOUP_STATUS_NOT_FOUND;
  gboolean refused = bb_emu_has_fault (device, BB_EMU_EXCEPTION);

  if (g_strcmp0 (words[0], "state") == 0 && strcmp (method, "GET") == 0) {
    text = bb_emu_cloud_state (device);
    status = SOUP_STATUS_OK;
  } else if (!refused && g_strcmp0 (words[0], "update") == 0 && strcmp (method, "POST") == 0)
    status = bb_emu_cloud_update (device, body);
  else if (!refused && g_strcmp0 (words[0], "sendCommand") == 0 && words[1] != NULL
           && strcmp (method, "POST") == 0)
    status = bb_emu_cloud_command (device, words[1]);
  bb_emu_http_reply (server, device, message, status, text != NULL ? text : "");
}

static void
answer_plain (SoupServerMessage *message, guint status, const gchar *json)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, json, strlen (json));
}

/* `words`: what follows "/api/". */
static void
answer_api (BbEmuDevice *any, SoupServerMessage *message, gchar **words, JsonNode *body)
{
  const gchar *method = soup_server_message_get_method (message);
  BbEmuDevice *device;

  if (g_strcmp0 (words[0], "chargers") == 0 && words[1] == NULL) {
    g_autofree gchar *text = bb_emu_cloud_list (any);

    answer_plain (message, SOUP_STATUS_OK, text);
  } else if (g_strcmp0 (words[0], "chargers") == 0 && (device = find_charger (any, words[1])) != NULL)
    answer_charger (device, message, words + 2, method, body);
  else if (g_strcmp0 (words[0], "installation") == 0 && g_strcmp0 (words[1], BB_EMU_CLOUD_INSTALLATION) == 0
           && g_strcmp0 (words[2], "update") == 0 && strcmp (method, "POST") == 0)
    answer_plain (message, bb_emu_cloud_update_installation (any, body), "");
  else
    answer_plain (message, SOUP_STATUS_NOT_FOUND, "{\"Code\":404}");
}

static void
handle_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  BbEmuDevice *any = data;
  SoupMessageBody *raw = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (raw);
  gsize size;
  const gchar *content = g_bytes_get_data (bytes, &size);
  g_autofree gchar *body = g_strndup (content != NULL ? content : "", MIN (size, MAX_BODY)), *text = NULL;
  g_auto (GStrv) words = NULL;
  g_autoptr (JsonNode) root = NULL;
  guint status = SOUP_STATUS_OK;

  if (strcmp (path, "/oauth/token") == 0) {
    text = answer_token (any, body, &status);
    answer_plain (message, status, text);
  } else if (!is_admitted (any, message))
    answer_plain (message, SOUP_STATUS_UNAUTHORIZED, "");
  else if (g_str_has_prefix (path, "/api/")) {
    words = g_strsplit (path + strlen ("/api/"), "/", 8);
    root = body[0] != '\0' ? bb_json_parse (body, -1, "body", NULL) : NULL;
    answer_api (any, message, words, root);
  } else
    answer_plain (message, SOUP_STATUS_NOT_FOUND, "");
}

/* ---- the kind ---- */

/* The cloud that another charger made already, or NULL. */
static BbEmuCloud *
find_cloud (BbEmuDevice *device)
{
  GPtrArray *devices = bb_emu_get_devices (device);

  for (guint i = 0; i < devices->len; i++) {
    BbEmuDevice *other = g_ptr_array_index (devices, i);

    if (other != device && other->kind == &bb_emu_cloud && other->own != NULL)
      return ((BbEmuCharger *) other->own)->cloud;
  }
  return NULL;
}

static BbEmuCloud *
make_cloud (BbEmuDevice *device, GError **error)
{
  BbEmuHttpServer *server = bb_emu_http_server_new (handle_cb, device, error);
  BbEmuCloud *cloud;

  if (server == NULL)
    return NULL;
  cloud = g_new0 (BbEmuCloud, 1);
  cloud->server = server;
  cloud->user = g_strdup (USER);
  cloud->password = g_strdup (PASSWORD);
  cloud->available_ma = -1;
  return cloud;
}

static gboolean
emu_cloud_start (BbEmuDevice *device, GError **error)
{
  const bbe_station_config *station
      = &bb_field_get_config (bb_emu_get_field (device))->stations[device->index];
  BbEmuCloud *cloud = find_cloud (device);
  BbEmuCharger *own;

  if (cloud == NULL && (cloud = make_cloud (device, error)) == NULL)
    return FALSE;
  cloud->refs++;
  own = device->own = g_new0 (BbEmuCharger, 1);
  own->cloud = cloud;
  own->limit_ma = own->max_ma = station->max_ma;
  own->failsafe_ma = station->failsafe_ma >= 0 ? station->failsafe_ma : station->max_ma;
  /* It falls back when it loses its cloud, not when its controller does. */
  bb_field_set_silence_ms (bb_emu_get_field (device), device->index, 0);
  return TRUE;
}

static void
emu_cloud_describe (BbEmuDevice *device, JsonBuilder *builder)
{
  BbEmuCharger *own = device->own;
  g_autofree gchar *host = g_strdup_printf ("http://127.0.0.1:%u", own->cloud->server->port);
  const gchar *members[]
      = { "host", host, "identity", device->id, "user", own->cloud->user, "password", own->cloud->password };

  for (guint i = 0; i < G_N_ELEMENTS (members); i += 2) {
    json_builder_set_member_name (builder, members[i]);
    json_builder_add_string_value (builder, members[i + 1]);
  }
}

static void
emu_cloud_faults_changed (BbEmuDevice *device)
{
  BbEmuCharger *own = device->own;

  if (bb_emu_has_fault (device, BB_EMU_OFFLINE))
    bb_emu_command (device, own->failsafe_ma, 0);
  else
    bb_emu_cloud_apply (device);
  bb_emu_http_release (own->cloud->server, device);
}

static void
emu_cloud_reboot (BbEmuDevice *device)
{
  ((BbEmuCharger *) device->own)->final_stop = FALSE;
}

static void
emu_cloud_free (BbEmuDevice *device)
{
  BbEmuCharger *own = g_steal_pointer (&device->own);

  if (own == NULL)
    return;
  if (--own->cloud->refs == 0) {
    bb_emu_http_server_free (own->cloud->server);
    g_free (own->cloud->user);
    g_free (own->cloud->password);
    g_free (own->cloud->token);
    g_free (own->cloud->refresh_token);
    g_free (own->cloud);
  }
  g_free (own);
}

const BbEmuKind bb_emu_cloud = {
  .name = "cloud",
  .start = emu_cloud_start,
  .describe = emu_cloud_describe,
  .faults_changed = emu_cloud_faults_changed,
  .reboot = emu_cloud_reboot,
  .free = emu_cloud_free,
};
