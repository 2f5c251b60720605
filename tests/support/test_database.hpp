// For tests: a scratch folder, SQLite files made by SQL, and an empty PostgreSQL database of one's
// own.
#pragma once

#include <repot/postgresql/bulk.hpp>
#include <repot/url.hpp>

#include <gtest/gtest.h>
#include <pqxx/pqxx>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace repot::test {

/// A folder that is gone after the test.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "repot-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = pattern;
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// Runs a script on an SQLite file, which is made where it does not exist.
inline void runSqlite(const std::string& path, const std::string& sql) {
  sqlite3* handle = nullptr;
  char* message = nullptr;
  constexpr int patienceMs = 30'000;  // Of tests whose writers are at work.
  const bool done = sqlite3_open(path.c_str(), &handle) == SQLITE_OK &&
                    sqlite3_busy_timeout(handle, patienceMs) == SQLITE_OK &&
                    sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &message) == SQLITE_OK;
  const std::string reason = message != nullptr ? message : sqlite3_errmsg(handle);
  sqlite3_free(message);
  sqlite3_close(handle);
  if (!done) throw std::runtime_error("SQLite: " + reason + " in " + sql.substr(0, 200));
}

/// An empty database on the test server, dropped after the test.
class ScratchDatabase {
 public:
  ScratchDatabase() : server_(DatabaseUrl::parse(serverUrl())) {
    static int count = 0;
    name_ = "repot_test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
    pqxx::connection connection(postgresql::connectionString(server_));
    pqxx::nontransaction(connection)
        .exec("CREATE DATABASE " + name_ + " ENCODING 'UTF8' TEMPLATE template0");
  }
  ~ScratchDatabase() {
    try {
      pqxx::connection connection(postgresql::connectionString(server_));
      pqxx::nontransaction(connection).exec("DROP DATABASE " + name_ + " (FORCE)");
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;

  /// Throws where the environment names no server: a test is never green without one.
  static std::string serverUrl() {
    const char* url = std::getenv("REPOT_TEST_POSTGRESQL_URL");
    if (url == nullptr)
      throw std::runtime_error(
          "REPOT_TEST_POSTGRESQL_URL names no server; run the test by "
          "tests/support/with_postgresql");
    return url;
  }
  DatabaseUrl url() const { return server_.withOption("dbname", name_); }
  pqxx::result query(const std::string& sql) {
    pqxx::connection connection(postgresql::connectionString(url()));
    pqxx::nontransaction work(connection);
    return work.exec(sql);
  }
  std::string value(const std::string& sql) {
    const pqxx::result result = query(sql);
    return result.empty() || result[0][0].is_null() ? std::string() : result[0][0].c_str();
  }

 private:
  DatabaseUrl server_;
  std::string name_;
};

}  // namespace repot::test
