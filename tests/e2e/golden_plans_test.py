"""The plan of each database of real applications, where they are at hand, against the plan that was
checked in: tests/migrate/golden/NAME.txt.

    RENEW=1 …/golden_plans_test.py     writes the plans anew; look at the difference before you commit it
"""

import difflib
import os
import shutil
import sys
import unittest

from command import PROJECT, run

import pathlib
import tempfile

SHARED = PROJECT.parent / "shared" / "dbs"
GOLDEN = PROJECT / "tests" / "migrate" / "golden"


def databases():
    return sorted(path for path in SHARED.iterdir() if path.suffix in (".db", ".sqlite", ".sqlite3"))


class GoldenPlans(unittest.TestCase):
    def plan(self, shared):
        with tempfile.TemporaryDirectory(prefix="repot golden ") as folder:
            # SQLite makes a -shm file beside a database in WAL mode, so a copy is read.
            source = pathlib.Path(folder) / shared.name
            shutil.copyfile(shared, source)
            code, out, err = run("plan", source)
            self.assertIn(code, (0, 5, 7), err)
            return out.replace(str(source), shared.name)

    def test_plans_are_those_checked_in(self):
        for shared in databases():
            with self.subTest(shared.name):
                golden, plan = GOLDEN / f"{shared.name}.txt", self.plan(shared)
                if os.environ.get("RENEW"):
                    golden.write_text(plan)
                self.assertTrue(golden.is_file(), "there is no such plan; make it by RENEW=1")
                difference = "".join(difflib.unified_diff(
                    golden.read_text().splitlines(True), plan.splitlines(True), "golden", "now"))
                self.assertEqual(difference, "")

    def test_each_golden_plan_has_its_database(self):
        self.assertEqual(sorted(path.stem for path in GOLDEN.glob("*.txt")),
                         [path.name for path in databases()])


if __name__ == "__main__":
    if not SHARED.is_dir():
        print(f"skipped: no real databases in {SHARED}")
        sys.exit(77)
    unittest.main()
