/* SPDX-License-Identifier: GPL-3.0-or-later */
/* device-choice.c: choosing the profile and connection of stations and meters. */
#include "app/device-choice.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/device-words.h"
#include "model/decimal.h"
#include "model/meter.h"
#include "model/station.h"
#include "profiles/catalogue.h"

gboolean
bb_device_is_choice (BbPart *part, const gchar *property)
{
  return (BB_IS_STATION (part) || BB_IS_METER (part))
         && (strcmp (property, "profile") == 0 || strcmp (property, "connection") == 0);
}

gboolean
bb_device_is_decisive (const gchar *property)
{
  static const gchar *const names[] = { "profile", "connection", "identity", "serial", "id", NULL };

  return property != NULL && g_strv_contains (names, property);
}

/* ---- what there is ---- */

static gboolean
has_words (const BbProfile *profile, GStrv words)
{
  g_autofree gchar *models = profile->models != NULL ? g_strjoinv (" ", profile->models) : g_strdup ("");
  g_autofree gchar *text = g_strjoin (" ", profile->vendor, profile->name, profile->id, models, NULL);
  g_autofree gchar *folded = g_utf8_casefold (text, -1);

  for (guint w = 0; words[w] != NULL; w++)
    if (strstr (folded, words[w]) == NULL)
      return FALSE;
  return TRUE;
}

GPtrArray *
bb_device_search (BbProfileKind kind, const gchar *search)
{
  g_autofree gchar *folded = g_utf8_casefold (search, -1);
  g_auto (GStrv) words = g_strsplit_set (folded, " \t,", -1);
  GPtrArray *all = bb_catalogue_get_all (bb_catalogue_get_default ()), *found = g_ptr_array_new ();

  for (guint i = 0; i < all->len; i++) {
    BbProfile *profile = g_ptr_array_index (all, i);
    if (profile->kind == kind && has_words (profile, words))
      g_ptr_array_add (found, profile);
  }
  return found;
}

static gboolean
knows (const BbProfile *profile, BbConnection connection)
{
  return profile == NULL || bb_profile_find_interface (profile, connection) != NULL;
}

GPtrArray *
bb_device_list_connections (const BbProfile *profile)
{
  GPtrArray *names = g_ptr_array_new ();

  for (guint c = 0; c < BB_CONNECTION_N; c++)
    if (knows (profile, (BbConnection) c))
      g_ptr_array_add (names, (gpointer) bb_connection_get_name ((BbConnection) c));
  return names;
}

/* ---- what follows ---- */

/* Parts of which something had to change. */
typedef struct {
  gboolean new_profile; /* else a new connection, which stays as it was chosen */
  guint n_connections, n_steps, n_signed;
  gchar *connection; /* (owned) (nullable): that was not known */
  gint32 step_ma;
} Followed;

static gboolean
follow_connection (BbEditor *editor, BbPart *part, const BbProfile *profile, Followed *followed,
                   GError **error)
{
  BbDeviceFields fields;
  gint known;

  bb_device_peek (part, &fields);
  if (*fields.connection == '\0' || bb_profile_choose_interface (profile, fields.connection) != NULL)
    return TRUE;
  known = bb_connection_from_name (fields.connection);
  g_free (followed->connection);
  followed->connection
      = g_strdup (known >= 0 ? bb_connection_get_title ((BbConnection) known) : fields.connection);
  followed->n_connections++;
  return bb_editor_set (editor, part, "connection", "", error);
}

static gboolean
follow_step (BbEditor *editor, BbPart *part, const BbInterface *interface, Followed *followed, GError **error)
{
  const gint32 count_ma = interface->control.step_ma;
  g_autofree gchar *text = NULL;
  gint32 step_ma;

  if (!BB_IS_STATION (part) || count_ma <= 1)
    return TRUE;
  step_ma = bb_station_peek (BB_STATION (part))->step_ma;
  if (step_ma > 0 && step_ma % count_ma == 0)
    return TRUE;
  followed->step_ma = (step_ma / count_ma + 1) * count_ma;
  followed->n_steps++;
  text = bb_decimal_format (followed->step_ma, 1000);
  return bb_editor_set (editor, part, "step-ma", text, error);
}

static gboolean
follow_signed (BbEditor *editor, BbPart *part, const BbInterface *interface, Followed *followed,
               GError **error)
{
  if (!BB_IS_METER (part) || interface->is_signed || !bb_meter_peek (BB_METER (part))->is_signed)
    return TRUE;
  followed->n_signed++;
  return bb_editor_set (editor, part, "signed", "false", error);
}

static gboolean
follow (BbEditor *editor, BbPart *part, Followed *followed, GError **error)
{
  BbDeviceFields fields;
  const BbProfile *profile;
  const BbInterface *interface;

  if (!bb_device_peek (part, &fields) || (profile = bb_device_find_profile (fields.profile)) == NULL
      || profile->kind != fields.kind)
    return TRUE;
  if (followed->new_profile && !follow_connection (editor, part, profile, followed, error))
    return FALSE;
  interface = bb_device_find_interface (part);
  return interface == NULL
         || (follow_step (editor, part, interface, followed, error)
             && follow_signed (editor, part, interface, followed, error));
}

/* ---- what is said of it ---- */

static void
say (GString *text, gchar *sentence)
{
  g_autofree gchar *owned = sentence;

  g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", owned);
}

static void
say_step (GString *text, const Followed *followed, gboolean many)
{
  g_autofree gchar *step = bb_decimal_fixed (followed->step_ma, 1000, 1);

  if (!many)
    /* Translators: %s is a current */
    say (text, g_strdup_printf (_ ("Step set to %s A, as this station counts."), step));
  else
    say (text,
         g_strdup_printf (ngettext ("Step of %u station set to one that it can count.",
                                    "Step of %u stations set to one that they can count.", followed->n_steps),
                          followed->n_steps));
}

/* NULL: nothing. (transfer full) */
static gchar *
sentences (const Followed *followed, gboolean many)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (followed->n_connections > 0 && !many)
    /* Translators: %s is a way to reach a device, such as “Modbus TCP” */
    say (text, g_strdup_printf (_ ("Connection left to the profile, as it does not know %s."),
                                followed->connection));
  else if (followed->n_connections > 0)
    say (text,
         g_strdup_printf (ngettext ("Connection of %u device left to the profile.",
                                    "Connection of %u devices left to the profile.", followed->n_connections),
                          followed->n_connections));
  if (followed->n_steps > 0)
    say_step (text, followed, many);
  if (followed->n_signed > 0)
    say (text, g_strdup (_ ("“Shows export” switched off, as this meter does not tell export from import.")));
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

gboolean
bb_device_choose (BbEditor *editor, GPtrArray *parts, const gchar *property, const gchar *text, gchar **said,
                  GError **error)
{
  Followed followed = { .new_profile = strcmp (property, "profile") == 0 };
  gboolean ok;

  bb_editor_begin (editor, followed.new_profile ? _ ("Change Device profile") : _ ("Change Connection"));
  ok = bb_editor_set_all (editor, parts, property, text, error);
  for (guint i = 0; ok && i < parts->len; i++)
    ok = follow (editor, g_ptr_array_index (parts, i), &followed, error);
  if (ok)
    bb_editor_end (editor);
  else
    bb_editor_abandon (editor);
  if (said != NULL)
    *said = ok ? sentences (&followed, parts->len > 1) : NULL;
  g_free (followed.connection);
  return ok;
}
