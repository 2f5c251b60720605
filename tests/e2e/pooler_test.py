"""A pooler in transaction mode forgets what a session holds: whatever needs a session refuses it. In session mode it
may be used."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from command import PROJECT, SERVER, DatabaseTest, migrate, psql, run

BOUNCER = os.environ.get("REPOT_TEST_PGBOUNCER_URL")


@unittest.skipUnless(BOUNCER, "pgbouncer is not installed")
class Pooler(DatabaseTest):
    def setUp(self):
        super().setUp()
        self.source = self.sqlite("app.db", "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'x');")
        self.pooled = self.behind(BOUNCER)

    def behind(self, url):
        # The pooler keeps sessions with the server, in which the database could not be dropped.
        self.addCleanup(psql, SERVER, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                        f"'{self.database}'")
        return url.replace("/postgres?", f"/{self.database}?")

    def refused(self, command, *options):
        code, out, err = run(command, self.source, self.pooled, *options)
        self.assertEqual(code, 4, out + err)
        self.assertIn("connection pooler in transaction mode", err)
        self.assertIn("5432", err)

    def test_refused_before_anything_is_set_or_written(self):
        self.refused("migrate", "--yes")
        self.refused("migrate", "--yes", "--data-only")
        self.refused("verify")
        self.refused("plan")
        self.refused("sync")
        self.assertEqual(self.objects(), "")
        # The next client of the pool gets its server as it was.
        self.assertEqual(psql(self.pooled, "SHOW extra_float_digits; SHOW statement_timeout; SHOW lock_timeout"),
                         psql(self.target, "SHOW extra_float_digits; SHOW statement_timeout; SHOW lock_timeout"))

    def test_refused_while_others_use_the_pool(self):
        busy = [subprocess.Popen(["psql", "-X", "-qAt", "-d", self.pooled, "-c", "SELECT pg_sleep(3)"],
                                 stdout=subprocess.DEVNULL) for _ in range(3)]
        try:
            self.refused("verify")
        finally:
            for process in busy:
                process.wait()

    def test_session_mode_may_be_used(self):
        with tempfile.TemporaryDirectory(prefix="repot-pool-") as name:
            folder = pathlib.Path(name)
            folder.chmod(0o711)
            throwaway = [PROJECT / "tests/support/pgbouncer_throwaway"]
            done = subprocess.run([*throwaway, "start", folder / "b", SERVER, "session"], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            try:
                self.pooled = done.stdout.strip().replace("/postgres?", f"/{self.database}?")
                code, out, err = migrate(self.source, self.pooled)
                self.assertEqual(code, 0, out + err)
                code, out, err = run("verify", self.source, self.pooled)
                self.assertEqual(code, 0, out + err)
            finally:
                subprocess.run([*throwaway, "stop", folder / "b"], check=True)
        self.check_equal(self.source)


if __name__ == "__main__":
    unittest.main()
