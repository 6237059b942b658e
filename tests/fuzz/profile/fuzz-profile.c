/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz-profile.c: any bytes as a device profile, and as a condition: a profile that keeps its promises or an
 * error with a place, never anything else. With libFuzzer's main, or with run-corpus.c's, which takes files.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/json-place.h"
#include "profiles/condition.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Every role has a value that depends on it. */
static gboolean
get_value (BbRole role, gint64 *value, gpointer data)
{
  *value = (gint64) role * 7 - 20;
  return role % 5 != 0;
}

static gboolean
is_readable (guint32 address, gpointer data)
{
  g_assert_cmpuint (address, <=, G_MAXUINT16);
  return address % 2 == 0;
}

static const BbConditionScope scope
    = { .get_value = get_value, .firmware = "1.8.21", .variant = "tq", .is_readable = is_readable };

/* What the loader let through is a condition. */
static void
check_condition (const gchar *condition)
{
  BbTerm term;
  g_autofree gchar *problem = NULL;
  const gchar *at = condition;

  while (at != NULL && bb_condition_next (&at, &term, &problem))
    ;
  g_assert_null (problem);
  bb_condition_holds (condition, &scope);
}

static void
check_point (const BbInterface *interface, const BbPoint *point)
{
  g_assert_cmpint (point->role, >, BB_ROLE_NONE);
  g_assert_cmpint (point->role, <, BB_ROLE_N);
  g_assert_true (isfinite (point->scale) && point->scale != 0 && isfinite (point->offset));
  g_assert_cmpint (point->min, <=, point->max);
  g_assert_cmpuint (point->n_words, <=, 125);
  g_assert_cmpuint (point->address + point->n_words, <=, 65536);
  g_assert_cmpuint (point->shift, <, 64);
  g_assert_cmpint (point->access, >=, BB_ACCESS_READ);
  g_assert_cmpint (point->access, <=, BB_ACCESS_BOTH);
  if (interface->requests != NULL)
    g_assert_true (point->request < g_strv_length (interface->requests) || interface->host != NULL
                   || (interface->connections & (1u << BB_CONNECTION_HTTP | 1u << BB_CONNECTION_MQTT)) == 0);
  check_condition (point->when);
}

static void
check_rules (const BbInterface *interface)
{
  for (guint i = 0; i < interface->states->len; i++)
    check_condition (((BbStateRule *) g_ptr_array_index (interface->states, i))->when);
  for (guint i = 0; i < interface->errors->len; i++)
    check_condition (((BbErrorRule *) g_ptr_array_index (interface->errors, i))->when);
  for (guint i = 0; i < interface->verifies->len; i++) {
    const BbVerify *rule = g_ptr_array_index (interface->verifies, i);
    g_autofree gchar *problem = bb_expect_check (rule->expect);

    g_assert_null (problem);
    check_condition (rule->when);
  }
  for (guint i = 0; i < interface->watchdogs->len; i++)
    check_condition (((BbWatchdog *) g_ptr_array_index (interface->watchdogs, i))->when);
  bb_interface_pick_watchdog (interface, &scope);
}

static void
check_interface (const BbInterface *interface)
{
  g_assert_cmpuint (interface->connections, >, 0);
  g_assert_cmpuint (interface->poll_fast_ms, <=, interface->poll_slow_ms);
  for (guint i = 0; i < interface->points->len; i++)
    check_point (interface, g_ptr_array_index (interface->points, i));
  for (guint role = 0; role < BB_ROLE_N; role++)
    bb_interface_pick_point (interface, (BbRole) role, &scope);
  for (guint i = 0; i < interface->probes->len; i++)
    g_assert_cmpuint (((BbProbe *) g_ptr_array_index (interface->probes, i))->n_reads, >, 0);
  check_rules (interface);
}

static void
try_profile (const gchar *text, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbProfile) profile = bb_profile_parse (text, (gssize) size, "fuzz.json", &error);

  g_assert_true ((profile == NULL) == (error != NULL));
  if (profile == NULL) {
    g_assert_true (g_str_has_prefix (error->message, "fuzz.json"));
    return;
  }
  g_assert_cmpuint (profile->interfaces->len, >, 0);
  for (guint i = 0; i < profile->interfaces->len; i++)
    check_interface (g_ptr_array_index (profile->interfaces, i));
  for (guint c = 0; c < BB_CONNECTION_N; c++)
    bb_profile_find_interface (profile, (BbConnection) c);
}

/* The bytes themselves as a condition, an expectation, and a text to find a place in. */
static void
try_condition (const gchar *text, gsize size)
{
  g_autofree gchar *problem = bb_expect_check (text);

  g_assert_true (problem == NULL || !bb_expect_holds (text, 5));
  bb_condition_holds (text, &scope);
  bb_json_find_place (text, size, "/interfaces/0/points/1/role", NULL, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree gchar *text = NULL;

  if (size > 1 << 20)
    return 0;
  text = g_strndup ((const gchar *) data, size);
  try_profile ((const gchar *) data, size);
  try_condition (text, strlen (text));
  return 0;
}
