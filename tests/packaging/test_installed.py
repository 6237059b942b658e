#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An installation into an empty folder has every file where the desktop looks for it. TAP; the build folder is the argument."""

import pathlib
import subprocess
import sys
import tempfile

ID = "org.busbar.Busbar"
WANTED = [
    "bin/busbar", "bin/busbar-cli", "bin/busbar-controller", "bin/busbar-emulator", f"share/applications/{ID}.desktop", f"share/metainfo/{ID}.metainfo.xml",
    f"share/mime/packages/{ID}.xml", f"share/dbus-1/services/{ID}.service", f"share/glib-2.0/schemas/{ID}.gschema.xml",
    f"share/icons/hicolor/scalable/apps/{ID}.svg", f"share/icons/hicolor/symbolic/apps/{ID}-symbolic.svg",
    f"share/icons/hicolor/scalable/mimetypes/{ID}.site.svg", "share/busbar/samples/villa-demo.busbar",
    "share/busbar/schemas/busbar-site-1.schema.json", "share/busbar/help/C/10-first-steps.md",
    "share/locale/de/LC_MESSAGES/busbar.mo", "share/locale/ro/LC_MESSAGES/busbar.mo", "share/locale/sv/LC_MESSAGES/busbar.mo",
    "share/man/man1/busbar-cli.1", "share/man/man1/busbar-controller.1", "share/man/man1/busbar-emulator.1",
    "lib/systemd/system/busbar-controller.service", "share/busbar/profiles/abb-terra-ac.json",
    "share/busbar/schemas/busbar-profile-1.schema.json",
]


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["meson", "install", "-C", sys.argv[1], "--no-rebuild", "--quiet", "--destdir", folder], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        here = {path.relative_to(folder).as_posix() for path in pathlib.Path(folder).rglob("*") if path.is_file()}
    print(f"1..{len(WANTED)}")
    missing = [name for name in WANTED if not any(path.endswith("/" + name) for path in here)]
    for number, name in enumerate(WANTED, 1):
        print(f"{'not ok' if name in missing else 'ok'} {number} {name}")
    sys.exit(1 if missing else 0)


main()
