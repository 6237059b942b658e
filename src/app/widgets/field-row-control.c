/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field-row-control.c: the control of a field: an entry, a switch, a list, buttons; its value as a text and
 * back. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "app/widgets/field-row-private.h"
#include "app/widgets/phase-toggle.h"
#include "app/widgets/profile-chooser.h"

/* ---- texts ---- */

/* "16" as "16.0"; more decimals than usual stay. (transfer full) */
static gchar *
shown_number (const BbFieldInfo *info, const gchar *text)
{
  const gchar *point = strchr (text, '.');
  gchar digits[G_ASCII_DTOSTR_BUF_SIZE], format[8];

  if (*text == '\0' || (point != NULL && strlen (point + 1) >= info->decimals))
    return g_strdup (text);
  g_snprintf (format, sizeof format, "%%.%uf", MIN (info->decimals, 9));
  return g_strdup (g_ascii_formatd (digits, sizeof digits, format, g_ascii_strtod (text, NULL)));
}

static gchar *
shown_text (BbFieldControl *self, const gchar *text)
{
  if (self->field->kind == BB_FIELD_NUMBER || self->field->kind == BB_FIELD_PHASES3)
    return shown_number (self->info, text);
  return g_strdup (text);
}

static void
show_entry (BbFieldControl *self, GtkWidget *entry, const gchar *text)
{
  g_autofree gchar *shown = text != NULL ? shown_text (self, text) : g_strdup ("");
  gint cursor = gtk_editable_get_position (GTK_EDITABLE (entry));
  const gchar *example = bb_field_device_example (self);
  const gchar *placeholder = example != NULL ? example : self->info->unstated != NULL ? "–" : "";

  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), text == NULL ? _ ("Mixed") : placeholder);
  if (strcmp (gtk_editable_get_text (GTK_EDITABLE (entry)), shown) == 0)
    return;
  gtk_editable_set_text (GTK_EDITABLE (entry), shown);
  gtk_editable_set_position (GTK_EDITABLE (entry), cursor);
}

/* ---- entries ---- */

static gint
entry_phase (BbFieldControl *self, GtkWidget *entry)
{
  if (self->field->kind != BB_FIELD_PHASES3
      || !gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->split)))
    return -1;
  for (gint p = 0; p < 3; p++)
    if (self->entries[p] == entry)
      return p;
  return -1;
}

static void
entry_changed_cb (GtkEditable *entry, BbFieldControl *self)
{
  if (!self->showing)
    bb_field_row_typed (self->row, entry_phase (self, GTK_WIDGET (entry)), gtk_editable_get_text (entry));
}

static void
entry_activate_cb (GtkEntry *entry, BbFieldControl *self)
{
  bb_field_row_left (self->row);
  gtk_editable_select_region (GTK_EDITABLE (entry), 0, -1);
}

static void
focus_enter_cb (GtkEventController *controller, BbFieldControl *self)
{
  bb_field_row_entered (self->row);
}

static void
focus_leave_cb (GtkEventController *controller, BbFieldControl *self)
{
  bb_field_row_left (self->row);
}

static void
step_value (BbFieldControl *self, GtkWidget *entry, gdouble by)
{
  gchar *end = NULL;
  gdouble value = g_ascii_strtod (gtk_editable_get_text (GTK_EDITABLE (entry)), &end);
  gchar digits[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree gchar *text = NULL;

  if (*end != '\0')
    return;
  value = round ((value + by * self->info->step) * 1e6) / 1e6;
  if (self->info->most > self->info->least)
    value = CLAMP (value, self->info->least, self->info->most);
  text = shown_number (self->info, g_ascii_formatd (digits, sizeof digits, "%.15g", value));
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  gtk_editable_set_position (GTK_EDITABLE (entry), -1);
}

static gboolean
entry_key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
              BbFieldControl *self)
{
  GtkWidget *entry = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller));
  gboolean number = self->field->kind == BB_FIELD_NUMBER || self->field->kind == BB_FIELD_PHASES3;

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Escape)
    return bb_field_row_revert (self->row);
  if (!number || self->info->step <= 0
      || (key != GDK_KEY_Up && key != GDK_KEY_Down && key != GDK_KEY_Page_Up && key != GDK_KEY_Page_Down))
    return GDK_EVENT_PROPAGATE;
  step_value (self, entry,
              key == GDK_KEY_Up        ? 1
              : key == GDK_KEY_Down    ? -1
              : key == GDK_KEY_Page_Up ? 10
                                       : -10);
  return GDK_EVENT_STOP;
}

