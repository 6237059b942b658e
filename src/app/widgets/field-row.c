/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field-row.c: one field of one or several parts as a row of a form. */
#include "app/widgets/field-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/device-choice.h"
#include "app/widgets/calm.h"
#include "app/widgets/field-row-private.h"
#include "app/widgets/steady.h"

/* Parts from which on changes are looked at together. */
#define MANY 8

struct _BbFieldRow {
  AdwPreferencesRow parent_instance;
  GtkWidget *box, *title, *explanation, *note, *problem_box, *problem_icon, *problem_label, *suffix, *reset;
  BbEditor *editor; /* (owned) */
  GPtrArray *parts; /* (owned) (element-type BbPart) */
  const BbFieldInfo *info;
  const BbField *field;
  gchar *properties[3]; /* (owned); NULL from n_properties on */
  guint n_properties;
  BbFieldControl *control; /* (owned) */
  gchar *revert[3];        /* (owned) (nullable): when the focus came */
  gchar *error;            /* (owned) (nullable) */
  gchar *problem;          /* (owned) (nullable) */
  BbSeverity severity;
  guint following;  /* idle */
  gboolean setting; /* the change comes from here */
  gboolean mixed;
};

G_DEFINE_FINAL_TYPE (BbFieldRow, bb_field_row, ADW_TYPE_PREFERENCES_ROW)

enum { PROP_0, PROP_TEXT, PROP_ERROR, PROP_MIXED, N_PROPS };
static GParamSpec *properties[N_PROPS];

static BbPart *
first_part (BbFieldRow *self)
{
  return g_ptr_array_index (self->parts, 0);
}

/* ---- what the parts have ---- */

/* NULL: the parts differ. (transfer full) */
static gchar *
common_text (BbFieldRow *self, const gchar *property)
{
  g_autofree gchar *text = bb_part_get_text (first_part (self), property);

  for (guint i = 1; i < self->parts->len; i++) {
    g_autofree gchar *other = bb_part_get_text (g_ptr_array_index (self->parts, i), property);
    if (g_strcmp0 (other, text) != 0)
      return NULL;
  }
  return g_steal_pointer (&text);
}

/* A part as new, for the defaults: one of each class is kept. */
static BbPart *
fresh_part (BbPart *like)
{
  static GHashTable *fresh;
  gpointer key = GSIZE_TO_POINTER (G_OBJECT_TYPE (like));

  if (fresh == NULL)
    fresh = g_hash_table_new (NULL, NULL);
  if (!g_hash_table_contains (fresh, key))
    g_hash_table_insert (fresh, key, g_object_new (G_OBJECT_TYPE (like), NULL));
  return g_hash_table_lookup (fresh, key);
}

static gboolean
has_default (BbFieldRow *self)
{
  return strcmp (self->info->property, "id") != 0 && strcmp (self->info->property, "name") != 0
         && (self->field->flags & BB_FIELD_REFERENCE) == 0;
}

static gboolean
is_default (BbFieldRow *self)
{
  for (guint p = 0; p < self->n_properties; p++) {
    g_autofree gchar *text = common_text (self, self->properties[p]);
    g_autofree gchar *preset = bb_part_get_text (fresh_part (first_part (self)), self->properties[p]);
    if (g_strcmp0 (text, preset) != 0)
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_editable (BbFieldRow *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    if (!bb_part_is_editable (g_ptr_array_index (self->parts, i), self->properties[0]))
      return FALSE;
  return TRUE;
}

static const gchar *
title_of (BbFieldRow *self)
{
  return self->n_properties > 1 ? bb_field_info_title_of_three (self->info)
                                : bb_field_info_title (self->info);
}

/* ---- what is shown ---- */

static void
show_reset (BbFieldRow *self)
{
  gboolean can = has_default (self) && !is_default (self) && is_editable (self);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "field.reset", can);
  /* The room stays, so that nothing moves while one types. */
  gtk_widget_set_opacity (self->reset, can ? 0.55 : 0);
  gtk_widget_set_can_target (self->reset, can);
  gtk_widget_set_focusable (self->reset, can);
}

static void
show_explanation (BbFieldRow *self)
{
  g_autofree gchar *text = bb_field_row_explain (first_part (self), self->info, self->field, self->mixed);

  gtk_label_set_text (GTK_LABEL (self->explanation), text);
}

/* What else changed with it; NULL: nothing. */
static void
show_note (BbFieldRow *self, const gchar *note)
{
  gtk_label_set_text (GTK_LABEL (self->note), note != NULL ? note : "");
  gtk_widget_set_visible (self->note, note != NULL);
}

static void
show_problem (BbFieldRow *self)
{
  const gchar *sentence = self->error != NULL ? self->error : self->problem;
  BbSeverity severity = self->error != NULL ? BB_SEVERITY_ERROR : self->severity;
  const gchar *css[] = { NULL, NULL };

  gtk_widget_set_visible (self->problem_box, sentence != NULL);
  if (self->control != NULL)
    bb_field_control_set_invalid (self->control,
                                  sentence != NULL && severity == BB_SEVERITY_ERROR ? sentence : NULL);
  if (sentence == NULL)
    return;
  css[0] = severity == BB_SEVERITY_ERROR     ? "error"
           : severity == BB_SEVERITY_WARNING ? "warning"
                                             : "dim-label";
  gtk_label_set_text (GTK_LABEL (self->problem_label), sentence);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->problem_icon),
                                severity == BB_SEVERITY_ERROR     ? "dialog-error-symbolic"
                                : severity == BB_SEVERITY_WARNING ? "dialog-warning-symbolic"
                                                                  : "dialog-information-symbolic");
  gtk_widget_set_css_classes (self->problem_box, css);
}

