// Keys and indexes are compared by their columns, as every tool names them otherwise; see
// compare_objects.hpp.
#include "engine/run/compare_objects.hpp"

#include <algorithm>
#include <set>

namespace repot::migrate {
namespace {

/// Names of both sides' columns of a key; absent where one has no partner.
std::optional<std::vector<std::string>> targetNames(const PairedTable& table, const TablePlan& plan,
                                                    const std::vector<std::size_t>& columns) {
  std::vector<std::string> names;
  for (const std::size_t column : columns) {
    if (table.planned[column] == PairedTable::none) return std::nullopt;
    names.push_back(plan.columns[table.planned[column]].target);
  }
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names)
    list += (list.empty() ? "" : ", ") + (name.empty() ? "(expression)" : name);
  return list;
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

class Comparison {
 public:
  Comparison(const Pairing& pairing, std::size_t index, sqlite::SqliteReader& reader,
             const PlanOptions& options, std::vector<ObjectFault>& faults)
      : pairing_(pairing),
        table_(pairing.tables[index]),
        plan_(pairing.plan.tables[index]),
        reader_(reader),
        options_(options),
        faults_(faults) {}

  void run() {
    comparePrimaryKey();
    // Those of equal names first, so that no other takes them.
    for (const bool namesake : {true, false}) {
      for (const SourceIndex& index : table_.source->indexes) {
        if (hasNamesake(index) == namesake) compareIndex(index);
      }
    }
    for (const SourceForeignKey& key : table_.source->foreignKeys)
      compareForeignKey(key);
    for (std::size_t i = 0; i < table_.source->columns.size(); ++i) {
      if (table_.planned[i] != PairedTable::none) compareColumn(i);
    }
    compareChecks();
  }

 private:
  void fault(std::string kind, const std::string& object, const std::string& message) {
    faults_.push_back({std::move(kind), table_.source->name, object, message});
  }
  std::string onTable() const { return " of table \"" + plan_.target + "\""; }

  /// Whether a row of the source makes the condition true.
  bool sourceHas(const std::string& condition) {
    sqlite::Statement row =
        reader_.prepare("SELECT 1 FROM main." + quoteIdentifier(table_.source->name) + " WHERE " +
                        condition + " LIMIT 1");
    return row.step();
  }

  void comparePrimaryKey() {
    const std::vector<std::size_t> key = table_.source->primaryKey();
    const auto names = targetNames(table_, plan_, key);
    if (key.empty() || !names) return;
    std::string nullable;
    for (const std::size_t column : key) {
      nullable += (nullable.empty() ? "" : " OR ") +
                  quoteIdentifier(table_.source->columns[column].name) + " IS NULL";
    }
    bool unique = false;
    for (const TargetIndex& index : table_.target->indexes) {
      if (!index.unique || !index.valid || index.partial || sorted(index.columns) != sorted(*names))
        continue;
      if (index.primary) return;
      unique = true;
    }
    // SQLite lets NULLs into most primary keys; what PostgreSQL has for those is UNIQUE.
    if (unique && sourceHas(nullable)) return;
    fault("primary-key", table_.source->name,
          "the primary key (" + joined(*names) + ")" + onTable() + " is missing");
  }

  /// A key part as the target's index shows it: an empty name for an expression. A part with a
  /// collation of SQLite's may be either.
  struct Part {
    std::string name;
    bool expression = false;
    bool eitherWay = false;
  };
  static bool matches(const std::vector<Part>& parts, const TargetIndex& index, bool unique) {
    if (parts.size() != index.columns.size() || (unique && !index.unique)) return false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const bool isExpression = index.columns[i].empty();
      if (isExpression ? !parts[i].expression && !parts[i].eitherWay
                       : parts[i].expression || parts[i].name != index.columns[i]) {
        return false;
      }
    }
    return true;
  }

