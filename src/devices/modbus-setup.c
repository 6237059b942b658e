/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-setup.c: from the first contact to "online": probes, who it is, what it has, rules, fail-safe
 * values.
 *
 * Each stage runs one job and starts the next in its answer. Until all probes have passed nothing is written;
 * after that only what is to be written once, where the device has something else, and never again while it
 * stays so. */
#include "devices/modbus-private.h"

#include <glib/gi18n.h>

/* Points may depend on values, and those on points; after so many rounds that is enough. */
#define MAX_ROUNDS 4

/* TRUE: the connection failed, the stage is over. */
static gboolean
ended_early (BbModbusDevice *self, BbModbusJob *job)
{
  if (job->error == NULL)
    return FALSE;
  bb_modbus_failed (self, job->error);
  return TRUE;
}

static const BbInterface *
interface_of (BbModbusDevice *self)
{
  return bb_device_get_interface (BB_DEVICE (self));
}

/* ---- commissioning: what is written once ---- */

typedef struct {
  const BbPoint *writer, *reader;
  gint64 value;
  guint16 words[BB_POINT_MAX_WRITE_WORDS];
  guint n_words;
} Once;

/* The value that a role is to have for good; FALSE: nobody stated one. */
static gboolean
wanted_once (BbModbusDevice *self, const BbPoint *point, gint64 *value)
{
  const BbLink *link = bb_device_get_link (BB_DEVICE (self));
  BbConditionScope scope = bb_modbus_make_scope (self);
  const BbWatchdog *watchdog = bb_interface_pick_watchdog (interface_of (self), &scope);
  switch ((guint) point->role) {
  case BB_ROLE_FAILSAFE_CURRENT:
    *value = link->failsafe_ma;
    return link->failsafe_ma >= 0;
  case BB_ROLE_FAILSAFE_TIMEOUT:
    *value = watchdog->timeout_ms;
    return watchdog->timeout_ms > 0;
  default:
    return FALSE;
  }
}

static const BbPoint *
reader_of (BbModbusDevice *self, const BbPoint *writer)
{
  if (writer->verify != BB_ROLE_NONE)
    return bb_modbus_pick (self, writer->verify, BB_ACCESS_READ);
  return (writer->access & BB_ACCESS_READ) != 0 ? writer : NULL;
}

static gboolean
is_as_wanted (BbModbusDevice *self, const Once *once)
{
  const BbRoleValue *read = &self->values[once->reader->role];
  return read->valid && bb_point_matches (once->writer, once->value, once->reader, read->value);
}

/* Those of the points written once for which a value is stated (element-type Once). */
static GArray *
list_once (BbModbusDevice *self)
{
  GArray *all = g_array_new (FALSE, TRUE, sizeof (Once));
  for (guint role = BB_ROLE_NONE + 1; role < BB_ROLE_N; role++) {
    Once once = { .writer = bb_modbus_pick (self, (BbRole) role, BB_ACCESS_WRITE) };
    if (once.writer == NULL || once.writer->write_on != BB_WRITE_ONCE
        || !wanted_once (self, once.writer, &once.value))
      continue;
    once.reader = reader_of (self, once.writer);
    /* What cannot be compared is not written: it might be written again with each connection. */
    if (once.reader == NULL)
      continue;
    once.n_words = bb_point_encode (once.writer, once.value, once.words);
    g_array_append_val (all, once);
  }
  return all;
}

static gchar *
value_text (BbRole role, gint64 value)
{
  if (role == BB_ROLE_FAILSAFE_CURRENT)
    return g_strdup_printf (_ ("fail-safe current %.1f A"), (gdouble) value / 1000);
  return g_strdup_printf (_ ("time-out %.0f s"), (gdouble) value / 1000);
}

/* ---- rules ---- */

typedef enum { RULES_BEFORE_WRITING, RULES_ALL } Rules;

/* One whose value is not known is broken: what was to be made sure is not. */
static gboolean
rule_holds (BbModbusDevice *self, const BbVerify *rule)
{
  return self->values[rule->role].valid && bb_expect_holds (rule->expect, self->values[rule->role].raw);
}

