// Columns that Repot itself declared, known again by declared type and CHECK together.
#pragma once

#include <repot/schema/model.hpp>
#include <repot/sqlite/grammar/ast.hpp>

#include <optional>
#include <string_view>

namespace repot::sqlite {

/// The type of a column that Repot declared: its declared type is one that Repot writes, and it has
/// the CHECK of that type. Nothing for all others, whatever they are called.
std::optional<schema::Type> strictTypeOf(const sql::ColumnDefinition& column);

/// True for the CHECK by which strictTypeOf() knows the column.
bool isStrictCheck(const sql::ColumnDefinition& column, const sql::CheckDefinition& check);

}  // namespace repot::sqlite
