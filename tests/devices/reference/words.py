# SPDX-License-Identifier: GPL-3.0-or-later
"""How values lie in Modbus registers, and what a fixture of a device is made of. Plain Python, no code of ours."""
import struct


def u16(value):
    """One register; negative values as two's complement."""
    return [value & 0xFFFF]


def u32(value):
    """Two registers, high word first."""
    return [(value >> 16) & 0xFFFF, value & 0xFFFF]


def lw32(value):
    """Two registers, low word first."""
    return [value & 0xFFFF, (value >> 16) & 0xFFFF]


def u64(value):
    """Four registers, high word first."""
    return [(value >> shift) & 0xFFFF for shift in (48, 32, 16, 0)]


def f32(value):
    """IEEE float, high word first."""
    return list(struct.unpack(">HH", struct.pack(">f", value)))


def lwf32(value):
    """IEEE float, low word first."""
    return f32(value)[::-1]


def raw(*octets):
    """Bytes as they lie on the wire, two in a register."""
    return [octets[n] << 8 | octets[n + 1] for n in range(0, len(octets), 2)]


def text(value, registers, left=False, swapped=False):
    """ASCII, two characters in a register, filled up with NUL (on the left: with blanks)."""
    octets = value.encode("ascii")
    octets = octets.rjust(2 * registers, b" ") if left else octets.ljust(2 * registers, b"\0")
    if swapped:
        octets = b"".join(octets[n:n + 2][::-1] for n in range(0, len(octets), 2))
    return raw(*octets)


def utf16(value, registers):
    """One character in a register."""
    return [ord(letter) for letter in value] + [0] * (registers - len(value))


class Fixture:
    """One device in one situation.

    holding, inputs, coils: {address: value} of what can be read; everything else answers exception 2
    writable: {area: set of addresses} that may be written; writes elsewhere answer exception 2
    entries: {address: count}: a read must start and end at such entries (None: any read within what exists)
    """

    def __init__(self, profile, kind, about, unit=1, connections=("modbus-tcp",), functions=(3, 4, 6, 16), any_unit=False,
                 max_read=125, max_clients=0, serial=None):
        self.profile, self.kind, self.about = profile, kind, about
        self.unit, self.any_unit, self.connections = unit, any_unit, list(connections)
        self.functions, self.max_read, self.max_clients = tuple(functions), max_read, max_clients
        self.serial = serial  # (baud, parity, stop bits)
        self.areas = {"holding": {}, "input": {}, "coil": {}, "discrete": {}}
        self.writable = {"holding": set(), "coil": set()}
        self.mirrors = {}  # holding register written -> holding registers that show it
        self.resets = {}  # holding register written -> value that the device puts there at once
        self.expect = {}
        self.writes = {}

    def put(self, area, address, registers, write=False):
        for n, value in enumerate(registers):
            self.areas[area][address + n] = value
            if write:
                self.writable[area].add(address + n)
        return self

    def holding(self, address, registers, write=False):
        return self.put("holding", address, registers, write)

    def input(self, address, registers):
        return self.put("input", address, registers)

    def write_only(self, address, count=1):
        self.writable["holding"].update(range(address, address + count))
        return self

    def mirror(self, written, shown, count=1):
        for n in range(count):
            self.mirrors.setdefault(written + n, []).append(shown + n)
        return self

    def describe(self, name):
        """What --expect prints."""
        return {"name": name, "profile": self.profile, "kind": self.kind, "about": self.about, "connections": self.connections,
                "unit": self.unit, "any_unit": self.any_unit, "functions": list(self.functions), "max_read": self.max_read,
                "serial": dict(zip(("baud", "parity", "stop_bits"), self.serial)) if self.serial else None,
                "expect": self.expect, "writes": self.writes}


def write(functions, address, registers):
    """A write that is expected: any of these function codes, this address, these raw registers."""
    return {"functions": list(functions), "address": address, "values": registers}