static gboolean
is_written_once (BbModbusDevice *self, BbRole role)
{
  const BbPoint *writer = bb_modbus_pick (self, role, BB_ACCESS_WRITE);
  return writer != NULL && writer->write_on == BB_WRITE_ONCE;
}

/* The first rule that is broken: an error before a warning; or NULL. */
static const BbVerify *
find_broken_rule (BbModbusDevice *self, Rules rules)
{
  const GPtrArray *verifies = interface_of (self)->verifies;
  BbConditionScope scope = bb_modbus_make_scope (self);
  const BbVerify *warning = NULL;
  for (guint i = 0; verifies != NULL && i < verifies->len; i++) {
    const BbVerify *rule = g_ptr_array_index (verifies, i);
    if ((rules == RULES_BEFORE_WRITING && is_written_once (self, rule->role))
        || bb_modbus_pick (self, rule->role, BB_ACCESS_READ) == NULL
        || !bb_condition_holds (rule->when, &scope) || rule_holds (self, rule))
      continue;
    if (rule->error)
      return rule;
    warning = warning != NULL ? warning : rule;
  }
  return warning;
}

static gboolean
rules_refuse (BbModbusDevice *self, Rules rules)
{
  const BbVerify *broken = find_broken_rule (self, rules);
  if (broken != NULL && broken->error) {
    bb_modbus_setup_refused (self, BB_DEVICE_ERROR_SETUP, _ (broken->text));
    return TRUE;
  }
  bb_modbus_set_note (self, BB_NOTE_VERIFY, broken != NULL ? _ (broken->text) : NULL);
  return FALSE;
}

/* ---- last stages ---- */

static void
conclude (BbModbusDevice *self)
{
  if (rules_refuse (self, RULES_ALL))
    return;
  bb_modbus_compare_setpoint (self);
  bb_modbus_setup_done (self);
}

/* These registers may be of flash: what is refused or not kept is not written every ten seconds. */
static void
commissioning_failed (BbModbusDevice *self, const gchar *sentence)
{
  if (self->commission_trouble != sentence) {
    g_free (self->commission_trouble);
    self->commission_trouble = g_strdup (sentence);
  }
  bb_modbus_setup_refused (self, BB_DEVICE_ERROR_REFUSED, self->commission_trouble);
}

static void
check_written (BbModbusDevice *self, BbModbusJob *job)
{
  if (ended_early (self, job))
    return;
  bb_modbus_take_reads (self, job);
  bb_modbus_decode (self);
  g_autoptr (GArray) all = list_once (self);
  for (guint i = 0; i < all->len; i++) {
    const Once *once = &g_array_index (all, Once, i);
    if (is_as_wanted (self, once))
      continue;
    g_autofree gchar *what = value_text (once->writer->role, once->value);
    g_autofree gchar *sentence = g_strdup_printf (
        _ ("It does not keep what is written: %s. Set it in the station itself and enter it in the site."),
        what);
    commissioning_failed (self, sentence);
    return;
  }
  conclude (self);
}

static void
writes_done (BbModbusDevice *self, BbModbusJob *job)
{
  if (ended_early (self, job))
    return;
  guint8 exception = bb_modbus_job_find_exception (job);
  if (exception != 0) {
    g_autofree gchar *sentence
        = g_strdup_printf (_ ("It refuses its fail-safe values (Modbus exception %u). Allow writing in the "
                              "station's settings, or set them there."),
                           exception);
    commissioning_failed (self, sentence);
    return;
  }
  BbModbusJob *reads = bb_modbus_job (self, BB_MODBUS_COMMISSION);
  for (guint i = 0; i < BB_N_SCHEDULES; i++)
    bb_modbus_add_reads (self, reads, (BbSchedule) i);
  bb_modbus_run (self, reads, check_written);
}

static void
log_write (BbModbusDevice *self, const Once *once)
{
  g_autofree gchar *what = value_text (once->writer->role, once->value);
  bb_log_write (bb_device_get_context (BB_DEVICE (self))->log, BB_LOG_INFO, "modbus",
                "“%s” is set up: %s (register %u).", bb_device_get_id (BB_DEVICE (self)), what,
                once->writer->address);
}

