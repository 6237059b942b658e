/* SPDX-License-Identifier: GPL-3.0-or-later */
/* condition.h: the terms of a condition, for the loader's checks. Inside profiles/ only. */
#pragma once

#include "profiles/profile.h"

G_BEGIN_DECLS

typedef enum { BB_TERM_ROLE = 0, BB_TERM_FIRMWARE, BB_TERM_VARIANT, BB_TERM_READABLE } BbTermKind;

typedef enum {
  BB_OPERATOR_EQUAL = 0, /* for numbers also a list */
  BB_OPERATOR_NOT_EQUAL,
  BB_OPERATOR_LESS_EQUAL,
  BB_OPERATOR_GREATER_EQUAL,
  BB_OPERATOR_LESS,
  BB_OPERATOR_GREATER,
  BB_OPERATOR_AND /* one of these bits is set */
} BbOperator;

typedef struct {
  BbTermKind kind;
  BbRole role;
  guint32 address; /* of readable() */
  BbOperator op;
  const gchar *value; /* in the condition, not terminated */
  gsize value_length;
} BbTerm;

/* The next term at `*at`, which is moved behind it; FALSE at the end, and with a translated sentence in
 * `problem` (nullable) (transfer full) and `*at` NULL where it is no condition. */
gboolean bb_condition_next (const gchar **at, BbTerm *term, gchar **problem);

/* What is wrong with an expectation ("== 1"); NULL: nothing. (transfer full) */
gchar *bb_expect_check (const gchar *expect);

/* A number, 0x.. too: all of `text` must be one. Hexadecimal ones may use all 64 bits. */
gboolean bb_number_from_text (const gchar *text, gsize length, gint64 *value);

G_END_DECLS
