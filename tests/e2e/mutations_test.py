"""Random damage done to a migrated database, as small as damage can be, and `repot verify` has to
find each: exit code 8, with the name of what differs. The undamaged copy has to pass.

REPOT_MUTATIONS: how many (70, each kind at least once). REPOT_RANDOM_SEED: of the choice (1).
"""

import functools
import json
import os
import random
import subprocess
import unittest
from collections import Counter

from command import DatabaseTest, HERE, SERVER, migrate, psql, run
from databases import Psql, quote

COUNT = int(os.environ.get("REPOT_MUTATIONS", "70"))
SEED = int(os.environ.get("REPOT_RANDOM_SEED", "1"))

HELPERS = {"column", "row", "past_rules", "is_unique", "in_primary_key", "definition"}
IMPOSSIBLE = object()
TRIES = 10 + COUNT // 10   # Choices of each kind, for some of which there is no such row, or a rule of PostgreSQL's.

# Expressions that change a value of a type as little as can be.
CHANGES = {
    "bigint": ["{0} + 1", "{0} - 1", "{0} # 1", "{0} # (1::bigint << 40)", "-{0} - 1"],
    "double precision": ["{0} * (1 + 2.3e-16::float8)", "nextafter", "-{0} - 1"],
    "numeric": ["{0} + 0.0000000001", "{0} * 1000 + 1", "-{0} - 1"],
    "numeric(10,2)": ["{0} + 0.01", "-{0} - 1"],
    "boolean": ["NOT {0}"],
    "text": ["{0} || ' '", "' ' || {0}", "{0} || E'\\u00a0'", "left({0}, -1)", "swapcase", "{0} || E'\\n'",
             "overlay({0} placing 'ǃ' from 1 for 1)", "normalize({0} || 'é', NFD)"],
    "bytea": ["{0} || '\\x00'", "set_bit({0}, 0, 1 - get_bit({0}, 0))", "substr({0}, 2)",
              "set_bit({0}, 8 * length({0}) - 1, 1 - get_bit({0}, 8 * length({0}) - 1))"],
    "date": ["{0} + 1", "{0} - 1"],
    "time without time zone": ["{0} + interval '1 microsecond'", "{0} - interval '1 microsecond'"],
    "timestamp without time zone": ["{0} + interval '1 microsecond'", "{0} - interval '1 microsecond'",
                                    "{0} + interval '1 hour'"],
    "timestamp with time zone": ["{0} + interval '1 microsecond'", "{0} - interval '1 hour'"],
    "json": ["({0}::text || ' ')::json", "('[' || {0}::text || ']')::json"],
}
SPECIAL = {
    # The other letter case; nothing where there is none.
    "swapcase": "CASE WHEN upper({0}) <> {0} THEN upper({0}) ELSE lower({0}) END",
    # The next double: the last bit of the 64.
    "nextafter": "({0} + CASE WHEN {0} = 0 THEN 5e-324::float8 ELSE {0} * 1.2e-16 END)",
}

# What leaves data and behaviour as they are.
HARMLESS = [
    "CREATE TABLE shuffled AS SELECT * FROM visits ORDER BY random(); TRUNCATE visits; "
    "INSERT INTO visits SELECT * FROM shuffled; DROP TABLE shuffled",
    "ALTER INDEX books_title RENAME TO other_name; ALTER TABLE tags RENAME CONSTRAINT tags_pkey TO other_key",
    "CREATE INDEX more ON books(pages); ALTER INDEX more SET (fillfactor = 70)",
    "COMMENT ON TABLE books IS 'x'; COMMENT ON COLUMN books.title IS 'y'",
    "ALTER TABLE books ALTER title SET STORAGE EXTERNAL, ALTER pages SET STATISTICS 500; "
    "ALTER TABLE books SET (autovacuum_enabled = false)",
    "CLUSTER books USING books_newest; ANALYZE",
    "GRANT SELECT ON books TO PUBLIC",
    "ALTER TABLE book_tags DROP CONSTRAINT book_tags_tag_fkey; ALTER TABLE book_tags ADD CONSTRAINT b FOREIGN KEY (tag) "
    "REFERENCES tags(name) ON DELETE RESTRICT",
    "CREATE TABLE of_the_application(a int); CREATE VIEW of_it AS SELECT a FROM of_the_application",
]


