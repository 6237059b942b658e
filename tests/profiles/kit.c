/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kit.c: small good profiles to break, and files for the tests of profiles. */
#include "kit.h"

#include <string.h>

#define HEAD(kind)                                                                                           \
  "{ \"format\": \"busbar-profile/1\",\n"                                                                    \
  "  \"kind\": \"" kind "\", \"vendor\": \"V\", \"name\": \"N\",\n"                                          \
  "  \"evidence\": \"field-code\", \"sources\": [\"S\"],\n"

const char kit_station[] = HEAD (
    "station") "  \"setup\": [ { \"kind\": \"info\", \"text\": \"T\" } ],\n"
               "  \"interfaces\": [ {\n"
               "    \"connections\": [\"modbus-tcp\"],\n"
               "    \"link\": { \"port\": 502, \"unit\": 1 },\n"
               "    \"probes\": [ { \"variant\": \"tq\", \"reads\": [ { \"address\": 7 } ] } ],\n"
               "    \"points\": [\n"
               "      { \"role\": \"firmware\", \"address\": 10, \"type\": \"text\", \"words\": 2 },\n"
               "      { \"role\": \"state\", \"address\": 12 },\n"
               "      { \"role\": \"current.l1\", \"address\": 14, \"type\": \"u32\", \"scale\": 0.001, "
               "\"unit\": \"A\" },\n"
               "      { \"role\": \"failsafe.timeout\", \"address\": 16, \"unit\": \"s\", \"access\": \"rw\" "
               "},\n"
               "      { \"role\": \"limit.set\", \"address\": 18, \"unit\": \"A\", \"access\": \"rw\", "
               "\"max\": 32 } ],\n"
               "    \"states\": [ { \"when\": \"state == 1\", \"iec\": \"B\", \"status\": \"occupied\" },\n"
               "      { \"iec\": \"A\", \"status\": \"free\" } ],\n"
               "    \"errors\": [ { \"when\": \"state == 9\", \"severity\": \"fault\", \"text\": \"T\" } ],\n"
               "    \"control\": { \"unit\": \"A\", \"step_a\": 1 },\n"
               "    \"watchdog\": { \"kind\": \"any-read\", \"timeout_ms\": 60000 },\n"
               "    \"verify\": [ { \"role\": \"state\", \"expect\": \"!= 9\", \"severity\": \"error\", "
               "\"text\": \"T\" } ]\n"
               "  } ] }\n";

const char kit_meter[]
    = HEAD ("meter") "  \"phases\": 3, \"range_a\": 100,\n"
                     "  \"interfaces\": [ {\n"
                     "    \"connections\": [\"modbus-rtu\"],\n"
                     "    \"link\": { \"baud\": [9600], \"parity\": \"none\" },\n"
                     "    \"defaults\": { \"type\": \"i32\" },\n"
                     "    \"resolution\": { \"signed\": true },\n"
                     "    \"points\": [\n"
                     "      { \"role\": \"current.l1\", \"address\": 0, \"unit\": \"A\" },\n"
                     "      { \"role\": \"current.l2\", \"address\": 2, \"unit\": \"A\" },\n"
                     "      { \"role\": \"current.l3\", \"address\": 4, \"unit\": \"A\" },\n"
                     "      { \"role\": \"power\", \"address\": 6, \"unit\": \"W\" } ]\n"
                     "  } ] }\n";

const char kit_http[]
    = HEAD ("meter") "  \"interfaces\": [ {\n"
                     "    \"connections\": [\"http\"],\n"
                     "    \"link\": { \"requests\": [\"/status\"] },\n"
                     "    \"probes\": [ { \"reads\": [ { \"request\": 0, \"path\": \"/u\" } ] } ],\n"
                     "    \"points\": [\n"
                     "      { \"role\": \"voltage.l1\", \"path\": \"/u\", \"unit\": \"V\" },\n"
                     "      { \"role\": \"current.l1\", \"path\": \"/i\", \"unit\": \"A\" } ]\n"
                     "  } ] }\n";

const char kit_mqtt[]
    = HEAD ("meter") "  \"interfaces\": [ {\n"
                     "    \"connections\": [\"mqtt\"],\n"
                     "    \"link\": { \"requests\": [\"status/em:0\"] },\n"
                     "    \"points\": [ { \"role\": \"current.l1\", \"path\": \"/i\", \"unit\": \"A\" } ]\n"
                     "  } ] }\n";

const char kit_p1[]
    = HEAD ("meter") "  \"interfaces\": [ {\n"
                     "    \"connections\": [\"p1\"],\n"
                     "    \"points\": [\n"
                     "      { \"role\": \"power\", \"path\": \"1-0:1.7.0\", \"unit\": \"kW\" },\n"
                     "      { \"role\": \"current.l1\", \"path\": \"1-0:31.7.0\", \"unit\": \"A\" } ]\n"
                     "  } ] }\n";

const char kit_ocpp[]
    = HEAD ("station") "  \"interfaces\": [ {\n"
                       "    \"connections\": [\"ocpp\"],\n"
                       "    \"points\": [ { \"role\": \"current.l1\", \"path\": \"Current.Import\", "
                       "\"phase\": \"L1\" } ],\n"
                       "    \"ocpp\": { \"stack_live\": 1, \"purpose\": \"TxDefaultProfile\" }\n"
                       "  } ] }\n";

const char kit_cloud[] = HEAD ("station") "  \"interfaces\": [ {\n"
                                          "    \"connections\": [\"cloud\"],\n"
                                          "    \"link\": { \"host\": \"https://cloud.example\" },\n"
                                          "    \"points\": [ { \"role\": \"limit.set\", \"path\": \"510\", "
                                          "\"unit\": \"A\", \"access\": \"w\" } ]\n"
                                          "  } ] }\n";

char *
kit_replace (const char *text, const char *find, const char *replacement)
{
  const char *at = strstr (text, find);
  GString *result = g_string_new (NULL);

  if (at == NULL)
    g_error ("“%s” is not in the text", find);
  g_string_append_len (result, text, at - text);
  g_string_append (result, replacement);
  g_string_append (result, at + strlen (find));
  return g_string_free (result, FALSE);
}

BbProfile *
kit_parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  BbProfile *profile = bb_profile_parse (text, -1, "kit.json", &error);

  g_assert_no_error (error);
  g_assert_nonnull (profile);
  return profile;
}

const BbInterface *
kit_interface (const BbProfile *profile, guint position)
{
  g_assert_cmpuint (position, <, profile->interfaces->len);
  return g_ptr_array_index (profile->interfaces, position);
}

const BbPoint *
kit_point (const BbInterface *interface, const char *role, guint which)
{
  for (guint i = 0; i < interface->points->len; i++) {
    const BbPoint *point = g_ptr_array_index (interface->points, i);

    if (point->role == bb_role_from_name (role) && which-- == 0)
      return point;
  }
  g_error ("no point %s", role);
}

char *
kit_fixture_path (const char *name)
{
  return g_build_filename (g_getenv ("G_TEST_SRCDIR"), "fixtures", name, NULL);
}

char *
kit_fixture (const char *name)
{
  g_autofree char *path = kit_fixture_path (name);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}
