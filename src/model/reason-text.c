/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reason-text.c: a decision of the engine as words (ENGINE.md step 11; voice: DESIGN.md). */
#include "model/reason-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* ---- tables ----------------------------------------------------------------------------------- */

/* What the reasons mean, in the words of a table's cell. */
static const gchar *const words[BBE_REASON_COUNT] = {
  [BBE_REASON_FULL] = N_ ("nothing held it"),
  [BBE_REASON_ROW] = N_ ("held by a limit"),
  [BBE_REASON_VEHICLE] = N_ ("vehicle took no more"),
  [BBE_REASON_SATISFIED] = N_ ("had its energy"),
  [BBE_REASON_NO_ROOM] = N_ ("no room for its minimum"),
  [BBE_REASON_QUEUED] = N_ ("waited for its turn"),
  [BBE_REASON_SOLAR_LOW] = N_ ("too little sun"),
  [BBE_REASON_SOLAR_DELAY] = N_ ("start delay, solar"),
  [BBE_REASON_SOLAR_STOPPING] = N_ ("stop delay, solar"),
  [BBE_REASON_LOCKED] = N_ ("signal Locked"),
  [BBE_REASON_FAILSAFE] = N_ ("fail-safe"),
  [BBE_REASON_OFF_PEAK] = N_ ("waited for off-peak"),
  [BBE_REASON_RANDOM_DELAY] = N_ ("random delay"),
  [BBE_REASON_NOT_AUTHORISED] = N_ ("not authorised"),
  [BBE_REASON_OVERRIDE] = N_ ("override"),
  [BBE_REASON_INACTIVE] = N_ ("group not active"),
  [BBE_REASON_OFFLINE] = N_ ("did not answer"),
  [BBE_REASON_FAULT] = N_ ("fault"),
  [BBE_REASON_HOLD] = N_ ("hold time"),
  [BBE_REASON_SLOPE] = N_ ("rising"),
  [BBE_REASON_MIN_ON] = N_ ("minimum on time"),
  [BBE_REASON_MIN_OFF] = N_ ("minimum off time"),
  [BBE_REASON_MAKING_ROOM] = N_ ("waited for others to shrink"),
  [BBE_REASON_PHASE_SWITCH] = N_ ("switched phases"),
  [BBE_REASON_RESERVED] = N_ ("fixed reservation"),
  [BBE_REASON_UNBALANCE] = N_ ("unbalance limit"),
};

/* Whole clauses, so that a translation may order them as its language does. In them {row} is "L2 of Garage
 * (32.0 A)", {time} "18:45", {value} the reason's current, {start} the surplus at which the group starts,
 * {least} the station's minimum, {current} what it has. The first clause all of whose words are known is
 * taken: most telling first. */
#define MAX_CLAUSES 4

