/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-report.c: `busbar-cli chart` and `report` as a whole program: pictures, pages, good and bad input. */
#include <glib/gstdio.h>
#include <string.h>

#include "kit.h"

#define RUN(...) cli_run (NULL, 0, (const char *const[]){ __VA_ARGS__, NULL })

/* A result of six hours: two stations on 25 A. */
typedef struct Fixture {
  char *folder, *result, *file, *target;
} Fixture;

static const char site_text[]
    = "{\"format\":\"busbar-site/1\",\"name\":\"Hof & Scheune <Nord>\",\"timezone\":\"Europe/Berlin\","
      "\"main_fuse_a\":25,\"other_load_a\":10,\"offline_a\":15,\"stations\":["
      "{\"id\":\"s1\",\"name\":\"Left\",\"max_a\":16,\"failsafe_a\":6},"
      "{\"id\":\"s2\",\"max_a\":16,\"failsafe_a\":6}],\"inputs\":[{\"kind\":\"sessions\",\"file\":\"cars."
      "csv\"}],"
      "\"simulation\":{\"from\":\"2026-03-28\"}}";

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = cli_folder_new ();
  g_autofree char *site = cli_write_file (f->folder, "test.busbar", site_text);
  g_free (cli_write_file (f->folder, "cars.csv",
                          "arrival,departure,energy_kwh,phases\n2026-03-28 01:00,2026-03-28 05:00,30,3\n"
                          "2026-03-28 02:00,2026-03-28 05:30,20,3\n"));
  f->result = g_build_filename (f->folder, "out", NULL);
  f->file = g_build_filename (f->result, "result.bbr", NULL);
  f->target = g_build_filename (f->folder, "page.pdf", NULL);
  g_autoptr (CliRun) run = RUN ("simulate", site, "--days", "0.25", "--out", f->result);
  g_assert_cmpstr (run->err, ==, "");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  cli_folder_remove (f->folder);
  g_free (f->folder);
  g_free (f->result);
  g_free (f->file);
  g_free (f->target);
}

static char *
read_file (const char *path, gsize *length)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, length, &error);
  g_assert_no_error (error);
  return text;
}

static void
assert_good (CliRun *run)
{
  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpstr (run->out, ==, "");
  g_assert_cmpint (run->code, ==, 0);
  cli_run_free (run);
}

/* Refused with this code and sentence, and nothing left behind. */
static void
assert_refused (const Fixture *f, CliRun *run, int code, const char *message)
{
  g_assert_cmpint (run->code, ==, code);
  g_assert_cmpstr (run->out, ==, "");
  if (strstr (run->err, message) == NULL)
    g_error ("“%s” is not in “%s”", message, run->err);
  g_assert_false (g_file_test (f->target, G_FILE_TEST_EXISTS));
  cli_run_free (run);
}

/* ---- chart ------------------------------------------------------------------------------------ */

static void
assert_begins (const char *path, const char *magic, gsize length)
{
  gsize size;
  g_autofree char *text = read_file (path, &size);

  g_assert_cmpuint (size, >, 1000);
  g_assert_cmpmem (text, length, magic, length);
}

static void
test_formats (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *name, *magic;
    gsize length;
  } formats[] = {
    { "c.png", "\x89PNG", 4 }, { "c.PNG", "\x89PNG", 4 }, { "c.pdf", "%PDF", 4 }, { "c.svg", "<?xml", 5 }
  };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autofree char *path = g_build_filename (f->folder, formats[i].name, NULL);
    assert_good (RUN ("chart", f->result, "--out", path));
    assert_begins (path, formats[i].magic, formats[i].length);
  }
}

/* Width and height of a PNG stand at a fixed place. */
static void
assert_size (const char *path, guint width, guint height)
{
  gsize size;
  g_autofree char *text = read_file (path, &size);
  const guint8 *bytes = (const guint8 *) text;

  g_assert_cmpuint ((guint) bytes[18] << 8 | bytes[19], ==, width);
  g_assert_cmpuint ((guint) bytes[22] << 8 | bytes[23], ==, height);
}

