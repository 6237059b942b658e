/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-points.c: registers to values and back, by a table written from the makers' documents. */
#include "devices/points.h"

#include <string.h>

/* ---- reading ---- */

typedef struct {
  const gchar *what;
  BbPoint point;
  guint16 words[8];
  guint n_words;
  gint scale_power;
  gboolean valid;
  gint64 raw, value;
} Row;

#define NONE_32  ((gint64[]){ 0xFFFFFFFF })
#define NONE_I16 ((gint64[]){ 0x8000 })

static const Row rows[] = {
  /* ABB Terra AC */
  { "ABB 400C: state 4 of a u32, shifted and masked",
    { .type = BB_TYPE_U32, .shift = 8, .mask = 0x7f, .scale = 1 },
    { 0, 0x8400 },
    2,
    0,
    TRUE,
    4,
    4 },
  { "ABB 400C: flag below-commanded",
    { .type = BB_TYPE_U32, .shift = 15, .mask = 1, .scale = 1 },
    { 0, 0x8400 },
    2,
    0,
    TRUE,
    1,
    1 },
  { "ABB 4010: 0.001 A", { .type = BB_TYPE_U32, .scale = 1 }, { 0, 13256 }, 2, 0, TRUE, 13256, 13256 },
  { "ABB 4016: 0.1 V", { .type = BB_TYPE_U32, .scale = 100 }, { 0, 2301 }, 2, 0, TRUE, 2301, 230100 },
  { "ABB 401C: W", { .type = BB_TYPE_U32, .scale = 1000 }, { 0, 9063 }, 2, 0, TRUE, 9063, 9063000 },
  { "ABB 4109: 255 A is no fallback (raw decides)",
    { .type = BB_TYPE_U16, .scale = 1000 },
    { 255 },
    1,
    0,
    TRUE,
    255,
    255000 },
  /* Weidmueller AC SMART: low word first */
  { "AC SMART 301: character in the low byte",
    { .type = BB_TYPE_CHAR, .scale = 1 },
    { 0x0043 },
    1,
    0,
    TRUE,
    'C',
    'C' },
  { "AC SMART 301: rubbish in the high byte",
    { .type = BB_TYPE_CHAR, .scale = 1 },
    { 0x7743 },
    1,
    0,
    TRUE,
    'C',
    'C' },
  { "AC SMART 400: 0.001 V, low word first",
    { .type = BB_TYPE_U32, .low_word_first = TRUE, .scale = 1 },
    { 0x82D4, 0x0003 },
    2,
    0,
    TRUE,
    230100,
    230100 },
  { "AC SMART 418: 0.001 W, low word first",
    { .type = BB_TYPE_U32, .low_word_first = TRUE, .scale = 1 },
    { 0x4B52, 0x008A },
    2,
    0,
    TRUE,
    9063250,
    9063250 },
  /* MENNEKES */
  { "MENNEKES 111-112: bit 0 in the high byte of 111",
    { .type = BB_TYPE_BITS, .n_words = 2, .low_word_first = TRUE, .low_byte_first = TRUE, .scale = 1 },
    { 0x0100, 0 },
    2,
    0,
    TRUE,
    1,
    1 },
  { "MENNEKES 111-112: bit 21 in the high byte of 112, the third octet",
    { .type = BB_TYPE_BITS, .n_words = 2, .low_word_first = TRUE, .low_byte_first = TRUE, .scale = 1 },
    { 0, 0x2000 },
    2,
    0,
    TRUE,
    1 << 21,
    1 << 21 },
  { "MENNEKES 206: no meter",
    { .type = BB_TYPE_U32, .scale = 1000, .invalid = NONE_32, .n_invalid = 1 },
    { 0xffff, 0xffff },
    2,
    0,
    FALSE,
    0xFFFFFFFF,
    0 },
  { "a 32-bit marker is none of a 16-bit value",
    { .type = BB_TYPE_U16, .scale = 1, .invalid = NONE_32, .n_invalid = 1 },
    { 0xffff },
    1,
    0,
    TRUE,
    65535,
    65535 },
  { "MENNEKES 1000: A", { .type = BB_TYPE_U16, .scale = 1000 }, { 16 }, 1, 0, TRUE, 16, 16000 },
  /* Webasto Live, TQ-DM100 */
  { "Live 1036: 0.1 kWh", { .type = BB_TYPE_U32, .scale = 100 }, { 0, 12345 }, 2, 0, TRUE, 12345, 1234500 },
  { "Live 1100: 0.1 A", { .type = BB_TYPE_U16, .scale = 100 }, { 320 }, 1, 0, TRUE, 320, 32000 },
  { "Live 1008: 65.5 A at most", { .type = BB_TYPE_U16, .scale = 1 }, { 0xffff }, 1, 0, TRUE, 65535, 65535 },
  /* Meters */
  { "SDM630 6: 5.25 A, float",
    { .type = BB_TYPE_F32, .scale = 1000 },
    { 0x40a8, 0x0000 },
    2,
    0,
    TRUE,
    5,
    5250 },
  { "Shelly 1024: -800 W, float, low word first",
    { .type = BB_TYPE_F32, .low_word_first = TRUE, .scale = 1000 },
    { 0x0000, 0xc448 },
    2,
    0,
    TRUE,
    -800,
    -800000 },
  { "float NaN", { .type = BB_TYPE_F32, .scale = 1000 }, { 0x7fc0, 0 }, 2, 0, FALSE, 0, 0 },
  { "float infinity", { .type = BB_TYPE_F32, .scale = 1000 }, { 0xff80, 0 }, 2, 0, FALSE, 0, 0 },
  { "float larger than any number here",
    { .type = BB_TYPE_F32, .scale = 1000 },
    { 0x7f00, 0 },
    2,
    0,
    FALSE,
    0,
    0 },
  { "EM24 20: -800.0 W in 0.1 W, i32 low word first",
    { .type = BB_TYPE_I32, .low_word_first = TRUE, .scale = 100, .invalid_from = 0x7fff0000 },
    { 0xe0c0, 0xffff },
    2,
    0,
    TRUE,
    -8000,
    -800000 },
  { "EM24: overflow, high word 7FFFh",
    { .type = BB_TYPE_I32, .low_word_first = TRUE, .scale = 1, .invalid_from = 0x7fff0000 },
    { 0xffff, 0x7fff },
    2,
    0,
    FALSE,
    0x7fffffff,
    0 },
  { "ABB B23 5000h: 0.01 kWh, u64",
    { .type = BB_TYPE_U64, .scale = 10 },
    { 0, 0, 0x0012, 0xd644 },
    4,
    0,
    TRUE,
    1234500,
    12345000 },
  { "ABB B23: unsigned none, all ones",
    { .type = BB_TYPE_U64, .scale = 10, .invalid = (gint64[]){ -1 }, .n_invalid = 1 },
    { 0xffff, 0xffff, 0xffff, 0xffff },
    4,
    0,
    FALSE,
    -1,
    0 },
  { "inepro: 1.2 kW, float",
    { .type = BB_TYPE_F32, .scale = 1000000 },
    { 0x3f99, 0x999a },
    2,
    0,
    TRUE,
    1,
    1200000 },
  /* SunSpec */
  { "SunSpec 203 current: 525 with scale -2",
    { .type = BB_TYPE_I16, .scale = 1000, .invalid = NONE_I16, .n_invalid = 1 },
    { 525 },
    1,
    -2,
    TRUE,
    525,
    5250 },
  { "SunSpec 203 power: -80 with scale 1",
    { .type = BB_TYPE_I16, .scale = 1000, .invalid = NONE_I16, .n_invalid = 1 },
    { 0xffb0 },
    1,
    1,
    TRUE,
    -80,
    -800000 },
  { "SunSpec: not implemented",
    { .type = BB_TYPE_I16, .scale = 1000, .invalid = NONE_I16, .n_invalid = 1 },
    { 0x8000 },
    1,
    0,
    FALSE,
    -32768,
    0 },
  { "SunSpec: scale factor not implemented",
    { .type = BB_TYPE_I16, .scale = 1000 },
    { 5 },
    1,
    -32768,
    FALSE,
    5,
    0 },
  { "SunSpec: scale factor beyond 10", { .type = BB_TYPE_I16, .scale = 1 }, { 5 }, 1, 11, FALSE, 5, 0 },
  { "SunSpec: accumulator 0 is none", { .type = BB_TYPE_ACC32, .scale = 1 }, { 0, 0 }, 2, 0, FALSE, 0, 0 },
  /* rounding: nearest, half away from zero */
  { "2.5 becomes 3", { .type = BB_TYPE_U16, .scale = 0.1 }, { 25 }, 1, 0, TRUE, 25, 3 },
  { "-2.5 becomes -3", { .type = BB_TYPE_I16, .scale = 0.1 }, { 0xffe7 }, 1, 0, TRUE, -25, -3 },
  { "50 x 0.29 is 14.5", { .type = BB_TYPE_U16, .scale = 0.29 }, { 50 }, 1, 0, TRUE, 50, 15 },
  { "2.4 becomes 2", { .type = BB_TYPE_U16, .scale = 0.1 }, { 24 }, 1, 0, TRUE, 24, 2 },
  { "offset", { .type = BB_TYPE_U16, .scale = 10, .offset = -400 }, { 50 }, 1, 0, TRUE, 50, 100 },
  { "a coil", { .area = BB_AREA_COIL, .n_words = 1, .scale = 1 }, { 1 }, 1, 0, TRUE, 1, 1 },
};

