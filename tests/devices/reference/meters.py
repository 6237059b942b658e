# SPDX-License-Identifier: GPL-3.0-or-later
"""Meters in stated situations, written from their register tables (not from data/profiles).

The situation is the same for all: L1 and L3 import, L2 exports. Currents are magnitudes on the wire.
"""
from words import Fixture, f32, lw32, lwf32, text, u16, u32, u64

VOLTS = (230.1, 229.8, 231.0)
AMPERES = (5.25, 3.5, 17.48)
WATTS = (1200.0, -800.0, 4000.0)
TOTAL = 4400.0
HERTZ = 50.0
IMPORT_WH = 12345600
EXPORT_WH = 789000
RTU = ("modbus-rtu", "modbus-tcp")


def reading(**other):
    """What the driver must tell: signed currents."""
    told = {"current_ma": [5250, -3500, 17480], "voltage_mv": [230100, 229800, 231000], "power_w": 4400,
            "phase_power_w": [1200, -800, 4000], "frequency_mhz": 50000, "energy_import_wh": IMPORT_WH, "energy_export_wh": EXPORT_WH}
    told.update(other)
    return {key: value for key, value in told.items() if value is not None}


def spread(it, area, first, step, values, encode):
    for n, value in enumerate(values):
        it.put(area, first + step * n, encode(value))


def eastron(profile, about, max_read):
    it = Fixture(profile, "meter", about, connections=RTU, functions=(3, 4, 6, 16), max_read=max_read, serial=(9600, "N", 1))
    spread(it, "input", 0, 2, VOLTS, f32)
    spread(it, "input", 6, 2, AMPERES, f32)
    spread(it, "input", 12, 2, WATTS, f32)
    it.input(52, f32(TOTAL)).input(70, f32(HERTZ)).input(72, f32(IMPORT_WH / 1000)).input(74, f32(EXPORT_WH / 1000))
    it.holding(64512, u32(20123456))
    it.expect = reading(serial="20123456")
    return it


