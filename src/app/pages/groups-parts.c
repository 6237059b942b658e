/* SPDX-License-Identifier: GPL-3.0-or-later */
/* groups-parts.c: a list of small parts of the site in its form: prices, signals, accepted excesses. */
#include "app/pages/groups-parts.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/widgets/phase-toggle.h"
#include "model/decimal.h"

typedef struct {
  GType (*type) (void);
  GListModel *(*list) (BbSite *site);
  const gchar *title, *about, *empty;
  const gchar *add, *remove; /* tooltips of the buttons; `add` NULL: they are not added here */
  const gchar *removed;
} Kind;

static const Kind kinds[] = {
  { bb_tariff_window_get_type, bb_site_get_tariff, N_ ("Prices"),
    N_ ("What a kWh costs, and when. The report states it."), N_ ("No prices are stated."),
    N_ ("Add a price"), N_ ("Remove This Price"), N_ ("Price removed") },
  { bb_signal_get_type, bb_site_get_signals, N_ ("Signals"),
    N_ ("Two inputs each, by which the grid operator reduces or stops charging."),
    N_ ("No signal: nobody from outside reduces charging."), N_ ("Add a signal"), N_ ("Remove This Signal"),
    N_ ("Signal removed") },
  { bb_acknowledgement_get_type, bb_site_get_acknowledgements, N_ ("Accepted excesses"),
    N_ ("Problems that someone knows of and accepts, by name and reason."),
    N_ ("Nothing is accepted. A problem that can be has a button for it."), NULL,
    N_ ("No Longer Accept This"), N_ ("No longer accepted") },
};

/* A part's row. */
typedef struct {
  BbPart *part;               /* (owned) */
  GtkWidget *expander, *icon; /* (owned), (unowned) (nullable) */
  GPtrArray *rows;            /* (element-type BbFieldRow), unowned; empty until it is opened */
  gchar *problem;             /* (owned) (nullable) */
  gboolean built;
} Item;

struct _BbGroupsParts {
  AdwPreferencesGroup parent_instance;
  const Kind *kind;
  BbEditor *editor; /* (owned) */
  GPtrArray *items; /* (element-type Item), in the order of the site */
  GtkWidget *empty;
  gboolean stacked;
};

G_DEFINE_FINAL_TYPE (BbGroupsParts, bb_groups_parts, ADW_TYPE_PREFERENCES_GROUP)

static guint rows_built_signal;

static void
item_free (gpointer data)
{
  Item *item = data;

  g_ptr_array_unref (item->rows);
  g_object_unref (item->expander);
  g_object_unref (item->part);
  g_free (item->problem);
  g_free (item);
}

static GListModel *
list_of (BbGroupsParts *self)
{
  return self->kind->list (bb_editor_get_site (self->editor));
}

/* ---- words ---- */

static gchar *
times_text (const BbTariffWindowFields *f)
{
  return g_strdup_printf ("%02d:%02d–%02d:%02d", f->start_min / 60, f->start_min % 60, f->end_min / 60,
                          f->end_min % 60);
}

static gchar *
tariff_subtitle (BbGroupsParts *self, const BbTariffWindowFields *f)
{
  const BbSiteFields *site = bb_site_peek (bb_editor_get_site (self->editor));
  g_autofree gchar *times = times_text (f), *days = bb_days_text (f->days);
  g_autofree gchar *price = bb_decimal_fixed (f->price_e5, 100000, 4);

  if (*site->currency == '\0')
    /* Translators: a price of a kWh: days, times, price. */
    return g_strdup_printf (_ ("%s %s · %s per kWh"), days, times, price);
  /* Translators: a price of a kWh: days, times, price, currency. */
  return g_strdup_printf (_ ("%s %s · %s %s per kWh"), days, times, price, site->currency);
}

static const gchar *
state_words (gint state)
{
  static const gchar *const words[] = { N_ ("Normal"), N_ ("Reduced"), N_ ("Locked") };

  return _ (words[CLAMP (state, 0, 2)]);
}

static gchar *
signal_subtitle (const BbSignalFields *f)
{
  /* Translators: what the states of two inputs mean, such as “0 1 Reduced”. */
  return g_strdup_printf (_ ("Inputs 0 0 %s · 0 1 %s · 1 0 %s · 1 1 %s"), state_words (f->input_00),
                          state_words (f->input_01), state_words (f->input_10), state_words (f->input_11));
}

static gchar *
group_name (BbGroupsParts *self, const gchar *id)
{
  BbSite *site = bb_editor_get_site (self->editor);
  const gint at = bb_site_find_group (site, id);
  const gchar *name = at >= 0 ? bb_group_peek (bb_site_group (site, (guint) at))->name : "";

  return g_strdup (*name != '\0' ? name : id);
}

