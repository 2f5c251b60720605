"""Random SQLite databases: what ORMs make, what people write by hand, and what nobody should.

A database is a plain object that shrink.py can take parts from; it becomes a file statement by
statement, and a statement that SQLite refuses is left out, so that every combination may be tried.
"""

import copy
import sqlite3
from dataclasses import dataclass, field

import values

TYPES = [
    ("INTEGER", "integer"), ("INTEGER", "integer"), ("INT", "integer"), ("BIGINT", "integer"),
    ("integer unsigned", "integer"), ("SMALLINT", "integer"), ("INTEGER(8)", "integer"),
    ("MEDIUMINT", "integer"), ("UNSIGNED BIG INT", "integer"), ("TINYINT(1)", "boolean"),
    ("BOOLEAN", "boolean"), ("bool", "boolean"), ("BIT", "boolean"),
    ("REAL", "real"), ("FLOAT", "real"), ("DOUBLE PRECISION", "real"), ("double", "real"),
    ("NUMERIC", "decimal"), ("DECIMAL(10,2)", "decimal"), ("decimal(5, 2)", "decimal"),
    ("MONEY", "decimal"), ("NUMERIC(18)", "decimal"),
    ("TEXT", "text"), ("TEXT", "text"), ("VARCHAR(255)", "text"), ("varchar(3)", "text"),
    ("CHAR(5)", "text"), ("NVARCHAR(70)", "text"), ("CLOB", "text"), ("character varying(20)", "text"),
    ("LONGVARCHAR", "text"), ("STRING", "text"), ("text(100)", "text"), ("text nocase", "text"),
    ("BLOB", "blob"), ("bytea", "blob"), ("LONGBLOB", "blob"), ("", "any"), ("", "any"),
    ("DATE", "date"), ("DATETIME", "moment"), ("TIMESTAMP", "moment"), ("datetime(6)", "moment"),
    ("TIMESTAMP WITH TIME ZONE", "moment"), ("TIME", "time"), ("JSON", "json"), ("jsonb", "json"),
    ("UUID", "uuid"), ("char(36)", "uuid"), ("GUID", "uuid"), ("INTERGER", "integer"),
    ("POINT", "integer"), ("byte[]", "blob"), ("ENUM('a','b')", "text"), ("x y z", "any"),
    ("INTERVAL", "text"), ("xml", "text"), ("ANY", "any")]
STRICT_TYPES = [("INT", "integer"), ("INTEGER", "integer"), ("REAL", "real"), ("TEXT", "text"),
                ("BLOB", "blob"), ("ANY", "any")]
DEFAULTS = ["0", "1", "-1", "+2", "1.5", "1e3", "0x10", "1e400", "TRUE", "false", "NULL", "(null)",
            "'text'", "'it''s'", '"dq"', "bare", "''", "'5'", "'007'", "'t'", "x'00ff'", "x''",
            "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "'CURRENT_TIMESTAMP'",
            "(datetime('now'))", "(strftime('%s','now'))", "(1+1)", "('a'||'b')", "(abs(-3))",
            "(lower('ABC'))", "(hex('a'))", "'2020-01-01'", "'2020-01-01 10:00:00'", "'12:30'", "'{}'",
            "(random())", "(lower(hex(randomblob(16))))", "9223372036854775807",
            "-9223372036854775808", "99999999999999999999", "'back\\slash'", "(date('now'))",
            "(1 IN (1,2))", "(CASE WHEN 1 THEN 'y' END)", "(ifnull(NULL, 7))"]
NAMES = ["id", "name", "value", "Name2", "ownerId", "created_at", "flag", "price", "note", "kind",
         "order", "user", "select", "group", "a b", 'q"q', "x'y", "1st", "é", "Ünï", "$x", "%s", "a.b",
         "a-b", "new\nline", "tab\tname", "xmin", "ctid", "oid", "rowid", "_rowid_", "日本", "[b]", "`t`",
         "null", "default", "table", "n" * 63, "n" * 64, "n" * 63 + "m", "ü" * 40, "Id_seq", "t_pkey"]


def quote(name):
    return '"' + name.replace('"', '""') + '"'


