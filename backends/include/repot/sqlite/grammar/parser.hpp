// SQLite's grammar for the statements that sqlite_schema holds.
#pragma once

#include <repot/sqlite/grammar/ast.hpp>
#include <repot/sqlite/grammar/select.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace repot::sql {

/// Either a value, or what was wrong and at which byte of the input.
template <typename T>
struct Parsed {
  std::optional<T> value;
  std::string error;
  std::size_t offset = 0;

  explicit operator bool() const { return value.has_value(); }
};

// Any bytes may be given: these functions report errors and throw nothing but std::bad_alloc. Time
// and memory are proportional to the input. They are meant for statements that SQLite has accepted,
// and accept some that it would not.

/// CREATE [TEMP] TABLE and CREATE VIRTUAL TABLE. "CREATE TABLE … AS SELECT" never stands in
/// sqlite_schema and is an error.
Parsed<TableDefinition> parseCreateTable(std::string_view sql);
Parsed<IndexDefinition> parseCreateIndex(std::string_view sql);
Parsed<ViewDefinition> parseCreateView(std::string_view sql);
/// The body is kept as text.
Parsed<TriggerDefinition> parseCreateTrigger(std::string_view sql);
/// A SELECT or VALUES with all that belongs to it, and nothing but semicolons after it.
Parsed<Select> parseSelect(std::string_view sql);
/// One expression and nothing after it.
Parsed<ExprPtr> parseExpression(std::string_view sql);

}  // namespace repot::sql
