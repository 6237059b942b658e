#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the rules of this source tree that a compiler does not know (CONTRIBUTING.md lists them).

lint.py [--root DIR] [--only RULE]   prints `file:line: rule: what to do` and fails when it found anything
lint.py --rules                      lists the rules
lint.py --write-potfiles             brings po/POTFILES up to date

One line can be excused, in the line itself or in the one above it: /* lint: allow RULE why it is right here */
"""

import argparse
import pathlib
import re
import sys

# The floors of the house: an include points down or stays in its folder (never across a floor).
FLOORS = {
    "engine": 1, "base": 1,
    "profiles": 1.5,
    "model": 2, "protocols": 2,
    "simulation": 3, "store": 3,
    "devices": 4,
    "discovery": 5, "monitoring": 5,
    "provisioning": 6, "report": 6,
    "controller": 7, "emulator": 7, "cli": 7, "app": 7,
}
FUNCTION_LINES = 80
FILE_LINES_WARN = 700
FILE_LINES = 900
ENGINE_INCLUDES = ("stdint.h", "stdbool.h", "stddef.h", "string.h")
STRING_H = ("memcpy", "memmove", "memset", "memcmp")
SKIPPED_FOLDERS = {".git", "build", "__pycache__"}
CASES = "tests/lint/cases/"
TEXT_SUFFIXES = {".c", ".h", ".py", ".sh", ".md", ".build", ".json", ".1", ""}

RULES = {}


def rule(function):
    """Registers a rule under the function's name; it takes a Source and yields (line, message)."""
    RULES[function.__name__.replace("_", "-")] = function
    return function


def blank(text):
    """C text with comments and the insides of strings blanked out, lines and columns kept."""
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)

    def fill(match):
        found = match.group(0)
        if found[0] in "\"'":
            return found[0] + re.sub(r"[^\n]", " ", found[1:-1]) + found[-1]
        return re.sub(r"[^\n]", " ", found)

    return pattern.sub(fill, text)


class Source:
    """One file as the rules see it."""

    def __init__(self, root, path):
        self.root = root
        self.path = path  # relative, with slashes
        self.parts = path.split("/")
        self.text = (root / path).read_text(encoding="utf-8")
        self.lines = self.text.splitlines()
        self.is_c = path.endswith((".c", ".h"))
        self.code = blank(self.text).splitlines() if self.is_c else self.lines
        self.folder = self.parts[1] if self.parts[0] == "src" and len(self.parts) > 2 else ""

    def allows(self, name, line):
        """Is `name` excused at this line (1-based)? Whole-file rules (line 1) look at the first ten lines."""
        nearby = self.lines[max(0, line - 2):line] if line > 1 else self.lines[:10]
        return any(re.search(rf"lint: allow {name} \w+", text) for text in nearby)

    def find(self, pattern):
        """Yields (line, match) of a pattern in the code, comments and strings apart."""
        for number, text in enumerate(self.code, 1):
            for match in re.finditer(pattern, text):
                yield number, match


@rule
def spdx(source):
    """Each source file starts with its licence."""
    named = source.path.endswith((".c", ".h", ".py", ".sh", "meson.build")) or source.path in ("dev", ".ci/run")
    if named and not any("SPDX-License-Identifier: GPL-3.0-or-later" in text for text in source.lines[:2]):
        yield 1, "the first line must be the SPDX line GPL-3.0-or-later"


@rule
def subject(source):
    """Each C file says in its first lines what it is about."""
    if source.is_c:
        start = re.sub(r"/\*.*?SPDX.*?\*/", "", "\n".join(source.lines[:6]))
        comment = re.match(r"\s*/\*(.*)", start, re.DOTALL)
        if not comment or len(re.findall(r"[A-Za-z]{2,}", comment.group(1).split("*/")[0])) < 4:
            yield 1, "say in a comment right after the SPDX line what this file is about"


@rule
def function_length(source):
    """A function has at most 80 lines."""
    if not source.is_c:
        return
    start = None
    for number, text in enumerate(source.code, 1):
        if text.startswith("{"):
            start = number
        elif text.startswith("}") and start:
            if number - start + 1 > FUNCTION_LINES:
                yield start, f"function of {number - start + 1} lines: split it, {FUNCTION_LINES} at most"
            start = None


@rule
def file_length(source):
    """A C file has at most 900 lines; a note from 700 on."""
    if source.is_c and len(source.lines) > FILE_LINES:
        yield 1, f"{len(source.lines)} lines: split it by subject, {FILE_LINES} at most"


@rule
def goto(source):
    """No goto: automatic cleanup and small functions do without."""
    if source.is_c:
        for number, _ in source.find(r"\bgoto\b"):
            yield number, "no goto: use g_autoptr or a smaller function"


