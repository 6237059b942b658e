/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-sessions.h: charging sessions: who comes when, wants how much and leaves when; from CSV. */
#ifndef BB_INPUT_SESSIONS_H
#define BB_INPUT_SESSIONS_H

#include "simulation/input-load.h"

G_BEGIN_DECLS

/* One visit. What was not stated is 0, or -1 where 0 means something. */
typedef struct {
  int64_t arrival_ms;           /* UTC */
  int64_t departure_ms;         /* UTC, after arrival */
  uint32_t energy_wh;           /* wanted */
  uint32_t battery_wh;          /* 0: not stated */
  int32_t max_ma;               /* per phase; 0: not stated */
  int32_t station;              /* index into BbSessions.stations; -1: the first free one */
  int16_t arrival_soc_permille; /* -1: not stated */
  uint8_t phases;               /* 1, 2, 3; 0: not stated */
  uint32_t line;                /* of the file, 0: synthetic */
} BbSession;

typedef struct {
  char *name;       /* file name, or a description */
  BbSession *items; /* by arrival, then departure, then line */
  size_t n_items;
  char **stations; /* names as in the file, in order of first use, NULL-terminated */
  size_t n_stations;
  size_t n_zero;         /* rows with no energy at all: left out */
  char *ignored_columns; /* "" if none */
} BbSessions;

/* Reads columns `arrival departure energy_kwh` and optionally `station max_a phases battery_kwh arrival_soc`
 * (0..1, or 0..100 with a per cent sign), in any order and case. Times as in input-load.h; numbers are
 * minutes from options->start_ms. With BB_REPEAT_DAY the sessions of one local day come again each day: see
 * bb_sessions_repeat(). Rows need not be sorted. Departure not after arrival, negative or impossible numbers,
 * and two sessions at one station at once are errors. Empty optional fields are "not stated".
 * Free with bb_sessions_free(). */
BbSessions *bb_sessions_load_csv (const char *path, const BbInputOptions *options, GError **error);

/* Sessions of one local day (arrivals within 24 h) put on each local day that begins in [from, to), by the
 * local clock of `zone`. New object; `sessions` stays. */
BbSessions *bb_sessions_repeat (const BbSessions *sessions, const char *zone, int64_t from_ms, int64_t to_ms,
                                GError **error);

/* Index of the first session that arrives at or after t_ms; n_items if none. */
size_t bb_sessions_find (const BbSessions *sessions, int64_t t_ms);

void bb_sessions_free (BbSessions *sessions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbSessions, bb_sessions_free)

G_END_DECLS

#endif
