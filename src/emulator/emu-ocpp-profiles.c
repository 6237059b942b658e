/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-ocpp-profiles.c: stack levels, purposes, durations, and what is left of them at a time. */
#include "emulator/emu-ocpp-profiles.h"

#include <math.h>
#include <string.h>

#include "protocols/ocpp/ocpp-payload.h"

#define MAX_PROFILES 32
#define MAX_PERIODS  64

typedef enum { PURPOSE_MAX = 0, PURPOSE_DEFAULT, PURPOSE_TX, PURPOSE_N } Purpose;

static const gchar *const purpose_names[] = { "ChargePointMaxProfile", "TxDefaultProfile", "TxProfile" };

typedef struct {
  gint64 start_ms; /* from the schedule's start */
  gdouble limit;
  guint phases; /* 0: not told */
} Period;

typedef struct {
  gint64 id;
  guint connector;
  gint64 stack;
  Purpose purpose;
  gboolean watts;
  gint64 start_ms, duration_ms; /* G_MAXINT64: no end */
  gint64 from_ms, to_ms;        /* validity */
  gint64 again_ms;              /* recurs after this; 0: it does not */
  guint n_periods;
  Period periods[MAX_PERIODS];
} Profile;

struct _BbEmuProfiles {
  GPtrArray *profiles; /* (element-type Profile) */
};

BbEmuProfiles *
bb_emu_profiles_new (void)
{
  BbEmuProfiles *self = g_new0 (BbEmuProfiles, 1);

  self->profiles = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
bb_emu_profiles_free (BbEmuProfiles *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->profiles);
  g_free (self);
}

/* ---- reading one ---- */

static gint
word_index (const gchar *const *words, guint n, const gchar *word)
{
  for (guint i = 0; word != NULL && i < n; i++)
    if (strcmp (words[i], word) == 0)
      return (gint) i;
  return -1;
}

static gboolean
read_period (JsonObject *object, Period *period, gint64 after_ms)
{
  gint64 start_s = -1, phases = 0;

  if (!bb_ocpp_get_int (object, "startPeriod", &start_s) || start_s < 0 || start_s > G_MAXINT32)
    return FALSE;
  if (!bb_ocpp_get_number (object, "limit", &period->limit) || period->limit < 0 || period->limit > 1e7)
    return FALSE;
  if (bb_ocpp_get_int (object, "numberPhases", &phases) && (phases < 1 || phases > 3))
    return FALSE;
  period->start_ms = start_s * 1000;
  period->phases = (guint) phases;
  return period->start_ms > after_ms;
}

static gboolean
read_periods (JsonObject *schedule, Profile *profile)
{
  JsonArray *periods = bb_ocpp_get_array (schedule, "chargingSchedulePeriod");
  gint64 after_ms = -1;

  if (periods == NULL || json_array_get_length (periods) == 0
      || json_array_get_length (periods) > MAX_PERIODS)
    return FALSE;
  profile->n_periods = json_array_get_length (periods);
  for (guint i = 0; i < profile->n_periods; i++) {
    JsonNode *node = json_array_get_element (periods, i);

    if (!JSON_NODE_HOLDS_OBJECT (node)
        || !read_period (json_node_get_object (node), &profile->periods[i], after_ms))
      return FALSE;
    after_ms = profile->periods[i].start_ms;
  }
  return profile->periods[0].start_ms == 0;
}

/* A moment of the wall on our clock; `missing` when there is none. */
static gint64
read_moment (JsonObject *object, const gchar *name, gint64 offset_ms, gint64 missing)
{
  gint64 time_ms = bb_ocpp_parse_time (bb_ocpp_get_string (object, name));

  return time_ms != G_MININT64 ? time_ms + offset_ms : missing;
}

