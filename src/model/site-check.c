/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-check.c: the one checker of sites: the list of problems and the order of the rules. */
#include "model/site-check.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/check-private.h"
#include "model/decimal.h"

struct _BbProblem {
  GObject parent_instance;
  BbSeverity severity;
  const gchar *rule; /* static */
  gchar *pointer;
  gchar *sentence;
};

enum { PROP_SEVERITY = 1, PROP_POINTER, PROP_RULE, PROP_SENTENCE, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BbProblem, bb_problem, G_TYPE_OBJECT)

/* Sorted. */
static const gchar *const rules[] = {
  "acknowledgement",
  "address-duplicate",
  "address-invalid",
  "address-subnet",
  "can-switch",
  "capacity",
  "circuit-depth",
  "circuit-phases",
  "circuit-rating",
  "circuit-ring",
  "connection-unknown",
  "devices-14a",
  "engine",
  "failsafe-none",
  "failsafe-over-max",
  "failsafe-sum",
  "generation-unsigned",
  "grid-type",
  "group-circuit",
  "group-empty",
  "group-inactive",
  "group-phases",
  "group-timezone",
  "household-current",
  "id-duplicate",
  "id-missing",
  "identity-duplicate",
  "input-file",
  "input-start",
  "input-zone",
  "key-unknown",
  "line-settings",
  "load-unknown",
  "load-unstated",
  "measurement-device",
  "meter-phases",
  "meter-range",
  "meter-refused",
  "meter-shared",
  "meter-times",
  "meter-total-only",
  "meter-unsigned",
  "meter-voltage",
  "min-over-max",
  "min-under-6",
  "mode-meter",
  "network-dhcp",
  "network-subnet",
  "no-circuits",
  "no-stations",
  "nominal-voltage",
  "off-peak-never",
  "offline-limit",
  "offline-over-online",
  "peak-limit",
  "peak-meter",
  "peak-window",
  "profile-kind",
  "profile-unknown",
  "pv-meter",
  "rating-grows",
  "reaction",
  "reference",
  "reservation",
  "rotation",
  "rotation-unknown",
  "serial-duplicate",
  "simulation-start",
  "socket",
  "station-circuit",
  "station-limit",
  "station-max",
  "station-over-rating",
  "station-phases",
  "station-slow",
  "station-step",
  "station-unmeasured",
  "step",
  "timezone",
  "turn",
  "unit-duplicate",
  "wifi-name",
  "windows-overlap",
  NULL,
};

const gchar *const *
bb_site_check_rules (void)
{
  return rules;
}

/* ---- problems ---- */

