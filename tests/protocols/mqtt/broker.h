/* SPDX-License-Identifier: GPL-3.0-or-later */
/* broker.h: for tests: a real mosquitto broker on a free port of 127.0.0.1, and its clients as peers that
 * share no code with ours. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Runs the main context until the condition holds; fails the test after 10 s. */
#define WAIT_FOR(condition)                                                                                  \
  G_STMT_START                                                                                               \
  {                                                                                                          \
    gboolean wait_is_late = FALSE;                                                                           \
    guint wait_source = g_timeout_add_seconds (10, test_late, &wait_is_late);                                \
    while (!(condition) && !wait_is_late)                                                                    \
      g_main_context_iteration (NULL, TRUE);                                                                 \
    if (wait_is_late)                                                                                        \
      g_error ("%s:%d: waited in vain for %s", __FILE__, __LINE__, #condition);                              \
    g_source_remove (wait_source);                                                                           \
  }                                                                                                          \
  G_STMT_END
gboolean test_late (gpointer flag);

typedef struct {
  gchar *folder; /* temporary, removed with it */
  guint16 port;
  GString *config;
  GSubprocess *process; /* NULL: not running */
} TestBroker;

/* NULL: there is no broker on this machine (the test is skipped then). `lines` are added to its
 * configuration. */
TestBroker *test_broker_new (const gchar *lines);
/* A user who must log in; before start. */
void test_broker_add_user (TestBroker *broker, const gchar *user, const gchar *password);
/* TLS with a certificate for localhost made now, its CA in FOLDER/ca.pem; FALSE without openssl. Before
 * start. */
gboolean test_broker_use_tls (TestBroker *broker);
/* Starts, and waits until it answers. */
void test_broker_start (TestBroker *broker);
void test_broker_kill (TestBroker *broker);
void test_broker_free (TestBroker *broker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestBroker, test_broker_free)

/* mosquitto_pub: publishes and returns when that is done; payload NULL: empty, retained. */
void test_broker_publish (TestBroker *broker, const gchar *topic, const gchar *payload, gboolean retained);

/* mosquitto_sub: lines "TOPIC|RETAINED|QOS|PAYLOAD" of all that comes. Subscribed when this returns. */
typedef struct {
  GSubprocess *process;
  GDataInputStream *stream;
  GPtrArray *lines;
  GCancellable *cancellable;
  gboolean reading;
} TestPeer;

TestPeer *test_peer_new (TestBroker *broker, const gchar *filter);
void test_peer_free (TestPeer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestPeer, test_peer_free)
/* The last line that has this in it; NULL: none yet. */
const gchar *test_peer_find (TestPeer *peer, const gchar *text);
guint test_peer_count (TestPeer *peer, const gchar *text);

G_END_DECLS
