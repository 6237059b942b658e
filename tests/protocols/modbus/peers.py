#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""peers.py TOOL: our Modbus bus and server against other people's: mbpoll and pymodbus, over TCP and RTU.

mbpoll stands on libmodbus as ours does; pymodbus shares nothing with it. Ports are free ones on 127.0.0.1.
"""
import asyncio
import logging
import os
import shutil
import subprocess
import sys
import threading
import types

TOOL = sys.argv[1]
# pymodbus calls every exception that it is asked for an error.
logging.disable(logging.CRITICAL)


class Transport:
    """What pymodbus wants of pyserial-asyncio, which is not everywhere packaged: bytes of a serial port."""

    def __init__(self, loop, protocol, port):
        self.loop, self.port = loop, port
        loop.add_reader(port.fileno(), lambda: protocol.data_received(os.read(port.fileno(), 512)))

    def write(self, data):
        self.port.write(data)

    def get_extra_info(self, _name, default=None):
        return default

    def close(self):
        self.loop.remove_reader(self.port.fileno())
        self.port.close()


async def create_serial_connection(loop, factory, device, **options):
    """Opens the port for a protocol of asyncio."""
    options.pop("timeout", None)
    port = serial.Serial(device, timeout=0, **options)
    protocol = factory()
    transport = Transport(loop, protocol, port)
    protocol.connection_made(transport)
    return transport, protocol


try:
    import serial

    stand_in = types.ModuleType("serial_asyncio")
    stand_in.create_serial_connection = create_serial_connection
    sys.modules["serial_asyncio"] = stand_in
    import pymodbus.server.async_io as pymodbus_server
    from pymodbus.client import ModbusSerialClient, ModbusTcpClient
    from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
except ImportError as missing:
    pymodbus_server = None
    WHY = str(missing)


class Tool:
    """A running modbus-tool; its first line says where it is."""

    def __init__(self, *args):
        self.process = subprocess.Popen([TOOL, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.where = self.process.stdout.readline().split()

    def __enter__(self):
        return self.where

    def __exit__(self, *_):
        self.process.stdin.close()
        assert self.process.wait(20) == 0
        self.process.stdout.close()


def ask(where, *requests):
    done = subprocess.run([TOOL, "ask", where, *requests], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.split("\n")[:-1]


def equal(got, wanted):
    if got != wanted:
        raise AssertionError(f"{got!r} is not {wanted!r}")


# ---- mbpoll against our server ----


def mbpoll(*args):
    done = subprocess.run(["mbpoll", "-0", "-1", *args], capture_output=True, text=True, timeout=60, check=False)
    values = [line.split(":")[1].split()[0] for line in done.stdout.splitlines() if line.startswith("[")]
    return done.returncode, values, done.stdout + done.stderr


def mbpoll_everything(*where):
    unit = ["-a", "5"]
    equal(mbpoll(*where, *unit, "-t", "4", "-r", "10", "-c", "3")[1], ["31", "34", "37"])
    equal(mbpoll(*where, *unit, "-t", "3", "-r", "10", "-c", "2")[1], ["1031", "1034"])
    write = mbpoll(*where[:-1], *unit, "-t", "4", "-r", "100", where[-1], "16000")
    equal(write[0], 0)
    equal(mbpoll(*where, *unit, "-t", "4", "-r", "100", "-c", "1")[1], ["16000"])
    equal(mbpoll(*where[:-1], *unit, "-t", "4", "-r", "200", where[-1], "1", "2", "3")[0], 0)
    equal(mbpoll(*where, *unit, "-t", "4", "-r", "200", "-c", "3")[1], ["1", "2", "3"])
    equal(mbpoll(*where[:-1], *unit, "-t", "0", "-r", "300", where[-1], "1")[0], 0)
    equal(mbpoll(*where[:-1], *unit, "-t", "0", "-r", "301", where[-1], "0", "1", "1")[0], 0)
    equal(mbpoll(*where, *unit, "-t", "0", "-r", "300", "-c", "4")[1], ["1", "0", "1", "1"])
    equal("Illegal data address" in mbpoll(*where, *unit, "-t", "4", "-r", "60000", "-c", "1")[2], True)
    equal("timed out" in mbpoll(*where, "-o", "0.3", "-a", "9", "-t", "4", "-r", "1", "-c", "1")[2], True)


def mbpoll_tcp():
    with Tool("serve") as (port,):
        mbpoll_everything("-m", "tcp", "-p", port, "127.0.0.1")


def mbpoll_rtu():
    with Tool("serve-line", "57600") as (device,):
        mbpoll_everything("-m", "rtu", "-b", "57600", "-P", "none", device)


# ---- pymodbus against our server ----


def client_everything(client):
    assert client.connect()
    equal(client.read_holding_registers(10, 3, slave=5).registers, [31, 34, 37])
    equal(client.read_input_registers(10, 125, slave=6).registers, [(10 + i) * 3 + 1001 for i in range(125)])
    equal(client.write_register(100, 16000, slave=5).value, 16000)
    answer = client.write_registers(200, list(range(123)), slave=5)
    equal((answer.address, answer.count), (200, 123))
    equal(client.read_holding_registers(200, 123, slave=5).registers, list(range(123)))
    equal(client.write_coil(300, True, slave=5).value, True)
    equal(client.write_coils(301, [False, True, True] * 5, slave=5).count, 15)
    equal(client.read_coils(300, 16, slave=5).bits, [True] + [False, True, True] * 5)
    equal(len(client.read_discrete_inputs(0, 1999, slave=5).bits), 2000)
    equal(client.read_holding_registers(60000, 1, slave=5).exception_code, 2)
    equal(client.mask_write_register(1, 0, 0, unit=5).exception_code, 1)
    equal(client.read_holding_registers(10, 1, slave=5).registers, [31])
    client.close()


def pymodbus_client_tcp():
    with Tool("serve") as (port,):
        client_everything(ModbusTcpClient("127.0.0.1", port=int(port), timeout=10))


def pymodbus_client_rtu():
    with Tool("serve-line", "115200") as (device,):
        client_everything(ModbusSerialClient(device, baudrate=115200, bytesize=8, parity="N", stopbits=1, timeout=10))


# ---- our bus against pymodbus' server ----


def context():
    blocks = {name: ModbusSequentialDataBlock(0, [i * 3 + 1 for i in range(1000)]) for name in ("hr", "ir")}
    blocks.update({name: ModbusSequentialDataBlock(0, [i % 3 == 0 for i in range(3000)]) for name in ("co", "di")})
    return ModbusServerContext(slaves={5: ModbusSlaveContext(zero_mode=True, **blocks)}, single=False)


class Loop:
    """An event loop in a thread of its own, while a server runs in it."""

    def __init__(self, start):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.server = asyncio.run_coroutine_threadsafe(start(), self.loop).result(20)

    def __enter__(self):
        return self.server

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self.stop(), self.loop).result(20)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(20)
        self.loop.close()

    async def stop(self):
        await self.server.shutdown()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


async def start_tcp():
    server = pymodbus_server.ModbusTcpServer(context(), address=("127.0.0.1", 0), ignore_missing_slaves=True)
    server.task = asyncio.ensure_future(server.serve_forever())
    await server.serving
    return server


async def start_rtu(device):
    server = pymodbus_server.ModbusSerialServer(
        context(), port=device, baudrate=115200, bytesize=8, parity="N", stopbits=1, timeout=1, ignore_missing_slaves=True
    )
    await server.start()
    return server


REQUESTS = {
    "5,3,10,3": "31 34 37",
    "5,4,0,2": "1 4",
    "5,6,100,1,16000": "16000",
    "5,3,100,1": "16000",
    "5,16,200,3,1,2,65535": "1 2 65535",
    "5,3,199,5": "598 1 2 65535 610",
    "5,5,300,1,0": "0",
    "5,15,301,9,1,0,1,1,0,1,0,1,1": "1 0 1 1 0 1 0 1 1",
    "5,1,300,10": "0 1 0 1 1 0 1 0 1 1",
    "5,2,0,2000": " ".join("1" if i % 3 == 0 else "0" for i in range(2000)),
    "5,3,60000,1": "error 102",
    "5,3,0,125": " ".join(str(1 + 3 * i) if i != 100 else "16000" for i in range(125)),
}


def bus_tcp():
    with Loop(start_tcp) as server:
        port = server.server.sockets[0].getsockname()[1]
        equal(ask(f"127.0.0.1:{port}", *REQUESTS), list(REQUESTS.values()))
        equal(ask(f"127.0.0.1:{port}", "8,3,1,1", "5,3,11,1"), ["error 1", "34"])


def bus_rtu():
    with Tool("line", "115200") as (master, device):
        with Loop(lambda: start_rtu(device)):
            equal(ask(f"{master}@115200", *REQUESTS), list(REQUESTS.values()))
            equal(ask(f"{master}@115200", "8,3,1,1", "5,3,11,1"), ["error 1", "34"])


def main():
    tests = [mbpoll_tcp, mbpoll_rtu, pymodbus_client_tcp, pymodbus_client_rtu, bus_tcp, bus_rtu]
    failed = 0
    print(f"1..{len(tests)}", flush=True)
    for number, test in enumerate(tests, 1):
        if test.__name__.startswith("mbpoll"):
            why = None if shutil.which("mbpoll") else "mbpoll is not installed"
        else:
            why = None if pymodbus_server else WHY
        if why:
            print(f"ok {number} {test.__name__} # SKIP {why}", flush=True)
            continue
        try:
            test()
            print(f"ok {number} {test.__name__}", flush=True)
        except Exception as error:  # every failure is one of this test, and the next one runs
            failed = 1
            print(f"not ok {number} {test.__name__}\n# {type(error).__name__}: {error}", flush=True)
    sys.stdout.flush()
    # pymodbus' tasks may not keep the program.
    os._exit(failed)


if __name__ == "__main__":
    main()
