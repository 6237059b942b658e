/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sunspec.c: the search for "SunS" and the bounded walk along the models, one small read at a time. */
#include "devices/sunspec.h"

#include <glib/gi18n.h>
#include <string.h>

#include "devices/points.h"

/* "SunS" */
#define MARK_HIGH    0x5375
#define MARK_LOW     0x6e53
#define END_MODEL    0xffff
#define COMMON_MODEL 1
/* Model 1 up to its serial number. */
#define COMMON_WORDS 66

static const guint16 bases[] = { 40000, 50000, 0 };

typedef enum { AT_BASE, AT_MODEL, AT_COMMON } Place;

typedef struct {
  BbModbusBus *bus; /* (owned) */
  guint8 unit;
  Place place;
  guint base;    /* index into bases */
  guint address; /* of the read that is under way */
  BbSunspec *found;
  GError *silence; /* a base that did not answer at all; (nullable) */
} Walk;

void
bb_sunspec_free (BbSunspec *sunspec)
{
  if (sunspec == NULL)
    return;
  g_array_unref (sunspec->models);
  g_free (sunspec->manufacturer);
  g_free (sunspec->model);
  g_free (sunspec->version);
  g_free (sunspec->serial);
  g_free (sunspec);
}

static void
walk_free (gpointer data)
{
  Walk *walk = data;
  g_clear_pointer (&walk->found, bb_sunspec_free);
  g_clear_error (&walk->silence);
  bb_modbus_bus_unref (walk->bus);
  g_free (walk);
}

static void read_done_cb (GObject *source, GAsyncResult *result, gpointer data);

static void
read_at (GTask *task, Place place, guint address, guint16 count)
{
  Walk *walk = g_task_get_task_data (task);
  BbModbusRequest request = { .unit = walk->unit,
                              .function = 3,
                              .address = (guint16) address,
                              .count = count,
                              .priority = BB_MODBUS_COMMISSION };
  walk->place = place;
  walk->address = address;
  bb_modbus_bus_request_async (walk->bus, &request, g_task_get_cancellable (task), read_done_cb,
                               g_object_ref (task));
}

static void
finish (GTask *task)
{
  Walk *walk = g_task_get_task_data (task);
  g_task_return_pointer (task, g_steal_pointer (&walk->found), (GDestroyNotify) bb_sunspec_free);
}

/* The chain is known; who the device is comes last. */
static void
read_common (GTask *task)
{
  Walk *walk = g_task_get_task_data (task);
  guint16 at;
  guint id = COMMON_MODEL;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (ids, id);
  if (bb_sunspec_locate (walk->found, ids, 0, COMMON_WORDS, &at))
    read_at (task, AT_COMMON, at, COMMON_WORDS);
  else
    finish (task);
}

static void
next_base (GTask *task)
{
  Walk *walk = g_task_get_task_data (task);
  if (++walk->base < G_N_ELEMENTS (bases))
    read_at (task, AT_BASE, bases[walk->base], 2);
  else if (walk->silence != NULL)
    g_task_return_error (task, g_steal_pointer (&walk->silence));
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                             _ ("No SunSpec device: there is no “SunS” at registers 40000, 50000 and 0."));
}

static void
take_base (GTask *task, const guint16 *words)
{
  Walk *walk = g_task_get_task_data (task);
  if (words[0] != MARK_HIGH || words[1] != MARK_LOW) {
    next_base (task);
    return;
  }
  walk->found = g_new0 (BbSunspec, 1);
  walk->found->base = bases[walk->base];
  walk->found->models = g_array_new (FALSE, FALSE, sizeof (BbSunspecModel));
  read_at (task, AT_MODEL, walk->address + 2, 2);
}

