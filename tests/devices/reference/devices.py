#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""All devices of the reference: devices.py --list | --expect NAME | --registers NAME."""
import json
import sys

import meters
import stations

DEVICES = {**stations.make(), **meters.make()}


def main(arguments):
    if arguments == ["--list"]:
        for name, fixture in DEVICES.items():
            print(json.dumps({"name": name, "profile": fixture.profile, "kind": fixture.kind, "connections": fixture.connections,
                              "about": fixture.about}))
        return 0
    if len(arguments) == 2 and arguments[0] in ("--expect", "--registers") and arguments[1] in DEVICES:
        fixture = DEVICES[arguments[1]]
        told = fixture.describe(arguments[1]) if arguments[0] == "--expect" else {
            area: {str(address): value for address, value in sorted(values.items())} for area, values in fixture.areas.items()}
        print(json.dumps(told))
        return 0
    print("devices.py --list | --expect NAME | --registers NAME", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
