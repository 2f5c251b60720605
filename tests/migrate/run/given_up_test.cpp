// What the server could not make is known to a later verification, and nothing else is.
#include "run_fixture.hpp"

#include <algorithm>

namespace repot::migrate {
namespace {

class GivenUpTest : public RunTest {
 protected:
  void migrateWithOverflows() {
    source(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, a INT, b BOOLEAN AS (a * a > 5), CHECK (a * a > "
        "0));"
        "CREATE UNIQUE INDEX t_square ON t(a * a); CREATE UNIQUE INDEX t_next ON t(a + 1);"
        "INSERT INTO t(a) VALUES (4000000000), (2)");
    MigrateOptions options;
    options.skipUntranslatable = true;
    const Report report = migrateSurely(options);
    EXPECT_TRUE(report.verified());
    EXPECT_EQ(reported(report), (std::vector<std::string>{"t.b", "t_square"}));
  }
  static std::vector<std::string> reported(const Report& report) {
    std::vector<std::string> objects;
    for (const Finding& finding : report.findings) {
      if (finding.level == Finding::Level::reported) objects.push_back(finding.object);
    }
    std::sort(objects.begin(), objects.end());
    return objects;
  }
  std::vector<std::string> faults() { return verifyAll().verification.objectFaults; }
};

TEST_F(GivenUpTest, IsReportedAndNoDifference) {
  migrateWithOverflows();
  const Report again = verifyAll();
  EXPECT_EQ(again.verification.objectFaults, std::vector<std::string>{});
  EXPECT_TRUE(again.verified());
  EXPECT_EQ(reported(again), (std::vector<std::string>{"t.b", "t_square"}));
}

TEST_F(GivenUpTest, ExcusesNothingElse) {
  migrateWithOverflows();
  target_.query("DROP INDEX t_next");
  const auto found = faults();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("t_next"), std::string::npos) << found[0];
}

TEST_F(GivenUpTest, WithoutAMarkItIsMissing) {
  migrateWithOverflows();
  target_.query("COMMENT ON TABLE t IS 'of the application'");
  EXPECT_EQ(faults().size(), 3U);  // The index, the column and the CHECK.
}

TEST_F(GivenUpTest, MarksOfWhatWasMadeSinceHaveNoEffect) {
  source("CREATE TABLE t(a INT); CREATE UNIQUE INDEX t_next ON t(a + 1); INSERT INTO t VALUES (2)");
  migrateSurely();
  target_.query(
      R"(COMMENT ON TABLE t IS '{"repot_gave_up": [
           {"kind": "index", "name": "t_next", "reason": "once"}]}')");
  EXPECT_TRUE(reported(verifyAll()).empty());
  target_.query("DROP INDEX t_next");
  EXPECT_EQ(reported(verifyAll()), std::vector<std::string>{"t_next"});
}

}  // namespace
}  // namespace repot::migrate
