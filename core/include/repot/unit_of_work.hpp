// A unit of work: a transaction on one connection, and the door to its statements.
#pragma once

#include <repot/value.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace repot {

class Backend;
class Connection;
class Statement;
namespace detail {
class Pool;
class Lease;
}  // namespace detail

/// A transaction. Everything done through it happens together or not at all.
///
/// It is rolled back by its destructor unless commit() returned. Made by Database. Used by one
/// thread at a time; it must not outlive its Database.
class UnitOfWork {
 public:
  /// The one moved from is no longer active.
  UnitOfWork(UnitOfWork&&) noexcept;
  UnitOfWork& operator=(UnitOfWork&&) = delete;
  ~UnitOfWork();

  /// Stores the work. Throws Error; where outcomeKnown() is false the connection was lost in the
  /// middle and the work may or may not be stored. Precondition: not ended.
  void commit();
  /// Forgets the work. No-op where it has ended.
  void rollback() noexcept;
  bool isActive() const noexcept { return lease_ != nullptr; }

  /// Runs `step` inside a savepoint: if it throws, only its own changes are undone and the
  /// exception goes on to the caller. May be nested.
  void nested(const std::function<void()>& step);

  /// Runs one statement with bound values ($1, $2, …) and returns the rows changed.
  std::int64_t execute(std::string_view sql, const std::vector<Value>& values = {});
  /// Runs a query with bound values and gives every row to `row`, columns read as `types`.
  void query(std::string_view sql, const std::vector<Value>& values,
             const std::vector<ColumnType>& types,
             const std::function<void(std::vector<Value>&)>& row);
  /// Runs a script of statements without values, such as a schema.
  void executeScript(const std::string& sql);

  /// For repositories: the prepared statement for `sql`, to be reset after use, the connection, and
  /// what is particular to the backend. Throws Error(timeout) past the unit's deadline.
  Statement& statement(std::string_view sql);
  Connection& connection();
  const Backend& backend();

 private:
  friend class Database;
  explicit UnitOfWork(std::unique_ptr<detail::Lease> lease);
  detail::Lease& active();

  std::unique_ptr<detail::Lease> lease_;
  int depth_ = 0;
};

}  // namespace repot
