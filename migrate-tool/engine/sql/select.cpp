// A query as a whole: WITH, compounds, ORDER BY, LIMIT; see select.hpp.
#include "engine/sql/select.hpp"

#include "engine/sql/query.hpp"

#include <repot/sqlite/grammar/token.hpp>

#include <algorithm>
#include <memory>

namespace repot::sql {
namespace {

using Kind = Expr::Kind;
using Cores = std::vector<std::unique_ptr<CoreTranslator>>;

const char* typeName(TypeClass type) {
  switch (type) {
    case TypeClass::integer:
      return "bigint";
    case TypeClass::real:
      return "double precision";
    case TypeClass::timestamptz:
      return "timestamptz";
    default:
      return describe(type);
  }
}

/// What a column of the result is, over all cores.
struct ResultType {
  TypeClass type = TypeClass::unknown;
  bool allOrigins = true;  ///< Every value is a column's own.
  bool sameOrigin = true;  ///< … of one and the same column.
  bool converted = false;
  bool approximate = false;
  std::string collation;
  std::optional<std::size_t> origin;
};

void addType(ResultType& result, const Value& value, bool first) {
  result.allOrigins = result.allOrigins && value.origin.has_value();
  result.sameOrigin = result.allOrigins && (first || value.origin == result.origin);
  if (first) {
    result.origin = value.origin;
    result.collation = value.collation;
  }
  result.converted = result.converted || value.converted;
  if (value.null) return;
  if (value.type == TypeClass::unknown) throw Refusal{"a column of its result is of unknown type"};
  const auto both = [&](TypeClass a, TypeClass b) {
    return (result.type == a && value.type == b) || (result.type == b && value.type == a);
  };
  if (result.type == TypeClass::unknown) {
    result.type = value.type;
  } else if (both(TypeClass::boolean, TypeClass::integer)) {
    result.type = TypeClass::integer;
  } else if (result.type != value.type) {
    throw Refusal{std::string("a column of its result is ") + describe(result.type) +
                  " in one part and " + describe(value.type) + " in another"};
  }
}

ResultType typeOf(const Cores& cores, std::size_t column) {
  ResultType result;
  bool first = true;
  for (const auto& core : cores) {
    for (const auto& row : core->rows()) {
      addType(result, row[column], first);
      first = false;
    }
    result.approximate = result.approximate || core->outputs()[column].approximate;
  }
  if (result.type == TypeClass::unknown) result.type = TypeClass::text;
  // The outcome of a condition is 0 or 1 in SQLite; a column of the type boolean is one.
  if (result.type == TypeClass::boolean && !result.allOrigins) result.type = TypeClass::integer;
  if (result.converted && !result.sameOrigin)
    throw Refusal{"it mixes values that are converted on the way with others"};
  const bool own = result.type == TypeClass::json || result.type == TypeClass::unknown;
  if (own && !result.sameOrigin) throw Refusal{"it computes JSON"};
  return result;
}

/// A value as it stands in the result, of exactly the result's type.
std::string finished(const Value& value, const ResultType& result, bool compound, bool byteOrder) {
  if (value.null) {
    const std::string null = std::string("NULL::") + typeName(result.type);
    return result.type == TypeClass::text && byteOrder ? null + " COLLATE \"C\"" : null;
  }
  if (result.type == TypeClass::integer) {
    const Value number = toNumber(value);
    return number.wide ? number.sql : number.operand() + "::bigint";
  }
  if (result.type == TypeClass::real && value.literal) return value.operand() + "::float8";
  if (result.type != TypeClass::text || (value.origin && !compound)) return value.sql;
  const std::string text = value.literal || compound ? value.operand() + "::text" : value.operand();
  return byteOrder ? text + " COLLATE \"C\"" : text;
}

std::string columnName(const std::string& name, std::size_t index,
                       const std::vector<RelationColumn>& before) {
  constexpr std::size_t longest = 63;
  const bool usable = !name.empty() && name.size() <= longest;
  std::string quoted = quoteName(usable ? name : "column" + std::to_string(index + 1));
  const bool taken = std::any_of(before.begin(), before.end(), [&](const RelationColumn& column) {
    return column.info.quotedName == quoted;
  });
  return taken ? quoteName("column" + std::to_string(index + 1)) : quoted;
}

class QueryTranslator {
 public:
  QueryTranslator(const Select& select, QueryContext& context, NamedQueries* named,
                  const ClauseScope* outer)
      : select_(select), context_(context), outer_(outer) {
    named_.outer = named;
  }

