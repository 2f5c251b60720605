// Tells the observer of a connection every statement. Nothing is measured, nor paid, without one;
// with one, a statement that is quick costs two looks at a coarse clock and some additions.
#include "observed_connection.hpp"

#include "pool.hpp"
#include "repot/error.hpp"

#include <algorithm>

namespace repot::detail {
namespace {

Clock::time_point now(bool exact) noexcept {
  return exact ? Clock::now() : coarseNow();
}

}  // namespace

Teller::Teller(std::shared_ptr<Observer> observer)
    : observer_(std::move(observer)),
      tally_(observer_->tally()),
      sampling_(std::clamp(observer_->sampling(), 1U, 65'535U)),
      quick_(tally_ == nullptr ? Clock::duration() : tally_->below) {
  drawExact();
}

void Teller::drawExact() noexcept {
  untilExact_ = 1;
  if (sampling_ == 1) return;
  random_ = random_ * 1664525U + 1013904223U;
  // From 1 to twice as many but one, so that it is one of `sampling_` on average.
  untilExact_ += static_cast<std::uint32_t>(
      (static_cast<std::uint64_t>(random_) * (2 * sampling_ - 1)) >> 32U);
}

void Teller::tell(std::string_view sql, Clock::duration spent, bool exact, std::int64_t rows,
                  const Error* error) noexcept {
  if (!exact && error == nullptr && isQuick(spent)) return count();
  observer_->onStatement(
      {sql, std::chrono::duration_cast<std::chrono::microseconds>(spent), rows, error, exact});
}

bool StatementWatch::next(Statement& statement) {
  if (!ran_) {
    exact_ = teller_.nextIsExact();
    ran_ = true;
  }
  const Clock::time_point since = now(exact_);
  bool more = false;
  try {
    more = statement.doNext();
  } catch (const Error& error) {
    spent_ += now(exact_) - since;
    tellEnd(&error);
    throw;
  }
  spent_ += now(exact_) - since;
  rows_ += more ? 1 : 0;
  return more;
}

void StatementWatch::tellEnd(const Error* error) noexcept {
  if (!ran_) return;
  ran_ = false;
  const std::int64_t rows = std::exchange(rows_, 0);
  const Clock::duration spent = std::exchange(spent_, {});
  if (!exact_ && error == nullptr && teller_.isQuick(spent)) return teller_.count();
  teller_.tell(sql_, spent, exact_, rows, error);
}

}  // namespace repot::detail

namespace repot {

Statement::Statement() noexcept = default;
Statement::~Statement() = default;

bool Statement::watchedNext() {
  return watch_->next(*this);
}

void Statement::tellEnd() noexcept {
  watch_->tellEnd(nullptr);
}

Connection::Connection() noexcept = default;
Connection::~Connection() = default;

void Connection::observe(std::shared_ptr<Observer> observer) {
  teller_ = std::make_unique<detail::Teller>(std::move(observer));
}

Tally* Connection::tally() const noexcept {
  return teller_ == nullptr ? nullptr : teller_->tally();
}

void Connection::watch(Statement& statement, std::string_view sql) {
  statement.watch_ = std::make_unique<detail::StatementWatch>(*teller_, sql);
}

template <typename Run>
void Connection::timed(std::string_view sql, Run run) {
  if (teller_ == nullptr) return run();
  const bool exact = teller_->nextIsExact();
  const detail::Clock::time_point since = detail::now(exact);
  try {
    run();
  } catch (const Error& error) {
    teller_->tell(sql, detail::now(exact) - since, exact, 0, &error);
    throw;
  }
  teller_->tell(sql, detail::now(exact) - since, exact, 0, nullptr);
}

std::unique_ptr<Statement> Connection::stream(std::string_view sql) {
  auto statement = doStream(sql);
  if (teller_ != nullptr) watch(*statement, sql);
  return statement;
}

void Connection::executeScript(const std::string& sql) {
  timed(sql, [&] { doExecuteScript(sql); });
}

void Connection::insertRows(const InsertTarget& target, std::size_t rows, const RowSource& source) {
  timed("bulk insert into " + target.table, [&] { doInsertRows(target, rows, source); });
}

void Connection::executeRows(std::string_view sql, std::size_t rows, const RowSource& source,
                             const std::function<void(std::size_t, std::int64_t)>& changed) {
  timed(sql, [&] { doExecuteRows(sql, rows, source, changed); });
}

void Connection::commit() {
  timed("COMMIT", [&] { doCommit(); });
}

void Connection::commitRead() {
  if (teller_ != nullptr && !teller_->samples()) return commit();
  doCommit();
}

}  // namespace repot
