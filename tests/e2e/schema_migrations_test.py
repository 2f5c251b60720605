"""repot schema: migrations from SQL files on SQLite and PostgreSQL, by the built command."""

import json
import os
import pathlib
import sqlite3
import subprocess
import unittest

from command import DatabaseTest, REPOT, psql, run

FIRST = "CREATE TABLE artists (id integer PRIMARY KEY, name text NOT NULL);\n"
SECOND = ("CREATE TABLE tracks (id integer PRIMARY KEY, title text NOT NULL,\n"
          "  artist_id integer REFERENCES artists (id));\n"
          "CREATE INDEX tracks_artist ON tracks (artist_id);\n")


class SchemaTest(DatabaseTest):
    def setUp(self):
        super().setUp()
        self.migrations = self.folder / "migrations"
        self.migrations.mkdir()
        self.file = self.folder / "app.db"
        self.sqlite_url = f"sqlite:///{self.file}"
        self.write("0001_artists.up.sql", FIRST)
        self.write("0001_artists.down.sql", "DROP TABLE artists;\n")
        self.write("0002_tracks.up.sql", SECOND)
        self.write("0002_tracks.down.sql", "DROP TABLE tracks;\n")

    def write(self, name, text):
        (self.migrations / name).write_text(text)

    def schema(self, verb, *arguments, code=0, **options):
        """Runs `repot schema`; returns what it printed, on stderr where it is to fail."""
        actual, out, err = run("schema", verb, *arguments, "--migrations", self.migrations,
                               **options)
        self.assertEqual(actual, code, out + err)
        return err if code not in (0, 8) else out

    def urls(self):
        return self.sqlite_url, self.target

    def tables(self, url):
        if url.startswith("sqlite"):
            with sqlite3.connect(self.file) as db:
                rows = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' "
                                  "AND name NOT LIKE 'sqlite%' ORDER BY 1").fetchall()
            return [row[0] for row in rows]
        return psql(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
                    "ORDER BY 1").splitlines()

    def fill(self, url):
        sql = ("INSERT INTO artists VALUES (1, 'Björk');"
               "INSERT INTO tracks (id, title, artist_id) VALUES (1, 'Jóga', 1);")
        if url.startswith("sqlite"):
            with sqlite3.connect(self.file) as db:
                db.executescript(sql)
        else:
            psql(url, sql)

    def count(self, url, table):
        if url.startswith("sqlite"):
            with sqlite3.connect(self.file) as db:
                return db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        return int(psql(url, f"SELECT count(*) FROM {table}"))