  void compareIndex(const SourceIndex& index) {
    if (index.origin == 'p') return;
    std::vector<Part> parts;
    for (const SourceIndex::Column& column : index.columns) {
      if (column.column == -1 && table_.source->rowidAlias) {
        parts.push_back({plan_.columns[table_.planned[*table_.source->rowidAlias]].target});
        continue;
      }
      if (column.column < 0) {
        parts.push_back({"", true, false});
        continue;
      }
      const auto place = static_cast<std::size_t>(column.column);
      if (table_.planned[place] == PairedTable::none) return;
      parts.push_back({plan_.columns[table_.planned[place]].target, false,
                       options_.hashLongKeys || !sameName(column.collation, "BINARY")});
    }
    std::vector<std::string> names;
    for (const Part& part : parts)
      names.push_back(part.name);
    const std::string what =
        (index.origin == 'u'
             ? "unique key ("
             : (index.unique ? "unique index \"" : "index \"") + index.name + "\" (") +
        joined(names) + ")" + onTable();
    const TargetIndex* found = findIndex(index, parts);
    if (found == nullptr) return fault("index", index.name, "the " + what + " is missing");
    claimed_.insert(found);
    if (!found->valid) {
      fault("index", index.name, "the " + what + " is not valid: \"" + found->name + "\"");
    }
  }

  /// The index of the same name, else a valid one of the same structure. One with an expression
  /// stands for a single index of the source, as nothing here tells expressions apart.
  const TargetIndex* findIndex(const SourceIndex& index, const std::vector<Part>& parts) const {
    const TargetIndex* best = nullptr;
    for (const TargetIndex& candidate : table_.target->indexes) {
      // A predicate that is always true is none for PostgreSQL; an index of all rows serves as
      // well.
      const bool samePart =
          candidate.partial == index.partial || (!candidate.partial && !index.unique);
      if (!samePart || !matches(parts, candidate, index.unique)) continue;
      if (candidate.name == index.name) return &candidate;
      const bool expression = std::find(candidate.columns.begin(), candidate.columns.end(), "") !=
                              candidate.columns.end();
      if (expression && claimed_.contains(&candidate)) continue;
      if (best == nullptr || (!best->valid && candidate.valid)) best = &candidate;
    }
    return best;
  }
  bool hasNamesake(const SourceIndex& index) const {
    return std::any_of(table_.target->indexes.begin(), table_.target->indexes.end(),
                       [&](const TargetIndex& candidate) { return candidate.name == index.name; });
  }

  static char actionOf(const std::string& action) {
    if (action == "CASCADE") return 'c';
    if (action == "SET NULL") return 'n';
    if (action == "SET DEFAULT") return 'd';
    return 'a';
  }
  /// RESTRICT and NO ACTION differ in nothing but the moment of the check.
  static bool sameAction(char target, const std::string& source) {
    return (target == 'r' ? 'a' : target) == actionOf(source);
  }

  void compareForeignKey(const SourceForeignKey& key) {
    std::vector<std::size_t> columns;
    for (const std::string& name : key.columns) {
      if (const auto place = table_.source->find(name)) columns.push_back(*place);
    }
    const auto names = targetNames(table_, plan_, columns);
    const auto parent = std::find_if(
        pairing_.tables.begin(), pairing_.tables.end(),
        [&](const PairedTable& one) { return sameName(one.source->name, key.parent); });
    if (!names || columns.size() != key.columns.size() || parent == pairing_.tables.end()) return;
    const std::string what =
        "the foreign key (" + joined(*names) + ") to \"" + parent->target->name + "\"" + onTable();
    for (const TargetForeignKey& candidate : table_.target->foreignKeys) {
      if (sorted(candidate.columns) != sorted(*names) || candidate.parent != parent->target->name)
        continue;
      if (!candidate.valid && !hasOrphans()) {
        fault("foreign-key", table_.source->name,
              what + " is not valid: \"" + candidate.name + "\"");
      }
      // A key that is checked later than in the source hinders nobody.
      if (isDeferred(key) && !candidate.initiallyDeferred) {
        fault("foreign-key-deferral", table_.source->name,
              what + " is checked at once, not at the end of the transaction");
      }
      if (!sameAction(candidate.onDelete, key.onDelete) ||
          !sameAction(candidate.onUpdate, key.onUpdate)) {
        fault("foreign-key-action", table_.source->name,
              what + " acts otherwise than in the source: ON DELETE " + key.onDelete +
                  ", ON UPDATE " + key.onUpdate + " there");
      }
      return;
    }
    fault("foreign-key", table_.source->name, what + " is missing");
  }

