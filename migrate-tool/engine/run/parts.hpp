// Digests of many small parts of a table, which the ledger keeps for `repot sync`: what changed in
// the source since is found by them without a look at the target.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/table_digest.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repot::migrate {

/// Parts are ranges of 2^shift values of the table's range column, aligned to multiples of that, so
/// that the parts of two chunks, or of the same table at two times, are comparable. A table without
/// such a column is one part. The docs of the ledger specify the bytes.
/// Thread-safety: one thread at a time, for reading too, as parts are sorted when they are asked
/// for; several may read between that and the next change.
class PartDigests {
 public:
  /// The key shifted, and the digest of the rows.
  using Part = std::pair<std::int64_t, TableDigest>;
  static constexpr int shiftMin = 6;  ///< 64 keys: about 20 bytes in the ledger for 64 rows.

  explicit PartDigests(int shift = shiftMin) : shift_(shift) {}
  /// For a table as its plan counted it: at most some hundred thousand parts.
  static PartDigests of(const TablePlan& table);

  /// A row's digest. Rows that come in the order of their keys cost no search.
  void add(std::int64_t key, const TableDigest& row) {
    const std::int64_t index = key >> shift_;
    if (parts_.empty() || index > parts_.back().first) {
      parts_.emplace_back(index, row);
    } else if (index == parts_.back().first) {
      parts_.back().second.add(row);
    } else {
      addLate(index, row);
    }
  }
  /// All parts of the other; those of both become as wide as the wider ones.
  void merge(const PartDigests& other);
  /// Makes parts of 2^shift keys, which are no narrower than they are.
  void widen(int shift);

  /// Takes the rows of `old` out and those of `fresh` in, which have the same shift. False where it
  /// is seen that `old` has rows that are not here; this is then of no use any more.
  bool replace(const PartDigests& old, const PartDigests& fresh);

  int shift() const noexcept { return shift_; }
  /// In their order; parts without rows are not there. Valid until the next change.
  const std::vector<Part>& all() const;
  /// The part of an index; one without rows where there is none.
  TableDigest at(std::int64_t index) const;
  KeyRange rangeOf(std::int64_t index) const noexcept;
  TableDigest sum() const;

  std::string encode() const;
  /// Throws Error(conflict) for bytes that encode() does not write.
  static PartDigests decode(std::string_view bytes);

 private:
  void addLate(std::int64_t index, const TableDigest& row);
  /// Takes what came late in among the others.
  void settle() const;
  /// Brings in the parts behind the first `sorted`, which are sorted among themselves, too.
  void mergeBehind(std::size_t sorted) const;

  int shift_;
  mutable std::vector<Part> parts_;  ///< Sorted, each index once.
  mutable std::vector<Part> late_;   ///< What came out of order, as it came.
};

/// Indexes of the parts that are not alike in both, which have the same shift.
std::vector<std::int64_t> differentParts(const PartDigests& left, const PartDigests& right);

}  // namespace repot::migrate
