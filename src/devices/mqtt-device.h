/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-device.h: the driver for meters that publish JSON on topics of a broker: a profile's requests are the
 * topics below the device's own. */
#pragma once

#include "devices/device.h"

G_BEGIN_DECLS

/* `link` (transfer full), filled up (bb_link_fill()): host and port are the broker's, user and password too;
 * identity is the topic prefix, the id where it is empty. A reading is as old as the oldest message that it
 * is made of; retained messages count for nothing, for nobody knows how old they are. */
BbDevice *bb_mqtt_device_new (BbDeviceContext *context, BbProfile *profile, BbLink *link);

G_END_DECLS
