"""Memory does not grow with the source: the largest resident size of whole runs, as the kernel counts it."""

import os
import subprocess
import sys
import unittest

from command import PROJECT, REPOT, DatabaseTest, is_sanitized, psql

sys.path.insert(0, str(PROJECT / "tests/benchmarks/migrate"))
import shapes  # noqa: E402

LIMIT = 128   # MiB
# One value of so many MB, as large as two copies of which a run may be beyond that.
VALUE = int(os.environ.get("REPOT_MEMORY_VALUE", "200"))
# Rows of the large run; `REPOT_MEMORY_TRACKS=10000000` is the long test.
TRACKS = int(os.environ.get("REPOT_MEMORY_TRACKS", "40000"))


@unittest.skipIf(is_sanitized(), "sanitizers need memory of their own")
class MemoryTest(DatabaseTest):
    def peak(self, shape, size, schema):
        """MiB that were resident at most, while a database of that shape was moved."""
        path = self.folder / f"{shape}{size}.db"
        shapes.make(shape, size, path)
        peak = self.peak_of_migration(path, schema)
        path.unlink()
        return peak

    def peak_of_migration(self, path, schema):
        psql(self.target, f"CREATE SCHEMA {schema}")
        return self.peak_of("migrate", path, self.target, "--schema", schema, "--yes", "--quiet")

    def peak_of(self, *words):
        child = subprocess.Popen([REPOT, *words], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(child.returncode, 0)
        return usage.ru_maxrss / 1024

    def test_many_rows_take_no_more_than_few(self):
        few, many = self.peak("music", TRACKS // 20, "few"), self.peak("music", TRACKS, "many")
        self.assertLess(many, LIMIT)
        if TRACKS < 100000:
            self.assertLess(many, few + 8)

    def test_large_values_pass_one_at_a_time(self):
        self.assertLess(self.peak("blobs", 600, "blobs"), LIMIT)

    def test_one_very_large_value(self):
        """Twice the value, as libpq hands it on; a verification holds SQLite's copy beside that."""
        for kind, value in (("blob", f"randomblob({VALUE}000000)"),
                            ("text", f"replace(hex(zeroblob({VALUE}00000)), '00', 'ä/+é ')")):
            path = self.folder / f"{kind}.db"
            # Not in this process, whose own size the kernel would count for its children.
            size = subprocess.check_output(["sqlite3", path, f"CREATE TABLE t(id INTEGER PRIMARY KEY, v {kind}); "
                                            f"INSERT INTO t VALUES(1, {value}), (2, NULL); "
                                            "SELECT max(length(CAST(v AS BLOB))) FROM t"])
            size = int(size) / 2**20
            self.assertLess(self.peak_of_migration(path, kind), 2 * size + LIMIT)
            self.assertLess(self.peak_of("verify", path, self.target, "--schema", kind), 3 * size + LIMIT)
            path.unlink()

    def test_many_tables(self):
        self.assertLess(self.peak("tables", 200, "tables"), LIMIT)


if __name__ == "__main__":
    unittest.main()
