// See columns.hpp.
#include "sqlite/schema/columns.hpp"

#include <repot/backend.hpp>
#include <repot/error.hpp>
#include <repot/formats.hpp>
#include <repot/scalar_text.hpp>
#include <repot/schema/render.hpp>
#include <repot/sqlite/grammar/parser.hpp>
#include <repot/sqlite/grammar/token.hpp>
#include <repot/sqlite/strict_column.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace repot::sqlite {
namespace {

using schema::Default;
using schema::Type;

/// By ColumnType. Names that Python's ORM knows, no two the same, so that a column of ours tells
/// its type: TIMESTAMP, a synonym of DATETIME elsewhere, is an instant here.
constexpr std::array<std::string_view, 13> declaredNames = {
    "INTEGER",  "FLOAT",     "BOOLEAN",  "TEXT",     "BLOB",      "DATE",   "TIME",
    "DATETIME", "TIMESTAMP", "INTERVAL", "CHAR(32)", "JSON TEXT", "NUMERIC"};

/// What others declare: a column of numeric affinity, which makes numbers of texts that are such,
/// and so respells the JSON 1.0. "JSON TEXT" has that of a text.
constexpr std::string_view numericJson = "JSON";

/// An INTEGER that is the only key would be the rowid by another name: SQLite would hand out its
/// values, which PostgreSQL does only for identities.
constexpr std::string_view plainKey = "BIGINT";

bool isPlainInteger(const Type& type) {
  return type.kind == ColumnType::integer && type.native.empty();
}

std::string declaredType(const Type& type) {
  if (!type.native.empty()) return type.native;
  if (type.kind == ColumnType::text && type.length > 0)
    return "VARCHAR(" + std::to_string(type.length) + ')';
  std::string name(declaredNames[static_cast<std::size_t>(type.kind)]);
  if (type.kind == ColumnType::decimal && type.length > 0)
    name += '(' + std::to_string(type.length) + ", " + std::to_string(type.scale) + ')';
  return name;
}

std::string storageTest(const Type& type, const std::string& column) {
  const std::string storage = "typeof(" + column + ')';
  switch (type.kind) {
    case ColumnType::integer:
      return storage + " = 'integer'";
    case ColumnType::boolean:
      return column + " IN (0, 1)";
    case ColumnType::real:
      return storage + " = 'real'";
    case ColumnType::decimal: {
      const std::string test = storage + " IN ('integer', 'real')";
      if (type.length == 0) return test;
      return test + " AND round(" + column + ", " + std::to_string(type.scale) + ") = " + column +
             " AND abs(" + column + ") < 1e" + std::to_string(type.length - type.scale);
    }
    case ColumnType::bytes:
      return storage + " = 'blob'";
    case ColumnType::text:
      if (type.length > 0) {
        return storage + " = 'text' AND length(" + column + ") <= " + std::to_string(type.length);
      }
      break;
    default:
      break;
  }
  return storage + " = 'text'";
}

/// A comparison with NULL is NULL, which a CHECK lets pass; typeof(NULL) is 'null', which it does
/// not.
std::string strictCheck(const Type& type, const std::string& name, bool nullable) {
  const std::string column = quoteIdentifier(name);
  return (nullable ? column + " IS NULL OR " : std::string()) + storageTest(type, column);
}

/// The default of a column that is filled with the moment of the insert, six digits as everywhere;
/// SQLite's clock has three of them.
std::string_view nowExpression(ColumnType kind) {
  switch (kind) {
    case ColumnType::date:
      return "strftime('%Y-%m-%d', 'now')";
    case ColumnType::time:
      return "strftime('%H:%M:%f000', 'now')";
    case ColumnType::timestamp:
    case ColumnType::instant:
    case ColumnType::text:
      return "strftime('%Y-%m-%d %H:%M:%f000', 'now')";
    default:
      throw Error(ErrorKind::schema, "a column of type " + std::string(toString(kind)) +
                                         " cannot default to the current time");
  }
}

/// The declared type that Repot writes, read back; `native` where it is none.
Type declared(const std::string& text) {
  if (text == plainKey) return {ColumnType::integer, 0, 0, {}};
  if (text == numericJson) return {ColumnType::json, 0, 0, {}};
  for (std::size_t i = 0; i < declaredNames.size(); ++i) {
    if (text == declaredNames[i]) {
      Type type;
      type.kind = static_cast<ColumnType>(i);
      return type;
    }
  }
  Type type;
  const std::size_t open = text.find('(');
  if (open != std::string::npos) {
    const char* const end = text.data() + text.size();
    const auto first = std::from_chars(text.data() + open + 1, end, type.length);
    if (const std::size_t comma = text.find(", "); comma != std::string::npos)
      std::from_chars(text.data() + comma + 2, end, type.scale);
    type.kind = text.starts_with("NUMERIC(") ? ColumnType::decimal : ColumnType::text;
    if (first.ec == std::errc() && declaredType(type) == text) return type;
  }
  type = Type();
  // A column without any type must not get one; a comment in its place says so.
  type.native = text.empty() ? "/**/" : text;
  // The nearest kind, by SQLite's own rules of affinity and the names that say more.
  const std::string upper = sql::upperAscii(text);
  const auto has = [&](std::string_view part) { return upper.find(part) != std::string::npos; };
  type.kind = upper.starts_with("BOOL")                   ? ColumnType::boolean
              : upper == "DATE"                           ? ColumnType::date
              : upper == "TIME"                           ? ColumnType::time
              : has("DATETIME") || has("TIMESTAMP")       ? ColumnType::timestamp
              : has("JSON")                               ? ColumnType::json
              : has("INT")                                ? ColumnType::integer
              : has("CHAR") || has("CLOB") || has("TEXT") ? ColumnType::text
              : has("BLOB") || has("BINARY")              ? ColumnType::bytes
              : has("REAL") || has("FLOA") || has("DOUB") ? ColumnType::real
              : has("NUM") || has("DEC") || has("MONEY")  ? ColumnType::decimal
                                                          : ColumnType::text;
  return type;
}

Value storedNumber(ColumnType kind, const std::string& text) {
  if (kind == ColumnType::decimal) {
    formats::checkDecimal(text);
    return Decimal{formats::plainDecimal(text)};
  }
  if (kind == ColumnType::integer || kind == ColumnType::real || kind == ColumnType::boolean)
    return formats::fromText(kind, text);
  throw Error(ErrorKind::data, "a number in a column of another type");
}

/// A text constant as the value that it stands for in a column of the type.
Value storedText(ColumnType kind, const std::string& text) {
  switch (kind) {
    case ColumnType::text:
    case ColumnType::date:
    case ColumnType::time:
    case ColumnType::timestamp:
    case ColumnType::instant:
    case ColumnType::uuid:
    case ColumnType::json:
      return formats::fromText(kind, text);
    case ColumnType::interval:
      return Interval(formats::parseTimestamp(text).time_since_epoch());
    default:
      return storedNumber(kind, text);  // Affinity makes it one.
  }
}

/// The constant that an expression is. Throws Error(data) where it is none of the type.
Value constantOf(const sql::Expr& expr, ColumnType kind) {
  using Kind = sql::Expr::Kind;
  switch (expr.kind) {
    case Kind::string:
      return storedText(kind, expr.text);
    case Kind::integer:
    case Kind::real:
      return storedNumber(kind, expr.text);
    case Kind::blob:
      if (kind == ColumnType::bytes) return formats::parseHex(expr.text);
      break;
    case Kind::unary:
      if (expr.text == "-" &&
          (expr.children[0]->kind == Kind::integer || expr.children[0]->kind == Kind::real))
        return storedNumber(kind, '-' + expr.children[0]->text);
      break;
    case Kind::column:  // A bare or "quoted" word is a text in a DEFAULT.
      if (expr.quoted) return storedText(kind, expr.text);
      if (kind != ColumnType::boolean) break;
      if (sql::equalsIgnoreCase(expr.text, "true")) return true;
      if (sql::equalsIgnoreCase(expr.text, "false")) return false;
      break;
    default:
      break;
  }
  throw Error(ErrorKind::data, "not a constant of the column's type");
}

std::optional<Default> readDefault(const std::string& text, ColumnType kind) {
  Default value;
  const auto parsed = sql::parseExpression(text);
  if (parsed && (*parsed.value)->kind == sql::Expr::Kind::null) return std::nullopt;
  const bool temporal = kind == ColumnType::date || kind == ColumnType::time ||
                        kind == ColumnType::timestamp || kind == ColumnType::instant ||
                        kind == ColumnType::text;
  if (temporal && text == nowExpression(kind)) {
    value.kind = Default::Kind::currentTimestamp;
    return value;
  }
  if (parsed) {
    try {
      value.value = constantOf(**parsed.value, kind);
      return value;
    } catch (const Error&) {
      // Something of another kind, such as a number in a text column of others: kept as it is.
    }
  }
  value.kind = Default::Kind::expression;
  value.sql = text;
  return value;
}

}  // namespace

