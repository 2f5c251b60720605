"""Reading both databases for the independent checker: SQLite by Python's module, PostgreSQL by psql.

Both sides are described by the same small classes, so that the comparison is symmetric.
"""

import os
import re
import sqlite3
import subprocess
import tempfile
import urllib.parse
from dataclasses import dataclass, field


@dataclass
class Column:
    name: str
    type: str                # PostgreSQL: typname of pg_type; SQLite: the declared type
    not_null: bool = False
    has_default: bool = False
    generated: bool = False
    next_value: int = None   # of its identity, where it has one


@dataclass
class Table:
    name: str
    columns: list = field(default_factory=list)
    primary_key: list = field(default_factory=list)   # column names in key order
    unique: set = field(default_factory=set)          # of frozensets of column names
    indexes: set = field(default_factory=set)         # of tuples of column names
    index_names: dict = field(default_factory=dict)   # SQLite: of the two above
    foreign_keys: set = field(default_factory=set)    # (columns, table, columns, on delete)
    identity: str = None     # SQLite: the column that is the rowid


def quote(name):
    return '"' + name.replace('"', '""') + '"'


class Source:
    """The SQLite file, opened read-only; text and blobs are read as bytes."""

    def __init__(self, path):
        name = urllib.parse.quote(os.path.abspath(path))
        self.db = sqlite3.connect(f"file:{name}?mode=ro", uri=True)
        self.db.execute("BEGIN")

    def tables(self):
        """Ordinary tables; virtual ones and their shadow tables are derived data, a capture's log is Repot's."""
        found = self.db.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND "
                                "type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND "
                                "name <> 'repot_capture'")
        return [self.table(name) for (name,) in found.fetchall()]

    def table(self, name):
        table = Table(name)
        keys = {}
        for _, column, kind, not_null, default, key, hidden in self.db.execute(
                "SELECT * FROM pragma_table_xinfo(?)", (name,)):
            has_default = default is not None and default.strip("() ").upper() != "NULL"
            table.columns.append(Column(column, kind, bool(not_null), has_default, hidden in (2, 3)))
            if key:
                keys[key] = column
        table.primary_key = [keys[key] for key in sorted(keys)]
        self.read_indexes(table)
        self.read_foreign_keys(table)
        self.read_identity(table)
        return table

    def read_indexes(self, table):
        for _, index, unique, origin, partial in self.db.execute(
                "SELECT * FROM pragma_index_list(?)", (table.name,)).fetchall():
            parts = self.db.execute("SELECT name, coll FROM pragma_index_xinfo(?) WHERE key "
                                    "ORDER BY seqno", (index,)).fetchall()
            names = tuple(part[0] for part in parts)
            # Partial, expression and non-binary indexes are translated, not copied: PostgreSQL's
            # catalog shows them in another shape. Repot's report accounts for them.
            if partial or None in names or any(part[1] != "BINARY" for part in parts):
                continue
            if unique and origin != "pk":
                table.unique.add(frozenset(names))
                table.index_names[frozenset(names)] = index
            elif not unique:
                table.indexes.add(names)
                table.index_names[names] = index

    def read_foreign_keys(self, table):
        keys = {}
        for key, _, parent, here, there, _, on_delete, _ in self.db.execute(
                "SELECT * FROM pragma_foreign_key_list(?) ORDER BY id, seq", (table.name,)):
            keys.setdefault(key, (parent, on_delete, []))[2].append((here, there))
        for parent, on_delete, pairs in keys.values():
            there = [pair[1] for pair in pairs]
            if None in there:
                there = [row[0] for row in self.db.execute(
                    "SELECT name FROM pragma_table_info(?) WHERE pk ORDER BY pk", (parent,))]
            table.foreign_keys.add((tuple(pair[0].lower() for pair in pairs), parent.lower(),
                                    tuple(name.lower() for name in there), on_delete))

    def read_identity(self, table):
        (without_rowid,) = self.db.execute(
            "SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?",
            (table.name,)).fetchone()
        if without_rowid or len(table.primary_key) != 1:
            return
        if any(row[3] == "pk" for row in self.db.execute(
                "SELECT * FROM pragma_index_list(?)", (table.name,)).fetchall()):
            return   # an INTEGER key with an index of its own is not the rowid
        key = table.primary_key[0]
        column = next(column for column in table.columns if column.name == key)
        if column.type.upper() == "INTEGER":
            table.identity = key
            column.next_value = self.next_value(table.name, key)

    def next_value(self, table, key):
        (highest,) = self.db.execute(f"SELECT max({quote(key)}) FROM {quote(table)}").fetchone()
        if self.db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").fetchone():
            row = self.db.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = ?",
                                  (table,)).fetchone()
            highest = max(highest or 0, (row and row[0]) or 0)
        return max((highest or 0) + 1, 1)

    def rows(self, table):
        """Rows as lists of (storage class, value)."""
        names = [quote(column.name) for column in table.columns]
        chosen = ", ".join(f"typeof({name}), {name}" for name in names)
        self.db.text_factory = bytes
        try:
            for row in self.db.execute(f"SELECT {chosen} FROM {quote(table.name)} NOT INDEXED"):
                yield [(bytes(row[i]).decode(), row[i + 1]) for i in range(0, len(row), 2)]
        finally:
            self.db.text_factory = str

    def has_null(self, table, names):
        condition = " OR ".join(f"{quote(name)} IS NULL" for name in names)
        return self.db.execute(f"SELECT 1 FROM {quote(table)} WHERE {condition}").fetchone()

    def tables_with_orphans(self):
        return {table for (table,) in self.db.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main'").fetchall()
                if self.has_orphans(table)}

    def has_orphans(self, table):
        try:
            return bool(self.db.execute("SELECT 1 FROM pragma_foreign_key_check(?)", (table,)).fetchall())
        except sqlite3.OperationalError:
            return True   # A parent that is no key: SQLite cannot tell, nor can this.


