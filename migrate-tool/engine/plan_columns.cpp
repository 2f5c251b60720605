// Scans each table and gives each column its type.
#include "draft.hpp"
#include "scan_tables.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace repot::migrate {
namespace {

using Level = Finding::Level;

std::string objectName(const TableDraft& table, std::size_t column) {
  return table.source->name + "." + table.source->columns[column].name;
}

/// The type that needs no inference: the user asked for it, or Repot declared it. (json has no
/// equality: a column that is compared has to be inferred.)
std::optional<WantedType> wantedFor(const Draft& draft, const TableDraft& table, std::size_t column,
                                    bool compared) {
  if (const auto* asked = optionFor(draft.options.types, objectName(table, column)))
    return parseWantedType(*asked);
  for (const auto& [name, type] : table.ddl.declaredByRepot) {
    if (!sameName(name, table.source->columns[column].name)) continue;
    if (type.kind != ColumnType::json || !compared) return wantedTypeOf(type);
  }
  return std::nullopt;
}

/// What the scan has to judge so that the values can be proved against the wanted type.
void wishFor(const WantedType& wanted, ColumnWish& wish) {
  wish.epoch = epochOf(wanted.conversion);
  switch (wanted.type) {
    case PgType::numeric:
      wish.declared = {DeclaredKind::decimal, wanted.length, wanted.scale};
      break;
    case PgType::varchar:
      wish.declared = {DeclaredKind::text, wanted.length, 0};
      break;
    case PgType::boolean:
      wish.declared.kind = DeclaredKind::boolean;
      break;
    case PgType::bigint:
      wish.integerText = true;
      break;
    case PgType::uuid:
      wish.uuid = true;
      break;
    case PgType::json:
    case PgType::jsonb:
      wish.json = true;
      wish.jsonb = wanted.type == PgType::jsonb;
      break;
    case PgType::date:
    case PgType::time:
    case PgType::timestamp:
    case PgType::timestamptz:
    case PgType::interval:
      wish.temporal = true;
      break;
    case PgType::doublePrecision:
    case PgType::text:
    case PgType::bytea:
    case PgType::smallint:
    case PgType::integer:
    case PgType::real:
    case PgType::bpchar:
    case PgType::inet:
    case PgType::enumeration:
    case PgType::other:
      break;
  }
}

/// Columns on either side of a foreign key, by table and name in lower case: both have to get the
/// same type.
using KeyColumns = std::set<std::pair<std::string, std::string>>;

KeyColumns foreignKeyColumns(Draft& draft) {
  KeyColumns columns;
  const auto add = [&](const SourceTable& table, const std::string& column) {
    columns.emplace(asciiLower(table.name), asciiLower(column));
  };
  for (const TableDraft& child : draft.tables) {
    for (const SourceForeignKey& key : child.source->foreignKeys) {
      for (const std::string& column : key.columns)
        add(*child.source, column);
      const TableDraft* parent = draft.find(key.parent);
      if (parent == nullptr) continue;
      for (const std::string& column : key.parentColumns)
        add(*parent->source, column);
      if (!key.parentColumns.empty()) continue;
      for (const std::size_t column : parent->source->primaryKey())
        add(*parent->source, parent->source->columns[column].name);
    }
  }
  return columns;
}

bool isAmong(const KeyColumns& keys, const SourceTable& table, std::size_t column) {
  return keys.contains({asciiLower(table.name), asciiLower(table.columns[column].name)});
}

std::string zoneOf(const PlanOptions& options, const std::string& object) {
  const std::string* own = optionFor(options.columnZones, object);
  return own != nullptr ? *own : options.zone;
}

std::vector<ColumnWish> wishesOf(const Draft& draft, const TableDraft& table,
                                 const std::set<std::size_t>& compared, const KeyColumns& keys) {
  std::vector<ColumnWish> wishes;
  for (std::size_t i = 0; i < table.source->columns.size(); ++i) {
    const SourceColumn& column = table.source->columns[i];
    ColumnWish wish;
    wish.declared = parseDeclaredType(column.declaredType);
    const DeclaredKind kind = wish.declared.kind;
    wish.temporal =
        kind == DeclaredKind::date || kind == DeclaredKind::dateTime || kind == DeclaredKind::time;
    wish.json = kind == DeclaredKind::json;
    wish.integerText = wish.uuid = isAmong(keys, *table.source, i);
    const auto remedies = remediesOf(draft.options, objectName(table, i));
    wish.everyBlob = remedies[static_cast<std::size_t>(Fault::mixed)].has_value();
    if (const auto wanted = wantedFor(draft, table, i, compared.contains(i)))
      wishFor(*wanted, wish);
    const std::string zone = zoneOf(draft.options, objectName(table, i));
    if (wish.temporal && !zone.empty()) wish.zone = std::make_shared<const Zone>(zone);
    wishes.push_back(wish);
  }
  return wishes;
}

/// json has no equality, so a column that anything compares by stays text.
std::set<std::size_t> comparedColumns(const SourceTable& table, const KeyColumns& keys) {
  std::set<std::size_t> compared;
  for (const SourceIndex& index : table.indexes) {
    for (const SourceIndex::Column& part : index.columns) {
      if (part.column >= 0) compared.insert(static_cast<std::size_t>(part.column));
    }
  }
  for (const std::size_t column : table.primaryKey())
    compared.insert(column);
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (isAmong(keys, table, i)) compared.insert(i);
  }
  return compared;
}

