"""repot schema adopt: databases that other tools made become ones of Repot's, and no row changes."""

import hashlib
import json
import sqlite3
import subprocess
import unittest

from command import DatabaseTest, music_models, psql, run

SQLITE = """
CREATE TABLE a (id INTEGER PRIMARY KEY ON CONFLICT REPLACE,
                n TEXT COLLATE NOCASE UNIQUE ON CONFLICT IGNORE, b_id REFERENCES b(id));
CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INT REFERENCES a, "order" text DEFAULT 'it''s',
                CHECK (length("order") > 1));
CREATE INDEX ia ON a (lower(n)) WHERE n IS NOT NULL;
CREATE VIRTUAL TABLE notes USING fts5(x);
CREATE TRIGGER tr AFTER INSERT ON a BEGIN INSERT INTO notes VALUES (new.n); END;
CREATE VIEW v AS SELECT n FROM a JOIN b ON b.a_id = a.id;
CREATE TABLE w (k TEXT PRIMARY KEY, v ANY) WITHOUT ROWID, STRICT;
CREATE TABLE django_migrations (id integer PRIMARY KEY, app text, name text, applied datetime);
INSERT INTO django_migrations VALUES (1, 'm', '0001_initial', ''), (2, 'm', '0002_more', '');
INSERT INTO a VALUES (1, 'x', NULL), (2, 'Y', 1);
INSERT INTO b VALUES (1, 1, 'ab'), (2, NULL, 'cd');
INSERT INTO w VALUES ('k', x'00'), ('l', 1.5);
"""

POSTGRESQL = """
CREATE TYPE mood AS ENUM ('sad', 'it''s ok');
CREATE DOMAIN posint AS integer DEFAULT 1 CHECK (VALUE > 0);
CREATE SEQUENCE counter START 5;
CREATE TABLE artists (id serial PRIMARY KEY, name varchar(255) NOT NULL UNIQUE,
  m mood DEFAULT 'sad', p posint, n integer DEFAULT nextval('counter'), tags text[], data jsonb,
  CONSTRAINT c1 CHECK (length(name) < 9));
CREATE TABLE tracks (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  artist_id integer NOT NULL REFERENCES artists ON DELETE CASCADE, title text, seq serial,
  during int4range, EXCLUDE USING gist (during WITH &&), UNIQUE (title) DEFERRABLE);
CREATE INDEX plain ON tracks (title);
CREATE INDEX gin1 ON artists USING gin (data);
CREATE INDEX inc ON tracks (artist_id) INCLUDE (title);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql
  AS $$BEGIN NEW.title := upper(NEW.title); RETURN NEW; END$$;
CREATE FUNCTION first_of(t tracks) RETURNS text LANGUAGE sql AS $$SELECT t.title$$;
CREATE TRIGGER tr BEFORE UPDATE ON tracks FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW v AS SELECT a.name, t.title FROM artists a JOIN tracks t ON t.artist_id = a.id;
CREATE MATERIALIZED VIEW mv AS SELECT count(*) FROM tracks;
ALTER TABLE artists ENABLE ROW LEVEL SECURITY;
CREATE POLICY pol ON artists USING (id > 0);
CREATE UNLOGGED TABLE ul (a int);
CREATE TABLE _prisma_migrations (id varchar PRIMARY KEY, migration_name varchar, started_at
  timestamptz);
INSERT INTO _prisma_migrations VALUES ('1', '2024_one', '2024-01-01'), ('0', '2024_two', now());
INSERT INTO artists (name, data) VALUES ('a', '{"k": 1}'), ('b', NULL);
INSERT INTO tracks (artist_id, title) VALUES (1, 'x');
"""