@dataclass
class Column:
    name: str
    type: str
    kind: str
    clauses: list = field(default_factory=list)
    generated: bool = False

    def sql(self):
        return " ".join([quote(self.name), self.type, *self.clauses])


@dataclass
class Table:
    name: str
    columns: list = field(default_factory=list)
    constraints: list = field(default_factory=list)
    options: list = field(default_factory=list)
    rows: list = field(default_factory=list)      # each a dict of column name → literal
    indexes: list = field(default_factory=list)
    later: list = field(default_factory=list)     # statements after the rows

    def statements(self):
        body = ", ".join([column.sql() for column in self.columns] + self.constraints)
        yield f"CREATE TABLE {quote(self.name)}({body}) {', '.join(self.options)}".rstrip()
        for row in self.rows:
            names = ", ".join(map(quote, row))
            yield (f"INSERT INTO {quote(self.name)}({names}) VALUES({', '.join(row.values())})" if row
                   else f"INSERT INTO {quote(self.name)} DEFAULT VALUES")
        yield from self.indexes
        yield from self.later


@dataclass
class Database:
    pragmas: list = field(default_factory=list)
    tables: list = field(default_factory=list)

    def statements(self):
        yield from self.pragmas
        for table in self.tables:
            yield from table.statements()

    def write(self, path):
        """Makes the file and returns the statements that SQLite took."""
        db = sqlite3.connect(path, isolation_level=None)
        db.execute("PRAGMA synchronous = OFF")
        done = []
        for statement in self.statements():
            try:
                db.execute(statement)
                done.append(statement)
            except (sqlite3.Error, sqlite3.Warning):
                pass
        db.close()
        return done

    def copy(self):
        return copy.deepcopy(self)


def makes(table):
    db = sqlite3.connect(":memory:")
    try:
        db.execute(next(table.statements()))
        return True
    except (sqlite3.Error, sqlite3.Warning):
        return False
    finally:
        db.close()