static void
write_once (BbModbusDevice *self, GArray *differing)
{
  BbModbusJob *job = bb_modbus_job (self, BB_MODBUS_COMMISSION);
  job->stop_at_exception = TRUE;
  for (guint i = 0; i < differing->len; i++) {
    const Once *once = &g_array_index (differing, Once, i);
    guint function = once->writer->write_fc != 0 ? once->writer->write_fc : interface_of (self)->write_fc;
    log_write (self, once);
    bb_modbus_job_write (job, once->writer->area, (guint8) function, (guint16) once->writer->address,
                         once->words, (guint16) once->n_words, NULL);
  }
  bb_modbus_run (self, job, writes_done);
}

/* A value that the device cannot hold is an error of the site, not to be rounded into another fail-safe. */
static gboolean
find_impossible (BbModbusDevice *self, GArray *all)
{
  for (guint i = 0; i < all->len; i++) {
    const Once *once = &g_array_index (all, Once, i);
    if (once->n_words > 0)
      continue;
    g_autofree gchar *what = value_text (once->writer->role, once->value);
    g_autofree gchar *sentence
        = g_strdup_printf (_ ("It cannot be set to %s: enter a value in the site that it can hold."), what);
    bb_modbus_setup_refused (self, BB_DEVICE_ERROR_SETUP, sentence);
    return TRUE;
  }
  return FALSE;
}

static void
commission (BbModbusDevice *self)
{
  BbDeviceContext *context = bb_device_get_context (BB_DEVICE (self));
  g_autoptr (GArray) all = list_once (self);
  if (find_impossible (self, all))
    return;
  for (guint i = all->len; i-- > 0;)
    if (is_as_wanted (self, &g_array_index (all, Once, i)))
      g_array_remove_index (all, i);
  bb_modbus_set_note (self, BB_NOTE_COMMISSION, NULL);
  if (all->len == 0) {
    conclude (self);
  } else if (!context->may_commission) {
    const Once *once = &g_array_index (all, Once, 0);
    g_autofree gchar *what = value_text (once->writer->role, once->value);
    g_autofree gchar *sentence
        = g_strdup_printf (_ ("Its fail-safe values are not those of the site (%s): commission it."), what);
    bb_modbus_set_note (self, BB_NOTE_COMMISSION, sentence);
    conclude (self);
  } else if (self->commission_trouble != NULL) {
    commissioning_failed (self, self->commission_trouble);
  } else {
    write_once (self, all);
  }
}

static gboolean
may_write (BbModbusDevice *self)
{
  return interface_of (self)->evidence != BB_EVIDENCE_UNVERIFIED
         || bb_device_get_context (BB_DEVICE (self))->may_write_unverified;
}

static void
check_and_commission (BbModbusDevice *self)
{
  self->is_set_up = self->probed = TRUE;
  if (rules_refuse (self, RULES_BEFORE_WRITING))
    return;
  if (bb_device_is_meter (BB_DEVICE (self)))
    conclude (self);
  else if (!may_write (self))
    bb_modbus_setup_refused (
        self, BB_DEVICE_ERROR_SETUP,
        _ ("Its profile is unverified, so nothing is written to it: check the profile's notes, then "
           "confirm that unverified profiles may write."));
  else
    commission (self);
}

/* ---- values ---- */

static void read_values (BbModbusDevice *self);

static void
tell_identity (BbModbusDevice *self)
{
  g_autofree gchar *serial = bb_modbus_get_text (self, BB_ROLE_SERIAL);
  g_autofree gchar *model = bb_modbus_get_text (self, BB_ROLE_MODEL);
  const BbSunspec *sunspec = self->sunspec;
  BbDeviceIdentity identity
      = { .serial = serial != NULL ? serial : (sunspec != NULL ? sunspec->serial : NULL),
          .firmware = self->firmware,
          .model = model != NULL ? model : (sunspec != NULL ? sunspec->model : NULL) };
  bb_device_set_identity (BB_DEVICE (self), &identity);
}

