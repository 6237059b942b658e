/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kit.h: what window tests share: an application, the demo site, windows, waiting for what happens, actions.
 */
#pragma once

#include "app/app-window.h"
#include "app/application.h"

G_BEGIN_DECLS

/* g_test_init(), GTK, libadwaita, resources; ends the program with 77 (skipped) without a display. */
void bb_kit_init (int *argc, char ***argv);
/* Without a display: for tests of what includes no GTK. Own XDG_STATE_HOME. */
void bb_kit_init_plain (int *argc, char ***argv);
/* A registered application with a name of its own on no bus; the same one each time. (transfer none) */
BbApplication *bb_kit_application (void);

/* An own folder, removed with its files by bb_kit_remove(). (transfer full) */
char *bb_kit_folder (void);
void bb_kit_remove (const char *folder);

/* Loads, waiting. (transfer full) */
BbDocument *bb_kit_load (const char *path, GError **error);
BbDocument *bb_kit_demo (void);
/* Saves, waiting. */
gboolean bb_kit_save (BbDocument *document, const char *path, BbDocumentSaveFlags flags, GError **error);

/* A window that shows the document (nullable), drawn. (transfer none) */
BbAppWindow *bb_kit_window (BbDocument *document);
/* Closes without questions; fails when anything still holds the window afterwards. */
void bb_kit_close (BbAppWindow *window);

/* Runs the main loop until `done`; the test fails after 20 s, saying `what`. */
typedef gboolean (*BbKitDone) (gpointer data);
void bb_kit_wait (BbKitDone done, gpointer data, const char *what);
/* Runs what is ready now. */
void bb_kit_settle (void);
/* Waits until the widget was drawn `n` times. */
void bb_kit_wait_frames (GtkWidget *widget, guint n);

/* "win.show-page::log", "assistant.create": as a key or button would; fails when there is no such action or
 * it is disabled. */
void bb_kit_activate (GtkWidget *widget, const char *detailed_action);
/* Whether the action is there and enabled, seen from the widget. */
gboolean bb_kit_is_enabled (BbAppWindow *window, const char *win_action);

/* The first widget below `root` of the type (0: any) whose label, title or text is `text` (NULL: any). */
GtkWidget *bb_kit_find (GtkWidget *root, GType type, const char *text);

/* Sets each property of the table to its text and reads it back; each one must also notify, once.
 * NULL-terminated. */
typedef struct {
  const char *property, *value;
} BbKitProperty;
void bb_kit_round_trip (GObject *object, const BbKitProperty *table);

G_END_DECLS
