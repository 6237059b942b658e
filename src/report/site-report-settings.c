/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-report-settings.c: the site as it was simulated: circuits, meters and groups with every setting,
 * stations in a table of what tells them apart. */
#include <glib/gi18n.h>
#include <string.h>

#include "model/field-info.h"
#include "report/site-report-private.h"
#include "simulation/headline-text.h"

/* ---- one setting ------------------------------------------------------------------------------- */

/* NULL for one phase of a field with three. */
static const BbField *
find_field (BbPart *part, const gchar *property)
{
  const BbPartClass *klass = BB_PART_GET_CLASS (part);

  for (guint f = 0; f < klass->n_fields; f++)
    if (g_str_equal (klass->fields[f].property, property))
      return &klass->fields[f];
  return NULL;
}

/* "1,3" -> "L1 L3". */
static gchar *
phases_text (const gchar *text)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (; *text != '\0'; text++)
    if (*text >= '1' && *text <= '3')
      g_string_append_printf (out, "%sL%c", out->len > 0 ? " " : "", *text);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static gchar *
choice_text (BbPart *part, const BbFieldInfo *info, const gchar *text)
{
  gint value = -1, n = info->choices != NULL ? (gint) g_strv_length ((gchar **) info->choices) : 0;

  if (n > 0)
    g_object_get (part, info->property, &value, NULL);
  return value >= 0 && value < n ? g_strdup (_ (info->choices[value])) : g_strdup (text);
}

/* A number in the unit that people type, with its decimals. */
static gchar *
number_text (const BbFieldInfo *info, const gchar *text)
{
  gchar *end;
  gdouble value = g_ascii_strtod (text, &end);

  if (end == text || *end != '\0')
    return g_strdup (text);
  /* More decimals than are offered: what is set counts, not how it is shown. */
  const gchar *point = strchr (text, '.');
  guint own = point != NULL ? (guint) strlen (point + 1) : 0;
  g_autofree gchar *number = bb_number_text (value, MAX (own, info->decimals));
  return info->unit[0] != '\0' ? g_strconcat (number, " ", info->unit, NULL) : g_steal_pointer (&number);
}

/* An id as what people call it. */
static gchar *
reference_text (BbReportBook *book, const gchar *property, const gchar *id)
{
  if (g_str_equal (property, "circuit") || g_str_equal (property, "parent"))
    return g_strdup (bb_circuit_name (book->site, id));
  if (g_str_equal (property, "group"))
    return g_strdup (bb_group_name (book->site, id));
  return g_strdup (id);
}

static gchar *
stated_text (BbReportBook *book, BbPart *part, const BbFieldInfo *info, const BbField *field,
             const gchar *text)
{
  switch (field != NULL ? field->kind : BB_FIELD_NUMBER) {
  case BB_FIELD_BOOLEAN:
    return g_strdup (g_str_equal (text, "true") ? _ ("Yes") : _ ("No"));
  case BB_FIELD_ENUM:
    return choice_text (part, info, text);
  case BB_FIELD_MASK:
    return phases_text (text);
  case BB_FIELD_NUMBER:
  case BB_FIELD_PHASES3:
    return number_text (info, text);
  case BB_FIELD_STRING:
    return field->flags & BB_FIELD_REFERENCE ? reference_text (book, info->property, text) : g_strdup (text);
  default:
    return g_strdup (text);
  }
}

/* Not stated, or the 0 that means the same. */
static gboolean
is_unstated (const BbField *field, const BbFieldInfo *info, const gchar *text)
{
  gboolean number = field == NULL || field->kind == BB_FIELD_NUMBER || field->kind == BB_FIELD_PHASES3;

  return *text == '\0'
         || (info->unstated != NULL && number && strspn (text, "0.") == strlen (text)
             && (field == NULL || field->preset == 0));
}

/* What the setting is, in words; NULL where there is nothing to tell: lists, texts about the part that nobody
 * wrote. (transfer full) */
static gchar *
setting_text (BbReportBook *book, BbPart *part, const BbFieldInfo *info)
{
  const BbField *field = find_field (part, info->property);

  if ((field != NULL && (field->kind == BB_FIELD_LIST || field->kind == BB_FIELD_PART))
      || g_str_equal (info->property, "description"))
    return NULL;
  g_autofree gchar *text = bb_part_get_text (part, info->property);
  if (text == NULL || (*text == '\0' && info->section == BB_SECTION_IDENTITY))
    return NULL;
  if (is_unstated (field, info, text))
    return g_strdup (info->unstated != NULL ? _ (info->unstated) : "–");
  return stated_text (book, part, info, field, text);
}