static void
test_options (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "c.png", NULL);

  assert_good (RUN ("chart", f->file, "--out", path, "--width", "640", "--height", "480", "--dark", "--from",
                    "2026-03-28T01:00", "--until", "300", "--circuit", "main"));
  assert_size (path, 640, 480);
  assert_good (RUN ("chart", f->file, "--out", path, "--width", "800", "--height", "300", "--station", "s1"));
  assert_size (path, 800, 300);
  assert_good (RUN ("chart", f->file, "--out", path, "--show", "power, stations", "--compare", f->result));
}

/* A short part is drawn in seconds: what the file does not hold is recomputed, while the inputs are there. */
static void
test_seconds (Fixture *f, gconstpointer data)
{
  g_autofree char *fine = g_build_filename (f->folder, "fine.svg", NULL);
  g_autofree char *coarse = g_build_filename (f->folder, "coarse.svg", NULL);
  g_autofree char *cars = g_build_filename (f->folder, "cars.csv", NULL);
  g_autofree char *a = NULL, *b = NULL;

  assert_good (
      RUN ("chart", f->result, "--out", fine, "--from", "58", "--until", "64", "--compare", f->file));
  g_assert_true (g_file_set_contents (cars,
                                      "arrival,departure,energy_kwh,phases\n"
                                      "2026-03-28 01:01,2026-03-28 05:00,30,3\n"
                                      "2026-03-28 02:00,2026-03-28 05:30,20,3\n",
                                      -1, NULL));
  g_autoptr (CliRun) changed = RUN ("chart", f->result, "--out", coarse, "--from", "58", "--until", "64");
  g_assert_cmpint (changed->code, ==, 0);
  g_assert_nonnull (strstr (changed->err, "Minute values: the inputs have changed since the run"));
  g_assert_cmpint (g_unlink (cars), ==, 0);
  g_autoptr (CliRun) gone = RUN ("chart", f->result, "--out", coarse, "--from", "58", "--until", "64");
  g_assert_cmpint (gone->code, ==, 0);
  g_assert_nonnull (strstr (gone->err, "Minute values: "));
  g_assert_nonnull (strstr (gone->err, "cars.csv"));
  a = read_file (fine, NULL);
  b = read_file (coarse, NULL);
  g_assert_cmpstr (a, !=, b);
  assert_good (RUN ("chart", f->result, "--out", coarse)); /* long: minutes do */
}

static void
test_chart_refusals (Fixture *f, gconstpointer data)
{
  const char *t = f->target, *r = f->result;

  assert_refused (f, RUN ("chart", r), 2, "--out");
  assert_refused (f, RUN ("chart", "--out", t), 2, "argument is missing");
  assert_refused (f, RUN ("chart", r, "--out", "x.gif"), 2, "must end in .svg, .png or .pdf");
  assert_refused (f, RUN ("chart", r, "--out", t, "--width", "10"), 2,
                  "--width must lie between 160 and 20000");
  assert_refused (f, RUN ("chart", r, "--out", t, "--height", "-5"), 2, "--height");
  assert_refused (f, RUN ("chart", r, "--out", t, "--show", "all", "--circuit", "main"), 2, "one of");
  assert_refused (f, RUN ("chart", r, "--out", t, "--show", "everything"), 3, "“everything”");
  assert_refused (f, RUN ("chart", r, "--out", t, "--circuit", "attic"), 3, "no circuit 'attic'");
  assert_refused (f, RUN ("chart", r, "--out", t, "--station", "s1,s2"), 3, "no station 's1,s2'");
  assert_refused (f, RUN ("chart", r, "--out", t, "--from", "yesterday"), 3, "--from: ");
  assert_refused (f, RUN ("chart", r, "--out", t, "--from", "60", "--until", "60"), 3,
                  "--from must lie before");
  assert_refused (f, RUN ("chart", r, "--out", t, "--from", "2027-01-01"), 3,
                  "it goes from 2026-03-28T00:00:00+01:00");
}

/* ---- report ----------------------------------------------------------------------------------- */

