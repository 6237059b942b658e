/* SPDX-License-Identifier: GPL-3.0-or-later */
/* forgive-quarks.h: for the leak check of programs with more than 2048 quarks.
 *
 * GLib then makes a larger table of them and drops the old one on purpose, since other threads may still read
 * it. The table was made in GLib's constructor, of which the leak check cannot name a frame, so no
 * suppression can be written; the table is found in GLib's data and told to the leak check instead. Does
 * nothing without it.
 */
#pragma once

#include <glib.h>

#if defined(__SANITIZE_ADDRESS__)
#include <link.h>
#include <sanitizer/lsan_interface.h>
#include <string.h>

/* Not every compiler brings the header of these. */
int __sanitizer_get_ownership (const volatile void *p);
size_t __sanitizer_get_allocated_size (const volatile void *p);

#define BB_QUARK_TABLE_SIZE (2048 * sizeof (char *))

static int
bb_forgive_quarks_in (struct dl_phdr_info *info, size_t size, void *data)
{
  if (strstr (info->dlpi_name, "libglib-2.0") == NULL)
    return 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW (Phdr) *segment = &info->dlpi_phdr[i];
    void **words = (void **) (info->dlpi_addr + segment->p_vaddr);
    if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) == 0)
      continue;
    for (size_t w = 0; w < segment->p_memsz / sizeof *words; w++)
      if (__sanitizer_get_ownership (words[w])
          && __sanitizer_get_allocated_size (words[w]) == BB_QUARK_TABLE_SIZE
          && ((const char **) words[w])[1] == g_quark_to_string (1))
        __lsan_ignore_object (words[w]);
  }
  return 1;
}

static inline void
bb_forgive_quarks (void)
{
  dl_iterate_phdr (bb_forgive_quarks_in, NULL);
}
#else
static inline void
bb_forgive_quarks (void)
{
}
#endif
