/* SPDX-License-Identifier: GPL-3.0-or-later */
/* p1-telegram.h: one DSMR 4/5 telegram of a P1 port (NEN-EN-IEC 62056-21 text), without any I/O.
 *
 * "/IDENTIFICATION", an empty line, lines "A-B:C.D.E(VALUE*UNIT)" and "!CRC16" (CRC-16/ARC over "/" to "!",
 * both included). Values are numbers where they are ones, in kW, kWh, A, V whatever multiple the meter names.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BB_P1_ERROR (bb_p1_error_quark ())
GQuark bb_p1_error_quark (void);
/* Messages say the byte, from 0. */
typedef enum {
  BB_P1_ERROR_SYNTAX,   /* no telegram, or a line that is none */
  BB_P1_ERROR_CHECKSUM, /* none, or another than computed */
  BB_P1_ERROR_TOO_LARGE /* over BB_P1_MAX_BYTES or BB_P1_MAX_VALUES */
} BbP1Error;

#define BB_P1_MAX_BYTES  8192u
#define BB_P1_MAX_VALUES 256u

typedef struct {
  gchar obis[24];    /* "1-0:31.7.0" */
  const gchar *text; /* what stands in the last brackets, without unit; in the telegram's memory */
  const gchar *unit; /* "kW", "" */
  gboolean is_number;
  gdouble number;
} BbP1Value;

typedef struct {
  gchar *identification; /* after the "/" */
  GArray *values;        /* (element-type BbP1Value) in the telegram's order */
  gchar *memory;
} BbP1Telegram;

/* `text` is not necessarily terminated: from "/" to the check sum's last digit, line ends after it allowed.
 */
BbP1Telegram *bb_p1_telegram_parse (const gchar *text, gsize length, GError **error);
void bb_p1_telegram_free (BbP1Telegram *telegram);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbP1Telegram, bb_p1_telegram_free)

/* The first value of this OBIS code, or NULL. */
const BbP1Value *bb_p1_telegram_find (const BbP1Telegram *telegram, const gchar *obis);
/* FALSE: not there, or no number. */
gboolean bb_p1_telegram_get_number (const BbP1Telegram *telegram, const gchar *obis, gdouble *number);

/* CRC-16/ARC: polynomial 0xA001 (reflected 0x8005), starting from 0. "123456789" gives 0xBB3D. */
guint16 bb_p1_crc16 (const void *bytes, gsize size);

G_END_DECLS
