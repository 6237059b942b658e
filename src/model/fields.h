/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fields.h: short ways to write the rows of a class's table of fields. Inside model/ only.
 *
 * Each class keeps its values in a member `f`; rows name the property, the key of the file and the member.
 * Numbers that make no sense but can be held are the checker's business, negative ones are refused here.
 */
#pragma once

#include "engine/limits.h"
#include "model/part-private.h"

/* About 115 days in ms and 2 TW in mW: what 31 bits hold, a little rounded. */
#define BB_FIELD_MOST 2000000000

#define TEXT(type, property, key, member)                                                                    \
  {                                                                                                          \
    property, key, BB_FIELD_STRING, 0, G_STRUCT_OFFSET (type, f.member), 1, 0, 0, 0, NULL, NULL, NULL        \
  }
#define TEXT_PRESET(type, property, key, member, preset)                                                     \
  {                                                                                                          \
    property, key, BB_FIELD_STRING, 0, G_STRUCT_OFFSET (type, f.member), 1, 0, 0, 0, NULL, NULL, preset      \
  }
#define ID(type)                                                                                             \
  {                                                                                                          \
    "id", "id", BB_FIELD_STRING, BB_FIELD_ALWAYS, G_STRUCT_OFFSET (type, f.id), 1, 0, 0, 0, NULL, NULL, NULL \
  }
#define REFERENCE(type, property, key, member)                                                               \
  {                                                                                                          \
    property, key, BB_FIELD_STRING, BB_FIELD_REFERENCE, G_STRUCT_OFFSET (type, f.member), 1, 0, 0, 0, NULL,  \
        NULL, NULL                                                                                           \
  }
#define IDS(type, property, key, member)                                                                     \
  {                                                                                                          \
    property, key, BB_FIELD_IDS, BB_FIELD_REFERENCE, G_STRUCT_OFFSET (type, f.member), 1, 0, 0, 0, NULL,     \
        NULL, NULL                                                                                           \
  }
#define BOOLEAN(type, property, key, member, preset)                                                         \
  {                                                                                                          \
    property, key, BB_FIELD_BOOLEAN, 0, G_STRUCT_OFFSET (type, f.member), 1, 0, 1, preset, NULL, NULL, NULL  \
  }
#define CHOICE(type, property, key, member, preset, names)                                                   \
  {                                                                                                          \
    property, key, BB_FIELD_ENUM, 0, G_STRUCT_OFFSET (type, f.member), 1, 0,                                 \
        (gint) G_N_ELEMENTS (names) - 2, preset, names, NULL, NULL                                           \
  }
#define NUMBER(type, property, key, member, flags, scale, least, most, preset)                               \
  {                                                                                                          \
    property, key, BB_FIELD_NUMBER, flags, G_STRUCT_OFFSET (type, f.member), scale, least, most, preset,     \
        NULL, NULL, NULL                                                                                     \
  }
#define CURRENT(type, property, key, member, preset)                                                         \
  NUMBER (type, property, key, member, 0, 1000, 0, BBE_MAX_MA, preset)
#define CURRENT_OR_NOT(type, property, key, member)                                                          \
  NUMBER (type, property, key, member, BB_FIELD_NULLABLE, 1000, 0, BBE_MAX_MA, BB_UNSTATED)
#define CURRENT3(type, property, key, member, flags, preset)                                                 \
  {                                                                                                          \
    property, key, BB_FIELD_PHASES3, flags, G_STRUCT_OFFSET (type, f.member), 1000, 0, BBE_MAX_MA, preset,   \
        NULL, NULL, NULL                                                                                     \
  }
#define SECONDS(type, property, key, member, preset)                                                         \
  NUMBER (type, property, key, member, 0, 1000, 0, BB_FIELD_MOST, preset)
#define MASK(type, property, key, member)                                                                    \
  {                                                                                                          \
    property, key, BB_FIELD_MASK, BB_FIELD_NULLABLE, G_STRUCT_OFFSET (type, f.member), 1, 0, 7, BB_UNSTATED, \
        NULL, NULL, NULL                                                                                     \
  }
#define DAYS(type)                                                                                           \
  {                                                                                                          \
    "days", "days", BB_FIELD_DAYS, 0, G_STRUCT_OFFSET (type, f.days), 1, 0, 127, 127, NULL, NULL, NULL       \
  }
#define CLOCK(type, property, key, member, most, preset)                                                     \
  {                                                                                                          \
    property, key, BB_FIELD_CLOCK, BB_FIELD_ALWAYS, G_STRUCT_OFFSET (type, f.member), 1, 0, most, preset,    \
        NULL, NULL, NULL                                                                                     \
  }
#define PART(type, property, key, member, item_type)                                                         \
  {                                                                                                          \
    property, key, BB_FIELD_PART, 0, G_STRUCT_OFFSET (type, f.member), 1, 0, 0, 0, NULL, item_type, NULL     \
  }
#define LIST(type, property, key, member, flags, item_type)                                                  \
  {                                                                                                          \
    property, key, BB_FIELD_LIST, flags, G_STRUCT_OFFSET (type, f.member), 1, 0, 0, 0, NULL, item_type, NULL \
  }

/* Everything of a final class of parts but its table: struct, type, peek. */
#define BB_DEFINE_PART(Type, prefix, type_name)                                                              \
  struct _##Type {                                                                                           \
    BbPart parent_instance;                                                                                  \
    Type##Fields f;                                                                                          \
  };                                                                                                         \
  G_DEFINE_FINAL_TYPE (Type, prefix, BB_TYPE_PART)                                                           \
  const Type##Fields *prefix##_peek (Type *self)                                                             \
  {                                                                                                          \
    return &self->f;                                                                                         \
  }                                                                                                          \
  static void prefix##_init (Type *self)                                                                     \
  {                                                                                                          \
  }
