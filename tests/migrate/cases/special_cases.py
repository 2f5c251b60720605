"""Cases that need more than a source and its plan: files in odd states, writers, signals, servers."""

import gzip
import hashlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import textwrap
import threading
import time

from command import REPOT, digest, psql, run


def python(script, *arguments):
    """Runs a script in a process of its own, which may end in the middle of its work."""
    subprocess.run([sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)], check=False)


class SpecialCases:
    """Methods for Cases; each has a folder, and asks for a database where it needs one."""

    def make(self, name, *statements, **values):
        path = self.folder / name
        connection = sqlite3.connect(path, isolation_level=None)
        for statement in statements:
            connection.execute(statement, values if ":" in statement else {})
        connection.close()
        return path

    def migrates(self, source, *arguments, code=0, **options):
        target = self.empty_database()
        actual, out, err = run("migrate", source, target, "--yes", *arguments, **options)
        self.assertEqual(actual, code, out + err)
        return target, out + err

    def refuses(self, code, words, source, *arguments, **options):
        target, text = self.migrates(source, *arguments, code=code, **options)
        for word in words:
            self.assertIn(word, text)
        self.assertEqual(self.left_in(target), "0")
        return text

    @staticmethod
    def left_in(target):
        return psql(target, "SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = "
                    "c.relnamespace WHERE n.nspname = 'public' OR n.nspname LIKE 'repot%') + "
                    "(SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'repot%')")

    # --- text and limits -------------------------------------------------------------------------

    def C075_very_long_text(self):
        """14 million characters arrive. More than 1 GB − 1 is refused, with table, column and key."""
        text = "0123456789äöü€" * 1_000_000
        source = self.make("long.db", "CREATE TABLE t(a TEXT)", "INSERT INTO t VALUES(:a)", a=text)
        target, _ = self.migrates(source)
        self.assertEqual(psql(target, "SELECT md5(a) FROM t"),
                         hashlib.md5(text.encode()).hexdigest())

    def C076_server_that_is_not_utf8(self):
        """exit 4: refused, with the statement that makes a database in UTF8."""
        source = self.make("t.db", "CREATE TABLE t(a TEXT)")
        for encoding in ("LATIN1", "SQL_ASCII"):
            target = self.empty_database(encoding)
            code, out, err = run("migrate", source, target, "--yes")
            self.assertEqual(code, 4, out + err)
            self.assertIn(encoding, err)
            self.assertIn("ENCODING 'UTF8'", err)

    def C084_types_of_the_target(self):
        """exit 5: a type has the name of a table, whose row type it would be; nothing is written."""
        source = self.make("t.db", "CREATE TABLE mood(a INT)", "CREATE TABLE other(a INT)")
        target = self.empty_database()
        psql(target, "CREATE TYPE mood AS ENUM ('sad', 'ok')")
        code, out, err = run("migrate", source, target, "--yes")
        self.assertEqual(code, 5, out + err)
        self.assertIn('"mood"', err)
        self.assertEqual(self.left_in(target), "0")

    def C140_large_blobs(self):
        """arrive through binary COPY. More than 1 GB − 1 is refused; above 500 MB a word on pg_dump."""
        blob = bytes(range(256)) * 300_000
        source = self.make("large.db", "CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB)",
                           "INSERT INTO t VALUES(1, :b)", "INSERT INTO t VALUES(2, zeroblob(0))",
                           b=blob)
        target, _ = self.migrates(source)
        self.assertEqual(psql(target, "SELECT md5(b) FROM t WHERE id = 1"),
                         hashlib.md5(blob).hexdigest())
        psql(target, "UPDATE t SET b = set_bit(b, 300000007, 1 - get_bit(b, 300000007)) WHERE id = 1")
        code, out, err = run("verify", source, target)
        self.assertEqual(code, 8, out + err)
        self.assertIn('other values for the same key (id): column "b": source blob of 76800000 bytes', out)

    def C141_more_columns_than_1600(self):
        """exit 5: refused, with both numbers."""
        columns = ", ".join(f"c{i} INT" for i in range(1601))
        self.refuses(5, ["1601", "1600"], self.make("wide.db", f"CREATE TABLE t({columns})"))
        columns = ", ".join(f"c{i} INT" for i in range(1600))
        self.migrates(self.make("just.db", f"CREATE TABLE t({columns})"))

    def C144_depth_and_number(self):
        """hundreds of tables, 900,000 characters of DDL, 90 parentheses are nothing special."""
        deep = "(" * 90 + "a > 0" + ")" * 90
        tables = [f"CREATE TABLE t{i}(id INTEGER PRIMARY KEY, a TEXT UNIQUE)" for i in range(400)]
        source = self.make("many.db", f"CREATE TABLE deep(a INT CHECK {deep})",
                           f"CREATE TABLE long(a INT /* {'x' * 900_000} */, b TEXT)", *tables)
        target, _ = self.migrates(source)
        self.assertEqual(psql(target, "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND "
                              "relnamespace = 'public'::regnamespace"), "402")

    def C145_what_fails_in_the_middle_leaves_nothing(self):
        """exit 6: the target is as it was before."""
        source = self.make("t.db", "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT)",
                           "INSERT INTO t VALUES(1, 'x')")
        target = self.empty_database()
        psql(target, "CREATE FUNCTION forbid() RETURNS event_trigger LANGUAGE plpgsql AS "
             "$$ BEGIN RAISE 'no keys today'; END $$; CREATE EVENT TRIGGER forbid ON "
             "ddl_command_start WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION forbid()")
        code, out, err = run("migrate", source, target, "--yes")
        self.assertEqual(code, 6, out + err)
        self.assertIn("no keys today", err)
        self.assertEqual(self.left_in(target), "0")

    # --- the source file -------------------------------------------------------------------------

    def wal_copy(self, name, *suffixes):
        """A database in WAL mode as a copy of its files finds it: 100 rows only in the -wal."""
        path = self.folder / "writer.db"
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t(a INTEGER)")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.executemany("INSERT INTO t VALUES(?)", [(i,) for i in range(100)])
        folder = self.folder / name
        folder.mkdir()
        for suffix in ("", *suffixes):
            shutil.copyfile(str(path) + suffix, str(folder / "app.db") + suffix)
        connection.close()
        return folder / "app.db"

    def C150_wal_that_was_not_checkpointed(self):
        """rows that are only in the -wal are moved."""
        target, _ = self.migrates(self.wal_copy("with wal", "-wal"))
        self.assertEqual(psql(target, "SELECT count(*) FROM t"), "100")

    def C150_wal_that_is_missing(self):
        """a warning: the copy of the file may lack its last rows."""
        source = self.wal_copy("without wal")
        _, text = self.migrates(source)
        self.assertIn("-wal", text)

    def C150_wal_in_a_read_only_folder(self):
        """read through a private copy of both files."""
        source = self.wal_copy("read only", "-wal")
        for path in source.parent.iterdir():
            path.chmod(0o444)
        source.parent.chmod(0o555)
        self.folder.chmod(0o755)
        self.addCleanup(source.parent.chmod, 0o755)
        # The rights of files do not bind root.
        other = {"user": "nobody", "env": os.environ | {"TMPDIR": "/tmp"}} if os.geteuid() == 0 else {}
        code, out, err = run("plan", source, "--json", **other)
        self.assertEqual(code, 0, out + err)
        self.assertEqual(json.loads(out)["tables"][0]["rows"], 100)

    def half_written(self, name):
        """A database whose writer was killed in the middle of a transaction."""
        source = self.folder / name
        python("""
            import os, sqlite3, sys
            c = sqlite3.connect(sys.argv[1], isolation_level=None)
            c.execute("CREATE TABLE t(a INTEGER, b TEXT)")
            c.executemany("INSERT INTO t VALUES(?, ?)", ((i, "x" * 500) for i in range(2000)))
            c.execute("PRAGMA cache_size = 5")
            c.execute("BEGIN")
            c.execute("DELETE FROM t WHERE a % 10 = 0")
            c.execute("UPDATE t SET b = 'half written'")
            os._exit(1)
            """, source)
        self.assertGreater(pathlib.Path(f"{source}-journal").stat().st_size, 0)
        return source

    def C151_hot_rollback_journal(self):
        """exit 3: half-written pages are never read; recover the file first, or a copy of it by --copy-source."""
        source = self.half_written("hot.db")
        journal = pathlib.Path(f"{source}-journal")
        before = digest(source), digest(journal)
        target, text = self.empty_database(), ""
        code, out, err = run("migrate", source, target, "--yes")
        text = out + err
        self.assertEqual(code, 3, text)
        self.assertIn("journal", text)
        self.assertEqual((digest(source), digest(journal)), before)
        self.assertEqual(self.left_in(target), "0")
        code, out, err = run("migrate", source, target, "--yes", "--copy-source")
        self.assertEqual(code, 0, out + err)
        self.assertEqual((digest(source), digest(journal)), before)
        self.assertEqual(psql(target, "SELECT count(*), min(length(b)), max(length(b)) FROM t"),
                         "2000|500|500")

    def C151_journal_of_several_databases(self):
        """exit 3: the same where a transaction over attached databases was killed while it committed."""
        source = self.half_written("hot.db")
        journal = pathlib.Path(f"{source}-journal")
        together = self.folder / "together-mj01234567"
        name = str(together).encode()
        # What SQLite appends to each journal when it commits to several files at once.
        record = struct.pack(">I", 0x40000000 // 4096 + 1) + name + struct.pack(">II", len(name), sum(name)) + \
            bytes.fromhex("d9d505f920a163d7")
        journal.write_bytes(journal.read_bytes() + record)
        for exists in (True, False):   # Still to be rolled back, and committed already.
            if exists:
                together.write_bytes(str(journal).encode() + b"\0")
            else:
                together.unlink()
            before = digest(source), digest(journal)
            self.refuses(3, ["journal"], source)
            target, _ = self.migrates(source, "--copy-source", code=0)
            # Undone, or kept: as SQLite itself does to a copy of the two files.
            copy = self.folder / f"{exists}" / "hot.db"
            copy.parent.mkdir()
            shutil.copy(source, copy)
            shutil.copy(journal, f"{copy}-journal")
            written = sqlite3.connect(copy).execute("SELECT count(*) FROM t WHERE b = 'half written'").fetchone()[0]
            self.assertEqual(written > 0, not exists)
            self.assertEqual(psql(target, "SELECT count(*) FROM t WHERE b = 'half written'"), str(written))
            self.assertEqual((digest(source), digest(journal)), before)
            self.assertEqual(together.exists(), exists)

    def C152_writer_during_the_copy(self):
        """one snapshot of everything, and a word that the source has changed since."""
        source = self.make("live.db", "PRAGMA journal_mode = WAL",
                           "CREATE TABLE p(id INTEGER PRIMARY KEY, v TEXT)",
                           "CREATE TABLE c(id INTEGER PRIMARY KEY, pid INT REFERENCES p(id))",
                           "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                           "20000) INSERT INTO p SELECT i, hex(randomblob(20)) FROM n",
                           "INSERT INTO c SELECT id, id FROM p")
        stop = threading.Event()

        def write():
            connection = sqlite3.connect(source, isolation_level=None, timeout=30)
            while not stop.wait(0.001):
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO p(v) VALUES('new')")
                connection.execute("INSERT INTO c SELECT max(id), max(id) FROM p")
                connection.execute("DELETE FROM c WHERE id = (SELECT min(id) FROM c)")
                connection.execute("DELETE FROM p WHERE id = (SELECT min(id) FROM p)")
                connection.execute("COMMIT")
            connection.close()

        writer = threading.Thread(target=write)
        writer.start()
        try:
            target, text = self.migrates(source, "--jobs", "2")
        finally:
            stop.set()
            writer.join()
        self.assertIn("written to after the snapshot", text)
        self.assertEqual(psql(target, "SELECT (SELECT count(*) FROM p), (SELECT count(*) FROM c), "
                              "(SELECT count(*) FROM c LEFT JOIN p ON p.id = pid WHERE p.id IS NULL), "
                              "(SELECT bool_and(convalidated) FROM pg_constraint WHERE contype = 'f')"),
                         "20000|20000|0|t")

    def C153_corrupt_database(self):
        """exit 3: refused; .recover is named."""
        source = self.make("bad.db", "CREATE TABLE t(a TEXT)", "CREATE INDEX i ON t(a)",
                           "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                           "5000) INSERT INTO t SELECT hex(randomblob(20)) FROM n")
        content = bytearray(source.read_bytes())
        content[4096 * 20:4096 * 20 + 200] = b"\xff" * 200
        source.write_bytes(content)
        self.refuses(3, ["damaged", "recover"], source)

    def C153_truncated_database(self):
        """exit 3: refused."""
        source = self.make("cut.db", "CREATE TABLE t(a TEXT)",
                           "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                           "5000) INSERT INTO t SELECT hex(randomblob(20)) FROM n")
        os.truncate(source, source.stat().st_size // 2)
        self.refuses(3, ["cut.db"], source)

    def C154_what_is_no_database(self):
        """exit 3: missing, a directory, empty, encrypted, compressed are told apart; nothing is created."""
        missing = self.folder / "missing.db"
        self.refuses(3, ["missing.db", "no such file"], missing)
        self.assertFalse(missing.exists(), "a typo made a database")
        self.refuses(3, ["directory"], self.folder)
        for name, content, word in (("empty.db", b"", "empty"),
                                    ("text.db", b"some text\n" * 500, "is not an SQLite database"),
                                    ("packed.db", gzip.compress(b"x" * 1000), "gzip"),
                                    ("secret.db", os.urandom(8192), "encrypted")):
            path = self.folder / name
            path.write_bytes(content)
            self.refuses(3, [word], path)

    def C154_database_without_tables(self):
        """exit 5: nothing to copy is no success."""
        source = self.make("none.db", "CREATE TABLE t(a)", "DROP TABLE t")
        self.refuses(5, ["no table"], source)
        other = self.make("some.db", "CREATE TABLE t(a)")
        self.refuses(5, ["no table"], other, "--exclude", "*")

    def C155_paths_of_all_kinds(self):
        """blanks, per cent, ?, #, quotes, a leading -, file:, links."""
        for name in ("a b%20Q#é?x=1.db", "quote'\".db", "-leading.db", "file:odd.db"):
            source = self.make(name, "CREATE TABLE t(a INT)", "INSERT INTO t VALUES(1)")
            target, _ = self.migrates(source)
            self.assertEqual(psql(target, "SELECT a FROM t"), "1")
        link = self.folder / "link.db"
        link.symlink_to(self.folder / "-leading.db")
        self.migrates(link)
        self.migrates("link.db", cwd=self.folder)

    # --- the run ---------------------------------------------------------------------------------

    def C160_all_or_nothing(self):
        """exit 5: one bad table, and nothing is written."""
        source = self.make("some.db", "CREATE TABLE good(a INT)", "INSERT INTO good VALUES(1)",
                           "CREATE TABLE bad(a INT)", "INSERT INTO bad VALUES(1), ('x')")
        self.refuses(5, ["bad.a"], source)

    def C161_counts_prove_nothing(self):
        """every value is compared; one changed bit is found, with table, key and column."""
        source = self.make("t.db", "CREATE TABLE t(id INTEGER PRIMARY KEY, x REAL, s TEXT)",
                           "INSERT INTO t VALUES(1, 0.1, 'a'), (2, 0.2, 'b')")
        target, _ = self.migrates(source)
        self.assertEqual(run("verify", source, target)[0], 0)
        psql(target, "UPDATE t SET x = 0.1::real WHERE id = 1")
        code, out, err = run("verify", source, target)
        self.assertEqual(code, 8, out + err)
        self.assertIn("id=1", out)

    def C162_target_that_is_not_empty(self):
        """exit 5: never written to unasked."""
        source = self.make("t.db", "CREATE TABLE t(a INT)", "INSERT INTO t VALUES(1)")
        target, _ = self.migrates(source)
        psql(target, "UPDATE t SET a = 2")
        code, out, err = run("migrate", source, target, "--yes")
        self.assertEqual(code, 5, out + err)
        self.assertIn('"t"', err)
        self.assertEqual(psql(target, "SELECT a FROM t"), "2")

    def C163_interrupted_and_run_again(self):
        """exit 130: nothing is published; the next run goes on, --abort leaves nothing."""
        source = self.make("t.db", "CREATE TABLE t(a TEXT)",
                           "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                           "300000) INSERT INTO t SELECT hex(randomblob(50)) FROM n")
        target = self.empty_database()
        process = subprocess.Popen([REPOT, "migrate", source, target, "--yes"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 130, out + err)
        self.assertEqual(psql(target, "SELECT to_regclass('t')"), "")
        code, out, err = run("migrate", source, target, "--yes")
        self.assertEqual(code, 0, out + err)
        self.assertEqual(psql(target, "SELECT count(*) FROM t"), "300000")

    def C164_settings_of_the_server(self):
        """time zones, date styles, timeouts of the database change nothing."""
        source = self.make("t.db", "CREATE TABLE t(id INTEGER PRIMARY KEY, d DATETIME, x REAL)",
                           "INSERT INTO t VALUES(1, '2020-02-03 04:05:06', 0.1)")
        target = self.empty_database()
        name = psql(target, "SELECT current_database()")
        for setting in ("statement_timeout = '1s'", "datestyle = 'German'", "search_path = ''",
                        "timezone = 'America/New_York'", "extra_float_digits = 0",
                        "idle_in_transaction_session_timeout = '1s'", "bytea_output = 'escape'",
                        "synchronous_commit = off", "row_security = off"):
            psql(target, f"ALTER DATABASE {name} SET {setting}")
        code, out, err = run("migrate", source, target, "--yes")
        self.assertEqual(code, 0, out + err)

    def C164_server_that_only_reads(self):
        """moved where the session may write, else exit 4."""
        source = self.make("t.db", "CREATE TABLE t(a INT)")
        target = self.empty_database()
        name = psql(target, "SELECT current_database()")
        psql(target, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        code, out, err = run("migrate", source, target, "--yes")
        self.assertIn(code, (0, 4), out + err)
        if code == 4:
            self.assertIn("read-only", err)

    def C165_report_for_machines(self):
        """--json."""
        source = self.make("t.db", "CREATE TABLE t(a INT)", "INSERT INTO t VALUES(1)")
        target = self.empty_database()
        code, out, err = run("migrate", source, target, "--yes", "--json")
        self.assertEqual(code, 0, err)
        report = json.loads(out)
        self.assertTrue(report["verified"])

    def C166_the_same_plan_twice(self):
        """byte for byte."""
        source = self.make("t.db", "CREATE TABLE t(a INT CHECK(a > 0), b TEXT UNIQUE)",
                           "CREATE VIEW v AS SELECT b, a FROM t", "INSERT INTO t VALUES(1, 'x')")
        for form in ("--sql", "--json"):
            self.assertEqual(run("plan", source, form)[1], run("plan", source, form)[1])

    def C167_statistics_for_the_planner(self):
        """ANALYZE is part of the run."""
        source = self.make("t.db", "CREATE TABLE t(a INT)",
                           "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                           "500) INSERT INTO t SELECT i FROM n")
        target, _ = self.migrates(source)
        self.assertEqual(psql(target, "SELECT reltuples, (SELECT count(*) FROM pg_stats WHERE "
                              "tablename = 't') FROM pg_class WHERE relname = 't'"), "500|1")

    def C170_schema_made_by_the_application(self):
        """exit 5 without --data-only, which fills it."""
        # Tables that an application's own migrations made are never written to unasked.
        source = self.make("t.db", "CREATE TABLE t(a INT)", "INSERT INTO t VALUES(1)")
        target = self.empty_database()
        psql(target, "CREATE TABLE t(a int4, extra text)")
        code, out, err = run("migrate", source, target, "--yes")
        self.assertEqual(code, 5, out + err)
        self.assertIn('"t"', err)
        self.assertEqual(psql(target, "SELECT count(*) FROM t"), "0")
