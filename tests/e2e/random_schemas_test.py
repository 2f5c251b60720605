"""Random SQLite databases: each is moved, or refused with nothing written; what was moved is equal
by the independent checker, behaves equally, and `repot verify` agrees.

REPOT_RANDOM_SCHEMAS: how many (60). REPOT_RANDOM_SEED: the first seed (1). A database that fails is
made smaller, printed, and saved with its options in REPOT_FAILURES (/tmp/repot-failures).
"""

import json
import os
import pathlib
import random
import re
import sqlite3
import sys
import tempfile
import unittest
from collections import Counter

from check_equal import Comparison
from command import DatabaseTest, HERE, migrate, run
from databases import Psql, Source, Target

sys.path.insert(0, str(HERE / "random_schemas"))
from behaviour import Behaviour  # noqa: E402
from generate import Generator  # noqa: E402
from shrink import shrink  # noqa: E402

COUNT = int(os.environ.get("REPOT_RANDOM_SCHEMAS", "60"))
FIRST = int(os.environ.get("REPOT_RANDOM_SEED", "1"))
FAILURES = pathlib.Path(os.environ.get("REPOT_FAILURES", "/tmp/repot-failures"))
SEQUENTIAL = {"jobs", "batch-bytes", "skip-untranslatable", "yes"}   # of no meaning to `repot verify`


class Failure(Exception):
    """`kind`: by which a smaller database is known to fail in the same way."""

    def __init__(self, kind, text):
        super().__init__(f"{kind}: {text}")
        self.kind = kind


def random_options(rng):
    options = {"on-misfit": rng.choice(["fail", "fail", "text", "null"])}
    if rng.random() < 0.15:
        options["collation"] = "database"
    if rng.random() < 0.15:
        options["fold-case"] = None
    if rng.random() < 0.2:
        options["batch-bytes"] = "4096"
    options["jobs"] = rng.choice("123")
    return options


def spelled(options):
    return [word for name, value in options.items()
            for word in ([f"--{name}"] if value is None else [f"--{name}", value])]


def named(thing):
    """Names in the checker's manner of what a finding is about; foreign keys are named as in
    `child(a, b) REFERENCES parent`."""
    key = re.fullmatch(r"(.*)\((.*)\) REFERENCES .*", thing, re.DOTALL)
    return [f"{key[1]}.{column}" for column in key[2].split(", ")] if key else [thing]


