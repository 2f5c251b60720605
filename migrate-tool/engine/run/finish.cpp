// Builds what is better built once than kept up to date row by row; see finish.hpp.
#include "engine/run/finish.hpp"

#include "engine/run/control.hpp"
#include "engine/run/source_name.hpp"
#include "engine/run/workers.hpp"

#include <repot/error.hpp>

#include <map>
#include <mutex>
#include <set>

namespace repot::migrate {
namespace {

using Kind = ObjectPlan::Kind;

/// Objects of one table are made one after the other: each wants the table's lock.
std::vector<std::vector<ObjectPlan*>> byTable(Plan& plan) {
  std::map<std::string, std::size_t> places;
  std::vector<std::vector<ObjectPlan*>> groups;
  for (ObjectPlan& object : plan.objects) {
    if (object.kind == Kind::foreignKey) continue;
    const auto [place, added] = places.try_emplace(object.table, groups.size());
    if (added) groups.emplace_back();
    groups[place->second].push_back(&object);
  }
  return groups;
}

/// Class 22: data exceptions, such as an overflow that SQLite answers by a real number.
bool isAboutData(const Error& error) {
  return error.sqlState().starts_with("22");
}

bool isTooLargeForAnIndex(const Error& error) {
  return error.sqlState() == "54000";
}

/// Makes objects of one schema, from several threads.
class ObjectMaker {
 public:
  explicit ObjectMaker(bool skipUntranslatable) : skipUntranslatable_(skipUntranslatable) {}

  void make(Control& control, ObjectPlan& object) {
    try {
      control.execute(object.sql);
    } catch (const Error& error) {
      if (object.kind == Kind::check && isAboutData(error)) {
        leaveNotValid(control, object, error);
      } else if (object.kind == Kind::index && skipUntranslatable_ &&
                 (isTooLargeForAnIndex(error) || isAboutData(error))) {
        leaveOut(object, error);
      } else {
        throw error.within("making " + object.name + " of table \"" + object.table + "\"");
      }
    }
  }

  /// Into the plan, once all threads are done.
  void settle(Plan& plan) {
    std::erase_if(plan.objects,
                  [&](const ObjectPlan& object) { return unbuilt_.contains(&object); });
    for (Finding& finding : findings_)
      plan.findings.push_back(std::move(finding));
  }

 private:
  void leaveNotValid(Control& control, ObjectPlan& object, const Error& error) {
    object.sql += " NOT VALID";
    object.leaveNotValid = true;
    control.execute(object.sql);
    tell(Finding::Level::warning, "check-violated", object,
         "cannot be evaluated in every row (" + std::string(error.what()) +
             "); it is added NOT VALID: it binds new and changed rows only",
         "correct the rows, then ALTER TABLE … VALIDATE CONSTRAINT");
  }
  void leaveOut(const ObjectPlan& object, const Error& error) {
    tell(Finding::Level::reported, "index-row-too-large", object,
         "PostgreSQL cannot index a value of the table: " + std::string(error.what()),
         "index a hash of the column, or its first characters");
    const std::lock_guard lock(mutex_);
    unbuilt_.insert(&object);
  }
  void tell(Finding::Level level, const char* code, const ObjectPlan& object, std::string message,
            const char* advice) {
    const std::lock_guard lock(mutex_);
    findings_.push_back(
        {level, code, sourceNameOf(object), std::move(message), advice, object.source, 0, {}});
  }

  const bool skipUntranslatable_;
  std::mutex mutex_;
  std::vector<Finding> findings_;
  std::set<const ObjectPlan*> unbuilt_;
};

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

void finishTables(const DatabaseUrl& target, const std::string& schema, Plan& plan,
                  const FinishOptions& options, Progress& progress) {
  const auto groups = byTable(plan);
  progress.begin(Progress::Phase::objects, static_cast<std::int64_t>(plan.objects.size()));
  ObjectMaker maker(options.skipUntranslatable);
  std::atomic<std::size_t> next = 0;
  runWorkers(options.jobs, progress, [&](std::size_t) {
    Control control(target);
    control.setSearchPath(schema);
    for (std::size_t i = next++; i < groups.size(); i = next++) {
      for (ObjectPlan* object : groups[i]) {
        progress.throwIfStopped();
        maker.make(control, *object);
        ++progress.rows;
      }
    }
  });
  Control control(target);
  control.setSearchPath(schema);
  for (ObjectPlan& object : plan.objects) {
    if (object.kind != Kind::foreignKey) continue;
    progress.throwIfStopped();
    maker.make(control, object);
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
  maker.settle(plan);
}

}  // namespace repot::migrate
