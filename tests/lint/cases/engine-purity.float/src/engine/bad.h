/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bad.c: breaks one rule of the linter, on purpose. */
double bbe_x (void);