class Psql:
    """One psql that stays, since starting one for every question costs more than the answer."""

    END = "-- end of the answer --"

    def __init__(self, url):
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            ["psql", "-X", "-q", "-w", "-At", "-v", "ON_ERROR_STOP=1", "-d", url],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)
        self.run("SET TimeZone='UTC'; SET DateStyle='ISO'; SET client_encoding='UTF8'; "
                 "SET extra_float_digits=1; SET client_min_messages='error';")

    def run(self, script):
        """The lines that a script of SQL and psql's own commands prints."""
        try:
            self.process.stdin.write(f"{script}\n\\echo '{self.END}'\n".encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            pass   # The reason is read below.
        lines = []
        for line in self.process.stdout:
            line = line.decode().rstrip("\n")
            if line == self.END:
                return lines
            lines.append(line)
        self.errors.seek(0)
        raise RuntimeError(f"psql: {self.errors.read().decode()}\n{script[:2000]}")

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()
        self.errors.close()


class Target:
    """One schema of the PostgreSQL database, asked through psql."""

    def __init__(self, url, schema="public", session=None):
        """`session`: a Psql to share; else one is started, and ended with this process."""
        self.schema = schema
        self.session = session or Psql(url)

    def ask(self, sql):
        """Rows of a query as lists of strings; None is NULL."""
        for line in self.session.run(f"COPY ({sql}) TO STDOUT;"):
            yield [None if cell == "\\N" else unescape(cell) for cell in line.split("\t")]

    def tables(self):
        literal = self.schema.replace("'", "''")
        tables = {}
        for oid, name in self.ask(
                "SELECT c.oid, relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
                f"WHERE nspname = '{literal}' AND relkind IN ('r', 'p') ORDER BY 1"):
            tables[name] = self.table(oid, name)
        return tables

    def table(self, oid, name):
        table = Table(name)
        for column, kind, not_null, default, generated, identity, sequence in self.ask(
                "SELECT attname, typname, attnotnull, atthasdef, attgenerated <> '', "
                "attidentity <> '', pg_get_serial_sequence(attrelid::regclass::text, attname) "
                "FROM pg_attribute a JOIN pg_type t ON t.oid = atttypid "
                f"WHERE attrelid = {oid} AND attnum > 0 AND NOT attisdropped ORDER BY attnum"):
            kind = {"bool": "boolean"}.get(kind, kind)
            table.columns.append(Column(column, kind, not_null == "t", default == "t",
                                        generated == "t", self.next_value(sequence)))
            if identity == "t":
                table.identity = column
        self.read_indexes(oid, table)
        self.read_foreign_keys(oid, table)
        return table

    def next_value(self, sequence):
        if sequence is None:
            return None
        ((value,),) = self.ask(
            f"SELECT CASE WHEN is_called THEN last_value::numeric + 1 ELSE last_value END "
            f"FROM {sequence}")
        return int(value)

    def read_indexes(self, oid, table):
        for primary, unique, *names in self.ask(
                "SELECT i.indisprimary, i.indisunique, VARIADIC_NAMES FROM pg_index i "
                f"WHERE indrelid = {oid} AND indisvalid AND indpred IS NULL AND indexprs IS NULL"
                .replace("VARIADIC_NAMES", "(SELECT string_agg(encode(convert_to(attname, 'UTF8'), "
                         "'hex'), ',' ORDER BY k) FROM unnest(indkey::int2[]) WITH ORDINALITY "
                         "AS u(n, k) JOIN pg_attribute ON attrelid = indrelid AND attnum = n)")):
            columns = tuple(bytes.fromhex(name).decode() for name in names[0].split(","))
            if primary == "t":
                table.primary_key = list(columns)
            if unique == "t":
                table.unique.add(frozenset(columns))
            else:
                table.indexes.add(columns)

    def read_foreign_keys(self, oid, table):
        actions = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL",
                   "d": "SET DEFAULT"}
        names = ("(SELECT string_agg(encode(convert_to(attname, 'UTF8'), 'hex'), ',' ORDER BY k) "
                 "FROM unnest({0}) WITH ORDINALITY AS u(n, k) "
                 "JOIN pg_attribute ON attrelid = {1} AND attnum = n)")
        for here, parent, there, on_delete, validated in self.ask(
                f"SELECT {names.format('conkey', 'conrelid')}, relname, "
                f"{names.format('confkey', 'confrelid')}, confdeltype, convalidated "
                f"FROM pg_constraint JOIN pg_class p ON p.oid = confrelid "
                f"WHERE conrelid = {oid} AND contype = 'f'"):
            decode = lambda text: tuple(bytes.fromhex(name).decode().lower()
                                        for name in text.split(","))
            table.foreign_keys.add((decode(here), parent.lower(), decode(there), actions[on_delete],
                                    validated == "t"))

    def rows(self, table, forms):
        """Rows of `table` in the order of `forms`, a list of SQL expressions."""
        yield from self.ask(f"SELECT {', '.join(forms)} FROM {quote(self.schema)}."
                            f"{quote(table.name)}")


def unescape(cell):
    letters = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
    return re.sub(r"\\(.)", lambda found: letters.get(found[1], found[1]), cell)
