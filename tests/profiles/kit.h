/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kit.h: small good profiles to break, and files for the tests of profiles. */
#pragma once

#include "profiles/catalogue.h"

/* Good profiles: a station on Modbus, meters on Modbus, HTTP and P1, a station over OCPP and over a cloud. */
extern const char kit_station[], kit_meter[], kit_http[], kit_mqtt[], kit_p1[], kit_ocpp[], kit_cloud[];

/* `text` with the first `find` replaced, which must be there. (transfer full) */
char *kit_replace (const char *text, const char *find, const char *replacement);
/* Parses a text that is good. (transfer full) */
BbProfile *kit_parse (const char *text);
/* The first interface and its first point of `role`. */
const BbInterface *kit_interface (const BbProfile *profile, guint position);
const BbPoint *kit_point (const BbInterface *interface, const char *role, guint which);

/* The text of a file of tests/fixtures. (transfer full) */
char *kit_fixture (const char *name);
char *kit_fixture_path (const char *name);