@rule
def include_direction(source):
    """Includes point down the floors or stay in their folder."""
    if not source.is_c or not source.folder:
        return
    for number, text in enumerate(source.lines, 1):
        match = re.match(r'\s*#\s*include\s+"([^"]*)"', text)
        if not match:
            continue
        target = match.group(1).split("/")[0] if "/" in match.group(1) else None
        if target is None:
            yield number, f'write #include "{source.folder}/{match.group(1)}"'
        elif target not in FLOORS:
            yield number, f'"{target}/" is no folder of src/'
        elif target != source.folder and FLOORS[target] >= FLOORS.get(source.folder, 0):
            yield number, f"{source.folder}/ (floor {FLOORS.get(source.folder)}) must not use {target}/ (floor {FLOORS[target]})"


def engine_definitions(source):
    """Yields (line, name) of what engine code defines with external linkage."""
    for number, text in enumerate(source.code, 1):
        before = " ".join(source.code[max(0, number - 3):number - 1])
        before = re.split(r"[;}]", before)[-1]
        function = re.match(r"([A-Za-z_]\w*) \(", text)
        if function and source.path.endswith(".c") and "static" not in before:
            yield number, function.group(1)
        variable = re.match(r"(?!static|typedef|extern|return)(?:const |struct |unsigned )*\w+ \**(?:const )?(\w+)(?:\[.*?\])* =", text)
        if variable:
            yield number, variable.group(1)


@rule
def engine_purity(source):
    """The engine is freestanding C11 with integers only, without state of its own; its symbols start with bbe_."""
    if source.folder != "engine" or not source.is_c:
        return
    for number, text in enumerate(source.lines, 1):
        match = re.match(r"\s*#\s*include\s+<([^>]*)>", text)
        if match and match.group(1) not in ENGINE_INCLUDES:
            yield number, f"the engine may not include <{match.group(1)}>"
    for number, match in source.find(r"\b(float|double)\b|\b\d+\.\d*f?\b"):
        yield number, f"integers only: no {match.group(0)}"
    for number, match in source.find(r"\b((?:str|mem)[a-z]+) \("):
        if match.group(1) not in STRING_H:
            yield number, f"of <string.h> only {', '.join(STRING_H)}: not {match.group(1)}"
    for number, name in engine_definitions(source):
        if not name.startswith("bbe_"):
            yield number, f"external symbol {name} must start with bbe_ or be static"
    for number, match in source.find(r"^\s*static (?!const\b|inline\b|_Noreturn\b)[^(]*?(?:=|;)"):
        if "const" not in match.group(0):
            yield number, "no state outside the caller's struct"


@rule
def no_sleep(source):
    """Tests wait for events or drive the clock; they never sleep."""
    if source.parts[0] == "tests" and source.path.endswith((".c", ".h", ".py", ".sh")):
        for number, _ in source.find(r"\b(?:g_usleep|usleep|nanosleep|(?<!/)sleep)\s*\("):
            yield number, "no sleep in tests: wait for the event or drive the clock"


@rule
def gtk_only_in_app(source):
    """Only the application knows GTK."""
    if source.is_c and source.folder != "app" and source.parts[:2] != ["tests", "app"]:
        for number, text in enumerate(source.lines, 1):
            if re.match(r"\s*#\s*include\s+<(gtk|adwaita|gdk)", text):
                yield number, "only src/app/ may include GTK"


@rule
def no_abort(source):
    """Library code reports errors; only a program's main.c ends the process."""
    if source.parts[0] == "src" and source.is_c and source.parts[-1] != "main.c":
        for number, match in source.find(r"\b(g_error|abort|exit|_exit)\s*\("):
            yield number, f"{match.group(1)} ends the process: return a GError"


@rule
def no_loose_ends(source):
    """What is left open is in ROADMAP.md, not in the code."""
    if source.parts[0] != "po":
        for number, text in enumerate(source.lines, 1):
            if re.search(r"\b(TO[D]O|FIX[M]E|X[X]X)\b", text):
                yield number, "finish it, or write it into ROADMAP.md"


@rule
def potfiles(source):
    """po/POTFILES lists just the files with texts to translate."""
    if source.path != "po/POTFILES":
        return
    listed = [text.strip() for text in source.lines if text.strip() and not text.startswith("#")]
    wanted = translated_files(source.root)
    for path in sorted(set(wanted) ^ set(listed)):
        word = "lacks" if path in wanted else "need not list"
        yield 1, f"{word} {path}: run ./dev format"


@rule
def folder_readme(source):
    """Each folder of src/ has a README.md: what lives here, what may not."""
    if source.folder and not (source.root / "src" / source.folder / "README.md").exists():
        if source.path == first_in_folder(source):
            yield 1, f"src/{source.folder}/README.md is missing"


@rule
def callback_name(source):
    """Signal callbacks end with _cb."""
    if source.is_c:
        for number, match in source.find(r"\bG_CALLBACK \((\w+)\)"):
            name = match.group(1)
            if not name.endswith("_cb") and not re.match(r"g_|gtk_|adw_", name):
                yield number, f"name the callback {name}_cb"


@rule
def locale_parsing(source):
    """Numbers are read the same in every locale, and rubbish after them is an error."""
    if source.parts[0] == "src" and source.is_c:
        for number, match in source.find(r"\b(strtod|strtof|atof|atoi|atol|sscanf|strtol|strtoul)\s*\("):
            yield number, f"{match.group(1)} depends on the locale or hides errors: use g_ascii_* or base/"


