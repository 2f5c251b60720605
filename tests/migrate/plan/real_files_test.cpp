// Real databases of real applications: each is planned, twice the same, or refused with reasons.
#include "fixture.hpp"

#include <repot/sqlite/bulk.hpp>

#include <engine/plan_json.hpp>
#include <engine/planner.hpp>

#include <algorithm>
#include <cstdlib>

namespace repot::migrate::test {
namespace {

std::filesystem::path sharedDatabases() {
  const char* configured = std::getenv("REPOT_SHARED_DBS");
  return configured != nullptr ? configured : REPOT_DEFAULT_SHARED_DBS;
}

std::string planJsonOf(const std::string& path) {
  sqlite::SqliteSource source = sqlite::SqliteSource::open(path);
  return planToJson(makePlan(source, {}));
}

TEST(RealFiles, are_planned_the_same_twice) {
  const std::filesystem::path folder = sharedDatabases();
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "no databases in " << folder;
  const TemporaryDirectory directory;
  int planned = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".db" && extension != ".sqlite" && extension != ".sqlite3") continue;
    // A copy, as reading a database in WAL mode leaves files beside it.
    const std::string copy = directory.file(entry.path().filename().string());
    std::filesystem::copy_file(entry.path(), copy);
    const std::string first = planJsonOf(copy);
    EXPECT_EQ(planJsonOf(copy), first) << entry.path();
    EXPECT_EQ(planToJson(planFromJson(first)), first) << entry.path();
    for (const Finding& finding : planFromJson(first).findings) {
      EXPECT_FALSE(finding.message.empty()) << entry.path();
      const bool refused = finding.level == Finding::Level::refused;
      EXPECT_TRUE(!refused || !finding.advice.empty()) << finding.code;
    }
    ++planned;
  }
  EXPECT_GT(planned, 0);
}

}  // namespace
}  // namespace repot::migrate::test
