// One PostgreSQL connection of the pool.
#pragma once

#include "postgresql/deadline_guard.hpp"
#include "postgresql/prepared_statement.hpp"

#include <repot/backend.hpp>
#include <repot/statement_cache.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace soci {
class session;
}

namespace repot::postgresql {

class PostgresqlConnection final : public Connection {
 public:
  /// Connects through SOCI and pins the session's settings. Throws Error without any secret.
  PostgresqlConnection(const DatabaseUrl& url, const DatabaseOptions& options);
  ~PostgresqlConnection() override;

  std::optional<std::vector<std::int64_t>> takeKeys(const std::string& table,
                                                    const std::string& column,
                                                    std::size_t count) override;
  void begin(LockMode lock, Isolation isolation) override;
  void beginRead() override;
  /// Under an advisory lock of the current schema; lock_timeout bounds every lock as usual.
  void beginSchemaChange(std::chrono::milliseconds wait) override;
  void rollback() noexcept override;
  /// The server is told by begin(); where it says nothing, the connection is shut down.
  void setDeadline(std::optional<std::chrono::steady_clock::time_point> deadline) override;
  void interrupt() noexcept override;
  StorageFigures storage() override;
  std::vector<std::string> explain(std::string_view sql) override;
  bool isUsable() noexcept override;
  bool ping() noexcept override;
  ServerState serverState() override;
  ServerState beginReadOn(std::optional<std::uint64_t> position) override;
  std::uint64_t storedAt() const noexcept override { return storedAt_; }
  std::string transactionMark() const override;
  TransactionFate fateOf(const std::string& mark) override;

 protected:
  Statement& doPrepare(std::string_view sql) override;
  std::unique_ptr<Statement> doStream(std::string_view sql) override;
  void doExecuteScript(const std::string& sql) override;
  /// By COPY.
  void doInsertRows(const InsertTarget& target, std::size_t rows, const RowSource& source) override;
  /// In a pipeline.
  void doExecuteRows(std::string_view sql, std::size_t rows, const RowSource& source,
                     const std::function<void(std::size_t, std::int64_t)>& changed) override;
  void doCommit() override;

 private:
  Result run(const char* sql);
  PreparedStatement& prepared(std::string_view sql);
  /// BEGIN with what this unit of work needs, for one round trip.
  std::string startOf(std::string sql);
  void begin(std::string sql);
  /// Several statements in one round trip; the rows of the one that has some. Where one fails the
  /// others behind it do not run; it throws where none brought rows.
  Result runForRows(const std::string& sql);
  /// For a server that may fail over: takes what commit() and fateOf() need of it.
  void beginMarked(std::string sql);
  static void onNotice(void* connection, const PGresult* notice) noexcept;

  std::unique_ptr<soci::session> session_;
  soci::postgresql_session_backend* backend_ = nullptr;
  std::shared_ptr<PGcancel> cancel_;
  std::unique_ptr<DeadlineGuard> guard_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  const std::chrono::milliseconds lockTimeout_;
  const bool prepareStatements_;
  const bool follows_;  ///< A server that is lost is waited for, or another one.
  std::atomic<bool> interrupted_{false};
  bool schemaChanged_ = false;  ///< Since the statements were prepared, as far as is known here.
  StatementCache<PreparedStatement> statements_;
  int cursors_ = 0;  ///< Opened in this unit of work.
  // Of a server that is followed.
  std::string serverLife_;  ///< See failover.cpp.
  std::string transaction_;
  std::uint64_t storedAt_ = 0;
  /// The server stopped to wait for its synchronous standbys, although it stored the commit.
  bool unconfirmed_ = false;
};

}  // namespace repot::postgresql
