/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-http.h: what tests may set on an emulated HTTP meter. */
#pragma once

#include "emulator/emu-device.h"

G_BEGIN_DECLS

/* From now on it wants user "admin" and this password (by its profile's way); NULL: none. After start. */
void bb_emu_http_set_password (BbEmuDevice *device, const gchar *password);

G_END_DECLS
