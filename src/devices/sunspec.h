/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sunspec.h: where a SunSpec device has its models: the base is searched, then the chain is walked by its
 * lengths. */
#pragma once

#include "protocols/modbus/modbus-bus.h"

G_BEGIN_DECLS

/* A chain longer than this is none. */
#define BB_SUNSPEC_MAX_MODELS 64

typedef struct {
  guint16 id;
  guint16 address; /* of its ID word */
  guint16 length;  /* registers after ID and length */
} BbSunspecModel;

typedef struct {
  guint16 base;
  GArray *models;                                 /* (element-type BbSunspecModel) in their order */
  gchar *manufacturer, *model, *version, *serial; /* of model 1; (nullable) */
} BbSunspec;

void bb_sunspec_free (BbSunspec *sunspec);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbSunspec, bb_sunspec_free)

/* Looks at 40000, 50000 and 0, holding registers. */
void bb_sunspec_discover_async (BbModbusBus *bus, guint8 unit, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);
/* (transfer full); NULL with BB_MODBUS_ERROR, or G_IO_ERROR_NOT_FOUND: it answers, and is no SunSpec device.
 */
BbSunspec *bb_sunspec_discover_finish (GAsyncResult *result, GError **error);

/* The first of its models whose ID is in `ids` (element-type guint) (NULL: any); or NULL. */
const BbSunspecModel *bb_sunspec_find (const BbSunspec *sunspec, const GArray *ids);
/* Where `n_words` registers at `offset` from that model's ID word are; FALSE: there is no such model, or it
 * ends before. */
gboolean bb_sunspec_locate (const BbSunspec *sunspec, const GArray *ids, guint offset, guint n_words,
                            guint16 *address);

G_END_DECLS
