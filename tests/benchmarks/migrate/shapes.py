"""Makes the databases that the benchmark of migrations moves: shapes.py SHAPE SIZE FILE.

music    the music library of docs/examples, with SIZE tracks (1.7 rows in all for each)
wide     SIZE rows of 60 columns of all types
blobs    SIZE rows with a blob of 64 KiB
narrow   SIZE rows of an id and two integers
tables   SIZE tables of 10 rows, each with a key, an index, and a foreign key to the one before

The same arguments make the same rows, always: hashes stand in for random numbers.
"""

import pathlib
import random
import sqlite3
import sys

SCHEMA = pathlib.Path(__file__).resolve().parents[3] / "docs/examples/music-library/schema.sql"
FIRST = ["Amber", "Märchen", "Copper", "Ночной", "Electric", "Fallow", "Gläserne", "Hollow", "Indigo", "Jade"]
SECOND = ["Orchard", "Lantern", "Ferry", "Weather", "Antennae", "Granary", "Tramway", "Meadow", "日記", "Harbour"]
THIRD = ["at Dawn", "of Salt", "(Live)", "in Reverse", "No. 5", "100% Wool", "for Nobody", "Part II", "🎧", "— Coda"]
ARTIST, ALBUM, TRACK, PLAYLIST, DOWNLOAD = range(1, 6)


def hashed(number):
    return f"((({number}) * 2654435761) % 4294967296)"


def identity(kind, number):
    """An id as SQLAlchemy stores it, the same wherever it is spelled."""
    h = hashed(f"({number}) + {kind * 100003}")
    return (f"printf('%08x-%04x-4%03x-8%03x-%04x%08x', {h}, {kind}, {h} % 4093, ({number}) % 4096, "
            f"({number}) % 65536, ({h} * 40503) % 4294967296)")


def moment(seconds, fraction):
    return f"datetime({seconds}, 'unixepoch') || printf('.%06d', ({fraction}) % 1000000)"


def word(words, number):
    spelled = " ".join(f"WHEN {place} THEN '{text}'" for place, text in enumerate(words))
    return f"CASE ({number}) % {len(words)} {spelled} END"


def fill(db, table, count, values):
    db.execute(f"WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {count}) "
               f"INSERT INTO {table} SELECT {', '.join(values)} FROM (SELECT n, {hashed('n')} AS h FROM series)")