static void
test_report (Fixture *f, gconstpointer data)
{
  gsize size;

  assert_good (RUN ("report", f->result, "--out", f->target));
  g_autofree char *text = read_file (f->target, &size);
  g_assert_true (g_str_has_prefix (text, "%PDF-"));
  g_assert_nonnull (g_strstr_len (text + size - 32, 32, "%%EOF"));
  g_assert_cmpuint (size, >, 10000);
  /* and again over the old one */
  assert_good (RUN ("report", f->file, "--out", f->target));
  g_assert_cmpuint (cli_folder_count (f->folder), ==, 4);
}

/* ---- bad results, for both --------------------------------------------------------------------- */

static void
assert_both_refuse (const Fixture *f, const char *result, int code, const char *message)
{
  assert_refused (f, RUN ("report", result, "--out", f->target), code, message);
  assert_refused (f, RUN ("chart", result, "--out", f->target), code, message);
}

static void
test_bad_results (Fixture *f, gconstpointer data)
{
  gsize size;
  g_autofree char *whole = read_file (f->file, &size);
  g_autofree char *cut = g_build_filename (f->folder, "cut.bbr", NULL);
  g_autofree char *foreign = cli_write_file (f->folder, "foreign.bbr", "time,l1_a\n0,3\n");
  g_autofree char *absent = g_build_filename (f->folder, "absent.bbr", NULL);

  g_assert_true (g_file_set_contents (cut, whole, (gssize) (size / 2), NULL));
  assert_both_refuse (f, cut, 3, "cut.bbr");
  assert_both_refuse (f, foreign, 3, "foreign.bbr");
  assert_both_refuse (f, absent, 4, "absent.bbr");
  assert_both_refuse (f, f->folder, 4, "result.bbr");
}

/* A byte in the middle is another: found when that part is read, and no page is left behind. */
static void
test_damaged (Fixture *f, gconstpointer data)
{
  gsize size;
  g_autofree char *whole = read_file (f->file, &size);
  g_autofree char *path = g_build_filename (f->folder, "damaged.bbr", NULL);

  for (gsize at = 40; at < size; at += size / 11 + 1) {
    g_autofree char *bad = g_memdup2 (whole, size);
    bad[at] = (char) (bad[at] ^ 0x40);
    g_assert_true (g_file_set_contents (path, bad, (gssize) size, NULL));
    g_autoptr (CliRun) run = RUN ("report", path, "--out", f->target);
    g_assert_true (run->code == 0 || run->code == 3);
    g_assert_true ((run->code == 0) == g_file_test (f->target, G_FILE_TEST_EXISTS));
    g_unlink (f->target);
  }
}

static void
test_unwritable (Fixture *f, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (f->folder, "no", "such", "page.pdf", NULL);
  g_autofree char *is_folder = g_build_filename (f->folder, "sub.pdf", NULL);

  g_mkdir (is_folder, 0700);
  assert_refused (f, RUN ("report", f->result, "--out", nowhere), 4, "page.pdf");
  assert_refused (f, RUN ("chart", f->result, "--out", nowhere), 4, "page.pdf");
  assert_refused (f, RUN ("report", f->result, "--out", is_folder), 4, "sub.pdf");
}

/* The system refuses to make a file longer than a block: the old file stays. */
static void
test_full_disk (Fixture *f, gconstpointer data)
{
  g_assert_true (g_file_set_contents (f->target, "old", -1, NULL));
  g_autofree char *command
      = g_strdup_printf ("ulimit -f 1; \"$CLI\" report '%s' --out '%s'", f->result, f->target);
  g_autoptr (CliRun) run = cli_run_shell (command);
  g_autofree char *text = read_file (f->target, NULL);

  g_assert_cmpint (run->code, ==, 4);
  g_assert_nonnull (strstr (run->err, "page.pdf"));
  g_assert_cmpstr (text, ==, "old");
  g_assert_cmpuint (cli_folder_count (f->folder), ==, 4);
}

#define ADD(path, function) g_test_add ("/cli/report/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("formats", test_formats);
  ADD ("options", test_options);
  ADD ("seconds", test_seconds);
  ADD ("chart-refusals", test_chart_refusals);
  ADD ("report", test_report);
  ADD ("bad-results", test_bad_results);
  ADD ("damaged", test_damaged);
  ADD ("unwritable", test_unwritable);
  ADD ("full-disk", test_full_disk);
  return g_test_run ();
}
