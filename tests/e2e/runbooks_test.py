"""Runs the runbooks: each on a database that has what it is for."""

import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import unittest

from command import DatabaseTest, PROJECT, REPOT, psql, run

BLOCK = re.compile(r"<!-- test: runbook (?P<name>[\w-]+) -->\n```sh\n(?P<commands>.*?)```", re.S)
PAGE = (PROJECT / "docs/runbooks.md").read_text()


class Runbooks(DatabaseTest):
    ran = set()

    def setUp(self):
        super().setUp()
        self.place = self.folder
        self.make()

    def make(self):
        self.source = self.place / "app.db"
        database = sqlite3.connect(self.source)
        database.executescript(
            "PRAGMA journal_mode = WAL;"
            "CREATE TABLE entry(id INTEGER PRIMARY KEY, note TEXT);"
            "CREATE INDEX by_note ON entry(note);"
            "INSERT INTO entry(note) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
            "WHERE i < 500) SELECT hex(randomblob(100)) FROM n;")
        database.close()
        code, _, err = run("backup", self.source, "--to", self.place / "backups")
        self.assertEqual(code, 0, err)

    def rows(self, name="app.db"):
        database = sqlite3.connect(self.place / name)
        try:
            return database.execute("SELECT count(*) FROM entry").fetchone()[0]
        finally:
            database.close()

    def follow(self, name, **variables):
        environment = os.environ | {"TARGET": self.target, **variables,
                                    "PATH": f"{pathlib.Path(REPOT).parent}:{os.environ['PATH']}"}
        blocks = [block["commands"] for block in BLOCK.finditer(PAGE) if block["name"] == name]
        self.assertTrue(blocks, name)
        Runbooks.ran.add(name)
        for commands in blocks:
            done = subprocess.run(["bash", "-eu", "-o", "pipefail", "-c", commands], cwd=self.place,
                                  env=environment, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, commands + done.stdout + done.stderr)

    def findings(self, name="app.db"):
        _, out, _ = run("doctor", self.place / name)
        return out

    def test_damaged(self):
        with open(self.source, "r+b") as file:
            file.seek(4096 * 5)
            file.write(b"\xff" * 2000)
        self.assertIn("damaged", self.findings())
        self.follow("damaged")
        self.assertEqual(self.rows(), 500)
        self.assertNotIn("error", self.findings().replace("0 errors", ""))
        self.assertTrue((self.place / "recovered.db").exists())

    def test_index(self):
        database = sqlite3.connect(self.source)
        database.executescript(
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = "
            "'CREATE INDEX by_note ON entry(note DESC)' WHERE name = 'by_note'")
        database.close()
        self.assertIn("index", self.findings())
        self.follow("index")
        self.assertIn("0 errors", self.findings())
        self.assertEqual(self.rows(), 500)

    def test_wal(self):
        database = sqlite3.connect(self.source)
        database.execute("INSERT INTO entry(note) VALUES ('late')")
        database.commit()
        (self.place / "elsewhere").mkdir()
        shutil.copy(f"{self.source}-wal", self.place / "elsewhere/app.db-wal")
        shutil.copy(self.source, self.place / "alone.db")
        database.close()
        for name in ("app.db-wal", "app.db-shm"):
            (self.place / name).unlink(missing_ok=True)
        shutil.move(self.place / "alone.db", self.source)
        self.follow("wal")
        self.assertEqual(self.rows(), 501)

    def test_lost_wal(self):
        self.follow("lost-wal")
        self.assertEqual(self.rows("restored.db"), 500)

    def test_full_disk(self):
        if os.geteuid() != 0:
            self.skipTest("needs root to mount a small file system")
        self.place = self.folder / "small"
        self.place.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1200k", "tmpfs", self.place],
                                 capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("this machine does not let mount")
        self.addCleanup(subprocess.run, ["umount", "-l", self.place])
        self.make()
        code, _, err = run("backup", self.source, "--to", self.place / "backups", "--keep-all")
        self.assertEqual(code, 0, err)
        database = sqlite3.connect(self.source)
        with self.assertRaisesRegex(sqlite3.OperationalError, "full|I/O"):
            while True:
                database.execute("INSERT INTO entry(note) VALUES (hex(randomblob(1000)))")
                database.commit()
        stored = database.execute("SELECT count(*) FROM entry").fetchone()[0]
        database.close()
        self.follow("full")
        self.assertEqual(self.rows(), stored)
        database = sqlite3.connect(self.source)
        database.execute("INSERT INTO entry(note) VALUES ('there is room')")
        database.commit()
        database.close()

    def test_migration(self):
        migrations = self.place / "migrations"
        migrations.mkdir()
        for scheme in ("sqlite", "postgresql"):
            (migrations / f"0001_unique.{scheme}.up.sql").write_text(
                "CREATE TABLE first(a INTEGER); CREATE UNIQUE INDEX one ON entry(substr(note, 1, 1));")
            (migrations / f"0001_unique.{scheme}.down.sql").write_text("DROP INDEX one; DROP TABLE first;")
        code, _, err = run("schema", "upgrade", "app.db", cwd=self.place)
        self.assertEqual(code, 6, err)
        database = sqlite3.connect(self.source)
        self.assertEqual(database.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'first'")
                         .fetchone()[0], 0)
        database.close()
        self.follow("migration")

    def test_drill(self):
        holder = sqlite3.connect(self.source)
        holder.execute("SELECT count(*) FROM entry").fetchone()
        self.follow("drill")
        holder.close()
        self.assertFalse((self.place / "drill.db").exists())

    def test_drill_of_a_server(self):
        server = self.target
        psql(server, "CREATE TABLE entry(id int PRIMARY KEY); INSERT INTO entry VALUES (1), (2)")
        empty = self.database + "_drill"
        psql(server, f"CREATE DATABASE {empty} TEMPLATE template0")
        self.addCleanup(psql, server, f"DROP DATABASE {empty} (FORCE)")
        self.follow("drill-server", SERVER_DATABASE=server, TARGET=self.url_of(empty))
        self.assertEqual(psql(self.url_of(empty), "SELECT count(*) FROM entry"), "2")

    @classmethod
    def tearDownClass(cls):
        named = {block["name"] for block in BLOCK.finditer(PAGE)}
        if os.geteuid() == 0:
            assert named == cls.ran, f"runbooks that no test follows: {named - cls.ran}"


if __name__ == "__main__":
    unittest.main()
