/* SPDX-License-Identifier: GPL-3.0-or-later */
/* condition.c: conditions of profiles: reading their terms, and whether they hold. Nothing is allocated while
 * deciding: drivers ask every second. */
#include "profiles/condition.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#include "profiles/words.h"

static const gchar *const operators[] = { "==", "!=", "<=", ">=", "<", ">", "&" };

/* ---- reading ---- */

static gboolean
refuse (const gchar **at, gchar **problem, const gchar *sentence, const gchar *text, gsize length)
{
  if (problem != NULL) {
    g_autofree gchar *part = g_strndup (text, length);

    g_free (*problem);
    *problem = g_strdup_printf ("%s: “%s”", sentence, part);
  }
  *at = NULL;
  return FALSE;
}

gboolean
bb_number_from_text (const gchar *text, gsize length, gint64 *value)
{
  const gboolean minus = length > 0 && text[0] == '-';
  const gchar *digits = text + minus;
  const gboolean hex
      = length > (gsize) minus + 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
  gchar *end = NULL;
  guint64 number;

  if (hex)
    digits += 2;
  if (length > 32 || digits >= text + length || !g_ascii_isxdigit (*digits))
    return FALSE;
  errno = 0;
  number = g_ascii_strtoull (digits, &end, hex ? 16 : 10);
  if (errno != 0 || end != text + length)
    return FALSE;
  if (number > G_MAXINT64 && (minus || !hex))
    return FALSE;
  *value = minus ? -(gint64) number : (gint64) number;
  return TRUE;
}

static void
skip_space (const gchar **at)
{
  while (**at == ' ')
    (*at)++;
}

/* One "1" or "5..7" of a list, at `*at`. */
static gboolean
next_range (const gchar **at, const gchar *end, gint64 *low, gint64 *high)
{
  const gchar *comma = memchr (*at, ',', (gsize) (end - *at)), *dots;
  const gchar *stop = comma != NULL ? comma : end;

  while (*at < stop && **at == ' ')
    (*at)++;
  while (stop > *at && stop[-1] == ' ')
    stop--;
  dots = g_strstr_len (*at, stop - *at, "..");
  if (!bb_number_from_text (*at, (gsize) ((dots != NULL ? dots : stop) - *at), low))
    return FALSE;
  *high = *low;
  if (dots != NULL && !bb_number_from_text (dots + 2, (gsize) (stop - dots - 2), high))
    return FALSE;
  *at = comma != NULL ? comma + 1 : end;
  /* "1," has nothing behind its comma. */
  return *high >= *low && (comma == NULL || *at < end);
}

static gboolean
is_list (const gchar *text, gsize length)
{
  const gchar *at = text;
  gint64 low, high;

  do {
    if (!next_range (&at, text + length, &low, &high))
      return FALSE;
  } while (at < text + length);
  return TRUE;
}

static gboolean
is_version (const gchar *text, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    const gboolean edge = i == 0 || i + 1 == length;

    if (!g_ascii_isdigit (text[i]) && (text[i] != '.' || edge || text[i - 1] == '.'))
      return FALSE;
  }
  return length > 0;
}

static gboolean
is_word (const gchar *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr ("-_.", text[i]) == NULL)
      return FALSE;
  return length > 0;
}

/* OP VALUE, up to "&&" or the end. */
static gboolean
read_comparison (const gchar **at, BbTerm *term, gchar **problem)
{
  const gchar *start = *at, *end;

  term->op = 0;
  while (term->op < G_N_ELEMENTS (operators) && !g_str_has_prefix (start, operators[term->op]))
    term->op++;
  if (term->op == G_N_ELEMENTS (operators) || g_str_has_prefix (start, "&&"))
    return refuse (at, problem, _ ("one of == != < <= > >= & is missing in the condition"), start,
                   strlen (start));
  term->value = start + strlen (operators[term->op]);
  skip_space (&term->value);
  end = strstr (term->value, "&&");
  end = end != NULL ? end : term->value + strlen (term->value);
  *at = end;
  while (end > term->value && end[-1] == ' ')
    end--;
  term->value_length = (gsize) (end - term->value);
  return TRUE;
}

