/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check-site.c: rules about the site as a whole: grid, time zone, tariff, inputs, acknowledgements. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/zone.h"
#include "model/check-private.h"

#define WEEK_MIN (7 * 1440)

/* ---- windows ---- */

/* Marks the minutes of the week that a window covers; TRUE when one was marked already. */
static gboolean
mark (guint8 *week, gint start, gint end, gint days)
{
  const gint length = end > start ? end - start : end - start + 1440;
  gboolean met = FALSE;

  for (gint day = 0; day < 7; day++)
    for (gint m = 0; m < length && ((days >> day) & 1) != 0; m++) {
      guint8 *at = &week[(day * 1440 + start + m) % WEEK_MIN];

      met |= *at;
      *at = 1;
    }
  return met;
}

gboolean
bb_windows_overlap (gint start_a, gint end_a, gint days_a, gint start_b, gint end_b, gint days_b)
{
  g_autofree guint8 *week = g_new0 (guint8, WEEK_MIN);

  mark (week, start_a, end_a, days_a);
  return mark (week, start_b, end_b, days_b);
}

static void
check_tariff (BbCheck *check)
{
  const guint n = bb_check_count (check->f->tariff);

  for (guint i = 0; i < MIN (n, 100); i++)
    for (guint j = 0; j < i; j++) {
      g_autoptr (BbTariffWindow) later
          = (BbTariffWindow *) g_list_model_get_item (G_LIST_MODEL (check->f->tariff), i);
      g_autoptr (BbTariffWindow) earlier
          = (BbTariffWindow *) g_list_model_get_item (G_LIST_MODEL (check->f->tariff), j);
      const BbTariffWindowFields *a = bb_tariff_window_peek (later), *b = bb_tariff_window_peek (earlier);

      if (bb_windows_overlap (a->start_min, a->end_min, a->days, b->start_min, b->end_min, b->days)) {
        bb_check_add (
            check, BB_SEVERITY_WARNING, "windows-overlap", bb_check_at ("tariff", i, NULL),
            _ ("This tariff window overlaps number %u: the price would be ambiguous. Move one of them."),
            j + 1);
        break;
      }
    }
}

/* ---- grid ---- */

static void
check_grid (BbCheck *check)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbZone) zone = bb_zone_new (check->f->timezone, &error);

  if (check->f->grid != BB_GRID_TN_THREE_PHASE && check->f->grid != BB_GRID_TN_ONE_PHASE)
    bb_check_add (
        check, BB_SEVERITY_ERROR, "grid-type", g_strdup ("/grid"),
        _ ("Only TN grids with one or three phases can be balanced yet: currents between the lines of this "
           "grid would be computed wrongly. Do not use Busbar on it."));
  if (check->f->nominal_mv < 50000 || check->f->nominal_mv > 1000000)
    bb_check_add (check, BB_SEVERITY_ERROR, "nominal-voltage", g_strdup ("/nominal_v"),
                  _ ("The nominal voltage is between a phase and N, 50 to 1000 V; usually 230 V."));
  if (zone == NULL)
    bb_check_add (check, BB_SEVERITY_ERROR, "timezone", g_strdup ("/timezone"), "%s", error->message);
}

static void
check_reduced (BbCheck *check)
{
  const BbReducedFields *f = bb_reduced_peek (check->f->reduced);

  if (f->kind == BBE_REDUCED_14A && f->devices != 0 && (guint) f->devices < check->n_stations)
    bb_check_add (
        check, BB_SEVERITY_WARNING, "devices-14a", g_strdup ("/reduced/devices"),
        _ ("%d controllable devices are stated, but there are %u stations. Count all devices under section "
           "14a, the stations too; or leave this out to count the stations."),
        f->devices, check->n_stations);
}

/* ---- simulation ---- */

static void
check_time (BbCheck *check, const gchar *rule, gchar *pointer, const gchar *text)
{
  if (*text == '\0' || bb_iso_parse (text, -1, &(BbIsoTime){ 0 }, NULL)) {
    g_free (pointer);
    return;
  }
  bb_check_add (check, BB_SEVERITY_ERROR, rule, pointer,
                _ ("“%s” is not a time; write it as 2026-01-31T00:00."), text);
}

static void
check_inputs (BbCheck *check)
{
  for (guint i = 0; i < bb_check_count (check->f->inputs); i++) {
    const BbSiteInputFields *f = bb_site_input_peek (bb_site_input (check->site, i));
    g_autoptr (GError) error = NULL;
    g_autoptr (BbZone) zone = bb_zone_new (f->zone, &error);

    if (f->source == BB_SITE_SOURCE_FILE && *f->file == '\0')
      bb_check_add (check, BB_SEVERITY_ERROR, "input-file", bb_check_at ("inputs", i, "file"),
                    _ ("This input names no file. Give the path of a CSV file, relative to the site's."));
    if (f->source == BB_SITE_SOURCE_CONSTANT && f->kind == BB_SITE_INPUT_SESSIONS)
      bb_check_add (check, BB_SEVERITY_ERROR, "input-file", bb_check_at ("inputs", i, "source"),
                    _ ("Charging sessions cannot be constant. Use a file or “synthetic”."));
    if (zone == NULL)
      bb_check_add (check, BB_SEVERITY_ERROR, "input-zone", bb_check_at ("inputs", i, "zone"), "%s",
                    error->message);
    check_time (check, "input-start", bb_check_at ("inputs", i, "start"), f->start);
  }
  check_time (check, "simulation-start", g_strdup ("/simulation/from"),
              bb_simulation_peek (check->f->simulation)->from);
}

/* ---- acknowledgements ---- */

static void
check_acknowledgements (BbCheck *check)
{
  for (guint i = 0; i < bb_check_count (check->f->acknowledgements); i++) {
    g_autoptr (BbAcknowledgement) item
        = (BbAcknowledgement *) g_list_model_get_item (G_LIST_MODEL (check->f->acknowledgements), i);
    const BbAcknowledgementFields *f = bb_acknowledgement_peek (item);

    if (strcmp (f->rule, "failsafe-sum") != 0)
      bb_check_add (check, BB_SEVERITY_ERROR, "acknowledgement", bb_check_at ("acknowledgements", i, "rule"),
                    _ ("“%s” cannot be acknowledged; only failsafe-sum can. Remove this."), f->rule);
    else if (*f->name == '\0' || *f->reason == '\0' || *f->group == '\0')
      bb_check_add (check, BB_SEVERITY_ERROR, "acknowledgement", bb_check_at ("acknowledgements", i, NULL),
                    _ ("An acknowledgement needs the group, the name of who gives it, and the reason."));
  }
}

void
bb_check_site (BbCheck *check)
{
  check_grid (check);
  check_reduced (check);
  check_tariff (check);
  check_inputs (check);
  check_acknowledgements (check);
}
