/* SPDX-License-Identifier: GPL-3.0-or-later */
/* headline-text.c: figures of a result as words. */
#include "simulation/headline-text.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "model/reason-text.h"

const gchar *const bb_phase_names[3] = { "L1", "L2", "L3" };

gchar *
bb_number_text (gdouble value, guint decimals)
{
  gchar format[8], digits[G_ASCII_DTOSTR_BUF_SIZE * 8];

  if (!isfinite (value))
    return g_strdup ("–");
  g_snprintf (format, sizeof format, "%%.%uf", MIN (decimals, 9u));
  g_ascii_formatd (digits, sizeof digits, format, fabs (value));
  /* a value that rounds to 0 has no sign */
  gboolean negative = value < 0 && strspn (digits, "0.") < strlen (digits);
  return g_strconcat (negative ? "−" : "", digits, NULL);
}

gchar *
bb_percent_text (gdouble percent, guint decimals)
{
  gdouble unit = pow (10, -(gdouble) decimals);

  if (percent < 100 && percent > 100 - unit)
    percent = 100 - unit;
  if (percent > 100 && percent < 100 + unit)
    percent = 100 + unit;
  return bb_number_text (percent, decimals);
}

gchar *
bb_duration_text (gint64 ms)
{
  gint64 s = (ms + 999) / 1000;

  if (s == 0)
    return g_strdup ("–");
  if (s < 60)
    return g_strdup_printf (_ ("%" PRId64 " s"), s);
  if (s < 3600 && s % 60 == 0)
    return g_strdup_printf (_ ("%" PRId64 " min"), s / 60);
  if (s < 3600)
    return g_strdup_printf (_ ("%" PRId64 " min %" PRId64 " s"), s / 60, s % 60);
  if (s < 72 * 3600)
    return g_strdup_printf (_ ("%" PRId64 " h %" PRId64 " min"), s / 3600, s / 60 % 60);
  /* Translators: days and hours. */
  return g_strdup_printf (_ ("%" PRId64 " d %" PRId64 " h"), s / 86400, s / 3600 % 24);
}

gdouble
bb_kwh (gint64 mws)
{
  return (gdouble) mws / 3.6e9;
}

gdouble
bb_amps (gint64 ma)
{
  return (gdouble) ma / 1000.0;
}

guint
bb_peak_decimals (const BbPhaseSummary *phase)
{
  gint64 over_ma = phase->peak_ma - phase->rating_ma;

  if (over_ma <= 0 || over_ma >= 100)
    return 1;
  return over_ma >= 10 ? 2 : 3;
}

static const gchar *
name_or_id (const gchar *name, const gchar *id)
{
  return name[0] != '\0' ? name : id;
}

const gchar *
bb_circuit_name (BbSite *site, const gchar *id)
{
  gint position = site != NULL ? bb_site_find_circuit (site, id) : -1;

  return position >= 0 ? name_or_id (bb_circuit_peek (bb_site_circuit (site, (guint) position))->name, id)
                       : id;
}

const gchar *
bb_group_name (BbSite *site, const gchar *id)
{
  gint position = site != NULL ? bb_site_find_group (site, id) : -1;

  return position >= 0 ? name_or_id (bb_group_peek (bb_site_group (site, (guint) position))->name, id) : id;
}

const gchar *
bb_station_name (BbSite *site, const gchar *id)
{
  gint position = site != NULL ? bb_site_find_station (site, id) : -1;

  return position >= 0 ? name_or_id (bb_station_peek (bb_site_station (site, (guint) position))->name, id)
                       : id;
}

gchar *
bb_limit_time_row (const BbLimitTime *limit, BbSite *site)
{
  const gchar *place = limit->place == BBE_PLACE_CIRCUIT ? bb_circuit_name (site, limit->id)
                       : limit->place == BBE_PLACE_GROUP ? bb_group_name (site, limit->id)
                                                         : _ ("the site");

  return bb_reason_row_words (limit->limit, limit->phase, place);
}

const gchar *
bb_station_main_reason (const BbStationSummary *station)
{
  guint best = BBE_REASON_NONE;

  for (guint r = 0; r < BBE_REASON_COUNT; r++)
    if (bb_reason_words ((guint8) r)
        && station->reason_ms[r] > (best == BBE_REASON_NONE ? 0 : station->reason_ms[best]))
      best = r;
  return best == BBE_REASON_NONE ? "–" : bb_reason_words ((guint8) best);
}
