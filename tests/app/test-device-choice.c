/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-device-choice.c: choosing device profiles: what is found, what follows from a choice, what is shown
 * and said of it. */
#include "kit.h"

#include "forgive-quarks.h"

#include "app/device-choice.h"
#include "app/device-words.h"
#include "app/widgets/device-advice.h"
#include "app/widgets/field-row.h"
#include "app/widgets/note-row.h"
#include "app/widgets/profile-chooser.h"
#include "app/widgets/profile-list.h"
#include "model/meter.h"
#include "model/site-json.h"
#include "model/station.h"
#include "profiles/catalogue.h"

static const char *site_text
    = "{\"format\":\"busbar-site/1\",\"circuits\":[{\"id\":\"main\",\"rating_a\":63,\"meter\":\"m1\"}],"
      "\"meters\":[{\"id\":\"m1\",\"signed\":true}],"
      "\"groups\":[{\"id\":\"g1\",\"circuit\":\"main\",\"active\":false}],"
      "\"stations\":[{\"id\":\"s1\",\"group\":\"g1\",\"step_a\":0.1},"
      "{\"id\":\"s2\",\"group\":\"g1\",\"step_a\":1.5,\"connection\":\"ocpp\"},"
      "{\"id\":\"s3\",\"group\":\"g1\",\"profile\":\"no-such-thing\"}]}";

typedef struct {
  BbSite *site;
  BbEditor *editor;
  GtkWidget *window;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->site = bb_site_parse (site_text, -1, "test", &error);
  g_assert_no_error (error);
  fixture->editor = bb_editor_new (fixture->site);
  fixture->window = gtk_window_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  bb_kit_settle ();
  g_clear_object (&fixture->editor);
  g_clear_object (&fixture->site);
}

static BbPart *
station (Fixture *fixture, guint position)
{
  return BB_PART (bb_site_station (fixture->site, position));
}

static GPtrArray *
parts_of (BbPart *first, ...)
{
  GPtrArray *parts = g_ptr_array_new ();
  va_list more;

  va_start (more, first);
  for (BbPart *part = first; part; part = va_arg (more, BbPart *))
    g_ptr_array_add (parts, part);
  va_end (more);
  return parts;
}

static void
assert_text (BbPart *part, const char *property, const char *expected)
{
  g_autofree char *text = bb_part_get_text (part, property);

  g_assert_cmpstr (text, ==, expected);
}

/* ---- what is found ---- */

static void
test_search (void)
{
  g_autoptr (GPtrArray) stations = bb_device_search (BB_PROFILE_STATION, "");
  g_autoptr (GPtrArray) terra = bb_device_search (BB_PROFILE_STATION, "TERRA abb");
  g_autoptr (GPtrArray) model = bb_device_search (BB_PROFILE_STATION, "cc612");
  g_autoptr (GPtrArray) none = bb_device_search (BB_PROFILE_METER, "terra");

  g_assert_cmpuint (stations->len, >, 10);
  for (guint i = 0; i < stations->len; i++)
    g_assert_cmpint (((BbProfile *) g_ptr_array_index (stations, i))->kind, ==, BB_PROFILE_STATION);
  g_assert_cmpuint (terra->len, ==, 1);
  g_assert_cmpstr (((BbProfile *) g_ptr_array_index (terra, 0))->id, ==, "abb-terra-ac");
  g_assert_cmpuint (model->len, ==, 1);
  g_assert_cmpstr (((BbProfile *) g_ptr_array_index (model, 0))->id, ==, "mennekes-amtron-professional");
  g_assert_cmpuint (none->len, ==, 0);
}

