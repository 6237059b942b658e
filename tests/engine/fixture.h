/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fixture.h: a site and its plant for one test, checked after each second. */
#pragma once

#include <glib.h>

#include "checker.h"

typedef struct {
  kit k;
  plant w;
} Site;

/* An empty site; build it through `k`. */
Site *site_new (void);

/* One circuit of `rating_ma`, metered, one fair group, `n` stations of `n_phases` that start on L1. */
Site *site_new_simple (int32_t rating_ma, int n, int n_phases);
void site_free (Site *site);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Site, site_free)

/* Asserts that the configuration is accepted, and makes the plant. */
void site_start (Site *site);

/* Expects bbe_init() to refuse the configuration with `status` at table[index].field. */
void site_expect_fault (Site *site, bbe_status status, const char *table, int index, const char *field);

/* Runs the plant; after each second everything in check_all() must hold. */
void site_run (Site *site, int seconds);

/* As site_run(), for seconds in which the true current may be over a rating for other reasons than the
 * engine's (a load step): only values and rows are checked. */
void site_run_unsteady (Site *site, int seconds);

/* Other load on one circuit, per phase. */
void site_other (Site *site, int circuit, int32_t l1_ma, int32_t l2_ma, int32_t l3_ma);

int32_t site_setpoint (const Site *site, int station);
const bbe_reason *site_reason (const Site *site, int station);

#define assert_check(expression, why)                                                                        \
  G_STMT_START                                                                                               \
  {                                                                                                          \
    if (!(expression))                                                                                       \
      g_error ("%s:%d: %s: %s", __FILE__, __LINE__, #expression, (why).text);                                \
  }                                                                                                          \
  G_STMT_END

#define assert_setpoint(site, station, expected) g_assert_cmpint (site_setpoint (site, station), ==, expected)
#define assert_reason(site, station, expected)                                                               \
  g_assert_cmpstr (bbe_reason_name (site_reason (site, station)->code), ==, bbe_reason_name (expected))
