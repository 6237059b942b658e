# SPDX-License-Identifier: GPL-3.0-or-later
"""Charging stations in stated situations, written from their register tables (not from data/profiles)."""
import copy

from words import Fixture, f32, lw32, raw, text, u16, u32, utf16, write

# What the manager is told about the station's fail-safe; what commissioning must write follows from it.
SAFE_A = 6


def abb(fallback=255, timeout=60, lock=0x0111, state=0x8400, error=0, current=(13256, 13100, 12999), power=9063,
        firmware=(0x01, 0x08, 0x21, 0x00), limit=16000, newest=True):
    """ABB Terra AC, map 1.11: all holding, function codes 3, 6 and 16; one block from 4000h to 4024h can be read."""
    it = Fixture("abb-terra-ac", "station", "", unit=1, connections=("modbus-tcp", "modbus-rtu"), functions=(3, 6, 16), max_clients=1,
                 serial=(9600, "N", 1))
    it.holding(16384, raw(0x54, 0x22, 0x04, 0x00, 0x49, 0x20, 0x00, 0x25))
    it.holding(16388, raw(*firmware))
    it.holding(16390, u32(32000))
    it.holding(16392, u32(error))
    it.holding(16394, u32(lock))
    it.holding(16396, u32(state))
    it.holding(16398, u32(limit))
    for n in range(3):
        it.holding(16400 + 2 * n, u32(current[n]))
        it.holding(16406 + 2 * n, u32((2301, 2298, 2310)[n]))
    it.holding(16412, u32(power))
    it.holding(16414, u32(4321))
    it.write_only(16640, 2).write_only(16643).write_only(16645).write_only(16646)
    it.mirror(16640, 16398, 2)
    if newest:
        it.holding(16416, u16(timeout)).holding(16417, [0])
        it.holding(16418, u32(limit))
        it.holding(16420, u16(fallback))
        it.write_only(16649)
        it.mirror(16640, 16418, 2).mirror(16646, 16416).mirror(16649, 16420)
    it.expect = {"vehicle": "C", "status": "charging", "serial": "TACW22-4-4920-T0025", "firmware": "1.8.21", "current_ma": list(current),
                 "voltage_mv": [230100, 229800, 231000], "power_w": power, "session_wh": 4321, "limit_actual_ma": limit,
                 "limit_max_ma": 32000, "limit_set_ma": limit, "failsafe_timeout_ms": timeout * 1000, "failsafe_ma": fallback * 1000,
                 "error": error}
    it.writes = {"setpoint_10a": [write([16], 16640, [0, 10000])], "setpoint_0": [write([16], 16640, [0, 0])],
                 "setpoint_16a": [write([16], 16640, [0, 16000])],
                 "heartbeat": {"kind": "any-read", "within_ms": timeout * 1000}, "commission": []}
    return it


def abb_situations():
    made = {}
    it = made["abb-terra-ac"] = abb(fallback=6)
    it.about = "Charging on three phases under a limit of 16 A (state 4 with the flag below-commanded), fallback 6 A set."
    it = made["abb-terra-ac-new"] = abb()
    it.about = "As delivered: no fallback (0xFF), time-out 60 s."
    it.expect["failsafe_ma"] = -1
    it.expect["setup_error"] = "failsafe.current"
    it.writes["commission"] = [write([6, 16], 16649, [SAFE_A])]
    it = made["abb-terra-ac-rebooted"] = abb(fallback=256, limit=32000)
    it.about = "After an unexpected restart: fallback 256 A, limit 32 A."
    it.expect["setup_error"] = "failsafe.current"
    it.writes["commission"] = [write([6, 16], 16649, [SAFE_A])]
    it = made["abb-terra-ac-free"] = abb(fallback=6, state=0x0500, lock=0x0000, current=(0, 0, 0), power=0)
    it.about = "State 5 without a vehicle: free."
    it.expect.update(vehicle="A", status="free")
    it = made["abb-terra-ac-others-plugged"] = abb(fallback=6, state=0x0500, lock=0x0101, current=(0, 0, 0), power=0)
    it.about = "State 5 with cable and vehicle: occupied."
    it.expect.update(vehicle="B", status="occupied")
    it = made["abb-terra-ac-occupied"] = abb(fallback=6, state=0x0100, current=(0, 0, 0), power=0)
    it.about = "B1, waits for authorisation."
    it.expect.update(vehicle="B", status="occupied")
    it = made["abb-terra-ac-error"] = abb(fallback=6, state=0x0200, error=16384, current=(0, 0, 0), power=0)
    it.about = "Stopped because polls were missing: error 16384."
    it.expect.update(vehicle="F", status="not-in-operation")
    it = made["abb-terra-ac-old-map"] = abb(newest=False, firmware=(0x01, 0x06, 0x05, 0x00))
    it.about = "An older map without read-backs (4020h and up answer exception 2)."
    it.expect.update(firmware="1.6.5", failsafe_ma=-1, failsafe_timeout_ms=-1)
    del it.expect["limit_set_ma"]
    return made


