// 128-bit sums of XXH3; see table_digest.hpp.
#include "engine/run/table_digest.hpp"

#include <xxhash.h>

#include <array>
#include <cstdio>

namespace repot::migrate {

void TableDigest::addRow(std::string_view canonical) noexcept {
  const XXH128_hash_t hash = XXH3_128bits(canonical.data(), canonical.size());
  add({1, hash.low64, hash.high64});
}

void TableDigest::add(const TableDigest& part) noexcept {
  low += part.low;
  high += part.high + (low < part.low ? 1 : 0);
  rows += part.rows;
}

void TableDigest::subtract(const TableDigest& part) noexcept {
  high -= part.high + (low < part.low ? 1 : 0);
  low -= part.low;
  rows -= part.rows;
}

std::string TableDigest::hex() const {
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(high),
                static_cast<unsigned long long>(low));
  return text.data();
}

}  // namespace repot::migrate
