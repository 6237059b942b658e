/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-input.c: pointer, wheel, touch and pinch on a chart; keys are bindings of the class. */
#include <math.h>

#include "app/widgets/chart-private.h"

/* A wheel's click zooms by this and pans by this share of the view; touch pads give px. */
#define WHEEL_ZOOM 1.25
#define WHEEL_PAN  0.10
/* Less than this is a click, not a drag, in px. */
#define DRAG_LEAST 4.0

static const BbChartGeometry *
get_geometry (BbChart *self)
{
  return bb_chart_area_get_geometry (BB_CHART_AREA (self->area));
}

static gdouble
ms_per_px (BbChart *self)
{
  const BbChartGeometry *geometry = get_geometry (self);
  return geometry == NULL
             ? 0
             : (gdouble) (self->view.until_ms - self->view.from_ms) / MAX (geometry->plot_width, 1);
}

static gboolean
time_at (BbChart *self, gdouble x, gint64 *time_ms)
{
  const BbChartGeometry *geometry = get_geometry (self);
  if (geometry == NULL)
    return FALSE;
  x = CLAMP (x, geometry->plot_x, geometry->plot_x + geometry->plot_width - 1);
  *time_ms = bb_chart_geometry_x_to_time (geometry, x);
  return TRUE;
}

static gboolean
is_over_plot (BbChart *self, gdouble x)
{
  const BbChartGeometry *geometry = get_geometry (self);
  return geometry != NULL && x >= geometry->plot_x && x < geometry->plot_x + geometry->plot_width;
}

/* ---- pointer ---- */

static void
motion_cb (GtkEventControllerMotion *controller, gdouble x, gdouble y, BbChart *self)
{
  gint64 time_ms = 0;
  /* Children that come and go make events without motion. */
  if (x == self->pointer_x)
    return;
  self->pointer_x = x;
  if (is_over_plot (self, x) && time_at (self, x, &time_ms))
    bb_chart_set_cursor (self, time_ms);
  else
    bb_chart_set_cursor (self, self->pinned_ms);
}

static void
leave_cb (GtkEventControllerMotion *controller, BbChart *self)
{
  self->pointer_x = -1;
  bb_chart_set_cursor (self, self->pinned_ms);
}

/* Tracks that do not fit scroll up and down; then only sideways movement (or Shift) pans. */
static gboolean
scrolls_itself (BbChart *self, gdouble dx, gdouble dy, GdkModifierType state)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->area_scroller));
  return fabs (dy) > fabs (dx) && !(state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK))
         && gtk_adjustment_get_upper (adjustment) > gtk_adjustment_get_page_size (adjustment);
}

static gboolean
scroll_cb (GtkEventControllerScroll *controller, gdouble dx, gdouble dy, BbChart *self)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));
  gboolean pixels = gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_SURFACE;
  gdouble by = fabs (dx) > fabs (dy) ? dx : dy;
  BbChartRange before = self->view;
  gint64 about_ms = bb_chart_get_focus_ms (self);
  if (scrolls_itself (self, dx, dy, state))
    return FALSE;
  if (state & GDK_CONTROL_MASK) {
    if (self->pointer_x >= 0)
      time_at (self, self->pointer_x, &about_ms);
    bb_chart_zoom (self, about_ms, pow (WHEEL_ZOOM, pixels ? by / 40 : by));
    return TRUE;
  }
  if (pixels)
    bb_chart_pan (self, (gint64) llround (by * ms_per_px (self)));
  else
    bb_chart_pan (self,
                  (gint64) llround (by * WHEEL_PAN * (gdouble) (self->view.until_ms - self->view.from_ms)));
  /* At an edge, or when all is shown, the page scrolls. */
  return before.from_ms != self->view.from_ms;
}

static void
click_cb (GtkGestureClick *gesture, gint n_press, gdouble x, gdouble y, BbChart *self)
{
  gtk_widget_grab_focus (self->area);
  if (n_press == 2)
    bb_chart_fit (self);
}

/* A click keeps the cursor there; another near it lets it go. */
static void
toggle_pin (BbChart *self, gdouble x)
{
  gint64 time_ms = 0;
  if (!is_over_plot (self, x) || !time_at (self, x, &time_ms))
    return;
  if (self->pinned_ms != -1 && fabs ((gdouble) (time_ms - self->pinned_ms)) < DRAG_LEAST * ms_per_px (self))
    self->pinned_ms = -1;
  else
    self->pinned_ms = time_ms;
  bb_chart_set_cursor (self, time_ms);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "chart.clear-selection", TRUE);
}

static void
menu_pressed_cb (GtkGestureClick *gesture, gint n_press, gdouble x, gdouble y, BbChart *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  bb_chart_popup_menu (self, x, y);
}

