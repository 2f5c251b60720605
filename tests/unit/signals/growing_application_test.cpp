// An application that grows out of SQLite on a clock of its own: each signal alone turns the
// verdict from stay to prepare to move, at its limit and not before.
#include "engine/signals/assess.hpp"
#include "support/test_database.hpp"

#include <repot/backends.hpp>
#include <repot/error.hpp>
#include <repot/growth_monitor.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <map>

namespace repot {
namespace {

using Level = GrowthSignal::Level;
using namespace std::chrono_literals;

class GrowingApplication : public testing::Test {
 protected:
  void SetUp() override {
    registerBackends();
    settings_.sizePrepare = 80'000;
    settings_.sizeAct = 100'000;
    open();
    database_->write([](UnitOfWork& unit) { unit.execute("CREATE TABLE t(a BLOB)"); });
  }

  /// The application starts, now or again.
  void open() {
    monitor_.reset();
    metrics_ = std::make_shared<Metrics>();
    DatabaseOptions options;
    options.observer = metrics_;
    database_ = Database::open(DatabaseUrl::fromSqlitePath(folder_.file("app.db")), options);
    GrowthOptions growth;
    growth.settings = settings_;
    growth.interval = 0ms;
    growth.now = [this] { return now_; };
    growth.onReached = [this](const GrowthSignal& signal) {
      told_[signal.name] = signal.level;
      ++calls_;
      throw std::runtime_error("the application's own affair");
    };
    monitor_ = std::make_unique<GrowthMonitor>(*database_, metrics_, std::move(growth));
  }

  /// Time passes, the application works; returns the verdict of an operator's `repot assess`.
  Level verdictAfter(std::chrono::seconds time, const std::function<void()>& work) {
    now_ += time;
    work();
    EXPECT_TRUE(monitor_->update()) << monitor_->lastError();
    migrate::AssessOptions options;
    options.now = std::chrono::floor<std::chrono::seconds>(now_);
    assessment_ = migrate::assess(folder_.file("app.db"), options);
    EXPECT_EQ(assessment_.historyNote, "");
    EXPECT_EQ(highestLevel(monitor_->signals()), assessment_.verdict())
        << "the application and its operator are told the same";
    return assessment_.verdict();
  }

  /// All but this signal are where they were.
  void expectAlone(const std::string& name) {
    for (const GrowthSignal& signal : assessment_.signals)
      EXPECT_EQ(signal.level != Level::none, signal.name == name) << signal.name;
    EXPECT_EQ(told_.size(), 1U);
    EXPECT_EQ(told_[name], assessment_.verdict());
  }

  void write(const std::string& user = {}) {
    UnitOptions options;
    options.user = user;
    database_->write([](UnitOfWork& unit) { unit.execute("INSERT INTO t VALUES (zeroblob(10))"); },
                     options);
  }
  void waitFor(std::chrono::microseconds wait, int writes) {
    UnitEvent event;
    event.writes = true;
    event.outcome = UnitEvent::Outcome::committed;
    event.lockWait = wait;
    for (int i = 0; i < writes; ++i)
      metrics_->onUnit(event);
  }

