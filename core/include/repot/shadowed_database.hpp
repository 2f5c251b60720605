// A database whose reads are tried on a second one, too: before an application moves, what it would
// be answered there.
#pragma once

#include <repot/database.hpp>

#include <atomic>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace repot {

/// What came of a read that ran on both.
struct ShadowedRead {
  std::string_view name;         ///< As the caller named it; valid during the call.
  bool equal = false;            ///< Both gave the same result.
  std::optional<Error> failure;  ///< Of the second.
  std::chrono::nanoseconds time{0};
  std::chrono::nanoseconds shadowTime{0};
};

/// Which reads run on both, and who is told.
struct ShadowOptions {
  /// Every how many-th read runs on both; each costs its caller the time of two.
  std::uint64_t every = 1;
  /// Called after each of them, by the thread that reads. Must not throw.
  std::function<void(const ShadowedRead&)> told = {};
};

/// Reads and writes on `database`; of reads, some on `shadow` as well, and only to be compared.
/// What goes wrong there is told, and never the caller's. Copies share both. Thread-safe.
///
/// The two are compared at two moments: where others write, or the shadow lags behind, differences
/// are to be expected. Results are compared by ==, so let reads give rows in an order.
class ShadowedDatabase {
 public:
  /// Both are open; `shadow` is only read.
  ShadowedDatabase(Database database, Database shadow, ShadowOptions options)
      : database_(std::move(database)),
        shadow_(std::move(shadow)),
        options_(std::make_shared<const ShadowOptions>(std::move(options))),
        reads_(std::make_shared<std::atomic<std::uint64_t>>(0)) {}

  /// As Database::write(); on `database` alone.
  template <typename Work>
  auto write(Work&& work, const UnitOptions& options = {}) {
    return database_.write(std::forward<Work>(work), options);
  }

  /// As Database::read(). `work` may run twice: it must only read, and return all that it found.
  template <typename Work>
  requires std::equality_comparable<std::invoke_result_t<Work&, UnitOfWork&>>
  auto read(Work&& work, std::string_view name = {}, const UnitOptions& options = {}) {
    using Clock = std::chrono::steady_clock;
    const auto begun = Clock::now();
    auto result = database_.read(work, options);
    const std::uint64_t every = options_->every;
    if (every == 0 || reads_->fetch_add(1, std::memory_order_relaxed) % every != 0) return result;
    ShadowedRead both{name, false, std::nullopt, Clock::now() - begun, {}};
    const auto second = Clock::now();
    try {
      both.equal = shadow_.read(work, options) == result;
    } catch (const Error& error) {
      both.failure = error;
    }
    both.shadowTime = Clock::now() - second;
    if (options_->told) options_->told(both);
    return result;
  }

  /// What the application reads from and writes to.
  Database database() const { return database_; }
  /// What it is compared with.
  Database shadow() const { return shadow_; }

 private:
  Database database_;
  Database shadow_;
  std::shared_ptr<const ShadowOptions> options_;
  std::shared_ptr<std::atomic<std::uint64_t>> reads_;
};

}  // namespace repot