  bool isDeferred(const SourceForeignKey& key) const {
    const auto& keys = table_.ddl.foreignKeys;
    return std::any_of(keys.begin(), keys.end(), [&](const TableDdl::ForeignKey& one) {
      return one.initiallyDeferred && std::equal(one.columns.begin(), one.columns.end(),
                                                 key.columns.begin(), key.columns.end(), sameName);
    });
  }

  bool hasOrphans() {
    sqlite::Statement row = reader_.prepare("SELECT 1 FROM pragma_foreign_key_check(" +
                                            quoteLiteral(table_.source->name) + ") LIMIT 1");
    return row.step();
  }

  void compareColumn(std::size_t index) {
    const SourceColumn& source = table_.source->columns[index];
    const ColumnPlan& planned = plan_.columns[table_.planned[index]];
    const TargetColumn& target = *table_.target->find(planned.target);
    const std::string object = table_.source->name + "." + source.name;
    const std::string name = "column \"" + planned.target + "\"" + onTable();
    if (source.notNull && !planned.notNull &&
        !sourceHas(quoteIdentifier(source.name) + " IS NULL")) {
      fault("not-null", object, name + " has lost its NOT NULL");
    }
    if (source.isGenerated() && !planned.generatedSql) {
      fault("generated-column", object, name + " is no longer generated");
    }
    const bool defaults = source.defaultSql && !sameName(*source.defaultSql, "NULL");
    if (defaults && !target.hasDefault && !planned.generatedSql) {
      fault("default-dropped", object, name + " has lost its default");
    }
    const bool asked = std::any_of(options_.types.begin(), options_.types.end(),
                                   [&](auto& type) { return sameName(type.first, object); });
    if (!asked) compareType(source, planned, object, name);
  }

  /// Values may be equal in a type that calculates or sorts otherwise.
  void compareType(const SourceColumn& source, const ColumnPlan& planned, const std::string& object,
                   const std::string& name) {
    const Affinity affinity = affinityOf(source.declaredType);
    if (affinity != Affinity::integer && affinity != Affinity::real) return;
    const bool text = planned.type == PgType::text || planned.type == PgType::varchar ||
                      planned.type == PgType::bpchar || planned.type == PgType::other;
    const bool exact = planned.type == PgType::numeric;
    const bool floating = planned.type == PgType::doublePrecision || planned.type == PgType::real;
    const bool suspect = text || exact || (floating && affinity == Affinity::integer);
    if (!suspect) return;
    const std::string type = "typeof(" + quoteIdentifier(source.name) + ")";
    const std::string strangers = text ? " IN ('text', 'blob')" : " IN ('text', 'blob', 'real')";
    const bool reals = exact && affinity == Affinity::real;
    // A column of several kinds of values needs a type that holds them all.
    if (sourceHas(type + (reals ? " IN ('text', 'blob')" : strangers))) return;
    if (!sourceHas(quoteIdentifier(source.name) + " IS NOT NULL")) return;
    fault("type", object,
          name + " is " + typeSql(planned) + ", though the source holds only " +
              (affinity == Affinity::integer ? "integers" : "numbers") + " in a column of type " +
              source.declaredType);
  }

  void compareChecks() {
    for (const TargetCheck& check : table_.target->checks) {
      if (check.valid) continue;
      fault("check-not-valid", table_.source->name,
            "the CHECK \"" + check.name + "\"" + onTable() + " is not valid");
    }
    for (std::size_t missing = table_.target->checks.size(); missing < table_.ddl.checks.size();
         ++missing) {
      fault("check", table_.source->name,
            std::to_string(table_.target->checks.size()) + " of " +
                std::to_string(table_.ddl.checks.size()) + " CHECK constraints" + onTable() +
                " are there");
    }
  }

