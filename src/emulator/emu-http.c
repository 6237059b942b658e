/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-http.c: emulated meters that answer JSON over HTTP: documents by the profile's requests and points. */
#include "emulator/emu-http.h"

#include <string.h>

#include "emulator/emu-document.h"
#include "emulator/emu-http-reply.h"
#include "protocols/http/http-digest.h"

typedef struct {
  BbEmuHttpServer *server;
  const gchar *variant; /* of the profile's; (nullable) */
  gchar *password;
  BbHttpChallenge *challenge; /* (nullable) */
} EmuHttp;

/* ---- documents ---- */

static JsonNode *
make_object (void)
{
  JsonNode *root = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (root, json_object_new ());
  return root;
}

static void
set_text (JsonObject *object, const gchar *name, const gchar *text)
{
  if (text != NULL && !json_object_has_member (object, name))
    json_object_set_string_member (object, name, text);
}

/* What a Shelly says of itself to anyone. */
static void
add_device_info (BbEmuDevice *device, JsonNode *root)
{
  EmuHttp *own = device->own;
  JsonObject *object = json_node_get_object (root);

  set_text (object, "name", device->id);
  set_text (object, "id", "shelly-emulated");
  set_text (object, "mac", "AABBCCDDEEFF");
  set_text (object, "model", device->profile->models != NULL ? device->profile->models[0] : NULL);
  set_text (object, "ver", BB_EMU_FIRMWARE);
  set_text (object, "profile", own->variant);
  if (own->variant == NULL)
    set_text (object, "type", device->profile->models != NULL ? device->profile->models[0] : NULL);
  else
    json_object_set_int_member (object, "gen", 2);
  json_object_set_boolean_member (object, "auth_en", own->password != NULL);
}

static gboolean
is_device_info (BbEmuDevice *device, const gchar *target)
{
  return g_ascii_strcasecmp (device->profile->vendor, "Shelly") == 0
         && (strcmp (target, "/shelly") == 0 || strcmp (target, "/rpc/Shelly.GetDeviceInfo") == 0);
}

static JsonNode *
find_document (BbEmuDevice *device, const gchar *target)
{
  JsonNode *root = NULL;

  for (guint i = 0; device->interface->requests != NULL && device->interface->requests[i] != NULL; i++)
    if (strcmp (device->interface->requests[i], target) == 0)
      root = bb_emu_document_make (device, ((EmuHttp *) device->own)->variant, i);
  if (is_device_info (device, target)) {
    root = root != NULL ? root : make_object ();
    add_device_info (device, root);
  }
  return root;
}

/* ---- passwords ---- */

void
bb_emu_http_set_password (BbEmuDevice *device, const gchar *password)
{
  EmuHttp *own = device->own;

  g_free (own->password);
  own->password = g_strdup (password);
  g_clear_pointer (&own->challenge, bb_http_challenge_free);
  own->challenge = g_new0 (BbHttpChallenge, 1);
  own->challenge->realm = g_strdup ("shelly-emulated");
  own->challenge->nonce = g_strdup_printf ("%08x", g_random_int ());
  own->challenge->sha256 = own->challenge->qop = TRUE;
}

static gboolean
wants_digest (BbEmuDevice *device)
{
  return g_strcmp0 (device->interface->auth, "basic") != 0;
}

static gboolean
is_admitted (BbEmuDevice *device, SoupServerMessage *message, const gchar *target)
{
  EmuHttp *own = device->own;
  const gchar *header
      = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");
  g_autofree gchar *basic = NULL;

  if (own->password == NULL || is_device_info (device, target))
    return TRUE;
  if (wants_digest (device))
    return bb_http_digest_check (own->challenge, header, "admin", own->password, "GET", target);
  basic = bb_http_basic_authorize ("admin", own->password);
  return g_strcmp0 (header, basic) == 0;
}

static void
challenge (BbEmuDevice *device, SoupServerMessage *message)
{
  EmuHttp *own = device->own;
  g_autofree gchar *text
      = wants_digest (device)
            ? g_strdup_printf ("Digest qop=\"auth\", realm=\"%s\", nonce=\"%s\", algorithm=SHA-256",
                               own->challenge->realm, own->challenge->nonce)
            : g_strdup ("Basic realm=\"shelly\"");

  soup_message_headers_replace (soup_server_message_get_response_headers (message), "WWW-Authenticate", text);
}

/* ---- the kind ---- */

static void
handle_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  BbEmuDevice *device = data;
  EmuHttp *own = device->own;
  g_autofree gchar *target = bb_emu_http_get_target (message), *text = NULL;
  g_autoptr (JsonNode) document = NULL;

  if (g_strcmp0 (soup_server_message_get_method (message), "GET") != 0) {
    bb_emu_http_reply (own->server, device, message, SOUP_STATUS_METHOD_NOT_ALLOWED, "{}");
    return;
  }
  if (!is_admitted (device, message, target)) {
    challenge (device, message);
    bb_emu_http_reply (own->server, device, message, SOUP_STATUS_UNAUTHORIZED, "{\"code\":401}");
    return;
  }
  document = find_document (device, target);
  text = document != NULL ? json_to_string (document, FALSE)
                          : g_strdup ("{\"code\":404,\"message\":\"No handler\"}");
  bb_emu_http_reply (own->server, device, message, document != NULL ? SOUP_STATUS_OK : SOUP_STATUS_NOT_FOUND,
                     text);
}

static gboolean
emu_http_start (BbEmuDevice *device, GError **error)
{
  EmuHttp *own = device->own = g_new0 (EmuHttp, 1);

  own->variant = bb_emu_document_find_variant (device->interface);
  own->server = bb_emu_http_server_new (handle_cb, device, error);
  return own->server != NULL;
}

static void
emu_http_describe (BbEmuDevice *device, JsonBuilder *builder)
{
  EmuHttp *own = device->own;

  json_builder_set_member_name (builder, "host");
  json_builder_add_string_value (builder, "127.0.0.1");
  json_builder_set_member_name (builder, "port");
  json_builder_add_int_value (builder, own->server->port);
}

static void
emu_http_faults_changed (BbEmuDevice *device)
{
  EmuHttp *own = device->own;

  bb_emu_http_server_set_online (own->server, !bb_emu_has_fault (device, BB_EMU_OFFLINE),
                                 bb_emu_get_log (device));
  bb_emu_http_release (own->server, device);
}

static void
emu_http_reboot (BbEmuDevice *device)
{
  EmuHttp *own = device->own;

  bb_emu_http_server_set_online (own->server, FALSE, bb_emu_get_log (device));
  emu_http_faults_changed (device);
}

static void
emu_http_free (BbEmuDevice *device)
{
  EmuHttp *own = g_steal_pointer (&device->own);

  if (own == NULL)
    return;
  bb_emu_http_server_free (own->server);
  g_clear_pointer (&own->challenge, bb_http_challenge_free);
  g_free (own->password);
  g_free (own);
}

const BbEmuKind bb_emu_http = {
  .name = "http",
  .start = emu_http_start,
  .describe = emu_http_describe,
  .faults_changed = emu_http_faults_changed,
  .reboot = emu_http_reboot,
  .free = emu_http_free,
};
