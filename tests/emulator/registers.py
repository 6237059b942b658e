#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""registers.py EMULATOR PROFILES REFERENCE: the emulator's registers, read by pymodbus, against the reference's tables.

Each profile with a Modbus interface is emulated in one site; what its probes want must be there, meters must hold what the
tables of REFERENCE (tests/devices/reference, written from the register tables and not from the profiles) hold for the same
currents, and stations what their tables say while free, charging and paused.
"""
import glob
import json
import os
import struct
import subprocess
import sys
import tempfile

EMULATOR, PROFILES, REFERENCE = sys.argv[1:4]
sys.path.insert(0, REFERENCE)

import serial_line  # noqa: E402,F401  pylint: disable=wrong-import-position,unused-import  # before pymodbus
import serial  # noqa: E402  pylint: disable=wrong-import-position
from pymodbus.client import ModbusSerialClient, ModbusTcpClient  # noqa: E402  pylint: disable=wrong-import-position

import meters  # noqa: E402  pylint: disable=wrong-import-position

READS = {"holding": "read_holding_registers", "input": "read_input_registers", "coil": "read_coils", "discrete": "read_discrete_inputs"}
AMPERES = (5.25, -3.5, 17.381)
failures = []
count = 0


def check(fine, what):
    global count
    count += 1
    print(f"{'ok' if fine else 'not ok'} {count} {what}")
    if not fine:
        failures.append(what)


def number(value):
    return int(value, 0) if isinstance(value, str) else value


def modbus_profiles():
    """(id, profile, connection, interface) of all that speak Modbus."""
    for path in sorted(glob.glob(os.path.join(PROFILES, "*.json"))):
        with open(path, encoding="utf-8") as file:
            profile = json.load(file)
        # What cannot guard a circuit is no meter of a site.
        for interface in profile["interfaces"] if "refuse" not in profile else []:
            for connection in ("modbus-tcp", "modbus-rtu"):
                if connection in interface["connections"]:
                    yield os.path.basename(path)[:-5], profile, connection, interface


def make_site(devices):
    site = {"format": "busbar-site/1", "name": "All registers", "circuits": [{"id": "main", "rating_a": 6300, "stations_only": True}], "meters": [],
            "groups": [{"id": "cars", "circuit": "main", "offline_a": 0, "online_a": 6300}], "stations": [],
            "simulation": {"from": "2026-03-02", "days": 1, "no_delays": True, "vehicle_reaction_s": 0}}
    for name, (profile_id, profile, connection, interface) in devices.items():
        if profile["kind"] == "meter":
            site["meters"].append({"id": name, "profile": profile_id, "connection": connection, "signed": True})
            site["circuits"].append({"id": "c-" + name, "rating_a": 100, "meter": name})
        else:
            site["stations"].append({"id": name, "profile": profile_id, "connection": connection, "group": "cars", "max_a": 32,
                                     "failsafe_a": 0, "power_on_a": 16, "measured": True,
                                     "step_a": max(interface.get("control", {}).get("step_a", 0.1), 0.1)})
    return site


class Emulator:
    def __init__(self, site, folder):
        path = os.path.join(folder, "site.busbar")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(site, file)
        self.process = subprocess.Popen([EMULATOR, path, "--quiet", "--speed", "5", "--control", os.path.join(folder, "control")],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.start = json.loads(self.process.stdout.readline())
        self.lines = {}

    def ask(self, **command):
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert answer["ok"], (command, answer)
        return answer

    def wait(self, what):
        """Asks for the state until `what` holds of it."""
        for _ in range(20000):
            state = self.ask(command="state")
            if what(state):
                return state
        raise TimeoutError

    def client(self, name):
        """A connection is kept for as long as one device is looked at: some take one client only."""
        end = self.start["endpoints"][name]
        if "port" in end:
            made = ModbusTcpClient("127.0.0.1", port=end["port"], timeout=3)
            made.connect()
            return made, end["unit"]
        if end["device"] not in self.lines:
            made = ModbusSerialClient(port=end["device"], baudrate=end["baud"], parity=end["parity"], stopbits=end["stop_bits"], timeout=3)
            made.connect()
            self.lines[end["device"]] = made
        return self.lines[end["device"]], end["unit"]


def read(client, unit, area, address, words):
    """Words, or the exception's code as a negative number."""
    answer = getattr(client, READS[area])(address, words, slave=unit)
    if answer.isError():
        return -getattr(answer, "exception_code", 99)
    return [int(bit) for bit in answer.bits[:words]] if area in ("coil", "discrete") else list(answer.registers)


