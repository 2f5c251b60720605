"""A fleet: many files into one database, with one that is damaged, names that collide, kills and what comes after."""

import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import time
import unittest

from command import REPOT, DatabaseTest, digest, psql, run

TENANTS = 30


class Fleet(DatabaseTest):
    def setUp(self):
        super().setUp()
        self.tenants = self.folder / "tenants"
        self.tenants.mkdir()

    def tenant(self, name, number=0, rows=40, folder=None):
        """Three kinds of schemas; each tenant has rows of its own."""
        path = (folder or self.tenants) / name
        db = sqlite3.connect(path)
        with db:
            db.execute("CREATE TABLE customers(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE"
                       + (", vip BOOLEAN NOT NULL DEFAULT 0" if number % 3 == 1 else "") + ")")
            db.execute("CREATE TABLE orders(id INTEGER PRIMARY KEY, customer INT NOT NULL REFERENCES customers(id), "
                       "price NUMERIC(10, 2), note TEXT)")
            if number % 3 != 2:
                db.execute("CREATE INDEX orders_by_customer ON orders(customer)")
            db.executemany("INSERT INTO customers(name) VALUES (?)",
                           [(f"customer {n} of {name} äöü",) for n in range(rows)])
            db.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)",
                           [(n, n % rows + 1, n + 0.25, None if n % 5 else f"note {number}") for n in range(3 * rows)])
        db.close()
        return path

    def fleet(self, count=TENANTS, **options):
        paths = [self.tenant(f"tenant {n:02}.db", 0 if n < 20 else n, **options) for n in range(count)]
        # What is written to just now is not taken for unchanged afterwards.
        for path in paths:
            os.utime(path, (time.time() - 60,) * 2)
        return paths

    def run_json(self, command, *arguments, code=0):
        got, out, err = run("fleet", command, *arguments, "--json")
        self.assertEqual(got, code, out + err)
        return json.loads(out)

    def move(self, *arguments, code=0):
        return self.run_json("migrate", *arguments, self.target, "--yes", code=code)

    def states(self, report):
        return {pathlib.Path(one["source"]).name: one["state"] for one in report["tenants"]}

    def check(self, path, schema=None):
        self.check_equal(path, "--schema", schema or path.stem)

    def schemas(self):
        return psql(self.target, "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN "
                    "('public', 'information_schema', 'repot') ORDER BY 1").split("\n")


class Moves(Fleet):
    def test_all_of_a_folder_each_in_its_schema(self):
        paths = self.fleet()
        (self.tenants / "README.txt").write_text("no database")
        before = [digest(path) for path in paths]
        report = self.move(self.tenants, "--tenants-at-once", "3", "--report", self.folder / "fleet.html")
        self.assertEqual(report["states"]["moved"], TENANTS)
        self.assertEqual(report["rows"], TENANTS * 160)
        self.assertEqual(report["skipped_files"]["count"], 1)
        for path in paths:
            self.check(path)
        self.assertEqual([digest(path) for path in paths], before)
        page = (self.folder / "fleet.html").read_text()
        self.assertIn("tenant 07", page)
        self.assertIn("0: Done", page)
        self.assertEqual((self.folder / "fleet.html").stat().st_mode & 0o777, 0o600)

        # Finished and unchanged: left alone, by the ledger; compared where that is asked for.
        self.assertEqual(self.move(self.tenants)["states"]["standing"], TENANTS)
        self.assertEqual(self.move(self.tenants, "--verify")["states"]["verified"], TENANTS)

        # Written to since: compared, and different. A row that is lost in the target is found as well.
        with sqlite3.connect(paths[3]) as db:
            db.execute("INSERT INTO customers(name) VALUES ('new')")
        db.close()
        psql(self.target, 'DELETE FROM "tenant 05".orders WHERE id = 7')
        report = self.move(self.tenants, code=8)
        self.assertEqual(report["states"]["standing"], TENANTS - 1)
        self.assertEqual(self.states(report)["tenant 03.db"], "different")
        self.assertIn("repot sync", report["tenants"][3]["message"])
        report = self.move(self.tenants, "--verify", code=8)
        self.assertEqual(self.states(report)["tenant 05.db"], "different")
        self.assertEqual(report["states"]["verified"], TENANTS - 2)

    def test_a_schema_that_was_dropped_is_moved_again(self):
        paths = self.fleet(3)
        self.move(self.tenants)
        psql(self.target, 'DROP SCHEMA "tenant 01" CASCADE')
        report = self.move(self.tenants)
        self.assertEqual(self.states(report)["tenant 01.db"], "moved")
        self.assertEqual(report["states"]["standing"], 2)
        self.check(paths[1])

    def test_one_that_fails_stops_no_other(self):
        paths = self.fleet(6)
        for path, damage in ((paths[1], b"\xff" * 2000), (paths[4], b"no database at all " * 9)):
            data = path.read_bytes()
            path.write_bytes(damage + data[len(damage):])
        db = sqlite3.connect(paths[2])
        with db:
            db.execute("CREATE TRIGGER t AFTER INSERT ON orders BEGIN SELECT 1; END")
        db.close()
        missing = self.tenants / "missing.db"
        report = self.move(self.tenants, missing, code=3)
        self.assertEqual(self.states(report), {
            "tenant 00.db": "moved", "tenant 01.db": "source", "tenant 02.db": "refused", "tenant 03.db": "moved",
            "tenant 04.db": "source", "tenant 05.db": "moved", "missing.db": "source"})
        # Nothing is left of those that were not moved.
        self.assertEqual(self.schemas(), ["tenant 00", "tenant 03", "tenant 05"])
        report = self.move(paths[2], "--skip-untranslatable", code=7)
        self.assertEqual(report["states"]["incomplete"], 1)

    def test_fail_fast_begins_no_other(self):
        paths = self.fleet(6)
        paths[0].write_bytes(b"x" * 5000)
        report = self.move(self.tenants, "--fail-fast", "--tenants-at-once", "1", code=3)
        self.assertEqual(report["states"]["waiting"], 5)
        self.assertEqual(self.objects(), "")

    def test_a_wrong_target_is_told_once(self):
        self.fleet(3)
        code, out, err = run("fleet", "migrate", self.tenants, "postgresql://nobody@localhost:1/x", "--yes")
        self.assertEqual((code, out), (4, ""), err)
        self.assertIn("no tenant was begun", err)

    def test_without_a_reason_it_asks(self):
        self.fleet(2)
        code, out, err = run("fleet", "migrate", self.tenants, self.target)
        self.assertEqual(code, 5, out + err)
        self.assertIn("--yes", err)
        self.assertEqual(self.objects(), "")
        code, out, err = run("fleet", "migrate", self.tenants, self.target, "--size-act", "1kB")
        self.assertEqual(code, 0, out + err)
        self.assertIn("All 2 tenants are in the target", out)


