// Foreign keys. SQLite takes any and checks none unless told to, so each is proved here: the parent
// must have the columns, be unique on them, and be of the same type; orphans are counted.
#include "foreign_keys.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <set>

namespace repot::migrate {
namespace {

using Level = Finding::Level;
using Orphans = PlanOptions::Orphans;

class ForeignKeyPlanner {
 public:
  explicit ForeignKeyPlanner(Draft& draft) : draft_(draft) {}

  void plan(TableDraft& child) {
    std::set<std::string> seen;
    NameSpace names(draft_.options.nameCase);
    for (const SourceForeignKey& key : child.source->foreignKeys) {
      ResolvedKey resolved{&key, &child, nullptr, {}, {}};
      std::string why = resolveForeignKey(draft_, resolved);
      if (why.empty()) why = differingTypes(resolved);
      if (!why.empty()) {
        report(resolved, why);
      } else if (seen.insert(identity(resolved)).second) {
        add(resolved, names);
      }
    }
  }

 private:
  static std::string identity(const ResolvedKey& key) {
    std::string text = key.parent->source->name + key.key->onDelete + key.key->onUpdate;
    for (const std::size_t column : key.columns)
      text += "," + std::to_string(column);
    for (const std::size_t column : key.parentColumns)
      text += ";" + std::to_string(column);
    return text;
  }
  void report(const ResolvedKey& key, const std::string& why);
  void add(const ResolvedKey& key, NameSpace& names);
  /// Tells of actions that do something else than in SQLite.
  void noteActions(const ResolvedKey& key);
  struct Breaking {
    std::int64_t orphans = 0;
    std::int64_t strays = 0;  ///< At most: reals are compared by more digits than their text has.
  };
  std::optional<Breaking> rowsBreaking(const ResolvedKey& key);
  /// Tells of the rows for which the key will not hold, and how many there are.
  std::int64_t tellRows(const ResolvedKey& key, const TraitStat& rows, const char* code,
                        const char* what);

