/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sidebar-row.c: a page's row in the sidebar: icon, name, and a count where the page wants a person. */
#include "app/sidebar-row.h"

#include <glib/gi18n.h>

struct _BbSidebarRow {
  GtkListBoxRow parent_instance;
  BbPage *page; /* (nullable), weak: it lives in the stack */
  GtkWidget *box, *icon, *name, *badge, *dot;
  gboolean compact;
};

enum { PROP_0, PROP_COMPACT, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BbSidebarRow, bb_sidebar_row, GTK_TYPE_LIST_BOX_ROW)

static void
update (BbSidebarRow *self)
{
  const guint badge = bb_page_get_badge (self->page);
  const gchar *title = bb_page_get_title (self->page);
  g_autofree gchar *count = g_strdup_printf ("%u", badge);
  /* TRANSLATORS: %s: name of a page, %u: how many things on it want a person */
  g_autofree gchar *with_count
      = g_strdup_printf (ngettext ("%s, %u open", "%s, %u open", badge), title, badge);
  const gchar *spoken = badge > 0 ? with_count : title;

  gtk_label_set_text (GTK_LABEL (self->badge), count);
  gtk_widget_set_visible (self->badge, badge > 0 && !self->compact);
  gtk_widget_set_visible (self->dot, badge > 0 && self->compact);
  gtk_widget_set_visible (self->name, !self->compact);
  gtk_widget_set_halign (self->box, self->compact ? GTK_ALIGN_CENTER : GTK_ALIGN_FILL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), self->compact ? spoken : NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
badge_cb (BbPage *page, GParamSpec *pspec, BbSidebarRow *self)
{
  update (self);
}

static void
bb_sidebar_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_COMPACT)
    g_value_set_boolean (value, BB_SIDEBAR_ROW (object)->compact);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_sidebar_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_COMPACT)
    bb_sidebar_row_set_compact (BB_SIDEBAR_ROW (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_sidebar_row_dispose (GObject *object)
{
  g_clear_weak_pointer (&BB_SIDEBAR_ROW (object)->page);
  G_OBJECT_CLASS (bb_sidebar_row_parent_class)->dispose (object);
}

static void
bb_sidebar_row_class_init (BbSidebarRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = bb_sidebar_row_get_property;
  object_class->set_property = bb_sidebar_row_set_property;
  object_class->dispose = bb_sidebar_row_dispose;
  properties[PROP_COMPACT]
      = g_param_spec_boolean ("compact", NULL, NULL, FALSE,
                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bb_sidebar_row_init (BbSidebarRow *self)
{
  GtkWidget *overlay = gtk_overlay_new ();

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  self->icon = gtk_image_new ();
  self->name = gtk_label_new (NULL);
  self->badge = gtk_label_new (NULL);
  self->dot = adw_bin_new ();
  gtk_overlay_set_child (GTK_OVERLAY (overlay), self->icon);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->dot);
  gtk_widget_set_halign (self->dot, GTK_ALIGN_END);
  gtk_widget_set_valign (self->dot, GTK_ALIGN_START);
  gtk_widget_add_css_class (self->dot, "badge-dot");
  gtk_label_set_xalign (GTK_LABEL (self->name), 0.0f);
  gtk_label_set_ellipsize (GTK_LABEL (self->name), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->name, TRUE);
  gtk_widget_set_valign (self->badge, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->badge, "badge");
  gtk_widget_add_css_class (self->badge, "numeric");
  gtk_box_append (GTK_BOX (self->box), overlay);
  gtk_box_append (GTK_BOX (self->box), self->name);
  gtk_box_append (GTK_BOX (self->box), self->badge);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), self->box);
  gtk_widget_add_css_class (GTK_WIDGET (self), "sidebar-row");
}

GtkWidget *
bb_sidebar_row_new (BbPage *page)
{
  BbSidebarRow *self = g_object_new (BB_TYPE_SIDEBAR_ROW, NULL);

  g_set_weak_pointer (&self->page, page);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), bb_page_get_icon_name (page));
  gtk_label_set_text (GTK_LABEL (self->name), bb_page_get_title (page));
  g_signal_connect_object (page, "notify::badge", G_CALLBACK (badge_cb), self, 0);
  update (self);
  return GTK_WIDGET (self);
}

BbPage *
bb_sidebar_row_get_page (BbSidebarRow *self)
{
  return self->page;
}

void
bb_sidebar_row_set_compact (BbSidebarRow *self, gboolean compact)
{
  if (self->compact == !!compact)
    return;
  self->compact = !!compact;
  if (self->page)
    update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COMPACT]);
}
