// One PostgreSQL connection of the pool.
#pragma once

#include "postgresql/prepared_statement.hpp"

#include <repot/backend.hpp>
#include <repot/statement_cache.hpp>

#include <memory>
#include <string>

namespace soci {
class session;
}

namespace repot::postgresql {

class PostgresqlConnection final : public Connection {
 public:
  /// Connects through SOCI and pins the session's settings. Throws Error without any secret.
  PostgresqlConnection(const DatabaseUrl& url, const DatabaseOptions& options);
  ~PostgresqlConnection() override;

  Statement& prepare(std::string_view sql) override;
  void executeScript(const std::string& sql) override;
  void begin(LockMode lock, Isolation isolation) override;
  void beginRead() override;
  void commit() override;
  void rollback() noexcept override;
  bool isUsable() noexcept override;
  bool ping() noexcept override;

 private:
  Result run(const char* sql);

  std::unique_ptr<soci::session> session_;
  soci::postgresql_session_backend* backend_ = nullptr;
  StatementCache<PreparedStatement> statements_;
};

}  // namespace repot::postgresql
