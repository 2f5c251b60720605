// Canonical rows for people and for pairing; see canonical.hpp.
#include "engine/run/canonical.hpp"
#include "engine/run/canonical_part.hpp"

#include <repot/error.hpp>
#include <repot/formats.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstring>
#include <vector>

namespace repot::migrate {
namespace {

constexpr std::size_t shownShort = 60;   // In sentences.
constexpr std::size_t shownLong = 1000;  // In JSON.

struct Part {
  char tag = '0';
  std::string_view bytes;
  std::string_view whole;
};

std::vector<Part> split(std::string_view canonical) {
  std::vector<Part> parts;
  while (canonical.size() >= 9) {
    std::uint64_t size = 0;
    std::memcpy(&size, canonical.data() + 1, sizeof size);
    parts.push_back({canonical[0], canonical.substr(9, size), canonical.substr(0, 9 + size)});
    canonical.remove_prefix(parts.back().whole.size());
  }
  return parts;
}

/// Of a value that goes by its digest.
std::string describeLong(const Part& part) {
  std::array<std::uint64_t, 3> content{};
  std::memcpy(content.data(), part.bytes.data(), sizeof content);
  std::array<char, 96> text;
  std::snprintf(text.data(), text.size(), "%s of %llu bytes (XXH3 %016llx%016llx)",
                part.tag == 'X' ? "blob" : "text", static_cast<unsigned long long>(content[0]),
                static_cast<unsigned long long>(content[2]),
                static_cast<unsigned long long>(content[1]));
  return text.data();
}

std::string describeTime(const Part& part) {
  const auto text = canonical::spelledTime(part.tag, part.bytes);
  if (text) return '\'' + *text + '\'';
  std::int64_t number = 0;
  if (part.bytes.size() != sizeof number) return '\'' + std::string(part.bytes) + '\'';
  std::memcpy(&number, part.bytes.data(), sizeof number);
  return "'out of range: " + std::to_string(number) + '\'';
}

std::string describe(const Part& part, std::size_t most) {
  switch (part.tag) {
    case '0':
      return "NULL";
    case 'b':
      return part.bytes == "1" ? "true" : "false";
    case 'i': {
      std::int64_t number = 0;
      std::memcpy(&number, part.bytes.data(), sizeof number);
      return std::to_string(number);
    }
    case 'r': {
      double number = 0;
      std::memcpy(&number, part.bytes.data(), sizeof number);
      std::array<char, 32> text;
      std::string shown(text.data(),
                        std::to_chars(text.data(), text.data() + text.size(), number).ptr);
      // As SQLite spells it, so that it is told from an integer.
      return shown.find_first_of(".en") == std::string::npos ? shown + ".0" : shown;
    }
    case 'm':
    case '!':  // A value of the source that the type cannot hold, described already.
      return std::string(part.bytes);
    case 'd':
    case 'h':
    case 's':
    case 'z':
      return describeTime(part);
    case 'v': {
      const std::size_t blank = part.bytes.find(' ');
      const std::string micros(part.bytes.substr(std::min(blank + 1, part.bytes.size())));
      const std::string months(part.bytes.substr(0, blank));
      return (months == "0" ? "" : months + " months ") + micros + " µs";
    }
    default:
      break;
  }
  if (part.tag >= 'A' && part.tag <= 'Z') return describeLong(part);
  std::string text = part.tag == 'x' ? "x'" : "'";
  for (const char c : part.bytes.substr(0, part.tag == 'x' ? most / 2 : most)) {
    const auto byte = static_cast<unsigned char>(c);
    if (part.tag != 'x' && byte >= 0x20 && byte != 0x7F) {
      text += c;
      continue;
    }
    std::array<char, 8> escape{};
    std::snprintf(escape.data(), escape.size(), part.tag == 'x' ? "%02x" : "\\x%02x", byte);
    text += escape.data();
  }
  return text + (part.bytes.size() > most ? "…'" : "'");
}

}  // namespace

std::optional<std::string> canonical::spelledTime(char tag, std::string_view content) {
  std::int64_t number = 0;
  if (content.size() != sizeof number) return std::nullopt;
  std::memcpy(&number, content.data(), sizeof number);
  constexpr std::int64_t farthest = 100'000'000;  // Days, so that nothing overflows.
  try {
    if (tag == 'h') return formats::formatTime({std::chrono::microseconds(number)});
    if (tag != 'd') return formats::formatTimestamp(Timestamp(std::chrono::microseconds(number)));
    if (number > -farthest && number < farthest)
      return formats::formatDate(Date(std::chrono::sys_days(std::chrono::days(number))));
  } catch (const Error&) {
    // Of no year from 1 to 9999.
  }
  return std::nullopt;
}

RowDifference describeDifference(std::string_view source, std::string_view target,
                                 const TablePlan& table) {
  const std::vector<Part> ours = split(source), theirs = split(target);
  const std::vector<Part>& any = ours.empty() ? theirs : ours;
  RowDifference difference;
  difference.kind = theirs.empty() ? RowDifference::Kind::missing
                    : ours.empty() ? RowDifference::Kind::extra
                                   : RowDifference::Kind::changed;
  std::string keyNames, row, changes;
  for (const std::size_t column : table.key) {
    if (column >= any.size()) continue;
    keyNames += (keyNames.empty() ? "" : ", ") + table.columns[column].source;
    difference.key.emplace_back(table.columns[column].source, describe(any[column], shownLong));
  }
  for (std::size_t i = 0; i < any.size() && i < table.columns.size(); ++i) {
    const std::string& name = table.columns[i].source;
    row += (i == 0 ? "" : ", ") + name + "=" + describe(any[i], shownShort);
    const bool both = i < ours.size() && i < theirs.size();
    if (both && ours[i].whole == theirs[i].whole) continue;
    difference.cells.push_back({name, i < ours.size() ? describe(ours[i], shownLong) : "",
                                i < theirs.size() ? describe(theirs[i], shownLong) : ""});
    if (!both) continue;
    changes += (changes.empty() ? "" : "; ") + ("column \"" + name) + "\": source " +
               describe(ours[i], shownShort) + ", target " + describe(theirs[i], shownShort);
  }
  difference.sentence =
      difference.kind == RowDifference::Kind::missing ? "missing in the target: " + row
      : difference.kind == RowDifference::Kind::extra
          ? "not in the source: " + row
          : "other values for the same key (" + keyNames + "): " + changes + "; row: " + row;
  return difference;
}

std::string keyOf(std::string_view canonical, const TablePlan& table) {
  std::string key;
  const std::vector<Part> parts = split(canonical);
  for (const std::size_t column : table.key) {
    if (column < parts.size()) key += parts[column].whole;
  }
  return key;
}

}  // namespace repot::migrate
