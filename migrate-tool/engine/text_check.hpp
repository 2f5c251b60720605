// Judges text as PostgreSQL does when it takes it in, and spells any value for a message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

struct sqlite3_stmt;

namespace repot::migrate {

struct TextCheck {
  bool validUtf8 = true;  ///< No overlong forms, no surrogates, nothing above U+10FFFF.
  bool hasNul = false;
  std::size_t characters = 0;  ///< Code points; meaningful where validUtf8.
};
TextCheck checkText(std::string_view bytes);

/// The first character of `bytes`, which are not empty: its length where it is well-formed, else
/// that of the malformed part that stands for one U+FFFD (Unicode, "maximal subpart").
struct Utf8Step {
  std::size_t length = 1;
  bool wellFormed = false;
};
Utf8Step utf8Step(std::string_view bytes);

/// True where each surrogate of the UTF-16 units is one of a pair. SQLite's own conversion to UTF-8
/// drops a lone one at the end, so this cannot be seen in the converted text.
bool surrogatesPaired(std::u16string_view units);

/// "integer 5", "text 'lots'", "blob x'00ff'", "NULL": short, in one line, safe to print.
std::string describeValue(sqlite3_stmt* row, int column);
/// The value alone: 5, 'lots', x'00ff', NULL.
std::string spellValue(sqlite3_stmt* row, int column);
/// The shortest decimal that reads back as the same double.
std::string spellReal(double value);

}  // namespace repot::migrate
