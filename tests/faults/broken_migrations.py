"""What the tests share that break migrations: a server that may be killed, the databases, and the judgement."""

import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
SHARED = PROJECT.parent / "shared" / "dbs"
REPOT = os.environ["REPOT_COMMAND"]


def fail(message, *outputs):
    sys.exit("\n".join([message, *outputs]))


class Server:
    """A cluster of the test's own, whose processes may be killed."""

    def __init__(self, folder, *options):
        folder.chmod(0o711)
        self.cluster = folder / "cluster"
        self.url = self.throwaway("start", "--no-fsync", *options)

    def throwaway(self, command, *options):
        done = subprocess.run([PROJECT / "tests/support/pg_throwaway", command, self.cluster, *options],
                              capture_output=True, text=True)
        if done.returncode != 0:
            fail(f"pg_throwaway {command}", done.stderr)
        return done.stdout.strip()

    def database(self, name):
        return self.url.replace(":///postgres?", f":///{name}?")

    def ask(self, sql, database="postgres"):
        done = subprocess.run(["psql", "-X", "-qAt", "-d", self.database(database), "-c", sql],
                              capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else None

    def kill_a_session(self, database):
        """kill -9: the server ends all sessions and recovers from its log."""
        sessions = self.ask(f"SELECT pid FROM pg_stat_activity WHERE datname = '{database}' AND "
                            "application_name LIKE 'repot-migrate-%'")
        if not sessions:
            return False
        try:
            os.kill(int(random.choice(sessions.split("\n"))), 9)
        except ProcessLookupError:
            return False
        return True

    def wait(self):
        deadline = time.monotonic() + 60
        while self.ask("SELECT 1") is None:
            if time.monotonic() > deadline:
                fail("the server does not come back")
            time.sleep(0.05)


def make_ranged(path):
    """A table of several ranges, one without rowids, keys between them and values for the quarantine."""
    with sqlite3.connect(path) as db:
        db.executescript("""
            CREATE TABLE big(id INTEGER PRIMARY KEY, v BLOB);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 180)
              INSERT INTO big SELECT i * 3, randomblob(40000) FROM n;
            CREATE TABLE named(name TEXT PRIMARY KEY, big INT REFERENCES big(id)) WITHOUT ROWID;
            INSERT INTO named SELECT 'name ' || id, id FROM big;
            CREATE TABLE odd(id INTEGER PRIMARY KEY, n INTEGER NOT NULL UNIQUE);
            INSERT INTO odd SELECT id, CASE WHEN id % 5 = 0 THEN 'text ' || id ELSE id END FROM big;
            CREATE INDEX by_big ON named(big);""")
    db.close()
    return path


class Migration:
    """One of the databases on its way into a database of its own."""

    def __init__(self, server, sources, number):
        self.server = server
        self.source, self.options, self.independent = sources[number % len(sources)]
        self.database = f"broken_{number}"
        server.ask(f"CREATE DATABASE {self.database}")

    def start(self, target=None, *options):
        """The same command each time: it begins, goes on, or verifies what is finished."""
        return subprocess.Popen(
            [REPOT, "migrate", self.source, target or self.server.database(self.database), "--resume", "--yes",
             "--skip-untranslatable", "--quiet", "--chunk-bytes", "300kB", *self.options, *options],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def state(self):
        if self.server.ask("SELECT to_regclass('repot.runs') IS NULL", self.database) != "f":
            return "before"
        return self.server.ask("SELECT coalesce((SELECT state FROM repot.runs), 'before')", self.database) or "?"

    def ended(self, process):
        """Whether the migration is done. Whatever else it ends with must be clear, and let it go on."""
        out, _ = process.communicate(timeout=300)
        self.server.wait()
        if process.returncode in (0, 7):
            return True
        told = process.returncode == 4 and out.startswith("repot: ") or process.returncode == 6 and (
            "the same command goes on" in out or "as it was before" in out)
        if process.returncode != -9 and not told:
            fail(f"{self.source} ended with {process.returncode}", out)
        return False

    def check(self):
        """Every row there once, and nothing left behind."""
        target = self.server.database(self.database)
        if self.independent:
            done = subprocess.run([sys.executable, "-B", PROJECT / "tests/e2e/check_equal.py", self.source, target],
                                  capture_output=True, text=True)
        else:
            done = subprocess.run([REPOT, "verify", self.source, target, *self.options], capture_output=True, text=True)
            if self.server.ask("SELECT count(*) || ' ' || (SELECT count(*) FROM odd) || ' ' || (SELECT "
                               "count(DISTINCT key::text) || ' ' || count(*) FROM repot_quarantine WHERE "
                               "\"column\" = 'n') FROM big", self.database) != "180 144 36 36":
                fail("rows are lost or doubled")
        if done.returncode not in (0, 7):
            fail(f"{self.source} differs", done.stdout, done.stderr)
        left = self.server.ask("SELECT count(*) || ' ' || (SELECT count(*) FROM pg_namespace WHERE nspname LIKE "
                               "'repot\\_%') || ' ' || (SELECT count(*) FROM pg_stat_activity WHERE application_name "
                               "LIKE 'repot-migrate%') FROM repot.runs WHERE state = 'published'", self.database)
        if left != "1 0 0":
            fail(f"something is left: {left}")
        self.server.ask(f"DROP DATABASE {self.database} (FORCE)")


def series(wanted, setup):
    """Breaks one migration after the other until so many faults have hit. `setup(server)` makes what breaks them: with
    break_one(migration), broken() and stop(). Returns the number of migrations."""
    random.seed(int(os.environ.get("REPOT_RANDOM_SEED", "1")))
    with tempfile.TemporaryDirectory(prefix="repot-broken-") as name:
        folder = pathlib.Path(name)
        server = Server(folder)
        breaker = setup(server)
        try:
            done, databases = 0, sources(folder)
            while breaker.broken() < wanted:
                breaker.break_one(Migration(server, databases, done))
                done += 1
        finally:
            breaker.stop()
            server.throwaway("stop")
    return breaker, done


def sources(folder):
    """(path, options of migrate, whether the independent checker can judge it)"""
    found = [(make_ranged(folder / "ranged.db"), ["--on-misfit", "quarantine"], False)]
    for name in ("chinook.sqlite", "django_wagtail_bakerydemo.sqlite3"):
        if (SHARED / name).exists():
            found.append((SHARED / name, [], True))
    return found