static gboolean
check_value (const gchar **at, const BbTerm *term, gchar **problem)
{
  gint64 number;

  if (term->kind == BB_TERM_FIRMWARE) {
    if (!is_version (term->value, term->value_length) || term->op == BB_OPERATOR_AND)
      return refuse (at, problem, _ ("firmware is compared with a version such as 1.8"), term->value,
                     term->value_length);
  } else if (term->kind == BB_TERM_VARIANT) {
    if (!is_word (term->value, term->value_length) || term->op > BB_OPERATOR_NOT_EQUAL)
      return refuse (at, problem, _ ("variant is compared with a word, by == or !="), term->value,
                     term->value_length);
  } else if (term->op == BB_OPERATOR_EQUAL) {
    if (!is_list (term->value, term->value_length))
      return refuse (at, problem, _ ("no number and no list such as 1,2,5..7"), term->value,
                     term->value_length);
  } else if (!bb_number_from_text (term->value, term->value_length, &number)) {
    return refuse (at, problem, _ ("not a number"), term->value, term->value_length);
  }
  return TRUE;
}

/* "readable(16418)" */
static gboolean
read_readable (const gchar **at, BbTerm *term, gchar **problem)
{
  const gchar *start = *at, *close = strchr (start, ')');
  gint64 address;

  if (*start != '(' || close == NULL
      || !bb_number_from_text (start + 1, (gsize) (close - start - 1), &address) || address < 0
      || address > G_MAXUINT16)
    return refuse (at, problem, _ ("readable takes a register's address in brackets"), start, strlen (start));
  term->kind = BB_TERM_READABLE;
  term->address = (guint32) address;
  *at = close + 1;
  return TRUE;
}

static gboolean
read_name (const gchar **at, BbTerm *term, gchar **problem)
{
  gchar name[32];
  const gchar *start = *at;
  gsize length = 0;

  while (g_ascii_isalnum (start[length]) || start[length] == '.')
    length++;
  *at += length;
  g_strlcpy (name, start, MIN (sizeof name, length + 1));
  skip_space (at);
  if (strcmp (name, "readable") == 0)
    return read_readable (at, term, problem);
  if (strcmp (name, "firmware") == 0) {
    term->kind = BB_TERM_FIRMWARE;
  } else if (strcmp (name, "variant") == 0) {
    term->kind = BB_TERM_VARIANT;
  } else if ((term->role = bb_role_from_name (name)) == BB_ROLE_NONE) {
    const gchar *guess = bb_word_guess (bb_words_role, name);
    g_autofree gchar *sentence
        = guess == NULL
              ? g_strdup (_ ("the condition asks for an unknown role"))
              /* Translators: %s is the name of a role, such as current.l1. */
              : g_strdup_printf (_ ("the condition asks for an unknown role; did you mean %s?"), guess);

    return refuse (at, problem, sentence, start, MAX (length, 1));
  }
  return read_comparison (at, term, problem) && check_value (at, term, problem);
}

gboolean
bb_condition_next (const gchar **at, BbTerm *term, gchar **problem)
{
  memset (term, 0, sizeof *term);
  skip_space (at);
  if (**at == '\0')
    return FALSE;
  if (!read_name (at, term, problem))
    return FALSE;
  skip_space (at);
  if (**at == '\0')
    return TRUE;
  if (!g_str_has_prefix (*at, "&&"))
    return refuse (at, problem, _ ("expected && between the terms of a condition"), *at, strlen (*at));
  *at += 2;
  skip_space (at);
  if (**at == '\0')
    return refuse (at, problem, _ ("the condition ends after its"), "&&", 2);
  return TRUE;
}

/* The comparison of an expectation; FALSE: it is none. */
static gboolean
read_expect (const gchar *expect, BbTerm *term, gchar **problem)
{
  const gchar *at = expect;

  memset (term, 0, sizeof *term);
  skip_space (&at);
  if (!read_comparison (&at, term, problem) || !check_value (&at, term, problem))
    return FALSE;
  if (*at != '\0')
    return refuse (&at, problem, _ ("an expectation is one comparison"), at, strlen (at));
  return TRUE;
}

