/* SPDX-License-Identifier: GPL-3.0-or-later */
/* device-advice.h: what to know before a station or meter is put to use, by its profile: how sure that is,
 * what is set at the device, what happens without the controller.
 */
#pragma once

#include <adwaita.h>

#include "model/editor.h"

G_BEGIN_DECLS

#define BB_TYPE_DEVICE_ADVICE (bb_device_advice_get_type ())
G_DECLARE_FINAL_TYPE (BbDeviceAdvice, bb_device_advice, BB, DEVICE_ADVICE, AdwExpanderRow)

/* Follows the part; not visible while its profile is not known. Its rows are made when it is opened first. */
GtkWidget *bb_device_advice_new (BbEditor *editor, BbPart *part);

G_END_DECLS
