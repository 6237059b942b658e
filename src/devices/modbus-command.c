/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-command.c: what a station is told, and when: set-points on change, heartbeats when they are due. */
#include "devices/modbus-private.h"

#include <glib/gi18n.h>

/* Until a station is expected to follow, where its profile does not say. */
#define DEFAULT_SETTLE_MS 10000
/* Between two heartbeats, where neither profile nor station say more. */
#define DEFAULT_PERIOD_MS 10000
/* After so many read-backs of something else it is told less often, and so is the technician. */
#define MAX_MISMATCHES 3
#define STUBBORN_MS    10000
/* Life bits that were not taken back. */
#define MAX_UNACKNOWLEDGED 3

/* What a step of a command is, as its tag. */
typedef enum {
  STEP_PHASES = 1,
  STEP_ENABLE,
  STEP_DISABLE,
  STEP_LIMIT,
  STEP_LIMIT_BACK,
  STEP_LIFE_BACK,
  STEP_FEED,
  STEP_FEED_BACK
} Step;

static const BbInterface *
interface_of (BbModbusDevice *self)
{
  return bb_device_get_interface (BB_DEVICE (self));
}

void
bb_modbus_forget_sent (BbModbusDevice *self)
{
  guint n_writes = self->sent.n_writes;
  self->sent = (BbSent){
    .written_ms = BB_NEVER_MS, .changed_ms = BB_NEVER_MS, .fed_ms = BB_NEVER_MS, .n_writes = n_writes
  };
}

/* ---- what is written ---- */

static void
add_write (BbModbusDevice *self, BbModbusJob *job, const BbPoint *point, const guint16 *words, guint n_words,
           Step step)
{
  guint function = point->write_fc != 0 ? point->write_fc : interface_of (self)->write_fc;
  if (n_words > 0)
    bb_modbus_job_write (job, point->area, (guint8) function, (guint16) point->address, words,
                         (guint16) n_words, GUINT_TO_POINTER (step));
}

static void
add_raw (BbModbusDevice *self, BbModbusJob *job, const BbPoint *point, gint64 raw, Step step)
{
  guint16 words[BB_POINT_MAX_WRITE_WORDS];
  add_write (self, job, point, words, bb_point_encode_raw (point, raw, words), step);
}

static void
add_read (BbModbusDevice *self, BbModbusJob *job, const BbPoint *point, Step step)
{
  BbPlanPoint place;
  if (bb_modbus_locate (self, point, &place))
    bb_modbus_job_read (job, place.area, place.address, place.n_words, GUINT_TO_POINTER (step));
}

static void
add_phases (BbModbusDevice *self, BbModbusJob *job)
{
  guint phases = self->wanted_phases;
  const BbPoint *point = bb_modbus_pick (self, BB_ROLE_PHASES_SET, BB_ACCESS_WRITE);
  if (phases == 0 || phases > 3 || phases == self->sent.phases || point == NULL
      || !bb_device_get_link (BB_DEVICE (self))->can_switch)
    return;
  gint32 code = interface_of (self)->control.phase_codes[phases];
  if (code >= 0)
    add_raw (self, job, point, code, STEP_PHASES);
}

static gboolean
same_registers (const BbSetpoint *a, const BbSetpoint *b)
{
  if (a->n_words != b->n_words || a->on != b->on)
    return FALSE;
  for (guint i = 0; i < a->n_words; i++)
    if (a->words[i] != b->words[i])
      return FALSE;
  return TRUE;
}

/* The release register: before a limit when it is to charge, instead of one when it is to pause. */
static void
add_enable (BbModbusDevice *self, BbModbusJob *job, gboolean on)
{
  const BbPoint *point = bb_modbus_pick (self, BB_ROLE_ENABLE, BB_ACCESS_WRITE);
  if (!interface_of (self)->control.needs_enable || point == NULL
      || (self->sent.enable_known && self->sent.enabled == on))
    return;
  add_raw (self, job, point, on ? point->on_value : MAX (point->off_value, 0),
           on ? STEP_ENABLE : STEP_DISABLE);
}

