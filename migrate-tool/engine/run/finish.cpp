// Builds what is better built once than kept up to date row by row; see finish.hpp.
#include "engine/run/finish.hpp"

#include "engine/run/control.hpp"
#include "engine/run/given_up.hpp"
#include "engine/run/object_queue.hpp"
#include "engine/run/spread.hpp"
#include "engine/run/workers.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string_view>

namespace repot::migrate {
namespace {

using Kind = ObjectPlan::Kind;

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

  /// In one round trip, or one by one where something is the matter.
  void make(Control& control, const std::vector<ObjectPlan*>& objects) {
    if (objects.size() > 1) {
      std::vector<std::string> statements;
      for (const ObjectPlan* object : objects)
        statements.push_back(object->sql);
      try {
        return control.together(statements);
      } catch (const Error&) {
        // Nothing of it was done, and the one that fails says so itself.
      }
    }
    for (ObjectPlan* object : objects)
      make(control, *object);
  }

  void make(Control& control, const ObjectPlan& object) {
    try {
      control.execute(object.sql);
    } catch (const Error& error) {
      if (object.kind == Kind::check && isAboutData(error)) {
        control.execute(object.sql + " NOT VALID");
        giveUpLater(GivenUp::Kind::check, object, error);
      } else if (object.kind == Kind::index && skipUntranslatable_ &&
                 (isTooLargeForAnIndex(error) || isAboutData(error))) {
        giveUpLater(GivenUp::Kind::index, object, error);
      } else {
        throw error.within("making " + object.name + " of table \"" + object.table + "\"");
      }
    }
  }

  /// Into the plan, once all threads are done.
  void settle(Plan& plan) const {
    for (const GivenUp& thing : givenUp_)
      giveUp(plan, thing);
  }

 private:
  void giveUpLater(GivenUp::Kind kind, const ObjectPlan& object, const Error& error) {
    const std::lock_guard lock(mutex_);
    givenUp_.push_back({kind, object.table, object.name, error.what()});
  }

  const bool skipUntranslatable_;
  std::mutex mutex_;
  std::vector<GivenUp> givenUp_;
};

std::vector<std::string> identityResets(const Plan& plan) {
  std::vector<std::string> statements;
  for (const TablePlan& table : plan.tables) {
    const std::string name = quoteIdentifier(table.target);
    for (const ColumnPlan& column : table.columns) {
      if (!column.identity) continue;
      // Once exhausted, the next insert without an id fails, as it does in SQLite; handing out ids
      // anew would not.
      // setval() and not RESTART, which rewrites the sequence's entries in the catalog.
      statements.push_back("SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence(" +
                           quoteLiteral(name) + ", " + quoteLiteral(column.target) + "), " +
                           (column.identityExhausted
                                ? "9223372036854775807, true)"
                                : std::to_string(column.identityNext) + ", false)"));
    }
  }
  return statements;
}

void analyze(const DatabaseUrl& target, const std::string& schema, std::size_t jobs,
             const Plan& plan, Progress& progress) {
  constexpr std::int64_t together = std::int64_t{16} << 20;
  constexpr std::size_t tablesMax = 100;
  std::vector<const TablePlan*> tables;
  for (const TablePlan& table : plan.tables)
    tables.push_back(&table);
  std::stable_sort(tables.begin(), tables.end(), [](const TablePlan* left, const TablePlan* right) {
    return left->bytes > right->bytes;
  });
  std::vector<std::string> statements;
  std::int64_t bytes = 0;
  std::size_t count = 0;
  for (const TablePlan* table : tables) {
    if (statements.empty() || bytes + table->bytes > together || count == tablesMax) {
      statements.emplace_back("ANALYZE ");
      bytes = 0;
      count = 0;
    }
    statements.back() += (count++ == 0 ? "" : ", ") + quoteIdentifier(table->target);
    bytes += table->bytes;
  }
  spread(target, schema, jobs, progress, statements,
         [](Control& control, const std::string& statement) { control.execute(statement); });
}

/// Foreign keys of large tables are added without a look at the rows, and then proved, those of
/// different tables side by side.
class ForeignKeys {
 public:
  ForeignKeys(Plan& plan, const std::set<const ObjectPlan*>& made) {
    for (const TablePlan& table : plan.tables) {
      if (table.bytes >= provedAtOnce) large_.push_back(&table);
    }
    std::stable_sort(
        large_.begin(), large_.end(),
        [](const TablePlan* left, const TablePlan* right) { return left->bytes > right->bytes; });
    for (const ObjectPlan& object : plan.objects) {
      if (object.kind != Kind::foreignKey) continue;
      const bool large = std::any_of(large_.begin(), large_.end(), [&](const TablePlan* table) {
        return table->target == object.table;
      });
      const bool later = large && !object.leaveNotValid;
      if (later) unproved_[object.table].push_back(&object);
      if (made.contains(&object)) continue;
      keys_.push_back(&object);
      statements_.push_back(later ? object.sql + " NOT VALID" : object.sql);
    }
  }

