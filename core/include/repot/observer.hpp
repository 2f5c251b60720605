// What an application can watch: statements, units of work, the pool. One interface, so that logs,
// metrics and growth signals hang on the same hooks.
#pragma once

#include <repot/error.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace repot {

/// One execution of a statement, after its end.
struct StatementEvent {
  std::string_view sql;                  ///< With placeholders; values are never told.
  std::chrono::microseconds duration{};  ///< Inside the database, without the caller's own time.
  std::int64_t rows = 0;                 ///< Rows read.
  const Error* error = nullptr;          ///< Why it failed, or nullptr.
  bool exact = true;  ///< False: measured by a clock that ticks every few ms; see sampling().
};

/// One run of a unit of work, after its end.
struct UnitEvent {
  enum class Outcome {
    committed,
    rolledBack,
    unknown,
    notBegun,  ///< It got no lock, or no connection that works; nothing of it ran.
  };
  bool writes = false;
  Outcome outcome = Outcome::rolledBack;
  std::chrono::microseconds duration{};  ///< From the begin to the end, without waiting.
  std::chrono::microseconds poolWait{};  ///< For a connection (and SQLite's writer queue).
  std::chrono::microseconds lockWait{};  ///< For other processes' lock of an SQLite file.
  std::string_view user;                 ///< UnitOptions::user.
  const Error* error = nullptr;          ///< Why it was not begun, or nullptr.
  /// When it ended; unset where there is neither a user nor an exact measuring.
  std::chrono::steady_clock::time_point end{};
};

/// A unit of work is about to run again.
struct RetryEvent {
  int attempt = 1;  ///< The run that failed.
  std::chrono::milliseconds pause{};
  const Error* error = nullptr;
};

/// Something that happened to a connection of the pool.
struct PoolEvent {
  enum class Kind { opened, closed, taken, returned, timedOut, failedCheck };
  Kind kind = Kind::taken;
  bool writer = false;  ///< Of SQLite's two queues; PostgreSQL's one counts as the writer's.
  std::chrono::microseconds waited{};
  std::size_t inUse = 0, idle = 0, waiting = 0;
};

/// What ran on one connection and is not worth an event. Only that connection adds to it, so that
/// no two threads ever write to the same; anyone may read.
struct alignas(64) Tally {  // A cache line of its own.
  explicit Tally(std::chrono::microseconds quick) : below(quick) {}
  /// Statements that take less, succeed and are not measured exactly are counted here.
  const std::chrono::microseconds below;
  std::atomic<std::uint64_t> statements{0};
  /// Units of work that committed, did not wait and were nobody's.
  std::atomic<std::uint64_t> reads{0}, writes{0};

  /// Cheaper than an atomic addition, as nobody else adds.
  static void add(std::atomic<std::uint64_t>& counter) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
};

/// Derive from it and set DatabaseOptions::observer. Called by the threads that do the work,
/// several at once: it must be thread-safe and quick, must not throw, and must not use the
/// database.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Whether onPool() is of any use to it. Asked once, when the database is opened.
  virtual bool wantsPool() const noexcept { return true; }
  /// Of how many statements one is measured to the microsecond, and units of work to what is in
  /// their events. The others are measured by a clock that is four times cheaper and ticks every
  /// few milliseconds, which still finds whatever is slow. Asked once, when the database is opened.
  virtual unsigned sampling() const noexcept { return 1; }
  /// Where what is quick and ordinary is counted, in place of being told one by one; null: all is
  /// told. Asked for each connection that is opened, which shares it for as long as it is open.
  virtual std::shared_ptr<Tally> tally() { return nullptr; }
  virtual void onStatement(const StatementEvent&) noexcept {}
  virtual void onUnit(const UnitEvent&) noexcept {}
  virtual void onRetry(const RetryEvent&) noexcept {}
  virtual void onPool(const PoolEvent&) noexcept {}
};

/// Gives a line for every statement slower than `threshold` to `log`; zero is an echo of them all.
/// `log` must be thread-safe.
class StatementLog : public Observer {
 public:
  /// One line for each statement that took longer.
  StatementLog(std::chrono::microseconds threshold, std::function<void(std::string_view)> log);
  void onStatement(const StatementEvent& event) noexcept override;

 private:
  const std::chrono::microseconds threshold_;
  const std::function<void(std::string_view)> log_;
};

/// Gives a line for every event of the pool to `log`, which must be thread-safe.
class PoolLog : public Observer {
 public:
  /// One line for each event.
  explicit PoolLog(std::function<void(std::string_view)> log);
  void onPool(const PoolEvent& event) noexcept override;

 private:
  const std::function<void(std::string_view)> log_;
};

/// Several observers as one: each is told everything that any of them wants.
class Observers : public Observer {
 public:
  /// In the order in which they are told.
  explicit Observers(std::vector<std::shared_ptr<Observer>> observers)
      : observers_(std::move(observers)) {}
  bool wantsPool() const noexcept override;
  unsigned sampling() const noexcept override;  ///< The least of theirs.
  void onStatement(const StatementEvent& event) noexcept override;
  void onUnit(const UnitEvent& event) noexcept override;
  void onRetry(const RetryEvent& event) noexcept override;
  void onPool(const PoolEvent& event) noexcept override;

 private:
  const std::vector<std::shared_ptr<Observer>> observers_;
};

/// Counters since open(), and the pool as it is.
struct DatabaseStatistics {
  std::uint64_t commits = 0;
  std::uint64_t rollbacks = 0;
  std::uint64_t retries = 0;
  std::uint64_t connectionsOpened = 0;
  std::uint64_t connectionsClosed = 0;
  std::uint64_t failedChecks = 0;  ///< Connections that were found dead before use.
  std::uint64_t waits = 0;         ///< Units that had to wait for a connection.
  std::uint64_t timeouts = 0;      ///< Units that waited in vain.
  std::chrono::microseconds longestWait{};
  std::size_t inUse = 0, idle = 0, waiting = 0;
};

}  // namespace repot
