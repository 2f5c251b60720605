"""What becomes of values that do not fit: refused, repaired, set to NULL, or kept in the quarantine."""

import json
import unittest

from command import DatabaseTest, migrate, psql, run

NOTES = """CREATE TABLE notes(id INTEGER PRIMARY KEY, body TEXT);
INSERT INTO notes VALUES (1, 'plain'), (2, 'a' || char(0) || 'b'), (3, CAST(x'636166e9' AS TEXT)),
                         (4, CAST(x'80ff00' AS TEXT)), (5, NULL);"""
PRODUCTS = """CREATE TABLE products(id INTEGER PRIMARY KEY, qty INTEGER, price INTEGER NOT NULL);
INSERT INTO products VALUES (1, 10, 5), (2, 'lots', 5), (3, x'31', 5), (4, NULL, 'free'), (5, 7, 1);"""


class Policies(DatabaseTest):
    def move(self, source, *arguments, code=0):
        actual, out, err = migrate(source, self.target, *arguments, "--json")
        self.assertEqual(actual, code, out + err)
        return json.loads(out) if code in (0, 7, 8) else err

    def rows(self, sql):
        return psql(self.target, sql).splitlines()

    def column(self, report, name):
        return next(c for t in report["tables"] for c in t["columns"] if c["source"] == name)

    def test_C071_C072_text_is_repaired_as_asked(self):
        source = self.sqlite("notes.db", NOTES)
        expected = {
            ("strip", "latin1"): ["plain", "ab", "café", "\x80ÿ", ""],
            ("replace", "cp1252"): ["plain", "a\ufffdb", "café", "€ÿ\ufffd", ""],
            ("escape", "replace"): ["plain", "a\\u0000b", "caf\ufffd", "\ufffd\ufffd\\u0000", ""],
        }
        for (nul, utf8), texts in expected.items():
            with self.subTest(nul + " " + utf8):
                schema = f"{nul}_{utf8}"
                psql(self.target, f"CREATE SCHEMA {schema}")
                report = self.move(source, "--nul", nul, "--bad-utf8", f"notes.body={utf8}",
                                   "--schema", schema)
                found = psql(self.target, f"SELECT json_agg(coalesce(body, '') ORDER BY id) FROM {schema}.notes")
                self.assertEqual(json.loads(found), texts)
                body = self.column(report, "body")
                self.assertEqual((body["written"], body["converted"], body["nulls"], body["read"]), (1, 3, 1, 5))

    def test_C071_C072_bytea_keeps_every_byte(self):
        source = self.sqlite("notes.db", NOTES)
        self.move(source, "--nul", "bytea", "--bad-utf8", "bytea")
        self.assertEqual(self.rows("SELECT encode(body, 'hex') FROM notes WHERE body IS NOT NULL ORDER BY id"),
                         ["706c61696e", "610062", "636166e9", "80ff00"])

    def test_C030_quarantine_keeps_values_and_whole_rows(self):
        source = self.sqlite("products.db", PRODUCTS)
        report = self.move(source, "--on-misfit", "quarantine")
        self.assertTrue(report["verified"])
        self.assertEqual(report["quarantine"], "repot_quarantine")
        self.assertEqual(self.rows("SELECT id, qty, price FROM products ORDER BY id"),
                         ["1|10|5", "2||5", "3||5", "5|7|1"])
        self.assertEqual(
            self.rows("SELECT key->>'id', \"column\", storage_class, encode(bytes, 'escape'), reason FROM "
                      "repot_quarantine WHERE \"table\" = 'products' ORDER BY 1, 2"),
            ["2|qty|text|lots|is no bigint", "3|qty|blob|1|is no bigint",
             "4|id|integer|4|with its row, because of price", "4|price|text|free|is no bigint",
             "4|qty|null||with its row, because of price"])
        self.assertEqual(self.column(report, "qty")["quarantined"], 3)
        self.assertEqual(report["tables"][0]["rows_set_aside"], 1)
        code, out, err = migrate(source, self.target, "--on-misfit", "quarantine", "--exclude", "p*")
        self.assertEqual(code, 0, out + err)

    def test_a_column_has_its_own_policy(self):
        source = self.sqlite("products.db", PRODUCTS)
        err = self.move(source, "--on-misfit", "null", code=5)
        self.assertIn("cannot become NULL", err)
        report = self.move(source, "--on-misfit", "null", "--mixed", "products.price=text")
        self.assertEqual(self.column(report, "qty")["replaced_by_null"], 2)
        self.assertEqual(self.column(report, "price")["type"], "text")

    def test_C041_times_without_offset_get_the_zone_that_was_said(self):
        source = self.sqlite("times.db", "CREATE TABLE t(id INTEGER PRIMARY KEY, d DATETIME); INSERT INTO t VALUES "
                             "(1,'2021-07-01 12:00:00'),(2,'2021-01-01T12:00:00Z'),(3,'2021-01-01'),(4,'2021-03-28 02:30');")
        report = self.move(source, "--assume-tz", "t.d=Europe/Berlin", "--bad-dates", "quarantine")
        self.assertEqual(self.rows("SET timezone = 'UTC'; SELECT d FROM t WHERE d IS NOT NULL ORDER BY id"),
                         ["2021-07-01 10:00:00+00", "2021-01-01 12:00:00+00", "2020-12-31 23:00:00+00"])
        self.assertEqual(self.column(report, "d")["converted"], 2)
        self.assertEqual(self.rows("SELECT encode(bytes, 'escape') FROM repot_quarantine"), ["2021-03-28 02:30"])

    def test_C124_repairs_that_make_keys_equal_are_refused(self):
        source = self.sqlite("keys.db", "CREATE TABLE t(k TEXT UNIQUE); INSERT INTO t VALUES ('ab'), ('a' || char(0) || 'b');")
        err = self.move(source, "--nul", "strip", code=5)
        self.assertIn("become equal", err)
        self.move(source, "--nul", "escape")

    def test_bad_words_are_named_with_the_nearest(self):
        source = self.sqlite("products.db", PRODUCTS)
        for words, arguments in {
            ("--nul", "did you mean strip"): ("--nul", "strp"),
            ("nearest", "products.qty"): ("--mixed", "product.qty=text"),
            ("time zone",): ("--assume-tz", "Mars/Base"),
            ("--type", "table.column="): ("--type", "bigint"),
            ("does not belong here",): ("--options", self.options('{"columns": {"products.qty": {"schema": "x"}}}')),
            ("did you mean \"on-misfit\"",): ("--options", self.options('{"on-misfits": "null"}')),
            ("options", "JSON"): ("--options", self.options("{")),
            ("cannot read",): ("--options", "/nowhere/options.json"),
        }.items():
            with self.subTest(arguments):
                code, out, err = run("plan", source, *arguments)
                self.assertEqual(code, 2, out + err)
                for word in words:
                    self.assertIn(word, err)

    def options(self, text):
        path = self.folder / f"options{len(list(self.folder.iterdir()))}.json"
        path.write_text(text)
        return path

    def test_an_options_file_says_what_flags_say(self):
        source = self.sqlite("products.db", PRODUCTS)
        path = self.options("""{
            // Comments are allowed.
            "on-misfit": "quarantine", "exclude": ["x*"], "add-rowid": true,
            "tables": {"products": {"rename": "goods"}},
            "columns": {"products.qty": {"rename": "amount", "mixed": "null"}},
        }""")
        self.move(source, "--options", path)
        self.assertEqual(self.rows("SELECT id, amount, price FROM goods ORDER BY id"),
                         ["1|10|5", "2||5", "3||5", "5|7|1"])
        self.assertEqual(self.rows("SELECT DISTINCT key->>'id' FROM repot_quarantine"), ["4"])

    def test_C081_strict_names_refuse_what_would_be_renamed(self):
        source = self.sqlite("names.db", 'CREATE TABLE t(xmin INTEGER, b INTEGER); INSERT INTO t VALUES (1, 2);')
        self.assertIn("--rename t.xmin=", self.move(source, "--strict-names", code=5))
        self.move(source, "--strict-names", "--rename", "t.xmin=low", "--rename", "t=numbers")
        self.assertEqual(self.rows("SELECT low, b FROM numbers"), ["1|2"])
        self.assertIn("taken", self.move(source, "--rename", "t.xmin=b", "--rename", "t.b=b", code=5))

    def test_C021_the_rowid_becomes_a_key(self):
        source = self.sqlite("rowid.db", "CREATE TABLE t(a TEXT); INSERT INTO t(rowid, a) VALUES (10, 'x'), (3, 'y');")
        self.move(source, "--add-rowid")
        psql(self.target, "INSERT INTO t(a) VALUES ('z')")
        self.assertEqual(self.rows("SELECT rowid, a FROM t ORDER BY 1"), ["3|y", "10|x", "11|z"])


if __name__ == "__main__":
    unittest.main()
