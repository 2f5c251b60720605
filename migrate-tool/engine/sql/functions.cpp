// Functions that PostgreSQL has under the same or another name, with exactly the same results.
#include "engine/sql/translator.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace repot::sql {
namespace {

Value textCall(std::string sql) {
  return simpleValue(std::move(sql), TypeClass::text);
}

}  // namespace

Value Translator::function(const Expr& expr) const {
  if (expr.star || expr.distinct) throw Refusal{"it has an aggregate function"};
  std::string name;
  for (const char c : expr.text)
    name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (name == "json_valid" && expr.children.size() == 1) {
    const Value document = value(*expr.children[0]);
    if (document.type != TypeClass::json) throw Refusal{"PostgreSQL 14 and 15 have no json_valid()"};
    Value valid = compoundValue(document.operand() + " IS NOT NULL", TypeClass::boolean);
    valid.notNullTest = document.operand();
    valid.neverFalse = true;  // NULL gives NULL, all else is valid by its type.
    return valid;
  }
  std::vector<Value> arguments;
  for (const auto& child : expr.children)
    arguments.push_back(plain(*child));
  const auto is = [&](std::string_view wanted, std::size_t count) {
    return name == wanted && arguments.size() == count;
  };
  const auto isText = [&](std::size_t index) { return arguments[index].type == TypeClass::text; };
  if (is("length", 1) && isText(0))
    return simpleValue("length(" + arguments[0].sql + ")", TypeClass::integer);
  if (is("length", 1) && arguments[0].type == TypeClass::bytea)
    return simpleValue("octet_length(" + arguments[0].sql + ")", TypeClass::integer);
  if ((is("lower", 1) || is("upper", 1)) && isText(0))
    return textCall(name + "(" + arguments[0].operand() + " COLLATE \"C\")");
  if (is("abs", 1) && (arguments[0].type == TypeClass::integer || arguments[0].type == TypeClass::real))
    return simpleValue("abs(" + arguments[0].sql + ")", arguments[0].type);
  if ((is("trim", 1) || is("ltrim", 1) || is("rtrim", 1)) && isText(0))
    return textCall((name == "trim" ? "btrim" : name) + "(" + arguments[0].sql + ", ' ')");
  if (is("replace", 3) && isText(0) && isText(1) && isText(2) && arguments[1].literal &&
      !arguments[1].text.empty())
    return textCall("replace(" + arguments[0].sql + ", " + arguments[1].sql + ", " + arguments[2].sql + ")");
  if (is("instr", 2) && isText(0) && isText(1))
    return simpleValue("strpos(" + arguments[0].sql + ", " + arguments[1].sql + ")", TypeClass::integer);
  if ((is("substr", 2) || is("substr", 3) || is("substring", 2) || is("substring", 3)) && isText(0)) {
    for (std::size_t i = 1; i < arguments.size(); ++i) {
      const Value& number = arguments[i];
      if (!number.literal || number.type != TypeClass::integer || number.text[0] == '-' || (i == 1 && number.text == "0"))
        throw Refusal{"substr() with other than positive constants counts in another way"};
    }
    return textCall("substr(" + arguments[0].sql + ", " + arguments[1].sql +
                    (arguments.size() == 3 ? ", " + arguments[2].sql : "") + ")");
  }
  if ((is("ifnull", 2) || name == "coalesce" || is("nullif", 2)) && arguments.size() >= 2) {
    std::string list;
    for (const Value& argument : arguments) {
      if (argument.null || argument.type != arguments[0].type)
        throw Refusal{name + "() has arguments of several types"};
      list += (list.empty() ? "" : ", ") + argument.sql;
    }
    if (name == "nullif" && arguments[0].type != TypeClass::integer && arguments[0].type != TypeClass::text)
      throw Refusal{"nullif() compares values whose spellings SQLite tells apart"};
    return simpleValue((name == "nullif" ? "nullif(" : "coalesce(") + list + ")", arguments[0].type);
  }
  throw Refusal{"PostgreSQL has no exact equal of this use of " + expr.text + "()"};
}

}  // namespace repot::sql