std::string literal(const Value& value) {
  return std::visit(
      Overloaded{[](std::monostate) { return std::string("NULL"); },
                 [](std::int64_t number) { return std::to_string(number); },
                 [](double number) {
                   if (std::isinf(number)) return std::string(number > 0 ? "9e999" : "-9e999");
                   if (std::isnan(number))
                     throw Error(ErrorKind::schema, "a default cannot be NaN");
                   std::string text;
                   formats::appendNumber(text, number);
                   if (text.find_first_of(".e") == std::string::npos) text += ".0";
                   return text;
                 },
                 [](bool flag) { return std::string(flag ? "1" : "0"); },
                 [](const Bytes& bytes) {
                   std::string text = "X'";
                   formats::appendHex(text, bytes);
                   return text + '\'';
                 },
                 [](Interval interval) {
                   return schema::quoteText(formats::formatTimestamp(Timestamp(interval)));
                 },
                 [](const Uuid& uuid) { return schema::quoteText(formats::formatUuidHex(uuid)); },
                 [](const Decimal& decimal) {
                   formats::checkDecimal(decimal.text);
                   return formats::plainDecimal(decimal.text);
                 },
                 [](const auto& other) {
                   const std::string text = formats::toText(other);
                   formats::checkText(text);
                   return schema::quoteText(text);
                 }},
      value);
}

