#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad files and a full disk: a sentence that says what and what next; the open site is never lost."""

import os
import resource
import subprocess

import kit


def bad_files_leave_the_open_site():
    bad = {
        "foreign.busbar": b"{\"format\": \"something-else/1\"}",
        "newer.busbar": b"{\"format\": \"busbar-site/99\"}",
        "binary.busbar": bytes(range(256)) * 8,
        "empty.busbar": b"",
        "cut.busbar": kit.data("samples/villa-demo.busbar").read_bytes()[:700],
    }
    with kit.App("--demo") as app:
        for name, content in bad.items():
            kit.home(name).write_bytes(content)
            app.activate("app.open-recent", kit.text(kit.home(name)))
            app.see(name)
        app.activate("app.open-recent", kit.text(kit.home("absent.busbar")))
        app.see("absent.busbar")
        app.find(role="frame", name="Villa demo")
        assert len(app.windows()) == 1
        app.activate("win.save-to", kit.text(kit.home("still-there.busbar")))
        assert len(kit.site(kit.home("still-there.busbar"))["stations"]) == 2


def bad_results_leave_the_page():
    result = kit.home("good")
    cli = os.path.join(os.environ["BUSBAR_BUILD_DIR"], "src/cli/busbar-cli")
    subprocess.run([cli, "simulate", kit.data("samples/villa-demo.busbar"), "--days", "1", "--out", result], check=True, stdout=subprocess.DEVNULL)
    whole = (result / "result.bbr").read_bytes()
    kit.home("cut-short.bbr").write_bytes(whole[: len(whole) // 2])
    kit.home("not-a-result.bbr").write_bytes(b"hello")
    with kit.App("--demo") as app:
        app.activate("win.show-page", kit.text("simulate"))
        for name in ["cut-short.bbr", "not-a-result.bbr"]:
            app.activate("win.simulate.open-path", kit.text(kit.home(name)))
            app.see(name)
        app.activate("win.simulate.run")
        app.see("No phase went over its rating")


def a_full_disk_keeps_the_work():
    target = kit.home("full.busbar")
    with kit.App("--demo") as app:
        # No file of this process may grow over 100 bytes: every write ends as on a full disk.
        resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
        app.activate("win.save-to", kit.text(target))
        app.see("was not saved")
        assert not target.exists()
        resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        app.activate("win.save-to", kit.text(target))
        assert len(kit.site(target)["stations"]) == 2


kit.run(bad_files_leave_the_open_site, bad_results_leave_the_page, a_full_disk_keeps_the_work)
