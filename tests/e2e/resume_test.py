"""Migrations that are stopped in every way, and go on: by the same command, in the same run, or not at all."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import time
import unittest

from command import REPOT, DatabaseTest, digest, migrate, psql, run

TABLES = 40


class Stopped(DatabaseTest):
    def source(self, tables=TABLES, rows=500):
        """Tables t0, t1, … that refer to the one before."""
        path = self.folder / "app.db"
        with sqlite3.connect(path) as db:
            for i in range(tables):
                parent = f"REFERENCES t{i - 1}(id)" if i else ""
                db.execute(f"CREATE TABLE t{i}(id INTEGER PRIMARY KEY, v TEXT NOT NULL UNIQUE, p INT {parent})")
                db.execute(f"CREATE INDEX i{i} ON t{i}(p)")
                db.executemany(f"INSERT INTO t{i} VALUES (?, ?, ?)",
                               [(n, f"value {n} of table {i} " * 4, n) for n in range(1, rows + 1)])
            db.execute("CREATE VIEW counted AS SELECT count(*) AS n FROM t0")
        db.close()
        return path

    def ledger(self, sql):
        if psql(self.target, "SELECT to_regclass('repot.chunks') IS NULL") == "t":
            return "0"
        return psql(self.target, sql)

    def start(self, source, *options):
        process = subprocess.Popen([REPOT, "migrate", str(source), self.target, "--yes", *options],
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        return process

    def wait_for_chunks(self, count):
        deadline = time.monotonic() + 60
        while int(self.ledger("SELECT count(*) FROM repot.chunks")) < count:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.005)

    def stop(self, source, chunks=5, how=signal.SIGKILL, options=()):
        """A run that is ended once so many chunks are in the ledger; its exit code and words."""
        process = self.start(source, "--rate-limit", "2MB", *options)
        self.wait_for_chunks(chunks)
        process.send_signal(how)
        out, _ = process.communicate(timeout=60)
        self.assertEqual(self.ledger("SELECT state FROM repot.runs"), "loading", out)
        return process.returncode, out

    def kill_among_the_indexes(self, source):
        process = self.start(source)
        deadline = time.monotonic() + 60
        while psql(self.target, "SELECT count(*) FROM pg_indexes WHERE schemaname LIKE 'repot_staging%'") == "0":
            self.assertLess(time.monotonic(), deadline)
        process.kill()
        process.wait()

    def finish(self, source, *options, code=0):
        """The same command again; the resumption that its report tells."""
        got, out, err = migrate(source, self.target, "--json", *options)
        self.assertEqual(got, code, out + err)
        report = json.loads(out)
        self.assertTrue(report["verified"])
        self.assertTrue(report["published"])
        self.check_equal(source)
        self.assertEqual(psql(self.target, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'repot_staging%'"), "")
        self.assertEqual(psql(self.target, "SELECT count(*) || state FROM repot.runs GROUP BY state"), "1published")
        return report["resumption"]

    def change(self, source, *statements):
        with sqlite3.connect(source) as db:
            for statement in statements:
                db.execute(statement)
        db.close()

    def loaded(self):
        return psql(self.target, 'SELECT "table" FROM repot.chunks').split("\n")


class GoesOn(Stopped):
    def test_after_kill(self):
        source = self.source()
        before = digest(source)
        self.stop(source)
        resumption = self.finish(source)
        self.assertGreaterEqual(resumption["chunks_kept"], 5)
        self.assertLess(resumption["chunks_kept"], TABLES)
        self.assertEqual(resumption["chunks_renewed"], 0)
        self.assertEqual(digest(source), before)

    def test_after_ctrl_c_and_sigterm_it_says_how(self):
        source = self.source()
        code, out = self.stop(source, how=signal.SIGINT)
        self.assertEqual(code, 130, out)
        self.assertIn("interrupted", out)
        self.assertIn("the same command goes on", out)
        self.assertIn("--abort", out)
        code, out = self.stop(source, chunks=15, how=signal.SIGTERM)
        self.assertEqual(code, 143, out)
        # Those that were in the middle of a chunk have come to its end.
        self.assertGreaterEqual(self.finish(source, "--resume")["chunks_kept"], 15)

    def test_a_second_ctrl_c_ends_it_at_once(self):
        source = self.source(tables=1, rows=20000)
        process = self.start(source, "--rate-limit", "20kB")
        deadline = time.monotonic() + 60
        while self.ledger("SELECT state FROM repot.runs") != "loading" and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, out)
        self.finish(source)

    def test_what_changed_in_the_source_is_copied_anew(self):
        source = self.source()
        self.stop(source, chunks=8)
        tables = self.loaded()
        self.change(source, f"UPDATE {tables[0]} SET v = 'changed' WHERE id = 7",
                    f"DELETE FROM {tables[1]} WHERE id = 500",
                    f"INSERT INTO {tables[2]} VALUES (9999, 'new', 1)",
                    f"UPDATE {tables[3]} SET v = v")
        resumption = self.finish(source)
        self.assertEqual(sorted(resumption["tables_renewed"]), sorted(tables[:3]))
        self.assertGreaterEqual(resumption["chunks_kept"], 5)

    def test_ranges_of_a_large_table(self):
        source = self.folder / "large.db"
        self.change(source, "CREATE TABLE b(id INTEGER PRIMARY KEY, v BLOB)",
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 130) "
                    "INSERT INTO b SELECT i * 10, randomblob(1000000) FROM n")
        process = self.start(source, "--rate-limit", "60MB")
        self.wait_for_chunks(2)
        process.kill()
        process.wait()
        ranges = [line.split("|") for line in psql(
            self.target, "SELECT first, last FROM repot.chunks ORDER BY loaded_at").split("\n")]
        self.assertNotEqual(int(ranges[0][0]), -2**63)
        # One row of a range that is there, one beyond the smallest and largest rowid of then.
        self.change(source, f"UPDATE b SET v = randomblob(9) WHERE id = (SELECT min(id) FROM b WHERE id >= {ranges[0][0]})",
                    "INSERT INTO b VALUES (-7, x'00'), (100000, x'01'), (15, x'02')")
        resumption = self.finish(source)
        self.assertGreaterEqual(resumption["chunks_renewed"], 1)
        self.assertGreaterEqual(resumption["chunks_kept"] + resumption["chunks_renewed"], 2)
        self.assertEqual(psql(self.target, "SELECT count(*) FROM b"), "133")

    def test_random_changes_of_many_tables_after_each_of_many_kills(self):
        source = self.folder / "changing.db"
        tables = [f"b{i}" for i in range(6)]
        for table in tables:
            self.change(source, f"CREATE TABLE {table}(id INTEGER PRIMARY KEY, v BLOB)",
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120) "
                        f"INSERT INTO {table} SELECT i * 10, randomblob(20000) FROM n")
        dice = random.Random(int(os.environ.get("REPOT_RANDOM_SEED", "1")))
        for chunks in (4, 8, 12, 16):
            self.stop(source, chunks, options=("--chunk-bytes", "300kB"))
            for table in dice.sample(tables, 4):
                first, last = sorted(dice.randrange(-100, 1500) for _ in range(2))
                rows = f"FROM {table} WHERE id BETWEEN {first} AND {last} ORDER BY random() LIMIT 5"
                self.change(source, *dice.sample([
                    f"UPDATE {table} SET v = randomblob(30) WHERE id IN (SELECT id {rows})",
                    f"DELETE FROM {table} WHERE id IN (SELECT id {rows})",
                    f"INSERT OR IGNORE INTO {table} SELECT id + 3, v {rows}",
                    # Rows that seem to move, from one range into another or beyond all.
                    f"UPDATE OR IGNORE {table} SET id = id + 905 WHERE id IN (SELECT id {rows})",
                    f"INSERT OR IGNORE INTO {table} VALUES ({first}, x'00')"], 3))
        resumption = self.finish(source, "--chunk-bytes", "300kB")
        self.assertGreater(resumption["chunks_renewed"], 0)
        self.assertGreater(resumption["chunks_kept"], 0)
        self.assertEqual(run("verify", source, self.target)[0], 0)

    def test_keys_and_indexes_that_are_there_stay(self):
        source = self.source(tables=4, rows=40000)
        self.kill_among_the_indexes(source)
        self.assertEqual(self.finish(source)["chunks_kept"], 4)

    def test_rows_that_come_after_the_keys_were_made(self):
        source = self.source(tables=4, rows=40000)
        self.kill_among_the_indexes(source)
        self.change(source, "DELETE FROM t3 WHERE id = 40000", "DELETE FROM t2 WHERE id = 40000",
                    "INSERT INTO t1 VALUES (50000, 'late', 1)")
        self.assertEqual(self.finish(source)["chunks_renewed"], 3)

    def test_with_a_quarantine_every_value_is_there_once(self):
        source = self.source(tables=20)
        self.change(source, "CREATE TABLE q(id INTEGER PRIMARY KEY, n INTEGER)",
                    "INSERT INTO q SELECT id, CASE WHEN id % 10 = 0 THEN 'text ' || id ELSE id END FROM t0")
        options = ("--on-misfit", "quarantine")
        self.stop(source, options=options)
        self.change(source, "UPDATE q SET n = 'another' WHERE id IN (10, 11)", "UPDATE q SET n = 20 WHERE id = 20",
                    "DELETE FROM q WHERE id = 30", "INSERT INTO q VALUES (9999, 'late')")
        code, out, err = migrate(source, self.target, *options)
        self.assertEqual(code, 0, out + err)
        self.assertEqual(psql(self.target, "SELECT count(*), count(DISTINCT key::text) FROM repot_quarantine"), "50|50")
        self.assertEqual(run("verify", source, self.target, *options)[0], 0)

    def test_lost_sessions_are_made_anew_within_the_run(self):
        source = self.source()
        process = self.start(source, "--rate-limit", "2MB")
        for chunks in (5, 15, 25):
            self.wait_for_chunks(chunks)
            psql(self.target, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'repot-migrate-%'")
        out, _ = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, out)
        self.assertIn("resumed: attempt 4", out)
        self.check_equal(source)

    def test_a_finished_run_is_verified_again(self):
        source = self.source(tables=3)
        self.finish(source)
        code, out, err = migrate(source, self.target)
        self.assertEqual(code, 5, out + err)
        self.assertIn("moved this source there", err)
        code, out, err = migrate(source, self.target, "--resume")
        self.assertEqual(code, 0, out + err)
        self.assertIn("every value equal", out)
        psql(self.target, "UPDATE t1 SET v = 'damaged' WHERE id = 1")
        self.assertEqual(migrate(source, self.target, "--resume")[0], 8)


class IsRefused(Stopped):
    def test_another_plan_and_another_source(self):
        source = self.source()
        self.stop(source)
        self.change(source, "ALTER TABLE t3 ADD COLUMN more TEXT")
        code, out, err = migrate(source, self.target)
        self.assertEqual(code, 5, out + err)
        self.assertIn("the plan is another", err)
        self.assertIn("--abort", err)
        other = self.sqlite("other.db", "CREATE TABLE t(a)")
        code, out, err = migrate(other, self.target)
        self.assertEqual(code, 5, out + err)
        self.assertIn(str(source), err)
        # A refusal removes nothing.
        self.assertGreaterEqual(int(self.ledger("SELECT count(*) FROM repot.chunks")), 5)
        self.change(source, "ALTER TABLE t3 DROP COLUMN more")
        self.assertGreaterEqual(self.finish(source)["chunks_kept"], 5)

    def test_other_options(self):
        source = self.source()
        self.stop(source)
        code, out, err = migrate(source, self.target, "--type", "t0.v=varchar(200)")
        self.assertEqual(code, 5, out + err)
        self.assertIn("options", err)

    def test_a_second_run_at_the_same_time(self):
        source = self.source()
        first = self.start(source, "--rate-limit", "100kB")
        self.wait_for_chunks(1)
        for options in ((), ("--resume",), ("--abort",)):
            code, out, err = migrate(source, self.target, *options)
            self.assertEqual(code, 5, out + err)
            for words in (f"process {first.pid}", os.uname().nodename, "repot_staging_", "pg_terminate_backend"):
                self.assertIn(words, err)
        # Another schema of the same target is nobody's business.
        psql(self.target, "CREATE SCHEMA other")
        code, out, err = migrate(source, self.target, "--schema", "other")
        self.assertEqual(code, 0, out + err)
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=60)
        self.assertEqual(first.returncode, 130)

    def test_the_schema_of_the_ledger(self):
        psql(self.target, "CREATE SCHEMA repot; CREATE TABLE repot.runs(mine int)")
        source = self.source(tables=2)
        code, out, err = migrate(source, self.target, "--schema", "repot")
        self.assertEqual(code, 5, out + err)
        self.assertIn("another by --schema", err)
        code, out, err = migrate(source, self.target)
        self.assertEqual(code, 5, out + err)
        self.assertIn("no ledger of this version", err)

    def test_data_only_has_nothing_to_go_on_with(self):
        source = self.source(tables=1)
        for option in ("--resume", "--abort"):
            code, out, err = migrate(source, self.target, "--data-only", option)
            self.assertEqual(code, 2, out + err)
            self.assertIn("one transaction", err)


class IsRemoved(Stopped):
    def test_abort_takes_what_the_run_made_and_no_more(self):
        psql(self.target, "CREATE TABLE mine(a int); CREATE SCHEMA repot; CREATE TABLE repot.mine(a int)")
        before = self.objects()
        source = self.source()
        self.stop(source)
        code, out, err = run("migrate", source, self.target, "--abort")
        self.assertEqual(code, 5, out + err)
        self.assertIn("--yes", err)
        self.assertNotEqual(self.objects(), before)
        source.unlink()
        code, out, err = migrate(source, self.target, "--abort")
        self.assertEqual(code, 0, out + err)
        self.assertIn("removed", out)
        self.assertEqual(self.objects(), before)
        code, out, err = migrate(source, self.target, "--abort")
        self.assertEqual(code, 0, out + err)
        self.assertIn("nothing was removed", out)

    def test_after_it_the_target_is_as_new(self):
        source = self.source()
        self.stop(source)
        self.assertEqual(migrate(source, self.target, "--abort")[0], 0)
        self.assertEqual(self.objects(), "")
        self.assertEqual(self.finish(source)["chunks_kept"], 0)

    def test_on_failure_drop(self):
        source = self.source()
        process = self.start(source, "--rate-limit", "2MB", "--on-failure", "drop")
        self.wait_for_chunks(3)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, out)
        self.assertIn("as it was before", out)
        self.assertEqual(self.objects(), "")


if __name__ == "__main__":
    unittest.main()
