"""repot cutover: eight busy writers are led from SQLite to PostgreSQL, and each write that was acknowledged is
in the one database that they are on then, as logs say that Repot has no part in.

REPOT_CUTOVERS: how many random repetitions (6), REPOT_CUTOVER_FAULTS: in how many of them something is killed (4):
repot, the server's processes, writers. REPOT_RANDOM_SEED: the first seed (1).
"""

import json
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
from collections import Counter

from command import REPOT, DatabaseTest, HERE, PROJECT, is_sanitized, migrate, psql, run

COUNT = int(os.environ.get("REPOT_CUTOVERS", "6"))
FAULTS = int(os.environ.get("REPOT_CUTOVER_FAULTS", "4"))
FIRST = int(os.environ.get("REPOT_RANDOM_SEED", "1"))
WRITERS = 8
# Seconds between two writes of a writer. Where the folder is in memory, no disk keeps them from outrunning the command, which
# gives up then, as does a command that a sanitizer makes ten times as slow.
PAUSE = "0.02" if is_sanitized() else "0.002"
MOVING = os.environ.get("MOVING_COMMAND")   # docs/examples/moving

NOTES = """
    PRAGMA journal_mode = WAL;
    CREATE TABLE note(id INTEGER PRIMARY KEY AUTOINCREMENT, writer INTEGER, n INTEGER, UNIQUE(writer, n));
    CREATE TABLE event(id TEXT PRIMARY KEY, note INTEGER REFERENCES note(id) ON DELETE CASCADE, state TEXT);
    WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 4000)
      INSERT INTO note(writer, n) SELECT -1, i FROM s;
    INSERT INTO event SELECT '-1-' || n, id, 'old' FROM note;
    """


class Application:
    """Writers, and what they were told is stored."""

    def __init__(self, folder, source):
        self.folder, self.source = folder, source
        self.env = folder / "app.env"
        self.env.write_text(f'OTHER=1\nDATABASE_URL="sqlite:///{source}"\n# end\n')
        self.env.chmod(0o640)
        self.writers, self.numbers = {}, Counter()

    def start(self, writer):
        self.numbers[writer] += 1_000_000
        self.writers[writer] = subprocess.Popen(
            [sys.executable, "-B", HERE / "cutover_writer.py", self.env, self.folder / f"log{writer}", str(writer),
             str(self.numbers[writer]), PAUSE], stderr=subprocess.DEVNULL)

    def start_all(self):
        for writer in range(WRITERS):
            self.start(writer)

    def stop_all(self):
        for process in self.writers.values():
            process.kill()
            process.wait()

    def acknowledged(self):
        lines = [line.split() for log in self.folder.glob("log*") for line in log.read_text().splitlines()]
        return [(int(line[0]), int(line[1]), line[2], float(line[3])) for line in lines if len(line) == 4]

    def wait_for(self, database, count=40):
        deadline = time.monotonic() + 60
        while sum(ack[2] == database for ack in self.acknowledged()) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"no writes to {database}")
            time.sleep(0.02)

    def url(self):
        return "postgresql" if "=\"postgresql" in self.env.read_text() else "sqlite"


def rows_of_sqlite(source):
    database = sqlite3.connect(source)
    try:
        return set(database.execute("SELECT n.writer, n.n, e.id FROM note n JOIN event e ON e.note = n.id"))
    finally:
        database.close()


def rows_of_server(target):
    lines = psql(target, "SELECT n.writer, n.n, e.id FROM note n JOIN event e ON e.note = n.id").splitlines()
    return {(int(a), int(b), c) for a, b, c in (line.split("|") for line in lines)}


