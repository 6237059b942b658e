#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill -9 while editing: the next start offers the work back; one instance; the window comes back as it was."""

import os
import shutil
import subprocess

import kit


def own_copy(name):
    path = kit.home(name)
    shutil.copy(kit.data("samples/villa-demo.busbar"), path)
    for table in kit.data("samples").glob("*.csv"):
        if not kit.home(table.name).exists():
            kit.home(table.name).symlink_to(table)
    return path


def edit(app, name):
    app.activate("win.groups.select", kit.text("/groups/0"))
    app.activate("win.group.deactivate")
    app.gone(name="Deactivate")
    app.type("Name", name)


def recovery_copies():
    return list(kit.home("state/busbar/recovery").glob("*.recovery"))  # not what is still being written


def killed_work_is_offered_back():
    path = own_copy("killed.busbar")
    with kit.App(path) as app:
        edit(app, "Carport 7")
        kit.wait_for("a recovery copy", lambda: any(b"Carport 7" in copy.read_bytes() for copy in recovery_copies() if copy.is_file()))
        app.kill()
    assert b"Carport 7" not in path.read_bytes()
    with kit.App() as app:
        app.see("Busbar was ended before you saved")
        app.click("Restore")
        app.see("Carport 7")
        app.activate("win.save")
        kit.wait_for("the file", lambda: b"Carport 7" in path.read_bytes())
        assert app.quit() == 0
    with kit.App() as app:  # saved: nothing is offered any more
        app.see("killed")
        assert not app.look(contains="was ended before")


def discarded_work_is_gone():
    path = own_copy("discarded.busbar")
    with kit.App(path) as app:
        edit(app, "Shed 9")
        kit.wait_for("a recovery copy", lambda: any(b"Shed 9" in copy.read_bytes() for copy in recovery_copies() if copy.is_file()))
        app.kill()
    with kit.App() as app:
        app.click("Discard")
        app.gone("was ended before")
        app.kill()
    with kit.App() as app:
        app.find(role="frame")
        kit.wait_for("the site of last time", lambda: app.is_enabled("win.save-as"))
        assert not app.look(contains="was ended before")
    assert b"Shed 9" not in path.read_bytes()


def a_second_start_hands_over():
    first, second = own_copy("one.busbar"), own_copy("two.busbar")
    second.write_text(second.read_text().replace("Villa demo", "Second villa"))
    with kit.App(first) as app:
        app.find(role="frame", name="Villa demo")
        binary = os.path.join(os.environ["BUSBAR_BUILD_DIR"], "src/app/busbar")
        assert subprocess.run([binary, second], timeout=60).returncode == 0
        kit.wait_for("a second window", lambda: len(app.windows()) == 2)
        for window, name in zip(app.windows(), ["Villa demo", "Second villa"]):
            path = kit.home(f"window-{window}.busbar")
            kit.wait_for("its site", lambda: app.is_enabled("win.save-to", window) and app.is_enabled("win.save-as", window))
            app.activate("win.save-to", kit.text(path), window)
            assert kit.site(path)["name"] == name


def keys_do_what_the_guide_says():
    with kit.App("--demo") as app:
        app.find(role="frame", name="Villa demo")
        for key, page in [("alt+2", "simulate"), ("alt+3", "log"), ("alt+1", "groups")]:
            app.key(key)
            kit.wait_for(f"{key} to show {page}", lambda: app.state("win.show-page") == page)
        app.key("alt+2")
        app.key("ctrl+r")
        app.see("No phase went over its rating")


kit.run(killed_work_is_offered_back, discarded_work_is_gone, a_second_start_hands_over, keys_do_what_the_guide_says)
