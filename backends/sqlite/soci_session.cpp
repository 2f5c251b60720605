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
  explicit Session(const std::string& uri) : session_(soci::sqlite3, "dbname=" + uri) {}
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
  } catch (const soci::sqlite3_soci_error& error) {
    throw sqliteError(error.result(), error.what(), "opening the SQLite database");
  }
}

}  // namespace repot::sqlite
