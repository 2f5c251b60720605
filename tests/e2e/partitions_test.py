"""Rows into tables that the application's own migrations have partitioned, and into what is no table at all."""

import unittest

from command import DatabaseTest, migrate, psql, run

SOURCE = """
CREATE TABLE customer(id INTEGER PRIMARY KEY AUTOINCREMENT, region TEXT NOT NULL);
CREATE TABLE event(id INTEGER PRIMARY KEY, day TEXT NOT NULL, customer INT REFERENCES customer(id), note TEXT);
CREATE TABLE hit(id INTEGER PRIMARY KEY, page TEXT);
INSERT INTO customer(region) SELECT CASE value % 3 WHEN 0 THEN 'north' WHEN 1 THEN 'south' ELSE 'east' END FROM generate_series(1, 300);
INSERT INTO event SELECT value, date('2024-01-01', '+' || (value % 360) || ' days'), value % 300 + 1, 'note ' || value FROM generate_series(1, 5000);
INSERT INTO hit SELECT value, '/page/' || value FROM generate_series(1, 3000);
"""
TARGET = """
CREATE TABLE customer(id bigserial, region text NOT NULL, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE customer_north PARTITION OF customer FOR VALUES IN ('north');
CREATE TABLE customer_rest PARTITION OF customer DEFAULT;
CREATE TABLE event(id bigint NOT NULL, day date NOT NULL, customer bigint, note text, PRIMARY KEY (day, id)) PARTITION BY RANGE (day);
CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2024-07-01') PARTITION BY HASH (id);
CREATE TABLE event_1a PARTITION OF event_1 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE event_1b PARTITION OF event_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE event_2(note text, id bigint NOT NULL, customer bigint, day date NOT NULL);
ALTER TABLE event ATTACH PARTITION event_2 FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');
CREATE UNIQUE INDEX ON event(id, day);
CREATE TABLE hit(id bigint PRIMARY KEY, page text) PARTITION BY HASH (id);
CREATE TABLE hit_0 PARTITION OF hit FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hit_1 PARTITION OF hit FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE seen(what text);
CREATE FUNCTION notice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen VALUES (TG_TABLE_NAME); RETURN NEW; END $$;
CREATE TRIGGER notice BEFORE INSERT ON event_2 FOR EACH ROW EXECUTE FUNCTION notice();
CREATE TRIGGER notice BEFORE INSERT ON hit FOR EACH ROW EXECUTE FUNCTION notice();
"""