static GtkWidget *
new_entry (BbFieldControl *self, gint width)
{
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *text = GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (entry)));
  GtkEventController *keys = gtk_event_controller_key_new (), *focus = gtk_event_controller_focus_new ();

  /* Ctrl+Z is the site's. */
  g_object_set (entry, "width-chars", width, "max-width-chars", width, "enable-undo", FALSE, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  bb_field_info_title (self->info), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  bb_field_info_explanation (self->info), -1);
  g_signal_connect (entry, "changed", G_CALLBACK (entry_changed_cb), self);
  g_signal_connect (entry, "activate", G_CALLBACK (entry_activate_cb), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (entry_key_cb), self);
  gtk_widget_add_controller (entry, keys);
  g_signal_connect (focus, "enter", G_CALLBACK (focus_enter_cb), self);
  g_signal_connect (focus, "leave", G_CALLBACK (focus_leave_cb), self);
  gtk_widget_add_controller (text, focus);
  return entry;
}

static GtkWidget *
new_number_entry (BbFieldControl *self)
{
  GtkWidget *entry = new_entry (self, 7);

  gtk_entry_set_alignment (GTK_ENTRY (entry), 1);
  gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_NUMBER);
  gtk_widget_add_css_class (entry, "numeric");
  return entry;
}

/* ---- three phases ---- */

static void
split_cb (GtkToggleButton *split, GParamSpec *pspec, BbFieldControl *self)
{
  gboolean on = gtk_toggle_button_get_active (split);

  for (guint p = 0; p < 3; p++) {
    GtkWidget *line = gtk_widget_get_parent (self->entries[p]);
    gtk_widget_set_visible (line, on || p == 0);
    gtk_widget_set_visible (gtk_widget_get_first_child (line), on);
  }
  if (!on && !self->showing) /* one value for all is wanted: that of L1 */
    bb_field_row_typed (self->row, -1, gtk_editable_get_text (GTK_EDITABLE (self->entries[0])));
}

static GtkWidget *
new_three (BbFieldControl *self)
{
  static const gchar *const names[] = { "L1", "L2", "L3" };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  for (guint p = 0; p < 3; p++) {
    GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *label = gtk_label_new (names[p]);
    g_autofree gchar *name = g_strdup_printf ("%s %s", bb_field_info_title (self->info), names[p]);
    gtk_widget_add_css_class (label, "dim-label");
    self->entries[p] = new_number_entry (self);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->entries[p]), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                    -1);
    gtk_box_append (GTK_BOX (line), label);
    gtk_box_append (GTK_BOX (line), self->entries[p]);
    gtk_widget_set_halign (line, GTK_ALIGN_END);
    gtk_widget_set_visible (label, FALSE);
    gtk_widget_set_visible (line, p == 0);
    gtk_box_append (GTK_BOX (column), line);
  }
  self->split = gtk_toggle_button_new ();
  gtk_button_set_label (GTK_BUTTON (self->split), _ ("3×"));
  gtk_widget_set_valign (self->split, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->split, _ ("A value for each phase"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->split), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("A value for each phase"), -1);
  gtk_widget_add_css_class (self->split, "flat");
  g_signal_connect (self->split, "notify::active", G_CALLBACK (split_cb), self);
  gtk_box_append (GTK_BOX (box), self->split);
  gtk_box_append (GTK_BOX (box), column);
  return box;
}

static void
show_three (BbFieldControl *self, gchar *const texts[3])
{
  gboolean same
      = texts[0] != NULL && g_strcmp0 (texts[0], texts[1]) == 0 && g_strcmp0 (texts[0], texts[2]) == 0;

  if (!same && texts[0] != NULL)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->split), TRUE);
  for (guint p = 0; p < 3; p++)
    show_entry (self, self->entries[p], texts[p]);
}

/* ---- switch, or a check button where several parts may differ ---- */

static void
switch_cb (GObject *widget, GParamSpec *pspec, BbFieldControl *self)
{
  gboolean on;

  if (self->showing)
    return;
  g_object_get (widget, "active", &on, NULL);
  if (GTK_IS_CHECK_BUTTON (widget))
    gtk_check_button_set_inconsistent (GTK_CHECK_BUTTON (widget), FALSE);
  bb_field_row_typed (self->row, -1, on ? "true" : "false");
  bb_editor_seal (self->editor);
}

static GtkWidget *
new_switch (BbFieldControl *self)
{
  GtkWidget *widget = self->many ? gtk_check_button_new () : gtk_switch_new ();

  g_signal_connect (widget, "notify::active", G_CALLBACK (switch_cb), self);
  return widget;
}

