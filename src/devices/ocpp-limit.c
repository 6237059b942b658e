/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-limit.c: limits as charging profiles, with a safe one below that the station itself falls back to;
 * obedience.
 *
 * Two levels: once a safe profile that stays, then the live limit above it for D seconds, sent again at every
 * change and each D/3. When we vanish, D runs out and the safe profile is what is left. D is the profile's
 * watchdog.timeout_ms, else 60 s: two refreshes may be lost, or a connection be made anew, without a dip; the
 * installation is not longer without a measured limit than with the other makes' watchdogs (ABB: 60 s); and
 * at a message each 20 s two hundred stations cost ten messages a second. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "devices/ocpp-device-private.h"

#define DURATION_MS 60000
/* The live profile begins a little before now, for a station whose clock is behind. */
#define BACKDATE_MS 1000
#define SETTLE_MS   30000
#define MARGIN_MA   1000
/* A refused limit is not sent again sooner. */
#define RETRY_MS  10000
#define NOMINAL_V 230
#define MIN_MA    6000

/* ---- manners ---- */

static gboolean
key_at_least (BbOcppHub *hub, const gchar *name, gint64 least)
{
  const BbOcppKey *key = bb_ocpp_find_key (hub->keys, name);
  gint64 number = 0;
  return key == NULL || !g_ascii_string_to_signed (key->value, 10, 0, G_MAXINT32, &number, NULL)
         || number >= least;
}

/* Bits: 1 amperes, 2 watts. "Current,Power", but "A" and "W" are seen too. */
static guint
units_of (BbOcppHub *hub)
{
  const BbOcppKey *key = bb_ocpp_find_key (hub->keys, "ChargingScheduleAllowedChargingRateUnit");
  g_auto (GStrv) words = g_strsplit_set (key != NULL ? key->value : "", ", ;", -1);
  guint units = 0;
  for (guint i = 0; words[i] != NULL; i++) {
    if (g_ascii_strcasecmp (words[i], "Current") == 0 || g_ascii_strcasecmp (words[i], "A") == 0)
      units |= 1;
    if (g_ascii_strcasecmp (words[i], "Power") == 0 || g_ascii_strcasecmp (words[i], "W") == 0)
      units |= 2;
  }
  return units != 0 ? units : 3;
}

void
bb_ocpp_limit_choose (BbOcppHub *hub)
{
  const BbOcppProfile *quirks = hub->quirks;
  guint units = units_of (hub);
  gboolean watts_first = (units & 1) == 0 || ((units & 2) != 0 && quirks->rate_watts);
  gboolean two = quirks->stack_safe >= 0 && quirks->stack_live > quirks->stack_safe
                 && key_at_least (hub, "ChargeProfileMaxStackLevel", quirks->stack_live)
                 && key_at_least (hub, "MaxChargingProfilesInstalled", 2);
  hub->n_manners = hub->manner = 0;
  for (guint i = 0; i < 4; i++) {
    gboolean watts = (i % 2 == 0) == (watts_first != FALSE);
    if ((units & (watts ? 2u : 1u)) != 0 && (two || i >= 2))
      hub->manners[hub->n_manners++] = (BbOcppManner){ i < 2, watts };
  }
}

gboolean
bb_ocpp_limit_next_safe (BbOcppHub *hub)
{
  if (hub->manner + 1 >= hub->n_manners || !hub->manners[hub->manner + 1].two_levels)
    return FALSE;
  hub->manner++;
  return TRUE;
}

void
bb_ocpp_limit_without_safe (BbOcppHub *hub)
{
  guint n = 0;
  for (guint i = 0; i < hub->n_manners; i++)
    if (!hub->manners[i].two_levels)
      hub->manners[n++] = hub->manners[i];
  hub->n_manners = n;
  hub->manner = 0;
}

const BbOcppManner *
bb_ocpp_limit_get_manner (BbOcppHub *hub)
{
  return &hub->manners[MIN (hub->manner, MAX (hub->n_manners, 1) - 1)];
}

gint64
bb_ocpp_limit_get_duration_ms (BbOcppHub *hub)
{
  const BbWatchdog *watchdog = &hub->interface->watchdog;
  return watchdog->kind == BB_WATCHDOG_OCPP && watchdog->timeout_ms > 0 ? watchdog->timeout_ms : DURATION_MS;
}

static gint64
refresh_ms (BbOcppHub *hub)
{
  const BbWatchdog *watchdog = &hub->interface->watchdog;
  gint64 third = bb_ocpp_limit_get_duration_ms (hub) / 3;
  return watchdog->kind == BB_WATCHDOG_OCPP && watchdog->period_ms > 0 ? MIN (watchdog->period_ms, third)
                                                                       : third;
}