std::string defaultSql(const Default& value, const Type& type) {
  switch (value.kind) {
    case Default::Kind::literal:
      return literal(value.value);
    case Default::Kind::currentTimestamp:
      return '(' + std::string(nowExpression(type.kind)) + ')';
    case Default::Kind::expression:
      return '(' + value.sql.of("sqlite") + ')';
  }
  return {};
}

std::string columnSql(const schema::Column& column, const schema::Key& primaryKey) {
  const std::string name = quoteIdentifier(column.name);
  if (column.identity) {
    return name + " INTEGER NOT NULL " + schema::constraintPrefix(primaryKey.name) + "PRIMARY KEY" +
           (column.reusesKeys ? "" : " AUTOINCREMENT");
  }
  std::string sql = name;
  const bool soleKey =
      primaryKey.columns.size() == 1 && sql::equalsIgnoreCase(primaryKey.columns[0], column.name);
  sql += ' ' + (soleKey && isPlainInteger(column.type) ? std::string(plainKey)
                                                       : declaredType(column.type));
  if (!column.nullable) sql += " NOT NULL";
  if (column.defaultValue) sql += " DEFAULT " + defaultSql(*column.defaultValue, column.type);
  if (!column.collation.empty()) sql += " COLLATE " + quoteIdentifier(column.collation);
  if (column.generated) {
    sql += " GENERATED ALWAYS AS (" + column.generated->sql.of("sqlite") +
           (column.generated->stored ? ") STORED" : ") VIRTUAL");
  }
  if (column.strict && column.type.native.empty())
    sql += " CHECK (" + strictCheck(column.type, column.name, column.nullable) + ')';
  return sql;
}

bool isStrictCheck(const sql::ColumnDefinition& column, const sql::CheckDefinition& check) {
  const Type type = declared(column.typeText);
  return check.name.empty() && type.native.empty() &&
         check.exprText == strictCheck(type, column.name, !column.notNull);
}

std::optional<Type> strictTypeOf(const sql::ColumnDefinition& column) {
  const bool strict =
      std::any_of(column.checks.begin(), column.checks.end(),
                  [&](const sql::CheckDefinition& check) { return isStrictCheck(column, check); });
  return strict ? std::optional(declared(column.typeText)) : std::nullopt;
}

schema::Column columnOf(const sql::ColumnDefinition& definition) {
  schema::Column column;
  column.name = definition.name;
  column.type = declared(definition.typeText);
  column.strict = strictTypeOf(definition).has_value();
  if (!column.strict && column.type.native.empty()) {
    // What others call so need not be what Repot means by it.
    ColumnType& kind = column.type.kind;
    const bool other = kind == ColumnType::instant || kind == ColumnType::interval;
    if (other || definition.typeText == plainKey || definition.typeText == numericJson)
      column.type.native = definition.typeText;
    if (other) kind = kind == ColumnType::instant ? ColumnType::timestamp : ColumnType::text;
  }
  column.nullable = !definition.notNull;
  if (!sql::equalsIgnoreCase(definition.collation, "BINARY"))
    column.collation = definition.collation;
  if (definition.defaultSql)
    column.defaultValue = readDefault(*definition.defaultSql, column.type.kind);
  if (definition.generatedText)
    column.generated = schema::Generated{*definition.generatedText, definition.generatedStored};
  return column;
}

}  // namespace repot::sqlite
