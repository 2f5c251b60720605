// Rows of the target with their places, and rows on their way to the stage: what the two ways of
// finding changes share.
#pragma once

#include "engine/run/parts.hpp"
#include "engine/run/row_encoder.hpp"
#include "engine/sync/changes.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace repot::migrate {

/// XXH3-128: the high half, the low half.
using RowHash = std::pair<std::uint64_t, std::uint64_t>;
RowHash rowHash(std::string_view bytes);
inline TableDigest digestOf(const RowHash& hash) {
  return {1, hash.second, hash.first};
}

/// A row's place in its table, as the server sends it.
using Place = std::array<char, 6>;
using PlacedVisitor =
    std::function<void(const Place& place, std::string_view canonical, const RowHash& hash)>;

/// "t.ctid, t."a", …": the columns that visitPlacedRows() wants, of a table called t.
std::string placedColumns(const TablePlan& table);
/// The table's name, quoted and qualified.
std::string targetName(const ChangeTask& task);
/// The rows of a SELECT of those columns; their digests are added to `parts`, if any.
void visitPlacedRows(const ChangeTask& task, const std::string& select, PartDigests* parts,
                     const PlacedVisitor& visit);

/// New rows on their way to the stage: one COPY, which begins with the first row.
class RowStage {
 public:
  explicit RowStage(const ChangeTask& task);
  /// What the encoder wants of the source.
  const RowEncoder& encoder() const noexcept { return encoder_; }
  /// A row of loadingSql(); `old`: the place of the row that it replaces, or null.
  void add(sqlite::Statement& row, const Place* old);
  void finish();

 private:
  const ChangeTask& task_;
  RowEncoder encoder_;
  std::optional<postgresql::CopyWriter> writer_;
};

/// Places of rows that are to be removed.
class GoneStage {
 public:
  explicit GoneStage(const ChangeTask& task) : task_(task) {}
  void add(const Place& place);
  void finish();

 private:
  const ChangeTask& task_;
  std::optional<postgresql::CopyWriter> writer_;
};

}  // namespace repot::migrate
