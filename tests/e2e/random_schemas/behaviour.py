"""Does the copy behave as the source? The same statements are tried on a scratch copy of the SQLite
file and, in transactions that are rolled back, on the target; what each says must agree.

Tried are: a row of defaults (its values, and the next id), a row given again (unique keys), given
again in other letter case or with blanks, with NULL in each column, with a foreign key that points
nowhere, and rows of parents deleted or given another key (actions of foreign keys).
"""

import re
import sqlite3
from collections import Counter

import canonical
from databases import quote

VARYING = re.compile(r"current_|now|random", re.IGNORECASE)
STATES = {"23505": "unique", "23502": "not null", "23514": "check", "23503": "foreign key",
          "23001": "foreign key"}
CONSTRAINTS = {"SQLITE_CONSTRAINT_UNIQUE": "unique", "SQLITE_CONSTRAINT_PRIMARYKEY": "unique",
               "SQLITE_CONSTRAINT_ROWID": "unique", "SQLITE_CONSTRAINT_NOTNULL": "not null",
               "SQLITE_CONSTRAINT_CHECK": "check", "SQLITE_CONSTRAINT_FOREIGNKEY": "foreign key",
               "SQLITE_CONSTRAINT_TRIGGER": "foreign key"}
LARGEST = 2**63 - 1


def sqlite_literal(storage, value):
    """None where the value cannot be said in SQL."""
    if storage == "null":
        return "NULL"
    if storage == "real":
        return repr(value).replace("inf", "9e999")
    if storage == "integer":
        return str(value)
    if storage == "blob":
        return f"x'{bytes(value).hex()}'"
    if b"\0" in value or not canonical.is_utf8(value):
        return None   # CAST(x'…' AS TEXT) would mean other text in a UTF-16 database.
    return "'" + value.decode().replace("'", "''") + "'"


def target_literal(storage, value, kind):
    """None where the value cannot be said in this type."""
    if storage == "null":
        return "NULL"
    if kind == "bytea":
        return f"'\\x{bytes(value).hex()}'::bytea"
    if kind == "boolean":
        return canonical.of_boolean(storage, value)[-1].translate({49: "true", 48: "false"})
    if storage in ("integer", "real"):
        if kind in ("text", "varchar"):
            return None   # The spelling of numbers in text is Repot's own choice.
        return f"'{value!r}'::{kind}".replace("inf", "Infinity")
    text = f"convert_from('\\x{bytes(value).hex()}', 'UTF8')"
    return text if kind in ("text", "varchar") else f"{text}::{kind}"


class Probe:
    def __init__(self, what, source_sql, target_sql, default_row_of=None):
        self.what, self.source_sql, self.target_sql = what, source_sql, target_sql
        self.default_row_of = default_row_of   # (Table, Table), where the new row is compared


