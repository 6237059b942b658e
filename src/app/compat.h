/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compat.h: what differs between GTK and libadwaita versions, behind one interface; the only place with
 * version checks. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A question with a consequence: heading, body, a verb on the button; destructive: red. Calls back with TRUE
 * when the verb was chosen. */
typedef void (*BbConfirmed) (gboolean yes, gpointer data);
void bb_compat_confirm (GtkWindow *parent, const gchar *heading, const gchar *body, const gchar *verb,
                        gboolean destructive, BbConfirmed confirmed, gpointer data);

/* A question with up to four answers beside Cancel, in the order of the buttons. Calls back once with 1.. for
 * the answers, 0 for Cancel, Esc or a closed window. The dialog has "choice-1" and so on as its responses. */
typedef enum { BB_CHOICE_PLAIN = 0, BB_CHOICE_SUGGESTED, BB_CHOICE_DESTRUCTIVE } BbChoiceKind;
typedef struct {
  const gchar *label; /* with mnemonic */
  BbChoiceKind kind;
} BbChoice;
typedef void (*BbChosen) (gpointer data, guint choice);
void bb_compat_choose (GtkWindow *parent, const gchar *heading, const gchar *body, const BbChoice *choices,
                       guint n_choices, BbChosen chosen, gpointer data);

/* File dialogs; `pattern` such as "*.busbar" with its name for people. Finish: a path (transfer full), NULL
 * with G_IO_ERROR_CANCELLED when the person closed it. `name`: suggested for saving. */
void bb_compat_open_file_async (GtkWindow *parent, const gchar *title, const gchar *filter_name,
                                const gchar *pattern, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer data);
void bb_compat_save_file_async (GtkWindow *parent, const gchar *title, const gchar *name,
                                const gchar *filter_name, const gchar *pattern, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);
gchar *bb_compat_file_finish (GAsyncResult *result, GError **error);

/* Newer rows of libadwaita name their widget by their title alone, which hides the widget's own accessible
 * label ("Main fuse in amperes"): take that relation away again. */
void bb_compat_keep_label (GtkWidget *widget);

/* The window of keyboard shortcuts, of shortcuts.ui. (transfer none) */
GtkWidget *bb_compat_shortcuts_new (GtkWindow *parent);
void bb_compat_show_about (GtkWindow *parent, const gchar *icon_name);

G_END_DECLS
