/* SPDX-License-Identifier: GPL-3.0-or-later */
/* group-offline.c: the standalone limit that a group's boards leave, explained. */
#include "model/group-offline.h"

#include <glib/gi18n.h>
#include <string.h>

#include "engine/engine.h"
#include "model/decimal.h"

/* What one phase of one circuit leaves. */
typedef struct {
  const BbCircuitFields *circuit;
  gint phase;
  gint rating_ma, other_ma, reserve_ma;
  gint64 groups_ma; /* stated offline limits of the other groups */
  guint n_sharing;  /* groups that state none, this one too */
  gint64 left_ma;
} Room;

static const BbCircuitFields *
find_circuit (BbSite *site, const gchar *id)
{
  const gint position = bb_site_find_circuit (site, id);

  return position >= 0 && *id != '\0' ? bb_circuit_peek (bb_site_circuit (site, (guint) position)) : NULL;
}

/* The circuit above; NULL at the root, and where the tree is broken. */
static const BbCircuitFields *
above (BbSite *site, const BbCircuitFields *circuit)
{
  return *circuit->parent != '\0' ? find_circuit (site, circuit->parent) : NULL;
}

/* A ring of circuits, which the checker reports, must not hang the walk. */
static guint
most_levels (BbSite *site)
{
  return g_list_model_get_n_items (bb_site_get_circuits (site));
}

static gint
phases_of (BbSite *site, const BbCircuitFields *circuit)
{
  for (guint level = 0; circuit != NULL && level < most_levels (site); level++) {
    if (circuit->phases != BB_UNSTATED)
      return circuit->phases & bb_site_get_phases (site);
    circuit = above (site, circuit);
  }
  return bb_site_get_phases (site);
}

static gboolean
is_under (BbSite *site, const gchar *id, const BbCircuitFields *ancestor)
{
  const BbCircuitFields *circuit = find_circuit (site, id);

  for (guint level = 0; circuit != NULL && level < most_levels (site); level++) {
    if (circuit == ancestor)
      return TRUE;
    circuit = above (site, circuit);
  }
  return FALSE;
}

static gboolean
uses_phase (BbSite *site, const BbGroupFields *group, gint phase)
{
  const BbCircuitFields *circuit = find_circuit (site, group->circuit);
  const gint phases = circuit != NULL ? phases_of (site, circuit) : 0;

  return ((phases & (group->phases != BB_UNSTATED ? group->phases : 7)) >> phase & 1) != 0;
}

static void
count_groups (BbSite *site, const BbGroupFields *self, Room *room)
{
  for (guint i = 0; i < g_list_model_get_n_items (bb_site_get_groups (site)); i++) {
    const BbGroupFields *group = bb_group_peek (bb_site_group (site, i));

    if (group == self || !uses_phase (site, group, room->phase)
        || !is_under (site, group->circuit, room->circuit))
      continue;
    if (group->offline_ma == BB_UNSTATED)
      room->n_sharing++;
    else
      room->groups_ma += group->offline_ma;
  }
}

/* What else may draw on a circuit: what it states, or what the circuits below state together where that is
 * more, as the engine takes it. */
static gint
load_on (BbSite *site, const BbCircuitFields *circuit, gint phase, guint level, gboolean *stations_only)
{
  gint64 below = 0;

  *stations_only = circuit->stations_only;
  for (guint i = 0; level < most_levels (site) && i < most_levels (site); i++) {
    const BbCircuitFields *child = bb_circuit_peek (bb_site_circuit (site, i));
    gboolean child_only;
    gint load;

    /* of two with the same id, in a site that is wrong, only the first counts */
    if (*child->parent == '\0' || strcmp (child->parent, circuit->id) != 0
        || find_circuit (site, child->id) != child)
      continue;
    load = load_on (site, child, phase, level + 1, &child_only);
    below += child_only ? 0 : load;
  }
  if (below <= MAX (circuit->other_load_ma[phase], 0))
    return MAX (circuit->other_load_ma[phase], 0);
  *stations_only = FALSE;
  return (gint) MIN (below, G_MAXINT / 4);
}

static Room
room_on (BbSite *site, const BbGroupFields *self, const BbCircuitFields *circuit, gint phase)
{
  gboolean stations_only;
  Room room = { .circuit = circuit,
                .phase = phase,
                .rating_ma = circuit->rating_ma[phase],
                .other_ma = load_on (site, circuit, phase, 0, &stations_only),
                .reserve_ma = circuit->reserve_ma,
                .n_sharing = 1 };

  count_groups (site, self, &room);
  room.left_ma = (gint64) room.rating_ma - room.other_ma - room.reserve_ma - room.groups_ma;
  room.left_ma = MAX (room.left_ma, 0) / room.n_sharing / 100 * 100;
  return room;
}

