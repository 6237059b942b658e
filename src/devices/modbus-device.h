/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-device.h: the driver for everything that speaks Modbus: what a profile says, done. */
#pragma once

#include "devices/device.h"

G_BEGIN_DECLS

/* `link` (transfer full), filled up (bb_link_fill()). */
BbDevice *bb_modbus_device_new (BbDeviceContext *context, BbProfile *profile, BbLink *link);

G_END_DECLS
