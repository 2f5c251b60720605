"""Runs the blocks of docs/migrations-review.md, the risky and the safe forms of six migrations, and
compares what happens with what the comment above each block says:

    <!-- review: sqlite|postgresql|both|python, alembic|up ID|down ID, gives|fails: … -->

`alembic`: on the first tables as Alembic makes them. `up ID`: on Repot's schema before the migration,
filled, and then upgraded by it; `down ID`: filled after it, and then downgraded.
"""

import contextlib
import io
import os
import re
import sqlite3
import subprocess
import unittest

from command import DatabaseTest, PROJECT, psql

MUSIC = os.environ["MUSIC_COMMAND"]
BLOCK = re.compile(r"<!-- review: (?P<where>\w+), (?P<state>alembic|(?:up|down) \w+), "
                   r"(?P<how>gives|fails): (?P<what>.*?) -->\n```(?:sql|python)\n(?P<code>.*?)```", re.S)
ORDER = ["259d78cbdfef", "46d1c2c2f85b", "aa15670cdf15", "bb16770eeg26", "cc17880fff37",
         "0b88b6152c1d"]
ALEMBIC = """
CREATE TABLE artists (id VARCHAR(36) NOT NULL, name VARCHAR(255) NOT NULL,
  created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL, PRIMARY KEY (id));
CREATE TABLE tracks (id VARCHAR(36) NOT NULL, title VARCHAR(255) NOT NULL,
  artist_id VARCHAR(36) NOT NULL, duration_ms INTEGER NOT NULL, disc_number INTEGER NOT NULL,
  created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL, PRIMARY KEY (id),
  FOREIGN KEY (artist_id) REFERENCES artists (id) ON DELETE CASCADE);
CREATE TABLE downloads (id VARCHAR(36) NOT NULL, track_id VARCHAR(36) NOT NULL,
  status VARCHAR(50) NOT NULL, progress_percent FLOAT NOT NULL, created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL, PRIMARY KEY (id),
  FOREIGN KEY (track_id) REFERENCES tracks (id) ON DELETE CASCADE);
"""
TIMES = "'2025-01-02 03:04:05.000000', '2025-01-02 03:04:05.000000'"
ROWS = f"""
INSERT INTO artists (id, name, created_at, updated_at) VALUES ('a1', 'The Artist', {TIMES});
INSERT INTO tracks (id, title, artist_id, duration_ms, disc_number, created_at, updated_at)
  VALUES ('t1', 'The Track', 'a1', 1000, 1, {TIMES});
INSERT INTO downloads (id, track_id, status, progress_percent, created_at, updated_at)
  VALUES ('d1', 't1', 'waiting', 0.0, {TIMES});
"""


class Sqlite:
    def __init__(self, path):
        self.url = f"sqlite:///{path}"
        # In autocommit, so that a block is run as it is written.
        self.db = sqlite3.connect(path, isolation_level=None)
        self.path = path

    def prepare_as_alembic(self):
        self.db.executescript(ALEMBIC + ROWS)

    def fill(self):
        self.db.executescript(ROWS)

    def run(self, code):
        self.db.execute("PRAGMA foreign_keys = ON")
        output = []
        statement = ""
        for line in code.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                output += [str(row[-1]) for row in self.db.execute(statement)]
                statement = ""
        return output

    def run_python(self, code):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exec(code, {"sqlite3": sqlite3, "connection": sqlite3.connect(self.path)})
        return output.getvalue().split()

    def close(self):
        self.db.close()


class Postgresql:
    def __init__(self, url):
        self.url = url

    def prepare_as_alembic(self):
        psql(self.url, ALEMBIC.replace("DATETIME", "TIMESTAMP") + ROWS)

    def fill(self):
        psql(self.url, ROWS)

    def run(self, code):
        done = subprocess.run(["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", self.url],
                              input=code, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout.splitlines()

    def close(self):
        pass


class Review(DatabaseTest):
    def schema(self, database, *arguments):
        done = subprocess.run([MUSIC, database.url, "schema", *arguments], capture_output=True,
                              text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def prepare(self, database, state):
        if state == "alembic":
            return database.prepare_as_alembic()
        way, migration = state.split()
        place = ORDER.index(migration)
        before = ORDER[place - 1] if place > 0 else None
        if way == "down":
            self.schema(database, "upgrade", "--to", migration)
            database.fill()
            self.schema(database, "downgrade", "--to", before, "--yes")
        elif before is None:
            self.schema(database, "upgrade", "--to", migration)
            database.fill()
        else:
            self.schema(database, "upgrade", "--to", before)
            database.fill()
            self.schema(database, "upgrade", "--to", migration)

    def check(self, block, database):
        self.prepare(database, block["state"])
        run = database.run_python if block["where"] == "python" else database.run
        if block["how"] == "gives":
            return self.assertEqual(run(block["code"]), block["what"].split("; "))
        with self.assertRaises(Exception) as failure:
            run(block["code"])
        self.assertIn(block["what"], str(failure.exception))

    def test_every_block_does_as_the_page_says(self):
        page = (PROJECT / "docs/migrations-review.md").read_text()
        blocks = list(BLOCK.finditer(page))
        self.assertEqual(len(blocks), page.count("<!-- review:"))
        self.assertEqual(len(blocks), len(re.findall("```(?:sql|python)", page)))
        for number, block in enumerate(blocks):
            databases = []
            if block["where"] != "postgresql":
                databases.append(Sqlite(self.folder / f"{number}.db"))
            if block["where"] in ("postgresql", "both"):
                psql(self.target, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
                databases.append(Postgresql(self.target))
            for database in databases:
                with self.subTest(f"{block['state']}, {database.url}: {block['code']}"):
                    self.check(block, database)
                database.close()


if __name__ == "__main__":
    unittest.main()
