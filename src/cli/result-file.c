/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-file.c: where a result is, and moments in it. */
#include "cli/result-file.h"

#include <glib/gi18n.h>

#include "cli/terminal.h"

BbResult *
cli_open_result (const char *path, GError **error)
{
  g_autofree char *file = g_file_test (path, G_FILE_TEST_IS_DIR) ? g_build_filename (path, "result.bbr", NULL)
                                                                 : g_strdup (path);

  return bb_result_open (file, error);
}

gboolean
cli_parse_moment (const char *option, const char *text, BbResult *result, BbZone *zone, gint64 *at_ms)
{
  g_autoptr (GError) error = NULL;
  BbLocalMatch match = BB_LOCAL_UNIQUE;
  char *end = NULL;
  double minutes = g_ascii_strtod (text, &end);

  if (end != text && *end == '\0' && minutes >= 0 && minutes < 1e9) {
    *at_ms = bb_result_get_from_ms (result) + (gint64) (minutes * 60000.0);
    return TRUE;
  }
  if (!bb_time_parse (text, zone, at_ms, &match, &error)) {
    cli_complain ("%s: %s", option, error->message);
    return FALSE;
  }
  if (match == BB_LOCAL_GAP) {
    cli_complain (_ ("%s: the clocks of %s skipped %s; say a time before or after the change."), option,
                  bb_zone_get_id (zone), text);
    return FALSE;
  }
  if (match == BB_LOCAL_OVERLAP) {
    g_autofree char *first = bb_time_format (*at_ms, zone);
    g_printerr (_ ("busbar-cli: %s: the clocks of %s showed %s twice; this is the first, %s.\n"), option,
                bb_zone_get_id (zone), text, first);
  }
  return TRUE;
}
