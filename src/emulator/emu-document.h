/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-document.h: the JSON documents of an emulated meter (HTTP, MQTT), by its profile's requests and points.
 */
#pragma once

#include "emulator/emu-device.h"

G_BEGIN_DECLS

/* What such a device says that its firmware is. */
#define BB_EMU_FIRMWARE "1.4.4"

/* The variant that is emulated: the first that the probes know; NULL: there are none. */
const gchar *bb_emu_document_find_variant (const BbInterface *interface);
/* What one of the profile's requests is answered with now (transfer full); NULL: this variant has nothing
 * there. */
JsonNode *bb_emu_document_make (BbEmuDevice *device, const gchar *variant, guint request);

G_END_DECLS