def check_probes(name, interface, client, unit):
    area_default = interface.get("defaults", {}).get("area", "holding")
    variant = next((probe["variant"] for probe in interface.get("probes", []) if "variant" in probe), None)
    for probe in interface.get("probes", []):
        if probe.get("variant", variant) != variant:
            continue
        for one in probe["reads"]:
            words = read(client, unit, one.get("area", area_default), number(one["address"]), one.get("words", 1))
            value = -1 if isinstance(words, int) else sum(word << 16 * n for n, word in enumerate(reversed(words)))
            fine = value >= 0 and number(one.get("min", 0)) <= value <= number(one.get("max", value))
            check(fine, f"{name}: the probe at {one['address']} holds ({words})")


# ---- meters ----


def build(amperes, volts, watts, total):
    meters.AMPERES, meters.VOLTS, meters.WATTS, meters.TOTAL = tuple(abs(a) for a in amperes), volts, watts, total
    return meters.make()


def reference_meters():
    """{profile: {(area, address): word}}: only what depends on currents, voltages and power."""
    watts = tuple(round(a * 230, 3) for a in AMPERES)
    here = build(AMPERES, (230.0,) * 3, watts, 4400.0)
    there = build((1.01, 2.02, 3.03), (100.1, 100.2, 100.3), (101.0, 202.0, 303.0), 606.0)
    tables = {}
    for name, fixture in here.items():
        # Of a profile with variants the first is emulated: three one-phase meters.
        if name in ("shelly-pro-3em", "shelly-3em-gen3") or "sunspec" in name or fixture.profile in tables or "one-phase" in name or "overflow" in name:
            continue
        tables[fixture.profile] = {(area, address): word for area, words in fixture.areas.items() for address, word in words.items()
                                   if word != there[name].areas[area].get(address)}
    tables["shelly-3em-gen3"] = tables["shelly-pro-3em"]
    return tables


def wrong_registers(table, client, unit):
    """(area, address, expected, got) of those that differ."""
    wrong = []
    for (area, address), word in table.items():
        got = read(client, unit, area, address, 1)
        partial = isinstance(got, int)
        if partial:
            got = read(client, unit, area, address & ~1, 2)
            got = got if isinstance(got, int) else [got[address & 1]]
        if got != [word]:
            wrong.append((area, address, word, got))
    # A table may hold in both areas what the profile reads in one.
    areas = {area for area, _ in table}
    served = {area for area in areas if not all(entry[0] != area or isinstance(entry[3], int) for entry in wrong)
              or not any(entry[0] == area for entry in wrong)}
    return [entry for entry in wrong if entry[0] in served or not served]


def check_meter(name, profile_id, tables, client, unit):
    table = tables.get(profile_id)
    if table is None:
        return
    wrong = wrong_registers(table, client, unit)
    check(not wrong, f"{name}: {len(table)} registers as in the table" + (f", but {wrong[:6]}" if wrong else ""))
    # The comparison can fail: one bit of the first register turned over is seen.
    place, word = next(iter(table.items()))
    check(wrong_registers(table | {place: word ^ 1}, client, unit) != [], f"{name}: a wrong bit is seen")


def signed(word):
    return word - 65536 if word & 0x8000 else word


