// SQLite does the grouping (in bounded memory); the converted value comes from a function that is
// registered for the one query.
#include "duplicates.hpp"

#include "engine/run/number_text.hpp"
#include "iso_time.hpp"
#include "text_check.hpp"
#include "text_repair.hpp"
#include "zone.hpp"

#include <repot/sqlite/errors.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <memory>

namespace repot::migrate {
namespace {

constexpr const char* functionName = "repot_converted";

bool isTemporal(PgType type) {
  return type == PgType::date || type == PgType::time || type == PgType::timestamp ||
         type == PgType::timestamptz || type == PgType::interval;
}

std::string_view bytesOf(sqlite3_value* value) {
  const void* data = sqlite3_value_type(value) == SQLITE_TEXT
                         ? static_cast<const void*>(sqlite3_value_text(value))
                         : sqlite3_value_blob(value);
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
  return data == nullptr ? std::string_view{}
                         : std::string_view(static_cast<const char*>(data), size);
}

/// A key column, with what converting its values needs.
struct KeyColumn {
  const ColumnPlan* plan = nullptr;
  std::unique_ptr<const Zone> zone;
  std::string collation;

  /// The text by which two converted values are equal, as the key's collation compares them.
  std::string key(sqlite3_value* value) const {
    std::string text = converted(value);
    if (plan->type != PgType::text && plan->type != PgType::varchar) return text;
    if (sameName(collation, "NOCASE")) return asciiLower(text);
    if (sameName(collation, "RTRIM")) text.erase(text.find_last_not_of(' ') + 1);
    return text;
  }

 private:
  std::string converted(sqlite3_value* value) const {
    switch (sqlite3_value_type(value)) {
      case SQLITE_INTEGER:
        return std::to_string(sqlite3_value_int64(value));
      case SQLITE_FLOAT:
        return std::string(NumberText().of(sqlite3_value_double(value)));
      default:
        break;
    }
    std::string text(bytesOf(value));
    if (plan->conversion == Conversion::anyToJson) return classKey(value, text);
    if (isTemporal(plan->type)) return timeKey(text);
    if (plan->conversion == Conversion::bytesToUuid) return text;
    if (plan->type == PgType::uuid) {
      text = asciiLower(text);
      std::erase(text, '-');
    } else if (plan->type == PgType::boolean) {
      text = asciiLower(text).substr(0, 1);
    } else if (plan->repairsText()) {
      std::string buffer;
      return std::string(repairText(*plan, text, buffer));
    }
    return text;
  }
  /// Which keeps text apart from numbers and blobs.
  std::string classKey(sqlite3_value* value, const std::string& text) const {
    if (sqlite3_value_type(value) != SQLITE_TEXT) return "x" + text;
    std::string buffer;
    return "t" + std::string(plan->repairsText() ? repairText(*plan, text, buffer) : text);
  }
  std::string timeKey(const std::string& text) const {
    const auto time = parseIsoTime(text);
    if (!time) return text;
    const bool local = zone && time->kind != IsoTime::Kind::offsetDateTime;
    const auto micros = local ? zone->toUtc(time->micros) : time->micros;
    return micros ? std::to_string(*micros) : text;
  }
};
using KeyColumns = std::vector<KeyColumn>;

/// repot_converted(value, place of its column)
void converted(sqlite3_context* context, int, sqlite3_value** values) {
  if (sqlite3_value_type(values[0]) == SQLITE_NULL) return;  // NULLs never clash.
  const auto& columns = *static_cast<const KeyColumns*>(sqlite3_user_data(context));
  const auto place = static_cast<std::size_t>(sqlite3_value_int64(values[1]));
  const std::string key = columns[place].key(values[0]);
  sqlite3_result_blob64(context, key.data(), key.size(), SQLITE_TRANSIENT);
}

/// Registered for as long as it lives, since it points to the columns.
class ConvertedFunction {
 public:
  ConvertedFunction(sqlite3* handle, const KeyColumns& columns) : handle_(handle) {
    if (define(const_cast<KeyColumns*>(&columns), converted) != SQLITE_OK) {
      throw sqlite::sqliteError(handle, "registering a function");
    }
  }
  ~ConvertedFunction() { define(nullptr, nullptr); }
  ConvertedFunction(const ConvertedFunction&) = delete;
  ConvertedFunction& operator=(const ConvertedFunction&) = delete;

 private:
  int define(void* data, void (*function)(sqlite3_context*, int, sqlite3_value**)) {
    return sqlite3_create_function_v2(handle_, functionName, 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                      data, function, nullptr, nullptr, nullptr);
  }
  sqlite3* handle_;
};

}  // namespace

bool mergesValues(const ColumnPlan& column) {
  if (column.repairsText()) return true;
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
    case Conversion::anyToText:
    case Conversion::textToBytea:
    case Conversion::booleanText:
      return true;
    default:
      return false;
  }
}

bool UniqueKey::mayMerge(const TableDraft& table) const {
  return std::any_of(parts.begin(), parts.end(), [&](const Part& part) {
    return part.column != TableDraft::none && mergesValues(table.column(part.column));
  });
}

TraitStat findConvertedDuplicates(sqlite::SqliteReader& reader, const TableDraft& table,
                                  const UniqueKey& unique, std::size_t examples) {
  TraitStat found;
  if (!unique.mayMerge(table)) return found;
  KeyColumns keyColumns;
  std::string keys, present, shown;
  for (const UniqueKey::Part& part : unique.parts) {
    const bool plain = part.column != TableDraft::none;
    const std::string value =
        plain ? quoteIdentifier(table.source->columns[part.column].name) : "(" + part.sql + ")";
    const char* comma = keys.empty() ? "" : ", ";
    keys += comma + (plain ? std::string(functionName) + "(" + value + ", " +
                                 std::to_string(keyColumns.size()) + ")"
                           : value);
    present += (present.empty() ? "" : " AND ") + value + " IS NOT NULL";
    shown += comma + ("min(" + value + ")");
    if (!plain) continue;
    KeyColumn& key = keyColumns.emplace_back();
    key.plan = &table.column(part.column);
    key.collation = part.collation;
    if (!key.plan->zone.empty()) key.zone = std::make_unique<const Zone>(key.plan->zone);
  }
  if (!unique.where.empty()) present += " AND (" + unique.where + ")";
  const ConvertedFunction function(reader.raw(), keyColumns);
  sqlite::Statement rows = reader.prepare(
      "SELECT count(*), " + shown + " FROM main." + quoteIdentifier(table.source->name) +
      " NOT INDEXED WHERE " + present + " GROUP BY " + keys + " HAVING count(*) > 1");
  while (rows.step()) {
    ++found.count;
    if (found.examples.size() >= examples) continue;
    std::string example = std::to_string(rows.int64(0)) + " rows become";
    for (int i = 1; i < rows.columnCount(); ++i)
      example += " " + spellValue(rows.raw(), i);
    found.examples.push_back(std::move(example));
  }
  return found;
}

}  // namespace repot::migrate
