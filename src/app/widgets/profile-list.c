/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profile-list.c: the window in which a device profile is chosen. */
#include "app/widgets/profile-list.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/device-choice.h"
#include "app/device-words.h"
#include "profiles/catalogue.h"

/* So far "page up" and "page down" go. */
#define PAGE 6

struct _BbProfileList {
  AdwWindow parent_instance;
  GtkWidget *search, *list, *scroller, *refused;
  BbProfileKind kind;
  gchar *current;       /* (owned) (nullable) */
  GHashTable *found;    /* (owned) (element-type BbProfile): what the search leaves */
  gboolean is_searched; /* something was typed */
};

G_DEFINE_FINAL_TYPE (BbProfileList, bb_profile_list, ADW_TYPE_WINDOW)

/* ---- rows ---- */

static const gchar *
id_of (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "id");
}

/* NULL: “No profile”, or one that is not known here. */
static BbProfile *
profile_of (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "profile");
}

static GtkWidget *
new_label (const gchar *text, const gchar *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (label), 12);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  return label;
}

static void
add_refusal (GtkWidget *texts, const gchar *reason)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  GtkWidget *label = new_label (reason, "caption");

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (line, "warning");
  gtk_box_append (GTK_BOX (line), icon);
  gtk_box_append (GTK_BOX (line), label);
  gtk_box_append (GTK_BOX (texts), line);
}

static void
add_row (BbProfileList *self, const gchar *id, BbProfile *profile, const gchar *title, const gchar *detail)
{
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  const gchar *reason = profile != NULL && profile->refuse != NULL ? _ (profile->refuse) : NULL;
  g_autofree gchar *spoken = g_strjoin (". ", title, detail, reason, NULL);

  gtk_widget_add_css_class (box, "profile-row");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), new_label (title, NULL));
  gtk_box_append (GTK_BOX (texts), new_label (detail, "caption"));
  gtk_widget_add_css_class (gtk_widget_get_last_child (texts), "dim-label");
  if (reason != NULL)
    add_refusal (texts, reason);
  gtk_box_append (GTK_BOX (box), texts);
  if (g_strcmp0 (id, self->current) == 0)
    gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("object-select-symbolic"));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  g_object_set_data_full (G_OBJECT (row), "id", g_strdup (id), g_free);
  if (profile != NULL)
    g_object_set_data_full (G_OBJECT (row), "profile", bb_profile_ref (profile),
                            (GDestroyNotify) bb_profile_unref);
  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
}

static void
add_profile (BbProfileList *self, BbProfile *profile)
{
  g_autofree gchar *title = bb_profile_get_title (profile),
                   *detail = bb_profile_get_interfaces_text (profile);

  add_row (self, profile->id, profile, title, detail);
}

static void
fill (BbProfileList *self)
{
  g_autoptr (GPtrArray) all = bb_device_search (self->kind, "");

  /* Translators: a choice: no device profile */
  add_row (self, "", NULL, _ ("No profile"), _ ("It can be simulated, but not reached."));
  if (self->current != NULL && *self->current != '\0' && bb_device_find_profile (self->current) == NULL)
    add_row (self, self->current, NULL, self->current, _ ("In use, but not known here."));
  for (guint i = 0; i < all->len; i++)
    add_profile (self, g_ptr_array_index (all, i));
}

/* ---- what the search leaves ---- */

static gboolean
filter_cb (GtkListBoxRow *row, gpointer data)
{
  BbProfileList *self = data;
  BbProfile *profile = profile_of (row);

  return profile != NULL ? g_hash_table_contains (self->found, profile) : !self->is_searched;
}

/* A vendor stands over its first profile. */
static void
header_cb (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  BbProfile *profile = profile_of (row), *last = before != NULL ? profile_of (before) : NULL;
  GtkWidget *header;

  if (profile == NULL || (last != NULL && strcmp (last->vendor, profile->vendor) == 0)) {
    gtk_list_box_row_set_header (row, NULL);
    return;
  }
  header = new_label (profile->vendor, "caption-heading");
  gtk_widget_add_css_class (header, "profile-vendor");
  gtk_list_box_row_set_header (row, header);
}

static gboolean
is_shown (GtkListBoxRow *row)
{
  return gtk_widget_get_child_visible (GTK_WIDGET (row));
}

/* (element-type GtkListBoxRow) (transfer container) */
static GPtrArray *
shown_rows (BbProfileList *self)
{
  GPtrArray *rows = g_ptr_array_new ();
  GtkListBoxRow *row;

  for (gint i = 0; (row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), i)) != NULL; i++)
    if (is_shown (row))
      g_ptr_array_add (rows, row);
  return rows;
}

