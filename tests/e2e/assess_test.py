"""`repot assess` from outside: verdicts and exit codes, the sample run, and a real application that
grows out of SQLite, signal by signal."""

import json
import os
import signal
import sqlite3
import stat
import subprocess
import time
import unittest

from command import DatabaseTest, PROJECT, REPOT, digest, migrate, psql, run

MUSIC = os.environ["MUSIC_COMMAND"]
STAY, PREPARE, MOVE = 0, 10, 11


class AssessTest(DatabaseTest):
    def assess(self, source, *arguments):
        code, out, err = run("assess", source, "--json", *arguments)
        self.assertIn(code, (STAY, PREPARE, MOVE), err)
        self.assertEqual([f.name for f in self.folder.glob("*signals-*")], [])
        found = json.loads(out)
        self.assertEqual(found["format"], "repot-assessment")
        self.assertEqual({STAY: "stay", PREPARE: "prepare", MOVE: "move_now"}[code],
                         found["verdict"])
        return code, found

    def levels(self, found):
        return {signal["name"]: signal["level"] for signal in found["signals"]}


class Assess(AssessTest):
    def test_a_small_database_stays_and_nothing_is_written(self):
        source = self.sqlite("small one.db", "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT);"
                             "INSERT INTO t(b) VALUES ('x'), ('y');")
        before = digest(source), sorted(self.folder.iterdir())
        code, out, err = run("assess", source)
        self.assertEqual((code, err), (STAY, ""))
        for words in ("not reached", "at least", "Verdict: stay",
                      f"Next: repot assess '{source}'", "GrowthMonitor"):
            self.assertIn(words, out)
        code, found = self.assess(source)
        self.assertEqual(code, STAY)
        self.assertEqual(set(self.levels(found)), {"size", "lock-waits", "busy-errors", "users",
                                                   "regions", "replicas"})
        self.assertEqual(found["move"]["method"], "read")
        self.assertEqual((digest(source), sorted(self.folder.iterdir())), before)
        self.assertEqual(run("assess", source, "--quiet"), (STAY, "", ""))
        self.assertNotIn("move", self.assess(source, "--no-sample")[1])

    def test_thresholds_turn_the_verdict(self):
        source = self.sqlite("a.db", "CREATE TABLE t(a); INSERT INTO t VALUES (1);")
        size = source.stat().st_size
        for arguments, wanted in ((("--size-act", "1GB"), STAY),
                                  (("--size-prepare", str(size)), PREPARE),
                                  (("--size-act", str(size)), MOVE),
                                  (("--size-act", str(size + 1)), STAY),
                                  (("--users", "6"), PREPARE), (("--users", "11"), MOVE),
                                  (("--users", "11", "--users-act", "20"), PREPARE),
                                  (("--regions", "2"), MOVE), (("--replicas", "1"), MOVE),
                                  (("--replicas", "1", "--replicas-act", "1"), STAY)):
            if arguments == ("--size-act", str(size + 1)):
                arguments += ("--size-prepare", str(size + 1))
            with self.subTest(arguments):
                self.assertEqual(self.assess(source, *arguments)[0], wanted)

    def test_bad_input_is_told(self):
        source = self.sqlite("a.db", "CREATE TABLE t(a);")
        for arguments, code, words in (
                ((self.folder / "missing.db",), 3, "missing.db"),
                (("postgresql://host/db",), 2, "must be an SQLite database"),
                (("sqlite://",), 2, "must be a file"),
                ((source, "sqlite:///b.db"), 2, "must be a PostgreSQL database"),
                ((source, "--users", "many"), 2, "many"),
                ((source, "--size-act", "1 lightyear"), 2, "lightyear"),
                ((source, "--lookback", "0"), 2, "lookback"),
                ((PROJECT / "README.md",), 3, "README.md")):
            with self.subTest(arguments):
                found, out, err = run("assess", *arguments)
                self.assertEqual(found, code, out + err)
                self.assertIn(words, out + err)

    def test_the_sample_run_measures_and_leaves_nothing(self):
        source = self.folder / "app.db"
        subprocess.run([PROJECT / "docs/examples/music-library/make", source], check=True,
                       capture_output=True)
        before = digest(source)
        _, found = self.assess(source, self.target)
        self.assertEqual(found["move"]["method"], "copied", found["move"])
        self.assertEqual(self.objects(), "")
        self.assertEqual(digest(source), before)
        estimated = found["move"]["target_bytes"]
        read = self.assess(source)[1]["move"]["target_bytes"]
        code, out, err = migrate(source, self.target)
        self.assertEqual(code, 0, out + err)
        size = int(psql(self.target, "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c "
                        "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"))
        self.assertLess(abs(estimated - size), size * 0.1)
        self.assertLess(abs(read - size), size * 0.3)

    def test_a_part_of_a_large_table_stands_for_all_of_it(self):
        source = self.sqlite("large.db", """
            CREATE TABLE parents(id INTEGER PRIMARY KEY, name TEXT UNIQUE);
            CREATE TABLE rows(id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents(id), t TEXT);
            CREATE INDEX rows_t ON rows(t);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
            INSERT INTO rows SELECT i, i % 500 + 1, hex(randomblob(80)) FROM n;
            INSERT INTO parents SELECT id, 'parent ' || id FROM rows WHERE id <= 500;""")
        _, found = self.assess(source, self.target)
        move = found["move"]
        self.assertEqual(move["method"], "copied", move)
        self.assertLess(move["rows_sampled"], 250_000)
        self.assertEqual(move["rows"], 300_500)
        code, out, err = migrate(source, self.target, "--json")
        self.assertEqual(code, 0, err)
        size = int(psql(self.target, "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c "
                        "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"))
        self.assertLess(abs(move["target_bytes"] - size), size * 0.15)

    def test_a_sample_that_was_killed_is_dropped_by_the_next(self):
        source = self.sqlite("large.db", """
            CREATE TABLE rows(id INTEGER PRIMARY KEY, t TEXT);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
            INSERT INTO rows SELECT i, hex(randomblob(80)) FROM n;""")
        psql(self.target, "CREATE SCHEMA repot_sample_mine; CREATE TABLE repot_sample_mine.t(a int)")
        before = self.objects()
        for name, code in (("SIGTERM", 143), ("SIGKILL", -9)):
            with self.subTest(name):
                process = subprocess.Popen([REPOT, "assess", source, self.target, "--quiet"])
                while "repot_staging_" not in self.objects():
                    self.assertIsNone(process.poll(), "it was too quick")
                process.send_signal(getattr(signal, name))
                self.assertEqual(process.wait(timeout=60), code)
                if name == "SIGTERM":
                    self.assertEqual(self.objects(), before, "what is interrupted cleans up")
                else:
                    self.assertNotEqual(self.objects(), before)
        small = self.sqlite("small.db", "CREATE TABLE t(a); INSERT INTO t VALUES (1);")
        # The server has to notice that the killed process is gone.
        for _ in range(50):
            self.assertEqual(self.assess(small, self.target)[1]["move"]["method"], "copied")
            if self.objects() == before:
                break
            time.sleep(0.2)
        self.assertEqual(self.objects(), before, "its own is gone, and nobody else's")

    def test_a_target_that_is_not_there_is_a_note(self):
        source = self.sqlite("a.db", "CREATE TABLE t(a); INSERT INTO t VALUES (1);")
        code, found = self.assess(source, "postgresql://u:secretword@127.0.0.1:1/none")
        self.assertEqual(code, STAY)
        self.assertIn("no sample could be copied", found["move"]["basis"])
        self.assertNotIn("secretword", json.dumps(found))


