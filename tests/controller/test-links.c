/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-links.c: how a device is reached: what the site says, what an endpoints file says in its place,
 * secrets. */
#include <string.h>

#include "controller/controller-private.h"
#include "model/site-json.h"

typedef struct {
  BbCatalogue *catalogue;
  BbSite *site;
  BbEngineConfig *config;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->catalogue = bb_catalogue_new (NULL, NULL);
}

static void
drop_site (Fixture *f)
{
  g_clear_object (&f->site);
  g_clear_pointer (&f->config, bb_engine_config_free);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  drop_site (f);
  bb_catalogue_unref (f->catalogue);
}

/* A site of one meter and one station with these members. */
static void
load (Fixture *f, const gchar *meter, const gchar *station)
{
  g_autofree gchar *text = g_strdup_printf (
      "{\"format\":\"busbar-site/1\",\"circuits\":[{\"id\":\"main\",\"rating_a\":25,\"meter\":\"m\"}],"
      "\"meters\":[{\"id\":\"m\"%s}],\"groups\":[{\"id\":\"g\",\"circuit\":\"main\",\"offline_a\":16}],"
      "\"stations\":[{\"id\":\"s\",\"group\":\"g\",\"max_a\":16%s}]}",
      meter, station);
  g_autoptr (GError) error = NULL;

  drop_site (f);
  f->site = bb_site_parse (text, -1, "links", &error);
  g_assert_no_error (error);
  f->config = bb_engine_config_new (f->site, NULL, &error);
  g_assert_no_error (error);
}

static JsonObject *
object (const gchar *text)
{
  g_autoptr (JsonNode) root = json_from_string (text, NULL);

  return json_object_ref (json_node_get_object (root));
}

static BbLink *
meter_link (Fixture *f, const gchar *profile, const gchar *endpoints, const gchar *secrets, GError **error)
{
  g_autoptr (JsonObject) where = endpoints != NULL ? object (endpoints) : NULL;
  g_autoptr (JsonObject) logins = object (secrets != NULL ? secrets : "{}");

  return bb_controller_meter_link (bb_site_meter (f->site, 0),
                                   bb_catalogue_find (f->catalogue, profile, NULL), where, logins, error);
}

static BbLink *
station_link (Fixture *f, const gchar *profile, const gchar *endpoints, const gchar *secrets, GError **error)
{
  g_autoptr (JsonObject) where = endpoints != NULL ? object (endpoints) : NULL;
  g_autoptr (JsonObject) logins = object (secrets != NULL ? secrets : "{}");

  return bb_controller_station_link (bb_site_station (f->site, 0), &f->config->stations[0],
                                     bb_catalogue_find (f->catalogue, profile, NULL), where, logins, error);
}

