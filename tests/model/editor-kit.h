/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor-kit.h: what tests of the editor share: a site with references of each kind, edits, what undoes. */
#pragma once

#include <string.h>

#include "kit.h"
#include "model/editor.h"
#include "model/part-private.h"

#define SITE                                                                                                 \
  "'circuits':[{'id':'main','name':'Main fuse','rating_a':25,'meter':'m','other_load_a':13},"                \
  "{'id':'sub','parent':'main','rating_a':20,'stations_only':true},"                                         \
  "{'id':'leaf','parent':'sub','rating_a':16,'stations_only':true}],"                                        \
  "'meters':[{'id':'m','signed':true,'x-note':'kept'},{'id':'n'}],"                                          \
  "'groups':[{'id':'cars','name':'Cars','circuit':'sub','active':false,'offline_a':12,"                      \
  "'measurement_device':'m','windows':[{'start':'22:00','end':'06:00','x-w':1}]},"                           \
  "{'id':'g2','circuit':'main'}],"                                                                           \
  "'stations':[{'id':'a','name':'Garage','group':'cars','serial':'S1','address':'10.0.0.5','failsafe_a':6,"  \
  "'power_on_a':6,'included_in':['m','n'],'x-s':[1,2]},{'id':'b','group':'cars','circuit':'leaf',"           \
  "'failsafe_a':6},{'id':'c','group':'g2','failsafe_a':0}],"                                                 \
  "'reduced':{'other_meter':'n'},'inputs':[{'kind':'load','source':'constant','circuit':'sub'}],"            \
  "'acknowledgements':[{'rule':'failsafe-sum','group':'cars','name':'A','reason':'B'}],'x-top':{'y':null}"

typedef struct {
  BbSite *site;
  BbEditor *editor;
  gchar *start;
} Kit;

static inline void
kit_open (Kit *kit, const gchar *members)
{
  kit->site = kit_site (members);
  kit->editor = bb_editor_new (kit->site);
  kit->start = bb_site_to_text (kit->site);
}

static inline void
kit_clear (Kit *kit)
{
  g_object_unref (kit->editor);
  g_object_unref (kit->site);
  g_free (kit->start);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Kit, kit_clear)

static inline BbPart *
group (Kit *kit, guint i)
{
  return BB_PART (bb_site_group (kit->site, i));
}

static inline BbPart *
station (Kit *kit, guint i)
{
  return BB_PART (bb_site_station (kit->site, i));
}

static inline void
set (Kit *kit, BbPart *part, const gchar *property, const gchar *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (bb_editor_set (kit->editor, part, property, text, &error));
  g_assert_no_error (error);
}

static inline void
assert_text (BbPart *part, const gchar *property, const gchar *expected)
{
  g_autofree gchar *text = bb_part_get_text (part, property);

  g_assert_cmpstr (text, ==, expected);
}

static inline void
assert_label (Kit *kit, const gchar *property, const gchar *expected)
{
  g_autofree gchar *label = NULL;

  g_object_get (kit->editor, property, &label, NULL);
  g_assert_cmpstr (label, ==, expected);
}

static inline guint
undo_all (BbEditor *editor)
{
  guint n = 0;

  while (bb_editor_undo (editor))
    n++;
  return n;
}

/* Everything can be taken back to the byte, and done again. */
static inline void
assert_undoes (Kit *kit, guint n_steps)
{
  g_autofree gchar *later = bb_site_to_text (kit->site);
  g_autofree gchar *back = NULL;
  g_autofree gchar *again = NULL;

  g_assert_cmpuint (undo_all (kit->editor), ==, n_steps);
  back = bb_site_to_text (kit->site);
  g_assert_cmpstr (back, ==, kit->start);
  while (bb_editor_redo (kit->editor))
    ;
  again = bb_site_to_text (kit->site);
  g_assert_cmpstr (again, ==, later);
}

static inline GPtrArray *
array_of (BbPart *first, ...)
{
  GPtrArray *parts = g_ptr_array_new ();
  va_list args;

  va_start (args, first);
  for (BbPart *part = first; part != NULL; part = va_arg (args, BbPart *))
    g_ptr_array_add (parts, part);
  va_end (args);
  return parts;
}
