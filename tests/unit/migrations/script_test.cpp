// Finding the statements that would end a migration's transaction.
#include "schema/script.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using repot::schema::transactionStatementIn;

std::string found(const char* sql) {
  const auto statement = transactionStatementIn(sql);
  return statement ? statement->word + '@' + std::to_string(statement->line) : "";
}

TEST(Script, FindsTransactionStatementsWithTheirLines) {
  EXPECT_EQ(found("BEGIN; SELECT 1"), "BEGIN@1");
  EXPECT_EQ(found("SELECT 1;\n\n  commit"), "COMMIT@3");
  EXPECT_EQ(found("SELECT 1; /* a\nb */ END;"), "END@2");
  EXPECT_EQ(found("ROLLBACK"), "ROLLBACK@1");
  EXPECT_EQ(found("START TRANSACTION"), "START@1");
  EXPECT_EQ(found("PREPARE TRANSACTION 'x'"), "PREPARE TRANSACTION@1");
  EXPECT_EQ(found("INSERT INTO t VALUES ('it''s'); ABORT"), "ABORT@1");
}

TEST(Script, LeavesAloneWhatOnlyLooksLikeOne) {
  for (const char* sql :
       {"", "SELECT 1; -- COMMIT", "SELECT ';COMMIT'", "SELECT \"; COMMIT\"", "/* ; COMMIT */",
        "SELECT $$; COMMIT;$$", "SELECT $x$; COMMIT; $$ $x$", "SELECT E'\\'; COMMIT'",
        "SAVEPOINT a; ROLLBACK TO a; RELEASE a", "ROLLBACK TRANSACTION TO SAVEPOINT a",
        "SELECT CASE WHEN 1 THEN 2 END", "PREPARE p AS SELECT 1", "SELECT `; COMMIT`",
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = CASE WHEN 1 THEN 2 END; "
        "DELETE FROM b; END; SELECT 1",
        "CREATE TEMP TRIGGER t DELETE ON a BEGIN SELECT 1; END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 1"}) {
    EXPECT_EQ(found(sql), "") << sql;
  }
}

TEST(Script, SeesWhatFollowsABody) {
  EXPECT_EQ(found("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;\nCOMMIT;"), "COMMIT@2");
  EXPECT_EQ(found("CREATE TABLE begin_end(x);\nEND"), "END@2");
}

std::string losing(const char* sql) {
  std::string all;
  for (const std::string& statement : repot::schema::losingStatementsIn(sql))
    all += statement + '|';
  return all;
}

TEST(Script, TakesStatementsToLoseDataUnlessTheyAreKnownNotTo) {
  EXPECT_EQ(losing("DROP TABLE a;\n-- why\nDELETE FROM b\n WHERE x = ';'; SELECT 1"),
            "DROP TABLE a|DELETE FROM b WHERE x = ';'|");
  for (const char* sql :
       {"ALTER TABLE a DROP COLUMN b", "ALTER TABLE a DROP b", "ALTER TABLE a ALTER b TYPE int",
        "UPDATE a SET b = 1", "TRUNCATE a", "INSERT OR REPLACE INTO a VALUES (1)",
        "INSERT INTO a VALUES (1) ON CONFLICT (x) DO UPDATE SET y = 2", "DROP VIEW a CASCADE",
        "DROP SCHEMA a", "WITH x AS (DELETE FROM a RETURNING 1) SELECT * FROM x", "VACUUM",
        "DO $$ BEGIN DELETE FROM a; END $$", "MERGE INTO a USING b ON true"}) {
    EXPECT_EQ(losing(sql), std::string(sql) + '|');
  }
  for (const char* sql :
       {"", "-- DROP TABLE a", "DROP INDEX a; DROP VIEW b; DROP TRIGGER c ON d",
        "CREATE TABLE a(x)", "ALTER TABLE a DROP CONSTRAINT b",
        "ALTER TABLE a RENAME COLUMN b TO c",
        "ALTER TABLE a ALTER COLUMN b DROP NOT NULL, ALTER c DROP DEFAULT",
        "INSERT INTO a VALUES ('DROP TABLE a')", "CREATE INDEX \"DROP TABLE\" ON a (b)",
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END"}) {
    EXPECT_EQ(losing(sql), "") << sql;
  }
}

TEST(Script, TellsOfALosingStatementOnOneLineAndCut) {
  const std::string statement =
      losing(("UPDATE a SET b = '\n" + std::string(99, 'x') + "ä'").c_str());
  EXPECT_EQ(statement, "UPDATE a SET b = ' " + std::string(61, 'x') + "…|");
}

}  // namespace
