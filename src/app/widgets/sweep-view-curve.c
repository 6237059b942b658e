/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sweep-view-curve.c: draws the curve of a sweep. Points stand side by side at the same distance: fuse sizes
 * grow by nearly the same factor each. */
#include "app/widgets/sweep-view-curve.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

struct _BbSweepCurve {
  GtkWidget parent_instance;
  BbSimSweep *sweep; /* (owned) (nullable) */
  gint chosen;
};

G_DEFINE_FINAL_TYPE (BbSweepCurve, bb_sweep_curve, GTK_TYPE_WIDGET)

enum { CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

/* Where everything is, in px. */
typedef struct {
  GPtrArray *curve;
  gdouble left, right, top, bottom; /* of the area of the points */
  gdouble least, step;              /* of the values, in per cent */
  gdouble em;                       /* height of a line of text */
} Frame;

/* ---- geometry --------------------------------------------------------------------------------- */

static gdouble
least_of (GPtrArray *curve, gdouble target)
{
  gdouble least = target;

  for (guint i = 0; i < curve->len; i++) {
    const BbPlanPoint *point = g_ptr_array_index (curve, i);
    if (!point->refused && isfinite (point->reached_pct))
      least = MIN (least, point->reached_pct);
  }
  return least;
}

static PangoLayout *
layout_new (BbSweepCurve *self, const gchar *text, gboolean bold)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  g_autofree gchar *markup
      = g_markup_printf_escaped (bold ? "<b><span font_features='tnum'>%s</span></b>"
                                      : "<span size='smaller' font_features='tnum'>%s</span>",
                                 text);

  pango_layout_set_markup (layout, markup, -1);
  return layout;
}

static Frame
frame_of (BbSweepCurve *self)
{
  g_autoptr (PangoLayout) layout = layout_new (self, "100.0 %", FALSE);
  Frame frame = { .curve = bb_sim_sweep_get_curve (self->sweep) };
  gdouble room = 100 - least_of (frame.curve, bb_sim_sweep_get_target_pct (self->sweep));
  gint width = 0, height = 0;

  pango_layout_get_pixel_size (layout, &width, &height);
  frame.em = height;
  frame.left = width + 12;
  frame.right = gtk_widget_get_width (GTK_WIDGET (self)) - 28;
  frame.top = 2.6 * frame.em;
  frame.bottom = gtk_widget_get_height (GTK_WIDGET (self)) - 2 * frame.em;
  frame.step = room <= 2 ? 0.5 : room <= 5 ? 1 : room <= 10 ? 2 : room <= 25 ? 5 : room <= 50 ? 10 : 20;
  frame.least = MAX (0, 100 - ceil (room / frame.step + 0.2) * frame.step);
  return frame;
}

static gdouble
x_of (const Frame *frame, guint i)
{
  gdouble pitch = (frame->right - frame->left) / MAX (frame->curve->len, 1);

  return frame->left + pitch * (i + 0.5);
}

static gdouble
y_of (const Frame *frame, gdouble percent)
{
  return frame->bottom - (percent - frame->least) / (100 - frame->least) * (frame->bottom - frame->top);
}

/* ---- drawing ---------------------------------------------------------------------------------- */

static void
set_color (cairo_t *cr, const GdkRGBA *color, gdouble alpha)
{
  cairo_set_source_rgba (cr, color->red, color->green, color->blue, color->alpha * alpha);
}

/* `align` 0: from x on, 0.5: about it, 1: up to it; kept inside the widget. */
static void
draw_text (BbSweepCurve *self, cairo_t *cr, const gchar *text, gboolean bold, gdouble x, gdouble y,
           gdouble align)
{
  g_autoptr (PangoLayout) layout = layout_new (self, text, bold);
  gint width = 0, height = 0;
  gdouble most = 0;

  pango_layout_get_pixel_size (layout, &width, &height);
  most = MAX (gtk_widget_get_width (GTK_WIDGET (self)) - width - 2, 0);
  cairo_move_to (cr, CLAMP (x - width * align, 0, most), y - height / 2.0);
  pango_cairo_show_layout (cr, layout);
}

static void
draw_grid (BbSweepCurve *self, cairo_t *cr, const Frame *frame, const GdkRGBA *fg)
{
  for (gdouble value = 100; value >= frame->least - 1e-6; value -= frame->step) {
    g_autofree gchar *text = g_strdup_printf (frame->step < 1 ? "%.1f %%" : "%.0f %%", value);
    gdouble y = floor (y_of (frame, value)) + 0.5;
    set_color (cr, fg, 0.12);
    cairo_set_line_width (cr, 1);
    cairo_move_to (cr, frame->left, y);
    cairo_line_to (cr, frame->right, y);
    cairo_stroke (cr);
    set_color (cr, fg, 0.65);
    draw_text (self, cr, text, FALSE, frame->left - 8, y, 1);
  }
}

