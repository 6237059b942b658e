/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part.c: what all parts of a site share: values behind a table of fields, as GObject properties. */
#include "model/part-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/decimal.h"
#include "model/part-text.h"

typedef struct {
  GPtrArray *keys;    /* (element-type utf8): of the file, in its order */
  GHashTable *extras; /* utf8 -> JsonNode */
} BbPartPrivate;

/* Which field and phase a property id stands for. */
typedef struct {
  const BbField *field;
  gint phase; /* -1: the whole field */
} Slot;

G_DEFINE_QUARK (bb_model_error, bb_model_error)
G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (BbPart, bb_part, G_TYPE_OBJECT)

static BbPartPrivate *
private_of (BbPart *self)
{
  return (BbPartPrivate *) bb_part_get_instance_private (self);
}

gboolean
bb_field_is_integer (const BbField *field)
{
  switch (field->kind) {
  case BB_FIELD_BOOLEAN:
  case BB_FIELD_NUMBER:
  case BB_FIELD_ENUM:
  case BB_FIELD_MASK:
  case BB_FIELD_DAYS:
  case BB_FIELD_CLOCK:
    return TRUE;
  default:
    return FALSE;
  }
}

gint
bb_field_absent_value (const BbField *field)
{
  return (field->flags & BB_FIELD_ABSENT_TRUE) != 0 ? TRUE : field->preset;
}

const BbField *
bb_part_find_field (BbPart *part, const gchar *key, guint *position)
{
  BbPartClass *klass = BB_PART_GET_CLASS (part);

  for (guint i = 0; i < klass->n_fields; i++)
    if (strcmp (klass->fields[i].key, key) == 0) {
      if (position != NULL)
        *position = i;
      return &klass->fields[i];
    }
  return NULL;
}

/* Would it be written as {}? */
static gboolean
part_says_nothing (BbPart *part)
{
  BbPartClass *klass = BB_PART_GET_CLASS (part);

  if (private_of (part)->keys->len > 0)
    return FALSE;
  for (guint i = 0; i < klass->n_fields; i++)
    if ((klass->fields[i].flags & BB_FIELD_ALWAYS) != 0
        || !bb_part_field_is_absent_value (part, &klass->fields[i]))
      return FALSE;
  return TRUE;
}

gboolean
bb_part_field_is_absent_value (BbPart *part, const BbField *field)
{
  const gint *three = &BB_FIELD_AT (part, field, gint);

  switch (field->kind) {
  case BB_FIELD_STRING:
    return g_strcmp0 (BB_FIELD_AT (part, field, gchar *),
                      field->preset_text != NULL ? field->preset_text : "")
           == 0;
  case BB_FIELD_PHASES3:
    return three[0] == field->preset && three[1] == field->preset && three[2] == field->preset;
  case BB_FIELD_IDS:
    return BB_FIELD_AT (part, field, GStrv) == NULL;
  case BB_FIELD_PART:
    return part_says_nothing (BB_FIELD_AT (part, field, BbPart *));
  case BB_FIELD_LIST:
    return g_list_model_get_n_items (BB_FIELD_AT (part, field, GListModel *)) == 0;
  default:
    return BB_FIELD_AT (part, field, gint) == bb_field_absent_value (field);
  }
}

GPtrArray *
bb_part_get_keys (BbPart *part)
{
  return private_of (part)->keys;
}

void
bb_part_add_key (BbPart *part, const gchar *key)
{
  g_ptr_array_add (private_of (part)->keys, g_strdup (key));
}

void
bb_part_forget_key (BbPart *part, const gchar *key)
{
  GPtrArray *keys = private_of (part)->keys;
  guint at;

  if (g_ptr_array_find_with_equal_func (keys, key, g_str_equal, &at))
    g_ptr_array_remove_index (keys, at);
}

static const BbField *
id_field (BbPart *part)
{
  const BbField *field = bb_part_find_field (part, "id", NULL);

  return field != NULL && field->kind == BB_FIELD_STRING ? field : NULL;
}

const gchar *
bb_part_get_id (BbPart *part)
{
  const BbField *field = id_field (part);

  return field != NULL ? BB_FIELD_AT (part, field, gchar *) : NULL;
}

void
bb_part_set_id (BbPart *part, const gchar *id)
{
  const BbField *field = id_field (part);

  g_return_if_fail (field != NULL);
  g_free (BB_FIELD_AT (part, field, gchar *));
  BB_FIELD_AT (part, field, gchar *) = g_strdup (id);
}