class GrowingMusicLibrary(AssessTest):
    """The reference application under load; the limits are small, everything else is real."""

    def setUp(self):
        super().setUp()
        self.database = self.folder / "music.db"
        self.signals = self.folder / "music.db-repot-signals"
        self.url = f"sqlite:///{self.database}"

    def music(self, *arguments, url=None):
        done = subprocess.run([MUSIC, url or self.url, *map(str, arguments)], capture_output=True,
                              text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    def add_files(self, first, count):
        for number in range(first, first + count):
            file = self.folder / f"music/Artist {number % 7}/Album/{number} Title.flac"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"fLaC%d" % number)

    def alone(self, name, *arguments):
        """The verdict; every other signal must be quiet."""
        code, found = self.assess(self.database, "--no-sample", *arguments)
        reached = {n for n, level in self.levels(found).items() if level != "none"}
        self.assertLessEqual(reached, {name}, found["signals"])
        return code

    def test_by_size(self):
        limits = ("--size-prepare", "800kB", "--size-act", "950kB", "--users-prepare", "100")
        codes, count = [], 0
        while len(codes) < 40 and (not codes or codes[-1] != MOVE):
            self.add_files(count, 100)
            count += 100
            self.assertEqual(self.music("scan", self.folder / "music")[0], 0)
            codes.append(self.alone("size", *limits))
            with sqlite3.connect(self.database) as connection:
                pages, = connection.execute("PRAGMA page_count").fetchone()
                free, = connection.execute("PRAGMA freelist_count").fetchone()
            used = (pages - free) * 4096
            wanted = MOVE if used >= 950_000 else PREPARE if used >= 800_000 else STAY
            self.assertEqual(codes[-1], wanted, f"{used} bytes")
        self.assertEqual(sorted(set(codes)), [STAY, PREPARE, MOVE])
        self.assertEqual(codes, sorted(codes))

    def test_by_users(self):
        self.add_files(0, 300)
        self.music("scan", self.folder / "music")
        for workers, wanted in ((1, STAY), (5, STAY), (6, PREPARE), (10, PREPARE), (11, MOVE)):
            code, out = self.music("download", "--workers", workers, "--count", 300)
            self.assertEqual(code, 0, out)
            self.assertEqual(self.alone("users", "--lock-wait-act", "1000",
                                        "--lock-wait-prepare", "1000"), wanted, workers)
        self.assertEqual(stat.S_IMODE(self.signals.stat().st_mode), 0o600)
        with sqlite3.connect(self.signals) as connection:
            text = "\n".join(connection.iterdump())
        self.assertNotIn("worker", text)

    def hold(self, seconds, pauses):
        """Another process's lock on the file, again and again."""
        script = ("import sqlite3, sys, time\n"
                  "connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0)\n"
                  "def hold():\n"
                  "    try:\n"
                  "        connection.execute('BEGIN IMMEDIATE')\n"
                  "    except sqlite3.OperationalError:\n"
                  "        return time.sleep(0.0005)\n"
                  "    print('held', flush=True)\n"
                  f"    time.sleep({seconds})\n"
                  "    connection.execute('COMMIT')\n"
                  f"    time.sleep({pauses})\n"
                  "while True:\n"
                  "    hold()\n")
        holder = subprocess.Popen(["python3", "-c", script, str(self.database)],
                                  stdout=subprocess.PIPE, text=True)
        holder.stdout.readline()
        self.addCleanup(holder.stdout.close)
        self.addCleanup(holder.wait)
        self.addCleanup(holder.kill)
        return holder

    def test_by_lock_waits(self):
        others = ("--users-prepare", "100", "--users-act", "100", "--busy-errors-prepare", "1000",
                  "--lock-wait-prepare", "0.02", "--lock-wait-act")
        limits = (*others, "0.08")
        self.add_files(0, 600)
        self.assertEqual(self.music("scan", self.folder / "music")[0], 0)
        self.music("download", "--workers", 1, "--count", 600)
        # Alone on its file a single worker waits for nobody.
        self.assertEqual(self.alone("lock-waits", *limits), STAY)
        holder = self.hold(0.2, 0.01)
        self.add_files(600, 400)
        self.assertEqual(self.music("scan", self.folder / "music")[0], 0)
        code, out = self.music("download", "--workers", 8, "--count", 400)
        self.assertEqual(code, 0, out)
        holder.kill()
        self.assertEqual(self.alone("lock-waits", *limits), MOVE)
        self.assertEqual(self.alone("lock-waits", *others, "100"), PREPARE)

    def test_by_busy_errors(self):
        limits = ("--busy-errors-prepare", "2", "--busy-errors-act", "4", "--lock-wait-prepare",
                  "1000", "--lock-wait-act", "1000")
        self.add_files(0, 20)
        self.assertEqual(self.music("scan", self.folder / "music")[0], 0)
        self.assertEqual(self.alone("busy-errors", *limits), STAY)
        holder = self.hold(60, 0)
        for wanted in (PREPARE, MOVE):
            code, out = self.music("download", "--workers", 1, "--count", 1,
                                   url=self.url + "?timeout=0.05")
            self.assertNotEqual(code, 0)
            self.assertIn("locked", out)
            self.assertEqual(self.alone("busy-errors", *limits), wanted)
        holder.kill()

    def test_the_gate_goes_by_the_same_assessment(self):
        self.add_files(0, 50)
        self.music("scan", self.folder / "music")
        code, _, err = run("migrate", self.database, self.target, stdin=subprocess.DEVNULL)
        self.assertEqual(code, 5, err)
        self.music("download", "--workers", 8, "--count", 50)
        code, _, err = run("migrate", self.database, self.target, stdin=subprocess.DEVNULL)
        self.assertEqual(code, 0, err)
        self.assertRegex(err, r"users +8 at the same time +prepare")

    def test_a_damaged_history_is_a_note(self):
        self.add_files(0, 5)
        self.music("scan", self.folder / "music")
        self.signals.write_bytes(b"x" * 5000)
        code, found = self.assess(self.database)
        self.assertEqual(code, STAY)
        self.assertIn("cannot be read", found["history"]["note"])
        self.assertEqual(self.music("status")[0], 0)


if __name__ == "__main__":
    unittest.main()