  Query run(NamedQuery* self) {
    translateWith();
    compound_ = select_.cores.size() > 1;
    for (const SelectCore& core : select_.cores) {
      const int before = self == nullptr ? 0 : self->uses;
      const bool last = cores_.size() + 1 == select_.cores.size();
      cores_.push_back(std::make_unique<CoreTranslator>(core, context_, &named_, outer_,
                                                        compound_ ? nullptr : &select_.orderBy));
      if (self != nullptr && self->uses != before) requireRecursion(last, self->uses - before);
    }
    const std::size_t columns = cores_.front()->outputs().size();
    for (const auto& core : cores_) {
      if (core->outputs().size() != columns) throw Refusal{"its parts differ in columns"};
    }
    for (std::size_t i = 0; i < columns; ++i)
      types_.push_back(typeOf(cores_, i));
    nameColumns();
    Query query;
    query.columns = columns_;
    query.sql = with_ + body();
    query.oneRow = oneRow_;
    return query;
  }

 private:
  void translateWith() {
    bool recursive = false;
    std::string list;
    named_.queries.reserve(select_.with.size());  // Entries are referred to while others are added.
    for (const CommonTable& table : select_.with) {
      NamedQuery& entry = named_.queries.emplace_back();
      entry.name = table.name;
      entry.relation.sql = quoteName(table.name);
      entry.relation.reason = "it refers to itself";
      if (table.select->cores.size() > 1) foretell(entry, table);
      Query query = translateQuery(*table.select, context_, &named_, outer_, &entry);
      entry.open = false;
      entry.relation.reason.clear();
      recursive = recursive || entry.uses > 0;
      nameAs(table, query.columns);
      if (entry.uses > 0) requireSameTypes(entry.relation.columns, query.columns);
      entry.uses = 0;
      entry.relation.columns = std::move(query.columns);
      std::string names;
      for (const RelationColumn& column : entry.relation.columns)
        names += (names.empty() ? "" : ", ") + column.info.quotedName;
      list += (list.empty() ? "" : ", ") + entry.relation.sql + " (" + names + ") AS (" +
              query.sql + ")";
    }
    if (!list.empty()) with_ = (recursive ? "WITH RECURSIVE " : "WITH ") + list + " ";
  }

  /// What a table that refers to itself consists of follows from its first part.
  void foretell(NamedQuery& entry, const CommonTable& table) {
    Cores first;
    first.push_back(std::make_unique<CoreTranslator>(table.select->cores.front(), context_, &named_,
                                                     outer_, nullptr));
    for (std::size_t i = 0; i < first.front()->outputs().size(); ++i) {
      const ResultType type = typeOf(first, i);
      RelationColumn column;
      column.name = first.front()->outputs()[i].name;
      column.info = info(type, columnName(column.name, i, entry.relation.columns));
      entry.relation.columns.push_back(std::move(column));
    }
    nameAs(table, entry.relation.columns);
    entry.open = true;
    entry.relation.reason.clear();
  }

  static void nameAs(const CommonTable& table, std::vector<RelationColumn>& columns) {
    if (table.columns.empty()) return;
    if (table.columns.size() != columns.size()) throw Refusal{"WITH names other columns"};
    for (std::size_t i = 0; i < columns.size(); ++i) {
      columns[i].name = table.columns[i];
      columns[i].info.quotedName = quoteName(table.columns[i]);
    }
  }

