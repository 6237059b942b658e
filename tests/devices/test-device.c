/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-device.c: what devices share: links filled up from profiles, the factory's sentences, states in the
 * log, shared buses. */
#include <string.h>

#include "devices/factory.h"
#include "rig.h"

typedef struct {
  BbManualClock *clock;
  BbLog *log;
  BbDeviceContext *context;
} Base;

static Base
base_new (void)
{
  Base base = { .clock = bb_manual_clock_new (0, 0) };
  base.log = bb_log_new_memory (BB_CLOCK (base.clock), BB_LOG_INFO, 50);
  base.context = bb_device_context_new (BB_CLOCK (base.clock), base.log, NULL);
  return base;
}

static void
base_clear (Base *base)
{
  bb_device_context_unref (base->context);
  bb_log_unref (base->log);
  g_object_unref (base->clock);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Base, base_clear)

static BbLink *
link_to (gboolean is_meter, BbConnection connection, const gchar *host)
{
  BbLink *link = bb_link_new ("garage", is_meter, connection);
  link->host = g_strdup (host);
  return link;
}

/* Second connectors have the next port, unless the site states one. */
static void
test_fill (void)
{
  g_autoptr (BbProfile) twin = rig_profile ("mennekes-amtron-professional", NULL);
  const BbInterface *interface = bb_profile_find_interface (twin, BB_CONNECTION_MODBUS_TCP);
  g_autoptr (BbLink) first = link_to (FALSE, BB_CONNECTION_MODBUS_TCP, "h");
  g_autoptr (BbLink) other = link_to (FALSE, BB_CONNECTION_MODBUS_TCP, "h");
  g_autoptr (BbLink) stated = link_to (FALSE, BB_CONNECTION_MODBUS_TCP, "h");
  other->connector = stated->connector = 2;
  stated->port = 1502;
  stated->unit = 7;
  bb_link_fill (first, interface);
  bb_link_fill (other, interface);
  bb_link_fill (stated, interface);
  g_assert_cmpuint (first->port, ==, 502);
  g_assert_cmpuint (first->unit, ==, 1);
  g_assert_cmpuint (other->port, ==, 503);
  g_assert_cmpuint (stated->port, ==, 1502);
  g_assert_cmpuint (stated->unit, ==, 7);
}

static void
test_fill_serial (void)
{
  g_autoptr (BbProfile) compact = rig_profile ("mennekes-amtron-compact", NULL);
  g_autoptr (BbLink) link = bb_link_new ("garage", FALSE, BB_CONNECTION_MODBUS_RTU);
  bb_link_fill (link, bb_profile_find_interface (compact, BB_CONNECTION_MODBUS_RTU));
  g_assert_cmpuint (link->unit, ==, 50);
  g_assert_cmpuint (link->baud, ==, 57600);
  g_assert_cmpint (link->parity, ==, 'N');
  g_assert_cmpuint (link->stop_bits, ==, 2);
}

static void
check_refused (BbProfile *profile, BbLink *link, const gchar *field)
{
  g_auto (Base) base = base_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BbDevice) device = bb_device_new (base.context, profile, link, &error);
  g_assert_null (device);
  g_assert_error (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_LINK);
  g_assert_nonnull (strstr (error->message, "garage"));
  g_assert_nonnull (strstr (error->message, field));
}

static void
test_factory (void)
{
  g_autoptr (BbProfile) abb = rig_profile ("abb-terra-ac", NULL);
  g_autoptr (BbProfile) meter = rig_profile ("eastron-sdm630", NULL);
  check_refused (abb, link_to (FALSE, BB_CONNECTION_MODBUS_TCP, NULL), "“address”");
  check_refused (abb, link_to (FALSE, BB_CONNECTION_MODBUS_TCP, ""), "“address”");
  check_refused (abb, link_to (FALSE, BB_CONNECTION_MODBUS_RTU, "h"), "/dev/ttyUSB0");
  check_refused (abb, link_to (FALSE, BB_CONNECTION_OCPP, NULL), "“identity”");
  check_refused (abb, link_to (FALSE, BB_CONNECTION_HTTP, "h"), "“connection”");
  check_refused (abb, link_to (TRUE, BB_CONNECTION_MODBUS_TCP, "h"), "“profile”");
  check_refused (meter, link_to (FALSE, BB_CONNECTION_MODBUS_TCP, "h"), "“profile”");
}

static void
count_cb (BbDevice *device G_GNUC_UNUSED, gpointer data)
{
  ++*(guint *) data;
}

/* Each change is told once, with the sentence. */
static void
test_states (void)
{
  g_auto (Base) base = base_new ();
  g_autoptr (BbProfile) abb = rig_profile ("abb-terra-ac", NULL);
  g_autoptr (BbDevice) device
      = bb_device_new (base.context, abb, link_to (FALSE, BB_CONNECTION_MODBUS_TCP, "127.0.0.1"), NULL);
  guint n_changes = 0;
  g_signal_connect (device, "changed", G_CALLBACK (count_cb), &n_changes);
  bb_device_set_state (device, BB_DEVICE_ONLINE, NULL);
  bb_device_set_state (device, BB_DEVICE_ONLINE, NULL);
  bb_device_set_state (device, BB_DEVICE_ONLINE, "Look here.");
  bb_device_set_state (device, BB_DEVICE_FAULT, "Look here.");
  g_assert_cmpuint (n_changes, ==, 3);
  g_autoptr (GPtrArray) entries = bb_log_get_entries (base.log);
  g_assert_cmpuint (entries->len, ==, 3);
  const BbLogEntry *last = g_ptr_array_index (entries, 2);
  g_assert_cmpstr (last->text, ==, "Station “garage” must not be used: Look here.");
  g_assert_cmpint (last->level, ==, BB_LOG_ERROR);
}

static void
test_buses (void)
{
  g_auto (Base) base = base_new ();
  g_autoptr (BbProfile) abb = rig_profile ("abb-terra-ac", NULL);
  const BbInterface *interface = bb_profile_find_interface (abb, BB_CONNECTION_MODBUS_TCP);
  g_autoptr (BbLink) one = link_to (FALSE, BB_CONNECTION_MODBUS_TCP, "127.0.0.1");
  g_autoptr (BbLink) same = link_to (FALSE, BB_CONNECTION_MODBUS_TCP, "127.0.0.1");
  g_autoptr (BbLink) other = link_to (FALSE, BB_CONNECTION_MODBUS_TCP, "127.0.0.1");
  one->port = same->port = 1502;
  other->port = 1503;
  same->unit = 9;
  g_autoptr (BbModbusBus) first = bb_device_context_get_bus (base.context, one, interface);
  g_autoptr (BbModbusBus) second = bb_device_context_get_bus (base.context, same, interface);
  g_autoptr (BbModbusBus) third = bb_device_context_get_bus (base.context, other, interface);
  g_assert_true (first == second);
  g_assert_true (first != third);
}

gint
main (gint argc, gchar **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/link/fill", test_fill);
  g_test_add_func ("/devices/link/fill-serial", test_fill_serial);
  g_test_add_func ("/devices/factory/refused", test_factory);
  g_test_add_func ("/devices/device/states", test_states);
  g_test_add_func ("/devices/context/buses", test_buses);
  return g_test_run ();
}
