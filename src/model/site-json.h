/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-json.h: the one reader and the one writer of `busbar-site/1` files (extension .busbar).
 *
 * {"format": "busbar-site/1", ...}; data/schemas/busbar-site-1.schema.json describes all keys. Every key but
 * "format" has a default, which never changes within version 1. Unknown keys are kept and written back where
 * they were.
 *
 * Shorthand, expanded into explicit parts when read, and written as those:
 *   no "circuits"  -> one circuit "main" from "main_fuse_a" (25), "other_load_a", "generation_a",
 * "reserve_a"; it has the only meter of the file, or without "meters" a signed meter "main"; "metered":
 * false: none no "groups"    -> one active group "all" from "mode", "balancer", "online_a", "offline_a" a
 * group without "circuit" -> on the root, where there is one a station without "circuit" and "group" -> in
 * the only group, where there is one a part without "id" -> "station-1" and so on
 */
#pragma once

#include "model/site.h"

G_BEGIN_DECLS

/* Parses a text of `length` bytes (-1: terminated). `source` names it in messages (nullable). BB_MODEL_ERROR,
 * BB_TEXT_ERROR. Values are checked for what can be held, not for sense: bb_site_check() does that. */
BbSite *bb_site_parse (const gchar *text, gssize length, const gchar *source, GError **error);
/* And from a file; remembers the path. BB_IO_ERROR too. */
BbSite *bb_site_load (const gchar *path, GError **error);

/* The text of a site file: keys in the order of the file it came from, new ones in that of the schema; two
 * spaces of indentation; numbers as short as they can be; a final newline. Writing what was read from it
 * gives the same. */
gchar *bb_site_to_text (BbSite *site);
/* Replaces the file whole, or leaves it alone; remembers the path. BB_IO_ERROR. */
gboolean bb_site_save (BbSite *site, const gchar *path, GCancellable *cancellable, GError **error);

G_END_DECLS
