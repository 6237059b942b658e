/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-inputs.c: what a simulation of the site is fed with: in words, and exchanged as a step of the editor.
 */
#include "app/sim-inputs.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/data-dir.h"
#include "base/zone.h"

/* ---- words ------------------------------------------------------------------------------------ */

const gchar *
bb_sim_inputs_title (BbSiteInputKind kind)
{
  static const gchar *const titles[] = { N_ ("Load"), N_ ("PV"), N_ ("Cars") };

  return _ (titles[kind]);
}

GPtrArray *
bb_sim_inputs_of_kind (BbSite *site, BbSiteInputKind kind)
{
  GPtrArray *inputs = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (bb_site_get_inputs (site)); i++) {
    BbSiteInput *input = bb_site_input (site, i);
    if (bb_site_input_peek (input)->kind == (gint) kind)
      g_ptr_array_add (inputs, g_object_ref (input));
  }
  return inputs;
}

static gchar *
describe_file (const BbSiteInputFields *fields)
{
  g_autofree gchar *name = g_path_get_basename (fields->file);
  GString *text = g_string_new (NULL);

  g_string_append (text, fields->file[0] ? name : _ ("no file"));
  if (fields->repeat == BB_SITE_REPEAT_DAY)
    g_string_append (text, _ (", every day"));
  if (fields->scale_permille != 1000)
    g_string_append_printf (text, _ (", × %g"), fields->scale_permille / 1000.0);
  return g_string_free (text, FALSE);
}

static gchar *
describe_synthetic (const BbSiteInputFields *fields)
{
  switch (fields->kind) {
  case BB_SITE_INPUT_LOAD:
    return g_strdup_printf (ngettext ("%d home, made up", "%d homes, made up", (gulong) fields->households),
                            fields->households);
  case BB_SITE_INPUT_PV:
    /* Translators: peak power of a roof. */
    return g_strdup_printf (_ ("%.2f kWp, made up"), fields->peak_w / 1000.0);
  default:
    return g_strdup_printf (_ ("%.1f cars a day, made up"), fields->cars_per_day_milli / 1000.0);
  }
}

gchar *
bb_sim_input_describe (BbSiteInput *input)
{
  const BbSiteInputFields *fields = bb_site_input_peek (input);

  if (fields->source == BB_SITE_SOURCE_FILE)
    return describe_file (fields);
  if (fields->source == BB_SITE_SOURCE_SYNTHETIC)
    return describe_synthetic (fields);
  return g_strdup_printf (_ ("always %.1f, %.1f, %.1f A"), fields->constant_ma[0] / 1000.0,
                          fields->constant_ma[1] / 1000.0, fields->constant_ma[2] / 1000.0);
}

gchar *
bb_sim_inputs_words (BbSite *site, BbSiteInputKind kind)
{
  g_autoptr (GPtrArray) inputs = bb_sim_inputs_of_kind (site, kind);

  if (inputs->len == 0)
    return g_strdup (_ ("none"));
  if (inputs->len > 1)
    return g_strdup_printf (ngettext ("%u input", "%u inputs", inputs->len), inputs->len);
  BbSiteInput *input = g_ptr_array_index (inputs, 0);
  const BbSiteInputFields *fields = bb_site_input_peek (input);
  gboolean named = fields->source == BB_SITE_SOURCE_FILE && fields->name[0]
                   && !g_str_equal (fields->name, bb_sim_inputs_title (kind));
  return named ? g_strdup (fields->name) : bb_sim_input_describe (input);
}

/* ---- samples ---------------------------------------------------------------------------------- */

const BbInputSample *
bb_input_samples (guint *n)
{
  static const BbInputSample samples[]
      = { { BB_SITE_INPUT_LOAD, "load-house1.csv", N_ ("1 home on one phase, 1 day") },
          { BB_SITE_INPUT_LOAD, "load-house3.csv", N_ ("3 homes, 1 day") },
          { BB_SITE_INPUT_LOAD, "load-house12.csv", N_ ("12 homes, 1 day") },
          { BB_SITE_INPUT_LOAD, "load-feeder55.csv", N_ ("55 homes, 1 day") },
          { BB_SITE_INPUT_PV, "pv-serf-east.csv", N_ ("Roof, up to 4.6 kW, 1 day in March") },
          { BB_SITE_INPUT_SESSIONS, "sessions-home-1.csv", N_ ("1 car at home, March 2019") },
          { BB_SITE_INPUT_SESSIONS, "sessions-villa-2.csv", N_ ("2 cars of a villa, March 2019") },
          { BB_SITE_INPUT_SESSIONS, "sessions-garage-12.csv", N_ ("Residential garage, November 2019") },
          { BB_SITE_INPUT_SESSIONS, "sessions-office-40.csv", N_ ("Office, January 2020") } };

  *n = G_N_ELEMENTS (samples);
  return samples;
}