/* ---- extras ---- */

JsonNode *
bb_part_get_extra (BbPart *part, const gchar *key)
{
  g_return_val_if_fail (BB_IS_PART (part) && key != NULL, NULL);
  return (JsonNode *) g_hash_table_lookup (private_of (part)->extras, key);
}

void
bb_part_set_extra (BbPart *part, const gchar *key, JsonNode *node)
{
  BbPartPrivate *priv = private_of (part);

  g_return_if_fail (BB_IS_PART (part) && key != NULL && bb_part_find_field (part, key, NULL) == NULL);
  if (node == NULL) {
    g_hash_table_remove (priv->extras, key);
    bb_part_forget_key (part, key);
    return;
  }
  if (!g_hash_table_replace (priv->extras, g_strdup (key), node))
    return;
  bb_part_add_key (part, key);
}

GPtrArray *
bb_part_get_extra_keys (BbPart *part)
{
  BbPartPrivate *priv = private_of (part);
  GPtrArray *keys = g_ptr_array_new ();

  for (guint i = 0; i < priv->keys->len; i++)
    if (g_hash_table_contains (priv->extras, priv->keys->pdata[i]))
      g_ptr_array_add (keys, priv->keys->pdata[i]);
  return keys;
}

/* ---- values ---- */

static void
preset_field (BbPart *self, const BbField *field)
{
  gint *numbers = &BB_FIELD_AT (self, field, gint);

  switch (field->kind) {
  case BB_FIELD_STRING:
    BB_FIELD_AT (self, field, gchar *) = g_strdup (field->preset_text != NULL ? field->preset_text : "");
    break;
  case BB_FIELD_PHASES3:
    numbers[0] = numbers[1] = numbers[2] = field->preset;
    break;
  case BB_FIELD_IDS:
    break;
  case BB_FIELD_PART:
    BB_FIELD_AT (self, field, BbPart *) = (BbPart *) g_object_new (field->item_type (), NULL);
    break;
  case BB_FIELD_LIST:
    BB_FIELD_AT (self, field, GListStore *) = g_list_store_new (field->item_type ());
    break;
  default:
    numbers[0] = field->preset;
  }
}

static void
clear_field (BbPart *self, const BbField *field)
{
  switch (field->kind) {
  case BB_FIELD_STRING:
    g_clear_pointer (&BB_FIELD_AT (self, field, gchar *), g_free);
    break;
  case BB_FIELD_IDS:
    g_clear_pointer (&BB_FIELD_AT (self, field, GStrv), g_strfreev);
    break;
  case BB_FIELD_PART:
  case BB_FIELD_LIST:
    g_clear_object (&BB_FIELD_AT (self, field, GObject *));
    break;
  default:
    break;
  }
}

static void
copy_list (GListStore *to, GListModel *from)
{
  for (guint i = 0; i < g_list_model_get_n_items (from); i++) {
    g_autoptr (BbPart) item = (BbPart *) g_list_model_get_item (from, i);
    g_autoptr (BbPart) copy = bb_part_copy (item);

    g_list_store_append (to, copy);
  }
}

static void
copy_field (BbPart *to, BbPart *from, const BbField *field)
{
  switch (field->kind) {
  case BB_FIELD_STRING:
    g_free (BB_FIELD_AT (to, field, gchar *));
    BB_FIELD_AT (to, field, gchar *) = g_strdup (BB_FIELD_AT (from, field, gchar *));
    break;
  case BB_FIELD_IDS:
    g_strfreev (BB_FIELD_AT (to, field, GStrv));
    BB_FIELD_AT (to, field, GStrv) = g_strdupv (BB_FIELD_AT (from, field, GStrv));
    break;
  case BB_FIELD_PART:
    g_object_unref (BB_FIELD_AT (to, field, BbPart *));
    BB_FIELD_AT (to, field, BbPart *) = bb_part_copy (BB_FIELD_AT (from, field, BbPart *));
    break;
  case BB_FIELD_LIST:
    copy_list (BB_FIELD_AT (to, field, GListStore *), BB_FIELD_AT (from, field, GListModel *));
    break;
  default:
    memcpy (&BB_FIELD_AT (to, field, gint), &BB_FIELD_AT (from, field, gint),
            sizeof (gint) * (field->kind == BB_FIELD_PHASES3 ? 3 : 1));
  }
}

