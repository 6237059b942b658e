/* SPDX-License-Identifier: GPL-3.0-or-later */
/* device-advice.c: what to know before a station or meter is put to use, by its profile. */
#include "app/widgets/device-advice.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/device-choice.h"
#include "app/device-words.h"
#include "app/widgets/note-row.h"

struct _BbDeviceAdvice {
  AdwExpanderRow parent_instance;
  BbEditor *editor; /* (owned) (nullable) */
  BbPart *part;     /* (owned) (nullable) */
  GPtrArray *rows;  /* (element-type GtkWidget), unowned */
};

G_DEFINE_FINAL_TYPE (BbDeviceAdvice, bb_device_advice, ADW_TYPE_EXPANDER_ROW)

/* ---- rows ---- */

static GtkWidget *
add_row (BbDeviceAdvice *self, const gchar *icon, const gchar *title, const gchar *text)
{
  GtkWidget *row = bb_note_row_new (), *image = gtk_image_new_from_icon_name (icon);

  gtk_widget_set_valign (image, GTK_ALIGN_START);
  gtk_widget_set_margin_top (image, 2);
  bb_note_row_add_prefix (BB_NOTE_ROW (row), image);
  bb_note_row_set_title (BB_NOTE_ROW (row), title);
  bb_note_row_set_subtitle (BB_NOTE_ROW (row), text);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
  g_ptr_array_add (self->rows, row);
  return row;
}

static void
add_evidence (BbDeviceAdvice *self, const BbProfile *profile)
{
  const BbInterface *interface = bb_device_find_interface (self->part);
  g_autofree gchar *interfaces = bb_profile_get_interfaces_text (profile);
  g_autofree gchar *sentence = bb_profile_explain_evidence (profile, interface);
  const gboolean doubtful
      = (interface != NULL ? interface->evidence : profile->evidence) == BB_EVIDENCE_UNVERIFIED
        || profile->experimental;

  add_row (self, doubtful ? "dialog-warning-symbolic" : "dialog-information-symbolic", interfaces, sentence);
}

static void
add_loss (BbDeviceAdvice *self)
{
  const BbInterface *interface = BB_IS_STATION (self->part) ? bb_device_find_interface (self->part) : NULL;
  g_autofree gchar *sentence = interface != NULL ? bb_interface_explain_loss (interface) : NULL;

  if (sentence != NULL)
    add_row (self, "dialog-information-symbolic", _ ("When the controller is lost"), sentence);
}

static void
add_step (BbDeviceAdvice *self, const BbSetupStep *step)
{
  static const struct {
    const gchar *kind, *icon, *words;
  } kinds[] = {
    { "manual", "document-edit-symbolic", N_ ("To be done by hand") },
    { "verify", "emblem-ok-symbolic", N_ ("Verified by Busbar") },
    { "info", "dialog-information-symbolic", N_ ("To know") },
  };
  guint k = 0;

  while (k < G_N_ELEMENTS (kinds) - 1 && g_strcmp0 (step->kind, kinds[k].kind) != 0)
    k++;
  add_row (self, kinds[k].icon, _ (step->text), _ (kinds[k].words));
}

static void
add_texts (BbDeviceAdvice *self, const gchar *title, GStrv texts)
{
  g_autofree gchar *all = texts != NULL && texts[0] != NULL ? g_strjoinv ("\n", texts) : NULL;

  if (all != NULL)
    add_row (self, "dialog-information-symbolic", title, all);
}

static void
build (BbDeviceAdvice *self, const BbProfile *profile)
{
  if (profile->refuse != NULL)
    add_row (self, "dialog-warning-symbolic", _ ("It cannot guard a circuit"), _ (profile->refuse));
  add_evidence (self, profile);
  for (guint s = 0; s < profile->setup->len; s++)
    add_step (self, g_ptr_array_index (profile->setup, s));
  add_loss (self);
  add_texts (self, _ ("Notes"), profile->notes);
  add_texts (self, _ ("Sources"), profile->sources);
}

/* ---- following ---- */

static void
show_subtitle (BbDeviceAdvice *self, const BbProfile *profile)
{
  const guint n = profile->setup->len;
  g_autofree gchar *steps = g_strdup_printf (ngettext ("%u piece of advice", "%u pieces of advice", n), n);
  g_autofree gchar *evidence = bb_profile_get_evidence_text (profile);
  g_autofree gchar *subtitle = n > 0 ? g_strdup_printf ("%s · %s", steps, evidence) : g_strdup (evidence);

  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), subtitle);
}

static void
show (BbDeviceAdvice *self)
{
  BbDeviceFields fields;
  const BbProfile *profile
      = bb_device_peek (self->part, &fields) ? bb_device_find_profile (fields.profile) : NULL;

  for (guint r = 0; r < self->rows->len; r++)
    adw_expander_row_remove (ADW_EXPANDER_ROW (self), g_ptr_array_index (self->rows, r));
  g_ptr_array_set_size (self->rows, 0);
  gtk_widget_set_visible (GTK_WIDGET (self), profile != NULL);
  if (profile == NULL)
    return;
  show_subtitle (self, profile);
  if (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self)))
    build (self, profile);
}

static void
expanded_cb (BbDeviceAdvice *self, GParamSpec *pspec, gpointer data)
{
  if (self->part != NULL && self->rows->len == 0)
    show (self);
}

static void
changed_cb (BbEditor *editor, BbPart *part, const gchar *property, BbDeviceAdvice *self)
{
  if (part == self->part && (g_strcmp0 (property, "profile") == 0 || g_strcmp0 (property, "connection") == 0))
    show (self);
}

/* ---- object ---- */

static void
bb_device_advice_dispose (GObject *object)
{
  BbDeviceAdvice *self = BB_DEVICE_ADVICE (object);

  g_clear_object (&self->editor);
  g_clear_object (&self->part);
  G_OBJECT_CLASS (bb_device_advice_parent_class)->dispose (object);
}

static void
bb_device_advice_finalize (GObject *object)
{
  g_ptr_array_unref (BB_DEVICE_ADVICE (object)->rows);
  G_OBJECT_CLASS (bb_device_advice_parent_class)->finalize (object);
}

static void
bb_device_advice_class_init (BbDeviceAdviceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bb_device_advice_dispose;
  G_OBJECT_CLASS (klass)->finalize = bb_device_advice_finalize;
}

static void
bb_device_advice_init (BbDeviceAdvice *self)
{
  self->rows = g_ptr_array_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _ ("Set-up"));
  g_signal_connect (self, "notify::expanded", G_CALLBACK (expanded_cb), NULL);
}

GtkWidget *
bb_device_advice_new (BbEditor *editor, BbPart *part)
{
  BbDeviceAdvice *self = g_object_new (BB_TYPE_DEVICE_ADVICE, NULL);

  self->editor = g_object_ref (editor);
  self->part = g_object_ref (part);
  g_signal_connect_object (editor, "changed", G_CALLBACK (changed_cb), self, 0);
  show (self);
  return GTK_WIDGET (self);
}
