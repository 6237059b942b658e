/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page.c: what every page of the window is. */
#include "app/page.h"

#include "app/app-window.h"

typedef struct {
  gchar *name, *title, *icon_name; /* (owned) */
  guint badge;
  BbDocument *document; /* (owned) (nullable) */
} BbPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (BbPage, bb_page, ADW_TYPE_BIN)

enum { PROP_0, PROP_PAGE_NAME, PROP_TITLE, PROP_ICON_NAME, PROP_BADGE, PROP_DOCUMENT, N_PROPS };
static GParamSpec *properties[N_PROPS];

static BbPagePrivate *
get_private (BbPage *self)
{
  return bb_page_get_instance_private (self);
}

static void
bb_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BbPagePrivate *priv = get_private (BB_PAGE (object));

  switch (id) {
  case PROP_PAGE_NAME:
    g_value_set_string (value, priv->name);
    break;
  case PROP_TITLE:
    g_value_set_string (value, priv->title);
    break;
  case PROP_ICON_NAME:
    g_value_set_string (value, priv->icon_name);
    break;
  case PROP_BADGE:
    g_value_set_uint (value, priv->badge);
    break;
  case PROP_DOCUMENT:
    g_value_set_object (value, priv->document);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
set_text (BbPage *self, gchar **text, const GValue *value, guint id)
{
  if (g_strcmp0 (*text, g_value_get_string (value)) == 0)
    return;
  g_free (*text);
  *text = g_value_dup_string (value);
  g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

static void
bb_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BbPage *self = BB_PAGE (object);
  BbPagePrivate *priv = get_private (self);

  switch (id) {
  case PROP_PAGE_NAME:
    set_text (self, &priv->name, value, id);
    break;
  case PROP_TITLE:
    set_text (self, &priv->title, value, id);
    break;
  case PROP_ICON_NAME:
    set_text (self, &priv->icon_name, value, id);
    break;
  case PROP_BADGE:
    bb_page_set_badge (self, g_value_get_uint (value));
    break;
  case PROP_DOCUMENT:
    bb_page_set_document (self, g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
bb_page_dispose (GObject *object)
{
  g_clear_object (&get_private (BB_PAGE (object))->document);
  G_OBJECT_CLASS (bb_page_parent_class)->dispose (object);
}

static void
bb_page_finalize (GObject *object)
{
  BbPagePrivate *priv = get_private (BB_PAGE (object));

  g_free (priv->name);
  g_free (priv->title);
  g_free (priv->icon_name);
  G_OBJECT_CLASS (bb_page_parent_class)->finalize (object);
}

static void
bb_page_class_init (BbPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = bb_page_get_property;
  object_class->set_property = bb_page_set_property;
  object_class->dispose = bb_page_dispose;
  object_class->finalize = bb_page_finalize;
  properties[PROP_PAGE_NAME] = g_param_spec_string ("page-name", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, NULL, flags);
  properties[PROP_BADGE] = g_param_spec_uint ("badge", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_DOCUMENT] = g_param_spec_object ("document", NULL, NULL, BB_TYPE_DOCUMENT, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bb_page_init (BbPage *self)
{
}

const gchar *
bb_page_get_page_name (BbPage *self)
{
  return get_private (self)->name;
}

const gchar *
bb_page_get_title (BbPage *self)
{
  return get_private (self)->title;
}

const gchar *
bb_page_get_icon_name (BbPage *self)
{
  return get_private (self)->icon_name;
}

guint
bb_page_get_badge (BbPage *self)
{
  return get_private (self)->badge;
}

void
bb_page_set_badge (BbPage *self, guint badge)
{
  BbPagePrivate *priv = get_private (self);

  if (priv->badge == badge)
    return;
  priv->badge = badge;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BADGE]);
}

BbDocument *
bb_page_get_document (BbPage *self)
{
  return get_private (self)->document;
}

void
bb_page_set_document (BbPage *self, BbDocument *document)
{
  BbPagePrivate *priv = get_private (self);

  if (!g_set_object (&priv->document, document))
    return;
  if (BB_PAGE_GET_CLASS (self)->document_changed)
    BB_PAGE_GET_CLASS (self)->document_changed (self, document);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DOCUMENT]);
}

void
bb_page_shown (BbPage *self)
{
  if (BB_PAGE_GET_CLASS (self)->shown)
    BB_PAGE_GET_CLASS (self)->shown (self);
}

void
bb_page_toast (BbPage *self, const gchar *text, const gchar *button, const gchar *action)
{
  GtkWidget *window = gtk_widget_get_ancestor (GTK_WIDGET (self), BB_TYPE_APP_WINDOW);

  if (window)
    bb_app_window_toast (BB_APP_WINDOW (window), text, button, action);
}
