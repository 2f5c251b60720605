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

std::string placedColumns(const TablePlan& table) {
  std::string columns = "t.ctid";
  for (const ColumnPlan& column : table.columns)
    columns += ", t." + quoteIdentifier(column.target);
  return columns;
}

void visitPlacedRows(const ChangeTask& task, const std::string& select, PartDigests* parts,
                     const PlacedVisitor& visit) {
  const std::vector<ColumnPlan>& columns = task.table.columns;
  postgresql::CopyReader reader(task.target, "COPY (" + select + ") TO STDOUT (FORMAT binary)");
  std::vector<postgresql::CopyReader::Field> fields;
  ByteBuffer canonical;
  std::int64_t rows = 0;
  while (reader.next(fields)) {
    if (fields.size() != columns.size() + 1 || fields[0].bytes.size() != sizeof(Place))
      throw Error(ErrorKind::internal, "the server sent other columns than asked for");
    Place place;
    std::memcpy(place.data(), fields[0].bytes.data(), place.size());
    canonical.clear();
    std::int64_t key = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const postgresql::CopyReader::Field& field = fields[i + 1];
      if (task.table.rangeColumn == i) key = integerOf(field.bytes);
      appendTargetValue(canonical, columns[i], field);
    }
    const RowHash hash = rowHash(canonical.view());
    if (parts != nullptr) parts->add(key, digestOf(hash));
    visit(place, canonical.view(), hash);
    if (++rows % reportRows == 0) task.progress.throwIfStopped();
  }
}

RowStage::RowStage(const ChangeTask& task) : task_(task), encoder_(task.table, nullptr, 1) {}

void RowStage::add(sqlite::Statement& row, const Place* old) {
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