def check_sunspec(name, client, unit):
    check(read(client, unit, "holding", 40000, 2) == [0x5375, 0x6E53], f"{name}: SunS at 40000")
    at, models = 40002, []
    while len(models) < 10:
        model, length = read(client, unit, "holding", at, 2)
        if model == 0xFFFF:
            break
        models.append((model, length, at))
        at += 2 + length
    check([entry[0] for entry in models] == [1, 203] and models[1][1] == 105, f"{name}: the chain is 1, 203, end ({models})")
    block = read(client, unit, "holding", models[1][2], 107)
    amperes = [signed(block[3 + n]) * 10 ** signed(block[6]) for n in range(3)]
    check(all(abs(abs(a) - abs(b)) < 0.006 for a, b in zip(amperes, AMPERES)), f"{name}: currents {amperes}")
    watts = [signed(block[19 + n]) * 10 ** signed(block[22]) for n in range(3)]
    check(all(abs(w - a * 230) <= 1 for w, a in zip(watts, AMPERES)), f"{name}: powers {watts}")
    volts = [block[8 + n] * 10 ** signed(block[15]) for n in range(3)]
    check(all(abs(v - 230) < 0.2 for v in volts), f"{name}: voltages {volts}")


# ---- stations ----


def u32(words):
    return words[0] << 16 | words[1]


def low_first(words):
    return words[1] << 16 | words[0]


def f32(words):
    return struct.unpack(">f", struct.pack(">HH", *words))[0]


# By profile: what to read (area, address, words, how) and its value while free, charging at 16 A on three phases, and
# after the set-point was written as 0; then how to write 16 A, 10 A and 0 A (function, address, words).
STATIONS = {
    "abb-terra-ac": {
        "state": ("holding", 16396, 2, lambda w: u32(w) >> 8 & 0x7F, 0, 4, 2),
        "current": ("holding", 16402, 2, u32, 0, 16000, 0),
        "voltage": ("holding", 16406, 2, u32, 2300, 2300, 2300),
        "power": ("holding", 16412, 2, u32, 0, 11040, 0),
        "set": (16, 16640, [0, 16000], [0, 10000], [0, 0])},
    "mennekes-amtron-professional": {
        "state": ("holding", 122, 1, lambda w: w[0], 1, 3, 2),
        "current": ("holding", 214, 2, u32, 0, 16000, 0),
        "voltage": ("holding", 222, 2, u32, 230, 230, 230),
        "power": ("holding", 220, 2, u32, 0, 11040, 0),
        "dlm": ("holding", 600, 1, lambda w: w[0], 1, 1, 1),
        "set": (6, 1000, [16], [10], [0])},
    "weidmueller-ac-smart": {
        "state": ("holding", 301, 1, lambda w: chr(w[0]), "A", "C", "B"),
        "current": ("holding", 408, 2, low_first, 0, 16000, 0),
        "voltage": ("holding", 400, 2, low_first, 230000, 230000, 230000),
        "power": ("holding", 418, 2, low_first, 0, 11040000, 0),
        "set": (16, 11052, [16], [10], [0])},
    "webasto-next": {
        "state": ("holding", 1000, 1, lambda w: w[0], 0, 3, None),
        "current": ("holding", 1010, 1, lambda w: w[0], 0, 16000, 0),
        "power": ("holding", 1020, 2, u32, 0, 11040, 0),
        "feed": [(6, 6000, [1])],
        "set": (6, 5004, [16], [10], [0])},
    "mennekes-amtron-compact": {
        "current": ("holding", 0x0502, 2, f32, 0, 16, 0),
        "voltage": ("holding", 0x0506, 2, f32, 230, 230, 230),
        "feed": [(6, 0x0D00, [0x55AA]), (6, 0x0D05, [1])],
        "set": (16, 0x0302, [0x4180, 0], [0x4120, 0], [0, 0])},
}


def check_station(name, table, situation, client, unit):
    for what, entry in table.items():
        if what in ("set", "feed") or entry[4 + situation] is None:  # the table does not say
            continue
        words = read(client, unit, entry[0], entry[1], entry[2])
        got = None if isinstance(words, int) else entry[3](words)
        check(got == entry[4 + situation], f"{name}: {what} is {entry[4 + situation]} {('free', 'charging', 'paused')[situation]} ({words})")


def feed(table, client, unit):
    """Those that want more than a set-point: a sign of life, a release."""
    for one in table.get("feed", []):
        write(client, unit, *one)


def write(client, unit, function, address, words):
    if function == 6:
        return client.write_register(address, words[0], slave=unit)
    return client.write_registers(address, words, slave=unit)


