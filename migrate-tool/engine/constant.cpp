// Inserts the default into a private in-memory table. Whatever calls a function is no
// constant and is not evaluated at all.
#include "constant.hpp"

#include <sqlite3.h>

#include <memory>

namespace repot::migrate {
namespace {

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};

/// Notes that a function was asked for, and denies it.
int denyFunctions(void* asked, int action, const char*, const char*, const char*, const char*) {
  if (action != SQLITE_FUNCTION) return SQLITE_OK;
  *static_cast<bool*>(asked) = true;
  return SQLITE_DENY;
}

const char* nameOf(Affinity affinity) {
  switch (affinity) {
    case Affinity::integer:
      return "INTEGER";
    case Affinity::text:
      return "TEXT";
    case Affinity::blob:
      return "BLOB";
    case Affinity::real:
      return "REAL";
    case Affinity::numeric:
      break;
  }
  return "NUMERIC";
}

/// Functions (CURRENT_TIMESTAMP is one) are resolved in a SELECT, but not where they stand in a
/// DEFAULT clause. A SELECT that fails otherwise is a bare word, which a DEFAULT clause takes as
/// text.
bool callsFunction(sqlite3* handle, const std::string& sql) {
  bool asked = false;
  sqlite3_set_authorizer(handle, denyFunctions, &asked);
  const std::string select = "SELECT (" + sql + ")";
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v2(handle, select.c_str(), -1, &statement, nullptr);
  sqlite3_finalize(statement);
  sqlite3_set_authorizer(handle, nullptr, nullptr);
  // A call that SQLite does not know is no constant either.
  return asked || (result != SQLITE_OK && sql.find('(') != std::string::npos);
}

bool createWith(sqlite3* handle, const std::string& clause, Affinity affinity) {
  const std::string sql =
      std::string("CREATE TABLE t(x ") + nameOf(affinity) + " DEFAULT " + clause + ")";
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  bool created = sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement, &tail) == SQLITE_OK &&
                 tail != nullptr && *tail == '\0';
  created = created && sqlite3_step(statement) == SQLITE_DONE;
  sqlite3_finalize(statement);
  return created;
}

}  // namespace

std::optional<Constant> evaluateDefault(const std::string& sql, Affinity affinity) {
  sqlite3* opened = nullptr;
  const int result = sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE, nullptr);
  const std::unique_ptr<sqlite3, Close> handle(opened);
  if (result != SQLITE_OK) return std::nullopt;
  if (callsFunction(opened, sql)) return std::nullopt;
  // The PRAGMA gives expressions without their parentheses, which the grammar wants back.
  if (!createWith(opened, sql, affinity) && !createWith(opened, "(" + sql + ")", affinity)) {
    return std::nullopt;
  }
  if (sqlite3_exec(opened, "INSERT INTO t DEFAULT VALUES", nullptr, nullptr, nullptr) !=
      SQLITE_OK) {
    return std::nullopt;
  }
  sqlite::Statement row(opened, "SELECT x FROM t");
  if (!row.step()) return std::nullopt;
  Constant constant;
  constant.type = row.type(0);
  constant.integer = constant.type == sqlite::StorageClass::integer ? row.int64(0) : 0;
  constant.real = constant.type == sqlite::StorageClass::real ? row.real(0) : 0;
  if (constant.type == sqlite::StorageClass::text) constant.bytes = row.text(0);
  if (constant.type == sqlite::StorageClass::blob) constant.bytes = row.blob(0);
  return constant;
}

}  // namespace repot::migrate
