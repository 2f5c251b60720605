// See version_table_names.hpp.
#include "version_table_names.hpp"

#include "source_schema.hpp"

namespace repot::migrate {
namespace {

struct VersionTable {
  std::string_view name;
  std::vector<std::string> columns;
};

const std::vector<VersionTable>& knownTables() {
  static const std::vector<VersionTable> tables{
      {"alembic_version", {"version_num"}},
      {"django_migrations", {"app", "name"}},
      {"schema_migrations", {"version"}},
      {"ar_internal_metadata", {}},
      {"_prisma_migrations", {"migration_name"}},
      {"__EFMigrationsHistory", {"MigrationId"}},
      {"__EFMigrationsLock", {}},
      {"knex_migrations", {"name"}},
      {"knex_migrations_lock", {}},
      {"SequelizeMeta", {"name"}},
      {"typeorm_metadata", {}},
      {"mikro_orm_migrations", {"name"}},
      {"flyway_schema_history", {"version"}},
      {"goose_db_version", {"version_id"}},
      {"doctrine_migration_versions", {"version"}},
      {"phinxlog", {"version"}},
      {"schema_info", {"version"}},
      {"__drizzle_migrations", {"hash"}},
  };
  return tables;
}

}  // namespace

const std::vector<std::string>* versionColumns(std::string_view table) {
  for (const VersionTable& known : knownTables()) {
    if (sameName(known.name, table)) return &known.columns;
  }
  return nullptr;
}

bool isVersionTable(std::string_view table) {
  return versionColumns(table) != nullptr;
}

}  // namespace repot::migrate