void typeColumn(Draft& draft, TableDraft& table, std::size_t index, const ColumnWish& wish,
                bool compared) {
  const SourceColumn& column = table.source->columns[index];
  const std::string object = objectName(table, index);
  const ColumnStats& stats = table.stats.columns[index];
  const ColumnFacts facts{object,
                          column.declaredType,
                          wish.declared,
                          stats,
                          remediesOf(draft.options, object),
                          zoneOf(draft.options, object),
                          draft.options.examples,
                          column.notNull || column.keyOrdinal > 0,
                          compared};
  const auto wanted = wantedFor(draft, table, index, compared);
  const Inference inference = wanted ? applyWantedType(facts, *wanted, draft.plan.findings)
                                     : inferType(facts, draft.plan.findings);
  ColumnPlan& planned = table.column(index);
  planned.type = inference.type;
  planned.length = inference.length;
  planned.scale = inference.scale;
  planned.conversion = inference.conversion;
  planned.misfit = inference.misfit;
  planned.misfits = inference.misfits;
  planned.nulRepair = inference.nulRepair;
  planned.utf8Repair = inference.utf8Repair;
  planned.repairs = inference.repairs;
  if (planned.conversion == Conversion::assumeZone) planned.zone = facts.zone;
  planned.reason = inference.reason;
  planned.notNull = column.notNull;
  if (column.notNull && stats.count(Trait::null) > 0) {
    planned.notNull = false;
    draft.plan.findings.push_back(makeFinding(
        Level::reported, "not-null-violated", object,
        "is NOT NULL but holds NULLs; the column becomes nullable", stats.stat(Trait::null),
        "correct the values, then ALTER COLUMN … SET NOT NULL"));
  }
}

void notePrimaryKey(Draft& draft, TableDraft& table) {
  for (const std::size_t column : table.source->primaryKey()) {
    const TraitStat& nulls = table.stats.columns[column].stat(Trait::null);
    if (nulls.count == 0) continue;
    table.keyHasNulls = true;
    draft.plan.findings.push_back(makeFinding(
        Level::warning, "null-in-primary-key", objectName(table, column),
        "the primary key holds NULLs, which SQLite allows; it becomes a UNIQUE constraint, which "
        "allows them too",
        nulls));
  }
  for (const std::size_t column : table.source->primaryKey()) {
    table.plan.key.push_back(table.planned[column]);
    if (!table.keyHasNulls) table.column(column).notNull = true;
  }
}

void noteSizes(Draft& draft, const TableDraft& table) {
  if (table.stats.wideRows.count == 0) return;
  draft.plan.findings.push_back(makeFinding(
      Level::refused, "row-too-wide", table.source->name,
      "rows that PostgreSQL cannot hold in a page of 8 kB, even with long values moved out",
      table.stats.wideRows, "split the table in the source, or exclude it"));
}

ScanTask scanTaskOf(const Draft& draft, const TableDraft& table, const KeyColumns& keys) {
  return {table.source, wishesOf(draft, table, comparedColumns(*table.source, keys), keys)};
}

void planScanned(Draft& draft, TableDraft& table, const std::vector<ColumnWish>& wishes,
                 const KeyColumns& keys, ScanOutcome outcome) {
  try {
    if (outcome.failure) std::rethrow_exception(outcome.failure);
    table.stats = std::move(outcome.stats);
  } catch (const Error& failure) {
    // A function or collation that only the application has; the other tables are still planned.
    if (failure.kind() != ErrorKind::schema && failure.kind() != ErrorKind::data) throw;
    draft.tell(Level::refused, "unreadable-table", table.source->name, failure.what()).sql =
        table.source->sql;
    table.stats.columns.resize(table.source->columns.size());
  }
  const std::set<std::size_t> compared = comparedColumns(*table.source, keys);
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    if (table.planned[i] == TableDraft::none) continue;
    typeColumn(draft, table, i, wishes[i], compared.contains(i));
  }
  table.plan.rows = table.stats.rows;
  table.plan.bytes = table.stats.bytes;
  table.plan.rowidMin = table.stats.rowidMin;
  table.plan.rowidMax = table.stats.rowidMax;
  notePrimaryKey(draft, table);
  noteSizes(draft, table);
}

}  // namespace

std::array<std::optional<Remedy>, faultCount> remediesOf(const PlanOptions& options,
                                                         const std::string& object) {
  const RemedyChoice* own = optionFor(options.columnRemedies, object);
  std::array<std::optional<Remedy>, faultCount> asked;
  for (std::size_t i = 0; i < faultCount; ++i) {
    const auto fault = static_cast<Fault>(i);
    if (own != nullptr) asked[i] = own->of(fault);
    if (!asked[i]) asked[i] = options.remedies.of(fault);
  }
  return asked;
}

void planColumnsOf(Draft& draft, TableDraft& table) {
  const KeyColumns keys;  // Of a view, to which no key can refer.
  const ScanTask task = scanTaskOf(draft, table, keys);
  planScanned(draft, table, task.wishes, keys,
              std::move(scanTables({&draft.reader}, {task}, draft.options.examples).front()));
}

void planColumns(Draft& draft) {
  const KeyColumns keys = foreignKeyColumns(draft);
  std::vector<ScanTask> tasks;
  for (const TableDraft& table : draft.tables)
    tasks.push_back(scanTaskOf(draft, table, keys));
  std::vector<ScanOutcome> outcomes = scanTables(draft.readers, tasks, draft.options.examples);
  for (std::size_t i = 0; i < tasks.size(); ++i)
    planScanned(draft, draft.tables[i], tasks[i].wishes, keys, std::move(outcomes[i]));
}

}  // namespace repot::migrate