static void
draw_target (BbSweepCurve *self, cairo_t *cr, const Frame *frame)
{
  static const gdouble dashes[] = { 5, 4 };
  static const GdkRGBA amber = { 0.78f, 0.45f, 0.0f, 1.0f };
  gdouble y = y_of (frame, bb_sim_sweep_get_target_pct (self->sweep));

  set_color (cr, &amber, 1);
  cairo_set_line_width (cr, 1.5);
  cairo_set_dash (cr, dashes, 2, 0);
  cairo_move_to (cr, frame->left, y);
  cairo_line_to (cr, frame->right, y);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

static gboolean
has_value (const BbPlanPoint *point)
{
  return !point->refused && isfinite (point->reached_pct);
}

static void
draw_line (cairo_t *cr, const Frame *frame, const GdkRGBA *accent)
{
  gboolean open = FALSE;

  for (guint i = 0; i < frame->curve->len; i++) {
    const BbPlanPoint *point = g_ptr_array_index (frame->curve, i);
    if (!has_value (point)) {
      open = FALSE;
      continue;
    }
    if (open)
      cairo_line_to (cr, x_of (frame, i), y_of (frame, point->reached_pct));
    else
      cairo_move_to (cr, x_of (frame, i), y_of (frame, point->reached_pct));
    open = TRUE;
  }
  set_color (cr, accent, 0.8);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
}

/* Good ones are filled, others hollow; those that may not be built are a cross at the bottom. */
static void
draw_point (BbSweepCurve *self, cairo_t *cr, const Frame *frame, guint i, const GdkRGBA *accent,
            const GdkRGBA *fg)
{
  const BbPlanPoint *point = g_ptr_array_index (frame->curve, i);
  gdouble x = x_of (frame, i), y = has_value (point) ? y_of (frame, point->reached_pct) : frame->bottom - 6;
  gboolean good = bb_plan_is_good (point, bb_sim_sweep_get_target_pct (self->sweep));
  gdouble radius = (gint) i == self->chosen ? 8 : 4;

  cairo_set_line_width (cr, 2);
  if (!has_value (point)) {
    set_color (cr, fg, 0.5);
    cairo_move_to (cr, x - 4, y - 4);
    cairo_line_to (cr, x + 4, y + 4);
    cairo_move_to (cr, x - 4, y + 4);
    cairo_line_to (cr, x + 4, y - 4);
    cairo_stroke (cr);
    return;
  }
  cairo_new_sub_path (cr);
  cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
  if (good) {
    set_color (cr, accent, 1);
    cairo_fill (cr);
    return;
  }
  cairo_set_operator (cr, CAIRO_OPERATOR_CLEAR);
  cairo_fill_preserve (cr);
  cairo_set_operator (cr, CAIRO_OPERATOR_OVER);
  set_color (cr, fg, 0.6);
  cairo_stroke (cr);
}

/* "40": the unit is said once, under the axis' end. */
static gchar *
tick_text (BbSweepCurve *self, const BbPlanPoint *point)
{
  return bb_sim_sweep_get_axis (self->sweep) == BB_PLAN_BY_RATING
             ? g_strdup_printf ("%d A", point->rating_ma / 1000)
             : g_strdup_printf ("%u", point->n_stations);
}

static void
draw_ticks (BbSweepCurve *self, cairo_t *cr, const Frame *frame, const GdkRGBA *fg)
{
  gdouble pitch = (frame->right - frame->left) / MAX (frame->curve->len, 1);
  guint every = (guint) CLAMP (ceil (3.4 * frame->em / MAX (pitch, 1)), 1, 1000);

  for (guint i = 0; i < frame->curve->len; i += every) {
    g_autofree gchar *text = tick_text (self, g_ptr_array_index (frame->curve, i));
    set_color (cr, fg, 0.65);
    draw_text (self, cr, text, FALSE, x_of (frame, i), frame->bottom + frame->em, 0.5);
  }
}

/* The chosen point's figures above it; the knee's name beside it. */
static void
draw_names (BbSweepCurve *self, cairo_t *cr, const Frame *frame, const GdkRGBA *fg)
{
  BbPlanAxis axis = bb_sim_sweep_get_axis (self->sweep);
  BbPlanAnswer answer;

  bb_sim_sweep_get_answer (self->sweep, &answer);
  for (guint i = 0; i < frame->curve->len; i++) {
    const BbPlanPoint *point = g_ptr_array_index (frame->curve, i);
    g_autofree gchar *value = bb_plan_value_words (point, axis);
    gdouble y = has_value (point) ? y_of (frame, point->reached_pct) : frame->bottom - 6;
    set_color (cr, fg, 1);
    if ((gint) i == self->chosen) {
      g_autofree gchar *text
          = has_value (point) ? g_strdup_printf ("%s: %.1f %%", value, point->reached_pct) : g_strdup (value);
      draw_text (self, cr, text, TRUE, x_of (frame, i), y - 8 - 0.9 * frame->em, 0.5);
    }
    if (point == answer.knee) {
      set_color (cr, fg, 0.75);
      /* Translators: where the curve bends: more brings little more. */
      draw_text (self, cr, _ ("knee"), FALSE, x_of (frame, i), y + 10 + 0.6 * frame->em, 0.5);
    }
  }
}

static void
bb_sweep_curve_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  BbSweepCurve *self = BB_SWEEP_CURVE (widget);
  gint width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  GdkRGBA fg, accent;
  Frame frame;
  cairo_t *cr = NULL;

  if (!self->sweep || !bb_sim_sweep_get_curve (self->sweep) || width < 40 || height < 40)
    return;
  gtk_style_context_get_color (style, &fg);
  if (!gtk_style_context_lookup_color (style, "accent_color", &accent))
    accent = fg;
  frame = frame_of (self);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  draw_grid (self, cr, &frame, &fg);
  draw_target (self, cr, &frame);
  draw_line (cr, &frame, &accent);
  for (guint i = 0; i < frame.curve->len; i++)
    draw_point (self, cr, &frame, i, &accent, &fg);
  draw_ticks (self, cr, &frame, &fg);
  draw_names (self, cr, &frame, &fg);
  cairo_destroy (cr);
}

