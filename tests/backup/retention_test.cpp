// The rule by which backups are kept, over years of them.
#include <repot/backup.hpp>

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace repot {
namespace {

using namespace std::chrono;
using Time = system_clock::time_point;

/// The rule said another way: by the calendar's own words, one backup at a time.
std::set<Time> expected(const std::vector<BackupMoment>& backups, const BackupRetention& rule,
                        Time now) {
  std::set<Time> kept;
  std::map<Time, bool, std::greater<>> newestFirst;
  for (const BackupMoment& one : backups)
    newestFirst[one.takenAt] = one.sound;
  const auto pick = [&](int most, auto name) {
    std::set<decltype(name(Time()))> seen;
    for (const auto& [time, sound] : newestFirst) {
      if (!sound || time > now || seen.contains(name(time))) continue;
      if (static_cast<int>(seen.size()) == most) break;
      seen.insert(name(time));
      kept.insert(time);
    }
  };
  pick(rule.daily, [](Time t) { return floor<days>(t); });
  pick(rule.weekly, [](Time t) {
    const sys_days day = floor<days>(t);
    return day - (weekday(day) - Monday);  // The week's first day.
  });
  pick(rule.monthly, [](Time t) {
    const year_month_day date(floor<days>(t));
    return std::pair(int(date.year()), unsigned(date.month()));
  });
  pick(1, [](Time) { return 0; });
  bool sounder = false;
  for (const auto& [time, sound] : newestFirst) {
    if (time > now || (!sound && !sounder)) kept.insert(time);
    sounder = sounder || (sound && time <= now);
  }
  return kept;
}

std::set<Time> keptOf(const std::vector<BackupMoment>& backups, const BackupRetention& rule,
                      Time now) {
  const std::vector<bool> kept = keptBackups(backups, rule, now);
  std::set<Time> times;
  for (std::size_t i = 0; i < backups.size(); ++i)
    if (kept[i]) times.insert(backups[i].takenAt);
  return times;
}

constexpr Time start = sys_days(year(2022) / 1 / 3) + 23h + 30min;  // A Monday.

TEST(Retention, threeYearsOfDaysLeaveSevenDaysFourWeeksAndTwelveMonths) {
  std::vector<BackupMoment> backups;
  for (int day = 0; day < 3 * 365; ++day) {
    const Time now = start + days(day);
    backups.push_back({now, true});
    const std::set<Time> kept = keptOf(backups, {}, now);
    ASSERT_EQ(kept, expected(backups, {}, now)) << "on day " << day;
    // As a folder would: what is not kept is gone for good.
    std::erase_if(backups, [&](const BackupMoment& one) { return !kept.contains(one.takenAt); });
    if (day < 7) {
      ASSERT_EQ(kept.size(), static_cast<std::size_t>(day) + 1);
    }
  }
  const Time last = start + days(3 * 365 - 1);  // The first of January 2025, a Wednesday.
  const std::set<Time> kept = keptOf(backups, {}, last);
  for (int day = 0; day < 7; ++day)
    EXPECT_TRUE(kept.contains(last - days(day))) << day;
  // Sundays of the three weeks before this one; the last days of the eleven months before this.
  for (int week = 0; week < 3; ++week)
    EXPECT_TRUE(kept.contains(last - days(3 + 7 * week))) << week;
  for (int month = 0; month < 11; ++month) {
    const year_month_day_last end = (year(2025) / January - months(month + 1)) / std::chrono::last;
    EXPECT_TRUE(kept.contains(Time(sys_days(end)) + 23h + 30min)) << month;
  }
  EXPECT_EQ(kept.size(), 7U + 3U - 1U + 11U - 1U);  // 31 December and 29 December count twice.
}

TEST(Retention, pauseCostsNothing) {
  std::vector<BackupMoment> backups;
  for (int day = 0; day < 10; ++day)
    backups.push_back({start + days(day), true});
  const std::set<Time> before = keptOf(backups, {}, start + days(10));
  EXPECT_EQ(keptOf(backups, {}, start + days(400)), before);
}

TEST(Retention, randomFoldersAreAsTheCalendarSays) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    std::mt19937 random(seed);
    const auto upTo = [&](int most) { return static_cast<int>(random() % (unsigned(most) + 1)); };
    const BackupRetention rule{upTo(9), upTo(6), upTo(14)};
    std::vector<BackupMoment> backups;
    Time now = start + hours(upTo(10'000));
    for (int i = upTo(200); i > 0; --i) {
      // Missed days, several a day, clocks that jump ahead or back.
      now += upTo(20) == 0 ? hours(upTo(3000)) - hours(1500) : hours(upTo(60));
      const Time at = now + seconds(i);
      backups.push_back({at, upTo(9) != 0});
    }
    std::shuffle(backups.begin(), backups.end(), random);
    const std::set<Time> kept = keptOf(backups, rule, now);
    EXPECT_EQ(kept, expected(backups, rule, now)) << "seed " << seed;
  }
}

TEST(Retention, lastSoundBackupStaysWhateverTheRule) {
  const std::vector<BackupMoment> backups{
      {start, true}, {start + days(1), true}, {start + days(2), false}, {start + days(3), false}};
  const std::set<Time> kept = keptOf(backups, {0, 0, 0}, start + days(9));
  EXPECT_EQ(kept, (std::set<Time>{start + days(1), start + days(2), start + days(3)}));
}

TEST(Retention, futureCountsForNothingAndStays) {
  const std::vector<BackupMoment> backups{{start, true}, {start + days(9000), true}};
  EXPECT_EQ(keptOf(backups, {1, 0, 0}, start + days(1)).size(), 2U);
}

}  // namespace
}  // namespace repot