static gboolean
read_times (JsonObject *object, JsonObject *schedule, Profile *profile, gint64 mono_ms, gint64 wall_ms)
{
  static const gchar *const kinds[] = { "Absolute", "Recurring", "Relative" };
  gint kind = word_index (kinds, G_N_ELEMENTS (kinds), bb_ocpp_get_string (object, "chargingProfileKind"));
  const gchar *again = bb_ocpp_get_string (object, "recurrencyKind");
  gint64 duration_s = 0, offset_ms = mono_ms - wall_ms;

  if (kind < 0)
    return FALSE;
  profile->start_ms = kind == 2 ? mono_ms : read_moment (schedule, "startSchedule", offset_ms, mono_ms);
  profile->duration_ms = G_MAXINT64;
  if (bb_ocpp_get_int (schedule, "duration", &duration_s)) {
    if (duration_s < 0 || duration_s > G_MAXINT32)
      return FALSE;
    profile->duration_ms = duration_s * 1000;
  }
  profile->from_ms = read_moment (object, "validFrom", offset_ms, G_MININT64);
  profile->to_ms = read_moment (object, "validTo", offset_ms, G_MAXINT64);
  if (kind == 1)
    profile->again_ms = g_strcmp0 (again, "Weekly") == 0 ? 7 * G_GINT64_CONSTANT (86400000) : 86400000;
  return TRUE;
}

static gboolean
read_profile (Profile *profile, guint connector, JsonObject *object, gint64 mono_ms, gint64 wall_ms)
{
  static const gchar *const units[] = { "A", "W" };
  JsonObject *schedule = bb_ocpp_get_object (object, "chargingSchedule");
  gint purpose = word_index (purpose_names, PURPOSE_N, bb_ocpp_get_string (object, "chargingProfilePurpose")),
       unit = -1;

  profile->connector = connector;
  if (schedule == NULL || purpose < 0 || !bb_ocpp_get_int (object, "chargingProfileId", &profile->id)
      || !bb_ocpp_get_int (object, "stackLevel", &profile->stack) || profile->stack < 0)
    return FALSE;
  profile->purpose = (Purpose) purpose;
  if ((profile->purpose == PURPOSE_MAX && connector != 0)
      || (profile->purpose == PURPOSE_TX && connector == 0))
    return FALSE;
  unit = word_index (units, G_N_ELEMENTS (units), bb_ocpp_get_string (schedule, "chargingRateUnit"));
  profile->watts = unit == 1;
  return unit >= 0 && read_times (object, schedule, profile, mono_ms, wall_ms)
         && read_periods (schedule, profile);
}

/* ---- the store ---- */

static gboolean
replaces (const Profile *a, const Profile *b)
{
  return a->id == b->id || (a->purpose == b->purpose && a->stack == b->stack && a->connector == b->connector);
}

gboolean
bb_emu_profiles_add (BbEmuProfiles *self, guint connector, JsonObject *object, gint64 mono_ms, gint64 wall_ms)
{
  g_autofree Profile *profile = g_new0 (Profile, 1);

  if (!read_profile (profile, connector, object, mono_ms, wall_ms))
    return FALSE;
  for (guint i = self->profiles->len; i > 0; i--)
    if (replaces (profile, g_ptr_array_index (self->profiles, i - 1)))
      g_ptr_array_remove_index (self->profiles, i - 1);
  if (self->profiles->len >= MAX_PROFILES)
    return FALSE;
  g_ptr_array_add (self->profiles, g_steal_pointer (&profile));
  return TRUE;
}

static gboolean
is_meant (const Profile *profile, JsonObject *filter)
{
  const gchar *purpose = bb_ocpp_get_string (filter, "chargingProfilePurpose");
  gint64 number = 0;

  if (bb_ocpp_get_int (filter, "id", &number) && number != profile->id)
    return FALSE;
  if (bb_ocpp_get_int (filter, "connectorId", &number) && number != (gint64) profile->connector)
    return FALSE;
  if (bb_ocpp_get_int (filter, "stackLevel", &number) && number != profile->stack)
    return FALSE;
  return purpose == NULL || strcmp (purpose, purpose_names[profile->purpose]) == 0;
}

guint
bb_emu_profiles_clear (BbEmuProfiles *self, JsonObject *filter)
{
  guint n = 0;

  for (guint i = self->profiles->len; i > 0; i--)
    if (is_meant (g_ptr_array_index (self->profiles, i - 1), filter)) {
      g_ptr_array_remove_index (self->profiles, i - 1);
      n++;
    }
  return n;
}

void
bb_emu_profiles_end_transaction (BbEmuProfiles *self, guint connector)
{
  for (guint i = self->profiles->len; i > 0; i--) {
    const Profile *profile = g_ptr_array_index (self->profiles, i - 1);

    if (profile->purpose == PURPOSE_TX && profile->connector == connector)
      g_ptr_array_remove_index (self->profiles, i - 1);
  }
}

/* ---- what it adds up to ---- */

/* Passed since its schedule began (last time); what it says is sure until `*until_ms`. -1: not begun, or
 * over. */
