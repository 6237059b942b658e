#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""busbar-controller as a whole program, in TAP: exit codes, and the README's two lines with the real busbar-emulator:
set-points follow the load, a fault is survived and told, and `busbar-cli replay` reproduces the run."""

import concurrent.futures
import json
import os
import pathlib
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time

CONTROLLER, EMULATOR, CLI = sys.argv[1:4]
DATA = pathlib.Path(os.environ["BUSBAR_DATA_DIR"])
VILLA = DATA / "samples" / "villa-demo.busbar"
PATIENCE_S = 60


def control(*arguments, **options):
    return subprocess.run(
        [CONTROLLER, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE_S, stdin=subprocess.DEVNULL, **options
    )


class Emulator:
    """The emulator of a site, at a Wednesday evening; its start line is in the file `start`."""

    def __init__(self, folder, site, *arguments):
        self.start = folder / "start.json"
        self.process = subprocess.Popen(
            [EMULATOR, "--control", str(folder / "control"), "--stay", "--quiet", *arguments, str(site)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        line = self.process.stdout.readline()
        self.line = json.loads(line)
        self.start.write_bytes(line)

    def ask(self, **command):
        """One line to the control socket; what is answered."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE_S)
            line.connect(self.line["control"])
            line.sendall(json.dumps(command).encode() + b"\n")
            answer = json.loads(line.makefile().readline())
        assert answer["ok"], answer
        return answer

    def until(self, what, true):
        """Asks for the state until `true(state)`."""
        end, pause = time.monotonic() + PATIENCE_S, threading.Event()
        while time.monotonic() < end:
            state = self.ask(command="state")
            if true(state):
                return state
            pause.wait(0.1)
        raise AssertionError(f"{what}: {json.dumps(state)}")

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.process.terminate()
        self.process.wait(PATIENCE_S)


class Controller:
    """A running controller whose log is kept."""

    def __init__(self, *arguments, wrapper=(), **options):
        self.log = []
        self.process = subprocess.Popen(
            [*wrapper, CONTROLLER, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )
        self.line = json.loads(self.process.stdout.readline())
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stderr:
            self.log.append(line)

    def until_logged(self, text):
        end = time.monotonic() + PATIENCE_S
        while not any(text in line for line in self.log):
            assert time.monotonic() < end and self.process.poll() is None, f"not in the log: {text}\n{''.join(self.log)}"
            self.reader.join(0.05)

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE_S)
        self.reader.join(PATIENCE_S)
        return code

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def setpoint(state, name):
    return state["stations"][name]["setpoint_ma"]


def usage_errors(folder):
    """2: wrong usage."""
    for line in [[], ["a", "b"], [VILLA, "--nonsense"], [VILLA, "--for", "x"], [VILLA, "--for", "-1"], [VILLA, "--log-level", "loud"]]:
        run = control(*line)
        assert run.returncode == 2, (line, run.returncode)
        assert run.stderr.startswith("busbar-controller: ") and run.stdout == "", run.stderr
    run = control("--version")
    assert run.returncode == 0 and run.stdout.startswith("busbar-controller "), run
    run = control("--help")
    assert run.returncode == 0 and "--endpoints" in run.stdout


def input_errors(folder):
    """3: unusable input, 4: a file or port failed."""
    broken = folder / "broken.busbar"
    broken.write_text("{")
    bare = folder / "bare.busbar"
    bare.write_text('{"format":"busbar-site/1","main_fuse_a":25,"stations":[{"id":"s"}]}')
    secrets = folder / "secrets.json"
    secrets.write_text("{}")
    secrets.chmod(0o644)
    settings = folder / "controller.conf"
    settings.write_text("[controller]\nsight=x\n")
    plain = folder / "plain"
    plain.write_text("")
    certificate = folder / "no-certificate.pem"
    certificate.write_text("nonsense")
    for code, line in [
        (3, [broken]),
        (3, [bare]),
        (3, [VILLA, "--secrets", secrets]),
        (3, ["--settings", settings]),
        (3, [VILLA, "--endpoints", plain]),
        (3, [VILLA, "--ripple", "nonsense"]),
        (4, [folder / "none.busbar"]),
        (4, ["--settings", folder / "none.conf"]),
        (4, [VILLA, "--secrets", folder / "none.json"]),
        (4, [VILLA, "--state", plain / "inner", "--check", "--endpoints", start_like(folder)]),
    ]:
        run = control(*line)
        assert run.returncode == code, (line, run.returncode, run.stderr)
        assert run.stderr.startswith("busbar-controller: ") and run.stdout == "", run.stderr


def start_like(folder):
    path = folder / "like.json"
    where = {"host": "127.0.0.1", "port": 9}
    path.write_text(json.dumps({"endpoints": {"meter": where, "garage": where, "drive": {"identity": "drive"}}}))
    return path


def check_option(folder):
    """--check says that all is good, connects to nothing, leaves no trace."""
    settings = folder / "check.conf"
    settings.write_text(f"[controller]\nsite={VILLA}\nendpoints={start_like(folder)}\nlog-level=error\n")
    run = control("--settings", settings, "--check")
    assert run.returncode == 0, run.stderr
    assert "good" in run.stdout


