/* SPDX-License-Identifier: GPL-3.0-or-later */
/* groups-form.c: the form of a part of the site, or of several of one class at once, in sections of rows. */
#include "app/pages/groups-form.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/pages/groups-extras.h"
#include "app/pages/groups-parts.h"

/* So many rows are there at once: a screen full. */
#define ROWS_AT_ONCE 8

/* A section that is shown, or will be. */
typedef struct {
  BbPart *part; /* (unowned): the shown one, or one that belongs to it */
  BbFieldSection section;
  const gchar *title; /* translated; NULL: that of the section */
  GType list;         /* of small parts, instead of rows of fields; 0: none */
  gboolean whole;     /* all fields of the part, whatever their section */
  gboolean built;
  GtkWidget *group;    /* (nullable): AdwPreferencesGroup */
  GtkWidget *expander; /* (nullable): of the advanced rows */
  gboolean advanced_built;
} Section;

struct _BbGroupsForm {
  AdwBin parent_instance;
  GtkWidget *scroller, *box;
  BbEditor *editor;    /* (owned) (nullable) */
  GPtrArray *parts;    /* (owned) (nullable) (element-type BbPart) */
  GPtrArray *sections; /* (element-type Section) */
  GPtrArray *rows;     /* (element-type BbFieldRow), unowned */
  GPtrArray *lists;    /* (element-type BbGroupsParts), unowned */
  guint next, idle;
  gboolean stacked;
  GtkWidget *table;   /* (unowned) (nullable): of stations */
  GtkWidget *pending; /* (unowned) (nullable): to be scrolled to once it has its place */
};

G_DEFINE_FINAL_TYPE (BbGroupsForm, bb_groups_form, ADW_TYPE_BIN)

/* ---- rows ---- */

static GPtrArray *
parts_of (BbGroupsForm *self, Section *section)
{
  GPtrArray *parts;

  if (section->part == g_ptr_array_index (self->parts, 0))
    return g_ptr_array_ref (self->parts);
  parts = g_ptr_array_new ();
  g_ptr_array_add (parts, section->part);
  return parts;
}

/* What tells one part from the others is not set for several. */
static gboolean
is_own (const gchar *property)
{
  return strcmp (property, "id") == 0 || strcmp (property, "name") == 0 || strcmp (property, "serial") == 0
         || strcmp (property, "address") == 0 || strcmp (property, "identity") == 0;
}

static gboolean
belongs (BbGroupsForm *self, Section *section, const BbFieldInfo *info, gboolean advanced)
{
  if ((info->section != section->section && !section->whole) || info->advanced != advanced
      || !bb_field_row_can_show (section->part, info))
    return FALSE;
  return self->parts->len == 1 || !is_own (info->property);
}

static guint
count_rows (BbGroupsForm *self, Section *section, gboolean advanced)
{
  guint n, count = 0;
  const BbFieldInfo *infos = bb_field_info_list (G_OBJECT_TYPE (section->part), &n);

  for (guint i = 0; i < n; i++)
    count += belongs (self, section, &infos[i], advanced);
  return count;
}

static void
build_rows (BbGroupsForm *self, Section *section, gboolean advanced)
{
  guint n;
  const BbFieldInfo *infos = bb_field_info_list (G_OBJECT_TYPE (section->part), &n);
  g_autoptr (GPtrArray) parts = parts_of (self, section);

  for (guint i = 0; i < n; i++) {
    GtkWidget *row;
    if (!belongs (self, section, &infos[i], advanced))
      continue;
    row = bb_field_row_new (self->editor, parts, &infos[i]);
    bb_field_row_set_stacked (BB_FIELD_ROW (row), self->stacked);
    g_ptr_array_add (self->rows, row);
    if (advanced)
      adw_expander_row_add_row (ADW_EXPANDER_ROW (section->expander), row);
    else
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (section->group), row);
    if (!advanced)
      bb_groups_extras_after_row (self->editor, section->part, &infos[i], self->parts->len, section->group);
  }
}

static void
expanded_cb (AdwExpanderRow *expander, GParamSpec *pspec, BbGroupsForm *self)
{
  for (guint s = 0; s < self->sections->len; s++) {
    Section *section = g_ptr_array_index (self->sections, s);
    if (section->expander != GTK_WIDGET (expander) || section->advanced_built)
      continue;
    section->advanced_built = TRUE;
    build_rows (self, section, TRUE);
    g_signal_emit_by_name (self, "rows-built");
  }
}

static void
add_expander (BbGroupsForm *self, Section *section)
{
  section->expander = adw_expander_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (section->expander), _ ("Advanced"));
  g_signal_connect (section->expander, "notify::expanded", G_CALLBACK (expanded_cb), self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (section->group), section->expander);
}

