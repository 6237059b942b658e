#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""failsafe-real.py EMULATOR CONTROLLER: the built programs; the controller is killed, started again, stopped and continued.

What the stations draw is asked of the emulator's control socket, until it is right or its time is up. AMTRON Compact misses its controller
after 10 s; with BUSBAR_SOAK it is also started again, stopped and continued, and there is OCPP (60 s).
"""
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

EMULATOR, CONTROLLER = sys.argv[1:3]
FAILSAFE_MA = 6000
# Beside the station's time-out: station and vehicle react within 3 s, and the socket is asked four times a second.
MARGIN_S = 5
count = 0
bad = 0


def check(fine, what):
    global count, bad
    count += 1
    bad += not fine
    print(f"{'ok' if fine else 'not ok'} {count} {what}", flush=True)


def site_of(profile, connection):
    stations = [{"id": name, "group": "cars", "max_a": 12, "step_a": 1, "failsafe_a": 6, "profile": profile, "connection": connection}
                for name in ("left", "right")]
    return {"format": "busbar-site/1", "name": "Fail-safe", "timezone": "UTC",
            "circuits": [{"id": "main", "rating_a": 25, "meter": "meter", "other_load_a": 13}],
            "meters": [{"id": "meter", "profile": "janitza-umg", "connection": "modbus-tcp", "signed": True}],
            "groups": [{"id": "cars", "circuit": "main", "offline_a": 12}], "stations": stations,
            "simulation": {"from": "2026-03-02", "days": 1}}


class Emulator:
    def __init__(self, folder, site):
        self.site = os.path.join(folder, "site.busbar")
        with open(self.site, "w", encoding="utf-8") as file:
            json.dump(site, file)
        self.process = subprocess.Popen([EMULATOR, self.site, "--quiet", "--speed", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        line = self.process.stdout.readline()
        self.endpoints = os.path.join(folder, "endpoints.json")
        with open(self.endpoints, "w", encoding="utf-8") as file:
            file.write(line)
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(json.loads(line)["control"])
        self.lines = self.socket.makefile("r", encoding="utf-8")

    def ask(self, **command):
        self.socket.sendall((json.dumps(command) + "\n").encode())
        answer = json.loads(self.lines.readline())
        assert answer.get("ok"), answer
        return answer

    def stations(self):
        return self.ask(command="state")["stations"].values()

    def wait(self, good, most_s):
        """Seconds until good (stations), or None."""
        start = time.monotonic()
        while time.monotonic() - start < most_s:
            if good(self.stations()):
                return time.monotonic() - start
            # Asked again when it has moved: a quarter of a second of nothing to read.
            self.socket.settimeout(0.25)
            try:
                self.socket.recv(1, socket.MSG_PEEK)
            except TimeoutError:
                pass
            finally:
                self.socket.settimeout(None)
        return None

    def end(self):
        self.socket.close()
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(10)


class Controller:
    def __init__(self, folder, emulator):
        self.log = open(os.path.join(folder, "log"), "a+", encoding="utf-8")
        self.process = subprocess.Popen([CONTROLLER, emulator.site, "--endpoints", emulator.endpoints, "--state", os.path.join(folder, "state"),
                                         "--commission", "--allow-unverified"], stdout=subprocess.DEVNULL, stderr=self.log)

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait(10)

    def said(self, words):
        self.log.seek(0)
        return words in self.log.read()

    def print_log(self):
        self.log.seek(0)
        for line in self.log.read().splitlines()[-30:]:
            print("#", line)


SOAK = bool(os.environ.get("BUSBAR_SOAK"))


def seconds(value):
    return "never" if value is None else f"{value:.1f} s"


def run(profile, connection, timeout_s):
    name = f"{profile} over {connection}"
    with tempfile.TemporaryDirectory() as folder:
        emulator = Emulator(folder, site_of(profile, connection))
        controller = None
        try:
            emulator.ask(command="load-step", circuit="main", add_a=[4.9, 4.9, 4.9])
            for station in ("left", "right"):
                emulator.ask(command="plug", station=station, max_a=16, phases=3, wanted_kwh=500)
            controller = Controller(folder, emulator)

            def full(stations):
                return sum(station["draw_ma"] for station in stations) >= 14000

            # One whose vehicle had stopped offers the fail-safe current before that vehicle draws it.
            def safe(stations):
                return all(station["pilot_ma"] == FAILSAFE_MA and station["draw_ma"] <= FAILSAFE_MA for station in stations)

            took = emulator.wait(full, 60)
            check(took is not None, f"{name}: both charge after {seconds(took)}")
            controller.kill()
            took = emulator.wait(safe, timeout_s + MARGIN_S)
            check(took is not None, f"{name}: kill -9: at 6 A each after {seconds(took)} of {timeout_s + MARGIN_S} s")
            if not SOAK:
                return
            controller = Controller(folder, emulator)
            took = emulator.wait(full, 60)
            check(took is not None, f"{name}: started again: both charge after {seconds(took)}")
            check(controller.said("Goes on from its saved state."), f"{name}: goes on from its saved state")
            controller.signal(signal.SIGSTOP)
            took = emulator.wait(safe, timeout_s + MARGIN_S)
            check(took is not None, f"{name}: SIGSTOP: at 6 A each after {seconds(took)} of {timeout_s + MARGIN_S} s")
            controller.signal(signal.SIGCONT)
            over = max(emulator.ask(command="state")["summary"]["main"]["over_rating_ms"])
            check(over == 0, f"{name}: never over the rating with a constant house ({over} ms)")
            # It is in command again: one of the two has to make room for the house.
            emulator.ask(command="load-step", circuit="main", add_a=[18, 18, 18])
            took = emulator.wait(lambda stations: sum(station["draw_ma"] for station in stations) <= 7000, 20)
            check(took is not None, f"{name}: SIGCONT: makes room after {seconds(took)}")
        finally:
            if bad:
                print("#", emulator.ask(command="state"))
            if bad and controller:
                controller.print_log()
            if controller:
                controller.kill()
            emulator.end()


run("mennekes-amtron-compact", "modbus-rtu", 10)
if SOAK:
    run("mennekes-amtron-professional", "modbus-tcp", 30)
    run("ocpp-16j", "ocpp", 60)
print(f"1..{count}")
sys.exit(1 if bad else 0)
