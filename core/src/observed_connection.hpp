// What watches the statements of one connection for its observer.
#pragma once

#include "repot/backend.hpp"
#include "repot/observer.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace repot::detail {

/// Tells one observer, and knows which execution is measured exactly. Used by one thread at a time,
/// as its connection is.
class Teller {
 public:
  explicit Teller(std::shared_ptr<Observer> observer);
  /// At random, as statements come in patterns; by a generator that costs next to nothing.
  bool nextIsExact() noexcept {
    if (--untilExact_ > 0) return false;
    drawExact();
    return true;
  }
  bool samples() const noexcept { return sampling_ > 1; }
  Tally* tally() const noexcept { return tally_.get(); }
  /// For an execution that was not exact and succeeded.
  bool isQuick(std::chrono::steady_clock::duration spent) const noexcept { return spent < quick_; }
  void count() noexcept { Tally::add(tally_->statements); }
  void tell(std::string_view sql, std::chrono::steady_clock::duration spent, bool exact,
            std::int64_t rows, const Error* error) noexcept;

 private:
  void drawExact() noexcept;

  const std::shared_ptr<Observer> observer_;
  const std::shared_ptr<Tally> tally_;
  const std::uint32_t sampling_;
  const std::chrono::steady_clock::duration quick_;  ///< Zero without a tally.
  std::uint32_t untilExact_ = 1;
  std::uint32_t random_ = 0;
};

/// One execution after the other of one statement.
class StatementWatch {
 public:
  StatementWatch(Teller& teller, std::string_view sql) : teller_(teller), sql_(sql) {}
  StatementWatch(const StatementWatch&) = delete;
  StatementWatch& operator=(const StatementWatch&) = delete;
  ~StatementWatch() { tellEnd(nullptr); }

  bool next(Statement& statement);
  /// Ends the execution, if there is one.
  void tellEnd(const Error* error) noexcept;

 private:
  Teller& teller_;
  const std::string sql_;
  bool ran_ = false;
  bool exact_ = true;
  std::int64_t rows_ = 0;
  std::chrono::steady_clock::duration spent_{};
};

}  // namespace repot::detail
