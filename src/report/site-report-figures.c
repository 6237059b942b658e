/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-report-figures.c: what circuits, stations and limits came to, what the run rests on, and who stands
 * for it. */
#include <glib/gi18n.h>
#include <inttypes.h>

#include "report/site-report-private.h"
#include "simulation/headline-text.h"

/* Rows of the table of limits. */
#define MOST_LIMITS 12u

/* "21.5 A". (transfer full) */
static gchar *
with_unit (gdouble value, guint decimals, const gchar *unit)
{
  g_autofree gchar *number = bb_number_text (value, decimals);

  return g_strconcat (number, " ", unit, NULL);
}

/* ---- circuits --------------------------------------------------------------------------------- */

static void
add_phase (BbReportBook *book, BbPaperTable *table, const BbCircuitSummary *circuit, guint p, gboolean first)
{
  const BbPhaseSummary *phase = &circuit->phase[p];
  gdouble load = phase->rating_ma > 0 ? 100.0 * (gdouble) phase->peak_ma / (gdouble) phase->rating_ma : 0;
  g_autofree gchar *percent = bb_percent_text (load, 1);

  bb_paper_table_add (table, first ? bb_circuit_name (book->site, circuit->id) : "");
  bb_paper_table_add (table, bb_phase_names[p]);
  bb_paper_table_take (table, with_unit (bb_amps (phase->rating_ma), 1, "A"));
  bb_paper_table_take (table, with_unit (bb_amps (phase->peak_ma), bb_peak_decimals (phase), "A"));
  bb_paper_table_take (table, g_strconcat (percent, " %", NULL));
  bb_paper_table_take (table, bb_duration_text (phase->over_rating_ms));
  bb_paper_table_take (table, bb_duration_text (phase->longest_over_ms));
}

static void
put_circuits (BbReportBook *book, BbPaper *paper)
{
  const gchar *const head[] = { _ ("Circuit"), _ ("Phase"),       _ ("Rating"),        _ ("Highest"),
                                _ ("Load"),    _ ("Over rating"), _ ("At the longest") };
  g_autoptr (BbPaperTable) table = bb_paper_table_new ("llrrrrr", head);

  for (guint c = 0; c < book->summary->n_circuits; c++) {
    const BbCircuitSummary *circuit = &book->summary->circuits[c];
    gboolean first = TRUE;
    for (guint p = 0; p < 3; p++) {
      if (!(circuit->phases >> p & 1))
        continue;
      add_phase (book, table, circuit, p, first);
      first = FALSE;
    }
  }
  bb_paper_heading (paper, BB_TEXT_SUBHEADING, _ ("Circuits"), 50);
  bb_paper_put_table (paper, table);
}

/* ---- energy ----------------------------------------------------------------------------------- */

static void
add_energy (BbPaperTable *table, const gchar *title, gint64 mws)
{
  bb_paper_table_add (table, title);
  bb_paper_table_take (table, with_unit (bb_kwh (mws), 2, "kWh"));
}

static void
add_percent (BbPaperTable *table, const gchar *title, gdouble percent)
{
  g_autofree gchar *text = bb_percent_text (percent, 1);

  bb_paper_table_add (table, title);
  bb_paper_table_take (table, g_strconcat (text, " %", NULL));
}

static void
put_energy (BbReportBook *book, BbPaper *paper)
{
  static const gdouble shares[] = { 0.32, 0.18, 0.32, 0.18 };
  const BbSummary *summary = book->summary;
  g_autoptr (BbPaperTable) table = bb_paper_table_new ("lrlr", NULL);

  add_energy (table, _ ("Energy wanted"), summary->wanted_mws);
  add_energy (table, _ ("Energy delivered"), summary->delivered_mws);
  add_energy (table, _ ("Import"), summary->import_mws);
  add_energy (table, _ ("Export"), summary->export_mws);
  if (summary->generation_mws > 0) {
    add_energy (table, _ ("Generation"), summary->generation_mws);
    add_percent (table, _ ("Generation used on site"), summary->self_consumption_pct);
    add_energy (table, _ ("Charged from the sun"), summary->charged_from_solar_mws);
    add_energy (table, _ ("Charged from the grid"), summary->charged_from_grid_mws);
  }
  if (summary->n_sessions > summary->n_open) {
    add_percent (table, _ ("The worst car got"), 100 * summary->min_fraction);
    add_percent (table, _ ("Cars fully charged"), summary->sessions_met_pct);
  }
  bb_paper_table_set_shares (table, shares);
  bb_paper_heading (paper, BB_TEXT_SUBHEADING, _ ("Energy"), 40);
  bb_paper_put_table (paper, table);
}

/* ---- limits and stations ----------------------------------------------------------------------- */

