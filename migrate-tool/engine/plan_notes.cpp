// What the plan tells beside what becomes of each object: how queries will behave otherwise, and
// what is left to the operator.
#include "draft.hpp"
#include "version_table_names.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace repot::migrate {
namespace {

using Level = Finding::Level;

constexpr std::array<std::string_view, 5> geometryTypes = {"geometry", "point", "linestring",
                                                           "polygon", "geomcollection"};

/// A column without any index compares otherwise, too; those with one have been told already.
void noteCollations(Draft& draft, const TableDraft& table) {
  for (std::size_t i = 0; i < table.source->columns.size(); ++i) {
    const SourceColumn& column = table.source->columns[i];
    if (table.planned[i] == TableDraft::none || sameName(column.collation, "BINARY")) continue;
    const PgType type = table.column(i).type;
    if (type != PgType::text && type != PgType::varchar) continue;
    const std::string object = table.source->name + "." + column.name;
    const bool told = std::any_of(draft.plan.findings.begin(), draft.plan.findings.end(),
                                  [&](const Finding& finding) {
                                    return finding.code == "collation" && finding.object == object;
                                  });
    if (told) continue;
    draft
        .tell(Level::warning, "collation", object,
              "compares by " + column.collation + " in SQLite; = and ORDER BY on it are exact now")
        .advice = "compare lower(column) or rtrim(column) in queries that relied on it";
  }
}

/// Geometries of SpatiaLite and GeoPackage are no PostGIS values.
void noteGeometries(Draft& draft, const TableDraft& table) {
  for (const ColumnPlan& column : table.plan.columns) {
    const std::string type = asciiLower(column.declaredType);
    const bool shape =
        std::any_of(geometryTypes.begin(), geometryTypes.end(),
                    [&](std::string_view name) { return type.find(name) != std::string::npos; });
    if (column.type != PgType::bytea || !shape) continue;
    draft
        .tell(Level::info, "geometry", table.source->name + "." + column.source,
              "its geometries are copied as the bytes that they are, not as PostGIS values")
        .advice = "ST_GeomFromWKB() reads the WKB behind the header of a GeoPackage's value";
  }
}

void noteSemantics(Draft& draft) {
  draft.tell(
      Level::info, "queries-to-check", draft.plan.sourcePath,
      "LIKE is case-sensitive in PostgreSQL, GLOB and REGEXP are other operators, \"x\" is "
      "never a string, division by zero fails, datetime() and rowid do not exist, and INSERT "
      "OR REPLACE is INSERT … ON CONFLICT");
}

/// Whether an index, a unique key or the primary key begins with these columns, in any order.
bool isIndexed(const TableDraft& table, const std::vector<std::string>& columns) {
  const auto among = [&](std::size_t column) {
    return std::any_of(columns.begin(), columns.end(), [&](const std::string& name) {
      return sameName(name, table.source->columns[column].name);
    });
  };
  const std::vector<std::size_t> primary = table.source->primaryKey();
  if (primary.size() >= columns.size() &&
      std::all_of(primary.begin(), primary.begin() + static_cast<std::ptrdiff_t>(columns.size()),
                  among)) {
    return true;
  }
  return std::any_of(
      table.source->indexes.begin(), table.source->indexes.end(), [&](const SourceIndex& index) {
        if (index.partial || index.columns.size() < columns.size()) return false;
        return std::all_of(index.columns.begin(),
                           index.columns.begin() + static_cast<std::ptrdiff_t>(columns.size()),
                           [&](const SourceIndex::Column& part) {
                             return part.column >= 0 &&
                                    among(static_cast<std::size_t>(part.column));
                           });
      });
}

/// Neither database indexes them by itself; without one, a DELETE of a parent reads the whole
/// child.
void noteUnindexedForeignKeys(Draft& draft) {
  Finding finding;
  finding.level = Level::info;
  finding.code = "foreign-key-without-index";
  finding.object = draft.plan.sourcePath;
  for (const TableDraft& table : draft.tables) {
    for (const SourceForeignKey& key : table.source->foreignKeys) {
      if (isIndexed(table, key.columns)) continue;
      std::string list;
      for (const std::string& name : key.columns) {
        const auto column = table.source->find(name);
        if (!column || table.planned[*column] == TableDraft::none) break;
        list += (list.empty() ? "" : ", ") + quoteIdentifier(table.column(*column).target);
      }
      if (list.empty()) continue;
      const std::string index =
          "CREATE INDEX ON " + quoteIdentifier(table.plan.target) + " (" + list + ");";
      if (finding.sql.find(index) != std::string::npos) continue;
      finding.sql += (finding.sql.empty() ? "" : "\n") + index;
      ++finding.count;
    }
  }
  if (finding.count == 0) return;
  finding.message =
      "foreign keys have no index on their columns, so that a DELETE or UPDATE of a row that they "
      "refer to reads their whole table";
  finding.advice = "none is made; where such rows are deleted, create the indexes";
  draft.plan.findings.push_back(std::move(finding));
}

/// Copied like any other table, which is right where the schema is copied, too.
void noteVersionTables(Draft& draft) {
  for (const TableDraft& table : draft.tables) {
    if (!isVersionTable(table.source->name)) continue;
    draft
        .tell(Level::info, "version-table", table.source->name,
              "keeps which schema migrations have run; it is copied as it is")
        .advice =
        "where the application's own migrations make the schema in the target, use --data-only";
  }
}

}  // namespace

void noteDifferences(Draft& draft) {
  for (const TableDraft& table : draft.tables) {
    noteCollations(draft, table);
    noteGeometries(draft, table);
  }
  noteUnindexedForeignKeys(draft);
  noteVersionTables(draft);
  if (!draft.tables.empty()) noteSemantics(draft);
}

}  // namespace repot::migrate
