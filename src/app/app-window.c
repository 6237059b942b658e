/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app-window.c: the window: header with undo and redo, sidebar of pages, the page, toasts. */
#include "app/app-window.h"

#include <glib/gi18n.h>

#include "app/app-window-private.h"
#include "app/application.h"
#include "app/assistant.h"
#include "app/page-actions.h"
#include "app/page.h"
#include "app/pages/groups-page.h"
#include "app/pages/log-page.h"
#include "app/pages/simulate-page.h"
#include "app/preferences-settings.h"
#include "app/recent.h"
#include "app/sidebar-row.h"
#include "app/welcome.h"
#include "app/widgets/steady.h"

/* Narrower, and the sidebar shows icons only. */
#define COMPACT_BELOW 900

struct _BbAppWindow {
  AdwApplicationWindow parent_instance;
  BbDocument *document; /* (owned) (nullable) */
  BbRecovery *recovery; /* (owned) (nullable) */
  AdwWindowTitle *title;
  AdwToastOverlay *toasts;
  GtkBox *messages;
  GtkStack *views; /* "welcome", "assistant", "site" */
  BbWelcome *welcome;
  BbAssistant *assistant;
  GtkRevealer *side;
  GtkScrolledWindow *side_scroll;
  GtkListBox *sidebar;
  GtkStack *stack;
  GtkWidget *undo, *redo, *save, *toggle;
  GtkMenuButton *menu;
  GMenu *recent_menu;
  GListModel *stations; /* (nullable): whose count is in the subtitle */
  gboolean compact, sidebar_visible;
  guint compact_idle;
};

enum { PROP_0, PROP_DOCUMENT, PROP_PAGE, PROP_COMPACT, PROP_SIDEBAR_VISIBLE, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BbAppWindow, bb_app_window, ADW_TYPE_APPLICATION_WINDOW)

/* The pages that there are, in the order of the sidebar: devices, live, groups, simulate, deploy, log. */
static void
add_pages (BbAppWindow *self, void (*add) (BbAppWindow *self, GType type))
{
  add (self, BB_TYPE_GROUPS_PAGE);
  add (self, BB_TYPE_SIMULATE_PAGE);
  add (self, BB_TYPE_LOG_PAGE);
}

GtkBox *
bb_app_window_get_messages (BbAppWindow *self)
{
  return self->messages;
}

GtkMenuButton *
bb_app_window_get_menu (BbAppWindow *self)
{
  return self->menu;
}

BbRecovery *
bb_app_window_get_recovery (BbAppWindow *self)
{
  return self->recovery;
}

BbDocument *
bb_app_window_get_document (BbAppWindow *self)
{
  return self->document;
}

BbAppWindow *
bb_app_window_for_document (BbAppWindow *self, const gchar *path)
{
  GtkWidget *window = NULL;

  if (!self->document
      || (path && !bb_document_get_modified (self->document)
          && g_strcmp0 (bb_document_get_path (self->document), path) == 0))
    return self;
  window = bb_app_window_new (ADW_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))));
  gtk_window_present (GTK_WINDOW (window));
  return BB_APP_WINDOW (window);
}

/* ---- header ---- */

static void
set_enabled (BbAppWindow *self, const gchar *action, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), action)),
                               enabled);
}