/* What the site states; else its minimum: less than it draws by itself, and it still charges. */
gint32
bb_ocpp_limit_get_safe_ma (BbOcppDevice *self)
{
  const BbLink *link = bb_device_get_link (BB_DEVICE (self));
  if (link->failsafe_ma >= 0)
    return link->failsafe_ma / 100 * 100;
  return link->min_ma > 0 ? link->min_ma : MIN_MA;
}

/* ---- profiles as JSON ---- */

static guint
phases_of (BbOcppDevice *self, guint phases)
{
  const BbLink *link = bb_device_get_link (BB_DEVICE (self));
  if (link->can_switch && (phases == 1 || phases == 3))
    return phases;
  return link->n_phases >= 1 && link->n_phases <= 3 ? link->n_phases : 3;
}

static JsonObject *
period_of (BbOcppDevice *self, gint32 limit_ma, guint phases)
{
  JsonObject *period = json_object_new ();
  gdouble limit = limit_ma / 1000.0;
  if (bb_ocpp_limit_get_manner (self->hub)->watts)
    limit = floor ((gdouble) limit_ma * phases * NOMINAL_V / 1000.0);
  json_object_set_int_member (period, "startPeriod", 0);
  json_object_set_double_member (period, "limit", limit);
  if (!self->hub->quirks->no_phases)
    json_object_set_int_member (period, "numberPhases", phases);
  return period;
}

/* `duration_s` 0: it stays. */
static JsonObject *
schedule_of (BbOcppDevice *self, gint32 limit_ma, guint phases, gint64 duration_s)
{
  JsonObject *schedule = json_object_new ();
  JsonArray *periods = json_array_new ();
  const gchar *kind = self->hub->quirks->kind;
  if (g_strcmp0 (kind, "Relative") != 0) {
    g_autofree gchar *start
        = bb_ocpp_format_time (bb_clock_get_wall_ms (self->hub->clock, NULL) - BACKDATE_MS);
    json_object_set_string_member (schedule, "startSchedule", start);
  }
  if (duration_s > 0)
    json_object_set_int_member (schedule, "duration", duration_s);
  json_object_set_string_member (schedule, "chargingRateUnit",
                                 bb_ocpp_limit_get_manner (self->hub)->watts ? "W" : "A");
  json_array_add_object_element (periods, period_of (self, limit_ma, phases));
  json_object_set_array_member (schedule, "chargingSchedulePeriod", periods);
  return schedule;
}

static JsonObject *
profile_of (BbOcppDevice *self, gboolean live, JsonObject *schedule)
{
  const BbOcppProfile *quirks = self->hub->quirks;
  const BbOcppManner *manner = bb_ocpp_limit_get_manner (self->hub);
  const gchar *purpose = quirks->purpose != NULL ? quirks->purpose : "TxDefaultProfile";
  gboolean upper = live && (manner->two_levels || quirks->stack_safe < 0);
  gint stack = upper ? quirks->stack_live : MAX (quirks->stack_safe, 0);
  JsonObject *payload = json_object_new (), *profile = json_object_new ();
  json_object_set_int_member (profile, "chargingProfileId", (gint64) self->connector * 10 + (live ? 1 : 0));
  json_object_set_int_member (profile, "stackLevel", stack);
  json_object_set_string_member (profile, "chargingProfilePurpose", purpose);
  json_object_set_string_member (profile, "chargingProfileKind",
                                 quirks->kind != NULL ? quirks->kind : "Absolute");
  json_object_set_object_member (profile, "chargingSchedule", schedule);
  json_object_set_int_member (payload, "connectorId",
                              strcmp (purpose, "ChargePointMaxProfile") == 0 ? 0 : self->connector);
  json_object_set_object_member (payload, "csChargingProfiles", profile);
  return payload;
}

JsonObject *
bb_ocpp_limit_safe_profile (BbOcppDevice *self)
{
  guint phases = phases_of (self, 0);
  return profile_of (self, FALSE, schedule_of (self, bb_ocpp_limit_get_safe_ma (self), phases, 0));
}

static JsonObject *
live_profile (BbOcppDevice *self, gint32 limit_ma, guint phases)
{
  gboolean two = bb_ocpp_limit_get_manner (self->hub)->two_levels;
  gint64 duration_s = two ? bb_ocpp_limit_get_duration_ms (self->hub) / 1000 : 0;
  return profile_of (self, TRUE, schedule_of (self, limit_ma, phases_of (self, phases), duration_s));
}

/* ---- obedience ---- */

static gint64
settle_ms (BbOcppDevice *self)
{
  gint64 stated = self->hub->interface->control.settle_ms;
  return stated > 0 ? stated : SETTLE_MS;
}

