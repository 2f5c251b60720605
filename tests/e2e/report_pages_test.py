"""`--report FILE.html` of plan, migrate and verify: what each page says, also where the command
failed, and that none obeys, loads or tells what it must not. tests/browser/run opens them."""

import json
import os
import pathlib
import signal
import stat
import subprocess
import tempfile
import time
import unittest

from command import DatabaseTest, REPOT, migrate, run
from html_document import Document
from report_pages import HOSTILE_SQL, SECRET, Pages


class EveryPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="repot pages ")
        pages = Pages(cls.scratch.name)
        try:
            cls.texts = {name: path.read_text() for name, path in pages.make_all().items()}
        finally:
            pages.drop()
        cls.modes = {name: stat.S_IMODE(path.stat().st_mode) for name, path in pages.pages.items()}
        cls.documents = {name: Document(text) for name, text in cls.texts.items()}

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def each(self):
        for name, document in self.documents.items():
            with self.subTest(name):
                yield name, document

    def test_needs_nothing_but_itself(self):
        for name, document in self.each():
            for tag in ("script", "link", "img", "iframe", "object", "b", "i"):
                self.assertNotIn(tag, document.tags)
            for _, attribute, _ in document.attributes:
                self.assertNotIn(attribute, ("src", "href", "style"))
                self.assertFalse(attribute.startswith("on"), attribute)
            self.assertNotRegex(self.texts[name], r"url\(|@import")
            self.assertIn("default-src 'none'", self.texts[name])

    def test_tells_no_password_and_is_private(self):
        for name, _ in self.each():
            self.assertNotIn(SECRET, self.texts[name])
            self.assertEqual(self.modes[name], 0o600)

    def test_can_be_read_by_whoever_cannot_see_it(self):
        for _, document in self.each():
            self.assertEqual(document.tags.count("h1"), 1)
            self.assertEqual(document.tags.count("main"), 1)
            self.assertEqual(document.tags.count("caption"), document.tags.count("table"))
            regions = [value for tag, name, value in document.attributes
                       if (tag, name) == ("div", "aria-label")]
            self.assertEqual(len(regions), len(set(regions)), "each part has a name of its own")
            pictures = [value for tag, name, value in document.attributes
                        if (tag, name) == ("svg", "aria-label")]
            hidden = [value for tag, name, value in document.attributes
                      if (tag, name) == ("svg", "aria-hidden")]
            self.assertEqual(len(pictures) + len(hidden), document.tags.count("svg"))

    def test_says_first_how_it_ended(self):
        for name, words in {
                "plan": ("ready", "Exit code 0"),
                "plan-refused": ("refused", "Exit code 5"),
                "migrate": ("verified", "9 tables, 10,013 rows, every value equal", "Exit code 0"),
                "migrate-reported": ("verified", "some objects were not carried over", "Exit code 7"),
                "migrate-refused": ("refused", "the target is not empty", "Exit code 5"),
                "migrate-failed": ("failed", "no index here", "Exit code 6"),
                "migrate-unreachable": ("failed", "Exit code 4"),
                "verify": ("verified", "Exit code 0"),
                "verify-different": ("not equal", "The target differs", "Exit code 8")}.items():
            with self.subTest(name):
                beginning = self.documents[name].text.split("source\n")[0][-2000:]
                text = " ".join(self.documents[name].text.split())
                place = 0
                for word in words:
                    found = text.find(word, place)
                    self.assertGreaterEqual(found, place, (word, beginning))
                    place = found

    def test_shows_the_phases_and_the_speed(self):
        for name in ("migrate", "migrate-reported", "verify"):
            text = self.documents[name].text
            for words in ("Time line", "load" if "migrate" in name else "verify", "Rows a second"):
                self.assertIn(words, text, name)
        self.assertIn("Time line", self.documents["migrate-failed"].text)

    def test_tells_of_each_table_and_value(self):
        text = self.documents["migrate-reported"].text
        for words in ("<b>artists</b> & co", "1 in the quarantine", "Not carried over", "keep",
                      "CREATE TRIGGER keep", "Types, and why"):
            self.assertIn(words, text)
        text = self.documents["verify-different"].text
        for words in ("<img src=x onerror=alert(1)>", "no such row", "40,001", "39,999", "log_at",
                      "different"):
            self.assertIn(words, text)
        self.assertIn("<img src=x onerror=alert(1)>", self.documents["plan-refused"].text)
        for words in ("Types, and why", "CREATE UNIQUE INDEX", "repot migrate", "Tables"):
            self.assertIn(words, self.documents["plan"].text)