static void
set_error (BbFieldRow *self, const gchar *error)
{
  if (g_strcmp0 (self->error, error) == 0)
    return;
  g_free (self->error);
  self->error = g_strdup (error);
  show_problem (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static void
show_values (BbFieldRow *self)
{
  gchar *texts[3] = { NULL };
  gboolean mixed = FALSE;

  for (guint p = 0; p < self->n_properties; p++) {
    texts[p] = common_text (self, self->properties[p]);
    mixed |= texts[p] == NULL;
  }
  if (mixed != self->mixed) {
    self->mixed = mixed;
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MIXED]);
  }
  bb_field_control_show (self->control, texts);
  for (guint p = 0; p < 3; p++)
    g_free (texts[p]);
  set_error (self, NULL);
}

static void
show_state (BbFieldRow *self)
{
  gboolean editable = is_editable (self);

  gtk_widget_set_sensitive (self->suffix, editable);
  bb_calm_set_tooltip (GTK_WIDGET (self),
                       editable ? NULL : _ ("The group is active. Deactivate it to edit."));
  show_reset (self);
  show_explanation (self);
  gtk_widget_set_visible (GTK_WIDGET (self),
                          bb_field_device_is_shown (first_part (self), self->info->property));
}

static void
follow (BbFieldRow *self)
{
  show_note (self, NULL);
  show_values (self);
  show_state (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

static gboolean
follow_cb (gpointer data)
{
  BbFieldRow *self = data;

  self->following = 0;
  follow (self);
  return G_SOURCE_REMOVE;
}

/* Of very many parts each tells of the same step: one look at all of them does. */
static void
value_changed_cb (BbPart *part, GParamSpec *pspec, BbFieldRow *self)
{
  if (self->setting)
    return;
  if (self->parts->len <= MANY)
    follow (self);
  else if (self->following == 0)
    self->following = g_idle_add_full (G_PRIORITY_HIGH_IDLE, follow_cb, self, NULL);
}

/* What is said of the address depends on how the device is reached. */
static void
device_changed_cb (BbEditor *editor, BbPart *part, const gchar *property, BbFieldRow *self)
{
  if (!bb_device_is_decisive (property) || !bb_field_row_shows (self, part) || self->setting)
    return;
  show_values (self);
  show_state (self);
}

static void
lock_changed_cb (BbPart *part, GParamSpec *pspec, BbFieldRow *self)
{
  show_values (self); /* "It is active" was the reason why nothing could be typed */
  show_state (self);
}

/* ---- typing ---- */

static gboolean
set_property (BbFieldRow *self, guint p, const gchar *text, GError **error)
{
  g_autofree gchar *note = NULL;
  gboolean ok;

  if (!bb_device_is_choice (first_part (self), self->properties[p]))
    return bb_editor_set_all (self->editor, self->parts, self->properties[p], text, error);
  ok = bb_device_choose (self->editor, self->parts, self->properties[p], text, &note, error);
  show_note (self, note);
  return ok;
}

static gboolean
set_three (BbFieldRow *self, gint phase, const gchar *text, GError **error)
{
  /* Translators: what a person did, as a step to undo: the title of a field */
  g_autofree gchar *label = g_strdup_printf (_ ("Change %s"), title_of (self));

  bb_editor_begin (self->editor, label);
  for (guint p = 0; p < self->n_properties; p++)
    if ((phase < 0 || (guint) phase == p) && !set_property (self, p, text, error)) {
      bb_editor_abandon (self->editor);
      return FALSE;
    }
  bb_editor_end (self->editor);
  return TRUE;
}

/* People type decimals as their keyboard has them; texts of people need no blanks around. */
static gchar *
tidy (BbFieldRow *self, const gchar *text)
{
  gchar *tidied = g_strdup (text);

  if (self->field->kind == BB_FIELD_STRING && !(self->field->flags & BB_FIELD_REFERENCE))
    return tidied;
  g_strstrip (tidied);
  if (self->field->kind == BB_FIELD_NUMBER || self->field->kind == BB_FIELD_PHASES3)
    g_strdelimit (tidied, ",", '.');
  return tidied;
}

void
bb_field_row_typed (BbFieldRow *self, gint phase, const gchar *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *tidied = tidy (self, text);
  gboolean ok;

  self->setting = TRUE;
  ok = self->n_properties > 1 ? set_three (self, phase, tidied, &error)
                              : set_property (self, 0, tidied, &error);
  self->setting = FALSE;
  set_error (self, ok ? NULL : error->message);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
  if (!ok)
    return;
  show_state (self);
  if (self->mixed) {
    self->mixed = FALSE;
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MIXED]);
  }
}