/* Every profile has something to say, and nothing of it is empty. */
static void
test_words (void)
{
  GPtrArray *all = bb_catalogue_get_all (bb_catalogue_get_default ());
  g_autofree char *unknown = bb_device_describe ("no-such-thing", "ocpp");
  g_autofree char *known = bb_device_describe ("abb-terra-ac", "");
  g_autofree char *nothing = bb_device_describe ("", "");

  for (guint i = 0; i < all->len; i++) {
    const BbProfile *profile = g_ptr_array_index (all, i);
    g_autofree char *interfaces = bb_profile_get_interfaces_text (profile);
    g_autofree char *evidence = bb_profile_explain_evidence (profile, NULL);
    g_assert_cmpuint (strlen (interfaces), >, 4);
    g_assert_cmpuint (strlen (evidence), >, 20);
    for (guint k = 0; k < profile->interfaces->len; k++) {
      g_autofree char *loss = bb_interface_explain_loss (g_ptr_array_index (profile->interfaces, k));
      g_assert_cmpuint (strlen (loss), >, 20);
      g_test_message ("%s: %s", profile->id, loss);
    }
  }
  for (guint c = 0; c < BB_CONNECTION_N; c++)
    g_assert_cmpstr (bb_connection_get_title ((BbConnection) c), !=, "");
  g_assert_cmpstr (unknown, ==, "no-such-thing · OCPP 1.6J");
  g_assert_cmpstr (known, ==, "ABB Terra AC");
  g_assert_cmpstr (nothing, ==, "–");
}

/* ---- what follows ---- */

static void
test_follow_ups (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) one = parts_of (station (fixture, 0), NULL),
                        two = parts_of (station (fixture, 1), NULL);
  g_autofree char *said = NULL;
  g_autofree char *said_two = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (bb_device_choose (fixture->editor, one, "profile", "weidmueller-ac-smart", &said, &error));
  g_assert_no_error (error);
  assert_text (station (fixture, 0), "profile", "weidmueller-ac-smart");
  assert_text (station (fixture, 0), "step-ma", "1");
  g_assert_cmpstr (said, ==, "Step set to 1.0 A, as this station counts.");
  bb_editor_seal (fixture->editor);

  g_assert_true (bb_device_choose (fixture->editor, two, "profile", "webasto-live", &said_two, &error));
  assert_text (station (fixture, 1), "connection", "");
  assert_text (station (fixture, 1), "step-ma", "2");
  g_assert_cmpstr (said_two, ==,
                   "Connection left to the profile, as it does not know OCPP 1.6J.\n"
                   "Step set to 2.0 A, as this station counts.");
  bb_editor_seal (fixture->editor);

  g_assert_true (bb_editor_undo (fixture->editor));
  assert_text (station (fixture, 1), "profile", "");
  assert_text (station (fixture, 1), "connection", "ocpp");
  assert_text (station (fixture, 1), "step-ma", "1.5");
  g_assert_true (bb_editor_undo (fixture->editor));
  assert_text (station (fixture, 0), "profile", "");
  assert_text (station (fixture, 0), "step-ma", "0.1");
  g_assert_false (bb_editor_undo (fixture->editor));
}

static void
test_meter (Fixture *fixture, gconstpointer data)
{
  BbPart *meter = BB_PART (bb_site_meter (fixture->site, 0));
  g_autoptr (GPtrArray) parts = parts_of (meter, NULL);
  g_autofree char *said = NULL;
  g_autofree char *nothing = NULL;

  g_assert_true (bb_device_choose (fixture->editor, parts, "profile", "shelly-pro-3em", &nothing, NULL));
  g_assert_null (nothing);
  assert_text (meter, "signed", "true");
  bb_editor_seal (fixture->editor);
  g_assert_true (bb_device_choose (fixture->editor, parts, "profile", "teison-ct-clamp", &said, NULL));
  assert_text (meter, "signed", "false");
  g_assert_nonnull (strstr (said, "Shows export"));
  bb_editor_seal (fixture->editor);
  g_assert_true (bb_editor_undo (fixture->editor));
  assert_text (meter, "profile", "shelly-pro-3em");
  for (guint c = 0; c < BB_CONNECTION_N; c++) {
    g_autofree char *explained = NULL;
    g_assert_true (bb_editor_set (fixture->editor, meter, "connection",
                                  bb_connection_get_name ((BbConnection) c), NULL));
    explained = bb_device_explain_address (meter);
    g_assert_cmpuint (strlen (explained), >, 20);
  }
  assert_text (meter, "signed", "true");
}

