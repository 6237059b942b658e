# SPDX-License-Identifier: GPL-3.0-or-later
"""A serial line for pymodbus where its optional package serial_asyncio is not installed: import this before pymodbus."""
import asyncio
import os
import sys
import types

import serial


class SerialTransport(asyncio.Transport):
    """Just what pymodbus' serial server asks of a transport."""

    def __init__(self, loop, protocol, line):
        super().__init__()
        self.loop, self.protocol, self.serial = loop, protocol, line
        os.set_blocking(line.fileno(), False)
        loop.call_soon(protocol.connection_made, self)
        loop.add_reader(line.fileno(), self.read)

    def read(self):
        try:
            data = os.read(self.serial.fileno(), 1024)
        except BlockingIOError:
            return
        except OSError as why:
            self.close(why)
            return
        if data:
            self.protocol.data_received(data)

    def write(self, data):
        os.set_blocking(self.serial.fileno(), True)
        os.write(self.serial.fileno(), data)
        os.set_blocking(self.serial.fileno(), False)

    def close(self, why=None):
        if self.serial.is_open:
            self.loop.remove_reader(self.serial.fileno())
            self.serial.close()
            self.loop.call_soon(self.protocol.connection_lost, why)


async def create_serial_connection(loop, make_protocol, *arguments, **options):
    """As serial_asyncio's."""
    protocol = make_protocol()
    return SerialTransport(loop, protocol, serial.serial_for_url(*arguments, **options)), protocol


try:
    import serial_asyncio  # noqa: F401
except ImportError:
    substitute = types.ModuleType("serial_asyncio")
    substitute.create_serial_connection = create_serial_connection
    sys.modules["serial_asyncio"] = substitute
