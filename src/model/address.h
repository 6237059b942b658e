/* SPDX-License-Identifier: GPL-3.0-or-later */
/* address.h: what an address in a site file says: host, port and unit, or a serial line and unit.
 *
 *   192.168.1.50               host; port and unit as the profile says
 *   192.168.1.50:502/3         port 502, Modbus unit 3
 *   [fe80::1]:502              IPv6
 *   /dev/ttyUSB0               serial port; line settings and unit as the profile says
 *   /dev/ttyUSB0:9600-8N1/3    9600 baud, 8 data bits, no parity, 1 stop bit, unit 3
 */
#pragma once

#include "model/part.h"

G_BEGIN_DECLS

typedef struct {
  gchar *host;     /* NULL: a serial port */
  guint16 port;    /* 0: not stated */
  guint8 unit;     /* 0: not stated */
  gchar *device;   /* NULL: a host */
  guint baud;      /* 0: not stated */
  gchar parity;    /* 'N', 'E', 'O' */
  guint stop_bits; /* 1, 2 */
} BbAddress;

/* BB_MODEL_ERROR_CHECK with a sentence when `text` is none of the above; an empty text gives all NULL and 0.
 */
gboolean bb_address_parse (const gchar *text, BbAddress *address, GError **error);
void bb_address_clear (BbAddress *address);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BbAddress, bb_address_clear)

G_END_DECLS