/* A profile that is of the other kind or not known is set, and nothing follows from it: the checker says. */
static void
test_strange (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) parts = parts_of (station (fixture, 0), NULL);
  static const char *const ids[] = { "shelly-pro-3em", "nobody-knows-it", "" };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autofree char *said = NULL;
    g_assert_true (bb_device_choose (fixture->editor, parts, "profile", ids[i], &said, NULL));
    g_assert_null (said);
    assert_text (station (fixture, 0), "step-ma", "0.1");
  }
}

static void
test_together (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) all
      = parts_of (station (fixture, 0), station (fixture, 1), station (fixture, 2), NULL);
  g_autofree char *said = NULL;

  g_assert_true (bb_device_choose (fixture->editor, all, "profile", "webasto-live", &said, NULL));
  g_assert_cmpstr (said, ==,
                   "Connection of 1 device left to the profile.\n"
                   "Step of 3 stations set to one that they can count.");
  bb_editor_seal (fixture->editor);
  g_assert_true (bb_editor_undo (fixture->editor));
  assert_text (station (fixture, 0), "profile", "");
  assert_text (station (fixture, 1), "connection", "ocpp");
  assert_text (station (fixture, 2), "profile", "no-such-thing");
  g_assert_false (bb_editor_undo (fixture->editor));
}

/* ---- rows ---- */

static BbFieldRow *
show_row (Fixture *fixture, GPtrArray *parts, const char *property)
{
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *row = bb_field_row_new (fixture->editor, parts,
                                     bb_field_info_find (g_ptr_array_index (parts, 0), property));

  gtk_list_box_append (GTK_LIST_BOX (list), row);
  gtk_window_set_child (GTK_WINDOW (fixture->window), list);
  gtk_window_present (GTK_WINDOW (fixture->window));
  bb_kit_settle ();
  return BB_FIELD_ROW (row);
}

static BbProfileChooser *
chooser_of (BbFieldRow *row)
{
  return BB_PROFILE_CHOOSER (bb_kit_find (GTK_WIDGET (row), BB_TYPE_PROFILE_CHOOSER, NULL));
}

static BbProfileList *
open_list (BbProfileChooser *chooser)
{
  bb_kit_activate (GTK_WIDGET (chooser), "profile.choose");
  bb_kit_settle ();
  g_assert_nonnull (bb_profile_chooser_get_list (chooser));
  return BB_PROFILE_LIST (bb_profile_chooser_get_list (chooser));
}

static gboolean
is_closed (gpointer chooser)
{
  return bb_profile_chooser_get_list (chooser) == NULL;
}

