/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-device.h: the driver for stations (and clamps) that connect by OCPP 1.6J. */
#pragma once

#include "devices/device.h"

G_BEGIN_DECLS

/* `link` (transfer full). */
BbDevice *bb_ocpp_device_new (BbDeviceContext *context, BbProfile *profile, BbLink *link);
/* A connection of its identity arrived (transfer none); the one before is dropped. */
void bb_ocpp_device_take_link (BbDevice *device, BbOcppLink *link);

G_END_DECLS
