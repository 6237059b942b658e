/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-cloud.h: the emulated cloud of a station's maker, inside: what emu-cloud.c and emu-cloud-answer.c
 * share. */
#pragma once

#include "emulator/emu-http-reply.h"

G_BEGIN_DECLS

#define BB_EMU_CLOUD_INSTALLATION "installation-1"

/* One cloud for all chargers of the site. */
typedef struct {
  guint refs;
  BbEmuHttpServer *server;
  gchar *user, *password;
  gchar *token, *refresh_token;
  gint64 token_until_ms;
  guint n_tokens;
  gint32 available_ma; /* of the installation; -1: not set */
} BbEmuCloud;

/* One charger: device->own. */
typedef struct {
  BbEmuCloud *cloud;
  gint32 limit_ma, failsafe_ma, max_ma;
  gboolean final_stop;
  guint n_updates;
} BbEmuCharger;

/* The answer to a request for a charger, after its token was found right (transfer full). */
gchar *bb_emu_cloud_list (BbEmuDevice *any);
gchar *bb_emu_cloud_state (BbEmuDevice *device);
guint bb_emu_cloud_update (BbEmuDevice *device, JsonNode *body);
guint bb_emu_cloud_update_installation (BbEmuDevice *any, JsonNode *body);
guint bb_emu_cloud_command (BbEmuDevice *device, const gchar *number);
/* Its limit reaches the charger, unless that is cut off from its cloud. */
void bb_emu_cloud_apply (BbEmuDevice *device);

/* For tests: how often the current was set. */
guint bb_emu_cloud_get_n_updates (BbEmuDevice *device);

G_END_DECLS
