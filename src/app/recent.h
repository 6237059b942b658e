/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recent.h: the sites that were opened lately: at most ten paths, the latest first. No GTK in here. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BB_RECENT_MOST 10

/* Paths, NULL-terminated; files that are gone are still in it. (transfer full) */
GStrv bb_recent_get (void);
/* Puts a path first; it is also what the next start opens. */
void bb_recent_add (const gchar *path);
void bb_recent_remove (const gchar *path);
/* What people read: "villa-demo" and "~/Sites". (transfer full) */
gchar *bb_recent_title (const gchar *path);
gchar *bb_recent_folder (const gchar *path);

G_END_DECLS
