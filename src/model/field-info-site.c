/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field-info-site.c: what people are told about the fields of the site itself, its network, its tariff, and
 * what tells it to reduce. */
#include "model/field-info-private.h"

static const gchar *const grids[] = { N_ ("TN, three phases"),
                                      N_ ("TN, one phase"),
                                      N_ ("TT, three phases"),
                                      N_ ("IT, three phases"),
                                      N_ ("Delta"),
                                      N_ ("Split phase"),
                                      NULL };
static const gchar *const grid_notes[] = {
  N_ ("Usual: three phases and a neutral, 230 V each."),
  N_ ("One phase and a neutral: only L1 is used."),
  N_ ("Not supported yet."),
  N_ ("Not supported yet: without a neutral, currents between the lines would be computed wrongly."),
  N_ ("Not supported yet."),
  N_ ("Not supported yet."),
  NULL,
};

static const gchar *const batteries[] = { N_ ("None"), N_ ("Car first"), N_ ("Battery first"), NULL };
static const gchar *const battery_notes[] = {
  N_ ("There is no house battery."),
  N_ ("Surplus goes to the cars before the battery is charged."),
  N_ ("The battery is charged first; cars get what it leaves."),
  NULL,
};

static const gchar *const states[] = { N_ ("Normal"), N_ ("Reduced"), N_ ("Locked"), NULL };
static const gchar *const state_notes[] = {
  N_ ("Charging as the limits allow."),
  N_ ("Charging with what Reduced leaves."),
  N_ ("No charging."),
  NULL,
};

static const gchar *const kinds[] = { N_ ("Share"), N_ ("Current"), N_ ("Power"), N_ ("Section 14a"), NULL };
static const gchar *const kind_notes[] = {
  N_ ("A share of each group's limit."),
  N_ ("A current per phase for all stations together."),
  N_ ("A power for all stations together."),
  N_ ("The German minimum power for the number of controllable devices (section 14a EnWG)."),
  NULL,
};

static const BbFieldInfo site_rows[] = {
  BB_INFO_TEXT ("name", N_ ("Name"), N_ ("What the site is called in the window's title and in reports."),
                BB_SECTION_IDENTITY, .unstated = N_ ("the file's name")),
  BB_INFO_TEXT ("description", N_ ("Description"), N_ ("Anything the next technician should know."),
                BB_SECTION_IDENTITY, .unstated = N_ ("nothing")),
  BB_INFO_CHOICE ("grid", N_ ("Grid"), grids, grid_notes, N_ ("How the site is connected."),
                  BB_SECTION_PROTECTS),
  BB_INFO_NUMBER ("nominal-mv", N_ ("Nominal voltage"), "V", 50, 1000, 1, 1, N_ ("Between a phase and N."),
                  BB_SECTION_PROTECTS),
  BB_INFO_TEXT ("timezone", N_ ("Time zone"), N_ ("Off-peak windows and tariffs are in this time."),
                BB_SECTION_SCHEDULE, .requirement = "T-07"),
  BB_INFO_CHOICE ("battery", N_ ("House battery"), batteries, battery_notes,
                  N_ ("Who gets the surplus of solar power first."), BB_SECTION_MODE),
  BB_INFO_TEXT ("currency", N_ ("Currency"), N_ ("Of the tariff's prices, as three letters: EUR."),
                BB_SECTION_PEAK, .unstated = N_ ("not stated")),
};
const BbFieldTable bb_field_table_site = BB_FIELD_TABLE (site_rows);

static const BbFieldInfo network_rows[] = {
  BB_INFO_TEXT ("subnet", N_ ("Subnet"),
                N_ ("First address and number of bits, such as 192.168.1.0/24; all stations lie in it."),
                BB_SECTION_PROTECTS, .requirement = "C-10", .unstated = N_ ("not stated")),
  BB_INFO_TEXT ("gateway", N_ ("Router"), N_ ("Address of the router."), BB_SECTION_PROTECTS,
                .unstated = N_ ("not stated")),
  BB_INFO_TEXT ("controller", N_ ("Controller"), N_ ("Address of the controller."), BB_SECTION_PROTECTS,
                .unstated = N_ ("not stated")),
  BB_INFO_TEXT ("ssid", N_ ("WiFi name"),
                N_ ("Network of the site on 2.4 GHz; its password is never kept in the site."),
                BB_SECTION_PROTECTS, .requirement = "A-03", .unstated = N_ ("no WiFi")),
  BB_INFO_TEXT ("dhcp", N_ ("DHCP"),
                N_ ("On when the router hands out addresses, as measurement devices need."),
                BB_SECTION_PROTECTS, .requirement = "A-03"),
};
const BbFieldTable bb_field_table_network = BB_FIELD_TABLE (network_rows);

static const BbFieldInfo tariff_rows[] = {
  BB_INFO_TEXT ("name", N_ ("Name"), N_ ("What the price is called, such as Night."), BB_SECTION_IDENTITY,
                .unstated = N_ ("its times")),
  BB_INFO_TEXT ("start-min", N_ ("Start"), N_ ("Local time from which the price holds, such as 22:00."),
                BB_SECTION_SCHEDULE),
  BB_INFO_TEXT ("end-min", N_ ("End"),
                N_ ("Local time at which it ends; one before the start is on the next day."),
                BB_SECTION_SCHEDULE),
  BB_INFO_TEXT ("days", N_ ("Days"), N_ ("Days on which the window begins."), BB_SECTION_SCHEDULE),
  BB_INFO_NUMBER ("price-e5", N_ ("Price of a kWh"), "", -10, 10, 0.01, 4,
                  N_ ("In the site's currency; it may be negative."), BB_SECTION_PEAK),
};
const BbFieldTable bb_field_table_tariff = BB_FIELD_TABLE (tariff_rows);