static void
test_choose_by_search (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) parts = parts_of (station (fixture, 0), NULL);
  BbFieldRow *row = show_row (fixture, parts, "profile");
  BbProfileChooser *chooser = chooser_of (row);
  BbProfileList *list = open_list (chooser);
  g_autofree char *text = NULL;

  g_assert_cmpstr (bb_profile_list_get_marked (list), ==, "");
  bb_profile_list_search (list, "weidm");
  g_assert_cmpuint (bb_profile_list_get_n_shown (list), ==, 2);
  g_assert_cmpstr (bb_profile_list_get_marked (list), ==, "weidmueller-ac-smart");
  bb_kit_activate (GTK_WIDGET (list), "profiles.move(1)");
  g_assert_cmpstr (bb_profile_list_get_marked (list), ==, "weidmueller-ac-wallbox-business");
  bb_kit_activate (GTK_WIDGET (list), "profiles.move(-6)");
  bb_kit_activate (GTK_WIDGET (list), "profiles.take");
  bb_kit_wait (is_closed, chooser, "the list to close");
  text = bb_field_row_get_text (row);
  g_assert_cmpstr (text, ==, "weidmueller-ac-smart");
  assert_text (station (fixture, 0), "profile", "weidmueller-ac-smart");
  g_assert_nonnull (bb_kit_find (GTK_WIDGET (chooser), GTK_TYPE_LABEL, "Weidmueller AC SMART"));
  g_assert_nonnull (bb_kit_find (GTK_WIDGET (chooser), GTK_TYPE_LABEL, "field code"));
  g_assert_cmpstr (bb_field_row_get_note (row), ==, "Step set to 1.0 A, as this station counts.");

  g_assert_true (bb_editor_undo (fixture->editor));
  g_assert_null (bb_field_row_get_note (row));
  assert_text (station (fixture, 0), "step-ma", "0.1");
  g_assert_nonnull (bb_kit_find (GTK_WIDGET (chooser), GTK_TYPE_LABEL, "No profile"));
  g_assert_false (bb_editor_undo (fixture->editor));
}

static void
test_nothing_found (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) parts = parts_of (station (fixture, 0), NULL);
  BbProfileList *list = open_list (chooser_of (show_row (fixture, parts, "profile")));

  bb_profile_list_search (list, "zzz qqq");
  g_assert_cmpuint (bb_profile_list_get_n_shown (list), ==, 0);
  g_assert_null (bb_profile_list_get_marked (list));
  bb_kit_activate (GTK_WIDGET (list), "profiles.move(1)");
  bb_kit_activate (GTK_WIDGET (list), "profiles.take");
  assert_text (station (fixture, 0), "profile", "");
  bb_profile_list_search (list, "");
  g_assert_cmpstr (bb_profile_list_get_marked (list), ==, "");
}

static gboolean
has_no_windows (gpointer data)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);
    if (BB_IS_PROFILE_LIST (window))
      return FALSE;
  }
  return TRUE;
}

/* A row that goes away closes the list that it opened. */
static void
test_row_goes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) parts = parts_of (station (fixture, 0), NULL);
  BbProfileChooser *chooser = chooser_of (show_row (fixture, parts, "profile"));

  g_assert_nonnull (open_list (chooser));
  gtk_window_set_child (GTK_WINDOW (fixture->window), NULL);
  bb_kit_wait (has_no_windows, fixture, "the list to close");
}

static void
test_unknown (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) parts = parts_of (station (fixture, 2), NULL);
  BbFieldRow *row = show_row (fixture, parts, "profile");
  BbProfileList *list = open_list (chooser_of (row));

  g_assert_nonnull (bb_kit_find (GTK_WIDGET (row), GTK_TYPE_LABEL, "no-such-thing"));
  g_assert_nonnull (bb_kit_find (GTK_WIDGET (row), GTK_TYPE_LABEL, "not known here"));
  g_assert_cmpstr (bb_profile_list_get_marked (list), ==, "no-such-thing");
  g_assert_nonnull (bb_kit_find (GTK_WIDGET (list), GTK_TYPE_LABEL, "In use, but not known here."));
  gtk_widget_activate_action (GTK_WIDGET (row), "field.set", "s", "abb-terra-ac");
  assert_text (station (fixture, 2), "profile", "abb-terra-ac");
}

static void
test_rows_together (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) all
      = parts_of (station (fixture, 0), station (fixture, 1), station (fixture, 2), NULL);
  BbFieldRow *row = show_row (fixture, all, "profile");

  g_assert_nonnull (bb_kit_find (GTK_WIDGET (row), GTK_TYPE_LABEL, "Mixed"));
  g_assert_true (bb_field_row_type (row, "webasto-live"));
  assert_text (station (fixture, 1), "profile", "webasto-live");
  assert_text (station (fixture, 2), "profile", "webasto-live");
  g_assert_nonnull (bb_kit_find (GTK_WIDGET (row), GTK_TYPE_LABEL, "Webasto Live"));
  g_assert_nonnull (bb_field_row_get_note (row));
}