static void
show_switch (BbFieldControl *self, const gchar *text)
{
  if (self->many)
    gtk_check_button_set_inconsistent (GTK_CHECK_BUTTON (self->widget), text == NULL);
  g_object_set (self->widget, "active", g_strcmp0 (text, "true") == 0, NULL);
}

/* ---- lists ---- */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), GPOINTER_TO_INT (data) > 20 ? 24 : 8);
  gtk_label_set_max_width_chars (GTK_LABEL (label), GPOINTER_TO_INT (data));
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  const gchar *text = gtk_string_object_get_string (gtk_list_item_get_item (item));

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static GtkListItemFactory *
new_factory (gint width)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GINT_TO_POINTER (width));
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  return factory;
}

static const gchar *
selected_text (BbFieldControl *self)
{
  guint at = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->widget));

  if (at == GTK_INVALID_LIST_POSITION)
    return NULL;
  return self->ids != NULL ? g_ptr_array_index (self->ids, at) : self->field->names[at];
}

static void
selected_cb (GtkDropDown *list, GParamSpec *pspec, BbFieldControl *self)
{
  const gchar *text = self->showing ? NULL : selected_text (self);

  if (text == NULL)
    return;
  bb_field_row_typed (self->row, -1, text);
  bb_editor_seal (self->editor);
}

static GtkWidget *
new_list (BbFieldControl *self)
{
  GtkWidget *list = gtk_drop_down_new (NULL, NULL);
  g_autoptr (GtkListItemFactory) own = new_factory (18), popup = new_factory (40);

  gtk_drop_down_set_factory (GTK_DROP_DOWN (list), own);
  gtk_drop_down_set_list_factory (GTK_DROP_DOWN (list), popup);
  g_signal_connect (list, "notify::selected", G_CALLBACK (selected_cb), self);
  return list;
}

static GtkWidget *
new_choice (BbFieldControl *self)
{
  GtkWidget *list = new_list (self);
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);

  for (guint i = 0; self->field->names[i] != NULL; i++)
    gtk_string_list_append (labels,
                            self->info->choices != NULL ? _ (self->info->choices[i]) : self->field->names[i]);
  gtk_drop_down_set_model (GTK_DROP_DOWN (list), G_LIST_MODEL (labels));
  return list;
}

/* While the parts differ there is one item more, that says so. */
static void
show_choice (BbFieldControl *self, const gchar *text)
{
  guint n = 0, at = GTK_INVALID_LIST_POSITION;
  GtkStringList *labels = GTK_STRING_LIST (gtk_drop_down_get_model (GTK_DROP_DOWN (self->widget)));
  const gchar *const mixed[] = { _ ("Mixed"), NULL };

  while (self->field->names[n] != NULL)
    n++;
  gtk_string_list_splice (labels, n, g_list_model_get_n_items (G_LIST_MODEL (labels)) - n,
                          text == NULL ? mixed : NULL);
  if (text == NULL)
    at = n;
  for (guint i = 0; text != NULL && self->field->names[i] != NULL; i++)
    if (strcmp (self->field->names[i], text) == 0)
      at = i;
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->widget), at);
}

/* ---- references ---- */

static GListModel *
referred (BbFieldControl *self)
{
  BbSite *site = bb_editor_get_site (self->editor);

  if (strcmp (self->field->key, "circuit") == 0 || strcmp (self->field->key, "parent") == 0)
    return bb_site_get_circuits (site);
  return strcmp (self->field->key, "group") == 0 ? bb_site_get_groups (site) : bb_site_get_meters (site);
}

static void
add_reference (BbFieldControl *self, GtkStringList *labels, const gchar *id, const gchar *label)
{
  g_ptr_array_add (self->ids, g_strdup (id));
  gtk_string_list_append (labels, label);
}

static void
add_connections (BbFieldControl *self, GtkStringList *labels)
{
  g_autoptr (GPtrArray) names = bb_field_device_connections (self);

  for (guint i = 0; i < names->len; i++) {
    g_autofree gchar *label = bb_field_device_connection_label (self, g_ptr_array_index (names, i));
    add_reference (self, labels, g_ptr_array_index (names, i), label);
  }
}

static void
add_parts (BbFieldControl *self, GtkStringList *labels)
{
  GListModel *list = referred (self);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (BbPart) part = g_list_model_get_item (list, i);
    g_autofree gchar *id = bb_part_get_text (part, "id"), *name = bb_part_get_text (part, "name");
    add_reference (self, labels, id, *name != '\0' ? name : id);
  }
}

/* Made again each time: names change, and circuits come and go. `text` that names nothing is kept and said.
 */
