"""Every case of the catalogue of what SQLite databases hold, by its number: scenario files (see
scenario.py) and, where a case needs more than SQL, methods of special_cases.py.

    cases_test.py [NAME…]      all, or those whose names start so (C04 runs C040 to C049)
    RENEW=1 cases_test.py C041 writes what is found into the scenarios
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "e2e"))

from command import DatabaseTest, PROJECT, SERVER, psql, run  # noqa: E402
from scenario import Scenario, digest  # noqa: E402
import describe  # noqa: E402
import special_cases  # noqa: E402

CATALOGUE = PROJECT.parent / "shared" / "cases.md"


class Cases(special_cases.SpecialCases, DatabaseTest):
    """One method a scenario; they are added below."""

    @classmethod
    def setUpClass(cls):
        # One database for all scenarios; each has a schema of its own in it.
        cls.shared = f"cases_{os.getpid()}"
        psql(SERVER, f"CREATE DATABASE {cls.shared} TEMPLATE template0 ENCODING 'UTF8'")
        psql(cls.url_of(cls.shared), "".join(f'CREATE SCHEMA "{path.stem.lower()}";'
                                             for path in HERE.glob("C*.sql")))

    @classmethod
    def tearDownClass(cls):
        psql(SERVER, f"DROP DATABASE {cls.shared} (FORCE)")

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="repot cases ")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.databases = 0

    def empty_database(self, encoding="UTF8"):
        self.databases += 1
        name = f"{self._testMethodName[:40].lower()}_{os.getpid()}_{self.databases}"
        psql(SERVER, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' "
             "LC_CTYPE 'C'")
        self.addCleanup(psql, SERVER, f"DROP DATABASE {name} (FORCE)")
        return self.url_of(name)

    def play(self, path):
        scenario = Scenario(path)
        source = self.folder / f"{path.stem}.db"
        done = subprocess.run(["sqlite3", "-batch", "-bail", source], input=scenario.source.encode(),
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        target, schema = self.url_of(self.shared), path.stem.lower()
        planning = [option for option in scenario.options if option != "--skip-untranslatable"]
        _, text, err = run("plan", source, "--json", *planning)
        self.assertTrue(text, err)
        plan = digest(text)
        code, out, err = run("migrate", source, target, "--schema", schema, "--yes",
                             *scenario.options)
        if code in (0, 7):   # The questions may write.
            self.verify(source, target, schema, scenario.options)
        answers = self.ask(target, schema, [question for question, _ in scenario.questions])
        if os.environ.get("RENEW"):
            scenario.renew(plan, answers)
        self.assertEqual(code, scenario.exit, out + err)
        for line in scenario.lines["plan"]:
            self.assertIn(line, plan)
        for line in scenario.lines["message"]:
            self.assertIn(line, out + err)
        for (question, expected), answer in zip(scenario.questions, answers):
            self.assertEqual(answer, expected, question)
        if code == 5:
            self.assertEqual(psql(target, "SELECT count(*) FROM pg_class WHERE relnamespace = "
                                  f"'\"{schema}\"'::regnamespace"), "0", "something was written")

    def verify(self, source, target, schema, options):
        """A second process has to find the copy equal, and leave out what the first did."""
        kept = [option for option in options if option not in ("--skip-untranslatable", "--force")]
        code, out, err = run("verify", source, target, "--schema", schema, *kept)
        self.assertIn(code, (0, 7), "repot verify: " + out + err)

    @staticmethod
    def ask(target, schema, questions):
        """Per question the rows as "= a|b", or the error as "! SQLSTATE"."""
        if not questions:
            return []
        script = f'SET search_path = "{schema}", pg_catalog;\nSET timezone = UTC;\n\\echo @@@\n'
        for question in questions:
            script += f"{question}\n\\echo @@@ :SQLSTATE\n"
        done = subprocess.run(["psql", "-X", "-q", "-At", "-P", "null=NULL", "-d", target],
                              input=script, capture_output=True, text=True, check=True)
        answers = []
        rows = []
        for line in done.stdout.splitlines()[1:]:
            if line.startswith("@@@ "):
                answers.append(rows + ([] if line[4:] == "00000" else [f"! {line[4:]}"]))
                rows = []
            else:
                rows.append(f"= {line}".rstrip())
        return answers


class Catalogue(unittest.TestCase):
    def test_every_number_has_a_test(self):
        if not CATALOGUE.is_file():
            self.skipTest(f"there is no catalogue in {CATALOGUE}")
        wanted = set(re.findall(r"^### (C\d{3}a?)", CATALOGUE.read_text(), re.M))
        tested = {number for name in dir(Cases) for number in re.findall(r"C\d{3}a?", name)}
        self.assertEqual(sorted(wanted - tested), [], "numbers of the catalogue without a test")
        self.assertGreater(len(wanted), 100)

    def test_the_page_of_cases_is_up_to_date(self):
        self.assertTrue(describe.page() == describe.PAGE.read_text(),
                        "docs/cases.md: write it anew by tests/migrate/cases/describe.py --write")


def add(path):
    setattr(Cases, path.stem, lambda self: self.play(path))


for scenario_path in sorted(HERE.glob("C*.sql")):
    add(scenario_path)

if __name__ == "__main__":
    wanted = sys.argv[1:] or ["C", "test_"]
    suite = unittest.TestSuite()
    for case in (Cases, Catalogue):
        suite.addTests(case(name) for name in sorted(dir(case))
                       if name.startswith(tuple(wanted)) and re.match(r"C\d{3}|test_", name))
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    sys.exit(0 if result.wasSuccessful() else 1)
