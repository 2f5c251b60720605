// Values that were set aside are part of the copy: each has to be in the quarantine as the source
// has it, and `verify` finds whatever became of one.
#include "run_fixture.hpp"

namespace repot::migrate {
namespace {

const std::string products = R"(
  CREATE TABLE products(id INTEGER PRIMARY KEY, qty INTEGER, price INTEGER NOT NULL);
  INSERT INTO products VALUES (1, 10, 5), (2, 'lots', 5), (3, x'31', 5), (4, NULL, 'free'),
                              (5, 7, 1);
  CREATE TABLE nameless(code INTEGER);
  INSERT INTO nameless VALUES ('same'), ('same'), (1.5), (9);)";

MigrateOptions settingAside() {
  MigrateOptions options;
  options.plan.set("on-misfit", "quarantine");
  return options;
}

struct Damage {
  const char* name;
  const char* sql;
  const char* said;
};

std::ostream& operator<<(std::ostream& out, const Damage& damage) {
  return out << damage.name;
}

class DamagedQuarantine : public testing::WithParamInterface<Damage>, public RunTest {};

TEST_P(DamagedQuarantine, IsFound) {
  source(products);
  const Report migrated = migrateSurely(settingAside());
  ASSERT_TRUE(migrated.verified()) << reportToText(migrated);
  const Report sound = verifyAll(settingAside());
  ASSERT_TRUE(sound.verified()) << reportToText(sound);
  target_.query(GetParam().sql);
  const Report report = verifyAll(settingAside());
  EXPECT_FALSE(report.verified());
  const std::string text = reportToText(report);
  EXPECT_NE(text.find(GetParam().said), std::string::npos) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Each, DamagedQuarantine,
    testing::Values(
        Damage{"OneBit",
               "UPDATE repot_quarantine SET bytes = set_bit(bytes, 0, 1) WHERE key->>'id' = '2'",
               "lacks table \"products\", column \"qty\", key {\"id\":2}: text x'6c6f7473'"},
        Damage{"StorageClass",
               "UPDATE repot_quarantine SET storage_class = 'text' WHERE storage_class = 'blob'",
               "key {\"id\":3}: blob x'31'"},
        Damage{"Column", "UPDATE repot_quarantine SET \"column\" = 'price' WHERE key->>'id' = '2'",
               "holds what was not set aside: table \"products\", column \"price\""},
        Damage{"Key", "UPDATE repot_quarantine SET key = '{\"id\":1}' WHERE key->>'id' = '2'",
               "holds what was not set aside: table \"products\", column \"qty\", key {\"id\":1}"},
        Damage{"LostNull", "DELETE FROM repot_quarantine WHERE storage_class = 'null'",
               "lacks table \"products\", column \"qty\", key {\"id\":4}: NULL"},
        Damage{"LostRowOfTwins",
               "DELETE FROM repot_quarantine WHERE position = (SELECT min(position) FROM "
               "repot_quarantine WHERE \"table\" = 'nameless')",
               "lacks table \"nameless\", column \"code\""},
        Damage{"DoubledValue",
               "INSERT INTO repot_quarantine SELECT run, 99, \"table\", key, \"column\", "
               "storage_class, "
               "bytes, reason FROM repot_quarantine WHERE key->>'id' = '2'",
               "holds 8 values, but 7 were to be set aside"},
        Damage{"Lost", "DROP TABLE repot_quarantine",
               "the quarantine \"repot_quarantine\" is missing"}),
    [](const auto& parameter) { return std::string(parameter.param.name); });

TEST_F(RunTest, MoreLostValuesThanAreNamedAreCounted) {
  source(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v INT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
      "SELECT i + 1 FROM n WHERE i < 50) INSERT INTO t SELECT i, 'v' || i FROM n; INSERT INTO "
      "t(v) VALUES (1)");
  ASSERT_TRUE(migrateSurely(settingAside()).verified());
  target_.query("DELETE FROM repot_quarantine");
  const std::string text = reportToText(verifyAll(settingAside()));
  EXPECT_NE(text.find("holds 0 values, but 50"), std::string::npos) << text;
  EXPECT_NE(text.find("and perhaps more"), std::string::npos) << text;
}

}  // namespace
}  // namespace repot::migrate
