/* SPDX-License-Identifier: GPL-3.0-or-later */
/* groups-preview.c: the figures of the instant preview, as a column with a chart or as a strip of three. */
#include "app/pages/groups-preview.h"

#include <glib/gi18n.h>
#include <math.h>

#include "app/pages/groups-edit.h"
#include "app/widgets/calm.h"
#include "app/widgets/chart.h"
#include "app/widgets/steady.h"
#include "app/widgets/utilisation-bar.h"
#include "report/result-chart.h"

#define MWS_PER_KWH 3.6e9

typedef struct {
  GtkWidget *value, *change, *caption;
} Figure;

enum { ENERGY, PHASE, STOPS, N_FIGURES };

struct _BbGroupsPreview {
  AdwBin parent_instance;
  GtkWidget *scroller, *box, *heading, *figures, *obstacle, *obstacle_label, *go, *bar, *note, *over,
      *over_label, *chart_place;
  Figure figure[N_FIGURES];
  BbPreview *preview; /* (owned) (nullable) */
  BbEditor *editor;   /* (owned) (nullable) */
  BbPart *part;       /* (owned) (nullable) */
  gboolean compact;
};

G_DEFINE_FINAL_TYPE (BbGroupsPreview, bb_groups_preview, ADW_TYPE_BIN)

enum { PROP_0, PROP_ENERGY, PROP_PHASE, PROP_STOPS, PROP_NOTE, PROP_COMPACT, N_PROPS };
static GParamSpec *properties[N_PROPS];

/* ---- words ---- */

/* "+1.20", "−1.20"; NULL when it rounds to nothing. (transfer full) */
static gchar *
signed_number (gdouble value, guint decimals)
{
  gdouble scale = pow (10, decimals), rounded = round (value * scale) / scale;

  if (rounded == 0)
    return NULL;
  return g_strdup_printf ("%s%.*f", rounded < 0 ? "−" : "+", (gint) decimals, fabs (rounded));
}

static void
show_change (Figure *figure, gchar *difference, const gchar *unit, gboolean better)
{
  g_autofree gchar *owned = difference;
  g_autofree gchar *text = NULL;

  gtk_widget_remove_css_class (figure->change, "success");
  gtk_widget_remove_css_class (figure->change, "warning");
  if (owned == NULL) {
    gtk_label_set_text (GTK_LABEL (figure->change), "");
    gtk_widget_add_css_class (figure->change, "dim-label");
    return;
  }
  gtk_widget_remove_css_class (figure->change, "dim-label");
  gtk_widget_add_css_class (figure->change, better ? "success" : "warning");
  /* Translators: by how much a figure differs from that of the saved site, and its unit: "+1.20 kWh" */
  text = *unit != '\0' ? g_strdup_printf (_ ("%s %s"), owned, unit) : g_strdup (owned);
  gtk_label_set_text (GTK_LABEL (figure->change), text);
}

static const BbPreviewCircuit *
worst_of (const BbPreviewFigures *figures)
{
  return figures->worst >= 0 ? g_ptr_array_index (figures->circuits, figures->worst) : NULL;
}

static gchar *
circuit_name (BbGroupsPreview *self, const gchar *id)
{
  BbSite *site = bb_editor_get_site (self->editor);
  gint at = bb_site_find_circuit (site, id);
  const gchar *name = at >= 0 ? bb_circuit_peek (bb_site_circuit (site, (guint) at))->name : "";

  return g_strdup (*name != '\0' ? name : id);
}

static void
show_energy (BbGroupsPreview *self, const BbPreviewFigures *now, const BbPreviewFigures *before)
{
  Figure *figure = &self->figure[ENERGY];
  gdouble kwh = (gdouble) now->delivered_mws / MWS_PER_KWH,
          was = (gdouble) before->delivered_mws / MWS_PER_KWH;
  g_autofree gchar *value = g_strdup_printf (_ ("%.2f kWh"), kwh);
  g_autofree gchar *caption
      = now->n_sessions > 0 ? g_strdup_printf (_ ("delivered, %.0f %% of what cars want"), now->delivered_pct)
                            : g_strdup (_ ("delivered; no car comes on this day"));

  gtk_label_set_text (GTK_LABEL (figure->value), value);
  gtk_label_set_text (GTK_LABEL (figure->caption), self->compact ? _ ("delivered") : caption);
  bb_calm_set_tooltip (figure->caption, caption);
  show_change (figure, signed_number (kwh - was, 2), _ ("kWh"), kwh > was);
}

