/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wait.h: a test of a device waits for what it expects, and ends after 20 s without it. */
#pragma once

#include <glib.h>

static inline gboolean
wait_late_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Iterates the default context until the condition holds. */
#define wait_until(condition)                                                                                \
  G_STMT_START                                                                                               \
  {                                                                                                          \
    gboolean late_ = FALSE;                                                                                  \
    guint guard_ = g_timeout_add_seconds (20, wait_late_cb, &late_);                                         \
    while (!(condition) && !late_)                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                                 \
    g_assert_false (late_);                                                                                  \
    g_source_remove (guard_);                                                                                \
  }                                                                                                          \
  G_STMT_END
