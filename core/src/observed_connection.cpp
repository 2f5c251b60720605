// A connection that tells every statement to the observer. It is put around the backend's only
// where there is an observer, so that nothing is measured, nor paid, without one.
#include "pool.hpp"
#include "repot/error.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace repot::detail {
namespace {

/// Time inside the database, by the clock that one execution is measured with.
class Stopwatch {
 public:
  void start(bool exact) noexcept {
    exact_ = exact;
    spent_ = {};
  }
  template <typename Run>
  auto run(Run&& work) {
    const Lap lap(*this);
    return work();
  }
  std::chrono::microseconds spent() const noexcept {
    return std::chrono::duration_cast<std::chrono::microseconds>(spent_);
  }
  bool isExact() const noexcept { return exact_; }

 private:
  Clock::time_point now() const noexcept { return exact_ ? Clock::now() : coarseNow(); }
  struct Lap {
    explicit Lap(Stopwatch& stopwatch) : watch(stopwatch), since(watch.now()) {}
    ~Lap() { watch.spent_ += watch.now() - since; }
    Lap(const Lap&) = delete;
    Lap& operator=(const Lap&) = delete;
    Stopwatch& watch;
    const Clock::time_point since;
  };
  bool exact_ = true;
  Clock::duration spent_{};
};

/// Tells one observer, and knows which execution is measured exactly.
class Teller {
 public:
  explicit Teller(std::shared_ptr<Observer> observer)
      : observer_(std::move(observer)), sampling_(std::clamp(observer_->sampling(), 1U, 65'535U)) {}
  /// At random, as statements come in patterns; by a generator that costs next to nothing.
  bool nextIsExact() noexcept {
    random_ = random_ * 1664525U + 1013904223U;
    return ((random_ >> 16U) * sampling_) >> 16U == 0;
  }
  bool samples() const noexcept { return sampling_ > 1; }
  void tell(std::string_view sql, const Stopwatch& watch, std::int64_t rows,
            const Error* error) noexcept {
    observer_->onStatement({sql, watch.spent(), rows, error, watch.isExact()});
  }

 private:
  const std::shared_ptr<Observer> observer_;
  const std::uint32_t sampling_;
  std::uint32_t random_ = 0;
};

class ObservedStatement final : public Statement {
 public:
  explicit ObservedStatement(Teller& teller) : teller_(teller) {}
  ObservedStatement(std::unique_ptr<Statement> inner, std::string_view sql, Teller& teller)
      : teller_(teller), owned_(std::move(inner)) {
    watch(*owned_, sql);
  }
  ~ObservedStatement() override { report(nullptr); }

  /// From now on this is `inner`.
  void watch(Statement& inner, std::string_view sql) {
    report(nullptr);
    inner_ = &inner;
    if (sql_ != sql) sql_ = sql;  // Most often it is the same, and comparing is cheaper.
  }
  bool watches(const Statement& inner) const noexcept { return inner_ == &inner; }

  void bind(int position, Value value) override { inner_->bind(position, std::move(value)); }
  void bindInteger(int position, std::int64_t number) override {
    inner_->bindInteger(position, number);
  }
  void bindText(int position, std::string_view text) override { inner_->bindText(position, text); }
  bool readInteger(int index, std::int64_t& number) const override {
    return inner_->readInteger(index, number);
  }
  bool readText(int index, std::string& text) const override {
    return inner_->readText(index, text);
  }
  bool next() override {
    if (!ran_) watch_.start(teller_.nextIsExact());
    ran_ = true;
    try {
      const bool more = watch_.run([&] { return inner_->next(); });
      rows_ += more ? 1 : 0;
      return more;
    } catch (const Error& error) {
      report(&error);
      throw;
    }
  }
  Value column(int index, ColumnType type) const override { return inner_->column(index, type); }
  std::int64_t affectedRows() const override { return inner_->affectedRows(); }
  void reset() noexcept override {
    report(nullptr);
    inner_->reset();
  }

 private:
  void report(const Error* error) noexcept {
    if (!ran_) return;
    teller_.tell(sql_, watch_, rows_, error);
    ran_ = false;
    rows_ = 0;
  }

  Teller& teller_;
  std::unique_ptr<Statement> owned_;
  Statement* inner_ = nullptr;
  std::string sql_;
  bool ran_ = false;
  std::int64_t rows_ = 0;
  Stopwatch watch_;
};

class ObservedConnection final : public Connection {
 public:
  ObservedConnection(std::unique_ptr<Connection> inner, std::shared_ptr<Observer> observer)
      : inner_(std::move(inner)), teller_(std::move(observer)) {}

  Statement& prepare(std::string_view sql) override {
    Statement& inner = inner_->prepare(sql);
    for (std::size_t i = 0; i < std::min(used_, few); ++i) {
      if (wrappers_[i]->watches(inner)) return *wrappers_[i];
    }
    if (used_ >= few) {
      const auto [place, isNew] = watching_.try_emplace(&inner, used_);
      if (!isNew) return *wrappers_[place->second];
    }
    if (used_ == wrappers_.size())
      wrappers_.push_back(std::make_unique<ObservedStatement>(teller_));
    wrappers_[used_]->watch(inner, sql);
    return *wrappers_[used_++];
  }
  std::unique_ptr<Statement> stream(std::string_view sql) override {
    return std::make_unique<ObservedStatement>(inner_->stream(sql), sql, teller_);
  }
  void executeScript(const std::string& sql) override {
    timed(sql, [&] { inner_->executeScript(sql); });
  }
  void insertRows(const InsertTarget& target, std::size_t rows, const RowSource& source) override {
    timed("bulk insert into " + target.table, [&] { inner_->insertRows(target, rows, source); });
  }
  void executeRows(std::string_view sql, std::size_t rows, const RowSource& source,
                   const std::function<void(std::size_t, std::int64_t)>& changed) override {
    timed(sql, [&] { inner_->executeRows(sql, rows, source, changed); });
  }
  std::optional<std::vector<std::int64_t>> takeKeys(const std::string& table,
                                                    const std::string& column,
                                                    std::size_t count) override {
    return inner_->takeKeys(table, column, count);
  }
  void begin(LockMode lock, Isolation isolation) override {
    forget();
    inner_->begin(lock, isolation);
  }
  void beginRead() override {
    forget();
    reads_ = true;
    inner_->beginRead();
  }
  void beginSchemaChange(std::chrono::milliseconds wait) override {
    forget();
    inner_->beginSchemaChange(wait);
  }
  void commit() override {
    // The end of a unit that read costs less than measuring it would.
    if (reads_ && teller_.samples()) return inner_->commit();
    timed("COMMIT", [&] { inner_->commit(); });
  }
  void rollback() noexcept override { inner_->rollback(); }
  void setDeadline(std::optional<Clock::time_point> deadline) override {
    inner_->setDeadline(deadline);
  }
  void interrupt() noexcept override { inner_->interrupt(); }
  std::chrono::microseconds lockWait() const noexcept override { return inner_->lockWait(); }
  StorageFigures storage() override { return inner_->storage(); }
  std::vector<std::string> explain(std::string_view sql) override { return inner_->explain(sql); }
  bool isUsable() noexcept override { return inner_->isUsable(); }
  bool ping() noexcept override { return inner_->ping(); }

 private:
  /// The backend may forget statements between units of work; the wrappers are used again.
  void forget() {
    used_ = 0;
    if (!watching_.empty()) watching_.clear();
    reads_ = false;
    // Of a unit of work with uncommonly many statements.
    if (wrappers_.size() > 64) wrappers_.resize(64);
  }

  template <typename Run>
  void timed(std::string_view sql, Run run) {
    Stopwatch watch;
    watch.start(teller_.nextIsExact());
    try {
      watch.run(run);
    } catch (const Error& error) {
      teller_.tell(sql, watch, 0, &error);
      throw;
    }
    teller_.tell(sql, watch, 0, nullptr);
  }

  std::unique_ptr<Connection> inner_;
  Teller teller_;
  std::vector<std::unique_ptr<ObservedStatement>> wrappers_;
  std::size_t used_ = 0;  ///< Wrappers of this unit of work.
  /// Whose those behind the first few are; most units of work have no more statements than those.
  static constexpr std::size_t few = 8;
  boost::unordered_flat_map<const Statement*, std::size_t> watching_;
  bool reads_ = false;
};

}  // namespace

std::unique_ptr<Connection> observed(std::unique_ptr<Connection> connection,
                                     std::shared_ptr<Observer> observer) {
  return std::make_unique<ObservedConnection>(std::move(connection), std::move(observer));
}

}  // namespace repot::detail
