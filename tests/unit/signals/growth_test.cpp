// The limits of the growth signals, at and around each, and the trend of the size.
#include <repot/growth.hpp>

#include <gtest/gtest.h>

#include <set>

namespace repot {
namespace {

using Level = GrowthSignal::Level;
using namespace std::chrono_literals;

const std::chrono::sys_seconds now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};

StorageFigures ofPages(std::int64_t pages, std::int64_t freePages = 0) {
  return {pages, freePages, 1000, 0};
}

GrowthSignal signalOf(const std::string& name, const StorageFigures& storage,
                      const std::vector<GrowthSample>& history = {},
                      const GrowthSettings& settings = {}) {
  for (const GrowthSignal& signal : growthSignals(storage, history, settings, now)) {
    if (signal.name == name) return signal;
  }
  ADD_FAILURE() << "no signal is called " << name;
  return {};
}

Level levelOf(const std::string& name, const GrowthSettings& settings) {
  return signalOf(name, {}, {}, settings).level;
}

/// `writes` of an hour, of which some waited so long.
GrowthSample waits(std::chrono::sys_seconds start, std::uint64_t writes, std::uint64_t waited,
                   std::chrono::microseconds wait) {
  GrowthSample sample;
  sample.start = start;
  sample.length = 3600s;
  sample.work.writes = writes;
  sample.work.lockWaits.counts.front() = writes - waited;
  for (std::size_t i = 0; i < DurationCounts::bounds.size(); ++i) {
    if (wait.count() > DurationCounts::bounds[i]) continue;
    sample.work.lockWaits.counts[i] += waited;
    break;
  }
  return sample;
}

TEST(GrowthSignals, SizeCountsFromEightHundredMegabytes) {
  EXPECT_EQ(signalOf("size", ofPages(799'999)).level, Level::none);
  EXPECT_EQ(signalOf("size", ofPages(800'000)).level, Level::prepare);
  EXPECT_EQ(signalOf("size", ofPages(999'999)).level, Level::prepare);
  EXPECT_EQ(signalOf("size", ofPages(1'000'000)).level, Level::act);
}

TEST(GrowthSignals, FreePagesAreNoReasonToMove) {
  EXPECT_EQ(signalOf("size", ofPages(1'200'000, 500'000)).level, Level::none);
}

TEST(GrowthSignals, DeclaredNeedsCount) {
  const auto with = [](double GrowthSettings::*member, double value) {
    GrowthSettings settings;
    settings.*member = value;
    return settings;
  };
  EXPECT_EQ(levelOf("users", with(&GrowthSettings::users, 5)), Level::none);
  EXPECT_EQ(levelOf("users", with(&GrowthSettings::users, 6)), Level::prepare);
  EXPECT_EQ(levelOf("users", with(&GrowthSettings::users, 10)), Level::prepare);
  EXPECT_EQ(levelOf("users", with(&GrowthSettings::users, 11)), Level::act);
  EXPECT_EQ(levelOf("regions", with(&GrowthSettings::regions, 2)), Level::act);
  EXPECT_EQ(levelOf("replicas", with(&GrowthSettings::replicas, 1)), Level::act);
  EXPECT_EQ(highestLevel(growthSignals({}, {}, {}, now)), Level::none);
  EXPECT_EQ(highestLevel(growthSignals({}, {}, with(&GrowthSettings::replicas, 1), now)),
            Level::act);
}

TEST(GrowthSignals, LockWaitsCountWhereFiveOfAHundredWritesWait) {
  const StorageFigures small = ofPages(1);
  EXPECT_EQ(signalOf("lock-waits", small, {waits(now - 2h, 1000, 40, 5s)}).level, Level::none);
  EXPECT_EQ(signalOf("lock-waits", small, {waits(now - 2h, 1000, 100, 50ms)}).level, Level::none);
  EXPECT_EQ(signalOf("lock-waits", small, {waits(now - 2h, 1000, 100, 250ms)}).level,
            Level::prepare);
  EXPECT_EQ(signalOf("lock-waits", small, {waits(now - 2h, 1000, 100, 2500ms)}).level, Level::act);
  // A handful of writes is chance; what was two days ago is over.
  EXPECT_EQ(signalOf("lock-waits", small, {waits(now - 2h, 99, 99, 5s)}).level, Level::none);
  EXPECT_EQ(signalOf("lock-waits", small, {waits(now - 48h, 1000, 999, 5s)}).level, Level::none);
  GrowthSettings longer;
  longer.lookback = 72;
  EXPECT_EQ(signalOf("lock-waits", small, {waits(now - 48h, 1000, 999, 5s)}, longer).level,
            Level::act);
}

TEST(GrowthSignals, LockWaitsAreComparedWithThePeriodBefore) {
  const auto signal = signalOf("lock-waits", ofPages(1),
                               {waits(now - 30h, 1000, 100, 50ms), waits(now - 2h, 1000, 100, 2s)});
  EXPECT_NE(signal.trend.find("rising"), std::string::npos) << signal.trend;
  EXPECT_NE(signal.evidence.find("100 of 1000 writes waited"), std::string::npos)
      << signal.evidence;
}

TEST(GrowthSignals, BusyErrorsCountByTheHour) {
  const auto errors = [](std::uint64_t count, std::chrono::seconds ago) {
    GrowthSample sample;
    sample.start = now - ago;
    sample.length = 60s;
    sample.work.busyErrors = count;
    return signalOf("busy-errors", ofPages(1), {sample}).level;
  };
  EXPECT_EQ(errors(0, 10h), Level::none);
  EXPECT_EQ(errors(9, 10h), Level::none);
  EXPECT_EQ(errors(10, 10h), Level::prepare);
  EXPECT_EQ(errors(99, 10h), Level::prepare);
  EXPECT_EQ(errors(100, 10h), Level::act);
  EXPECT_EQ(errors(9, 1min), Level::prepare) << "nine in a minute are not 540 an hour";
}

TEST(GrowthSignals, CountedUsersAreThoseOfTheBusiestMoment) {
  GrowthSample quiet, busy;
  quiet.start = now - 1h;
  quiet.users = 2;
  busy.start = now - 3h;
  busy.users = 11;
  const GrowthSignal signal = signalOf("users", ofPages(1), {busy, quiet});
  EXPECT_EQ(signal.level, Level::act);
  EXPECT_EQ(signal.value, 11);
  EXPECT_NE(signal.evidence.find("2026-02-28T21:00:00Z"), std::string::npos) << signal.evidence;
}

std::vector<GrowthSample> growing(int days, std::int64_t pagesADay) {
  std::vector<GrowthSample> history;
  for (int day = 0; day < days; ++day) {
    GrowthSample sample;
    sample.start = now - std::chrono::days(days - day);
    sample.length = std::chrono::days(1);
    sample.storage = ofPages(100'000 + day * pagesADay);
    history.push_back(sample);
  }
  return history;
}

TEST(GrowthTrend, ForecastsTheDayOfTheLimit) {
  const auto history = growing(30, 10'000);
  const GrowthSignal signal = signalOf("size", ofPages(400'000), history);
  ASSERT_TRUE(signal.perDay);
  EXPECT_NEAR(*signal.perDay, 10e6, 1);
  ASSERT_TRUE(signal.actAt);
  EXPECT_EQ(*signal.actAt, now + std::chrono::days(60));
  EXPECT_NE(signal.trend.find("1.00 GB on 2026-04-30"), std::string::npos) << signal.trend;
}

TEST(GrowthTrend, AnImportOrAVacuumDoesNotThrowItOff) {
  auto history = growing(31, 10'000);
  history[10].storage.pages *= 5;
  history[20].storage.pages /= 10;
  EXPECT_NEAR(*sizeTrend(history), 10e6, 1e5);
}

TEST(GrowthTrend, IsNotGuessedFromMinutes) {
  GrowthSample first, second;
  first.start = now - 1h;
  second.start = now;
  first.storage = ofPages(1);
  second.storage = ofPages(2);
  EXPECT_FALSE(sizeTrend({first, second}));
  EXPECT_FALSE(sizeTrend({}));
}

TEST(GrowthTrend, NoForecastWhereItShrinks) {
  const GrowthSignal signal = signalOf("size", ofPages(50'000), growing(5, -1'000));
  EXPECT_FALSE(signal.actAt);
  EXPECT_NE(signal.trend.find("shrinks"), std::string::npos) << signal.trend;
}

TEST(GrowthSettings, ALowLimitToActIsOneToPrepareToo) {
  GrowthSettings settings;
  settings.sizeAct = 5000;
  EXPECT_EQ(signalOf("size", ofPages(4), {}, settings).level, Level::none);
  EXPECT_EQ(signalOf("size", ofPages(5), {}, settings).level, Level::act);
}

TEST(GrowthSettings, EveryFieldHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const GrowthField& field : growthFields())
    names.insert(field.name);
  EXPECT_EQ(names.size(), growthFields().size());
  EXPECT_EQ(sizeof(GrowthSettings), growthFields().size() * sizeof(double)) << "a field is missing";
}

}  // namespace
}  // namespace repot
