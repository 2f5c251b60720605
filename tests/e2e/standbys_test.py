"""A target with standbys: a run waits for them, reads back on one of them, and says so where one is gone."""

import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time
import unittest

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
REPOT = os.environ["REPOT_COMMAND"]


def ask(url, sql):
    done = subprocess.run(["psql", "-X", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout.strip()


class Cluster:
    def __init__(self, folder, primary=None):
        self.folder = folder
        self.url = self.throwaway("standby", primary.folder) if primary else self.throwaway("start")

    def throwaway(self, command, *options):
        done = subprocess.run([PROJECT / "tests/support/pg_throwaway", command, self.folder, *options],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def settings(self, **values):
        for name, value in values.items():
            ask(self.url, f"ALTER SYSTEM SET {name} = '{value}'")
        ask(self.url, "SELECT pg_reload_conf()")


class Standbys(unittest.TestCase):
    """One primary, a standby that may be synchronous, and one that never is."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="repot-standbys-")
        cls.addClassCleanup(folder.cleanup)
        path = pathlib.Path(folder.name)
        path.chmod(0o711)
        cls.primary = Cluster(path / "p")
        cls.addClassCleanup(cls.primary.throwaway, "stop")
        cls.standbys = {}
        for name in ("near", "far"):
            standby = cls.standbys[name] = Cluster(path / name, cls.primary)
            cls.addClassCleanup(standby.throwaway, "stop")
            conninfo = ask(standby.url, "SHOW primary_conninfo").replace("'", "''")
            standby.settings(primary_conninfo=f"{conninfo} application_name={name}", wal_receiver_status_interval="1s")
        cls.count = 0

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="repot standbys ")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        Standbys.count += 1
        self.database = f"target{Standbys.count}"
        self.until("2", "SELECT count(*) FROM pg_stat_replication WHERE application_name IN ('near', 'far')")
        self.synchronous("near")
        self.addCleanup(self.synchronous, "")
        ask(self.primary.url, f"CREATE DATABASE {self.database}")
        for standby in self.standbys.values():
            self.until("1", f"SELECT count(*) FROM pg_database WHERE datname = '{self.database}'", standby.url)
        self.target = self.of(self.primary)
        self.source = self.folder / "app.db"
        subprocess.run(["sqlite3", self.source], text=True, check=True, input="""
            CREATE TABLE a(id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE b(id INTEGER PRIMARY KEY, a INT REFERENCES a(id));
            INSERT INTO a SELECT value, hex(randomblob(50)) FROM generate_series(1, 5000);
            INSERT INTO b SELECT id, id FROM a; CREATE INDEX ba ON b(a);""")

    def until(self, wanted, sql, url=None):
        end = time.monotonic() + 60
        while ask(url or self.primary.url, sql) != wanted:
            self.assertLess(time.monotonic(), end, sql)
            time.sleep(0.05)

    def synchronous(self, names):
        self.primary.settings(synchronous_standby_names=names)
        self.until("sync" if names else "async",
                   "SELECT coalesce(max(sync_state), 'gone') FROM pg_stat_replication WHERE application_name = 'near'")

    def of(self, cluster):
        return cluster.url.replace("/postgres?", f"/{self.database}?")

    def halt(self, name, *options):
        """Stopped for the time of a test."""
        standby = self.standbys[name]
        standby.throwaway("halt", *options)
        self.addCleanup(standby.throwaway, "resume")
        self.until("0", f"SELECT count(*) FROM pg_stat_replication WHERE application_name = '{name}'")

    def pause(self, name):
        """Goes on to receive, and replays nothing."""
        url = self.standbys[name].url
        ask(url, "SELECT pg_wal_replay_pause()")
        self.until("paused", "SELECT pg_get_wal_replay_pause_state()", url)
        self.addCleanup(ask, url, "SELECT pg_wal_replay_resume()")

    def run_repot(self, *arguments):
        done = subprocess.run([REPOT, *map(str, arguments)], capture_output=True, text=True, timeout=200)
        return done.returncode, done.stdout, done.stderr

    def migrate(self, *options, code=0, url=None):
        path = self.folder / "report.json"
        got, out, err = self.run_repot("migrate", self.source, url or self.target, "--yes", "--report-json", path, *options)
        self.assertEqual(got, code, out + err)
        self.said = out + err
        return json.loads(path.read_text()) if path.exists() else None

    def standby_entries(self, report):
        return {entry["name"]: entry for entry in report["standbys"]}

    def test_all_have_replayed_it_when_it_is_done(self):
        report = self.migrate("--wait-standbys", "all")
        self.assertTrue(report["standbys_reached"])
        entries = self.standby_entries(report)
        self.assertEqual({name: (entry["sync_state"], entry["replayed"], entry["bytes_behind"])
                          for name, entry in entries.items()}, {"near": ("sync", True, 0), "far": ("async", True, 0)})
        self.assertIn("standby far: streaming, async: has replayed the run", self.said)
        for standby in self.standbys.values():
            self.assertEqual(ask(self.of(standby), "SELECT count(*) FROM b"), "5000")

    def test_one_that_replays_nothing_is_told(self):
        self.pause("far")
        report = self.migrate("--wait-standbys", "near,far", "--standby-timeout", "2", code=7)
        self.assertTrue(report["published"] and report["verified"])
        self.assertFalse(report["standbys_reached"])
        entries = self.standby_entries(report)
        self.assertTrue(entries["near"]["replayed"])
        self.assertFalse(entries["far"]["replayed"])
        self.assertGreater(entries["far"]["bytes_behind"], 0)
        self.assertIn("not replayed in time", self.said)

    def test_some_are_enough(self):
        self.pause("far")
        self.assertTrue(self.migrate("--wait-standbys", "1")["standbys_reached"])

    def test_refused_at_once_where_they_are_not_there(self):
        self.migrate("--wait-standbys", "3", code=4)
        self.assertIn('3 standbys are to be waited for; there are "far", "near"', self.said)
        self.migrate("--wait-standbys", "near,elsewhere", code=4)
        self.assertIn('the standby "elsewhere" is to be waited for', self.said)
        self.assertEqual(ask(self.target, "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'repot%'"), "0")

    def test_a_role_that_may_not_look_at_them(self):
        role = f"app{Standbys.count}"
        ask(self.target, f"CREATE ROLE {role} LOGIN; GRANT CREATE ON DATABASE {self.database} TO {role}; "
            f"GRANT CREATE ON SCHEMA public TO {role}")
        url = self.target.replace("user=postgres", f"user={role}")
        self.migrate("--wait-standbys", "all", code=4, url=url)
        self.assertIn(f'GRANT pg_monitor TO "{role}"', self.said)
        ask(self.target, f"GRANT pg_monitor TO {role}")
        self.assertTrue(self.migrate("--wait-standbys", "all", url=url)["standbys_reached"])

    def test_wrong_words(self):
        for words in ("0", ",", "a,,b", "a,"):
            code, _, err = self.run_repot("migrate", self.source, self.target, "--yes", "--wait-standbys", words)
            self.assertEqual(code, 2, words + err)

    def test_data_only_waits_too(self):
        ask(self.target, "CREATE TABLE a(id int PRIMARY KEY, v text); CREATE TABLE b(id int PRIMARY KEY, a int REFERENCES a(id))")
        report = self.migrate("--data-only", "--wait-standbys", "all")
        self.assertTrue(report["standbys_reached"])
        self.assertEqual(ask(self.of(self.standbys["far"]), "SELECT count(*) FROM b"), "5000")
        code, _, err = self.run_repot("migrate", self.source, self.target, "--data-only", "--yes", "--verify-on",
                                      self.of(self.standbys["far"]))
        self.assertEqual(code, 2, err)

    def test_read_back_on_a_standby(self):
        far = self.of(self.standbys["far"])
        report = self.migrate("--verify-on", far)
        self.assertTrue(report["verified"] and report["published"])
        self.assertIn("standbys-", report["verified_on"])
        self.assertIn("read back on the standby", self.said)
        # Finished, it is compared again: on the same server.
        again = self.migrate("--resume", "--verify-on", far)
        self.assertEqual((again["run"], again["verified"]), (report["run"], True))
        self.assertEqual((again["verified_on"], again["target"]), (report["verified_on"], report["target"]))
        self.assertIn("read back on the standby", self.said)

    def test_what_the_standby_has_is_what_counts(self):
        """It replays nothing: so nothing is published, and the run goes on once it does."""
        far = self.of(self.standbys["far"])
        self.pause("far")
        self.migrate("--verify-on", far, "--standby-timeout", "2", code=6)
        self.assertIn("has not replayed what was loaded", self.said)
        self.assertIn("the same command goes on", self.said)
        ask(self.standbys["far"].url, "SELECT pg_wal_replay_resume()")
        self.assertEqual(self.migrate("--verify-on", far)["resumption"]["attempt"], 2)

    def test_only_a_standby_of_the_target(self):
        self.migrate("--verify-on", self.target, code=4)
        self.assertIn("is no standby", self.said)
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.primary.folder.parent))
        self.addCleanup(folder.rmdir)
        folder.chmod(0o711)
        other = Cluster(folder / "p")
        self.addCleanup(other.throwaway, "stop")
        ask(other.url, f"CREATE DATABASE {self.database}")
        theirs = Cluster(folder / "s", other)
        self.addCleanup(theirs.throwaway, "stop")
        self.migrate("--verify-on", self.of(theirs), code=4)
        self.assertIn("a standby of another primary", self.said)
        # Who may not ask which cluster it is finds no ledger of the run there.
        ask(self.of(other), "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC; CREATE ROLE plain LOGIN")
        ask(self.target, "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC; CREATE ROLE plain LOGIN; "
            f"GRANT CREATE ON DATABASE {self.database} TO plain; GRANT CREATE ON SCHEMA public TO plain")
        plain = [url.replace("user=postgres", "user=plain") for url in (self.target, self.of(theirs))]
        self.migrate("--verify-on", plain[1], "--standby-timeout", "5", code=6, url=plain[0])
        self.assertEqual(ask(self.target, "SELECT to_regclass('a') IS NULL"), "t")

    def test_verify_on_a_standby(self):
        self.migrate("--wait-standbys", "all")
        far = self.of(self.standbys["far"])
        code, out, err = self.run_repot("verify", self.source, far, "--jobs", "4")
        self.assertEqual(code, 0, out + err)
        self.assertIn("by their structure only", out + err)
        ask(self.target, "UPDATE a SET v = 'other' WHERE id = 77")
        self.until("other", "SELECT v FROM a WHERE id = 77", far)
        code, out, err = self.run_repot("verify", self.source, far)
        self.assertEqual(code, 8, out + err)
        self.assertIn("id=77", out)

    def test_a_migration_into_a_standby_names_the_primary(self):
        self.migrate(code=4, url=self.of(self.standbys["far"]))
        self.assertIn("read-only standby; name the primary", self.said)

    def test_a_dead_synchronous_standby_is_told_and_not_waited_for_for_ever(self):
        self.halt("near", "--crash")
        report = self.migrate("--reconnect-for", "3", code=7)
        self.assertTrue(report["verified"] and report["published"])
        self.assertFalse(report["acknowledged"])
        self.assertIn("waiting for a synchronous standby", self.said)
        self.assertIn("no synchronous standby acknowledged", self.said)
        self.assertEqual(ask(self.target, "SELECT count(*) FROM b"), "5000")

    def test_data_only_with_a_dead_synchronous_standby(self):
        ask(self.target, "CREATE TABLE a(id int PRIMARY KEY, v text); CREATE TABLE b(id int PRIMARY KEY, a int REFERENCES a(id))")
        self.halt("near")
        report = self.migrate("--data-only", "--reconnect-for", "2", code=7)
        self.assertFalse(report["acknowledged"])
        self.assertEqual(ask(self.target, "SELECT count(*) FROM b"), "5000")

    def test_a_synchronous_standby_that_comes_back_in_time(self):
        self.halt("near", "--crash")
        self._cleanups.pop()   # It comes back by itself, while the commit waits for it.
        back = threading.Timer(6, self.standbys["near"].throwaway, ("resume",))
        back.start()
        report = self.migrate("--reconnect-for", "100", "--wait-standbys", "far")
        back.join()
        self.assertTrue(report["acknowledged"])

    def test_a_sync_that_no_standby_confirms_is_no_success(self):
        """An application is led to what a sync stored; a failover would lose it."""
        code, out, err = self.run_repot("migrate", self.source, self.target, "--yes")
        self.assertEqual(code, 0, out + err)
        subprocess.run(["sqlite3", self.source, "UPDATE a SET v = 'other' WHERE id = 7"], check=True)
        self.halt("near")
        flag = self.folder / "app.env"
        flag.write_text(f"DATABASE_URL=sqlite:///{self.source}\n")
        code, out, err = self.run_repot("cutover", self.source, self.target, "--env-file", flag,
                                        "--variable", "DATABASE_URL")
        self.assertEqual(code, 6, out + err)
        self.assertIn("no synchronous standby confirmed", err)
        self.assertIn("sqlite:///", flag.read_text())
        subprocess.run(["sqlite3", self.source, "UPDATE a SET v = 'third' WHERE id = 7"], check=True)   # No fence.
        self.standbys["near"].throwaway("resume")
        self._cleanups.pop()
        self.until("sync", "SELECT max(sync_state) FROM pg_stat_replication WHERE application_name = 'near'")
        code, out, err = self.run_repot("sync", self.source, self.target)
        self.assertEqual(code, 0, out + err)
        self.assertEqual(ask(self.target, "SELECT v FROM a WHERE id = 7"), "third")


if __name__ == "__main__":
    unittest.main()
