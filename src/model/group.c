/* SPDX-License-Identifier: GPL-3.0-or-later */
/* group.c: a load-balancer group: the fields of A-07 and T-07, its schedule, and its life cycle. */
#include "model/group.h"

#include <glib/gi18n.h>
#include <string.h>

#include "engine/engine.h"
#include "model/fields.h"

BB_DEFINE_PART (BbWindow, bb_window, "window")
BB_DEFINE_PART (BbGroup, bb_group, "group")

static const BbField window_fields[] = {
  CLOCK (BbWindow, "start-min", "start", start_min, 1439, 0),
  CLOCK (BbWindow, "end-min", "end", end_min, 1440, 1440),
  DAYS (BbWindow),
};

static const gchar *const balancers[] = { "fair", "priority", "queue", "rotate", "deadline", NULL };
static const gchar *const modes[] = { "normal", "solar", "boost", NULL };

static const BbField group_fields[] = {
  ID (BbGroup),
  TEXT (BbGroup, "name", "name", name),
  TEXT (BbGroup, "organisation", "organisation", organisation),
  TEXT (BbGroup, "description", "description", description),
  REFERENCE (BbGroup, "circuit", "circuit", circuit),
  { "active", "active", BB_FIELD_BOOLEAN, BB_FIELD_ABSENT_TRUE, G_STRUCT_OFFSET (BbGroup, f.active), 1, 0, 1,
    FALSE, NULL, NULL, NULL },
  MASK (BbGroup, "phases", "phases", phases),
  CURRENT_OR_NOT (BbGroup, "online-ma", "online_a", online_ma),
  CURRENT_OR_NOT (BbGroup, "offline-ma", "offline_a", offline_ma),
  CURRENT (BbGroup, "min-ma", "min_a", min_ma, 6000),
  CURRENT (BbGroup, "supply-max-ma", "supply_max_a", supply_max_ma, 0),
  BOOLEAN (BbGroup, "socket", "socket", socket, FALSE),
  BOOLEAN (BbGroup, "chargers-included", "chargers_included", chargers_included, TRUE),
  REFERENCE (BbGroup, "measurement-device", "measurement_device", measurement_device),
  CHOICE (BbGroup, "balancer", "balancer", balancer, BBE_FAIR, balancers),
  BOOLEAN (BbGroup, "use-peak", "use_peak", use_peak, FALSE),
  NUMBER (BbGroup, "initial-peak-w", "initial_peak_kw", initial_peak_w, 0, 1000, 0, BB_FIELD_MOST, 0),
  NUMBER (BbGroup, "peak-window-min", "peak_window_min", peak_window_min, 0, 1, 0, 1440, 15),
  CURRENT (BbGroup, "working-ma", "working_a", working_ma, 0),
  CURRENT (BbGroup, "household-ma", "household_a", household_ma, 0),
  CHOICE (BbGroup, "mode", "mode", mode, BBE_MODE_NORMAL, modes),
  CURRENT (BbGroup, "solar-start-ma", "solar_start_a", solar_start_ma, 7000),
  BOOLEAN (BbGroup, "solar-netted", "solar_netted", solar_netted, FALSE),
  SECONDS (BbGroup, "solar-start-delay-ms", "solar_start_delay_s", solar_start_delay_ms, 60000),
  SECONDS (BbGroup, "solar-stop-delay-ms", "solar_stop_delay_s", solar_stop_delay_ms, 60000),
  BOOLEAN (BbGroup, "off-peak", "off_peak", off_peak, FALSE),
  LIST (BbGroup, "windows", "windows", windows, 0, bb_window_get_type),
  TEXT (BbGroup, "timezone", "timezone", timezone),
  NUMBER (BbGroup, "random-delay-max-min", "random_delay_max_min", random_delay_max_min, 0, 1, 0, 1440, 0),
  BOOLEAN (BbGroup, "plug-and-play", "plug_and_play", plug_and_play, TRUE),
  NUMBER (BbGroup, "seed", "seed", seed, 0, 1, 0, G_MAXINT, 0),
  CURRENT (BbGroup, "pause-threshold-ma", "pause_threshold_a", pause_threshold_ma, 6000),
  NUMBER (BbGroup, "turn-min", "turn_min", turn_min, 0, 1, 0, 1440, 15),
  SECONDS (BbGroup, "hold-up-ms", "hold_up_s", hold_up_ms, 10000),
  NUMBER (BbGroup, "slope-ma-per-s", "slope_a_per_s", slope_ma_per_s, 0, 1000, 0, BBE_MAX_MA, 1000),
  SECONDS (BbGroup, "min-on-ms", "min_on_s", min_on_ms, 60000),
  SECONDS (BbGroup, "min-off-ms", "min_off_s", min_off_ms, 60000),
  SECONDS (BbGroup, "switch-hold-ms", "switch_hold_s", switch_hold_ms, 300000),
};

/* an active group must be deactivated to be edited; that itself is always allowed. */
static gboolean
group_is_locked (BbPart *part, const BbField *field)
{
  return BB_GROUP (part)->f.active && strcmp (field->key, "active") != 0;
}

static void
bb_window_class_init (BbWindowClass *klass)
{
  bb_part_class_set_fields (BB_PART_CLASS (klass), "window", window_fields, G_N_ELEMENTS (window_fields));
}

static void
bb_group_class_init (BbGroupClass *klass)
{
  BbPartClass *part_class = BB_PART_CLASS (klass);

  bb_part_class_set_fields (part_class, "group", group_fields, G_N_ELEMENTS (group_fields));
  part_class->is_locked = group_is_locked;
}

BbWindow *
bb_window_new (gint start_min, gint end_min, gint days)
{
  return (BbWindow *) g_object_new (BB_TYPE_WINDOW, "start-min", start_min, "end-min", end_min, "days", days,
                                    NULL);
}

BbGroup *
bb_group_new (const gchar *id)
{
  return (BbGroup *) g_object_new (BB_TYPE_GROUP, "id", id, NULL);
}

void
bb_group_set_active (BbGroup *self, gboolean active)
{
  g_return_if_fail (BB_IS_GROUP (self));
  g_object_set (self, "active", active, NULL);
}

GListModel *
bb_group_get_windows (BbGroup *self)
{
  g_return_val_if_fail (BB_IS_GROUP (self), NULL);
  return G_LIST_MODEL (self->f.windows);
}

static gboolean
check_editable (BbGroup *self, GError **error)
{
  if (!self->f.active)
    return TRUE;
  g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_ACTIVE,
               _ ("“%s” is active. Deactivate it, change it, then activate it again."), self->f.id);
  return FALSE;
}

gboolean
bb_group_add_window (BbGroup *self, BbWindow *window, GError **error)
{
  g_return_val_if_fail (BB_IS_GROUP (self) && BB_IS_WINDOW (window), FALSE);
  if (!check_editable (self, error))
    return FALSE;
  g_list_store_append (self->f.windows, window);
  return TRUE;
}

gboolean
bb_group_remove_window (BbGroup *self, guint position, GError **error)
{
  g_return_val_if_fail (BB_IS_GROUP (self), FALSE);
  if (!check_editable (self, error))
    return FALSE;
  if (position >= g_list_model_get_n_items (G_LIST_MODEL (self->f.windows))) {
    g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE, _ ("“%s” has no window %u."), self->f.id,
                 position);
    return FALSE;
  }
  g_list_store_remove (self->f.windows, position);
  return TRUE;
}

gint
bb_group_suggest_offline_ma (gint board_ma, gint other_load_ma)
{
  return MAX (board_ma - MAX (other_load_ma, 0), 0);
}
