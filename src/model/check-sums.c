/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check-sums.c: rules about sums: offline limits and fail-safe currents, ENGINE.md step 3. */
#include <glib/gi18n.h>
#include <string.h>

#include "model/check-private.h"

/* Has the group a station on this phase? */
static gboolean
loads (const BbEngineConfig *c, guint group, gint phase)
{
  for (guint i = 0; i < c->config.n_stations; i++)
    if (c->stations[i].group == (gint) group && ((bb_engine_config_station_phases (c, i) >> phase) & 1) != 0)
      return TRUE;
  return FALSE;
}

/* Offline limits that meet on a phase of a circuit. */
typedef struct {
  gint64 sum;   /* of the groups' limits */
  gint largest; /* the group with the largest stated one, -1: none */
  guint n;
} OfflineSum;

static OfflineSum
sum_offline (const BbEngineConfig *c, gint circuit, gint phase)
{
  OfflineSum s = { 0, -1, 0 };

  for (guint g = 0; g < c->config.n_groups; g++) {
    if (!bb_engine_config_is_under (c, c->groups[g].circuit, circuit) || !loads (c, g, phase))
      continue;
    s.n++;
    s.sum += c->groups[g].offline_ma;
    if (s.largest < 0 || c->groups[g].offline_ma > c->groups[s.largest].offline_ma)
      s.largest = (gint) g;
  }
  return s;
}

static void
report_offline (BbCheck *check, guint index, gint phase, const OfflineSum *s)
{
  const BbEngineConfig *c = check->config;
  const guint position = c->circuit_position[index];
  const BbCircuitFields *circuit = bb_check_circuit (check, position);
  const gint64 others = s->sum - c->groups[s->largest].offline_ma + c->circuits[index].other_load_ma[phase];
  const gint rating_ma = c->circuits[index].rating_ma[phase];
  g_autofree gchar *limits = bb_check_amps (s->sum);
  g_autofree gchar *other = bb_check_amps (c->circuits[index].other_load_ma[phase]);
  g_autofree gchar *rating = bb_check_amps (rating_ma);
  g_autofree gchar *suggested
      = bb_check_amps (bb_group_suggest_offline_ma (rating_ma, (gint) MIN (others, G_MAXINT / 2)));

  if (c->circuits[index].other_load_ma[phase] > rating_ma)
    bb_check_add (
        check, BB_SEVERITY_ERROR, "offline-limit", bb_check_at ("circuits", position, "other_load_a"),
        _ ("The other load of “%s” on %s, %s, is over its rating, %s, already. Correct one of the two."),
        bb_check_name (circuit->name, circuit->id), bb_check_phase (phase), other, rating);
  else
    bb_check_add (check, BB_SEVERITY_ERROR, "offline-limit",
                  bb_check_at ("groups", (guint) s->largest, "offline_a"),
                  _ ("Without the measurement “%s” could carry %s of the stations and %s of others on %s; "
                     "its rating is "
                     "%s. Set the offline limit of “%s” to %s at most."),
                  bb_check_name (circuit->name, circuit->id), limits, other, bb_check_phase (phase), rating,
                  c->group_ids[s->largest], suggested);
}

static void
check_offline (BbCheck *check)
{
  const BbEngineConfig *c = check->config;

  for (guint i = 0; i < c->config.n_circuits; i++)
    for (gint p = 0; p < 3; p++) {
      const OfflineSum s = sum_offline (c, (gint) i, p);

      if (((c->circuits[i].phases >> p) & 1) == 0 || s.n == 0
          || s.sum + c->circuits[i].other_load_ma[p] <= c->circuits[i].rating_ma[p])
        continue;
      report_offline (check, i, p, &s);
      break;
    }
}

static gint64
largest_failsafe_sum (const BbEngineConfig *c, guint group)
{
  gint64 most = 0;

  for (guint p = 0; p < 3; p++)
    most = MAX (most, bb_engine_config_failsafe_sum (c, group, p));
  return most;
}

static void
check_failsafe (BbCheck *check)
{
  const BbEngineConfig *c = check->config;

  for (guint g = 0; g < c->config.n_groups; g++) {
    const BbGroupFields *f = bb_check_group (check, g);
    const BbAcknowledgementFields *accepted = bb_engine_config_acknowledged (c, check->site, g);
    g_autofree gchar *sum = bb_check_amps (largest_failsafe_sum (c, g));
    g_autofree gchar *limit = bb_check_amps (c->groups[g].offline_ma);

    if (!bb_engine_config_failsafe_exceeds (c, g))
      continue;
    if (accepted != NULL)
      bb_check_add (check, BB_SEVERITY_WARNING, "failsafe-sum", bb_check_at ("groups", g, "offline_a"),
                    _ ("Stations of “%s” that hear nothing could draw %s, over its offline limit of %s. "
                       "Accepted by %s: "
                       "%s"),
                    bb_check_name (f->name, f->id), sum, limit, accepted->name, accepted->reason);
    else
      bb_check_add (
          check, BB_SEVERITY_ERROR, "failsafe-sum", bb_check_at ("groups", g, "offline_a"),
          _ ("Stations of “%s” that hear nothing could draw %s, over its offline limit of %s. Set their "
             "“failsafe_a” lower; where that cannot be set, say so with “failsafe_fixed” and acknowledge it "
             "by "
             "name and reason."),
          bb_check_name (f->name, f->id), sum, limit);
  }
}

void
bb_check_sums (BbCheck *check)
{
  check_offline (check);
  check_failsafe (check);
}
