// Moving a database between versions; see migrator.hpp. Every decision is taken anew inside of the
// transaction that acts on it, since another process may have come first.
#include "repot/schema/migrator.hpp"

#include "repot/backend.hpp"
#include "repot/error.hpp"
#include "repot/schema/dialect.hpp"
#include "repot/schema/diff.hpp"
#include "repot/schema/json.hpp"
#include "schema/history.hpp"
#include "schema/listed.hpp"
#include "schema/steps.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace repot::schema {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<std::string> idsOf(const std::vector<const Migration*>& plan) {
  std::vector<std::string> ids;
  for (const Migration* migration : plan)
    ids.push_back(migration->id);
  return ids;
}

/// N of "+N" or "-N"; nothing where `target` is of another form.
std::optional<std::size_t> stepsOf(std::string_view target, char sign) {
  if (target.size() < 2 || target.front() != sign) return std::nullopt;
  std::size_t steps = 0;
  const auto [end, error] =
      std::from_chars(target.data() + 1, target.data() + target.size(), steps);
  if (error != std::errc() || end != target.data() + target.size() || steps == 0) {
    throw Error(ErrorKind::usage, "'" + std::string(target) + "' is no target: write " + sign +
                                      "1 for one migration, " + sign + "2 for two");
  }
  return steps;
}

void checkClean(const Status& status) {
  const std::vector<std::string> problems = status.problems();
  if (status.isClean()) return;
  throw Error(ErrorKind::schema, problems.front());
}

bool isApplied(const Status& status, std::string_view id) {
  return std::any_of(status.applied.begin(), status.applied.end(),
                     [&](const Applied& one) { return one.id == id; });
}

Instant now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::chrono::microseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
}

}  // namespace

Migrator::Migrator(Database database, Migrations migrations, MigratorOptions options)
    : database_(std::move(database)),
      migrations_(std::move(migrations)),
      options_(std::move(options)) {
  migrations_.ordered();
  for (const Migration& migration : migrations_.all())
    checksums_.emplace(migration.id, Checksum::of(migration));
}

std::vector<std::string> Status::problems() const {
  std::vector<std::string> problems;
  if (!missing.empty()) {
    problems.push_back("applied, but not among the migrations: " + listed(missing) +
                       "; bring their files or code back, or stamp what the schema is");
  }
  if (!edited.empty()) {
    problems.push_back("edited after they were applied: " + listed(edited) +
                       "; bring their old steps back and write a new migration, or stamp what the "
                       "schema is");
  }
  if (!late.empty()) {
    problems.push_back("not applied, though one that follows is: " + listed(late) +
                       "; let them come after " + applied.back().id);
  }
  if (heads.size() > 1) {
    problems.push_back("there are branches, which end in " + listed(heads) +
                       "; name a target, or add a migration that follows all of them");
  }
  return problems;
}

std::string Migrator::scheme() const {
  return std::string(database_.backend().scheme());
}

std::vector<Applied> Migrator::applied() const {
  Database database = database_;
  return database.read(
      [](UnitOfWork& work) { return history::read(work, work.backend().schemaDialect()); });
}

Status Migrator::status() const {
  return statusOf(applied());
}

Status Migrator::statusOf(const std::vector<Applied>& applied) const {
  Status status;
  status.applied = applied;
  status.heads = migrations_.heads();
  std::set<std::string_view> ids;
  for (const Applied& one : applied) {
    ids.insert(one.id);
    const auto checksum = checksums_.find(one.id);
    if (checksum == checksums_.end()) {
      status.missing.push_back(one.id);
    } else if (!checksum->second.matches(one.checksum, scheme())) {
      status.edited.push_back(one.id);
    }
  }
  const std::vector<const Migration*> order = migrations_.ordered();
  std::set<std::string_view> followed;  // By one that is applied.
  for (auto migration = order.rbegin(); migration != order.rend(); ++migration) {
    if (ids.contains((*migration)->id) || followed.contains((*migration)->id))
      followed.insert((*migration)->after.begin(), (*migration)->after.end());
  }
  for (const Migration* migration : order) {
    if (ids.contains(migration->id)) continue;
    status.pending.push_back(migration->id);
    if (followed.contains(migration->id)) status.late.push_back(migration->id);
  }
  return status;
}