def ebee(profile, firmware, unit, connections=("modbus-tcp",), any_unit=True):
    """The Ebee register set (Bender CC612): MENNEKES ECU specification 1.07; newer registers from firmware 5.22."""
    new = tuple(int(part) for part in firmware.split(".")) >= (5, 22)
    it = Fixture(profile, "station", "", unit=unit, connections=connections, functions=(3, 6, 16), any_unit=any_unit)
    it.holding(100, text(firmware, 2)).holding(104, [6]).holding(105, [0] * 8).holding(120, text("0.6", 2)).holding(122, [3])
    it.holding(124, [1 if new else 0], write=True).holding(130, [0], write=True)
    it.holding(131, [SAFE_A], write=True).holding(132, [30], write=True)
    for n in range(3):
        it.holding(200 + 2 * n, u32((1234567, 0, 0)[n]))
        it.holding(206 + 2 * n, u32((3050, 3010, 3003)[n]))
        it.holding(212 + 2 * n, u32((13256, 13100, 12999)[n]))
    it.holding(600, [1])
    it.holding(610, [32] * 3).holding(613, [32] * 3, write=True).holding(620, [0, 0]).holding(630, [16] * 3).holding(633, [16] * 3)
    it.holding(705, [4321]).holding(706, [16]).holding(709, [3600]).holding(712, [6]).holding(715, [32])
    it.holding(716, u32(4321)).holding(718, u32(3600)).holding(720, text("04A1B2C3", 10, left=True))
    it.holding(1000, [16], write=True).write_only(1110, 10).mirror(1000, 706)
    it.expect = {"vehicle": "C", "status": "charging", "firmware": firmware, "current_ma": [13256, 13100, 12999], "power_w": 9063,
                 "session_wh": 4321, "energy_wh": 1234567, "limit_actual_ma": 16000, "limit_set_ma": 16000, "limit_min_ma": 6000,
                 "limit_cable_ma": 32000, "failsafe_ma": SAFE_A * 1000, "failsafe_timeout_ms": 30000, "idtag": "04A1B2C3", "dlm_mode": 1}
    if new:
        it.holding(134, [32]).holding(142, text("CC612", 10)).holding(152, [1])
        it.holding(218, u32(1234567)).holding(220, u32(9063))
        for n in range(3):
            it.holding(222 + 2 * n, u32((230, 229, 231)[n]))
        it.expect.update(model="CC612", limit_max_ma=32000, voltage_mv=[230000, 229000, 231000])
    it.writes = {"setpoint_10a": [write([6, 16], 1000, [10])], "setpoint_0": [write([6, 16], 1000, [0])],
                 "setpoint_16a": [write([6, 16], 1000, [16])],
                 "heartbeat": {"kind": "rewrite", "writes": [write([6, 16], 1000, [16])], "within_ms": 30000}, "commission": []}
    return it


