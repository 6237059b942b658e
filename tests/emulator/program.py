#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""program.py EMULATOR CLI SAMPLES: the built program from outside: start line, control socket, wire faults, ends, nothing but loopback.

Speaks Modbus with frames of its own and the control socket with lines of its own.
"""
import json
import os
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile

EMULATOR, CLI, SAMPLES = sys.argv[1:4]
SITE = {
    "format": "busbar-site/1", "name": "Program", "timezone": "UTC",
    "circuits": [{"id": "main", "rating_a": 35, "meter": "meter", "other_load_a": 10}],
    "meters": [{"id": "meter", "profile": "janitza-umg", "signed": True}],
    "groups": [{"id": "cars", "circuit": "main", "offline_a": 12}],
    "stations": [{"id": "left", "group": "cars", "max_a": 16, "failsafe_a": 6, "power_on_a": 6, "step_a": 1,
                  "profile": "mennekes-amtron-professional", "connection": "modbus-tcp"},
                 {"id": "right", "group": "cars", "max_a": 16, "failsafe_a": 6, "power_on_a": 6, "profile": "abb-terra-ac"}],
    "simulation": {"from": "2026-03-02", "days": 1, "no_delays": True}}
count = 0
bad = 0


def check(fine, what):
    global count, bad
    count += 1
    bad += not fine
    print(f"{'ok' if fine else 'not ok'} {count} {what}", flush=True)


class Running:
    """The emulator of a site, and what it said first."""

    def __init__(self, folder, *options, site=None, stdin=subprocess.PIPE):
        path = os.path.join(folder, "site.busbar")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(site or SITE, file)
        self.process = subprocess.Popen([EMULATOR, path, "--quiet", *options], stdin=stdin, stdout=subprocess.PIPE, text=True)
        self.start = json.loads(self.process.stdout.readline())

    def ask(self, **command):
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def connect(self, name, timeout=5):
        made = socket.create_connection(("127.0.0.1", self.start["endpoints"][name]["port"]), timeout=timeout)
        return made

    def wait_until(self, time):
        """Until the site's time has come."""
        while self.ask(command="time")["time"] < time:
            pass

    def end(self):
        self.process.stdin.close()
        return self.process.wait(10)


def request(unit, function, address, word, transaction=7):
    return struct.pack(">HHHBBHH", transaction, 0, 6, unit, function, address, word)


def receive(line, size):
    data = b""
    while len(data) < size:
        more = line.recv(size - len(data))
        if not more:
            return data
        data += more
    return data


def ask_modbus(line, unit, function, address, word):
    """(transaction, function, rest) of the answer; None: closed."""
    line.sendall(request(unit, function, address, word))
    head = receive(line, 7)
    if len(head) < 7:
        return None
    transaction, _, length, _ = struct.unpack(">HHHB", head)
    body = receive(line, length - 1)
    return transaction, body[0] if body else 0, body[1:]


def silent(line, unit, function, address, word):
    line.settimeout(0.2)
    try:
        line.sendall(request(unit, function, address, word))
        return line.recv(100) is None
    except TimeoutError:
        return True
    finally:
        line.settimeout(5)


def refused(run, name):
    try:
        run.connect(name).close()
        return False
    except ConnectionRefusedError:
        return True


# ---- what is bound ----


def listening(pid):
    """Local addresses of the process's TCP and UDP sockets that are bound (not: connected)."""
    inodes = set()
    for entry in os.scandir(f"/proc/{pid}/fd"):
        try:
            target = os.readlink(entry.path)
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        with open(f"/proc/net/{table}", encoding="ascii") as file:
            for row in list(file)[1:]:
                cells = row.split()
                if cells[9] in inodes:
                    found.append((table, cells[1].split(":")[0]))
    return found


def test_loopback(folder):
    for name in ("villa-demo", "solar-home", "garage-12", "office-40"):
        with open(os.path.join(SAMPLES, name + ".busbar"), encoding="utf-8") as file:
            site = json.load(file)
        for one in site["inputs"]:
            one["file"] = os.path.abspath(os.path.join(SAMPLES, one["file"]))
        run = Running(folder, site=site)
        check(len(run.start["endpoints"]) == len(site["meters"]) + len(site["stations"]), f"{name}: every part has its end point")
        run.ask(command="state")
        bound = listening(run.process.pid)
        check(all(entry == ("tcp", "0100007F") for entry in bound), f"{name}: nothing but 127.0.0.1 is bound ({len(bound)})")
        check(run.end() == 0, f"{name}: ends with its input")