def music(db, size):
    statements = [part for part in SCHEMA.read_text().split(";\n") if part.strip()]
    indexes = [part for part in statements if "INDEX ix_" in part]
    for statement in statements:
        if statement not in indexes:
            db.execute(statement)
    artists, albums, playlists = max(size // 25, 1), max(size // 10, 1), max(size // 1000, 1)
    title = f"{word(FIRST, 'h')} || ' ' || {word(SECOND, 'h / 10')} || ' ' || {word(THIRD, 'h / 100')}"
    times = [moment("1700000000 + n", "h"), moment("1710000000 + n", "h / 7")]
    fill(db, "artists", artists,
         [identity(ARTIST, "n"), f"{word(FIRST, 'h')} || ' ' || {word(SECOND, 'h / 10')} || ' ' || n",
          "CASE WHEN n % 3 THEN printf('spotify:artist:%022x', h) END",
          f"CASE WHEN n % 2 THEN {identity(ARTIST, 'n')} END", *times])
    fill(db, "albums", albums,
         [identity(ALBUM, "n"), title, identity(ARTIST, f"1 + h % {artists}"),
          "CASE WHEN n % 9 THEN 1971 + h % 54 END",
          "CASE WHEN n % 9 THEN date(31536000 + (h % 20000) * 86400, 'unixepoch') END",
          "CASE WHEN n % 5 THEN (499 + h % 2500) / 100.0 END",
          "CASE WHEN n % 4 = 1 THEN x'89504e470d0a1a0a00ff7f80c0afedbfbf5c2e27225c4e' END", *times])
    fill(db, "tracks", size,
         [identity(TRACK, "n"), title, identity(ARTIST, f"1 + h % {artists}"),
          f"CASE WHEN n % 25 THEN {identity(ALBUM, f'1 + n % {albums}')} END",
          "90000 + h % 300000", "1 + n % 14", "1 + (n % 28) / 14",
          "CASE WHEN n % 3 THEN printf('QZ%010d', n) END",
          f"CASE WHEN n % 2 THEN printf('/music/%s/%02d %s.flac', {word(SECOND, 'h / 10')}, n % 14, "
          f"{word(THIRD, 'h / 100')}) END",
          "CASE WHEN n % 2 THEN 3000000000 + h END",
          "CASE WHEN n % 2 THEN printf('%016x%016x%032x', h * 977, h * 499, n) END", "n % 97 = 0", *times])
    fill(db, "playlists", playlists,
         [identity(PLAYLIST, "n"), f"{word(FIRST, 'h')} || ' mix ' || n",
          "CASE n % 3 WHEN 0 THEN NULL ELSE 'Two lines:' || char(13, 10, 9) || 'tab, ''quotes'', \\N and \\.' END",
          "CASE WHEN n % 2 THEN 'spotify' ELSE 'manual' END", *times])
    fill(db, "playlist_tracks", size * 36 // 100,
         [identity(PLAYLIST, f"1 + n % {playlists}"), identity(TRACK, "n * 2"), "n / 3", times[0]])
    fill(db, "downloads", size * 20 // 100,
         [identity(DOWNLOAD, "n"), identity(TRACK, "n * 3"),
          "CASE n % 5 WHEN 0 THEN 'PENDING' WHEN 1 THEN 'FAILED' ELSE 'COMPLETED' END",
          "CASE n % 5 WHEN 0 THEN 0.0 WHEN 1 THEN (h % 1000) / 7.0 ELSE 100.0 END", "h % 10",
          "CASE WHEN n % 5 = 1 THEN 'timeout after ' || h % 90 || ' s' END",
          f"CASE WHEN n % 5 THEN {times[0]} END", f"CASE WHEN n % 5 > 1 THEN {times[1]} END", times[0]])
    for index in indexes:
        db.execute(index)


def wide(db, size):
    kinds = [("INTEGER", "h % 100000 + {0}"), ("REAL", "(h % 100000) / 7.0 + {0}"),
             ("VARCHAR(40)", word(FIRST, "h / 10 + {0}")), ("DATETIME", moment("1700000000 + h % 1000000 + {0}", "h")),
             ("BOOLEAN", "(h / 8 + {0}) % 2"), ("NUMERIC(12, 2)", "(h % 1000000) / 100.0")]
    columns = [(f"c{i}", *kinds[i % len(kinds)]) for i in range(59)]
    db.execute("CREATE TABLE wide (id INTEGER PRIMARY KEY, " + ", ".join(f"{n} {kind}" for n, kind, _ in columns) + ")")
    fill(db, "wide", size, ["n", *(f"CASE WHEN (n + {i}) % 9 THEN {value.format(i)} END"
                                   for i, (_, _, value) in enumerate(columns))])


def blobs(db, size):
    db.execute("CREATE TABLE files (id INTEGER PRIMARY KEY, name TEXT NOT NULL, content BLOB NOT NULL)")
    rng = random.Random(7)
    db.executemany("INSERT INTO files VALUES (?, ?, ?)",
                   ((n, f"file {n}", rng.randbytes(64 * 1024)) for n in range(1, size + 1)))


def narrow(db, size):
    db.execute("CREATE TABLE points (id INTEGER PRIMARY KEY, x INTEGER NOT NULL, y INTEGER NOT NULL)")
    fill(db, "points", size, ["n", "h % 100000", "h / 7"])


def tables(db, size):
    for place in range(size):
        db.execute(f"CREATE TABLE t{place:04} (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, created_at DATETIME, "
                   f"before INTEGER REFERENCES t{max(place - 1, 0):04} (id))")
        db.execute(f"CREATE INDEX t{place:04}_name ON t{place:04} (name)")
        fill(db, f"t{place:04}", 10, ["n", f"'row ' || n || ' of {place}'", moment("1700000000 + h", "h"), "n"])


SHAPES = {"music": music, "wide": wide, "blobs": blobs, "narrow": narrow, "tables": tables}


def make(shape, size, path):
    """Makes the file at once, or not at all."""
    part = pathlib.Path(f"{path}.part")
    part.unlink(missing_ok=True)
    db = sqlite3.connect(part, isolation_level=None)
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; BEGIN")
    SHAPES[shape](db, size)
    db.execute("COMMIT")
    db.execute("PRAGMA journal_mode = WAL")
    db.close()
    part.rename(path)


if __name__ == "__main__":
    make(sys.argv[1], int(sys.argv[2]), sys.argv[3])
