// Several processes on one database: those that start at once, and those that are killed.
#include "migrations_fixture.hpp"
#include "process.hpp"

#include <repot/sql.hpp>

#include <algorithm>
#include <thread>

namespace repot::test {
namespace {

class MigratingProcesses : public RandomMigrations {
 protected:
  /// The schemas after 0, 1, … migrations.
  std::vector<schema::Schema> schemasOfAll() {
    std::vector<schema::Schema> schemas{live()};
    for (std::size_t i = 0; i < random_.size(); ++i) {
      migrator().upgrade("+1");
      schemas.push_back(live());
    }
    return schemas;
  }

  /// How many migrations there are; checks that the schema and the rows are exactly those.
  std::size_t expectWhole(const std::vector<schema::Schema>& schemas,
                          const std::vector<Model>& models) {
    std::size_t applied = 0;
    alone([&](UnitOfWork& work) {
      for (const auto& [count] :
           select<std::int64_t>(work, "SELECT count(*) FROM repot_migrations"))
        applied = static_cast<std::size_t>(count);
      EXPECT_EQ(differences(schemas[applied], database_->backend().schemaDialect().read(work)), "")
          << "the schema is not that of version " << applied;
      EXPECT_EQ(describe(readRows(work, models[applied])), describe(models[applied]));
    });
    return applied;
  }
};

INSTANTIATE_TEST_SUITE_P(Backends, MigratingProcesses, testing::Values("sqlite", "postgresql"),
                         [](const auto& parameter) { return std::string(parameter.param); });

TEST_P(MigratingProcesses, EightThatStartAtOnceApplyEachMigrationOnce) {
  for (int seed = 1; seed <= repetitions(2); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    startAnew(static_cast<unsigned>(seed), 6);
    std::vector<std::unique_ptr<MigrateProcess>> processes;
    for (int i = 0; i < 8; ++i) {
      processes.push_back(std::make_unique<MigrateProcess>(
          MigrateJob{url_, static_cast<unsigned>(seed), 6, true, ""},
          folder_->file("output" + std::to_string(i))));
    }
    std::vector<std::string> all;
    for (const auto& process : processes) {
      EXPECT_EQ(process->wait(), 0) << process->output();
      for (const std::string& id : process->ids())
        all.push_back(id);
    }
    std::sort(all.begin(), all.end());
    EXPECT_EQ(all, (std::vector<std::string>{"1", "2", "3", "4", "5", "6"}));
    EXPECT_TRUE(migrator().status().isClean());
    EXPECT_EQ(migrator().status().applied.size(), 6U);
  }
}

TEST_P(MigratingProcesses, AKilledOneLeavesAWholeVersion) {
  constexpr int count = 12;
  constexpr std::size_t half = count / 2;
  int killed = 0;
  int between = 0;
  for (int seed = 101; seed <= 100 + repetitions(1); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto number = static_cast<unsigned>(seed);
    std::mt19937 random(number);
    startAnew(number, count);
    const std::vector<schema::Schema> schemas = schemasOfAll();
    startAnew(number, count);
    for (std::size_t i = 0; i < half; ++i) {
      migrator().upgrade("+1");
      random_[i].up(model_);
      addRows(random);
    }
    // Upwards from here, and back again, no row comes or goes but by the migrations.
    std::vector<Model> up(half, model_);
    up.push_back(model_);
    for (std::size_t i = half; i < count; ++i) {
      random_[i].up(model_);
      up.push_back(model_);
    }
    std::vector<Model> down(up);
    for (std::size_t i = count; i > half; --i) {
      random_[i - 1].down(model_);
      down[i - 1] = model_;
    }
    std::chrono::microseconds whole = std::chrono::milliseconds(20);  // Of a whole run; grows.
    for (const bool upwards : {true, false}) {
      const std::vector<Model>& models = upwards ? up : down;
      const std::size_t goal = upwards ? count : half;
      for (std::size_t at = upwards ? half : count; at != goal;) {
        const auto start = std::chrono::steady_clock::now();
        MigrateProcess process({url_, number, count, upwards, std::to_string(goal)},
                               folder_->file("output"));
        std::this_thread::sleep_for(std::chrono::microseconds(
            std::uniform_int_distribution<long>(0, whole.count())(random)));
        process.kill();
        const int code = process.wait();
        if (code == 0) {
          whole = std::chrono::duration_cast<std::chrono::microseconds>(
              std::chrono::steady_clock::now() - start);
        } else {
          ASSERT_EQ(code, -SIGKILL) << process.output();
          ++killed;
        }
        const std::size_t before = at;
        at = expectWhole(schemas, models);
        // Killed before it had begun, on a busy machine.
        if (at == before) whole += whole / 2;
        if (at != goal && at != (upwards ? half : count)) ++between;
        if (HasFailure()) return;
      }
    }
  }
  std::printf("%s: %d processes killed, %d of them in the middle of the sequence\n", GetParam(),
              killed, between);
}

}  // namespace
}  // namespace repot::test
