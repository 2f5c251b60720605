// One SELECT: its tables, its columns, its groups. Joins are written from left to right with JOIN,
// as a comma of PostgreSQL binds less tightly than one of SQLite.
#include "engine/sql/query.hpp"

#include <repot/sqlite/grammar/token.hpp>

#include <algorithm>

namespace repot::sql {
namespace {

using Kind = Expr::Kind;
using Join = FromItem::Join;

bool hasAggregate(const Expr& expr) {
  return isAggregate(expr) ||
         std::any_of(expr.children.begin(), expr.children.end(),
                     [](const ExprPtr& child) { return hasAggregate(*child); });
}

Value columnValue(const ColumnInfo& info) {
  Value value = simpleValue(info.quotedName, info.type);
  value.converted = info.converted;
  value.collation = info.collation;
  return value;
}

const char* keyword(Join join) {
  switch (join) {
    case Join::left:
      return " LEFT JOIN ";
    case Join::right:
      return " RIGHT JOIN ";
    case Join::full:
      return " FULL JOIN ";
    default:
      return " JOIN ";
  }
}

}  // namespace

NamedQuery* NamedQueries::find(std::string_view name) {
  for (NamedQuery& query : queries) {
    if (equalsIgnoreCase(query.name, name)) return &query;
  }
  return outer == nullptr ? nullptr : outer->find(name);
}

CoreTranslator::CoreTranslator(const SelectCore& core, QueryContext& context, NamedQueries* named,
                               const ClauseScope* outer, const std::vector<OrderTerm>* orderBy)
    : core_(core), context_(context), named_(named), outer_(outer) {
  from_ = from(core.from);
  expandColumns();
  prepareGroups(orderBy);
  translateRows();
  if (core.where) where_ = scope(Clause::filter).condition(*core.where);
  if (core.having) having_ = scope(Clause::ordered).condition(*core.having);
}

std::string CoreTranslator::from(const std::vector<FromItem>& items) {
  std::string sql;
  for (const FromItem& item : items) {
    const std::size_t firstRight = sources_.size();
    const bool inner = item.join == Join::none || item.join == Join::inner;
    const std::string operand = fromItem(item, inner);
    if (item.join == Join::none) {
      sql = operand;
      continue;
    }
    const std::string condition = joinCondition(item, firstRight);
    if (condition.empty() && inner) {
      sql += " CROSS JOIN " + operand;
    } else {
      sql += keyword(item.join) + operand + " ON " + (condition.empty() ? "true" : condition);
    }
  }
  return sql;
}

std::string CoreTranslator::joinCondition(const FromItem& item, std::size_t firstRight) {
  if (item.on) return scope(Clause::rows).condition(*item.on);
  const std::vector<std::string> shared =
      item.natural ? sharedColumns(firstRight) : item.usingColumns;
  if (!shared.empty() && (item.join == Join::right || item.join == Join::full))
    throw Refusal{"it has USING or NATURAL in a RIGHT or FULL JOIN"};
  std::string condition;
  for (const std::string& name : shared) {
    std::optional<ColumnInfo> sides[2];
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      Source& source = sources_[i];
      for (std::size_t c = 0; c < source.relation.columns.size(); ++c) {
        const RelationColumn& column = source.relation.columns[c];
        if (source.merged[c] || !equalsIgnoreCase(column.name, name)) continue;
        std::optional<ColumnInfo>& side = sides[i < firstRight ? 0 : 1];
        if (side) throw Refusal{"the column " + name + " of USING is ambiguous"};
        side = column.info;
        side->quotedName = source.quoted + "." + column.info.quotedName;
        if (i >= firstRight) source.merged[c] = true;
      }
    }
    if (!sides[0] || !sides[1]) throw Refusal{"the column " + name + " of USING is missing"};
    const Value left = columnValue(*sides[0]), right = columnValue(*sides[1]);
    if (left.converted || right.converted) throw Refusal{"it joins by values that are converted"};
    condition += (condition.empty() ? "" : " AND ") + compare("=", left, right).operand();
  }
  return condition;
}

