"""The source stays as it is, and its writers go on: what lies beside it, who writes to it, and what is said of that."""

import json
import os
import pwd
import shutil
import sqlite3
import subprocess
import threading
import unittest

from command import REPOT, DatabaseTest, digest, migrate, psql, run


class Writer(threading.Thread):
    """An application: each transaction moves an amount from one account to another and notes it."""

    def __init__(self, path, patience):
        super().__init__()
        self.path, self.patience = path, patience
        self.stopped = threading.Event()
        self.commits, self.failure = 0, None

    def run(self):
        db = sqlite3.connect(self.path, timeout=self.patience, isolation_level=None)
        try:
            while not self.stopped.wait(0.002):
                db.execute("BEGIN IMMEDIATE")
                db.execute("UPDATE accounts SET amount = amount - 1 WHERE id = 1")
                db.execute("INSERT INTO moves(amount) VALUES (1)")
                db.execute("UPDATE accounts SET amount = amount + 1 WHERE id = 2")
                db.execute("COMMIT")
                self.commits += 1
        except sqlite3.Error as error:
            self.failure = error
        db.close()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.join()


class Source(DatabaseTest):
    def bank(self, mode):
        path = self.folder / "bank.db"
        with sqlite3.connect(path) as db:
            db.execute(f"PRAGMA journal_mode = {mode}")
            db.executescript("""
                CREATE TABLE accounts(id INTEGER PRIMARY KEY, amount INTEGER NOT NULL);
                INSERT INTO accounts VALUES (1, 0), (2, 0);
                CREATE TABLE moves(id INTEGER PRIMARY KEY, amount INTEGER NOT NULL);
                CREATE TABLE ballast(id INTEGER PRIMARY KEY, v BLOB);
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
                  INSERT INTO ballast SELECT i, randomblob(50000) FROM n;""")
        db.close()
        return path

    def copied(self, path, beside):
        """A folder with the files as they are at this moment."""
        folder = self.folder / "copied"
        folder.mkdir()
        for suffix in ("", beside):
            shutil.copy(f"{path}{suffix}", folder / f"bank.db{suffix}")
        return folder

    def move(self, path, patience, *options):
        """A slow migration beside a writer; the writer, and the report."""
        with Writer(path, patience) as writer:
            code, out, err = migrate(path, self.target, "--json", "--rate-limit", "1MB", *options)
        self.assertEqual(code, 0, out + err)
        return writer, json.loads(out)

    def is_one_moment(self):
        self.assertEqual(psql(self.target, "SELECT sum(amount) FROM accounts"), "0")
        self.assertEqual(psql(self.target, "SELECT amount = (SELECT count(*) FROM moves) FROM accounts WHERE id = 2"), "t")

    def test_writers_in_wal_mode_go_on(self):
        writer, report = self.move(self.bank("wal"), 1)
        self.assertIsNone(writer.failure)
        self.assertGreater(writer.commits, 10)
        self.assertTrue(report["source_changed"])
        self.is_one_moment()

    def test_writers_in_rollback_mode_go_on_beside_a_copy(self):
        # Two seconds are too short for the migration, and long for the copying.
        writer, report = self.move(self.bank("delete"), 2, "--copy-source")
        self.assertIsNone(writer.failure)
        self.assertGreater(writer.commits, 10)
        self.assertTrue(report["source_changed"])
        self.is_one_moment()

    def test_without_the_copy_they_wait(self):
        writer, _ = self.move(self.bank("delete"), 0.5)
        self.assertIn("locked", str(writer.failure))
        self.is_one_moment()

    def test_nothing_is_written_and_nothing_said_to_have_changed(self):
        for mode in ("wal", "delete"):
            for options in ((), ("--copy-source",)):
                with self.subTest(mode=mode, options=options):
                    path = self.bank(mode)
                    before = digest(path)
                    code, out, err = migrate(path, self.target, "--json", *options)
                    self.assertEqual(code, 0, out + err)
                    self.assertFalse(json.loads(out)["source_changed"])
                    self.assertEqual(digest(path), before)
                    path.unlink()
                    psql(self.target, "DROP TABLE accounts, moves, ballast; DROP SCHEMA repot CASCADE")

    def test_a_hot_journal_is_undone_in_a_copy_on_request(self):
        path = self.bank("delete")
        db = sqlite3.connect(path, isolation_level=None)
        db.execute("PRAGMA cache_size = 1")
        db.execute("BEGIN")
        db.execute("UPDATE ballast SET v = zeroblob(50000)")
        db.execute("INSERT INTO moves VALUES (77, 77)")
        left = self.copied(path, "-journal")
        db.execute("ROLLBACK")
        db.close()
        files = [left / "bank.db", left / "bank.db-journal"]
        before = [digest(file) for file in files]
        code, out, err = migrate(files[0], self.target)
        self.assertEqual(code, 3, out + err)
        self.assertIn("journal", err)
        code, out, err = migrate(files[0], self.target, "--copy-source")
        self.assertEqual(code, 0, out + err)
        self.assertIn("half done", out)
        self.assertEqual([digest(file) for file in files], before)
        self.check_equal(path)
        self.assertEqual(psql(self.target, "SELECT count(*) FROM moves"), "0")

    def test_a_wal_in_a_directory_that_cannot_be_written(self):
        path = self.bank("wal")
        db = sqlite3.connect(path, isolation_level=None)
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("INSERT INTO moves VALUES (7, 7)")
        medium = self.copied(path, "-wal")
        db.close()
        for entry in (*medium.iterdir(), medium):
            entry.chmod(0o555)
        self.folder.chmod(0o755)
        options = {}
        if os.getuid() == 0:  # Who may do everything: so by the user who runs the server.
            try:
                options["user"] = pwd.getpwnam("postgres").pw_uid
            except KeyError:
                self.skipTest("there is no user postgres")
        before = {entry.name: digest(entry) for entry in medium.iterdir()}
        done = subprocess.run([REPOT, "migrate", medium / "bank.db", self.target, "--yes"], capture_output=True,
                              text=True, cwd="/", env=os.environ | {"TMPDIR": "/tmp"}, **options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("private copy", done.stdout)
        self.assertEqual({entry.name: digest(entry) for entry in medium.iterdir()}, before)
        self.assertEqual(psql(self.target, "SELECT id FROM moves"), "7")


if __name__ == "__main__":
    unittest.main()