void
bb_field_row_entered (BbFieldRow *self)
{
  bb_editor_seal (self->editor);
  for (guint p = 0; p < self->n_properties; p++) {
    g_free (self->revert[p]);
    self->revert[p] = common_text (self, self->properties[p]);
  }
}

/* A value is then written as it should be read ("16" becomes "16.0"); what cannot be a value stays, with its
 * reason. */
void
bb_field_row_left (BbFieldRow *self)
{
  bb_editor_seal (self->editor);
  if (self->error == NULL)
    show_values (self);
  for (guint p = 0; p < self->n_properties; p++) {
    g_free (self->revert[p]);
    self->revert[p] = common_text (self, self->properties[p]);
  }
}

gboolean
bb_field_row_revert (BbFieldRow *self)
{
  gboolean any = self->error != NULL;

  for (guint p = 0; p < self->n_properties; p++) {
    g_autofree gchar *now = common_text (self, self->properties[p]);
    if (self->revert[p] == NULL || g_strcmp0 (now, self->revert[p]) == 0)
      continue;
    set_three (self, (gint) p, self->revert[p], NULL);
    any = TRUE;
  }
  show_values (self);
  show_state (self);
  bb_editor_seal (self->editor);
  return any;
}

gboolean
bb_field_row_type (BbFieldRow *self, const gchar *text)
{
  bb_field_control_type (self->control, text);
  return self->error == NULL;
}

/* ---- actions ---- */

static void
set_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  bb_field_row_type (BB_FIELD_ROW (widget), g_variant_get_string (parameter, NULL));
  bb_editor_seal (BB_FIELD_ROW (widget)->editor);
}

static void
reset_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbFieldRow *self = BB_FIELD_ROW (widget);

  bb_editor_seal (self->editor);
  for (guint p = 0; p < self->n_properties; p++) {
    g_autofree gchar *preset = bb_part_get_text (fresh_part (first_part (self)), self->properties[p]);
    set_three (self, (gint) p, preset, NULL);
  }
  bb_editor_seal (self->editor);
  show_values (self);
  show_state (self);
}

static void
revert_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  bb_field_row_revert (BB_FIELD_ROW (widget));
}

/* ---- object ---- */

static void
bb_field_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BbFieldRow *self = BB_FIELD_ROW (object);

  switch (id) {
  case PROP_TEXT:
    g_value_take_string (value, bb_field_row_get_text (self));
    break;
  case PROP_ERROR:
    g_value_set_string (value, self->error);
    break;
  case PROP_MIXED:
    g_value_set_boolean (value, self->mixed);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
bb_field_row_dispose (GObject *object)
{
  BbFieldRow *self = BB_FIELD_ROW (object);

  g_clear_handle_id (&self->following, g_source_remove);
  for (guint i = 0; self->parts != NULL && i < self->parts->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->parts, i), self);
  g_clear_pointer (&self->control, bb_field_control_free);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_object (&self->editor);
  G_OBJECT_CLASS (bb_field_row_parent_class)->dispose (object);
}