static gchar *
subtitle (BbAppWindow *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const gchar *path = bb_document_get_path (self->document);
  const guint n = g_list_model_get_n_items (bb_site_get_stations (bb_document_get_site (self->document)));

  if (path) {
    g_autofree gchar *name = g_filename_display_basename (path);
    g_string_append_printf (text, "%s  ·  ", name);
  }
  if (bb_document_get_modified (self->document))
    /* TRANSLATORS: the site has changes that are not saved */
    g_string_append_printf (text, "%s  ·  ", _ ("edited"));
  else if (!path)
    /* TRANSLATORS: the demo site, which has no file yet */
    g_string_append_printf (text, "%s  ·  ", _ ("not saved"));
  g_string_append_printf (text, ngettext ("%u station", "%u stations", n), n);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
update_title (BbAppWindow *self)
{
  g_autofree gchar *sub = self->document ? subtitle (self) : NULL;
  const gchar *name = self->document ? bb_document_get_name (self->document) : "Busbar";

  adw_window_title_set_title (self->title, name);
  adw_window_title_set_subtitle (self->title, sub ? sub : "");
  gtk_window_set_title (GTK_WINDOW (self), name);
}

static void
update_step (GtkWidget *button, const gchar *verb, const gchar *label)
{
  /* TRANSLATORS: first %s: "Undo" or "Redo", second: the step, "Change minimum current of Garage" */
  g_autofree gchar *text = label ? g_strdup_printf (_ ("%s: %s"), verb, label) : g_strdup (verb);

  gtk_widget_set_tooltip_text (button, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
update_steps (BbAppWindow *self)
{
  g_autofree gchar *undo = NULL, *redo = NULL;
  gboolean can_undo = FALSE, can_redo = FALSE;

  if (self->document)
    g_object_get (bb_document_get_editor (self->document), "can-undo", &can_undo, "can-redo", &can_redo,
                  "undo-label", &undo, "redo-label", &redo, NULL);
  set_enabled (self, "undo", can_undo);
  set_enabled (self, "redo", can_redo);
  update_step (self->undo, _ ("Undo"), undo);
  update_step (self->redo, _ ("Redo"), redo);
}

static void
update_header (BbAppWindow *self)
{
  const gboolean site = self->document != NULL;

  update_title (self);
  update_steps (self);
  set_enabled (self, "save",
               site && (bb_document_get_modified (self->document) || !bb_document_get_path (self->document)));
  set_enabled (self, "save-as", site);
  set_enabled (self, "find", site);
  gtk_widget_set_visible (self->undo, site);
  gtk_widget_set_visible (self->redo, site);
  gtk_widget_set_visible (self->toggle, site);
  gtk_widget_set_visible (self->save, site && bb_document_get_modified (self->document));
}

static void
notify_cb (GObject *object, GParamSpec *pspec, BbAppWindow *self)
{
  update_header (self);
}

static void
stations_cb (GListModel *list, guint position, guint removed, guint added, BbAppWindow *self)
{
  update_title (self);
}

/* ---- sidebar ---- */

static void
apply_compact (BbAppWindow *self)
{
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->sidebar));

  for (; row; row = gtk_widget_get_next_sibling (row))
    bb_sidebar_row_set_compact (BB_SIDEBAR_ROW (row), self->compact);
  gtk_widget_set_size_request (GTK_WIDGET (self->side_scroll), self->compact ? 60 : 200, -1);
  if (self->compact)
    gtk_widget_add_css_class (GTK_WIDGET (self->side_scroll), "compact");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->side_scroll), "compact");
}

static gboolean
compact_cb (gpointer data)
{
  BbAppWindow *self = data;

  self->compact_idle = 0;
  self->compact = !self->compact;
  apply_compact (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COMPACT]);
  return G_SOURCE_REMOVE;
}

/* What a row shows must not change while it is being given its size. */
static void
bb_app_window_size_allocate (GtkWidget *widget, gint width, gint height, gint baseline)
{
  BbAppWindow *self = BB_APP_WINDOW (widget);

  GTK_WIDGET_CLASS (bb_app_window_parent_class)->size_allocate (widget, width, height, baseline);
  if ((width < COMPACT_BELOW) != self->compact && self->compact_idle == 0)
    self->compact_idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, compact_cb, self, NULL);
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, BbAppWindow *self)
{
  bb_app_window_show_page (self, bb_page_get_page_name (bb_sidebar_row_get_page (BB_SIDEBAR_ROW (row))));
}

static void
add_page (BbAppWindow *self, GType type)
{
  BbPage *page = g_object_new (type, NULL);

  gtk_stack_add_named (self->stack, GTK_WIDGET (page), bb_page_get_page_name (page));
  bb_page_actions_export (GTK_WIDGET (page), G_ACTION_MAP (self));
  gtk_list_box_append (self->sidebar, bb_sidebar_row_new (page));
}

static void
select_row (BbAppWindow *self, const gchar *name)
{
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->sidebar));

  for (; row; row = gtk_widget_get_next_sibling (row))
    if (g_strcmp0 (bb_page_get_page_name (bb_sidebar_row_get_page (BB_SIDEBAR_ROW (row))), name) == 0)
      gtk_list_box_select_row (self->sidebar, GTK_LIST_BOX_ROW (row));
}

/* ---- pages and views ---- */

