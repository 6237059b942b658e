/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mode-diagram.c: a small drawing of what a group's mode does with its thresholds. */
#include "app/widgets/mode-diagram.h"

#include <glib/gi18n.h>

#include "app/widgets/calm.h"
#include "engine/engine.h"

#define HEIGHT 150
/* Samples along the horizontal axis. */
#define SAMPLES 96

struct _BbModeDiagram {
  GtkWidget parent_instance;
  BbGroup *group; /* (owned) (nullable) */
  gdouble rating_a;
};

G_DEFINE_FINAL_TYPE (BbModeDiagram, bb_mode_diagram, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_DESCRIPTION, N_PROPS };
static GParamSpec *properties[N_PROPS];

/* What the drawing is made of, in amperes. */
typedef struct {
  gint mode;
  gdouble limit, working, pause, start;
  gdouble from, until; /* of the horizontal axis: house load, or surplus */
  gdouble top;         /* of the vertical axis */
} Scene;

static Scene
make_scene (BbModeDiagram *self)
{
  const BbGroupFields *fields = bb_group_peek (self->group);
  Scene scene = { .mode = fields->mode };

  scene.limit = fields->household_ma > 0    ? fields->household_ma / 1000.0
                : fields->supply_max_ma > 0 ? fields->supply_max_ma / 1000.0
                                            : self->rating_a;
  scene.working = fields->working_ma > 0 ? fields->working_ma / 1000.0 : 32;
  scene.pause = fields->pause_threshold_ma / 1000.0;
  scene.start = fields->solar_start_ma / 1000.0;
  if (scene.mode == BBE_MODE_NORMAL) {
    scene.until = scene.limit * 1.1;
  } else {
    scene.from = -scene.working * 0.25;
    scene.until = MAX (scene.working, scene.start) * 1.25;
  }
  scene.top = MAX (MIN (scene.working, MAX (scene.limit, 6)), 1) * 1.25;
  return scene;
}

/* What a car gets at `x`: the house's load in normal mode, else what the sun leaves over. */
static gdouble
car_at (const Scene *scene, gdouble x)
{
  gdouble car;

  if (scene->mode == BBE_MODE_NORMAL)
    car = MIN (scene->limit - x, scene->working);
  else if (scene->mode == BBE_MODE_SOLAR)
    return x >= scene->start ? MIN (x, scene->working) : 0;
  else
    car = MIN (scene->limit + MIN (x, 0), scene->working);
  return car < scene->pause ? 0 : car;
}

static gdouble
solar_at (const Scene *scene, gdouble x)
{
  return scene->mode == BBE_MODE_NORMAL ? 0 : CLAMP (x, 0, car_at (scene, x));
}

/* ---- drawing ---- */

typedef struct {
  cairo_t *cr;
  const Scene *scene;
  gdouble left, top, width, height;
  GdkRGBA ink, accent, green;
} Canvas;

static gdouble
x_of (const Canvas *canvas, gdouble a)
{
  return canvas->left
         + (a - canvas->scene->from) / (canvas->scene->until - canvas->scene->from) * canvas->width;
}

static gdouble
y_of (const Canvas *canvas, gdouble a)
{
  return canvas->top + canvas->height * (1 - a / canvas->scene->top);
}

static void
set_colour (cairo_t *cr, const GdkRGBA *colour, gdouble alpha)
{
  cairo_set_source_rgba (cr, colour->red, colour->green, colour->blue, colour->alpha * alpha);
}

static void
trace (const Canvas *canvas, gdouble (*value) (const Scene *scene, gdouble x))
{
  const Scene *scene = canvas->scene;

  for (guint i = 0; i <= SAMPLES * 4; i++) {
    gdouble x = scene->from + (scene->until - scene->from) * i / (SAMPLES * 4.0);
    cairo_line_to (canvas->cr, x_of (canvas, x), y_of (canvas, value (scene, x)));
  }
}

static void
fill_under (const Canvas *canvas, gdouble (*value) (const Scene *scene, gdouble x), const GdkRGBA *colour,
            gdouble alpha)
{
  cairo_new_path (canvas->cr);
  cairo_move_to (canvas->cr, x_of (canvas, canvas->scene->from), y_of (canvas, 0));
  trace (canvas, value);
  cairo_line_to (canvas->cr, x_of (canvas, canvas->scene->until), y_of (canvas, 0));
  cairo_close_path (canvas->cr);
  set_colour (canvas->cr, colour, alpha);
  cairo_fill (canvas->cr);
}