  test::ScratchFolder folder_;
  GrowthSettings settings_;
  std::chrono::system_clock::time_point now_{
      std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
  std::shared_ptr<Metrics> metrics_;
  std::optional<Database> database_;
  std::unique_ptr<GrowthMonitor> monitor_;
  migrate::Assessment assessment_;
  std::map<std::string, Level> told_;
  int calls_ = 0;
};

TEST_F(GrowingApplication, BySize) {
  const auto grow = [&](int kilobytes) {
    database_->write([&](UnitOfWork& unit) {
      unit.execute("INSERT INTO t VALUES (zeroblob($1))", {std::int64_t{kilobytes} * 1000});
    });
  };
  std::map<Level, int> days;
  Level before = Level::none;
  for (int day = 0; day < 40 && before != Level::act; ++day) {
    const Level verdict = verdictAfter(24h, [&] { grow(4); });
    const double used = static_cast<double>(assessment_.storage.usedBytes());
    EXPECT_EQ(verdict, used >= 100'000  ? Level::act
                       : used >= 80'000 ? Level::prepare
                                        : Level::none);
    EXPECT_GE(verdict, before) << "it only grows";
    ++days[before = verdict];
    if (day == 10) {
      ASSERT_TRUE(assessment_.signals.front().actAt);
      const auto forecast = *assessment_.signals.front().actAt;
      EXPECT_NEAR(std::chrono::duration<double>(forecast - now_).count() / 86'400, 12, 3);
    }
    if (day % 7 == 6) open();
  }
  EXPECT_GT(days[Level::none], 10);
  EXPECT_GT(days[Level::prepare], 2);
  EXPECT_EQ(days[Level::act], 1);
  expectAlone("size");
}

TEST_F(GrowingApplication, ByLockWaits) {
  EXPECT_EQ(verdictAfter(1h, [&] { waitFor(0us, 1000); }), Level::none);
  EXPECT_EQ(verdictAfter(1h, [&] { waitFor(200ms, 40); }), Level::none) << "4 % are not 5 %";
  EXPECT_EQ(verdictAfter(1h, [&] { waitFor(200ms, 60); }), Level::prepare);
  expectAlone("lock-waits");
  EXPECT_EQ(verdictAfter(1h, [&] { waitFor(4s, 200); }), Level::act);
  expectAlone("lock-waits");
  EXPECT_EQ(calls_, 2);
  EXPECT_EQ(verdictAfter(48h, [&] { waitFor(0us, 1000); }), Level::none) << "it is over";
}

TEST_F(GrowingApplication, ByBusyErrors) {
  const Error busy(ErrorKind::busy, "database is locked");
  const auto fail = [&](int times) {
    UnitEvent event;
    event.writes = true;
    event.outcome = UnitEvent::Outcome::notBegun;
    event.error = &busy;
    for (int i = 0; i < times; ++i)
      metrics_->onUnit(event);
  };
  EXPECT_EQ(verdictAfter(1h, [&] { write(); }), Level::none);
  EXPECT_EQ(verdictAfter(9h, [&] { fail(8); }), Level::none);
  EXPECT_EQ(verdictAfter(1min, [&] { fail(2); }), Level::prepare) << "10 in 9 hours";
  expectAlone("busy-errors");
  EXPECT_EQ(verdictAfter(1h, [&] { fail(95); }), Level::act);
  expectAlone("busy-errors");
}

TEST_F(GrowingApplication, ByUsers) {
  const auto work = [&](int users) {
    for (int user = 0; user < users; ++user)
      write("user " + std::to_string(user));
  };
  EXPECT_EQ(verdictAfter(1h, [&] { work(5); }), Level::none);
  EXPECT_EQ(verdictAfter(1h, [&] { work(5); }), Level::none) << "the same five";
  EXPECT_EQ(verdictAfter(1h, [&] { work(6); }), Level::prepare);
  expectAlone("users");
  EXPECT_EQ(verdictAfter(1h, [&] { work(10); }), Level::prepare);
  EXPECT_EQ(verdictAfter(1h, [&] { work(11); }), Level::act);
  expectAlone("users");
  EXPECT_EQ(verdictAfter(25h, [&] { work(3); }), Level::none);
}

TEST_F(GrowingApplication, ByRegionsAndReplicas) {
  EXPECT_EQ(verdictAfter(1h, [&] { write(); }), Level::none);
  settings_.regions = 2;
  open();
  EXPECT_EQ(verdictAfter(1h, [&] { write(); }), Level::act);
  expectAlone("regions");
  settings_ = {.replicas = 1};
  told_.clear();
  open();
  EXPECT_EQ(verdictAfter(1h, [&] { write(); }), Level::act);
  expectAlone("replicas");
}

}  // namespace
}  // namespace repot