static void
take_model (GTask *task, const guint16 *words)
{
  Walk *walk = g_task_get_task_data (task);
  BbSunspecModel model = { words[0], (guint16) walk->address, words[1] };
  if (model.id == END_MODEL) {
    read_common (task);
    return;
  }
  g_array_append_val (walk->found->models, model);
  guint next = walk->address + 2 + model.length;
  if (walk->found->models->len >= BB_SUNSPEC_MAX_MODELS || next + 1 > G_MAXUINT16)
    read_common (task);
  else
    read_at (task, AT_MODEL, next, 2);
}

static gchar *
text_at (const guint16 *words, guint offset, guint16 n_words)
{
  const BbPoint text = { .type = BB_TYPE_TEXT, .n_words = n_words };
  return bb_point_decode_text (&text, words + offset, n_words);
}

static void
take_common (GTask *task, const guint16 *words)
{
  BbSunspec *found = ((Walk *) g_task_get_task_data (task))->found;
  found->manufacturer = text_at (words, 2, 16);
  found->model = text_at (words, 18, 16);
  found->version = text_at (words, 42, 8);
  found->serial = text_at (words, 50, 16);
  finish (task);
}

/* A base may be refused or passed over in silence; a chain that breaks off ends there; without model 1 it has
 * no name. */
static void
take_failure (GTask *task, GError *error)
{
  Walk *walk = g_task_get_task_data (task);
  gboolean exception = error->domain == BB_MODBUS_ERROR && error->code > BB_MODBUS_ERROR_EXCEPTION;
  gboolean silent = g_error_matches (error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_TIMED_OUT);
  if (walk->place == AT_BASE && (exception || silent)) {
    if (silent) {
      g_clear_error (&walk->silence);
      walk->silence = g_error_copy (error);
    }
    next_base (task);
  } else if (exception && walk->place == AT_MODEL) {
    read_common (task);
  } else if (exception && walk->place == AT_COMMON) {
    finish (task);
  } else {
    g_task_return_error (task, g_error_copy (error));
  }
}

static void
read_done_cb (GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  Walk *walk = g_task_get_task_data (task);
  guint n_words = 0;
  g_autofree guint16 *words = bb_modbus_bus_request_finish (walk->bus, result, &n_words, &error);
  if (words == NULL)
    take_failure (task, error);
  else if (n_words < (walk->place == AT_COMMON ? COMMON_WORDS : 2))
    g_task_return_new_error (task, BB_MODBUS_ERROR, BB_MODBUS_ERROR_DAMAGED, _ ("The answer is too short."));
  else if (walk->place == AT_BASE)
    take_base (task, words);
  else if (walk->place == AT_MODEL)
    take_model (task, words);
  else
    take_common (task, words);
}

void
bb_sunspec_discover_async (BbModbusBus *bus, guint8 unit, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Walk *walk = g_new0 (Walk, 1);
  walk->bus = bb_modbus_bus_ref (bus);
  walk->unit = unit;
  g_task_set_task_data (task, walk, walk_free);
  read_at (task, AT_BASE, bases[0], 2);
}

BbSunspec *
bb_sunspec_discover_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- looking up ---- */

static gboolean
is_among (guint id, const GArray *ids)
{
  for (guint i = 0; ids != NULL && i < ids->len; i++)
    if (g_array_index (ids, guint, i) == id)
      return TRUE;
  return ids == NULL;
}

const BbSunspecModel *
bb_sunspec_find (const BbSunspec *sunspec, const GArray *ids)
{
  for (guint i = 0; i < sunspec->models->len; i++) {
    const BbSunspecModel *model = &g_array_index (sunspec->models, BbSunspecModel, i);
    if (is_among (model->id, ids))
      return model;
  }
  return NULL;
}

gboolean
bb_sunspec_locate (const BbSunspec *sunspec, const GArray *ids, guint offset, guint n_words, guint16 *address)
{
  const BbSunspecModel *model = bb_sunspec_find (sunspec, ids);
  if (model == NULL || offset + n_words > 2u + model->length || model->address + offset + n_words > 65536u)
    return FALSE;
  *address = (guint16) (model->address + offset);
  return TRUE;
}
