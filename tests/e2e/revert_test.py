"""repot revert: back to SQLite, with what was written since, and what was not exactly as it was."""

import shutil
import sqlite3
import unittest

from command import DatabaseTest, digest, migrate, psql, run
from shared_databases_test import REFUSED, SHARED


def dump(file):
    """Every object's SQL, and every row with storage classes, in an order that no page decides."""
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    database.text_factory = bytes
    lines = [repr(row) for row in database.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")]
    for (table,) in database.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND "
                                     "type = 'table' AND name <> 'sqlite_schema'").fetchall():
        name = '"' + table.decode().replace('"', '""') + '"'
        columns = [row[0].decode() for row in database.execute(
            "SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", (table,))]
        values = ", ".join('quote("' + column.replace('"', '""') + '")' for column in columns)
        lines += sorted(f"{table}: {row}" for row in database.execute(f"SELECT {values} FROM {name}"))
    database.close()
    return lines


class Revert(DatabaseTest):
    def back(self, source, *options, code=0, target=None):
        new = self.folder / "back.db"
        new.unlink(missing_ok=True)
        done = run("revert", source, target or self.target, "--to", new, *options)
        self.assertEqual(done[0], code, done[1] + done[2])
        return new

    def move(self, name, sql, *options):
        source = self.sqlite(name, sql)
        code, out, err = migrate(source, self.target, *options)
        self.assertIn(code, (0, 7), out + err)
        return source

    def values(self, file, sql):
        database = sqlite3.connect(file)
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()

    def test_what_was_written_since_comes_back_and_the_rest_is_as_it_was(self):
        source = self.move("app.db", """
            CREATE TABLE artist(id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(50) NOT NULL UNIQUE,
                                live BOOLEAN, at DATETIME, price DECIMAL(9,2), born DATE);
            CREATE TABLE track(id VARCHAR(36) PRIMARY KEY, artist INTEGER REFERENCES artist(id),
                               cover BLOB, rate REAL) WITHOUT ROWID;
            CREATE TABLE log(line TEXT);
            CREATE INDEX by_at ON artist(at);
            CREATE TRIGGER gone AFTER DELETE ON artist BEGIN INSERT INTO log VALUES ('gone'); END;
            INSERT INTO artist VALUES (1, 'one', 1, '2025-01-02T03:04:05', 1.5, '2000-02-29'),
              (2, 'two', 0, '2025-01-02 03:04:05.000006', 2, NULL), (7, 'seven', NULL, NULL, NULL, NULL);
            INSERT INTO track VALUES ('a', 1, x'00ff', 1.0), ('b', 2, NULL, -0.5);
            INSERT INTO log VALUES ('same'), ('same'), (NULL);
            """, "--skip-untranslatable")
        before = digest(source)
        psql(self.target, """
            UPDATE artist SET name = 'zwei', live = true WHERE id = 2;
            UPDATE artist SET name = 'two' WHERE id = 1;
            INSERT INTO artist(name, live, at, price, born)
              VALUES ('new', false, '2026-11-26 10:00:00.5', 12.34, '2026-11-26');
            DELETE FROM artist WHERE id = 7;
            UPDATE track SET cover = '\\x0102', artist = 8 WHERE id = 'b';
            INSERT INTO track VALUES ('c', 8, NULL, 'Infinity');
            DELETE FROM log WHERE line IS NULL; INSERT INTO log VALUES ('line');
            """)
        new = self.back(source)
        self.assertEqual(digest(source), before)
        self.assertEqual(self.values(new, "SELECT * FROM artist ORDER BY id"), [
            (1, "two", 1, "2025-01-02T03:04:05", 1.5, "2000-02-29"),
            (2, "zwei", 1, "2025-01-02 03:04:05.000006", 2, None),
            (8, "new", 0, "2026-11-26 10:00:00.5", 12.34, "2026-11-26")])
        self.assertEqual(self.values(new, "SELECT * FROM track ORDER BY id"), [
            ("a", 1, b"\x00\xff", 1.0), ("b", 8, b"\x01\x02", -0.5), ("c", 8, None, float("inf"))])
        self.assertEqual(self.values(new, "SELECT line FROM log ORDER BY 1"),
                         [("line",), ("same",), ("same",)])
        self.assertEqual(self.values(new, "SELECT seq FROM sqlite_sequence"), [(8,)])
        self.assertEqual(self.values(new, "PRAGMA foreign_key_check"), [])
        self.assertEqual(self.values(new, "PRAGMA integrity_check"), [("ok",)])
        self.assertEqual([line for line in dump(source) if line.startswith("(")],
                         [line for line in dump(new) if line.startswith("(")])
        code, out, err = run("verify", new, self.target)
        self.assertIn(code, (0, 7), out + err)

    def test_values_that_a_policy_set_aside_are_there_again(self):
        sql = """CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER, s TEXT);
                 INSERT INTO t VALUES (1, 5, 'a'), (2, 'lots', 'b'), (3, 7, 'c' || char(0) || 'd');"""
        options = ("--on-misfit", "quarantine", "--type", "t.n=bigint", "--nul", "strip")
        source = self.move("odd.db", sql, *options)
        psql(self.target, "UPDATE t SET s = 'new' WHERE id = 1")
        new = self.back(source, *options)
        self.assertEqual(self.values(new, "SELECT * FROM t ORDER BY id"),
                         [(1, 5, "new"), (2, "lots", "b"), (3, 7, "c\0d")])

    def test_storage_classes_that_jsonb_kept_apart_come_back(self):
        # REAL affinity would make reals of the integers, so that only these two columns hold all classes.
        source = self.move("classes.db", """
            CREATE TABLE t(id INTEGER PRIMARY KEY, a, whole INTEGER);
            INSERT INTO t VALUES (1, 1, 1), (2, 1.0, 2.5), (3, '1', 'one'), (4, x'31', x'ff00'), (5, NULL, NULL),
              (6, -0.0, 9e999), (7, 1e300, -9e999), (8, 5e-324, 0.1), (9, '"\{}' || char(10, 1), ''),
              (10, zeroblob(2000000), hex(zeroblob(1000000)) || 'x'), (11, -9223372036854775808, '9e999x');
            """, "--mixed", "jsonb")
        self.assertEqual(run("verify", source, self.target, "--mixed", "jsonb")[0], 0)
        new = self.back(source, "--mixed", "jsonb")
        self.assertEqual(dump(source), dump(new))
        psql(self.target, """
            UPDATE t SET a = '"new"', whole = '{"blob": "\\\\x0102"}' WHERE id = 1;
            INSERT INTO t(id, a, whole) VALUES (12, '2.50', '{"real": "-Infinity"}');""")
        new = self.back(source, "--mixed", "jsonb")
        self.assertEqual(self.values(new, "SELECT * FROM t WHERE id IN (1, 12) ORDER BY id"),
                         [(1, "new", b"\x01\x02"), (12, 2.5, float("-inf"))])
        psql(self.target, "UPDATE t SET a = '1.0' WHERE id = 2; UPDATE t SET a = '1.0' WHERE a = '\"1\"'")
        code, out, err = run("verify", source, self.target, "--mixed", "jsonb")
        self.assertEqual(code, 8, out + err)
        self.assertIn("column \"a\": source '1', target 1.0", out)
        psql(self.target, "UPDATE t SET a = '{\"a\": 1}' WHERE id = 3")
        self.assertIn("is no value of SQLite's", "".join(map(str, run(
            "revert", source, self.target, "--to", self.folder / "never.db", "--mixed", "jsonb"))))

    def test_an_empty_file_of_the_schema_is_filled(self):
        schema = """CREATE TABLE t(id CHAR(32) PRIMARY KEY, at DATETIME, ok BOOLEAN, j JSON);"""
        self.move("full.db", schema + "INSERT INTO t VALUES ('00112233445566778899aabbccddeeff', "
                  "'2025-01-01 10:00:00.000000', 1, '{\"a\": null}');")
        empty = self.sqlite("empty.db", schema)
        new = self.back(empty, "--data-only")
        self.assertEqual(self.values(new, "SELECT * FROM t"), [
            ("00112233445566778899aabbccddeeff", "2025-01-01 10:00:00", 1, '{"a": null}')])

    def test_what_sqlite_cannot_hold_is_refused_and_leaves_no_file(self):
        source = self.move("n.db", "CREATE TABLE t(id INTEGER PRIMARY KEY, r REAL, d DECIMAL(30,10));"
                           "INSERT INTO t VALUES (1, 0.5, 1.5);")
        for change, word in (("UPDATE t SET r = 'NaN'", "NaN"),
                             ("UPDATE t SET r = 0.5, d = 12345678901234567.0123456789", "digits")):
            with self.subTest(word):
                psql(self.target, change)
                new = self.folder / "back.db"
                code, _, err = run("revert", source, self.target, "--to", new)
                self.assertEqual(code, 6, err)
                self.assertIn(word, err)
                self.assertIn('table "t"', err)
                self.assertEqual(sorted(file.name for file in self.folder.iterdir()), ["n.db"])

    def test_a_file_that_is_there_stays(self):
        source = self.move("app.db", "CREATE TABLE t(a INTEGER PRIMARY KEY);")
        before = digest(source)
        code, _, err = run("revert", source, self.target, "--to", source)
        self.assertEqual(code, 5, err)
        self.assertEqual(digest(source), before)

    def test_another_schema_is_refused_or_told(self):
        source = self.move("app.db", "CREATE TABLE t(a INTEGER PRIMARY KEY); INSERT INTO t VALUES (1);")
        psql(self.target, "CREATE TABLE later(b int)")
        new = self.folder / "back.db"
        code, out, _ = run("revert", source, self.target, "--to", new)
        self.assertEqual(code, 7, out)
        self.assertIn("later", out)
        psql(self.target, "ALTER TABLE t ADD COLUMN c int")
        new.unlink()
        code, _, err = run("revert", source, self.target, "--to", new)
        self.assertEqual(code, 5, err)
        self.assertIn("c", err)
        self.assertFalse(new.exists())

    def test_real_databases_go_and_come_back_as_they_were(self):
        if not SHARED.is_dir():
            self.skipTest(f"there are no real databases in {SHARED}")
        for number, shared in enumerate(sorted(SHARED.iterdir())):
            if shared.suffix not in (".db", ".sqlite", ".sqlite3"):
                continue
            with self.subTest(shared.name):
                # SQLite makes a -shm file beside a database in WAL mode, so a copy is read.
                source = self.folder / shared.name
                shutil.copyfile(shared, source)
                options = ("--on-misfit", "quarantine") if shared.name in REFUSED else ()
                schema = f"s{number}"
                psql(self.target, f"CREATE SCHEMA {schema}")
                code, out, err = migrate(source, self.target, "--schema", schema,
                                         "--skip-untranslatable", *options)
                self.assertIn(code, (0, 7), out + err)
                new = self.folder / f"{source.name}.back"
                code, out, err = run("revert", source, self.target, "--to", new, "--schema", schema,
                                     *options)
                self.assertIn(code, (0, 7), out + err)
                self.assertEqual(dump(source), dump(new))
                psql(self.target, f"DROP SCHEMA {schema} CASCADE")


if __name__ == "__main__":
    unittest.main()
