"""Makes a page of every kind that `--report` writes, of databases that hold whatever a page must not
obey: names and values that are HTML, values that do not fit, objects that are not carried over."""

import os
import pathlib
import sqlite3
import subprocess
import time

from command import PROJECT, SERVER, DatabaseTest, psql, run

MONITORED = os.environ["MONITORED_COMMAND"]
HOSTILE = "<script>alert(1)</script> & 'x' \"y\""
SECRET = "secretword"

HOSTILE_SQL = """
    CREATE TABLE "<b>artists</b> & co"(id INTEGER PRIMARY KEY, "<i>name</i>" TEXT NOT NULL,
        born DATE, "a'b""c" VARCHAR(5));
    INSERT INTO "<b>artists</b> & co" VALUES (1, '<script>alert(1)</script>', '1970-01-01', 'x'),
        (2, 'second', '1980-02-30', '<img src=x onerror=alert(1)>');
    CREATE TABLE log(id INTEGER PRIMARY KEY, at DATETIME, payload BLOB);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
    INSERT INTO log SELECT i, datetime(1700000000 + i, 'unixepoch'), randomblob(i % 90) FROM n;
    INSERT INTO log VALUES (40001, NULL, NULL);
    CREATE TABLE notes(id INTEGER PRIMARY KEY, "<u>note</u>" TEXT);
    INSERT INTO notes VALUES (1, 'a' || char(0) || '<img src=x onerror=alert(1)>');
    CREATE TABLE empty(id INTEGER PRIMARY KEY);
    CREATE INDEX log_at ON log(at);
    CREATE TRIGGER keep AFTER INSERT ON log BEGIN DELETE FROM log WHERE id < new.id - 100000; END;
"""


def database_with_history(folder, name, days=60):
    """A file whose history tells of growth by 10 MB a day, and of locks that get worse."""
    source = folder / name
    done = subprocess.run([MONITORED, f"sqlite:///{folder}/plain.db", "3"], capture_output=True,
                          text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    (folder / "plain.db").rename(source)
    signals = folder / (name + "-repot-signals")
    (folder / "plain.db-repot-signals").rename(signals)
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


class Pages:
    """The pages in `folder`, made against databases of their own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.databases = []
        self.pages = {}

    def target(self):
        name = f"pages_{os.getpid()}_{len(self.databases)}"
        psql(SERVER, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        self.databases.append(name)
        # A password that no page may tell.
        return DatabaseTest.url_of(name, password=SECRET)

    def drop(self):
        for name in self.databases:
            psql(SERVER, f"DROP DATABASE {name} (FORCE)")

    def make(self, page, codes, *arguments):
        path = self.folder / f"{page}.html"
        code, out, err = run(*arguments, "--report", path)
        assert code in codes, (page, code, out, err)
        self.pages[page] = path

    def sqlite(self, name, sql):
        path = self.folder / name
        subprocess.run(["sqlite3", path], input=sql, text=True, check=True, capture_output=True)
        return path

    def make_all(self):
        music = self.folder / "music.db"
        subprocess.run([PROJECT / "docs/examples/music-library/make", music], check=True,
                       capture_output=True)
        hostile = self.sqlite("<i>odd</i>.db".replace("/", "∕"), HOSTILE_SQL)
        history = database_with_history(self.folder, "app.db")
        self.make("assess", (0, 10, 11), "assess", history)
        self.make("plan", (0,), "plan", music, self.target())
        self.make("plan-refused", (5,), "plan", hostile)
        target = self.target()
        self.make("migrate", (0,), "migrate", music, target, "--yes")
        self.make("migrate-refused", (5,), "migrate", music, target, "--yes")
        self.make("verify", (0,), "verify", music, target)
        odd = self.target()
        options = ("--bad-dates", "quarantine", "--nul", "strip")
        self.make("migrate-reported", (7,), "migrate", hostile, odd, "--yes",
                  "--skip-untranslatable", *options)
        psql(odd, """UPDATE "<b>artists</b> & co" SET "<i>name</i>" = '<img src=x onerror=alert(1)>'
                     WHERE id = 1; DELETE FROM log WHERE id IN (5, 6); DROP INDEX log_at""")
        self.make("verify-different", (8,), "verify", hostile, odd, *options)
        # Whatever reaches the server last is refused by it: the run fails, and is undone.
        broken = self.target()
        psql(broken, """CREATE FUNCTION stop() RETURNS event_trigger LANGUAGE plpgsql AS
                        $$ BEGIN RAISE 'no index here'; END $$;
                        CREATE EVENT TRIGGER stop ON ddl_command_start WHEN TAG IN ('CREATE INDEX')
                        EXECUTE FUNCTION stop()""")
        self.make("migrate-failed", (6,), "migrate", hostile, broken, "--yes",
                  "--skip-untranslatable", *options)
        self.make("migrate-unreachable", (4,), "migrate", music,
                  f"postgresql://u:{SECRET}@127.0.0.1:1/none", "--yes")
        return self.pages


def make_pages(folder):
    """The paths of a page of each kind."""
    pages = Pages(folder)
    try:
        return list(pages.make_all().values())
    finally:
        pages.drop()
