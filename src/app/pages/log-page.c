/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log-page.c: what happened, the newest on top, with a filter and an export. */
#include "app/pages/log-page.h"

#include <glib/gi18n.h>

#include "app/compat.h"
#include "app/pages/log-row.h"
#include "base/csvout.h"
#include "base/zone.h"

struct _BbLogPage {
  BbPage parent_instance;
  GtkSearchEntry *search;
  GtkDropDown *kind;
  GtkStack *stack;
  GtkListView *list;
  GtkFilterListModel *shown; /* (owned) */
  GtkSortListModel *sorted;  /* (owned) */
  GtkCustomFilter *filter;   /* owned by `shown` */
  BbEventLog *log;           /* (owned) (nullable) */
  BbZone *zone;              /* (owned) (nullable) */
  gchar *needle;             /* case-folded */
  gint wanted;               /* -1: all */
};

enum { PROP_0, PROP_TEXT, PROP_KIND, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BbLogPage, bb_log_page, BB_TYPE_PAGE)

/* ---- filter ---- */

static gboolean
holds (const gchar *text, const gchar *needle)
{
  g_autofree gchar *folded = g_utf8_casefold (text, -1);

  return strstr (folded, needle) != NULL;
}

static gboolean
is_wanted (gpointer item, gpointer data)
{
  BbLogPage *self = data;

  if (self->wanted >= 0 && (gint) bb_event_get_kind (item) != self->wanted)
    return FALSE;
  return !*self->needle || holds (bb_event_get_sentence (item), self->needle)
         || holds (bb_event_get_source (item), self->needle);
}

static void
show_state (BbLogPage *self)
{
  const gboolean any = g_list_model_get_n_items (G_LIST_MODEL (self->shown)) > 0;
  const gboolean filtered = *self->needle || self->wanted >= 0;

  gtk_stack_set_visible_child_name (self->stack, any ? "list" : filtered ? "no-match" : "empty");
}

static void
refilter (BbLogPage *self)
{
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  show_state (self);
}

static void
search_cb (GtkSearchEntry *entry, BbLogPage *self)
{
  g_autofree gchar *needle = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (entry)), -1);

  if (g_strcmp0 (needle, self->needle) == 0)
    return;
  g_free (self->needle);
  self->needle = g_steal_pointer (&needle);
  refilter (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

static void
kind_cb (GtkDropDown *drop_down, GParamSpec *pspec, BbLogPage *self)
{
  self->wanted = (gint) gtk_drop_down_get_selected (drop_down) - 1;
  refilter (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KIND]);
}

static void
items_cb (GListModel *model, guint position, guint removed, guint added, BbLogPage *self)
{
  show_state (self);
}

/* The log is in order already: the newest first is the other way round, not a comparison of times, two of
 * which may be equal. */
static gint
compare_cb (gconstpointer a, gconstpointer b, gpointer data)
{
  const guint64 left = bb_event_get_number ((BbEvent *) a), right = bb_event_get_number ((BbEvent *) b);

  return (left < right) - (left > right);
}

/* ---- rows ---- */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, BbLogPage *self)
{
  gtk_list_item_set_child (item, bb_log_row_new ());
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, BbLogPage *self)
{
  bb_log_row_set_event (BB_LOG_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item),
                        self->zone);
}

/* ---- actions ---- */

GListModel *
bb_log_page_get_shown (BbLogPage *self)
{
  return G_LIST_MODEL (self->sorted);
}

gboolean
bb_log_page_export (BbLogPage *self, const gchar *path, GError **error)
{
  static const gchar *const levels[] = { "info", "good", "warning", "error" };
  static const gchar *const columns[] = { "time", "kind", "level", "source", "sentence" };
  g_autoptr (BbCsvOut) csv = bb_csv_out_new (path, error);
  GListModel *shown = bb_log_page_get_shown (self);

  if (!csv)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    bb_csv_out_text (csv, columns[i]);
  if (!bb_csv_out_end_row (csv, error))
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (shown); i++) {
    g_autoptr (BbEvent) event = g_list_model_get_item (shown, i);
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (bb_event_get_time_ms (event) / 1000);
    g_autofree gchar *iso = g_date_time_format_iso8601 (time);

    bb_csv_out_text (csv, iso);
    bb_csv_out_text (csv, bb_event_kind_name (bb_event_get_kind (event)));
    bb_csv_out_text (csv, levels[bb_event_get_level (event)]);
    bb_csv_out_text (csv, bb_event_get_source (event));
    bb_csv_out_text (csv, bb_event_get_sentence (event));
    if (!bb_csv_out_end_row (csv, error))
      return FALSE;
  }
  return bb_csv_out_commit (csv, error);
}

static void
place_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbLogPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = bb_compat_file_finish (result, &error);

  if (path && bb_log_page_export (self, path, &error))
    bb_page_toast (BB_PAGE (self), _ ("The log was exported"), NULL, NULL);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    bb_page_toast (BB_PAGE (self), error->message, NULL, NULL);
}

static void
export_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  if (root)
    bb_compat_save_file_async (GTK_WINDOW (root), _ ("Export log"), "log.csv", _ ("CSV tables"), "*.csv",
                               NULL, place_cb, g_object_ref (widget));
}

static void
show_all_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbLogPage *self = BB_LOG_PAGE (widget);

  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  gtk_drop_down_set_selected (self->kind, 0);
}

static void
find_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (BB_LOG_PAGE (widget)->search));
}

/* ---- the object ---- */

