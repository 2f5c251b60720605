"""What the end-to-end tests share: the built command, scratch databases, and the independent checker."""

import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
REPOT = os.environ["REPOT_COMMAND"]
SERVER = os.environ["REPOT_TEST_POSTGRESQL_URL"]


def run(*arguments, **options):
    """Runs repot and returns (exit code, stdout, stderr)."""
    done = subprocess.run([REPOT, *map(str, arguments)], capture_output=True, text=True,
                          errors="replace", timeout=300, **options)
    return done.returncode, done.stdout, done.stderr


def migrate(*arguments, **options):
    """Runs `repot migrate` past the question whether there is a reason to move."""
    return run("migrate", *arguments, "--yes", **options)


def is_sanitized():
    """Whether the command was built with a sanitizer that reserves memory of its own."""
    program = pathlib.Path(REPOT).read_bytes()
    return b"__asan_init" in program or b"__tsan_init" in program


def psql(url, sql):
    done = subprocess.run(["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout.strip()


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def music_models(file, *arguments):
    """Runs music_models.py with a Python that has SQLAlchemy: Debian's, where this one is another."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import sqlalchemy"], capture_output=True).returncode == 0:
            break
    else:
        raise unittest.SkipTest("python3-sqlalchemy is not installed")
    command = [python, "-B", HERE / "music_models.py", file, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


class DatabaseTest(unittest.TestCase):
    """Each test has a folder and an empty database of its own."""

    count = 0

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="repot e2e ")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        DatabaseTest.count += 1
        self.database = f"e2e_{os.getpid()}_{DatabaseTest.count}"
        psql(SERVER, f"CREATE DATABASE {self.database} TEMPLATE template0 ENCODING 'UTF8'")
        self.addCleanup(psql, SERVER, f"DROP DATABASE {self.database} (FORCE)")
        self.target = self.url_of(self.database)

    @staticmethod
    def url_of(database, **changes):
        parts = urllib.parse.urlsplit(SERVER)
        query = dict(urllib.parse.parse_qsl(parts.query)) | changes
        return f"postgresql:///{database}?" + urllib.parse.urlencode(query)

    def sqlite(self, name, sql):
        path = self.folder / name
        subprocess.run(["sqlite3", path], input=sql, text=True, check=True, capture_output=True)
        return path

    def objects(self):
        """Everything that a migration could have left in the target."""
        return psql(self.target, "SELECT coalesce(string_agg(n.nspname || '.' || c.relname, ',' "
                    "ORDER BY 1), '') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                    "WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')") + \
            psql(self.target, "SELECT coalesce(string_agg(nspname, ',' ORDER BY 1), '') FROM "
                 "pg_namespace WHERE nspname LIKE 'repot%'")

    def check_equal(self, source, *arguments):
        done = subprocess.run([sys.executable, HERE / "check_equal.py", source, self.target,
                               *arguments], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
