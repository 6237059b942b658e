/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart.c: `busbar-cli chart`: a result as a picture. */
#include <glib/gi18n.h>
#include <string.h>

#include "cli/command.h"
#include "cli/result-file.h"
#include "cli/simulate-options.h"
#include "cli/terminal.h"
#include "report/chart-cairo.h"
#include "report/result-chart.h"
#include "simulation/explain.h"
#include "simulation/result-fine.h"

#define TEXT_POINTS 9.0
#define LEAST_SIZE  160
#define MOST_SIZE   20000
/* Widest chart, in points. */
#define PRESET_WIDTH 1000

typedef struct Wanted {
  char *out, *from, *until, *show, *circuit, *station, *compare;
  int width, height;
  gboolean dark;
  BbChartFormat format;
} Wanted;

static void
wanted_clear (Wanted *wanted)
{
  g_free (wanted->out);
  g_free (wanted->from);
  g_free (wanted->until);
  g_free (wanted->show);
  g_free (wanted->circuit);
  g_free (wanted->station);
  g_free (wanted->compare);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wanted, wanted_clear)

static const char description[] = N_ (
    "RESULT is a result file, or the folder that `simulate --out` made. The ending of FILE says what it will "
    "be:\n"
    "svg, png or pdf. --show takes all, power, circuits, stations, or several with a comma between them.\n"
    "Times are in the site's zone, or minutes from the start. Up to four hours are drawn second by second, "
    "as "
    "long as\n"
    "the files that the run read are still there; longer times and all others by the minute.\n"
    "\n"
    "Examples:\n"
    "  busbar-cli simulate villa.busbar --days 7 --out results\n"
    "  busbar-cli chart results --out week.svg\n"
    "  busbar-cli chart results --out evening.png --from 2026-03-01T17:00 --until 2026-03-01T23:00 --circuit "
    "main\n"
    "  busbar-cli chart results --out both.pdf --show power,circuits --compare other-results");

/* ---- what is wanted --------------------------------------------------------------------------- */

static CliParse
parse (int *argc, char ***argv, Wanted *wanted)
{
  const GOptionEntry entries[]
      = { { "out", 0, 0, G_OPTION_ARG_FILENAME, &wanted->out,
            N_ ("Write the picture there: .svg, .png or .pdf"), N_ ("FILE") },
          { "from", 0, 0, G_OPTION_ARG_STRING, &wanted->from,
            N_ ("Where it begins; default: with the result"), N_ ("TIME") },
          { "until", 0, 0, G_OPTION_ARG_STRING, &wanted->until,
            N_ ("Where it ends; default: with the result"), N_ ("TIME") },
          { "show", 0, 0, G_OPTION_ARG_STRING, &wanted->show,
            N_ ("all, power, circuits, stations; default: all"), N_ ("WHAT") },
          { "circuit", 0, 0, G_OPTION_ARG_STRING, &wanted->circuit, N_ ("Only this circuit"), N_ ("ID") },
          { "station", 0, 0, G_OPTION_ARG_STRING, &wanted->station, N_ ("Only this station"), N_ ("ID") },
          { "compare", 0, 0, G_OPTION_ARG_FILENAME, &wanted->compare, N_ ("Draw this result faintly behind"),
            N_ ("RESULT") },
          { "width", 0, 0, G_OPTION_ARG_INT, &wanted->width, N_ ("Width in pixels or points; default 1000"),
            N_ ("N") },
          { "height", 0, 0, G_OPTION_ARG_INT, &wanted->height, N_ ("Height; default: what the charts need"),
            N_ ("N") },
          { "dark", 0, 0, G_OPTION_ARG_NONE, &wanted->dark, N_ ("Light on dark"), NULL },
          G_OPTION_ENTRY_NULL };

  return cli_parse (argc, argv, entries, _ ("RESULT"),
                    _ ("Draws a result: circuits, stations, power over time."), _ (description), 1, 1);
}

