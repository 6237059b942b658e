/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kit.h: what the model's tests share: sites from short texts, and questions to the checker. */
#pragma once

#include "model/site-check.h"
#include "model/site-json.h"

/* A site from JSON with single quotes, without the outer braces and the format. */
BbSite *kit_site (const gchar *members);
/* The message of the error that reading it gives, after "test: "; it must fail. (transfer full) */
gchar *kit_site_error (const gchar *members, gint *code);

/* Does the checker report `rule` with this severity at this pointer (NULL: anywhere)? */
gboolean kit_reports (BbSite *site, BbCheckFlags flags, const gchar *rule, BbSeverity severity,
                      const gchar *pointer);
/* Number of problems of this severity. */
guint kit_count (BbSite *site, BbCheckFlags flags, BbSeverity severity);
/* All problems, a line each, for messages. (transfer full) */
gchar *kit_problems (BbSite *site, BbCheckFlags flags);

/* The path of a file in tests/fixtures/site, and the names of all. (transfer full) */
gchar *kit_fixture (const gchar *name);
GStrv kit_fixtures (void);

/* A site with random values and sizes, mostly sensible ones, with unknown keys at every level. */
BbSite *kit_random_site (GRand *rand, gboolean wild);
