#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the Flatpak's manifest, in TAP: its permissions are these and no others, its sources are pinned."""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ID = "org.busbar.Busbar"
MANIFEST = ROOT / "flatpak" / f"{ID}.yml"
PERMISSIONS = ["--share=ipc", "--socket=wayland", "--socket=fallback-x11", "--device=dri"]


def plain(text):
    """The manifest's lines without comments: (indent, text)."""
    for line in text.splitlines():
        line = re.sub(r"(^|\s)#.*", "", line).rstrip()
        if line:
            yield len(line) - len(line.lstrip()), line.strip()


def value(text, key):
    found = re.search(rf"^{key}: *'?([^'#\n]*?)'? *$", text, re.M)
    return found.group(1) if found else None


def listed(text, key):
    """The plain strings of the top level's list KEY."""
    result, inside = [], False
    for indent, line in plain(text):
        if indent == 0 and not line.startswith("- "):
            inside = line == f"{key}:"
        elif inside:
            result.append(line.removeprefix("- ").strip("'\""))
    return result


def shown(path):
    """The manifest as flatpak-builder understands it, or None where that program is missing."""
    if not shutil.which("flatpak-builder"):
        return None
    run = subprocess.run(["flatpak-builder", "--show-manifest", path], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def permissions(path):
    manifest = shown(path)
    return manifest.get("finish-args", []) if manifest else listed(path.read_text(), "finish-args")


def permissions_are_exactly_these():
    return sorted(permissions(MANIFEST)) == sorted(PERMISSIONS)


def both_readers_agree():
    manifest = shown(MANIFEST)
    return manifest is None or manifest["finish-args"] == listed(MANIFEST.read_text(), "finish-args")


def one_more_permission_is_noticed():
    text = MANIFEST.read_text()
    with tempfile.TemporaryDirectory() as folder:
        wider = pathlib.Path(folder) / MANIFEST.name
        for extra in ["--share=network", "--filesystem=home", "--socket=x11", "--device=all"]:
            wider.write_text(text.replace("finish-args:\n", f"finish-args:\n  - {extra}\n"))
            if sorted(permissions(wider)) == sorted(PERMISSIONS) or extra not in listed(wider.read_text(), "finish-args"):
                return False
    return True


def each_permission_is_explained():
    readme = (ROOT / "flatpak" / "README.md").read_text()
    return all(f"`{permission}`" in readme for permission in PERMISSIONS)


def runtime_is_pinned():
    text = MANIFEST.read_text()
    return (
        value(text, "id") == ID
        and value(text, "runtime") == "org.gnome.Platform"
        and value(text, "sdk") == "org.gnome.Sdk"
        and re.fullmatch(r"\d+", value(text, "runtime-version") or "") is not None
    )


def sources_have_checksums():
    """What is downloaded comes over https and has a checksum or, from git, a commit; there is at least one such source."""
    text = MANIFEST.read_text()
    sources = re.split(r"^\s*- type: ", text, flags=re.M)[1:]
    fetched = [source for source in sources if "url:" in source]
    pinned = re.compile(r"^\s*(sha256: [0-9a-f]{64}|commit: [0-9a-f]{40})$", re.M)
    return bool(fetched) and all("url: https://" in source and pinned.search(source) for source in fetched)


def the_rest_of_the_package_has_this_id():
    return all((ROOT / "data" / f"{ID}{kind}").exists() for kind in [".desktop.in", ".metainfo.xml.in", ".gschema.xml"])


def main():
    tests = [
        permissions_are_exactly_these,
        both_readers_agree,
        one_more_permission_is_noticed,
        each_permission_is_explained,
        runtime_is_pinned,
        sources_have_checksums,
        the_rest_of_the_package_has_this_id,
    ]
    print(f"1..{len(tests)}")
    failed = 0
    for number, test in enumerate(tests, 1):
        good = test()
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} {test.__name__}")
    sys.exit(1 if failed else 0)


main()