/* ---- one part ---------------------------------------------------------------------------------- */

/* Which settings of a part go into a table. */
typedef struct {
  gint section;         /* BbFieldSection; -1: all */
  gboolean only_stated; /* leaves out what was not set */
} Choice;

static gboolean
is_chosen (BbPart *part, const BbFieldInfo *info, const Choice *choice)
{
  if (choice->section >= 0 && (gint) info->section != choice->section)
    return FALSE;
  g_autofree gchar *text = choice->only_stated ? bb_part_get_text (part, info->property) : NULL;
  return text == NULL || !is_unstated (find_field (part, info->property), info, text);
}

/* Adds settings, two to a row. Returns how many there are. */
static guint
add_settings (BbReportBook *book, BbPart *part, const Choice *choice, BbPaperTable *table)
{
  guint n_rows, n = 0;
  const BbFieldInfo *rows = bb_field_info_list (G_OBJECT_TYPE (part), &n_rows);

  for (guint r = 0; r < n_rows; r++) {
    gchar *text = is_chosen (part, &rows[r], choice) ? setting_text (book, part, &rows[r]) : NULL;
    if (text == NULL)
      continue;
    bb_paper_table_add (table, bb_field_info_title (&rows[r]));
    bb_paper_table_take (table, text);
    n++;
  }
  if (n % 2 == 1) {
    bb_paper_table_add (table, "");
    bb_paper_table_add (table, "");
  }
  return n;
}

static void
put_description (BbPaper *paper, BbPart *part)
{
  g_autofree gchar *text = NULL;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (part), "description") != NULL)
    g_object_get (part, "description", &text, NULL);
  if (text != NULL && *text != '\0' && !BB_IS_SITE (part)) /* that of the site is on the first page */
    bb_paper_text (paper, BB_TEXT_SMALL, text);
}

/* One table; `title` (nullable) stands over it. */
static void
put_settings (BbReportBook *book, BbPaper *paper, BbPart *part, const Choice *choice, const gchar *title)
{
  static const gdouble shares[] = { 0.26, 0.24, 0.26, 0.24 };
  g_autoptr (BbPaperTable) table = bb_paper_table_new ("glgl", NULL);

  bb_paper_table_set_shares (table, shares);
  if (add_settings (book, part, choice, table) == 0)
    return;
  bb_paper_need (paper, 64); /* the title stays with a row */
  if (title != NULL)
    bb_paper_text (paper, BB_TEXT_NOTE, title);
  bb_paper_put_table (paper, table);
}

/* A group has many settings, in the sections of its form. */
static void
put_part (BbReportBook *book, BbPaper *paper, BbPart *part, const gchar *name)
{
  Choice choice = { -1, FALSE };

  bb_paper_heading (paper, BB_TEXT_SUBHEADING, name, 60);
  put_description (paper, part);
  if (!BB_IS_GROUP (part)) {
    put_settings (book, paper, part, &choice, NULL);
    return;
  }
  for (choice.section = 0; choice.section < BB_SECTION_COUNT; choice.section++)
    put_settings (book, paper, part, &choice, bb_field_section_title ((BbFieldSection) choice.section));
}

/* A part of the site in which something was set: that alone. */
static void
put_own (BbReportBook *book, BbPaper *paper, gpointer part, const gchar *title)
{
  static const Choice choice = { -1, TRUE };
  g_autoptr (BbPart) fresh = g_object_new (G_OBJECT_TYPE (part), NULL);

  if (bb_part_equal (part, fresh))
    return;
  bb_paper_heading (paper, BB_TEXT_SUBHEADING, title, 60);
  put_settings (book, paper, part, &choice, NULL);
}

static const gchar *
name_of (BbPart *part, gchar **name, gchar **id)
{
  GObjectClass *klass = G_OBJECT_GET_CLASS (part);

  if (g_object_class_find_property (klass, "name") != NULL)
    g_object_get (part, "name", name, NULL);
  if (g_object_class_find_property (klass, "id") != NULL)
    g_object_get (part, "id", id, NULL);
  if (*name != NULL && **name != '\0')
    return *name;
  return *id != NULL ? *id : "–";
}

/* "Circuits", then each with all that is set. */
static void
put_list (BbReportBook *book, BbPaper *paper, GListModel *list, const gchar *title)
{
  guint n = g_list_model_get_n_items (list);

  if (n > 0)
    bb_paper_heading (paper, BB_TEXT_HEADING, title, 90);
  for (guint i = 0; i < n; i++) {
    g_autoptr (BbPart) part = g_list_model_get_item (list, i);
    g_autofree gchar *name = NULL;
    g_autofree gchar *id = NULL;
    put_part (book, paper, part, name_of (part, &name, &id));
  }
}