static void
rule (const Canvas *canvas, gdouble x0, gdouble y0, gdouble x1, gdouble y1, gboolean dashed)
{
  const gdouble dashes[] = { 3, 3 };

  cairo_save (canvas->cr);
  cairo_set_line_width (canvas->cr, 1);
  if (dashed)
    cairo_set_dash (canvas->cr, dashes, 2, 0);
  set_colour (canvas->cr, &canvas->ink, dashed ? 0.5 : 0.3);
  cairo_move_to (canvas->cr, x0, y0);
  cairo_line_to (canvas->cr, x1, y1);
  cairo_stroke (canvas->cr);
  cairo_restore (canvas->cr);
}

/* `align` 0: starts at x, 0.5: around it, 1: ends there; kept inside the widget. */
static void
label (BbModeDiagram *self, GtkSnapshot *snapshot, const Canvas *canvas, const gchar *text, gdouble x,
       gdouble y, gdouble align, gdouble alpha)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  GdkRGBA colour = canvas->ink;
  gint width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  x = CLAMP (x - align * width, 0, MAX (0, gtk_widget_get_width (GTK_WIDGET (self)) - width));
  colour.alpha *= (gfloat) alpha;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((gfloat) x, (gfloat) (y - height / 2.0)));
  gtk_snapshot_append_layout (snapshot, layout, &colour);
  gtk_snapshot_restore (snapshot);
}

static void
draw_curves (const Canvas *canvas)
{
  const Scene *scene = canvas->scene;

  fill_under (canvas, car_at, &canvas->accent, 0.22);
  if (scene->mode != BBE_MODE_NORMAL)
    fill_under (canvas, solar_at, &canvas->green, 0.40);
  rule (canvas, canvas->left, y_of (canvas, 0), canvas->left + canvas->width, y_of (canvas, 0), FALSE);
  if (scene->from < 0)
    rule (canvas, x_of (canvas, 0), canvas->top, x_of (canvas, 0), y_of (canvas, 0), FALSE);
  cairo_new_path (canvas->cr);
  trace (canvas, car_at);
  cairo_set_line_width (canvas->cr, 2);
  cairo_set_line_join (canvas->cr, CAIRO_LINE_JOIN_ROUND);
  set_colour (canvas->cr, &canvas->accent, 1);
  cairo_stroke (canvas->cr);
}

/* The value along the axis that a threshold stands at. */
static gdouble
threshold_of (const Scene *scene)
{
  return scene->mode == BBE_MODE_NORMAL  ? scene->limit - scene->pause
         : scene->mode == BBE_MODE_SOLAR ? scene->start
                                         : 0;
}

static gchar *
threshold_text (const Scene *scene)
{
  if (scene->mode == BBE_MODE_NORMAL)
    return g_strdup_printf (_ ("pauses under %.1f A"), scene->pause);
  if (scene->mode == BBE_MODE_SOLAR)
    return g_strdup_printf (_ ("starts at %.2f A"), scene->start);
  return g_strdup (_ ("sun | grid"));
}

static gchar *
axis_text (const Scene *scene)
{
  if (scene->mode == BBE_MODE_NORMAL)
    return g_strdup_printf (_ ("house load, up to the limit of %.1f A"), scene->limit);
  return g_strdup (_ ("what the sun leaves over, A"));
}

static void
draw_labels (BbModeDiagram *self, GtkSnapshot *snapshot, const Canvas *canvas, gdouble line)
{
  const Scene *scene = canvas->scene;
  gdouble at = threshold_of (scene), high = car_at (scene, scene->mode == BBE_MODE_NORMAL ? 0 : scene->until);
  g_autofree gchar *threshold = threshold_text (scene), *axis = axis_text (scene);
  g_autofree gchar *car = g_strdup_printf (_ ("car %.1f A"), high);
  gdouble bottom = canvas->top + canvas->height;

  if (scene->mode != BBE_MODE_BOOST)
    label (self, snapshot, canvas, threshold, x_of (canvas, at), canvas->top - line * 0.6, 0.5, 0.9);
  label (self, snapshot, canvas, axis, canvas->left + canvas->width, bottom + line * 0.8, 1, 0.6);
  if (scene->mode == BBE_MODE_NORMAL) {
    label (self, snapshot, canvas, car, canvas->left + 6, y_of (canvas, high) + line * 0.8, 0, 0.9);
    label (self, snapshot, canvas, "0", canvas->left, bottom + line * 0.8, 0, 0.6);
    return;
  }
  label (self, snapshot, canvas, car, canvas->left + canvas->width - 6, y_of (canvas, high) - line * 0.7, 1,
         0.9);
  label (self, snapshot, canvas, _ ("from the sun"), x_of (canvas, scene->until * 0.72),
         y_of (canvas, high * 0.25), 0.5, 0.9);
  if (scene->mode == BBE_MODE_BOOST)
    label (self, snapshot, canvas, _ ("from the grid"), x_of (canvas, scene->until * 0.08),
           y_of (canvas, high * 0.75), 0, 0.9);
  label (self, snapshot, canvas, "0", x_of (canvas, 0), bottom + line * 0.8, 0.5, 0.6);
}

