/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-plan.h: the points of a schedule in as few requests as a link allows, and the registers that came
 * in. No I/O. */
#pragma once

#include "profiles/profile.h"

G_BEGIN_DECLS

/* A point and where its registers are. */
typedef struct {
  const BbPoint *point;
  BbArea area;
  guint16 address;
  guint16 n_words;
  gint32 scale_at; /* address of its scale factor; -1: none */
} BbPlanPoint;

typedef struct {
  BbArea area;
  guint16 address, count;
  gboolean merged; /* more than one value: may be tried one by one when the device refuses it */
} BbPlanRead;

typedef struct {
  guint max_read;         /* registers in a request; 0: 125. A longer value is read whole all the same */
  gboolean gaps_readable; /* addresses between values may be read along, */
  guint max_gap;          /* up to so many at a time (on a slow line they cost more than a request) */
  gboolean alone;         /* each value in a request of its own */
} BbPlanLimits;

/* The requests, by area and address (element-type BbPlanRead) (transfer full). `points`: of BbPlanPoint. */
GArray *bb_plan_make (const GArray *points, const BbPlanLimits *limits);
/* The addresses that conditions of this interface ask for with readable(), each once (element-type
 * BbPlanRead). */
GArray *bb_plan_list_readables (const BbInterface *interface);

/* Registers by area and address. */
typedef struct _BbImage BbImage;
BbImage *bb_image_new (void);
void bb_image_free (BbImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbImage, bb_image_free)
void bb_image_store (BbImage *image, BbArea area, guint address, const guint16 *words, guint n_words);
void bb_image_forget (BbImage *image, BbArea area, guint address, guint n_words);
/* FALSE: one of them is not there. */
gboolean bb_image_get (BbImage *image, BbArea area, guint address, guint n_words, guint16 *words);

G_END_DECLS