static gchar *
subtitle_of (BbGroupsParts *self, BbPart *part)
{
  if (BB_IS_TARIFF_WINDOW (part))
    return tariff_subtitle (self, bb_tariff_window_peek (BB_TARIFF_WINDOW (part)));
  if (BB_IS_SIGNAL (part))
    return signal_subtitle (bb_signal_peek (BB_SIGNAL (part)));
  return g_strdup_printf (_ ("Accepted by %s: %s"), bb_acknowledgement_peek (BB_ACKNOWLEDGEMENT (part))->name,
                          bb_acknowledgement_peek (BB_ACKNOWLEDGEMENT (part))->reason);
}

static gchar *
title_of (BbGroupsParts *self, BbPart *part)
{
  g_autofree gchar *name = bb_part_get_text (part, "name");
  g_autofree gchar *group = NULL;

  if (BB_IS_ACKNOWLEDGEMENT (part)) {
    group = group_name (self, bb_acknowledgement_peek (BB_ACKNOWLEDGEMENT (part))->group);
    /* Translators: what was accepted; %s is a group. */
    return g_strdup_printf (_ ("Fail-safe currents of %s"), group);
  }
  if (*name != '\0')
    return g_steal_pointer (&name);
  return BB_IS_SIGNAL (part) ? bb_part_get_text (part, "id")
                             : times_text (bb_tariff_window_peek (BB_TARIFF_WINDOW (part)));
}

static void
show_item (BbGroupsParts *self, Item *item)
{
  g_autofree gchar *title = title_of (self, item->part), *summary = subtitle_of (self, item->part);
  g_autofree gchar *safe_title = g_markup_escape_text (title, -1);
  g_autofree gchar *safe = g_markup_escape_text (item->problem != NULL ? item->problem : summary, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (item->expander), safe_title);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (item->expander), safe);
  if (item->icon != NULL)
    gtk_widget_set_visible (item->icon, item->problem != NULL);
}

/* ---- fields of a part ---- */

static GtkWidget *
new_remove (BbGroupsParts *self, Item *item)
{
  GtkWidget *row = adw_preferences_row_new (), *button = gtk_button_new_with_label (_ (self->kind->remove));
  guint number = 0;

  g_ptr_array_find (self->items, item, &number);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "parts.remove");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "u", number);
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_widget_set_margin_top (button, 9);
  gtk_widget_set_margin_bottom (button, 9);
  gtk_widget_set_margin_start (button, 12);
  gtk_widget_set_margin_end (button, 12);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), button);
  g_object_set_data (G_OBJECT (item->expander), "remove", button);
  return row;
}

/* There is one rule only that can be accepted: it is shown where it is another. */
static gboolean
is_settled (BbPart *part, const BbFieldInfo *info)
{
  return BB_IS_ACKNOWLEDGEMENT (part) && strcmp (info->property, "rule") == 0
         && strcmp (bb_acknowledgement_peek (BB_ACKNOWLEDGEMENT (part))->rule, "failsafe-sum") == 0;
}

static void
build_fields (BbGroupsParts *self, Item *item)
{
  guint n;
  const BbFieldInfo *infos = bb_field_info_list (G_OBJECT_TYPE (item->part), &n);
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  item->built = TRUE;
  g_ptr_array_add (parts, item->part);
  for (guint i = 0; i < n; i++) {
    GtkWidget *row;
    if (!bb_field_row_can_show (item->part, &infos[i]) || is_settled (item->part, &infos[i]))
      continue;
    row = bb_field_row_new (self->editor, parts, &infos[i]);
    bb_field_row_set_stacked (BB_FIELD_ROW (row), self->stacked);
    adw_expander_row_add_row (ADW_EXPANDER_ROW (item->expander), row);
    g_ptr_array_add (item->rows, row);
  }
  adw_expander_row_add_row (ADW_EXPANDER_ROW (item->expander), new_remove (self, item));
  g_signal_emit (self, rows_built_signal, 0);
}

static void
expanded_cb (GtkWidget *expander, GParamSpec *pspec, BbGroupsParts *self)
{
  for (guint i = 0; i < self->items->len; i++) {
    Item *item = g_ptr_array_index (self->items, i);
    if (item->expander == expander && !item->built)
      build_fields (self, item);
  }
}

/* ---- the list ---- */

static Item *
item_of (GPtrArray *items, BbPart *part)
{
  for (guint i = 0; i < items->len; i++)
    if (((Item *) g_ptr_array_index (items, i))->part == part)
      return g_ptr_array_index (items, i);
  return NULL;
}