GtkWidget *
bb_app_window_get_page (BbAppWindow *self, const gchar *name)
{
  if (g_strcmp0 (name, "welcome") == 0)
    return GTK_WIDGET (self->welcome);
  if (g_strcmp0 (name, "assistant") == 0)
    return GTK_WIDGET (self->assistant);
  return gtk_stack_get_child_by_name (self->stack, name);
}

const gchar *
bb_app_window_get_page_name (BbAppWindow *self)
{
  const gchar *view = gtk_stack_get_visible_child_name (self->views);

  return g_strcmp0 (view, "site") == 0 ? gtk_stack_get_visible_child_name (self->stack) : view;
}

static void
show_view (BbAppWindow *self, const gchar *name)
{
  gtk_stack_set_visible_child_name (self->views, name);
  update_header (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
}

gboolean
bb_app_window_show_page (BbAppWindow *self, const gchar *name)
{
  GtkWidget *page = gtk_stack_get_child_by_name (self->stack, name);
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "show-page");

  if (!page || !self->document)
    return FALSE;
  gtk_stack_set_visible_child (self->stack, page);
  select_row (self, name);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (name));
  show_view (self, "site");
  if (BB_IS_PAGE (page))
    bb_page_shown (BB_PAGE (page));
  return TRUE;
}

void
bb_app_window_show_assistant (BbAppWindow *self)
{
  g_return_if_fail (!self->document);
  bb_assistant_reset (self->assistant);
  show_view (self, "assistant");
  gtk_widget_grab_focus (GTK_WIDGET (self->assistant));
}

static void
created_cb (BbAssistant *assistant, BbSite *site, BbAppWindow *self)
{
  g_autoptr (BbDocument) document = bb_document_new (site, NULL);

  bb_document_set_unsaved (document);
  bb_event_log_add (bb_document_get_log (document), BB_EVENT_FILE, BB_EVENT_GOOD,
                    bb_document_get_name (document), _ ("Created with the assistant."));
  bb_app_window_set_document (self, document);
  if (!bb_app_window_show_page (self, "simulate"))
    bb_app_window_show_page (self, "groups");
}

static void
cancelled_cb (BbAssistant *assistant, BbAppWindow *self)
{
  show_view (self, "welcome");
  gtk_widget_child_focus (GTK_WIDGET (self->welcome), GTK_DIR_TAB_FORWARD);
}

/* ---- document ---- */

static void
forget_document (BbAppWindow *self)
{
  if (!self->document)
    return;
  g_signal_handlers_disconnect_by_data (self->document, self);
  g_signal_handlers_disconnect_by_data (bb_document_get_editor (self->document), self);
  g_signal_handlers_disconnect_by_data (self->stations, self);
  self->stations = NULL;
  g_clear_object (&self->recovery);
  g_clear_object (&self->document);
}

static void
follow_document (BbAppWindow *self, BbLeftover *leftover)
{
  g_autofree gchar *folder = bb_recovery_get_folder ();
  g_autoptr (BbClock) clock = bb_clock_new_real ();
  BbEditor *editor = bb_document_get_editor (self->document);

  g_signal_connect (self->document, "notify", G_CALLBACK (notify_cb), self);
  g_signal_connect (editor, "notify::undo-label", G_CALLBACK (notify_cb), self);
  g_signal_connect (editor, "notify::redo-label", G_CALLBACK (notify_cb), self);
  self->stations = bb_site_get_stations (bb_document_get_site (self->document));
  g_signal_connect (self->stations, "items-changed", G_CALLBACK (stations_cb), self);
  self->recovery = bb_recovery_new (self->document, folder, clock,
                                    bb_preferences_get_int ("autosave-seconds", 5), leftover);
}

static void
show_first_page (BbAppWindow *self)
{
  g_autofree gchar *wanted = bb_preferences_get_string ("page", "groups");
  GtkWidget *first = gtk_widget_get_first_child (GTK_WIDGET (self->stack));

  if (!bb_app_window_show_page (self, wanted) && first)
    bb_app_window_show_page (self, bb_page_get_page_name (BB_PAGE (first)));
}

