#!/usr/bin/env python3
"""Compares an SQLite file with its copy in PostgreSQL, value by value: the second opinion.

check_equal.py SOURCE.db TARGET_URL [--schema NAME] [--reported NAME]... [--utc TABLE.COLUMN]...

Shares no code with Repot: Python's sqlite3 on one side, psql on the other. Every row counts, in
any order, with keys, unique indexes, plain indexes, foreign keys, NOT NULL, defaults and the next
value of identities. --reported names an object (table, table.column, index, …) that Repot said it
did not carry over. Exit code 0: equal; 1: differences, one a line; 2: wrong use.
"""

import argparse
import re
import sys
from collections import Counter

import canonical
from databases import Source, Target, quote

SHOWN = 5
SYSTEM_COLUMNS = {"xmin", "xmax", "cmin", "cmax", "ctid", "tableoid"}


class Comparison:
    """`renamed`: the names that Repot says it gave, {table: (table, {column: column})}; without it
    names must be the source's, but for those that PostgreSQL cannot hold. `nulled`: {(table, column)}
    where values that do not fit may have become NULL; `nulls` counts them then."""

    def __init__(self, source, target, reported, renamed=None, nulled=(), utc=(), strays=()):
        self.source, self.target = source, target
        self.utc = set(utc)
        self.strays = {name.lower() for name in strays}   # Columns that refer as SQLite compares.
        self.reported = {name.lower() for name in reported}
        self.renamed, self.nulled = renamed or {}, set(nulled)
        self.differences = []
        self.values = 0
        self.nulls = Counter()

    def differ(self, where, what):
        self.differences.append(f"{where}: {what}")

    def run(self):
        sources, targets = self.source.tables(), self.target.tables()
        names = {}
        for table in sources:
            if table.name in self.renamed:
                found = self.renamed[table.name][0]
                found = found if found in targets and found not in names.values() else None
            else:
                found = pick(table.name, targets, names.values())
            if found is None:
                self.differ(table.name, "table is missing in the target")
            else:
                names[table.name] = found
        for name in set(targets) - set(names.values()):
            self.differ(name, "table is in the target only")
        for table in sources:
            if table.name in names:
                self.compare_table(table, targets[names[table.name]])
        copies = {table.name.lower(): (table, targets[names[table.name]])
                  for table in sources if table.name in names}
        for table in sources:
            if table.name in names:
                self.compare_foreign_keys(table, copies)

    def compare_table(self, source, target):
        if len(source.columns) != len(target.columns):
            self.differ(source.name, f"{len(source.columns)} columns became {len(target.columns)}")
            return
        table_names = self.renamed.get(source.name, (None, {}))[1]
        for column, copy in zip(source.columns, target.columns):
            if table_names.get(column.name) != copy.name and not same_name(column.name, copy.name):
                self.differ(source.name, f"column {column.name} became {copy.name}")
        self.compare_columns(source, target)
        self.compare_keys(source, target)
        self.compare_rows(source, target)

    def compare_columns(self, source, target):
        for column, copy in zip(source.columns, target.columns):
            where = f"{source.name}.{column.name}"
            if column.not_null and not copy.not_null:
                self.differ(where, "NOT NULL is lost")
            if copy.not_null and not column.not_null and column.name not in source.primary_key:
                self.differ(where, "NOT NULL was not in the source")
            # The default of a key that SQLite numbers itself is never used.
            if column.has_default and column.name != source.identity and not copy.has_default and \
                    not self.is_reported(where):
                self.differ(where, "the default is lost")
            if column.name == source.identity and not self.is_reported(where):
                if copy.next_value is None:
                    self.differ(where, "has no identity")
                elif copy.next_value != column.next_value and column.next_value < 2**63:
                    self.differ(where, f"the next value is {copy.next_value}, "
                                       f"not {column.next_value}")

    def is_reported(self, *names):
        return any(name.lower() in self.reported for name in names)

    def compare_keys(self, source, target):
        rename = {column.name: copy.name for column, copy in zip(source.columns, target.columns)}
        key = [rename[name] for name in source.primary_key]
        if key and key != target.primary_key:
            # PostgreSQL's primary keys hold no NULL, SQLite's may; then a unique one takes its place.
            null = self.source.has_null(source.name, source.primary_key)
            if not (null and frozenset(key) in target.unique) and not self.is_reported(source.name):
                self.differ(source.name, f"primary key {key} became {target.primary_key}")
        for columns in source.unique:
            if frozenset(rename[name] for name in columns) not in target.unique and \
                    not self.is_reported(source.index_names[columns]):
                self.differ(source.name, f"unique {sorted(columns)} is lost")
        for columns in source.indexes:
            wanted = tuple(rename[name] for name in columns)
            if wanted not in target.indexes and frozenset(wanted) not in target.unique and \
                    not self.is_reported(source.index_names[columns]):
                self.differ(source.name, f"index {list(columns)} is lost")

    def compare_foreign_keys(self, source, copies):
        target = copies[source.name.lower()][1]
        there = {key[:4]: key[4] for key in target.foreign_keys}
        orphans = self.source.tables_with_orphans()
        for columns, parent, parent_columns, on_delete in source.foreign_keys:
            if parent not in copies:
                continue
            key = (renamed(columns, source, target), copies[parent][1].name.lower(),
                   renamed(parent_columns, *copies[parent]), on_delete)
            if key not in there:
                if not self.is_reported(*(f"{source.name}.{column}" for column in columns), source.name):
                    self.differ(source.name, f"foreign key {columns} to {parent} is lost")
            elif not there[key] and source.name not in orphans and \
                    not any(f"{source.name}.{column}".lower() in self.strays for column in columns):
                self.differ(source.name, f"foreign key {columns} to {parent} is not validated")

    def compare_rows(self, source, target):
        kinds = [column.type for column in target.columns]
        unknown = [kind for kind in kinds if kind not in canonical.TARGET_SQL]
        if unknown:
            self.differ(source.name, f"unexpected types {unknown}")
            return
        rows = list(self.source.rows(source))
        # Only where reals became text is their spelling free.
        free = [kinds[i] in ("text", "varchar") and any(row[i][0] == "real" for row in rows)
                for i in range(len(kinds))]
        forms = [canonical.TARGET_SQL[column.type].format(quote(column.name))
                 for column in target.columns]
        there = [tuple(map(canonical.target_form, row, kinds, free)) for row in self.target.rows(target, forms)]
        have = Counter(there)
        self.nulled_words = {i for i in range(len(kinds)) if self.words_became_null(source, i, kinds[i], rows)}
        self.nulled_blobs = {i for i in range(len(kinds)) if self.blobs_became_null(source, i, kinds[i], rows, there)}
        want = Counter(self.source_row(source, row, kinds, free) for row in rows)
        self.values += len(rows) * len(kinds)
        for i, is_free in enumerate(free):
            if is_free:
                self.compare_spelled(source, target, i, kinds[i], rows)
        if sum(want.values()) != sum(have.values()):
            self.differ(source.name, f"{sum(want.values())} rows became {sum(have.values())}")
        self.show(source.name, "only in the source", want - have)
        self.show(source.name, "only in the target", have - want)

    def blobs_became_null(self, table, i, kind, rows, there):
        """Blobs beside texts do not fit, even those that are text by chance: all of them or none."""
        if (table.name, table.columns[i].name) not in self.nulled or kind not in ("text", "varchar"):
            return False
        nulls = sum(row[i][0] == "null" or (row[i][0] != "blob" and not self.maps(row[i], kind)) for row in rows)
        return sum(form[i] == canonical.NULL for form in there) == nulls + sum(row[i][0] == "blob" for row in rows)

    def words_became_null(self, table, i, kind, rows):
        """Words do not fit beside 0 and 1, even those for false and true."""
        return (table.name, table.columns[i].name) in self.nulled and kind == "boolean" and \
            any(row[i][0] == "integer" for row in rows)

    @staticmethod
    def maps(cell, kind):
        try:
            canonical.source_form(*cell, kind, False)
        except (canonical.Unmappable, ValueError):
            return False
        return True

    def source_row(self, table, row, kinds, free):
        forms = []
        for i, ((storage, value), column, kind, is_free) in enumerate(zip(row, table.columns, kinds, free)):
            if (storage == "blob" and i in self.nulled_blobs) or (storage == "text" and i in self.nulled_words):
                self.nulls[table.name, column.name] += 1
                forms.append(canonical.NULL)
                continue
            if f"{table.name}.{column.name}" in self.utc and storage == "text":
                value = bytes(value) + b"Z"
            try:
                forms.append(canonical.source_form(storage, value, kind, is_free))
            except (canonical.Unmappable, ValueError) as reason:
                if (table.name, column.name) in self.nulled:
                    self.nulls[table.name, column.name] += 1
                    forms.append(canonical.NULL)
                    continue
                self.differ(f"{table.name}.{column.name}", f"{value!r} cannot be in {kind}: {reason}")
                forms.append("unmappable")
        return tuple(forms)

    def compare_spelled(self, source, target, i, kind, rows):
        """Where the spelling of numbers is free, that of texts is not: each must be there, but for those that became
        NULL."""
        nulled = (source.name, source.columns[i].name) in self.nulled
        texts = Counter(bytes(row[i][1]).hex() for row in rows
                        if row[i][0] == "text" and not (nulled and not self.maps(row[i], kind)))
        copy = target.columns[i]
        there = Counter(row[0] for row in self.target.rows(
            target, [canonical.TARGET_SQL[copy.type].format(quote(copy.name))]))
        self.show(f"{source.name}.{copy.name}", "text only in the source",
                  Counter({(text,): n for text, n in (texts - there).items()}))

    def show(self, where, what, rows):
        for row, count in list(rows.items())[:SHOWN]:
            self.differ(where, f"{what} ({count}×): " + ", ".join(str(form)[:80] for form in row))
        if len(rows) > SHOWN:
            self.differ(where, f"{what}: {len(rows) - SHOWN} more")


