// The parameterised fixture: every test of the suite runs on an SQLite file, SQLite in memory and
// PostgreSQL, each time on an empty database of its own.
#pragma once

#include "entities.hpp"

#include <repot/backends.hpp>
#include <repot/repot.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

namespace conformance {

enum class Target { sqliteFile, sqliteMemory, postgresql, pgbouncer };

inline std::string nameOf(Target target) {
  switch (target) {
    case Target::sqliteFile:
      return "SqliteFile";
    case Target::sqliteMemory:
      return "SqliteMemory";
    case Target::postgresql:
      return "Postgresql";
    case Target::pgbouncer:
      return "Pgbouncer";
  }
  return "";
}

class Suite : public testing::TestWithParam<Target> {
 protected:
  void SetUp() override {
    repot::registerBackends();
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    std::string name = "repot_" + std::to_string(::getpid()) + "_" + info->name();
    for (char& c : name) {
      // The schema's name also goes into search_path, where capitals would be folded.
      c = c == '/' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    if (GetParam() == Target::sqliteMemory) {
      url_ = "sqlite://";
    } else if (GetParam() == Target::sqliteFile) {
      folder_ = std::filesystem::temp_directory_path() / name;
      std::filesystem::create_directory(folder_);
      url_ = repot::DatabaseUrl::fromSqlitePath((folder_ / "a b%?.db").string()).toString();
    } else {
      const char* server = std::getenv("REPOT_TEST_POSTGRESQL_URL");
      if (server == nullptr || *server == '\0') {
        GTEST_SKIP() << "REPOT_TEST_POSTGRESQL_URL names no server";
      }
      server_ = server;
      GetParam() == Target::postgresql ? makeSchema(name) : makeDatabase();
      if (url_.empty()) GTEST_SKIP() << "REPOT_TEST_PGBOUNCER_URL names no pgbouncer";
    }
    database_ = repot::Database::open(url_, options());
  }

  void TearDown() override {
    database_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
    if (!schema_.empty()) {
      repot::Database::open(server_).write([&](repot::UnitOfWork& work) {
        work.executeScript("DROP SCHEMA " + repot::quoteIdentifier(schema_) + " CASCADE");
      });
    }
    if (!databaseName_.empty()) serverCommand("DROP DATABASE " + databaseName_ + " WITH (FORCE)");
  }

  repot::DatabaseOptions options() const {
    repot::DatabaseOptions options;
    options.retry.initialDelay = std::chrono::milliseconds(2);
    options.retry.maxDelay = std::chrono::milliseconds(50);
    return options;
  }

  repot::Database& database() { return *database_; }
  bool isSqlite() const {
    return GetParam() == Target::sqliteFile || GetParam() == Target::sqliteMemory;
  }

  std::string url_;

 private:
  void makeSchema(const std::string& name) {
    schema_ = name.substr(0, 60);
    repot::Database::open(server_).write([&](repot::UnitOfWork& work) {
      work.executeScript("CREATE SCHEMA " + repot::quoteIdentifier(schema_));
    });
    url_ = repot::DatabaseUrl::parse(server_)
               .withOption("options", "-csearch_path=" + schema_)
               .toStringWithSecrets();
  }

  /// A pooler in transaction mode knows no session, and so no search_path of one.
  void makeDatabase() {
    const char* bouncer = std::getenv("REPOT_TEST_PGBOUNCER_URL");
    if (bouncer == nullptr) return;
    static int serial = 0;
    databaseName_ = "repot_" + std::to_string(::getpid()) + "_" + std::to_string(++serial);
    serverCommand("CREATE DATABASE " + databaseName_ + " TEMPLATE template0");
    url_ = bouncer;
    url_.replace(url_.find("/postgres?"), 10, "/" + databaseName_ + "?");
    url_ += "&repot_prepare=off";
  }

  /// For commands that no transaction may hold.
  void serverCommand(const std::string& sql) {
    const std::string command =
        "psql --no-psqlrc --quiet --dbname='" + server_ + "' --command='" + sql + "' >/dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0) << sql;
  }

  std::optional<repot::Database> database_;
  std::filesystem::path folder_;
  std::string schema_;
  std::string databaseName_;
  std::string server_;
};

/// The kind of Error that `action` throws; fails the test where it throws none.
template <typename Action>
repot::ErrorKind kindOf(Action action) {
  try {
    action();
  } catch (const repot::Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "no error was thrown";
  return repot::ErrorKind::internal;
}

}  // namespace conformance

#define REPOT_INSTANTIATE_CONFORMANCE(suite)                                              \
  INSTANTIATE_TEST_SUITE_P(                                                               \
      Backends, suite,                                                                    \
      testing::Values(conformance::Target::sqliteFile, conformance::Target::sqliteMemory, \
                      conformance::Target::postgresql, conformance::Target::pgbouncer),   \
      [](const auto& parameter) { return nameOf(parameter.param); })
