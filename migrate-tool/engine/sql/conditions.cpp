// IN, LIKE, CASE, CAST, and the questions about storage classes that a PostgreSQL type answers by
// itself.
#include "engine/sql/translator.hpp"

#include <repot/sqlite/grammar/token.hpp>

#include <algorithm>

namespace repot::sql {
namespace {

using Kind = Expr::Kind;

/// SQLite's storage class of all values of a type; empty where there are two.
std::string_view storageClass(TypeClass type) {
  switch (type) {
    case TypeClass::integer:
    case TypeClass::boolean:
      return "integer";
    case TypeClass::real:
      return "real";
    case TypeClass::bytea:
      return "blob";
    case TypeClass::numeric:
    case TypeClass::unknown:
      return {};
    default:
      return "text";
  }
}

bool isTypeof(const Expr& expr) {
  return expr.kind == Kind::function && equalsIgnoreCase(expr.text, "typeof") &&
         expr.children.size() == 1 && expr.children[0]->kind == Kind::column;
}

/// GLOB's pattern in LIKE's language, with \ as escape character.
std::string likePattern(std::string_view glob) {
  std::string pattern;
  for (const char c : glob) {
    if (c == '[') throw Refusal{"it uses a character class of GLOB"};
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c == '*' ? '%' : c == '?' ? '_' : c;
  }
  return pattern;
}

/// True where the last character is an escape character that escapes nothing.
bool endsInEscape(std::string_view pattern, char escape) {
  bool open = false;
  for (const char c : pattern)
    open = !open && c == escape;
  return open;
}

std::string lowerAscii(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace

Value Translator::in(const Expr& expr) const {
  if (const auto test = typeofTest(expr)) return *test;
  const Value left = usable(*expr.children[0]);
  if (expr.children.size() == 2 && expr.children[1]->kind == Kind::subquery) {
    if (query_ == nullptr) throw Refusal{"it has a subquery"};
    return query_->isIn(left, *expr.children[1]->select, expr.negated);
  }
  if (expr.children.size() == 1)
    return simpleValue(expr.negated ? "true" : "false", TypeClass::boolean);
  if (left.null) return nullCondition();
  if (left.type == TypeClass::boolean) return inBooleans(expr, left);
  std::string elements;
  for (std::size_t i = 1; i < expr.children.size(); ++i) {
    Value element = plain(*expr.children[i]);
    element.collation.clear();  // That of the left side decides.
    if (!element.null) compare("=", left, element);
    const bool text = left.type == TypeClass::text;
    if (left.type == TypeClass::date && element.type == TypeClass::text) element.sql += "::date";
    elements += elements.empty() ? "" : ", ";
    elements +=
        text && !element.null ? collated(element, left.collation, false) : element.operand();
  }
  const std::string subject =
      left.type == TypeClass::text ? collated(left, left.collation, false) : left.operand();
  return compoundValue(subject + (expr.negated ? " NOT IN (" : " IN (") + elements + ")",
                       TypeClass::boolean);
}

/// `flag IN (0, 1)`: what a boolean is in any case.
Value Translator::inBooleans(const Expr& expr, const Value& left) const {
  bool isTrue = false, isFalse = false;
  for (std::size_t i = 1; i < expr.children.size(); ++i) {
    const Value element = plain(*expr.children[i]);
    if (!element.literal || element.type != TypeClass::integer)
      throw Refusal{"it looks for a boolean among other values"};
    isTrue = isTrue || element.text == "1";
    isFalse = isFalse || element.text == "0";
  }
  std::string elements = isTrue ? "true" : "";
  if (isFalse) elements += isTrue ? ", false" : "false";
  if (elements.empty()) throw Refusal{"it looks for a boolean among numbers other than 0 and 1"};
  Value result = compoundValue(
      left.operand() + (expr.negated ? " NOT IN (" : " IN (") + elements + ")", TypeClass::boolean);
  result.neverFalse = isTrue && isFalse && !expr.negated;
  return result;
}

Value Translator::like(const Expr& expr) const {
  if (expr.text != "LIKE" && expr.text != "GLOB")
    throw Refusal{expr.text + " is a function of the application"};
  const Value subject = plain(*expr.children[0]);
  if (subject.type != TypeClass::text || !isString(*expr.children[1]))
    throw Refusal{"it uses " + expr.text + " on other than text and a constant pattern"};
  std::string pattern = expr.children[1]->text;
  std::string escape;
  std::string matched = subject.operand();
  if (expr.text == "GLOB") {
    pattern = likePattern(pattern);
    escape = "\\";
  } else {
    if (expr.children.size() > 2) {
      if (!isString(*expr.children[2])) throw Refusal{"its ESCAPE is no constant"};
      escape = expr.children[2]->text;
      const bool usual = escape.size() == 1 && escape != "%" && escape != "_" &&
                         lowerAscii(escape) == escape && static_cast<signed char>(escape[0]) > 0;
      if (!usual || (escape[0] >= 'a' && escape[0] <= 'z') || endsInEscape(pattern, escape[0]))
        throw Refusal{"its ESCAPE has no exact equal"};
    }
    // SQLite's LIKE ignores the case of ASCII letters, and of no others.
    pattern = lowerAscii(pattern);
    matched = "lower(" + matched + " COLLATE \"C\")";
  }
  return compoundValue(matched + (expr.negated ? " NOT LIKE " : " LIKE ") + quoteString(pattern) +
                           " ESCAPE " + quoteString(escape),
                       TypeClass::boolean);
}

Value Translator::caseWhen(const Expr& expr) const {
  std::vector<Value> results;
  std::vector<std::string> conditions;
  const std::size_t pairs = expr.children.size() - (expr.hasElse ? 1 : 0);
  for (std::size_t i = expr.hasBase ? 1 : 0; i + 1 < pairs; i += 2) {
    const Expr& when = *expr.children[i];
    const Value test =
        expr.hasBase ? compare("=", usable(*expr.children[0]), usable(when)) : condition(when);
    conditions.push_back(test.sql);
    results.push_back(plain(*expr.children[i + 1]));
  }
  if (expr.hasElse) results.push_back(plain(*expr.children.back()));
  const TypeClass type = unify(results);
  std::string sql = "CASE";
  for (std::size_t i = 0; i < conditions.size(); ++i)
    sql += " WHEN " + conditions[i] + " THEN " + results[i].sql;
  if (expr.hasElse) sql += " ELSE " + results.back().sql;
  Value result = simpleValue(sql + " END", type);
  result.neverFalse =
      type == TypeClass::boolean &&
      std::all_of(results.begin(), results.end(), [](const Value& arm) { return arm.neverFalse; });
  return result;
}

TypeClass Translator::unify(std::vector<Value>& values) const {
  const auto differs = [&](TypeClass type) {
    return std::any_of(values.begin(), values.end(),
                       [&](const Value& value) { return !value.null && value.type != type; });
  };
  if (!differs(TypeClass::boolean)) return TypeClass::boolean;
  TypeClass type = TypeClass::unknown;
  for (Value& value : values) {
    value = toNumber(value);
    if (!value.null && type == TypeClass::unknown) type = value.type;
  }
  if (type == TypeClass::unknown || differs(type))
    throw Refusal{"its values are of different types"};
  for (Value& value : values) {
    if (value.literal && type == TypeClass::real) value.sql = value.operand() + "::float8";
  }
  return type;
}

Value Translator::cast(const Expr& expr) const {
  Value inner = usable(*expr.children[0]);
  const std::string target = upperAscii(expr.text);
  if (target == "TEXT" && inner.type == TypeClass::text) return inner;
  if (target == "TEXT" && !inner.null) return simpleValue(toText(inner), TypeClass::text);
  if (target == "INTEGER" || target == "INT" || target == "BIGINT") {
    if (inner.type == TypeClass::integer) return inner;
    if (inner.type == TypeClass::boolean) return toNumber(inner);
  }
  if (target == "REAL" && (inner.type == TypeClass::integer || inner.type == TypeClass::real))
    return simpleValue(inner.operand() + "::float8", TypeClass::real);
  throw Refusal{"it converts " + std::string(describe(inner.type)) + " to " + expr.text +
                ", for which the rules differ"};
}

std::optional<Value> Translator::typeofTest(const Expr& expr) const {
  const bool left = isTypeof(*expr.children[0]);
  const bool binary = expr.kind != Kind::in;
  const bool right = binary && isTypeof(*expr.children[1]);
  if (left == right) return std::nullopt;
  if (expr.kind == Kind::binary && expr.text != "=" && expr.text != "<>") return std::nullopt;
  std::vector<std::string> classes;
  for (std::size_t i = 0; i < expr.children.size(); ++i) {
    if (i == (left ? 0U : 1U)) continue;
    if (!isString(*expr.children[i])) return std::nullopt;
    classes.push_back(expr.children[i]->text);
  }
  const Value test = typeofIs(*expr.children[left ? 0 : 1]->children[0], classes);
  return expr.negated || expr.text == "<>" ? negate(test) : test;
}

Value Translator::typeofIs(const Expr& subject, const std::vector<std::string>& classes) const {
  const auto info = resolver_(subject.qualifier, subject.text);
  if (!info || info->converted || info->someIntegers)
    throw Refusal{"it asks for the storage class of " + subject.text};
  const auto asked = [&](std::string_view name) {
    return std::find(classes.begin(), classes.end(), name) != classes.end();
  };
  const std::string_view storage = storageClass(info->type);
  const bool fits = storage.empty()
                        ? info->type == TypeClass::numeric && asked("integer") && asked("real")
                        : asked(storage);
  if (!fits)
    throw Refusal{"it asks for a storage class that " + info->quotedName + " of type " +
                  describe(info->type) + " need not have"};
  if (asked("null")) {
    Value always = simpleValue("true", TypeClass::boolean);
    always.neverFalse = true;
    return always;
  }
  Value test = compoundValue(info->quotedName + " IS NOT NULL", TypeClass::boolean);
  test.notNullTest = info->quotedName;
  test.neverFalse = info->notNull;
  return test;
}

}  // namespace repot::sql
