// What SQLite tells about a database and a statement beside the work: sizes and query plans.
#include "sqlite/connection.hpp"

#include <repot/sqlite/bulk.hpp>

#include <sqlite3.h>

#include <filesystem>

namespace repot::sqlite {

namespace {

StorageFigures figuresOf(sqlite3* handle) {
  const auto pragma = [&](const char* sql) {
    Statement statement(handle, sql);
    return statement.step() ? statement.int64(0) : 0;
  };
  StorageFigures figures;
  figures.pages = pragma("PRAGMA main.page_count");
  figures.freePages = pragma("PRAGMA main.freelist_count");
  figures.pageBytes = pragma("PRAGMA main.page_size");
  const char* const file = sqlite3_db_filename(handle, "main");
  if (file == nullptr || *file == '\0') return figures;
  // By its size alone: opening and closing the file here would drop this process's locks of it.
  std::error_code none;
  const auto bytes = std::filesystem::file_size(std::string(file) + "-wal", none);
  if (!none) figures.walBytes = static_cast<std::int64_t>(bytes);
  return figures;
}

}  // namespace

StorageFigures SqliteConnection::storage() {
  return figuresOf(session_->handle());
}

StorageFigures SqliteSource::storage() {
  return figuresOf(reader().raw());
}

std::vector<std::string> SqliteConnection::explain(std::string_view sql) {
  // Placeholders are NULL where nothing is bound; plans do not depend on them but for LIKE.
  Statement statement(session_->handle(), "EXPLAIN QUERY PLAN " + std::string(sql));
  std::vector<std::string> lines;
  while (statement.step())
    lines.push_back(statement.string(3));
  return lines;
}

}  // namespace repot::sqlite
