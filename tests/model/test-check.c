/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-check.c: every rule of the checker: one site that trips it, one that does not. */
#include <string.h>

#include "engine/engine.h"
#include "kit.h"
#include "model/engine-config.h"
#include "model/problem-place.h"

/* A sound site, in parts that a row replaces. */
#define C              "'circuits':[{'id':'c','rating_a':25,'meter':'m','other_load_a':5}]"
#define M              "'meters':[{'id':'m','signed':true}]"
#define G              "'groups':[{'id':'g','circuit':'c'}]"
#define S              "'stations':[{'id':'s','group':'g','max_a':16,'failsafe_a':6}]"
#define STATION(more)  C "," M "," G ",'stations':[{'id':'s','group':'g','failsafe_a':6," more "}]"
#define GROUP(more)    C "," M ",'groups':[{'id':'g','circuit':'c'," more "}]," S
#define METER(more)    C ",'meters':[{'id':'m'," more "}]," G "," S
#define CIRCUIT(more)  "'circuits':[{'id':'c','meter':'m'," more "}]," M "," G "," S
#define SOUND          C "," M "," G "," S
#define CIRCUITS(list) "'circuits':[" list "]," M "," G "," S

enum { ADVICE = BB_SEVERITY_ADVICE, WARNING = BB_SEVERITY_WARNING, ERROR = BB_SEVERITY_ERROR };

typedef struct {
  const gchar *rule, *site;
  gint severity;
  const gchar *pointer;
  const gchar *good; /* near it, but sound; NULL: SOUND */
} Row;

