// See columns.hpp.
#include "postgresql/schema/columns.hpp"

#include "postgresql/text_values.hpp"

#include <repot/backend.hpp>
#include <repot/error.hpp>
#include <repot/formats.hpp>
#include <repot/scalar_text.hpp>
#include <repot/schema/render.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace repot::postgresql {
namespace {

using schema::Default;
using schema::Type;

/// By ColumnType, as format_type() spells them.
constexpr std::array<std::string_view, 13> typeNames = {"bigint",
                                                        "double precision",
                                                        "boolean",
                                                        "text",
                                                        "bytea",
                                                        "date",
                                                        "time without time zone",
                                                        "timestamp without time zone",
                                                        "timestamp with time zone",
                                                        "interval",
                                                        "uuid",
                                                        "json",
                                                        "numeric"};

/// To the millisecond, as SQLite's clock has no more: both mean the same.
std::string nowExpression(ColumnType kind) {
  const std::string utc = "date_trunc('milliseconds', now() AT TIME ZONE 'utc')";
  switch (kind) {
    case ColumnType::date:
      return "(now() AT TIME ZONE 'utc')::date";
    case ColumnType::time:
      return utc + "::time";
    case ColumnType::timestamp:
      return utc;
    case ColumnType::instant:
      return "date_trunc('milliseconds', now())";
    case ColumnType::text:
      return "to_char(" + utc + ", 'YYYY-MM-DD HH24:MI:SS.US')";
    default:
      throw Error(ErrorKind::schema, "a column of type " + std::string(toString(kind)) +
                                         " cannot default to the current time");
  }
}

std::string typed(const std::string& text, std::string_view type) {
  return schema::quoteText(text) + "::" + std::string(type);
}

std::string realLiteral(double number) {
  if (std::isinf(number)) return number > 0 ? "'Infinity'::float8" : "'-Infinity'::float8";
  if (std::isnan(number)) throw Error(ErrorKind::schema, "a default cannot be NaN");
  std::string text;
  formats::appendNumber(text, number);
  return text;
}

std::string literal(const Value& value) {
  return std::visit(
      Overloaded{[](std::monostate) { return std::string("NULL"); },
                 [](std::int64_t number) { return std::to_string(number); },
                 [](double number) { return realLiteral(number); },
                 [](bool flag) { return std::string(flag ? "true" : "false"); },
                 [](const std::string& text) {
                   formats::checkText(text);
                   return schema::quoteText(text);
                 },
                 [](const Bytes& bytes) {
                   std::string text = "\\x";
                   formats::appendHex(text, bytes);
                   return typed(text, "bytea");
                 },
                 [](Date date) { return typed(formats::formatDate(date), "date"); },
                 [](TimeOfDay time) { return typed(formats::formatTime(time), "time"); },
                 [](Timestamp timestamp) {
                   return typed(formats::formatTimestamp(timestamp), "timestamp");
                 },
                 [](Instant instant) {
                   return typed(
                       formats::formatTimestamp(Timestamp(instant.time_since_epoch())) + "+00",
                       "timestamptz");
                 },
                 [](Interval interval) {
                   std::string text;
                   appendText(text, interval);
                   return typed(text, "interval");
                 },
                 [](const Uuid& uuid) { return typed(formats::formatUuid(uuid), "uuid"); },
                 [](const Json& json) { return typed(json.text, "json"); },
                 [](const Decimal& decimal) {
                   formats::checkDecimal(decimal.text);
                   return formats::plainDecimal(decimal.text);
                 }},
      value);
}

/// By ColumnType: the type numbers of pg_type.dat.
constexpr std::array<unsigned, 13> typeOids = {20,   701,  16,   25,   17,  1082, 1083,
                                               1114, 1184, 1186, 2950, 114, 1700};

/// How pg_get_expr() spells the expressions of nowExpression().
bool isNow(const std::string& text, ColumnType kind) {
  const std::string utc = "date_trunc('milliseconds'::text, (now() AT TIME ZONE 'utc'::text))";
  switch (kind) {
    case ColumnType::date:
      return text == "((now() AT TIME ZONE 'utc'::text))::date";
    case ColumnType::time:
      return text == '(' + utc + ")::time without time zone";
    case ColumnType::timestamp:
      return text == utc;
    case ColumnType::instant:
      return text == "date_trunc('milliseconds'::text, now())";
    case ColumnType::text:
      return text == "to_char(" + utc + ", 'YYYY-MM-DD HH24:MI:SS.US'::text)";
    default:
      return false;
  }
}

/// The text of `'…'::type`, `12` or `true`; nothing for anything else.
std::optional<std::string> constantText(std::string_view text) {
  if (text.starts_with('(') && text.find(')') == text.size() - 1)
    text = text.substr(1, text.size() - 2);
  if (!text.starts_with('\'')) {
    const bool plain =
        !text.empty() && text.find_first_not_of("+-.0123456789e") == std::string_view::npos;
    return plain || text == "true" || text == "false" ? std::optional(std::string(text))
                                                      : std::nullopt;
  }
  std::string value;
  std::size_t i = 1;
  for (; i < text.size(); ++i) {
    if (text[i] == '\'' && !text.substr(i + 1).starts_with('\'')) break;
    if (text[i] == '\'') ++i;
    value += text[i];
  }
  const std::string_view cast = text.substr(std::min(i + 1, text.size()));
  const bool alone = cast.empty() || (cast.starts_with("::") &&
                                      cast.find_first_of("'|+*/<>=") == std::string_view::npos);
  return alone ? std::optional(value) : std::nullopt;
}

/// PostgreSQL's short form of a column with a sequence of its own.
std::string_view serialType(const Type& type) {
  return type.native == "smallint" ? "smallserial" : type.native.empty() ? "bigserial" : "serial";
}

bool hasCollation(const Type& type) {
  return type.kind == ColumnType::text && type.native.empty();
}

}  // namespace

