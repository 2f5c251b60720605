// Literals, columns and operators.
#include "engine/sql/translator.hpp"

#include <repot/sqlite/grammar/token.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace repot::sql {
namespace {

using Kind = Expr::Kind;

bool isNumeric(TypeClass type) {
  return type == TypeClass::integer || type == TypeClass::real || type == TypeClass::numeric;
}

bool isOneOf(std::string_view text, std::initializer_list<std::string_view> candidates) {
  return std::find(candidates.begin(), candidates.end(), text) != candidates.end();
}

/// An operand of AND or OR: a chain of the same operator needs no parentheses.
std::string joined(const Value& value, std::string_view joint) {
  return value.joint == joint ? value.sql : value.operand();
}

/// SQLite computes with doubles where a numeric column holds fractions.
Value numericAsReal(Value value) {
  if (value.type != TypeClass::numeric) return value;
  return simpleValue(value.operand() + "::float8", TypeClass::real);
}

}  // namespace

Value Translator::value(const Expr& expr) const {
  if (query_ != nullptr) {
    if (auto key = query_->groupKey(expr)) return *std::move(key);
  }
  return ofKind(expr);
}

Value Translator::ofKind(const Expr& expr) const {
  switch (expr.kind) {
    case Kind::null: {
      Value null = simpleValue("NULL", TypeClass::unknown);
      null.null = true;
      return null;
    }
    case Kind::integer:
      return integer(expr.text);
    case Kind::real:
      return real(expr.text);
    case Kind::string: {
      Value text = simpleValue(quoteString(expr.text), TypeClass::text);
      text.literal = true;
      text.text = expr.text;
      return text;
    }
    case Kind::blob:
      return simpleValue("'\\x" + expr.text + "'::bytea", TypeClass::bytea);
    case Kind::column:
      return column(expr);
    case Kind::unary:
      return unary(expr);
    case Kind::binary:
      return binary(expr);
    case Kind::is:
      return is(expr);
    case Kind::between:
      return between(expr);
    case Kind::in:
      return in(expr);
    case Kind::like:
      return like(expr);
    case Kind::caseWhen:
      return caseWhen(expr);
    case Kind::cast:
      return cast(expr);
    case Kind::collate: {
      Value inner = usable(*expr.children[0]);
      if (!inner.explicitCollation) inner.collation = expr.text;
      inner.explicitCollation = true;
      return inner;
    }
    case Kind::function:
      return function(expr);
    case Kind::parameter:
      throw Refusal{"it has a parameter"};
    case Kind::row:
      throw Refusal{"it has a row value"};
    case Kind::subquery:
    case Kind::exists:
      if (query_ == nullptr) throw Refusal{"it has a subquery"};
      if (expr.kind == Kind::subquery) return query_->scalar(*expr.select);
      return expr.negated ? negate(query_->exists(*expr.select)) : query_->exists(*expr.select);
    case Kind::opaque:
      break;
  }
  throw Refusal{"it has a window function, FILTER, RAISE or IN with the name of a table"};
}

Value Translator::usable(const Expr& expr) const {
  Value result = value(expr);
  if (result.converted) {
    throw Refusal{result.sql + " was converted to " + describe(result.type) +
                  ", and the expression is about what it was before"};
  }
  if (result.type == TypeClass::unknown && !result.null)
    throw Refusal{"the type of " + result.sql + " is not known"};
  return result;
}

Value Translator::plain(const Expr& expr) const {
  Value result = usable(expr);
  if (result.explicitCollation) throw Refusal{"it has COLLATE inside another expression"};
  return result;
}

Value Translator::column(const Expr& expr) const {
  if (const auto found = resolver_(expr.qualifier, expr.text)) {
    Value result = simpleValue(found->quotedName, found->type);
    result.wide = true;
    result.converted = found->converted;
    result.collation = found->collation;
    result.origin = found->origin;
    return result;
  }
  if (expr.quoted) {
    Value text = simpleValue(quoteString(expr.text), TypeClass::text);
    text.literal = true;
    text.text = expr.text;
    return text;
  }
  if (isTruthWord(expr)) return integer(equalsIgnoreCase(expr.text, "TRUE") ? "1" : "0");
  throw Refusal{"there is no column " + expr.text};
}

bool Translator::isTruthWord(const Expr& expr) const {
  return expr.kind == Kind::column && !expr.quoted && expr.qualifier.empty() &&
         (equalsIgnoreCase(expr.text, "TRUE") || equalsIgnoreCase(expr.text, "FALSE")) &&
         !resolver_({}, expr.text);
}

