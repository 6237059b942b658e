/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-kit.h: a server and a client of ours on loopback, and waiting for what happens between them. */
#pragma once

#include <string.h>

#include "protocols/ocpp/ocpp-client.h"
#include "protocols/ocpp/ocpp-server.h"

/* A test that waits longer than this has failed. */
#define KIT_LIMIT_S 8

static gboolean
kit_late_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Runs the main context until the condition holds. */
#define kit_wait(condition)                                                                                  \
  G_STMT_START                                                                                               \
  {                                                                                                          \
    gboolean late_ = FALSE;                                                                                  \
    guint guard_ = g_timeout_add_seconds (KIT_LIMIT_S, kit_late_cb, &late_);                                 \
    while (!(condition) && !late_)                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                                 \
    g_assert_false (late_);                                                                                  \
    g_source_remove (guard_);                                                                                \
  }                                                                                                          \
  G_STMT_END

/* Lets everything that is on its way arrive: a round trip through the kernel, a few times. */
static inline void
kit_settle (void)
{
  for (guint i = 0; i < 200; i++)
    g_main_context_iteration (NULL, FALSE);
}

typedef struct {
  BbManualClock *clock;
  BbLog *log;
  BbTape *tape; /* (nullable) */
  BbOcppServer *server;
  BbOcppLink *link; /* (nullable): the newest that arrived */
  gchar *identity;  /* of it */
  guint n_arrived;
  const gchar *known, *password; /* whom it lets in, and (nullable) with what key */
  GBytes *sent_password;         /* what the last one sent; (nullable) */
  BbOcppLink *far;               /* (nullable): the client's end */
} Kit;

static gboolean
kit_admit (const gchar *identity, const guint8 *password, gsize n_password, gboolean *wrong_password,
           gpointer data)
{
  Kit *kit = data;
  g_clear_pointer (&kit->sent_password, g_bytes_unref);
  kit->sent_password = password != NULL ? g_bytes_new (password, n_password) : NULL;
  if (g_strcmp0 (identity, kit->known) != 0)
    return FALSE;
  *wrong_password = kit->password != NULL && !bb_ocpp_password_matches (kit->password, password, n_password);
  return !*wrong_password;
}

static void
kit_arrived (const gchar *identity, BbOcppLink *link, gpointer data)
{
  Kit *kit = data;
  g_set_object (&kit->link, link);
  g_free (kit->identity);
  kit->identity = g_strdup (identity);
  kit->n_arrived++;
}

static inline void
kit_open (Kit *kit, const gchar *known, const gchar *password)
{
  const BbOcppListen listen = { "127.0.0.1", 0, NULL };
  g_autoptr (GError) error = NULL;
  kit->clock
      = kit->clock != NULL ? kit->clock : bb_manual_clock_new (1000, G_GINT64_CONSTANT (1795228800000));
  kit->log = bb_log_new_memory (BB_CLOCK (kit->clock), BB_LOG_DEBUG, 1000);
  kit->known = known;
  kit->password = password;
  kit->server = bb_ocpp_server_new (&listen, BB_CLOCK (kit->clock), kit->log, kit->tape, kit_admit,
                                    kit_arrived, kit, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bb_ocpp_server_get_port (kit->server), >, 0);
}

static inline void
kit_close (Kit *kit)
{
  g_clear_object (&kit->link);
  g_clear_object (&kit->far);
  g_clear_pointer (&kit->server, bb_ocpp_server_free);
  g_clear_pointer (&kit->sent_password, g_bytes_unref);
  g_clear_pointer (&kit->tape, bb_tape_unref);
  g_clear_pointer (&kit->log, bb_log_unref);
  g_clear_pointer (&kit->identity, g_free);
  kit_settle ();
  g_clear_object (&kit->clock);
}

static inline void
kit_far_connected (BbOcppLink *link, gpointer data)
{
  g_set_object (&((Kit *) data)->far, link);
}

static inline BbOcppClient *
kit_connect (Kit *kit, const gchar *path, const gchar *identity, const gchar *password)
{
  g_autofree gchar *url
      = g_strdup_printf ("ws://127.0.0.1:%u%s", bb_ocpp_server_get_port (kit->server), path);
  BbOcppClient *client = bb_ocpp_client_new (url, identity, password, 1000, BB_CLOCK (kit->clock), kit->log,
                                             NULL, kit_far_connected, kit);
  bb_ocpp_client_set_online (client, TRUE);
  return client;
}