/* ---- choosing --------------------------------------------------------------------------------- */

static void
choose (BbSweepCurve *self, gint position)
{
  GPtrArray *curve = self->sweep ? bb_sim_sweep_get_curve (self->sweep) : NULL;

  if (curve && curve->len > 0)
    g_signal_emit (self, signals[CHOSEN], 0, (guint) CLAMP (position, 0, (gint) curve->len - 1));
}

static void
pressed_cb (GtkGestureClick *gesture, gint n, gdouble x, gdouble y, BbSweepCurve *self)
{
  Frame frame;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (!self->sweep || !bb_sim_sweep_get_curve (self->sweep))
    return;
  frame = frame_of (self);
  choose (self, (gint) floor ((x - frame.left) / ((frame.right - frame.left) / MAX (frame.curve->len, 1))));
}

static gboolean
step_cb (GtkWidget *widget, GVariant *by, gpointer data)
{
  BbSweepCurve *self = BB_SWEEP_CURVE (widget);

  choose (self, self->chosen + g_variant_get_int32 (by));
  return TRUE;
}

static void
bb_sweep_curve_measure (GtkWidget *widget, GtkOrientation orientation, gint for_size, gint *minimum,
                        gint *natural, gint *minimum_baseline, gint *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 240 : 220;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 600 : 300;
  *minimum_baseline = *natural_baseline = -1;
}

static void
bb_sweep_curve_dispose (GObject *object)
{
  g_clear_object (&BB_SWEEP_CURVE (object)->sweep);
  G_OBJECT_CLASS (bb_sweep_curve_parent_class)->dispose (object);
}

static void
bb_sweep_curve_class_init (BbSweepCurveClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bb_sweep_curve_dispose;
  widget_class->snapshot = bb_sweep_curve_snapshot;
  widget_class->measure = bb_sweep_curve_measure;
  signals[CHOSEN] = g_signal_new ("chosen", BB_TYPE_SWEEP_CURVE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, 0, step_cb, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, 0, step_cb, "i", 1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Home, 0, step_cb, "i", -10000);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_End, 0, step_cb, "i", 10000);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "sweepcurve");
}

static void
bb_sweep_curve_init (BbSweepCurve *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  self->chosen = -1;
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
bb_sweep_curve_new (void)
{
  return g_object_new (BB_TYPE_SWEEP_CURVE, NULL);
}

void
bb_sweep_curve_set (BbSweepCurve *self, BbSimSweep *sweep, gint chosen)
{
  g_autofree gchar *words = sweep && bb_sim_sweep_get_curve (sweep) ? bb_sim_sweep_get_words (sweep) : NULL;

  g_set_object (&self->sweep, sweep);
  self->chosen = chosen;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Curve of the sweep"), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  words ? words : "", -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