gchar *
bb_expect_check (const gchar *expect)
{
  BbTerm term;
  gchar *problem = NULL;

  return read_expect (expect, &term, &problem) ? NULL : problem;
}

/* ---- deciding ---- */

static gboolean
is_in_list (const BbTerm *term, gint64 value)
{
  const gchar *at = term->value, *end = term->value + term->value_length;
  gint64 low, high;

  while (at < end && next_range (&at, end, &low, &high))
    if (value >= low && value <= high)
      return TRUE;
  return FALSE;
}

/* `order`: -1 less, 0 equal, 1 greater. */
static gboolean
decide (BbOperator op, gint order)
{
  switch (op) {
  case BB_OPERATOR_EQUAL:
    return order == 0;
  case BB_OPERATOR_NOT_EQUAL:
    return order != 0;
  case BB_OPERATOR_LESS_EQUAL:
    return order <= 0;
  case BB_OPERATOR_GREATER_EQUAL:
    return order >= 0;
  case BB_OPERATOR_LESS:
    return order < 0;
  case BB_OPERATOR_GREATER:
    return order > 0;
  case BB_OPERATOR_AND:
  default:
    return FALSE;
  }
}

static gboolean
number_holds (const BbTerm *term, gint64 value)
{
  gint64 number = 0;

  if (term->op == BB_OPERATOR_EQUAL)
    return is_in_list (term, value);
  bb_number_from_text (term->value, term->value_length, &number);
  if (term->op == BB_OPERATOR_AND)
    return (value & number) != 0;
  return decide (term->op, (value > number) - (value < number));
}

/* The next number of a version at `*at`; 0 where it has no more. */
static guint64
next_part (const gchar **at, const gchar *end)
{
  guint64 part = 0;

  for (; *at < end && g_ascii_isdigit (**at); (*at)++)
    part = MIN (part, G_MAXUINT32) * 10 + (guint64) g_ascii_digit_value (**at);
  /* What is no number any more ("-rc1") ends the version. */
  *at = *at < end && **at == '.' ? *at + 1 : end;
  return part;
}

static gboolean
firmware_holds (const BbTerm *term, const gchar *firmware)
{
  const gchar *at, *end, *value = term->value, *value_end = term->value + term->value_length;

  if (firmware == NULL)
    return FALSE;
  at = firmware;
  end = firmware + strlen (firmware);
  /* "V1.8.21", "FW 5.22" */
  while (at < end && !g_ascii_isdigit (*at))
    at++;
  if (at == end)
    return FALSE;
  while (at < end || value < value_end) {
    const guint64 a = next_part (&at, end), b = next_part (&value, value_end);

    if (a != b)
      return decide (term->op, a < b ? -1 : 1);
  }
  return decide (term->op, 0);
}

static gboolean
variant_holds (const BbTerm *term, const gchar *variant)
{
  gboolean same;

  if (variant == NULL)
    return FALSE;
  same = strlen (variant) == term->value_length && strncmp (variant, term->value, term->value_length) == 0;
  return same == (term->op == BB_OPERATOR_EQUAL);
}

static gboolean
term_holds (const BbTerm *term, const BbConditionScope *scope)
{
  gint64 value;

  switch (term->kind) {
  case BB_TERM_FIRMWARE:
    return firmware_holds (term, scope->firmware);
  case BB_TERM_VARIANT:
    return variant_holds (term, scope->variant);
  case BB_TERM_READABLE:
    return scope->is_readable != NULL && scope->is_readable (term->address, scope->data);
  case BB_TERM_ROLE:
  default:
    return scope->get_value != NULL && scope->get_value (term->role, &value, scope->data)
           && number_holds (term, value);
  }
}

gboolean
bb_condition_holds (const gchar *condition, const BbConditionScope *scope)
{
  BbTerm term;

  if (condition == NULL)
    return TRUE;
  g_return_val_if_fail (scope != NULL, FALSE);
  while (bb_condition_next (&condition, &term, NULL))
    if (!term_holds (&term, scope))
      return FALSE;
  return condition != NULL;
}

gboolean
bb_expect_holds (const gchar *expect, gint64 value)
{
  BbTerm term;

  return read_expect (expect, &term, NULL) && number_holds (&term, value);
}