static void
show_phase (BbGroupsPreview *self, const BbPreviewFigures *now, const BbPreviewFigures *before)
{
  Figure *figure = &self->figure[PHASE];
  const BbPreviewCircuit *worst = worst_of (now), *was = worst_of (before);
  gdouble pct = worst ? bb_preview_circuit_pct (worst) : 0, was_pct = was ? bb_preview_circuit_pct (was) : 0;
  g_autofree gchar *value = g_strdup_printf (_ ("%.0f %%"), pct);
  g_autofree gchar *name = worst ? circuit_name (self, worst->circuit) : g_strdup ("");
  g_autofree gchar *caption = worst ? g_strdup_printf (_ ("fullest phase: L%u of %s"), worst->phase + 1, name)
                                    : g_strdup (_ ("no circuit"));
  g_autofree gchar *brief = worst ? g_strdup_printf (_ ("L%u of %s"), worst->phase + 1, name) : g_strdup ("");

  gtk_label_set_text (GTK_LABEL (figure->value), value);
  gtk_label_set_text (GTK_LABEL (figure->caption), self->compact ? brief : caption);
  bb_calm_set_tooltip (figure->caption, caption);
  /* Translators: unit of a difference of percentages: percentage points */
  show_change (figure, signed_number (pct - was_pct, 0), _ ("points"), pct < was_pct);
  bb_utilisation_bar_set_percent (BB_UTILISATION_BAR (self->bar), worst ? pct : -1);
  if (now->over_rating)
    gtk_widget_add_css_class (figure->value, "error");
  else
    gtk_widget_remove_css_class (figure->value, "error");
}

static void
show_stops (BbGroupsPreview *self, const BbPreviewFigures *now, const BbPreviewFigures *before)
{
  Figure *figure = &self->figure[STOPS];
  g_autofree gchar *value = g_strdup_printf ("%u", now->stops);

  gtk_label_set_text (GTK_LABEL (figure->value), value);
  gtk_label_set_text (GTK_LABEL (figure->caption),
                      self->compact ? _ ("stops") : _ ("times that charging stopped and began again"));
  show_change (figure, signed_number ((gdouble) now->stops - before->stops, 0), "",
               now->stops < before->stops);
}

static gchar *
duration_text (gint64 ms)
{
  gint64 s = (ms + 999) / 1000;

  if (s < 60)
    return g_strdup_printf (_ ("%d s"), (gint) s);
  if (s < 3600)
    return g_strdup_printf (_ ("%d min %d s"), (gint) (s / 60), (gint) (s % 60));
  return g_strdup_printf (_ ("%d h %d min"), (gint) (s / 3600), (gint) (s / 60 % 60));
}

/* The circuit that was over its rating longest. */
static void
show_over (BbGroupsPreview *self, const BbPreviewFigures *now)
{
  const BbPreviewCircuit *longest = NULL;
  g_autofree gchar *name = NULL, *text = NULL, *time = NULL;

  for (guint c = 0; c < now->circuits->len; c++) {
    const BbPreviewCircuit *circuit = g_ptr_array_index (now->circuits, c);
    if (circuit->over_rating_ms > 0 && (longest == NULL || circuit->over_rating_ms > longest->over_rating_ms))
      longest = circuit;
  }
  gtk_widget_set_visible (self->over, longest != NULL && !self->compact);
  if (longest == NULL)
    return;
  name = circuit_name (self, longest->circuit);
  time = duration_text (longest->over_rating_ms);
  text = g_strdup_printf (
      _ ("%s was over its rating of %.1f A for %s. Lower a limit, or keep more free for the rest."), name,
      (gdouble) longest->rating_ma / 1000, time);
  gtk_label_set_text (GTK_LABEL (self->over_label), text);
}

static gboolean
differs (const BbPreviewFigures *now, const BbPreviewFigures *before)
{
  return now->delivered_mws != before->delivered_mws || now->stops != before->stops
         || (now->worst >= 0 && before->worst >= 0 && worst_of (now)->peak_ma != worst_of (before)->peak_ma);
}