BbPart *
bb_part_copy (BbPart *part)
{
  BbPartClass *klass = BB_PART_GET_CLASS (part);
  BbPart *copy = (BbPart *) g_object_new (G_OBJECT_TYPE (part), NULL);
  BbPartPrivate *priv = private_of (part);

  for (guint i = 0; i < klass->n_fields; i++)
    copy_field (copy, part, &klass->fields[i]);
  for (guint i = 0; i < priv->keys->len; i++) {
    const gchar *key = (const gchar *) priv->keys->pdata[i];
    JsonNode *extra = (JsonNode *) g_hash_table_lookup (priv->extras, key);

    if (extra != NULL)
      bb_part_set_extra (copy, key, json_node_copy (extra));
    else
      bb_part_add_key (copy, key);
  }
  return copy;
}

static gboolean
lists_equal (GListModel *a, GListModel *b)
{
  if (g_list_model_get_n_items (a) != g_list_model_get_n_items (b))
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (a); i++) {
    g_autoptr (BbPart) left = (BbPart *) g_list_model_get_item (a, i);
    g_autoptr (BbPart) right = (BbPart *) g_list_model_get_item (b, i);

    if (!bb_part_equal (left, right))
      return FALSE;
  }
  return TRUE;
}

static gboolean
ids_equal (GStrv a, GStrv b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_strv_equal ((const gchar *const *) a, (const gchar *const *) b);
}

static gboolean
fields_equal (BbPart *a, BbPart *b, const BbField *field)
{
  switch (field->kind) {
  case BB_FIELD_STRING:
    return g_strcmp0 (BB_FIELD_AT (a, field, gchar *), BB_FIELD_AT (b, field, gchar *)) == 0;
  case BB_FIELD_IDS:
    return ids_equal (BB_FIELD_AT (a, field, GStrv), BB_FIELD_AT (b, field, GStrv));
  case BB_FIELD_PART:
    return bb_part_equal (BB_FIELD_AT (a, field, BbPart *), BB_FIELD_AT (b, field, BbPart *));
  case BB_FIELD_LIST:
    return lists_equal (BB_FIELD_AT (a, field, GListModel *), BB_FIELD_AT (b, field, GListModel *));
  default:
    return memcmp (&BB_FIELD_AT (a, field, gint), &BB_FIELD_AT (b, field, gint),
                   sizeof (gint) * (field->kind == BB_FIELD_PHASES3 ? 3 : 1))
           == 0;
  }
}

gboolean
bb_part_equal (BbPart *a, BbPart *b)
{
  BbPartClass *klass = BB_PART_GET_CLASS (a);
  GHashTableIter iter;
  gpointer key, node;

  if (G_OBJECT_TYPE (a) != G_OBJECT_TYPE (b)
      || g_hash_table_size (private_of (a)->extras) != g_hash_table_size (private_of (b)->extras))
    return FALSE;
  for (guint i = 0; i < klass->n_fields; i++)
    if (!fields_equal (a, b, &klass->fields[i]))
      return FALSE;
  g_hash_table_iter_init (&iter, private_of (a)->extras);
  while (g_hash_table_iter_next (&iter, &key, &node)) {
    JsonNode *other = bb_part_get_extra (b, (const gchar *) key);

    if (other == NULL || !json_node_equal ((JsonNode *) node, other))
      return FALSE;
  }
  return TRUE;
}

/* ---- properties ---- */

static const Slot *
slot_of (BbPart *self, guint property_id)
{
  return &g_array_index (BB_PART_GET_CLASS (self)->slots, Slot, property_id - 1);
}

static void
bb_part_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  BbPart *self = BB_PART (object);
  const Slot *slot = slot_of (self, property_id);
  const BbField *field = slot->field;

  switch (field->kind) {
  case BB_FIELD_STRING:
    g_value_set_string (value, BB_FIELD_AT (self, field, gchar *));
    break;
  case BB_FIELD_BOOLEAN:
    g_value_set_boolean (value, BB_FIELD_AT (self, field, gboolean));
    break;
  case BB_FIELD_PHASES3:
    g_value_set_int (value, (&BB_FIELD_AT (self, field, gint))[slot->phase]);
    break;
  case BB_FIELD_IDS:
    g_value_set_boxed (value, BB_FIELD_AT (self, field, GStrv));
    break;
  case BB_FIELD_PART:
  case BB_FIELD_LIST:
    g_value_set_object (value, BB_FIELD_AT (self, field, GObject *));
    break;
  default:
    g_value_set_int (value, BB_FIELD_AT (self, field, gint));
  }
}

