// The sample run; see estimate.hpp.
#include "engine/signals/estimate.hpp"

#include "engine/plan.hpp"
#include "engine/run/migrate.hpp"
#include "engine/signals/sample_copy.hpp"
#include "engine/signals/sample_schema.hpp"

#include <repot/error.hpp>
#include <repot/figures_text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <numeric>

namespace repot::migrate {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct TableSample {
  const SourceTable* table = nullptr;
  std::int64_t rows = 0;
  std::int64_t read = 0;
  double bytes = 0;                 ///< Of the values read.
  std::vector<double> columnBytes;  ///< The same, by column.
  double seconds = 0;               ///< That reading them took.

  double rowBytes() const { return read == 0 ? 0 : bytes / static_cast<double>(read); }
  double allBytes() const { return rowBytes() * static_cast<double>(rows); }
};

// How PostgreSQL stores a row and an index entry: docs/growth.md gives the sources.
constexpr double pageShare = 8192.0 / 8168, indexFill = 0.9;
double aligned(double bytes) {
  return std::ceil(bytes / 8) * 8;
}

double valueBytes(const sqlite::Statement& statement, int column) {
  switch (statement.type(column)) {
    case sqlite::StorageClass::null:
      return 0;
    case sqlite::StorageClass::integer:
    case sqlite::StorageClass::real:
      return 8;
    default: {
      const auto size = static_cast<double>(statement.blob(column).size());
      return size + (size < 127 ? 1 : 4);
    }
  }
}

TableSample readTable(sqlite::SqliteReader& reader, const SourceTable& table,
                      std::int64_t mostBytes) {
  TableSample sample;
  sample.table = &table;
  const std::string name = quoteIdentifier(table.name);
  {
    sqlite::Statement count = reader.prepare("SELECT count(*) FROM " + name);
    if (count.step()) sample.rows = count.int64(0);
  }
  sqlite::Statement rows = reader.prepare("SELECT * FROM " + name);
  sample.columnBytes.resize(static_cast<std::size_t>(rows.columnCount()));
  const auto start = Clock::now();
  while (sample.bytes < static_cast<double>(mostBytes) && rows.step()) {
    ++sample.read;
    for (int i = 0; i < rows.columnCount(); ++i) {
      const double bytes = valueBytes(rows, i);
      sample.bytes += bytes;
      sample.columnBytes[static_cast<std::size_t>(i)] += bytes;
    }
  }
  sample.seconds = secondsSince(start);
  return sample;
}

double targetBytesOf(const TableSample& sample) {
  if (sample.read == 0) return 0;
  const auto rows = static_cast<double>(sample.rows), read = static_cast<double>(sample.read);
  double bytes = rows * (4 + 24 + aligned(sample.rowBytes())) * pageShare;
  const auto index = [&](double key) { bytes += rows * (4 + 8 + aligned(key)) / indexFill; };
  if (sample.table->rowidAlias) index(8);
  for (const SourceIndex& one : sample.table->indexes) {
    double key = 0;
    for (const SourceIndex::Column& column : one.columns) {
      const auto place = static_cast<std::size_t>(column.column);
      key += column.column >= 0 && place < sample.columnBytes.size()
                 ? sample.columnBytes[place] / read
                 : 8;
    }
    index(key);
  }
  return bytes;
}

std::vector<SampleCopy::Share> sharesOf(const std::vector<TableSample>& samples,
                                        std::int64_t mostBytes) {
  double all = 0;
  for (const TableSample& sample : samples)
    all += sample.allBytes();
  const double share = all == 0 ? 1 : std::min(1.0, static_cast<double>(mostBytes) / all);
  std::vector<SampleCopy::Share> shares;
  for (const TableSample& sample : samples) {
    const auto rows =
        static_cast<std::int64_t>(std::ceil(static_cast<double>(sample.rows) * share));
    // Of small tables all: they are what others refer to.
    shares.push_back({sample.table, std::max<std::int64_t>(rows, 1000)});
  }
  return shares;
}

/// Migrates the sample and puts what was measured into `estimate`, scaled up.
void copySample(MoveEstimate& estimate, const SampleCopy& sample,
                const std::vector<TableSample>& tables, const DatabaseUrl& target,
                Progress& progress) {
  SampleSchema schema(target);
  MigrateOptions options;
  options.plan.schema = schema.name();
  options.skipUntranslatable = true;
  options.keepOnFailure = false;
  const auto start = Clock::now();
  const Report report = migrate(sample.path(), target, options, progress);
  const double seconds = secondsSince(start);
  const auto bytes = schema.tableBytes();
  double copied = 0, all = 0, targetBytes = 0;
  estimate.rowsSampled = 0;
  for (std::size_t i = 0; i < report.tables.size(); ++i) {
    const TablePlan& plan = report.tables[i];
    const auto own = std::find_if(tables.begin(), tables.end(), [&](const TableSample& one) {
      return sameName(one.table->name, plan.source);
    });
    if (own == tables.end()) continue;
    estimate.rowsSampled += plan.rows;
    copied += own->rowBytes() * static_cast<double>(plan.rows);
    all += own->allBytes();
    const auto found = bytes.find(plan.target);
    if (found == bytes.end()) continue;
    const double scale =
        plan.rows == 0 ? 1 : static_cast<double>(own->rows) / static_cast<double>(plan.rows);
    targetBytes += found->second * std::max(1.0, scale);
  }
  estimate.method = MoveEstimate::Method::copied;
  estimate.targetBytes = targetBytes;
  estimate.seconds = seconds * (copied > 0 ? std::max(1.0, all / copied) : 1);
  estimate.basis =
      fmt::format("{} of {} rows were migrated to {} and verified in {}, then dropped",
                  estimate.rowsSampled, estimate.rows, target.toString(), secondsText(seconds));
}

}  // namespace

