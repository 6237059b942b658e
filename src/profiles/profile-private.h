/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profile-private.h: the parts of the loader. Inside profiles/ only. */
#pragma once

#include "profiles/reader.h"

G_BEGIN_DECLS

/* Largest profile file. */
#define BB_PROFILE_MAX_BYTES (1u << 20)

/* What is known while an interface is read. */
typedef struct {
  BbProfile *profile;
  BbInterface *interface;
  guint have; /* BbKeyFlags of the kind and the connections */
  /* defaults of its points */
  BbArea area;
  BbPointType type;
  gboolean low_word_first, low_byte_first;
  GArray *invalid; /* (element-type gint64) (owned) (nullable) */
} BbInterfaceReader;

/* An interface with its defaults. */
BbInterface *bb_interface_new (void);
void bb_interface_free (BbInterface *interface);
void bb_point_free (BbPoint *point);

/* Items of lists; `data` is the BbInterfaceReader (for bb_read_interface() the BbProfile). */
void bb_read_interface (BbProfileReader *reader, JsonNode *node, gpointer data);
void bb_read_point (BbProfileReader *reader, JsonNode *node, gpointer data);
void bb_read_defaults (BbProfileReader *reader, JsonObject *object, BbInterfaceReader *context);
void bb_read_probe (BbProfileReader *reader, JsonNode *node, gpointer data);
void bb_read_state (BbProfileReader *reader, JsonNode *node, gpointer data);
void bb_read_error (BbProfileReader *reader, JsonNode *node, gpointer data);
void bb_read_verify (BbProfileReader *reader, JsonNode *node, gpointer data);
/* Members of an interface; each reads its key where it is there. */
void bb_read_link (BbProfileReader *reader, JsonObject *object, BbInterfaceReader *context);
void bb_read_control (BbProfileReader *reader, JsonObject *object, BbInterfaceReader *context);
void bb_read_watchdogs (BbProfileReader *reader, JsonObject *object, BbInterfaceReader *context);
void bb_read_ocpp (BbProfileReader *reader, JsonObject *object, BbInterfaceReader *context);

/* The points of an interface against each other, once all were read; the reader is at the interface. */
void bb_check_points (BbProfileReader *reader, const BbInterfaceReader *context);
/* An interface as a whole. */
void bb_check_interface (BbProfileReader *reader, const BbInterfaceReader *context);
/* The profile as a whole. */
void bb_check_profile (BbProfileReader *reader, const BbProfile *profile);
/* Whether what a condition asks for is there (points are read first). */
void bb_check_condition (BbProfileReader *reader, const gchar *key, const gchar *condition,
                         const BbInterfaceReader *context);
/* A point of `role` that can be read or written. */
const BbPoint *bb_interface_find_access (const BbInterface *interface, BbRole role, BbAccess access);

G_END_DECLS
