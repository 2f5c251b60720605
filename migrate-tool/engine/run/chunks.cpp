// Unsigned arithmetic, as the width between two keys may pass 2^63; see chunks.hpp.
#include "engine/run/chunks.hpp"

#include <algorithm>

namespace repot::migrate {

Chunks::Chunks(const TablePlan& table, std::size_t most, std::uint64_t keysMin)
    : first_(table.rowidMin), last_(table.rowidMax) {
  if (!table.rangeColumn || table.rowidMax < table.rowidMin) return;
  const std::uint64_t span = static_cast<std::uint64_t>(last_) - static_cast<std::uint64_t>(first_);
  width_ = std::max(span / most + 1, keysMin);
  count_ = static_cast<std::size_t>(span / width_) + 1;
}

std::size_t Chunks::of(std::int64_t key) const noexcept {
  if (count_ == 1 || key <= first_) return 0;
  if (key >= last_) return count_ - 1;
  return static_cast<std::size_t>(
      (static_cast<std::uint64_t>(key) - static_cast<std::uint64_t>(first_)) / width_);
}

KeyBounds Chunks::bounds(std::size_t first, std::size_t last) const noexcept {
  KeyBounds bounds;
  const auto start = [&](std::size_t chunk) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(first_) + chunk * width_);
  };
  if (first > 0) bounds.first = start(first);
  if (last + 1 < count_) bounds.last = start(last + 1) - 1;
  return bounds;
}

}  // namespace repot::migrate