@rule
def unsafe_string(source):
    """No string function that cannot know how much room there is."""
    if source.is_c:
        for number, match in source.find(r"\b(strcpy|strcat|sprintf|vsprintf|gets|alloca|g_alloca|strncpy)\s*\("):
            yield number, f"{match.group(1)} may write past the end: use g_strlcpy, g_snprintf, g_strdup_printf"


@rule
def error_deref(source):
    """A caller may pass no GError: read a local one, never through the parameter."""
    if source.is_c:
        for number, _ in source.find(r"\(\*error\)->"):
            yield number, "error may be NULL: use a local GError and g_propagate_error"


@rule
def clock(source):
    """Time comes in from outside, so that tests and simulations own it."""
    free = source.folder in ("", "cli", "app") or source.path.startswith("src/base/clock")
    if source.is_c and not free:
        for number, match in source.find(r"\b(g_get_monotonic_time|g_get_real_time|g_date_time_new_now\w*|clock_gettime|gettimeofday)\b"):
            if "CPUTIME" not in source.lines[number - 1]:  # what a computation costs is no time of day
                yield number, f"{match.group(1)}: take the clock of base/clock.h as a parameter"


@rule
def json_clash(source):
    """json-glib and jansson both export json_object_iter_next, and a program may link both."""
    if source.is_c:
        for number, match in source.find(r"\b(json_object_iter_next|json_object_foreach)\b"):
            yield number, f"{match.group(1)} may reach the wrong library: use json_object_get_members or json_object_get"


@rule
def translated_format(source):
    """Extraction stops at a macro that it does not know: such a text could never be translated."""
    if source.parts[0] == "src" and source.is_c:
        for match in re.finditer(r"\b(?:N?_|ngettext) ?\(\s*(?:\"(?:\\.|[^\"\\])*\"\s*(?:PRI\w+\s*)?)*(G_\w+_(?:FORMAT|MODIFIER))", source.text):
            yield source.text.count("\n", 0, match.start(1)) + 1, f"{match.group(1)} in a text for people: use PRId64, PRIu64 or %zu"


def first_in_folder(source):
    folder = source.root / "src" / source.folder
    return min(path.relative_to(source.root).as_posix() for path in folder.rglob("*") if path.is_file())


def translated_files(root):
    """Files with translatable texts, sorted: sources, templates, what the desktop shows."""
    found = []
    for path in sorted((root / "src").rglob("*.c")):
        if re.search(r"(?:\b_|\bN_|\bN?C_|\bngettext|\bg_dn?p?gettext2?) ?\(", blank(path.read_text(encoding="utf-8"))):
            found.append(path.relative_to(root).as_posix())
    for path in sorted((root / "ui").glob("*.ui")):
        if 'translatable="yes"' in path.read_text(encoding="utf-8"):
            found.append(path.relative_to(root).as_posix())
    for pattern in ("*.desktop.in", "*.metainfo.xml.in", "*.mime.xml.in", "*.gschema.xml"):
        found += [path.relative_to(root).as_posix() for path in sorted((root / "data").glob(pattern))]
    return found


def write_potfiles(root):
    text = "# Files with texts to translate; ./dev format keeps this list.\n" + "".join(f"{path}\n" for path in translated_files(root))
    target = root / "po" / "POTFILES"
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")


def sources(root):
    """Paths of all files that rules look at, relative to the root."""
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root).as_posix()
        if any(part in SKIPPED_FOLDERS for part in relative.split("/")) or relative.startswith(CASES):
            continue
        if relative.split("/")[0] not in ("src", "tests", "data", "po", "dev", ".ci", "meson.build", "CONTRIBUTING.md", "README.md"):
            continue
        if path.is_file() and path.suffix in TEXT_SUFFIXES and path.stat().st_size < 2_000_000 and "corpus" not in relative:
            yield relative


def lint(root, only=None):
    """Returns the sorted list of (path, line, rule, message)."""
    problems = []
    for path in sources(root):
        try:
            source = Source(root, path)
        except UnicodeDecodeError:
            continue  # test data that is broken on purpose
        for name, check in RULES.items():
            if only in (None, name):
                problems += [(path, line, name, message) for line, message in check(source)
                             if not source.allows(name, line)]
        if source.is_c and FILE_LINES_WARN < len(source.lines) <= FILE_LINES:
            print(f"{path}: note: {len(source.lines)} lines, consider splitting it", file=sys.stderr)
    return sorted(problems)


def main():
    parser = argparse.ArgumentParser(description="Checks the rules of this source tree.")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument("--only", choices=sorted(RULES))
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--write-potfiles", action="store_true")
    options = parser.parse_args()
    if options.rules:
        for name, check in RULES.items():
            print(f"{name:<18} {check.__doc__}")
        return 0
    if options.write_potfiles:
        write_potfiles(options.root)
        return 0
    problems = lint(options.root.resolve(), options.only)
    for path, line, name, message in problems:
        print(f"{path}:{line}: {name}: {message}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