  Draft& draft_;
};

void ForeignKeyPlanner::report(const ResolvedKey& key, const std::string& why) {
  const std::string object = spellForeignKey(key);
  Finding& finding = draft_.tell(Level::reported, "foreign-key", object,
                                 "the foreign key is not carried over: " + why);
  finding.sql = object;
  finding.advice = "mend it in the source, or add it by hand afterwards";
  if (why != notUnique || !refersToDistinctRows(draft_, key)) return;
  finding.advice = "their values are unique: with ALTER TABLE " +
                   quoteIdentifier(key.parent->plan.target) + " ADD UNIQUE (" +
                   columnList(*key.parent, key.parentColumns) +
                   ") it can be added, if they are meant to stay so";
}

/// Counts and tells the rows that the key will not hold for. Nothing: the key is to be left out.
std::optional<ForeignKeyPlanner::Breaking> ForeignKeyPlanner::rowsBreaking(const ResolvedKey& key) {
  const Orphans wanted = orphansWanted(draft_, key);
  const bool setAside = wanted == Orphans::setNull || wanted == Orphans::quarantine;
  Breaking breaking;
  if (!setAside) {
    breaking.orphans =
        tellRows(key, findOrphans(draft_, key), "orphans", "rows refer to rows that do not exist");
  }
  // Never set aside: in SQLite they have their parent.
  if (mayStray(key)) {
    breaking.strays =
        tellRows(key, findRows(draft_, key, strayCondition(key)), "stray-references",
                 "rows refer to their parents as SQLite compares (in another case, with "
                 "other blanks, 1 for 1.0), but not as PostgreSQL does");
  }
  const bool broken = breaking.orphans + breaking.strays > 0;
  if (broken && wanted == Orphans::skipKey) return std::nullopt;
  return breaking;
}

std::int64_t ForeignKeyPlanner::tellRows(const ResolvedKey& key, const TraitStat& rows,
                                         const char* code, const char* what) {
  if (rows.count == 0) return 0;
  Finding finding = makeFinding(Level::warning, code, spellForeignKey(key), what, rows);
  const Orphans wanted = orphansWanted(draft_, key);
  if (wanted == Orphans::refuse) {
    finding.level = Level::refused;
    finding.advice = "correct them, or choose --orphans not-valid, null, quarantine or skip-fk";
  } else if (wanted == Orphans::skipKey) {
    finding.message += "; all are copied, and the foreign key is left out, as asked for";
  } else {
    finding.message +=
        "; all are copied, and the key is added NOT VALID: it binds new and changed rows only";
    finding.advice = "correct the rows, then ALTER TABLE … VALIDATE CONSTRAINT";
  }
  draft_.plan.findings.push_back(std::move(finding));
  return rows.count;
}

void ForeignKeyPlanner::noteActions(const ResolvedKey& key) {
  const auto acts = [&](const char* action) {
    return key.key->onDelete == action || key.key->onUpdate == action;
  };
  for (const std::size_t place : key.columns) {
    const SourceColumn& column = key.child->source->columns[place];
    const ColumnPlan& planned = key.child->column(place);
    const auto tell = [&](const std::string& what) {
      draft_.tell(Level::warning, "foreign-key-action", spellForeignKey(key), what);
    };
    const bool hasDefault = column.defaultSql && !sameName(*column.defaultSql, "NULL");
    if (acts("SET DEFAULT") && hasDefault && !planned.defaultSql) {
      tell("its SET DEFAULT sets NULL from now on, as the default of \"" + column.name +
           "\" is not carried over");
    }
    const bool setsNull = acts("SET NULL") || (acts("SET DEFAULT") && !hasDefault);
    if (setsNull && planned.notNull && !column.notNull) {
      tell("its SET " + std::string(acts("SET NULL") ? "NULL" : "DEFAULT") +
           " fails from now on, as \"" + column.name +
           "\" is part of the primary key, which holds no NULL in PostgreSQL");
    }
  }
}

void ForeignKeyPlanner::add(const ResolvedKey& key, NameSpace& names) {
  const auto broken = rowsBreaking(key);
  if (!broken) return;
  const bool unproved = parentMayLose(key);
  if (unproved) {
    const bool refuse = orphansWanted(draft_, key) == Orphans::refuse;
    draft_
        .tell(refuse ? Level::refused : Level::warning, "orphans-by-quarantine",
              spellForeignKey(key),
              "rows that it refers to may be set aside; where any was, the key is left NOT VALID")
        .advice = "look into the quarantine, then ALTER TABLE … VALIDATE CONSTRAINT";
  }
  std::string wanted = implicitName(*key.child, key.columns, "fkey");
  std::string deferred;
  for (const TableDdl::ForeignKey& ddl : key.child->ddl.foreignKeys) {
    const bool same = std::equal(ddl.columns.begin(), ddl.columns.end(), key.key->columns.begin(),
                                 key.key->columns.end(), sameName);
    if (!same) continue;
    if (!ddl.name.empty()) wanted = ddl.name;
    if (ddl.deferrable) deferred = " DEFERRABLE";
    if (ddl.deferrable && ddl.initiallyDeferred) deferred += " INITIALLY DEFERRED";
  }
  const auto action = [](const char* event, const std::string& what) {
    return what == "NO ACTION" ? std::string{} : std::string(" ON ") + event + " " + what;
  };
  ObjectPlan object;
  object.kind = ObjectPlan::Kind::foreignKey;
  object.name = names.allocate(wanted);
  object.table = key.child->plan.target;
  object.leaveNotValid = broken->orphans > 0 || broken->strays > 0 || unproved;
  object.violations = broken->orphans + broken->strays;
  object.doubtful = object.leaveNotValid && broken->orphans == 0;
  object.source = spellForeignKey(key);
  object.sql =
      "ALTER TABLE " + quoteIdentifier(object.table) + " ADD CONSTRAINT " +
      quoteIdentifier(object.name) + " FOREIGN KEY (" + columnList(*key.child, key.columns) +
      ") REFERENCES " + quoteIdentifier(key.parent->plan.target) + " (" +
      columnList(*key.parent, key.parentColumns) + ")" + action("UPDATE", key.key->onUpdate) +
      action("DELETE", key.key->onDelete) + deferred + (object.leaveNotValid ? " NOT VALID" : "");
  if (key.key->onDelete != "NO ACTION" && key.key->onDelete != "RESTRICT") {
    draft_.tell(Level::info, "cascade", object.source,
                "ON DELETE " + key.key->onDelete +
                    " acts in PostgreSQL always; in SQLite only where the application set PRAGMA "
                    "foreign_keys");
  }
  noteActions(key);
  draft_.plan.objects.push_back(std::move(object));
}

}  // namespace

void planForeignKeys(Draft& draft) {
  ForeignKeyPlanner planner(draft);
  for (TableDraft& table : draft.tables)
    planner.plan(table);
}

}  // namespace repot::migrate
