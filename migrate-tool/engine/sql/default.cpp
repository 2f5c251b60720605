// Defaults that are no constants: SQLite's clock is UTC, and its texts have no fraction of a second.
#include "engine/sql/parser.hpp"
#include "engine/sql/token.hpp"
#include "engine/sql/translate.hpp"
#include "engine/sql/value.hpp"

#include <optional>
#include <string>

namespace repot::sql {
namespace {

enum class Clock { timestamp, date, time, epoch };

bool isNow(const Expr& argument) {
  return (argument.kind == Expr::Kind::string ||
          (argument.kind == Expr::Kind::column && argument.quoted)) &&
         equalsIgnoreCase(argument.text, "now");
}

/// The clock that an expression reads: CURRENT_TIMESTAMP, datetime('now'), unixepoch() …
std::optional<Clock> clockOf(const Expr& expr) {
  if (expr.kind == Expr::Kind::column && !expr.quoted) {
    if (equalsIgnoreCase(expr.text, "CURRENT_TIMESTAMP")) return Clock::timestamp;
    if (equalsIgnoreCase(expr.text, "CURRENT_DATE")) return Clock::date;
    if (equalsIgnoreCase(expr.text, "CURRENT_TIME")) return Clock::time;
    return std::nullopt;
  }
  if (expr.kind != Expr::Kind::function) return std::nullopt;
  const std::size_t count = expr.children.size();
  // A second argument is a modifier ('localtime', '+7 days'), which changes the meaning.
  const bool now = count == 0 || (count == 1 && isNow(*expr.children[0]));
  if (equalsIgnoreCase(expr.text, "datetime") && now) return Clock::timestamp;
  if (equalsIgnoreCase(expr.text, "date") && now) return Clock::date;
  if (equalsIgnoreCase(expr.text, "time") && now) return Clock::time;
  if (equalsIgnoreCase(expr.text, "unixepoch") && now) return Clock::epoch;
  if (equalsIgnoreCase(expr.text, "strftime") && count >= 1 && count <= 2 &&
      expr.children[0]->kind == Expr::Kind::string && (count == 1 || isNow(*expr.children[1]))) {
    const std::string& format = expr.children[0]->text;
    if (format == "%s") return Clock::epoch;
    if (format == "%Y-%m-%d %H:%M:%S") return Clock::timestamp;
    if (format == "%Y-%m-%d") return Clock::date;
    if (format == "%H:%M:%S") return Clock::time;
  }
  return std::nullopt;
}

constexpr const char* utcNow = "(now() AT TIME ZONE 'utc')";

std::optional<std::string> clockSql(Clock clock, TypeClass target) {
  const std::string now = utcNow;
  switch (target) {
    case TypeClass::timestamp:
      if (clock == Clock::timestamp) return "date_trunc('second', " + now + ")";
      if (clock == Clock::date) return "date_trunc('day', " + now + ")";
      return std::nullopt;
    case TypeClass::timestamptz:
      if (clock == Clock::timestamp) return "date_trunc('second', now())";
      return std::nullopt;
    case TypeClass::date:
      if (clock == Clock::date) return now + "::date";
      return std::nullopt;
    case TypeClass::time:
      if (clock == Clock::time) return "date_trunc('second', " + now + ")::time";
      return std::nullopt;
    case TypeClass::integer:
      if (clock == Clock::epoch) return "floor(extract(epoch FROM now()))::bigint";
      return std::nullopt;
    case TypeClass::text:
      if (clock == Clock::timestamp) return "to_char(" + now + ", 'YYYY-MM-DD HH24:MI:SS')";
      if (clock == Clock::date) return "to_char(" + now + ", 'YYYY-MM-DD')";
      if (clock == Clock::time) return "to_char(" + now + ", 'HH24:MI:SS')";
      return "floor(extract(epoch FROM now()))::bigint::text";
    default:
      return std::nullopt;
  }
}

std::optional<std::string> textSql(const std::string& text, TypeClass target) {
  if (target == TypeClass::text || target == TypeClass::json) return quoteString(text);
  return std::nullopt;
}

}  // namespace

Translation translateDefault(std::string_view defaultSql, TypeClass target, bool notNull) {
  Translation translation;
  translation.type = target;
  const auto refuse = [&](const std::string& reason) {
    translation.reason = reason + (notNull ? "; inserts must give a value from now on" : "");
    return translation;
  };
  const auto parsed = parseExpression(defaultSql);
  if (!parsed) return refuse("the default was not understood: " + parsed.error);
  const Expr& expr = **parsed.value;
  if (expr.kind == Expr::Kind::null) return translation;
  try {
    if (const auto clock = clockOf(expr)) {
      translation.immutable = false;
      translation.sql = clockSql(*clock, target);
    } else if (expr.kind == Expr::Kind::string || expr.kind == Expr::Kind::column) {
      // A bare word or "quoted" name is a string in a default.
      translation.sql = textSql(expr.text, target);
    } else {
      return refuse("PostgreSQL has no exact equal of this expression");
    }
  } catch (const Refusal& refusal) {
    return refuse(refusal.reason);
  }
  if (!translation.sql) {
    return refuse(std::string("its value is none of the type ") + describe(target));
  }
  return translation;
}

}  // namespace repot::sql
