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

const std::size_t textIndex = Value(std::string()).index();
const std::size_t bytesIndex = Value(Bytes()).index();

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
  const auto plain = [](std::string_view number) {  // Without zeros that say nothing.
    std::string digits(number);
    if (digits.find('.') != std::string::npos) {
      digits.erase(digits.find_last_not_of('0') + 1);
      if (digits.back() == '.') digits.pop_back();
    }
    const std::size_t sign = digits.front() == '-' ? 1 : 0;
    digits.erase(sign, std::min(digits.find_first_not_of('0', sign), digits.size()) - sign);
    if (digits.size() == sign || digits[sign] == '.') digits.insert(sign, "0");
    return digits == "-0" ? std::string("0") : digits;
  };
  if (!std::isfinite(value) || plain(formats::formatShortest(value)) != plain(text)) {
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

void PreparedStatement::check(int resultCode) const {
  if (resultCode != SQLITE_OK) fail();
}

void PreparedStatement::bindText(int position, const std::string& text) {
  check(sqlite3_bind_text64(handle_, position, text.data(), text.size(), SQLITE_TRANSIENT,
                            SQLITE_UTF8));
}

void PreparedStatement::bind(int position, Value value) {
  inUse_ = true;
  const auto index = static_cast<std::size_t>(position - 1);
  if (index >= held_.size()) {
    throw Error(ErrorKind::usage, "more values than the statement has places")
        .withStatement(sql_);
  }
  ++bound_;
  held_[index] = std::move(value);
  bindHeld(position, held_[index]);
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
            formats::checkText(text);
            check(sqlite3_bind_text64(handle_, position, text.data(), text.size(), SQLITE_STATIC,
                                      SQLITE_UTF8));
          },
          [&](const Bytes& bytes) {
            // A null pointer would bind NULL, so an empty vector needs an address.
            static constexpr char empty = 0;
            const void* data = bytes.empty() ? static_cast<const void*>(&empty) : bytes.data();
            check(sqlite3_bind_blob64(handle_, position, data, bytes.size(), SQLITE_STATIC));
          },
          [&](Date date) { bindText(position, formats::formatDate(date)); },
          [&](TimeOfDay time) { bindText(position, formats::formatTime(time)); },
          [&](Timestamp timestamp) { bindText(position, formats::formatTimestamp(timestamp)); },
          [&](Instant instant) {
            bindText(position, formats::formatTimestamp(Timestamp(instant.time_since_epoch())));
          },
          [&](Interval interval) { bindText(position, formatInterval(interval)); },
          [&](const Uuid& uuid) { bindText(position, formats::formatUuidHex(uuid)); },
          [&](const Json& json) {
            formats::checkText(json.text);
            bindText(position, json.text);
          },
          [&](const Decimal& decimal) {
            check(sqlite3_bind_double(handle_, position, decimalAsReal(decimal.text)));
          }},
      value);
}

bool PreparedStatement::next() {
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
  const auto text = [&] {
    const auto* data = sqlite3_column_text(handle_, index);
    return std::string_view(reinterpret_cast<const char*>(data),
                            static_cast<std::size_t>(sqlite3_column_bytes(handle_, index)));
  };
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
      return Bytes(data, data + sqlite3_column_bytes(handle_, index));
    }
    case ColumnType::decimal:
      require(storage == SQLITE_FLOAT || storage == SQLITE_INTEGER);
      if (storage == SQLITE_INTEGER)
        return Decimal{std::to_string(sqlite3_column_int64(handle_, index))};
      return Decimal{formats::formatShortest(sqlite3_column_double(handle_, index))};
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

std::int64_t PreparedStatement::affectedRows() const {
  return sqlite3_changes64(session_.handle());
}

void PreparedStatement::reset() noexcept {
  sqlite3_reset(handle_);  // Repeats the last step's result code, which was reported then.
  if (bound_ > 0) {
    // What was bound is not kept: a large value would stay in memory as long as the connection.
    sqlite3_clear_bindings(handle_);
    for (Value& value : held_) {
      if (value.index() == textIndex || value.index() == bytesIndex) value = Value();
    }
    bound_ = 0;
  }
  inUse_ = running_ = false;
}

}  // namespace repot::sqlite
