/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-editor-random.c: random edits that undo to the same bytes; hostile texts that are pasted. */
#include <string.h>

#include "kit.h"
#include "model/editor.h"
#include "model/part-private.h"

static void
undo_all (BbEditor *editor)
{
  while (bb_editor_undo (editor))
    ;
}

static BbPart *
random_part (BbEditor *editor, GRand *rand)
{
  BbSite *site = bb_editor_get_site (editor);
  GListModel *const lists[]
      = { bb_site_get_groups (site),  bb_site_get_stations (site),         bb_site_get_circuits (site),
          bb_site_get_meters (site),  bb_site_get_signals (site),          bb_site_get_tariff (site),
          bb_site_get_inputs (site),  bb_site_get_acknowledgements (site), bb_site_get_groups (site),
          bb_site_get_stations (site) };
  GListModel *list = lists[g_rand_int_range (rand, 0, G_N_ELEMENTS (lists))];
  const guint n = g_list_model_get_n_items (list);
  BbPart *part;

  if (n == 0)
    return g_rand_boolean (rand) ? BB_PART (site) : BB_PART (bb_site_peek (site)->network);
  part = (BbPart *) g_list_model_get_item (list, (guint) g_rand_int_range (rand, 0, (gint) n));
  g_object_unref (part);
  return part;
}

static const gchar *
random_text (GRand *rand)
{
  static const gchar *const texts[]
      = { "6",     "7.5",  "16", "",      "true",    "false", "main",     "cars",
          "boost", "fair", "0",  "1,2,3", "unknown", "22:00", "mon",      "gG",
          "m",     "a",    "a2", "b,c",   "Ü",       "load",  "fail-safe" };

  return texts[g_rand_int_range (rand, 0, G_N_ELEMENTS (texts))];
}

static void
random_set (BbEditor *editor, GRand *rand)
{
  g_autofree GParamSpec **pspecs = NULL;
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  BbPart *part = random_part (editor, rand);
  const gchar *property;
  guint n;

  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (part), &n);
  property = pspecs[g_rand_int_range (rand, 0, (gint) n)]->name;
  g_ptr_array_add (parts, part);
  for (guint i = 0; i < 5 && g_rand_boolean (rand); i++) {
    BbPart *other = random_part (editor, rand);

    if (G_OBJECT_TYPE (other) == G_OBJECT_TYPE (part))
      g_ptr_array_add (parts, other);
  }
  bb_editor_set_all (editor, parts, property, random_text (rand), NULL);
}

static void
random_remove (BbEditor *editor, GRand *rand)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  for (guint i = 0; i < 1 || (i < 4 && g_rand_boolean (rand)); i++)
    g_ptr_array_add (parts, random_part (editor, rand));
  bb_editor_remove (editor, parts, NULL);
}

static void
random_add (BbEditor *editor, GRand *rand)
{
  g_autoptr (BbPart) copy = bb_part_copy (random_part (editor, rand));

  if (!BB_IS_SITE (copy))
    bb_editor_add (editor, copy, NULL);
}

static void
random_paste (BbEditor *editor, GRand *rand)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  g_autoptr (GPtrArray) pasted = NULL;
  g_autofree gchar *text = NULL;

  for (guint i = 0; i < 3; i++)
    g_ptr_array_add (parts, random_part (editor, rand));
  text = bb_editor_copy (editor, parts);
  pasted = bb_editor_paste (editor, text, NULL);
}

static void
random_window (BbEditor *editor, GRand *rand)
{
  g_autoptr (BbWindow) window = bb_window_new (60, 120, 127);
  BbPart *part = random_part (editor, rand);

  if (!BB_IS_GROUP (part))
    return;
  bb_editor_add_window (editor, BB_GROUP (part), window, NULL);
  if (g_rand_boolean (rand))
    bb_editor_set_window (editor, BB_GROUP (part), 0, g_rand_int_range (rand, 0, 1440), 0, 5, NULL);
  if (g_rand_boolean (rand))
    bb_editor_remove_window (editor, BB_GROUP (part), (guint) g_rand_int_range (rand, 0, 2), NULL);
}