class Partitions(DatabaseTest):
    def setUp(self):
        super().setUp()
        self.source = self.sqlite("app.db", SOURCE)
        psql(self.target, TARGET)

    def fill(self, *options, code=0):
        got, out, err = migrate(self.source, self.target, "--data-only", "--no-progress", *options)
        self.assertEqual(got, code, out + err)
        return out + err

    def verify(self, code=0):
        got, out, err = run("verify", self.source, self.target, "--data-only", "--jobs", "4")
        self.assertEqual(got, code, out + err)
        return out + err

    def test_range_list_and_hash(self):
        said = self.fill()
        self.assertEqual(psql(self.target, "SELECT count(*) FROM event_1a"),
                         psql(self.target, "SELECT count(*) FROM event_1 WHERE satisfies_hash_partition("
                              "'event_1'::regclass, 2, 0, id)"))
        self.assertEqual(psql(self.target, "SELECT (SELECT count(*) FROM customer_north), (SELECT count(*) FROM "
                              "customer), (SELECT count(*) FROM event), (SELECT count(*) FROM hit)"), "100|300|5000|3000")
        # Neither the trigger of the table nor that of a partition fired, and both do again.
        self.assertEqual(psql(self.target, "SELECT count(*) FROM seen"), "0")
        self.assertIn("hit.notice", said)
        self.assertIn("the trigger of public.event_2 is not fired", said)
        self.assertEqual(psql(self.target, "SELECT DISTINCT tgenabled FROM pg_trigger WHERE tgname = 'notice'"), "O")
        self.assertEqual(psql(self.target, "SELECT nextval('customer_id_seq')"), "301")
        self.verify()

    def test_a_damaged_partition_is_found(self):
        self.fill()
        psql(self.target, "UPDATE event_2 SET note = 'other' WHERE id = (SELECT min(id) FROM event_2)")
        self.assertIn("'other'", self.verify(code=8))
        psql(self.target, "DELETE FROM hit_1 WHERE id = (SELECT min(id) FROM hit_1)")
        self.assertIn("3000 rows in the source, 2999 in the target", self.verify(code=8))

    def test_a_row_that_no_partition_takes(self):
        psql(self.target, "DROP TABLE event_2")
        said = self.fill(code=6)
        self.assertIn("no partition of relation", said)
        # 2024-07-01 is day 182 after the first.
        self.assertIn('filling table "event": the row id=182:', said)
        self.assertEqual(psql(self.target, "SELECT (SELECT count(*) FROM event) + (SELECT count(*) FROM hit)"), "0")
        psql(self.target, "CREATE TABLE event_rest PARTITION OF event DEFAULT")
        self.fill()
        self.verify()

    def test_a_row_that_a_rule_of_a_partition_refuses(self):
        psql(self.target, "ALTER TABLE hit_0 ADD CHECK (page <> '/page/777'); ALTER TABLE hit_1 ADD CHECK (page <> '/page/777')")
        self.assertIn('filling table "hit": the row id=777:', self.fill(code=6))

    def test_emptied_first(self):
        psql(self.target, "INSERT INTO hit VALUES (1, 'old'), (2, 'older')")
        self.assertIn("--truncate", self.fill(code=5))
        self.fill("--truncate", "hit")
        self.verify()

    def test_a_foreign_key_to_a_partitioned_table(self):
        psql(self.target, "DROP TABLE event, customer; "
             "CREATE TABLE customer(id bigint PRIMARY KEY, region text) PARTITION BY HASH (id); "
             "CREATE TABLE customer_0 PARTITION OF customer FOR VALUES WITH (MODULUS 1, REMAINDER 0); "
             "CREATE TABLE event(id bigint, day date, customer bigint REFERENCES customer(id), note text, "
             "PRIMARY KEY (id)) PARTITION BY RANGE (id); CREATE TABLE event_all PARTITION OF event DEFAULT")
        self.fill()
        self.verify()
        self.assertEqual(psql(self.target, "SELECT bool_and(convalidated) FROM pg_constraint WHERE contype = 'f'"), "t")


class NoTables(DatabaseTest):
    """What has the name of a table and is none."""

    def test_views_foreign_tables_and_partitions(self):
        source = self.sqlite("app.db", "CREATE TABLE seen(id INTEGER PRIMARY KEY); CREATE TABLE far(id INTEGER PRIMARY KEY); "
                             "CREATE TABLE kept(id INTEGER PRIMARY KEY); CREATE TABLE part(id INTEGER PRIMARY KEY);")
        psql(self.target, "CREATE VIEW seen AS SELECT 1 AS id; CREATE MATERIALIZED VIEW kept AS SELECT 1 AS id; "
             "CREATE FOREIGN DATA WRAPPER none; CREATE SERVER elsewhere FOREIGN DATA WRAPPER none; "
             "CREATE FOREIGN TABLE far(id int) SERVER elsewhere; "
             "CREATE TABLE whole(id int) PARTITION BY RANGE (id); CREATE TABLE part PARTITION OF whole DEFAULT")
        code, out, err = migrate(source, self.target, "--data-only")
        self.assertEqual(code, 5, out + err)
        for name, what in (("seen", "a view"), ("kept", "a materialized view"), ("far", "a foreign table"),
                           ("part", "a partition")):
            self.assertIn(f'the target\'s "{name}" is {what}, and rows go into tables only', err)


class Distributed(DatabaseTest):
    """Citus itself is not here; its catalog is, as far as it is looked at."""

    def test_tables_are_read_as_a_whole(self):
        psql(self.target, "SET allow_system_table_mods = on; "
             "CREATE TABLE pg_catalog.pg_dist_partition(logicalrelid regclass); CREATE TABLE t(id bigint PRIMARY KEY, a text)")
        source = self.sqlite("app.db", "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'x')")
        code, out, err = migrate(source, self.target, "--data-only")
        self.assertEqual(code, 0, out + err)
        code, out, err = run("verify", source, self.target, "--data-only")
        self.assertEqual(code, 0, out + err)


if __name__ == "__main__":
    unittest.main()