/* TRUE when it changed. */
static gboolean
set_number (gint *at, gint value)
{
  gboolean changed = *at != value;

  *at = value;
  return changed;
}

static gboolean
set_string (gchar **at, const gchar *value)
{
  if (value == NULL)
    value = "";
  if (strcmp (*at, value) == 0)
    return FALSE;
  g_free (*at);
  *at = g_strdup (value);
  return TRUE;
}

static gboolean
set_ids (GStrv *at, GStrv value)
{
  if (ids_equal (*at, value))
    return FALSE;
  g_strfreev (*at);
  *at = g_strdupv (value);
  return TRUE;
}

static gboolean
is_locked (BbPart *self, const BbField *field)
{
  BbPartClass *klass = BB_PART_GET_CLASS (self);

  return klass->is_locked != NULL && klass->is_locked (self, field);
}

static void
put_value (BbPart *self, const Slot *slot, const GValue *value, GParamSpec *pspec)
{
  const BbField *field = slot->field;
  gboolean changed;

  switch (field->kind) {
  case BB_FIELD_STRING:
    changed = set_string (&BB_FIELD_AT (self, field, gchar *), g_value_get_string (value));
    break;
  case BB_FIELD_BOOLEAN:
    changed = set_number (&BB_FIELD_AT (self, field, gint), g_value_get_boolean (value));
    break;
  case BB_FIELD_IDS:
    changed = set_ids (&BB_FIELD_AT (self, field, GStrv), (GStrv) g_value_get_boxed (value));
    break;
  default:
    changed = set_number (&(&BB_FIELD_AT (self, field, gint))[MAX (slot->phase, 0)], g_value_get_int (value));
  }
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), pspec);
}

static void
bb_part_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  BbPart *self = BB_PART (object);
  const Slot *slot = slot_of (self, property_id);

  if (is_locked (self, slot->field))
    g_warning ("%s “%s” is active: deactivate it before setting %s", BB_PART_GET_CLASS (self)->type_name,
               bb_part_get_id (self), pspec->name);
  else
    put_value (self, slot, value, pspec);
}

static GParamSpec *
make_pspec (const BbField *field, const gchar *name)
{
  const GParamFlags flags
      = (GParamFlags) (G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_BLURB);
  const GParamFlags read_only = (GParamFlags) (G_PARAM_READABLE | G_PARAM_STATIC_BLURB);
  gboolean nullable = (field->flags & BB_FIELD_NULLABLE) != 0;

  switch (field->kind) {
  case BB_FIELD_STRING:
    return g_param_spec_string (name, NULL, NULL, field->preset_text != NULL ? field->preset_text : "",
                                flags);
  case BB_FIELD_BOOLEAN:
    return g_param_spec_boolean (name, NULL, NULL, field->preset, flags);
  case BB_FIELD_IDS:
    return g_param_spec_boxed (name, NULL, NULL, G_TYPE_STRV, flags);
  case BB_FIELD_PART:
    return g_param_spec_object (name, NULL, NULL, field->item_type (), read_only);
  case BB_FIELD_LIST:
    return g_param_spec_object (name, NULL, NULL, G_TYPE_LIST_MODEL, read_only);
  default:
    return g_param_spec_int (name, NULL, NULL, nullable ? BB_UNSTATED : field->least, field->most,
                             field->preset, flags);
  }
}

static void
install (BbPartClass *klass, const BbField *field, const gchar *name, gint phase)
{
  const Slot slot = { field, phase };

  g_array_append_val (klass->slots, slot);
  g_object_class_install_property (G_OBJECT_CLASS (klass), klass->slots->len, make_pspec (field, name));
}

