// How the fault tests open an SQLite file.
#pragma once

#include <repot/options.hpp>
#include <repot/url.hpp>

#include <chrono>
#include <string>

namespace repot::test {

inline std::string sqliteUrl(const std::string& path) {
  return DatabaseUrl::fromSqlitePath(path).toString();
}

/// Gives up soon, so that a fault that lasts shows at once.
inline DatabaseOptions impatient() {
  using std::chrono::milliseconds;
  DatabaseOptions options;
  options.retry.initialDelay = milliseconds(1);
  options.retry.maxDelay = milliseconds(2);
  options.busyTimeout = milliseconds(50);
  options.poolTimeout = milliseconds(500);
  return options;
}

}  // namespace repot::test
