// The verifier must find whatever is done to a migrated target: each kind of damage is planted
// alone, and must be named with its table, key, column and values.
#include "run_fixture.hpp"

namespace repot::migrate {
namespace {

const std::string library = R"(
  CREATE TABLE p(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
  CREATE TABLE t(id INTEGER PRIMARY KEY, p INT REFERENCES p(id), s TEXT, r REAL, flag BOOLEAN NOT NULL,
                 b BLOB, d DATE, ts DATETIME, n DECIMAL(10,2));
  CREATE INDEX t_s ON t(s);
  CREATE TABLE keyless(a INT, b TEXT);
  INSERT INTO p(name) VALUES ('x'), ('y');
  INSERT INTO t VALUES (1, 1, '', 0.1, 0, x'00', '2020-01-01', '2020-01-01 12:00:00.000001', 1.5),
                       (2, 2, NULL, 1e308, 1, x'ff', '1999-12-31', '1999-12-31 23:59:59', -7),
                       (3, 1, 'é', 5e-324, 1, NULL, NULL, NULL, 0);
  INSERT INTO keyless VALUES (1, 'a'), (1, 'a'), (2, 'b');)";

struct Damage {
  const char* name;
  const char* sql;
  const char* said;  ///< What the report must say about it.
};

std::ostream& operator<<(std::ostream& out, const Damage& damage) {
  return out << damage.name;
}

class PlantedDifferences : public testing::WithParamInterface<Damage>, public RunTest {};

TEST_P(PlantedDifferences, IsFound) {
  source(library);
  ASSERT_TRUE(migrateAll().verified());
  const Report sound = verifyAll();
  ASSERT_TRUE(sound.verified()) << reportToText(sound);
  target_.query(GetParam().sql);
  const Report report = verifyAll();
  EXPECT_FALSE(report.verified());
  const std::string text = reportToText(report);
  EXPECT_NE(text.find(GetParam().said), std::string::npos) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Each, PlantedDifferences,
    testing::Values(
        Damage{"LastBitOfAReal", "UPDATE t SET r = 0.10000000000000002 WHERE id = 1",
               "column \"r\": source 0.1, target 0.10000000000000002"},
        Damage{"EmptyTextToNull", "UPDATE t SET s = NULL WHERE id = 1",
               "column \"s\": source '', target NULL"},
        Damage{"NullToEmptyText", "UPDATE t SET s = '' WHERE id = 2",
               "column \"s\": source NULL, target ''"},
        Damage{"OneByteOfText", "UPDATE t SET s = 'e' WHERE id = 3", "column \"s\""},
        Damage{"Flag", "UPDATE t SET flag = true WHERE id = 1",
               "column \"flag\": source false, target true"},
        Damage{"OneBitOfBytes", "UPDATE t SET b = '\\x01' WHERE id = 1",
               "column \"b\": source x'00', target x'01'"},
        Damage{"DayOff", "UPDATE t SET d = d + 1 WHERE id = 1",
               "column \"d\": source '2020-01-01', target '2020-01-02'"},
        Damage{"MicrosecondOff", "UPDATE t SET ts = ts + interval '1 microsecond' WHERE id = 1",
               "column \"ts\""},
        Damage{"CentOff", "UPDATE t SET n = n + 0.01 WHERE id = 2",
               "column \"n\": source -7, target -6.99"},
        Damage{"LostRow", "DELETE FROM t WHERE id = 3", "missing in the target: id=3"},
        Damage{"NewRow", "INSERT INTO t VALUES (9, NULL, NULL, NULL, false)",
               "not in the source: id=9"},
        Damage{"LostDuplicate",
               "DELETE FROM keyless WHERE ctid = (SELECT min(ctid) FROM keyless WHERE a = 1)",
               "missing in the target: a=1"},
        Damage{"DoubledRow", "INSERT INTO keyless VALUES (2, 'b')", "not in the source: a=2"},
        Damage{"SwappedValues",
               "UPDATE t SET s = CASE id WHEN 1 THEN 'é' ELSE '' END WHERE id IN (1, 3)",
               "column \"s\""},
        Damage{"LostIndex", "DROP INDEX t_s", "\"t_s\""},
        Damage{"LostForeignKey", "ALTER TABLE t DROP CONSTRAINT t_p_fkey", "is missing"},
        Damage{"LostPrimaryKey", "ALTER TABLE t DROP CONSTRAINT t_pkey",
               "the primary key (id) of table \"t\" is missing"},
        Damage{"LostNotNull", "ALTER TABLE t ALTER flag DROP NOT NULL", "has lost its NOT NULL"},
        Damage{"IdentityBehind", "ALTER TABLE p ALTER id RESTART WITH 1",
               "would hand out 1 next, not 3"},
        Damage{"LostIdentity", "ALTER TABLE p ALTER id DROP IDENTITY", "is no identity"}),
    [](const auto& parameter) { return std::string(parameter.param.name); });

TEST_F(RunTest, MoreDifferencesThanAreShownAreCounted) {
  source(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v INT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
      "SELECT i + 1 FROM n WHERE i < 500) INSERT INTO t SELECT i, i FROM n");
  ASSERT_TRUE(migrateAll().verified());
  target_.query("UPDATE t SET v = -v");
  const Report report = verifyAll();
  ASSERT_EQ(report.verification.tables.size(), 1U);
  EXPECT_GE(report.verification.tables[0].differences.size(), VerifyOptions::shown);
  EXPECT_NE(reportToText(report).find("and more"), std::string::npos);
}

}  // namespace
}  // namespace repot::migrate
