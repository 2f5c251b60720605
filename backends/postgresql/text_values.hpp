// Values in PostgreSQL's text format under the session settings of connection.cpp.
#pragma once

#include <repot/value.hpp>

#include <libpq-fe.h>

#include <string>
#include <string_view>

namespace repot::postgresql {

/// Appends a value that is not NULL. Throws Error(data) for what PostgreSQL cannot hold.
void appendText(std::string& out, const Value& value);

/// Reads a column of the PostgreSQL type `oid` as `type`. Throws Error(data) where the column is
/// not of a matching type: nothing is converted.
Value parseText(std::string_view text, Oid oid, ColumnType type);

}  // namespace repot::postgresql
