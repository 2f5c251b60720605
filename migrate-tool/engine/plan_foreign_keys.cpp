// Foreign keys. SQLite takes any and checks none unless told to, so each is proved here: the parent
// must have the columns, be unique on them, and be of the same type; orphans are counted.
#include "draft.hpp"
#include "text_check.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <set>

namespace repot::migrate {
namespace {

using Level = Finding::Level;

/// One foreign key with its names resolved.
struct Resolved {
  const SourceForeignKey* key = nullptr;
  TableDraft* child = nullptr;
  TableDraft* parent = nullptr;
  std::vector<std::size_t> columns;
  std::vector<std::size_t> parentColumns;
};

std::string spell(const SourceTable& child, const SourceForeignKey& key) {
  std::string sql = child.name + "(";
  for (const std::string& column : key.columns)
    sql += (sql.back() == '(' ? "" : ", ") + column;
  return sql + ") REFERENCES " + key.parent;
}

bool samePlain(PgType left, PgType right) {
  const auto plain = [](PgType type) { return type == PgType::varchar ? PgType::text : type; };
  return plain(left) == plain(right);
}

/// Unique without predicate or expression, and compared by bytes in the target.
bool isUniqueOn(const TableDraft& table, std::vector<std::size_t> columns) {
  std::sort(columns.begin(), columns.end());
  std::vector<std::size_t> key = table.source->primaryKey();
  std::sort(key.begin(), key.end());
  if (key == columns) return true;
  return std::any_of(
      table.source->indexes.begin(), table.source->indexes.end(), [&](const auto& index) {
        if (!index.unique || index.partial) return false;
        std::vector<std::size_t> indexed;
        for (const SourceIndex::Column& column : index.columns) {
          if (column.column < 0) return false;
          const auto position = static_cast<std::size_t>(column.column);
          const PgType type = table.column(position).type;
          const bool text = type == PgType::text || type == PgType::varchar;
          if (text &&
              (sameName(column.collation, "NOCASE") || sameName(column.collation, "RTRIM"))) {
            return false;
          }
          indexed.push_back(position);
        }
        std::sort(indexed.begin(), indexed.end());
        return indexed == columns;
      });
}

class ForeignKeyPlanner {
 public:
  explicit ForeignKeyPlanner(Draft& draft) : draft_(draft) {}

  void plan(TableDraft& child) {
    std::set<std::string> seen;
    NameSpace names(draft_.options.nameCase);
    for (const SourceForeignKey& key : child.source->foreignKeys) {
      Resolved resolved{&key, &child, nullptr, {}, {}};
      if (const std::string why = resolve(resolved); !why.empty()) {
        report(resolved, why);
      } else if (seen.insert(identity(resolved)).second) {
        add(resolved, names);
      }
    }
  }

 private:
  static std::string identity(const Resolved& key) {
    std::string text = key.parent->source->name + key.key->onDelete + key.key->onUpdate;
    for (const std::size_t column : key.columns)
      text += "," + std::to_string(column);
    for (const std::size_t column : key.parentColumns)
      text += ";" + std::to_string(column);
    return text;
  }
  std::string resolve(Resolved& key);
  std::string checkTypes(const Resolved& key) const;
  void report(const Resolved& key, const std::string& why);
  void add(const Resolved& key, NameSpace& names);
  TraitStat orphans(const Resolved& key);
  void tellOrphans(const Resolved& key, const TraitStat& stat);

