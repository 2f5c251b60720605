// Random sequences of migrations, and what each of them does to the rows, told apart from how a
// database does it: a model that a test can compare with the real thing.
#pragma once

#include <repot/schema/migration.hpp>
#include <repot/unit_of_work.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace repot::test {

/// A value as text; nothing: NULL.
using Cell = std::optional<std::string>;

struct ModelColumn {
  ColumnType type = ColumnType::text;
  bool nullable = true;
  Cell defaultValue;
  std::string references;  ///< Table whose id it holds.
  bool digits = false;     ///< Texts that must stay numbers, as a downgrade makes numbers of them.
  bool filled = false;     ///< Never NULL, as a downgrade forbids it again.
};

struct ModelTable {
  std::map<std::string, ModelColumn> columns;  ///< Without the id.
  std::map<std::int64_t, std::map<std::string, Cell>> rows;
  std::int64_t lastId = 0;
};

using Model = std::map<std::string, ModelTable>;

struct RandomMigration {
  schema::Migration migration;
  std::string text;  ///< What it does, for messages of tests.
  std::function<void(Model&)> up, down;
};

/// `count` migrations, the same for the same seed.
std::vector<RandomMigration> randomMigrations(unsigned seed, int count);
schema::Migrations migrationsOf(const std::vector<RandomMigration>& random);

/// Adds rows to the model and the database alike.
void addRandomRows(Model& model, UnitOfWork& work, std::mt19937& random);
/// The rows of the database, in the model's form.
Model readRows(UnitOfWork& work, const Model& shape);
/// Both as a text, to be compared.
std::string describe(const Model& model);

}  // namespace repot::test
