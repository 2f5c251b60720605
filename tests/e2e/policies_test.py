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
        self.assertEqual(code, 5, out + err)
        self.assertIn("there is no table to copy", err)

    def test_verify_accounts_for_the_quarantine(self):
        source = self.sqlite("products.db", PRODUCTS)
        self.move(source, "--on-misfit", "quarantine")
        code, out, err = run("verify", source, self.target, "--on-misfit", "quarantine")
        self.assertEqual(code, 0, out + err)
        self.assertNotIn("repot_quarantine", out)
        psql(self.target, "UPDATE repot_quarantine SET bytes = 'Lots' WHERE bytes = 'lots'")
        code, out, err = run("verify", source, self.target, "--on-misfit", "quarantine")
        self.assertEqual(code, 8, out + err)
        self.assertIn("lacks table \"products\", column \"qty\", key {\"id\":2}: text x'6c6f7473'", out)

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

    def test_C110_orphans_as_asked(self):
        source = self.sqlite("orphans.db", "CREATE TABLE p(id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);"
                             "CREATE TABLE c(id INTEGER PRIMARY KEY, x INT REFERENCES p(id), y INT NOT NULL REFERENCES p(id));"
                             "INSERT INTO c VALUES (1, 1, 1), (2, 99, 1), (3, 1, 98), (4, NULL, 1);")
        every = ["1|1|1", "2|99|1", "3|1|98", "4||1"]
        for number, (arguments, rows, kept, validated) in enumerate((
                (("--orphans", "not-valid"), every, None, ["f", "f"]),
                (("--orphans", "skip-fk"), every, None, []),
                (("--orphans", "null", "--orphans", "c.y=not-valid"), ["1|1|1", "2||1", "3|1|98", "4||1"], None, ["t", "f"]),
                (("--orphans", "quarantine"), ["1|1|1", "2||1", "4||1"],
                 ["2|x|99", "3|id|3", "3|x|1", "3|y|98"], ["t", "t"]))):
            with self.subTest(arguments):
                schema = f"s{number}"
                psql(self.target, f"CREATE SCHEMA {schema}")
                self.move(source, *arguments, "--schema", schema)
                self.assertEqual(self.rows(f"SELECT id, x, y FROM {schema}.c ORDER BY id"), rows)
                self.assertEqual(self.rows(
                    f"SELECT convalidated FROM pg_constraint WHERE conrelid = '{schema}.c'::regclass AND contype = 'f' "
                    "ORDER BY conname"), validated)
                if kept is not None:
                    self.assertEqual(self.rows(
                        f"SELECT key->>'id', \"column\", encode(bytes, 'escape') FROM {schema}.repot_quarantine "
                        "ORDER BY 1, 2"), kept)
        self.assertIn("do not exist", self.move(source, "--orphans", "refuse", code=5))
        self.assertIn("cannot become NULL", self.move(source, "--orphans", "null", code=5))

    def plan(self, source, *arguments, code=0):
        actual, out, err = run("plan", source, "--json", *arguments)
        self.assertEqual(actual, code, err)
        return json.loads(out)

    def carry_out(self, source, plan, code=0):
        path = self.folder / "plan.json"
        path.write_text(json.dumps(plan))
        return self.move(source, "--plan", path, code=code)

    def test_an_edited_plan_is_carried_out_and_proved(self):
        source = self.sqlite("edit.db", "CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER, b TEXT); CREATE INDEX i ON t(b);"
                             "CREATE TABLE gone(x); INSERT INTO t VALUES (1, 2, 'x');")
        plan = self.plan(source)
        table = plan["tables"][0]
        table["target"] = "renamed"
        table["columns"][1]["target"] = "amount"
        table["columns"][1]["type"] = "numeric"
        del plan["tables"][1]
        plan["objects"] = [o for o in plan["objects"] if o["kind"] != "index"]
        report = self.carry_out(source, plan)
        self.assertIn("object-dropped", [f["code"] for f in report["findings"]])
        self.assertEqual(self.rows("SELECT id, amount, b, pg_typeof(amount) FROM renamed"), ["1|2|x|numeric"])
        self.assertEqual(psql(self.target, "SELECT count(*) FROM pg_class WHERE relname IN ('i', 'gone')"), "0")

    def test_edits_that_cannot_be_are_refused_by_their_field(self):
        source = self.sqlite("edit.db", "CREATE TABLE t(a INTEGER NOT NULL, b TEXT); CREATE INDEX i ON t(b);"
                             "INSERT INTO t VALUES (1, 'x');")
        for field, value in (("target", ""), ("notNull", False), ("type", "txt"), ("default", "1"), ("source", "z")):
            plan = self.plan(source)
            plan["tables"][0]["columns"][0][field] = value
            self.assertIn(f"tables[0].columns[0].{field}", self.carry_out(source, plan, code=2))
        plan = self.plan(source)
        plan["objects"][0]["sql"] += " WHERE false"
        self.assertIn("objects[0].sql", self.carry_out(source, plan, code=2))
        plan = self.plan(source)
        plan["tables"][0]["columns"][1]["type"] = "bigint"
        self.assertIn("t.b", self.carry_out(source, plan, code=5))

    def test_a_plan_is_proved_against_the_values_of_today(self):
        source = self.sqlite("later.db", "CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER); INSERT INTO t VALUES (1, 1);")
        plan = self.plan(source)
        self.sqlite("later.db", "INSERT INTO t VALUES (2, 'lots');")
        self.assertIn("lots", self.carry_out(source, plan, code=5))
        self.sqlite("later.db", "ALTER TABLE t ADD COLUMN b;")
        self.assertIn("schema has changed", self.carry_out(source, plan, code=5))
        code, _, err = run("migrate", source, self.target, "--yes", "--plan", self.folder / "plan.json", "--nul", "strip")
        self.assertEqual(code, 2)
        self.assertIn("--nul", err)

    def test_plan_judges_the_target(self):
        source = self.sqlite("t.db", "CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1);")
        code, out, err = run("plan", source, self.target)
        self.assertEqual((code, "ready" in err, "bigint" in out), (0, True, True), err)
        psql(self.target, "CREATE TABLE t(mine text)")
        code, _, err = run("plan", source, self.target)
        self.assertEqual(code, 5, err)
        self.assertIn('"t"', err)
        code, _, err = run("plan", source, self.target, "--schema", "nowhere")
        self.assertEqual(code, 4, err)
        code, _, err = run("plan", source, self.url_of("no_such_database"))
        self.assertEqual(code, 4, err)

    def test_all_names_every_value(self):
        source = self.sqlite("many.db", "CREATE TABLE t(a INTEGER); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT "
                             "i+1 FROM n WHERE i<9) INSERT INTO t SELECT 'word' || i FROM n; INSERT INTO t VALUES (1);")
        self.assertNotIn("word7", run("plan", source)[1])
        self.assertIn("word9", run("plan", source, "--all")[1])

    def test_C021_the_rowid_becomes_a_key(self):
        source = self.sqlite("rowid.db", "CREATE TABLE t(a TEXT); INSERT INTO t(rowid, a) VALUES (10, 'x'), (3, 'y');")
        self.move(source, "--add-rowid")
        psql(self.target, "INSERT INTO t(a) VALUES ('z')")
        self.assertEqual(self.rows("SELECT rowid, a FROM t ORDER BY 1"), ["3|y", "10|x", "11|z"])


if __name__ == "__main__":
    unittest.main()
