// The peers of the benchmark: the raw C APIs with prepared statements, and plain SOCI.
#pragma once

#include "track.hpp"

#include <memory>
#include <string>

namespace bench {

std::unique_ptr<Contender> rawSqlite(const std::string& path);
std::unique_ptr<Contender> rawLibpq(const std::string& url);
/// `backend` is SOCI's name ("sqlite3", "postgresql").
std::unique_ptr<Contender> plainSoci(const std::string& backend, const std::string& connection);

}  // namespace bench