static void
bb_problem_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  BbProblem *self = BB_PROBLEM (object);

  switch (property_id) {
  case PROP_SEVERITY:
    g_value_set_uint (value, self->severity);
    break;
  case PROP_POINTER:
    g_value_set_string (value, self->pointer);
    break;
  case PROP_RULE:
    g_value_set_string (value, self->rule);
    break;
  case PROP_SENTENCE:
    g_value_set_string (value, self->sentence);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
bb_problem_finalize (GObject *object)
{
  BbProblem *self = BB_PROBLEM (object);

  g_free (self->pointer);
  g_free (self->sentence);
  G_OBJECT_CLASS (bb_problem_parent_class)->finalize (object);
}

static void
bb_problem_class_init (BbProblemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = (GParamFlags) (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  object_class->get_property = bb_problem_get_property;
  object_class->finalize = bb_problem_finalize;
  properties[PROP_SEVERITY] = g_param_spec_uint ("severity", NULL, NULL, 0, BB_SEVERITY_ERROR, 0, flags);
  properties[PROP_POINTER] = g_param_spec_string ("pointer", NULL, NULL, NULL, flags);
  properties[PROP_RULE] = g_param_spec_string ("rule", NULL, NULL, NULL, flags);
  properties[PROP_SENTENCE] = g_param_spec_string ("sentence", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bb_problem_init (BbProblem *self)
{
}

BbSeverity
bb_problem_get_severity (BbProblem *self)
{
  return self->severity;
}

const gchar *
bb_problem_get_pointer (BbProblem *self)
{
  return self->pointer;
}

const gchar *
bb_problem_get_rule (BbProblem *self)
{
  return self->rule;
}

const gchar *
bb_problem_get_sentence (BbProblem *self)
{
  return self->sentence;
}

const gchar *
bb_severity_get_name (BbSeverity severity)
{
  static const gchar *const names[] = { "advice", "warning", "error" };

  return severity < G_N_ELEMENTS (names) ? names[severity] : NULL;
}

void
bb_check_add (BbCheck *check, BbSeverity severity, const gchar *rule, gchar *pointer, const gchar *format,
              ...)
{
  BbProblem *problem = (BbProblem *) g_object_new (BB_TYPE_PROBLEM, NULL);
  va_list args;

  g_warn_if_fail (g_strv_contains (rules, rule));
  va_start (args, format);
  problem->sentence = g_strdup_vprintf (format, args);
  va_end (args);
  problem->severity = severity;
  problem->rule = rule;
  problem->pointer = pointer;
  if (severity == BB_SEVERITY_ERROR)
    check->n_errors++;
  g_ptr_array_add (check->problems, problem);
}

gchar *
bb_check_at (const gchar *list, guint position, const gchar *key)
{
  return key != NULL ? g_strdup_printf ("/%s/%u/%s", list, position, key)
                     : g_strdup_printf ("/%s/%u", list, position);
}

const gchar *
bb_check_name (const gchar *name, const gchar *id)
{
  return *name != '\0' ? name : id;
}

gchar *
bb_check_amps (gint64 current_ma)
{
  g_autofree gchar *number = bb_decimal_format (current_ma, 1000);

  return g_strdup_printf ("%s A", number);
}

const gchar *
bb_check_phase (gint phase)
{
  static const gchar *const names[] = { "L1", "L2", "L3" };

  return names[phase];
}

/* ---- the whole ---- */

/* What the rules let pass must pass the engine: if it does not, that is said too. */
static void
ask_engine (BbCheck *check)
{
  g_autofree void *engine = NULL;
  g_autoptr (GError) error = NULL;
  bbe_fault fault = { 0 };

  if (check->n_errors > 0)
    return;
  engine = g_malloc0 (bbe_sizeof ());
  if (bbe_init ((bbe_engine *) engine, &check->config->config, &fault) == BBE_OK)
    return;
  bb_engine_config_set_error (check->config, &fault, &error);
  bb_check_add (check, BB_SEVERITY_ERROR, "engine",
                g_strndup (error->message, strcspn (error->message, ": ")), "%s",
                error->message + strcspn (error->message, " ") + 1);
}

/* Rules that look at the engine's view of the site. */
static void
check_with_config (BbCheck *check)
{
  const BbEngineOptions options = { (check->flags & BB_CHECK_SIMULATION) != 0, FALSE, FALSE, -1 };
  g_autoptr (GError) error = NULL;

  check->config = bb_engine_config_new (check->site, &options, &error);
  if (check->config == NULL) {
    bb_check_add (check, BB_SEVERITY_ERROR, "engine",
                  g_strndup (error->message, strcspn (error->message, ":")), "%s",
                  error->message + strcspn (error->message, " ") + 1);
    return;
  }
  bb_check_circuits (check);
  bb_check_meters (check);
  bb_check_groups (check);
  bb_check_stations (check);
  bb_check_sums (check);
  ask_engine (check);
}

static gint
by_severity (gconstpointer a, gconstpointer b, gpointer positions)
{
  const BbProblem *left = *(BbProblem *const *) a;
  const BbProblem *right = *(BbProblem *const *) b;

  if (left->severity != right->severity)
    return left->severity > right->severity ? -1 : 1;
  return GPOINTER_TO_INT (g_hash_table_lookup ((GHashTable *) positions, left))
         - GPOINTER_TO_INT (g_hash_table_lookup ((GHashTable *) positions, right));
}

static void
sort_problems (GPtrArray *problems)
{
  g_autoptr (GHashTable) positions = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < problems->len; i++)
    g_hash_table_insert (positions, problems->pdata[i], GINT_TO_POINTER (i));
  g_ptr_array_sort_with_data (problems, by_severity, positions);
}

GListModel *
bb_site_check (BbSite *site, BbCheckFlags flags)
{
  BbCheck check = { .site = site, .flags = flags };
  GListStore *list;

  g_return_val_if_fail (BB_IS_SITE (site), NULL);
  check.f = bb_site_peek (site);
  check.n_circuits = bb_check_count (check.f->circuits);
  check.n_meters = bb_check_count (check.f->meters);
  check.n_groups = bb_check_count (check.f->groups);
  check.n_stations = bb_check_count (check.f->stations);
  check.problems = g_ptr_array_new_with_free_func (g_object_unref);
  bb_check_site (&check);
  bb_check_network (&check);
  bb_check_devices (&check);
  bb_check_unknown_keys (&check);
  if (bb_check_structure (&check))
    check_with_config (&check);
  sort_problems (check.problems);
  list = g_list_store_new (BB_TYPE_PROBLEM);
  g_list_store_splice (list, 0, 0, check.problems->pdata, check.problems->len);
  g_ptr_array_unref (check.problems);
  bb_engine_config_free (check.config);
  return G_LIST_MODEL (list);
}

gboolean
bb_site_check_errors (BbSite *site, BbCheckFlags flags, GError **error)
{
  g_autoptr (GListModel) problems = bb_site_check (site, flags);
  g_autoptr (BbProblem) first = (BbProblem *) g_list_model_get_item (problems, 0);

  if (first == NULL || first->severity < BB_SEVERITY_ERROR)
    return TRUE;
  g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_CHECK, "%s%s%s: %s",
               bb_site_get_path (site) != NULL ? bb_site_get_path (site) : "",
               bb_site_get_path (site) != NULL ? ": " : "", first->pointer, first->sentence);
  return FALSE;
}
