// Malformed UTF-8 first, then U+0000; see text_repair.hpp.
#include "text_repair.hpp"

#include "text_check.hpp"

#include <array>

namespace repot::migrate {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// Windows-1252 from 0x80 to 0x9F. The five bytes that it leaves open are the control characters of
/// the same number, as in the WHATWG's encoding standard.
constexpr std::array<char16_t, 32> windows1252{
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

void appendCharacter(std::string& out, char16_t character) {
  if (character < 0x80) {
    out += static_cast<char>(character);
  } else if (character < 0x800) {
    out += static_cast<char>(0xC0 | (character >> 6));
    out += static_cast<char>(0x80 | (character & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | (character >> 12));
    out += static_cast<char>(0x80 | ((character >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (character & 0x3F));
  }
}

std::string decoded(std::string_view text, bool windows) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool special = windows && byte >= 0x80 && byte <= 0x9F;
    appendCharacter(out, special ? windows1252[byte - 0x80u] : char16_t{byte});
  }
  return out;
}

std::string replaced(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Utf8Step step = utf8Step(text);
    out += step.wellFormed ? text.substr(0, step.length) : replacement;
    text.remove_prefix(step.length);
  }
  return out;
}

std::string withoutNul(std::string_view text, NulRepair repair) {
  std::string out;
  for (const char c : text) {
    if (c != '\0') {
      out += c;
    } else if (repair == NulRepair::replace) {
      out += replacement;
    } else if (repair == NulRepair::escape) {
      out += "\\u0000";
    }
  }
  return out;
}

}  // namespace

std::string_view repairText(const ColumnPlan& column, std::string_view text, std::string& buffer) {
  const TextCheck check = checkText(text);
  std::string_view current = text;
  if (!check.validUtf8 && column.utf8Repair != Utf8Repair::none) {
    buffer = column.utf8Repair == Utf8Repair::replace
                 ? replaced(current)
                 : decoded(current, column.utf8Repair == Utf8Repair::cp1252);
    current = buffer;
  }
  if (check.hasNul && column.nulRepair != NulRepair::none) {
    buffer = withoutNul(current, column.nulRepair);
    current = buffer;
  }
  return current;
}

}  // namespace repot::migrate