class Cutover(DatabaseTest):
    def move(self):
        self.source = self.sqlite("app.db", NOTES)
        code, out, err = migrate(self.source, self.target)
        self.assertEqual(code, 0, out + err)
        self.application = Application(self.folder, self.source)
        self.addCleanup(self.application.stop_all)

    def cutover(self, *options, code=0):
        done = run("cutover", self.source, self.target, "--json", *options)
        self.assertEqual(done[0], code, done[1] + done[2])
        return json.loads(done[1]) if done[1].startswith("{") else done[2]

    def flip(self):
        return ("--env-file", self.application.env, "--variable", "DATABASE_URL")

    def refused(self, sql):
        database = sqlite3.connect(self.source)
        try:
            database.execute(sql)
        except sqlite3.Error as error:
            return str(error)
        finally:
            database.close()
        return ""

    def test_writers_are_led_over_and_nothing_is_lost(self):
        self.move()
        self.application.start_all()
        self.application.wait_for("sqlite")
        page = self.folder / "cutover.html"
        report = self.cutover(*self.flip(), "--report", page)
        self.application.wait_for("postgresql")
        self.application.stop_all()
        self.assertTrue(report["moved"])
        self.assertIn("The application has moved to PostgreSQL", page.read_text())
        self.assertIn("with writers kept out", page.read_text())
        acknowledged = self.application.acknowledged()
        last = max(ack[3] for ack in acknowledged if ack[2] == "sqlite")
        first = min(ack[3] for ack in acknowledged if ack[2] == "postgresql")
        print(f"downtime: {report['downtime_seconds']:.3f} s by repot, {first - last:.3f} s from the last write that "
              f"SQLite took to the first that PostgreSQL took, {len(acknowledged)} writes")
        self.assertLess(first - last, 5)
        there = rows_of_server(self.target)
        self.assertEqual({ack[:2] for ack in acknowledged} - {row[:2] for row in there}, set())
        self.assertEqual(rows_of_sqlite(self.source) - there, set())
        self.assertEqual(self.application.env.stat().st_mode & 0o777, 0o640)
        self.assertEqual(self.application.env.read_text(), f'OTHER=1\nDATABASE_URL="{self.target}"\n# end\n')

    @unittest.skipUnless(MOVING, "MOVING_COMMAND names no program")
    def test_an_application_built_on_repot_goes_on_without_a_restart(self):
        self.move()
        with open(self.folder / "log", "w") as log, open(self.folder / "errors", "w") as errors:
            process = subprocess.Popen([MOVING, f"sqlite:///{self.source}", self.target, str(WRITERS), "8"], stdout=log,
                                       stderr=errors)
            self.addCleanup(process.kill)
            self.application.wait_for("sqlite")
            report = self.cutover()
            self.application.wait_for("postgresql")
            self.assertEqual(process.wait(60), 0)
        self.assertIn("moved to postgresql", (self.folder / "errors").read_text())
        acknowledged = {ack[:2] for ack in self.application.acknowledged()}
        there = {tuple(map(int, line.split("|"))) for line in
                 psql(self.target, "SELECT writer, n FROM note WHERE writer >= 0").splitlines()}
        # A unit of work that ran twice would be there twice, and refused.
        self.assertEqual(acknowledged, there)
        times = sorted(ack[3] for ack in self.application.acknowledged())
        pause = max(later - earlier for earlier, later in zip(times, times[1:]))
        print(f"SwitchableDatabase: {report['downtime_seconds']:.3f} s by repot, longest pause of all writers "
              f"{pause:.3f} s, {len(there)} writes")
        self.assertLess(pause, 5)

    def test_a_forgotten_writer_gets_an_error(self):
        self.move()
        self.cutover()
        for sql in ("INSERT INTO note(writer, n) VALUES (1, 1)", "UPDATE event SET state = 'x'", "DELETE FROM note",
                    "INSERT OR IGNORE INTO note(writer, n) VALUES (1, 1)", "REPLACE INTO event VALUES ('-1-1', 1, 'x')"):
            self.assertIn("this database has moved to PostgreSQL", self.refused(sql), sql)
        self.assertTrue(self.cutover()["moved_before"])
        code, out, err = run("sync", self.source, self.target)
        self.assertEqual((code, "has moved" in err), (5, True), out + err)
        # What is not the application's own is not seen: both are equal, and the way back is free of it.
        code, out, err = run("verify", self.source, self.target)
        self.assertEqual(code, 0, out + err)
        self.assertEqual(run("revert", self.source, self.target, "--to", self.folder / "back.db")[0], 0)
        back = sqlite3.connect(self.folder / "back.db")
        self.assertEqual(back.execute("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'repot%'").fetchone(), (0,))
        back.close()

    def test_undo_leads_back_unless_rows_were_written_since(self):
        self.move()
        before = self.application.env.read_text()
        self.cutover(*self.flip())
        self.assertTrue(self.cutover("--undo")["undone"])
        self.assertEqual(self.application.env.read_text(), before)
        self.assertEqual(self.refused("INSERT INTO note(writer, n) VALUES (1, 1)"), "")
        self.assertIn("nothing to undo", self.cutover("--undo", code=5))
        self.cutover(*self.flip())
        psql(self.target, "INSERT INTO note(writer, n) VALUES (2, 2)")
        self.assertTrue(self.cutover("--undo", code=8)["faults"])
        self.assertIn("moved", self.refused("DELETE FROM note"))

    def test_what_fails_before_the_flip_leaves_the_application_on_sqlite(self):
        self.move()
        before = self.application.env.read_text()
        self.assertIn("ended with 3", self.cutover(*self.flip(), "--hook", "exit 3", code=6))
        self.assertEqual(self.application.env.read_text(), before)
        self.assertEqual(self.refused("INSERT INTO note(writer, n) VALUES (1, 1)"), "")
        psql(self.target, "UPDATE event SET state = 'by others' WHERE id = '-1-77'")
        self.assertTrue(self.cutover(*self.flip(), code=8)["faults"])
        self.assertEqual(self.application.env.read_text(), before)
        psql(self.target, "UPDATE event SET state = 'old' WHERE id = '-1-77'; ALTER TABLE event DROP CONSTRAINT event_pkey")
        self.assertTrue(self.cutover(*self.flip(), code=8)["faults"])
        self.assertEqual(self.refused("INSERT INTO note(writer, n) VALUES (1, 2)"), "")
        for options in (("--env-file", self.folder / "none", "--variable", "X"), ("--symlink", self.source, "--symlink-to",
                        "x"), ("--env-file", self.application.env, "--variable", "MISSING")):
            self.cutover(*options, code=5)
        self.assertEqual(self.application.env.read_text(), before)

    def test_a_long_transaction_is_waited_for_in_vain(self):
        self.move()
        database = sqlite3.connect(self.source, isolation_level=None)
        database.execute("BEGIN IMMEDIATE")
        self.assertIn("locked", self.cutover("--patience", "0.5", code=3))
        database.execute("COMMIT")
        database.close()
        self.assertTrue(self.cutover("--patience", "0.5")["moved"])

    def test_killed_behind_its_fence_it_goes_on_by_the_same_command(self):
        self.move()
        before = self.application.env.read_text()
        kill = ("--hook", "kill -9 $PPID")
        self.assertEqual(run("cutover", self.source, self.target, *self.flip(), *kill)[0], -9)
        self.assertIn("moved", self.refused("DELETE FROM note"))
        self.assertIn("is moving", run("sync", self.source, self.target)[2])
        self.assertTrue(self.cutover("--undo")["undone"])
        self.assertEqual(self.application.env.read_text(), before)
        self.assertEqual(run("cutover", self.source, self.target, *self.flip(), *kill)[0], -9)
        # The application was started anew meanwhile, and writes to the target.
        psql(self.target, "INSERT INTO note(writer, n) VALUES (2, 2)")
        self.assertTrue(self.cutover("--undo", code=8)["faults"])
        self.assertIn("the same command goes on", self.cutover(*self.flip(), "--hook", "false", code=6))
        self.assertTrue(self.cutover(*self.flip())["went_on"])
        self.assertTrue(self.cutover(*self.flip())["moved_before"])
        self.assertEqual(psql(self.target, "INSERT INTO note(writer, n) VALUES (2, 3) RETURNING id"), "4002")

    def test_a_link_and_a_hook(self):
        self.move()
        link = self.folder / "current"
        link.symlink_to("old")
        self.cutover("--symlink", link, "--symlink-to", "new", "--hook", f"readlink '{link}' > '{self.folder}/seen'")
        self.assertEqual((self.folder / "seen").read_text(), "new\n")
        self.cutover("--undo")
        self.assertEqual(os.readlink(link), "old")

    def test_a_file_in_rollback_journal_mode(self):
        self.move()
        database = sqlite3.connect(self.source)
        database.execute("PRAGMA journal_mode = DELETE")
        database.close()
        self.application.start_all()
        self.application.wait_for("sqlite")
        self.assertTrue(self.cutover(*self.flip(), "--rows-left", "1000000")["moved"])
        self.application.wait_for("postgresql")
        self.application.stop_all()
        there = rows_of_server(self.target)
        self.assertEqual({ack[:2] for ack in self.application.acknowledged()} - {row[:2] for row in there}, set())


