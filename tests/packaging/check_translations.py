#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the translations, in TAP: every language has every text, translated, and says it with the same placeholders.

The texts are extracted anew from the sources; po/SAME.txt lists what is rightly the same in a language (LANGUAGE, TAB, text,
TAB, reason). The checks themselves are tested first, on texts that are wrong on purpose.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEYWORDS = ["_", "N_", "C_:1c,2", "NC_:1c,2", "ngettext:1,2", "g_dgettext:2", "g_dngettext:2,3", "g_dpgettext2:2c,3"]
PLACEHOLDER = re.compile(r"%(?:\d+\$)?[-+ #0']*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|z|j|t)?[diouxXeEfFgGcspaA%]|%<PRI\w+>|\{\w+\}")


class Entry:
    """One text: its context and original, its translations (one per plural form), its flags."""

    def __init__(self):
        self.context, self.text, self.plural, self.translations, self.flags = None, "", None, {}, set()

    @property
    def key(self):
        return (self.context, self.text)


def unquote(line):
    text = line[line.index('"') + 1:line.rindex('"')]
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found.group(1), found.group(1)), text)


def parse(text):
    """Entries of a .po file, by key; obsolete ones are left out."""
    entries, entry, target = {}, Entry(), None

    def finish():
        if entry.text:
            entries[entry.key] = entry

    for line in text.splitlines() + [""]:
        if line.startswith("#,"):
            entry.flags |= {flag.strip() for flag in line[2:].split(",")}
        elif line.startswith("#"):
            continue
        elif not line.strip():
            finish()
            entry, target = Entry(), None
        elif line.startswith('"'):
            kind, index = target
            if kind == "translation":
                entry.translations[index] += unquote(line)
            else:
                setattr(entry, kind, getattr(entry, kind) + unquote(line))
        else:
            word, _, rest = line.partition(" ")
            form = re.fullmatch(r"msgstr(?:\[(\d+)\])?", word)
            if form:
                target = ("translation", int(form.group(1) or 0))
                entry.translations[target[1]] = unquote(rest)
            else:
                kind = {"msgctxt": "context", "msgid": "text", "msgid_plural": "plural"}[word]
                target = (kind, 0)
                setattr(entry, kind, unquote(rest))
    return entries


def placeholders(text):
    """What is filled in, without its order: "%2$s" counts as "%s"; "%%" is no placeholder."""
    found = [re.sub(r"\d+\$", "", match) for match in PLACEHOLDER.findall(text)]
    return sorted(match for match in found if match != "%%")


def has_words(text):
    rest = re.sub(r"\b(?:k?Wh?|m?A|V|s|min|h|d|ms|L[123])\b", "", PLACEHOLDER.sub("", text))
    return re.search(r"[^\W\d_]", rest) is not None


def edges(text):
    return text.startswith("\n"), text.endswith("\n"), text.endswith("…")


def complaints(wanted, entry, same):
    """What is wrong with a translation of one text."""
    if entry is None:
        return ["is missing"]
    if "fuzzy" in entry.flags:
        return ["is fuzzy"]
    if not entry.translations or not all(entry.translations.values()):
        return ["is not translated"]
    found = []
    for index, said in entry.translations.items():
        originals = [wanted.text] + ([wanted.plural] if wanted.plural else [])
        if "c-format" in wanted.flags or "{" in wanted.text:
            # a singular may leave its number out
            if not any(placeholders(said) == placeholders(original) for original in originals) and not (wanted.plural and index == 0):
                found.append(f"has other placeholders: {said!r}")
        if edges(said) != edges(wanted.text):
            found.append(f"begins or ends otherwise: {said!r}")
        if said == wanted.text and has_words(said) and said not in same:
            found.append("is the same text (po/SAME.txt lists what may be)")
    return found


def extract():
    """The texts of the sources as they are now."""
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "busbar.pot"
        subprocess.run(["xgettext", "--from-code=UTF-8", "--files-from=po/POTFILES", f"--output={target}", "--keyword",
                        *[f"--keyword={word}" for word in KEYWORDS]], cwd=ROOT, check=True, capture_output=True)
        return parse(target.read_text(encoding="utf-8"))


def read_same(path):
    same = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            language, text, _reason = line.split("\t")
            same.setdefault(language, set()).add(text.replace("\\n", "\n"))
    return same


BAD = {
    'msgid "Open"\nmsgstr ""\n': "is not translated",
    '#, fuzzy\nmsgid "Open"\nmsgstr "Öffnen"\n': "is fuzzy",
    'msgid "Close"\nmsgstr "Schließen"\n': "is missing",
    'msgid "Open"\nmsgstr "Open"\n': "is the same",
    'msgid "Open"\nmsgstr "Öffnen…"\n': "ends otherwise",
}


def test_the_checks():
    """Each kind of mistake is found, and a right text passes."""
    wanted = parse('msgid "Open"\nmsgstr ""\n')[(None, "Open")]
    for text, complaint in BAD.items():
        if not any(complaint in found for found in complaints(wanted, parse(text).get(wanted.key), set())):
            yield f"not noticed: {complaint}"
    if complaints(wanted, parse('msgid "Open"\nmsgstr "Öffnen"\n')[wanted.key], set()):
        yield "a right translation is refused"
    number = parse('#, c-format\nmsgid "%d of %s"\nmsgstr ""\n')[(None, "%d of %s")]
    if not complaints(number, parse('msgid "%d of %s"\nmsgstr "%d von %d"\n')[number.key], set()):
        yield "not noticed: another placeholder"
    if complaints(number, parse('msgid "%d of %s"\nmsgstr "%2$s: %1$d"\n')[number.key], set()):
        yield "another order is refused"


def test_language(language, texts, same):
    entries = parse((ROOT / "po" / f"{language}.po").read_text(encoding="utf-8"))
    for key, wanted in texts.items():
        for complaint in complaints(wanted, entries.get(key), same.get(language, set())):
            yield f"{key[1]!r} {complaint}"


def main():
    languages = [line for line in (ROOT / "po" / "LINGUAS").read_text().split("\n") if line and not line.startswith("#")]
    texts, same = extract(), read_same(ROOT / "po" / "SAME.txt")
    tests = [("checks", list(test_the_checks()))]
    tests += [(language, list(test_language(language, texts, same))) for language in languages]
    tests.append(("languages", [] if {"de", "ro", "sv"} <= set(languages) else ["de, ro and sv belong to Busbar"]))
    print(f"1..{len(tests)}")
    for number, (name, found) in enumerate(tests, 1):
        print(f"{'not ok' if found else 'ok'} {number} {name}" + (f": {len(found)} of {len(texts)} texts" if found else ""))
        for complaint in found[:40]:
            print(f"# {complaint}")
    sys.exit(1 if any(found for _, found in tests) else 0)


main()
