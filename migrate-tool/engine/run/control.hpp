// The control connection to the target: DDL and catalog queries through libpqxx, its failures as
// Repot's errors.
#pragma once

#include <repot/url.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace repot::migrate {

/// Thread-safety: one thread at a time. Every statement is a transaction of its own unless it is
/// run by transaction().
class Control {
 public:
  explicit Control(const DatabaseUrl& target);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  /// A new session in place of one that was lost. Throws Error(connection) also where the server
  /// found there cannot be written to (yet), as in the middle of a failover.
  void reconnect();
  /// Runs one statement or a script of several.
  void execute(const std::string& sql);
  /// Rows as text, NULL as an empty string. `values` are bound to $1, $2, ….
  using Rows = std::vector<std::vector<std::string>>;
  Rows query(const std::string& sql, const std::vector<std::string>& values = {});
  /// First column of the first row; empty where there is none.
  std::string value(const std::string& sql, const std::vector<std::string>& values = {});
  /// Runs all statements or none.
  void transaction(const std::vector<std::string>& statements);
  /// The same in one round trip, for statements that are cheap but many. Where one fails, all are
  /// tried again one by one, so that the error names it.
  void together(const std::vector<std::string>& statements);
  void setSearchPath(const std::string& schema);
  /// The session's commits no longer wait for standbys, but for the disk where they did before.
  void commitLocally();
  /// The session's commits no longer wait for the disk. Only for work that counts once a later
  /// transaction of another session is committed: the log is written in order, so that whatever
  /// was committed before is on the disk when that one is.
  void commitLazily();

 private:
  void begin();
  struct State;
  std::unique_ptr<State> state_;
};

/// Within a transaction: its commit waits for the disk, whatever the server's own setting is, and
/// for standbys as far as that says so.
inline constexpr const char* commitDurablySql =
    "SELECT pg_catalog.set_config('synchronous_commit', CASE reset_val WHEN 'off' THEN 'on' ELSE "
    "reset_val END, true) FROM pg_catalog.pg_settings WHERE name = 'synchronous_commit'";

/// In parts that one message and one transaction bear: each statement holds locks to its end.
std::vector<std::vector<std::string>> inBatches(const std::vector<std::string>& statements);

}  // namespace repot::migrate
