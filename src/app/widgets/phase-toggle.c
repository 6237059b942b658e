/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phase-toggle.c: some linked buttons that stand for bits. */
#include "app/widgets/phase-toggle.h"

#include <glib/gi18n.h>

#define MOST_BITS 7

struct _BbPhaseToggle {
  GtkWidget parent_instance;
  GtkWidget *buttons[MOST_BITS];
  guint n_buttons;
  gint mask;
  gboolean showing; /* the buttons follow the mask, not the other way round */
};

G_DEFINE_FINAL_TYPE (BbPhaseToggle, bb_phase_toggle, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_MASK, N_PROPS };
static GParamSpec *properties[N_PROPS];
static guint toggled_signal;

static void
show_mask (BbPhaseToggle *self)
{
  self->showing = TRUE;
  for (guint b = 0; b < self->n_buttons; b++)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->buttons[b]),
                                  self->mask >= 0 && (self->mask >> b & 1) != 0);
  self->showing = FALSE;
}

void
bb_phase_toggle_set_mask (BbPhaseToggle *self, gint mask)
{
  g_return_if_fail (BB_IS_PHASE_TOGGLE (self));
  if (self->mask == mask)
    return;
  self->mask = mask;
  show_mask (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MASK]);
}

gint
bb_phase_toggle_get_mask (BbPhaseToggle *self)
{
  return self->mask;
}

void
bb_phase_toggle_press (BbPhaseToggle *self, guint bit)
{
  GtkToggleButton *button;

  g_return_if_fail (BB_IS_PHASE_TOGGLE (self) && bit < self->n_buttons);
  button = GTK_TOGGLE_BUTTON (self->buttons[bit]);
  gtk_toggle_button_set_active (button, !gtk_toggle_button_get_active (button));
}

static void
toggled_cb (GtkToggleButton *button, BbPhaseToggle *self)
{
  gint mask = 0;

  if (self->showing)
    return;
  for (guint b = 0; b < self->n_buttons; b++)
    if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->buttons[b])))
      mask |= 1 << b;
  bb_phase_toggle_set_mask (self, mask);
  g_signal_emit (self, toggled_signal, 0);
}

static void
bb_phase_toggle_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_MASK)
    g_value_set_int (value, BB_PHASE_TOGGLE (object)->mask);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_phase_toggle_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_MASK)
    bb_phase_toggle_set_mask (BB_PHASE_TOGGLE (object), g_value_get_int (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_phase_toggle_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (bb_phase_toggle_parent_class)->dispose (object);
}

static void
bb_phase_toggle_class_init (BbPhaseToggleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bb_phase_toggle_get_property;
  object_class->set_property = bb_phase_toggle_set_property;
  object_class->dispose = bb_phase_toggle_dispose;
  properties[PROP_MASK]
      = g_param_spec_int ("mask", NULL, NULL, -1, G_MAXINT, -1,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  toggled_signal = g_signal_new ("toggled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_css_name (widget_class, "box");
}

static void
bb_phase_toggle_init (BbPhaseToggle *self)
{
  self->mask = -1;
  gtk_widget_add_css_class (GTK_WIDGET (self), "linked");
}

GtkWidget *
bb_phase_toggle_new (const gchar *const *labels, const gchar *const *names)
{
  BbPhaseToggle *self = g_object_new (BB_TYPE_PHASE_TOGGLE, NULL);

  for (guint b = 0; b < MOST_BITS && labels[b] != NULL; b++) {
    GtkWidget *button = gtk_toggle_button_new_with_label (labels[b]);
    gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    names != NULL ? names[b] : labels[b], -1);
    gtk_widget_add_css_class (button, "bit");
    gtk_widget_set_parent (button, GTK_WIDGET (self));
    g_signal_connect (button, "toggled", G_CALLBACK (toggled_cb), self);
    self->buttons[self->n_buttons++] = button;
  }
  return GTK_WIDGET (self);
}

GtkWidget *
bb_phase_toggle_new_phases (void)
{
  static const gchar *const labels[] = { "L1", "L2", "L3", NULL };

  return bb_phase_toggle_new (labels, NULL);
}

GtkWidget *
bb_phase_toggle_new_days (void)
{
  /* Translators: the days of the week, two letters where that is usual */
  const gchar *const labels[] = { C_ ("day", "Mo"), C_ ("day", "Tu"), C_ ("day", "We"), C_ ("day", "Th"),
                                  C_ ("day", "Fr"), C_ ("day", "Sa"), C_ ("day", "Su"), NULL };
  const gchar *const names[] = { _ ("Monday"), _ ("Tuesday"),  _ ("Wednesday"), _ ("Thursday"),
                                 _ ("Friday"), _ ("Saturday"), _ ("Sunday"),    NULL };

  return bb_phase_toggle_new (labels, names);
}

/* A run of three days and more is "Mo–Fr". */
gchar *
bb_days_text (gint days)
{
  const gchar *const names[] = { C_ ("day", "Mo"), C_ ("day", "Tu"), C_ ("day", "We"), C_ ("day", "Th"),
                                 C_ ("day", "Fr"), C_ ("day", "Sa"), C_ ("day", "Su") };
  g_autoptr (GString) text = g_string_new (NULL);

  if (days == 127)
    return g_strdup (_ ("every day"));
  for (gint d = 0, last; d < 7; d = last + 1) {
    last = d;
    if ((days >> d & 1) == 0)
      continue;
    while (last < 6 && (days >> (last + 1) & 1) != 0)
      last++;
    if (last < d + 2)
      last = d;
    g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", names[d]);
    if (last > d)
      g_string_append_printf (text, "–%s", names[last]);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