static void
values_done (BbModbusDevice *self, BbModbusJob *job)
{
  if (ended_early (self, job))
    return;
  gboolean again = bb_modbus_take_reads (self, job);
  bb_modbus_decode (self);
  /* What was read may decide which points apply. */
  again = bb_modbus_plan (self) || again;
  /* Each refusal takes one point out of the plan, so there may be as many rounds more as points. */
  if (again && ++self->round < MAX_ROUNDS + interface_of (self)->points->len) {
    read_values (self);
    return;
  }
  tell_identity (self);
  check_and_commission (self);
}

static void
read_values (BbModbusDevice *self)
{
  BbModbusJob *job = bb_modbus_job (self, BB_MODBUS_COMMISSION);
  self->writes_before = self->sent.n_writes;
  for (guint i = 0; i < BB_N_SCHEDULES; i++)
    bb_modbus_add_reads (self, job, (BbSchedule) i);
  bb_modbus_run (self, job, values_done);
}

static void
readables_done (BbModbusDevice *self, BbModbusJob *job)
{
  if (ended_early (self, job))
    return;
  for (guint i = 0; i < job->steps->len; i++)
    if (bb_modbus_job_get (job, i)->answer != NULL)
      g_hash_table_add (self->readable, GUINT_TO_POINTER ((guint) bb_modbus_job_get (job, i)->address + 1));
  bb_modbus_plan (self);
  read_values (self);
}

static void
find_readables (BbModbusDevice *self)
{
  BbModbusJob *job = bb_modbus_job (self, BB_MODBUS_COMMISSION);
  g_autoptr (GArray) reads = bb_plan_list_readables (interface_of (self));
  g_hash_table_remove_all (self->readable);
  for (guint i = 0; i < reads->len; i++) {
    const BbPlanRead *read = &g_array_index (reads, BbPlanRead, i);
    bb_modbus_job_read (job, read->area, read->address, read->count, NULL);
  }
  bb_modbus_run (self, job, readables_done);
}

/* ---- who it is ---- */

static void
firmware_done (BbModbusDevice *self, BbModbusJob *job)
{
  if (ended_early (self, job))
    return;
  const BbModbusStep *step = job->steps->len > 0 ? bb_modbus_job_get (job, 0) : NULL;
  const BbPoint *point = bb_modbus_pick (self, BB_ROLE_FIRMWARE, BB_ACCESS_READ);
  if (step != NULL && step->answer != NULL && point != NULL) {
    g_free (self->firmware);
    self->firmware = bb_point_decode_text (point, step->answer, step->n_answer);
  }
  find_readables (self);
}

static void
read_firmware (BbModbusDevice *self)
{
  BbModbusJob *job = bb_modbus_job (self, BB_MODBUS_COMMISSION);
  const BbPoint *point = bb_modbus_pick (self, BB_ROLE_FIRMWARE, BB_ACCESS_READ);
  BbPlanPoint place;
  g_clear_pointer (&self->firmware, g_free);
  if (self->sunspec != NULL)
    self->firmware = g_strdup (self->sunspec->version);
  if (point != NULL && bb_modbus_locate (self, point, &place))
    bb_modbus_job_read (job, place.area, place.address, place.n_words, NULL);
  bb_modbus_run (self, job, firmware_done);
}

/* ---- probes ---- */

static void run_probe (BbModbusDevice *self);

static gboolean
read_is_in_range (const BbModbusStep *step, gint64 min, gint64 max)
{
  guint64 value = 0;
  if (step->answer == NULL)
    return FALSE;
  if ((min == 0 && max == G_MAXINT64) || step->n_answer > 4)
    return TRUE;
  for (guint i = 0; i < step->n_answer; i++)
    value = value << 16 | step->answer[i];
  return value >= (guint64) min && value <= (guint64) max;
}

static gboolean
probe_holds (const BbProbe *probe, BbModbusJob *job)
{
  for (guint i = 0; i < probe->n_reads && i < job->steps->len; i++)
    if (!read_is_in_range (bb_modbus_job_get (job, i), probe->reads[i].min, probe->reads[i].max))
      return FALSE;
  return TRUE;
}

static void
another_device (BbModbusDevice *self)
{
  const BbProfile *profile = bb_device_get_profile (BB_DEVICE (self));
  /* Translators: maker and name of the device that is expected. */
  g_autofree gchar *sentence = g_strdup_printf (
      _ ("Another device than a %s %s answers, or one whose register set is not the expected one: "
         "check the address, the profile, and the register set in its settings."),
      profile->vendor, profile->name);
  bb_modbus_setup_refused (self, BB_DEVICE_ERROR_IDENTITY, sentence);
}