static void
put_limits (BbReportBook *book, BbPaper *paper)
{
  const gchar *const head[] = { _ ("What held cars back"), _ ("For") };
  const GArray *limits = book->summary->limits;
  g_autoptr (BbPaperTable) table = bb_paper_table_new ("lr", head);

  if (limits == NULL || limits->len == 0)
    return;
  for (guint l = 0; l < MIN (limits->len, MOST_LIMITS); l++) {
    const BbLimitTime *limit = &g_array_index (limits, BbLimitTime, l);
    bb_paper_table_take (table, bb_limit_time_row (limit, book->site));
    bb_paper_table_take (table, bb_duration_text (limit->held_ms));
  }
  bb_paper_heading (paper, BB_TEXT_SUBHEADING, _ ("Limits"), 50);
  bb_paper_put_table (paper, table);
}

static void
put_stations (BbReportBook *book, BbPaper *paper)
{
  const gchar *const head[]
      = { _ ("Station"), _ ("Delivered"), _ ("Starts"), _ ("Stops"), _ ("Mostly, with a car there") };
  g_autoptr (BbPaperTable) table = bb_paper_table_new ("lrrrl", head);

  for (guint s = 0; s < book->summary->n_stations; s++) {
    const BbStationSummary *station = &book->summary->stations[s];
    bb_paper_table_add (table, bb_station_name (book->site, station->id));
    bb_paper_table_take (table, with_unit (bb_kwh (station->delivered_mws), 2, "kWh"));
    bb_paper_table_take (table, g_strdup_printf ("%u", station->starts));
    bb_paper_table_take (table, g_strdup_printf ("%u", station->stops));
    bb_paper_table_add (table, bb_station_main_reason (station));
  }
  if (book->summary->n_stations == 0)
    return;
  bb_paper_heading (paper, BB_TEXT_SUBHEADING, _ ("Stations"), 50);
  bb_paper_put_table (paper, table);
}

void
bb_report_figures (BbReportBook *book, BbPaper *paper)
{
  bb_paper_heading (paper, BB_TEXT_HEADING, _ ("What it came to"), 80);
  put_circuits (book, paper);
  put_energy (book, paper);
  put_limits (book, paper);
  put_stations (book, paper);
}

/* ---- inputs and assumptions --------------------------------------------------------------------- */

static void
put_bullet (BbPaper *paper, const gchar *text)
{
  bb_paper_item (paper, BB_TEXT_BODY, "•", 12, text);
}

/* Files that were chosen instead of the site's own inputs. */
static void
put_origin (BbReportBook *book, BbPaper *paper)
{
  static const struct {
    const gchar *key, *text;
  } files[] = { { "load", N_ ("Other load, instead of the site's") },
                { "pv", N_ ("Generation, instead of the site's") },
                { "sessions", N_ ("Cars, instead of the site's") },
                { "scenario", N_ ("Faults and commands") } };
  JsonObject *origin = book->origin != NULL ? json_node_get_object (book->origin) : NULL;

  for (guint f = 0; f < G_N_ELEMENTS (files) && origin != NULL; f++) {
    JsonNode *node = json_object_get_member (origin, files[f].key);
    if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
      continue;
    g_autofree gchar *name = g_path_get_basename (json_node_get_string (node));
    g_autofree gchar *source = g_strdup_printf (_ ("from the file %s"), name);
    g_autofree gchar *text = g_strdup_printf ("%s: %s", _ (files[f].text), source);
    put_bullet (paper, text);
  }
}

static void
put_input (BbReportBook *book, BbPaper *paper, const BbSiteInputFields *input)
{
  static const gchar *const kinds[] = { N_ ("Other load"), N_ ("Generation"), N_ ("Cars") };
  const gchar *place
      = input->circuit[0] != '\0' ? bb_circuit_name (book->site, input->circuit) : _ ("main circuit");
  g_autofree gchar *source = NULL;

  if (input->source == BB_SITE_SOURCE_FILE) {
    g_autofree gchar *name = g_path_get_basename (input->file);
    source = g_strdup_printf (_ ("from the file %s"), name);
  } else {
    source = g_strdup (input->source == BB_SITE_SOURCE_SYNTHETIC ? _ ("made up, the same for the same seed")
                                                                 : _ ("constant"));
  }
  g_autofree gchar *text
      = input->name[0] != '\0'
            ? g_strdup_printf ("%s (%s, %s): %s", _ (kinds[input->kind]), place, input->name, source)
            : g_strdup_printf ("%s (%s): %s", _ (kinds[input->kind]), place, source);
  put_bullet (paper, text);
}

