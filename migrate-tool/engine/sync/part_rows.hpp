// Hashes of the rows of those parts of the source that are not what the ledger says: taken while
// the source is read anyway, they spare reading these parts again, and tell which rows to fetch.
#pragma once

#include "engine/run/parts.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace repot::migrate {

/// XXH3-128: the high half, the low half.
using RowHash = std::pair<std::uint64_t, std::uint64_t>;

/// Of a table with a range column. Not `known`: nothing is.
struct PartRows {
  struct Row {
    std::int64_t key = 0;
    RowHash hash;
  };
  /// Of all tables of a source together: 48 MiB.
  static constexpr std::int64_t rowsMax = 2'000'000;

  bool known = false;
  std::vector<Row> rows;  ///< Sorted by key.

  void sort();
  /// The first row whose key is not below `key`.
  std::vector<Row>::const_iterator from(std::int64_t key) const;
};

/// Of the rows that one stream reads of a table, in the order of their keys.
class PartWatch {
 public:
  /// `keys`: what the stream reads; the parts at its two ends may have rows beyond them. `ledger`,
  /// and `left`, which is the rest of PartRows::rowsMax, must outlive it; several may watch by the
  /// same ones at the same time.
  PartWatch(const PartDigests& ledger, const KeyRange& keys, std::atomic<std::int64_t>& left)
      : ledger_(ledger),
        firstPart_(keys.first >> ledger.shift()),
        lastPart_(keys.last >> ledger.shift()),
        left_(left) {}

  void add(std::int64_t key, const TableDigest& row) {
    if (!known_) return;
    const std::int64_t part = key >> ledger_.shift();
    if (part != part_) close(part);
    digest_.add(row);
    rows_.push_back({key, {row.high, row.low}});
  }
  /// Hands over what it kept.
  void addTo(PartRows& all);

 private:
  void close(std::int64_t next);

  const PartDigests& ledger_;
  const std::int64_t firstPart_, lastPart_;
  std::atomic<std::int64_t>& left_;
  bool known_ = true;
  std::int64_t part_ = 0;
  TableDigest digest_;
  std::size_t kept_ = 0;  ///< Rows of parts before this one.
  std::vector<PartRows::Row> rows_;
};

}  // namespace repot::migrate
