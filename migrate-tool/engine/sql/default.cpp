// Defaults. SQLite's clock is UTC and its texts have no fraction of a second; quoted and bare words
// are strings there. A constant takes the form that SQLite would store in a column of the type.
#include "engine/sql/translator.hpp"

#include <repot/sqlite/grammar/parser.hpp>
#include <repot/sqlite/grammar/token.hpp>

#include <optional>
#include <string>

namespace repot::sql {
namespace {

using Kind = Expr::Kind;

/// The exact ones have milliseconds, written with six digits, as Repot's own tables default to.
enum class Clock { timestamp, date, time, epoch, exactTimestamp, exactTime };

bool isText(const Expr& expr) {
  return expr.kind == Kind::string || expr.kind == Kind::column;
}

bool isNow(const Expr& argument) {
  return (argument.kind == Kind::string || argument.quoted) &&
         equalsIgnoreCase(argument.text, "now");
}

std::optional<Clock> strftimeClock(const Expr& call) {
  const std::string& format = call.children[0]->text;
  if (!isText(*call.children[0])) return std::nullopt;
  if (format == "%s") return Clock::epoch;
  if (format == "%Y-%m-%d %H:%M:%S") return Clock::timestamp;
  if (format == "%Y-%m-%d %H:%M:%f000") return Clock::exactTimestamp;
  if (format == "%H:%M:%f000") return Clock::exactTime;
  if (format == "%Y-%m-%d") return Clock::date;
  if (format == "%H:%M:%S") return Clock::time;
  return std::nullopt;
}

/// The clock that an expression reads: CURRENT_TIMESTAMP, datetime('now'), unixepoch() …
std::optional<Clock> clockOf(const Expr& expr) {
  if (expr.kind == Kind::cast && equalsIgnoreCase(expr.text, "INTEGER")) {
    const auto inner = clockOf(*expr.children[0]);
    return inner == Clock::epoch ? inner : std::nullopt;
  }
  if (expr.kind != Kind::function || expr.star) return std::nullopt;
  const std::string name = upperAscii(expr.text);
  const std::size_t count = expr.children.size();
  if (name == "CURRENT_TIMESTAMP") return Clock::timestamp;
  if (name == "CURRENT_DATE") return Clock::date;
  if (name == "CURRENT_TIME") return Clock::time;
  if (name == "STRFTIME" && (count == 1 || (count == 2 && isNow(*expr.children[1]))))
    return strftimeClock(expr);
  // Further arguments ('localtime', '+7 days') change the meaning.
  if (count > 1 || (count == 1 && !isNow(*expr.children[0]))) return std::nullopt;
  if (name == "DATETIME") return Clock::timestamp;
  if (name == "DATE") return Clock::date;
  if (name == "TIME") return Clock::time;
  if (name == "UNIXEPOCH") return Clock::epoch;
  return std::nullopt;
}

std::optional<std::string> clockSql(Clock clock, TypeClass target) {
  const std::string now = "now() AT TIME ZONE 'utc'";
  const std::string exact = "date_trunc('milliseconds', " + now + ")";
  const std::string epoch = "floor(extract(epoch FROM now()))::bigint";
  switch (target) {
    case TypeClass::timestamp:
      if (clock == Clock::exactTimestamp) return exact;
      if (clock == Clock::timestamp) return "date_trunc('second', " + now + ")";
      if (clock == Clock::date) return "date_trunc('day', " + now + ")";
      return std::nullopt;
    case TypeClass::timestamptz:
      if (clock == Clock::exactTimestamp) return "date_trunc('milliseconds', now())";
      if (clock == Clock::timestamp) return "date_trunc('second', now())";
      return std::nullopt;
    case TypeClass::date:
      if (clock == Clock::date) return "(" + now + ")::date";
      return std::nullopt;
    case TypeClass::time:
      if (clock == Clock::exactTime) return exact + "::time";
      if (clock == Clock::time) return "date_trunc('second', " + now + ")::time";
      return std::nullopt;
    case TypeClass::integer:
    case TypeClass::numeric:
      if (clock == Clock::epoch) return epoch;
      return std::nullopt;
    case TypeClass::text:
      if (clock == Clock::exactTimestamp)
        return "to_char(" + exact + ", 'YYYY-MM-DD HH24:MI:SS.US')";
      if (clock == Clock::exactTime) return "to_char(" + exact + ", 'HH24:MI:SS.US')";
      if (clock == Clock::timestamp) return "to_char(" + now + ", 'YYYY-MM-DD HH24:MI:SS')";
      if (clock == Clock::date) return "to_char(" + now + ", 'YYYY-MM-DD')";
      if (clock == Clock::time) return "to_char(" + now + ", 'HH24:MI:SS')";
      return epoch + "::text";
    default:
      return std::nullopt;
  }
}

bool isCanonicalInteger(std::string_view text) {
  constexpr std::size_t safeDigits = 18;
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (digits.empty() || digits.size() > safeDigits) return false;
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) return false;
  return digits[0] != '0' || text == "0";
}

std::optional<std::string> textSql(const std::string& text, TypeClass target) {
  switch (target) {
    case TypeClass::text:
      return quoteString(text);
    case TypeClass::integer:
    case TypeClass::numeric:
      return isCanonicalInteger(text) ? std::optional(text) : std::nullopt;
    case TypeClass::boolean:
      for (const std::string_view word : {"1", "t", "true", "y", "yes"}) {
        if (equalsIgnoreCase(text, word)) return "true";
      }
      for (const std::string_view word : {"0", "f", "false", "n", "no"}) {
        if (equalsIgnoreCase(text, word)) return "false";
      }
      return std::nullopt;
    case TypeClass::date:
      return isIsoDate(text) ? std::optional(quoteString(text) + "::date") : std::nullopt;
    default:
      return std::nullopt;
  }
}

/// A number as SQLite stores it in a column of the type; `sql` has its sign.
std::optional<std::string> numberSql(const Value& number, const std::string& sql,
                                     TypeClass target) {
  const bool integer = number.type == TypeClass::integer;
  switch (target) {
    case TypeClass::integer:
    case TypeClass::text:
      if (!integer) return std::nullopt;
      return target == TypeClass::text ? "'" + sql + "'" : sql;
    case TypeClass::boolean:
      if (!integer || (sql != "0" && sql != "1")) return std::nullopt;
      return sql == "1" ? "true" : "false";
    case TypeClass::real:
    case TypeClass::numeric:
      return sql;
    default:
      return std::nullopt;
  }
}

std::optional<std::string> constantSql(const Expr& expr, TypeClass target) {
  const ColumnResolver noColumns = [](std::string_view, std::string_view) { return std::nullopt; };
  const bool truth = equalsIgnoreCase(expr.text, "TRUE") || equalsIgnoreCase(expr.text, "FALSE");
  const bool bareWord = expr.kind == Kind::column && !expr.quoted && expr.qualifier.empty();
  if (expr.kind == Kind::string || (bareWord && !truth)) return textSql(expr.text, target);
  const Value value = Translator(noColumns).value(expr);
  if (value.type == TypeClass::bytea)
    return target == TypeClass::bytea ? std::optional(value.sql) : std::nullopt;
  if (!value.literal) throw Refusal{"PostgreSQL has no exact equal of this expression"};
  return value.type == TypeClass::text ? textSql(value.text, target)
                                       : numberSql(value, value.text, target);
}

}  // namespace

Translation translateDefault(std::string_view defaultSql, TypeClass target, bool notNull) {
  Translation translation;
  translation.type = target;
  try {
    const auto parsed = parseExpression(defaultSql);
    if (!parsed) throw Refusal{"the default was not understood: " + parsed.error};
    const Expr& expr = **parsed.value;
    if (expr.kind == Kind::null) return translation;
    const auto clock = clockOf(expr);
    translation.immutable = !clock;
    translation.sql = clock ? clockSql(*clock, target) : constantSql(expr, target);
    if (!translation.sql)
      throw Refusal{std::string("its value is none of the type ") + describe(target)};
  } catch (const Refusal& refusal) {
    translation.reason = refusal.reason;
    if (notNull) translation.reason += "; the column is NOT NULL, so inserts must give a value";
  }
  return translation;
}

}  // namespace repot::sql
