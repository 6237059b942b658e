/* SPDX-License-Identifier: GPL-3.0-or-later */
/* narrate.c: what was decided, and why, as sentences: in the log when it changes, and for whoever asks. */
#include <glib/gi18n.h>
#include <string.h>

#include "controller/controller-private.h"
#include "model/reason-text.h"

static gchar *
sentence_of (BbController *self, guint s)
{
  const bbe_station_out *out = &self->out->stations[s];
  bbe_reason reason = out->reason;
  BbReasonContext context = { self->site,        self->config, bb_driver_get_zone (self->driver),
                              self->in->wall_ms, (gint) s,     out->setpoint_ma };

  bb_reason_to_utc (&reason, self->in->mono_ms - self->in->wall_ms);
  return bb_reason_sentence (&context, &reason);
}

const gchar *
bb_controller_get_reason (BbController *self, guint s)
{
  const bbe_station_out *out = &self->out->stations[s];

  if (self->reasons[s] == NULL || self->reason_ma[s] != out->setpoint_ma
      || memcmp (&self->reason_of[s], &out->reason, sizeof out->reason) != 0) {
    g_free (self->reasons[s]);
    self->reasons[s] = sentence_of (self, s);
    self->reason_of[s] = out->reason;
    self->reason_ma[s] = out->setpoint_ma;
  }
  return self->reasons[s];
}

/* Regulating, which on a busy site changes every second, is for those who want every step; what starts, stops
 * and overrules is told. */
static gboolean
is_regulating (guint8 code)
{
  return code == BBE_REASON_ROW || code == BBE_REASON_HOLD || code == BBE_REASON_SLOPE
         || code == BBE_REASON_FULL || code == BBE_REASON_VEHICLE || code == BBE_REASON_MAKING_ROOM
         || code == BBE_REASON_NO_ROOM;
}

static void
tell_station (BbController *self, guint s)
{
  const bbe_station_out *out = &self->out->stations[s];
  const bbe_reason *before = &self->told[s];
  gboolean same = bb_reason_is_same (&out->reason, before);

  if (same && self->told_ma[s] == out->setpoint_ma)
    return;
  gboolean quiet = (self->told_ma[s] == 0) == (out->setpoint_ma == 0)
                   && (same || (is_regulating (out->reason.code) && is_regulating (before->code)));
  BbLogLevel level = quiet ? BB_LOG_DEBUG : BB_LOG_INFO;
  if (bb_log_wants (self->log, level)) {
    g_autofree gchar *sentence = sentence_of (self, s);
    bb_log_write (self->log, level, "engine", "%s", sentence);
  }
  self->told[s] = out->reason;
  self->told_ma[s] = out->setpoint_ma;
}

static const gchar *
circuit_name (BbController *self, guint c)
{
  BbCircuit *circuit = bb_site_circuit (self->site, self->config->circuit_position[c]);
  const BbCircuitFields *f = bb_circuit_peek (circuit);

  return *f->name != '\0' ? f->name : f->id;
}

static void
tell_circuit (BbController *self, guint c)
{
  gboolean failsafe = self->out->circuits[c].failsafe;

  if (failsafe == self->told_failsafe[c])
    return;
  self->told_failsafe[c] = failsafe;
  if (failsafe)
    bb_log_write (
        self->log, BB_LOG_WARNING, "engine",
        _ ("%s: its meter is lost or cannot be trusted. Stations under it keep to the standalone limit "
           "until it is good again."),
        circuit_name (self, c));
  else
    bb_log_write (self->log, BB_LOG_INFO, "engine", _ ("%s: its meter is trusted again."),
                  circuit_name (self, c));
}

static void
tell_signal (BbController *self)
{
  static const gchar *const words[] = { N_ ("Normal"), N_ ("Reduced"), N_ ("Locked") };

  if (self->out->signal == self->told_signal || self->out->signal >= G_N_ELEMENTS (words))
    return;
  self->told_signal = self->out->signal;
  bb_log_write (self->log, BB_LOG_WARNING, "engine", _ ("The signal is now: %s."),
                _ (words[self->out->signal]));
}

void
bb_controller_narrate (BbController *self)
{
  tell_signal (self);
  for (guint c = 0; c < self->out->n_circuits; c++)
    tell_circuit (self, c);
  for (guint s = 0; s < self->n_stations; s++)
    tell_station (self, s);
}