static void
probe_done (BbModbusDevice *self, BbModbusJob *job)
{
  if (ended_early (self, job))
    return;
  const BbProbe *probe = g_ptr_array_index (interface_of (self)->probes, self->probe_at);
  gboolean holds = probe_holds (probe, job);
  if (bb_device_get_state (BB_DEVICE (self)) == BB_DEVICE_CONNECTING)
    bb_device_set_state (BB_DEVICE (self), BB_DEVICE_COMMISSIONING, NULL);
  if (probe->variant == NULL && !holds) {
    another_device (self);
    return;
  }
  if (probe->variant != NULL && holds && self->variant == NULL)
    self->variant = g_strdup (probe->variant);
  self->probe_at++;
  run_probe (self);
}

/* One by one, so that a device is not asked for another one's registers once it is known. */
static void
run_probe (BbModbusDevice *self)
{
  const GPtrArray *probes = interface_of (self)->probes;
  const BbProbe *probe = NULL;
  for (; probes != NULL && self->probe_at < probes->len; self->probe_at++) {
    probe = g_ptr_array_index (probes, self->probe_at);
    self->variant_wanted = self->variant_wanted || probe->variant != NULL;
    if (probe->variant == NULL || self->variant == NULL)
      break;
  }
  if (probes == NULL || self->probe_at >= probes->len) {
    if (self->variant_wanted && self->variant == NULL)
      another_device (self);
    else
      read_firmware (self);
    return;
  }
  BbModbusJob *job = bb_modbus_job (self, BB_MODBUS_COMMISSION);
  for (guint i = 0; i < probe->n_reads; i++)
    bb_modbus_job_read (job, probe->reads[i].area, (guint16) probe->reads[i].address,
                        MAX (probe->reads[i].n_words, 1), NULL);
  bb_modbus_run (self, job, probe_done);
}

/* ---- SunSpec ---- */

typedef struct {
  BbModbusDevice *self; /* (owned) */
  guint epoch;
} Discovery;

static void
take_sunspec (BbModbusDevice *self, BbSunspec *found, const GError *error)
{
  g_clear_pointer (&self->sunspec, bb_sunspec_free);
  self->sunspec = found;
  if (error != NULL && error->domain == G_IO_ERROR)
    bb_modbus_setup_refused (self, BB_DEVICE_ERROR_IDENTITY, error->message);
  else if (error != NULL)
    bb_modbus_failed (self, error);
  else if (bb_sunspec_find (found, interface_of (self)->sunspec_models) == NULL)
    another_device (self);
  else
    run_probe (self);
}

static void
discovered_cb (GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer data)
{
  g_autofree Discovery *discovery = data;
  g_autoptr (BbModbusDevice) self = discovery->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSunspec) found = bb_sunspec_discover_finish (result, &error);
  if (discovery->epoch == self->epoch)
    take_sunspec (self, g_steal_pointer (&found), error);
}

/* ---- begin ---- */

void
bb_modbus_setup_begin (BbModbusDevice *self)
{
  gboolean anew = bb_device_get_state (BB_DEVICE (self)) != BB_DEVICE_ONLINE;
  self->setting_up = TRUE;
  self->probed = FALSE;
  self->probe_at = self->round = 0;
  self->variant_wanted = FALSE;
  g_clear_pointer (&self->variant, g_free);
  bb_modbus_forget_picks (self);
  if (anew) {
    self->alone = FALSE;
    self->is_set_up = FALSE;
    g_hash_table_remove_all (self->refused);
  }
  bb_modbus_forget_values (self);
  if (!interface_of (self)->sunspec) {
    run_probe (self);
    return;
  }
  Discovery *discovery = g_new (Discovery, 1);
  *discovery = (Discovery){ g_object_ref (self), self->epoch };
  bb_sunspec_discover_async (self->bus, bb_device_get_link (BB_DEVICE (self))->unit, self->cancellable,
                             discovered_cb, discovery);
}
