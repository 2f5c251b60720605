// Metrics of a running application: histograms of statements and waits, errors, active users and
// slow statements, gathered by an observer that costs next to nothing. prometheus.hpp gives them
// out.
#pragma once

#include <repot/observer.hpp>
#include <repot/work_counts.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace repot {

class Connection;

/// Counts durations. Thread-safe, without locks.
class DurationHistogram {
 public:
  /// Counts one; and what was counted so far.
  void add(std::chrono::microseconds duration) noexcept;
  DurationCounts counts() const noexcept;

 private:
  std::array<std::atomic<std::uint64_t>, DurationCounts::bounds.size() + 1> counts_{};
  std::atomic<std::int64_t> sum_{0};
};

/// A statement that was slow, with all its executions that were.
struct SlowStatement {
  std::string sql;  ///< As it ran, with placeholders.
  std::uint64_t count = 0;
  std::chrono::microseconds total{}, longest{};
  std::int64_t rows = 0;          ///< Of all of them.
  std::vector<std::string> plan;  ///< A line per step; empty until explain().

  /// `sql` with every literal replaced by a question mark.
  std::string redacted() const;
};

/// What Metrics watch, and how much they keep.
struct MetricsOptions {
  /// A statement that takes as long is slow. Not below 20 ms: most are measured by ticks of 4 ms.
  std::chrono::milliseconds slow{100};
  /// Different slow statements that are kept; of more the quickest are forgotten.
  std::size_t slowKept = 50;
  /// How long a user counts as active after a unit of work.
  std::chrono::seconds usersWindow{300};
};

/// Set it as DatabaseOptions::observer. Thread-safe. Its memory is bounded: about 100 kB, and the
/// slow statements.
class Metrics : public Observer {
 public:
  /// Counts nothing until it is the observer of a database.
  explicit Metrics(MetricsOptions options = {});

  /// Since this was made.
  WorkCounts counts() const noexcept;

  /// Users of units of work within `window` before `now`; up to `userCapacity` of them.
  std::size_t activeUsers(std::chrono::steady_clock::time_point now) const;
  std::size_t activeUsers() const { return activeUsers(std::chrono::steady_clock::now()); }
  static constexpr std::size_t userCapacity = 4096;
  struct SeenUser {
    std::uint64_t hash = 0;  ///< The name itself is not kept.
    std::chrono::steady_clock::time_point seen;
  };
  /// Those seen at `since` or later.
  std::vector<SeenUser> usersSince(std::chrono::steady_clock::time_point since) const;

  /// The slowest in all first.
  std::vector<SlowStatement> slowStatements() const;
  /// Asks `connection`, which must be outside of a unit of work, how those run whose plan is not
  /// known yet. Not for the threads that do the work.
  void explain(Connection& connection);

  /// As they were given.
  const MetricsOptions& options() const noexcept { return options_; }

  bool wantsPool() const noexcept override { return false; }
  unsigned sampling() const noexcept override { return 16; }
  std::shared_ptr<Tally> tally() override;
  void onStatement(const StatementEvent& event) noexcept override;
  void onUnit(const UnitEvent& event) noexcept override;
  void onRetry(const RetryEvent& event) noexcept override;

 private:
  struct User {
    std::atomic<std::uint64_t> hash{0};
    std::atomic<std::int64_t> seen{0};  ///< Of the steady clock, in its own ticks.
  };
  void noteUser(std::string_view user, std::chrono::steady_clock::time_point now) noexcept;
  void noteSlow(const StatementEvent& event);

  const MetricsOptions options_;
  std::atomic<std::uint64_t> statements_{0}, statementErrors_{0}, busyErrors_{0};
  std::atomic<std::uint64_t> rollbacks_{0}, notBegun_{0}, retries_{0};
  DurationHistogram statementTimes_, lockWaits_, readWaits_;
  const std::unique_ptr<std::array<User, userCapacity>> users_;
  mutable std::mutex talliesMutex_;
  std::vector<std::shared_ptr<Tally>> tallies_;  ///< Of the connections.
  mutable std::mutex slowMutex_;
  std::vector<SlowStatement> slow_;
};

/// `sql` with every literal – numbers, strings, blobs – replaced by a question mark, comments left
/// out and blanks made one; cut behind `limit` bytes.
std::string redactSql(std::string_view sql, std::size_t limit = 2000);

}  // namespace repot