static void
bb_log_page_document_changed (BbPage *page, BbDocument *document)
{
  BbLogPage *self = BB_LOG_PAGE (page);
  const gchar *zone = document ? bb_site_peek (bb_document_get_site (document))->timezone : NULL;
  BbEventLog *log = document ? bb_document_get_log (document) : NULL;

  g_clear_pointer (&self->zone, bb_zone_unref);
  self->zone = zone ? bb_zone_new (zone, NULL) : NULL;
  g_set_object (&self->log, log);
  gtk_filter_list_model_set_model (self->shown, G_LIST_MODEL (self->log));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "log.export", document != NULL);
  show_state (self);
}

static void
bb_log_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BbLogPage *self = BB_LOG_PAGE (object);

  if (id == PROP_TEXT)
    g_value_set_string (value, gtk_editable_get_text (GTK_EDITABLE (self->search)));
  else if (id == PROP_KIND)
    g_value_set_int (value, self->wanted);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

/* The entry empties itself first, and tells of the new text only after the person paused. */
static void
set_text (BbLogPage *self, const gchar *text)
{
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->search)), text ? text : "") == 0)
    return;
  g_object_freeze_notify (G_OBJECT (self));
  gtk_editable_set_text (GTK_EDITABLE (self->search), text ? text : "");
  search_cb (self->search, self);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
bb_log_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BbLogPage *self = BB_LOG_PAGE (object);

  if (id == PROP_TEXT) {
    set_text (self, g_value_get_string (value));
  } else if (id == PROP_KIND)
    gtk_drop_down_set_selected (self->kind, (guint) (g_value_get_int (value) + 1));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_log_page_dispose (GObject *object)
{
  BbLogPage *self = BB_LOG_PAGE (object);

  if (self->shown)
    g_signal_handlers_disconnect_by_data (self->shown, self);
  if (self->filter)
    gtk_custom_filter_set_filter_func (self->filter, NULL, NULL, NULL);
  self->filter = NULL;
  g_clear_object (&self->sorted);
  g_clear_object (&self->shown);
  g_clear_object (&self->log);
  g_clear_pointer (&self->zone, bb_zone_unref);
  G_OBJECT_CLASS (bb_log_page_parent_class)->dispose (object);
}

static void
bb_log_page_finalize (GObject *object)
{
  g_free (BB_LOG_PAGE (object)->needle);
  G_OBJECT_CLASS (bb_log_page_parent_class)->finalize (object);
}

/* Rows follow the log only while they are seen: typing on another page does not wait for them. */
static void
bb_log_page_map (GtkWidget *widget)
{
  BbLogPage *self = BB_LOG_PAGE (widget);
  g_autoptr (GtkNoSelection) rows = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->sorted)));

  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (rows));
  GTK_WIDGET_CLASS (bb_log_page_parent_class)->map (widget);
}

static void
bb_log_page_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (bb_log_page_parent_class)->unmap (widget);
  gtk_list_view_set_model (BB_LOG_PAGE (widget)->list, NULL);
}

static void
bb_log_page_class_init (BbLogPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = bb_log_page_get_property;
  object_class->set_property = bb_log_page_set_property;
  object_class->dispose = bb_log_page_dispose;
  object_class->finalize = bb_log_page_finalize;
  widget_class->map = bb_log_page_map;
  widget_class->unmap = bb_log_page_unmap;
  BB_PAGE_CLASS (klass)->document_changed = bb_log_page_document_changed;
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "", flags);
  properties[PROP_KIND] = g_param_spec_int ("kind", NULL, NULL, -1, BB_EVENT_KINDS - 1, -1, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/log-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BbLogPage, search);
  gtk_widget_class_bind_template_child (widget_class, BbLogPage, kind);
  gtk_widget_class_bind_template_child (widget_class, BbLogPage, stack);
  gtk_widget_class_bind_template_child (widget_class, BbLogPage, list);
  gtk_widget_class_install_action (widget_class, "log.export", NULL, export_cb);
  gtk_widget_class_install_action (widget_class, "log.show-all", NULL, show_all_cb);
  gtk_widget_class_install_action (widget_class, "page.find", NULL, find_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_e, GDK_CONTROL_MASK, "log.export", NULL);
}

static void
fill_kinds (BbLogPage *self)
{
  g_autoptr (GtkStringList) kinds = gtk_string_list_new (NULL);

  gtk_string_list_append (kinds, _ ("All events"));
  for (guint i = 0; i < BB_EVENT_KINDS; i++)
    gtk_string_list_append (kinds, bb_event_kind_name (i));
  gtk_drop_down_set_model (self->kind, G_LIST_MODEL (kinds));
}

static void
make_list (BbLogPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkSorter *newest_first = GTK_SORTER (gtk_custom_sorter_new (compare_cb, NULL, NULL));

  self->filter = gtk_custom_filter_new (is_wanted, self, NULL);
  self->shown = gtk_filter_list_model_new (NULL, GTK_FILTER (self->filter));
  self->sorted = gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->shown)), newest_first);
  g_signal_connect (self->shown, "items-changed", G_CALLBACK (items_cb), self);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);
}

static void
bb_log_page_init (BbLogPage *self)
{
  self->needle = g_strdup ("");
  self->wanted = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
  fill_kinds (self);
  make_list (self);
  g_signal_connect (self->search, "search-changed", G_CALLBACK (search_cb), self);
  g_signal_connect (self->kind, "notify::selected", G_CALLBACK (kind_cb), self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "log.export", FALSE);
  show_state (self);
}
