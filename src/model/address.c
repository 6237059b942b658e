/* SPDX-License-Identifier: GPL-3.0-or-later */
/* address.c: what an address in a site file says: host, port and unit, or a serial line and unit. */
#include "model/address.h"

#include <glib/gi18n.h>
#include <string.h>

/* The number in `text`, all of it, within the range; FALSE otherwise. */
static gboolean
parse_number (const gchar *text, guint least, guint most, guint *number)
{
  guint64 value = 0;

  if (!g_ascii_string_to_unsigned (text, 10, least, most, &value, NULL))
    return FALSE;
  *number = (guint) value;
  return TRUE;
}

/* "9600-8N1" */
static gboolean
parse_line (const gchar *text, BbAddress *address)
{
  g_auto (GStrv) parts = g_strsplit (text, "-", 2);

  if (parts[0] == NULL || parts[1] == NULL || !parse_number (parts[0], 300, 921600, &address->baud))
    return FALSE;
  if (strlen (parts[1]) != 3 || parts[1][0] != '8' || strchr ("NEO", parts[1][1]) == NULL
      || (parts[1][2] != '1' && parts[1][2] != '2'))
    return FALSE;
  address->parity = parts[1][1];
  address->stop_bits = (guint) (parts[1][2] - '0');
  return TRUE;
}

/* Longest host name there is; a path of a device is shorter too. */
#define LONGEST 253

/* Text that can be shown and looked up. */
static gboolean
is_name (const gchar *text)
{
  if (*text == '\0' || strlen (text) > LONGEST || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const gchar *at = text; *at != '\0'; at++)
    if ((guchar) *at <= ' ' || *at == 0x7f || strchr ("\"<>@?#", *at) != NULL)
      return FALSE;
  return TRUE;
}

static gboolean
parse_device (const gchar *text, BbAddress *address)
{
  const gchar *colon = strchr (text, ':');
  g_auto (GStrv) rest = NULL;
  guint unit = 0;

  address->device = colon != NULL ? g_strndup (text, (gsize) (colon - text)) : g_strdup (text);
  if (strlen (address->device) < 2 || !is_name (address->device))
    return FALSE;
  if (colon == NULL)
    return TRUE;
  rest = g_strsplit (colon + 1, "/", 2);
  if (rest[0] == NULL || !parse_line (rest[0], address))
    return FALSE;
  if (rest[1] != NULL && !parse_number (rest[1], 1, 247, &unit))
    return FALSE;
  address->unit = (guint8) unit;
  return TRUE;
}

static gboolean
parse_host (const gchar *text, BbAddress *address)
{
  const gchar *slash = strchr (text, '/');
  const gchar *end = slash != NULL ? slash : text + strlen (text);
  const gchar *bracket = *text == '[' ? memchr (text, ']', (gsize) (end - text)) : NULL;
  const gchar *from = bracket != NULL ? bracket : text;
  guint number = 0;

  if (*text == '[' && (bracket == NULL || bracket > end || (bracket + 1 != end && bracket[1] != ':')))
    return FALSE;
  const gchar *colon = memchr (from, ':', (gsize) (end - from));
  if (slash != NULL && !parse_number (slash + 1, 1, 255, &number))
    return FALSE;
  address->unit = (guint8) number;
  if (colon != NULL) {
    g_autofree gchar *port = g_strndup (colon + 1, (gsize) (end - colon - 1));

    if (!parse_number (port, 1, 65535, &number))
      return FALSE;
    address->port = (guint16) number;
    end = colon;
  }
  address->host = bracket != NULL ? g_strndup (text + 1, (gsize) (bracket - text - 1))
                                  : g_strndup (text, (gsize) (end - text));
  return is_name (address->host) && strpbrk (address->host, "[]") == NULL;
}

gboolean
bb_address_parse (const gchar *text, BbAddress *address, GError **error)
{
  *address = (BbAddress){ 0 };
  if (*text == '\0')
    return TRUE;
  if (*text == '/' ? parse_device (text, address) : parse_host (text, address))
    return TRUE;
  bb_address_clear (address);
  *address = (BbAddress){ 0 };
  g_autofree gchar *shown = g_utf8_make_valid (text, MIN (strlen (text), LONGEST));
  g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_CHECK,
               _ ("“%s” is not an address. Write 192.168.1.50, 192.168.1.50:502/1 with port and unit, or a "
                  "serial port such as /dev/ttyUSB0:9600-8N1/1."),
               shown);
  return FALSE;
}

void
bb_address_clear (BbAddress *address)
{
  g_clear_pointer (&address->host, g_free);
  g_clear_pointer (&address->device, g_free);
}
