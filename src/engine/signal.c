/* SPDX-License-Identifier: GPL-3.0-or-later */
/* signal.c: Normal, Reduced, Locked: the most restrictive of all sources (C-13, ENGINE.md step 2). */
#include "engine/internal.h"

static uint8_t
source_state (bbe_engine *e, const bbe_inputs *in, int i)
{
  bbe_signal_state *s = &e->state.site.signals[i];
  const bbe_signal_config *config = &e->conf.signals[i];
  const bbe_signal_in *source = &in->signals[i];

  if (source->valid) {
    s->lost_ms = BBE_NEVER;
    s->seen = true;
    /* A word nobody knows is taken as the strictest one. */
    s->last = source->state > BBE_SIGNAL_LOCKED ? BBE_SIGNAL_LOCKED : source->state;
    return s->last;
  }
  if (!s->seen)
    return config->lost;
  if (s->lost_ms == BBE_NEVER)
    s->lost_ms = e->work.now_ms;
  if (e->work.now_ms - s->lost_ms >= config->keep_ms)
    return config->lost;
  bbe_due (e, s->lost_ms + config->keep_ms);
  return s->last;
}

void
bbe_signal_update (bbe_engine *e, const bbe_inputs *in)
{
  uint8_t strictest = BBE_SIGNAL_NORMAL;

  for (int i = 0; i < e->conf.n_signals; i++) {
    uint8_t state = source_state (e, in, i);

    if (state > strictest)
      strictest = state;
  }
  e->work.signal = strictest;
}
