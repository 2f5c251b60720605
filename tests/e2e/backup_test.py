"""repot backup from outside: what operators and their scripts see."""

import json
import os
import pathlib
import shutil
import sqlite3
import stat
import subprocess
import unittest

from command import DatabaseTest, psql, run


class Backup(DatabaseTest):
    def setUp(self):
        super().setUp()
        self.source = self.sqlite("app.db", "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT);"
                                  "INSERT INTO t VALUES (1, 'one'), (2, 'two');")
        self.backups = self.folder / "backups"

    def take(self, database, *arguments):
        code, out, err = run("backup", database, "--to", self.backups, "--json", *arguments)
        self.assertEqual(code, 0, out + err)
        return json.loads(out)

    def rows(self, file):
        return subprocess.run(["sqlite3", file, "SELECT count(*) FROM t"], capture_output=True,
                              text=True, check=True).stdout.strip()

    def test_a_file_goes_and_comes_back(self):
        taken = self.take(self.source)
        self.assertEqual(taken["rows"], 3)  # With the schema's own.
        self.assertEqual(stat.S_IMODE(os.stat(taken["file"]).st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(taken["file"] + ".json").st_mode), 0o600)
        code, out, _ = run("backup", "list", self.backups)
        self.assertEqual(code, 0)
        self.assertIn(taken["file"], out)
        self.assertEqual(run("backup", "verify", self.backups)[0], 0)
        code, out, err = run("backup", "restore", self.backups, self.folder / "new.db")
        self.assertEqual(code, 0, err)
        self.assertEqual(self.rows(self.folder / "new.db"), "2")

    def test_what_is_there_is_kept(self):
        self.take(self.source, "--zstd")
        subprocess.run(["sqlite3", self.source, "DELETE FROM t"], check=True)
        code, _, err = run("backup", "restore", self.backups, self.source)
        self.assertEqual(code, 5)
        self.assertIn("--force", err)
        self.assertEqual(self.rows(self.source), "0")
        code, out, err = run("backup", "restore", self.backups, self.source, "--force", "--json")
        self.assertEqual(code, 0, err)
        self.assertEqual(self.rows(self.source), "2")
        self.assertEqual(self.rows(json.loads(out)["kept"]), "0")

    def test_a_database_in_use_is_not_replaced(self):
        self.take(self.source)
        holder = subprocess.Popen(["sqlite3", self.source], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True)
        holder.stdin.write("PRAGMA journal_mode=WAL; BEGIN; SELECT count(*) FROM t;\n")
        holder.stdin.flush()
        holder.stdout.readline(), holder.stdout.readline()
        code, _, err = run("backup", "restore", self.backups, self.source, "--force")
        holder.communicate("COMMIT;\n")
        self.assertEqual(code, 5, err)
        self.assertIn("in use", err)
        self.assertEqual(self.rows(self.source), "2")

    def test_a_rotten_backup_is_told_and_passed_over(self):
        first = self.take(self.source, "--keep-all")
        second = self.take(self.source, "--keep-all")
        with open(second["file"], "r+b") as file:
            file.seek(5000)
            file.write(b"rotten")
        code, out, _ = run("backup", "verify", self.backups)
        self.assertEqual(code, 8)
        self.assertIn("DAMAGED  " + second["file"], out)
        self.assertIn("sound    " + first["file"], out)
        self.assertEqual(run("backup", "restore", second["file"], self.folder / "n.db")[0], 8)
        self.assertFalse((self.folder / "n.db").exists())
        code, out, _ = run("backup", "restore", self.backups, self.folder / "n.db", "--json")
        self.assertEqual(code, 0)
        self.assertEqual(json.loads(out)["file"], first["file"])

    def test_old_ones_go_by_the_rule(self):
        first = self.take(self.source)
        second = self.take(self.source)
        self.assertEqual([one["file"] for one in second["pruned"]], [first["file"]])
        self.assertFalse(pathlib.Path(first["file"]).exists())
        third = self.take(self.source, "--keep-all")
        code, out, _ = run("backup", "prune", self.backups, "--dry-run")
        self.assertEqual((code, out), (0, f"would go {second['file']}\n"))
        self.assertTrue(pathlib.Path(second["file"]).exists())
        self.assertEqual(run("backup", "prune", self.backups)[0], 0)
        self.assertEqual(json.loads(run("backup", "list", self.backups, "--json")[1])[0]["file"],
                         third["file"])

    def test_a_server_goes_and_comes_back(self):
        psql(self.target, "CREATE TABLE t(a int PRIMARY KEY); INSERT INTO t VALUES (1), (2)")
        self.take(self.target)
        psql(self.target, "DELETE FROM t")
        self.assertEqual(run("backup", "restore", self.backups, self.target)[0], 5)
        code, out, err = run("backup", "restore", self.backups, self.target, "--force", "--json")
        self.assertEqual(code, 0, err)
        self.assertEqual(psql(self.target, "SELECT count(*) FROM t"), "2")
        kept = json.loads(out)["kept"].removeprefix("database ")
        self.assertEqual(psql(self.url_of(kept), "SELECT count(*) FROM t"), "0")
        psql(self.target, f'DROP DATABASE "{kept}"')

    def test_what_is_not_compared_is_told(self):
        psql(self.target, "CREATE TABLE t(a int PRIMARY KEY); SELECT lo_from_bytea(0, 'x'), "
             "lo_from_bytea(0, 'y'); CREATE EXTENSION file_fdw; CREATE SERVER s FOREIGN DATA WRAPPER "
             "file_fdw; CREATE FOREIGN TABLE f(line text) SERVER s OPTIONS (filename '/dev/null')")
        taken = self.take(self.target)
        self.assertEqual(taken["not_compared"], "2 large objects; rows of foreign tables: public.f")
        code, out, err = run("backup", "verify", taken["file"])
        self.assertEqual(code, 0, err)
        self.assertIn("not compared: 2 large objects", out)
        self.assertIsNone(self.take(self.source)["not_compared"])

    def test_a_backup_is_not_unpacked_where_there_is_no_room(self):
        connection = sqlite3.connect(self.source)
        connection.executemany("INSERT INTO t VALUES (?, ?)", [(i, "a" * 500) for i in range(10, 800)])
        connection.commit()
        connection.close()
        taken = self.take(self.source, "--zstd")
        small = self.folder / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small],
                          capture_output=True).returncode:
            self.skipTest("a small file system takes the right to mount one")
        self.addCleanup(subprocess.run, ["umount", small], check=True)
        environment = os.environ | {"TMPDIR": str(small)}
        code, _, err = run("backup", "verify", taken["file"], env=environment)
        self.assertEqual(code, 6, err)
        self.assertIn("set TMPDIR to a folder with more", err)
        self.assertIn(f"unpacking into {small}", err)
        self.assertEqual(list(small.iterdir()), [])
        self.assertEqual(run("backup", "verify", taken["file"])[0], 0)

    def test_the_password_is_in_no_command_line(self):
        real = shutil.which("pg_dump")
        tools = self.folder / "tools"
        tools.mkdir()
        (tools / "pg_dump").write_text(f'#!/bin/sh\necho "$@" >"{self.folder}/seen"\nexec {real} "$@"\n')
        (tools / "pg_dump").chmod(0o755)
        environment = os.environ | {"PATH": f"{tools}:{os.environ['PATH']}"}
        url = self.url_of(self.database, password="s3cret")
        code, out, err = run("backup", url, "--to", self.backups, env=environment)
        self.assertEqual(code, 0, err)
        seen = (self.folder / "seen").read_text()
        self.assertIn("--format=custom", seen)
        manifests = "".join(file.read_text() for file in self.backups.glob("*.json"))
        for text in (seen, out, err, manifests):
            self.assertNotIn("s3cret", text)

    def test_mistakes_are_named(self):
        for arguments, code, word in (
                ((), 2, "REPOT_DATABASE"),
                (("missing.db",), 3, "missing.db"),
                (("list", "nowhere"), 3, "nowhere"),
                (("verify", "nothing.db"), 3, "nothing.db"),
                (("sqlite:///:memory:",), 2, "memory"),
                (("restore", str(self.source), "new.db"), 3, "manifest")):
            with self.subTest(arguments):
                done = run("backup", *arguments, cwd=self.folder)
                self.assertEqual(done[0], code, done)
                self.assertIn(word, done[2])
        self.assertFalse((self.folder / "new.db").exists())


if __name__ == "__main__":
    unittest.main()
