// Canonical rows for people and for pairing; see canonical.hpp.
#include "engine/run/canonical.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <vector>

namespace repot::migrate {
namespace {

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

std::string describe(const Part& part) {
  constexpr std::size_t most = 60;
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
      return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
    }
    case 'm':
      return std::string(part.bytes);
    default:
      break;
  }
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

std::string describeRow(std::string_view canonical, const TablePlan& table) {
  std::string text;
  const std::vector<Part> parts = split(canonical);
  for (std::size_t i = 0; i < parts.size() && i < table.columns.size(); ++i) {
    text += (i == 0 ? "" : ", ") + table.columns[i].source + "=" + describe(parts[i]);
  }
  return text;
}

std::string differingColumns(std::string_view left, std::string_view right,
                             const TablePlan& table) {
  std::string text;
  const std::vector<Part> ours = split(left), theirs = split(right);
  for (std::size_t i = 0; i < ours.size() && i < theirs.size() && i < table.columns.size(); ++i) {
    if (ours[i].whole == theirs[i].whole) continue;
    text += (text.empty() ? "" : "; ") + ("column \"" + table.columns[i].source) + "\": source " +
            describe(ours[i]) + ", target " + describe(theirs[i]);
  }
  return text;
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