def mennekes_situations():
    def make(firmware="5.22"):
        return ebee("mennekes-amtron-professional", firmware, 1)

    made = {}
    it = made["mennekes-amtron-professional"] = make()
    it.about = "Firmware 5.22, charging under a limit of 16 A, DLM master with internal slave."
    it = made["mennekes-amtron-professional-old"] = make("5.12")
    it.about = "Firmware 5.12: availability 0 means available; no registers from 5.22."
    it = made["mennekes-amtron-professional-new"] = make()
    it.about = "Not yet commissioned: safe current 16 A, time-out 0 s."
    it.holding(131, [16]).holding(132, [0])
    it.expect.update(failsafe_ma=16000, failsafe_timeout_ms=0, setup_error="failsafe.timeout")
    it.writes["commission"] = [write([6, 16], 131, [SAFE_A]), write([6, 16], 132, [30])]
    it = made["mennekes-amtron-professional-dlm-off"] = make()
    it.about = "DLM is off: commissioning must say so."
    it.holding(600, [0])
    it.expect.update(dlm_mode=0, setup_error="dlm.mode")
    it = made["mennekes-amtron-professional-offset"] = make()
    it.about = "A register offset is set: commissioning must say so."
    it.holding(130, [100])
    it.expect.update(setup_error="address.offset")
    it = made["mennekes-amtron-professional-suspended"] = make()
    it.about = "State C with OCPP status SuspendedEV: occupied."
    it.holding(104, [8])
    it.expect.update(status="occupied")
    it = made["mennekes-amtron-professional-free"] = make()
    it.about = "No vehicle."
    it.holding(104, [0]).holding(122, [1])
    it.expect.update(vehicle="A", status="free")
    it = made["mennekes-amtron-professional-faulted"] = make()
    it.about = "Residual current: bit 0 of the byte-reversed error field, which is the high byte of 111."
    it.holding(111, raw(0x01, 0x00)).holding(104, [4])
    it.expect.update(status="not-in-operation")
    del it.expect["vehicle"]
    it = made["mennekes-amtron-professional-no-meter"] = make()
    it.about = "No meter: 0xFFFFFFFF everywhere."
    for address in (200, 202, 204, 206, 208, 210, 212, 214, 216, 218, 220, 222, 224, 226):
        it.holding(address, u32(0xFFFFFFFF))
    for key in ("current_ma", "voltage_mv"):
        del it.expect[key]
    it.expect.update(power_w=-1, energy_wh=-1, measured_valid=False)
    return made


def tq(profile, about, tenth_ampere, meter, area="holding"):
    """The TQ-DM100 set of Webasto Live; NEXT and Unite have the same numbers with other units or areas."""
    it = Fixture(profile, "station", about, unit=255, functions=(3, 6, 16) if area == "holding" else (3, 4, 6, 16))
    step = 10 if tenth_ampere else 1
    for address, registers in ((1000, [3]), (1001, [1]), (1002, [1]), (1004, [3]), (1006, [0]), (1008, [13256]), (1010, [13100]),
                               (1012, [12999]), (1020, u32(9063)), (1024, u32(3050)), (1028, u32(3010)), (1032, u32(3003)),
                               (1036, u32(meter)), (1100, [32 * step]), (1102, [6 * step]), (1104, [32 * step]), (1106, [20 * step]),
                               (1108, [16 * step]), (1502, [4321]), (1504, u32(101500)), (1508, u32(3600)), (1512, u32(0))):
        it.put(area, address, registers)
    it.holding(2000, [SAFE_A], write=True).holding(2002, [30], write=True).holding(6000, [0], write=True)
    it.write_only(5000, 2).write_only(5004)
    it.resets = {6000: 0}
    it.expect = {"vehicle": "C", "status": "charging", "current_ma": [13256, 13100, 12999], "power_w": 9063, "session_wh": 4321,
                 "energy_wh": 1234500, "limit_max_ma": 32000, "limit_min_ma": 6000, "limit_cable_ma": 20000,
                 "failsafe_ma": SAFE_A * 1000, "failsafe_timeout_ms": 30000}
    it.writes = {"setpoint_10a": [write([6, 16], 5004, [10])], "setpoint_0": [write([6, 16], 5004, [0])],
                 "setpoint_16a": [write([6, 16], 5004, [16])],
                 "heartbeat": {"kind": "life-bit", "writes": [write([6, 16], 6000, [1])], "within_ms": 15000}, "commission": []}
    return it