class Server:
    """A cluster of the test's own, whose processes may be killed."""

    def __init__(self, folder):
        folder.chmod(0o711)
        self.cluster = folder / "cluster"
        # Not with --no-fsync: a crash would take back what the server acknowledged to the application.
        self.url = self.throwaway("start")

    def throwaway(self, command, *options):
        done = subprocess.run([PROJECT / "tests/support/pg_throwaway", command, self.cluster, *options],
                              capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def kill_a_process(self, rng):
        """kill -9: the server ends all sessions and recovers from its log."""
        try:
            sessions = psql(self.url, "SELECT pid FROM pg_stat_activity WHERE datname IS NOT NULL AND "
                            "pid <> pg_backend_pid()").split()
            os.kill(int(rng.choice(sessions)), 9)
        except (RuntimeError, IndexError, ProcessLookupError):
            pass

    def wait(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                return psql(self.url, "SELECT 1")
            except RuntimeError:
                time.sleep(0.05)
        raise AssertionError("the server does not come back")


class RandomCutovers(unittest.TestCase):
    """Whatever is killed: the application is on exactly one database, which has all that was acknowledged."""

    def test_random_faults(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="repot-cutover-"))
        self.addCleanup(shutil.rmtree, folder)
        server = Server(folder)
        self.addCleanup(server.throwaway, "stop")
        self.outcomes, self.downtimes = Counter(), []
        for number in range(COUNT):
            rng = random.Random(FIRST + number)
            fault = rng.choice(["repot", "repot", "server", "writer"]) if number < FAULTS else "nothing"
            with self.subTest(seed=FIRST + number, fault=fault):
                try:
                    self.repetition(rng, folder / str(number), server, fault, f"cut{number}")
                except Exception as failure:
                    print(f"seed {FIRST + number}, {fault}: {failure!r}"[:2000], flush=True)
                    raise
        downtimes = sorted(self.downtimes) or [0]
        print(f"{COUNT} cutovers, {FAULTS} with faults: {dict(self.outcomes)}; downtime of writers in the others: median "
              f"{downtimes[len(downtimes) // 2]:.3f} s, longest {downtimes[-1]:.3f} s")

    def repetition(self, rng, folder, server, fault, name):
        folder.mkdir()
        source, target = folder / "app.db", server.url.replace(":///postgres?", f":///{name}?")
        subprocess.run(["sqlite3", source], input=NOTES, text=True, check=True, capture_output=True)
        psql(server.url, f"CREATE DATABASE {name}")
        code, out, err = migrate(source, target)
        self.assertEqual(code, 0, out + err)
        application = Application(folder, source)
        application.start_all()
        try:
            application.wait_for("sqlite")
            self.until_moved(rng, application, source, target, server, fault)
            application.wait_for("postgresql")
        finally:
            application.stop_all()
        server.wait()
        self.judge(application, source, target)
        if fault == "nothing":
            acknowledged = application.acknowledged()
            self.downtimes.append(min(ack[3] for ack in acknowledged if ack[2] == "postgresql") -
                                  max(ack[3] for ack in acknowledged if ack[2] == "sqlite"))

    def until_moved(self, rng, application, source, target, server, fault):
        command = [REPOT, "cutover", source, target, "--json", "--env-file", application.env, "--variable",
                   "DATABASE_URL"]
        for attempt in range(8):
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            if attempt < 5 and fault != "nothing":
                self.break_it(rng, application, server, fault, process)
            out, err = process.communicate(timeout=120)
            server.wait()
            self.outcomes[f"{fault}: exit code {process.returncode}"] += 1
            self.assertIn(process.returncode, (0, 3, 4, 5, 6, -9), out + err)
            if process.returncode == 0:
                return
            self.judge_stopped(application, source, target, process.returncode)
        self.fail("it does not move")

    def break_it(self, rng, application, server, fault, process):
        time.sleep(rng.uniform(0.05, 1.2))
        if fault == "repot":
            self.wait_for_the_flip(rng, application, process)
            process.kill()
        elif fault == "server":
            server.kill_a_process(rng)
        else:
            writer = rng.randrange(WRITERS)
            application.writers[writer].kill()
            application.writers[writer].wait()
            application.start(writer)

    @staticmethod
    def wait_for_the_flip(rng, application, process):
        """Half of the time as near to the flip as can be: when the fence is seen."""
        if rng.random() < 0.5:
            return
        database = sqlite3.connect(application.source, timeout=10)
        while process.poll() is None:
            if database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'repot_moved'").fetchone():
                break
        database.close()

    def judge_stopped(self, application, source, target, code):
        """Nothing in PostgreSQL that is not in SQLite, unless the switch names it."""
        if application.url() == "sqlite":
            before = rows_of_server(target)
            self.assertEqual(before - rows_of_sqlite(source), set(), f"after exit code {code}")

    def judge(self, application, source, target):
        self.assertEqual(application.url(), "postgresql")
        there = rows_of_server(target)
        lost = {ack[:2] for ack in application.acknowledged()} - {row[:2] for row in there}
        self.assertEqual(lost, set(), "acknowledged writes are lost")
        self.assertEqual(rows_of_sqlite(source) - there, set(), "rows are in SQLite only")
        order = sorted((ack[3], ack[2]) for ack in application.acknowledged())
        names = [name for _, name in order]
        self.assertNotIn("sqlite", names[names.index("postgresql"):], "both databases took writes")


if __name__ == "__main__":
    unittest.main()
