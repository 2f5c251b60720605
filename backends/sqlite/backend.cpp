// The SQLite backend: options of its URLs, the shape of its pool, and small pieces of SQL.
#include "sqlite/connection.hpp"
#include "sqlite/copier.hpp"
#include "sqlite/schema/dialect.hpp"

#include <repot/error.hpp>
#include <repot/option_values.hpp>
#include <repot/sqlite/backend.hpp>

#include <algorithm>
#include <memory>

namespace repot::sqlite {
namespace {

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
      } else if (name == "repot_journal" && (value == "wal" || value == "delete")) {
        options.writeAheadLog = value == "wal";
      } else if (name == "repot_journal") {
        throw Error(ErrorKind::invalidUrl, "repot_journal must be wal or delete");
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

  const schema::Dialect& schemaDialect() const noexcept override { return sqlite::schemaDialect(); }

  const Copier* copier() const noexcept override { return &sqlite::copier(); }

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
                           "repot_journal", "repot_synchronous", "timeout", "mode", "cache",
                           "nolock", "immutable", "vfs", "psow", "uri", "check_same_thread"});
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
