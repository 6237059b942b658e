/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-chip.c: one thing that a simulation is made of, with a panel to change it. */
#include "app/widgets/input-chip.h"

#include "app/widgets/calm.h"

struct _BbInputChip {
  AdwBin parent_instance;
  GtkMenuButton *button;
  GtkPopover *popover;
  GtkLabel *title, *value;
  GtkBox *body;
};

G_DEFINE_FINAL_TYPE (BbInputChip, bb_input_chip, ADW_TYPE_BIN)

enum { OPENING, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
show_cb (GtkWidget *popover, BbInputChip *self)
{
  g_signal_emit (self, signals[OPENING], 0);
}

static void
bb_input_chip_class_init (BbInputChipClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[OPENING]
      = g_signal_new ("opening", BB_TYPE_INPUT_CHIP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/input-chip.ui");
  gtk_widget_class_bind_template_child (widget_class, BbInputChip, button);
  gtk_widget_class_bind_template_child (widget_class, BbInputChip, popover);
  gtk_widget_class_bind_template_child (widget_class, BbInputChip, title);
  gtk_widget_class_bind_template_child (widget_class, BbInputChip, value);
  gtk_widget_class_bind_template_child (widget_class, BbInputChip, body);
  gtk_widget_class_bind_template_callback (widget_class, show_cb);
}

static void
bb_input_chip_init (BbInputChip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* A menu button centres what it holds: a chip reads from the left. */
  gtk_widget_set_halign (gtk_widget_get_parent (gtk_menu_button_get_child (self->button)), GTK_ALIGN_FILL);
}

GtkWidget *
bb_input_chip_new (const gchar *title)
{
  BbInputChip *self = g_object_new (BB_TYPE_INPUT_CHIP, NULL);

  gtk_label_set_label (self->title, title);
  return GTK_WIDGET (self);
}

static void
speak (BbInputChip *self)
{
  g_autofree gchar *text
      = g_strdup_printf ("%s: %s", gtk_label_get_label (self->title), gtk_label_get_label (self->value));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

void
bb_input_chip_set_title (BbInputChip *self, const gchar *title)
{
  gtk_label_set_label (self->title, title);
  speak (self);
}

void
bb_input_chip_set_value (BbInputChip *self, const gchar *value)
{
  gtk_label_set_label (self->value, value);
  bb_calm_set_tooltip (GTK_WIDGET (self->button), value);
  speak (self);
}

const gchar *
bb_input_chip_get_value (BbInputChip *self)
{
  return gtk_label_get_label (self->value);
}

GtkBox *
bb_input_chip_get_body (BbInputChip *self)
{
  return self->body;
}

void
bb_input_chip_open (BbInputChip *self)
{
  gtk_menu_button_popup (self->button);
}

void
bb_input_chip_close (BbInputChip *self)
{
  gtk_menu_button_popdown (self->button);
}

gboolean
bb_input_chip_is_open (BbInputChip *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self->popover));
}
