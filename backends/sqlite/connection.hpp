// One SQLite connection of the pool.
#pragma once

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

  repot::Statement& prepare(std::string_view sql) override;
  void executeScript(const std::string& sql) override;
  void begin(LockMode lock, Isolation isolation) override;
  void beginRead() override;
  void commit() override;
  void rollback() noexcept override;
  bool isUsable() noexcept override { return usable_; }
  bool ping() noexcept override { return usable_; }

 private:
  void configure(const DatabaseUrl& url, const DatabaseOptions& options, ConnectionRole role);
  void run(const char* sql);
  void leaveReadOnly() noexcept;

  std::unique_ptr<SociSession> session_;
  StatementCache<PreparedStatement> statements_;
  bool writer_;
  bool readOnly_ = false;  ///< query_only was set for one unit of work.
  bool usable_ = true;
};

}  // namespace repot::sqlite