static gboolean
setpoint_is_due (BbModbusDevice *self, const BbPoint *point, const BbSetpoint *setpoint)
{
  const BbControl *control = &interface_of (self)->control;
  gint64 since_ms = bb_modbus_now (self) - self->sent.written_ms;
  gint64 rest_ms = self->sent.n_mismatches >= MAX_MISMATCHES ? MAX (control->min_interval_ms, STUBBORN_MS)
                                                             : control->min_interval_ms;
  gboolean same = self->sent.known && same_registers (&self->sent.setpoint, setpoint);
  return (!same || point->write_on == BB_WRITE_ALWAYS) && since_ms + BB_EARLY_MS >= rest_ms;
}

static void
remember_limit (BbModbusDevice *self)
{
  const BbControl *control = &interface_of (self)->control;
  gint64 settle_ms = control->settle_ms > 0 ? control->settle_ms : DEFAULT_SETTLE_MS;
  const BbLink *link = bb_device_get_link (BB_DEVICE (self));
  BbFormerLimit *former = &self->sent.former[self->sent.next_former++ % BB_N_FORMER_LIMITS];
  /* What it held before we came nobody knows: as much as it can. */
  former->limit_ma = self->sent.changed_ms != BB_NEVER_MS ? self->sent.setpoint.current_ma
                     : link->max_ma > 0                   ? link->max_ma
                                                          : G_MAXINT32 / 2;
  former->until_ms = bb_modbus_now (self) + settle_ms;
}

static gboolean
pauses_by_release (BbModbusDevice *self, const BbSetpoint *setpoint)
{
  return !setpoint->on && interface_of (self)->control.needs_enable
         && bb_modbus_pick (self, BB_ROLE_ENABLE, BB_ACCESS_WRITE) != NULL;
}

static void
add_limit (BbModbusDevice *self, BbModbusJob *job, const BbPoint *point, const BbSetpoint *setpoint)
{
  gboolean changed = !same_registers (&self->sent.setpoint, setpoint);
  gint64 now_ms = bb_modbus_now (self);
  if (changed || self->sent.changed_ms == BB_NEVER_MS) {
    remember_limit (self);
    self->sent.changed_ms = now_ms;
  }
  self->sent.setpoint = *setpoint;
  self->sent.written_ms = now_ms;
  if (pauses_by_release (self, setpoint)) {
    /* Its limit stays: what pauses it is the release that was taken back. */
    self->sent.known = TRUE;
    return;
  }
  add_write (self, job, point, setpoint->words, setpoint->n_words, STEP_LIMIT);
  if (point->verify == BB_ROLE_NONE || (!changed && self->sent.known))
    return;
  const BbPoint *reader = bb_modbus_pick (self, point->verify, BB_ACCESS_READ);
  if (reader != NULL)
    add_read (self, job, reader, STEP_LIMIT_BACK);
}

/* ---- heartbeat ---- */

static gint64
feed_period_ms (BbModbusDevice *self, const BbWatchdog *watchdog)
{
  const BbRoleValue *told = &self->values[BB_ROLE_FAILSAFE_TIMEOUT];
  gint64 timeout_ms = watchdog->timeout_ms;
  if (told->valid && told->value > 0 && watchdog->kind != BB_WATCHDOG_REWRITE_TIMEOUT)
    timeout_ms = timeout_ms > 0 ? MIN (timeout_ms, told->value) : told->value;
  gint64 third_ms = timeout_ms > 0 ? timeout_ms / 3 : DEFAULT_PERIOD_MS;
  return watchdog->period_ms > 0 ? MIN (watchdog->period_ms, third_ms) : third_ms;
}

static BbRole
fed_role (const BbWatchdog *watchdog)
{
  if (watchdog->role != BB_ROLE_NONE)
    return watchdog->role;
  switch ((guint) watchdog->kind) {
  case BB_WATCHDOG_WRITE_POINT:
    return BB_ROLE_LIMIT_SET;
  case BB_WATCHDOG_REWRITE_TIMEOUT:
    return BB_ROLE_FAILSAFE_TIMEOUT;
  default:
    return BB_ROLE_HEARTBEAT;
  }
}