static void
test_decode (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const Row *row = &rows[i];
    BbPointValue value;
    g_test_message ("%s", row->what);
    g_assert_true (bb_point_decode (&row->point, row->words, row->n_words, row->scale_power, &value));
    g_assert_cmpint (value.valid, ==, row->valid);
    g_assert_cmpint (value.raw, ==, row->raw);
    if (row->valid)
      g_assert_cmpint (value.value, ==, row->value);
    /* One register less is no value. */
    g_assert_false (bb_point_decode (&row->point, row->words, row->n_words - 1, row->scale_power, &value));
  }
}

typedef struct {
  BbPoint point;
  guint16 words[8];
  guint n_words;
  const gchar *text;
} TextRow;

static const TextRow texts[] = {
  { { .type = BB_TYPE_BYTES, .n_words = 4, .format = "abb-serial" },
    { 0x5422, 0x0400, 0x4920, 0x0025 },
    4,
    "TACW22-4-4920-T0025" },
  { { .type = BB_TYPE_BYTES, .n_words = 4, .format = "abb-serial" },
    { 0x0022, 0x0400, 0x4920, 0x0025 },
    4,
    "TACW22-4-4920-?0025" },
  { { .type = BB_TYPE_BYTES, .n_words = 2, .format = "bcd.3" }, { 0x0102, 0x1300 }, 2, "1.2.13" },
  { { .type = BB_TYPE_BYTES, .n_words = 2 }, { 0x0102, 0x13ff }, 2, "010213FF" },
  { { .type = BB_TYPE_TEXT, .n_words = 2 }, { 0x342e, 0x3430 }, 2, "4.40" },
  { { .type = BB_TYPE_TEXT, .n_words = 4, .format = "left-padded" },
    { 0x2020, 0x2020, 0x3034, 0x4131 },
    4,
    "04A1" },
  { { .type = BB_TYPE_TEXT, .n_words = 4, .format = "left-padded" }, { 0, 0, 0x3034, 0x4131 }, 4, "04A1" },
  { { .type = BB_TYPE_TEXT, .n_words = 3, .format = "byte-swapped" },
    { 0x3433, 0x3839, 0x0041 },
    3,
    "3498A" },
  { { .type = BB_TYPE_TEXT, .n_words = 2, .low_byte_first = TRUE }, { 0x3433, 0x3839 }, 2, "3498" },
  { { .type = BB_TYPE_TEXT, .n_words = 3 }, { 0x4100, 0x4242, 0x4242 }, 3, "A" },
  { { .type = BB_TYPE_TEXT, .n_words = 2 }, { 0x4101, 0x80ff }, 2, "A???" },
  { { .type = BB_TYPE_TEXT, .n_words = 2 }, { 0, 0 }, 2, NULL },
  { { .type = BB_TYPE_TEXT, .n_words = 2 }, { 0x2020, 0x2020 }, 2, NULL },
  { { .type = BB_TYPE_TEXT, .n_words = 2 }, { 0xffff, 0xffff }, 2, NULL },
  { { .type = BB_TYPE_UTF16, .n_words = 5 }, { 'W', 'E', 'B', 'U', 0 }, 5, "WEBU" },
  { { .type = BB_TYPE_UTF16, .n_words = 2 }, { 0xd800, 'x' }, 2, NULL },
  { { .type = BB_TYPE_U32, .scale = 1 }, { 0x0133, 0x0f00 }, 2, "20123392" },
};

