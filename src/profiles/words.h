/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words.h: the fixed words of profile files and what they stand for. Inside profiles/ only. */
#pragma once

#include "profiles/profile.h"

G_BEGIN_DECLS

/* A table ends with a NULL name. */
typedef struct {
  const gchar *name;
  gint value;
} BbWord;

extern const BbWord bb_words_kind[], bb_words_evidence[], bb_words_connection[], bb_words_role[],
    bb_words_area[], bb_words_type[], bb_words_order[], bb_words_access[], bb_words_write_on[],
    bb_words_schedule[], bb_words_parity[], bb_words_auth[], bb_words_setup[], bb_words_iec[],
    bb_words_status[], bb_words_severity[], bb_words_error[], bb_words_control[], bb_words_watchdog[],
    bb_words_purpose[], bb_words_profile_kind[], bb_words_measurand[], bb_words_phase[], bb_words_action[];

/* The entry of that name, or NULL. */
const BbWord *bb_word_find (const BbWord *words, const gchar *name);
/* The name of a value, or NULL. */
const gchar *bb_word_name (const BbWord *words, gint value);
/* The word that was probably meant, or NULL. */
const gchar *bb_word_guess (const BbWord *words, const gchar *name);
/* How many letters must change to make `a` of `b`; at most a few count. */
guint bb_word_distance (const gchar *a, const gchar *b);

G_END_DECLS