static gboolean
feed_is_due (BbModbusDevice *self, const BbWatchdog *watchdog)
{
  if (watchdog->kind == BB_WATCHDOG_NONE || watchdog->kind == BB_WATCHDOG_ANY_READ
      || watchdog->kind == BB_WATCHDOG_OCPP)
    return FALSE;
  return bb_modbus_now (self) - self->sent.fed_ms >= feed_period_ms (self, watchdog);
}

static void
add_feed (BbModbusDevice *self, BbModbusJob *job, const BbWatchdog *watchdog)
{
  const BbPoint *point = bb_modbus_pick (self, fed_role (watchdog), BB_ACCESS_WRITE);
  guint16 words[BB_POINT_MAX_WRITE_WORDS];
  if (point == NULL)
    return;
  /* What was written the last time must have been taken back by now. */
  if (watchdog->kind == BB_WATCHDOG_LIFE_BIT && self->sent.fed_ms != BB_NEVER_MS
      && (point->access & BB_ACCESS_READ) != 0)
    add_read (self, job, point, STEP_LIFE_BACK);
  self->sent.fed_ms = bb_modbus_now (self);
  if (watchdog->kind == BB_WATCHDOG_REWRITE_TIMEOUT && watchdog->value == 0)
    add_write (self, job, point, words, bb_point_encode (point, watchdog->timeout_ms, words), STEP_FEED);
  else
    add_raw (self, job, point, watchdog->value, STEP_FEED);
  if (self->sent.feed_verified || watchdog->kind != BB_WATCHDOG_REWRITE_TIMEOUT)
    return;
  /* The order of its words may be a guess: read back once. */
  const BbPoint *reader
      = point->verify != BB_ROLE_NONE ? bb_modbus_pick (self, point->verify, BB_ACCESS_READ) : NULL;
  if (reader != NULL)
    add_read (self, job, reader, STEP_FEED_BACK);
}

/* ---- answers ---- */

static void
take_limit_back (BbModbusDevice *self, const BbModbusStep *step)
{
  const BbPoint *writer = bb_modbus_pick (self, BB_ROLE_LIMIT_SET, BB_ACCESS_WRITE);
  const BbPoint *reader = writer != NULL ? bb_modbus_pick (self, writer->verify, BB_ACCESS_READ) : NULL;
  BbPointValue value;
  if (reader == NULL || !bb_point_decode (reader, step->answer, step->n_answer, BB_NO_SCALE_POWER, &value)
      || !value.valid)
    return;
  if (bb_point_matches (writer, self->sent.setpoint.value, reader, value.value)) {
    self->sent.n_mismatches = 0;
    bb_modbus_set_note (self, BB_NOTE_REFUSED, NULL);
    return;
  }
  self->sent.known = FALSE;
  if (++self->sent.n_mismatches < MAX_MISMATCHES)
    return;
  g_autofree gchar *sentence = g_strdup_printf (
      _ ("It keeps %.1f A where it is told %.1f A: check its settings for load management and "
         "its own current limit."),
      (gdouble) value.value / 1000, (gdouble) self->sent.setpoint.value / 1000);
  bb_modbus_set_note (self, BB_NOTE_REFUSED, sentence);
}

static void
take_life_back (BbModbusDevice *self, const BbModbusStep *step)
{
  self->sent.n_unacknowledged = step->answer[0] == 0 ? 0 : self->sent.n_unacknowledged + 1;
  if (self->sent.n_unacknowledged == 0)
    bb_modbus_set_note (self, BB_NOTE_HEARTBEAT, NULL);
  else if (self->sent.n_unacknowledged >= MAX_UNACKNOWLEDGED)
    bb_modbus_set_note (
        self, BB_NOTE_HEARTBEAT,
        _ ("It does not take back the life bit: its energy management may stand still. Restart "
           "the station."));
}