/* From now on this limit is in force; higher ones before it may still be drawn until they settled. */
static void
remember_limit (BbOcppDevice *self, gint32 limit_ma, gint64 now_ms)
{
  BbOcppPast *past = NULL, *last = g_queue_peek_tail (&self->past);
  if (last != NULL && last->limit_ma == limit_ma)
    return;
  while ((last = g_queue_peek_tail (&self->past)) != NULL && last->limit_ma <= limit_ma)
    g_free (g_queue_pop_tail (&self->past));
  if (self->limited_ms == G_MININT64)
    self->limited_ms = now_ms;
  past = g_new (BbOcppPast, 1);
  *past = (BbOcppPast){ now_ms, limit_ma };
  g_queue_push_tail (&self->past, past);
}

/* The highest limit of a settling time until now; -1: it was not limited for so long. */
static gint32
allowed_ma (BbOcppDevice *self, gint64 now_ms)
{
  const BbOcppPast *first = NULL;
  if (self->limited_ms == G_MININT64 || now_ms - self->limited_ms < settle_ms (self))
    return -1;
  while (self->past.length > 1) {
    const BbOcppPast *second = g_queue_peek_nth (&self->past, 1);
    if (now_ms - second->since_ms < settle_ms (self))
      break;
    g_free (g_queue_pop_head (&self->past));
  }
  first = g_queue_peek_head (&self->past);
  return first != NULL ? first->limit_ma : -1;
}

void
bb_ocpp_limit_judge (BbOcppDevice *self)
{
  BbStationReading *reading = bb_device_edit_station_reading (BB_DEVICE (self));
  gint64 now_ms = bb_clock_get_mono_ms (self->hub->clock);
  gint32 allowed = allowed_ma (self, now_ms);
  gboolean over = allowed >= 0 && self->seen_max_ma > (gint64) allowed + MARGIN_MA;
  if (allowed < 0 || self->seen_max_ma < 0)
    return;
  reading->obeys = !over;
  if (!over)
    g_clear_pointer (&self->disobeys, g_free);
  else if (self->disobeys == NULL) /* once: the text is logged when it changes */
    self->disobeys
        = g_strdup_printf (_ ("It accepted a limit of %.1f A and draws %.1f A: check its settings and its "
                              "firmware, and set a limit inside the station."),
                           allowed / 1000.0, (gdouble) self->seen_max_ma / 1000.0);
}

/* ---- sending ---- */

static void send_live (BbOcppDevice *self);

static void
return_command (BbOcppDevice *self, gint code, const gchar *message)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->command);
  bb_ocpp_device_show (self);
  if (task == NULL)
    return;
  if (message == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, BB_DEVICE_ERROR, code, "%s", message);
}

static void
live_accepted (BbOcppDevice *self)
{
  gint64 now_ms = bb_clock_get_mono_ms (self->hub->clock);
  BbStationReading *reading = bb_device_edit_station_reading (BB_DEVICE (self));
  gboolean two = bb_ocpp_limit_get_manner (self->hub)->two_levels;
  self->hub->accepted = TRUE;
  self->sent_ma = self->command_ma;
  self->sent_phases = self->command_phases;
  self->refused_ms = G_MININT64;
  g_clear_pointer (&self->refused, g_free);
  if (!two)
    self->safe_ma = -1; /* it lay on the same level */
  remember_limit (self, self->command_ma, now_ms);
  reading->failsafe_ma = two ? self->safe_ma : -1;
  reading->failsafe_timeout_ms = two && self->safe_ma >= 0 ? bb_ocpp_limit_get_duration_ms (self->hub) : -1;
  return_command (self, 0, NULL);
}

static void
live_refused (BbOcppDevice *self, const gchar *status)
{
  BbOcppHub *hub = self->hub;
  if (!hub->accepted && hub->manner + 1 < hub->n_manners) {
    hub->manner++;
    bb_log_write (hub->log, BB_LOG_WARNING, BB_OCPP_TOPIC, "%s refused a limit (%s); it is tried %s, in %s.",
                  hub->identity, status,
                  bb_ocpp_limit_get_manner (hub)->two_levels ? "with a safe profile below"
                                                             : "as the only profile",
                  bb_ocpp_limit_get_manner (hub)->watts ? "W" : "A");
    send_live (self);
    return;
  }
  hub->manner = hub->accepted ? hub->manner : 0;
  self->refused_ms = bb_clock_get_mono_ms (hub->clock);
  g_free (self->refused);
  self->refused = g_strdup_printf (
      _ ("It refused a limit (%s): enable smart charging in the station, or update its firmware."), status);
  return_command (self, BB_DEVICE_ERROR_REFUSED, self->refused);
}