def webasto_situations():
    made = {}
    it = made["webasto-live-tq"] = tq("webasto-live", "Live, register set TQ-DM100: limits in 0.1 A, meter in 0.1 kWh.", True, 12345)
    it.expect["variant"] = "tq"
    it = made["webasto-live-tq-new"] = copy.deepcopy(it)
    it.about = "As before, not yet commissioned: safe current 16 A, time-out 60 s."
    it.holding(2000, [16]).holding(2002, [60])
    it.expect.update(failsafe_ma=16000, failsafe_timeout_ms=60000)
    it.writes["commission"] = [write([6, 16], 2000, [SAFE_A]), write([6, 16], 2002, [30])]
    it = made["webasto-live-tq-paused"] = tq("webasto-live", "Live, TQ-DM100, paused (state 4).", True, 12345)
    it.holding(1000, [4]).holding(1008, [0]).holding(1010, [0]).holding(1012, [0])
    it.expect.update(variant="tq", status="occupied", current_ma=[0, 0, 0])
    it = made["webasto-live-tq-error"] = tq("webasto-live", "Live, TQ-DM100, error (state 7).", True, 12345)
    it.holding(1000, [7]).holding(1006, [5])
    it.expect.update(variant="tq", status="not-in-operation")
    del it.expect["vehicle"]
    it = made["webasto-live-ebee"] = ebee("webasto-live", "5.12", 255)
    it.about = "Live, register set Ebee: 1000 is the limit there."
    it.expect["variant"] = "ebee"
    it = made["webasto-live-neither"] = Fixture("webasto-live", "station", "A register set that is neither: nothing may be written.", unit=255,
                                                functions=(3, 6, 16))
    it.holding(1000, [3], write=True).write_only(5004).write_only(6000)
    it.expect = {"identity_error": True}
    made["webasto-next"] = tq("webasto-next", "NEXT: limits in A, meter in Wh.", False, 1234500)
    it = made["webasto-unite"] = tq("webasto-unite", "Unite: telemetry in input registers, texts with one character in a register.", False,
                                    1234500, area="input")
    it.input(100, utf16("WEBU2000123", 25)).input(230, utf16("v3.187.0", 50)).input(404, [1])
    it.input(1014, [230]).input(1016, [229]).input(1018, [231]).holding(405, [1], write=True)
    it.expect.update(serial="WEBU2000123", firmware="v3.187.0", voltage_mv=[230000, 229000, 231000])
    for key in ("session_wh", "energy_wh", "limit_max_ma", "limit_min_ma", "limit_cable_ma"):
        del it.expect[key]
    return made


def smart(state=ord("C"), limit=16):
    """Weidmueller AC SMART: function codes 3 and 16; low word first, but the time-out is written high word first."""
    it = Fixture("weidmueller-ac-smart", "station", "", unit=255, functions=(3, 16))
    it.holding(301, [state]).holding(302, [0]).holding(318, [1], write=True)
    for n in range(3):
        it.holding(400 + 2 * n, lw32((230100, 229800, 231000)[n]))
        it.holding(406 + 2 * n, lw32((13256, 13100, 12999)[n]))
    it.holding(418, lw32(9063250)).holding(457, lw32(1234567) + [0, 0]).holding(1000, text("04A1B2C3", 11))
    it.holding(11050, lw32(65535), write=True).holding(11052, [limit], write=True)
    it.expect = {"vehicle": "C", "status": "charging", "current_ma": [13256, 13100, 12999], "voltage_mv": [230100, 229800, 231000],
                 "power_w": 9063, "energy_wh": 1234567, "limit_set_ma": limit * 1000, "phases_set": 1, "idtag": "04A1B2C3",
                 "failsafe_timeout_ms": 65535}
    it.writes = {"setpoint_10a": [write([16], 11052, [10])], "setpoint_0": [write([16], 11052, [0])],
                 "setpoint_16a": [write([16], 11052, [16])], "phases_1": [write([16], 318, [0])], "phases_3": [write([16], 318, [1])],
                 "heartbeat": {"kind": "rewrite-timeout", "writes": [write([16], 11050, u32(65535))], "within_ms": 5000},
                 "commission": []}
    # It takes the time-out with the high word first and shows it with the low word first.
    it.mirrors = {11050: [11051], 11051: [11050]}
    return it


def weidmueller_situations():
    made = {}
    it = made["weidmueller-ac-smart"] = smart()
    it.about = "Charging under a limit of 16 A."
    it = made["weidmueller-ac-smart-paused"] = smart(limit=0)
    it.about = "State C with a limit of 0: occupied."
    it.expect.update(status="occupied")
    it = made["weidmueller-ac-smart-unknown"] = smart(state=0)
    it.about = "State 0x00, as seen in the field: not in operation."
    it.expect.update(status="not-in-operation")
    del it.expect["vehicle"]
    return made


