// See copy_text.hpp.
#include "postgresql/copy_text.hpp"

#include <repot/error.hpp>

#include <xxhash.h>

#include <array>
#include <cstdio>

namespace repot::postgresql {

void LinesDigest::add(std::string_view line) {
  const XXH128_hash_t hash = XXH3_128bits(line.data(), line.size());
  // A sum does not depend on the order, and, unlike an exclusive or, sees a pair of equal lines.
  low_ += hash.low64;
  high_ += hash.high64 + (low_ < hash.low64 ? 1 : 0);
  ++lines_;
}

TableContents LinesDigest::contents(std::string name) const {
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(high_),
                static_cast<unsigned long long>(low_));
  return {std::move(name), lines_, text.data()};
}

void DumpReader::take(std::string_view bytes) {
  for (;;) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) break;
    if (rest_.empty()) {
      line(bytes.substr(0, end));
    } else {
      rest_ += bytes.substr(0, end);
      line(rest_);
      rest_.clear();
    }
    bytes.remove_prefix(end + 1);
  }
  rest_ += bytes;
}

void DumpReader::line(std::string_view text) {
  constexpr std::string_view copy = "COPY ", end = " FROM stdin;";
  if (inRows_) {
    if (text == "\\.") {
      inRows_ = false;
    } else {
      tables_[table_].add(text);
    }
  } else if (text.starts_with(copy) && text.ends_with(end)) {
    table_ = plainName(text.substr(copy.size()));
    tables_[table_];  // Also where it has no rows.
    inRows_ = true;
  }
}

std::vector<TableContents> DumpReader::finish() const {
  if (inRows_) throw Error(ErrorKind::notADatabase, "the dump ends within the rows of " + table_);
  std::vector<TableContents> all;
  for (const auto& [name, digest] : tables_)
    all.push_back(digest.contents(name));
  return all;
}

std::string plainName(std::string_view qualified) {
  std::string name;
  bool quoted = false;
  for (std::size_t i = 0; i < qualified.size(); ++i) {
    const char c = qualified[i];
    if (c == '"' && quoted && i + 1 < qualified.size() && qualified[i + 1] == '"') {
      name += c;
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      break;
    } else {
      name += c;
    }
  }
  return name;
}

}  // namespace repot::postgresql
