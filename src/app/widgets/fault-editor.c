/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fault-editor.c: makes one fault: what, where, when, for how long. */
#include "app/widgets/fault-editor.h"

#include <glib/gi18n.h>

#include "app/sim-run-faults.h"
#include "simulation/headline-text.h"

struct _BbFaultEditor {
  GtkBox parent_instance;
  AdwComboRow *kind, *place, *phase;
  GtkSpinButton *day, *minutes;
  AdwEntryRow *time;
  GtkLabel *error;
  BbSite *site; /* (owned) */
};

G_DEFINE_FINAL_TYPE (BbFaultEditor, bb_fault_editor, GTK_TYPE_BOX)

enum { MADE, N_SIGNALS };
static guint signals[N_SIGNALS];

static const BbFaultKind *
chosen_kind (BbFaultEditor *self)
{
  guint n = 0;
  const BbFaultKind *kinds = bb_fault_kinds (&n);

  return &kinds[MIN (adw_combo_row_get_selected (self->kind), n - 1)];
}

/* "12:00", "7:30": seconds of the day; -1: not a time. */
static gint
parse_time (const gchar *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 2);
  guint64 hours = 0, minutes = 0;

  if (g_strv_length (parts) != 2 || !g_ascii_string_to_unsigned (parts[0], 10, 0, 23, &hours, NULL)
      || !g_ascii_string_to_unsigned (parts[1], 10, 0, 59, &minutes, NULL))
    return -1;
  return (gint) (hours * 3600 + minutes * 60);
}

static void
show_error (BbFaultEditor *self, const gchar *sentence)
{
  gtk_label_set_label (self->error, sentence ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error), sentence != NULL);
  if (sentence)
    gtk_widget_add_css_class (GTK_WIDGET (self->time), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->time), "error");
}

static void
add (BbFaultEditor *self)
{
  const BbFaultKind *kind = chosen_kind (self);
  GListModel *places = bb_fault_places (self->site, kind->place);
  gint time_s = parse_time (gtk_editable_get_text (GTK_EDITABLE (self->time)));
  g_autoptr (BbPart) part
      = places ? g_list_model_get_item (places, adw_combo_row_get_selected (self->place)) : NULL;
  g_autofree gchar *id = part ? bb_fault_place_id (part) : NULL;

  if (places && !part) {
    show_error (self, _ ("The site has nothing where this could happen."));
    return;
  }
  if (time_s < 0) {
    show_error (self, _ ("Write the time as hours and minutes, such as 12:00."));
    return;
  }
  show_error (self, NULL);
  g_autoptr (JsonNode) fault
      = bb_fault_new (kind, id, adw_combo_row_get_selected (self->phase),
                      (gtk_spin_button_get_value_as_int (self->day) - 1) * 86400 + time_s,
                      gtk_spin_button_get_value_as_int (self->minutes) * 60);
  g_signal_emit (self, signals[MADE], 0, fault);
}

static void
kind_cb (AdwComboRow *row, GParamSpec *pspec, BbFaultEditor *self)
{
  const BbFaultKind *kind = chosen_kind (self);
  GListModel *places = bb_fault_places (self->site, kind->place);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (guint i = 0; places && i < g_list_model_get_n_items (places); i++) {
    g_autoptr (BbPart) part = g_list_model_get_item (places, i);
    gtk_string_list_take (names, bb_fault_place_name (part));
  }
  adw_combo_row_set_model (self->place, G_LIST_MODEL (names));
  gtk_widget_set_visible (GTK_WIDGET (self->place), places != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->phase), kind->phases);
  show_error (self, NULL);
}

/* ---- actions ---------------------------------------------------------------------------------- */

static void
set_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbFaultEditor *self = BB_FAULT_EDITOR (widget);

  if (g_str_equal (name, "fault.time"))
    gtk_editable_set_text (GTK_EDITABLE (self->time), g_variant_get_string (parameter, NULL));
  else if (g_str_equal (name, "fault.kind"))
    adw_combo_row_set_selected (self->kind, g_variant_get_uint32 (parameter));
  else if (g_str_equal (name, "fault.place"))
    adw_combo_row_set_selected (self->place, g_variant_get_uint32 (parameter));
  else if (g_str_equal (name, "fault.phase"))
    adw_combo_row_set_selected (self->phase, g_variant_get_uint32 (parameter));
  else if (g_str_equal (name, "fault.day"))
    gtk_spin_button_set_value (self->day, g_variant_get_uint32 (parameter));
  else
    gtk_spin_button_set_value (self->minutes, g_variant_get_uint32 (parameter));
}

static void
add_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  add (BB_FAULT_EDITOR (widget));
}

static void
bb_fault_editor_dispose (GObject *object)
{
  g_clear_object (&BB_FAULT_EDITOR (object)->site);
  G_OBJECT_CLASS (bb_fault_editor_parent_class)->dispose (object);
}

static void
bb_fault_editor_class_init (BbFaultEditorClass *klass)
{
  static const gchar *const numbers[]
      = { "fault.kind", "fault.place", "fault.phase", "fault.day", "fault.minutes" };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bb_fault_editor_dispose;
  signals[MADE] = g_signal_new ("made", BB_TYPE_FAULT_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, JSON_TYPE_NODE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/fault-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, BbFaultEditor, kind);
  gtk_widget_class_bind_template_child (widget_class, BbFaultEditor, place);
  gtk_widget_class_bind_template_child (widget_class, BbFaultEditor, phase);
  gtk_widget_class_bind_template_child (widget_class, BbFaultEditor, day);
  gtk_widget_class_bind_template_child (widget_class, BbFaultEditor, time);
  gtk_widget_class_bind_template_child (widget_class, BbFaultEditor, minutes);
  gtk_widget_class_bind_template_child (widget_class, BbFaultEditor, error);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    gtk_widget_class_install_action (widget_class, numbers[i], "u", set_cb);
  gtk_widget_class_install_action (widget_class, "fault.time", "s", set_cb);
  gtk_widget_class_install_action (widget_class, "fault.add", NULL, add_cb);
}

static void
fill_kinds (BbFaultEditor *self)
{
  guint n = 0;
  const BbFaultKind *kinds = bb_fault_kinds (&n);
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) phases = gtk_string_list_new (NULL);

  for (guint i = 0; i < n; i++)
    gtk_string_list_append (titles, _ (kinds[i].title));
  adw_combo_row_set_model (self->kind, G_LIST_MODEL (titles));
  gtk_string_list_append (phases, _ ("All"));
  for (guint p = 0; p < 3; p++)
    gtk_string_list_append (phases, bb_phase_names[p]);
  adw_combo_row_set_model (self->phase, G_LIST_MODEL (phases));
}

static void
bb_fault_editor_init (BbFaultEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
bb_fault_editor_new (BbSite *site)
{
  BbFaultEditor *self = g_object_new (BB_TYPE_FAULT_EDITOR, NULL);

  self->site = g_object_ref (site);
  fill_kinds (self);
  g_signal_connect (self->kind, "notify::selected", G_CALLBACK (kind_cb), self);
  kind_cb (self->kind, NULL, self);
  return GTK_WIDGET (self);
}

const gchar *
bb_fault_editor_get_error (BbFaultEditor *self)
{
  const gchar *sentence = gtk_label_get_label (self->error);

  return *sentence ? sentence : NULL;
}
