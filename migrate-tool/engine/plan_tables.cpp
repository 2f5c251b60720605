// Which tables are copied. SQLite's internal ones and the shadow tables behind virtual tables are
// not data of the user; a virtual table is copied by its visible columns where it has content of
// its own.
#include "draft.hpp"

#include <algorithm>
#include <optional>

namespace repot::migrate {
namespace {

using Level = Finding::Level;

/// Content kept elsewhere or nowhere: content='' or content='other'.
bool hasForeignContent(const SourceTable& table) {
  const std::string sql = asciiLower(table.sql);
  for (auto at = sql.find("content"); at != std::string::npos; at = sql.find("content", at + 7)) {
    const auto next = sql.find_first_not_of(" \t\r\n", at + 7);
    const bool word = at == 0 || sql[at - 1] == ',' || sql[at - 1] == '(' || sql[at - 1] == ' ' ||
                      sql[at - 1] == '\n';
    if (word && next != std::string::npos && sql[next] == '=') return true;
  }
  return false;
}

bool takesVirtual(Draft& draft, const SourceTable& table) {
  const auto report = [&](const std::string& why) {
    Finding& finding = draft.tell(Level::reported, "virtual-table", table.name,
                                  "virtual table (" + table.module + ") is not copied: " + why);
    finding.sql = table.sql;
    return false;
  };
  if (!table.failure.empty()) return report(table.failure);
  const bool fts = table.module.starts_with("fts");
  if (fts && hasForeignContent(table)) return report("its content is kept outside of it");
  if (!fts && !table.module.starts_with("rtree")) return report("its module is not known");
  Finding& finding =
      draft.tell(Level::warning, "virtual-table", table.name,
                 "virtual table (" + table.module + ") becomes an ordinary table of its columns");
  finding.advice = fts ? "for full-text search add a GIN index over to_tsvector(…)"
                       : "for range search add a GiST index over ranges or boxes";
  finding.sql = table.sql;
  return true;
}

bool takes(Draft& draft, const SourceTable& table) {
  if (!isWanted(draft.options, table.name)) return false;
  switch (table.kind) {
    case SourceTable::Kind::shadow:
      return false;
    case SourceTable::Kind::virtualTable:
      return takesVirtual(draft, table);
    case SourceTable::Kind::table:
      break;
  }
  if (!table.failure.empty()) {
    draft
        .tell(Level::refused, "unreadable-table", table.name,
              "the table cannot be read: " + table.failure)
        .sql = table.sql;
    return false;
  }
  return true;
}

void noteRename(Draft& draft, const std::string& object, const std::string& source,
                const std::string& target) {
  const bool onlyCase = sameName(source, target);
  if (source == target || (onlyCase && draft.options.nameCase == PlanOptions::NameCase::lower))
    return;
  const bool strict = draft.options.strictNames;
  Finding& finding = draft.tell(
      strict ? Level::refused : Level::warning, "renamed", object,
      (strict ? "would be called \"" : "is called \"") + target +
          "\" in PostgreSQL, as the name is taken, reserved, empty or longer than 63 bytes");
  if (strict) finding.advice = "choose a name by --rename " + object + "=NAME";
}

/// The name that was asked for, if any was. It is exactly that, or the plan is refused.
std::optional<std::string> renamed(Draft& draft, NameSpace& names, const std::string& object) {
  const std::string* wanted = optionFor(draft.options.names, object);
  if (wanted == nullptr) return std::nullopt;
  if (!names.claim(*wanted)) {
    draft
        .tell(Level::refused, "name-taken", object,
              "cannot be called \"" + *wanted + "\": the name is taken or reserved")
        .advice = "choose another name";
  }
  return *wanted;
}

std::string columnObject(const SourceTable& table, const SourceColumn& column) {
  return table.name + "." + column.name;
}

/// PostgreSQL looks for a name without a schema in its catalog first.
void noteSystemName(Draft& draft, const std::string& source, const std::string& target) {
  if (!target.starts_with("pg_")) return;
  draft
      .tell(Level::warning, "system-name", source,
            "names with pg_ are PostgreSQL's: where its catalog has a table of this name, a query "
            "finds that one")
      .advice = "name the table with its schema";
}

}  // namespace

bool isWanted(const PlanOptions& options, const std::string& name) {
  const auto matches = [&](const std::string& glob) { return globMatches(glob, name); };
  const bool included = options.include.empty() ||
                        std::any_of(options.include.begin(), options.include.end(), matches);
  return included && std::none_of(options.exclude.begin(), options.exclude.end(), matches);
}

/// Columns that were given a name get it before the others take theirs.
void nameColumns(Draft& draft, TableDraft& table) {
  NameSpace names(draft.options.nameCase);
  for (const char* system : {"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"}) {
    names.reserve(system);
  }
  for (const SourceColumn& column : table.source->columns) {
    table.planned.push_back(TableDraft::none);
    if (!isVisible(column)) continue;
    table.planned.back() = table.plan.columns.size();
    ColumnPlan& planned = table.plan.columns.emplace_back();
    planned.source = column.name;
    planned.declaredType = column.declaredType;
    planned.target = renamed(draft, names, columnObject(*table.source, column)).value_or("");
  }
  // Those that cannot keep their names come last, so that they take nobody's.
  for (const bool reserved : {false, true}) {
    for (std::size_t i = 0; i < table.planned.size(); ++i) {
      if (table.planned[i] == TableDraft::none || !table.column(i).target.empty()) continue;
      const SourceColumn& column = table.source->columns[i];
      if (names.isReserved(column.name) != reserved) continue;
      table.column(i).target = names.allocate(column.name);
      noteRename(draft, columnObject(*table.source, column), column.name, table.column(i).target);
    }
  }
}

void chooseTables(Draft& draft) {
  constexpr std::size_t maxColumns = 1600;
  for (const SourceTable& table : draft.schema.tables) {
    if (!takes(draft, table)) continue;
    TableDraft& chosenTable = draft.tables.emplace_back();
    chosenTable.source = &table;
    chosenTable.ddl = parseTableDdl(table);
    chosenTable.plan.source = table.name;
    chosenTable.plan.target = renamed(draft, draft.relations, table.name).value_or("");
    chosenTable.plan.rowidName = table.rowidName;
    nameColumns(draft, chosenTable);
    if (chosenTable.plan.columns.size() > maxColumns) {
      draft
          .tell(Level::refused, "too-many-columns", table.name,
                "has " + std::to_string(chosenTable.plan.columns.size()) +
                    " columns; PostgreSQL's limit is 1600")
          .advice = "split the table in the source";
    }
  }
  for (TableDraft& table : draft.tables) {
    if (!table.plan.target.empty()) continue;
    table.plan.target = draft.relations.allocate(table.source->name);
    noteRename(draft, table.source->name, table.source->name, table.plan.target);
  }
  for (const TableDraft& table : draft.tables)
    noteSystemName(draft, table.source->name, table.plan.target);
  for (const SourceObject& view : draft.schema.views) {
    if (!isWanted(draft.options, view.name)) continue;
    if (draft.options.views == PlanOptions::Views::skip) continue;
    const std::string target = draft.relations.allocate(view.name);
    noteRename(draft, view.name, view.name, target);
    draft.viewNames[view.name] = target;
  }
  if (draft.tables.empty()) {
    draft.tell(Level::refused, "no-tables", draft.plan.sourcePath, "there is no table to copy")
        .advice = "check the path and the filters";
  }
}

std::string columnList(const TableDraft& table, const std::vector<std::size_t>& columns) {
  std::string list;
  for (const std::size_t column : columns) {
    if (!list.empty()) list += ", ";
    list += quoteIdentifier(table.column(column).target);
  }
  return list;
}

std::string implicitName(const TableDraft& table, const std::vector<std::size_t>& columns,
                         std::string_view suffix) {
  std::string name = table.plan.target;
  for (const std::size_t column : columns)
    name += "_" + table.column(column).target;
  return name + "_" + std::string(suffix);
}

}  // namespace repot::migrate