class Behaviour:
    """`pairs`: [(source table, target table)]; `excused`: names of source tables some rule of which
    was reported as not carried over, and of columns (table.column) whose default was."""

    def __init__(self, source, session, schema, pairs, excused):
        self.source, self.session, self.schema = source, session, schema
        self.pairs, self.excused = pairs, {name.lower() for name in excused}
        self.image = source.db.serialize()
        self.rows = {pair[0].name: list(source.rows(pair[0])) for pair in pairs}

    def run(self, rng):
        """Sentences about statements that the two databases answer differently."""
        probes = [probe for source, target in self.pairs for probe in self.inserts(rng, source, target)]
        # Rows that break a foreign key already are looked at again by SQLite, not by PostgreSQL.
        if not self.source.tables_with_orphans() and \
                not any(pair[0].name.lower() in self.excused for pair in self.pairs) and \
                not any(self.sets_lost_default(pair[0]) for pair in self.pairs):
            probes += [probe for pair in self.pairs for probe in self.parents(rng, *pair)]
        answers = self.ask_target(probes)
        found = []
        for probe, (verdict, row, counts) in zip(probes, answers):
            want, want_row, want_counts = self.ask_source(probe)
            # Class 22: a value beyond the digits or characters that the column was declared with.
            if want == "skip" or verdict.startswith("22"):
                continue
            told = f"{probe.what}: {probe.source_sql}: "
            excused = probe.default_row_of and probe.default_row_of[0].name.lower() in self.excused
            if want != verdict and excused:
                continue
            if want != verdict:
                found.append(f"{told}SQLite says {want or 'done'}, PostgreSQL {verdict or 'done'}")
            elif counts != want_counts:
                found.append(f"{told}then SQLite has {want_counts} rows, PostgreSQL {counts}")
            elif probe.default_row_of and not want:
                found += self.compare_default_row(probe, want_row, row)
        return found

    def sets_lost_default(self, table):
        """Whether SET DEFAULT of a foreign key may find another default than in SQLite."""
        return any(f"{table.name}.{column}".lower() in self.excused
                   for columns, *_ in table.foreign_keys for column in columns)

    def numbers_by_their_key(self, source):
        """Columns whose texts SQLite takes for numbers, blanks or not, since the keys that they refer
        to are numbers: as text in PostgreSQL they have one spelling (Repot says so)."""
        types = {(table.name.lower(), column.name.lower()): column.type
                 for table, _ in self.pairs for column in table.columns}
        return {here for columns, parent, there, _ in source.foreign_keys
                for here, key in zip(columns, there) if is_number(types.get((parent, key), ""))}

    # --- statements

    def statement(self, source, target, row):
        """INSERT on both sides of `row`, {column: (storage, value)}; None where it cannot be said."""
        names, here, there = [], [], []
        for column, copy in zip(source.columns, target.columns):
            if column.generated or column.name not in row:
                continue
            try:
                literal = target_literal(*row[column.name], copy.type)
                canonical.source_form(*row[column.name], copy.type)
            except (canonical.Unmappable, ValueError):
                literal = None
            said = sqlite_literal(*row[column.name])
            if literal is None or said is None:
                return None
            names.append((quote(column.name), quote(copy.name)))
            here.append(said)
            there.append(literal)
        if not names:
            return (f"INSERT INTO {quote(source.name)} DEFAULT VALUES",
                    f"INSERT INTO {quote(target.name)} DEFAULT VALUES")
        return (f"INSERT INTO {quote(source.name)}({', '.join(n[0] for n in names)}) VALUES({', '.join(here)})",
                f"INSERT INTO {quote(target.name)}({', '.join(n[1] for n in names)}) VALUES({', '.join(there)})")

    def inserts(self, rng, source, target):
        rows = [{c.name: cell for c, cell in zip(source.columns, row)} for row in self.rows[source.name]]
        alias = [source.identity] if source.identity else []
        highest = any(row[source.identity][1] == LARGEST for row in rows) if alias else False

        def probe(what, row, default_row=False):
            said = self.statement(source, target, row)
            if said and not highest:
                yield Probe(what, *said, (source, target) if default_row else None)
        needed = {c.name for c in source.columns if c.not_null and not c.has_default and not c.generated}
        needed |= set(source.primary_key)
        needed -= set(alias)
        dropped = any(f"{source.name}.{c.name}".lower() in self.excused for c in source.columns)
        if not dropped and (rows or not needed):
            given = {name: rng.choice(rows)[name] for name in sorted(needed)}
            yield from probe("defaults", given, default_row=True)
        if source.name.lower() in self.excused:
            return
        numbers = self.numbers_by_their_key(source)
        next_id = {name: ("integer", max([0] + [row[name][1] for row in rows]) + 1) for name in alias}
        for row in rng.sample(rows, min(3, len(rows))):
            if alias:
                yield from probe("again with its key", row)
            row = row | next_id
            yield from probe("again", row)
            # PostgreSQL cuts blanks that are too many for a varchar.
            for what, change, kinds in (("in other case", bytes.swapcase, ("text", "varchar")),
                                        ("with blanks", lambda text: text + b" ", ("text",))):
                changed = {c.name: ("text", change(row[c.name][1])) for c, copy in zip(source.columns, target.columns)
                           if copy.type in kinds and row[c.name][0] == "text" and
                           c.name.lower() not in numbers}
                yield from probe(what, row | changed)
            for column in source.columns:
                if column.name in source.primary_key:
                    continue   # Keys of SQLite hold NULL, those of PostgreSQL never.
                yield from probe("NULL", row | {column.name: ("null", None)})
            for columns, *_ in source.foreign_keys:
                nowhere = {c.name: ("integer", 987654) for c in source.columns if c.name.lower() in columns}
                yield from probe("orphan", row | nowhere)

    def parents(self, rng, source, target):
        referred = {there for child, _ in self.pairs for _, parent, there, _ in child.foreign_keys
                    if parent == source.name.lower()}
        for columns in sorted(referred):
            rows = [row for row in self.rows[source.name]]
            for row in rng.sample(rows, min(2, len(rows))):
                here, there = [], []
                for column, copy, cell in zip(source.columns, target.columns, row):
                    if column.name.lower() in columns:
                        literal = self.literal_or_none(cell, copy.type)
                        said = sqlite_literal(*cell)
                        if literal in (None, "NULL") or said is None:
                            break
                        here.append(f"{quote(column.name)} = {said}")
                        there.append(f"{quote(copy.name)} = {literal}")
                else:
                    yield Probe("delete", f"DELETE FROM {quote(source.name)} WHERE {' AND '.join(here)}",
                                f"DELETE FROM {quote(target.name)} WHERE {' AND '.join(there)}")
                    pair = next((pair for pair in zip(source.columns, target.columns)
                                 if pair[0].name.lower() == columns[0]), None)
                    if pair and pair[1].type == "int8" and not pair[0].generated:
                        yield Probe("new key", f"UPDATE {quote(source.name)} SET {quote(pair[0].name)} = 424242 "
                                    f"WHERE {' AND '.join(here)}",
                                    f"UPDATE {quote(target.name)} SET {quote(pair[1].name)} = 424242 "
                                    f"WHERE {' AND '.join(there)}")

    @staticmethod
    def literal_or_none(cell, kind):
        try:
            return target_literal(*cell, kind)
        except (canonical.Unmappable, ValueError):
            return None

    # --- answers

    def ask_source(self, probe):
        db = sqlite3.connect(":memory:", isolation_level=None)
        db.deserialize(self.image)
        db.text_factory = bytes
        try:
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("BEGIN")
            before = self.source_rows(db, probe)
            db.execute(probe.source_sql)
            db.execute("COMMIT")
            after = self.source_rows(db, probe)
            counts = ",".join(str(db.execute(f"SELECT count(*) FROM {quote(pair[0].name)}").fetchone()[0])
                              for pair in self.pairs)
            return "", next(iter((after - before)), None), counts
        except sqlite3.IntegrityError as error:
            return CONSTRAINTS.get(error.sqlite_errorname, "skip"), None, None
        except sqlite3.Error:
            return "skip", None, None   # A parent that is no key, an overflow, …: no rule of the data.
        finally:
            db.close()

    @staticmethod
    def source_rows(db, probe):
        if not probe.default_row_of:
            return Counter()
        table = probe.default_row_of[0]
        chosen = ", ".join(f"typeof({quote(c.name)}), {quote(c.name)}" for c in table.columns)
        return Counter(tuple((row[i].decode(), row[i + 1]) for i in range(0, len(row), 2))
                       for row in db.execute(f"SELECT {chosen} FROM {quote(table.name)} NOT INDEXED"))

    def ask_target(self, probes):
        """[(verdict, new row, counts)] of all, in one conversation."""
        tables = " || ',' || ".join(f"(SELECT count(*) FROM {quote(pair[1].name)})" for pair in self.pairs)
        schema = self.schema.replace('"', '""')
        script = [f'SET search_path = "{schema}", pg_catalog;', "\\set ON_ERROR_STOP 0", "\\pset null NULL"]
        for probe in probes:
            returning = ""
            if probe.default_row_of:
                forms = [canonical.TARGET_SQL[c.type].format(quote(c.name)) for c in probe.default_row_of[1].columns]
                returning = " RETURNING " + ", ".join(forms)
            script += ["\\echo probe", "BEGIN;", f"{probe.target_sql}{returning};", "\\echo state :SQLSTATE",
                       "SET CONSTRAINTS ALL IMMEDIATE;", "\\echo state :SQLSTATE",
                       f"SELECT 'counts ' || {tables};", "ROLLBACK;"]
        lines = self.session.run("\n".join(script + ["\\set ON_ERROR_STOP 1", "RESET search_path;"]))
        answers = []
        for part in "\n".join(lines).split("probe")[1:]:
            lines = part.strip("\n").split("\n")
            states = [line[6:] for line in lines if line.startswith("state ")]
            failed = next((state for state in states if state != "00000"), None)
            rows = [line for line in lines if not line.startswith(("state ", "counts "))]
            counts = next((line[7:] for line in lines if line.startswith("counts ")), None)
            answers.append((STATES.get(failed, failed) if failed else "", rows[0] if rows else None, counts))
        return answers

    def compare_default_row(self, probe, want, have):
        source, target = probe.default_row_of
        if want is None or have is None:
            return [f"{probe.what}: {probe.source_sql}: no new row"]
        found = []
        defaults = {row[1]: row[4] or "" for row in self.source.db.execute(
            "SELECT * FROM pragma_table_xinfo(?)", (source.name,))}
        for column, copy, cell, printed in zip(source.columns, target.columns, want, have.split("|")):
            if column.name == source.identity and cell[1] < 1:
                continue   # Above negative ids, PostgreSQL's sequences begin with 1.
            free = copy.type in ("text", "varchar") and cell[0] in ("integer", "real")
            if VARYING.search(defaults[column.name]) and copy.type == "timestamptz" and cell[0] == "text":
                cell = ("text", cell[1] + b"Z")   # SQLite's clock is UTC.
            try:
                right = canonical.source_form(*cell, copy.type, free)
            except (canonical.Unmappable, ValueError) as reason:
                found.append(f"the default {cell} of {source.name}.{column.name} cannot be in {copy.type}: {reason}")
                continue
            got = canonical.target_form(None if printed == "NULL" else printed, copy.type, free)
            if VARYING.search(defaults[column.name]) and not column.generated:
                right, got = shape(right), shape(got)
            if right != got and not column.generated:
                found.append(f"the default of {source.name}.{column.name} is {right} in SQLite, {got} in PostgreSQL")
        return found


def is_number(declared):
    """Whether a declared type has an affinity of numbers."""
    name = declared.upper()
    if "INT" in name:
        return True
    return not re.search("CHAR|CLOB|TEXT|BLOB", name) and name != ""


def shape(form):
    """What two values of a default that varies have in common."""
    kind, _, rest = form.partition(" ")
    return f"{kind} {len(rest)}" if kind == "text" and not re.fullmatch(r"(2d|3\d)+", rest) else kind
