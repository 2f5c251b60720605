"""The ways to move a database that are compared. Each does its work in child processes, so that what it costs the
client can be measured; the server is nobody's child. Every contender but the limit begins with an empty database."""

import json
import os
import pathlib
import re
import shutil
import subprocess

PROJECT = pathlib.Path(__file__).resolve().parents[3]
REPOT = os.environ.get("REPOT_COMMAND", str(PROJECT / "build/release/bin/repot"))
PSQL = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"]


def quote(name):
    return '"' + name.replace('"', '""') + '"'


def plan_of(source):
    """(statements that make the tables, those that make all else, the plan) as Repot has them."""
    sql = subprocess.run([REPOT, "plan", source, "--sql"], check=True, capture_output=True, text=True).stdout
    plan = subprocess.run([REPOT, "plan", source, "--json"], check=True, capture_output=True, text=True).stdout
    statements = [part + ";" for part in sql.split(";\n") if part.strip()]
    tables = [part for part in statements if re.search(r"^(CREATE (TABLE|SCHEMA)|SET) ", part.lstrip("\n"), re.M)]
    return tables, [part for part in statements if part not in tables], json.loads(plan)


class Contender:
    """`prepare` is not measured, `work` is. What `work` returns joins the result."""
    name = program = ""
    objects = "all"      # that it makes: all, some or none

    def __init__(self, source, jobs, folder):
        self.source, self.jobs, self.folder = source, jobs, folder

    def available(self):
        return shutil.which(self.program) is not None

    def prepare(self, server, database):
        pass


class Repot(Contender):
    name, program, objects = "Repot", REPOT, "all, verified"

    def work(self, measure, server, database):
        report = measure([REPOT, "migrate", self.source, server.url(database), "--yes", "--quiet", "--json",
                          "--jobs", str(self.jobs)])
        report = json.loads(report)
        return {"phases": report["phase_seconds"], "bytes": sum(table["bytes"] for table in report["tables"])}


