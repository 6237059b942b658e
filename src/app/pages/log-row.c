/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log-row.c: one event of the log. */
#include "app/pages/log-row.h"

#include <glib/gi18n.h>

struct _BbLogRow {
  GtkBox parent_instance;
  GtkWidget *icon, *time, *sentence, *origin;
  gchar *full_time; /* (owned) (nullable): with its date, for the tooltip */
};

G_DEFINE_FINAL_TYPE (BbLogRow, bb_log_row, GTK_TYPE_BOX)

static void
bb_log_row_finalize (GObject *object)
{
  g_free (BB_LOG_ROW (object)->full_time);
  G_OBJECT_CLASS (bb_log_row_parent_class)->finalize (object);
}

static void
bb_log_row_class_init (BbLogRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bb_log_row_finalize;
}

/* Asked for when it is wanted: setting a text on each row that a list binds asks the display where the
 * pointer is. */
static gboolean
tooltip_cb (GtkWidget *time, gint x, gint y, gboolean keyboard, GtkTooltip *tooltip, BbLogRow *self)
{
  gtk_tooltip_set_text (tooltip, self->full_time);
  return self->full_time != NULL;
}

static GtkWidget *
new_label (gboolean dim)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  if (dim)
    gtk_widget_add_css_class (label, "dim-label");
  return label;
}

/* Source and kind stand below the sentence, which so has the width: also with large text in a small window.
 */
static void
bb_log_row_init (BbLogRow *self)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_add_css_class (GTK_WIDGET (self), "log-row");
  self->icon = gtk_image_new ();
  gtk_widget_set_valign (self->icon, GTK_ALIGN_START);
  self->time = new_label (TRUE);
  gtk_widget_add_css_class (self->time, "numeric");
  gtk_widget_set_has_tooltip (self->time, TRUE);
  g_signal_connect (self->time, "query-tooltip", G_CALLBACK (tooltip_cb), self);
  self->sentence = new_label (FALSE);
  gtk_label_set_wrap (GTK_LABEL (self->sentence), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->sentence), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (words, TRUE);
  self->origin = new_label (TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (self->origin), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->origin, "caption");
  gtk_box_append (GTK_BOX (words), self->sentence);
  gtk_box_append (GTK_BOX (words), self->origin);
  gtk_box_append (GTK_BOX (self), self->icon);
  gtk_box_append (GTK_BOX (self), self->time);
  gtk_box_append (GTK_BOX (self), words);
}

GtkWidget *
bb_log_row_new (void)
{
  return g_object_new (BB_TYPE_LOG_ROW, NULL);
}

static const gchar *
icon_name (BbEvent *event)
{
  static const gchar *const kinds[] = { "document-edit-symbolic", "dialog-information-symbolic",
                                        "media-playback-start-symbolic", "document-save-symbolic" };

  switch (bb_event_get_level (event)) {
  case BB_EVENT_GOOD:
    return "emblem-ok-symbolic";
  case BB_EVENT_WARNING:
    return "dialog-warning-symbolic";
  case BB_EVENT_ERROR:
    return "dialog-error-symbolic";
  default:
    return kinds[bb_event_get_kind (event)];
  }
}

/* The date is told in the tooltip: a log is of the days since the site was opened. */
static gchar *
local_time (BbEvent *event, BbZone *zone, const gchar *format)
{
  const gint64 ms = bb_event_get_time_ms (event);
  g_autoptr (GDateTime) time
      = g_date_time_new_from_unix_utc ((zone ? bb_zone_to_local (zone, ms) : ms) / 1000);

  return g_date_time_format (time, format);
}

static void
set_level (BbLogRow *self, BbEventLevel level)
{
  static const gchar *const classes[] = { "dim-label", "success", "warning", "error" };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (self->icon, classes[i]);
  gtk_widget_add_css_class (self->icon, classes[level]);
}

void
bb_log_row_set_event (BbLogRow *self, BbEvent *event, BbZone *zone)
{
  g_autofree gchar *time = local_time (event, zone, "%H:%M:%S");
  const gchar *kind = bb_event_kind_name (bb_event_get_kind (event));
  const gchar *source = bb_event_get_source (event);
  g_autofree gchar *origin = *source && g_strcmp0 (source, kind) != 0
                                 ? g_strdup_printf ("%s  ·  %s", source, kind)
                                 : g_strdup (kind);
  g_autofree gchar *spoken
      = g_strdup_printf ("%s, %s, %s: %s", time, kind, source, bb_event_get_sentence (event));

  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon_name (event));
  set_level (self, bb_event_get_level (event));
  gtk_label_set_text (GTK_LABEL (self->time), time);
  g_free (self->full_time);
  self->full_time = local_time (event, zone, "%Y-%m-%d %H:%M:%S");
  gtk_label_set_text (GTK_LABEL (self->sentence), bb_event_get_sentence (event));
  gtk_label_set_text (GTK_LABEL (self->origin), origin);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}