static void
test_texts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree gchar *text = bb_point_decode_text (&texts[i].point, texts[i].words, texts[i].n_words);
    g_assert_cmpstr (text, ==, texts[i].text);
    g_assert_null (bb_point_decode_text (&texts[i].point, texts[i].words, texts[i].n_words - 1));
  }
}

static void
test_signs (void)
{
  const BbPoint magnitude = { .sign_from = BB_ROLE_POWER_L1 };
  const BbPoint exporting = { .export_positive = TRUE };
  g_assert_cmpint (bb_point_apply_sign (&magnitude, 3500, -800000), ==, -3500);
  g_assert_cmpint (bb_point_apply_sign (&magnitude, 3500, 800000), ==, 3500);
  g_assert_cmpint (bb_point_apply_sign (&magnitude, 3500, 0), ==, 3500);
  g_assert_cmpint (bb_point_apply_sign (&magnitude, -3500, 1), ==, 3500);
  g_assert_cmpint (bb_point_apply_sign (&exporting, 3500, 0), ==, -3500);
}

/* ---- writing ---- */

typedef struct {
  const gchar *what;
  BbControl control;
  BbPoint point;
  gint32 setpoint_ma;
  guint n_phases;
  gboolean on;
  gint32 current_ma;
  guint n_words;
  guint16 words[4];
} SetRow;

