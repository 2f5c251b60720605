// SQLite does the grouping (in bounded memory); the converted value comes from a function that is
// registered for the one query.
#include "duplicates.hpp"

#include "engine/run/number_text.hpp"
#include "iso_time.hpp"
#include "text_check.hpp"

#include <repot/sqlite/errors.hpp>

#include <sqlite3.h>

#include <algorithm>

namespace repot::migrate {
namespace {

constexpr const char* functionName = "repot_converted";

/// True where two values that SQLite keeps apart may become equal.
bool mergesValues(const ColumnPlan& column) {
  switch (column.type) {
    case PgType::date:
    case PgType::time:
    case PgType::timestamp:
    case PgType::timestamptz:
    case PgType::interval:
      return true;
    case PgType::uuid:
      return true;
    default:
      break;
  }
  switch (column.conversion) {
    case Conversion::toText:
    case Conversion::blobToText:
    case Conversion::textToBytea:
    case Conversion::booleanText:
      return true;
    default:
      return false;
  }
}

/// The text by which two converted values are equal.
std::string convertedKey(sqlite3_value* value, bool temporal) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return std::to_string(sqlite3_value_int64(value));
    case SQLITE_FLOAT:
      return std::string(NumberText().of(sqlite3_value_double(value)));
    default:
      break;
  }
  const void* data = sqlite3_value_type(value) == SQLITE_TEXT
                         ? static_cast<const void*>(sqlite3_value_text(value))
                         : sqlite3_value_blob(value);
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
  std::string text =
      data == nullptr ? std::string{} : std::string(static_cast<const char*>(data), size);
  if (!temporal) return text;
  const auto time = parseIsoTime(text);
  return time ? std::to_string(time->micros) : text;
}

void converted(sqlite3_context* context, int, sqlite3_value** values) {
  if (sqlite3_value_type(values[0]) == SQLITE_NULL) return;  // NULLs never clash.
  const std::string kind(reinterpret_cast<const char*>(sqlite3_value_text(values[1])));
  std::string key = convertedKey(values[0], kind == "time");
  if (kind == "fold") {
    key = asciiLower(key);
    std::erase(key, '-');
  }
  if (kind == "boolean") key = asciiLower(key).substr(0, 1);
  sqlite3_result_blob64(context, key.data(), key.size(), SQLITE_TRANSIENT);
}

std::string kindOf(const ColumnPlan& column) {
  switch (column.type) {
    case PgType::date:
    case PgType::time:
    case PgType::timestamp:
    case PgType::timestamptz:
    case PgType::interval:
      return "time";
    case PgType::uuid:
      return "fold";
    case PgType::boolean:
      return "boolean";
    default:
      return "bytes";
  }
}

}  // namespace

TraitStat findConvertedDuplicates(sqlite::SqliteReader& reader, const TableDraft& table,
                                  const std::vector<std::size_t>& columns) {
  TraitStat found;
  const bool merges = std::any_of(columns.begin(), columns.end(), [&](std::size_t column) {
    return mergesValues(table.column(column));
  });
  if (!merges) return found;
  if (sqlite3_create_function_v2(reader.raw(), functionName, 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                 nullptr, converted, nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw sqlite::sqliteError(reader.raw(), "registering a function");
  }
  std::string keys, present, shown;
  for (const std::size_t column : columns) {
    const std::string name = quoteIdentifier(table.source->columns[column].name);
    const char* comma = keys.empty() ? "" : ", ";
    keys += comma +
            (std::string(functionName) + "(" + name + ", '" + kindOf(table.column(column)) + "')");
    present += (present.empty() ? "" : " AND ") + name + " IS NOT NULL";
    shown += comma + ("min(" + name + ")");
  }
  sqlite::Statement rows = reader.prepare(
      "SELECT count(*), " + shown + " FROM main." + quoteIdentifier(table.source->name) +
      " NOT INDEXED WHERE " + present + " GROUP BY " + keys + " HAVING count(*) > 1");
  while (rows.step()) {
    if (++found.count > 5) continue;
    std::string example = std::to_string(rows.int64(0)) + " rows become";
    for (int i = 1; i < rows.columnCount(); ++i)
      example += " " + spellValue(rows.raw(), i);
    found.examples.push_back(std::move(example));
  }
  return found;
}

}  // namespace repot::migrate