class Adopt(DatabaseTest):
    def setUp(self):
        super().setUp()
        self.migrations = self.folder / "migrations"

    def schema(self, verb, *arguments, code=0):
        actual, out, err = run("schema", verb, *arguments, "--migrations", self.migrations)
        self.assertEqual(actual, code, out + err)
        return out if code in (0, 8) else err

    def database_named(self, suffix):
        name = self.database + suffix
        psql(self.url_of("postgres"), f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        self.addCleanup(psql, self.url_of("postgres"), f"DROP DATABASE {name} (FORCE)")
        return self.url_of(name)

    @staticmethod
    def rows_of(file):
        """A digest of every value that is stored, but for Repot's own."""
        with sqlite3.connect(file) as db:
            text = "\n".join(line for line in db.iterdump() if "repot_migrations" not in line)
        return hashlib.sha256(text.encode()).hexdigest()

    def rows_on_server(self, url):
        tables = psql(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
                      "AND tablename NOT LIKE 'repot%' ORDER BY 1").splitlines()
        return [psql(url, f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")
                for table in tables]

    def dump(self, url):
        """The schema as pg_dump has it, without what belongs to other tools and to Repot."""
        out = subprocess.run(["pg_dump", "-s", "-d", url, "-T", "repot_*", "-T", "_prisma*"],
                             capture_output=True, text=True, check=True).stdout
        return [line for line in out.splitlines() if not line.startswith(("\\", "--"))]

    def check_equal_again(self, url, other):
        """The migrations make the same schema again, in memory and as another database."""
        self.assertIn("no differences", self.schema("diff", url))
        self.assertIn("nothing is pending", self.schema("check", url))
        self.schema("upgrade", other)
        self.assertIn("no differences", self.schema("diff", other))

    def test_sqlite(self):
        file = self.sqlite("old.db", SQLITE)
        before = self.rows_of(file)
        out = json.loads(self.schema("adopt", file, "--json"))
        self.assertEqual(before, self.rows_of(file))
        self.assertTrue(out["adopted"])
        self.assertEqual(out["histories"], [{"table": "django_migrations", "owner": "Django",
                                             "version": "0002_more"}])
        notes = {note["object"]: note for note in out["notes"]}
        self.assertEqual(notes["virtual table notes"]["sql"],
                         "CREATE VIRTUAL TABLE notes USING fts5(x)")
        self.assertIn("ON CONFLICT IGNORE", notes["the ON CONFLICT clause of column id, the ON "
                                                  "CONFLICT clause of column n"]["sql"])
        self.assertIn("collation NOCASE", notes["column a.n"]["text"])
        self.assertIn("left out", notes["trigger tr of table a"]["text"])
        self.assertIn("SQL of sqlite", notes["view v"]["text"])
        self.check_equal_again(file, self.folder / "new.db")
        with sqlite3.connect(self.folder / "new.db") as db:
            db.execute("INSERT INTO a (n) VALUES ('x'), ('X')")  # The second is ignored.
            self.assertEqual(db.execute("SELECT count(*) FROM notes").fetchone()[0], 1)

    def test_postgresql(self):
        psql(self.target, POSTGRESQL)
        before = self.rows_on_server(self.target)
        out = json.loads(self.schema("adopt", self.target, "--json"))
        self.assertEqual(before, self.rows_on_server(self.target))
        self.assertEqual(out["histories"], [{"table": "_prisma_migrations", "owner": "Prisma",
                                             "version": "2024_two"}])
        notes = {note["object"]: note for note in out["notes"]}
        for name in ("type mood", "domain posint", "sequence counter", "function touch()",
                     "function first_of(tracks)", "index gin1", "index inc", "identity tracks.id",
                     "constraint tracks_during_excl of table tracks", "materialized view mv",
                     "policy pol of table artists"):
            self.assertIn("sql", notes[name], name)
        self.assertNotIn("index plain", notes)
        other = self.database_named("_b")
        self.check_equal_again(self.target, other)
        # PostgreSQL itself sees no difference.
        self.assertEqual(self.dump(self.target), self.dump(other))

    def test_what_no_migration_makes_is_said(self):
        psql(self.target, "CREATE TABLE part (a int, b text) PARTITION BY RANGE (a);"
             "CREATE TABLE part1 PARTITION OF part FOR VALUES FROM (1) TO (5)")
        out = json.loads(self.schema("adopt", self.target, "--json"))
        said = [note["object"] for note in out["notes"] if "not in the baseline" in note["text"]]
        self.assertEqual(said, ["partition part1", "partitioning of table part"])

    def test_sql_that_the_server_spells_anew_each_time_is_no_difference(self):
        psql(self.target, """
            CREATE TABLE t (id integer PRIMARY KEY, c char(3) CHECK (c IN ('a', 'b')),
              state varchar(20) DEFAULT 'new' CHECK (state IN ('new', 'old')), x text
              GENERATED ALWAYS AS (CASE WHEN state IN ('new', 'odd') THEN 'n' END) STORED);
            CREATE INDEX few ON t (lower(state)) WHERE state NOT IN ('new', 'x');
            CREATE VIEW v AS SELECT id FROM t WHERE state IN ('new', 'y')""")
        self.schema("adopt", self.target)
        self.assertIn("no differences", self.schema("diff", self.target))
        psql(self.target, "ALTER TABLE t DROP CONSTRAINT t_state_check, ADD CONSTRAINT "
             "t_state_check CHECK (state IN ('new', 'other'))")
        for verb in ("diff", "check"):
            out = self.schema(verb, self.target, code=8)
            self.assertEqual(out.count("check t_state_check of t"), 2, out)
            self.assertEqual(len(out.splitlines()), 2, out)

    def test_the_other_database_gets_files_too(self):
        file = self.folder / "music.db"
        music_models(file, "make", "7")
        before = self.rows_of(file)
        out = self.schema("adopt", file)
        self.assertIn("alembic_version of Alembic, at 0b88b6152c1d", out)
        self.assertNotIn("note", out)
        self.assertEqual(before, self.rows_of(file))
        self.check_equal_again(file, self.target)
        # What Alembic has in its table is none of Repot's business.
        with sqlite3.connect(file) as db:
            db.execute("DROP TABLE alembic_version")
        self.assertIn("nothing is pending", self.schema("check", file))

    def test_a_dry_run_changes_nothing(self):
        file = self.sqlite("old.db", SQLITE)
        before = file.read_bytes()
        out = self.schema("adopt", file, "--dry-run")
        self.assertIn("CREATE TABLE", out)
        self.assertEqual(before, file.read_bytes())
        self.assertFalse(self.migrations.exists())
        files = json.loads(self.schema("adopt", file, "--dry-run", "--json"))["files"]
        self.assertIn("CREATE VIEW", files[0]["text"])

    def test_what_is_refused(self):
        file = self.sqlite("old.db", "CREATE TABLE t (a)")
        self.assertIn("no tables", self.schema("adopt", self.target, code=5))
        self.assertIn("no file", self.schema("adopt", self.folder / "none.db", code=4))
        self.schema("adopt", file)
        self.assertIn("has migrations of Repot's already", self.schema("adopt", file, code=5))
        other = self.sqlite("other.db", "CREATE TABLE t (a)")
        for more in ((), ("--dry-run",)):
            self.assertIn("holds migrations already", self.schema("adopt", other, *more, code=5))
        with sqlite3.connect(other) as db:
            self.assertEqual(db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0], 1)

    def test_nothing_stays_where_the_stamp_fails(self):
        file = self.sqlite("old.db", "PRAGMA journal_mode = WAL; CREATE TABLE t (a)")
        with sqlite3.connect(file, isolation_level=None) as db:
            db.execute("BEGIN IMMEDIATE")
            self.schema("adopt", file, "--lock-timeout", "0", code=5)
            db.execute("ROLLBACK")
        self.assertEqual(list(self.migrations.iterdir()), [])
        self.schema("adopt", file)

    def test_a_down_of_the_baseline_is_refused(self):
        file = self.sqlite("old.db", "CREATE TABLE t (a)")
        self.schema("adopt", file)
        self.assertIn("cannot be undone",
                      self.schema("downgrade", file, "--to", "base", "--yes", code=5))

    def test_cpp(self):
        file = self.sqlite("old.db", SQLITE)
        code, out, err = run("schema", "adopt", file, "--cpp", self.folder / "base.cpp")
        self.assertEqual(code, 0, out + err)
        text = (self.folder / "base.cpp").read_text()
        self.assertIn("repot::schema::Migration migration_0001()", text)
        self.assertNotIn("migration.down", text)
        with sqlite3.connect(file) as db:
            self.assertEqual(db.execute("SELECT id, description FROM repot_migrations").fetchall(),
                             [("0001", "baseline")])


if __name__ == "__main__":
    unittest.main()