  Draft& draft_;
};

/// Fills in the names; returns why the key cannot be one in PostgreSQL, or nothing.
std::string ForeignKeyPlanner::resolve(Resolved& key) {
  key.parent = draft_.find(key.key->parent);
  if (key.parent == nullptr) {
    return draft_.schema.find(key.key->parent) != nullptr
               ? "the table it refers to is not copied"
               : "there is no table \"" + key.key->parent + "\"";
  }
  for (const std::string& name : key.key->columns) {
    const auto column = key.child->source->find(name);
    if (!column) return "there is no column \"" + name + "\"";
    key.columns.push_back(*column);
  }
  for (const std::string& name : key.key->parentColumns) {
    const auto column = key.parent->source->find(name);
    if (!column) return "\"" + key.parent->source->name + "\" has no column \"" + name + "\"";
    key.parentColumns.push_back(*column);
  }
  if (key.key->parentColumns.empty()) key.parentColumns = key.parent->source->primaryKey();
  if (key.parentColumns.size() != key.columns.size()) {
    return "it has " + std::to_string(key.columns.size()) + " columns, the key it refers to " +
           std::to_string(key.parentColumns.size());
  }
  if (!isUniqueOn(*key.parent, key.parentColumns)) {
    return "the columns it refers to are not unique by a key or a plain unique index";
  }
  return checkTypes(key);
}

std::string ForeignKeyPlanner::checkTypes(const Resolved& key) const {
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const ColumnPlan& child = key.child->column(key.columns[i]);
    const ColumnPlan& parent = key.parent->column(key.parentColumns[i]);
    if (!samePlain(child.type, parent.type)) {
      return "\"" + child.source + "\" is " + typeSql(child) + ", and what it refers to is " +
             typeSql(parent);
    }
  }
  return {};
}

void ForeignKeyPlanner::report(const Resolved& key, const std::string& why) {
  const std::string object = spell(*key.child->source, *key.key);
  Finding& finding = draft_.tell(Level::reported, "foreign-key", object,
                                 "the foreign key is not carried over: " + why);
  finding.sql = object;
  finding.advice = "mend it in the source, or add it by hand afterwards";
}

/// Rows whose parent is missing, compared by bytes as PostgreSQL will. (PRAGMA foreign_key_check
/// fails on some keys, and would take 'Abc' for 'aBC' under NOCASE.)
TraitStat ForeignKeyPlanner::orphans(const Resolved& key) {
  const SourceTable& child = *key.child->source;
  const SourceTable& parent = *key.parent->source;
  std::string present, matches, shown;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const std::string mine = "c." + quoteIdentifier(child.columns[key.columns[i]].name);
    const SourceColumn& other = parent.columns[key.parentColumns[i]];
    const std::string theirs = "p." + quoteIdentifier(other.name);
    present += (i == 0 ? "" : " AND ") + mine + " IS NOT NULL";
    matches += (i == 0 ? "" : " AND ") + theirs + " = " + mine;
    if (!sameName(other.collation, "BINARY"))
      matches += " AND " + theirs + " = " + mine + " COLLATE BINARY";
    shown += ", " + mine;
  }
  const std::string rowid =
      child.rowidName.empty() ? "NULL" : "c." + quoteIdentifier(child.rowidName);
  sqlite::Statement rows = draft_.reader.prepare(
      "SELECT " + rowid + shown + " FROM main." + quoteIdentifier(child.name) +
      " AS c NOT INDEXED WHERE " + present + " AND NOT EXISTS (SELECT 1 FROM main." +
      quoteIdentifier(parent.name) + " AS p WHERE " + matches + ")");
  TraitStat found;
  while (rows.step()) {
    if (++found.count > 5) continue;
    std::string example = rows.isNull(0) ? "" : "rowid=" + rows.string(0) + ": ";
    for (int i = 1; i < rows.columnCount(); ++i) {
      example += (i == 1 ? "" : ", ") + spellValue(rows.raw(), i);
    }
    found.examples.push_back(std::move(example));
  }
  return found;
}

void ForeignKeyPlanner::tellOrphans(const Resolved& key, const TraitStat& stat) {
  const bool refuse = draft_.options.orphans == PlanOptions::Orphans::refuse;
  draft_.plan.findings.push_back(makeFinding(
      refuse ? Level::refused : Level::warning, "orphans", spell(*key.child->source, *key.key),
      refuse
          ? "rows refer to rows that do not exist"
          : "rows refer to rows that do not exist; all are copied, and the key is added NOT VALID: "
            "it binds new and changed rows only",
      stat,
      refuse ? "correct them, or plan with orphans kept"
             : "correct the rows, then ALTER TABLE … VALIDATE CONSTRAINT"));
}

void ForeignKeyPlanner::add(const Resolved& key, NameSpace& names) {
  const TraitStat missing = orphans(key);
  if (missing.count > 0) tellOrphans(key, missing);
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
  object.leaveNotValid = missing.count > 0;
  object.violations = missing.count;
  object.source = spell(*key.child->source, *key.key);
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
  draft_.plan.objects.push_back(std::move(object));
}

}  // namespace

void planForeignKeys(Draft& draft) {
  ForeignKeyPlanner planner(draft);
  for (TableDraft& table : draft.tables)
    planner.plan(table);
}

}  // namespace repot::migrate
