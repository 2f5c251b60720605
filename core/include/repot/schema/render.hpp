// For backends: the SQL of schemas that every database reads alike.
#pragma once

#include <repot/schema/changes.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace repot::schema {

/// '…'; not for values of statements, which are bound, but for DDL, which has no placeholders.
std::string quoteText(std::string_view text);
/// "a", "b"
std::string nameList(const std::vector<std::string>& names);
/// CONSTRAINT "name" in front of what follows; nothing where the name is empty.
std::string constraintPrefix(const std::string& name);
std::string primaryKeySql(const Key& key);
std::string uniqueSql(const Key& key);
std::string checkSql(const Check& check, std::string_view scheme);
std::string foreignKeySql(const ForeignKey& key);
/// NO ACTION, SET NULL, … and back; the text is that of the standard, in capitals.
std::string_view toString(Action action) noexcept;
Action parseAction(std::string_view text);

/// Throws Error(schema), naming the table, where the description contradicts itself: no columns,
/// a name twice, a key of a column that is not there, an identity that is not the only key.
void checkTable(const Table& table);

/// CREATE TABLE with the columns as `column` writes them and the constraints behind; the primary
/// key is left to `column` where `keyInColumn`.
std::string createTableSql(const CreateTable& create, std::string_view scheme,
                           const std::function<std::string(const Column&)>& column,
                           bool keyInColumn);
/// CREATE INDEX; `order` is what follows an ascending and a descending part.
struct IndexOrder {
  std::string_view ascending, descending;
};
std::string createIndexSql(const std::string& table, const Index& index, std::string_view scheme,
                           const IndexOrder& order, bool ifMissing = false);
/// An expression without the parentheses around the whole of it.
std::string withoutParentheses(const std::string& expression);
std::string createViewSql(const View& view, std::string_view scheme);

}  // namespace repot::schema
