"""repot verify on databases that it did not make: tables written by hand and filled from CSV, as the
simplest of tools would, and every kind of difference planted in them (C161)."""

import json
import subprocess
import unittest

from command import DatabaseTest, psql, run

SOURCE = """
CREATE TABLE Artists(Id INTEGER PRIMARY KEY AUTOINCREMENT, Name TEXT NOT NULL, Rating REAL, Active BOOLEAN,
  Joined DATETIME, Price DECIMAL(8,2), Tag VARCHAR(10), Small INT, Extra JSON);
CREATE UNIQUE INDEX artists_name ON Artists(Name);
CREATE TABLE tracks(id INTEGER PRIMARY KEY, artist INT NOT NULL REFERENCES Artists(Id) ON DELETE CASCADE,
  title TEXT DEFAULT 'untitled', plays INTEGER CHECK (plays >= 0));
CREATE INDEX tracks_artist ON tracks(artist);
CREATE INDEX tracks_played ON tracks(title) WHERE plays > 0;
INSERT INTO Artists VALUES
  (1, 'One', 1234567.891, 1, '2020-01-01 12:00:00.5', 1.25, 'a', 7, '{"b": 1.0, "a": [true]}'),
  (2, '', 0.1, 0, NULL, 0, NULL, -32768, '5'), (3, 'É', NULL, NULL, '1999-12-31 00:00:00', -7.5, 'zz', NULL, NULL);
INSERT INTO tracks VALUES (1, 1, 'x', 0), (2, 3, NULL, 5), (10, 2, 'y', NULL);
"""
TABLES = """
CREATE TABLE artists(id serial PRIMARY KEY, name varchar(50) NOT NULL, rating double precision, active boolean,
  joined timestamp, price numeric(8,2), tag char(10), small smallint, extra jsonb);
CREATE UNIQUE INDEX idx_16389_name ON artists(name);
CREATE TABLE tracks(id integer PRIMARY KEY, artist integer NOT NULL REFERENCES artists(id) ON DELETE CASCADE,
  title text DEFAULT 'untitled', plays bigint CHECK (plays >= 0));
CREATE INDEX idx_16400_artist ON tracks(artist);
CREATE INDEX idx_16401_title ON tracks(title) WHERE plays > 0;
CREATE SEQUENCE track_ids;
ALTER TABLE tracks ALTER id SET DEFAULT nextval('track_ids');
"""

# What is done to the target, and what the report must say of it.
DAMAGE = {
    "a value in a narrower float": ("ALTER TABLE artists ALTER rating TYPE real",
                                    'column "Rating": source 1234567.891, target 1234567.875'),
    "a rounded decimal": ("ALTER TABLE artists ALTER price TYPE numeric(8,1)", 'column "Price": source 1.25'),
    "text cut": ("UPDATE artists SET name = 'On' WHERE id = 1", 'column "Name": source \'One\', target \'On\''),
    "NULL for ''": ("ALTER TABLE artists ALTER name DROP NOT NULL; UPDATE artists SET name = NULL WHERE id = 2",
                    "target NULL"),
    "a date without its time": ("ALTER TABLE artists ALTER joined TYPE date", 'column "Joined"'),
    "a JSON number": ("""UPDATE artists SET extra = '{"a": [true], "b": 1.01}' WHERE id = 1""", 'column "Extra"'),
    "swapped columns": ("UPDATE artists SET name = tag, tag = name WHERE id = 3", 'column "Tag"'),
    "a doubled row": ("ALTER TABLE tracks DROP CONSTRAINT tracks_pkey; INSERT INTO tracks SELECT * FROM tracks "
                      "WHERE id = 2", "not in the source: id=2"),
    "a lost row": ("DELETE FROM tracks WHERE id = 10", "missing in the target: id=10"),
    "a new row": ("INSERT INTO tracks VALUES (3, 1)", "not in the source: id=3"),
    "a lost table": ("DROP TABLE tracks", "tracks: the target has no such table"),
    "a lost column": ("ALTER TABLE tracks DROP plays", "tracks.plays: the target"),
    "numbers as text": ("ALTER TABLE artists ALTER small TYPE text", 'column "small" of table "artists" is text'),
    "a lost index": ("DROP INDEX idx_16400_artist", '"tracks_artist" (artist)'),
    "a lost partial index": ("DROP INDEX idx_16401_title", '"tracks_played"'),
    "another column's index": ("DROP INDEX idx_16400_artist; CREATE INDEX ON tracks(plays)", '"tracks_artist"'),
    "a unique index that is none": ("DROP INDEX idx_16389_name; CREATE INDEX ON artists(name)", '"artists_name"'),
    "a lost primary key": ("ALTER TABLE tracks DROP CONSTRAINT tracks_pkey", "the primary key (id)"),
    "a lost foreign key": ("ALTER TABLE tracks DROP CONSTRAINT tracks_artist_fkey", "the foreign key (artist)"),
    "another action": ("ALTER TABLE tracks DROP CONSTRAINT tracks_artist_fkey; "
                       "ALTER TABLE tracks ADD FOREIGN KEY (artist) REFERENCES artists(id)", "acts otherwise"),
    "a foreign key that is not valid": (
        "ALTER TABLE tracks DROP CONSTRAINT tracks_artist_fkey; ALTER TABLE tracks ADD FOREIGN KEY (artist) "
        "REFERENCES artists(id) ON DELETE CASCADE NOT VALID", "is not valid"),
    "a lost NOT NULL": ("ALTER TABLE tracks ALTER artist DROP NOT NULL", "has lost its NOT NULL"),
    "a lost default": ("ALTER TABLE tracks ALTER title DROP DEFAULT", "has lost its default"),
    "a lost check": ("ALTER TABLE tracks DROP CONSTRAINT tracks_plays_check", "0 of 1 CHECK constraints"),
    "a serial behind": ("SELECT setval('artists_id_seq', 3, false)", "would hand out 3 next, not 4"),
    "a free sequence behind": ("SELECT setval('track_ids', 1)", "would hand out 2 next, not 11"),
    "no sequence": ("ALTER TABLE tracks ALTER id DROP DEFAULT", "no identity and has no sequence"),
}


