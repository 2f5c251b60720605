// Writes the sample; see sample_copy.hpp.
#include "engine/signals/sample_copy.hpp"

#include "engine/plan.hpp"

#include <repot/error.hpp>
#include <repot/sqlite/errors.hpp>

#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

namespace repot::migrate {
namespace {

using Handle = std::unique_ptr<sqlite3, decltype([](sqlite3* handle) { sqlite3_close(handle); })>;

std::string makeFolder() {
  std::string folder = (std::filesystem::temp_directory_path() / "repot-sample-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr)
    throw Error(ErrorKind::resource, "cannot make a folder for a sample: " + folder);
  return folder;
}

Handle create(const std::string& path) {
  sqlite3* raw = nullptr;
  const int result =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  Handle handle(raw);
  if (result != SQLITE_OK) throw sqlite::sqliteError(raw, "making a sample");
  return handle;
}

void execute(sqlite3* handle, const std::string& sql) {
  if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    throw sqlite::sqliteError(handle, "making a sample").withStatement(sql);
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
    const Handle sample = create(path());
    execute(sample.get(), "PRAGMA encoding = '" + schema.encoding +
                              "'; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "
                              "PRAGMA ignore_check_constraints = ON; BEGIN");
    for (const Share& share : shares)
      execute(sample.get(), share.table->sql);
    for (const Share& share : shares)
      copyRows(reader, sample.get(), share);
    for (const Share& share : shares) {
      for (const SourceIndex& index : share.table->indexes) {
        if (!index.sql.empty()) execute(sample.get(), index.sql);
      }
    }
    execute(sample.get(), "COMMIT");
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
