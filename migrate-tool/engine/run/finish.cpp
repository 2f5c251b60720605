// Builds what is better built once than kept up to date row by row; see finish.hpp.
#include "engine/run/finish.hpp"

#include "engine/run/control.hpp"
#include "engine/run/workers.hpp"

#include <repot/error.hpp>

#include <map>
#include <mutex>

namespace repot::migrate {
namespace {

using Kind = ObjectPlan::Kind;

/// Objects of one table are made one after the other: each wants the table's lock.
std::vector<std::vector<const ObjectPlan*>> byTable(const Plan& plan) {
  std::map<std::string, std::size_t> places;
  std::vector<std::vector<const ObjectPlan*>> groups;
  for (const ObjectPlan& object : plan.objects) {
    if (object.kind == Kind::foreignKey) continue;
    const auto [place, added] = places.try_emplace(object.table, groups.size());
    if (added) groups.emplace_back();
    groups[place->second].push_back(&object);
  }
  return groups;
}

bool isTooLargeForAnIndex(const Error& error) {
  return error.sqlState() == "54000";
}

void makeObject(Control& control, const ObjectPlan& object, const FinishOptions& options,
                std::vector<Finding>& findings, std::mutex& mutex) {
  try {
    control.execute(object.sql);
  } catch (const Error& error) {
    const bool optional = object.kind == Kind::index && options.skipUntranslatable;
    if (!isTooLargeForAnIndex(error) || !optional) {
      throw error.within("making " + object.name + " of table \"" + object.table + "\"");
    }
    const std::lock_guard lock(mutex);
    Finding& finding = findings.emplace_back();
    finding.level = Finding::Level::reported;
    finding.code = "index-row-too-large";
    finding.object = object.name;
    finding.message = "PostgreSQL cannot index a value of this size: " + std::string(error.what());
    finding.advice = "index a hash of the column, or its first characters";
    finding.sql = object.source;
  }
}

void resetIdentity(Control& control, const TablePlan& table) {
  for (const ColumnPlan& column : table.columns) {
    if (!column.identity) continue;
    if (column.identityExhausted) {
      // The next insert without an id fails, as it does in SQLite; handing out ids anew would not.
      control.value("SELECT setval(pg_get_serial_sequence($1, $2), 9223372036854775807, true)",
                    {quoteIdentifier(table.target), column.target});
      continue;
    }
    control.execute("ALTER TABLE " + quoteIdentifier(table.target) + " ALTER COLUMN " +
                    quoteIdentifier(column.target) + " RESTART WITH " +
                    std::to_string(column.identityNext));
  }
}

}  // namespace

std::vector<Finding> finishTables(const DatabaseUrl& target, const std::string& schema,
                                  const Plan& plan, const FinishOptions& options,
                                  Progress& progress) {
  const auto groups = byTable(plan);
  progress.begin(Progress::Phase::objects, static_cast<std::int64_t>(plan.objects.size()));
  std::vector<Finding> findings;
  std::mutex mutex;
  std::atomic<std::size_t> next = 0;
  runWorkers(options.jobs, progress, [&](std::size_t) {
    Control control(target);
    control.setSearchPath(schema);
    for (std::size_t i = next++; i < groups.size(); i = next++) {
      for (const ObjectPlan* object : groups[i]) {
        progress.throwIfStopped();
        makeObject(control, *object, options, findings, mutex);
        ++progress.rows;
      }
    }
  });
  Control control(target);
  control.setSearchPath(schema);
  for (const ObjectPlan& object : plan.objects) {
    if (object.kind != Kind::foreignKey) continue;
    progress.throwIfStopped();
    makeObject(control, object, options, findings, mutex);
    ++progress.rows;
  }
  for (const TablePlan& table : plan.tables)
    resetIdentity(control, table);
  next = 0;
  runWorkers(options.jobs, progress, [&](std::size_t) {
    Control own(target);
    own.setSearchPath(schema);
    for (std::size_t i = next++; i < plan.tables.size(); i = next++) {
      progress.throwIfStopped();
      own.execute("ANALYZE " + quoteIdentifier(plan.tables[i].target));
    }
  });
  return findings;
}

}  // namespace repot::migrate
