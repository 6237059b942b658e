/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-inputs.h: what a simulation of the site is fed with, in words; and exchanged: by a file, by a sample,
 * by made-up data, by nothing. No GTK in here.
 *
 * Inputs belong to the site: an exchange is one step of its editor, and can be undone.
 */
#pragma once

#include "model/editor.h"
#include "model/field-info.h"

G_BEGIN_DECLS

#define BB_SITE_INPUT_KINDS 3

/* "Load", "PV", "Cars", translated. */
const gchar *bb_sim_inputs_title (BbSiteInputKind kind);
/* For a chip: "House", "2 inputs", "none". (transfer full) */
gchar *bb_sim_inputs_words (BbSite *site, BbSiteInputKind kind);
/* One of them, whole: "load-feeder55.csv, every day, × 0.08", "12 homes, made up". (transfer full) */
gchar *bb_sim_input_describe (BbSiteInput *input);
/* Those of a kind. (transfer container) (element-type BbSiteInput) */
GPtrArray *bb_sim_inputs_of_kind (BbSite *site, BbSiteInputKind kind);

/* ---- samples that come with Busbar ---- */

typedef struct {
  BbSiteInputKind kind;
  const gchar *file;  /* in samples/ of bb_data_dir() */
  const gchar *title; /* untranslated: "12 homes, one day" */
} BbInputSample;

const BbInputSample *bb_input_samples (guint *n);
/* (transfer full) */
gchar *bb_input_sample_path (const BbInputSample *sample);

/* ---- a file, read whole before it is used ---- */

typedef struct {
  gchar *path; /* (owned) */
  BbSiteInputKind kind;
  gboolean dated;           /* its times are of the calendar; FALSE: minutes from the start of a run */
  gboolean one_day;         /* holds no more than one day, which then comes again every day */
  gint64 from_ms, until_ms; /* UTC: what it covers; of sessions first arrival and last departure */
} BbInputFile;

void bb_input_file_free (BbInputFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbInputFile, bb_input_file_free)

/* Reads all of a file in a thread. `kind` -1: finds out what it is by its header and name. Errors of the
 * readers: "house.csv:12:3: “abc” is not a number …". */
void bb_input_file_read_async (const gchar *path, gint kind, const gchar *timezone, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
BbInputFile *bb_input_file_read_finish (GAsyncResult *result, GError **error);

/* ---- exchanged, each as one step ---- */

/* Puts the file in place of all inputs of its kind. A file with dates that does not cover the period of the
 * simulation moves the period to where it does, in the same step: `note` then says so (transfer full), else
 * it is NULL. The path is kept relative where the file lies beside the site's or under it. */
gboolean bb_sim_inputs_use_file (BbEditor *editor, const BbInputFile *file, gchar **note, GError **error);
/* Made-up data, to start from: a home, a roof, cars for the stations that there are. */
gboolean bb_sim_inputs_use_synthetic (BbEditor *editor, BbSiteInputKind kind, GError **error);
gboolean bb_sim_inputs_use_none (BbEditor *editor, BbSiteInputKind kind, GError **error);

/* ---- forms ---- */

/* What can be set of an input, and of the simulation itself; for BbFieldRow. (transfer container)
 * (element-type BbFieldInfo) */
GPtrArray *bb_sim_input_fields (BbSiteInput *input);
GPtrArray *bb_simulation_fields (BbPart *simulation);

G_END_DECLS