  static void requireSameTypes(const std::vector<RelationColumn>& foretold,
                               const std::vector<RelationColumn>& found) {
    for (std::size_t i = 0; i < found.size(); ++i) {
      const bool same =
          foretold[i].info.type == found[i].info.type &&
          (!foretold[i].info.converted || foretold[i].info.origin == found[i].info.origin);
      if (!same) throw Refusal{"a recursive column changes its type"};
    }
  }

  void requireRecursion(bool last, int uses) const {
    const bool unions = !select_.operators.empty() && select_.operators.back().starts_with("UNION");
    if (!last || uses != 1 || !unions || !select_.orderBy.empty() || select_.limit)
      throw Refusal{"it is recursive in a way that PostgreSQL does not know"};
  }

  static ColumnInfo info(const ResultType& type, std::string quoted) {
    ColumnInfo info{std::move(quoted),           type.type, type.collation, false, type.converted,
                    type.type == TypeClass::real};
    if (type.sameOrigin) info.origin = type.origin;
    return info;
  }

  void nameColumns() {
    for (std::size_t i = 0; i < types_.size(); ++i) {
      RelationColumn column;
      column.name = cores_.front()->outputs()[i].name;
      column.info = info(types_[i], columnName(column.name, i, columns_));
      column.approximate = types_[i].approximate;
      columns_.push_back(std::move(column));
    }
  }

  std::string coreSql(const CoreTranslator& core) const {
    std::vector<std::vector<std::string>> rows;
    for (const auto& values : core.rows()) {
      std::vector<std::string>& row = rows.emplace_back();
      for (std::size_t i = 0; i < values.size(); ++i)
        row.push_back(finished(values[i], types_[i], compound_, context_.byteOrder));
    }
    return core.sql(rows);
  }

  std::string body() {
    std::string sql = coreSql(*cores_.front());
    for (std::size_t i = 0; i < select_.operators.size(); ++i) {
      const std::string& op = select_.operators[i];
      if (op != "UNION ALL") requireGroupableColumns();
      if (op == "INTERSECT" && i > 0) sql = "(" + sql + ")";
      sql += " " + op + " " + coreSql(*cores_[i + 1]);
    }
    const SelectCore& first = select_.cores.front();
    if (first.distinct) requireGroupableColumns();
    oneRow_ = !compound_ && cores_.front()->oneRow();
    readLimit();
    if (compound_ || first.distinct || !first.values.empty()) return wrapped(sql);
    return sql + order(cores_.front()->scope(Clause::ordered)) + limit_;
  }

  void requireGroupableColumns() const {
    for (const ResultType& type : types_) {
      Value value = simpleValue("x", type.type);
      value.converted = type.converted;
      value.collation = type.collation;
      requireGroupable(value);
    }
  }

  void readLimit() {
    const auto read = [](const ExprPtr& expr) {
      const auto number = integerLiteral(*expr);
      if (!number) throw Refusal{"its LIMIT is no number"};
      return *number;
    };
    if (!select_.limit) return;
    const long long limit = read(select_.limit);
    const long long offset = select_.offset ? read(select_.offset) : 0;
    if (limit >= 0) limit_ = " LIMIT " + std::to_string(limit);  // Below zero there is no limit.
    if (offset > 0) limit_ += " OFFSET " + std::to_string(offset);
    if (!limit_.empty() && select_.orderBy.empty() && !oneRow_)
      throw Refusal{"it has a LIMIT without ORDER BY, and so takes any rows"};
    oneRow_ = oneRow_ || (limit >= 0 && limit <= 1);
  }

