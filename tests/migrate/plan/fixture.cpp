// Makes sources through the C API, so that scripts may hold anything that SQLite takes.
#include "fixture.hpp"

#include <repot/sqlite/bulk.hpp>

#include <engine/planner.hpp>
#include <sqlite3.h>

#include <cstdlib>
#include <stdexcept>

namespace repot::migrate::test {

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "repot-plan-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void runScript(const std::string& path, const std::string& sql) {
  sqlite3* handle = nullptr;
  if (sqlite3_open(path.c_str(), &handle) != SQLITE_OK)
    throw std::runtime_error("cannot make " + path);
  const int result = sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr);
  const std::string message = sqlite3_errmsg(handle);
  sqlite3_close(handle);
  if (result != SQLITE_OK) throw std::runtime_error(message + " in: " + sql);
}

Plan planOf(const std::string& sql, const PlanOptions& options) {
  const TemporaryDirectory directory;
  runScript(directory.file("source.db"), sql);
  sqlite::SqliteSource source = sqlite::SqliteSource::open(directory.file("source.db"));
  return makePlan(source, options);
}

const TablePlan& tableOf(const Plan& plan, std::string_view table) {
  for (const TablePlan& candidate : plan.tables) {
    if (candidate.source == table) return candidate;
  }
  throw std::runtime_error("the plan has no table " + std::string(table));
}

const ColumnPlan& columnOf(const Plan& plan, std::string_view table, std::string_view column) {
  for (const ColumnPlan& candidate : tableOf(plan, table).columns) {
    if (candidate.source == column) return candidate;
  }
  throw std::runtime_error("the plan has no column " + std::string(column));
}

std::string typeOf(const Plan& plan, std::string_view table, std::string_view column) {
  return typeSql(columnOf(plan, table, column));
}

const Finding* findingOf(const Plan& plan, std::string_view code, std::string_view object) {
  for (const Finding& finding : plan.findings) {
    if (finding.code == code && (object.empty() || finding.object == object)) return &finding;
  }
  return nullptr;
}

std::string objectsOf(const Plan& plan) {
  std::string all;
  for (const ObjectPlan& object : plan.objects)
    all += object.sql + "\n";
  return all;
}

std::string refusals(const Plan& plan) {
  std::string codes;
  for (const Finding& finding : plan.findings) {
    if (finding.level == Finding::Level::refused) codes += finding.code + " ";
  }
  return codes;
}

}  // namespace repot::migrate::test