static gboolean
scroll_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  BbProfileList *self = BB_PROFILE_LIST (widget);
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  graphene_rect_t at;

  /* With the heading of its vendor. */
  if (row != NULL && gtk_widget_compute_bounds (GTK_WIDGET (row), self->list, &at))
    gtk_adjustment_clamp_page (adjustment, MAX (0, at.origin.y - 36), at.origin.y + at.size.height + 12);
  return G_SOURCE_REMOVE;
}

/* Marks a row that Enter takes; the focus stays where one types. */
static void
mark (BbProfileList *self, GtkListBoxRow *row)
{
  gtk_list_box_select_row (GTK_LIST_BOX (self->list), row);
  if (row == NULL) {
    gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT);
    return;
  }
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT,
                                  row, -1);
  gtk_widget_add_tick_callback (GTK_WIDGET (self), scroll_cb, NULL, NULL);
}

static void
mark_first (BbProfileList *self)
{
  g_autoptr (GPtrArray) rows = shown_rows (self);
  GtkListBoxRow *first = rows->len > 0 ? g_ptr_array_index (rows, 0) : NULL;

  for (guint i = 0; !self->is_searched && i < rows->len; i++)
    if (g_strcmp0 (id_of (g_ptr_array_index (rows, i)), self->current) == 0)
      first = g_ptr_array_index (rows, i);
  mark (self, first);
}

static void
find (BbProfileList *self)
{
  const gchar *text = gtk_editable_get_text (GTK_EDITABLE (self->search));
  g_autoptr (GPtrArray) found = bb_device_search (self->kind, text);

  self->is_searched = *text != '\0';
  g_hash_table_remove_all (self->found);
  for (guint i = 0; i < found->len; i++)
    g_hash_table_add (self->found, g_ptr_array_index (found, i));
  gtk_list_box_invalidate_filter (GTK_LIST_BOX (self->list));
  gtk_list_box_invalidate_headers (GTK_LIST_BOX (self->list));
  mark_first (self);
}

static void
search_changed_cb (GtkEditable *search, BbProfileList *self)
{
  find (self);
}

/* ---- keys and choosing ---- */

static void
choose (BbProfileList *self, GtkListBoxRow *row)
{
  g_autofree gchar *id = row != NULL ? g_strdup (id_of (row)) : NULL;

  if (id == NULL) {
    gtk_widget_error_bell (GTK_WIDGET (self));
    return;
  }
  g_signal_emit_by_name (self, "chosen", id);
  gtk_window_close (GTK_WINDOW (self));
}

static void
activate_cb (GtkSearchEntry *search, BbProfileList *self)
{
  choose (self, gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list)));
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, BbProfileList *self)
{
  choose (self, row);
}

static void
stop_cb (GtkSearchEntry *search, BbProfileList *self)
{
  gtk_window_close (GTK_WINDOW (self));
}

static void
move (BbProfileList *self, gint by)
{
  g_autoptr (GPtrArray) rows = shown_rows (self);
  GtkListBoxRow *marked = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));
  guint at = 0;

  if (rows->len == 0)
    return;
  if (marked != NULL && g_ptr_array_find (rows, marked, &at))
    at = (guint) CLAMP ((gint) at + by, 0, (gint) rows->len - 1);
  mark (self, g_ptr_array_index (rows, at));
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, BbProfileList *self)
{
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (key) {
  case GDK_KEY_Up:
    move (self, -1);
    return GDK_EVENT_STOP;
  case GDK_KEY_Down:
    move (self, 1);
    return GDK_EVENT_STOP;
  case GDK_KEY_Page_Up:
    move (self, -PAGE);
    return GDK_EVENT_STOP;
  case GDK_KEY_Page_Down:
    move (self, PAGE);
    return GDK_EVENT_STOP;
  default:
    return GDK_EVENT_PROPAGATE;
  }
}

/* As the keys do, by name: "profiles.move" (by), "profiles.take". */
static void
move_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  move (BB_PROFILE_LIST (widget), g_variant_get_int32 (parameter));
}

static void
take_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  choose (BB_PROFILE_LIST (widget),
          gtk_list_box_get_selected_row (GTK_LIST_BOX (BB_PROFILE_LIST (widget)->list)));
}

/* ---- object ---- */

