/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crowd.c: sites of many stations and meters, and emulator + controller of one on the real clock. */
#include "crowd.h"

#include "devices/device.h"
#include "model/site-json.h"

#define STATION_MA 16000
#define DAY_MS     G_GINT64_CONSTANT (86400000)

/* ---- the site ---- */

static void
add_circuits (GString *text, const Crowd *crowd)
{
  g_string_append_printf (
      text,
      "\"circuits\": [{ \"id\": \"main\", \"rating_a\": %u, \"protection\": \"gG\", \"meter\": \"meter\", "
      "\"other_load_a\": 0 }",
      crowd->main_a);
  for (guint m = 1; m <= crowd->n_meters; m++)
    g_string_append_printf (
        text,
        ", { \"id\": \"c%u\", \"parent\": \"main\", \"rating_a\": %u, \"protection\": \"gG\", "
        "\"meter\": \"m%u\", \"other_load_a\": 0 }",
        m, crowd->main_a, m);
  g_string_append (text, "],\n");
}

static void
add_meters (GString *text, const Crowd *crowd)
{
  guint baud = crowd->baud > 0 ? crowd->baud : 9600;

  g_string_append (text, "\"meters\": [{ \"id\": \"meter\", ");
  if (crowd->http_meter)
    g_string_append (text, "\"profile\": \"shelly-pro-3em\", \"connection\": \"http\" }");
  else if (crowd->n_rtu > 0)
    g_string_append_printf (text,
                            "\"profile\": \"janitza-umg\", \"connection\": \"modbus-rtu\", "
                            "\"address\": \"/dev/ttyUSB0:%u-8N1/1\" }",
                            baud);
  else
    g_string_append (text, "\"profile\": \"janitza-umg\", \"connection\": \"modbus-tcp\" }");
  for (guint m = 1; m <= crowd->n_meters; m++)
    g_string_append_printf (
        text, ", { \"id\": \"m%u\", \"profile\": \"janitza-umg\", \"connection\": \"modbus-tcp\" }", m);
  g_string_append (text, "],\n");
}

static void
add_station (GString *text, const Crowd *crowd, gchar letter, guint number, const gchar *link)
{
  guint circuit = crowd->n_meters > 0 ? number % (crowd->n_meters + 1) : 0;
  g_autofree gchar *where = circuit == 0 ? g_strdup ("main") : g_strdup_printf ("c%u", circuit);

  if (text->str[text->len - 1] == '}')
    g_string_append (text, ",\n  ");
  g_string_append_printf (text,
                          "{ \"id\": \"%c%u\", \"circuit\": \"%s\", \"group\": \"all\", \"max_a\": 16, "
                          "\"failsafe_a\": 0, \"power_on_a\": 0, %s }",
                          letter, number, where, link);
}

static void
add_stations (GString *text, const Crowd *crowd)
{
  g_string_append (text, "\"stations\": [");
  for (guint s = 1; s <= crowd->n_tcp; s++)
    add_station (text, crowd, 't', s, "\"profile\": \"abb-terra-ac\", \"connection\": \"modbus-tcp\"");
  for (guint s = 1; s <= crowd->n_rtu; s++) {
    g_autofree gchar *link
        = g_strdup_printf ("\"profile\": \"abb-terra-ac\", \"connection\": \"modbus-rtu\", "
                           "\"address\": \"/dev/ttyUSB0:%u-8N1/%u\"",
                           crowd->baud > 0 ? crowd->baud : 9600, s + 1);
    add_station (text, crowd, 'r', s, link);
  }
  for (guint s = 1; s <= crowd->n_ocpp; s++)
    add_station (text, crowd, 'o', s, "\"profile\": \"ocpp-16j\", \"connection\": \"ocpp\"");
  g_string_append (text, "],\n");
}

gchar *
crowd_make_text (const Crowd *crowd)
{
  GString *text
      = g_string_new ("{ \"format\": \"busbar-site/1\", \"name\": \"Crowd\", \"timezone\": \"UTC\",\n");

  add_circuits (text, crowd);
  add_meters (text, crowd);
  g_string_append_printf (text,
                          "\"groups\": [{ \"id\": \"all\", \"circuit\": \"main\", \"offline_a\": 0, "
                          "\"hold_up_s\": %g, \"slope_a_per_s\": 0, \"min_on_s\": 0, \"min_off_s\": 0 }],\n",
                          crowd->hold_up_s);
  add_stations (text, crowd);
  g_string_append_printf (text, "\"inputs\": %s,\n", crowd->inputs != NULL ? crowd->inputs : "[]");
  g_string_append_printf (text,
                          "\"simulation\": { \"from\": \"%s\", \"days\": 1, \"meter_noise_a\": %g } }\n",
                          crowd->from != NULL ? crowd->from : "2026-03-02", crowd->noise_a);
  return g_string_free (text, FALSE);
}

BbSite *
crowd_make_site (const Crowd *crowd)
{
  g_autofree gchar *text = crowd_make_text (crowd);
  g_autoptr (GError) error = NULL;
  BbSite *site = bb_site_parse (text, -1, "crowd.busbar", &error);

  g_assert_no_error (error);
  return site;
}

BbSimOptions *
crowd_make_options (BbSite *site)
{
  g_autoptr (GError) error = NULL;
  BbSimOptions *options = bb_sim_options_new (site);

  bb_sim_options_add_site_defaults (options, &error);
  g_assert_no_error (error);
  options->until_ms = options->from_ms + DAY_MS;
  bb_sim_options_add_site_inputs (options, 0, &error);
  g_assert_no_error (error);
  return options;
}