static void
random_extra (BbEditor *editor, GRand *rand)
{
  static const gchar *const keys[] = { "scenario", "x-a", "x-b", "name" };
  g_autofree gchar *text = g_strdup_printf ("[%d]", g_rand_int_range (rand, 0, 3));

  bb_editor_set_extra (editor, random_part (editor, rand), keys[g_rand_int_range (rand, 0, 4)],
                       g_rand_boolean (rand) ? json_from_string (text, NULL) : NULL, NULL);
}

static void
random_acceptance (BbEditor *editor, GRand *rand)
{
  BbPart *part = random_part (editor, rand);

  if (!BB_IS_GROUP (part))
    return;
  if (g_rand_int_range (rand, 0, 3) > 0)
    bb_editor_accept (editor, BB_GROUP (part), "Who", random_text (rand), NULL);
  else
    bb_editor_withdraw (editor, BB_GROUP (part), NULL);
}

static void random_edit (BbEditor *editor, GRand *rand, guint depth);

static void
random_block (BbEditor *editor, GRand *rand, guint depth)
{
  const guint n = (guint) g_rand_int_range (rand, 0, 5);

  bb_editor_begin (editor, "Block");
  for (guint i = 0; i < n; i++)
    random_edit (editor, rand, depth + 1);
  if (depth == 0 && g_rand_int_range (rand, 0, 4) == 0)
    bb_editor_abandon (editor);
  else
    bb_editor_end (editor);
}

static void
random_edit (BbEditor *editor, GRand *rand, guint depth)
{
  switch (g_rand_int_range (rand, 0, 19)) {
  case 0:
    random_remove (editor, rand);
    break;
  case 1:
    random_add (editor, rand);
    break;
  case 2:
    bb_editor_move (editor, random_part (editor, rand), (guint) g_rand_int_range (rand, 0, 6), NULL);
    break;
  case 3:
    if (g_list_model_get_n_items (bb_site_get_stations (bb_editor_get_site (editor))) < 60)
      bb_editor_duplicate (editor, random_part (editor, rand), NULL);
    break;
  case 4:
    if (g_list_model_get_n_items (bb_site_get_stations (bb_editor_get_site (editor))) < 60)
      random_paste (editor, rand);
    break;
  case 5:
    random_window (editor, rand);
    break;
  case 6:
    if (depth < 3)
      random_block (editor, rand, depth);
    break;
  case 7:
    bb_editor_seal (editor);
    break;
  case 8:
    bb_editor_undo (editor);
    break;
  case 9:
    bb_editor_redo (editor);
    break;
  case 10:
    random_extra (editor, rand);
    break;
  case 11:
    random_acceptance (editor, rand);
    break;
  default:
    random_set (editor, rand);
  }
}

typedef void (*Meddle) (BbEditor *editor, GRand *rand);

/* TRUE when random edits can be undone to the first bytes and redone to the last, and "modified" is FALSE
 * only where the site is what was saved. */
static gboolean
random_edits_undo (guint32 seed, guint n_edits, Meddle meddle)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (BbSite) site = kit_random_site (rand, seed % 2 == 1);
  g_autoptr (BbEditor) editor = bb_editor_new (site);
  g_autofree gchar *start = bb_site_to_text (site);
  g_autofree gchar *saved = g_strdup (start);
  g_autofree gchar *later = NULL;
  g_autofree gchar *back = NULL;
  g_autofree gchar *again = NULL;
  gboolean true_to_saved = TRUE;

  for (guint i = 0; i < n_edits; i++) {
    random_edit (editor, rand, 0);
    if (meddle != NULL && i == n_edits / 2)
      meddle (editor, rand);
    if (!bb_editor_get_modified (editor)) {
      g_autofree gchar *now = bb_site_to_text (site);

      true_to_saved &= strcmp (now, saved) == 0;
    }
    if (g_rand_int_range (rand, 0, 20) == 0) {
      bb_editor_mark_saved (editor);
      g_free (saved);
      saved = bb_site_to_text (site);
    }
  }
  while (bb_editor_redo (editor))
    ;
  later = bb_site_to_text (site);
  undo_all (editor);
  back = bb_site_to_text (site);
  while (bb_editor_redo (editor))
    ;
  again = bb_site_to_text (site);
  return true_to_saved && strcmp (start, back) == 0 && strcmp (later, again) == 0;
}

