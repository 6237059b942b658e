/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wifi-rules.h: names and passwords of WiFi networks that the measurement devices accept (A-03, T-04, C-06,
 * C-15). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes: IEEE 802.11 for the name, A-03 for the password. */
#define BB_WIFI_SSID_MAX     32
#define BB_WIFI_PASSWORD_MAX 30

typedef enum {
  BB_WIFI_OK = 0,
  BB_WIFI_WARN_SEPARATOR, /* `_` or `-`: some devices refuse them */
  BB_WIFI_EMPTY,
  BB_WIFI_TOO_SHORT, /* WPA needs 8 */
  BB_WIFI_TOO_LONG,
  BB_WIFI_BLANK,
  BB_WIFI_NOT_ASCII, /* letters outside A-Z */
  BB_WIFI_SYMBOL     /* any other character */
} BbWifiVerdict;

typedef enum {
  BB_WIFI_OPEN = 0,
  BB_WIFI_WEP,
  BB_WIFI_WPA,
  BB_WIFI_WPA2,
  BB_WIFI_WPA2_WPA3,
  BB_WIFI_WPA3,
  BB_WIFI_ENTERPRISE
} BbWifiSecurity;

/* The first rule that is broken; `position` (may be NULL): byte of the character that breaks it, -1 for
 * lengths. */
BbWifiVerdict bb_wifi_check_ssid (const gchar *ssid, gint *position);
/* "" is right for an open network. */
BbWifiVerdict bb_wifi_check_password (const gchar *password, gint *position);
/* TRUE when it may be used: BB_WIFI_OK and the warnings. */
gboolean bb_wifi_verdict_is_usable (BbWifiVerdict verdict);
/* A sentence with the rule and the ways out (rename the network, or open a guest network), or NULL for
 * BB_WIFI_OK; `is_password` says of what. Translated, static. */
const gchar *bb_wifi_verdict_get_sentence (BbWifiVerdict verdict, gboolean is_password);

/* Can the devices join a network of this kind? NULL: yes; else the reason, translated, static. `usable` (may
 * be NULL) tells a warning (WEP, open, shared name) from a refusal (5 GHz, WPA3 only, 802.1X).
 * `frequency_mhz` 0: not known. `also_5ghz`: the same name is on 5 GHz too. */
const gchar *bb_wifi_check_network (guint frequency_mhz, BbWifiSecurity security, gboolean also_5ghz,
                                    gboolean *usable);

G_END_DECLS
