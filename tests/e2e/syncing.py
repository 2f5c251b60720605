"""What the tests of syncs share: a database of music, random changes, and the comparison by the independent checker."""

import json
import os
import random
import re
import sqlite3
import sys
from collections import Counter

from check_equal import Comparison
from command import HERE, DatabaseTest, migrate, psql, run
from databases import Psql, Source, Target, quote

sys.path.insert(0, str(HERE / "random_schemas"))
from generate import Generator  # noqa: E402

COUNT = int(os.environ.get("REPOT_RANDOM_SYNCS", "25"))
FIRST = int(os.environ.get("REPOT_RANDOM_SEED", "1"))

MUSIC = """
    PRAGMA journal_mode = WAL;
    CREATE TABLE artist(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, code TEXT,
                        upper TEXT GENERATED ALWAYS AS (name || '!') STORED);
    CREATE TABLE album(id INTEGER PRIMARY KEY, artist INTEGER REFERENCES artist(id) ON DELETE CASCADE,
                       parent INTEGER REFERENCES album(id), at DATETIME, price DECIMAL(9,2), live BOOLEAN);
    CREATE TABLE track(id TEXT PRIMARY KEY, album INTEGER REFERENCES album(id) ON DELETE SET NULL,
                       cover BLOB, rate REAL) WITHOUT ROWID;
    CREATE TABLE line(x, y TEXT);
    CREATE INDEX by_album ON track(album);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
      INSERT INTO artist(id, name, code) SELECT i, 'n' || i, 'c' FROM n;
    INSERT INTO album SELECT id * 3, id, CASE WHEN id > 1 THEN 3 END, '2025-01-02T03:04:05', id / 4.0, id % 2 FROM artist;
    INSERT INTO track SELECT 'k' || id, id, x'00ff', id / 8.0 FROM album;
    INSERT INTO line SELECT id % 7, 't' FROM artist;
    """


class SyncTest(DatabaseTest):
    def change(self, sql, keys=False):
        database = sqlite3.connect(self.source)
        database.execute(f"PRAGMA foreign_keys = {'ON' if keys else 'OFF'}")
        database.executescript(sql)
        database.close()

    def sync(self, *options, code=0):
        done = run("sync", self.source, self.target, "--json", *options)
        self.assertEqual(done[0], code, done[1] + done[2])
        return json.loads(done[1]) if done[1].startswith("{") else done[2]

    def counts(self, report):
        return {table["target"]: (table["inserted"], table["updated"], table["deleted"])
                for table in report["tables"] if table["inserted"] or table["updated"] or table["deleted"]}

    def expect_equal(self):
        self.check_equal(self.source)
        code, out, err = run("verify", self.source, self.target)
        self.assertEqual(code, 0, out + err)

    def move(self, sql=MUSIC, *options):
        self.source = self.sqlite("app.db", sql)
        code, out, err = migrate(self.source, self.target, *options)
        self.assertIn(code, (0, 7), out + err)

    def valid_keys(self):
        return psql(self.target, "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated "
                    "AND connamespace = 'public'::regnamespace")


class Changes:
    """Random changes to every table of a file, such as SQLite takes."""

    def __init__(self, rng, path):
        self.rng = rng
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.create_function("rnd", 1, lambda n: rng.randrange(n))
        self.db.execute(f"PRAGMA foreign_keys = {rng.choice(['ON', 'OFF'])}")
        self.db.execute(f"PRAGMA recursive_triggers = {rng.choice(['ON', 'OFF', 'OFF'])}")

    def run(self, together=False):
        """How many rows it changed; `together`: in one transaction."""
        done = 0
        if together:
            self.db.execute("BEGIN IMMEDIATE")
        tables = [row[0] for row in self.db.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
            "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'repot_capture'")]
        for _ in range(self.rng.randint(1, 12)):
            try:
                before = self.db.total_changes
                self.db.execute(self.one(self.rng.choice(tables)))
                done += self.db.total_changes - before
            except sqlite3.Error:
                pass   # Refused by a rule of the schema, as it may be.
        if together:
            try:
                self.db.execute("COMMIT")
            except sqlite3.IntegrityError:   # By a foreign key that is checked at the end.
                self.db.execute("ROLLBACK")
        self.db.close()
        return done

    def one(self, table):
        name = quote(table)
        columns = [quote(row[1]) for row in self.db.execute("SELECT * FROM pragma_table_xinfo(?)", (table,))
                   if row[6] == 0]
        column = self.rng.choice(columns)
        other = f"(SELECT {column} FROM {name} ORDER BY rnd(1000) LIMIT 1)"
        new = self.rng.choice([other, other, "NULL", f"{column} + 1", f"-{column}", f"{column} || 'x'", f"{column}"])
        some = f"WHERE rnd({self.rng.choice([2, 4, 9])}) = 0"
        kind = self.rng.random()
        if kind < 0.45:
            return f"UPDATE OR {self.rng.choice(['ABORT', 'IGNORE', 'REPLACE'])} {name} SET {column} = {new} {some}"
        if kind < 0.65:
            return f"DELETE FROM {name} {some}"
        values = [new if each == column else each for each in columns]
        return f"INSERT OR {self.rng.choice(['IGNORE', 'REPLACE'])} INTO {name} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {name} {some}"


class RandomTest(DatabaseTest):
    def judge_databases(self):
        """Calls judge(rng, path, schema, session, outcomes) for each random database; what it counted."""
        session = Psql(self.target)
        self.addCleanup(session.close)
        outcomes, failures = Counter(), []
        for seed in range(FIRST, FIRST + COUNT):
            rng = random.Random(seed)
            path, schema = self.folder / f"{seed}.db", f"s{seed}"
            statements = Generator(rng).run().write(path)
            if path.stat().st_size == 0:
                continue
            session.run(f"CREATE SCHEMA {schema};")
            try:
                self.judge(rng, path, schema, session, outcomes)
            except AssertionError as failure:
                failures.append(f"seed {seed}: {failure}"[:3000])
                print(failures[-1], ";\n".join(statements), sep="\n")
            session.run(f"DROP SCHEMA {schema} CASCADE;")
        print(f"{COUNT} random databases: {dict(outcomes)}, {len(failures)} failures")
        self.assertEqual(failures, [])
        return outcomes

    @staticmethod
    def changed(table):
        return table["inserted"] or table["updated"] or table["deleted"]

    @staticmethod
    def contents(session, schema):
        return session.run(f"SELECT table_to_xml(c.oid, true, false, '')::text FROM pg_class c WHERE relkind = 'r' AND "
                           f"relnamespace = '{schema}'::regnamespace ORDER BY relname;")

    def compare(self, path, schema, session, report):
        tables = {table["source"]: (table["target"], {c["source"]: c["target"] for c in table["columns"]})
                  for table in report["tables"]}
        source = Source(path)
        comparison = Comparison(source, Target(self.target, schema, session), [], tables)
        comparison.run()
        source.db.close()   # Else it would keep writers out.
        # The objects are the migration's; here rows and identities count.
        objects = re.compile("default|NOT NULL|has no identity|primary key|is lost|is not validated")
        self.assertEqual([line for line in comparison.differences if not objects.search(line)], [])