static void
show_note (BbGroupsPreview *self, const BbPreviewFigures *now)
{
  g_autoptr (GString) text = g_string_new (bb_preview_get_day (self->preview));

  g_string_append (text, ".");
  if (now->step_ms > 1000)
    g_string_append_printf (text, _ (" Steps of %d s."), (gint) (now->step_ms / 1000));
  if (differs (now, bb_preview_get_baseline (self->preview)))
    g_string_append (text, _ (" Differences are to the site as saved."));
  if (now->as_if_active != NULL)
    g_string_append_printf (text, _ (" As if %s were active."), now->as_if_active);
  gtk_label_set_text (GTK_LABEL (self->note), text->str);
}

/* ---- the chart: the circuit of what is shown ---- */

/* Where a person has zoomed to stays while the day is the same. */
static void
keep_view (BbChart *chart, BbChartModel *model)
{
  BbChartModel *old = bb_chart_get_model (chart);
  gint64 from_ms = 0, until_ms = 0, was_from_ms = 0, was_until_ms = 0, view_from_ms, view_until_ms;

  bb_chart_model_get_extent (model, &from_ms, &until_ms);
  if (old != NULL)
    bb_chart_model_get_extent (old, &was_from_ms, &was_until_ms);
  g_object_get (chart, "view-from-ms", &view_from_ms, "view-until-ms", &view_until_ms, NULL);
  bb_chart_set_model (chart, model);
  if (from_ms == was_from_ms && until_ms == was_until_ms && view_until_ms > view_from_ms)
    bb_chart_set_view (chart, view_from_ms, view_until_ms);
}

static void
show_chart (BbGroupsPreview *self)
{
  BbSeriesSource *source = bb_preview_get_source (self->preview);
  BbSite *site = bb_editor_get_site (self->editor);
  BbCircuit *circuit = bb_groups_circuit_of (site, self->part);
  g_autofree gchar *what = circuit ? g_strdup_printf ("circuit/%s", bb_circuit_peek (circuit)->id) : NULL;
  g_autoptr (BbChartModel) model = NULL;

  if (source != NULL && what != NULL)
    model = bb_result_chart_new (BB_RESULT (source), site, what, NULL, NULL);
  gtk_widget_set_visible (self->chart_place, model != NULL);
  if (model == NULL)
    return;
  if (adw_bin_get_child (ADW_BIN (self->chart_place)) == NULL) {
    GtkWidget *chart = bb_chart_new ();
    gtk_widget_set_size_request (chart, -1, 220);
    adw_bin_set_child (ADW_BIN (self->chart_place), chart);
  }
  keep_view (BB_CHART (adw_bin_get_child (ADW_BIN (self->chart_place))), model);
}

/* ---- showing ---- */

static void
show_figures (BbGroupsPreview *self)
{
  const BbPreviewFigures *now = bb_preview_get_figures (self->preview);
  const BbPreviewFigures *before = bb_preview_get_baseline (self->preview);

  if (now == NULL)
    return;
  show_energy (self, now, before);
  show_phase (self, now, before);
  show_stops (self, now, before);
  show_over (self, now);
  show_note (self, now);
  if (!self->compact)
    show_chart (self);
}

static void
show (BbGroupsPreview *self)
{
  BbPreviewState state = self->preview ? bb_preview_get_state (self->preview) : BB_PREVIEW_WAITING;
  gboolean blocked = state == BB_PREVIEW_BLOCKED;

  gtk_widget_set_visible (self->obstacle, blocked);
  gtk_widget_set_visible (self->figures, state == BB_PREVIEW_READY);
  gtk_widget_set_visible (self->bar, state == BB_PREVIEW_READY && !self->compact);
  gtk_widget_set_visible (self->chart_place, FALSE);
  gtk_widget_set_visible (self->note, state == BB_PREVIEW_READY && !self->compact);
  gtk_widget_set_visible (self->heading, !self->compact);
  gtk_widget_set_visible (self->over, FALSE);
  if (blocked) {
    const gchar *pointer;
    gtk_label_set_text (GTK_LABEL (self->obstacle_label), bb_preview_get_obstacle (self->preview, &pointer));
    gtk_widget_set_visible (self->go, pointer != NULL);
  }
  if (state == BB_PREVIEW_READY)
    show_figures (self);
  for (guint p = PROP_ENERGY; p <= PROP_NOTE; p++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[p]);
}

static void
updated_cb (BbPreview *preview, BbGroupsPreview *self)
{
  show (self);
}