static void
put_inputs (BbReportBook *book, BbPaper *paper)
{
  guint n = g_list_model_get_n_items (bb_site_get_inputs (book->site));

  bb_paper_heading (paper, BB_TEXT_SUBHEADING, _ ("Inputs"), 30);
  for (guint i = 0; i < n; i++)
    put_input (book, paper, bb_site_input_peek (bb_site_input (book->site, i)));
  put_origin (book, paper);
  if (n == 0 && book->origin == NULL)
    put_bullet (paper, _ ("None: no other load, no generation, no cars."));
}

static void
put_run (BbReportBook *book, BbPaper *paper)
{
  const BbSimOptions *options = book->options;
  g_autofree gchar *step = bb_duration_text (options->step_ms);
  /* Translators: a duration, a number */
  g_autofree gchar *text = g_strdup_printf (_ ("Steps of %s; random numbers of seed %" PRIu64
                                               "; the same inputs give the same result."),
                                            step, options->seed);

  put_bullet (paper, text);
  if (options->zero_minimum)
    put_bullet (paper, _ ("Stations were allowed to go below 6 A, which no real station does."));
  if (options->no_delays)
    put_bullet (paper, _ ("All delays were left out: hold, slope, minimum times, reactions."));
  if (options->ideal_vehicle)
    put_bullet (paper, _ ("Cars followed at once and charged at full current until they were full."));
}

/* Roughly what inputs, assumptions and signatures take together, so that no signature stands alone on a page.
 */
static gdouble
estimate_rest (const BbReportBook *book)
{
  guint n = g_list_model_get_n_items (bb_site_get_inputs (book->site)) + book->summary->warnings->len + 6;
  gdouble height = 180 + 18.0 * n;

  return height < 0.8 * bb_paper_get_page_height () ? height : 80;
}

void
bb_report_assumptions (BbReportBook *book, BbPaper *paper)
{
  static const gchar *const assumptions[] = { N_ ("Constant voltage, no losses in cables, no site battery."),
                                              N_ ("A load that jumps is seen after meter and reaction: such "
                                                  "moments may show as seconds over a rating, as "
                                                  "they do on site."),
                                              N_ ("The verdict on fuses follows the limits of IEC 60269-1 "
                                                  "and EN 60898-1 and errs on the careful side.") };

  bb_paper_heading (paper, BB_TEXT_HEADING, _ ("What this rests on"), estimate_rest (book));
  put_inputs (book, paper);
  bb_paper_heading (paper, BB_TEXT_SUBHEADING, _ ("Assumptions"), 30);
  put_run (book, paper);
  for (guint i = 0; i < G_N_ELEMENTS (assumptions); i++)
    put_bullet (paper, _ (assumptions[i]));
  for (guint i = 0; i < book->summary->warnings->len; i++)
    put_bullet (paper, g_ptr_array_index (book->summary->warnings, i));
}

/* ---- who ---------------------------------------------------------------------------------------- */

static void
put_acknowledgements (BbReportBook *book, BbPaper *paper)
{
  const gchar *const head[] = { _ ("Rule"), _ ("Group"), _ ("Accepted by"), _ ("Reason") };
  GListModel *list = bb_site_get_acknowledgements (book->site);
  g_autoptr (BbPaperTable) table = bb_paper_table_new ("llll", head);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (BbAcknowledgement) item = g_list_model_get_item (list, i);
    const BbAcknowledgementFields *fields = bb_acknowledgement_peek (item);
    bb_paper_table_add (table, fields->rule);
    bb_paper_table_add (table, bb_group_name (book->site, fields->group));
    bb_paper_table_add (table, fields->name);
    bb_paper_table_add (table, fields->reason);
  }
  if (bb_paper_table_get_n_rows (table) == 0)
    return;
  bb_paper_heading (paper, BB_TEXT_HEADING, _ ("Known and accepted"), 60);
  bb_paper_put_table (paper, table);
}

void
bb_report_signatures (BbReportBook *book, BbPaper *paper)
{
  const gchar *const titles[] = { _ ("Name"), _ ("Place and date"), _ ("Signature") };
  gdouble gap = 18, width = (BB_PAPER_BODY - 2 * gap) / 3;

  put_acknowledgements (book, paper);
  bb_paper_need (paper, 70);
  gdouble y = bb_paper_take (paper, 64) + 46;
  cairo_t *cr = bb_paper_get_cairo (paper);
  for (guint i = 0; i < 3; i++) {
    gdouble x = BB_PAPER_MARGIN + (width + gap) * i;
    bb_paper_text_at (paper, BB_TEXT_NOTE, PANGO_ALIGN_LEFT, x, y + 3, width, titles[i], TRUE);
    if (cr == NULL)
      continue;
    cairo_set_source_rgb (cr, 0, 0, 0);
    cairo_set_line_width (cr, 0.5);
    cairo_move_to (cr, x, y);
    cairo_line_to (cr, x + width, y);
    cairo_stroke (cr);
  }
}
