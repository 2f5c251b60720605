"""Roles as managed services give them: no superuser, few rights, and settings of the role that are meant for the
application. What may be done is done; else the message says what to grant, and nothing is written."""

import unittest

from command import SERVER, DatabaseTest, psql, run

SOURCE = """
CREATE TABLE artist(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, twice INT GENERATED ALWAYS AS (id * 2));
CREATE TABLE album(id INTEGER PRIMARY KEY, artist INT NOT NULL REFERENCES artist(id), title TEXT);
CREATE INDEX album_artist ON album(artist);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO artist(id, name) SELECT i, 'artist ' || i FROM n;
INSERT INTO album SELECT id, id, 'album ' || id FROM artist;
"""


class RoleTest(DatabaseTest):
    """A database, and a role that owns nothing in it."""

    def setUp(self):
        super().setUp()
        self.role = self.make_role("app")
        self.source = self.sqlite("app.db", SOURCE)

    def make_role(self, name):
        role = f"{name}_{self.database}"
        psql(SERVER, f"CREATE ROLE {role} LOGIN")
        # Cleanups run from the last to the first: the database is dropped before its roles.
        self._cleanups.insert(1, (psql, (SERVER, f"DROP ROLE {role}"), {}))
        return role

    def url(self, role=None, **changes):
        return self.url_of(self.database, user=role or self.role, **changes)

    def allow_migrations(self):
        psql(self.target, f"GRANT CREATE ON DATABASE {self.database} TO {self.role}; "
             f"GRANT CREATE ON SCHEMA public TO {self.role}")

    def move(self, *options, code=0, role=None):
        got, out, err = run("migrate", self.source, self.url(role), "--yes", "--no-progress", *options)
        self.assertEqual(got, code, out + err)
        return out + err

    def verify(self, *options, code=0):
        got, out, err = run("verify", self.source, self.url(), *options)
        self.assertEqual(got, code, out + err)
        return out + err


class Rights(RoleTest):
    def test_a_role_that_may_create_schemas_needs_nothing_else(self):
        self.allow_migrations()
        psql(self.target, f"REVOKE TEMPORARY ON DATABASE {self.database} FROM PUBLIC")
        self.move()
        self.assertIn("by their structure only", self.verify())
        self.check_equal(self.source)

    def test_without_create_on_the_database(self):
        psql(self.target, f"CREATE SCHEMA app AUTHORIZATION {self.role}")
        said = self.move("--schema", "app", code=4)
        self.assertIn(f'GRANT CREATE ON DATABASE "{self.database}" TO "{self.role}"', said)
        self.assertIn("--data-only", said)
        self.assertEqual(self.objects(), "")

    def test_a_role_that_only_owns_a_schema_fills_it(self):
        psql(self.target, f"CREATE SCHEMA app AUTHORIZATION {self.role}; SET ROLE {self.role}; SET search_path = app; "
             "CREATE TABLE artist(id serial PRIMARY KEY, name text NOT NULL UNIQUE, twice int GENERATED ALWAYS AS (id * 2) STORED); "
             "CREATE TABLE album(id serial PRIMARY KEY, artist int NOT NULL REFERENCES artist(id), title text)")
        self.move("--schema", "app", "--data-only")
        self.verify("--schema", "app", "--data-only")
        self.assertEqual(psql(self.target, "SELECT count(*), nextval('app.album_id_seq') FROM app.album"), "2000|2001")

    def test_a_role_that_may_only_insert(self):
        psql(self.target, "CREATE TABLE artist(id serial PRIMARY KEY, name text NOT NULL UNIQUE, twice int GENERATED ALWAYS AS "
             "(id * 2) STORED); CREATE TABLE album(id serial PRIMARY KEY, artist int NOT NULL REFERENCES artist(id), title text); "
             f"GRANT SELECT, INSERT ON artist, album TO {self.role}")
        self.assertIn("GRANT SELECT, UPDATE ON SEQUENCE", self.move("--data-only", code=5))
        psql(self.target, f"GRANT SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {self.role}")
        self.move("--data-only")
        psql(self.target, f"REVOKE INSERT ON artist, album FROM {self.role}; REVOKE UPDATE ON ALL SEQUENCES IN SCHEMA public FROM {self.role}")
        self.verify("--data-only")

    def test_without_create_on_the_schema(self):
        psql(self.target, f"GRANT CREATE ON DATABASE {self.database} TO {self.role}; CREATE SCHEMA theirs")
        said = self.move("--schema", "theirs", code=4)
        self.assertIn(f'GRANT CREATE ON SCHEMA "theirs" TO "{self.role}"', said)

    def test_the_ledger_of_another_role(self):
        self.allow_migrations()
        other = self.make_role("other")
        psql(self.target, f"GRANT CREATE ON DATABASE {self.database} TO {other}; CREATE SCHEMA o AUTHORIZATION {other}")
        self.move("--schema", "o", role=other)
        said = self.move(code=4)
        self.assertIn(f'GRANT "{other}" TO "{self.role}"', said)
        psql(self.target, f"GRANT {other} TO {self.role}")
        self.move()
        self.check_equal(self.source)

    def test_an_event_trigger_that_forbids(self):
        self.allow_migrations()
        psql(self.target, "CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
             "RAISE EXCEPTION 'schemas are made by the platform team'; END $$; "
             "CREATE EVENT TRIGGER no ON ddl_command_end WHEN TAG IN ('CREATE SCHEMA') EXECUTE FUNCTION no()")
        self.assertIn("schemas are made by the platform team", self.move(code=4))
        self.assertEqual(self.objects(), "")
        psql(self.target, "DROP EVENT TRIGGER no")
        self.move()
        self.check_equal(self.source)


