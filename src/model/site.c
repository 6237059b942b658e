/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site.c: a site as people edit it: the root of the model. */
#include "model/site.h"

#include <glib/gi18n.h>
#include <string.h>

#include "engine/engine.h"
#include "model/fields.h"

struct _BbSite {
  BbPart parent_instance;
  BbSiteFields f;
  gchar *path;
};

G_DEFINE_FINAL_TYPE (BbSite, bb_site, BB_TYPE_PART)

static const gchar *const grids[]
    = { "tn-three-phase", "tn-one-phase", "tt-three-phase", "it-three-phase", "delta", "split-phase", NULL };
static const gchar *const batteries[] = { "none", "car-first", "battery-first", NULL };

static const BbField fields[] = {
  TEXT (BbSite, "name", "name", name),
  TEXT (BbSite, "description", "description", description),
  TEXT_PRESET (BbSite, "timezone", "timezone", timezone, "UTC"),
  CHOICE (BbSite, "grid", "grid", grid, BB_GRID_TN_THREE_PHASE, grids),
  NUMBER (BbSite, "nominal-mv", "nominal_v", nominal_mv, 0, 1000, 0, 1000000000, 230000),
  TEXT (BbSite, "currency", "currency", currency),
  PART (BbSite, "network", "network", network, bb_network_get_type),
  CHOICE (BbSite, "battery", "battery", battery, BBE_BATTERY_NONE, batteries),
  PART (BbSite, "reduced", "reduced", reduced, bb_reduced_get_type),
  LIST (BbSite, "circuits", "circuits", circuits, BB_FIELD_ALWAYS, bb_circuit_get_type),
  LIST (BbSite, "meters", "meters", meters, BB_FIELD_ALWAYS, bb_meter_get_type),
  LIST (BbSite, "groups", "groups", groups, BB_FIELD_ALWAYS, bb_group_get_type),
  LIST (BbSite, "stations", "stations", stations, BB_FIELD_ALWAYS, bb_station_get_type),
  LIST (BbSite, "signals", "signals", signals, 0, bb_signal_get_type),
  LIST (BbSite, "tariff", "tariff", tariff, 0, bb_tariff_window_get_type),
  LIST (BbSite, "inputs", "inputs", inputs, 0, bb_site_input_get_type),
  LIST (BbSite, "acknowledgements", "acknowledgements", acknowledgements, 0, bb_acknowledgement_get_type),
  PART (BbSite, "simulation", "simulation", simulation, bb_simulation_get_type),
};

static void
bb_site_finalize (GObject *object)
{
  g_free (BB_SITE (object)->path);
  G_OBJECT_CLASS (bb_site_parent_class)->finalize (object);
}

static void
bb_site_class_init (BbSiteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bb_site_finalize;
  bb_part_class_set_fields (BB_PART_CLASS (klass), "site", fields, G_N_ELEMENTS (fields));
}

static void
bb_site_init (BbSite *self)
{
}

BbSite *
bb_site_new (void)
{
  return (BbSite *) g_object_new (BB_TYPE_SITE, NULL);
}

BbSite *
bb_site_copy (BbSite *self)
{
  BbSite *copy;

  g_return_val_if_fail (BB_IS_SITE (self), NULL);
  copy = BB_SITE (bb_part_copy (BB_PART (self)));
  copy->path = g_strdup (self->path);
  return copy;
}

const BbSiteFields *
bb_site_peek (BbSite *self)
{
  return &self->f;
}

gint
bb_site_get_phases (BbSite *self)
{
  return self->f.grid == BB_GRID_TN_ONE_PHASE ? 1 : 7;
}

const gchar *
bb_site_get_path (BbSite *self)
{
  return self->path;
}

void
bb_site_set_path (BbSite *self, const gchar *path)
{
  gchar *copy = g_strdup (path);

  g_free (self->path);
  self->path = copy;
}

