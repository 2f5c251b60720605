// Rows of the target with their places, and rows on their way to the stage: what the two ways of
// finding changes share.
#pragma once

#include "engine/run/parts.hpp"
#include "engine/run/row_encoder.hpp"
#include "engine/sync/changes.hpp"
#include "engine/sync/part_rows.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace repot::migrate {

RowHash rowHash(std::string_view bytes);
inline TableDigest digestOf(const RowHash& hash) {
  return {1, hash.second, hash.first};
}

/// A row's place in its table, as the server sends it.
using Place = std::array<char, 6>;
struct PlacedRow {
  Place place;
  std::string_view canonical;
  RowHash hash;
  std::int64_t key = 0;  ///< Of the range column; 0 where there is none.
};
using PlacedVisitor = std::function<void(const PlacedRow& row)>;

/// "t.ctid, t."a", …": the columns that visitPlacedRows() wants, of a table called t. `place`: NULL
/// for rows that are not to be visited.
std::string placedColumns(const TablePlan& table, const std::string& place = "t.ctid");
/// The table's name, quoted and qualified.
std::string targetName(const ChangeTask& task);
/// The rows of a SELECT of those columns; their digests are added to `parts`, if any. False where
/// one had no place.
bool visitPlacedRows(const ChangeTask& task, const std::string& select, PartDigests* parts,
                     const PlacedVisitor& visit);

/// New rows on their way to the stage: one COPY, which begins with the first row.
class RowStage {
 public:
  explicit RowStage(const ChangeTask& task);
  /// What the encoder wants of the source.
  const RowEncoder& encoder() const noexcept { return encoder_; }
  /// A row of loadingSql(); `old`: the place of the row that it replaces, or null. `hash`: of its
  /// canonical form.
  void add(sqlite::Statement& row, const RowHash& hash, const Place* old);
  void finish();
  /// Of the rows that were added.
  const TableDigest& digest() const noexcept { return digest_; }

 private:
  const ChangeTask& task_;
  RowEncoder encoder_;
  TableDigest digest_;
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
