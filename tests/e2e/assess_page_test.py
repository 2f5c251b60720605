"""`repot assess --report`: a page that needs nothing but itself, and `repot top`. Where Debian's
chromium is installed the page is rendered, too."""

import html.parser
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import time
import unittest

from command import DatabaseTest, REPOT, run

MONITORED = os.environ["MONITORED_COMMAND"]
HOSTILE = "<script>alert(1)</script> & 'x' \"y\""
VOID = {"meta", "br", "line", "path"}


class Document(html.parser.HTMLParser):
    """Fails on tags that do not pair; collects what a browser would see."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.text, self.attributes = [], [], "", []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, tag

    def handle_data(self, data):
        self.text += data


class Page(DatabaseTest):
    def database_with_history(self, name, days=60):
        """A file whose history tells of growth by 10 MB a day, and of locks that get worse."""
        source = self.folder / name
        done = subprocess.run([MONITORED, f"sqlite:///{self.folder}/plain.db", "3"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        (self.folder / "plain.db").rename(source)
        signals = self.folder / (name + "-repot-signals")
        (self.folder / "plain.db-repot-signals").rename(signals)
        now = int(time.time()) // 3600 * 3600
        connection = sqlite3.connect(signals)
        for hour in range(days * 24, 0, -1):
            writes, waited = 500, 5 + (days * 24 - hour) // 24
            counts = [writes - waited] + [0] * 17
            counts[9] = waited
            work = '{"writes":%d,"reads":1500,"busy_errors":%d,"lock_waits":{"counts":%s,"sum_us":%d}}'
            connection.execute(
                "INSERT OR REPLACE INTO samples VALUES (?, 3600, ?, 0, 4096, 40000, ?, ?)",
                (now - hour * 3600, 100 + (days * 24 - hour) * 102, 1 + hour % 5,
                 work % (writes, int(hour < 24), counts, waited * 70_000)))
        connection.commit()
        connection.close()
        return source

    def page(self, source, *arguments):
        report = self.folder / "report.html"
        code, out, err = run("assess", source, "--report", report, "--quiet", *arguments)
        self.assertIn(code, (0, 10, 11), out + err)
        return report.read_text()

    def test_is_self_contained_and_whole(self):
        source = self.database_with_history("app.db")
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
        document = Document(self.page(self.database_with_history("app.db")))
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
        source = self.database_with_history(name, days=2)
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

    def test_a_browser_shows_it(self):
        browser = shutil.which("chromium")
        if browser is None:
            self.skipTest("chromium is not installed")
        self.page(self.database_with_history("app.db"))
        for name, size in (("wide", "1000,1600"), ("phone", "390,2400")):
            picture = self.folder / f"{name}.png"
            subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu",
                            "--hide-scrollbars", f"--window-size={size}",
                            f"--screenshot={picture}", f"file://{self.folder}/report.html"],
                           check=True, capture_output=True, timeout=120)
            self.assertGreater(picture.stat().st_size, 20_000)
            if keep := os.environ.get("REPOT_SCREENSHOTS"):
                shutil.copy(picture, keep)

    def test_top_shows_the_last_minutes(self):
        source = self.database_with_history("app.db", days=3)
        code, out, err = run("top", source)
        self.assertEqual((code, err), (0, ""))
        self.assertLessEqual(len(out.splitlines()), 24)
        self.assertRegex(out, r"size +\[\.+\]")
        self.assertRegex(out, r"users +\[#+\.+\]")
        self.assertRegex(out, r"\d\d:\d\d +500 +1500")
        self.assertNotIn("\033", out)
        self.assertEqual(run("top", self.folder / "missing.db")[0], 3)

    def test_top_goes_on_at_a_terminal(self):
        source = self.database_with_history("app.db", days=1)
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