static const gchar *const clauses[BBE_REASON_COUNT][MAX_CLAUSES] = {
  [BBE_REASON_NONE] = { N_ ("nothing was decided for it yet") },
  [BBE_REASON_NO_VEHICLE] = { N_ ("no vehicle is connected") },
  [BBE_REASON_FULL] = { N_ ("all that station and cable can give; nothing holds it") },
  [BBE_REASON_ROW] = { N_ ("held by {row}"), N_ ("held by a limit of the site") },
  [BBE_REASON_VEHICLE] = { N_ ("the vehicle takes no more") },
  [BBE_REASON_SATISFIED] = { N_ ("the vehicle has the energy that it wanted") },
  [BBE_REASON_NO_ROOM] = { N_ ("stopped: {row} leaves less than its minimum of {least}"),
                           N_ ("stopped: less than its minimum of {least} is left"),
                           N_ ("stopped: less than its minimum is left") },
  [BBE_REASON_QUEUED] = { N_ ("queued; its turn comes at {time}; until then others fill {row}"),
                          N_ ("queued; its turn comes at {time}"), N_ ("queued; others fill {row}"),
                          N_ ("queued; others are served first") },
  [BBE_REASON_SOLAR_LOW] = { N_ ("solar surplus {value} is under the {start} it starts at"),
                             N_ ("solar surplus {value} is under its start current") },
  [BBE_REASON_SOLAR_DELAY]
  = { N_ ("solar surplus has reached its start current; it starts at {time} if that lasts"),
      N_ ("solar surplus has reached its start current; the start delay runs") },
  [BBE_REASON_SOLAR_STOPPING]
  = { N_ ("solar surplus is too small; kept at its minimum until {time}"),
      N_ ("solar surplus is too small; kept at its minimum until the stop delay ends") },
  [BBE_REASON_LOCKED] = { N_ ("stopped by the signal Locked; it goes on when the signal ends") },
  [BBE_REASON_FAILSAFE] = { N_ ("fail-safe since {time}: the meter gives no usable reading; held by {row}"),
                            N_ ("fail-safe since {time}: the meter gives no usable reading"),
                            N_ ("fail-safe: the meter gives no usable reading; held by {row}"),
                            N_ ("fail-safe: the meter gives no usable reading") },
  [BBE_REASON_OFF_PEAK] = { N_ ("waits for off-peak, which starts at {time}"),
                            N_ ("waits for off-peak; when it starts is not known") },
  [BBE_REASON_RANDOM_DELAY]
  = { N_ ("random delay after the return of supply or off-peak; it starts at {time}"),
      N_ ("random delay after the return of supply or off-peak") },
  [BBE_REASON_NOT_AUTHORISED] = { N_ ("waits for authorisation, because Plug & Play is off") },
  [BBE_REASON_OVERRIDE]
  = { N_ ("capped at {value} by an override until {time}"), N_ ("capped at {value} by an override") },
  [BBE_REASON_INACTIVE] = { N_ ("held there because its group is not active") },
  [BBE_REASON_OFFLINE] = { N_ ("it does not answer; counted at what it may draw by itself, not commanded") },
  [BBE_REASON_FAULT]
  = { N_ ("the station reports a fault, or its phase switch failed; look at its display") },
  [BBE_REASON_HOLD]
  = { N_ ("may rise at {time}, when the hold time ends"), N_ ("may rise when the hold time ends") },
  [BBE_REASON_SLOPE] = { N_ ("rising at its set slope") },
  [BBE_REASON_MIN_ON] = { N_ ("kept at its minimum until {time}, the end of its minimum on time"),
                          N_ ("kept at its minimum by its minimum on time") },
  [BBE_REASON_MIN_OFF] = { N_ ("kept off until {time}, the end of its minimum off time"),
                           N_ ("kept off by its minimum off time") },
  [BBE_REASON_MAKING_ROOM] = { N_ ("waits until others are seen to have made room on {row}"),
                               N_ ("waits until others are seen to have made room") },
  [BBE_REASON_PHASE_SWITCH] = { N_ ("changes between one and three phases") },
  [BBE_REASON_RESERVED] = { N_ ("a slow station: it has a fixed reservation of {current}") },
  [BBE_REASON_UNBALANCE]
  = { N_ ("held by the unbalance limit on {row}"), N_ ("held by the unbalance limit") },
};

/* Which limit made the row as short as it is; a rating goes without saying. */
static const gchar *const limit_words[BBE_LIMIT_COUNT] = {
  [BBE_LIMIT_SUPPLY] = N_ ("the supply maximum"),
  [BBE_LIMIT_TOTAL] = N_ ("the power limit"),
  [BBE_LIMIT_PEAK] = N_ ("the peak limit"),
  [BBE_LIMIT_GROUP_ONLINE] = N_ ("the group limit"),
  [BBE_LIMIT_GROUP_OFFLINE] = N_ ("the offline limit"),
  [BBE_LIMIT_REDUCED] = N_ ("the signal Reduced"),
  [BBE_LIMIT_14A] = N_ ("section 14a EnWG"),
  [BBE_LIMIT_LOCKED] = N_ ("the signal Locked"),
  [BBE_LIMIT_REDUCTION] = N_ ("a load reduction"),
  [BBE_LIMIT_SOLAR] = N_ ("the solar surplus"),
  [BBE_LIMIT_FAILSAFE] = N_ ("the fail-safe limit"),
};

