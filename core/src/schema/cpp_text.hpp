// Values as C++ source.
#pragma once

#include <repot/schema/model.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace repot::schema {

/// A string literal; any bytes.
std::string cppText(std::string_view text);
/// {"a", "b"}
std::string cppTexts(const std::vector<std::string>& texts);
/// An expression of type Sql.
std::string cppSql(const Sql& sql);
/// An expression of type Value.
std::string cppValue(const Value& value);
/// ColumnType::text
std::string cppType(ColumnType type);
/// Action::cascade
std::string cppAction(Action action);

}  // namespace repot::schema
