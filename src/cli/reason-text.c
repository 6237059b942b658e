/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reason-text.c: a decision's reason as words: "held by L2 of Garage (32.0 A)". */
#include "cli/reason-text.h"

#include <glib/gi18n.h>

/* What the reasons mean, in the words of a table cell. */
static const char *const reason_words[BBE_REASON_COUNT] = {
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

const char *
cli_reason_words (guint8 code)
{
  return code < BBE_REASON_COUNT && reason_words[code] ? _ (reason_words[code]) : NULL;
}

/* How a sentence about a code is put together: what, on which row, until when. */
typedef struct Phrase {
  const char *what;
  const char *row;  /* with one %s; NULL: the row is not said */
  const char *time; /* with one %s; NULL: the time is not said */
} Phrase;

static const Phrase phrases[BBE_REASON_COUNT] = {
  [BBE_REASON_NONE] = { N_ ("no reason"), NULL, NULL },
  [BBE_REASON_NO_VEHICLE] = { N_ ("no vehicle"), NULL, NULL },
  [BBE_REASON_FULL] = { N_ ("nothing holds it"), NULL, NULL },
  [BBE_REASON_ROW] = { N_ ("held"), N_ (" by %s"), NULL },
  [BBE_REASON_VEHICLE] = { N_ ("the vehicle takes no more"), NULL, NULL },
  [BBE_REASON_SATISFIED] = { N_ ("it has the energy it wanted"), NULL, NULL },
  [BBE_REASON_NO_ROOM] = { N_ ("less than its minimum is left"), N_ (" on %s"), NULL },
  [BBE_REASON_QUEUED] = { N_ ("others are served first"), N_ (" on %s"), N_ (", its turn comes at %s") },
  [BBE_REASON_SOLAR_LOW] = { N_ ("the surplus is below the start current"), NULL, NULL },
  [BBE_REASON_SOLAR_DELAY] = { N_ ("the surplus is there, it starts"), NULL, N_ (" at %s") },
  [BBE_REASON_SOLAR_STOPPING] = { N_ ("at its minimum through a cloud"), NULL, N_ (", until %s") },
  [BBE_REASON_LOCKED] = { N_ ("the signal says Locked"), NULL, NULL },
  [BBE_REASON_FAILSAFE] = { N_ ("fail-safe, the meter is lost or bad"), N_ (", on %s"), N_ (", since %s") },
  [BBE_REASON_OFF_PEAK] = { N_ ("waits for off-peak"), NULL, N_ (", until %s") },
  [BBE_REASON_RANDOM_DELAY] = { N_ ("random delay"), NULL, N_ (", until %s") },
  [BBE_REASON_NOT_AUTHORISED] = { N_ ("not authorised: Plug & Play is off"), NULL, NULL },
  [BBE_REASON_OVERRIDE] = { N_ ("capped by an override"), NULL, N_ (", until %s") },
  [BBE_REASON_INACTIVE] = { N_ ("its group is not active"), NULL, NULL },
  [BBE_REASON_OFFLINE] = { N_ ("it does not answer"), NULL, NULL },
  [BBE_REASON_FAULT] = { N_ ("it reports a fault"), NULL, NULL },
  [BBE_REASON_HOLD] = { N_ ("may rise after the hold time"), NULL, N_ (", at %s") },
  [BBE_REASON_SLOPE] = { N_ ("is rising"), NULL, NULL },
  [BBE_REASON_MIN_ON] = { N_ ("kept on for its minimum time"), NULL, N_ (", until %s") },
  [BBE_REASON_MIN_OFF] = { N_ ("kept off for its minimum time"), NULL, N_ (", until %s") },
  [BBE_REASON_MAKING_ROOM] = { N_ ("waits until others have shrunk"), N_ (" on %s"), NULL },
  [BBE_REASON_PHASE_SWITCH] = { N_ ("changes its phases"), NULL, NULL },
  [BBE_REASON_RESERVED] = { N_ ("slow station: a fixed reservation"), NULL, NULL },
  [BBE_REASON_UNBALANCE] = { N_ ("capped by the unbalance limit"), N_ (" of %s"), NULL },
};

/* Which limit made the row as short as it is; the rating goes without saying. */
static const char *const limit_words[BBE_LIMIT_COUNT] = {
  [BBE_LIMIT_SUPPLY] = N_ ("supply maximum"),
  [BBE_LIMIT_TOTAL] = N_ ("limit of the three phases"),
  [BBE_LIMIT_PEAK] = N_ ("peak limit"),
  [BBE_LIMIT_GROUP_ONLINE] = N_ ("group limit"),
  [BBE_LIMIT_GROUP_OFFLINE] = N_ ("offline limit"),
  [BBE_LIMIT_REDUCED] = N_ ("signal Reduced"),
  [BBE_LIMIT_14A] = N_ ("section 14a"),
  [BBE_LIMIT_LOCKED] = N_ ("signal Locked"),
  [BBE_LIMIT_REDUCTION] = N_ ("load reduction"),
  [BBE_LIMIT_SOLAR] = N_ ("surplus"),
  [BBE_LIMIT_FAILSAFE] = N_ ("fail-safe"),
};

char *
cli_local_time (gint64 utc_ms, BbZone *zone)
{
  BbLocalTime t;

  bb_local_split (bb_zone_to_local (zone, utc_ms), &t);
  return g_strdup_printf ("%04d-%02d-%02d %02d:%02d:%02d", t.year, t.month, t.day, t.hour, t.minute,
                          t.second);
}

const char *
cli_reason_place (const bbe_reason *reason, BbSite *site, const BbEngineConfig *config)
{
  if (reason->place == BBE_PLACE_CIRCUIT && reason->index >= 0 && reason->index < config->config.n_circuits) {
    const BbCircuitFields *circuit
        = bb_circuit_peek (bb_site_circuit (site, config->circuit_position[reason->index]));
    return *circuit->name ? circuit->name : circuit->id;
  }
  if (reason->place == BBE_PLACE_GROUP && reason->index >= 0 && reason->index < config->config.n_groups) {
    const BbGroupFields *group = bb_group_peek (bb_site_group (site, (guint) reason->index));
    return *group->name ? group->name : group->id;
  }
  return reason->place == BBE_PLACE_SITE ? _ ("the site") : NULL;
}

/* "L2 of Garage (32.0 A, peak limit)". */
static char *
row_text (const bbe_reason *reason, const char *place)
{
  static const char *const phases[] = { "L1", "L2", "L3" };
  GString *text = g_string_new (NULL);
  const char *limit = reason->limit < BBE_LIMIT_COUNT ? limit_words[reason->limit] : NULL;

  if (reason->phase < 3)
    g_string_append_printf (text, _ ("%s of %s"), phases[reason->phase], place);
  else if (reason->phase == BBE_TOTAL)
    g_string_append_printf (text, _ ("the sum of the phases of %s"), place);
  else
    g_string_append (text, place);
  g_string_append_printf (text, " (%.1f A", (double) reason->value_ma / 1000.0);
  if (limit)
    g_string_append_printf (text, ", %s", _ (limit));
  g_string_append_c (text, ')');
  return g_string_free (text, FALSE);
}

/* Appends a translated format with its one %s. */
static void
append_part (GString *text, const char *format, const char *argument)
{
  g_auto (GStrv) parts = g_strsplit (_ (format), "%s", 2);

  g_string_append_printf (text, "%s%s%s", parts[0], argument, parts[0] && parts[1] ? parts[1] : "");
}

char *
cli_reason_text (const bbe_reason *reason, BbSite *site, const BbEngineConfig *config, BbZone *zone)
{
  const Phrase *phrase = &phrases[reason->code < BBE_REASON_COUNT ? reason->code : BBE_REASON_NONE];
  const char *place = cli_reason_place (reason, site, config);
  GString *text = g_string_new (_ (phrase->what));

  if (phrase->row && place) {
    g_autofree char *row = row_text (reason, place);
    append_part (text, phrase->row, row);
  }
  if (reason->code == BBE_REASON_SOLAR_LOW)
    g_string_append_printf (text, " (%.1f A)", (double) reason->value_ma / 1000.0);
  if (phrase->time && reason->until_ms > 0) {
    g_autofree char *when = cli_local_time (reason->until_ms, zone);
    append_part (text, phrase->time, when);
  }
  return g_string_free (text, FALSE);
}