class Limit(Contender):
    """Files in the binary form of COPY, of which each stream sends its share into tables without any index: the
    least that a load can take. The pieces are as even as Repot's own."""
    name, program, objects = "binary COPY", "psql", "none"
    pieces_of = 32 << 20
    made = {}            # files by their source, for all contenders that send them

    def prepare(self, server, database):
        statements, self.rest, _ = plan_of(self.source)
        if self.source not in Limit.made:
            Limit.made[self.source] = self.make_files(server)
        self.files = Limit.made[self.source]
        server.run(database, "".join(statements))

    def make_files(self, server):
        """Out of a database that Repot filled, so that the bytes are those that Repot sends."""
        server.scratch("pieces")
        subprocess.run([REPOT, "migrate", self.source, server.url("pieces"), "--yes", "--quiet"], check=True,
                       capture_output=True)
        files = []
        sizes = server.run("pieces", "SELECT relname, pg_table_size(oid), relpages FROM pg_class WHERE relkind = 'r' "
                           "AND relnamespace = 'public'::regnamespace")
        for line in sizes.splitlines():
            table, size, pages = line.rsplit("|", 2)
            pieces = max(int(size) // self.pieces_of, 1)
            for piece in range(pieces):
                first, last = (int(pages) * place // pieces for place in (piece, piece + 1))
                where = f"WHERE ctid >= '({first},0)' AND ctid < '({last},0)'" if pieces > 1 else ""
                path = self.folder / f"{self.source.stem}-{len(files)}.copy"
                server.run("pieces", f"\\copy (SELECT * FROM {quote(table)} {where}) TO '{path}' (FORMAT binary)")
                files.append((path.stat().st_size, table, path))
        server.drop("pieces")
        return files

    def work(self, measure, server, database):
        streams = [[0, ""] for _ in range(self.jobs)]
        for size, table, path in sorted(self.files, key=lambda file: -file[0]):
            stream = min(streams, key=lambda stream: stream[0])
            stream[0] += size
            stream[1] += f"\\copy {quote(table)} FROM '{path}' (FORMAT binary)\n"
        measure(*[[*PSQL, "-d", server.url(database), "-f", self.script(place, script)]
                  for place, (_, script) in enumerate(streams)])
        return {"bytes": sum(file[0] for file in self.files)}

    def script(self, place, text):
        path = self.folder / f"stream{place}.sql"
        path.write_text(text)
        return str(path)


class Floor(Limit):
    """The same files, and then the keys, indexes and foreign keys that Repot makes, by as many sessions: what the
    server itself needs, whoever asks it. Nothing is planned, converted or verified."""
    name, objects = "binary COPY, then all objects", "all"

    def prepare(self, server, database):
        super().prepare(server, database)
        self.foreign = [part for part in self.rest if " FOREIGN KEY " in part]
        self.rest = [part for part in self.rest if part not in self.foreign]

    def work(self, measure, server, database):
        result = super().work(measure, server, database)
        for statements in (self.rest, self.foreign):
            measure(*[[*PSQL, "-d", server.url(database), "-f", self.script(place, "".join(statements[place::self.jobs]))]
                      for place in range(self.jobs)])
        return result


class Csv(Contender):
    """What one writes by hand: sqlite3 | psql for each table, then keys and indexes, with the types that Repot
    chose. Booleans and dates are read by the server from their texts."""
    name, program = "sqlite3 + psql (CSV)", "sqlite3"

    def prepare(self, server, database):
        self.tables, self.rest, self.plan = plan_of(self.source)

    def work(self, measure, server, database):
        lines = ["set -eu -o pipefail", f"psql() {{ command {' '.join(f'{word!r}' for word in PSQL)} -d '{server.url(database)}' \"$@\"; }}"]
        lines.append(f"psql -f '{self.file('tables', ''.join(self.tables))}'")
        for place, table in enumerate(self.plan["tables"]):
            values = ", ".join(
                f"CASE WHEN {quote(c['source'])} IS NOT NULL THEN '\\x' || hex({quote(c['source'])}) END"
                if c["type"].startswith("bytea") else quote(c["source"]) for c in table["columns"])
            select = self.file(f"select{place}", f".mode csv\n.nullvalue '\\N'\nSELECT {values} FROM {quote(table['source'])};\n")
            copy = self.file(f"copy{place}", f"\\copy {quote(table['target'])} FROM PSTDIN (FORMAT csv, NULL '\\N')\n")
            lines.append(f"sqlite3 -batch -init /dev/null '{self.source}' <'{select}' | psql -f '{copy}'")
        lines.append(f"psql -f '{self.file('rest', ''.join(self.rest))}'")
        measure(["bash", self.file("all", "\n".join(lines))])
        return {}

    def file(self, name, text):
        path = self.folder / f"csv_{name}.sql"
        path.write_text(text)
        return path


class Pgloader(Contender):
    name = program = "pgloader"

    def work(self, measure, server, database):
        measure(["pgloader", str(self.source), server.url(database)])
        return {}


class Ogr(Contender):
    name, program, objects = "ogr2ogr", "ogr2ogr", "primary keys"

    def work(self, measure, server, database):
        measure(["ogr2ogr", "-f", "PostgreSQL", "-lco", "LAUNDER=NO", "-oo", "LIST_ALL_TABLES=YES", "--config", "PG_USE_COPY",
                 "YES", f"PG:host=127.0.0.1 port={server.port} user=postgres dbname={database}", str(self.source)])
        return {}


class Sequel(Contender):
    name, program = "Sequel", "sequel"

    def work(self, measure, server, database):
        measure(["sequel", "-C", f"sqlite://{self.source}", server.url(database).replace("postgresql:", "postgres:")])
        return {}


ALL = {"repot": Repot, "limit": Limit, "floor": Floor, "csv": Csv, "pgloader": Pgloader, "ogr2ogr": Ogr, "sequel": Sequel}
