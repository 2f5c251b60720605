// Files as other tools write them, positions, comments that take findings out, and any bytes.
#include "engine/lint/lint.hpp"

#include <repot/sqlite/grammar/script.hpp>

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace repot::lint {
namespace {

std::string brief(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += std::to_string(finding.line) + ':' + std::to_string(finding.column) + ' ' +
            std::string(finding.rule->id) + '\n';
  }
  return text;
}

constexpr Options sqlite{.sqlite = true, .postgresql = false};
constexpr Options postgresql{.sqlite = false, .postgresql = true};

TEST(LintFiles, PositionsCountLinesAndCharacters) {
  const auto findings = lint({{"m.sql", "SELECT 1;\n/* ü */ DROP TABLE t;\n"}}, sqlite);
  EXPECT_EQ(brief(findings), "2:9 drop-table\n");
  EXPECT_EQ(findings[0].statement, "DROP TABLE t");
  EXPECT_EQ(findings[0].detail, "t");
}

TEST(LintFiles, SemicolonsInBodiesAndQuotesEndNothing) {
  const auto script = sql::splitScript(
      "CREATE TRIGGER a AFTER INSERT ON t BEGIN UPDATE t SET a = CASE WHEN 1 THEN 2 END; "
      "DELETE FROM u; END; SELECT ';', \";\", $x$ ; $x$, E'\\';' -- ;\n; DO $$ BEGIN; END $$");
  ASSERT_EQ(script.statements.size(), 3u);
  EXPECT_EQ(script.statements[1].tokens[1].text, ";");
  EXPECT_EQ(script.comments.size(), 1u);
}

TEST(LintFiles, AnIgnoreHoldsForItsStatementAlone) {
  const std::string sql =
      "-- repot:ignore drop-table moved to another database\nDROP TABLE a;\n"
      "DROP TABLE b; -- repot:ignore drop-table, sqlite-no-transaction was never used\n"
      "DROP TABLE c;\n";
  EXPECT_EQ(brief(lint({{"m.sql", sql}}, sqlite)), "2:1 sqlite-no-transaction\n4:1 drop-table\n");
}

TEST(LintFiles, EarlierFilesAreRemembered) {
  const std::vector<Input> files = {{"1.up.sql", "CREATE INDEX ix ON t (a);"},
                                    {"2.up.sql", "ALTER TABLE t DROP COLUMN a;"}};
  EXPECT_EQ(brief(lint(files, sqlite)),
            "1:15 sqlite-drop-column-version\n1:15 sqlite-drop-column-in-use\n");
}

TEST(LintFiles, AlembicOffline) {
  const std::string sql =
      "BEGIN;\n\n"
      "CREATE TABLE alembic_version (\n    version_num VARCHAR(32) NOT NULL, \n"
      "    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n);\n\n"
      "-- Running upgrade  -> 46d1c2c2f85b\n\n"
      "ALTER TABLE downloads ADD COLUMN priority INTEGER DEFAULT '0' NOT NULL;\n\n"
      "CREATE INDEX ix_downloads_priority ON downloads (priority);\n\n"
      "INSERT INTO alembic_version (version_num) VALUES ('46d1c2c2f85b') RETURNING version_num;\n\n"
      "COMMIT;\n";
  EXPECT_EQ(brief(lint({{"offline.sql", sql}}, sqlite)), "");
  EXPECT_EQ(brief(lint({{"offline.sql", sql}}, postgresql)),
            "10:1 pg-lock-timeout\n12:1 pg-index-concurrently\n");
}

TEST(LintFiles, PlainStringsOfAlembicMigrations) {
  const std::string python =
      "\"\"\"dashboard\n\nDROP TABLE no_sql\n\"\"\"\n"
      "def upgrade():\n"
      "    op.execute(\"INSERT INTO pages (slug, at) \"  # two parts\n"
      "               'VALUES (\\'x\\', datetime(\\'now\\'))')\n"
      "    op.execute(sa.text('''\n        UPDATE pages SET slug = 'y'\n    '''))\n"
      "    op.execute(f\"DROP TABLE {name}\")\n";
  EXPECT_EQ(brief(lint({{"dash.py", python}}, sqlite)),
            "7:32 datetime-now\n9:9 update-without-where\n");
}

TEST(LintFiles, DjangoPrismaAndRails) {
  const std::string django =
      "BEGIN;\n--\n-- Alter field title on track\n--\n"
      "CREATE TABLE \"new__track\" (\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT, \"title\" "
      "varchar(9) NOT NULL);\n"
      "INSERT INTO \"new__track\" (\"id\", \"title\") SELECT \"id\", \"title\" FROM \"track\";\n"
      "DROP TABLE \"track\";\nALTER TABLE \"new__track\" RENAME TO \"track\";\nCOMMIT;\n";
  EXPECT_EQ(brief(lint({{"django.sql", django}}, sqlite)), "7:1 sqlite-rebuild-cascade\n");
  const std::string prisma =
      "-- RedefineTables\nPRAGMA foreign_keys=OFF;\n"
      "CREATE TABLE \"new_User\" (\"id\" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT);\n"
      "INSERT INTO \"new_User\" (\"id\") SELECT \"id\" FROM \"User\";\nDROP TABLE \"User\";\n"
      "ALTER TABLE \"new_User\" RENAME TO \"User\";\nPRAGMA foreign_key_check;\n"
      "PRAGMA foreign_keys=ON;\n";
  EXPECT_EQ(brief(lint({{"migration.sql", prisma}}, sqlite)), "3:1 sqlite-no-transaction\n");
  const std::string rails =
      "\\restrict abc\nSET lock_timeout = 0;\n"
      "CREATE FUNCTION f() RETURNS trigger AS $_$ BEGIN; DROP TABLE t; END $_$ LANGUAGE plpgsql;\n"
      "CREATE TABLE public.albums (\n    id bigint NOT NULL,\n"
      "    title character varying DEFAULT 'x'::character varying NOT NULL\n);\n"
      "ALTER TABLE ONLY public.albums\n    ADD CONSTRAINT albums_pkey PRIMARY KEY (id);\n"
      "CREATE UNIQUE INDEX index_albums ON public.albums USING btree (title);\n";
  EXPECT_EQ(brief(lint({{"structure.sql", rails}}, postgresql)), "");
}

TEST(LintFiles, AnyBytesAreRead) {
  std::mt19937 random(7);
  const std::string pieces[] = {"CREATE TABLE ",
                                "ALTER TABLE t ",
                                "ADD ",
                                "(",
                                ")",
                                ",",
                                "'",
                                "\"",
                                "$$",
                                "PRIMARY KEY",
                                "DEFAULT ",
                                "t",
                                "\n",
                                ";",
                                "--",
                                "/*",
                                "[",
                                "\\",
                                "\xff",
                                "INSERT INTO t VALUES ",
                                "RENAME TO ",
                                "execute(",
                                "REFERENCES ",
                                "CHECK ",
                                "ON CONFLICT",
                                std::string(1, '\0')};
  for (int round = 0; round < 3000; ++round) {
    std::string sql;
    for (unsigned i = 0; i < 1 + random() % 30; ++i)
      sql += pieces[random() % std::size(pieces)];
    for (const char* const file : {"a.sql", "a.py"}) {
      for (const Finding& finding : lint({{file, sql}}, {}))
        EXPECT_GE(finding.line, 1u);
    }
  }
}

}  // namespace
}  // namespace repot::lint