class Names(Fleet):
    def test_collisions_and_reserved_names_are_refused_before_anything_is_written(self):
        other = self.folder / "other"
        other.mkdir()
        self.tenant("acme.db")
        self.tenant("acme.db", folder=other)
        self.tenant("pg_x.db")
        self.tenant("fine.db")
        self.tenant("repot.db")
        self.tenant("x" * 64 + ".db")
        report = self.move(self.tenants, other, code=5)
        messages = {one["source"]: one["message"] for one in report["tenants"] if one["state"] == "refused"}
        self.assertEqual(len(messages), 5)
        self.assertIn(str(other), messages[str(self.tenants / "acme.db")])
        self.assertEqual(self.objects(), "")
        plan = self.run_json("plan", self.tenants, other, self.target, code=5)
        self.assertEqual((plan["states"]["refused"], plan["states"]["moved"]), (5, 1))
        # Names that are given, and a template, part them.
        names = self.folder / "names"
        names.write_text(f"# path, tab, schema\n{other / 'acme.db'}\tacme 2\npg_x.db\tpgx\nrepot.db\tOwn\n"
                         f"{'x' * 64}.db\tlong\n")
        self.move(self.tenants, other, "--schema-map", names)
        self.assertEqual(sorted(self.schemas()), sorted(["acme", "acme 2", "pgx", "fine", "Own", "long"]))
        self.check(other / "acme.db", "acme 2")

    def test_template_list_glob_and_case(self):
        for name in ("One", "two"):
            (self.folder / name).mkdir()
            self.tenant("app.db", folder=self.folder / name)
        report = self.move(f"{self.folder}/*/app.db", "--schema-template", "t_{folder}", "--fold-case")
        self.assertEqual([one["schema"] for one in report["tenants"]], ["t_one", "t_two"])
        listed = self.folder / "list"
        listed.write_text(f"{self.folder}/One/app.db\tgiven\n\n{self.folder}/two/app.db\n{self.folder}/two/../two/app.db\n")
        report = self.move("--list", listed)
        self.assertEqual([one["schema"] for one in report["tenants"]], ["given", "app"])

    def test_what_cannot_be_understood_is_wrong_usage(self):
        self.fleet(1)
        for arguments in ([self.folder / "tenants/*.nothing"], [self.folder], [self.tenants, "--schema-template", "x"],
                          [self.tenants, "--schema-template", "{file}"], [self.tenants, self.target],
                          ["--list", self.folder / "no"], []):
            code, out, err = run("fleet", "migrate", *arguments, self.target, "--yes")
            self.assertEqual(code, 2, (arguments, out, err))
        self.assertEqual(self.objects(), "")


