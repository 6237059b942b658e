/* SPDX-License-Identifier: GPL-3.0-or-later */
/* group.h: a load-balancer group: the fields of A-07 and T-07, its schedule, and its life cycle. */
#pragma once

#include "model/part.h"

G_BEGIN_DECLS

/* Off-peak window, local time. `end` <= `start` runs over midnight; days are those on which it starts. */
typedef struct {
  gint start_min, end_min; /* 0..1439, 0..1440 */
  gint days;               /* bits, 0 is Monday */
} BbWindowFields;

#define BB_TYPE_WINDOW (bb_window_get_type ())
G_DECLARE_FINAL_TYPE (BbWindow, bb_window, BB, WINDOW, BbPart)
BbWindow *bb_window_new (gint start_min, gint end_min, gint days);
const BbWindowFields *bb_window_peek (BbWindow *self);

typedef struct {
  gchar *id, *name, *organisation, *description;
  gchar *circuit;     /* id */
  gboolean active;    /* A-06; a new object is inactive, a group of a file that does not say is active */
  gint phases;        /* bits; BB_UNSTATED: those of its circuit */
  gint online_ma;     /* max current per phase with the measurement; BB_UNSTATED: the ratings alone */
  gint offline_ma;    /* and without it; BB_UNSTATED: what the stated other load leaves */
  gint min_ma;        /* min current per charger, 6 A */
  gint supply_max_ma; /* supply max current at the measured circuit; 0: its rating */
  gboolean socket;    /* plain sockets (Schuko) allowed */
  gboolean chargers_included; /* the meters above measure the chargers too */
  gchar *measurement_device;  /* id of a meter; "": that of its circuit, or the next above */
  gint balancer;              /* bbe_balancer */
  gboolean use_peak;          /* use peak adjustment */
  gint initial_peak_w;
  gint peak_window_min;  /* 15 or 60 */
  gint working_ma;       /* T-05 Working Current: cap of each station; 0: the station's own */
  gint household_ma;     /* T-05 Household current: the site's total limit; 0: the rating */
  gint mode;             /* bbe_mode: T-07 Solar Mode off = normal; on = solar; on with Boost = boost */
  gint solar_start_ma;   /* T-08 Solar Current Limit, 7.00 A */
  gboolean solar_netted; /* surplus netted over the phases */
  gint solar_start_delay_ms, solar_stop_delay_ms;
  gboolean off_peak;         /* charge only within the windows */
  GListStore *windows;       /* (element-type BbWindow) */
  gchar *timezone;           /* T-07; "": the site's. Another one than the site's is refused by the checker */
  gint random_delay_max_min; /* T-07 Max Random Delay, minutes */
  gboolean plug_and_play;
  gint seed;               /* of the random delay; 0: from the serial of its measurement device */
  gint pause_threshold_ma; /* T-06, 6 A */
  gint turn_min;           /* of `rotate`, minutes */
  gint hold_up_ms;         /* a raise waits so long */
  gint slope_ma_per_s;     /* and then climbs at most so fast; 0: at once */
  gint min_on_ms, min_off_ms;
  gint switch_hold_ms; /* between two phase switches of a station */
} BbGroupFields;

#define BB_TYPE_GROUP (bb_group_get_type ())
G_DECLARE_FINAL_TYPE (BbGroup, bb_group, BB, GROUP, BbPart)

BbGroup *bb_group_new (const gchar *id);
const BbGroupFields *bb_group_peek (BbGroup *self);

/* inactive -> edit -> save -> activate. While active, properties and windows cannot be changed
 * (part.h); "active" itself always can. */
void bb_group_set_active (BbGroup *self, gboolean active);
/* Off-peak windows as a list model (element-type BbWindow). (transfer none) */
GListModel *bb_group_get_windows (BbGroup *self);
gboolean bb_group_add_window (BbGroup *self, BbWindow *window, GError **error);
gboolean bb_group_remove_window (BbGroup *self, guint position, GError **error);

/* the standalone limit that a board leaves when others may draw up to `other_load_ma`: board - others,
 * at least 0. Example: 25 A board, others up to 15 A -> 10 A. All mA per phase. */
gint bb_group_suggest_offline_ma (gint board_ma, gint other_load_ma);

G_END_DECLS