Migrator::Plan Migrator::upgradePlan(std::string_view target, const Status& status) const {
  checkClean(status);
  const auto steps = stepsOf(target, '+');
  if ((target.empty() || steps) && status.heads.size() > 1) {
    throw Error(ErrorKind::schema, status.problems().back());
  }
  Plan plan = target.empty() || steps ? migrations_.ordered() : migrations_.upTo(target);
  std::erase_if(plan, [&](const Migration* one) { return isApplied(status, one->id); });
  if (steps && *steps < plan.size()) plan.resize(*steps);
  for (const Migration* migration : plan)
    stepsOf(*migration, true, scheme());
  return plan;
}

Migrator::Plan Migrator::downgradePlan(std::string_view target, const Status& status) const {
  checkClean(status);
  Plan plan;
  for (auto one = status.applied.rbegin(); one != status.applied.rend(); ++one)
    plan.push_back(migrations_.find(one->id));
  if (const auto steps = stepsOf(target, '-')) {
    if (*steps > plan.size()) {
      throw Error(ErrorKind::usage, "cannot undo " + std::to_string(*steps) + " migrations: " +
                                        std::to_string(plan.size()) + " are applied");
    }
    plan.resize(*steps);
  } else if (target != "base") {
    const Plan kept = migrations_.upTo(target);
    if (!isApplied(status, target)) {
      throw Error(ErrorKind::notFound,
                  "cannot go back to " + std::string(target) + ", which is not applied");
    }
    std::erase_if(plan, [&](const Migration* one) {
      return std::find(kept.begin(), kept.end(), one) != kept.end();
    });
  }
  for (const Migration* migration : plan)
    stepsOf(*migration, false, scheme());
  return plan;
}

void Migrator::inTransaction(const std::function<void(UnitOfWork&)>& body) const {
  bool entered = false;
  Database database = database_;
  try {
    database.backend().schemaDialect().inTransaction(database, options_.lockTimeout,
                                                     [&](UnitOfWork& work) {
                                                       entered = true;
                                                       body(work);
                                                     });
  } catch (const Error& error) {
    const bool waited = error.kind() == ErrorKind::busy || error.kind() == ErrorKind::timeout;
    if (entered || !waited) throw;
    throw Error(ErrorKind::timeout,
                "another process migrates " + database_.url().toString() +
                    ", or holds a lock on it, for longer than the " +
                    std::to_string(options_.lockTimeout.count()) +
                    " ms that this one waits; try again, or find it out: " + error.what());
  }
}

/// Another process may have gone the other way since the plan was made.
void Migrator::checkOrder(const Migration& migration, bool up, const Status& status) const {
  const auto refuse = [&](const std::string& reason) {
    throw Error(ErrorKind::conflict,
                "migration " + migration.id + reason + "; another process migrates the other way");
  };
  for (const std::string& parent : migration.after) {
    if (up && !isApplied(status, parent)) refuse(" comes after " + parent + ", which was undone");
  }
  for (const Applied& one : status.applied) {
    const std::vector<std::string>& after = migrations_.find(one.id)->after;
    if (!up && std::find(after.begin(), after.end(), migration.id) != after.end())
      refuse(" comes before " + one.id + ", which was applied");
  }
}

