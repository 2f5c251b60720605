// Database URLs: the one setting that picks the backend.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repot {

/// A parsed database URL.
///
/// Accepted: `scheme[+driver]://…`, the spelling of SQLAlchemy; the driver is kept for printing and
/// otherwise ignored. For `sqlite` the rules are SQLAlchemy's: `sqlite:///relative.db`,
/// `sqlite:////absolute.db`, `sqlite://` and `sqlite:///:memory:` in memory,
/// `sqlite:///file:path?mode=ro&uri=true` for SQLite's own URI names; the bare word `:memory:` too.
/// `postgres` is printed as `postgresql`; several hosts (`h1:5432,h2`) are allowed.
///
/// Thread-safety: a value; const members may be called from several threads.
class DatabaseUrl {
 public:
  /// One of several servers.
  struct Host {
    std::string name;  ///< Empty where only a port was given.
    std::string port;  ///< Empty where none was given.
    bool operator==(const Host&) const = default;
  };
  /// Name and value, decoded.
  using Option = std::pair<std::string, std::string>;

  /// Parses `text`. Throws Error(invalidUrl) whose message gives the position (1-based) of the
  /// fault and never repeats a password.
  static DatabaseUrl parse(std::string_view text);
  /// As parse(), and takes a text without a scheme as the path of an SQLite file, byte for byte.
  static DatabaseUrl parseOrPath(std::string_view text);
  /// The URL of an SQLite file whose path is taken byte for byte (no escapes are read from it).
  static DatabaseUrl fromSqlitePath(std::string_view path);

  const std::string& scheme() const noexcept { return scheme_; }  ///< "sqlite", "postgresql", …
  const std::string& driver() const noexcept { return driver_; }  ///< "asyncpg", or empty.
  const std::string& user() const noexcept { return user_; }      ///< Decoded.
  const std::optional<std::string>& password() const noexcept { return password_; }  ///< Decoded.
  /// In the order in which they are tried.
  const std::vector<Host>& hosts() const noexcept { return hosts_; }
  /// Database name (decoded), or for SQLite the file's path; empty for SQLite in memory.
  const std::string& database() const noexcept { return database_; }
  /// Query options in the order given, decoded.
  const std::vector<Option>& options() const noexcept { return options_; }
  /// The last option of that name.
  std::optional<std::string> option(std::string_view name) const;
  /// SQLite only: no file behind it.
  bool isInMemory() const noexcept;
  /// SQLite only: the path of the file, also where database() is SQLite's own "file:path".
  std::string filePath() const;

  /// The URL with its password (in whatever part of it) replaced by `***`: safe to print.
  std::string toString() const;
  /// The URL that parse() reads back as equal, **with the password**. Never print it.
  std::string toStringWithSecrets() const;

  /// Without the driver, which only other languages' libraries know.
  DatabaseUrl withoutDriver() const;
  DatabaseUrl withHosts(std::vector<Host> hosts) const;
  DatabaseUrl withOption(std::string name, std::string value) const;
  /// Without the options whose name starts with `prefix`.
  DatabaseUrl withoutOptions(std::string_view prefix) const;

  bool operator==(const DatabaseUrl&) const = default;

 private:
  std::string print(bool redact) const;

  std::string scheme_;
  std::string driver_;
  std::string user_;
  std::optional<std::string> password_;
  std::vector<Host> hosts_;
  std::string database_;
  std::vector<Option> options_;
};

}  // namespace repot
