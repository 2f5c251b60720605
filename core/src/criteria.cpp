// Conditions and orders as SQL; see criteria.hpp.
#include "repot/criteria.hpp"

#include "repot/backend.hpp"

#include <limits>
#include <string_view>

namespace repot::detail {
namespace {

ConditionPtr make(Condition::Kind kind, ColumnName column, std::vector<Value> values) {
  auto condition = std::make_shared<Condition>();
  condition->kind = kind;
  condition->column = std::move(column);
  condition->values = std::move(values);
  return condition;
}

ConditionPtr makeParts(Condition::Kind kind, std::vector<ConditionPtr> parts) {
  auto condition = std::make_shared<Condition>();
  condition->kind = kind;
  condition->parts = std::move(parts);
  return condition;
}

void renderParts(const Condition& condition, std::string_view word, const Backend& backend,
                 std::string& sql, std::vector<Value>& values) {
  sql += '(';
  for (std::size_t i = 0; i < condition.parts.size(); ++i) {
    if (i > 0) sql += word;
    render(*condition.parts[i], backend, sql, values);
  }
  sql += ')';
}

void renderList(const Condition& condition, std::string& sql, std::vector<Value>& values) {
  if (condition.values.empty()) {
    sql += "1 = 0";
    return;
  }
  sql += quoted(condition.column) + " IN (";
  for (std::size_t i = 0; i < condition.values.size(); ++i) {
    if (i > 0) sql += ", ";
    sql += bound(condition.values[i], values);
  }
  sql += ')';
}

}  // namespace

std::string bound(Value value, std::vector<Value>& values) {
  values.push_back(std::move(value));
  return '$' + std::to_string(values.size());
}

std::string quoted(const ColumnName& name) {
  return quoteIdentifier(name.table) + '.' + quoteIdentifier(name.column);
}

ConditionPtr compare(ColumnName column, std::string comparison, Value value) {
  auto condition = std::make_shared<Condition>();
  condition->column = std::move(column);
  condition->comparison = std::move(comparison);
  condition->values.push_back(std::move(value));
  return condition;
}

ConditionPtr nullTest(ColumnName column, bool wanted) {
  return make(wanted ? Condition::Kind::isNull : Condition::Kind::isNotNull, std::move(column), {});
}

ConditionPtr inList(ColumnName column, std::vector<Value> values) {
  return make(Condition::Kind::in, std::move(column), std::move(values));
}

ConditionPtr like(ColumnName column, std::string pattern, bool ignoreCase) {
  bool escaped = false;
  for (const char c : pattern)
    escaped = c == '\\' && !escaped;
  if (escaped) throw Error(ErrorKind::usage, "a LIKE pattern must not end with a single \\");
  return make(ignoreCase ? Condition::Kind::likeIgnoringCase : Condition::Kind::like,
              std::move(column), {Value(std::move(pattern))});
}

ConditionPtr logicalAnd(ConditionPtr left, ConditionPtr right) {
  return makeParts(Condition::Kind::logicalAnd, {std::move(left), std::move(right)});
}

ConditionPtr logicalOr(ConditionPtr left, ConditionPtr right) {
  return makeParts(Condition::Kind::logicalOr, {std::move(left), std::move(right)});
}

ConditionPtr negation(ConditionPtr part) {
  return makeParts(Condition::Kind::negation, {std::move(part)});
}

std::string escapeLike(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

void render(const Condition& condition, const Backend& backend, std::string& sql,
            std::vector<Value>& values) {
  switch (condition.kind) {
    case Condition::Kind::compare:
      sql += quoted(condition.column) + ' ' + condition.comparison + ' ';
      sql += bound(condition.values.front(), values);
      return;
    case Condition::Kind::isNull:
      sql += quoted(condition.column) + " IS NULL";
      return;
    case Condition::Kind::isNotNull:
      sql += quoted(condition.column) + " IS NOT NULL";
      return;
    case Condition::Kind::in:
      return renderList(condition, sql, values);
    case Condition::Kind::like:
    case Condition::Kind::likeIgnoringCase:
      sql += backend.likeSql(quoted(condition.column), bound(condition.values.front(), values),
                             condition.kind == Condition::Kind::likeIgnoringCase);
      return;
    case Condition::Kind::logicalAnd:
      return renderParts(condition, " AND ", backend, sql, values);
    case Condition::Kind::logicalOr:
      return renderParts(condition, " OR ", backend, sql, values);
    case Condition::Kind::negation:
      sql += "NOT ";
      return renderParts(condition, "", backend, sql, values);
  }
}

void appendSelection(std::string& sql, std::vector<Value>& values,
                     const std::vector<OrderTerm>& order, const std::optional<std::int64_t>& limit,
                     const std::optional<std::int64_t>& offset) {
  std::string_view separator = " ORDER BY ";
  for (const OrderTerm& term : order) {
    sql += separator;
    sql += quoted(term.column) + (term.descending ? " DESC" : " ASC");
    // Said only where there can be NULLs: PostgreSQL does not use an ordinary index otherwise.
    if (term.nullable) sql += term.descending ? " NULLS LAST" : " NULLS FIRST";
    separator = ", ";
  }
  if (limit || offset) {
    // SQLite has no OFFSET without LIMIT; the largest number means none on both.
    sql +=
        " LIMIT " + bound(Value(limit.value_or(std::numeric_limits<std::int64_t>::max())), values);
  }
  if (offset) sql += " OFFSET " + bound(Value(*offset), values);
}

}  // namespace repot::detail
