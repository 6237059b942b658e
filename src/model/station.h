/* SPDX-License-Identifier: GPL-3.0-or-later */
/* station.h: a charging station, or a plain socket. */
#pragma once

#include "model/part.h"

G_BEGIN_DECLS

/* IEC 61851-1: the largest current that the pilot can offer (T-05: more is a site's limit in the wrong
 * place). */
#define BB_STATION_MAX_MA 80000

typedef enum { BB_INACTIVE_FAILSAFE = 0, BB_INACTIVE_OFF } BbWhileInactive;

typedef struct {
  gchar *id, *name, *description;
  gchar *serial;
  gchar *profile;    /* id of its device profile; "": unknown */
  gchar *connection; /* how it is reached: "modbus-tcp", "ocpp", ...; "": the profile's first */
  gchar *address;    /* as address.h reads it; "": not on the network */
  gchar *
      identity; /* its name towards us (OCPP), or its id in the vendor's cloud; "": its serial, else its id */
  gint connector;      /* which outlet of a station with several */
  gchar *circuit;      /* id; "": that of its group */
  gchar *group;        /* id; "": none, then not commanded */
  gint n_phases;       /* key "phases": wired, 1 to 3; BB_UNSTATED: as many as its circuit has */
  gchar *rotation;     /* grid phases of its terminals: "123", "231", "2", ...; "": in order; "unknown" */
  gboolean can_switch; /* between one and three phases */
  gboolean socket;     /* plain socket: on or off, minimum = maximum */
  gboolean commandable;
  gboolean measured; /* reports its current per phase */
  gint priority;     /* class, 0 first */
  gint min_ma;       /* 6 A; the group's minimum holds too */
  gint min_3p_ma;    /* on three phases; BB_UNSTATED: as min_ma */
  gint max_ma;
  gint cable_ma; /* limit of its cable; 0: none */
  gint step_ma;
  gint failsafe_ma;        /* when it hears nothing; BB_UNSTATED: unknown, counts as max_ma */
  gboolean failsafe_fixed; /* its fail-safe current cannot be set (an excess may be acknowledged) */
  gint power_on_ma;        /* after its own restart; BB_UNSTATED: unknown, counts as max_ma */
  gint while_inactive;     /* BbWhileInactive: what it is held at while its group is inactive */
  gint reaction_ms;
  gint reservation_ma; /* when its reaction is over 10 s; BB_UNSTATED: max_ma */
  GStrv included_in;   /* ids of meters whose reading contains it; NULL: all on its path */
} BbStationFields;

#define BB_TYPE_STATION (bb_station_get_type ())
G_DECLARE_FINAL_TYPE (BbStation, bb_station, BB, STATION, BbPart)

BbStation *bb_station_new (const gchar *id);
const BbStationFields *bb_station_peek (BbStation *self);

typedef enum { BB_ROTATION_KNOWN = 0, BB_ROTATION_UNKNOWN, BB_ROTATION_INVALID } BbRotation;

/* How the station is wired on a circuit with these phases (bits): how many phases, and the grid phase 0..2 of
 * each of its terminals; without a rotation the circuit's phases in order. BB_ROTATION_INVALID when it has
 * more phases than the circuit, or the text is no rotation of `n_phases`; `rotation` is then 0, 1, 2. */
BbRotation bb_station_get_rotation (BbStation *self, guint circuit_phases, guint *n_phases,
                                    guint8 rotation[3]);

G_END_DECLS