class Commands(SchemaTest):
    def test_up_status_history_down(self):
        for url in self.urls():
            out = self.schema("upgrade", url)
            self.assertIn("applied 0001  artists", out)
            self.assertIn("applied 0002  tracks", out)
            self.assertEqual(self.tables(url), ["artists", "repot_migrations", "tracks"])
            self.assertIn("up to date", self.schema("upgrade", url))
            status = json.loads(self.schema("status", url, "--json"))
            self.assertEqual([one["id"] for one in status["applied"]], ["0001", "0002"])
            self.assertEqual(status["pending"], [])
            self.assertIn("the last 0002  tracks", self.schema("status", url))
            self.assertEqual(len(self.schema("history", url).splitlines()), 2)
            self.fill(url)
            self.assertIn("undone  0002", self.schema("downgrade", url, "--to", "-1", "--yes"))
            self.assertEqual(self.tables(url), ["artists", "repot_migrations"])
            self.assertEqual(self.count(url, "artists"), 1)
            undone = json.loads(self.schema("downgrade", url, "--to", "base", "--yes", "--json"))
            self.assertEqual(undone, {"undone": ["0001"]})
            self.assertEqual(self.tables(url), ["repot_migrations"])

    def test_the_url_may_come_from_the_environment(self):
        environment = os.environ | {"REPOT_DATABASE": self.sqlite_url}
        self.schema("upgrade", "--to", "0001", env=environment)
        self.assertEqual(self.tables(self.sqlite_url), ["artists", "repot_migrations"])

    def test_a_downgrade_asks(self):
        for url in self.urls():
            self.schema("upgrade", url)
            err = self.schema("downgrade", url, "--to", "base", code=5, stdin=subprocess.DEVNULL)
            self.assertIn("--yes", err)
            self.assertIn("0002, 0001", err)
            self.assertIn("tracks", self.tables(url))

    def test_a_downgrade_that_loses_nothing_does_not_ask(self):
        self.write("0003_view.up.sql", "CREATE INDEX by_title ON tracks (title);\n"
                   "CREATE VIEW titles AS SELECT title FROM tracks;\n")
        self.write("0003_view.down.sql", "-- DROP TABLE tracks; is only a remark.\n"
                   "DROP VIEW titles; DROP INDEX by_title;\n")
        self.write("0004_rows.up.sql", "INSERT INTO artists VALUES (7, 'DROP TABLE artists');\n")
        self.write("0004_rows.down.sql", "DELETE FROM artists\n  WHERE id = 7;\n")
        for url in self.urls():
            self.schema("upgrade", url)
            err = self.schema("downgrade", url, "--to", "0002", code=5, stdin=subprocess.DEVNULL)
            self.assertIn("repot: undoing 0004 may lose data by DELETE FROM artists WHERE id = 7\n",
                          err)
            self.assertNotIn("undoing 0003", err)
            self.schema("downgrade", url, "--to", "-1", "--yes")
            self.assertIn("undone  0003", self.schema("downgrade", url, "--to", "-1",
                                                      stdin=subprocess.DEVNULL))

    def test_dry_runs_change_nothing(self):
        for url in self.urls():
            if url == self.target:
                out = self.schema("upgrade", url, "--dry-run")
                self.assertIn("CREATE INDEX tracks_artist", out)
                self.assertEqual(self.tables(url), [])
            self.schema("upgrade", url)
            out = self.schema("downgrade", url, "--to", "base", "--dry-run")
            self.assertLess(out.index("DROP TABLE tracks"), out.index("DROP TABLE artists"))
            self.assertIn("tracks", self.tables(url))
        for dialect in ("sqlite", "postgresql"):
            out = self.schema("upgrade", "--dry-run", "--dialect", dialect)
            self.assertIn(FIRST.strip(), out)
        self.sqlite("by_hand.db", self.schema("upgrade", "--dry-run", "--dialect", "sqlite"))

    def test_looking_makes_no_file(self):
        for verb in ("status", "history", "check"):
            self.assertIn("there is no file", self.schema(verb, self.sqlite_url, code=4))
        self.schema("downgrade", self.sqlite_url, "--to", "base", "--yes", code=4)
        self.assertFalse(self.file.exists())

    def test_looking_leaves_a_file_as_it_is(self):
        path = self.sqlite("plain.db", "CREATE TABLE t(a);")
        before = path.read_bytes()
        for verb in ("status", "history", "check", "diff"):
            run("schema", verb, path, "--migrations", self.migrations)
        run("schema", "upgrade", path, "--dry-run", "--migrations", self.migrations)
        self.assertEqual(path.read_bytes(), before)

    def test_check_is_for_ci(self):
        for url in self.urls():
            self.schema("upgrade", url, "--to", "0001")
            out = self.schema("check", url, code=8)
            self.assertIn("pending  0002", out)
            self.schema("upgrade", url)
            self.assertIn("nothing is pending", self.schema("check", url))
            self.change(url, "ALTER TABLE tracks ADD COLUMN by_hand text")
            self.assertIn("by_hand", self.schema("check", url, code=8))
            found = json.loads(self.schema("check", url, "--json", code=8))
            self.assertFalse(found["good"])
            self.assertEqual(len(found["drift"]), 1)

    def test_diff_with_the_migrations(self):
        for url in self.urls():
            self.schema("upgrade", url)
            self.assertEqual(self.schema("diff", url), "no differences\n")
            self.change(url, "CREATE INDEX by_hand ON tracks (title)")
            self.assertIn("by_hand of tracks: on (title) not wanted",
                          self.schema("diff", url, code=8))
            self.assertIn("tracks", self.schema("diff", url, "--to", "0001", code=8))
        left = psql(self.target, "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'repot%'")
        self.assertEqual(left, "0")

    def test_diff_with_a_model(self):
        for url in self.urls():
            self.schema("upgrade", url)
            for id, code in (("0002", 0), ("0001", 8)):
                (self.folder / "model.json").write_text(self.recorded(url, id))
                self.schema("diff", url, "--model", self.folder / "model.json", code=code)

    def test_check_with_a_model(self):
        for url in self.urls():
            self.schema("upgrade", url)
            model = self.folder / "model.json"
            model.write_text(self.recorded(url, "0002"))
            self.assertIn("nothing is pending", self.schema("check", url, "--model", model))
            # What somebody changed by hand is found all the same, and told once.
            self.change(url, "CREATE INDEX by_hand ON tracks (title)")
            found = json.loads(self.schema("check", url, "--model", model, "--json", code=8))
            self.assertEqual(len(found["drift"]), 1)
            model.write_text(self.recorded(url, "0001"))
            found = json.loads(self.schema("check", url, "--model", model, "--json", code=8))
            self.assertEqual([one["object"] for one in found["drift"]],
                             ["index by_hand of tracks", "table tracks"])
            self.schema("check", url, "--model", self.folder / "none.json", code=2)

    def test_how_the_server_spells_sql_is_no_difference(self):
        model = self.folder / "model.json"
        model.write_text(json.dumps({"format": "repot-schema", "version": 1, "tables": [{
            "name": "songs", "primary_key": {"columns": ["id"]}, "columns": [
                {"name": "id", "type": {"kind": "integer"}},
                {"name": "state", "type": {"kind": "text", "length": 20},
                 "default": {"kind": "expression", "sql": "lower('NEW')"}},
                {"name": "stars", "type": {"kind": "decimal", "length": 3, "scale": 1}}],
            "checks": [{"condition": "state IN ('new', 'old') AND stars BETWEEN 0 AND 5"},
                       {"name": "short", "condition": "coalesce(stars, 1.5) <> 3"}],
            "indexes": [{"name": "ix_songs", "parts": [{"expression": "lower(state)"}],
                         "where": "state IN ('new', 'odd') OR stars > 4"}]}],
            "views": [{"name": "fresh", "select": "SELECT id FROM songs WHERE state = 'new'"}]}))
        self.schema("new", "songs", "--model", model, self.target)
        for name in ("0001_artists", "0002_tracks"):
            for way in ("up", "down"):
                (self.migrations / f"{name}.{way}.sql").unlink()
        for file in self.migrations.glob("0003*.up.sql"):
            file.write_text(file.read_text().replace("-- after: 0002", "-- after: base"))
        self.schema("upgrade", self.target)
        for verb in (("diff",), ("diff", "--model", model), ("check", "--model", model)):
            self.schema(verb[0], self.target, *verb[1:])
        self.assertIn("nothing differs", self.schema("new", "again", "--model", model, self.target,
                                                     code=2))
        psql(self.target, "ALTER TABLE songs DROP CONSTRAINT short, ADD CONSTRAINT short "
             "CHECK (coalesce(stars, 1.5) <> 4)")
        out = self.schema("diff", self.target, "--model", model, code=8)
        self.assertEqual([line.split(":")[0] for line in out.splitlines()],
                         ["check short of songs", "check short of songs"])
        self.assertEqual(psql(self.target, "SELECT count(*) FROM pg_namespace "
                              "WHERE nspname = 'repot_scratch'"), "0")

    def recorded(self, url, id):
        sql = f"SELECT schema FROM repot_migrations WHERE id = '{id}'"
        if url == self.target:
            return psql(url, sql)
        with sqlite3.connect(self.file) as db:
            return db.execute(sql).fetchone()[0]

    def test_a_moved_database_goes_on_from_its_version(self):
        self.schema("upgrade", self.sqlite_url)
        self.fill(self.sqlite_url)
        code, out, err = run("migrate", self.file, self.target, "--force")
        self.assertEqual(code, 0, out + err)
        status = json.loads(self.schema("status", self.target, "--json"))
        self.assertEqual([one["id"] for one in status["applied"]], ["0001", "0002"])
        self.assertEqual(status["edited"] + status["pending"], [])
        # PostgreSQL's `integer` is a bigint here and a key an identity, as they were on SQLite.
        self.assertIn("nothing is pending or wrong", self.schema("check", self.target))
        psql(self.target, "ALTER TABLE tracks ADD COLUMN by_hand text; DROP INDEX tracks_artist")
        self.assertEqual([one["object"] for one in json.loads(
            self.schema("check", self.target, "--json", code=8))["drift"]],
            ["column tracks.by_hand", "index tracks_artist of tracks"])
        psql(self.target, "ALTER TABLE tracks DROP COLUMN by_hand;"
             "CREATE INDEX tracks_artist ON tracks (artist_id)")
        self.write("0003_genre.up.sql", "ALTER TABLE tracks ADD COLUMN genre text;\n")
        self.assertIn("applied 0003", self.schema("upgrade", self.target))
        self.assertIn("nothing is pending", self.schema("check", self.target))
        self.assertEqual(self.count(self.target, "tracks"), 1)

    def test_nothing_applied_is_nothing_to_compare_with(self):
        path = self.sqlite("plain.db", "CREATE TABLE t(a);")
        self.assertIn("drift    unknown", self.schema("check", path, code=8))

    def change(self, url, sql):
        if url.startswith("sqlite"):
            with sqlite3.connect(self.file) as db:
                db.execute(sql)
        else:
            psql(url, sql)

    def test_new_writes_what_upgrade_reads(self):
        out = self.schema("new", "Add a genre")
        up, down = map(pathlib.Path, out.splitlines())
        self.assertEqual(up.name, "0003_add_a_genre.up.sql")
        self.assertTrue(up.read_text().startswith("-- after: 0002\n"))
        up.write_text(up.read_text() + "ALTER TABLE tracks ADD COLUMN genre text;\n")
        down.write_text(down.read_text() + "ALTER TABLE tracks DROP COLUMN genre;\n")
        for url in self.urls():
            self.schema("upgrade", url)
            self.fill(url)
            self.schema("downgrade", url, "--to", "0002", "--yes")
            self.schema("upgrade", url)
            self.assertEqual(self.count(url, "tracks"), 1)

    def test_new_for_each_database(self):
        out = self.schema("new", "fast search", "--per-dialect")
        self.assertEqual([pathlib.Path(line).name for line in out.splitlines()],
                         [f"0003_fast_search.{dialect}.{way}.sql"
                          for dialect in ("sqlite", "postgresql") for way in ("up", "down")])

    def test_stamp_takes_a_schema_as_it_is(self):
        for url in self.urls():
            self.schema("upgrade", url, "--to", "0001")
            self.change(url, "CREATE TABLE tracks (id integer)")
            self.assertIn("no migration was run", self.schema("stamp", url, "--to", "0002"))
            self.assertIn("up to date", self.schema("upgrade", url))


