// See capture_design.hpp. An entry too many costs a look at a row; one too few would lose a change:
// whatever is not certain is read as a whole.
#include "engine/sync/capture_design.hpp"

#include <repot/move_marker.hpp>

#include <algorithm>
#include <array>

namespace repot::migrate {
namespace {

constexpr std::size_t keyColumnsMax = 8;
constexpr const char* log = moveMarker::capture;

bool isKnownCollation(const std::string& name) {
  constexpr std::array known{"BINARY", "NOCASE", "RTRIM"};
  return std::any_of(known.begin(), known.end(),
                     [&](const char* each) { return sameName(each, name); });
}

/// Whether each conflict of the index with a new row can be found by comparing its columns.
bool canBeAsked(const SourceTable& table, const SourceIndex& index) {
  return !index.partial &&
         std::all_of(index.columns.begin(), index.columns.end(),
                     [&](const SourceIndex::Column& each) {
                       return each.column >= 0 && isKnownCollation(each.collation) &&
                              !table.columns[static_cast<std::size_t>(each.column)].isGenerated();
                     });
}

/// A new row that takes the place of another has that one's key, byte for byte.
bool replacesSameKey(const SourceTable& table, const SourceIndex& index) {
  return index.origin == 'p' &&
         std::all_of(index.columns.begin(), index.columns.end(),
                     [&](const SourceIndex::Column& each) {
                       const auto column = static_cast<std::size_t>(each.column);
                       return each.column >= 0 && sameName(each.collation, "BINARY") &&
                              affinityOf(table.columns[column].declaredType) != Affinity::blob;
                     });
}

/// Unique indexes by which REPLACE removes rows of another key, for which no trigger fires.
std::vector<const SourceIndex*> hiddenRemovers(const SourceTable& table) {
  std::vector<const SourceIndex*> found;
  for (const SourceIndex& index : table.indexes) {
    if (index.unique && !replacesSameKey(table, index)) found.push_back(&index);
  }
  return found;
}

/// Why the keys of rows cannot be told; empty: they can.
std::string obstacle(const TablePlan& plan, const SourceTable& table) {
  if (plan.key.empty()) return "it has no primary key";
  if (plan.key.size() > keyColumnsMax) return "its key has too many columns";
  for (const std::size_t column : plan.key) {
    const auto at = column < plan.columns.size() ? table.find(plan.columns[column].source)
                                                 : std::optional<std::size_t>();
    if (!at || table.columns[*at].isGenerated()) return "its key is computed";
  }
  const std::vector<const SourceIndex*> removers = hiddenRemovers(table);
  for (const SourceIndex* index : removers) {
    if (!canBeAsked(table, *index))
      return "its unique index \"" + index->name +
             "\" is partial, on an expression, or of a collation of the application's own";
  }
  // A NULL that becomes the default is not seen by triggers.
  const std::string sql = asciiLower(table.sql);
  const bool replaces =
      sql.find("conflict") != std::string::npos && sql.find("replace") != std::string::npos;
  if (!removers.empty() && replaces) return "it replaces rows on conflict by itself";
  return {};
}

/// "NEW."a", NEW."b"", or with another word before each.
std::string listOf(const std::vector<std::string>& names, const std::string& prefix) {
  std::string list;
  for (const std::string& name : names)
    list += (list.empty() ? "" : ", ") + prefix + quoteIdentifier(name);
  return list;
}

class TriggerWriter {
 public:
  TriggerWriter(const SourceTable& table, std::int64_t number, const CapturedTable& captured)
      : table_(table), number_(std::to_string(number)), captured_(captured) {
    std::string columns;
    for (std::size_t i = 1; i <= captured.key.size(); ++i)
      columns += ", k" + std::to_string(i);
    into_ = std::string("INSERT INTO ") + log + "(tbl" + columns + ") SELECT " + number_;
  }

