/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part.h: what all parts of a site share: fields declared once in a table, from which GObject properties, the
 * JSON reader, the JSON writer and the copy are made.
 *
 * A part is a plain struct of values (see e.g. BbStationFields) that readers look at through a `peek`
 * function, and editors change through GObject properties or bb_part_set(). Properties carry the unit in
 * their name
 * ("max-ma"), keys of the file the unit that people use ("max_a").
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define BB_MODEL_ERROR (bb_model_error_quark ())
GQuark bb_model_error_quark (void);

/* Messages of the reader start with "source: /json/pointer: ". */
typedef enum {
  BB_MODEL_ERROR_FORMAT,    /* not a site file */
  BB_MODEL_ERROR_VERSION,   /* a site file of a newer version */
  BB_MODEL_ERROR_TYPE,      /* a text where a number belongs, and the like */
  BB_MODEL_ERROR_VALUE,     /* out of the range that can be held, NaN, too many decimals, unknown name */
  BB_MODEL_ERROR_DUPLICATE, /* an id that another part of the same list has */
  BB_MODEL_ERROR_ACTIVE,    /* the group must be deactivated first */
  BB_MODEL_ERROR_CHECK      /* the checker found errors; the message is the first of them */
} BbModelError;

typedef enum {
  BB_FIELD_STRING,  /* gchar*: text, never NULL ("" is the default) */
  BB_FIELD_BOOLEAN, /* gboolean */
  BB_FIELD_NUMBER,  /* gint: value of the file x scale, exactly */
  BB_FIELD_PHASES3, /* gint[3]: one number for all phases, or an array of three; x scale */
  BB_FIELD_ENUM,    /* gint: index into names */
  BB_FIELD_MASK,    /* gint: bits; array of phase numbers 1..3 */
  BB_FIELD_DAYS,    /* gint: bits, 0 is Monday; array of "mon".."sun" */
  BB_FIELD_CLOCK,   /* gint: minutes of the day; "HH:MM" */
  BB_FIELD_IDS,     /* GStrv, NULL: not stated; array of texts */
  BB_FIELD_PART,    /* BbPart*: an object, never NULL */
  BB_FIELD_LIST     /* GListStore* of BbPart */
} BbFieldKind;

typedef enum {
  BB_FIELD_ALWAYS = 1 << 0,     /* written even when it has its default */
  BB_FIELD_NULLABLE = 1 << 1,   /* "not stated" is BB_UNSTATED, null in the file */
  BB_FIELD_REFERENCE = 1 << 2,  /* text is the id of another part */
  BB_FIELD_ABSENT_TRUE = 1 << 3 /* a file that does not state it means TRUE, a new object is FALSE */
} BbFieldFlags;

/* A number that is not stated. */
#define BB_UNSTATED (-1)

/* One field of a class of parts. */
typedef struct {
  const gchar *property; /* GObject name; BB_FIELD_PHASES3 "rating-%s-ma" makes "rating-l1-ma" and so on */
  const gchar *key;      /* in the file */
  BbFieldKind kind;
  guint flags;      /* BbFieldFlags */
  gsize offset;     /* in the instance */
  gint scale;       /* e.g. 1000 for A -> mA; 1: whole numbers */
  gint least, most; /* of the scaled value, that can be held (not: that make sense; that is the checker's) */
  gint preset;      /* default, scaled */
  const gchar *const *names; /* BB_FIELD_ENUM, NULL-terminated */
  GType (*item_type) (void); /* BB_FIELD_PART, BB_FIELD_LIST */
  const gchar *preset_text;  /* default of a text; NULL: "" */
} BbField;

#define BB_TYPE_PART (bb_part_get_type ())
G_DECLARE_DERIVABLE_TYPE (BbPart, bb_part, BB, PART, GObject)

struct _BbPartClass {
  GObjectClass parent_class;
  const BbField *fields;
  guint n_fields;
  const gchar *type_name;                                     /* "station": for messages */
  gboolean (*is_locked) (BbPart *part, const BbField *field); /* NULL: may always be edited */
  GArray *slots;                                              /* of properties: private */
};

/* Called by a class's class_init: keeps the table and installs one property per field (three for PHASES3). */
void bb_part_class_set_fields (BbPartClass *klass, const gchar *type_name, const BbField *fields,
                               guint n_fields);

/* A new part of the same values, including unknown keys. */
BbPart *bb_part_copy (BbPart *part);
/* Same class, same values, same unknown keys. */
gboolean bb_part_equal (BbPart *a, BbPart *b);

/* TRUE when a property may be changed now (a group must be inactive, A-06). g_object_set() on a locked one is
 * a programming error: it warns and changes nothing; bb_part_set() reports it as an error. */
gboolean bb_part_is_editable (BbPart *part, const gchar *property);
/* Sets a property from its text as a person types it, in the unit of the file ("16", "7.00", "true",
 * "Garage"). */
gboolean bb_part_set (BbPart *part, const gchar *property, const gchar *text, GError **error);
/* And back: the text of a property's value in the unit of the file. (transfer full) */
gchar *bb_part_get_text (BbPart *part, const gchar *property);

/* A key of the file that this version does not know (or keeps for others: "scenario"); NULL when absent. */
JsonNode *bb_part_get_extra (BbPart *part, const gchar *key);
/* Sets (node transfer full) or, with NULL, removes it. */
void bb_part_set_extra (BbPart *part, const gchar *key, JsonNode *node);
/* Keys that are kept without being known. (transfer container) (element-type utf8) */
GPtrArray *bb_part_get_extra_keys (BbPart *part);

G_END_DECLS
