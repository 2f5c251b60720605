"""Memory does not grow with the source: the largest resident size of whole runs, as the kernel counts it."""

import os
import subprocess
import sys
import unittest

from command import PROJECT, REPOT, DatabaseTest, psql

sys.path.insert(0, str(PROJECT / "tests/benchmarks/migrate"))
import shapes  # noqa: E402

LIMIT = 128   # MiB
# Rows of the large run; `REPOT_MEMORY_TRACKS=10000000` is the long test.
TRACKS = int(os.environ.get("REPOT_MEMORY_TRACKS", "40000"))


def is_sanitized():
    return b"__asan_init" in REPOT_BYTES or b"__tsan_init" in REPOT_BYTES


with open(REPOT, "rb") as program:
    REPOT_BYTES = program.read()


@unittest.skipIf(is_sanitized(), "sanitizers need memory of their own")
class MemoryTest(DatabaseTest):
    def peak(self, shape, size, schema):
        """MiB that were resident at most, while a database of that shape was moved."""
        path = self.folder / f"{shape}{size}.db"
        shapes.make(shape, size, path)
        psql(self.target, f"CREATE SCHEMA {schema}")
        child = subprocess.Popen([REPOT, "migrate", path, self.target, "--schema", schema, "--yes", "--quiet"],
                                 stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(child.returncode, 0)
        path.unlink()
        return usage.ru_maxrss / 1024

    def test_many_rows_take_no_more_than_few(self):
        few, many = self.peak("music", TRACKS // 20, "few"), self.peak("music", TRACKS, "many")
        self.assertLess(many, LIMIT)
        if TRACKS < 100000:
            self.assertLess(many, few + 8)

    def test_large_values_pass_one_at_a_time(self):
        self.assertLess(self.peak("blobs", 600, "blobs"), LIMIT)

    def test_many_tables(self):
        self.assertLess(self.peak("tables", 200, "tables"), LIMIT)


if __name__ == "__main__":
    unittest.main()