#define DEFINE_LIST_GETTER(member)                                                                           \
  GListModel *bb_site_get_##member (BbSite *self)                                                            \
  {                                                                                                          \
    g_return_val_if_fail (BB_IS_SITE (self), NULL);                                                          \
    return G_LIST_MODEL (self->f.member);                                                                    \
  }

DEFINE_LIST_GETTER (circuits)
DEFINE_LIST_GETTER (meters)
DEFINE_LIST_GETTER (groups)
DEFINE_LIST_GETTER (stations)
DEFINE_LIST_GETTER (signals)
DEFINE_LIST_GETTER (tariff)
DEFINE_LIST_GETTER (inputs)
DEFINE_LIST_GETTER (acknowledgements)

/* The list keeps the reference; the caller only looks. */
static gpointer
peek_item (GListStore *list, guint position)
{
  g_autoptr (GObject) item = (GObject *) g_list_model_get_item (G_LIST_MODEL (list), position);

  g_return_val_if_fail (item != NULL, NULL);
  return item;
}

#define DEFINE_ITEM_GETTER(Type, name, member)                                                               \
  Type *bb_site_##name (BbSite *self, guint position)                                                        \
  {                                                                                                          \
    return (Type *) peek_item (self->f.member, position);                                                    \
  }

DEFINE_ITEM_GETTER (BbCircuit, circuit, circuits)
DEFINE_ITEM_GETTER (BbMeter, meter, meters)
DEFINE_ITEM_GETTER (BbGroup, group, groups)
DEFINE_ITEM_GETTER (BbStation, station, stations)
DEFINE_ITEM_GETTER (BbSignal, signal, signals)
DEFINE_ITEM_GETTER (BbSiteInput, input, inputs)

static gint
find_in (GListStore *list, const gchar *id)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (list));

  for (guint i = 0; id != NULL && i < n; i++)
    if (g_strcmp0 (bb_part_get_id ((BbPart *) peek_item (list, i)), id) == 0)
      return (gint) i;
  return -1;
}

#define DEFINE_FIND(name, member)                                                                            \
  gint bb_site_find_##name (BbSite *self, const gchar *id)                                                   \
  {                                                                                                          \
    g_return_val_if_fail (BB_IS_SITE (self), -1);                                                            \
    return find_in (self->f.member, id);                                                                     \
  }

DEFINE_FIND (circuit, circuits)
DEFINE_FIND (meter, meters)
DEFINE_FIND (group, groups)
DEFINE_FIND (station, stations)
DEFINE_FIND (signal, signals)

static GListStore *
list_for (BbSite *self, BbPart *part)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (fields[i].kind == BB_FIELD_LIST && G_TYPE_CHECK_INSTANCE_TYPE (part, fields[i].item_type ()))
      return BB_FIELD_AT (self, &fields[i], GListStore *);
  return NULL;
}

gboolean
bb_site_add (BbSite *self, BbPart *part, GError **error)
{
  GListStore *list;
  const gchar *id;

  g_return_val_if_fail (BB_IS_SITE (self) && BB_IS_PART (part), FALSE);
  list = list_for (self, part);
  id = bb_part_get_id (part);
  if (list == NULL) {
    g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_TYPE, _ ("A site has no list of such parts: %s."),
                 BB_PART_GET_CLASS (part)->type_name);
    return FALSE;
  }
  if (id != NULL && find_in (list, id) >= 0) {
    g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_DUPLICATE,
                 _ ("The id “%s” is taken: give this %s another one."), id,
                 BB_PART_GET_CLASS (part)->type_name);
    return FALSE;
  }
  g_list_store_append (list, part);
  return TRUE;
}

gboolean
bb_site_remove (BbSite *self, BbPart *part)
{
  GListStore *list;
  guint position;

  g_return_val_if_fail (BB_IS_SITE (self) && BB_IS_PART (part), FALSE);
  list = list_for (self, part);
  if (list == NULL || !g_list_store_find (list, part, &position))
    return FALSE;
  g_list_store_remove (list, position);
  return TRUE;
}
