/* SPDX-License-Identifier: GPL-3.0-or-later */
/* engine-limits.c: limits of the engine's configuration that follow from others: offline limits that are not
 * stated, sums of fail-safe currents and who accepted them. */
#include "model/engine-limits.h"

#include <string.h>

gboolean
bb_engine_config_is_under (const BbEngineConfig *self, gint circuit, gint ancestor)
{
  for (; circuit >= 0; circuit = self->circuits[circuit].parent)
    if (circuit == ancestor)
      return TRUE;
  return FALSE;
}

guint8
bb_engine_config_station_phases (const BbEngineConfig *self, guint station)
{
  const bbe_station_config *s = &self->stations[station];
  guint8 mask = 0;

  if (s->rotation_unknown)
    return self->circuits[s->circuit].phases;
  for (gint t = 0; t < s->n_phases; t++)
    mask |= (guint8) (1u << s->rotation[t]);
  return mask;
}

/* Phases on which a group has stations. */
static guint8
group_phases (const BbEngineConfig *c, guint group)
{
  guint8 mask = 0;

  for (guint i = 0; i < c->config.n_stations; i++)
    if (c->stations[i].group == (gint) group)
      mask |= bb_engine_config_station_phases (c, i);
  return mask;
}

/* What circuit `at` leaves on phase `p` for each of the groups under it that state no offline limit. */
static gint64
offline_share (const BbEngineConfig *c, const guint8 *phases, gint at, gint p)
{
  gint64 left = bb_group_suggest_offline_ma (c->circuits[at].rating_ma[p],
                                             c->circuits[at].other_load_ma[p] + c->circuits[at].reserve_ma);
  gint64 n_unstated = 0;

  for (guint g = 0; g < c->config.n_groups; g++) {
    if (((phases[g] >> p) & 1) == 0 || !bb_engine_config_is_under (c, c->groups[g].circuit, at))
      continue;
    if (c->groups[g].offline_ma == BBE_NO_LIMIT)
      n_unstated++;
    else
      left -= c->groups[g].offline_ma;
  }
  return MAX (left, 0) / MAX (n_unstated, 1);
}

/* groups that state no offline limit share what the boards above leave beside the stated other load. */
static void
suggest_offline_limits (BbEngineConfig *c)
{
  const guint n = c->config.n_groups;
  g_autofree guint8 *phases = g_new0 (guint8, n + 1);
  g_autofree gint64 *suggested = g_new0 (gint64, n + 1);

  for (guint g = 0; g < n; g++)
    phases[g] = group_phases (c, g);
  for (guint g = 0; g < n; g++) {
    suggested[g] = BBE_NO_LIMIT;
    for (gint at = c->groups[g].circuit; at >= 0; at = c->circuits[at].parent)
      for (gint p = 0; p < 3; p++)
        if (((phases[g] >> p) & 1) != 0)
          suggested[g] = MIN (suggested[g], offline_share (c, phases, at, p));
  }
  for (guint g = 0; g < n; g++)
    if (c->groups[g].offline_ma == BBE_NO_LIMIT)
      c->groups[g].offline_ma = (gint32) suggested[g];
}

gint64
bb_engine_config_failsafe_sum (const BbEngineConfig *self, guint group, guint phase)
{
  gint64 sum = 0;

  for (guint i = 0; i < self->config.n_stations; i++) {
    const bbe_station_config *s = &self->stations[i];

    if (s->group == (gint) group && ((bb_engine_config_station_phases (self, i) >> phase) & 1) != 0)
      sum += s->failsafe_ma < 0 ? s->max_ma : s->failsafe_ma;
  }
  return sum;
}

gboolean
bb_engine_config_failsafe_exceeds (const BbEngineConfig *self, guint group)
{
  const gint32 offline = self->groups[group].offline_ma;

  for (guint p = 0; p < 3 && offline != BBE_NO_LIMIT; p++)
    if (bb_engine_config_failsafe_sum (self, group, p) > offline)
      return TRUE;
  return FALSE;
}

const BbAcknowledgementFields *
bb_engine_config_acknowledged (const BbEngineConfig *self, BbSite *site, guint group)
{
  GListModel *list = bb_site_get_acknowledgements (site);
  gboolean fixed = FALSE;

  /* It counts for stations whose fail-safe current cannot be set. */
  for (guint i = 0; i < self->config.n_stations; i++)
    fixed |= self->stations[i].group == (gint) group
             && bb_station_peek (bb_site_station (site, i))->failsafe_fixed;
  for (guint i = 0; fixed && i < g_list_model_get_n_items (list); i++) {
    g_autoptr (BbAcknowledgement) item = (BbAcknowledgement *) g_list_model_get_item (list, i);
    const BbAcknowledgementFields *f = bb_acknowledgement_peek (item);

    if (strcmp (f->rule, "failsafe-sum") == 0 && strcmp (f->group, self->group_ids[group]) == 0
        && *f->name != '\0' && *f->reason != '\0')
      return f;
  }
  return NULL;
}

/* The engine has one flag for the site: it is set only when every excess is acknowledged. */
static gboolean
all_acknowledged (const BbEngineConfig *c, BbSite *site)
{
  gboolean any = FALSE;

  for (guint g = 0; g < c->config.n_groups; g++) {
    if (!bb_engine_config_failsafe_exceeds (c, g))
      continue;
    if (bb_engine_config_acknowledged (c, site, g) == NULL)
      return FALSE;
    any = TRUE;
  }
  return any;
}

void
bb_engine_limits_apply (BbEngineConfig *self, BbSite *site)
{
  suggest_offline_limits (self);
  self->config.failsafe_acknowledged = all_acknowledged (self, site);
}
