/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-mqtt.h: what tests may want of an emulated MQTT meter. */
#pragma once

#include "emulator/emu-device.h"

G_BEGIN_DECLS

/* Publishes once more what it measures now, for who has subscribed since the second began. */
void bb_emu_mqtt_publish_again (BbEmuDevice *device);

G_END_DECLS
