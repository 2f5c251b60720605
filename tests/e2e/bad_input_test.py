"""Bad input: each kind has its own message and exit code, nothing is written, no password is shown."""

import gzip
import os
import pathlib
import subprocess
import tempfile
import unittest

from command import DatabaseTest, HERE, PROJECT, REPOT, digest, migrate, psql, run

SUPPORT = PROJECT / "tests" / "support"


class BadArguments(DatabaseTest):
    def refuses(self, code, words, *arguments, **options):
        if "migrate" in arguments:
            arguments += ("--yes",)
        actual, out, err = run(*arguments, **options)
        self.assertEqual(actual, code, out + err)
        for word in words if isinstance(words, (list, tuple)) else [words]:
            self.assertIn(word, err)
        self.assertEqual(self.objects(), "")
        return err

    def good(self):
        path = self.folder / "good.db"
        if not path.exists():
            self.sqlite("good.db", "CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1);")
        return path

    def test_usage(self):
        self.refuses(2, "subcommand", )
        self.refuses(2, "TARGET", "migrate", self.good())
        self.refuses(2, "--no-such-option", "migrate", self.good(), self.target, "--no-such-option")
        self.refuses(2, "unknown scheme", "migrate", self.good(), "mysql://host/db")
        self.refuses(2, "scheme://", "migrate", self.good(), "host/db")
        self.refuses(2, "position", "migrate", self.good(), "postgresql://host:port/db")
        self.refuses(2, "in memory", "migrate", ":memory:", self.target)
        self.refuses(2, "SQLite", "migrate", self.target, self.target)

    def test_missing_file_is_not_created(self):
        missing = self.folder / "missing.db"
        self.refuses(3, str(missing), "migrate", missing, self.target)
        self.refuses(3, "missing.db", "migrate", f"sqlite:///{missing}", self.target)
        self.assertFalse(missing.exists())

    def test_files_that_are_no_databases(self):
        cases = {
            "empty.db": (b"", "empty"),
            "text.db": (b"just some text, and more of it\n" * 40, "not an sqlite database"),
            "archive.db": (gzip.compress(b"x" * 100), "gzip"),
            "encrypted.db": (os.urandom(8192), "encrypted"),
        }
        for name, (content, word) in cases.items():
            with self.subTest(name):
                path = self.folder / name
                path.write_bytes(content)
                err = self.refuses(3, name, "migrate", path, self.target)
                self.assertIn(word, err.lower())
                self.assertEqual(path.read_bytes(), content)
        self.refuses(3, "directory", "migrate", self.folder, self.target)

    def test_damaged_file(self):
        path = self.sqlite("damaged.db", "PRAGMA page_size=512; CREATE TABLE t(a TEXT); WITH RECURSIVE n(i) AS "
                           "(SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<200) INSERT INTO t SELECT hex(randomblob(40)) FROM n;")
        content = bytearray(path.read_bytes())
        content[3 * 512:5 * 512] = os.urandom(1024)
        path.write_bytes(content)
        self.refuses(3, "damaged.db", "migrate", path, self.target)

    def test_unreachable_servers(self):
        self.refuses(4, "cannot connect", "migrate", self.good(),
                     f"postgresql:///db?host={self.folder}")
        self.refuses(4, "does not exist", "migrate", self.good(), self.url_of("no_such_database"))

    def test_no_right_to_create(self):
        role = f"reader_{os.getpid()}"
        psql(self.target, f"CREATE ROLE {role} LOGIN; REVOKE CREATE ON DATABASE {self.database} FROM PUBLIC")
        self.addCleanup(psql, self.url_of("postgres"), f"DROP ROLE IF EXISTS {role}")
        self.refuses(4, ["CREATE right", role], "migrate", self.good(),
                     self.url_of(self.database, user=role))

    def test_schema_that_does_not_exist(self):
        self.refuses(4, "nowhere", "migrate", self.good(), self.target, "--schema", "nowhere")

    def test_target_not_empty(self):
        psql(self.target, "CREATE TABLE t(mine text); INSERT INTO t VALUES ('precious')")
        before = self.objects()
        code, _, err = migrate(self.good(), self.target)
        self.assertEqual(code, 5)
        self.assertIn('"t"', err)
        self.assertIn("not empty", err)
        self.assertEqual(self.objects(), before)
        self.assertEqual(psql(self.target, "SELECT mine FROM t"), "precious")

    def test_values_that_do_not_fit(self):
        path = self.sqlite("bad.db", "CREATE TABLE products(id INTEGER PRIMARY KEY, qty INTEGER NOT NULL);"
                           "INSERT INTO products VALUES (1, 10), (2, 'lots-of-it');")
        before = digest(path)
        self.refuses(5, ["products.qty", "id=2", "lots-of-it"], "migrate", path, self.target)
        path2 = self.sqlite("nul.db", "CREATE TABLE t(a TEXT); INSERT INTO t VALUES ('a' || char(0) || 'b');")
        self.refuses(5, ["t.a", "rowid=1"], "migrate", path2, self.target)
        path3 = self.sqlite("utf8.db", "CREATE TABLE t(a TEXT); INSERT INTO t VALUES (CAST(x'66ff' AS TEXT));")
        self.refuses(5, ["t.a", "rowid=1"], "migrate", path3, self.target)
        self.assertEqual(digest(path), before)


class Passwords(unittest.TestCase):
    def test_a_wrong_password_is_refused_and_never_shown(self):
        with tempfile.TemporaryDirectory(prefix="repot password ") as folder:
            os.chmod(folder, 0o711)
            folder = pathlib.Path(folder)
            (folder / "password").write_text("right-secret\n")
            start = subprocess.run([SUPPORT / "pg_throwaway", "start", folder / "cluster", "--no-fsync",
                                    "--password-file", folder / "password"], capture_output=True, text=True)
            self.assertEqual(start.returncode, 0, start.stderr)
            try:
                self.use(folder, start.stdout.strip())
            finally:
                subprocess.run([SUPPORT / "pg_throwaway", "stop", folder / "cluster"], check=True,
                               capture_output=True)

    def use(self, folder, url):
        source = folder / "good.db"
        subprocess.run(["sqlite3", source, "CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1)"], check=True)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        wrong = url + "&password=wrong-secret"
        code, out, err = migrate(source, wrong, env=environment)
        self.assertEqual(code, 4, out + err)
        self.assertIn("password authentication failed", err)
        self.assertNotIn("wrong-secret", out + err)
        code, out, err = migrate(source, url, "--json",
                             env=environment | {"PGPASSWORD": "right-secret"})
        self.assertEqual(code, 0, out + err)
        self.assertNotIn("secret", out + err)


if __name__ == "__main__":
    unittest.main()
