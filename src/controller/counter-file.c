/* SPDX-License-Identifier: GPL-3.0-or-later */
/* counter-file.c: a number over restarts. */
#include "controller/counter-file.h"

#include <inttypes.h>

#include "base/file.h"

guint64
bb_counter_file_load (const gchar *path)
{
  g_autoptr (GBytes) bytes = bb_file_read (path, 64, NULL);
  guint64 number = 0;

  if (bytes == NULL)
    return 0;
  g_autofree gchar *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  return g_ascii_string_to_unsigned (g_strchomp (text), 10, 0, G_MAXUINT64, &number, NULL) ? number : 0;
}

static void
write_number (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const guint64 *number = g_object_get_data (G_OBJECT (task), "number");
  g_autofree gchar *text = g_strdup_printf ("%" PRIu64 "\n", *number);

  g_task_return_boolean (task, bb_file_replace (data, text, -1, NULL, NULL));
}

void
bb_counter_file_save (const gchar *path, guint64 number)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  g_object_set_data_full (G_OBJECT (task), "number", g_memdup2 (&number, sizeof number), g_free);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, write_number);
}