static void
take_feed_back (BbModbusDevice *self, const BbModbusStep *step)
{
  BbConditionScope scope = bb_modbus_make_scope (self);
  const BbWatchdog *watchdog = bb_interface_pick_watchdog (interface_of (self), &scope);
  const BbPoint *writer = bb_modbus_pick (self, fed_role (watchdog), BB_ACCESS_WRITE);
  const BbPoint *reader = writer != NULL ? bb_modbus_pick (self, writer->verify, BB_ACCESS_READ) : NULL;
  BbPointValue value;
  if (reader == NULL || !bb_point_decode (reader, step->answer, step->n_answer, BB_NO_SCALE_POWER, &value))
    return;
  self->sent.feed_verified
      = value.valid && bb_point_matches (writer, watchdog->timeout_ms, reader, value.value);
  bb_modbus_set_note (self, BB_NOTE_HEARTBEAT,
                      self->sent.feed_verified
                          ? NULL
                          : _ ("It does not keep the time-out that is written: it may not notice "
                               "when the controller is lost."));
}

static void
take_step (BbModbusDevice *self, const BbModbusStep *step)
{
  if (step->answer == NULL || step->n_answer == 0)
    return;
  switch ((Step) GPOINTER_TO_UINT (step->tag)) {
  case STEP_PHASES:
    self->sent.phases = self->wanted_phases;
    break;
  case STEP_ENABLE:
  case STEP_DISABLE:
    self->sent.enable_known = TRUE;
    self->sent.enabled = GPOINTER_TO_UINT (step->tag) == STEP_ENABLE;
    break;
  case STEP_LIMIT:
    self->sent.known = TRUE;
    break;
  case STEP_LIMIT_BACK:
    take_limit_back (self, step);
    break;
  case STEP_LIFE_BACK:
    take_life_back (self, step);
    break;
  case STEP_FEED_BACK:
    take_feed_back (self, step);
    break;
  case STEP_FEED:
  default:
    break;
  }
}

/* Not confirmed is not known: it is told again. */
static void
doubt (BbModbusDevice *self)
{
  self->sent.known = FALSE;
  self->sent.enable_known = FALSE;
  self->sent.phases = 0;
  self->sent.fed_ms = BB_NEVER_MS;
}

static void
command_done (BbModbusDevice *self, BbModbusJob *job)
{
  guint8 exception = bb_modbus_job_find_exception (job);
  for (guint i = 0; i < job->steps->len; i++)
    take_step (self, bb_modbus_job_get (job, i));
  if (job->error != NULL) {
    doubt (self);
    self->unsure = TRUE;
    bb_modbus_finish_command (self, g_error_new (BB_DEVICE_ERROR, BB_DEVICE_ERROR_OFFLINE, "%s",
                                                 job->error->message));
    return;
  }
  if (exception != 0) {
    g_autofree gchar *sentence = g_strdup_printf (
        _ ("It refuses what it is told (Modbus exception %u): allow external control in its settings."),
        exception);
    doubt (self);
    bb_modbus_set_note (self, BB_NOTE_REFUSED, sentence);
    bb_modbus_tell (self);
    bb_modbus_finish_command (self, g_error_new_literal (BB_DEVICE_ERROR, BB_DEVICE_ERROR_REFUSED, sentence));
    return;
  }
  if (self->sent.known && self->sent.n_mismatches == 0)
    bb_modbus_set_note (self, BB_NOTE_REFUSED, NULL);
  bb_modbus_tell (self);
  bb_modbus_finish_command (self, NULL);
}

/* ---- the command ---- */

static gboolean
add_setpoint (BbModbusDevice *self, BbModbusJob *job, const BbWatchdog *watchdog)
{
  const BbInterface *interface = interface_of (self);
  const BbPoint *point = bb_modbus_pick (self, BB_ROLE_LIMIT_SET, BB_ACCESS_WRITE);
  BbSetpoint setpoint;
  if (point == NULL)
    return FALSE;
  guint phases
      = self->wanted_phases != 0 ? self->wanted_phases : bb_device_get_link (BB_DEVICE (self))->n_phases;
  bb_setpoint_make (&interface->control, point, self->wanted_ma, phases, &setpoint);
  gboolean feed = fed_role (watchdog) == BB_ROLE_LIMIT_SET && feed_is_due (self, watchdog);
  if (setpoint.n_words == 0 || !(feed || setpoint_is_due (self, point, &setpoint)))
    return setpoint.n_words != 0;
  add_enable (self, job, setpoint.on);
  add_limit (self, job, point, &setpoint);
  if (feed)
    self->sent.fed_ms = bb_modbus_now (self);
  return TRUE;
}

