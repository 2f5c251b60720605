// Where the parent has more keys than the table takes, parts of the keys are looked at in turn; see
// parent_keys.hpp.
#include "parent_keys.hpp"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <optional>
#include <vector>

namespace repot::migrate {
namespace {

constexpr std::int64_t partsMax = 8;
/// How many lookups by SQLite take as long as one key of the parent takes here.
constexpr std::int64_t parentKeysPerLookup = 8;

/// A set of digests: open addressing, 0 for an empty place.
class DigestSet {
 public:
  explicit DigestSet(std::int64_t keys)
      : places_(std::bit_ceil(static_cast<std::size_t>(keys) * 4 / 3 + 2)) {}

  void add(std::uint64_t digest) { places_[placeOf(digest)] = digest; }
  bool contains(std::uint64_t digest) const { return places_[placeOf(digest)] == digest; }

 private:
  std::size_t placeOf(std::uint64_t digest) const {
    const std::size_t mask = places_.size() - 1;
    std::size_t place = static_cast<std::size_t>(digest) & mask;
    while (places_[place] != 0 && places_[place] != digest)
      place = (place + 1) & mask;
    return place;
  }
  std::vector<std::uint64_t> places_;
};

/// Of all columns of the row; nothing where one is NULL.
std::optional<std::uint64_t> digestOf(const sqlite::Statement& row, int columns) {
  std::uint64_t digest = 0;
  for (int i = 0; i < columns; ++i) {
    const sqlite::StorageClass type = row.type(i);
    const std::uint64_t seed = digest * 8 + static_cast<std::uint64_t>(type);
    switch (type) {
      case sqlite::StorageClass::null:
        return std::nullopt;
      case sqlite::StorageClass::integer: {
        const std::int64_t value = row.int64(i);
        digest = XXH3_64bits_withSeed(&value, sizeof value, seed);
        break;
      }
      case sqlite::StorageClass::real: {
        const double value = row.real(i);
        digest = XXH3_64bits_withSeed(&value, sizeof value, seed);
        break;
      }
      case sqlite::StorageClass::text:
      case sqlite::StorageClass::blob: {
        const std::string_view bytes =
            type == sqlite::StorageClass::text ? row.text(i) : row.blob(i);
        digest = XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
        break;
      }
    }
  }
  return std::max<std::uint64_t>(digest, 1);
}

/// The high bits choose the part, the low ones the place.
bool isIn(std::uint64_t part, std::uint64_t parts, std::uint64_t digest) {
  return (digest >> 32) % parts == part;
}

}  // namespace

bool allHaveParents(sqlite::SqliteReader& reader, const KeySides& sides, std::int64_t keysAtOnce) {
  const std::int64_t parts = (sides.parentRows + keysAtOnce - 1) / keysAtOnce;
  if (parts > partsMax || sides.parentRows / parentKeysPerLookup > sides.childRows) return false;
  sqlite::Statement parent = reader.prepare(sides.parent);
  sqlite::Statement child = reader.prepare(sides.child);
  const int columns = child.columnCount();
  const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(parts, 1));
  for (std::uint64_t part = 0; part < count; ++part) {
    // Some more than its share, as digests do not fall evenly; full, it would never end a search.
    const std::int64_t share = sides.parentRows / static_cast<std::int64_t>(count);
    DigestSet keys(share + share / 16 + 64);
    std::int64_t left = share + share / 16 + 64;
    for (parent.reset(); parent.step();) {
      const auto digest = digestOf(parent, columns);
      if (!digest || !isIn(part, count, *digest)) continue;
      if (left-- == 0) return false;
      keys.add(*digest);
    }
    for (child.reset(); child.step();) {
      const auto digest = digestOf(child, columns);
      if (digest && isIn(part, count, *digest) && !keys.contains(*digest)) return false;
    }
  }
  return true;
}

}  // namespace repot::migrate