/* ---- the sentence ---- */

static gchar *
amps (gint64 current_ma)
{
  g_autofree gchar *number = bb_decimal_fixed (current_ma, 1000, 1);

  return g_strdup_printf (_ ("%s A"), number);
}

/* Goes on with a term that is taken off; nothing for 0 A. */
static void
minus (GString *sum, gint64 current_ma, const gchar *translated)
{
  g_autofree gchar *current = amps (current_ma);

  if (current_ma > 0)
    g_string_append_printf (sum, " − %s %s", current, translated);
}

static gboolean
phases_differ (const BbCircuitFields *circuit, gint phases)
{
  gint first = -1;

  for (gint p = 0; p < 3; p++) {
    if (((phases >> p) & 1) == 0)
      continue;
    if (first >= 0
        && (circuit->rating_ma[p] != circuit->rating_ma[first]
            || circuit->other_load_ma[p] != circuit->other_load_ma[first]))
      return TRUE;
    first = first < 0 ? p : first;
  }
  return FALSE;
}

static gchar *
explain (BbSite *site, const Room *room)
{
  const gchar *name = *room->circuit->name != '\0' ? room->circuit->name : room->circuit->id;
  g_autofree gchar *rating = amps (room->rating_ma);
  g_autofree gchar *left = amps (room->left_ma);
  g_autofree gchar *whole = NULL;
  g_autoptr (GString) sum = g_string_new (NULL);

  g_string_append_printf (sum, "%s %s", rating, name);
  /* Translators: follow a current, as in “25.0 A Main fuse − 15.0 A other load = 10.0 A”. */
  minus (sum, room->other_ma, _ ("other load"));
  minus (sum, room->reserve_ma, _ ("reserve"));
  minus (sum, room->groups_ma, _ ("other groups"));
  if (room->n_sharing > 1)
    whole = g_strdup_printf (ngettext ("%s, shared by %u group = %s", "%s, shared by %u groups = %s",
                                       room->n_sharing),
                             sum->str, room->n_sharing, left);
  else
    whole = g_strdup_printf ("%s = %s", sum->str, left);
  if (!phases_differ (room->circuit, phases_of (site, room->circuit)))
    return g_steal_pointer (&whole);
  return g_strdup_printf (_ ("On L%d: %s"), room->phase + 1, whole);
}

/* ---- the walk ---- */

/* A circuit whose other load nobody stated; NULL when all are. */
static const BbCircuitFields *
find_unstated (BbSite *site, const BbCircuitFields *circuit)
{
  for (guint level = 0; circuit != NULL && level < most_levels (site); level++) {
    if (circuit->other_load_ma[0] == BB_UNSTATED && !circuit->stations_only)
      return circuit;
    circuit = above (site, circuit);
  }
  return NULL;
}

static gboolean
find_tightest (BbSite *site, const BbGroupFields *self, const BbCircuitFields *circuit, Room *tightest)
{
  gboolean found = FALSE;

  for (guint level = 0; circuit != NULL && level < most_levels (site); level++) {
    for (gint p = 0; p < 3; p++) {
      Room room;

      if (!uses_phase (site, self, p))
        continue;
      room = room_on (site, self, circuit, p);
      if (!found || room.left_ma < tightest->left_ma)
        *tightest = room;
      found = TRUE;
    }
    circuit = above (site, circuit);
  }
  return found;
}

gchar *
bb_group_explain_offline (BbSite *site, BbGroup *group, gint *suggested_ma)
{
  const BbGroupFields *self;
  const BbCircuitFields *circuit, *unstated;
  Room tightest = { 0 };

  g_return_val_if_fail (BB_IS_SITE (site) && BB_IS_GROUP (group), NULL);
  self = bb_group_peek (group);
  circuit = find_circuit (site, self->circuit);
  if (suggested_ma != NULL)
    *suggested_ma = BB_UNSTATED;
  if (most_levels (site) > BBE_MAX_CIRCUITS)
    return g_strdup (_ ("The site has more circuits than a controller takes. Remove some first."));
  if (circuit == NULL)
    return g_strdup (_ ("Choose the circuit of the group first."));
  unstated = find_unstated (site, circuit);
  if (unstated != NULL)
    return g_strdup_printf (_ ("State what else may draw on “%s” first."),
                            *unstated->name != '\0' ? unstated->name : unstated->id);
  if (!find_tightest (site, self, circuit, &tightest))
    return g_strdup (_ ("Choose phases of its circuit for the group first."));
  if (suggested_ma != NULL)
    *suggested_ma = (gint) tightest.left_ma;
  return explain (site, &tightest);
}