def port_taken(folder):
    """4: the port for stations is taken."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = control(VILLA, "--endpoints", start_like(folder), "--ocpp", f"127.0.0.1:{taken.getsockname()[1]}", "--for", "1")
    assert run.returncode == 4, (run.returncode, run.stderr)


def ends_by_itself(folder):
    """--for, and the start line."""
    with Emulator(folder, VILLA) as emulator:
        run = control(VILLA, "--endpoints", emulator.start, "--for", "0.2")
    assert run.returncode == 0, run.stderr
    line = json.loads(run.stdout)
    assert line["format"] == "busbar-controller/1" and line["site"] == "Villa demo", line
    assert line["ocpp_port"] == emulator.line["ocpp"]["port"], line


def two_terminals(folder):
    """The README's lines: set-points follow the load, a fault is survived and told, the run replays."""
    state_folder = folder / "state"
    with Emulator(folder, VILLA) as emulator:
        emulator.ask(command="plug", station="garage", max_a=16)
        with Controller(VILLA, "--endpoints", emulator.start, "--state", state_folder, "--commission") as controller:
            emulator.until("the car gets current", lambda state: setpoint(state, "garage") >= 6000)
            # Of 25 A less than 6 are left: nobody can charge.
            emulator.ask(command="load-step", circuit="main", add_a=[20, 20, 20])
            emulator.until("the set-point follows", lambda state: setpoint(state, "garage") < 6000)
            emulator.ask(command="load-step", circuit="main", add_a=[0, 0, 0])
            emulator.ask(command="fault", device="garage", fault="offline", for_s=3)
            controller.until_logged("Station “garage” is not reached")
            assert controller.stop() == 0
            log = "".join(controller.log)
        assert "Station “garage” is online" in log, log
    assert (state_folder / "engine.state").exists()
    assert stat.S_IMODE(state_folder.stat().st_mode) == 0o700
    run = subprocess.run([CLI, "replay", "--json", str(state_folder)], capture_output=True, text=True, timeout=PATIENCE_S)
    assert run.returncode == 0, run.stderr
    verdict = json.loads(run.stdout)
    assert verdict["records"] >= 3 and verdict["different"] == 0, verdict


def killed(folder):
    """Killed and started again: it goes on from its state, and both traces replay."""
    state_folder = folder / "killed"
    with Emulator(folder, VILLA) as emulator:
        for round_ in range(2):
            with Controller(VILLA, "--endpoints", emulator.start, "--state", state_folder) as controller:
                controller.until_logged("engine: drive")
                code = controller.stop(signal.SIGKILL if round_ else signal.SIGINT)
                assert code == (-signal.SIGKILL if round_ else 0), code
                assert round_ == 0 or any("Goes on from its saved state" in line for line in controller.log), controller.log
    run = subprocess.run([CLI, "replay", str(state_folder)], capture_output=True, text=True, timeout=PATIENCE_S)
    assert run.returncode == 0, run.stderr + run.stdout


def tells_its_manager(folder):
    """Ready, alive, stopping, as sd_notify(3) says."""
    path = folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager, Emulator(folder, VILLA) as emulator:
        manager.bind(str(path))
        manager.settimeout(PATIENCE_S)
        around = {**os.environ, "NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "3000000"}
        with Controller(VILLA, "--endpoints", emulator.start, env=around) as controller:
            heard = [manager.recv(100) for _ in range(3)]
            assert heard == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"], heard
            assert controller.stop() == 0
        manager.settimeout(1)
        while heard[-1] != b"STOPPING=1":
            heard.append(manager.recv(100))


def disk_full(folder):
    """Nothing can be written: told once each, and control goes on."""
    no_room = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh"]
    with Emulator(folder, VILLA) as emulator:
        emulator.ask(command="plug", station="garage", max_a=16)
        with Controller(VILLA, "--endpoints", emulator.start, "--state", folder / "full", wrapper=no_room) as controller:
            controller.until_logged("The trace cannot be written")
            emulator.until("the car gets current", lambda state: setpoint(state, "garage") >= 6000)
            assert controller.stop() == 0
            log = "".join(controller.log)
    assert log.count("The trace cannot be written") == 1, log
    assert log.count("The state cannot be saved") == 1, log


def problem_of(test):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="busbar-program-"))
    try:
        test(folder)
    except Exception as problem:  # whatever it is, it is this test's
        return f"{type(problem).__name__}: {problem}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return None


def main():
    tests = [
        usage_errors,
        input_errors,
        check_option,
        port_taken,
        ends_by_itself,
        two_terminals,
        killed,
        tells_its_manager,
        disk_full,
    ]
    wanted = sys.argv[4:]
    tests = [test for test in tests if not wanted or test.__name__ in wanted]
    print(f"1..{len(tests)}")
    failed = 0
    # Side by side: most of their time they wait for a second to pass.
    with concurrent.futures.ThreadPoolExecutor(len(tests)) as pool:
        for number, (test, problem) in enumerate(zip(tests, pool.map(problem_of, tests)), 1):
            failed += problem is not None
            print(f"{'ok' if problem is None else 'not ok'} {number} {test.__name__}")
            for line in (problem or "").splitlines():
                print(f"# {line}")
    sys.exit(1 if failed else 0)


main()
