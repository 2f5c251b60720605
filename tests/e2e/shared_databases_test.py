"""Moves databases of real applications, where they are at hand, and compares every value by the
independent checker."""

import shutil
import sys
import unittest

from command import DatabaseTest, PROJECT, digest, migrate, psql, run

SHARED = PROJECT.parent / "shared" / "dbs"

# What has to be set aside on the way; every other database moves as it is.
REFUSED = {
    # A blob in a TEXT column, numbers and texts in one column: named with table, column, row, value.
    "pgloader_bad-utf8.db": ("files.filename", "id=2", "x'66696c65966e616d652e747874'"),
    "pgloader_type-mismatch.db": (".", "'"),
    "pgloader_sqlite.db": (".", "text '"),
    "duckdbsqlite_mixed_data_numeric.db": ("tbl.a", "rowid=2", "'hello'"),
}
REPORTED = {
    "android_contacts2.db", "duckdbsqlite_unsupported_view.db", "firefox_places.sqlite",
}
# The visible columns of virtual tables become tables, which the checker does not look for.
VIRTUAL = {"duckdbsqlite_fts.db", "duckdbsqlite_rtree.db"}


class SharedDatabases(DatabaseTest):
    def test_each_arrives_or_is_refused_with_its_reason(self):
        for shared in sorted(SHARED.iterdir()):
            if shared.suffix not in (".db", ".sqlite", ".sqlite3"):
                continue
            with self.subTest(shared.name):
                # SQLite makes a -shm file beside a database in WAL mode, so a copy is read.
                source = self.folder / shared.name
                shutil.copyfile(shared, source)
                schema = shared.stem
                psql(self.target, f'DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA "{schema}"')
                self.move(source, schema)

    def move(self, source, schema):
        before = digest(source)
        code, out, err = migrate(source, self.target, "--schema", schema)
        if source.name in REFUSED:
            self.assertEqual(code, 5, out + err)
            for words in REFUSED[source.name]:
                self.assertIn(words, err)
            self.assertEqual(self.left_in(schema), "0")
            return
        if source.name in REPORTED:
            self.assertEqual(code, 5, out + err)
            self.assertIn("not carried over", err)
            self.assertEqual(self.left_in(schema), "0")
            code, out, err = migrate(source, self.target, "--schema", schema,
                                 "--skip-untranslatable")
            self.assertEqual(code, 7, out + err)
        else:
            self.assertEqual(code, 0, out + err)
        self.assertIn("verified", out)
        self.assertEqual(digest(source), before)
        if source.name not in VIRTUAL | REPORTED:
            self.check_equal(source, "--schema", schema)

    def left_in(self, schema):
        return psql(self.target, "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON "
                                 f"n.oid = c.relnamespace WHERE n.nspname = '{schema}'")


if __name__ == "__main__":
    if not SHARED.is_dir():
        print(f"skipped: no real databases in {SHARED}")
        sys.exit(77)
    unittest.main()