static gboolean
find_format (Wanted *wanted)
{
  static const char *const endings[] = { ".png", ".svg", ".pdf" };
  static const BbChartFormat formats[] = { BB_CHART_PNG, BB_CHART_SVG, BB_CHART_PDF };

  if (!wanted->out) {
    cli_complain (_ ("Say where to write, with --out. See 'busbar-cli chart --help'."));
    return FALSE;
  }
  g_autofree char *lower = g_ascii_strdown (wanted->out, -1);
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (lower, endings[i])) {
      wanted->format = formats[i];
      return TRUE;
    }
  cli_complain (_ ("--out: %s must end in .svg, .png or .pdf."), wanted->out);
  return FALSE;
}

static gboolean
is_size (const char *option, int size)
{
  if (size == 0 || (size >= LEAST_SIZE && size <= MOST_SIZE))
    return TRUE;
  cli_complain (_ ("%s must lie between %d and %d."), option, LEAST_SIZE, MOST_SIZE);
  return FALSE;
}

static gboolean
makes_sense (Wanted *wanted)
{
  if (!find_format (wanted) || !is_size ("--width", wanted->width) || !is_size ("--height", wanted->height))
    return FALSE;
  if ((wanted->show != NULL) + (wanted->circuit != NULL) + (wanted->station != NULL) <= 1)
    return TRUE;
  cli_complain (_ ("Give one of --show, --circuit and --station."));
  return FALSE;
}

/* ---- the picture ------------------------------------------------------------------------------ */

static char *
what_to_show (const Wanted *wanted)
{
  if (wanted->circuit)
    return g_strconcat ("circuit/", wanted->circuit, NULL);
  if (wanted->station)
    return g_strconcat ("station/", wanted->station, NULL);
  return g_strdup (wanted->show ? wanted->show : BB_RESULT_CHART_ALL);
}

/* A single circuit or station may have a comma in its name. */
static BbChartModel *
make_chart (const Wanted *wanted, BbResult *result, BbSite *site, BbResult *ghost, GError **error)
{
  g_autofree char *what = what_to_show (wanted);
  const char *const only[] = { what, NULL };

  if (wanted->show || !(wanted->circuit || wanted->station))
    return bb_result_chart_new (result, site, what, ghost, error);
  g_autoptr (BbChartModel) model = bb_result_chart_new_of (result, site, only, ghost, error);
  if (model && bb_chart_model_get_n_tracks (model) > 0)
    return g_steal_pointer (&model);
  if (model)
    g_set_error (error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE,
                 wanted->circuit ? _ ("The result has no circuit '%s'.")
                                 : _ ("The result has no station '%s'."),
                 wanted->circuit ? wanted->circuit : wanted->station);
  return NULL;
}

static gboolean
find_range (const Wanted *wanted, BbChartModel *model, BbResult *result, gint64 *from_ms, gint64 *until_ms)
{
  BbZone *zone = bb_chart_model_get_zone (model);

  bb_chart_model_get_extent (model, from_ms, until_ms);
  if ((wanted->from && !cli_parse_moment ("--from", wanted->from, result, zone, from_ms))
      || (wanted->until && !cli_parse_moment ("--until", wanted->until, result, zone, until_ms)))
    return FALSE;
  if (*until_ms - *from_ms >= BB_CHART_MIN_SPAN_MS && *from_ms < bb_result_get_until_ms (result)
      && *until_ms > bb_result_get_from_ms (result))
    return TRUE;
  g_autofree char *first = bb_time_format (bb_result_get_from_ms (result), zone);
  g_autofree char *last = bb_time_format (bb_result_get_until_ms (result), zone);
  cli_complain (_ ("--from must lie before --until, and both in this result: it goes from %s to %s."), first,
                last);
  return FALSE;
}

