// See run_identity.hpp.
#include "engine/run/run_identity.hpp"

#include "engine/plan_json.hpp"
#include "engine/run/table_digest.hpp"

#include <boost/json.hpp>
#include <sqlite3.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace repot::migrate {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::int64_t pragma(sqlite::SqliteSource& source, const char* name) {
  sqlite::Statement statement = source.prepare(std::string("PRAGMA ") + name);
  return statement.step() ? statement.int64(0) : 0;
}

/// Counts the transactions of a database in rollback-journal mode; 4 bytes from offset 24 on. Read
/// through SQLite: to open and close the file beside it would drop the locks of this process.
std::int64_t changeCounter(sqlite::SqliteSource& source) {
  constexpr sqlite3_int64 offset = 24;
  std::array<unsigned char, 4> bytes{};
  sqlite3_file* file = nullptr;
  sqlite3_file_control(source.reader().raw(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (file == nullptr || file->pMethods == nullptr ||
      file->pMethods->xRead(file, bytes.data(), bytes.size(), offset) != SQLITE_OK)
    return 0;
  std::int64_t counter = 0;
  for (const unsigned char byte : bytes)
    counter = counter << 8 | byte;
  return counter;
}

void forgetCounts(TablePlan& table) {
  table.rowidMin = 0;
  table.rowidMax = -1;
  table.rows = table.bytes = 0;
  for (ColumnPlan& column : table.columns) {
    column.identityNext = 1;
    column.identityExhausted = false;
    column.misfits = column.repairs = 0;
    column.reason.clear();
  }
  for (OrphanPlan& orphan : table.orphans)
    orphan.count = 0;
}

/// Rows that break a key decide whether it is proved, which is decided anew.
void forgetCounts(ObjectPlan& object) {
  setNotValid(object, false);
  object.doubtful = false;
  object.violations = 0;
}

}  // namespace

std::string absolutePath(const std::string& path) {
  std::error_code missing;
  const fs::path whole = fs::canonical(path, missing);
  return missing ? path : whole.string();
}

std::string sourceIdentity(sqlite::SqliteSource& source) {
  const std::string path = absolutePath(source.path());
  struct stat status {};
  ::stat(path.c_str(), &status);
  return json::serialize(json::object{{"bytes", source.bytes()},
                                      {"changed_at", status.st_mtime},
                                      {"change_counter", changeCounter(source)},
                                      {"schema_version", pragma(source, "schema_version")},
                                      {"user_version", pragma(source, "user_version")},
                                      {"application_id", pragma(source, "application_id")}});
}

std::string planDigest(const Plan& plan) {
  Plan decided = plan;
  decided.sourcePath.clear();
  decided.sourceBytes = 0;
  decided.options.clear();
  decided.findings.clear();
  for (TablePlan& table : decided.tables)
    forgetCounts(table);
  for (ViewPlan& view : decided.views)
    forgetCounts(view.shape);
  for (ObjectPlan& object : decided.objects)
    forgetCounts(object);
  TableDigest digest;
  digest.addRow(planToJson(decided));
  return digest.hex();
}

std::string optionsJson(const std::vector<GivenSetting>& options) {
  json::array entries;
  for (const GivenSetting& option : options)
    entries.push_back(json::array{option.name, option.object, option.value});
  return json::serialize(entries);
}

}  // namespace repot::migrate