std::vector<std::string> CoreTranslator::sharedColumns(std::size_t firstRight) const {
  std::vector<std::string> shared;
  for (std::size_t i = firstRight; i < sources_.size(); ++i) {
    for (const RelationColumn& column : sources_[i].relation.columns) {
      const bool left = std::any_of(
          sources_.begin(), sources_.begin() + static_cast<std::ptrdiff_t>(firstRight),
          [&](const Source& source) {
            return std::any_of(
                source.relation.columns.begin(), source.relation.columns.end(),
                [&](const RelationColumn& c) { return equalsIgnoreCase(c.name, column.name); });
          });
      if (left) shared.push_back(column.name);
    }
  }
  return shared;
}

std::string CoreTranslator::fromItem(const FromItem& item, bool inner) {
  if (item.function) throw Refusal{"it reads the table-valued function " + item.table + "()"};
  if (item.select) return derivedTable(item);
  if (item.nested.empty()) return namedTable(item, inner);
  if (!item.alias.empty()) throw Refusal{"it gives a name to a join"};
  return "(" + from(item.nested) + ")";
}

std::string CoreTranslator::namedTable(const FromItem& item, bool inner) {
  NamedQuery* query = item.schema.empty() && named_ != nullptr ? named_->find(item.table) : nullptr;
  if (query != nullptr && query->open) {
    ++query->uses;
    if (!inner) throw Refusal{"it refers to itself in an outer join"};
  }
  if (!item.schema.empty() && !equalsIgnoreCase(item.schema, "main"))
    throw Refusal{"it reads the database " + item.schema};
  Relation relation = query != nullptr ? query->relation : context_.relations(item.table);
  if (!relation.reason.empty()) throw Refusal{relation.reason};
  const std::string alias = item.alias.empty() ? item.table : item.alias;
  std::string quoted = quoteName(alias);
  std::string sql = relation.sql;
  if (item.alias.empty()) {
    quoted = relation.sql;  // The target's spelling is the name by itself.
  } else {
    sql += " AS " + quoted;
  }
  addSource(alias, std::move(quoted), std::move(relation));
  return sql;
}

std::string CoreTranslator::derivedTable(const FromItem& item) {
  const Query query = translateQuery(*item.select, context_, named_, outer_);
  const std::string alias =
      item.alias.empty() ? "subquery " + std::to_string(++context_.unnamed) : item.alias;
  Relation relation;
  relation.columns = query.columns;
  std::string names;
  for (const RelationColumn& column : query.columns)
    names += (names.empty() ? "" : ", ") + column.info.quotedName;
  std::string quoted = quoteName(alias);
  std::string sql = "(" + query.sql + ") AS " + quoted + " (" + names + ")";
  addSource(alias, std::move(quoted), std::move(relation));
  return sql;
}

void CoreTranslator::addSource(std::string alias, std::string quoted, Relation relation) {
  std::vector<bool> merged(relation.columns.size(), false);
  sources_.push_back({std::move(alias), std::move(quoted), std::move(relation), std::move(merged)});
}

void CoreTranslator::expandColumns() {
  for (const ResultColumn& column : core_.columns) {
    if (!column.expr) {
      expandStar(column.starTable);
      continue;
    }
    Output& output = outputs_.emplace_back();
    output.expr = column.expr.get();
    const bool plain = column.expr->kind == Kind::column;
    output.name = column.alias.empty() && plain ? column.expr->text : column.alias;
  }
  if (!core_.values.empty()) outputs_.resize(core_.values.front().size());
}

void CoreTranslator::expandStar(const std::string& table) {
  bool found = false;
  for (const Source& source : sources_) {
    if (!table.empty() && !equalsIgnoreCase(table, source.alias)) continue;
    found = true;
    for (std::size_t i = 0; i < source.relation.columns.size(); ++i) {
      if (table.empty() && source.merged[i]) continue;
      const std::string& name = source.relation.columns[i].name;
      if (name.empty()) throw Refusal{"it reads * of a subquery with a column without a name"};
      auto column = std::make_unique<Expr>();
      column->kind = Kind::column;
      column->qualifier = source.alias;
      column->text = name;
      Output& output = outputs_.emplace_back();
      output.expr = column.get();
      output.name = name;
      expanded_.push_back(std::move(column));
    }
  }
  if (!found) throw Refusal{"it reads * of no table"};
}