class Generator:
    def __init__(self, rng):
        self.rng = rng
        self.nastiness = rng.choice([0, 0, 0, 0.05, 0.3])
        self.oddness = rng.choice([0, 0, 0.1, 0.5])
        # Of what often cannot be carried over: expressions, odd defaults and conditions.
        self.richness = rng.choice([0.1, 1])
        self.database = Database()

    def chance(self, probability):
        return self.rng.random() < probability

    def name(self, taken, plain):
        if self.chance(self.oddness):
            plain = self.rng.choice(NAMES)
        while plain.lower() in taken:
            plain += str(self.rng.randint(0, 9))
        taken.add(plain.lower())
        return plain

    def run(self):
        pragmas = self.database.pragmas
        if self.chance(0.1):
            pragmas.append(f"PRAGMA encoding = 'UTF-16{self.rng.choice(['le', 'be'])}'")
        if self.chance(0.2):
            pragmas.append("PRAGMA ignore_check_constraints = ON")
        pragmas.append(f"PRAGMA foreign_keys = {self.rng.choice(['ON', 'OFF'])}")
        taken = set()
        for i in range(self.rng.choice([1, 1, 2, 2, 3, 4])):
            self.table(self.name(taken, f"t{i}"))
            self.mend(self.database.tables[-1])
        for table in self.database.tables:
            self.fill(table)
            self.index(table, taken)
        return self.database

    def mend(self, table):
        """Takes clauses away until SQLite makes the table."""
        while not makes(table):
            parts = [part for part in [table.constraints, table.options, *(c.clauses for c in table.columns)]
                     if part]
            if not parts:
                table.columns = [Column("c0", "INTEGER", "integer")]
                continue
            part = self.rng.choice(parts)
            part.pop(self.rng.randrange(len(part)))

    # --- columns and keys

    def table(self, name):
        strict, without_rowid = self.chance(0.1), self.chance(0.12)
        table = Table(name)
        self.database.tables.append(table)
        taken = set()
        for i in range(self.rng.randint(1, 7)):
            declared, kind = self.rng.choice(STRICT_TYPES if strict else TYPES)
            table.columns.append(Column(self.name(taken, f"c{i}"), declared, kind))
        self.keys(table, without_rowid)
        for column in table.columns[1:]:
            self.clauses(table, column)
        if self.chance(0.3 * self.richness):
            self.generated(table, taken, strict)
        if self.chance(0.45):
            self.foreign_key(table)
        if self.chance(0.3 * self.richness):
            table.constraints.append(f"CHECK ({self.condition(table)})")
        table.options = ["STRICT"] * strict + ["WITHOUT ROWID"] * without_rowid

    def keys(self, table, without_rowid):
        first = table.columns[0]
        form = self.rng.randint(0, 6) if not without_rowid else self.rng.choice([3, 4])
        if form <= 1:
            first.type, first.kind = "INTEGER", "integer"
            first.clauses.append("PRIMARY KEY" + self.rng.choice(["", " AUTOINCREMENT"]) if form
                                 else "NOT NULL PRIMARY KEY")
        elif form == 2:
            first.clauses.append("PRIMARY KEY")
        elif form in (3, 4):
            chosen = self.rng.sample(table.columns, min(len(table.columns), form - 2))
            table.constraints.append("PRIMARY KEY (" + ", ".join(quote(c.name) for c in chosen) + ")")
        if self.chance(0.25):
            chosen = self.rng.sample(table.columns, self.rng.randint(1, min(2, len(table.columns))))
            name = self.rng.choice(["", 'CONSTRAINT "uq" ', "CONSTRAINT t_pkey "])
            table.constraints.append(name + "UNIQUE (" + ", ".join(quote(c.name) for c in chosen) + ")")

    def clauses(self, table, column):
        if self.chance(0.25):
            column.clauses.append("NOT NULL")
        if self.chance(0.35 * self.richness):
            column.clauses.append("DEFAULT " + self.rng.choice(DEFAULTS))
        if column.kind in ("text", "any") and self.chance(0.15):
            column.clauses.append("COLLATE " + self.rng.choice(["NOCASE", "RTRIM", "BINARY", "nocase"]))
        if self.chance(0.1):
            column.clauses.append("UNIQUE")

    def generated(self, table, taken, strict):
        column = self.rng.choice(table.columns)
        q = quote(column.name)
        expression = self.rng.choice([
            f"{q} * 2", f"{q} || 'x'", f"length({q})", f"abs({q})", f"coalesce({q}, '')", f"upper({q})",
            f"CASE WHEN {q} IS NULL THEN 0 ELSE 1 END", f"{q} IS NULL", f"substr({q}, 1, 2)",
            f"{q} + 1", f"typeof({q})", f"{q} > 5", f"-{q}", f"round({q}, 1)", f"{q} % 3", f"{q} / 2",
            f"trim({q})", f"nullif({q}, 1)", f"CAST({q} AS TEXT)", f"CAST({q} AS INTEGER)", f"lower({q})",
            f"{q} = 'x'", f"replace({q}, 'a', 'b')", f"hex({q})", f"{q} & 7", f"{q} LIKE 'a%'"])
        declared = self.rng.choice(["INT", "TEXT"] if strict else ["", "INTEGER", "TEXT", "NUMERIC", "REAL"])
        table.columns.append(Column(self.name(taken, "gen"), declared, "any",
                                    [f"AS ({expression}) {self.rng.choice(['VIRTUAL', 'STORED'])}"], True))

    def foreign_key(self, table):
        parent = self.rng.choice(self.database.tables)
        columns = [c for c in table.columns if not c.generated]
        if self.chance(0.05):
            target = self.rng.choice(["missing", "missing(id)", quote(parent.name) + '("nope")'])
            columns = [self.rng.choice(columns)]
        else:
            there = self.rng.sample([c for c in parent.columns if not c.generated],
                                    2 if self.chance(0.15) and len(parent.columns) > 2
                                    and len(columns) > 1 else 1)
            if self.chance(0.6):
                there = parent.columns[:1]
            columns = self.rng.sample(columns, min(len(there), len(columns)))
            for here, other in zip(columns, there):
                if self.chance(0.8) and here is not other and not any("PRIMARY" in c for c in here.clauses):
                    here.type, here.kind = other.type, other.kind
            target = quote(parent.name) + "(" + ", ".join(quote(c.name) for c in there) + ")"
            if self.chance(0.8):
                parent.constraints.insert(0, "UNIQUE (" + ", ".join(quote(c.name) for c in there) + ")")
        actions = ["CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION"]
        clause = "".join(f" ON {event} {self.rng.choice(actions)}" for event in ("DELETE", "UPDATE")
                         if self.chance(0.4))
        clause += self.rng.choice(["", "", " DEFERRABLE INITIALLY DEFERRED", " NOT DEFERRABLE"])
        table.constraints.append("FOREIGN KEY (" + ", ".join(quote(c.name) for c in columns) +
                                 f") REFERENCES {target}{clause}")
        self.links = getattr(self, "links", []) + [(table, columns, parent)]

    def condition(self, table):
        q = quote(self.rng.choice(table.columns).name)
        other = quote(self.rng.choice(table.columns).name)
        return self.rng.choice([
            f"{q} > 0", f"{q} IN (0, 1)", f"length({q}) < 500", f"{q} IS NOT NULL", f"{q} <> ''",
            f"{q} IS NULL OR {other} IS NOT NULL", f"{q} = 1", f"lower({q}) = {q}", f"{q} LIKE 'a%'",
            f"typeof({q}) = 'integer'", f"typeof({q}) IN ('integer', 'null')", f"{q} GLOB 'a*'",
            f"json_valid({q})", f"{q} BETWEEN -5 AND 1000", f"{q} IN ('a', \"b\")", q, f"NOT {q}",
            f"{q} >= {other}", f"coalesce({q}, 0) >= 0", f"{q} || '' = {q}", f"abs({q}) < 10",
            f"{q} IS NOT 'x'", f"{q} NOT LIKE '%z'", f"{q} < 'm'", f"{q} IS datetime({q})"])

    # --- rows and indexes

    def fill(self, table):
        fillers = {c.name: values.filler(self.rng, c.kind, self.nastiness) for c in table.columns
                   if not c.generated}
        links = [link for link in getattr(self, "links", []) if link[0] is table]
        for i in range(self.rng.choice([0, 1, 3, 10, 25, 60])):
            row = {name: make() for name, make in fillers.items()}
            first = table.columns[0]
            if "PRIMARY" in " ".join(first.clauses) and first.type == "INTEGER" and self.chance(0.9):
                row[first.name] = str(i + 1) if self.chance(0.95) else values.of_int(self.rng)
            for name in list(row):
                if self.chance(0.05):
                    del row[name]
            for _, columns, parent in links:
                if parent.rows and self.chance(0.93):
                    self.point(row, columns, parent)
            table.rows.append(row)
        if table.rows and self.chance(0.2):
            table.later.append(f"DELETE FROM {quote(table.name)} WHERE "
                               f"{self.rng.choice(['rowid > 2', '1', 'abs(random()) % 3 = 0'])}"
                               .replace("abs(random()) % 3 = 0", "rowid % 3 = 0"))

    def point(self, row, columns, parent):
        chosen = self.rng.choice(parent.rows)
        key = next((c for c in parent.constraints if c.startswith("UNIQUE")), None)
        there = [c.name for c in parent.columns if key and quote(c.name) in key] or [parent.columns[0].name]
        for here, other in zip(columns, there):
            if other in chosen:
                row[here.name] = chosen[other]

    def index(self, table, taken):
        for i in range(self.rng.choice([0, 0, 1, 2, 3])):
            parts = [self.part(c) for c in self.rng.sample(
                table.columns, self.rng.randint(1, min(3, len(table.columns))))]
            unique = "UNIQUE " if self.chance(0.35) else ""
            where = f" WHERE {self.condition(table)}" if self.chance(0.25 * self.richness) else ""
            name = quote(self.name(taken, f"{table.name}_ix{i}"))
            table.indexes.append(f"CREATE {unique}INDEX {name} ON {quote(table.name)}({', '.join(parts)}){where}")

    def part(self, column):
        q = quote(column.name)
        if self.chance(0.2 * self.richness):
            q = self.rng.choice([f"lower({q})", f"length({q})", f"coalesce({q}, '')", f"abs({q})", f"{q} || 'x'",
                                 f"substr({q}, 1, 3)", f"{q} + 1", f"ifnull({q}, 0)", f"upper({q})"])
        elif self.chance(0.15):
            q += " COLLATE " + self.rng.choice(["NOCASE", "RTRIM", "BINARY"])
        return q + self.rng.choice(["", "", " DESC", " ASC"])