static Item *
item_new (BbGroupsParts *self, BbPart *part)
{
  Item *item = g_new0 (Item, 1);

  item->part = g_object_ref (part);
  item->rows = g_ptr_array_new ();
  item->expander = g_object_ref_sink (adw_expander_row_new ());
  g_signal_connect_object (item->expander, "notify::expanded", G_CALLBACK (expanded_cb), self, 0);
  return item;
}

/* Rows stay with their parts, so that an open one stays open; their order is that of the site. */
static void
follow_list (BbGroupsParts *self)
{
  g_autoptr (GPtrArray) before = self->items;
  GListModel *list = list_of (self);

  for (guint i = 0; i < before->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self),
                                  ((Item *) g_ptr_array_index (before, i))->expander);
  self->items = g_ptr_array_new_with_free_func (item_free);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (BbPart) part = g_list_model_get_item (list, i);
    Item *item = item_of (before, part);
    GtkWidget *button;
    guint at;
    if (item != NULL && g_ptr_array_find (before, item, &at))
      g_ptr_array_steal_index (before, at);
    else
      item = item_new (self, part);
    g_ptr_array_add (self->items, item);
    if ((button = g_object_get_data (G_OBJECT (item->expander), "remove")) != NULL)
      gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "u", i);
    show_item (self, item);
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), item->expander);
  }
  gtk_widget_set_visible (self->empty, self->items->len == 0);
}

static void
list_changed_cb (GListModel *list, guint position, guint removed, guint added, BbGroupsParts *self)
{
  follow_list (self);
}

static void
changed_cb (BbEditor *editor, BbPart *part, const gchar *property, BbGroupsParts *self)
{
  if (property != NULL && (BB_IS_SITE (part) || BB_IS_GROUP (part) || item_of (self->items, part) != NULL))
    for (guint i = 0; i < self->items->len; i++)
      show_item (self, g_ptr_array_index (self->items, i));
}

/* ---- actions ---- */

/* The hours that the last price leaves. */
static BbPart *
new_price (GListModel *list)
{
  const guint n = g_list_model_get_n_items (list);
  g_autoptr (BbTariffWindow) last = n > 0 ? g_list_model_get_item (list, n - 1) : NULL;
  BbTariffWindow *fresh = bb_tariff_window_new ();
  const BbTariffWindowFields *f = last != NULL ? bb_tariff_window_peek (last) : NULL;

  if (f != NULL)
    g_object_set (fresh, "start-min", f->end_min % 1440, "end-min", f->start_min > 0 ? f->start_min : 1440,
                  "days", f->days, "price-e5", f->price_e5, NULL);
  return BB_PART (fresh);
}

static void
add_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbGroupsParts *self = BB_GROUPS_PARTS (widget);
  g_autoptr (BbPart) part = NULL;
  GtkWidget *row;

  if (self->kind->add == NULL)
    return;
  part = self->kind->type () == BB_TYPE_SIGNAL ? BB_PART (bb_signal_new ("")) : new_price (list_of (self));
  bb_editor_seal (self->editor);
  bb_editor_add (self->editor, part, NULL);
  bb_editor_seal (self->editor);
  if ((row = bb_groups_parts_find (self, part, "name")) != NULL)
    bb_field_row_grab (BB_FIELD_ROW (row));
}

static void
remove_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbGroupsParts *self = BB_GROUPS_PARTS (widget);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_object_unref);
  GtkWidget *page = gtk_widget_get_ancestor (widget, BB_TYPE_PAGE);
  BbPart *part = g_list_model_get_item (list_of (self), g_variant_get_uint32 (parameter));

  if (part == NULL)
    return;
  g_ptr_array_add (parts, part);
  bb_editor_seal (self->editor);
  if (bb_editor_remove (self->editor, parts, NULL) && page != NULL)
    bb_page_toast (BB_PAGE (page), _ (self->kind->removed), _ ("Undo"), "win.undo");
  bb_editor_seal (self->editor);
}

static void
open_action (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbGroupsParts *self = BB_GROUPS_PARTS (widget);
  const guint number = g_variant_get_uint32 (parameter);

  if (number < self->items->len)
    bb_groups_parts_find (self, ((Item *) g_ptr_array_index (self->items, number))->part, NULL);
}

/* ---- what the form asks ---- */

gchar *
bb_groups_parts_get_text (BbGroupsParts *self, guint number)
{
  Item *item = number < self->items->len ? g_ptr_array_index (self->items, number) : NULL;
  g_autofree gchar *title = item != NULL ? title_of (self, item->part) : NULL;
  g_autofree gchar *summary = item != NULL ? subtitle_of (self, item->part) : NULL;

  return item != NULL ? g_strconcat (title, "\n", summary, NULL) : NULL;
}

const gchar *
bb_groups_parts_get_problem (BbGroupsParts *self, guint number)
{
  return number < self->items->len ? ((Item *) g_ptr_array_index (self->items, number))->problem : NULL;
}