/// A key of GROUP BY may be the number or the name of a result column.
const Expr& CoreTranslator::groupExpr(const Expr& written) const {
  if (const auto number = integerLiteral(written)) {
    if (*number < 1 || *number > static_cast<long long>(outputs_.size()))
      throw Refusal{"it groups by a constant"};
    return *outputs_[static_cast<std::size_t>(*number - 1)].expr;
  }
  const bool name = written.kind == Kind::column && written.qualifier.empty();
  if (!name || ownColumn({}, written.text, false)) return written;
  for (const Output& output : outputs_) {
    if (equalsIgnoreCase(output.name, written.text)) return *output.expr;
  }
  return written;
}

void CoreTranslator::prepareGroups(const std::vector<OrderTerm>* orderBy) {
  aggregates_ = !core_.groupBy.empty() || (core_.having && hasAggregate(*core_.having));
  for (const ResultColumn& column : core_.columns)
    aggregates_ = aggregates_ || (column.expr && hasAggregate(*column.expr));
  if (orderBy != nullptr) {
    for (const OrderTerm& term : *orderBy)
      aggregates_ = aggregates_ || hasAggregate(*term.expr);
  }
  for (const ExprPtr& written : core_.groupBy) {
    const Expr& key = groupExpr(*written);
    Value value = scope(Clause::rows).usable(key);
    if (value.null || value.literal) throw Refusal{"it groups by a constant"};
    requireGroupable(value);
    if (key.kind == Kind::column) groupColumns_.insert(value.sql);
    groupExprs_.push_back(&key);
    groupValues_.push_back(std::move(value));
  }
}

void CoreTranslator::translateRows() {
  const ClauseScope results = scope(Clause::result);
  if (core_.values.empty()) {
    std::vector<Value>& row = rows_.emplace_back();
    for (Output& output : outputs_) {
      approximate_ = false;
      row.push_back(results.value(*output.expr));
      output.approximate = approximate_ && row.back().type == TypeClass::real;
    }
    return;
  }
  for (const auto& written : core_.values) {
    if (written.size() != outputs_.size()) throw Refusal{"its VALUES are of different lengths"};
    std::vector<Value>& row = rows_.emplace_back();
    for (const ExprPtr& expr : written)
      row.push_back(results.value(*expr));
  }
}

std::string CoreTranslator::sql(const std::vector<std::vector<std::string>>& rows) const {
  const auto list = [](const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values)
      text += (text.empty() ? "" : ", ") + value;
    return text;
  };
  if (!core_.values.empty()) {
    std::string text;
    for (const auto& row : rows)
      text += (text.empty() ? "VALUES (" : ", (") + list(row) + ")";
    return text;
  }
  std::string text = (core_.distinct ? "SELECT DISTINCT " : "SELECT ") + list(rows.front());
  if (!from_.empty()) text += " FROM " + from_;
  if (!where_.empty()) text += " WHERE " + where_;
  std::string keys;
  for (const Value& key : groupValues_)
    keys += (keys.empty() ? "" : ", ") + key.sql;
  if (!keys.empty()) text += " GROUP BY " + keys;
  if (!having_.empty()) text += " HAVING " + having_;
  return text;
}

bool CoreTranslator::oneRow() const {
  if (!core_.values.empty()) return core_.values.size() == 1;
  if (sources_.empty() || (aggregates_ && core_.groupBy.empty())) return true;
  return sources_.size() == 1 && core_.where && looksUpKey(*core_.where);
}

bool CoreTranslator::isOwn(const Expr& expr) const {
  if (expr.kind == Kind::column && ownColumn(expr.qualifier, expr.text, false)) return true;
  return expr.select != nullptr ||
         std::any_of(expr.children.begin(), expr.children.end(),
                     [this](const ExprPtr& child) { return isOwn(*child); });
}

/// `key = …` of something that is the same for all rows, alone or beside AND.
bool CoreTranslator::looksUpKey(const Expr& condition) const {
  const Relation& relation = sources_.front().relation;
  if (relation.key.size() != 1 || condition.kind != Kind::binary) return false;
  if (condition.text == "AND")
    return looksUpKey(*condition.children[0]) || looksUpKey(*condition.children[1]);
  if (condition.text != "=") return false;
  const std::string key =
      sources_.front().quoted + "." + relation.columns[relation.key.front()].info.quotedName;
  for (const std::size_t side : {0U, 1U}) {
    const Expr& column = *condition.children[side];
    if (column.kind != Kind::column || isOwn(*condition.children[1 - side])) continue;
    const auto info = ownColumn(column.qualifier, column.text, false);
    if (info && info->quotedName == key) return true;
  }
  return false;
}

}  // namespace repot::sql
