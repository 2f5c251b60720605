// The plan while it is made: what each step of planning reads and adds to.
#pragma once

#include "ddl.hpp"
#include "infer.hpp"
#include "names.hpp"
#include "plan.hpp"
#include "plan_options.hpp"
#include "scan.hpp"
#include "source_schema.hpp"

#include <repot/sqlite/bulk.hpp>

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace repot::migrate {

struct TableDraft {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  const SourceTable* source = nullptr;
  TableDdl ddl;
  TableStats stats;
  TablePlan plan;
  /// Index into plan.columns of each source column; `none` for hidden ones.
  std::vector<std::size_t> planned;
  bool keyHasNulls = false;  ///< The primary key becomes a UNIQUE constraint.
  /// Columns whose unique key goes by their hashes: no foreign key can refer to it.
  std::set<std::size_t> hashed;

  const ColumnPlan& column(std::size_t sourceIndex) const {
    return plan.columns[planned[sourceIndex]];
  }
  ColumnPlan& column(std::size_t sourceIndex) { return plan.columns[planned[sourceIndex]]; }
};

struct Draft {
  Draft(sqlite::SqliteReader& sourceReader, const PlanOptions& planOptions)
      : reader(sourceReader),
        readers{&sourceReader},
        options(planOptions),
        relations(planOptions.nameCase) {}

  sqlite::SqliteReader& reader;
  std::vector<sqlite::SqliteReader*> readers;  ///< For passes over all rows: it, and others.
  const PlanOptions& options;
  SourceSchema schema;
  std::vector<TableDraft> tables;
  NameSpace relations;
  std::map<std::string, std::string> viewNames;  ///< Target names by source names.
  std::deque<SourceTable> materialized;          ///< Views that become tables.
  std::set<const SourceForeignKey*> proved;      ///< No row lacks its parent.
  Plan plan;

  TableDraft* find(std::string_view table) {
    for (TableDraft& draft : tables) {
      if (sameName(draft.source->name, table)) return &draft;
    }
    return nullptr;
  }
  Finding& tell(Finding::Level level, std::string code, std::string object, std::string message) {
    plan.findings.push_back(
        makeFinding(level, std::move(code), std::move(object), std::move(message)));
    return plan.findings.back();
  }
};

// The steps, in their order.
void chooseTables(Draft& draft);  ///< Which tables are copied, and under which names.
void planColumns(Draft& draft);   ///< Scan and types.
void planColumnsOf(Draft& draft, TableDraft& table);
void unifyKeyTypes(Draft& draft);  ///< One type on both sides of each foreign key.
void proveParents(Draft& draft);   ///< Of all foreign keys together, as far as it is quickly done.
void planOrphans(Draft& draft);    ///< Rows that are set aside for their foreign keys.
void planDefaults(Draft& draft);   ///< Defaults, identities, generated columns.
void planKeys(Draft& draft);       ///< Primary and unique keys, indexes.
void planChecks(Draft& draft);
void planForeignKeys(Draft& draft);
void planViews(Draft& draft);
void planTriggers(Draft& draft);
void noteDifferences(Draft& draft);  ///< Remarks on the whole.

/// Do the filters want the table or view of this name?
bool isWanted(const PlanOptions& options, const std::string& name);
/// Gives the columns of a table their names in the target.
void nameColumns(Draft& draft, TableDraft& table);
/// COLLATE "C" on the texts of a table, unless another order is asked for.
void chooseCollations(const Draft& draft, TableDraft& table);

/// The option for the object, whatever the case of A–Z; null where there is none.
template <class Value>
const Value* optionFor(const std::map<std::string, Value>& options, std::string_view object) {
  for (const auto& [key, value] : options) {
    if (sameName(key, object)) return &value;
  }
  return nullptr;
}

/// What was asked for each fault: of the column ("table.column") before of the run.
std::array<std::optional<Remedy>, faultCount> remediesOf(const PlanOptions& options,
                                                         const std::string& object);
/// `"a", "b"` of the target for source columns.
std::string columnList(const TableDraft& table, const std::vector<std::size_t>& columns);
/// "table_a_b_suffix", the names that PostgreSQL would choose.
std::string implicitName(const TableDraft& table, const std::vector<std::size_t>& columns,
                         std::string_view suffix);

}  // namespace repot::migrate