void
bb_groups_preview_set_preview (BbGroupsPreview *self, BbPreview *preview, BbEditor *editor)
{
  if (self->preview != NULL)
    g_signal_handlers_disconnect_by_data (self->preview, self);
  g_set_object (&self->preview, preview);
  g_set_object (&self->editor, editor);
  g_clear_object (&self->part);
  if (preview != NULL)
    g_signal_connect (preview, "updated", G_CALLBACK (updated_cb), self);
  show (self);
}

void
bb_groups_preview_set_part (BbGroupsPreview *self, BbPart *part)
{
  if (g_set_object (&self->part, part))
    show (self);
}

/* ---- object ---- */

static gchar *
figure_text (Figure *figure)
{
  return g_strdup_printf ("%s (%s)", gtk_label_get_text (GTK_LABEL (figure->value)),
                          gtk_label_get_text (GTK_LABEL (figure->change)));
}

static void
bb_groups_preview_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BbGroupsPreview *self = BB_GROUPS_PREVIEW (object);

  switch (id) {
  case PROP_ENERGY:
    g_value_take_string (value, figure_text (&self->figure[ENERGY]));
    break;
  case PROP_PHASE:
    g_value_take_string (value, figure_text (&self->figure[PHASE]));
    break;
  case PROP_STOPS:
    g_value_take_string (value, figure_text (&self->figure[STOPS]));
    break;
  case PROP_NOTE:
    g_value_set_string (value,
                        gtk_label_get_text (GTK_LABEL (
                            gtk_widget_get_visible (self->obstacle) ? self->obstacle_label : self->note)));
    break;
  case PROP_COMPACT:
    g_value_set_boolean (value, self->compact);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
bb_groups_preview_dispose (GObject *object)
{
  BbGroupsPreview *self = BB_GROUPS_PREVIEW (object);

  if (self->preview != NULL)
    g_signal_handlers_disconnect_by_data (self->preview, self);
  g_clear_object (&self->preview);
  g_clear_object (&self->editor);
  g_clear_object (&self->part);
  G_OBJECT_CLASS (bb_groups_preview_parent_class)->dispose (object);
}

static void
bb_groups_preview_class_init (BbGroupsPreviewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  static const gchar *const names[] = { NULL, "energy", "phase", "stops", "note" };

  object_class->get_property = bb_groups_preview_get_property;
  object_class->dispose = bb_groups_preview_dispose;
  for (guint p = PROP_ENERGY; p <= PROP_NOTE; p++)
    properties[p]
        = g_param_spec_string (names[p], NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_COMPACT]
      = g_param_spec_boolean ("compact", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static GtkWidget *
new_label (const gchar *css, gboolean wrap)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), wrap);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (!wrap)
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  return label;
}

static void
add_figure (BbGroupsPreview *self, guint number)
{
  Figure *figure = &self->figure[number];
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0),
            *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  figure->value = new_label ("title-2", FALSE);
  figure->change = new_label ("caption", FALSE);
  figure->caption = new_label ("caption", TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (figure->value), PANGO_ELLIPSIZE_NONE);
  gtk_widget_add_css_class (figure->value, "numeric");
  gtk_widget_add_css_class (figure->change, "numeric");
  gtk_widget_add_css_class (figure->caption, "dim-label");
  gtk_widget_set_valign (figure->change, GTK_ALIGN_BASELINE);
  gtk_widget_set_valign (figure->value, GTK_ALIGN_BASELINE);
  gtk_box_append (GTK_BOX (line), figure->value);
  gtk_box_append (GTK_BOX (line), figure->change);
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), figure->caption);
  gtk_widget_set_hexpand (box, TRUE);
  gtk_box_append (GTK_BOX (self->figures), box);
  if (number != PHASE)
    return;
  self->bar = bb_utilisation_bar_new ();
  gtk_widget_set_margin_top (self->bar, 6);
  gtk_box_append (GTK_BOX (box), self->bar);
}

