#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serves one device of devices.py over Modbus, on pymodbus: server.py NAME [--rtu DEVICE [--baud N]] [--unit N].

Prints one JSON line when it serves ({"port": N} or {"device": PATH}), then one for each write and for each read that it
refused. Takes one JSON object a line on standard input, see README.md. Ends with the input.
"""
import argparse
import asyncio
import json
import logging
import sys

import serial_line  # pylint: disable=unused-import  # before pymodbus
from pymodbus.datastore import ModbusServerContext
from pymodbus.factory import ServerDecoder
from pymodbus.interfaces import IModbusSlaveContext
from pymodbus.pdu import IllegalFunctionRequest
from pymodbus.server.async_io import ModbusConnectedRequestHandler, ModbusSerialServer, ModbusTcpServer
from pymodbus.transaction import ModbusRtuFramer

from devices import DEVICES

READS = {1: "coil", 2: "discrete", 3: "holding", 4: "input"}
WRITES = {5: "coil", 15: "coil", 6: "holding", 16: "holding"}


def say(**what):
    print(json.dumps(what), flush=True)


class Registers(IModbusSlaveContext):
    """What exists can be read; what may be written can be written; everything else is exception 2."""

    def __init__(self, fixture):
        self.fixture = fixture
        self.silent = False
        self.last = {}

    def reset(self):
        """Nothing to start anew."""

    def validate(self, fc_as_hex, address, count=1):
        span = range(address, address + count)
        if fc_as_hex in WRITES:
            area = WRITES[fc_as_hex]
            held = all(one in self.fixture.writable[area] for one in span)
            if not held:
                say(event="refused", function=fc_as_hex, address=address, count=count)
            return held
        area = self.fixture.areas[READS[fc_as_hex]]
        held = count <= self.fixture.max_read and all(one in area for one in span)
        if not held:
            say(event="refused", function=fc_as_hex, address=address, count=count)
        return held

    def getValues(self, fc_as_hex, address, count=1):  # pylint: disable=invalid-name
        if fc_as_hex in WRITES:  # the echo is what was written
            return [self.last[one] for one in range(address, address + count)]
        area = self.fixture.areas[READS[fc_as_hex]]
        return [area[one] for one in range(address, address + count)]

    def setValues(self, fc_as_hex, address, values):  # pylint: disable=invalid-name
        area = self.fixture.areas[WRITES[fc_as_hex]]
        values = [int(value) for value in values]
        self.last = {address + n: value for n, value in enumerate(values)}
        for one, value in self.last.items():
            if one in area:
                area[one] = value
        if area is self.fixture.areas["holding"]:
            for one, value in self.last.items():
                for shown in self.fixture.mirrors.get(one, ()):
                    area[shown] = value
                if one in self.fixture.resets:
                    area[one] = self.fixture.resets[one]
        say(event="write", function=fc_as_hex, address=address, values=values)

    def change(self, command):
        """One command of standard input."""
        for area, values in command.get("set", {}).items():
            for address, value in values.items():
                self.fixture.areas[area][int(address)] = int(value)
        for area, addresses in command.get("unset", {}).items():
            for address in addresses:
                self.fixture.areas[area].pop(int(address), None)
        self.silent = bool(command.get("silent", self.silent))
        if "get" in command:
            area, address = command["get"]
            say(event="value", area=area, address=address, value=self.fixture.areas[area].get(address))


class Decoder(ServerDecoder):
    """Function codes that the device does not know answer exception 1."""

    def __init__(self, fixture):
        super().__init__()
        self.functions = fixture.functions

    def decode(self, message):
        if message and message[0] not in self.functions:
            say(event="refused", function=message[0])
            return IllegalFunctionRequest(message[0])
        return super().decode(message)


class Handler(ModbusConnectedRequestHandler):
    """Keeps to the device's number of clients, and can fall silent."""

    registers = None

    def connection_made(self, transport):
        most = self.registers.fixture.max_clients
        if most and len(self.server.active_connections) >= most:
            say(event="rejected")
            self.client_address = transport.get_extra_info("peername")
            transport.close()
            return
        super().connection_made(transport)
        say(event="connected")

    def send(self, message, *addr, **kwargs):
        if not self.registers.silent:
            super().send(message, *addr, **kwargs)


async def read_commands(registers):
    """Until the input ends or {"quit": true}."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        try:
            command = json.loads(line)
            if command.get("quit"):
                return
            registers.change(command)
            say(event="done")
        except (ValueError, KeyError, TypeError, AttributeError) as why:
            say(event="error", message=str(why))


async def serve(options):
    fixture = DEVICES[options.name]
    registers = Registers(fixture)
    Handler.registers = registers
    unit = options.unit or fixture.unit
    if fixture.any_unit and not options.rtu:
        context = ModbusServerContext(slaves=registers, single=True)
    else:
        context = ModbusServerContext(slaves={unit: registers}, single=False)
    if options.rtu:
        baud, parity, stop_bits = fixture.serial or (9600, "N", 1)
        server = ModbusSerialServer(context, framer=ModbusRtuFramer, port=options.rtu, baudrate=options.baud or baud, parity=parity,
                                    stopbits=stop_bits, ignore_missing_slaves=True)
        server.decoder = Decoder(fixture)
        await server.start()
        task = asyncio.create_task(server.serve_forever())
        say(event="serving", device=options.rtu, unit=unit, name=options.name)
    else:
        server = ModbusTcpServer(context, address=("127.0.0.1", 0), handler=Handler, ignore_missing_slaves=True)
        server.decoder = Decoder(fixture)
        task = asyncio.create_task(server.serve_forever())
        await server.serving
        say(event="serving", port=server.server.sockets[0].getsockname()[1], unit=unit, name=options.name)
    await read_commands(registers)
    task.cancel()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=sorted(DEVICES), metavar="NAME")
    parser.add_argument("--rtu", metavar="DEVICE")
    parser.add_argument("--baud", type=int)
    parser.add_argument("--unit", type=int)
    logging.disable(logging.CRITICAL)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
