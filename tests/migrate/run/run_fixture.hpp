// A source file and an empty target for each test.
#pragma once

#include "engine/run/migrate.hpp"
#include "support/test_database.hpp"

#include <gtest/gtest.h>

#include <string>

namespace repot::migrate {

class RunTest : public testing::Test {
 protected:
  void source(const std::string& sql) { test::runSqlite(path_, sql); }
  Report migrateAll(const MigrateOptions& options = {}) {
    Progress progress;
    return migrate(path_, target_.url(), options, progress);
  }
  /// As migrateAll(), for a migration that must not fail; an empty report where it does.
  Report migrateSurely(const MigrateOptions& options = {}) {
    try {
      return migrateAll(options);
    } catch (const StageError& failed) {
      ADD_FAILURE() << failed.error.what() << "\n" << failed.error.statement();
    }
    return {};
  }
  Report verifyAll(const MigrateOptions& options = {}) {
    Progress progress;
    return verify(path_, target_.url(), options, progress);
  }
  /// The stage and message of a migration that must fail.
  std::pair<Stage, std::string> failure(const MigrateOptions& options = {}) {
    try {
      migrateAll(options);
    } catch (const StageError& failed) {
      return {failed.stage, failed.error.what()};
    }
    ADD_FAILURE() << "the migration did not fail";
    return {Stage::run, ""};
  }
  /// Schemas of runs; that of the ledger stays.
  std::string schemas() {
    return target_.value(
        "SELECT string_agg(nspname, ',' ORDER BY nspname) FROM pg_namespace WHERE "
        "nspname LIKE 'repot\\_%'");
  }

  test::ScratchFolder folder_;
  test::ScratchDatabase target_;
  const std::string path_ = folder_.file("source file.db");
};

}  // namespace repot::migrate
