// How Repot declares columns on PostgreSQL, and how the catalog's types are read back.
#pragma once

#include <repot/schema/model.hpp>

#include <string>

namespace repot::postgresql {

/// "bigint", "character varying(20)", … as format_type() has it, without a collation.
std::string typeSql(const schema::Type& type);
/// `COLLATE "C"` and the like; empty for types without one.
std::string collationSql(const schema::Column& column);
std::string columnSql(const schema::Column& column);
/// The expression of a DEFAULT.
std::string defaultSql(const schema::Default& value, const schema::Type& type);
/// The type that format_type() calls `text`.
schema::Type typeOf(const std::string& text);
/// A default as pg_get_expr() spells it; `nothing` for NULL.
std::optional<schema::Default> readDefault(const std::string& text, const schema::Type& type);

}  // namespace repot::postgresql