void
bb_part_class_set_fields (BbPartClass *klass, const gchar *type_name, const BbField *fields, guint n_fields)
{
  /* GObject does not let these be inherited. */
  G_OBJECT_CLASS (klass)->get_property = bb_part_get_property;
  G_OBJECT_CLASS (klass)->set_property = bb_part_set_property;
  klass->type_name = type_name;
  klass->fields = fields;
  klass->n_fields = n_fields;
  klass->slots = g_array_new (FALSE, FALSE, sizeof (Slot));
  for (guint i = 0; i < n_fields; i++) {
    g_auto (GStrv) around = g_strsplit (fields[i].property, "%s", 2);

    if (fields[i].kind != BB_FIELD_PHASES3) {
      install (klass, &fields[i], fields[i].property, -1);
      continue;
    }
    for (gint phase = 0; phase < 3; phase++) {
      g_autofree gchar *name = g_strdup_printf ("%sl%d%s", around[0], phase + 1, around[1]);

      install (klass, &fields[i], name, phase);
    }
  }
}

/* ---- editing by text ---- */

/* The slot of a property that can be written, or NULL with an error. */
static const Slot *
find_slot (BbPart *part, const gchar *property, GError **error)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (part), property);

  if (pspec == NULL || (pspec->flags & G_PARAM_WRITABLE) == 0) {
    g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE, _ ("A %s has no setting “%s”."),
                 BB_PART_GET_CLASS (part)->type_name, property);
    return NULL;
  }
  return slot_of (part, pspec->param_id);
}

gboolean
bb_part_is_editable (BbPart *part, const gchar *property)
{
  const Slot *slot = find_slot (part, property, NULL);

  return slot != NULL && !is_locked (part, slot->field);
}

gboolean
bb_part_parse (BbPart *part, const gchar *property, const gchar *text, GValue *value, GError **error)
{
  const Slot *slot = find_slot (part, property, error);

  if (slot == NULL)
    return FALSE;
  if (is_locked (part, slot->field)) {
    g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_ACTIVE,
                 _ ("“%s” is active. Deactivate it, change it, then activate it again."),
                 bb_part_get_id (part));
    return FALSE;
  }
  return bb_field_value_from_text (slot->field, text, value, error);
}

gboolean
bb_part_set (BbPart *part, const gchar *property, const gchar *text, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;

  if (!bb_part_parse (part, property, text, &value, error))
    return FALSE;
  g_object_set_property (G_OBJECT (part), property, &value);
  return TRUE;
}

void
bb_part_put (BbPart *part, const gchar *property, const GValue *value)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (part), property);

  g_return_if_fail (pspec != NULL && (pspec->flags & G_PARAM_WRITABLE) != 0);
  put_value (part, slot_of (part, pspec->param_id), value, pspec);
}

const BbField *
bb_part_field_of_property (BbPart *part, const gchar *property)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (part), property);

  return pspec != NULL && pspec->param_id > 0 ? slot_of (part, pspec->param_id)->field : NULL;
}

const gchar *
bb_field_reference_list (const BbField *field)
{
  if ((field->flags & BB_FIELD_REFERENCE) == 0)
    return NULL;
  if (strcmp (field->key, "circuit") == 0 || strcmp (field->key, "parent") == 0)
    return "circuits";
  return strcmp (field->key, "group") == 0 ? "groups" : "meters";
}

gchar *
bb_part_get_text (BbPart *part, const gchar *property)
{
  const Slot *slot = find_slot (part, property, NULL);

  if (slot == NULL)
    return NULL;
  return bb_field_text (slot->field, (&BB_FIELD_AT (part, slot->field, guint8)), slot->phase);
}

/* ---- object ---- */

static void
bb_part_constructed (GObject *object)
{
  BbPartClass *klass = BB_PART_GET_CLASS (object);

  for (guint i = 0; i < klass->n_fields; i++)
    preset_field (BB_PART (object), &klass->fields[i]);
  G_OBJECT_CLASS (bb_part_parent_class)->constructed (object);
}

static void
bb_part_finalize (GObject *object)
{
  BbPartClass *klass = BB_PART_GET_CLASS (object);
  BbPartPrivate *priv = private_of (BB_PART (object));

  for (guint i = 0; i < klass->n_fields; i++)
    clear_field (BB_PART (object), &klass->fields[i]);
  g_ptr_array_unref (priv->keys);
  g_hash_table_unref (priv->extras);
  G_OBJECT_CLASS (bb_part_parent_class)->finalize (object);
}

static void
bb_part_class_init (BbPartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = bb_part_constructed;
  object_class->finalize = bb_part_finalize;
}

static void
bb_part_init (BbPart *self)
{
  BbPartPrivate *priv = private_of (self);

  priv->keys = g_ptr_array_new_with_free_func (g_free);
  priv->extras = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) json_node_unref);
}
