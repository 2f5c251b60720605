// The parts of a table that are digested and, where they differ, read again: ranges of its key.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/row_source.hpp"

#include <cstddef>
#include <cstdint>

namespace repot::migrate {

/// Cuts a table into ranges of equal width between its smallest and largest rowid. What lies beyond
/// belongs to the first and the last. A table without range column is one chunk.
class Chunks {
 public:
  /// At most `most` chunks of at least `keysMin` keys.
  Chunks(const TablePlan& table, std::size_t most, std::uint64_t keysMin);

  std::size_t count() const noexcept { return count_; }
  std::size_t of(std::int64_t key) const noexcept;
  /// The part from one chunk up to another, both included.
  KeyBounds bounds(std::size_t first, std::size_t last) const noexcept;

 private:
  std::int64_t first_ = 0;
  std::int64_t last_ = 0;
  std::uint64_t width_ = 1;
  std::size_t count_ = 1;
};

}  // namespace repot::migrate
