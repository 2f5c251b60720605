// Values as C++ source; see cpp_text.hpp.
#include "schema/cpp_text.hpp"

#include "repot/formats.hpp"

#include <array>

namespace repot::schema {

std::string cppText(std::string_view text) {
  std::string literal = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\' || c == '?') {  // ??x may be a trigraph.
      literal += '\\';
      literal += c;
    } else if (c == '\n') {
      literal += "\\n";
    } else if (byte < 32 || byte == 127) {
      literal += '\\';
      literal += static_cast<char>('0' + (byte >> 6));
      literal += static_cast<char>('0' + (byte >> 3 & 7));
      literal += static_cast<char>('0' + (byte & 7));
    } else {
      literal += c;
    }
  }
  return literal + '"';
}

std::string cppTexts(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts)
    list += (list.empty() ? "" : ", ") + cppText(text);
  return '{' + list + '}';
}

std::string cppSql(const Sql& sql) {
  if (sql.dialects.empty()) return sql.text.empty() ? "{}" : "Sql(" + cppText(sql.text) + ')';
  return "Sql::each(" + cppText(sql.of("sqlite")) + ", " + cppText(sql.of("postgresql")) + ')';
}

std::string cppType(ColumnType type) {
  static constexpr std::array<std::string_view, 13> names = {
      "integer",   "real",    "boolean",  "text", "bytes", "date",   "time",
      "timestamp", "instant", "interval", "uuid", "json",  "decimal"};
  return "ColumnType::" + std::string(names.at(static_cast<std::size_t>(type)));
}

std::string cppAction(Action action) {
  static constexpr std::array<std::string_view, 5> names = {"noAction", "restrict", "cascade",
                                                            "setNull", "setDefault"};
  return "Action::" + std::string(names.at(static_cast<std::size_t>(action)));
}

std::string cppValue(const Value& value) {
  // The alternatives of Value behind NULL are in the order of ColumnType but for these.
  static constexpr std::array<ColumnType, 14> types = {
      ColumnType::text,      ColumnType::integer, ColumnType::real,     ColumnType::boolean,
      ColumnType::text,      ColumnType::bytes,   ColumnType::date,     ColumnType::time,
      ColumnType::timestamp, ColumnType::instant, ColumnType::interval, ColumnType::uuid,
      ColumnType::json,      ColumnType::decimal};
  if (isNull(value)) return "Value()";
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "Value(true)" : "Value(false)";
  return "formats::fromText(" + cppType(types.at(value.index())) + ", " +
         cppText(formats::toText(value)) + ')';
}

}  // namespace repot::schema
