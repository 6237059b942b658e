/* SPDX-License-Identifier: GPL-3.0-or-later */
/* window-editor-strip.c: a week with its off-peak windows, drawn small. */
#include "app/widgets/window-editor-strip.h"

#include <glib/gi18n.h>

#define BAR_HEIGHT 14

struct _BbWeekStrip {
  GtkWidget parent_instance;
  BbGroup *group; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (BbWeekStrip, bb_week_strip, GTK_TYPE_WIDGET)

static gint
text_height (GtkWidget *widget)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, "Mo");
  gint height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

/* [from, until) minutes of the week; what runs over its end comes back at its start. */
static void
fill (GtkSnapshot *snapshot, const GdkRGBA *colour, gint width, gint from_min, gint until_min)
{
  const gint week = 7 * 1440;
  gfloat scale = (gfloat) width / (gfloat) week;

  if (until_min > week)
    fill (snapshot, colour, width, 0, until_min - week);
  until_min = MIN (until_min, week);
  gtk_snapshot_append_color (snapshot, colour,
                             &GRAPHENE_RECT_INIT ((gfloat) from_min * scale, 0,
                                                  MAX ((gfloat) (until_min - from_min) * scale, 1),
                                                  BAR_HEIGHT));
}

static void
draw_windows (BbWeekStrip *self, GtkSnapshot *snapshot, const GdkRGBA *colour, gint width)
{
  GListModel *windows = bb_group_get_windows (self->group);

  for (guint w = 0; w < g_list_model_get_n_items (windows); w++) {
    g_autoptr (BbWindow) window = g_list_model_get_item (windows, w);
    const BbWindowFields *fields = bb_window_peek (window);
    gint length = fields->end_min - fields->start_min + (fields->end_min <= fields->start_min ? 1440 : 0);
    for (gint day = 0; day < 7; day++)
      if (fields->days >> day & 1)
        fill (snapshot, colour, width, day * 1440 + fields->start_min,
              day * 1440 + fields->start_min + length);
  }
}

static void
draw_days (BbWeekStrip *self, GtkSnapshot *snapshot, GdkRGBA ink, gint width)
{
  const gchar *const names[] = { C_ ("day", "Mo"), C_ ("day", "Tu"), C_ ("day", "We"), C_ ("day", "Th"),
                                 C_ ("day", "Fr"), C_ ("day", "Sa"), C_ ("day", "Su") };

  for (gint day = 0; day < 7; day++) {
    g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), names[day]);
    GdkRGBA faint = ink;
    faint.alpha = 0.25f;
    if (day > 0)
      gtk_snapshot_append_color (snapshot, &faint,
                                 &GRAPHENE_RECT_INIT ((gfloat) (day * width / 7), 0, 1, BAR_HEIGHT));
    ink.alpha = 0.6f;
    gtk_snapshot_save (snapshot);
    gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((gfloat) (day * width / 7 + 2), BAR_HEIGHT + 2));
    gtk_snapshot_append_layout (snapshot, layout, &ink);
    gtk_snapshot_restore (snapshot);
  }
}

static void
bb_week_strip_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  BbWeekStrip *self = BB_WEEK_STRIP (widget);
  gint width = gtk_widget_get_width (widget);
  GtkStyleContext *context = gtk_widget_get_style_context (widget);
  GdkRGBA ink, accent;
  GskRoundedRect rounded;

  if (self->group == NULL || width < 7)
    return;
  gtk_style_context_get_color (context, &ink);
  if (!gtk_style_context_lookup_color (context, "accent_bg_color", &accent))
    accent = ink;
  gsk_rounded_rect_init_from_rect (&rounded, &GRAPHENE_RECT_INIT (0, 0, (gfloat) width, BAR_HEIGHT), 4);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  gtk_snapshot_append_color (snapshot, &(GdkRGBA){ ink.red, ink.green, ink.blue, 0.10f },
                             &GRAPHENE_RECT_INIT (0, 0, (gfloat) width, BAR_HEIGHT));
  draw_windows (self, snapshot, &accent, width);
  gtk_snapshot_pop (snapshot);
  draw_days (self, snapshot, ink, width);
}

static void
bb_week_strip_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                       int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? BAR_HEIGHT + 2 + text_height (widget) : 140;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? *minimum : 400;
}

static void
bb_week_strip_dispose (GObject *object)
{
  g_clear_object (&BB_WEEK_STRIP (object)->group);
  G_OBJECT_CLASS (bb_week_strip_parent_class)->dispose (object);
}

static void
bb_week_strip_class_init (BbWeekStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bb_week_strip_dispose;
  widget_class->snapshot = bb_week_strip_snapshot;
  widget_class->measure = bb_week_strip_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
bb_week_strip_init (BbWeekStrip *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "caption");
}

GtkWidget *
bb_week_strip_new (BbGroup *group)
{
  BbWeekStrip *self = g_object_new (BB_TYPE_WEEK_STRIP, NULL);

  self->group = g_object_ref (group);
  return GTK_WIDGET (self);
}

void
bb_week_strip_follow (BbWeekStrip *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
