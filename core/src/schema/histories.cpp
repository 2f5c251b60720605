// The tables in which other tools keep what they have applied; see adopt.hpp.
#include "schema/histories.hpp"

#include "repot/backend.hpp"
#include "repot/sql.hpp"
#include "schema/sql_text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace repot::schema {
namespace {

/// A tool may have several; those without a version say nothing of it.
struct Known {
  std::string_view table, owner;
  std::string_view version;  ///< Its column, and
  std::string_view order;    ///< the one whose highest value is the last; empty: the version's own.
};
constexpr std::array<Known, 17> known = {{
    {"alembic_version", "Alembic", "version_num", ""},
    {"django_migrations", "Django", "name", "id"},
    {"schema_migrations", "Rails, golang-migrate or dbmate", "version", ""},
    {"ar_internal_metadata", "Rails", "", ""},
    {"_prisma_migrations", "Prisma", "migration_name", "started_at"},
    {"__EFMigrationsHistory", "Entity Framework", "MigrationId", ""},
    {"flyway_schema_history", "Flyway", "version", "installed_rank"},
    {"databasechangelog", "Liquibase", "id", "orderexecuted"},
    {"databasechangeloglock", "Liquibase", "", ""},
    {"goose_db_version", "goose", "version_id", "id"},
    {"SequelizeMeta", "Sequelize", "name", ""},
    {"knex_migrations", "Knex", "name", "id"},
    {"knex_migrations_lock", "Knex", "", ""},
    {"_sqlx_migrations", "sqlx", "version", ""},
    {"__diesel_schema_migrations", "Diesel", "version", ""},
    {"__drizzle_migrations", "Drizzle", "hash", "created_at"},
    {"doctrine_migration_versions", "Doctrine", "version", "executed_at"},
}};

const Known* find(std::string_view table) {
  const auto* found = std::find_if(known.begin(), known.end(),
                                   [&](const Known& one) { return sameName(one.table, table); });
  return found == known.end() ? nullptr : found;
}

/// The last version in the table, as a text.
std::string versionIn(UnitOfWork& work, const Table& table, const Known& tool) {
  const Column* const version = table.find(tool.version);
  const Column* const order = table.find(tool.order.empty() ? tool.version : tool.order);
  if (version == nullptr || order == nullptr) return {};
  std::string last;
  for (const auto& [text] : select<std::optional<std::string>>(
           work, "SELECT CAST(" + quoteIdentifier(version->name) + " AS text) FROM " +
                     quoteIdentifier(table.name) + " ORDER BY " + quoteIdentifier(order->name) +
                     " DESC LIMIT 1"))
    last = text.value_or("");
  return last;
}

}  // namespace

std::string_view historyOwner(std::string_view table) {
  const Known* const found = find(table);
  return found == nullptr ? std::string_view() : found->owner;
}

Schema withoutHistories(Schema schema) {
  std::erase_if(schema.tables,
                [](const Table& table) { return !historyOwner(table.name).empty(); });
  return schema;
}

std::vector<OtherHistory> otherHistories(UnitOfWork& work, const Schema& live) {
  std::vector<OtherHistory> found;
  for (const Table& table : live.tables) {
    const Known* const tool = find(table.name);
    if (tool == nullptr) continue;
    std::string version = tool->version.empty() ? std::string() : versionIn(work, table, *tool);
    found.push_back({table.name, std::string(tool->owner), std::move(version)});
  }
  return found;
}

}  // namespace repot::schema
