// Drift of a live schema, and the schema that migrations make; see drift.hpp.
#include "repot/schema/drift.hpp"

#include "repot/backend.hpp"
#include "repot/schema/dialect.hpp"
#include "schema/object_digests.hpp"
#include "schema/steps.hpp"

#include <utility>

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

ObjectDigests liveDigests(const Migrator& migrator) {
  Database database = migrator.database();
  return database.read([](UnitOfWork& work) {
    return digestsOf(work.backend().schemaDialect().read(work), work.backend().scheme());
  });
}

std::vector<ObjectDifference> compare(const ObjectDigests& wanted, const ObjectDigests& live) {
  using Kind = ObjectDifference::Kind;
  std::vector<ObjectDifference> differences;
  for (const auto& [object, digest] : wanted) {
    const auto found = live.find(object);
    if (found == live.end()) {
      differences.push_back({object, Kind::missing});
    } else if (found->second != digest) {
      differences.push_back({object, Kind::changed});
    }
  }
  for (const auto& [object, digest] : live) {
    if (!wanted.contains(object)) differences.push_back({object, Kind::added});
  }
  return differences;
}

}  // namespace

std::string ObjectDifference::toString() const {
  switch (kind) {
    case Kind::missing:
      return object + " is missing";
    case Kind::added:
      return object + " was not made by the migrations";
    case Kind::changed:
      return object + " is not as the migrations made it";
  }
  return object;
}

Drift drift(const Migrator& migrator) {
  const Status status = migrator.status();
  const bool known = !status.applied.empty() &&
                     status.applied.back().scheme == migrator.database().backend().scheme();
  if (!known) return {{}, false};
  return {compare(digestsFromText(status.applied.back().schema), liveDigests(migrator)), true};
}

std::vector<ObjectDifference> differencesFrom(const Migrator& migrator, std::string_view target) {
  return compare(digestsOf(builtSchema(migrator, target), migrator.database().backend().scheme()),
                 liveDigests(migrator));
}

}  // namespace repot::schema
