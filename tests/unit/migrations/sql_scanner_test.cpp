// SQL of both databases taken apart.
#include "schema/sql_scanner.hpp"

#include "schema/normal_sql.hpp"
#include "schema/sql_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace repot::schema;

/// The kind of each token by a letter, and its text.
std::string scanned(std::string_view sql) {
  std::string all, whole;
  SqlScanner scanner(sql);
  while (const auto token = scanner.next()) {
    whole += token->text;
    if (token->kind == SqlKind::blank) continue;
    all += "bwntqs"[static_cast<int>(token->kind)];
    all += std::string(token->text) + ' ';
  }
  EXPECT_EQ(whole, sql);
  return all;
}

TEST(SqlScanner, KnowsTheQuotesOfBothDatabases) {
  EXPECT_EQ(scanned("a.\"b \"\" c\"='it''s'"), "wa s. q\"b \"\" c\" s= t'it''s' ");
  EXPECT_EQ(scanned("`a``b` [c d], SELECT [e] x[1] f(x)[2]"),
            "q`a``b` q[c d] s, wSELECT q[e] wx s[ n1 s] wf s( wx s) s[ n2 s] ");
  EXPECT_EQ(scanned("E'\\'' e'x' $$a;'$$ $t$ $$ $t$ $1 a$b"),
            "tE'\\'' te'x' t$$a;'$$ t$t$ $$ $t$ s$ n1 wa$b ");
  EXPECT_EQ(scanned("1.5e3::größe<>2--x\n/*y*/!=z"), "n1.5e3 s:: wgröße s<> n2 s!= wz ");
}

TEST(SqlScanner, KnowsNumbersAndTextsOfEveryForm) {
  EXPECT_EQ(scanned("1e-5-2 3E+7 .5 1.e3 t.x 0x1e-5 1e- 2e"),
            "n1e-5 s- n2 n3E+7 n.5 n1.e3 wt s. wx n0x1e s- n5 n1e s- n2e ");
  EXPECT_EQ(scanned("x'0a' X'' b'01' N'it''s' e'\\'' y'z'"),
            "tx'0a' tX'' tb'01' tN'it''s' te'\\'' wy t'z' ");
  EXPECT_EQ(normalSql("a = X'ff'"), normalSql("A=x'ff'"));
}

TEST(SqlScanner, TakesWhatIsNotClosedToTheEnd) {
  for (const char* sql : {"'a", "\"a", "`a", "[a", "/* a", "-- a", "$x$ a", "E'\\", "$", "[", "'"})
    scanned(sql);
  EXPECT_EQ(scanned("[a"), "s[ wa ");
}

TEST(SqlScanner, NamesAreReplacedAndTextsAreNot) {
  const auto replaced = [](const char* sql) {
    return replaceNames(sql, [](std::string_view name) {
      return name == "a" ? std::string("\"b\"") : std::string();
    });
  };
  EXPECT_EQ(replaced("a + \"a\" + [a] + 'a' + $$a$$ /* a */ + 1a + aa + x.a"),
            "\"b\" + \"b\" + \"b\" + 'a' + $$a$$ /* a */ + 1a + aa + x.\"b\"");
}

TEST(SqlScanner, TextsThatMeanTheSameHaveOneNormalForm) {
  EXPECT_EQ(normalSql("((A == \"b\" AND `c` != 'X'::text))"), normalSql("a=[b] and c<>'X' -- why"));
  EXPECT_NE(normalSql("a = 'X'"), normalSql("a = 'x'"));
  EXPECT_NE(normalSql("\"A\""), normalSql("a"));
  EXPECT_EQ(normalSql("ARRAY[ 1 ]"), normalSql("array[1]"));
}

}  // namespace
