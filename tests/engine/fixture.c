/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fixture.c: a site and its plant for one test, checked after each second. */
#include "fixture.h"

Site *
site_new (void)
{
  Site *site = g_new0 (Site, 1);

  kit_init (&site->k);
  return site;
}

Site *
site_new_simple (int32_t rating_ma, int n, int n_phases)
{
  Site *site = site_new ();
  int circuit = kit_circuit (&site->k, -1, rating_ma);
  int group;

  kit_meter (&site->k, circuit);
  group = kit_group (&site->k, circuit);
  for (int i = 0; i < n; i++)
    kit_station (&site->k, group, n_phases, 0);
  return site;
}

void
site_free (Site *site)
{
  kit_clear (&site->k);
  g_free (site);
}

void
site_start (Site *site)
{
  if (!kit_start (&site->k))
    g_error ("configuration refused: %s[%u].%s phase %d: %s", site->k.fault.table, site->k.fault.index,
             site->k.fault.field, site->k.fault.phase, site->k.fault.rule);
  plant_init (&site->w, &site->k);
}

void
site_expect_fault (Site *site, bbe_status status, const char *table, int index, const char *field)
{
  g_assert_false (kit_start (&site->k));
  g_assert_cmpstr (bbe_status_name (site->k.fault.status), ==, bbe_status_name (status));
  g_assert_cmpstr (site->k.fault.table, ==, table);
  g_assert_cmpint (site->k.fault.index, ==, index);
  g_assert_cmpstr (site->k.fault.field, ==, field);
  g_assert_nonnull (site->k.fault.rule);
  g_assert_cmpuint (strlen (site->k.fault.rule), >=, 8);
}

void
site_run (Site *site, int seconds)
{
  check_why why = { "" };

  for (int i = 0; i < seconds; i++) {
    const bbe_outputs *out = plant_second (&site->w);

    assert_check (check_all (&site->w, out, &why), why);
  }
}

void
site_run_unsteady (Site *site, int seconds)
{
  check_why why = { "" };

  for (int i = 0; i < seconds; i++) {
    const bbe_outputs *out = plant_second (&site->w);

    assert_check (check_values (&site->k, out, &why), why);
    assert_check (check_rows (&site->k, &site->w, out, &why), why);
  }
}

void
site_other (Site *site, int circuit, int32_t l1_ma, int32_t l2_ma, int32_t l3_ma)
{
  site->w.other_ma[circuit][0] = l1_ma;
  site->w.other_ma[circuit][1] = l2_ma;
  site->w.other_ma[circuit][2] = l3_ma;
}

int32_t
site_setpoint (const Site *site, int station)
{
  return site->k.out->stations[station].setpoint_ma;
}

const bbe_reason *
site_reason (const Site *site, int station)
{
  return &site->k.out->stations[station].reason;
}
