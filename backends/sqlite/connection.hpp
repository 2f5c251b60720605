// One SQLite connection of the pool.
#pragma once

#include "sqlite/lock_waiter.hpp"
#include "sqlite/prepared_statement.hpp"
#include "sqlite/soci_session.hpp"

#include <repot/backend.hpp>
#include <repot/statement_cache.hpp>

#include <memory>
#include <string>

namespace repot::sqlite {

class SqliteConnection final : public Connection {
 public:
  /// Opens `url` and sets it up as SQLite's experts do. Throws Error.
  SqliteConnection(const DatabaseUrl& url, const DatabaseOptions& options, ConnectionRole role);
  ~SqliteConnection() override;

  void begin(LockMode lock, Isolation isolation) override;
  void beginRead() override;
  void beginSchemaChange(std::chrono::milliseconds wait) override;
  void rollback() noexcept override;
  void setDeadline(std::optional<std::chrono::steady_clock::time_point> deadline) override;
  void interrupt() noexcept override { waiter_->interrupt(); }
  std::chrono::microseconds lockWait() const noexcept override { return waiter_->waited(); }
  StorageFigures storage() override;
  std::vector<std::string> explain(std::string_view sql) override;
  bool isUsable() noexcept override { return usable_; }
  bool ping() noexcept override { return usable_; }

 protected:
  repot::Statement& doPrepare(std::string_view sql) override;
  std::unique_ptr<repot::Statement> doStream(std::string_view sql) override;
  void doExecuteScript(const std::string& sql) override;
  void doCommit() override;

 private:
  void configure(const DatabaseUrl& url, const DatabaseOptions& options, ConnectionRole role);
  void run(const char* sql);
  /// For the statements around every unit of work: prepared once.
  void run(std::unique_ptr<PreparedStatement>& statement, std::string_view sql);
  /// Undoes what beginRead() or beginSchemaChange() set for one unit of work.
  void leaveMode() noexcept;
  void checkForeignKeys();
  /// Throws Error(resource) where SQLite has undone the unit of work: whatever ran now would be
  /// stored on its own, as half of a unit.
  void requireUnit() const;

  std::unique_ptr<LockWaiter> waiter_;  ///< Outlives the session, whose closing may wait.
  std::unique_ptr<SociSession> session_;
  StatementCache<PreparedStatement> statements_;
  std::unique_ptr<PreparedStatement> beginDeferred_, beginImmediate_, commit_;
  bool writer_;
  bool inUnit_ = false;
  bool readOnly_ = false;       ///< query_only was set for one unit of work.
  bool changesSchema_ = false;  ///< Foreign keys are off for one unit of work.
  bool usable_ = true;
};

}  // namespace repot::sqlite