def gavazzi(profile, about, connections, max_read, imported, exported, frequency):
    it = Fixture(profile, "meter", about, connections=connections, functions=(3, 4), max_read=max_read, serial=(9600, "N", 1))
    for area in ("holding", "input"):
        spread(it, area, 0, 2, VOLTS, lambda v: lw32(round(v * 10)))
        spread(it, area, 12, 2, AMPERES, lambda v: lw32(round(v * 1000)))
        spread(it, area, 18, 2, WATTS, lambda v: lw32(round(v * 10)))
        it.put(area, 40, lw32(44000)).put(area, frequency, u16(500))
        it.put(area, imported, lw32(IMPORT_WH // 100)).put(area, exported, lw32(EXPORT_WH // 100))
    it.expect = reading()
    return it


def shelly(mono):
    it = Fixture("shelly-pro-3em", "meter", "Profile monophase: three one-phase meters." if mono else "Profile triphase.", functions=(3, 4))
    it.input(0, text("34987A450C28", 6, swapped=True)).input(6, text("SPEM-003CEBEU", 10))
    power_factor = (0.99, -0.99, 0.99)
    if mono:
        it.input(2000, u32(0))
        for n in range(3):
            it.input(2003 + 20 * n, lwf32(VOLTS[n])).input(2005 + 20 * n, lwf32(AMPERES[n])).input(2007 + 20 * n, lwf32(WATTS[n]))
            it.input(2011 + 20 * n, lwf32(power_factor[n]))
            it.input(2310 + 20 * n, lwf32(1000.0)).input(2312 + 20 * n, lwf32(2000.0))
        it.expect = reading(frequency_mhz=None, energy_import_wh=None, energy_export_wh=None)
    else:
        it.input(1000, u32(0)).input(1011, lwf32(sum(AMPERES))).input(1013, lwf32(TOTAL))
        for n in range(3):
            it.input(1020 + 20 * n, lwf32(VOLTS[n])).input(1022 + 20 * n, lwf32(AMPERES[n])).input(1024 + 20 * n, lwf32(WATTS[n]))
            it.input(1028 + 20 * n, lwf32(power_factor[n]))
        it.input(1162, lwf32(IMPORT_WH)).input(1164, lwf32(EXPORT_WH))
        it.expect = reading(frequency_mhz=None)
    it.expect.update(serial="34987A450C28", model="SPEM-003CEBEU", variant="monophase" if mono else "triphase")
    return it


def janitza():
    it = Fixture("janitza-umg", "meter", "One block from 19000 to 19051 can be read.", connections=("modbus-tcp", "modbus-rtu"),
                 functions=(3, 4), serial=(9600, "N", 1))
    it.holding(19000, [0] * 52)
    spread(it, "holding", 19000, 2, VOLTS, f32)
    spread(it, "holding", 19012, 2, AMPERES, f32)
    spread(it, "holding", 19020, 2, WATTS, f32)
    it.holding(19026, f32(TOTAL)).holding(19050, f32(HERTZ)).holding(19068, f32(IMPORT_WH)).holding(19076, f32(EXPORT_WH))
    it.expect = reading()
    return it


def abb_b23(missing=False):
    it = Fixture("abb-b23", "meter", "L2 and L3 are not connected: all ones, largest signed." if missing else "Currents in steps of 10 mA.",
                 connections=RTU, functions=(3, 6, 16), serial=(9600, "N", 1))
    spread(it, "holding", 0x5B00, 2, VOLTS, lambda v: u32(round(v * 10)))
    spread(it, "holding", 0x5B0C, 2, AMPERES, lambda v: u32(round(v * 100)))
    it.holding(0x5B14, u32(440000))
    spread(it, "holding", 0x5B16, 2, WATTS, lambda v: u32(round(v * 100)))
    it.holding(0x5B2C, u16(5000)).holding(0x5000, u64(IMPORT_WH // 10)).holding(0x5004, u64(EXPORT_WH // 10))
    it.expect = reading()
    if missing:
        for address in (0x5B02, 0x5B04, 0x5B0E, 0x5B10):
            it.holding(address, u32(0xFFFFFFFF))
        for address in (0x5B18, 0x5B1A):
            it.holding(address, u32(0x7FFFFFFF))
        it.holding(0x5B14, u32(120000)).holding(0x5004, u64(0xFFFFFFFFFFFFFFFF))
        it.expect = {"current_l1_ma": 5250, "voltage_l1_mv": 230100, "power_w": 1200, "missing": ["current.l2", "current.l3", "voltage.l2",
                     "voltage.l3", "power.l2", "power.l3", "energy.export"], "energy_import_wh": IMPORT_WH}
    return it


def inepro():
    it = Fixture("inepro-pro380", "meter", "Power is in kW.", connections=RTU, functions=(3, 6, 16), serial=(9600, "E", 1))
    spread(it, "holding", 0x5002, 2, VOLTS, f32)
    it.holding(0x5008, f32(HERTZ))
    spread(it, "holding", 0x500C, 2, AMPERES, f32)
    it.holding(0x5012, f32(TOTAL / 1000))
    spread(it, "holding", 0x5014, 2, [w / 1000 for w in WATTS], f32)
    it.holding(0x600C, f32(IMPORT_WH / 1000)).holding(0x6018, f32(EXPORT_WH / 1000))
    it.expect = reading()
    return it


def my_pv():
    it = Fixture("my-pv-wifi-meter", "meter", "No voltages, no export counter.", functions=(3,))
    for n in range(3):
        it.holding(1 + 10 * n, u16(round(AMPERES[n] * 100))).holding(2 + 10 * n, u32(round(WATTS[n])))
    it.holding(32, u32(4400)).holding(34, u32(IMPORT_WH * 4 // 5))
    it.expect = reading(voltage_mv=[0, 0, 0], frequency_mhz=None, energy_export_wh=None)
    return it


def sunspec(model, base, extra=False):
    """The chain of models from `base`: 1, perhaps a strange one that must be skipped by its length, the meter, the end."""
    it = Fixture("sunspec-meter", "meter", f"Model {model}, chain at {base}{', behind a strange model' if extra else ''}.",
                 connections=("modbus-tcp", "modbus-rtu"), functions=(3,), serial=(9600, "N", 1))
    it.holding(base, [0x5375, 0x6E53])
    at = base + 2
    length = 65 if extra else 66
    it.holding(at, [1, length] + [0] * length)
    it.holding(at + 2, text("Example", 16)).holding(at + 18, text("Smart Meter TS", 16)).holding(at + 42, text("1.3", 8)).holding(at + 50, text("16380117", 16))
    at += 2 + length
    if extra:
        it.holding(at, [64999, 7] + [0xDEAD] * 7)
        at += 9
    length = 105 if model < 210 else 124
    it.holding(at, [model, length] + [0x8000 if model < 210 else 0xFFFF] * length)
    delta = model in (204, 214)
    if model < 210:
        def put(offset, value):
            it.holding(at + offset, u16(value))
        put(2, 2623)
        put(6, -2)
        for n in range(3):
            put(3 + n, round(AMPERES[n] * 100))
            put(19 + n, round(WATTS[n] / 10))
            if not delta:
                put(8 + n, round(VOLTS[n] * 10))
            put(12 + n, 3990 + n)
        put(7, 0x8000 if delta else 2303)
        put(15, -1)
        put(16, 500)
        put(17, -1)
        put(18, 440)
        put(22, 1)
        it.holding(at + 38, u32(EXPORT_WH // 100)).holding(at + 46, u32(IMPORT_WH // 100))
        put(54, 2)
        it.holding(at + 105, [0, 0])
    else:
        for n in range(3):
            it.holding(at + 4 + 2 * n, f32(AMPERES[n])).holding(at + 30 + 2 * n, f32(WATTS[n]))
            it.holding(at + 12 + 2 * n, [0x7FC0, 0] if delta else f32(VOLTS[n]))
        it.holding(at + 2, f32(sum(AMPERES))).holding(at + 26, f32(HERTZ)).holding(at + 28, f32(TOTAL))
        it.holding(at + 60, f32(EXPORT_WH)).holding(at + 68, f32(IMPORT_WH))
    it.holding(at + 2 + length, [0xFFFF, 0])
    it.expect = reading(model="Smart Meter TS", firmware="1.3", serial="16380117", **({"voltage_mv": [0, 0, 0]} if delta else {}))
    return it


def make():
    tcp_rtu = ("modbus-rtu", "modbus-tcp")
    over = gavazzi("carlo-gavazzi-em24", "L2 is out of range: 7FFFh in the high word.", tcp_rtu, 11, 66, 92, 55)
    for area in ("holding", "input"):
        over.put(area, 14, [0xFFFF, 0x7FFF])
    over.expect.update(current_ma=[5250, None, 17480], missing=["current.l2"])
    gen3 = shelly(False)
    gen3.profile = "shelly-3em-gen3"
    refused = Fixture("eastron-sdm72d-m", "meter", "Version 1: total only; refused as a limiting meter.", connections=RTU, functions=(3, 4),
                      serial=(9600, "N", 1))
    refused.input(52, f32(TOTAL)).input(72, f32(IMPORT_WH / 1000)).input(74, f32(EXPORT_WH / 1000))
    refused.expect = {"refused": True, "power_w": 4400, "energy_import_wh": IMPORT_WH, "energy_export_wh": EXPORT_WH}
    return {
        "eastron-sdm630": eastron("eastron-sdm630", "Importing on L1 and L3, exporting on L2.", 80),
        "eastron-sdm72d-m-2": eastron("eastron-sdm72d-m-2", "Answers at most 10 registers a read.", 10),
        "eastron-sdm72d-m": refused,
        "carlo-gavazzi-em24": gavazzi("carlo-gavazzi-em24", "Answers at most 11 registers a read.", tcp_rtu, 11, 66, 92, 55),
        "carlo-gavazzi-em24-overflow": over,
        "carlo-gavazzi-em24-e1": gavazzi("carlo-gavazzi-em24-e1", "Modbus TCP, at most 50 registers a read.", ("modbus-tcp",), 50, 52, 78, 51),
        "carlo-gavazzi-em340": gavazzi("carlo-gavazzi-em340", "At most 50 registers a read.", tcp_rtu, 50, 52, 78, 51),
        "shelly-pro-3em": shelly(False),
        "shelly-pro-3em-monophase": shelly(True),
        "shelly-3em-gen3": gen3,
        "janitza-umg": janitza(),
        "abb-b23": abb_b23(),
        "abb-b23-one-phase": abb_b23(missing=True),
        "inepro-pro380": inepro(),
        "my-pv-wifi-meter": my_pv(),
        "sunspec-203": sunspec(203, 40000),
        "sunspec-203-at-0": sunspec(203, 0, extra=True),
        "sunspec-204": sunspec(204, 40000),
        "sunspec-213": sunspec(213, 50000, extra=True),
        "sunspec-214": sunspec(214, 40000),
    }
