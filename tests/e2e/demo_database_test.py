"""Moves the database that the project ships, and compares every value by the independent checker."""

import json
import subprocess
import unittest

from command import DatabaseTest, PROJECT, digest, migrate, psql, run

class DemoDatabase(DatabaseTest):
    def test_the_shipped_library_moves_and_stays_as_it_is(self):
        source = self.folder / "music library.db"
        subprocess.run([PROJECT / "docs/examples/music-library/make", source], check=True,
                       capture_output=True)
        before = digest(source)
        code, out, err = migrate(source, self.target)
        self.assertEqual(code, 0, out + err)
        self.assertIn("verified", out)
        self.assertEqual(digest(source), before)
        self.check_equal(source)
        code, out, err = run("verify", source, self.target)
        self.assertEqual(code, 0, out + err)
        psql(self.target, "UPDATE tracks SET title = title || ' ' WHERE id = (SELECT min(id) FROM tracks)")
        code, out, err = run("verify", source, self.target)
        self.assertEqual(code, 8, out + err)
        self.assertIn('column "title"', out)

    def test_json_report(self):
        source = self.sqlite("a.db", "CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1), (2);")
        code, out, _ = migrate(source, self.target, "--json",
                           "--report-json", self.folder / "report.json")
        self.assertEqual(code, 0)
        report = json.loads(out)
        self.assertEqual(report, json.loads((self.folder / "report.json").read_text()))
        self.assertTrue(report["verified"] and report["published"])
        self.assertEqual(report["tables"][0]["rows"], 2)

    def test_a_saved_plan_is_carried_out(self):
        source = self.sqlite("a.db", "CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1);")
        code, plan, err = run("plan", source, "--json")
        self.assertEqual(code, 0, err)
        (self.folder / "plan.json").write_text(plan.replace('"target": "t"', '"target": "renamed"'))
        code, out, err = migrate(source, self.target, "--plan", self.folder / "plan.json")
        self.assertEqual(code, 0, out + err)
        self.assertEqual(psql(self.target, "SELECT a FROM renamed"), "1")

    def test_plan_sql_is_accepted_by_the_server(self):
        source = self.folder / "library.db"
        subprocess.run([PROJECT / "docs/examples/music-library/make", source], check=True,
                       capture_output=True)
        code, sql, err = run("plan", source, "--sql")
        self.assertEqual(code, 0, err)
        psql(self.target, sql)


if __name__ == "__main__":
    unittest.main()
