"""repot rehearse: the whole move is tried on a copy and a throwaway server, or in a schema of a given one, and nothing
is left of it, however it ends."""

import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from command import REPOT, DatabaseTest, digest, psql, run
from syncing import MUSIC


class Rehearse(DatabaseTest):
    def setUp(self):
        super().setUp()
        self.source = self.sqlite("app.db", MUSIC)
        # As root the server runs as another user, who has to get there.
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="repot-scratch-", dir="/tmp"))
        self.addCleanup(shutil.rmtree, self.scratch, ignore_errors=True)
        self.scratch.chmod(0o711)

    def rehearse(self, *arguments, code=0):
        before = digest(self.source)
        done = run("rehearse", self.source, *arguments, "--folder", self.scratch, "--json")
        self.assertEqual(done[0], code, done[1] + done[2])
        self.assertEqual(digest(self.source), before)
        self.expect_nothing_left()
        return json.loads(done[1]) if done[1].startswith("{") else done[2]

    def left(self):
        processes = subprocess.run(["ps", "ax", "-o", "args"], capture_output=True, text=True).stdout
        return os.listdir(self.scratch) + [line for line in processes.splitlines() if str(self.scratch) in line]

    def expect_nothing_left(self):
        deadline = time.monotonic() + 20
        while self.left() and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(self.left(), [])

    def test_a_move_is_tried_on_a_server_of_its_own(self):
        page = self.folder / "rehearsal.html"
        report = self.rehearse("--report", page)
        self.assertTrue(report["equal"])
        self.assertIsNone(report["target"])
        self.assertEqual((report["tables"], report["rows"]), (4, 12000))
        self.assertEqual(set(report["stage_seconds"]),
                         {"plan", "create", "load", "objects", "verify", "publish", "sync", "cutover"})
        self.assertGreater(min(report["stage_seconds"].values()), 0)
        self.assertGreater(report["downtime_seconds"], 0)
        self.assertLess(report["downtime_seconds"], report["stage_seconds"]["cutover"])
        self.assertEqual(report["sync_rows"], 3)
        self.assertGreater(report["source_bytes"], 100_000)
        self.assertGreater(report["target_bytes"], 100_000)
        self.assertNotIn(str(self.scratch), json.dumps(report))
        html = page.read_text()
        self.assertIn("the move goes well", html)
        self.assertEqual(page.stat().st_mode & 0o777, 0o600)
        code, out, err = run("rehearse", self.source, "--folder", self.scratch)
        self.assertEqual(code, 0, err)
        self.assertIn("in a cutover writers wait for", out)

    def test_a_move_is_tried_in_a_schema_of_a_target(self):
        psql(self.target, "CREATE TABLE mine(x int)")
        before = self.objects()
        report = self.rehearse(self.target)
        self.assertTrue(report["equal"])
        self.assertIn(self.database, report["target"])
        self.assertEqual(self.objects(), before)

    def test_what_would_be_refused_or_left_out_is_told(self):
        self.source = self.sqlite("odd.db", "CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER);"
                                  "INSERT INTO t VALUES (1, 1), (2, 'two')")
        report = self.rehearse(self.target, code=5)
        self.assertEqual(report["stage_seconds"], {})
        self.assertIn("two", json.dumps(report["findings"]) + json.dumps(report["refusals"]))
        self.assertEqual(self.objects(), "")
        report = self.rehearse(self.target, "--on-misfit", "quarantine", code=5)
        self.assertIn("a sync: values of table", report["refusals"][0])
        self.assertGreater(report["migrate_seconds"], 0)
        self.assertEqual(self.objects(), "")
        self.source = self.sqlite("trigger.db", "CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 1);"
                                  "CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM t WHERE n < 0; END")
        self.assertIn("trigger", {finding["code"] for finding in self.rehearse(self.target, code=7)["findings"]})

    def test_what_is_not_there_is_told(self):
        self.assertIn("no-such.db", run("rehearse", self.folder / "no-such.db")[2])
        environment = os.environ | {"REPOT_POSTGRESQL_BIN": str(self.folder)}
        code, _, err = run("rehearse", self.source, "--folder", self.scratch, env=environment)
        self.assertEqual(code, 4, err)
        self.expect_nothing_left()

    def test_nothing_is_left_of_one_that_is_stopped_or_killed(self):
        rng = random.Random(1)
        before = self.objects()
        stopped = 0
        for number in range(6):
            arguments = [[], [self.target]][number % 2]
            process = subprocess.Popen([REPOT, "rehearse", self.source, *arguments, "--folder", self.scratch, "-q"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            time.sleep(rng.uniform(0.05, 2))
            if process.poll() is None:
                stopped += 1
                # As a terminal does it: to the whole group.
                os.killpg(process.pid, signal.SIGKILL if number % 4 == 0 else signal.SIGINT)
            code = process.wait(timeout=60)
            self.assertIn(code, (0, 130, -signal.SIGKILL, -signal.SIGINT))
            self.expect_nothing_left()
            if arguments:
                self.assertEqual(self.objects(), before)
        self.assertGreater(stopped, 0)


if __name__ == "__main__":
    unittest.main()
