/* SPDX-License-Identifier: GPL-3.0-or-later */
/* application.h: the application: one instance, its windows, the files it is asked to open. */
#pragma once

#include <adwaita.h>

#include "app/app-window.h"
#include "app/document.h"

G_BEGIN_DECLS

#define BB_APPLICATION_ID "org.busbar.Busbar"

#define BB_TYPE_APPLICATION (bb_application_get_type ())
G_DECLARE_FINAL_TYPE (BbApplication, bb_application, BB, APPLICATION, AdwApplication)

BbApplication *bb_application_new (void);

/* Registers the resources (templates, icons, style): once, before any template class. */
void bb_application_load_resources (void);

/* Shows a site: in `near` when that window has none, else in a window of its own. (transfer none): the
 * window. */
BbAppWindow *bb_application_show_document (BbApplication *self, BbAppWindow *near, BbDocument *document);
/* Reads a site file and shows it; a file that is open already comes to the front. What goes wrong is told in
 * `near` (nullable: the active window, or a new one), whose site stays open. */
void bb_application_open_path (BbApplication *self, BbAppWindow *near, const gchar *path);
/* The demo site, of nobody. */
void bb_application_open_demo (BbApplication *self, BbAppWindow *near);

/* The actions that have keys: "win.undo" and its accelerators. NULL-terminated by an action of NULL. */
typedef struct {
  const gchar *action;
  const gchar *accels[3];
} BbAccel;
const BbAccel *bb_application_get_accels (void);
/* Adds the application's actions and all keys: application-actions.c. */
void bb_application_add_actions (BbApplication *self);

G_END_DECLS