const gchar *
bb_reason_words (guint8 code)
{
  return code < BBE_REASON_COUNT && words[code] != NULL ? _ (words[code]) : NULL;
}

/* ---- words of a clause ------------------------------------------------------------------------ */

/* One decimal, a real minus sign, the unit. */
static gchar *
amperes (gint64 ma)
{
  gint64 tenths = (ABS (ma) + 50) / 100;
  return g_strdup_printf ("%s%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT " A", ma < 0 && tenths > 0 ? "−" : "",
                          tenths / 10, tenths % 10);
}

gchar *
bb_reason_local_time (gint64 utc_ms, BbZone *zone)
{
  BbLocalTime t;

  bb_local_split (bb_zone_to_local (zone, utc_ms), &t);
  return g_strdup_printf ("%04d-%02d-%02d %02d:%02d:%02d", t.year, t.month, t.day, t.hour, t.minute,
                          t.second);
}

/* "18:45", "18:45:10", "2026-03-02 06:00"; NULL: there is no such time. */
static gchar *
when (const BbReasonContext *context, gint64 utc_ms)
{
  BbLocalTime t, now;

  if (utc_ms <= 0 || utc_ms == G_MAXINT64)
    return NULL;
  bb_local_split (bb_zone_to_local (context->zone, utc_ms), &t);
  bb_local_split (bb_zone_to_local (context->zone, context->now_ms), &now);
  g_autofree gchar *clock = t.second > 0 ? g_strdup_printf ("%02d:%02d:%02d", t.hour, t.minute, t.second)
                                         : g_strdup_printf ("%02d:%02d", t.hour, t.minute);
  if (t.year == now.year && t.month == now.month && t.day == now.day)
    return g_steal_pointer (&clock);
  return g_strdup_printf ("%04d-%02d-%02d %s", t.year, t.month, t.day, clock);
}

static const gchar *
name_or_id (const gchar *name, const gchar *id)
{
  return *name != '\0' ? name : id;
}

const gchar *
bb_reason_place (const BbReasonContext *context, const bbe_reason *reason)
{
  const bbe_config *config = &context->config->config;

  if (reason->place == BBE_PLACE_CIRCUIT && reason->index >= 0 && reason->index < config->n_circuits) {
    guint position = context->config->circuit_position[reason->index];
    const BbCircuitFields *circuit = bb_circuit_peek (bb_site_circuit (context->site, position));
    return name_or_id (circuit->name, circuit->id);
  }
  if (reason->place == BBE_PLACE_GROUP && reason->index >= 0 && reason->index < config->n_groups) {
    const BbGroupFields *group = bb_group_peek (bb_site_group (context->site, (guint) reason->index));
    return name_or_id (group->name, group->id);
  }
  return reason->place == BBE_PLACE_SITE ? _ ("the site") : NULL;
}

/* "L2 of Garage", "the sum of L1 L2 L3 of Garage", "Garage". */
static gchar *
phase_text (guint8 phase, const gchar *place)
{
  static const gchar *const phases[] = { "L1", "L2", "L3" };

  if (phase < 3)
    return g_strdup_printf (_ ("%s of %s"), phases[phase], place);
  if (phase == BBE_TOTAL)
    return g_strdup_printf (_ ("the sum of L1 L2 L3 of %s"), place);
  return g_strdup (place);
}

gchar *
bb_reason_row_words (guint8 limit, guint8 phase, const gchar *place)
{
  const gchar *name = limit < BBE_LIMIT_COUNT ? limit_words[limit] : NULL;
  g_autofree gchar *where = phase_text (phase, place);

  return name != NULL ? g_strdup_printf (_ ("%s on %s"), _ (name), where) : g_steal_pointer (&where);
}

/* "L2 of Garage (32.0 A)", "the peak limit on the sum of L1 L2 L3 of Garage (30.0 A)"; NULL: it is about no
 * row. */
