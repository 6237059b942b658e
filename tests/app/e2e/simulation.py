#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulate: a long run is cancelled, two runs are compared, a sweep answers, files are written and a result comes back."""

import csv
import json
import subprocess

import kit


def simulate_compare_export():
    with kit.App("--demo") as app:
        app.activate("win.show-page", kit.text("simulate"))
        app.activate("win.simulate.run")
        app.see("No phase went over its rating")
        app.activate("win.simulate.compare-off")
        app.see("went over")
        app.activate("win.simulate.export-csv-to", kit.text(kit.home("tables")))
        rows = list(csv.DictReader(kit.written(kit.home("tables/series.csv")).open()))
        assert len(rows) >= 14 * 96 and any("circuit/main/l1" in name for name in rows[0]), list(rows[0])[:5]
        app.activate("win.simulate.export-png-to", kit.text(kit.home("chart.png")))
        assert kit.written(kit.home("chart.png")).read_bytes().startswith(b"\x89PNG")
        app.activate("win.simulate.export-pdf-to", kit.text(kit.home("report.pdf")))
        kit.written(kit.home("report.pdf"))
        pages = subprocess.run(["pdftotext", "-layout", kit.home("report.pdf"), "-"], capture_output=True, text=True, check=True).stdout
        assert "Villa demo" in pages and "Main fuse" in pages, pages[:500]
        app.activate("win.simulate.save-to", kit.text(kit.home("run.bbr")))
        kit.written(kit.home("run.bbr"))
        app.activate("win.simulate.open-path", kit.text(kit.home("run.bbr")))
        app.see("run.bbr")


def a_long_run_is_cancelled():
    long = kit.home("long.busbar")
    long.write_text(kit.data("samples/office-40.busbar").read_text())
    for table in kit.data("samples").glob("*.csv"):
        kit.home(table.name).symlink_to(table)
    site = json.loads(long.read_text())
    site.setdefault("simulation", {})["days"] = 365
    for entry in site["inputs"]:
        if entry.get("kind") != "sessions":
            entry["repeat"] = "day"
    long.write_text(json.dumps(site))
    with kit.App(long) as app:
        app.activate("win.show-page", kit.text("simulate"))
        app.activate("win.simulate.run")
        app.see("Cancel")
        app.activate("win.simulate.cancel")
        app.activate("win.show-page", kit.text("log"))  # the window went on living
        app.see("The simulation was cancelled")
        app.activate("win.show-page", kit.text("groups"))


def a_sweep_answers():
    with kit.App("--demo") as app:
        app.activate("win.show-page", kit.text("simulate"))
        app.activate("win.simulate.view", kit.text("sweep"))
        app.activate("win.simulate.sweep")
        app.see("Smallest fuse for")


kit.run(simulate_compare_export, a_long_run_is_cancelled, a_sweep_answers)