  void write(std::map<std::string, std::string>& triggers) const {
    if (captured_.mode == CapturedTable::Mode::flag) {
      for (const char* event : {"INSERT", "UPDATE", "DELETE"})
        add(triggers, "AFTER", event, flagged());
      return;
    }
    const std::string fresh = into_ + ", " + listOf(captured_.key, "NEW.") + ";";
    const std::string old = into_ + ", " + listOf(captured_.key, "OLD.") + ";";
    const std::string moved =
        into_ + ", " + listOf(captured_.key, "NEW.") + " WHERE " + isNotOld("NEW.") + ";";
    add(triggers, "AFTER", "INSERT", fresh);
    add(triggers, "AFTER", "UPDATE", old + " " + moved);
    add(triggers, "AFTER", "DELETE", old);
    if (hiddenRemovers(table_).empty()) return;
    add(triggers, "BEFORE", "INSERT", inTheWay({}));
    add(triggers, "BEFORE", "UPDATE", inTheWay(" AND (" + isNotOld("") + ")"));
  }

 private:
  void add(std::map<std::string, std::string>& triggers, const std::string& time,
           const std::string& event, const std::string& body) const {
    const std::string name =
        std::string(log) + '_' + number_ + '_' + asciiLower(time) + '_' + asciiLower(event);
    triggers[name] = "CREATE TRIGGER " + name + ' ' + time + ' ' + event + " ON " +
                     quoteIdentifier(table_.name) + " BEGIN " + body + " END";
  }

  /// One entry, however many rows change; a mark behind it asks for the next.
  std::string flagged() const {
    return into_ + " WHERE NOT EXISTS (SELECT 1 FROM " + log +
           " WHERE seq = (SELECT max(seq) FROM " + log + ") AND tbl = " + number_ + ");";
  }

  std::string isNotOld(const std::string& prefix) const {
    std::string condition;
    for (const std::string& column : captured_.key) {
      const std::string name = quoteIdentifier(column);
      condition += condition.empty() ? "" : " OR ";
      condition += prefix + name + " COLLATE BINARY IS NOT OLD." + name;
    }
    return condition;
  }

  /// Rows that the new one takes the place of, if it does.
  std::string inTheWay(const std::string& more) const {
    std::string sql;
    for (const SourceIndex* index : hiddenRemovers(table_)) {
      std::string condition;
      for (const SourceIndex::Column& each : index->columns) {
        const std::string name =
            quoteIdentifier(table_.columns[static_cast<std::size_t>(each.column)].name);
        condition += (condition.empty() ? "" : " AND ") + name + " COLLATE " + each.collation +
                     " = NEW." + name;
      }
      sql += (sql.empty() ? "" : " ") + into_ + ", " + listOf(captured_.key, "") + " FROM " +
             quoteIdentifier(table_.name) + " WHERE " + condition + more + ";";
    }
    return sql;
  }

  const SourceTable& table_;
  const std::string number_;
  const CapturedTable& captured_;
  std::string into_;
};

CapturedTable captureOf(const TablePlan& plan, const SourceTable* table) {
  CapturedTable captured;
  if (table == nullptr || table->kind != SourceTable::Kind::table) {
    captured.why = "SQLite has no triggers for it";
    return captured;
  }
  if (!plan.orphans.empty()) {
    captured.why = "what becomes of its rows depends on rows of other tables";
    return captured;
  }
  captured.why = obstacle(plan, *table);
  captured.mode = captured.why.empty() ? CapturedTable::Mode::keys : CapturedTable::Mode::flag;
  if (!captured.why.empty()) return captured;
  for (const std::size_t column : plan.key)
    captured.key.push_back(plan.columns[column].source);
  return captured;
}

}  // namespace

CaptureDesign designCapture(const Plan& plan, const SourceSchema& schema) {
  CaptureDesign design;
  std::size_t widest = 1;
  for (std::size_t i = 0; i < plan.tables.size(); ++i) {
    const SourceTable* const table = schema.find(plan.tables[i].source);
    const CapturedTable& captured = design.tables.emplace_back(captureOf(plan.tables[i], table));
    widest = std::max(widest, captured.key.size());
    if (captured.mode == CapturedTable::Mode::never) continue;
    TriggerWriter(*table, captureNumber(i), captured).write(design.triggers);
  }
  // Values are kept as they are: columns without a type.
  design.logSql =
      std::string("CREATE TABLE ") + log + "(seq INTEGER PRIMARY KEY, tbl INTEGER NOT NULL";
  for (std::size_t i = 1; i <= widest; ++i)
    design.logSql += ", k" + std::to_string(i);
  design.logSql += ")";
  return design;
}

}  // namespace repot::migrate
