"""The configuration as the tool reads it: SOURCE, TARGET and URL that nobody gives, limits, backups, and no secret printed."""

import json
import os
import unittest
import urllib.parse

from command import SERVER, DatabaseTest, psql, run

PASSWORD = "geheim/1"


class Configuration(DatabaseTest):
    def setUp(self):
        super().setUp()
        self.source = self.sqlite("app.db", "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);"
                                  "INSERT INTO t VALUES (1, 'one'), (2, 'two');")

    def configure(self, configuration, name="repot.json"):
        text = configuration if isinstance(configuration, str) else json.dumps(configuration)
        (self.folder / name).write_text(text)

    def command(self, *arguments, **environment):
        variables = {name: value for name, value in os.environ.items() if not name.startswith("REPOT_")}
        return run(*arguments, cwd=self.folder, env=variables | environment)

    def test_source_and_target_of_a_migration(self):
        self.configure({"profiles": {
            "development": {"database": "sqlite:///other.db"},
            "production": {"database": "sqlite:///app.db", "target": "env:WHERE"}}})
        code, _, err = self.command("migrate", "--yes", "--profile", "production", WHERE=self.target)
        self.assertEqual(code, 0, err)
        self.assertEqual(psql(self.target, "SELECT count(*) FROM t"), "2")
        self.assertEqual(self.command("verify", REPOT_PROFILE="production", WHERE=self.target)[0], 0)
        self.assertEqual(self.command("plan", "app.db")[0], 0)
        code, _, err = self.command("plan")
        self.assertEqual(code, 3)
        self.assertIn("other.db", err)

    def test_what_is_given_goes_before_the_configuration(self):
        self.configure({"database": "sqlite:///none.db", "target": "postgresql://nowhere.invalid/db"})
        self.assertEqual(self.command("migrate", "app.db", self.target, "--yes")[0], 0)
        self.assertEqual(self.command("verify", REPOT_SOURCE="app.db", REPOT_TARGET=self.target)[0], 0)
        self.assertEqual(self.command("plan", REPOT_SOURCE="app.db")[0], 0)
        self.assertEqual(self.command("plan", REPOT_DATABASE="app.db")[0], 0)

    def test_without_anything_the_arguments_are_asked_for(self):
        for arguments, name in ((("migrate",), "SOURCE"), (("migrate", "app.db"), "TARGET"), (("plan",), "SOURCE"),
                                (("schema", "status"), "URL"), (("doctor",), "URL"), (("top",), "SOURCE"),
                                (("assess",), "SOURCE"), (("sync",), "SOURCE"), (("backup", "restore", "x"), "URL")):
            code, _, err = self.command(*arguments)
            self.assertEqual(code, 2, (arguments, err))
            self.assertIn(f"{name} is required", err)
        self.assertEqual(self.command("migrate", "--help")[0], 0)

    def test_a_wrong_configuration_stops_what_needs_it_and_nothing_else(self):
        self.configure('{\n  "pol": {"size": 5},\n  "target": "file:/nowhere"\n}')
        code, _, err = self.command("plan")
        self.assertEqual(code, 2)
        self.assertIn('repot.json: pol: unknown key; did you mean "pool"?', err)
        self.assertEqual(self.command("plan", "app.db")[0], 0)
        self.assertEqual(self.command("config", "check")[0], 2)
        self.assertEqual(self.command("config", "check", "--config", "none.json")[0], 2)

    def test_show_prints_origins_and_no_secret(self):
        self.configure({"database": f"postgresql://app:{urllib.parse.quote(PASSWORD, safe='')}@db/app",
                        "target": "postgresql://app@db/app", "target-password": "file:password",
                        "pool": {"size": 4}})
        (self.folder / "password").write_text(PASSWORD + "\n")
        (self.folder / "password").chmod(0o600)
        for form in ((), ("--json",)):
            code, out, err = self.command("config", "show", *form, REPOT_POOL_MIN="3")
            self.assertEqual((code, err), (0, ""))
            self.assertNotIn("geheim", out)
        settings = {one["key"]: one for one in json.loads(out)["settings"]}
        self.assertEqual(settings["pool.size"]["value"], "4")
        self.assertEqual(settings["pool.size"]["origin"], "repot.json: pool.size")
        self.assertEqual(settings["pool.min"]["origin"], "environment: REPOT_POOL_MIN")
        self.assertEqual(settings["pool.timeout"]["origin"], "default")
        self.assertEqual(settings["target-password"]["value"], "***")
        code, out, err = self.command("config", "check")
        self.assertEqual(code, 9)
        self.assertIn("warning: repot.json: database: a password stands in the file", err)
        self.assertNotIn("geheim", out + err)

    def test_check_tells_what_leads_nowhere(self):
        self.configure({"profiles": {"development": {"database": "sqlite:///app.db"},
                                     "production": {"database": "env:NOT_SET"}}})
        code, out, err = self.command("config", "check")
        self.assertEqual((code, out, err), (0, "repot.json, profile development: nothing wrong; 1 setting is set\n", ""))
        code, _, err = self.command("config", "check", "--profile", "production")
        self.assertEqual(code, 2)
        self.assertIn("profiles.production.database: the environment variable NOT_SET is not set", err)
        code, _, err = self.command("schema", "status", "--profile", "production")
        self.assertEqual(code, 2)

    def test_what_needs_no_database_asks_for_none(self):
        self.configure({"database": "env:NOT_SET", "backups": {"folder": "kept"}})
        self.assertEqual(self.command("schema", "new", "a table")[0], 0)
        self.assertEqual(self.command("backup", "app.db")[0], 0)
        self.assertEqual(self.command("backup", "list")[0], 0)
        self.assertEqual(self.command("backup", "verify", "kept")[0], 0)
        (self.folder / "schema.json").write_text('{"format": "repot-schema", "version": 1, "tables": []}')
        code, _, err = self.command("schema", "new", "another", "--model", "schema.json")
        self.assertEqual(code, 2)
        self.assertIn("the environment variable NOT_SET is not set", err)

    def test_signals_are_judged_by_the_configured_limits(self):
        self.configure({"database": "sqlite:///app.db", "signals": {"size-prepare": 1, "size-act": "1 kB"}})
        self.assertEqual(self.command("assess", "--no-sample")[0], 11)
        self.assertEqual(self.command("assess", "--no-sample", "--size-act", "1GB")[0], 10)
        self.assertEqual(self.command("migrate", "app.db", self.target)[0], 0)

    def test_backups_go_where_the_configuration_says(self):
        self.configure({"database": "sqlite:///app.db", "backups": {"folder": "kept", "zstd": True, "daily": 1}})
        self.assertEqual(self.command("backup")[0], 0)
        code, out, _ = self.command("backup", "list", "--json")
        self.assertEqual(code, 0)
        [backup] = json.loads(out)
        self.assertTrue(backup["compressed"])
        self.assertTrue(backup["file"].startswith("kept/"))
        self.assertEqual(self.command("backup", "--to", "elsewhere")[0], 0)
        self.assertTrue(any((self.folder / "elsewhere").iterdir()))

    def test_migrations_of_the_configured_database(self):
        self.configure({"profiles": {"development": {"database": "sqlite:///new.db"},
                                     "test": {"database": f"{SERVER.replace('/postgres?', f'/{self.database}?')}"}}})
        (self.folder / "migrations").mkdir()
        (self.folder / "migrations/0001_t.up.sql").write_text("CREATE TABLE made (id integer PRIMARY KEY);")
        for profile in ("development", "test"):
            self.assertEqual(self.command("schema", "upgrade", "--profile", profile)[0], 0)
            self.assertEqual(self.command("schema", "check", "--profile", profile)[0], 0)
        self.assertEqual(psql(self.target, "SELECT count(*) FROM made"), "0")
        self.assertEqual(self.command("schema", "upgrade", "--dry-run", "--dialect", "sqlite", "--profile", "none")[0], 0)


if __name__ == "__main__":
    unittest.main()
