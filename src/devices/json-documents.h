/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json-documents.h: what a meter tells in JSON documents, one for each request of its interface (HTTP) or
 * topic (MQTT), without I/O.
 *
 * `documents` is always an array as long as the interface's requests; a NULL element: nothing yet.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "devices/device.h"

G_BEGIN_DECLS

/* Of an element; NULL is nothing to free. */
void bb_json_document_free (gpointer node);

/* All that they tell; as bb_named_values_read_meter(). */
gboolean bb_json_documents_read_meter (const BbInterface *interface, const gchar *variant,
                                       JsonNode *const *documents, guint n_phases, BbMeterReading *reading,
                                       GError **error);
/* Serial, firmware and model, as far as they are told, become the device's. */
void bb_json_documents_read_identity (BbDevice *device, JsonNode *const *documents);
/* Whether a point of this schedule that applies to the variant is in the request's document. */
gboolean bb_json_documents_wants (const BbInterface *interface, const gchar *variant, guint request,
                                  BbSchedule schedule);
/* The interface's probes: which variant it is (transfer full), NULL when there are none. FALSE: it is not (or
 * not yet known to be) the profile's device. */
gboolean bb_json_documents_judge (const BbInterface *interface, JsonNode *const *documents, gchar **variant);

G_END_DECLS
