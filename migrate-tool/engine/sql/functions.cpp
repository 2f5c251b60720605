// Functions that PostgreSQL has under the same or another name, with exactly the same results.
#include "engine/sql/translator.hpp"

#include <repot/sqlite/grammar/token.hpp>

#include <algorithm>

namespace repot::sql {
namespace {

std::string lowerAscii(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

[[noreturn]] void refuseCall(const Expr& call) {
  throw Refusal{"PostgreSQL has no exact equal of this use of " + call.text + "()"};
}

Value text(std::string sql) {
  return simpleValue(std::move(sql), TypeClass::text);
}

}  // namespace

bool isAggregate(const Expr& call) {
  if (call.kind != Expr::Kind::function) return false;
  const std::string name = lowerAscii(call.text);
  if ((name == "min" || name == "max") && call.children.size() == 1) return true;
  return name == "count" || name == "sum" || name == "total" || name == "avg" ||
         name == "group_concat" || name == "string_agg" || name == "json_group_array" ||
         name == "json_group_object";
}

Value Translator::function(const Expr& call) const {
  if (isAggregate(call) || call.star || call.distinct) {
    if (query_ == nullptr) throw Refusal{"it has an aggregate function"};
    return query_->aggregate(call);
  }
  const std::string name = lowerAscii(call.text);
  const std::size_t count = call.children.size();
  if (const auto result = textFunction(call, name)) return *result;
  if (name == "length" && count == 1) return length(call);
  if (name == "abs" && count == 1) return absolute(call);
  if ((name == "coalesce" && count >= 2) || (name == "ifnull" && count == 2)) return coalesce(call);
  if (name == "nullif" && count == 2) return nullIf(call);
  if (name == "hex" && count == 1) return hex(call);
  if (name == "json_valid" && count == 1) return jsonValid(call);
  if (name == "iif" && count == 3) return iif(call);
  // Hints to SQLite's planner.
  const bool hint = (name == "likely" && count == 1) || (name == "unlikely" && count == 1) ||
                    (name == "likelihood" && count == 2);
  if (hint) return plain(*call.children[0]);
  refuseCall(call);
}

Value Translator::argument(const Expr& call, std::size_t index, TypeClass type) const {
  Value result = plain(*call.children[index]);
  if (result.type != type) refuseCall(call);
  return result;
}

std::optional<Value> Translator::textFunction(const Expr& call, const std::string& name) const {
  const std::size_t count = call.children.size();
  const auto at = [&](std::size_t index) { return argument(call, index, TypeClass::text); };
  // Without ICU, SQLite folds ASCII letters only, as PostgreSQL does under "C".
  if ((name == "lower" || name == "upper") && count == 1)
    return text(name + "(" + at(0).operand() + " COLLATE \"C\")");
  if ((name == "trim" || name == "ltrim" || name == "rtrim") && (count == 1 || count == 2))
    return trim(call, name);
  if ((name == "substr" || name == "substring") && (count == 2 || count == 3))
    return substring(call);
  if (name == "replace" && count == 3)
    return text("replace(" + at(0).sql + ", " + at(1).sql + ", " + at(2).sql + ")");
  if (name == "instr" && count == 2) {
    return simpleValue("strpos(" + at(0).sql + ", " + at(1).sql + ")", TypeClass::integer);
  }
  return std::nullopt;
}

/// Both trim single characters, SQLite by default blanks only.
Value Translator::trim(const Expr& call, const std::string& name) const {
  const std::string subject = argument(call, 0, TypeClass::text).sql;
  const std::string characters =
      call.children.size() == 2 ? argument(call, 1, TypeClass::text).sql : "' '";
  return text((name == "trim" ? "btrim" : name) + "(" + subject + ", " + characters + ")");
}

Value Translator::length(const Expr& call) const {
  const Value subject = plain(*call.children[0]);
  if (subject.type == TypeClass::bytea)
    return simpleValue("octet_length(" + subject.sql + ")", TypeClass::integer);
  if (subject.type != TypeClass::text && subject.type != TypeClass::integer) refuseCall(call);
  return simpleValue("length(" + toText(subject) + ")", TypeClass::integer);
}

Value Translator::absolute(const Expr& call) const {
  const Value subject = plain(*call.children[0]);
  const bool number = subject.type == TypeClass::integer || subject.type == TypeClass::real ||
                      subject.type == TypeClass::numeric;
  if (!number || subject.literal) refuseCall(call);
  Value result = simpleValue("abs(" + subject.sql + ")", subject.type);
  result.wide = subject.wide;
  return result;
}

Value Translator::coalesce(const Expr& call) const {
  std::vector<Value> values;
  for (const ExprPtr& child : call.children)
    values.push_back(plain(*child));
  const TypeClass type = unify(values);
  std::string list;
  for (const Value& value : values)
    list += (list.empty() ? "" : ", ") + value.sql;
  Value result = simpleValue("coalesce(" + list + ")", type);
  result.wide = std::any_of(values.begin(), values.end(), [](const Value& v) { return v.wide; });
  return result;
}

Value Translator::nullIf(const Expr& call) const {
  const Value first = plain(*call.children[0]);
  const Value second = plain(*call.children[1]);
  const std::string collation = collationOf(first, second);
  const bool binary = collation.empty() || equalsIgnoreCase(collation, "BINARY");
  if (first.type != second.type || (first.type == TypeClass::text && !binary)) refuseCall(call);
  compare("=", first, second);  // Refuses types that the databases compare in different ways.
  Value result = simpleValue("nullif(" + first.sql + ", " + second.sql + ")", first.type);
  result.wide = first.wide;
  return result;
}

/// Negative and zero positions count in a way of SQLite's own.
Value Translator::substring(const Expr& call) const {
  std::string sql = "substr(" + argument(call, 0, TypeClass::text).sql;
  for (std::size_t i = 1; i < call.children.size(); ++i) {
    const Value number = argument(call, i, TypeClass::integer);
    const bool negative = !number.literal || number.text[0] == '-';
    if (negative || number.wide || (i == 1 && number.text == "0")) refuseCall(call);
    sql += ", " + number.text;
  }
  return text(sql + ")");
}

/// hex(NULL) is the empty string in SQLite.
Value Translator::hex(const Expr& call) const {
  const Value subject = argument(call, 0, TypeClass::bytea);
  return text("coalesce(upper(encode(" + subject.sql + ", 'hex') COLLATE \"C\"), '')");
}

/// Of a json column every value is valid. NULL stays NULL, as it does from SQLite 3.41 on; before,
/// json_valid(NULL) was 0.
Value Translator::jsonValid(const Expr& call) const {
  const Value subject = plain(*call.children[0]);
  if (subject.type != TypeClass::json)
    throw Refusal{"json_valid() of a " + std::string(describe(subject.type)) +
                  " column has no equal before PostgreSQL 16"};
  Value valid = compoundValue(subject.operand() + " IS NOT NULL OR NULL", TypeClass::boolean);
  valid.neverFalse = true;
  return valid;
}

Value Translator::iif(const Expr& call) const {
  std::vector<Value> arms;
  arms.push_back(plain(*call.children[1]));
  arms.push_back(plain(*call.children[2]));
  const std::string test = condition(*call.children[0]).sql;
  const TypeClass type = unify(arms);
  Value result = simpleValue(
      "CASE WHEN " + test + " THEN " + arms[0].sql + " ELSE " + arms[1].sql + " END", type);
  result.neverFalse = type == TypeClass::boolean && arms[0].neverFalse && arms[1].neverFalse;
  return result;
}

}  // namespace repot::sql