class Settings(RoleTest):
    def test_settings_of_the_role_cut_nothing_off(self):
        """Each session of a run waits for others for longer than these allow."""
        self.allow_migrations()
        settings = {"statement_timeout": "'60ms'", "idle_in_transaction_session_timeout": "'60ms'",
                    "idle_session_timeout": "'60ms'", "lock_timeout": "'10ms'", "default_transaction_read_only": "on",
                    "default_transaction_isolation": "'serializable'", "default_transaction_deferrable": "on",
                    "quote_all_identifiers": "on", "row_security": "off", "search_path": "nowhere",
                    "datestyle": "'SQL, DMY'", "timezone": "'Asia/Tokyo'", "bytea_output": "'escape'"}
        if psql(self.target, "SELECT current_setting('transaction_timeout', true)"):
            settings["transaction_timeout"] = "'60ms'"
        for name, value in settings.items():
            psql(SERVER, f"ALTER ROLE {self.role} SET {name} = {value}")
        # The server's work and the rate make each phase longer than any of them.
        psql(self.target, "CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
             "PERFORM pg_sleep(0.2); END $$; CREATE EVENT TRIGGER slow ON ddl_command_end WHEN TAG IN "
             "('CREATE INDEX', 'CREATE TABLE', 'ALTER TABLE') EXECUTE FUNCTION slow()")
        said = self.move("--rate-limit", "100kB", "--reconnect-for", "0")
        self.assertNotIn("resumed", said)
        self.verify()
        self.check_equal(self.source)


class Activity(RoleTest):
    """A role that may not see which sessions are at work, as some services have it."""

    def setUp(self):
        super().setUp()
        self.allow_migrations()
        psql(self.target, "REVOKE SELECT ON pg_stat_activity FROM PUBLIC; "
             "CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(4); END $$; "
             "CREATE EVENT TRIGGER slow ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION slow()")

    def test_long_work_is_not_taken_for_silence(self):
        said = self.move("--silent-after", "1", "--reconnect-for", "0")
        self.assertNotIn("resumed", said)

    def test_a_stopped_run_says_what_it_needs(self):
        psql(self.target, "DROP EVENT TRIGGER slow; CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
             "RAISE EXCEPTION USING ERRCODE = '53100', MESSAGE = 'the disk is full'; END $$; "
             "CREATE EVENT TRIGGER no ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION no()")
        self.assertIn("the same command goes on", self.move(code=6))
        psql(self.target, "DROP EVENT TRIGGER no")
        self.assertIn(f'GRANT SELECT ON pg_catalog.pg_stat_activity TO "{self.role}"', self.move(code=4))
        psql(self.target, f"GRANT SELECT ON pg_stat_activity TO {self.role}")
        self.move()
        self.check_equal(self.source)


class RowSecurity(RoleTest):
    """COPY cannot obey policies, and reading through them would compare what is left of the rows."""

    TABLE = ("CREATE TABLE artist(id int PRIMARY KEY, name text, twice int); "
             "ALTER TABLE artist ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON artist USING (id < 10); ")
    OPTIONS = ("--data-only", "--exclude", "album")

    def test_another_role_is_refused(self):
        psql(self.target, self.TABLE + f"GRANT ALL ON artist TO {self.role}")
        said = self.move(*self.OPTIONS, code=5)
        self.assertIn("policies apply to this role", said)
        self.assertIn("BYPASSRLS", said)

    def test_the_owner_is_exempt_unless_it_is_forced(self):
        psql(self.target, f"GRANT CREATE ON SCHEMA public TO {self.role}; SET ROLE {self.role}; {self.TABLE} "
             "ALTER TABLE artist FORCE ROW LEVEL SECURITY")
        self.assertIn("NO FORCE ROW LEVEL SECURITY", self.move(*self.OPTIONS, code=5))
        psql(self.target, "ALTER TABLE artist NO FORCE ROW LEVEL SECURITY")
        self.move(*self.OPTIONS)
        self.assertEqual(psql(self.target, "SELECT count(*) FROM artist"), "2000")
        self.verify(*self.OPTIONS)
        psql(self.target, "ALTER TABLE artist FORCE ROW LEVEL SECURITY")
        self.assertIn("row-level security", self.verify(*self.OPTIONS, code=4))


if __name__ == "__main__":
    unittest.main()