void
bb_chart_popup_menu (BbChart *self, gdouble x, gdouble y)
{
  gdouble own_x = 0, own_y = 0;
  gtk_widget_translate_coordinates (self->area, GTK_WIDGET (self), x, y, &own_x, &own_y);
  if (self->menu == NULL) {
    self->menu = gtk_popover_menu_new_from_model (self->context_menu);
    gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
    gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
    gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle){ (gint) own_x, (gint) own_y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

/* ---- drag: the first button selects, the middle one and fingers pan ---- */

static gboolean
is_touch (GtkGesture *gesture)
{
  GdkDevice *device = gtk_event_controller_get_current_event_device (GTK_EVENT_CONTROLLER (gesture));
  return device != NULL && gdk_device_get_source (device) == GDK_SOURCE_TOUCHSCREEN;
}

static void
drag_begin_cb (GtkGestureDrag *gesture, gdouble x, gdouble y, BbChart *self)
{
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));
  if (button == GDK_BUTTON_SECONDARY || !time_at (self, x, &self->drag_from_ms)) {
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
    return;
  }
  self->drag_x = x;
  self->panning = button == GDK_BUTTON_MIDDLE || is_touch (GTK_GESTURE (gesture));
  self->selecting = FALSE;
  self->drag_view = self->view;
}

static void
drag_update_cb (GtkGestureDrag *gesture, gdouble dx, gdouble dy, BbChart *self)
{
  gint64 time_ms = 0;
  /* Two fingers zoom; what one of them does alone counts no more. */
  if (self->pinching)
    return;
  if (self->panning) {
    gint64 by_ms = -(gint64) llround (round (dx) * ms_per_px (self));
    bb_chart_take_view (self, bb_chart_range_pan (self->drag_view, by_ms, bb_chart_get_extent (self)));
    return;
  }
  self->selecting = self->selecting || fabs (dx) >= DRAG_LEAST;
  if (!self->selecting || !time_at (self, self->drag_x + dx, &time_ms))
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  self->anchor_ms = -1;
  bb_chart_take_selection (self, self->drag_from_ms, time_ms);
  bb_chart_set_cursor (self, time_ms);
}

static void
drag_end_cb (GtkGestureDrag *gesture, gdouble dx, gdouble dy, BbChart *self)
{
  if (!self->panning && !self->selecting && !self->pinching)
    toggle_pin (self, self->drag_x);
  self->panning = self->selecting = FALSE;
}

/* ---- pinch ---- */

static void
pinch_begin_cb (GtkGesture *gesture, GdkEventSequence *sequence, BbChart *self)
{
  gdouble x = 0, y = 0;
  self->pinching = TRUE;
  self->drag_view = self->view;
  self->drag_from_ms = bb_chart_get_focus_ms (self);
  if (gtk_gesture_is_active (gesture) && gtk_gesture_get_bounding_box_center (gesture, &x, &y))
    time_at (self, x, &self->drag_from_ms);
}

static void
pinch_end_cb (GtkGesture *gesture, GdkEventSequence *sequence, BbChart *self)
{
  self->pinching = FALSE;
}

static void
pinch_cb (GtkGestureZoom *gesture, gdouble scale, BbChart *self)
{
  if (scale > 0 && self->drag_view.until_ms > self->drag_view.from_ms)
    bb_chart_take_view (self, bb_chart_range_zoom (self->drag_view, self->drag_from_ms, 1 / scale,
                                                   bb_chart_get_extent (self)));
}

static void
add_clicks (BbChart *self)
{
  GtkGesture *click = gtk_gesture_click_new (), *menu = gtk_gesture_click_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (menu), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (click_cb), self);
  g_signal_connect (menu, "pressed", G_CALLBACK (menu_pressed_cb), self);
  gtk_widget_add_controller (self->area, GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (self->area, GTK_EVENT_CONTROLLER (menu));
}

static void
add_drags (BbChart *self)
{
  GtkGesture *drag = gtk_gesture_drag_new (), *pinch = gtk_gesture_zoom_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), 0);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  g_signal_connect (pinch, "begin", G_CALLBACK (pinch_begin_cb), self);
  g_signal_connect (pinch, "end", G_CALLBACK (pinch_end_cb), self);
  g_signal_connect (pinch, "cancel", G_CALLBACK (pinch_end_cb), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (pinch_cb), self);
  gtk_widget_add_controller (self->area, GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (self->area, GTK_EVENT_CONTROLLER (pinch));
}

void
bb_chart_add_input (BbChart *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "enter", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (self->area, motion);
  gtk_widget_add_controller (self->area, scroll);
  add_clicks (self);
  add_drags (self);
}
