# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the application as a person with a screen reader would: through accessibility and through its actions.

A scenario is a program of its own, run by with-display.sh with BUSBAR_TEST_A11Y=1: a fresh X server, session bus and home each.
It prints TAP. Waiting is always for something that the application shows or says, never for a time to pass.
"""

import os
import pathlib
import subprocess
import sys
import time

# Warnings end the application, not this driver: the accessibility library warns of widgets that went away while it asked.
DEBUG = {"G_DEBUG": os.environ.pop("G_DEBUG", "fatal-warnings")}
os.environ["NO_AT_BRIDGE"] = "1"

import gi  # noqa: E402

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

NAME = "org.busbar.Busbar"
PATH = "/org/busbar/Busbar"
KEYSYMS = {"Escape": 0xFF1B, "Return": 0xFF0D, "Tab": 0xFF09, "F1": 0xFFBE, "F9": 0xFFC6, "F10": 0xFFC7, "Left": 0xFF51, "Right": 0xFF53}
PATIENCE_S = float(os.environ.get("BUSBAR_TEST_PATIENCE_S", "60"))


def wait_for(what, check):
    """The first true answer of check(); fails after a long time, for a program that hangs."""
    end = time.monotonic() + PATIENCE_S
    context = GLib.MainContext.default()
    while True:
        try:
            found = check()
        except GLib.Error:  # a widget that went away while it was asked
            found = None
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        source = GLib.timeout_source_new(20)
        source.set_callback(lambda *_: False)
        source.attach(context)
        context.iteration(True)
        source.destroy()


def role_of(node):
    """The role as at-spi 2.46 names it; newer ones call a push button a button."""
    return {"button": "push button"}.get(node.get_role_name(), node.get_role_name())


class App:
    """The running application."""

    def __init__(self, *arguments, **environment):
        build = pathlib.Path(os.environ["BUSBAR_BUILD_DIR"])
        self.log = open(pathlib.Path(os.environ["HOME"]) / "busbar.log", "ab")
        self.process = subprocess.Popen([str(build / "src/app/busbar"), *map(str, arguments)],
                                        env={**os.environ, **DEBUG, **environment}, stdout=self.log, stderr=self.log)
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        self.clicks = self.looks = 0
        wait_for("the application on the bus", self.is_on_bus)
        wait_for("its window", lambda: self.root() and self.root().get_child_count() > 0)
        if arguments:  # a site is read beside the window that waits for it
            wait_for("its site", lambda: self.is_enabled("win.save-as"))

    def is_on_bus(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the application ended with {self.process.returncode}: {self.output()}")
        answer = self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                    "NameHasOwner", GLib.Variant("(s)", (NAME,)), None, 0, -1, None)
        return answer.unpack()[0]

    def output(self):
        return (pathlib.Path(os.environ["HOME"]) / "busbar.log").read_text(errors="replace")[-3000:]

    # -- actions

    def windows(self):
        answer = self.bus.call_sync(NAME, f"{PATH}/window", "org.freedesktop.DBus.Introspectable", "Introspect",
                                    None, None, 0, -1, None)
        return sorted(int(part.split('"')[0]) for part in answer.unpack()[0].split('<node name="')[1:])

    def activate(self, action, parameter=None, window=None):
        """app.* or win.*, as a person by key or menu; one action counts as one click."""
        scope, name = action.split(".", 1)
        path = PATH if scope == "app" else f"{PATH}/window/{window or self.windows()[-1]}"
        self.clicks += 1
        self.bus.call_sync(NAME, path, "org.gtk.Actions", "Activate",
                           GLib.Variant("(sava{sv})", (name, [parameter] if parameter else [], {})), None, 0, -1, None)

    def action_names(self, scope="win", window=None):
        path = PATH if scope == "app" else f"{PATH}/window/{window or self.windows()[-1]}"
        return self.bus.call_sync(NAME, path, "org.gtk.Actions", "List", None, None, 0, -1, None).unpack()[0]

    def is_enabled(self, action, window=None):
        scope, name = action.split(".", 1)
        path = PATH if scope == "app" else f"{PATH}/window/{window or self.windows()[-1]}"
        answer = self.bus.call_sync(NAME, path, "org.gtk.Actions", "Describe", GLib.Variant("(s)", (name,)), None, 0, -1, None)
        return answer.unpack()[0][0]

    def state(self, action, window=None):
        scope, name = action.split(".", 1)
        path = PATH if scope == "app" else f"{PATH}/window/{window or self.windows()[-1]}"
        answer = self.bus.call_sync(NAME, path, "org.gtk.Actions", "Describe", GLib.Variant("(s)", (name,)), None, 0, -1, None)
        states = answer.unpack()[0][2]
        return states[0] if states else None

    # -- accessibility

    def root(self):
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child and child.get_process_id() == self.process.pid:
                child.clear_cache()  # windows come and go
                return child
        return None

    def all(self):
        """Every accessible of the application, breadth first. What was read before is remembered, which is quick and sometimes
        out of date (the more so with newer versions): every third look reads all anew."""
        self.looks += 1
        queue = [self.root()]
        while queue:
            node = queue.pop(0)
            if node is None:
                continue
            if self.looks % 3 == 0:
                node.clear_cache_single() if hasattr(node, "clear_cache_single") else node.clear_cache()
            yield node
            queue.extend(node.get_child_at_index(i) for i in range(node.get_child_count()))

    def look(self, role=None, name=None, contains=None):
        for node in self.all():
            label = node.get_name() or ""
            plain = label.replace("_", "")  # a mnemonic button is called "_Start Start"
            if name is not None and plain not in (name, f"{name} {name}"):
                continue
            if contains is not None and contains not in label:
                continue
            if role and role_of(node) != role:
                continue
            return node
        return None

    def find(self, role=None, name=None, contains=None):
        return wait_for(f"{role or 'something'} {name or contains!r}", lambda: self.look(role, name, contains))

    def see(self, text):
        """A text anywhere on the screen."""
        return self.find(contains=text)

    def type(self, name, text, role="text"):
        """Writes into the entry with this accessible name."""
        node = self.find(role=role, name=name)
        self.clicks += 1
        assert node.get_editable_text_iface().set_text_contents(text), f"could not write into {name}"

    def set(self, contains, value):
        """Sets the spin button whose name has this in it (newer GTK calls its role otherwise)."""
        def search():
            for node in self.all():
                if contains in (node.get_name() or "") and node.get_value_iface():
                    return node
            return None

        node = wait_for(f"a value named {contains!r}", search)
        self.clicks += 1
        assert node.get_value_iface().set_current_value(value), f"could not set {contains}"

    def gone(self, text=None, name=None):
        wait_for(f"{text or name!r} to go away", lambda: not self.look(contains=text, name=name))

    def key(self, keys):
        """Real key presses, as "ctrl+z" or "Escape", into the window with the focus."""
        self.clicks += 1
        *modifiers, last = keys.split("+")
        codes = {"ctrl": 37, "shift": 50, "alt": 64}
        for modifier in modifiers:
            Atspi.generate_keyboard_event(codes[modifier], None, Atspi.KeySynthType.PRESS)
        Atspi.generate_keyboard_event(KEYSYMS.get(last, ord(last[0])), None, Atspi.KeySynthType.SYM)
        for modifier in reversed(modifiers):
            Atspi.generate_keyboard_event(codes[modifier], None, Atspi.KeySynthType.RELEASE)

    def click(self, name, role="push button"):
        node = self.find(role=role, name=name)
        self.clicks += 1
        node.get_action_iface().do_action(0)

    # -- ending

    def quit(self):
        self.activate("app.quit")
        self.process.wait(PATIENCE_S)
        return self.process.returncode

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if self.process.poll() is None:
            self.kill()
        if kind:
            print("\n".join("# " + line for line in self.output().splitlines()[-25:]))
        self.log.close()


def text(value):
    return GLib.Variant("s", str(value))


def data(name):
    return pathlib.Path(os.environ["BUSBAR_DATA_DIR"]) / name


def home(name):
    return pathlib.Path(os.environ["HOME"]) / name


def written(path):
    """The file, once it is there."""
    return wait_for(f"{path} to be written", lambda: pathlib.Path(path).exists() and pathlib.Path(path))


def site(path):
    import json
    return json.loads(written(path).read_text())


def run(*scenarios):
    """Runs functions as TAP cases; exits with 1 when one failed."""
    print(f"1..{len(scenarios)}")
    bad = 0
    for number, scenario in enumerate(scenarios, 1):
        name = scenario.__name__.replace("_", "-")
        try:
            scenario()
            print(f"ok {number} {name}", flush=True)
        except Exception as error:  # a scenario's failure must not hide the next one's
            bad += 1
            import traceback
            print(f"not ok {number} {name}: {error}")
            print("\n".join("# " + line for line in traceback.format_exc().splitlines()), flush=True)
    sys.exit(1 if bad else 0)
