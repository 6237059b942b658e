/* SPDX-License-Identifier: GPL-3.0-or-later */
/* factory.h: the right driver for a profile's interface. */
#pragma once

#include "devices/device.h"

G_BEGIN_DECLS

/* (transfer full) `link` (transfer full). NULL with BB_DEVICE_ERROR_LINK when the profile has no such
 * interface, or something that it needs is missing in the link; the message names the field of the site to
 * fill in. */
BbDevice *bb_device_new (BbDeviceContext *context, BbProfile *profile, BbLink *link, GError **error);

G_END_DECLS