  /// Terms of a compound or of DISTINCT are columns of the result.
  std::string wrapped(const std::string& sql) const {
    if (select_.orderBy.empty() && limit_.empty()) return sql;
    std::string names, terms;
    for (const RelationColumn& column : columns_)
      names += (names.empty() ? "" : ", ") + column.info.quotedName;
    for (const OrderTerm& term : select_.orderBy) {
      const auto index = resultColumn(*term.expr);
      if (!index) throw Refusal{"it orders by what is no column of its result"};
      Value value = simpleValue(columns_[*index].info.quotedName, columns_[*index].info.type);
      value.collation = columns_[*index].info.collation;
      value.converted = columns_[*index].info.converted;
      terms += (terms.empty() ? " ORDER BY " : ", ") + ordered(value, term);
    }
    return "SELECT * FROM (" + sql + ") AS \"result\" (" + names + ")" + terms + limit_;
  }

  std::optional<std::size_t> resultColumn(const Expr& expr) const {
    const std::vector<CoreTranslator::Output>& outputs = cores_.front()->outputs();
    if (const auto number = integerLiteral(expr)) {
      if (*number < 1 || *number > static_cast<long long>(outputs.size())) return std::nullopt;
      return static_cast<std::size_t>(*number - 1);
    }
    const bool name = expr.kind == Kind::column && expr.qualifier.empty();
    for (std::size_t i = 0; name && i < outputs.size(); ++i) {
      if (!outputs[i].name.empty() && equalsIgnoreCase(outputs[i].name, expr.text)) return i;
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (outputs[i].expr != nullptr && sameExpr(expr, *outputs[i].expr)) return i;
    }
    return std::nullopt;
  }

  std::string order(const ClauseScope& scope) const {
    std::string terms;
    for (const OrderTerm& term : select_.orderBy) {
      const auto index = resultColumn(*term.expr);
      const Expr* expr = index ? cores_.front()->outputs()[*index].expr : nullptr;
      const Value value = scope.value(expr == nullptr ? *term.expr : *expr);
      if (value.null || value.literal) continue;
      terms += (terms.empty() ? " ORDER BY " : ", ") + ordered(value, term);
    }
    return terms;
  }

  /// Which rows a LIMIT takes is a matter of meaning; the order of all rows only one of show.
  std::string ordered(const Value& value, const OrderTerm& term) const {
    if (value.type == TypeClass::json) throw Refusal{"it orders by JSON"};
    const bool spelled = value.converted || value.type == TypeClass::time ||
                         value.type == TypeClass::timestamp ||
                         value.type == TypeClass::timestamptz || value.type == TypeClass::uuid;
    if (spelled && !limit_.empty())
      throw Refusal{std::string("its LIMIT takes the first by ") + describe(value.type) +
                    " values, whose texts SQLite sorts and PostgreSQL does not"};
    const std::string sql =
        value.type == TypeClass::text ? collated(value, value.collation, true) : value.operand();
    // SQLite's NULLs are the smallest values.
    const bool first = term.nulls.empty() ? !term.descending : term.nulls == "FIRST";
    return sql + (term.descending ? " DESC" : " ASC") + (first ? " NULLS FIRST" : " NULLS LAST");
  }

  const Select& select_;
  QueryContext& context_;
  const ClauseScope* outer_;
  NamedQueries named_;
  bool compound_ = false;
  bool oneRow_ = false;
  Cores cores_;
  std::vector<ResultType> types_;
  std::vector<RelationColumn> columns_;
  std::string with_, limit_;
};

}  // namespace

Query translateQuery(const Select& select, QueryContext& context, NamedQueries* named,
                     const ClauseScope* outer, NamedQuery* self) {
  return QueryTranslator(select, context, named, outer).run(self);
}

SelectTranslation translateSelect(const Select& select, const RelationResolver& relations,
                                  bool byteOrder) {
  SelectTranslation translation;
  try {
    QueryContext context{relations, byteOrder};
    Query query = translateQuery(select, context, nullptr, nullptr);
    translation.sql = std::move(query.sql);
    translation.columns = std::move(query.columns);
  } catch (const Refusal& refusal) {
    translation.reason = refusal.reason;
  }
  return translation;
}

}  // namespace repot::sql
