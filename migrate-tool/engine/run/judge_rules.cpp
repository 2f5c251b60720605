// Foreign and unique keys that only the target has, asked of the source's rows; see
// judge_values.hpp. What differs in value between both sides is left to the server.
#include "engine/infer.hpp"
#include "engine/run/judge_values.hpp"
#include "engine/text_check.hpp"

#include <algorithm>
#include <optional>

namespace repot::migrate {
namespace {

constexpr std::size_t examplesMax = 5;

/// The source's name of a target's column in a paired table.
std::optional<std::string> sourceName(const TablePlan& plan, const std::string& target) {
  for (const ColumnPlan& column : plan.columns) {
    if (column.target == target) return column.source;
  }
  return std::nullopt;
}

class Rules {
 public:
  Rules(sqlite::SqliteReader& reader, Pairing& pairing) : reader_(reader), pairing_(pairing) {}

  void judge(std::size_t index) {
    for (const TargetForeignKey& key : pairing_.tables[index].target->foreignKeys)
      judgeForeignKey(index, key);
    for (const TargetIndex& key : pairing_.tables[index].target->indexes) {
      if (key.unique && !key.partial) judgeUnique(index, key);
    }
  }

 private:
  /// Adds a finding where `sql` gives rows.
  void judgeRows(const std::string& code, const std::string& object, const std::string& message,
                 const std::string& sql) {
    sqlite::Statement row = reader_.prepare(sql);
    TraitStat broken;
    while (row.step()) {
      if (++broken.count > static_cast<std::int64_t>(examplesMax)) continue;
      std::string example;
      for (int i = 0; i < row.columnCount(); ++i) {
        example += (i == 0 ? "" : ", ") + row.columnName(i) + "=" + spellValue(row.raw(), i);
      }
      broken.examples.push_back(example);
    }
    if (broken.count == 0) return;
    pairing_.plan.findings.push_back(makeFinding(Finding::Level::refused, code, object, message,
                                                 broken, "correct the rows in the source"));
  }

  void judgeForeignKey(std::size_t index, const TargetForeignKey& key) {
    const TablePlan& child = pairing_.plan.tables[index];
    const auto parent =
        std::find_if(pairing_.plan.tables.begin(), pairing_.plan.tables.end(),
                     [&](const TablePlan& table) { return table.target == key.parent; });
    if (parent == pairing_.plan.tables.end() || key.parentSchema != pairing_.plan.targetSchema)
      return;
    std::string shown, given, same;
    for (const std::size_t column : child.key)
      shown += "c." + quoteIdentifier(child.columns[column].source) + ", ";
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
      const auto own = sourceName(child, key.columns[i]);
      const auto theirs = sourceName(*parent, key.parentColumns[i]);
      if (!own || !theirs) return;
      const std::string name = "c." + quoteIdentifier(*own);
      shown += (i == 0 ? "" : ", ") + name;
      given += (i == 0 ? "" : " AND ") + name + " IS NOT NULL";
      same += (i == 0 ? "" : " AND ") + ("p." + quoteIdentifier(*theirs)) + " = " + name;
    }
    judgeRows("orphans", child.source,
              "rows refer by \"" + key.name + "\" to rows of \"" + parent->source +
                  "\" that do not exist",
              "SELECT " + shown + " FROM main." + quoteIdentifier(child.source) + " c WHERE " +
                  given + " AND NOT EXISTS (SELECT 1 FROM main." + quoteIdentifier(parent->source) +
                  " p WHERE " + same + ")");
  }

  void judgeUnique(std::size_t index, const TargetIndex& key) {
    const TablePlan& table = pairing_.plan.tables[index];
    std::string list, given;
    std::vector<std::string> names;
    for (const std::string& column : key.columns) {
      const auto own = sourceName(table, column);
      if (!own) return;
      names.push_back(*own);
      list += (list.empty() ? "" : ", ") + quoteIdentifier(*own);
      given += (given.empty() ? "" : " AND ") + quoteIdentifier(*own) + " IS NOT NULL";
    }
    if (names.empty() || sourceHolds(*pairing_.tables[index].source, names)) return;
    judgeRows("duplicates", table.source,
              "rows have equal values in the target's unique key \"" + key.name + "\"",
              "SELECT " + list + ", count(*) AS times FROM main." + quoteIdentifier(table.source) +
                  " WHERE " + given + " GROUP BY " + list + " HAVING count(*) > 1");
  }

  /// Whether the source enforces uniqueness of these columns, or of some of them, itself.
  static bool sourceHolds(const SourceTable& source, const std::vector<std::string>& names) {
    const auto among = [&](std::size_t column) {
      return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return sameName(name, source.columns[column].name);
      });
    };
    const std::vector<std::size_t> key = source.primaryKey();
    if (!key.empty() && std::all_of(key.begin(), key.end(), among)) return true;
    return std::any_of(source.indexes.begin(), source.indexes.end(), [&](const SourceIndex& index) {
      return index.unique && !index.partial &&
             std::all_of(index.columns.begin(), index.columns.end(),
                         [&](const SourceIndex::Column& column) {
                           return column.column >= 0 &&
                                  among(static_cast<std::size_t>(column.column));
                         });
    });
  }

  sqlite::SqliteReader& reader_;
  Pairing& pairing_;
};

}  // namespace

void judgeRules(sqlite::SqliteReader& reader, Pairing& pairing) {
  Rules rules(reader, pairing);
  for (std::size_t i = 0; i < pairing.tables.size(); ++i)
    rules.judge(i);
}

}  // namespace repot::migrate
