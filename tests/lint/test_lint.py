#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the linter and of the tally, in TAP: each rule has a tiny tree in cases/RULE[.variant] that must trigger it."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile

import lint
import tally

CASES = pathlib.Path(__file__).resolve().parent / "cases"


def rule_is_triggered(case):
    """The rule of this case, run alone, finds something; the same rule finds nothing in the clean tree."""
    name = case.name.split(".")[0]
    return bool(lint.lint(case, name)) and not lint.lint(CASES / "clean", name)


def every_rule_has_a_case():
    return {case.name.split(".")[0] for case in CASES.iterdir()} == set(lint.RULES) | {"clean"}


def clean_tree_is_clean():
    return lint.lint(CASES / "clean") == []


def escape_needs_the_rule_and_a_reason():
    """Without the excuse the excused line of the clean tree is a problem again."""
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "src" / "cli"
        target.mkdir(parents=True)
        text = (CASES / "clean/src/cli/good.c").read_text(encoding="utf-8")
        excuse = "lint: allow no-abort a test of the escape"
        outcomes = []
        for replacement in (excuse, "lint: allow no-abort", "lint: allow goto a test"):
            (target / "good.c").write_text(text.replace(excuse, replacement), encoding="utf-8")
            outcomes.append(len(lint.lint(pathlib.Path(folder), "no-abort")))
    return outcomes == [0, 1, 1]


def potfiles_are_written():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "src").mkdir()
        (root / "po").mkdir()
        (root / "src/a.c").write_text('_("x")\n', encoding="utf-8")
        (root / "src/b.c").write_text('/* _("x") */\n', encoding="utf-8")
        lint.write_potfiles(root)
        return (root / "po/POTFILES").read_text(encoding="utf-8").splitlines()[1:] == ["src/a.c"]


def run_tally(checks, entries):
    """Returns (exit code, last line) of the tally over these check lines and testlog entries."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "checks").write_text(checks, encoding="utf-8")
        (root / "log").write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            code = tally.main([str(root / "checks"), str(root / "log")])
    return code, output.getvalue().splitlines()[-1]


def program(stdout, result="OK"):
    return {"name": "busbar:base / base/x", "stdout": stdout, "result": result, "duration": 0.1}


def tally_counts_subtests():
    got = run_tally("format passed\n", [program("1..2\nok 1 /a\nok 2 /b\n"), program("ok 1 /c # SKIP none\n")])
    return got == (0, "3 passed, 0 failed, 1 skipped")


def tally_counts_a_failed_check():
    return run_tally("format failed\n", [program("ok 1 /a\n")]) == (1, "1 passed, 1 failed")


def tally_counts_a_failed_subtest():
    return run_tally("", [program("ok 1 /a\nnot ok 2 /b\n", "FAIL")]) == (1, "1 passed, 1 failed")


def tally_counts_a_crash_after_good_subtests():
    return run_tally("", [program("ok 1 /a\n", "ERROR")]) == (1, "1 passed, 1 failed")


def tally_counts_a_time_out():
    return run_tally("", [program("", "TIMEOUT")]) == (1, "0 passed, 1 failed")


def tally_counts_an_empty_log():
    return run_tally("", []) == (1, "0 passed, 1 failed")


def main():
    tests = [(f"/lint/case/{case.name}", lambda case=case: rule_is_triggered(case))
             for case in sorted(CASES.iterdir()) if case.name != "clean"]
    tests += [(f"/lint/{test.__name__}", test) for test in (
        every_rule_has_a_case, clean_tree_is_clean, escape_needs_the_rule_and_a_reason, potfiles_are_written,
        tally_counts_subtests, tally_counts_a_failed_check, tally_counts_a_failed_subtest,
        tally_counts_a_crash_after_good_subtests, tally_counts_a_time_out, tally_counts_an_empty_log)]
    print(f"1..{len(tests)}")
    outcomes = []
    for number, (name, test) in enumerate(tests, 1):
        outcomes.append(test())
        print(f"{'ok' if outcomes[-1] else 'not ok'} {number} {name}")
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
