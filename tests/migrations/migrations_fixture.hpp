// An empty database of either kind for each test.
#pragma once

#include "random_migrations.hpp"
#include "support/repetitions.hpp"
#include "support/test_database.hpp"

#include <repot/backend.hpp>
#include <repot/database.hpp>
#include <repot/schema/dialect.hpp>
#include <repot/schema/diff.hpp>
#include <repot/schema/migrator.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace repot::test {

class RandomMigrations : public testing::TestWithParam<const char*> {
 protected:
  /// Ends the database before, and makes a new one.
  void startAnew(unsigned seed, int count) {
    database_.reset();
    folder_ = std::make_unique<ScratchFolder>();
    server_.reset();
    if (GetParam() == std::string("sqlite")) {
      url_ = DatabaseUrl::fromSqlitePath(folder_->file("app.db")).toString();
    } else {
      server_ = std::make_unique<ScratchDatabase>();
      url_ = server_->url().toStringWithSecrets();
    }
    database_ = Database::open(url_);
    random_ = randomMigrations(seed, count);
    model_.clear();
  }

  void TearDown() override { database_.reset(); }

  schema::Migrator migrator() { return schema::Migrator(*database_, migrationsOf(random_)); }

  schema::Schema live() {
    return database_->read(
        [](UnitOfWork& work) { return work.backend().schemaDialect().read(work); });
  }

  /// What `live` has otherwise than `wanted`. The order of columns does not count: it is another
  /// one where a column was dropped and is there again.
  std::string differences(const schema::Schema& wanted, const schema::Schema& live) {
    const std::string scheme(database_->backend().scheme());
    return schema::diff(wanted, live, {schema::DiffScope::everything, scheme}).toText();
  }

  /// Alone in the database: not before a killed process has left it for good.
  void alone(const std::function<void(UnitOfWork&)>& work) {
    database_->backend().schemaDialect().inTransaction(*database_, std::chrono::seconds(60), work);
  }

  void addRows(std::mt19937& random) {
    alone([&](UnitOfWork& work) { addRandomRows(model_, work, random); });
  }

  void expectRows(const std::string& when) {
    alone([&](UnitOfWork& work) {
      EXPECT_EQ(describe(readRows(work, model_)), describe(model_)) << when;
    });
  }

  std::string url_;
  std::unique_ptr<ScratchFolder> folder_;
  std::unique_ptr<ScratchDatabase> server_;
  std::optional<Database> database_;
  std::vector<RandomMigration> random_;
  Model model_;
};

}  // namespace repot::test
