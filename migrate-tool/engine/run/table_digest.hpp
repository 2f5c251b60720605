// The digest of a set of rows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace repot::migrate {

/// A sum of XXH3-128 row digests modulo 2^128, and how many there were. The order of rows does not
/// matter, duplicates do.
struct TableDigest {
  std::int64_t rows = 0;
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool operator==(const TableDigest&) const = default;
  /// A row in canonical form.
  void addRow(std::string_view canonical) noexcept;
  void add(const TableDigest& part) noexcept;
  void subtract(const TableDigest& part) noexcept;
  std::string hex() const;
};

}  // namespace repot::migrate
