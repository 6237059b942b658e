/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field-info-group.c: what people are told about the fields of a group and of its off-peak windows (A-07,
 * T-07). */
#include "model/field-info-private.h"

static const gchar *const balancers[]
    = { N_ ("Fair"), N_ ("Priority"), N_ ("Queue"), N_ ("Rotate"), N_ ("Deadline"), NULL };
static const gchar *const balancer_notes[] = {
  N_ ("All cars share what is there evenly."),
  N_ ("Stations of the first class get all they can use, then the next class."),
  N_ ("Who came first is served first; the others wait."),
  N_ ("Where it does not suffice for all, cars take turns."),
  N_ ("Who leaves soonest and still lacks most goes first."),
  NULL,
};

static const gchar *const modes[] = { N_ ("Normal"), N_ ("Solar"), N_ ("Boost"), NULL };
static const gchar *const mode_notes[] = {
  N_ ("Cars get what the limits leave beside the house."),
  N_ ("Cars get only what would be exported; nothing comes from the grid."),
  N_ ("Cars get their maximum, solar power first, the grid for the rest."),
  NULL,
};

static const BbFieldInfo group_rows[] = {
  /* identity */
  BB_INFO_TEXT ("name", N_ ("Name"), N_ ("What the group is called in lists and reports."),
                BB_SECTION_IDENTITY, .requirement = "A-07", .unstated = N_ ("its identifier")),
  BB_INFO_TEXT ("organisation", N_ ("Organisation"),
                N_ ("Who runs the group: an owner, a tenant, a company."), BB_SECTION_IDENTITY,
                .requirement = "A-07", .unstated = N_ ("nobody")),
  BB_INFO_TEXT ("description", N_ ("Description"), N_ ("Anything the next technician should know."),
                BB_SECTION_IDENTITY, .requirement = "A-07", .unstated = N_ ("nothing")),
  BB_INFO_TEXT ("active", N_ ("Active"),
                N_ ("An active group is balanced; deactivate it to change it, then activate it again."),
                BB_SECTION_IDENTITY, .requirement = "A-06"),
  BB_INFO_TEXT ("id", N_ ("Identifier"),
                N_ ("Short name by which stations refer to the group; unique in the site."),
                BB_SECTION_IDENTITY, .advanced = TRUE),
  /* what it protects */
  BB_INFO_TEXT ("circuit", N_ ("Circuit"), N_ ("The group's stations hang on this circuit or below it."),
                BB_SECTION_PROTECTS),
  BB_INFO_TEXT ("phases", N_ ("Phases"), N_ ("Phases that the group's stations may use."),
                BB_SECTION_PROTECTS, .requirement = "A-07", .unstated = N_ ("those of its circuit")),
  BB_INFO_TEXT ("measurement-device", N_ ("Measurement device"),
                N_ ("The meter that tells how much current is left for the cars."), BB_SECTION_PROTECTS,
                .requirement = "A-07", .unstated = N_ ("the meter of its circuit, or the next one above")),
  BB_INFO_TEXT ("chargers-included", N_ ("Chargers included in measurements"),
                N_ ("On when the meter also measures the stations, as one behind the main fuse does."),
                BB_SECTION_PROTECTS, .requirement = "A-07"),
  /* limits */
  BB_INFO_NUMBER ("online-ma", N_ ("Maximum current with measurement"), "A", 0, 400, 1, 1,
                  N_ ("Most that all stations of the group draw per phase while the meter reports."),
                  BB_SECTION_LIMITS, .requirement = "A-07",
                  .unstated = N_ ("the ratings of the circuits alone")),
  BB_INFO_NUMBER ("supply-max-ma", N_ ("Supply maximum current"), "A", 0, 400, 1, 1,
                  N_ ("Most that may flow per phase at the measured circuit, cars and house together."),
                  BB_SECTION_LIMITS, .requirement = "A-07", .unstated = N_ ("the rating of the circuit")),
  BB_INFO_NUMBER ("household-ma", N_ ("Household current"), "A", 0, 200, 1, 1,
                  N_ ("The whole site's limit per phase, house and cars together; never a station's limit."),
                  BB_SECTION_LIMITS, .requirement = "T-07", .unstated = N_ ("the rating of the circuit")),
  /* stations */
  BB_INFO_NUMBER ("min-ma", N_ ("Minimum current"), "A", 6, 80, 1, 1,
                  N_ ("A station charges with at least this, or pauses: no car charges under 6 A."),
                  BB_SECTION_STATIONS, .requirement = "A-07"),
  BB_INFO_NUMBER ("working-ma", N_ ("Working current"), "A", 0, 80, 1, 1,
                  N_ ("Most that one station of the group may draw; never the site's limit."),
                  BB_SECTION_STATIONS, .requirement = "T-07", .unstated = N_ ("each station's own maximum")),
  BB_INFO_CHOICE ("balancer", N_ ("Load-balancer type"), balancers, balancer_notes,
                  N_ ("Who gets how much when it does not suffice for all."), BB_SECTION_STATIONS,
                  .requirement = "A-07"),
  BB_INFO_NUMBER ("turn-min", N_ ("Turn"), "min", 1, 240, 5, 0,
                  N_ ("How long a car charges until it is the next one's turn, with the balancer Rotate."),
                  BB_SECTION_STATIONS, .advanced = TRUE),
  BB_INFO_TEXT ("socket", N_ ("Plain sockets (Schuko)"),
                N_ ("Allows stations of the group that are plain sockets: on or off, at full current."),
                BB_SECTION_STATIONS, .requirement = "A-07"),
  BB_INFO_TEXT ("plug-and-play", N_ ("Plug and play"),
                N_ ("On: a car charges when it is plugged in. Off: a station waits until it is authorised."),
                BB_SECTION_STATIONS, .requirement = "T-07"),
  /* mode */
  BB_INFO_CHOICE (
      "mode", N_ ("Mode"), modes, mode_notes,
      N_ ("Where the power for the cars may come from; Solar and Boost need a meter that shows export."),
      BB_SECTION_MODE, .requirement = "T-07"),
  BB_INFO_NUMBER ("solar-start-ma", N_ ("Solar current limit"), "A", 0, 80, 0.5, 2,
                  N_ ("Solar mode starts when at least this much would be exported, and stops below."),
                  BB_SECTION_MODE, .requirement = "T-07"),
  BB_INFO_TEXT (
      "solar-netted", N_ ("Surplus netted over the phases"),
      N_ ("On where the revenue meter nets the phases: export on one may then feed a car on another."),
      BB_SECTION_MODE, .advanced = TRUE),
  BB_INFO_NUMBER ("solar-start-delay-ms", N_ ("Solar start delay"), "s", 0, 3600, 10, 0,
                  N_ ("The surplus must last this long before a car starts."), BB_SECTION_MODE,
                  .advanced = TRUE),
  BB_INFO_NUMBER ("solar-stop-delay-ms", N_ ("Solar stop delay"), "s", 0, 3600, 10, 0,
                  N_ ("The surplus must be gone this long before a car stops."), BB_SECTION_MODE,
                  .advanced = TRUE),
  /* schedule */
  BB_INFO_TEXT ("off-peak", N_ ("Off-peak charging"),
                N_ ("On: cars charge only within the off-peak windows."), BB_SECTION_SCHEDULE,
                .requirement = "T-07"),
  BB_INFO_TEXT ("windows", N_ ("Off-peak windows"), N_ ("Times of day and days in which cars may charge."),
                BB_SECTION_SCHEDULE, .requirement = "T-07", .unstated = N_ ("none")),
  BB_INFO_TEXT ("timezone", N_ ("Time zone"), N_ ("The windows are in this time; it must be the site's."),
                BB_SECTION_SCHEDULE, .requirement = "T-07", .unstated = N_ ("the site's")),
  BB_INFO_NUMBER ("random-delay-max-min", N_ ("Maximum random delay"), "min", 0, 240, 1, 0,
                  N_ ("Stations start up to this much later, each at random, so that not all start at once."),
                  BB_SECTION_SCHEDULE, .requirement = "T-07"),
  BB_INFO_NUMBER ("seed", N_ ("Seed of the random delay"), "", 0, G_MAXINT, 1, 0,
                  N_ ("The same seed gives the same delays; for comparing simulations."), BB_SECTION_SCHEDULE,
                  .advanced = TRUE, .unstated = N_ ("from the serial number of the measurement device")),
  /* when something fails */
  BB_INFO_NUMBER (
      "offline-ma", N_ ("Standalone maximum current"), "A", 0, 400, 1, 1,
      N_ ("Most that all stations draw per phase without the measurement, when others may draw too."),
      BB_SECTION_FAILSAFE, .requirement = "A-07",
      .unstated = N_ ("what the stated other load leaves of the rating")),
  /* tariff peak */
  BB_INFO_TEXT ("use-peak", N_ ("Use peak adjustment"),
                N_ ("Keeps the mean power of each metering period under the month's peak so far."),
                BB_SECTION_PEAK, .requirement = "A-07"),
  BB_INFO_NUMBER ("initial-peak-w", N_ ("Initial peak limit"), "kW", 0, 1000, 0.5, 2,
                  N_ ("The peak limit that each month starts with."), BB_SECTION_PEAK, .requirement = "A-07"),
  BB_INFO_NUMBER ("peak-window-min", N_ ("Metering period"), "min", 15, 60, 45, 0,
                  N_ ("The grid operator meters peaks over 15 or 60 minutes."), BB_SECTION_PEAK),
  /* timing */
  BB_INFO_NUMBER ("pause-threshold-ma", N_ ("Pause threshold"), "A", 0, 32, 0.5, 1,
                  N_ ("Charging stops when less than this is left for a car."), BB_SECTION_TIMING,
                  .requirement = "T-06", .advanced = TRUE),
  BB_INFO_NUMBER (
      "hold-up-ms", N_ ("Hold before a raise"), "s", 0, 600, 1, 0,
      N_ ("More current must be free for this long before a station gets it; less counts at once."),
      BB_SECTION_TIMING, .advanced = TRUE),
  BB_INFO_NUMBER ("slope-ma-per-s", N_ ("Slope of a raise"), "A/s", 0, 80, 0.5, 1,
                  N_ ("A station's current climbs at most this fast."), BB_SECTION_TIMING, .advanced = TRUE,
                  .unstated = N_ ("at once")),
  BB_INFO_NUMBER ("min-on-ms", N_ ("Shortest charge"), "s", 0, 3600, 10, 0,
                  N_ ("A car that has started goes on this long, as far as the limits allow."),
                  BB_SECTION_TIMING, .advanced = TRUE),
  BB_INFO_NUMBER ("min-off-ms", N_ ("Shortest pause"), "s", 0, 3600, 10, 0,
                  N_ ("A car that was paused waits this long before it starts again."), BB_SECTION_TIMING,
                  .advanced = TRUE),
  BB_INFO_NUMBER ("switch-hold-ms", N_ ("Time between phase switches"), "s", 0, 3600, 10, 0,
                  N_ ("A station that can switch between one and three phases does so at most this often."),
                  BB_SECTION_TIMING, .advanced = TRUE),
};
const BbFieldTable bb_field_table_group = BB_FIELD_TABLE (group_rows);

static const BbFieldInfo window_rows[] = {
  BB_INFO_TEXT ("start-min", N_ ("Start"), N_ ("Local time at which the window begins, such as 22:00."),
                BB_SECTION_SCHEDULE),
  BB_INFO_TEXT ("end-min", N_ ("End"),
                N_ ("Local time at which it ends; one before the start is on the next day."),
                BB_SECTION_SCHEDULE),
  BB_INFO_TEXT ("days", N_ ("Days"), N_ ("Days on which the window begins."), BB_SECTION_SCHEDULE),
};
const BbFieldTable bb_field_table_window = BB_FIELD_TABLE (window_rows);