static void
list_rows_built_cb (BbGroupsParts *list, BbGroupsForm *self)
{
  g_signal_emit_by_name (self, "rows-built");
}

static void
build_list (BbGroupsForm *self, Section *section)
{
  GtkWidget *list = bb_groups_parts_new (self->editor, section->list);

  bb_groups_parts_set_stacked (BB_GROUPS_PARTS (list), self->stacked);
  g_signal_connect (list, "rows-built", G_CALLBACK (list_rows_built_cb), self);
  gtk_box_append (GTK_BOX (self->box), list);
  g_ptr_array_add (self->lists, list);
}

static void
build_section (BbGroupsForm *self, Section *section)
{
  section->built = TRUE;
  if (section->list != 0) {
    build_list (self, section);
    return;
  }
  section->group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (section->group),
                                   section->title ? section->title
                                                  : bb_field_section_title (section->section));
  build_rows (self, section, FALSE);
  if (count_rows (self, section, TRUE) > 0)
    add_expander (self, section);
  gtk_box_append (GTK_BOX (self->box), section->group);
  if (self->parts->len == 1 && self->table == NULL)
    self->table
        = bb_groups_extras_after_section (self->editor, section->part, section->section, section->group);
}

/* ---- sections ---- */

static void
plan_section (BbGroupsForm *self, BbPart *part, BbFieldSection number, const gchar *title)
{
  Section *section = g_new0 (Section, 1);

  section->part = part;
  section->section = number;
  section->title = title;
  if (count_rows (self, section, FALSE) + count_rows (self, section, TRUE) > 0)
    g_ptr_array_add (self->sections, section);
  else
    g_free (section);
}

/* All fields of a part that belongs to the shown one, as one section. */
static void
plan_belonging (BbGroupsForm *self, BbPart *part, const gchar *title)
{
  Section *section = g_new0 (Section, 1);

  section->part = part;
  section->title = title;
  section->whole = TRUE;
  g_ptr_array_add (self->sections, section);
}

static void
plan_list (BbGroupsForm *self, BbPart *site, GType type)
{
  Section *section = g_new0 (Section, 1);

  section->part = site;
  section->list = type;
  g_ptr_array_add (self->sections, section);
}

static void
plan_site (BbGroupsForm *self, BbPart *site)
{
  for (guint s = 0; s < BB_SECTION_COUNT; s++)
    plan_section (self, site, s, s == BB_SECTION_PEAK ? _ ("Tariff") : NULL);
  plan_list (self, site, BB_TYPE_TARIFF_WINDOW);
  plan_list (self, site, BB_TYPE_SIGNAL);
  plan_belonging (self, BB_PART (bb_site_peek (BB_SITE (site))->reduced), _ ("Ripple control"));
  plan_belonging (self, BB_PART (bb_site_peek (BB_SITE (site))->network), _ ("Network"));
  plan_list (self, site, BB_TYPE_ACKNOWLEDGEMENT);
}

static void
plan (BbGroupsForm *self)
{
  BbPart *part = g_ptr_array_index (self->parts, 0);

  if (BB_IS_SITE (part)) {
    plan_site (self, part);
    return;
  }
  for (guint s = 0; s < BB_SECTION_COUNT; s++)
    plan_section (self, part, s, s == BB_SECTION_STATIONS && !BB_IS_GROUP (part) ? _ ("Device") : NULL);
}

static gboolean
build_next (BbGroupsForm *self)
{
  if (self->next >= self->sections->len)
    return FALSE;
  build_section (self, g_ptr_array_index (self->sections, self->next++));
  return TRUE;
}

static gboolean
build_cb (gpointer data)
{
  BbGroupsForm *self = data;
  gboolean any = build_next (self);

  if (any)
    g_signal_emit_by_name (self, "rows-built");
  if (any && self->next < self->sections->len)
    return G_SOURCE_CONTINUE;
  self->idle = 0;
  return G_SOURCE_REMOVE;
}

void
bb_groups_form_finish (BbGroupsForm *self)
{
  gboolean any = FALSE;

  g_clear_handle_id (&self->idle, g_source_remove);
  while (build_next (self))
    any = TRUE;
  if (any)
    g_signal_emit_by_name (self, "rows-built");
}

static void
clear (BbGroupsForm *self)
{
  GtkWidget *child;

  g_clear_handle_id (&self->idle, g_source_remove);
  self->pending = NULL;
  self->table = NULL;
  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->lists, 0);
  g_ptr_array_set_size (self->sections, 0);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_object (&self->editor);
  self->next = 0;
}

