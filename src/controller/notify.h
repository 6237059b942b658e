/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notify.h: tells the service manager that we are ready and alive (the protocol of sd_notify(3)). */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Sends `state` ("READY=1") to the socket that $NOTIFY_SOCKET names; does nothing without one. */
void bb_notify (const gchar *state);
/* How often the manager wants "WATCHDOG=1", at most; 0: not at all ($WATCHDOG_USEC). */
gint64 bb_notify_get_watchdog_ms (void);

G_END_DECLS