static const Row rows[] = {
  { "profile-unknown", STATION ("'profile':'no-such-box'"), WARNING, "/stations/0/profile",
    STATION ("'profile':'abb-terra-ac'") },
  { "profile-kind", STATION ("'profile':'eastron-sdm630'"), ERROR, "/stations/0/profile", NULL },
  { "profile-kind", METER ("'signed':true,'profile':'abb-terra-ac'"), ERROR, "/meters/0/profile",
    METER ("'signed':true,'profile':'eastron-sdm630'") },
  { "connection-unknown", STATION ("'profile':'charge-amps-halo','connection':'modbus-tcp'"), ERROR,
    "/stations/0/connection", STATION ("'profile':'charge-amps-halo','connection':'ocpp'") },
  { "unit-duplicate",
    STATION ("'profile':'abb-terra-ac','connection':'modbus-rtu','address':'/dev/ttyS0'},{'id':'t',"
             "'group':'g','profile':'abb-terra-ac','connection':'modbus-rtu','failsafe_a':6,"
             "'address':'/dev/ttyS0:9600-8N1/1'"),
    ERROR, "/stations/1/address", NULL },
  { "line-settings",
    STATION ("'profile':'abb-terra-ac','connection':'modbus-rtu','address':'/dev/ttyS0:9600-8N1/1'},{"
             "'id':'t','group':'g','profile':'abb-terra-ac','connection':'modbus-rtu','failsafe_a':6,"
             "'address':'/dev/ttyS0:9600-8E1/2'"),
    ERROR, "/stations/1/address",
    STATION (
        "'profile':'abb-terra-ac','connection':'modbus-rtu','address':'/dev/ttyS0:9600-8N1/1'},{'id':'t',"
        "'group':'g','profile':'abb-terra-ac','connection':'modbus-rtu','failsafe_a':6,"
        "'address':'/dev/ttyS0:9600-8N1/2'") },
  { "failsafe-none", STATION ("'profile':'phoenix-ev-cc','step_a':1"), WARNING, "/stations/0/failsafe_a",
    C "," M "," G ",'stations':[{'id':'s','group':'g','profile':'phoenix-ev-cc','step_a':1}]" },
  { "meter-refused", METER ("'signed':true,'profile':'eastron-sdm72d-m'"), ERROR, "/meters/0/profile", NULL },
  { "meter-unsigned", METER ("'signed':true,'profile':'teison-ct-clamp'"), ERROR, "/meters/0/signed",
    METER ("'profile':'teison-ct-clamp'") },
  { "station-step", STATION ("'profile':'mennekes-amtron-professional'"), ERROR, "/stations/0/step_a",
    STATION ("'profile':'mennekes-amtron-professional','step_a':1") },
  { "identity-duplicate",
    C "," M "," G ",'stations':[{'id':'s','group':'g','profile':'ocpp-16j','identity':'X','failsafe_a':6},"
      "{'id':'t','group':'g','profile':'ocpp-16j','identity':'X','failsafe_a':6}]",
    ERROR, "/stations/1/identity",
    C "," M "," G ",'stations':[{'id':'s','group':'g','profile':'ocpp-16j','identity':'X','failsafe_a':6},"
      "{'id':'t','group':'g','profile':'ocpp-16j','identity':'X','connector':2,'failsafe_a':6}]" },
  { "acknowledgement", SOUND ",'acknowledgements':[{'rule':'failsafe-sum','group':'g','name':'A'}]", ERROR,
    "/acknowledgements/0",
    SOUND ",'acknowledgements':[{'rule':'failsafe-sum','group':'g','name':'A','reason':'B'}]" },
  { "acknowledgement", SOUND ",'acknowledgements':[{'rule':'grid-type','group':'g','name':'A','reason':'B'}]",
    ERROR, "/acknowledgements/0/rule", NULL },
  { "address-duplicate", "'network':{'controller':'10.0.0.1'}," STATION ("'address':'10.0.0.1'"), ERROR,
    "/stations/0/address", "'network':{'controller':'10.0.0.1'}," STATION ("'address':'10.0.0.1:502'") },
  { "address-duplicate",
    C "," M "," G ",'stations':[{'id':'s','group':'g','address':'h','failsafe_a':6},{'id':'t','group':'g',"
      "'address':'h','failsafe_a':6}]",
    ERROR, "/stations/1/address", NULL },
  { "address-invalid", STATION ("'address':'10.0.0.7:99999'"), ERROR, "/stations/0/address",
    STATION ("'address':'/dev/ttyUSB0:9600-8N1/3'") },
  { "address-subnet", "'network':{'subnet':'10.0.0.0/24'}," STATION ("'address':'10.0.1.1:502/3'"), ERROR,
    "/stations/0/address", "'network':{'subnet':'10.0.0.0/24'}," STATION ("'address':'10.0.0.7:502/3'") },
  { "address-subnet", "'network':{'subnet':'10.0.0.0/24','gateway':'10.1.0.1'}," SOUND, ERROR,
    "/network/gateway", NULL },
  { "can-switch", STATION ("'can_switch':true,'phases':1"), ERROR, "/stations/0/can_switch",
    STATION ("'can_switch':true") },
  { "circuit-phases", "'grid':'tn-one-phase'," CIRCUIT ("'rating_a':25,'phases':[1,2]"), ERROR,
    "/circuits/0/phases", "'grid':'tn-one-phase'," CIRCUIT ("'rating_a':25,'phases':[1]") },
  { "circuit-phases", CIRCUIT ("'rating_a':25,'phases':[]"), ERROR, "/circuits/0/phases",
    CIRCUIT ("'phases':[3]") },
  { "circuit-phases",
    CIRCUITS (
        "{'id':'c','meter':'m','phases':[1]},{'id':'d','parent':'c','phases':[1,2],'stations_only':true}"),
    ERROR, "/circuits/1/phases",
    CIRCUITS (
        "{'id':'c','meter':'m','phases':[1,2]},{'id':'d','parent':'c','phases':[2],'stations_only':true}") },
  { "circuit-rating", CIRCUIT ("'rating_a':[25,0,25]"), ERROR, "/circuits/0/rating_a",
    CIRCUIT ("'rating_a':[25,0,25],'phases':[1,3]") },
  { "circuit-ring",
    CIRCUITS ("{'id':'c','parent':'d','stations_only':true},{'id':'d','parent':'c','stations_only':true}"),
    ERROR, "/circuits/0/parent",
    CIRCUITS ("{'id':'c','parent':'d','stations_only':true},{'id':'d','stations_only':true}") },
  { "circuit-ring", CIRCUITS ("{'id':'c','parent':'c','stations_only':true}"), ERROR, "/circuits/0/parent",
    NULL },
  { "circuit-depth",
    CIRCUITS ("{'id':'c','stations_only':true},{'id':'2','parent':'c','stations_only':true},{'id':'3','"
              "parent':'2','stations_only':true},{'id':'4','parent':'3','stations_only':true},"
              "{'id':'5','parent':'4','stations_only':true},{'id':'6','parent':'5','stations_only':true},{'"
              "id':'7','parent':'6','stations_only':true},{'id':'8','parent':'7'"
              ",'stations_only':true},{'id':'9','parent':'8','stations_only':true}"),
    ERROR, "/circuits/8/parent",
    CIRCUITS ("{'id':'c','stations_only':true},{'id':'2','parent':'c','stations_only':true},{'id':'3','"
              "parent':'2','stations_only':true},{'id':'4','parent':'3','stations_only':true},"
              "{'id':'5','parent':'4','stations_only':true},{'id':'6','parent':'5','stations_only':true},{'"
              "id':'7','parent':'6','stations_only':true},{'id':'8','parent':'7','stations_only':true}") },
  { "devices-14a",
    "'reduced':{'kind':'14a','devices':1}," C "," M "," G ",'stations':[{'failsafe_a':6},{'failsafe_a':6}]",
    WARNING, "/reduced/devices",
    "'reduced':{'kind':'14a','devices':3}," C "," M "," G ",'stations':[{'failsafe_a':6},{'failsafe_a':6}]" },
  { "failsafe-over-max", C "," M "," G ",'stations':[{'group':'g','max_a':10,'failsafe_a':16}]", WARNING,
    "/stations/0/failsafe_a", NULL },
  { "failsafe-sum", GROUP ("'offline_a':5"), ERROR, "/groups/0/offline_a", GROUP ("'offline_a':6") },
  { "failsafe-sum", C "," M "," G ",'stations':[{'id':'s','group':'g','max_a':32}]", ERROR,
    "/groups/0/offline_a", C "," M "," G ",'stations':[{'id':'s','group':'g','max_a':20}]" },
  { "failsafe-sum",
    C "," M
      ",'groups':[{'id':'g','circuit':'c','offline_a':5}],'stations':[{'id':'s','group':'g','failsafe_fixed':"
      "true}],'acknowledgements':[{'rule':'failsafe-sum','group':'g','name':'A','reason':'B'}]",
    WARNING, "/groups/0/offline_a", NULL },
  { "failsafe-sum",
    C "," M ",'groups':[{'id':'g','circuit':'c','offline_a':5}],'stations':[{'id':'s','group':'g'}],"
      "'acknowledgements':[{'rule':'failsafe-sum','group':'g','name':'A','reason':'B'}]",
    ERROR, "/groups/0/offline_a", NULL },
  { "generation-unsigned",
    "'circuits':[{'id':'c','meter':'m','generation_a':9}],'meters':[{'id':'m'}]," G "," S, WARNING,
    "/circuits/0/meter", "'circuits':[{'id':'c','meter':'m','generation_a':9}]," M "," G "," S },
  { "grid-type", "'grid':'it-three-phase'," SOUND, ERROR, "/grid", "'grid':'tn-one-phase'," SOUND },
  { "grid-type", "'grid':'delta'," SOUND, ERROR, "/grid", NULL },
  { "group-circuit", "'circuits':[{'id':'c'},{'id':'d'}],'groups':[{'id':'g'}],'stations':[{'circuit':'c'}]",
    ERROR, "/groups/0/circuit",
    "'circuits':[{'id':'c','stations_only':true},{'id':'d'}],'groups':[{'id':'g','circuit':'d'}],'stations':["
    "{'circuit':'c'}]" },
  { "group-empty", C "," M ",'groups':[{'id':'g','circuit':'c'},{'id':'h','circuit':'c'}]," S, ADVICE,
    "/groups/1", NULL },
  { "group-inactive", GROUP ("'active':false"), ADVICE, "/groups/0/active", NULL },
  { "group-phases", GROUP ("'phases':[]"), ERROR, "/groups/0/phases", GROUP ("'phases':[1,2,3]") },
  { "group-phases",
    "'circuits':[{'id':'c','meter':'m','phases':[1,2]}]," M
    ",'groups':[{'id':'g','circuit':'c','phases':[3]}]," S,
    ERROR, "/groups/0/phases",
    "'circuits':[{'id':'c','meter':'m','phases':[1,2]}]," M
    ",'groups':[{'id':'g','circuit':'c','phases':[1,2]}]," S },
  { "group-timezone", "'timezone':'Europe/Oslo'," GROUP ("'timezone':'Europe/Riga'"), ERROR,
    "/groups/0/timezone", "'timezone':'Europe/Oslo'," GROUP ("'timezone':'Europe/Oslo'") },
  { "household-current", GROUP ("'household_a':201"), ERROR, "/groups/0/household_a",
    GROUP ("'household_a':200") },
  { "household-current", GROUP ("'household_a':25,'working_a':32"), ERROR, "/groups/0/working_a",
    GROUP ("'household_a':32,'working_a':25") },
  { "household-current", GROUP ("'household_a':10"), ERROR, "/stations/0/max_a", GROUP ("'household_a':16") },
  { "input-file", SOUND ",'inputs':[{}]", ERROR, "/inputs/0/file", SOUND ",'inputs':[{'file':'a.csv'}]" },
  { "input-file", SOUND ",'inputs':[{'kind':'sessions','source':'constant'}]", ERROR, "/inputs/0/source",
    SOUND ",'inputs':[{'kind':'sessions','source':'synthetic'}]" },
  { "input-start", SOUND ",'inputs':[{'file':'a','start':'noon'}]", ERROR, "/inputs/0/start",
    SOUND ",'inputs':[{'file':'a','start':'2026-02-28T12:00'}]" },
  { "input-zone", SOUND ",'inputs':[{'file':'a','zone':'Mars/Base'}]", ERROR, "/inputs/0/zone",
    SOUND ",'inputs':[{'file':'a','zone':'+01:00'}]" },
  { "key-unknown", STATION ("'max_amps':16"), WARNING, "/stations/0/max_amps",
    STATION ("'x-max_amps':16") ",'scenario':[],'$schema':''" },
  { "load-unknown", "'circuits':[{'id':'c'}]," M "," G "," S, ERROR, "/circuits/0/other_load_a",
    "'circuits':[{'id':'c','stations_only':true}]," M "," G "," S },
  { "load-unstated", CIRCUIT ("'rating_a':25"), WARNING, "/circuits/0/other_load_a",
    CIRCUIT ("'other_load_a':0") },
  { "measurement-device",
    C ",'meters':[{'id':'m'},{'id':'n'}],'groups':[{'id':'g','circuit':'c','measurement_device':'n'}]," S,
    ERROR, "/groups/0/measurement_device", GROUP ("'measurement_device':'m'") },
  { "meter-phases", METER ("'phases':[1]"), ERROR, "/circuits/0/meter", METER ("'phases':[1,2,3]") },
  { "meter-phases", "'grid':'tn-one-phase'," METER ("'phases':[1,2]"), ERROR, "/meters/0/phases",
    "'grid':'tn-one-phase'," METER ("'phases':[1]") },
  { "meter-phases", METER ("'phases':[]"), ERROR, "/meters/0/phases", NULL },
  { "meter-range", METER ("'range_a':20"), WARNING, "/meters/0/range_a", METER ("'range_a':25") },
  { "meter-shared", CIRCUITS ("{'id':'c','meter':'m'},{'id':'d','parent':'c','meter':'m'}"), ERROR,
    "/circuits/1/meter", CIRCUITS ("{'id':'c','meter':'m'},{'id':'d','parent':'c','stations_only':true}") },
  { "meter-times", METER ("'interval_s':0"), ERROR, "/meters/0/interval_s", METER ("'interval_s':3600") },
  { "meter-times", METER ("'lag_s':601"), ERROR, "/meters/0/lag_s", METER ("'lag_s':600") },
  { "meter-times", METER ("'back_online_s':86401"), ERROR, "/meters/0/back_online_s",
    METER ("'back_online_s':86400") },
  { "meter-voltage", METER ("'signed':true,'voltage_phases':[2,3]"), ERROR, "/meters/0/voltage_phases",
    METER ("'voltage_phases':[1]") },
  { "meter-total-only", METER ("'total_only':true"), ERROR, "/circuits/0/meter",
    "'circuits':[{'id':'c','rating_a':25,'meter':'m','other_load_a':5,'total_limit_kw':10}],'meters':[{'id':'"
    "m','total_only':true}]," G "," S },
  { "min-over-max", STATION ("'max_a':8,'min_a':10"), ERROR, "/stations/0/min_a",
    STATION ("'max_a':10,'min_a':10") },
  { "min-over-max", STATION ("'cable_a':7,'min_a':8"), ERROR, "/stations/0/min_a",
    STATION ("'cable_a':8,'min_a':8") },
  { "min-under-6",
    C
    "," M
    ",'groups':[{'id':'g','circuit':'c','min_a':0}],'stations':[{'group':'g','min_a':5.999,'failsafe_a':6}]",
    ERROR, "/stations/0/min_a", STATION ("'min_a':6") },
  { "min-under-6", STATION ("'min_a':0"), ERROR, "/stations/0/min_a", STATION ("'min_a':6") },
  { "min-under-6", STATION ("'min_3p_a':5"), ERROR, "/stations/0/min_3p_a", STATION ("'min_3p_a':6") },
  { "min-under-6", GROUP ("'min_a':5.9"), ERROR, "/groups/0/min_a", GROUP ("'min_a':6") },
  { "min-under-6",
    C "," M
      ",'groups':[{'id':'g','circuit':'c','socket':true}],'stations':[{'group':'g','max_a':5,'socket':true}]",
    ERROR, "/stations/0/max_a",
    C
    "," M
    ",'groups':[{'id':'g','circuit':'c','socket':true}],'stations':[{'group':'g','max_a':6,'socket':true}]" },
  { "mode-meter", C ",'meters':[{'id':'m'}],'groups':[{'id':'g','circuit':'c','mode':'solar'}]," S, ERROR,
    "/groups/0/mode", GROUP ("'mode':'solar'") },
  { "mode-meter",
    "'circuits':[{'id':'c','other_load_a':5}],'groups':[{'id':'g','circuit':'c','mode':'boost'}]," S, ERROR,
    "/groups/0/mode", GROUP ("'mode':'boost'") },
  { "network-dhcp", "'network':{'dhcp':false}," SOUND, WARNING, "/network/dhcp",
    "'network':{'dhcp':true}," SOUND },
  { "network-subnet", "'network':{'subnet':'10.0.0.0/33'}," SOUND, ERROR, "/network/subnet",
    "'network':{'subnet':'10.0.0.0/8'}," SOUND },
  { "network-subnet", "'network':{'subnet':'10.0.0.1'}," SOUND, ERROR, "/network/subnet", NULL },
  { "no-circuits", "'circuits':[]," M ",'groups':[]," S, ERROR, "/circuits", NULL },
  { "no-stations", C "," M "," G ",'stations':[]", ERROR, "/stations", NULL },
  { "nominal-voltage", "'nominal_v':12," SOUND, ERROR, "/nominal_v", "'nominal_v':110.5," SOUND },
  { "off-peak-never", GROUP ("'off_peak':true"), WARNING, "/groups/0/windows",
    GROUP ("'off_peak':true,'windows':[{'start':'22:00','end':'06:00'}]") },
  { "offline-limit", GROUP ("'offline_a':20.001"), ERROR, "/groups/0/offline_a", GROUP ("'offline_a':20") },
  { "offline-limit", CIRCUIT ("'other_load_a':26"), ERROR, "/circuits/0/other_load_a", NULL },
  { "offline-over-online", GROUP ("'offline_a':16,'online_a':10"), WARNING, "/groups/0/offline_a",
    GROUP ("'offline_a':16,'online_a':16") },
  { "peak-limit", GROUP ("'use_peak':true"), ERROR, "/groups/0/initial_peak_kw",
    GROUP ("'use_peak':true,'initial_peak_kw':10") },
  { "peak-limit", CIRCUIT ("'peak_window_min':15"), ERROR, "/circuits/0/peak_initial_kw",
    CIRCUIT ("'peak_window_min':15,'peak_initial_kw':5") },
  { "peak-meter",
    "'circuits':[{'id':'c','other_load_a':5}],'groups':[{'id':'g','circuit':'c','use_peak':true,'initial_"
    "peak_kw':5}]," S,
    ERROR, "/groups/0/use_peak", GROUP ("'use_peak':true,'initial_peak_kw':5") },
  { "peak-meter",
    "'circuits':[{'id':'c','other_load_a':5,'peak_window_min':15,'peak_initial_kw':5}]," G "," S, ERROR,
    "/circuits/0/peak_window_min", NULL },
  { "peak-window", GROUP ("'use_peak':true,'initial_peak_kw':5,'peak_window_min':30"), ERROR,
    "/groups/0/peak_window_min", GROUP ("'use_peak':true,'initial_peak_kw':5,'peak_window_min':60") },
  { "peak-window", CIRCUIT ("'peak_window_min':20,'peak_initial_kw':5"), ERROR, "/circuits/0/peak_window_min",
    NULL },
  { "pv-meter", CIRCUIT ("'pv_meter':'m'"), ERROR, "/circuits/0/pv_meter",
    "'circuits':[{'id':'c','meter':'m','pv_meter':'n'}],'meters':[{'id':'m'},{'id':'n'}]," G "," S },
  { "rating-grows",
    CIRCUITS (
        "{'id':'c','meter':'m','rating_a':25},{'id':'d','parent':'c','rating_a':32,'stations_only':true}"),
    WARNING, "/circuits/1/rating_a",
    CIRCUITS (
        "{'id':'c','meter':'m','rating_a':25},{'id':'d','parent':'c','rating_a':25,'stations_only':true}") },
  { "reaction", STATION ("'reaction_s':3601"), ERROR, "/stations/0/reaction_s",
    STATION ("'reaction_s':3600") },
  { "reference", GROUP ("'measurement_device':'nobody'"), ERROR, "/groups/0/measurement_device", NULL },
  { "reference", STATION ("'included_in':['m','nobody']"), ERROR, "/stations/0/included_in/1",
    STATION ("'included_in':['m']") },
  { "reference", "'reduced':{'other_meter':'nobody'}," SOUND, ERROR, "/reduced/other_meter",
    "'reduced':{'other_meter':'m'}," SOUND },
  { "reference", CIRCUIT ("'parent':'nobody'"), ERROR, "/circuits/0/parent", NULL },
  { "reservation", STATION ("'reservation_a':17"), ERROR, "/stations/0/reservation_a",
    STATION ("'reservation_a':16") },
  { "reservation", STATION ("'reservation_a':5.999"), ERROR, "/stations/0/reservation_a",
    STATION ("'reservation_a':6") },
  { "rotation", STATION ("'rotation':'122'"), ERROR, "/stations/0/rotation", STATION ("'rotation':'312'") },
  { "rotation", STATION ("'rotation':'12'"), ERROR, "/stations/0/rotation",
    STATION ("'rotation':'12','phases':2") },
  { "rotation-unknown", STATION ("'rotation':'unknown'"), ADVICE, "/stations/0/rotation",
    STATION ("'rotation':'321'") },
  { "serial-duplicate",
    C "," M "," G ",'stations':[{'serial':'1','failsafe_a':6},{'serial':'1','failsafe_a':6}]", WARNING,
    "/stations/1/serial",
    C "," M "," G ",'stations':[{'serial':'1','failsafe_a':6},{'serial':'2','failsafe_a':6}]" },
  { "simulation-start", SOUND ",'simulation':{'from':'2026-13-01'}", ERROR, "/simulation/from",
    SOUND ",'simulation':{'from':'2024-02-29'}" },
  { "socket", STATION ("'socket':true"), ERROR, "/stations/0/socket",
    C "," M ",'groups':[{'id':'g','circuit':'c','socket':true}],'stations':[{'group':'g','max_a':10,'socket':"
      "true}]" },
  { "station-circuit", C "," M ",'groups':[{'id':'g'},{'id':'h'}],'stations':[{}]", ERROR,
    "/stations/0/circuit", C "," M ",'groups':[{'id':'g'},{'id':'h'}],'stations':[{'circuit':'c'}]" },
  { "station-circuit",
    "'circuits':[{'id':'c','meter':'m'},{'id':'d','parent':'c','stations_only':true}]," M
    ",'groups':[{'id':'g','circuit':'d'}],"
    "'stations':[{'group':'g','circuit':'c','failsafe_a':6}]",
    ERROR, "/stations/0/circuit",
    "'circuits':[{'id':'c','meter':'m'},{'id':'d','parent':'c','stations_only':true}]," M
    ",'groups':[{'id':'g','circuit':'c'}],"
    "'stations':[{'group':'g','circuit':'d','failsafe_a':6}]" },
  { "station-limit", STATION ("'max_a':200"), ERROR, "/stations/0/max_a", STATION ("'max_a':80") },
  { "station-limit", GROUP ("'working_a':100"), ERROR, "/groups/0/working_a", GROUP ("'working_a':32") },
  { "station-max", STATION ("'max_a':0"), ERROR, "/stations/0/max_a", STATION ("'max_a':6") },
  { "station-over-rating", STATION ("'max_a':32"), ADVICE, "/stations/0/max_a", STATION ("'max_a':25") },
  { "station-phases",
    "'circuits':[{'id':'c','meter':'m','phases':[1,2]}]," M "," G
    ",'stations':[{'group':'g','phases':3,'failsafe_a':6}]",
    ERROR, "/stations/0/phases",
    "'circuits':[{'id':'c','meter':'m','phases':[1,2]}]," M "," G
    ",'stations':[{'group':'g','phases':2,'failsafe_a':6}]" },
  { "station-phases",
    "'circuits':[{'id':'c','meter':'m','phases':[1]}]," M "," G
    ",'stations':[{'group':'g','rotation':'2','failsafe_a':6}]",
    ERROR, "/stations/0/rotation",
    "'circuits':[{'id':'c','meter':'m','phases':[2]}]," M "," G
    ",'stations':[{'group':'g','rotation':'2','failsafe_a':6}]" },
  { "station-phases", GROUP ("'phases':[1,2]"), ERROR, "/stations/0/rotation", GROUP ("'phases':[1,2,3]") },
  { "station-slow", STATION ("'reaction_s':10.001"), ADVICE, "/stations/0/reaction_s",
    STATION ("'reaction_s':10") },
  { "station-unmeasured", STATION ("'measured':false"), ADVICE, "/stations/0/measured",
    STATION ("'measured':true") },
  { "step", STATION ("'step_a':0"), ERROR, "/stations/0/step_a", STATION ("'step_a':0.001") },
  { "step", STATION ("'step_a':17"), ERROR, "/stations/0/step_a", STATION ("'step_a':16") },
  { "timezone", "'timezone':'Mars/Base'," SOUND, ERROR, "/timezone", "'timezone':'Europe/Bucharest'," SOUND },
  { "turn", GROUP ("'turn_min':0"), ERROR, "/groups/0/turn_min", GROUP ("'turn_min':1") },
  { "wifi-name", "'network':{'ssid':'My Home'}," SOUND, ERROR, "/network/ssid",
    "'network':{'ssid':'MyHome'}," SOUND },
  { "wifi-name", "'network':{'ssid':'My_Home'}," SOUND, WARNING, "/network/ssid", NULL },
  { "windows-overlap", GROUP ("'windows':[{'start':'22:00','end':'06:00'},{'start':'05:00','end':'07:00'}]"),
    WARNING, "/groups/0/windows/1",
    GROUP ("'windows':[{'start':'22:00','end':'06:00'},{'start':'06:00','end':'07:00'}]") },
  { "windows-overlap", SOUND ",'tariff':[{},{'start':'10:00','end':'11:00','days':['sun']}]", WARNING,
    "/tariff/1", SOUND ",'tariff':[{'days':['mon']},{'start':'10:00','end':'11:00','days':['sun']}]" },
};