class Damage:
    """Each method makes one random mutation: (SQL, names one of which the report must hold), or None
    where this one is not possible."""

    def __init__(self, rng, session):
        self.rng, self.session = rng, session
        self.columns = [tuple(json.loads(line)) for line in session.run(
            "SELECT json_build_array(relname, attname, format_type(atttypid, atttypmod), attnotnull, "
            "attidentity <> '', atthasdef AND attgenerated = '', attgenerated <> '') FROM pg_attribute a "
            "JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND "
            "relkind = 'r' AND attnum > 0 AND NOT attisdropped ORDER BY 1::text;")]
        self.constraints = [tuple(json.loads(line)) for line in session.run(
            "SELECT json_build_array(relname, conname, contype) FROM pg_constraint k "
            "JOIN pg_class c ON c.oid = conrelid WHERE relnamespace = 'public'::regnamespace ORDER BY 1::text;")]
        self.indexes = [tuple(json.loads(line)) for line in session.run(
            "SELECT json_build_array(t.relname, c.relname, pg_get_indexdef(c.oid), indisunique) "
            "FROM pg_index i JOIN pg_class c ON c.oid = indexrelid JOIN pg_class t ON t.oid = indrelid "
            "WHERE c.relnamespace = 'public'::regnamespace AND NOT EXISTS "
            "(SELECT FROM pg_constraint WHERE conindid = c.oid) ORDER BY 1::text;")]
        self.filled = {table for table in {column[0] for column in self.columns}
                       if session.run(f"SELECT 1 FROM {quote(table)} LIMIT 1;")}

    def column(self, suits=lambda column: True, filled=True):
        fitting = [c for c in self.columns if suits(c) and (not filled or c[0] in self.filled)]
        return self.rng.choice(fitting) if fitting else None

    def row(self, table, condition="true"):
        """The address of a random row that a condition holds for."""
        rows = self.session.run(f"SELECT ctid FROM {quote(table)} WHERE {condition};")
        return self.rng.choice(rows) if rows else None

    # A bulk load may break rules of its own; the damage has to get in past all of them.
    @staticmethod
    def past_rules(sql):
        return f"SET session_replication_role = replica; {sql}; RESET session_replication_role"

    # --- rows

    def change_value(self, only=None):
        table, name, kind, *_ = self.column(lambda c: base(c[2]) in CHANGES and not c[6]
                                            and only in (None, base(c[2])))
        change = self.rng.choice(CHANGES[base(kind)])
        new = SPECIAL.get(change, change).format(quote(name)) + (f"::{kind}" if kind != base(kind) else "")
        same = f"({new})::text IS DISTINCT FROM {quote(name)}::text"
        if base(kind) == "double precision":
            same = f"float8send({new}) IS DISTINCT FROM float8send({quote(name)})"
        address = self.row(table, f"{quote(name)} IS NOT NULL AND " + guarded(kind, name) + f" AND {same}")
        return address and (self.past_rules(f"UPDATE {quote(table)} SET {quote(name)} = {new} "
                                            f"WHERE ctid = '{address}'"), [name])

    def forget_value(self):
        table, name, *_ = self.column(lambda c: not c[3] and not c[6])
        address = self.row(table, f"{quote(name)} IS NOT NULL")
        return address and (self.past_rules(f"UPDATE {quote(table)} SET {quote(name)} = NULL "
                                            f"WHERE ctid = '{address}'"), [name])

    def empty_for_null(self):
        table, name, *_ = self.column(lambda c: base(c[2]) == "text" and not c[3] and not c[6])
        address = self.row(table, f"{quote(name)} IS NULL")
        return address and (self.past_rules(f"UPDATE {quote(table)} SET {quote(name)} = '' "
                                            f"WHERE ctid = '{address}'"), [name])

    def blank_value(self):
        table, name, *_ = self.column(lambda c: base(c[2]) in ("text", "bytea") and not c[6])
        address = self.row(table, f"{quote(name)} <> ''")
        return address and (self.past_rules(f"UPDATE {quote(table)} SET {quote(name)} = '' "
                                            f"WHERE ctid = '{address}'"), [name])

    def row_in_child(self):
        """A row that belongs to a table of its own, and is seen in the parent's all the same."""
        table, *_ = self.column()
        return (f"CREATE TABLE child_one() INHERITS ({quote(table)}); INSERT INTO child_one "
                f"SELECT * FROM {quote(table)} WHERE ctid = '{self.row(table)}'", [table])

    def lose_row(self):
        table, *_ = self.column()
        return self.past_rules(f"DELETE FROM {quote(table)} WHERE ctid = '{self.row(table)}'"), [table]

    def double_row(self):
        table, *_ = self.column(lambda c: not any(k[0] == c[0] and k[2] in "pu" for k in self.constraints)
                                and not any(i[0] == c[0] and i[3] for i in self.indexes))
        names = ", ".join(quote(c[1]) for c in self.columns if c[0] == table and not c[6])
        return self.past_rules(f"INSERT INTO {quote(table)}({names}) SELECT {names} FROM {quote(table)} "
                               f"WHERE ctid = '{self.row(table)}'"), [table]

    def lose_and_double(self):
        """The count stays as it is."""
        made = self.double_row()
        table = made[1][0]
        first = made[0].split("ctid = ")[1].split(";")[0]
        other = self.row(table, f"ctid <> {first} AND to_jsonb({quote(table)}) <> (SELECT to_jsonb(x) FROM "
                                f"{quote(table)} x WHERE ctid = {first})")
        return other and (self.past_rules(f"DELETE FROM {quote(table)} WHERE ctid = '{other}'") + "; " + made[0], [table])

    def swap_columns(self):
        table, name, kind, *_ = self.column(lambda c: not c[6])
        others = [c for c in self.columns if c[0] == table and c[1] != name and c[2] == kind and not c[6]]
        if not others:
            return None
        other = self.rng.choice(others)[1]
        address = self.row(table, f"{quote(name)}::text <> {quote(other)}::text")
        return address and (self.past_rules(f"UPDATE {quote(table)} SET {quote(name)} = {quote(other)}, "
                                            f"{quote(other)} = {quote(name)} WHERE ctid = '{address}'"), [table])

    def swap_between_rows(self):
        """Sums and sets of every column stay as they are."""
        table, name, *_ = self.column(lambda c: not c[6] and sum(d[0] == c[0] for d in self.columns) > 1
                                      and not self.is_unique(c))
        first = self.row(table, f"{quote(name)} IS NOT NULL")
        other = first and self.row(table, f"{quote(name)}::text <> (SELECT {quote(name)}::text FROM {quote(table)} "
                                          f"WHERE ctid = '{first}')")
        return other and (self.past_rules(
            f"UPDATE {quote(table)} a SET {quote(name)} = b.{quote(name)} FROM {quote(table)} b WHERE "
            f"(a.ctid, b.ctid) IN (('{first}', '{other}'), ('{other}', '{first}'))"), [name])

    def is_unique(self, column):
        return any(column[1] in index[2] for index in self.indexes if index[0] == column[0]) or any(
            k[0] == column[0] and k[2] in "pu" for k in self.constraints)

    def extra_row(self):
        table, *_ = self.column(filled=False)
        needed = [c for c in self.columns if c[0] == table and c[3] and not (c[4] or c[5] or c[6])]
        values = {"bigint": "7654321", "boolean": "true", "text": "'extra'", "bytea": "'\\x01'", "json": "'1'",
                  "date": "'2001-01-01'", "double precision": "7.5", "numeric": "7", "numeric(10,2)": "7.25",
                  "time without time zone": "'01:01'", "timestamp without time zone": "'2001-01-01'",
                  "timestamp with time zone": "'2001-01-01Z'"}
        if not needed:
            return self.past_rules(f"INSERT INTO {quote(table)} DEFAULT VALUES"), [table]
        return self.past_rules(f"INSERT INTO {quote(table)}({', '.join(quote(c[1]) for c in needed)}) VALUES("
                               f"{', '.join(values[base(c[2])] for c in needed)})"), [table]

    # --- rules and objects

    def other_type(self):
        other = {"bigint": ["numeric", "text", "integer"], "text": ["varchar(5000)", "bytea", "char(200)"],
                 "double precision": ["real", "numeric", "text"], "boolean": ["text", "int"],
                 "numeric": ["double precision", "text"], "bytea": ["text"], "date": ["timestamp", "text"],
                 "timestamp without time zone": ["timestamptz", "text", "timestamp(3)"],
                 "timestamp with time zone": ["timestamp", "text"], "json": ["jsonb", "text"]}
        table, name, kind, *_ = self.column(lambda c: base(c[2]) in other and not c[4] and not c[6], filled=False)
        new = self.rng.choice(other[base(kind)])
        using = {"bytea": f"convert_to({quote(name)}, 'UTF8')", "int": f"{quote(name)}::int"}.get(
            new, f"{quote(name)}::{new}")
        if (kind, new) == ("bytea", "text"):
            using = f"encode({quote(name)}, 'hex')"
        return (f"SET TimeZone = 'UTC'; ALTER TABLE {quote(table)} ALTER {quote(name)} DROP DEFAULT; "
                f"ALTER TABLE {quote(table)} ALTER {quote(name)} TYPE {new} USING {using}", [name])

    def other_modifier(self):
        table, name, kind, *_ = self.column(lambda c: "(" in c[2] and not c[6], filled=False)
        new = kind.replace("(80)", "(81)").replace("(10,2)", "(11,2)")
        return new != kind and (f"ALTER TABLE {quote(table)} ALTER {quote(name)} TYPE {new}", [name])

    def other_place(self):
        """Equal values in an equal column behind all others."""
        table, name, kind, *_ = self.column(lambda c: c[0] == "visits" and c[1] != "at", filled=False)
        collation = ' COLLATE "C"' if kind == "text" else ""
        return (f"ALTER TABLE {quote(table)} ADD moved {kind}{collation}; UPDATE {quote(table)} SET moved = {quote(name)}; "
                f"ALTER TABLE {quote(table)} DROP {quote(name)} CASCADE; ALTER TABLE {quote(table)} RENAME moved TO "
                f"{quote(name)}", [table])

    def unlogged(self):
        table, *_ = self.column(filled=False)
        return f"ALTER TABLE {quote(table)} SET UNLOGGED", [table]

    def row_security(self):
        table, *_ = self.column(filled=False)
        how = self.rng.choice(["ENABLE", "FORCE"])
        return f"ALTER TABLE {quote(table)} {how} ROW LEVEL SECURITY", [table]

    def extra_trigger(self):
        table, *_ = self.column(filled=False)
        return (f"CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
                f"CREATE TRIGGER extra_one BEFORE INSERT ON {quote(table)} FOR EACH ROW EXECUTE FUNCTION nothing()",
                ["extra_one"])

    def extra_rule(self):
        table, *_ = self.column(filled=False)
        return f"CREATE RULE extra_one AS ON DELETE TO {quote(table)} DO INSTEAD NOTHING", ["extra_one"]

    def extra_check(self):
        table, name, *_ = self.column(filled=False)
        return (f"ALTER TABLE {quote(table)} ADD CONSTRAINT extra_one CHECK ({quote(name)} IS NOT NULL) NOT VALID",
                ["extra_one"])

    def extra_unique(self):
        table, name, *_ = self.column(lambda c: c[2] != "json", filled=False)
        how = self.rng.choice([f"CREATE UNIQUE INDEX extra_one ON {quote(table)}({quote(name)})",
                               f"ALTER TABLE {quote(table)} ADD CONSTRAINT extra_one UNIQUE ({quote(name)})"])
        return how, ["extra_one"]

    def extra_key(self):
        """A foreign key more."""
        return ("ALTER TABLE books ADD CONSTRAINT extra_one FOREIGN KEY (edition) REFERENCES authors(id)", ["extra_one"])

    def other_parent(self):
        return ("ALTER TABLE books DROP CONSTRAINT books_second_author_id_fkey; ALTER TABLE books ADD CONSTRAINT "
                "books_second_author_id_fkey FOREIGN KEY (second_author_id) REFERENCES books(id)",
                ["books_second_author_id_fkey"])

    def other_deferral(self):
        table, name, _ = self.rng.choice([k for k in self.constraints if k[2] == "f"])
        how = "NOT DEFERRABLE" if "DEFERRABLE" in self.definition(table, name) else self.rng.choice(
            ["DEFERRABLE", "DEFERRABLE INITIALLY DEFERRED"])
        return f"ALTER TABLE {quote(table)} ALTER CONSTRAINT {quote(name)} {how}", [name]

    def definition(self, table, constraint):
        return self.session.run(f"SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = '{constraint}' "
                                f"AND conrelid = '{quote(table)}'::regclass;")[0]

    def other_sequence(self):
        table, name, *_ = self.column(lambda c: c[4], filled=False)
        how = self.rng.choice(["SET CYCLE", "SET MAXVALUE 100000", "SET MINVALUE -5", "SET INCREMENT BY -1 SET MINVALUE -9"])
        return f"ALTER TABLE {quote(table)} ALTER {quote(name)} {how}", [name]

    def other_computation(self):
        """Equal values, computed otherwise; no value there."""
        new = self.rng.choice(["pages + pages", "pages * 2 + 0"])
        return (f"ALTER TABLE books DROP shelf; ALTER TABLE books ADD shelf bigint GENERATED ALWAYS AS ({new}) STORED",
                ["shelf"])

    def other_view(self):
        new = self.rng.choice([
            "CREATE OR REPLACE VIEW red_tags AS SELECT name FROM tags WHERE colour = 'red' AND name <> 'nope'",
            "DROP VIEW red_tags; CREATE MATERIALIZED VIEW red_tags AS SELECT name FROM tags WHERE colour = 'red'",
            "DROP VIEW red_tags; CREATE VIEW red_tags(nom) AS SELECT name FROM tags WHERE colour = 'red'"])
        return new, ["red_tags"]

    def drop_view(self):
        view = self.rng.choice(["red_tags", "tagged"])
        return f"DROP VIEW {view}", [view]

    def extra_default(self):
        table, name, kind, *_ = self.column(lambda c: not (c[4] or c[5] or c[6]) and base(c[2]) in ("text", "bigint"),
                                            filled=False)
        return f"ALTER TABLE {quote(table)} ALTER {quote(name)} SET DEFAULT '7'", [name]

    def other_collation(self):
        table, name, kind, *_ = self.column(lambda c: base(c[2]) == "text" and not c[6], filled=False)
        return f'ALTER TABLE {quote(table)} ALTER {quote(name)} TYPE {kind} COLLATE "und-x-icu"', [name]

    def drop_index(self):
        if not self.indexes:
            return None
        table, index, *_ = self.rng.choice(self.indexes)
        # A key of the source's CREATE TABLE has no name of its own there.
        return f"DROP INDEX {quote(index)}", [index, table]

    def other_index(self):
        """The same name, other columns, order, condition or uniqueness."""
        table, index, definition, unique = self.rng.choice(self.indexes)
        changes = [definition.replace("UNIQUE ", "", 1) if unique else definition.replace("INDEX", "UNIQUE INDEX", 1),
                   definition.replace(" DESC NULLS LAST", "") if "DESC" in definition
                   else definition.replace(" NULLS FIRST", " DESC", 1),
                   definition.split(" WHERE ")[0] if " WHERE " in definition else
                   definition + (" WHERE number > 0" if table == "visits" else " WHERE id > 0"),
                   definition.replace("(title)", "(title text_pattern_ops)"), definition.replace("(title)", "(title, id)"),
                   definition.replace("btree (title)", "hash (title)"), definition.replace("(title)", "(subtitle)"),
                   definition.replace("lower((", "upper((", 1)]
        changed = self.rng.choice([c for c in changes if c != definition])
        return f"DROP INDEX {quote(index)}; {changed}", [index]

    def invalid_index(self):
        table, index = self.rng.choice([i[:2] for i in self.indexes] + [k[:2] for k in self.constraints if k[2] in "pu"])
        return (f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{quote(index)}'::regclass",
                [index, f'the primary key (id) of table "{table}" is not valid', table])

    def drop_constraint(self):
        table, name, _ = self.rng.choice(self.constraints)
        return f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(name)} CASCADE", [name, table]

    def unchecked_constraint(self):
        fitting = [k for k in self.constraints if k[2] in "fc"]
        table, name, _ = self.rng.choice(fitting)
        return (f"UPDATE pg_constraint SET convalidated = false WHERE conname = '{name}' AND "
                f"conrelid = '{quote(table)}'::regclass", [name])

    def other_action(self):
        """A foreign key of the same name that does something else."""
        table, name, _ = self.rng.choice([k for k in self.constraints if k[2] == "f"])
        definition = self.definition(table, name)
        changed = definition.replace(" ON DELETE CASCADE", "") if "CASCADE" in definition else \
            definition + " ON UPDATE CASCADE" if "ON UPDATE" not in definition and "DEFERR" not in definition else None
        return changed and (f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(name)}; ALTER TABLE {quote(table)} "
                            f"ADD CONSTRAINT {quote(name)} {changed}", [name, table])

    def other_check(self):
        table, name, _ = self.rng.choice([k for k in self.constraints if k[2] == "c"])
        return (f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(name)}; ALTER TABLE {quote(table)} "
                f"ADD CONSTRAINT {quote(name)} CHECK (true)", [name])

    def disabled_key(self):
        """On the side of those that refer, or of those that are referred to."""
        table = self.rng.choice(["books", "book_tags", "authors", "tags"])
        return f"ALTER TABLE {quote(table)} DISABLE TRIGGER ALL", ["is disabled"]

    def drop_not_null(self):
        table, name, *_ = self.column(lambda c: c[3] and not c[4] and not self.in_primary_key(c), filled=False)
        return f"ALTER TABLE {quote(table)} ALTER {quote(name)} DROP NOT NULL", [name]

    def in_primary_key(self, column):
        return bool(self.session.run(
            f"SELECT 1 FROM pg_constraint k JOIN pg_attribute a ON attrelid = conrelid AND attnum = ANY(conkey) "
            f"WHERE contype = 'p' AND conrelid = '{quote(column[0])}'::regclass AND attname = '{column[1]}';"))

    def add_not_null(self):
        table, name, *_ = self.column(lambda c: not c[3] and not c[6], filled=False)
        if self.row(table, f"{quote(name)} IS NULL"):
            return None
        return f"ALTER TABLE {quote(table)} ALTER {quote(name)} SET NOT NULL", [name]

    def drop_default(self):
        table, name, *_ = self.column(lambda c: c[5], filled=False)
        return f"ALTER TABLE {quote(table)} ALTER {quote(name)} DROP DEFAULT", [name]

    def other_default(self):
        table, name, kind, *_ = self.column(lambda c: c[5] and base(c[2]) in ("text", "bigint"), filled=False)
        return f"ALTER TABLE {quote(table)} ALTER {quote(name)} SET DEFAULT '987'", [name]

    def sequence_back(self):
        table, name, *_ = self.column(lambda c: c[4], filled=False)
        by = self.rng.choice([-1, 1, 1000])
        if by < 0 and table not in self.filled:
            return None   # It begins with 1 already.
        return (f"SELECT setval(s, (nextval(s) + {by - 1})::bigint) FROM pg_get_serial_sequence("
                f"'{quote(table)}', '{name}') s" if by > 0 else
                f"SELECT setval(s, greatest(nextval(s) - 1, 1)::bigint, false) FROM pg_get_serial_sequence("
                f"'{quote(table)}', '{name}') s; ALTER TABLE {quote(table)} ALTER {quote(name)} RESTART WITH 1",
                [name, table])

    def drop_identity(self):
        table, name, *_ = self.column(lambda c: c[4], filled=False)
        return f"ALTER TABLE {quote(table)} ALTER {quote(name)} DROP IDENTITY", [name]

    def always_identity(self):
        table, name, *_ = self.column(lambda c: c[4], filled=False)
        return f"ALTER TABLE {quote(table)} ALTER {quote(name)} SET GENERATED ALWAYS", [name]

    def backward_sequence(self):
        table, name, *_ = self.column(lambda c: c[4], filled=False)
        return f"ALTER TABLE {quote(table)} ALTER {quote(name)} SET INCREMENT BY 2", [name, table]

    def extra_column(self):
        table, *_ = self.column(filled=False)
        return f"ALTER TABLE {quote(table)} ADD COLUMN extra_one text", ["extra_one"]

    def rename_column(self):
        table, name, *_ = self.column(filled=False)
        return f"ALTER TABLE {quote(table)} RENAME {quote(name)} TO other_name", [name, table]

    def lose_column(self):
        table, name, *_ = self.column(filled=False)
        return f"ALTER TABLE {quote(table)} DROP COLUMN {quote(name)} CASCADE", [name, table]

    def no_longer_computed(self):
        column = self.column(lambda c: c[6], filled=False)
        return f"ALTER TABLE {quote(column[0])} ALTER {quote(column[1])} DROP EXPRESSION", [column[1]]

    def lose_table(self):
        table, *_ = self.column(filled=False)
        return f"DROP TABLE {quote(table)} CASCADE", [table]

    def empty_table(self):
        table, *_ = self.column()
        return f"TRUNCATE {quote(table)} CASCADE", [table]