class Stops(Fleet):
    def start(self, *options):
        process = subprocess.Popen([REPOT, "fleet", "migrate", str(self.tenants), self.target, "--yes", *options],
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        return process

    def published(self):
        if psql(self.target, "SELECT to_regclass('repot.runs') IS NULL") == "t":
            return 0
        return int(psql(self.target, "SELECT count(*) FROM repot.runs WHERE state = 'published'"))

    def wait_for(self, count):
        deadline = time.monotonic() + 60
        while self.published() < count:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.005)

    def test_killed_and_gone_on(self):
        paths = self.fleet()
        done = 0
        for wanted in (4, 11, 19):
            process = self.start("--tenants-at-once", "3")
            self.wait_for(wanted)
            process.kill()
            process.communicate()
            now = self.published()
            self.assertLess(now, TENANTS)
            self.assertGreaterEqual(now, done)
            done = now
        report = self.move(self.tenants)
        states = report["states"]
        self.assertEqual(states["standing"] + states["verified"] + states["moved"], TENANTS)
        self.assertLess(states["moved"], TENANTS - 15)
        for path in paths:
            self.check(path)
        self.assertEqual(self.schemas(), sorted(path.stem for path in paths))

    def test_ctrl_c_says_how_to_go_on(self):
        paths = self.fleet(12, rows=200)
        process = self.start("--tenants-at-once", "2")
        self.wait_for(2)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, out)
        self.assertIn("not begun", out)
        self.assertIn("The same command goes on", out)
        self.move(self.tenants)
        for path in paths:
            self.check(path)


class PlansAndAssessments(Fleet):
    def test_plan_groups_schemas_and_writes_nothing(self):
        paths = self.fleet()
        before = self.objects()
        report = self.run_json("plan", self.tenants, self.target)
        self.assertEqual(report["states"]["moved"], TENANTS)
        groups = report["schemas"]
        self.assertEqual([group["tenants"] for group in groups], [23, 4, 3])
        # Numbers 21, 24, 27 have the usual schema, 22, 25, 28 a column more, 20, 23, 26, 29 an index less.
        lacking = next(group for group in groups if group["tenants"] == 4)
        self.assertEqual(lacking["differences"], ["lacks index orders_by_customer of orders(customer)"])
        more = next(group for group in groups if group["tenants"] == 3)
        self.assertIn("has column customers.vip BOOLEAN NOT NULL DEFAULT 0", more["differences"])
        self.assertEqual(self.objects(), before)

        with sqlite3.connect(paths[0]) as db:
            db.execute("CREATE TRIGGER audit AFTER INSERT ON orders BEGIN SELECT 1; END")
        db.close()
        code, out, err = run("fleet", "plan", self.tenants)
        self.assertEqual(code, 5, out + err)
        self.assertIn("29 ready", out)
        self.assertIn("has trigger audit of orders", out)
        # The dry run of a move says the same.
        again = run("fleet", "migrate", self.tenants, self.target, "--dry-run")
        self.assertEqual(again[0], code)
        self.assertEqual(self.objects(), before)

    def test_plan_tells_what_the_target_has(self):
        self.fleet(3)
        self.move(self.tenants / "tenant 00.db")
        psql(self.target, 'CREATE SCHEMA "tenant 01"; CREATE TABLE "tenant 01".orders(n int)')
        report = self.run_json("plan", self.tenants, self.target, code=5)
        self.assertEqual(self.states(report), {
            "tenant 00.db": "standing", "tenant 01.db": "refused", "tenant 02.db": "moved"})

    def test_assess(self):
        self.fleet(10)
        big = self.tenant("big.db", rows=4000)
        code, out, err = run("fleet", "assess", self.tenants)
        self.assertEqual(code, 0, out + err)
        self.assertIn("11 tenants", out)
        fleet = self.run_json("assess", self.tenants, "--size-prepare", "50kB", "--size-act", "100kB", code=11)
        self.assertEqual(fleet["levels"]["act"], 1)
        self.assertEqual(fleet["nearest"][0]["source"], str(big))
        self.assertEqual(sum(bucket["tenants"] for bucket in fleet["sizes"]), 11)
        self.assertEqual(fleet["size_quantiles"]["100"], fleet["nearest"][0]["used_bytes"])
        (self.tenants / "broken.db").write_bytes(b"x" * 3000)
        fleet = self.run_json("assess", self.tenants, "--report", self.folder / "a.html", code=3)
        self.assertEqual((fleet["tenants"], fleet["unreadable_count"]), (12, 1))
        self.assertIn("broken.db", (self.folder / "a.html").read_text())


if __name__ == "__main__":
    unittest.main()
