"""What an attacker, or a careless colleague, may try: read passwords off the machine, sit between the
tool and the server, name a table like a statement, hand over a database file that never ends."""

import os
import pathlib
import resource
import subprocess
import tempfile
import time
import unittest

from command import DatabaseTest, PROJECT, REPOT, digest, is_sanitized, migrate, psql, run

SUPPORT = PROJECT / "tests" / "support"
SECRET = "s3cret-of-the-test"


def clean_environment(**changes):
    return {k: v for k, v in os.environ.items() if not k.startswith("PG")} | changes


class OwnServer(unittest.TestCase):
    """A server that asks for a password, and speaks TLS with a certificate of a private authority."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="repot-security-")
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.folder = pathlib.Path(cls.temporary.name)
        cls.folder.chmod(0o711)
        (cls.folder / "password").write_text(SECRET + "\n")
        start = subprocess.run([SUPPORT / "pg_throwaway", "start", cls.folder / "cluster", "--no-fsync", "--tcp",
                                "--password-file", cls.folder / "password"], capture_output=True, text=True)
        if start.returncode:
            raise RuntimeError(start.stderr)
        cls.addClassCleanup(subprocess.run, [SUPPORT / "pg_throwaway", "stop", cls.folder / "cluster"],
                            capture_output=True)
        url = start.stdout.strip()
        cls.port = url.split("port=")[1].split("&")[0]
        cls.home = pathlib.Path((cls.folder / "cluster" / "throwaway-home").read_text())
        cls.make_certificates()
        cls.source = cls.folder / "source.db"
        subprocess.run(["sqlite3", cls.source],
                       input="CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT);"
                             "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 200000) "
                             "INSERT INTO t SELECT x, hex(x) FROM n;", text=True, check=True)

    @classmethod
    def openssl(cls, *arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, cwd=cls.folder)

    @classmethod
    def make_certificates(cls):
        for authority in ("ca", "other"):
            cls.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={authority}",
                        "-keyout", f"{authority}.key", "-out", f"{authority}.crt")
        cls.openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "server.key",
                    "-out", "server.csr")
        (cls.folder / "names").write_text("subjectAltName=DNS:localhost\n")
        cls.openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                    "-days", "2", "-extfile", "names", "-out", "server.crt")
        data = cls.home / "data"
        owner = data.stat()
        for name in ("server.crt", "server.key"):
            (data / name).write_bytes((cls.folder / name).read_bytes())
            (data / name).chmod(0o600)
            if os.geteuid() == 0:
                os.chown(data / name, owner.st_uid, owner.st_gid)
        # Over TCP by TLS only.
        rules = (data / "pg_hba.conf").read_text()
        (data / "pg_hba.conf").write_text("\n".join(
            line.replace("host ", "hostssl ", 1) if line.startswith("host ") else line
            for line in rules.splitlines()) + "\n")
        cls.ask("ALTER SYSTEM SET ssl = on")
        cls.ask("SELECT pg_reload_conf()")

    @classmethod
    def ask(cls, sql):
        return subprocess.run(["psql", "-X", "-q", "-At", "-c", sql,
                               f"host={cls.home} port={cls.port} user=postgres dbname=postgres"],
                              env=clean_environment(PGPASSWORD=SECRET), check=True, capture_output=True,
                              text=True).stdout.strip()

    def setUp(self):
        self.ask("SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def url(self, password="", host="localhost", **options):
        options = {"hostaddr": "127.0.0.1", "sslmode": "verify-full", "sslrootcert": self.folder / "ca.crt"} | options
        query = "&".join(f"{k}={v}" for k, v in options.items())
        return f"postgresql://postgres{':' + password if password else ''}@{host}:{self.port}/postgres?{query}"

    def assertSilent(self, *texts):
        for text in texts:
            self.assertNotIn(SECRET, text)

    def test_a_password_in_the_url_leaves_the_list_of_processes_at_once(self):
        for target in (self.url(SECRET), self.url() + f"&password={SECRET}"):
            self.setUp()
            process = subprocess.Popen([REPOT, "migrate", self.source, target, "--yes"], stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, text=True, env=clean_environment())
            command_line = pathlib.Path(f"/proc/{process.pid}/cmdline")
            seen, hidden = 0, 0
            while process.poll() is None:
                try:
                    shown = command_line.read_bytes()
                except OSError:
                    break
                if b"migrate" in shown and SECRET.encode() not in shown:
                    hidden += 1
                elif hidden and SECRET.encode() in shown:
                    seen += 1
                time.sleep(0.002)
            out = process.communicate()[0]
            self.assertEqual(process.returncode, 0, out)
            self.assertGreater(hidden, 5)
            self.assertEqual(seen, 0)
            self.assertSilent(out)

    def test_no_output_shows_a_password(self):
        report = self.folder / "report.json"
        code, out, err = migrate(self.source, self.url(SECRET), "--json", "--report-json", report,
                                 env=clean_environment())
        self.assertEqual(code, 0, out + err)
        self.assertSilent(out, err, report.read_text())
        for arguments, wanted in ((["migrate", self.source, self.url(SECRET), "--yes"], 5),
                                  (["verify", self.source, self.url(SECRET)], 0),
                                  (["plan", self.source, self.url(SECRET)], 5),
                                  (["verify", self.source, self.url(SECRET, host="nowhere")], 4),
                                  (["migrate", self.source, self.url(SECRET, nonsense="1"), "--yes"], 4),
                                  (["schema", "status", self.url(SECRET)], None)):
            code, out, err = run(*arguments, env=clean_environment())
            if wanted is not None:
                self.assertEqual(code, wanted, out + err)
            self.assertSilent(out, err)

    def test_the_password_file_is_honoured_and_only_while_it_is_private(self):
        file = self.folder / "pgpass"
        file.write_text(f"localhost:{self.port}:postgres:postgres:{SECRET}\n")
        file.chmod(0o600)
        code, out, err = migrate(self.source, self.url(), env=clean_environment(PGPASSFILE=str(file)))
        self.assertEqual(code, 0, out + err)
        file.chmod(0o644)
        code, out, err = run("verify", self.source, self.url(), env=clean_environment(PGPASSFILE=str(file)))
        self.assertEqual(code, 4, out + err)
        self.assertSilent(out, err)

    def test_tls_is_verified_in_full(self):
        environment = clean_environment(PGPASSWORD=SECRET)
        code, out, err = migrate(self.source, self.url(), env=environment)
        self.assertEqual(code, 0, out + err)
        for target, word in ((self.url(host="wrong.example"), "wrong.example"),
                             (self.url(sslrootcert=self.folder / "other.crt"), "certificate verify failed"),
                             (self.url(sslmode="disable"), "no encryption")):
            code, out, err = run("verify", self.source, target, env=environment)
            self.assertEqual(code, 4, out + err)
            self.assertIn(word, err)


SANITIZED = is_sanitized()
HOSTILE = ['a"; DROP TABLE canary.bird; --', "b'; DROP SCHEMA canary CASCADE; --", "c$$d$$", "e\\", "\u202eright to left",
           "f\tg\nh", "%s%n", "$1", "robert'); DROP TABLE students;--", "\U0001f426"]


class HostileNamesAndValues(DatabaseTest):
    def test_are_data_and_nothing_else(self):
        psql(self.target, "CREATE SCHEMA canary; CREATE TABLE canary.bird(alive text); INSERT INTO canary.bird VALUES ('yes')")
        quote = lambda name: '"' + name.replace('"', '""') + '"'
        text = lambda value: "'" + value.replace("'", "''") + "'"
        sql = []
        for index, name in enumerate(HOSTILE):
            columns = ", ".join(f"{quote(column)} TEXT DEFAULT {text(column)} CHECK ({quote(column)} <> {text(name + 'x')})"
                                for column in HOSTILE)
            sql.append(f"CREATE TABLE {quote(name)} (id INTEGER PRIMARY KEY, {columns});")
            sql.append(f"CREATE UNIQUE INDEX {quote('i' + name)} ON {quote(name)} ({quote(HOSTILE[index])}) "
                       f"WHERE {quote(HOSTILE[0])} IS NOT {text(HOSTILE[1])};")
            values = ", ".join(text(value) for value in HOSTILE)
            sql.append(f"INSERT INTO {quote(name)} VALUES (1, {values});")
            sql.append(f"CREATE VIEW {quote('v' + name)} AS SELECT {quote(HOSTILE[0])} FROM {quote(name)};")
        source = self.sqlite("hostile.db", "\n".join(sql))
        code, out, err = migrate(source, self.target)
        self.assertEqual(code, 0, out + err)
        code, out, err = run("verify", source, self.target)
        self.assertEqual(code, 0, out + err)
        self.assertEqual(psql(self.target, "SELECT alive FROM canary.bird"), "yes")
        self.assertEqual(psql(self.target, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"),
                         str(len(HOSTILE)))


class MaliciousFiles(DatabaseTest):
    """Each ends in a bounded time and memory, and does nothing but what it says."""

    def bounded(self, source, *arguments, seconds=60):
        before = digest(source)
        start = time.monotonic()
        options = {} if SANITIZED else {
            "preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))}
        code, out, err = migrate(source, self.target, *arguments, **options)
        with self.subTest("in bounded memory"):
            if SANITIZED:
                self.skipTest("a sanitizer reserves more address space than the bound")
        self.assertLess(time.monotonic() - start, seconds)
        self.assertEqual(digest(source), before)
        return code, out + err

    def test_a_view_that_never_ends(self):
        source = self.sqlite("view.db", "CREATE TABLE t(a); INSERT INTO t VALUES (1); CREATE VIEW endless AS WITH "
                                        "RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n;")
        code, said = self.bounded(source)
        self.assertEqual(code, 0, said)
        self.assertIn("endless: its rows were not compared", said)

    def test_a_view_that_multiplies(self):
        source = self.sqlite("product.db", "CREATE TABLE t(a INTEGER); WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT "
                                           "x + 1 FROM n LIMIT 1000) INSERT INTO t SELECT x FROM n; CREATE VIEW product "
                                           "AS SELECT a.a FROM t a, t b, t c, t d;")
        code, said = self.bounded(source, "--skip-untranslatable", seconds=120)
        self.assertIn(code, (0, 5, 7), said)

    def test_triggers_do_not_fire(self):
        source = self.sqlite("trigger.db", "PRAGMA recursive_triggers = ON; CREATE TABLE t(a); INSERT INTO t VALUES (1); "
                                           "CREATE TRIGGER again AFTER INSERT ON t BEGIN INSERT INTO t VALUES (new.a + 1); "
                                           "END;")
        code, said = self.bounded(source, "--skip-untranslatable")
        self.assertEqual(code, 7, said)
        self.assertEqual(psql(self.target, "SELECT count(*) FROM t"), "1")

    def test_a_generated_column_that_takes_for_ever(self):
        source = self.sqlite("column.db", "CREATE TABLE t(a INTEGER, b AS (length(zeroblob(a)))); "
                                          "INSERT INTO t(a) VALUES (10);")
        code, said = self.bounded(source, "--skip-untranslatable")
        self.assertIn(code, (0, 5, 7), said)

    def test_functions_of_the_schema_do_not_run(self):
        for expression in ("load_extension('/tmp/none.so')", "fts3_tokenizer('simple')", "writefile('/tmp/x', a)",
                           "edit(a)"):
            source = self.folder / "functions.db"
            source.unlink(missing_ok=True)
            self.sqlite("functions.db", "CREATE TABLE t(a); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT a FROM t;\n"
                                        ".dbconfig defensive off\nPRAGMA writable_schema = ON; "
                                        f"UPDATE sqlite_schema SET sql = \"CREATE VIEW v AS SELECT {expression} FROM t\" "
                                        "WHERE name = 'v';")
            code, said = self.bounded(source)
            self.assertEqual(code, 5, said)
            self.assertIn("v", said)

    def test_a_huge_schema(self):
        source = self.sqlite("huge.db", "BEGIN;" + "".join(f"CREATE TABLE t{i}(a);" for i in range(3000)) +
                             "CREATE VIEW deep AS SELECT " + "(" * 40 + "1" + ")" * 40 + " AS x;" +
                             "CREATE TABLE wide(x TEXT CHECK (x NOT IN (" + ",".join(f"'{i:0100}'" for i in range(20000)) +
                             ")));COMMIT;")
        code, said = self.bounded(source, seconds=240)
        self.assertIn(code, (0, 5, 6, 7), said)


if __name__ == "__main__":
    unittest.main()
