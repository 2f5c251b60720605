// The PostgreSQL backend: options of its URLs, the shape of its pool, and small pieces of SQL.
#include "postgresql/connection.hpp"
#include "postgresql/copier.hpp"
#include "postgresql/schema/dialect.hpp"
#include "postgresql/servers.hpp"

#include <repot/error.hpp>
#include <repot/option_values.hpp>
#include <repot/postgresql/backend.hpp>

#include <libpq-fe.h>

#include <algorithm>
#include <chrono>
#include <memory>

namespace repot::postgresql {
namespace {

/// What a promotion takes where something watches over the servers, and some more.
constexpr std::chrono::seconds usualFailover{30};
/// So that nobody floods his servers with questions by a zero.
constexpr std::chrono::milliseconds shortestWatch{10};

class PostgresqlBackend final : public Backend {
 public:
  std::string_view scheme() const noexcept override { return "postgresql"; }
  bool hasServer() const noexcept override { return true; }

  void configure(const DatabaseUrl& url, DatabaseOptions& options) const override {
    for (const auto& [name, value] : url.options()) {
      if (takeCommonOption(name, value, options) || takeOption(name, value, options)) continue;
      if (!isLibpqOption(name)) throwUnknown(name);
    }
    if (!serversOf(url).empty()) {
      if (!options.failoverTimeout) options.failoverTimeout = usualFailover;
      // Who lists replicas wants them to be read from.
      if (url.option("repot_replicas") && !url.option("repot_read_from") &&
          options.readFrom == ReadFrom::primary)
        options.readFrom = ReadFrom::preferStandby;
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

  std::vector<ServerAddress> servers(const DatabaseUrl& url) const override {
    return serversOf(url);
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
      return takeServersOption(name, value, options);
    }
    return true;
  }

  static bool takeServersOption(const std::string& name, const std::string& value,
                                DatabaseOptions& options) {
    if (name == "repot_read_from") {
      options.readFrom = readFromOf(value);
    } else if (name == "repot_max_staleness") {
      options.maxStaleness = parseSeconds(name, value);
    } else if (name == "repot_region") {
      options.region = value;
    } else if (name == "repot_watch_every") {
      options.watchEvery = std::max(parseSeconds(name, value), shortestWatch);
    } else if (name == "repot_failover_timeout") {
      options.failoverTimeout = parseSeconds(name, value);
    } else {
      return name == "repot_replicas" || name == "repot_regions";  // See servers.hpp.
    }
    return true;
  }

  static ReadFrom readFromOf(const std::string& value) {
    if (value == "primary") return ReadFrom::primary;
    if (value == "prefer-standby") return ReadFrom::preferStandby;
    if (value == "any") return ReadFrom::any;
    throw Error(ErrorKind::invalidUrl, "repot_read_from must be primary, prefer-standby or any");
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
                                                   "repot_replicas",
                                                   "repot_regions",
                                                   "repot_region",
                                                   "repot_read_from",
                                                   "repot_max_staleness",
                                                   "repot_watch_every",
                                                   "repot_failover_timeout",
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
