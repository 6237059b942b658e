#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The unit of busbar-controller, judged by systemd's own tools, in TAP. Arguments: the configured unit, the program."""

import pathlib
import re
import subprocess
import sys
import tempfile

UNIT = pathlib.Path(sys.argv[1]).read_text()
PROGRAM = str(pathlib.Path(sys.argv[2]).resolve())
# Exposure times ten, as `systemd-analyze security` counts it: 0 nothing, 100 everything.
MOST_EXPOSED = 20


def unit_in(folder, text):
    path = pathlib.Path(folder) / "busbar-controller.service"
    path.write_text(re.sub(r"^ExecStart=\S+", f"ExecStart={PROGRAM}", text, flags=re.M))
    return path


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", *map(str, arguments)], capture_output=True, text=True, timeout=60)


def verify(folder, text):
    return analyze("verify", "--man=no", unit_in(folder, text))


def exposure_is_too_high(folder, text):
    """None when it cannot be told."""
    run = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit_in(folder, text))
    figure = re.search(r"exposure level for \S+: ([0-9.]+)", run.stdout)
    print(f"# exposure {figure.group(1) if figure else run.stderr.strip()}")
    return run.returncode != 0 if figure else None


def verifies(folder):
    run = verify(folder, UNIT)
    return run.returncode == 0 and "busbar" not in run.stderr


def a_wrong_key_is_noticed(folder):
    return "Nonsense" in verify(folder, UNIT.replace("[Service]\n", "[Service]\nNonsense=yes\n")).stderr


def is_sandboxed(folder):
    return exposure_is_too_high(folder, UNIT) is False


def less_sandbox_is_noticed(folder):
    return exposure_is_too_high(folder, UNIT.replace("DynamicUser=yes\n", "").replace("SystemCallFilter", "#")) is True


def its_options_exist(folder):
    """Each option on its command line is one that the program knows."""
    line = re.search(r"^ExecStart=\S+ (.*)$", UNIT, re.M).group(1)
    known = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True, timeout=60).stdout
    return all(f" {option}=" in known for option in re.findall(r"--[a-z-]+", line))


def main():
    tests = [verifies, a_wrong_key_is_noticed, is_sandboxed, less_sandbox_is_noticed, its_options_exist]
    print(f"1..{len(tests)}")
    failed = 0
    for number, test in enumerate(tests, 1):
        with tempfile.TemporaryDirectory() as folder:
            good = test(folder)
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} {test.__name__}")
    sys.exit(1 if failed else 0)


main()