for one in CHANGES:
    setattr(Damage, "change_" + "".join(c if c.isalnum() else "_" for c in one), functools.partialmethod(Damage.change_value, one))


def base(kind):
    return "text" if kind.startswith("character varying") else kind


def guarded(kind, name):
    """Only values that the changes are defined for and do change."""
    if base(kind) == "double precision":
        return f"abs({quote(name)}) BETWEEN 1e-300 AND 1e300"
    if base(kind) == "bigint":
        return f"abs({quote(name)}::numeric) < 9000000000000000000"
    if base(kind) in ("text", "bytea"):
        return f"length({quote(name)}) BETWEEN 2 AND 4000"
    return "true"


class Mutations(DatabaseTest):
    def test_every_one_is_found(self):
        source = self.migrated()
        rng = random.Random(SEED)
        session = Psql(self.target)
        damage = Damage(rng, session)
        kinds = [name for name in vars(Damage) if not name.startswith("_") and name not in HELPERS]
        # All choices are made before, as a database that serves as a template has no sessions.
        chosen = {kind: [made for _ in range(TRIES) if (made := getattr(damage, kind)())] for kind in kinds}
        session.close()
        missed, counts = [], Counter()
        order = kinds + [rng.choice(kinds + ["change_value"] * (len(kinds) // 2)) for _ in range(2 * COUNT)]
        for kind in order:
            if sum(counts.values()) == COUNT:
                break
            wrong = IMPOSSIBLE
            while chosen[kind] and wrong is IMPOSSIBLE:
                sql, names = chosen[kind].pop()
                wrong = self.damaged(source, sql, names)
            if wrong is IMPOSSIBLE:
                continue
            counts[kind] += 1
            if wrong:
                missed.append(f"{kind}: {sql}\n  {wrong}")
        self.expect_no_alarm(source)
        print(f"{sum(counts.values())} mutations of {len(counts)} kinds, {len(missed)} missed: {dict(counts)}")
        self.assertEqual(sum(counts.values()), COUNT)
        self.assertEqual(set(counts), set(kinds), "a kind was never possible")
        self.assertEqual(missed, [], "\n" + "\n".join(missed))

    def test_what_changes_neither_data_nor_behaviour_is_no_alarm(self):
        source = self.migrated()
        for sql in HARMLESS:
            psql(self.target, sql)
            code, out, err = run("verify", source, self.target)
            self.assertEqual(code, 0, f"{sql}: {out}{err}")

    def test_a_restored_dump_is_equal(self):
        """PostgreSQL spells some expressions otherwise once it has read its own spelling of them."""
        version = subprocess.run(["pg_dump", "--version"], capture_output=True, text=True, check=True).stdout
        if int(version.split()[2].split(".")[0]) < int(psql(self.target, "SHOW server_version_num")) // 10000:
            self.skipTest("pg_dump is older than the server")
        source = self.sqlite("checks.db", """
            CREATE TABLE t(id INTEGER PRIMARY KEY, kind VARCHAR(10) DEFAULT 'a' CONSTRAINT kinds
              CHECK (kind IN ('a', 'b')),
              size TEXT CHECK (size IN ('s', 'm') OR length(size) > 3), n INTEGER DEFAULT (1 + 2));
            CREATE INDEX t_kind ON t(kind) WHERE kind IN ('a', 'b') AND n > -1;
            CREATE VIEW v AS SELECT id, kind FROM t WHERE kind IN ('a', 'b');
            INSERT INTO t(kind, size) VALUES ('a', 's'), ('b', 'long');""")
        self.assertEqual(migrate(source, self.target)[0], 0)
        dump = subprocess.run(["pg_dump", "-d", self.target], capture_output=True, text=True, check=True).stdout
        psql(self.target, "DROP SCHEMA public, repot CASCADE; CREATE SCHEMA public")
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.target], input=dump, text=True,
                       check=True, capture_output=True)
        code, out, err = run("verify", source, self.target)
        self.assertEqual(code, 0, out + err)
        psql(self.target, "ALTER TABLE t DROP CONSTRAINT kinds, ADD CONSTRAINT kinds CHECK (kind IN ('a', 'b', 'c'))")
        code, out, err = run("verify", source, self.target)
        self.assertEqual(code, 8, out + err)
        self.assertIn('"kinds"', out)

    def migrated(self):
        source = self.folder / "source.db"
        subprocess.run(["sqlite3", source], input=(HERE / "mutations_source.sql").read_text(), text=True,
                       check=True, capture_output=True)
        code, out, err = migrate(source, self.target, "--json")
        self.assertEqual(code, 0, out + err)
        self.expect_no_alarm(source)
        return source

    def expect_no_alarm(self, source):
        code, out, err = run("verify", source, self.target)
        self.assertEqual(code, 0, out + err)
        self.check_equal(source)

    def damaged(self, source, sql, names):
        """What `repot verify` says wrongly about the damaged copy; None where it is right."""
        copy = f"{self.database}_damaged"
        psql(SERVER, f"CREATE DATABASE {copy} TEMPLATE {self.database}")
        try:
            try:
                psql(self.url_of(copy), sql)
            except RuntimeError:
                return IMPOSSIBLE   # PostgreSQL's own rules forbid this one.
            code, out, err = run("verify", source, self.url_of(copy))
            if code != 8:
                return f"exit code {code}: {out[-300:]}{err[-300:]}"
            if not any(name in out + err for name in names):
                return f"none of {names} is named in: {out[-800:]}"
            return None
        finally:
            psql(SERVER, f"DROP DATABASE {copy} (FORCE)")


if __name__ == "__main__":
    unittest.main()
