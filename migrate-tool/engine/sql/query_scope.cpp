// What expressions find inside a query: columns, names of result columns, aggregates, subqueries.
#include "engine/sql/query.hpp"

#include <repot/sqlite/grammar/token.hpp>

#include <algorithm>
#include <charconv>

namespace repot::sql {
namespace {

using Kind = Expr::Kind;

bool isBinary(const std::string& collation) {
  return collation.empty() || equalsIgnoreCase(collation, "BINARY");
}

bool isRowidName(std::string_view name) {
  return equalsIgnoreCase(name, "rowid") || equalsIgnoreCase(name, "_rowid_") ||
         equalsIgnoreCase(name, "oid");
}

std::string asReal(const Value& value) {
  return value.operand() + "::float8";
}

[[noreturn]] void refuseAggregate(const Expr& call) {
  throw Refusal{"PostgreSQL has no exact equal of this use of " + call.text + "()"};
}

Value wide(Value value) {
  value.wide = true;
  return value;
}

/// Of texts the first or last by bytes.
Value extreme(const Expr& call, const std::string& name, Value value) {
  value = toNumber(std::move(value));
  switch (value.type) {
    case TypeClass::integer:
    case TypeClass::numeric:
    case TypeClass::date:
      break;
    case TypeClass::real:
      if (value.literal) refuseAggregate(call);
      break;
    case TypeClass::text:
      if (!isBinary(value.collation)) refuseAggregate(call);
      return simpleValue(name + "(" + collated(value, {}, true) + ")", value.type);
    default:
      refuseAggregate(call);
  }
  Value result = simpleValue(name + "(" + value.sql + ")", value.type);
  result.wide = value.wide;
  return result;
}

}  // namespace

ClauseScope::ClauseScope(const CoreTranslator& core, Clause clause)
    : core_(core),
      clause_(clause),
      resolver_([this](std::string_view qualifier, std::string_view name) {
        return find(qualifier, name);
      }) {}

std::optional<ColumnInfo> ClauseScope::find(std::string_view qualifier,
                                            std::string_view name) const {
  if (auto column = core_.ownColumn(qualifier, name, core_.grouped(clause_))) return column;
  const bool aliases = clause_ == Clause::filter || clause_ == Clause::ordered;
  if (qualifier.empty() && aliases) {
    if (auto column = core_.alias(name, clause_)) return column;
  }
  // SQLite would find "count(*)" as the name of such a column; here it must not become a string.
  if (core_.hasUnnamed()) throw Refusal{"it names a column that has no name in its subquery"};
  return core_.outer_ == nullptr ? std::nullopt : core_.outer_->find(qualifier, name);
}

std::optional<Value> ClauseScope::groupKey(const Expr& expr) const {
  if (!core_.grouped(clause_) || expr.kind == Kind::column) return std::nullopt;
  for (std::size_t i = 0; i < core_.groupExprs_.size(); ++i) {
    if (sameExpr(expr, *core_.groupExprs_[i])) return core_.groupValues_[i];
  }
  return std::nullopt;
}

Value ClauseScope::aggregate(const Expr& call) const {
  if (!core_.grouped(clause_)) throw Refusal{"it has an aggregate function where rows are meant"};
  const std::string name = [&] {
    std::string lower = call.text;
    for (char& c : lower)
      c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower;
  }();
  if (name == "count" && call.children.empty()) {
    return wide(simpleValue("count(*)", TypeClass::integer));
  }
  if (call.children.size() != 1 || call.star) refuseAggregate(call);
  const Value value = core_.scope(Clause::rows).usable(*call.children[0]);
  if (value.null || (value.explicitCollation && !isBinary(value.collation))) refuseAggregate(call);
  if (call.distinct) requireGroupable(value);
  const std::string distinct = call.distinct ? "DISTINCT " : "";
  if (name == "count")
    return wide(simpleValue("count(" + distinct + value.operand() + ")", TypeClass::integer));
  if (name == "min" || name == "max") return extreme(call, name, value);
  const Value number = toNumber(value);
  const bool integers = number.type == TypeClass::integer;
  if (!integers && number.type != TypeClass::real && number.type != TypeClass::numeric)
    refuseAggregate(call);
  if (name == "sum" && integers) {
    // PostgreSQL sums bigint as numeric; both fail beyond 64 bits.
    return wide(simpleValue("sum(" + distinct + number.sql + ")::bigint", TypeClass::integer));
  }
  core_.approximate_ = true;
  const std::string sum = "sum(" + distinct + asReal(number) + ")";
  if (name == "sum") return simpleValue(sum, TypeClass::real);
  if (name == "total") return simpleValue("coalesce(" + sum + ", 0::float8)", TypeClass::real);
  if (name == "avg") return simpleValue("avg(" + distinct + asReal(number) + ")", TypeClass::real);
  refuseAggregate(call);
}

bool ClauseScope::mayTakeIntegers(const Expr& argument) const {
  const ClauseScope rows = core_.scope(Clause::rows);
  return Translator(rows.resolver_, &rows).mayBeInteger(argument);
}

Value ClauseScope::scalar(const Select& select) const {
  const Query query = translateQuery(select, core_.context_, core_.named_, this);
  if (query.columns.size() != 1) throw Refusal{"it has a subquery of several columns"};
  if (!query.oneRow) {
    throw Refusal{
        "it has a subquery that may give several rows: SQLite takes the first, "
        "PostgreSQL fails"};
  }
  const RelationColumn& column = query.columns.front();
  core_.approximate_ = core_.approximate_ || column.approximate;
  if (column.info.type == TypeClass::text && !isBinary(column.info.collation))
    throw Refusal{"it has a subquery of text with a collation"};
  Value value = simpleValue("(" + query.sql + ")", column.info.type);
  value.wide = true;
  value.converted = column.info.converted;
  return value;
}

Value ClauseScope::exists(const Select& select) const {
  const Query query = translateQuery(select, core_.context_, core_.named_, this);
  return simpleValue("EXISTS (" + query.sql + ")", TypeClass::boolean);
}

Value ClauseScope::isIn(const Value& left, const Select& select, bool negated) const {
  const Query query = translateQuery(select, core_.context_, core_.named_, this);
  if (query.columns.size() != 1) throw Refusal{"it looks for a value among rows"};
  const ColumnInfo& info = query.columns.front().info;
  Value right = simpleValue("x", info.type);
  right.converted = info.converted;
  if (left.null || left.literal || right.converted || left.type != right.type)
    throw Refusal{"it looks for a value among values of another type"};
  compare("=", left, right);  // Refuses what the databases compare in different ways.
  if (!isBinary(left.collation)) throw Refusal{"it looks for text under a collation"};
  return compoundValue(left.operand() + (negated ? " NOT IN (" : " IN (") + query.sql + ")",
                       TypeClass::boolean);
}

std::optional<ColumnInfo> CoreTranslator::ownColumn(std::string_view qualifier,
                                                    std::string_view name, bool grouped) const {
  const Source* owner = nullptr;
  std::size_t found = 0;
  const auto matches = [&](const Source& source) {
    return qualifier.empty() || equalsIgnoreCase(source.alias, qualifier);
  };
  for (const Source& source : sources_) {
    if (!matches(source)) continue;
    for (std::size_t i = 0; i < source.relation.columns.size(); ++i) {
      if (!equalsIgnoreCase(source.relation.columns[i].name, name)) continue;
      if (qualifier.empty() && source.merged[i]) continue;
      if (owner != nullptr) throw Refusal{"the column " + std::string(name) + " is ambiguous"};
      owner = &source;
      found = i;
    }
  }
  for (const Source& source : sources_) {
    if (owner != nullptr || !isRowidName(name) || !matches(source)) continue;
    if (!source.relation.rowid) throw Refusal{"it reads the rowid, which is not copied"};
    owner = &source;
    found = *source.relation.rowid;
  }
  if (owner == nullptr) return std::nullopt;
  const RelationColumn& column = owner->relation.columns[found];
  approximate_ = approximate_ || column.approximate;
  ColumnInfo info = column.info;
  info.quotedName = owner->quoted + "." + info.quotedName;
  info.notNull = false;  // Outer joins add NULLs.
  if (!grouped || groupColumns_.contains(info.quotedName)) return info;
  // All columns follow from the primary key, which both databases know.
  const std::vector<std::size_t>& key = owner->relation.key;
  const bool follows = !key.empty() && std::all_of(key.begin(), key.end(), [&](std::size_t part) {
    return groupColumns_.contains(owner->quoted + "." +
                                  owner->relation.columns[part].info.quotedName);
  });
  if (follows) return info;
  throw Refusal{"the column " + std::string(name) +
                " is neither in GROUP BY nor in an aggregate: SQLite takes it from any row"};
}

/// Names of result columns stand for their expressions.
std::optional<ColumnInfo> CoreTranslator::alias(std::string_view name, Clause clause) const {
  for (const Output& output : outputs_) {
    if (output.name.empty() || !equalsIgnoreCase(output.name, name)) continue;
    if (std::find(aliases_.begin(), aliases_.end(), output.expr) != aliases_.end()) continue;
    aliases_.push_back(output.expr);
    const Value value = scope(clause).value(*output.expr);
    aliases_.pop_back();
    if (value.null) throw Refusal{"it names a result column that is always NULL"};
    return ColumnInfo{
        "(" + value.sql + ")",         value.type,  value.collation, false, value.converted,
        value.type == TypeClass::real, value.origin};
  }
  return std::nullopt;
}

bool CoreTranslator::hasUnnamed() const {
  return std::any_of(sources_.begin(), sources_.end(), [](const Source& source) {
    return std::any_of(source.relation.columns.begin(), source.relation.columns.end(),
                       [](const RelationColumn& column) { return column.name.empty(); });
  });
}

void requireGroupable(const Value& value) {
  if (value.converted)
    throw Refusal{"it groups by or compares values that are converted on the way"};
  switch (value.type) {
    case TypeClass::text:
      if (isBinary(value.collation)) return;
      throw Refusal{"it groups by or compares text under the collation " + value.collation};
    case TypeClass::integer:
    case TypeClass::real:
    case TypeClass::numeric:
    case TypeClass::boolean:
    case TypeClass::bytea:
    case TypeClass::date:
      return;
    default:
      throw Refusal{std::string("it groups by or compares ") + describe(value.type) +
                    " values, whose spellings SQLite tells apart and PostgreSQL does not"};
  }
}

bool sameExpr(const Expr& left, const Expr& right) {
  const bool name = left.kind == Kind::column || left.kind == Kind::function;
  const bool alike =
      left.kind == right.kind && left.select == right.select && left.negated == right.negated &&
      left.hasBase == right.hasBase && left.hasElse == right.hasElse && left.star == right.star &&
      left.distinct == right.distinct && equalsIgnoreCase(left.qualifier, right.qualifier) &&
      (name ? equalsIgnoreCase(left.text, right.text) : left.text == right.text);
  return alike && std::equal(left.children.begin(), left.children.end(), right.children.begin(),
                             right.children.end(),
                             [](const ExprPtr& a, const ExprPtr& b) { return sameExpr(*a, *b); });
}

std::optional<long long> integerLiteral(const Expr& expr) {
  if (expr.kind == Kind::unary && (expr.text == "-" || expr.text == "+")) {
    const auto inner = integerLiteral(*expr.children[0]);
    return inner && expr.text == "-" ? -*inner : inner;
  }
  if (expr.kind != Kind::integer) return std::nullopt;
  long long number = 0;
  const char* end = expr.text.data() + expr.text.size();
  const auto read = std::from_chars(expr.text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

std::string quoteName(std::string_view name) {
  constexpr std::size_t longest = 63;
  if (name.empty() || name.size() > longest || name.find('\0') != std::string_view::npos)
    throw Refusal{"it uses a name that PostgreSQL cannot have"};
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace repot::sql
