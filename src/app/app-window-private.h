/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app-window-private.h: what the files of the window share: widgets and document (app-window.c), saving and
 * closing (app-window-save.c), messages (app-window-message.c), actions
 * (app-window-actions.c), drops (app-window-drop.c). */
#pragma once

#include "app/app-window.h"

G_BEGIN_DECLS

/* ---- app-window-save.c ---- */

/* Asks for a place when there is none. `then` (nullable) is called with TRUE once it is saved, FALSE when
 * not. */
typedef void (*BbThen) (BbAppWindow *self, gboolean saved);
void bb_app_window_save (BbAppWindow *self, gboolean ask_place, BbThen then);
/* As after the choice of a place: for scripts. */
void bb_app_window_save_to (BbAppWindow *self, const gchar *path);
/* TRUE: it may close. FALSE: there is unsaved work, and the person is being asked. */
gboolean bb_app_window_may_close (BbAppWindow *self);
/* Closes, giving up unsaved work. */
void bb_app_window_close_now (BbAppWindow *self);

/* ---- app-window-message.c ---- */

/* A row in the box at the top; buttons are added to it by bb_message_add_button(). */
GtkWidget *bb_message_new (BbEventLevel level, const gchar *text);
/* `clicked` is connected to the button with `data`, freed by `destroy`. */
GtkWidget *bb_message_add_button (GtkWidget *message, const gchar *label, GCallback clicked, gpointer data,
                                  GClosureNotify destroy);
/* A button that runs an action. */
void bb_message_add_action (GtkWidget *message, const gchar *label, const gchar *action, const gchar *target);
void bb_message_close (GtkWidget *message);
const gchar *bb_message_get_text (GtkWidget *message);

GtkBox *bb_app_window_get_messages (BbAppWindow *self);
BbRecovery *bb_app_window_get_recovery (BbAppWindow *self);
/* Shows a restored document, its copies taken over from `leftover`. */
void bb_app_window_set_restored (BbAppWindow *self, BbDocument *document, BbLeftover *leftover);
/* Where a document of this path (nullable) belongs: here when there is none, or that file as it is on disk;
 * else in a window of its own, which is made. */
BbAppWindow *bb_app_window_for_document (BbAppWindow *self, const gchar *path);

GtkMenuButton *bb_app_window_get_menu (BbAppWindow *self);

/* ---- app-window-actions.c ---- */

void bb_app_window_add_actions (BbAppWindow *self);

/* ---- app-window-drop.c ---- */

void bb_app_window_take_drops (BbAppWindow *self);
/* What happens to a dropped file: a site opens, a table goes to the simulation, else the person is told. */
void bb_app_window_drop_file (BbAppWindow *self, GFile *file);

G_END_DECLS
