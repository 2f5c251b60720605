"""repot schema entities: headers from live schemas, from outside. RENEW=1 writes the golden one anew."""

import json
import os
import pathlib
import sqlite3
import subprocess
import unittest

from command import DatabaseTest, HERE, PROJECT, digest, migrate, music_models, psql, run

GOLDEN = HERE / "golden" / "music_entities.hpp"
PEER = os.environ["ENTITIES_PEER"]


class Entities(DatabaseTest):
    def entities(self, *arguments, code=0):
        actual, out, err = run("schema", "entities", *arguments)
        self.assertEqual(actual, code, out + err)
        return out, err

    def peer(self, *arguments):
        done = subprocess.run([PEER, *map(str, arguments)], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_a_database_of_sqlalchemy_before_and_after_it_moved(self):
        file = self.folder / "music.db"
        music_models(file, "make", "7")
        before = digest(file)
        out, err = self.entities(file, "--namespace", "library")
        self.assertEqual((err, digest(file)), ("", before))
        if "RENEW" in os.environ:
            GOLDEN.write_text(out)
        self.assertEqual(out, GOLDEN.read_text())
        code, moved, problem = migrate(file, self.target, "--type", "every_type.token=uuid",
                                       "--type", "every_type.maybe_token=uuid")
        self.assertEqual(code, 0, moved + problem)
        # Numbers among the documents are why they are text there, which holds them all.
        there = self.entities(self.target, "--namespace", "library")[0]
        as_text = out.replace('repot::Json document{"null"}', "std::string document").replace(
            "<repot::Json> maybeDocument", "<std::string> maybeDocument")
        self.assertEqual(there, as_text)
        rows = sorted(self.peer(f"sqlite:///{file}", "dump").splitlines())
        self.assertGreater(len(rows), 16 * 30)
        self.assertEqual(rows, sorted(self.peer(self.target, "dump").splitlines()))
        self.peer(self.target, "rewrite")
        self.assertEqual(2 * len(rows), len(self.peer(self.target, "dump").splitlines()))

    def test_what_cannot_be_said_is_told(self):
        psql(self.target, """
            CREATE TYPE mood AS ENUM ('sad', 'ok');
            CREATE TABLE a (id integer PRIMARY KEY, tags text[] NOT NULL, m mood, at inet,
              seq serial, twice integer GENERATED ALWAYS AS (id * 2) STORED, UNIQUE (twice));
            CREATE INDEX ON a (lower(tags[1])) WHERE id > 0; CREATE TABLE b (x integer)""")
        header, err = self.entities(self.target)
        for told in ("table b has no entity", "column a.twice is left out", "column a.seq is left out",
                     "unique key (twice) of a is not said", "index a_lower_idx is not said"):
            self.assertIn(told, header)
            self.assertIn("repot: " + told, err)
        self.assertIn("std::string tags;  ///< A text[], as the database writes it.", header)
        self.assertIn("std::optional<std::string> m;  ///< A mood,", header)
        found = json.loads(self.entities(self.target, "--json")[0])
        self.assertEqual(found["header"], header)
        self.assertEqual(found["entities"], [{"table": "a", "name": "A"}])
        self.assertEqual(found["notes"][0], {"object": "table b",
                                             "text": "has no entity, as it has no primary key"})

    def test_a_file_is_not_written_over(self):
        file = self.sqlite("app.db", "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)")
        header = self.folder / "things.hpp"
        self.assertEqual(self.entities(file, "--output", header)[0], "")
        self.assertIn("struct Thing {", header.read_text())
        header.write_text("mine")
        self.assertIn("already", self.entities(file, "--output", header, code=5)[1])
        self.assertEqual(header.read_text(), "mine")
        out = self.entities(file, "--output", header, "--force", "--json")[0]
        self.assertEqual(json.loads(out)["file"], str(header))
        self.assertIn("struct Thing {", header.read_text())
        self.assertIn("cannot write", self.entities(file, "--output", self.folder / "no/x.hpp", code=5)[1])

    def test_what_is_refused(self):
        file = self.sqlite("app.db", "CREATE TABLE t (a)")
        self.assertIn("no table with a primary key", self.entities(file, code=5)[1])
        self.assertIn("there is no table 'x'", self.entities(file, "x", code=2)[1])
        self.assertIn("namespace", self.entities(file, "--namespace", "a b", code=2)[1])
        self.assertIn("no file", self.entities(self.folder / "none.db", code=4)[1])
        self.entities(file, "--force", code=2)

    def test_a_header_compiles_whatever_things_are_called(self):
        name = 'x */ }; int main() { // \n#error "1\\'
        quoted = '"' + name.replace('"', '""') + '"'
        columns = ", ".join(f'"{word}" INTEGER REFERENCES {quoted}' for word in
                            ("class", "Class", "and", "NULL", "errno", "unix", "a b", "a-b", "aB",
                             "__x", "9", "?", "std", "repot", "int64_t", "Entity", "string"))
        file = self.folder / "odd.db"
        with sqlite3.connect(file) as db:
            db.execute(f"CREATE TABLE {quoted} (id INTEGER PRIMARY KEY, {quoted} {quoted} DEFAULT "
                       f"'{name}', least INT DEFAULT -9223372036854775808, {columns})"
                       .replace('"Class" INTEGER', '"Class2" INTEGER'))
            db.execute(f'CREATE INDEX "i{name[:-9]}" ON {quoted} (id) WHERE id > 0')
            for table in ("entity", "entities", "EntityMap", "std", "class", "Mapping", "9", "?"):
                db.execute(f'CREATE TABLE "{table}s" (id TEXT PRIMARY KEY, "{table}" TEXT UNIQUE)')
        header = self.folder / "odd.hpp"
        self.entities(file, "--output", header)
        source = self.folder / "odd.cpp"
        source.write_text('#include "odd.hpp"\nint main() {}\n')
        done = subprocess.run(["c++", "-std=gnu++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
                               f"-I{PROJECT / 'core/include'}", source],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr + header.read_text())


if __name__ == "__main__":
    unittest.main()
