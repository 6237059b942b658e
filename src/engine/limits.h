/* SPDX-License-Identifier: GPL-3.0-or-later */
/* limits.h: how large a site the engine is compiled for. Answers never depend on these. */
#ifndef BBE_LIMITS_H
#define BBE_LIMITS_H

#ifndef BBE_MAX_STATIONS
#define BBE_MAX_STATIONS 512
#endif
#ifndef BBE_MAX_CIRCUITS
#define BBE_MAX_CIRCUITS 64
#endif
#ifndef BBE_MAX_METERS
#define BBE_MAX_METERS BBE_MAX_CIRCUITS
#endif
#ifndef BBE_MAX_GROUPS
#define BBE_MAX_GROUPS BBE_MAX_CIRCUITS
#endif

/* Circuits from a station up to its root, at most. The same in every build. */
#define BBE_MAX_DEPTH 8
/* Off-peak windows of one group. */
#define BBE_MAX_WINDOWS 8
/* Sources of the Normal/Reduced/Locked signal, and load reductions that run at once. */
#define BBE_MAX_SIGNALS    4
#define BBE_MAX_REDUCTIONS 8

/* Currents are refused above this (10 kA), so that sums of them fit 64 bits with room to spare. */
#define BBE_MAX_MA 10000000
/* "no bound" in a field that holds a limit */
#define BBE_NO_LIMIT INT32_MAX

#endif
