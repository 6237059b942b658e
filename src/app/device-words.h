/* SPDX-License-Identifier: GPL-3.0-or-later */
/* device-words.h: what people are told about the device behind a station or meter, by its profile. No GTK in
 * here.
 */
#pragma once

#include "model/part.h"
#include "profiles/profile.h"

G_BEGIN_DECLS

/* What a station or meter says of its device. */
typedef struct {
  BbProfileKind kind;
  const gchar *profile, *connection, *identity, *serial, *id; /* (unowned): the part's */
} BbDeviceFields;

/* FALSE: it is neither a station nor a meter. */
gboolean bb_device_peek (BbPart *part, BbDeviceFields *fields);

/* The profile, or NULL: none is named, or it is not known here. (transfer none) */
BbProfile *bb_device_find_profile (const gchar *id);
/* How it is reached; NULL: not known. (transfer none) */
const BbInterface *bb_device_find_interface (BbPart *part);
/* The ways to reach it that come into question, as bits 1 << BbConnection: the chosen one, or those that the
 * profile starts with; 0: not known. */
guint bb_device_connections (BbPart *part);

/* ---- a profile ---- (transfer full) */

/* "ABB Terra AC" */
gchar *bb_profile_get_title (const BbProfile *profile);
/* The same by its id; the id itself when it is not known here. */
gchar *bb_device_title (const gchar *id);
/* "ABB Terra AC · Modbus TCP", "–" (transfer full) */
gchar *bb_device_describe (const gchar *profile, const gchar *connection);
/* "field code", "unverified, experimental" */
gchar *bb_profile_get_evidence_text (const BbProfile *profile);
/* "Modbus TCP, OCPP 1.6J: field code"; parted by " · " where its interfaces stand on different evidence. */
gchar *bb_profile_get_interfaces_text (const BbProfile *profile);
/* What the evidence means for who uses it over `interface` (nullable: anyhow), one or two sentences. */
gchar *bb_profile_explain_evidence (const BbProfile *profile, const BbInterface *interface);
/* What a station does when it hears nothing from the controller. */
gchar *bb_interface_explain_loss (const BbInterface *interface);

/* ---- a station or meter ---- */

/* What its address may look like; NULL: nothing is to be typed there. */
const gchar *bb_device_address_example (BbPart *part);
/* What to type as its address, or what to do instead. (transfer full) */
gchar *bb_device_explain_address (BbPart *part);
/* What to type as its identity; NULL: nothing else than is said of it anyhow. (transfer full) */
gchar *bb_device_explain_identity (BbPart *part);
/* Whether its identity matters: it connects by itself, or is known to a cloud by it; or one is stated. */
gboolean bb_device_has_identity (BbPart *part);

G_END_DECLS