/* ---- on the clock ---- */

static void
make_controller (Live *live, const Crowd *crowd)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *line = bb_emulator_get_start_line (live->emulator);
  g_autoptr (JsonNode) root = json_from_string (line, &error);
  g_assert_no_error (error);
  JsonObject *endpoints = json_object_get_object_member (json_node_get_object (root), "endpoints");
  if (crowd->meter_port != 0) {
    JsonObject *meter = json_object_get_object_member (endpoints, "meter");
    json_object_set_int_member (meter, "port", crowd->meter_port);
    json_object_remove_member (meter, "url");
  }
  BbControllerOptions options = { .site = live->options->site,
                                  .catalogue = live->catalogue,
                                  .clock = live->clock,
                                  .log = live->log,
                                  .endpoints = endpoints,
                                  .may_commission = TRUE,
                                  .no_rests = crowd->n_rtu == 0,
                                  .may_write_unverified = TRUE };

  live->controller = bb_controller_new (&options, &error);
  g_assert_no_error (error);
  bb_controller_start (live->controller, TRUE, &error);
  g_assert_no_error (error);
  if (bb_controller_get_ocpp_port (live->controller) == 0)
    return;
  g_autofree gchar *url
      = g_strdup_printf ("ws://127.0.0.1:%u/ocpp", bb_controller_get_ocpp_port (live->controller));
  bb_emulator_set_ocpp_url (live->emulator, url);
}

Live *
live_new (const Crowd *crowd)
{
  g_autoptr (BbSite) site = crowd_make_site (crowd);
  g_autoptr (GError) error = NULL;
  Live *live = g_new0 (Live, 1);

  live->clock = bb_clock_new_real ();
  live->log = bb_log_new_memory (live->clock, BB_LOG_INFO, 5000);
  live->catalogue = bb_catalogue_new (NULL, NULL);
  live->options = crowd_make_options (site);
  live->n_stations = crowd->n_tcp + crowd->n_rtu + crowd->n_ocpp;
  BbEmulatorOptions options = { .run = live->options,
                                .catalogue = live->catalogue,
                                .clock = live->clock,
                                .log = live->log,
                                .speed = 1,
                                .pty_baud = crowd->n_rtu > 0 ? (crowd->baud > 0 ? crowd->baud : 9600) : 0 };
  live->emulator = bb_emulator_new (&options, &error);
  g_assert_no_error (error);
  bb_emulator_start (live->emulator, &error);
  g_assert_no_error (error);
  bb_emulator_run (live->emulator);
  while (g_main_context_iteration (NULL, FALSE)) /* its first second: there is something to show */
    ;
  make_controller (live, crowd);
  return live;
}

void
live_free (Live *live)
{
  g_clear_pointer (&live->controller, bb_controller_free);
  g_clear_pointer (&live->emulator, bb_emulator_free);
  g_clear_pointer (&live->options, bb_sim_options_free);
  g_clear_pointer (&live->catalogue, bb_catalogue_unref);
  g_clear_pointer (&live->log, bb_log_unref);
  g_clear_object (&live->clock);
  g_free (live);
}

void
live_plug_all (Live *live)
{
  for (guint s = 0; s < live->n_stations; s++)
    g_assert_true (bb_field_plug (bb_emulator_get_field (live->emulator), s, STATION_MA, 3, 0));
}

static gboolean
look_again_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

gboolean
live_wait (Live *live, gboolean (*check) (Live *live), gint64 most_ms)
{
  gint64 end_ms = bb_clock_get_mono_ms (live->clock) + most_ms;
  guint timer = g_timeout_add (50, look_again_cb, NULL);
  gboolean done = check (live);

  while (!done && bb_clock_get_mono_ms (live->clock) < end_ms) {
    g_main_context_iteration (NULL, TRUE);
    done = check (live);
  }
  g_source_remove (timer);
  return done;
}

gboolean
live_is_online (Live *live)
{
  const bbe_config *config = &bb_controller_get_config (live->controller)->config;

  for (guint m = 0; m < config->n_meters; m++)
    if (bb_device_get_state (bb_controller_get_meter_device (live->controller, m)) != BB_DEVICE_ONLINE)
      return FALSE;
  for (guint s = 0; s < config->n_stations; s++)
    if (bb_device_get_state (bb_controller_get_station_device (live->controller, s)) != BB_DEVICE_ONLINE)
      return FALSE;
  return TRUE;
}

gint32
live_get_setpoint (Live *live, guint station)
{
  return bb_field_peek_station (bb_emulator_get_field (live->emulator), station)->sent_ma;
}

gboolean
live_is_full (Live *live)
{
  for (guint s = 0; s < live->n_stations; s++)
    if (live_get_setpoint (live, s) < STATION_MA
        || bb_field_peek_station (bb_emulator_get_field (live->emulator), s)->draw_ma < STATION_MA - 1000)
      return FALSE;
  return TRUE;
}

void
live_print_log (Live *live)
{
  g_autoptr (GPtrArray) entries = bb_log_get_entries (live->log);

  for (guint i = 0; i < entries->len; i++) {
    g_autofree gchar *line = bb_log_entry_to_line (g_ptr_array_index (entries, i));
    g_printerr ("%s\n", line);
  }
}