def run_station(emulator, name, title, profile_id, client, unit):
    table = STATIONS.get(profile_id)
    if table is None:
        return
    function, address, sixteen, ten, none = table["set"]
    check_station(title, table, 0, client, unit)
    emulator.ask(command="plug", station=name, max_a=32, phases=3, wanted_kwh=50)
    feed(table, client, unit)
    check(not write(client, unit, function, address, sixteen).isError(), f"{title}: takes 16 A")
    emulator.wait(lambda state: state["stations"][name]["draw_ma"] == 16000)
    check_station(title, table, 1, client, unit)
    feed(table, client, unit)
    check(not write(client, unit, function, address, ten).isError(), f"{title}: takes 10 A")
    emulator.wait(lambda state: state["stations"][name]["draw_ma"] == 10000)
    feed(table, client, unit)
    check(not write(client, unit, function, address, none).isError(), f"{title}: takes 0 A")
    emulator.wait(lambda state: state["stations"][name]["draw_ma"] == 0)
    check_station(title, table, 2, client, unit)


# ---- a serial line ----


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return struct.pack("<H", crc)


def ask_line(line, unit, function, address, words):
    """The answer's bytes; nothing where there is silence."""
    line.reset_input_buffer()
    head = struct.pack(">BBHH", unit, function, address, words)
    line.write(head + crc16(head))
    return line.read(5 + 2 * words)


def check_line(emulator, devices):
    """Units of one line answer for themselves only, also while one of them is silent or lost."""
    ends = {name: end for name, end in emulator.start["endpoints"].items() if "device" in end}
    for client in emulator.lines.values():
        client.close()
    abb = next(name for name in ends if devices[name][0] == "abb-terra-ac")
    janitza = next(name for name in ends if devices[name][0] == "janitza-umg")
    check(len({end["device"] for end in ends.values()}) == 1 and len({end["unit"] for end in ends.values()}) == len(ends),
          f"{len(ends)} units share one line")
    with serial.Serial(ends[abb]["device"], 9600, timeout=0.3) as line:
        got = ask_line(line, ends[abb]["unit"], 3, 0x400A, 2)
        check(got[:3] == bytes([ends[abb]["unit"], 3, 4]) and crc16(got[:-2]) == got[-2:], "a unit answers with its check sum")
        check(ask_line(line, 247, 3, 0x400A, 2) == b"", "a unit that is not there is silent")
        for fault in ("silence", "offline", "lost", "half-open"):
            emulator.ask(command="fault", device=abb, fault=fault)
            check(ask_line(line, ends[abb]["unit"], 3, 0x400A, 2) == b"", f"{fault}: the unit is silent")
            check(len(ask_line(line, ends[janitza]["unit"], 3, 19000, 2)) == 9, f"{fault}: its neighbour is not")
            emulator.ask(command="clear")
        check(len(ask_line(line, ends[abb]["unit"], 3, 0x400A, 2)) == 9, "and it is back")


def main():
    tables = reference_meters()
    devices = {f"d{n}": entry for n, entry in enumerate(modbus_profiles())}
    with tempfile.TemporaryDirectory() as folder:
        emulator = Emulator(make_site(devices), folder)
        names = [name for name, entry in devices.items() if entry[1]["kind"] == "meter"]
        for name in names:
            emulator.ask(command="load-step", circuit="c-" + name, add_a=list(AMPERES))
        want = [round(a * 1000) for a in AMPERES]
        emulator.wait(lambda state: all(state["meters"][name]["current_ma"] == want for name in names))
        for name, (profile_id, profile, connection, interface) in devices.items():
            client, unit = emulator.client(name)
            title = f"{profile_id} over {connection}"
            check_probes(title, interface, client, unit)
            if profile_id == "sunspec-meter":
                check_sunspec(title, client, unit)
            elif profile["kind"] == "meter":
                check_meter(title, profile_id, tables, client, unit)
            else:
                run_station(emulator, name, title, profile_id, client, unit)
            if connection == "modbus-tcp":
                client.close()
        check_line(emulator, devices)
        emulator.process.stdin.close()
        check(emulator.process.wait(10) == 0, "the emulator ends with its input")
    print(f"1..{count}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
