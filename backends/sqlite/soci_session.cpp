// The one file that includes SOCI's SQLite header; see soci_session.hpp.
#include "sqlite/soci_session.hpp"

#include <repot/sqlite/errors.hpp>

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace repot::sqlite {
namespace {

// The C API's types, once as SOCI declares them and once as everybody else does, are the same.
sqlite3* global(sqlite_api::sqlite3* handle) {
  return reinterpret_cast<sqlite3*>(handle);
}

// SOCI exports its session but not its statement class, whose members are therefore reached only by
// virtual calls and by its public data.
class Statement final : public SociStatement {
 public:
  Statement(soci::sqlite3_session_backend& session, const std::string& sql)
      : statement_(session.make_statement_backend()) {
    statement_->alloc();
    statement_->prepare(sql, soci::details::st_repeatable_query);
  }
  ~Statement() override { statement_->clean_up(); }
  sqlite3_stmt* handle() const noexcept override {
    const auto& native = static_cast<const soci::sqlite3_statement_backend&>(*statement_);
    return reinterpret_cast<sqlite3_stmt*>(native.stmt_);
  }

 private:
  const std::unique_ptr<soci::details::statement_backend> statement_;
};

class Session final : public SociSession {
 public:
  /// SOCI opens connections that lock a mutex at every call, for use by several threads at once;
  /// measured, that is a fifth of the time of a scan. A connection of the pool has one user at a
  /// time, so SOCI's own is exchanged for one without.
  explicit Session(const std::string& uri) : session_(soci::sqlite3, "dbname=:memory:") {
    sqlite_api::sqlite3* own = nullptr;
    const int code = sqlite_api::sqlite3_open_v2(
        uri.c_str(), &own,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
        nullptr);
    if (code != SQLITE_OK) {
      const int extended = own == nullptr ? code : sqlite_api::sqlite3_extended_errcode(own);
      const std::string message =
          own == nullptr ? "out of memory" : sqlite_api::sqlite3_errmsg(own);
      sqlite_api::sqlite3_close(own);
      throw sqliteError(extended, message, "opening the SQLite database");
    }
    sqlite_api::sqlite3_close(backend().conn_);
    backend().conn_ = own;
  }
  sqlite3* handle() const noexcept override { return global(backend().conn_); }
  std::unique_ptr<SociStatement> prepare(std::string_view sql) override {
    try {
      return std::make_unique<Statement>(backend(), std::string(sql));
    } catch (const soci::soci_error&) {
      throw sqliteError(handle(), "preparing a statement").withStatement(std::string(sql));
    }
  }

 private:
  soci::sqlite3_session_backend& backend() const {
    return static_cast<soci::sqlite3_session_backend&>(*session_.get_backend());
  }
  // get_backend() is not const in SOCI although it changes nothing.
  mutable soci::session session_;
};

}  // namespace

std::unique_ptr<SociSession> SociSession::open(const std::string& uri) {
  try {
    return std::make_unique<Session>(uri);
  } catch (const soci::soci_error& error) {
    // Its own first connection is one in memory, which only a lack of that can prevent.
    throw sqliteError(SQLITE_NOMEM, error.what(), "opening the SQLite database");
  }
}

}  // namespace repot::sqlite
