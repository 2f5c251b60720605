// Sizes as index_form_tuple() counts them, always rounded up; see long_keys.hpp.
#include "long_keys.hpp"

#include <algorithm>
#include <cctype>

namespace repot::migrate {
namespace {

constexpr std::size_t entryLimit = 2704;
constexpr std::size_t headerBytes = 16;  ///< With a bitmap of NULLs.
constexpr std::size_t lengthBytes = 8;   ///< A value's own length, and its alignment.
constexpr std::size_t escapedBytes = 6;  ///< Of U+0000 as \u0000, the most that a repair adds.

bool hasBytes(const ColumnPlan& column) {
  return column.type == PgType::text || column.type == PgType::varchar ||
         column.type == PgType::bytea;
}

std::size_t sizeOf(const TableDraft& table, std::size_t column) {
  const ColumnPlan& planned = table.column(column);
  const std::size_t numberBytes = 32;
  const std::size_t bytes = std::max(table.stats.columns[column].maxBytes, numberBytes);
  return lengthBytes + (planned.nulRepair == NulRepair::escape ? bytes * escapedBytes : bytes);
}

bool isNameCharacter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || c == '_' || c == '$' || std::isalnum(byte) != 0;
}

/// As a word of its own, whether it is one for SQLite or not.
bool hasWord(const std::string& text, const std::string& word) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !isNameCharacter(text[at - 1]);
    if (begins && (end == text.size() || !isNameCharacter(text[end]))) return true;
  }
  return false;
}

}  // namespace

bool mayBeTooLarge(const TableDraft& table, const std::vector<std::size_t>& columns) {
  std::size_t size = headerBytes;
  bool anyLong = false;
  for (const std::size_t column : columns) {
    size += sizeOf(table, column);
    anyLong = anyLong || hasBytes(table.column(column));
  }
  return anyLong && size > entryLimit;
}

std::set<std::size_t> longColumns(const TableDraft& table,
                                  const std::vector<std::size_t>& columns) {
  std::set<std::size_t> found;
  const std::size_t share = (entryLimit - headerBytes) / std::max<std::size_t>(columns.size(), 1);
  for (const std::size_t column : columns) {
    if (hasBytes(table.column(column)) && sizeOf(table, column) > share) found.insert(column);
  }
  return found;
}

std::vector<std::size_t> columnsNamedIn(const TableDraft& table, const std::string& sql) {
  const std::string text = asciiLower(sql);
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < table.source->columns.size(); ++i) {
    if (table.planned[i] == TableDraft::none) continue;
    if (hasWord(text, asciiLower(table.source->columns[i].name))) columns.push_back(i);
  }
  return columns;
}

std::string hashOf(const ColumnPlan& column, const std::string& expression) {
  return (column.type == PgType::bytea ? "sha256(" : "md5(") + expression + ")";
}

}  // namespace repot::migrate
