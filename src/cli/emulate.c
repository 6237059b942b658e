/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emulate.c: `busbar-cli emulate`: asks and commands a running busbar-emulator over its control socket. */
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <string.h>

#include "base/guard.h"
#include "cli/command.h"
#include "cli/print.h"
#include "cli/terminal.h"

/* A real minus sign. */
#define MINUS "−"

/* Longest answer: the state of the largest site. */
#define ANSWER_MAX (4u << 20)

static const char description[] = N_ (
    "What to do:\n"
    "  state                           what flows, what meters show, what stations do\n"
    "  fault DEVICE FAULT              a meter or station misbehaves, for --for seconds or until cleared\n"
    "  clear [DEVICE [FAULT]]          and no longer\n"
    "  faults                          which faults there are, and those in force\n"
    "  load CIRCUIT L1 L2 L3           extra load in A, in place of the one before\n"
    "  plug STATION, unplug STATION    a vehicle comes, or goes\n"
    "  quit                            the emulator ends\n"
    "\n"
    "The socket is the \"control\" of the emulator's first line. Exit code 1 when the emulator refuses.\n"
    "\n"
    "Examples:\n"
    "  busbar-cli emulate fault --control /run/user/1000/busbar-emulator-1/control meter silence --for 30\n"
    "  busbar-cli emulate load --control SOCKET main 10 0 0");

typedef struct Wanted {
  char *control, *phases;
  double for_s, value, max_a, wanted_kwh;
  gboolean json;
} Wanted;

static void
wanted_clear (Wanted *wanted)
{
  g_free (wanted->control);
  g_free (wanted->phases);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wanted, wanted_clear)

static CliParse
parse (int *argc, char ***argv, Wanted *wanted)
{
  const GOptionEntry entries[] = {
    { "control", 0, 0, G_OPTION_ARG_FILENAME, &wanted->control, N_ ("The emulator's control socket"),
      N_ ("PATH") },
    { "for", 0, 0, G_OPTION_ARG_DOUBLE, &wanted->for_s, N_ ("Of a fault: so many seconds of the site"),
      N_ ("S") },
    { "value", 0, 0, G_OPTION_ARG_DOUBLE, &wanted->value,
      N_ ("Of a fault: milliseconds of delay, code of exception"), N_ ("V") },
    { "phases", 0, 0, G_OPTION_ARG_STRING, &wanted->phases,
      N_ ("Of a fault of clamps: such as 13 for L1 and L3; of a vehicle: how many"), N_ ("P") },
    { "max", 0, 0, G_OPTION_ARG_DOUBLE, &wanted->max_a, N_ ("Of a vehicle: its greatest current"), N_ ("A") },
    { "wanted", 0, 0, G_OPTION_ARG_DOUBLE, &wanted->wanted_kwh, N_ ("Of a vehicle: energy it wants"),
      N_ ("KWH") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &wanted->json, N_ ("Print the answer as one JSON object"), NULL },
    G_OPTION_ENTRY_NULL
  };

  return cli_parse (argc, argv, entries, _ ("WHAT [ARGUMENT…]"), _ ("Commands a running busbar-emulator."),
                    _ (description), 1, 5);
}

/* "-5" is a current and no option: it goes through the parser with a real minus sign. */
static GStrv
mark_numbers (int argc, char *argv[])
{
  GStrv marked = g_new0 (char *, argc + 1);

  for (int i = 0; i < argc; i++)
    marked[i] = argv[i][0] == '-' && g_ascii_isdigit (argv[i][1]) ? g_strconcat (MINUS, argv[i] + 1, NULL)
                                                                  : g_strdup (argv[i]);
  return marked;
}

/* ---- the command ---- */

static void
add_number (JsonBuilder *builder, const char *key, double value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_double_value (builder, value);
}

/* "13" as [1, 3]. */
static void
add_phases (JsonBuilder *builder, const char *text)
{
  json_builder_set_member_name (builder, "phases");
  json_builder_begin_array (builder);
  for (const char *at = text; *at; at++)
    json_builder_add_int_value (builder, g_ascii_digit_value (*at));
  json_builder_end_array (builder);
}

static void
add_fault (JsonBuilder *builder, const Wanted *wanted)
{
  if (wanted->for_s > 0)
    add_number (builder, "for_s", wanted->for_s);
  if (wanted->value >= 0)
    add_number (builder, "value", wanted->value);
  if (wanted->phases)
    add_phases (builder, wanted->phases);
}