/* An icon with a text, and room for a button under it. */
static void
add_notice (BbGroupsPreview *self, GtkWidget **box, GtkWidget **label, const gchar *icon_name,
            const gchar *css)
{
  GtkWidget *icon = gtk_image_new_from_icon_name (icon_name),
            *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);

  *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  *label = new_label (NULL, TRUE);
  gtk_label_set_width_chars (GTK_LABEL (*label), BB_STEADY_CHARS);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_add_css_class (icon, css);
  gtk_box_append (GTK_BOX (texts), *label);
  gtk_box_append (GTK_BOX (*box), icon);
  gtk_box_append (GTK_BOX (*box), bb_steady_new (texts));
  gtk_widget_set_visible (*box, FALSE);
  gtk_box_append (GTK_BOX (self->box), *box);
}

/* The reason why there is no preview: two lines beside the button, or as many as it takes above it. A
 * scrolled window asks for the height of a text that does not wrap, so that the room of two is asked for
 * here. */
static void
lay_out_obstacle (BbGroupsPreview *self, gboolean compact)
{
  GtkLabel *label = GTK_LABEL (self->obstacle_label);
  PangoFontMetrics *metrics
      = pango_context_get_metrics (gtk_widget_get_pango_context (self->obstacle_label), NULL, NULL);
  const gint line = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics));

  pango_font_metrics_unref (metrics);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (gtk_widget_get_parent (self->go)),
                                  compact ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  gtk_label_set_lines (label, compact ? 2 : -1);
  gtk_label_set_ellipsize (label, compact ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_widget_set_size_request (self->obstacle_label, -1, compact ? 2 * line : -1);
}

void
bb_groups_preview_set_compact (BbGroupsPreview *self, gboolean compact)
{
  if (self->compact == compact)
    return;
  self->compact = compact;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->figures),
                                  compact ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  for (guint f = 0; f < N_FIGURES; f++) {
    gtk_widget_remove_css_class (self->figure[f].value, compact ? "title-2" : "title-4");
    gtk_widget_add_css_class (self->figure[f].value, compact ? "title-4" : "title-2");
    gtk_label_set_wrap (GTK_LABEL (self->figure[f].caption), !compact);
    gtk_label_set_ellipsize (GTK_LABEL (self->figure[f].caption),
                             compact ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  }
  gtk_box_set_spacing (GTK_BOX (self->figures), compact ? 12 : 18);
  /* A long reason why there is none leaves room for the form. */
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), compact ? 160 : -1);
  lay_out_obstacle (self, compact);
  gtk_widget_set_margin_top (self->box, compact ? 9 : 24);
  gtk_widget_set_margin_bottom (self->box, compact ? 9 : 24);
  show (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COMPACT]);
}

static void
bb_groups_preview_init (BbGroupsPreview *self)
{
  self->scroller = gtk_scrolled_window_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  self->heading = new_label ("heading", FALSE);
  gtk_label_set_text (GTK_LABEL (self->heading), _ ("What it does in 24 hours"));
  gtk_box_append (GTK_BOX (self->box), self->heading);
  add_notice (self, &self->obstacle, &self->obstacle_label, "dialog-error-symbolic", "error");
  self->go = gtk_button_new_with_label (_ ("Show"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->go), "groups.show-obstacle");
  gtk_widget_set_tooltip_text (self->go, _ ("Go to what must be put right"));
  gtk_widget_set_halign (self->go, GTK_ALIGN_START);
  gtk_widget_set_valign (self->go, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (self->obstacle_label, TRUE);
  gtk_box_append (GTK_BOX (gtk_widget_get_parent (self->obstacle_label)), self->go);
  self->figures = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  for (guint f = 0; f < N_FIGURES; f++)
    add_figure (self, f);
  gtk_box_append (GTK_BOX (self->box), self->figures);
  add_notice (self, &self->over, &self->over_label, "dialog-error-symbolic", "error");
  self->chart_place = adw_bin_new ();
  gtk_box_append (GTK_BOX (self->box), self->chart_place);
  self->note = new_label ("caption", TRUE);
  gtk_widget_add_css_class (self->note, "dim-label");
  gtk_box_append (GTK_BOX (self->box), self->note);
  gtk_widget_set_margin_top (self->box, 24);
  gtk_widget_set_margin_bottom (self->box, 24);
  gtk_widget_set_margin_start (self->box, 18);
  gtk_widget_set_margin_end (self->box, 18);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->box);
  adw_bin_set_child (ADW_BIN (self), self->scroller);
  show (self);
}

GtkWidget *
bb_groups_preview_new (void)
{
  return g_object_new (BB_TYPE_GROUPS_PREVIEW, NULL);
}
