// Putting a query's parts together; see query.hpp.
#include "repot/query.hpp"

#include <algorithm>
#include <limits>

namespace repot {

using detail::bound;

void JoinQuery::addHaving(std::string sql, std::string_view comparison, Value value) {
  for (const std::string_view known : {"=", "<>", "<", "<=", ">", ">="}) {
    if (comparison != known) continue;
    having_.push_back({std::move(sql) + ' ' + std::string(comparison) + ' ', std::move(value)});
    return;
  }
  throw Error(ErrorKind::usage, "having() compares by =, <>, <, <=, > or >=");
}

void JoinQuery::check(const std::string& sql, bool aggregate, bool anyAggregate) const {
  if (aggregate || (groups_.empty() && !anyAggregate)) return;
  if (std::find(groups_.begin(), groups_.end(), sql) != groups_.end()) return;
  throw Error(ErrorKind::usage,
              "the query selects " + sql + ", which is neither in groupBy() nor an aggregate");
}

std::string JoinQuery::sql(const std::string& columns, std::vector<Value>& values) {
  std::string sql = (distinct_ ? "SELECT DISTINCT " : "SELECT ") + columns + " FROM " + from_;
  std::string_view word = " WHERE ";
  for (const auto& condition : conditions_) {
    sql += word;
    detail::render(*condition, work_.backend(), sql, values);
    word = " AND ";
  }
  word = " GROUP BY ";
  for (const std::string& group : groups_) {
    sql += word;
    sql += group;
    word = ", ";
  }
  word = " HAVING ";
  for (const Having& having : having_) {
    sql += word;
    sql += having.sql + bound(having.value, values);
    word = " AND ";
  }
  sql += order_;
  if (limit_ || offset_) {
    sql +=
        " LIMIT " + bound(Value(limit_.value_or(std::numeric_limits<std::int64_t>::max())), values);
  }
  if (offset_) sql += " OFFSET " + bound(Value(*offset_), values);
  return sql;
}

}  // namespace repot