class BadInput(SchemaTest):
    def test_usage(self):
        self.schema("status", code=2)
        self.schema("status", "mysql://host/db", code=2)
        self.schema("upgrade", "--dry-run", "--dialect", "oracle", code=2)
        self.schema("upgrade", "--dialect", "sqlite", code=2)
        self.schema("downgrade", self.sqlite_url, code=2)
        self.schema("new", code=2)
        self.schema("new", "!!", code=2)
        self.schema("diff", self.sqlite_url, "--model", self.folder / "none.json", code=2)
        self.sqlite("app.db", "CREATE TABLE t(a);")
        (self.folder / "bad.json").write_text("[]")
        self.assertIn("bad.json",
                      self.schema("diff", self.file, "--model", self.folder / "bad.json", code=2))
        code, _, err = run("schema")
        self.assertEqual(code, 2, err)
        code, _, err = run("schema", "status", self.sqlite_url, "--migrations", self.folder / "no")
        self.assertEqual(code, 2, err)
        self.assertIn(str(self.folder / "no"), err)

    def test_targets_that_there_are_not(self):
        self.schema("upgrade", self.sqlite_url)
        for target in ("0009", "+0", "+x", "--"):
            self.schema("upgrade", self.sqlite_url, f"--to={target}", code=2)
        for target in ("0009", "-9", "-x"):
            self.schema("downgrade", self.sqlite_url, f"--to={target}", "--yes", code=2)

    def test_no_password_is_shown(self):
        url = "postgresql://user:very-secret@127.0.0.1:1/db"
        for verb in ("status", "upgrade", "check", "history"):
            self.assertNotIn("very-secret", self.schema(verb, url, code=4))

    def test_a_failing_migration_is_undone(self):
        self.write("0003_half.up.sql", "CREATE TABLE half (id integer);\nSELECT * FROM nowhere;\n")
        for url in self.urls():
            err = self.schema("upgrade", url, code=6)
            self.assertIn("migration 0003 (half)", err)
            self.assertIn("nowhere", err)
            self.assertEqual(self.tables(url), ["artists", "repot_migrations", "tracks"])
            self.assertIn("half", self.schema("upgrade", url, code=6))

    def test_files_that_are_wrong(self):
        self.write("0003_commit.up.sql", "SELECT 1;\nCOMMIT;\n")
        err = self.schema("upgrade", self.sqlite_url, code=5)
        self.assertIn("0003_commit.up.sql: line 2: COMMIT", err)
        (self.migrations / "0003_commit.up.sql").rename(self.migrations / "three.sql")
        self.assertIn("three.sql", self.schema("upgrade", self.sqlite_url, code=5))
        self.assertFalse(self.file.exists())

    def test_branches_edits_and_gaps(self):
        for url in self.urls():
            self.schema("upgrade", url)
        self.write("0003_left.up.sql", "-- after: 0002\nCREATE TABLE l (a integer);\n")
        self.write("0004_right.up.sql", "-- after: 0002\nCREATE TABLE r (a integer);\n")
        for url in self.urls():
            self.assertIn("0003, 0004", self.schema("upgrade", url, code=5))
        self.assertIn("0003, 0004", self.schema("new", "more", code=5))
        self.schema("new", "merge", "--after", "0003", "--after", "0004")
        for url in self.urls():
            self.schema("upgrade", url)
            self.assertIn("0004 (right) cannot be undone",
                          self.schema("downgrade", url, "--to", "0003", "--yes", code=5))
        self.write("0001_artists.up.sql", "-- only a comment\n" + FIRST)
        for url in self.urls():
            self.schema("check", url)
        self.write("0001_artists.up.sql", FIRST.replace("name", "full_name"))
        for url in self.urls():
            self.assertIn("edited after they were applied: 0001",
                          self.schema("upgrade", url, code=5))
            self.schema("check", url, code=8)
        (self.migrations / "0001_artists.up.sql").unlink()
        (self.migrations / "0001_artists.down.sql").unlink()
        for url in self.urls():
            self.assertIn("not among the migrations: 0001", self.schema("upgrade", url, code=5))


class Processes(SchemaTest):
    def test_eight_at_once(self):
        self.write("0003_log.up.sql", "CREATE TABLE log (n integer); INSERT INTO log VALUES (1);\n")
        self.write("0004_log.up.sql", "INSERT INTO log VALUES (2);\n")
        for url in self.urls():
            running = [subprocess.Popen([REPOT, "schema", "upgrade", url, "--json", "--migrations",
                                         str(self.migrations)], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True) for _ in range(8)]
            applied = []
            for process in running:
                out, err = process.communicate(timeout=120)
                self.assertEqual(process.returncode, 0, err)
                applied += json.loads(out)["applied"]
            self.assertEqual(sorted(applied), ["0001", "0002", "0003", "0004"])
            self.assertEqual(self.count(url, "log"), 2)


if __name__ == "__main__":
    unittest.main()
