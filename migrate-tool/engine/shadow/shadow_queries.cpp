// See shadow_queries.hpp.
#include "engine/shadow/shadow_queries.hpp"

#include <repot/error.hpp>
#include <repot/sqlite/grammar/script.hpp>

#include <array>
#include <string>

namespace repot::migrate {
namespace {

constexpr const char* firstRows = "100";

std::string columnsOf(const TablePlan& table, std::string ColumnPlan::*name) {
  std::string list;
  for (const ColumnPlan& column : table.columns)
    list += (list.empty() ? "" : ", ") + quoteIdentifier(column.*name);
  return list;
}

/// Keys from the smallest to the largest, as far as there are rows of them.
std::vector<std::int64_t> someKeys(const TablePlan& table, sqlite::SqliteReader& reader) {
  std::vector<std::int64_t> keys;
  const std::string key = quoteIdentifier(table.columns[*table.rangeColumn].source);
  const std::string from = " FROM " + quoteIdentifier(table.source);
  sqlite::Statement bounds = reader.prepare("SELECT min(" + key + "), max(" + key + ")" + from);
  if (!bounds.step() || bounds.isNull(0)) return keys;
  const std::int64_t first = bounds.int64(0), last = bounds.int64(1);
  constexpr int pieces = 4;
  sqlite::Statement next = reader.prepare("SELECT " + key + from + " WHERE " + key +
                                          " >= ?1 ORDER BY " + key + " LIMIT 1");
  for (int i = 0; i <= pieces; ++i) {
    next.reset();
    next.bind(1, i == pieces ? last : first + (last / pieces - first / pieces) * i);
    if (next.step() && (keys.empty() || keys.back() != next.int64(0)))
      keys.push_back(next.int64(0));
  }
  return keys;
}

void addTable(std::vector<ShadowQuery>& queries, const TablePlan& table,
              sqlite::SqliteReader& reader) {
  const std::string source = " FROM " + quoteIdentifier(table.source);
  const std::string target = " FROM " + quoteIdentifier(table.target);
  queries.push_back(
      {table.source + ": rows", "SELECT count(*)" + source, "SELECT count(*)" + target});
  if (!table.rangeColumn) return;
  const ColumnPlan& key = table.columns[*table.rangeColumn];
  const std::string rows = "SELECT " + columnsOf(table, &ColumnPlan::source) + source;
  const std::string theirs = "SELECT " + columnsOf(table, &ColumnPlan::target) + target;
  const auto ordered = [](const std::string& name) {
    return " ORDER BY " + quoteIdentifier(name) + " LIMIT " + firstRows;
  };
  queries.push_back(
      {table.source + ": first rows", rows + ordered(key.source), theirs + ordered(key.target)});
  for (const std::int64_t value : someKeys(table, reader)) {
    const std::string equals = " = " + std::to_string(value);
    queries.push_back({table.source + ": " + key.source + equals,
                       rows + " WHERE " + quoteIdentifier(key.source) + equals,
                       theirs + " WHERE " + quoteIdentifier(key.target) + equals});
  }
}

}  // namespace

std::vector<ShadowQuery> queriesOf(const Plan& plan, sqlite::SqliteReader& reader) {
  std::vector<ShadowQuery> queries;
  for (const TablePlan& table : plan.tables)
    addTable(queries, table, reader);
  for (const ViewPlan& view : plan.views)
    queries.push_back({view.shape.source + ": view",
                       "SELECT * FROM " + quoteIdentifier(view.shape.source),
                       "SELECT * FROM " + quoteIdentifier(view.shape.target)});
  return queries;
}

std::vector<ShadowQuery> queriesOf(const std::string& script) {
  std::vector<ShadowQuery> queries;
  for (const sql::ScriptStatement& statement : sql::splitScript(script).statements) {
    const std::string text = script.substr(statement.offset, statement.length);
    constexpr std::size_t shown = 80;
    queries.push_back({text.size() > shown ? text.substr(0, shown) + "…" : text, text, text});
  }
  if (queries.empty())
    throw Error(ErrorKind::usage, "there is no statement in the file of queries");
  return queries;
}

bool isOrdered(std::string_view text) {
  int depth = 0;
  for (const sql::ScriptStatement& statement : sql::splitScript(text).statements) {
    for (const sql::Token& token : statement.tokens) {
      if (token.kind == sql::Token::Kind::symbol) depth += token.text == "(" ? 1 : 0;
      if (token.kind == sql::Token::Kind::symbol) depth -= token.text == ")" ? 1 : 0;
      if (depth == 0 && token.kind == sql::Token::Kind::word &&
          sql::equalsIgnoreCase(token.text, "ORDER"))
        return true;
    }
  }
  return false;
}

}  // namespace repot::migrate