static void
set_document (BbAppWindow *self, BbDocument *document, BbLeftover *leftover)
{
  forget_document (self);
  if (document) {
    self->document = g_object_ref (document);
    follow_document (self, leftover);
  }
  for (GtkWidget *page = gtk_widget_get_first_child (GTK_WIDGET (self->stack)); page;
       page = gtk_widget_get_next_sibling (page))
    bb_page_set_document (BB_PAGE (page), document);
  if (document)
    show_first_page (self);
  else
    show_view (self, "welcome");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DOCUMENT]);
}

void
bb_app_window_set_document (BbAppWindow *self, BbDocument *document)
{
  if (document != self->document)
    set_document (self, document, NULL);
}

void
bb_app_window_set_restored (BbAppWindow *self, BbDocument *document, BbLeftover *leftover)
{
  set_document (self, document, leftover);
}

void
bb_app_window_keep_work (BbAppWindow *self)
{
  if (self->recovery)
    bb_recovery_flush (self->recovery);
}

/* ---- recent sites in the menu ---- */

static void
fill_recent_cb (GSettings *settings, const gchar *key, BbAppWindow *self)
{
  g_auto (GStrv) paths = bb_recent_get ();

  g_menu_remove_all (self->recent_menu);
  for (guint i = 0; paths[i]; i++) {
    g_autofree gchar *title = bb_recent_title (paths[i]);
    g_autofree gchar *label = g_strdelimit (g_strdup (title), "_", ' ');
    g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);
    g_menu_item_set_action_and_target (item, "app.open-recent", "s", paths[i]);
    g_menu_append_item (self->recent_menu, item);
  }
}

/* ---- state ---- */

static void
autosave_cb (GSettings *settings, const gchar *key, BbAppWindow *self)
{
  if (self->recovery)
    bb_recovery_set_delay (self->recovery, g_settings_get_int (settings, key));
}

static void
restore_state (BbAppWindow *self)
{
  GSettings *settings = bb_preferences_get_settings ();

  gtk_window_set_default_size (GTK_WINDOW (self), bb_preferences_get_int ("window-width", 1280),
                               bb_preferences_get_int ("window-height", 800));
  if (bb_preferences_get_boolean ("window-maximized", FALSE))
    gtk_window_maximize (GTK_WINDOW (self));
  g_object_set (self, "sidebar-visible", bb_preferences_get_boolean ("sidebar-visible", TRUE), NULL);
  fill_recent_cb (NULL, NULL, self);
  if (settings)
    g_signal_connect_object (settings, "changed::recent-sites", G_CALLBACK (fill_recent_cb), self, 0);
  if (settings)
    g_signal_connect_object (settings, "changed::autosave-seconds", G_CALLBACK (autosave_cb), self, 0);
}

static void
keep_state (BbAppWindow *self)
{
  GSettings *settings = bb_preferences_get_settings ();
  const gchar *path = self->document ? bb_document_get_path (self->document) : NULL;
  g_autofree gchar *uri = path ? g_filename_to_uri (path, NULL, NULL) : NULL;
  gint width = 0, height = 0;

  if (!settings)
    return;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (settings, "window-width", width);
  g_settings_set_int (settings, "window-height", height);
  g_settings_set_boolean (settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  g_settings_set_boolean (settings, "sidebar-visible", self->sidebar_visible);
  g_settings_set_string (settings, "last-site", uri ? uri : "");
  if (self->document) {
    g_settings_set_boolean (settings, "first-run", FALSE);
    g_settings_set_string (settings, "page", gtk_stack_get_visible_child_name (self->stack));
  }
}

static gboolean
bb_app_window_close_request (GtkWindow *window)
{
  BbAppWindow *self = BB_APP_WINDOW (window);

  keep_state (self);
  if (!bb_app_window_may_close (self))
    return GDK_EVENT_STOP;
  bb_app_window_close_now (self);
  return GDK_EVENT_STOP;
}

/* ---- the object ---- */

static void
bb_app_window_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BbAppWindow *self = BB_APP_WINDOW (object);

  switch (id) {
  case PROP_DOCUMENT:
    g_value_set_object (value, self->document);
    break;
  case PROP_PAGE:
    g_value_set_string (value, bb_app_window_get_page_name (self));
    break;
  case PROP_COMPACT:
    g_value_set_boolean (value, self->compact);
    break;
  case PROP_SIDEBAR_VISIBLE:
    g_value_set_boolean (value, self->sidebar_visible);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
set_sidebar_visible (BbAppWindow *self, gboolean visible)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "toggle-sidebar");

  self->sidebar_visible = visible;
  gtk_revealer_set_reveal_child (self->side, visible);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (visible));
}

