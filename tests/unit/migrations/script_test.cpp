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

}  // namespace
