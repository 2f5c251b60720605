// UTF-8 by the table of well-formed sequences (Unicode, table 3-7), with a fast way through ASCII.
#include "text_check.hpp"

#include <repot/hex.hpp>

#include <sqlite3.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>

namespace repot::migrate {
namespace {

constexpr std::size_t shownBytes = 40;

/// Continuation bytes that a lead byte asks for, and the range of the first of them.
struct Lead {
  std::size_t continuations = 0;
  unsigned char low = 0x80, high = 0xbf;
};

std::optional<Lead> leadOf(unsigned char byte) {
  if (byte < 0x80) return Lead{};
  if (byte >= 0xc2 && byte <= 0xdf) return Lead{1};
  if (byte == 0xe0) return Lead{2, 0xa0, 0xbf};
  if (byte == 0xed) return Lead{2, 0x80, 0x9f};
  if (byte >= 0xe1 && byte <= 0xef) return Lead{2};
  if (byte == 0xf0) return Lead{3, 0x90, 0xbf};
  if (byte == 0xf4) return Lead{3, 0x80, 0x8f};
  if (byte >= 0xf1 && byte <= 0xf3) return Lead{3};
  return std::nullopt;
}

/// Length of the well-formed sequence at the start of `bytes`, or 0.
std::size_t sequenceLength(const unsigned char* bytes, std::size_t left) {
  const Utf8Step step = utf8Step({reinterpret_cast<const char*>(bytes), left});
  return step.wellFormed ? step.length : 0;
}

/// True where all eight bytes are ASCII and none is NUL.
bool plainEight(const unsigned char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  constexpr std::uint64_t highs = 0x8080808080808080ULL, ones = 0x0101010101010101ULL;
  return ((word | (word - ones)) & highs) == 0;
}

std::string inQuotes(std::string_view text) {
  std::string out = "'";
  std::size_t at = 0;
  while (at < text.size() && at < shownBytes) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::string_view rest = text.substr(at);
    std::size_t length = 1;
    if (byte >= 0x80) {
      length = sequenceLength(reinterpret_cast<const unsigned char*>(rest.data()), rest.size());
    }
    if (length == 0 || byte < 0x20 || byte == 0x7f) {
      out += "\\x" + formats::toHex(rest.substr(0, 1));
      length = 1;
    } else if (byte == '\'') {
      out += "''";
    } else {
      out += rest.substr(0, length);
    }
    at += length;
  }
  return out + (at < text.size() ? "…'" : "'");
}

std::string_view bytesOf(sqlite3_stmt* row, int column, bool asText) {
  const void* data = asText ? static_cast<const void*>(sqlite3_column_text(row, column))
                            : sqlite3_column_blob(row, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
  return data == nullptr ? std::string_view{}
                         : std::string_view(static_cast<const char*>(data), size);
}

}  // namespace

Utf8Step utf8Step(std::string_view bytes) {
  const auto lead = leadOf(static_cast<unsigned char>(bytes[0]));
  if (!lead) return {};
  Utf8Step step{1, true};
  unsigned char low = lead->low, high = lead->high;
  for (std::size_t i = 1; i <= lead->continuations; ++i) {
    const bool there = i < bytes.size();
    const auto byte = there ? static_cast<unsigned char>(bytes[i]) : static_cast<unsigned char>(0);
    if (!there || byte < low || byte > high) return {i, false};
    low = 0x80;
    high = 0xbf;
    step.length = i + 1;
  }
  return step;
}

TextCheck checkText(std::string_view text) {
  TextCheck check;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t at = 0;
  while (at < text.size()) {
    if (text.size() - at >= 8 && plainEight(bytes + at)) {
      at += 8;
      check.characters += 8;
      continue;
    }
    std::size_t length = 1;
    if (bytes[at] == 0) check.hasNul = true;
    if (bytes[at] >= 0x80) length = sequenceLength(bytes + at, text.size() - at);
    if (length == 0) {
      check.validUtf8 = false;
      length = 1;
    }
    at += length;
    ++check.characters;
  }
  return check;
}

bool surrogatesPaired(std::u16string_view units) {
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (units[i] < 0xd800 || units[i] > 0xdfff) continue;
    const bool pair = units[i] <= 0xdbff && i + 1 < units.size() && units[i + 1] >= 0xdc00 &&
                      units[i + 1] <= 0xdfff;
    if (!pair) return false;
    ++i;
  }
  return true;
}

std::string spellReal(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

std::string spellValue(sqlite3_stmt* row, int column) {
  switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER:
      return std::to_string(sqlite3_column_int64(row, column));
    case SQLITE_FLOAT:
      return spellReal(sqlite3_column_double(row, column));
    case SQLITE_TEXT:
      return inQuotes(bytesOf(row, column, true));
    case SQLITE_BLOB: {
      const std::string_view bytes = bytesOf(row, column, false);
      return "x'" + formats::toHex(bytes.substr(0, shownBytes / 2)) +
             (bytes.size() > shownBytes / 2 ? "…'" : "'");
    }
    default:
      return "NULL";
  }
}

std::string describeValue(sqlite3_stmt* row, int column) {
  switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER:
      return "integer " + spellValue(row, column);
    case SQLITE_FLOAT:
      return "real " + spellValue(row, column);
    case SQLITE_TEXT:
      return "text " + spellValue(row, column);
    case SQLITE_BLOB:
      return "blob " + spellValue(row, column);
    default:
      return "NULL";
  }
}

}  // namespace repot::migrate