std::string typeSql(const Type& type) {
  if (!type.native.empty()) return type.native;
  if (type.kind == ColumnType::text && type.length > 0)
    return "character varying(" + std::to_string(type.length) + ')';
  std::string name(typeNames[static_cast<std::size_t>(type.kind)]);
  if (type.kind == ColumnType::decimal && type.length > 0)
    name += '(' + std::to_string(type.length) + ',' + std::to_string(type.scale) + ')';
  return name;
}

std::string collationSql(const schema::Column& column) {
  // Texts compare and sort by bytes, as they do in SQLite.
  if (!column.collation.empty()) return " COLLATE " + quoteIdentifier(column.collation);
  return hasCollation(column.type) ? " COLLATE \"C\"" : "";
}

std::string defaultSql(const Default& value, const Type& type) {
  switch (value.kind) {
    case Default::Kind::literal:
      return literal(value.value);
    case Default::Kind::currentTimestamp:
      return nowExpression(type.kind);
    case Default::Kind::expression:
      return '(' + value.sql.of("postgresql") + ')';
  }
  return {};
}

std::string columnSql(const schema::Column& column) {
  if (column.identity && column.serial) {
    return quoteIdentifier(column.name) + ' ' + std::string(serialType(column.type)) + " NOT NULL";
  }
  std::string sql =
      quoteIdentifier(column.name) + ' ' + typeSql(column.type) + collationSql(column);
  if (column.generated) {
    // PostgreSQL has stored ones only, up to version 17.
    sql += " GENERATED ALWAYS AS (" + column.generated->sql.of("postgresql") + ") STORED";
  } else if (column.identity) {
    sql += " GENERATED BY DEFAULT AS IDENTITY";
  } else if (column.defaultValue) {
    sql += " DEFAULT " + defaultSql(*column.defaultValue, column.type);
  }
  return sql + (column.nullable ? "" : " NOT NULL");
}

std::optional<Default> readDefault(const std::string& text, const Type& type) {
  Default value;
  if (isNow(text, type.kind)) {
    value.kind = Default::Kind::currentTimestamp;
    return value;
  }
  if (text.starts_with("NULL::")) return std::nullopt;
  if (const auto constant = constantText(text)) {
    try {
      value.value =
          type.kind == ColumnType::boolean
              ? Value(*constant == "true")
              : parseText(*constant, typeOids[static_cast<std::size_t>(type.kind)], type.kind);
      if (auto* const decimal = std::get_if<Decimal>(&value.value))
        decimal->text = formats::plainDecimal(decimal->text);
      return value;
    } catch (const Error&) {
      // A constant that the library's types do not know (infinity, a day before year 1).
    }
  }
  value.kind = Default::Kind::expression;
  value.sql = text;
  return value;
}

Type typeOf(const std::string& text) {
  Type type;
  const auto* found = std::find(typeNames.begin(), typeNames.end(), text);
  if (found != typeNames.end()) {
    type.kind = static_cast<ColumnType>(found - typeNames.begin());
    return type;
  }
  const char* const end = text.data() + text.size();
  if (const std::size_t open = text.find('('); open != std::string::npos) {
    type.kind = text.starts_with("numeric") ? ColumnType::decimal : ColumnType::text;
    std::from_chars(text.data() + open + 1, end, type.length);
    if (const std::size_t comma = text.find(','); comma != std::string::npos)
      std::from_chars(text.data() + comma + 1, end, type.scale);
    if (typeSql(type) == text) return type;
  }
  type = Type();
  type.native = text;
  // An array is no value of its elements' type, and a time with a zone no TimeOfDay.
  if (text.ends_with(']') || (text.starts_with("time") && !text.starts_with("timestamp") &&
                              text.ends_with("with time zone")))
    return type;
  type.kind = text == "integer" || text == "smallint" ? ColumnType::integer
              : text == "real"                        ? ColumnType::real
              : text == "jsonb"                       ? ColumnType::json
              : text.starts_with("timestamp") && text.ends_with("with time zone")
                  ? ColumnType::instant
              : text.starts_with("timestamp") ? ColumnType::timestamp
              : text.starts_with("numeric")   ? ColumnType::decimal
              : text.starts_with("time")      ? ColumnType::time
              : text.starts_with("interval")  ? ColumnType::interval
                                              : ColumnType::text;
  return type;
}

}  // namespace repot::postgresql