static gboolean
draw (const Wanted *wanted, BbChartModel *model, gint64 from_ms, gint64 until_ms, GError **error)
{
  PangoContext *context = bb_chart_create_context (TEXT_POINTS, 96);
  BbChartMeasure measure = bb_chart_pango_measure (context);
  gdouble least = 0, natural = 0;

  bb_chart_geometry_get_heights (model, &measure, &least, &natural);
  g_autoptr (BbChartGeometry) geometry
      = bb_chart_geometry_new (model, from_ms, until_ms, wanted->width > 0 ? wanted->width : PRESET_WIDTH,
                               wanted->height > 0 ? MAX (wanted->height, least) : natural, &measure, NULL);
  gboolean good
      = bb_chart_write_picture (geometry, wanted->dark ? BB_PALETTE_DARK : BB_PALETTE_LIGHT, wanted->format,
                                TEXT_POINTS, 1, wanted->out, cli_interruptible (), error);
  g_object_unref (context);
  return good;
}

/* The seconds of a range, recomputed; NULL with an error. */
static BbFineWindow *
find_seconds (BbResult *result, gint64 from_ms, gint64 until_ms, GError **error)
{
  g_auto (CliChoices) choices = CLI_CHOICES_INIT;
  g_autoptr (JsonNode) origin = NULL;
  g_autoptr (BbSimOptions) options = bb_sim_options_from_result (result, &origin, error);
  g_autoptr (BbZone) zone = options ? bb_zone_new (bb_site_peek (options->site)->timezone, error) : NULL;

  if (!zone)
    return NULL;
  cli_choices_take_origin (&choices, origin);
  if (!cli_choices_add_inputs (options, &choices, zone, error))
    return NULL;
  return bb_fine_window_new (result, options, from_ms, until_ms, cli_interruptible (), error);
}

/* Of what is short; where they cannot be had, the minutes of the result are drawn. FALSE: interrupted. */
static gboolean
use_seconds (BbChartModel *model, BbResult *result, gint64 from_ms, gint64 until_ms, GError **error)
{
  g_autoptr (GError) obstacle = NULL;
  g_autoptr (BbFineSource) source = NULL;
  g_autoptr (BbFineWindow) window = NULL;

  if (until_ms - from_ms > BB_FINE_MAX_SPAN_MS)
    return TRUE;
  window = find_seconds (result, from_ms, until_ms, &obstacle);
  if (g_error_matches (obstacle, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, g_steal_pointer (&obstacle));
    return FALSE;
  }
  if (!window) {
    cli_complain (_ ("Minute values: %s."), obstacle->message);
    return TRUE;
  }
  source = bb_fine_source_new (result);
  bb_fine_source_set_window (source, window);
  bb_chart_model_replace_source (model, BB_SERIES_SOURCE (result), BB_SERIES_SOURCE (source));
  return TRUE;
}

static CliExit
answer (const Wanted *wanted, BbResult *result, BbResult *ghost)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSimOptions) options = bb_sim_options_from_result (result, NULL, &error);
  g_autoptr (BbChartModel) model = options ? make_chart (wanted, result, options->site, ghost, &error) : NULL;
  g_autoptr (GPtrArray) bands
      = model ? bb_result_bands_new (result, options->site, cli_interruptible (), &error) : NULL;
  gint64 from_ms, until_ms;

  if (!bands)
    return cli_fail (error);
  if (!find_range (wanted, model, result, &from_ms, &until_ms))
    return CLI_INPUT;
  bb_result_chart_add_bands_for (model, bands, from_ms, until_ms);
  if (!use_seconds (model, result, from_ms, until_ms, &error)
      || (ghost && !use_seconds (model, ghost, from_ms, until_ms, &error)))
    return cli_fail (error);
  return draw (wanted, model, from_ms, until_ms, &error) ? CLI_OK : cli_fail (error);
}

CliExit
cli_chart (int argc, char *argv[])
{
  g_auto (Wanted) wanted = { 0 };
  g_autoptr (GError) error = NULL;

  if (parse (&argc, &argv, &wanted) != CLI_PARSE_OK || !makes_sense (&wanted))
    return CLI_USAGE;
  g_autoptr (BbResult) result = cli_open_result (argv[1], &error);
  if (!result)
    return cli_fail (error);
  g_autoptr (BbResult) ghost = wanted.compare ? cli_open_result (wanted.compare, &error) : NULL;
  if (wanted.compare && !ghost)
    return cli_fail (error);
  return answer (&wanted, result, ghost);
}
