// See placed_rows.hpp.
#include "engine/sync/placed_rows.hpp"

#include "engine/run/canonical.hpp"
#include "engine/run/wire.hpp"

#include <repot/error.hpp>

#include <xxhash.h>

#include <cstring>
#include <vector>

namespace repot::migrate {
namespace {

constexpr std::size_t copyBytes = 256 * 1024;
constexpr std::int64_t reportRows = 1024;

void appendPlace(ByteBuffer& out, const Place& place) {
  wire::appendBytes(out, {place.data(), place.size()});
}

std::int64_t integerOf(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes)
    value = value << 8 | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(value);
}

}  // namespace

RowHash rowHash(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

std::string targetName(const ChangeTask& task) {
  return quoteIdentifier(task.schema) + '.' + quoteIdentifier(task.table.target);
}

std::string placedColumns(const TablePlan& table, const std::string& place) {
  std::string columns = place;
  for (const ColumnPlan& column : table.columns)
    columns += ", t." + quoteIdentifier(column.target);
  return columns;
}

bool visitPlacedRows(const ChangeTask& task, const std::string& select, PartDigests* parts,
                     const PlacedVisitor& visit) {
  const std::vector<ColumnPlan>& columns = task.table.columns;
  postgresql::CopyReader reader(task.target, "COPY (" + select + ") TO STDOUT (FORMAT binary)");
  std::vector<postgresql::CopyReader::Field> fields;
  ByteBuffer canonical;
  std::int64_t rows = 0;
  bool placed = true;
  while (reader.next(fields)) {
    if (++rows % reportRows == 0) task.progress.throwIfStopped();
    if (fields.size() == columns.size() + 1 && fields[0].null) {
      placed = false;
      continue;
    }
    if (fields.size() != columns.size() + 1 || fields[0].bytes.size() != sizeof(Place))
      throw Error(ErrorKind::internal, "the server sent other columns than asked for");
    PlacedRow row;
    std::memcpy(row.place.data(), fields[0].bytes.data(), row.place.size());
    canonical.clear();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const postgresql::CopyReader::Field& field = fields[i + 1];
      if (task.table.rangeColumn == i) row.key = integerOf(field.bytes);
      appendTargetValue(canonical, columns[i], field);
    }
    row.canonical = canonical.view();
    row.hash = rowHash(row.canonical);
    if (parts != nullptr) parts->add(row.key, digestOf(row.hash));
    visit(row);
  }
  return placed;
}

RowStage::RowStage(const ChangeTask& task) : task_(task), encoder_(task.table, nullptr, 1) {}

void RowStage::add(sqlite::Statement& row, const RowHash& hash, const Place* old) {
  digest_.add(digestOf(hash));
  if (!writer_) {
    std::string columns;
    std::size_t count = 0;
    for (const ColumnPlan& column : task_.table.columns) {
      if (!column.generatedSql) columns += 'c' + std::to_string(count++) + ", ";
    }
    writer_.emplace(
        task_.target,
        "COPY pg_temp." + task_.names.rows + " (" + columns + "old) FROM STDIN (FORMAT binary)",
        copyBytes);
  }
  encoder_.encode(row, *writer_);
  if (old == nullptr) {
    wire::appendNull(writer_->buffer());
  } else {
    appendPlace(writer_->buffer(), *old);
  }
  writer_->rowDone();
}

void RowStage::finish() {
  if (writer_) writer_->finish();
  writer_.reset();
}

void GoneStage::add(const Place& place) {
  if (!writer_) {
    writer_.emplace(task_.target,
                    "COPY pg_temp." + task_.names.gone + " (old) FROM STDIN (FORMAT binary)",
                    copyBytes);
  }
  wire::appendBigEndian(writer_->buffer(), std::uint16_t{1});
  appendPlace(writer_->buffer(), place);
  writer_->rowDone();
}

void GoneStage::finish() {
  if (writer_) writer_->finish();
  writer_.reset();
}

}  // namespace repot::migrate