static BbSite *
site_of (const Row *row, gboolean good)
{
  return kit_site (!good ? row->site : row->good != NULL ? row->good : SOUND);
}

/* Whatever is said of a site is said of a part that is there, and of a property that it has. */
static void
assert_located (BbSite *site)
{
  g_autoptr (GListModel) problems = bb_site_check (site, 0);

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++) {
    g_autoptr (BbProblem) problem = (BbProblem *) g_list_model_get_item (problems, i);
    const gchar *property;
    BbPart *part;

    g_assert_true (bb_problem_locate (site, problem, &part, &property));
    if (property != NULL)
      g_assert_nonnull (g_object_class_find_property (G_OBJECT_GET_CLASS (part), property));
  }
}

static void
test_row (gconstpointer data)
{
  const Row *row = (const Row *) data;
  g_autoptr (BbSite) bad = site_of (row, FALSE);
  g_autoptr (BbSite) good = site_of (row, TRUE);
  g_autofree gchar *of_bad = kit_problems (bad, 0);
  g_autofree gchar *of_good = kit_problems (good, 0);

  if (!kit_reports (bad, 0, row->rule, (BbSeverity) row->severity, row->pointer))
    g_test_fail_printf ("%s at %s is not reported by: %s\nbut:\n%s", row->rule, row->pointer, row->site,
                        of_bad);
  /* The good site has neither this problem nor, through a slip in the row, any error at all. */
  if (kit_reports (good, 0, row->rule, (BbSeverity) row->severity, row->pointer)
      || kit_count (good, 0, BB_SEVERITY_ERROR) > 0)
    g_test_fail_printf ("the good site of %s has:\n%s", row->rule, of_good);
  assert_located (bad);
}

