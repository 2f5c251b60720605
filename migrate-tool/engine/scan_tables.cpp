// Pieces are put together in the order of their rowids; see scan_tables.hpp.
#include "scan_tables.hpp"

#include "on_readers.hpp"
#include "plan.hpp"

#include <repot/error.hpp>

#include <algorithm>

namespace repot::migrate {
namespace {

/// Below this a second reader gains less than it costs.
constexpr std::uint64_t pieceKeysMin = 50'000;
constexpr std::uint64_t piecesMax = 16;

struct Piece {
  std::size_t task = 0;
  RowidRange range;
  ScanOutcome outcome;
};

/// Ranges of equal width that cover every rowid there can be, as the first and the last are open.
std::vector<RowidRange> rangesOf(sqlite::SqliteReader& reader, const SourceTable& table) {
  std::vector<RowidRange> ranges(1);
  if (table.rowidName.empty()) return ranges;
  const std::string rowid = quoteIdentifier(table.rowidName);
  const std::string from = " FROM main." + quoteIdentifier(table.name) + " NOT INDEXED)";
  try {
    sqlite::Statement ends = reader.prepare("SELECT (SELECT min(" + rowid + ")" + from +
                                            ", (SELECT max(" + rowid + ")" + from);
    if (!ends.step() || ends.isNull(0)) return ranges;
    const auto first = static_cast<std::uint64_t>(ends.int64(0));
    const std::uint64_t span = static_cast<std::uint64_t>(ends.int64(1)) - first;
    const std::uint64_t width = std::max(span / piecesMax + 1, pieceKeysMin);
    for (std::uint64_t offset = width; offset <= span; offset += width) {
      const auto start = static_cast<std::int64_t>(first + offset);
      ranges.back().last = start - 1;
      ranges.push_back({start, std::nullopt});
      if (span - offset < width) break;
    }
  } catch (const Error&) {
    // The scan itself meets the same error and tells it.
  }
  return ranges;
}

void scanPiece(sqlite::SqliteReader& reader, const ScanTask& task, std::size_t examples,
               Piece& piece) {
  try {
    piece.outcome.stats = scanTable(reader, *task.table, task.wishes, examples, piece.range);
  } catch (...) {
    piece.outcome.failure = std::current_exception();
  }
}

}  // namespace

std::vector<ScanOutcome> scanTables(const std::vector<sqlite::SqliteReader*>& readers,
                                    const std::vector<ScanTask>& tasks, std::size_t examples) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    for (const RowidRange& range :
         readers.size() > 1 ? rangesOf(*readers[0], *tasks[i].table) : std::vector<RowidRange>(1)) {
      pieces.push_back({i, range, {}});
    }
  }
  onReaders(readers, pieces.size(), [&](sqlite::SqliteReader& reader, std::size_t i) {
    scanPiece(reader, tasks[pieces[i].task], examples, pieces[i]);
  });
  std::vector<ScanOutcome> outcomes(tasks.size());
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    ScanOutcome& outcome = outcomes[pieces[i].task];
    if (outcome.failure) continue;
    const bool first = i == 0 || pieces[i - 1].task != pieces[i].task;
    if (first || pieces[i].outcome.failure) {
      outcome = std::move(pieces[i].outcome);
    } else {
      outcome.stats.add(pieces[i].outcome.stats, examples);
    }
  }
  return outcomes;
}

}  // namespace repot::migrate
