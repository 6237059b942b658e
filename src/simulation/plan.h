/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.h: sweeps: one site simulated with other ratings, numbers of stations, balancers and seeds, on all
 * cores, and what follows from the table: the smallest rating that is enough, how many stations a board
 * carries, the knee of the curve.
 *
 * Every point of a table is a whole simulation with the engine of the controller; nothing is interpolated, so
 * an answer was itself simulated, and so was the next one tried that is not enough.
 */
#pragma once

#include "simulation/run.h"

G_BEGIN_DECLS

/* Longest excess that counts as kept: a load switched on in the house is there before a vehicle has been told
 * and has followed (ENGINE.md: back under within one period + the slowest reaction). A protective device must
 * carry it too. */
#define BB_PLAN_EXCESS_MS 10000

/* One point: what is changed, and the worst of its seeds. */
typedef struct {
  gint32 rating_ma; /* of the circuit that is varied; 0: as the site says */
  guint n_stations; /* 0: as the site says */
  gint balancer;    /* as BbSimOptions */

  gchar *refused;           /* (owned) (nullable): why the checker does not allow such a site */
  gboolean failsafe_zeroed; /* stations' fail-safe currents had to be set to 0 to keep the offline limit */
  guint n_runs;
  /* lowest of the seeds, over the sessions that ended within the run; NAN without any */
  gdouble wanted_kwh, delivered_pct, sessions_met_pct, p5_pct, jain;
  gdouble reached_pct;   /* of what the cars could have taken while they stayed, were there no limit at all */
  gint64 peak_ma;        /* highest on the varied circuit */
  gint64 over_rating_ms; /* longest total of a circuit and phase, any circuit */
  gint64 longest_over_ms; /* longest excess without a break, any circuit */
  gboolean may_trip;      /* a protective device of some circuit could have opened */
} BbPlanPoint;

BbPlanPoint *bb_plan_point_new (gint32 rating_ma, guint n_stations, gint balancer);
void bb_plan_point_free (BbPlanPoint *point);

/* Makes the run of a site with the `seed`-th seed (0, 1, …), its inputs and sessions. (transfer full) */
typedef BbSimOptions *(*BbPlanOptionsFunc) (BbSite *site, guint seed, gpointer data, GError **error);

typedef struct {
  BbSite *site;
  guint circuit; /* whose rating is varied: position in the site's list */
  BbPlanOptionsFunc make_options;
  gpointer make_options_data;
  const BbCarsSpec
      *cars; /* (nullable): made-up cars, cars_per_day for each station; NULL: the run's sessions, scaled */
  guint n_seeds;
  GPtrArray *points; /* (element-type BbPlanPoint) */

  /* set by bb_plan_run() */
  gint64 from_ms, until_ms, step_ms;
  gint64 base_peak_ma; /* highest on the varied circuit without any vehicle: the base load alone */
  GPtrArray *notes; /* (owned) (element-type utf8): what the runs say must be known before believing them */
} BbPlan;

void bb_plan_clear (BbPlan *plan);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BbPlan, bb_plan_clear)

/* Runs every point with every seed, on all cores, and fills in the points. FALSE with an error (also when
 * cancelled). */
gboolean bb_plan_run (BbPlan *plan, GCancellable *cancellable, BbSimProgress progress, gpointer progress_data,
                      GError **error);

/* ---- what follows ---- */

/* It may be built, keeps the ratings, and delivers `target_pct` of the energy that the cars could take while
 * they stay: what a car cannot take in its time no rating helps with. */
gboolean bb_plan_is_good (const BbPlanPoint *point, gdouble target_pct);

typedef enum { BB_PLAN_BY_RATING = 0, BB_PLAN_BY_STATIONS } BbPlanAxis;

/* The points that differ from `like` along an axis alone, by rising rating or number. (transfer container)
 * (element-type BbPlanPoint) */
GPtrArray *bb_plan_curve (const BbPlan *plan, const BbPlanPoint *like, BbPlanAxis axis);

typedef struct {
  const BbPlanPoint *best;     /* smallest rating, or most stations, that is good; NULL: none */
  const BbPlanPoint *next_bad; /* the neighbour tried that is not; NULL: `best` is the last of the curve */
  gboolean gap;                /* beyond that neighbour there are good ones: the curve is not monotone */
  const BbPlanPoint
      *knee; /* where more brings little more: NULL with fewer than 3 points, or a straight line */
} BbPlanAnswer;

/* The answer that holds for every larger rating (every smaller number of stations) that was tried too. The
 * knee is the point farthest from the chord of the curve of delivered energy, both axes scaled to 1 (Satopää
 * et al. 2011, "Finding a Kneedle in a Haystack"). */
void bb_plan_answer (GPtrArray *curve, BbPlanAxis axis, gdouble target_pct, BbPlanAnswer *answer);

/* ---- variants, also for tests ---- */

/* The site with another rating of a circuit. With it go: limits that are the rating by another name (a
 * group's maximum current or household current, while equal), the supply maximum (the same headroom under the
 * rating), and with a smaller rating the offline limits of the groups on it (A-08: the same other load).
 * (transfer full) */
BbSite *bb_plan_site_with_rating (BbSite *site, guint circuit, gint32 rating_ma);

/* The site with its first `n_stations` stations, or with copies of its stations in turn, phases rotated on
 * each round (L1 L2 L3, L2 L3 L1, L3 L1 L2), on the circuit of their model. (transfer full); NULL with an
 * error. */
BbSite *bb_plan_site_with_stations (BbSite *site, guint n_stations, GError **error);

/* The model of a station of such a site: its position in `site`, and in which round (0: itself). */
guint bb_plan_station_model (guint n_models, guint station, guint *round);

/* The sessions for such a site: as many for each station as before. Sessions at a station that is no more are
 * left out, copies have those of their model, moved by up to an hour (each round otherwise, so that not all
 * come at once). Of sessions without a station every n-th is left out, or all are repeated alike. (transfer
 * full) */
BbSessions *bb_plan_scale_sessions (const BbSessions *sessions, BbSite *site, BbSite *variant);

G_END_DECLS
