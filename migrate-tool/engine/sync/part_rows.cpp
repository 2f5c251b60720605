// See part_rows.hpp.
#include "engine/sync/part_rows.hpp"

#include <algorithm>

namespace repot::migrate {

void PartRows::sort() {
  std::sort(rows.begin(), rows.end(),
            [](const Row& left, const Row& right) { return left.key < right.key; });
}

std::vector<PartRows::Row>::const_iterator PartRows::from(std::int64_t key) const {
  return std::lower_bound(rows.begin(), rows.end(), key,
                          [](const Row& row, std::int64_t bound) { return row.key < bound; });
}

void PartWatch::close(std::int64_t next) {
  const auto count = static_cast<std::int64_t>(rows_.size() - kept_);
  const bool whole = part_ != firstPart_ && part_ != lastPart_;
  if (whole && ledger_.at(part_) == digest_) {
    rows_.resize(kept_);
  } else if (left_.fetch_sub(count) < count) {
    known_ = false;
    rows_ = {};
  }
  kept_ = rows_.size();
  digest_ = {};
  part_ = next;
}

void PartWatch::addTo(PartRows& all) {
  if (known_) close(part_);
  all.known = all.known && known_;
  if (all.known) {
    all.rows.insert(all.rows.end(), rows_.begin(), rows_.end());
  } else {
    all.rows = {};
  }
}

}  // namespace repot::migrate
