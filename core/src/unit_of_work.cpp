// Units of work: commit, rollback, savepoints, and statements with bound values.
#include "repot/unit_of_work.hpp"

#include "pool.hpp"
#include "repot/backend.hpp"
#include "repot/error.hpp"

namespace repot {
namespace {

/// Leaves the statement ready for its next user, whatever happens to this one.
class StatementUse {
 public:
  StatementUse(Statement& statement, const std::vector<Value>& values) : statement_(statement) {
    try {
      for (std::size_t i = 0; i < values.size(); ++i) {
        statement_.bind(static_cast<int>(i) + 1, values[i]);
      }
    } catch (...) {
      statement_.reset();
      throw;
    }
  }
  StatementUse(const StatementUse&) = delete;
  StatementUse& operator=(const StatementUse&) = delete;
  ~StatementUse() { statement_.reset(); }

 private:
  Statement& statement_;
};

}  // namespace

UnitOfWork::UnitOfWork(std::unique_ptr<detail::Lease> lease) : lease_(std::move(lease)) {}
UnitOfWork::UnitOfWork(UnitOfWork&&) noexcept = default;
UnitOfWork::~UnitOfWork() = default;

detail::Lease& UnitOfWork::active() {
  if (!lease_) throw Error(ErrorKind::usage, "the unit of work has ended");
  return *lease_;
}

void UnitOfWork::commit() {
  if (depth_ > 0) throw Error(ErrorKind::usage, "commit() inside nested()");
  detail::Lease& lease = active();
  // Where the commit fails the destructor of the lease rolls back what is left.
  try {
    lease.bounds().check();
    lease.commit();
  } catch (const Error& error) {
    if (!error.outcomeKnown()) lease.unknown();
    throw;
  }
  lease.committed();
  lease_.reset();
}

void UnitOfWork::rollback() noexcept {
  lease_.reset();
}

void UnitOfWork::nested(const std::function<void()>& step) {
  Connection& connection = active().connection();
  const std::string name = "repot_" + std::to_string(++depth_);
  try {
    connection.executeScript("SAVEPOINT " + name);
    step();
    connection.executeScript("RELEASE SAVEPOINT " + name);
  } catch (...) {
    --depth_;
    if (lease_) {
      // A failing ROLLBACK TO means that the whole transaction is gone; the first error says why.
      try {
        connection.executeScript("ROLLBACK TO SAVEPOINT " + name);
        connection.executeScript("RELEASE SAVEPOINT " + name);
      } catch (const Error&) {
      }
    }
    throw;
  }
  --depth_;
}

std::int64_t UnitOfWork::execute(std::string_view sql, const std::vector<Value>& values) {
  Statement& statement = this->statement(sql);
  const StatementUse use(statement, values);
  while (statement.next()) {
  }
  return statement.affectedRows();
}

void UnitOfWork::query(std::string_view sql, const std::vector<Value>& values,
                       const std::vector<ColumnType>& types,
                       const std::function<void(std::vector<Value>&)>& row) {
  Statement& statement = this->statement(sql);
  const StatementUse use(statement, values);
  std::vector<Value> columns(types.size());
  while (statement.next()) {
    for (std::size_t i = 0; i < types.size(); ++i) {
      columns[i] = statement.column(static_cast<int>(i), types[i]);
    }
    row(columns);
  }
}

void UnitOfWork::executeScript(const std::string& sql) {
  connection().executeScript(sql);
}

Connection& UnitOfWork::connection() {
  detail::Lease& lease = active();
  lease.bounds().check();
  return lease.connection();
}

Statement& UnitOfWork::statement(std::string_view sql) {
  return connection().prepare(sql);
}

const Backend& UnitOfWork::backend() {
  return active().backend();
}

}  // namespace repot
