/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load.c: reads a profile: the file, its first level, the checks. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/guard.h"
#include "profiles/profile-private.h"
#include "profiles/unit.h"

static const BbKey profile_keys[] = { { "$schema", 0 },
                                      { "format", BB_KEY_NEEDED },
                                      { "kind", BB_KEY_NEEDED },
                                      { "vendor", BB_KEY_NEEDED },
                                      { "name", BB_KEY_NEEDED },
                                      { "models", 0 },
                                      { "revision", 0 },
                                      { "evidence", BB_KEY_NEEDED },
                                      { "experimental", 0 },
                                      { "sources", 0 },
                                      { "notes", 0 },
                                      { "setup", 0 },
                                      { "phases", 0 },
                                      { "range_a", BB_KEY_METER },
                                      { "reaction_ms", BB_KEY_STATION },
                                      { "refuse", BB_KEY_METER },
                                      { "interfaces", BB_KEY_NEEDED },
                                      { NULL, 0 } };

static const BbKey setup_keys[] = { { "kind", BB_KEY_NEEDED }, { "text", BB_KEY_NEEDED }, { NULL, 0 } };

static const BbWord format_words[] = { { "busbar-profile/1", 0 }, { NULL, 0 } };

static void
free_setup (BbSetupStep *step)
{
  g_free (step->kind);
  g_free (step->text);
  g_free (step);
}

static void
read_setup (BbProfileReader *reader, JsonNode *node, gpointer data)
{
  BbProfile *profile = data;
  JsonObject *object = bb_pr_object (reader, node, setup_keys, 0);
  BbSetupStep *step = g_new0 (BbSetupStep, 1);

  g_ptr_array_add (profile->setup, step);
  step->kind = bb_pr_word_text (reader, object, "kind", bb_words_setup);
  step->text = bb_pr_text (reader, object, "text");
}

static void
read_profile (BbProfileReader *reader, JsonNode *root, BbProfile *profile)
{
  JsonObject *object = bb_pr_object (reader, root, profile_keys, BB_KEY_KINDS);

  bb_pr_word (reader, object, "format", format_words, 0);
  profile->kind = (BbProfileKind) bb_pr_word (reader, object, "kind", bb_words_kind, BB_PROFILE_STATION);
  /* Once more, without what belongs to the other kind. */
  object = bb_pr_object (reader, root, profile_keys,
                         profile->kind == BB_PROFILE_METER ? BB_KEY_METER : BB_KEY_STATION);
  profile->vendor = bb_pr_text (reader, object, "vendor");
  profile->name = bb_pr_text (reader, object, "name");
  profile->models = bb_pr_texts (reader, object, "models", NULL);
  profile->revision = bb_pr_text (reader, object, "revision");
  profile->evidence
      = (BbEvidence) bb_pr_word (reader, object, "evidence", bb_words_evidence, BB_EVIDENCE_UNVERIFIED);
  profile->experimental = bb_pr_bool (reader, object, "experimental", FALSE);
  profile->sources = bb_pr_texts (reader, object, "sources", NULL);
  profile->notes = bb_pr_texts (reader, object, "notes", NULL);
  bb_pr_each (reader, object, "setup", read_setup, profile);
  profile->n_phases = (guint) bb_pr_int (reader, object, "phases", 1, 3, 0);
  profile->range_ma
      = (gint32) lround (bb_unit_fold (bb_pr_number (reader, object, "range_a", 1, 100000, 0), 1000));
  profile->reaction_ms = (gint32) bb_pr_int (reader, object, "reaction_ms", 1, 3600000, 0);
  profile->refuse = bb_pr_text (reader, object, "refuse");
  bb_pr_need_items (reader, object, "interfaces");
  bb_pr_each (reader, object, "interfaces", bb_read_interface, profile);
  bb_check_profile (reader, profile);
}

static BbEvidence
weakest_evidence (const BbProfile *profile)
{
  BbEvidence weakest = profile->evidence;

  for (guint i = 0; i < profile->interfaces->len; i++)
    weakest = MAX (weakest, ((const BbInterface *) g_ptr_array_index (profile->interfaces, i))->evidence);
  return weakest;
}

static BbProfile *
profile_new (const gchar *source)
{
  BbProfile *profile = g_new0 (BbProfile, 1);
  g_autofree gchar *base = g_path_get_basename (source);

  g_atomic_ref_count_init (&profile->refs);
  profile->path = g_strdup (source);
  profile->origin = g_strdup ("");
  if (g_str_has_suffix (base, ".json"))
    base[strlen (base) - strlen (".json")] = '\0';
  profile->id = g_strdup (base);
  profile->setup = g_ptr_array_new_with_free_func ((GDestroyNotify) free_setup);
  profile->interfaces = g_ptr_array_new_with_free_func ((GDestroyNotify) bb_interface_free);
  return profile;
}

BbProfile *
bb_profile_parse (const gchar *text, gssize length, const gchar *source, GError **error)
{
  BbProfileReader reader
      = { .text = text, .length = length < 0 ? strlen (text) : (gsize) length, .source = source };
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (BbProfile) profile = NULL;

  g_return_val_if_fail (text != NULL && source != NULL, NULL);
  if (!bb_guard_json (text, (gssize) reader.length, BB_PROFILE_MAX_BYTES, source, error))
    return NULL;
  root = bb_json_parse (text, (gssize) reader.length, source, error);
  if (root == NULL)
    return NULL;
  reader.pointer = g_string_new (NULL);
  profile = profile_new (source);
  read_profile (&reader, root, profile);
  profile->evidence = weakest_evidence (profile);
  g_string_free (reader.pointer, TRUE);
  if (reader.error == NULL)
    return g_steal_pointer (&profile);
  g_propagate_error (error, reader.error);
  return NULL;
}

BbProfile *
bb_profile_load (const gchar *path, GError **error)
{
  g_autoptr (GBytes) bytes = bb_file_read (path, BB_PROFILE_MAX_BYTES, error);
  g_autofree gchar *shown = g_filename_display_name (path);
  BbProfile *profile;

  if (bytes == NULL)
    return NULL;
  profile
      = bb_profile_parse (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), shown, error);
  if (profile != NULL) {
    g_free (profile->path);
    profile->path = g_strdup (path);
  }
  return profile;
}