static gboolean
add_load (JsonBuilder *builder, char *argv[])
{
  json_builder_set_member_name (builder, "add_a");
  json_builder_begin_array (builder);
  for (int i = 0; i < 3; i++) {
    gboolean minus = g_str_has_prefix (argv[i], MINUS);
    const char *digits = argv[i] + (minus ? strlen (MINUS) : 0);
    char *end = NULL;
    double value = g_ascii_strtod (digits, &end) * (minus ? -1 : 1);

    if (end == digits || *end) {
      cli_complain (_ ("“%s” is not a current in A."), argv[i]);
      return FALSE;
    }
    json_builder_add_double_value (builder, value);
  }
  json_builder_end_array (builder);
  return TRUE;
}

static void
add_vehicle (JsonBuilder *builder, const Wanted *wanted)
{
  if (wanted->max_a > 0)
    add_number (builder, "max_a", wanted->max_a);
  if (wanted->wanted_kwh > 0)
    add_number (builder, "wanted_kwh", wanted->wanted_kwh);
  if (wanted->phases) {
    json_builder_set_member_name (builder, "phases");
    json_builder_add_int_value (builder, (gint64) g_ascii_strtoll (wanted->phases, NULL, 10));
  }
}

static const struct {
  const char *name, *command;
  int least, most;     /* arguments */
  const char *keys[2]; /* of the first two */
} commands[] = {
  { "state", "state", 0, 0, { NULL } },         { "fault", "fault", 2, 2, { "device", "fault" } },
  { "faults", "faults", 0, 0, { NULL } },       { "clear", "clear", 0, 2, { "device", "fault" } },
  { "load", "load-step", 4, 4, { "circuit" } }, { "plug", "plug", 1, 1, { "station" } },
  { "unplug", "unplug", 1, 1, { "station" } },  { "quit", "quit", 0, 0, { NULL } },
};

static int
find_command (int argc, char *argv[])
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (strcmp (commands[i].name, argv[1]) != 0)
      continue;
    if (argc - 2 >= commands[i].least && argc - 2 <= commands[i].most)
      return (int) i;
    cli_complain (_ ("“%s” takes other arguments. See 'busbar-cli emulate --help'."), argv[1]);
    return -1;
  }
  cli_complain (_ ("“%s” is none of state, fault, faults, clear, load, plug, unplug, quit."), argv[1]);
  return -1;
}

/* The line to send; NULL after a complaint. (transfer full) */
static char *
make_line (int argc, char *argv[], const Wanted *wanted)
{
  int command = find_command (argc, argv);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  if (command < 0)
    return NULL;
  json_builder_begin_object (builder);
  cli_add_text (builder, "command", commands[command].command);
  for (int i = 0; i < 2 && commands[command].keys[i] && i + 2 < argc; i++)
    cli_add_text (builder, commands[command].keys[i], argv[i + 2]);
  if (strcmp (argv[1], "fault") == 0)
    add_fault (builder, wanted);
  else if (strcmp (argv[1], "plug") == 0)
    add_vehicle (builder, wanted);
  else if (strcmp (argv[1], "load") == 0 && !add_load (builder, argv + 3))
    return NULL;
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

/* ---- the socket ---- */

static char *
read_line (GInputStream *input, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char bytes[4096];

  while (!memchr (text->str, '\n', text->len)) {
    gssize n = g_input_stream_read (input, bytes, sizeof bytes, cli_interruptible (), error);

    if (n < 0)
      return NULL;
    if (n == 0 || text->len > ANSWER_MAX) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The emulator ended without an answer."));
      return NULL;
    }
    g_string_append_len (text, bytes, n);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
ask (const char *path, const char *line, GError **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocketConnection) connection
      = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), cli_interruptible (), error);
  g_autofree char *whole = g_strconcat (line, "\n", NULL);

  if (!connection) {
    g_prefix_error (error, _ ("No emulator answers at “%s”: "), path);
    return NULL;
  }
  GIOStream *stream = G_IO_STREAM (connection);
  if (!g_output_stream_write_all (g_io_stream_get_output_stream (stream), whole, strlen (whole), NULL,
                                  cli_interruptible (), error))
    return NULL;
  return read_line (g_io_stream_get_input_stream (stream), error);
}

/* ---- the answer ---- */