static void
bb_app_window_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BbAppWindow *self = BB_APP_WINDOW (object);

  switch (id) {
  case PROP_DOCUMENT:
    bb_app_window_set_document (self, g_value_get_object (value));
    break;
  case PROP_SIDEBAR_VISIBLE:
    if (self->sidebar_visible == g_value_get_boolean (value))
      break;
    set_sidebar_visible (self, g_value_get_boolean (value));
    g_object_notify_by_pspec (object, pspec);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
bb_app_window_dispose (GObject *object)
{
  BbAppWindow *self = BB_APP_WINDOW (object);

  g_clear_handle_id (&self->compact_idle, g_source_remove);
  forget_document (self);
  G_OBJECT_CLASS (bb_app_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, BbAppWindow, title);
  gtk_widget_class_bind_template_child (widget_class, BbAppWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, BbAppWindow, messages);
  gtk_widget_class_bind_template_child (widget_class, BbAppWindow, views);
  gtk_widget_class_bind_template_child (widget_class, BbAppWindow, welcome);
  gtk_widget_class_bind_template_child (widget_class, BbAppWindow, assistant);
  gtk_widget_class_bind_template_child (widget_class, BbAppWindow, side);
  gtk_widget_class_bind_template_child (widget_class, BbAppWindow, side_scroll);
  gtk_widget_class_bind_template_child (widget_class, BbAppWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, BbAppWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, BbAppWindow, undo);
  gtk_widget_class_bind_template_child (widget_class, BbAppWindow, redo);
  gtk_widget_class_bind_template_child (widget_class, BbAppWindow, save);
  gtk_widget_class_bind_template_child (widget_class, BbAppWindow, toggle);
  gtk_widget_class_bind_template_child (widget_class, BbAppWindow, menu);
  gtk_widget_class_bind_template_child (widget_class, BbAppWindow, recent_menu);
}

static void
bb_app_window_class_init (BbAppWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = bb_app_window_dispose;
  object_class->get_property = bb_app_window_get_property;
  object_class->set_property = bb_app_window_set_property;
  widget_class->size_allocate = bb_app_window_size_allocate;
  GTK_WINDOW_CLASS (klass)->close_request = bb_app_window_close_request;
  properties[PROP_DOCUMENT]
      = g_param_spec_object ("document", NULL, NULL, BB_TYPE_DOCUMENT, flags | G_PARAM_READWRITE);
  properties[PROP_PAGE] = g_param_spec_string ("page", NULL, NULL, NULL, flags | G_PARAM_READABLE);
  properties[PROP_COMPACT] = g_param_spec_boolean ("compact", NULL, NULL, FALSE, flags | G_PARAM_READABLE);
  properties[PROP_SIDEBAR_VISIBLE]
      = g_param_spec_boolean ("sidebar-visible", NULL, NULL, TRUE, flags | G_PARAM_READWRITE);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  g_type_ensure (BB_TYPE_STEADY);
  g_type_ensure (BB_TYPE_WELCOME);
  g_type_ensure (BB_TYPE_ASSISTANT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/app-window.ui");
  bind_children (widget_class);
}

static void
bb_app_window_init (BbAppWindow *self)
{
  self->sidebar_visible = TRUE;
  bb_app_window_add_actions (self);
  gtk_widget_init_template (GTK_WIDGET (self));
  add_pages (self, add_page);
  g_signal_connect (self->sidebar, "row-activated", G_CALLBACK (row_activated_cb), self);
  g_signal_connect (self->assistant, "created", G_CALLBACK (created_cb), self);
  g_signal_connect (self->assistant, "cancelled", G_CALLBACK (cancelled_cb), self);
  bb_app_window_take_drops (self);
  restore_state (self);
  apply_compact (self);
  update_header (self);
}

GtkWidget *
bb_app_window_new (AdwApplication *application)
{
  return g_object_new (BB_TYPE_APP_WINDOW, "application", application, NULL);
}

void
bb_app_window_toast (BbAppWindow *self, const gchar *text, const gchar *button, const gchar *action)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_button_label (toast, button);
  if (action)
    adw_toast_set_detailed_action_name (toast, action);
  adw_toast_overlay_add_toast (self->toasts, toast);
}