class Trial:
    """Moves one database into one schema, and judges everything about it."""

    def __init__(self, folder, target, session):
        self.folder, self.target, self.session = folder, target, session
        self.number = 0
        self.outcomes = Counter()
        self.values = self.probes = 0

    def __call__(self, database, options, seed):
        self.number += 1
        path, self.schema = self.folder / f"{self.number}.db", f"s{self.number}"
        database.write(path)
        if path.stat().st_size == 0:
            path.unlink()
            self.outcomes["no table"] += 1
            return
        self.session.run(f"CREATE SCHEMA {self.schema};")
        try:
            self.judge(path, options, seed)
        except sqlite3.Error as error:
            raise Failure("the checker itself", repr(error)) from error
        finally:
            self.session.run(f"DROP SCHEMA {self.schema} CASCADE;")
            path.unlink()

    def judge(self, path, options, seed):
        code, out, err = self.move(path, options)
        if code == 5:
            self.expect_untouched(err)
            self.outcomes["refused"] += 1
            code, out, err = self.move(path, options | {"skip-untranslatable": None})
            if code == 5:
                self.expect_untouched(err)
                options = options | {"on-misfit": "text" if options["on-misfit"] != "text" else "null"}
                code, out, err = self.move(path, options | {"skip-untranslatable": None})
        if code == 5:
            self.expect_untouched(err)
            self.outcomes["refused for good"] += 1
            return
        if code not in (0, 7):
            raise Failure(f"exit {code}", f"{options}\n{out}{err}")
        report = json.loads(out)
        if code != (7 if any(f["level"] == "reported" for f in report["findings"]) else 0):
            raise Failure("exit code and report", f"{code}\n{out}")
        self.outcomes[f"moved, exit code {code}"] += 1
        self.compare(path, report, seed)
        self.verify(path, options, code)
        self.behave(seed)

    def move(self, path, options):
        return migrate(path, self.target, "--schema", self.schema, "--json", *spelled(options))

    def expect_untouched(self, err):
        if not re.search(r"\w", err):
            raise Failure("silent refusal", err)
        left = self.session.run(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
            f"nspname = '{self.schema}' UNION SELECT nspname FROM pg_namespace "
            "WHERE nspname LIKE 'repot\\_staging%';")
        if left:
            raise Failure("refused, but the target has", str(left))

    def compare(self, path, report, seed):
        tables, nulled = {}, Counter()
        for table in report["tables"]:
            tables[table["source"]] = (table["target"], {c["source"]: c["target"] for c in table["columns"]})
            for column in table["columns"]:
                if column.get("replaced_by_null"):
                    nulled[table["source"], column["source"]] = column["replaced_by_null"]
        self.findings = [f for f in report["findings"] if f["level"] == "reported"]
        reported = [name for f in self.findings for name in named(f["object"])]
        source, target = Source(path), Target(self.target, self.schema, self.session)
        strays = [name for f in report["findings"] if f["code"] == "stray-references" for name in named(f["object"])]
        # SET NULL of a primary key's column, say, which is told as a warning.
        self.acting = [f["object"] for f in report["findings"] if f["code"] == "foreign-key-action"]
        comparison = Comparison(source, target, reported, tables, nulled, strays=strays)
        comparison.run()
        self.values += comparison.values
        if comparison.differences:
            raise Failure("not equal", "\n".join(comparison.differences))
        if comparison.nulls != nulled:
            raise Failure("count of NULLs", f"reported {nulled}, found {comparison.nulls}")
        copies = target.tables()
        self.pairs = [(table, copies[tables[table.name][0]]) for table in source.tables()]
        self.source, self.nulled = source, nulled

    def verify(self, path, options, wanted):
        kept = {name: value for name, value in options.items() if name not in SEQUENTIAL}
        code, out, err = run("verify", path, self.target, "--schema", self.schema, "--json",
                             *spelled(kept))
        # What verify does not look at, a trigger say, leaves nothing to be told of.
        if code not in (wanted, 0 if wanted == 7 else wanted):
            raise Failure("false alarm of verify", f"exit code {code}, {kept}\n{out}{err}")

    def behave(self, seed):
        excused = set()
        for finding in self.findings:
            if finding["code"] == "default-dropped":
                excused.add(finding["object"])
                continue
            for name in named(finding["object"]):
                excused |= {name, name.rsplit(".", 1)[0]} | self.tables_of(name)
        excused |= {table for table, _ in self.nulled}
        excused |= {name for thing in self.acting for name in named(thing)}
        behaviour = Behaviour(self.source, self.session, self.schema, self.pairs, excused)
        found = behaviour.run(random.Random(seed))
        if found:
            raise Failure("behaviour", "\n".join(found[:10]))

    def tables_of(self, index):
        return {row[0] for row in self.source.db.execute(
            "SELECT tbl_name FROM sqlite_schema WHERE name = ?", (index,))}


class RandomSchemas(DatabaseTest):
    def test_each_is_moved_equal_or_refused_untouched(self):
        session = Psql(self.target)
        self.addCleanup(session.close)
        trial = Trial(self.folder, self.target, session)
        failures = []
        for seed in range(FIRST, FIRST + COUNT):
            rng = random.Random(seed)
            database, options = Generator(rng).run(), random_options(rng)
            try:
                trial(database, options, seed)
            except Failure as failure:
                failures.append(f"seed {seed}: {failure.kind}")
                self.tell(trial, seed, database, options, failure)
        print(f"{COUNT} random schemas from seed {FIRST}: {dict(trial.outcomes)}, "
              f"{trial.values} values compared, {len(failures)} failures")
        self.assertEqual(failures, [])

    def tell(self, trial, seed, database, options, failure):
        def fails(smaller):
            try:
                trial(smaller, options, seed)
            except Failure as again:
                return again.kind == failure.kind
            return False
        small = shrink(database, fails)
        try:
            trial(small, options, seed)
        except Failure as last:
            failure = last
        with tempfile.TemporaryDirectory() as folder:
            statements = small.write(pathlib.Path(folder) / "small.db")
        script = f"-- seed {seed}; repot migrate {' '.join(spelled(options))}\n" + \
            "".join("-- " + line + "\n" for line in str(failure).split("\n")[:30]) + \
            ";\n".join(statements) + ";\n"
        FAILURES.mkdir(parents=True, exist_ok=True)
        (FAILURES / f"{seed}.sql").write_text(script)
        print(script, flush=True)


if __name__ == "__main__":
    unittest.main()