  void add(Control& control, Progress& progress) const {
    for (const std::vector<std::string>& batch : inBatches(statements_)) {
      progress.throwIfStopped();
      try {
        control.together(batch);
      } catch (const Error& error) {
        const auto failed = std::find(statements_.begin(), statements_.end(), error.statement());
        if (failed == statements_.end()) throw;
        throw within(error, *keys_[static_cast<std::size_t>(failed - statements_.begin())]);
      }
      progress.rows += static_cast<std::int64_t>(batch.size());
    }
  }

  void prove(const DatabaseUrl& target, const std::string& schema, std::size_t jobs,
             Progress& progress) const {
    spread(target, schema, jobs, progress, large_, [&](Control& control, const TablePlan* table) {
      const auto keys = unproved_.find(table->target);
      if (keys == unproved_.end()) return;
      for (const ObjectPlan* key : keys->second) {
        progress.throwIfStopped();
        try {
          control.execute("ALTER TABLE " + quoteIdentifier(key->table) + " VALIDATE CONSTRAINT " +
                          quoteIdentifier(key->name));
        } catch (const Error& error) {
          throw within(error, *key);
        }
      }
    });
  }

 private:
  static constexpr std::int64_t provedAtOnce = std::int64_t{1} << 20;

  static Error within(const Error& error, const ObjectPlan& key) {
    return error.within("making " + key.name + " of table \"" + key.table + "\"");
  }

  std::vector<const TablePlan*> large_;
  std::vector<const ObjectPlan*> keys_;
  std::vector<std::string> statements_;  ///< Parallel to keys_.
  std::map<std::string, std::vector<const ObjectPlan*>> unproved_;
};

/// Keys to rows of which some may have been set aside, or are spelled otherwise: where none is,
/// they hold.
void proveDoubted(Control& control, Plan& plan, Progress& progress) {
  for (ObjectPlan& key : plan.objects) {
    if (key.kind != Kind::foreignKey || !key.doubtful) continue;
    progress.throwIfStopped();
    try {
      control.execute("ALTER TABLE " + quoteIdentifier(key.table) + " VALIDATE CONSTRAINT " +
                      quoteIdentifier(key.name));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::foreignKey) throw;
      continue;  // As its finding says.
    }
    setNotValid(key, false);
    std::erase_if(plan.findings, [&](const Finding& finding) {
      return finding.object == key.source &&
             (finding.code == "orphans-by-quarantine" || finding.code == "stray-references");
    });
  }
}

/// What an earlier attempt made. A CHECK that it left NOT VALID is dropped, so that it is tried and
/// told again; a foreign key that is not proved yet is only to be proved.
std::set<const ObjectPlan*> madeObjects(Control& control, const std::string& schema,
                                        const Plan& plan) {
  std::set<std::string> indexes, constraints;
  for (const auto& row :
       control.query("SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
                     "ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'i'",
                     {schema}))
    indexes.insert(row[0]);
  for (const auto& row : control.query(
           "SELECT t.relname, k.conname, k.contype, k.convalidated FROM pg_catalog.pg_constraint k "
           "JOIN pg_catalog.pg_class t ON t.oid = k.conrelid "
           "JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = $1",
           {schema})) {
    if (row[2] == "c" && row[3] != "t") {
      control.execute("ALTER TABLE " + quoteIdentifier(row[0]) + " DROP CONSTRAINT " +
                      quoteIdentifier(row[1]));
    } else {
      constraints.insert(row[0] + '.' + row[1]);
    }
  }
  std::set<const ObjectPlan*> made;
  for (const ObjectPlan& object : plan.objects) {
    const bool isIndex = object.kind == Kind::index || object.kind == Kind::unique;
    if (constraints.contains(object.table + '.' + object.name) ||
        (isIndex && indexes.contains(object.name)))
      made.insert(&object);
  }
  return made;
}

}  // namespace

void finishTables(const DatabaseUrl& target, const std::string& schema, Plan& plan,
                  const FinishOptions& options, Progress& progress) {
  progress.begin(Progress::Phase::objects, static_cast<std::int64_t>(plan.objects.size()));
  const auto control = builder(target, schema);
  const std::set<const ObjectPlan*> made = madeObjects(*control, schema, plan);
  progress.rows += static_cast<std::int64_t>(made.size());
  ObjectMaker maker(options.skipUntranslatable);
  ObjectQueue queue(plan, made);
  runWorkers(options.jobs, progress, [&](std::size_t) {
    const auto session = builder(target, schema);
    while (const ObjectTask* task = queue.take(progress)) {
      maker.make(*session, task->objects);
      queue.done(*task);
      progress.rows += static_cast<std::int64_t>(task->objects.size());
    }
  });
  // Before foreign keys are proved, as that is a join, which is planned by these statistics.
  analyze(target, schema, options.jobs, plan, progress);
  const ForeignKeys keys(plan, made);
  keys.add(*control, progress);
  keys.prove(target, schema, options.jobs, progress);
  proveDoubted(*control, plan, progress);
  for (const std::vector<std::string>& batch : inBatches(identityResets(plan)))
    control->together(batch);
  maker.settle(plan);
}

}  // namespace repot::migrate
