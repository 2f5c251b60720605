// Rows that are damaged, lost their parents, or are not what their columns say. One pass a table.
#include "engine/care/sqlite_checks.hpp"
#include "engine/care/writable_handle.hpp"
#include "engine/declared_type.hpp"
#include "engine/text_check.hpp"

#include <repot/backend.hpp>
#include <repot/sqlite/errors.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

#include <map>
#include <optional>

namespace repot::care {
namespace {

using migrate::Affinity;
using migrate::SourceColumn;
using migrate::SourceSchema;
using migrate::SourceTable;
using sqlite::StorageClass;

/// What PRAGMA integrity_check says, as the kind of finding that it is.
Finding findingOf(const std::string& line) {
  const auto holds = [&](std::string_view part) { return line.find(part) != std::string::npos; };
  if (holds("missing from index") || holds("wrong # of entries in index") ||
      holds("rowid not at end-of-record for")) {
    return {"index_damage",
            Severity::error,
            "",
            line,
            "queries that use the index miss rows, or find rows that are gone",
            "make the indexes anew from the tables; then find the cause: a bad disk, a copied "
            "file, another program",
            {Cure::Kind::sql, {"REINDEX"}, false}};
  }
  if (holds("non-unique entry in index")) {
    return {"duplicate_keys",
            Severity::error,
            "",
            line,
            "two rows have a key that is to be unique: either may be found for it",
            "delete or change one of them, then REINDEX",
            {}};
  }
  if (holds("NULL value in")) {
    return {"null_in_not_null",
            Severity::error,
            "",
            line,
            "the application does not expect it, and PostgreSQL refuses it",
            "give it a value",
            {}};
  }
  if (holds("CHECK constraint failed")) {
    return {"check_violation",
            Severity::error,
            "",
            line,
            "the rule was added later or checks were off: PostgreSQL refuses the row",
            "correct the row",
            {}};
  }
  if (holds("non-INT") || holds("non-REAL") || holds("TEXT value in") ||
      holds("NUMERIC value in") || holds("BLOB value in")) {
    return {"strict_violation",
            Severity::error,
            "",
            line,
            "the table is STRICT, and the value is of another type",
            "correct the row",
            {}};
  }
  return {"integrity", Severity::error, "", line, "", "", {}};
}

/// The lines of such a PRAGMA, without "ok"; nothing where it cannot be run.
std::optional<std::vector<std::string>> linesOf(sqlite3* handle, const char* pragma) {
  std::vector<std::string> lines;
  const auto take = [](void* all, int, char** values, char**) {
    if (std::string_view(values[0]) != "ok")
      static_cast<std::vector<std::string>*>(all)->emplace_back(values[0]);
    return 0;
  };
  const int result = sqlite3_exec(handle, pragma, take, &lines, nullptr);
  if (result == SQLITE_CORRUPT) lines.emplace_back(sqlite3_errmsg(handle));
  if (result != SQLITE_OK && lines.empty()) return std::nullopt;
  return lines;
}

void checkIntegrity(const std::string& path, sqlite::SqliteSource& source, Chart& chart) {
  constexpr const char* whole = "PRAGMA main.integrity_check(100)";
  std::optional<std::vector<std::string>> lines;
  if (source.reader().unknownCollations().empty()) {
    // SQLite forgets CHECKs where a file is opened for reading only.
    const sqlite::WriterHandle writable = openWritable(path);
    lines = linesOf(writable ? writable.get() : source.reader().raw(), whole);
  }
  // Indexes over collations and functions that are the application's own cannot be checked here.
  if (!lines) lines = linesOf(source.reader().raw(), "PRAGMA main.quick_check(100)");
  if (!lines) throw Error(ErrorKind::schema, sqlite3_errmsg(source.reader().raw()));
  std::map<std::string, std::pair<Finding, int>> found;
  for (const std::string& line : *lines) {
    sqlite::requireRead(line);
    const Finding finding = findingOf(line);
    ++found.try_emplace(finding.check, finding, 0).first->second.second;
  }
  for (auto& [name, one] : found) {
    if (one.second > 1) one.first.what += fmt::format(" (and {} more)", one.second - 1);
    name == "integrity" ? chart.addDamage(one.first.what) : chart.add(std::move(one.first));
  }
}

void checkOrphans(sqlite::SqliteSource& source, Chart& chart) {
  std::map<std::pair<std::string, std::string>, std::int64_t> orphans;
  sqlite::Statement statement = source.prepare("PRAGMA foreign_key_check");
  while (statement.step())
    ++orphans[{statement.string(0), statement.string(2)}];
  for (const auto& [tables, rows] : orphans) {
    chart.add(
        {"orphan_rows",
         Severity::error,
         tables.first,
         fmt::format("rows that refer to rows of {} that do not exist: {}", tables.second, rows),
         "some connection has foreign keys off, as SQLite has by default; joins lose these "
         "rows, and PostgreSQL refuses them",
         "PRAGMA foreign_keys = ON in every connection; then correct or delete the rows "
         "(PRAGMA foreign_key_check lists them)",
         {}});
  }
}

/// What may be wrong with the values of a column.
struct Doubts {
  std::int64_t text = 0, blobs = 0, noBoolean = 0, invalid = 0, nul = 0, nullKeys = 0;
};

bool isBoolean(const SourceColumn& column) {
  return migrate::parseDeclaredType(column.declaredType).kind == migrate::DeclaredKind::boolean;
}

void judge(const sqlite::Statement& row, int index, const SourceColumn& column, Affinity affinity,
           bool boolean, Doubts& doubts) {
  const bool numeric = affinity == Affinity::integer || affinity == Affinity::real;
  switch (row.type(index)) {
    case StorageClass::integer:
      if (boolean && row.int64(index) != 0 && row.int64(index) != 1) ++doubts.noBoolean;
      break;
    case StorageClass::text: {
      if (numeric) ++doubts.text;
      const migrate::TextCheck text = migrate::checkText(row.text(index));
      if (!text.validUtf8) ++doubts.invalid;
      if (text.hasNul) ++doubts.nul;
      break;
    }
    case StorageClass::blob:
      if (numeric || affinity == Affinity::text) ++doubts.blobs;
      break;
    case StorageClass::null:
      if (column.keyOrdinal > 0) ++doubts.nullKeys;
      break;
    case StorageClass::real:
      break;
  }
}

void tell(const SourceTable& table, const SourceColumn& column, const Doubts& doubts,
          Chart& chart) {
  const std::string subject = table.name + '.' + column.name;
  const auto add = [&](const char* check, std::int64_t count, const std::string& what,
                       const char* why) {
    if (count == 0) return;
    chart.add({check,
               Severity::warning,
               subject,
               fmt::format("{}: {}", what, count),
               why,
               "correct the values; repot plan shows some, and what a migration can do with them",
               {}});
  };
  add("type_affinity", doubts.text + doubts.blobs,
      "values that are not of the declared type " + column.declaredType,
      "SQLite keeps what it is given: comparisons, sums and other programs take it otherwise");
  add("boolean_values", doubts.noBoolean, "values of a boolean that are neither 0 nor 1",
      "programs disagree on whether they are true");
  add("invalid_utf8", doubts.invalid, "texts that are not valid UTF-8",
      "other programs fail or replace characters when they read them");
  add("nul_in_text", doubts.nul, "texts that hold a NUL",
      "many programs, and SQLite's own functions, take the text to end there");
  add("null_keys", doubts.nullKeys, "rows with NULL in the primary key",
      "SQLite lets it, and any number of such rows; nobody can refer to them");
}

void checkValues(sqlite::SqliteSource& source, const SourceTable& table, Chart& chart) {
  std::vector<const SourceColumn*> columns;
  std::string list;
  for (const SourceColumn& column : table.columns) {
    if (column.isGenerated()) continue;
    columns.push_back(&column);
    list += (list.empty() ? "" : ", ") + quoteIdentifier(column.name);
  }
  if (columns.empty()) return;
  std::vector<Affinity> affinities;
  std::vector<bool> booleans;
  for (const SourceColumn* column : columns) {
    affinities.push_back(migrate::affinityOf(column->declaredType));
    booleans.push_back(isBoolean(*column));
  }
  std::vector<Doubts> doubts(columns.size());
  sqlite::Statement row = source.prepare("SELECT " + list + " FROM " + quoteIdentifier(table.name));
  while (row.step()) {
    for (std::size_t i = 0; i < columns.size(); ++i)
      judge(row, static_cast<int>(i), *columns[i], affinities[i], booleans[i], doubts[i]);
  }
  for (std::size_t i = 0; i < columns.size(); ++i)
    tell(table, *columns[i], doubts[i], chart);
}

}  // namespace

void checkData(const std::string& path, sqlite::SqliteSource& source, const SourceSchema& schema,
               Chart& chart) {
  chart.run("integrity", [&] { checkIntegrity(path, source, chart); });
  chart.run("orphan_rows", [&] { checkOrphans(source, chart); });
  chart.run("values", [&] {
    for (const SourceTable& table : schema.tables)
      if (table.kind == SourceTable::Kind::table && table.failure.empty())
        checkValues(source, table, chart);
  });
}

}  // namespace repot::care
