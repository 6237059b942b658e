#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A newcomer from the first start to an own simulated site; an edit with a problem, its undo and its mending."""

import time

import kit


def newcomer():
    begin = time.monotonic()
    with kit.App() as app:
        app.see("Try the demo site")
        app.activate("app.new")
        app.type("Name of the site", "Mill Lane 4")
        app.set("Main fuse", 35)
        app.set("Stations", 3)
        app.see("3 stations share")
        app.click("Create site")
        app.find(role="frame", name="Mill Lane 4")
        app.activate("win.show-page", kit.text("simulate"))
        app.activate("win.simulate.run")
        app.see("No phase went over its rating")
        app.see("of the energy was delivered")
        clicks, seconds = app.clicks, time.monotonic() - begin
        app.activate("win.save-to", kit.text(kit.home("mill.busbar")))
        site = kit.site(kit.home("mill.busbar"))
        assert site["name"] == "Mill Lane 4" and site["circuits"][0]["rating_a"] == 35 and len(site["stations"]) == 3, site
        print(f"# newcomer: {clicks} clicks, {seconds:.1f} s from the first start to the result of an own site")
        assert clicks <= 10
        app.gone("not saved")
        assert app.quit() == 0


def edit_with_a_problem():
    saved = kit.home("edited.busbar")
    with kit.App(kit.data("samples/villa-demo.busbar")) as app:
        app.activate("win.groups.select", kit.text("/groups/0"))
        app.find(name="Deactivate")
        app.activate("win.group.deactivate")
        app.gone(name="Deactivate")
        app.activate("win.groups.focus", kit.text("min-ma"))
        app.type("Minimum current", "4")
        app.see("error")
        app.activate("win.undo")
        app.gone("1 error")
        app.activate("win.redo")
        app.see("error")
        app.type("Minimum current", "8")
        app.gone("1 error")
        app.activate("win.group.activate")
        app.find(name="Deactivate")
        app.activate("win.save-to", kit.text(saved))
        site, before = kit.site(saved), kit.site(kit.data("samples/villa-demo.busbar"))
        assert site["groups"][0].get("min_a") == 8 and site["groups"][0].get("active", True), site["groups"]
        del site["groups"], before["groups"], site["inputs"], before["inputs"]
        assert site == before, "something else changed too"
        app.activate("win.undo")
        app.gone(name="Deactivate")
        app.activate("win.show-page", kit.text("log"))
        app.see("Undone:")


def every_page_says_its_names():
    with kit.App("--demo") as app:
        for page in ["groups", "simulate", "log"]:
            app.activate("win.show-page", kit.text(page))
            kit.wait_for(page, lambda: app.state("win.show-page") == page)
        nameless = [f"{node.get_role_name()} under {node.get_parent().get_name()!r}" for node in app.all()
                    if node.get_role_name() in ("push button", "button", "toggle button", "text", "entry", "spin button", "combo box", "check box")
                    and not (node.get_name() or "").strip()]
        assert not nameless, nameless


kit.run(newcomer, edit_with_a_problem, every_page_says_its_names)