/* A screen full at once, the rest after the window has been drawn. */
static void
build_first (BbGroupsForm *self)
{
  while (self->rows->len < ROWS_AT_ONCE && build_next (self))
    ;
  g_signal_emit_by_name (self, "rows-built");
  if (self->idle == 0 && self->next < self->sections->len)
    self->idle = g_idle_add_full (G_PRIORITY_LOW, build_cb, self, NULL);
}

static void
bb_groups_form_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (bb_groups_form_parent_class)->map (widget);
  build_first (BB_GROUPS_FORM (widget));
}

void
bb_groups_form_show (BbGroupsForm *self, BbEditor *editor, GPtrArray *parts)
{
  clear (self);
  if (editor == NULL || parts == NULL || parts->len == 0)
    return;
  self->editor = g_object_ref (editor);
  self->parts = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < parts->len; i++)
    g_ptr_array_add (self->parts, g_object_ref (g_ptr_array_index (parts, i)));
  bb_groups_extras_before (editor, self->parts, self->box);
  plan (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    build_first (self);
  bb_groups_form_scroll_to_top (self);
}

BbPart *
bb_groups_form_get_part (BbGroupsForm *self)
{
  return self->parts != NULL ? g_ptr_array_index (self->parts, 0) : NULL;
}

/* ---- rows to look at ---- */

static BbFieldRow *
find_built (BbGroupsForm *self, const BbFieldInfo *info)
{
  for (guint r = 0; r < self->rows->len; r++)
    if (bb_field_row_get_info (g_ptr_array_index (self->rows, r)) == info)
      return g_ptr_array_index (self->rows, r);
  return NULL;
}

/* The field of a property, or of a key of the file; the first of three phases stands for all. */
static const BbFieldInfo *
find_info (BbPart *part, const gchar *property)
{
  guint n;
  const BbFieldInfo *infos = bb_field_info_list (G_OBJECT_TYPE (part), &n);
  BbPartClass *klass = BB_PART_GET_CLASS (part);

  for (guint i = 0; i < n; i++) {
    gsize stem = strcspn (infos[i].property, "%");
    if (strcmp (infos[i].property, property) == 0)
      return &infos[i];
    for (guint f = 0; f < klass->n_fields; f++) {
      const gchar *own = klass->fields[f].property;
      const gchar *phase = strstr (own, "%s");
      stem = phase != NULL ? (gsize) (phase - own) : strlen (own) + 1;
      if (strncmp (own, infos[i].property, stem) == 0
          && (strcmp (klass->fields[f].key, property) == 0 || (phase && strncmp (own, property, stem) == 0)))
        return &infos[i];
    }
  }
  return NULL;
}

/* In the lists of small parts; opens the part. */
static GtkWidget *
find_in_lists (BbGroupsForm *self, BbPart *part, const gchar *property)
{
  GtkWidget *found = NULL;

  bb_groups_form_finish (self);
  for (guint l = 0; l < self->lists->len && found == NULL; l++)
    found = bb_groups_parts_find (g_ptr_array_index (self->lists, l), part, property);
  return found;
}

GtkWidget *
bb_groups_form_find (BbGroupsForm *self, BbPart *part, const gchar *property)
{
  BbFieldRow *row = bb_groups_form_find_row (self, part, property);

  if (row != NULL)
    return GTK_WIDGET (row);
  return self->parts != NULL && part != NULL ? find_in_lists (self, part, NULL) : NULL;
}

void
bb_groups_form_mark (BbGroupsForm *self, BbPart *part, const gchar *sentence, BbSeverity severity)
{
  for (guint l = 0; l < self->lists->len; l++)
    bb_groups_parts_mark (g_ptr_array_index (self->lists, l), part, sentence, severity);
}

void
bb_groups_form_clear_marks (BbGroupsForm *self)
{
  for (guint l = 0; l < self->lists->len; l++)
    bb_groups_parts_clear_marks (g_ptr_array_index (self->lists, l));
}

GtkWidget *
bb_groups_form_get_list (BbGroupsForm *self, GType type)
{
  bb_groups_form_finish (self);
  for (guint s = 0, l = 0; s < self->sections->len; s++) {
    Section *section = g_ptr_array_index (self->sections, s);
    if (section->list == type)
      return g_ptr_array_index (self->lists, l);
    l += section->list != 0;
  }
  return NULL;
}

