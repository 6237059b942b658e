#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validates site files against the published JSON Schema; TAP on standard output.

check-schema.py SCHEMA FOLDER…   every *.busbar in the folders must be valid; broken copies must not be
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

# Ways to break a file that the schema must notice: path, value.
BREAKS = [
    (["format"], "busbar-site/2"),
    (["stations"], {}),
    (["stations", 0, "max_a"], "16"),
    (["stations", 0, "max_a"], -1),
    (["stations", 0, "phases"], 4),
    (["name"], 7),
    (["grid"], "unknown"),
    (["groups"], [{"mode": "sun"}]),
    (["groups"], [{"windows": [{"start": "25:00"}]}]),
    (["circuits"], [{"rating_a": [1, 2]}]),
    (["circuits"], [{"phases": [4]}]),
]


def broken(site, path, value):
    site = copy.deepcopy(site)
    at = site
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    for short in ("main_fuse_a", "other_load_a"):
        site.pop(short, None)
    return site


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    validator_class = jsonschema.validators.validator_for(schema)
    validator_class.check_schema(schema)
    validator = validator_class(schema)
    outcomes = []
    files = sorted(path for folder in sys.argv[2:] for path in pathlib.Path(folder).glob("*.busbar"))
    for path in files:
        errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in
                  validator.iter_errors(json.loads(path.read_text(encoding="utf-8")))]
        outcomes.append((f"valid/{path.name}", errors))
    site = json.loads(files[0].read_text(encoding="utf-8")) if files else {}
    for path, value in BREAKS:
        found = list(validator.iter_errors(broken(site, path, value)))
        outcomes.append((f"broken/{'.'.join(map(str, path))}/{json.dumps(value)}", [] if found else ["was let through"]))
    outcomes.append(("has-files", [] if len(files) >= 6 else ["no site files found"]))
    print(f"1..{len(outcomes)}")
    for number, (name, errors) in enumerate(outcomes, 1):
        print(f"{'not ok' if errors else 'ok'} {number} {name}")
        for error in errors:
            print(f"# {error}")
    return 1 if any(errors for _, errors in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