  const Pairing& pairing_;
  const PairedTable& table_;
  const TablePlan& plan_;
  sqlite::SqliteReader& reader_;
  const PlanOptions& options_;
  std::vector<ObjectFault>& faults_;
  std::set<const TargetIndex*> claimed_;
};

void compareViews(const Pairing& pairing, const std::vector<InventoryItem>& actual,
                  std::vector<ObjectFault>& faults) {
  std::set<std::string> there;
  for (const InventoryItem& item : actual) {
    if (item.kind == "view" || item.kind == "materialized-view")
      there.insert(asciiLower(item.table));
  }
  for (const SourceObject& view : pairing.schema.views) {
    if (there.contains(asciiLower(view.name)) || pairing.findBySource(view.name)) continue;
    faults.push_back({"view", "", view.name, "the view \"" + view.name + "\" is missing"});
  }
}

/// What may hinder the application in any target, and stems from no source.
void compareState(const Pairing& pairing, const std::vector<InventoryItem>& actual,
                  std::vector<ObjectFault>& faults, std::vector<Finding>& findings) {
  for (const InventoryItem& item : actual) {
    const PairedTable* table = pairing.findByTarget(item.table);
    if (table == nullptr) continue;
    const std::string& source = table->source->name;
    const std::string onTable = " of table \"" + item.table + "\"";
    if (item.kind == "persistence" && !item.definition.empty()) {
      faults.push_back(
          {item.kind, source, source,
           "table \"" + item.table + "\" is UNLOGGED: its rows are lost when the server crashes"});
    }
    if (item.kind == "foreign-key" && !item.enabled) {
      faults.push_back({"foreign-key-disabled", source, source,
                        "the foreign key \"" + item.name + "\"" + onTable + " is disabled"});
    }
    const bool own = item.kind == "trigger" || item.kind == "rule" ||
                     (item.kind == "row-security" && !item.definition.empty());
    if (!own) continue;
    Finding& finding = findings.emplace_back();
    finding.level = Finding::Level::warning;
    finding.code = "extra-" + item.kind;
    finding.object = source + (item.name.empty() ? "" : "." + item.name);
    finding.message = "only the target has this " +
                      (item.kind == "row-security" ? std::string("row-level security") : item.kind);
    finding.sql = item.definition;
  }
}

}  // namespace

std::vector<ObjectFault> compareObjects(const Pairing& pairing, sqlite::SqliteReader& reader,
                                        const std::vector<InventoryItem>& actual,
                                        const PlanOptions& options,
                                        std::vector<Finding>& findings) {
  std::vector<ObjectFault> faults;
  for (std::size_t i = 0; i < pairing.tables.size(); ++i)
    Comparison(pairing, i, reader, options, faults).run();
  if (options.include.empty()) compareViews(pairing, actual, faults);
  compareState(pairing, actual, faults, findings);
  tellExtras(pairing, actual, findings);
  return faults;
}

std::vector<ObjectFault> compareTypes(const Pairing& pairing, const Plan& saved) {
  std::vector<ObjectFault> faults;
  for (const TablePlan& table : pairing.plan.tables) {
    for (const TablePlan& planned : saved.tables) {
      if (planned.source != table.source) continue;
      for (const ColumnPlan& column : planned.columns) {
        for (const ColumnPlan& found : table.columns) {
          const bool same = found.type == column.type && found.length == column.length &&
                            found.scale == column.scale;
          if (found.source != column.source || same) continue;
          faults.push_back({"type", table.source, table.source + "." + column.source,
                            "column \"" + found.target + "\" of table \"" + table.target +
                                "\" is " + typeSql(found) + ", not " + typeSql(column) +
                                " as planned"});
        }
      }
    }
  }
  return faults;
}

}  // namespace repot::migrate