class Writing(DatabaseTest):
    def test_a_failed_run_tells_its_time_line_and_reason_as_json(self):
        source = self.sqlite("a.db", HOSTILE_SQL)
        report = self.folder / "report.json"
        code, _, err = migrate(source, self.target, "--report-json", report)
        self.assertEqual(code, 5, err)
        found = json.loads(report.read_text())
        self.assertEqual(found["failure"]["stage"], "refused")
        self.assertFalse(found["verified"])
        self.assertFalse(found["published"])
        self.assertEqual([phase["name"] for phase in found["timeline"]["phases"]], ["scan"])
        self.assertEqual({table["verified"] for table in found["tables"]}, {False})

    def test_the_time_line_has_every_phase_in_its_order(self):
        source = self.sqlite("a.db", HOSTILE_SQL)
        report = self.folder / "report.json"
        code, _, err = migrate(source, self.target, "--report-json", report, "--nul", "strip",
                               "--skip-untranslatable", "--rate-limit", "4MB")
        self.assertEqual(code, 7, err)
        line = json.loads(report.read_text())["timeline"]
        self.assertNotIn("failure", json.loads(report.read_text()))
        names = [phase["name"] for phase in line["phases"]]
        self.assertEqual(names, ["scan", "create", "load", "keys and indexes", "verify", "publish"])
        end = 0
        for phase in line["phases"]:
            self.assertAlmostEqual(phase["begin"], end, places=2)
            self.assertGreaterEqual(phase["end"], phase["begin"])
            end = phase["end"]
        self.assertAlmostEqual(end, line["seconds"], places=2)
        rows = {phase["name"]: phase["rows"] for phase in line["phases"]}
        self.assertEqual((rows["load"], rows["verify"]), (40_004, 40_004))
        loading = [one for one in line["samples"] if one["phase"] == "load"]
        self.assertGreaterEqual(len(loading), 3, line)
        self.assertEqual(loading, sorted(loading, key=lambda one: (one["at"], one["rows"])))

    def test_a_stopped_run_writes_its_report(self):
        source = self.sqlite("a.db", HOSTILE_SQL)
        page, report = self.folder / "report.html", self.folder / "report.json"
        process = subprocess.Popen(
            [REPOT, "migrate", source, self.target, "--yes", "--nul", "strip",
             "--skip-untranslatable", "--rate-limit", "200kB", "--chunk-bytes", "65536", "--report",
             page, "--report-json", report], stderr=subprocess.PIPE, text=True)
        for line in process.stderr:
            if line.startswith("load"):
                break
        time.sleep(0.7)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)
        self.assertIn("the same command goes on from there", Document(page.read_text()).text)
        self.assertTrue(json.loads(report.read_text())["failure"]["kept_in"])

    def test_it_takes_the_place_of_a_file_whole_or_not_at_all(self):
        source = self.sqlite("a.db", "CREATE TABLE t(a); INSERT INTO t VALUES (1);")
        page, link = self.folder / "page.html", self.folder / "link.html"
        page.write_text("old")
        page.chmod(0o644)
        link.symlink_to(page)
        self.assertEqual(run("plan", source, "--report", link)[0], 0)
        self.assertTrue(link.is_symlink())
        self.assertIn("</html>", page.read_text())
        self.assertEqual(stat.S_IMODE(page.stat().st_mode), 0o600)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         ["a.db", "link.html", "page.html"])
        code, _, err = run("plan", source, "--report", self.folder / "no/such.html")
        self.assertEqual(code, 1)
        self.assertIn("such.html", err)
        code, out, err = run("plan", source, "--report", "/dev/null")
        self.assertEqual(code, 0, out + err)
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))
        # Most of a page fits in no pipe: nobody may find half of one at the name.
        self.assertEqual(pathlib.Path(self.folder / "page.html.partial").exists(), False)


if __name__ == "__main__":
    unittest.main()
