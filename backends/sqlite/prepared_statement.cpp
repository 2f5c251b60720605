// Binding and reading of values in the forms that SQLAlchemy writes; see prepared_statement.hpp.
#include "sqlite/prepared_statement.hpp"

#include <repot/error.hpp>
#include <repot/formats.hpp>
#include <repot/sqlite/errors.hpp>

#include <sqlite3.h>

#include <charconv>
#include <cmath>
#include <string_view>

namespace repot::sqlite {
namespace {

std::string_view storageName(int storageClass) {
  switch (storageClass) {
    case SQLITE_INTEGER:
      return "an INTEGER";
    case SQLITE_FLOAT:
      return "a REAL";
    case SQLITE_TEXT:
      return "a TEXT";
    case SQLITE_BLOB:
      return "a BLOB";
    default:
      return "NULL";
  }
}

/// The REAL that SQLAlchemy would store, if it gives the same decimal back.
double decimalAsReal(const std::string& text) {
  formats::checkDecimal(text);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  if (!std::isfinite(value) ||
      formats::plainDecimal(formats::formatShortest(value)) != formats::plainDecimal(text)) {
    throw Error(ErrorKind::data, "SQLite holds decimals as REAL, and no REAL gives this one of " +
                                     std::to_string(text.size()) +
                                     " characters back; map it as text");
  }
  return value;
}

// SQLAlchemy's Interval in SQLite: the moment that lies so long after the epoch.
std::string formatInterval(Interval interval) {
  return formats::formatTimestamp(Timestamp(interval));
}

}  // namespace

PreparedStatement::PreparedStatement(SociSession& session, std::string_view sql)
    : session_(session), sql_(sql), soci_(session.prepare(sql)), handle_(soci_->handle()) {
  if (handle_ == nullptr) throw Error(ErrorKind::usage, "an empty SQL statement");
  held_.resize(static_cast<std::size_t>(sqlite3_bind_parameter_count(handle_)));
}

void PreparedStatement::fail() const {
  throw sqliteError(session_.handle(), "").withStatement(sql_);
}

std::string_view PreparedStatement::textAt(int index) const {
  const auto* const data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, index));
  if (data == nullptr) fail();  // Only for want of memory: no NULL is asked for its text.
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, index))};
}

void PreparedStatement::check(int resultCode) const {
  if (resultCode != SQLITE_OK) fail();
}

void PreparedStatement::bindCopy(int position, const std::string& text) {
  check(sqlite3_bind_text64(handle_, position, text.data(), text.size(), SQLITE_TRANSIENT,
                            SQLITE_UTF8));
}

void PreparedStatement::take(int position) {
  inUse_ = true;
  if (position > static_cast<int>(held_.size())) {
    throw Error(ErrorKind::usage, "more values than the statement has places").withStatement(sql_);
  }
  ++bound_;
}

void PreparedStatement::bind(int position, Value value) {
  take(position);
  Value& held = held_[static_cast<std::size_t>(position - 1)];
  held = std::move(value);
  bindHeld(position, held);
}

void PreparedStatement::bindInteger(int position, std::int64_t number) {
  take(position);
  check(sqlite3_bind_int64(handle_, position, number));
}

