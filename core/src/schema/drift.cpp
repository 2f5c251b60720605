// Drift of a live schema, and the schema that migrations make; see drift.hpp.
#include "repot/schema/drift.hpp"

#include "repot/backend.hpp"
#include "repot/error.hpp"
#include "repot/schema/adopt.hpp"
#include "repot/schema/dialect.hpp"
#include "repot/schema/json.hpp"
#include "schema/portable.hpp"
#include "schema/scratch.hpp"
#include "schema/steps.hpp"

#include <set>

namespace repot::schema {
namespace {

std::vector<const Migration*> planOf(const Migrations& migrations, std::string_view target) {
  if (target == "base") return {};
  return target.empty() ? migrations.ordered() : migrations.upTo(target);
}

Schema built(const Migrator& migrator, const std::vector<const Migration*>& plan) {
  Schema built;
  inScratch(migrator.database(), [&](UnitOfWork& work) {
    const Dialect& dialect = work.backend().schemaDialect();
    for (const Migration* migration : plan)
      makeSteps(work, dialect, *migration, true);
    built = dialect.read(work);
  });
  return built;
}

/// A database that was moved here from one of another kind is right where it has what was recorded
/// there, or what the migrations make here.
Diff differencesSinceMove(const Migrator& migrator, const Schema& recordedThere) {
  Diff diff = differencesFrom(migrator, portable(recordedThere));
  if (diff.empty()) return diff;
  std::set<std::string> objects;
  try {
    for (const Difference& one : differencesFrom(migrator, appliedSchema(migrator)).differences)
      objects.insert(one.object);
  } catch (const Error&) {
    return diff;  // One is gone, or has no SQL for this database: it says nothing.
  }
  std::erase_if(diff.differences,
                [&](const Difference& one) { return !objects.contains(one.object); });
  diff.changes.clear();
  return diff;
}

}  // namespace

Schema builtSchema(const Migrator& migrator, std::string_view target) {
  return built(migrator, planOf(migrator.migrations(), target));
}

Schema appliedSchema(const Migrator& migrator) {
  std::vector<const Migration*> plan;
  for (const Applied& one : migrator.status().applied) {
    plan.push_back(migrator.migrations().find(one.id));
    if (plan.back() == nullptr) {
      throw Error(ErrorKind::schema,
                  "applied, but not among the migrations: " + one.id + "; bring it back");
    }
  }
  return built(migrator, plan);
}

Drift drift(const Migrator& migrator) {
  const Status status = migrator.status();
  if (status.applied.empty()) return {{}, false};
  const Applied& last = status.applied.back();
  const Schema recorded = fromJson(last.schema);
  if (last.scheme == migrator.database().backend().scheme())
    return {differencesFrom(migrator, recorded), true};
  return {differencesSinceMove(migrator, recorded), true};
}

Diff differencesFrom(const Migrator& migrator, const Schema& wanted, DiffScope scope) {
  Database database = migrator.database();
  const Schema live = withoutHistories(
      database.read([](UnitOfWork& work) { return work.backend().schemaDialect().read(work); }));
  const Schema ours = withoutHistories(wanted);
  const DiffOptions options{scope, std::string(database.backend().scheme())};
  Diff plain = diff(live, ours, options);
  if (plain.empty() || scope == DiffScope::entities) return plain;
  return diff(live, respelled(database, ours, live), options);
}

}  // namespace repot::schema
