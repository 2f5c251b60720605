// A connection that tells every statement to the observer. It is put around the backend's only
// where there is an observer, so that nothing is measured, nor paid, without one.
#include "pool.hpp"
#include "repot/error.hpp"

#include <string>
#include <unordered_map>

namespace repot::detail {
namespace {

class ObservedStatement final : public Statement {
 public:
  ObservedStatement(Statement& inner, std::string_view sql, Observer& observer)
      : inner_(&inner), sql_(sql), observer_(observer) {}
  ObservedStatement(std::unique_ptr<Statement> inner, std::string_view sql, Observer& observer)
      : owned_(std::move(inner)), inner_(owned_.get()), sql_(sql), observer_(observer) {}
  ~ObservedStatement() override { report(nullptr); }

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
    const auto start = Clock::now();
    try {
      const bool more = inner_->next();
      spent_ += Clock::now() - start;
      ran_ = true;
      rows_ += more ? 1 : 0;
      return more;
    } catch (const Error& error) {
      spent_ += Clock::now() - start;
      ran_ = true;
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
    observer_.onStatement(
        {sql_, std::chrono::duration_cast<std::chrono::microseconds>(spent_), rows_, error});
    ran_ = false;
    rows_ = 0;
    spent_ = {};
  }

  std::unique_ptr<Statement> owned_;
  Statement* inner_;
  const std::string sql_;
  Observer& observer_;
  bool ran_ = false;
  std::int64_t rows_ = 0;
  Clock::duration spent_{};
};

class ObservedConnection final : public Connection {
 public:
  ObservedConnection(std::unique_ptr<Connection> inner, std::shared_ptr<Observer> observer)
      : inner_(std::move(inner)), observer_(std::move(observer)) {}

  Statement& prepare(std::string_view sql) override {
    Statement& inner = inner_->prepare(sql);
    auto& wrapper = wrappers_[&inner];
    if (!wrapper) wrapper = std::make_unique<ObservedStatement>(inner, sql, *observer_);
    return *wrapper;
  }
  std::unique_ptr<Statement> stream(std::string_view sql) override {
    return std::make_unique<ObservedStatement>(inner_->stream(sql), sql, *observer_);
  }
  void executeScript(const std::string& sql) override {
    timed(sql, 0, [&] { inner_->executeScript(sql); });
  }
  void insertRows(const InsertTarget& target, std::size_t rows, const RowSource& source) override {
    timed("bulk insert into " + target.table, 0, [&] { inner_->insertRows(target, rows, source); });
  }
  void executeRows(std::string_view sql, std::size_t rows, const RowSource& source,
                   const std::function<void(std::size_t, std::int64_t)>& changed) override {
    timed(sql, 0, [&] { inner_->executeRows(sql, rows, source, changed); });
  }
  std::optional<std::vector<std::int64_t>> takeKeys(const std::string& table,
                                                    const std::string& column,
                                                    std::size_t count) override {
    return inner_->takeKeys(table, column, count);
  }
  void begin(LockMode lock, Isolation isolation) override {
    wrappers_.clear();  // The backend may forget statements between units of work.
    inner_->begin(lock, isolation);
  }
  void beginRead() override {
    wrappers_.clear();
    inner_->beginRead();
  }
  void beginSchemaChange(std::chrono::milliseconds wait) override {
    wrappers_.clear();
    inner_->beginSchemaChange(wait);
  }
  void commit() override {
    timed("COMMIT", 0, [&] { inner_->commit(); });
  }
  void rollback() noexcept override { inner_->rollback(); }
  void setDeadline(std::optional<Clock::time_point> deadline) override {
    inner_->setDeadline(deadline);
  }
  void interrupt() noexcept override { inner_->interrupt(); }
  std::chrono::microseconds lockWait() const noexcept override { return inner_->lockWait(); }
  bool isUsable() noexcept override { return inner_->isUsable(); }
  bool ping() noexcept override { return inner_->ping(); }

 private:
  template <typename Run>
  void timed(std::string_view sql, std::int64_t rows, Run run) {
    const auto start = Clock::now();
    const auto spent = [&] {
      return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
    };
    try {
      run();
    } catch (const Error& error) {
      observer_->onStatement({sql, spent(), rows, &error});
      throw;
    }
    observer_->onStatement({sql, spent(), rows, nullptr});
  }

  std::unique_ptr<Connection> inner_;
  std::shared_ptr<Observer> observer_;
  std::unordered_map<Statement*, std::unique_ptr<ObservedStatement>> wrappers_;
};

}  // namespace

std::unique_ptr<Connection> observed(std::unique_ptr<Connection> connection,
                                     std::shared_ptr<Observer> observer) {
  return std::make_unique<ObservedConnection>(std::move(connection), std::move(observer));
}

}  // namespace repot::detail