#define ABB                                                                                                  \
  {                                                                                                          \
    .step_ma = 1, .min_on_ma = 6000                                                                          \
  }
#define ABB_4100                                                                                             \
  {                                                                                                          \
    .type = BB_TYPE_U32, .scale = 1, .min = 0, .max = 32000, .off_value = -1                                 \
  }
#define AMPERES                                                                                              \
  {                                                                                                          \
    .step_ma = 1000, .min_on_ma = 6000                                                                       \
  }
#define AMPERES_U16                                                                                          \
  {                                                                                                          \
    .type = BB_TYPE_U16, .scale = 1000, .min = 0, .max = 32000, .off_value = -1                              \
  }
#define WATTS                                                                                                \
  {                                                                                                          \
    .in_watts = TRUE, .step_ma = 100, .min_on_ma = 6000                                                      \
  }
#define WATTS_U32                                                                                            \
  {                                                                                                          \
    .type = BB_TYPE_U32, .scale = 1000, .off_value = -1                                                      \
  }

static const SetRow sets[] = {
  { "ABB: 10 A in mA, high word first", ABB, ABB_4100, 10000, 3, TRUE, 10000, 2, { 0, 10000 } },
  { "ABB: every milliampere", ABB, ABB_4100, 10001, 3, TRUE, 10001, 2, { 0, 10001 } },
  { "ABB: 0 pauses", ABB, ABB_4100, 0, 3, FALSE, 0, 2, { 0, 0 } },
  { "ABB: under 6 A pauses", ABB, ABB_4100, 5999, 3, FALSE, 0, 2, { 0, 0 } },
  { "ABB: not over its maximum", ABB, ABB_4100, 40000, 3, TRUE, 32000, 2, { 0, 32000 } },
  { "never negative", ABB, ABB_4100, -1000, 3, FALSE, 0, 2, { 0, 0 } },
  { "MENNEKES: whole amperes, down", AMPERES, AMPERES_U16, 15999, 3, TRUE, 15000, 1, { 15 } },
  { "MENNEKES: 6 A", AMPERES, AMPERES_U16, 6000, 3, TRUE, 6000, 1, { 6 } },
  { "MENNEKES: 6.9 A is 6 A", AMPERES, AMPERES_U16, 6999, 3, TRUE, 6000, 1, { 6 } },
  { "a register coarser than the step rounds down too", ABB, AMPERES_U16, 15999, 3, TRUE, 15000, 1, { 15 } },
  { "0.1 A",
    { .step_ma = 100, .min_on_ma = 6000 },
    { .type = BB_TYPE_U16, .scale = 100, .off_value = -1 },
    16299,
    3,
    TRUE,
    16200,
    1,
    { 162 } },
  { "float amperes",
    { .step_ma = 100, .min_on_ma = 6000 },
    { .type = BB_TYPE_F32, .scale = 1000, .off_value = -1 },
    10000,
    3,
    TRUE,
    10000,
    2,
    { 0x4120, 0 } },
  { "W: floor (10 A x 3 x 230)", WATTS, WATTS_U32, 10000, 3, TRUE, 10000, 2, { 0, 6900 } },
  { "W: floor (10.3 A x 1 x 230)", WATTS, WATTS_U32, 10300, 1, TRUE, 10300, 2, { 0, 2369 } },
  { "W: unknown phases count as three", WATTS, WATTS_U32, 16000, 0, TRUE, 16000, 2, { 0, 11040 } },
  { "W: pause", WATTS, WATTS_U32, 5000, 3, FALSE, 0, 2, { 0, 0 } },
  { "pause by a limit below the minimum",
    { .step_ma = 1000, .min_on_ma = 6000, .off_ma = 5000 },
    AMPERES_U16,
    0,
    3,
    FALSE,
    0,
    1,
    { 5 } },
  { "pause by a raw value",
    AMPERES,
    { .type = BB_TYPE_U16, .scale = 1000, .off_value = 255 },
    0,
    3,
    FALSE,
    0,
    1,
    { 255 } },
  { "pause below what the register takes while it charges",
    AMPERES,
    { .type = BB_TYPE_U16, .scale = 1000, .min = 6000, .off_value = -1 },
    0,
    3,
    FALSE,
    0,
    1,
    { 0 } },
};