static void
test_site (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  load (f, ",\"connection\":\"modbus-rtu\",\"address\":\"/dev/ttyUSB0:19200-8E1/7\"",
        ",\"connection\":\"modbus-tcp\",\"address\":\"10.0.0.5:1502/3\",\"failsafe_a\":6");
  g_autoptr (BbLink) meter = meter_link (f, "eastron-sdm630", NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (meter->is_meter);
  g_assert_cmpuint (meter->connection, ==, BB_CONNECTION_MODBUS_RTU);
  g_assert_cmpstr (meter->device, ==, "/dev/ttyUSB0");
  g_assert_null (meter->host);
  g_assert_cmpuint (meter->baud, ==, 19200);
  g_assert_cmpint (meter->parity, ==, 'E');
  g_assert_cmpuint (meter->stop_bits, ==, 1);
  g_assert_cmpuint (meter->unit, ==, 7);
  g_assert_cmpstr (meter->identity, ==, "m");
  g_autoptr (BbLink) station = station_link (f, "abb-terra-ac", NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (station->host, ==, "10.0.0.5");
  g_assert_cmpuint (station->port, ==, 1502);
  g_assert_cmpuint (station->unit, ==, 3);
  g_assert_cmpint (station->failsafe_ma, ==, 6000);
  g_assert_cmpint (station->max_ma, ==, 16000);
  g_assert_cmpuint (station->connector, ==, 1);
  g_assert_null (station->user);
}

/* What the site leaves open: the profile's first connection, no fail-safe current of ours. */
static void
test_open (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  load (f, "", "");
  g_autoptr (BbLink) station = station_link (f, "abb-terra-ac", NULL, NULL, &error);
  g_assert_no_error (error);
  BbProfile *profile = bb_catalogue_find (f->catalogue, "abb-terra-ac", NULL);
  const BbInterface *first = g_ptr_array_index (profile->interfaces, 0);
  g_assert_true ((first->connections >> station->connection & 1) != 0);
  g_assert_null (station->host);
  g_assert_cmpuint (station->port, ==, 0);
  g_assert_cmpint (station->failsafe_ma, ==, -1);
  g_assert_cmpstr (station->identity, ==, "s");
}

/* By OCPP a station says who it is: as the site says, else its serial, else its id. */
static void
test_identity (Fixture *f, gconstpointer data)
{
  static const struct {
    const gchar *site, *identity;
  } cases[] = { { "", "s" },
                { ",\"serial\":\"SN1\"", "SN1" },
                { ",\"serial\":\"SN1\",\"identity\":\"CP 7\",\"connector\":2", "CP 7" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    load (f, "", cases[i].site);
    g_autoptr (BbLink) link = station_link (f, "charge-amps-halo", NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (link->connection, ==, BB_CONNECTION_OCPP);
    g_assert_cmpstr (link->identity, ==, cases[i].identity);
    g_assert_cmpuint (link->connector, ==, i == 2 ? 2 : 1);
  }
}

/* An endpoints file stands in place of all that the site says of the way there. */
static void
test_endpoints (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  load (f, ",\"connection\":\"modbus-tcp\",\"address\":\"10.0.0.4\"",
        ",\"connection\":\"modbus-tcp\",\"address\":\"10.0.0.5:1502/3\",\"connector\":2");
  g_autoptr (BbLink) meter
      = meter_link (f, "eastron-sdm630",
                    "{\"m\":{\"connection\":\"modbus-rtu\",\"device\":\"/dev/pts/3\",\"baud\":9600,"
                    "\"parity\":\"n\",\"stop_bits\":2,\"unit\":9}}",
                    NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (meter->connection, ==, BB_CONNECTION_MODBUS_RTU);
  g_assert_cmpstr (meter->device, ==, "/dev/pts/3");
  g_assert_null (meter->host);
  g_assert_cmpint (meter->parity, ==, 'N');
  g_assert_cmpuint (meter->stop_bits, ==, 2);
  g_assert_cmpuint (meter->unit, ==, 9);
  g_autoptr (BbLink) station
      = station_link (f, "abb-terra-ac",
                      "{\"s\":{\"host\":\"127.0.0.1\",\"port\":4711,\"unit\":1,\"identity\":\"x\"}}", NULL,
                      &error);
  g_assert_no_error (error);
  g_assert_cmpuint (station->connection, ==, BB_CONNECTION_MODBUS_TCP);
  g_assert_cmpstr (station->host, ==, "127.0.0.1");
  g_assert_cmpuint (station->port, ==, 4711);
  g_assert_cmpuint (station->connector, ==, 1);
  g_assert_cmpstr (station->identity, ==, "x");
  /* One that the file does not name is reached as the site says. */
  g_autoptr (BbLink) other
      = station_link (f, "abb-terra-ac", "{\"t\":{\"host\":\"127.0.0.1\"}}", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (other->host, ==, "10.0.0.5");
}

/* Members of the wrong kind or out of range count as not there. */
static void
test_hostile_endpoints (Fixture *f, gconstpointer data)
{
  static const gchar *const texts[] = {
    "{\"s\":{\"host\":5,\"port\":\"x\",\"unit\":-1,\"connector\":-3}}",
    "{\"s\":{\"host\":null,\"port\":65536,\"unit\":256,\"connector\":1e300}}",
    "{\"s\":{\"host\":[],\"port\":{},\"unit\":true,\"parity\":\"\",\"stop_bits\":99}}",
    "{\"s\":{\"port\":9223372036854775807,\"baud\":-5}}",
  };

  load (f, "", "");
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BbLink) link = station_link (f, "abb-terra-ac", texts[i], NULL, &error);
    g_assert_no_error (error);
    g_assert_null (link->host);
    g_assert_cmpuint (link->port, ==, 0);
    g_assert_cmpuint (link->unit, ==, 0);
    g_assert_cmpuint (link->connector, ==, 1);
  }
  g_autoptr (BbLink) link = station_link (f, "abb-terra-ac", "{\"s\":7}", NULL, NULL);
  g_assert_nonnull (link);
}

static void
test_secrets (Fixture *f, gconstpointer data)
{
  static const gchar *const bad[]
      = { "{\"s\":7}", "{\"s\":{\"user\":7,\"password\":[]}}", "{\"m\":{\"user\":\"x\"}}" };
  g_autoptr (GError) error = NULL;

  load (f, "", "");
  g_autoptr (BbLink) link
      = station_link (f, "charge-amps-halo", NULL, "{\"s\":{\"user\":\"u\",\"password\":\"p\"}}", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (link->user, ==, "u");
  g_assert_cmpstr (link->password, ==, "p");
  /* An emulated cloud says its own login. */
  g_autoptr (BbLink) emulated
      = station_link (f, "charge-amps-halo", "{\"s\":{\"user\":\"e\",\"password\":\"f\"}}", "{\"other\":{}}",
                      &error);
  g_assert_no_error (error);
  g_assert_cmpstr (emulated->user, ==, "e");
  g_assert_cmpstr (emulated->password, ==, "f");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (BbLink) none = station_link (f, "charge-amps-halo", NULL, bad[i], &error);
    g_assert_no_error (error);
    g_assert_null (none->user);
    g_assert_null (none->password);
  }
}

static void
test_errors (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  load (f, ",\"connection\":\"ocpp\"", ",\"connection\":\"http\"");
  g_assert_null (station_link (f, "abb-terra-ac", NULL, NULL, &error));
  g_assert_error (error, BB_CONTROLLER_ERROR, BB_CONTROLLER_ERROR_SITE);
  g_assert_nonnull (strstr (error->message, "connection: “s”"));
  g_assert_nonnull (strstr (error->message, "“http”"));
  g_clear_error (&error);
  g_assert_null (meter_link (f, "eastron-sdm630", NULL, NULL, &error));
  g_assert_nonnull (strstr (error->message, "connection: “m”"));
  g_clear_error (&error);
  /* An endpoints file is judged like the site. */
  load (f, "", "");
  g_assert_null (station_link (f, "abb-terra-ac", "{\"s\":{\"connection\":\"pigeon\"}}", NULL, &error));
  g_assert_nonnull (strstr (error->message, "“pigeon”"));
}

/* A controller names the field of what it cannot use. */
static void
test_controller_errors (Fixture *f, gconstpointer data)
{
  static const struct {
    const gchar *meter, *station, *field;
  } cases[] = {
    { ",\"profile\":\"eastron-sdm630\"", ",\"profile\":\"abb-terra-ac\"", "/meters/0: " },
    { ",\"profile\":\"eastron-sdm630\",\"connection\":\"modbus-tcp\",\"address\":\"10.0.0.1\"", "",
      "/stations/0/profile: " },
    { "", ",\"profile\":\"abb-terra-ac\"", "/meters/0/profile: " },
    { ",\"profile\":\"eastron-sdm630\",\"connection\":\"modbus-tcp\",\"address\":\"10.0.0.1\"",
      ",\"profile\":\"abb-terra-ac\"", "/stations/0: " },
    { ",\"profile\":\"eastron-sdm630\",\"connection\":\"modbus-tcp\",\"address\":\"10.0.0.1\"",
      ",\"profile\":\"abb-terra-ac\",\"connection\":\"http\"", "/stations/0/connection: " },
    { ",\"profile\":\"no-such\"", ",\"profile\":\"abb-terra-ac\"", "no-such" },
    { ",\"profile\":\"tibber-pulse\"", ",\"profile\":\"abb-terra-ac\"", "/meters/0/profile" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BbClock) clock = BB_CLOCK (bb_manual_clock_new (0, 0));
    load (f, cases[i].meter, cases[i].station);
    BbControllerOptions options = { .site = f->site, .catalogue = f->catalogue, .clock = clock };
    g_assert_null (bb_controller_new (&options, &error));
    g_assert_nonnull (error);
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, cases[i].field));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/links/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("site", test_site);
  ADD ("open", test_open);
  ADD ("identity", test_identity);
  ADD ("endpoints", test_endpoints);
  ADD ("hostile-endpoints", test_hostile_endpoints);
  ADD ("secrets", test_secrets);
  ADD ("errors", test_errors);
  ADD ("controller-errors", test_controller_errors);
  return g_test_run ();
}
