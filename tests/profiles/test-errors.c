/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-errors.c: what is wrong with a profile is said with file, line, column, key, and what to do. */
#include <string.h>

#include "base/json-place.h"
#include "kit.h"

/* A good profile with one thing replaced; ^ in the replacement is where the error is, and is taken out. */
typedef struct {
  const char *base, *find, *replacement;
  BbProfileError code;
  const char *message; /* behind "kit.json:line:column: " */
} Case;

#define POINTS "/interfaces/0/points"

static const Case cases[] = {
  /* keys */
  { kit_station, "\"vendor\"", "^\"vendr\"", BB_PROFILE_ERROR_KEY,
    "/vendr: unknown key; did you mean vendor?" },
  { kit_station, "\"setup\"", "^\"x\": 1, \"setup\"", BB_PROFILE_ERROR_KEY, "/x: unknown key" },
  { kit_station, "{ \"format\": \"busbar-profile/1\",", "^{", BB_PROFILE_ERROR_KEY,
    "/: the key format is missing" },
  { kit_station, "\"address\": 12", "\"address\": 12, ^\"adress\": 1", BB_PROFILE_ERROR_KEY,
    POINTS "/1/adress: unknown key; did you mean address?" },
  { kit_station, "{ \"role\": \"state\", \"address\": 12", "^{ \"role\": \"state\"", BB_PROFILE_ERROR_KEY,
    POINTS "/1: the key address is missing" },
  { kit_station, "{ \"role\": \"state\", ", "^{ ", BB_PROFILE_ERROR_KEY,
    POINTS "/1: the key role is missing" },
  { kit_station, "\"unit\": 1", "\"unit\": 1, ^\"baud\": [9600]", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/link/baud: this key does not go with this connection" },
  { kit_station, "\"setup\"", "^\"range_a\": 5, \"setup\"", BB_PROFILE_ERROR_RULE,
    "/range_a: this key does not go with this kind of device" },
  { kit_station, "\"address\": 12", "\"address\": 12, ^\"path\": \"/a\"", BB_PROFILE_ERROR_RULE,
    POINTS "/1/path: this key does not go with this connection" },
  { kit_meter, "\"points\"", "^\"control\": { }, \"points\"", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/control: this key does not go with this kind of device" },
  { kit_station, "\"type\": \"text\", \"words\": 2", "\"type\": \"bytes\", \"words\": 2",
    BB_PROFILE_ERROR_KEY, POINTS "/0: the key format is missing" },
  { kit_station, "\"type\": \"text\", \"words\": 2", "\"type\": \"text\"", BB_PROFILE_ERROR_KEY,
    POINTS "/0: the key words is missing" },
  { kit_http, "{ \"requests\": [\"/status\"] }", "^{ }", BB_PROFILE_ERROR_KEY,
    "/interfaces/0/link: the key requests is missing" },
  { kit_http, "\"path\": \"/i\", ", "", BB_PROFILE_ERROR_KEY, POINTS "/1: the key path is missing" },
  { kit_station, "\"sources\": [\"S\"],", "", BB_PROFILE_ERROR_KEY, "/: the key sources is missing" },
  /* types, ranges, words */
  { kit_station, "\"busbar-profile/1\"", "^\"busbar-profile/2\"", BB_PROFILE_ERROR_VALUE,
    "/format: unknown word “busbar-profile/2”; did you mean busbar-profile/1?" },
  { kit_station, "\"station\"", "^\"wallbox\"", BB_PROFILE_ERROR_VALUE,
    "/kind: unknown word “wallbox”; expected one of station, meter" },
  { kit_station, "\"role\": \"current.l1\"", "\"role\": ^\"curent.l1\"", BB_PROFILE_ERROR_VALUE,
    POINTS "/2/role: unknown role “curent.l1”; did you mean current.l1?" },
  { kit_station, "\"role\": \"current.l1\"", "\"role\": ^\"amperes\"", BB_PROFILE_ERROR_VALUE,
    POINTS "/2/role: unknown role “amperes”" },
  { kit_station, "\"vendor\": \"V\"", "\"vendor\": ^\"\"", BB_PROFILE_ERROR_VALUE,
    "/vendor: expected a text in double quotes that is not empty" },
  { kit_station, "\"port\": 502", "\"port\": ^0", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/link/port: expected a whole number from 1 to 65535" },
  { kit_station, "\"port\": 502", "\"port\": ^\"502\"", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/link/port: expected a whole number from 1 to 65535" },
  { kit_station, "\"port\": 502", "\"port\": ^5.5", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/link/port: expected a whole number from 1 to 65535" },
  { kit_station, "\"port\": 502", "\"port\": ^[1]", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/link/port: expected a whole number from 1 to 65535" },
  { kit_station, "\"address\": 12", "\"address\": ^\"0x10000\"", BB_PROFILE_ERROR_VALUE,
    POINTS "/1/address: expected a whole number from 0 to 65535" },
  { kit_station, "\"address\": 14", "\"address\": ^65535", BB_PROFILE_ERROR_VALUE,
    POINTS "/2/address: expected a whole number from 0 to 65534" },
  { kit_station, "\"address\": 12", "\"address\": 12, \"mask\": ^true", BB_PROFILE_ERROR_VALUE,
    POINTS "/1/mask: expected a whole number, or one such as \"0xFFFF\"" },
  { kit_station, "\"unit\": 1", "\"unit_any\": ^1", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/link/unit_any: expected true or false" },
  { kit_station, "\"scale\": 0.001", "\"scale\": ^\"0.001\"", BB_PROFILE_ERROR_VALUE,
    POINTS "/2/scale: expected a number from -1e+09 to 1e+09" },
  { kit_station, "[ { \"kind\": \"info\", \"text\": \"T\" } ]", "^{ }", BB_PROFILE_ERROR_VALUE,
    "/setup: expected a list in brackets" },
  { kit_station, "{ \"kind\": \"info\", \"text\": \"T\" }", "^7", BB_PROFILE_ERROR_VALUE,
    "/setup/0: expected an object in braces" },
  { kit_station, "[\"modbus-tcp\"]", "^[]", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/connections: this list must not be empty" },
  { kit_station, "[ { \"address\": 7 } ]", "^[]", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/probes/0/reads: this list must not be empty" },
  { kit_station, "\"variant\": \"tq\"", "\"variant\": ^\"t q\"", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/probes/0/variant: a variant is named with letters, digits and hyphens" },
  { kit_station, "\"unit\": 1", "\"write_function\": ^7", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/link/write_function: expected 6 or 16" },
  { kit_station, "\"max\": 32", "\"write_function\": ^7", BB_PROFILE_ERROR_VALUE,
    POINTS "/4/write_function: Modbus writes with function 5, 6, 15 or 16" },
  { kit_meter, "[9600]", "[9600, ^10]", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/link/baud/1: expected a whole number from 300 to 921600" },
  { kit_http, "\"path\": \"/i\"", "\"path\": ^\"i\"", BB_PROFILE_ERROR_VALUE,
    POINTS "/1/path: expected a JSON pointer, such as \"/emeters/0/current\"" },
  { kit_http, "0, \"path\": \"/u\"", "0, \"path\": ^\"u\"", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/probes/0/reads/0/path: expected a JSON pointer, such as \"/emeters/0/current\"" },
  { kit_http, "[\"/status\"]", "^[\"status\"]", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/link/requests: a request starts with /" },
  { kit_mqtt, "[\"status/em:0\"]", "^[\"/status/em:0\"]", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/link/requests: expected a topic below the device's own, such as \"status/em:0\"" },
  { kit_mqtt, "[\"status/em:0\"]", "^[\"status/+\"]", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/link/requests: expected a topic below the device's own, such as \"status/em:0\"" },
  { kit_mqtt, "\"link\": { \"requests\": [\"status/em:0\"] }", "\"link\": ^{ }", BB_PROFILE_ERROR_KEY,
    "/interfaces/0/link: the key requests is missing" },
  { kit_mqtt, "\"path\": \"/i\"", "\"path\": ^\"i\"", BB_PROFILE_ERROR_VALUE,
    POINTS "/0/path: expected a JSON pointer, such as \"/emeters/0/current\"" },
  { kit_mqtt, "\"path\": \"/i\"", "\"path\": \"/i\", \"request\": ^1", BB_PROFILE_ERROR_RULE,
    POINTS "/0/request: no such request in link; it has 1, counted from 0" },
  { kit_p1, "\"1-0:31.7.0\"", "^\"31.7\"", BB_PROFILE_ERROR_VALUE,
    POINTS "/1/path: expected an OBIS code, such as \"1-0:31.7.0\"" },
  { kit_p1, "\"unit\": \"kW\"", "\"unit\": \"kW\", \"plus_paths\": ^[\"/b\"]", BB_PROFILE_ERROR_VALUE,
    POINTS "/0/plus_paths: expected an OBIS code, such as \"1-0:31.7.0\"" },
  { kit_cloud, "\"https://cloud.example\"", "^\"http://cloud.example\"", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/link/host: a cloud's host starts with https://" },
  { kit_ocpp, "\"Current.Import\"", "^\"Curent.Import\"", BB_PROFILE_ERROR_VALUE,
    POINTS "/0/path: unknown word “Curent.Import”; did you mean Current.Import?" },
  { kit_ocpp, "\"stack_live\": 1", "\"skip\": [\"Reset\", ^\"Explode\"]", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/ocpp/skip/1: unknown word “Explode”" },
  { kit_ocpp, "\"stack_live\": 1", "\"stack_live\": ^-1", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/ocpp/stack_live: expected a whole number from 0 to 1000" },
  /* units */
  { kit_station, "\"scale\": 0.001, \"unit\": \"A\"", "\"unit\": ^\"V\"", BB_PROFILE_ERROR_RULE,
    POINTS "/2/unit: “V” is no unit of current.l1; expected one of A, mA" },
  { kit_station, "\"scale\": 0.001, \"unit\": \"A\"", "\"unit\": ^\"ampere\"", BB_PROFILE_ERROR_VALUE,
    POINTS "/2/unit: “ampere” is no unit of current.l1; expected one of A, mA" },
  { kit_station,
    "{ \"role\": \"current.l1\", \"address\": 14, \"type\": \"u32\", \"scale\": 0.001, \"unit\": \"A\"",
    "^{ \"role\": \"current.l1\", \"address\": 14", BB_PROFILE_ERROR_KEY,
    POINTS "/2: the key unit is missing; current.l1 is in one of A, mA" },
  { kit_station, "\"address\": 12", "\"address\": 12, \"unit\": ^\"A\"", BB_PROFILE_ERROR_RULE,
    POINTS "/1/unit: state has no unit" },
  { kit_station, "\"scale\": 0.001", "\"scale\": ^0", BB_PROFILE_ERROR_RULE,
    POINTS "/2/scale: a scale of 0 leaves nothing of the value" },
  /* contradictions of a point */
  { kit_station, "\"address\": 12", "\"address\": 12, \"words\": ^2", BB_PROFILE_ERROR_RULE,
    POINTS "/1/words: this type has its own number of registers: 1" },
  { kit_station, "\"address\": 12", "\"address\": 12, \"type\": \"bits\", \"words\": ^5",
    BB_PROFILE_ERROR_RULE, POINTS "/1/words: flags have 4 registers at most" },
  { kit_station, "\"words\": 2", "\"words\": 2, \"mask\": ^3", BB_PROFILE_ERROR_RULE,
    POINTS "/0/mask: only whole numbers have bits to choose" },
  { kit_station, "\"address\": 12", "\"address\": 12, \"shift\": ^16", BB_PROFILE_ERROR_RULE,
    POINTS "/1/shift: beyond the bits of the value: 16" },
  { kit_station, "\"address\": 12", "\"address\": 12, \"shift\": 8, \"mask\": ^\"0x1FF\"",
    BB_PROFILE_ERROR_RULE, POINTS "/1/mask: beyond the bits of the value: 8" },
  { kit_station, "\"address\": 12", "\"address\": 12, \"format\": ^\"bcd.3\"", BB_PROFILE_ERROR_RULE,
    POINTS "/1/format: only bytes and texts have a format" },
  { kit_station, "\"max\": 32", "\"write_word_order\": ^\"low-first\"", BB_PROFILE_ERROR_RULE,
    POINTS "/4/write_word_order: words that are read high-first cannot be written low-first" },
  { kit_station, "\"address\": 12", "\"address\": 12, \"models\": ^[201]", BB_PROFILE_ERROR_RULE,
    POINTS "/1/models: this needs sunspec_models in link" },
  { kit_station, "\"address\": 12", "\"address\": 12, \"scale_address\": ^6", BB_PROFILE_ERROR_RULE,
    POINTS "/1/scale_address: this needs sunspec_models in link" },
  { kit_station, "\"address\": 12", "\"address\": 12, \"area\": \"coil\", \"type\": ^\"u32\"",
    BB_PROFILE_ERROR_RULE, POINTS "/1/type: a coil or discrete input is one bit: u16 or bits" },
  { kit_station, "\"address\": 12", "\"address\": 12, \"invalid\": ^[\"0x10000\"]", BB_PROFILE_ERROR_RULE,
    POINTS "/1/invalid: item 0 does not fit into the type" },
  { kit_station, "\"address\": 12", "\"address\": 12, \"invalid\": ^[-1]", BB_PROFILE_ERROR_RULE,
    POINTS "/1/invalid: item 0 does not fit into the type" },
  { kit_station, "\"words\": 2", "\"words\": 2, \"invalid_from\": ^5", BB_PROFILE_ERROR_RULE,
    POINTS "/0/invalid_from: only whole numbers have such a limit" },
  { kit_station, "\"address\": 12", "\"address\": 12, \"write_on\": ^\"once\"", BB_PROFILE_ERROR_RULE,
    POINTS "/1/write_on: this needs access w or rw" },
  { kit_station, "\"max\": 32", "\"max\": 32, \"min\": ^33", BB_PROFILE_ERROR_RULE,
    POINTS "/4/min: min is greater than max" },
  { kit_station, "\"access\": \"rw\", \"max\": 32", "\"max\": ^32", BB_PROFILE_ERROR_RULE,
    POINTS "/4/max: this needs access w or rw" },
  { kit_station, "\"address\": 18", "\"area\": \"input\", \"address\": 18", BB_PROFILE_ERROR_RULE,
    POINTS "/4/access: input registers and discrete inputs cannot be written" },
  { kit_station, "\"max\": 32", "\"write_function\": ^5", BB_PROFILE_ERROR_RULE,
    POINTS "/4/write_function: functions 5 and 15 write coils, 6 and 16 holding registers" },
  { kit_station, "\"max\": 32", "\"type\": \"u32\", \"write_function\": ^6", BB_PROFILE_ERROR_RULE,
    POINTS "/4/write_function: function 6 writes one register only; use 16" },
  { kit_station, "\"max\": 32", "\"verify\": ^\"limit.actual\"", BB_PROFILE_ERROR_RULE,
    POINTS "/4/verify: there is no point of role limit.actual that can be read" },
  { kit_station, "\"scale\": 0.001", "\"sign_from\": ^\"power.l1\"", BB_PROFILE_ERROR_RULE,
    POINTS "/2/sign_from: there is no point of role power.l1 that can be read" },
  { kit_station, "\"scale\": 0.001", "\"sign_from\": ^\"state\"", BB_PROFILE_ERROR_RULE,
    POINTS "/2/sign_from: only a power gives a sign, state does not" },
  { kit_station, "\"scale\": 0.001", "\"minus\": ^\"state\"", BB_PROFILE_ERROR_RULE,
    POINTS "/2/minus: state cannot be subtracted from current.l1" },
  { kit_station, "      { \"role\": \"state\", \"address\": 12 },\n",
    "      { \"role\": \"state\", \"address\": 12 },\n      { \"role\": ^\"state\", \"address\": 13 },\n",
    BB_PROFILE_ERROR_RULE, POINTS "/2/role: never used: point 1 has this role already, without a condition" },
  { kit_meter, "\"role\": \"power\"", "\"role\": ^\"limit.set\"", BB_PROFILE_ERROR_RULE,
    POINTS "/3/role: only a station has limit.set" },
  { kit_http, "\"path\": \"/i\", \"unit\": \"A\"", "\"derived\": ^\"power/voltage\"", BB_PROFILE_ERROR_RULE,
    POINTS "/1/derived: there is no point of role power.l1 that can be read" },
  { kit_http, "\"path\": \"/i\", \"unit\": \"A\"", "\"path\": ^\"/i\", \"derived\": \"power/voltage\"",
    BB_PROFILE_ERROR_RULE, POINTS "/1/path: a derived value has no place of its own" },
  { kit_http, "\"path\": \"/u\", \"unit\": \"V\"", "\"derived\": ^\"power/voltage\"", BB_PROFILE_ERROR_RULE,
    POINTS "/0/derived: only current.l1, current.l2 and current.l3 are derived" },
  { kit_http, "\"path\": \"/i\"", "\"path\": \"/i\", \"request\": ^1", BB_PROFILE_ERROR_RULE,
    POINTS "/1/request: no such request in link; it has 1, counted from 0" },
  { kit_http, "\"request\": 0, ", "\"request\": ^1, ", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/probes/0/reads/0/request: no such request in link; it has 1, counted from 0" },
  /* conditions */
  { kit_station, "\"state == 1\"", "^\"stat == 1\"", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/states/0/when: the condition asks for an unknown role; did you mean state?: “stat”" },
  { kit_station, "\"state == 1\"", "^\"error == 1\"", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/states/0/when: the condition asks for error, and there is no point of that role that can "
    "be read" },
  { kit_station, "\"state == 1\"", "^\"variant == ebee\"", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/states/0/when: no probe has the variant “ebee”" },
  { kit_station, "\"address\": 12", "\"address\": 12, \"when\": ^\"variant == ebee\"", BB_PROFILE_ERROR_RULE,
    POINTS "/1/when: no probe has the variant “ebee”" },
  { kit_ocpp, "\"phase\": \"L1\"", "\"when\": ^\"readable(5)\"", BB_PROFILE_ERROR_RULE,
    POINTS "/0/when: only registers are readable or not" },
  { kit_station, "\"address\": 12", "\"address\": 12, \"type\": \"utf16\", \"words\": 1",
    BB_PROFILE_ERROR_RULE,
    "/interfaces/0/states/0/when: the condition compares state, which is a text, with a number" },
  { kit_station, "\"address\": 12", "\"address\": 12, \"when\": ^\"state == 1\"", BB_PROFILE_ERROR_RULE,
    POINTS "/1/when: the condition asks for the point's own role" },
  { kit_station, "\"words\": 2", "\"words\": 2, \"when\": ^\"firmware > 1\"", BB_PROFILE_ERROR_RULE,
    POINTS "/0/when: the condition asks for the point's own role" },
  { kit_station, "\"max\": 32", "\"max\": 32, \"off\": ^65536", BB_PROFILE_ERROR_RULE,
    POINTS "/4/off: this does not fit into the type" },
  { kit_station, "\"max\": 32", "\"max\": 32, \"power_on\": ^-1", BB_PROFILE_ERROR_RULE,
    POINTS "/4/power_on: this does not fit into the type" },
  { kit_station, "\"max\": 32", "\"scale\": 0.001, \"max\": ^66", BB_PROFILE_ERROR_RULE,
    POINTS "/4/max: this does not fit into the type" },
  /* rules of a station */
  { kit_station, "{ \"when\": \"state == 1\", \"iec\": \"B\"", "{ \"iec\": \"B\"", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/states/1: the rule before holds always, so this one never does" },
  { kit_station, "\"expect\": \"!= 9\"", "\"expect\": ^\"9\"", BB_PROFILE_ERROR_VALUE,
    "/interfaces/0/verify/0/expect: one of == != < <= > >= & is missing in the condition: “9”" },
  { kit_station, "[ { \"role\": \"state\", \"expect\"", "[ { \"role\": ^\"lock\", \"expect\"",
    BB_PROFILE_ERROR_RULE, "/interfaces/0/verify/0/role: there is no point of role lock that can be read" },
  { kit_station, "\"step_a\": 1", "\"step_a\": ^0", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/control/step_a: the step is at least 0.001 A" },
  { kit_station, "\"step_a\": 1", "\"step_a\": ^0.1", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/control/step_a: one count of limit.set is 1 A, more than the step" },
  { kit_station, "\"step_a\": 1", "\"off_a\": ^6", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/control/off_a: off_a must be less than min_on_a, or it does not pause" },
  { kit_station, "\"step_a\": 1", "\"needs_enable\": ^true", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/control/needs_enable: there is no point of role enable that can be written" },
  { kit_station, "\"step_a\": 1", "\"phase_codes\": ^{ \"1\": 0 }", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/control/phase_codes: there is no point of role phases.set or phases.actual" },
  { kit_station, "\"any-read\", \"timeout_ms\"", "\"write-point\", \"role\": ^\"heartbeat\", \"timeout_ms\"",
    BB_PROFILE_ERROR_RULE,
    "/interfaces/0/watchdog/role: there is no point of role heartbeat that can be written" },
  { kit_station, "{ \"kind\": \"any-read\"", "^{ \"kind\": \"write-point\"", BB_PROFILE_ERROR_KEY,
    "/interfaces/0/watchdog: the key role is missing" },
  { kit_station, "{ \"kind\": \"any-read\"", "^{ \"kind\": \"magic\", \"role\": \"limit.set\"",
    BB_PROFILE_ERROR_KEY, "/interfaces/0/watchdog: the key value is missing" },
  { kit_station, "\"any-read\", \"timeout_ms\": 60000", "\"none\", \"role\": ^\"state\"",
    BB_PROFILE_ERROR_RULE, "/interfaces/0/watchdog/role: this kind of watchdog writes nothing" },
  { kit_station, "\"any-read\"", "^\"ocpp\"", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/watchdog/kind: this kind of watchdog does not go with this connection" },
  { kit_station, "{ \"kind\": \"any-read\", \"timeout_ms\": 60000 }", "[ ^{ \"kind\": \"any-read\" } ]",
    BB_PROFILE_ERROR_KEY, "/interfaces/0/watchdog/0: the key timeout_ms is missing" },
  { kit_station, "\"timeout_ms\": 60000", "\"timeout_ms\": 60000, \"period_ms\": ^60000",
    BB_PROFILE_ERROR_RULE, "/interfaces/0/watchdog/period_ms: period_ms must be less than timeout_ms" },
  { kit_station, "\"limit.set\"", "\"limit.actual\"", BB_PROFILE_ERROR_RULE, NULL },
  { kit_station,
    "\"states\": [ { \"when\": \"state == 1\", \"iec\": \"B\", \"status\": \"occupied\" },\n"
    "      { \"iec\": \"A\", \"status\": \"free\" } ],",
    "", BB_PROFILE_ERROR_RULE, NULL },
  /* links, interfaces, the whole */
  { kit_station, "[\"modbus-tcp\"]", "^[\"modbus-tcp\", \"http\"]", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/connections: only modbus-tcp and modbus-rtu share an interface; give http its own" },
  { kit_station, "[\"modbus-tcp\"]", "^[\"modbus-tcp\", \"modbus-tcp\"]", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/connections: the connection modbus-tcp is there twice" },
  { kit_station, "[\"modbus-tcp\"]", "^[\"mqtt\"]", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/connections: only meters are reached over mqtt" },
  { kit_cloud, "  } ] }", "  }, { \"connections\": ^[\"cloud\"] } ] }", BB_PROFILE_ERROR_RULE,
    "/interfaces/1/connections: the connection cloud is there twice" },
  { kit_station, "\"unit\": 1", "\"poll_fast_ms\": 1000, \"poll_slow_ms\": ^500", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/link/poll_slow_ms: poll_slow_ms is less than poll_fast_ms" },
  { kit_station, "\"address\": 7", "\"address\": 7, \"min\": ^4, \"max\": 3", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/probes/0/reads/0/min: min is greater than max" },
  { kit_station, "\"address\": 7", "\"address\": 7, \"words\": ^5, \"max\": 3", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/probes/0/reads/0/words: only up to 4 registers are compared with min and max" },
  { kit_ocpp, "\"stack_live\": 1", "\"stack_safe\": ^1", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/ocpp/stack_safe: stack_safe must be less than stack_live, or -1 for one profile only" },
  { kit_ocpp, "\"stack_live\": 1", "\"is_meter\": ^true", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/ocpp/is_meter: a station is no meter of the installation" },
  { kit_ocpp, "\"station\"", "\"meter\"", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/ocpp/is_meter: a meter over OCPP needs is_meter true" },
  { kit_meter, "\"type\": \"i32\"", "\"type\": \"u32\"", BB_PROFILE_ERROR_RULE,
    "/interfaces/0/resolution/signed: current.l1 is unsigned and has no sign_from" },
  { kit_meter, "      { \"role\": \"current.l3\", \"address\": 4, \"unit\": \"A\" },\n", "",
    BB_PROFILE_ERROR_RULE, "/interfaces/0/points: there is no point current.l3, and phases is 3" },
  { kit_meter, "\"signed\": true", "\"phase_currents\": false", BB_PROFILE_ERROR_RULE,
    "/: a meter without phase currents needs refuse: why it is no limiting meter" },
  { kit_p1, "\"role\": \"current.l1\"", "\"role\": \"current.n\"", BB_PROFILE_ERROR_RULE,
    "/: a meter without phase currents needs refuse: why it is no limiting meter" },
  { kit_p1, "    \"points\": [",
    "    \"resolution\": { \"phase_currents\": true }, \"points\": [ ], \"x\": [", BB_PROFILE_ERROR_KEY,
    NULL },
};

/* "kit.json:line:column: " of the ^ in `marked`, which is taken out; NULL where there is none. */
static char *
take_place (char *marked)
{
  char *mark = strchr (marked, '^');
  guint line = 1, column = 1;

  if (mark == NULL)
    return NULL;
  for (const char *at = marked; at < mark; at++) {
    column = *at == '\n' ? 1 : column + 1;
    line += *at == '\n';
  }
  memmove (mark, mark + 1, strlen (mark));
  return g_strdup_printf ("kit.json:%u:%u: ", line, column);
}

static void
test_case (gconstpointer data)
{
  const Case *test = data;
  g_autofree char *text = kit_replace (test->base, test->find, test->replacement);
  g_autofree char *place = take_place (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbProfile) profile = bb_profile_parse (text, -1, "kit.json", &error);

  if (error == NULL)
    g_test_message ("was let through:\n%s", text);
  g_assert_null (profile);
  g_assert_error (error, BB_PROFILE_ERROR, (int) test->code);
  if (error == NULL)
    return;
  if (place != NULL) {
    g_autofree char *expected = g_strconcat (place, test->message, NULL);

    g_assert_cmpstr (error->message, ==, expected);
  } else if (test->message != NULL)
    g_assert_true (g_str_has_suffix (error->message, test->message));
}

static void
test_bases (void)
{
  const char *const bases[] = { kit_station, kit_meter, kit_http, kit_mqtt, kit_p1, kit_ocpp, kit_cloud };

  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    bb_profile_unref (kit_parse (bases[i]));
}

static void
test_not_json (void)
{
  const struct {
    const char *text;
    GQuark domain;
    int code;
  } bad[] = { { "", BB_TEXT_ERROR, BB_TEXT_ERROR_EMPTY },
              { "{ \"format\": ", BB_TEXT_ERROR, BB_TEXT_ERROR_TRUNCATED },
              { "{ \"format\": 1, \"format\": 2 }", BB_TEXT_ERROR, BB_TEXT_ERROR_SYNTAX },
              { "[ 1 ]", BB_PROFILE_ERROR, BB_PROFILE_ERROR_VALUE },
              { "7", BB_PROFILE_ERROR, BB_PROFILE_ERROR_VALUE } };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (bb_profile_parse (bad[i].text, -1, "kit.json", &error));
    g_assert_error (error, bad[i].domain, bad[i].code);
    g_assert_true (g_str_has_prefix (error->message, "kit.json:1:"));
  }
}

static void
test_too_large (void)
{
  g_autofree char *text = g_strnfill (2 << 20, ' ');
  g_autoptr (GError) error = NULL;

  g_assert_null (bb_profile_parse (text, -1, "kit.json", &error));
  g_assert_error (error, BB_TEXT_ERROR, BB_TEXT_ERROR_TOO_LARGE);
}

/* A file that starts with a byte-order mark: places still count. */
static void
test_mark (void)
{
  g_autofree char *changed = kit_replace (kit_station, "\"vendor\"", "\"vendr\"");
  g_autofree char *text = g_strconcat ("\xef\xbb\xbf", changed, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (bb_profile_parse (text, -1, "kit.json", &error));
  g_assert_true (g_str_has_prefix (error->message, "kit.json:2:22: /vendr: "));
}

/* ---- property: each key of a profile, misspelt, is refused at its place ---- */

typedef BbProfile *(*Loader) (const char *text, GError **error);

static BbProfile *
strict (const char *text, GError **error)
{
  return bb_profile_parse (text, -1, "every.json", error);
}

/* The deliberate defect: a loader that passes over keys it does not know. */
static BbProfile *
lenient (const char *text, GError **error)
{
  g_autofree char *known = g_strdup (text);
  char *unknown = strstr (known, "\"ZZ");

  if (unknown != NULL)
    memmove (unknown + 1, unknown + 3, strlen (unknown + 3) + 1);
  return bb_profile_parse (known, -1, "every.json", error);
}

/* How many keys of the text the loader lets through misspelt, or refuses at another place. */
static guint
count_unnoticed (const char *text, Loader load, guint *n_keys)
{
  guint line = 1, column = 1, n = 0;

  *n_keys = 0;
  for (const char *at = text; *at != '\0'; at++) {
    const char *end = *at == '"' ? strchr (at + 1, '"') : NULL;

    if (end != NULL && end[1] == ':') {
      g_autofree char *wrong = g_strdup_printf ("%.*sZZ%s", (int) (at + 1 - text), text, at + 1);
      g_autofree char *place = g_strdup_printf ("every.json:%u:%u: ", line, column);
      g_autoptr (GError) error = NULL;
      g_autoptr (BbProfile) profile = load (wrong, &error);

      (*n_keys)++;
      n += error == NULL || !g_str_has_prefix (error->message, place)
           || strstr (error->message, "unknown key") == NULL;
    }
    column = *at == '\n' ? 1 : column + 1;
    line += *at == '\n';
    if (end != NULL) {
      column += (guint) (end - at);
      at = end;
    }
  }
  return n;
}

static void
test_every_key (void)
{
  static const char *const names[] = { "profile-every-key.json", "profile-every-key-meter.json" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *text = kit_fixture (names[i]);
    guint n_keys;

    g_assert_cmpuint (count_unnoticed (text, strict, &n_keys), ==, 0);
    g_assert_cmpuint (n_keys, >, i == 0 ? 200 : 30);
    g_assert_cmpuint (count_unnoticed (text, lenient, &n_keys), ==, n_keys);
  }
}

/* ---- places ---- */

static void
test_places (void)
{
  static const char text[] = "{ \"a\": [ 1, { \"b/c\": \"}]\\\"\" , \"\\u0064~\": 2 } ], \"e\": { } }";
  const struct {
    const char *pointer;
    gsize key, value;
  } places[] = { { "", 0, 0 },       { "/a", 2, 7 },          { "/a/0", 9, 9 },
                 { "/a/1", 12, 12 }, { "/a/1/b~1c", 14, 21 }, { "/a/1/d~0", 30, 41 },
                 { "/e", 48, 53 } };
  static const char *const nowhere[] = { "/x", "/a/2", "/a/-", "/a/0/b", "/e/f", "/a/1/b" };
  gsize key, value;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_assert_true (bb_json_find_place (text, strlen (text), places[i].pointer, &key, &value));
    g_assert_cmpuint (key, ==, places[i].key);
    g_assert_cmpuint (value, ==, places[i].value);
  }
  for (guint i = 0; i < G_N_ELEMENTS (nowhere); i++)
    g_assert_false (bb_json_find_place (text, strlen (text), nowhere[i], NULL, NULL));
  /* A text cut anywhere ends the walk, no more. */
  for (gsize length = 0; length < strlen (text); length++)
    bb_json_find_place (text, length, "/e/f", NULL, NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  /* All rows of the table that are wrong, not only the first. */
  g_test_set_nonfatal_assertions ();
  g_test_add_func ("/profiles/errors/bases-are-good", test_bases);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strdup_printf ("/profiles/errors/%u", i);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/profiles/errors/not-json", test_not_json);
  g_test_add_func ("/profiles/errors/too-large", test_too_large);
  g_test_add_func ("/profiles/errors/byte-order-mark", test_mark);
  g_test_add_func ("/profiles/errors/every-key-misspelt", test_every_key);
  g_test_add_func ("/profiles/errors/places", test_places);
  return g_test_run ();
}