void
bb_modbus_command_begin (BbModbusDevice *self)
{
  BbConditionScope scope = bb_modbus_make_scope (self);
  const BbWatchdog *watchdog = bb_interface_pick_watchdog (interface_of (self), &scope);
  BbModbusJob *job = bb_modbus_job (self, BB_MODBUS_SETPOINT);
  job->stop_at_exception = TRUE;
  add_phases (self, job);
  if (!add_setpoint (self, job, watchdog)) {
    bb_modbus_job_free (job);
    bb_modbus_finish_command (self, g_error_new (BB_DEVICE_ERROR, BB_DEVICE_ERROR_REFUSED,
                                                 _ ("Its profile has no way to tell it %.1f A."),
                                                 (gdouble) self->wanted_ma / 1000));
    return;
  }
  gboolean only_feed = job->steps->len == 0;
  if (fed_role (watchdog) != BB_ROLE_LIMIT_SET && feed_is_due (self, watchdog))
    add_feed (self, job, watchdog);
  if (only_feed)
    job->priority = BB_MODBUS_HEARTBEAT;
  if (job->steps->len == 0) {
    bb_modbus_job_free (job);
    bb_modbus_finish_command (self, NULL);
    return;
  }
  self->sent.n_writes++;
  bb_modbus_run (self, job, command_done);
}

/* ---- does it still hold? ---- */

/* What releases it, where that can be read. */
static void
compare_enable (BbModbusDevice *self)
{
  const BbPoint *writer = bb_modbus_pick (self, BB_ROLE_ENABLE, BB_ACCESS_WRITE);
  const BbRoleValue *held = &self->values[BB_ROLE_ENABLE];
  if (writer == NULL || !held->valid)
    return;
  gboolean enabled = held->raw == writer->on_value;
  if (self->sent.known && enabled != self->sent.setpoint.on)
    self->sent.known = FALSE;
  self->sent.enable_known = TRUE;
  self->sent.enabled = enabled;
}

/* How many phases it has now: a switch that is made already need not be told. */
static void
compare_phases (BbModbusDevice *self)
{
  const BbControl *control = &interface_of (self)->control;
  const BbRoleValue *held = &self->values[BB_ROLE_PHASES_SET];
  if (!held->valid)
    return;
  self->sent.phases = 0;
  for (guint i = 1; i <= 3; i++)
    if (control->phase_codes[i] >= 0 && control->phase_codes[i] == held->raw)
      self->sent.phases = i;
}

static void
tell_again (BbModbusDevice *self, gint64 held)
{
  self->sent.known = FALSE;
  self->sent.n_mismatches++;
  bb_log_write (bb_device_get_context (BB_DEVICE (self))->log, BB_LOG_WARNING, "modbus",
                "“%s” holds %.1f A where it was told %.1f A: it is told again.",
                bb_device_get_id (BB_DEVICE (self)), (gdouble) held / 1000,
                (gdouble) self->sent.setpoint.value / 1000);
}

/* After a restart it may hold its own default again. */
void
bb_modbus_compare_setpoint (BbModbusDevice *self)
{
  const BbPoint *writer = bb_modbus_pick (self, BB_ROLE_LIMIT_SET, BB_ACCESS_WRITE);
  const BbPoint *reader = bb_modbus_pick (self, BB_ROLE_LIMIT_SET, BB_ACCESS_READ);
  const BbRoleValue *held = &self->values[BB_ROLE_LIMIT_SET];
  if (writer == NULL || self->writes_before != self->sent.n_writes)
    return;
  if (self->setting_up) {
    self->sent.enable_known = FALSE;
    self->sent.phases = 0;
    self->sent.known = self->sent.known && reader != NULL && held->valid;
  }
  compare_enable (self);
  compare_phases (self);
  if (reader == NULL || !held->valid || !self->sent.known || pauses_by_release (self, &self->sent.setpoint))
    return;
  if (bb_point_matches (writer, self->sent.setpoint.value, reader, held->value))
    self->sent.n_mismatches = 0;
  else
    tell_again (self, held->value);
}
