// See contents.hpp.
#include "sqlite/contents.hpp"

#include "sqlite/schema/digest_functions.hpp"

#include <repot/backend.hpp>
#include <repot/error.hpp>

#include <sqlite3.h>

#include <algorithm>

namespace repot::sqlite {
namespace {

struct Columns {
  std::vector<std::string> stored;  ///< Quoted. Generated ones follow from the others.
  std::vector<std::string> names;
};

Columns columnsOf(SqliteSource& source, const std::string& table) {
  Columns columns;
  Statement statement = source.prepare("SELECT name, hidden FROM pragma_table_xinfo(?1)");
  statement.bind(1, table);
  while (statement.step()) {
    columns.names.push_back(statement.string(0));
    if (statement.int64(1) == 0) columns.stored.push_back(quoteIdentifier(statement.text(0)));
  }
  return columns;
}

/// Asks the observer while one statement runs for long; the statement then throws Error(timeout).
class Watch {
 public:
  Watch(sqlite3* handle, const CopyObserver& observer, const CopyProgress& progress)
      : handle_(handle), observer_(observer), progress_(progress) {
    constexpr int instructions = 1'000'000;
    if (observer) sqlite3_progress_handler(handle, instructions, &Watch::wantsStop, this);
  }
  ~Watch() { sqlite3_progress_handler(handle_, 0, nullptr, nullptr); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  static int wantsStop(void* self) {
    const auto& watch = *static_cast<const Watch*>(self);
    return watch.observer_(watch.progress_) ? 0 : 1;
  }
  sqlite3* handle_;
  const CopyObserver& observer_;
  const CopyProgress& progress_;
};

/// The name by which a table's rowid can be asked for, where it has one that no column hides.
std::string rowidOf(SqliteSource& source, const std::string& table, const Columns& columns) {
  Statement statement =
      source.prepare("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?1");
  statement.bind(1, table);
  if (statement.step() && statement.int64(0) != 0) return {};
  for (const char* alias : {"rowid", "_rowid_", "oid"}) {
    const auto isAlias = [&](const std::string& name) {
      return name.size() == std::string_view(alias).size() &&
             std::equal(name.begin(), name.end(), alias,
                        [](char a, char b) { return (a | 0x20) == (b | 0x20); });
    };
    if (std::none_of(columns.names.begin(), columns.names.end(), isAlias)) return alias;
  }
  return {};
}

TableContents readTable(SqliteSource& source, const std::string& table) {
  Columns columns = columnsOf(source, table);
  if (std::string rowid = rowidOf(source, table, columns); !rowid.empty())
    columns.stored.push_back(std::move(rowid));
  Statement statement = source.prepare("SELECT count(*), " + digestSql(columns.stored) + " FROM " +
                                       quoteIdentifier(table));
  statement.step();
  return {table, statement.int64(0), statement.string(1)};
}

}  // namespace

DatabaseContents readContents(SqliteSource& source, const CopyObserver& observer) {
  registerDigestFunctions(source.reader().raw());
  std::vector<std::string> names{"sqlite_schema"};
  {
    // The rows of a virtual table are in tables of its own, which are listed too.
    Statement statement = source.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name");
    while (statement.step())
      names.push_back(statement.string(0));
  }
  DatabaseContents contents;
  CopyProgress progress{"reading", 0, static_cast<std::int64_t>(names.size())};
  const Watch watch(source.reader().raw(), observer, progress);
  for (const std::string& name : names) {
    contents.tables.push_back(readTable(source, name));
    ++progress.done;
  }
  for (const char* fact : {"journal_mode", "user_version", "application_id", "page_size"}) {
    Statement statement = source.prepare(std::string("PRAGMA main.") + fact);
    if (statement.step()) contents.facts.emplace_back(fact, statement.string(0));
  }
  return contents;
}

}  // namespace repot::sqlite
