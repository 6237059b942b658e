/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-reaction.c: in the second in which the meter shows a load step, the set-points that fall are in the
 * stations' registers, over Modbus TCP, one RTU line and OCPP at once. */
#include "crowd.h"
#include "rig.h"

#define STATION_MA 16000
/* A set-point of less has fallen; one of more has not. */
#define LINE_MA    14000
#define RATING_A   350u
#define N_STATIONS 16
#define STEP_MA    200000

static const Crowd crowd = { .n_tcp = 6, .n_rtu = 4, .n_ocpp = 6, .main_a = RATING_A, .hold_up_s = 1 };

typedef struct {
  BbSite *site;
  BbSimOptions *options;
  Rig *rig;
} Fixture;

static gint32
setpoint (Fixture *f, guint station)
{
  return bb_field_peek_station (bb_emulator_get_field (f->rig->emulator), station)->sent_ma;
}

static gint32
drawn (Fixture *f)
{
  gint32 sum_ma = 0;
  for (guint s = 0; s < N_STATIONS; s++)
    sum_ma += bb_field_peek_station (bb_emulator_get_field (f->rig->emulator), s)->draw_ma;
  return sum_ma;
}

/* All stations charge at their maximum. */
static void
set_up (Fixture *f, gconstpointer data)
{
  f->site = crowd_make_site (&crowd);
  f->options = crowd_make_options (f->site);
  f->rig = rig_new (f->options, &(RigOptions){ .fresh = TRUE });
  for (guint s = 0; s < N_STATIONS; s++)
    g_assert_true (bb_field_plug (bb_emulator_get_field (f->rig->emulator), s, STATION_MA, 3, 0));
  for (guint second = 0; second < 120 && drawn (f) < N_STATIONS * STATION_MA; second++)
    rig_second (f->rig);
  g_assert_cmpint (drawn (f), ==, N_STATIONS * STATION_MA);
  rig_second (f->rig);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  rig_free (f->rig);
  bb_sim_options_free (f->options);
  g_object_unref (f->site);
}

/* Load comes; one second later TRUE when every station was told less, and all together fit under the fuse. */
static gboolean
step_and_look (Fixture *f)
{
  static const gint32 step_ma[3] = { STEP_MA, STEP_MA, STEP_MA };
  gint32 sum_ma = STEP_MA;
  gboolean all = TRUE;

  bb_field_set_extra_load (bb_emulator_get_field (f->rig->emulator), 0, step_ma);
  rig_second (f->rig);
  for (guint s = 0; s < N_STATIONS; s++) {
    all &= setpoint (f, s) < LINE_MA;
    sum_ma += setpoint (f, s);
  }
  g_test_message ("%.1f A in all under %u A", sum_ma / 1000.0, RATING_A);
  return all && sum_ma <= RATING_A * 1000;
}

static void
test_step (Fixture *f, gconstpointer data)
{
  g_assert_true (step_and_look (f));
}

/* Nothing moves while nothing happens: what the test looks at is caused by the step. */
static void
test_no_step (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 5; i++)
    rig_second (f->rig);
  for (guint s = 0; s < N_STATIONS; s++)
    g_assert_cmpint (setpoint (f, s), >, LINE_MA);
}

static void
break_it (Fixture *f, const gchar *command)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *answer = bb_emulator_command (f->rig->emulator, command, -1, &error);
  g_assert_no_error (error);
}

/* Shown red: one station of 16 that confirms what it does not do. */
static void
test_defect_station (Fixture *f, gconstpointer data)
{
  break_it (f, data);
  rig_second (f->rig);
  g_assert_false (step_and_look (f));
}

/* Shown red: a meter that shows the step a second late. */
static void
test_defect_meter (Fixture *f, gconstpointer data)
{
  bb_field_set_fault (bb_emulator_get_field (f->rig->emulator), BB_FIELD_METER_STUCK, 0, 0, TRUE);
  g_assert_false (step_and_look (f));
  bb_field_set_fault (bb_emulator_get_field (f->rig->emulator), BB_FIELD_METER_STUCK, 0, 0, FALSE);
  g_assert_true (step_and_look (f));
}

int
main (int argc, char **argv)
{
  static const gchar lie_tcp[] = "{\"command\":\"fault\",\"device\":\"t3\",\"fault\":\"lies\",\"for_s\":60}";
  static const gchar lie_ocpp[] = "{\"command\":\"fault\",\"device\":\"o6\",\"fault\":\"lies\",\"for_s\":60}";

  g_test_init (&argc, &argv, NULL);
  g_test_add ("/reaction/step", Fixture, NULL, set_up, test_step, tear_down);
  g_test_add ("/reaction/no-step", Fixture, NULL, set_up, test_no_step, tear_down);
  g_test_add ("/reaction/defect/tcp", Fixture, lie_tcp, set_up, test_defect_station, tear_down);
  g_test_add ("/reaction/defect/ocpp", Fixture, lie_ocpp, set_up, test_defect_station, tear_down);
  g_test_add ("/reaction/defect/meter", Fixture, NULL, set_up, test_defect_meter, tear_down);
  return g_test_run ();
}