static void
show_reference (BbFieldControl *self, const gchar *text)
{
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  const gboolean connection = bb_field_device_is_connection (self);
  guint at = GTK_INVALID_LIST_POSITION;

  g_ptr_array_set_size (self->ids, 0);
  /* Translators: a choice: the field names nothing; what then holds is said in its explanation */
  add_reference (self, labels, "",
                 connection                     ? _ ("As its profile says")
                 : self->info->unstated != NULL ? _ ("Not stated")
                                                : _ ("None"));
  if (connection)
    add_connections (self, labels);
  else
    add_parts (self, labels);
  for (guint i = 0; text != NULL && i < self->ids->len; i++)
    if (strcmp (g_ptr_array_index (self->ids, i), text) == 0)
      at = i;
  if (text == NULL) {
    add_reference (self, labels, NULL, _ ("Mixed"));
    at = self->ids->len - 1;
  }
  if (text != NULL && at == GTK_INVALID_LIST_POSITION) {
    g_autofree gchar *missing = connection ? bb_field_device_stray_label (self, text)
                                           : g_strdup_printf (_ ("“%s” (missing)"), text);
    add_reference (self, labels, text, missing);
    at = self->ids->len - 1;
  }
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->widget), G_LIST_MODEL (labels));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->widget), at);
}

static void
site_changed_cb (BbEditor *editor, BbPart *part, const gchar *property, BbFieldControl *self)
{
  g_autofree gchar *text = NULL;

  if (property != NULL && strcmp (property, "name") != 0 && strcmp (property, "id") != 0)
    return;
  text = g_strdup (selected_text (self));
  self->showing = TRUE;
  show_reference (self, text);
  self->showing = FALSE;
}

static GtkWidget *
new_reference (BbFieldControl *self)
{
  self->ids = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (self->editor, "changed", G_CALLBACK (site_changed_cb), self);
  return new_list (self);
}

/* ---- one interface for all ---- */

static GtkWidget *
new_widget (BbFieldControl *self)
{
  switch (self->field->kind) {
  case BB_FIELD_BOOLEAN:
    return new_switch (self);
  case BB_FIELD_ENUM:
    return new_choice (self);
  case BB_FIELD_MASK:
  case BB_FIELD_DAYS:
    return bb_field_bits_new (self);
  case BB_FIELD_PHASES3:
    return new_three (self);
  case BB_FIELD_NUMBER:
    return self->entries[0] = new_number_entry (self);
  case BB_FIELD_CLOCK:
    return self->entries[0] = new_entry (self, 6);
  default:
    if (bb_field_device_is_profile (self))
      return bb_field_device_new_profile (self);
    if (bb_field_device_is_connection (self)
        || (self->field->kind == BB_FIELD_STRING && (self->field->flags & BB_FIELD_REFERENCE) != 0))
      return new_reference (self);
    return self->entries[0] = new_entry (self, 20);
  }
}

BbFieldControl *
bb_field_control_new (BbFieldRow *row, BbEditor *editor, const BbFieldInfo *info, const BbField *field,
                      gboolean many)
{
  BbFieldControl *self = g_new0 (BbFieldControl, 1);

  self->row = row;
  self->editor = g_object_ref (editor);
  self->info = info;
  self->field = field;
  self->many = many;
  self->showing = TRUE;
  self->widget = g_object_ref_sink (new_widget (self));
  self->showing = FALSE;
  gtk_widget_set_valign (self->widget, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->widget), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  bb_field_info_title (info), -1);
  return self;
}

/* The widgets may outlive the row for a moment: they must not tell it anything any more. */
void
bb_field_control_free (BbFieldControl *self)
{
  self->showing = TRUE;
  g_signal_handlers_disconnect_by_data (self->editor, self);
  g_signal_handlers_disconnect_by_data (self->widget, self);
  for (guint p = 0; p < 3; p++)
    if (self->entries[p] != NULL) {
      GtkWidget *text = GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (self->entries[p])));
      GtkWidget *holders[] = { self->entries[p], text };
      g_signal_handlers_disconnect_by_data (self->entries[p], self);
      for (guint h = 0; h < 2; h++) {
        g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (holders[h]);
        for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
          g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);
          g_signal_handlers_disconnect_by_data (controller, self);
        }
      }
    }
  if (self->split != NULL)
    g_signal_handlers_disconnect_by_data (self->split, self);
  g_clear_pointer (&self->ids, g_ptr_array_unref);
  g_object_unref (self->widget);
  g_object_unref (self->editor);
  g_free (self);
}

