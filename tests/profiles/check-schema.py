#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validates device profiles against the published JSON Schema; TAP on standard output.

check-schema.py SCHEMA FIXTURES FOLDER   the fixtures profile-every-key*.json together have every key of the schema;
every file in FOLDER must be valid; broken copies of the fixtures must not be
"""

import copy
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("1..0 # SKIP python3-jsonschema is not installed")
    sys.exit(0)

# Ways to break the station's fixture that the schema must notice: path, value.
BREAKS = [
    (["format"], "busbar-profile/2"),
    (["kind"], "wallbox"),
    (["unknown"], 1),
    (["vendor"], ""),
    (["phases"], 4),
    (["interfaces"], []),
    (["interfaces", 0, "connections"], ["pigeon"]),
    (["interfaces", 0, "link", "port"], 70000),
    (["interfaces", 0, "link", "port"], "502"),
    (["interfaces", 0, "points", 0, "role"], "curent.l1"),
    (["interfaces", 0, "points", 0, "adress"], 5),
    (["interfaces", 0, "points", 0, "address"], "0xZZ"),
    (["interfaces", 0, "points", 0, "access"], "x"),
    (["interfaces", 0, "watchdog"], {"kind": "dog"}),
    (["interfaces", 0, "watchdog"], [{}]),
    (["interfaces", 0, "states", 0, "iec"], "G"),
    (["interfaces", 1, "ocpp", "skip"], ["Explode"]),
]


def broken(profile, path, value):
    profile = copy.deepcopy(profile)
    at = profile
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return profile


def keys_of_schema(schema):
    """All (definition, key) of a schema's objects."""
    found = set()

    def walk(name, node):
        for key, inner in node.get("properties", {}).items():
            found.add((name, key))
            if "properties" in inner:
                walk(f"{name}.{key}", inner)

    walk("", schema)
    for name, node in schema["$defs"].items():
        walk(name, node)
    return found


def keys_of_file(schema, value, node, name, found):
    """Adds the (definition, key) that a file uses."""
    if "$ref" in node:
        name = node["$ref"].split("/")[-1]
        node = schema["$defs"][name]
    for choice in node.get("anyOf", []):
        keys_of_file(schema, value, choice, name, found)
    if isinstance(value, list) and "items" in node:
        for item in value:
            keys_of_file(schema, item, node["items"], name, found)
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in node.get("properties", {}):
                found.add((name, key))
                next_name = f"{name}.{key}"
                keys_of_file(schema, inner, node["properties"][key], next_name, found)


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    validator_class = jsonschema.validators.validator_for(schema)
    validator_class.check_schema(schema)
    validator = validator_class(schema)
    fixtures = sorted(pathlib.Path(sys.argv[2]).glob("profile-every-key*.json"))
    bundled = sorted(pathlib.Path(sys.argv[3]).iterdir())
    outcomes = []
    for path in fixtures + bundled:
        errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in
                  validator.iter_errors(json.loads(path.read_text(encoding="utf-8")))]
        outcomes.append((f"valid/{path.name}", errors))
    station = json.loads((pathlib.Path(sys.argv[2]) / "profile-every-key.json").read_text(encoding="utf-8"))
    for path, value in BREAKS:
        found = list(validator.iter_errors(broken(station, path, value)))
        outcomes.append((f"broken/{'.'.join(map(str, path))}/{json.dumps(value)}", [] if found else ["was let through"]))
    used = set()
    for path in fixtures:
        keys_of_file(schema, json.loads(path.read_text(encoding="utf-8")), schema, "", used)
    missing = sorted(".".join(key) for key in keys_of_schema(schema) - used)
    outcomes.append(("fixtures-have-every-key", missing))
    outcomes.append(("has-files", [] if len(bundled) >= 30 else ["too few profiles found"]))
    print(f"1..{len(outcomes)}")
    for number, (name, errors) in enumerate(outcomes, 1):
        print(f"{'not ok' if errors else 'ok'} {number} {name}")
        for error in errors:
            print(f"# {error}")
    return 1 if any(errors for _, errors in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