bool Translator::isString(const Expr& expr) const {
  return expr.kind == Kind::string ||
         (expr.kind == Kind::column && expr.quoted && !resolver_({}, expr.text));
}

Value Translator::integer(const std::string& text) const {
  std::uint64_t number = 0;
  const bool hex = text.size() > 2 && (text[1] == 'x' || text[1] == 'X');
  for (const char c : std::string_view(text).substr(hex ? 2 : 0)) {
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    const std::uint64_t base = hex ? 16 : 10;
    const std::uint64_t next = number * base + static_cast<std::uint64_t>(digit);
    if (number > (INT64_MAX - static_cast<std::uint64_t>(digit)) / base)
      throw Refusal{"the integer " + text + " needs more than 63 bits"};
    number = next;
  }
  Value literal = simpleValue(std::to_string(number), TypeClass::integer);
  literal.literal = true;
  literal.text = literal.sql;
  literal.wide = number > INT32_MAX;
  return literal;
}

/// Up to 15 digits and moderate exponents, both databases read the same double.
Value Translator::real(const std::string& text) const {
  constexpr std::size_t longest = 16;  // 15 digits and the point.
  const std::size_t exponent = text.find_first_of("eE");
  const std::size_t digits = exponent == std::string::npos ? text.size() : exponent;
  const bool moderate =
      exponent == std::string::npos || std::abs(std::atol(text.c_str() + exponent + 1)) <= 200;
  if (digits > longest || !moderate)
    throw Refusal{"the number " + text + " may be rounded in another way"};
  Value literal = simpleValue(text, TypeClass::real);
  literal.literal = true;
  literal.text = text;
  return literal;
}

Value Translator::unary(const Expr& expr) const {
  if (expr.text == "NOT") return negate(condition(*expr.children[0]));
  if (expr.text == "+") {
    return usable(*expr.children[0]);
  }
  Value operand = toNumber(plain(*expr.children[0]));
  if (operand.null) return operand;
  if (expr.text == "~" ? operand.type != TypeClass::integer : !isNumeric(operand.type))
    throw Refusal{"it computes with " + std::string(describe(operand.type))};
  const bool literal = operand.literal && expr.text == "-" && operand.text[0] != '-';
  Value result = compoundValue(expr.text + operand.operand(), operand.type);
  result.wide = operand.wide;
  if (literal) {
    result.literal = true;
    result.text = result.sql;
  }
  return result;
}

Value Translator::binary(const Expr& expr) const {
  if (expr.text == "AND" || expr.text == "OR") return logical(expr);
  if (expr.text == "||") return concat(expr);
  if (expr.text.starts_with("->")) throw Refusal{"it takes JSON apart"};
  if (expr.text == "<<" || expr.text == ">>")
    throw Refusal{"PostgreSQL shifts by 64 and more in another way"};
  if (isOneOf(expr.text, {"=", "<>", "<", "<=", ">", ">="})) {
    if (const auto test = typeofTest(expr)) return *test;
    return compare(expr.text, usable(*expr.children[0]), usable(*expr.children[1]));
  }
  return arithmetic(expr);
}

Value Translator::logical(const Expr& expr) const {
  const Value left = condition(*expr.children[0]);
  const Value right = condition(*expr.children[1]);
  const std::string_view joint = expr.text == "AND" ? "AND" : "OR";
  Value result = compoundValue(joined(left, joint) + " " + expr.text + " " + joined(right, joint),
                               TypeClass::boolean);
  result.joint = joint;
  if (joint == "AND") {
    result.neverFalse = left.neverFalse && right.neverFalse;
    return result;
  }
  const bool complement = (!left.nullTest.empty() && left.nullTest == right.notNullTest) ||
                          (!right.nullTest.empty() && right.nullTest == left.notNullTest);
  result.neverFalse = left.neverFalse || right.neverFalse || complement;
  return result;
}

bool Translator::mayBeInteger(const Expr& expr) const {
  if (expr.kind == Kind::column) {
    const auto found = resolver_(expr.qualifier, expr.text);
    return found && (found->someIntegers || found->type == TypeClass::numeric);
  }
  if (expr.kind == Kind::subquery) return true;
  if (query_ != nullptr && isAggregate(expr)) {
    return std::any_of(expr.children.begin(), expr.children.end(),
                       [&](const ExprPtr& child) { return query_->mayTakeIntegers(*child); });
  }
  return std::any_of(expr.children.begin(), expr.children.end(),
                     [&](const ExprPtr& child) { return child && mayBeInteger(*child); });
}