# ---- the control socket ----


def test_control(folder):
    path = os.path.join(folder, "control")
    run = Running(folder, "--control", path)
    check(stat.S_IMODE(os.stat(path).st_mode) == 0o600, "the socket is its owner's only")
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(10)
    line.connect(path)
    answers = line.makefile("r", encoding="utf-8")
    for text, fine in ((b"nonsense\n", False), (b"{\"command\":\"state\"}\n", True), (b"\n\n{}\n", False), (b"\xff\xfe\n", False),
                       (b"{\"command\":\"state\0\"}\n", False), (b"x" * 200000 + b"\n", False), (b"{\"command\":\"time\"}\n", True)):
        line.sendall(text)
        answer = json.loads(answers.readline())
        check(answer["ok"] is fine and (fine or answer["error"]), f"{text[:24]} is answered")
    line.sendall(b"{\"command\":\"time\"}\n" * 50)
    check(all(json.loads(answers.readline())["ok"] for _ in range(50)), "fifty at once are answered in turn")
    line.sendall(b"{\"command\":")  # and left there
    cli = [CLI, "emulate", "--control", path]
    check(subprocess.run(cli + ["state"], capture_output=True, check=False).returncode == 0, "busbar-cli emulate state")
    done = subprocess.run(cli + ["--json", "fault", "meter", "frozen", "--for", "3"], capture_output=True, check=False)
    check(done.returncode == 0 and json.loads(done.stdout)["ok"], "busbar-cli emulate fault --json")
    done = subprocess.run(cli + ["faults"], capture_output=True, check=False, text=True)
    check("meter: frozen" in done.stdout, "busbar-cli emulate faults")
    check(subprocess.run(cli + ["load", "main", "10", "0", "-5"], capture_output=True, check=False).returncode == 0, "busbar-cli emulate load")
    check(subprocess.run(cli + ["plug", "left", "--max", "16"], capture_output=True, check=False).returncode == 0, "busbar-cli emulate plug")
    check(subprocess.run(cli + ["plug", "left"], capture_output=True, check=False).returncode == 1, "a place that is taken: exit code 1")
    check(subprocess.run(cli + ["unplug", "left"], capture_output=True, check=False).returncode == 0, "busbar-cli emulate unplug")
    check(subprocess.run(cli + ["clear"], capture_output=True, check=False).returncode == 0, "busbar-cli emulate clear")
    check(subprocess.run(cli + ["dance"], capture_output=True, check=False).returncode == 2, "no such command: exit code 2")
    check(subprocess.run(cli + ["load", "main", "x", "0", "0"], capture_output=True, check=False).returncode == 2, "no number: exit code 2")
    check(subprocess.run(cli + ["quit"], capture_output=True, check=False).returncode == 0, "busbar-cli emulate quit")
    check(run.process.wait(10) == 0, "it ends")
    check(not os.path.exists(path), "the socket is gone")
    check(subprocess.run(cli + ["state"], capture_output=True, check=False).returncode == 4, "nobody there: exit code 4")
    run.process.stdin.close()


# ---- ends ----


def test_ends(folder):
    runtime = os.path.join(folder, "run")
    os.mkdir(runtime)
    os.environ["XDG_RUNTIME_DIR"] = runtime
    run = Running(folder)
    check(os.path.dirname(os.path.dirname(run.start["control"])) == runtime, "the socket is in the runtime folder")
    check(run.end() == 0 and not os.listdir(runtime), "ends with its input, nothing left")
    run = Running(folder, "--stay")
    run.process.stdin.close()
    line = socket.socket(socket.AF_UNIX)
    line.connect(run.start["control"])
    line.sendall(b"{\"command\":\"time\"}\n")
    check(json.loads(line.makefile().readline())["ok"], "--stay: goes on when its input closes")
    run.process.send_signal(signal.SIGTERM)
    check(run.process.wait(10) == 0 and not os.listdir(runtime), "ends at SIGTERM, nothing left")
    run = Running(folder)
    run.process.send_signal(signal.SIGINT)
    check(run.process.wait(10) == 0 and not os.listdir(runtime), "ends at SIGINT, nothing left")
    run.process.stdin.close()
    run = Running(folder, "--speed", "1000", "--days", "0.01")
    check(run.process.wait(20) == 0, "ends with the site's inputs")
    run.process.stdin.close()
    del os.environ["XDG_RUNTIME_DIR"]


