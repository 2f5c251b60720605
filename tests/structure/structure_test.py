"""The rules of the code's structure, and of its documentation, that no compiler knows.

    structure_test.py      needs nothing but the source tree
"""

import pathlib
import re
import subprocess
import unittest

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent

# What files below the first folder never include. Data flows one way: tool, engine, core, and the
# backends beside it, each of which knows core alone.
FORBIDDEN = (
    ("core", r'<repot/(sqlite|postgresql)/|"(engine|cli)/|<sqlite3\.h>|<libpq|<pqxx/|<soci/(sqlite3|postgresql)/'),
    ("core/include", r"<soci/|<boost/json"),
    ("backends", r'"(engine|cli)/|<repot/migrate'),
    ("backends/sqlite", r"<repot/postgresql/|<libpq|<pqxx/"),
    ("backends/include/repot/sqlite", r"<repot/postgresql/|<libpq|<pqxx/"),
    ("backends/postgresql", r"<repot/sqlite/(?!grammar/)|<sqlite3\.h>"),
    ("backends/include/repot/postgresql", r"<repot/sqlite/|<sqlite3\.h>"),
    ("backends/sqlite/grammar", r"<repot/(?!sqlite/grammar/)|<sqlite3\.h>"),
    ("migrate-tool/engine", r'"cli/|<CLI/'),
    ("migrate-tool/engine/sql", r'"engine/(?!sql/)|<sqlite3\.h>|<repot/postgresql/'),
)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"][^>"]+[>"])', re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def tracked(*patterns):
    """Files of the repository, or of a tree without one."""
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=PROJECT, capture_output=True, text=True)
    if listed.returncode == 0 and listed.stdout:
        return [PROJECT / name for name in listed.stdout.split("\0") if name and (PROJECT / name).is_file()]
    return [path for pattern in patterns for path in PROJECT.rglob(pattern)
            if path.is_file() and "build" not in path.relative_to(PROJECT).parts]


def anchors(page):
    """As the pages of forges make them of headings."""
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    names = set()
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        names.add(re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-"))
    return names


class Structure(unittest.TestCase):
    def test_nobody_includes_what_he_must_not_know(self):
        wrong = []
        for folder, pattern in FORBIDDEN:
            for path in tracked("*.cpp", "*.hpp"):
                if PROJECT / folder not in path.parents:
                    continue
                wrong += [f"{path.relative_to(PROJECT)}: {name}" for name in INCLUDE.findall(path.read_text())
                          if re.search(pattern, name)]
        self.assertEqual(wrong, [])

    def test_the_rules_find_what_breaks_them(self):
        for folder, pattern in FORBIDDEN:
            self.assertTrue((PROJECT / folder).is_dir(), folder)
        self.assertTrue(re.search(FORBIDDEN[0][1], "<repot/sqlite/bulk.hpp>"))
        self.assertTrue(INCLUDE.search('  #  include "engine/plan.hpp"'))

    def test_each_source_file_says_why_it_exists(self):
        # In the examples the header says it for both.
        silent = [str(path.relative_to(PROJECT)) for path in tracked("*.cpp", "*.hpp")
                  if not path.read_text().startswith("//") and not {"golden", "generated", "examples"} & set(path.parts)]
        self.assertEqual(silent, [])

    def test_headers_are_guarded_once(self):
        bare = [str(path.relative_to(PROJECT)) for path in tracked("*.hpp")
                if path.read_text().count("#pragma once") != 1]
        self.assertEqual(bare, [])

    def test_every_folder_of_code_is_on_the_map(self):
        page = (PROJECT / "docs/architecture.md").read_text()
        on_map = set(re.findall(r"^\| `([^`]+)/` \|", page, re.MULTILINE))
        for folder in on_map:
            self.assertTrue((PROJECT / folder).is_dir(), f"docs/architecture.md names {folder}")
        for top in ("core", "backends", "migrate-tool"):
            for path in tracked(f"{top}/*.cpp"):
                parents = [str(parent.relative_to(PROJECT)) for parent in path.parents if parent != PROJECT
                           and PROJECT in parent.parents]
                self.assertTrue(on_map.intersection(parents), f"{path} is in no folder of docs/architecture.md")

    def test_links_lead_somewhere(self):
        broken = []
        for page in tracked("*.md"):
            for link in LINK.findall(re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)):
                if re.match(r"[a-z]+:", link):
                    continue
                name, _, anchor = link.partition("#")
                target = (page.parent / name).resolve() if name else page
                known = target.exists() and (not anchor or target.suffix != ".md" or anchor in anchors(target))
                if not known:
                    broken.append(f"{page.relative_to(PROJECT)}: {link}")
        self.assertEqual(broken, [])

    def test_every_page_is_found_from_the_first(self):
        reached, waiting = set(), [PROJECT / "README.md", PROJECT / "docs/index.md"]
        while waiting:
            page = waiting.pop()
            if page in reached or page.suffix != ".md" or not page.is_file():
                continue
            reached.add(page)
            waiting += [(page.parent / link.partition("#")[0]).resolve() for link in LINK.findall(page.read_text())
                        if not re.match(r"[a-z]+:", link) and not link.startswith("#")]
        lost = [str(page.relative_to(PROJECT)) for page in tracked("docs/*.md") if page.resolve() not in reached]
        self.assertEqual(lost, [])


if __name__ == "__main__":
    unittest.main()