gchar *
bb_input_sample_path (const BbInputSample *sample)
{
  g_autofree gchar *data = bb_data_dir ();

  return g_build_filename (data, "samples", sample->file, NULL);
}

/* ---- exchanged -------------------------------------------------------------------------------- */

typedef struct {
  const gchar *property, *text;
} Value;

/* A new input that stands on the circuit of the only one that it replaces. */
static BbSiteInput *
input_new (GPtrArray *old, BbSiteInputKind kind, const Value *values, guint n_values)
{
  static const gchar *const kinds[] = { "load", "pv", "sessions" };
  BbSiteInput *input = bb_site_input_new ();
  BbPart *part = BB_PART (input);

  bb_part_set (part, "kind", kinds[kind], NULL);
  bb_part_set (part, "name", bb_sim_inputs_title (kind), NULL);
  if (old->len == 1)
    bb_part_set (part, "circuit", bb_site_input_peek (g_ptr_array_index (old, 0))->circuit, NULL);
  for (guint i = 0; i < n_values; i++)
    if (!bb_part_set (part, values[i].property, values[i].text, NULL))
      g_warning ("input.%s cannot be “%s”", values[i].property, values[i].text);
  return input;
}

/* All of the kind make room for one, or for none. Within a step. */
static gboolean
exchange (BbEditor *editor, BbSiteInputKind kind, const Value *values, guint n_values, GError **error)
{
  g_autoptr (GPtrArray) old = bb_sim_inputs_of_kind (bb_editor_get_site (editor), kind);
  g_autoptr (BbSiteInput) input = values ? input_new (old, kind, values, n_values) : NULL;

  if (old->len > 0 && !bb_editor_remove (editor, old, error))
    return FALSE;
  return !input || bb_editor_add (editor, BB_PART (input), error);
}

/* Ends the step that is open, or takes it back. */
static gboolean
finish (BbEditor *editor, gboolean done)
{
  if (done)
    bb_editor_end (editor);
  else
    bb_editor_abandon (editor);
  bb_editor_seal (editor);
  return done;
}

gboolean
bb_sim_inputs_use_none (BbEditor *editor, BbSiteInputKind kind, GError **error)
{
  static const gchar *const labels[] = { N_ ("No load"), N_ ("No PV"), N_ ("No cars") };

  bb_editor_begin (editor, _ (labels[kind]));
  return finish (editor, exchange (editor, kind, NULL, 0, error));
}

gboolean
bb_sim_inputs_use_synthetic (BbEditor *editor, BbSiteInputKind kind, GError **error)
{
  static const gchar *const labels[] = { N_ ("Made-up load"), N_ ("Made-up PV"), N_ ("Made-up cars") };
  guint n_stations = g_list_model_get_n_items (bb_site_get_stations (bb_editor_get_site (editor)));
  g_autofree gchar *cars = g_strdup_printf ("%u", MAX (n_stations, 1));
  const Value load[] = { { "source", "synthetic" }, { "households", "1" } };
  const Value pv[] = {
    { "source", "synthetic" }, { "peak-w", "5" }, { "latitude-udeg", "47.4" }, { "longitude-udeg", "8.5" }
  };
  const Value sessions[]
      = { { "source", "synthetic" }, { "cars-per-day-milli", cars }, { "energy-mean-wh", "12" } };
  const Value *const values[] = { load, pv, sessions };
  const guint n_values[] = { G_N_ELEMENTS (load), G_N_ELEMENTS (pv), G_N_ELEMENTS (sessions) };

  bb_editor_begin (editor, _ (labels[kind]));
  return finish (editor, exchange (editor, kind, values[kind], n_values[kind], error));
}

