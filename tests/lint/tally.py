#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up what `./dev test` ran: prints the time per suite, then `N passed, N failed`; fails when anything failed.

tally.py CHECKS TESTLOG…: CHECKS holds lines `NAME passed|failed`; each TESTLOG is a meson testlog.json, one JSON
object per test program. A program that speaks TAP counts by its subtests; one that ended badly although none of
them failed (crash, time-out, too few subtests, a leak at exit) counts as one failure more.
"""

import collections
import json
import re
import sys

SUBTEST = re.compile(r"^(not )?ok\b[ \t]*[0-9]*(.*)$")
GOOD = ("OK", "EXPECTEDFAIL")


def count_program(entry):
    """Returns (passed, failed, skipped) of one test program."""
    passed = failed = skipped = 0
    for line in (entry.get("stdout") or "").splitlines():
        match = SUBTEST.match(line)
        if not match:
            continue
        if re.search(r"#\s*skip", match.group(2), re.IGNORECASE):
            skipped += 1
        elif match.group(1):
            failed += 1
        else:
            passed += 1
    if entry["result"] == "SKIP":
        skipped = max(skipped, 1)
    elif entry["result"] not in GOOD:
        failed = max(failed, 1)
    elif passed + failed + skipped == 0:
        passed = 1
    return passed, failed, skipped


def read_log(path):
    """Yields the entries of a testlog; a log that is absent or empty is a failure by itself."""
    try:
        with open(path, encoding="utf-8") as log:
            entries = [json.loads(line) for line in log if line.strip()]
    except (OSError, ValueError) as error:
        print(f"{path}: {error}")
        entries = []
    return entries or [{"name": "none", "result": "ERROR", "duration": 0}]


def suite_of(name):
    """meson names a test `project:suite / test` or `suite - project:test`, else by the test alone."""
    name = re.sub(r"^[^:/]*:", "", name)
    return re.split(r" [/-] |/", name)[0]


def main(arguments):
    total = [0, 0, 0]
    failures = []
    with open(arguments[0], encoding="utf-8") as checks:
        for line in checks:
            name, outcome = line.split()
            total[0 if outcome == "passed" else 1] += 1
            if outcome != "passed":
                failures.append(name)
    for path in arguments[1:]:
        suites = collections.defaultdict(lambda: [0, 0, 0, 0.0])
        for entry in read_log(path):
            counts = count_program(entry)
            row = suites[suite_of(entry["name"])]
            for i, count in enumerate(counts):
                row[i] += count
                total[i] += count
            row[3] += entry["duration"]
            if counts[1]:
                failures.append(f"{entry['name']} ({path})")
        print(f"\n{path}\n{'suite':<16}{'passed':>8}{'failed':>8}{'skipped':>8}{'seconds':>10}")
        for name, row in sorted(suites.items()):
            print(f"{name:<16}{row[0]:>8}{row[1]:>8}{row[2]:>8}{row[3]:>10.1f}")
    for name in failures:
        print(f"failed: {name}")
    skipped = f", {total[2]} skipped" if total[2] else ""
    print(f"\n{total[0]} passed, {total[1]} failed{skipped}")
    return 1 if total[1] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