static void
test_sound (void)
{
  g_autoptr (BbSite) site = kit_site (SOUND);
  g_autofree gchar *problems = kit_problems (site, 0);

  g_assert_cmpstr (problems, ==, "");
}

/* Rules that cannot be tripped by a file, or not by a short one, have tests of their own. */
static void
test_all_rules_have_rows (void)
{
  static const gchar *const others[] = { "capacity", "engine", "id-duplicate", "id-missing", NULL };
  const gchar *const *rules = bb_site_check_rules ();

  for (gint i = 0; rules[i] != NULL; i++) {
    gboolean found = g_strv_contains (others, rules[i]);

    for (gsize r = 0; r < G_N_ELEMENTS (rows); r++)
      found |= strcmp (rows[r].rule, rules[i]) == 0;
    if (!found)
      g_test_fail_printf ("no row for %s", rules[i]);
    if (i > 0)
      g_assert_cmpstr (rules[i - 1], <, rules[i]);
  }
}

static void
add_stations (BbSite *site, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree gchar *id = g_strdup_printf ("x%u", i);
    g_autoptr (BbStation) station = bb_station_new (id);

    g_object_set (station, "group", "g", "failsafe-ma", 0, NULL);
    g_list_store_append (G_LIST_STORE (bb_site_get_stations (site)), station);
  }
}

