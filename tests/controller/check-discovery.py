#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks Home-Assistant discovery messages against what its documentation asks for, written down here by hand.

Standard input: lines "TOPIC|RETAINED|QOS|PAYLOAD". Arguments: --expect COMPONENT/OBJECT for each that must be there. Prints
what is wrong and fails when anything is.
"""

import json
import re
import sys

TOPIC = re.compile(r"^homeassistant/(sensor|number|select|button)/([A-Za-z0-9_-]+)/([A-Za-z0-9_-]+)/config$")

# What every entity has here, and its type.
COMMON = {"name": str, "unique_id": str, "availability_topic": str, "payload_available": str,
          "payload_not_available": str, "device": dict, "origin": dict}
# And what each component needs beside.
NEEDED = {
    "sensor": {"state_topic": str, "value_template": str, "expire_after": int},
    "number": {"state_topic": str, "value_template": str, "command_topic": str, "command_template": str,
               "min": (int, float), "max": (int, float), "step": (int, float), "unit_of_measurement": str},
    "select": {"state_topic": str, "value_template": str, "command_topic": str, "options": list},
    "button": {"command_topic": str, "payload_press": str},
}
# Units and state classes that Home Assistant accepts for a device class (of those that are used).
CLASSES = {
    "current": ({"A", "mA"}, {"measurement"}),
    "voltage": ({"V", "mV"}, {"measurement"}),
    "power": ({"W", "kW"}, {"measurement"}),
    "energy": ({"Wh", "kWh", "MWh"}, {"total", "total_increasing"}),
}


def check_class(component, config):
    device_class = config.get("device_class")
    if device_class is None:
        if "unit_of_measurement" in config and component == "sensor":
            yield "a unit without a device class"
        return
    units, states = CLASSES.get(device_class, (set(), set()))
    if config.get("unit_of_measurement") not in units:
        yield f"unit {config.get('unit_of_measurement')!r} does not go with {device_class}"
    if component == "sensor" and config.get("state_class") not in states:
        yield f"state class {config.get('state_class')!r} does not go with {device_class}"


def check_commands(component, config):
    if component == "number":
        command = json.loads(re.sub(r"\{\{ *value *\}\}", "16.0", config["command_template"]))
        if command.get("kind") != "cap" or command.get("limit_a") != 16.0 or not command.get("expires_s"):
            yield "the command of a number must be a cap with an end"
    if component == "select" and config["options"] != ["normal", "reduced", "locked"]:
        yield "the options of the signal are normal, reduced, locked"
    if component == "button" and json.loads(config["payload_press"]) != {"kind": "none"}:
        yield "the button ends an override"
    if component != "sensor" and config.get("retain") is not False:
        yield "a command must not be retained"
    if component != "sensor" and not config["command_topic"].endswith("/set"):
        yield "commands go to .../set"


def check_message(component, node, config):
    for key, kind in (COMMON | NEEDED[component]).items():
        if not isinstance(config.get(key), kind):
            yield f"{key} is missing or no {kind}"
            return
    device = config["device"]
    if not device.get("identifiers") or not device.get("name"):
        yield "a device needs identifiers and a name"
    if not config["unique_id"].startswith(node):
        yield "the unique id must begin with the node"
    if config["payload_available"] != "online" or config["payload_not_available"] != "offline":
        yield "availability is online and offline"
    if not config["availability_topic"].endswith("/status"):
        yield "availability is the controller's status"
    if "value_template" in config and not re.fullmatch(r"\{\{.*value_json.*\}\}", config["value_template"]):
        yield "the template does not read value_json"
    yield from check_class(component, config)
    yield from check_commands(component, config)


def main():
    expected = {argument for argument in sys.argv[1:] if argument != "--expect"}
    wrong, ids, found = [], set(), set()
    for line in sys.stdin:
        topic, retained, _, payload = line.rstrip("\n").split("|", 3)
        match = TOPIC.match(topic)
        if not match or not payload:
            continue
        config = json.loads(payload)
        component, node, name = match.groups()
        found.add(f"{component}/{name}")
        wrong += [f"{topic}: {text}" for text in check_message(component, node, config)]
        if config.get("unique_id") in ids:
            wrong.append(f"{topic}: its unique id is taken")
        ids.add(config.get("unique_id"))
        if retained != "1":
            wrong.append(f"{topic}: must be retained")
    wrong += [f"{name} is missing" for name in sorted(expected - found)]
    if not found:
        wrong.append("no discovery messages at all")
    print("\n".join(wrong) or f"{len(found)} entities are right")
    return 1 if wrong else 0


sys.exit(main())
