// SQL as a text to be compared: databases keep it with blanks, cases and parentheses of their own.
#pragma once

#include <string>
#include <string_view>

namespace repot::schema {

/// The same for texts that differ in blanks, comments, letter case of words, needless quotes of
/// names, needless parentheses around the whole, and the casts that PostgreSQL adds to literals.
std::string normalSql(std::string_view sql);

/// True where `sql`, in normal form, names `name` as a word.
bool mentions(std::string_view sql, std::string_view name);

}  // namespace repot::schema