/* Beside the site's file, or under its folder, without the folder. (transfer full) */
static gchar *
path_for_site (BbSite *site, const gchar *path)
{
  const gchar *site_path = bb_site_get_path (site);
  g_autofree gchar *folder = site_path ? g_path_get_dirname (site_path) : NULL;
  g_autoptr (GFile) base = folder ? g_file_new_for_path (folder) : NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  gchar *relative = base ? g_file_get_relative_path (base, file) : NULL;

  return relative ? relative : g_canonicalize_filename (path, NULL);
}

/* "2019-03-04" on the site's clock. (transfer full) */
static gchar *
date_text (BbZone *zone, gint64 utc_ms)
{
  BbLocalTime time;

  bb_local_split (bb_zone_to_local (zone, utc_ms), &time);
  return g_strdup_printf ("%04d-%02d-%02d", time.year, time.month, time.day);
}

/* Where the period of the simulation lies now; FALSE when it follows its inputs, or cannot be read. */
static gboolean
stated_period (BbSite *site, BbZone *zone, gint64 *from_ms, gint64 *until_ms)
{
  const BbSimulationFields *fields = bb_simulation_peek (bb_site_peek (site)->simulation);

  if (!fields->from[0] || !bb_time_parse (fields->from, zone, from_ms, NULL, NULL))
    return FALSE;
  *until_ms = *from_ms + (fields->days == BB_UNSTATED ? 1 : fields->days) * BB_MS_PER_DAY;
  return TRUE;
}

static gboolean
covers (const BbInputFile *file, gint64 from_ms, gint64 until_ms)
{
  if (file->kind == BB_SITE_INPUT_SESSIONS) /* cars need not come every day */
    return file->from_ms < until_ms && file->until_ms > from_ms;
  return file->from_ms <= from_ms && file->until_ms >= until_ms;
}

/* Moves the period to what the file covers, from its first whole day on. Within a step. */
static gboolean
follow_file (BbEditor *editor, const BbInputFile *file, gchar **note, GError **error)
{
  BbSite *site = bb_editor_get_site (editor);
  BbPart *simulation = BB_PART (bb_site_peek (site)->simulation);
  g_autoptr (BbZone) zone = bb_zone_new (bb_site_peek (site)->timezone, error);
  gint64 from_ms = 0, until_ms = 0;

  if (!zone)
    return FALSE;
  if (!file->dated || file->one_day || !stated_period (site, zone, &from_ms, &until_ms)
      || covers (file, from_ms, until_ms))
    return TRUE;
  gint64 start_ms = bb_zone_day_start (zone, file->from_ms);
  if (start_ms < file->from_ms && file->kind != BB_SITE_INPUT_SESSIONS)
    start_ms = bb_zone_next_midnight (zone, file->from_ms);
  gint64 days = MAX (bb_floor_div (file->until_ms - start_ms, BB_MS_PER_DAY), 1);
  days = MIN (days, bb_floor_div (until_ms - from_ms, BB_MS_PER_DAY));
  g_autofree gchar *from_text = date_text (zone, start_ms);
  g_autofree gchar *days_text = g_strdup_printf ("%d", (gint) days);
  if (!bb_editor_set (editor, simulation, "from", from_text, error)
      || !bb_editor_set (editor, simulation, "days", days_text, error))
    return FALSE;
  *note = g_strdup_printf (ngettext ("Period moved to what the file covers: %s, %d day",
                                     "Period moved to what the file covers: %s, %d days", (gulong) days),
                           from_text, (gint) days);
  return TRUE;
}

gboolean
bb_sim_inputs_use_file (BbEditor *editor, const BbInputFile *file, gchar **note, GError **error)
{
  g_autofree gchar *path = path_for_site (bb_editor_get_site (editor), file->path);
  g_autofree gchar *base = g_path_get_basename (file->path);
  g_autofree gchar *name = g_utf8_make_valid (base, -1);
  /* Translators: "Load: house.csv", a step that can be undone. */
  g_autofree gchar *label = g_strdup_printf (_ ("%s: %s"), bb_sim_inputs_title (file->kind), name);
  const Value values[] = {
    { "source", "file" }, { "file", path }, { "name", name }, { "repeat", file->one_day ? "day" : "none" }
  };

  *note = NULL;
  if (!g_utf8_validate (path, -1, NULL)) {
    g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE,
                 _ ("The name of “%s” is not UTF-8, and a site file is: rename it first."), name);
    return FALSE;
  }
  bb_editor_begin (editor, label);
  return finish (editor, exchange (editor, file->kind, values, G_N_ELEMENTS (values), error)
                             && follow_file (editor, file, note, error));
}