static void
bb_field_row_finalize (GObject *object)
{
  BbFieldRow *self = BB_FIELD_ROW (object);

  for (guint p = 0; p < 3; p++) {
    g_free (self->properties[p]);
    g_free (self->revert[p]);
  }
  g_free (self->error);
  g_free (self->problem);
  G_OBJECT_CLASS (bb_field_row_parent_class)->finalize (object);
}

static void
bb_field_row_class_init (BbFieldRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bb_field_row_get_property;
  object_class->dispose = bb_field_row_dispose;
  object_class->finalize = bb_field_row_finalize;
  properties[PROP_TEXT]
      = g_param_spec_string ("text", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ERROR]
      = g_param_spec_string ("error", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_MIXED]
      = g_param_spec_boolean ("mixed", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  g_type_ensure (BB_TYPE_STEADY);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/field-row.ui");
  gtk_widget_class_bind_template_child (widget_class, BbFieldRow, box);
  gtk_widget_class_bind_template_child (widget_class, BbFieldRow, title);
  gtk_widget_class_bind_template_child (widget_class, BbFieldRow, explanation);
  gtk_widget_class_bind_template_child (widget_class, BbFieldRow, note);
  gtk_widget_class_bind_template_child (widget_class, BbFieldRow, problem_box);
  gtk_widget_class_bind_template_child (widget_class, BbFieldRow, problem_icon);
  gtk_widget_class_bind_template_child (widget_class, BbFieldRow, problem_label);
  gtk_widget_class_bind_template_child (widget_class, BbFieldRow, suffix);
  gtk_widget_class_bind_template_child (widget_class, BbFieldRow, reset);
  gtk_widget_class_install_action (widget_class, "field.set", "s", set_action);
  gtk_widget_class_install_action (widget_class, "field.reset", NULL, reset_action);
  gtk_widget_class_install_action (widget_class, "field.revert", NULL, revert_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Home, GDK_ALT_MASK, "field.reset", NULL);
}

static void
bb_field_row_init (BbFieldRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
find_properties (BbFieldRow *self)
{
  const gchar *phase = strstr (self->info->property, "-l1-");

  self->properties[0] = g_strdup (self->info->property);
  self->n_properties = 1;
  if (self->field->kind != BB_FIELD_PHASES3 || phase == NULL)
    return;
  for (guint p = 1; p < 3; p++) {
    self->properties[p] = g_strdup (self->info->property);
    self->properties[p][phase - self->info->property + 2] = (gchar) ('1' + p);
  }
  self->n_properties = 3;
}

static const BbField *
find_field (BbPart *part, const gchar *property)
{
  BbPartClass *klass = BB_PART_GET_CLASS (part);
  const gchar *phase = strstr (property, "-l1-");

  for (guint f = 0; f < klass->n_fields; f++) {
    const BbField *field = &klass->fields[f];
    if (strcmp (field->property, property) == 0)
      return field;
    if (field->kind == BB_FIELD_PHASES3 && phase != NULL
        && strncmp (field->property, property, (gsize) (phase - property + 1)) == 0)
      return field;
  }
  return NULL;
}

static void
follow_parts (BbFieldRow *self)
{
  gboolean lockable = g_object_class_find_property (G_OBJECT_GET_CLASS (first_part (self)), "active") != NULL;

  for (guint i = 0; i < self->parts->len; i++) {
    GObject *part = g_ptr_array_index (self->parts, i);
    for (guint p = 0; p < self->n_properties; p++) {
      g_autofree gchar *signal = g_strconcat ("notify::", self->properties[p], NULL);
      g_signal_connect (part, signal, G_CALLBACK (value_changed_cb), self);
    }
    if (lockable)
      g_signal_connect (part, "notify::active", G_CALLBACK (lock_changed_cb), self);
  }
  if (bb_field_device_is_follower (first_part (self), self->info->property))
    g_signal_connect_object (self->editor, "changed", G_CALLBACK (device_changed_cb), self, 0);
}

static void
name_things (BbFieldRow *self)
{
  const gchar *title = title_of (self);
  g_autofree gchar *reset = g_strdup_printf (_ ("Reset %s to its default"), title);

  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_widget_set_tooltip_text (self->reset, _ ("Reset to the default"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->reset), GTK_ACCESSIBLE_PROPERTY_LABEL, reset, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
}

GtkWidget *
bb_field_row_new (BbEditor *editor, GPtrArray *parts, const BbFieldInfo *info)
{
  BbFieldRow *self;
  const BbField *field;

  g_return_val_if_fail (BB_IS_EDITOR (editor) && parts->len > 0 && info != NULL, NULL);
  field = find_field (g_ptr_array_index (parts, 0), info->property);
  g_return_val_if_fail (field != NULL, NULL);
  self = g_object_new (BB_TYPE_FIELD_ROW, NULL);
  self->editor = g_object_ref (editor);
  self->parts = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < parts->len; i++)
    g_ptr_array_add (self->parts, g_object_ref (g_ptr_array_index (parts, i)));
  self->info = info;
  self->field = field;
  find_properties (self);
  name_things (self);
  self->control = bb_field_control_new (self, editor, info, field, parts->len > 1);
  gtk_box_append (GTK_BOX (self->suffix), self->control->widget);
  if (*info->unit != '\0') {
    GtkWidget *unit = gtk_label_new (info->unit);
    gtk_widget_add_css_class (unit, "dim-label");
    gtk_box_append (GTK_BOX (self->suffix), unit);
  }
  follow_parts (self);
  show_values (self);
  show_state (self);
  return GTK_WIDGET (self);
}

gboolean
bb_field_row_can_show (BbPart *part, const BbFieldInfo *info)
{
  const BbField *field = find_field (part, info->property);

  return field != NULL && field->kind != BB_FIELD_PART && field->kind != BB_FIELD_LIST
         && strcmp (info->property, "active") != 0 && strstr (info->property, "-l2-") == NULL
         && strstr (info->property, "-l3-") == NULL;
}

GPtrArray *
bb_field_row_get_parts (BbFieldRow *self)
{
  return self->parts;
}

const gchar *
bb_field_row_get_note (BbFieldRow *self)
{
  return gtk_widget_get_visible (self->note) ? gtk_label_get_text (GTK_LABEL (self->note)) : NULL;
}

const BbFieldInfo *
bb_field_row_get_info (BbFieldRow *self)
{
  return self->info;
}

gboolean
bb_field_row_is_for (BbFieldRow *self, const gchar *property)
{
  for (guint p = 0; p < self->n_properties; p++)
    if (strcmp (self->properties[p], property) == 0)
      return TRUE;
  return strcmp (self->field->key, property) == 0 || strcmp (self->field->property, property) == 0;
}

gboolean
bb_field_row_shows (BbFieldRow *self, BbPart *part)
{
  for (guint i = 0; i < self->parts->len; i++)
    if (g_ptr_array_index (self->parts, i) == part)
      return TRUE;
  return FALSE;
}

gchar *
bb_field_row_get_text (BbFieldRow *self)
{
  return bb_field_control_get_text (self->control);
}

const gchar *
bb_field_row_get_error (BbFieldRow *self)
{
  return self->error;
}

void
bb_field_row_set_problem (BbFieldRow *self, const gchar *sentence, BbSeverity severity)
{
  if (g_strcmp0 (self->problem, sentence) == 0 && self->severity == severity)
    return;
  g_free (self->problem);
  self->problem = g_strdup (sentence);
  self->severity = severity;
  show_problem (self);
}

const gchar *
bb_field_row_get_problem (BbFieldRow *self)
{
  return self->problem;
}

void
bb_field_row_grab (BbFieldRow *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE); /* who asks for it is to see it */
  bb_field_control_grab (self->control);
}

void
bb_field_row_set_stacked (BbFieldRow *self, gboolean stacked)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->box),
                                  stacked ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_reorder_child_after (GTK_BOX (self->box), stacked ? self->reset : self->suffix,
                               stacked ? self->suffix : self->reset);
  gtk_widget_set_halign (self->suffix, stacked ? GTK_ALIGN_START : GTK_ALIGN_END);
  gtk_widget_set_halign (self->reset, stacked ? GTK_ALIGN_START : GTK_ALIGN_END);
  /* On a line of its own an empty place for the button is only a gap. */
  gtk_widget_set_visible (self->reset, !stacked || gtk_widget_get_can_target (self->reset));
}
