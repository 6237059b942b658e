/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input.h: what a simulation of the site is fed with, and its defaults. The simulator opens and reads the
 * files. */
#pragma once

#include "model/part.h"

G_BEGIN_DECLS

typedef enum { BB_SITE_INPUT_LOAD = 0, BB_SITE_INPUT_PV, BB_SITE_INPUT_SESSIONS } BbSiteInputKind;
typedef enum { BB_SITE_SOURCE_FILE = 0, BB_SITE_SOURCE_SYNTHETIC, BB_SITE_SOURCE_CONSTANT } BbSiteInputSource;
typedef enum { BB_SITE_REPEAT_NONE = 0, BB_SITE_REPEAT_DAY } BbSiteInputRepeat;
typedef enum {
  BB_SITE_WEATHER_CLEAR = 0,
  BB_SITE_WEATHER_MIXED,
  BB_SITE_WEATHER_OVERCAST
} BbSiteInputWeather;
typedef enum {
  BB_SITE_ARRIVALS_HOME = 0,
  BB_SITE_ARRIVALS_WORK,
  BB_SITE_ARRIVALS_PUBLIC
} BbSiteInputArrivals;

typedef struct {
  gchar *name;
  gint kind;                  /* BbSiteInputKind */
  gint source;                /* BbSiteInputSource */
  gchar *file;                /* path, relative to the site file */
  gchar *circuit;             /* id; "": the first root */
  gchar *zone;                /* of times without an offset; "": the site's */
  gint repeat;                /* BbSiteInputRepeat */
  gchar *start;               /* local time of minute 0, ISO 8601; "": the start of the run */
  gint phases;                /* bits that a total is spread over; BB_UNSTATED: those of the circuit */
  gint power_factor_permille; /* of a load in watts */
  gboolean negate;            /* the file's sign is the other way round */
  gboolean may_export;        /* the load already contains generation */
  gint scale_permille;        /* values are multiplied by this */
  gint constant_ma[3];        /* BB_SITE_SOURCE_CONSTANT */
  /* BB_SITE_SOURCE_SYNTHETIC */
  gint seed;
  gint households, annual_kwh;                         /* load; annual_kwh per home, 0: the simulator's */
  gint peak_w, latitude_udeg, longitude_udeg, weather; /* pv; micro-degrees */
  gint cars_per_day_milli, arrivals;                   /* sessions; 1000 is one car */
  gint energy_mean_wh, energy_spread_wh;               /* 0: the simulator's */
  gint three_phase_permille;
} BbSiteInputFields;

#define BB_TYPE_SITE_INPUT (bb_site_input_get_type ())
G_DECLARE_FINAL_TYPE (BbSiteInput, bb_site_input, BB, SITE_INPUT, BbPart)
BbSiteInput *bb_site_input_new (void);
const BbSiteInputFields *bb_site_input_peek (BbSiteInput *self);

/* Defaults of a simulation; BB_UNSTATED: the simulator's own. */
typedef struct {
  gchar *from; /* local date or time, ISO 8601; "": where the inputs start */
  gint days;
  gint step_ms;
  gint seed;
  gboolean zero_minimum; /* a minimum current of 0 (check and deploy refuse it) */
  gboolean no_delays, ideal_vehicle;
  gint vehicle_reaction_ms, vehicle_min_ma, vehicle_under_ma, vehicle_dead_band_ma;
  gint taper_permille, taper_floor_ma, draw_quantum_ma;
  gint wanted_quantum_wh;
  gint station_own_mw, station_silence_ms, contactor_ms;
  gint meter_noise_ma, meter_resolution_ma, meter_loss_permille;
} BbSimulationFields;

#define BB_TYPE_SIMULATION (bb_simulation_get_type ())
G_DECLARE_FINAL_TYPE (BbSimulation, bb_simulation, BB, SIMULATION, BbPart)
const BbSimulationFields *bb_simulation_peek (BbSimulation *self);

G_END_DECLS
