/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data-dir.h: where the data that comes with Busbar is. */
#pragma once

#include <glib.h>

/* The folder with samples/ and schemas/: BUSBAR_DATA_DIR; else, for a program that runs from a build folder,
 * the source's data/; else the installed one. (transfer full) */
char *bb_data_dir (void);

/* The build folder that this program runs from: <build>/data has the compiled settings' schema, <build>/po
 * the translations; NULL for an installed program. (transfer full) (nullable) */
char *bb_build_dir (void);