static gchar *
row_text (const BbReasonContext *context, const bbe_reason *reason)
{
  const gchar *place = bb_reason_place (context, reason);

  if (place == NULL)
    return NULL;
  g_autofree gchar *row = bb_reason_row_words (reason->limit, reason->phase, place);
  if (reason->value_ma == BBE_NO_LIMIT)
    return g_steal_pointer (&row);
  g_autofree gchar *figure = amperes (reason->value_ma);
  return g_strdup_printf ("%s (%s)", row, figure);
}

static gchar *
start_text (const BbReasonContext *context)
{
  const bbe_config *config = &context->config->config;
  gint group = context->station >= 0 && context->station < config->n_stations
                   ? config->stations[context->station].group
                   : -1;

  return group >= 0 && group < config->n_groups ? amperes (config->groups[group].solar_start_ma) : NULL;
}

static gchar *
least_text (const BbReasonContext *context)
{
  const bbe_config *config = &context->config->config;

  if (context->station < 0 || context->station >= config->n_stations)
    return NULL;
  const bbe_station_config *station = &config->stations[context->station];
  return amperes (station->n_phases > 1 && !station->can_switch ? station->min_3p_ma : station->min_1p_ma);
}

/* The word for "{name}" (transfer full); NULL: not known here. */
static gchar *
word_text (const BbReasonContext *context, const bbe_reason *reason, const gchar *name, gsize length)
{
  if (strncmp (name, "row", length) == 0)
    return row_text (context, reason);
  if (strncmp (name, "time", length) == 0)
    return when (context, reason->until_ms);
  if (strncmp (name, "value", length) == 0)
    return amperes (reason->value_ma);
  if (strncmp (name, "start", length) == 0)
    return start_text (context);
  if (strncmp (name, "least", length) == 0)
    return least_text (context);
  return strncmp (name, "current", length) == 0 ? amperes (context->setpoint_ma) : NULL;
}

/* The clause with its words filled in; NULL: one of them is not known. */
static gchar *
fill_clause (const BbReasonContext *context, const bbe_reason *reason, const gchar *clause)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const gchar *open;

  while ((open = strchr (clause, '{')) != NULL) {
    const gchar *close = strchr (open, '}');
    g_autofree gchar *word
        = close != NULL ? word_text (context, reason, open + 1, (gsize) (close - open - 1)) : NULL;
    if (word == NULL)
      return NULL;
    g_string_append_len (text, clause, open - clause);
    g_string_append (text, word);
    clause = close + 1;
  }
  g_string_append (text, clause);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* ---- calls ------------------------------------------------------------------------------------ */

gchar *
bb_reason_text (const BbReasonContext *context, const bbe_reason *reason)
{
  if (reason->code >= BBE_REASON_COUNT)
    return g_strdup_printf (_ ("reason number %u, which a newer version of Busbar gave"),
                            (guint) reason->code);
  for (guint i = 0; i < MAX_CLAUSES && clauses[reason->code][i] != NULL; i++) {
    gchar *text = fill_clause (context, reason, _ (clauses[reason->code][i]));
    if (text != NULL)
      return text;
  }
  return g_strdup (_ (words[reason->code]));
}

gchar *
bb_reason_sentence (const BbReasonContext *context, const bbe_reason *reason)
{
  const BbStationFields *station
      = bb_station_peek (bb_site_station (context->site, (guint) context->station));
  g_autofree gchar *current = amperes (context->setpoint_ma);
  g_autofree gchar *text = bb_reason_text (context, reason);

  return g_strdup_printf (_ ("%s: %s, %s"), name_or_id (station->name, station->id), current, text);
}

void
bb_reason_to_utc (bbe_reason *reason, gint64 mono_offset_ms)
{
  gint64 until_ms = reason->until_ms;

  if (until_ms != 0 && until_ms != G_MAXINT64 && until_ms != G_MININT64
      && reason->code != BBE_REASON_OFF_PEAK)
    reason->until_ms = until_ms - mono_offset_ms;
}
