"""A database that SQLAlchemy made is read and written through Repot's entities, and SQLAlchemy does
not notice: what Repot writes is what SQLAlchemy would have written, byte for byte."""

import json
import os
import pathlib
import sqlite3
import subprocess
import tempfile
import unittest

from command import REPOT, music_models

PEER = os.environ["MUSIC_PEER"]
# The same through entities that `repot schema entities` wrote from this database.
GENERATED = os.environ["ENTITIES_PEER"]


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{command}: {done.stdout}{done.stderr}")
    return done.stdout


class SqlAlchemy(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="repot e2e ")
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "music.db"
        self.url = f"sqlite:///{self.file}"
        self.models("make", "7")

    def models(self, *arguments):
        return music_models(self.file, *arguments)

    def stored(self):
        """Every value of the file as SQLite has it: its storage class, and its bytes as SQL."""
        with sqlite3.connect(self.file) as db:
            tables = [name for (name,) in db.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
                "AND name NOT LIKE 'repot_%' AND name <> 'alembic_version' ORDER BY 1")]
            found = {}
            for table in tables:
                columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")
                           if row[1] != "version"]
                values = ", ".join(f"typeof(\"{c}\") || ' ' || quote(\"{c}\")" for c in columns)
                key = '"id"' if "id" in columns else '"playlist_id" || "track_id"'
                found[table] = {row[0]: dict(zip(columns, row[1:])) for row in
                                db.execute(f"SELECT {key}, {values} FROM {table}")}
            return found

    def adopt(self):
        """Repot takes the database over, and adds the columns that its entities have beyond it."""
        migrations = self.file.parent / "migrations"
        schema = (REPOT, "schema")
        run(*schema, "adopt", self.url, "--migrations", migrations)
        run(*schema, "new", "row versions", "--migrations", migrations)
        (migrations / "0002_row_versions.up.sql").write_text("".join(
            f"ALTER TABLE {table} ADD COLUMN version integer NOT NULL DEFAULT 0;\n"
            for table in ("artists", "tracks")))
        run(*schema, "upgrade", self.url, "--migrations", migrations)
        run(*schema, "check", self.url, "--migrations", migrations)

    def test_repot_reads_what_sqlalchemy_wrote(self):
        before = self.stored()
        self.adopt()
        self.assertEqual(before, self.stored())
        by_sqlalchemy = sorted(self.models("dump").splitlines())
        by_repot = []
        for line in run(PEER, self.url, "dump").splitlines():
            shown = json.loads(line)
            shown["row"].pop("version", None)
            by_repot.append(json.dumps(shown, sort_keys=True))
        self.assertGreater(len(by_repot), 16 * 30)
        self.assertEqual(by_sqlalchemy, sorted(by_repot))

    def test_sqlalchemy_reads_what_repot_wrote(self):
        self.check_rewriting(PEER)

    def test_sqlalchemy_reads_what_generated_entities_wrote(self):
        self.check_rewriting(GENERATED)

    def check_rewriting(self, peer):
        self.adopt()
        before = self.stored()
        run(peer, self.url, "rewrite")
        after = self.stored()
        for table, rows in before.items():
            self.assertEqual(rows, {key: after[table][key] for key in rows}, table)
            self.assertEqual(2 * len(rows), len(after[table]), table)
            originals = sorted(self.without_keys(table, row) for row in rows.values())
            copies = sorted(self.without_keys(table, row) for key, row in after[table].items()
                            if key not in rows)
            self.assertEqual(originals, copies, table)
        # SQLAlchemy understands all of it, and so does Repot once more.
        self.assertEqual(sum(len(rows) for rows in after.values()),
                         len(self.models("dump").splitlines()))
        run(peer, self.url, "dump")

    @staticmethod
    def without_keys(table, row):
        """What a copy has in common with its original: all but keys and unique values."""
        other = {"id", "spotify_uri", "musicbrainz_id", "isrc", "type", "slug", "position_col"}
        if table in ("downloads", "playlist_tracks"):
            other.add("track_id")
        return json.dumps({name: value for name, value in row.items() if name not in other})


if __name__ == "__main__":
    unittest.main()
