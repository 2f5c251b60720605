// Digests of rows in canonical form, by ranges of the table's key: of the source while it is copied
// or read again, and of the target.
#pragma once

#include "engine/run/chunks.hpp"
#include "engine/run/parts.hpp"
#include "engine/run/table_digest.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace repot::migrate {

/// The ranges in which both sides of a table are digested.
inline Chunks digestChunks(const TablePlan& table) {
  constexpr std::size_t chunksMax = 1024;
  constexpr std::uint64_t chunkKeysMin = 4096;
  return {table, chunksMax, chunkKeysMin};
}

/// Of one side of a table.
struct SideDigests {
  std::vector<TableDigest> chunks;
  double seconds = 0;  ///< Summed over the streams that read it.
  void add(const SideDigests& other) {
    chunks.resize(std::max(chunks.size(), other.chunks.size()));
    for (std::size_t i = 0; i < other.chunks.size(); ++i)
      chunks[i].add(other.chunks[i]);
  }
  TableDigest sum() const {
    TableDigest whole;
    for (const TableDigest& chunk : chunks)
      whole.add(chunk);
    return whole;
  }
};

class Digester {
 public:
  /// `parts`, where it is not null, gets the rows too.
  explicit Digester(const TablePlan& table, PartDigests* parts = nullptr)
      : chunks_(digestChunks(table)), digests_(chunks_.count()), parts_(parts) {}

  void add(std::string_view canonical, std::int64_t key) {
    TableDigest row;
    row.addRow(canonical);
    digests_[chunks_.of(key)].add(row);
    if (parts_ != nullptr) parts_->add(key, row);
  }
  void addTo(SideDigests& side) const {
    side.chunks.resize(digests_.size());
    for (std::size_t i = 0; i < digests_.size(); ++i)
      side.chunks[i].add(digests_[i]);
  }

 private:
  Chunks chunks_;
  std::vector<TableDigest> digests_;
  PartDigests* parts_;
};

}  // namespace repot::migrate
