// How Repot declares columns on SQLite, and how such a declaration is known again: the names that
// SQLAlchemy gives the types, and a CHECK that makes SQLite's type affinity harmless.
#pragma once

#include <repot/schema/model.hpp>
#include <repot/sqlite/grammar/ast.hpp>

#include <optional>
#include <string>

namespace repot::sqlite {

/// `"name" TYPE …` for CREATE TABLE and ADD COLUMN; an identity with its primary key.
std::string columnSql(const schema::Column& column, const schema::Key& primaryKey);

/// The expression of a DEFAULT, in parentheses where it is more than a literal.
std::string defaultSql(const schema::Default& value, const schema::Type& type);

/// `value` as SQLite stores it in a column of Repot's.
std::string literal(const Value& value);

/// A column as the grammar has read it, as a value of the model. Keys, CHECKs of others and
/// references are not looked at.
schema::Column columnOf(const sql::ColumnDefinition& definition);

}  // namespace repot::sqlite
