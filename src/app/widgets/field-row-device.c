/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field-row-device.c: rows of what a station or meter is: its profile and connection are chosen from the
 * catalogue, its address depends on them. */
#include <glib/gi18n.h>
#include <string.h>

#include "app/device-choice.h"
#include "app/device-words.h"
#include "app/widgets/field-row-private.h"
#include "app/widgets/profile-chooser.h"
#include "profiles/catalogue.h"

static BbPart *
first_part (BbFieldControl *self)
{
  return g_ptr_array_index (bb_field_row_get_parts (self->row), 0);
}

static gboolean
is_choice (BbFieldControl *self, const gchar *property)
{
  return strcmp (self->field->property, property) == 0 && bb_device_is_choice (first_part (self), property);
}

gboolean
bb_field_device_is_profile (BbFieldControl *self)
{
  return is_choice (self, "profile");
}

gboolean
bb_field_device_is_connection (BbFieldControl *self)
{
  return is_choice (self, "connection");
}

/* ---- profile ---- */

static void
chosen_cb (BbProfileChooser *chooser, const gchar *id, BbFieldControl *self)
{
  bb_editor_seal (self->editor);
  bb_field_row_typed (self->row, -1, id);
  bb_editor_seal (self->editor);
}

GtkWidget *
bb_field_device_new_profile (BbFieldControl *self)
{
  GtkWidget *chooser
      = bb_profile_chooser_new (BB_IS_METER (first_part (self)) ? BB_PROFILE_METER : BB_PROFILE_STATION);

  g_signal_connect (chooser, "chosen", G_CALLBACK (chosen_cb), self);
  return chooser;
}

/* ---- connection ---- */

/* The profile that all the parts have; NULL: none, an unknown one, or several. */
static BbProfile *
common_profile (BbFieldControl *self)
{
  GPtrArray *parts = bb_field_row_get_parts (self->row);
  BbDeviceFields first, other;

  bb_device_peek (g_ptr_array_index (parts, 0), &first);
  for (guint i = 1; i < parts->len; i++)
    if (bb_device_peek (g_ptr_array_index (parts, i), &other) && strcmp (first.profile, other.profile) != 0)
      return NULL;
  return bb_device_find_profile (first.profile);
}

gchar *
bb_field_device_connection_label (BbFieldControl *self, const gchar *name)
{
  const gint connection = bb_connection_from_name (name);

  if (*name == '\0')
    return g_strdup (_ ("As its profile says"));
  return g_strdup (connection >= 0 ? bb_connection_get_title ((BbConnection) connection) : name);
}

gchar *
bb_field_device_stray_label (BbFieldControl *self, const gchar *name)
{
  g_autofree gchar *label = bb_field_device_connection_label (self, name);

  /* Translators: a connection, such as “Modbus TCP”, that the device's profile does not know */
  return g_strdup_printf (_ ("%s (not in its profile)"), label);
}

GPtrArray *
bb_field_device_connections (BbFieldControl *self)
{
  return bb_device_list_connections (common_profile (self));
}

/* ---- address and identity ---- */

const gchar *
bb_field_device_example (BbFieldControl *self)
{
  if (!BB_IS_STATION (first_part (self)) && !BB_IS_METER (first_part (self)))
    return NULL;
  return strcmp (self->field->property, "address") == 0 ? bb_device_address_example (first_part (self))
                                                        : NULL;
}

gchar *
bb_field_device_explain (BbPart *part, const gchar *property)
{
  if (!BB_IS_STATION (part) && !BB_IS_METER (part))
    return NULL;
  return strcmp (property, "address") == 0    ? bb_device_explain_address (part)
         : strcmp (property, "identity") == 0 ? bb_device_explain_identity (part)
                                              : NULL;
}

gboolean
bb_field_device_is_follower (BbPart *part, const gchar *property)
{
  return (BB_IS_STATION (part) || BB_IS_METER (part))
         && (strcmp (property, "address") == 0 || strcmp (property, "identity") == 0
             || strcmp (property, "connection") == 0);
}

gboolean
bb_field_device_is_shown (BbPart *part, const gchar *property)
{
  return strcmp (property, "identity") != 0 || bb_device_has_identity (part);
}