static void
test_capacity (void)
{
  g_autoptr (BbSite) full = kit_site (C "," M "," G ",'stations':[]");
  g_autoptr (BbSite) site = kit_site (SOUND);

  add_stations (full, BBE_MAX_STATIONS);
  g_assert_cmpuint (kit_count (full, 0, BB_SEVERITY_ERROR), ==, 0);
  add_stations (full, 1);
  g_assert_true (kit_reports (full, 0, "capacity", BB_SEVERITY_ERROR, "/stations"));
  add_stations (site, 10000);
  g_assert_true (kit_reports (site, 0, "capacity", BB_SEVERITY_ERROR, "/stations"));
}

static void
test_capacity_windows (void)
{
  g_autoptr (BbSite) site = kit_site (SOUND);
  BbGroup *group = bb_site_group (site, 0);

  bb_group_set_active (group, FALSE);
  for (gint i = 0; i <= BBE_MAX_WINDOWS; i++) {
    g_autoptr (BbWindow) window = bb_window_new (i * 60, i * 60 + 30, 127);

    g_assert_false (kit_reports (site, 0, "capacity", BB_SEVERITY_ERROR, NULL));
    g_assert_true (bb_group_add_window (group, window, NULL));
  }
  g_assert_true (kit_reports (site, 0, "capacity", BB_SEVERITY_ERROR, "/groups/0/windows"));
}

