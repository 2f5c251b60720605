"""The schema that `repot migrate` makes of a database that Repot's migrations made on SQLite is the
one that the same migrations make on PostgreSQL, object by object; so the moved application goes on
migrating from the version that it has."""

import os
import sqlite3
import subprocess
import unittest

from command import DatabaseTest, SERVER, migrate, music_models, psql

MUSIC = os.environ["MUSIC_COMMAND"]
VERSION = "0b88b6152c1d"

COLUMNS = """
SELECT c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
       coalesce(l.collname, ''), a.attnotnull, coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
       a.attidentity, a.attgenerated, coalesce(col_description(c.oid, a.attnum), '')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v', 'm', 'p') ORDER BY 1, 2"""
CONSTRAINTS = """
SELECT r.conrelid::regclass, r.conname, r.contype, r.convalidated, r.condeferrable,
       pg_get_constraintdef(r.oid)
FROM pg_constraint r JOIN pg_namespace n ON n.oid = r.connamespace WHERE n.nspname = 'public'
ORDER BY 1::text, 2"""
INDEXES = """
SELECT i.indexrelid::regclass, i.indisunique, i.indisprimary, i.indisvalid,
       pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' ORDER BY 1::text"""
SEQUENCES = """
SELECT s.seqrelid::regclass, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
       s.seqcache, s.seqcycle, d.refobjid::regclass, d.refobjsubid
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
LEFT JOIN pg_depend d ON d.objid = s.seqrelid AND d.deptype = 'i' ORDER BY 1::text"""
OTHERS = """
SELECT c.relkind, c.relname, coalesce(obj_description(c.oid, 'pg_class'), '')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'
UNION ALL SELECT 'function', p.proname, '' FROM pg_proc p JOIN pg_namespace n
ON n.oid = p.pronamespace WHERE n.nspname = 'public'
UNION ALL SELECT 'trigger', t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t
WHERE NOT t.tgisinternal
UNION ALL SELECT 'type', t.typname, '' FROM pg_type t JOIN pg_namespace n
ON n.oid = t.typnamespace WHERE n.nspname = 'public' AND t.typtype IN ('e', 'd')
ORDER BY 1, 2"""
HISTORY = "SELECT position, id, description, checksum FROM repot_migrations ORDER BY position"


def catalog(url):
    found = []
    for title, sql in (("column", COLUMNS), ("constraint", CONSTRAINTS), ("index", INDEXES),
                       ("sequence", SEQUENCES), ("object", OTHERS), ("history", HISTORY)):
        found += [f"{title}: {line}" for line in psql(url, sql).splitlines()]
    return found


class EqualSchema(DatabaseTest):
    maxDiff = None

    def setUp(self):
        super().setUp()
        self.native_name = self.database + "_native"
        psql(SERVER, f"CREATE DATABASE {self.native_name} TEMPLATE template0 ENCODING 'UTF8'")
        self.addCleanup(psql, SERVER, f"DROP DATABASE {self.native_name} (FORCE)")
        self.native = self.url_of(self.native_name)
        self.file = self.folder / "music.db"
        for url in (f"sqlite:///{self.file}", self.native):
            self.schema(url, "upgrade", "--to", VERSION)

    def schema(self, url, *arguments):
        done = subprocess.run([MUSIC, url, "schema", *arguments], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def move_and_compare(self):
        code, output, errors = migrate(self.file, self.target)
        self.assertEqual(code, 0, output + errors)
        native = catalog(self.native)
        self.assertGreater(len(native), 300)
        self.assert_same(native, catalog(self.target))
        self.assertEqual(self.schema(self.target, "diff"), "no differences\n")

    def assert_same(self, native, moved, step="moved"):
        self.assertEqual(sorted(set(native) - set(moved)), sorted(set(moved) - set(native)), step)
        self.assertEqual(len(native), len(moved))

    def go_on(self):
        """A further version, some versions back, and all of them again."""
        for step in (("upgrade",), ("downgrade", "--to", "aa15670cdf15", "--yes"), ("upgrade",)):
            for url in (self.native, self.target):
                self.schema(url, *step)
            self.assert_same(catalog(self.native), catalog(self.target), step)
        self.assertEqual(self.schema(self.target, "check"), "nothing is pending or wrong\n")

    def test_an_empty_database(self):
        self.move_and_compare()
        self.go_on()

    def test_a_database_with_rows(self):
        music_models(self.file, "fill", 11)
        self.move_and_compare()
        self.check_equal(self.file, "--utc", "repot_migrations.applied_at")
        self.go_on()
        with sqlite3.connect(self.file) as db:
            count = db.execute("SELECT count(*) FROM tracks").fetchone()[0]
        self.assertGreater(count, 30)
        self.assertEqual(psql(self.target, "SELECT count(*) FROM tracks"), str(count))


if __name__ == "__main__":
    unittest.main()
