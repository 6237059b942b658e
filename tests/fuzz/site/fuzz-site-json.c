/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz-site-json.c: any bytes as a site file. What is read must come back the same from what is written; the
 * checker must cope with it; and what the checker lets pass must be accepted by the engine. */
#include <stdint.h>

#include "engine/engine.h"
#include "model/engine-config.h"
#include "model/site-check.h"
#include "model/site-json.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_round_trip (BbSite *site)
{
  g_autofree gchar *text = bb_site_to_text (site);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) again = bb_site_parse (text, -1, NULL, &error);
  g_autofree gchar *second = NULL;

  g_assert_no_error (error);
  g_assert_true (bb_part_equal (BB_PART (site), BB_PART (again)));
  second = bb_site_to_text (again);
  g_assert_cmpstr (text, ==, second);
}

static void
check_engine (BbSite *site)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbEngineConfig) config = NULL;
  g_autofree void *engine = NULL;

  if (!bb_site_check_errors (site, BB_CHECK_DEPLOY, NULL))
    return;
  config = bb_engine_config_new (site, NULL, &error);
  g_assert_no_error (error);
  engine = g_malloc0 (bbe_sizeof ());
  g_assert_cmpint (bbe_init ((bbe_engine *) engine, &config->config, NULL), ==, BBE_OK);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = bb_site_parse ((const gchar *) data, (gssize) size, "fuzz", &error);

  if (site == NULL) {
    g_assert_nonnull (error);
    g_assert_cmpuint (error->message[0], !=, '\0');
    return 0;
  }
  g_assert_no_error (error);
  check_round_trip (site);
  check_engine (site);
  return 0;
}
