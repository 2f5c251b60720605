"""`repot metrics` once and over HTTP, judged by promtool; and the dashboard that shows them."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import unittest

from command import DatabaseTest, PROJECT, REPOT, run

MUSIC = os.environ["MUSIC_COMMAND"]
MONITORED = os.environ["MONITORED_COMMAND"]


def promtool():
    unpacked = PROJECT / "build/prometheus/usr/bin/promtool"
    return str(unpacked) if unpacked.exists() else shutil.which("promtool")


class Metrics(DatabaseTest):
    def setUp(self):
        super().setUp()
        self.source = self.folder / "app.db"

    def monitored(self, url, users):
        done = subprocess.run([MONITORED, url, str(users)], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def judge(self, text):
        if promtool() is None:
            self.skipTest("promtool is not installed; ./setup test unpacks it")
        done = subprocess.run([promtool(), "check", "metrics"], input=text, capture_output=True,
                              text=True)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""), text)

    def value(self, text, name, **labels):
        for line in text.splitlines():
            if re.match(name + "[{]", line) and all(f'{k}="{v}"' in line for k, v in labels.items()):
                return float(line.rsplit(" ", 1)[1])
        self.fail(f"no {name} {labels} in\n{text}")

    def test_counters_of_all_processes_together(self):
        for _ in range(3):
            self.monitored(f"sqlite:///{self.source}", 4)
        code, text, err = run("metrics", self.source)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(self.value(text, "repot_units_total", outcome="committed"), 15)
        self.assertEqual(self.value(text, "repot_lock_wait_seconds_count"), 15)
        self.assertEqual(self.value(text, "repot_active_users"), 4)
        self.assertEqual(self.value(text, "repot_database_size_bytes"), self.source.stat().st_size)
        self.assertEqual(self.value(text, "repot_growth_signal_level", signal="users"), 0)

    def test_promtool_accepts_the_application_and_the_command(self):
        for url in (f"sqlite:///{self.source}", "sqlite://", self.target):
            self.judge(self.monitored(url, 7))
        self.judge(run("metrics", self.source)[1])
        self.judge(run("metrics", self.target)[1])
        odd = self.folder / 'odd "name" \\ ä.db'
        subprocess.run(["sqlite3", odd, "CREATE TABLE t(a)"], check=True)
        self.judge(run("metrics", odd)[1])

    def test_a_server_tells_its_size_and_no_password(self):
        code, text, err = run("metrics", self.target + "&password=secretword")
        self.assertEqual((code, err), (0, ""))
        self.assertGreater(self.value(text, "repot_database_size_bytes"), 1_000_000)
        self.assertNotIn("secretword", text)

    def listen(self, address="127.0.0.1:0"):
        process = subprocess.Popen([REPOT, "metrics", str(self.source), "--listen", address],
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        line = process.stderr.readline()
        return int(re.fullmatch(r"metrics at http://127\.0\.0\.1:(\d+)/metrics\n", line)[1])

    def ask(self, port, path="/metrics", method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, answer.getheader("Content-Type"), body

    def test_listens(self):
        self.monitored(f"sqlite:///{self.source}", 2)
        port = self.listen()
        status, kind, text = self.ask(port)
        self.assertEqual((status, kind), (200, "text/plain; version=0.0.4; charset=utf-8"))
        self.assertEqual(self.value(text, "repot_units_total", outcome="committed"), 3)
        self.monitored(f"sqlite:///{self.source}", 2)
        text = self.ask(port)[2]
        self.assertEqual(self.value(text, "repot_units_total", outcome="committed"), 6)
        self.judge(text)
        self.assertEqual(self.ask(port, "/")[0], 404)
        self.assertEqual(self.ask(port, method="POST")[0], 405)
        status, _, body = self.ask(port, method="HEAD")
        self.assertEqual((status, body), (200, ""))
        with socket.create_connection(("127.0.0.1", port)) as rude:
            rude.sendall(b"\x00\xff" * 50_000)
        self.assertEqual(self.ask(port)[0], 200)
        self.source.rename(self.folder / "gone.db")
        status, _, body = self.ask(port)
        self.assertEqual(status, 500)
        self.assertIn("app.db", body)

    def test_bad_input_is_told(self):
        self.monitored(f"sqlite:///{self.source}", 1)
        taken = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(taken.close)
        for arguments, code, words in (
                ((self.folder / "missing.db",), 3, "missing.db"),
                (("sqlite://",), 2, "in memory"),
                (("mysql://h/d",), 2, "mysql"),
                ((self.source, "--listen", "0.0.0.0:0"), 2, "other machines"),
                ((self.source, "--listen", "8.8.8.8:80"), 2, "other machines"),
                ((self.source, "--listen", "9187"), 2, "ADDRESS:PORT"),
                ((self.source, "--listen", "127.0.0.1:99999"), 2, "ADDRESS:PORT"),
                ((self.source, "--listen", f"127.0.0.1:{taken.getsockname()[1]}"), 1, "in use")):
            with self.subTest(arguments):
                found, out, err = run("metrics", *arguments)
                self.assertEqual(found, code, out + err)
                self.assertIn(words, err)

    def test_the_dashboard_and_the_page_name_every_metric_and_no_other(self):
        source = (PROJECT / "core/src/metrics/points.cpp").read_text()
        names = set(re.findall(r'"(repot_[a-z_]+)"', source))
        self.assertGreater(len(names), 20)
        dashboard = (PROJECT / "docs/examples/grafana-dashboard.json").read_text()
        json.loads(dashboard)
        for text in (dashboard, (PROJECT / "docs/monitoring.md").read_text()):
            named = {re.sub("_(bucket|sum|count)$", "", name)
                     for name in re.findall(r"\brepot_[a-z_]+", text)}
            self.assertEqual(named, names)

    def test_opentelemetry_has_names_units_and_values(self):
        self.monitored(f"sqlite:///{self.source}", 4)
        code, text, err = run("metrics", self.source, "--json")
        self.assertEqual((code, err), (0, ""))
        found = json.loads(text)
        self.assertIn("app.db", found["database"])
        points = {}
        for one in found["metrics"]:
            points[one["name"], *one["attributes"].values()] = one
        self.assertEqual(points["repot.database.size",]["value"], self.source.stat().st_size)
        self.assertEqual(points["repot.database.size",]["unit"], "By")
        self.assertEqual(points["repot.units", "committed"]["value"], 5)
        duration = points["repot.lock.wait",]
        self.assertEqual((duration["kind"], duration["unit"], duration["count"]), ("histogram", "s", 5))
        self.assertEqual(sum(count for _, count in duration["buckets"]), 5)
        self.assertEqual(run("metrics", self.source, "--json", "--listen", "127.0.0.1:0")[0], 2)
        # The page says the same of each: name, unit and Prometheus's name.
        source = (PROJECT / "core/src/metrics/points.cpp").read_text()
        defined = set(re.findall(r'metric\("([a-z_.]+)", "([^"]+)",\s*"(repot_[a-z_]+)"', source))
        page = (PROJECT / "docs/monitoring.md").read_text()
        told = set(re.findall(r"^\| `([a-z_.]+)` \| `([^`]+)` \| `(repot_[a-z_]+)` \|$", page, re.M))
        self.assertEqual(told, defined)
        self.assertGreater(len(told), 20)
        for name, unit, prometheus in told:
            self.assertRegex(name, r"^(repot|db\.client)\.[a-z_]+(\.[a-z_]+)*$")
            self.assertRegex(unit, r"^(By|By/s|s|1|\{[a-z]+\})$")
            for ending in {"By": "_bytes", "By/s": "_bytes_per_second"}.get(unit, ""), :
                self.assertTrue(prometheus.endswith(ending), prometheus)


if __name__ == "__main__":
    unittest.main()