static gint64
passed_ms (const Profile *profile, gint64 now_ms, gint64 *until_ms)
{
  gint64 start_ms = profile->start_ms, passed = 0;

  *until_ms = G_MAXINT64;
  if (now_ms >= profile->to_ms)
    return -1;
  if (now_ms < MAX (start_ms, profile->from_ms)) {
    *until_ms = MAX (start_ms, profile->from_ms);
    return -1;
  }
  if (profile->again_ms > 0)
    start_ms += (now_ms - start_ms) / profile->again_ms * profile->again_ms;
  *until_ms = MIN (profile->to_ms, profile->again_ms > 0 ? start_ms + profile->again_ms : G_MAXINT64);
  passed = now_ms - start_ms;
  if (passed >= profile->duration_ms)
    return -1;
  if (profile->duration_ms < G_MAXINT64)
    *until_ms = MIN (*until_ms, start_ms + profile->duration_ms);
  return passed;
}

static const Period *
period_at (const Profile *profile, gint64 now_ms, gint64 *until_ms)
{
  gint64 passed = passed_ms (profile, now_ms, until_ms);
  guint i = 0;

  if (passed < 0)
    return NULL;
  while (i + 1 < profile->n_periods && profile->periods[i + 1].start_ms <= passed)
    i++;
  if (i + 1 < profile->n_periods)
    *until_ms = MIN (*until_ms, now_ms + profile->periods[i + 1].start_ms - passed);
  return &profile->periods[i];
}

static gint32
period_ma (const Profile *profile, const Period *period, gint32 nominal_mv, guint n_connectors)
{
  gdouble limit_ma = period->limit * 1000;

  if (profile->watts)
    limit_ma = limit_ma * 1000 / ((gdouble) nominal_mv * (period->phases > 0 ? period->phases : 3));
  if (profile->purpose == PURPOSE_MAX)
    limit_ma /= MAX (n_connectors, 1); /* it holds for all together */
  return (gint32) MIN (floor (limit_ma + 1e-6), G_MAXINT32);
}

/* Of a purpose: the highest level that says something, one for the connector itself before one for all. */
static const Profile *
strongest (BbEmuProfiles *self, Purpose purpose, guint connector, gint64 now_ms, const Period **period,
           gint64 *until_ms)
{
  const Profile *best = NULL;

  for (guint i = 0; i < self->profiles->len; i++) {
    const Profile *profile = g_ptr_array_index (self->profiles, i);
    gint64 until = G_MAXINT64;
    const Period *now = NULL;

    if (profile->purpose != purpose || (profile->connector != 0 && profile->connector != connector))
      continue;
    now = period_at (profile, now_ms, &until);
    *until_ms = MIN (*until_ms, until);
    if (now == NULL || (best != NULL && profile->stack < best->stack)
        || (best != NULL && profile->stack == best->stack && profile->connector == 0))
      continue;
    best = profile;
    *period = now;
  }
  return best;
}

static void
lower (BbEmuLimit *limit, const Profile *profile, const Period *period, gint32 nominal_mv, guint n_connectors)
{
  gint32 limit_ma = 0;

  if (profile == NULL)
    return;
  limit_ma = period_ma (profile, period, nominal_mv, n_connectors);
  if (limit->limit_ma < 0 || limit_ma < limit->limit_ma)
    limit->limit_ma = limit_ma;
  if (period->phases > 0)
    limit->phases = limit->phases > 0 ? MIN (limit->phases, period->phases) : period->phases;
}

BbEmuLimit
bb_emu_profiles_get_limit (BbEmuProfiles *self, guint connector, guint n_connectors, gint32 nominal_mv,
                           gint64 mono_ms)
{
  BbEmuLimit limit = { -1, 0, G_MAXINT64 };
  const Period *period = NULL;
  const Profile *profile = strongest (self, PURPOSE_MAX, connector, mono_ms, &period, &limit.until_ms);

  lower (&limit, profile, period, nominal_mv, n_connectors);
  /* A transaction's own profile overrules the default one. */
  profile = strongest (self, PURPOSE_TX, connector, mono_ms, &period, &limit.until_ms);
  if (profile == NULL)
    profile = strongest (self, PURPOSE_DEFAULT, connector, mono_ms, &period, &limit.until_ms);
  lower (&limit, profile, period, nominal_mv, n_connectors);
  return limit;
}
