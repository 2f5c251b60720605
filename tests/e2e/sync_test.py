"""repot sync: what changed in the source since a migration, and nothing else, arrives in the target; judged by the
independent checker, by `repot verify`, and on random databases with random changes.

REPOT_RANDOM_SYNCS: how many of these (25). REPOT_RANDOM_SEED: the first seed (1).
"""

import json
import random
import select
import signal
import sqlite3
import subprocess
import time
import unittest

from command import REPOT, digest, migrate, psql, run
from syncing import FIRST, Changes, RandomTest, SyncTest


class Sync(SyncTest):
    def test_only_the_rows_that_changed_are_written(self):
        self.move()
        first = psql(self.target, "SELECT max(xmin::text::bigint) FROM artist")
        self.change("""
            UPDATE artist SET code = 'd' WHERE id IN (5, 1500);
            UPDATE album SET price = 12.25, live = NULL WHERE id = 600;
            INSERT INTO artist(id, name) VALUES (-4, 'below'), (90000, 'far beyond');
            INSERT INTO artist(name) VALUES ('next');
            DELETE FROM artist WHERE id = 90000;
            DELETE FROM track WHERE id = 'k9';
            UPDATE track SET id = 'other' WHERE id = 'k12';
            INSERT INTO line VALUES (3, 't'), (9, NULL); DELETE FROM line WHERE rowid IN (1, 2, 8);
            """)
        before = digest(self.source)
        dry = self.sync("--dry-run")
        self.assertFalse(dry["committed"])
        report = self.sync()
        wanted = {"artist": (2, 2, 0), "album": (0, 1, 0), "track": (1, 0, 2), "line": (1, 0, 2)}
        self.assertEqual(self.counts(report), wanted)
        self.assertEqual(self.counts(dry), wanted)
        self.assertEqual(digest(self.source), before)
        self.assertEqual(psql(self.target, f"SELECT count(*) FROM artist WHERE xmin::text::bigint > {first}"), "4")
        self.assertEqual(psql(self.target, "SELECT nextval(pg_get_serial_sequence('artist', 'id'))"), "90002")
        self.assertEqual(self.counts(self.sync()), {})
        self.expect_equal()

    def test_rows_that_refer_to_each_other_change_in_any_order(self):
        """Parents that go, children that are handed on before, and keys that two rows swap."""
        self.move()
        self.change("DELETE FROM artist WHERE id IN (7, 8, 9); UPDATE album SET artist = 10 WHERE id = 33;"
                    "DELETE FROM artist WHERE id = 11;", keys=True)
        self.assertEqual(self.counts(self.sync()), {"artist": (0, 0, 4), "album": (0, 1, 3), "track": (0, 3, 0)})
        self.expect_equal()
        # Rows of the children stay, though the target would remove them with their parents.
        self.change("UPDATE artist SET name = 'tmp' WHERE id = 1; UPDATE artist SET name = 'n1' WHERE id = 2;"
                    "UPDATE artist SET name = 'n2' WHERE id = 1; UPDATE album SET id = 1 WHERE id = 3;"
                    "UPDATE album SET parent = 1 WHERE parent = 3; UPDATE track SET album = 1 WHERE album = 3;")
        self.sync()
        self.expect_equal()
        self.assertEqual(self.valid_keys(), "3")

    def test_orphans_come_and_go(self):
        self.move()
        self.change("DELETE FROM artist WHERE id = 20; INSERT INTO track VALUES ('lost', 77777, NULL, 1);")
        report = self.sync()
        self.assertEqual({finding["code"] for finding in report["findings"]}, {"orphans"})
        self.assertEqual(self.valid_keys(), "1")
        code, out, err = run("verify", self.source, self.target)
        self.assertEqual(code, 0, out + err)
        self.change("UPDATE track SET rate = 2 WHERE id = 'lost'; UPDATE album SET live = 1 WHERE artist = 20;")
        self.sync()
        self.change("DELETE FROM album WHERE artist = 20; UPDATE track SET album = NULL WHERE id = 'lost' OR id = 'k60';")
        self.sync()
        self.assertEqual(self.valid_keys(), "3")
        self.expect_equal()

    def test_a_file_nobody_wrote_to_is_not_read(self):
        self.move()
        time.sleep(2.1)   # A write in the same step of the clock would change no time.
        self.assertFalse(self.sync()["unchanged"])
        self.assertTrue(self.sync()["unchanged"])
        self.change("UPDATE artist SET code = 'd' WHERE id = 5")
        self.assertEqual(self.counts(self.sync()), {"artist": (0, 1, 0)})

    def test_a_writer_that_goes_on_is_not_lost(self):
        """The last change is in the -wal only, and its connection stays open."""
        self.move()
        time.sleep(2.1)
        database = sqlite3.connect(self.source, isolation_level=None)
        self.addCleanup(database.close)
        self.sync()
        for value in ("d", "e"):
            database.execute("UPDATE artist SET code = ? WHERE id = 5", (value,))
            self.assertEqual(self.counts(self.sync()), {"artist": (0, 1, 0)})
            self.assertEqual(psql(self.target, "SELECT code FROM artist WHERE id = 5"), value)

    def test_changes_of_others_are_told_and_overwritten_only_on_request(self):
        self.move()
        psql(self.target, "UPDATE album SET price = 1 WHERE id = 30")
        self.change("UPDATE album SET price = 2 WHERE id = 33")
        report = self.sync(code=8)
        self.assertEqual([table["target"] for table in report["tables"] if table["changed_by_others"]], ["album"])
        self.assertEqual(psql(self.target, "SELECT price FROM album WHERE id = 30"), "1.00")
        report = self.sync("--overwrite")
        self.assertEqual(self.counts(report), {"album": (0, 2, 0)})
        self.expect_equal()

    def test_what_cannot_be_synchronised_is_refused(self):
        self.source = self.sqlite("app.db", "CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER, at DATETIME);"
                                  "INSERT INTO t VALUES (1, 1, '2025-01-01 00:00:00')")
        self.assertIn("no finished", self.sync(code=5))
        code, out, err = migrate(self.source, self.target)
        self.assertEqual(code, 0, out + err)
        self.change("UPDATE t SET at = 'lately'")
        self.assertIn("lately", self.sync(code=5))
        self.assertEqual(psql(self.target, "SELECT at FROM t"), "2025-01-01 00:00:00")
        self.change("UPDATE t SET at = NULL; CREATE TABLE u(x)")
        self.assertIn("schema of the source has changed", self.sync(code=5))
        self.change("DROP TABLE u")
        psql(self.target, "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
             "CREATE TRIGGER meddler BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()")
        self.assertIn("meddler", self.sync(code=5))
        psql(self.target, "DROP TRIGGER meddler ON t; ALTER TABLE t ADD COLUMN more int")
        self.assertIn("no longer those", self.sync(code=5))
        psql(self.target, "ALTER TABLE t DROP COLUMN more")
        self.sync()
        self.expect_equal()
        psql(self.target, "COMMENT ON TABLE repot.runs IS 'Ledger of repot migrate, format 99'")
        self.assertIn("newer version", self.sync(code=5))

    def test_a_source_that_is_not_there_is_told_before_the_target(self):
        code, _, err = run("sync", self.folder / "no-such.db", "postgresql:///nowhere?host=/nowhere")
        self.assertEqual(code, 3, err)
        self.assertIn("no-such.db", err)
        self.assertNotIn("nowhere", err)

    def test_the_report_is_a_page_too(self):
        self.move()
        self.change("UPDATE artist SET code = '<b>' WHERE id IN (5, 6)")
        page = self.folder / "sync.html"
        self.sync("--report", page)
        html = page.read_text()
        self.assertIn("0 rows inserted, 2 updated, 0 deleted", html)
        self.assertIn("artist", html)
        self.assertNotIn("<script", html)
        self.assertEqual(page.stat().st_mode & 0o777, 0o600)
        psql(self.target, "UPDATE artist SET code = 'mine' WHERE id = 5")
        self.change("UPDATE artist SET code = 'c' WHERE id IN (5, 6)")
        self.sync("--report", page, code=8)
        self.assertIn("changed by somebody else", html := page.read_text())
        self.assertIn("8: Verification found differences", html)

    def test_another_file_is_taken_only_on_request(self):
        self.move()
        self.source = self.source.rename(self.folder / "moved.db")
        self.assertIn("another file", self.sync(code=5))
        self.sync("--overwrite")

    def test_values_in_the_quarantine_are_refused(self):
        self.move("CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 1), (2, 'two')",
                  "--on-misfit", "quarantine")
        self.assertIn("quarantine", self.sync(code=5))

    def test_follow_brings_each_change_and_ends_by_ctrl_c(self):
        self.move()
        process = subprocess.Popen([REPOT, "sync", self.source, self.target, "--follow", "--interval", "0.1", "--json"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            for value in ("one", "two", "three"):
                self.change(f"UPDATE artist SET code = '{value}' WHERE id = 5")
                deadline = time.monotonic() + 60
                while psql(self.target, "SELECT code FROM artist WHERE id = 5") != value:
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(sum(json.loads(line)["updated"] for line in out.splitlines()), 3)
        self.expect_equal()

    def test_a_killed_sync_leaves_the_target_as_it_was_or_done(self):
        self.move()
        rng = random.Random(FIRST)
        kills = 0
        for number in range(12):
            self.change(f"UPDATE artist SET code = 'r{number}' WHERE id % 3 = {number % 3};"
                        f"DELETE FROM line WHERE rowid % 50 = {number}; INSERT INTO line VALUES ({number}, 'new');"
                        f"UPDATE track SET rate = rate + 1 WHERE id LIKE 'k{number}%'")
            process = subprocess.Popen([REPOT, "sync", self.source, self.target, "-q"], stderr=subprocess.DEVNULL)
            time.sleep(rng.uniform(0.02, 0.25))
            kills += process.poll() is None
            process.kill()
            process.wait()
            if rng.random() < 0.5:
                self.sync()
                self.expect_equal()
        self.sync()
        self.expect_equal()
        self.assertGreater(kills, 0)
        print(f"{kills} syncs killed at work")


class RandomSyncs(RandomTest):
    def test_random_changes_arrive_or_are_refused_untouched(self):
        self.judge_databases()

    def judge(self, rng, path, schema, session, outcomes):
        options = ["--schema", schema, "--json"]
        code, out, err = migrate(path, self.target, *options, "--skip-untranslatable", "--on-misfit", "text")
        if code == 5:
            outcomes["not moved"] += 1
            return
        self.assertIn(code, (0, 7), out + err)
        report = json.loads(out)
        if rng.random() < 0.5:
            self.follow(rng, path, schema, session, report, outcomes)
            return
        for _ in range(4):
            outcomes["changes"] += Changes(rng, path).run()
            before = self.contents(session, schema)
            code, out, err = run("sync", path, self.target, *options)
            if code == 5:
                self.assertEqual(self.contents(session, schema), before)
                outcomes["refused"] += 1
                return
            self.assertEqual(code, 0, out + err)
            outcomes["synchronised"] += 1
            self.compare(path, schema, session, report)
            code, out, err = run("verify", path, self.target, *options, "--on-misfit", "text")
            self.assertIn(code, (0, 7), out + err)
            self.assertFalse(any(self.changed(table) for table in json.loads(
                run("sync", path, self.target, *options)[1])["tables"]))

    def follow(self, rng, path, schema, session, report, outcomes):
        """The rounds of one process, which remembers the rows of the last."""
        process = subprocess.Popen([REPOT, "sync", path, self.target, "--schema", schema, "--json", "--follow", "--interval",
                                    "0.1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            process.stdout.readline()
            for _ in range(5):
                before = self.contents(session, schema)
                watch = sqlite3.connect(path)
                version = watch.execute("PRAGMA data_version").fetchone()
                changes = Changes(rng, path).run(together=True)
                written = watch.execute("PRAGMA data_version").fetchone() != version
                watch.close()
                if not written:   # Rows that were changed by a statement that failed count, too.
                    continue
                outcomes["changes"] += changes
                self.assertTrue(select.select([process.stdout], [], [], 60)[0], f"{changes} changes, but no report")
                if not process.stdout.readline():
                    self.assertEqual(process.wait(), 5, process.stderr.read())
                    self.assertEqual(self.contents(session, schema), before)
                    outcomes["refused"] += 1
                    return
                outcomes["followed"] += 1
                self.compare(path, schema, session, report)
        finally:
            process.kill()
            process.communicate()


if __name__ == "__main__":
    unittest.main()
