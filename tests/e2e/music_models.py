"""The music library as an application on SQLAlchemy declares it, and random rows for it.

FILE make SEED: makes an SQLite database of it, with alembic_version as Alembic leaves it.
FILE fill SEED: adds rows to the tables of a music library that are there already.
FILE dump: prints every row of it as a line of JSON.
"""

import datetime as dt
import decimal
import enum
import json
import random
import sys
import uuid

import sqlalchemy as sa

metadata = sa.MetaData()
VERSION = "0b88b6152c1d"


class Mood(enum.Enum):
    calm = "still"
    WILD = "not at all"


def key():
    return sa.Column("id", sa.String(36), primary_key=True)


def times():
    return (sa.Column("created_at", sa.DateTime, nullable=False),
            sa.Column("updated_at", sa.DateTime, nullable=False))


def text(name, length, **options):
    return sa.Column(name, sa.String(length) if length else sa.Text, nullable=False, **options)


def maybe(name, kind, *more, **options):
    return sa.Column(name, kind, *more, nullable=True, **options)


def counter(name, start="0"):
    return sa.Column(name, sa.Integer, nullable=False, server_default=start)


def flag(name, start="0"):
    return sa.Column(name, sa.Boolean, nullable=False, server_default=start)


def reference(name, target, on_delete, nullable=False, kind=None):
    return sa.Column(name, kind or sa.String(36), sa.ForeignKey(target, ondelete=on_delete),
                     nullable=nullable)


def spotify():
    return maybe("spotify_uri", sa.String(255), unique=True, index=True)


def musicbrainz():
    return maybe("musicbrainz_id", sa.String(36), unique=True, index=True)


artists = sa.Table("artists", metadata, key(), text("name", 255, index=True), spotify(),
                   musicbrainz(), *times())
albums = sa.Table("albums", metadata, key(), text("title", 255, index=True),
                  reference("artist_id", "artists.id", "CASCADE"),
                  maybe("release_year", sa.Integer, index=True), spotify(), musicbrainz(),
                  maybe("artwork_path", sa.String(512)), *times())
tracks = sa.Table(
    "tracks", metadata, key(), text("title", 255, index=True),
    reference("artist_id", "artists.id", "CASCADE"),
    reference("album_id", "albums.id", "SET NULL", nullable=True),
    sa.Column("duration_ms", sa.Integer, nullable=False), maybe("track_number", sa.Integer),
    sa.Column("disc_number", sa.Integer, nullable=False), spotify(), musicbrainz(),
    maybe("isrc", sa.String(12), unique=True, index=True), maybe("file_path", sa.String(512)),
    *times(), maybe("file_size", sa.BigInteger), maybe("file_hash", sa.String(64)),
    maybe("file_hash_algorithm", sa.String(20)), maybe("last_scanned_at", sa.DateTime),
    flag("is_broken"), maybe("audio_bitrate", sa.Integer), maybe("audio_format", sa.String(20)),
    maybe("audio_sample_rate", sa.Integer))
playlists = sa.Table("playlists", metadata, key(), text("name", 255), maybe("description", sa.Text),
                     text("source", 50), spotify(), *times())
