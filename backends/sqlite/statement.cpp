// Prepared statements over the C API.
#include <repot/sqlite/bulk.hpp>
#include <repot/sqlite/errors.hpp>

#include <sqlite3.h>

#include <utility>

namespace repot::sqlite {

Statement::Statement(sqlite3* handle, std::string_view sql) {
  if (sqlite3_prepare_v3(handle, sql.data(), static_cast<int>(sql.size()), 0, &statement_,
                         nullptr) != SQLITE_OK) {
    throw sqliteError(handle, "preparing a statement").withStatement(std::string(sql));
  }
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

Statement::Statement(Statement&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(statement_, other.statement_);
  return *this;
}

bool Statement::step() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  const char* sql = sqlite3_sql(statement_);
  throw sqliteError(sqlite3_db_handle(statement_), "reading from SQLite")
      .withStatement(sql != nullptr ? sql : "");
}

void Statement::reset() noexcept {
  sqlite3_reset(statement_);
}

Statement& Statement::bind(int index, std::int64_t value) {
  if (sqlite3_bind_int64(statement_, index, value) != SQLITE_OK) {
    throw sqliteError(sqlite3_db_handle(statement_), "binding an integer");
  }
  return *this;
}

Statement& Statement::bind(int index, std::string_view value) {
  // A null pointer would bind NULL instead of the empty text.
  const char* data = value.data() != nullptr ? value.data() : "";
  if (sqlite3_bind_text64(statement_, index, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8) !=
      SQLITE_OK) {
    throw sqliteError(sqlite3_db_handle(statement_), "binding a text");
  }
  return *this;
}

int Statement::columnCount() const noexcept {
  return sqlite3_column_count(statement_);
}

StorageClass Statement::type(int column) const noexcept {
  return static_cast<StorageClass>(sqlite3_column_type(statement_, column));
}

std::int64_t Statement::int64(int column) const noexcept {
  return sqlite3_column_int64(statement_, column);
}

double Statement::real(int column) const noexcept {
  return sqlite3_column_double(statement_, column);
}

std::string_view Statement::bytes(const void* data, int column) const {
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  if (data != nullptr) return {static_cast<const char*>(data), size};
  // NULL and a blob of no bytes have no address either; but a value that could not be converted for
  // want of memory must not pass for an empty one.
  sqlite3* const handle = sqlite3_db_handle(statement_);
  if (sqlite3_errcode(handle) == SQLITE_NOMEM) throw sqliteError(handle, "reading a value");
  return {};
}

std::string_view Statement::text(int column) const {
  // Text first: asking for the size of a UTF-16 value before its conversion gives another number.
  return bytes(sqlite3_column_text(statement_, column), column);
}

std::string_view Statement::blob(int column) const {
  return bytes(sqlite3_column_blob(statement_, column), column);
}

std::string Statement::columnName(int column) const {
  const char* name = sqlite3_column_name(statement_, column);
  return name == nullptr ? std::string{} : std::string(name);
}

}  // namespace repot::sqlite