/* Ids that were edited, past the reader. */
static void
test_ids (void)
{
  g_autoptr (BbSite) site
      = kit_site (C "," M "," G ",'stations':[{'id':'a','failsafe_a':6},{'id':'b','failsafe_a':6}]");

  g_assert_cmpuint (kit_count (site, 0, BB_SEVERITY_ERROR), ==, 0);
  g_object_set (bb_site_station (site, 1), "id", "a", NULL);
  g_assert_true (kit_reports (site, 0, "id-duplicate", BB_SEVERITY_ERROR, "/stations/1/id"));
  g_object_set (bb_site_station (site, 1), "id", "", NULL);
  g_assert_true (kit_reports (site, 0, "id-missing", BB_SEVERITY_ERROR, "/stations/1/id"));
}

/* voltage on L1 only is valid without generation, an error where generation is declared. */
static void
test_a_02 (void)
{
  static const gchar meter[] = "'meters':[{'id':'m','signed':true,'voltage_phases':[1]}]," S;
  g_autofree gchar *without = g_strconcat (C "," G ",", meter, NULL);
  g_autofree gchar *with
      = g_strconcat ("'circuits':[{'id':'c','meter':'m','generation_a':9}]," G ",", meter, NULL);
  g_autofree gchar *solar
      = g_strconcat (C ",'groups':[{'id':'g','circuit':'c','mode':'solar'}],", meter, NULL);
  g_autoptr (BbSite) plain = kit_site (without);
  g_autoptr (BbSite) generating = kit_site (with);
  g_autoptr (BbSite) in_solar = kit_site (solar);

  g_assert_false (kit_reports (plain, 0, "meter-voltage", BB_SEVERITY_ERROR, NULL));
  g_assert_true (kit_reports (generating, 0, "meter-voltage", BB_SEVERITY_ERROR, "/meters/0/voltage_phases"));
  g_assert_true (kit_reports (in_solar, 0, "meter-voltage", BB_SEVERITY_ERROR, "/meters/0/voltage_phases"));
}

