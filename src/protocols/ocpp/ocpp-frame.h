/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-frame.h: OCPP-J 1.6 frames: CALL, CALLRESULT, CALLERROR to and from text. No I/O. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define BB_OCPP_ERROR (bb_ocpp_error_quark ())
GQuark bb_ocpp_error_quark (void);
typedef enum {
  BB_OCPP_ERROR_FRAME,     /* not a frame; what is wrong, and where */
  BB_OCPP_ERROR_PAYLOAD,   /* a field is missing or of the wrong type */
  BB_OCPP_ERROR_TIMED_OUT, /* no answer to a CALL */
  BB_OCPP_ERROR_CLOSED,    /* the connection went */
  BB_OCPP_ERROR_REJECTED,  /* the station answered Rejected, NotSupported, ... */
  BB_OCPP_ERROR_REFUSED,   /* CALLERROR; message has code and description */
  BB_OCPP_ERROR_LISTEN     /* the port cannot be had */
} BbOcppError;

typedef enum { BB_OCPP_CALL = 2, BB_OCPP_RESULT = 3, BB_OCPP_CALL_ERROR = 4 } BbOcppFrameKind;

typedef struct {
  BbOcppFrameKind kind;
  gchar *id;           /* at most 36 characters */
  gchar *action;       /* CALL */
  JsonObject *payload; /* CALL, RESULT; details of CALL_ERROR; never NULL */
  gchar *code, *text;  /* CALL_ERROR */
} BbOcppFrame;

/* Longest message taken. */
#define BB_OCPP_MAX_BYTES (1u << 20)

/* NULL with BB_OCPP_ERROR_FRAME or BB_TEXT_ERROR. An unknown message type is not an error: NULL without
 * error. When the frame is a CALL whose payload is unusable its id is told in `bad_id` (transfer full), to
 * answer it. */
BbOcppFrame *bb_ocpp_frame_parse (const gchar *text, gsize length, gchar **bad_id, GError **error);
gchar *bb_ocpp_frame_call (const gchar *id, const gchar *action, JsonObject *payload);
gchar *bb_ocpp_frame_result (const gchar *id, JsonObject *payload);
gchar *bb_ocpp_frame_error (const gchar *id, const gchar *code, const gchar *text);
void bb_ocpp_frame_free (BbOcppFrame *frame);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbOcppFrame, bb_ocpp_frame_free)

G_END_DECLS
