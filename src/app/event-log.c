/* SPDX-License-Identifier: GPL-3.0-or-later */
/* event-log.c: the list of what happened. */
#include "app/event-log.h"

#include <glib/gi18n.h>

#define MOST_EVENTS  10000
#define SAME_EDIT_MS 60000

struct _BbEvent {
  GObject parent_instance;
  guint64 number;
  gint64 time_ms;
  BbEventKind kind;
  BbEventLevel level;
  gchar *source, *sentence;
};

G_DEFINE_FINAL_TYPE (BbEvent, bb_event, G_TYPE_OBJECT)

static void
bb_event_finalize (GObject *object)
{
  BbEvent *self = BB_EVENT (object);

  g_free (self->source);
  g_free (self->sentence);
  G_OBJECT_CLASS (bb_event_parent_class)->finalize (object);
}

static void
bb_event_class_init (BbEventClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bb_event_finalize;
}

static void
bb_event_init (BbEvent *self)
{
}

guint64
bb_event_get_number (BbEvent *self)
{
  return self->number;
}

gint64
bb_event_get_time_ms (BbEvent *self)
{
  return self->time_ms;
}

BbEventKind
bb_event_get_kind (BbEvent *self)
{
  return self->kind;
}

BbEventLevel
bb_event_get_level (BbEvent *self)
{
  return self->level;
}

const gchar *
bb_event_get_source (BbEvent *self)
{
  return self->source;
}

const gchar *
bb_event_get_sentence (BbEvent *self)
{
  return self->sentence;
}

const gchar *
bb_event_kind_name (BbEventKind kind)
{
  static const gchar *const names[] = { N_ ("Edit"), N_ ("Problem"), N_ ("Simulation"), N_ ("File") };

  return kind < G_N_ELEMENTS (names) ? _ (names[kind]) : "";
}

struct _BbEventLog {
  GObject parent_instance;
  BbClock *clock;    /* (owned) */
  GPtrArray *events; /* (owned) (element-type BbEvent) */
  guint64 n_added;
};

static GType
get_item_type (GListModel *model)
{
  return BB_TYPE_EVENT;
}

static guint
get_n_items (GListModel *model)
{
  return BB_EVENT_LOG (model)->events->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *events = BB_EVENT_LOG (model)->events;

  return position < events->len ? g_object_ref (g_ptr_array_index (events, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (BbEventLog, bb_event_log, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
bb_event_log_finalize (GObject *object)
{
  BbEventLog *self = BB_EVENT_LOG (object);

  g_clear_object (&self->clock);
  g_ptr_array_unref (self->events);
  G_OBJECT_CLASS (bb_event_log_parent_class)->finalize (object);
}

static void
bb_event_log_class_init (BbEventLogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bb_event_log_finalize;
}

static void
bb_event_log_init (BbEventLog *self)
{
  self->events = g_ptr_array_new_with_free_func (g_object_unref);
}

BbClock *
bb_event_log_get_clock (BbEventLog *self)
{
  return self->clock;
}

BbEventLog *
bb_event_log_new (BbClock *clock)
{
  BbEventLog *self = g_object_new (BB_TYPE_EVENT_LOG, NULL);

  self->clock = g_object_ref (clock);
  return self;
}

void
bb_event_log_add (BbEventLog *self, BbEventKind kind, BbEventLevel level, const gchar *source,
                  const gchar *sentence)
{
  BbEvent *event = g_object_new (BB_TYPE_EVENT, NULL);

  event->time_ms = bb_clock_get_wall_ms (self->clock, NULL);
  event->number = ++self->n_added;
  event->kind = kind;
  event->level = level;
  event->source = g_strdup (source ? source : "");
  event->sentence = g_strdup (sentence ? sentence : "");
  if (self->events->len >= MOST_EVENTS) {
    g_ptr_array_remove_index (self->events, 0);
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 1, 0);
  }
  g_ptr_array_add (self->events, event);
  g_list_model_items_changed (G_LIST_MODEL (self), self->events->len - 1, 0, 1);
}

void
bb_event_log_add_edit (BbEventLog *self, const gchar *source, const gchar *sentence)
{
  BbEvent *newest = self->events->len > 0 ? self->events->pdata[self->events->len - 1] : NULL;
  const gint64 now_ms = bb_clock_get_wall_ms (self->clock, NULL);

  if (newest && newest->kind == BB_EVENT_EDIT && g_strcmp0 (newest->sentence, sentence) == 0
      && now_ms - newest->time_ms < SAME_EDIT_MS) {
    newest->time_ms = now_ms;
    g_list_model_items_changed (G_LIST_MODEL (self), self->events->len - 1, 1, 1);
    return;
  }
  bb_event_log_add (self, BB_EVENT_EDIT, BB_EVENT_INFO, source, sentence);
}