def renamed(columns, source, target):
    """The target's names, in lower case, of some of the source's columns."""
    names = {column.name.lower(): copy.name.lower() for column, copy in zip(source.columns, target.columns)}
    return tuple(names.get(column, column) for column in columns)


def same_name(source, target):
    """Equal, or a name that PostgreSQL cannot hold and that was changed for it."""
    if source == target:
        return True
    if len(source.encode()) > 63:
        return re.fullmatch(r"[0-9a-f]{6,16}", target.rsplit("_", 1)[-1]) is not None and \
            source.startswith(target.rsplit("_", 1)[0])
    return source == "" or (source.lower() in SYSTEM_COLUMNS and target.startswith(source))


def pick(name, targets, taken):
    if name in targets:
        return name
    return next((other for other in targets if other not in taken and same_name(name, other)), None)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--schema", default="public")
    parser.add_argument("--reported", action="append", default=[], metavar="NAME")
    parser.add_argument("--utc", action="append", default=[], metavar="TABLE.COLUMN")
    options = parser.parse_args()
    comparison = Comparison(Source(options.source), Target(options.target, options.schema),
                            options.reported, utc=options.utc)
    comparison.run()
    for line in comparison.differences:
        print(line)
    if not comparison.differences:
        print(f"equal: {comparison.values} values")
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main())
