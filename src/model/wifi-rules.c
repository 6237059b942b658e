/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wifi-rules.c: names and passwords of WiFi networks that the measurement devices accept. */
#include "model/wifi-rules.h"

#include <glib/gi18n.h>
#include <string.h>

/* WPA's passphrases have 8 to 63 characters (IEEE 802.11, annex on passphrase mapping). */
#define PASSWORD_MIN 8

static BbWifiVerdict
judge_character (guchar c)
{
  if (g_ascii_isalnum (c))
    return BB_WIFI_OK;
  if (c == '_' || c == '-')
    return BB_WIFI_WARN_SEPARATOR;
  if (c >= 0x80)
    return BB_WIFI_NOT_ASCII;
  return g_ascii_isspace (c) ? BB_WIFI_BLANK : BB_WIFI_SYMBOL;
}

/* The first character that is refused; else the first that is warned of. */
static BbWifiVerdict
judge_alphabet (const gchar *text, gint *position)
{
  BbWifiVerdict warned = BB_WIFI_OK;

  for (gint i = 0; text[i] != '\0'; i++) {
    const BbWifiVerdict verdict = judge_character ((guchar) text[i]);

    if (verdict == BB_WIFI_OK || (verdict == BB_WIFI_WARN_SEPARATOR && warned != BB_WIFI_OK))
      continue;
    *position = i;
    if (verdict != BB_WIFI_WARN_SEPARATOR)
      return verdict;
    warned = verdict;
  }
  return warned;
}

static BbWifiVerdict
judge (const gchar *text, gsize least, gsize most, gint *position)
{
  BbWifiVerdict verdict;
  gint ignored;

  if (position == NULL)
    position = &ignored;
  *position = -1;
  verdict = judge_alphabet (text, position);
  if (!bb_wifi_verdict_is_usable (verdict))
    return verdict;
  if (strlen (text) < least || strlen (text) > most) {
    *position = -1;
    return strlen (text) > most ? BB_WIFI_TOO_LONG : BB_WIFI_TOO_SHORT;
  }
  return verdict;
}

BbWifiVerdict
bb_wifi_check_ssid (const gchar *ssid, gint *position)
{
  g_return_val_if_fail (ssid != NULL, BB_WIFI_EMPTY);
  if (*ssid == '\0') {
    if (position != NULL)
      *position = -1;
    return BB_WIFI_EMPTY;
  }
  return judge (ssid, 1, BB_WIFI_SSID_MAX, position);
}

BbWifiVerdict
bb_wifi_check_password (const gchar *password, gint *position)
{
  g_return_val_if_fail (password != NULL, BB_WIFI_EMPTY);
  return judge (password, *password == '\0' ? 0 : PASSWORD_MIN, BB_WIFI_PASSWORD_MAX, position);
}

gboolean
bb_wifi_verdict_is_usable (BbWifiVerdict verdict)
{
  return verdict == BB_WIFI_OK || verdict == BB_WIFI_WARN_SEPARATOR;
}

static const gchar *
ssid_sentence (BbWifiVerdict verdict)
{
  switch (verdict) {
  case BB_WIFI_WARN_SEPARATOR:
    return _ ("Some devices refuse “_” and “-” in a network name. If the device does not join, rename the "
              "network or "
              "open a guest network with letters and digits only.");
  case BB_WIFI_EMPTY:
    return _ ("Give the name of the WiFi network.");
  case BB_WIFI_TOO_LONG:
    return _ ("A network name has at most 32 characters.");
  case BB_WIFI_BLANK:
    return _ (
        "The device cannot use a network name with blanks. Rename the network, or open a guest network with "
        "letters and digits only.");
  case BB_WIFI_NOT_ASCII:
    return _ ("The device cannot use letters other than A to Z in a network name. Rename the network, or "
              "open a guest "
              "network with letters and digits only.");
  case BB_WIFI_SYMBOL:
    return _ (
        "The device takes only letters and digits in a network name. Rename the network, or open a guest "
        "network with letters and digits only.");
  default:
    return NULL;
  }
}

static const gchar *
password_sentence (BbWifiVerdict verdict)
{
  switch (verdict) {
  case BB_WIFI_WARN_SEPARATOR:
    return _ (
        "Some devices refuse “_” and “-” in a password. If the device does not join, change the password or "
        "open a guest network with letters and digits only.");
  case BB_WIFI_EMPTY:
    return _ ("Give the password of the WiFi network.");
  case BB_WIFI_TOO_SHORT:
    return _ ("A WiFi password has at least 8 characters.");
  case BB_WIFI_TOO_LONG:
    return _ ("The device takes passwords of at most 30 characters. Change the password, or open a guest "
              "network with "
              "a shorter one.");
  case BB_WIFI_BLANK:
    return _ (
        "The device cannot use a password with blanks. Change the password, or open a guest network with "
        "letters and digits only.");
  case BB_WIFI_NOT_ASCII:
    return _ (
        "The device cannot use letters other than A to Z in a password. Change the password, or open a guest "
        "network with letters and digits only.");
  case BB_WIFI_SYMBOL:
    return _ ("The device takes only letters and digits in a password. Change the password, or open a guest "
              "network "
              "with letters and digits only.");
  default:
    return NULL;
  }
}

const gchar *
bb_wifi_verdict_get_sentence (BbWifiVerdict verdict, gboolean is_password)
{
  return is_password ? password_sentence (verdict) : ssid_sentence (verdict);
}

const gchar *
bb_wifi_check_network (guint frequency_mhz, BbWifiSecurity security, gboolean also_5ghz, gboolean *usable)
{
  gboolean ignored;

  if (usable == NULL)
    usable = &ignored;
  *usable = FALSE;
  if (frequency_mhz != 0 && (frequency_mhz < 2400 || frequency_mhz > 2500))
    return _ ("The device has only 2.4 GHz WiFi. Switch on the router's 2.4 GHz network, or open a guest "
              "network there.");
  if (security == BB_WIFI_WPA3)
    return _ ("The device does not know WPA3. Set the router to WPA2, or to WPA2 and WPA3 together.");
  if (security == BB_WIFI_ENTERPRISE)
    return _ ("The device cannot log in to a network with user names (802.1X). Open a network with a "
              "password for it.");
  *usable = TRUE;
  if (security == BB_WIFI_WEP)
    return _ ("WEP can be broken in minutes. Set the router to WPA2.");
  if (security == BB_WIFI_OPEN)
    return _ ("This network has no password: anyone nearby can join it. Set the router to WPA2.");
  if (also_5ghz)
    return _ (
        "This name is used on 2.4 and 5 GHz; some devices do not join then. If it fails, give the 2.4 GHz "
        "network a name of its own, or open a guest network on 2.4 GHz.");
  return NULL;
}
