/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profile-show.h: a device profile as text for a technician. */
#pragma once

#include "profiles/profile.h"

/* Prints all of it on standard output. */
void cli_profile_show (const BbProfile *profile);