MoveEstimate estimateMove(const std::string& sourcePath, const std::optional<DatabaseUrl>& target,
                          const EstimateOptions& options) {
  sqlite::SqliteSource source = sqlite::SqliteSource::open(sourcePath);
  const SourceSchema schema = readSourceSchema(source.reader());
  MoveEstimate estimate;
  std::vector<TableSample> samples;
  double readBytes = 0, allBytes = 0, seconds = 0;
  for (const SourceTable& table : schema.tables) {
    if (table.kind != SourceTable::Kind::table || !table.failure.empty()) continue;
    const TableSample& sample =
        samples.emplace_back(readTable(source.reader(), table, options.readBytes));
    estimate.rows += sample.rows;
    estimate.rowsSampled += sample.read;
    estimate.targetBytes += targetBytesOf(sample);
    readBytes += sample.bytes;
    allBytes += sample.allBytes();
    seconds += sample.seconds;
  }
  // A migration reads the source twice, to plan and to copy, and the target once, to verify.
  constexpr double passes = 3;
  estimate.seconds = readBytes > 0 ? passes * seconds * allBytes / readBytes : 0;
  estimate.basis = fmt::format(
      "{} of {} rows were read in {}; three times as long as all of them is the least that reading "
      "and verifying take. Name a TARGET to have a sample copied there",
      estimate.rowsSampled, estimate.rows, secondsText(seconds));
  if (!target) return estimate;
  try {
    const SampleCopy sample(source.reader(), schema, sharesOf(samples, options.copyBytes));
    Progress unseen;
    copySample(estimate, sample, samples, *target,
               options.progress == nullptr ? unseen : *options.progress);
  } catch (const StageError& failure) {
    estimate.basis = "no sample could be copied: " + std::string(failure.error.what());
  } catch (const Error& error) {
    estimate.basis = "no sample could be copied: " + std::string(error.what());
  }
  return estimate;
}

}  // namespace repot::migrate