bool Translator::isSurelyReal(const Value& value, const Expr& expr) const {
  return value.type == TypeClass::real && !mayBeInteger(expr);
}

Value Translator::arithmetic(const Expr& expr) const {
  Value left = toNumber(plain(*expr.children[0]));
  Value right = toNumber(plain(*expr.children[1]));
  // Rows of a view are compared after the migration; nothing compares those of a CHECK to come.
  if (query_ != nullptr && isOneOf(expr.text, {"+", "-", "*"})) {
    left = numericAsReal(left);
    right = numericAsReal(right);
  }
  for (const Value* side : {&left, &right}) {
    if (!side->null && side->type != TypeClass::integer && side->type != TypeClass::real)
      throw Refusal{std::string("it computes with ") + describe(side->type) + " values"};
  }
  const bool real = left.type == TypeClass::real || right.type == TypeClass::real;
  if (left.null || right.null) {
    Value null = simpleValue("NULL", TypeClass::unknown);
    null.null = true;
    return null;
  }
  if (real && isOneOf(expr.text, {"%", "&", "|"}))
    throw Refusal{"it uses " + expr.text + " on floating-point numbers"};
  if (real && expr.text == "/" && !isSurelyReal(left, *expr.children[0]) &&
      !isSurelyReal(right, *expr.children[1])) {
    throw Refusal{"it divides values some of which are integers, whose quotient SQLite truncates"};
  }
  // A bare 1.5 is numeric in PostgreSQL, a bare 1 a 32-bit integer.
  const auto operand = [&](const Value& side) {
    if (real && side.literal) return side.operand() + "::float8";
    return side.operand();
  };
  std::string first = operand(left);
  if (!real && !left.wide && !right.wide) first += "::bigint";
  std::string second = operand(right);
  const bool divides = expr.text == "/" || expr.text == "%";
  if (divides && (!right.literal || std::strtod(right.text.c_str(), nullptr) == 0))
    second = "NULLIF(" + second + ", 0)";
  Value result = compoundValue(first + " " + expr.text + " " + second,
                               real ? TypeClass::real : TypeClass::integer);
  result.wide = true;
  return result;
}

Value Translator::concat(const Expr& expr) const {
  const Value left = plain(*expr.children[0]);
  const Value right = plain(*expr.children[1]);
  if (left.null || right.null) {
    Value null = simpleValue("NULL", TypeClass::unknown);
    null.null = true;
    return null;
  }
  return compoundValue(toText(left) + " || " + toText(right), TypeClass::text);
}

Value Translator::is(const Expr& expr) const {
  const Expr& first = *expr.children[0];
  const Expr& second = *expr.children[1];
  if (isTruthWord(second)) {
    const std::string word = equalsIgnoreCase(second.text, "TRUE") ? "TRUE" : "FALSE";
    return compoundValue(condition(first).operand() + (expr.negated ? " IS NOT " : " IS ") + word,
                         TypeClass::boolean);
  }
  if (first.kind == Kind::null || second.kind == Kind::null) {
    const Value operand = value(second.kind == Kind::null ? first : second);
    Value test = compoundValue(operand.operand() + (expr.negated ? " IS NOT NULL" : " IS NULL"),
                               TypeClass::boolean);
    (expr.negated ? test.notNullTest : test.nullTest) = operand.operand();
    return test;
  }
  if (const auto test = typeofTest(expr)) return *test;
  const Value left = usable(first);
  const Value right = usable(second);
  if (left.null || right.null) throw Refusal{"it compares with an expression that is always NULL"};
  return compare(expr.negated ? "IS DISTINCT FROM" : "IS NOT DISTINCT FROM", left, right);
}

Value Translator::between(const Expr& expr) const {
  const Value subject = usable(*expr.children[0]);
  const Value low = compare(">=", subject, usable(*expr.children[1]));
  const Value high = compare("<=", subject, usable(*expr.children[2]));
  Value both = compoundValue(low.operand() + " AND " + high.operand(), TypeClass::boolean);
  both.joint = "AND";
  both.neverFalse = low.neverFalse && high.neverFalse;
  return expr.negated ? negate(both) : both;
}

}  // namespace repot::sql
