/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kit.c: an emulator of a small site on a clock that its test moves. */
#include "kit.h"

#include <glib/gstdio.h>
#include <string.h>

#include "model/site-json.h"

static const gchar site_text[]
    = "{\"format\":\"busbar-site/1\",\"name\":\"Kit\",\"timezone\":\"UTC\","
      "\"circuits\":[{\"id\":\"main\",\"rating_a\":35,\"meter\":\"meter\",\"other_load_a\":10}],"
      "\"meters\":[{\"id\":\"meter\",\"signed\":true}],"
      "\"groups\":[{\"id\":\"cars\",\"circuit\":\"main\",\"offline_a\":12}],"
      "\"stations\":[{\"id\":\"left\",\"group\":\"cars\",\"max_a\":16,\"failsafe_a\":6,\"power_on_a\":6,"
      "\"step_a\":1},"
      "{\"id\":\"right\",\"group\":\"cars\",\"max_a\":16,\"failsafe_a\":6,\"power_on_a\":6,\"step_a\":1,"
      "\"profile\":\"webasto-next\",\"connection\":\"modbus-tcp\"}],"
      "\"simulation\":{\"from\":\"2026-03-02\",\"days\":1,\"no_delays\":true,\"vehicle_reaction_s\":0}}";

gchar *
kit_write_site (const gchar *folder)
{
  g_autoptr (GError) error = NULL;
  gchar *path = g_build_filename (folder, "site.busbar", NULL);

  g_file_set_contents (path, site_text, -1, &error);
  g_assert_no_error (error);
  return path;
}

Kit *
kit_new (gboolean started)
{
  g_autoptr (GError) error = NULL;
  Kit *kit = g_new0 (Kit, 1);
  g_autofree gchar *path = NULL;
  g_autoptr (BbSite) site = NULL;
  g_autoptr (BbSimOptions) run = NULL;
  g_autoptr (BbCatalogue) catalogue = NULL;

  kit->folder = g_dir_make_tmp ("busbar-XXXXXX", &error);
  g_assert_no_error (error);
  path = kit_write_site (kit->folder);
  site = bb_site_load (path, &error);
  g_assert_no_error (error);
  run = bb_sim_options_new (site);
  bb_sim_options_add_site_defaults (run, &error);
  g_assert_no_error (error);
  run->step_ms = 1000;
  catalogue = bb_catalogue_new (kit->folder, NULL);
  kit->clock = bb_manual_clock_new (5000, KIT_START_MS);
  kit->log = bb_log_new_memory (BB_CLOCK (kit->clock), BB_LOG_INFO, 100);
  kit->emulator = bb_emulator_new (&(BbEmulatorOptions){ .run = run,
                                                         .catalogue = catalogue,
                                                         .clock = BB_CLOCK (kit->clock),
                                                         .log = kit->log },
                                   &error);
  g_assert_no_error (error);
  if (started)
    bb_emulator_start (kit->emulator, &error);
  g_assert_no_error (error);
  return kit;
}

void
kit_free (Kit *kit)
{
  g_autofree gchar *path = g_build_filename (kit->folder, "site.busbar", NULL);

  bb_emulator_free (kit->emulator);
  bb_log_unref (kit->log);
  g_object_unref (kit->clock);
  g_unlink (path);
  g_rmdir (kit->folder);
  g_free (kit->folder);
  g_free (kit);
}

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  bb_emulator_begin_finish (((Kit *) data)->emulator, result, &error);
  g_assert_no_error (error);
  ((Kit *) data)->begun = TRUE;
}

void
kit_seconds (Kit *kit, guint n)
{
  for (guint i = 0; i < n; i++) {
    kit->begun = FALSE;
    bb_emulator_begin_async (kit->emulator, KIT_START_MS + 1000 * (gint64) kit->n_seconds++, NULL, begun_cb,
                             kit);
    while (!kit->begun)
      g_main_context_iteration (NULL, TRUE);
    bb_emulator_end (kit->emulator);
    bb_manual_clock_advance_to (kit->clock, bb_clock_get_mono_ms (BB_CLOCK (kit->clock)) + 1000);
  }
}

JsonNode *
kit_ask (Kit *kit, const gchar *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *answer = bb_emulator_command (kit->emulator, text, -1, &error);
  JsonNode *root = NULL;

  g_assert_no_error (error);
  root = json_from_string (answer, &error);
  g_assert_no_error (error);
  g_assert_true (json_object_get_boolean_member (json_node_get_object (root), "ok"));
  return root;
}

void
kit_refused (Kit *kit, const gchar *text, const gchar *part)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *answer = bb_emulator_command (kit->emulator, text, -1, &error);

  g_assert_null (answer);
  g_assert_nonnull (error);
  if (!strstr (error->message, part))
    g_error ("%s: “%s” has no “%s”", text, error->message, part);
}

gint64
kit_meter_ma (Kit *kit, guint phase)
{
  gint64 value = 0;

  return bb_emu_get_measured (bb_emu_find_device (kit->emulator, "meter"), BB_ROLE_CURRENT_L1 + phase, &value)
             ? value
             : G_MININT64;
}
