"""The judgement of one copy: what is equal, what is lost, and whether the exit code says so."""

import re
import sqlite3
from dataclasses import dataclass, field

import canonical
from behaviour import Behaviour
from check_equal import Comparison
from databases import Psql, Source, Table, Target, quote

# Other tools choose other types; where these hold the same values, that is no fault.
LONGEST, BEGINNING = 63, 50   # bytes of a name in PostgreSQL; what any way of cutting it leaves
ALIKE = {"int2": "int8", "int4": "int8", "float4": "float8", "bpchar": "text", "name": "text", "citext": "text"}
KINDS = [("tables", r"table is missing"), ("columns", r"columns are missing"), ("rows", r"rows became"),
         ("values", r"only in the|cannot be in|unexpected types"), ("NOT NULL", r"NOT NULL"),
         ("next id", r"identity|next value"), ("primary key", r"primary key"), ("unique", r"unique|SQLite says unique"),
         ("CHECK", r"SQLite says check"), ("foreign keys", r"foreign key|then SQLite has"), ("index", r"index"),
         ("default", r"default|the default of"), ("stricter", r"SQLite says done")]


@dataclass
class Verdict:
    code: object
    empty: bool = False                       # nothing at all is in the target
    lost: list = field(default_factory=list)  # of KINDS
    details: list = field(default_factory=list)

    def honest(self):
        return self.code != 0 or not self.lost

    def __str__(self):
        return f"exit {self.code}, " + ("nothing written" if self.empty else
                                        "equal" if not self.lost else "lost or changed: " + ", ".join(self.lost))


class PeerTarget(Target):
    """With the source's tables and columns in its own order, found by name in any letter case."""

    def matching(self, sources):
        targets = {}
        for name, table in self.tables().items():
            targets.setdefault(name.lower(), table)
        found, missing = {}, []
        for source in sources:
            table = targets.get(source.name.lower())
            if table is None:
                missing.append(f"{source.name}: table is missing in the target")
                continue
            columns = {}
            for column in source.columns:
                rest = [c for c in table.columns if not any(c is taken for taken in columns.values())]
                columns[column.name] = pick(column.name, rest)
            lost = [name for name, column in columns.items() if column is None]
            if lost:
                missing.append(f"{source.name}: columns are missing: {', '.join(lost)}")
                continue
            found[source.name] = Table(table.name, list(columns.values()), table.primary_key,
                                       table.unique, table.indexes, {}, table.foreign_keys, table.identity)
        for table in found.values():
            for column in table.columns:
                column.type = ALIKE.get(column.type, column.type)
        return found, missing


def pick(name, columns):
    """The column of that name in any letter case; of a name that is too long, the first that begins so."""
    alike = [column for column in columns if column.name.lower() == name.lower()]
    if not alike and len(name.encode()) > LONGEST:
        alike = [column for column in columns if column.name.lower().startswith(name.lower()[:BEGINNING])]
    return alike[0] if alike else None


def judge(path, url, code, rng):
    session = Psql(url)
    try:
        target = PeerTarget(url, "public", session)
        if not target.tables():
            return Verdict(code, empty=True)
        return compare(path, target, code, session, rng)
    finally:
        session.close()


def compare(path, target, code, session, rng):
    source = Source(path)
    tables = source.tables()
    copies, differences = target.matching(tables)
    comparison = Comparison(source, target, [])
    pairs = [(table, copies[table.name]) for table in tables if table.name in copies]
    named = {table.name.lower(): (table, copy) for table, copy in pairs}
    for table, copy in pairs:
        comparison.compare_columns(table, copy)
        comparison.compare_keys(table, copy)
        comparison.compare_rows(table, copy)
        comparison.compare_foreign_keys(table, named)
    differences += comparison.differences
    # How it behaves only matters where it is equal so far; else the same fault would count twice.
    if not any(re.search(KINDS[k][1], line) for k in range(4) for line in differences):
        try:
            differences += Behaviour(source, session, "public", pairs, []).run(rng)
        except (sqlite3.Error, RuntimeError, KeyError) as error:
            differences.append(f"default: the statements could not be compared: {error!r}"[:200])
    lost = []
    for line in differences:
        kind = next((kind for kind, words in KINDS if re.search(words, line)), "other")
        if kind not in lost:
            lost.append(kind)
    return Verdict(code, lost=lost, details=differences)
