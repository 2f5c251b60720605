// Comparison is where the two databases differ most: SQLite compares across types by storage class
// and affinity, PostgreSQL by operators of its types. Only pairs for which both agree get through.
#include "engine/sql/value.hpp"

#include <repot/sqlite/grammar/token.hpp>

#include <algorithm>
#include <array>

namespace repot::sql {
namespace {

bool isNumber(TypeClass type) {
  return type == TypeClass::integer || type == TypeClass::real || type == TypeClass::numeric;
}

[[noreturn]] void refusePair(const Value& left, const Value& right) {
  throw Refusal{std::string("it compares ") + describe(left.type) + " with " +
                describe(right.type) + ", which PostgreSQL does not do as SQLite does"};
}

/// Above 2^53 not every integer is a double.
bool isExactDouble(const Value& literal) {
  constexpr std::size_t safeDigits = 15;
  return literal.literal && literal.text.size() <= safeDigits;
}

void alignNumbers(const Value& left, const Value& right) {
  if (left.type == right.type || (left.literal && right.literal)) return;
  const Value& real = left.type == TypeClass::real ? left : right;
  const Value& other = left.type == TypeClass::real ? right : left;
  if (real.type != TypeClass::real) return;  // bigint and numeric compare exactly.
  if (real.literal || isExactDouble(other)) return;
  refusePair(left, right);
}

/// A string literal beside a date: the order of ISO dates is that of their texts.
void alignDate(const Value& date, Value& text, const Value& left, const Value& right) {
  if (!text.literal) refusePair(left, right);
  if (!isIsoDate(text.text))
    throw Refusal{"it compares a date with " + quoteString(text.text) + ", which is none"};
  text.sql += "::date";
  text.type = date.type;
}

void align(Value& left, Value& right) {
  if (isNumber(left.type) && isNumber(right.type)) return alignNumbers(left, right);
  if (left.type == TypeClass::boolean && right.type == TypeClass::integer) left = toNumber(left);
  if (right.type == TypeClass::boolean && left.type == TypeClass::integer) right = toNumber(right);
  if (left.type == TypeClass::date && right.type == TypeClass::text)
    alignDate(left, right, left, right);
  if (right.type == TypeClass::date && left.type == TypeClass::text)
    alignDate(right, left, left, right);
  if (left.type != right.type) refusePair(left, right);
  switch (left.type) {
    case TypeClass::integer:
    case TypeClass::boolean:
    case TypeClass::text:
    case TypeClass::bytea:
    case TypeClass::date:
      return;
    default:
      throw Refusal{std::string("it compares ") + describe(left.type) +
                    " values, whose spellings SQLite tells apart and PostgreSQL does not"};
  }
}

/// `flag = 1` and its like, without a detour through integers.
std::optional<Value> compareWithTruth(std::string_view op, const Value& left, const Value& right) {
  const bool equality = op == "=" || op == "<>";
  if (!equality || left.type != TypeClass::boolean) return std::nullopt;
  if (!right.literal || right.type != TypeClass::integer) return std::nullopt;
  if (right.text != "0" && right.text != "1") return std::nullopt;
  return (right.text == "1") == (op == "=") ? left : negate(left);
}

std::string foldAscii(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace

const char* describe(TypeClass type) {
  constexpr std::array<const char*, 13> names = {"integer",   "double precision",
                                                 "numeric",   "boolean",
                                                 "text",      "bytea",
                                                 "date",      "time",
                                                 "timestamp", "timestamp with time zone",
                                                 "json",      "uuid",
                                                 "unknown"};
  return names[static_cast<std::size_t>(type)];
}

std::string quoteString(std::string_view value) {
  if (value.find('\0') != std::string_view::npos)
    throw Refusal{"it has a string with a NUL character, which no PostgreSQL text can hold"};
  std::string quoted = "'";
  for (const char c : value) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + "'";
}

Value simpleValue(std::string sql, TypeClass type) {
  Value value;
  value.sql = std::move(sql);
  value.type = type;
  return value;
}

Value compoundValue(std::string sql, TypeClass type) {
  Value value = simpleValue(std::move(sql), type);
  value.compound = true;
  return value;
}

Value nullCondition() {
  Value value = simpleValue("NULL::boolean", TypeClass::boolean);
  value.neverFalse = true;
  return value;
}

Value toCondition(Value value) {
  if (value.null) return nullCondition();
  if (value.type == TypeClass::boolean) return value;
  if (!isNumber(value.type))
    throw Refusal{std::string("it takes a ") + describe(value.type) + " value as a condition"};
  if (value.literal && value.type == TypeClass::integer) {
    Value truth = simpleValue(value.text == "0" ? "false" : "true", TypeClass::boolean);
    truth.neverFalse = value.text != "0";
    return truth;
  }
  return compoundValue(value.operand() + " <> 0", TypeClass::boolean);
}

Value negate(Value condition) {
  if (!condition.nullTest.empty() || !condition.notNullTest.empty()) {
    const bool wasNull = !condition.nullTest.empty();
    const std::string operand = wasNull ? condition.nullTest : condition.notNullTest;
    Value test =
        compoundValue(operand + (wasNull ? " IS NOT NULL" : " IS NULL"), TypeClass::boolean);
    (wasNull ? test.notNullTest : test.nullTest) = operand;
    return test;
  }
  return compoundValue("NOT " + condition.operand(), TypeClass::boolean);
}

Value toNumber(Value value) {
  if (value.type != TypeClass::boolean) return value;
  return simpleValue(value.operand() + "::int", TypeClass::integer);
}

std::string toText(const Value& value) {
  if (value.type == TypeClass::text) return value.operand();
  if (value.type == TypeClass::integer || value.type == TypeClass::boolean)
    return toNumber(value).operand() + "::text";
  throw Refusal{std::string("it takes the text of a ") + describe(value.type) +
                " value, which PostgreSQL spells in its own way"};
}

std::string collationOf(const Value& left, const Value& right) {
  if (left.explicitCollation) return left.collation;
  if (right.explicitCollation) return right.collation;
  return left.collation.empty() ? right.collation : left.collation;
}

std::string collated(const Value& value, std::string_view collation, bool ordered) {
  if (collation.empty() || equalsIgnoreCase(collation, "BINARY")) {
    return ordered ? value.operand() + " COLLATE \"C\"" : value.operand();
  }
  if (equalsIgnoreCase(collation, "NOCASE")) {
    return value.literal ? quoteString(foldAscii(value.text))
                         : "lower(" + value.operand() + " COLLATE \"C\")";
  }
  if (!equalsIgnoreCase(collation, "RTRIM")) {
    throw Refusal{"PostgreSQL has no equal of the collation " + std::string(collation)};
  }
  return "rtrim(" + value.operand() + ", ' ')" + (ordered ? " COLLATE \"C\"" : "");
}

Value compare(std::string_view op, Value left, Value right) {
  if (left.null || right.null) return nullCondition();
  if (const auto truth = compareWithTruth(op, left, right)) return *truth;
  if (const auto truth = compareWithTruth(op, right, left)) return *truth;
  align(left, right);
  if (left.type != TypeClass::text)
    return compoundValue(left.operand() + " " + std::string(op) + " " + right.operand(),
                         TypeClass::boolean);
  const std::string collation = collationOf(left, right);
  const bool ordered = op.starts_with('<') ? op != "<>" : op.starts_with('>');
  return compoundValue(collated(left, collation, ordered) + " " + std::string(op) + " " +
                           collated(right, collation, ordered),
                       TypeClass::boolean);
}

bool isIsoDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U}) {
    if (text[i] < '0' || text[i] > '9') return false;
  }
  const auto number = [&](std::size_t from, std::size_t count) {
    int value = 0;
    for (const char c : text.substr(from, count))
      value = value * 10 + (c - '0');
    return value;
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  constexpr std::array<int, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day <= days[static_cast<std::size_t>(month - 1)] + (leap && month == 2 ? 1 : 0);
}

}  // namespace repot::sql
