/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cloud-device-account.h: one login at a maker's cloud, shared by all devices that it reaches.
 *
 * OAuth2 password grant at /oauth/token, the token refreshed before it ends. Requests go one after the other,
 * at most 10 in a second; after 429, 5xx and no answer none for 5 s, 10 s, ... 15 min.
 */
#pragma once

#include "devices/device.h"
#include "protocols/http/http-json.h"

G_BEGIN_DECLS

typedef struct _BbCloudAccount BbCloudAccount;

/* The account of this base address, user and password within the context (transfer full). The base must be
 * https, or on this machine (127.0.0.1, tests): else NULL with BB_DEVICE_ERROR_LINK. */
BbCloudAccount *bb_cloud_account_get (BbDeviceContext *context, const gchar *base, const gchar *user,
                                      const gchar *password, guint timeout_ms, GError **error);
BbCloudAccount *bb_cloud_account_ref (BbCloudAccount *account);
void bb_cloud_account_unref (BbCloudAccount *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbCloudAccount, bb_cloud_account_unref)

/* TRUE when a request would go out now. */
gboolean bb_cloud_account_is_free (BbCloudAccount *account);
/* Finishes with a reply of any status but those that stop the account: NULL with BB_DEVICE_ERROR (OFFLINE:
 * not reached, or asked for patience; SETUP: user or password refused), G_IO_ERROR_CANCELLED. */
void bb_cloud_account_request_async (BbCloudAccount *account, const BbHttpRequest *request,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
BbHttpReply *bb_cloud_account_request_finish (BbCloudAccount *account, GAsyncResult *result, GError **error);

G_END_DECLS