static const BbFieldInfo acknowledgement_rows[] = {
  BB_INFO_TEXT ("group", N_ ("Group"), N_ ("Whose stations may draw more than its offline limit."),
                BB_SECTION_PROTECTS, .unstated = N_ ("none: it accepts nothing")),
  BB_INFO_TEXT ("name", N_ ("Accepted by"), N_ ("Name of who knows of it and accepts it."),
                BB_SECTION_IDENTITY),
  BB_INFO_TEXT ("reason", N_ ("Reason"), N_ ("Why it can be accepted; it stands in every report."),
                BB_SECTION_IDENTITY),
  BB_INFO_TEXT ("rule", N_ ("Rule"), N_ ("Id of the rule that is accepted: failsafe-sum is the only one."),
                BB_SECTION_IDENTITY, .advanced = TRUE),
};
const BbFieldTable bb_field_table_acknowledgement = BB_FIELD_TABLE (acknowledgement_rows);

/* ---- signals (C-13) ---- */

static const BbFieldInfo signal_rows[] = {
  BB_INFO_TEXT ("name", N_ ("Name"), N_ ("What the signal is called, such as Ripple control."),
                BB_SECTION_IDENTITY, .unstated = N_ ("its identifier")),
  BB_INFO_TEXT ("id", N_ ("Identifier"), N_ ("Short name in files and results; unique in the site."),
                BB_SECTION_IDENTITY, .advanced = TRUE),
  BB_INFO_CHOICE ("input-00", N_ ("Inputs 0 0"), states, state_notes,
                  N_ ("What it means when both inputs are off."), BB_SECTION_MODE, .requirement = "C-13"),
  BB_INFO_CHOICE ("input-01", N_ ("Inputs 0 1"), states, state_notes,
                  N_ ("What it means when only input 2 is on."), BB_SECTION_MODE, .requirement = "C-13"),
  BB_INFO_CHOICE ("input-10", N_ ("Inputs 1 0"), states, state_notes,
                  N_ ("What it means when only input 1 is on."), BB_SECTION_MODE, .requirement = "C-13"),
  BB_INFO_CHOICE ("input-11", N_ ("Inputs 1 1"), states, state_notes,
                  N_ ("What it means when both inputs are on."), BB_SECTION_MODE, .requirement = "C-13"),
  BB_INFO_NUMBER ("keep-ms", N_ ("Keep the last state"), "s", 0, 86400, 60, 0,
                  N_ ("So long the last state holds when the source is lost."), BB_SECTION_FAILSAFE),
  BB_INFO_CHOICE ("lost", N_ ("When it is lost"), states, state_notes,
                  N_ ("What holds after that, until the source is back."), BB_SECTION_FAILSAFE),
};
const BbFieldTable bb_field_table_signal = BB_FIELD_TABLE (signal_rows);

#define FACTOR(name, words)                                                                                  \
  BB_INFO_NUMBER (name, words, "", 0, 1, 0.05, 2, N_ ("Simultaneity factor for so many devices."),           \
                  BB_SECTION_LIMITS, .advanced = TRUE)

static const BbFieldInfo reduced_rows[] = {
  BB_INFO_CHOICE ("kind", N_ ("Reduced means"), kinds, kind_notes,
                  N_ ("What the stations may draw while the signal says Reduced."), BB_SECTION_MODE,
                  .requirement = "C-13"),
  BB_INFO_NUMBER ("share-permille", N_ ("Share"), "%", 0, 100, 5, 1, N_ ("Of each group's limit."),
                  BB_SECTION_LIMITS),
  BB_INFO_NUMBER ("current-ma", N_ ("Current"), "A", 0, 400, 1, 1, N_ ("Per phase, all stations together."),
                  BB_SECTION_LIMITS),
  BB_INFO_NUMBER ("power-w", N_ ("Power"), "kW", 0, 1000, 0.1, 2, N_ ("All stations together."),
                  BB_SECTION_LIMITS),
  BB_INFO_NUMBER ("base-w", N_ ("Base power"), "kW", 0, 1000, 0.1, 2,
                  N_ ("Minimum power of one device under section 14a EnWG."), BB_SECTION_LIMITS,
                  .advanced = TRUE),
  BB_INFO_NUMBER ("devices", N_ ("Controllable devices"), "", 0, 1000, 1, 0,
                  N_ ("All devices under section 14a, the stations too."), BB_SECTION_LIMITS,
                  .advanced = TRUE, .unstated = N_ ("the stations are counted")),
  BB_INFO_TEXT ("other-meter", N_ ("Meter of other devices"),
                N_ ("Measures the controllable devices that are not stations, such as a heat pump."),
                BB_SECTION_PROTECTS, .advanced = TRUE, .unstated = N_ ("none")),
  FACTOR ("factor-2-permille", N_ ("Factor for 2 devices")),
  FACTOR ("factor-3-permille", N_ ("Factor for 3 devices")),
  FACTOR ("factor-4-permille", N_ ("Factor for 4 devices")),
  FACTOR ("factor-5-permille", N_ ("Factor for 5 devices")),
  FACTOR ("factor-6-permille", N_ ("Factor for 6 devices")),
  FACTOR ("factor-7-permille", N_ ("Factor for 7 devices")),
  FACTOR ("factor-8-permille", N_ ("Factor for 8 devices")),
  FACTOR ("factor-9-permille", N_ ("Factor for 9 devices and more")),
};
const BbFieldTable bb_field_table_reduced = BB_FIELD_TABLE (reduced_rows);