static void
test_setpoints (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sets); i++) {
    const SetRow *row = &sets[i];
    BbSetpoint setpoint;
    g_test_message ("%s", row->what);
    bb_setpoint_make (&row->control, &row->point, row->setpoint_ma, row->n_phases, &setpoint);
    g_assert_cmpint (setpoint.on, ==, row->on);
    g_assert_cmpint (setpoint.current_ma, ==, row->current_ma);
    g_assert_cmpuint (setpoint.n_words, ==, row->n_words);
    g_assert_cmpint (memcmp (setpoint.words, row->words, sizeof row->words), ==, 0);
  }
}

static void
check_words (const BbPoint *point, gint64 value, guint n_words, guint16 first, guint16 second)
{
  guint16 words[BB_POINT_MAX_WRITE_WORDS];
  g_assert_cmpuint (bb_point_encode (point, value, words), ==, n_words);
  g_assert_cmpuint (words[0], ==, first);
  g_assert_cmpuint (words[1], ==, second);
}

static void
test_encode (void)
{
  /* Weidmueller 11050: read low word first, written high word first. */
  const BbPoint timeout
      = { .type = BB_TYPE_U32, .scale = 1, .low_word_first = TRUE, .write_high_word_first = TRUE };
  const BbPoint low_first = { .type = BB_TYPE_U32, .scale = 1, .low_word_first = TRUE };
  const BbPoint swapped = { .type = BB_TYPE_U16, .scale = 1, .low_byte_first = TRUE };
  const BbPoint seconds = { .type = BB_TYPE_U16, .scale = 1000, .min = 10000, .max = 65535000 };
  const BbPoint coil = { .area = BB_AREA_COIL, .n_words = 1, .scale = 1 };
  const BbPoint input = { .area = BB_AREA_INPUT, .type = BB_TYPE_U16, .scale = 1 };
  const BbPoint small = { .type = BB_TYPE_I16, .scale = 1, .min = -40000 };
  check_words (&timeout, 65535, 2, 0, 65535);
  check_words (&low_first, 65535, 2, 65535, 0);
  check_words (&swapped, 0x1234, 1, 0x3412, 0);
  check_words (&seconds, 60000, 1, 60, 0);
  check_words (&seconds, 60999, 1, 60, 0);
  check_words (&seconds, 9000, 0, 0, 0);
  check_words (&seconds, 65536000, 0, 0, 0);
  check_words (&coil, 1, 1, 1, 0);
  check_words (&coil, 0, 1, 0, 0);
  check_words (&input, 1, 0, 0, 0);
  check_words (&small, -2, 1, 0xfffe, 0);
  check_words (&small, -32769, 0, 0, 0);
}