void
bb_field_control_show (BbFieldControl *self, gchar *const texts[3])
{
  self->showing = TRUE;
  if (self->split != NULL)
    show_three (self, texts);
  else if (self->entries[0] != NULL)
    show_entry (self, self->entries[0], texts[0]);
  else if (self->field->kind == BB_FIELD_BOOLEAN)
    show_switch (self, texts[0]);
  else if (self->field->kind == BB_FIELD_ENUM)
    show_choice (self, texts[0]);
  else if (self->ids != NULL)
    show_reference (self, texts[0]);
  else if (BB_IS_PROFILE_CHOOSER (self->widget))
    bb_profile_chooser_set_id (BB_PROFILE_CHOOSER (self->widget), texts[0]);
  else
    bb_phase_toggle_set_mask (BB_PHASE_TOGGLE (self->widget),
                              texts[0] != NULL ? bb_field_bits_of (self->field, texts[0]) : -1);
  self->showing = FALSE;
}

static gchar *
three_text (BbFieldControl *self)
{
  const gchar *texts[4] = { NULL };

  for (guint p = 0; p < 3; p++)
    texts[p] = gtk_editable_get_text (GTK_EDITABLE (self->entries[p]));
  if (!gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->split))
      || (strcmp (texts[0], texts[1]) == 0 && strcmp (texts[0], texts[2]) == 0))
    return g_strdup (texts[0]);
  return g_strjoinv (",", (gchar **) texts);
}

gchar *
bb_field_control_get_text (BbFieldControl *self)
{
  if (self->split != NULL)
    return three_text (self);
  if (self->entries[0] != NULL)
    return g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entries[0])));
  if (self->field->kind == BB_FIELD_BOOLEAN) {
    gboolean on;
    g_object_get (self->widget, "active", &on, NULL);
    return g_strdup (on ? "true" : "false");
  }
  if (GTK_IS_DROP_DOWN (self->widget))
    return g_strdup (selected_text (self));
  if (BB_IS_PROFILE_CHOOSER (self->widget))
    return g_strdup (bb_profile_chooser_get_id (BB_PROFILE_CHOOSER (self->widget)));
  return bb_field_bits_text (self->field, bb_phase_toggle_get_mask (BB_PHASE_TOGGLE (self->widget)));
}

/* ---- as a person would ---- */

static void
type_three (BbFieldControl *self, const gchar *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", 3);
  guint n = g_strv_length (parts);

  self->showing = TRUE; /* splitting changes no value */
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->split), n == 3);
  self->showing = FALSE;
  for (guint p = 0; p < n; p++)
    gtk_editable_set_text (GTK_EDITABLE (self->entries[p]), g_strstrip (parts[p]));
}

static void
pick (BbFieldControl *self, const gchar *text)
{
  for (guint i = 0; self->ids != NULL ? i < self->ids->len : self->field->names[i] != NULL; i++)
    if (g_strcmp0 (self->ids != NULL ? g_ptr_array_index (self->ids, i) : self->field->names[i], text) == 0) {
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->widget), i);
      return;
    }
  bb_field_row_typed (self->row, -1, text); /* refused, with the reason; any word is taken as a connection */
  if (!bb_field_device_is_connection (self))
    return;
  self->showing = TRUE;
  show_reference (self, text);
  self->showing = FALSE;
}

void
bb_field_control_type (BbFieldControl *self, const gchar *text)
{
  if (self->split != NULL)
    type_three (self, text);
  else if (self->entries[0] != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->entries[0]), text);
  else if (self->field->kind == BB_FIELD_BOOLEAN)
    g_object_set (self->widget, "active", strcmp (text, "true") == 0, NULL);
  else if (GTK_IS_DROP_DOWN (self->widget))
    pick (self, text);
  else if (BB_IS_PROFILE_CHOOSER (self->widget)) {
    bb_profile_chooser_set_id (BB_PROFILE_CHOOSER (self->widget), text);
    bb_field_row_typed (self->row, -1, text);
  } else {
    bb_phase_toggle_set_mask (BB_PHASE_TOGGLE (self->widget), bb_field_bits_of (self->field, text));
    bb_field_row_typed (self->row, -1, text);
  }
}

void
bb_field_control_set_invalid (BbFieldControl *self, const gchar *reason)
{
  for (guint p = 0; p < 3; p++) {
    if (self->entries[p] == NULL)
      continue;
    if (reason != NULL)
      gtk_widget_add_css_class (self->entries[p], "error");
    else
      gtk_widget_remove_css_class (self->entries[p], "error");
  }
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->widget), GTK_ACCESSIBLE_STATE_INVALID,
                               reason != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  reason != NULL ? reason : bb_field_info_explanation (self->info), -1);
}

void
bb_field_control_grab (BbFieldControl *self)
{
  gtk_widget_grab_focus (self->entries[0] != NULL ? self->entries[0] : self->widget);
}
