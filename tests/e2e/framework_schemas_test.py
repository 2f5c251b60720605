"""The commands of docs/orms.md for frameworks that are not run here: their spellings, as tests/migrate/cases has them,
into the schema that each makes on PostgreSQL."""

import sqlite3
import unittest

from command import PROJECT, DatabaseTest, migrate, psql, run

TARGETS = {
    "prisma": """CREATE TABLE "User" (id serial PRIMARY KEY, email text NOT NULL, "createdAt" timestamp(3) NOT NULL
            DEFAULT CURRENT_TIMESTAMP, ok boolean NOT NULL DEFAULT false, big bigint, price decimal(65,30), meta jsonb);
        CREATE UNIQUE INDEX "User_email_key" ON "User"(email);
        CREATE TABLE "_AToB" ("A" integer NOT NULL, "B" integer NOT NULL, PRIMARY KEY ("A", "B"),
            FOREIGN KEY ("A") REFERENCES "User"(id) ON DELETE CASCADE ON UPDATE CASCADE);""",
    "ef_core": """CREATE TABLE "Orders" ("Id" uuid PRIMARY KEY, "Total" numeric NOT NULL, "At" timestamptz NOT NULL,
            "Off" timestamptz, "Took" interval, "Done" boolean NOT NULL, "Raw" bytea);
        CREATE TABLE "__EFMigrationsHistory" ("MigrationId" varchar(150) PRIMARY KEY,
            "ProductVersion" varchar(32) NOT NULL);""",
    "go": """CREATE TABLE "user" (id bigserial PRIMARY KEY, is_active boolean, created_unix bigint,
            deleted_at timestamptz, at timestamptz, name text);
        CREATE INDEX idx_user_deleted_at ON "user"(deleted_at);""",
}


class FrameworkSchemas(DatabaseTest):
    def move(self, name, *options):
        [case] = (PROJECT / "tests/migrate/cases").glob(f"C*_{name}.sql")
        source = self.folder / "app.db"
        with sqlite3.connect(source) as database:
            database.executescript(case.read_text().split("-- plan")[0])
        psql(self.target, TARGETS[name])
        code, out, err = migrate(source, self.target, "--data-only", *options)
        self.assertEqual(code, 0, err)
        self.assertIn("every value equal", out)
        code, out, err = run("verify", source, self.target, *options)
        self.assertEqual(code, 0, out + err)

    def test_prisma(self):
        self.move("prisma", "--type", "User.createdAt=epochms")
        self.assertEqual(psql(self.target, 'SELECT id, "createdAt", big, price = 9.99, meta FROM "User"'),
                         '1|2022-03-22 12:00:09.737|9223372036854775807|t|{"a": 1}')
        self.assertEqual(psql(self.target, 'INSERT INTO "User" (email) VALUES (\'new\') RETURNING id'), "2")

    def test_ef_core(self):
        self.move("ef_core", "--assume-utc", "--cut-fractions")
        self.assertEqual(psql(self.target, "SET timezone = 'UTC'; SELECT \"Id\", \"Total\", \"At\", \"Off\", \"Took\", \"Done\" "
                              "FROM \"Orders\""),
                         "abcdefab-1234-1234-1234-1234567890ab|12.5|2020-01-01 12:00:00.123456+00|"
                         "2020-01-01 10:00:00+00|1 day 02:03:04.5|t")

    def test_go(self):
        self.move("go", "--cut-fractions")
        self.assertEqual(psql(self.target, "SET timezone = 'UTC'; SELECT is_active, at FROM \"user\" WHERE id = 1"),
                         "t|2020-01-01 12:00:00.123456+00")
        self.assertEqual(psql(self.target, "INSERT INTO \"user\" (name) VALUES ('new') RETURNING id"), "3")


if __name__ == "__main__":
    unittest.main()
