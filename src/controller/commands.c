/* SPDX-License-Identifier: GPL-3.0-or-later */
/* commands.c: the error domain of commands. */
#include "controller/commands.h"

G_DEFINE_QUARK (bb_command_error, bb_command_error)
