// The PostgreSQL backend: options of its URLs, the shape of its pool, and small pieces of SQL.
#include "postgresql/connection.hpp"
#include "postgresql/copier.hpp"
#include "postgresql/schema/dialect.hpp"

#include <repot/error.hpp>
#include <repot/option_values.hpp>
#include <repot/postgresql/backend.hpp>

#include <libpq-fe.h>

#include <algorithm>
#include <memory>

namespace repot::postgresql {
namespace {

class PostgresqlBackend final : public Backend {
 public:
  std::string_view scheme() const noexcept override { return "postgresql"; }
  bool hasServer() const noexcept override { return true; }

  void configure(const DatabaseUrl& url, DatabaseOptions& options) const override {
    for (const auto& [name, value] : url.options()) {
      if (takeCommonOption(name, value, options) || takeOption(name, value, options)) continue;
      if (!isLibpqOption(name)) throwUnknown(name);
    }
    // libpq's own parser has the last word on everything else.
    char* message = nullptr;
    PQconninfoOption* parsed = PQconninfoParse(
        url.withoutDriver().withoutOptions("repot_").toStringWithSecrets().c_str(), &message);
    PQconninfoFree(parsed);
    if (parsed == nullptr) {
      // The message may repeat parts of the URL, and so a password.
      PQfreemem(message);
      throw Error(ErrorKind::invalidUrl, "libpq cannot read the URL " + url.toString());
    }
  }

  PoolShape poolShape(const DatabaseUrl&, const DatabaseOptions& options) const override {
    return {.shared = true, .size = std::max<std::size_t>(options.poolSize, 1)};
  }

  std::unique_ptr<Connection> connect(const DatabaseUrl& url, const DatabaseOptions& options,
                                      ConnectionRole) const override {
    return std::make_unique<PostgresqlConnection>(url, options);
  }

  const schema::Dialect& schemaDialect() const noexcept override {
    return postgresql::schemaDialect();
  }

  const Copier* copier() const noexcept override { return &postgresql::copier(); }

  std::string likeSql(const std::string& column, const std::string& placeholder,
                      bool ignoreCase) const override {
    // Backslash is LIKE's escape by default. The collations decide what lower() knows of letters.
    if (!ignoreCase) return column + " COLLATE \"C\" LIKE " + placeholder;
    return "lower(" + column + " COLLATE \"und-x-icu\") LIKE lower(CAST(" + placeholder +
           " AS text) COLLATE \"und-x-icu\")";
  }

  std::string rowLockSql(RowLock lock) const override {
    switch (lock) {
      case RowLock::none:
        return {};
      case RowLock::update:
        return " FOR UPDATE";
      case RowLock::skipLocked:
        return " FOR UPDATE SKIP LOCKED";
    }
    return {};
  }

 private:
  static bool takeOption(const std::string& name, const std::string& value,
                         DatabaseOptions& options) {
    if (name == "repot_pool_min") {
      options.poolMin = parseCount(name, value, 0);
    } else if (name == "repot_max_lifetime") {
      options.maxLifetime = parseSeconds(name, value);
    } else if (name == "repot_prepare" && (value == "on" || value == "off")) {
      options.prepareStatements = value == "on";
    } else if (name == "repot_prepare") {
      throw Error(ErrorKind::invalidUrl, "repot_prepare must be on or off");
    } else {
      return false;
    }
    return true;
  }

  static bool isLibpqOption(const std::string& name) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> known(PQconndefaults(),
                                                                             &PQconninfoFree);
    for (const PQconninfoOption* option = known.get(); option && option->keyword; ++option) {
      if (name == option->keyword) return true;
    }
    return name == "ssl";  // JDBC's spelling, which libpq takes in URLs.
  }

  [[noreturn]] static void throwUnknown(const std::string& name) {
    const std::string nearest = nearestName(name, {"repot_busy_timeout",
                                                   "repot_pool_timeout",
                                                   "repot_pool_size",
                                                   "repot_pool_min",
                                                   "repot_max_lifetime",
                                                   "repot_prepare",
                                                   "sslmode",
                                                   "sslrootcert",
                                                   "sslcert",
                                                   "sslkey",
                                                   "host",
                                                   "hostaddr",
                                                   "port",
                                                   "dbname",
                                                   "user",
                                                   "password",
                                                   "passfile",
                                                   "service",
                                                   "options",
                                                   "application_name",
                                                   "connect_timeout",
                                                   "target_session_attrs",
                                                   "keepalives",
                                                   "channel_binding",
                                                   "gssencmode"});
    throw Error(ErrorKind::invalidUrl,
                "unknown option '" + name + "' in a PostgreSQL URL" +
                    (nearest.empty() ? "" : "; did you mean " + nearest + '?'));
  }
};

}  // namespace

void registerBackend() {
  repot::registerBackend(std::make_shared<PostgresqlBackend>());
}

}  // namespace repot::postgresql