static void
live_unanswered (BbOcppDevice *self, const GError *error)
{
  self->refused_ms = bb_clock_get_mono_ms (self->hub->clock);
  if (error->code == BB_OCPP_ERROR_TIMED_OUT) {
    g_free (self->refused);
    self->refused
        = g_strdup (_ ("It does not answer when it is given a limit: restart it, or update its firmware."));
  }
  return_command (self, BB_DEVICE_ERROR_OFFLINE, error->message);
}

static void
live_answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbOcppDevice) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = bb_ocpp_link_call_finish (BB_OCPP_LINK (source), result, &error);
  if (self->hub == NULL || self->hub->link != (BbOcppLink *) source) {
    return_command (self, BB_DEVICE_ERROR_OFFLINE, _ ("The connection was closed."));
    return;
  }
  if (answer != NULL && strcmp (bb_ocpp_get_status (answer), "Accepted") == 0)
    live_accepted (self);
  else if (answer != NULL)
    live_refused (self, bb_ocpp_get_status (answer));
  else if (g_error_matches (error, BB_OCPP_ERROR, BB_OCPP_ERROR_REFUSED))
    live_refused (self, error->message);
  else
    live_unanswered (self, error);
}

static void
send_live (BbOcppDevice *self)
{
  BbOcppHub *hub = self->hub;
  g_autoptr (JsonObject) payload = live_profile (self, self->command_ma, self->command_phases);
  self->sent_ms = bb_clock_get_mono_ms (hub->clock);
  bb_ocpp_link_call_async (hub->link, "SetChargingProfile", payload, BB_OCPP_CALL_MS, NULL, live_answered_cb,
                           g_object_ref (self));
}

static gboolean
is_due (BbOcppDevice *self, gint32 limit_ma, guint phases, gint64 now_ms)
{
  if (self->refused_ms != G_MININT64 && now_ms - self->refused_ms < RETRY_MS)
    return FALSE;
  if (self->sent_ma != limit_ma || self->sent_phases != phases)
    return TRUE;
  return bb_ocpp_limit_get_manner (self->hub)->two_levels && now_ms - self->sent_ms >= refresh_ms (self->hub);
}

void
bb_ocpp_limit_command (BbOcppDevice *self, gint32 setpoint_ma, guint phases, GTask *task)
{
  gint64 now_ms = bb_clock_get_mono_ms (self->hub->clock);
  gint32 limit_ma = MAX (setpoint_ma, 0) / 100 * 100;
  if (self->command != NULL || bb_device_is_meter (BB_DEVICE (self))
      || bb_ocpp_hub_skips (self->hub, "SetChargingProfile")) {
    g_task_return_new_error (task, BB_DEVICE_ERROR, BB_DEVICE_ERROR_REFUSED, "%s",
                             _ ("It cannot be given a limit now."));
    return;
  }
  if (!is_due (self, limit_ma, phases, now_ms)) {
    if (self->refused_ms != G_MININT64)
      g_task_return_new_error (task, BB_DEVICE_ERROR, BB_DEVICE_ERROR_REFUSED, "%s",
                               self->refused != NULL ? self->refused : _ ("The last limit was not taken."));
    else
      g_task_return_boolean (task, TRUE);
    return;
  }
  self->command = g_object_ref (task);
  self->command_ma = limit_ma;
  self->command_phases = phases;
  send_live (self);
}

/* ---- the end ---- */

void
bb_ocpp_limit_forget (BbOcppDevice *self)
{
  BbStationReading *reading = bb_device_edit_station_reading (BB_DEVICE (self));
  self->sent_ma = self->safe_ma = -1;
  self->limited_ms = G_MININT64;
  self->refused_ms = G_MININT64;
  g_clear_pointer (&self->refused, g_free);
  g_clear_pointer (&self->disobeys, g_free);
  g_queue_clear_full (&self->past, g_free);
  reading->obeys = TRUE;
  reading->failsafe_ma = -1;
  reading->failsafe_timeout_ms = -1;
}

static void
released_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (JsonObject) answer = bb_ocpp_link_call_finish (BB_OCPP_LINK (source), result, NULL);
}

/* The live limit goes, the safe one stays: what a station without its controller is meant to draw. */
void
bb_ocpp_limit_release (BbOcppDevice *self)
{
  g_autoptr (JsonObject) payload = json_object_new ();
  if (self->hub == NULL || !self->hub->ready || self->sent_ma < 0 || self->safe_ma < 0
      || bb_ocpp_hub_skips (self->hub, "ClearChargingProfile"))
    return;
  json_object_set_int_member (payload, "id", (gint64) self->connector * 10 + 1);
  bb_ocpp_link_call_async (self->hub->link, "ClearChargingProfile", payload, BB_OCPP_CALL_MS, NULL,
                           released_cb, NULL);
  self->sent_ma = -1;
}
