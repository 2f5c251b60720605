// The history behind the growth signals: a small SQLite file beside the database, so that writing
// it never waits for the application's lock nor the application for it. docs/formats/signals.md
// describes it.
#pragma once

#include <repot/growth.hpp>
#include <repot/url.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace repot {

/// What one process adds.
struct GrowthUpdate {
  GrowthSample sample;  ///< Its `users` is not used: users are counted over all processes.
  struct User {
    std::uint64_t hash = 0;
    std::chrono::sys_seconds seen{};
  };
  std::vector<User> users;  ///< Since the last update.
  std::chrono::seconds usersWindow{300};
  GrowthSettings settings;  ///< Kept for those who judge the history elsewhere.
};

/// What a file holds.
struct GrowthRecord {
  GrowthSettings settings;
  std::vector<GrowthSample> samples;  ///< In the order of time, of growing width backwards.
  WorkCounts totals;                  ///< Of all processes since the file was made.
  std::int64_t activeUsers = 0;       ///< When it was last written.
};

/// The file of one database, by its path. Opened for each call and closed behind it, so that a file
/// that is removed is simply made anew. Several processes may write at once. Thread-safe.
class GrowthHistory {
 public:
  static constexpr std::int64_t formatVersion = 1;
  /// Samples are a minute wide for two days, an hour for 60 days, a day for five years: about 6,200
  /// rows and 4 MB at most.
  static constexpr std::chrono::hours minutesKept{48};
  static constexpr std::chrono::days hoursKept{60};
  static constexpr std::chrono::days daysKept{5 * 366};
  static constexpr std::size_t usersKept = 10'000;

  /// Of the history's file, which need not be there yet.
  explicit GrowthHistory(std::string path) : path_(std::move(path)) {}
  /// Beside an SQLite file: `<file>-repot-signals`. Nothing for servers and memory, which have no
  /// place beside them.
  static std::optional<GrowthHistory> beside(const DatabaseUrl& url);

  /// The file, and whether it is there.
  const std::string& path() const noexcept { return path_; }
  bool exists() const;
  /// Makes the file, readable for its owner only, where there is none. Throws Error; nothing was
  /// added then.
  void add(const GrowthUpdate& update) const;
  /// Samples that end after `since`. Throws Error(notFound, permission, data, …).
  GrowthRecord read(std::chrono::sys_seconds since = {}) const;

 private:
  std::string path_;
};

}  // namespace repot