def phoenix(profile, about, limit, tenths):
    """The Ethernet charge controller: input 100 state, coil 400 enable, holding 528 limit (0.1 A when it reads 60 or more)."""
    it = Fixture(profile, "station", about, unit=255, functions=(1, 3, 4, 5, 6, 15, 16))
    it.input(100, [ord("C")]).input(102, lw32(3600))
    for n in range(3):
        it.input(108 + 2 * n, lw32((230, 229, 231)[n])).input(114 + 2 * n, lw32(13))
    it.input(120, lw32(9063)).put("coil", 400, [1], write=True).put("coil", 419, [1])
    it.holding(528, [limit], write=True).holding(606, text("04A1B2C3", 16)).holding(904, lw32(1234567))
    step = 10 if tenths else 1
    it.expect = {"vehicle": "C", "status": "charging", "current_ma": [13000] * 3, "voltage_mv": [230000, 229000, 231000], "power_w": 9063,
                 "energy_wh": 1234567, "limit_set_ma": 16000, "variant": "tenths" if tenths else "amperes", "idtag": "04A1B2C3"}
    it.writes = {"setpoint_10a": [write([6, 16], 528, [10 * step])], "setpoint_0": [write([5, 15], 400, [0])],
                 "setpoint_16a": [write([5, 15], 400, [1]), write([6, 16], 528, [16 * step])], "heartbeat": {"kind": "none"}, "commission": []}
    return it


def compact():
    """MENNEKES AMTRON Compact 2.0s: RTU, floats, magic word 55AAh at least every 10 s, release register."""
    it = Fixture("mennekes-amtron-compact", "station", "Charging under a limit of 16 A, released.", unit=50, connections=("modbus-rtu",),
                 functions=(3, 6, 16), serial=(57600, "N", 2))
    it.holding(0x0100, [5]).write_only(0x0302, 2)
    for n in range(3):
        it.holding(0x0500 + 2 * n, f32((13.256, 13.1, 12.999)[n])).holding(0x0506 + 2 * n, f32((230.1, 229.8, 231.0)[n]))
    it.holding(0x0512, f32(9063.0)).write_only(0x0D00).write_only(0x0D05).holding(0x1000, f32(1234.5))
    it.expect = {"vehicle": "C", "status": "charging", "current_ma": [13256, 13100, 12999], "voltage_mv": [230100, 229800, 231000],
                 "power_w": 9063, "energy_wh": 1234500}
    it.writes = {"setpoint_10a": [write([6, 16], 0x0D05, [1]), write([16], 0x0302, f32(10.0))],
                 "setpoint_0": [write([6, 16], 0x0D05, [0])],
                 "setpoint_16a": [write([6, 16], 0x0D05, [1]), write([16], 0x0302, f32(16.0))],
                 "heartbeat": {"kind": "magic", "writes": [write([6, 16], 0x0D00, [0x55AA])], "within_ms": 10000}, "commission": []}
    return {"mennekes-amtron-compact": it}


def hcc3():
    """MENNEKES HCC3: state and power in input registers, low word first; one connection, closed after 30 s."""
    it = Fixture("mennekes-amtron-hcc3", "station", "Charging under a limit of 16 A; one TCP client.", unit=255, functions=(3, 4, 6, 16),
                 max_clients=1)
    it.input(0x0302, [5]).input(0x030F, lw32(70000)).holding(0x0400, [16], write=True)
    it.expect = {"vehicle": "C", "status": "charging", "power_w": 70000, "limit_set_ma": 16000, "measured_valid": False}
    it.writes = {"setpoint_10a": [write([6, 16], 0x0400, [10])], "setpoint_0": [write([6, 16], 0x0400, [0])],
                 "setpoint_16a": [write([6, 16], 0x0400, [16])], "heartbeat": {"kind": "none"}, "commission": []}
    return {"mennekes-amtron-hcc3": it}


def make():
    made = {}
    for part in (abb_situations, mennekes_situations, webasto_situations, weidmueller_situations, compact, hcc3):
        made.update(part())
    made["phoenix-ev-cc"] = phoenix("phoenix-ev-cc", "Charging, limit in A.", 16, False)
    made["phoenix-ev-cc-tenths"] = phoenix("phoenix-ev-cc", "Charging, limit in 0.1 A (160 is read).", 160, True)
    made["weidmueller-ac-wallbox-business"] = phoenix("weidmueller-ac-wallbox-business", "The map that it may have (not verified).", 16, False)
    it = made["weidmueller-ac-wallbox-business-other"] = Fixture("weidmueller-ac-wallbox-business", "station",
                                                                 "Another device: input 100 is no state.", unit=255, functions=(3, 4, 6, 16))
    it.input(100, [7]).holding(528, [16], write=True)
    it.expect = {"identity_error": True}
    return made