/* ---- off-peak windows -------------------------------------------------------------------------- */

static void
add_window (BbPaperTable *table, const gchar *group, BbWindow *window)
{
  g_autofree gchar *days = bb_part_get_text (BB_PART (window), "days");
  const BbWindowFields *fields = bb_window_peek (window);

  bb_paper_table_add (table, group);
  bb_paper_table_take (table,
                       g_strdup_printf ("%02d:%02d – %02d:%02d", fields->start_min / 60,
                                        fields->start_min % 60, fields->end_min / 60, fields->end_min % 60));
  bb_paper_table_add (table, fields->days == 127 ? _ ("every day") : days);
}

static void
put_windows (BbReportBook *book, BbPaper *paper)
{
  const gchar *const head[] = { _ ("Group"), _ ("Off-peak"), _ ("Days on which it starts") };
  g_autoptr (BbPaperTable) table = bb_paper_table_new ("lll", head);
  guint n_groups = g_list_model_get_n_items (bb_site_get_groups (book->site));

  for (guint g = 0; g < n_groups; g++) {
    BbGroup *group = bb_site_group (book->site, g);
    GListModel *windows = bb_group_get_windows (group);
    for (guint w = 0; w < g_list_model_get_n_items (windows); w++) {
      g_autoptr (BbWindow) window = g_list_model_get_item (windows, w);
      add_window (table, bb_group_name (book->site, bb_group_peek (group)->id), window);
    }
  }
  if (bb_paper_table_get_n_rows (table) == 0)
    return;
  bb_paper_heading (paper, BB_TEXT_SUBHEADING, _ ("Off-peak windows"), 50);
  bb_paper_put_table (paper, table);
}

/* ---- stations ---------------------------------------------------------------------------------- */

/* Columns of the table of stations; what else differs stands in its last. */
static const gchar *const columns[]
    = { "circuit", "rotation", "max-ma", "min-ma", "failsafe-ma", "priority" };

static gboolean
is_column (const gchar *property)
{
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    if (g_str_equal (columns[i], property))
      return TRUE;
  return g_str_equal (property, "id") || g_str_equal (property, "name");
}

/* The setting that all stations share; NULL where they differ, or it is no text. (transfer full) */
static gchar *
shared_text (BbReportBook *book, const BbFieldInfo *info)
{
  guint n = g_list_model_get_n_items (bb_site_get_stations (book->site));
  g_autofree gchar *first = NULL;

  for (guint s = 0; s < n; s++) {
    g_autofree gchar *text = setting_text (book, BB_PART (bb_site_station (book->site, s)), info);
    if (text == NULL || (first != NULL && !g_str_equal (first, text)))
      return NULL;
    if (first == NULL)
      first = g_steal_pointer (&text);
  }
  return g_steal_pointer (&first);
}

static void
put_shared (BbReportBook *book, BbPaper *paper, const BbFieldInfo *rows, guint n_rows)
{
  static const gdouble shares[] = { 0.26, 0.24, 0.26, 0.24 };
  g_autoptr (BbPaperTable) table = bb_paper_table_new ("glgl", NULL);
  guint n = 0;

  for (guint r = 0; r < n_rows; r++) {
    gchar *text = is_column (rows[r].property) ? NULL : shared_text (book, &rows[r]);
    if (text == NULL)
      continue;
    bb_paper_table_add (table, bb_field_info_title (&rows[r]));
    bb_paper_table_take (table, text);
    n++;
  }
  if (n % 2 == 1) {
    bb_paper_table_add (table, "");
    bb_paper_table_add (table, "");
  }
  if (n == 0)
    return;
  bb_paper_heading (paper, BB_TEXT_SUBHEADING, _ ("The same for all stations"), 50);
  bb_paper_table_set_shares (table, shares);
  bb_paper_put_table (paper, table);
}

