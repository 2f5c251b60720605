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
    : statement_(std::exchange(other.statement_, nullptr)),
      values_(std::move(other.values_)),
      taken_(std::exchange(other.taken_, false)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(statement_, other.statement_);
  std::swap(values_, other.values_);
  std::swap(taken_, other.taken_);
  return *this;
}

bool Statement::step() {
  taken_ = false;
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  const char* sql = sqlite3_sql(statement_);
  throw sqliteError(sqlite3_db_handle(statement_), "reading from SQLite")
      .withStatement(sql != nullptr ? sql : "");
}

void Statement::reset() noexcept {
  taken_ = false;
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

void Statement::takeRow() const {
  const int columns = sqlite3_data_count(statement_);
  if (columns == 0) values_.clear();  // No row: all are NULL.
  values_.resize(static_cast<std::size_t>(columnCount()));
  for (int column = 0; column < columns; ++column) {
    Value& own = values_[static_cast<std::size_t>(column)];
    // Unprotected: this handle has no mutex, and one thread at a time uses it.
    sqlite3_value* const value = sqlite3_column_value(statement_, column);
    own.type = static_cast<StorageClass>(sqlite3_value_type(value));
    switch (own.type) {
      case StorageClass::integer:
        own.integer = sqlite3_value_int64(value);
        break;
      case StorageClass::real:
        own.real = sqlite3_value_double(value);
        break;
      case StorageClass::text: {
        // Text first: asking for the size of a UTF-16 value before its conversion gives another.
        const unsigned char* const data = sqlite3_value_text(value);
        if (data == nullptr) requireMemory(data);
        own.bytes = {reinterpret_cast<const char*>(data),
                     static_cast<std::size_t>(sqlite3_value_bytes(value))};
        break;
      }
      case StorageClass::blob: {
        const void* const data = sqlite3_value_blob(value);
        if (data == nullptr) requireMemory(data);
        own.bytes = data == nullptr
                        ? std::string_view()
                        : std::string_view(static_cast<const char*>(data),
                                           static_cast<std::size_t>(sqlite3_value_bytes(value)));
        break;
      }
      case StorageClass::null:
        break;
    }
  }
  taken_ = true;
}

Statement::Value Statement::converted(int column) const noexcept {
  Value value;
  value.integer = sqlite3_column_int64(statement_, column);
  value.real = sqlite3_column_double(statement_, column);
  return value;
}

std::string_view Statement::convertedText(int column) const {
  const unsigned char* const data = sqlite3_column_text(statement_, column);
  if (data == nullptr) {
    requireMemory(data);
    return {};
  }
  return {reinterpret_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

/// NULL and a blob of no bytes have no address; but a value that could not be converted for want of
/// memory must not pass for an empty one.
void Statement::requireMemory(const void* data) const {
  sqlite3* const handle = sqlite3_db_handle(statement_);
  if (data == nullptr && sqlite3_errcode(handle) == SQLITE_NOMEM) {
    throw sqliteError(handle, "reading a value");
  }
}

std::string Statement::columnName(int column) const {
  const char* name = sqlite3_column_name(statement_, column);
  return name == nullptr ? std::string{} : std::string(name);
}

}  // namespace repot::sqlite
