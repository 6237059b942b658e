/* SPDX-License-Identifier: GPL-3.0-or-later */
/* program.h: a controller with all that surrounds it: site and catalogue, log, bridges, service manager. */
#pragma once

#include "controller/controller.h"
#include "controller/settings.h"

G_BEGIN_DECLS

typedef struct _BbProgram BbProgram;

/* Loads and checks all that `settings` names; nothing is connected yet. */
BbProgram *bb_program_new (const BbControllerSettings *settings, GError **error);
/* Connects, runs by the real clock, prints the start line. */
gboolean bb_program_start (BbProgram *program, GError **error);
BbClock *bb_program_get_clock (BbProgram *program);
void bb_program_free (BbProgram *program);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbProgram, bb_program_free)

G_END_DECLS