static void
bb_profile_list_finalize (GObject *object)
{
  BbProfileList *self = BB_PROFILE_LIST (object);

  g_free (self->current);
  g_hash_table_unref (self->found);
  G_OBJECT_CLASS (bb_profile_list_parent_class)->finalize (object);
}

static void
bb_profile_list_class_init (BbProfileListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bb_profile_list_finalize;
  g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_STRING);
  gtk_widget_class_install_action (widget_class, "profiles.move", "i", move_action);
  gtk_widget_class_install_action (widget_class, "profiles.take", NULL, take_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
make_list (BbProfileList *self)
{
  GtkWidget *clamp = adw_clamp_new (),
            *nothing = new_label (_ ("No profile has all these words."), "dim-label");

  self->list = gtk_list_box_new ();
  gtk_widget_add_css_class (self->list, "profile-list");
  gtk_list_box_set_filter_func (GTK_LIST_BOX (self->list), filter_cb, self, NULL);
  gtk_list_box_set_header_func (GTK_LIST_BOX (self->list), header_cb, self, NULL);
  gtk_widget_set_margin_top (nothing, 24);
  gtk_label_set_xalign (GTK_LABEL (nothing), 0.5);
  gtk_list_box_set_placeholder (GTK_LIST_BOX (self->list), nothing);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Device profiles"), -1);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 760);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->list);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (self->scroller, TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), clamp);
}

static void
make_search (BbProfileList *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->search = gtk_search_entry_new ();
  gtk_widget_set_margin_start (self->search, 12);
  gtk_widget_set_margin_end (self->search, 12);
  gtk_widget_set_margin_bottom (self->search, 6);
  g_object_set (self->search, "placeholder-text", _ ("Vendor, name or model"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Search device profiles"), -1);
  /* What starts with typing anywhere in the window is searched for. */
  gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (self->search), GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (self->search, keys);
  g_signal_connect (self->search, "changed", G_CALLBACK (search_changed_cb), self);
  g_signal_connect (self->search, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect (self->search, "stop-search", G_CALLBACK (stop_cb), self);
}

/* Files that could not be read: whoever looks for their profile finds the reason here. */
static void
make_refused (BbProfileList *self)
{
  GPtrArray *errors = bb_catalogue_get_errors (bb_catalogue_get_default ());
  g_autofree gchar *text = NULL;

  self->refused = new_label (NULL, "warning");
  gtk_widget_set_margin_start (self->refused, 12);
  gtk_widget_set_margin_end (self->refused, 12);
  gtk_widget_set_margin_top (self->refused, 6);
  gtk_widget_set_margin_bottom (self->refused, 6);
  gtk_widget_set_visible (self->refused, errors->len > 0);
  if (errors->len == 0)
    return;
  text = g_strdup_printf (ngettext ("%u file could not be read: %s",
                                    "%u files could not be read. The first: %s", errors->len),
                          errors->len, (const gchar *) g_ptr_array_index (errors, 0));
  gtk_label_set_text (GTK_LABEL (self->refused), text);
}

static void
bb_profile_list_init (BbProfileList *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *header = gtk_header_bar_new ();

  self->found = g_hash_table_new (NULL, NULL);
  gtk_widget_add_css_class (header, "flat");
  make_search (self);
  make_list (self);
  make_refused (self);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), self->search);
  gtk_box_append (GTK_BOX (box), self->scroller);
  gtk_box_append (GTK_BOX (box), self->refused);
  adw_window_set_content (ADW_WINDOW (self), box);
  gtk_window_set_default_size (GTK_WINDOW (self), 560, 600);
  gtk_window_set_modal (GTK_WINDOW (self), TRUE);
}

GtkWidget *
bb_profile_list_new (GtkWindow *parent, BbProfileKind kind, const gchar *current)
{
  BbProfileList *self
      = g_object_new (BB_TYPE_PROFILE_LIST, "title",
                      kind == BB_PROFILE_METER ? _ ("Profile of the meter") : _ ("Profile of the station"),
                      "transient-for", parent, NULL);

  self->kind = kind;
  self->current = g_strdup (current);
  fill (self);
  find (self);
  gtk_widget_grab_focus (self->search);
  return GTK_WIDGET (self);
}

void
bb_profile_list_search (BbProfileList *self, const gchar *text)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), text);
}

guint
bb_profile_list_get_n_shown (BbProfileList *self)
{
  return g_hash_table_size (self->found);
}

const gchar *
bb_profile_list_get_marked (BbProfileList *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));

  return row != NULL ? id_of (row) : NULL;
}