static char *
phases_text (JsonObject *object, const char *key)
{
  JsonArray *array = json_object_has_member (object, key) ? json_object_get_array_member (object, key) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; array && i < json_array_get_length (array); i++) {
    g_autofree char *number = cli_number ((double) json_array_get_int_element (array, i) / 1000, 1);

    g_string_append_printf (text, "%s%s A", i ? "  " : "", number);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
print_currents (JsonObject *parts, const char *title, const char *key)
{
  g_autoptr (CliTable) table = cli_table_new ("lr");
  g_autoptr (GList) ids = json_object_get_members (parts);

  if (!ids)
    return;
  g_print ("%s\n", title);
  for (GList *at = ids; at; at = at->next) {
    g_autofree char *text = phases_text (json_object_get_object_member (parts, at->data), key);

    cli_table_add (table, at->data);
    cli_table_add (table, text);
  }
  cli_table_print (table);
}

static void
print_stations (JsonObject *parts)
{
  g_autoptr (CliTable) table = cli_table_new ("llrrr");
  g_autoptr (GList) ids = json_object_get_members (parts);
  const char *heads[] = { "", _ ("vehicle"), _ ("set-point"), _ ("offers"), _ ("draws") };

  if (!ids)
    return;
  g_print ("%s\n", _ ("Stations"));
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    cli_table_add (table, heads[i]);
  for (GList *at = ids; at; at = at->next) {
    JsonObject *station = json_object_get_object_member (parts, at->data);

    cli_table_add (table, at->data);
    cli_table_add (table, json_object_get_string_member (station, "vehicle"));
    cli_table_add_number (table, (double) json_object_get_int_member (station, "setpoint_ma") / 1000, 1, "A");
    cli_table_add_number (table, (double) json_object_get_int_member (station, "pilot_ma") / 1000, 1, "A");
    cli_table_add_number (table, (double) json_object_get_int_member (station, "draw_ma") / 1000, 1, "A");
  }
  cli_table_print (table);
}

static void
print_faults (JsonObject *answer)
{
  JsonArray *kinds = json_object_get_array_member (answer, "kinds");
  JsonArray *active = json_object_get_array_member (answer, "active");

  g_print ("%s\n", _ ("Faults there are"));
  for (guint i = 0; i < json_array_get_length (kinds); i++)
    g_print ("  %s\n", json_object_get_string_member (json_array_get_object_element (kinds, i), "fault"));
  g_print ("%s\n", json_array_get_length (active) ? _ ("In force, or coming") : _ ("None is in force."));
  for (guint i = 0; i < json_array_get_length (active); i++) {
    JsonObject *fault = json_array_get_object_element (active, i);

    g_print ("  %s: %s, %s – %s\n", json_object_get_string_member (fault, "device"),
             json_object_get_string_member (fault, "fault"), json_object_get_string_member (fault, "from"),
             json_object_get_string_member_with_default (fault, "until", "…"));
  }
}

static void
print_answer (JsonObject *answer)
{
  if (json_object_has_member (answer, "circuits")) {
    g_print ("%s\n", json_object_get_string_member_with_default (answer, "time", ""));
    print_currents (json_object_get_object_member (answer, "circuits"), _ ("Circuits"), "flow_ma");
    print_currents (json_object_get_object_member (answer, "meters"), _ ("Meters show"), "current_ma");
    print_stations (json_object_get_object_member (answer, "stations"));
  } else if (json_object_has_member (answer, "kinds")) {
    print_faults (answer);
  } else if (json_object_has_member (answer, "cleared")) {
    g_print (_ ("Cleared: %d\n"), (int) json_object_get_int_member (answer, "cleared"));
  } else {
    g_print ("%s\n", _ ("Done."));
  }
}

static CliExit
report (const char *text, gboolean as_json, GError **error)
{
  g_autoptr (JsonNode) root = bb_json_parse (text, -1, _ ("The emulator's answer"), error);
  JsonObject *answer = root && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  gboolean ok = answer && json_object_get_boolean_member_with_default (answer, "ok", FALSE);

  if (!root)
    return CLI_INPUT;
  if (as_json)
    cli_print_json (root);
  else if (ok)
    print_answer (answer);
  if (!ok)
    cli_complain ("%s", answer ? json_object_get_string_member_with_default (answer, "error", "?") : "?");
  return ok ? CLI_OK : CLI_PROBLEMS;
}

CliExit
cli_emulate (int argc, char *argv[])
{
  g_auto (Wanted) wanted = { .value = -1 };
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL, *answer = NULL;
  g_auto (GStrv) marked = mark_numbers (argc, argv);
  g_autofree char **rest = g_memdup2 (marked, sizeof *marked * ((gsize) argc + 1)); /* loses what is parsed */
  CliExit code = CLI_OK;

  argv = rest;
  if (parse (&argc, &argv, &wanted) != CLI_PARSE_OK || !(line = make_line (argc, argv, &wanted)))
    return CLI_USAGE;
  if (!wanted.control) {
    cli_complain (_ ("Say with --control which emulator: the \"control\" of its first line."));
    return CLI_USAGE;
  }
  answer = ask (wanted.control, line, &error);
  if (answer)
    code = report (answer, wanted.json, &error);
  return error ? cli_fail (error) : code;
}
