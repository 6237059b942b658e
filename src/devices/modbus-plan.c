/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-plan.c: spans of registers sorted and merged; what came in, by address. */
#include "devices/modbus-plan.h"

#include <string.h>

#include "devices/points.h"

#define MAX_REGISTERS 125
#define N_ADDRESSES   65536

/* ---- requests ---- */

static gint
compare_reads (gconstpointer a, gconstpointer b)
{
  const BbPlanRead *left = a, *right = b;
  if (left->area != right->area)
    return (gint) left->area - (gint) right->area;
  if (left->address != right->address)
    return (gint) left->address - (gint) right->address;
  return (gint) right->count - (gint) left->count;
}

static void
add_span (GArray *spans, BbArea area, guint address, guint count)
{
  BbPlanRead span = { .area = area, .address = (guint16) address, .count = (guint16) count };
  if (count > 0 && address + count <= N_ADDRESSES)
    g_array_append_val (spans, span);
}

static gboolean
is_inside (const BbPlanRead *outer, const BbPlanRead *inner)
{
  return inner->area == outer->area && inner->address >= outer->address
         && inner->address + inner->count <= outer->address + outer->count;
}

static gboolean
may_join (const BbPlanRead *read, const BbPlanRead *next, const BbPlanLimits *limits)
{
  guint max_read = limits->max_read == 0 ? MAX_REGISTERS : MIN (limits->max_read, MAX_REGISTERS);
  guint end = (guint) read->address + read->count;
  if (limits->alone || next->area != read->area)
    return FALSE;
  if (next->address > end && (!limits->gaps_readable || next->address - end > limits->max_gap))
    return FALSE;
  return (guint) next->address + next->count - read->address <= max_read;
}

GArray *
bb_plan_make (const GArray *points, const BbPlanLimits *limits)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (BbPlanRead));
  GArray *reads = g_array_new (FALSE, FALSE, sizeof (BbPlanRead));
  for (guint i = 0; i < points->len; i++) {
    const BbPlanPoint *point = &g_array_index (points, BbPlanPoint, i);
    add_span (spans, point->area, point->address, point->n_words);
    if (point->scale_at >= 0)
      add_span (spans, point->area, (guint) point->scale_at, 1);
  }
  g_array_sort (spans, compare_reads);
  for (guint i = 0; i < spans->len; i++) {
    const BbPlanRead *next = &g_array_index (spans, BbPlanRead, i);
    BbPlanRead *last = reads->len > 0 ? &g_array_index (reads, BbPlanRead, reads->len - 1) : NULL;
    if (last != NULL && is_inside (last, next))
      continue;
    if (last != NULL && may_join (last, next, limits)) {
      last->count = (guint16) (next->address + next->count - last->address);
      last->merged = TRUE;
    } else {
      g_array_append_val (reads, *next);
    }
  }
  return reads;
}

/* ---- readable() ---- */

static const BbPoint *
point_at (const BbInterface *interface, guint address)
{
  for (guint i = 0; i < interface->points->len; i++) {
    const BbPoint *point = g_ptr_array_index (interface->points, i);
    if (point->address == address && !point->derived && (point->access & BB_ACCESS_READ) != 0)
      return point;
  }
  return NULL;
}

static BbArea
own_area (const BbInterface *interface)
{
  const BbPoint *first = interface->points->len > 0 ? g_ptr_array_index (interface->points, 0) : NULL;
  return first != NULL ? first->area : BB_AREA_HOLDING;
}

static void
add_readable (GArray *reads, const BbInterface *interface, guint64 address)
{
  if (address >= N_ADDRESSES)
    return;
  for (guint i = 0; i < reads->len; i++)
    if (g_array_index (reads, BbPlanRead, i).address == address)
      return;
  const BbPoint *point = point_at (interface, (guint) address);
  add_span (reads, point != NULL ? point->area : own_area (interface), (guint) address,
            point != NULL ? bb_point_get_n_words (point) : 1);
}

static void
add_from_condition (GArray *reads, const BbInterface *interface, const gchar *condition)
{
  for (const gchar *at = condition; at != NULL && (at = strstr (at, "readable(")) != NULL;) {
    at += strlen ("readable(");
    /* The loader checked the number. */
    add_readable (reads, interface, g_ascii_strtoull (at, NULL, 0));
  }
}

GArray *
bb_plan_list_readables (const BbInterface *interface)
{
  GArray *reads = g_array_new (FALSE, FALSE, sizeof (BbPlanRead));
  for (guint i = 0; i < interface->points->len; i++)
    add_from_condition (reads, interface, ((BbPoint *) g_ptr_array_index (interface->points, i))->when);
  for (guint i = 0; i < interface->states->len; i++)
    add_from_condition (reads, interface, ((BbStateRule *) g_ptr_array_index (interface->states, i))->when);
  for (guint i = 0; i < interface->errors->len; i++)
    add_from_condition (reads, interface, ((BbErrorRule *) g_ptr_array_index (interface->errors, i))->when);
  for (guint i = 0; interface->verifies != NULL && i < interface->verifies->len; i++)
    add_from_condition (reads, interface, ((BbVerify *) g_ptr_array_index (interface->verifies, i))->when);
  for (guint i = 0; interface->watchdogs != NULL && i < interface->watchdogs->len; i++)
    add_from_condition (reads, interface, ((BbWatchdog *) g_ptr_array_index (interface->watchdogs, i))->when);
  return reads;
}

/* ---- registers ---- */

struct _BbImage {
  GHashTable *words; /* area and address + 1 -> word + 1 */
};

BbImage *
bb_image_new (void)
{
  BbImage *image = g_new0 (BbImage, 1);
  image->words = g_hash_table_new (NULL, NULL);
  return image;
}

void
bb_image_free (BbImage *image)
{
  if (image == NULL)
    return;
  g_hash_table_unref (image->words);
  g_free (image);
}

static gpointer
key_of (BbArea area, guint address)
{
  return GUINT_TO_POINTER (((guint) area * N_ADDRESSES + address) + 1);
}

void
bb_image_store (BbImage *image, BbArea area, guint address, const guint16 *words, guint n_words)
{
  for (guint i = 0; i < n_words; i++)
    g_hash_table_insert (image->words, key_of (area, address + i), GUINT_TO_POINTER ((guint) words[i] + 1));
}

void
bb_image_forget (BbImage *image, BbArea area, guint address, guint n_words)
{
  for (guint i = 0; i < n_words; i++)
    g_hash_table_remove (image->words, key_of (area, address + i));
}

gboolean
bb_image_get (BbImage *image, BbArea area, guint address, guint n_words, guint16 *words)
{
  for (guint i = 0; i < n_words; i++) {
    guint word = GPOINTER_TO_UINT (g_hash_table_lookup (image->words, key_of (area, address + i)));
    if (word == 0)
      return FALSE;
    words[i] = (guint16) (word - 1);
  }
  return TRUE;
}