/* T-05: the limits of station and site are never confused: a 200 A station limit is an error, a 200 A site is
 * not. */
static void
test_t_05 (void)
{
  g_autoptr (BbSite) station
      = kit_site ("'main_fuse_a':200,'other_load_a':0,'stations':[{'max_a':200,'failsafe_a':6}]");
  g_autoptr (BbSite) board
      = kit_site ("'main_fuse_a':200,'other_load_a':0,'stations':[{'max_a':32,'failsafe_a':6}]");

  g_assert_true (kit_reports (station, 0, "station-limit", BB_SEVERITY_ERROR, "/stations/0/max_a"));
  g_assert_cmpuint (kit_count (board, 0, BB_SEVERITY_ERROR), ==, 0);
}

/* 25 A board, others up to 15 A: standalone 10 A, with the device 25 A. */
static void
test_a_08 (void)
{
  static const gchar site[]
      = "'main_fuse_a':25,'other_load_a':15,'online_a':25,'offline_a':%s,'stations':[{'failsafe_a':6}]";
  const gchar *const limits[] = { "10", "10.001" };

  g_assert_cmpint (bb_group_suggest_offline_ma (25000, 15000), ==, 10000);
  g_assert_cmpint (bb_group_suggest_offline_ma (25000, 30000), ==, 0);
  for (gint i = 0; i < 2; i++) {
    g_auto (GStrv) around = g_strsplit (site, "%s", 2);
    g_autofree gchar *text = g_strconcat (around[0], limits[i], around[1], NULL);
    g_autoptr (BbSite) board = kit_site (text);
    g_autofree gchar *problems = kit_problems (board, 0);

    g_assert_cmpint (kit_reports (board, 0, "offline-limit", BB_SEVERITY_ERROR, "/groups/0/offline_a"), ==,
                     i);
    g_assert_cmpint (strstr (problems, "to 10 A at most") != NULL, ==, i);
  }
}