class Foreign(DatabaseTest):
    def setUp(self):
        super().setUp()
        self.source = self.sqlite("app.db", SOURCE)
        psql(self.target, TABLES)
        for table in ("artists", "tracks"):
            rows = subprocess.run(["sqlite3", "-csv", "-nullvalue", "\\N", self.source, f"SELECT * FROM {table}"],
                                  capture_output=True, check=True).stdout
            subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.target, "-c",
                            f"\\copy {table} FROM pstdin (FORMAT csv, NULL '\\N')"], input=rows, check=True)
        psql(self.target, "SELECT setval('artists_id_seq', 3), setval('track_ids', 10)")

    def verify(self, *options):
        return run("verify", self.source, self.target, *options)

    def test_equal(self):
        before = psql(self.target, "SELECT sum(xmin::text::bigint) FROM artists")
        for options in ((), ("--jobs", "1"), ("--jobs", "6")):
            code, out, err = self.verify(*options)
            self.assertEqual(code, 0, out + err)
        self.assertEqual(psql(self.target, "SELECT sum(xmin::text::bigint) FROM artists"), before)
        psql(self.target, "CREATE TABLE more(a int); ALTER TABLE tracks ADD note text")
        code, out, err = self.verify()
        self.assertEqual(code, 0, out + err)
        self.assertIn("more: only the target", out)
        self.assertIn("tracks.note: only the target", out)

    def test_what_only_the_target_demands(self):
        psql(self.target, "ALTER TABLE artists ADD UNIQUE (tag), ALTER name SET NOT NULL, ADD CHECK (small < 99); "
             "ALTER TABLE tracks ADD FOREIGN KEY (plays) REFERENCES artists(id) NOT VALID; "
             "UPDATE artists SET tag = 'n' WHERE tag IS NULL; ALTER TABLE artists ALTER tag SET NOT NULL")
        _, out, err = self.verify()
        for words in ('the unique index "artists_tag_key" (tag)', "NOT NULL on tag",
                      'the foreign key "tracks_plays_fkey" (plays) to "artists"',
                      "the target has 1 CHECK constraints, the source 0"):
            self.assertIn(words, out, err)
        self.assertIn("the default of title, 'untitled', by 'untitled'::text; CHECK \"tracks_plays_check\" by "
                      "CHECK ((plays >= 0)); CHECK (plays >= 0) of the source", out)

    def test_while_others_read_and_write(self):
        lock = subprocess.Popen(["psql", "-X", "-q", "-d", self.target, "-c",
                                 "BEGIN; UPDATE tracks SET plays = 77 WHERE id = 1; SELECT pg_sleep(30)"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while psql(self.target, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' "
                       "AND pid <> pg_backend_pid()") == "0":
                pass
            code, out, err = self.verify()
            self.assertEqual(code, 0, out + err)
        finally:
            lock.kill()
            lock.wait()

    def test_a_role_that_may_only_read(self):
        role = f"reader_{self.database}"
        psql(self.target, f"CREATE ROLE {role} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}; "
             f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}; "
             f"ALTER ROLE {role} SET default_transaction_read_only = on")
        code, out, err = run("verify", self.source, self.url_of(self.database, user=role))
        psql(self.target, f"DROP OWNED BY {role}; DROP ROLE {role}")
        self.assertEqual(code, 0, out + err)

    def test_json_has_all_and_text_is_limited(self):
        psql(self.target, "INSERT INTO tracks(id, artist) SELECT g, 1 FROM generate_series(100, 399) g")
        code, out, _ = self.verify("--limit", "3")
        self.assertEqual(code, 8)
        self.assertEqual(out.count("not in the source"), 3)
        self.assertIn("and more", out)
        code, out, _ = self.verify("--json")
        self.assertEqual(code, 8)
        tracks = [table for table in json.loads(out)["tables"] if table["source"] == "tracks"][0]
        self.assertEqual(len(tracks["different_rows"]), 300)
        self.assertEqual({row["kind"] for row in tracks["different_rows"]}, {"extra"})
        psql(self.target, "DELETE FROM tracks WHERE id > 99; UPDATE tracks SET title = 'z' WHERE id = 1")
        code, out, _ = self.verify("--json")
        tracks = [table for table in json.loads(out)["tables"] if table["source"] == "tracks"][0]
        self.assertEqual(tracks["different_rows"], [
            {"kind": "changed", "key": {"id": "1"},
             "columns": [{"column": "title", "source": "'x'", "target": "'z'"}]}])

    def test_a_missing_schema(self):
        code, _, err = self.verify("--schema", "nowhere")
        self.assertEqual(code, 4, err)
        self.assertIn("nowhere", err)


def planted(name, sql, said):
    def test(self):
        psql(self.target, sql)
        code, out, err = self.verify()
        self.assertEqual(code, 8, f"{name}: {out}{err}")
        self.assertIn(said, out)
    return test


for number, (title, (change, words)) in enumerate(DAMAGE.items()):
    setattr(Foreign, f"test_planted_{number:02}_{title.replace(' ', '_')}", planted(title, change, words))


if __name__ == "__main__":
    unittest.main()
