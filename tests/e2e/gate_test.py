"""The question before a move: stated, asked at a terminal, refused in a script, answered by --yes."""

import json
import os
import pty
import subprocess
import unittest

from command import DatabaseTest, REPOT, digest, psql, run


class Gate(DatabaseTest):
    def setUp(self):
        super().setUp()
        self.source = self.sqlite("small.db", "CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1);")

    def test_a_script_is_refused_and_told_the_way(self):
        before = digest(self.source)
        code, out, err = run("migrate", self.source, self.target, stdin=subprocess.DEVNULL)
        self.assertEqual(code, 5, out + err)
        for word in ("--yes", "no growth signal is reached", "8.2 kB in use", "nothing was written"):
            self.assertIn(word, err)
        self.assertEqual(self.objects(), "")
        self.assertEqual(digest(self.source), before)
        code, _, err = run("migrate", self.source, self.target, "--quiet", stdin=subprocess.DEVNULL)
        self.assertEqual(code, 5)
        self.assertIn("--yes", err)

    def test_a_declared_need_opens_it(self):
        for need in (("--replicas", "0"), ("--regions", "1"), ("--users", "5")):
            code, _, err = run("migrate", self.source, self.target, *need, stdin=subprocess.DEVNULL)
            self.assertEqual(code, 5, err)
        code, _, err = run("migrate", self.source, self.target, "--replicas", "1",
                           stdin=subprocess.DEVNULL)
        self.assertEqual(code, 0, err)
        self.assertRegex(err, r"replicas +1 +act")

    def test_the_report_holds_the_signals(self):
        code, out, err = run("migrate", self.source, self.target, "--users", "11", "--json", stdin=subprocess.DEVNULL)
        self.assertEqual(code, 0, err)
        levels = {signal["name"]: signal["level"] for signal in json.loads(out)["growth_signals"]}
        self.assertEqual(levels, {"size": "none", "lock-waits": "none", "busy-errors": "none",
                                  "users": "act", "regions": "none", "replicas": "none"})

    def test_yes_and_force_answer_it(self):
        for number, word in enumerate(("--yes", "-y", "--force")):
            psql(self.target, f"CREATE SCHEMA s{number}")
            code, _, err = run("migrate", self.source, self.target, word, "--schema", f"s{number}",
                               stdin=subprocess.DEVNULL)
            self.assertEqual(code, 0, err)
            self.assertIn("not reached", err)

    def test_free_pages_are_told(self):
        source = self.sqlite("free.db", "CREATE TABLE t(a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                             "SELECT i+1 FROM n WHERE i<100) INSERT INTO t SELECT zeroblob(4000) FROM n;"
                             "DELETE FROM t;")
        code, _, err = run("migrate", source, self.target, stdin=subprocess.DEVNULL)
        self.assertEqual(code, 5)
        self.assertIn("VACUUM", err)

    def test_a_terminal_is_asked(self):
        for answer, code in ((b"\n", 5), (b"n\n", 5), (b"\x04", 5), (b"y\n", 0)):
            with self.subTest(answer):
                ours, theirs = pty.openpty()
                process = subprocess.Popen([REPOT, "migrate", str(self.source), self.target],
                                           stdin=theirs, stdout=subprocess.PIPE,
                                           stderr=subprocess.PIPE, text=True)
                os.write(ours, answer)
                out, err = process.communicate(timeout=60)
                os.close(ours)
                os.close(theirs)
                self.assertEqual(process.returncode, code, out + err)
                self.assertIn("[y/N]", err)
                self.assertEqual("not moved" in err, code == 5)

    def test_a_source_that_cannot_be_read_is_told_first(self):
        code, _, err = run("migrate", self.folder / "missing.db", self.target)
        self.assertEqual(code, 3)
        self.assertIn("missing.db", err)
        self.assertNotIn("--yes", err)


if __name__ == "__main__":
    unittest.main()