/* A minimum under 6 A: simulation only. */
static void
test_simulation_flag (void)
{
  g_autoptr (BbSite) site = kit_site (C "," M ",'groups':[{'id':'g','circuit':'c','min_a':0}],"
                                        "'stations':[{'group':'g','min_a':0,'failsafe_a':6}]");

  g_assert_true (kit_reports (site, BB_CHECK_DEPLOY, "min-under-6", BB_SEVERITY_ERROR, NULL));
  g_assert_cmpuint (kit_count (site, BB_CHECK_SIMULATION, BB_SEVERITY_ERROR), ==, 0);
  g_assert_false (kit_reports (site, BB_CHECK_SIMULATION, "min-under-6", BB_SEVERITY_ADVICE, NULL));

  /* under a group of 6 A it has no effect: said, because a simulation does not refuse it */
  g_autoptr (BbSite) ignored = kit_site (STATION ("'min_a':0"));
  g_assert_cmpuint (kit_count (ignored, BB_CHECK_SIMULATION, BB_SEVERITY_ERROR), ==, 0);
  g_assert_true (
      kit_reports (ignored, BB_CHECK_SIMULATION, "min-under-6", BB_SEVERITY_ADVICE, "/stations/0/min_a"));
}

static void
test_order_and_error (void)
{
  g_autoptr (BbSite) site = kit_site (STATION ("'rotation':'unknown','max_a':200,'y':1"));
  g_autoptr (GListModel) problems = bb_site_check (site, 0);
  g_autoptr (GError) error = NULL;
  BbSeverity last = BB_SEVERITY_ERROR;

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++) {
    g_autoptr (BbProblem) problem = (BbProblem *) g_list_model_get_item (problems, i);
    guint severity;
    g_autofree gchar *rule = NULL;

    g_object_get (problem, "severity", &severity, "rule", &rule, NULL);
    g_assert_cmpuint (severity, ==, bb_problem_get_severity (problem));
    g_assert_cmpstr (rule, ==, bb_problem_get_rule (problem));
    g_assert_cmpuint (severity, <=, last);
    last = (BbSeverity) severity;
  }
  g_assert_cmpuint (last, ==, BB_SEVERITY_ADVICE);
  bb_site_set_path (site, "a.busbar");
  g_assert_false (bb_site_check_errors (site, 0, &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_CHECK);
  g_assert_true (g_str_has_prefix (error->message, "a.busbar: /stations/0/max_a: "));
}

/* What the checker lets pass, the engine accepts; and a specific rule says so, not the engine. */
static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20260);
  guint n_passed = 0, n_refused = 0;
  g_autofree void *engine = g_malloc0 (bbe_sizeof ());

  for (gint i = 0; i < 1500; i++) {
    g_autoptr (BbSite) site = kit_random_site (rand, i % 2 == 1);
    g_autofree gchar *problems = kit_problems (site, 0);
    g_autoptr (BbEngineConfig) config = NULL;
    bbe_fault fault = { 0 };

    if (strstr (problems, "error engine") != NULL)
      g_test_fail_printf ("only the engine found: %s", problems);
    if (kit_count (site, 0, BB_SEVERITY_ERROR) > 0) {
      n_refused++;
      continue;
    }
    n_passed++;
    config = bb_engine_config_new (site, NULL, NULL);
    g_assert_nonnull (config);
    g_assert_cmpint (bbe_init ((bbe_engine *) engine, &config->config, &fault), ==, BBE_OK);
  }
  g_test_message ("%u sites passed, %u were refused", n_passed, n_refused);
  g_assert_cmpuint (n_passed, >, 200);
  g_assert_cmpuint (n_refused, >, 200);
}

/* The random test can fail: a configuration broken behind the checker's back is refused by the engine. */
static void
test_random_shown_red (void)
{
  g_autoptr (BbSite) site = kit_site (SOUND);
  g_autofree void *engine = g_malloc0 (bbe_sizeof ());
  g_autoptr (BbEngineConfig) config = bb_engine_config_new (site, NULL, NULL);
  bbe_fault fault = { 0 };

  g_assert_cmpint (bbe_init ((bbe_engine *) engine, &config->config, &fault), ==, BBE_OK);
  config->groups[0].offline_ma = 5000;
  g_assert_cmpint (bbe_init ((bbe_engine *) engine, &config->config, &fault), ==, BBE_FAILSAFE_SUM);
  config->groups[0].offline_ma = 20000;
  config->circuits[0].rating_ma[1] = 0;
  g_assert_cmpint (bbe_init ((bbe_engine *) engine, &config->config, &fault), ==, BBE_BAD_VALUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/check/sound", test_sound);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/check/rule/%s/%02u", rows[i].rule, (guint) i);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  g_test_add_func ("/check/all-rules-have-rows", test_all_rules_have_rows);
  g_test_add_func ("/check/capacity/stations", test_capacity);
  g_test_add_func ("/check/capacity/windows", test_capacity_windows);
  g_test_add_func ("/check/ids", test_ids);
  g_test_add_func ("/check/A-02/voltage", test_a_02);
  g_test_add_func ("/check/T-05/200-a", test_t_05);
  g_test_add_func ("/check/A-08/board", test_a_08);
  g_test_add_func ("/check/simulation-flag", test_simulation_flag);
  g_test_add_func ("/check/order-and-error", test_order_and_error);
  g_test_add_func ("/check/random", test_random);
  g_test_add_func ("/check/random/shown-red", test_random_shown_red);
  return g_test_run ();
}
