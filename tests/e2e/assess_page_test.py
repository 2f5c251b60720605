"""`repot assess --report`: a page that needs nothing but itself, and `repot top`."""

import os
import pty
import subprocess
import unittest

from command import DatabaseTest, REPOT, run
from html_document import Document
from report_pages import HOSTILE, database_with_history


class Page(DatabaseTest):
    def page(self, source, *arguments):
        report = self.folder / "report.html"
        code, out, err = run("assess", source, "--report", report, "--quiet", *arguments)
        self.assertIn(code, (0, 10, 11), out + err)
        return report.read_text()

    def test_is_self_contained_and_whole(self):
        source = database_with_history(self.folder, "app.db")
        text = self.page(source)
        document = Document(text)
        for tag in ("script", "link", "img", "iframe", "object"):
            self.assertNotIn(tag, document.tags)
        for _, name, value in document.attributes:
            self.assertNotIn(name, ("src", "href", "style", "onload", "onclick"))
            self.assertNotRegex(value or "", r"https?:|//")
        self.assertNotRegex(text, r"url\(|@import")
        self.assertIn("default-src 'none'", text)
        self.assertIn("prefers-color-scheme:dark", text)
        self.assertIn("@media print", text)
        self.assertEqual(document.tags.count("svg"), 4)
        for words in ("grows by 10.0 MB a day", "Dashed: the forecast", "stay",
                      "Size in use", "Lock waits", "Users at the same time", "size in PostgreSQL"):
            self.assertIn(words, document.text)

    def test_is_accessible(self):
        document = Document(self.page(database_with_history(self.folder, "app.db")))
        attributes = document.attributes
        self.assertIn(("html", "lang", "en"), attributes)
        self.assertEqual([t for t in document.tags if t in ("h1", "h2")][0], "h1")
        self.assertEqual(document.tags.count("h1"), 1)
        self.assertEqual(document.tags.count("main"), 1)
        drawings = [value for tag, name, value in attributes if (tag, name) == ("svg", "aria-label")]
        self.assertEqual(len(drawings), document.tags.count("svg"))
        self.assertTrue(all(len(value) > 20 for value in drawings), drawings)
        self.assertEqual(document.tags.count("caption"), document.tags.count("table"))
        regions = [value for tag, name, value in attributes if name == "role" and value == "region"]
        self.assertEqual(len(regions), document.tags.count("table"))
        self.assertIn("scope", {name for tag, name, _ in attributes if tag == "th"})

    def test_whatever_it_is_told_is_escaped(self):
        name = HOSTILE.replace("/", "∕")
        source = database_with_history(self.folder, name, days=2)
        document = Document(self.page(source))
        self.assertNotIn("script", document.tags)
        self.assertIn(name, document.text)
        signals = self.folder / (name + "-repot-signals")
        signals.write_bytes(b"\x00")
        self.assertIn("cannot be read", Document(self.page(source)).text)

    def test_without_a_history_it_says_why_there_are_no_charts(self):
        source = self.sqlite("a.db", "CREATE TABLE t(a); INSERT INTO t VALUES (1);")
        document = Document(self.page(source, "--no-sample"))
        self.assertNotIn("svg", document.tags)
        self.assertIn("GrowthMonitor", document.text)
        code, _, err = run("assess", source, "--report", self.folder / "no/such.html")
        self.assertEqual(code, 1)
        self.assertIn("such.html", err)

    def test_top_shows_the_last_minutes(self):
        source = database_with_history(self.folder, "app.db", days=3)
        code, out, err = run("top", source)
        self.assertEqual((code, err), (0, ""))
        self.assertLessEqual(len(out.splitlines()), 24)
        self.assertRegex(out, r"size +\[\.+\]")
        self.assertRegex(out, r"users +\[#+\.+\]")
        self.assertRegex(out, r"\d\d:\d\d +500 +1500")
        self.assertNotIn("\033", out)
        self.assertEqual(run("top", self.folder / "missing.db")[0], 3)

    def test_top_goes_on_at_a_terminal(self):
        source = database_with_history(self.folder, "app.db", days=1)
        ours, theirs = pty.openpty()
        process = subprocess.Popen([REPOT, "top", str(source), "--interval", "0.1"], stdout=theirs,
                                   stderr=subprocess.DEVNULL)
        seen = b""
        while seen.count(b"\033[H") < 3:
            seen += os.read(ours, 65536)
        process.terminate()
        process.wait(timeout=20)
        os.close(ours)
        os.close(theirs)
        self.assertIn(b"lock-waits", seen)
        self.assertIn(b"\033[32m", seen)


if __name__ == "__main__":
    unittest.main()
