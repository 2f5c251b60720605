"""docs/cases.md: every case of the catalogue with its number, made from the tests themselves.

    describe.py            prints the page
    describe.py --write    writes it

A scenario tells of itself in its first line, its options and its exit code; a special case in its
docstring, where an exit code other than 0 stands first.
"""

import pathlib
import re
import sys

import special_cases
from scenario import Scenario

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parents[2] / "docs" / "cases.md"
HEAD = """\
# What real databases hold

Each of these cases has its number in a catalogue of what goes wrong when SQLite databases are moved, and a test of that
name in `tests/migrate/cases`: a scenario in SQL with the plan, the answers of PostgreSQL and the exit code that it must
have. This page is made from them by `tests/migrate/cases/describe.py`. What applications notice after a move is in
[Differences](differences.md).

Outcomes: **equal** – everything arrives, or what does not is told; **reported** – moved and verified, but for objects that
are listed with their SQL (exit code 7, and only with `--skip-untranslatable`); **refused** – nothing is written, and the
message says what, where and what to do (exit code 5, or the one that is named).

"""
SECTIONS = (("C00", "Declared types"), ("C03", "Mixed storage classes"), ("C04", "Dates and times"), ("C06", "Numbers"),
            ("C07", "Text"), ("C08", "Names"), ("C09", "Keys and identities"), ("C10", "Defaults"), ("C11", "Foreign keys"),
            ("C12", "Unique keys, collations, indexes, checks"),
            ("C13", "Generated columns, views, triggers, virtual tables"), ("C14", "Limits"), ("C15", "The source file"),
            ("C16", "The run"), ("C17", "What applications and their ORMs make"))


def of_scenario(path):
    scenario = Scenario(path)
    title = scenario.source.split("\n", 1)[0].split(": ", 1)[1]
    outcome = {0: "equal", 5: "refused", 7: "reported"}[scenario.exit]
    options = " ".join(option for option in scenario.options if option != "--skip-untranslatable")
    return path.stem, title, outcome, options


def of_method(name, method):
    code = re.match(r"exit (\d+)", method.__doc__)
    outcome = "equal" if code is None else "refused" if code[1] == "5" else f"exit code {code[1]}"
    return name, re.sub(r"^exit \d+: ?", "", method.__doc__), outcome, ""


def cases():
    found = [of_scenario(path) for path in HERE.glob("C*.sql")]
    found += [of_method(name, method) for name, method in vars(special_cases.SpecialCases).items()
              if re.match(r"C\d", name)]
    return sorted(found)


def page():
    text, sections = HEAD, list(SECTIONS)
    for name, title, outcome, options in cases():
        if sections and name >= sections[0][0]:
            text += f"## {sections.pop(0)[1]}\n\n| case | what becomes of it | outcome | options |\n|---|---|---|---|\n"
            text = re.sub(r"(\|\n)(## )", r"\1\n\2", text)
        number, words = name.split("_", 1)
        cells = [f"{number} {words.replace('_', ' ')}", title, outcome, f"`{options}`" if options else ""]
        text += "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
    return text


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parents[1] / "e2e"))
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(page())
    else:
        print(page(), end="")