static void
test_random (void)
{
  const guint n_seeds = g_getenv ("BUSBAR_SOAK") != NULL ? 3000 : 40;

  for (guint32 seed = 1; seed <= n_seeds; seed++) {
    g_test_message ("seed %u", seed);
    g_assert_true (random_edits_undo (seed, 120, NULL));
  }
}

/* The deliberate defect: an edit past the editor, such as a binding that sets a property itself. */
static void
set_past_editor (BbEditor *editor, GRand *rand)
{
  BbSite *site = bb_editor_get_site (editor);

  g_object_set (site, "description", "nobody told the editor", NULL);
}

static void
test_random_sees_defect (void)
{
  guint n_seen = 0;

  /* An edit of the description right before or after can hide it. */
  for (guint32 seed = 1; seed <= 10; seed++)
    n_seen += !random_edits_undo (seed, 60, set_past_editor);
  g_assert_cmpuint (n_seen, >=, 8);
}

/* ---- damaged clipboards ---- */

/* Flips, drops and doubles bytes of a good text. */
static void
damage (GString *text, GRand *rand)
{
  const guint n = (guint) g_rand_int_range (rand, 1, 6);

  for (guint i = 0; i < n && text->len > 2; i++) {
    const gsize at = (gsize) g_rand_int_range (rand, 0, (gint) text->len);

    switch (g_rand_int_range (rand, 0, 4)) {
    case 0:
      text->str[at] = (gchar) g_rand_int_range (rand, 1, 256);
      break;
    case 1:
      g_string_erase (text, (gssize) at, MIN (7, (gssize) (text->len - at)));
      break;
    case 2:
      g_string_insert_c (text, (gssize) at, "{}[]\",:0-9e"[g_rand_int_range (rand, 0, 12)]);
      break;
    default:
      g_string_truncate (text, at);
    }
  }
}

static void
test_paste_damaged (void)
{
  const guint n_seeds = g_getenv ("BUSBAR_SOAK") != NULL ? 20000 : 300;
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autoptr (BbSite) site = kit_random_site (rand, FALSE);
  g_autoptr (BbEditor) editor = bb_editor_new (site);
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  g_autofree gchar *start = bb_site_to_text (site);
  g_autofree gchar *good = NULL;
  g_autofree gchar *back = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (bb_site_get_groups (site)); i++)
    g_ptr_array_add (parts, bb_site_group (site, i));
  good = bb_editor_copy (editor, parts);
  for (guint32 seed = 1; seed <= n_seeds; seed++) {
    g_autoptr (GString) text = g_string_new (good);
    g_autoptr (GPtrArray) pasted = NULL;
    g_autoptr (GError) error = NULL;

    g_rand_set_seed (rand, seed);
    damage (text, rand);
    pasted = bb_editor_paste (editor, text->str, &error);
    g_assert_true ((pasted != NULL) != (error != NULL));
    undo_all (editor);
  }
  back = bb_site_to_text (site);
  g_assert_cmpstr (back, ==, start);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/editor/random", test_random);
  g_test_add_func ("/model/editor/random-sees-defect", test_random_sees_defect);
  g_test_add_func ("/model/editor/paste-damaged", test_paste_damaged);
  return g_test_run ();
}