def test_usage(folder):
    broken = os.path.join(folder, "broken.busbar")
    with open(broken, "w", encoding="utf-8") as file:
        file.write("{")
    alien = os.path.join(folder, "alien.busbar")
    with open(alien, "w", encoding="utf-8") as file:
        json.dump(dict(SITE, meters=[dict(SITE["meters"][0], profile="no-such-meter")]), file)
    published = os.path.join(folder, "published.busbar")
    with open(published, "w", encoding="utf-8") as file:
        json.dump(dict(SITE, meters=[dict(SITE["meters"][0], profile="shelly-pro-3em", connection="mqtt")]), file)
    site = os.path.join(folder, "site.busbar")
    for arguments, code, part in (
            ([], 2, "site file"), ([site, site], 2, "site file"), (["--bogus", site], 2, "bogus"), (["--speed", "0", site], 2, "--speed"),
            (["--ocpp-url", "ws://example.org:80/", site], 2, "127.0.0.1"), (["--from", "yesterday", site], 3, "--from"),
            (["--mqtt", "192.0.2.1:1883", site], 2, "127.0.0.1"), (["--mqtt", "127.0.0.1:x", site], 2, "127.0.0.1"), ([published], 3, "--mqtt"),
            ([os.path.join(folder, "none.busbar")], 4, "none.busbar"), ([broken], 3, "broken.busbar"), ([alien], 3, "no-such-meter"),
            (["--faults", broken, site], 3, "broken.busbar"), (["--control", os.path.join(folder, "a", "b"), site], 4, "control socket"),
            (["--control", "/tmp/" + "x" * 120, site], 4, "too long")):
        done = subprocess.run([EMULATOR, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=20)
        check(done.returncode == code and part in done.stderr and not done.stdout, f"{arguments[:1]} {part}: exit code {code} ({done.returncode}, {done.stderr.strip()[:100]})")


# ---- faults on the wire ----


def test_wire(folder):
    run = Running(folder)
    unit = 1
    line = run.connect("left")
    check(ask_modbus(line, unit, 3, 122, 1) == (7, 3, b"\x02\x00\x01"), "a register is read")
    check(ask_modbus(line, 200, 3, 122, 1)[1] == 3, "it answers any unit")
    check(ask_modbus(line, unit, 3, 123, 1) == (7, 0x83, b"\x02"), "a gap is exception 2")
    check(ask_modbus(line, unit, 3, 100, 31) == (7, 0x83, b"\x03"), "more than it reads at once is exception 3")
    check(ask_modbus(line, unit, 6, 122, 1) == (7, 0x86, b"\x02"), "what cannot be written is exception 2")
    check(ask_modbus(line, unit, 6, 1000, 99) == (7, 0x86, b"\x03"), "more than it takes is exception 3")
    check(ask_modbus(line, unit, 7, 0, 0)[1] == 0x87, "an unknown function is an exception")
    run.ask(command="fault", device="left", fault="silence")
    check(silent(line, unit, 3, 122, 1), "silence")
    run.ask(command="clear", device="left")
    line.close()
    line = run.connect("left")
    run.ask(command="fault", device="left", fault="exception", value=6)
    check(ask_modbus(line, unit, 3, 122, 1) == (7, 0x83, b"\x06"), "exception of a code")
    run.ask(command="clear", device="left")
    run.ask(command="fault", device="left", fault="twice")
    check(ask_modbus(line, unit, 3, 122, 1)[0] != 7, "another's transaction number")
    run.ask(command="clear", device="left")
    line.close()
    for fault in ("garbage", "truncate"):
        line = run.connect("left", 0.5)
        run.ask(command="fault", device="left", fault=fault)
        try:
            got = ask_modbus(line, unit, 3, 122, 1)
        except (TimeoutError, struct.error):
            got = None
        check(got != (7, 3, b"\x02\x00\x01"), f"{fault} ({got})")
        run.ask(command="clear", device="left")
        line.close()
    line = run.connect("left")
    run.ask(command="fault", device="left", fault="offline")
    check(line.recv(10) == b"", "offline: the connection goes")
    check(refused(run, "left"), "offline: new ones are refused")
    run.ask(command="clear", device="left")
    line = run.connect("left")
    check(ask_modbus(line, unit, 3, 122, 1)[1] == 3, "and it is back on the same port")
    run.ask(command="fault", device="left", fault="half-open")
    check(silent(line, unit, 3, 122, 1), "half-open: the connection stays, nothing comes")
    run.ask(command="clear", device="left")
    line.close()
    line = run.connect("left")
    run.ask(command="fault", device="left", fault="lies")
    check(ask_modbus(line, unit, 6, 1000, 10)[1] == 6 and ask_modbus(line, unit, 3, 1000, 1)[2] == b"\x02\x00\x0a", "lies: confirms")
    check(run.ask(command="state")["stations"]["left"]["setpoint_ma"] == 0, "lies: and does nothing")
    run.ask(command="clear")
    ask_modbus(line, unit, 6, 131, 8)
    check(run.ask(command="state")["stations"]["left"]["failsafe_ma"] == 8000, "a fail-safe current is taken")
    line.close()
    run.end()
    test_faults_file(folder)
    test_reboot(folder)
    test_one_client(folder)


def test_faults_file(folder):
    """A timeline: silent from the start, refusing after a minute of the site."""
    faults = os.path.join(folder, "faults.json")
    with open(faults, "w", encoding="utf-8") as file:
        json.dump([{"at_s": 0, "for_s": 40, "device": "left", "fault": "silence"},
                   {"at_s": 60, "device": "left", "fault": "exception", "value": 6}], file)
    run = Running(folder, "--faults", faults, "--speed", "30", "--from", "2026-03-02T06:00:00")
    check(run.start["from"] == "2026-03-02T06:00:00Z", "--from")
    line = run.connect("left")
    check(silent(line, 1, 3, 122, 1), "--faults: silent from the start")
    line.close()
    run.wait_until("2026-03-02T06:00:40Z")
    line = run.connect("left")
    check(ask_modbus(line, 1, 3, 122, 1)[1] == 3, "--faults: answers when that is over")
    run.wait_until("2026-03-02T06:01:00Z")
    check(ask_modbus(line, 1, 3, 122, 1) == (7, 0x83, b"\x06"), "--faults: refuses from its time on")
    run.end()


def test_reboot(folder):
    """Restarted: gone for a while, then without its fail-safe."""
    run = Running(folder, "--speed", "40")
    line = run.connect("left")
    ask_modbus(line, 1, 6, 131, 8)
    run.ask(command="fault", device="left", fault="reboot", for_s=40)
    check(line.recv(10) == b"" and refused(run, "left"), "reboot: gone")
    while run.ask(command="faults")["active"]:
        pass
    line = run.connect("left")
    check(ask_modbus(line, 1, 3, 131, 2) == (7, 3, b"\x04\0\0\0\0"), "reboot: fail-safe registers are cleared")
    check(ask_modbus(line, 1, 3, 1000, 1) == (7, 3, b"\x02\0\x06"), "reboot: the limit is that of its start")
    run.end()


def test_one_client(folder):
    run = Running(folder)
    first, second = run.connect("right"), run.connect("right")
    check(ask_modbus(first, 1, 3, 0x400C, 2) == (7, 3, b"\x04\0\0\0\0"), "the first client is served")
    try:
        got = ask_modbus(second, 1, 3, 0x400C, 2)
    except ConnectionError:
        got = None
    check(got is None, "of a station that takes one client the second is closed")
    run.end()


def main():
    with tempfile.TemporaryDirectory() as folder:
        check(Running(folder).end() == 0, "starts and ends")
        for test in (test_loopback, test_control, test_ends, test_wire):
            test(folder)
        test_usage(folder)
    print(f"1..{count}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