static void
test_matches (void)
{
  const BbPoint amperes = { .type = BB_TYPE_U16, .scale = 1000 }, exact = { .type = BB_TYPE_U32, .scale = 1 };
  const BbPoint number = { .type = BB_TYPE_F32, .scale = 1000 };
  g_assert_true (bb_point_matches (&amperes, 10000, &amperes, 10000));
  g_assert_false (bb_point_matches (&amperes, 10000, &amperes, 11000));
  g_assert_true (bb_point_matches (&exact, 10500, &amperes, 10000));
  g_assert_false (bb_point_matches (&exact, 10500, &exact, 10498));
  g_assert_true (bb_point_matches (&number, 10100, &number, 10099));
  g_assert_false (bb_point_matches (&number, 10100, &number, 10090));
}

/* Whatever the registers hold: no crash, and a value or none. */
static void
test_rubbish (void)
{
  guint16 words[8];
  for (guint type = 0; type < BB_TYPE_N; type++)
    for (guint seed = 0; seed < 400; seed++) {
      const BbPoint point = { .type = type,
                              .n_words = (guint16) g_test_rand_int_range (0, 9),
                              .shift = (guint8) g_test_rand_int_range (0, 70),
                              .mask = (guint64) g_test_rand_int_range (0, 255),
                              .scale = seed % 3 == 0 ? 1e30 : 0.1 };
      BbPointValue value;
      for (guint i = 0; i < G_N_ELEMENTS (words); i++)
        words[i] = (guint16) g_test_rand_int_range (0, 65536);
      guint n_words = (guint) g_test_rand_int_range (0, 9);
      gint power = g_test_rand_int_range (-32768, 32768);
      (void) bb_point_decode (&point, words, n_words, seed % 2 == 0 ? power : 0, &value);
      g_autofree gchar *text = bb_point_decode_text (&point, words, n_words);
      g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
    }
}

gint
main (gint argc, gchar **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/points/decode", test_decode);
  g_test_add_func ("/devices/points/texts", test_texts);
  g_test_add_func ("/devices/points/signs", test_signs);
  g_test_add_func ("/devices/points/setpoints", test_setpoints);
  g_test_add_func ("/devices/points/encode", test_encode);
  g_test_add_func ("/devices/points/matches", test_matches);
  g_test_add_func ("/devices/points/rubbish", test_rubbish);
  return g_test_run ();
}