static guint
n_choices (BbFieldRow *row)
{
  GtkWidget *list = bb_kit_find (GTK_WIDGET (row), GTK_TYPE_DROP_DOWN, NULL);

  return g_list_model_get_n_items (gtk_drop_down_get_model (GTK_DROP_DOWN (list)));
}

static void
test_connection (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) parts = parts_of (station (fixture, 0), NULL);
  BbFieldRow *row = show_row (fixture, parts, "connection");
  g_autofree char *stray = NULL;

  g_assert_cmpuint (n_choices (row), ==, 1 + BB_CONNECTION_N);
  g_assert_true (bb_editor_set (fixture->editor, station (fixture, 0), "profile", "abb-terra-ac", NULL));
  g_assert_cmpuint (n_choices (row), ==, 4);
  g_assert_true (bb_field_row_type (row, "ocpp"));
  assert_text (station (fixture, 0), "connection", "ocpp");
  g_assert_true (bb_field_row_type (row, "http"));
  assert_text (station (fixture, 0), "connection", "http");
  g_assert_cmpuint (n_choices (row), ==, 5);
  stray = bb_field_row_get_text (row);
  g_assert_cmpstr (stray, ==, "http");
}

/* ---- address and identity ---- */

static void
test_address (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *profile, *connection, *example, *says;
    gboolean identity;
  } rows[] = {
    { "", "", "192.168.1.50", "IP address", FALSE },
    { "webasto-live", "", "192.168.1.50", "192.168.1.50:502/3", FALSE },
    { "mennekes-amtron-compact", "", "/dev/ttyUSB0", "9600-8N1", FALSE },
    { "abb-terra-ac", "", "192.168.1.50", "/dev/ttyUSB0", FALSE },
    { "abb-terra-ac", "modbus-rtu", "/dev/ttyUSB0", "9600-8N1", FALSE },
    { "abb-terra-ac", "ocpp", NULL, "ws://CONTROLLER:PORT/s1", TRUE },
    { "zaptec-pro", "", NULL, "cloud", TRUE },
  };
  BbPart *part = station (fixture, 0);
  g_autoptr (GPtrArray) parts = parts_of (part, NULL);
  BbFieldRow *row = show_row (fixture, parts, "identity");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *explained = NULL;
    g_assert_true (bb_editor_set (fixture->editor, part, "profile", rows[i].profile, NULL));
    g_assert_true (bb_editor_set (fixture->editor, part, "connection", rows[i].connection, NULL));
    explained = bb_device_explain_address (part);
    g_test_message ("%s %s: %s", rows[i].profile, rows[i].connection, explained);
    g_assert_cmpstr (bb_device_address_example (part), ==, rows[i].example);
    g_assert_nonnull (strstr (explained, rows[i].says));
    g_assert_cmpint (gtk_widget_get_visible (GTK_WIDGET (row)), ==, rows[i].identity);
  }
  g_assert_true (bb_editor_set (fixture->editor, part, "profile", "webasto-live", NULL));
  g_assert_true (bb_editor_set (fixture->editor, part, "identity", "halo-7", NULL));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (row))); /* what is stated is never hidden */
}

static void
test_address_row (Fixture *fixture, gconstpointer data)
{
  BbPart *part = station (fixture, 0);
  g_autoptr (GPtrArray) parts = parts_of (part, NULL);
  GtkWidget *entry = bb_kit_find (GTK_WIDGET (show_row (fixture, parts, "address")), GTK_TYPE_ENTRY, NULL);

  g_assert_cmpstr (gtk_entry_get_placeholder_text (GTK_ENTRY (entry)), ==, "192.168.1.50");
  g_assert_true (bb_editor_set (fixture->editor, part, "profile", "mennekes-amtron-compact", NULL));
  g_assert_cmpstr (gtk_entry_get_placeholder_text (GTK_ENTRY (entry)), ==, "/dev/ttyUSB0");
  g_assert_true (bb_editor_set (fixture->editor, part, "profile", "charge-amps-halo", NULL));
  g_assert_cmpstr (gtk_entry_get_placeholder_text (GTK_ENTRY (entry)), ==, "–");
}

