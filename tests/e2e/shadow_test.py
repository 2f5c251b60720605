"""repot shadow: both databases are asked the same queries, and what they answer differently is told."""

import json
import sqlite3
import unittest

from command import digest, psql, run
from syncing import MUSIC, SyncTest

VIEWS = """
    CREATE VIEW cheap AS SELECT id, price FROM album WHERE price < 100;
    CREATE VIEW per_year AS SELECT artist % 10 AS part, count(*) AS n, avg(price) AS mean FROM album GROUP BY artist % 10;
    """


class Shadow(SyncTest):
    def shadow(self, sql=None, *options, code=0):
        if sql is not None:
            (self.folder / "queries.sql").write_text(sql)
            options = ("--queries", self.folder / "queries.sql", *options)
        before = digest(self.source), self.objects()
        done = run("shadow", self.source, self.target, "--json", *options)
        self.assertEqual(done[0], code, done[1] + done[2])
        self.assertEqual((digest(self.source), self.objects()), before)
        return json.loads(done[1]) if done[1].startswith("{") else done[2]

    def outcomes(self, report):
        return [answer["outcome"] for answer in report["answers"]]

    def test_the_schema_gives_queries_and_all_are_answered_equally(self):
        self.move(MUSIC + VIEWS)
        report = self.shadow()
        names = [answer["name"] for answer in report["answers"]]
        for name in ("artist: rows", "album: first rows", "album: id = 3", "album: id = 9000", "track: rows", "cheap: view",
                     "per_year: view"):
            self.assertIn(name, names)
        self.assertEqual(set(self.outcomes(report)), {"equal"}, report)
        self.assertEqual(report["different"], 0)
        psql(self.target, "UPDATE album SET price = 7.5 WHERE id = 3; DELETE FROM line WHERE x = 1")
        page = self.folder / "answers.html"
        report = self.shadow(None, "--report", page, code=8)
        self.assertEqual({answer["name"]: answer["outcome"] for answer in report["answers"] if answer["outcome"] != "equal"},
                         {"album: first rows": "rows", "album: id = 3": "rows", "cheap: view": "rows", "line: rows": "rows",
                          "per_year: view": "rows"})
        self.assertIn("album: id = 3", page.read_text())
        code, out, err = run("shadow", self.source, self.target)
        self.assertEqual(code, 8, err)
        self.assertIn("rows: album: id = 3\n  SQLite: 3, 1, NULL, '2025-01-02 03:04:05", out)

    def test_queries_of_a_file(self):
        self.move()
        report = self.shadow("""
            SELECT count(*), count(*) FROM album;                     -- 1: equal
            SELECT avg(price), sum(price), max(at) FROM album;        -- 2: equal but for digits that are noise
            SELECT name FROM artist WHERE id < 20 ORDER BY name;      -- 3: equal, as both compare bytes
            SELECT id FROM artist WHERE id < 20;                      -- 4: equal in whatever order
            SELECT id FROM artist WHERE name LIKE 'N1_' ORDER BY id;  -- 5: LIKE minds the case in PostgreSQL
            SELECT 7 / 2, 'a' || 'b', NULL, live FROM album WHERE id IN (3, 6) ORDER BY id;
            SELECT group_concat(name, ';') FROM artist;               -- 7: no such function
            SELECT max(id) FROM nowhere;                              -- 8: no such table on either side
            DELETE FROM album;                                        -- 9: no query
            SELECT id, name FROM artist;""", "--max-rows", "2999", code=8)
        self.assertEqual(self.outcomes(report), ["equal", "equal", "equal", "equal", "rows", "equal", "failed", "failed",
                                                 "failed", "large"], report)
        self.assertIn("group_concat", report["answers"][6]["message"])
        self.assertIn("no such table", report["answers"][7]["message"])
        self.assertIn("no query", report["answers"][8]["message"])

    def test_another_order_and_other_types_are_told(self):
        self.move("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE, n TEXT); INSERT INTO t VALUES (1, 'b', '1'), (2, 'A', '2')")
        psql(self.target, "ALTER TABLE t ALTER COLUMN a TYPE text COLLATE \"C\"")
        database = sqlite3.connect(self.source)
        database.execute("INSERT INTO t VALUES (3, 'B', 'x')")
        database.commit()
        database.close()
        self.sync()
        psql(self.target, "ALTER TABLE t ADD COLUMN m bigint; UPDATE t SET m = 1; UPDATE t SET n = '5' WHERE id = 3;"
             "ALTER TABLE t DROP COLUMN m; ALTER TABLE t ALTER COLUMN n TYPE bigint USING n::bigint")
        report = self.shadow("SELECT id, a FROM t ORDER BY a, id; SELECT n FROM t WHERE id = 3", code=8)
        self.assertEqual(self.outcomes(report), ["order", "types"], report)

    def test_what_no_migration_made_needs_queries(self):
        self.source = self.sqlite("app.db", "CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)")
        psql(self.target, "CREATE TABLE t(id bigint); INSERT INTO t VALUES (1)")
        self.assertIn("--queries", self.shadow(code=5))
        self.assertEqual(self.outcomes(self.shadow("SELECT id FROM t")), ["equal"])
        self.assertIn("no statement", self.shadow("-- nothing", code=2))
        self.assertIn("no-such", run("shadow", self.folder / "no-such.db", self.target)[2])


if __name__ == "__main__":
    unittest.main()