BbFieldRow *
bb_groups_form_find_row (BbGroupsForm *self, BbPart *part, const gchar *property)
{
  const BbFieldInfo *info;
  GtkWidget *listed;

  if (self->parts == NULL || part == NULL || property == NULL || (info = find_info (part, property)) == NULL)
    return NULL;
  if ((listed = find_in_lists (self, part, property)) != NULL)
    return BB_FIELD_ROW (listed);
  for (guint s = 0; s < self->sections->len && find_built (self, info) == NULL; s++) {
    Section *section = g_ptr_array_index (self->sections, s);
    if (G_OBJECT_TYPE (section->part) == G_OBJECT_TYPE (part) && belongs (self, section, info, TRUE))
      adw_expander_row_set_expanded (ADW_EXPANDER_ROW (section->expander), TRUE);
  }
  return find_built (self, info);
}

/* A row has its place only once the form has been laid out. */
static gboolean
scroll_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  BbGroupsForm *self = BB_GROUPS_FORM (widget);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  graphene_point_t at = { 0, 0 };

  if (self->pending != NULL && gtk_widget_get_mapped (self->pending)
      && gtk_widget_get_height (self->pending) == 0)
    return G_SOURCE_CONTINUE;
  if (self->pending != NULL
      && gtk_widget_compute_point (self->pending, self->box, &GRAPHENE_POINT_INIT (0, 0), &at))
    gtk_adjustment_set_value (adjustment, at.y - gtk_adjustment_get_page_size (adjustment) / 3);
  self->pending = NULL;
  return G_SOURCE_REMOVE;
}

void
bb_groups_form_reveal (BbGroupsForm *self, GtkWidget *row)
{
  gboolean waits = self->pending != NULL;

  self->pending = row;
  if (!waits)
    gtk_widget_add_tick_callback (GTK_WIDGET (self), scroll_cb, NULL, NULL);
  if (BB_IS_FIELD_ROW (row))
    bb_field_row_grab (BB_FIELD_ROW (row));
  else
    gtk_widget_child_focus (row, GTK_DIR_TAB_FORWARD);
}

GtkWidget *
bb_groups_form_get_table (BbGroupsForm *self)
{
  return self->table;
}

GPtrArray *
bb_groups_form_get_rows (BbGroupsForm *self)
{
  GPtrArray *rows = g_ptr_array_new ();

  for (guint r = 0; r < self->rows->len; r++)
    g_ptr_array_add (rows, g_ptr_array_index (self->rows, r));
  for (guint l = 0; l < self->lists->len; l++)
    bb_groups_parts_collect (g_ptr_array_index (self->lists, l), rows);
  return rows;
}

void
bb_groups_form_set_stacked (BbGroupsForm *self, gboolean stacked)
{
  if (self->stacked == stacked)
    return;
  self->stacked = stacked;
  for (guint r = 0; r < self->rows->len; r++)
    bb_field_row_set_stacked (g_ptr_array_index (self->rows, r), stacked);
  for (guint l = 0; l < self->lists->len; l++)
    bb_groups_parts_set_stacked (g_ptr_array_index (self->lists, l), stacked);
}

void
bb_groups_form_scroll_to_top (BbGroupsForm *self)
{
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)), 0);
}

/* ---- object ---- */

static void
bb_groups_form_dispose (GObject *object)
{
  BbGroupsForm *self = BB_GROUPS_FORM (object);

  if (self->box != NULL)
    clear (self);
  self->box = NULL;
  G_OBJECT_CLASS (bb_groups_form_parent_class)->dispose (object);
}

static void
bb_groups_form_finalize (GObject *object)
{
  BbGroupsForm *self = BB_GROUPS_FORM (object);

  g_ptr_array_unref (self->sections);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->lists);
  G_OBJECT_CLASS (bb_groups_form_parent_class)->finalize (object);
}

static void
bb_groups_form_class_init (BbGroupsFormClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bb_groups_form_dispose;
  G_OBJECT_CLASS (klass)->finalize = bb_groups_form_finalize;
  GTK_WIDGET_CLASS (klass)->map = bb_groups_form_map;
  /* Rows came: who shows problems at them looks again. */
  g_signal_new ("rows-built", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                0);
}

static void
bb_groups_form_init (BbGroupsForm *self)
{
  GtkWidget *clamp = adw_clamp_new ();

  self->sections = g_ptr_array_new_with_free_func (g_free);
  self->rows = g_ptr_array_new ();
  self->lists = g_ptr_array_new ();
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
  gtk_widget_set_margin_top (self->box, 24);
  gtk_widget_set_margin_bottom (self->box, 24);
  gtk_widget_set_margin_start (self->box, 18);
  gtk_widget_set_margin_end (self->box, 18);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 760);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), 600);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->box);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), clamp);
  adw_bin_set_child (ADW_BIN (self), self->scroller);
}

GtkWidget *
bb_groups_form_new (void)
{
  return g_object_new (BB_TYPE_GROUPS_FORM, NULL);
}