void
bb_groups_parts_collect (BbGroupsParts *self, GPtrArray *rows)
{
  for (guint i = 0; i < self->items->len; i++)
    g_ptr_array_extend (rows, ((Item *) g_ptr_array_index (self->items, i))->rows, NULL, NULL);
}

GtkWidget *
bb_groups_parts_find (BbGroupsParts *self, BbPart *part, const gchar *property)
{
  Item *item = item_of (self->items, part);

  if (item == NULL)
    return NULL;
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (item->expander), TRUE);
  for (guint r = 0; property != NULL && r < item->rows->len; r++)
    if (bb_field_row_is_for (g_ptr_array_index (item->rows, r), property))
      return g_ptr_array_index (item->rows, r);
  return property == NULL ? item->expander : NULL;
}

void
bb_groups_parts_mark (BbGroupsParts *self, BbPart *part, const gchar *sentence, BbSeverity severity)
{
  Item *item = item_of (self->items, part);
  const gchar *css[] = { severity == BB_SEVERITY_ERROR ? "error" : "warning", NULL };

  if (item == NULL || item->problem != NULL)
    return;
  item->problem = g_strdup (sentence);
  if (item->icon == NULL) { /* not before: its empty place would move the title */
    item->icon = gtk_image_new ();
    adw_expander_row_add_prefix (ADW_EXPANDER_ROW (item->expander), item->icon);
  }
  gtk_image_set_from_icon_name (GTK_IMAGE (item->icon), severity == BB_SEVERITY_ERROR
                                                            ? "dialog-error-symbolic"
                                                            : "dialog-warning-symbolic");
  gtk_widget_set_css_classes (item->icon, css);
  show_item (self, item);
}

void
bb_groups_parts_clear_marks (BbGroupsParts *self)
{
  for (guint i = 0; i < self->items->len; i++) {
    Item *item = g_ptr_array_index (self->items, i);
    if (item->problem == NULL)
      continue;
    g_clear_pointer (&item->problem, g_free);
    show_item (self, item);
  }
}

void
bb_groups_parts_set_stacked (BbGroupsParts *self, gboolean stacked)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  self->stacked = stacked;
  bb_groups_parts_collect (self, rows);
  for (guint r = 0; r < rows->len; r++)
    bb_field_row_set_stacked (g_ptr_array_index (rows, r), stacked);
}

/* ---- object ---- */

static void
bb_groups_parts_dispose (GObject *object)
{
  BbGroupsParts *self = BB_GROUPS_PARTS (object);

  if (self->editor != NULL) {
    g_signal_handlers_disconnect_by_data (list_of (self), self);
    g_signal_handlers_disconnect_by_data (self->editor, self);
  }
  g_clear_object (&self->editor);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  G_OBJECT_CLASS (bb_groups_parts_parent_class)->dispose (object);
}

static void
bb_groups_parts_class_init (BbGroupsPartsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bb_groups_parts_dispose;
  rows_built_signal = g_signal_new ("rows-built", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (widget_class, "parts.add", NULL, add_action);
  gtk_widget_class_install_action (widget_class, "parts.remove", "u", remove_action);
  gtk_widget_class_install_action (widget_class, "parts.open", "u", open_action);
}

static void
bb_groups_parts_init (BbGroupsParts *self)
{
  self->items = g_ptr_array_new_with_free_func (item_free);
}

static GtkWidget *
new_add (const Kind *kind)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("list-add-symbolic");

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "parts.add");
  gtk_widget_set_tooltip_text (button, _ (kind->add));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _ (kind->add), -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  return button;
}

static void
build (BbGroupsParts *self)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (self);

  adw_preferences_group_set_title (group, _ (self->kind->title));
  adw_preferences_group_set_description (group, _ (self->kind->about));
  if (self->kind->add != NULL)
    adw_preferences_group_set_header_suffix (group, new_add (self->kind));
  self->empty = adw_action_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->empty), _ (self->kind->empty));
  gtk_widget_add_css_class (self->empty, "dim-label");
  gtk_widget_set_focusable (self->empty, FALSE);
  adw_preferences_group_add (group, self->empty);
}

GtkWidget *
bb_groups_parts_new (BbEditor *editor, GType type)
{
  BbGroupsParts *self = g_object_new (BB_TYPE_GROUPS_PARTS, NULL);

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    if (kinds[k].type () == type)
      self->kind = &kinds[k];
  g_return_val_if_fail (self->kind != NULL, NULL);
  self->editor = g_object_ref (editor);
  build (self);
  follow_list (self);
  g_signal_connect (list_of (self), "items-changed", G_CALLBACK (list_changed_cb), self);
  g_signal_connect (editor, "changed", G_CALLBACK (changed_cb), self);
  return GTK_WIDGET (self);
}