playlist_tracks = sa.Table(
    "playlist_tracks", metadata,
    sa.Column("playlist_id", sa.ForeignKey("playlists.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("track_id", sa.ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("added_at", sa.DateTime, nullable=False))
downloads = sa.Table(
    "downloads", metadata, key(),
    sa.Column("track_id", sa.ForeignKey("tracks.id", ondelete="CASCADE"), nullable=False,
              unique=True, index=True),
    text("status", 50), maybe("target_path", sa.String(512)), maybe("source_url", sa.String(512)),
    sa.Column("progress_percent", sa.Float, nullable=False), maybe("error_message", sa.Text),
    maybe("started_at", sa.DateTime), maybe("completed_at", sa.DateTime), *times(),
    counter("priority"))
library_scans = sa.Table(
    "library_scans", metadata, key(), text("status", 50), text("scan_path", 512),
    *(counter(f"{name}_files") for name in
      ("total", "scanned", "new", "updated", "broken", "duplicate")),
    maybe("error_message", sa.Text), sa.Column("started_at", sa.DateTime, nullable=False),
    maybe("completed_at", sa.DateTime), *times())
file_duplicates = sa.Table(
    "file_duplicates", metadata, key(), text("file_hash", 64), text("file_hash_algorithm", 20),
    reference("primary_track_id", "tracks.id", "CASCADE", nullable=True),
    counter("duplicate_count", "1"),
    sa.Column("total_size_bytes", sa.BigInteger, nullable=False, server_default="0"),
    flag("resolved"), *times())
artist_watchlists = sa.Table(
    "artist_watchlists", metadata, key(), reference("artist_id", "artists.id", "CASCADE"),
    text("status", 20, server_default="active"), counter("check_frequency_hours", "24"),
    flag("auto_download", "1"), text("quality_profile", 20, server_default="high"),
    maybe("last_checked_at", sa.DateTime), maybe("last_release_date", sa.DateTime),
    counter("total_releases_found"), counter("total_downloads_triggered"), *times())
filter_rules = sa.Table(
    "filter_rules", metadata, key(), text("name", 255), text("filter_type", 20), text("target", 20),
    text("pattern", None), flag("is_regex"), flag("enabled", "1"), counter("priority"),
    maybe("description", sa.Text), *times())
automation_rules = sa.Table(
    "automation_rules", metadata, key(), text("name", 255), text("trigger", 50), text("action", 50),
    flag("enabled", "1"), counter("priority"), text("quality_profile", 20, server_default="high"),
    flag("apply_filters", "1"), flag("auto_process", "1"), maybe("description", sa.Text),
    maybe("last_triggered_at", sa.DateTime), counter("total_executions"),
    counter("successful_executions"), counter("failed_executions"), *times())
candidates = sa.Table(
    "quality_upgrade_candidates", metadata, key(), reference("track_id", "tracks.id", "CASCADE"),
    sa.Column("current_bitrate", sa.Integer, nullable=False), text("current_format", 20),
    sa.Column("target_bitrate", sa.Integer, nullable=False), text("target_format", 20),
    sa.Column("improvement_score", sa.Float, nullable=False),
    sa.Column("detected_at", sa.DateTime, nullable=False), flag("processed"),
    reference("download_id", "downloads.id", "SET NULL", nullable=True), *times())
widgets = sa.Table("widgets", metadata, sa.Column("id", sa.Integer, primary_key=True),
                   text("type", 50, unique=True), text("name", 100), text("template_path", 200),
                   maybe("default_config", sa.JSON))
pages = sa.Table("pages", metadata, sa.Column("id", sa.Integer, primary_key=True),
                 text("name", 100), text("slug", 100, unique=True), flag("is_default"), *times())
widget_instances = sa.Table(
    "widget_instances", metadata, sa.Column("id", sa.Integer, primary_key=True),
    reference("page_id", "pages.id", "CASCADE", kind=sa.Integer),
    reference("widget_type", "widgets.type", "CASCADE", kind=sa.String(50)),
    counter("position_row"), counter("position_col"), counter("span_cols", "6"),
    maybe("config", sa.JSON), *times(),
    sa.UniqueConstraint("page_id", "position_row", "position_col", name="uq_widget_position"))
every_type = sa.Table(
    "every_type", metadata, key(), sa.Column("naive", sa.DateTime, nullable=False),
    sa.Column("aware", sa.DateTime(timezone=True), nullable=False),
    sa.Column("day", sa.Date, nullable=False), sa.Column("clock", sa.Time, nullable=False),
    sa.Column("flag", sa.Boolean, nullable=False), sa.Column("mood", sa.Enum(Mood), nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("price", sa.Numeric(10, 2), nullable=False),
    sa.Column("span", sa.Interval, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("ratio", sa.Float, nullable=False),
    sa.Column("token", sa.CHAR(32), nullable=False),  # SQLAlchemy 2.0's Uuid
    sa.Column("number", sa.BigInteger, nullable=False), maybe("maybe_naive", sa.DateTime),
    maybe("maybe_document", sa.JSON(none_as_null=True)), maybe("maybe_price", sa.Numeric(10, 2)),
    maybe("maybe_data", sa.LargeBinary), maybe("maybe_token", sa.CHAR(32)))

# The values of columns that hold the names of an enumeration.
NAMES = {
    "downloads.status": ["waiting", "active", "completed", "failed"],
    "library_scans.status": ["running", "completed", "failed"],
    "artist_watchlists.status": ["active", "paused"],
    "playlists.source": ["manual", "spotify"],
    "filter_rules.filter_type": ["whitelist", "blacklist"],
    "filter_rules.target": ["keyword", "user", "format", "bitrate"],
    "automation_rules.trigger": ["new_release", "missing_album", "quality_upgrade"],
    "automation_rules.action": ["search_and_download", "notify_only"],
    "artist_watchlists.quality_profile": ["low", "medium", "high", "lossless"],
    "automation_rules.quality_profile": ["low", "medium", "high", "lossless"],
}
WORDS = ["Jóga", "100%", "O'Neill", "日本", "\U0001f3b5", "back\\slash", "", "a\nb"]
MOMENTS = [dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31, 23, 59, 59, 999999),
           dt.datetime(2025, 1, 2, 3, 4, 5), dt.datetime(2025, 1, 2, 3, 4, 5, 6)]


class Rows:
    """Random rows that meet the constraints."""

    def __init__(self, seed, count=40):
        self.random = random.Random(seed)
        self.count = count
        self.keys = {}

    def of(self, table):
        rows = [self.row(table, number) for number in range(self.count)]
        for column in table.columns:
            self.keys[f"{table.name}.{column.name}"] = [row[column.name] for row in rows]
        return rows

    def row(self, table, number):
        return {column.name: self.value(table, column, number) for column in table.columns}

    def value(self, table, column, number):
        name = f"{table.name}.{column.name}"
        if column.nullable and self.random.random() < 0.3:
            return None
        if name in ("downloads.track_id", "playlist_tracks.track_id"):
            return self.keys["tracks.id"][number]
        for target in column.foreign_keys:
            return self.random.choice(self.keys[target.target_fullname])
        if name in NAMES:
            return self.random.choice(NAMES[name])
        if column.name in ("id", "position_row") and isinstance(column.type, sa.Integer):
            return number + 1
        if column.name in ("id", "musicbrainz_id"):
            return str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        return self.plain(column, number)

    def plain(self, column, number):
        pick = self.random
        kind = column.type
        if isinstance(kind, sa.Enum):
            return pick.choice(list(Mood))
        if isinstance(kind, sa.CHAR):
            return uuid.UUID(int=pick.getrandbits(128), version=4).hex
        if isinstance(kind, sa.String):
            if column.unique:
                return f"{number}:{pick.randrange(10**6)}"
            return pick.choice(WORDS)
        if isinstance(kind, sa.Boolean):
            return pick.random() < 0.5
        if isinstance(kind, sa.BigInteger):
            return pick.choice([0, -1, 2**63 - 1, -2**63, pick.randrange(10**12)])
        if isinstance(kind, sa.Integer):
            return pick.choice([0, 1, 2**31 - 1, pick.randrange(10**6)])
        if isinstance(kind, sa.DateTime):
            moment = pick.choice(MOMENTS + [dt.datetime(2024, 5, 6) +
                                            dt.timedelta(microseconds=pick.randrange(10**14))])
            return moment.replace(tzinfo=dt.timezone.utc) if kind.timezone else moment
        if isinstance(kind, sa.Date):
            return pick.choice(MOMENTS).date()
        if isinstance(kind, sa.Time):
            return pick.choice(MOMENTS).time()
        if isinstance(kind, sa.Interval):
            return dt.timedelta(microseconds=pick.randrange(-10**15, 10**15))
        if isinstance(kind, sa.LargeBinary):
            return pick.choice([b"", b"\x00", b"x", pick.randbytes(50)])
        if isinstance(kind, sa.JSON):
            values = [{"a": None}, [], {"text": "é", "n": [1.5, True]}, "text"]
            # Numbers, which SQLite makes of their texts in a column called JSON.
            return pick.choice(values + [7, -1.5] if column.table is every_type else values)
        if isinstance(kind, sa.Float):
            return pick.choice([0.0, 1.5, -0.1, 1e300, 100.0])
        if isinstance(kind, sa.Numeric):
            return pick.choice([decimal.Decimal(100), decimal.Decimal("1.1"),
                                decimal.Decimal(pick.randrange(-10**10 + 1, 10**10)) / 100])
        raise TypeError(kind)


def canonical(column, value):
    """The value as Repot spells its values in text."""
    kind = column.type
    if value is None:
        return "null" if isinstance(kind, sa.JSON) and not kind.none_as_null else None
    if isinstance(kind, sa.Enum):
        return value.name
    if isinstance(kind, sa.CHAR):
        return str(uuid.UUID(value))
    if isinstance(kind, sa.DateTime):
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    if isinstance(kind, sa.Time):
        return value.isoformat("microseconds")
    if isinstance(kind, sa.Interval):
        return str(value // dt.timedelta(microseconds=1))
    if isinstance(kind, sa.LargeBinary):
        return value.hex()
    if isinstance(kind, sa.JSON):
        return json.dumps(value)
    if isinstance(kind, sa.Boolean):
        return str(int(value))
    if isinstance(kind, sa.Numeric) and not isinstance(kind, sa.Float):
        return f"{value.normalize():f}"
    if isinstance(kind, sa.Float):
        return repr(value).removesuffix(".0")
    return str(value)


def fill(engine, rows, tables):
    with engine.begin() as connection:
        for table in tables:
            connection.execute(table.insert(), rows.of(table))


def make(path, seed):
    engine = sa.create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    fill(engine, Rows(seed), metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
                                   " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"))
        connection.execute(sa.text("INSERT INTO alembic_version VALUES (:version)"),
                           {"version": VERSION})


def fill_existing(path, seed):
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        for table in ("widgets", "pages"):  # The ones that the migration puts there.
            connection.execute(sa.text(f"DELETE FROM {table}"))
    fill(engine, Rows(seed), [table for table in metadata.sorted_tables if table is not every_type])


def dump(path):
    with sa.create_engine(f"sqlite:///{path}").connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(table.select()):
                values = {column.name: canonical(column, row[column.name])
                          for column in table.columns}
                print(json.dumps({"table": table.name, "row": values}, sort_keys=True))


if __name__ == "__main__":
    if sys.argv[2] == "dump":
        dump(sys.argv[1])
    else:
        {"make": make, "fill": fill_existing}[sys.argv[2]](sys.argv[1], int(sys.argv[3]))
