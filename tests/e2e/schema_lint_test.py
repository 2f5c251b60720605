"""repot schema lint from outside: exit codes, formats, and its page in the documentation."""

import json
import pathlib
import tempfile
import unittest

from command import PROJECT, run


class Lint(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="repot lint ")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def test_the_page_lists_the_rules_of_the_command(self):
        code, table, _ = run("schema", "lint", "--rules")
        self.assertEqual(code, 0)
        self.assertGreater(table.count("\n"), 40)
        page = (PROJECT / "docs/lint.md").read_text()
        self.assertEqual(page[page.index("| rule |"):].rstrip(), table.rstrip(),
                         "docs/lint.md ends with the output of `repot schema lint --rules`")

    def test_exit_codes_follow_the_severity(self):
        warning = self.write("a.sql", "DROP TABLE t;")
        error = self.write("b.sql", "ALTER TABLE t ADD COLUMN c TEXT NOT NULL;")
        clean = self.write("c.sql", "SELECT 1;")
        for arguments, expected in (((clean, "--fail-on", "info"), 0), ((warning,), 0),
                                    ((warning, "--fail-on", "warning"), 9), ((error,), 9),
                                    ((error, "--fail-on", "never"), 0), ((), 2),
                                    ((self.folder / "none.sql",), 2),
                                    ((error, "--dialect", "mysql"), 2)):
            with self.subTest(arguments):
                self.assertEqual(run("schema", "lint", *arguments)[0], expected)

    def test_json_names_the_place_and_the_reason(self):
        path = self.write("m.sql", "SELECT 1;\n  DROP TABLE t;\n")
        code, out, _ = run("schema", "lint", "--json", "--dialect", "sqlite", path)
        self.assertEqual(code, 0)
        (finding,) = json.loads(out)["findings"]
        self.assertEqual((finding["file"], finding["line"], finding["column"], finding["rule"]),
                         (str(path), 2, 3, "drop-table"))
        self.assertTrue(finding["reason"] and finding["safe"])

    def test_folders_are_read_by_name_and_for_their_database(self):
        self.write("2.postgresql.up.sql", "ALTER TABLE t ALTER COLUMN a TYPE bigint;")
        self.write("1.up.sql", "CREATE TABLE t (a INTEGER PRIMARY KEY);")
        self.write("readme.txt", "DROP TABLE t;")
        code, out, _ = run("schema", "lint", self.folder)
        self.assertEqual(code, 9, out)
        self.assertIn("pg-alter-type", out)
        self.assertNotIn("sqlite-alter-column", out)
        self.assertIn("in 2 files", out)

    def test_any_bytes_are_read(self):
        path = self.write("bytes.sql", bytes(range(256)) * 20 + b"; DROP TABLE t;")
        self.assertIn(run("schema", "lint", path)[0], (0, 9))
        self.assertEqual(run("schema", "lint", self.write("empty.sql", ""))[0], 0)


if __name__ == "__main__":
    unittest.main()