/* ---- advice ---- */

static void
test_advice (Fixture *fixture, gconstpointer data)
{
  BbPart *part = station (fixture, 0);
  GtkWidget *advice = bb_device_advice_new (fixture->editor, part), *list = gtk_list_box_new ();

  gtk_list_box_append (GTK_LIST_BOX (list), advice);
  gtk_window_set_child (GTK_WINDOW (fixture->window), list);
  g_assert_false (gtk_widget_get_visible (advice));
  g_assert_true (bb_editor_set (fixture->editor, part, "profile", "mennekes-amtron-professional", NULL));
  g_assert_true (gtk_widget_get_visible (advice));
  g_assert_null (bb_kit_find (advice, BB_TYPE_NOTE_ROW, NULL));
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (advice), TRUE);
  g_assert_nonnull (bb_kit_find (advice, GTK_TYPE_LABEL, "Register 130 reads 0: no register offset."));
  g_assert_nonnull (bb_kit_find (advice, GTK_TYPE_LABEL, "When the controller is lost"));
  g_assert_nonnull (bb_kit_find (advice, GTK_TYPE_LABEL, "Verified by Busbar"));
  g_assert_true (bb_editor_set (fixture->editor, part, "profile", "charge-amps-halo", NULL));
  g_assert_null (bb_kit_find (advice, GTK_TYPE_LABEL, "Register 130 reads 0: no register offset."));
  g_assert_nonnull (bb_kit_find (advice, BB_TYPE_NOTE_ROW, NULL));
  g_assert_true (bb_editor_set (fixture->editor, part, "profile", "", NULL));
  g_assert_false (gtk_widget_get_visible (advice));
}

int
main (int argc, char *argv[])
{
  bb_kit_init (&argc, &argv);
  g_test_add_func ("/app/device-choice/search", test_search);
  g_test_add_func ("/app/device-choice/words", test_words);
  g_test_add ("/app/device-choice/C-10/follow-ups", Fixture, NULL, set_up, test_follow_ups, tear_down);
  g_test_add ("/app/device-choice/meter", Fixture, NULL, set_up, test_meter, tear_down);
  g_test_add ("/app/device-choice/strange", Fixture, NULL, set_up, test_strange, tear_down);
  g_test_add ("/app/device-choice/together", Fixture, NULL, set_up, test_together, tear_down);
  g_test_add ("/app/device-choice/by-search", Fixture, NULL, set_up, test_choose_by_search, tear_down);
  g_test_add ("/app/device-choice/nothing-found", Fixture, NULL, set_up, test_nothing_found, tear_down);
  g_test_add ("/app/device-choice/row-goes", Fixture, NULL, set_up, test_row_goes, tear_down);
  g_test_add ("/app/device-choice/unknown", Fixture, NULL, set_up, test_unknown, tear_down);
  g_test_add ("/app/device-choice/rows-together", Fixture, NULL, set_up, test_rows_together, tear_down);
  g_test_add ("/app/device-choice/C-09/connection", Fixture, NULL, set_up, test_connection, tear_down);
  g_test_add ("/app/device-choice/address", Fixture, NULL, set_up, test_address, tear_down);
  g_test_add ("/app/device-choice/address-row", Fixture, NULL, set_up, test_address_row, tear_down);
  g_test_add ("/app/device-choice/C-10/advice", Fixture, NULL, set_up, test_advice, tear_down);
  return g_test_run ();
}
