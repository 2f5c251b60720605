// Random migrations with random rows: up and up, down and down, nothing is lost but what a
// migration says that it loses.
#include "migrations_fixture.hpp"

namespace repot::test {
namespace {

INSTANTIATE_TEST_SUITE_P(Backends, RandomMigrations, testing::Values("sqlite", "postgresql"),
                         [](const auto& parameter) { return std::string(parameter.param); });

TEST_P(RandomMigrations, KeepEveryRowUpAndDown) {
  for (int seed = 1; seed <= repetitions(5); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(static_cast<unsigned>(seed));
    startAnew(static_cast<unsigned>(seed), 12);
    std::vector<schema::Schema> schemas;
    for (const RandomMigration& one : random_) {
      SCOPED_TRACE("up " + one.migration.id + ": " + one.text);
      schemas.push_back(live());
      ASSERT_NO_THROW(migrator().upgrade("+1"));
      one.up(model_);
      expectRows("after it");
      addRows(random);
    }
    for (auto one = random_.rbegin(); one != random_.rend(); ++one) {
      SCOPED_TRACE("down " + one->migration.id + ": " + one->text);
      ASSERT_NO_THROW(migrator().downgrade("-1"));
      one->down(model_);
      expectRows("after it");
      EXPECT_EQ(differences(schemas.back(), live()), "");
      schemas.pop_back();
    }
    ASSERT_NO_THROW(migrator().upgrade());
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace repot::test