std::vector<std::string> Migrator::carryOut(const Plan& plan, bool up) {
  const Dialect& dialect = database_.backend().schemaDialect();
  std::vector<std::string> done;
  for (const Migration* migration : plan) {
    bool ours = false;
    Clock::time_point start;
    inTransaction([&](UnitOfWork& work) {
      start = Clock::now();
      history::create(work, dialect);
      const Status status = statusOf(history::read(work, dialect));
      checkClean(status);
      if (isApplied(status, migration->id) == up) return;  // Another process was first.
      checkOrder(*migration, up, status);
      ours = true;
      if (options_.onStart) options_.onStart(*migration, up);
      makeSteps(work, dialect, *migration, up);
      if (up) {
        history::add(work, {migration->id, migration->description, checksums_.at(migration->id),
                            now(), since(start), toJson(dialect.read(work)), scheme()});
      } else {
        history::remove(work, migration->id);
      }
    });
    if (!ours) continue;
    done.push_back(migration->id);
    if (options_.onDone) options_.onDone(*migration, up, since(start));
  }
  return done;
}

std::vector<std::string> Migrator::upgrade(std::string_view target) {
  return carryOut(upgradePlan(target, status()), true);
}

std::vector<std::string> Migrator::downgrade(std::string_view target) {
  return carryOut(downgradePlan(target, status()), false);
}

std::vector<std::string> Migrator::planUpgrade(std::string_view target) const {
  return idsOf(upgradePlan(target, status()));
}

std::vector<std::string> Migrator::planDowngrade(std::string_view target) const {
  return idsOf(downgradePlan(target, status()));
}

std::vector<DryRunStep> Migrator::dryRun(const Plan& plan, bool up) const {
  Database database = database_;
  const Dialect& dialect = database_.backend().schemaDialect();
  Schema schema = database.read([&](UnitOfWork& work) { return dialect.read(work); });
  return describeSteps(dialect, scheme(), plan, up, std::move(schema));
}

std::vector<std::string> Migrator::lossesOfDowngrade(std::string_view target) const {
  Database database = database_;
  Schema schema =
      database.read([](UnitOfWork& work) { return work.backend().schemaDialect().read(work); });
  std::vector<std::string> losses;
  for (const Migration* migration : downgradePlan(target, status())) {
    for (const Change& change : stepsOf(*migration, false, scheme())) {
      const auto risk = riskOf(change, schema);
      if (risk && risk->loses) losses.push_back("undoing " + migration->id + ' ' + risk->text);
      try {
        apply(schema, change);
      } catch (const Error&) {
        // What SQL of the author's own made or dropped before is in no model.
      }
    }
  }
  return losses;
}

std::vector<DryRunStep> Migrator::dryRunUpgrade(std::string_view target) const {
  return dryRun(upgradePlan(target, status()), true);
}

std::vector<DryRunStep> Migrator::dryRunDowngrade(std::string_view target) const {
  return dryRun(downgradePlan(target, status()), false);
}

std::vector<DryRunStep> Migrator::dryRun(const Migrations& migrations, std::string_view scheme,
                                         std::string_view target) {
  const auto backend = findBackend(scheme);
  if (target.empty() && migrations.heads().size() > 1) {
    Status status;
    status.heads = migrations.heads();
    throw Error(ErrorKind::schema, status.problems().back());
  }
  const Plan plan = target.empty() ? migrations.ordered() : migrations.upTo(target);
  return describeSteps(backend->schemaDialect(), scheme, plan, true, Schema{});
}

void Migrator::stamp(std::string_view id) {
  const Dialect& dialect = database_.backend().schemaDialect();
  const Plan wanted = id == "base" ? Plan{} : migrations_.upTo(id);
  inTransaction([&](UnitOfWork& work) {
    history::create(work, dialect);
    std::map<std::string, Applied> before;
    for (const Applied& one : history::read(work, dialect)) {
      before.emplace(one.id, one);
      history::remove(work, one.id);
    }
    const std::string schema = toJson(dialect.read(work));
    for (const Migration* migration : wanted) {
      Applied row{migration->id, {}, {}, now(), {}, schema, scheme()};
      if (const auto old = before.find(migration->id); old != before.end()) row = old->second;
      row.description = migration->description;
      row.checksum = checksums_.at(migration->id);
      // Drift is measured from the last one.
      if (migration == wanted.back())
        std::tie(row.schema, row.scheme) = std::tuple(schema, scheme());
      history::add(work, row);
    }
  });
}

}  // namespace repot::schema
