// See rebuild.hpp. Foreign keys are off (Connection::beginSchemaChange()), and legacy_alter_table
// is on for the renaming: without it SQLite would rewrite the references of other tables, views and
// triggers to the table that is being replaced, or refuse views that mention it.
#include "sqlite/schema/rebuild.hpp"

#include "sqlite/schema/columns.hpp"
#include "sqlite/schema/digest_functions.hpp"

#include <repot/backend.hpp>
#include <repot/error.hpp>
#include <repot/schema/render.hpp>
#include <repot/sqlite/grammar/token.hpp>
#include <repot/unit_of_work.hpp>

#include <algorithm>

namespace repot::sqlite {
namespace {

using namespace schema;

constexpr std::string_view scheme = "sqlite";

/// How a value of the old type becomes one of the new; that it is the same value has been checked
/// (checkConversion()).
std::string conversion(ColumnType from, ColumnType to, const std::string& column) {
  const auto cast = [&](std::string_view type) {
    return "CAST(" + column + " AS " + std::string(type) + ')';
  };
  if (from == to) return column;
  switch (to) {
    case ColumnType::integer:
      return cast("INTEGER");
    case ColumnType::real:
      return cast("REAL");
    case ColumnType::decimal:
      return cast("NUMERIC");
    case ColumnType::text:
      if (from != ColumnType::uuid) return cast("TEXT");
      return "lower(substr(" + column + ", 1, 8) || '-' || substr(" + column +
             ", 9, 4) || '-' || substr(" + column + ", 13, 4) || '-' || substr(" + column +
             ", 17, 4) || '-' || substr(" + column + ", 21))";
    case ColumnType::uuid:
      return "replace(" + column + ", '-', '')";
    case ColumnType::timestamp:
      return from == ColumnType::date ? column + " || ' 00:00:00.000000'" : column;
    case ColumnType::date:
      return from == ColumnType::timestamp ? "substr(" + column + ", 1, 10)" : column;
    default:
      return column;
  }
}

bool hasIdentity(const Table& table) {
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [](const Column& column) { return column.identity; });
}

bool hasAutoincrement(const Table& table) {
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [](const Column& column) { return column.identity && !column.reusesKeys; });
}

}  // namespace

std::string tableSql(const Table& table, bool ifMissing) {
  const std::string sql = createTableSql(
      {table, ifMissing}, scheme,
      [&](const Column& column) { return columnSql(column, table.primaryKey); },
      hasIdentity(table));
  return sql + (table.withoutRowid && table.strictTable ? " WITHOUT ROWID, STRICT"
                : table.withoutRowid                    ? " WITHOUT ROWID"
                : table.strictTable                     ? " STRICT"
                                                        : "");
}

Rebuild::Rebuild(const Table& from, const Table& to, const std::vector<Trigger>& triggers,
                 const std::map<std::string, Sql>& converted)
    : from_(from), to_(to), between_("repot_new_" + to.name) {
  if (!from.notCarried.empty()) {
    std::string lost;
    for (const std::string& what : from.notCarried)
      lost += (lost.empty() ? "" : ", ") + what;
    throw Error(ErrorKind::schema, "table \"" + from.name +
                                       "\" cannot be rebuilt, as this would lose " + lost +
                                       "; make the change with SQL of your own");
  }
  for (const Trigger& trigger : triggers) {
    if (sql::equalsIgnoreCase(trigger.table, from.name))
      triggers_.push_back(trigger.sql.of(scheme));
  }
  if (const std::string rowid = rowidColumn(); !rowid.empty()) copied_.push_back({rowid, rowid});
  for (const Column& column : to.columns) {
    const Column* const old = from.find(column.name);
    if (old == nullptr || column.generated) continue;
    std::string source = quoteIdentifier(old->name);
    if (const auto found = converted.find(column.name); found != converted.end()) {
      source = found->second.empty() ? conversion(old->type.kind, column.type.kind, source)
                                     : found->second.of(scheme);
    }
    copied_.push_back({quoteIdentifier(column.name), std::move(source)});
  }
}

/// Rowids are kept also where no key is made of them: full-text indexes and the like may refer to
/// them.
std::string Rebuild::rowidColumn() const {
  if (from_.withoutRowid || to_.withoutRowid || hasIdentity(from_) || hasIdentity(to_)) return {};
  for (const std::string_view name : {"rowid", "_rowid_", "oid"}) {
    if (from_.find(name) == nullptr && to_.find(name) == nullptr) return std::string(name);
  }
  return {};
}

std::vector<std::string> Rebuild::before() const {
  Table fresh = to_;
  fresh.name = between_;
  std::string columns, sources;
  for (const Copied& copied : copied_) {
    columns += (columns.empty() ? "" : ", ") + copied.column;
    sources += (sources.empty() ? "" : ", ") + copied.source;
  }
  std::vector<std::string> steps = {"PRAGMA legacy_alter_table = ON", tableSql(fresh),
                                    "INSERT INTO " + quoteIdentifier(between_) + " (" + columns +
                                        ") SELECT " + sources + " FROM " +
                                        quoteIdentifier(from_.name)};
  if (hasAutoincrement(from_) && hasAutoincrement(to_)) {
    steps.push_back("DELETE FROM sqlite_sequence WHERE name = " + quoteText(between_));
    steps.push_back("INSERT INTO sqlite_sequence (name, seq) SELECT " + quoteText(between_) +
                    ", seq FROM sqlite_sequence WHERE name = " + quoteText(from_.name));
  }
  return steps;
}

std::vector<std::string> Rebuild::after() const {
  std::vector<std::string> steps = {
      "DROP TABLE " + quoteIdentifier(from_.name),
      "ALTER TABLE " + quoteIdentifier(between_) + " RENAME TO " + quoteIdentifier(to_.name),
      "PRAGMA legacy_alter_table = OFF"};
  for (const Index& index : to_.indexes)
    steps.push_back(createIndexSql(to_.name, index, scheme, {"", " DESC"}));
  steps.insert(steps.end(), triggers_.begin(), triggers_.end());
  return steps;
}

std::vector<schema::Statement> Rebuild::statements() const {
  std::vector<schema::Statement> all;
  for (std::string& sql : before())
    all.push_back({std::move(sql), false});
  all.push_back({"the number and digest of the rows of " + from_.name + " and " + between_ +
                     " are compared here",
                 true});
  for (std::string& sql : after())
    all.push_back({std::move(sql), false});
  return all;
}

void Rebuild::compare(UnitOfWork& work) const {
  const auto digest = [&](const std::string& table, std::string Copied::*side) {
    std::vector<std::string> columns;
    for (const Copied& copied : copied_)
      columns.push_back(copied.*side);
    std::string result;
    work.query(
        "SELECT count(*) || ' ' || " + digestSql(columns) + " FROM " + quoteIdentifier(table), {},
        {ColumnType::text},
        [&](std::vector<Value>& row) { result = std::get<std::string>(row[0]); });
    return result;
  };
  if (digest(from_.name, &Copied::source) == digest(between_, &Copied::column)) return;
  throw Error(ErrorKind::data, "rebuilding table \"" + to_.name +
                                   "\" would alter rows: the copy is not equal to the original "
                                   "(a trigger or a type's affinity changes values)");
}

void Rebuild::run(UnitOfWork& work) const {
  try {
    for (const std::string& sql : before())
      work.executeScript(sql);
    compare(work);
    for (const std::string& sql : after())
      work.executeScript(sql);
  } catch (const Error& error) {
    throw error.within("rebuilding table \"" + to_.name + '"');
  }
}

}  // namespace repot::sqlite
