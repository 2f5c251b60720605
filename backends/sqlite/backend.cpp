// The SQLite backend: options of its URLs, the shape of its pool, and how it declares columns.
#include "sqlite/connection.hpp"

#include <repot/error.hpp>
#include <repot/option_values.hpp>
#include <repot/sqlite/backend.hpp>

#include <algorithm>
#include <memory>

namespace repot::sqlite {
namespace {

/// The CHECK that makes SQLite's type affinity harmless: no other storage class gets in.
std::string storageCheck(ColumnType type, const std::string& column) {
  switch (type) {
    case ColumnType::integer:
      return "typeof(" + column + ") = 'integer'";
    case ColumnType::boolean:
      return column + " IN (0, 1)";
    case ColumnType::real:
      return "typeof(" + column + ") = 'real'";
    case ColumnType::decimal:
      return "typeof(" + column + ") IN ('integer', 'real')";
    case ColumnType::bytes:
      return "typeof(" + column + ") = 'blob'";
    default:
      return "typeof(" + column + ") = 'text'";
  }
}

/// The names that SQLAlchemy gives the types, so that a file looks the same whoever made it.
std::string_view declaredType(ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return "INTEGER";
    case ColumnType::real:
      return "FLOAT";
    case ColumnType::boolean:
      return "BOOLEAN";
    case ColumnType::text:
      return "TEXT";
    case ColumnType::bytes:
      return "BLOB";
    case ColumnType::date:
      return "DATE";
    case ColumnType::time:
      return "TIME";
    case ColumnType::timestamp:
    case ColumnType::instant:
    case ColumnType::interval:
      return "DATETIME";
    case ColumnType::uuid:
      return "CHAR(32)";
    case ColumnType::json:
      return "JSON";
    case ColumnType::decimal:
      return "NUMERIC";
  }
  return "BLOB";
}

class SqliteBackend final : public Backend {
 public:
  std::string_view scheme() const noexcept override { return "sqlite"; }
  bool hasServer() const noexcept override { return false; }

  void configure(const DatabaseUrl& url, DatabaseOptions& options) const override {
    for (const auto& [name, value] : url.options()) {
      if (takeCommonOption(name, value, options) || isSqliteOption(name)) continue;
      if (name == "timeout") {  // SQLAlchemy's name.
        options.busyTimeout = parseSeconds(name, value);
      } else if (name == "repot_synchronous" && (value == "full" || value == "normal")) {
        options.fullSync = value == "full";
      } else if (name == "repot_synchronous") {
        throw Error(ErrorKind::invalidUrl, "repot_synchronous must be normal or full");
      } else {
        throwUnknown(name);
      }
    }
  }

  PoolShape poolShape(const DatabaseUrl& url, const DatabaseOptions& options) const override {
    if (url.isInMemory()) return {.shared = true, .size = 1};
    return {.shared = false, .size = std::max<std::size_t>(options.poolSize, 1)};
  }

  std::unique_ptr<Connection> connect(const DatabaseUrl& url, const DatabaseOptions& options,
                                      ConnectionRole role) const override {
    return std::make_unique<SqliteConnection>(url, options, role);
  }

  std::string declareColumn(const ColumnDeclaration& column) const override {
    const std::string name = quoteIdentifier(column.name);
    if (column.generated) return name + " INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT";
    std::string sql = name + ' ' + std::string(declaredType(column.type));
    if (!column.nullable) sql += " NOT NULL";
    // A comparison with NULL is NULL, which a CHECK lets pass; typeof(NULL) is 'null', which it
    // does not.
    sql += " CHECK (" + (column.nullable ? name + " IS NULL OR " : "") +
           storageCheck(column.type, name) + ')';
    return sql;
  }

  std::string likeSql(const std::string& column, const std::string& placeholder,
                      bool ignoreCase) const override {
    return (ignoreCase ? "repot_ilike(" : "repot_like(") + placeholder + ", " + column + ')';
  }

  std::string rowLockSql(RowLock) const override { return {}; }

 private:
  /// SQLite's URI parameters, and those of Python's driver that mean nothing here.
  static bool isSqliteOption(std::string_view name) {
    for (const std::string_view known :
         {"mode", "cache", "nolock", "immutable", "vfs", "psow", "uri", "check_same_thread"}) {
      if (name == known) return true;
    }
    return false;
  }

  [[noreturn]] static void throwUnknown(const std::string& name) {
    const std::string nearest =
        nearestName(name, {"repot_busy_timeout", "repot_pool_timeout", "repot_pool_size",
                           "repot_synchronous", "timeout", "mode", "cache", "nolock", "immutable",
                           "vfs", "psow", "uri", "check_same_thread"});
    throw Error(ErrorKind::invalidUrl,
                "unknown option '" + name + "' in an SQLite URL" +
                    (nearest.empty() ? "" : "; did you mean " + nearest + '?'));
  }
};

}  // namespace

void registerBackend() {
  repot::registerBackend(std::make_shared<SqliteBackend>());
}

}  // namespace repot::sqlite
