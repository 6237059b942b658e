/* SPDX-License-Identifier: GPL-3.0-or-later */
/* p1-device.h: the driver for smart meters whose P1 port comes over TCP: DSMR telegrams by a profile's OBIS
 * codes. */
#pragma once

#include "devices/device.h"
#include "protocols/p1/p1-telegram.h"

G_BEGIN_DECLS

/* `link` (transfer full), filled up (bb_link_fill()). */
BbDevice *bb_p1_device_new (BbDeviceContext *context, BbProfile *profile, BbLink *link);

/* For tests and fuzzers: a telegram's reading, as bb_named_values_read_meter(). */
gboolean bb_p1_device_decode (const BbInterface *interface, const BbP1Telegram *telegram, guint n_phases,
                              BbMeterReading *reading, GError **error);

G_END_DECLS
