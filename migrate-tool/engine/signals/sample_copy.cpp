// Writes the sample; see sample_copy.hpp.
#include "engine/signals/sample_copy.hpp"

#include "engine/plan.hpp"

#include <repot/error.hpp>
#include <repot/sqlite/writer_handle.hpp>

#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>

namespace repot::migrate {
namespace {

constexpr const char* making = "making a sample";

std::string makeFolder() {
  std::string folder = (std::filesystem::temp_directory_path() / "repot-sample-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr)
    throw Error(ErrorKind::resource, "cannot make a folder for a sample: " + folder);
  return folder;
}

void copyRows(sqlite::SqliteReader& reader, sqlite3* sample, const SampleCopy::Share& share) {
  std::string names, places;
  for (const SourceColumn& column : share.table->columns) {
    if (column.isGenerated()) continue;
    names += (names.empty() ? "" : ", ") + quoteIdentifier(column.name);
    places += places.empty() ? "?" : ", ?";
  }
  const std::string table = quoteIdentifier(share.table->name);
  sqlite::Statement read =
      reader.prepare("SELECT " + names + " FROM " + table + " LIMIT " + std::to_string(share.rows));
  sqlite::Statement write(sample,
                          "INSERT INTO " + table + " (" + names + ") VALUES (" + places + ")");
  while (read.step()) {
    for (int i = 0; i < read.columnCount(); ++i)
      sqlite3_bind_value(write.raw(), i + 1, sqlite3_column_value(read.raw(), i));
    write.step();
    write.reset();
  }
}

}  // namespace

SampleCopy::SampleCopy(sqlite::SqliteReader& reader, const SourceSchema& schema,
                       const std::vector<Share>& shares)
    : folder_(makeFolder()) {
  try {
    const sqlite::WriterHandle sample = sqlite::openForWriting(path(), true);
    sqlite::execute(sample,
                    "PRAGMA encoding = '" + schema.encoding +
                        "'; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "
                        "PRAGMA ignore_check_constraints = ON; BEGIN",
                    making);
    for (const Share& share : shares)
      sqlite::execute(sample, share.table->sql, making);
    for (const Share& share : shares)
      copyRows(reader, sample.get(), share);
    for (const Share& share : shares) {
      for (const SourceIndex& index : share.table->indexes) {
        if (!index.sql.empty()) sqlite::execute(sample, index.sql, making);
      }
    }
    sqlite::execute(sample, "COMMIT", making);
  } catch (...) {
    std::error_code none;
    std::filesystem::remove_all(folder_, none);
    throw;
  }
}

SampleCopy::~SampleCopy() {
  std::error_code none;
  std::filesystem::remove_all(folder_, none);
}

}  // namespace repot::migrate
