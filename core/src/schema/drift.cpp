// Drift of a live schema, and the schema that migrations make; see drift.hpp.
#include "repot/schema/drift.hpp"

#include "repot/backend.hpp"
#include "repot/schema/adopt.hpp"
#include "repot/schema/dialect.hpp"
#include "repot/schema/json.hpp"
#include "schema/steps.hpp"

namespace repot::schema {
namespace {

constexpr const char* scratchName = "repot_scratch";

/// Thrown to leave a transaction of the dialect without a commit.
struct Enough {};

std::vector<const Migration*> planOf(const Migrations& migrations, std::string_view target) {
  if (target == "base") return {};
  return target.empty() ? migrations.ordered() : migrations.upTo(target);
}

/// What is made from here on goes into a schema of its own. What extensions brought stays within
/// reach, behind it.
void enterScratchSchema(UnitOfWork& work) {
  const std::string name = quoteIdentifier(scratchName);
  work.executeScript("CREATE SCHEMA " + name);
  work.query("SELECT set_config('search_path', $1 || ', ' || current_setting('search_path'), true)",
             {name}, {ColumnType::text}, [](std::vector<Value>&) {});
}

}  // namespace

Schema builtSchema(const Migrator& migrator, std::string_view target) {
  const Backend& backend = migrator.database().backend();
  const Dialect& dialect = backend.schemaDialect();
  const std::vector<const Migration*> plan = planOf(migrator.migrations(), target);
  Database database =
      backend.hasServer() ? migrator.database() : Database::open("sqlite:///:memory:");
  Schema built;
  try {
    dialect.inTransaction(database, std::chrono::seconds(60), [&](UnitOfWork& work) {
      if (backend.hasServer()) enterScratchSchema(work);
      for (const Migration* migration : plan)
        makeSteps(work, dialect, *migration, true);
      built = dialect.read(work);
      throw Enough{};
    });
  } catch (const Enough&) {
  }
  return built;
}

Drift drift(const Migrator& migrator) {
  const Status status = migrator.status();
  const bool known = !status.applied.empty() &&
                     status.applied.back().scheme == migrator.database().backend().scheme();
  if (!known) return {{}, false};
  return {differencesFrom(migrator, fromJson(status.applied.back().schema)), true};
}

Diff differencesFrom(const Migrator& migrator, const Schema& wanted) {
  Database database = migrator.database();
  const Schema live =
      database.read([](UnitOfWork& work) { return work.backend().schemaDialect().read(work); });
  return diff(withoutHistories(wanted), withoutHistories(live),
              {DiffScope::everything, std::string(database.backend().scheme())});
}

}  // namespace repot::schema
