// tests/support/pg_throwaway, and psql beside it, for tests in C++.
#pragma once

#include "support/test_database.hpp"

#include <string>

namespace repot::test {

/// Runs tests/support/pg_throwaway; its output. Throws std::runtime_error where it fails.
std::string throwaway(const std::string& arguments);
std::string askByPsql(const std::string& url, const std::string& sql);
/// As root the server runs as another user, who has to get to his folder.
void openToServer(const ScratchFolder& folder);

}  // namespace repot::test
