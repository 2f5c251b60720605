// What only the target demands, and what a comparison by structure leaves to the reader's eyes; see
// compare_objects.hpp.
#include "engine/run/compare_objects.hpp"

#include <algorithm>
#include <set>

namespace repot::migrate {
namespace {

using Level = Finding::Level;
using Names = std::vector<std::string>;

Names sorted(Names names) {
  std::sort(names.begin(), names.end());
  return names;
}

std::string listed(const Names& names) {
  std::string list;
  for (const std::string& name : names)
    list += (list.empty() ? "" : ", ") + (name.empty() ? "(expression)" : name);
  return list;
}

class Extras {
 public:
  Extras(const Pairing& pairing, std::size_t index, const std::vector<InventoryItem>& actual,
         std::vector<Finding>& findings)
      : pairing_(pairing),
        table_(pairing.tables[index]),
        plan_(pairing.plan.tables[index]),
        actual_(actual),
        findings_(findings) {}

  void run() {
    tellUnique();
    tellForeignKeys();
    tellNotNulls();
    tellChecks();
    tellExpressions();
  }

 private:
  void extra(const char* code, const std::string& what) {
    tell(Level::warning, code, "only the target has " + what,
         "the application may be refused rows that SQLite took");
  }
  void tell(Level level, const char* code, const std::string& message, const char* advice) {
    Finding& finding = findings_.emplace_back();
    finding.level = level;
    finding.code = code;
    finding.object = table_.source->name;
    finding.message = message;
    finding.advice = advice;
  }

  /// The target's name of a column of the source; empty where it has none.
  std::string targetName(std::size_t column) const {
    const std::size_t place = table_.planned[column];
    return place == PairedTable::none ? std::string() : plan_.columns[place].target;
  }
  Names targetNames(const std::vector<std::string>& columns) const {
    Names names;
    for (const std::string& column : columns) {
      const auto place = table_.source->find(column);
      names.push_back(place ? targetName(*place) : std::string());
    }
    return sorted(names);
  }

  void tellUnique() {
    std::set<Names> known;
    std::set<std::size_t> expressions;  // Sizes of keys by expressions, which nobody tells apart.
    Names key;
    for (const std::size_t column : table_.source->primaryKey())
      key.push_back(targetName(column));
    known.insert(sorted(key));
    for (const SourceIndex& index : table_.source->indexes) {
      if (!index.unique) continue;
      Names names;
      bool plain = true;
      for (const SourceIndex::Column& column : index.columns) {
        const bool ofColumn = column.column >= 0;
        names.push_back(ofColumn ? targetName(static_cast<std::size_t>(column.column)) : "");
        plain = plain && ofColumn && sameName(column.collation, "BINARY");
      }
      if (!plain) expressions.insert(names.size());
      known.insert(sorted(names));
    }
    for (const TargetIndex& index : table_.target->indexes) {
      if (!index.unique || index.primary || known.contains(sorted(index.columns))) continue;
      const bool expression = std::count(index.columns.begin(), index.columns.end(), "") > 0;
      if (expression && expressions.contains(index.columns.size())) continue;
      extra("extra-unique",
            "the unique index \"" + index.name + "\" (" + listed(index.columns) + ")");
    }
  }

  void tellForeignKeys() {
    std::set<std::pair<Names, std::string>> known;
    for (const SourceForeignKey& key : table_.source->foreignKeys) {
      for (const PairedTable& parent : pairing_.tables) {
        if (sameName(parent.source->name, key.parent))
          known.emplace(targetNames(key.columns), parent.target->name);
      }
    }
    for (const TargetForeignKey& key : table_.target->foreignKeys) {
      if (known.contains({sorted(key.columns), key.parent})) continue;
      extra("extra-foreign-key", "the foreign key \"" + key.name + "\" (" + listed(key.columns) +
                                     ") to \"" + key.parent + "\"");
    }
  }

  void tellNotNulls() {
    Names columns;
    for (std::size_t i = 0; i < table_.source->columns.size(); ++i) {
      const SourceColumn& source = table_.source->columns[i];
      if (table_.planned[i] == PairedTable::none || source.notNull) continue;
      const std::vector<std::size_t> key = table_.source->primaryKey();
      if (std::find(key.begin(), key.end(), i) != key.end()) continue;
      const ColumnPlan& target = plan_.columns[table_.planned[i]];
      if (target.notNull) columns.push_back(target.target);
    }
    if (!columns.empty()) extra("extra-not-null", "NOT NULL on " + listed(columns));
  }

  void tellChecks() {
    const std::size_t ours = table_.ddl.checks.size(), theirs = table_.target->checks.size();
    if (theirs <= ours) return;
    tell(Level::warning, "extra-check",
         "the target has " + std::to_string(theirs) + " CHECK constraints, the source " +
             std::to_string(ours),
         "the application may be refused rows that SQLite took");
  }

  std::string definitionOf(const std::string& kind, const std::string& column) const {
    for (const InventoryItem& item : actual_) {
      if (item.table == plan_.target && item.kind == kind && item.name == column)
        return item.definition;
    }
    return {};
  }

  /// Expressions of both sides, one beside the other.
  void tellExpressions() {
    std::string list;
    const auto add = [&](const std::string& what) { list += (list.empty() ? "" : "; ") + what; };
    for (std::size_t i = 0; i < table_.source->columns.size(); ++i) {
      const SourceColumn& source = table_.source->columns[i];
      if (table_.planned[i] == PairedTable::none) continue;
      const std::string target = targetName(i);
      const std::string theirs = definitionOf("default", target);
      if (source.defaultSql && !theirs.empty())
        add("the default of " + source.name + ", " + *source.defaultSql + ", by " + theirs);
      if (const std::string generated = definitionOf("generated", target); !generated.empty())
        add("generated column " + source.name + " by " + generated);
    }
    for (const InventoryItem& item : actual_) {
      if (item.table == plan_.target && item.kind == "check" && !table_.ddl.checks.empty())
        add("CHECK \"" + item.name + "\" by " + item.definition);
    }
    for (const TableDdl::Check& check : table_.ddl.checks)
      add("CHECK (" + check.expression + ") of the source");
    if (list.empty()) return;
    tell(Level::info, "not-compared",
         "expressions are not compared with those of another tool: " + list,
         "read them side by side");
  }

  const Pairing& pairing_;
  const PairedTable& table_;
  const TablePlan& plan_;
  const std::vector<InventoryItem>& actual_;
  std::vector<Finding>& findings_;
};

}  // namespace

void tellExtras(const Pairing& pairing, const std::vector<InventoryItem>& actual,
                std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < pairing.tables.size(); ++i)
    Extras(pairing, i, actual, findings).run();
}

}  // namespace repot::migrate