void PreparedStatement::bindText(int position, std::string_view text) {
  take(position);
  formats::checkText(text);
  pointsOutside_ = true;
  // A null pointer would bind NULL.
  check(sqlite3_bind_text64(handle_, position, text.data() == nullptr ? "" : text.data(),
                            text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void PreparedStatement::checkAllBound() const {
  if (bound_ < static_cast<int>(held_.size())) {
    throw Error(ErrorKind::usage, "the statement has " + std::to_string(held_.size()) +
                                      " places for values, and got " + std::to_string(bound_))
        .withStatement(sql_);
  }
}

void PreparedStatement::bindHeld(int position, const Value& value) {
  std::visit(
      Overloaded{
          [&](std::monostate) { check(sqlite3_bind_null(handle_, position)); },
          [&](std::int64_t number) { check(sqlite3_bind_int64(handle_, position, number)); },
          [&](double number) {
            // SQLite would store NULL without a word.
            if (std::isnan(number)) throw Error(ErrorKind::data, "SQLite cannot store a NaN");
            check(sqlite3_bind_double(handle_, position, number));
          },
          [&](bool flag) { check(sqlite3_bind_int64(handle_, position, flag ? 1 : 0)); },
          [&](const std::string& text) {
            holds_ = true;
            formats::checkText(text);
            check(sqlite3_bind_text64(handle_, position, text.data(), text.size(), SQLITE_STATIC,
                                      SQLITE_UTF8));
          },
          [&](const Bytes& bytes) {
            holds_ = true;
            // A null pointer would bind NULL, so an empty vector needs an address.
            static constexpr char empty = 0;
            const void* data = bytes.empty() ? static_cast<const void*>(&empty) : bytes.data();
            check(sqlite3_bind_blob64(handle_, position, data, bytes.size(), SQLITE_STATIC));
          },
          [&](Date date) { bindCopy(position, formats::formatDate(date)); },
          [&](TimeOfDay time) { bindCopy(position, formats::formatTime(time)); },
          [&](Timestamp timestamp) { bindCopy(position, formats::formatTimestamp(timestamp)); },
          [&](Instant instant) {
            bindCopy(position, formats::formatTimestamp(Timestamp(instant.time_since_epoch())));
          },
          [&](Interval interval) { bindCopy(position, formatInterval(interval)); },
          [&](const Uuid& uuid) { bindCopy(position, formats::formatUuidHex(uuid)); },
          [&](const Json& json) {
            formats::checkText(json.text);
            bindCopy(position, json.text);
          },
          [&](const Decimal& decimal) {
            check(sqlite3_bind_double(handle_, position, decimalAsReal(decimal.text)));
          }},
      value);
}

bool PreparedStatement::doNext() {
  if (!running_) {
    checkAllBound();
    inUse_ = running_ = true;
  }
  switch (sqlite3_step(handle_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      fail();
  }
}

Value PreparedStatement::column(int index, ColumnType type) const {
  const int storage = sqlite3_column_type(handle_, index);
  if (storage == SQLITE_NULL) return {};
  const auto text = [&] { return textAt(index); };
  const auto require = [&](bool fits) {
    if (fits) return;
    throw Error(ErrorKind::data, std::string(storageName(storage)) +
                                     " is stored where the mapping has " +
                                     std::string(toString(type)));
  };
  switch (type) {
    case ColumnType::integer:
      require(storage == SQLITE_INTEGER);
      return sqlite3_column_int64(handle_, index);
    case ColumnType::real:
      // A column declared NUMERIC keeps whole numbers as INTEGER; up to 2^53 they are the same.
      require(storage == SQLITE_FLOAT ||
              (storage == SQLITE_INTEGER &&
               std::abs(sqlite3_column_double(handle_, index)) <= 9007199254740992.0));
      return sqlite3_column_double(handle_, index);
    case ColumnType::boolean: {
      const auto flag = sqlite3_column_int64(handle_, index);
      require(storage == SQLITE_INTEGER && (flag == 0 || flag == 1));
      return flag == 1;
    }
    case ColumnType::bytes: {
      require(storage == SQLITE_BLOB);
      const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(handle_, index));
      if (data == nullptr && sqlite3_errcode(session_.handle()) == SQLITE_NOMEM) fail();
      return Bytes(data, data + sqlite3_column_bytes(handle_, index));
    }
    case ColumnType::decimal:
      require(storage == SQLITE_FLOAT || storage == SQLITE_INTEGER);
      if (storage == SQLITE_INTEGER)
        return Decimal{std::to_string(sqlite3_column_int64(handle_, index))};
      return Decimal{formats::formatShortest(sqlite3_column_double(handle_, index))};
    case ColumnType::json:
      // A column declared JSON is of numeric affinity, which makes numbers of texts that are such.
      if (storage == SQLITE_INTEGER)
        return Json{std::to_string(sqlite3_column_int64(handle_, index))};
      if (storage == SQLITE_FLOAT)
        return Json{formats::formatShortest(sqlite3_column_double(handle_, index))};
      break;
    default:
      break;
  }
  require(storage == SQLITE_TEXT);
  switch (type) {
    case ColumnType::text:
      return std::string(text());
    case ColumnType::date:
      return formats::parseDate(text());
    case ColumnType::time:
      return formats::parseTime(text());
    case ColumnType::timestamp:
      return formats::parseTimestamp(text());
    case ColumnType::instant:
      return formats::parseInstant(text());
    case ColumnType::interval:
      return Interval(formats::parseTimestamp(text()).time_since_epoch());
    case ColumnType::uuid:
      return formats::parseUuid(text());
    case ColumnType::json:
      return Json{std::string(text())};
    default:
      throw Error(ErrorKind::internal, "an unknown column type");
  }
}

bool PreparedStatement::readInteger(int index, std::int64_t& number) const {
  if (sqlite3_column_type(handle_, index) != SQLITE_INTEGER) {
    return Statement::readInteger(index, number);  // NULL, or an error that says what there is.
  }
  number = sqlite3_column_int64(handle_, index);
  return true;
}

bool PreparedStatement::readText(int index, std::string& text) const {
  if (sqlite3_column_type(handle_, index) != SQLITE_TEXT) return Statement::readText(index, text);
  text.assign(textAt(index));
  return true;
}

std::int64_t PreparedStatement::affectedRows() const {
  return sqlite3_changes64(session_.handle());
}

void PreparedStatement::doReset() noexcept {
  sqlite3_reset(handle_);  // Repeats the last step's result code, which was reported then.
  bound_ = 0;
  if (holds_ || pointsOutside_) sqlite3_clear_bindings(handle_);
  pointsOutside_ = false;
  if (holds_) {
    // A large value would stay in memory as long as the connection.
    for (Value& value : held_)
      value = Value();
    holds_ = false;
  }
  inUse_ = running_ = false;
}

}  // namespace repot::sqlite
