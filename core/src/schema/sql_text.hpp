// A light reading of SQL texts of either database: enough to find names in them, no grammar.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace repot::schema {

/// Calls `name` with every word or quoted identifier, unquoted, and writes what it returns in its
/// place; an empty text leaves it as it is. Texts in '…' and comments are passed over.
std::string replaceNames(std::string_view sql,
                         const std::function<std::string(std::string_view)>& name);

/// ASCII case ignored, as SQLite compares names.
bool sameName(std::string_view a, std::string_view b);

/// A digest of eight hexadecimal digits, the same on every machine.
std::string shortDigest(std::string_view text);

}  // namespace repot::schema
