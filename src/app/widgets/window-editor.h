/* SPDX-License-Identifier: GPL-3.0-or-later */
/* window-editor.h: the off-peak windows of a group: times and days of each, and the week drawn as a strip.
 *
 * Actions: windows.add, windows.remove('u'), windows.set('(uss)': number, "start-min" or "end-min", text).
 * Property "summary" (gchar*, read only): "Mo–Fr 22:00–06:00"-like words of all windows, for screen readers
 * and tests.
 */
#pragma once

#include <adwaita.h>

#include "model/editor.h"

G_BEGIN_DECLS

#define BB_TYPE_WINDOW_EDITOR (bb_window_editor_get_type ())
G_DECLARE_FINAL_TYPE (BbWindowEditor, bb_window_editor, BB, WINDOW_EDITOR, AdwPreferencesRow)

GtkWidget *bb_window_editor_new (BbEditor *editor, BbGroup *group);

G_END_DECLS