/* "Cable limit 16.0 A; Priority class 2": what has no column and differs from station to station. */
static gchar *
other_text (BbReportBook *book, BbPart *station, const BbFieldInfo *rows, guint n_rows,
            const gboolean *shared)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint r = 0; r < n_rows; r++) {
    if (shared[r] || is_column (rows[r].property))
      continue;
    g_autofree gchar *own = bb_part_get_text (station, rows[r].property);
    g_autofree gchar *setting = own != NULL && *own != '\0' ? setting_text (book, station, &rows[r]) : NULL;
    if (setting != NULL)
      g_string_append_printf (text, "%s%s: %s", text->len > 0 ? "; " : "", bb_field_info_title (&rows[r]),
                              setting);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gchar *
column_text (BbReportBook *book, BbStation *station, const gchar *property)
{
  const BbFieldInfo *info = bb_field_info_find (BB_PART (station), property);
  g_autofree gchar *own = bb_part_get_text (BB_PART (station), property);
  gint group = bb_site_find_group (book->site, bb_station_peek (station)->group);

  if (own != NULL && *own == '\0' && group >= 0 && g_str_equal (property, "circuit")) /* that of its group */
    return g_strdup (
        bb_circuit_name (book->site, bb_group_peek (bb_site_group (book->site, (guint) group))->circuit));
  if (info == NULL || own == NULL || *own == '\0')
    return g_strdup (own != NULL && *own != '\0' ? own : "–");
  return setting_text (book, BB_PART (station), info);
}

/* A row of the table; `other` (transfer full) (nullable): its last cell. */
static void
add_station (BbReportBook *book, BbPaperTable *table, BbStation *station, const gchar *other)
{
  bb_paper_table_add (table, bb_station_name (book->site, bb_station_peek (station)->id));
  for (guint c = 0; c < G_N_ELEMENTS (columns); c++)
    bb_paper_table_take (table, column_text (book, station, columns[c]));
  if (other != NULL)
    bb_paper_table_add (table, other);
}

/* What has no column, per station; NULL when that is nothing for all of them. (transfer full) (element-type
 * utf8) */
static GPtrArray *
list_others (BbReportBook *book, const BbFieldInfo *rows, guint n_rows)
{
  GPtrArray *others = g_ptr_array_new_with_free_func (g_free);
  g_autofree gboolean *shared = g_new0 (gboolean, n_rows + 1);
  guint n = g_list_model_get_n_items (bb_site_get_stations (book->site));
  gboolean any = FALSE;

  for (guint r = 0; r < n_rows; r++) {
    g_autofree gchar *text = shared_text (book, &rows[r]);
    shared[r] = text != NULL;
  }
  for (guint s = 0; s < n; s++) {
    gchar *text = other_text (book, BB_PART (bb_site_station (book->site, s)), rows, n_rows, shared);
    any |= *text != '\0';
    g_ptr_array_add (others, text);
  }
  if (!any)
    g_clear_pointer (&others, g_ptr_array_unref);
  return others;
}

static void
put_table (BbReportBook *book, BbPaper *paper, const BbFieldInfo *rows, guint n_rows)
{
  const gchar *const head[] = { _ ("Station"), _ ("Circuit"),   _ ("Rotation"), _ ("Maximum"),
                                _ ("Minimum"), _ ("Fail-safe"), _ ("Priority"), _ ("Else") };
  g_autoptr (GPtrArray) others = list_others (book, rows, n_rows);
  g_autoptr (BbPaperTable) table = bb_paper_table_new (others != NULL ? "lllrrrrl" : "lllrrrr", head);
  guint n = g_list_model_get_n_items (bb_site_get_stations (book->site));

  for (guint s = 0; s < n; s++)
    add_station (book, table, bb_site_station (book->site, s),
                 others != NULL ? g_ptr_array_index (others, s) : NULL);
  bb_paper_put_table (paper, table);
}

static void
put_stations (BbReportBook *book, BbPaper *paper)
{
  guint n_rows;
  const BbFieldInfo *rows = bb_field_info_list (BB_TYPE_STATION, &n_rows);

  if (g_list_model_get_n_items (bb_site_get_stations (book->site)) == 0)
    return;
  bb_paper_heading (paper, BB_TEXT_HEADING, _ ("Stations"), 90);
  put_table (book, paper, rows, n_rows);
  put_shared (book, paper, rows, n_rows);
}

void
bb_report_settings (BbReportBook *book, BbPaper *paper)
{
  const BbSiteFields *site = bb_site_peek (book->site);

  bb_paper_heading (paper, BB_TEXT_HEADING, _ ("The site as it was simulated"), 90);
  put_part (book, paper, BB_PART (book->site), _ ("Site"));
  put_own (book, paper, site->network, _ ("Network"));
  put_own (book, paper, site->reduced, _ ("When the grid asks for less"));
  put_own (book, paper, site->simulation, _ ("Simulation"));
  put_list (book, paper, bb_site_get_circuits (book->site), _ ("Circuits"));
  put_list (book, paper, bb_site_get_meters (book->site), _ ("Meters"));
  put_list (book, paper, bb_site_get_groups (book->site), _ ("Groups"));
  put_windows (book, paper);
  put_list (book, paper, bb_site_get_signals (book->site), _ ("Signals"));
  put_list (book, paper, bb_site_get_tariff (book->site), _ ("Tariff"));
  put_stations (book, paper);
}
