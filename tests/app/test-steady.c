/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-steady.c: what is written while one types is as wide at every height, and as high as its text needs.
 */
#include "app/kit.h"
#include "app/widgets/note-row.h"
#include "app/widgets/steady.h"

#define SENTENCE                                                                                             \
  "No vehicle charges under 6 A; only a simulation may use less. Set the minimum of this station higher."

static gint
measure (GtkWidget *widget, GtkOrientation orientation, gint for_size)
{
  gint natural = 0;

  gtk_widget_measure (widget, orientation, for_size, NULL, &natural, NULL, NULL);
  return natural;
}

static GtkWidget *
new_label (void)
{
  GtkWidget *label = gtk_label_new (SENTENCE);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  return label;
}

/* A label alone is wider when it has to be low: that is what costs so much to find out. */
static void
test_width (void)
{
  GtkWidget *bare = g_object_ref_sink (new_label ()),
            *steady = g_object_ref_sink (bb_steady_new (new_label ()));
  const gint line = measure (bare, GTK_ORIENTATION_VERTICAL, 4000);
  const gint width = measure (steady, GTK_ORIENTATION_HORIZONTAL, -1);

  g_assert_cmpint (measure (bare, GTK_ORIENTATION_HORIZONTAL, line), !=,
                   measure (bare, GTK_ORIENTATION_HORIZONTAL, 10 * line));
  for (gint lines = 1; lines <= 10; lines++)
    g_assert_cmpint (measure (steady, GTK_ORIENTATION_HORIZONTAL, lines * line), ==, width);
  for (gint w = 100; w <= 1000; w += 100)
    g_assert_cmpint (measure (steady, GTK_ORIENTATION_VERTICAL, w), ==,
                     measure (bare, GTK_ORIENTATION_VERTICAL, w));
  g_object_unref (bare);
  g_object_unref (steady);
}

static void
test_empty (void)
{
  GtkWidget *steady = g_object_ref_sink (bb_steady_new (NULL));
  GtkWidget *label = new_label ();

  g_assert_cmpint (measure (steady, GTK_ORIENTATION_HORIZONTAL, -1), ==, 0);
  gtk_widget_set_visible (label, FALSE);
  adw_bin_set_child (ADW_BIN (steady), label);
  g_assert_cmpint (measure (steady, GTK_ORIENTATION_VERTICAL, -1), ==, 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_visible (label, TRUE);
  g_assert_true (gtk_widget_compute_expand (steady, GTK_ORIENTATION_HORIZONTAL));
  g_object_unref (steady);
}

static void
test_note_row (void)
{
  GtkWidget *row = g_object_ref_sink (bb_note_row_new ()), *button = gtk_button_new_with_label ("Do");
  gint before;

  bb_note_row_set_title (BB_NOTE_ROW (row), "A & B");
  bb_note_row_add_prefix (BB_NOTE_ROW (row), gtk_image_new ());
  bb_note_row_add_suffix (BB_NOTE_ROW (row), button);
  g_assert_nonnull (bb_kit_find (row, GTK_TYPE_LABEL, "A & B"));
  g_assert_cmpstr (bb_note_row_get_subtitle (BB_NOTE_ROW (row)), ==, "");
  before = measure (row, GTK_ORIENTATION_VERTICAL, 300);
  bb_note_row_set_subtitle (BB_NOTE_ROW (row), SENTENCE);
  g_assert_cmpint (measure (row, GTK_ORIENTATION_VERTICAL, 300), >, before);
  bb_note_row_set_subtitle (BB_NOTE_ROW (row), NULL);
  g_assert_cmpint (measure (row, GTK_ORIENTATION_VERTICAL, 300), ==, before);
  g_object_unref (row);
}

int
main (int argc, char *argv[])
{
  bb_kit_init (&argc, &argv);
  g_test_add_func ("/app/steady/width", test_width);
  g_test_add_func ("/app/steady/empty", test_empty);
  g_test_add_func ("/app/steady/note-row", test_note_row);
  return g_test_run ();
}