static void
pick_colours (GtkWidget *widget, Canvas *canvas)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);

  gtk_style_context_get_color (context, &canvas->ink);
  if (!gtk_style_context_lookup_color (context, "accent_color", &canvas->accent))
    canvas->accent = canvas->ink;
  if (!gtk_style_context_lookup_color (context, "success_color", &canvas->green))
    canvas->green = canvas->ink;
}

static gdouble
line_height (GtkWidget *widget)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, "0");
  gint height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

static void
bb_mode_diagram_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  BbModeDiagram *self = BB_MODE_DIAGRAM (widget);
  gdouble width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget),
          line = line_height (widget);
  Scene scene;
  Canvas canvas = { .left = 1, .top = line * 1.4, .width = width - 2, .height = height - line * 2.9 };

  if (self->group == NULL || canvas.height < 10 || canvas.width < 10)
    return;
  scene = make_scene (self);
  canvas.scene = &scene;
  pick_colours (widget, &canvas);
  canvas.cr
      = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (gfloat) width, (gfloat) height));
  draw_curves (&canvas);
  if (scene.mode != BBE_MODE_BOOST && threshold_of (&scene) > scene.from)
    rule (&canvas, x_of (&canvas, threshold_of (&scene)), canvas.top, x_of (&canvas, threshold_of (&scene)),
          y_of (&canvas, 0), TRUE);
  cairo_destroy (canvas.cr);
  draw_labels (self, snapshot, &canvas, line);
}

static void
bb_mode_diagram_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                         int *natural, int *minimum_baseline, int *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = 200;
    *natural = 480;
    return;
  }
  *minimum = *natural = MAX (HEIGHT, (gint) (line_height (widget) * 8));
}

/* ---- words ---- */

static gchar *
describe (BbModeDiagram *self)
{
  Scene scene;

  if (self->group == NULL)
    return g_strdup ("");
  scene = make_scene (self);
  if (scene.mode == BBE_MODE_NORMAL)
    return g_strdup_printf (_ ("Normal: a car gets what the house leaves of %.1f A, up to %.1f A; it pauses "
                               "when less than %.1f A is left."),
                            scene.limit, scene.working, scene.pause);
  if (scene.mode == BBE_MODE_SOLAR)
    return g_strdup_printf (_ ("Solar: a car starts when %.2f A would be exported and gets what the sun "
                               "leaves over, up to %.1f A."),
                            scene.start, scene.working);
  return g_strdup_printf (_ ("Boost: a car gets up to %.1f A, from the sun first and from the grid for the "
                             "rest, within the limit of %.1f A."),
                          scene.working, scene.limit);
}

static void
follow (BbModeDiagram *self)
{
  g_autofree gchar *words = describe (self);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  bb_calm_set_tooltip (GTK_WIDGET (self), words);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DESCRIPTION]);
}

static void
changed_cb (BbGroup *group, GParamSpec *pspec, BbModeDiagram *self)
{
  follow (self);
}

/* ---- object ---- */

static void
bb_mode_diagram_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_DESCRIPTION)
    g_value_take_string (value, describe (BB_MODE_DIAGRAM (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_mode_diagram_dispose (GObject *object)
{
  BbModeDiagram *self = BB_MODE_DIAGRAM (object);

  if (self->group != NULL)
    g_signal_handlers_disconnect_by_data (self->group, self);
  g_clear_object (&self->group);
  G_OBJECT_CLASS (bb_mode_diagram_parent_class)->dispose (object);
}

static void
bb_mode_diagram_class_init (BbModeDiagramClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bb_mode_diagram_get_property;
  object_class->dispose = bb_mode_diagram_dispose;
  widget_class->snapshot = bb_mode_diagram_snapshot;
  widget_class->measure = bb_mode_diagram_measure;
  properties[PROP_DESCRIPTION]
      = g_param_spec_string ("description", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "mode-diagram");
}

static void
bb_mode_diagram_init (BbModeDiagram *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self), "numeric");
}

GtkWidget *
bb_mode_diagram_new (BbGroup *group, gint rating_ma)
{
  BbModeDiagram *self = g_object_new (BB_TYPE_MODE_DIAGRAM, NULL);

  self->group = g_object_ref (group);
  self->rating_a = rating_ma / 1000.0;
  g_signal_connect (group, "notify", G_CALLBACK (changed_cb), self);
  follow (self);
  return GTK_WIDGET (self);
}
